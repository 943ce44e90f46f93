#include <mocker/archive/tar_reader.hpp>

#include <gtest/gtest.h>
#include <support/archive_maker.hpp>

#include <cstdio>
#include <string>
#include <vector>

using namespace mocker;
using archive::entry_type;
using archive::tar_entry;
using namespace std::string_literals;

namespace {

struct seen_entry {
    tar_entry header;
    std::string content;
};

/// Remembers all it is shown; holes of sparse files as zeros.
class recorder final : public archive::tar_visitor {
public:
    result<> begin(tar_entry const& entry) override {
        seen.push_back({entry, std::string()});
        return {};
    }
    result<> content(std::uint64_t offset, std::string_view bytes) override {
        auto& content = seen.back().content;
        EXPECT_GE(offset, content.size());
        content.resize(offset, '\0');
        content += bytes;
        return {};
    }
    result<> end() override {
        if (seen.back().header.sparse) seen.back().content.resize(seen.back().header.size, '\0');
        return {};
    }

    std::vector<seen_entry> seen;
};

result<std::vector<seen_entry>> read(std::string_view bytes, std::size_t piece = 4096) {
    recorder to;
    archive::tar_reader tar(to);
    while (!bytes.empty()) {
        auto const part = bytes.substr(0, piece);
        MOCKER_CHECK_RETURN(tar.write(part));
        bytes.remove_prefix(part.size());
    }
    MOCKER_CHECK_RETURN(tar.finish());
    return std::move(to.seen);
}

/// What the program @p command, given a directory of its own, writes to the file `out.tar` there.
std::string made_by(std::string const& command) {
    test::temporary_directory const directory;
    auto const all = "cd " + directory.path() + " && { " + command + "; } >/dev/null 2>&1";
    if (std::system(all.c_str()) != 0) throw std::runtime_error(command);
    std::string bytes;
    auto* file = std::fopen(directory.path("out.tar").c_str(), "rb");
    for (char buffer[4096];;) {
        auto const n = std::fread(buffer, 1, sizeof buffer, file);
        if (n == 0) break;
        bytes.append(buffer, n);
    }
    std::fclose(file);
    return bytes;
}

void fix_checksum(std::string& tar, std::size_t at = 0) {
    tar.replace(at + 148, 8, 8, ' ');
    unsigned sum = 0;
    for (std::size_t i = 0; i < 512; ++i) sum += static_cast<unsigned char>(tar[at + i]);
    char digits[16];
    std::snprintf(digits, sizeof digits, "%06o", sum);
    tar.replace(at + 148, 7, digits, 7);
}

} // namespace

