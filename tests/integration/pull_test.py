"""Images from a real registry: every media type, what lands on disk, and what the client is told."""

import hashlib
import json
import os
import stat

from mocker_tests import base, cases, images, registry


class Pull(cases.EngineCase):
    needs_image = False

    def pull(self, image):
        """The messages of a pull."""
        reply = self.engine.post(f"/images/create?fromImage={image}", timeout=300)
        self.assertEqual(reply.status, 200, reply)
        return [json.loads(line) for line in reply.body.splitlines() if line.strip()]

    def output_of(self, image, *command):
        self.image = image
        code, out, err = self.run_container(*command)
        self.assertEqual(code, 0, err)
        return out

    def test_the_last_messages_are_the_digest_and_the_status(self):
        image = images.configured("messages", {}, images.Tar().add("messages", "x").bytes())
        messages = self.pull(image)
        self.assertEqual(messages[0]["status"], "Pulling from messages")
        self.assertEqual(messages[0]["id"], "latest")
        self.assertRegex(messages[-2]["status"], r"^Digest: sha256:[0-9a-f]{64}$")
        self.assertEqual(messages[-1]["status"], f"Status: Downloaded newer image for {image}")
        layers = [m for m in messages if m.get("status") == "Pulling fs layer"]
        self.assertGreaterEqual(len(layers), 1)
        self.assertRegex(layers[0]["id"], r"^[0-9a-f]{12}$")
        self.assertIn({"status": "Pull complete", "progressDetail": {}, "id": layers[0]["id"]}, messages)
        self.assertEqual(self.pull(image)[-1]["status"], f"Status: Image is up to date for {image}")

    def test_layers_of_an_image_removed_by_force_go_with_its_last_container(self):
        image = images.configured("forced", {}, images.Tar().add("only-here", "x").bytes())
        self.pull(image)
        snapshots = os.path.join(self.engine.data_root, "snapshots")
        layers = self.engine.get(f"/images/{image}/json").json["GraphDriver"]["Data"]
        own = layers["UpperDir"]
        self.assertTrue(own.startswith(snapshots), own)
        container = self.engine.create(image, ["true"])
        self.assertEqual(self.engine.request("DELETE", f"/images/{image}?force=1").status, 200)
        self.assertTrue(os.path.exists(own), "the container stands on it")
        self.assertEqual(self.engine.request("DELETE", f"/containers/{container}").status, 204)
        base.eventually(lambda: not os.path.exists(own), "the layer is gone")

    def test_a_layer_that_is_there_is_not_fetched_again(self):
        self.pull(images.busybox())
        more = images.configured("one-more-layer", {}, images.Tar().add("more", "x").bytes())
        statuses = [m.get("status") for m in self.pull(more)]
        self.assertEqual(statuses.count("Already exists"), 1)
        self.assertEqual(statuses.count("Pull complete"), 1)

    def test_every_kind_of_layer_gives_the_same_container(self):
        for image in (images.busybox(), images.busybox_docker(), images.busybox_uncompressed()):
            self.pull(image)
            self.assertEqual(self.output_of(image, "echo", "works"), b"works\n")
        self.pull(images.busybox_zstd())
        self.assertEqual(self.output_of(images.busybox_zstd(), "cat", "/zstd"), b"layer\n")

    def test_of_an_index_the_platform_of_this_machine_is_taken(self):
        self.pull(images.two_platforms())
        self.assertEqual(self.output_of(images.two_platforms(), "cat", "/platform"), images.ARCHITECTURE.encode() + b"\n")

    def test_an_index_without_this_platform_is_refused(self):
        reply = self.engine.post(f"/images/create?fromImage={images.foreign_platform()}")
        self.assertTrue(reply.status == 404 or b'"errorDetail"' in reply.body, reply)
        self.assertIn(b"no matching manifest for linux/", reply.body)
        self.assertEqual(self.engine.get(f"/images/{images.foreign_platform()}/json").status, 404)

    def test_a_digest_is_pulled_and_checked(self):
        image = images.busybox()
        digest = self.pull(image)[-2]["status"].removeprefix("Digest: ")
        by_digest = image.rsplit(":", 1)[0] + "@" + digest
        self.assertIn(by_digest, self.pull(by_digest)[-1]["status"])
        self.assertIn(by_digest, self.engine.get(f"/images/{by_digest}/json").json["RepoDigests"])

    def test_tag_as_a_parameter_of_its_own(self):
        name, tag = images.busybox().rsplit(":", 1)
        reply = self.engine.post(f"/images/create?fromImage={name}&tag={tag}")
        self.assertEqual(reply.status, 200, reply)
        self.assertIn(f"for {name}:{tag}", reply.body.decode())

    def test_what_does_not_exist_is_404_with_the_words_of_docker(self):
        host = registry.shared().host
        for image in (f"{host}/busybox:no-such-tag", f"{host}/no-such-repository:latest"):
            reply = self.engine.post(f"/images/create?fromImage={image}")
            self.assertEqual(reply.status, 404, reply)
            self.assertIn(f"manifest for {image} not found: manifest unknown", reply.json["message"])

    def test_a_malformed_reference_is_400(self):
        for name in ("UPPER", "a//b", ":", "a:b:c", "-a", "a/../b", "%00"):
            reply = self.engine.post(f"/images/create?fromImage={name}")
            self.assertEqual(reply.status, 400, f"{name}: {reply}")
            self.assertIn("invalid reference format", reply.json["message"])

    def test_a_registry_that_does_not_answer_is_an_error(self):
        reply = self.engine.post(f"/images/create?fromImage=127.0.0.1:{base.free_port()}/busybox")
        self.assertEqual(reply.status, 500, reply)
        self.assertIn("connection refused", reply.json["message"].lower())

    def test_layers_keep_all_that_a_layer_can_hold(self):
        image = images.special_files()
        self.pull(image)
        listing = self.output_of(image, "sh", "-c", "cd /special; stat -c '%n %a %u %g %h %F' *; readlink link; readlink dangling; "
                                 "stat -c '%t,%T' null; ls -d /gone /special/removed /opaque/old /opaque/new 2>&1; true").decode()
        self.assertIn("setuid 4755 0 0 1 regular file", listing)
        self.assertIn("owned 640 1234 5678 1 regular file", listing)
        self.assertIn("hard 600 0 0 2 regular file", listing)
        self.assertIn("fifo 600 0 0 1 fifo", listing)
        self.assertIn("null 666 0 0 1 character special file", listing)
        self.assertIn("owned\n/no/such/file\n1,3\n", listing)
        self.assertIn("\n/opaque/new", "\n" + listing)
        for gone in ("/gone", "/special/removed", "/opaque/old"):
            self.assertIn(f"ls: {gone}: No such file or directory", listing)

    def test_times_and_attributes_are_those_of_the_layer(self):
        image = images.special_files()
        self.pull(image)
        self.assertEqual(self.output_of(image, "stat", "-c", "%Y", "/special/owned"), b"1700000000\n")
        files = [os.path.join(top, "attribute") for top, _, names in os.walk(self.engine.data_root) if "attribute" in names]
        self.assertEqual([os.getxattr(f, "user.test") for f in files[:1]], [b"value"])

    def test_twenty_layers_of_320_mib_arrive_whole(self):
        image = images.large()
        self.pull(image)
        self.assertEqual(len(self.engine.get(f"/images/{image}/json").json["RootFS"]["Layers"]), images.LARGE_LAYERS)
        sums = self.output_of(image, "sh", "-c", "cd /data; for d in *; do for f in $d/*; do sha256sum $f; done; done").decode()
        found = {line.split()[1]: line.split()[0] for line in sums.splitlines()}
        self.assertEqual(len(found), (images.LARGE_LAYERS - 1) * images.LARGE_FILES)
        for layer, index in ((0, 0), (7, 13), (images.LARGE_LAYERS - 2, images.LARGE_FILES - 1)):
            self.assertEqual(found[f"{layer}/{index}"], hashlib.sha256(images.large_file(layer, index)).hexdigest())

    def test_debian_runs(self):
        image = images.debian()
        self.pull(image)
        self.assertIn(b"Debian GNU/Linux 12 (bookworm)", self.output_of(image, "cat", "/etc/os-release"))
        self.assertEqual(self.output_of(image, "bash", "-c", "dpkg -s bash | grep ^Status"), b"Status: install ok installed\n")

    def test_the_store_is_an_oci_layout_whose_blobs_have_the_digests_they_are_named_by(self):
        self.pull(images.busybox())
        self.pull(images.busybox_zstd())
        store = self.engine.data_root / "images"
        self.assertEqual(json.loads((store / "oci-layout").read_text()), {"imageLayoutVersion": "1.0.0"})
        index = json.loads((store / "index.json").read_text())
        self.assertGreaterEqual(len(index["manifests"]), 2)
        for blob in (store / "blobs/sha256").iterdir():
            self.assertEqual(hashlib.sha256(blob.read_bytes()).hexdigest(), blob.name)
            self.assertFalse(blob.stat().st_mode & stat.S_IWOTH)

    def test_two_pulls_of_the_same_image_at_once_both_succeed(self):
        import concurrent.futures
        image = images.configured("pulled-twice", {"Labels": {"for": "two pulls"}}, images.Tar().add("big", b"x" * (8 << 20)).bytes())
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            for messages in pool.map(self.pull, [image] * 4):
                self.assertRegex(messages[-1]["status"], "^Status: ")
        self.assertEqual(self.output_of(image, "stat", "-c", "%s", "/big"), b"8388608\n")

    def test_removing_an_image_frees_its_disk(self):
        image = images.configured("freed", {}, images.Tar().add("freed-file", b"y" * (4 << 20)).bytes())
        self.pull(image)
        self.assertTrue(self._find("freed-file"))
        reply = self.engine.request("DELETE", f"/images/{image}")
        self.assertEqual(reply.status, 200, reply)
        self.assertIn({"Untagged": image}, reply.json)
        self.assertFalse(self._find("freed-file"))

    def _find(self, name):
        return [top for top, _, names in os.walk(self.engine.data_root) if name in names]


class Authentication(cases.EngineCase):
    needs_image = False

    def test_a_registry_that_asks_for_a_password_gets_it(self):
        import base64
        import crypt
        hashed = crypt.crypt("secret", crypt.mksalt(crypt.METHOD_BLOWFISH))
        closed = registry.Registry(htpasswd=f"user:{hashed}\n")
        self.addCleanup(closed.stop)
        closed.headers["Authorization"] = "Basic " + base64.b64encode(b"user:secret").decode()
        image = images.busybox(closed)
        for credentials, status in (({"username": "user", "password": "secret"}, 200), ({"username": "user", "password": "wrong"}, 500),
                                    (None, 500)):
            headers = {"X-Registry-Auth": base64.urlsafe_b64encode(json.dumps(credentials or {}).encode()).decode()}
            reply = self.engine.post(f"/images/create?fromImage={image}", headers=headers)
            if status == 200:
                self.assertIn(b"Status: Downloaded newer image", reply.body, reply)
                self.engine.request("DELETE", f"/images/{image}")
            else:
                self.assertIn(reply.status, (401, 403, 404, 500), reply)
                self.assertRegex(reply.json["message"], "unauthorized|denied|no basic auth credentials")
