#ifndef MOCKER_REGISTRY_CLIENT_HPP
#define MOCKER_REGISTRY_CLIENT_HPP

#include <mocker/async/awaitable.hpp>
#include <mocker/core/digest.hpp>
#include <mocker/oci/descriptor.hpp>
#include <mocker/registry/credentials.hpp>
#include <mocker/registry/options.hpp>
#include <mocker/registry/sink.hpp>

#include <cstdint>
#include <memory>
#include <string>

namespace mocker::registry {

/// A manifest or an index as the registry holds it, byte for byte.
struct fetched_manifest {
    std::string body{};
    std::string media_type{}; ///< without parameters
    mocker::digest digest{};  ///< of `body`, and what was asked for where that was a digest
};

/** One registry, over the distribution protocol; any number of requests at once.

    Failures that may pass (a broken connection, a server error) are tried again. Errors are Docker's, word for word,
   and name the image in its familiar form.
    @par Example
    @code
    MOCKER_TRY(name, oci::parse_reference("quay.io/org/app:1"));
    auto const from = registry::make_client(executor, name.domain, {});
    MOCKER_TRY(fetched, co_await from->fetch_manifest(name.path, name.version()));
    MOCKER_TRY(manifest, oci::manifest::parse(fetched.body, fetched.media_type));
    for (auto const& layer : manifest.layers) MOCKER_CHECK(co_await from->fetch_blob(name.path, layer, file));
    @endcode
    @see OCI distribution-spec, "Pull" */
class client {
public:
    virtual ~client() = default;

    /** Fetches a manifest or an index.
        @param version a tag or a digest; against a digest the body is checked.
        @par Errors errc::not_found: `manifest for X not found: manifest unknown: manifest unknown`, or
        `pull access denied for X, repository does not exist or may require 'docker login': ...`; errc::digest_mismatch;
        errc::too_large; errc::internal with the registry's own words, or the reason why it was not reached.
        @par Cancellation terminal. */
    virtual awaitable<result<fetched_manifest>> fetch_manifest(std::string repository, std::string version) = 0;

    /** Streams the blob @p of into @p into, from @p offset on. An interrupted transfer goes on where it stopped.

        Exactly `of.size` bytes reach the sink, or an error is returned. The digest is for the sink to check, which sees
        every byte; see @ref fetch_bytes.
        @par Errors as fetch_manifest; errc::not_found: `unknown blob`; those of the sink.
        @par Cancellation terminal; what was written stays written. */
    virtual awaitable<result<>> fetch_blob(std::string repository, oci::descriptor const& of, sink& into,
                                           std::uint64_t offset = 0) = 0;

    /** A small blob as a whole, such as an image configuration, checked against its digest.
        @par Errors as @ref fetch_blob; errc::digest_mismatch; errc::too_large over oci::document_size_limit. */
    MOCKER_DECL awaitable<result<std::string>> fetch_bytes(std::string repository, oci::descriptor const& of);
};

/** A client of the registry @p domain, as in oci::reference::domain: `docker.io` means Docker Hub. Connects when used.
    Must not be destroyed while an operation of it runs. */
MOCKER_DECL std::unique_ptr<client> make_client(asio::any_io_executor executor, std::string domain,
                                                credentials who = {}, client_options options = {});

} // namespace mocker::registry

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/registry/impl/client.ipp>
#endif
#endif
