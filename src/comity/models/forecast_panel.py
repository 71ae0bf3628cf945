"""What a forecast of many dyads at once is made from: values on a scale, and what each knows of its own past at every period.

Nothing here looks ahead: a column of any feature uses no later column of the values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from comity.core import BadDataError, UsageError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Kind = Literal["log", "log1p", "level"]
Feature = Callable[[Floats], Floats]
ALPHAS = (0.3, 0.5, 0.7, 0.85, 1.0)
CLASSES = 5
LEAST_ACROSS = 100
"""Rows that a period needs for its own cuts between size classes; with fewer, those of the last period that had them."""
YOUNG = 5
"""Values after which a row's age tells nothing more: beyond it the age would stand for the year in which a source begins."""
SHARE_ACROSS = 0.2
"""Of the most rows so far: with fewer, a period's coverage is another, and so would be its cuts."""
WINDOW = 10
SKEWED = 50.0


@dataclass(frozen=True, kw_only=True)
class Scale:
    """How values are modelled: their logarithm, log(1 + value / unit), or as they are; within bounds, and whole where they are counts."""

    kind: Kind = "level"
    unit: float = 1.0
    low: float | None = None
    high: float | None = None
    whole: bool = False

    def forward(self, value: Floats) -> Floats:
        """Values on the scale; nan where the scale has none (a logarithm of nought)."""
        x = np.asarray(value, dtype=np.float64)
        if self.kind == "log":
            return np.asarray(np.log(np.where(x > 0, x, np.nan)))
        return np.asarray(np.log1p(np.maximum(x, 0.0) / self.unit)) if self.kind == "log1p" else x

    def backward(self, z: Floats) -> Floats:
        """Values from the scale."""
        x = np.asarray(z, dtype=np.float64)
        if self.kind == "log":
            return np.asarray(np.exp(np.minimum(x, 700.0)))
        return np.asarray(np.expm1(np.minimum(x, 700.0)) * self.unit) if self.kind == "log1p" else x

    def settle(self, z: Floats) -> Floats:
        """Points of the scale moved to where a value can be: within bounds, and on whole numbers for counts."""
        if self.kind == "log" and not self.whole:
            return z
        x = self.backward(z)
        x = np.clip(x, -np.inf if self.low is None else self.low, np.inf if self.high is None else self.high)
        return self.forward(np.rint(x) if self.whole else x)


def scale_of(values: Floats, bounds: tuple[float | None, float | None], *, total: bool = False, counts: bool = True) -> Scale:
    """The scale that suits values with such bounds: logarithms for what is never nought and very uneven, levels for shares.

    counts: whole numbers are counts of things; not so for money.
    """
    known = values[np.isfinite(values)]
    low, high = bounds
    whole = counts and bool(len(known)) and bool((known == np.rint(known)).all()) and (high is None or high > 1) and low is not None and low >= 0
    positive = known[known > 0]
    if high is not None or low is None or low < 0 or not len(positive):
        return Scale(kind="level", low=low, high=high, whole=whole)
    uneven = float(np.quantile(positive, 0.99)) > SKEWED * float(np.median(positive))
    if not whole and len(positive) == len(known) and (uneven or total):
        return Scale(kind="log", low=low)
    if uneven or total:
        unit = 1.0 if whole else max(float(np.quantile(positive, 0.05)), 1e-12)
        return Scale(kind="log1p", unit=unit, low=low, whole=whole)
    return Scale(kind="level", low=low, high=high, whole=whole)


@dataclass(frozen=True, kw_only=True)
class Panel:
    """Values of rows (dyads by source, or states) over consecutive periods, on their scale; nan: not known.

    values [rows, periods]; sides [rows, 2]: which states a row is of, by number. extras: features of one's own, each a function of values
    [rows, periods] that gives an array of the same shape and looks at no later column.
    """

    values: Floats
    sides: Ints
    scale: Scale = field(default_factory=Scale)
    extras: Mapping[str, Feature] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.values.ndim != 2 or self.sides.shape != (self.values.shape[0], 2):
            raise UsageError(f"values {self.values.shape} and sides {self.sides.shape}; expected [rows, periods] and [rows, 2]")
        if np.isinf(self.values).any():
            raise BadDataError("the values hold infinities; expected finite numbers, nan where not known")

    def until(self, origin: int) -> Panel:
        """The panel as it was known in period `origin`."""
        return replace(self, values=self.values[:, : origin + 1])


@dataclass(frozen=True, kw_only=True)
class Features:
    """What is known of each row in each period, [rows, periods]; all but `names` by period and none from a later one.

    size: class by the value's place among all rows of the period, -1 where not observed. smooth: by each of ALPHAS. volatility: mean
    absolute change between neighbouring periods, of the last ten, nan with fewer than three. more: columns by name for the regression.
    """

    size: NDArray[np.int8]
    smooth: tuple[NDArray[np.float32], ...]
    volatility: NDArray[np.float32]
    more: dict[str, NDArray[np.float32]]


