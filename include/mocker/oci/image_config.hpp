#ifndef MOCKER_OCI_IMAGE_CONFIG_HPP
#define MOCKER_OCI_IMAGE_CONFIG_HPP

#include <mocker/core/digest.hpp>
#include <mocker/core/json.hpp>
#include <mocker/core/time.hpp>
#include <mocker/oci/platform.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mocker::oci {

/// How to find out whether a container is well. Docker's extension of the specification.
struct health_check {
    std::vector<std::string> test{}; ///< `NONE`, or `CMD` and arguments, or `CMD-SHELL` and a line; empty inherits
    std::chrono::nanoseconds interval{}, timeout{}, start_period{}, start_interval{}; ///< 0 means the default
    std::int64_t retries = 0;

    bool operator==(health_check const&) const = default;
};

/// What a container of the image starts with, unless it says otherwise itself.
struct container_defaults {
    std::string user{};
    std::vector<std::string> exposed_ports{}; ///< `80/tcp`
    std::vector<std::string> env{};           ///< `NAME=value`
    std::vector<std::string> entrypoint{};
    std::vector<std::string> cmd{};
    std::vector<std::string> volumes{};
    std::string working_dir{};
    std::map<std::string, std::string> labels{};
    std::string stop_signal{};
    std::vector<std::string> shell{};
    std::vector<std::string> on_build{};
    std::optional<health_check> healthcheck{};
    bool args_escaped = false;
    std::string hostname{}, domainname{}; ///< written by old engines, of no effect

    MOCKER_DECL json::value to_json() const;
    bool operator==(container_defaults const&) const = default;
};

/// One step of an image's making.
struct history_entry {
    std::optional<time_point> created{};
    std::string author{}, created_by{}, comment{};
    bool empty_layer = false; ///< the step made no layer

    bool operator==(history_entry const&) const = default;
};

/** What an image is, and what its containers start with.

    The image's ID is the digest of the text this was parsed from.
    @see OCI image-spec, config.md; Docker adds Healthcheck, OnBuild and Shell */
struct image_config {
    std::optional<time_point> created{}; ///< nothing is Go's zero time
    std::string author{};
    std::string architecture{}, os{}, variant{}, os_version{};
    std::vector<std::string> os_features{};
    container_defaults config{};
    std::vector<digest> diff_ids{}; ///< digests of the uncompressed layers, lowest first
    std::vector<history_entry> history{};
    std::string docker_version{};

    /** @par Errors errc::malformed, naming the field: `image config: field rootfs.diff_ids[0]: ...`; errc::too_large.
     */
    MOCKER_DECL static result<image_config> parse(std::string_view text);

    MOCKER_DECL json::value to_json() const;
    /// The platform that the image says it is made for.
    MOCKER_DECL oci::platform platform() const;
};

} // namespace mocker::oci

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/oci/impl/image_config.ipp>
#endif
#endif
