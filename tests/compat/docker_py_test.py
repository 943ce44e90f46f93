"""docker-py (Debian's python3-docker) against mockerd, used as its documentation shows."""

import io
import time

from mocker_tests import base, cases, images

try:
    import docker
except ImportError:
    docker = None


class DockerPy(cases.EngineCase):
    @classmethod
    def setUpClass(cls):
        if docker is None:
            raise base.Failed("docker-py is missing: apt-get install python3-docker")
        super().setUpClass()
        cls.client = docker.DockerClient(base_url=cls.engine.host, timeout=60)
        cls.addClassCleanup(cls.client.close)

    def test_ping_version_and_info(self):
        self.assertTrue(self.client.ping())
        self.assertEqual(self.client.version()["ApiVersion"], "1.51")
        self.assertEqual(self.client.info()["OSType"], "linux")

    def test_run_gives_the_output(self):
        self.assertEqual(self.client.containers.run(self.image, "echo hello world"), b"hello world\n")
        self.assertEqual(self.client.containers.run(self.image, ["echo", "a b"], remove=True), b"a b\n")

    def test_run_with_stream_gives_it_piece_by_piece(self):
        stream = self.client.containers.run(self.image, ["sh", "-c", "for i in 1 2 3; do echo $i; sleep 0.1; done"], stream=True)
        self.assertEqual(b"".join(stream), b"1\n2\n3\n")

    def test_run_gives_stderr_if_asked(self):
        out = self.client.containers.run(self.image, ["sh", "-c", "echo out; sleep 0.2; echo err >&2"], stdout=True, stderr=True)
        self.assertEqual(sorted(out.split()), [b"err", b"out"])

    def test_a_status_other_than_0_is_an_exception_with_stderr(self):
        with self.assertRaises(docker.errors.ContainerError) as caught:
            self.client.containers.run(self.image, ["sh", "-c", "echo why >&2; exit 5"])
        self.assertEqual((caught.exception.exit_status, caught.exception.stderr), (5, b"why\n"))

    def test_missing_things_are_the_right_exceptions(self):
        with self.assertRaises(docker.errors.NotFound):
            self.client.containers.get("nothing")
        with self.assertRaises(docker.errors.ImageNotFound):
            self.client.images.get("nothing")
        with self.assertRaises(docker.errors.NotFound):
            self.client.images.pull(self.image.rsplit("/", 1)[0] + "/no-such-image", tag="latest")
        with self.assertRaises(docker.errors.APIError) as caught:
            self.client.containers.run(self.image, "nosuchcommand")
        self.assertIn("executable file not found", caught.exception.explanation)

    def test_a_detached_container_is_followed_and_stopped(self):
        container = self.client.containers.run(self.image, ["sh", "-c", "echo up; sleep 60"], detach=True, name="detached",
                                               environment={"A": "1"}, labels={"k": "v"}, mem_limit="64m")
        self.assertEqual(container.status, "created")
        container.reload()
        self.assertEqual((container.status, container.name, container.labels), ("running", "detached", {"k": "v"}))
        base.eventually(lambda: container.logs() == b"up\n", "the line is logged")
        self.assertEqual([c.name for c in self.client.containers.list(filters={"label": "k=v"})], ["detached"])
        container.stop(timeout=0)
        self.assertEqual(container.wait()["StatusCode"], 137)
        container.start()
        container.kill()
        container.restart(timeout=0)
        container.remove(force=True)
        self.assertEqual(self.client.containers.list(all=True), [])

    def test_logs_with_stream_follow_and_since(self):
        container = self.client.containers.run(self.image, ["sh", "-c", "for i in 1 2 3; do echo $i; sleep 0.2; done"], detach=True)
        self.assertEqual(b"".join(container.logs(stream=True, follow=True)), b"1\n2\n3\n")
        self.assertEqual(container.logs(tail=1), b"3\n")
        self.assertEqual(container.logs(since=int(time.time()) + 100), b"")
        self.assertRegex(container.logs(timestamps=True, tail=1).decode(), r"^\d{4}-.*Z 3\n$")

    def test_exec_run_in_all_its_ways(self):
        container = self.client.containers.run(self.image, "sleep 60", detach=True)
        self.assertEqual(tuple(container.exec_run("echo hello")), (0, b"hello\n"))
        self.assertEqual(tuple(container.exec_run(["sh", "-c", "echo a; echo b >&2; exit 3"], demux=True)), (3, (b"a\n", b"b\n")))
        self.assertEqual(b"".join(container.exec_run("cat /etc/group", stream=True).output)[:5], b"root:")
        self.assertEqual(container.exec_run("id -u", user="user").output, b"1000\n")
        self.assertEqual(container.exec_run("pwd", workdir="/tmp").output, b"/tmp\n")
        self.assertEqual(container.exec_run(["sh", "-c", "echo $X"], environment={"X": "y"}).output, b"y\n")
        self.assertEqual(container.exec_run("tty", tty=True).output.strip()[:8], b"/dev/pts")
        detached = container.exec_run("touch /done", detach=True)
        self.assertFalse(detached.output)
        base.eventually(lambda: container.exec_run("ls /done").exit_code == 0, "the detached process has run")

    def test_exec_run_with_a_socket(self):
        container = self.client.containers.run(self.image, "sleep 60", detach=True)
        sock = container.exec_run("cat", stdin=True, socket=True).output
        raw = getattr(sock, "_sock", sock)
        raw.sendall(b"through the socket\n")
        raw.shutdown(1)
        received = b""
        while chunk := raw.recv(4096):
            received += chunk
        sock.close()
        self.assertEqual(received[8:], b"through the socket\n")

    def test_attach_socket_carries_stdin_and_output(self):
        container = self.client.containers.create(self.image, ["sh", "-c", "read x; echo got:$x"], stdin_open=True)
        sock = container.attach_socket(params={"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1})
        container.start()
        raw = getattr(sock, "_sock", sock)
        raw.sendall(b"words\n")
        received = b""
        while chunk := raw.recv(4096):
            received += chunk
        sock.close()
        self.assertEqual(received[8:], b"got:words\n")

    def test_attach_gives_a_stream(self):
        container = self.client.containers.create(self.image, ["sh", "-c", "echo 1; sleep 0.3; echo 2"])
        stream = container.attach(stream=True, logs=True)
        container.start()
        self.assertEqual(b"".join(stream), b"1\n2\n")

    def test_images_pull_get_list_and_remove(self):
        name, tag = images.busybox_docker().rsplit(":", 1)
        image = self.client.images.pull(name, tag=tag)
        self.assertIn(f"{name}:{tag}", image.tags)
        self.assertEqual(self.client.images.get(f"{name}:{tag}").id, image.id)
        self.assertIn(image.id, [i.id for i in self.client.images.list()])
        self.assertEqual(self.client.containers.run(f"{name}:{tag}", "echo works"), b"works\n")
        for container in self.client.containers.list(all=True):
            container.remove()
        self.client.images.remove(f"{name}:{tag}")
        with self.assertRaises(docker.errors.ImageNotFound):
            self.client.images.get(f"{name}:{tag}")

    def test_pull_with_stream_shows_progress(self):
        image = images.configured("docker-py-progress", {"Labels": {"for": "docker-py"}})
        name, tag = image.rsplit(":", 1)
        messages = list(self.client.api.pull(name, tag=tag, stream=True, decode=True))
        self.assertIn(f"Status: Downloaded newer image for {image}", messages[-1]["status"])

    def test_import_and_load(self):
        archive = io.BytesIO(images.busybox_layer())
        self.client.api.import_image_from_data(archive.getvalue(), repository="py-imported", tag="1")
        self.assertEqual(self.client.containers.run("py-imported:1", ["echo", "works"]), b"works\n")

    def test_wait_returns_when_the_container_is_not_running(self):
        container = self.client.containers.run(self.image, ["sh", "-c", "sleep 0.3; exit 4"], detach=True)
        self.assertEqual(container.wait(timeout=20)["StatusCode"], 4)
        self.assertEqual(container.wait(condition="not-running")["StatusCode"], 4)

    def test_volumes_and_networks_are_listed(self):
        volume = self.client.volumes.create("from-py", labels={"a": "b"})
        self.addCleanup(volume.remove)
        self.assertEqual([v.name for v in self.client.volumes.list()], ["from-py"])
        self.client.containers.run(self.image, ["sh", "-c", "echo x > /data/f"], volumes={"from-py": {"bind": "/data", "mode": "rw"}}, remove=True)
        self.assertEqual(self.client.containers.run(self.image, ["cat", "/data/f"], volumes=["from-py:/data"], remove=True), b"x\n")
        self.assertLessEqual({"bridge", "host", "none"}, {n.name for n in self.client.networks.list()})

    def test_events_are_a_stream_of_objects(self):
        events = self.client.events(decode=True)
        self.client.containers.run(self.image, "true", name="with-events")
        actions = []
        for event in events:
            if event["Type"] == "container":
                actions.append(event["Action"])
                if event["Action"] == "die":
                    break
        events.close()
        self.assertEqual(actions[0], "create")
        self.assertIn("start", actions)
