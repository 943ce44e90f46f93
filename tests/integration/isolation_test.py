"""What a container can see and do: the defaults of docker, looked at from inside."""

import os
import pathlib

from mocker_tests import cases


class Isolation(cases.EngineCase):
    def inside(self, script, code=0, **config):
        got, out, err = self.run_container("sh", "-c", script, **config)
        self.assertEqual(got, code, (out, err))
        return out.decode().strip()

    def test_the_process_is_the_first_of_its_namespaces(self):
        self.assertEqual(self.inside("echo $$"), "1")
        own = {name: os.readlink(f"/proc/self/ns/{name}") for name in ("pid", "mnt", "net", "ipc", "uts")}
        seen = self.inside("for n in pid mnt net ipc uts; do echo $n $(readlink /proc/self/ns/$n); done")
        for line in seen.splitlines():
            name, link = line.split()
            self.assertNotEqual(link, own[name], name)

    def test_capabilities_are_those_of_docker(self):
        self.assertEqual(self.inside("grep -E '^Cap(Eff|Bnd|Inh|Amb)' /proc/self/status | tr -s '\\t' ' '").splitlines(),
                         ["CapInh: 0000000000000000", "CapEff: 00000000a80425fb", "CapBnd: 00000000a80425fb", "CapAmb: 0000000000000000"])

    def test_a_user_other_than_root_has_no_capabilities(self):
        self.assertIn("0000000000000000", self.inside("grep CapEff /proc/self/status", User="user"))

    def test_system_calls_are_filtered(self):
        self.assertEqual(self.inside("grep -E '^Seccomp:' /proc/self/status | tr -s '\\t' ' '"), "Seccomp: 2")
        self.assertEqual(self.inside("mount -t tmpfs x /tmp 2>/dev/null || echo refused"), "refused")

    def test_parts_of_proc_and_sys_are_masked_or_read_only(self):
        self.assertEqual(self.inside("cat /proc/kcore /proc/timer_list 2>/dev/null | head -c 10 | wc -c"), "0")
        self.assertEqual(self.inside("ls /sys/firmware | wc -l"), "0")
        for place in ("/proc/sys/kernel/hostname", "/proc/sys/vm/overcommit_memory", "/sys/kernel/mm/transparent_hugepage/enabled"):
            self.assertIn("ead-only", self.inside(f"(echo x > {place}) 2>&1; true"), place)

    def test_devices_are_few_and_others_cannot_be_opened(self):
        self.assertEqual(self.inside("cd /dev; ls -d full null ptmx pts random shm stdin tty urandom zero | wc -l"), "10")
        refused = self.inside("mknod /tmp/sda b 8 0 && cat /tmp/sda 2>&1; mknod /tmp/mem c 1 1 && cat /tmp/mem 2>&1; true")
        self.assertEqual(refused.count("not permitted"), 2, refused)
        self.assertEqual(self.inside("echo x > /dev/null && head -c 4 /dev/zero | wc -c"), "4")

    def test_processes_outside_are_not_seen(self):
        self.assertLessEqual(int(self.inside("ls -d /proc/[0-9]* | wc -l")), 4)

    def test_the_root_of_the_host_is_out_of_reach(self):
        marker = pathlib.Path("/tmp") / f"{self.engine.bridge}-marker"
        marker.write_text("x")
        self.addCleanup(marker.unlink)
        self.assertEqual(self.inside(f"cd /; ls ../../../../../tmp/{marker.name} /proc/1/root/tmp/{marker.name} "
                                     f"/proc/self/cwd/../../tmp/{marker.name} 2>/dev/null; true"), "")
        self.assertEqual(self.inside("ls -l /proc/self/fd | grep -v -E '/dev/null|pipe:|/proc/|^total| 3$'; true"), "")

    def test_no_mount_of_the_host_is_seen(self):
        self.assertNotIn(str(self.engine.directory) + "/home", self.inside("cat /proc/self/mounts"))

    def test_what_is_written_is_seen_by_this_container_only(self):
        self.inside("echo x > /etc/new; rm /etc/passwd")
        self.assertEqual(self.inside("ls /etc/new 2>/dev/null; head -n 1 /etc/passwd"), "root:x:0:0:root:/root:/bin/sh")

    def test_a_privileged_container_has_everything(self):
        self.assertEqual(self.inside("mount -t tmpfs x /tmp && echo mounted", HostConfig={"NetworkMode": "none", "Privileged": True}), "mounted")

    def test_capabilities_can_be_added_and_dropped(self):
        capabilities = {"NetworkMode": "none", "CapDrop": ["ALL"], "CapAdd": ["NET_ADMIN"]}
        self.assertIn("0000000000001000", self.inside("grep CapEff /proc/self/status", HostConfig=capabilities))

    def test_a_read_only_root_is_one(self):
        self.assertIn("Read-only file system", self.inside("touch /x 2>&1; true", HostConfig={"NetworkMode": "none", "ReadonlyRootfs": True}))

    def test_no_new_privileges_is_kept(self):
        self.assertEqual(self.inside("grep NoNewPrivs /proc/self/status | tr -s '\\t' ' '",
                                     HostConfig={"NetworkMode": "none", "SecurityOpt": ["no-new-privileges"]}), "NoNewPrivs: 1")

    def test_limits_of_the_process_are_as_asked(self):
        self.assertEqual(self.inside("ulimit -n; ulimit -Hn", HostConfig={
            "NetworkMode": "none", "Ulimits": [{"Name": "nofile", "Soft": 123, "Hard": 456}]}), "123\n456")

    def test_a_fork_bomb_stops_at_the_limit_and_leaves_nothing(self):
        container = self.start_container("sh", "-c", "f() { f | f & }; f; sleep 60", HostConfig={"NetworkMode": "none", "PidsLimit": 64})
        reply = self.engine.request("DELETE", f"/containers/{container}?force=1")
        self.assertEqual(reply.status, 204, reply)

    def test_orphans_die_with_the_container(self):
        self.inside("sleep 1000 & (setsid sleep 1000 &) ; true")
