"""A real registry (Debian's docker-registry) on a free port of the loopback interface."""

import contextlib
import hashlib
import http.client
import json
import shutil
import threading

from . import base, host

CONFIGURATION = """\
version: 0.1
log: {{level: error, accesslog: {{disabled: true}}}}
storage:
  filesystem: {{rootdirectory: {storage}}}
  delete: {{enabled: true}}
http:
  addr: 127.0.0.1:{port}
  secret: tests
{auth}"""

BASIC = """\
auth:
  htpasswd: {{realm: tests, path: {path}}}
"""


def digest_of(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


live = set()  # registries that have not been stopped


class Registry:
    """`storage` is kept if it is given, so that images need not be pushed again; else it goes when the registry stops."""

    def __init__(self, storage=None, htpasswd=None):
        self.directory = base.temporary_directory("reg")
        host.own(self.directory)
        self.port = base.free_port()
        self.host = f"127.0.0.1:{self.port}"
        self.storage = storage or self.directory / "storage"
        auth = ""
        if htpasswd:
            (self.directory / "htpasswd").write_text(htpasswd)
            auth = BASIC.format(path=self.directory / "htpasswd")
        configuration = self.directory / "config.yml"
        configuration.write_text(CONFIGURATION.format(storage=self.storage, port=self.port, auth=auth))
        self.log = open(self.directory / "log", "wb")
        live.add(self)
        self.process = base.start(["docker-registry", "serve", configuration], stdout=self.log, stderr=self.log,
                                  preexec_fn=base.end_with_us)
        self.headers = {}
        try:
            base.eventually(self._answers, lambda: "registry: " + (self.directory / "log").read_text()[-500:])
        except BaseException:
            self.stop()
            raise

    def _answers(self):
        if self.process.poll() is not None:
            raise base.Failed("the registry ended: " + (self.directory / "log").read_text()[-500:])
        with contextlib.suppress(OSError):
            return self.request("GET", "/v2/")[0] in (200, 401)
        return False

    def request(self, method, path, body=None, headers=None):
        """One exchange: status, headers, body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, {**self.headers, **(headers or {})})
            reply = connection.getresponse()
            return reply.status, reply.headers, reply.read()
        finally:
            connection.close()

    def put_blob(self, repository, data):
        digest = digest_of(data)
        if self.request("HEAD", f"/v2/{repository}/blobs/{digest}")[0] == 200:
            return digest
        status, headers, body = self.request("POST", f"/v2/{repository}/blobs/uploads/")
        if status != 202:
            raise base.Failed(f"upload to {repository}: {status} {body}")
        location = headers["Location"].split(self.host, 1)[-1]
        separator = "&" if "?" in location else "?"
        status, _, body = self.request("PUT", f"{location}{separator}digest={digest}", data,
                                       {"Content-Type": "application/octet-stream"})
        if status != 201:
            raise base.Failed(f"upload to {repository}: {status} {body}")
        return digest

    def put_manifest(self, repository, reference, document, media_type):
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        status, _, answer = self.request("PUT", f"/v2/{repository}/manifests/{reference}", body, {"Content-Type": media_type})
        if status != 201:
            raise base.Failed(f"manifest {repository}:{reference}: {status} {answer}")
        return digest_of(body)

    def has(self, repository, tag):
        accept = ("application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, "
                  "application/vnd.docker.distribution.manifest.v2+json, "
                  "application/vnd.docker.distribution.manifest.list.v2+json")
        return self.request("HEAD", f"/v2/{repository}/manifests/{tag}", headers={"Accept": accept})[0] == 200

    def stop(self):
        base.finish(self.process)
        self.log.close()
        shutil.rmtree(self.directory, ignore_errors=True)
        live.discard(self)


_shared = None
_lock = threading.Lock()


def shared():
    """The registry that all tests of a run pull from; its images are kept in the cache between runs."""
    global _shared
    with _lock:
        if _shared is None:
            storage = base.CACHE / "registry"
            storage.mkdir(parents=True, exist_ok=True)
            _shared = Registry(storage)
        return _shared
