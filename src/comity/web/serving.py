"""The site on a port of this machine."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn

from comity.core import UsageError
from comity.web.app import create_app
from comity.web.wire import Timed

if TYPE_CHECKING:
    from starlette.types import ASGIApp

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]", "::1"})
ALLOCATION = {"MALLOC_ARENA_MAX": "2", "MALLOC_TRIM_THRESHOLD_": "1048576", "MALLOC_MMAP_THRESHOLD_": "1048576"}
"""How the C library of the processes that make pages gives memory back (mallopt(3)): what a large page took is not held after it."""
WAITING = 512
"""Connections that may wait to be taken."""
MOST = 8
"""Sources that a warning names."""
IDLE = 30
"""Seconds that a connection may be idle between two requests."""


def serve(
    home: Path, *, host: str, port: int, workers: int, say: Callable[[str], None], shapes: Path | None = None, each: int = Timed.EACH
) -> None:
    """Serve until interrupted. each: connections that one address of another machine may hold at once, 0 for any number.

    UsageError where the address cannot be listened on, or where there is no file of shapes.
    """
    if shapes is not None and not shapes.is_file():
        raise UsageError(f"{shapes}: no such file; shapes are Natural Earth's as TopoJSON")
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.create_server((host, port), family=family, backlog=WAITING)
    except OSError as error:
        raise UsageError(f"cannot listen on {host} port {port} ({error.strerror or error}); choose another with --port") from None
    for name, value in ALLOCATION.items():
        os.environ.setdefault(name, value)
    shown = f"[{host}]" if ":" in host else host
    app = create_app(home, workers=workers, hosts=LOOPBACK if host in LOOPBACK else None, shapes=shapes)
    if host not in LOOPBACK and (kept := withheld(home)):
        say(f"what stands on {len(kept)} sources may not be passed on ({', '.join(kept[:MOST])}{' …' if len(kept) > MOST else ''}), and others can "
            "read it at this address; `comity sources` gives the terms")  # fmt: skip
    say(f"http://{shown}:{listening.getsockname()[1]}/ (Ctrl-C ends it)")
    wire = type("Wire", (Timed,), {"EACH": each})
    uvicorn.Server(config(app, wire=wire)).run(sockets=[listening])


def withheld(home: Path) -> list[str]:
    """The sources of what a store holds whose licences let nothing be passed on."""
    from comity import sources
    from comity.api import Store

    held = {s for row in Store(home).holdings.ledger() if row.kind == "series" for s in row.facts["coverage"]}
    return sorted(s for s in held if s in sources.names() and sources.get(s).licence.share == "no")


def config(app: ASGIApp, *, wire: type[Timed] = Timed, idle: int = IDLE) -> uvicorn.Config:
    """How the server runs an application. wire: a connection with its limits; idle: seconds between two requests of one."""
    return uvicorn.Config(
        app, http=wire, log_level="warning", access_log=False, server_header=False, proxy_headers=False, ws="none", lifespan="on",
        timeout_keep_alive=idle, limit_concurrency=2000, h11_max_incomplete_event_size=32_768, timeout_graceful_shutdown=5,
    )  # fmt: skip
