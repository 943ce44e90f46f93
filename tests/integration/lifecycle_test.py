"""The Engine API of containers: states, statuses, texts, and what real clients trip over."""

import threading
import time

from mocker_tests import base, cases


class Lifecycle(cases.EngineCase):
    def post(self, container, action, **more):
        return self.engine.post(f"/containers/{container}/{action}", **more)

    def test_states_follow_each_other(self):
        container = self.engine.create(self.image, ["sleep", "60"])
        state = self.engine.inspect(container)["State"]
        self.assertEqual((state["Status"], state["Running"], state["Pid"], state["ExitCode"]), ("created", False, 0, 0))
        self.assertEqual((state["StartedAt"], state["FinishedAt"]), ("0001-01-01T00:00:00Z",) * 2)
        self.post(container, "start")
        state = self.engine.inspect(container)["State"]
        self.assertEqual((state["Status"], state["Running"]), ("running", True))
        self.assertGreater(state["Pid"], 0)
        self.assertEqual(self.post(container, "start").status, 304)
        self.assertEqual(self.post(container, "stop?t=0").status, 204)
        self.assertEqual(self.post(container, "stop").status, 304)
        state = self.engine.inspect(container)["State"]
        self.assertEqual((state["Status"], state["Running"], state["Pid"], state["ExitCode"]), ("exited", False, 0, 137))
        self.assertEqual(self.post(container, "restart?t=0").status, 204)
        self.assertEqual(self.engine.inspect(container)["State"]["Status"], "running")

    def test_create_answers_with_an_empty_list_of_warnings(self):
        reply = self.engine.post("/containers/create", {"Image": self.image, "Cmd": ["true"]})
        self.assertEqual(reply.status, 201)
        self.assertEqual(reply.json["Warnings"], [])
        self.assertRegex(reply.json["Id"], "^[0-9a-f]{64}$")

    def test_create_refuses_what_cannot_be(self):
        for body, status, text in (
                ({"Image": "no-such-image"}, 404, "No such image: no-such-image:latest"),
                ({"Image": "UPPER"}, 400, "invalid reference format"),
                ({"Image": self.image, "Cmd": [], "Entrypoint": []}, None, ""),
                ({"Image": self.image, "WorkingDir": "relative"}, 400, "the working directory 'relative' is invalid, it needs to be an absolute path"),
                ({"Image": self.image, "HostConfig": {"Memory": 1000}}, 400, "Minimum memory limit allowed is 6MB"),
                ({"Image": self.image, "HostConfig": {"CapAdd": ["NOPE"]}}, 400, 'invalid CapAdd: unknown capability: "CAP_NOPE"'),
                ({"Image": self.image, "HostConfig": {"Binds": ["a:b:c:d"]}}, 400, "invalid volume specification: 'a:b:c:d'"),
                ({"Image": self.image, "HostConfig": {"NanoCpus": 1}}, 400, "range of CPUs is from 0.01 to"),
                ({"Image": self.image, "HostConfig": {"AutoRemove": True, "RestartPolicy": {"Name": "always"}}}, 400,
                 "can't create 'AutoRemove' container with restart policy")):
            with self.subTest(str(body)):
                reply = self.engine.post("/containers/create", body)
                if status is None:
                    continue
                self.assertEqual(reply.status, status, reply)
                self.assertIn(text, reply.json["message"])

    def test_bodies_that_are_no_json_are_refused_and_the_engine_goes_on(self):
        for body, headers, text in ((b"{", {"Content-Type": "application/json"}, "invalid JSON"),
                                    (b'{"Image":7}', {"Content-Type": "application/json"}, "invalid JSON"),
                                    (b"[]", {"Content-Type": "application/json"}, ""),
                                    (b"{}", {"Content-Type": "text/plain"}, "unsupported Content-Type header (text/plain): must be 'application/json'"),
                                    (b"", {"Content-Type": "application/json"}, "invalid JSON: got EOF while reading request body"),
                                    (b"[" * 100000, {"Content-Type": "application/json"}, "")):
            reply = self.engine.request("POST", "/containers/create", body, headers)
            self.assertEqual(reply.status, 400, (body[:20], reply))
            self.assertIn(text, reply.json["message"])
        self.assertEqual(self.engine.get("/_ping").status, 200)

    def test_names_are_checked_and_unique(self):
        reply = self.engine.post("/containers/create?name=-bad", {"Image": self.image})
        self.assertEqual(reply.status, 400, reply)
        self.assertEqual(reply.json["message"], "Invalid container name (-bad), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed")
        first = self.engine.create(self.image, ["true"], "taken")
        reply = self.engine.post("/containers/create?name=taken", {"Image": self.image})
        self.assertEqual(reply.status, 409)
        self.assertEqual(reply.json["message"], f'Conflict. The container name "/taken" is already in use by container "{first}". You have '
                         "to remove (or rename) that container to be able to reuse that name.")

    def test_what_is_not_there_is_404_by_its_name(self):
        for method, path in (("GET", "json"), ("POST", "start"), ("POST", "stop"), ("POST", "wait"), ("GET", "logs?stdout=1"),
                             ("POST", "attach?stream=1"), ("POST", "resize?h=1&w=1"), ("DELETE", "")):
            reply = self.engine.request(method, f"/containers/nothing/{path}".rstrip("/"))
            self.assertEqual(reply.status, 404, (path, reply))
            self.assertEqual(reply.json, {"message": "No such container: nothing"})
        self.assertEqual(self.engine.post("/containers/nothing/kill").json["message"], "cannot kill container: nothing: No such container: nothing")
        self.assertEqual(self.engine.get("/no/such/route").json, {"message": "page not found"})

    def test_kill_of_a_stopped_container_is_409(self):
        container = self.engine.create(self.image, ["true"], "stopped")
        reply = self.post(container, "kill")
        self.assertEqual(reply.status, 409, reply)
        self.assertEqual(reply.json["message"], f"cannot kill container: {container}: container {container} is not running")
        running = self.start_container("sleep", "60")
        self.assertEqual(self.post(running, "kill?signal=NOPE").status, 400)
        self.assertEqual(self.post(running, "kill?signal=SIGKILL").status, 204)

    def test_a_running_container_is_removed_by_force_only(self):
        container = self.start_container("sleep", "60", name="busy")
        reply = self.engine.request("DELETE", f"/containers/{container}")
        self.assertEqual(reply.status, 409)
        self.assertIn("container is running: stop the container before removing or force remove", reply.json["message"])
        self.assertEqual(self.engine.request("DELETE", f"/containers/{container}?force=true").status, 204)

    # --- wait

    def test_wait_for_the_next_exit_sees_an_exit_right_after_the_start(self):
        for number in range(10):
            container = self.engine.create(self.image, ["sh", "-c", f"exit {number}"])
            got = []
            waiter = threading.Thread(target=lambda: got.append(self.post(container, "wait?condition=next-exit", timeout=30)))
            waiter.start()
            time.sleep(0.05)
            self.post(container, "start")
            waiter.join(30)
            self.assertEqual(got[0].json["StatusCode"], number)

    def test_wait_for_the_removal_gives_the_status(self):
        container = self.engine.create(self.image, ["sh", "-c", "exit 7"], HostConfig={"NetworkMode": "none", "AutoRemove": True})
        got = []
        waiter = threading.Thread(target=lambda: got.append(self.post(container, "wait?condition=removed", timeout=30)))
        waiter.start()
        time.sleep(0.1)
        self.post(container, "start")
        waiter.join(30)
        self.assertEqual(got[0].status, 200, got)
        self.assertEqual(got[0].json["StatusCode"], 7)
        self.assertEqual(self.engine.get(f"/containers/{container}/json").status, 404)

    def test_a_name_is_free_once_its_container_has_been_removed(self):
        for _ in range(5):
            container = self.engine.create(self.image, ["true"], "reused", HostConfig={"NetworkMode": "none", "AutoRemove": True})
            got = []
            waiter = threading.Thread(target=lambda c=container: got.append(self.post(c, "wait?condition=removed", timeout=30)))
            waiter.start()
            time.sleep(0.05)
            self.post(container, "start")
            waiter.join(30)
            self.assertEqual(got[0].json["StatusCode"], 0)

    def test_wait_for_a_container_that_was_never_started_returns_at_once(self):
        container = self.engine.create(self.image, ["true"])
        self.assertEqual(self.post(container, "wait", timeout=10).json["StatusCode"], 0)

    def test_an_invalid_condition_is_400(self):
        container = self.engine.create(self.image, ["true"])
        self.assertEqual(self.post(container, "wait?condition=never").status, 400)

    # --- logs

    def test_logs_of_no_stream_are_refused(self):
        container = self.engine.create(self.image, ["true"])
        reply = self.engine.get(f"/containers/{container}/logs")
        self.assertEqual((reply.status, reply.json["message"]), (400, "Bad parameters: you must choose at least one stream"))

    def test_logs_since_and_until_cut_by_time(self):
        container = self.start_container("sh", "-c", "echo first; sleep 1.2; echo second")
        self.wait(container)
        from mocker_tests.engine import multiplexed
        stamped = multiplexed(self.engine.get(f"/containers/{container}/logs?stdout=1&timestamps=1").body)[0].decode().split()
        second = base.run(["date", "-d", stamped[2], "+%s.%N"]).out.strip()
        self.assertEqual(multiplexed(self.engine.get(f"/containers/{container}/logs?stdout=1&since={second}").body)[0], b"second\n")
        self.assertNotIn(b"second\n", multiplexed(self.engine.get(f"/containers/{container}/logs?stdout=1&until={float(second) - 0.5:.3f}").body)[0])

    def test_a_long_line_and_binary_output_are_kept(self):
        container = self.start_container("sh", "-c", "head -c 100000 /dev/zero | tr '\\0' x; echo; printf '\\377\\376\\n\"\\\\\\t\\n'")
        self.wait(container)
        out = self.logs(container)[0]
        self.assertEqual(out[:100001], b"x" * 100000 + b"\n")
        self.assertTrue(out.endswith(b'\n"\\\t\n'), out[-20:])

    def test_100_mib_of_output_are_kept_in_order(self):
        container = self.start_container("sh", "-c", "yes 0123456789abcdef0123456789abcdef | head -n 3000000")
        self.assertEqual(self.wait(container), 0)
        out = self.logs(container)[0]
        self.assertEqual(len(out), 99_000_000)
        self.assertEqual(out.count(b"0123456789abcdef0123456789abcdef\n"), 3_000_000)

    # --- inspect and list

    def test_inspect_gives_back_what_was_sent(self):
        sent = {"NetworkMode": "none", "Memory": 64 << 20, "PidsLimit": 100, "NanoCpus": 500_000_000, "CapAdd": ["CAP_NET_ADMIN"],
                "RestartPolicy": {"Name": "no", "MaximumRetryCount": 0}, "Ulimits": [{"Name": "nofile", "Soft": 100, "Hard": 200}]}
        container = self.engine.create(self.image, ["a", "b"], "inspected", HostConfig=sent, Env=["A=1"], Labels={"k": "v"}, WorkingDir="/tmp",
                                       User="user", StopSignal="SIGUSR1")
        got = self.engine.inspect(container)
        for key, value in sent.items():
            self.assertEqual(got["HostConfig"][key], value, key)
        config = got["Config"]
        self.assertIn("A=1", config["Env"])
        self.assertEqual((config["Labels"], config["WorkingDir"], config["User"], config["StopSignal"], config["Cmd"]),
                         ({"k": "v"}, "/tmp", "user", "SIGUSR1", ["a", "b"]))
        self.assertEqual((got["Name"], got["Path"], got["Args"]), ("/inspected", "a", ["b"]))
        self.assertRegex(got["Image"], "^sha256:[0-9a-f]{64}$")
        self.assertEqual(config["Image"], self.image)
        self.assertEqual(got["State"]["Status"], "created")

    def test_the_list_has_names_with_a_slash_and_numbers_for_times(self):
        container = self.start_container("sleep", "60", name="listed")
        listed = {c["Id"]: c for c in self.engine.get("/containers/json").json}[container]
        self.assertEqual(listed["Names"], ["/listed"])
        self.assertIsInstance(listed["Created"], int)
        self.assertEqual((listed["State"], listed["Ports"], listed["Image"]), ("running", [], self.image))
        self.assertEqual(listed["Command"], "sleep 60")
        self.assertTrue(self.engine.inspect(container)["LogPath"].endswith(f"{container}-json.log"))

    def test_lists_are_filtered(self):
        labelled = self.start_container("sleep", "60", name="labelled", Labels={"a": "1", "b": "2"})
        self.engine.create(self.image, ["true"], "plain")

        def names(filters):
            import json
            import urllib.parse
            reply = self.engine.get("/containers/json?all=1&filters=" + urllib.parse.quote(json.dumps(filters)))
            self.assertEqual(reply.status, 200, reply)
            return sorted(c["Names"][0] for c in reply.json)
        self.assertEqual(names({"label": ["a=1", "b"]}), ["/labelled"])
        self.assertEqual(names({"label": {"a=1": True}}), ["/labelled"])
        self.assertEqual(names({"label": ["a=2"]}), [])
        self.assertEqual(names({"name": ["lab"]}), ["/labelled"])
        self.assertEqual(names({"status": ["created"]}), ["/plain"])
        self.assertEqual(names({"id": [labelled[:12]]}), ["/labelled"])
        self.assertEqual(self.engine.get("/containers/json?filters={").status, 400)

    def test_every_container_has_a_name_even_if_none_was_given(self):
        container = self.engine.create(self.image, ["true"])
        self.assertRegex(self.engine.inspect(container)["Name"], r"^/[a-z]+_[a-z]+\d?$")

    # --- exec

    def test_the_status_of_an_exec_is_known_when_its_stream_ends(self):
        container = self.start_container("sleep", "60")
        for number in range(5):
            made = self.engine.post(f"/containers/{container}/exec", {"Cmd": ["sh", "-c", f"echo {number}; exit {number}"],
                                                                      "AttachStdout": True})
            self.assertEqual(made.status, 201, made)
            identifier = made.json["Id"]
            self.assertIsNone(self.engine.get(f"/exec/{identifier}/json").json["ExitCode"])
            stream = self.engine.post(f"/exec/{identifier}/start", {"Detach": False, "Tty": False})
            self.assertEqual(stream.status, 200)
            self.assertTrue(stream.body.endswith(b"%d\n" % number), stream)
            got = self.engine.get(f"/exec/{identifier}/json").json
            self.assertEqual((got["ExitCode"], got["Running"], got["ContainerID"]), (number, False, container))

    def test_exec_refuses_what_cannot_be(self):
        container = self.start_container("sleep", "60")
        self.assertEqual(self.engine.post(f"/containers/{container}/exec", {"Cmd": []}).json["message"], "No exec command specified")
        self.assertEqual(self.engine.post("/exec/nothing/start", {}).json["message"], "No such exec instance: nothing")
        stopped = self.engine.create(self.image, ["true"])
        reply = self.engine.post(f"/containers/{stopped}/exec", {"Cmd": ["true"]})
        self.assertEqual((reply.status, reply.json["message"]), (409, f"container {stopped} is not running"))

    def test_a_detached_exec_answers_at_once_without_an_upgrade(self):
        container = self.start_container("sleep", "60")
        identifier = self.engine.post(f"/containers/{container}/exec", {"Cmd": ["sleep", "1"]}).json["Id"]
        begun = time.monotonic()
        reply = self.engine.post(f"/exec/{identifier}/start", {"Detach": True}, headers={"Connection": "Upgrade", "Upgrade": "tcp"})
        self.assertEqual((reply.status, reply.body), (200, b""))
        self.assertLess(time.monotonic() - begun, 0.9)
        base.eventually(lambda: self.engine.get(f"/exec/{identifier}/json").json["ExitCode"] == 0, "the process has exited")
        self.assertEqual(self.engine.post(f"/exec/{identifier}/start", {"Detach": True}).status, 409)

    # --- images

    def test_an_image_in_use_is_kept(self):
        container = self.start_container("sleep", "60")
        reply = self.engine.request("DELETE", f"/images/{self.image}")
        self.assertEqual(reply.status, 409, reply)
        self.assertIn(container[:12], reply.json["message"])
        self.assertEqual(self.engine.get("/images/nothing/json").json["message"], "No such image: nothing:latest")
        self.assertEqual(self.engine.get("/images/UPPER/json").status, 400)
