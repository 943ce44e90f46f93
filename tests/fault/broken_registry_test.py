"""Registries that lie, cut off and fail; layers that want out. Each is refused with one clear message and leaves nothing."""

import gzip
import hashlib
import io
import os
import tarfile

from mocker_tests import cases, images, registry
from mocker_tests.broken_registry import BrokenRegistry
from mocker_tests.images import Tar


class Refusing(cases.EngineCase):
    needs_image = False

    def tearDown(self):
        super().tearDown()
        self.forget_images()

    def forget_images(self):
        for image in self.engine.get("/images/json").json:
            self.engine.request("DELETE", f"/images/{image['Id']}?force=1")

    def message_of(self, image):
        """Why a pull failed; an assertion if it did not."""
        reply = self.engine.post(f"/images/create?fromImage={image}", timeout=120)
        if reply.status == 200:
            self.assertIn(b'"errorDetail"', reply.body, "the pull succeeded")
            import json
            return json.loads(reply.body.splitlines()[-1])["errorDetail"]["message"]
        self.assertIn(reply.status, (400, 404, 413, 429, 500, 503), reply)
        return reply.json["message"]

    def expect_nothing_stored(self, image):
        self.assertEqual(self.engine.get(f"/images/{image}/json").status, 404)
        self.assertEqual(self.engine.get("/images/json").json, [])
        store = self.engine.data_root / "images"
        for blob in (store / "blobs/sha256").iterdir() if (store / "blobs/sha256").exists() else ():
            self.assertEqual(hashlib.sha256(blob.read_bytes()).hexdigest(), blob.name, "a blob that is not what its name says")


class BrokenRegistries(Refusing):
    FAULTS = {
        "manifest is no json": "", "manifest is truncated": "", "manifest is another document": "", "manifest is huge": "",
        "manifest nests deeply": "", "manifest has an unknown media type": "", "layer has an unknown media type": "x-unknown",
        "sizes are wrong": "", "digests are malformed": "digest", "server errors": "500|internal",
        "too many requests": "toomanyrequests|slow down", "redirects for ever": "redirect", "config is missing": "unknown|not found",
        "layer is missing": "unknown|not found", "config is other content": "digest|sha256|match|mismatch", "layer is other content": "",
        "layer is too long": "", "layer is too short": "", "layer is cut off": "",
    }

    def test_every_fault_is_one_message_and_leaves_nothing_and_a_good_pull_follows(self):
        broken = BrokenRegistry()
        self.addCleanup(broken.stop)
        for fault, text in self.FAULTS.items():
            self.forget_images()
            with self.subTest(fault):
                broken.fault = fault
                message = self.message_of(broken.image)
                self.assertTrue(message and "\n" not in message.strip(), message)
                self.assertLess(len(message), 1000)
                self.assertRegex(message.lower(), text or ".")
                self.expect_nothing_stored(broken.image)
        broken.fault = None
        self.engine.pull(broken.image)
        self.image = broken.image
        self.assertEqual(self.run_container("echo", "works")[1], b"works\n")

    test_every_fault_is_one_message_and_leaves_nothing_and_a_good_pull_follows.limit = 400

    def test_a_transfer_that_was_cut_off_goes_on(self):
        broken = BrokenRegistry()
        self.addCleanup(broken.stop)
        broken.fault = "layer is cut off once"
        self.engine.pull(broken.image)
        self.assertEqual(self.engine.get(f"/images/{broken.image}/json").status, 200)

    def test_a_blob_may_be_elsewhere(self):
        broken = BrokenRegistry()
        self.addCleanup(broken.stop)
        broken.fault = "layer is elsewhere"
        self.engine.pull(broken.image)
        self.assertEqual(self.engine.get(f"/images/{broken.image}/json").status, 200)

    def test_a_client_that_goes_away_ends_the_pull(self):
        from mocker_tests.engine import UnixConnection
        connection = UnixConnection(self.engine.socket)
        connection.request("POST", f"/images/create?fromImage={images.large()}")
        connection.sock.close()
        self.assertEqual(self.engine.get("/_ping").status, 200)


