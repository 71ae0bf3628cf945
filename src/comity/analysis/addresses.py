"""Publishers' addresses asked, and the columns of what lies there compared with the layouts; as little as that needs is downloaded."""

from __future__ import annotations

import gzip
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from comity import downloads, fetch, unpacking
from comity.analysis.fetching import Address, addresses, chosen, undeclared
from comity.core import BadDataError, ComityError, Layout, NetworkError, UsageError
from comity.reading import columns_of, differences, located

CHECK_COLUMNS = ("source", "layout", "file", "url", "reachable", "bytes", "columns", "differs", "tested", "why")
CHECK_SHORT = ("source", "layout", "file", "reachable", "bytes", "columns", "differs", "why")
WHOLE = 64 << 20
"""Bytes up to which a file whose columns do not stand at its start is downloaded whole to be compared."""
START = 1 << 16
TEXTS = (".csv", ".tsv", ".txt", ".tab")
FEW = 12
"""Addresses of one pattern that are asked; of more, the first and the last."""
UNTESTED = "untested against the publisher"


@dataclass(frozen=True, kw_only=True)
class Compared:
    """What one address gave: whether it answers, the size in bytes, and how its columns stand to the layout."""

    source: str
    layout: str | None = None
    file: str | None = None
    url: str | None = None
    reachable: bool | None = None
    bytes: int | None = None
    columns: Literal["same", "differ", "not compared"] = "not compared"
    differs: str = ""
    tested: bool | None = None
    why: str = ""
    error: ComityError | None = None


def check_sources(names: Sequence[str], *, session: fetch.Session) -> Iterator[Compared]:
    """A row for each address of these sources; of a source that declares none, one that says where its data are."""
    for source in chosen(names):
        wanted = addresses(source)
        if not wanted:
            yield Compared(source=source.name, why=undeclared(source))
        for layout in source.layouts:
            yield from _check_layout(layout, [a for a in wanted if a.layout == layout.name], session)


def check_code(rows: Sequence[Compared]) -> int:
    """The command's exit code: 6 where an address failed, 1 where columns differ or a file is none, else 0."""
    if any(isinstance(r.error, NetworkError) for r in rows):
        return NetworkError.exit_code
    return int(any(r.columns == "differ" or r.error is not None for r in rows))


def _check_layout(layout: Layout, wanted: Sequence[Address], session: fetch.Session) -> Iterator[Compared]:
    for address, more in (pair for remote in layout.remotes for pair in _some([a for a in wanted if a.remote is remote])):
        with tempfile.TemporaryDirectory(prefix="comity-check-") as folder:
            row = _ask(address, layout, Path(folder), session)
            judged = row if row.why else replace(row, **_compared(layout, Path(folder), alone=len(wanted) == 1))
            words = [judged.why] * bool(judged.why) + [f"{more:,} more of the same pattern were not asked for"] * bool(more)
            words += [UNTESTED] * (not layout.tested)
            yield replace(judged, why="; ".join(words))


def _compared(layout: Layout, folder: Path, *, alone: bool) -> dict[str, Any]:
    """How the columns of what one address gave stand to the layout; the only address of a layout must give all of its files."""
    lines: list[str] = []
    told = 0
    for file in layout.files:
        found = located(folder, file.name)
        try:
            told += sum(bool(columns_of(file, path)) for path in found)
            if found or (alone and not file.optional):
                lines += differences(replace(layout, files=(file,)), folder)
        except BadDataError as error:
            lines.append(str(error).replace(f"{folder}/", ""))
    if lines:
        return {"columns": "differ", "differs": "; ".join(lines)}
    return {"columns": "same"} if told else {"why": "it does not name its columns, or no file of the layout has its name"}


def start_of(text: bytes, whole: bool) -> bytes:
    """The whole lines at the start of a text; a line's end inside quotes ends no line."""
    if whole:
        return text
    cut = text.rfind(b"\n")
    while cut > 0 and text.count(b'"', 0, cut) % 2:
        cut = text.rfind(b"\n", 0, cut)
    return text[: cut + 1]


def _ask(address: Address, layout: Layout, folder: Path, session: fetch.Session) -> Compared:
    """What one address gives; as much of its file as shows the columns lies in the folder afterwards."""
    row = Compared(source=address.source, layout=address.layout, file=address.file, url=address.url, tested=layout.tested)
    suffix = PurePosixPath(address.file).suffix.lower()
    session.say(f"{address.source}: asks for {address.file}")
    try:
        answer = fetch.begin(session, address.wanted, suffix, START)
        row = replace(row, reachable=True, bytes=answer.size)
        return replace(row, why=_sample(address, answer, folder / address.file, session))
    except (NetworkError, BadDataError, UsageError) as error:
        reached = None if isinstance(error, UsageError) else not isinstance(error, NetworkError)
        return replace(row, reachable=reached, error=error, why=str(error))


def _sample(address: Address, answer: fetch.Answer, target: Path, session: fetch.Session) -> str:
    """Put the start of a text, or the whole of another file that is not too long, in its place; says why where it is not there."""
    target.parent.mkdir(parents=True, exist_ok=True)
    whole = (answer.size is not None and len(answer.start) >= answer.size) or len(answer.start) < START
    inner = PurePosixPath(target.name.removesuffix(".gz")).suffix.lower()
    if inner in TEXTS and target.suffix == ".gz":
        target.write_bytes(gzip.compress(start_of(*_unzipped_start(answer.start))))
    elif inner in TEXTS:
        target.write_bytes(start_of(answer.start, whole))
    elif answer.size is not None and answer.size > WHOLE:
        return f"{answer.size:,} bytes must be fetched to see its columns"
    else:
        limits = replace(session.limits, largest=WHOLE)
        got = downloads.download(replace(session, limits=limits), address.wanted, target)
        if got is not None and address.remote.unpack:
            home = target.with_suffix("")
            names = unpacking.unpack(got.path, home, members=limits.members, most=4 * WHOLE, ratio=limits.ratio)
            for name in names:
                (home / f"{name}{unpacking.SUFFIX}").replace(home / name)
        elif got is not None:
            downloads.place(got, target)
    return ""


def _unzipped_start(packed: bytes) -> tuple[bytes, bool]:
    """At most a megabyte from the start of a gzip file, and whether that is all of it."""
    unpacker = zlib.decompressobj(31)
    try:
        return unpacker.decompress(packed, 1 << 20), unpacker.eof
    except zlib.error as error:
        raise BadDataError("what it sends is no gzip file") from error


def _some(wanted: list[Address]) -> list[tuple[Address, int]]:
    """The addresses of one pattern that are asked for, each with how many more it stands for."""
    return [(a, 0) for a in wanted] if len(wanted) <= FEW else [(wanted[0], len(wanted) - 2), (wanted[-1], 0)]
