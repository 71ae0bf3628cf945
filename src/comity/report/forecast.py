"""The part of the page on what comes next: fan charts, each with its record, and probabilities of events."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from typing import Any

from comity import wording
from comity.forecasted import WORDS
from comity.profile import Profile
from comity.profile_parts import Fan, Fans
from comity.report.drawing import HEIGHT, PALETTES, SCHEMA, WIDTH, Spec, Theme, config
from comity.report.part import Group, Part, Picture, listing

LEFT, RIGHT, TOP, BELOW = 46, 64, 14, 24
LABEL = 13
"""The height of a label: an end of a band nearer than this to the median has none of its own."""
BANDS = (("q05", "q95", 0.16), ("q10", "q90", 0.22), ("q25", "q75", 0.34))


def part(profile: Profile, names: Mapping[str, str]) -> Part | None:
    """What comes next, or None where no forecast is kept."""
    held = profile.fans
    newest = max((y for y in profile.newest.values() if y is not None), default=0)
    return None if held is None or not held.fans else of(held, newest)


def of(held: Fans, newest: int) -> Part:
    """The part that shows these forecasts; newest is the year of the newest value of the two, so that periods before it are said to be over."""
    groups = []
    for fan in held.fans:
        picture = Picture(
            key=f"fan-{fan.measure.replace(':', '-')}", spec=chart(fan), title=_title(fan), what=_what(fan), words=describe(fan), table=_table(fan)
        )
        events = listing("Probabilities by this forecast", [{"event": e.what, "probability": _chance(e.p)} for e in fan.events])
        sentences = (*fan.sentences, *_over(fan, newest))
        groups.append(Group(heading=wording.clip(fan.title), sentences=sentences, pictures=(picture,), folds=(events,)))
    return Part(key="forecasts", heading="What comes next", groups=tuple(groups))


def chart(fan: Fan, *, theme: Theme = "light") -> Spec:
    """The past of one source as a line, the bands of 50, 80 and 90 per cent ahead, the medians dotted."""
    colours = PALETTES[theme]
    ink = colours["both"]
    last = fan.past[-1] if fan.past else None
    values = [v for _, v in fan.past] + [x for s in fan.steps for x in (s.q05, s.q95)]
    low, high = min(0.0, *values), max(values)
    if low == 0.0 and min(values) > 0.5 * high:
        low = min(values) - 0.15 * (high - min(values))
    divisor, unit = wording.scale(fan.unit, high)
    step = _step((high - low) / divisor / 4)
    bottom, top = (math.floor(low / divisor / step) * step, math.ceil(high / divisor / step) * step)
    days = [_time(d) for d, _ in fan.past] + [_time(s.start) for s in fan.steps]
    first, end = min(days), max(days)
    every = next(s for s in (1, 2, 5, 10, 20, 50) if (end - first) / s <= 6)
    x: Spec = {
        "field": "t", "type": "quantitative", "scale": {"domain": [first, end], "nice": False, "zero": False},
        "axis": {
            "title": None, "grid": False, "format": "d", "tickSize": 4, "labelFlush": False,
            "values": [v for v in range(math.ceil(first), math.floor(end) + 1) if v % every == 0],
        },
    }  # fmt: skip
    y: Spec = {
        "field": "v", "type": "quantitative", "scale": {"domain": [bottom, top], "nice": False, "zero": False},
        "axis": {"title": None, "tickCount": 5, "domain": False, "ticks": False, "labelPadding": 6},
    }  # fmt: skip
    layers: list[Spec] = []
    start = [] if last is None else [{"t": _time(last[0]), "lo": last[1] / divisor, "hi": last[1] / divisor}]
    for lower, upper, shade in BANDS:
        rows = start + [{"t": _time(s.start), "lo": getattr(s, lower) / divisor, "hi": getattr(s, upper) / divisor} for s in fan.steps]
        area = {"type": "area", "color": ink, "opacity": shade}
        layers.append({"data": {"values": _short(rows)}, "mark": area, "encoding": {"x": x, "y": {**y, "field": "lo"}, "y2": {"field": "hi"}}})
    past = _short([{"t": _time(d), "v": v / divisor} for d, v in fan.past])
    layers.append({"data": {"values": past}, "mark": {"type": "line", "color": colours["ink"], "strokeWidth": 2}, "encoding": {"x": x, "y": y}})
    ahead = _short(
        ([{"t": _time(last[0]), "v": last[1] / divisor}] if last else []) + [{"t": _time(s.start), "v": s.median / divisor} for s in fan.steps]
    )
    dotted = {"type": "line", "color": ink, "strokeWidth": 2, "strokeDash": [3, 3]}
    layers.append({"data": {"values": ahead}, "mark": dotted, "encoding": {"x": x, "y": y}})
    final = fan.steps[-1]
    apart = (top - bottom) * divisor * LABEL / (HEIGHT - TOP - BELOW)
    ends = [(v, False) for v in (final.q90, final.q10) if abs(v - final.median) >= apart]
    for value, bold in ((final.median, True), *ends):
        text: Spec = {"type": "text", "align": "left", "dx": 5, "fontSize": 12, "fontWeight": 600 if bold else 400, "color": ink}
        row = _short([{"t": end, "v": value / divisor}])[0] | {"s": wording.value(value, fan.unit)}
        layers.append({"data": {"values": [row]}, "mark": text, "encoding": {"x": x, "y": y, "text": {"field": "s"}}})
    label: Spec = {"type": "text", "align": "left", "dx": -LEFT + 2, "dy": -6, "fontSize": 11, "color": colours["soft"], "baseline": "bottom"}
    row = {"t": first, "v": top, "s": unit}
    layers.append({"data": {"values": [row]}, "mark": {**label, "clip": False}, "encoding": {"x": x, "y": y, "text": {"field": "s"}}})
    return {
        "$schema": SCHEMA, "width": WIDTH - LEFT - RIGHT, "height": HEIGHT - TOP - BELOW, "autosize": "none", "layer": layers,
        "config": config(colours),
        "padding": {"left": LEFT, "right": RIGHT, "top": TOP + 10, "bottom": BELOW},
    }  # fmt: skip


def _over(fan: Fan, newest: int) -> tuple[str, ...]:
    """A sentence where the first period foretold lies before the newest year of any value of the two: it is over, and what came is not held."""
    over = [s for s in fan.steps if s.start.year < newest]
    if not over:
        return ()
    named = wording.period(over[0].start, fan.period) + (f" to {wording.period(over[-1].start, fan.period)}" if len(over) > 1 else "")
    named = wording.capital(named)
    return (f"{named} {'are' if len(over) > 1 else 'is'} over, as other values of the two are of {newest}: what came is not held here.",)


def describe(fan: Fan) -> str:
    """The last value and every step's band, in words."""
    past = f"Last value {wording.value(fan.past[-1][1], fan.unit)} in {wording.period(fan.past[-1][0], fan.period)}. " if fan.past else ""
    return f"{wording.clip(fan.title)}. {past}" + " ".join(
        f"{wording.period(s.start, fan.period)}: median {wording.value(s.median, fan.unit)}, "
        f"80 % band {wording.value(s.q10, fan.unit)} to {wording.value(s.q90, fan.unit)}."
        for s in fan.steps
    )


