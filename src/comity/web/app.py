"""The site as an ASGI application: addresses to questions, questions to pages kept or made, with their headers."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from comity.core import LockedError, UsageError
from comity.web import forms, frame, render, schema
from comity.web.answer import LONGEST, MEDIA, Answer, Ask, Form, form_of
from comity.web.guard import Guard
from comity.web.kept import Kept, Page, pack
from comity.web.places import PLACES, Place
from comity.web.snapshot import Snapshot, Snapshots
from comity.web.work import Full, Lane, Late

CACHE = 24_000_000
"""Bytes of pages kept."""
PATIENCE = 1.0
"""Seconds after which a browser is shown that a page is being made."""
SLOW, QUICK = 180.0, 60.0
"""Seconds within which a page is made."""
READING = 30.0
"""Seconds within which a body has come in, in all."""
SENDING = 64
"""Bodies that may be coming in at once; slow ones then hold up no page."""


class Site:
    """A store's pages: made once for each state of the store, kept, and the same answer for all who ask meanwhile."""

    def __init__(self, home: Path, *, workers: int, cache: int, every: float, slow: float, shapes: Path | None) -> None:
        self.snapshots = Snapshots(home, every=every)
        self.kept = Kept(cache)
        self.lanes = {
            "quick": Lane(min(workers, 1), waiting=256, seconds=QUICK, render=render.render),
            "slow": Lane(workers, waiting=24, seconds=slow, render=render.render, shapes=shapes),
        }
        self._making: dict[Any, asyncio.Task[Page]] = {}
        self._looking: asyncio.Task[Snapshot] | None = None
        self.sending = 0

    async def state(self) -> Snapshot:
        """The newest whole state of the store."""
        if not self.snapshots.due and self.snapshots.newest is not None:
            return self.snapshots.newest
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(asyncio.to_thread(self.snapshots.current))
        return await asyncio.shield(self._looking)

    def etag(self, state: Snapshot, address: str) -> str:
        """The tag of an address in a state of the store."""
        return f'W/"{hashlib.sha256(f"{state.stamp} {address}".encode()).hexdigest()[:32]}"'

    def making(self, place: Place, ask: Ask, state: Snapshot, address: str) -> asyncio.Task[Page]:
        """The page in the making, one task for all who ask for it."""
        key = (state.stamp, address)
        task = self._making.get(key)
        if task is None:
            task = asyncio.create_task(self._make(place, ask, state, address))
            self._making[key] = task
            task.add_done_callback(lambda done: (self._making.pop(key, None), done.cancelled() or done.exception()))
        return task

    async def _make(self, place: Place, ask: Ask, state: Snapshot, address: str) -> Page:
        answer = await self.lanes[place.lane].ask(state.folder, ask)
        page = pack(answer, self.etag(state, address))
        if answer.status == 200:
            self.kept.put((state.stamp, address), page)
        return page

    async def warm(self) -> None:
        """Start what makes pages, so that the first visitor does not wait for it."""
        with contextlib.suppress(LockedError, Full, Late):
            state = await self.state()
            await asyncio.gather(*(lane.ask(state.folder, Ask(page="start")) for lane in self.lanes.values() if lane.workers))

    def close(self) -> None:
        """End what was started."""
        for lane in self.lanes.values():
            lane.close()
        self.snapshots.close()


def create_app(
    home: Path, *, workers: int = 2, cache: int = CACHE, every: float = 1.0, slow: float = SLOW, hosts: frozenset[str] | None = None,
    shapes: Path | None = None,
) -> Guard:  # fmt: skip
    """The application for a store.

    workers: processes that make long pages (0: none, all is made in threads). cache: bytes of pages kept. every: seconds between looks at the
    store. slow: seconds within which a long page is made. hosts: the names by which it may be called, or None for any. shapes: of the map.
    """
    site = Site(home, workers=workers, cache=cache, every=every, slow=slow, shapes=shapes)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        warming = asyncio.create_task(site.warm())
        yield
        warming.cancel()
        site.close()

    app = Starlette(
        routes=[*_routes(site), Route("/static/{name}", _static), Route("/openapi.json", _schema)], lifespan=lifespan,
        exception_handlers={HTTPException: _refused},
    )  # fmt: skip
    app.router.redirect_slashes = False
    return Guard(app, hosts=hosts)


