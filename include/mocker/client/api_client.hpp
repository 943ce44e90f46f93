#ifndef MOCKER_CLIENT_API_CLIENT_HPP
#define MOCKER_CLIENT_API_CLIENT_HPP

#include <mocker/client/attachment.hpp>
#include <mocker/client/host.hpp>
#include <mocker/client/options.hpp>
#include <mocker/client/progress_stream.hpp>
#include <mocker/http/client.hpp>
#include <mocker/types/container.hpp>
#include <mocker/types/exec.hpp>
#include <mocker/types/image.hpp>
#include <mocker/types/system.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mocker::client {

/// A wait that the engine has accepted: whatever happens from now on is seen.
class pending_wait {
public:
    explicit pending_wait(http::open_reply reply) : reply_(std::move(reply)) {}

    /// The exit status. @par Cancellation terminal.
    MOCKER_DECL awaitable<result<types::wait_response>> get();

private:
    http::open_reply reply_;
};

/** A client of the Engine API (v1.24 to v1.51): of `mockerd`, of dockerd, of anything that speaks it.

    The newest version is asked for with the first request; an engine that is older says which one it knows, and the
   request is repeated with that. So an engine of today costs no extra round trip.

    @par Errors of every call: errc::unavailable, "Cannot connect to the Docker daemon at HOST. Is the docker daemon
    running?"; what the engine answered, as "Error response from daemon: TEXT" with the @ref errc of its status; those
   of the stream.
    @par Cancellation of every call: terminal; the request may have been carried out.
    @par Example
    @code
    client::api_client docker(co_await asio::this_coro::executor, client::host());
    MOCKER_TRY(containers, co_await docker.list_containers({}));
    @endcode */
class api_client {
public:
    /// @param version of the API, without `v`; empty: the newest that both know.
    MOCKER_DECL api_client(asio::any_io_executor executor, host where, std::string version = {});

    /** What to do once, when the engine cannot be reached: if @p recover succeeds, the request is sent again. A command
       line starts the engine so. */
    void set_recovery(std::function<awaitable<result<>>()> recover) { recover_ = std::move(recover); }

    host const& where() const noexcept { return host_; }
    std::string const& api_version() const noexcept { return version_; }

    /// The `Server` header, or the first failure to connect.
    MOCKER_DECL awaitable<result<std::string>> ping();
    MOCKER_DECL awaitable<result<json::value>> version();
    MOCKER_DECL awaitable<result<json::value>> info();

    /// @param platform such as `linux/arm64`; empty for the engine's own.
    MOCKER_DECL awaitable<result<types::container_create_response>>
    create_container(types::container_create_request const& request, std::string name, std::string platform);
    MOCKER_DECL awaitable<result<>> start_container(std::string id);
    MOCKER_DECL awaitable<result<>> stop_container(std::string id, stop_options options);
    MOCKER_DECL awaitable<result<>> restart_container(std::string id, stop_options options);
    MOCKER_DECL awaitable<result<>> kill_container(std::string id, std::string signal);
    MOCKER_DECL awaitable<result<>> rename_container(std::string id, std::string name);
    MOCKER_DECL awaitable<result<>> remove_container(std::string id, remove_options options);
    MOCKER_DECL awaitable<result<>> resize_container(std::string id, unsigned rows, unsigned columns);
    MOCKER_DECL awaitable<result<json::value>> inspect_container(std::string id, bool size = false);
    MOCKER_DECL awaitable<result<std::vector<types::container_summary>>> list_containers(list_options options);
    /// Returns once the engine has registered the wait. @param condition `not-running`, `next-exit` or `removed`.
    MOCKER_DECL awaitable<result<pending_wait>> wait_container(std::string id, std::string condition);
    /// Works before the container is started.
    MOCKER_DECL awaitable<result<attachment>> attach_container(std::string id, attach_options options);
    MOCKER_DECL awaitable<result<http::open_reply>> container_logs(std::string id, log_options options);

    MOCKER_DECL awaitable<result<types::id_response>> create_exec(std::string container,
                                                                  types::exec_config const& config);
    MOCKER_DECL awaitable<result<attachment>> start_exec(std::string id, types::exec_start_config const& config);
    MOCKER_DECL awaitable<result<>> start_exec_detached(std::string id, types::exec_start_config const& config);
    MOCKER_DECL awaitable<result<json::value>> inspect_exec(std::string id);
    MOCKER_DECL awaitable<result<>> resize_exec(std::string id, unsigned rows, unsigned columns);

    MOCKER_DECL awaitable<result<std::vector<types::image_summary>>> list_images(bool all, filter_map filters);
    MOCKER_DECL awaitable<result<json::value>> inspect_image(std::string name);
    MOCKER_DECL awaitable<result<std::vector<types::image_delete_item>>> remove_image(std::string name, bool force,
                                                                                      bool no_prune);
    MOCKER_DECL awaitable<result<>> tag_image(std::string source, std::string repository, std::string tag);
    /// @param authorization the value of `X-Registry-Auth`, or nothing.
    MOCKER_DECL awaitable<result<progress_stream>> pull_image(std::string name, std::string tag, std::string platform,
                                                              std::string authorization);
    MOCKER_DECL awaitable<result<progress_stream>> import_image(import_options options, http::body_source archive);
    MOCKER_DECL awaitable<result<progress_stream>> load_images(http::body_source archive, bool quiet);

    /// `GET` of any path, such as `/networks/bridge`, as JSON.
    MOCKER_DECL awaitable<result<json::value>> get_json(std::string path);

private:
    MOCKER_DECL awaitable<result<http::reply>> exchange(http::verb method, std::string path,
                                                        std::optional<std::string> body);
    MOCKER_DECL awaitable<result<http::open_reply>> open(http::message& request, std::string path);
    MOCKER_DECL awaitable<result<attachment>> hijack(http::verb method, std::string path, std::string body);
    MOCKER_DECL awaitable<result<>> post(std::string path);
    /// True if the answer says that the engine is older, and the request is to be sent again.
    MOCKER_DECL bool lower_version(unsigned status, std::string_view body);
    MOCKER_DECL error unreachable(error const& e) const;
    /// Nothing if the request is to be sent again after @p e, else the error to report.
    MOCKER_DECL awaitable<std::optional<error>> recovered(error e);
    MOCKER_DECL std::string target(std::string_view path) const;

    host host_;
    std::string version_;
    bool pinned_ = false;
    std::function<awaitable<result<>>()> recover_;
    http::client http_;
};

/// `{"key":{"value":true}}`, percent-encoded for a query; empty without filters.
MOCKER_DECL std::string encode_filters(filter_map const& filters);

/// What an engine's answer that is no success says, as the docker client words it.
MOCKER_DECL error response_error(unsigned status, std::string_view body);

} // namespace mocker::client

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/client/impl/api_client.ipp>
#include <mocker/client/impl/api_containers.ipp>
#include <mocker/client/impl/api_images.ipp>
#endif
#endif
