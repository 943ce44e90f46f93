#ifndef MOCKER_RUNTIME_DETAIL_NATIVE_RUNTIME_HPP
#define MOCKER_RUNTIME_DETAIL_NATIVE_RUNTIME_HPP

#include <mocker/async/task_group.hpp>
#include <mocker/core/unique_fd.hpp>
#include <mocker/runtime/compile.hpp>
#include <mocker/runtime/detail/native_process.hpp>
#include <mocker/runtime/native.hpp>

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace mocker::runtime::detail {

/// Compiled filters by their profile: the same few profiles come again and again, and compiling takes milliseconds.
class seccomp_cache {
public:
    /// The program of @p profile; empty for no profile.
    MOCKER_DECL result<std::string> program(std::optional<oci::seccomp> const& profile);

private:
    static constexpr std::size_t limit = 16;
    std::vector<std::pair<oci::seccomp, std::string>> known_;
};

class native_runtime final : public runtime {
public:
    native_runtime(asio::any_io_executor executor, native_options options)
        : executor_(executor), options_(std::move(options)), readers_(std::move(executor)) {}

    MOCKER_DECL awaitable<result<std::shared_ptr<process>>> create(launch_request request) override;
    MOCKER_DECL awaitable<result<std::shared_ptr<process>>> exec(exec_request request) override;
    MOCKER_DECL awaitable<result<std::shared_ptr<process>>> reattach(std::string state_directory) override;
    MOCKER_DECL result<> clean(std::string const& id, std::string const& state_directory,
                               std::string const& cgroup_path) override;

private:
    MOCKER_DECL result<> look_around();
    MOCKER_DECL result<> prepare();
    MOCKER_DECL result<> prepare_groups(std::string const& cgroup_path);
    MOCKER_DECL awaitable<result<std::shared_ptr<process>>> launch(std::string const& id, std::string state_directory,
                                                                   std::string const& plan, bool is_exec);

    asio::any_io_executor executor_;
    native_options options_;
    std::optional<machine> machine_;
    unique_fd shim_;
    std::set<std::string> prepared_; ///< parents of control groups
    seccomp_cache seccomp_;
    async::task_group readers_; ///< one a connection; they share nothing with us
};

} // namespace mocker::runtime::detail

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/runtime/impl/native.ipp>
#endif
#endif
