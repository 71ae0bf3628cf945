"""Whether the rate of change of a series shifted: the greatest F of one shift of the mean against its permutations, exact where changes are alike.

A level that wanders breaks everywhere, so shifts are sought in the changes. The null is that the order of the changes tells nothing; where
neighbouring changes are correlated the test finds more than its size.
Source of the test: Good, P. (2005), Permutation, parametric and bootstrap tests of hypotheses, 3rd ed.; of the statistic: Andrews (1993).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from comity.core import BadDataError
from comity.models import breaks

Floats = NDArray[np.float64]
TRIM = 0.15
LEAST = 10
NEAR = 2
"""Periods within which a second opinion speaks of the same shift."""


@dataclass(frozen=True, kw_only=True)
class Shift:
    """A shift of the mean change: it ends with change `at` (from 0), its 95 per cent interval, the means on either side, PELT's opinion."""

    at: int
    low: int
    high: int
    before: float
    after: float
    pelt: bool


@dataclass(frozen=True, kw_only=True)
class Shifts:
    """The permutation p-value of any shift, the shifts of the partition of least BIC where p is at most .05, and how many PELT finds."""

    n: int
    statistic: float
    p: float
    shifts: tuple[Shift, ...]
    pelt: int


def greatest_f(changes: Floats, *, trim: float = TRIM) -> Floats:
    """The greatest F of one shift of the mean over the inner part, for each row of changes [rows, n]."""
    n = changes.shape[1]
    h = max(math.floor(trim * n), 2)
    at = np.arange(h, n - h + 1)
    centred = changes - changes.mean(axis=1, keepdims=True)
    part = np.cumsum(centred, axis=1)[:, at - 1]
    gained = part**2 * n / (at * (n - at))
    total = (centred**2).sum(axis=1, keepdims=True)
    return np.asarray((gained / np.maximum(total - gained, 1e-300) * (n - 2)).max(axis=1))


def find(changes: ArrayLike, *, draws: int = 999, most: int = 3, seed: int = 0) -> Shifts:
    """The shifts of the mean of changes [n], in order of time. Raises BadDataError for fewer than ten changes or values that are not finite."""
    z = np.asarray(changes, dtype=np.float64)
    if z.ndim != 1 or len(z) < LEAST or not np.isfinite(z).all():
        raise BadDataError(f"{z.size} changes; expected at least {LEAST}, all finite")
    own = float(greatest_f(z[None, :])[0])
    rng = np.random.default_rng(seed)
    shuffled = rng.permuted(np.tile(z, (draws, 1)), axis=1)
    p = float((1 + (greatest_f(shuffled) >= own - 1e-12).sum()) / (draws + 1))
    second = breaks.pelt(z) if z.std() > 0 else ()
    if p > 0.05 or z.std() == 0:
        return Shifts(n=len(z), statistic=own, p=p, shifts=(), pelt=len(second))
    partitions, chosen = breaks.divide(z, max_breaks=most, trimming=max(math.floor(TRIM * len(z)), 2))
    best = partitions[chosen or 1]
    shifts = tuple(
        Shift(
            at=k - 1, low=low - 1, high=high - 1, before=float(best.means[i]), after=float(best.means[i + 1]),
            pelt=any(abs(k - s) <= NEAR for s in second),
        )
        for i, (k, low, high) in enumerate(zip(best.breaks, best.lower, best.upper, strict=True))
    )  # fmt: skip
    return Shifts(n=len(z), statistic=own, p=p, shifts=shifts, pelt=len(second))
