#ifndef MOCKER_ENGINE_RUN_HPP
#define MOCKER_ENGINE_RUN_HPP

#include <mocker/engine/engine.hpp>

#include <string>
#include <vector>

namespace mocker::engine {

/// A container to run once.
struct run_options {
    std::string image{};                     ///< pulled if it is not here
    std::vector<std::string> command{};      ///< instead of the image's
    std::vector<std::string> env{};          ///< `NAME=value`
    std::string network = "bridge";          ///< or `none`, `host`
    std::string user{};                      ///< instead of the image's
    std::string working_directory{};
    std::vector<std::string> binds{};        ///< `/host:/container[:ro]`, or a volume's name first
    std::string input{};                     ///< written to standard input, which is then closed
};

/// What it wrote, and how it ended.
struct run_outcome {
    int exit_code = 0;
    std::string output{};   ///< standard output
    std::string errors{};   ///< standard error
};

/// The image @p name, pulled from its registry if it is not here.
MOCKER_DECL awaitable<result<image::image>> ensure_image(engine& e, std::string name);

/** Runs a container to its end, reads its output, and removes it. A non-zero exit is a value, not an error.
    @par Cancellation the container is killed and removed. */
MOCKER_DECL awaitable<result<run_outcome>> run(engine& e, run_options options);

/** Starts a container that goes on by itself, and gives its ID. It is removed with `engine::remove`, or when it ends. */
MOCKER_DECL awaitable<result<std::string>> run_detached(engine& e, run_options options);

/// Runs @p command in the running container @p ref, and gives what it wrote.
MOCKER_DECL awaitable<result<run_outcome>> exec(engine& e, std::string ref, std::vector<std::string> command);

} // namespace mocker::engine

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/engine/impl/run.ipp>
#endif
#endif
