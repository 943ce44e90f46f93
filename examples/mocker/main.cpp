#include <mocker/cli/application.hpp>

#include <unistd.h>

#include <cstdio>
#include <exception>

/// `mocker`, the docker command line of this project.
int main(int argc, char** argv) {
    int status = 1;
    try {
        status = mocker::cli::run_application({argv + 1, argv + argc});
    } catch (std::exception const& e) {
        std::fprintf(stderr, "mocker: %s\n", e.what());
    }
    ::_exit(status); // everything is flushed; nobody waits for destructors of static objects
}
