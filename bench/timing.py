"""Whole processes and their time and memory; two sides run in turn; a row of the table."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run: wall seconds, and the peak resident memory in MB where it was a process of its own."""

    seconds: float
    peak: float | None = None


@dataclass(frozen=True, kw_only=True)
class Item:
    """A pair of sides as measured; `limit` is the greatest median ratio allowed, `most` the greatest peak in MB."""

    name: str
    what: str
    against: str
    ours: Sequence[Run]
    theirs: Sequence[Run]
    limit: float | None = None
    most: float | None = None
    aim: str = ""

    @property
    def ratios(self) -> list[float]:
        """The time of comity over that of the alternative, run by run."""
        return [a.seconds / b.seconds for a, b in zip(self.ours, self.theirs, strict=True)]

    @property
    def kept(self) -> bool:
        """Whether what is required holds; an aim is never required."""
        slow = self.limit is not None and statistics.median(self.ratios) > self.limit
        return not slow and (self.most is None or (peak(self.ours) or 0) <= self.most)

    def row(self) -> str:
        """The Markdown row."""
        middle, low, high = statistics.median(self.ratios), min(self.ratios), max(self.ratios)
        ratio = f"{middle:.2f} ({low:.2f}–{high:.2f}; {len(self.ratios)})" if len(self.ratios) > 1 else f"{middle:.3g} (1)"
        required = [f"≤ {self.limit:g}" if self.limit else "", f"peak ≤ {self.most:,.0f} MB" if self.most else ""]
        asked = "; ".join(r for r in required if r)
        asked = f"{asked}: {'kept' if self.kept else '**missed**'}" if asked else "–"
        cells = [self.what, ratio, asked, self.aim or "–", self.against]
        for side in (self.ours, self.theirs):
            most = peak(side)
            cells.append(f"{statistics.median(r.seconds for r in side):.3g} s" + (f", {most:.0f} MB" if most else ""))
        return f"| {' | '.join(cells)} |"


HEAD = (
    "| what | ratio: median (min–max; runs) | required | aim | alternative | comity: median, peak | alternative: median, peak |\n"
    "|---|---|---|---|---|---|---|"
)


def peak(runs: Sequence[Run]) -> float | None:
    """The highest peak of the runs in MB."""
    return max((r.peak for r in runs if r.peak), default=None)


def process(command: Sequence[str], out: Path | None = None, settings: Mapping[str, str] | None = None) -> Run:
    """Run a command to its end, stdout to a file or nowhere; SystemExit with its last words where it fails.

    A new process inherits this one's peak of memory as its floor; a peak that is no higher is not known.
    """
    with tempfile.TemporaryFile() as said, (out or Path(os.devnull)).open("wb") as stdout:
        began = time.perf_counter()
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=stdout, stderr=said, env=os.environ | dict(settings or {}))
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            said.seek(0)
            words = said.read().decode(errors="replace").strip().splitlines()[-3:]
            raise SystemExit(f"{' '.join(command)}\nended with {child.returncode}: " + "\n".join(words))
    floor = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return Run(seconds=seconds, peak=usage.ru_maxrss / 1024 if usage.ru_maxrss > 1.02 * floor else None)


def in_turn(ours: Callable[[], Run], theirs: Callable[[], Run], runs: int) -> tuple[list[Run], list[Run]]:
    """Both sides once to warm the disk, then A B A B."""
    theirs(), ours()
    pairs = [(ours(), theirs()) for _ in range(runs)]
    return [a for a, _ in pairs], [b for _, b in pairs]
