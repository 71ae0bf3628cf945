"""A publisher's server on this machine that can be told to fail in ten ways, request by request. For tests and bench/fetch_faults.py."""

from __future__ import annotations

import email.utils
import hashlib
import http.server
import re
import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

FAULTS = (
    "truncates", "stalls", "sends HTML for a file", "lies about length", "redirects in a circle", "changes the file between two ranges",
    "returns 429", "returns 500", "sends an empty body", "has a wrong checksum",
)  # fmt: skip
PERMANENT = frozenset({"sends HTML for a file", "redirects in a circle"})
"""Faults after which nothing is asked again: another attempt would hardly differ."""
PAGE = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>" + b"x" * 2000 + b"</body></html>"


@dataclass
class Publisher:
    """Files by path, the faults that wait for the next requests of a file, and every request that came."""

    files: dict[str, bytes] = field(default_factory=dict)
    faults: dict[str, list[str]] = field(default_factory=dict)
    seen: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    answers: dict[str, Callable[[Any], None]] = field(default_factory=dict)
    etags: bool = True
    ranges: bool = True
    stall: float = 1.2
    slow: float = 0.0
    checksums: bool = False
    modified: float = 1.7e9
    server: http.server.ThreadingHTTPServer | None = None

    def __enter__(self) -> Publisher:
        outer = self

        class Handler(_Handler):
            publisher = outer

        self.server = _Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        assert self.server is not None
        self.server.shutdown()
        self.server.server_close()

    @property
    def base(self) -> str:
        """The address to give as COMITY_FETCH_BASE."""
        assert self.server is not None
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def put(self, path: str, body: bytes) -> None:
        """Publish a file, or another edition of it."""
        self.files[path] = body
        self.modified += 3600


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_: Any) -> None:
        """A reader that leaves is no error."""


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    publisher: Publisher

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_HEAD(self) -> None:
        self._answer(head=True)

    def do_GET(self) -> None:
        self._answer(head=False)

    def _answer(self, *, head: bool) -> None:
        publisher, path = self.publisher, self.path.lstrip("/")
        publisher.seen.append((self.command, path, dict(self.headers)))
        self.close_connection = True
        name = path if "://" in path or path in publisher.files else urlsplit(path).path
        if name in publisher.answers:
            publisher.answers[name](self)
            return
        if publisher.checksums and name.endswith(".sha256") and name.removesuffix(".sha256") in publisher.files:
            body = publisher.files[name.removesuffix(".sha256")]
            self._send(f"{hashlib.sha256(body).hexdigest()}  {name.rpartition('/')[2].removesuffix('.sha256')}\n".encode(), head, {}, 200)
            return
        if name not in publisher.files:
            self._send(b"not here", head, {}, 404)
            return
        waiting = publisher.faults.get(name, [])
        fault = waiting.pop(0) if waiting and not head else ""
        body = publisher.files[name]
        if fault == "changes the file between two ranges":
            self._cut(body, len(body) // 2)
            publisher.put(name, body[::-1])
            return
        start, status = 0, 200
        marks = self._marks(body)
        if not fault and self.headers.get("If-None-Match", "-") == marks.get("ETag"):
            self._send(b"", head, marks, 304)
            return
        match = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if publisher.ranges and match and self.headers.get("If-Range", marks.get("ETag")) == marks.get("ETag"):
            start = int(match[1])
            stop = min(int(match[2] or len(body) - 1), len(body) - 1)
            if start >= len(body):
                self._send(b"", head, {"Content-Range": f"bytes */{len(body)}"}, 416)
                return
            marks["Content-Range"] = f"bytes {start}-{stop}/{len(body)}"
            body, status = body[start : stop + 1], 206
        self._fail(fault, body, marks, status, head)

    def _fail(self, fault: str, body: bytes, marks: dict[str, str], status: int, head: bool) -> None:
        if fault == "truncates":
            self._cut(body, len(body) // 2, status, marks)
        elif fault == "stalls":
            self._cut(body, len(body) // 2, status, marks, wait=self.publisher.stall)
        elif fault == "sends HTML for a file":
            self._send(PAGE, head, {"Content-Type": "text/html; charset=utf-8"}, 200)
        elif fault == "lies about length":
            self._cut(body, len(body), status, marks, declared=len(body) // 3)
        elif fault == "redirects in a circle":
            self._send(b"", head, {"Location": f"/{self.path.lstrip('/')}"}, 302)
        elif fault == "returns 429":
            self._send(b"slower", head, {"Retry-After": "0"}, 429)
        elif fault == "returns 500":
            self._send(b"broken", head, {}, 500)
        elif fault == "sends an empty body":
            self._send(b"", head, marks | {"Content-Type": "text/csv"}, 200)
        elif fault == "has a wrong checksum":
            self._send(bytes(b ^ 1 for b in body), head, marks, status)
        else:
            self._send(body, head, marks, status)

    def _marks(self, body: bytes) -> dict[str, str]:
        if not self.publisher.etags:
            return {}
        return {"ETag": f'"{hashlib.sha1(body).hexdigest()}"', "Last-Modified": email.utils.formatdate(self.publisher.modified, usegmt=True)}

    def _send(self, body: bytes, head: bool, headers: dict[str, str], status: int) -> None:
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if head:
            return
        for at in range(0, len(body), 8192) if self.publisher.slow else [0]:
            self.wfile.write(body[at : at + 8192] if self.publisher.slow else body)
            time.sleep(self.publisher.slow)

    def _cut(
        self, body: bytes, count: int, status: int = 200, marks: dict[str, str] | None = None, *, declared: int | None = None, wait: float = 0
    ) -> None:
        """Declare one length, send another, and leave: at once by a reset, or after a while of silence."""
        self.send_response(status)
        for key, value in (self._marks(body) if marks is None else marks).items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(body) if declared is None else declared))
        self.end_headers()
        self.wfile.write(body[:count])
        self.wfile.flush()
        time.sleep(wait)
        if declared is None and not wait:
            time.sleep(0.01)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
