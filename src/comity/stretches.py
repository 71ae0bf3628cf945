"""Years in words: stretches without a gap."""

from __future__ import annotations

from collections.abc import Iterable


def told(years: Iterable[int]) -> str:
    """Years as stretches: 1990–1995, 1998."""
    out: list[list[int]] = []
    for year in sorted(set(years)):
        if out and year == out[-1][1] + 1:
            out[-1][1] = year
        else:
            out.append([year, year])
    return ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in out)
