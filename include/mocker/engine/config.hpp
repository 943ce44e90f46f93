#ifndef MOCKER_ENGINE_CONFIG_HPP
#define MOCKER_ENGINE_CONFIG_HPP

#include <mocker/core/error.hpp>
#include <mocker/oci/image_config.hpp>
#include <mocker/types/container.hpp>

#include <string>
#include <vector>

namespace mocker::engine {

/** What a container of @p image runs when @p wanted was asked for, by Docker's rules: an entrypoint of one's own clears
    the image's command, variables and labels are merged by name, ports and volumes are united, the health check is merged
    field by field. @par Errors errc::malformed "no command specified". */
MOCKER_DECL result<types::container_config> merge_config(types::container_config wanted, oci::image_config const& image);

/** Checks every field of @p request, and fills in Docker's defaults. What can be is accepted; what cannot be is
    errc::malformed in Docker's words; what this engine does not do is errc::unsupported and names the field. No field is
    passed over, unless its value changes nothing.
    @return what the user should know. */
MOCKER_DECL result<std::vector<std::string>> check_request(types::container_create_request& request);

/// The names that capabilities(7) knows, as `CAP_CHOWN`. @p name with or without `CAP_`, in any case; `ALL` stays.
/// @par Errors errc::malformed, `unknown capability: "CAP_X"`.
MOCKER_DECL result<std::string> capability_name(std::string_view name);

/// Every capability of this kernel's interface, by number.
MOCKER_DECL std::vector<std::string> const& all_capabilities();

} // namespace mocker::engine

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/engine/impl/config.ipp>
#include <mocker/engine/impl/check_request.ipp>
#endif
#endif
