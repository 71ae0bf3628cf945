"""Structural breaks of a series: least-squares partitions with their tests and confidence intervals, and breaks of uncertain paths.

Sources: Bai, J. & Perron, P. (1998), Estimating and testing linear models with multiple structural changes, Econometrica 66(1):47-78; Bai, J. &
Perron, P. (2003), Computation and analysis of multiple structural change models, Journal of Applied Econometrics 18(1):1-22; Bai, J.
(1997), Estimation of a change point in multiple regression models, Review of Economics and Statistics 79(4):551-563. Numbers agree
with R's strucchange (Zeileis, Leisch, Hornik & Kleiber 2002).
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from comity.core import BadDataError, UsageError

if TYPE_CHECKING:
    import pyarrow as pa

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Partition:
    """The best partition with a given number of breaks: a break at k ends a segment with the k-th observation, counted from 1.

    breaks: k by break; lower, upper: the ends of the confidence intervals, whole observations, widened outwards; rss, bic;
    means: the level of each segment (for a regression its coefficients, [segments, columns]).
    """

    breaks: tuple[int, ...]
    lower: tuple[int, ...]
    upper: tuple[int, ...]
    rss: float
    bic: float
    means: Floats


@dataclass(frozen=True, kw_only=True)
class Breaks:
    """The partitions with 0 to the greatest number of breaks, the one of least BIC, and the supF test of one break against none.

    sup_f: the greatest F over the candidate breaks; sup_f_p: its p-value (of its limit, simulated); n: observations; level: of the intervals.
    """

    n: int
    minimum: int
    partitions: tuple[Partition, ...]
    chosen: int
    sup_f: float
    sup_f_p: float
    level: float

    @property
    def best(self) -> Partition:
        """The partition of least BIC."""
        return self.partitions[self.chosen]

    def tidy(self) -> pa.Table:
        """One row a break of the chosen partition: break, lower, upper, before, after (the levels on either side, of the first column)."""
        import pyarrow as pa

        b = self.best
        levels = b.means if b.means.ndim == 1 else b.means[:, 0]
        return pa.table({"break": pa.array(b.breaks, pa.int64()), "lower": pa.array(b.lower, pa.int64()), "upper": pa.array(b.upper, pa.int64()),
                         "before": levels[:-1], "after": levels[1:]})  # fmt: skip


def find(
    y: ArrayLike, *, x: ArrayLike | None = None, max_breaks: int = 5, trimming: float | int = 0.15, breaks: int | None = None, level: float = 0.95
) -> Breaks:
    """The least-squares partitions of a series into segments of constant level, or of a regression on the columns x.

    y [n]; x [n, k] or None for a constant. trimming: the least length of a segment, as a share of n below 1 or as a number of
    observations. max_breaks is cut to what fits. breaks: take this many rather than those of least BIC. level: of the confidence
    intervals, which are Bai's (1997) with errors and regressors of their own on either side, as strucchange's default.

    Raises UsageError for options, BadDataError for too short a series or values that are not finite.
    """
    values, columns = _checked(y, x)
    n, k = columns.shape
    h, cost, partitions, chosen = _divided(values, columns, max_breaks, trimming, breaks, level)
    sup_f = _sup_f(cost, n, h, k)
    return Breaks(n=n, minimum=h, partitions=partitions, chosen=chosen, sup_f=sup_f, sup_f_p=sup_f_p_value(sup_f, k, h / n), level=level)


def divide(y: ArrayLike, *, max_breaks: int = 5, trimming: float | int = 0.15, level: float = 0.95) -> tuple[tuple[Partition, ...], int]:
    """The least-squares partitions of a series by number of breaks, and which has the least BIC: `find` without its sup-F test."""
    values, columns = _checked(y, None)
    return _divided(values, columns, max_breaks, trimming, None, level)[2:]


def _divided(
    values: Floats, columns: Floats, max_breaks: int, trimming: float, breaks: int | None, level: float
) -> tuple[int, Floats, tuple[Partition, ...], int]:
    n, k = columns.shape
    h = math.floor(trimming * n) if trimming < 1 else int(trimming)
    if not trimming > 0 or h <= k or 2 * h > n:
        raise UsageError(f"trimming {trimming!r} leaves segments of {h} of {n} observations; expected more than {k} and at most half of them")
    if not 0 < level < 1:
        raise UsageError(f"level {level!r}; expected a number between 0 and 1")
    most = min(max_breaks, n // h - 1)
    if max_breaks < 0 or (breaks is not None and not 0 <= breaks <= most):
        raise UsageError(f"{max_breaks if breaks is None else breaks} breaks; expected 0 to {most} in {n} observations with segments of {h} or more")
    cost = _costs(values, columns, h)
    found = [()] + [_partition(cost, n, h, m) for m in range(1, most + 1)]
    partitions = tuple(_told(values, columns, cost, b, level) for b in found)
    return h, cost, partitions, int(np.argmin([p.bic for p in partitions])) if breaks is None else breaks


def _checked(y: ArrayLike, x: ArrayLike | None) -> tuple[Floats, Floats]:
    values = np.asarray(y, dtype=np.float64)
    if values.ndim != 1:
        raise UsageError(f"y has {values.ndim} dimensions; expected one")
    columns = np.ones((len(values), 1)) if x is None else np.asarray(x, dtype=np.float64).reshape(len(values), -1)
    if not (np.isfinite(values).all() and np.isfinite(columns).all()):
        raise BadDataError(f"the series holds {int((~np.isfinite(values)).sum())} values that are not finite; expected none")
    if len(values) < 4:
        raise BadDataError(f"the series has {len(values)} observations; expected at least 4")
    return values, columns


def _costs(y: Floats, x: Floats, h: int) -> Floats:
    """The residual sum of squares of every segment i to j - 1 (inf where it is shorter than h): [n, n + 1]."""
    n, k = x.shape
    cost = np.full((n, n + 1), np.inf)
    if k == 1 and (x == 1).all():
        centred = y - y.mean()
        s, q = np.concatenate([[0.0], np.cumsum(centred)]), np.concatenate([[0.0], np.cumsum(centred**2)])
        for i in range(n - h + 1):
            ends = np.arange(i + h, n + 1)
            cost[i, ends] = np.maximum(q[ends] - q[i] - (s[ends] - s[i]) ** 2 / (ends - i), 0.0)
        return cost
    for i in range(n - h + 1):
        for j in range(i + h, n + 1):
            residual = y[i:j] - x[i:j] @ np.linalg.lstsq(x[i:j], y[i:j], rcond=None)[0]
            cost[i, j] = residual @ residual
    return cost


def _partition(cost: Floats, n: int, h: int, m: int) -> tuple[int, ...]:
    """The m breaks of least total cost, by dynamic programming."""
    best = cost[0].copy()
    back: list[Ints] = []
    for _ in range(m):
        new, at = np.full(n + 1, np.inf), np.zeros(n + 1, dtype=np.int64)
        for j in range(2 * h, n + 1):
            totals = best[: j - h + 1] + cost[: j - h + 1, j]
            at[j] = int(np.argmin(totals))
            new[j] = totals[at[j]]
        best = new
        back.append(at)
    out: list[int] = []
    end = n
    for before in reversed(back):
        end = int(before[end])
        out.append(end)
    return tuple(reversed(out))


def _told(y: Floats, x: Floats, cost: Floats, breaks: tuple[int, ...], level: float) -> Partition:
    n, k = x.shape
    edges = [0, *breaks, n]
    segments = list(itertools.pairwise(edges))
    rss = float(sum(cost[a, z] for a, z in segments))
    m = len(breaks)
    likelihood = -0.5 * n * (math.log(max(rss, 1e-300)) + 1.0 - math.log(n) + math.log(2.0 * math.pi))
    bic = -2.0 * likelihood + math.log(n) * ((k + 1) * (m + 1))
    betas = np.array([np.linalg.lstsq(x[a:z], y[a:z], rcond=None)[0] for a, z in segments])
    lower, upper = [], []
    for i, at in enumerate(breaks):
        low, high = _interval(y, x, segments[i], segments[i + 1], betas[i + 1] - betas[i], betas[i : i + 2], level)
        lower.append(max(at - math.ceil(high), 1) if math.isfinite(high) else 1)
        upper.append(min(at - math.floor(low), n) if math.isfinite(low) else n)
    return Partition(breaks=breaks, lower=tuple(lower), upper=tuple(upper), rss=rss, bic=bic, means=betas[:, 0] if k == 1 else betas)


def _interval(
    y: Floats, x: Floats, one: tuple[int, int], two: tuple[int, int], step: Floats, betas: Floats, level: float
) -> tuple[float, float]:
    """The quantiles of the break's error in observations, either side with its own regressors and errors (Bai 1997, section 3)."""
    moments, spreads = [], []
    for (a, z), beta in zip((one, two), betas, strict=True):
        moments.append(float(step @ (x[a:z].T @ x[a:z] / (z - a)) @ step))
        residual = y[a:z] - x[a:z] @ beta
        spreads.append(float(residual @ residual) / (z - a))
    if moments[0] <= 0.0 or moments[1] <= 0.0:
        return -math.inf, math.inf
    if spreads[0] <= 0.0 or spreads[1] <= 0.0:
        return 0.0, 0.0
    xi = moments[1] / moments[0]
    phi = xi * spreads[1] / spreads[0]
    tail = 0.5 * (1.0 - level)
    if not tail < _argmax_cdf(0.0, xi, phi) < 1.0 - tail:
        return -math.inf, math.inf
    low, high = -1.0, 1.0
    while _argmax_cdf(low, xi, phi) > tail:
        low *= 2.0
    while _argmax_cdf(high, xi, phi) < 1.0 - tail:
        high *= 2.0
    unit = spreads[0] / moments[0]
    return _where(tail, low, 0.0, xi, phi) * unit, _where(1.0 - tail, 0.0, high, xi, phi) * unit


