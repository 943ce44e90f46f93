#ifndef MOCKER_CORE_IMPL_GO_TEMPLATE_IPP
#define MOCKER_CORE_IMPL_GO_TEMPLATE_IPP

#include <mocker/core/go_template.hpp>
#include <mocker/core/go_template_tree.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace mocker {
namespace detail {

/// A value while a template runs. In a Go map, unlike in a struct, a missing key is no error.
struct template_value {
    std::shared_ptr<json::value const> data;
    bool is_map = false;
    bool is_top = false;
    std::string_view null_text = "<no value>"; ///< what it prints as, being null
    std::string missing{};                     ///< the name of the field that is not there

    static template_value of(json::value value) { return at(std::make_shared<json::value const>(std::move(value))); }
    static template_value at(std::shared_ptr<json::value const> data) {
        template_value out;
        out.data = std::move(data);
        return out;
    }
    json::value const& operator*() const { return *data; }
    template_value member(json::value const& inner) const {
        return at(std::shared_ptr<json::value const>(data, &inner));
    }
    std::string text() const { return data->is_null() ? std::string(null_text) : template_print(*data); }
};

class template_executor {
public:
    template_executor(template_tree const& tree, go_template_options const& options) : tree_(tree), options_(options) {}

    result<std::string> run(json::value const& data) {
        auto top = template_value::at(std::shared_ptr<json::value const>(std::shared_ptr<void>(), &data));
        top.is_top = true;
        variables_.emplace_back("$", top);
        MOCKER_TRY_RETURN(ended, walk(tree_.root, top));
        (void)ended;
        return std::move(out_);
    }

private:
    enum class flow { next, break_, continue_ };
    using node_kind = template_node::kind;

    /// Members of Docker's objects that are maps, where a missing key is no error.
    static bool names_a_map(std::string_view field) {
        constexpr std::string_view maps[] = {"Labels",       "Options",      "Ports",       "Networks", "Volumes",
                                             "ExposedPorts", "Sysctls",      "Annotations", "Tmpfs",    "StorageOpt",
                                             "DriverOpts",   "PortBindings", "Details"};
        return std::find(std::begin(maps), std::end(maps), field) != std::end(maps);
    }

    error fail(std::size_t position, std::string const& context, std::string const& text) const {
        auto const before = std::string_view(tree_.source).substr(0, position);
        auto const line = 1 + std::count(before.begin(), before.end(), '\n');
        auto const newline = before.rfind('\n');
        auto const column = newline == std::string_view::npos ? position : position - newline - 1;
        return error(errc::malformed, "template: :" + std::to_string(line) + ":" + std::to_string(column) +
                                          ": executing \"\" at <" + context + ">: " + text);
    }

    result<flow> walk(std::vector<template_node> const& nodes, template_value const& dot) {
        for (auto const& node : nodes) {
            MOCKER_TRY_RETURN(then, walk_one(node, dot));
            if (then != flow::next) return then;
        }
        return flow::next;
    }

    result<flow> walk_one(template_node const& node, template_value const& dot) {
        switch (node.type) {
        case node_kind::text: out_ += node.text; return flow::next;
        case node_kind::break_: return flow::break_;
        case node_kind::continue_: return flow::continue_;
        case node_kind::action: {
            MOCKER_TRY_RETURN(value, evaluate(node.pipeline, dot));
            if (node.pipeline.variables.empty()) out_ += value.text();
            return flow::next;
        }
        case node_kind::range: return walk_range(node, dot);
        case node_kind::if_:
        case node_kind::with: {
            auto const known = variables_.size();
            MOCKER_TRY_RETURN(value, evaluate(node.pipeline, dot));
            bool const holds = template_truth(*value);
            auto const& inner = holds && node.type == node_kind::with ? value : dot;
            auto then = walk(holds ? node.body : node.otherwise, inner);
            variables_.resize(known, {"", dot});
            return then;
        }
        }
        return flow::next;
    }

    result<flow> walk_range(template_node const& node, template_value const& dot) {
        auto const known = variables_.size();
        MOCKER_TRY_RETURN(value, evaluate(node.pipeline, dot));
        auto const inside = variables_.size();
        bool any = false;
        auto const visit = [&](json::value key, template_value const& element) -> result<bool> {
            any = true;
            auto const& names = node.pipeline.variables;
            if (names.size() == 1) assign(node.pipeline, 0, element, inside);
            if (names.size() == 2) {
                assign(node.pipeline, 0, template_value::of(std::move(key)), inside);
                assign(node.pipeline, 1, element, inside);
            }
            auto then = walk(node.body, element);
            variables_.resize(inside, {"", dot});
            MOCKER_CHECK_RETURN(then ? result<>() : result<>(then.error()));
            return *then != flow::break_;
        };
        MOCKER_CHECK_RETURN(for_each(node, value, visit));
        if (!any) {
            auto then = walk(node.otherwise, dot);
            variables_.resize(known, {"", dot});
            return then;
        }
        variables_.resize(known, {"", dot});
        return flow::next;
    }

