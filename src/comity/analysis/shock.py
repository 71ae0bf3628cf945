"""What followed a price or currency shock in the trade of two states: local projections of what is held, and how conditional forecasts did."""

from __future__ import annotations

import datetime as dt
import itertools
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from comity import measures, store
from comity.core import BadDataError, NotHeldError, UsageError
from comity.store import Holdings

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from comity.models.local_projections import Projection

    Floats = NDArray[np.float64]

FLOWS = ("exports_usd", "imports_usd", "trade_total_usd", "energy_imports_usd")
WEIGHTS = {"energy_imports_usd": "energy_imports_t"}
"""Flows held with their weight, whose response is split: a value is a price times a quantity."""
LEVELS = {"median": 0.5, "q05": 0.05, "q10": 0.1, "q25": 0.25, "q75": 0.75, "q90": 0.9, "q95": 0.95}
COLUMNS = ("horizon", *LEVELS)
EPISODES = ((2013, 2016), (2019, 2020), (2021, 2022))
"""Years before and after which prices or currencies moved most: conditional forecasts are tried over these."""
FEWEST_YEARS = 14
FEWEST_MONTHS = 48
LAGS = {"month": 3, "year": 1}
FARTHEST = {"month": 12, "year": 3}


@dataclass(frozen=True, kw_only=True)
class Episode:
    """A conditional forecast tried on the past: the change of the flow from `first` to `last` given what the driver did, beside the outcome.

    All are shares of the value in `first`; conditional None with the reason in `why` where it cannot be tried.
    """

    first: int
    last: int
    driver: float | None
    outcome: float | None
    conditional: float | None
    unconditional: float | None
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Shock:
    """Rows (COLUMNS, n): the change of a flow at each horizon as a share of what it would have been, and what it was estimated from.

    period: of the horizons. grade: what the data allow to be said of it; grades: the same of the two parts of split. split: by horizon the parts
    of price (unit value) and quantity, with 90 per cent bands, where the flow's weight is held; 1 + value is the product of 1 + price and
    1 + quantity. episodes: conditional forecasts of the past.
    """

    a: str
    b: str
    measure: str
    driver: str
    size: float
    period: str
    source: str
    first: dt.date
    last: dt.date
    rows: tuple[dict[str, Any], ...]
    split: tuple[dict[str, Any], ...]
    grade: str
    grades: dict[str, str]
    episodes: tuple[Episode, ...]
    sentences: tuple[str, ...] = ()


def parse(text: str) -> tuple[str, float]:
    """A driver and the logarithm of its change: brent_usd=-30%. Raises UsageError for what is not of this form."""
    found = re.fullmatch(r"\s*([\w:]+)\s*=\s*([+-]?\d+(?:\.\d+)?)\s*%\s*", text)
    if found is None:
        raise UsageError(f"--of {text[:60]!r} is no shock; write it as brent_usd=-30%")
    change = float(found[2]) / 100
    if not change > -1 or change == 0 or change > 10:
        raise UsageError(f"--of {text[:60]!r}: a change must be above -100 %, at most 1000 %, and not nought")
    return found[1], math.log1p(change)


