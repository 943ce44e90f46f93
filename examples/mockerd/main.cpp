// mockerd: the Docker Engine API on one event loop.
#include "daemon.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <signal.h>

#include <cstdio>
#include <exception>

namespace {

mocker::awaitable<void> run(mockerd::options options, int& status) {
    auto const served = co_await mockerd::serve(options);
    if (!served) {
        mockerd::log(options, "fatal", served.error().message());
        status = 1;
    }
}

} // namespace

int main(int argc, char** argv) {
    auto asked = mockerd::parse_arguments(argc, argv);
    if (!asked) {
        std::fprintf(stderr, "%s\n\nRun 'mockerd --help' for more information\n", asked.error().message().c_str());
        return 125;
    }
    if (asked->print) {
        std::fputs(asked->print->c_str(), stdout);
        return 0;
    }
    if (asked->settings.validate) {
        std::fputs("configuration OK\n", stdout);
        return 0;
    }
    ::signal(SIGPIPE, SIG_IGN);
    ::signal(SIGHUP, SIG_IGN);

    int status = 0;
    mocker::asio::io_context loop(1);
    mocker::asio::co_spawn(loop, run(asked->settings, status), [&](std::exception_ptr thrown) {
        if (thrown) std::rethrow_exception(thrown);
    });
    try {
        loop.run();
    } catch (std::exception const& e) {
        mockerd::log(asked->settings, "fatal", e.what());
        return 1;
    }
    return status;
}
