"""What is held of an edition: the events as one table, dyad-days of them, and of each day how much of the files that were due."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comity.core import NotHeldError, UsageError
from comity.events import compiled, gdelt
from comity.events.dyad_days import Duplicates, dyad_days
from comity.events.gdelt import Convention, Edition
from comity.events.ingest import Engine, FileRow, Part, edition_folder, editions, parts

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

COUNTS = ("events", "mentions", "quad1", "quad2", "quad3", "quad4", "goldstein_sum", "goldstein_n", "tone_sum")
DAY_COLUMNS = ("a", "b", "day", "coverage", *COUNTS)
MEMORY = "2GB"


@dataclass(frozen=True, kw_only=True)
class Day:
    """How many files were due for a day and how many are held; `share` of 0 means that the day is missing, not that nothing happened."""

    day: dt.date
    due: int
    had: int

    @property
    def share(self) -> float:
        """The share of the due files that are held."""
        return self.had / self.due


def only_edition(home: Path, asked: str | None = None) -> Edition:
    """The edition that was asked for, else the only one held; UsageError where there are several, NotHeldError where it is not held."""
    held = editions(home)
    if asked is not None and asked not in gdelt.EDITIONS:
        raise UsageError(f"there is no edition {asked[:40]!r}; the editions are {', '.join(gdelt.EDITIONS)}")
    found = [e for e in held if asked in (None, e)]
    if not found:
        raise NotHeldError(f"no files of {asked or 'GDELT'} are held in {home}: `comity events ingest DIR` reads published zips")
    if len(found) > 1:
        raise UsageError(f"{' and '.join(held)} are held and tell of the same days; choose one with --edition")
    return found[0]


def ledger(home: Path, edition: Edition) -> list[FileRow]:
    """The ledger rows of an edition's files, in order of name."""
    return sorted((f for part in parts(home, edition) for f in part.files), key=lambda f: f.file)


def quarantine(home: Path, edition: Edition) -> pa.Table:
    """The quarantined lines of an edition: file, line, reason, and the beginning of the text."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    return pa.concat_tables([pq.read_table(p.folder / "quarantine.parquet") for p in parts(home, edition)]).sort_by(
        [("file", "ascending"), ("line", "ascending")]
    )


def coverage(home: Path, edition: Edition, first: dt.date | None = None, last: dt.date | None = None) -> list[Day]:
    """Each day from `first` to `last` (else of the files held) with the files due and had.

    A file's day is the day on which its rows were added; an event is mostly of that day or the one before. In the year and month files of 1.0
    it is the day of the event.
    """
    stems = {f.file.partition(".")[0] for f in ledger(home, edition)}
    if not stems:
        return []
    begins = sorted((n.begins.date(), n.span) for stem in stems if (n := gdelt.named(_full_name(edition, stem))))
    first = first or begins[0][0]
    last = last or max(_ends(day, span) for day, span in begins)
    out = []
    for number in range((last - first).days + 1):
        day = first + dt.timedelta(days=number)
        due = gdelt.due(edition, day)
        if due:
            out.append(Day(day=day, due=len(due), had=sum(stem in stems for stem in due)))
    return out


def _full_name(edition: Edition, stem: str) -> str:
    if edition == "gdelt1":
        return f"{stem}.export.CSV.zip" if len(stem) == 8 else f"{stem}.zip"
    return f"{stem}.{'translation.' if edition == 'gdelt2-translated' else ''}export.CSV.zip"


def _ends(day: dt.date, span: gdelt.Stretch) -> dt.date:
    if span == "year":
        return dt.date(day.year, 12, 31)
    if span == "month":
        return (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
    return day


def connection(home: Path, edition: Edition, held: list[Part]) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection in which `events` are the events of the parts; it spills beyond its memory into the store."""
    import duckdb

    spill = edition_folder(home, edition) / f".spill-{os.getpid()}"  # DuckDB removes it
    database = duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": str(spill)})
    database.read_parquet([str(p.folder / "events.parquet") for p in held]).create_view("events")
    return database


def sql(*, duplicates: Duplicates = "kept", convention: Convention = "gdelt") -> str:
    """The expression `dyad_days` as DuckDB's text over a table `events`."""
    return compiled.text("dyad_days") if (duplicates, convention) == ("kept", "gdelt") else compiled.dyad_days_text(duplicates, convention)


def write_dyad_days(
    home: Path, edition: Edition, out: Path, *, engine: Engine = "duckdb", duplicates: Duplicates = "kept", convention: Convention = "gdelt"
) -> None:
    """Write all dyad-days of an edition as Parquet: one file with DuckDB, a folder of files with Spark (which refuses one that stands)."""
    held = parts(home, edition)
    if engine == "spark":
        from comity.events import spark

        connected = spark.connect()
        events = spark.events_table(connected, [str(p.folder / "events.parquet") for p in held])
        spark.write(connected, dyad_days(events, duplicates=duplicates, convention=convention), str(out))
        return
    temporary = out.with_name(f".{out.name}.{os.getpid()}.tmp")
    try:
        with connection(home, edition, held) as database:
            text = sql(duplicates=duplicates, convention=convention)
            quoted = str(temporary).replace("'", "''")
            database.execute(f"COPY ({text} ORDER BY a, b, day) TO '{quoted}' (FORMAT parquet, COMPRESSION zstd)")
        temporary.replace(out)
    finally:
        temporary.unlink(missing_ok=True)


def days(
    home: Path, edition: Edition, a: str, b: str, first: dt.date | None = None, last: dt.date | None = None, *, convention: Convention = "gdelt"
) -> list[dict[str, Any]]:
    """What a did towards b on each day covered: counts and sums as of `dyad_days`, and `coverage`, the share of the day's files that are held.

    A day of which files are held and no event is known has zeros; a day without any file has None.
    """
    with connection(home, edition, parts(home, edition)) as database:
        text = f"SELECT * FROM ({sql(convention=convention)}) WHERE a = $a AND b = $b"
        found: pa.Table = database.sql(text, params={"a": a, "b": b}).to_arrow_table()
    by_day = {row["day"]: row for row in found.to_pylist()}
    out = []
    for covered in coverage(home, edition, first, last):
        row = by_day.get(covered.day) if covered.had else None
        none = 0 if covered.had else None
        out.append({"a": a, "b": b, "day": covered.day, "coverage": covered.share, **{c: row[c] if row else none for c in COUNTS}})
    return out
