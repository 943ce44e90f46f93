#ifndef MOCKER_TESTS_ENGINE_FIXTURE_HPP
#define MOCKER_TESTS_ENGINE_FIXTURE_HPP

#include "fake_runtime.hpp"

#include <mocker/engine.hpp>
#include <mocker/engine/container_table.hpp>
#include <support/co_test.hpp>

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

namespace mocker::test {

/// A directory that goes with this object.
class temporary_directory {
public:
    temporary_directory() {
        char pattern[] = "/tmp/mocker-test-XXXXXX";
        path_ = ::mkdtemp(pattern);
    }
    ~temporary_directory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    temporary_directory(temporary_directory const&) = delete;
    temporary_directory& operator=(temporary_directory const&) = delete;
    std::string const& path() const { return path_; }

private:
    std::string path_;
};

/// An engine over a fake runtime, with one image, `box`, in a directory of its own.
class engine_world {
public:
    engine_world() { std::filesystem::create_directories(root() + "/layer/data"); }

    std::string root() const { return directory_.path(); }
    std::string data_root() const { return root() + "/data"; }
    std::string exec_root() const { return root() + "/run"; }
    fake_kernel& kernel() { return *kernel_; }

    image::image box() const {
        image::image out;
        out.id = digest::sha256_from_hex(std::string(64, 'b'));
        out.config.config = defaults;
        out.layer_directories = {root() + "/layer"};
        return out;
    }

    awaitable<result<std::unique_ptr<engine::engine>>> open() {
        auto const executor = co_await asio::this_coro::executor;
        engine::engine_options options;
        options.data_root = data_root();
        options.exec_root = exec_root();
        engine::engine_services services;
        services.runtime = std::make_unique<fake_runtime>(executor, kernel_);
        services.find_image = [this](std::string_view name) -> result<image::image> {
            if (name == "box") return box();
            return error(errc::not_found, "No such image: " + std::string(name));
        };
        co_return co_await engine::engine::open(executor, std::move(options), std::move(services));
    }

    /// A request for a container of `box` that runs @p words, without a network.
    template <class... Words>
    static types::container_create_request request(Words... words) {
        types::container_create_request out;
        out.config.image = "box";
        out.config.cmd.emplace();
        (out.config.cmd->emplace_back(words), ...);
        out.host_config.network_mode = "none";
        return out;
    }

    oci::container_defaults defaults{};

private:
    temporary_directory directory_;
    std::shared_ptr<fake_kernel> kernel_ = std::make_shared<fake_kernel>();
};

/// All that a session gives until its end.
inline awaitable<std::string> read_all(engine::attach_session& session) {
    std::string all;
    for (;;) {
        auto piece = co_await session.read();
        if (!piece || !*piece) co_return all;
        all += (*piece)->data;
    }
}

/// All lines of a log.
inline awaitable<std::string> read_log(engine::log_reader& log) {
    std::string all;
    for (;;) {
        auto const entries = co_await log.read();
        if (!entries || entries->empty()) co_return all;
        for (auto const& entry : *entries) all += entry.line;
    }
}

} // namespace mocker::test

#endif
