"""Whether pressure by others on both of two states precedes closer ties: over all pairs, and one pair against others, by date or by events."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from comity import measures, store
from comity.analysis.forecast_data import Data, load
from comity.core import BadDataError, NotHeldError, UsageError
from comity.store import Holdings

if TYPE_CHECKING:
    import numpy as np

    from comity.models.pressure import EventStudy

LAST = 2005
"""The last year of the sanctions data; a case after it is not seen, so later periods are left out of the event study."""
DONORS = 60
EVENTS = "gdelt_score:per_day"
"""Monthly events between two states; the hostility of a third is minus the mean of its scores with both."""
AHEAD = 6
LAGS = 3
LEAST_BEFORE = 5
LEAST_DONORS = 10
PLACEBOS = 499
LEAST_PLACEBOS = 19
WHOLE = 0.95
FIRST_YEAR = 1955


@dataclass(frozen=True, kw_only=True)
class Pressed:
    """The event study of a measure: pairs both of whose states come under sanctions of one sender, since the first year of both."""

    measure: str
    first: int
    last: int
    logged: bool
    states: int
    controls: int
    study: EventStudy


GRADES = {
    "consistent with": "the pair rose more than the control or the placebos, and p is at most .05 by each comparison that is made",
    "not shown": "a p is above .05",
    "against": "the pair fell more than the control or the placebos, and p is at most .05 by each comparison that is made",
}
"""Of one pair: since a date, by like pairs of other states and by other pairs of its own two; after news of hostility, by other pairs."""


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One pair against its synthetic control: values and control by period, the largest donors, the placebo p, and the grade.

    kin_p: the share of the pairs of either state with others (`kin` of them, and itself) that moved as far the same way, in standard deviations
    before: a state that is much in the news or grows fast moves all its pairs.
    """

    measure: str
    a: str
    b: str
    source: str
    since: int
    starts: tuple[dt.date, ...]
    own: tuple[float, ...]
    control: tuple[float, ...]
    donors: tuple[tuple[str, float], ...]
    logged: bool
    fit: float
    after: float
    p: float
    placebos: int
    kin_p: float
    kin: int
    grade: str

    def table(self) -> tuple[dict[str, Any], ...]:
        """A row for each period: the pair's value and the control's."""
        return tuple({"start": d, "own": v, "control": c} for d, v, c in zip(self.starts, self.own, self.control, strict=True))


@dataclass(frozen=True, kw_only=True)
class Projected:
    """How a monthly tie moved after news of one standard deviation of a third state's hostility to both, in its own standard deviations.

    rows: horizon in months, median, q05, q95. statistic: the mean of the t-values of horizons 1 to 6; p: its two-sided place among those of
    `placebos` pairs of other states after the same news.
    """

    measure: str
    a: str
    b: str
    by: str
    first: dt.date
    last: dt.date
    rows: tuple[dict[str, float], ...]
    statistic: float
    usual: float
    p: float
    placebos: int
    grade: str

    def table(self) -> tuple[dict[str, Any], ...]:
        """A row for each horizon."""
        return self.rows


def begun_by(holdings: Holdings) -> dict[tuple[str, str], int]:
    """By pair, the first year in which both were under a sanctions case of one and the same sender, as TIES has it (to 2005)."""
    if not holdings.has("table", "sanction_years"):
        raise NotHeldError("sanctions are not held; `comity build ties_sanctions --from DIR` adds them")
    rows = store.query(
        "WITH t AS (SELECT DISTINCT a AS sender, b AS target, year FROM read_parquet($path) WHERE NOT open) "
        "SELECT x.target AS a, y.target AS b, min(x.year) AS year FROM t x JOIN t y ON x.sender = y.sender AND x.year = y.year "
        "AND x.target < y.target GROUP BY ALL", path=holdings.path("table", "sanction_years"),
    ).to_pylist()  # fmt: skip
    return {(r["a"], r["b"]): r["year"] for r in rows}


def joint(holdings: Holdings, a: str, b: str) -> tuple[int, tuple[str, ...]] | None:
    """The first year in which both states were under a sanctions case of one sender, and which senders' then; None where never to 2005."""
    if not holdings.has("table", "sanction_years"):
        raise NotHeldError("sanctions are not held; `comity build ties_sanctions --from DIR` adds them")
    rows = store.query(
        "SELECT a AS sender, year FROM read_parquet($path) WHERE NOT open AND b IN ($a, $b) GROUP BY sender, year HAVING count(DISTINCT b) = 2 "
        "QUALIFY year = min(year) OVER () ORDER BY sender",
        {"a": a, "b": b}, path=holdings.path("table", "sanction_years"),
    ).to_pylist()  # fmt: skip
    return (rows[0]["year"], tuple(r["sender"] for r in rows)) if rows else None


