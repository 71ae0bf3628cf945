"""A user's own sources and measures, declared in a file outside the package and kept to the same promises."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import math
import shutil
import sys
import tomllib
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from comity import build, declared, lock, measures, modules, promises, reading, sources, states, store, userfile, vintages
from comity.core import (
    MEASURES,
    BadDataError,
    ComityError,
    ComityWarning,
    Coverage,
    Domain,
    File,
    Kind,
    Licence,
    Measure,
    NotHeldError,
    Of,
    Published,
    Source,
    StoreError,
    TableSpec,
    UsageError,
)
from comity.models import form
from comity.sources import Own

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

REGISTER = "own.json"
TRUSTED = "trusted.json"
ASIDE = ".adding"
SOURCE_KEYS = {
    "name", "title", "publisher", "licence", "share", "citation", "file", "states", "year", "skip", "published_months", "coverage", "homepage",
    "caveats",
}  # fmt: skip
COVERAGE_KEYS = {"first", "last", "states", "gaps", "note"}
MEASURE_KEYS = {
    "name", "column", "title", "unit", "symmetric", "bounds", "absent", "domain", "kind", "because", "reference", "aliases", "merge", "total",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Found:
    """What one file or folder declares."""

    sources: Mapping[str, Own]
    measures: tuple[Measure, ...]


def add(home: Path, path: Path) -> tuple[str, ...]:
    """Mount what a TOML file or a folder declares, build it in the store, and keep it there; the names of its measures.

    Raises UsageError for a declaration that does not stand, BadDataError for data that break their promises; then the
    store is what it was: without it, or with what was built of it before.
    """
    path = path.expanduser().resolve()
    found = read(path)
    kept = [p for p in registered(home) if p != path]
    series = tuple(full for m in found.measures for full in m.series)
    with lock.writing(home):
        try:
            _mount([*(read(p) for p in kept if p.exists() and (not _holds_code(p) or str(p) in trusted())), found])
            _ready(found)
            _build(home, path, (*found.sources,), series)
            if _holds_code(path):
                _trust(path)
            _write(home, [*kept, path])
        except BaseException:
            mount(home)
            raise
    return series


def remove(home: Path, path: Path) -> None:
    """Take a file or folder off the store's list, with all that was built of it; UsageError where it is not on the list."""
    path = path.expanduser().resolve()
    known = registered(home)
    if path not in known:
        raise UsageError(f"{path}: not added to this store; added are {', '.join(map(str, known)) or 'none'}")
    with lock.writing(home):
        for file in _made(home, path):
            file.unlink()
        _write(home, [p for p in known if p != path])
    mount(home)


def registered(home: Path) -> list[Path]:
    """The files and folders that were added to a store."""
    try:
        listed = json.loads((home / REGISTER).read_text(encoding="utf-8"))
        return [Path(p) for p in listed]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError) as error:
        raise StoreError(f"{home / REGISTER}: damaged; remove it and add your files again") from error


def trusted() -> frozenset[str]:
    """The folders whose Python this user added by hand, to whatever store; the list lies with the user's settings, outside every store."""
    try:
        return frozenset(map(str, json.loads(_trust_list().read_text(encoding="utf-8"))))
    except FileNotFoundError:
        return frozenset()
    except (OSError, ValueError, TypeError) as error:
        raise StoreError(f"{_trust_list()}: damaged; remove it and add your folders again") from error


def _trust_list() -> Path:
    import platformdirs

    return Path(platformdirs.user_config_dir("comity", appauthor=False)) / TRUSTED


def _trust(path: Path) -> None:
    if str(path) not in (known := trusted()):
        _trust_list().parent.mkdir(parents=True, exist_ok=True)
        store.write_text(_trust_list(), json.dumps(sorted({*known, str(path)}), indent=1, ensure_ascii=False))


def _holds_code(path: Path) -> bool:
    return path.is_dir() and any(path.glob("*.py"))


