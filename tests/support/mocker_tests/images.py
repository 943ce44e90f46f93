"""Images made on the spot and put into the registry: each function gives the reference to pull.

They are the same, byte for byte, on each run, so a registry that has them already is not fed again."""

import gzip
import hashlib
import io
import json
import os
import platform
import random
import shutil
import subprocess
import tarfile

from . import base
from .registry import digest_of, shared

OCI = "application/vnd.oci.image."
OCI_MANIFEST, OCI_CONFIG, OCI_INDEX = OCI + "manifest.v1+json", OCI + "config.v1+json", OCI + "index.v1+json"
OCI_LAYER = OCI + "layer.v1.tar"
DOCKER = "application/vnd.docker."
DOCKER_MANIFEST = DOCKER + "distribution.manifest.v2+json"
DOCKER_CONFIG = DOCKER + "container.image.v1+json"
DOCKER_LAYER = DOCKER + "image.rootfs.diff.tar.gzip"
ARCHITECTURE = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
BUSYBOX_APPLETS = """[ ash awk base64 basename cat chmod chown cp cut date dd df dirname du echo env expr false find grep
head hostname id ifconfig ip kill ln ls mkdir mkfifo mknod mktemp mount mv nc nproc nslookup od ping printf ps pwd readlink
realpath rm rmdir sed seq sh sha256sum sleep sort stat stty su sync tail tar tee test time timeout top touch tr true tty umount
uname uniq usleep vi wc wget which whoami xargs yes""".split()
CREATED = "2026-01-02T03:04:05.678901234Z"


class Tar:
    """A layer: entries in the order in which they are added, all with the same time."""

    def __init__(self, mtime=1_700_000_000):
        self.buffer = io.BytesIO()
        self.tar = tarfile.open(fileobj=self.buffer, mode="w", format=tarfile.PAX_FORMAT)
        self.mtime = mtime

    def add(self, name, content=None, mode=0o644, kind=tarfile.REGTYPE, link="", uid=0, gid=0, device=(0, 0), pax=None):
        entry = tarfile.TarInfo(name)
        entry.type, entry.mode, entry.linkname, entry.uid, entry.gid = kind, mode, link, uid, gid
        entry.devmajor, entry.devminor = device
        entry.mtime, entry.pax_headers = self.mtime, pax or {}
        data = content.encode() if isinstance(content, str) else content
        entry.size = len(data) if data is not None else 0
        self.tar.addfile(entry, io.BytesIO(data) if data is not None else None)
        return self

    def directory(self, name, mode=0o755, **more):
        return self.add(name, mode=mode, kind=tarfile.DIRTYPE, **more)

    def link(self, name, target, **more):
        return self.add(name, mode=0o777, kind=tarfile.SYMTYPE, link=target, **more)

    def hard_link(self, name, target, **more):
        return self.add(name, kind=tarfile.LNKTYPE, link=target, **more)

    def bytes(self):
        self.tar.close()
        return self.buffer.getvalue()


def compressed(data, how="gzip", level=6):
    if how == "gzip":
        return gzip.compress(data, level, mtime=0)
    if how == "zstd":
        return subprocess.run(["zstd", "-q", "-3", "-c"], input=data, capture_output=True, check=True).stdout
    return data


def config_of(layers, config=None, **more):
    document = {
        "created": CREATED, "architecture": ARCHITECTURE, "os": "linux",
        "config": {"Env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"], "Cmd": ["sh"], **(config or {})},
        "rootfs": {"type": "layers", "diff_ids": [digest_of(layer) for layer in layers]},
        "history": [{"created": CREATED, "created_by": f"layer {i}"} for i in range(len(layers))],
    }
    document.update(more)
    return document


def push(registry, repository, tag, layers, config=None, how="gzip", docker=False, level=6, **more):
    """Puts an image of uncompressed layers into a registry; gives the digest of its manifest and that manifest."""
    manifest_type, config_type = (DOCKER_MANIFEST, DOCKER_CONFIG) if docker else (OCI_MANIFEST, OCI_CONFIG)
    layer_type = DOCKER_LAYER if docker else OCI_LAYER + {"gzip": "+gzip", "zstd": "+zstd", "none": ""}[how]
    document = json.dumps(config_of(layers, config, **more)).encode()
    registry.put_blob(repository, document)
    blobs = [compressed(layer, how, level) for layer in layers]
    for blob in blobs:
        registry.put_blob(repository, blob)
    manifest = {
        "schemaVersion": 2, "mediaType": manifest_type,
        "config": {"mediaType": config_type, "digest": digest_of(document), "size": len(document)},
        "layers": [{"mediaType": layer_type, "digest": digest_of(blob), "size": len(blob)} for blob in blobs],
    }
    return registry.put_manifest(repository, tag, manifest, manifest_type), manifest


