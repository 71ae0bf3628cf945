"""Build what is stale: raw files → tables → series, each with its ledger row; provenance is looked up by name."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import importlib.util
import logging
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comity import lock, measures, promises, publication, sources, standing, states, store, vintages
from comity.core import (
    HELD,
    BadDataError,
    ComityWarning,
    Coverage,
    Layout,
    Measure,
    NotHeldError,
    Published,
    Source,
    StoreError,
    UsageError,
    series_name,
    series_schema,
    split_variant,
)
from comity.modules import file_of, module_hash
from comity.reading import Raw, choose, file_hash, located
from comity.store import ArtefactKind, Holdings, Layer, LedgerRow

if TYPE_CHECKING:
    import pyarrow as pa

log = logging.getLogger("comity")
Progress = Callable[[str], None]
UNVERIFIED = ":unverified"


@dataclass(frozen=True, kw_only=True)
class BuildReport:
    """What a build did: built and fresh artefacts, and the sources left out with the files they lack."""

    built: tuple[str, ...] = ()
    fresh: tuple[str, ...] = ()
    skipped: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Status:
    """Whether one artefact is stale, and which of its inputs changed."""

    row: LedgerRow
    stale: bool
    why: str


def build(names: Sequence[str] = (), *, folder: Path, home: Path, progress: Progress = lambda _: None) -> BuildReport:
    """Bring the store up to date from the raw files under `folder`; all sources, measures and the position, or those named.

    A source whose files are not there is skipped and listed; one that was named raises NotHeldError. Holds the
    store's lock throughout (LockedError). Each artefact is replaced in one step, so a build may be killed at any moment.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder}: no such folder; --from takes the folder that holds the raw files")
    asked = [n for n in names if n != standing.NAME]
    wanted_sources, wanted_measures = _wanted(asked) if asked or not names else ([], [])
    built: list[str] = []
    fresh: list[str] = []
    skipped: dict[str, str] = {}
    with lock.writing(home):
        store.sweep(home)
        for name in wanted_sources:
            try:
                layout = choose(sources.get(name), _folder(name, folder))
            except NotHeldError as error:
                if name in names:
                    raise NotHeldError(f"source {name}: {error}") from None
                skipped[name] = str(error)
                continue
            progress(name if layout.name == HELD else f"{name}: {layout.name}{'' if layout.tested else ', untested against the publisher'}")
            made = build_source(name, folder=folder, home=home)
            (built if made else fresh).extend(t.name for t in sources.get(name).tables)
        for name in _in_order(wanted_measures):
            declared = measures.load()[name]
            for full in declared.series:
                lacking = [i for i in declared.inputs if not _input_path(home, i)]
                if lacking:
                    skipped[full] = f"reads {', '.join(lacking)}, not built"
                    continue
                progress(full)
                (built if build_measure(full, home=home) else fresh).append(full)
        if not names:
            _sweep_undeclared(home)
        if not names or standing.NAME in names:
            if any(_input_path(home, n) for n in standing.evidence()):
                progress(standing.NAME)
                (built if build_position(home=home) else fresh).append(standing.NAME)
            else:
                skipped[standing.NAME] = "no measure of it is built"
    return BuildReport(built=tuple(built), fresh=tuple(fresh), skipped=skipped)


def _folder(name: str, folder: Path) -> Path:
    """Where the files of a source are looked for: a user's own lie beside their declaration, fetched ones in the source's own folder."""
    path = sources.own(name)
    if path is not None:
        return path.parent
    return folder / name if (folder / name).is_dir() else folder


def _sweep_undeclared(home: Path) -> None:
    """Remove what comity wrote and no source or measure declares any longer; a user's own that is not mounted now, and other files, stay."""
    declared = {("table", t) for t in sources.owners()}
    declared |= {("series", full) for m in measures.load().values() for full in m.series} | {("model", standing.NAME)}
    for (kind, name), (_, path) in Holdings(home, home).shelf.items():
        if (kind, name) in declared or path.is_symlink() or not path.resolve().is_relative_to(home.resolve()):
            continue
        row = _row_or_none(home, kind, name)
        if row is not None and not row.facts["module"].startswith("own:"):
            path.unlink()


