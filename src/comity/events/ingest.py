"""Published GDELT files into Parquet parts and ledgers, so that a kill at any moment loses no file and counts none twice.

A part is a folder of `HOME/events/<edition>/parts` with `events.parquet`, `quarantine.parquet` and `ledger.json` of its files. It is made under
another name and comes to stand by one rename; what a kill leaves is swept by the next run. Files are taken in the order of their names.
Of events with one number the first kept stands, in whichever file it came.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from comity.core import StoreError, UsageError
from comity.events import compiled, gdelt, raw_lines
from comity.events.cameo_states import spells
from comity.events.gdelt import Edition
from comity.lock import writing

if TYPE_CHECKING:
    import pyarrow as pa

Engine = Literal["duckdb", "spark"]
PART, LEAST_PART = 256 << 20, 32 << 20
"""Bytes of text, as the zips state them, that make a part at most, and at least where there are enough; a larger file is a part of its own."""
FLUSH = 1_000_000
"""Kept rows that are held in memory before they are written."""
FORMAT = 1
MEMORY = "1GB"
"""Most memory of a worker's DuckDB, which spills to the part's folder beyond it."""


@dataclass(frozen=True, kw_only=True)
class FileRow:
    """What became of each row of a file: rows = kept + duplicate + quarantined + not_between_states, exactly."""

    file: str
    sha256: str
    bytes: int
    rows: int
    kept: int
    duplicate: int
    quarantined: int
    not_between_states: int


@dataclass(frozen=True, kw_only=True)
class Part:
    """One committed part: its folder, the rows of its files' ledger, and the least and greatest number of its events."""

    folder: Path
    files: tuple[FileRow, ...]
    first_id: int
    last_id: int


@dataclass(kw_only=True)
class Outcome:
    """What a run did: the ledger rows of the files that it read, those it had before, and those that could not be read, with the reason."""

    read: list[FileRow] = field(default_factory=list)
    had: int = 0
    changed: list[str] = field(default_factory=list)
    damaged: dict[str, str] = field(default_factory=dict)
    foreign: list[str] = field(default_factory=list)


def edition_folder(home: Path, edition: Edition) -> Path:
    """Where an edition's parts lie."""
    return home / "events" / edition


def parts(home: Path, edition: Edition) -> list[Part]:
    """The committed parts of an edition, in order of name."""
    return [_part(path) for path in sorted((edition_folder(home, edition) / "parts").glob("*/ledger.json"))]