    template <class Visit>
    result<> for_each(template_node const& node, template_value const& value, Visit const& visit) {
        if (auto const* array = (*value).if_array()) {
            for (std::size_t i = 0; i < array->size(); ++i) {
                MOCKER_TRY_RETURN(more, visit(json::value(static_cast<std::int64_t>(i)), value.member((*array)[i])));
                if (!more) break;
            }
        } else if (auto const* object = (*value).if_object()) {
            std::vector<json::key_value_pair const*> members;
            for (auto const& member : *object) members.push_back(&member);
            std::sort(members.begin(), members.end(), [](auto* a, auto* b) { return a->key() < b->key(); });
            for (auto const* member : members) {
                MOCKER_TRY_RETURN(more, visit(json::value(member->key()), value.member(member->value())));
                if (!more) break;
            }
        } else if ((*value).is_int64()) {
            if ((*value).get_int64() > 1'000'000)
                return fail(node.pipeline.position, text_of(node.pipeline), "range is too long");
            for (std::int64_t i = 0; i < (*value).get_int64(); ++i) {
                MOCKER_TRY_RETURN(more, visit(json::value(i), template_value::of(i)));
                if (!more) break;
            }
        } else if (!(*value).is_null()) {
            return fail(node.pipeline.position, text_of(node.pipeline),
                        "range can't iterate over " + template_print(*value));
        }
        return {};
    }

    static std::string text_of(template_pipeline const& pipeline) {
        std::string out;
        for (auto const& command : pipeline.commands) out += (out.empty() ? "" : " | ") + command.text();
        return out;
    }

    void assign(template_pipeline const& pipeline, std::size_t which, template_value const& value, std::size_t limit) {
        auto const& name = pipeline.variables[which];
        if (!pipeline.assigns) return variables_.emplace_back(name, value), void();
        for (auto i = std::min(limit, variables_.size()); i-- > 0;)
            if (variables_[i].first == name) return variables_[i].second = value, void();
    }

    result<template_value> evaluate(template_pipeline const& pipeline, template_value const& dot) {
        std::optional<template_value> final;
        for (auto const& command : pipeline.commands) {
            MOCKER_TRY_RETURN(value, evaluate(command, dot, final));
            final = std::move(value);
        }
        bool const ranges = pipeline.variables.size() > 1; // the range itself assigns these
        if (pipeline.variables.size() == 1 && !ranges) assign(pipeline, 0, *final, variables_.size());
        return *final;
    }

    result<template_value> evaluate(template_command const& command, template_value const& dot,
                                    std::optional<template_value> const& final) {
        auto const& first = command.operands.front();
        if (first.type == template_operand::kind::function) return call(command, dot, final);
        if (command.operands.size() > 1 || final) {
            if (first.type == template_operand::kind::field && first.fields.size() == 1 && dot.is_top &&
                options_.method)
                return call_method(command, dot, final);
            auto const field = first.type == template_operand::kind::field;
            if (field && !lookup(first, first.fields, dot)) return lookup(first, first.fields, dot);
            return fail(first.position, first.text,
                        field ? first.fields.back() + " is not a method but has arguments"
                              : "can't give argument to non-function " + first.text);
        }
        if (first.type == template_operand::kind::nil) return fail(first.position, "nil", "nil is not a command");
        return operand(first, dot);
    }

    result<template_value> operand(template_operand const& operand, template_value const& dot) {
        switch (operand.type) {
        case template_operand::kind::dot: return dot;
        case template_operand::kind::nil: return template_value::of(nullptr);
        case template_operand::kind::constant: return template_value::of(operand.constant);
        case template_operand::kind::field: return lookup(operand, operand.fields, dot);
        case template_operand::kind::variable:
            for (auto i = variables_.size(); i-- > 0;)
                if (variables_[i].first == operand.name) return lookup(operand, operand.fields, variables_[i].second);
            return fail(operand.position, operand.text, "undefined variable: " + operand.name);
        case template_operand::kind::pipeline: {
            MOCKER_TRY_RETURN(value, evaluate(*operand.inner, dot));
            return lookup(operand, operand.fields, value);
        }
        case template_operand::kind::function: {
            template_command alone;
            alone.position = operand.position;
            alone.operands.push_back(operand);
            MOCKER_TRY_RETURN(value, call(alone, dot, std::nullopt));
            return lookup(operand, operand.fields, value);
        }
        }
        return dot;
    }

    error no_entry(template_operand const& operand, std::string const& field) const {
        return fail(operand.position, operand.text, "map has no entry for key " + go_quote(field));
    }

    static template_value zero_value(json::value zero) {
        bool const is_nil = zero.is_null() || zero.is_array() || zero.is_object();
        std::string_view const text = zero.is_array() ? "[]" : zero.is_object() ? "map[]" : "<nil>";
        auto value = template_value::of(is_nil ? json::value() : std::move(zero));
        value.null_text = text;
        return value;
    }