def _title(fan: Fan) -> str:
    s = fan.steps[0]
    when = wording.period(s.start, fan.period)
    return f"{wording.value(s.q10, fan.unit)} to {wording.value(s.q90, fan.unit)} in {when}, with 80\u00a0% probability"


def _what(fan: Fan) -> str:
    first, last = fan.steps[0], fan.steps[-1]
    span = wording.period(first.start, fan.period) + (f" to {wording.period(last.start, fan.period)}" if len(fan.steps) > 1 else "")
    models = "; ".join(dict.fromkeys(WORDS.get(s.model, s.model) for s in fan.steps))
    return (
        f"{wording.clip(fan.title)}, {wording.clip(fan.unit, 60)}. Forecast for {span} by {models}: median dotted, bands of 50, 80 and 90 %. "
        f"Past values of one source: {fan.source}"
    )


def _table(fan: Fan) -> Any:
    rows = [
        {
            "period": wording.period(s.start, fan.period), "median": wording.value(s.median, fan.unit),
            "50 % band": f"{wording.value(s.q25, fan.unit)} to {wording.value(s.q75, fan.unit)}",
            "80 % band": f"{wording.value(s.q10, fan.unit)} to {wording.value(s.q90, fan.unit)}",
            "90 % band": f"{wording.value(s.q05, fan.unit)} to {wording.value(s.q95, fan.unit)}", "method": WORDS.get(s.model, s.model),
            "past skill": f"{s.skill:.3f}".replace("-", wording.MINUS),
        }
        for s in fan.steps
    ]  # fmt: skip
    return listing("The forecast, period by period; skill is against last value with errors by size", rows)


def _chance(p: float) -> str:
    return "below 1 %" if p < 0.01 else "above 99 %" if p > 0.99 else f"{100 * p:.0f} %"


def _time(day: dt.date) -> float:
    return round(day.year + (day.month - 1) / 12, 4)


def _step(wanted: float) -> float:
    power = 10.0 ** math.floor(math.log10(max(wanted, 1e-12)))
    return next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= wanted * 0.999)


def _short(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{k: float(f"{v:.5g}") if k != "t" else v for k, v in row.items()} for row in rows]
