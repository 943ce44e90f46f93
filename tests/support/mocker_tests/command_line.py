"""What a user of the command line relies on. The integration suite runs this with `mocker`, the compat suite with docker's
own program: both must behave the same."""

import hashlib
import os
import pty
import re
import select
import time

from . import base, cases

SIXTY_FOUR_MIB = 64 << 20
# Until the terminal inside has the size of the one outside: it may be told right after the start.
SIZED = "until stty size 2>/dev/null | grep -q '40 100'; do sleep 0.05; done; echo sized"


class CommandLine(cases.EngineCase):
    """A class that derives from this says which `program` it is about."""

    program = None

    def cli(self, *arguments, **more):
        return base.run([self.program, *arguments], env=self.engine.environment, **more)

    def cli_start(self, *arguments, **more):
        process = base.start([self.program, *arguments], env=self.engine.environment, **more)
        self.addCleanup(base.finish, process)
        return process

    def in_terminal(self, *arguments, type="", until=None, timeout=30):
        """Runs a command line in a terminal of 100 x 40: exit status, and all that appears there."""
        ours, theirs = pty.openpty()
        os.set_blocking(ours, False)
        base.run(["stty", "-F", os.ttyname(theirs), "cols", "100", "rows", "40"])
        process = base.start([self.program, *arguments], env=self.engine.environment, stdin=theirs, stdout=theirs, stderr=theirs)
        self.addCleanup(base.finish, process)
        os.close(theirs)
        seen, deadline, typed = b"", time.monotonic() + timeout, not type
        try:
            while time.monotonic() < deadline:
                if select.select([ours], [], [], 0.05)[0]:
                    try:
                        chunk = os.read(ours, 65536)
                    except OSError:  # the other side has been closed
                        chunk = b""
                    if not chunk:
                        break
                    seen += chunk
                elif process.poll() is not None:
                    break
                if not typed and (until is None or until in seen):
                    os.write(ours, type.encode())
                    typed = True
            else:
                raise base.Failed(f"still running after {timeout} s, having shown {seen!r}")
            return process.wait(10), seen.decode(errors="replace")
        finally:
            os.close(ours)


