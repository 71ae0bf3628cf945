"""What follows pressure on both states of a pair: a staggered event study against pairs not yet under it, and synthetic controls with placebos.

Sources: Callaway, B. & Sant'Anna, P. H. C. (2021), Difference-in-differences with multiple time periods, Journal of Econometrics
225(2):200-230 (group-time effects, never plain two-way fixed effects); Krackhardt, D. (1988), Predicting with networks, Social Networks
10:359-381 (states, not pairs, are permuted, as pairs share states); Abadie, A., Diamond, A. & Hainmueller, J. (2010), Synthetic control
methods for comparative case studies, JASA 105(490):493-505.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from comity.core import BadDataError, UsageError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
NEVER = 10**6
FEW = 5
GRADES = {
    "consistent with": "ties rose more than those of pairs not yet under pressure, with a permutation p at most .05, and did not before it",
    "not shown": "the permutation p is above .05, or ties moved alike before the pressure began",
    "against": "ties fell more than those of pairs not yet under pressure, with a permutation p at most .05, and did not before it",
}


@dataclass(frozen=True, kw_only=True)
class EventStudy:
    """Mean effects by periods since the event, their permutation p, and the same before it (pre-trends).

    times, effects: by event time, against the period before the event; effect: the mean of those from nought on, p its two-sided permutation
    p; pre, pre_p: the same of the periods before. pairs: treated pairs that count; grade: a word of GRADES.
    """

    times: tuple[int, ...]
    effects: tuple[float, ...]
    pairs: int
    effect: float
    p: float
    pre: float
    pre_p: float
    draws: int
    grade: str


def group_time(y: Floats, first: Ints, times: Sequence[int]) -> tuple[Floats, Ints]:
    """The effect at each event time: treated pairs' mean change since the period before the event, less that of pairs not yet treated.

    y [pairs, periods], nan where not known; first [pairs]: the period of the event, NEVER for none. Cohorts are weighted by their pairs.
    """
    total, number = np.zeros(len(times)), np.zeros(len(times), dtype=np.int64)
    periods = y.shape[1]
    for g in np.unique(first):
        if g >= NEVER or g < 1 or g >= periods:
            continue
        base = y[:, g - 1]
        own = first == g
        for k, e in enumerate(times):
            t = int(g) + e
            if not 0 <= t < periods or e == -1:
                continue
            change = y[:, t] - base
            known = np.isfinite(change)
            treated, control = own & known, (first > max(t, int(g))) & known
            if treated.any() and control.sum() >= FEW:
                total[k] += change[treated].sum() - treated.sum() * change[control].mean()
                number[k] += int(treated.sum())
    return np.where(number > 0, total / np.maximum(number, 1), np.where(np.array(times) == -1, 0.0, np.nan)), number


def event_study(y: Floats, sides: Ints, since: Ints, *, before: int = 5, after: int = 5, draws: int = 499, seed: int = 0) -> EventStudy:
    """The event study of pairs, with the distribution of its effects when states change places.

    sides [pairs, 2]: the states of each pair by number, a pair at most once. since [states, states], symmetric: the period in which both come
    under pressure, NEVER for none, also of pairs without values. In each draw the states are shuffled and with them who is under pressure with
    whom and since when. Raises BadDataError where fewer than five treated pairs count.
    """
    if sides.shape != (len(y), 2) or since.ndim != 2 or since.shape[0] != since.shape[1] or sides.max(initial=0) >= len(since):
        raise UsageError(f"y {y.shape}, sides {sides.shape}, since {since.shape}; expected one row a pair and a square of its states")
    first = since[sides[:, 0], sides[:, 1]]
    times = tuple(range(-before, after + 1))
    effects, number = group_time(y, first, times)
    treated = int((first < NEVER).sum())
    if number[before:].max(initial=0) < FEW:
        raise BadDataError(f"{treated} pairs come under pressure, {int(number.max(initial=0))} with values before and after; expected at least {FEW}")
    rng = np.random.default_rng(seed)
    own = _post_and_pre(effects, before)
    drawn = []
    for _ in range(draws):
        moved = rng.permutation(len(since))[sides]
        made, _ = group_time(y, since[moved[:, 0], moved[:, 1]], times)
        drawn.append(_post_and_pre(made, before))
    held = np.array(drawn)
    p, pre_p = (two_sided(own[k], held[:, k]) for k in (0, 1))
    sign = "consistent with" if own[0] > 0 else "against"
    grade = sign if p <= 0.05 and pre_p > 0.05 else "not shown"
    return EventStudy(
        times=times, effects=tuple(float(v) for v in effects), pairs=treated, effect=own[0], p=p, pre=own[1], pre_p=pre_p, draws=draws, grade=grade
    )


def _post_and_pre(effects: Floats, before: int) -> tuple[float, float]:
    post, pre = effects[before:], effects[: before - 1]
    return (
        float(np.nanmean(post)) if np.isfinite(post).any() else math.nan,
        float(np.nanmean(pre)) if np.isfinite(pre).any() else math.nan,
    )


def two_sided(own: float, drawn: Floats) -> float:
    """The share of a figure and its draws, itself among them, that lie as far from the median of all; nan where nothing is known.

    The median is of the figure too: one of the draws alone would set the figure apart from them, and the test would find more than its size.
    """
    held = drawn[np.isfinite(drawn)]
    if not math.isfinite(own) or not len(held):
        return math.nan
    centre = float(np.median(np.append(held, own)))
    return float((1 + (np.abs(held - centre) >= abs(own - centre) - 1e-12).sum()) / (len(held) + 1))


@dataclass(frozen=True, kw_only=True)
class Synthetic:
    """A pair against a weighted mean of other pairs: weights, the gap in each period, the fit before, and its rank among placebos.

    ratio: root mean squared gap after the event over that before; p: the share of all units, itself among them, whose ratio is as large.
    """

    weights: Floats
    gap: Floats
    before: float
    after: float
    ratio: float
    p: float
    placebos: int


def simplex_weights(target: Floats, donors: Floats, *, steps: int = 300) -> Floats:
    """The weights, none below nought and of sum one, of the donors [units, periods] nearest to the target, by Frank-Wolfe with exact steps."""
    w = np.full(len(donors), 1.0 / len(donors))
    fitted = w @ donors
    for _ in range(steps):
        gradient = donors @ (fitted - target)
        best = int(np.argmin(gradient))
        direction = donors[best] - fitted
        size = float(direction @ direction)
        if size < 1e-18:
            break
        step = min(max(float((target - fitted) @ direction) / size, 0.0), 1.0)
        if step <= 0.0:
            break
        w *= 1.0 - step
        w[best] += step
        fitted = fitted + step * direction
    return w


def synthetic_control(y: Floats, unit: int, event: int) -> Synthetic:
    """The synthetic control of one unit, and the same with every other unit in its place.

    y [units, periods] without gaps; event: the first period under treatment. Raises BadDataError for gaps, fewer than ten donors, or fewer than
    five periods before.
    """
    if not np.isfinite(y).all():
        raise BadDataError("a unit has gaps; synthetic controls need every period of every unit")
    if len(y) < 11 or not 5 <= event < y.shape[1]:
        raise BadDataError(f"{len(y) - 1} donors, {event} periods before of {y.shape[1]}; expected at least 10 donors and 5 periods before")
    ratios = np.zeros(len(y))
    kept: tuple[Floats, Floats] | None = None
    for k in (unit, *(i for i in range(len(y)) if i != unit)):
        donors = np.delete(y, [k] if k == unit else [k, unit], axis=0)
        w = simplex_weights(y[k, :event], donors[:, :event])
        gap = y[k] - w @ donors
        before, after = (float(np.sqrt(np.mean(g**2))) for g in (gap[:event], gap[event:]))
        ratios[k] = after / max(before, 1e-9)
        if k == unit:
            kept = (w, gap)
    assert kept is not None
    w, gap = kept
    before, after = (float(np.sqrt(np.mean(g**2))) for g in (gap[:event], gap[event:]))
    p = float((ratios >= ratios[unit] - 1e-12).mean())
    return Synthetic(weights=w, gap=gap, before=before, after=after, ratio=float(ratios[unit]), p=p, placebos=len(y) - 1)
