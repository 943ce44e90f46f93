#include <mocker/core/digest.hpp>
#include <mocker/core/error_table.hpp>
#include <mocker/core/id.hpp>
#include <mocker/core/json.hpp>
#include <mocker/core/sha256.hpp>
#include <mocker/core/size.hpp>
#include <mocker/core/time.hpp>

#include <gtest/gtest.h>

#include <cerrno>

using namespace mocker;
using namespace std::chrono_literals;

TEST(error, the_sentence_of_a_system_error_names_what_failed) {
    EXPECT_EQ(error::from_errno(ENOENT, "open /x").message(), "open /x: No such file or directory");
    EXPECT_EQ(error::from_errno(ENOENT, "open /x").within("import").message(), "import: open /x: No such file or directory");
}

TEST(error, the_sentence_of_an_engine_error_is_the_text_alone) {
    EXPECT_EQ(error(errc::not_found, "No such container: web").message(), "No such container: web");
    EXPECT_EQ(error(errc::conflict).message(), "conflict");
}

TEST(error_table, every_kind_has_the_status_that_docker_answers_with) {
    EXPECT_EQ(http_status(error(errc::not_found)), 404u);
    EXPECT_EQ(http_status(error(errc::conflict)), 409u);
    EXPECT_EQ(http_status(error(errc::malformed)), 400u);
    EXPECT_EQ(http_status(error(errc::command_not_found)), 400u);
    EXPECT_EQ(http_status(error::from_errno(EIO, "read")), 500u);
    for (unsigned const status : {304u, 400u, 401u, 403u, 404u, 409u, 501u, 503u, 500u})
        EXPECT_EQ(http_status(error(errc_from_http_status(status))), status);
}

TEST(digest, parses_what_it_prints) {
    auto const d = sha256_of("abc");
    EXPECT_EQ(d.text(), "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(digest::parse(d.text()).value(), d);
    EXPECT_EQ(d.algorithm(), "sha256");
    EXPECT_EQ(d.hex().size(), 64u);
}

TEST(digest, refuses_all_that_is_cut_or_of_another_alphabet) {
    auto const whole = sha256_of("abc").text();
    for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_FALSE(digest::parse(whole.substr(0, size))) << size;
    EXPECT_FALSE(digest::parse(whole + "0"));
    EXPECT_FALSE(digest::parse("sha256:" + std::string(64, 'G')));
    EXPECT_FALSE(digest::parse("sha256:../../../../../../../../../../../../../../../../etc/passwd0000"));
    EXPECT_EQ(digest::parse("md5:0123").error().code(), errc::unsupported);
}

TEST(sha256, hashing_in_pieces_gives_the_same_digest) {
    sha256 hash;
    hash.update("a");
    hash.update("bc");
    EXPECT_EQ(hash.finish(), sha256_of("abc"));
    EXPECT_EQ(hash.finish(), sha256_of("")) << "starts anew";
}

TEST(id, is_64_hexadecimal_digits_and_never_the_same) {
    auto const id = random_id();
    EXPECT_EQ(id.size(), 64u);
    EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos);
    EXPECT_NE(id, random_id());
    EXPECT_EQ(short_id("sha256:0123456789abcdef"), "0123456789ab");
}

TEST(size, is_shown_in_powers_of_1000_with_four_digits) {
    EXPECT_EQ(human_size(0), "0B");
    EXPECT_EQ(human_size(999), "999B");
    EXPECT_EQ(human_size(1000), "1kB");
    EXPECT_EQ(human_size(4'261'550), "4.262MB");
    EXPECT_EQ(human_size(77'800'000, 3), "77.8MB");
}

TEST(size, is_read_in_powers_of_1024) {
    EXPECT_EQ(parse_size("512").value(), 512);
    EXPECT_EQ(parse_size("64m").value(), 64 << 20);
    EXPECT_EQ(parse_size("1.5g").value(), 3LL << 29);
    EXPECT_EQ(parse_size("10 KiB").value(), 10240);
    EXPECT_EQ(parse_size("10kb").value(), 10240);
    for (auto const* text : {"", "m", "-1", "1x", "1mm", "1..2", "1e400g", "99999999999999g"})
        EXPECT_FALSE(parse_size(text)) << text;
    EXPECT_EQ(parse_size("foo").error().message(), "invalid size: 'foo'");
}

TEST(time, rfc3339_is_read_as_it_is_written) {
    auto const t = parse_rfc3339("2026-01-02T03:04:05.000000006Z").value().value();
    EXPECT_EQ(to_rfc3339_nano(t), "2026-01-02T03:04:05.000000006Z");
    EXPECT_EQ(to_rfc3339_nano(t + 994ns), "2026-01-02T03:04:05.000001Z");
    EXPECT_EQ(to_rfc3339_nano_fixed(t), "2026-01-02T03:04:05.000000006Z");
    EXPECT_EQ(to_rfc3339_nano(parse_rfc3339("2026-01-02T05:04:05+02:00").value()), "2026-01-02T03:04:05Z");
    EXPECT_EQ(to_rfc3339_nano(std::optional<time_point>()), "0001-01-01T00:00:00Z");
    EXPECT_EQ(parse_rfc3339("0001-01-01T00:00:00Z").value(), std::nullopt);
}

TEST(time, a_date_cut_anywhere_is_refused) {
    std::string const whole = "2026-01-02T03:04:05.5+02:00";
    for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_FALSE(parse_rfc3339(whole.substr(0, size))) << size;
    EXPECT_FALSE(parse_rfc3339("2026-02-30T00:00:00Z"));
    EXPECT_FALSE(parse_rfc3339("2026-01-02T25:00:00Z"));
}

TEST(time, since_takes_seconds_with_a_fraction_or_a_date) {
    EXPECT_EQ(to_rfc3339_nano(parse_timestamp("1136073600.000000001").value()), "2006-01-01T00:00:00.000000001Z");
    EXPECT_EQ(to_rfc3339_nano(parse_timestamp("2006-01-01T00:00:00Z").value()), "2006-01-01T00:00:00Z");
    EXPECT_FALSE(parse_timestamp("yesterday"));
    EXPECT_FALSE(parse_timestamp("1."));
}

TEST(time, durations_are_told_as_docker_tells_them) {
    EXPECT_EQ(human_duration(200ms), "Less than a second");
    EXPECT_EQ(human_duration(1s), "1 second");
    EXPECT_EQ(human_duration(59s), "59 seconds");
    EXPECT_EQ(human_duration(61s), "About a minute");
    EXPECT_EQ(human_duration(59min), "59 minutes");
    EXPECT_EQ(human_duration(60min), "About an hour");
    EXPECT_EQ(human_duration(47h), "47 hours");
    EXPECT_EQ(human_duration(24h * 13), "13 days");
    EXPECT_EQ(human_duration(24h * 21), "3 weeks");
    EXPECT_EQ(human_duration(24h * 365 * 3), "3 years");
}

TEST(json, an_error_says_where) {
    auto const broken = parse_json("{\"a\": 1,\n  \"b\": }");
    ASSERT_FALSE(broken);
    EXPECT_NE(broken.error().message().find("line 2, column 8"), std::string::npos) << broken.error().message();
    EXPECT_FALSE(parse_json("{} x"));
    EXPECT_FALSE(parse_json(""));
    EXPECT_TRUE(parse_json(" {} \n"));
    EXPECT_FALSE(parse_json(std::string(100'000, '[')));
}
