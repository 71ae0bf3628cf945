"""What a Series held before: each build that changes one keeps the rows that changed, so that an earlier vintage can be read again."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comity import store
from comity.core import SERIES_COLUMNS, StoreError, UsageError, series_schema
from comity.store import Holdings, LedgerRow

if TYPE_CHECKING:
    import pyarrow as pa

FOLDER = "revisions"
LEDGER = "ledger.jsonl"
KEY = ("a", "b", "start")
OTHERS = ("value", "n", "se", "source", "published")
SHORT = 12
"""Characters of a content hash by which a vintage is named."""
DATA, METHOD, BOTH = "data", "method", "data and method"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One line of the ledger: an artefact's content before and after a build, its day, and whether data or comity's method moved it."""

    kind: str
    name: str
    before: str
    after: str
    built: str
    had: str
    cause: str
    new: int = 0
    revised: int = 0
    gone: int = 0


@dataclass(frozen=True, kw_only=True)
class Vintage:
    """A content that a Series had, from the day of the build that made it."""

    content: str
    since: str
    layer: str


def note_table(home: Path, before: LedgerRow | None, facts: Mapping[str, Any]) -> None:
    """Say in the ledger that a table changed, and whether its raw files did; nothing where it is new or has the same content."""
    if before is None or before.content == facts["content"]:
        return
    data, method = dict(before.inputs) != facts["inputs"], before.module_hash != facts["module_hash"]
    _append(home, Change(kind="table", name=before.name, before=before.content, after=facts["content"], built=facts["built"], had=before.built,
                         cause=BOTH if data and method else DATA if data else METHOD))  # fmt: skip


def note_series(home: Path, before: LedgerRow | None, series: pa.Table, facts: Mapping[str, Any]) -> None:
    """Keep the rows of a Series that a build changes, as they were and as they are; to be called before the file is replaced."""
    if before is None or before.content == facts["content"]:
        return
    moved = {i for i in {*before.inputs, *facts["inputs"]} if before.inputs.get(i) != facts["inputs"].get(i)}
    causes = {_cause(home, i, before.inputs.get(i), facts["inputs"].get(i)) for i in moved}
    causes |= {METHOD} if before.module_hash != facts["module_hash"] else set()
    cause = BOTH if BOTH in causes or {DATA, METHOD} <= causes else next(iter(causes), METHOD)
    rows = _difference(before.path, series)
    number = Counter(rows.column("change").to_pylist())
    change = Change(kind="series", name=before.name, before=before.content, after=facts["content"], built=facts["built"], had=before.built,
                    cause=cause, **number)  # fmt: skip
    store.write(_file(home, change), rows, {"name": before.name, "before": before.content, "after": facts["content"]})
    _append(home, change)


def changes(home: Path, name: str | None = None, *, kind: str = "series") -> list[Change]:
    """The ledger's lines of one kind, or of one artefact, oldest first. Raises StoreError where it is damaged; a last half line is none."""
    path = home / FOLDER / LEDGER
    try:
        lines = path.read_text(encoding="utf-8").split("\n")[:-1]
        found = [Change(**json.loads(line)) for line in lines if line]
        if wrong := next((c for c in found if not _sound(c)), None):
            raise ValueError(f"a line of {str(wrong.name)[:40]!r} that no build writes")
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError) as error:
        cure = f"restore it from a copy, or remove the folder {FOLDER} to forget earlier vintages"
        raise StoreError(f"{path}: damaged ({str(error)[:80]}); {cure}") from error
    return [c for c in found if c.kind == kind and (name is None or c.name == name)]


def vintages(holdings: Holdings, full: str) -> list[Vintage]:
    """The vintages that can be read: the starter's, where there is one, then the store's, oldest first."""
    out = []
    if (shipped := _starter(holdings, full)) is not None:
        out.append(Vintage(content=shipped.content, since=shipped.built, layer="starter"))
    if holdings.shelf.get(("series", full), ("starter", None))[0] == "store":
        row = holdings.row("series", full)
        line = _line(holdings.home, full, row.content)
        out += [Vintage(content=c.before, since=c.had, layer="store") for c in line]
        out.append(Vintage(content=row.content, since=row.built, layer="store"))
    return out