def _part(ledger: Path) -> Part:
    try:
        told = json.loads(ledger.read_text(encoding="utf-8"))
        if told["format"] != FORMAT:
            raise StoreError(f"{ledger}: format {told['format']}, this comity reads {FORMAT}; remove the folder and ingest its files again")
        return Part(folder=ledger.parent, files=tuple(FileRow(**f) for f in told["files"]), first_id=told["first_id"], last_id=told["last_id"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{ledger}: damaged; remove its folder and ingest its files again") from error


def editions(home: Path) -> tuple[Edition, ...]:
    """The editions of which something is held."""
    return tuple(e for e in gdelt.EDITIONS if any((edition_folder(home, e) / "parts").glob("*/ledger.json")))


def ingest(
    folder: Path, home: Path, *, engine: Engine = "duckdb", workers: int | None = None, progress: Callable[[str], None] = lambda _: None
) -> Outcome:
    """Read the published zips of a folder (and the folders in it) that the ledger does not have yet.

    engine: `duckdb` reads with as many threads as `workers`; `spark` sends the files to a session's executors, which must see `folder` and
    `home` under the same names. Both leave the same parts. A zip that cannot be read to its end is told and not counted as had.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder; give the one with the published zips")
    outcome = Outcome()
    workers = max(1, workers or min(os.cpu_count() or 1, 4))
    with writing(home):
        for edition in gdelt.EDITIONS:
            for leftover in edition_folder(home, edition).glob(".stage-*"):
                shutil.rmtree(leftover, ignore_errors=True)
        found = _found(folder, outcome)
        for edition, files in found.items():
            committed = parts(home, edition)
            batches = list(_batches(_new(files, committed, outcome), workers))
            for number, (batch, staged) in enumerate(_staged(batches, edition_folder(home, edition), engine, workers), 1):
                outcome.damaged.update(staged.damaged)
                if staged.folder is not None:
                    committed.append(_commit(staged.folder, edition_folder(home, edition) / "parts", batch, committed))
                    outcome.read += committed[-1].files
                progress(f"{edition}: part {number} of {len(batches)}, {sum(f.rows for f in outcome.read):,} rows")
    return outcome


def _found(folder: Path, outcome: Outcome) -> dict[Edition, list[Path]]:
    found: dict[Edition, list[Path]] = {}
    seen: set[str] = set()
    for path in sorted(folder.rglob("*.zip"), key=lambda p: (p.name, str(p))) + sorted(folder.rglob("*.ZIP")):
        name = gdelt.named(path.name)
        if name is None or path.name in seen or not path.is_file():
            outcome.foreign.append(path.name)
        else:
            seen.add(path.name)
            found.setdefault(name.edition, []).append(path)
    return found


def _new(files: Sequence[Path], committed: Sequence[Part], outcome: Outcome) -> list[Path]:
    had = {f.file: f for part in committed for f in part.files}
    for path in files:
        if path.name in had:
            outcome.had += 1
            if path.stat().st_size != had[path.name].bytes:
                outcome.changed.append(path.name)
    return [path for path in files if path.name not in had]


def _batches(files: Sequence[Path], workers: int) -> Iterator[list[Path]]:
    """Files in order, as many together as make a part (several a worker, so that none waits long); files of another layout begin a new one."""
    sizes = [_text_bytes(path) for path in files]
    most = min(PART, max(LEAST_PART, sum(sizes) // (4 * workers)))
    batch: list[Path] = []
    size = 0
    for path, bytes_ in zip(files, sizes, strict=True):
        widths = _widths(path)
        if batch and (size + bytes_ > most or widths != _widths(batch[0])):
            yield batch
            batch, size = [], 0
        batch.append(path)
        size += bytes_
    if batch:
        yield batch


def _widths(path: Path) -> tuple[int, ...]:
    name = gdelt.named(path.name)
    assert name is not None
    return name.widths


def _text_bytes(path: Path) -> int:
    try:
        with zipfile.ZipFile(path) as archive:
            return sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError):
        return 0


@dataclass(frozen=True, kw_only=True)
class Staged:
    """What a worker hands back: the folder of a part that has yet to be committed (None where no file could be read), and the damaged files."""

    folder: Path | None
    damaged: dict[str, str]


def _staged(batches: Sequence[Sequence[Path]], root: Path, engine: Engine, workers: int) -> Iterator[tuple[Sequence[Path], Staged]]:
    """Batches with what was staged of each, in their order, whichever worker was first."""
    jobs = [([str(p) for p in batch], str(root / f".stage-{number:06d}")) for number, batch in enumerate(batches)]
    root.mkdir(parents=True, exist_ok=True)
    if not jobs:
        return
    if engine == "spark":
        from comity.events.spark import session

        for batch, done in zip(batches, session().sparkContext.parallelize(jobs, len(jobs)).map(_stage).collect(), strict=True):
            yield batch, done
        return
    with ThreadPoolExecutor(workers) as pool:
        waiting = []
        for batch, job in zip(batches, jobs, strict=True):
            waiting.append((batch, pool.submit(_stage, job)))
            if len(waiting) > workers:
                batch_, done_ = waiting.pop(0)
                yield batch_, done_.result()
        for batch_, done_ in waiting:
            yield batch_, done_.result()


def _stage(job: tuple[list[str], str]) -> Staged:
    """Read the files of a job into a folder; a file that turns out damaged is left out and the others are begun anew."""
    files, folder = [Path(p) for p in job[0]], Path(job[1])
    damaged: dict[str, str] = {}
    while files:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        try:
            stage(files, folder)
            return Staged(folder=folder, damaged=damaged)
        except raw_lines.DamagedError as error:
            damaged[error.path.name] = error.why
            files.remove(error.path)
    return Staged(folder=None, damaged=damaged)


def stage(files: Sequence[Path], folder: Path) -> None:
    """Write `events.parquet`, `quarantine.parquet` and `ledger.json` of files into a folder, duplicates still among the kept."""
    import duckdb
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = pa.array([p.name for p in files])
    judged_sql, events_sql = compiled.text("judged"), compiled.text("events")
    counts = {k: np.zeros(len(files), np.int64) for k in ("rows", "kept", "quarantined")}
    database = duckdb.connect(config={"threads": 1, "memory_limit": MEMORY, "temp_directory": str(folder / "spill")})
    database.register("spells", spells())
    bad: list[raw_lines.Bad] = []
    writer = None
    held: list[pa.Table] = []
    try:
        for group in _groups(raw_lines.read(files, _widths(files[0]))):
            for span in (s for rows in group for s in rows.spans):
                counts["rows"][span.file] += span.lines
            database.register("raw", pa.concat_tables([rows.table for rows in group]))
            database.execute(f"CREATE OR REPLACE TEMP TABLE judged AS {judged_sql}")
            kept = database.sql(events_sql).to_arrow_table()
            bad += _refused(database.sql("SELECT file, line, reason FROM judged WHERE fate = 'quarantined'").fetchall(), group)
            counts["kept"] += np.bincount(kept.column("file").to_numpy(), minlength=len(files))
            held.append(_with_name(kept, names))
            if writer is None:
                writer = pq.ParquetWriter(folder / "events.parquet", held[0].schema, **_EVENTS_PARQUET)
            if sum(t.num_rows for t in held) >= FLUSH:
                writer.write_table(pa.concat_tables(held))
                held = []
        if writer is None:
            held = [_with_name(_no_events(), names)]
            writer = pq.ParquetWriter(folder / "events.parquet", held[0].schema, **_EVENTS_PARQUET)
        if held:
            writer.write_table(pa.concat_tables(held))
    finally:
        if writer is not None:
            writer.close()
        database.close()
    shutil.rmtree(folder / "spill", ignore_errors=True)
    counts["quarantined"] += np.bincount(np.array([b.file for b in bad], np.int64), minlength=len(files))
    pq.write_table(_quarantine(bad, files), folder / "quarantine.parquet", **_PARQUET)
    ledger = [
        FileRow(
            file=p.name, sha256=_sha256(p), bytes=p.stat().st_size, duplicate=0,
            rows=int(counts["rows"][i]), kept=int(counts["kept"][i]), quarantined=int(counts["quarantined"][i]),
            not_between_states=int(counts["rows"][i] - counts["kept"][i] - counts["quarantined"][i]),
        )
        for i, p in enumerate(files)
    ]  # fmt: skip
    _tell(folder, ledger, 0, -1)


def _groups(blocks: Iterator[raw_lines.Rows]) -> Iterator[list[raw_lines.Rows]]:
    """Blocks by eights, as planning a query costs as much as judging some thousand rows."""
    while group := list(islice(blocks, 8)):
        yield group


def _refused(found: list[tuple[int, int, str]], group: Sequence[raw_lines.Rows]) -> list[raw_lines.Bad]:
    """The lines that the blocks' readers refused, and those that were found to be no event, with the beginning of their text."""
    found_bad = [raw_lines.Bad(file=f, line=n, reason=why, text=next(rows for rows in group if rows.holds(f, n)).line(f, n)) for f, n, why in found]
    return [b for rows in group for b in rows.bad] + found_bad


_PARQUET: dict[str, Any] = {"compression": "zstd", "compression_level": 1}
_EVENTS_PARQUET = _PARQUET | {"use_dictionary": ["day", "a", "b", "code", "quad", "goldstein", "mentions", "sources", "articles", "file",
                                                 "vocabulary", "convention"]}  # fmt: skip


def _with_name(events: pa.Table, names: pa.Array) -> pa.Table:
    """The events with the name of their file in place of its number."""
    import pyarrow as pa

    place = events.schema.get_field_index("file")
    return events.set_column(place, "file", pa.chunked_array([names.take(c) for c in events.column("file").chunks], pa.string()))


@cache
def _no_events() -> pa.Table:
    """The event table without a row."""
    import duckdb
    import pyarrow as pa

    with duckdb.connect() as database:
        database.register("spells", spells())
        raw = pa.schema([*((n, pa.string()) for n in gdelt.NEEDED), ("file", pa.int32()), ("line", pa.int64())]).empty_table()
        database.register("raw", raw)
        database.execute(f"CREATE TEMP TABLE judged AS {compiled.text('judged')}")
        found: pa.Table = database.sql(compiled.text("events")).to_arrow_table()
        return found


def _quarantine(bad: list[raw_lines.Bad], files: Sequence[Path]) -> pa.Table:
    import pyarrow as pa

    bad = sorted(bad, key=lambda b: (b.file, b.line))
    return pa.table({
        "file": pa.array([files[b.file].name for b in bad], pa.string()), "line": pa.array([b.line for b in bad], pa.int64()),
        "reason": pa.array([b.reason for b in bad], pa.string()), "text": pa.array([b.text for b in bad], pa.string()),
    })  # fmt: skip


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _tell(folder: Path, files: Sequence[FileRow], first: int, last: int) -> None:
    told = {"format": FORMAT, "first_id": first, "last_id": last, "files": [asdict(f) for f in files]}
    (folder / "ledger.json").write_text(json.dumps(told, indent=0), encoding="utf-8")


def _commit(staged: Path, root: Path, batch: Sequence[Path], committed: Sequence[Part]) -> Part:
    """Take duplicates out of a staged part, bring it to disk, and let it stand by one rename."""
    import numpy as np
    import pyarrow.parquet as pq

    part = _part(staged / "ledger.json")
    ids = pq.read_table(staged / "events.parquet", columns=["id"]).column("id").to_numpy()
    first, last = (int(ids.min()), int(ids.max())) if len(ids) else (0, -1)
    fresh = np.zeros(len(ids), bool)
    fresh[np.unique(ids, return_index=True)[1]] = True
    for other in committed:
        if other.first_id <= last and first <= other.last_id:
            fresh &= ~np.isin(ids, _ids(other.folder))
    files = part.files if fresh.all() else _without(staged, fresh, part.files)
    _tell(staged, files, first, last)
    root.mkdir(parents=True, exist_ok=True)
    mark = hashlib.sha256("".join(f.sha256 for f in files).encode()).hexdigest()[:12]
    target = root / f"{files[0].file.partition('.')[0]}-{mark}"
    for path in (*sorted(staged.iterdir()), staged):
        _sync(path)
    staged.rename(target)
    _sync(root)
    return Part(folder=target, files=files, first_id=first, last_id=last)


def _ids(folder: Path) -> Any:
    import pyarrow.parquet as pq

    return pq.read_table(folder / "events.parquet", columns=["id"]).column("id").to_numpy()


def _without(staged: Path, fresh: Any, files: Sequence[FileRow]) -> tuple[FileRow, ...]:
    """Write the part's events anew without the duplicates, a row group at a time; the ledger rows with them counted."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    gone = {f.file: 0 for f in files}
    whole = pq.ParquetFile(staged / "events.parquet")
    begin = 0
    with pq.ParquetWriter(staged / "once.parquet", whole.schema_arrow, **_EVENTS_PARQUET) as writer:
        for group in whole.iter_batches(FLUSH):
            mask = pa.array(fresh[begin : begin + group.num_rows])
            begin += group.num_rows
            for name in group.column("file").filter(pc.invert(mask)).to_pylist():
                gone[name] += 1
            writer.write_batch(group.filter(mask))
    whole.close()
    (staged / "once.parquet").replace(staged / "events.parquet")
    return tuple(replace(f, kept=f.kept - gone[f.file], duplicate=gone[f.file]) for f in files)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
