#ifndef MOCKER_REGISTRY_DETAIL_TRANSPORT_HPP
#define MOCKER_REGISTRY_DETAIL_TRANSPORT_HPP

#include <mocker/async/awaitable.hpp>
#include <mocker/http/client.hpp>
#include <mocker/registry/hosts.hpp>
#include <mocker/registry/options.hpp>

#include <chrono>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace mocker::registry::detail {

/// A request to a URL.
struct outgoing {
    outgoing(http::verb method_, location to_) : method(method_), to(std::move(to_)) {}

    http::verb method;
    location to; ///< once redirects were followed, where they led
    http::fields header{};
    std::string body{};
};

/** Sends requests to any host and follows redirects. Connections are kept, per host.

    Credentials stay with the host they are for: `Authorization` is dropped when a redirect leads elsewhere. Plain HTTP
   and unverified certificates are for insecure hosts alone. */
class transport {
public:
    MOCKER_DECL transport(asio::any_io_executor executor, client_options const& options);

    /** Sends @p request, and again where redirects lead, up to ten times.
        @par Errors those of http::client::open; `timed_out` if no header came in time; errc::forbidden for plain HTTP
       to a host that is not insecure; errc::malformed for a redirect to nowhere. */
    MOCKER_DECL awaitable<result<http::open_reply>> open(outgoing& request);

    insecure_list const& insecure() const noexcept { return insecure_; }
    /// Treats @p host as insecure from now on.
    MOCKER_DECL void allow_insecure(std::string const& host);

private:
    MOCKER_DECL http::client& client_of(origin const& where);
    MOCKER_DECL awaitable<result<http::open_reply>> open_once(outgoing const& request);

    asio::any_io_executor executor_;
    client_options const& options_;
    std::vector<std::string> insecure_names_;
    insecure_list insecure_;
    std::map<origin, http::client> clients_;
};

/// Whether the transport's failure @p why may not happen again.
MOCKER_DECL bool is_transient(error const& why) noexcept;

/// The failure @p why of @p request in the words of Docker, which are Go's: `Get "https://h/v2/": EOF`.
MOCKER_DECL error network_error(outgoing const& request, error const& why);

/// What remains of the body of an answer that nobody wants, so that its connection can be used again.
MOCKER_DECL awaitable<std::string> drain(http::open_reply& reply);

/// Every `WWW-Authenticate` of @p reply, joined.
MOCKER_DECL std::string challenges_of(http::open_reply const& reply);

} // namespace mocker::registry::detail

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/registry/impl/transport.ipp>
#endif
#endif
