"""The engine goes and comes back: containers run on, exits are known, logs are whole."""

import time

from mocker_tests import base, cases, engine

COUNTER = "i=0; while [ $i -lt 400 ]; do i=$((i+1)); echo line $i; sleep 0.01; done; exit 17"


class Restart(cases.EngineCase):
    def state(self, container):
        return self.engine.inspect(container)["State"]

    def test_a_running_container_runs_on(self):
        container = self.start_container("sleep", "60")
        before = self.state(container)
        self.engine.kill()
        self.engine.start()
        after = self.state(container)
        self.assertEqual(after["Status"], "running")
        self.assertEqual((after["Pid"], after["StartedAt"]), (before["Pid"], before["StartedAt"]))
        self.engine.post(f"/containers/{container}/stop?t=0")
        self.assertEqual(self.state(container)["ExitCode"], 137)

    def test_an_exit_while_the_engine_is_away_is_known_afterwards(self):
        container = self.start_container("sh", "-c", "sleep 0.5; exit 23")
        self.engine.kill()
        time.sleep(1.2)
        self.engine.start()
        state = self.state(container)
        self.assertEqual((state["Status"], state["ExitCode"]), ("exited", 23))
        self.assertEqual(self.wait(container), 23)

    def test_the_time_of_an_exit_is_when_it_happened(self):
        container = self.start_container("sh", "-c", "sleep 0.3")
        self.engine.kill()
        time.sleep(2)
        back = time.time()
        self.engine.start()
        finished = base.run(["date", "-d", self.state(container)["FinishedAt"], "+%s.%N"]).out
        self.assertLess(float(finished), back - 1)

    def test_a_log_is_whole_although_the_engine_was_away(self):
        container = self.start_container("sh", "-c", COUNTER)
        for _ in range(3):
            time.sleep(0.3)
            self.engine.kill()
            time.sleep(0.2)
            self.engine.start()
        self.assertEqual(self.wait(container), 17)
        self.assertEqual(self.logs(container)[0].decode(), "".join(f"line {i}\n" for i in range(1, 401)))

    def test_logs_followed_after_a_restart_go_on_to_the_end(self):
        container = self.start_container("sh", "-c", "for i in 1 2 3 4 5 6 7 8 9 10; do echo $i; sleep 0.2; done")
        self.engine.kill()
        self.engine.start()
        reply = self.engine.get(f"/containers/{container}/logs?stdout=1&follow=1", timeout=30)
        self.assertEqual(engine.multiplexed(reply.body)[0], b"".join(b"%d\n" % i for i in range(1, 11)))

    def test_exec_and_attach_work_after_a_restart(self):
        container = self.start_container("sleep", "60")
        self.engine.kill()
        self.engine.start()
        self.assertEqual(self.engine.mocker("exec", container, "echo", "inside").out, "inside\n")

    def test_created_and_exited_containers_images_and_volumes_are_kept(self):
        created = self.engine.create(self.image, ["true"], "kept")
        exited = self.start_container("sh", "-c", "exit 9")
        self.wait(exited)
        self.engine.post("/volumes/create", {"Name": "kept"})
        before = [self.engine.inspect(c) for c in (created, exited)]
        self.engine.kill()
        self.engine.start()
        after = [self.engine.inspect(c) for c in (created, exited)]
        self.assertEqual(after, before)
        self.assertEqual(self.engine.get(f"/images/{self.image}/json").status, 200)
        self.assertEqual(self.engine.get("/volumes/kept").json["Name"], "kept")
        self.engine.request("DELETE", "/volumes/kept")

    def test_an_orderly_stop_leaves_containers_running(self):
        container = self.start_container("sleep", "60")
        self.assertEqual(self.engine.stop(), 0)
        self.engine.start()
        self.assertEqual(self.state(container)["Status"], "running")

    def test_what_was_removed_stays_removed(self):
        container = self.start_container("true")
        self.wait(container)
        self.assertEqual(self.engine.request("DELETE", f"/containers/{container}").status, 204)
        self.engine.kill()
        self.engine.start()
        self.assertEqual(self.engine.get(f"/containers/{container}/json").status, 404)

    def test_auto_removal_happens_although_the_engine_was_away(self):
        container = self.start_container("sleep", "0.3", HostConfig={"NetworkMode": "none", "AutoRemove": True})
        self.engine.kill()
        time.sleep(0.8)
        self.engine.start()
        base.eventually(lambda: self.engine.get(f"/containers/{container}/json").status == 404, "the container is gone")

    def test_a_second_engine_on_the_same_data_is_refused(self):
        second = base.run([base.MOCKERD, "-H", f"unix://{self.engine.directory}/second", "--data-root", self.engine.data_root,
                           "--exec-root", self.engine.exec_root, "-p", self.engine.directory / "pid2", "--bridge", self.engine.bridge],
                          check=False, timeout=20)
        self.assertNotEqual(second.code, 0)
        self.assertEqual(self.engine.get("/_ping").status, 200)
