"""What a declaration of a source or a measure must say, and which names are taken; the same for the package's and a user's own."""

from __future__ import annotations

import math
import string
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, get_args

from comity import measures, sources, standing, states
from comity.core import (
    DOMAINS,
    KINDS,
    WORLD,
    Coverage,
    File,
    Layout,
    Licence,
    Measure,
    Merge,
    Of,
    Period,
    Published,
    Remote,
    Share,
    Source,
    TableSpec,
    Takes,
    Territory,
)

TYPES = ("string", "bool", "int8", "int16", "int32", "int64", "float32", "float64", "double", "date32")
COVERED = ("members", "cow", "gw", "appearing")


def faults(one: Source | Measure) -> list[str]:
    """What of a declaration does not stand, each by its field with what would be right; empty where all stands."""
    return list(_source(one) if isinstance(one, Source) else _measure(one))


def _source(one: Source) -> Iterator[str]:
    yield from _named("name", one.name)
    yield from _texts(one, "title", "publisher", "citation")
    yield from _strings(one, "homepage", "bibtex", "extra")
    yield from _one_of("territory", one.territory, get_args(Territory))
    yield from _listed("needs", one.needs, str, "packages")
    yield from _listed("caveats", one.caveats, str, "sentences")
    if not isinstance(one.licence, Licence):
        yield f"licence is {one.licence!r:.40}; expected Licence(name=…, share=…, terms=…)"
    else:
        yield from _texts(one.licence, "name", within="licence ")
        yield from _one_of("share", one.licence.share, get_args(Share))
    if not isinstance(one.published, Published):
        yield f"published is {one.published!r:.40}; expected Published(months=…), or Published(unknown=True)"
    if not callable(one.build):
        yield f"build is {one.build!r:.40}; expected the function that makes the tables"
    if isinstance(one.coverage, Coverage):
        yield from _coverage(one.coverage)
    else:
        yield f"coverage is {one.coverage!r:.40}; expected Coverage(…)"
    files = list(_listed("files", one.files, File, "File(…)")) or [f for file in one.files for f in _file(file)]
    tables = list(_listed("tables", one.tables, TableSpec, "TableSpec(…)")) or [f for table in one.tables for f in _table(table)]
    yield from files
    yield from tables
    yield from list(_listed("layouts", one.layouts, Layout, "Layout(…)")) or [f for layout in one.layouts for f in _layout(layout)]
    if not one.tables:
        yield "tables is empty; expected one TableSpec or more"
    elif not tables and len({t.name for t in one.tables}) < len(one.tables):
        yield "tables holds two of one name; names must differ"


def _file(file: File) -> Iterator[str]:
    if not isinstance(file.name, str) or not Path(file.name).name:
        yield f"files: name is {file.name!r:.40}; expected the name of a file"
    yield from _listed(f"files: columns of {file.name}", file.columns, str, "names")


def _layout(layout: Layout) -> Iterator[str]:
    where = f"layout {layout.name}: "
    yield from _texts(layout, "name", within="layout ")
    if not callable(layout.build):
        yield f"{where}build is {layout.build!r:.40}; expected the function that makes the tables"
    wrong = list(_listed(where + "files", layout.files, File, "File(…)"))
    yield from wrong or [f"{where}{fault}" for file in layout.files for fault in _file(file)]
    if not wrong and not any(not f.optional for f in layout.files):
        yield f"{where}files are all optional; expected one that says that the layout is there"
    for field in ("seen", "limits", "needs"):
        yield from _listed(where + field, getattr(layout, field), str, "texts")
    if not layout.seen:
        yield f"{where}seen is empty; expected the addresses where the columns were seen"
    yield from list(_listed(where + "remotes", layout.remotes, Remote, "Remote(…)")) or [f for r in layout.remotes for f in _remote(where, r)]
    if layout.coverage is not None:
        yield from _coverage(layout.coverage)


