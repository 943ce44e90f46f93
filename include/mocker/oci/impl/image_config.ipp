#ifndef MOCKER_OCI_IMPL_IMAGE_CONFIG_IPP
#define MOCKER_OCI_IMPL_IMAGE_CONFIG_IPP

#include <mocker/oci/detail/document.hpp>
#include <mocker/oci/image_config.hpp>
#include <mocker/oci/limits.hpp>

#include <limits>

namespace mocker::oci {
namespace detail {

MOCKER_DECL std::optional<time_point> read_time(fields& from, std::string_view name) {
    auto const text = from.text(name);
    if (text.empty()) return std::nullopt;
    auto const time = parse_rfc3339(text);
    if (time) return *time;
    from.fail(name, time.error().message());
    return std::nullopt;
}

MOCKER_DECL std::chrono::nanoseconds read_duration(fields& from, std::string_view name) {
    return std::chrono::nanoseconds(from.integer(name, 0, std::numeric_limits<std::int64_t>::max()));
}

MOCKER_DECL health_check read_health_check(fields from) {
    health_check out;
    out.test = from.texts("Test");
    out.interval = read_duration(from, "Interval");
    out.timeout = read_duration(from, "Timeout");
    out.start_period = read_duration(from, "StartPeriod");
    out.start_interval = read_duration(from, "StartInterval");
    out.retries = from.integer("Retries", 0, std::numeric_limits<std::int32_t>::max());
    return out;
}

MOCKER_DECL container_defaults read_defaults(fields from) {
    container_defaults out;
    out.user = from.text("User");
    out.exposed_ports = from.keys("ExposedPorts");
    out.env = from.texts("Env");
    out.entrypoint = from.texts_or_text("Entrypoint");
    out.cmd = from.texts_or_text("Cmd");
    out.volumes = from.keys("Volumes");
    out.working_dir = from.text("WorkingDir");
    out.labels = from.text_map("Labels");
    out.stop_signal = from.text("StopSignal");
    out.shell = from.texts_or_text("Shell");
    out.on_build = from.texts("OnBuild");
    out.args_escaped = from.boolean("ArgsEscaped");
    out.hostname = from.text("Hostname");
    out.domainname = from.text("Domainname");
    if (from.has("Healthcheck")) out.healthcheck = read_health_check(from.object("Healthcheck"));
    return out;
}

MOCKER_DECL history_entry read_history(fields from) {
    history_entry out;
    out.created = read_time(from, "created");
    out.author = from.text("author");
    out.created_by = from.text("created_by");
    out.comment = from.text("comment");
    out.empty_layer = from.boolean("empty_layer");
    return out;
}

MOCKER_DECL std::vector<mocker::digest> read_diff_ids(fields rootfs) {
    std::vector<mocker::digest> out;
    if (auto const type = rootfs.text("type"); !type.empty() && type != "layers")
        rootfs.fail("type", "expected \"layers\", found \"" + type + "\"");
    std::size_t position = 0;
    for (auto const& text : rootfs.texts("diff_ids")) {
        auto const name = "diff_ids[" + std::to_string(position++) + "]";
        auto parsed = mocker::digest::parse(text);
        if (!parsed) rootfs.fail(name, parsed.error().message());
        if (position > layer_limit)
            rootfs.fail(name, "at most " + std::to_string(layer_limit) + " layers are supported");
        if (!parsed || position > layer_limit) return {};
        out.push_back(std::move(*parsed));
    }
    return out;
}

MOCKER_DECL void put_text(json::object& out, std::string_view name, std::string const& text) {
    if (!text.empty()) out[name] = text;
}

MOCKER_DECL void put_texts(json::object& out, std::string_view name, std::vector<std::string> const& texts) {
    if (!texts.empty()) out[name] = to_json(texts);
}

MOCKER_DECL void put_keys(json::object& out, std::string_view name, std::vector<std::string> const& keys) {
    if (keys.empty()) return;
    json::object set;
    for (auto const& key : keys) set[key] = json::object();
    out[name] = std::move(set);
}

MOCKER_DECL json::value health_check_to_json(health_check const& h) {
    json::object out;
    put_texts(out, "Test", h.test);
    auto const put = [&](char const* name, std::int64_t value) {
        if (value != 0) out[name] = value;
    };
    put("Interval", h.interval.count());
    put("Timeout", h.timeout.count());
    put("StartPeriod", h.start_period.count());
    put("StartInterval", h.start_interval.count());
    put("Retries", h.retries);
    return out;
}

MOCKER_DECL json::value history_to_json(history_entry const& entry) {
    json::object out;
    if (entry.created) out["created"] = to_rfc3339_nano(*entry.created);
    put_text(out, "author", entry.author);
    put_text(out, "created_by", entry.created_by);
    put_text(out, "comment", entry.comment);
    if (entry.empty_layer) out["empty_layer"] = true;
    return out;
}

} // namespace detail

MOCKER_DECL result<image_config> image_config::parse(std::string_view text) {
    MOCKER_TRY_RETURN(document, detail::parse_document(text, "image config"));
    std::optional<error> failure;
    detail::fields from(document, {}, failure);
    image_config out;
    out.created = detail::read_time(from, "created");
    out.author = from.text("author");
    out.architecture = from.text("architecture");
    out.os = from.text("os");
    out.variant = from.text("variant");
    out.os_version = from.text("os.version");
    out.os_features = from.texts("os.features");
    out.docker_version = from.text("docker_version");
    out.config = detail::read_defaults(from.object("config"));
    out.diff_ids = detail::read_diff_ids(from.object("rootfs", detail::presence::required));
    auto const& steps = from.array("history", std::numeric_limits<std::size_t>::max());
    for (std::size_t i = 0; i < steps.size() && !failure; ++i)
        out.history.push_back(detail::read_history(from.element("history", i, steps[i])));
    if (failure) return failure->within("image config");
    return out;
}

MOCKER_DECL json::value container_defaults::to_json() const {
    json::object out;
    detail::put_text(out, "Hostname", hostname);
    detail::put_text(out, "Domainname", domainname);
    detail::put_text(out, "User", user);
    detail::put_keys(out, "ExposedPorts", exposed_ports);
    detail::put_texts(out, "Env", env);
    detail::put_texts(out, "Entrypoint", entrypoint);
    detail::put_texts(out, "Cmd", cmd);
    if (healthcheck) out["Healthcheck"] = detail::health_check_to_json(*healthcheck);
    if (args_escaped) out["ArgsEscaped"] = true;
    detail::put_keys(out, "Volumes", volumes);
    detail::put_text(out, "WorkingDir", working_dir);
    detail::put_texts(out, "OnBuild", on_build);
    if (!labels.empty()) out["Labels"] = detail::to_json(labels);
    detail::put_text(out, "StopSignal", stop_signal);
    detail::put_texts(out, "Shell", shell);
    return out;
}

MOCKER_DECL json::value image_config::to_json() const {
    json::object out;
    if (created) out["created"] = to_rfc3339_nano(*created);
    detail::put_text(out, "author", author);
    out["architecture"] = architecture;
    out["os"] = os;
    detail::put_text(out, "variant", variant);
    detail::put_text(out, "os.version", os_version);
    detail::put_texts(out, "os.features", os_features);
    detail::put_text(out, "docker_version", docker_version);
    out["config"] = config.to_json();
    json::array ids, steps;
    for (auto const& id : diff_ids) ids.emplace_back(id.text());
    for (auto const& step : history) steps.push_back(detail::history_to_json(step));
    out["rootfs"] = json::object{{"type", "layers"}, {"diff_ids", std::move(ids)}};
    if (!steps.empty()) out["history"] = std::move(steps);
    return out;
}

MOCKER_DECL oci::platform image_config::platform() const {
    oci::platform out;
    out.os = os;
    out.architecture = architecture;
    out.variant = variant;
    out.os_version = os_version;
    out.os_features = os_features;
    return out;
}

} // namespace mocker::oci

#endif
