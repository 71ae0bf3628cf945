"""Raw GDELT zips to dyad-days: comity (ledgers, quarantine, duplicates across files, restart) beside hand-written DuckDB SQL, both unzipping.

    python -m bench.events_scale FOLDER --rows 200000 2000000 20000000 --pairs 3

Files are made by `bench.gdelt_made` in FOLDER and removed afterwards unless `--keep`. The two sides run in turn, each a process of its own; the
ratio is of wall seconds of a pair, and of processor seconds, which other work on the machine disturbs less. Results must be equal.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

LIMIT, MOST = 1.5, 3000.0
"""Greatest ratio of seconds, and greatest peak of resident memory in MB, that are required."""

HAND = """
COPY (
  WITH acts AS (
    SELECT DISTINCT ON (GLOBALEVENTID) GLOBALEVENTID, strptime(SQLDATE, '%Y%m%d')::DATE AS day, Actor1CountryCode, Actor2CountryCode,
           QuadClass, GoldsteinScale, NumMentions, AvgTone
    FROM read_csv('{files}', delim = '\\t', header = false, quote = '', escape = '', auto_detect = false, ignore_errors = true, columns = {columns})
    WHERE Actor1CountryCode IS NOT NULL AND Actor2CountryCode IS NOT NULL AND Actor1CountryCode <> Actor2CountryCode
  )
  SELECT s.state AS a, t.state AS b, day, count(*) AS events, sum(NumMentions)::BIGINT AS mentions,
         count(*) FILTER (QuadClass = 1) AS quad1, count(*) FILTER (QuadClass = 2) AS quad2,
         count(*) FILTER (QuadClass = 3) AS quad3, count(*) FILTER (QuadClass = 4) AS quad4,
         sum(GoldsteinScale) AS goldstein_sum, count(GoldsteinScale) AS goldstein_n, sum(AvgTone) AS tone_sum
  FROM acts
  JOIN '{spells}' s ON s.code = Actor1CountryCode AND day BETWEEN s.first AND s.last
  JOIN '{spells}' t ON t.code = Actor2CountryCode AND day BETWEEN t.first AND t.last
  WHERE s.state <> t.state
  GROUP BY ALL
) TO '{out}' (FORMAT parquet, COMPRESSION zstd)
"""
TYPES = {"int": "INTEGER", "float": "DOUBLE", "text": "VARCHAR"}


@dataclass(frozen=True, kw_only=True)
class Ran:
    """One process: wall and processor seconds, peak resident MB."""

    wall: float
    cpu: float
    peak: float


def by_comity(zips: Path, work: Path) -> None:
    """The side of comity: ingest, then dyad-days."""
    from comity.events.counted import write_dyad_days
    from comity.events.ingest import ingest

    ingest(zips, work / "home")
    write_dyad_days(work / "home", "gdelt1", work / "ours.parquet")


def by_hand(zips: Path, work: Path) -> None:
    """The hand-written side: unzip on as many threads as there are processors, then one query."""
    import duckdb
    import pyarrow.parquet as pq

    from comity.events.cameo_states import spells
    from comity.events.gdelt import COLUMNS

    raw = work / "raw"
    raw.mkdir()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda path: zipfile.ZipFile(path).extractall(raw), sorted(zips.glob("*.zip"))))
    pq.write_table(spells(), work / "spells.parquet")
    kinds = {n: "BIGINT" if n in ("GLOBALEVENTID", "DATEADDED") else "VARCHAR" if n == "SQLDATE" else TYPES[k] for n, k in COLUMNS[58]}
    with duckdb.connect(config={"memory_limit": "2500MB", "temp_directory": str(work / "spill")}) as database:
        database.execute(
            HAND.format(files=raw / "*.CSV", columns=kinds, spells=work / "spells.parquet", out=work / "hand.parquet")
        )  # fmt: skip
    shutil.rmtree(raw)


def ran(side: str, zips: Path, work: Path) -> Ran:
    """Run a side as a process of its own."""
    begin = time.perf_counter()
    child = subprocess.Popen([sys.executable, "-m", "bench.events_scale", str(zips), "--side", side, "--work", str(work)])
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{side}: exit {child.returncode}")
    return Ran(wall=time.perf_counter() - begin, cpu=used.ru_utime + used.ru_stime, peak=used.ru_maxrss / 1024)


def equal(work: Path) -> int:
    """The number of dyad-days, which both sides must have with the same counts and, to 1e-9 of the sum of sizes, the same sums."""
    import duckdb

    differing = duckdb.sql(
        f"SELECT count(*) FILTER (o.a IS NULL OR h.a IS NULL OR (o.events, o.mentions, o.quad1, o.quad2, o.quad3, o.quad4, o.goldstein_n) <> "
        "(h.events, h.mentions, h.quad1, h.quad2, h.quad3, h.quad4, h.goldstein_n) OR abs(o.goldstein_sum - h.goldstein_sum) > 1e-9 * o.events "
        f"OR abs(o.tone_sum - h.tone_sum) > 1e-8 * o.events), count(*) "
        f"FROM '{work}/ours.parquet' o FULL JOIN '{work}/hand.parquet' h USING (a, b, day)"
    ).fetchall()[0]
    if differing[0]:
        raise SystemExit(f"{differing[0]} of {differing[1]} dyad-days differ")
    return int(differing[1])


def compare(folder: Path, rows: int, pairs: int, keep: bool, ours: str = "comity") -> bool:
    """Print one row of the table; whether what is required holds. ours: `zlib` is comity where ISA-L is not installed."""
    zips, work = folder / f"made_{rows}", folder / "work"
    if not zips.exists():
        per_file = str(min(200_000, max(rows // 10, 1)))
        made = [sys.executable, "-m", "bench.gdelt_made", str(zips), "--rows", str(rows), "--per-file", per_file]
        subprocess.run(made, check=True, stdout=subprocess.DEVNULL)  # a process of its own: its memory would be the floor of the sides' peaks
    runs: dict[str, list[Ran]] = {"comity": [], "hand": []}
    found = 0
    for number in range(pairs):
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir()
        for side in ("comity", "hand") if number % 2 == 0 else ("hand", "comity"):
            runs[side].append(ran(ours if side == "comity" else side, zips, work))
        found = equal(work)
    shutil.rmtree(work)
    zipped = sum(p.stat().st_size for p in zips.iterdir()) / 1e6
    if not keep:
        shutil.rmtree(zips)
    wall = [a.wall / b.wall for a, b in zip(runs["comity"], runs["hand"], strict=True)]
    cpu = [a.cpu / b.cpu for a, b in zip(runs["comity"], runs["hand"], strict=True)]
    peak = max(r.peak for r in runs["comity"])
    cells = [f"{rows:,}", f"{zipped:,.0f} MB", f"{found:,}", f"{statistics.median(wall):.2f} ({min(wall):.2f}–{max(wall):.2f}; {pairs})"]
    cells.append(f"{statistics.median(cpu):.2f}")
    for side in ("comity", "hand"):
        seconds, busy = (statistics.median(getattr(r, k) for r in runs[side]) for k in ("wall", "cpu"))
        cells.append(f"{seconds:.1f} s, {busy:.1f} s, {max(r.peak for r in runs[side]):,.0f} MB")
    print(f"| {' | '.join(cells)} |", flush=True)
    return statistics.median(wall) <= LIMIT and peak < MOST


def main() -> None:
    """Print the cost curve; exit 1 where what is required does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, nargs="+", default=[200_000, 2_000_000])
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--zlib", action="store_true", help="as where the extra `events` is not installed")
    parser.add_argument("--side", choices=("comity", "zlib", "hand"), help=argparse.SUPPRESS)
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.side:
        if given.side == "zlib":
            sys.modules["isal"] = None  # type: ignore[assignment]
        (by_hand if given.side == "hand" else by_comity)(given.folder, given.work)
        return
    print(
        "| rows | zipped | dyad-days | ratio of seconds: median (min–max; pairs) | of processor seconds | comity: wall, processor, peak | by hand |"
    )
    print("|---|---|---|---|---|---|---|")
    kept = [compare(given.folder, rows, given.pairs, given.keep, "zlib" if given.zlib else "comity") for rows in given.rows]
    raise SystemExit(0 if all(kept) else 1)


if __name__ == "__main__":
    main()
