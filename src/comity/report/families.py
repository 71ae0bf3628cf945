"""Pictures of the position of two states: the families as percentiles now, and their trail over the years."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from comity import wording
from comity.report.drawing import HEIGHT, PALETTES, SCHEMA, WIDTH, Spec, Theme, config, spread

COLOURS = {"exchange": "a", "alignment": "other", "joint": "both", "conflict": "b"}


def ranges(
    rows: Sequence[tuple[str, float | None, float | None, float | None]], *, theme: Theme = "light", without: Mapping[str, str] | None = None
) -> Spec:  # fmt: skip
    """Named percentiles from 0 to 100, each a dot with its 10–90% range; a name without a value says so, in the words of `without` where given."""
    colours = PALETTES[theme]
    names = [wording.clip(name, 18) for name, *_ in rows]
    known = [
        {"f": wording.clip(n, 18), "v": v, "l": v if lo is None else lo, "h": v if hi is None else hi, "s": f"{v:.0f}"}
        for n, v, lo, hi in rows
        if v is not None
    ]
    unknown = [{"f": wording.clip(n, 18), "v": 0, "s": (without or {}).get(n, "not known")} for n, v, _, _ in rows if v is None]
    y: Spec = {
        "field": "f",
        "type": "nominal",
        "sort": names,
        "scale": {"domain": names},
        "axis": {"title": None, "labelFontSize": 13, "labelColor": colours["ink"], "ticks": False, "domain": False, "labelPadding": 8},
    }
    x: Spec = {
        "field": "v",
        "type": "quantitative",
        "scale": {"domain": [0, 100]},
        "axis": {"title": None, "values": [0, 25, 50, 75, 100], "domain": False},
    }
    layers: list[Spec] = [
        {
            "data": {"values": known},
            "mark": {"type": "bar", "height": 6, "color": colours["both"], "opacity": 0.35},
            "encoding": {"x": {**x, "field": "l"}, "x2": {"field": "h"}, "y": y},
        },
        {
            "data": {"values": known},
            "mark": {"type": "point", "filled": True, "size": 90, "opacity": 1, "color": colours["both"]},
            "encoding": {"x": x, "y": y},
        },
        {
            "data": {"values": known},
            "mark": {"type": "text", "dy": -11, "fontSize": 12, "color": colours["ink"]},
            "encoding": {"x": x, "y": y, "text": {"field": "s"}},
        },
        {
            "data": {"values": unknown},
            "mark": {"type": "text", "align": "left", "dx": 4, "fontSize": 12, "color": colours["soft"]},
            "encoding": {"x": x, "y": y, "text": {"field": "s"}},
        },
    ]
    return {
        "$schema": SCHEMA,
        "width": WIDTH - 120,
        "height": 34 * len(names),
        "autosize": "none",
        "layer": layers,
        "config": config(colours),
        "padding": {"left": 104, "right": 16, "top": 6, "bottom": 24},
    }


def trail(rows: Sequence[Mapping[str, Any]], *, theme: Theme = "light") -> Spec:
    """Each family's percentile by year with its 10–90% range, broken where a year has no value."""
    colours = PALETTES[theme]
    known = sorted((r for r in rows if r.get("value") is not None), key=lambda r: (str(r["family"]), int(r["year"])))
    years = sorted({int(r["year"]) for r in known})
    if not years:
        raise ValueError("nothing to draw: no year of the trail has a value")
    families = sorted({str(r["family"]) for r in known}, key=lambda f: (list(COLOURS).index(f) if f in COLOURS else len(COLOURS), f))
    first, last = years[0], years[-1] if years[-1] > years[0] else years[0] + 1
    step = next(s for s in (1, 2, 5, 10, 20, 50, 100) if (last - first) / s <= 5)
    ticks = [year for year in range(first, last + 1) if year % step == 0]
    x: Spec = {
        "field": "t",
        "type": "quantitative",
        "scale": {"domain": [first, last], "nice": False, "zero": False},
        "axis": {"title": None, "grid": False, "values": ticks, "format": "d", "tickSize": 4},
    }
    y: Spec = {
        "field": "v",
        "type": "quantitative",
        "scale": {"domain": [0, 100]},
        "axis": {"title": None, "values": [0, 25, 50, 75, 100], "domain": False, "ticks": False, "labelPadding": 6},
    }
    layers: list[Spec] = []
    labels: list[tuple[float, str, int]] = []
    for family in families:
        values: list[Spec] = []
        run, before = 0, None
        for r in known:
            if str(r["family"]) != family:
                continue
            year, value = int(r["year"]), float(r["value"])
            run += before is not None and year > before + 1
            low, high = (value if r.get(q) is None else float(r[q]) for q in ("q10", "q90"))
            values.append({"t": year, "v": round(value, 1), "l": round(low, 1), "h": round(high, 1), "k": run})
            before = year
        colour = colours[COLOURS.get(family, "ink")]
        by_run: Spec = {"detail": {"field": "k"}}
        sizes = [v["k"] for v in values]
        lone = [v for v in values if sizes.count(v["k"]) == 1]
        layers += [
            {
                "data": {"values": values},
                "mark": {"type": "area", "color": colour, "opacity": 0.13},
                "encoding": {"x": x, "y": {**y, "field": "l"}, "y2": {"field": "h"}, **by_run},
            },
            {"data": {"values": values}, "mark": {"type": "line", "color": colour, "strokeWidth": 2.2}, "encoding": {"x": x, "y": y, **by_run}},
        ]
        if lone:
            mark = {"type": "point", "filled": True, "size": 34, "opacity": 1, "color": colour}
            layers.append({"data": {"values": lone}, "mark": mark, "encoding": {"x": x, "y": y}})
        labels.append((values[-1]["v"], family, values[-1]["t"]))
    height = HEIGHT - 40
    labels.sort()
    for (value, family, year), place in zip(labels, spread([v for v, *_ in labels], 16 * 100 / height, 0, 100), strict=True):
        mark = {"type": "text", "align": "left", "dx": 7, "fontSize": 12, "fontWeight": 600, "color": colours[COLOURS.get(family, "ink")]}
        row = {"t": year, "v": round(place, 1), "s": f"{wording.clip(family, 12)} {value:.0f}"}
        layers.append({"data": {"values": [row]}, "mark": mark, "encoding": {"x": x, "y": y, "text": {"field": "s"}}})
    return {
        "$schema": SCHEMA,
        "width": WIDTH - 34 - 118,
        "height": height,
        "autosize": "none",
        "layer": layers,
        "config": config(colours),
        "padding": {"left": 34, "right": 118, "top": 14, "bottom": 24},
    }
