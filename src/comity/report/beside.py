"""Two or three pairs side by side on one measure: a panel each, on one scale of values and of years."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence

from comity import wording
from comity.profile import Shown
from comity.report import charts
from comity.report.drawing import PALETTES, SCHEMA, Spec, Theme, config, wrapped

WIDTH, HEIGHT, GAP = 740, 190, 22
ORDER = ("a", "b", "both")


def chart(entries: Sequence[Shown], *, theme: Theme = "light", titled: bool = False) -> Spec:
    """A panel for each entry (all of one measure), lines broken at missing periods and at seams, as a Vega-Lite specification."""
    colours = PALETTES[theme]
    held = [e for e in entries if any(math.isfinite(p.value) for p in e.series)]
    if not held:
        raise ValueError("nothing to draw: no entry has a value")
    axis = charts.value_axis(held)
    times = sorted({p.start for e in held for p in e.series})
    left = 12 + max(len(text) for text in axis.texts()) * 7
    width = (WIDTH - left - GAP * (len(held) - 1)) // len(held)
    panels = [_panel(e, colours[ORDER[i % 3]], colours, axis, times, width, labelled=i == 0) for i, e in enumerate(held)]
    title = wording.clip(held[0].title, 110)
    spec: Spec = {
        "$schema": SCHEMA, "hconcat": panels, "spacing": GAP, "config": config(colours), "padding": 6,
        "title": {"text": [f"{title}, {axis.title}"], "anchor": "start", "fontSize": 13, "fontWeight": 600, "color": colours["ink"], "offset": 12},
    }  # fmt: skip
    if titled:
        foot = wrapped(charts.credit(held), WIDTH - 12, 10)
        spec |= {
            "background": colours["paper"],
            "title": spec["title"] | {"subtitle": foot, "subtitleColor": colours["soft"], "subtitleFontSize": 10},
        }
    return spec


def _panel(one: Shown, colour: str, colours: Mapping[str, str], axis: charts.Axis, times: Sequence[dt.date], width: int, *, labelled: bool) -> Spec:
    points = [(p.start, p.value) for p in one.series if math.isfinite(p.value)]
    runs = charts.unbroken(points, one.period, [s.start for s in one.seams])
    rows = [{"t": t.isoformat(), "v": float(f"{v:.6g}"), "k": k} for k, run in enumerate(runs) for t, v in run]
    span = charts.span(times, one.period)
    x: Spec = {
        "field": "t", "type": "temporal", "scale": {"type": "utc", "domain": span},
        "axis": {**charts.time_axis(times, one.period), "labelOverlap": "greedy"},
    }  # fmt: skip
    y: Spec = {
        "field": "v", "type": "quantitative", "scale": {"domain": [axis.low, axis.high], "nice": False, "zero": False},
        "axis": axis.encode() | ({} if labelled else {"labels": False}),
    }  # fmt: skip
    last_t, last_v = points[-1]
    label = {"t": last_t.isoformat(), "v": float(f"{last_v:.6g}"), "s": wording.value(last_v, one.unit)}
    late = last_t - times[0] > (times[-1] - times[0]) / 2
    above = max(v for t, v in points if abs((last_t - t).days) * 5 <= (times[-1] - times[0]).days and (t <= last_t))
    label["at"] = float(f"{above if late else last_v:.6g}")
    lone = [r for k, run in enumerate(runs) if len(run) == 1 for r in rows if r["k"] == k]
    layers: list[Spec] = [
        {"data": {"values": rows}, "mark": {"type": "line", "color": colour, "strokeWidth": 2.2},
         "encoding": {"x": x, "y": y, "detail": {"field": "k"}}},
        {"data": {"values": [label]}, "mark": {"type": "text", "align": "right" if late else "left", "dy": -10, "fontSize": 12, "fontWeight": 600,
         "color": colour}, "encoding": {"x": x, "y": y | {"field": "at"}, "text": {"field": "s"}}},
    ]  # fmt: skip
    if lone:
        dots = {"type": "point", "filled": True, "size": 34, "opacity": 1, "color": colour}
        layers.append({"data": {"values": lone}, "mark": dots, "encoding": {"x": x, "y": y}})
    name: Spec = {"type": "text", "align": "left", "fontSize": 12, "fontWeight": 600, "color": colour}
    layers.append({
        "data": {"values": [{"s": wording.clip(one.label, 30)}]}, "mark": name,
        "encoding": {"x": {"value": 0}, "y": {"value": -20}, "text": {"field": "s"}},
    })  # fmt: skip
    return {"width": width, "height": HEIGHT, "layer": layers}


def finding(entries: Sequence[Shown]) -> str:
    """The values of all pairs in the newest period that all of them have in full, the highest first; else that they stand on one scale."""
    whole = [{p.start: p.value for p in e.series if math.isfinite(p.value) and not p.partial} for e in entries]
    common = set.intersection(*map(set, whole)) if whole else set()
    if len(entries) < 2 or not common:
        return f"{', '.join(e.label for e in entries)}, on one scale"
    at = max(common)
    placed = sorted(zip(entries, whole, strict=True), key=lambda both: -both[1][at])
    told = ", ".join(f"{e.label} {wording.value(values[at], e.unit)}" for e, values in placed)
    return f"{entries[0].title} in {wording.period(at, entries[0].period)}: {told}"


def describe(entries: Sequence[Shown]) -> str:
    """The panels in words."""
    return charts.describe(entries)