_busybox = None


def busybox_layer():
    """A root file system of busybox alone."""
    global _busybox
    if _busybox is None:
        binary = shutil.which("busybox") or "/bin/busybox"
        tar = Tar()
        for name, mode in (("bin", 0o755), ("dev", 0o755), ("etc", 0o755), ("home", 0o755), ("proc", 0o755), ("root", 0o700),
                           ("sys", 0o755), ("tmp", 0o1777), ("usr", 0o755), ("usr/bin", 0o755), ("var", 0o755)):
            tar.directory(name + "/", mode)
        with open(binary, "rb") as f:
            tar.add("bin/busybox", f.read(), 0o755)
        for applet in BUSYBOX_APPLETS:
            tar.hard_link(f"bin/{applet}", "bin/busybox", mode=0o755)
        tar.link("usr/bin/env", "../../bin/env")
        tar.add("etc/passwd", "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/home:/bin/false\n"
                "user:x:1000:1000:user:/home:/bin/sh\n")
        tar.add("etc/group", "root:x:0:\nnobody:x:65534:\nuser:x:1000:\nextra:x:2000:user\n")
        _busybox = tar.bytes()
    return _busybox


def stamp(*parts):
    """A tag for what the parts describe: made anew when one of them changes."""
    return "v" + hashlib.sha256(repr(parts).encode()).hexdigest()[:12]


def _image(repository, tag, make, registry=None):
    """`tag` names the wanted content; it is pushed unless the registry has it, and `latest` points to it."""
    registry = registry or shared()
    wanted = stamp(tag, ARCHITECTURE)
    if not registry.has(repository, wanted):
        make(registry, repository, "latest")
        make(registry, repository, wanted)
    return f"{registry.host}/{repository}:latest"


def busybox(registry=None):
    def make(to, repository, tag):
        push(to, repository, tag, [busybox_layer()])
    return _image("busybox", digest_of(busybox_layer()), make, registry)


def busybox_zstd():
    def make(to, repository, tag):
        push(to, repository, tag, [busybox_layer(), Tar().add("zstd", "layer\n").bytes()], how="zstd")
    return _image("busybox-zstd", digest_of(busybox_layer()), make)


def busybox_docker():
    """With the media types of Docker's schema 2."""
    def make(to, repository, tag):
        push(to, repository, tag, [busybox_layer()], docker=True)
    return _image("busybox-docker", digest_of(busybox_layer()), make)


def busybox_uncompressed():
    def make(to, repository, tag):
        push(to, repository, tag, [busybox_layer()], how="none")
    return _image("busybox-plain", digest_of(busybox_layer()), make)


def configured(name, config, *layers):
    """busybox with a configuration of its own, and further layers."""
    def make(to, repository, tag):
        push(to, repository, tag, [busybox_layer(), *layers], config)
    return _image(name, (digest_of(busybox_layer()), config, [digest_of(layer) for layer in layers]), make)


