"""A mockerd of our own: with its data, sockets, bridge, subnet and rules apart from any other engine on the machine."""

import contextlib
import glob
import http.client
import json
import os
import random
import signal
import socket
import subprocess
import time

from . import base, host


class UnixConnection(http.client.HTTPConnection):
    """HTTP over a unix socket."""

    def __init__(self, path, timeout=60):
        super().__init__("mocker", timeout=timeout)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Reply:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.body[:2000]!r}"


live = set()  # engines that have not been torn down: what a run that is interrupted has to do


class Engine:
    """Starts on creation. `kill` is SIGKILL, `stop` SIGTERM, `start` goes on with the same data; `tear_down` ends all of it
    by force, whatever state it is in. `prepare` is called with the engine before its first start."""

    def __init__(self, *flags, prepare=None):
        self.forwarding = host.ip_forward()
        self.directory = base.temporary_directory("eng")
        self.data_root, self.exec_root = self.directory / "root", self.directory / "run"
        self.socket = self.directory / "s"
        self.host = f"unix://{self.socket}"
        self.bridge = f"mkt{random.randrange(16 ** 8):08x}"
        self.subnet = self._free_subnet()
        self.flags = list(flags)
        self.before = host.left_over(self.directory, self.bridge)
        self.log_path = self.directory / "mockerd.log"
        self.process = None
        self.ids = set()
        live.add(self)
        host.own(self.directory, self.bridge)
        home = self.directory / "home"
        home.mkdir()
        self.environment = {**os.environ, "HOME": str(home), "DOCKER_CONFIG": str(home / ".docker"), "DOCKER_HOST": self.host,
                            "DOCKER_CLI_HINTS": "false", "DOCKER_BUILDKIT": "0"}
        for name in ("DOCKER_CONTEXT", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH", "DOCKER_API_VERSION"):
            self.environment.pop(name, None)
        try:
            if prepare:
                prepare(self)
            self.start()
        except BaseException:
            self.tear_down()
            raise

    @staticmethod
    def _free_subnet():
        used = subprocess.run(["ip", "-4", "route"], capture_output=True, text=True, check=False).stdout
        while True:
            prefix = f"10.{random.randrange(160, 250)}.{random.randrange(256)}"
            if prefix not in used:
                return prefix

    # --- its life

    def start(self, wait=True):
        self._reap()
        log = open(self.log_path, "ab")
        argv = [base.MOCKERD, "-H", self.host, "--data-root", self.data_root, "--exec-root", self.exec_root,
                "-p", self.directory / "pid", "--bridge", self.bridge, "--bip", f"{self.subnet}.1/24",
                "--cgroup-parent", f"/{self.bridge}", *self.flags]
        self.process = base.start(argv, stdout=log, stderr=log, env=self.environment, preexec_fn=base.end_with_us)
        log.close()
        if wait:
            self.wait_until_ready()

    def wait_until_ready(self, timeout=20):
        base.eventually(self.answers, lambda: f"mockerd answers; its log: {self.log()[-2000:]}", timeout)

    def answers(self):
        if self.process.poll() is not None:
            raise base.Failed(f"mockerd ended with {self.process.returncode}: {self.log()[-2000:]}")
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self.get("/_ping", timeout=5).status == 200
        return False

    def kill(self):
        """SIGKILL, at whatever it does."""
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self, timeout=20):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout)

    def log(self):
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def _reap(self):
        if self.process is not None and self.process.poll() is None:
            self.kill()

    def tear_down(self):
        with contextlib.suppress(Exception):
            self.ids.update(c["Id"] for c in self.get("/containers/json?all=1", timeout=5).json)
            for container in list(self.ids):
                self.request("DELETE", f"/containers/{container}?force=1&v=1", timeout=10)
        self._reap()
        for directory in (self.data_root, self.exec_root):
            self.ids.update(os.path.basename(p) for p in glob.glob(f"{directory}/containers/*"))
        host.clean(self.directory, self.bridge, self.ids)
        live.discard(self)
        if host.ip_forward() != self.forwarding:
            with open("/proc/sys/net/ipv4/ip_forward", "w", encoding="ascii") as f:
                f.write(self.forwarding)

    # --- its API

    def request(self, method, path, body=None, headers=None, timeout=60):
        connection = UnixConnection(self.socket, timeout)
        headers = dict(headers or {})
        if isinstance(body, (dict, list)):
            body = json.dumps(body).encode()
            headers.setdefault("Content-Type", "application/json")
        try:
            connection.request(method, path, body, headers)
            reply = connection.getresponse()
            return Reply(reply.status, reply.headers, reply.read())
        finally:
            connection.close()

    def get(self, path, **more):
        return self.request("GET", path, **more)

    def post(self, path, body=None, **more):
        return self.request("POST", path, body, **more)

    def inspect(self, container):
        reply = self.get(f"/containers/{container}/json")
        if reply.status != 200:
            raise base.Failed(f"inspect {container}: {reply}")
        return reply.json

    def containers(self):
        return self.get("/containers/json?all=1").json

    def create(self, image, command=None, name=None, **config):
        """Creates a container; gives its id."""
        host_config = config.pop("HostConfig", {"NetworkMode": "none"})
        body = {"Image": image, "HostConfig": host_config, **config}
        if command is not None:
            body["Cmd"] = command
        reply = self.post("/containers/create" + (f"?name={name}" if name else ""), body)
        if reply.status != 201:
            raise base.Failed(f"create: {reply}")
        self.ids.add(reply.json["Id"])
        return reply.json["Id"]

    def pull(self, image):
        reply = self.post(f"/images/create?fromImage={image}", timeout=300)
        if reply.status != 200 or b'"error"' in reply.body:
            raise base.Failed(f"pull {image}: {reply}")
        return reply

    # --- its command lines

    def mocker(self, *arguments, **more):
        return base.run([base.MOCKER, *arguments], env=self.environment, **more)

    def docker(self, *arguments, **more):
        return base.run([base.DOCKER, *arguments], env=self.environment, **more)

    # --- what it leaves

    def left_over(self, patient=10):
        """What is on the host because of containers of this engine; waits for what goes by itself in the background."""
        deadline = time.monotonic() + patient
        while True:
            left = host.left_over(self.directory, self.bridge)
            for kind in left:
                left[kind] = [thing for thing in left[kind] if thing not in self.before[kind]]
            own = f"{self.process.pid} " if self.process else "-"
            left["processes"] = [p for p in left["processes"] if not p.startswith(own)]
            for place in (self.data_root, self.exec_root):
                left[f"{place.name}/containers"] = [os.path.basename(p) for p in glob.glob(f"{place}/containers/*")]
            left = {kind: things for kind, things in left.items() if things}
            if not left or time.monotonic() > deadline:
                return left
            time.sleep(0.05)


def multiplexed(data):
    """Takes docker's framed stream apart: what was written to stdout, and to stderr."""
    streams, at = {1: bytearray(), 2: bytearray()}, 0
    while at < len(data):
        kind, size = data[at], int.from_bytes(data[at + 4:at + 8], "big")
        if len(data) < at + 8 + size or kind not in streams or data[at + 1:at + 4] != b"\0\0\0":
            raise base.Failed(f"malformed stream at {data[at:at + 32]!r}")
        streams[kind] += data[at + 8:at + 8 + size]
        at += 8 + size
    return bytes(streams[1]), bytes(streams[2])


def available():
    return os.access(base.MOCKERD, os.X_OK) and os.access(base.MOCKER, os.X_OK)


def missing():
    return f"{base.MOCKERD} and {base.MOCKER} are not built" if not available() else ""