def pressed(holdings: Holdings, name: str, *, draws: int = 199, seed: int = 0) -> Pressed:
    """The event study of pressure on both for a yearly or session measure of two states; senders are outside the pair by construction.

    Raises UsageError for other measures, BadDataError where too few pairs come under pressure within the data.
    """
    import numpy as np

    from comity.models import pressure

    declared = measures.get(name)
    if declared.of != "dyad" or declared.period not in ("year", "session") or not declared.symmetric:
        raise UsageError(f"the event study is of symmetric measures of two states by year or session; {declared.name} is not")
    data = load(holdings, name)
    rows = _one_row(data)
    years = [s.year for s in data.starts]
    keep = [k for k, y in enumerate(years) if FIRST_YEAR <= y <= LAST]
    if not keep:
        raise BadDataError(f"{data.name} has no year from {FIRST_YEAR} to {LAST}, which the sanctions data cover")
    begun = begun_by(holdings)
    y = data.panel.values[rows][:, keep]
    known = np.isfinite(y).sum(axis=1) >= 2
    rows, y = rows[known], y[known]
    start = years[keep[0]]
    used = sorted({s for r in rows.tolist() for s in data.pairs[r][:2]})
    number = {s: i for i, s in enumerate(used)}
    since = np.full((len(used), len(used)), pressure.NEVER, dtype=np.int64)
    for (one, other), year in begun.items():
        if one in number and other in number:
            i, j = number[one], number[other]
            since[i, j] = since[j, i] = year - start
    sides = np.array([[number[s] for s in data.pairs[r][:2]] for r in rows.tolist()], dtype=np.int64)
    first = since[sides[:, 0], sides[:, 1]]
    study = pressure.event_study(y, sides, since, draws=draws, seed=seed)
    return Pressed(
        measure=data.name, first=start, last=years[keep[-1]], logged=data.panel.scale.kind != "level", states=len(used),
        controls=int((first >= pressure.NEVER).sum()), study=study,
    )  # fmt: skip


def _one_row(data: Data) -> np.ndarray[Any, Any]:
    """For each pair the row of the source with most values to the last year of the sanctions data."""
    import numpy as np

    early = np.array([s.year <= LAST for s in data.starts])
    count = np.isfinite(data.panel.values[:, early]).sum(axis=1)
    best: dict[tuple[str, str], int] = {}
    for r, (a, b, _) in enumerate(data.pairs):
        if (a, b) not in best or count[r] > count[best[a, b]]:
            best[a, b] = r
    return np.array(sorted(best.values()), dtype=np.int64)


def compared(holdings: Holdings, a: str, b: str, name: str, year: int) -> Compared:
    """A pair since a year against the weighted mean of like pairs of neither state, with every donor in its place as placebo.

    Values of one source, of its unbroken run through the first period of the year, less each pair's mean before it. Raises UsageError where that
    run holds fewer than five periods before the year or none since, or fewer than ten other pairs hold all of it.
    """
    import numpy as np

    from comity.models import pressure

    declared = measures.get(name)
    if declared.of != "dyad" or not declared.symmetric:
        raise UsageError(f"synthetic controls are made of symmetric measures of two states; {declared.name} is not")
    data = load(holdings, name)
    pair = (min(a, b), max(a, b))
    if year > data.starts[-1].year:
        raise UsageError(f"{data.name} ends with {data.starts[-1]:%Y-%m}; nothing since {year} is held")
    years = np.array([s.year for s in data.starts])
    own = [r for r, p in enumerate(data.pairs) if p[:2] == pair]
    known = {r: np.isfinite(data.panel.values[r]) for r in own}
    spans = {r: _run(seen, int(np.searchsorted(years, year))) for r, seen in known.items()}
    fitting = [r for r, s in spans.items() if (years[s] < year).sum() >= LEAST_BEFORE and (years[s] >= year).any()]
    if not fitting:
        held = "; ".join(f"{data.pairs[r][2]} {years[seen][0]}–{years[seen][-1]}" for r, seen in known.items() if seen.any()) or "nothing"
        raise UsageError(
            f"{data.name} of {pair[0]} and {pair[1]}: no one source has an unbroken run from {LEAST_BEFORE} periods before {year} on (held: {held})"
        )
    row = max(fitting, key=lambda r: len(spans[r]))
    span = spans[row]
    event = int((years[span] < year).sum())
    source = data.pairs[row][2].partition(":")[0]
    values = data.panel.values[:, span]
    whole = np.isfinite(values).sum(axis=1) == len(span)
    like = [r for r, p in enumerate(data.pairs) if whole[r] and p[2].startswith(source) and not set(p[:2]) & set(pair)]
    if len(like) < LEAST_DONORS:
        raise UsageError(
            f"{data.name} since {year}: {len(like)} pairs of other states hold all of {source}'s {years[span][0]}–{years[span][-1]}; "
            f"at least {LEAST_DONORS} are needed"
        )
    level = values[:, :event].mean(axis=1)
    like.sort(key=lambda r: abs(level[r] - level[row]))
    chosen = [row, *like[:DONORS]]
    y = values[chosen] - level[chosen][:, None]
    found = pressure.synthetic_control(y, 0, event)
    order = np.argsort(-found.weights)[:5]
    names = tuple(
        (f"{data.pairs[chosen[1 + i]][0]}–{data.pairs[chosen[1 + i]][1]}", float(found.weights[i])) for i in order if found.weights[i] > 0.01
    )
    after = float(found.gap[event:].mean())
    sign = 1.0 if after > 0 else -1.0
    kin = [r for r, p in enumerate(data.pairs) if whole[r] and p[2].startswith(source) and len(set(p[:2]) & set(pair)) == 1]
    both = values[[row, *kin]]
    moved = sign * (both[:, event:].mean(axis=1) - both[:, :event].mean(axis=1)) / np.maximum(both[:, :event].std(axis=1), 1e-9)
    kin_p = float((moved >= moved[0] - 1e-12).mean())
    grade = ("consistent with" if after > 0 else "against") if max(found.p, kin_p) <= 0.05 else "not shown"
    back = data.panel.scale.backward
    return Compared(
        measure=data.name, a=pair[0], b=pair[1], source=data.pairs[row][2], since=year, starts=tuple(data.starts[k] for k in span),
        own=tuple(float(v) for v in back(values[row])), control=tuple(float(v) for v in back(values[row] - found.gap)), donors=names,
        logged=data.panel.scale.kind != "level", fit=found.before, after=after, p=found.p, placebos=found.placebos,
        kin_p=kin_p, kin=len(kin), grade=grade,
    )  # fmt: skip