def find(holdings: Holdings, full: str, text: str) -> Vintage:
    """The vintage that a text names: `starter`, the first characters of its content, or a day, for what was held at its end.

    Raises UsageError that lists the vintages where none answers.
    """
    held = vintages(holdings, full)
    listed = ", ".join(f"{v.content[:SHORT]} ({v.layer}, {v.since[:10]})" for v in held)
    if text == "starter":
        found = [v for v in held if v.layer == "starter"]
    elif _day(text) is not None:
        found = [v for v in held if v.layer == "store" and v.since[:10] <= text][-1:]
    else:
        found = [v for v in held if len(text) >= 4 and v.content.startswith(text.lower())][-1:]
    if not found:
        raise UsageError(f"{full}: no vintage answers to {text[:40]!r}; held are {listed or 'none'}")
    return found[0]


def read(holdings: Holdings, full: str, vintage: Vintage) -> pa.Table:
    """The Series as it was in a vintage: Series columns, sorted by a, b, start."""
    if vintage.layer == "starter":
        shipped = _starter(holdings, full)
        assert shipped is not None
        return _rows(shipped.path)
    rows = _rows(holdings.path("series", full))
    for change in reversed(_line(holdings.home, full, holdings.row("series", full).content, down_to=vintage.content)):
        rows = _undone(rows, _file(holdings.home, change))
    return rows


def between(holdings: Holdings, full: str, one: Vintage, two: Vintage) -> list[Change]:
    """The ledger's lines that lead from one vintage of the store to another, oldest first, whichever is the earlier; none for the starter's."""
    if "starter" in (one.layer, two.layer):
        return []
    row = holdings.row("series", full)
    ends = sorted((one, two), key=lambda v: vintages(holdings, full).index(v))
    late = _line(holdings.home, full, row.content, down_to=ends[0].content)
    after = _line(holdings.home, full, row.content, down_to=ends[1].content)
    return late[: len(late) - len(after)]


def as_held(holdings: Holdings, full: str, rows: pa.Table, day: dt.date) -> tuple[pa.Table, int]:
    """Rows of a selection as the store held them on a day, and how many that changed: what data revised or took away since is put back.

    For a day before the store's first build they are those of the oldest vintage. Rows that came to the store later stay, as their own day of
    publication says when they were public; so does what only a changed method moved.
    """
    if holdings.shelf.get(("series", full), ("starter", None))[0] != "store":
        return rows, 0
    line = _line(holdings.home, full, holdings.row("series", full).content)
    late = [c for c in line if c.built[:10] > day.isoformat() and c.cause != METHOD and c.revised + c.gone]
    before = rows
    for change in reversed(late):
        rows = _put_back(rows, _file(holdings.home, change))
    return rows, 0 if rows is before else _differ(before, rows)


def moved(home: Path, change: Change) -> list[dict[str, Any]]:
    """The rows that a change moved: a, b, start, change, and each content before and after (`value_after`, …); empty where they are gone."""
    path = _file(home, change)
    return store.query("SELECT * FROM read_parquet($path)", path=path).to_pylist() if path.is_file() else []


def _starter(holdings: Holdings, full: str) -> LedgerRow | None:
    path = store.artefact_path(holdings.starter, "series", full)
    return store.ledger_row(path, "series", "starter") if path.is_file() else None


def _line(home: Path, full: str, content: str, *, down_to: str | None = None) -> list[Change]:
    """The unbroken line of changes that leads to a content, oldest first, or its part that comes after `down_to`."""
    out: list[Change] = []
    for change in reversed(changes(home, full)):
        if content == down_to:
            break
        if change.after == content and _file(home, change).is_file():
            out.append(change)
            content = change.before
    return out[::-1]


def _cause(home: Path, name: str, before: str | None, after: str | None) -> str:
    """What moved an input from one content to another, by the ledger; data where that is not known."""
    found: set[str] = set()
    content = after
    for change in reversed([*changes(home, name, kind="table"), *changes(home, name)]):
        if change.after == content:
            found.add(change.cause)
            content = change.before
            if content == before:
                return BOTH if BOTH in found or len(found) > 1 else found.pop()
    return DATA


def _sound(change: Change) -> bool:
    """Whether a line is as a build writes it: its words become names of files."""
    named = isinstance(change.name, str) and re.fullmatch(r"\w+(:\w+)?", change.name)
    hashes = all(isinstance(h, str) and re.fullmatch(r"[0-9a-f]{64}", h) for h in (change.before, change.after))
    days = all(isinstance(d, str) and _day(d[:10]) is not None for d in (change.built, change.had))
    counts = all(isinstance(n, int) for n in (change.new, change.revised, change.gone))
    return bool(named) and hashes and days and counts and change.cause in (DATA, METHOD, BOTH)


