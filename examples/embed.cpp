// A container in a program of one's own: pull, run, read the output. `embed IMAGE COMMAND...`, as root.
#include <mocker/engine.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <iostream>

mocker::awaitable<mocker::result<int>> embed(std::vector<std::string> words) {
    mocker::engine::engine_options options;
    options.data_root = "/var/lib/mocker-embed";
    options.exec_root = "/run/mocker-embed";
    auto const executor = co_await boost::asio::this_coro::executor;
    MOCKER_TRY(engine, co_await mocker::engine::engine::open(executor, options));
    mocker::engine::run_options container;
    container.image = words.at(0);
    container.command.assign(words.begin() + 1, words.end());
    container.network = "none";
    auto const outcome = co_await mocker::engine::run(*engine, container);
    co_await engine->shutdown();
    if (!outcome) co_return outcome.error();
    std::cout << outcome->output;
    std::cerr << outcome->errors;
    co_return outcome->exit_code;
}

int main(int argc, char** argv) {
    if (argc < 2) return std::cerr << "usage: embed IMAGE [COMMAND...]\n", 2;
    boost::asio::io_context context(1);
    int status = 125;
    boost::asio::co_spawn(context, embed({argv + 1, argv + argc}), [&](std::exception_ptr thrown, mocker::result<int> result) {
        if (thrown) std::rethrow_exception(thrown);
        if (result) status = *result;
        else std::cerr << "embed: " << result.error().message() << '\n';
    });
    context.run();
    return status;
}
