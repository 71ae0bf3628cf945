"""Scores of acts between two states: a level with memory, who begins, who answers whom; pure functions on arrays.

The level follows Yan Xuetong & Zhou Fangyin (2004), 国家双边关系的定量衡量, Social Sciences in China 2004(6), 90–103: the scale from −9
to 9 and its six grades as published; the rule by which an act's effect depends on the level as commonly cited.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from comity.core import UsageError

Floats = NDArray[np.float64]
TOP = 9.0
"""N of the scale: the level lies from −N to N."""
PER_GOLDSTEIN = 0.1
"""I0 of an act for one point of Goldstein's scale: weight 10 moves a level of 0 by 1. comity's own choice; the authors' table is another."""
GRADES = ("confrontation", "tension", "discord", "normal", "good", "friendly")
QUIET = 30
"""Days without an act of either side after which the next act begins an episode."""
FEWEST_MONTHS = 60
"""Months with both sides known, two in turn, below which no answer is estimated."""
NEAREST_SHIFT = 6
"""Months by which a series is moved at least to make a placebo of it."""
HALF = 0.5


def moved(level: float, impact: float, *, top: float = TOP) -> float:
    """The level after one act: P + I, where I = (N − P)/N · I0 for I0 ≥ 0 and (N + P)/N · I0 for I0 < 0.

    impact: I0, from −N to N; with it the level never leaves −N to N. UsageError for an impact or a level outside.
    """
    if not (-top <= level <= top and -top <= impact <= top):
        raise UsageError(f"level {level} and impact {impact} must lie from {-top} to {top}")
    room = top - level if impact >= 0 else top + level
    return min(max(level + room / top * impact, -top), top)


def levels(impacts: ArrayLike, *, start: float = 0.0, top: float = TOP) -> Floats:
    """The level after each act in turn, from `start`. There is no decay: without an act the level stays as it was."""
    out = []
    level = start
    for impact in np.asarray(impacts, dtype=np.float64).tolist():
        level = moved(level, impact, top=top)
        out.append(level)
    return np.asarray(out, dtype=np.float64)


