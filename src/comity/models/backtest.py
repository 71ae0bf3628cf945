"""Rolling-origin backtests of pooled forecasts: no origin sees what came after it; scores, calibration and the choice of a method by past score.

Sources: Tashman, L. J. (2000), Out-of-sample tests of forecasting accuracy, International Journal of Forecasting 16(4):437-450; Gibbs, I. &
Candès, E. (2021), Adaptive conformal inference under distribution shift, NeurIPS 34.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from comity.core import BadDataError, UsageError
from comity.models import forecast, scores
from comity.models.forecast import BASELINE, LAST_VALUE, At
from comity.models.forecast_panel import Features, Floats, Ints, Panel, check_causal, features

GAMMA = 0.3
NOMINAL = (0.5, 0.8, 0.9)
FIRST = 8
"""Periods of origins with pairs that a fit needs before an origin counts."""
KNOWN = 2
"""Origins with a known outcome before a method may be chosen over last value."""
LEAD = 4
"""Periods of origins with pairs behind an origin that is tried but not scored: it feeds the choice of a method and the calibration."""
FEW = 20
SHARE = 0.2
"""Of the usual number of rows: an origin with fewer is of another coverage, and is left out."""
CHOSEN = "chosen"
LEAST_CHANCE = 0.005
"""The least chance that a count is given in its logarithmic score: half of what separates two quantiles."""
STALE = 5
"""Periods since a row's last value after which nothing is forecast for it."""
TABLE = np.array(
    [0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.975, 0.99, 0.995]
)
"""The levels of the quantiles of a forecast that is kept."""


@dataclass(frozen=True, kw_only=True)
class Scored:
    """One method at one horizon over all origins; every figure is a mean over origins of the mean over rows.

    crps on the panel's scale; log_score on it too, of counts of the chance of the value; brier, auc: of the event that the value rises; width80:
    of the raw 80 per cent band. skill_*: against last value with one error distribution, and with one by size class; se, low, high: of
    skill_last_size, by bootstrap over origins. won: share of origins with a lower CRPS than last_size. top: skill_last_size of the largest
    fifth. cover*: after adaptive conformal calibration (randomised for counts), raw* before; worst80: the 80 per cent band's coverage in its
    worst origin. pit: ten bins.
    """

    horizon: int
    method: str
    origins: tuple[int, ...]
    n: int
    crps: float
    log_score: float
    brier: float
    auc: float
    width80: float
    skill_last: float
    skill_last_size: float
    se: float
    low: float
    high: float
    won: float
    top: float
    cover: tuple[float, float, float]
    raw: tuple[float, float, float]
    worst80: float
    pit: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What is used for forecasts at a horizon: the method, its past skill against last_size, whether last value was fallen back to.

    coverage: by NOMINAL, the nominal coverage that had the wanted one in the past.
    """

    horizon: int
    method: str
    skill: float
    se: float
    fell_back: bool
    best_other: str
    best_skill: float
    coverage: tuple[float, float, float]


@dataclass(frozen=True, kw_only=True)
class Tries:
    """How the chosen method did for each row: origins tried, how often the 50, 80 and 90 per cent bands held, summed CRPS of it and last value."""

    tries: Ints
    held: Ints
    crps: Floats
    last: Floats
    last_size: Floats


@dataclass(frozen=True, kw_only=True)
class Backtest:
    """The rows of a scorecard, the choice at each horizon, and each row's own record by horizon."""

    rows: tuple[Scored, ...]
    choices: tuple[Choice, ...]
    tries: dict[int, Tries]


@dataclass
class _Run:
    """What is gathered of one method over the origins of one horizon."""

    origins: list[int] = field(default_factory=list)
    n: int = 0
    figures: dict[str, list[float]] = field(default_factory=dict)
    held: list[tuple[float, float, float]] = field(default_factory=list)
    raw: list[tuple[float, float, float]] = field(default_factory=list)
    pit: Floats = field(default_factory=lambda: np.zeros(10))
    alpha: Floats = field(default_factory=lambda: 1.0 - np.array(NOMINAL))
    waiting: list[tuple[int, Floats]] = field(default_factory=list)
    scored: list[bool] = field(default_factory=list)

    def add(self, name: str, value: float) -> None:
        self.figures.setdefault(name, []).append(value)

    def over(self, name: str) -> Floats:
        """A figure of the origins that are scored."""
        return np.array(self.figures[name], dtype=np.float64).compress(self.scored)

    def calibrate(self, origin: int) -> None:
        """One conformal step for each origin whose outcome is known by now."""
        target = 1.0 - np.array(NOMINAL)
        while self.waiting and self.waiting[0][0] <= origin:
            _, missed = self.waiting.pop(0)
            self.alpha = np.clip(self.alpha + GAMMA * (target - missed), 0.005, 0.995)


