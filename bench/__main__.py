"""Speed as ratios against a named alternative, both measured in this run, in turn, each a cold process on a warm disk.

    python -m bench [--data ../shared/data] [--home HOME] [--runs 5] [--write docs/bench.md]

HOME is a full store; without it one is built first. Seconds are of this machine and stand beside the ratios only to read them.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

PLAIN = str(Path(__file__).with_name("plain_profile.py"))
COMITY = [sys.executable, "-m", "comity"]
Timed = tuple[float, float]


def run(command: Sequence[str]) -> Timed:
    """Seconds and peak MB of one whole process."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(command)} ended with {status}")
    return time.perf_counter() - began, usage.ru_maxrss / 1024


def paired(ours: Callable[[], Timed], theirs: Callable[[], Timed], runs: int) -> tuple[list[float], list[Timed], list[Timed]]:
    """The ratios run by run after one warm-up each, and both sides' times."""
    ours(), theirs()
    a, b = [], []
    for _ in range(runs):
        a.append(ours())
        b.append(theirs())
    return [x[0] / y[0] for x, y in zip(a, b, strict=True)], a, b


def prepare(home: Path) -> None:
    """Write what the plain script needs: the profile's Series and the specifications of the same charts."""
    import comity
    from comity.report import drawing, html

    page = comity.open(home).profile("CHN", "RUS")
    (home / "names.json").write_text(json.dumps(sorted({m.name for s in page.sections for m in s.measures if m.series})))
    specs: list[object] = []
    kept = drawing.svg

    def keep(spec: object, *rest: object, **options: object) -> str:
        specs.append(spec)
        return kept(spec, *rest, **options)  # type: ignore[arg-type]

    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").startswith("comity.report") and getattr(module, "svg", None) is kept:
            module.svg = keep  # type: ignore[attr-defined]
    html.render(page)
    (home / "specs.json").write_text(json.dumps(specs))


def agreement(home: Path, runs: int) -> tuple[list[float], list[Timed], list[Timed]]:
    """All dyads' agreement in all sessions: the model against a one-hot product written by hand, on the same arrays."""
    import numpy as np
    import pyarrow.parquet as pq

    from comity.models import similarity

    votes = pq.read_table(home / "tables" / "voeten_votes.parquet").to_pandas()
    sessions = []
    for _, one in votes.groupby("session"):
        matrix = one.pivot_table(index="seat", columns="rcid", values="vote", aggfunc="first").fillna(0).to_numpy(dtype=np.int8)
        sessions.append(matrix)

    def ours() -> Timed:
        began = time.perf_counter()
        for matrix in sessions:
            similarity.agreement(matrix)
        return time.perf_counter() - began, 0.0

    def theirs() -> Timed:
        began = time.perf_counter()
        for matrix in sessions:
            hot = [(matrix == k).astype(np.float32) for k in (1, 2, 3)]
            cast = hot[0] + hot[1] + hot[2]
            both = cast @ cast.T
            alike = sum(h @ h.T for h in hot)
            with np.errstate(invalid="ignore", divide="ignore"):
                np.where(both > 0, alike / both, np.nan)
        return time.perf_counter() - began, 0.0

    return paired(ours, theirs, runs)


def main() -> None:
    """Measure and print or write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--home", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--write", type=Path)
    chosen = parser.parse_args()
    os.environ["PYTHONWARNINGS"] = "ignore"
    folder = Path(tempfile.mkdtemp())
    lines = ["# Speed", "", "Made by `python -m bench`. Each pair was run in turn; the ratio is comity's time over the alternative's.", ""]
    lines += ["| what | ratio, median (min–max) | required | alternative | comity s | other s |", "|---|---|---|---|---|---|"]

    def row(what: str, measured: tuple[list[float], list[Timed], list[Timed]], required: str, against: str) -> None:
        ratios, a, b = measured
        middle = statistics.median
        lines.append(
            f"| {what} | {middle(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f}) | {required} | {against} "
            f"| {middle(s for s, _ in a):.2f} | {middle(s for s, _ in b):.2f} |"
        )

    home = chosen.home
    if home is None:
        home = folder / "home"
        seconds, memory = run([*COMITY, "--home", str(home), "build", "--from", str(chosen.data)])
        lines.append(f"| full build of all sources and measures | – | aim 60 s, 2 GB | – | {seconds:.1f}, {memory:.0f} MB | – |")
    prepare(home)
    out = str(folder / "out")
    profile = [*COMITY, "--home", str(home), "profile", "CHN", "RUS"]
    for form, required in (("json", "≤ 2 (aim 1.5 s)"), ("html", "≤ 1.5 (aim 3 s)")):
        against = "DuckDB over the same Parquet" + (", the same charts drawn" if form == "html" else "")
        ours = [*profile, "--format", form, "--out", f"{out}.{form}"]
        theirs = [sys.executable, PLAIN, str(home), "CHN", "RUS", form, out]
        row(f"`profile CHN RUS`, {form}", paired(lambda o=ours: run(o), lambda t=theirs: run(t), chosen.runs), required, against)
    series = [*COMITY, "--home", str(home), "series", "trade_total_usd", "--dyad", "CHN", "RUS", "--format", "csv"]
    script = f"import duckdb; print(duckdb.sql(\"select * from '{home}/series/trade_total_usd.parquet' where a='CHN' and b='RUS'\").fetchall())"
    row("`series trade_total_usd`", paired(lambda: run(series), lambda: run([sys.executable, "-c", script]), chosen.runs), "–", "DuckDB, one query")
    helped = paired(lambda: run([*COMITY, "--help"]), lambda: run([sys.executable, "-c", "import typer"]), chosen.runs)
    row("`--help`", helped, "≤ 0.3 s", "importing typer")
    row("agreement, all dyads and sessions", agreement(home, chosen.runs), "≤ 1.5", "numpy one-hot product")
    lines.append(f"\nThis process peaked at {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB.")
    text = "\n".join(lines) + "\n"
    if chosen.write:
        chosen.write.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
