"""Many containers, and starts that fail: nothing stays on the host."""

import concurrent.futures

from mocker_tests import cases, host


class LeftOver(cases.EngineCase):
    def one(self, number):
        """A whole life, as `run --rm` of a client would have it."""
        network = "bridge" if number % 2 else "none"
        container = self.engine.create(self.image, ["sh", "-c", f"echo {number}; exit {number % 128}"], f"many-{number}",
                                       HostConfig={"NetworkMode": network})
        started = self.engine.post(f"/containers/{container}/start", timeout=120)
        code = self.wait(container) if started.status == 204 else started
        out, _ = self.logs(container)
        return number, code, out

    def test_200_containers_at_once_have_their_own_status_and_output(self):
        with concurrent.futures.ThreadPoolExecutor(200) as pool:
            for number, code, out in pool.map(self.one, range(200)):
                self.assertEqual((code, out), (number % 128, b"%d\n" % number), number)
        self.assertEqual(len(self.engine.containers()), 200)
        with concurrent.futures.ThreadPoolExecutor(50) as pool:
            removed = list(pool.map(lambda c: self.engine.request("DELETE", f"/containers/{c['Id']}").status, self.engine.containers()))
        self.assertEqual(set(removed), {204})
        self.assertEqual(self.engine.containers(), [])
        # the rest is looked at after each test

    def test_200_running_containers_are_removed_by_force(self):
        def begin(number):
            return self.start_container("sleep", "1000", name=f"running-{number}", HostConfig={"NetworkMode": "bridge"})
        with concurrent.futures.ThreadPoolExecutor(50) as pool:
            containers = list(pool.map(begin, range(200)))
        self.assertEqual(len(host.ports_of(self.engine.bridge)), 200)
        self.assertTrue(all(c["State"] == "running" for c in self.engine.containers()))
        with concurrent.futures.ThreadPoolExecutor(50) as pool:
            removed = list(pool.map(lambda c: self.engine.request("DELETE", f"/containers/{c}?force=1", timeout=120).status, containers))
        self.assertEqual(set(removed), {204})

    def test_a_start_that_fails_leaves_nothing_and_says_why(self):
        (self.engine.directory / "a-file").write_text("x")
        broken = [
            ({"Cmd": ["/no/such/command"]}, 127, "no such file or directory"),
            ({"Cmd": ["nosuchcommand"]}, 127, "executable file not found in $PATH"),
            ({"Cmd": ["/etc"]}, 126, ""),
            ({"Cmd": ["/etc/passwd"]}, 126, "permission denied"),
            ({"Cmd": ["true"], "User": "nosuchuser"}, None, "unable to find user nosuchuser: no matching entries in passwd file"),
            ({"Cmd": ["true"], "User": "root:nosuchgroup"}, None, "unable to find group nosuchgroup: no matching entries in group file"),
            ({"Cmd": ["true"], "HostConfig": {"NetworkMode": "bridge", "Binds": [f"{self.engine.directory}/a-file:/etc"]}}, None, "not a directory"),
        ]
        for config, code, message in broken:
            with self.subTest(str(config)[:60]):
                container = self.engine.create(self.image, config.pop("Cmd"), **config)
                reply = self.engine.post(f"/containers/{container}/start")
                self.assertIn(reply.status, (400, 500), reply)
                self.assertIn(message.lower(), reply.json["message"].lower())
                state = self.engine.inspect(container)["State"]
                self.assertFalse(state["Running"])
                if code is not None:
                    self.assertEqual(state["ExitCode"], code)
                self.assertTrue(state["Error"])
                self.assertEqual(self.engine.request("DELETE", f"/containers/{container}").status, 204)
        self.assertEqual(self.engine.left_over(), {})

    def test_creating_and_removing_without_a_start_leaves_nothing(self):
        for _ in range(20):
            container = self.engine.create(self.image, ["true"], HostConfig={"NetworkMode": "bridge"})
            self.assertEqual(self.engine.request("DELETE", f"/containers/{container}").status, 204)
        self.assertEqual(self.engine.left_over(), {})

    def test_a_stopped_container_holds_nothing_but_its_files(self):
        container = self.start_container("true", HostConfig={"NetworkMode": "bridge"})
        self.wait(container)
        left = self.engine.left_over(patient=1)
        self.assertEqual(set(left) - {"root/containers", "run/containers"}, set(), left)
