"""Vega-Lite specifications for the report's pictures, and their SVG; one SVG serves light, dark and print."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from comity import sources, stretches, wording
from comity.core import Period, period_start
from comity.profile import Point, Shown
from comity.report.drawing import HEIGHT, PALETTES, SCHEMA, WIDTH, Spec, Theme, config, spread, svg, wrapped

__all__ = ["PALETTES", "Spec", "Theme", "describe", "line", "small_multiple", "sparkline", "sparse", "svg"]


Z95 = 1.96
BLOCKS = "▁▂▃▄▅▆▇█"
DAYS_JOINED = 10
SEAM_LABEL = 84
MOST_BARS_HIGH = 15
COLUMNS = 3


def sparkline(values: Sequence[float | None]) -> str:
    """One Unicode block a value, lowest to highest; a missing value is a space, a constant series a row of low blocks."""
    known = [v for v in values if v is not None and math.isfinite(v)]
    if not known:
        return ""
    low, span = min(known), max(known) - min(known)
    return "".join(" " if v is None or not math.isfinite(v) else BLOCKS[round((v - low) / span * 7) if span else 0] for v in values)


def line(
    shown: Shown | Sequence[Shown], *, theme: Theme = "light", sides: tuple[str, str] | None = None, titled: bool = False, note: str = "",
    log: bool = False,
) -> Spec:  # fmt: skip
    """The chart of one measure over time as a Vega-Lite specification.

    shown: one entry, or several of one measure (a to b and b to a, or the two states), each a labelled line.
    Runs are broken at missing periods and at seams; a lone value is a dot, a partial one a ring; standard errors
    give a 95% band (±1.96 se); a stated figure is a hollow diamond; the value axis holds zero. sides: the two states, in the order of their colours.
    titled: write finding, measure, unit and `note` into the picture, for use outside the page. log: a logarithmic value axis, without zero, where
    `logarithmic` allows it.
    """
    group = [shown] if isinstance(shown, Shown) else list(shown)
    group = [s for s in group if s.series] or group[:1]
    first = group[0]
    sides = sides or (first.a, first.b)
    colours = PALETTES[theme]
    points = [p for s in group for p in s.series if math.isfinite(p.value)]
    if not points:
        raise ValueError(f"{first.name}: nothing to draw: the series has no value")
    axis = _log_axis(group) if log and logarithmic(group) else value_axis(group)
    bars = _as_bars(group)
    said = [n for s in group for n in s.stated if n.value is not None and math.isfinite(n.value)]
    times = sorted({p.start for p in points} | {period_start(n.start, first.period) for n in said})
    left, right = _margins(group, axis)
    width, height = WIDTH - left - right, HEIGHT - 46
    x: Spec = {
        "field": "t",
        "type": "temporal",
        "scale": {"type": "utc", "domain": span(times, first.period, bars)},
        "axis": time_axis(times, first.period),
    }
    y: Spec = {"field": "v", "type": "quantitative", "scale": axis.scale(), "axis": axis.encode()}
    layers: list[Spec] = []
    if axis.low < 0:
        layers.append({"data": {"values": [{"v": 0}]}, "mark": {"type": "rule", "color": colours["soft"], "strokeWidth": 1}, "encoding": {"y": y}})
    layers += _seams(group, x, colours, times, width, round(6.4 * len(axis.title)) - left + 8)
    labels: list[Spec] = []
    for one in group:
        colour = colours[_side(one, sides)]
        layers += _bar_layers(one, x, y, colour, width, times) if bars else _line_layers(one, x, y, colour, colours["paper"])
        labels.append(_label(one, colour, len(group) > 1))
    layers += _label_layers(labels, x, y, axis, height)
    if said:
        ring: Spec = {"type": "point", "shape": "diamond", "filled": False, "size": 70, "strokeWidth": 1.6, "opacity": 1, "color": colours["ink"]}
        told = [{"t": period_start(n.start, first.period).isoformat(), "v": _short(n.value or 0.0)} for n in said]
        layers.append({"data": {"values": told}, "mark": ring, "encoding": {"x": x, "y": y}})
    layers.append(
        {
            "data": {"values": [{}]},
            "mark": {"type": "text", "align": "left", "baseline": "bottom", "dy": -8, "color": colours["soft"], "fontSize": 12},
            "encoding": {"x": {"value": -left + 2}, "y": {"value": 0}, "text": {"value": axis.title}},
        }
    )
    top, bottom = 24, 22
    spec: Spec = {"$schema": SCHEMA, "width": width, "height": height, "autosize": "none", "layer": layers, "config": config(colours)}
    if titled:
        heading = wrapped(wording.clip(first.finding or first.title, 160), WIDTH - 8, 15, bold=True)
        what = f"{first.title}, {first.label}" if len(group) == 1 else first.title
        below = [line for text in (what, note) if text for line in wrapped(wording.clip(text, 160), WIDTH - 8, 12)]
        height_above = 24 + 19 * len(heading) + 16 * len(below)
        at: Spec = {"x": {"value": -left + 2}}
        big: Spec = {"type": "text", "align": "left", "baseline": "top", "fontSize": 15, "fontWeight": 600, "lineHeight": 19, "color": colours["ink"]}
        plain: Spec = {"type": "text", "align": "left", "baseline": "top", "fontSize": 12, "lineHeight": 16, "color": colours["soft"]}
        for mark, rows, y_at in ((big, heading, -height_above), (plain, below, 19 * len(heading) - height_above)):
            layers.append({"data": {"values": [{"s": rows}]}, "mark": mark, "encoding": {**at, "y": {"value": y_at}, "text": {"field": "s"}}})
        foot = wrapped(credit(group), WIDTH - 8, 10)
        layers.append(
            {
                "data": {"values": [{"s": foot}]},
                "mark": {**plain, "fontSize": 10, "lineHeight": 13},
                "encoding": {**at, "y": {"value": height + 30}, "text": {"field": "s"}},
            }
        )
        bottom += 8 + 13 * len(foot)
        top = height_above + 12
        spec["background"] = colours["paper"]
    spec["padding"] = {"left": left, "right": right, "top": top, "bottom": bottom}
    return spec


def credit(group: Sequence[Shown]) -> str:
    """Who published what is drawn, with its terms and the years that are drawn: a picture that leaves the page takes them along."""
    years: dict[str, set[int]] = {name: set() for one in group for s in one.sources for name in s.split("+") if name in sources.names()}
    for p in (p for one in group for p in one.series if math.isfinite(p.value)):
        for name in years.keys() & {part.partition(":")[0] for part in p.source.split("+")}:
            years[name].add(p.start.year)
    named = [f"{sources.get(n).publisher} ({'; '.join(w for w in (sources.get(n).licence.name, stretches.told(y)) if w)})" for n, y in years.items()]
    return wording.clip(f"Source: {'; '.join(named)}. Drawn by comity", 400)


def small_multiple(shown: Shown, *, theme: Theme = "light") -> Spec:
    """A panel for each comparison pair (grey) with this pair repeated (coloured), on one scale, as a Vega-Lite specification.

    Months, quarters and days are drawn as means of their calendar year.
    """
    colours = PALETTES[theme]
    if not shown.series or not shown.comparisons:
        raise ValueError(f"{shown.name}: nothing to compare")
    own = _yearly([(p.start, p.value) for p in shown.series if not p.partial], shown.period)
    rows: list[Spec] = []
    titles: list[str] = []
    values = [v for _, v in own]
    for number, other in enumerate(shown.comparisons):
        theirs = _yearly(other.series, shown.period)
        values += [v for _, v in theirs]
        label = other.label if len(other.label) <= 17 else f"{other.a}–{other.b}"
        titles.append(_unique(wording.clip(label, 17), titles))
        for who, series in (("own", own), ("other", theirs)):
            for run_number, run in enumerate(unbroken(series, "year", ())):
                rows += [{"p": titles[number], "w": who, "k": f"{who}{run_number}", "t": t.isoformat(), "v": _short(v)} for t, v in run]
    axis = _axis(values, shown.unit, bounds=shown.bounds, wanted=2)
    starts = sorted({dt.date.fromisoformat(r["t"]) for r in rows})
    left = 12 + max(len(text) for text in axis.texts()) * 7
    panel = (WIDTH - left - 12 - 14 * (COLUMNS - 1)) // COLUMNS
    mark_colours = {"domain": ["own", "other"], "range": [colours["both" if shown.symmetric else "a"], colours["other"]]}
    ticks = [starts[0], starts[-1]] if starts[0].year != starts[-1].year else [starts[0]]
    return {
        "$schema": SCHEMA,
        "data": {"values": rows},
        "facet": {
            "field": "p",
            "type": "nominal",
            "sort": titles,
            "title": None,
            "header": {"labelFontSize": 11, "labelColor": colours["ink"], "labelAnchor": "start", "labelPadding": 3},
        },
        "columns": COLUMNS,
        "spacing": {"row": 12, "column": 14},
        "spec": {
            "width": panel,
            "height": 62,
            "encoding": {
                "x": {
                    "field": "t",
                    "type": "temporal",
                    "scale": {"type": "utc", "domain": [_moment(d) for d in _padded(starts)]},
                    "axis": {
                        "title": None,
                        "grid": False,
                        "values": [_moment(d) for d in ticks],
                        "labelExpr": "utcFormat(datum.value, '%Y')",
                        "labelFlush": 14,
                        "labelFontSize": 11,
                        "tickSize": 3,
                        "ticks": True,
                    },
                },
                "y": {
                    "field": "v",
                    "type": "quantitative",
                    "scale": {"domain": [axis.low, axis.high], "nice": False, "zero": False},
                    "axis": {**axis.encode(), "labelFontSize": 11},
                },
                "color": {"field": "w", "type": "nominal", "scale": mark_colours, "legend": None},
                "detail": {"field": "k", "type": "nominal"},
            },
            "layer": [{"mark": {"type": "line", "strokeWidth": 1.8}}, *_lone_dots(rows)],
        },
        "resolve": {"axis": {"x": "shared", "y": "shared"}},
        "config": {**config(colours), "axisY": {"minExtent": left - 12, "maxExtent": left - 12}},
        "padding": 4,
    }


def describe(group: Sequence[Shown]) -> str:
    """What the chart shows, in words: for each line its span, first, lowest, highest and newest value."""
    sentences = []
    for one in group:
        points = [p for p in one.series if math.isfinite(p.value)]
        if not points:
            continue
        low, high = min(points, key=lambda p: p.value), max(points, key=lambda p: p.value)
        first, lowest, highest, newest = (
            f"{wording.value(p.value, one.unit)} in {wording.period(p.start, one.period)}" for p in (points[0], low, high, points[-1])
        )
        label = wording.clip(one.label, 80)
        if len(points) == 1:
            sentences.append(f"{label}: one value, {newest}.")
        elif low.value == high.value:
            sentences.append(f"{label}: {len(points)} equal values, first {first}, newest {newest}.")
        else:
            sentences.append(f"{label}: {len(points)} values; first {first}, lowest {lowest}, highest {highest}, newest {newest}.")
    seams = sorted({s.start for one in group for s in one.seams})
    if seams:
        sentences.append("The source changes in " + ", ".join(str(d.year) for d in seams[:6]) + ".")
    return f"{wording.clip(group[0].title, 120)}, {wording.scale(group[0].unit, 0)[1]}. " + " ".join(sentences)


@dataclass(frozen=True, kw_only=True)
class Axis:
    """A value axis: its ends, step, what values are divided by, and its title."""

    low: float
    high: float
    step: float
    divisor: float
    title: str

    def values(self) -> list[float]:
        """The ticks."""
        count = round((self.high - self.low) / self.step)
        return [_short(self.low + i * self.step) for i in range(count + 1)]

    def texts(self) -> list[str]:
        """What stands at the ticks."""
        shown = self.step / self.divisor
        decimals = next((d for d in range(9) if abs(round(shown, d) - shown) < 1e-6 * shown), 9)
        return [f"{v / self.divisor:,.{decimals}f}".replace("-", wording.MINUS) for v in self.values()]

    def encode(self) -> Spec:
        """The axis as Vega-Lite has it."""
        pairs = ",".join(f"'{t}'" for t in self.texts())
        expression = f"[{pairs}][round((datum.value - ({self.low!r})) / {self.step!r})]"
        return {"title": None, "values": self.values(), "labelExpr": expression, "domain": False, "ticks": False, "labelPadding": 6}

    def scale(self) -> Spec:
        """The scale as Vega-Lite has it."""
        return {"domain": [self.low, self.high], "nice": False, "zero": False}

    def place(self, value: float) -> float:
        """Where a value stands, on a line on which equal distances look equal."""
        return value

    def value(self, place: float) -> float:
        """The value that stands at a place."""
        return place


class LogAxis(Axis):
    """A logarithmic axis; its step is of no use."""

    def values(self) -> list[float]:
        """Powers of ten, with their twofold and fivefold where the axis is short; at most six or so."""
        powers = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        marks = (1, 2, 5) if len(powers) <= 3 else (1,)
        every = [
            float(f"{m}e{k}") for k in powers for m in marks if self.low <= float(f"{m}e{k}") * 1.000001 and float(f"{m}e{k}") <= self.high * 1.000001
        ]
        return every[:: math.ceil(len(every) / 7)]

    def texts(self) -> list[str]:
        """What stands at the ticks."""
        return [f"{v / self.divisor:,.0f}" if v >= self.divisor else f"{v / self.divisor:.9f}".rstrip("0") for v in self.values()]

    def encode(self) -> Spec:
        """The axis as Vega-Lite has it."""
        pairs = ",".join(f"'{t}'" for t in self.texts())
        return {**super().encode(), "labelExpr": f"[{pairs}][indexof({self.values()!r}, datum.value)]"}

    def scale(self) -> Spec:
        """The scale as Vega-Lite has it."""
        return {"type": "log", "domain": [self.low, self.high], "nice": False}

    def place(self, value: float) -> float:
        """The logarithm."""
        return math.log10(value)

    def value(self, place: float) -> float:
        """The power."""
        return float(10.0**place)


def logarithmic(group: Sequence[Shown]) -> bool:
    """Whether a logarithmic axis makes sense: money, every value and band above zero, the largest more than three times the smallest."""
    values = _on_axis(group)
    return bool(values) and wording.is_money(group[0].unit) and not _as_bars(group) and min(values) > 0 and max(values) > 3 * min(values)


def _log_axis(group: Sequence[Shown]) -> Axis:
    values = _on_axis(group)
    ends = [m * 10.0**k for k in range(-12, 19) for m in (1, 2, 5)]
    low, high = max(e for e in ends if e <= min(values) * 1.000001), min(e for e in ends if e >= max(values) * 0.999999)
    divisor, title = wording.scale(group[0].unit, high)
    return LogAxis(low=_short(low), high=_short(high), step=0.0, divisor=divisor, title=f"{title}, log scale")


def _axis(values: Sequence[float], unit: str, *, bounds: tuple[float | None, float | None], whole: bool = False, wanted: int = 4) -> Axis:
    low, high = min([0.0, *values]), max([0.0, *values])
    if high - low < 1e-300:
        high = 0.01 if wording.is_share(unit) else 1.0
    raw = (high - low) / wanted
    power = 10.0 ** math.floor(math.log10(raw))
    step = next((m * power for m in (1, 2, 2.5, 5, 10) if m * power >= raw * 0.999), 10 * power)
    if whole and step < 1:
        step = 1.0
    if whole and step == 2.5:
        step = 5.0
    bottom, top = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
    ceiling = bounds[1]
    if ceiling is not None and high <= ceiling < top:
        step = ceiling / wanted
        bottom, top = math.floor(low / step + 1e-9) * step, ceiling
    divisor, title = wording.scale(unit, max(abs(bottom), abs(top)))
    return Axis(low=_short(bottom), high=_short(top), step=_short(step), divisor=divisor, title=title)


def value_axis(group: Sequence[Shown]) -> Axis:
    """One axis for the entries of one measure, which holds zero, every value and every band."""
    values = _on_axis(group)
    return _axis(values, group[0].unit, bounds=group[0].bounds, whole=all(v == int(v) for v in values) and not wording.is_share(group[0].unit))


def _on_axis(group: Sequence[Shown]) -> list[float]:
    values = [v for s in group for p in s.series if math.isfinite(p.value) for v in (p.value, *_band(p, s))]
    return values + [n.value for s in group for n in s.stated if n.value is not None and math.isfinite(n.value)]


def _band(point: Point, shown: Shown) -> tuple[float, ...]:
    if point.se is None or not math.isfinite(point.se) or point.se <= 0:
        return ()
    low, high = point.value - Z95 * point.se, point.value + Z95 * point.se
    floor, ceiling = shown.bounds
    return (max(low, floor) if floor is not None else low, min(high, ceiling) if ceiling is not None else high)


def _short(number: float) -> float:
    """Six significant digits, so that a specification is small."""
    return float(f"{number:.6g}")


def unbroken(series: Sequence[tuple[dt.date, float]], period: Period, breaks: Sequence[dt.date]) -> list[list[tuple[dt.date, float]]]:
    """The series cut wherever a period is missing and before each date of `breaks`; a source's own rhythm of n years is kept."""
    if not series:
        return []
    steps = [_step(before[0], after[0], period) for before, after in pairwise(series)]
    usual = _rhythm(steps, period)
    runs = [[series[0]]]
    for item, step in zip(series[1:], steps, strict=True):
        if step > usual or item[0] in breaks:
            runs.append([])
        runs[-1].append(item)
    return runs


