#ifndef MOCKER_IMAGE_DETAIL_IMPORT_HPP
#define MOCKER_IMAGE_DETAIL_IMPORT_HPP

#include <mocker/image/detail/store_state.hpp>
#include <mocker/image/options.hpp>
#include <mocker/registry/sink.hpp>

#include <string>
#include <vector>

namespace mocker::image::detail {

/// Carries all of @p from to @p to.
MOCKER_DECL awaitable<result<>> copy_stream(byte_source const& from, registry::sink& to);

/// Makes an image of layers whose blobs are stored, and names it. Gives its ID.
MOCKER_DECL awaitable<result<digest>> store_image(shared_state s, oci::manifest manifest, std::string config_text,
                                                  std::vector<std::string> names);

} // namespace mocker::image::detail

#endif
