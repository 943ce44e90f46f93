"""Test cases: one engine for each class, and a look at the host after each test."""

import unittest

from . import base, engine, images


class EngineCase(unittest.TestCase):
    """`self.engine` runs and has the busybox image as `self.image`. After each test its containers are removed; what is
    left of them is a failure of that test."""

    flags = ()
    needs_image = True

    @classmethod
    def setUpClass(cls):
        if engine.missing():
            raise base.Failed(engine.missing())
        cls.image = images.busybox() if cls.needs_image else None
        cls.engine = engine.Engine(*cls.flags)
        cls.addClassCleanup(cls.engine.tear_down)
        if cls.needs_image:
            cls.engine.pull(cls.image)

    def tearDown(self):
        if self.engine.process.poll() is not None:
            code = self.engine.process.returncode
            self.engine.start()
            self.fail(f"mockerd ended with {code}: {self.engine.log()[-3000:]}")
        for container in self.engine.containers():
            reply = self.engine.request("DELETE", f"/containers/{container['Id']}?force=1&v=1")
            self.assertIn(reply.status, (204, 404), f"remove {container['Names']}: {reply}")
        self.assertEqual(self.engine.left_over(), {}, "left on the host")

    # --- ways to use it

    def run_container(self, *command, name=None, **config):
        """Runs a command to its end, without a network unless told otherwise: exit status, stdout, stderr."""
        container = self.engine.create(self.image, list(command), name, **config)
        self.assertEqual(self.engine.post(f"/containers/{container}/start").status, 204)
        code = self.wait(container)
        out, err = self.logs(container)
        return code, out, err

    def start_container(self, *command, name=None, **config):
        container = self.engine.create(self.image, list(command), name, **config)
        reply = self.engine.post(f"/containers/{container}/start")
        self.assertEqual(reply.status, 204, reply)
        return container

    def wait(self, container):
        reply = self.engine.post(f"/containers/{container}/wait", timeout=90)
        self.assertEqual(reply.status, 200, reply)
        return reply.json["StatusCode"]

    def logs(self, container):
        reply = self.engine.get(f"/containers/{container}/logs?stdout=1&stderr=1")
        self.assertEqual(reply.status, 200, reply)
        return engine.multiplexed(reply.body)
