"""A registry that serves one small image, with one fault at a time."""

import http.server
import json
import socket
import struct
import threading

from . import images
from .registry import digest_of


class BrokenRegistry:
    """`fault` names what goes wrong; None: nothing. `served` has the paths that were asked for."""

    def __init__(self):
        self.fault = None
        self.served = []
        self.layer = images.compressed(images.busybox_layer(), "gzip", 1)
        self.config = json.dumps(images.config_of([images.busybox_layer()])).encode()
        self.manifest = self.describe()
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_HEAD(self):
                self.do_GET()

            def do_GET(self):
                owner.served.append(self.path)
                try:
                    owner.answer(self)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # clients that go away are what this is about
        self.host = f"127.0.0.1:{self.server.server_address[1]}"
        self.image = f"{self.host}/broken:latest"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def describe(self, **changes):
        document = {
            "schemaVersion": 2, "mediaType": images.OCI_MANIFEST,
            "config": {"mediaType": images.OCI_CONFIG, "digest": digest_of(self.config), "size": len(self.config)},
            "layers": [{"mediaType": images.OCI_LAYER + "+gzip", "digest": digest_of(self.layer), "size": len(self.layer)}],
        }
        document.update(changes)
        return json.dumps(document).encode()

    # --- what is sent

    def answer(self, to):
        if to.path == "/v2/":
            return self.send(to, b"{}", "application/json")
        if "/manifests/" in to.path:
            return self.send_manifest(to)
        if to.path.startswith("/elsewhere/"):
            return self.send(to, self.layer, "application/octet-stream")
        digest = to.path.rsplit("/", 1)[-1]
        if digest == digest_of(self.config):
            return self.send_blob(to, self.config, "config")
        if digest == digest_of(self.layer):
            return self.send_blob(to, self.layer, "layer")
        return self.send(to, b'{"errors":[{"code":"BLOB_UNKNOWN","message":"blob unknown"}]}', "application/json", 404)

    def send(self, to, body, kind, status=200, **headers):
        to.send_response(status)
        to.send_header("Content-Type", kind)
        to.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            to.send_header(name.replace("_", "-"), value)
        to.end_headers()
        if to.command != "HEAD":
            to.wfile.write(body)

    def send_manifest(self, to):
        body, kind, digest = self.manifest, images.OCI_MANIFEST, digest_of(self.manifest)
        if self.fault == "manifest is no json":
            body = b"{ this is no json"
        elif self.fault == "manifest is truncated":
            body = body[:len(body) // 2]
        elif self.fault == "manifest is another document":
            body = b'{"schemaVersion":2}'
        elif self.fault == "manifest is huge":
            body = b'{"schemaVersion":2,"x":"' + b"a" * (64 << 20) + b'"}'
        elif self.fault == "manifest nests deeply":
            body = b"[" * 200_000 + b"]" * 200_000
        elif self.fault == "manifest has an unknown media type":
            kind = "application/x-unknown"
            body = self.describe(mediaType=kind)
        elif self.fault == "layer has an unknown media type":
            document = json.loads(body)
            document["layers"][0]["mediaType"] = "application/x-unknown"
            body = json.dumps(document).encode()
        elif self.fault == "sizes are wrong":
            document = json.loads(body)
            document["layers"][0]["size"] += 1
            body = json.dumps(document).encode()
        elif self.fault == "digests are malformed":
            body = body.replace(b"sha256:", b"sha256:../../")
        elif self.fault == "server errors":
            return self.send(to, b"internal", "text/plain", 500)
        elif self.fault == "too many requests":
            return self.send(to, b'{"errors":[{"code":"TOOMANYREQUESTS","message":"slow down"}]}', "application/json", 429)
        elif self.fault == "redirects for ever":
            return self.send(to, b"", "text/plain", 307, Location=to.path)
        return self.send(to, body, kind, Docker_Content_Digest=digest if body is self.manifest else digest_of(body))

    def send_blob(self, to, body, what):
        if self.fault == f"{what} is missing":
            return self.send(to, b'{"errors":[{"code":"BLOB_UNKNOWN","message":"blob unknown"}]}', "application/json", 404)
        if self.fault == f"{what} is other content":
            body = bytes([body[0] ^ 1]) + body[1:]
        elif self.fault == f"{what} is too long":
            body = body + b"more"
        elif self.fault == f"{what} is too short":
            body = body[:-10]
        elif self.fault == f"{what} is elsewhere":
            return self.send(to, b"", "text/plain", 307, Location=f"/elsewhere/{digest_of(body)}")
        elif self.fault in (f"{what} is cut off", f"{what} is cut off once"):
            return self.cut_off(to, body, what)
        return self.send(to, body, "application/octet-stream")

    def cut_off(self, to, body, what):
        """Half of the content, then a reset; after the first time, if it is to be only once, the rest is given."""
        begin = 0
        if to.headers.get("Range", "").startswith("bytes="):
            begin = int(to.headers["Range"].removeprefix("bytes=").split("-")[0])
        if self.fault.endswith("once"):
            self.fault = f"{what} may be resumed"
        to.send_response(206 if begin else 200)
        to.send_header("Content-Length", str(len(body) - begin))
        to.end_headers()
        to.wfile.write(body[begin:begin + len(body) // 2])
        to.wfile.flush()
        to.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        to.close_connection = True
        to.connection.close()