def backtest(
    panel: Panel, *, horizons: Sequence[int] = (1, 2, 3), window: int = forecast.TRAINING, origins: Sequence[int] | None = None, seed: int = 0,
    progress: Callable[[str], None] = lambda _: None,
) -> Backtest:  # fmt: skip
    """Score every method at every horizon from every origin with enough behind it, and choose one for each horizon.

    A model for origin o is fitted on pairs (t, t + h) with t + h <= o only; a row enters if its values at o and o + h are known. The
    features are checked at one origin for looking ahead (LookAheadError). Raises BadDataError where no origin can be scored.
    """
    if not horizons or min(horizons) < 1:
        raise UsageError(f"horizons {tuple(horizons)}; expected 1 or more")
    known = features(panel)
    check_causal(panel, panel.values.shape[1] // 2, seed=seed)
    rows: list[Scored] = []
    choices: list[Choice] = []
    tries: dict[int, Tries] = {}
    wanted: list[tuple[int, list[int], list[int]]] = []
    for h in horizons:
        usable = list(_origins(panel, h, window, FIRST)) if origins is None else [o for o in origins if o + h < panel.values.shape[1]]
        lead = [o for o in _origins(panel, h, window, LEAD) if o < usable[0]][-(h + 4) :] if usable and origins is None else []
        if usable:
            wanted.append((h, lead, usable))
    with ThreadPoolExecutor(2) as pool:
        done = pool.map(lambda w: _roll(panel, known, w[0], (w[1], w[2]), window, np.random.default_rng((seed, w[0])), progress), wanted)
        for (h, _, _), (runs, tries[h]) in zip(wanted, done, strict=True):
            rows += [_scored(h, name, run, runs) for name, run in runs.items()]
            choices.append(_choice(h, runs))
    if not rows:
        periods = panel.values.shape[1]
        raise BadDataError(f"no origin has {FIRST} periods of pairs before it and {FEW} rows after it in {periods} periods: nothing can be scored")
    return Backtest(rows=tuple(rows), choices=tuple(choices), tries=tries)


def _origins(panel: Panel, horizon: int, window: int, least: int) -> list[int]:
    seen = np.isfinite(panel.values)
    periods = seen.shape[1]
    both = np.array([(seen[:, t] & seen[:, t + horizon]).sum() for t in range(periods - horizon)])
    usual = float(np.median(both[both >= FEW])) if (both >= FEW).any() else math.inf
    out = []
    for o in range(periods - horizon):
        before = both[max(o - horizon - window + 1, 0) : max(o - horizon + 1, 0)]
        if (before >= FEW).sum() >= least and both[o] >= max(FEW, SHARE * usual):
            out.append(o)
    return out


def _roll(
    panel: Panel,
    known: Features,
    horizon: int,
    origins: tuple[list[int], list[int]],
    window: int,
    rng: np.random.Generator,
    progress: Callable[[str], None],
) -> tuple[dict[str, _Run], Tries]:
    y = panel.values
    runs: dict[str, _Run] = {}
    count = len(y)
    tries = Tries(
        tries=np.zeros(count, np.int64), held=np.zeros((count, 3), np.int64), crps=np.zeros(count), last=np.zeros(count), last_size=np.zeros(count)
    )
    lead, usable = origins
    for number, origin in enumerate((*lead, *usable), 1):
        counts = number > len(lead)
        progress(f"{horizon} ahead, origin {number} of {len(lead) + len(usable)}")
        rows = np.flatnonzero(np.isfinite(y[:, origin]) & np.isfinite(y[:, origin + horizon]))
        fitted = forecast.fit(panel, known, origin, horizon, window=window)
        made = forecast.predict(panel, known, fitted, At(rows=rows, times=np.full(len(rows), origin)))
        picked = _pick(runs, origin, horizon)[0]
        losses = {name: scores.crps_quantiles(y[rows, origin + horizon], q) for name, q in made.items()}
        made[CHOSEN], losses[CHOSEN] = made[picked], losses[picked]
        large = known.size[rows, origin] == known.size[rows, origin].max()
        common = rng.random(len(rows))
        for name, q in made.items():
            run = runs.setdefault(name, _Run())
            run.calibrate(origin)
            run.scored.append(counts)
            inside = _score(panel, run, q, (y[rows, origin], y[rows, origin + horizon]), common)
            run.add("crps", float(losses[name].mean()))
            run.add("top", float(losses[name][large].mean()))
            run.origins.append(origin)
            run.n += len(rows) * counts
            run.waiting.append((origin + horizon, 1.0 - np.array(run.held[-1])))
            if name == CHOSEN and counts:
                tries.tries[rows] += 1
                tries.held[rows] += inside
                tries.crps[rows] += losses[name]
                tries.last[rows] += losses["last"]
                tries.last_size[rows] += losses[BASELINE]
    for run in runs.values():
        run.calibrate(panel.values.shape[1])
    return runs, tries


def _score(panel: Panel, run: _Run, q: Floats, ends: tuple[Floats, Floats], draw: Floats) -> Ints:
    """Add one origin's figures to a run; which of the three bands held, [rows, 3]."""
    now, then = ends
    run.add("width80", float(0.5 * (q[:, 89] + q[:, 90] - q[:, 9] - q[:, 10]).mean()))
    if panel.scale.whole:
        raw, before, after = (panel.scale.backward(v) for v in (q, now, then))
        u = scores.pit(after, raw, draw, half=0.5)
        rise = 1.0 - scores.cdf_of(before + 0.5, raw)
        chance = scores.cdf_of(after + 0.5, raw) - scores.cdf_of(after - 0.5, raw)
        run.add("log_score", float(-np.log(np.maximum(chance, LEAST_CHANCE)).mean()))
    else:
        u = scores.pit(then, q, draw)
        rise = 1.0 - scores.cdf_of(now, q)
        run.add("log_score", float(scores.log_quantiles(then, q).mean()))
    risen = then > now + 1e-12
    run.add("brier", float(scores.brier(risen, np.clip(rise, 0.0, 1.0)).mean()))
    run.add("auc", scores.auc(risen, rise))
    run.pit += scores.pit_histogram(u) * len(u) * run.scored[-1]
    off = 2.0 * np.abs(u - 0.5)
    run.raw.append(tuple(float((off <= c).mean()) for c in NOMINAL))  # type: ignore[arg-type]
    inside = off[:, None] <= 1.0 - run.alpha
    run.held.append(tuple(float(v) for v in inside.mean(axis=0)))  # type: ignore[arg-type]
    return inside.astype(np.int64)


def _pick(runs: dict[str, _Run], origin: int, horizon: int) -> tuple[str, float, str, float]:
    """The method of best skill over origins whose outcome is known at `origin`, and that skill; last value where none is above nought.

    Also the best method other than last value, and its skill.
    """
    if BASELINE not in runs:
        return BASELINE, 0.0, "", math.nan
    past = [i for i, o in enumerate(runs[BASELINE].origins) if o + horizon <= origin]
    if len(past) < KNOWN:
        return BASELINE, 0.0, "", math.nan

    def mean(name: str) -> float:
        held = runs[name].figures["crps"]
        return float(np.mean([held[i] for i in past]))

    base = mean(BASELINE)
    gained = {name: 1.0 - mean(name) / base if base > 0 else 0.0 for name in runs if name not in (*LAST_VALUE, CHOSEN)}
    best = max(gained, key=lambda n: gained[n])
    if gained[best] > 0:
        return best, gained[best], best, gained[best]
    plain = min(LAST_VALUE, key=mean)
    return plain, 1.0 - mean(plain) / base if base > 0 else 0.0, best, gained[best]


def _choice(horizon: int, runs: dict[str, _Run]) -> Choice:
    method, _, best, _ = _pick(runs, 10**9, horizon)
    own, base = runs[method].over("crps"), runs[BASELINE].over("crps")
    return Choice(
        horizon=horizon, method=method, skill=scores.skill(own, base), se=scores.skill_band(own, base)[0], fell_back=method in LAST_VALUE,
        best_other=best, best_skill=scores.skill(runs[best].over("crps"), base) if best else math.nan,
        coverage=tuple(float(v) for v in 1.0 - runs[method].alpha),  # type: ignore[arg-type]
    )  # fmt: skip


def _scored(horizon: int, name: str, run: _Run, runs: dict[str, _Run]) -> Scored:
    own, base, last = run.over("crps"), runs[BASELINE].over("crps"), runs["last"].over("crps")
    se, low, high = scores.skill_band(own, base)
    kept = np.array(run.scored)
    held, raw = np.array(run.held)[kept], np.array(run.raw)[kept]
    auc = run.over("auc")
    return Scored(
        horizon=horizon, method=name, origins=tuple(o for o, k in zip(run.origins, run.scored, strict=True) if k), n=run.n, crps=float(own.mean()),
        log_score=float(run.over("log_score").mean()), brier=float(run.over("brier").mean()),
        auc=float(np.nanmean(auc)) if np.isfinite(auc).any() else math.nan, width80=float(run.over("width80").mean()),
        skill_last=scores.skill(own, last), skill_last_size=scores.skill(own, base), se=se, low=low, high=high, won=float((own < base).mean()),
        top=scores.skill(run.over("top"), runs[BASELINE].over("top")),
        cover=tuple(float(v) for v in held.mean(axis=0)), raw=tuple(float(v) for v in raw.mean(axis=0)),  # type: ignore[arg-type]
        worst80=float(held[np.argmax(np.abs(held[:, 1] - 0.8)), 1]), pit=tuple(float(v) for v in run.pit / max(run.pit.sum(), 1.0)),
    )  # fmt: skip


def calibrated(levels: Floats, coverage: Sequence[float]) -> Floats:
    """The levels to read off a distribution so that its central bands hold as wanted, by the coverages that did in the past; never crossing."""
    wanted = np.array([0.0, *NOMINAL, 1.0])
    used = np.maximum.accumulate(np.array([0.0, *coverage, 1.0]))
    central = np.abs(2 * levels - 1)
    return np.asarray(0.5 + np.sign(levels - 0.5) * np.interp(central, wanted, used) / 2)


@dataclass(frozen=True, kw_only=True)
class Ahead:
    """Forecasts of one horizon: for each row from its own last period `times`, quantiles at TABLE's levels, in the measure's own unit."""

    horizon: int
    method: str
    rows: Ints
    times: Ints
    quantiles: Floats


def ahead(panel: Panel, choices: Sequence[Choice], *, window: int = forecast.TRAINING, stale: int = STALE) -> list[Ahead]:
    """Forecast every row whose last value is at most `stale` periods old, by the chosen method of each horizon, calibrated."""
    known = features(panel)
    seen = np.isfinite(panel.values)
    newest = panel.values.shape[1] - 1
    last = np.where(seen.any(axis=1), newest - np.argmax(seen[:, ::-1], axis=1), -1)
    rows = np.flatnonzero(last >= max(newest - stale, 0))
    out = []
    for c in choices:
        fitted = forecast.fit(panel, known, newest, c.horizon, window=window + stale)
        q = forecast.predict(panel, known, fitted, At(rows=rows, times=last[rows]))[c.method]
        levels = calibrated(TABLE, c.coverage)
        at = np.clip(levels * q.shape[1] - 0.5, 0, q.shape[1] - 1)
        low = np.minimum(at.astype(np.int64), q.shape[1] - 2)
        mixed = q[:, low] * (1 - (at - low)) + q[:, low + 1] * (at - low)
        raw = panel.scale.backward(panel.scale.settle(mixed))
        out.append(Ahead(horizon=c.horizon, method=c.method, rows=rows, times=last[rows], quantiles=np.maximum.accumulate(raw, axis=1)))
    return out
