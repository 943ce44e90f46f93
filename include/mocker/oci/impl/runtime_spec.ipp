#ifndef MOCKER_OCI_IMPL_RUNTIME_SPEC_IPP
#define MOCKER_OCI_IMPL_RUNTIME_SPEC_IPP

#include <mocker/oci/runtime_spec.hpp>

#include <boost/json/parse.hpp>

#include <limits>
#include <type_traits>

namespace mocker::oci {
namespace detail {

namespace json = boost::json;

/// Names the members of each structure once, for reading and for writing. V is @ref spec_reader or @ref spec_writer.
template <class V>
void describe(V& v, process_user& t) {
    v("uid", t.uid, true), v("gid", t.gid, true), v("umask", t.umask), v("additionalGids", t.additional_gids);
    v("username", t.username);
}
template <class V>
void describe(V& v, console_size& t) {
    v("height", t.height, true), v("width", t.width, true);
}
template <class V>
void describe(V& v, capability_sets& t) {
    v("bounding", t.bounding), v("effective", t.effective), v("permitted", t.permitted);
    v("inheritable", t.inheritable), v("ambient", t.ambient);
}
template <class V>
void describe(V& v, rlimit& t) {
    v("type", t.type), v("hard", t.hard, true), v("soft", t.soft, true);
}
template <class V>
void describe(V& v, process& t) {
    v("terminal", t.terminal), v("consoleSize", t.console_size), v("user", t.user, true), v("args", t.args);
    v("env", t.env), v("cwd", t.cwd, true), v("capabilities", t.capabilities), v("rlimits", t.rlimits);
    v("noNewPrivileges", t.no_new_privileges), v("apparmorProfile", t.apparmor_profile);
    v("oomScoreAdj", t.oom_score_adj), v("selinuxLabel", t.selinux_label);
}
template <class V>
void describe(V& v, root& t) {
    v("path", t.path, true), v("readonly", t.readonly);
}
template <class V>
void describe(V& v, mount& t) {
    v("destination", t.destination), v("type", t.type), v("source", t.source), v("options", t.options);
}
template <class V>
void describe(V& v, linux_namespace& t) {
    v("type", t.type, true), v("path", t.path);
}
template <class V>
void describe(V& v, linux_device& t) {
    v("path", t.path), v("type", t.type), v("major", t.major, true), v("minor", t.minor, true);
    v("fileMode", t.file_mode), v("uid", t.uid), v("gid", t.gid);
}
template <class V>
void describe(V& v, device_rule& t) {
    v("allow", t.allow, true), v("type", t.type), v("major", t.major), v("minor", t.minor), v("access", t.access);
}
template <class V>
void describe(V& v, memory_resources& t) {
    v("limit", t.limit), v("reservation", t.reservation), v("swap", t.swap), v("swappiness", t.swappiness);
    v("disableOOMKiller", t.disable_oom_killer);
}
template <class V>
void describe(V& v, cpu_resources& t) {
    v("shares", t.shares), v("quota", t.quota), v("period", t.period), v("burst", t.burst), v("cpus", t.cpus);
    v("mems", t.mems);
}
template <class V>
void describe(V& v, pids_resources& t) {
    v("limit", t.limit, true);
}
template <class V>
void describe(V& v, block_io_resources& t) {
    v("weight", t.weight);
}
template <class V>
void describe(V& v, linux_resources& t) {
    v("devices", t.devices), v("memory", t.memory), v("cpu", t.cpu), v("pids", t.pids), v("blockIO", t.block_io);
    v("unified", t.unified);
}
template <class V>
void describe(V& v, seccomp_argument& t) {
    v("index", t.index, true), v("value", t.value, true), v("valueTwo", t.value_two), v("op", t.op);
}
template <class V>
void describe(V& v, seccomp_rule& t) {
    v("names", t.names), v("action", t.action), v("errnoRet", t.errno_ret), v("args", t.args);
}
template <class V>
void describe(V& v, seccomp& t) {
    v("defaultAction", t.default_action, true), v("defaultErrnoRet", t.default_errno_ret);
    v("architectures", t.architectures), v("flags", t.flags), v("syscalls", t.syscalls);
}
template <class V>
void describe(V& v, linux_section& t) {
    v("namespaces", t.namespaces), v("devices", t.devices), v("cgroupsPath", t.cgroups_path);
    v("resources", t.resources), v("rootfsPropagation", t.rootfs_propagation), v("seccomp", t.seccomp);
    v("sysctl", t.sysctl), v("maskedPaths", t.masked_paths), v("readonlyPaths", t.readonly_paths);
    v("mountLabel", t.mount_label);
}
template <class V>
void describe(V& v, runtime_spec& t) {
    v("ociVersion", t.oci_version, true), v("process", t.process, true), v("root", t.root), v("hostname", t.hostname);
    v("domainname", t.domainname), v("mounts", t.mounts), v("annotations", t.annotations), v("linux", t.linux_);
}

/// Fills structures from JSON; keeps the first failure and where it was.
class spec_reader {
public:
    explicit spec_reader(json::object const& from) : object_(&from) {}

