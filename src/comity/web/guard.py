"""Around every request: bounds on what comes in, and the headers that go out with every answer, whatever made it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from comity.web import frame
from comity.web.answer import DATA, form_of

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger("comity")
AT_ONCE = 600
"""Requests in hand at once; one more is asked to come back."""
LONGEST_QUERY = 4_000
LONGEST_PATH = 1_000
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors {who}"
)
ALWAYS = (
    (b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"no-referrer"), (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), browsing-topics=()"),
)  # fmt: skip


class Guard:
    """The site behind its bounds. hosts: the names by which it may be called, or None for any."""

    def __init__(self, app: ASGIApp, *, hosts: frozenset[str] | None = None, at_once: int = AT_ONCE) -> None:
        self.app = app
        self.hosts = hosts
        self.at_once = at_once
        self._now = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        embed = scope["path"].startswith("/embed/")
        policy = POLICY.format(who="*" if embed else "'none'").encode()
        # where anyone may call the site, a script of any other site may read data; pages and forms it may not
        shared = self.hosts is None and scope["method"] in ("GET", "HEAD") and scope["path"].endswith(DATA)
        begun = False

        async def out(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = [*message.get("headers", ()), *ALWAYS, (b"content-security-policy", policy)]
                if not embed:
                    headers.append((b"x-frame-options", b"DENY"))
                if shared:
                    headers.append((b"access-control-allow-origin", b"*"))
                message = {**message, "headers": headers}
            await send(message)

        refused = self._refused(scope)
        if refused is not None:
            await sorry(scope, out, *refused)
            return
        self._now += 1
        try:
            await self.app(scope, receive, out)
        except Exception:
            log.exception("a request failed")
            if begun:
                raise
            await sorry(scope, out, 500, "Something went wrong. It was noted; other pages work.")
        finally:
            self._now -= 1

    def _refused(self, scope: Scope) -> tuple[int, str] | None:
        if self.hosts is not None:
            named = dict(scope["headers"]).get(b"host", b"").decode("latin-1").lower()
            host = named if named.endswith("]") else named.rpartition(":")[0] or named
            if host not in self.hosts:
                return 421, "This site answers by another name. Use the address that `comity serve` printed."
        if len(scope.get("query_string", b"")) > LONGEST_QUERY or len(scope["path"]) > LONGEST_PATH:
            return 414, "The address is too long. Shorten what stands after the question mark."
        if self._now >= self.at_once:
            return 503, "Too many pages are asked for at once. Ask again in a few seconds."
        return None


async def sorry(scope: Scope, send: Any, status: int, words: str) -> None:
    """What is wrong and what to do, as JSON where the address is of data, else as a page."""
    answer = frame.sorry(status, words, form_of(scope["path"]))
    retry = ((b"retry-after", b"5"),) if status == 503 else ()
    sent = [(b"content-type", answer.media.encode()), (b"content-length", str(len(answer.body)).encode()), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": [*sent, *retry]})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else answer.body})
