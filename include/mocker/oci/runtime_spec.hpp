/** @file
    The OCI runtime-spec document of a container (`config.json`), as far as Linux containers use it.

    Member names are those of the specification in snake_case; an absent optional means "not said". */
#ifndef MOCKER_OCI_RUNTIME_SPEC_HPP
#define MOCKER_OCI_RUNTIME_SPEC_HPP

#include <mocker/core/error.hpp>

#include <boost/json/value.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mocker::oci {

/// Who a process runs as. `username`, where not empty, is `name-or-uid[:group-or-gid]` and is looked up in the root.
struct process_user {
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    std::optional<std::uint32_t> umask{};
    std::vector<std::uint32_t> additional_gids{};
    std::string username{};
    bool operator==(process_user const&) const = default;
};

struct console_size {
    std::uint64_t height = 0;
    std::uint64_t width = 0;
    bool operator==(console_size const&) const = default;
};

/// capabilities(7) by their names, `CAP_CHOWN`.
struct capability_sets {
    std::vector<std::string> bounding{}, effective{}, permitted{}, inheritable{}, ambient{};
    bool operator==(capability_sets const&) const = default;
};

/// One resource limit; `type` is `RLIMIT_NOFILE` and the like.
struct rlimit {
    std::string type{};
    std::uint64_t soft = 0;
    std::uint64_t hard = 0;
    bool operator==(rlimit const&) const = default;
};

struct process {
    bool terminal = false;
    std::optional<oci::console_size> console_size{};
    process_user user{};
    std::vector<std::string> args{};
    std::vector<std::string> env{};  ///< `NAME=value`
    std::string cwd = "/";
    std::optional<capability_sets> capabilities{};
    std::vector<rlimit> rlimits{};
    bool no_new_privileges = false;
    std::string apparmor_profile{};
    std::optional<int> oom_score_adj{};
    std::string selinux_label{};
    bool operator==(process const&) const = default;
};

struct root {
    std::string path{};
    bool readonly = false;
    bool operator==(root const&) const = default;
};

struct mount {
    std::string destination{};
    std::string type{};
    std::string source{};
    std::vector<std::string> options{};
    bool operator==(mount const&) const = default;
};

/// A namespace of the container: new, or that of `path`. `type` is pid, network, mount, ipc, uts, user or cgroup.
struct linux_namespace {
    std::string type{};
    std::string path{};
    bool operator==(linux_namespace const&) const = default;
};

struct linux_device {
    std::string path{};
    std::string type{}; ///< c, b, u or p
    std::int64_t major = 0, minor = 0;
    std::optional<std::uint32_t> file_mode{}, uid{}, gid{};
    bool operator==(linux_device const&) const = default;
};

/// One line of the device access list; an absent number matches all.
struct device_rule {
    bool allow = false;
    std::string type{}; ///< a, b or c; empty means a
    std::optional<std::int64_t> major{}, minor{};
    std::string access{}; ///< of r, w, m
    bool operator==(device_rule const&) const = default;
};

struct memory_resources {
    std::optional<std::int64_t> limit{}, reservation{}, swap{};
    std::optional<std::uint64_t> swappiness{};
    std::optional<bool> disable_oom_killer{};
    bool operator==(memory_resources const&) const = default;
};

struct cpu_resources {
    std::optional<std::uint64_t> shares{}, period{}, burst{};
    std::optional<std::int64_t> quota{};
    std::string cpus{}, mems{};
    bool operator==(cpu_resources const&) const = default;
};

struct pids_resources {
    std::int64_t limit = 0; ///< 0 or less: no limit
    bool operator==(pids_resources const&) const = default;
};

struct block_io_resources {
    std::optional<std::uint16_t> weight{};
    bool operator==(block_io_resources const&) const = default;
};

struct linux_resources {
    std::vector<device_rule> devices{};
    std::optional<memory_resources> memory{};
    std::optional<cpu_resources> cpu{};
    std::optional<pids_resources> pids{};
    std::optional<block_io_resources> block_io{};
    std::map<std::string, std::string> unified{}; ///< cgroup v2 files and what to write there
    bool operator==(linux_resources const&) const = default;
};

struct seccomp_argument {
    std::uint32_t index = 0;
    std::uint64_t value = 0;
    std::uint64_t value_two = 0;
    std::string op{}; ///< SCMP_CMP_EQ and the like
    bool operator==(seccomp_argument const&) const = default;
};

struct seccomp_rule {
    std::vector<std::string> names{};
    std::string action{};
    std::optional<std::uint32_t> errno_ret{};
    std::vector<seccomp_argument> args{};
    bool operator==(seccomp_rule const&) const = default;
};

/// A system call filter with every condition already resolved for this container and machine.
struct seccomp {
    std::string default_action{};
    std::optional<std::uint32_t> default_errno_ret{};
    std::vector<std::string> architectures{};
    std::vector<std::string> flags{};
    std::vector<seccomp_rule> syscalls{};
    bool operator==(seccomp const&) const = default;
};

struct linux_section {
    std::vector<linux_namespace> namespaces{};
    std::vector<linux_device> devices{};
    std::string cgroups_path{};
    std::optional<linux_resources> resources{};
    std::string rootfs_propagation{};
    std::optional<oci::seccomp> seccomp{};
    std::map<std::string, std::string> sysctl{};
    std::vector<std::string> masked_paths{};
    std::vector<std::string> readonly_paths{};
    std::string mount_label{};
    bool operator==(linux_section const&) const = default;
};

/// The whole document.
struct runtime_spec {
    std::string oci_version = "1.2.0";
    oci::process process{};
    oci::root root{};
    std::string hostname{};
    std::string domainname{};
    std::vector<mount> mounts{};
    std::map<std::string, std::string> annotations{};
    linux_section linux_{}; ///< `linux` in the document: that name is a macro of some compilers
    bool operator==(runtime_spec const&) const = default;
};

/** Reads a `config.json`.
    @par Errors errc::malformed, naming the field and what it should hold: `process.args[1]: expected a string`. Members
    that this engine does not know are passed over, as the specification asks; hooks are refused (errc::unsupported). */
MOCKER_DECL result<runtime_spec> parse_runtime_spec(std::string_view json);

/// The same from a parsed document.
MOCKER_DECL result<runtime_spec> runtime_spec_from_json(boost::json::value const& document);

/// The document, without the members that say nothing.
MOCKER_DECL boost::json::value to_json(runtime_spec const& spec);

} // namespace mocker::oci

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/oci/impl/runtime_spec.ipp>
#endif
#endif
