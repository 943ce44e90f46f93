"""SIGKILL of mockerd at random moments, while containers start, log, exit and are removed.

What was answered holds afterwards: a container whose start was answered runs on or has exited with its own status and its
whole log; what was removed stays removed; nothing is left over or stuck. MOCKER_FAULT_SEED repeats a run."""

import contextlib
import http.client
import os
import random
import threading
import time

from mocker_tests import base, cases, engine

KILLS = 50
WORKERS = 6
ZERO = "0001-01-01T00:00:00Z"


class Life(threading.Thread):
    """Containers one after the other, from creation to removal. A request that got no answer is made again, as a client
    would; `broken` has what must not happen."""

    def __init__(self, test, number, seed):
        super().__init__(daemon=True)
        self.engine, self.image, self.number = test.engine, test.image, number
        self.random = random.Random(seed * 100 + number)
        self.ending = threading.Event()
        self.broken, self.lived, self.unanswered = [], 0, 0

    def run(self):
        count = 0
        while not self.ending.is_set():
            count += 1
            try:
                self.live(f"life-{self.number}-{count}")
                self.lived += 1
            except Exception as e:  # pylint: disable=broad-except
                self.broken.append(f"life-{self.number}-{count}: {type(e).__name__}: {e}")
                return

    def ask(self, method, path, body=None, timeout=60):
        """The reply, and whether an earlier attempt was left without one."""
        lost = False
        deadline = time.monotonic() + 60
        while True:
            try:
                return self.engine.request(method, path, body, timeout=timeout), lost
            except (OSError, http.client.HTTPException) as e:
                lost = True
                self.unanswered += 1
                if time.monotonic() > deadline:
                    raise base.Failed(f"{method} {path}: no answer: {e}") from None
                time.sleep(0.02)

    def live(self, name):
        code, lines = self.random.randrange(1, 120), self.random.choice((0, 1, 20, 200))
        automatic = self.random.random() < 0.2
        script = f"i=0; while [ $i -lt {lines} ]; do echo {name} $i; i=$((i+1)); [ $((i % 20)) = 0 ] && usleep 20000; done; exit {code}"
        container = self.create(name, script, automatic)
        certain = self.start_it(container)
        if automatic:
            self.expect_gone(container)
            return
        got = self.await_exit(container)
        if certain and got != code:
            raise base.Failed(f"its status is {got}, not {code}: {self.engine.inspect(container)['State']}")
        reply, _ = self.ask("GET", f"/containers/{container}/logs?stdout=1&stderr=1")
        out = engine.multiplexed(reply.body)[0].decode() if reply.status == 200 else f"{reply}"
        if certain and out != "".join(f"{name} {i}\n" for i in range(lines)):
            raise base.Failed(f"its log is not whole: {len(out.splitlines())} of {lines} lines: {out[-200:]}")
        reply, lost = self.ask("DELETE", f"/containers/{container}?v=1")
        if reply.status != 204 and not (lost and reply.status == 404):
            raise base.Failed(f"remove: {reply}")
        if self.random.random() < 0.3:
            time.sleep(self.random.random() * 0.2)  # perhaps over a restart
        reply, _ = self.ask("GET", f"/containers/{container}/json")
        if reply.status != 404:
            raise base.Failed(f"it is there again after its removal: {reply}")

    def create(self, name, script, automatic):
        network = "bridge" if self.random.random() < 0.5 else "none"
        body = {"Image": self.image, "Cmd": ["sh", "-c", script], "HostConfig": {"NetworkMode": network, "AutoRemove": automatic}}
        reply, lost = self.ask("POST", f"/containers/create?name={name}", body)
        if reply.status == 201:
            container = reply.json["Id"]
        elif lost and reply.status == 409:  # the unanswered attempt succeeded
            container = self.ask("GET", f"/containers/{name}/json")[0].json["Id"]
        else:
            raise base.Failed(f"create: {reply}")
        self.engine.ids.add(container)
        reply, _ = self.ask("GET", f"/containers/{container}/json")
        if reply.status != 200:
            raise base.Failed(f"it was created and is not there: {reply}")
        return container

    def start_it(self, container):
        """True if one start was answered and none is in doubt."""
        certain = True
        while True:
            try:
                reply = self.engine.post(f"/containers/{container}/start", timeout=60)
            except (OSError, http.client.HTTPException):
                certain = False
                self.unanswered += 1
                reply, _ = self.ask("GET", f"/containers/{container}/json")
                if reply.status == 404 or reply.json["State"]["StartedAt"] != ZERO or reply.json["State"]["Status"] == "exited":
                    return False
                continue
            if reply.status in (204, 304):
                return certain
            if reply.status == 404 and not certain:
                return False
            raise base.Failed(f"start: {reply}")

    def await_exit(self, container):
        reply, _ = self.ask("POST", f"/containers/{container}/wait", timeout=60)
        if reply.status != 200:
            raise base.Failed(f"wait: {reply}")
        return reply.json["StatusCode"]

    def expect_gone(self, container):
        deadline = time.monotonic() + 40
        while True:
            reply, _ = self.ask("GET", f"/containers/{container}/json")
            if reply.status == 404:
                return
            if time.monotonic() > deadline:
                raise base.Failed(f"it should have removed itself: {reply.json['State']}")
            time.sleep(0.05)


