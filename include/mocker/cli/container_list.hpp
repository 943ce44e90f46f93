#ifndef MOCKER_CLI_CONTAINER_LIST_HPP
#define MOCKER_CLI_CONTAINER_LIST_HPP

#include <mocker/cli/list_format.hpp>
#include <mocker/types/container.hpp>
#include <mocker/types/image.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mocker::cli {

/// What `ps` shows. @param size whether the table has the column SIZE.
MOCKER_DECL list_shape container_shape(bool size);
/// @param truncate shortens IDs, commands and names as the table does without `--no-trunc`.
MOCKER_DECL list_row container_row(types::container_summary const& container, bool truncate);

/// An image under one of its names.
struct named_image {
    types::image_summary const* image = nullptr;
    std::string repository = "<none>", tag = "<none>", digest = "<none>";
};

/// What `images` shows. @param digests whether the table has the column DIGEST.
MOCKER_DECL list_shape image_shape(bool digests);
/// One entry a tag; a digest alone counts where an image has no tag. @param digests one entry a digest as well.
MOCKER_DECL std::vector<named_image> image_names(std::vector<types::image_summary> const& images, bool digests);
MOCKER_DECL list_row image_row(named_image image, bool truncate);

/// `0.0.0.0:80->80/tcp, 90-92/tcp`, as `ps` shows ports.
MOCKER_DECL std::string displayable_ports(std::vector<types::port_summary> ports);

/// At most @p width characters of @p text, the last an ellipsis if there were more.
MOCKER_DECL std::string ellipsis(std::string_view text, std::size_t width);

} // namespace mocker::cli

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/cli/impl/container_list.ipp>
#include <mocker/cli/impl/image_list.ipp>
#endif
#endif
