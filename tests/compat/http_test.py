"""What HTTP clients of many languages trip over: versions, headers, hijacked connections, half-closed streams, late bodies.
Written with bare sockets, as a client library would hide it."""

import contextlib
import json
import socket
import threading
import time

from mocker_tests import base, cases, engine


class Wire:
    """One connection, byte by byte."""

    def __init__(self, path, timeout=20):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(timeout)
        self.socket.connect(str(path))
        self.buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, text):
        self.socket.sendall(text if isinstance(text, bytes) else text.replace("\n", "\r\n").encode())

    def request(self, method, path, *headers, body=None):
        lines = [f"{method} {path} HTTP/1.1", "Host: mocker", *headers]
        payload = b""
        if body is not None:
            payload = json.dumps(body).encode()
            lines += ["Content-Type: application/json", f"Content-Length: {len(payload)}"]
        self.send("\n".join(lines) + "\n\n")
        if payload:
            self.send(payload)

    def until(self, mark):
        while mark not in self.buffer:
            chunk = self.socket.recv(65536)
            if not chunk:
                raise base.Failed(f"the connection ended after {self.buffer[:500]!r}")
            self.buffer += chunk
        found, _, self.buffer = self.buffer.partition(mark)
        return found

    def header(self):
        """Status line and header fields of a reply."""
        first, *fields = self.until(b"\r\n\r\n").decode().split("\r\n")
        return first, {f.split(":", 1)[0].lower(): f.split(":", 1)[1].strip() for f in fields}

    def exactly(self, size):
        while len(self.buffer) < size:
            chunk = self.socket.recv(65536)
            if not chunk:
                raise base.Failed(f"the connection ended after {self.buffer[:500]!r}")
            self.buffer += chunk
        data, self.buffer = self.buffer[:size], self.buffer[size:]
        return data

    def rest(self):
        with contextlib.suppress(ConnectionResetError):
            while chunk := self.socket.recv(65536):
                self.buffer += chunk
        data, self.buffer = self.buffer, b""
        return data

    def half_close(self):
        self.socket.shutdown(socket.SHUT_WR)


UPGRADE = ("Connection: Upgrade", "Upgrade: tcp")