TEST(tar_reader, gives_entries_in_order_with_their_content) {
    auto const tar = test::archive_maker().directory("etc", 0750).file("etc/hostname", "box\n", 04755).symlink("a", "etc").bytes();
    for (std::size_t const piece : {std::size_t(1), std::size_t(511), std::size_t(513), std::size_t(1) << 20}) {
        auto const seen = read(tar, piece).value();
        ASSERT_EQ(seen.size(), 3u);
        EXPECT_EQ(seen[0].header.type, entry_type::directory);
        EXPECT_EQ(seen[0].header.mode, 0750u);
        EXPECT_EQ(seen[1].header.path, "etc/hostname");
        EXPECT_EQ(seen[1].header.mode, 04755u);
        EXPECT_EQ(seen[1].content, "box\n");
        EXPECT_EQ(seen[2].header.link_target, "etc");
        EXPECT_EQ(seen[2].header.modified.tv_sec, 1'700'000'000);
    }
}

TEST(tar_reader, keeps_what_only_pax_headers_can_hold) {
    tar_entry entry;
    entry.path = std::string(300, 'd') + "/e\xcc\x81\xff"; // decomposed Unicode, and a byte that is none
    entry.modified = {-2, 500'000'000};
    entry.accessed = timespec{1'700'000'001, 7};
    entry.uid = 3'000'000'000u;
    entry.gid = 2'097'152;
    entry.xattrs = {{"security.capability", "\x01\x00\x00\x02"s}, {"user.empty", ""}};
    auto const seen = read(test::archive_maker().add(entry).file("next", "").bytes()).value();
    ASSERT_EQ(seen.size(), 2u);
    auto const& header = seen[0].header;
    EXPECT_EQ(header.path, entry.path);
    EXPECT_EQ(header.modified.tv_sec, -2);
    EXPECT_EQ(header.modified.tv_nsec, 500'000'000);
    EXPECT_EQ(header.accessed->tv_nsec, 7);
    EXPECT_EQ(header.uid, entry.uid);
    EXPECT_EQ(header.gid, entry.gid);
    EXPECT_EQ(header.xattrs, entry.xattrs);
    EXPECT_EQ(seen[1].header.path, "next"); // and none of it sticks to the next entry
    EXPECT_TRUE(seen[1].header.xattrs.empty());
}

TEST(tar_reader, reads_what_gnu_tar_writes_in_each_format) {
    auto const name = std::string(120, 'n');
    for (std::string const format : {"gnu", "pax", "oldgnu"}) {
        auto const seen = read(made_by("mkdir d && echo hi > d/" + name + " && ln d/" + name + " d/hard && ln -s " + name +
                                       " d/soft && mkfifo d/p && tar --sort=name -cf out.tar --format=" + format + " d"));
        ASSERT_TRUE(seen) << format << ": " << seen.error().message();
        ASSERT_EQ(seen->size(), 5u) << format;
        EXPECT_EQ((*seen)[1].header.path, "d/hard");
        EXPECT_EQ((*seen)[1].content, "hi\n");
        EXPECT_EQ((*seen)[2].header.type, entry_type::hard_link);
        EXPECT_EQ((*seen)[2].header.path, "d/" + name);
        EXPECT_EQ((*seen)[3].header.type, entry_type::fifo);
        EXPECT_EQ((*seen)[4].header.link_target, name);
    }
}

TEST(tar_reader, fills_the_holes_of_sparse_files_in_every_form) {
    std::string expected(3 << 20, '\0');
    for (int i = 0; i < 12; ++i) expected.replace(static_cast<std::size_t>(i) * 200'000 + 4096, 4, "data");
    std::string const make = "for i in 0 1 2 3 4 5 6 7 8 9 10 11; do printf data | dd of=f bs=1 seek=$((i*200000+4096)) conv=notrunc; "
                             "done; truncate -s 3145728 f; ";
    for (std::string const form : {"--format=gnu", "--format=pax --sparse-version=0.0", "--format=pax --sparse-version=0.1",
                                   "--format=pax --sparse-version=1.0"}) {
        auto const tar = made_by(make + "tar --hole-detection=raw -S " + form + " -cf out.tar f");
        EXPECT_LT(tar.size(), 400'000u) << form << " is not sparse";
        for (std::size_t const piece : {std::size_t(100), std::size_t(1) << 20}) {
            auto const seen = read(tar, piece);
            ASSERT_TRUE(seen) << form << ": " << seen.error().message();
            ASSERT_EQ(seen->size(), 1u);
            EXPECT_EQ((*seen)[0].header.path, "f");
            EXPECT_TRUE((*seen)[0].content == expected) << form;
        }
    }
}

TEST(tar_reader, reads_numbers_in_gnus_binary_form) {
    auto tar = test::archive_maker().file("f", "").bytes();
    tar.replace(108, 8, "\x80\0\0\0\xff\xff\xff\xfe"s);                   // uid 4294967294
    tar.replace(136, 12, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"s); // one second before the epoch
    fix_checksum(tar);
    auto const seen = read(tar).value();
    EXPECT_EQ(seen[0].header.uid, 4294967294u);
    EXPECT_EQ(seen[0].header.modified.tv_sec, -1);
}

TEST(tar_reader, ignores_what_follows_the_end) {
    auto const tar = test::archive_maker().file("f", "x").bytes();
    EXPECT_EQ(read(tar + std::string(9000, '\0')).value().size(), 1u);
    EXPECT_EQ(read(tar + "anything").value().size(), 1u);
    EXPECT_EQ(read("").value().size(), 0u);
    EXPECT_EQ(read(std::string(1024, '\0')).value().size(), 0u);
}

TEST(tar_reader, notices_an_archive_that_is_cut_within_an_entry) {
    tar_entry entry;
    entry.path = std::string(200, 'x');
    entry.size = 700;
    auto const tar = test::archive_maker().add(entry, std::string(700, 'y')).bytes();
    auto const whole_entries = tar.size() - 1024; // without the end mark, which may be missing
    for (std::size_t cut = 1; cut < whole_entries; ++cut) {
        auto const seen = read(std::string_view(tar).substr(0, cut));
        ASSERT_FALSE(seen) << cut;
        EXPECT_EQ(seen.error().code(), errc::malformed);
    }
    EXPECT_TRUE(read(std::string_view(tar).substr(0, whole_entries)));
}

TEST(tar_reader, refuses_headers_that_lie) {
    auto const good = test::archive_maker().file("f", "x").bytes();
    auto const with = [&](std::size_t at, std::string_view bytes) {
        auto tar = good;
        tar.replace(at, bytes.size(), bytes);
        fix_checksum(tar);
        return read(tar);
    };
    auto broken = good;
    broken[0] = 'g';
    EXPECT_EQ(read(broken).error().message(), "archive/tar: invalid tar header: wrong checksum at byte 0");
    EXPECT_FALSE(with(124, "notoctal!!!"));
    EXPECT_FALSE(with(124, "-0000000001"));
    EXPECT_FALSE(with(124, "\x80\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"s));
    EXPECT_FALSE(with(124, "77777777777")); // more than there is
    EXPECT_FALSE(with(156, "Z"));           // no type that is known
    EXPECT_FALSE(with(156, "x"));           // PAX records that are none
    EXPECT_TRUE(with(156, "7"));
}

TEST(tar_reader, refuses_damaged_pax_records) {
    auto const with_records = [](std::string const& records) {
        auto header = test::archive_maker().file("pax", records).file("f", "").bytes();
        header[156] = 'x';
        fix_checksum(header);
        return read(header);
    };
    EXPECT_EQ(with_records("12 path=abc\n").value()[0].header.path, "abc");
    for (std::string const records :
         {"x", "12 path=abc", "13 path=abc\n", "99999999999999999999 path=abc\n", "12 path\nabcde\n", "6 =a\n\n",
          "11 size=-1\n", "12 size=1x\n\n", "15 mtime=1.2x\n", "20 GNU.sparse.map=1\n"}) {
        EXPECT_FALSE(with_records(records)) << records;
    }
    EXPECT_FALSE(with_records(std::string(2 << 20, 'x')));
}

TEST(tar_reader, stops_with_what_its_visitor_returns) {
    class refusing final : public archive::tar_visitor {
        result<> begin(tar_entry const& entry) override { return error(errc::forbidden, "no " + entry.path); }
        result<> content(std::uint64_t, std::string_view) override { return {}; }
        result<> end() override { return {}; }
    } to;
    archive::tar_reader tar(to);
    EXPECT_EQ(tar.write(test::archive_maker().file("f", "x").bytes()).error().message(), "no f");
}
