"""Where a pair of states stands in a family of measures: size-adjusted ranks, a formative index, and its band. Pure functions on arrays.

A family is defined by content, not found by a factor analysis (Bollen & Lennox 1991; Diamantopoulos & Winklhofer 2001): its index is the
weighted mean of its measures' normal scores. A measure that is missing is left out of the point and drawn for the band, from the measures
of the same family alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from comity.core import BadDataError, UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

PEERS = 400
"""Pairs of like expected size among which a value is ranked."""
LEAST = 50
"""Pairs below which nothing is ranked."""
RIDGE = 0.02
CONSTANT = 1e-9
"""Variance of scores at or below which a column is constant, so that it correlates with nothing."""
SETTLED = 1e-10
"""Of the deviance: a step that changes it by less ends the fit of a baseline."""
BAND = (0.1, 0.9)


@dataclass(frozen=True, kw_only=True)
class Family:
    """A family's measures, the correlations of their normal scores [k, k], and how far a score outlasts ten years.

    stays: the correlation of a measure's score with its own ten years on, averaged over the family, 0 to 1.
    """

    name: str
    measures: tuple[str, ...]
    correlations: Floats
    stays: float


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One pair's index in one family: value and band in percentiles, the measures it stands on; value None where there are none."""

    value: float | None
    low: float
    high: float
    used: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Move:
    """How an index moved between two years on the measures present at both.

    change: of the point, percentiles. p_up, p_more: that it rose at all, and by more than `by`, with the measures missing at both ends drawn;
    p_more_common: the same on the common measures alone. low, high: the middle 80 per cent of the change.
    """

    change: float | None
    low: float
    high: float
    p_up: float
    p_more: float
    p_more_common: float
    used: tuple[str, ...]


def baseline(counts: Floats, logs: Floats, *, theta: float = 1.0) -> Floats:
    """Coefficients [1 + k] of a negative binomial regression with log link: E[c] = exp(b0 + logs @ b), Var = mu + mu²/theta.

    counts [n] in units, zeros kept; logs [n] or [n, k]. Newton's method on the likelihood, which is concave for
    a fixed theta (Cameron & Trivedi 2013, ch. 3.3).
    Raises BadDataError for negative or no positive counts, or where it does not settle.
    """
    import numpy as np

    x = np.column_stack([np.ones(len(counts)), logs])
    if not np.isfinite(x).all() or not (counts >= 0).all() or not (counts > 0).any():
        raise BadDataError("the baseline takes finite sizes and counts of 0 or more, some of them positive")
    scale = np.abs(x[:, 1:]).mean(axis=0)
    centre = x[:, 1:].mean(axis=0)
    z = x.copy()
    z[:, 1:] = (x[:, 1:] - centre) / np.where(scale > 0, scale, 1.0)
    b = np.zeros(z.shape[1])
    b[0] = np.log(counts.mean())
    before = _deviance(counts, np.exp(z @ b), theta)
    for _ in range(100):
        mu = np.exp(np.clip(z @ b, -30, 60))
        w = mu * (1 + counts / theta) / (1 + mu / theta) ** 2
        step = np.linalg.lstsq(z.T @ (z * w[:, None]), z.T @ ((counts - mu) / (1 + mu / theta)), rcond=None)[0]
        size = 1.0
        while size > 1e-4:
            after = _deviance(counts, np.exp(np.clip(z @ (b + size * step), -30, 60)), theta)
            if after <= before + 1e-9 * abs(before):
                break
            size /= 2
        b = b + size * step
        if abs(before - after) <= SETTLED * (abs(after) + 1):
            slope = b[1:] / np.where(scale > 0, scale, 1.0)
            out: Floats = np.concatenate([[b[0] - slope @ centre], slope])
            return out
        before = after
    raise BadDataError("the baseline of size did not settle in 100 steps")


def _deviance(y: Floats, mu: Floats, theta: float) -> float:
    import numpy as np

    with np.errstate(divide="ignore", invalid="ignore"):
        own = np.where(y > 0, y * np.log(np.where(y > 0, y, 1) / mu), 0.0)
    return float(2 * (own - (y + theta) * np.log((y + theta) / (mu + theta))).sum())


