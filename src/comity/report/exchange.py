"""The part of the page on what the trade is made of: a waterfall and a treemap of each direction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from comity import percents, wording
from comity.profile import Profile
from comity.profile_exchange import Direction, Good
from comity.report.drawing import HEIGHT, PALETTES, SCHEMA, WIDTH, Spec, Theme, config
from comity.report.part import Group, Part, Picture, listing
from comity.wording import money

Box = tuple[float, float, float, float]
SOURCES = {
    "baci_chn_rus": "BACI (CEPII), HS 2017 at six digits: to 2021 both reports reconciled (FOB), from 2022 China's alone. Source: baci_chn_rus",
    "atlas_sections": "Atlas of Economic Complexity, ten groups of goods, reconciled (FOB). Source: atlas_sections",
}
LEFT = 6
FLOOR = 0.004
"""Share below which a good is drawn with the rest."""


def part(profile: Profile, names: Mapping[str, str]) -> Part | None:
    """What the trade is made of, each direction; None where it is not held."""
    held = profile.exchange
    if held is None:
        return None
    pictures: list[Picture] = []
    folds = []
    for k, d in enumerate(held.directions):
        who = f"{names.get(d.exporter, d.exporter)} → {names.get(d.importer, d.importer)}"
        if d.steps:
            pictures.append(_fall(d, k, who))
        if d.goods:
            pictures.append(_map(d, k, who))
        if d.links:
            rows = [
                {
                    "year": f"{x.year}{'*' if x.seam else ''}", "change": money(x.change), "price": money(x.price),
                    "price, old quantities": money(x.laspeyres),
                    "price, new quantities": money(x.paasche), "quantity": money(x.quantity), "other lines": money(x.other), "led by": x.led,
                }
                for x in reversed(d.links)
            ]  # fmt: skip
            folds.append(listing(f"{who}: each year’s change (* the reporters change)", rows))
    said = [wording.clip(s) for s in held.statement]
    if held.settled_by:
        said.append(f"What would tell more: {held.settled_by}.")
    return Part(
        key="exchange", heading="What the exchange is made of",
        groups=(Group(sentences=tuple(said), pictures=tuple(pictures), folds=tuple(folds)),),
    )  # fmt: skip


def _fall(d: Direction, k: int, who: str) -> Picture:
    moved = d.steps[-1].value - d.steps[0].value
    largest = max((s for s in d.steps if not s.level and not s.label.endswith("*")), key=lambda s: abs(s.value))
    title = f"{who}: {_signed(moved)} from {d.first} to {d.last}; the largest part {largest.label}, {_signed(largest.value)}"
    what = f"Parts of the change, {wording.scale('USD', max(abs(s.value) for s in d.steps))[1]}"
    if d.links:
        what += ", summed over the yearly links; price and quantity of products whose unit values can be trusted, other: the rest"
        if any(x.seam for x in d.links):
            what += "; * the whole change of the year in which the reporters change"
    table = listing("The steps", [{"step": s.label, "US$": money(s.value)} for s in d.steps])
    words = "; ".join(f"{s.label}: {money(s.value)}" for s in d.steps)
    return Picture(key=f"fall-{k}", spec=waterfall(d), title=title, what=f"{what}. {SOURCES[d.source]}", words=words, table=table)


def _map(d: Direction, k: int, who: str) -> Picture:
    total = sum(g.value for g in d.goods)
    first = d.goods[0]
    title = f"{who}, {d.year}: {first.name if not first.chapter else f'{first.section} (HS {first.chapter})'} {percents.of(first.value / total)}"
    what = "HS sections by colour, chapters as boxes" if first.chapter else "Ten groups of goods"
    rows = [
        {
            "section" if g.chapter else "group": g.section if g.chapter else g.name,
            **({"HS": g.chapter} if g.chapter else {}),
            "US$": money(g.value),
            "share": f"{g.value / total:.1%}",
        }
        for g in d.goods
    ]
    words = "; ".join(f"{g.name}: {percents.of(g.value / total)}" for g in d.goods[:8])
    what = f"{what}, area by value, {wording.value(total, 'USD')} in all. {SOURCES[d.source]}"
    return Picture(key=f"map-{k}", spec=treemap(d.goods), title=title, what=what, words=words, table=listing(f"Goods, {d.year}", rows))


def waterfall(d: Direction, *, theme: Theme = "light") -> Spec:
    """Levels as bars from zero, parts as floating bars between them."""
    colours = PALETTES[theme]
    rows: list[Spec] = []
    ends, at = [0.0], 0.0
    divisor = wording.scale("USD", max(abs(s.value) for s in d.steps))[0]
    for k, s in enumerate(d.steps):
        low, high = (0.0, s.value) if s.level else (at, at + s.value)
        at = high
        tint = "level" if s.level else "up" if s.value >= 0 else "down"
        ends += [low / divisor, high / divisor]
        sign = "" if s.level else "+" if s.value >= 0 else wording.MINUS
        place = {"l": round(low / divisor, 3), "h": round(high / divisor, 3), "m": round(max(low, high) / divisor, 3)}
        rows.append({"k": k, "s": s.label, **place, "t": tint, "v": f"{sign}{abs(s.value) / divisor:.3g}"})
    width = WIDTH - LEFT - 12
    band = width / len(rows)
    x: Spec = {"field": "k", "type": "ordinal", "axis": None, "scale": {"padding": 0.18}}
    y: Spec = {"field": "l", "type": "quantitative", "scale": {"domain": [min(ends), 1.1 * max(ends)], "nice": False}, "axis": None}
    shade: Spec = {
        "field": "t", "type": "nominal", "legend": None,
        "scale": {"domain": ["level", "up", "down"], "range": [colours["soft"], colours["both"], colours["b"]]},
    }  # fmt: skip
    value: Spec = {"type": "text", "baseline": "bottom", "dy": -3, "fontSize": 12, "color": colours["ink"]}
    label: Spec = {"type": "text", "baseline": "top", "fontSize": 11, "color": colours["soft"]}
    height = HEIGHT - 60
    crowded = any(len(s.label) * 5.8 > band for s in d.steps)
    under = [[{"k": k, "s": s.label} for k, s in enumerate(d.steps) if not crowded or k % 2 == half] for half in ((0, 1) if crowded else (0,))]
    layers: list[Spec] = [
        {"data": {"values": rows}, "mark": {"type": "bar"}, "encoding": {"x": x, "y": y, "y2": {"field": "h"}, "color": shade}},
        {"data": {"values": rows}, "mark": value, "encoding": {"x": x, "y": {**y, "field": "m"}, "text": {"field": "v"}}},
    ]
    for half, named in enumerate(under):
        mark = {**label, "dy": 5 + 15 * half}
        layers.append({"data": {"values": named}, "mark": mark, "encoding": {"x": x, "y": {"value": height}, "text": {"field": "s"}}})
    return {
        "$schema": SCHEMA, "width": width, "height": height, "autosize": "none", "layer": layers, "config": config(colours),
        "padding": {"left": LEFT, "right": 6, "top": 6, "bottom": 36},
    }  # fmt: skip


def treemap(goods: Sequence[Good], *, theme: Theme = "light") -> Spec:
    """Boxes with areas by value: sections side by side, their chapters inside; small ones together."""
    colours = PALETTES[theme]
    total = sum(g.value for g in goods)
    large = [g for g in goods if g.value / total >= FLOOR]
    rest = total - sum(g.value for g in large)
    by: dict[str, list[tuple[str, float]]] = {}
    for g in large:
        by.setdefault(g.section, []).append((g.chapter or g.section, g.value))
    if rest > 0:
        by.setdefault("the rest", []).append(("the rest", rest))
    ordered = sorted(by.items(), key=lambda item: -sum(v for _, v in item[1]))
    width, height = WIDTH - 12, HEIGHT - 20
    places = squarified([sum(v for _, v in inner) for _, inner in ordered], (0.0, 0.0, float(width), float(height)))
    tints = (colours["a"], colours["b"], colours["both"], colours["other"])
    boxes, texts = [], []
    for k, ((section, inner), place) in enumerate(zip(ordered, places, strict=True)):
        for n, ((name, value), (left, top, wide, high)) in enumerate(zip(inner, squarified([v for _, v in inner], place), strict=True)):
            fade = 0.92 - 0.09 * (k // len(tints)) - 0.05 * min(n, 6)
            boxes.append(
                {
                    "x": round(left, 1),
                    "y": round(top, 1),
                    "w": round(left + wide, 1),
                    "h": round(top + high, 1),
                    "c": tints[k % 4],
                    "o": round(max(fade, 0.3), 2),
                }
            )
            lines = _fitted(section if n == 0 else "", name, value / total, wide, high)
            if lines:
                texts.append({"x": round(left + 5, 1), "y": round(top + 5, 1), "s": lines})
    x: Spec = {"field": "x", "type": "quantitative", "scale": {"domain": [0, width]}, "axis": None}
    y: Spec = {"field": "y", "type": "quantitative", "scale": {"domain": [height, 0]}, "axis": None}
    tint: Spec = {"field": "c", "type": "nominal", "scale": None}
    faded: Spec = {"field": "o", "type": "quantitative", "scale": None}
    ink: Spec = {"type": "text", "align": "left", "baseline": "top", "fontSize": 11, "lineHeight": 13, "color": colours["paper"], "fontWeight": 600}
    layers: list[Spec] = [
        {
            "data": {"values": boxes}, "mark": {"type": "rect", "stroke": colours["paper"], "strokeWidth": 1},
            "encoding": {"x": x, "y": y, "x2": {"field": "w"}, "y2": {"field": "h"}, "color": tint, "opacity": faded},
        },
        {"data": {"values": texts}, "mark": ink, "encoding": {"x": x, "y": y, "text": {"field": "s"}}},
    ]  # fmt: skip
    return {
        "$schema": SCHEMA, "width": width, "height": height, "autosize": "none", "layer": layers, "config": config(colours),
        "padding": {"left": 6, "right": 6, "top": 6, "bottom": 6},
    }  # fmt: skip


def squarified(values: Sequence[float], box: Box) -> list[Box]:
    """Rectangles (left, top, width, height) of areas in proportion to values (descending) that fill the box, as square as rows allow.

    Source: Bruls, M., Huizing, K. & van Wijk, J. (2000), Squarified treemaps, Data Visualization 2000:33-42.
    """
    left, top, wide, high = box
    whole = sum(values)
    if not values or whole <= 0 or wide <= 0 or high <= 0:
        return [(left, top, 0.0, 0.0) for _ in values]
    areas = [v / whole * wide * high for v in values]
    out: list[Box] = []
    while len(out) < len(areas):
        short = min(wide, high)
        row = [areas[len(out)]]
        for area in areas[len(out) + 1 :]:
            if _worst([*row, area], short) > _worst(row, short):
                break
            row.append(area)
        depth = sum(row) / short if short > 0 else 0.0
        at = 0.0
        for area in row:
            run = area / depth if depth > 0 else 0.0
            out.append((left, top + at, depth, run) if wide >= high else (left + at, top, run, depth))
            at += run
        if wide >= high:
            left, wide = left + depth, max(wide - depth, 0.0)
        else:
            top, high = top + depth, max(high - depth, 0.0)
    return out


def _worst(row: Sequence[float], short: float) -> float:
    total = sum(row)
    if total <= 0 or short <= 0:
        return float("inf")
    smallest = max(min(row), 1e-12)
    return max(short**2 * max(row) / total**2, total**2 / (short**2 * smallest))


def _fitted(section: str, name: str, share: float, wide: float, high: float) -> list[str]:
    """The words that fit a box: section, chapter and share; none where it is too small."""
    room = int((wide - 8) / 6.2)
    chapter = f"HS {name}" if name.isdigit() else name
    lines = [section] if section and section != name and len(section) <= room else []
    lines += [chapter] if len(chapter) <= room else []
    lines += [f"{percents.of(share)}"] if len(f"{percents.of(share)}") <= room and share >= 0.01 else []
    return lines if lines and len(lines) * 13 + 6 <= high else lines[-1:] if lines and high >= 19 else []


def _signed(value: float) -> str:
    return ("+" if value >= 0 else "") + wording.value(value, "USD")
