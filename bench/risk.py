"""`comity plan risk` on a thousand tasks and ten thousand draws, beside a plain numpy script that draws and takes the longest path.

    python -m bench.risk [--tasks 1000] [--draws 10000] [--runs 5]      prints a row of Markdown

The plain side knows neither calendars nor events, ranks nor causes: it reads the same file, draws triangular durations and adds.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from pathlib import Path

from bench.timing import HEAD, Item, in_turn, process

PLAIN = """
import sys, tomllib
import numpy as np
road = tomllib.load(open(sys.argv[1], "rb"))
draws = road["risk"]["iterations"]
rng = np.random.default_rng(1)
ends = {}
for task in road["task"]:
    begun = np.max([ends[i] for i in task["after"]], axis=0) if task.get("after") else np.zeros(draws)
    ends[task["id"]] = begun + rng.triangular(*task["duration"].values(), draws)
print(np.quantile(np.max(list(ends.values()), axis=0), [0.1, 0.5, 0.9]))
"""


def written(path: Path, tasks: int, draws: int) -> None:
    """A roadmap whose tasks each wait for up to three of the forty before."""
    chance = random.Random(1)
    lines = [f'format = 1\n[roadmap]\nname = "x"\nstates = ["FRA", "DEU"]\nstart = 2025-03-03\ncalendar = "all-days"\n[risk]\niterations = {draws}\n']
    for n in range(tasks):
        before = sorted({f'"t{chance.randrange(max(0, n - 40), n)}"' for _ in range(3)}) if n else []
        low = chance.randint(1, 9)
        after = f"after = [{', '.join(before)}]\n" if before else ""
        lines.append(f'[[task]]\nid = "t{n}"\nduration = {{min = {low}, mode = {low + 2}, max = {low + 9}}}\n{after}')
    path.write_text("".join(lines))


def main() -> None:
    """Time both, and print the row."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, value in (("--tasks", 1000), ("--draws", 10_000), ("--runs", 5)):
        reader.add_argument(name, type=int, default=value)
    given = reader.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path, plain = Path(folder) / "roadmap.toml", Path(folder) / "plain.py"
        written(path, given.tasks, given.draws)
        plain.write_text(PLAIN)
        command = [sys.executable, "-m", "comity", "plan", "risk", str(path), "--format", "json"]
        ours, theirs = in_turn(lambda: process(command), lambda: process([sys.executable, str(plain), str(path)]), given.runs)
    row = Item(
        name="risk", what=f"`plan risk`, {given.tasks:,} tasks × {given.draws:,} draws", against="numpy: triangular draws and longest path",
        ours=ours, theirs=theirs, most=1024, aim="10 s",
    )  # fmt: skip
    print(HEAD, row.row(), sep="\n")


if __name__ == "__main__":
    main()
