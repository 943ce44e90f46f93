#ifndef MOCKER_HTTP_IMPL_ROUTER_IPP
#define MOCKER_HTTP_IMPL_ROUTER_IPP

#include <mocker/http/router.hpp>

#include <algorithm>
#include <stdexcept>
#include <string>

namespace mocker::http {
namespace detail {

/// The segments of a path that starts with `/`: `/a//b` has `a`, an empty one and `b`.
MOCKER_DECL std::vector<std::string_view> split_path(std::string_view path) {
    std::vector<std::string_view> out;
    if (path.empty() || path.front() != '/') return out;
    do {
        path.remove_prefix(1);
        auto const end = std::min(path.find('/'), path.size());
        out.push_back(path.substr(0, end));
        path.remove_prefix(end);
    } while (!path.empty());
    return out;
}

/// `/containers//web/json`, which clients make of the name `/web`, as `/containers/web/json`.
MOCKER_DECL std::string without_empty_segments(std::string_view path) {
    std::string out;
    for (char const c : path)
        if (c != '/' || out.empty() || out.back() != '/') out += c;
    return out;
}

} // namespace detail

MOCKER_DECL void router::add(verb method, std::string_view pattern, handler answer) {
    if (pattern.empty() || pattern.front() != '/')
        throw std::invalid_argument("route does not start with a slash: " + std::string(pattern));
    route added{method, {}, 0, std::move(answer)};
    for (auto const text : detail::split_path(pattern)) {
        if (text.size() < 2 || text.front() != '{' || text.back() != '}') {
            added.segments.push_back({segment_kind::literal, std::string(text)});
            continue;
        }
        auto const name = text.substr(1, text.size() - 2);
        auto const colon = name.find(':');
        auto const is_rest = colon != std::string_view::npos;
        if (is_rest && (name.substr(colon) != ":.*" || added.rank >= 1000))
            throw std::invalid_argument("route is not supported: " + std::string(pattern));
        added.segments.push_back(
            {is_rest ? segment_kind::rest : segment_kind::parameter, std::string(name.substr(0, colon))});
        added.rank += is_rest ? 1000 : 1;
    }
    auto const place = std::upper_bound(routes_.begin(), routes_.end(), added,
                                        [](route const& a, route const& b) { return a.rank < b.rank; });
    routes_.insert(place, std::move(added));
}

MOCKER_DECL bool router::match(route const& r, std::vector<std::string_view> const& path,
                               std::vector<detail::path_parameter>& parameters) {
    auto const& pattern = r.segments;
    auto const has_rest = r.rank >= 1000;
    if (has_rest ? path.size() < pattern.size() : path.size() != pattern.size()) return false;
    auto const extra = path.size() - pattern.size(); // segments that the rest takes beyond its first
    parameters.clear();
    std::size_t at = 0;
    for (auto const& segment : pattern) {
        auto text = path[at++];
        if (segment.kind == segment_kind::literal) {
            if (text != segment.text) return false;
            continue;
        }
        if (segment.kind == segment_kind::rest) {
            at += extra;
            text = {text.data(), static_cast<std::size_t>(path[at - 1].data() + path[at - 1].size() - text.data())};
        }
        if (text.empty()) return false;
        parameters.push_back({segment.text, std::string(text)});
    }
    return true;
}

MOCKER_DECL handler const* router::find(verb method, std::string_view path,
                                        std::vector<detail::path_parameter>& parameters) const {
    auto const segments = detail::split_path(path);
    if (segments.empty()) return nullptr;
    for (auto const& r : routes_)
        if (r.method == method && match(r, segments, parameters)) return &r.answer;
    parameters.clear();
    if (path.find("//") != std::string_view::npos)
        return find(method, detail::without_empty_segments(path), parameters);
    return method == verb::head ? find(verb::get, path, parameters) : nullptr;
}

MOCKER_DECL handler const* router::find(request& q) const {
    q.routed_path_ = rewrite_ ? rewrite_(q.path_) : std::string_view(q.path_);
    return find(q.method(), q.routed_path_, q.parameters_);
}

MOCKER_DECL handler const* router::find(verb method, std::string_view path,
                                        std::vector<std::string>& parameters) const {
    std::vector<detail::path_parameter> found;
    auto const* const answer = find(method, rewrite_ ? rewrite_(path) : path, found);
    parameters.clear();
    for (auto const& p : found) parameters.push_back(std::string(p.name) + "=" + p.value);
    return answer;
}

} // namespace mocker::http

#endif
