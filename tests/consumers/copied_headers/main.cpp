#include <mocker/oci/reference.hpp>
#include <mocker/script.hpp>

#include <iostream>
#include <string>

std::string describe(std::string const& image);

mocker::awaitable<void> check() {
    auto const lines = co_await mocker::sh::lines("printf", "%s\n", "a b", describe("alpine:3"));
    if (lines.size() != 2 || lines[1] != "docker run docker.io/library/alpine:3") mocker::script::fail("unexpected output");
    std::cout << lines[1] << '\n';
}

int main() { return mocker::script::run(check()); }