def two_platforms():
    """An index: this machine's platform, and one that no machine has. The file /platform says which it is."""
    def make(to, repository, tag):
        entries = []
        for architecture in ("riscv64" if ARCHITECTURE != "riscv64" else "amd64", ARCHITECTURE):
            layer = Tar().add("platform", architecture + "\n").bytes()
            digest, manifest = push(to, repository, f"{tag}-{architecture}", [busybox_layer(), layer], architecture=architecture)
            entries.append({"mediaType": OCI_MANIFEST, "digest": digest, "size": len(json.dumps(manifest).encode()),
                            "platform": {"architecture": architecture, "os": "linux"}})
        to.put_manifest(repository, tag, {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": entries}, OCI_INDEX)
    return _image("two-platforms", digest_of(busybox_layer()), make)


def foreign_platform():
    """An index without this machine's platform."""
    def make(to, repository, tag):
        digest, manifest = push(to, repository, f"{tag}-x", [busybox_layer()], architecture="s390x")
        entry = {"mediaType": OCI_MANIFEST, "digest": digest, "size": len(json.dumps(manifest).encode()),
                 "platform": {"architecture": "s390x", "os": "linux"}}
        to.put_manifest(repository, tag, {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [entry]}, OCI_INDEX)
    return _image("foreign-platform", digest_of(busybox_layer()), make)


LARGE_LAYERS, LARGE_FILES, LARGE_FILE = 20, 64, 256 * 1024  # 20 layers of 64 files of 256 KiB: 320 MiB


def large_file(layer, index):
    """The content of one file: half of it noise, half of it text, so that it compresses about as programs do."""
    noise = random.Random(layer * 1000 + index).randbytes(LARGE_FILE // 2)
    text = (f"layer {layer} file {index} " * (LARGE_FILE // 20))[:LARGE_FILE - len(noise)].encode()
    return noise + text.ljust(LARGE_FILE - len(noise), b".")


def large():
    def layer(number):
        tar = Tar().directory("data/").directory(f"data/{number}/")
        for index in range(LARGE_FILES):
            tar.add(f"data/{number}/{index}", large_file(number, index))
        return tar.bytes()

    def make(to, repository, tag):
        if tag != "latest":  # the second name of what is there already
            accept = {"Accept": OCI_MANIFEST}
            body = to.request("GET", f"/v2/{repository}/manifests/latest", headers=accept)[2]
            to.put_manifest(repository, tag, body, OCI_MANIFEST)
            return
        push(to, repository, tag, [busybox_layer(), *(layer(n) for n in range(LARGE_LAYERS - 1))], level=1)
    return _image("large", (digest_of(busybox_layer()), LARGE_LAYERS, LARGE_FILES, LARGE_FILE, 1), make)


def debian_mirror():
    """The mirror that apt uses."""
    if "MOCKER_DEBIAN_MIRROR" in os.environ:
        return os.environ["MOCKER_DEBIAN_MIRROR"]
    listed = subprocess.run(["apt-get", "indextargets", "--format", "$(SITE) $(RELEASE) $(COMPONENT)"], capture_output=True,
                            text=True, check=False).stdout
    for line in listed.splitlines():
        fields = line.split()
        if fields[1:] == ["bookworm", "main"] and "security" not in fields[0]:
            return fields[0]
    return "http://deb.debian.org/debian"


def debian_layer():
    """Debian 12 (minbase), made by debootstrap once and kept in the cache."""
    kept = base.CACHE / "debian-minbase.tar"
    if not kept.exists():
        base.CACHE.mkdir(parents=True, exist_ok=True)
        directory = base.temporary_directory("deb")
        try:
            base.run(["debootstrap", "--variant=minbase", "bookworm", directory / "root", debian_mirror()], timeout=1500)
            part = base.CACHE / f"debian-minbase.tar.{os.getpid()}"
            base.run(["tar", "-C", directory / "root", "--numeric-owner", "--exclude=./var/cache/apt/archives/*.deb",
                      "--exclude=./var/lib/apt/lists/*", "-cf", part, "."], timeout=300)
            os.rename(part, kept)
        finally:
            shutil.rmtree(directory, ignore_errors=True)
    return kept.read_bytes()


def debian():
    def make(to, repository, tag):
        push(to, repository, tag, [debian_layer()], {"Cmd": ["bash"]}, level=1)
    kept = base.CACHE / "debian-minbase.tar"
    size = kept.stat().st_size if kept.exists() else len(debian_layer())
    return _image("debian", size, make)


def special_files():
    """A layer with everything a layer may hold, and one that removes and hides parts of it."""
    first = (Tar()
             .directory("special/", 0o1777, uid=1000, gid=1001)
             .add("special/setuid", "x", 0o4755)
             .add("special/owned", "x", 0o640, uid=1234, gid=5678)
             .add("special/hard", "linked", 0o600)
             .hard_link("special/hard2", "special/hard")
             .link("special/link", "owned")
             .link("special/dangling", "/no/such/file")
             .add("special/fifo", mode=0o600, kind=tarfile.FIFOTYPE)
             .add("special/null", mode=0o666, kind=tarfile.CHRTYPE, device=(1, 3))
             .add("special/attribute", "x", pax={"SCHILY.xattr.user.test": "value"})
             .add("special/removed", "x")
             .directory("opaque/").add("opaque/old", "x")
             .directory("gone/").add("gone/file", "x"))
    second = (Tar()
              .add("special/.wh.removed", "")
              .add("opaque/.wh..wh..opq", "").add("opaque/new", "x")
              .add(".wh.gone", ""))
    return configured("special-files", {}, first.bytes(), second.bytes())