def build_source(name: str, *, folder: Path, home: Path) -> bool:
    """Make the tables of one source unless they are fresh; says whether they were made."""
    source = sources.get(name)
    folder = _folder(name, folder)
    layout = choose(source, folder)
    found = {f.name if "*" not in f.name else path.name: path for f in layout.files for path in located(folder, f.name)}
    seen = {path: _state_of(path) for path in found.values()}
    inputs = {file: file_hash(path) for file, path in found.items()}
    absent = [n for n in (*source.needs, *layout.needs) if importlib.util.find_spec(n) is None]
    _check_edition(layout, inputs)
    inputs |= {f"without {n}": "not installed" for n in absent}
    code = module_hash(sources.module(name))
    rows = [_row_or_none(home, "table", t.name) for t in source.tables]
    if all(r is not None and r.inputs == inputs and r.module_hash == code for r in rows):
        return False
    specs = {t.name: t if layout.name == HELD else replace(t, rows=(t.rows[0], None)) for t in source.tables}
    if absent:
        text = f"{name}: left empty, as {', '.join(absent)} is not installed (`pip install 'comity[{layout.extra or source.extra}]'`)"
        warnings.warn(text, ComityWarning, stacklevel=2)
        tables = {t: promises.empty(spec) for t, spec in specs.items()}
    else:
        tables = layout.build(Raw(name, layout.files, folder))
    if changed := next((path for path, state in seen.items() if _state_of(path) != state), None):
        raise BadDataError(f"{changed}: changed while it was read; nothing of source {name} was kept, run the build again")
    if set(tables) != set(specs):
        raise BadDataError(f"source {name}: made tables {sorted(tables)}, declared {sorted(specs)}")
    try:
        kept = {t: promises.keep(tables[t], spec, _known_state) for t, spec in specs.items()}
    except BadDataError as error:
        raise BadDataError(f"source {name}: {error}") from error
    covered = _observed(kept, source, layout.coverage or source.coverage)
    for table_name, spec in specs.items():
        table = _sorted(kept[table_name], spec.key)
        facts = _facts(table_name, table, inputs, sources.module(name), code) | {"source": name, "coverage": {name: covered}, "layout": layout.name}
        facts["first"], facts["last"] = str(covered["first"]), str(covered["last"])
        vintages.note_table(home, _row_or_none(home, "table", table_name), facts)
        store.write(store.artefact_path(home, "table", table_name), table, facts)
    return True


def build_measure(name: str, *, home: Path) -> bool:
    """Compute one Series (`measure` or `measure:variant`) unless it is fresh; says whether it was computed."""
    declared = measures.get(name)
    base, variant = declared.name, split_variant(name)[1]
    full = series_name(base, variant)
    paths = {i: p for i in declared.inputs if (p := _input_path(home, i)) is not None}
    if len(paths) < len(declared.inputs):
        raise NotHeldError(f"{full}: reads {', '.join(set(declared.inputs) - set(paths))}, not built; run `comity build --from DIR`")
    input_rows = {i: store.ledger_row(p, _kind(i), "store") for i, p in paths.items()}
    coverage = {s: c for r in input_rows.values() for s, c in r.facts["coverage"].items()}
    inputs = {i: r.content for i, r in input_rows.items()}
    code = _series_hash(declared.module, coverage)
    row = _row_or_none(home, "series", full)
    if row is not None and row.inputs == inputs and row.module_hash == code:
        return False
    series = finish(compute(declared, variant, paths), declared, full, tuple(coverage))
    facts = _facts(full, series, inputs, declared.module, code) | {"coverage": coverage, "measure": base, "variant": variant}
    if series.num_rows:
        import pyarrow.compute as pc

        span = pc.min_max(series.column("start")).as_py()
        facts["first"], facts["last"] = str(span["min"]), str(span["max"])
    vintages.note_series(home, row, series, facts)
    store.write(store.artefact_path(home, "series", full), series, facts)
    return True


