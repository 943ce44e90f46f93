#ifndef MOCKER_IMAGE_CHANGES_HPP
#define MOCKER_IMAGE_CHANGES_HPP

#include <mocker/core/error.hpp>
#include <mocker/oci/image_config.hpp>

#include <string_view>

namespace mocker::image {

/** Applies one Dockerfile instruction to an image's configuration, as `import --change` takes it: CMD, ENTRYPOINT, ENV,
    EXPOSE, LABEL, ONBUILD, STOPSIGNAL, USER, VOLUME or WORKDIR.
    @par Errors errc::malformed: `RUN is not a valid change command`, or what is wrong with its arguments. */
MOCKER_DECL result<> apply_change(oci::container_defaults& config, std::string_view instruction);

} // namespace mocker::image

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/image/impl/changes.ipp>
#endif
#endif
