/** @file
    Starts processes in containers. Knows no images, names or networks: those are the engine's. */
#ifndef MOCKER_RUNTIME_RUNTIME_HPP
#define MOCKER_RUNTIME_RUNTIME_HPP

#include <mocker/runtime/launch.hpp>
#include <mocker/runtime/process.hpp>

#include <memory>
#include <string>

namespace mocker::runtime {

/** A backend that runs containers.

    @par Example
    @code
    auto native = runtime::make_native_runtime(executor, options);
    MOCKER_TRY(container, co_await native->create(std::move(request)));
    MOCKER_TRY(streams, co_await container->attach(false, true, true));
    MOCKER_CHECK(co_await container->start());
    while (true) {
        MOCKER_TRY(some, co_await streams->read());
        if (!some) break;
        std::cout << some->data;
    }
    MOCKER_TRY(ended, co_await container->wait());
    @endcode */
class runtime {
public:
    virtual ~runtime() = default;

    /** Makes a container whose first process waits, in its namespaces and mounts, to execute its program.
        @par Errors errc::malformed the request cannot be; else naming the step that failed. Nothing is left behind.
        @par Cancellation terminal: nothing is left behind. */
    virtual awaitable<result<std::shared_ptr<process>>> create(launch_request request) = 0;

    /// Makes one more process in a running container, which waits as that of @ref create does.
    virtual awaitable<result<std::shared_ptr<process>>> exec(exec_request request) = 0;

    /** Finds the process of @p state_directory again, after the engine that started it ended. One that ended meanwhile
        is given with its status; one whose shim was killed counts as killed, and its remains are for @ref clean.
        @par Errors errc::not_found nothing was started there. */
    virtual awaitable<result<std::shared_ptr<process>>> reattach(std::string state_directory) = 0;

    /** Ends whatever is left of a container: its shim, processes and cgroups. The directory stays. Does nothing where
        there is nothing, so it may be called at any time, again and again. Blocks for as long as the kernel takes.
        @par Errors the last `errno`, naming what could not be removed. */
    virtual result<> clean(std::string const& id, std::string const& state_directory,
                           std::string const& cgroup_path) = 0;
};

} // namespace mocker::runtime

#endif
