#ifndef MOCKER_REGISTRY_IMPL_FETCH_MANIFEST_IPP
#define MOCKER_REGISTRY_IMPL_FETCH_MANIFEST_IPP

#include <mocker/async/with_timeout.hpp>
#include <mocker/core/json.hpp>
#include <mocker/core/sha256.hpp>
#include <mocker/http/uri.hpp>
#include <mocker/oci/limits.hpp>
#include <mocker/oci/media_types.hpp>
#include <mocker/registry/detail/distribution_client.hpp>

#include <boost/json/object.hpp>

#include <algorithm>

namespace mocker::registry::detail {

inline constexpr unsigned manifest_attempts = 3;

MOCKER_DECL std::string manifest_media_type(std::string_view said, std::string_view body) {
    auto const bare = oci::bare_media_type(said);
    if (oci::is_manifest_type(bare) || oci::is_index_type(bare)) return std::string(bare);
    auto const document = parse_json(body);
    auto const* object = document ? document->if_object() : nullptr;
    if (!object) return std::string(bare);
    auto const* own = object->if_contains("mediaType");
    if (own && own->is_string()) return std::string(own->get_string());
    if (object->contains("manifests")) return std::string(oci::media_types::index);
    if (object->contains("layers")) return std::string(oci::media_types::manifest);
    return std::string(bare);
}

/// Checks @p out, which is @p version of @p name, against what it was asked for, and against what the registry says.
MOCKER_DECL result<> check_manifest_digest(fetched_manifest& out, std::string_view version, std::string_view header) {
    out.digest = sha256_of(out.body);
    auto const wanted = digest::parse(version), said = digest::parse(header);
    if (wanted && *wanted != out.digest)
        return error(errc::digest_mismatch, "manifest verification failed for digest " + wanted->text());
    if (!wanted && said && *said != out.digest)
        return error(errc::digest_mismatch, "manifest verification failed for digest " + said->text());
    return {};
}

MOCKER_DECL awaitable<attempt> distribution_client::try_manifest(oci::reference const& name, std::string const& version,
                                                                 fetched_manifest& out) {
    outgoing request(http::verb::get, location{{},
                                               "/v2/" + http::percent_encode(name.path, "/") + "/manifests/" +
                                                   http::percent_encode(version, ":")});
    request.header.set("Accept", oci::manifest_accept);
    auto reply = co_await open(request, name.path);
    if (!reply) co_return unanswered(request, reply.error());
    auto body = co_await async::with_timeout(reply->read_all(oci::document_size_limit), options_.response_timeout);
    if (!body && body.error().code() == errc::too_large)
        co_return attempt::permanently(error(errc::too_large, "manifest for " + name.familiar() + " exceeds 4 MiB"));
    if (!body && reply->ok()) co_return unanswered(request, body.error());
    if (!reply->ok()) co_return refused(*reply, body ? *body : std::string(), name, "MANIFEST_UNKNOWN");
    out.body = std::move(*body);
    out.media_type = manifest_media_type(reply->header("Content-Type"), out.body);
    auto const checked = check_manifest_digest(out, version, reply->header("Docker-Content-Digest"));
    if (!checked) co_return attempt::permanently(checked.error());
    co_return attempt{};
}

MOCKER_DECL awaitable<result<fetched_manifest>> distribution_client::fetch_manifest(std::string repository,
                                                                                    std::string version) {
    oci::reference name;
    name.domain = domain_;
    name.path = std::move(repository);
    if (auto wanted = digest::parse(version))
        name.digest = std::move(*wanted);
    else
        name.tag = version;
    fetched_manifest out;
    for (unsigned number = 1;; ++number) {
        auto last = co_await try_manifest(name, version, out);
        if (!last.failed) co_return std::move(out);
        if (!last.transient || number == std::min(manifest_attempts, options_.attempts))
            co_return std::move(*last.failed);
        co_await async::sleep(delay_before(number + 1, last));
    }
}

} // namespace mocker::registry::detail

#endif