class Kill(cases.EngineCase):
    def test_nothing_is_lost_in_50_kills(self):
        seed = int(os.environ.get("MOCKER_FAULT_SEED", time.time_ns() % 1_000_000))
        chance = random.Random(seed)
        lives = [Life(self, number, seed) for number in range(WORKERS)]
        for life in lives:
            life.start()
        slowest = 0.0
        try:
            for _ in range(KILLS):
                time.sleep(chance.uniform(0.01, 0.5))
                self.engine.kill()
                begun = time.monotonic()
                self.engine.start()
                slowest = max(slowest, time.monotonic() - begun)
        finally:
            for life in lives:
                life.ending.set()
        for life in lives:
            life.join(120)
        broken = [b for life in lives for b in life.broken]
        stuck = [f"life-{life.number} does not end" for life in lives if life.is_alive()]
        lived = sum(life.lived for life in lives)
        print(f"     {KILLS} kills, {lived} containers, {sum(life.unanswered for life in lives)} requests unanswered, "
              f"slowest restart {slowest:.2f} s, seed {seed}")
        self.assertEqual(broken + stuck, [], f"seed {seed}")
        self.assertGreater(lived, KILLS, f"seed {seed}")
        self.assertLess(slowest, 10)

    test_nothing_is_lost_in_50_kills.limit = 420

    def test_kills_during_a_pull_leave_no_half_image(self):
        from mocker_tests import images
        image = images.large()
        chance = random.Random(1)
        for _ in range(8):
            pulling = threading.Thread(target=self._pull_and_forget, args=(image,), daemon=True)
            pulling.start()
            time.sleep(chance.uniform(0.05, 1.0))
            self.engine.kill()
            pulling.join(30)
            self.engine.start()
            reply = self.engine.get(f"/images/{image}/json")
            self.assertIn(reply.status, (200, 404))
        self.engine.pull(image)
        container = self.engine.create(image, ["sh", "-c", "ls /data | wc -l; ls /data/* | grep -c '^[0-9]'"])
        self.engine.post(f"/containers/{container}/start")
        self.assertEqual(self.wait(container), 0)
        self.assertEqual(self.logs(container)[0].split(), [b"%d" % (images.LARGE_LAYERS - 1), b"%d" % ((images.LARGE_LAYERS - 1) * images.LARGE_FILES)])

    def _pull_and_forget(self, image):
        with contextlib.suppress(OSError, http.client.HTTPException, base.Failed):
            self.engine.pull(image)

    def test_a_kill_of_a_shim_is_an_exit_like_any_other(self):
        from mocker_tests import host
        container = self.start_container("sleep", "60", HostConfig={"NetworkMode": "bridge"})
        pid = self.engine.inspect(container)["State"]["Pid"]
        shims = [p for p in host.processes(container) if p != pid]
        host.kill(shims)
        self.assertNotEqual(shims, [])
        base.eventually(lambda: not self.engine.inspect(container)["State"]["Running"], "the container is not running any more")
        self.assertNotEqual(self.engine.inspect(container)["State"]["ExitCode"], 0)
        base.eventually(lambda: not os.path.exists(f"/proc/{pid}"), "its process has gone")