def _routes(site: Site) -> list[Route]:
    out = []
    for place in PLACES:
        methods = ["GET", "POST"] if place.upload else ["GET"]
        for form in sorted(place.forms, key=lambda f: (f == "html", -len(f))):
            path = f"/embed{place.path}" if form == "embed" else place.path if form == "html" else f"{place.path}.{form}"
            out.append(Route(path, functools.partial(_page, site, place, form), methods=methods, name=f"{place.name}.{form}"))
    return sorted(out, key=lambda r: r.path.count("{") - r.path.count("."))


async def _page(site: Site, place: Place, form: Form, request: Request) -> Response:
    if form == "html" and form_of(request.url.path) != "html":
        those = ", ".join(f".{f}" for f in place.forms if f not in ("html", "embed")) or "none"
        return _plain(request, frame.sorry(404, f"This page has no such form. Of those for programs it has {those}.", "json"))
    try:
        ask = _asked(place, form, request)
        if request.method == "POST":
            ask = await _received(site, place, ask, request)
    except UsageError as error:
        return _plain(request, frame.sorry(400, str(error), form))
    except HTTPException as refused:
        return _plain(request, frame.sorry(refused.status_code, str(refused.detail), form, _closing(refused)))
    try:
        state = await site.state()
    except LockedError:
        return _plain(request, frame.sorry(503, "The store is being built for the first time. Ask again in a minute.", form), retry=30)
    address = frame.to(place.name, form, query=dict(ask.query), **dict(ask.parts))
    if ask.upload is not None:
        return await _once(site, place, ask, state, request)
    tag = site.etag(state, address)
    if request.headers.get("if-none-match", "") and tag in request.headers["if-none-match"]:
        return Response(status_code=304, headers={"etag": tag, "cache-control": "no-cache", "vary": "accept-encoding"})
    page = site.kept.get((state.stamp, address))
    if page is None:
        task = site.making(place, ask, state, address)
        patient = not (place.lane == "slow" and form == "html" and "text/html" in request.headers.get("accept", ""))
        done, _ = await asyncio.wait({task}, timeout=None if patient else PATIENCE)
        if not done:
            words = frame.page("working.html", title="One moment", nav="", address=address)
            answer = Answer(status=202, body=words.encode(), headers=(("refresh", f"2; url={address}"),))
            return _plain(request, answer)
        try:
            page = task.result()
        except (Full, Late) as error:
            return _plain(request, frame.sorry(503, _why(error), form), retry=10)
    return _whole(request, page)


async def _once(site: Site, place: Place, ask: Ask, state: Snapshot, request: Request) -> Response:
    try:
        return _plain(request, await site.lanes[place.lane].ask(state.folder, ask))
    except (Full, Late) as error:
        return _plain(request, frame.sorry(503, _why(error), ask.form), retry=10)


def _why(error: Exception) -> str:
    if isinstance(error, Full):
        return "Many long pages are being made just now. Ask again in some seconds."
    return "This took longer than a page may take here, so it was stopped. Ask for fewer years, or use the command."


def _asked(place: Place, form: Form, request: Request) -> Ask:
    """The question of an address. UsageError for a key that the page does not take, a key given twice, and what is no text."""
    given: dict[str, str] = {}
    for key, value in request.query_params.multi_items():
        if key not in place.query:
            takes = f"this page takes {', '.join(place.query)}" if place.query else "this page takes none"
            raise UsageError(f"{key[:40]!r} is no option here; {takes}")
        if key in given:
            raise UsageError(f"{key} was given twice; give it once")
        given[key] = _text(key, value)
    parts = tuple((k, _text(k, str(v))) for k, v in sorted(request.path_params.items()))
    return Ask(page=place.name, parts=parts, query=_ordered(place, given), form=form)


