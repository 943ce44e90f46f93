"""The command line without an engine. All of it happens in namespaces of its own, so that no default path is touched."""

import os
import shutil
import unittest

from mocker_tests import base, engine

PRIVATE = ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc", "--propagation", "private"]
FRESH = "mount -t tmpfs fresh /run && mount -t tmpfs fresh /var/lib && mount -t tmpfs fresh /var/log && "


class FirstUse(unittest.TestCase):
    def setUp(self):
        if engine.missing():
            raise base.Failed(engine.missing())

    def alone(self, script, **more):
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("DOCKER_", "MOCKER_"))}
        return base.run([*PRIVATE, "sh", "-c", FRESH + script], env={**environment, "HOME": "/var/lib"}, check=False, **more)

    def test_an_engine_is_started_where_none_runs_and_that_is_said_once(self):
        done = self.alone(f"{base.MOCKER} ps && echo == && {base.MOCKER} images; ls -l /run/mocker.sock")
        self.assertEqual(done.code, 0, done)
        self.assertEqual(done.err.count("no engine was running at unix:///run/mocker.sock: started"), 1, done)
        first, second = done.out.split("==\n")
        self.assertRegex(first, "^CONTAINER ID +IMAGE ")
        self.assertRegex(second, r"(?m)^REPOSITORY +TAG ")
        self.assertRegex(second, r"(?m)^srw(-------|-rw----) ")

    def test_without_the_rights_to_it_says_what_is_missing(self):
        place = base.temporary_directory("bin")  # which everybody may enter, unlike perhaps the home of this project
        self.addCleanup(shutil.rmtree, place)
        place.chmod(0o755)
        for program in (base.MOCKER, base.MOCKERD):
            shutil.copy(program, place)
        done = self.alone(f"setpriv --reuid 65534 --regid 65534 --clear-groups {place}/mocker ps")
        self.assertEqual(done.code, 1, done)
        self.assertIn("no engine is running at unix:///run/mocker.sock", done.err)
        self.assertIn("it needs the rights of root", done.err)
        self.assertIn("runs as user 65534", done.err)

    def test_an_engine_that_was_named_is_not_started_by_us(self):
        done = self.alone(f"{base.MOCKER} -H unix:///run/other.sock ps")
        self.assertEqual(done.code, 1, done)
        self.assertIn("Cannot connect to the Docker daemon at unix:///run/other.sock. Is the docker daemon running?", done.err)
        self.assertNotIn("started", done.err)

    def test_help_needs_no_engine(self):
        for arguments in ("--help", "run --help", ""):
            done = self.alone(f"{base.MOCKER} {arguments}; test ! -e /run/mocker.sock && echo none")
            self.assertTrue(done.out.endswith("none\n"), done)
            self.assertIn("Usage:", done.out + done.err)

    def test_a_socket_of_somebody_who_died_is_replaced_and_a_file_is_not(self):
        stale = "python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"/run/x.sock\")' && "
        serve = f"timeout 2 {base.MOCKERD} -H unix:///run/x.sock --data-root /var/lib/m --exec-root /run/m -p /run/m.pid; "
        done = self.alone(stale + serve + "true")
        self.assertIn("API listen on unix:///run/x.sock", done.out + done.err)
        done = self.alone("echo precious > /run/x.sock; " + serve + "cat /run/x.sock")
        self.assertTrue(done.out.endswith("precious\n"), done)
        self.assertNotIn("API listen", done.out + done.err)
