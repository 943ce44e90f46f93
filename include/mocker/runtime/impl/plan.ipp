#ifndef MOCKER_RUNTIME_IMPL_PLAN_IPP
#define MOCKER_RUNTIME_IMPL_PLAN_IPP

#include <mocker/runtime/plan.hpp>

#include <array>
#include <cstdio>
#include <cstring>

namespace mocker::runtime {
namespace detail {

inline constexpr std::array<std::string_view, 38> op_names{"none",
                                                           "make_cgroup",
                                                           "write_file",
                                                           "device_filter",
                                                           "remove_cgroup",
                                                           "host_network",
                                                           "enter_namespace",
                                                           "enter_process",
                                                           "unshare",
                                                           "propagation",
                                                           "overlay_lower",
                                                           "overlay",
                                                           "mount",
                                                           "bind",
                                                           "directory",
                                                           "node",
                                                           "link",
                                                           "console",
                                                           "open_terminal",
                                                           "mask",
                                                           "read_only",
                                                           "read_only_root",
                                                           "sysctl",
                                                           "wait_host",
                                                           "container_network",
                                                           "hostname",
                                                           "domainname",
                                                           "set_limit",
                                                           "enter_root",
                                                           "standard_streams",
                                                           "working_directory",
                                                           "bounding_set",
                                                           "identity",
                                                           "no_new_privileges",
                                                           "gate",
                                                           "seccomp",
                                                           "capabilities",
                                                           "execute"};

/// Which of a, b, c of an operation are texts: bits 0, 1, 2; 8 means that x and y count for something else than flags.
MOCKER_DECL unsigned text_members(plan::op kind) {
    switch (kind) {
    case plan::op::overlay:
    case plan::op::mount: return 7;
    case plan::op::bind:
    case plan::op::link:
    case plan::op::sysctl: return 3;
    case plan::op::execute: return 4;
    default: return 1;
    }
}

/// Looks into a plan without trusting it.
class plan_reader {
public:
    explicit plan_reader(std::string_view plan) : plan_(plan) {}

    result<plan::header> head() const {
        plan::header head;
        if (plan_.size() < sizeof head) return error(errc::malformed, "launch plan: too short");
        std::memcpy(&head, plan_.data(), sizeof head);
        if (head.magic != plan::magic || head.version != plan::version || head.size != plan_.size())
            return error(errc::malformed, "launch plan: not one of this version");
        return head;
    }

    result<plan::step> step(plan::header const& head, std::uint32_t index) const {
        plan::step step;
        auto const at = std::uint64_t(head.steps) + std::uint64_t(index) * sizeof step;
        if (at + sizeof step > plan_.size()) return error(errc::malformed, "launch plan: steps outside of it");
        std::memcpy(&step, plan_.data() + at, sizeof step);
        return step;
    }

    result<std::string> text(std::uint32_t at) const {
        auto const end = at < plan_.size() ? plan_.find('\0', at) : std::string_view::npos;
        if (end == std::string_view::npos) return error(errc::malformed, "launch plan: text outside of it");
        return std::string(plan_.substr(at, end - at));
    }

    result<std::string> texts(std::uint32_t table, std::uint64_t count) const {
        std::string all;
        for (std::uint64_t i = 0; i < count; ++i) {
            std::uint64_t at = 0;
            if (table + (i + 1) * sizeof at > plan_.size())
                return error(errc::malformed, "launch plan: table outside of it");
            std::memcpy(&at, plan_.data() + table + i * sizeof at, sizeof at);
            MOCKER_TRY_RETURN(one, text(static_cast<std::uint32_t>(at)));
            all += ' ' + one;
        }
        return all;
    }

