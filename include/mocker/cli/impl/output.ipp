#ifndef MOCKER_CLI_IMPL_OUTPUT_IPP
#define MOCKER_CLI_IMPL_OUTPUT_IPP

#include <mocker/cli/output.hpp>
#include <mocker/cli/terminal.hpp>

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace mocker::cli {

MOCKER_DECL void output::write(std::string_view text) {
    constexpr std::size_t large = 32 * 1024;
    if (buffer_.size() + text.size() < large) {
        buffer_ += text;
        return;
    }
    flush();
    if (text.size() >= large)
        put(text);
    else
        buffer_ += text;
}

MOCKER_DECL void output::flush() {
    if (buffer_.empty()) return;
    put(buffer_);
    buffer_.clear();
}

MOCKER_DECL void output::put(std::string_view text) {
    while (!text.empty()) {
        auto const size = ::write(fd_, text.data(), text.size());
        if (size >= 0) {
            text.remove_prefix(static_cast<std::size_t>(size));
            continue;
        }
        if (errno == EAGAIN) { // somebody else made the terminal non-blocking
            pollfd ready{fd_, POLLOUT, 0};
            ::poll(&ready, 1, -1);
        } else if (errno == EPIPE) {
            restore_terminal();
            std::signal(SIGPIPE, SIG_DFL);
            std::raise(SIGPIPE);
            return;
        } else if (errno != EINTR) {
            return; // a full disk or a closed descriptor: there is nowhere to report it
        }
    }
}

} // namespace mocker::cli

#endif
