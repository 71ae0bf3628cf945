"""What comes next for the report: forecasts that a backtest has kept, with their record; nothing is computed here."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from comity import forecasted, measures, selection, wording
from comity.analysis import forecast
from comity.analysis.forecast import Forecast
from comity.analysis.forecast_data import STEP
from comity.core import ComityError, Period, add_months
from comity.profile_parts import Event, Fan, Fans, FanStep
from comity.store import Holdings

LEADING = ("trade_total_usd", "vote_agreement", "coauthored_works", "trade_total_usd_monthly", "shared_igos")
MOST = 6
PAST = {"month": 48, "quarter": 32, "year": 25, "session": 25}


def gather(holdings: Holdings, a: str, b: str, *, start: int | None, stop: int | None, as_of: dt.date | None) -> Fans | None:
    """The kept forecasts of two states, of the day of the view, or None where none is kept; a view that ends with a chosen year has none."""
    if stop is not None:
        return None
    names = forecast.names(holdings, as_of)
    fans: list[Fan] = []
    for name in (*(n for n in LEADING if n in names), *(n for n in names if n not in LEADING)):
        try:
            if measures.get(name).of != "dyad":
                continue
            held = forecast.held(holdings, a, b, name, as_of)
            if held is not None and len(fans) < MOST:
                fans.append(fan(holdings, *held, start, as_of))
        except ComityError:
            continue
    return Fans(fans=tuple(fans)) if fans else None


def plain(held: Fans | None) -> tuple[dict[str, Any], ...] | None:
    """The forecasts as the profile's JSON has them."""
    if held is None:
        return None
    out: list[dict[str, Any]] = []
    for one in held.fans:
        names = ("start", "median", "q05", "q10", "q25", "q75", "q90", "q95", "model")
        rows = [{n: getattr(s, n) for n in names} | {"baseline_skill": s.skill} for s in one.steps]
        out.append({"measure": one.measure, "rows": rows, "record": list(one.sentences), "events": [{"what": e.what, "p": e.p} for e in one.events]})
    return tuple(out)


def fan(holdings: Holdings, found: list[Forecast], card: forecast.Scorecard, start: int | None, as_of: dt.date | None) -> Fan:
    """A forecast with the past of its source, steps, the record in sentences and the probabilities of events."""
    first = found[0]
    declared = measures.get(first.measure)
    rows = selection.select(holdings, declared, first.measure, dyad=(first.a, first.b), start=start, as_of=as_of).rows.to_pylist()
    past = _unbroken({r["start"]: r["value"] for r in rows if r["source"] == first.source and r["value"] is not None}, first.origin, declared.period)
    steps = tuple(
        FanStep(start=f.start, median=f.quantile(0.5), **{n: f.quantile(p) for n, p in forecast.SHOWN.items()}, model=f.model, skill=f.skill)
        for f in found
    )
    return Fan(
        measure=first.measure, title=declared.title, unit=declared.unit, period=declared.period, source=first.source,
        past=tuple(past[-PAST[declared.period] :]), steps=steps, sentences=forecasted.sentences(found, card), events=_events(found),
    )  # fmt: skip


def _unbroken(values: dict[dt.date, float], last: dt.date, period: Period) -> list[tuple[dt.date, float]]:
    """The values of consecutive periods up to the last, oldest first."""
    out = []
    while last in values:
        out.append((last, values[last]))
        last = add_months(last, -STEP[period])
    return out[::-1]


def _events(found: list[Forecast]) -> tuple[Event, ...]:
    """The probability of a rise and of the next round figure above the last value, one period ahead and at the last horizon."""
    out = []
    declared = measures.get(found[0].measure)
    for f in dict.fromkeys((found[0], found[-1])):
        when = wording.period(f.start, declared.period)
        out.append(Event(what=f"above the last value, {wording.value(f.value, f.unit)}, in {when}", p=f.above(f.value)))
        figure = round_above(f.value)
        if declared.bounds[1] is None or figure < declared.bounds[1]:
            out.append(Event(what=f"above {wording.value(figure, f.unit)} in {when}", p=f.above(figure)))
    return tuple(out)


def round_above(value: float) -> float:
    """The next multiple of half a power of ten above a value: 250 for 245, 0.75 for 0.73."""
    if value <= 0:
        return 1.0
    step = 5 * 10.0 ** (math.floor(math.log10(value)) - 1)
    return (math.floor(value / step + 1e-9) + 1) * step
