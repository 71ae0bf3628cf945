"""The part of the page on value added and shared production: the ways of value as ribbons, and shared production against expectation."""

from __future__ import annotations

import math
from collections.abc import Mapping

from comity import percents, wording
from comity.gather_chains import way, within_error
from comity.profile import Profile
from comity.profile_chains import Chains, SharedYear, ValueFlow
from comity.report.drawing import HEIGHT, PALETTES, SCHEMA, WIDTH, Spec, Theme, config
from comity.report.part import Group, Part, Picture, listing, paragraphs

SOURCE = "World Input–Output Database, release 2013: 40 economies, 1995–2011, computed by comity. Source: wiod_tables"
CLOSE = 14.0
"""Height of a ribbon below which its label needs the paper behind it."""
THICK = 74.0
"""Height in the picture of the larger direction."""
SLOT, GAP, CLEAR = 17.0, 26.0, 7.0
STEPS = 24
TICKS = (0.01, 0.03, 0.1, 0.2, 0.5, 0.7, 1, 1.5, 2, 3, 5, 10, 20, 50, 100)
WAYS = 4


def part(profile: Profile, names: Mapping[str, str]) -> Part | None:
    """Value added beside gross, the ways it takes and shared production; None where it is not held."""
    held = profile.chains
    if held is None:
        return None
    pictures = [p for p in (_ways(held, names), _history(held, names)) if p is not None]
    rows = [
        {
            "year": y.year, "gross, both ways": wording.value(y.gross, "USD"), f"value {profile.a} → {profile.b}": wording.value(y.value_ab, "USD"),
            f"value {profile.b} → {profile.a}": wording.value(y.value_ba, "USD"), "made together": wording.value(y.usd, "USD"),
            "to expected": f"{y.expected:.2f}", "per 100 of trade": f"{y.per_trade:.1f}", "median pair": f"{y.per_trade_median:.1f}",
            f"rank of {held.history[-1].of}": _place(y),
        }
        for y in reversed(held.history)
    ]  # fmt: skip
    said = paragraphs([*held.statement, f"What would tell more: {held.settled_by}."])
    folds = (listing("Value added and shared production by year", rows),)
    return Part(key="chains", heading="Whose value is in it, and what both make together",
                groups=(Group(sentences=said, pictures=tuple(pictures), folds=folds),))  # fmt: skip


def _ways(held: Chains, names: Mapping[str, str]) -> Picture | None:
    if not any(f.ways for f in held.flows):
        return None
    title = "Went straight: " + ", ".join(
        f"{percents.of(_straight(f))} of {wording.possessive(_named(names, f.exporter))} value used in {_named(names, f.importer)}"
        for f in held.flows
    )
    what = f"Value added that ends in the other’s final use, {held.year}, by the states it passes; width by value on one scale. {SOURCE}"
    words = "; ".join(f"{f.exporter} to {f.importer} {label}: {wording.value(value, 'USD')}" for f in held.flows for label, value in ribbons(f))
    rows = [
        {"from": f.exporter, "to": f.importer, "way": label, "US$": wording.value(value, "USD"), "share": f"{value / f.value:.1%}"}
        for f in held.flows
        for label, value in ribbons(f)
    ]
    return Picture(key="ways", spec=sankey(held, names), title=title, what=what, words=words, table=listing(f"The ways of value, {held.year}", rows))


def _place(y: SharedYear) -> str:
    return f"{y.rank}\u00a0({y.rank_low}–{y.rank_high})" if y.rank_low else str(y.rank)


def _named(names: Mapping[str, str], code: str) -> str:
    return wording.articled(names.get(code, code))


def _straight(flow: ValueFlow) -> float:
    return sum(w.share for w in flow.ways if not w.stops)


def ribbons(flow: ValueFlow) -> list[tuple[str, float]]:
    """The straight way, the largest ways round by name, and all other ways together; they add up to the value."""
    straight = sum(w.value for w in flow.ways if not w.stops)
    named = [w for w in flow.ways if w.stops][: WAYS - 1]
    rest = flow.value - straight - sum(w.value for w in named)
    out = [("straight", straight), *((f"by {way(w.stops)}", w.value) for w in named), ("by others", rest)]
    return [(label, value) for label, value in out if value > 0]


