"""Scores of probabilistic forecasts: CRPS, logarithmic and Brier scores, intervals, PIT, discrimination, and the skill of one against another.

Sources: Gneiting, T. & Raftery, A. E. (2007), Strictly proper scoring rules, prediction, and estimation, JASA 102(477):359-378; Bracher, J.
et al. (2021), Evaluating epidemic forecasts in an interval format, PLoS Computational Biology 17(2):e1008618; Czado, C., Gneiting, T. & Held,
L. (2009), Predictive model assessment for count data, Biometrics 65(4):1254-1261. Every score is the lower the better.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from comity.core import UsageError

Floats = NDArray[np.float64]
LEVELS: Floats = (np.arange(100) + 0.5) / 100
"""The levels of the hundred quantiles by which a distribution is held."""


def _phi(z: Floats) -> Floats:
    return np.asarray(np.exp(-0.5 * z * z) / math.sqrt(2 * math.pi))


def _cdf(z: Floats) -> Floats:
    return np.asarray(0.5 * (1.0 + np.vectorize(math.erf, otypes=[np.float64])(z / math.sqrt(2))))


def _standard(y: ArrayLike, centre: ArrayLike, scale: ArrayLike) -> tuple[Floats, Floats]:
    s = np.asarray(scale, dtype=np.float64)
    if not (s > 0).all():
        raise UsageError("the scale of a distribution must be above nought")
    return np.asarray((np.asarray(y, dtype=np.float64) - np.asarray(centre, dtype=np.float64)) / s, dtype=np.float64), s


def crps_normal(y: ArrayLike, mean: ArrayLike = 0.0, sd: ArrayLike = 1.0) -> Floats:
    """The CRPS of a normal distribution: sd [z (2 Phi(z) - 1) + 2 phi(z) - 1/sqrt(pi)]."""
    z, s = _standard(y, mean, sd)
    return np.asarray(s * (z * (2 * _cdf(z) - 1) + 2 * _phi(z) - 1 / math.sqrt(math.pi)))


def crps_logistic(y: ArrayLike, location: ArrayLike = 0.0, scale: ArrayLike = 1.0) -> Floats:
    """The CRPS of a logistic distribution: scale [z - 2 log F(z) - 1]."""
    z, s = _standard(y, location, scale)
    return np.asarray(s * (z + 2 * np.logaddexp(0.0, -z) - 1))


def crps_laplace(y: ArrayLike, location: ArrayLike = 0.0, scale: ArrayLike = 1.0) -> Floats:
    """The CRPS of a Laplace distribution: scale [|z| + exp(-|z|) - 3/4]."""
    z, s = _standard(y, location, scale)
    return np.asarray(s * (np.abs(z) + np.exp(-np.abs(z)) - 0.75))


def crps_t(y: ArrayLike, df: float, location: ArrayLike = 0.0, scale: ArrayLike = 1.0) -> Floats:
    """The CRPS of Student's t with df above 1 (Jordan, Krüger & Lerch 2019, JSS 90(12), appendix A)."""
    from scipy.special import beta
    from scipy.stats import t

    if not df > 1:
        raise UsageError(f"df {df!r}; the CRPS of Student's t is finite above 1")
    z, s = _standard(y, location, scale)
    last = 2 * math.sqrt(df) / (df - 1) * beta(0.5, df - 0.5) / beta(0.5, df / 2) ** 2
    return np.asarray(s * (z * (2 * t.cdf(z, df) - 1) + 2 * t.pdf(z, df) * (df + z * z) / (df - 1) - last))


def crps_ensemble(y: ArrayLike, members: ArrayLike, *, fair: bool = False) -> Floats:
    """The CRPS of an ensemble, members on the last axis: E|X - y| - E|X - X'| / 2; fair: with m (m - 1) pairs instead of m²."""
    x = np.sort(np.asarray(members, dtype=np.float64), axis=-1)
    m = x.shape[-1]
    if m < 1 + fair:
        raise UsageError(f"an ensemble of {m}; expected at least {1 + fair}")
    weights = 2 * np.arange(1, m + 1) - m - 1
    spread = (x * weights).sum(axis=-1) / (m * (m - 1) if fair else m * m)
    return np.asarray(np.abs(x - np.asarray(y, dtype=np.float64)[..., None]).mean(axis=-1) - spread)


def crps_quantiles(y: ArrayLike, quantiles: ArrayLike, levels: ArrayLike = LEVELS) -> Floats:
    """The CRPS of a distribution held by its quantiles: twice the mean pinball loss over evenly spaced levels. y [n], quantiles [n, k]."""
    q, tau = np.asarray(quantiles, dtype=np.float64), np.asarray(levels, dtype=np.float64)
    gap = np.asarray(y, dtype=np.float64)[..., None] - q
    return np.asarray(2 * np.maximum(tau * gap, (tau - 1) * gap).mean(axis=-1))