class HostileLayers(Refusing):
    def push(self, name, *layers, raw=None, diff=None):
        """An image of these layers; `raw` is sent as the last layer as it is."""
        to = registry.shared()
        import json
        blobs = [images.compressed(layer) for layer in layers] + ([raw] if raw is not None else [])
        config = images.config_of([*layers, *([diff if diff is not None else raw] if raw is not None else [])])
        document = json.dumps(config).encode()
        for blob in (document, *blobs):
            to.put_blob(name, blob)
        manifest = {"schemaVersion": 2, "mediaType": images.OCI_MANIFEST,
                    "config": {"mediaType": images.OCI_CONFIG, "digest": registry.digest_of(document), "size": len(document)},
                    "layers": [{"mediaType": images.OCI_LAYER + "+gzip", "digest": registry.digest_of(b), "size": len(b)} for b in blobs]}
        to.put_manifest(name, "latest", manifest, images.OCI_MANIFEST)
        return f"{to.host}/{name}:latest"

    def test_layers_that_want_out_do_not_get_out(self):
        outside = self.engine.directory / "outside"
        outside.mkdir(exist_ok=True)
        (outside / "file").write_text("untouched")
        there = str(outside)
        up = "../" * 20 + there.lstrip("/")
        layers = {
            "dots": Tar().add(f"{up}/evil", "x"),
            "absolute": Tar().add(f"{there}/evil", "x"),
            "link-then-file": Tar().link("door", there).add("door/evil", "x"),
            "relative-link-then-file": Tar().link("door", up).add("door/evil", "x"),
            "link-then-directory": Tar().link("door", there).directory("door/").add("door/evil", "x"),
            "link-chain": Tar().link("a", "b").link("b", there).add("a/evil", "x"),
            "hard-link-out": Tar().hard_link("stolen", f"{up}/file").add("stolen", "changed"),
            "hard-link-absolute": Tar().hard_link("stolen", f"{there}/file").add("stolen", "changed"),
            "hard-link-through-link": Tar().link("door", there).hard_link("stolen", "door/file").add("stolen", "changed"),
            "file-over-link": Tar().link("target", f"{there}/file").add("target", "changed"),
            "whiteout-out": Tar().link("door", there).add("door/.wh.file", ""),
            "whiteout-dots": Tar().add(f"{up}/.wh.file", ""),
            "whiteout-name": Tar().add(".wh...", "").add(".wh.", "").add(".wh..", ""),
            "opaque-out": Tar().link("door", there).add("door/.wh..wh..opq", ""),
            "mode-through-link": Tar().link("target", f"{there}/file").directory("target/", 0o777),
        }
        for name, tar in layers.items():
            with self.subTest(name):
                image = self.push(f"hostile-{name}", images.busybox_layer(), tar.bytes())
                self.engine.post(f"/images/create?fromImage={image}", timeout=60)  # whether it is refused or kept inside
                self.assertEqual(sorted(os.listdir(outside)), ["file"])
                self.assertEqual((outside / "file").read_text(), "untouched")
                self.assertEqual(os.stat(outside / "file").st_nlink, 1)
                self.assertEqual(self.engine.get("/_ping").status, 200)

    def test_what_is_no_layer_is_refused(self):
        whole = Tar().add("file", b"x" * 100_000).bytes()
        packed = images.compressed(whole)
        cases_ = {
            "not-gzip": (b"this is no gzip stream" * 10, None),
            "gzip-of-no-tar": (gzip.compress(b"this is no tar archive" * 100), b"this is no tar archive" * 100),
            "gzip-cut": (packed[:len(packed) // 2], whole),
            "gzip-crc": (packed[:-8] + b"\0" * 8, whole),
            "tar-cut": (gzip.compress(whole[:5000]), whole[:5000]),
            "other-diff-id": (packed, b"something else"),
        }
        for name, (raw, diff) in cases_.items():
            with self.subTest(name):
                image = self.push(f"no-layer-{name}", images.busybox_layer(), raw=raw, diff=diff)
                self.assertTrue(self.message_of(image))
                self.expect_nothing_stored(image)

    def test_a_header_that_lies_about_a_size_is_refused(self):
        data = bytearray(Tar().add("file", "content").bytes())
        for size in (b"77777777777\0", b"\x80" + b"\xff" * 11, b"-0000000001\0", b"notoctal!!!\0"):
            broken = bytearray(data)
            at = broken.rfind(b"ustar") - 257
            broken[at + 124:at + 136] = size
            broken[at + 148:at + 156] = b" " * 8
            broken[at + 148:at + 156] = b"%06o\0 " % sum(broken[at:at + 512])
            with self.subTest(size):
                image = self.push("lying-size", images.busybox_layer(), raw=gzip.compress(bytes(broken)), diff=bytes(broken))
                self.assertTrue(self.message_of(image))
                self.expect_nothing_stored(image)

    def test_a_path_of_many_levels_is_no_danger(self):
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as tar:
            for depth in (100, 1000, 2000):
                tar.addfile(tarfile.TarInfo("/".join(["d"] * depth)))
        image = self.push("deep", images.busybox_layer(), buffer.getvalue())
        self.engine.post(f"/images/create?fromImage={image}", timeout=60)
        self.assertEqual(self.engine.get("/_ping").status, 200)