def _remote(where: str, remote: Remote) -> Iterator[str]:
    at = f"{where}remote {remote.url}: "
    if not remote.url.startswith("https://"):
        yield f"{at}expected an address that begins with https://"
    given = {name for text in (remote.url, remote.file, remote.checksum) for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    known = set(remote.fields) | ({"key"} if remote.key and not remote.key_header else set())
    if strange := given ^ known:
        yield f"{at}{', '.join(sorted(strange))} stand in url or file or in fields, not in both"
    if not remote.file or Path(remote.file).name != remote.file:
        yield f"{at}file is {remote.file!r:.40}; expected a file name without folders"
    varying = {name for name, values in remote.fields.items() if len(values) > 1}
    if not remote.unpack and any("{" + name + "}" not in remote.file for name in varying):
        yield f"{at}file names every field with more than one value, else one download takes the place of another"


def _table(table: TableSpec) -> Iterator[str]:
    where = f"table {table.name}: "
    yield from (f"table: {fault}" for fault in _named("name", table.name))
    if not isinstance(table.columns, Mapping):
        yield f"{where}columns is {table.columns!r:.40}; expected {{column: type}}"
        return
    for column, kind in table.columns.items():
        yield from _one_of(f"{where}type of {column}", kind, TYPES)
    if not table.key:
        yield f"{where}key is empty; expected the columns that no two rows share"
    for field in ("key", "states", "nullable"):
        wrong = list(_listed(where + field, (named := getattr(table, field)), str, "columns"))
        yield from wrong or [f"{where}{field} names {c}, no column of it; it has {', '.join(table.columns)}" for c in named if c not in table.columns]
    for column, bounds in table.bounds.items():
        if column not in table.columns:
            yield f"{where}bounds names {column}, no column of it; it has {', '.join(table.columns)}"
        yield from _bounds(f"{where}bounds of {column}", bounds)
    yield from _bounds(f"{where}rows", table.rows)


def _coverage(cover: Coverage) -> Iterator[str]:
    for field, year in (("first", cover.first), ("last", cover.last), *(("gaps", y) for y in cover.gaps)):
        if year is not None and not _whole(year):
            yield f"coverage {field} is {year!r:.40}; expected a year"
            return
    if cover.first is not None and cover.last is not None and cover.first > cover.last:
        yield f"coverage first {cover.first} is after last {cover.last}"
    if isinstance(cover.states, str):
        if cover.states not in COVERED:
            yield f"coverage states is {cover.states!r:.40}; it is one of {', '.join(COVERED)}, or a list of codes"
    else:
        yield from _codes("states", cover.states)
    yield from _codes("partners", cover.partners or ())
    yield from _codes("origins", cover.origins or ())
    yield from _codes("pairs", [code for pair in cover.pairs or () for code in pair])


def _codes(field: str, given: Iterable[Any]) -> Iterator[str]:
    strange = [c for c in given if c != WORLD and c not in states.codes()]
    if strange:
        yield f"coverage {field} holds {', '.join(map(repr, strange[:5]))}, no state's code; `comity states` lists them"


def _measure(one: Measure) -> Iterator[str]:
    yield from _named("name", one.name)
    yield from _texts(one, "title", "unit", "because", "reference")
    for field, allowed in (
        ("period", get_args(Period)), ("of", get_args(Of)), ("domain", DOMAINS), ("kind", KINDS), ("merge", get_args(Merge)),
        ("seat", ("state", "un")), ("takes", get_args(Takes)), ("coverage", ("source", "rows")),
    ):  # fmt: skip
        yield from _one_of(field, getattr(one, field), allowed)
    for field in ("symmetric", "recount", "total", "constant", "prominent"):
        if not isinstance(getattr(one, field), bool):
            yield f"{field} is {getattr(one, field)!r:.40}; expected true or false"
    yield from _listed("aliases", one.aliases, str, "names")
    yield from _listed("sources", one.sources, str, "names of sources")
    strange = [v for v in one.variants if not isinstance(v, str) or not v.replace("_", "").isalnum()]
    if strange:
        yield f"variants holds {strange[0]!r:.40}; expected letters, digits and underscores"
    wrong = list(_bounds("bounds", one.bounds))
    yield from wrong
    if one.absent is not None and not _number(one.absent):
        yield f"absent is {one.absent!r:.40}; expected a number, or none"
    elif one.absent is not None and not wrong:
        low, high = one.bounds
        if (low is not None and one.absent < low) or (high is not None and one.absent > high):
            yield f"absent is {one.absent:g}, outside bounds {span(one.bounds)}; it is the value of a silent source, so it must be a possible one"
    if not one.doc:
        yield 'the function has no docstring; its first sentence says what the number is, as in """Clubs in common."""'


def _named(field: str, given: Any) -> Iterator[str]:
    if not isinstance(given, str) or not given.isidentifier() or given.lower() != given or not given.isascii():
        yield f"{field} {given!r:.40} is small letters, digits and underscores only"


def _texts(one: Any, *fields: str, within: str = "") -> Iterator[str]:
    for field in fields:
        given = getattr(one, field)
        if not isinstance(given, str) or not given.strip():
            yield f"{within}{field} is {given!r:.40}; expected text"


def _strings(one: Any, *fields: str) -> Iterator[str]:
    for field in fields:
        if not isinstance(getattr(one, field), str):
            yield f"{field} is {getattr(one, field)!r:.40}; expected text"


def _one_of(field: str, given: Any, allowed: tuple[str, ...]) -> Iterator[str]:
    if given not in allowed:
        yield f"{field} is {given!r:.40}; it is one of {', '.join(allowed)}"


def _listed(field: str, given: Any, kind: type, what: str) -> Iterator[str]:
    if not isinstance(given, tuple) or not all(isinstance(v, kind) for v in given):
        yield f"{field} is {given!r:.40}; expected a tuple of {what}, as in ({'…' if kind is str else what},)"


def _bounds(field: str, given: Any) -> Iterator[str]:
    if not isinstance(given, tuple) or len(given) != 2 or not all(b is None or _number(b) for b in given):
        yield f"{field} is {given!r:.40}; expected the lowest and the highest, as in (0, 100), None for no limit"
    elif None not in given and given[0] > given[1]:
        yield f"{field} is {span(given)}: the lowest stands first; expected {span(given[::-1])}"


def span(bounds: tuple[float | None, float | None]) -> str:
    """Bounds as they are written in a declaration."""
    return "[" + ", ".join("none" if b is None else f"{b:g}" for b in bounds) + "]"


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 9999


@cache
def _packaged() -> Mapping[str, str]:
    """Every name of the package, in small letters, with what goes by it."""
    out = {standing.NAME: f"comity's ranks are named {standing.NAME}"}
    for name in sources.packaged():
        out |= {t.name: f"a table of comity's {name} is named {t.name}" for t in sources.get(name).tables}
    for m in measures.load().values():
        if not measures.is_own(m):
            out |= {a.casefold(): f"comity's measure {m.name} goes by {a!r}" for a in m.aliases}
    out |= {name: f"a source is named {name}" for name in sources.packaged()}
    return out | {name: f"a measure is named {name}" for name, m in measures.load().items() if not measures.is_own(m)}


def taken(own_sources: Iterable[tuple[Path, Source]], own_measures: Iterable[Measure]) -> str:
    """The first name of a user's own that another thing goes by already, and what; "" where all names differ."""
    known = dict(_packaged())
    for path, source in own_sources:
        mine = {source.name: f"source {source.name}"} | {t.name: f"table {t.name}" for t in source.tables if t.name != source.name}
        for name, what in mine.items():
            if name in known:
                return f"{path}: {what}: {known[name]} already; names must differ"
        known |= {name: f"a {what.partition(' ')[0]} is named {name} ({path})" for name, what in mine.items()}
    for m in own_measures:
        path = Path(m.module.removeprefix("own:"))
        claimed = {m.name: f"measure {m.name}"}
        claimed |= {a.casefold(): f"measure {m.name}, alias {a!r}" for a in m.aliases if a.casefold() != m.name}
        for name, what in claimed.items():
            if name in known:
                return f"{path}: {what}: {known[name]} already; names must differ"
        known |= {a: f"measure {m.name} goes by {a!r} ({path})" for a in claimed} | {m.name: f"a measure is named {m.name} ({path})"}
    return ""
