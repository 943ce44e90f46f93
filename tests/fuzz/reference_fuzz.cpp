// References: never crashes, and whatever is accepted means the same when read again.
#include <mocker/oci/reference.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    auto const ref = mocker::oci::parse_reference(text);
    if (!ref) return 0;
    auto const canonical = mocker::oci::parse_reference(ref->text());
    if (!canonical || *canonical != *ref) std::abort();
    // As in Docker, the familiar form is for people: docker.io/quay.io/a would be read as a name at quay.io.
    auto const familiar = mocker::oci::parse_reference(ref->familiar());
    if (familiar && familiar->digest != ref->digest) std::abort();
    return 0;
}