def peer_ranks(counts: Floats, expected: Floats, *, peers: int = PEERS) -> Floats:
    """The share [n] of the pairs nearest in expected size whose log ratio log((c + 1)/(mu + 1)) is lower; a pair ties with itself, two zeros tie.

    Any is above none, so that a first unit never lowers a pair whose peers are all smaller than it. Ties count half. Clipped to half a step, so
    that no pair is at 0 or 1. Fewer pairs than `peers`: all are peers.
    """
    import numpy as np

    n = len(counts)
    width = min(peers, n)
    order = np.lexsort((counts, expected))
    c, mu = counts[order], expected[order]
    r = np.log1p(c) - np.log1p(mu)
    zero = c == 0
    start = np.clip(np.arange(n) - width // 2, 0, n - width)
    windows = np.lib.stride_tricks.sliding_window_view(np.where(zero, np.inf, r), width)
    lower = np.empty(n)
    for at in range(0, n, 1024):
        rows = np.arange(at, min(at + 1024, n))
        seen = windows[start[rows[0]] : start[rows[-1]] + 1]
        step = seen if len(seen) == len(rows) else seen[start[rows] - start[rows[0]]]
        lower[rows] = np.count_nonzero(step < r[rows, None], axis=1)
    zeros = np.concatenate([[0], np.cumsum(zero)])
    none = zeros[start + width] - zeros[start]
    share = np.where(zero, none / 2, lower + none + 0.5) / width
    out = np.empty(n)
    out[order] = np.clip(share, 0.5 / width, 1 - 0.5 / width)
    return out


def mid_ranks(values: Floats) -> Floats:
    """The share [n] of all pairs with a lower value, ties counted half: what bounded and yes-or-no measures are ranked by."""
    import numpy as np

    n = len(values)
    ordered = np.sort(values)
    low, high = np.searchsorted(ordered, values, "left"), np.searchsorted(ordered, values, "right")
    return np.clip((low + high) / (2 * n), 0.5 / n, 1 - 0.5 / n)


def equated(ranks: Floats, reference: Floats) -> Floats:
    """Ranks within a narrow set of pairs on the scale of a wide one (equipercentile; Kolen & Brennan 2014, ch. 2).

    reference: ranks among all pairs, by the wide measures, of the pairs in the set [any length].
    """
    import numpy as np

    return np.quantile(reference, ranks)


def scores(ranks: Floats) -> Floats:
    """Normal scores of ranks in (0, 1), by Acklam's rational approximation (relative error below 1.2e-9); nan stays nan."""
    import numpy as np

    p = np.asarray(ranks, dtype=np.float64)
    a = (-39.69683028665376, 220.9460984245205, -275.9285104469687, 138.3577518672690, -30.66479806614716, 2.506628277459239)
    b = (-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1.0)
    c = (-0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968, 2.938163982698783)
    d = (0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1.0)
    tail = np.minimum(p, 1 - p)
    with np.errstate(invalid="ignore", divide="ignore"):
        q = np.sqrt(-2 * np.log(tail))
        far = np.polyval(c, q) / np.polyval(d, q)
        s = p - 0.5
        near = s * np.polyval(a, s * s) / np.polyval(b, s * s)
        out: Floats = np.where(tail < 0.02425, np.where(p < 0.5, far, -far), near)
    return out


def shares(z: Floats) -> Floats:
    """The standard normal distribution function, by Hart's rule as West (2005, Wilmott) gives it: absolute error below 1e-14."""
    import numpy as np

    x = np.abs(np.asarray(z, dtype=np.float64))
    over = (3.52624965998911e-02, 0.700383064443688, 6.37396220353165, 33.912866078383, 112.079291497871, 221.213596169931, 220.206867912376)
    under = (
        8.83883476483184e-02, 1.75566716318264, 16.064177579207, 86.7807322029461, 296.564248779674, 637.333633378831, 793.826512519948,
        440.413735824752,
    )  # fmt: skip
    e = np.exp(-x * x / 2)
    tail = x + 0.65
    for k in (4.0, 3.0, 2.0, 1.0):
        tail = x + k / tail
    upper = np.where(x < 7.07106781186547, e * np.polyval(over, x) / np.polyval(under, x), e / tail / 2.506628274631)
    out: Floats = np.where(np.asarray(z) > 0, 1 - upper, upper)
    return out


def correlations(z: Floats, weights: Floats | None = None) -> Floats:
    """Pairwise-complete correlations [m, m] of columns of scores [n, m]; nan where fewer than LEAST pairs hold both or one is
    constant. Weighted where asked.
    """
    import numpy as np

    held = np.isfinite(z)
    x = np.where(held, z, 0.0)
    w = np.ones(len(z)) if weights is None else weights
    wh = held * w[:, None]
    n = wh.T @ held
    sx = (x * w[:, None]).T @ held
    sxx = (x * x * w[:, None]).T @ held
    sxy = (x * w[:, None]).T @ x
    with np.errstate(invalid="ignore", divide="ignore"):
        mean, other = sx / n, sx.T / n
        own, others = sxx / n - mean**2, sxx.T / n - other**2
        out = (sxy / n - mean * other) / np.sqrt(np.where((own > CONSTANT) & (others > CONSTANT), own * others, np.nan))
    few = (held.T.astype(np.float64) @ held) < LEAST
    found: Floats = np.where(few, np.nan, np.clip(out, -1, 1))
    return found


def usable(r: Floats) -> Floats:
    """A correlation matrix that can be drawn from: unknown entries take the mean of the known ones, eigenvalues below RIDGE are lifted."""
    import numpy as np

    k = len(r)
    off = ~np.eye(k, dtype=bool)
    known = r[off & np.isfinite(r)]
    filled = np.where(np.isfinite(r), r, known.mean() if len(known) else 0.0)
    np.fill_diagonal(filled, 1.0)
    values, vectors = np.linalg.eigh((filled + filled.T) / 2)
    out = (vectors * np.maximum(values, RIDGE)) @ vectors.T
    sd = np.sqrt(np.diag(out))
    found: Floats = out / np.outer(sd, sd)
    return found


def checked_weights(weights: Floats) -> Floats:
    """Weights that add to 1; UsageError for a negative one, one that is no number, or none above zero."""
    import numpy as np

    if not np.isfinite(weights).all() or (weights < 0).any() or not weights.sum() > 0:
        raise UsageError(f"the weights are {', '.join(f'{w:g}' for w in weights)}; expected numbers of 0 or more, not all 0")
    out: Floats = weights / weights.sum()
    return out


def index(z: Floats, family: Family, weights: Floats | None = None) -> Floats:
    """The index [n] in (0, 1) of scores [n, k]: Φ(Σ w z / sqrt(w'Cw)) over the measures that are there; nan where there are none."""
    import numpy as np

    held = np.isfinite(z)
    w = held * (np.ones(z.shape[1]) if weights is None else weights)
    size = np.sqrt(np.einsum("nk,kl,nl->n", w, family.correlations, w))
    with np.errstate(invalid="ignore", divide="ignore"):
        out: Floats = shares(np.where(size > 0, np.einsum("nk,nk->n", w, np.where(held, z, 0.0)) / size, np.nan))
    return out


def drawn_index(
    z: Floats, error: Floats, family: Family, draws: int, rng: np.random.Generator, weights: Floats | None = None
) -> Floats:  # fmt: skip
    """Draws [draws, n] of the index's score: weights from the flat Dirichlet (or as given), errors of the scores, missing scores drawn.

    Missing scores are normal given those that are there, of the same family. A pair with none there is nan.
    """
    import numpy as np

    n, k = z.shape
    w = rng.dirichlet(np.ones(k), size=draws) if weights is None else np.tile(checked_weights(weights), (draws, 1))
    size = np.sqrt(np.einsum("dk,kl,dl->d", w, family.correlations, w))
    out = np.full((draws, n), np.nan)
    held = np.isfinite(z)
    patterns, which = np.unique(held, axis=0, return_inverse=True)
    for p, there in enumerate(patterns):
        rows = np.flatnonzero(which.ravel() == p)
        if not there.any():
            continue
        gain, root = _given(family.correlations, there)
        seen = z[rows][:, there]
        shown = w[:, there] + w[:, ~there] @ gain
        total = np.asarray(shown @ seen.T)
        spread = np.nan_to_num(error[rows][:, there])
        if spread.any():
            total += np.sqrt(shown**2 @ (spread**2).T) * rng.standard_normal(total.shape)
        if (~there).any():
            total += np.linalg.norm(w[:, ~there] @ root, axis=1)[:, None] * rng.standard_normal(total.shape)
        out[:, rows] = total / size[:, None]
    return out


def _given(c: Floats, there: Bools) -> tuple[Floats, Floats]:
    """How missing scores follow from those there: the regression [missing, there] and a root of the covariance that remains."""
    import numpy as np

    inner = np.linalg.pinv(c[np.ix_(there, there)])
    gain = c[np.ix_(~there, there)] @ inner
    rest = c[np.ix_(~there, ~there)] - gain @ c[np.ix_(there, ~there)]
    values, vectors = np.linalg.eigh((rest + rest.T) / 2) if len(rest) else (np.zeros(0), np.zeros((0, 0)))
    return gain, vectors * np.sqrt(np.maximum(values, 0))


def standing(
    z: Floats, error: Floats, family: Family, *, draws: int = 1000, seed: int = 1, weights: Floats | None = None
) -> list[Standing]:  # fmt: skip
    """The index and the band of each pair [n] of scores and their errors [n, k]."""
    import numpy as np

    point = 100 * index(z, family, weights)
    spread = drawn_index(z, error, family, draws, np.random.default_rng(seed), weights)
    with np.errstate(all="ignore"):
        low, high = 100 * shares(np.quantile(spread, BAND, axis=0))
    return [
        Standing(
            value=None if np.isnan(p) else float(p), low=float(lo), high=float(hi),
            used=tuple(m for m, there in zip(family.measures, np.isfinite(row), strict=True) if there),
        )
        for p, lo, hi, row in zip(point, low, high, z, strict=True)
    ]  # fmt: skip


def moved(
    before: tuple[Floats, Floats], after: tuple[Floats, Floats], family: Family, *, years: int, by: float = 5.0, draws: int = 1000,
    seed: int = 1, weights: Floats | None = None,
) -> Move:  # fmt: skip
    """How one pair's index moved between two years: scores and errors [k] of each, on the measures there in both.

    A missing score is drawn for both years with the same weights; what it keeps from one to the other is stays^(years/10). The common
    part: the same weights on the common measures only.
    """
    import numpy as np

    rng = np.random.default_rng(seed)
    k = len(family.measures)
    (z0, e0), (z1, e1) = before, after
    there = np.isfinite(z0) & np.isfinite(z1)
    used = tuple(m for m, t in zip(family.measures, there, strict=True) if t)
    if not used:
        return Move(change=None, low=np.nan, high=np.nan, p_up=np.nan, p_more=np.nan, p_more_common=np.nan, used=())
    point = 100 * (index(np.where(there, z1, np.nan)[None], family, weights) - index(np.where(there, z0, np.nan)[None], family, weights))
    w = rng.dirichlet(np.ones(k), size=draws) if weights is None else np.tile(checked_weights(weights), (draws, 1))
    gain, root = _given(family.correlations, there)
    keep = family.stays ** (years / 10)
    first = rng.standard_normal((draws, root.shape[1]))
    second = keep * first + np.sqrt(1 - keep**2) * rng.standard_normal(first.shape)
    size = np.sqrt(np.einsum("dk,kl,dl->d", w, family.correlations, w))
    narrow = w * there
    norm = np.sqrt(np.einsum("dk,kl,dl->d", narrow, family.correlations, narrow))
    whole, common = [], []
    for z, e, part in ((z0, e0, first), (z1, e1, second)):
        seen = z[there] + np.nan_to_num(e[there]) * rng.standard_normal((draws, there.sum()))
        missing = seen @ gain.T + part @ root.T
        whole.append(shares(((w[:, there] * seen).sum(axis=1) + (w[:, ~there] * missing).sum(axis=1)) / size))
        with np.errstate(invalid="ignore", divide="ignore"):
            common.append(shares((w[:, there] * seen).sum(axis=1) / np.where(norm > 0, norm, 1.0)))
    change = 100 * (whole[1] - whole[0])
    alone = 100 * (common[1] - common[0])
    low, high = np.quantile(change, BAND)
    return Move(
        change=float(point[0]), low=float(low), high=float(high), p_up=float((change > 0).mean()), p_more=float((change > by).mean()),
        p_more_common=float((alone > by).mean()), used=used,
    )  # fmt: skip