def _step(before: dt.date, after: dt.date, period: Period) -> int:
    if period == "day":
        return (after - before).days
    months = (after.year - before.year) * 12 + after.month - before.month
    return {"month": months, "quarter": months // 3}.get(period, after.year - before.year)


def _rhythm(steps: Sequence[int], period: Period) -> int:
    if period == "day":
        return DAYS_JOINED
    if period not in {"year", "session"} or len(steps) < 3:
        return 1
    step, times = Counter(steps).most_common(1)[0]
    return step if step > 1 and times >= 0.6 * len(steps) else 1


def sparse(one: Shown) -> bool:
    """Whether the source itself has a value only every so many years, so that its points may be joined by dots."""
    starts = [p.start for p in one.series if not p.partial and math.isfinite(p.value)]
    steps = [_step(before, after, one.period) for before, after in pairwise(starts)]
    return one.period != "day" and _rhythm(steps, one.period) > 1


def _line_layers(one: Shown, x: Spec, y: Spec, colour: str, paper: str) -> list[Spec]:
    full = [(p.start, p.value) for p in one.series if not p.partial and math.isfinite(p.value)]
    runs = unbroken(full, one.period, [s.start for s in one.seams])
    dotted = sparse(one)
    of = {p.start: p for p in one.series}
    layers: list[Spec] = []
    banded = [[(t, _band(of[t], one)) for t, _ in run] for run in runs]
    rows = [{"t": t.isoformat(), "l": _short(band[0]), "h": _short(band[1]), "k": k} for k, run in enumerate(banded) for t, band in run if band]
    if rows:
        encoding = {"x": x, "y": {**y, "field": "l"}, "y2": {"field": "h"}, "detail": {"field": "k"}}
        layers.append({"data": {"values": rows}, "mark": {"type": "area", "color": colour, "opacity": 0.18}, "encoding": encoding})
    rows = [{"t": t.isoformat(), "v": _short(v), "k": k} for k, run in enumerate(runs) if len(run) > 1 for t, v in run]
    if rows:
        thin = one.period in {"month", "day"} and len(rows) > 80
        mark: Spec = {"type": "line", "color": colour, "strokeWidth": 1.4 if thin else 2.2, "strokeJoin": "round", "strokeCap": "round"}
        if dotted:
            mark |= {"strokeDash": [1, 4]}
        layers.append({"data": {"values": rows}, "mark": mark, "encoding": {"x": x, "y": y, "detail": {"field": "k"}}})
    rows = [{"t": t.isoformat(), "v": _short(v)} for run in runs for t, v in (run if dotted else run[:1] if len(run) == 1 else [])]
    if rows:
        layers.append(
            {
                "data": {"values": rows},
                "mark": {"type": "point", "filled": True, "size": 34, "opacity": 1, "color": colour},
                "encoding": {"x": x, "y": y},
            }
        )
    rows = [{"t": p.start.isoformat(), "v": _short(p.value)} for p in one.series if p.partial and math.isfinite(p.value)]
    if rows:
        ring = {"type": "point", "filled": False, "fill": paper, "size": 46, "strokeWidth": 1.8, "opacity": 1, "color": colour}
        layers.append({"data": {"values": rows}, "mark": ring, "encoding": {"x": x, "y": y}})
    return layers


def _as_bars(group: Sequence[Shown]) -> bool:
    one = group[0]
    values = [p.value for p in one.series]
    small = all(math.isfinite(v) and v == int(v) and 0 <= v <= MOST_BARS_HIGH for v in values)
    return len(group) == 1 and one.period in {"year", "session"} and small and len(values) > 4 and max(values) > 0 and not wording.is_share(one.unit)


def _bar_layers(one: Shown, x: Spec, y: Spec, colour: str, width: int, times: Sequence[dt.date]) -> list[Spec]:
    size = max(1.5, min(16.0, 0.72 * width / (times[-1].year - times[0].year + 1)))
    layers: list[Spec] = []
    for partial in (False, True):
        rows = [{"t": p.start.isoformat(), "v": _short(p.value)} for p in one.series if p.partial is partial]
        if rows:
            mark: Spec = {"type": "bar", "size": round(size, 1), "color": colour}
            if partial:
                mark |= {"filled": False, "strokeWidth": 1.2}
            layers.append({"data": {"values": rows}, "mark": mark, "encoding": {"x": x, "y": y}})
    return layers


def _seams(group: Sequence[Shown], x: Spec, colours: Mapping[str, str], times: Sequence[dt.date], width: int, taken: int) -> list[Spec]:
    rows: list[Spec] = []
    for start in sorted({s.start for one in group for s in one.seams if times[0] < s.start <= times[-1]}):
        before = max(t for t in times if t < start)
        rows.append({"t": (before + (start - before) / 2).isoformat()})
    if not rows:
        return []
    shares = [(dt.date.fromisoformat(row["t"]) - times[0]) / (times[-1] - times[0]) for row in rows]
    late = shares[0] > 0.5
    begins = shares[-1] * width - SEAM_LABEL if late else shares[0] * width
    lift = -8 if begins > taken else 14
    rule: Spec = {"type": "rule", "color": colours["soft"], "strokeWidth": 1, "strokeDash": [3, 3]}
    words: Spec = {
        "type": "text",
        "align": "right" if late else "left",
        "baseline": "bottom",
        "dx": 2 if late else -2,
        "dy": lift,
        "fontSize": 11,
        "fontStyle": "italic",
        "color": colours["soft"],
    }
    return [
        {"data": {"values": rows}, "mark": rule, "encoding": {"x": x, "y": {"value": -6}, "y2": {"value": "height"}}},
        {
            "data": {"values": rows[-1:] if late else rows[:1]},
            "mark": words,
            "encoding": {"x": x, "y": {"value": 0}, "text": {"value": "source changes"}},
        },
    ]


def _side(one: Shown, sides: tuple[str, str]) -> str:
    if one.of == "world":
        return "other"
    if one.symmetric and one.a != one.b:
        return "both"
    return "b" if one.a == sides[1] else "a"


def _label(one: Shown, colour: str, named: bool) -> Spec:
    last = next(p for p in reversed(one.series) if math.isfinite(p.value))
    text = wording.value(last.value, one.unit) + (" so far" if last.partial else "")
    return {"t": last.start.isoformat(), "v": last.value, "s": [wording.short(one), text] if named else [text], "c": colour}


def _label_layers(labels: list[Spec], x: Spec, y: Spec, axis: Axis, height: int) -> list[Spec]:
    low, high = axis.place(axis.low), axis.place(axis.high)
    per_pixel = (high - low) / height
    gap = (31 if len(labels[0]["s"]) > 1 else 16) * per_pixel
    placed = sorted(labels, key=lambda row: float(row["v"]))
    at = [axis.value(v) for v in spread([axis.place(float(row["v"])) for row in placed], gap, low, high)]
    layers: list[Spec] = []
    for row, v in zip(placed, at, strict=True):
        mark: Spec = {
            "type": "text",
            "align": "left",
            "baseline": "middle",
            "dx": 7,
            "fontSize": 12,
            "fontWeight": 600,
            "lineHeight": 15,
            "color": row["c"],
        }
        if len(row["s"]) > 1:
            mark["dy"] = -7
        values = [{"t": row["t"], "v": _short(v), "s": row["s"]}]
        layers.append({"data": {"values": values}, "mark": mark, "encoding": {"x": x, "y": y, "text": {"field": "s"}}})
    return layers


def _margins(group: Sequence[Shown], axis: Axis) -> tuple[int, int]:
    left = 12 + round(7.2 * max(len(text) for text in axis.texts()))
    words = [text for one in group for text in _label(one, "", len(group) > 1)["s"]]
    return left, 12 + round(8.2 * max(len(text) for text in words))


def span(times: Sequence[dt.date], period: Period, bars: bool = False) -> list[Spec]:
    """The first and last day of the time axis, wider where it would be a point or where bars need room."""
    first, last = times[0], times[-1]
    if first == last or bars:
        days = 183 if period in {"year", "session"} else 31
        first, last = first - dt.timedelta(days=days), last + dt.timedelta(days=days)
    return [_moment(first), _moment(last)]


def _padded(times: Sequence[dt.date]) -> list[dt.date]:
    return [times[0], times[-1]] if times[0] != times[-1] else [times[0] - dt.timedelta(days=183), times[0] + dt.timedelta(days=183)]


def _moment(day: dt.date) -> Spec:
    return {"year": day.year, "month": day.month, "date": day.day, "utc": True}


def time_axis(times: Sequence[dt.date], period: Period) -> Spec:
    """The time axis for days in order."""
    first, last = times[0], times[-1]
    years = last.year - first.year
    shape: Spec = {"title": None, "grid": False, "tickSize": 4, "labelFlush": 12, "labelOverlap": "greedy"}
    if years < 3 and period in {"month", "quarter", "day"}:
        return {**shape, "tickCount": 4, "labelExpr": "utcFormat(datum.value, '%b %Y')"}
    step = next((s for s in (1, 2, 5, 10, 20, 25, 50, 100, 200) if years / s <= 5), 500)
    marks = [year for year in range(first.year, last.year + 1) if year % step == 0] or [first.year]
    month = first.month if period in {"year", "session"} else 1
    at = [_moment(dt.date(year, month, 1)) for year in marks if dt.date(year, month, 1) >= first.replace(day=1)]
    return {**shape, "values": at or [_moment(first)], "labelExpr": "utcFormat(datum.value, '%Y')"}


def _yearly(series: Sequence[tuple[dt.date, float]], period: Period) -> list[tuple[dt.date, float]]:
    finite = [(t, v) for t, v in series if math.isfinite(v)]
    if period in {"year", "session"}:
        return [(dt.date(t.year, 1, 1), v) for t, v in finite]
    years: dict[int, list[float]] = {}
    for t, v in finite:
        years.setdefault(t.year, []).append(v)
    return [(dt.date(year, 1, 1), sum(vs) / len(vs)) for year, vs in sorted(years.items())]


def _lone_dots(rows: list[Spec]) -> list[Spec]:
    sizes = Counter((r["p"], r["k"]) for r in rows)
    lone = [r for r in rows if sizes[r["p"], r["k"]] == 1]
    return [{"data": {"values": lone}, "mark": {"type": "point", "filled": True, "size": 20, "opacity": 1}}] if lone else []


def _unique(label: str, taken: Sequence[str]) -> str:
    while label in taken:
        label += "\u200a"
    return label