def build_position(*, home: Path) -> bool:
    """Rank every pair of states on the measures of the position unless that is fresh; says whether it was done."""
    paths = {n: p for n in standing.inputs() if (p := _input_path(home, n)) is not None}
    rows = {n: store.ledger_row(p, "series", "store") for n, p in paths.items()}
    inputs = {n: r.content for n, r in rows.items()}
    code = module_hash(standing.__name__)
    row = _row_or_none(home, "model", standing.NAME)
    if row is not None and row.inputs == inputs and row.module_hash == code:
        return False
    table, fitted = standing.make(paths)
    coverage = {s: c for n in standing.evidence() if n in rows for s, c in rows[n].facts["coverage"].items()}
    facts = _facts(standing.NAME, table, inputs, standing.__name__, code) | {"coverage": coverage, **fitted}
    store.write(store.artefact_path(home, "model", standing.NAME), table, facts)
    return True


def compute(declared: Measure, variant: str, paths: Mapping[str, Path], *, tables: Mapping[str, pa.Table] | None = None) -> pa.Table:
    """What the measure's function returns, as an Arrow table, from its inputs' files (or `tables`, where given)."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    options = {"variant": variant} if declared.variants else {}
    given = dict(tables or {})
    if declared.takes == "arrow":
        arrow = {i: given[i] if i in given else pq.read_table(paths[i]) for i in declared.inputs}
        result = declared.compute(**arrow, **options)
    else:
        import ibis

        connection = ibis.duckdb.connect(threads=2, memory_limit="1500MB")
        mounted = {
            i: connection.create_table(i, given[i]) if i in given else connection.read_parquet(paths[i], table_name=i) for i in declared.inputs
        }
        result = connection.to_pyarrow(declared.compute(**mounted, **options))
        connection.disconnect()
    if not isinstance(result, pa.Table):
        raise BadDataError(f"measure {declared.name}: its function returned {type(result).__name__}, not a table")
    return result


def finish(result: pa.Table, declared: Measure, full: str, read: tuple[str, ...]) -> pa.Table:
    """The result as a Series: missing columns filled by declaration, every promise checked, rows in canonical order."""
    import pyarrow as pa

    missing = {"a", "b", "start", "value"} - set(result.column_names)
    if missing:
        raise BadDataError(f"measure {full}: its function gives no column {', '.join(sorted(missing))}")
    if "source" not in result.column_names:
        if len(read) != 1:
            raise BadDataError(f"measure {full}: reads {', '.join(read)}, so each row must name its source")
        result = result.append_column("source", pa.array([read[0]] * result.num_rows, pa.string()))
    for column, kind in (("n", pa.int64()), ("se", pa.float64()), ("published", pa.date32())):
        if column not in result.column_names:
            result = result.append_column(column, pa.nulls(result.num_rows, kind))
    schema = series_schema()
    try:
        series = result.select(schema.names).cast(pa.schema([f.with_nullable(True) for f in schema]))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise BadDataError(f"measure {full}: {error}") from error
    series = _with_published(series, declared)
    today = any(sources.get(s).territory == "today" for s in read if s in sources.names())
    promises.keep_series(series, declared, full, None if today else states.existed_in)
    return _sorted(series, ("a", "b", "start"))


def statuses(home: Path, starter: Path | None = None) -> tuple[Status, ...]:
    """Each artefact that is read, with whether an input or the code has changed since it was made."""
    holdings = Holdings(home, starter or store.STARTER)
    return tuple(Status(row=row, stale=bool(why := _changed(holdings, row)), why=why) for row in holdings.ledger())


def stale(holdings: Holdings, *, whole: bool = False) -> dict[str, str]:
    """The Series and models that were read (whole: all that are held) and are stale, by themselves or by what they are made of, and why."""
    found: dict[tuple[ArtefactKind, str], str] = {}
    out = {name: _outdated(holdings, kind, name, found) for kind, name in list(holdings.shelf if whole else holdings.read) if kind != "table"}
    return {name: why for name, why in out.items() if why}


def _outdated(holdings: Holdings, kind: ArtefactKind, name: str, found: dict[tuple[ArtefactKind, str], str]) -> str:
    """Why an artefact is stale, else which of its inputs is; "" where all are fresh. found: what is known already."""
    if (kind, name) not in found:
        row = holdings.row(kind, name)
        found[kind, name] = why = _changed(holdings, row)
        if not why and row.layer == "store" and kind != "table":
            below = ((i, _outdated(holdings, _kind(i), i, found)) for i in row.inputs)
            found[kind, name] = next((f"{i}: {said}" for i, said in below if said), "")
    return found[kind, name]


def _changed(holdings: Holdings, row: LedgerRow) -> str:
    """Which of an artefact's code and inputs have changed since it was made; "" for none, and for the starter."""
    if row.layer != "store":
        return ""
    why: list[str] = []
    if file_of(row.module) and _series_hash(row.module, row.facts["coverage"] if row.kind == "series" else ()) != row.module_hash:
        why.append("its code changed")
    for name, known in row.inputs.items() if row.kind != "table" else ():
        kind = _kind(name)
        held = holdings.has(kind, name) and holdings.shelf[kind, name][0] == "store"
        if not held:
            why.append(f"{name} is gone")
        elif holdings.row(kind, name).content != known:
            why.append(f"{name} changed")
    return "; ".join(why)