def _run(seen: np.ndarray[Any, Any], at: int) -> np.ndarray[Any, Any]:
    """The places of the unbroken stretch of known values through a place; empty where it is not known."""
    import numpy as np

    if at >= len(seen) or not seen[at]:
        return np.empty(0, dtype=np.int64)
    gaps = np.flatnonzero(~seen)
    first = gaps[gaps < at].max(initial=-1) + 1
    last = gaps[gaps > at].min(initial=len(seen))
    return np.arange(first, last)


def projected(holdings: Holdings, a: str, b: str, name: str, by: str, *, seed: int = 0) -> Projected:
    """How a monthly measure of two states moved after news of a third one's hostility to both, beside pairs of other states after the same news.

    Local projections with lag-augmented errors (`models.local_projections`). Raises UsageError for a measure that is not monthly and symmetric,
    a third state that is one of the two, events that are not held, or fewer than nineteen other pairs.
    """
    import numpy as np

    from comity.models import pressure
    from comity.models.local_projections import project

    declared = measures.get(name)
    if declared.of != "dyad" or not declared.symmetric or declared.period != "month":
        raise UsageError(f"hostility is by month and the answer too: expected a symmetric monthly measure of two states; {declared.name} is not")
    if by in (a, b):
        raise UsageError(f"{by} is one of the two; the pressure is a third state's")
    data, events = load(holdings, name), load(holdings, EVENTS)
    both = sorted(set(data.starts) & set(events.starts))
    here, there = ([d.starts.index(s) for s in both] for d in (data, events))

    def row(held: Data, columns: list[int], one: str, other: str) -> np.ndarray[Any, Any]:
        pair = (min(one, other), max(one, other))
        rows = [r for r, p in enumerate(held.pairs) if p[:2] == pair]
        if not rows:
            raise UsageError(f"{held.name} has no value for {one} and {other}")
        return np.asarray(held.panel.values[rows[0]][columns])

    hostile = -0.5 * (row(events, there, a, by) + row(events, there, b, by))
    x = (hostile - np.nanmean(hostile)) / max(float(np.nanstd(hostile)), 1e-12)
    horizons = range(AHEAD + 1)

    def answer(y: np.ndarray[Any, Any]) -> tuple[Any, float]:
        z = (y - np.nanmean(y)) / max(float(np.nanstd(y)), 1e-12)
        made = project(z, x, horizons, lags=LAGS)
        return made, float(np.mean([p.estimate / p.se for p in made if p.horizon > 0 and p.se > 0]))

    values = data.panel.values[:, here]
    whole = np.isfinite(values).mean(axis=1) >= WHOLE
    others = [r for r, p in enumerate(data.pairs) if whole[r] and not set(p[:2]) & {a, b, by} and np.nanstd(values[r]) > 0]
    if len(others) < LEAST_PLACEBOS:
        raise UsageError(f"{data.name} has {len(others)} pairs of other states by month; at least {LEAST_PLACEBOS} are needed as placebos")
    try:
        made, statistic = answer(row(data, here, a, b))
    except BadDataError as error:
        raise UsageError(f"{data.name} of {a} and {b} and the events of {by} with both: {error}") from error
    chosen = np.random.default_rng(seed).permutation(others)[:PLACEBOS]
    drawn = np.array([answer(values[r])[1] for r in chosen])
    usual = float(np.median(drawn))
    p = pressure.two_sided(statistic, drawn)
    rows = []
    for response in made:
        low, mid, high = response.quantiles([0.05, 0.5, 0.95])
        rows.append({"horizon": response.horizon, "median": float(mid), "q05": float(low), "q95": float(high)})
    return Projected(
        measure=data.name, a=min(a, b), b=max(a, b), by=by, first=both[0], last=both[-1], rows=tuple(rows), statistic=statistic, usual=usual, p=p,
        placebos=len(drawn), grade=("consistent with" if statistic > usual else "against") if p <= 0.05 else "not shown",
    )  # fmt: skip
