"""Connections that are slow on purpose, by raw sockets: each limit in time ends one, and none ends an honest one."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from web_site import serving as _skips_without_the_extra  # noqa: F401

SHORT = 0.4
SOON = 8.0
"""Seconds within which a limit of SHORT has long been noticed, on a machine that is busy."""


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a real server over the packaged Series, with short limits."""
    import uvicorn

    from comity.web import app, serving, wire

    class Short(wire.Timed):
        HEADERS, BODY, TAKING = SHORT, 3 * SHORT, SHORT

    made = app.create_app(tmp_path_factory.mktemp("home"), workers=0, every=600.0)
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(serving.config(made, wire=Short, idle=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield listening.getsockname()[1]
    server.should_exit = True
    thread.join(20)


@contextlib.contextmanager
def _to(port: int) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout=SOON) as made:
        yield made


def _rest(made: socket.socket) -> bytes:
    """All that still comes until the server closes; TimeoutError where it does not."""
    out = b""
    with contextlib.suppress(ConnectionError):
        while piece := made.recv(65_536):
            out += piece
    return out


def _drip(made: socket.socket, piece: bytes) -> float:
    """Send a piece again and again, far more often than any limit between two pieces would mind; the seconds until the server closes."""
    begun = time.monotonic()
    made.settimeout(SHORT / 8)
    while time.monotonic() - begun < SOON:
        try:
            made.sendall(piece)
            if made.recv(65_536) == b"":
                return time.monotonic() - begun
        except TimeoutError:
            continue
        except ConnectionError:
            return time.monotonic() - begun
    pytest.fail("the connection is still open")


def _answer(made: socket.socket) -> bytes:
    """One whole answer whose length is declared."""
    held = b""
    while b"\r\n\r\n" not in held:
        held += made.recv(65_536)
    head, _, body = held.partition(b"\r\n\r\n")
    length = int(next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")).split(b":")[1])
    while len(body) < length:
        body += made.recv(65_536)
    return head + b"\r\n\r\n" + body


def test_headers_that_never_end_are_answered_408(port: int) -> None:
    with _to(port) as made:
        made.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
        assert _rest(made).startswith(b"HTTP/1.1 408 ")


def test_the_time_for_headers_is_a_total(port: int) -> None:
    with _to(port) as made:
        made.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
        assert _drip(made, b"X: y\r\n") >= SHORT * 0.9


def test_a_connection_that_says_nothing_is_closed(port: int) -> None:
    with _to(port) as made:
        assert _rest(made) == b""


def test_the_time_for_a_body_is_a_total(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    from comity.web import app

    monkeypatch.setattr(app, "READING", SHORT)
    head = b"POST /claims HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 100000\r\n\r\n"
    with _to(port) as made:
        made.sendall(head)
        begun, held = time.monotonic(), b""
        made.settimeout(SHORT / 8)
        while b"Too slow" not in held and time.monotonic() - begun < SOON:
            with contextlib.suppress(TimeoutError):
                made.sendall(b"x")
                held += made.recv(65_536)
    assert held.startswith(b"HTTP/1.1 408 ") and b"connection: close" in held.lower()


def test_a_body_that_nobody_asked_for_ends_too(port: int) -> None:
    with _to(port) as made:
        made.sendall(b"GET /measures HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n")
        assert _drip(made, b"x") >= 3 * SHORT * 0.9


def test_a_further_request_has_its_own_time(port: int) -> None:
    whole = b"GET /static/none HTTP/1.1\r\nHost: x\r\n\r\n"
    with _to(port) as made:
        for _ in range(4):
            made.sendall(whole)
            assert _answer(made).startswith(b"HTTP/1.1 404 ")
            time.sleep(SHORT * 0.6)
        made.sendall(whole[:-2])
        assert _rest(made).startswith(b"HTTP/1.1 408 ")


def test_an_idle_connection_is_closed(port: int) -> None:
    with _to(port) as made:
        made.sendall(b"GET /static/none HTTP/1.1\r\nHost: x\r\n\r\n")
        assert _answer(made)
        assert _rest(made) == b""


def test_requests_sent_ahead_are_all_answered(port: int) -> None:
    one = b"GET /static/none HTTP/1.1\r\nHost: x\r\n\r\n"
    with _to(port) as made:
        made.sendall(one * 5 + one[:-2])
        assert [line for line in _rest(made).split(b"\r\n") if b"HTTP/1.1 " in line][-1].endswith(b"408 Request Timeout")


def test_an_answer_that_nobody_takes_is_given_up(port: int) -> None:
    with socket.socket() as made:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        made.settimeout(SOON)
        made.connect(("127.0.0.1", port))
        made.sendall(b"GET /measures.json HTTP/1.1\r\nHost: x\r\n\r\n" * 400)
        begun = time.monotonic()
        while time.monotonic() - begun < SOON:
            time.sleep(SHORT / 2)
            try:
                made.send(b"GET")
            except OSError:
                break
        else:
            pytest.fail("the connection is still open")


def test_an_honest_upload_in_pieces_is_read(port: int) -> None:
    body = b"In 2019 China and Russia traded goods worth 110 billion dollars. " * 20
    head = f"POST /claims.csv HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    with _to(port) as made:
        made.settimeout(120)
        made.sendall(head)
        for at in range(0, len(body), 300):
            made.sendall(body[at : at + 300])
            time.sleep(SHORT / 10)
        assert _answer(made).startswith(b"HTTP/1.1 200 ")


def test_slow_bodies_hold_up_no_page(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    from comity.web import app

    monkeypatch.setattr(app, "SENDING", 2)
    head = b"POST /claims.json HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 90\r\n\r\n"
    with contextlib.ExitStack() as stack:
        slow: list[Any] = [stack.enter_context(_to(port)) for _ in range(2)]
        for one in slow:
            one.sendall(head)
        time.sleep(SHORT)
        third, page = stack.enter_context(_to(port)), stack.enter_context(_to(port))
        third.sendall(head)
        refused = _answer(third)
        assert refused.startswith(b"HTTP/1.1 503 ") and b"retry-after" in refused.lower() and b"being sent at once" in refused
        page.sendall(b"GET /static/none HTTP/1.1\r\nHost: x\r\n\r\n")
        assert _answer(page).startswith(b"HTTP/1.1 404 ")


def test_one_visitor_cannot_hold_all_places(tmp_path: Path) -> None:
    """Three connections of one address: the fourth is told 429, another address is served, and a place that is given up can be taken."""
    import uvicorn

    from comity.web import app, serving, wire

    class Few(wire.Timed):
        EACH, ANY = 3, frozenset[str]()

    wire.Timed.held.clear()
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(serving.config(app.create_app(tmp_path, workers=0, every=600.0), wire=Few))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    asked, there = b"GET /static/none HTTP/1.1\r\nHost: x\r\n\r\n", listening.getsockname()[1]

    def opened() -> socket.socket:
        made = socket.create_connection(("127.0.0.1", there), timeout=SOON)
        made.sendall(asked)
        return made

    try:
        while not server.started:
            time.sleep(0.02)
        held = [opened() for _ in range(3)]
        assert all(_answer(made).startswith(b"HTTP/1.1 404 ") for made in held)
        with socket.create_connection(("127.0.0.1", there), timeout=SOON) as fourth:
            assert _rest(fourth) == wire.FULL and wire.FULL.startswith(b"HTTP/1.1 429 ")
        held[0].sendall(asked)
        assert _answer(held[0]).startswith(b"HTTP/1.1 404 "), "those who hold a place keep it"
        held.pop().close()
        until = time.monotonic() + SOON
        while wire.Timed.held[wire.HERE] == 3 and time.monotonic() < until:
            time.sleep(0.02)
        held.append(opened())
        assert _answer(held[-1]).startswith(b"HTTP/1.1 404 ")
        for made in held:
            made.close()
        while wire.Timed.held and time.monotonic() < until + SOON:
            time.sleep(0.02)
        assert not wire.Timed.held
    finally:
        server.should_exit = True
        thread.join(20)


@pytest.mark.parametrize(
    ("peer", "who"),
    [
        (("192.0.2.7", 5), "192.0.2.7"), (("::ffff:192.0.2.7", 5, 0, 0), "192.0.2.7"), (("2001:db8:1:2:3::4", 5, 0, 0), "2001:db8:1:2::/64"),
        (("127.0.0.9", 5), "this machine"), (("::1", 5, 0, 0), "this machine"), (("fe80::1%eth0", 5, 0, 2), "fe80::/64"), (None, ""), ("", ""),
    ],
)  # fmt: skip
def test_who_is_one_visitor(peer: Any, who: str) -> None:
    from comity.web import wire

    assert wire.visitor(peer) == who


def test_the_limits_are_those_of_the_documentation() -> None:
    from comity.web import app, serving, wire

    told = (Path(__file__).parents[1] / "docs" / "serve.md").read_text(encoding="utf-8")
    words = f"{wire.Timed.HEADERS:.0f} s for a request's headers, {app.READING:.0f} s for what is sent with it, {serving.IDLE} s idle"
    assert words in told and f"{wire.Timed.EACH} connections from one address" in told
    assert wire.Timed.BODY > app.READING