def verify(home: Path, starter: Path | None = None) -> tuple[int, tuple[str, ...]]:
    """How many artefacts of both layers were checked, and which do not hold what their ledger row says or are stale."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    bad: list[str] = []
    checked = 0
    layers: tuple[tuple[Path, Layer], ...] = ((starter or store.STARTER, "starter"), (home, "store"))
    for root, layer in layers:
        holdings = Holdings(root, root)
        for kind, name in sorted(holdings.shelf):
            checked += 1
            path = holdings.path(kind, name)
            try:
                row = store.ledger_row(path, kind, layer)
                if store.content_hash(pq.read_table(path)) != row.content:
                    bad.append(f"{layer} {kind} {name}: its content is not what the ledger says; run `comity build --from DIR`")
            except (StoreError, OSError, pa.ArrowInvalid) as error:
                bad.append(f"{layer} {kind} {name}: {error}")
    with contextlib.suppress(StoreError):
        bad += [f"store {s.row.kind} {s.row.name}: stale ({s.why}); run `comity build --from DIR`" for s in statuses(home, starter) if s.stale]
    return checked, tuple(bad)


def provenance(holdings: Holdings, name: str) -> dict[str, Any]:
    """The chain measure → tables → source → licence → file and its hash, as nested plain values."""
    kind = _kind(name)
    row = holdings.row(kind, name)
    out: dict[str, Any] = {"name": name, "kind": row.kind, "inputs": [], "licence": None, "citation": None, "file": None, "sha256": row.content}
    if kind != "table":
        for below in row.inputs:
            if holdings.has(_kind(below), below):
                out["inputs"].append(provenance(holdings, below))
            else:
                out["inputs"].append({"name": below, "kind": _kind(below), "inputs": [], "sha256": row.inputs[below]})
        used = [sources.get(s) for s in row.facts["coverage"] if s in sources.names()]
        out["licence"] = "; ".join(dict.fromkeys(s.licence.name for s in used))
        out["citation"] = "; ".join(dict.fromkeys(s.citation for s in used))
        return out
    source = sources.get(row.facts["source"])
    out |= {"licence": source.licence.name, "citation": source.citation, "source": source.name}
    out["inputs"] = [{"name": f, "kind": "file", "inputs": [], "file": f, "sha256": h} for f, h in row.inputs.items()]
    out["file"] = ", ".join(row.inputs)
    return out


def _series_hash(module: str, names: Iterable[str]) -> str:
    """The hash of a Series' code and of its sources' rules of publication: they tell the days on which its values were public."""
    told = [f"{n}: {publication.words(sources.get(n).published)}" for n in sorted(names) if n in sources.names()]
    return hashlib.sha256("\n".join([module_hash(module), *told]).encode()).hexdigest() if told else module_hash(module)


def _wanted(names: Sequence[str]) -> tuple[list[str], list[str]]:
    if not names:
        return list(sources.names()), list(measures.load())
    wanted_sources: dict[str, None] = {}
    wanted_measures: dict[str, None] = {}
    for name in names:
        if name in sources.names():
            wanted_sources[name] = None
            if name not in measures.load():
                continue
        wanted_measures[measures.get(name).name] = None
    for name in list(wanted_measures):
        for below in _all_inputs(name):
            if below in measures.load():
                wanted_measures[below] = None
            else:
                wanted_sources[sources.owners()[below]] = None
    return list(wanted_sources), list(wanted_measures)


def _all_inputs(name: str) -> set[str]:
    out: set[str] = set()
    todo = list(measures.load()[name].inputs)
    while todo:
        below = todo.pop()
        if below not in out:
            out.add(below)
            if below in measures.load():
                todo += measures.load()[below].inputs
    return out


def series_path(holdings: Holdings, full: str) -> Path:
    """The file of a Series; NotHeldError, naming the sources that would give it, where neither layer has it."""
    if holdings.has("series", full):
        return holdings.path("series", full)
    base = split_variant(full)[0]
    raise NotHeldError(f"{full}: not held; source {', '.join(sources_of(base))} would give it (`comity build {base} --from DIR`)")


def table_path(holdings: Holdings, name: str) -> Path:
    """The file of a table; NotHeldError, naming the source that would give it, where neither layer has it."""
    if not holdings.has("table", name):
        raise NotHeldError(f"table {name}: not held; source {sources.owners()[name]} would give it (`comity build --from DIR`)")
    return holdings.path("table", name)


def sources_of(name: str) -> tuple[str, ...]:
    """The names of all sources that a measure reads, directly or through other measures."""
    tables = (i for i in _all_inputs(measures.get(name).name) if i not in measures.load())
    return tuple(sorted({sources.owners()[t] for t in tables}))


def _in_order(names: Iterable[str]) -> list[str]:
    """Measures so that each comes after those it reads; a cycle is an error that names it."""
    import graphlib

    known = measures.load()
    owners = sources.owners()
    for name in known:
        for below in known[name].inputs:
            if below not in known and below not in owners:
                raise UsageError(f"measure {name} reads {below}, which is neither a table nor a measure")
    graph = {n: [i for i in known[n].inputs if i in known] for n in names}
    try:
        order = list(graphlib.TopologicalSorter(graph).static_order())
    except graphlib.CycleError as error:
        raise UsageError(f"measures read each other in a circle: {' → '.join(error.args[1])}") from None
    chosen = set(names)
    return [n for n in order if n in chosen]


def _kind(name: str) -> ArtefactKind:
    if name == standing.NAME:
        return "model"
    return "series" if split_variant(name)[0] in measures.load() else "table"


def _input_path(home: Path, name: str) -> Path | None:
    path = store.artefact_path(home, _kind(name), name)
    return path if path.is_file() else None


def _state_of(path: Path) -> tuple[int, int, int] | None:
    """Size, time of change and number of a file, None where it is gone."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_size, found.st_mtime_ns, found.st_ino


