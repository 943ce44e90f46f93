#ifndef MOCKER_CLI_COMMAND_HPP
#define MOCKER_CLI_COMMAND_HPP

#include <mocker/cli/context.hpp>
#include <mocker/cli/flag_set.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mocker::cli {

/// One command of `mocker`. Its options are its data members, which @ref declare binds to flags.
class command {
public:
    virtual ~command() = default;
    virtual void declare(flag_set& flags) = 0;
    /// Does it, and gives the exit status. @param flags as they were parsed. @param arguments those that are no flags.
    virtual awaitable<int> run(context& c, flag_set const& flags, std::vector<std::string> arguments) = 0;
};

/// How a command is called.
struct command_entry {
    static constexpr std::size_t any_number = static_cast<std::size_t>(-1);

    std::vector<std::string_view>
        names;                  ///< `container ls`, `container list`, `ps`: the first of a group is its own name
    std::string_view arguments; ///< `[OPTIONS] IMAGE [COMMAND] [ARG...]`
    std::string_view summary;
    std::size_t least, most;  ///< numbers of arguments
    bool interspersed;        ///< flags may follow arguments
    std::string_view refused; ///< flags of docker that are refused by name
    std::unique_ptr<command> (*make)();
};

/// All commands, in the order of the help.
MOCKER_DECL std::span<command_entry const> command_table();

MOCKER_DECL std::unique_ptr<command> make_run_command();
MOCKER_DECL std::unique_ptr<command> make_create_command();
MOCKER_DECL std::unique_ptr<command> make_start_command();
MOCKER_DECL std::unique_ptr<command> make_attach_command();
MOCKER_DECL std::unique_ptr<command> make_exec_command();
MOCKER_DECL std::unique_ptr<command> make_logs_command();
MOCKER_DECL std::unique_ptr<command> make_stop_command();
MOCKER_DECL std::unique_ptr<command> make_restart_command();
MOCKER_DECL std::unique_ptr<command> make_kill_command();
MOCKER_DECL std::unique_ptr<command> make_rm_command();
MOCKER_DECL std::unique_ptr<command> make_wait_command();
MOCKER_DECL std::unique_ptr<command> make_ps_command();
MOCKER_DECL std::unique_ptr<command> make_inspect_command();
MOCKER_DECL std::unique_ptr<command> make_container_inspect_command();
MOCKER_DECL std::unique_ptr<command> make_image_inspect_command();
MOCKER_DECL std::unique_ptr<command> make_images_command();
MOCKER_DECL std::unique_ptr<command> make_pull_command();
MOCKER_DECL std::unique_ptr<command> make_import_command();
MOCKER_DECL std::unique_ptr<command> make_load_command();
MOCKER_DECL std::unique_ptr<command> make_rmi_command();
MOCKER_DECL std::unique_ptr<command> make_tag_command();
MOCKER_DECL std::unique_ptr<command> make_version_command();
MOCKER_DECL std::unique_ptr<command> make_info_command();

/** Pulls @p name as `run` and `pull` do, showing the progress on @p to unless @p quiet.
    @par Errors those of the reference, of the engine and of the registry. */
MOCKER_DECL awaitable<result<>> pull_image(context& c, std::string name, std::string platform, output& to, bool quiet);

} // namespace mocker::cli

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/cli/impl/command_table.ipp>
#include <mocker/cli/impl/commands_images.ipp>
#include <mocker/cli/impl/commands_inspect.ipp>
#include <mocker/cli/impl/commands_lifecycle.ipp>
#include <mocker/cli/impl/commands_lists.ipp>
#include <mocker/cli/impl/commands_run.ipp>
#include <mocker/cli/impl/commands_streams.ipp>
#include <mocker/cli/impl/commands_system.ipp>
#endif
#endif
