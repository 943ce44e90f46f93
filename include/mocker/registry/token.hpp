#ifndef MOCKER_REGISTRY_TOKEN_HPP
#define MOCKER_REGISTRY_TOKEN_HPP

#include <mocker/core/error.hpp>
#include <mocker/registry/challenge.hpp>
#include <mocker/registry/credentials.hpp>
#include <mocker/registry/hosts.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace mocker::registry {

/// What is asked of a token server.
struct token_request {
    location to{};
    std::string form{};          ///< the body of a POST; a GET if empty
    std::string authorization{}; ///< the header of that name, or none
};

/** The GET request for a token: with the user's name and password where known, else for anybody.
    @param scopes such as `repository:library/nginx:pull`.
    @par Errors errc::malformed: the challenge has no usable realm.
    @see distribution, "Token Authentication Specification" */
MOCKER_DECL result<token_request> make_token_request(challenge const& asked, std::vector<std::string> const& scopes,
                                                     credentials const& who);

/** The POST request that turns an identity token, or a name and a password, into a token.
    @see distribution, "OAuth2 Token Authentication" */
MOCKER_DECL result<token_request> make_oauth_request(challenge const& asked, std::vector<std::string> const& scopes,
                                                     credentials const& who);

/// A bearer token.
struct token {
    std::string value{};
    std::chrono::seconds lifetime{60}; ///< from its arrival; at least 60 s, as the specification has it
};

/** Reads a token server's answer.
    @par Errors errc::malformed, `authorization server did not include a token in the response`. */
MOCKER_DECL result<token> parse_token(std::string_view body);

} // namespace mocker::registry

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/registry/impl/token.ipp>
#endif
#endif
