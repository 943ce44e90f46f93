#ifndef MOCKER_CLI_OUTPUT_HPP
#define MOCKER_CLI_OUTPUT_HPP

#include <mocker/config.hpp>

#include <string>
#include <string_view>

namespace mocker::cli {

/** Buffered text for a file descriptor, such as the standard output. Flushed by its destructor.

    When nobody reads any more, the program ends as by SIGPIPE, which is what a pipeline such as `mocker ps | head -1`
    expects. */
class output {
public:
    explicit output(int fd) noexcept : fd_(fd) {}
    output(output const&) = delete;
    output& operator=(output const&) = delete;
    ~output() { flush(); }

    int fd() const noexcept { return fd_; }

    /// Appends @p text; what is large is written at once.
    MOCKER_DECL void write(std::string_view text);
    void line(std::string_view text) {
        write(text);
        write("\n");
    }
    MOCKER_DECL void flush();

private:
    MOCKER_DECL void put(std::string_view text);

    int fd_;
    std::string buffer_;
};

} // namespace mocker::cli

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/cli/impl/output.ipp>
#endif
#endif
