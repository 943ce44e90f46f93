// A script: it has the process runner, and the names of images.
#include <mocker/oci/reference.hpp>
#include <mocker/script.hpp>
#include <mocker/version.hpp>

#include <iostream>
#include <string>

using namespace mocker;

awaitable<void> check() {
    if (std::string(EXPECTED_VERSION) != mocker::version) script::fail("CMake and the headers disagree about the version");
    auto const image = oci::parse_reference("localhost:5000/app@sha256:" + std::string(64, 'a')).value();
    auto const shown = co_await (sh::cmd("echo", image.domain, image.path) | sh::cmd("tr", "a-z", "A-Z")).text();
    if (shown != "LOCALHOST:5000 APP") script::fail("unexpected output: " + shown);
    std::cout << shown << '\n';
}

int main() { return script::run(check()); }
