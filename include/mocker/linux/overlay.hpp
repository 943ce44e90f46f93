#ifndef MOCKER_LINUX_OVERLAY_HPP
#define MOCKER_LINUX_OVERLAY_HPP

#include <mocker/core/error.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace mocker::linux_ {

/** The content of the regular file @p path of an overlay, without mounting it: looks through the directories @p layers,
    topmost first, as overlayfs does, with its whiteouts and opaque directories. Symbolic links are followed inside the
    overlay and never lead out of it.
    @par Errors `ENOENT` no such file; `ENOTDIR`, `ELOOP`; `EINVAL` not a regular file; errc::too_large beyond @p limit. */
MOCKER_DECL result<std::string> read_overlay_file(std::vector<std::string> const& layers, std::string const& path,
                                                  std::size_t limit);

} // namespace mocker::linux_

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/linux/impl/overlay.ipp>
#endif
#endif