def mount(home: Path) -> None:
    """Make a store's own sources and measures known to this process, in place of another store's.

    A folder that holds Python is run only where this user added it; one that a store brought along is left out with a warning.
    """
    found: list[Found] = []
    known = registered(home)
    if not known and not any(measures.is_own(m) for m in MEASURES.values()):
        sources.mount({})
        return
    for path in known:
        if _holds_code(path) and str(path) not in trusted():
            told = f"{path}: its Python was not run, as it was not added on this machine by this user; look at it, then `comity add {path}`"
            warnings.warn(told, ComityWarning, stacklevel=2)
            continue
        try:
            _free([*found, part := read(path)])
        except ComityError as error:
            warnings.warn(f"{error}; left out (`comity add --remove {path}` forgets it)", ComityWarning, stacklevel=2)
        else:
            found.append(part)
    _mount(found)


def read(path: Path) -> Found:
    """What a TOML file, or every TOML file and Python module of a folder, declares."""
    if path.is_file() and path.suffix == ".toml":
        return _toml(path)
    if not path.is_dir():
        raise UsageError(f"{path}: no TOML file and no folder")
    parts = [_toml(p) for p in sorted(path.glob("*.toml"))] + [_python(p) for p in sorted(path.glob("*.py"))]
    found = Found(sources={n: s for part in parts for n, s in part.sources.items()}, measures=tuple(m for part in parts for m in part.measures))
    if not found.sources and not found.measures:
        raise UsageError(f"{path}: no TOML file with a [source] and no module with SOURCE or a @measure in it")
    if sum(len(p.sources) for p in parts) != len(found.sources):
        raise UsageError(f"{path}: two files declare a source of one name")
    return found


def _free(parts: Iterable[Found]) -> None:
    """Refuse a name, table or alias that something goes by already."""
    every = list(parts)
    named = ((one.path, one.source) for part in every for one in part.sources.values())
    if taken := declared.taken(named, (m for part in every for m in part.measures)):
        raise UsageError(taken)


def _mount(parts: Iterable[Found]) -> None:
    every = list(parts)
    _free(every)
    sources.mount({name: one for part in every for name, one in part.sources.items()})
    measures.mount(m for part in every for m in part.measures)
    modules.module_hash.cache_clear()
    modules.file_of.cache_clear()


def _ready(found: Found) -> None:
    """Refuse a source whose file is not there, and a measure that reads what is not."""
    for one in found.sources.values():
        try:
            reading.choose(one.source, one.path.parent)
        except NotHeldError:
            absent = ", ".join(reading.lacking(one.source.held, one.path.parent))
            raise UsageError(f"{one.path}: file {absent} not found in {one.path.parent}") from None
    for m in found.measures:
        lacking = [i for i in m.inputs if i not in sources.owners() and i not in MEASURES]
        if lacking:
            where = m.module.removeprefix("own:")
            raise UsageError(f"{where}: measure {m.name} reads {', '.join(lacking)}; a parameter has the name of a table or of a measure")


def _sound(path: Path, found: Found) -> Found:
    """What is found, once nothing in it breaks what a declaration must say; UsageError names the field and what would be right."""
    for source in (one.source for one in found.sources.values()):
        for fault in declared.faults(source):
            raise UsageError(f"{path}: source {source.name}: {fault}")
    for m in found.measures:
        for fault in declared.faults(m):
            raise UsageError(f"{path}: measure {m.name}: {fault}")
    return found


