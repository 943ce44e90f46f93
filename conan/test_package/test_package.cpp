// One real call: a program is run, and its output read.
#include <mocker/script.hpp>
#include <mocker/version.hpp>

#include <iostream>

mocker::awaitable<void> check() {
    auto const written = co_await mocker::sh::text("echo", "hello");
    if (written != "hello") mocker::script::fail("unexpected output");
    std::cout << "mocker " << mocker::version << " ran a program\n";
}

int main() { return mocker::script::run(check()); }