def _where(level: float, low: float, high: float, xi: float, phi: float) -> float:
    """The point between low and high at which the distribution function is `level`, by bisection."""
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if _argmax_cdf(middle, xi, phi) < level else (low, middle)
    return 0.5 * (low + high)


def _argmax_cdf(x: float, xi: float, phi: float) -> float:
    """The distribution function of the argmax of a two-sided Brownian motion with drift, sides of unequal scale (Bai 1997, appendix B)."""
    from scipy.special import log_ndtr

    def term(weight: float, power: float, z: float) -> float:
        return weight * math.exp(power + float(log_ndtr(z)))

    size, root = abs(x), math.sqrt(abs(x))
    if x < 0:
        f = xi / phi
        return (
            -root * math.exp(-size / 8.0) / math.sqrt(2.0 * math.pi)
            - term(phi / xi * (phi + 2.0 * xi) / (phi + xi), f * (1.0 + f) * size / 2.0, -(0.5 + f) * root)
            + term(size / 2.0 - 2.0 + (phi + 2.0 * xi) ** 2 / ((phi + xi) * xi), 0.0, -root / 2.0)
        )
    f = xi**2 / phi
    return (
        1.0
        + math.sqrt(f) * root * math.exp(-f * size / 8.0) / math.sqrt(2.0 * math.pi)
        + term(xi / phi * (2.0 * phi + xi) / (phi + xi), (phi + xi) * size / 2.0, -(phi + xi / 2.0) / math.sqrt(phi) * root)
        - term((2.0 * phi + xi) ** 2 / ((phi + xi) * phi) - 2.0 + f * size / 2.0, 0.0, -math.sqrt(f) * root / 2.0)
    )