def _row_or_none(home: Path, kind: ArtefactKind, name: str) -> LedgerRow | None:
    path = store.artefact_path(home, kind, name)
    if not path.is_file():
        return None
    try:
        return store.ledger_row(path, kind, "store")
    except StoreError:
        return None


def _check_edition(layout: Layout, inputs: Mapping[str, str]) -> None:
    for file in layout.files:
        if file.sha256 and file.name in inputs and inputs[file.name] != file.sha256:
            warnings.warn(f"{file.name}: another edition than the one its reader was tested with", ComityWarning, stacklevel=3)


def _known_state(code: str) -> bool:
    return code in states.codes()


def _facts(name: str, table: pa.Table, inputs: Mapping[str, str], module: str, code: str) -> dict[str, Any]:
    return {
        "name": name,
        "inputs": dict(inputs),
        "module": module,
        "module_hash": code,
        "content": store.content_hash(table),
        "rows": table.num_rows,
        "first": None,
        "last": None,
        "built": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
    }


def _observed(tables: Mapping[str, pa.Table], source: Source, declared: Coverage) -> dict[str, Any]:
    """The source's coverage with what the declaration leaves to the data: years and appearing states."""
    import pyarrow.compute as pc

    years: list[int] = []
    appearing: set[str] = set()
    for spec in source.tables:
        table = tables[spec.name]
        if "year" in spec.columns:
            span = pc.min_max(table.column("year")).as_py()
        elif "session" in spec.columns:
            span = pc.min_max(pc.add(pc.cast(table.column("session"), "int32"), 1945)).as_py()
        else:
            day = next((c for c in ("date", "month", "start", "day") if spec.columns.get(c) == "date32"), None)
            span = pc.min_max(pc.year(table.column(day))).as_py() if day else {"min": None}
        if span["min"] is not None:
            years += [span["min"], span["max"]]
        for column in spec.states:
            appearing.update(s for s in table.column(column).unique().to_pylist() if s is not None)
    first = declared.first if declared.first is not None else min(years, default=None)
    last = declared.last if declared.last is not None else max(years, default=None)
    chosen: Any = declared.states
    if not isinstance(chosen, str) or chosen == "appearing":
        chosen = sorted(appearing if chosen == "appearing" else chosen)
    return {
        "first": first, "last": last, "states": chosen, "gaps": list(declared.gaps), "note": declared.note,
        "pairs": None if declared.pairs is None else [sorted(p) for p in declared.pairs],
        "partners": None if declared.partners is None else sorted(declared.partners),
        "origins": None if declared.origins is None else sorted(declared.origins),
    }  # fmt: skip


