/// @file Exec of the Engine API (v1.51, `ExecConfig`, `ExecStartConfig`, `ExecInspectResponse`).
#ifndef MOCKER_TYPES_EXEC_HPP
#define MOCKER_TYPES_EXEC_HPP

#include <mocker/types/json_mapping.hpp>

namespace mocker::types {

/// The body of `POST /containers/{id}/exec`.
struct exec_config {
    std::string user;
    bool privileged = false, tty = false;
    std::optional<std::array<unsigned, 2>> console_size; ///< rows, columns
    bool attach_stdin = false, attach_stderr = false, attach_stdout = false;
    std::string detach_keys;
    std::optional<string_list> env;
    std::string working_dir;
    std::optional<word_list> cmd;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v("User", self.user);
        v("Privileged", self.privileged);
        v("Tty", self.tty);
        v.omit_empty("ConsoleSize", self.console_size);
        v("AttachStdin", self.attach_stdin);
        v("AttachStderr", self.attach_stderr);
        v("AttachStdout", self.attach_stdout);
        v("DetachKeys", self.detach_keys);
        v("Env", self.env);
        v("WorkingDir", self.working_dir);
        v("Cmd", self.cmd);
    }
};

/// The answer to `POST /containers/{id}/exec`, and to everything else that answers with an ID alone.
struct id_response {
    std::string id;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v("Id", self.id);
    }
};

/// The body of `POST /exec/{id}/start`.
struct exec_start_config {
    bool detach = false, tty = false;
    std::optional<std::array<unsigned, 2>> console_size; ///< rows, columns

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v("Detach", self.detach);
        v("Tty", self.tty);
        v.omit_empty("ConsoleSize", self.console_size);
    }
};

struct exec_process_config {
    bool tty = false;
    std::string entrypoint;
    string_list arguments;
    bool privileged = false;
    std::string user;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v("tty", self.tty);
        v("entrypoint", self.entrypoint);
        v("arguments", self.arguments);
        v("privileged", self.privileged);
        v.omit_empty("user", self.user);
    }
};

/// The answer to `GET /exec/{id}/json`.
struct exec_inspect {
    std::string id;
    bool running = false;
    std::optional<int> exit_code; ///< null while running
    exec_process_config process_config;
    bool open_stdin = false, open_stderr = false, open_stdout = false, can_remove = false;
    std::string container_id, detach_keys;
    int pid = 0;

    template <class V, class Self>
    static void describe(V& v, Self& self) {
        v("ID", self.id);
        v("Running", self.running);
        v("ExitCode", self.exit_code);
        v("ProcessConfig", self.process_config);
        v("OpenStdin", self.open_stdin);
        v("OpenStderr", self.open_stderr);
        v("OpenStdout", self.open_stdout);
        v("CanRemove", self.can_remove);
        v("ContainerID", self.container_id);
        v("DetachKeys", self.detach_keys);
        v("Pid", self.pid);
    }
};

} // namespace mocker::types

#endif