def features(panel: Panel) -> Features:
    """The features of a panel."""
    y = panel.values
    seen = np.isfinite(y)
    change = np.full(y.shape, np.nan)
    change[:, 1:] = y[:, 1:] - y[:, :-1]
    size = _sizes(y, seen)
    smooth = tuple(_smoothed(y, seen, a) for a in ALPHAS)
    slope = _slope(y, seen)
    mean5, mean10 = _mean(y, seen, 5), _mean(y, seen, WINDOW)
    moved = np.isfinite(change)
    count = moved.astype(np.float64)
    total = _window(np.where(moved, np.abs(change), 0.0), WINDOW)
    number = _window(count, WINDOW)
    volatility = np.where(number >= 3, total / np.maximum(number, 1), np.nan)
    before = np.where(moved, change, 0.0)
    more = {
        "mean5": y - mean5, "mean10": y - mean10, "ses": y - smooth[1], "slope": slope, "change": before,
        "of_states_slope": _of_states(slope, seen, panel.sides), "of_states_change": _of_states(before, moved, panel.sides),
        "observed": np.log1p(np.minimum(np.cumsum(seen, axis=1), YOUNG)), "value": y,
    }  # fmt: skip
    for name, make in panel.extras.items():
        made = np.asarray(make(y), dtype=np.float64)
        if made.shape != y.shape:
            raise UsageError(f"feature {name} has shape {made.shape}; expected {y.shape}")
        more[name] = np.where(np.isfinite(made), made, 0.0)
    return Features(size=size, smooth=smooth, volatility=volatility.astype(np.float32), more={k: v.astype(np.float32) for k, v in more.items()})


def _sizes(y: Floats, seen: NDArray[np.bool_]) -> NDArray[np.int8]:
    out = np.full(y.shape, -1, dtype=np.int8)
    cuts: Floats | None = None
    usual = 0
    for t in range(y.shape[1]):
        own = y[seen[:, t], t]
        usual = max(usual, len(own))
        if len(own) >= max(LEAST_ACROSS, SHARE_ACROSS * usual) or (cuts is None and len(own)):
            cuts = np.quantile(own, np.arange(1, CLASSES) / CLASSES)
        if cuts is not None and len(own):
            out[seen[:, t], t] = np.searchsorted(cuts, own, side="left")
    return out


def _smoothed(y: Floats, seen: NDArray[np.bool_], alpha: float) -> NDArray[np.float32]:
    out = np.full(y.shape, np.nan, dtype=np.float32)
    level = np.full(len(y), np.nan)
    for t in range(y.shape[1]):
        known = seen[:, t]
        first = known & np.isnan(level)
        level = np.where(first, y[:, t], np.where(known, alpha * y[:, t] + (1 - alpha) * level, level))
        out[:, t] = level
    return out


def _window(x: Floats, width: int) -> Floats:
    """The sum of the last so many columns."""
    total = np.cumsum(x, axis=1)
    out = total.copy()
    out[:, width:] -= total[:, :-width]
    return out


def _mean(y: Floats, seen: NDArray[np.bool_], width: int) -> Floats:
    filled = np.where(seen, y, 0.0)
    return np.asarray(_window(filled, width) / np.maximum(_window(seen.astype(np.float64), width), 1.0))


def _slope(y: Floats, seen: NDArray[np.bool_]) -> Floats:
    """The least-squares slope over the last ten periods, 0 with fewer than three of them known."""
    t = np.arange(y.shape[1], dtype=np.float64) - y.shape[1] / 2
    w = seen.astype(np.float64)
    filled = np.where(seen, y, 0.0)
    n, st, sy = _window(w, WINDOW), _window(w * t, WINDOW), _window(filled, WINDOW)
    stt, sty = _window(w * t * t, WINDOW), _window(filled * t, WINDOW)
    below = n * stt - st * st
    enough = (n >= 3) & (below > 0.5)
    return np.asarray(np.where(enough, (n * sty - st * sy) / np.where(enough, below, 1.0), 0.0))


def _of_states(x: Floats, known: NDArray[np.bool_], sides: Ints) -> Floats:
    """The mean over a row's two states of the mean of x over each one's rows in the period."""
    out = np.zeros(x.shape)
    states = int(sides.max()) + 1 if len(sides) else 0
    for t in range(x.shape[1]):
        rows = np.flatnonzero(known[:, t])
        if not len(rows):
            continue
        ends = sides[rows].ravel()
        values = np.repeat(x[rows, t], 2)
        number = np.maximum(np.bincount(ends, minlength=states), 1)
        mean = np.bincount(ends, weights=values, minlength=states) / number
        out[:, t] = mean[sides].mean(axis=1)
    return out


class LookAheadError(BadDataError):
    """A feature or a method uses what was not known at its origin."""


def check_causal(panel: Panel, origin: int, *, seed: int = 0) -> None:
    """Raise LookAheadError where a feature of periods up to `origin` changes once the later values are scrambled."""
    rng = np.random.default_rng(seed)
    later = panel.values[:, origin + 1 :]
    if not later.size:
        return
    known = later[np.isfinite(later)]
    spread = float(known.std()) if len(known) else 1.0
    scrambled = np.concatenate([panel.values[:, : origin + 1], later + rng.normal(0, 1 + 3 * spread, later.shape)], axis=1)
    one, other = features(panel), features(replace(panel, values=scrambled))
    pairs: dict[str, tuple[NDArray[Any], NDArray[Any]]] = {"size": (one.size, other.size), "volatility": (one.volatility, other.volatility)}
    pairs |= {f"smooth {a}": (x, z) for a, x, z in zip(ALPHAS, one.smooth, other.smooth, strict=True)}
    pairs |= {k: (v, other.more[k]) for k, v in one.more.items()}
    for name, (x, z) in pairs.items():
        left, right = x[:, : origin + 1].astype(np.float64), z[:, : origin + 1].astype(np.float64)
        tolerance = 1e-4 * (1.0 + np.nanmax(np.abs(left), initial=0.0))
        if not np.allclose(left, right, atol=tolerance, equal_nan=True):
            raise LookAheadError(f"feature {name} of periods up to {origin} changes with later values: it looks ahead")
