#ifndef MOCKER_REGISTRY_DETAIL_AUTHENTICATOR_HPP
#define MOCKER_REGISTRY_DETAIL_AUTHENTICATOR_HPP

#include <mocker/async/event.hpp>
#include <mocker/registry/challenge.hpp>
#include <mocker/registry/detail/transport.hpp>
#include <mocker/registry/token.hpp>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace mocker::registry::detail {

/** Knows how the registry wants to be asked, and holds the tokens that were got for it.

    Tokens are kept until shortly before they expire. Requests that need the same one wait for one request to the
   server. */
class authenticator {
public:
    MOCKER_DECL authenticator(asio::any_io_executor executor, transport& net, credentials who);

    /** The value of `Authorization` for a request within @p scope, empty if none is needed.
        @par Errors those of the token server; errc::unauthorized if there are no credentials and some are needed. */
    MOCKER_DECL awaitable<result<std::string>> authorization(std::string scope);

    /** Notes the challenge in the answer 401 to a request that was sent with @p authorization.
        @return whether it is worth asking again. */
    MOCKER_DECL bool learn(std::string_view header, std::string const& scope, std::string const& authorization);

    /// Notes the challenge of the version check, which concerns no repository.
    MOCKER_DECL void learn(std::string_view header);

private:
    struct held_token {
        std::string value{};
        std::chrono::steady_clock::time_point expires{};
        std::string extra_scopes{}; ///< that the registry asked for beside its own
        bool fetching = false;
    };
    MOCKER_DECL awaitable<result<token>> fetch(std::vector<std::string> scopes);
    MOCKER_DECL awaitable<result<token>> ask(token_request what, bool& no_such_method);

    transport& net_;
    credentials who_;
    std::optional<challenge> asked_;
    std::map<std::string, held_token> tokens_; ///< by scope
    async::event fetched_;
};

} // namespace mocker::registry::detail

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/registry/impl/authenticator.ipp>
#endif
#endif
