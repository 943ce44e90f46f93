/** @file
    What the steps of the first process share; internal to init*.cpp. */
#ifndef MOCKER_SHIM_INIT_STATE_HPP
#define MOCKER_SHIM_INIT_STATE_HPP

#include "init.hpp"

namespace shim {

struct init_state {
    plan_view view{};
    init_fds fds{};
    int root = -1;            ///< the container's root, O_PATH
    int empty_directory = -1; ///< an unmounted read-only tmpfs that masks directories
    int terminal = -1;        ///< our end of the terminal
    uint32_t extra = 0;       ///< detail of a failure
};

// Each returns 0 or minus an errno.
int mount_overlay(init_state& s, plan::step const& overlay); // init_mounts.cpp
int mount_filesystem(init_state& s, plan::step const& step);
int bind_mount(init_state& s, plan::step const& step);
int enter_directory(init_state& s, char const* path);
int mask_path(init_state& s, char const* path);
int make_read_only(init_state& s, char const* path, bool in_place);
int make_root_read_only(init_state& s);
int write_sysctl(init_state& s, char const* name, char const* value);
int enter_root(init_state& s);
int bind_console(init_state& s);
int open_terminal(init_state& s); // init_terminal.cpp
int set_standard_streams(init_state& s, uint32_t owner);
int working_directory(char const* path, bool make); // init_identity.cpp
int keep_bounding_set(uint64_t keep);
int take_identity(init_state& s, plan::step const& step);
int set_capabilities(plan::capability_masks wanted);
int install_seccomp(void* instructions, uint64_t count);
int execute(init_state& s, plan::step const& step);

/// The directory or file @p path of the root, made if it is missing; a descriptor (O_PATH) or minus an errno.
int open_destination(init_state& s, char const* path, bool directory, uint64_t resolve = 0);

} // namespace shim

#endif