class CommandLineCases:
    """The tests; mixed into a CommandLine."""

    # --- run

    def test_run_prints_what_the_container_prints_and_keeps_the_streams_apart(self):
        done = self.cli("run", "--rm", self.image, "sh", "-c", "echo out; echo err >&2")
        self.assertEqual((done.out, done.err), ("out\n", "err\n"))

    def test_run_exits_as_the_container_does(self):
        for status in (0, 1, 3, 42, 255):
            self.assertEqual(self.cli("run", "--rm", "--network", "none", self.image, "sh", "-c", f"exit {status}", check=False).code, status)

    def test_run_exits_with_128_and_the_signal_that_ended_the_container(self):
        container = self.cli("run", "-d", self.image, "sleep", "60").out.strip()
        self.cli("kill", container)
        self.assertEqual(self.cli("wait", container).out.strip(), "137")

    def test_a_command_that_does_not_exist_is_127(self):
        done = self.cli("run", "--rm", self.image, "/no/such/command", check=False)
        self.assertEqual(done.code, 127, done)
        self.assertIn("no such file or directory", done.err)
        done = self.cli("run", "--rm", self.image, "nosuchcommand", check=False)
        self.assertEqual(done.code, 127, done)
        self.assertIn('exec: "nosuchcommand": executable file not found in $PATH', done.err)

    def test_a_command_that_cannot_be_executed_is_126(self):
        done = self.cli("run", "--rm", self.image, "/etc", check=False)
        self.assertEqual(done.code, 126, done)
        done = self.cli("run", "--rm", self.image, "/etc/passwd", check=False)
        self.assertEqual(done.code, 126, done)
        self.assertIn("permission denied", done.err)

    def test_an_unknown_flag_is_125_and_named(self):
        done = self.cli("run", "--no-such-flag", self.image, check=False)
        self.assertEqual(done.code, 125, done)
        self.assertIn("unknown flag: --no-such-flag", done.err)

    def test_an_image_that_no_registry_has_is_125(self):
        missing = self.image.rsplit("/", 1)[0] + "/missing:latest"
        done = self.cli("run", "--rm", missing, "true", check=False)
        self.assertEqual(done.code, 125, done)
        self.assertIn(f"Unable to find image '{missing}' locally", done.err)
        self.assertRegex(done.err, "manifest unknown|not found")

    def test_a_user_that_does_not_exist_is_refused(self):
        done = self.cli("run", "--rm", "-u", "nosuchuser", self.image, "true", check=False)
        self.assertIn(done.code, (125, 126), done)
        self.assertIn("unable to find user nosuchuser: no matching entries in passwd file", done.err)

    def test_stdin_reaches_the_container_byte_for_byte(self):
        block = os.urandom(1 << 20)
        data = block * (SIXTY_FOUR_MIB // len(block))
        done = self.cli("run", "-i", "--rm", self.image, "cat", input=data, timeout=120)
        self.assertEqual(len(done.stdout), len(data))
        self.assertEqual(hashlib.sha256(done.stdout).digest(), hashlib.sha256(data).digest())

    def test_end_of_stdin_ends_the_reader_and_not_the_output(self):
        done = self.cli("run", "-i", "--rm", self.image, "sh", "-c", "cat; sleep 1; echo after", input="before\n")
        self.assertEqual(done.out, "before\nafter\n")

    def test_without_i_the_container_has_no_stdin(self):
        self.assertEqual(self.cli("run", "--rm", self.image, "cat", input="text").out, "")

    def test_output_of_a_container_that_exits_at_once_is_never_lost(self):
        for number in range(10):
            self.assertEqual(self.cli("run", "--rm", "--network", "none", self.image, "echo", str(number)).out, f"{number}\n")

    def test_a_terminal_is_one_inside(self):
        code, seen = self.in_terminal("run", "--rm", "-it", self.image, "sh", "-c", f"tty; {SIZED}")
        self.assertEqual(code, 0, seen)
        self.assertRegex(seen, r"/dev/(pts/0|console)\r\n")
        self.assertIn("sized\r\n", seen)

    def test_what_is_typed_reaches_a_terminal(self):
        code, seen = self.in_terminal("run", "--rm", "-it", self.image, "sh", "-c", "echo ready; read line; echo got:$line; exit 7",
                                      type="words\n", until=b"ready")
        self.assertEqual(code, 7, seen)
        self.assertIn("got:words\r\n", seen)

    def test_control_c_in_a_terminal_interrupts_the_process(self):
        code, seen = self.in_terminal("run", "--rm", "-it", self.image, "sh", "-c", "trap 'echo caught; exit 9' INT; echo ready; while :; do sleep 0.1; done",
                                      type="\x03", until=b"ready")
        self.assertEqual(code, 9, seen)
        self.assertIn("caught", seen)

    def test_t_without_a_terminal_merges_the_streams(self):
        done = self.cli("run", "-t", "--rm", self.image, "sh", "-c", "echo out; echo err >&2")
        self.assertEqual(done.out, "out\r\nerr\r\n")

    def test_environment_directory_user_and_entrypoint_are_as_asked(self):
        done = self.cli("run", "--rm", "-e", "A=1", "-e", "B=two words", "-w", "/tmp", "-u", "user", self.image,
                        "sh", "-c", 'echo "$A|$B|$(pwd)|$(id -u):$(id -g)|$(id -G)|$HOME"')
        self.assertEqual(done.out, "1|two words|/tmp|1000:1000|1000 2000|/home\n")
        self.assertEqual(self.cli("run", "--rm", "-u", "7:8", self.image, "id").out.split()[:2], ["uid=7", "gid=8"])
        self.assertEqual(self.cli("run", "--rm", "--entrypoint", "echo", self.image, "a", "b").out, "a b\n")

    def test_a_variable_without_a_value_comes_from_the_client(self):
        self.engine.environment["FROM_CLIENT"] = "here"
        self.addCleanup(self.engine.environment.pop, "FROM_CLIENT")
        self.assertEqual(self.cli("run", "--rm", "-e", "FROM_CLIENT", self.image, "sh", "-c", "echo $FROM_CLIENT").out, "here\n")

    def test_the_working_directory_is_made_if_it_is_not_there(self):
        self.assertEqual(self.cli("run", "--rm", "-w", "/new/directory", self.image, "pwd").out, "/new/directory\n")

    def test_the_hostname_is_the_beginning_of_the_id(self):
        container = self.cli("run", "-d", self.image, "hostname").out.strip()
        self.assertEqual(self.cli("wait", container).out, "0\n")
        self.assertEqual(self.cli("logs", container).out.strip(), container[:12])

    def test_rm_removes_the_container_once_it_has_exited(self):
        self.cli("run", "--rm", "--name", "short", self.image, "true")
        self.assertEqual(self.cli("ps", "-aq").out, "")
        self.cli("run", "--rm", "--name", "short", self.image, "true")

    def test_a_name_is_there_once(self):
        first = self.cli("run", "-d", "--name", "unique", self.image, "sleep", "60").out.strip()
        done = self.cli("run", "-d", "--name", "unique", self.image, "true", check=False)
        self.assertEqual(done.code, 125, done)
        self.assertIn(f'Conflict. The container name "/unique" is already in use by container "{first}". You have to remove '
                      "(or rename) that container to be able to reuse that name.", done.err)

    def test_pull_is_done_by_run_where_the_image_is_missing(self):
        from . import images
        other = images.busybox_docker()
        self.cli("rmi", other, check=False)
        done = self.cli("run", "--rm", other, "echo", "hello")
        self.assertEqual(done.out, "hello\n")
        self.assertIn(f"Unable to find image '{other}' locally", done.err)

    # --- limits

    def test_memory_is_limited(self):
        done = self.cli("run", "--rm", "-m", "64m", self.image, "sh", "-c", "cat /sys/fs/cgroup/memory.max 2>/dev/null || "
                        "cat /sys/fs/cgroup/memory/memory.limit_in_bytes")
        self.assertEqual(done.out.strip(), str(64 << 20))

    def test_a_container_beyond_its_memory_is_killed_and_says_so(self):
        container = self.cli("run", "-d", "-m", "16m", self.image, "sh", "-c", "dd if=/dev/zero of=/dev/null bs=200M count=1").out.strip()
        self.assertNotEqual(self.cli("wait", container).out.strip(), "0")
        self.assertTrue(self.engine.inspect(container)["State"]["OOMKilled"])

    def test_processes_are_limited(self):
        done = self.cli("run", "--rm", "--pids-limit", "8", self.image, "sh", "-c",
                        "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 3 & done; wait; echo end", check=False)
        self.assertIn("can't fork", done.err)

    def test_cpus_become_a_quota(self):
        done = self.cli("run", "--rm", "--cpus", "0.5", self.image, "sh", "-c", "cat /sys/fs/cgroup/cpu.max 2>/dev/null || "
                        "cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us")
        self.assertEqual(done.out.split()[0], "50000")

    # --- life

    def test_d_prints_the_id_and_the_container_runs_on(self):
        done = self.cli("run", "-d", self.image, "sleep", "60")
        self.assertRegex(done.out, r"^[0-9a-f]{64}\n$")
        container = done.out.strip()
        self.assertEqual(self.cli("inspect", "-f", "{{.State.Status}}", container).out, "running\n")
        self.assertIn(container[:12], self.cli("ps").out)

    def test_stop_asks_first_and_gives_up_waiting_after_the_time_limit(self):
        polite = self.cli("run", "-d", self.image, "sh", "-c", "trap 'echo bye; exit 5' TERM; echo ready; while :; do sleep 0.05; done").out.strip()
        base.eventually(lambda: "ready" in self.cli("logs", polite).out, "the container is ready")
        self.assertEqual(self.cli("stop", polite).out.strip(), polite)
        self.assertEqual(self.engine.inspect(polite)["State"]["ExitCode"], 5)
        self.assertIn("bye", self.cli("logs", polite).out)
        deaf = self.cli("run", "-d", self.image, "sh", "-c", "trap '' TERM; while :; do sleep 0.05; done").out.strip()
        begun = time.monotonic()
        self.cli("stop", "-t", "1", deaf)
        self.assertLess(time.monotonic() - begun, 5)
        self.assertEqual(self.engine.inspect(deaf)["State"]["ExitCode"], 137)

    def test_the_stop_signal_is_the_one_that_was_chosen(self):
        container = self.cli("run", "-d", "--stop-signal", "USR1", self.image, "sh", "-c",
                             "trap 'exit 21' USR1; echo ready; while :; do sleep 0.05; done").out.strip()
        base.eventually(lambda: "ready" in self.cli("logs", container).out, "the container is ready")
        self.cli("stop", container)
        self.assertEqual(self.cli("wait", container).out, "21\n")

    def test_create_start_restart_and_rm(self):
        container = self.cli("create", "--name", "steps", self.image, "sh", "-c", "echo run; sleep 60").out.strip()
        self.assertEqual(self.engine.inspect(container)["State"]["Status"], "created")
        self.assertEqual(self.cli("start", "steps").out, "steps\n")
        base.eventually(lambda: self.cli("logs", "steps").out == "run\n", "the first run")
        self.cli("restart", "-t", "0", "steps")
        base.eventually(lambda: self.cli("logs", "steps").out == "run\nrun\n", "the second run")
        done = self.cli("rm", "steps", check=False)
        self.assertEqual(done.code, 1)
        self.assertRegex(done.err, 'cannot remove container "/?steps": container is running: stop the container before removing or force remove')
        self.assertEqual(self.cli("rm", "-f", "steps").out, "steps\n")
        self.assertEqual(self.cli("ps", "-aq").out, "")

    def test_start_attached_gives_output_and_status(self):
        self.cli("create", "--name", "attached", self.image, "sh", "-c", "echo again; exit 4")
        for _ in range(2):
            done = self.cli("start", "-a", "attached", check=False)
            self.assertEqual((done.code, done.out), (4, "again\n"))

    def test_kill_sends_the_signal_that_was_asked_for(self):
        container = self.cli("run", "-d", self.image, "sh", "-c", "trap 'echo usr; exit 30' USR2; echo ready; while :; do sleep 0.05; done").out.strip()
        base.eventually(lambda: "ready" in self.cli("logs", container).out, "the container is ready")
        self.cli("kill", "-s", "USR2", container)
        self.assertEqual(self.cli("wait", container).out, "30\n")
        done = self.cli("kill", container, check=False)
        self.assertEqual(done.code, 1)
        self.assertIn("is not running", done.err)

    def test_what_does_not_exist_is_named(self):
        for command in ("start", "stop", "rm", "logs", "kill", "wait", "restart"):
            done = self.cli(command, "nothing", check=False)
            self.assertEqual(done.code, 1, done)
            self.assertIn("No such container: nothing", done.err)
        done = self.cli("inspect", "nothing", check=False)
        self.assertEqual(done.code, 1)
        self.assertRegex(done.err.lower(), "no such object: nothing")

    def test_a_container_is_found_by_a_part_of_its_id(self):
        container = self.cli("run", "-d", "--name", "parts", self.image, "sleep", "60").out.strip()
        for name in (container, container[:12], container[:6], "parts", "/parts"):
            self.assertEqual(self.cli("inspect", "-f", "{{.Id}}", name).out.strip(), container)

    # --- logs

    def test_logs_follow_until_the_container_stops(self):
        container = self.cli("run", "-d", self.image, "sh", "-c", "for i in 1 2 3 4 5; do echo line $i; sleep 0.1; done").out.strip()
        self.assertEqual(self.cli("logs", "-f", container, timeout=30).out, "".join(f"line {i}\n" for i in range(1, 6)))
        self.assertEqual(self.cli("logs", "-f", container, timeout=30).out.count("\n"), 5)

    def test_logs_tail_and_timestamps(self):
        container = self.cli("run", "-d", self.image, "sh", "-c", "for i in 1 2 3 4 5; do echo line $i; done").out.strip()
        self.cli("wait", container)
        self.assertEqual(self.cli("logs", "--tail", "2", container).out, "line 4\nline 5\n")
        self.assertEqual(self.cli("logs", "--tail", "0", container).out, "")
        stamped = self.cli("logs", "-t", "-n", "1", container).out
        self.assertRegex(stamped, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z line 5\n$")

    def test_logs_keep_the_streams_apart_and_lines_without_an_end(self):
        container = self.cli("run", "-d", self.image, "sh", "-c", "echo out; echo err >&2; printf last").out.strip()
        self.cli("wait", container)
        done = self.cli("logs", container)
        self.assertEqual((done.out, done.err), ("out\nlast", "err\n"))

    # --- exec

    def test_exec_runs_a_further_process(self):
        container = self.cli("run", "-d", "-e", "A=outer", self.image, "sleep", "60").out.strip()
        done = self.cli("exec", container, "sh", "-c", "echo out; echo err >&2; echo $A; exit 6", check=False)
        self.assertEqual((done.code, done.out, done.err), (6, "out\nouter\n", "err\n"))

    def test_exec_takes_stdin_environment_user_and_directory(self):
        container = self.cli("run", "-d", self.image, "sleep", "60").out.strip()
        self.assertEqual(self.cli("exec", "-i", container, "cat", input="text").out, "text")
        done = self.cli("exec", "-e", "X=1", "-u", "user", "-w", "/tmp", container, "sh", "-c", "echo $X $(id -u) $(pwd)")
        self.assertEqual(done.out, "1 1000 /tmp\n")

    def test_exec_in_a_terminal(self):
        container = self.cli("run", "-d", self.image, "sleep", "60").out.strip()
        code, seen = self.in_terminal("exec", "-it", container, "sh", "-c", f"{SIZED}; read x; echo got:$x; exit 3", type="a\n", until=b"sized")
        self.assertEqual(code, 3, seen)
        self.assertIn("got:a", seen)

    def test_exec_of_a_missing_command_is_127_or_126(self):
        container = self.cli("run", "-d", self.image, "sleep", "60").out.strip()
        done = self.cli("exec", container, "nosuchcommand", check=False)
        self.assertIn(done.code, (126, 127), done)
        self.assertIn('exec: "nosuchcommand": executable file not found in $PATH', done.out + done.err)
        self.assertEqual(self.cli("exec", container, "/etc", check=False).code, 126)

    def test_exec_in_a_stopped_container_is_refused(self):
        container = self.cli("run", "-d", self.image, "true").out.strip()
        self.cli("wait", container)
        done = self.cli("exec", container, "true", check=False)
        self.assertEqual(done.code, 1)
        self.assertIn(f"container {container} is not running", done.err)

    # --- images

    def test_pull_says_what_it_got(self):
        done = self.cli("pull", self.image)
        self.assertIn(f"Status: Image is up to date for {self.image}", done.out)
        self.assertRegex(done.out, r"Digest: sha256:[0-9a-f]{64}")
        self.assertTrue(done.out.endswith(self.image + "\n"), done.out)
        self.assertEqual(self.cli("pull", "-q", self.image).out, self.image + "\n")

    def test_images_lists_what_was_pulled(self):
        name, tag = self.image.rsplit(":", 1)
        listed = self.cli("images").out
        self.assertRegex(listed.splitlines()[0], r"^REPOSITORY +TAG +IMAGE ID +CREATED +SIZE$")
        self.assertRegex(listed, rf"(?m)^{re.escape(name)} +{tag} +[0-9a-f]{{12}} ")
        self.assertEqual(self.cli("images", "-q", self.image).out.strip(),
                         self.engine.get(f"/images/{self.image}/json").json["Id"].removeprefix("sha256:")[:12])

    def test_an_image_in_use_is_not_removed(self):
        container = self.cli("run", "-d", self.image, "sleep", "60").out.strip()
        done = self.cli("rmi", self.image, check=False)
        self.assertEqual(done.code, 1)
        self.assertIn(container[:12], done.err)
        self.assertRegex(done.err, "conflict: unable to (remove repository reference|delete)")

    def test_rmi_removes_and_says_so(self):
        from . import images
        other = images.configured("to-remove", {"Labels": {"a": "b"}})
        self.cli("pull", other)
        done = self.cli("rmi", other)
        self.assertIn(f"Untagged: {other}\n", done.out)
        self.assertRegex(done.out, r"Deleted: sha256:[0-9a-f]{64}\n")
        self.assertIn(f"No such image: {other}", self.cli("rmi", other, check=False).err)

    def test_a_bad_reference_is_refused(self):
        self.assertIn("invalid reference format", self.cli("pull", "UPPER/Case:::", check=False).err)
        self.assertIn("invalid reference format", self.cli("run", "Not/Allowed", check=False).err)

    def test_import_makes_an_image_of_a_tar(self):
        from . import images
        archive = self.engine.directory / "root.tar"
        archive.write_bytes(images.busybox_layer())
        done = self.cli("import", archive, "imported:first")
        self.assertRegex(done.out, r"^sha256:[0-9a-f]{64}\n$")
        self.assertEqual(self.cli("run", "--rm", "imported:first", "echo", "works").out, "works\n")
        self.cli("rmi", "imported:first")

    def test_load_reads_an_archive_of_skopeo(self):
        archive = self.engine.directory / "saved.tar"
        archive.unlink(missing_ok=True)
        base.run(["skopeo", "copy", "--src-tls-verify=false", f"docker://{self.image}", f"docker-archive:{archive}:loaded:first"])
        done = self.cli("load", "-i", archive)
        self.assertIn("Loaded image: loaded:first", done.out)
        self.assertEqual(self.cli("run", "--rm", "loaded:first", "echo", "works").out, "works\n")
        self.cli("rmi", "loaded:first")

    def test_version_and_info_answer(self):
        done = self.cli("version", "-f", "{{.Server.APIVersion}} {{.Server.MinAPIVersion}} {{.Server.Os}}")
        self.assertEqual(done.out, "1.51 1.24 linux\n")
        self.assertIn("Server Version:", self.cli("info").out)

    def test_ps_shows_states_and_columns(self):
        self.cli("run", "-d", "--name", "up", self.image, "sleep", "60")
        self.cli("run", "--name", "down", self.image, "sh", "-c", "exit 3", check=False)
        listed = self.cli("ps", "-a").out.splitlines()
        self.assertRegex(listed[0], r"^CONTAINER ID +IMAGE +COMMAND +CREATED +STATUS +PORTS +NAMES$")
        by_name = {line.split()[-1]: line for line in listed[1:]}
        self.assertRegex(by_name["up"], r'"sleep 60" .* Up (Less than a second|\d+ seconds?|About a)')
        self.assertRegex(by_name["down"], r"Exited \(3\) ")
        self.assertEqual(self.cli("ps", "--format", "{{.Names}}").out, "up\n")

    # --- mounts

    def test_a_directory_of_the_host_is_mounted(self):
        shared = self.engine.directory / "shared"
        shared.mkdir(exist_ok=True)
        (shared / "file").write_text("from the host")
        done = self.cli("run", "--rm", "-v", f"{shared}:/mnt", self.image, "sh", "-c", "cat /mnt/file; echo inside > /mnt/new")
        self.assertEqual(done.out, "from the host")
        self.assertEqual((shared / "new").read_text(), "inside\n")
        done = self.cli("run", "--rm", "-v", f"{shared}:/mnt:ro", self.image, "touch", "/mnt/no", check=False)
        self.assertIn("Read-only file system", done.err)

    def test_a_named_volume_keeps_what_was_written(self):
        self.cli("run", "--rm", "-v", "kept:/data", self.image, "sh", "-c", "echo kept > /data/file")
        self.assertEqual(self.cli("run", "--rm", "-v", "kept:/data", self.image, "cat", "/data/file").out, "kept\n")
        self.engine.request("DELETE", "/volumes/kept")

    def test_a_bad_volume_name_is_refused(self):
        done = self.cli("run", "--rm", "-v", "x/../y:/data", self.image, "true", check=False)
        self.assertEqual(done.code, 125, done)
        self.assertIn("includes invalid characters for a local volume name", done.err)

    # --- networks

    def test_the_networks_are_none_host_and_bridge(self):
        interfaces = ("ls", "/sys/class/net")
        self.assertEqual(self.cli("run", "--rm", "--network", "none", self.image, *interfaces).out.split(), ["lo"])
        self.assertIn("eth0", self.cli("run", "--rm", "--network", "bridge", self.image, *interfaces).out.split())
        self.assertIn(self.engine.bridge, self.cli("run", "--rm", "--network", "host", self.image, *interfaces).out.split())
        self.assertIn("eth0", self.cli("run", "--rm", self.image, *interfaces).out.split())

    def test_an_unknown_network_is_refused(self):
        done = self.cli("run", "--rm", "--network", "nosuchnet", self.image, "true", check=False)
        self.assertEqual(done.code, 125, done)
        self.assertIn("network nosuchnet not found", done.err)