def sankey(held: Chains, names: Mapping[str, str], *, theme: Theme = "light") -> Spec:
    """Both directions one above the other: from the exporter's bar over the ways to the importer's, as ribbons."""
    colours = PALETTES[theme]
    width = WIDTH - 12
    left, right, middle = 14.0, width - 14.0, width / 2
    scale = THICK / max(f.value for f in held.flows)
    areas: list[Spec] = []
    bars: list[Spec] = []
    texts: list[Spec] = []
    top = GAP
    for n, flow in enumerate(held.flows):
        parts = ribbons(flow)
        tint = colours["a"] if n == 0 else colours["b"]
        slots = [max(value * scale + CLEAR, SLOT) for _, value in parts]
        height = sum(slots)
        side = top + (height - flow.value * scale) / 2
        bars += [{"x": x, "x2": x + 10, "y": side, "y2": side + flow.value * scale, "c": tint} for x in (left - 10, right)]
        names_at = ((left - 10, flow.exporter, "left"), (right + 10, flow.importer, "right"))
        texts += [{"x": x, "y": top - 12, "s": wording.clip(names.get(code, code), 26), "k": align} for x, code, align in names_at]
        texts.append({"x": middle, "y": top - 12, "s": wording.value(flow.value, "USD"), "k": "head"})
        at, centre = side, top
        for k, ((label, value), slot) in enumerate(zip(parts, slots, strict=True)):
            thick = value * scale
            mid = centre + slot / 2
            for i in range(STEPS + 1):
                t = i / STEPS
                bend = math.sin(math.pi * t) ** 2
                level = (at + thick / 2) * (1 - bend) + mid * bend
                areas.append({
                    "g": f"{n}-{k}", "x": round(left + t * (right - left), 1), "y": round(level - max(thick, 0.8) / 2, 2),
                    "y2": round(level + max(thick, 0.8) / 2, 2), "c": tint, "o": 0.5 if k == 0 else 0.3,
                })  # fmt: skip
            texts.append({"x": middle, "y": mid, "s": f"{label} {value / flow.value:.1%}", "k": "way", "h": thick < CLOSE})
            at += thick
            centre += slot
        top += height + GAP + 8
    total = max(top - GAP, HEIGHT / 2)
    x: Spec = {"field": "x", "type": "quantitative", "scale": {"domain": [0, width], "nice": False}, "axis": None}
    y: Spec = {"field": "y", "type": "quantitative", "scale": {"domain": [total, 0], "nice": False}, "axis": None}
    tinted: Spec = {"field": "c", "type": "nominal", "scale": None}
    faded: Spec = {"field": "o", "type": "quantitative", "scale": None}
    to: Spec = {"x2": {"field": "x2"}, "y2": {"field": "y2"}}
    layers: list[Spec] = [
        {
            "data": {"values": areas}, "mark": {"type": "area", "interpolate": "monotone"},
            "encoding": {"x": x, "y": y, "y2": {"field": "y2"}, "detail": {"field": "g"}, "color": tinted, "opacity": faded},
        },
        {"data": {"values": bars}, "mark": {"type": "rect"}, "encoding": {"x": x, "y": y, **to, "color": tinted}},
    ]  # fmt: skip
    halo: Spec = {"type": "text", "align": "center", "baseline": "middle", "fontSize": 11, "color": colours["paper"]}
    halo |= {"stroke": colours["paper"], "strokeWidth": 4, "strokeJoin": "round"}
    behind = {"values": [t for t in texts if t.get("h")]}
    layers.append({"data": behind, "mark": halo, "encoding": {"x": x, "y": y, "text": {"field": "s"}}})
    kinds = (("left", "left", 12, 600), ("right", "right", 12, 600), ("head", "center", 12, 400), ("way", "center", 11, 400))
    for kind, align, size, weight in kinds:
        mark: Spec = {"type": "text", "align": align, "baseline": "middle", "fontSize": size, "fontWeight": weight, "color": colours["ink"]}
        these = {"values": [t for t in texts if t["k"] == kind]}
        layers.append({"data": these, "mark": mark, "encoding": {"x": x, "y": y, "text": {"field": "s"}}})
    return {
        "$schema": SCHEMA, "width": width, "height": round(total), "autosize": "none", "layer": layers, "config": config(colours),
        "padding": {"left": 6, "right": 6, "top": 4, "bottom": 4},
    }  # fmt: skip


def _history(held: Chains, names: Mapping[str, str]) -> Picture | None:
    if len(held.history) < 2:
        return None
    last = held.history[-1]
    title = f"Made together in {last.year}: {last.expected:.2f} times what both sizes lead one to expect"
    what, source = "Value of both in one final manufacture over what the two sizes let expect (1), logarithmic scale", SOURCE
    if last.expected_low is not None:
        what += "; band: least and greatest of 15 draws with erroneous international flows"
        source += ", wiod_bands"
    if within_error(last):
        title += ", which is within error"
    words = "; ".join(f"{y.year}: {y.expected:.2f}" for y in held.history)
    return Picture(key="shared", spec=history(held), title=title, what=f"{what}. {source}", words=words)


def history(held: Chains, *, theme: Theme = "light") -> Spec:
    """Shared production over expectation by year, with its band and the line of one."""
    colours = PALETTES[theme]
    lows = [y.expected if y.expected_low is None else min(y.expected_low, y.expected) for y in held.history]
    highs = [y.expected if y.expected_high is None else max(y.expected_high, y.expected) for y in held.history]
    rows = [{"d": f"{y.year}-01-01", "v": y.expected, "l": lo, "h": hi} for y, lo, hi in zip(held.history, lows, highs, strict=True)]
    low, high = min(0.9, *lows), max(1.1, *highs)
    ticks = [t for t in TICKS if low * 0.95 <= t <= high * 1.05]
    scale: Spec = {"type": "log", "domain": [low * 0.95, high * 1.05], "nice": False}
    x: Spec = {"field": "d", "type": "temporal", "axis": {"title": None, "format": "%Y", "grid": False, "tickCount": 5}}
    y: Spec = {"field": "v", "type": "quantitative", "scale": scale, "axis": {"title": None, "values": ticks, "format": "~g"}}
    layers: list[Spec] = [
        {"data": {"values": [{"v": 1}]}, "mark": {"type": "rule", "strokeDash": [4, 3], "color": colours["soft"]}, "encoding": {"y": y}},
        {
            "data": {"values": rows}, "mark": {"type": "area", "opacity": 0.22, "color": colours["both"]},
            "encoding": {"x": x, "y": {**y, "field": "l"}, "y2": {"field": "h"}},
        },
        {
            "data": {"values": rows},
            "mark": {"type": "line", "color": colours["both"], "strokeWidth": 2.2, "point": {"size": 18, "color": colours["both"]}},
            "encoding": {"x": x, "y": y},
        },
    ]  # fmt: skip
    return {"$schema": SCHEMA, "width": WIDTH - 60, "height": HEIGHT - 50, "layer": layers, "config": config(colours)}
