#ifndef MOCKER_CONTENT_IMPL_BLOB_STORE_IPP
#define MOCKER_CONTENT_IMPL_BLOB_STORE_IPP

#include <mocker/content/blob_store.hpp>
#include <mocker/core/file.hpp>
#include <mocker/core/id.hpp>
#include <mocker/core/json.hpp>
#include <mocker/core/sha256.hpp>

#include <boost/json/serialize.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

namespace mocker::content {
namespace detail {

inline constexpr std::string_view layout_version = R"({"imageLayoutVersion":"1.0.0"})";

MOCKER_DECL result<> check_layout(std::string const& path) {
    MOCKER_TRY_RETURN(text, read_file(path, 4096));
    MOCKER_TRY_RETURN(document, parse_json(text));
    auto const* object = document.if_object();
    auto const* version = object ? object->if_contains("imageLayoutVersion") : nullptr;
    if (version && version->is_string() && version->get_string().starts_with("1.")) return {};
    return error(errc::unsupported, path + ": not an image layout of version 1");
}

} // namespace detail

MOCKER_DECL result<blob_store> blob_store::open(std::string root) {
    MOCKER_CHECK_RETURN(remove_tree(root + "/.ingest"));
    MOCKER_CHECK_RETURN(make_directories(root + "/blobs/sha256", 0755));
    MOCKER_CHECK_RETURN(make_directories(root + "/.ingest", 0700));
    auto const layout = root + "/oci-layout", index = root + "/index.json";
    if (::access(layout.c_str(), F_OK) != 0) MOCKER_CHECK_RETURN(write_file_atomic(layout, detail::layout_version));
    MOCKER_CHECK_RETURN(detail::check_layout(layout));
    blob_store opened(std::move(root));
    if (::access(index.c_str(), F_OK) != 0) MOCKER_CHECK_RETURN(opened.write_index({}));
    return opened;
}

MOCKER_DECL std::string blob_store::path(digest const& name) const {
    return root_ + "/blobs/" + std::string(name.algorithm()) + '/' + std::string(name.hex());
}

MOCKER_DECL std::optional<std::int64_t> blob_store::size(digest const& name) const {
    struct stat status {};
    if (::stat(path(name).c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
    return status.st_size;
}

MOCKER_DECL result<std::string> blob_store::read(digest const& name, std::size_t limit) const {
    MOCKER_TRY_RETURN(text, read_file(path(name), limit));
    if (auto const found = sha256_of(text); found != name) {
        return error(errc::digest_mismatch, "blob " + name.text() + " is damaged: it hashes to " + found.text());
    }
    return std::move(text);
}

MOCKER_DECL result<blob_writer> blob_store::begin(std::optional<oci::descriptor> expected) const {
    auto temporary = root_ + "/.ingest/" + random_id().substr(0, 16);
    MOCKER_TRY_RETURN(fd, open_file(temporary, O_WRONLY | O_CREAT | O_EXCL, 0600));
    return blob_writer(root_ + "/blobs/sha256", std::move(temporary), std::move(fd), std::move(expected));
}

MOCKER_DECL result<digest> blob_store::put(std::string_view content) const {
    auto const name = sha256_of(content);
    if (size(name) == static_cast<std::int64_t>(content.size())) return name;
    MOCKER_TRY_RETURN(writer, begin());
    MOCKER_CHECK_RETURN(writer.write(content));
    return writer.commit();
}

MOCKER_DECL result<> blob_store::remove(digest const& name) const {
    auto const file = path(name);
    if (::unlink(file.c_str()) == 0 || errno == ENOENT) return {};
    return error::from_errno(errno, "remove " + file);
}

MOCKER_DECL result<std::vector<digest>> blob_store::list() const {
    std::vector<digest> names;
    std::error_code failed;
    for (std::filesystem::directory_iterator at(root_ + "/blobs/sha256", failed), end; !failed && at != end; at.increment(failed)) {
        if (auto name = digest::parse("sha256:" + at->path().filename().string())) names.push_back(std::move(*name));
    }
    if (failed) return error::from_errno(failed.value(), "list " + root_ + "/blobs/sha256");
    return names;
}

MOCKER_DECL result<> blob_store::sync() const { return sync_directory(root_ + "/blobs/sha256"); }

MOCKER_DECL result<oci::index> blob_store::read_index() const {
    MOCKER_TRY_RETURN(text, read_file(root_ + "/index.json", std::size_t(64) << 20));
    auto index = oci::index::parse(text, oci::media_types::index);
    if (!index) return index.error().within(root_ + "/index.json");
    return index;
}

MOCKER_DECL result<> blob_store::write_index(oci::index const& index) const {
    return write_file_atomic(root_ + "/index.json", json::serialize(index.to_json()));
}

} // namespace mocker::content

#endif
