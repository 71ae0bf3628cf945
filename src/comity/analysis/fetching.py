"""The publisher's files of sources: fetched into HOME/raw with their vintages, or only asked for and compared with their layouts."""

from __future__ import annotations

import datetime as dt
import itertools
import os
import re
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from comity import build, downloads, fetch, fetched, lock, measures, sources, unpacking
from comity.core import BadDataError, ComityError, LockedError, NetworkError, NotHeldError, Source, StoreError, UsageError

if TYPE_CHECKING:
    from comity.core import Remote
    from comity.store import Holdings

COLUMNS = ("source", "layout", "file", "url", "outcome", "bytes", "why")
ASKED = 50
"""Files of one source whose sizes are asked for beforehand; of more, each is told as it comes."""
BUSY = "another fetch of this source is running"


@dataclass(frozen=True, kw_only=True)
class Address:
    """One file of a publisher: where it lies, {key} standing for the user's key, and where it goes below the source's folder."""

    source: str
    layout: str
    remote: Remote
    url: str
    file: str
    checksum: str

    @property
    def wanted(self) -> fetch.Wanted:
        """The request, with the user's key from the environment; UsageError where that is not set."""
        return fetch.Wanted(
            url=self.url, checksum=self.checksum, header=self.remote.key_header, secret=_key(self.remote, self.source), accept=self.remote.accept
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """How one file of a source ended: new, changed, unchanged, failed, would be asked, or none (of the source, no file is declared)."""

    source: str
    layout: str | None = None
    file: str | None = None
    url: str | None = None
    outcome: Literal["new", "changed", "unchanged", "failed", "would be asked", "none"]
    bytes: int | None = None
    why: str = ""
    error: ComityError | None = None


def chosen(names: Sequence[str]) -> tuple[Source, ...]:
    """The sources that names of sources or measures stand for; all where there is no name."""
    found: dict[str, None] = {}
    for name in names or sources.names():
        if name in sources.names():
            found[name] = None
        else:
            found |= dict.fromkeys(build.sources_of(measures.get(name).name))
    return tuple(sources.get(n) for n in found)


def addresses(source: Source) -> tuple[Address, ...]:
    """Every address that a source declares, its {fields} filled in every combination; UsageError for one that is none."""
    out: dict[str, Address] = {}
    for layout in source.layouts:
        for remote in layout.remotes:
            for values in itertools.product(*remote.fields.values()):
                fields = dict(zip(remote.fields, values, strict=True))
                url, file, checksum = (_filled(text, fields) for text in (remote.url, remote.file, remote.checksum))
                file += ".zip" * (remote.unpack and not file.endswith(".zip"))
                where = f"{layout.name}/{file}"
                scheme = "https" if remote.key else "https?"
                if not re.match(rf"{scheme}://[^/]+", url) or "{" in url.replace("{key}", "") or not _inside(where) or where in out:
                    raise UsageError(f"source {source.name}: its address {url[:100]} for file {where[:100]!r} cannot be asked for")
                out[where] = Address(source=source.name, layout=layout.name, remote=remote, url=url, file=where, checksum=checksum)
    return tuple(out.values())


def fetch_sources(names: Sequence[str], *, home: Path, session: fetch.Session, keep: bool = False, offline: bool = False) -> Iterator[Fetched]:
    """A row for each file (columns COLUMNS) as it is fetched, found unchanged or failed; what fails leaves what was held as it was.

    keep: the file before is kept under its name and the first twelve figures of its hash. offline: nothing is asked, each row says what would be.
    """
    for source in chosen(names):
        wanted = addresses(source)
        if not wanted:
            yield Fetched(source=source.name, outcome="none", why=undeclared(source))
        elif offline:
            yield from (_offline(home, a) for a in wanted)
        else:
            try:
                with lock.writing(fetched.raw_folder(home, source.name), BUSY):
                    yield from _fetch_source(source, wanted, home, session, keep)
            except (LockedError, StoreError) as error:
                yield Fetched(source=source.name, outcome="failed", why=str(error), error=error)


def undeclared(source: Source) -> str:
    """What is said of a source that declares no address."""
    if source.homepage:
        return f"no publisher's file is declared; get it from {source.homepage}"
    return f"no publisher's file is declared; it is made by {source.publisher}"


def held_files(holdings: Holdings) -> list[dict[str, Any]]:
    """A row for each fetched file: when its newest vintage came, how many there are, and whether the tables were built from it."""
    out = []
    for name in fetched.sources_of(holdings.home):
        tables = [t.name for t in sources.get(name).tables if holdings.has("table", t.name)] if name in sources.names() else []
        read = {h for t in tables if (row := holdings.row("table", t)).layer == "store" for h in row.inputs.values()}
        count = Counter(v.file for v in fetched.read(holdings.home, name))
        checked = fetched.checked(holdings.home, name)
        for file, newest in sorted(fetched.newest(holdings.home, name).items()):
            there = newest.whole(fetched.raw_folder(holdings.home, name))
            why = "" if newest.hashes & read and there else "no table is built from it" if there else "it is gone or was changed"
            out.append(
                {
                    "name": f"{name}/{file}", "kind": "file", "layer": "raw", "built": newest.fetched, "stale": bool(why), "why": why,
                    "rows": None, "bytes": newest.bytes, "vintages": count[file], "checked": checked[file].day if file in checked else None,
                }
            )  # fmt: skip
    return out


def exit_code(rows: Sequence[Fetched], *, named: bool) -> int:
    """The command's exit code: the network's before bad data, a lock and the rest; 4 where no source that was named declares a file."""
    if named and rows and all(r.outcome == "none" for r in rows):
        return NotHeldError.exit_code
    codes = {r.error.exit_code for r in rows if r.error is not None}
    return next((c for c in (NetworkError.exit_code, BadDataError.exit_code, LockedError.exit_code) if c in codes), max(codes, default=0))


def _fetch_source(source: Source, wanted: Sequence[Address], home: Path, session: fetch.Session, keep: bool) -> Iterator[Fetched]:
    held = {f: v for f, v in fetched.newest(home, source.name).items() if v.whole(fetched.raw_folder(home, source.name))}
    known = {f: _known(v, fetched.checked(home, source.name).get(f)) for f, v in held.items()}
    same = _ask_sizes(source, wanted, known, session)
    for address in wanted:
        if address.file in same:
            fetched.note_checked(home, source.name, address.file, _checked(known[address.file]))
            yield _of(address, outcome="unchanged", bytes=held[address.file].bytes)
            continue
        session.say(f"{address.source}: {address.file}")
        try:
            yield _fetch_one(address, home, session, keep, held.get(address.file), known.get(address.file))
        except (NetworkError, BadDataError, UsageError, StoreError) as error:
            session.say(str(error))
            yield _of(address, outcome="failed", why=str(error), error=error)


def _ask_sizes(source: Source, wanted: Sequence[Address], known: dict[str, fetch.Known], session: fetch.Session) -> set[str]:
    """Say how much is to come, and return the files that the publisher says are unchanged."""
    if len(wanted) > ASKED:
        session.say(f"{source.name}: {len(wanted):,} files, the size of each is told as it comes")
        return set()
    same: set[str] = set()
    size, silent = 0, 0
    for address in wanted:
        try:
            answer = fetch.ask(session, address.wanted, known.get(address.file))
        except (NetworkError, BadDataError, UsageError):
            silent += 1
            continue
        if answer.unchanged:
            same.add(address.file)
        else:
            size, silent = size + (answer.size or 0), silent + (answer.size is None)
    words = [f"{len(wanted) - len(same)} of {len(wanted)} files to fetch", f"{size:,} bytes"]
    words += [f"the size of {silent} is not told"] * bool(silent) + [f"{len(same)} unchanged"] * bool(same)
    session.say(f"{source.name}: {', '.join(words)}")
    return same


def _fetch_one(address: Address, home: Path, session: fetch.Session, keep: bool, held: fetched.Vintage | None, known: fetch.Known | None) -> Fetched:
    folder = fetched.raw_folder(home, address.source)
    target = folder / address.file
    got = downloads.download(session, address.wanted, target, known)
    if got is None and known is not None and held is not None:
        fetched.note_checked(home, address.source, address.file, _checked(known))
        return _of(address, outcome="unchanged", bytes=held.bytes)
    assert got is not None
    now = fetch.Known(etag=got.etag, last_modified=got.last_modified)
    if held is not None and got.sha256 == held.sha256:
        got.path.unlink()
        fetched.note_checked(home, address.source, address.file, _checked(now))
        return _of(address, outcome="unchanged", bytes=held.bytes)
    members: dict[str, tuple[int, str]] = {}
    if address.remote.unpack:
        members = _unpack(got, target, folder, session.limits, keep, held)
    else:
        if keep and held is not None:
            _keep(target, held.sha256)
        downloads.place(got, target)
    moment = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    vintage = fetched.Vintage(
        fetched=moment, url=address.url, file=address.file, bytes=got.bytes, sha256=got.sha256, etag=got.etag,
        last_modified=got.last_modified, members=members,
    )  # fmt: skip
    fetched.add(home, address.source, vintage)
    fetched.note_checked(home, address.source, address.file, _checked(now))
    return _of(address, outcome="changed" if held else "new", bytes=got.bytes)


def _unpack(
    got: downloads.Got, target: Path, folder: Path, limits: fetch.Limits, keep: bool, held: fetched.Vintage | None
) -> dict[str, tuple[int, str]]:
    """Put each member of a zip in its place, one by one in one step each, and remove those that are no longer in it."""
    hidden, home = target.with_name(f".{target.name}.members"), target.with_suffix("")
    try:
        names = unpacking.unpack(got.path, hidden, members=limits.members, most=limits.unpacked, ratio=limits.ratio)
    except BadDataError:
        got.path.unlink()
        raise
    out = {}
    before = dict(held.members) if held is not None else {}
    try:
        for name in names:
            place = (home / name).relative_to(folder).as_posix()
            part = hidden / f"{name}{unpacking.SUFFIX}"
            out[place] = (part.stat().st_size, downloads.digest(part, "sha256"))
            if keep and place in before and before[place][1] != out[place][1]:
                _keep(folder / place, before[place][1])
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            part.replace(home / name)
        for place in before.keys() - out.keys():
            (folder / place).unlink(missing_ok=True)
        got.path.unlink()
    except OSError as error:
        raise StoreError(f"{home}: could not be written ({error.strerror or 'no reason given'})") from error
    finally:
        shutil.rmtree(hidden, ignore_errors=True)
    return out


def _keep(path: Path, sha256: str) -> None:
    """Keep a file under its name and its hash, beside the one that replaces it."""
    kept = path.with_name(f"{path.name}.{sha256[:12]}")
    try:
        kept.unlink(missing_ok=True)
        os.link(path, kept)
    except OSError as error:
        raise StoreError(f"{kept}: could not be written ({error.strerror}); nothing was changed") from error


def _known(vintage: fetched.Vintage, checked: fetched.Checked | None) -> fetch.Known:
    newest = checked or vintage
    return fetch.Known(etag=newest.etag, last_modified=newest.last_modified)


def _checked(known: fetch.Known) -> fetched.Checked:
    return fetched.Checked(day=dt.datetime.now(dt.UTC).date().isoformat(), etag=known.etag, last_modified=known.last_modified)


def _offline(home: Path, address: Address) -> Fetched:
    held = fetched.newest(home, address.source).get(address.file)
    seen = fetched.checked(home, address.source).get(address.file)
    why = f"held since {held.fetched[:10]}, asked last on {seen.day if seen else held.fetched[:10]}" if held else "not held"
    key = f"; needs your key in {address.remote.key}" if address.remote.key and not os.environ.get(address.remote.key) else ""
    return _of(address, outcome="would be asked", bytes=held.bytes if held else None, why=f"{why}{key}")


def _of(address: Address, **facts: Any) -> Fetched:
    return Fetched(source=address.source, layout=address.layout, file=address.file, url=address.url, **facts)


def _filled(text: str, fields: dict[str, str]) -> str:
    for name, value in fields.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _inside(file: str) -> bool:
    """Whether a name stays below its folder and is none of the names that downloads use meanwhile."""
    parts = file.split("/")
    return all(p and not p.startswith(".") and "\\" not in p and p.isprintable() for p in parts) and not file.endswith((".part", ".jsonl"))


def _key(remote: Remote, source: str) -> str:
    if not remote.key:
        return ""
    secret = os.environ.get(remote.key, "")
    if not secret:
        raise UsageError(f"source {source}: its publisher asks for a key of your own; set it in the environment variable {remote.key}")
    if not (secret.isascii() and secret.isprintable() and " " not in secret):
        raise UsageError(f"source {source}: what stands in {remote.key} is no key: it holds blanks or signs that cannot be sent")
    return secret
