"""Other OCI tools read our image store as it is: it is a standard layout."""

import json
import os
import shutil

from mocker_tests import base, cases, images


class OciTools(cases.EngineCase):
    """The store holds busybox, an image of zstd layers and one of an index."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.names = [cls.image, images.busybox_zstd(), images.two_platforms()]
        for image in cls.names[1:]:
            cls.engine.pull(image)
        cls.store = cls.engine.data_root / "images"

    def reference(self, image):
        """The name under which the layout's index has an image."""
        index = json.loads((self.store / "index.json").read_text())
        names = [m.get("annotations", {}).get("org.opencontainers.image.ref.name", "") for m in index["manifests"]]
        found = [n for n in names if n == image or image.endswith("/" + n) or n.endswith(image)]
        self.assertTrue(found, f"{image} is not among {names}")
        return found[0]

    def test_skopeo_inspects_every_image(self):
        for image in self.names:
            shown = base.run(["skopeo", "inspect", f"oci:{self.store}:{self.reference(image)}"]).out
            self.assertEqual(json.loads(shown)["Os"], "linux", image)
            config = json.loads(base.run(["skopeo", "inspect", "--config", f"oci:{self.store}:{self.reference(image)}"]).out)
            self.assertEqual(config["config"]["Cmd"], ["sh"])

    def test_skopeo_copies_an_image_out_with_the_same_digest(self):
        target = self.engine.directory / "copied"
        shutil.rmtree(target, ignore_errors=True)
        source = f"oci:{self.store}:{self.reference(self.image)}"
        base.run(["skopeo", "copy", source, f"dir:{target}"])
        before = json.loads(base.run(["skopeo", "inspect", source]).out)["Digest"]
        remote = json.loads(base.run(["skopeo", "inspect", "--tls-verify=false", f"docker://{self.image}"]).out)["Digest"]
        self.assertEqual(before, remote)

    def test_umoci_lists_and_unpacks(self):
        listed = base.run(["umoci", "list", "--layout", self.store]).out.split()
        self.assertIn(self.reference(self.image), listed)
        bundle = self.engine.directory / "bundle"
        shutil.rmtree(bundle, ignore_errors=True)
        base.run(["umoci", "unpack", "--image", f"{self.store}:{self.reference(self.image)}", bundle])
        self.assertTrue(os.access(bundle / "rootfs/bin/busybox", os.X_OK))
        shutil.rmtree(bundle)

    def test_podman_loads_from_the_layout(self):
        root = self.engine.directory / "podman"
        podman = ["podman", "--root", root / "root", "--runroot", root / "run", "--tmpdir", root / "tmp", "--storage-driver", "vfs"]
        self.addCleanup(shutil.rmtree, root, ignore_errors=True)
        got = base.run([*podman, "pull", "-q", f"oci:{self.store}:{self.reference(self.image)}"], timeout=120).out.strip()
        ours = self.engine.get(f"/images/{self.image}/json").json["Id"].removeprefix("sha256:")
        self.assertIn(got, (ours, json.loads(base.run([*podman, "inspect", got]).out)[0]["Id"]))
        shown = json.loads(base.run([*podman, "image", "inspect", got]).out)[0]
        self.assertEqual(shown["RootFS"]["Layers"], self.engine.get(f"/images/{self.image}/json").json["RootFS"]["Layers"])