def shock(holdings: Holdings, a: str, b: str, name: str, of: str, *, horizon: int | None = None) -> Shock:
    """How a flow of two states moved after news in a driver of the size asked for: by month where months are held, else by year.

    Raises UsageError for a measure that is no flow, a driver that is none of the world or of one of the two, or too short a history;
    NotHeldError where the driver is not held.
    """
    import numpy as np

    from comity.models.local_projections import project

    declared = measures.get(name)
    if declared.name not in FLOWS:
        raise UsageError(f"shock speaks of {', '.join(FLOWS)}; not {declared.name}")
    driver, size = parse(of)
    full = measures.full_name(name)
    months, source = _monthly(holdings, a, b, full)
    period = "month" if len(months) >= FEWEST_MONTHS else "year"
    if period == "year" and declared.period == "month":
        raise UsageError(f"{full} of {a} and {b}: {len(months)} months are held; at least {FEWEST_MONTHS} are needed")
    moved = _driver(holdings, driver, (a, b), period)
    flow = months
    if period == "year":
        flow, source = _yearly(holdings, a, b, full, moved, driver)
    first, last = min(flow), max(flow)
    steps = list(range(first, last + 1))
    y = np.array([math.log(flow[k]) if flow.get(k, 0.0) > 0 else math.nan for k in steps])
    x = np.array([math.log(moved[k]) if moved.get(k, 0.0) > 0 else math.nan for k in steps])
    farthest = FARTHEST[period]
    if horizon is not None and not 0 <= horizon <= farthest:
        raise UsageError(f"--horizon {horizon}; the history allows 0 to {farthest} {period}s")
    horizons = list(range((farthest if horizon is None else horizon) + 1))
    season = [k % 12 for k in steps] if period == "month" else None
    split: tuple[dict[str, Any], ...] = ()
    grades: dict[str, str] = {}
    try:
        if declared.name in WEIGHTS:
            heavy = _months_of(holdings, a, b, full.replace(declared.name, WEIGHTS[declared.name]))[0]
            tonnes = np.array([math.log(heavy[k]) if heavy.get(k, 0.0) > 0 else math.nan for k in steps])
            y = np.where(np.isfinite(tonnes), y, np.nan)
            made, price, quantity = (
                project(v, x, horizons, lags=LAGS[period], season=season, others=[w])
                for v, w in ((y, tonnes), (y - tonnes, tonnes), (tonnes, y - tonnes))
            )
            split = tuple(_part(p, q, size) for p, q in zip(price, quantity, strict=True))
            grades = {"price": graded(price), "quantity": graded(quantity)}
        else:
            made = project(y, x, horizons, lags=LAGS[period], season=season)
    except BadDataError as error:
        raise UsageError(f"{declared.name} of {a} and {b} along {driver}: {error}") from error
    rows = []
    for p in made:
        q = np.expm1(p.quantiles(list(LEVELS.values()), size))
        rows.append({"horizon": p.horizon, **dict(zip(LEVELS, (float(v) for v in q), strict=True)), "n": p.n})
    days = tuple(dt.date(k // 12, k % 12 + 1, 1) if period == "month" else dt.date(k, 1, 1) for k in (first, last))
    episodes = () if declared.period == "month" else _episodes(holdings, a, b, full, driver)
    return Shock(
        a=a, b=b, measure=declared.name, driver=driver, size=math.expm1(size), period=period, source=source, first=days[0], last=days[1],
        rows=tuple(rows), split=split, grade=graded(made), grades=grades, episodes=episodes,
    )  # fmt: skip


def _part(price: Projection, quantity: Projection, size: float) -> dict[str, Any]:
    """The parts of price and quantity at one horizon, each with its 90 per cent band, as shares."""
    out: dict[str, Any] = {"horizon": price.horizon}
    for name, made in (("price", price), ("quantity", quantity)):
        mid, low, high = (math.expm1(float(v)) for v in made.quantiles([0.5, 0.05, 0.95], size))
        out |= {name: mid, f"{name}_q05": low, f"{name}_q95": high}
    return out


def graded(made: Sequence[Projection]) -> str:
    """One of the words of GRADES for the responses to one driver, by horizon."""
    bands = [p.quantiles(OUTER) for p in made]
    signs = [1 if low > 0 else -1 if high < 0 else 0 for low, high in bands]
    both = {s for s, t in itertools.pairwise(signs) if s == t and s != 0}
    if len(both) == 2:
        return "mixed"
    return "moved along" if both else "not shown"


OUTER = (0.01, 0.99)
"""Of thirteen horizons chance makes 90 per cent bands leave nought out at two neighbouring ones in a fifth of cases, these in 3 to 6 of 100."""
GRADES = {
    "moved along": "the 98 % band leaves nought out, on one side, at two neighbouring horizons or more",
    "not shown": "the 98 % band holds nought at all horizons but single ones",
    "mixed": "the 98 % band leaves nought out on both sides, at different horizons",
}


def _monthly(holdings: Holdings, a: str, b: str, full: str) -> tuple[dict[int, float], str]:
    """A flow by month, counted from year 0, and its source, where months are held."""
    name = measures.get(full).name
    if name in WEIGHTS:
        return _months_of(holdings, a, b, full)
    if not holdings.has("table", "china_customs_russia"):
        return {}, ""
    flows = {"exports_usd": ("exports",), "imports_usd": ("imports",), "trade_total_usd": ("exports", "imports")}[name]
    if name == "trade_total_usd":
        pairs = [(a, b, f) for f in flows] + [(b, a, f) for f in flows]
    else:
        other = {"exports": "imports", "imports": "exports"}[flows[0]]
        pairs = [(a, b, flows[0]), (b, a, other)]
    rows = store.query(
        "SELECT reporter, partner, flow, year(month) * 12 + month(month) - 1 AS at, value_usd AS value FROM read_parquet($path) "
        "WHERE reporter IN ($a, $b) AND partner IN ($a, $b)",
        {"a": a, "b": b}, path=holdings.path("table", "china_customs_russia"),
    ).to_pylist()  # fmt: skip
    sums: dict[int, list[float]] = {}
    for r in rows:
        if (r["reporter"], r["partner"], r["flow"]) in pairs:
            sums.setdefault(r["at"], []).append(r["value"])
    return {at: math.fsum(v) for at, v in sums.items() if len(v) == len(flows)}, "china_customs_russia"


def _months_of(holdings: Holdings, a: str, b: str, full: str) -> tuple[dict[int, float], str]:
    """A monthly Series of a pair by month, counted from year 0, and its source."""
    if not holdings.has("series", full):
        raise NotHeldError(f"{full}: not held; run `comity build --from DIR`")
    rows = store.query(
        "SELECT year(start) * 12 + month(start) - 1 AS at, value, source FROM read_parquet($path) WHERE a = $a AND b = $b AND value > 0",
        {"a": a, "b": b}, path=holdings.path("series", full),
    ).to_pylist()  # fmt: skip
    return {r["at"]: r["value"] for r in rows}, rows[0]["source"] if rows else ""


def _yearly(holdings: Holdings, a: str, b: str, full: str, moved: dict[int, float], driver: str) -> tuple[dict[int, float], str]:
    """A yearly flow by the one source that shares most years with the driver. Raises UsageError where those are too few."""
    if not holdings.has("series", full):
        raise NotHeldError(f"{full}: not held; run `comity build --from DIR`")
    pair = (min(a, b), max(a, b)) if measures.get(full).symmetric else (a, b)
    rows = store.query(
        "SELECT year(start) AS year, value, source FROM read_parquet($path) WHERE a = $a AND b = $b AND value > 0 ORDER BY year",
        {"a": pair[0], "b": pair[1]}, path=holdings.path("series", full),
    ).to_pylist()  # fmt: skip
    if not rows:
        raise UsageError(f"{full}: no value for {a} and {b}")
    names = [r["source"] for r in rows if r["year"] in moved]
    best = max(dict.fromkeys(names), key=names.count, default="")
    if names.count(best) < FEWEST_YEARS:
        shared = f"{names.count(best)} years of {best}" if best else "no year"
        raise UsageError(
            f"{full} of {a} and {b} shares {shared} with {driver} ({min(moved)}–{max(moved)}); at least {FEWEST_YEARS} years of one source are needed"
        )
    return {r["year"]: r["value"] for r in rows if r["source"] == best}, best


def _driver(holdings: Holdings, name: str, pair: tuple[str, str], period: str) -> dict[int, float]:
    """A driver by month or by year: of the world, or of the one of the two that has it."""
    declared, full = measures.get(name), measures.full_name(name)
    if declared.of == "dyad":
        raise UsageError(f"--of {name} is of two states; a driver is a price of the world or a rate of one of the two")
    if not holdings.has("series", full):
        raise NotHeldError(f"{full}: not held; run `comity build --from DIR`")
    rows = store.query(
        "SELECT a, year(start) AS year, month(start) AS month, value FROM read_parquet($path) WHERE value > 0", path=holdings.path("series", full)
    ).to_pylist()
    states = [s for s in (pair[1], pair[0]) if any(r["a"] == s for r in rows)]
    who = "WLD" if declared.of == "world" else states[0] if states else ""
    held = [r for r in rows if r["a"] == who]
    if not held:
        raise UsageError(f"{full} has no value for {pair[0]} or {pair[1]}")
    if period == "month":
        if declared.period != "month":
            raise UsageError(f"{full} is by {declared.period}; the flow is by month")
        return {r["year"] * 12 + r["month"] - 1: r["value"] for r in held}
    sums: dict[int, list[float]] = {}
    for r in held:
        sums.setdefault(r["year"], []).append(r["value"])
    return {y: math.fsum(v) / len(v) for y, v in sums.items() if declared.period != "month" or len(v) == 12}


def _episodes(holdings: Holdings, a: str, b: str, full: str, driver: str) -> tuple[Episode, ...]:
    """The conditional forecasts of a flow of the pair, by the yearly Series."""
    pair = (min(a, b), max(a, b)) if measures.get(full).symmetric else (a, b)
    if not holdings.has("series", full):
        return ()
    rows = store.query(
        "SELECT year(start) AS at, value, split_part(source, ':', 1) AS source FROM read_parquet($path) WHERE a = $a AND b = $b AND value > 0",
        {"a": pair[0], "b": pair[1]}, path=holdings.path("series", full),
    ).to_pylist()  # fmt: skip
    flow = {r["at"]: (r["value"], r["source"]) for r in rows}
    return conditional(flow, _driver(holdings, driver, (a, b), "year"))


def conditional(flow: dict[int, tuple[float, str]], moved: dict[int, float]) -> tuple[Episode, ...]:
    """Forecasts of a flow's change over each episode, given the driver's, from earlier changes over as many years of one source.

    flow: value and source by year; moved: the driver by year.
    """
    import numpy as np

    out = []
    for first, last in EPISODES:
        blank = Episode(first=first, last=last, driver=None, outcome=None, conditional=None, unconditional=None)
        if not {first, last} <= set(flow) or not {first, last} <= set(moved):
            out.append(Episode(**{**vars(blank), "why": "a value is not held"}))
            continue
        change = math.log(moved[last] / moved[first])
        if flow[first][1] != flow[last][1]:
            out.append(Episode(**{**vars(blank), "driver": math.expm1(change), "why": f"crosses a seam ({flow[first][1]}, {flow[last][1]})"}))
            continue
        outcome = math.log(flow[last][0] / flow[first][0])
        width = last - first
        earlier = [
            (math.log(flow[t + width][0] / flow[t][0]), math.log(moved[t + width] / moved[t]))
            for t in sorted(flow) if t + width <= first and t + width in flow and flow[t][1] == flow[t + width][1] and {t, t + width} <= set(moved)
        ]  # fmt: skip
        if len(earlier) < 6:
            why = f"{len(earlier)} earlier changes over {width} years; six are needed"
            out.append(Episode(**{**vars(blank), "driver": math.expm1(change), "outcome": math.expm1(outcome), "why": why}))
            continue
        dy, dx = (np.array(v) for v in zip(*earlier, strict=True))
        slope = float(np.cov(dx, dy)[0, 1] / max(float(dx.var(ddof=1)), 1e-12))
        made = float(dy.mean()) + slope * (change - float(dx.mean()))
        out.append(
            Episode(
                first=first, last=last, driver=math.expm1(change), outcome=math.expm1(outcome), conditional=math.expm1(made),
                unconditional=math.expm1(float(dy.mean())),
            )
        )  # fmt: skip
    return tuple(out)
