#ifndef MOCKER_CLI_CONTEXT_HPP
#define MOCKER_CLI_CONTEXT_HPP

#include <mocker/async/awaitable.hpp>
#include <mocker/cli/output.hpp>
#include <mocker/client/api_client.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mocker::cli {

/// What a command works with.
class context {
public:
    /// @param executor of the loop. @param host_ where the engine is. @param config_directory of `config.json`.
    context(asio::any_io_executor executor, client::host host_, std::string config_directory_)
        : executor_(std::move(executor)), config_directory(std::move(config_directory_)),
          engine(executor_, std::move(host_), environment_api_version()) {}

    asio::any_io_executor executor() const { return executor_; }

private:
    MOCKER_DECL static std::string environment_api_version();

    asio::any_io_executor executor_;

public:
    std::string command{};        ///< as help calls it: `run`, `container run`
    std::string config_directory; ///< where `config.json` is
    output out{1}, err{2};
    client::api_client engine;
};

/// The exit statuses of docker.
namespace exit_status {
inline constexpr int success = 0;
inline constexpr int failure = 1;
inline constexpr int bad_template = 64;
inline constexpr int engine_failure = 125; ///< of `run`, and of flags that cannot be parsed
inline constexpr int cannot_execute = 126;
inline constexpr int not_found = 127;
} // namespace exit_status

/// Prints @p e for people and gives the exit status 1.
MOCKER_DECL int report(context& c, error const& e);

/// Prints @p e as `run` and `create` do: after the program's name, followed by a hint at the help.
MOCKER_DECL void report_with_hint(context& c, error const& e);

/// 126 or 127 if @p e says that the command of a container could not be executed, else @p otherwise.
MOCKER_DECL int start_exit_status(error const& e, int otherwise);

/// `--filter` values as the API takes them. @par Errors errc::malformed.
MOCKER_DECL result<client::filter_map> parse_filters(std::vector<std::string> const& values);

/// Checks `key=value`. @par Errors `bad format of filter (expected name=value)`.
MOCKER_DECL result<std::string> parse_filter(std::string_view text);

/// The value of `X-Registry-Auth` for the registry @p domain, from `config.json`; empty without credentials.
MOCKER_DECL std::string registry_authorization(std::string const& config_directory, std::string const& domain);

} // namespace mocker::cli

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/cli/impl/context.ipp>
#endif
#endif
