"""A world map of classes: Natural Earth shapes (public domain) in a TopoJSON file that the user names; without it a sign at each capital."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comity import extras
from comity.core import BadDataError, UsageError

if TYPE_CHECKING:
    from comity.analysis.align import Alignment

WIDTH, HEIGHT = 960, 470
COLOURS = {"like-minded": "#2b6ca3", "persuadable": "#e0a336", "dissenting": "#a33b2b", "": "#cfcac0"}
BORDERS = (
    "Shapes: Natural Earth (public domain). Borders and names are those of the shapes, de facto in most places, "
    "and say nothing of their legal status; states too small for the scale are not drawn and stand in the table."
)
SIGNS = {
    "like-minded": "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0Z", "persuadable": "M0-6.2L6.2 0L0 6.2L-6.2 0Z", "dissenting": "M-4.8-4.8H4.8V4.8H-4.8Z",
}  # fmt: skip
"""A circle, a diamond and a square, so that colour is not the only sign."""
APART, ROUNDS = 12.5, 200
"""Pixels that two signs are kept apart, and the most rounds of moving them."""
DOTS = (
    "A sign at each member's capital, moved aside where two would overlap; a map of shapes is drawn from a file of Natural Earth's (--shapes FILE, "
    "as countries-110m.json of the npm package world-atlas; extra `map`)."
)
MISSING = "No map: no capitals are held (source capitals) and no shapes were named (--shapes FILE). The tables hold all that it would show."


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """The picture's markup ("" where there are no shapes) and the words under it."""

    markup: str
    note: str


def svg(found: Alignment, file: Path | None = None, places: Mapping[str, tuple[float, float]] | None = None) -> Drawn:
    """The map of an alignment's classes by the shapes of a file, else a sign at each state's place (latitude, longitude in degrees).

    Raises UsageError without the extra, BadDataError for a file of other make.
    """
    by = {r["state"]: r for r in found.rows}
    shapes = () if file is None else _shapes(file)
    if not shapes:
        held = {s: places[s] for s in by if s in places} if places else {}
        if not held:
            return Drawn(markup="", note=MISSING)
        return Drawn(markup=_dots(found, held), note=f"{len(held)} of {len(by)} members drawn. {DOTS}")
    paths, drawn = [], set()
    for code, path in shapes:
        row = by.get(code)
        kind = row["class"] if row else ""
        name = _told(row) if row else "no member of its own, or not known"
        paths.append(f'<path d="{path}" fill="{COLOURS[kind]}"><title>{escape(name)}</title></path>')
        if row:
            drawn.add(code)
    legend = _legend(found, lambda kind, x: f'<rect x="{x}" y="{HEIGHT + 8}" width="16" height="16" fill="{COLOURS[kind]}"/>', (*SIGNS, ""))
    markup = _frame(found, f'<g stroke="#fffefc" stroke-width=".4">{"".join(paths)}</g>{legend}')
    return Drawn(markup=markup, note=f"{len(drawn)} of {len(by)} members drawn. {BORDERS}")


def _told(row: Mapping[str, Any]) -> str:
    return f"{row['name']}: {row['class']}, yes {row['p_yes']:.2f}, abstain {row['p_abstain']:.2f}, no {row['p_no']:.2f}"


def _count(found: Alignment, kind: str) -> int:
    return sum(r["class"] == kind for r in found.rows)


def _frame(found: Alignment, inside: str) -> str:
    label = f"World map: {', '.join(f'{_count(found, c)} {c}' for c in SIGNS)}"
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT + 34}" role="img" aria-label="{escape(label)}">{inside}</svg>'


def _legend(found: Alignment, sign: Callable[[str, int], str], kinds: Sequence[str]) -> str:
    out = []
    for k, kind in enumerate(kinds):
        label = f"{kind} ({_count(found, kind)})" if kind else "no member of its own"
        out.append(sign(kind, 20 + 190 * k))
        out.append(f'<text x="{42 + 190 * k}" y="{HEIGHT + 21}" font-size="15" fill="currentColor">{label}</text>')
    return "".join(out)


