// The second of two translation units that include the same headers.
#include "images.hpp"

#include <mocker/oci/reference.hpp>
#include <mocker/process/runner.hpp>

std::string familiar_name(std::string const& image) {
    auto const parsed = mocker::oci::parse_reference(image);
    return parsed ? parsed->familiar() : parsed.error().message();
}
