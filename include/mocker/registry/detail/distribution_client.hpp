#include <mocker/registry/client.hpp> // outside of the guard: in header-only use its body includes this header

#ifndef MOCKER_REGISTRY_DETAIL_DISTRIBUTION_CLIENT_HPP
#define MOCKER_REGISTRY_DETAIL_DISTRIBUTION_CLIENT_HPP

#include <mocker/async/event.hpp>
#include <mocker/oci/reference.hpp>
#include <mocker/registry/detail/authenticator.hpp>
#include <mocker/registry/detail/transport.hpp>
#include <mocker/registry/failure.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mocker::registry::detail {

/// What came of one attempt: nothing, a failure for good, or one that may pass.
struct attempt {
    std::optional<error> failed{};
    bool transient = false;
    std::chrono::milliseconds least_delay{}; ///< that the registry asked for

    static attempt permanently(error why) { return {std::move(why), false, {}}; }
    static attempt for_now(error why) { return {std::move(why), true, {}}; }
};

/// A blob on its way.
struct transfer {
    oci::descriptor const& of;
    sink& into;
    std::uint64_t position; ///< bytes that the sink has
    bool ranges = true;     ///< whether the registry can start within a blob
    bool reading = false;
    std::uint64_t steps = 0; ///< grows whenever a read starts or ends
};

/// The client over the distribution protocol.
class distribution_client final : public client {
public:
    MOCKER_DECL distribution_client(asio::any_io_executor executor, std::string domain, credentials who,
                                    client_options options);

    MOCKER_DECL awaitable<result<fetched_manifest>> fetch_manifest(std::string repository,
                                                                   std::string version) override;
    MOCKER_DECL awaitable<result<>> fetch_blob(std::string repository, oci::descriptor const& of, sink& into,
                                               std::uint64_t offset) override;

private:
    /// Finds out, once, where the registry is, whether it speaks TLS, and how it wants to be asked.
    MOCKER_DECL awaitable<result<origin>> discover();
    MOCKER_DECL awaitable<result<origin>> try_origins(std::vector<origin> candidates);
    MOCKER_DECL awaitable<result<>> ping(origin const& where);
    MOCKER_DECL awaitable<bool> resolves_to_insecure(origin const& where);

    /// Sends @p request, whose host is filled in, with what authorization it needs.
    MOCKER_DECL awaitable<result<http::open_reply>> open(outgoing& request, std::string const& repository);

    MOCKER_DECL awaitable<attempt> try_manifest(oci::reference const& name, std::string const& version,
                                                fetched_manifest& out);
    MOCKER_DECL awaitable<attempt> try_blob(oci::reference const& name, transfer& t);
    MOCKER_DECL std::chrono::milliseconds delay_before(unsigned next_attempt, attempt const& last) const;
    /// The failure @p why of @p request, which got no answer.
    MOCKER_DECL static attempt unanswered(outgoing const& request, error const& why);
    MOCKER_DECL attempt refused(http::open_reply const& reply, std::string_view body, oci::reference const& name,
                                std::string_view missing) const;

    std::string domain_;
    client_options options_;
    transport net_;
    authenticator auth_;
    std::optional<origin> origin_;
    bool discovering_ = false;
    async::event discovered_;
};

/// The media type of a manifest whose registry gave it the type @p said: where that says nothing, the document does.
MOCKER_DECL std::string manifest_media_type(std::string_view said, std::string_view body);

/// The first byte that a `Content-Range` header announces, if it is one in bytes.
MOCKER_DECL std::optional<std::uint64_t> parse_content_range(std::string_view header) noexcept;

} // namespace mocker::registry::detail

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/registry/impl/distribution_client.ipp>
#include <mocker/registry/impl/fetch_blob.ipp>
#include <mocker/registry/impl/fetch_manifest.ipp>
#endif
#endif
