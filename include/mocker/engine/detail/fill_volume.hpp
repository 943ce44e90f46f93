#ifndef MOCKER_ENGINE_DETAIL_FILL_VOLUME_HPP
#define MOCKER_ENGINE_DETAIL_FILL_VOLUME_HPP

#include <mocker/core/error.hpp>

#include <string>
#include <vector>

namespace mocker::engine::detail {

/// Fills a new volume with what an image has at a path. For a thread of the pool.
struct fill_volume_job {
    std::vector<std::string> layers{}; ///< topmost first
    std::string path{};                ///< in the container
    std::string volume{};              ///< the volume's directory

    /// @par Errors naming the path. A volume that has content, or an image without the path, is none.
    MOCKER_DECL result<> operator()() const;
};

} // namespace mocker::engine::detail

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/engine/impl/fill_volume.ipp>
#endif
#endif
