#ifndef MOCKER_ENGINE_DETAIL_CLEANUP_HPP
#define MOCKER_ENGINE_DETAIL_CLEANUP_HPP

#include <mocker/runtime/runtime.hpp>

#include <string>
#include <vector>

namespace mocker::engine::detail {

/// Takes away what a container left. For a thread of the pool; may be done again and again.
struct cleanup_job {
    runtime::runtime* runner = nullptr;  ///< null: nothing of it was started
    std::string id{};
    std::string cgroup_path{};
    std::string state_directory{};       ///< empty: keep it
    std::vector<std::string> directories{};

    MOCKER_DECL result<> operator()() const;
};

} // namespace mocker::engine::detail

#endif
