/** @file
    The log of a container in Docker's json-file format: one line of JSON a line of output.

    `{"log":"text\n","stream":"stdout","time":"2026-01-02T03:04:05.000000006Z"}`, escaped as Docker does: bytes that are
    no UTF-8 become U+FFFD. A line longer than 16 KiB is several records, of which only the last ends with a newline. */
#ifndef MOCKER_SHIM_LOG_HPP
#define MOCKER_SHIM_LOG_HPP

#include <stddef.h>
#include <stdint.h>

namespace shim {

/// One a program: its buffers are static, and take no memory until they are used.
class json_log {
public:
    /// Appends to @p path from now on; 0 or minus an errno. Without it, nothing is written.
    int open(char const* path);

    /// Takes bytes of a stream: 1 stdout, 2 stderr. Complete lines are in the file when it returns.
    void write(unsigned stream, char const* data, size_t size);

    /// Writes lines that have no end yet, and closes the file.
    void finish();

private:
    void record(unsigned stream, char const* data, size_t size);
    void escape(char const* data, size_t size);
    void put(char const* data, size_t size);
    void flush();
    void stamp();

    int fd_ = -1;
    char time_[40] = {};
    size_t time_size_ = 0;
    int64_t stamped_second_ = -1;
    size_t used_ = 0;
};

/// How many bytes of the UTF-8 sequence at @p at are valid: its length, or 0.
unsigned utf8_length(unsigned char const* at, size_t size);

} // namespace shim

#endif
