#ifndef MOCKER_CORE_ERROR_HPP
#define MOCKER_CORE_ERROR_HPP

#include <mocker/config.hpp>

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace mocker {

using error_code = boost::system::error_code;

/** Failures that only an engine has.

    Everything else keeps the code of its origin: `errno`, Asio, Beast, JSON, OpenSSL. `core/error_table.hpp` maps each
    of these, and those of other origins, to the HTTP status that the API answers with. */
enum class errc {
    not_found = 1,      ///< 404: no such container, image, network or volume
    conflict,           ///< 409: the name is taken, or the state forbids the operation
    malformed,          ///< 400: input breaks its specification, or asks for what cannot be
    not_modified,       ///< 304: already in the state that was asked for
    unauthorized,       ///< 401: credentials are missing or wrong
    forbidden,          ///< 403: the operation is not allowed
    too_large,          ///< 413: input exceeds a limit
    unsupported,        ///< 501: the request is valid, this engine cannot do it
    unavailable,        ///< 503: a part that is needed is not there now
    digest_mismatch,    ///< 500: content does not hash to the digest of its descriptor
    internal,           ///< 500: a failure of the engine itself
    command_not_found,  ///< 400: the program to execute does not exist; exit status 127
    command_not_executable, ///< 400: the program exists but cannot be executed; exit status 126
};

/// The category of @ref errc.
MOCKER_DECL boost::system::error_category const& engine_category() noexcept;

inline error_code make_error_code(errc e) noexcept { return {static_cast<int>(e), engine_category()}; }

/** What went wrong: a code that programs compare, and a sentence that people read.

    The sentence is in lower case without a full stop and names the path, image or container concerned, or is Docker's
    own text, word for word, where Docker has one.

    @par Example
    @code
    if (failed.code() == errc::not_found) std::cerr << failed.message() << '\n';
    @endcode */
class error {
public:
    error() = default; // Boost 1.81's result<T, E>::error() needs it

    /// A failure with the code's own text, preceded by @p detail where given: `open /x: Permission denied`.
    error(error_code code, std::string detail = {}) : code_(code), detail_(std::move(detail)) {}

    /// A failure of the engine. @p text, where given, is the whole sentence.
    error(errc e, std::string text = {}) : code_(make_error_code(e)), detail_(std::move(text)) {}

    /// The system's error @p number (as `errno`), preceded by @p detail.
    static error from_errno(int number, std::string detail) {
        return {error_code(number, boost::system::system_category()), std::move(detail)};
    }

    error_code code() const noexcept { return code_; }

    /// The sentence for people.
    MOCKER_DECL std::string message() const;

    /// The same failure, its sentence preceded by `where: `.
    MOCKER_DECL error within(std::string_view where) const;

private:
    error_code code_;
    std::string detail_;
};

/// A value, or why there is none.
template <class T = void>
using result = boost::system::result<T, error>;

/// boost::system::result calls this when somebody takes the value of a failure: a broken invariant.
[[noreturn]] MOCKER_DECL void throw_exception_from_error(error const& e, boost::source_location const& where);

} // namespace mocker

template <>
struct boost::system::is_error_code_enum<mocker::errc> : std::true_type {};

/** Unwraps a result into a new variable, or leaves the coroutine with its error.
    @code
    MOCKER_TRY(image, co_await store.find(name));
    @endcode */
#define MOCKER_TRY(name, ...) \
    auto name##_result = __VA_ARGS__; \
    if (!name##_result) { co_return std::move(name##_result).error(); } \
    [[maybe_unused]] auto& name = *name##_result

/// As MOCKER_TRY, in a plain function.
#define MOCKER_TRY_RETURN(name, ...) \
    auto name##_result = __VA_ARGS__; \
    if (!name##_result) { return std::move(name##_result).error(); } \
    [[maybe_unused]] auto& name = *name##_result

/// Leaves the coroutine with the error of a `result<>`, if it is one.
#define MOCKER_CHECK(...) \
    do { \
        if (auto mocker_checked = __VA_ARGS__; !mocker_checked) { co_return std::move(mocker_checked).error(); } \
    } while (false)

/// As MOCKER_CHECK, in a plain function.
#define MOCKER_CHECK_RETURN(...) \
    do { \
        if (auto mocker_checked = __VA_ARGS__; !mocker_checked) { return std::move(mocker_checked).error(); } \
    } while (false)

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/core/impl/error.ipp>
#endif
#endif
