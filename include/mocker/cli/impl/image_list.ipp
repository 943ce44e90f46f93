#ifndef MOCKER_CLI_IMPL_IMAGE_LIST_IPP
#define MOCKER_CLI_IMPL_IMAGE_LIST_IPP

#include <mocker/cli/container_list.hpp>
#include <mocker/cli/timestamps.hpp>
#include <mocker/core/id.hpp>
#include <mocker/core/size.hpp>
#include <mocker/oci/reference.hpp>

#include <algorithm>
#include <map>
#include <utility>

namespace mocker::cli {
namespace detail {

MOCKER_DECL std::string ago(std::int64_t seconds);

MOCKER_DECL bool is_dangling(types::image_summary const& image) {
    if (image.repo_tags.empty() && image.repo_digests.empty()) return true;
    return image.repo_tags == types::string_list{"<none>:<none>"} &&
           image.repo_digests == types::string_list{"<none>@<none>"};
}

/// What follows the last @p separator of @p name; the repository alone if there is none.
MOCKER_DECL std::pair<std::string, std::string> split_name(std::string const& name, char separator) {
    auto const at = name.rfind(separator);
    if (at == std::string::npos) return {name, std::string()};
    auto const repository = name.substr(0, at);
    auto const parsed = oci::parse_reference_without_default(repository);
    return {parsed ? parsed->familiar_name() : repository, name.substr(at + 1)};
}

MOCKER_DECL std::optional<json::value> image_cell(named_image const& named, bool truncate, std::string_view name) {
    auto const& image = *named.image;
    if (name == "ID") return json::value(truncate ? short_id(image.id) : image.id);
    if (name == "Repository") return json::value(named.repository);
    if (name == "Tag") return json::value(named.tag);
    if (name == "Digest") return json::value(named.digest);
    if (name == "CreatedSince") return json::value(image.created == 0 ? std::string("N/A") : ago(image.created));
    if (name == "CreatedAt") return json::value(go_local_time(image.created));
    if (name == "Size") return json::value(human_size(static_cast<double>(image.size), 3));
    if (name == "VirtualSize") return json::value(human_size(static_cast<double>(image.size), 3));
    auto const count = [](std::int64_t value) {
        return json::value(value == -1 ? std::string("N/A") : std::to_string(value));
    };
    if (name == "Containers") return count(image.containers);
    auto const bytes = [](std::int64_t value) {
        return json::value(value == -1 ? std::string("N/A") : human_size(static_cast<double>(value)));
    };
    if (name == "SharedSize") return bytes(image.shared_size);
    if (name == "UniqueSize") return bytes(image.shared_size == -1 ? -1 : image.size - image.shared_size);
    return std::nullopt;
}

MOCKER_DECL void add_names(types::image_summary const& image, bool with_digests, std::vector<named_image>& out) {
    std::map<std::string, std::vector<std::string>> tags, digests;
    for (auto const& name : image.repo_tags) {
        auto [repository, tag] = split_name(name, ':');
        tags[repository].push_back(tag);
    }
    for (auto const& name : image.repo_digests) {
        auto [repository, digest] = split_name(name, '@');
        digests[repository].push_back(digest);
    }
    auto const add = [&](std::string repository, std::string tag, std::string digest) {
        named_image named;
        named.image = &image;
        named.repository = std::move(repository);
        named.tag = std::move(tag);
        named.digest = std::move(digest);
        out.push_back(std::move(named));
    };
    for (auto const& [repository, own_tags] : tags) {
        auto own_digests = digests[repository];
        digests.erase(repository);
        if (!with_digests || own_digests.empty()) own_digests = {"<none>"};
        for (auto const& tag : own_tags)
            for (auto const& digest : own_digests) add(repository, tag, digest);
    }
    for (auto const& [repository, own_digests] : digests) {
        if (!with_digests)
            add(repository, "<none>", "");
        else
            for (auto const& digest : own_digests) add(repository, "<none>", digest);
    }
}

} // namespace detail

MOCKER_DECL list_shape image_shape(bool digests) {
    list_shape shape;
    shape.type_name = "*formatter.imageContext";
    shape.columns = {{"Repository", "REPOSITORY", true},
                     {"Tag", "TAG", true},
                     {"Digest", "DIGEST", digests},
                     {"ID", "IMAGE ID", true},
                     {"CreatedSince", "CREATED", true},
                     {"Size", "SIZE", true},
                     {"CreatedAt", "CREATED AT"},
                     {"Containers", "CONTAINERS"},
                     {"VirtualSize", "SIZE"},
                     {"SharedSize", "SHARED SIZE"},
                     {"UniqueSize", "UNIQUE SIZE"}};
    return shape;
}

MOCKER_DECL std::vector<named_image> image_names(std::vector<types::image_summary> const& images, bool digests) {
    std::vector<named_image> out;
    for (auto const& image : images) {
        if (detail::is_dangling(image)) {
            named_image named;
            named.image = &image;
            out.push_back(std::move(named));
        } else {
            detail::add_names(image, digests, out);
        }
    }
    return out;
}

MOCKER_DECL list_row image_row(named_image image, bool truncate) {
    return [image = std::move(image), truncate](std::string_view name,
                                                std::span<json::value const> arguments) -> std::optional<json::value> {
        return arguments.empty() ? detail::image_cell(image, truncate, name) : std::nullopt;
    };
}

} // namespace mocker::cli

#endif
