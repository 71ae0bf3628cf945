"""Forecasts of one monthly series: last value, seasonal adjustment, smoothing, the same month a year before; with errors of their own past.

One series teaches little: errors are normal with the standard deviation of past forecasts' errors, and no claim of significance is made.
Source of the adjustment: Macaulay, F. R. (1931), The smoothing of time series, NBER (ratio to a centred twelve-month average).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from comity.core import BadDataError
from comity.models import scores
from comity.models.backtest import CHOSEN, NOMINAL, Backtest, Choice, Scored
from comity.models.forecast_panel import Floats

METHODS = ("last", "last_adjusted", "smoothing_adjusted", "seasonal_naive", "mixed")
PLAIN = "last"
ELIGIBLE = ("last", "last_adjusted", "smoothing_adjusted", "mixed")
"""Methods that may be chosen: the same month a year before loses to last value on every series held, and stands in the scorecard only."""
KNOWN = 12
"""Outcomes that must be known before a method is chosen over last value; as ELIGIBLE, set on nine other monthly series (docs/forecasts.md)."""
START = 24
"""Months behind a first forecast: two of each, which the seasonal effects need."""
FEED = 18
"""Forecasts that only feed the errors before any is scored."""
SMOOTH = 0.5
SHRINK = 1.0


def seasonal(y: Floats, month: int) -> Floats:
    """The effect of each calendar month on a logged series that starts in `month` (0 to 11), mean nought; [12].

    The mean difference from the centred twelve-month average, shrunk to nought by one more observation of nought.
    """
    n = len(y)
    if n < START:
        return np.zeros(12)
    weights = np.r_[0.5, np.ones(11), 0.5] / 12
    middle = np.convolve(y, weights, mode="valid")
    off = y[6 : n - 6] - middle
    place = (month + 6 + np.arange(len(off))) % 12
    total, number = np.bincount(place, weights=off, minlength=12), np.bincount(place, minlength=12)
    effect = total / (number + SHRINK)
    return np.asarray(effect - effect.mean())


def centres(y: Floats, month: int, horizons: Sequence[int]) -> dict[str, Floats]:
    """Each method's centre at each horizon from the end of the logged series y, which starts in calendar month `month`."""
    effect = seasonal(y, month)
    at = (month + np.arange(len(y))) % 12
    adjusted = y - effect[at]
    level = adjusted[0]
    for value in adjusted[1:]:
        level = SMOOTH * value + (1 - SMOOTH) * level
    ahead = np.array([effect[(at[-1] + h) % 12] for h in horizons])
    naive = np.array([y[-12 + (h - 1) % 12] if len(y) >= 12 else y[-1] for h in horizons])
    last_adjusted, smooth = adjusted[-1] + ahead, level + ahead
    return {
        "last": np.full(len(ahead), y[-1]), "last_adjusted": last_adjusted, "smoothing_adjusted": smooth, "seasonal_naive": naive,
        "mixed": 0.5 * (last_adjusted + smooth),
    }  # fmt: skip


def errors(y: Floats, month: int, horizons: Sequence[int]) -> dict[str, list[list[tuple[int, float]]]]:
    """The errors of every method from every origin: by method, by horizon, pairs (origin, error)."""
    out: dict[str, list[list[tuple[int, float]]]] = {m: [[] for _ in horizons] for m in METHODS}
    for origin in range(START - 1, len(y) - 1):
        made = centres(y[: origin + 1], month, horizons)
        for k, h in enumerate(horizons):
            if origin + h < len(y):
                for m in METHODS:
                    out[m][k].append((origin, float(y[origin + h] - made[m][k])))
    return out


