"""The heat map of agreement by issue and session."""

from __future__ import annotations

from collections.abc import Sequence

from comity import percents
from comity.profile import Cell
from comity.report.drawing import PALETTES, SCHEMA, WIDTH, Spec, Theme, config

LEFT = 96
ROW = 26
LEAST = 4
"""Issues that a session must have for a finding."""


def heat(cells: Sequence[Cell], *, theme: Theme = "light") -> Spec:
    """Agreement from 0 (clear) to 1 (dark) by issue and year; sessions of predicted topics are framed."""
    colours = PALETTES[theme]
    names = list(dict.fromkeys(c.issue for c in cells))
    first, last = min(c.year for c in cells), max(c.year for c in cells)
    rows = [{"f": c.issue, "l": c.year, "h": c.year + 1, "v": round(c.value, 3), "p": c.predicted} for c in cells]
    step = next(s for s in (2, 5, 10, 20, 25) if (last - first) / s <= 5)
    x: Spec = {
        "field": "l",
        "type": "quantitative",
        "scale": {"domain": [first, last + 1], "nice": False, "zero": False},
        "axis": {"title": None, "values": [y for y in range(first, last + 1) if y % step == 0], "format": "d", "domain": False, "grid": False},
    }
    y: Spec = {
        "field": "f",
        "type": "nominal",
        "scale": {"domain": names},
        "axis": {"title": None, "labelFontSize": 12, "labelColor": colours["ink"], "ticks": False, "domain": False, "labelPadding": 6},
    }
    shade: Spec = {"field": "v", "type": "quantitative", "scale": {"domain": [0, 1], "range": [0.02, 1]}, "legend": None}
    mark: Spec = {"type": "rect", "color": colours["both"], "height": ROW - 4}
    framed: Spec = {"type": "rect", "filled": False, "stroke": colours["soft"], "strokeWidth": 0.8, "height": ROW - 4}
    place: Spec = {"x": x, "x2": {"field": "h"}, "y": y}
    layers: list[Spec] = [{"mark": mark, "encoding": {**place, "opacity": shade}}]
    if any(c.predicted for c in cells):
        layers.append({"transform": [{"filter": "datum.p"}], "mark": framed, "encoding": place})
    return {
        "$schema": SCHEMA,
        "width": WIDTH - LEFT - 14,
        "height": ROW * len(names),
        "autosize": "none",
        "data": {"values": rows},
        "layer": layers,
        "config": config(colours),
        "padding": {"left": LEFT, "right": 14, "top": 6, "bottom": 24},
    }


def finding(cells: Sequence[Cell]) -> str:
    """On which issue the two were most alike and on which least, in the newest year with four issues and more."""
    years = sorted({c.year for c in cells}, reverse=True)
    newest = next((y for y in years if sum(c.year == y for c in cells) >= LEAST), None)
    of = sorted((c for c in cells if c.year == newest), key=lambda c: c.value)
    if not of or of[0].value == of[-1].value:
        return "Agreement by issue and session"
    least, most = (f"{_low(c.issue)} ({percents.of(c.value)})" for c in (of[0], of[-1]))
    return f"Most alike on {most}, least on {least}, in the session of {newest}"


def _low(issue: str) -> str:
    return issue if issue == "Palestine" else issue.lower()


def describe(cells: Sequence[Cell]) -> str:
    """The newest value of each issue, in words."""
    newest = {c.issue: c for c in cells}
    return "Agreement by issue and session. " + "; ".join(f"{n}: {percents.of(c.value)} of {c.n} in {c.year}" for n, c in newest.items()) + "."


def table(cells: Sequence[Cell]) -> list[dict[str, object]]:
    """The cells by year, newest first, one column an issue."""
    names = list(dict.fromkeys(c.issue for c in cells))
    held = {(c.year, c.issue): c for c in cells}
    years = sorted({c.year for c in cells}, reverse=True)
    return [{"session of": str(y), **{n: _cell(held.get((y, n))) for n in names}} for y in years]


def _cell(cell: Cell | None) -> str:
    return "—" if cell is None else f"{percents.of(cell.value)} ({cell.n}{', predicted' if cell.predicted else ''})"
