"""A disk that is full: one clear message, nothing half done, and work goes on once there is space."""

from mocker_tests import base, cases, engine, images


class DiskFull(cases.EngineCase):
    @classmethod
    def setUpClass(cls):
        if engine.missing():
            raise base.Failed(engine.missing())
        cls.image = images.busybox()
        cls.engine = engine.Engine(prepare=cls.small_disk)
        cls.addClassCleanup(cls.engine.tear_down)
        cls.engine.pull(cls.image)

    @staticmethod
    def small_disk(of):
        of.data_root.mkdir()
        base.run(["mount", "-t", "tmpfs", "-o", "size=48m", "small", of.data_root])
        of.before["mounts"] = [str(of.data_root)]

    def test_a_pull_that_does_not_fit_is_refused_and_leaves_room(self):
        reply = self.engine.post(f"/images/create?fromImage={images.large()}", timeout=120)
        self.assertIn("no space left on device", reply.body.decode().lower())
        self.assertEqual(self.engine.get(f"/images/{images.large()}/json").status, 404)
        self.assertEqual(self.run_container("echo", "works")[1], b"works\n")

    def test_a_container_that_fills_the_disk_gets_an_error_and_can_be_removed(self):
        script = "message=$(dd if=/dev/zero of=/big bs=1M count=200 2>&1) || echo failed; rm /big; echo $message"
        _, out, _ = self.run_container("sh", "-c", script)  # the log lies on the same disk, so it needs room as well
        self.assertIn(b"No space left on device", out)

    def test_a_full_disk_stops_no_removal(self):
        container = self.start_container("sh", "-c", "dd if=/dev/zero of=/big bs=1M count=200 2>/dev/null; sleep 60")
        base.eventually(lambda: base.run(["df", "--output=avail", self.engine.data_root]).out.split()[-1] == "0", "the disk is full")
        self.engine.post("/containers/create", {"Image": self.image, "Cmd": ["true"]})  # may fail; must not break anything
        self.assertEqual(self.engine.request("DELETE", f"/containers/{container}?force=1").status, 204)
        self.assertEqual(self.run_container("echo", "works")[1], b"works\n")

    def test_a_kill_on_a_full_disk_loses_nothing(self):
        container = self.start_container("sh", "-c", "dd if=/dev/zero of=/big bs=1M count=200 2>/dev/null; rm /big; exit 5")
        self.engine.kill()
        self.engine.start()
        self.assertEqual(self.wait(container), 5)