def _ordered(place: Place, given: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((k, given[k]) for k in place.query if given.get(k))


def _text(key: str, value: str) -> str:
    if len(value) > LONGEST:
        raise UsageError(f"{key} is longer than {LONGEST} characters")
    if not value.isprintable():
        raise UsageError(f"{key} holds characters that are not printed; leave them out")
    return value.strip()


def _closing(refused: HTTPException) -> tuple[tuple[str, str], ...]:
    return (("connection", "close"),) if refused.status_code == 408 else (("retry-after", "10"),) if refused.status_code == 503 else ()


async def _received(site: Site, place: Place, ask: Ask, request: Request) -> Ask:
    """The question with what was sent; HTTPException also where too much is being sent at once."""
    if site.sending >= SENDING:
        raise HTTPException(503, "Too many texts are being sent at once. Send yours again in some seconds.")
    site.sending += 1
    try:
        return await _sent(place, ask, request)
    finally:
        site.sending -= 1


async def _sent(place: Place, ask: Ask, request: Request) -> Ask:
    """The question with what was sent. HTTPException for a body that is too large or does not come in."""
    length = request.headers.get("content-length", "0")
    if not length.isascii() or not length.isdigit() or int(length) > forms.LARGEST:
        raise HTTPException(413, f"At most {forms.LARGEST:,} bytes are read. Send less, or use the command.")
    body = bytearray()
    try:
        async with asyncio.timeout(READING):
            async for chunk in request.stream():
                body += chunk
                if len(body) > forms.LARGEST:
                    raise HTTPException(413, f"At most {forms.LARGEST:,} bytes are read. Send less, or use the command.")
    except (TimeoutError, ClientDisconnect):
        raise HTTPException(408, "What was sent did not come in. Send it again.") from None
    given, upload = forms.fields(bytes(body), request.headers.get("content-type", ""))
    if not upload.strip():
        raise UsageError("nothing was sent: write a text or choose a file; from a program, send the bare text as text/plain")
    query = dict(ask.query) | {k: _text(k, v) for k, v in given.items() if k in place.query and v}
    return Ask(page=ask.page, parts=ask.parts, query=_ordered(place, query), form=ask.form, upload=upload)


def _whole(request: Request, page: Page) -> Response:
    headers = {"vary": "accept-encoding", **dict(page.answer.headers)}
    if page.answer.status == 200:
        headers |= {"etag": page.etag, "cache-control": "no-cache"}
    else:
        headers["cache-control"] = "no-store"
    packed = page.packed is not None and "gzip" in request.headers.get("accept-encoding", "")
    body = page.packed if packed and page.packed is not None else page.body()
    if packed:
        headers["content-encoding"] = "gzip"
    return _response(request, page.answer.status, page.answer.media, body, headers)


def _plain(request: Request, answer: Answer, *, retry: int | None = None) -> Response:
    headers = {"cache-control": "no-store", **dict(answer.headers)} | ({"retry-after": str(retry)} if retry else {})
    return _response(request, answer.status, answer.media, answer.body, headers)


def _response(request: Request, status: int, media: str, body: bytes, headers: dict[str, str]) -> Response:
    head = request.method == "HEAD"
    return Response(b"" if head else body, status_code=status, headers={**headers, "content-type": media, "content-length": str(len(body))})


async def _static(request: Request) -> Response:
    found = frame.statics().get(request.path_params["name"])
    if found is None:
        return _plain(request, frame.sorry(404, "There is no such file. Load the page again.", form_of(request.url.path)))
    headers = {"cache-control": "public, max-age=31536000, immutable", "cross-origin-resource-policy": "cross-origin"}
    return _response(request, 200, found[0], found[1], headers)


async def _schema(request: Request) -> Response:
    return _response(request, 200, MEDIA["json"], schema.document(), {"cache-control": "no-cache"})


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    form = form_of(request.url.path)
    if error.status_code == 405:
        allowed = (error.headers or {}).get("Allow", "GET, HEAD")
        answer = frame.sorry(405, f"This address takes {allowed}. The site is read-only.", form, headers=(("allow", allowed),))
    else:
        answer = frame.sorry(error.status_code, "There is no such page. Begin at the start page, or search.", form)
    return _plain(request, answer)
