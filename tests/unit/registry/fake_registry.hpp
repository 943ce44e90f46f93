/// @file A registry that tests start on a loopback port, and that misbehaves when told to.
#ifndef MOCKER_TESTS_UNIT_REGISTRY_FAKE_REGISTRY_HPP
#define MOCKER_TESTS_UNIT_REGISTRY_FAKE_REGISTRY_HPP

#include <mocker/async/event.hpp>
#include <mocker/async/task_group.hpp>
#include <mocker/core/sha256.hpp>
#include <mocker/http/acceptor.hpp>
#include <mocker/http/server.hpp>
#include <mocker/oci/descriptor.hpp>
#include <mocker/registry/client.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mocker::test {

/** Serves manifests and blobs from memory. Whatever a test wants otherwise it answers itself in `before`.
    @code
    fake_registry registry(co_await asio::this_coro::executor);
    auto const layer = registry.add_blob("bytes");
    auto const client = registry.connect();
    ...
    co_await registry.stop();
    @endcode */
class fake_registry {
public:
    /// @param listener where it listens, if not on a TCP port of its own.
    explicit fake_registry(asio::any_io_executor executor, std::string const& host = "127.0.0.1",
                           std::unique_ptr<http::acceptor> listener = nullptr)
        : executor_(executor), server_(executor, routes_, patient_for_a_moment()), tasks_(executor) {
        auto const answer = [this](http::request& q, http::response& r) { return handle(q, r); };
        routes_.add(http::verb::get, "/{path:.*}", answer);
        routes_.add(http::verb::post, "/{path:.*}", answer);
        listener_ = listener ? std::move(listener) : std::move(*http::listen_tcp(executor, host, 0));
        auto const url = listener_->endpoint();
        authority = host + url.substr(url.rfind(':'));
        tasks_.spawn(serve());
    }

    awaitable<void> stop() {
        co_await server_.shutdown();
        co_await tasks_.join();
    }

    oci::descriptor add_blob(std::string bytes) {
        oci::descriptor out;
        out.media_type = "application/vnd.oci.image.layer.v1.tar";
        out.digest = sha256_of(bytes);
        out.size = static_cast<std::int64_t>(bytes.size());
        blobs[out.digest.text()] = std::move(bytes);
        return out;
    }

    /// @return the digest of @p text, which is now the manifest @p tag.
    digest add_manifest(std::string const& tag, std::string const& text) {
        auto const name = sha256_of(text);
        manifests[tag] = manifests[name.text()] = text;
        return name;
    }

    static registry::client_options quick_options() {
        registry::client_options o;
        o.retry_delay = std::chrono::milliseconds(1);
        o.certificates.clear();
        return o;
    }

    std::unique_ptr<registry::client> connect(registry::credentials who = {},
                                              registry::client_options o = quick_options()) {
        return registry::make_client(executor_, authority, std::move(who), std::move(o));
    }

    /// The requests so far: method and target, and the authorization if there was one.
    std::size_t count(std::string_view text) const {
        std::size_t n = 0;
        for (auto const& line : log) n += line.find(text) != std::string::npos;
        return n;
    }

    std::string authority; ///< `127.0.0.1:PORT`
    std::map<std::string, std::string> manifests, blobs;
    std::string media_type = "application/vnd.oci.image.manifest.v1+json";
    std::vector<std::string> log;
    /// Called first; true if it has answered.
    std::function<awaitable<result<bool>>(http::request&, http::response&)> before;

private:
    static http::server_options patient_for_a_moment() {
        http::server_options o;
        o.shutdown_limit = std::chrono::milliseconds(50);
        return o;
    }

    awaitable<void> serve() { co_await server_.serve(*listener_); }

    awaitable<result<>> handle(http::request& q, http::response& r) {
        std::string line = std::string(q.method_text()) + " " + std::string(q.target());
        if (auto const a = q.header("Authorization"); !a.empty()) line += " [" + std::string(a) + "]";
        if (auto const range = q.header("Range"); !range.empty()) line += " (" + std::string(range) + ")";
        log.push_back(line);
        if (before) {
            MOCKER_TRY(answered, co_await before(q, r));
            if (answered) co_return result<>{};
        }
        std::string const path(q.path());
        if (path == "/v2/") co_return co_await r.send(200, "{}");
        auto const name = path.substr(path.rfind('/') + 1);
        if (path.find("/manifests/") != std::string::npos && manifests.contains(name)) {
            r.set("Docker-Content-Digest", sha256_of(manifests[name]).text());
            co_return co_await r.send(200, manifests[name], media_type);
        }
        if (path.find("/blobs/") != std::string::npos && blobs.contains(name))
            co_return co_await send_blob(q, r, blobs[name]);
        co_return co_await r.send(404, R"({"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]})");
    }

    awaitable<result<>> send_blob(http::request& q, http::response& r, std::string const& bytes) {
        std::string_view range = q.header("Range");
        if (!range.starts_with("bytes=")) co_return co_await r.send(200, bytes, "application/octet-stream");
        auto const start = std::stoul(std::string(range.substr(6)));
        r.set("Content-Range", "bytes " + std::to_string(start) + "-" + std::to_string(bytes.size() - 1) + "/" +
                                   std::to_string(bytes.size()));
        co_return co_await r.send(206, bytes.substr(start), "application/octet-stream");
    }

    asio::any_io_executor executor_;
    http::router routes_;
    http::server server_;
    std::unique_ptr<http::acceptor> listener_;
    async::task_group tasks_;
};

/// Keeps what it gets.
struct text_sink final : registry::sink {
    awaitable<result<>> write(std::string_view bytes) override {
        text.append(bytes);
        if (text.size() >= fail_at) co_return error(errc::internal, "disk full");
        co_return result<>{};
    }
    std::string text;
    std::size_t fail_at = std::string::npos;
};

} // namespace mocker::test

#endif