    result<template_value> lookup(template_operand const& operand, std::vector<std::string> const& fields,
                                  template_value value) {
        for (auto const& field : fields) {
            auto const* object = (*value).if_object();
            if ((*value).is_null() && !value.missing.empty()) return no_entry(operand, value.missing);
            if ((*value).is_null())
                return fail(operand.position, operand.text, "nil pointer evaluating interface {}." + field);
            auto const* found = object ? object->if_contains(field) : nullptr;
            if (!found && object && options_.alias) found = object->if_contains(options_.alias(field));
            if (!found && value.is_top && options_.method) {
                if (auto made = options_.method(field, {})) {
                    value = template_value::of(std::move(*made));
                    continue;
                }
            }
            if (!found && value.is_map) {
                value = template_value::of(nullptr);
                continue;
            }
            if (object && (!found || found->is_null())) {
                if (auto zero = options_.zero ? options_.zero(field) : std::nullopt) {
                    value = zero_value(std::move(*zero));
                    if (!found) value.missing = field;
                    continue;
                }
            }
            if (!found && object && (!value.is_top || options_.type_name.empty())) return no_entry(operand, field);
            if (!found) {
                auto const type = value.is_top && !options_.type_name.empty() ? options_.type_name : "interface {}";
                return fail(operand.position, operand.text,
                            "can't evaluate field " + field + " in type " + std::string(type));
            }
            value = value.member(*found);
            value.is_map = names_a_map(field);
        }
        return value;
    }

    result<template_value> call_method(template_command const& command, template_value const& dot,
                                       std::optional<template_value> const& final) {
        auto const& first = command.operands.front();
        MOCKER_TRY_RETURN(arguments, arguments_of(command, dot, final));
        if (auto made = options_.method(first.fields.front(), arguments)) return template_value::of(std::move(*made));
        MOCKER_TRY_RETURN(field, lookup(first, first.fields, dot));
        (void)field;
        return fail(first.position, first.text,
                    "wrong number of args for " + first.fields.front() + ": want 0 got " +
                        std::to_string(arguments.size()));
    }

    result<std::vector<json::value>> arguments_of(template_command const& command, template_value const& dot,
                                                  std::optional<template_value> const& final) {
        std::vector<json::value> arguments;
        for (std::size_t i = 1; i < command.operands.size(); ++i) {
            MOCKER_TRY_RETURN(value, operand(command.operands[i], dot));
            arguments.push_back(*value);
        }
        if (final) arguments.push_back(**final);
        return arguments;
    }

    result<template_value> call(template_command const& command, template_value const& dot,
                                std::optional<template_value> const& final) {
        auto const& name = command.operands.front().name;
        if (name == "and" || name == "or") return choose(command, dot, final);
        MOCKER_TRY_RETURN(arguments, arguments_of(command, dot, final));
        if (options_.keep_arguments && !arguments.empty() && is_docker_function(name))
            return template_value::of(arguments.front());
        auto value = call_template_function(name, arguments);
        if (value) return template_value::of(std::move(*value));
        auto const reason = value.error().message();
        bool const direct = reason.starts_with("wrong number of args") || reason.starts_with("wrong type for value");
        return fail(command.position, direct ? name : command.text(),
                    direct ? reason : "error calling " + name + ": " + reason);
    }

    static bool is_docker_function(std::string_view name) {
        constexpr std::string_view known[] = {"json", "split", "join", "title", "lower", "upper", "pad", "truncate"};
        return std::find(std::begin(known), std::end(known), name) != std::end(known);
    }

    /// `and` and `or` stop at the first argument that decides.
    result<template_value> choose(template_command const& command, template_value const& dot,
                                  std::optional<template_value> const& final) {
        bool const stop_at = command.operands.front().name == "or";
        if (command.operands.size() == 1 && !final)
            return fail(command.position, command.text(),
                        "wrong number of args for " + command.operands.front().name + ": want at least 1 got 0");
        std::optional<template_value> last;
        for (std::size_t i = 1; i < command.operands.size(); ++i) {
            MOCKER_TRY_RETURN(value, operand(command.operands[i], dot));
            if (template_truth(*value) == stop_at) return value;
            last = std::move(value);
        }
        return final ? *final : *last;
    }

    template_tree const& tree_;
    go_template_options const& options_;
    std::vector<std::pair<std::string, template_value>> variables_;
    std::string out_;
};

} // namespace detail

MOCKER_DECL result<go_template> go_template::parse(std::string_view text) {
    MOCKER_TRY_RETURN(tree, detail::parse_template(text));
    return go_template(std::make_shared<detail::template_tree const>(std::move(tree)));
}

MOCKER_DECL result<std::string> go_template::execute(json::value const& data,
                                                     go_template_options const& options) const {
    return detail::template_executor(*tree_, options).run(data);
}

} // namespace mocker

#endif
