#include "images.hpp"

#include <mocker/oci/reference.hpp>
#include <mocker/process/runner.hpp>
#include <mocker/version.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <iostream>

namespace {

mocker::awaitable<int> check() {
    auto const executor = co_await mocker::asio::this_coro::executor;
    auto const runner = mocker::process::make_runner(executor);
    auto const done = co_await runner->run(mocker::process::command("printf", "%s", "hello"));
    bool const ran = done && done->ok() && done->output == "hello";
    bool const parsed = familiar_name("docker.io/library/nginx") == "nginx:latest" &&
                        mocker::oci::parse_reference("nginx").has_value() && !mocker::oci::parse_reference("UPPER").has_value();
    std::cout << "mocker " << mocker::version << ": ran " << ran << ", parsed " << parsed << '\n';
    co_return ran && parsed ? 0 : 1;
}

} // namespace

int main() {
    boost::asio::io_context context(1);
    int status = 1;
    boost::asio::co_spawn(context, check(), [&status](std::exception_ptr thrown, int given) { status = thrown ? 2 : given; });
    context.run();
    return status;
}