def _build(home: Path, path: Path, names: Iterable[str], series: Iterable[str]) -> None:
    """Build in a folder beside, over links to what the store holds; only when all stands does it take the place of the old."""
    aside = home / ASIDE
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    try:
        for kind, name in (shelf := store.Holdings(home, home).shelf):
            link = store.artefact_path(aside, kind, name)
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(shelf[kind, name][1].resolve())
        (home / vintages.FOLDER).mkdir(exist_ok=True)
        (aside / vintages.FOLDER).symlink_to((home / vintages.FOLDER).resolve())
        for name in names:
            with _told(sources.own(name), f"source {name}"):
                build.build_source(name, folder=path, home=aside)
        for name in series:
            with _told(Path(measures.get(name).module.removeprefix("own:")), f"measure {name}"):
                build.build_measure(name, home=aside)
                _periodic(measures.get(name), store.artefact_path(aside, "series", name))
        wanted: set[tuple[store.ArtefactKind, str]] = {("table", t.name) for n in names for t in sources.get(n).tables}
        wanted |= {("series", n) for n in series}
        gone = set(_made(home, path)) - {store.artefact_path(home, kind, name) for kind, name in wanted}
        for kind, name in wanted:
            if not (made := store.artefact_path(aside, kind, name)).is_symlink():
                target = store.artefact_path(home, kind, name)
                target.parent.mkdir(exist_ok=True)
                made.replace(target)
        for file in gone:
            file.unlink()
    finally:
        shutil.rmtree(aside, ignore_errors=True)


@contextlib.contextmanager
def _told(path: Path | None, what: str) -> Iterator[None]:
    """Name the file of what fails inside; an error of the user's own code is told as one."""
    try:
        yield
    except ComityError as error:
        raise error if str(error).startswith(str(path and path.parent)) else type(error)(f"{path}: {error}") from error
    except Exception as error:
        raise UsageError(f"{path}: {what}: {type(error).__name__}: {str(error)[:300]}") from error


def _periodic(measure: Measure, file: Path) -> None:
    """Refuse a measure of days, months or quarters whose every row, over several years, is of the first of January."""
    import pyarrow.parquet as pq

    starts = set(pq.read_table(file, columns=["start"]).column("start").to_pylist())
    if measure.period in ("day", "month", "quarter") and len(starts) > 1 and all((d.month, d.day) == (1, 1) for d in starts):
        told = f"period is {measure.period!r}, and every row of {len(starts)} years is of 1 January"
        raise BadDataError(f"measure {measure.name}: {told}; rows of years have period='year'")


def _made(home: Path, path: Path) -> list[Path]:
    """The store's files that were made by the declarations of a file or folder, as their ledger rows say; it may be gone itself."""
    out = []
    for (kind, _), (_, file) in store.Holdings(home, home).shelf.items():
        with contextlib.suppress(StoreError):
            module = store.ledger_row(file, kind, "store").module
            declared = Path(module.removeprefix("own:"))
            if module.startswith("own:") and path in (declared, declared.parent):
                out.append(file)
    return out


def _write(home: Path, paths: Iterable[Path]) -> None:
    store.write_text(home / REGISTER, json.dumps([str(p) for p in paths], indent=1, ensure_ascii=False))


def _python(path: Path) -> Found:
    """The SOURCE and the measures of a Python module outside the package."""
    name = f"own:{path}"
    measures.load()
    for known in [n for n, m in MEASURES.items() if m.module == name]:
        del MEASURES[known]
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise UsageError(f"{path}: not a Python module")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    before = set(MEASURES)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        kind = "" if isinstance(error, ComityError) else f"{type(error).__name__}: "
        raise UsageError(f"{path}: {kind}{error}") from error
    finally:
        fresh = tuple(MEASURES.pop(n) for n in list(MEASURES) if n not in before)
    source = getattr(module, "SOURCE", None)
    if source is not None and not isinstance(source, Source):
        raise UsageError(f"{path}: SOURCE is {type(source).__name__}, not comity.core.Source")
    return _sound(path, Found(sources={source.name: Own(source=source, path=path)} if source else {}, measures=fresh))