    result<std::string> line(plan::step const& step) const {
        std::string line(op_name(step.kind));
        std::uint32_t const members[] = {step.a, step.b, step.c};
        for (unsigned i = 0; i < 3; ++i) {
            if ((text_members(step.kind) >> i & 1) == 0 || members[i] == 0) continue;
            MOCKER_TRY_RETURN(one, text(members[i]));
            line += ' ' + (one.empty() ? std::string("\"\"") : one);
        }
        if (step.kind == plan::op::write_file) {
            if (step.b + step.x > plan_.size()) return error(errc::malformed, "launch plan: bytes outside of it");
            return line + " = " + std::string(plan_.substr(step.b, step.x));
        }
        if (step.kind == plan::op::execute) {
            MOCKER_TRY_RETURN(arguments, texts(step.a, step.x));
            return line + " :" + arguments;
        }
        if (step.kind == plan::op::mount) {
            MOCKER_TRY_RETURN(source, text(static_cast<std::uint32_t>(step.y)));
            line += " source=" + source;
        }
        auto const number = [&](char const* name, std::uint64_t value) {
            char shown[32];
            std::snprintf(shown, sizeof shown, " %s=%#llx", name, static_cast<unsigned long long>(value));
            if (value != 0) line += shown;
        };
        number("x", step.x);
        if (step.kind != plan::op::mount) number("y", step.y);
        if (step.flags != 0) line += " flags=" + std::to_string(step.flags);
        return line;
    }

private:
    std::string_view plan_;
};

} // namespace detail

MOCKER_DECL std::string_view op_name(plan::op kind) noexcept {
    auto const index = static_cast<std::size_t>(kind);
    return index < detail::op_names.size() ? detail::op_names[index] : "unknown";
}

MOCKER_DECL std::uint32_t plan_builder::text(std::string_view text) {
    if (auto const there = known_.find(text); there != known_.end()) return there->second;
    auto const at = static_cast<std::uint32_t>(sizeof(plan::header) + blob_.size());
    blob_.append(text);
    blob_ += '\0';
    known_.emplace(text, at);
    return at;
}

MOCKER_DECL std::uint32_t plan_builder::bytes(std::string_view bytes) {
    blob_.resize((blob_.size() + 7) / 8 * 8);
    auto const at = static_cast<std::uint32_t>(sizeof(plan::header) + blob_.size());
    blob_.append(bytes);
    return at;
}

MOCKER_DECL std::uint32_t plan_builder::numbers(std::vector<std::uint32_t> const& numbers) {
    return bytes({reinterpret_cast<char const*>(numbers.data()), numbers.size() * sizeof(std::uint32_t)});
}

MOCKER_DECL std::uint32_t plan_builder::texts(std::vector<std::string> const& texts) {
    std::vector<std::uint64_t> table;
    for (auto const& one : texts) table.push_back(text(one));
    table.push_back(0);
    return bytes({reinterpret_cast<char const*>(table.data()), table.size() * sizeof(std::uint64_t)});
}

MOCKER_DECL plan::step plan_builder::write(std::string_view path, std::string_view value, std::uint16_t flags) {
    plan::step step;
    step.kind = plan::op::write_file;
    step.flags = flags;
    step.a = text(path);
    step.b = text(value);
    step.x = value.size();
    return step;
}

MOCKER_DECL std::string plan_builder::finish() const {
    static_assert(sizeof(plan::header) % 8 == 0 && sizeof(plan::step) % 8 == 0);
    plan::header whole = head;
    std::string all(sizeof whole, '\0');
    all += blob_;
    all.resize((all.size() + 7) / 8 * 8);
    whole.steps = static_cast<std::uint32_t>(all.size());
    std::uint32_t count = 0;
    auto const append = [&](plan::section& section, std::vector<plan::step> const& steps) {
        section = {count, static_cast<std::uint32_t>(steps.size())};
        count += section.count;
        all.append(reinterpret_cast<char const*>(steps.data()), steps.size() * sizeof(plan::step));
    };
    append(whole.before_clone, before_clone);
    append(whole.after_clone, after_clone);
    append(whole.init, init);
    append(whole.cleanup, cleanup);
    whole.size = static_cast<std::uint32_t>(all.size());
    std::memcpy(all.data(), &whole, sizeof whole);
    return all;
}

MOCKER_DECL result<std::vector<std::string>> plan_lines(std::string_view plan) {
    detail::plan_reader const reader(plan);
    MOCKER_TRY_RETURN(head, reader.head());
    std::vector<std::string> lines;
    std::pair<char const*, plan::section> const sections[] = {
        {"before ", head.before_clone}, {"host ", head.after_clone}, {"init ", head.init}, {"cleanup ", head.cleanup}};
    for (auto const& [name, section] : sections) {
        for (std::uint32_t i = 0; i < section.count; ++i) {
            MOCKER_TRY_RETURN(step, reader.step(head, section.first + i));
            MOCKER_TRY_RETURN(line, reader.line(step));
            lines.push_back(name + line);
        }
    }
    return lines;
}

} // namespace mocker::runtime

#endif
