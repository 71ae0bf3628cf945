"""Speed as ratios against a named alternative: both sides in one run, in turn, cold processes on a warm disk.

    python -m bench [--data ../shared/data] [--home HOME] [--runs 5] [--only NAME] [--write docs/bench.md]

HOME is a full store; without it the store that `build` makes is measured. Ends with 1 where a required ratio is missed.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.plain_panel import FIRST, LAST
from bench.timing import HEAD, Item, Run, in_turn, process

LONG = ("ideal-points",)
"""Measured only where asked for by --only: minutes."""
NAMES = ("profile-json", "profile-html", "help", "build", "agreement", "similarity", "series", "panel")
HERE = Path(__file__).parent
SCRIPT = Path(sys.executable).with_name("comity")
COMITY = [str(SCRIPT)] if SCRIPT.exists() else [sys.executable, "-m", "comity"]
DYAD = ("CHN", "RUS")
TEN = (
    "vote_agreement", "trade_total_usd", "shared_igos", "alliance_defence", "disputes", "coauthored_works", "migrant_stock", "distance_km",
    "agreement_excess", "joint_vetoes",
)  # fmt: skip
SLOW_HELP = 0.3


def built(data: Path, home: Path, folder: Path) -> Item:
    """A full build into an empty home, once: beside it, reading every raw file once."""
    files = folder / "files.json"
    process([sys.executable, "-m", "bench.prepare", "raw", str(data), str(files)])
    copies = folder / "copies"
    copies.mkdir()
    plain = [sys.executable, str(HERE / "plain_build.py"), str(files), str(copies)]
    process(plain)
    ours, theirs = process([*COMITY, "--home", str(home), "build", "--from", str(data)]), process(plain)
    kinds = {k: len(list((home / k).glob("*.parquet"))) for k in ("tables", "series")}
    what = f"`build`, {kinds['tables']} tables and {kinds['series']} series into an empty home"
    against = f"DuckDB copies the {len(json.loads(files.read_text()))} raw files to Parquet, no more (for scale only)"
    return Item(name="build", what=what, against=against, ours=[ours], theirs=[theirs], most=2000, aim="60 s")


def profiled(home: Path, folder: Path, form: str, runs: int) -> Item:
    """The profile of one dyad as JSON or HTML."""
    plan, specs = folder / "plan.json", folder / "specs.json"
    process([sys.executable, "-m", "bench.prepare", "profile", str(home), *DYAD, str(folder)])
    ours, theirs = folder / f"ours.{form}", folder / f"theirs.{form}"
    command = [*COMITY, "--home", str(home), "profile", *DYAD, "--format", form, "--out", "-"]
    plain = [sys.executable, str(HERE / "plain_profile.py"), str(plan), *([str(specs)] if form == "html" else [])]
    a, b = in_turn(lambda: process(command, ours), lambda: process(plain, theirs), runs)
    entries = len(json.loads(plan.read_text()))
    against = f"DuckDB over the same Parquet: rows, ranks and comparisons of the same {entries} entries"
    if form == "html":
        charts = [path.read_text(encoding="utf-8").count("<svg") for path in (ours, theirs)]
        if charts[0] != charts[1]:
            raise SystemExit(f"the two pages hold {charts[0]} and {charts[1]} charts")
        against += f"; the same {charts[0]} charts by vl-convert, one after another; a table for each entry"
    what = f"`profile {' '.join(DYAD)} --format {form}`"
    limit, aim = (2.0, "1.5 s") if form == "json" else (1.5, "3 s")
    return Item(name=f"profile-{form}", what=what, against=against, ours=a, theirs=b, limit=limit, aim=aim)


def read(home: Path, folder: Path, runs: int) -> Item:
    """One Series of one dyad as CSV."""
    command = [*COMITY, "--home", str(home), "series", "trade_total_usd", "--dyad", *DYAD, "--format", "csv"]
    path = home / "series" / "trade_total_usd.parquet"
    sql = f"SELECT * FROM '{path}' WHERE a = '{DYAD[0]}' AND b = '{DYAD[1]}' ORDER BY start"
    script = f"import csv, sys, duckdb; r = duckdb.sql({sql!r}); w = csv.writer(sys.stdout); w.writerow(r.columns); w.writerows(r.fetchall())"
    ours, theirs = folder / "ours.csv", folder / "theirs.csv"
    a, b = in_turn(lambda: process(command, ours), lambda: process([sys.executable, "-c", script], theirs), runs)
    rows = [len(path.read_text().splitlines()) for path in (ours, theirs)]
    if rows[0] != rows[1]:
        raise SystemExit(f"the two sides print {rows[0]} and {rows[1]} lines")
    return Item(name="series", what=f"`series trade_total_usd --dyad {' '.join(DYAD)} --format csv`", against="DuckDB, one query", ours=a, theirs=b)


def paneled(home: Path, folder: Path, runs: int) -> Item:
    """The panel of all dyads 1946–2019 with ten measures, as Parquet; both sides must hold the same rows and values."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    members, ours, theirs = folder / "members.parquet", folder / "panel.parquet", folder / "plain.parquet"
    process([sys.executable, "-m", "bench.prepare", "members", str(FIRST), str(LAST), str(members)])
    command = [*COMITY, "--home", str(home), "panel", *TEN, "--from", str(FIRST), "--to", str(LAST), "--out", str(ours)]
    plain = [sys.executable, str(HERE / "plain_panel.py"), str(home / "series"), str(members), str(theirs)]
    a, b = in_turn(lambda: process(command), lambda: process(plain), runs)
    one, other = pq.read_table(ours), pq.read_table(theirs)
    for name in other.column_names:
        x, y = one.column(name), other.column(name)
        same = pc.fill_null(pc.equal(x, y.cast(x.type)), pc.and_(pc.is_null(x), pc.is_null(y)))
        if one.num_rows != other.num_rows or not pc.all(same).as_py():
            raise SystemExit(f"the two panels differ in {name}: {one.num_rows} and {other.num_rows} rows, {pc.sum(pc.invert(same)).as_py()} values")
    what = f"`panel` of all dyads {FIRST}–{LAST}, {one.num_rows:,} rows, ten measures, as Parquet with .bib and .methods.md"
    against = "DuckDB, one query by hand over the same Parquet to the same table"
    return Item(name="panel", what=what, against=against, ours=a, theirs=b, limit=1.5, most=3000)