def _sup_f(cost: Floats, n: int, h: int, k: int) -> float:
    """The greatest F statistic (Chow, as a Wald statistic: n - 2k degrees) of one break over the candidates."""
    at = np.arange(h, n - h + 1)
    rss = cost[0, at] + cost[at, n]
    return float(np.max((cost[0, n] - rss) / np.maximum(rss, 1e-300) * (n - 2 * k)))


@lru_cache(maxsize=32)
def _sup_limit(k: int, trimming: float) -> Floats:
    """Sorted draws of the limit of supF: the greatest of |B(t)|² / t (1 - t), B a k-dimensional Brownian bridge (Andrews 1993)."""
    rng = np.random.default_rng(1993)
    steps, batches, size = 1_000, 20, 500
    t = np.arange(1, steps + 1) / steps
    inside = (t >= trimming) & (t <= 1 - trimming)
    out = []
    for _ in range(batches):
        total = np.zeros((size, int(inside.sum())))
        for _ in range(k):
            w = np.cumsum(rng.standard_normal((size, steps)), axis=1) / math.sqrt(steps)
            total += (w[:, inside] - t[inside] * w[:, -1:]) ** 2
        out.append((total / (t[inside] * (1 - t[inside]))).max(axis=1))
    return np.sort(np.concatenate(out))


def sup_f_p_value(statistic: float, k: int, trimming: float) -> float:
    """The p-value of supF for k parameters, from 10,000 draws of its limit with a fixed seed: never below 1 in 10,001.

    Source: Andrews, D. W. K. (1993), Tests for parameter instability and structural change with unknown change point, Econometrica 61(4):821-856.
    """
    limit = _sup_limit(k, round(trimming, 3))
    return float(len(limit) - np.searchsorted(limit, statistic) + 1) / (len(limit) + 1)


