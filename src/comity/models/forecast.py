"""Direct forecasts pooled over dyads: last value, exponential smoothing, least-absolute-deviations regression, counts; as distributions.

A forecast for h periods ahead is fitted on pairs (t, t + h) of all rows, so that no path is iterated; its distribution is the errors of like
rows in the past. Sources: Marcellino, M., Stock, J. H. & Watson, M. W. (2006), A comparison of direct and iterated multistep AR methods, Journal
of Econometrics 135:499-526; Gardner, E. S. (2006), Exponential smoothing: the state of the art, part II, International Journal of Forecasting
22(4):637-666; Koenker, R. & Bassett, G. (1978), Regression quantiles, Econometrica 46(1):33-50.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from comity.core import BadDataError
from comity.models.forecast_panel import ALPHAS, CLASSES, Features, Floats, Ints, Panel
from comity.models.scores import LEVELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

TRAINING = 12
"""Periods of origins behind a forecast."""
LEAST = 40
"""Errors below which a cell takes those of its class, and a class those of all."""
BINS = 4
METHODS = ("last", "last_size", "smoothing", "regression", "mixed", "count")
BASELINE = "last_size"
LAST_VALUE = ("last", "last_size")
LARGEST_MEAN = 1e6
STEEPEST = 5.0
"""The most by which a class's counts may grow from its smoothed level to the horizon: a class of noughts has no growth to learn from."""
EXCESS = np.concatenate([[0.0], np.exp(np.arange(np.log(1e-3), np.log(20.0), 0.3))])


@dataclass(frozen=True, kw_only=True)
class At:
    """Rows in one period each: which row, which period."""

    rows: Ints
    times: Ints


@dataclass(frozen=True, kw_only=True)
class Fit:
    """What the methods learn from pairs (t, t + h) that end by the origin.

    pooled [100]; by_size [5, 100]: errors of the last value. alphas [5]: the smoothing of each class; cuts [5, 3]: between its volatility
    quartiles; by_bin [5, 5, 100]: errors of smoothing by class and quartile, the fifth for an unknown volatility. beta, gamma [5, k]: the
    regression and that of its log absolute errors; standard [5, 100]; ends [5, 4]: the least and greatest shift and log width that it gave
    the pairs, beyond which it gives none to others. ratio [5], excess [5, 5]: of the count distribution, None without one.
    """

    horizon: int
    n: int
    pooled: Floats
    by_size: Floats
    alphas: Ints
    cuts: Floats
    by_bin: Floats
    beta: Floats
    gamma: Floats
    standard: Floats
    ends: Floats
    ratio: Floats | None
    excess: Floats | None


def pairs(panel: Panel, origin: int, horizon: int, *, window: int = TRAINING) -> At:
    """The rows and periods t whose value at t and at t + horizon, not after the origin, are both known: those of the last `window` periods t."""
    y = panel.values
    first, last = max(origin - horizon - window + 1, 0), origin - horizon
    if last < first:
        return At(rows=np.empty(0, np.int64), times=np.empty(0, np.int64))
    both = np.isfinite(y[:, first : last + 1]) & np.isfinite(y[:, first + horizon : last + horizon + 1])
    rows, times = np.nonzero(both)
    return At(rows=rows, times=times + first)


def quantiles_of(errors: Floats) -> Floats:
    """The hundred quantiles of past errors."""
    return np.asarray(np.quantile(errors, LEVELS)) if len(errors) else np.zeros(len(LEVELS))


def fit(panel: Panel, known: Features, origin: int, horizon: int, *, window: int = TRAINING) -> Fit:
    """Fit all methods at an origin. Raises BadDataError where fewer than 40 pairs lie before it."""
    at = pairs(panel, origin, horizon, window=window)
    if len(at.rows) < LEAST:
        raise BadDataError(f"{len(at.rows)} pairs of values {horizon} apart lie before the origin; expected at least {LEAST}")
    now, then = panel.values[at.rows, at.times], panel.values[at.rows, at.times + horizon]
    size = known.size[at.rows, at.times].astype(np.int64)
    error = then - now
    pooled = quantiles_of(error)
    by_size = np.array([_or(error[size == k], pooled) for k in range(CLASSES)])
    volatility = known.volatility[at.rows, at.times].astype(np.float64)
    cuts = np.array([_cuts(volatility[size == k]) for k in range(CLASSES)])
    bins = _bins(volatility, size, cuts)
    alphas, by_bin = _smoothing(known, at, then, size, bins, by_size)
    beta, gamma, standard, ends = _regression(known, at, error, size)
    ratio, excess = _counts(panel, known, at, then, size, bins, alphas) if panel.scale.whole else (None, None)
    return Fit(
        horizon=horizon, n=len(at.rows), pooled=pooled, by_size=by_size, alphas=alphas, cuts=cuts, by_bin=by_bin, beta=beta, gamma=gamma,
        standard=standard, ends=ends, ratio=ratio, excess=excess,
    )  # fmt: skip


