#ifndef MOCKER_OCI_IMPL_PLATFORM_IPP
#define MOCKER_OCI_IMPL_PLATFORM_IPP

#include <mocker/oci/detail/fields.hpp>
#include <mocker/oci/platform.hpp>

#include <sys/utsname.h>

#include <algorithm>

namespace mocker::oci {
namespace detail {

MOCKER_DECL std::string lower_case(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

/// The names of an architecture in use outside of Go, as containerd knows them.
MOCKER_DECL void replace_alias(platform& p) {
    auto const is = [&](std::string_view name) { return p.architecture == name; };
    if (is("i386")) {
        p.architecture = "386";
        p.variant.clear();
    } else if (is("x86_64") || is("x86-64")) {
        p.architecture = "amd64";
    } else if (is("aarch64")) {
        p.architecture = "arm64";
    } else if (is("armhf")) {
        p.architecture = "arm";
        p.variant = "v7";
    } else if (is("armel")) {
        p.architecture = "arm";
        p.variant = "v6";
    }
    if (p.os == "macos") p.os = "darwin";
}

MOCKER_DECL bool is_known_os(std::string_view name) noexcept {
    for (auto const known : {"aix", "android", "darwin", "dragonfly", "freebsd", "illumos", "ios", "js", "linux",
                             "netbsd", "openbsd", "plan9", "solaris", "wasip1", "windows"})
        if (name == known) return true;
    return false;
}

MOCKER_DECL bool is_known_architecture(std::string_view name) noexcept {
    for (auto const known : {"386", "amd64", "arm", "arm64", "loong64", "mips", "mipsle", "mips64", "mips64le", "ppc64",
                             "ppc64le", "riscv64", "s390x", "sparc64", "wasm"})
        if (name == known) return true;
    return false;
}

/// The number in `v3`, or nothing.
MOCKER_DECL std::optional<unsigned> variant_number(std::string_view variant) noexcept {
    if (variant.size() != 2 || variant[0] != 'v' || variant[1] < '0' || variant[1] > '9') return std::nullopt;
    return static_cast<unsigned>(variant[1] - '0');
}

inline constexpr std::string_view platform_component_rule = "[A-Za-z0-9_.-]+(\\([A-Za-z0-9_.-]*\\))?";

MOCKER_DECL bool is_platform_component(std::string_view text) noexcept {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
               c == '-';
    });
}

MOCKER_DECL error platform_error(std::string_view text, std::string_view why) {
    return {errc::malformed, "\"" + std::string(text) + "\"" + std::string(why)};
}

MOCKER_DECL platform read_platform(fields from) {
    platform out;
    out.os = from.text("os");
    out.architecture = from.text("architecture");
    out.variant = from.text("variant");
    out.os_version = from.text("os.version");
    out.os_features = from.texts("os.features");
    return out;
}

/// One word alone is an operating system or an architecture; the host supplies the other.
MOCKER_DECL result<platform> platform_from_word(std::string_view text, std::string_view word) {
    platform out = host_platform();
    platform read;
    read.os = lower_case(word);
    replace_alias(read);
    if (is_known_os(read.os)) {
        out.os = read.os;
        return out;
    }
    out.architecture = lower_case(word);
    out.variant.clear();
    replace_alias(out);
    if (is_known_architecture(out.architecture)) return normalized(out);
    return platform_error(text, ": unknown operating system or architecture: invalid argument");
}

} // namespace detail

MOCKER_DECL platform normalized(platform p) {
    p.os = detail::lower_case(p.os);
    p.architecture = detail::lower_case(p.architecture);
    p.variant = detail::lower_case(p.variant);
    detail::replace_alias(p);
    if (p.variant.size() == 1 && p.variant[0] >= '0' && p.variant[0] <= '9') p.variant.insert(0, "v");
    if (p.architecture == "amd64" && p.variant == "v1") p.variant.clear();
    if (p.architecture == "arm64" && p.variant == "v8") p.variant.clear();
    if (p.architecture == "arm" && p.variant.empty()) p.variant = "v7";
    return p;
}

MOCKER_DECL result<platform> parse_platform(std::string_view text) {
    std::vector<std::string_view> parts;
    for (std::string_view rest = text;;) {
        auto const slash = rest.find('/');
        auto const part = rest.substr(0, slash);
        if (!detail::is_platform_component(part))
            return error(errc::malformed, "\"" + std::string(part) + "\" is an invalid component of \"" +
                                              std::string(text) + "\": platform specifier component must match \"" +
                                              std::string(detail::platform_component_rule) + "\": invalid argument");
        parts.push_back(part);
        if (slash == std::string_view::npos) break;
        rest.remove_prefix(slash + 1);
    }
    if (parts.size() > 3) return detail::platform_error(text, ": cannot parse platform specifier: invalid argument");
    if (parts.size() == 1) return detail::platform_from_word(text, parts[0]);
    platform out;
    out.os = parts[0];
    out.architecture = parts[1];
    if (parts.size() == 3) out.variant = parts[2];
    return normalized(std::move(out));
}

MOCKER_DECL platform host_platform() {
    platform out;
    utsname names{};
    ::uname(&names);
    out.os = detail::lower_case(names.sysname);
    out.architecture = detail::lower_case(names.machine);
    if (out.architecture.starts_with("armv")) {
        out.variant = out.architecture.substr(3, 2);
        out.architecture = "arm";
    } else if (out.architecture == "i686" || out.architecture == "i586") {
        out.architecture = "386";
    }
    detail::replace_alias(out);
    if (out.architecture == "arm64") out.variant = "v8"; // as Docker writes it in its errors
    return out;
}

MOCKER_DECL std::string platform::text() const {
    std::string out = os.empty() ? "unknown" : os;
    if (!architecture.empty()) out += "/" + architecture;
    if (!variant.empty()) out += "/" + variant;
    return out;
}

MOCKER_DECL json::value platform::to_json() const {
    json::object out{{"architecture", architecture}, {"os", os}};
    if (!os_version.empty()) out["os.version"] = os_version;
    if (!os_features.empty()) out["os.features"] = detail::to_json(os_features);
    if (!variant.empty()) out["variant"] = variant;
    return out;
}

MOCKER_DECL std::optional<unsigned> compatibility(platform const& wanted, platform const& offered) {
    auto const want = normalized(wanted), have = normalized(offered);
    if (want.os != have.os) return std::nullopt;
    if (want.architecture == have.architecture && want.variant == have.variant) return 0;
    auto const want_number = detail::variant_number(want.variant), have_number = detail::variant_number(have.variant);
    if (want.architecture == have.architecture) {
        bool const numbered =
            want.architecture == "amd64" || want.architecture == "arm" || want.architecture == "arm64";
        if (!numbered || (!want.variant.empty() && !want_number) || (!have.variant.empty() && !have_number))
            return std::nullopt;
        unsigned const least = want.architecture == "arm64" ? 8 : 1;
        auto const most = want_number.value_or(least), given = have_number.value_or(least);
        if (given > most) return std::nullopt;
        return most - given;
    }
    if (want.architecture == "amd64" && have.architecture == "386") return 100;
    if (want.architecture == "arm64" && have.architecture == "arm" && have_number && *have_number <= 8)
        return 100 + 8 - *have_number;
    return std::nullopt;
}

} // namespace mocker::oci

#endif
