#include "log.hpp"

#include <time.h>

#include "system.hpp"

namespace shim {
namespace {

constexpr size_t piece = 16 * 1024;

/// What came after the last newline of a stream.
struct partial {
    char data[piece];
    size_t size;
};

partial partials[2];
char buffer[64 * 1024];

} // namespace

unsigned utf8_length(unsigned char const* at, size_t size) {
    unsigned char const lead = at[0];
    unsigned const length = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
    if (length == 0 || length > size) return 0;
    for (unsigned i = 1; i < length; ++i)
        if ((at[i] & 0xc0) != 0x80) return 0;
    if (lead == 0xe0 && at[1] < 0xa0) return 0;       // overlong
    if (lead == 0xed && at[1] > 0x9f) return 0;       // surrogates
    if (lead == 0xf0 && at[1] < 0x90) return 0;       // overlong
    return lead == 0xf4 && at[1] > 0x8f ? 0 : length; // beyond U+10FFFF
}

int json_log::open(char const* path) {
    fd_ = ::open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
    return fd_ < 0 ? -errno : 0;
}

void json_log::write(unsigned stream, char const* data, size_t size) {
    if (fd_ < 0) return;
    stamp();
    auto& rest = partials[stream == 2 ? 1 : 0];
    while (size > 0) {
        auto const* const newline = static_cast<char const*>(memchr(data, '\n', size));
        size_t length = newline != nullptr ? static_cast<size_t>(newline - data) + 1 : size;
        if (rest.size == 0 && newline != nullptr && length <= piece) {
            record(stream, data, length);
        } else {
            if (length > piece - rest.size) length = piece - rest.size;
            memcpy(rest.data + rest.size, data, length);
            rest.size += length;
            if (rest.size == piece || rest.data[rest.size - 1] == '\n') {
                record(stream, rest.data, rest.size);
                rest.size = 0;
            }
        }
        data += length;
        size -= length;
    }
    flush();
}

void json_log::finish() {
    if (fd_ < 0) return;
    stamp();
    for (unsigned stream = 1; stream <= 2; ++stream) {
        auto& rest = partials[stream - 1];
        if (rest.size > 0) record(stream, rest.data, rest.size);
        rest.size = 0;
    }
    flush();
    ::close(fd_);
    fd_ = -1;
}

void json_log::record(unsigned stream, char const* data, size_t size) {
    put("{\"log\":\"", 8);
    escape(data, size);
    if (stream == 2)
        put("\",\"stream\":\"stderr\",\"time\":\"", 28);
    else
        put("\",\"stream\":\"stdout\",\"time\":\"", 28);
    put(time_, time_size_);
    put("\"}\n", 3);
}

void json_log::escape(char const* data, size_t size) {
    static char const digits[] = "0123456789abcdef";
    auto const* const bytes = reinterpret_cast<unsigned char const*>(data);
    size_t plain = 0; // where what needs no escape began
    for (size_t i = 0; i < size;) {
        unsigned char const c = bytes[i];
        if (c >= 0x20 && c < 0x80 && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&') {
            ++i;
            continue;
        }
        unsigned const length = c < 0x80 ? 1 : utf8_length(bytes + i, size - i);
        bool const separator = length == 3 && c == 0xe2 && bytes[i + 1] == 0x80 && (bytes[i + 2] & 0xfe) == 0xa8;
        if (length > 1 && !separator) {
            i += length;
            continue;
        }
        put(data + plain, i - plain);
        if (separator) {
            put(bytes[i + 2] == 0xa8 ? "\\u2028" : "\\u2029", 6);
        } else if (length == 0) {
            put("\\ufffd", 6);
        } else if (c == '"' || c == '\\' || c == '\n' || c == '\r') {
            char const pair[2] = {'\\', c == '\n' ? 'n' : c == '\r' ? 'r' : static_cast<char>(c)};
            put(pair, 2);
        } else {
            char const code[6] = {'\\', 'u', '0', '0', digits[c >> 4], digits[c & 15]};
            put(code, 6);
        }
        i += length == 0 ? 1 : length;
        plain = i;
    }
    put(data + plain, size - plain);
}

void json_log::put(char const* data, size_t size) {
    while (size > 0) {
        if (used_ == sizeof buffer) flush();
        size_t const some = size < sizeof buffer - used_ ? size : sizeof buffer - used_;
        memcpy(buffer + used_, data, some);
        used_ += some;
        data += some;
        size -= some;
    }
}

void json_log::flush() {
    if (used_ > 0) (void)write_whole(fd_, buffer, used_); // a full disk loses the log, not the container
    used_ = 0;
}

/// The time of day in UTC, as Go's RFC3339Nano: without trailing zeros.
void json_log::stamp() {
    timespec now;
    ::clock_gettime(CLOCK_REALTIME, &now);
    if (now.tv_sec != stamped_second_) {
        stamped_second_ = now.tv_sec;
        // Days to a civil date, after Howard Hinnant: years begin in March.
        int64_t const days = now.tv_sec / 86400 + 719468;
        unsigned const second = static_cast<unsigned>(now.tv_sec % 86400);
        int64_t const era = days / 146097;
        unsigned const day_of_era = static_cast<unsigned>(days - era * 146097);
        unsigned const year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
        unsigned const day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        unsigned const month = (5 * day_of_year + 2) / 153;
        unsigned const civil_month = month < 10 ? month + 3 : month - 9;
        char* at = put_number(time_, static_cast<uint64_t>(year_of_era + era * 400 + (civil_month <= 2)), 4);
        auto const field = [&](char before, unsigned value) {
            *at++ = before;
            at = put_number(at, value, 2);
        };
        field('-', civil_month);
        field('-', day_of_year - (153 * month + 2) / 5 + 1);
        field('T', second / 3600);
        field(':', second / 60 % 60);
        field(':', second % 60);
    }
    char* end = time_ + 19;
    if (now.tv_nsec != 0) {
        *end++ = '.';
        end = put_number(end, static_cast<uint64_t>(now.tv_nsec), 9);
        while (end[-1] == '0') --end;
    }
    *end++ = 'Z';
    time_size_ = static_cast<size_t>(end - time_);
}

} // namespace shim
