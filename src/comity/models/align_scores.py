"""How good probabilities of votes were: log loss, Brier score, calibration, recall, and the order of changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

LEAST = 1e-6
BINS = 15


@dataclass(frozen=True, kw_only=True)
class Marks:
    """Scores of n votes: mean log loss, Brier score (sum over the options), accuracy, error of calibration of the likeliest option."""

    n: int
    log_loss: float
    brier: float
    accuracy: float
    ece: float


def marks(p: ArrayLike, y: ArrayLike) -> Marks:
    """The marks of p[n, options] for outcomes y[n] in 0 … options - 1; nan where there are none.

    The calibration error is the mean of |share right - mean probability| over fifteen bins of equal width of the likeliest option's
    probability, weighted by their numbers (Guo et al. 2017, ICML, eq. 3).
    """
    probability, outcome = np.asarray(p, dtype=np.float64), np.asarray(y, dtype=np.int64)
    n = len(outcome)
    if not n:
        return Marks(n=0, log_loss=np.nan, brier=np.nan, accuracy=np.nan, ece=np.nan)
    at = probability[np.arange(n), outcome]
    hit = outcome[:, None] == np.arange(probability.shape[1])
    best = probability.argmax(axis=1)
    top = probability.max(axis=1)
    right = (best == outcome).astype(np.float64)
    place = np.minimum((top * BINS).astype(np.int64), BINS - 1)
    gap = np.abs(np.bincount(place, right - top, BINS))
    return Marks(
        n=n, log_loss=float(-np.log(np.maximum(at, LEAST)).mean()), brier=float(((probability - hit) ** 2).sum(axis=1).mean()),
        accuracy=float(right.mean()), ece=float(gap.sum() / n),
    )  # fmt: skip


def auc(score: ArrayLike, event: ArrayLike) -> float:
    """The chance that a case scores above a non-case, ties half; nan without one of each."""
    value, case = np.asarray(score, dtype=np.float64), np.asarray(event, dtype=bool)
    m, n = int(case.sum()), int((~case).sum())
    if not m or not n:
        return float("nan")
    _, inverse, count = np.unique(value, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[inverse]
    return float((rank[case].sum() - m * (m + 1) / 2) / (m * n))
