"""The picture of what is held of two states: a row for each source, a bar for each run of years."""

from __future__ import annotations

import math
from collections.abc import Sequence

from comity import wording
from comity.profile import Profile
from comity.report.drawing import PALETTES, SCHEMA, WIDTH, Spec, Theme, config

FIRST = 1945
ROW = 15
LEFT = 142
Held = tuple[str, tuple[int, ...], tuple[int, ...]]


def held(profile: Profile) -> list[Held]:
    """For each source, in order of the page, the years with a value and those in which its silence means none."""
    values: dict[str, set[int]] = {}
    silent: dict[str, set[int]] = {}
    for section in profile.sections:
        for shown in section.measures:
            for point in shown.series:
                for source in point.source.split("+"):
                    name = source.partition(":")[0]
                    values.setdefault(name, set())
                    if math.isfinite(point.value):
                        (silent if point.filled else values).setdefault(name, set()).add(point.start.year)
    return [(n, tuple(sorted(years)), tuple(sorted(silent.get(n, set()) - years))) for n, years in values.items()]


def picture(rows: Sequence[Held], *, theme: Theme = "light") -> Spec:
    """The matrix of sources and years from 1945: dark where a value is held, pale where the source covers the two and lists none."""
    colours = PALETTES[theme]
    names = [wording.clip(name, 22) for name, *_ in rows]
    last = max((y for _, years, silent in rows for y in (*years, *silent)), default=FIRST)
    bars = [
        {"f": name, "l": a, "h": b + 1, "w": kind}
        for name, (_, years, silent) in zip(names, rows, strict=True)
        for kind, chosen in (("none", silent), ("value", years))
        for a, b in _runs([y for y in chosen if y >= FIRST])
    ]
    axis = [y for y in range(FIRST // 25 * 25, last + 1, 25) if y >= FIRST]
    x: Spec = {
        "field": "l",
        "type": "quantitative",
        "scale": {"domain": [FIRST, last + 1], "nice": False, "zero": False},
        "axis": {"title": None, "values": axis, "format": "d", "domain": False, "orient": "top"},
    }
    y: Spec = {
        "field": "f",
        "type": "nominal",
        "scale": {"domain": names},
        "axis": {"title": None, "labelFontSize": 11, "labelColor": colours["ink"], "labelLimit": LEFT - 8, "ticks": False, "domain": False},
    }
    shades = {"domain": ["value", "none"], "range": [colours["both"], colours["grid"]]}
    colour: Spec = {"field": "w", "type": "nominal", "scale": shades, "legend": None}
    return {
        "$schema": SCHEMA,
        "width": WIDTH - LEFT - 18,
        "height": ROW * len(names),
        "autosize": "none",
        "data": {"values": bars},
        "mark": {"type": "bar", "height": 9},
        "encoding": {"x": x, "x2": {"field": "h"}, "y": y, "color": colour},
        "config": config(colours),
        "padding": {"left": LEFT, "right": 18, "top": 22, "bottom": 6},
    }


def describe(rows: Sequence[Held]) -> str:
    """What the picture shows, in words: each source's first and last year and the number of years between with a value."""
    spans = [f"{name} {years[0]}–{years[-1]} ({len(years)} years)" for name, years, _ in rows if years]
    return f"Years with a value, by source. {'; '.join(spans)}."


def table(rows: Sequence[Held]) -> list[dict[str, str]]:
    """The picture's rows as text: the runs of years with a value, and of those that the source covers without one."""
    return [{"source": name, "a value": _words(years), "covered, none": _words(silent)} for name, years, silent in rows]


def _words(years: Sequence[int]) -> str:
    return ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in _runs(years)) or "—"


def _runs(years: Sequence[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for year in years:
        if runs and year == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], year)
        else:
            runs.append((year, year))
    return runs
