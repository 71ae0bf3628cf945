"""The validation tables of docs/align.md, and the time of a lookup.

    python -m bench.align HOME [PART …]     prints Markdown; parts: tables times (both without one)

HOME is a full store. The tables are those of `vote_model_scores`, made at build: forecasts before 1 September against each session's votes.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

out = sys.stdout.write
KINDS = {"known": "With a predecessor", "new": "Without"}
COLUMNS = ("log_loss", "base_log_loss", "brier", "base_brier", "accuracy", "base_accuracy", "ece", "auc", "cover80", "independent80", "width")
BY_TEXT = ("cover80", "independent80", "width")


def tables(home: Path) -> None:
    """Each kind of text by session, and pooled: votes are the weights, of the bands the texts."""
    for kind, words in KINDS.items():
        path = home / "tables" / "vote_model_scores.parquet"
        rows = duckdb.execute("SELECT * FROM read_parquet($p) WHERE kind = $k ORDER BY year", {"p": str(path), "k": kind}).fetchall()
        names = [d[0] for d in duckdb.execute("SELECT * FROM read_parquet($p) LIMIT 0", {"p": str(path)}).description]
        held = [dict(zip(names, r, strict=True)) for r in rows]
        out(f"\n{words}\n\n| session of | texts | votes | {' | '.join(COLUMNS)} |\n{'|---' * (3 + len(COLUMNS))}|\n")
        for r in held:
            out(f"| {r['year']} | {r['resolutions']} | {r['votes']} | {' | '.join(_number(r[c]) for c in COLUMNS)} |\n")
        weight = {c: [r["resolutions" if c in BY_TEXT else "votes"] for r in held] for c in COLUMNS}
        pooled = {c: np.average([r[c] if r[c] is not None else np.nan for r in held], weights=weight[c]) for c in COLUMNS}
        totals = (sum(r["resolutions"] for r in held), sum(r["votes"] for r in held))
        out(f"| all | {totals[0]} | {totals[1]} | {' | '.join(_number(pooled[c]) for c in COLUMNS)} |\n")


def times(home: Path) -> None:
    """Seconds of a lookup in a new process, and of one more in a process that has made another."""
    script = (
        "import sys, time, comity\nt = time.perf_counter()\nstore = comity.open(sys.argv[1])\nstore.align(like='A/RES/77/229')\n"
        "u = time.perf_counter()\nstore.align(like='A/RES/78/241')\nv = time.perf_counter()\nstore.align(topic='hr')\n"
        "print(u - t, v - u, time.perf_counter() - v)"
    )
    began = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", script, str(home)], capture_output=True, text=True, check=True)
    whole = time.perf_counter() - began
    cold, warm, topic = map(float, done.stdout.split())
    out(f"\ncold, process and all: {whole:.1f} s (lookup {cold:.1f}); one more text: {warm:.2f} s; a topic: {topic:.2f} s\n")


def _number(value: Any) -> str:
    return "" if value is None or value != value else f"{value:.4f}".rstrip("0").rstrip(".")


if __name__ == "__main__":
    parts = {"tables": tables, "times": times}
    for name in sys.argv[2:] or parts:
        parts[name](Path(sys.argv[1]))
