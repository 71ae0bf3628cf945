"""Standard errors and bands of coefficients of similarity, in closed form from the joint table or by block bootstrap.

The closed forms are first-order (delta method) variances with roll calls taken as independent draws: with phi[a, b] the influence
of a roll call in cell (a, b) on the coefficient and p = O / N, se² = sum p phi² / N. For weighted kappa this is the formula of
Fleiss, Cohen and Everitt (1969), for tau-b that of Brown and Benedetti (1977). With weights w the variance is sum w² phi² / (sum w)².
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from comity.core import UsageError
from comity.models._similarity_tables import ABSTAIN, CATEGORIES, Distance, checked_weights, coded, distances, joint, one_hot, over

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Float64 = NDArray[np.float64]

Coefficient = Literal["agreement", "agree2", "lijphart", "s", "kappa", "pi", "alpha", "tau_b"]
COEFFICIENTS: tuple[Coefficient, ...] = get_args(Coefficient)
Interval = Literal["midp", "wilson", "agresti_coull", "jeffreys", "wald"]
IMAGINED = 2.0
"""Roll calls that the band of a coefficient adds to its joint table: one on which the two agree, one on which they vote independently,
each spread evenly over the categories. Two gave the coverage nearest to nominal among 0 to 4 and four ways to spread them (docs/solidarity.md)."""


@dataclass(frozen=True, kw_only=True)
class Band:
    """A coefficient with its standard error and the ends of its band, all [states, states]; nan where it is undefined."""

    value: Float64
    se: Float64
    low: Float64
    high: Float64
    n: Float64


def weighted_kappa(table: ArrayLike, disagreement: ArrayLike) -> tuple[float, float]:
    """Cohen's weighted kappa of one joint table with any matrix of disagreement weights, and its standard error.

    `table[K, K]` holds counts, `disagreement[K, K]` a weight of at least zero for each cell (0 on the diagonal; it need not be
    symmetric). 1 - sum O v / sum E v, E = r c / N; (nan, nan) where sum E v = 0.
    Sources: Cohen, J. (1968), Psychological Bulletin 70(4):213-220; Fleiss, J. L., Cohen, J. & Everitt, B. S. (1969),
    Psychological Bulletin 72(5):323-327, for the error.
    """
    o, v = np.asarray(table, dtype=np.float64), np.asarray(disagreement, dtype=np.float64)
    if o.ndim != 2 or o.shape[0] != o.shape[1] or v.shape != o.shape:
        raise UsageError(f"table and weights have shapes {o.shape} and {v.shape}; expected two square arrays of one size")
    if not (np.isfinite(o).all() and np.isfinite(v).all() and (o >= 0).all() and (v >= 0).all()):
        raise UsageError("table or weights hold a negative number or one that is not finite; expected counts and weights of at least zero")
    value, phi = _influence("kappa", o, v)
    variance = over((o * phi**2).sum(axis=(0, 1)), o.sum(axis=(0, 1)) ** 2)
    return float(value), float(np.sqrt(variance))


def standard_error(
    votes: ArrayLike,
    coefficient: Coefficient,
    *,
    distance: Distance = "abs",
    weights: ArrayLike | None = None,
    blocks: ArrayLike | None = None,
    categories: int = CATEGORIES,
) -> Float64:
    """The first-order standard error of a coefficient of every pair, [states, states], roll calls or blocks of them taken as independent.

    `blocks` names the block of each roll call (its agenda item, meeting or topic): the influences of a block are summed before they are
    squared, times G / (G - 1) of the G blocks in which the pair met, so that votes in bundles do not count as so many (nan with one
    block). nan where the coefficient is undefined, and zero where every common roll call falls in one cell: a band needs `band`.
    tau-b takes no weights. Sources: Fleiss, Cohen & Everitt (1969), Psychological Bulletin 72(5):323-327 (kappa); Brown, M. B. &
    Benedetti, J. K. (1977), JASA 72(358):309-315 (tau-b); a share and a mean for agreement, Lijphart's index and S; the same
    delta method for pi and alpha.
    """
    _, se, n, o = _value_and_error(votes, coefficient, distance, weights, categories)
    if blocks is None:
        return se
    matrix = _coded_for(votes, coefficient, categories)
    _, phi = _influence(coefficient, o, distances("abs" if coefficient == "lijphart" else distance, len(o)))
    w = np.ones(matrix.shape[1]) if weights is None else checked_weights(weights, matrix.shape[1])
    total, met = np.zeros(n.shape), np.zeros(n.shape)
    at = np.arange(len(matrix))
    for inside in _blocks(blocks, matrix.shape[1]):
        pull, there = np.zeros(n.shape), np.zeros(n.shape, bool)
        for k in inside:
            present = matrix[:, k] > 0
            cell = phi[np.maximum(matrix[:, k] - 1, 0)[:, None], np.maximum(matrix[:, k] - 1, 0)[None], at[:, None], at[None]]
            both = present[:, None] & present[None]
            pull += np.where(both, w[k] * cell, 0.0)
            there |= both
        total += pull**2
        met += there
    return np.where(met > 1, np.sqrt(over(total * met, np.maximum(met - 1, 1) * n**2)), np.nan)


def _blocks(blocks: ArrayLike, size: int) -> list[NDArray[np.intp]]:
    """The roll calls of each block."""
    names = np.asarray(blocks)
    if names.shape != (size,):
        raise UsageError(f"blocks have shape {names.shape}; expected {size}, one for each roll call")
    _, block = np.unique(names, return_inverse=True)
    return [np.flatnonzero(block == k) for k in range(block.max(initial=-1) + 1)]


def bootstrap_se(
    votes: ArrayLike,
    coefficient: Callable[..., NDArray[np.float64]],
    *,
    blocks: ArrayLike | None = None,
    replicates: int = 400,
    seed: int = 0,
) -> Float64:
    """The standard error of any coefficient by drawing blocks of roll calls with replacement, [states, states].

    `coefficient(votes)` is a function of this package or the caller's own, of votes [states, roll calls]. `blocks` names the block of
    each roll call (its meeting, agenda item or topic); None: each roll call is its own. Blocks keep together votes that are not
    independent, which a closed form takes as if they were. nan where fewer than half of the draws define the coefficient.
    The same seed gives the same numbers. Source: Künsch, H. R. (1989), Annals of Statistics 17(3):1217-1241.
    """
    matrix = np.asarray(votes)
    if matrix.ndim != 2:
        raise UsageError(f"votes have {matrix.ndim} dimension(s); expected an array [states, roll calls]")
    if replicates < 2:
        raise UsageError(f"replicates is {replicates}; expected at least two")
    inside = _blocks(np.arange(matrix.shape[1]) if blocks is None else blocks, matrix.shape[1])
    rng = np.random.default_rng(seed)
    size = matrix.shape[0]
    defined, mean, squares = np.zeros((size, size)), np.zeros((size, size)), np.zeros((size, size))
    for _ in range(replicates if inside else 0):
        drawn = np.concatenate([inside[k] for k in rng.integers(0, len(inside), len(inside))])
        value = coefficient(matrix[:, drawn])
        known = np.isfinite(value)
        defined += known
        step = np.where(known, value - mean, 0.0)
        mean += step / np.maximum(defined, 1)
        squares += np.where(known, step * (value - mean), 0.0)
    variance = np.where(defined * 2 >= replicates, squares / np.maximum(defined - 1, 1), np.nan)
    return np.asarray(np.sqrt(variance))


def band(
    votes: ArrayLike,
    coefficient: Coefficient,
    *,
    level: float = 0.95,
    distance: Distance = "abs",
    weights: ArrayLike | None = None,
    blocks: ArrayLike | None = None,
    interval: Interval = "agresti_coull",
    categories: int = CATEGORIES,
) -> Band:
    """A coefficient of every pair with a band of the nominal level, roll calls or blocks of them taken as independent.

    agreement and agree2 have the interval named (`share_band`). The others: the coefficient of the joint table with two roll calls
    more, one of agreement and one of independent votes, plus and minus the normal quantile times its first-order error, so that the
    band does not vanish where all roll calls fall in one cell; it is cut at the coefficient's bounds and always holds the value. With
    weights the n of a share is (sum w)² / sum w². With `blocks` the band is wider by the ratio of the block-robust error to the plain one
    (for a share, n is divided by its square) where that is above 1, and `se` is the block-robust error. Coverage: docs/solidarity.md.
    """
    if not 0 < level < 1:
        raise UsageError(f"level is {level}; expected a share between 0 and 1")
    value, se, n, o = _value_and_error(votes, coefficient, distance, weights, categories)
    wider = np.ones(n.shape)
    if blocks is not None:
        robust = standard_error(votes, coefficient, distance=distance, weights=weights, blocks=blocks, categories=categories)
        wider = np.fmax(1.0, over(robust, np.where(np.isfinite(se), se, 0.0)))
        se = np.fmax(robust, se)
    if coefficient in ("agreement", "agree2"):
        effective = n
        if weights is not None:
            second = _tables(votes, coefficient, np.square(checked_weights(weights, np.asarray(votes).shape[1])), categories).sum(axis=(0, 1))
            effective = over(n**2, second)
        effective = effective / wider**2
        low, high = share_band(value * effective, effective, level=level, interval=interval)
        return Band(value=value, se=se, low=low, high=high, n=n)
    low, high = band_of_tables(o, coefficient, level=level, distance=distance, least_se=se if weights is not None else None, wider=wider)
    return Band(value=value, se=se, low=low, high=high, n=n)


def band_of_tables(
    o: Float64, coefficient: Coefficient, *, level: float = 0.95, distance: Distance = "abs", least_se: Float64 | None = None,
    wider: Float64 | float = 1.0,
) -> tuple[Float64, Float64]:  # fmt: skip
    """The ends of the band of `band` for joint tables o[K, K, …] of any coefficient but a share."""
    from statistics import NormalDist

    d = distances("abs" if coefficient == "lijphart" else distance, len(o))
    value, _ = _influence(coefficient, o, d)
    n = o.sum(axis=(0, 1))
    imagined = 0.5 * np.eye(len(o)) / len(o) + 0.5 / len(o) ** 2
    padded = o + IMAGINED * imagined[(slice(None), slice(None), *(None,) * n.ndim)]
    centre, phi = _influence(coefficient, padded, d)
    wide = np.sqrt((padded * phi**2).sum(axis=(0, 1)) / ((n + IMAGINED) * np.maximum(n + IMAGINED - 1, 1)))
    wide = wide * wider
    if least_se is not None:
        wide = np.fmax(wide, least_se)
    half = NormalDist().inv_cdf((1 + level) / 2) * wide
    least = 0.0 if coefficient == "lijphart" else -1.0 if coefficient in ("s", "tau_b") else -np.inf
    low, high = np.maximum(np.minimum(centre - half, value), least), np.minimum(np.maximum(centre + half, value), 1.0)
    held = np.isfinite(value)
    return np.where(held, low, np.nan), np.where(held, high, np.nan)


def share_band(same: ArrayLike, n: ArrayLike, *, level: float = 0.95, interval: Interval = "agresti_coull") -> tuple[Float64, Float64]:
    """The ends of an interval for a share, `same` of `n`, element by element; nan where n is zero.

    "agresti_coull", the default: never below 92.8 % at any share for n ≥ 10 and 95 to 97 % on average, in plain arithmetic; "wilson"
    (86 % at its worst), "wald" (5 %), and with scipy "midp" (Clopper and Pearson's with half the probability of what was seen) and
    "jeffreys". No fixed interval covers 97 % or less within about 3 / n of 0 and 1. `same` and `n` need not be whole.
    Sources: Brown, L. D., Cai, T. T. & DasGupta, A. (2001), Statistical Science 16(2):101-133; Berry, G. & Armitage, P. (1995),
    The Statistician 44(4):417-423 (mid-P).
    """
    from statistics import NormalDist

    x, size = np.broadcast_arrays(np.asarray(same, dtype=np.float64), np.asarray(n, dtype=np.float64))
    held = size > 0
    total = np.where(held, size, 1.0)
    count = np.clip(np.where(held, x, 0.0), 0.0, total)
    z = NormalDist().inv_cdf((1 + level) / 2)
    p = count / total
    if interval == "wald":
        half = z * np.sqrt(p * (1 - p) / total)
        low, high = p - half, p + half
    elif interval == "agresti_coull":
        middle = (count + z**2 / 2) / (total + z**2)
        half = z * np.sqrt(middle * (1 - middle) / (total + z**2))
        low, high = middle - half, middle + half
    elif interval == "wilson":
        middle = (count + z**2 / 2) / (total + z**2)
        half = z / (total + z**2) * np.sqrt(total * p * (1 - p) + z**2 / 4)
        low, high = middle - half, middle + half
    elif interval == "jeffreys":
        from scipy.special import betaincinv

        tail = (1 - level) / 2
        low = np.where(count > 0, betaincinv(count + 0.5, total - count + 0.5, tail), 0.0)
        high = np.where(count < total, betaincinv(count + 0.5, total - count + 0.5, 1 - tail), 1.0)
    elif interval == "midp":
        low, high = _mid_p(count, total, (1 - level) / 2)
    else:
        raise UsageError(f"interval {interval!r}; expected one of {', '.join(get_args(Interval))}")
    return np.where(held, np.clip(low, 0.0, 1.0), np.nan), np.where(held, np.clip(high, 0.0, 1.0), np.nan)


def tau_b_of_tables(o: Float64) -> Float64:
    """Kendall's tau-b of joint tables [K, K, …]; nan where either margin is in one category."""
    difference, _, rows, columns = _concordance(o)
    n = o.sum(axis=(0, 1))
    return over(difference, np.sqrt((n**2 - (rows**2).sum(axis=0)) * (n**2 - (columns**2).sum(axis=0))))


def _mid_p(count: Float64, total: Float64, tail: float) -> tuple[Float64, Float64]:
    """Bisection on mid-P: P(X > x) + P(X = x) / 2 = tail at the lower end, P(X < x) + P(X = x) / 2 = tail at the upper."""
    from scipy.special import betainc

    def at_least(p: Float64, x: Float64) -> Float64:
        """P(X ≥ x) of a binomial, by the incomplete beta function, continued to counts that are not whole."""
        return np.asarray(np.where(x <= 0, 1.0, np.where(x > total, 0.0, betainc(np.maximum(x, 1e-300), np.maximum(total - x + 1, 1e-300), p))))

    def middle(p: Float64) -> Float64:
        return (at_least(p, count) + at_least(p, count + 1)) / 2

    ends = []
    for target in (tail, 1 - tail):
        below, above = np.zeros_like(count), np.ones_like(count)
        for _ in range(48):
            p = (below + above) / 2
            short = middle(p) < target
            below, above = np.where(short, p, below), np.where(short, above, p)
        ends.append((below + above) / 2)
    return np.where(count <= 0, 0.0, ends[0]), np.where(count >= total, 1.0, ends[1])


def _tables(votes: ArrayLike, coefficient: Coefficient, weights: ArrayLike | None, categories: int) -> Float64:
    return joint(*one_hot(_coded_for(votes, coefficient, categories), weights, categories))


def _coded_for(votes: ArrayLike, coefficient: Coefficient, categories: int) -> NDArray[np.integer[Any]]:
    """The votes that the coefficient counts: for agree2 abstentions are absences."""
    matrix = coded(votes, categories)
    if coefficient != "agree2":
        return matrix
    if categories != CATEGORIES:
        raise UsageError(f"agree2 is of votes in 3 categories, not {categories}")
    return np.where(matrix == ABSTAIN, 0, matrix)


def _value_and_error(
    votes: ArrayLike, coefficient: Coefficient, distance: Distance, weights: ArrayLike | None, categories: int
) -> tuple[Float64, Float64, Float64, Float64]:
    """The coefficient, its error, N and the joint tables of every pair."""
    if coefficient not in COEFFICIENTS:
        raise UsageError(f"coefficient {coefficient!r}; expected one of {', '.join(COEFFICIENTS)}")
    if coefficient == "tau_b" and weights is not None:
        raise UsageError("tau_b takes no weights")
    o = _tables(votes, coefficient, weights, categories)
    value, phi = _influence(coefficient, o, distances("abs" if coefficient == "lijphart" else distance, categories))
    squared = o
    if weights is not None:
        squared = _tables(votes, coefficient, np.square(checked_weights(weights, np.asarray(votes).shape[1])), categories)
    n = o.sum(axis=(0, 1))
    return value, np.sqrt(over((squared * phi**2).sum(axis=(0, 1)), n**2)), n, o


def _influence(coefficient: Coefficient, o: Float64, d: Float64) -> tuple[Float64, Float64]:
    """The coefficient of joint tables o[K, K, …] and its influence function phi[K, K, …], which has mean zero over the table."""
    n = o.sum(axis=(0, 1))
    p = over(o, np.broadcast_to(n, o.shape))
    if coefficient == "tau_b":
        return _tau_influence(o, n)
    shape = (slice(None), slice(None), *(None,) * (o.ndim - 2))
    if coefficient in ("agreement", "agree2", "lijphart", "s"):
        same = np.eye(len(o)) if coefficient in ("agreement", "agree2") else 1 - d if coefficient == "lijphart" else 1 - 2 * d
        value = np.einsum("ab,ab...->...", same, p)
        return value, same[shape] - value
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    if coefficient != "kappa":
        rows = columns = (rows + columns) / 2
    observed = np.einsum("ab,ab...->...", d, p)
    by_row, by_column = np.einsum("ab,b...->a...", d, columns), np.einsum("ab,a...->b...", d, rows)
    expected = np.einsum("a...,a...->...", rows, by_row)
    ratio = over(observed, expected)
    scale = np.where(n > 0.5, 1.0 - 0.5 / np.maximum(n, 0.5), np.nan) if coefficient == "alpha" else np.ones_like(ratio)
    slope = (d[shape] - observed) - ratio * (by_row[:, None] + by_column[None] - 2 * expected)
    return 1.0 - ratio * scale, -scale * over(slope, np.broadcast_to(expected, slope.shape))


def _concordance(o: Float64) -> tuple[Float64, Float64, Float64, Float64]:
    """Twice concordant less discordant pairs, the same by cell (A - D of Brown and Benedetti), and both margins."""
    by_cell = np.zeros_like(o)
    size = len(o)
    for a in range(size):
        for b in range(size):
            by_cell[a, b] = (
                o[:a, :b].sum(axis=(0, 1)) + o[a + 1 :, b + 1 :].sum(axis=(0, 1)) - o[:a, b + 1 :].sum(axis=(0, 1)) - o[a + 1 :, :b].sum(axis=(0, 1))
            )
    return np.asarray((o * by_cell).sum(axis=(0, 1))), by_cell, o.sum(axis=1), o.sum(axis=0)


def _tau_influence(o: Float64, n: Float64) -> tuple[Float64, Float64]:
    difference, by_cell, rows, columns = _concordance(o)
    of_rows, of_columns = n**2 - (rows**2).sum(axis=0), n**2 - (columns**2).sum(axis=0)
    root = np.sqrt(of_rows * of_columns)
    value = over(difference, root)
    turn = (n - rows)[:, None] * of_columns + (n - columns)[None] * of_rows
    slope = 2 * by_cell - over(value * turn, np.broadcast_to(root, turn.shape))
    return value, over(slope * n, np.broadcast_to(root, slope.shape))


def errors_of_tables(o: Float64) -> list[Float64]:
    """Of joint tables o[3, 3, pairs]: error and band of agreement, error of S (abs), error and band of kappa (abs)."""
    d, n = distances("abs", CATEGORIES), o.sum(axis=(0, 1))
    wanted: tuple[Coefficient, ...] = ("agreement", "s", "kappa")
    agreement, s, kappa = (np.sqrt(over((o * _influence(name, o, d)[1] ** 2).sum(axis=(0, 1)), n**2)) for name in wanted)
    return [agreement, *share_band(np.einsum("aa...->...", o), n), s, kappa, *band_of_tables(o, "kappa")]