def log_normal_density(y: ArrayLike, mean: ArrayLike = 0.0, sd: ArrayLike = 1.0) -> Floats:
    """The logarithmic score of a normal distribution: minus the log of its density."""
    z, s = _standard(y, mean, sd)
    return np.asarray(0.5 * z * z + np.log(s) + 0.5 * math.log(2 * math.pi))


def log_quantiles(y: ArrayLike, quantiles: ArrayLike, *, least: float = 1e-3) -> Floats:
    """The logarithmic score of sorted quantiles taken as a sample: a Gaussian kernel of Silverman's width, no narrower than `least`.

    Source: Krüger, F. et al. (2021), Predictive inference based on Markov chain Monte Carlo output, International Statistical Review 89(2).
    """
    q = np.asarray(quantiles, dtype=np.float64)
    n = q.shape[-1]
    quarter, three = q[..., n // 4], q[..., n - 1 - n // 4]
    sd = q.std(axis=-1)
    narrow = np.where(three > quarter, np.minimum(sd, (three - quarter) / 1.34), sd)
    width = np.maximum(0.9 * narrow * q.shape[-1] ** -0.2, least)[..., None]
    power = -0.5 * ((np.asarray(y, dtype=np.float64)[..., None] - q) / width) ** 2
    top = power.max(axis=-1, keepdims=True)
    mean = np.log(np.exp(power - top).mean(axis=-1)) + top[..., 0]
    return np.asarray(np.log(width[..., 0]) + 0.5 * math.log(2 * math.pi) - mean)


def brier(happened: ArrayLike, p: ArrayLike) -> Floats:
    """The Brier score of a probability: (p - o)², o 1 or 0."""
    chance = np.asarray(p, dtype=np.float64)
    if not ((chance >= 0) & (chance <= 1)).all():
        raise UsageError("a probability lies outside 0 to 1")
    return np.asarray((chance - np.asarray(happened, dtype=np.float64)) ** 2)


def interval_score(y: ArrayLike, low: ArrayLike, high: ArrayLike, alpha: float) -> Floats:
    """The interval score of a central band of level 1 - alpha: its width, and 2/alpha times what the value lies outside."""
    value, lo, hi = (np.asarray(v, dtype=np.float64) for v in (y, low, high))
    return np.asarray(hi - lo + 2 / alpha * (np.maximum(lo - value, 0) + np.maximum(value - hi, 0)))


def weighted_interval_score(y: ArrayLike, median: ArrayLike, bands: list[tuple[float, ArrayLike, ArrayLike]]) -> Floats:
    """The weighted interval score of a median and bands (alpha, low, high): weights 1/2 and alpha/2, over K + 1/2 (Bracher et al. 2021)."""
    total = 0.5 * np.abs(np.asarray(y, dtype=np.float64) - np.asarray(median, dtype=np.float64))
    for alpha, low, high in bands:
        total = total + 0.5 * alpha * interval_score(y, low, high, alpha)
    return np.asarray(total / (len(bands) + 0.5))


def mase(errors: ArrayLike, history: ArrayLike, season: int = 1) -> float:
    """The mean absolute error over that of the (seasonal) naive forecast within the history (Hyndman & Koehler 2006)."""
    past = np.asarray(history, dtype=np.float64)
    if len(past) <= season:
        raise UsageError(f"a history of {len(past)} holds no change over {season} periods")
    return float(np.abs(np.asarray(errors, dtype=np.float64)).mean() / np.abs(past[season:] - past[:-season]).mean())


def cdf_of(y: ArrayLike, quantiles: ArrayLike, levels: ArrayLike = LEVELS) -> Floats:
    """The distribution function at y of a distribution held by sorted quantiles: the mean of its left and right limits, linear between."""
    q, tau = np.asarray(quantiles, dtype=np.float64), np.asarray(levels, dtype=np.float64)
    value = np.asarray(y, dtype=np.float64)[:, None]
    n, k = q.shape
    below, upto = (q < value).sum(axis=1), (q <= value).sum(axis=1)
    rows = np.arange(n)
    left, right = np.clip(below - 1, 0, k - 1), np.clip(below, 0, k - 1)
    a, b = q[rows, left], q[rows, right]
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.where(b > a, (value[:, 0] - a) / (b - a), 0.0)
    inside = tau[left] + part * (tau[right] - tau[left])
    out = np.where(below == 0, 0.0, np.where(below == k, 1.0, inside))
    tied = upto > below
    return np.where(tied, 0.5 * (np.where(below == 0, 0.0, tau[left]) + np.where(upto == k, 1.0, tau[np.clip(upto, 0, k - 1)])), out)


def pit(y: ArrayLike, quantiles: ArrayLike, draw: Floats, *, half: float = 0.0) -> Floats:
    """The probability integral transform of y, randomised within atoms: uniform where the forecast is calibrated.

    draw [n]: uniform draws between 0 and 1. half: half the distance between neighbouring values, 0.5 for counts; the transform is then drawn
    between the distribution function
    below and above the value. For other measures it is drawn across quantiles that equal y (Czado, Gneiting & Held 2009).
    """
    value, q = np.asarray(y, dtype=np.float64), np.asarray(quantiles, dtype=np.float64)
    if half > 0:
        low, high = cdf_of(value - half, q), cdf_of(value + half, q)
        return np.asarray(low + draw * (high - low))
    u = cdf_of(value, q)
    tied = (q == value[:, None]).sum(axis=1) / q.shape[1]
    return np.clip(np.where(tied > 1.5 / q.shape[1], u + (draw - 0.5) * tied, u), 0.0, 1.0)


def pit_histogram(u: ArrayLike, bins: int = 10) -> Floats:
    """The share of transforms in each of so many equal bins."""
    counts, _ = np.histogram(np.asarray(u, dtype=np.float64), bins=bins, range=(0.0, 1.0))
    return np.asarray(counts / max(counts.sum(), 1), dtype=np.float64)


def auc(happened: ArrayLike, p: ArrayLike) -> float:
    """The probability that an event that happened was given more than one that did not; ties count half; nan where all are alike."""
    o, chance = np.asarray(happened, dtype=bool), np.asarray(p, dtype=np.float64)
    yes, no = int(o.sum()), int((~o).sum())
    if not yes or not no:
        return math.nan
    _, place, counts = np.unique(chance, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - 0.5 * (counts - 1))[place]
    return float((ranks[o].sum() - yes * (yes + 1) / 2) / (yes * no))


def skill(score: ArrayLike, baseline: ArrayLike) -> float:
    """1 minus the mean score over the baseline's: above nought is better than the baseline."""
    base = float(np.mean(np.asarray(baseline, dtype=np.float64)))
    return 1.0 - float(np.mean(np.asarray(score, dtype=np.float64))) / base if base > 0 else 0.0


def skill_band(score: ArrayLike, baseline: ArrayLike, *, level: float = 0.9, draws: int = 2000, seed: int = 0) -> tuple[float, float, float]:
    """The standard error and band of a skill by bootstrap over origins: score and baseline are one mean an origin, drawn together.

    The origin is the unit, as all dyads of a period share its shock. nan with fewer than two origins.
    """
    own, base = np.asarray(score, dtype=np.float64), np.asarray(baseline, dtype=np.float64)
    if len(own) < 2:
        return math.nan, math.nan, math.nan
    chosen = np.random.default_rng(seed).integers(0, len(own), (draws, len(own)))
    below = base[chosen].mean(axis=1)
    drawn = 1.0 - own[chosen].mean(axis=1) / np.where(below > 0, below, 1.0)
    low, high = np.quantile(drawn, ((1 - level) / 2, (1 + level) / 2))
    return float(drawn.std(ddof=1)), float(low), float(high)


def diebold_mariano(one: ArrayLike, other: ArrayLike, horizon: int = 1) -> tuple[float, float]:
    """The Diebold-Mariano statistic of two series of losses and its two-sided p-value, with Harvey, Leybourne & Newbold's (1997) correction.

    The long-run variance takes horizon - 1 autocovariances; where that is not above nought, the variance alone. Negative favours `one`.
    """
    from scipy.stats import t

    d = np.asarray(one, dtype=np.float64) - np.asarray(other, dtype=np.float64)
    n = len(d)
    if n < 3 or n <= horizon:
        raise UsageError(f"{n} losses at horizon {horizon}; expected more")
    centred = d - d.mean()
    gamma = [float(centred[k:] @ centred[: n - k]) / n for k in range(horizon)]
    variance = gamma[0] + 2 * sum(gamma[1:])
    variance = variance if variance > 0 else gamma[0]
    if variance <= 0:
        return 0.0, 1.0
    corrected = math.sqrt((n + 1 - 2 * horizon + horizon * (horizon - 1) / n) / n)
    statistic = corrected * float(d.mean()) / math.sqrt(variance / n)
    return statistic, float(2 * t.sf(abs(statistic), n - 1))
