// Tar headers, as they come out of a decompressor that is fed in pieces: never crash, never give content out of order or
// beyond the size of an entry, and read what the tar writer makes of it again.
#include <mocker/archive/compression.hpp>
#include <mocker/archive/tar_reader.hpp>
#include <mocker/archive/tar_writer.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace mocker;

class checker final : public archive::tar_visitor {
public:
    checker() : writer_([](std::string_view) { return result<>{}; }) {}

    result<> begin(archive::tar_entry const& entry) override {
        if (open_ || entry.path.find('\0') != std::string::npos) std::abort();
        open_ = true;
        next_ = 0;
        size_ = entry.size;
        auto copy = entry;
        copy.size = 0;
        return writer_.begin(copy);
    }
    result<> content(std::uint64_t offset, std::string_view bytes) override {
        if (!open_ || bytes.empty() || offset < next_ || offset > size_ || bytes.size() > size_ - offset) std::abort();
        next_ = offset + bytes.size();
        return {};
    }
    result<> end() override {
        if (!open_) std::abort();
        open_ = false;
        return {};
    }

private:
    archive::tar_writer writer_;
    bool open_ = false;
    std::uint64_t next_ = 0, size_ = 0;
};

/// libFuzzer cannot guess checksums: puts the right one into each block that is no zeros.
std::string with_checksums(std::string_view data) {
    std::string tar(data);
    for (std::size_t at = 0; at + 512 <= tar.size(); at += 512) {
        tar.replace(at + 148, 8, 8, ' ');
        unsigned sum = 0;
        for (std::size_t i = 0; i < 512; ++i) sum += static_cast<unsigned char>(tar[at + i]);
        for (std::size_t digit = 6; digit-- > 0; sum >>= 3) tar[at + 148 + digit] = static_cast<char>('0' + (sum & 7));
        tar[at + 154] = '\0';
    }
    return tar;
}

void read(std::string_view bytes, std::size_t piece) {
    checker to;
    archive::tar_reader tar(to);
    archive::decompressor inflate([&](std::string_view plain) { return tar.write(plain); });
    while (!bytes.empty()) {
        auto const part = bytes.substr(0, piece);
        if (!inflate.write(part)) return;
        bytes.remove_prefix(part.size());
    }
    if (inflate.finish()) (void)tar.finish();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    if (size == 0) return 0;
    std::string_view const bytes(reinterpret_cast<char const*>(data + 1), size - 1);
    auto const piece = std::max<std::size_t>(1, data[0] * std::size_t(16));
    read(bytes, piece);
    read(with_checksums(bytes), piece);
    return 0;
}