def _with_published(series: pa.Table, declared: Measure) -> pa.Table:
    import pyarrow as pa
    import pyarrow.compute as pc

    column = series.column("published")
    if column.null_count == 0:
        return series
    pairs = series.select(["source", "start"]).group_by(["source", "start"]).aggregate([])
    days = [first_public_of(s, d, declared) for s, d in zip(pairs["source"].to_pylist(), pairs["start"].to_pylist(), strict=True)]
    rules = pairs.append_column("rule", pa.array(days, pa.date32()))
    numbered = series.append_column("row", pa.array(range(series.num_rows), pa.int64()))
    joined = numbered.join(rules, ["source", "start"], join_type="left outer").sort_by("row")
    filled = pc.coalesce(joined.column("published"), joined.column("rule"))
    return series.set_column(series.schema.get_field_index("published"), "published", filled)


def first_public_of(source: str, start: dt.date, declared: Measure) -> dt.date | None:
    """When a value of this source for the period that begins on `start` is first public: the latest of its sources."""
    days = []
    for part in source.split("+"):
        name = part.partition(":")[0]
        rule = sources.get(name).published if name in sources.names() else Published(unknown=True)
        day = publication.first_public(start, declared.period, rule)
        if day is None:
            return None
        days.append(day)
    return max(days)


def _sorted(table: pa.Table, key: tuple[str, ...]) -> pa.Table:
    import duckdb

    with duckdb.connect(config={"threads": 2}) as connection:
        connection.register("t", table)
        ordered = connection.sql("SELECT * FROM t ORDER BY " + ", ".join(f'"{c}"' for c in key)).to_arrow_table()
    return ordered.cast(table.schema)