def _toml(path: Path) -> Found:
    """The source and the measures that a TOML file declares over a CSV or Parquet file beside it."""
    try:
        whole = form.toml(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(f"{path}: {str(error)[:300]}") from error
    _known(path, "the file", whole, {"source", "measure"})
    given, listed = whole.get("source"), whole.get("measure")
    if not isinstance(given, dict) or not isinstance(listed, list) or not listed:
        raise UsageError(f"{path}: needs one [source] and one or more [[measure]]")
    _known(path, "[source]", given, SOURCE_KEYS)
    on = given.get("states")
    if not isinstance(on, list) or len(on) not in (1, 2) or not all(isinstance(c, str) for c in on):
        raise UsageError(f"{path}: [source] states is the list of the one or two columns that hold states, as in ['a', 'b']")
    of: Of = "dyad" if len(on) == 2 else "state"
    name = _text(path, "[source]", given, "name")
    for one in listed:
        _known(path, "[[measure]]", one, MEASURE_KEYS)
    read = tuple((m.get("column", m.get("name")), _measure(path, m, name, of)) for m in listed)
    source = _source(path, given, name, tuple(on), read)
    return _sound(path, Found(sources={name: Own(source=source, path=path)}, measures=tuple(m for _, m in read)))


def _source(path: Path, given: Mapping[str, Any], name: str, on: tuple[str, ...], read: tuple[tuple[str, Measure], ...]) -> Source:
    where = "[source]"
    file, year = _beside(path, _text(path, where, given, "file")), _text(path, where, given, "year")
    cover = given.get("coverage", {})
    _known(path, "[source.coverage]", cover, COVERAGE_KEYS)
    covered: Any = cover.get("states", "appearing")
    if not isinstance(covered, str):
        covered = tuple(covered)
    months = given.get("published_months")
    skip = tuple(given.get("skip", ()))
    sides = ("a", "b") if len(on) == 2 else ("a",)
    columns = tuple(dict.fromkeys(column for column, _ in read))
    if len({*on, year, *columns}) < len(on) + 1 + len(columns):
        raise UsageError(f"{path}: states, year and column name {', '.join((*on, year, *columns))}; expected columns that differ")
    if reserved := {*sides, "year"} & {*columns}:
        raise UsageError(f"{path}: column {min(reserved)!r} would be taken for a state or year; rename it in {file}")

    def build_table(raw: Raw) -> dict[str, pa.Table]:
        return {name: _table(path, raw.paths["data"], on, year, read, skip)}

    return Source(
        name=name, title=_text(path, where, given, "title"), publisher=given.get("publisher", "the user's own"),
        licence=Licence(name=_text(path, where, given, "licence"), share=given.get("share", "no"), terms="as the user states it"),
        citation=_text(path, where, given, "citation"), homepage=given.get("homepage", ""),
        files=(File(name=file, view="data", columns=(), plain=True),),
        tables=(
            TableSpec(
                name=name, columns={**dict.fromkeys(sides, "string"), "year": "int32", **dict.fromkeys(columns, "float64")},
                key=(*sides, "year"), states=sides, nullable=tuple(columns), rows=(1, None),
            ),
        ),
        coverage=Coverage(
            first=cover.get("first"), last=cover.get("last"), states=covered,
            gaps=tuple(cover.get("gaps", ())), note=cover.get("note", ""),
        ),
        published=Published(unknown=True) if months is None else Published(months=int(months)),
        build=build_table, caveats=tuple(given.get("caveats", ())),
    )  # fmt: skip


def _beside(path: Path, file: str) -> str:
    """The name of the data file, once it leads to no other place than the folder of the TOML file or one below it, by way of links too."""
    told = f"{path}: [source] file is {file[:200]!r}; expected the name of a file in {path.parent} or a folder below it"
    if Path(file).is_absolute() or ".." in Path(file).parts or "\\" in file or not file.isprintable():
        raise UsageError(f"{told}; copy it there")
    _inside(path, path.parent / file)
    return file


def _inside(path: Path, file: Path) -> None:
    """Refuse a data file that a link leads to outside the folder of the TOML file: who passes a folder on would pass on another's file."""
    if not file.resolve().is_relative_to(path.parent.resolve()):
        raise UsageError(f"{path}: [source] file {file} is a link, or lies behind one, that leads out of {path.parent}; copy the file itself there")


def _table(path: Path, file: Path, on: tuple[str, ...], year: str, read: tuple[tuple[str, Measure], ...], skip: tuple[str, ...]) -> pa.Table:
    """The user's file as a table a, b, year and its columns of numbers; each repair is told, nothing is dropped unasked."""
    import pyarrow.compute as pc

    _inside(path, file)
    said = dict.fromkeys(on, f"states in [source] of {path.name}:") | {year: f"year in [source] of {path.name}:"}
    joined = userfile.read(file, (*on, year), year=year, said=said)
    for repair in joined.repairs:
        warnings.warn(f"{file.name}: {repair}", ComityWarning, stacklevel=2)
    skipped = tuple(f"{s!r} " for s in skip)
    left = replace(
        joined, unresolved=tuple(u for u in joined.unresolved if not u.startswith(skipped)),
        absent=tuple(u for u in joined.absent if not u.startswith(skipped)),
    )  # fmt: skip
    if left.unmatched:
        cure = " and ".join(c for c, found in (("the names", left.unresolved), ("the years", left.absent)) if found)
        raise BadDataError(f"{file}: {left.unmatched}; mend {cure}, or list the names under skip in [source] to leave their rows out")
    for column, measure in read:
        if column not in joined.columns:
            where = f"{path.name}: [[measure]] {measure.name}"
            raise BadDataError(f"{file}: no column {column}; it has {', '.join(joined.columns)} (column = '…' in {where})")
        if column in joined.texts:
            line, cell = joined.texts[column]
            raise BadDataError(f"{file}: line {line}, column {column}: {userfile.no_number(cell)}")
        _kept(path, file, joined, column, measure)
    for name in skip:
        if not any(u.startswith(f"{name!r} ") for u in (*joined.unresolved, *joined.absent)):
            warnings.warn(f"{file.name}: skip names {name!r}, and no row is left out for it", ComityWarning, stacklevel=2)
    names = {"k_a": "a", "k_b": "b", "k_year": "year"}
    keys = [k for k in names if k in joined.table.column_names]
    table = joined.table.select([*keys, *dict.fromkeys(column for column, _ in read)])
    for key in keys:
        table = table.filter(pc.is_valid(table.column(key)))
    return table.rename_columns([names.get(c, c) for c in table.column_names])


def _kept(path: Path, file: Path, joined: userfile.Joined, column: str, measure: Measure) -> None:
    """Refuse a value outside the measure's bounds, of a state with itself, or other than the one that stands for the same two states."""
    low, high = measure.bounds
    table = joined.table
    read = [table.column(c).to_pylist() for c in ("k_a", "k_b" if measure.of == "dyad" else "k_a", "k_year", column)]
    seen: dict[tuple[str, str, int], tuple[int, float]] = {}
    for line, a, b, year, value in zip(joined.lines, *read, strict=True):
        if value is None or a is None or b is None:
            continue
        where = f"{file}: line {line}, column {column}: "
        if (low is not None and value < low) or (high is not None and value > high):
            span = declared.span(measure.bounds)
            raise BadDataError(f"{where}{value:.10g} is outside bounds {span} of {measure.name} in {path.name}; mend the cell or the bounds")
        if measure.of == "dyad" and a == b:
            raise BadDataError(f"{where}{a} stands with itself; a row is of two states")
        if measure.symmetric:
            then, other = seen.setdefault((min(a, b), max(a, b), year), (line, value))
            if other != value:
                told = f"{min(a, b)}-{max(a, b)} {year} stands in both directions with two values, {other:.10g} in line {then} and {value:.10g}"
                raise BadDataError(f"{where}{told}; mend one, or declare symmetric = false for {measure.name} in {path.name}")


def _measure(path: Path, given: Mapping[str, Any], source: str, of: Of) -> Measure:
    name = _text(path, "[[measure]]", given, "name")
    where = f"[[measure]] {name}"
    bounds = given.get("bounds", [])
    low, high = (None if b == "" else float(b) for b in (bounds or ("", "")))
    symmetric = given.get("symmetric", True) if of == "dyad" else True
    column = given.get("column", name)

    def compute(**tables: pa.Table) -> pa.Table:
        return _series(tables[source], column, of, symmetric)

    title, unit = _text(path, where, given, "title"), _text(path, where, given, "unit")
    compute.__doc__ = f"{title}, in {unit}: column {column} of {source}, the user's own."
    return Measure(
        name=name, title=title, unit=unit, period="year", of=of, symmetric=symmetric,
        bounds=(low, high), absent=None if given.get("absent") is None else float(given["absent"]),
        domain=cast(Domain, _text(path, where, given, "domain")), kind=cast(Kind, _text(path, where, given, "kind")),
        because=_text(path, where, given, "because"),
        reference=given.get("reference", f"the user's own, {source}"), aliases=tuple(given.get("aliases", ())), variants={},
        merge=given.get("merge", "last"), seat="state", takes="arrow", recount=False, sources=(),
        coverage="source", total=given.get("total", False), constant=False, prominent=False, module=f"own:{path}", inputs=(source,),
        compute=compute,
    )  # fmt: skip


def _series(table: pa.Table, column: str, of: Of, symmetric: bool) -> pa.Table:
    import duckdb

    sides = "a, a AS b" if of == "state" else "least(a, b) AS a, greatest(a, b) AS b" if symmetric else "a, b"
    with duckdb.connect() as connection:
        connection.register("t", table)
        name = promises.quoted(column)
        rows = f"SELECT {sides}, make_date(year, 1, 1) AS start, {name} AS value FROM t WHERE {name} IS NOT NULL"
        both = connection.sql(f"SELECT count(*) FROM (SELECT 1 FROM ({rows}) GROUP BY a, b, start HAVING count(*) > 1)").fetchall()[0][0]
        if both:
            text = f"column {column}: {both:,} pairs and years stand in both directions with one value; each is taken once"
            warnings.warn(text, ComityWarning, stacklevel=2)
        return connection.sql(f"SELECT DISTINCT * FROM ({rows})").to_arrow_table()


def _known(path: Path, where: str, given: Any, allowed: set[str]) -> None:
    """Refuse what is no table, keys that are not known, and values of another type than theirs."""
    if not isinstance(given, dict):
        raise UsageError(f"{path}: {where} is {given!r:.40}; expected a table of keys")
    strange = sorted(set(given) - allowed)
    if strange:
        more = "; values are of years, other periods need a Python module" if "period" in strange else ""
        raise UsageError(f"{path}: {where} has {', '.join(strange)}; known are {', '.join(sorted(allowed))}{more}")
    for key, value in given.items():
        if where == "the file" or (key == "states" and where == "[source]"):
            continue
        wanted, fits = _WANTED.get(key, _WANTED["text"])
        if not fits(value):
            raise UsageError(f"{path}: {where}: {key} is {value!r:.40}; expected {wanted}")


def _words(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(v, str) for v in value)


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 9999


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


_WANTED: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "text": ("text", lambda v: isinstance(v, str)),
    "skip": ("a list of names", _words), "caveats": ("a list of sentences", _words), "aliases": ("a list of names", _words),
    "published_months": ("a whole number of months", lambda v: _whole(v) and v <= 1200),
    "coverage": ("a table", lambda v: isinstance(v, dict)), "first": ("a year", _whole), "last": ("a year", _whole),
    "gaps": ("a list of years", lambda v: isinstance(v, list) and all(map(_whole, v))),
    "states": ("a word or a list of codes", lambda v: isinstance(v, str) or (_words(v) and all(s in states.codes() for s in v))),
    "symmetric": ("true or false", lambda v: isinstance(v, bool)), "total": ("true or false", lambda v: isinstance(v, bool)),
    "bounds": ("[lowest, highest], '' for none", lambda v: isinstance(v, list) and len(v) in (0, 2) and all(b == "" or _number(b) for b in v)),
    "absent": ("a number", _number),
}  # fmt: skip


def _text(path: Path, where: str, given: Mapping[str, Any], key: str) -> str:
    value = given.get(key)
    if not isinstance(value, str) or not value.strip():
        raise UsageError(f"{path}: {where} needs {key} = '…'")
    return value.strip()
