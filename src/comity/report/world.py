"""A world map of classes: Natural Earth shapes (public domain) in a TopoJSON file that the user names; without it a word in its place."""

from __future__ import annotations

import json
import math
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
MISSING = (
    "No map: no shapes were named (--shapes FILE: Natural Earth as TopoJSON with ISO 3166-1 numbers, as countries-110m.json of the npm package "
    "world-atlas; needs the extra `map`). The tables hold all that it would show."
)


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """The picture's markup ("" where there are no shapes) and the words under it."""

    markup: str
    note: str


def svg(found: Alignment, file: Path | None = None) -> Drawn:
    """The map of an alignment's classes by the shapes of a file. Raises UsageError without the extra, BadDataError for a file of other make."""
    shapes = () if file is None else _shapes(file)
    if not shapes:
        return Drawn(markup="", note=MISSING)
    by = {r["state"]: r for r in found.rows}
    paths, drawn = [], set()
    for code, path in shapes:
        row = by.get(code)
        kind = row["class"] if row else ""
        name = (
            f"{row['name']}: {kind}, yes {row['p_yes']:.2f}, abstain {row['p_abstain']:.2f}, no {row['p_no']:.2f}"
            if row
            else "no member of its own, or not known"
        )
        paths.append(f'<path d="{path}" fill="{COLOURS[kind]}"><title>{escape(name)}</title></path>')
        if row:
            drawn.add(code)
    legend = []
    for k, kind in enumerate(("like-minded", "persuadable", "dissenting", "")):
        n = sum(r["class"] == kind for r in found.rows) if kind else 0
        label = f"{kind} ({n})" if kind else "no member of its own"
        legend.append(
            f'<rect x="{20 + 190 * k}" y="{HEIGHT + 8}" width="16" height="16" fill="{COLOURS[kind]}"/>'
            f'<text x="{42 + 190 * k}" y="{HEIGHT + 21}" font-size="15" fill="currentColor">{label}</text>'
        )
    counted = ", ".join(f"{sum(r['class'] == c for r in found.rows)} {c}" for c in ("like-minded", "persuadable", "dissenting"))
    label = f"World map: {counted}"
    markup = (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT + 34}" role="img" aria-label="{escape(label)}" stroke="#fffefc" stroke-width=".4">'
        f'{"".join(paths)}<g stroke="none">{"".join(legend)}</g></svg>'
    )
    return Drawn(markup=markup, note=f"{len(drawn)} of {len(by)} members drawn. {BORDERS}")


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
