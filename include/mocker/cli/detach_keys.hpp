#ifndef MOCKER_CLI_DETACH_KEYS_HPP
#define MOCKER_CLI_DETACH_KEYS_HPP

#include <mocker/core/error.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace mocker::cli {

/** The bytes of a key sequence such as `ctrl-p,ctrl-q` or `a,ctrl-@`.
    @par Errors errc::malformed, naming the key. */
MOCKER_DECL result<std::string> parse_detach_keys(std::string_view text);

/** Finds a key sequence in what is typed, and takes it out. The beginning of a sequence is held back until it is clear
   that it is none, as docker does. */
class detach_filter {
public:
    /// @param sequence as bytes; ctrl-p ctrl-q if empty.
    explicit detach_filter(std::string sequence) : sequence_(sequence.empty() ? "\x10\x11" : std::move(sequence)) {}

    /// What of @p typed goes on to the container. Nothing does after the sequence.
    MOCKER_DECL std::string feed(std::string_view typed);
    bool detached() const noexcept { return matched_ == sequence_.size(); }

private:
    std::string sequence_;
    std::size_t matched_ = 0;
};

} // namespace mocker::cli

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/cli/impl/detach_keys.ipp>
#endif
#endif