def _file(home: Path, change: Change) -> Path:
    stem = f"{change.name.replace(':', '__')}.{change.before[:SHORT]}-{change.after[:SHORT]}"
    return home / FOLDER / f"{stem}.parquet"


def _append(home: Path, change: Change) -> None:
    path = home / FOLDER / LEDGER
    line = json.dumps(change.__dict__, ensure_ascii=False) + "\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        whole = path.read_bytes() if path.is_file() else b""
        with path.open("ab") as stream:
            if whole and not whole.endswith(b"\n"):
                stream.truncate(whole.rfind(b"\n") + 1)
            stream.write(line.encode())
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise StoreError(f"{path}: could not be written ({error.strerror or error})") from error


def _rows(path: Path) -> pa.Table:
    return store.query(f"SELECT {', '.join(SERIES_COLUMNS)} FROM read_parquet($path) ORDER BY a, b, start", path=path).cast(_loose())


def _difference(before: Path, after: pa.Table) -> pa.Table:
    """Rows of either that differ, with the change and both contents."""
    same = " AND ".join(f"x.{c} IS NOT DISTINCT FROM y.{c}" for c in OTHERS)
    sides = ", ".join([*(f"x.{c}" for c in OTHERS), *(f"y.{c} AS {c}_after" for c in OTHERS)])
    return _over(
        {"y": after},
        f"SELECT a, b, start, CASE WHEN x.source IS NULL THEN 'new' WHEN y.source IS NULL THEN 'gone' ELSE 'revised' END AS change, {sides} "
        f"FROM read_parquet($path) x FULL JOIN y USING (a, b, start) WHERE NOT ({same}) OR x.source IS NULL OR y.source IS NULL ORDER BY a, b, start",
        before,
    )


def _undone(rows: pa.Table, change: Path) -> pa.Table:
    sql = (
        f"SELECT {', '.join(SERIES_COLUMNS)} FROM y ANTI JOIN (SELECT * FROM read_parquet($path)) c USING (a, b, start) "
        f"UNION ALL SELECT {', '.join(SERIES_COLUMNS)} FROM read_parquet($path) WHERE change <> 'new' ORDER BY a, b, start"
    )
    return _over({"y": rows}, sql, change).cast(_loose())


def _put_back(rows: pa.Table, change: Path) -> pa.Table:
    """The rows with what was revised since as it was; what is gone comes back where its pair is selected, so a dyad's rows stay a dyad's."""
    sql = (
        f"SELECT {', '.join(SERIES_COLUMNS)} FROM y ANTI JOIN (SELECT * FROM read_parquet($path) WHERE change = 'revised') c USING (a, b, start) "
        f"UNION ALL SELECT {', '.join(SERIES_COLUMNS)} FROM read_parquet($path) c WHERE change = 'revised' AND EXISTS "
        "(SELECT 1 FROM y WHERE y.a = c.a AND y.b = c.b AND y.start = c.start) "
        f"UNION ALL SELECT {', '.join(SERIES_COLUMNS)} FROM read_parquet($path) c WHERE change = 'gone' AND EXISTS "
        "(SELECT 1 FROM y WHERE y.a = c.a AND y.b = c.b) ORDER BY a, b, start"
    )
    return _over({"y": rows}, sql, change).cast(_loose())


def _differ(before: pa.Table, after: pa.Table) -> int:
    same = " AND ".join(f"x.{c} IS NOT DISTINCT FROM y.{c}" for c in OTHERS)
    found = _over({"x": before, "y": after}, f"SELECT count(*) AS n FROM y LEFT JOIN x USING (a, b, start) WHERE NOT ({same}) OR x.source IS NULL")
    return int(found.column("n")[0].as_py())


def _over(tables: Mapping[str, pa.Table], sql: str, path: Path | None = None) -> pa.Table:
    import duckdb

    connection = store.connection()
    for name, table in tables.items():
        connection.register(name, table)
    try:
        found: pa.Table = connection.sql(sql, params={"path": str(path)} if path else {}).to_arrow_table()
        return found
    except duckdb.Error as error:
        raise StoreError(f"{path}: damaged; remove the folder {FOLDER} to forget earlier vintages") from error


def _loose() -> pa.Schema:
    import pyarrow as pa

    return pa.schema([f.with_nullable(True) for f in series_schema()])


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
