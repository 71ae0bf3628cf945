"""Who is nearest to a state by a measure of dyads in one session or year."""

from __future__ import annotations

from typing import Any

from comity import selection
from comity.core import Measure, UsageError
from comity.store import Holdings

APART = ("distance", "gap")
"""A measure with one of these in its name is of how far two are apart: the smallest value is the nearest."""


def nearest(holdings: Holdings, declared: Measure, full: str, state: str, *, year: int) -> list[dict[str, Any]]:
    """The partners of a state by a measure in the period that begins in a year, nearest first: state, value, se, rank.

    Nearest is the highest value, of measures of distance the lowest; equal values share a rank. A directed measure is read from
    the state to its partners. Raises UsageError where the measure is not of dyads, NotHeldError where it is not held.
    """
    if declared.of != "dyad":
        raise UsageError(f"{declared.name} is of one {declared.of}; nearest needs a measure of dyads")
    rows = selection.select(holdings, declared, full, state=state, start=year, stop=year).rows.to_pylist()
    rows = [r for r in rows if not r["source"].endswith(":unverified") and (declared.symmetric or r["a"] == state)]
    latest = max((r["start"] for r in rows), default=None)
    rows = [r for r in rows if r["start"] == latest]
    sign = 1 if any(word in declared.name for word in APART) else -1
    rows.sort(key=lambda r: (sign * r["value"], r["b"] if r["a"] == state else r["a"]))
    out: list[dict[str, Any]] = []
    for place, r in enumerate(rows, 1):
        rank = out[-1]["rank"] if out and out[-1]["value"] == r["value"] else place
        other = r["b"] if r["a"] == state else r["a"]
        out.append({"state": other, "value": r["value"], "se": r["se"], "rank": rank, "n": r["n"], "source": r["source"]})
    return out
