#ifndef MOCKERD_OPTIONS_HPP
#define MOCKERD_OPTIONS_HPP

#include <mocker/core/error.hpp>
#include <mocker/engine/options.hpp>

#include <optional>
#include <string>
#include <vector>

namespace mockerd {

/// dockerd's flags, as far as they are known here, merged with the configuration file.
struct options {
    mocker::engine::engine_options engine{};
    std::vector<std::string> hosts{};        ///< `unix://PATH`, `tcp://HOST:PORT`, `fd://`
    std::string pidfile{};
    std::string config_file = "/etc/mocker/daemon.json";
    std::string group = "docker";            ///< of the unix sockets
    bool group_is_given = false;
    std::string log_level = "info";
    bool debug = false;
    std::optional<bool> tls{};
    bool tls_verify = false;
    std::string tls_ca{}, tls_certificate{}, tls_key{};
    bool validate = false;                   ///< check all this and exit
};

/// What the command line asks for.
struct invocation {
    options settings{};
    std::optional<std::string> print{}; ///< text to print instead of running: help, version
};

/** Reads the command line and the configuration file.
    @par Errors errc::malformed in dockerd's words: an unknown flag or directive, one that is given in both places. */
mocker::result<invocation> parse_arguments(int argc, char const* const* argv);

} // namespace mockerd

#endif
