#ifndef MOCKER_ARCHIVE_TAR_ENTRY_HPP
#define MOCKER_ARCHIVE_TAR_ENTRY_HPP

#include <sys/types.h>

#include <cstdint>
#include <ctime>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mocker::archive {

/// What a tar entry makes.
enum class entry_type { regular, hard_link, symbolic_link, character_device, block_device, directory, fifo };

/// One file of a tar archive, whatever dialect its header was written in. Names are the archive's bytes, unchanged.
struct tar_entry {
    entry_type type = entry_type::regular;
    std::string path{};       ///< as it stands in the archive: may be absolute, or hold `.` and `..`
    std::string link_target{}; ///< of hard and symbolic links
    mode_t mode = 0644;       ///< permissions with set-user-ID, set-group-ID and sticky bit
    std::uint32_t uid = 0, gid = 0;
    std::uint64_t size = 0;   ///< bytes of content; holes of a sparse file count
    timespec modified{};
    std::optional<timespec> accessed{};
    std::uint32_t device_major = 0, device_minor = 0;
    std::vector<std::pair<std::string, std::string>> xattrs{}; ///< name with namespace, value
    bool sparse = false;      ///< only a part of the content is in the archive, the rest is zeros
};

} // namespace mocker::archive

#endif
