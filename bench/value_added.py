"""Speed of value added in trade on one world table, against one numpy inverse of the same matrix, and pymrio for what it can do.

    python -m bench.value_added DATA [--year 2011] [--runs 5] [--pymrio PYTHON] [--years]

DATA holds production/wiod2013. Both sides run in turn, so the load of the machine is the same; PYTHON is the interpreter of an environment
with pymrio, held open beside this one. --years: all years through the command line, into a store of its own. The range of five ratios holds
the median ratio with probability 15/16. OPENBLAS_NUM_THREADS=1 for both where the machine has other work: two threads that wait for each other
then measure the wait. Ends with 1 where a requirement is missed.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
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
SECONDS, GIGABYTES = 60.0, 2.0
"""Required of seventeen years through the command line."""
STEPS = ("output, shares, Leontief inverse", "and multipliers of each state's value added", "and footprint: whose value each state's final use holds")
"""What pymrio can do of this, each from the table on, with all steps before it."""
PYMRIO = """
import json, sys, time, warnings
import numpy as np, pandas as pd
import pymrio
warnings.simplefilter("ignore")
held = np.load(sys.argv[1])
states, industries = held["states"].tolist(), held["industries"].tolist()
rows = pd.MultiIndex.from_product([states, industries], names=["region", "sector"])
z = pd.DataFrame(held["z"], index=rows, columns=rows)
y = pd.DataFrame(held["y"], index=rows, columns=pd.Index(states, name="region"))
f = pd.DataFrame(held["value"], index=pd.Index(states, name="stressor"), columns=rows)
for _ in sys.stdin:
    start = time.perf_counter()
    x = pymrio.calc_x(z, y)
    a = pymrio.calc_A(z, x)
    inverse = pymrio.calc_L(a)
    first = time.perf_counter()
    s = pymrio.calc_S(f, x)
    m = pymrio.calc_M(s, inverse)
    second = time.perf_counter()
    footprint = m.dot(y)
    third = time.perf_counter()
    np.save(sys.argv[2], footprint.to_numpy())
    print(json.dumps({"seconds": [t - start for t in (first, second, third)], "version": pymrio.__version__}), flush=True)
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
    parser.add_argument("--years", action="store_true")
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
    missed = middle > LIMIT
    if asked.pymrio is not None:
        missed |= _beside(table, asked.pymrio, asked.runs, say)
    if asked.years:
        missed |= _all_years(asked.data, say)
    return int(missed)


def _beside(table: va.IOTable, python: Path, runs: int, say: Callable[[str], Any]) -> bool:
    """The steps that pymrio has, by pymrio and by comity in turn; True where any takes longer here. The footprints of both must agree."""
    held = va.solve(table)
    with tempfile.TemporaryDirectory() as folder:
        given, made = Path(folder) / "table.npz", Path(folder) / "footprint.npy"
        by_state = np.einsum("st,sn->stn", np.eye(len(table.states)), held.value).reshape(len(table.states), -1)
        np.savez(given, z=table.z, y=table.y.sum(axis=2), value=by_state, states=table.states, industries=table.industries)
        ours: list[list[float]] = []
        theirs: list[list[float]] = []
        with subprocess.Popen([python, "-c", PYMRIO, given, made], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as peer:
            assert peer.stdin is not None and peer.stdout is not None
            for _ in range(runs + 1):
                peer.stdin.write("\n")
                peer.stdin.flush()
                found = json.loads(peer.stdout.readline())
                theirs.append(found["seconds"])
                ours.append(_steps(table))
            peer.stdin.close()
        other = np.load(made)
    mine = np.einsum("sn,srn->sr", held.v, held.by)
    assert np.abs(mine - other).max() <= 1e-9 * np.abs(mine).max(), "the footprints differ"
    slower = False
    for k, step in enumerate(STEPS):
        ratios = sorted(o[k] / t[k] for o, t in zip(ours[1:], theirs[1:], strict=True))
        middle = statistics.median(ratios)
        slower |= middle > 1
        say(
            f"| {step} | {middle:.2f} ({ratios[0]:.2f}–{ratios[-1]:.2f}) | ≤ 1: {'kept' if middle <= 1 else '**missed**'} | "
            f"{statistics.median(o[k] for o in ours[1:]):.2f} | pymrio {found['version']}: {statistics.median(t[k] for t in theirs[1:]):.2f} |\n"
        )
    return slower


def _steps(table: va.IOTable) -> list[float]:
    """Seconds from the table to each of `STEPS`."""
    start = time.perf_counter()
    held = va.solve(table)
    first = time.perf_counter()
    va.multipliers(held)
    second = time.perf_counter()
    va.vax(held)
    return [t - start for t in (first, second, time.perf_counter())]


def _all_years(data: Path, say: Callable[[str], Any]) -> bool:
    """`comity build wiod_tables` into an empty store: wall and processor seconds, memory; True where a requirement is missed."""
    with tempfile.TemporaryDirectory() as home:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        wall = timed(lambda: subprocess.run(
            [sys.executable, "-m", "comity", "--home", home, "build", "wiod_tables", "--from", data], check=True, capture_output=True
        ))  # fmt: skip
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    memory = after.ru_maxrss / 1024**2
    verdict = "kept" if wall <= SECONDS and memory < GIGABYTES else "**missed**"
    say(
        f"| 1995–2011 through the command line: all methods, chains, shared production | | ≤ {SECONDS:g} s, < {GIGABYTES:g} GB: {verdict} | "
        f"{wall:.0f} ({used:.0f} of processor), {memory:.2f} GB | |\n"
    )
    return verdict != "kept"


if __name__ == "__main__":
    sys.exit(main())
