// Manifests, indexes and image configurations: never crash, and what is accepted survives writing and reading.
#include <mocker/oci/image_config.hpp>
#include <mocker/oci/index.hpp>
#include <mocker/oci/manifest.hpp>

#include <boost/json/serialize.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

template <class Document>
void round_trip(std::string_view text) {
    auto const document = Document::parse(text);
    if (!document) return;
    auto const written = boost::json::serialize(document->to_json());
    auto const again = Document::parse(written);
    if (!again || boost::json::serialize(again->to_json()) != written) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    round_trip<mocker::oci::manifest>(text);
    round_trip<mocker::oci::index>(text);
    round_trip<mocker::oci::image_config>(text);
    if (auto const list = mocker::oci::index::parse(text))
        for (auto const* wanted : {"linux/amd64", "linux/arm64", "linux/arm/v6"})
            (void)mocker::oci::select_platform(*list, *mocker::oci::parse_platform(wanted));
    return 0;
}
