#ifndef MOCKER_ENGINE_IMPL_LOG_RECORD_IPP
#define MOCKER_ENGINE_IMPL_LOG_RECORD_IPP

#include <mocker/core/json.hpp>
#include <mocker/engine/detail/log_record.hpp>

#include <boost/json/object.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

namespace mocker::engine::detail {

/// Moves @p at over @p expected, if that is what follows.
MOCKER_DECL bool skip_text(char const*& at, char const* end, std::string_view expected) noexcept {
    if (static_cast<std::size_t>(end - at) < expected.size()) return false;
    if (std::memcmp(at, expected.data(), expected.size()) != 0) return false;
    at += expected.size();
    return true;
}

/// The value of four hexadecimal digits, or -1.
MOCKER_DECL int four_hex_digits(char const* at) noexcept {
    int value = 0;
    for (int i = 0; i < 4; ++i) {
        char const c = at[i];
        int const digit = c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
        if (digit < 0) return -1;
        value = value * 16 + digit;
    }
    return value;
}

/// Writes @p code in UTF-8 at @p out, and gives where it ends.
MOCKER_DECL char* put_utf8(char* out, int code) noexcept {
    if (code < 0x80) {
        *out++ = static_cast<char>(code);
    } else if (code < 0x800) {
        *out++ = static_cast<char>(0xC0 | (code >> 6));
        *out++ = static_cast<char>(0x80 | (code & 0x3F));
    } else {
        *out++ = static_cast<char>(0xE0 | (code >> 12));
        *out++ = static_cast<char>(0x80 | ((code >> 6) & 0x3F));
        *out++ = static_cast<char>(0x80 | (code & 0x3F));
    }
    return out;
}

/// Decodes one escape after its backslash. Null for what is left to the JSON parser: surrogates, and what is none.
MOCKER_DECL char const* decode_escape(char const* at, char const* end, char*& out) noexcept {
    if (at == end) return nullptr;
    switch (*at) {
    case 'n': *out++ = '\n'; return at + 1;
    case 't': *out++ = '\t'; return at + 1;
    case 'r': *out++ = '\r'; return at + 1;
    case 'b': *out++ = '\b'; return at + 1;
    case 'f': *out++ = '\f'; return at + 1;
    case '"':
    case '\\':
    case '/': *out++ = *at; return at + 1;
    case 'u': break;
    default: return nullptr;
    }
    if (end - at < 5) return nullptr;
    int const code = four_hex_digits(at + 1);
    if (code < 0 || (code >= 0xD800 && code < 0xE000)) return nullptr;
    out = put_utf8(out, code);
    return at + 5;
}

/// Decodes a string in place from after its opening quote. Null if it needs the JSON parser.
MOCKER_DECL char const* decode_string(char const* at, char const* end, char*& out) noexcept {
    for (;;) {
        auto const* const quote = static_cast<char const*>(std::memchr(at, '"', static_cast<std::size_t>(end - at)));
        if (!quote) return nullptr;
        auto const* const slash = static_cast<char const*>(std::memchr(at, '\\', static_cast<std::size_t>(quote - at)));
        auto const* const stop = slash ? slash : quote;
        auto const size = static_cast<std::size_t>(stop - at);
        if (out != at) std::memmove(out, at, size);
        out += size;
        if (!slash) return quote + 1;
        at = decode_escape(slash + 1, end, out);
        if (!at) return nullptr;
    }
}

MOCKER_DECL bool log_decoder::decode_time(std::string_view text, time_point& out) {
    // 2026-01-02T03:04:05.123456789Z: entries of one second share all but the fraction.
    bool const usual = text.size() >= 20 && text.back() == 'Z' && (text[19] == '.' || text.size() == 20);
    if (!usual || std::memcmp(text.data(), second_text_.data(), second_text_.size()) != 0) {
        auto const parsed = parse_rfc3339(text);
        if (!parsed || !*parsed) return false;
        out = **parsed;
        if (usual) {
            std::copy_n(text.data(), second_text_.size(), second_text_.data());
            second_ = std::chrono::floor<std::chrono::seconds>(out);
        }
        return true;
    }
    std::int64_t fraction = 0;
    std::size_t digits = 0;
    for (std::size_t i = 20; i + 1 < text.size() && digits < 9; ++i, ++digits) {
        if (text[i] < '0' || text[i] > '9') return false;
        fraction = fraction * 10 + (text[i] - '0');
    }
    for (; digits < 9; ++digits) fraction *= 10;
    out = second_ + std::chrono::nanoseconds(fraction);
    return true;
}

MOCKER_DECL bool log_decoder::decode_usual(char* line, std::size_t size, log_entry& out) {
    char const* at = line;
    char const* const end = line + size;
    if (!skip_text(at, end, R"({"log":")")) return false;
    // The rest is checked first: once the text is decoded in place, there is no way back.
    auto const tail = std::string_view(line, size).rfind(R"(,"stream":"std)");
    if (tail == std::string_view::npos) return false;
    char const* rest = line + tail + 14;
    if (skip_text(rest, end, "out")) out.from = runtime::output::stream::out;
    else if (skip_text(rest, end, "err")) out.from = runtime::output::stream::err;
    else return false;
    if (!skip_text(rest, end, R"(","time":")")) return false;
    auto const* const quote = static_cast<char const*>(std::memchr(rest, '"', static_cast<std::size_t>(end - rest)));
    if (!quote || end - quote != 2 || quote[1] != '}') return false;
    if (!decode_time({rest, static_cast<std::size_t>(quote - rest)}, out.time)) return false;
    std::string_view const raw(at, static_cast<std::size_t>(line + tail - at));
    if (raw.find(R"(\ud)") != std::string_view::npos || raw.find(R"(\uD)") != std::string_view::npos) return false;
    char* const text = line + (at - line);
    char* stop = text;
    if (decode_string(at, end, stop) != line + tail) return false;
    out.line = {text, static_cast<std::size_t>(stop - text)};
    return true;
}

MOCKER_DECL result<log_entry> log_decoder::decode_any(std::string_view line) {
    error const broken(errc::internal, "an entry of the log is not in the json-file format");
    auto const value = parse_json(line, 8);
    if (!value || !value->is_object()) return broken;
    auto const& object = value->get_object();
    auto const* const text = object.if_contains("log");
    auto const* const stream = object.if_contains("stream");
    auto const* const time = object.if_contains("time");
    if (!text || !text->is_string() || !time || !time->is_string()) return broken;
    log_entry out;
    if (!decode_time(std::string_view(time->get_string()), out.time)) return broken;
    bool const err = stream && stream->is_string() && stream->get_string() == "stderr";
    out.from = err ? runtime::output::stream::err : runtime::output::stream::out;
    kept_.emplace_back(std::string_view(text->get_string()));
    out.line = kept_.back();
    return out;
}

MOCKER_DECL result<log_entry> log_decoder::decode(char* line, std::size_t size) {
    log_entry out;
    if (decode_usual(line, size, out)) return out;
    return decode_any({line, size});
}

/// True if the record before its newline at @p newline ends a line: `...\n","stream":...`, or has another form.
MOCKER_DECL bool ends_a_line(std::string_view record) noexcept {
    auto const tail = record.rfind(R"(","stream":")");
    return tail == std::string_view::npos || tail < 2 || record.substr(tail - 2, 2) == R"(\n)";
}

MOCKER_DECL result<std::uint64_t> find_tail(int fd, std::size_t lines) {
    struct stat info {};
    if (::fstat(fd, &info) != 0) return error::from_errno(errno, "log");
    auto const size = static_cast<std::uint64_t>(info.st_size);
    static constexpr std::uint64_t step = 64 * 1024;
    std::string window;             // the file from `start` on, up to the record that was looked at last
    std::uint64_t start = size;
    bool first = true;
    std::uint64_t begin_of_lines = size;
    while (true) {
        auto const newline = window.empty() ? std::string::npos : window.rfind('\n', window.size() - 1);
        bool const whole = newline != std::string::npos;
        if (!whole && start > 0) {
            auto const more = std::min(step, start);
            std::string block(more, '\0');
            auto const got = ::pread(fd, block.data(), more, static_cast<off_t>(start - more));
            if (got != static_cast<ssize_t>(more)) return error::from_errno(got < 0 ? errno : EIO, "log");
            start -= more;
            window.insert(0, block);
            continue;
        }
        if (!whole && window.empty()) return begin_of_lines; // the begin of the file
        // [after newline, end of window) is one record, the last one that was not looked at.
        auto const record_begin = whole ? newline + 1 : 0;
        std::string_view const record = std::string_view(window).substr(record_begin);
        if (!record.empty()) {
            bool const ends = first || ends_a_line(record);
            first = false;
            if (ends && lines-- == 0) return begin_of_lines;
            begin_of_lines = start + record_begin;
        }
        window.resize(whole ? newline : 0);
        if (!whole && start == 0) return begin_of_lines;
    }
}

} // namespace mocker::engine::detail

#endif
