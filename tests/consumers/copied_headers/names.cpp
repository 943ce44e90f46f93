#include <mocker/oci/reference.hpp>
#include <mocker/process/command.hpp>

#include <string>

std::string describe(std::string const& image) {
    mocker::process::command const run("docker", "run", mocker::oci::parse_reference(image).value().text());
    return run.describe();
}
