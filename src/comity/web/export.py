"""The site as files: the pages of chosen pairs with their data, linked among themselves, to be put on any server or opened from a disk."""

from __future__ import annotations

import html as markup
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from comity import output, release, states
from comity.api import Store
from comity.core import ComityError, UsageError
from comity.web import frame, render
from comity.web.answer import Ask, Form
from comity.web.places import BY_NAME
from comity.web.snapshot import Snapshots

MARK = "made-by-comity.txt"
OF_PAIR = ("pair", "families", "initiatives", "forecasts")
OF_SOURCE: tuple[Form, ...] = ("html", "json")
_LINK = re.compile(r' (href|src)="(/[^"]*)"')
_DROPPED = re.compile(r"<form\b.*?</form>|<(\w+) data-served>.*?</\1>", re.DOTALL)
_LIST = re.compile(r'<p class="facts (?:more|downloads)">.*?</p>', re.DOTALL)
_NAV = re.compile(r"<nav\b.*?</nav>", re.DOTALL)
_ITEM = re.compile(r"<li>\s*<a\b(?![^>]* href=)[^>]*>.*?</a>\s*</li>", re.DOTALL)
_DEAD = re.compile(r"<a\b(?![^>]* href=)[^>]*>(.*?)</a>", re.DOTALL)
_LIVE = re.compile(r"<a\b[^>]* href=[^>]*>.*?</a>", re.DOTALL)
_TERM = re.compile(r'<span class="term">.*?</span>', re.DOTALL)
_PICTURE = re.compile(r'href="/pair/[^/"]+/[^/"]+/picture/([\w-]+)"')
_SOURCE = re.compile(r'href="/source/([\w-]+)"')


def write(home: Path, out: Path, pairs: Sequence[tuple[str, str]], *, measures: bool, say: Callable[[str], None]) -> int:
    """Write the pages of pairs (with measures: of every picture and every measure that has a value for them too) into a folder; the number of files.

    The folder must be new, empty, or one that this made before. Raises UsageError where it is not, where a link or a file lies in the way below
    it, or where no pair is given.
    """
    if not pairs:
        raise UsageError("no pair to write; name some, as CHN-RUS")
    if out.is_symlink() and not out.exists():
        raise UsageError(f"{out}: a link to nothing; name a folder")
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not (out / MARK).is_file())):
        raise UsageError(f"{out}: not a folder that this made; name a new one")
    snapshots = Snapshots(home)
    try:
        return _write(snapshots.current().folder, out.resolve(), pairs, measures, say)
    finally:
        snapshots.close()


def _write(folder: Path, out: Path, pairs: Sequence[tuple[str, str]], measures: bool, say: Callable[[str], None]) -> int:
    store = render.opened(folder)
    asks = _asks(store, pairs, measures)
    names = {ask.part("m") for ask in asks if ask.page == "measure"} if measures else set(store.holdings.names("series"))
    if closed := {s for name in names for s in release.closed(store.holdings, name)}:
        which = "do not allow what stands on them to be put on a public server"
        say(f"for your own use: the terms of {', '.join(sorted(closed))} {which}; `comity sources` gives the terms")
    seen = set(asks)
    known = {frame.to("start"): "index.html"}
    for number, ask in enumerate(asks):
        if ask.page == "pair" and ask.form == "html":
            say(f"{ask.part('a')}–{ask.part('b')} ({number} of {len(asks)} files)")
        answer = render.render(folder, ask)
        if answer.status != 200:
            continue
        _put(out, name := _file(ask), answer.body)
        known[_address(ask)] = name
        if ask.form == "html":
            fresh = [one for one in _further(ask, answer.body.decode(), measures) if one not in seen]
            asks += fresh
            seen.update(fresh)
    listed = [(f"{states.get(a).name} and {states.get(b).name}", _address(_of("pair", a, b))) for a, b in pairs]
    body = frame.page("index.html", nav="", title="The relationship between two states", pairs=listed)
    _put(out, "index.html", body.encode())
    for name in {f for f in known.values() if f.endswith(".html")}:
        _put(out, name, _linked((out / name).read_text(encoding="utf-8"), known, name).encode())
    for name, (_, data) in frame.statics().items():
        _put(out, f"static/{name}", data)
    _put(out, MARK, b"These pages were written by `comity site`.\n")
    return len(known) + len(frame.statics())


def _further(ask: Ask, page: str, pictures: bool) -> list[Ask]:
    """What a page leads to that is written too: its pictures, and the sources that it names."""
    out = []
    if pictures and ask.page == "pair":
        for key in dict.fromkeys(_PICTURE.findall(page)):
            parts = (*ask.parts, ("key", key))
            out += [Ask(page="picture", parts=parts, form=form) for form in BY_NAME["picture"].forms]
    for name in dict.fromkeys(_SOURCE.findall(page)):
        out += [Ask(page="source", parts=(("name", name),), form=form) for form in OF_SOURCE]
    return out


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
                out += [Ask(page="measure", parts=parts, query=query, form=form) for form in BY_NAME["measure"].forms]
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
    """The file of a page: its path, then the values of its query, then the form; what is to be embedded lies below embed/."""
    path = urlsplit(frame.to(ask.page, query=None, **dict(ask.parts))).path
    stem = "-".join([unquote(path).strip("/").replace(":", "__") or "index", *(v for _, v in ask.query)])
    return f"embed/{stem}.html" if ask.form == "embed" else f"{stem}.{ask.form}"


def _put(out: Path, name: str, body: bytes) -> None:
    """Write a file below the folder, through no link: one that lies there may lead anywhere."""
    path = out
    for part in Path(name).parts:
        path = path / part
        if path.is_symlink():
            raise UsageError(f"{path}: a link, through which nothing is written; remove it, or name a new folder")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{path.parent}: cannot be made ({error.strerror})") from error
    if path.exists() and not path.is_file():
        raise UsageError(f"{path}: lies where a file is to be written; remove it, or name a new folder")
    output.write_bytes(body, path)


def _linked(page: str, known: dict[str, str], own: str) -> str:
    """The page with links to files; what leads to a page that was not written, forms, and what only a server does are left out."""
    up = "../" * own.count("/")

    def link(found: re.Match[str]) -> str:
        address = markup.unescape(found.group(2))
        path, hash_, place = address.partition("#")
        if path.startswith("/static/"):
            return f' {found.group(1)}="{up}{path[1:]}"'
        target = known.get(path) or known.get(_plain(path))
        return f' {found.group(1)}="{up}{quote(target)}{hash_}{place}"' if target else ""

    page = _LINK.sub(link, _DROPPED.sub("", page))
    page = _NAV.sub(lambda nav: _ITEM.sub("", nav.group()), page)
    return _DEAD.sub(r"\1", _LIST.sub(_listed, page))


def _listed(found: re.Match[str]) -> str:
    """A list of files to take along, of those that are there; nothing where none is."""
    live = _LIVE.findall(found.group())
    term = _TERM.search(found.group())
    begun = found.group().partition(">")[0]
    return f"{begun}>{f'{term.group()} ' if term else ''}{' · '.join(live)}</p>" if live else ""


def _plain(address: str) -> str:
    """The address of a measure's page without the year of a ranking, which the written page does not choose."""
    parts = urlsplit(address)
    kept = [(k, v) for k, v in parse_qsl(parts.query) if k in ("a", "b")]
    return f"{parts.path}?{urlencode(kept)}" if kept and parts.path.startswith("/measure/") else address