def _dots(found: Alignment, places: Mapping[str, tuple[float, float]]) -> str:
    """A sign for each placed member over a net of meridians and parallels, none nearer to another than APART where that can be had."""
    net = [[(lon, lat) for lat in range(-60, 91, 5)] for lon in range(-180, 181, 30)]
    net += [[(lon, lat) for lon in range(-180, 181, 5)] for lat in (-60, -30, 0, 30, 60, 90)]
    lines = "".join("M" + "L".join("{:.0f} {:.0f}".format(*project(*point)) for point in line) for line in net)
    signs = []
    rows = [r for r in found.rows if r["state"] in places]
    for row, (x, y) in zip(rows, _apart([project(places[r["state"]][1], places[r["state"]][0]) for r in rows]), strict=True):
        kind = row["class"]
        signs.append(
            f'<path transform="translate({x:.1f} {y:.1f})" d="{SIGNS[kind]}" fill="{COLOURS[kind]}"><title>{escape(_told(row))}</title></path>'
        )
    legend = _legend(
        found, lambda kind, x: f'<path transform="translate({x + 8} {HEIGHT + 16})" d="{SIGNS[kind]}" fill="{COLOURS[kind]}"/>', tuple(SIGNS)
    )
    return _frame(found, f'<path d="{lines}" fill="none" stroke="currentColor" stroke-opacity=".16"/>{"".join(signs)}{legend}')


def _apart(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The points, moved away from each other until none are nearer than APART, or after ROUNDS rounds."""
    import numpy as np

    at = np.array(points, dtype=float).reshape(-1, 2)
    at += 0.01 * np.column_stack([np.cos(np.arange(len(at))), np.sin(np.arange(len(at)))])
    for _ in range(ROUNDS):
        gap = at[:, None] - at[None, :]
        far = np.hypot(gap[..., 0], gap[..., 1])
        np.fill_diagonal(far, np.inf)
        if (far >= APART - 0.1).all():
            break
        push = np.clip(APART - far, 0, None) / far / 2
        at += (gap * push[..., None]).sum(axis=1) * 0.5
    return [(float(x), float(y)) for x, y in at]


@lru_cache(maxsize=2)
def _shapes(file: Path) -> tuple[tuple[str, str], ...]:
    """(code, SVG path) of each shape in the Equal Earth projection."""
    try:
        import pycountry
    except ImportError:
        raise UsageError(extras.needs("a map", "pycountry")) from None
    try:
        topology = json.loads(file.read_text(encoding="utf-8"))
        arcs, shapes = _arcs(topology), topology["objects"]["countries"]["geometries"]
    except OSError:
        raise UsageError(f"{file}: no such file, or it cannot be read") from None
    except (ValueError, KeyError, TypeError) as error:
        raise BadDataError(f"{file}: no TopoJSON with an object `countries` ({type(error).__name__}); expected countries-110m.json") from None
    out = []
    for shape in shapes:
        number = str(shape.get("id", "")).zfill(3)
        known = pycountry.countries.get(numeric=number)
        polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]] if shape["type"] == "Polygon" else []
        path = "".join(_ring(ring, arcs) for polygon in polygons for ring in polygon)
        if path and number != "010":
            out.append((known.alpha_3 if known else "", path))
    return tuple(out)


def _arcs(topology: dict[str, Any]) -> list[list[tuple[float, float]]]:
    """The arcs of a TopoJSON topology in degrees."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    out = []
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            line.append((x * sx + tx, y * sy + ty))
        out.append(line)
    return out


def _ring(ring: list[int], arcs: list[list[tuple[float, float]]]) -> str:
    """A ring as an SVG path, cut where it leaps over the date line."""
    points: list[tuple[float, float]] = []
    for k in ring:
        line = arcs[k] if k >= 0 else arcs[~k][::-1]
        points += line if not points else line[1:]
    parts, before = [], None
    for lon, lat in points:
        x, y = project(lon, lat)
        leap = before is not None and abs(lon - before) > 180
        parts.append(f"{'M' if before is None or leap else 'L'}{x:.1f} {y:.1f}")
        before = lon
    return "".join(parts) + "Z"


def project(lon: float, lat: float) -> tuple[float, float]:
    """Pixels of a place in the Equal Earth projection (Šavrič, Patterson & Jenny 2019, IJGIS 33(3):454-465)."""
    a1, a2, a3, a4 = 1.340264, -0.081106, 0.000893, 0.003796
    t = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(lat)))
    t2 = t * t
    t6 = t2**3
    x = 2 * math.sqrt(3) * math.radians(lon) * math.cos(t) / (3 * (9 * a4 * t6 * t2 + 7 * a3 * t6 + 3 * a2 * t2 + a1))
    y = t * (a1 + a2 * t2 + t6 * (a3 + a4 * t2))
    return WIDTH / 2 + x * WIDTH / 5.45, HEIGHT / 2 - y * WIDTH / 5.45 + 18