def pelt(y: ArrayLike, *, penalty: float | None = None, minimum: int = 2) -> tuple[int, ...]:
    """The change points of the mean by PELT with the least-squares cost: ends of segments, counted from 1, the last observation left out.

    penalty: added for each change; by default 2 log(n) var(y). Source: Killick, R., Fearnhead, P. & Eckley, I. A. (2012), Optimal detection of
    changepoints with a linear computational cost, JASA 107(500):1590-1598.
    """
    values, _ = _checked(y, None)
    n = len(values)
    if minimum < 1:
        raise UsageError(f"minimum {minimum!r}; expected at least 1")
    cost_of_one = 2.0 * math.log(n) * float(values.var()) if penalty is None else penalty
    if not cost_of_one > 0:
        if penalty is None:
            return ()
        raise UsageError(f"penalty {penalty!r}; expected a number above zero")
    s, q = np.concatenate([[0.0], np.cumsum(values - values.mean())]), np.concatenate([[0.0], np.cumsum((values - values.mean()) ** 2)])
    total = np.full(n + 1, np.inf)
    total[0] = -cost_of_one
    last = np.zeros(n + 1, dtype=np.int64)
    alive = np.array([0])
    until = np.full(n + 1, n + 1)  # a start beaten at j is still needed by ends before j + minimum, which cannot start at j
    for j in range(minimum, n + 1):
        alive = alive[until[alive] > j]
        ready = alive[j - alive >= minimum]
        costs = total[ready] + q[j] - q[ready] - (s[j] - s[ready]) ** 2 / (j - ready)
        best = int(np.argmin(costs))
        total[j], last[j] = costs[best] + cost_of_one, ready[best]
        beaten = ready[costs > total[j]]
        until[beaten] = np.minimum(until[beaten], j + minimum)
        alive = np.append(alive, j)
    out: list[int] = []
    j = n
    while last[j] > 0:
        j = int(last[j])
        out.append(j)
    return tuple(reversed(out))


@dataclass(frozen=True, kw_only=True)
class PathBreaks:
    """Where the draws of a path change most: times [n - 1] are the later of each pair of neighbours.

    p_largest: the probability that the largest change of a step lies there. p_beyond: that the step there is larger than any that a walk
    with the given innovation variances would make in the whole path in 95 of 100 cases, None where none were given. step, step_sd: the change.
    """

    times: NDArray[Any]
    p_largest: Floats
    p_beyond: Floats | None
    step: Floats
    step_sd: Floats

    def tidy(self) -> pa.Table:
        """One row a step: time, p_largest, p_beyond, step, step_sd."""
        import pyarrow as pa

        beyond = pa.nulls(len(self.times), pa.float64()) if self.p_beyond is None else self.p_beyond
        return pa.table({"time": self.times, "p_largest": self.p_largest, "p_beyond": beyond, "step": self.step, "step_sd": self.step_sd})


def in_paths(draws: ArrayLike, times: ArrayLike, *, variances: ArrayLike | None = None, level: float = 0.95) -> PathBreaks:
    """The probability that the largest change of an uncertain path lies at each time, from joint draws [draws, times].

    A path always has a largest step, so p_largest alone finds one where nothing broke whenever one step is well known and the others are small:
    read it with p_beyond, which asks whether that step is more than the walk itself would make. variances: of the walk's steps [times - 1].
    Raises UsageError for shapes, BadDataError for values not finite.
    """
    from statistics import NormalDist

    x, when = np.asarray(draws, dtype=np.float64), np.asarray(times)
    if x.ndim != 2 or when.shape != (x.shape[1],) or x.shape[1] < 2:
        raise UsageError(f"draws have shape {x.shape} and times {when.shape}; expected [draws, times] with two times or more")
    if not np.isfinite(x).all():
        raise BadDataError("the draws hold values that are not finite; expected none")
    steps = np.diff(x, axis=1)
    largest = np.bincount(np.argmax(np.abs(steps), axis=1), minlength=steps.shape[1]) / len(steps)
    beyond = None
    if variances is not None:
        spread = np.sqrt(np.asarray(variances, dtype=np.float64))
        if spread.shape != (steps.shape[1],) or not (spread > 0).all():
            raise UsageError(f"variances have shape {spread.shape}; expected {steps.shape[1]} numbers above zero")
        scores = np.abs(steps) / spread
        beyond = (scores > NormalDist().inv_cdf(0.5 + 0.5 * level ** (1.0 / steps.shape[1]))).mean(axis=0)
    return PathBreaks(times=when[1:], p_largest=largest, p_beyond=beyond, step=steps.mean(axis=0), step_sd=steps.std(axis=0))