def predict(panel: Panel, known: Features, fitted: Fit, at: At) -> dict[str, Floats]:
    """The hundred quantiles of each method for rows in their periods, on the panel's scale: [rows, 100], each settled where values can be."""
    y = panel.values[at.rows, at.times]
    size = known.size[at.rows, at.times].astype(np.int64)
    bins = _bins(known.volatility[at.rows, at.times].astype(np.float64), size, fitted.cuts)
    level = _smoothed(known, at, fitted.alphas[size])
    raw = {
        "last": y[:, None] + fitted.pooled,
        "last_size": y[:, None] + fitted.by_size[size],
        "smoothing": level[:, None] + fitted.by_bin[size, bins],
        "regression": _regressed(known, at, y, size, fitted),
    }
    raw["mixed"] = 0.5 * (raw["smoothing"] + raw["regression"])
    out = {name: panel.scale.settle(q) for name, q in raw.items()}
    if fitted.ratio is not None and fitted.excess is not None:
        mean = np.maximum(panel.scale.backward(level) * fitted.ratio[size], 0.0)
        out["count"] = panel.scale.settle(panel.scale.forward(negative_binomial(mean, fitted.excess[size, bins])))
    return out


def _or(errors: Floats, otherwise: Floats) -> Floats:
    return quantiles_of(errors) if len(errors) >= LEAST else otherwise


def _cuts(volatility: Floats) -> Floats:
    held = volatility[np.isfinite(volatility)]
    return np.quantile(held, np.arange(1, BINS) / BINS) if len(held) >= LEAST else np.zeros(BINS - 1)


def _bins(volatility: Floats, size: Ints, cuts: Floats) -> Ints:
    own = (volatility[:, None] > cuts[size]).sum(axis=1)
    return np.where(np.isfinite(volatility), own, BINS).astype(np.int64)


def _smoothed(known: Features, at: At, which: Ints) -> Floats:
    stacked = np.stack([s[at.rows, at.times] for s in known.smooth], axis=1)
    return stacked[np.arange(len(at.rows)), which].astype(np.float64)


def _smoothing(known: Features, at: At, then: Floats, size: Ints, bins: Ints, by_size: Floats) -> tuple[Ints, Floats]:
    """The smoothing of least mean absolute error about the class's median error, and the errors by class and volatility."""
    alphas = np.full(CLASSES, len(ALPHAS) - 1, dtype=np.int64)
    by_bin = np.repeat(by_size[:, None, :], BINS + 1, axis=1)
    for k in range(CLASSES):
        rows = np.flatnonzero(size == k)
        if len(rows) < LEAST:
            continue
        errors = [then[rows] - s[at.rows[rows], at.times[rows]] for s in known.smooth]
        alphas[k] = int(np.argmin([np.abs(e - np.median(e)).mean() for e in errors]))
        own = errors[alphas[k]]
        whole = quantiles_of(own)
        for b in range(BINS + 1):
            by_bin[k, b] = _or(own[bins[rows] == b], whole)
    return alphas, by_bin