def grade(level: float, *, top: float = TOP) -> str:
    """The one of six grades of equal width that a level lies in; a bound belongs to the better grade."""
    if not -top <= level <= top:
        raise UsageError(f"level {level} must lie from {-top} to {top}")
    return GRADES[min(int((level + top) // (top / 3)), 5)]


def log_ratio(good: ArrayLike, bad: ArrayLike) -> Floats:
    """ln((cooperative + ½) / (hostile + ½)): 0 where they are as many, finite where one is none."""
    return np.asarray(np.log((np.asarray(good, dtype=np.float64) + HALF) / (np.asarray(bad, dtype=np.float64) + HALF)))


@dataclass(frozen=True, kw_only=True)
class Begun:
    """Episodes of acts and who began them; `together` began with acts of both on one day and are in no share."""

    first: int
    second: int
    together: int

    @property
    def n(self) -> int:
        """Episodes that one of the two began alone."""
        return self.first + self.second

    @property
    def share(self) -> float | None:
        """The share of these that the first began, None without one."""
        return self.first / self.n if self.n else None

    @property
    def se(self) -> float | None:
        """Its standard error (Agresti & Coull 1998: two successes and two failures added), None without an episode."""
        if not self.n:
            return None
        p = (self.first + 2) / (self.n + 4)
        return math.sqrt(p * (1 - p) / (self.n + 4))

    @property
    def band(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the share; 0 to 1 without an episode."""
        if not self.n:
            return 0.0, 1.0
        z, p, n = 1.96, self.first / self.n, self.n
        middle, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return max(0.0, (middle - half) / (1 + z * z / n)), min(1.0, (middle + half) / (1 + z * z / n))


def begun(first: Sequence[int], second: Sequence[int], *, quiet: int = QUIET) -> list[tuple[int, str]]:
    """The first day of each episode and who acted on it: "first", "second" or "together".

    first, second: the days (as whole numbers, any order, repeats allowed) on which either acted towards the other. An episode ends with `quiet`
    days without an act of either. The first episode of all is left out: what came before the data is not known.
    """
    if quiet < 1:
        raise UsageError(f"an episode ends after at least one quiet day, not {quiet}")
    one, other = set(first), set(second)
    out = []
    days = sorted(one | other)
    for before, day in pairwise(days):
        if day - before > quiet:
            out.append((day, "together" if day in one and day in other else "first" if day in one else "second"))
    return out


def count(episodes: Sequence[tuple[int, str]]) -> Begun:
    """How many episodes each side began."""
    who = [side for _, side in episodes]
    return Begun(first=who.count("first"), second=who.count("second"), together=who.count("together"))


@dataclass(frozen=True, kw_only=True)
class Answer:
    """How one side's monthly tone moves along with the other's of the month before: slope, months, band of placebos, share of placebos as far out.

    estimate: points of the answering side for one point of the other, its own month before held. low, high: the middle 95 % of the slopes when
    the other side's series is moved in time; p: the share of these moved series with a slope as far from 0, itself counted.
    """

    estimate: float
    low: float
    high: float
    p: float
    n: int

    @property
    def outside(self) -> bool:
        """Whether the slope lies outside the band."""
        return not self.low <= self.estimate <= self.high


def answer(answering: ArrayLike, leading: ArrayLike, *, fewest: int = FEWEST_MONTHS) -> Answer | None:
    """The slope of y_t on x_{t−1} beside y_{t−1}, and the band of it under every move of x in time by at least half a year.

    answering (y), leading (x): values by month without a break in the calendar, nan where a month has no act. None where fewer than `fewest`
    months have all three. The null is that x has nothing to do with y but may be as persistent as it is: circular moves keep its own course.
    An association in time, not proof of an answer: a third thing may move both.
    """
    y, x = np.asarray(answering, dtype=np.float64), np.asarray(leading, dtype=np.float64)
    if y.shape != x.shape or y.ndim != 1:
        raise UsageError(f"two series of one length are needed, not {y.shape} and {x.shape}")
    known = np.isfinite(y[1:]) & np.isfinite(y[:-1]) & np.isfinite(x[:-1])
    if known.sum() < fewest:
        return None
    now, own, lead = y[1:][known], y[:-1][known], x[:-1][known]
    n = len(now)
    base = np.column_stack([np.ones(n), own])
    if np.ptp(lead) == 0 or np.ptp(now) == 0 or np.ptp(own) == 0:
        return None
    q = np.linalg.qr(base)[0]
    left = now - q @ (q.T @ now)
    places = (np.arange(n)[None, :] - np.arange(NEAREST_SHIFT, n - NEAREST_SHIFT + 1)[:, None]) % n
    moves = np.vstack([lead[None, :], lead[places]])
    moves = moves - (moves @ q) @ q.T
    size = (moves**2).sum(axis=1)
    if size[0] < 1e-12:
        return None
    slopes = (moves @ left) / np.where(size < 1e-12, np.nan, size)
    placebo = slopes[1:][np.isfinite(slopes[1:])]
    low, high = np.quantile(placebo, [0.025, 0.975])
    p = (1 + (np.abs(placebo) >= abs(slopes[0])).sum()) / (1 + len(placebo))
    return Answer(estimate=float(slopes[0]), low=float(low), high=float(high), p=float(p), n=n)


def by_month(rows: Iterable[tuple[str, str, dt.date, float, str]]) -> dict[tuple[str, str, str], tuple[int, Floats, Floats]]:
    """Values of a towards b by month as series without a break: by pair (in order of codes) and source the first month and both directions.

    A row is a, b, month, value, source. The first month is counted from year 0 (12 · year + month − 1); a month without a row is nan.
    """
    cells: dict[tuple[str, str, str], dict[int, list[float]]] = {}
    for a, b, month, value, source in rows:
        months = cells.setdefault((min(a, b), max(a, b), source), {})
        months.setdefault(12 * month.year + month.month - 1, [math.nan, math.nan])[int(a > b)] = value
    out = {}
    for key, months in cells.items():
        first, last = min(months), max(months)
        table = np.full((2, last - first + 1), np.nan)
        for number, pair in months.items():
            table[:, number - first] = pair
        out[key] = (first, table[0], table[1])
    return out


def spread(aggregates: Sequence[ArrayLike]) -> Floats:
    """Rank correlations among several summaries of the same periods, over the periods that all of them know; nan for one without variation."""
    table = np.asarray([np.asarray(a, dtype=np.float64) for a in aggregates])
    known = np.isfinite(table).all(axis=0)
    ranked = np.array([_ranks(row) for row in table[:, known]])
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.corrcoef(ranked)) if known.sum() > 2 else np.full((len(table), len(table)), np.nan)


def _ranks(values: Floats) -> Floats:
    """Ranks from 1, equal values sharing their middle rank."""
    _, back, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return np.asarray((ends - (counts - 1) / 2)[back], dtype=np.float64)
