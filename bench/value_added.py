"""Speed of value added in trade on one world table, against one numpy inverse of the same matrix, and pymrio for what it can do.

    python -m bench.value_added DATA [--year 2011] [--runs 5] [--pymrio PYTHON]

DATA holds production/wiod2013. Both sides run in turn in one process, so the load of the machine is the same; PYTHON is the interpreter of an
environment with pymrio (and pyarrow), which is measured by itself, in turn with this one. Ends with 1 where a required ratio is missed.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from comity.models import value_added as va
from comity.models.value_added import readers, system

LIMIT = 4.0
PEER_SECONDS = 21.0
"""decompr 6 needs this for WWZ alone on a table of this size, on two idle cores."""
PYMRIO = """
import sys, time, json
import numpy as np, pandas as pd, pymrio
held = np.load(sys.argv[1])
z, y = pd.DataFrame(held["z"]), pd.DataFrame(held["y"])
out = []
for _ in range(int(sys.argv[2])):
    start = time.perf_counter()
    x = pymrio.calc_x(z, y)
    a = pymrio.calc_A(z, x)
    inverse = pymrio.calc_L(a)
    out.append(time.perf_counter() - start)
    check = float(np.asarray(inverse).sum())
print(json.dumps({"seconds": out, "sum": check, "version": pymrio.__version__}))
"""


def timed(work: Callable[[], Any]) -> float:
    """Wall seconds of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def methods(table: va.IOTable) -> None:
    """What the requirement names: the solved system, WWZ, Borin–Mancini source and sink, VAX; all pairs and industries."""
    held = va.solve(table)
    for method in (va.wwz, va.bm_source, va.bm_sink, va.vax):
        method(held)


def main() -> int:
    """Measure and print a Markdown table."""
    parser = argparse.ArgumentParser(prog="bench.value_added")
    parser.add_argument("data", type=Path)
    parser.add_argument("--year", type=int, default=2011)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--pymrio", type=Path)
    asked = parser.parse_args()
    path = asked.data / "production" / "wiod2013" / f"wiot13_{asked.year}.parquet"
    table = readers.read(path, layout="wide", unit="musd")
    a = system.shares(table.z, table.y)[0]
    matrix = np.eye(len(a)) - a
    np.linalg.inv(matrix)
    ours, theirs, parts = [], [], []
    for _ in range(asked.runs):
        theirs.append(timed(lambda: np.linalg.inv(matrix)))
        ours.append(timed(lambda: methods(table)))
        held = va.solve(table)
        parts.append([timed(partial(method, held)) for method in (va.wwz, va.bm_source, va.bm_sink, va.bilateral, va.vax)])
    ratios = sorted(o / t for o, t in zip(ours, theirs, strict=True))
    middle = statistics.median(ratios)
    say = sys.stdout.write
    say("| what | ratio: median (least–greatest) | required | seconds, median | alternative, median |\n|---|---|---|---|---|\n")
    verdict = "kept" if middle <= LIMIT else "**missed**"
    say(
        f"| solve, WWZ, Borin–Mancini source and sink, VAX at {len(a):,} × {len(a):,} | {middle:.2f} ({ratios[0]:.2f}–{ratios[-1]:.2f}) | "
        f"≤ {LIMIT:g}: {verdict} | {statistics.median(ours):.2f} | one numpy inverse: {statistics.median(theirs):.2f} |\n"
    )
    for name, seconds in zip(("WWZ", "BM source", "BM sink", "BM bilateral", "VAX"), zip(*parts, strict=True), strict=True):
        say(f"| {name} alone, after the solve | | | {statistics.median(seconds):.3f} | |\n")
    say(f"| the same, against decompr's WWZ on two idle cores | {statistics.median(ours) / PEER_SECONDS:.3f} | aim .1 | | {PEER_SECONDS:.0f} |\n")
    slower = asked.pymrio is not None and _beside(table, asked.pymrio, asked.runs, say)
    return int(middle > LIMIT or slower)


def _beside(table: va.IOTable, python: Path, runs: int, say: Callable[[str], Any]) -> bool:
    """x, A and L by pymrio and by `solve` (which also makes the blocks), in turn."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        held = Path(folder) / "table.npz"
        np.savez(held, z=table.z, y=table.y.sum(axis=2))
        ours, theirs, version = [], [], ""
        for _ in range(runs):
            done = subprocess.run([str(python), "-c", PYMRIO, str(held), "1"], capture_output=True, text=True, check=True)
            found = json.loads(done.stdout)
            theirs += found["seconds"]
            version = found["version"]
            ours.append(timed(lambda: va.solve(table)))
    ratio = float(statistics.median(o / t for o, t in zip(ours, theirs, strict=True)))
    say(
        f"| output, shares, Leontief inverse (comity: and all blocks) | {ratio:.2f} | ≤ 1: {'kept' if ratio <= 1 else '**missed**'} | "
        f"{statistics.median(ours):.2f} | pymrio {version}: {statistics.median(theirs):.2f} |\n"
    )
    return ratio > 1


if __name__ == "__main__":
    sys.exit(main())