def _design(known: Features, at: At) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The columns of the regression and of that of its spread."""
    columns = [v[at.rows, at.times] for v in known.more.values()]
    volatility = known.volatility[at.rows, at.times]
    unknown = ~np.isfinite(volatility)
    rough = np.log(np.where(unknown, 1.0, volatility) + np.float32(1e-3))
    one = np.ones(len(at.rows), np.float32)
    named = dict(zip(known.more, columns, strict=True))
    spread = [one, rough, unknown.astype(np.float32), np.abs(named["ses"]), np.abs(named["change"]), named["value"], named["observed"]]
    return np.column_stack([one, *columns]), np.column_stack(spread)


def least_absolute(x: Floats, y: Floats, *, steps: int = 12, weights: Floats | None = None) -> Floats:
    """The coefficients of least absolute deviations by iteratively reweighted least squares, with a whiff of ridge for collinear columns.

    Columns beyond the first (a constant) are standardised inside. x [n, k], y [n].
    """
    mean, sd = x[:, 1:].mean(axis=0), x[:, 1:].std(axis=0)
    sd = np.where(sd > 1e-9, sd, 1.0)
    z = np.column_stack([x[:, :1], (x[:, 1:] - mean) / sd])
    ridge = 1e-4 * len(y) * np.eye(z.shape[1])
    ridge[0, 0] = 0.0
    w = np.ones(len(y)) if weights is None else weights
    base = w
    scale = max(float(np.abs(y - np.median(y)).mean()), 1e-9)
    beta = np.zeros(z.shape[1])
    for _ in range(steps):
        zw = z * w[:, None]
        beta = np.linalg.lstsq(zw.T @ z + ridge * w.mean(), zw.T @ y, rcond=None)[0]
        w = base / np.maximum(np.abs(y - z @ beta), 1e-3 * scale) * scale
    out = beta.copy()
    out[1:] = beta[1:] / sd
    out[0] = beta[0] - mean @ out[1:]
    return np.asarray(out)


def _regression(known: Features, at: At, error: Floats, size: Ints) -> tuple[Floats, Floats, Floats, Floats]:
    x, z = _design(known, at)
    k, m = x.shape[1], z.shape[1]
    beta, gamma, standard = np.zeros((CLASSES, k)), np.zeros((CLASSES, m)), np.zeros((CLASSES, len(LEVELS)))
    ends = np.zeros((CLASSES, 4))
    whole = _class_regression(x, z, error) if len(error) >= 4 * (k + m) else None
    for c in range(CLASSES):
        rows = np.flatnonzero(size == c)
        found = _class_regression(x[rows], z[rows], error[rows]) if len(rows) >= 20 * k else whole
        if found is None:
            standard[c] = quantiles_of(error)
        else:
            beta[c], gamma[c], standard[c], ends[c] = found
    return beta, gamma, standard, ends


def _class_regression(x: NDArray[np.float32], z: NDArray[np.float32], error: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    wide, spread = x.astype(np.float64), z.astype(np.float64)
    beta = least_absolute(wide, error)
    shift = wide @ beta
    left = error - shift
    size = np.log(np.abs(left) + 0.05 * max(float(np.abs(left).mean()), 1e-6))
    ridge = 1e-4 * len(left) * np.eye(spread.shape[1])
    gamma = np.linalg.solve(spread.T @ spread + ridge, spread.T @ size)
    log_width = spread @ gamma
    ends = np.array([*np.quantile(shift, (0.002, 0.998)), *np.quantile(log_width, (0.002, 0.998))])
    return beta, np.asarray(gamma, dtype=np.float64), quantiles_of(left / np.exp(np.clip(log_width, ends[2], ends[3]))), ends


def _regressed(known: Features, at: At, y: Floats, size: Ints, fitted: Fit) -> Floats:
    x, z = _design(known, at)
    ends = fitted.ends[size]
    shift = np.clip(np.einsum("ij,ij->i", x.astype(np.float64), fitted.beta[size]), ends[:, 0], ends[:, 1])
    width = np.exp(np.clip(np.einsum("ij,ij->i", z.astype(np.float64), fitted.gamma[size]), ends[:, 2], ends[:, 3]))
    return np.asarray((y + shift)[:, None] + width[:, None] * fitted.standard[size])


def _counts(panel: Panel, known: Features, at: At, then: Floats, size: Ints, bins: Ints, alphas: Ints) -> tuple[Floats, Floats]:
    """The growth of the smoothed count by class, and the variance beyond Poisson's as a multiple of the squared mean by class and volatility."""
    level = panel.scale.backward(_smoothed(known, at, alphas[size]))
    count = panel.scale.backward(then)
    ratio, excess = np.ones(CLASSES), np.zeros((CLASSES, BINS + 1))
    for k in range(CLASSES):
        own = size == k
        if own.sum() < LEAST:
            continue
        ratio[k] = min(max(count[own].sum() / max(level[own].sum(), 1.0), 1 / STEEPEST), STEEPEST)
        mean = level * ratio[k]
        for b in range(BINS + 1):
            cell = own & (bins == b)
            cell = cell if cell.sum() >= LEAST else own
            relative = ((count[cell] - mean[cell]) ** 2 - mean[cell]) / np.maximum(mean[cell], 0.5) ** 2
            excess[k, b] = max(float(relative.mean()), 0.0)
    return ratio, excess


@lru_cache(maxsize=64)
def _count_table(step: int) -> tuple[Floats, Floats]:
    """A grid of means and the hundred quantiles at each, for the excess of one step (0: Poisson)."""
    from scipy.stats import nbinom, poisson

    grid = np.expm1(np.linspace(0.0, np.log1p(LARGEST_MEAN), 60))
    mean = np.maximum(grid, 1e-9)[:, None]
    if step == 0:
        return grid, np.asarray(poisson.ppf(LEVELS[None, :], mean))
    excess = float(EXCESS[step])
    return grid, np.asarray(nbinom.ppf(LEVELS[None, :], 1 / excess, 1 / (1 + excess * mean)))


def negative_binomial(mean: Floats, excess: Floats) -> Floats:
    """The hundred quantiles of negative binomial counts with variance mean + excess mean² (Poisson at nought), [n, 100].

    The excess is taken from a grid of steps of a third; between two means of a fine grid the quantiles are interpolated.
    """
    step = np.where(excess < EXCESS[1] / 2, 0, 1 + np.abs(np.log(np.maximum(excess, 1e-12))[:, None] - np.log(EXCESS[1:])).argmin(axis=1))
    out = np.zeros((len(mean), len(LEVELS)))
    for value in np.unique(step):
        rows = np.flatnonzero(step == value)
        grid, table = _count_table(int(value))
        place = np.interp(np.log1p(np.maximum(mean[rows], 0.0)), np.log1p(grid), np.arange(len(grid)))
        low = np.minimum(place.astype(np.int64), len(grid) - 2)
        part = ((mean[rows] - grid[low]) / (grid[low + 1] - grid[low]))[:, None]
        out[rows] = table[low] + part * (table[low + 1] - table[low])
    return out
