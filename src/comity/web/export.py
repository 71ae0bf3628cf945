"""The site as files: the pages of chosen pairs with their data, linked among themselves, to be put on any server or opened from a disk."""

from __future__ import annotations

import html as markup
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from comity import output, release, states
from comity.api import Store
from comity.core import ComityError, UsageError
from comity.web import frame, render
from comity.web.answer import Ask, Form
from comity.web.places import BY_NAME
from comity.web.snapshot import Snapshots

MARK = "made-by-comity.txt"
OF_PAIR = ("pair", "families", "initiatives", "forecasts")
OF_MEASURE: tuple[Form, ...] = ("html", "csv", "json", "metadata.json", "svg")
_LINK = re.compile(r' (href|src)="(/[^"]*)"')
_FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)


def write(home: Path, out: Path, pairs: Sequence[tuple[str, str]], *, measures: bool, say: Callable[[str], None]) -> int:
    """Write the pages of pairs (with measures: of every measure that has a value for them too) into a folder; the number of files.

    The folder must be new, empty, or one that this made before. Raises UsageError where it is not, or where no pair is given.
    """
    if not pairs:
        raise UsageError("no pair to write; name some, as CHN-RUS")
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not (out / MARK).is_file())):
        raise UsageError(f"{out}: not a folder that this made; name a new one")
    snapshots = Snapshots(home)
    try:
        return _write(snapshots.current().folder, out, pairs, measures, say)
    finally:
        snapshots.close()


def _write(folder: Path, out: Path, pairs: Sequence[tuple[str, str]], measures: bool, say: Callable[[str], None]) -> int:
    store = render.opened(folder)
    asks = _asks(store, pairs, measures)
    known = {_address(a): _file(a) for a in asks}
    index = frame.to("start")
    known[index] = "index.html"
    written = 0
    closed: set[str] = set()
    for number, ask in enumerate(asks):
        if ask.page == "pair" and ask.form == "html":
            say(f"{ask.part('a')}–{ask.part('b')} ({number} of {len(asks)} pages)")
        answer = render.render(folder, ask)
        if answer.status != 200:
            known.pop(_address(ask), None)
            continue
        _put(out / _file(ask), answer.body)
        written += 1
    for name in {ask.part("m") for ask in asks if ask.page == "measure"}:
        closed |= set(release.closed(store.holdings, name))
    listed = [(f"{states.get(a).name} and {states.get(b).name}", _address(_of("pair", a, b))) for a, b in pairs]
    body = frame.page("index.html", nav="", title="The relationship between two states", pairs=listed)
    _put(out / "index.html", body.encode())
    for name in {f for f in known.values() if f.endswith(".html")}:
        page = out / name
        output.write_text(_linked(page.read_text(encoding="utf-8"), known, name), page)
    for name, (_, data) in frame.statics().items():
        (out / "static").mkdir(parents=True, exist_ok=True)
        output.write_bytes(data, out / "static" / name)
        written += 1
    output.write_text("These pages were written by `comity site`.\n", out / MARK)
    if closed:
        say(f"for your own use: the terms of {', '.join(sorted(closed))} do not allow what stands on them to be put on a public server")
    return written + 1


def _asks(store: Store, pairs: Iterable[tuple[str, str]], measures: bool) -> list[Ask]:
    out: list[Ask] = []
    rows = store.measures()
    for a, b in pairs:
        for name in OF_PAIR:
            out += [_of(name, a, b, form) for form in BY_NAME[name].forms]
        if not measures:
            continue
        for r in rows:
            if r["layer"] and r["of"] != "world" and _has(store, str(r["name"]), a, b):
                parts, query = (("m", str(r["name"])),), (("a", a), ("b", b))
                out += [Ask(page="measure", parts=parts, query=query, form=form) for form in OF_MEASURE]
    return out


def _of(name: str, a: str, b: str, form: Form = "html") -> Ask:
    return Ask(page=name, parts=(("a", a), ("b", b)), form=form)


def _has(store: Store, name: str, a: str, b: str) -> bool:
    try:
        return bool(store.shown(name, dyad=(a, b)))
    except ComityError:
        return False


def _address(ask: Ask) -> str:
    return frame.to(ask.page, ask.form, query=dict(ask.query), **dict(ask.parts))


def _file(ask: Ask) -> str:
    """The file of a page: its path, then the values of its query, then the form."""
    path = urlsplit(frame.to(ask.page, query=None, **dict(ask.parts))).path
    stem = "-".join([unquote(path).strip("/").replace(":", "__") or "index", *(v for _, v in ask.query)])
    return f"{stem}.{ask.form}"


def _put(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    output.write_bytes(body, path)


def _linked(page: str, known: dict[str, str], own: str) -> str:
    """The page with links to files; what leads to a page that was not written is plain text, and forms are left out."""
    up = "../" * own.count("/")

    def link(found: re.Match[str]) -> str:
        address = markup.unescape(found.group(2))
        path, hash_, place = address.partition("#")
        if path.startswith("/static/"):
            return f' {found.group(1)}="{up}{path[1:]}"'
        target = known.get(path) or known.get(_plain(path))
        return f' {found.group(1)}="{up}{target}{hash_}{place}"' if target else ""

    return _LINK.sub(link, _FORM.sub("", page))


def _plain(address: str) -> str:
    """The address of a measure's page without the year of a ranking, which the written page does not choose."""
    parts = urlsplit(address)
    kept = [(k, v) for k, v in parse_qsl(parts.query) if k in ("a", "b")]
    return f"{parts.path}?{urlencode(kept)}" if kept and parts.path.startswith("/measure/") else address