def backtest(y: Floats, month: int, *, horizons: Sequence[int] = tuple(range(1, 13))) -> Backtest:
    """Score every method from every month with enough behind it, against last value; y logged, without gaps, starting in calendar month `month`.

    The error's spread at an origin is that of errors whose outcome was known by then. Raises BadDataError for too short a series.
    """
    if not np.isfinite(y).all():
        raise BadDataError("the monthly series has gaps or values that have no logarithm")
    if len(y) < START + FEED + 2:
        raise BadDataError(f"the monthly series has {len(y)} months; expected at least {START + FEED + 2}")
    found = errors(y, month, horizons)
    rows: list[Scored] = []
    choices: list[Choice] = []
    for k, h in enumerate(horizons):
        losses = {m: _losses(found[m][k], h) for m in METHODS}
        if not len(losses[PLAIN][0]):
            continue
        rows += [_row(h, m, losses[m], losses[PLAIN]) for m in METHODS]
        rows.append(_row(h, CHOSEN, _chosen(losses, h), losses[PLAIN]))
        best = min((m for m in ELIGIBLE if m != PLAIN), key=lambda m: losses[m][1].mean())
        gained = scores.skill(losses[best][1], losses[PLAIN][1])
        method = best if gained > 0 else PLAIN
        se = scores.skill_band(losses[method][1], losses[PLAIN][1])[0]
        choices.append(
            Choice(
                horizon=h, method=method, skill=max(gained, 0.0), se=se, fell_back=method == PLAIN, best_other=best, best_skill=gained,
                coverage=NOMINAL,
            )
        )  # fmt: skip
    if not rows:
        raise BadDataError(f"no month of {len(y)} has {FEED} earlier forecasts with a known outcome at these horizons")
    return Backtest(rows=tuple(rows), choices=tuple(choices), tries={})


Losses = tuple[list[int], Floats, Floats]
"""Origins, CRPS, and the transform u of each."""


def _losses(pairs: list[tuple[int, float]], horizon: int) -> Losses:
    origins, crps, u = [], [], []
    for i, (origin, error) in enumerate(pairs):
        past = [e for o, e in pairs[:i] if o + horizon <= origin]
        if len(past) < FEED:
            continue
        sd = max(math.sqrt(float(np.mean(np.square(past)))), 1e-6)
        origins.append(origin)
        crps.append(float(scores.crps_normal(error, 0.0, sd)))
        u.append(0.5 * (1 + math.erf(error / sd / math.sqrt(2))))
    return origins, np.array(crps), np.array(u)


def _chosen(losses: dict[str, Losses], horizon: int) -> Losses:
    """At each origin the eligible method of least mean score over twelve or more known outcomes, last value where none is below its."""
    origins = losses[PLAIN][0]
    crps, u = [], []
    for i, origin in enumerate(origins):
        past = [j for j in range(i) if origins[j] + horizon <= origin]
        best = min(ELIGIBLE, key=lambda m: losses[m][1][past].mean()) if len(past) >= KNOWN else PLAIN
        crps.append(losses[best][1][i])
        u.append(losses[best][2][i])
    return origins, np.array(crps), np.array(u)


def _row(horizon: int, method: str, own: Losses, plain: Losses) -> Scored:
    origins, crps, u = own
    se, low, high = scores.skill_band(crps, plain[1])
    off = 2 * np.abs(u - 0.5)
    cover = tuple(float((off <= c).mean()) for c in NOMINAL)
    gained = scores.skill(crps, plain[1])
    return Scored(
        horizon=horizon, method=method, origins=tuple(origins), n=len(origins), crps=float(crps.mean()), log_score=math.nan, brier=math.nan,
        auc=math.nan, width80=math.nan, skill_last=gained, skill_last_size=gained, se=se, low=low, high=high, won=float((crps < plain[1]).mean()),
        top=math.nan,
        cover=cover, raw=cover, worst80=math.nan, pit=tuple(float(v) for v in scores.pit_histogram(u)),  # type: ignore[arg-type]
    )  # fmt: skip


def ahead(y: Floats, month: int, choices: Sequence[Choice], levels: Floats) -> dict[int, Floats]:
    """The quantiles of the chosen method at each horizon from the end of the logged series, on its scale."""
    from scipy.special import ndtri

    horizons = [c.horizon for c in choices]
    made, found = centres(y, month, horizons), errors(y, month, horizons)
    out = {}
    for k, c in enumerate(choices):
        past = [e for _, e in found[c.method][k]]
        out[c.horizon] = made[c.method][k] + math.sqrt(float(np.mean(np.square(past)))) * ndtri(levels)
    return out