class Http(cases.EngineCase):
    def wire(self, timeout=20):
        wire = Wire(self.engine.socket, timeout)
        self.addCleanup(wire.socket.close)
        return wire

    # --- versions and headers

    def test_every_answer_has_the_headers_of_docker(self):
        for method, path in (("GET", "/_ping"), ("HEAD", "/_ping"), ("GET", "/version"), ("GET", "/nothing"), ("GET", "/containers/x/json")):
            headers = self.engine.request(method, path).headers
            self.assertEqual(headers["Api-Version"], "1.51", path)
            self.assertEqual(headers["Ostype"], "linux", path)
            self.assertEqual(headers["Docker-Experimental"], "false", path)
            self.assertRegex(headers["Server"], r"^Docker/\d+\.\d+\.\d+ \(linux\)$", path)

    def test_ping_is_as_clients_expect(self):
        reply = self.engine.get("/_ping")
        self.assertEqual((reply.status, reply.body), (200, b"OK"))
        self.assertEqual(reply.headers["Content-Type"], "text/plain; charset=utf-8")
        self.assertEqual(reply.headers["Cache-Control"], "no-cache, no-store, must-revalidate")
        self.assertEqual(reply.headers["Pragma"], "no-cache")
        head = self.engine.request("HEAD", "/_ping")
        self.assertEqual((head.status, head.body, head.headers["Content-Length"]), (200, b"", "0"))

    def test_no_version_prefix_refuses_a_client(self):
        for version in ("/v1.22", "/v1.24", "/v1.41", "/v1.51", "/v1.60", ""):
            self.assertEqual(self.engine.get(f"{version}/containers/json").status, 200, version)
            self.assertEqual(self.engine.get(f"{version}/_ping").status, 200, version)
        self.assertEqual(self.engine.get("/version").json["MinAPIVersion"], "1.24")
        self.assertEqual(self.engine.get("/version").json["ApiVersion"], "1.51")

    def test_unknown_routes_and_trailing_slashes_are_404(self):
        for path in ("/nothing", "/containers/json/", "/v1.51/nothing", "/v1.51", "/../etc/passwd"):
            reply = self.engine.get(path)
            self.assertEqual((reply.status, reply.json), (404, {"message": "page not found"}), path)
        self.assertEqual(self.engine.request("PUT", "/containers/json").status, 404)

    def test_a_connection_is_used_for_many_requests(self):
        with self.wire() as wire:
            for _ in range(3):
                wire.request("GET", "/_ping")
                first, fields = wire.header()
                self.assertIn(" 200 ", first)
                self.assertEqual(wire.exactly(int(fields["content-length"])), b"OK")

    def test_malformed_requests_get_400_and_the_engine_goes_on(self):
        for text in ("NONSENSE\n\n", "GET\n\n", "GET / HTTP/9.9\n\n", "GET /_ping HTTP/1.1\nNo colon here\n\n",
                     "POST /containers/create HTTP/1.1\nHost: x\nContent-Length: -5\n\n",
                     "POST /containers/create HTTP/1.1\nHost: x\nContent-Length: 1\nContent-Length: 2\n\n",
                     "POST /containers/create HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\nContent-Type: application/json\n\nZZ\n",
                     "GET /_ping HTTP/1.1\nHost: x\nX: " + "a" * (2 << 20) + "\n\n"):
            with self.wire() as wire:
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                    wire.send(text)
                with contextlib.suppress(ConnectionResetError):
                    reply = wire.rest() if "Expect" not in text else b""
                    self.assertRegex(reply[:30].decode(errors="replace"), r"^(HTTP/1\.[01] (4\d\d|505) |$)", text[:60])
            self.assertEqual(self.engine.get("/_ping").status, 200, text[:60])

    def test_binary_rubbish_and_closed_connections_do_no_harm(self):
        for data in (b"\0" * 100, b"\x16\x03\x01\x02\x00\x01", bytes(range(256)) * 10, b""):
            with self.wire() as wire:
                wire.send(data)
                wire.half_close()
                wire.rest()
        self.assertEqual(self.engine.get("/_ping").status, 200)

    def test_expect_100_continue_is_answered_before_the_body(self):
        with self.wire() as wire:
            body = json.dumps({"Image": self.image, "Cmd": ["true"]}).encode()
            wire.send("POST /containers/create HTTP/1.1\nHost: x\nContent-Type: application/json\n"
                      f"Content-Length: {len(body)}\nExpect: 100-continue\n\n")
            self.assertIn(" 100 ", wire.header()[0])
            wire.send(body)
            self.assertIn(" 201 ", wire.header()[0])

    def test_booleans_in_queries_are_read_as_docker_reads_them(self):
        self.engine.create(self.image, ["true"])
        for value, count in (("1", 1), ("true", 1), ("True", 1), ("yes", 1), ("0", 0), ("false", 0), ("no", 0), ("none", 0), ("", 0)):
            self.assertEqual(len(self.engine.get(f"/containers/json?all={value}").json), count, value)

    # --- late bodies: the header comes first

    def test_wait_sends_its_header_before_the_container_exits(self):
        container = self.start_container("sleep", "60")
        with self.wire() as wire:
            wire.request("POST", f"/containers/{container}/wait")
            self.assertIn(" 200 ", wire.header()[0])
            self.engine.post(f"/containers/{container}/kill")
            self.assertIn(b'"StatusCode":137', wire.until(b"}"))

    def test_logs_send_their_header_without_a_line(self):
        container = self.start_container("sleep", "60")
        with self.wire() as wire:
            wire.request("GET", f"/containers/{container}/logs?follow=1&stdout=1")
            first, fields = wire.header()
            self.assertIn(" 200 ", first)
            self.assertEqual(fields["content-type"], "application/vnd.docker.multiplexed-stream")
        with self.wire() as wire:
            wire.request("GET", f"/v1.41/containers/{container}/logs?follow=1&stdout=1")
            self.assertEqual(wire.header()[1]["content-type"], "application/vnd.docker.raw-stream")

    def test_events_send_their_header_and_then_what_happens(self):
        with self.wire() as wire:
            wire.request("GET", "/events")
            self.assertIn(" 200 ", wire.header()[0])
            container = self.start_container("sh", "-c", "exit 3", name="eventful", Labels={"k": "v"})
            self.wait(container)
            seen = wire.until(b'"die"') + wire.until(b"\n")
            self.assertIn(b'"exitCode":"3"', seen)
            self.assertIn(b'"name":"eventful"', seen)
            self.assertIn(b'"k":"v"', seen)

    # --- attach

    def attach(self, container, query="stream=1&stdin=1&stdout=1&stderr=1", upgrade=True):
        wire = self.wire()
        wire.request("POST", f"/containers/{container}/attach?{query}", *(UPGRADE if upgrade else ()))
        return wire, *wire.header()

    def test_attach_with_an_upgrade_is_101(self):
        container = self.engine.create(self.image, ["echo", "hello"])
        wire, first, fields = self.attach(container)
        self.assertTrue(first.startswith("HTTP/1.1 101 UPGRADED"), first)
        self.assertEqual((fields["upgrade"].lower(), fields["connection"].lower()), ("tcp", "upgrade"))
        self.assertEqual(fields["content-type"], "application/vnd.docker.multiplexed-stream")
        self.engine.post(f"/containers/{container}/start")
        self.assertEqual(engine.multiplexed(wire.rest()), (b"hello\n", b""))

    def test_attach_without_an_upgrade_is_200_and_raw(self):
        container = self.engine.create(self.image, ["echo", "hello"])
        wire, first, fields = self.attach(container, upgrade=False)
        self.assertIn(" 200 ", first)
        self.assertNotIn("transfer-encoding", fields)
        self.assertNotIn("content-length", fields)
        self.engine.post(f"/containers/{container}/start")
        self.assertEqual(engine.multiplexed(wire.rest()), (b"hello\n", b""))

    def test_attach_before_start_misses_nothing(self):
        for number in range(20):
            container = self.engine.create(self.image, ["sh", "-c", f"echo {number}; echo err >&2"])
            wire, _, _ = self.attach(container)
            self.engine.post(f"/containers/{container}/start")
            self.assertEqual(engine.multiplexed(wire.rest()), (b"%d\n" % number, b"err\n"))

    def test_closing_the_write_side_ends_stdin_and_nothing_else(self):
        container = self.engine.create(self.image, ["sh", "-c", "cat; sleep 0.5; echo after"], OpenStdin=True, StdinOnce=True, AttachStdin=True)
        wire, _, _ = self.attach(container)
        self.engine.post(f"/containers/{container}/start")
        wire.send(b"input\n")
        wire.half_close()
        self.assertEqual(engine.multiplexed(wire.rest())[0], b"input\nafter\n")
        self.assertEqual(self.wait(container), 0)

    def test_a_terminal_is_not_framed(self):
        container = self.engine.create(self.image, ["sh", "-c", "read x; echo got:$x"], Tty=True, OpenStdin=True)
        wire, _, fields = self.attach(container)
        self.assertEqual(fields["content-type"], "application/vnd.docker.raw-stream")
        self.engine.post(f"/containers/{container}/start")
        wire.send(b"text\n")
        self.assertEqual(wire.rest(), b"text\r\ngot:text\r\n")

    def test_two_who_are_attached_both_see_the_output(self):
        container = self.engine.create(self.image, ["echo", "hello"])
        wires = [self.attach(container)[0] for _ in range(3)]
        self.engine.post(f"/containers/{container}/start")
        for wire in wires:
            self.assertEqual(engine.multiplexed(wire.rest())[0], b"hello\n")

    def test_somebody_who_leaves_does_not_disturb_the_container(self):
        container = self.start_container("sh", "-c", "i=0; while [ $i -lt 50 ]; do echo $i; i=$((i+1)); sleep 0.02; done")
        for _ in range(5):
            wire, _, _ = self.attach(container, "stream=1&stdout=1")
            wire.socket.close()
        self.assertEqual(self.wait(container), 0)
        self.assertEqual(self.logs(container)[0].count(b"\n"), 50)

    def test_attach_with_logs_gives_what_was_written_before(self):
        container = self.start_container("sh", "-c", "echo before; sleep 1; echo after")
        base.eventually(lambda: self.logs(container)[0], "the first line")
        wire, _, _ = self.attach(container, "logs=1&stream=1&stdout=1")
        self.assertEqual(engine.multiplexed(wire.rest())[0], b"before\nafter\n")

    def test_streams_that_were_not_asked_for_are_not_sent(self):
        container = self.engine.create(self.image, ["sh", "-c", "echo out; echo err >&2"])
        wire, _, _ = self.attach(container, "stream=1&stderr=1")
        self.engine.post(f"/containers/{container}/start")
        self.assertEqual(engine.multiplexed(wire.rest()), (b"", b"err\n"))

    # --- exec

    def test_the_stream_of_an_exec_is_a_hijacked_one_and_ends(self):
        container = self.start_container("sleep", "60")
        for upgrade in (UPGRADE, ()):
            identifier = self.engine.post(f"/containers/{container}/exec", {
                "Cmd": ["cat"], "AttachStdin": True, "AttachStdout": True, "AttachStderr": True}).json["Id"]
            wire = self.wire()
            wire.request("POST", f"/exec/{identifier}/start", *upgrade, body={"Detach": False, "Tty": False})
            first, fields = wire.header()
            self.assertIn(" 101 " if upgrade else " 200 ", first)
            self.assertNotIn("transfer-encoding", fields)
            wire.send(b"through\n")
            wire.half_close()
            self.assertEqual(engine.multiplexed(wire.rest()), (b"through\n", b""))
            self.assertEqual(self.engine.get(f"/exec/{identifier}/json").json["ExitCode"], 0)

    def test_output_does_not_come_with_the_header(self):
        """docker-py reads the header through a buffer and goes on with the bare socket: what the buffer holds is lost."""
        container = self.start_container("sleep", "60")
        identifier = self.engine.post(f"/containers/{container}/exec", {"Cmd": ["echo", "hello"], "Tty": True, "AttachStdout": True}).json["Id"]
        wire = self.wire()
        wire.request("POST", f"/exec/{identifier}/start", *UPGRADE, body={"Detach": False, "Tty": True})
        time.sleep(0.05)  # a slow client
        self.assertTrue(wire.socket.recv(65536).endswith(b"\r\n\r\n"))
        self.assertEqual(wire.rest(), b"hello\r\n")

    def test_the_body_of_the_start_is_not_the_input(self):
        container = self.start_container("sleep", "60")
        identifier = self.engine.post(f"/containers/{container}/exec", {"Cmd": ["cat"], "AttachStdin": True, "AttachStdout": True}).json["Id"]
        wire = self.wire()
        wire.request("POST", f"/exec/{identifier}/start", *UPGRADE, body={"Detach": False})
        wire.header()
        wire.half_close()
        self.assertEqual(wire.rest(), b"")

    def test_the_console_size_of_an_exec_is_kept(self):
        container = self.start_container("sleep", "60")
        identifier = self.engine.post(f"/containers/{container}/exec", {"Cmd": ["stty", "size"], "AttachStdout": True, "AttachStdin": True,
                                                                        "Tty": True, "ConsoleSize": [33, 77]}).json["Id"]
        wire = self.wire()
        wire.request("POST", f"/exec/{identifier}/start", *UPGRADE, body={"Detach": False, "Tty": True, "ConsoleSize": [33, 77]})
        wire.header()
        self.assertEqual(wire.rest(), b"33 77\r\n")

    # --- slow and vanishing clients

    def test_a_reader_that_does_not_read_stops_nobody_else(self):
        container = self.start_container("sh", "-c", "yes | head -n 20000000")
        with self.wire() as wire:
            wire.request("GET", f"/containers/{container}/logs?follow=1&stdout=1")
            wire.header()  # and nothing more is read
            begun = time.monotonic()
            self.assertEqual(self.engine.get("/_ping").status, 200)
            self.assertEqual(self.run_container("echo", "other")[1], b"other\n")
            self.assertLess(time.monotonic() - begun, 5)

    def test_many_connections_at_once_are_served(self):
        failures = []

        def ask():
            for _ in range(20):
                reply = self.engine.get("/containers/json?all=1")
                if reply.status != 200:
                    failures.append(reply)
        threads = [threading.Thread(target=ask) for _ in range(50)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        self.assertEqual(failures, [])

    def test_clients_that_vanish_leave_nothing_open(self):
        import os
        container = self.start_container("sleep", "60")

        def descriptors():
            return len(os.listdir(f"/proc/{self.engine.process.pid}/fd"))
        before = descriptors()
        for _ in range(50):
            for method, path in (("GET", f"/containers/{container}/logs?follow=1&stdout=1"), ("GET", "/events"),
                                 ("POST", f"/containers/{container}/wait")):
                with self.wire() as wire:
                    wire.request(method, path)
                    wire.header()
        base.eventually(lambda: descriptors() <= before + 5, lambda: f"{descriptors()} descriptors, {before} before")
