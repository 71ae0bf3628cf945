"""Connections with limits in number and in time.

One address may hold so many at once; a request, a body and an answer each get so many seconds in all, however the bytes are spread over them.

uvicorn limits only how long a connection may be idle between two requests. RFC 9110, 15.5.9, is the answer 408.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections import Counter
from typing import Any, ClassVar

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HERE = "this machine"
FULL_BODY = b"Too many connections from your address. Close some, and ask again.\n"
FULL = (
    b"HTTP/1.1 429 Too Many Requests\r\nconnection: close\r\nretry-after: 10\r\ncontent-type: text/plain; charset=utf-8\r\n"
    b"content-length: " + str(len(FULL_BODY)).encode() + b"\r\n\r\n" + FULL_BODY
)
LATE = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class Timed(H11Protocol):
    """A connection that is closed when one of its limits, in seconds, is reached.

    HEADERS: from the connection, or the first byte of a further request, to the end of the request's headers. BODY: from there to the end of the
    body. TAKING: between two times that the other side has taken most of what waits for it (asyncio's low mark), and for the rest at the end.
    EACH: connections that one visitor may hold at once, 0 for any number; ANY: visitors who may hold any number.
    """

    HEADERS = 10.0
    BODY = 40.0
    TAKING = 30.0
    EACH = 100
    ANY = frozenset({HERE})
    held: ClassVar[Counter[str]] = Counter()

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._coming: asyncio.TimerHandle | None = None
        self._of: tuple[Any, Any] | None = None
        self._going: asyncio.TimerHandle | None = None
        self._visitor = ""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        found = visitor(transport.get_extra_info("peername"))
        if self.EACH and found and found not in self.ANY:
            if self.held[found] >= self.EACH:
                transport.write(FULL)
                self._end()
                return
            self._visitor = found
            self.held[found] += 1
        self._watch()

    def handle_events(self) -> None:
        super().handle_events()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self._visitor:
            self.held[self._visitor] -= 1
            if not self.held[self._visitor]:
                del self.held[self._visitor]
            self._visitor = ""
        for timer in (self._coming, self._going):
            if timer is not None:
                timer.cancel()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._going = self._going or self.loop.call_later(self.TAKING, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._going is not None:
            self._going.cancel()
            self._going = None

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self._end()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.transport.is_closing():
            self._end()

    def _watch(self) -> None:
        """Start the time of what is now coming in, if it is another thing than before."""
        of = (self.conn.their_state, self.cycle)
        if of == self._of:
            return
        seconds = None
        if of[0] is h11.IDLE and (self.cycle is None or self.conn.trailing_data[0]):
            seconds = self.HEADERS
        elif of[0] is h11.SEND_BODY:
            seconds = self.BODY
        if self._coming is not None:
            self._coming.cancel()
        self._coming = None if seconds is None else self.loop.call_later(seconds, self._late)
        self._of = None if seconds is None else of

    def _late(self) -> None:
        begun = self.conn.their_state is h11.IDLE and self.conn.trailing_data[0]
        if begun and not self.transport.is_closing():
            self.transport.write(LATE)
        self._end()

    def _end(self) -> None:
        """Close once the other side has taken what waits for it, and after a while in any case."""
        self.transport.close()
        self._going = self._going or self.loop.call_later(self.TAKING, self.transport.abort)


def visitor(peer: Any) -> str:
    """Who is at the other end: an address, or of IPv6 its network of 64 bits, as one visitor has all of that; "" where it is not told."""
    try:
        address = ipaddress.ip_address(str(peer[0]).partition("%")[0])
    except (TypeError, IndexError, ValueError):
        return ""
    if isinstance(address, ipaddress.IPv6Address):
        address = address.ipv4_mapped or address
    if address.is_loopback:
        return HERE
    return str(ipaddress.ip_network((address, 64), strict=False)) if isinstance(address, ipaddress.IPv6Address) else str(address)