def helped(runs: int) -> tuple[Item, list[str]]:
    """The help, against a Python that does nothing; where it is slow, the five dearest imports."""
    a, b = in_turn(lambda: process([*COMITY, "--help"]), lambda: process([sys.executable, "-c", "pass"]), runs)
    item = Item(name="help", what="`--help`", against="`python -c pass`", ours=a, theirs=b, aim=f"{SLOW_HELP} s")
    middle = [sorted(r.seconds for r in side)[len(side) // 2] for side in (a, b)]
    words = [f"`--help` takes {middle[0] - middle[1]:.2f} s more than a Python that does nothing."]
    if middle[0] > SLOW_HELP:
        done = subprocess.run([sys.executable, "-X", "importtime", "-m", "comity", "--help"], capture_output=True, text=True, check=True)
        found = [(int(own), name) for own, name in re.findall(r"import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)", done.stderr)]
        words.append("Its dearest imports: " + ", ".join(f"{name} {own / 1000:.0f} ms" for own, name in sorted(found, reverse=True)[:5]) + ".")
    return item, words


def agreed(home: Path, folder: Path, runs: int) -> list[Item]:
    """Agreement of all dyads: both sides in one process, whose peak stands under comity.

    One BLAS thread for both, as threads that wait for a busy core swing these times tenfold.
    """
    out = folder / "agreement.json"
    single = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    most = process([sys.executable, "-m", "bench.agreement", str(home), str(runs)], out, single).peak
    told = json.loads(out.read_text())
    items = []
    for part, what, against in (
        ("measure", f"`vote_agreement`, tables to {told['rows']:,} rows", "the same tables to the same rows"),
        ("model", "`similarity_and_n`, the same matrices", "votes to agreement and n"),
    ):
        a, b = ([Run(seconds=pair[side], peak=most if not side else None) for pair in told[part]] for side in (0, 1))
        whole = f"numpy one-hot product by hand, {against}; one BLAS thread"
        items.append(Item(name="agreement", what=f"agreement of all dyads in all sessions: {what}", against=whole, ours=a, theirs=b, limit=1.5))
    return items


def alike(home: Path, folder: Path, runs: int) -> Item:
    """Seven coefficients of every pair in every session: both sides in one process, whose peak stands under comity; one BLAS thread."""
    out = folder / "similarity.json"
    single = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    most = process([sys.executable, "-m", "bench.similarity", str(home), str(runs), "json"], out, single).peak
    told = json.loads(out.read_text())
    a, b = ([Run(seconds=pair[side], peak=most if not side else None) for pair in told["pairs"]] for side in (0, 1))
    what = f"agreement and six coefficients of all dyads in all sessions, {told['rows']:,} rows"
    against = "numpy one-hot product by hand to the same columns; one BLAS thread"
    return Item(name="similarity", what=what, against=against, ours=a, theirs=b, limit=1.5, most=2000)


def placed(data: Path, folder: Path) -> Item:
    """Ideal points of the whole history: seconds for one effective draw of the median state-session, beside the reference's update in numpy."""
    out = folder / "ideal.json"
    done = process([sys.executable, "-m", "bench.ideal_points", "--data", str(data)], out)
    told = json.loads(out.read_text())
    sides = [[Run(seconds=1 / told[k])] for k in ("comity_effective_a_second", "anchor_effective_a_second")]
    what = f"ideal points, {told['votes']:,} votes: one effective draw ({told['comity_seconds_in_all']:.0f} s in all, peak {told['peak_gb']:.2f} GB"
    what += f"; theta ESS {told['ess_bulk_median']:.0f} at the median, {told['ess_bulk_01']:.0f} at 1 %; the whole bench {done.seconds:.0f} s)"
    return Item(name="ideal-points", what=what, against="the published update in plain numpy, one core", ours=sides[0], theirs=sides[1], limit=1 / 20)


def main() -> None:
    """Measure, then print or write the table."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="the raw files")
    parser.add_argument("--home", type=Path, help="a full store")
    parser.add_argument("--runs", type=int, default=5, help="paired runs (build: one)")
    parser.add_argument("--only", choices=(*NAMES, *LONG), action="append", help="measure this alone (may be given more than once)")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the table here")
    chosen = parser.parse_args()
    wanted = chosen.only or list(NAMES)
    os.environ |= {"PYTHONWARNINGS": "ignore", "PYTHONPATH": f"{HERE.parent / 'src'}{os.pathsep}{HERE.parent}"}
    busy = os.getloadavg()[0]
    items: list[Item] = []
    notes: list[str] = []

    def add(*measured: Item) -> None:
        items.extend(measured)
        for item in measured:
            sys.stderr.write(f"{item.row()}\n")

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        home = chosen.home or folder / "home"
        if "build" in wanted or (chosen.home is None and set(wanted) != {"help"}):
            add(built(chosen.data, folder / "home", folder))
        for form in ("json", "html"):
            if f"profile-{form}" in wanted:
                add(profiled(home, folder, form, chosen.runs))
        if "series" in wanted:
            add(read(home, folder, chosen.runs))
        if "panel" in wanted:
            add(paneled(home, folder, chosen.runs))
        if "help" in wanted:
            item, words = helped(chosen.runs)
            add(item)
            notes += words
        if "ideal-points" in wanted:
            add(placed(chosen.data, folder))
        if "similarity" in wanted:
            add(alike(home, folder, chosen.runs))
        if "agreement" in wanted:
            add(*agreed(home, folder, chosen.runs))
    versions = ", ".join(f"{p} {importlib.metadata.version(p)}" for p in ("duckdb", "pyarrow", "numpy", "vl-convert-python"))
    notes.append(f"Python {platform.python_version()}, {versions}; {os.cpu_count()} cores, load {busy:.1f} at the start.")
    if busy > 0.5:
        notes.append("Other work was running: the ratios are of sides run in turn, the seconds are not of an idle machine.")
    text = f"""# Speed

Made by `python -m bench`. Both sides ran in turn as cold processes on a warm disk; the ratio is comity's time over the
alternative's, run by run. A ratio or a peak of memory may be required; seconds are an aim at most.

{HEAD}
{chr(10).join(item.row() for item in items)}

{chr(10).join(f"- {note}" for note in notes)}
"""
    if chosen.write:
        chosen.write.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    raise SystemExit(not all(item.kept for item in items))


if __name__ == "__main__":
    main()
