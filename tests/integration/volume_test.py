"""Volumes and binds."""

from mocker_tests import cases, images


def mounted(*binds, **more):
    return {"NetworkMode": "none", "Binds": list(binds), **more}


class Volumes(cases.EngineCase):
    def tearDown(self):
        super().tearDown()
        for volume in self.engine.get("/volumes").json["Volumes"] or []:
            self.engine.request("DELETE", f"/volumes/{volume['Name']}")

    def names(self):
        return sorted(v["Name"] for v in self.engine.get("/volumes").json["Volumes"] or [])

    def test_a_volume_is_made_shown_and_removed(self):
        reply = self.engine.post("/volumes/create", {"Name": "data", "Labels": {"a": "b"}})
        self.assertEqual(reply.status, 201, reply)
        self.assertEqual((reply.json["Name"], reply.json["Driver"], reply.json["Scope"], reply.json["Labels"]), ("data", "local", "local", {"a": "b"}))
        self.assertTrue(reply.json["Mountpoint"].endswith("/volumes/data/_data"))
        self.assertEqual(self.engine.get("/volumes/data").json["Mountpoint"], reply.json["Mountpoint"])
        self.assertEqual(self.names(), ["data"])
        self.assertEqual(self.engine.request("DELETE", "/volumes/data").status, 204)
        self.assertEqual(self.engine.get("/volumes/data").json["message"], "get data: no such volume")
        self.assertEqual(self.engine.request("DELETE", "/volumes/data").status, 404)
        self.assertEqual(self.engine.request("DELETE", "/volumes/data?force=1").status, 204)

    def test_a_bad_name_is_400_in_the_words_of_docker(self):
        reply = self.engine.post("/volumes/create", {"Name": "../x"})
        self.assertEqual(reply.status, 400, reply)
        self.assertEqual(reply.json["message"], 'create ../x: "../x" includes invalid characters for a local volume name, only '
                         '"[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path')

    def test_a_volume_in_use_is_not_removed(self):
        container = self.start_container("sleep", "60", HostConfig=mounted("used:/data"))
        reply = self.engine.request("DELETE", "/volumes/used")
        self.assertEqual(reply.status, 409, reply)
        self.assertEqual(reply.json["message"], f"remove used: volume is in use - [{container}]")

    def test_a_new_volume_is_filled_from_the_image(self):
        layer = (images.Tar().directory("filled/", 0o750, uid=70, gid=71).add("filled/file", "from the image", 0o640, uid=70, gid=70)
                 .link("filled/link", "file").directory("filled/sub/").add("filled/sub/deep", "x").bytes())
        self.image = images.configured("filled", {}, layer)
        self.engine.pull(self.image)
        code, out, err = self.run_container("sh", "-c", "stat -c '%a %u %g' /filled /filled/file; cat /filled/link; ls /filled/sub",
                                            HostConfig=mounted("fresh:/filled"))
        self.assertEqual((code, out), (0, b"750 70 71\n640 70 70\nfrom the imagedeep\n"), err)
        self.run_container("sh", "-c", "echo changed > /filled/file", HostConfig=mounted("fresh:/filled"))
        self.assertEqual(self.run_container("cat", "/filled/file", HostConfig=mounted("fresh:/filled"))[1], b"changed\n")

    def test_a_volume_is_filled_from_an_image_of_many_layers(self):
        layers = [images.Tar().directory("filled/").add(f"filled/{n}", f"layer {n}").bytes() for n in range(60)]
        self.image = images.configured("filled-by-many", {}, *layers)
        self.engine.pull(self.image)
        code, out, err = self.run_container("sh", "-c", "ls /filled | wc -l; cat /filled/0 /filled/59", HostConfig=mounted("many:/filled"))
        self.assertEqual((code, out), (0, b"60\nlayer 0layer 59"), err)

    def test_a_volume_that_the_image_declares_is_anonymous_and_goes_with_rm_v(self):
        self.image = images.configured("declares-volume", {"Volumes": {"/declared": {}}},
                                       images.Tar().directory("declared/").add("declared/file", "x").bytes())
        self.engine.pull(self.image)
        container = self.start_container("ls", "/declared")
        self.wait(container)
        self.assertEqual(self.logs(container)[0], b"file\n")
        mounts = self.engine.inspect(container)["Mounts"]
        self.assertEqual([m["Destination"] for m in mounts], ["/declared"])
        self.assertRegex(mounts[0]["Name"], "^[0-9a-f]{64}$")
        self.assertIn(mounts[0]["Name"], self.names())
        self.engine.request("DELETE", f"/containers/{container}?v=1")
        self.assertEqual(self.names(), [])

    def test_a_named_volume_outlives_its_container(self):
        container = self.start_container("true", HostConfig=mounted("outlives:/data"))
        self.wait(container)
        self.engine.request("DELETE", f"/containers/{container}?v=1")
        self.assertEqual(self.names(), ["outlives"])

    def test_auto_removal_takes_anonymous_volumes_along(self):
        container = self.start_container("true", Volumes={"/anonymous": {}}, HostConfig=mounted(AutoRemove=True))
        self.engine.post(f"/containers/{container}/wait?condition=removed")
        self.assertEqual(self.names(), [])

    def test_the_missing_directory_of_a_bind_is_made(self):
        place = self.engine.directory / "made/by/bind"
        code, _, err = self.run_container("touch", "/mnt/file", HostConfig=mounted(f"{place}:/mnt"))
        self.assertEqual(code, 0, err)
        self.assertTrue((place / "file").exists())

    def test_a_mount_of_a_missing_directory_is_refused(self):
        reply = self.engine.post("/containers/create", {"Image": self.image, "Cmd": ["true"], "HostConfig": {
            "Mounts": [{"Type": "bind", "Source": "/no/such/directory", "Target": "/mnt"}]}})
        self.assertEqual(reply.status, 400, reply)
        self.assertEqual(reply.json["message"], 'invalid mount config for type "bind": bind source path does not exist: /no/such/directory')

    def test_a_mount_point_that_is_a_link_stays_inside_the_container(self):
        outside = self.engine.directory / "outside"
        outside.mkdir(exist_ok=True)
        self.image = images.configured("linked-mount-point", {}, images.Tar().link("escape", str(outside)).bytes())
        self.engine.pull(self.image)
        shared = self.engine.directory / "inside"
        shared.mkdir(exist_ok=True)
        code, out, err = self.run_container("sh", "-c", "echo x > /escape/file; ls /escape", HostConfig=mounted(f"{shared}:/escape"))
        self.assertEqual(code, 0, err)
        self.assertFalse((outside / "file").exists())

    def test_the_socket_of_the_engine_can_be_mounted(self):
        code, out, err = self.run_container("sh", "-c", "test -S /var/run/docker.sock && echo socket",
                                            HostConfig=mounted(f"{self.engine.socket}:/var/run/docker.sock"))
        self.assertEqual((code, out), (0, b"socket\n"), err)
