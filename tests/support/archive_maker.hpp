#ifndef MOCKER_TESTS_SUPPORT_ARCHIVE_MAKER_HPP
#define MOCKER_TESTS_SUPPORT_ARCHIVE_MAKER_HPP

#include <mocker/archive/tar_writer.hpp>

#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

namespace mocker::test {

/// A directory of its own, gone with the object.
class temporary_directory {
public:
    temporary_directory() {
        char name[] = "/tmp/mocker-test-XXXXXX";
        if (!::mkdtemp(name)) throw std::runtime_error("mkdtemp");
        path_ = name;
    }
    ~temporary_directory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    temporary_directory(temporary_directory const&) = delete;
    temporary_directory& operator=(temporary_directory const&) = delete;
    std::string path(std::string_view below = {}) const { return below.empty() ? path_ : path_ + '/' + std::string(below); }

private:
    std::string path_;
};

/// Makes a tar archive in memory: `archive_maker().directory("etc").file("etc/hostname", "box\n").bytes()`.
class archive_maker {
public:
    archive_maker() : tar_([this](std::string_view piece) -> result<> {
        bytes_ += piece;
        return {};
    }) {}

    archive_maker& add(archive::tar_entry const& entry, std::string_view content = {}) {
        if (!tar_.begin(entry) || !tar_.content(content)) throw std::runtime_error("cannot write the archive");
        return *this;
    }
    archive_maker& file(std::string path, std::string_view content, mode_t mode = 0644) {
        auto entry = make(archive::entry_type::regular, std::move(path), mode);
        entry.size = content.size();
        return add(entry, content);
    }
    archive_maker& directory(std::string path, mode_t mode = 0755) {
        return add(make(archive::entry_type::directory, std::move(path), mode));
    }
    archive_maker& symlink(std::string path, std::string target) {
        auto entry = make(archive::entry_type::symbolic_link, std::move(path), 0777);
        entry.link_target = std::move(target);
        return add(entry);
    }
    archive_maker& hard_link(std::string path, std::string target) {
        auto entry = make(archive::entry_type::hard_link, std::move(path), 0644);
        entry.link_target = std::move(target);
        return add(entry);
    }
    std::string bytes() {
        if (!tar_.finish()) throw std::runtime_error("cannot end the archive");
        return std::move(bytes_);
    }

    static archive::tar_entry make(archive::entry_type type, std::string path, mode_t mode) {
        archive::tar_entry entry;
        entry.type = type;
        entry.path = std::move(path);
        entry.mode = mode;
        entry.modified = {1'700'000'000, 0};
        return entry;
    }

private:
    std::string bytes_;
    archive::tar_writer tar_;
};

inline std::string gzip(std::string_view plain) {
    z_stream z{};
    if (::deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) throw std::runtime_error("deflateInit2");
    std::string out(::deflateBound(&z, plain.size()) + 64, '\0');
    z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
    z.avail_in = static_cast<uInt>(plain.size());
    z.next_out = reinterpret_cast<Bytef*>(out.data());
    z.avail_out = static_cast<uInt>(out.size());
    ::deflate(&z, Z_FINISH);
    out.resize(z.total_out);
    ::deflateEnd(&z);
    return out;
}

inline std::string zstd(std::string_view plain) {
    std::string out(::ZSTD_compressBound(plain.size()), '\0');
    out.resize(::ZSTD_compress(out.data(), out.size(), plain.data(), plain.size(), 3));
    return out;
}

} // namespace mocker::test

#endif