    template <class T>
    void operator()(char const* name, T& to, bool /*always*/ = false) {
        if (!failure_.empty()) return;
        auto const* const member = object_->if_contains(name);
        if (member == nullptr || member->is_null()) return;
        auto const length = path_.size();
        if (!path_.empty()) path_ += '.';
        path_ += name;
        read(*member, to);
        path_.resize(length);
    }

    std::string const& failure() const noexcept { return failure_; }

private:
    void expected(char const* what) {
        if (failure_.empty()) failure_ = path_ + ": expected " + what;
    }

    void read(json::value const& v, bool& to) { v.is_bool() ? void(to = v.get_bool()) : expected("true or false"); }
    void read(json::value const& v, std::string& to) {
        if (!v.is_string()) return expected("a string");
        to.assign(v.get_string().data(), v.get_string().size());
        if (to.find('\0') != std::string::npos) expected("a string without null characters");
    }
    template <class T>
    std::enable_if_t<std::is_integral_v<T>> read(json::value const& v, T& to) {
        error_code failed;
        auto const number = v.to_number<T>(failed);
        failed ? expected("an integer in range") : void(to = number);
    }
    template <class T>
    void read(json::value const& v, std::optional<T>& to) {
        read(v, to.emplace());
    }
    template <class T>
    void read(json::value const& v, std::vector<T>& to) {
        if (!v.is_array()) return expected("an array");
        auto const length = path_.size();
        for (auto const& element : v.get_array()) {
            path_ += '[' + std::to_string(to.size()) + ']';
            read(element, to.emplace_back());
            path_.resize(length);
            if (!failure_.empty()) return;
        }
    }
    void read(json::value const& v, std::map<std::string, std::string>& to) {
        if (!v.is_object()) return expected("an object of strings");
        for (auto const& [name, value] : v.get_object()) read(value, to[std::string(name)]);
    }
    template <class T>
    std::enable_if_t<std::is_class_v<T>> read(json::value const& v, T& to) {
        if (!v.is_object()) return expected("an object");
        auto const* const outer = object_;
        object_ = &v.get_object();
        describe(*this, to);
        object_ = outer;
    }

    json::object const* object_;
    std::string path_;
    std::string failure_;
};

/// Turns structures into JSON; what is empty is left out unless it is asked for.
class spec_writer {
public:
    template <class T>
    void operator()(char const* name, T& from, bool always = false) {
        auto value = write(from);
        if (always || !says_nothing(value)) object_.emplace(name, std::move(value));
    }
    json::object take() { return std::move(object_); }

private:
    static bool says_nothing(json::value const& v) {
        return v.is_null() || (v.is_bool() && !v.get_bool()) || (v.is_string() && v.get_string().empty()) ||
               (v.is_array() && v.get_array().empty()) || (v.is_object() && v.get_object().empty()) ||
               (v.is_uint64() && v.get_uint64() == 0);
    }
    static json::value write(bool from) { return from; }
    static json::value write(std::string& from) { return json::string(from); }
    template <class T>
    static std::enable_if_t<std::is_integral_v<T>, json::value> write(T from) {
        return from;
    }
    template <class T>
    static json::value write(std::optional<T>& from) {
        if (!from) return nullptr;
        if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>)
            return static_cast<std::int64_t>(*from); // a zero that was said stays said
        else
            return write(*from);
    }
    template <class T>
    static json::value write(std::vector<T>& from) {
        json::array all;
        for (auto& element : from) all.push_back(write(element));
        return all;
    }
    static json::value write(std::map<std::string, std::string>& from) {
        json::object all;
        for (auto const& [name, value] : from) all.emplace(name, value);
        return all;
    }
    template <class T>
    static std::enable_if_t<std::is_class_v<T>, json::value> write(T& from) {
        spec_writer inner;
        describe(inner, from);
        return inner.take();
    }

    json::object object_;
};

} // namespace detail

MOCKER_DECL result<runtime_spec> runtime_spec_from_json(boost::json::value const& document) {
    if (!document.is_object()) return error(errc::malformed, "runtime spec: expected an object");
    auto const& object = document.get_object();
    if (auto const* hooks = object.if_contains("hooks"); hooks && hooks->is_object() && !hooks->get_object().empty())
        return error(errc::unsupported, "runtime spec: hooks are not supported");
    runtime_spec spec;
    detail::spec_reader reader(object);
    detail::describe(reader, spec);
    if (!reader.failure().empty()) return error(errc::malformed, "runtime spec: " + reader.failure());
    return spec;
}

MOCKER_DECL result<runtime_spec> parse_runtime_spec(std::string_view text) {
    error_code failed;
    boost::json::parse_options options;
    options.max_depth = 64;
    auto const document = boost::json::parse({text.data(), text.size()}, failed, {}, options);
    if (failed) return error(errc::malformed, "runtime spec: " + failed.message());
    return runtime_spec_from_json(document);
}

MOCKER_DECL boost::json::value to_json(runtime_spec const& spec) {
    detail::spec_writer writer;
    detail::describe(writer, const_cast<runtime_spec&>(spec)); // the writer only reads
    return writer.take();
}

} // namespace mocker::oci

#endif
