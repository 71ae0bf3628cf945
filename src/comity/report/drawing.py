"""A Vega-Lite specification drawn as a small SVG that carries its title, its description and ids of its own."""

from __future__ import annotations

import hashlib
import html
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from comity import wording

Theme = Literal["light", "dark"]
Spec = dict[str, Any]
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
WIDTH, HEIGHT = 360, 226
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
PALETTES: Mapping[Theme, Mapping[str, str]] = {
    "light": {
        "a": "#2b5c8a",
        "b": "#b4530a",
        "both": "#1f6f68",
        "other": "#6c6b66",
        "ink": "#23231f",
        "soft": "#5f5e5a",
        "grid": "#e4e1da",
        "paper": "#fffefc",
    },
    "dark": {
        "a": "#86b6e8",
        "b": "#f0a460",
        "both": "#74c7bb",
        "other": "#a3a29c",
        "ink": "#e9e7e2",
        "soft": "#b1afa9",
        "grid": "#363a40",
        "paper": "#1c1f23",
    },
}


def svg(spec: Mapping[str, Any], title: str, description: str, *, key: str | None = None) -> str:
    """The picture as a self-contained SVG of relative width, with a title and a description for those who cannot see it.

    Its ids start with `key`, else with a hash of the specification and the texts: give a key where one page holds the same picture twice.
    """
    import vl_convert

    text = json.dumps(spec, sort_keys=True, separators=(",", ":"), allow_nan=False)
    drawn: str = vl_convert.vegalite_to_svg(text)
    key = key or "c" + hashlib.sha256("\0".join((text, title, description)).encode()).hexdigest()[:10]
    return _tidy(drawn, re.sub(r"[^A-Za-z0-9_-]", "-", key), wording.clip(title), wording.clip(description, 1200))


def wide(text: str, size: float, *, bold: bool = False) -> float:
    """At most about how many pixels a text takes, in the widest of the usual fonts without serifs (DejaVu Sans), as any may stand in."""
    units = 0.0
    for c in text:
        if unicodedata.east_asian_width(c) in "WF" or c in "mwMW%@—":
            units += 1.0
        else:
            units += 0.4 if c in " .,:;'|ijlIft·()[]-/" else 0.78 if c.isupper() else 0.64
    return units * size * (1.1 if bold else 1.0)


def wrapped(text: str, room: float, size: float, *, bold: bool = False) -> list[str]:
    """The text in lines that fit into a room in pixels, whichever font draws them; a word alone may be wider."""
    out = [""]
    for word in text.split():
        if out[-1] and wide(f"{out[-1]} {word}", size, bold=bold) > room:
            out.append("")
        out[-1] = f"{out[-1]} {word}".strip()
    return out


def framed(drawn: str, title: str, what: str, credit: str) -> str:
    """An SVG made by `svg`, with its title above and what it shows and whose data it draws below, for use outside the page."""
    box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', drawn)
    width, height = (float(box.group(1)), float(box.group(2))) if box else (float(WIDTH), float(HEIGHT))
    room = max(width - 16, 180)
    head = wrapped(wording.clip(title, 160), room, 14, bold=True)
    foot = [line for text in (wording.clip(what, 480), wording.clip(credit, 2000)) for line in wrapped(text, room, 10)]
    top, bottom = 14 + 19 * len(head), 14 + 13 * len(foot)
    colours = PALETTES["light"]
    lines = [(16.0 + 19 * i, 14, 600, colours["ink"], line) for i, line in enumerate(head)]
    lines += [(top + height + 14 + 13 * i, 10, 400, colours["soft"], line) for i, line in enumerate(foot)]
    said = "".join(
        f'<text x="8" y="{y:g}" font-size="{size}" font-weight="{weight}" fill="{ink}">{html.escape(line)}</text>'
        for y, size, weight, ink, line in lines
    )
    inner = re.sub(r'width="100%"', f'x="0" y="{top}" width="{width:g}" height="{height:g}"', drawn, count=1)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {top + height + bottom:g}" width="{width:g}" '
        f'height="{top + height + bottom:g}" font-family="{html.escape(FONT)}"><rect width="100%" height="100%" fill="{colours["paper"]}"/>'
        f"{said}{inner}</svg>"
    )


_NUMBERS = re.compile(r' (?:d|transform|x|y|x1|x2|y1|y2|width|height)="[^"]*"')
_LONG = re.compile(r"-?\d+\.\d{2,}(?:e-?\d+)?")
_NOISE = re.compile(
    r' (?:(?:class|role|aria-[a-z]+|font-family|xmlns|xmlns:xlink|version)="[^"]*"'
    r'|stroke-miterlimit="10"|pointer-events="none"|(?:(?:fill|stroke)-)?opacity="1"|stroke-width="1"|font-size="12px"|text-anchor="start"|[xy]2="0"|transform="translate\(0,0\)")'
)
_STRAIGHT = re.compile(r' d="(M-?\d+(?:\.\d)?,-?\d+(?:\.\d)?(?:[ML]-?\d+(?:\.\d)?,-?\d+(?:\.\d)?|Z)*)"')
_POINT = re.compile(r"([MLZ])(?:(-?[\d.]+),(-?[\d.]+))?")
_PLACED = re.compile(r'<text((?: (?!transform)[a-z-]+="[^"]*")*) transform="translate\((-?[\d.]+),(-?[\d.]+)\)"([^>]*)>([^<]*)</text>')
_EMPTY = re.compile(
    r'<path(?: fill="none")? d="[^"]*"(?: fill="none"| stroke="none"| stroke-width="0")*/>|<path d="" display="none"/>'
    r'|<g(?: transform="translate\(0(?:\.5)?,0(?:\.5)?\)")?></g>|<g/>'
)


def _tidy(drawn: str, key: str, title: str, description: str) -> str:
    head = re.search(r"<svg\b[^>]*>", drawn)
    if head is None:
        raise ValueError("the renderer gave no SVG")
    box = re.search(r'viewBox="([^"]*)"', head.group(0))
    body = drawn[head.end() : drawn.rindex("</svg>")]
    pieces = re.split(r"(>[^<]+<)", body)
    body = "".join(piece if i % 2 else _lighter(piece, key) for i, piece in enumerate(pieces))
    for _ in range(3):
        body = _EMPTY.sub("", body)
    body = _unwrapped(body)
    view = box.group(1) if box else "0 0 360 226"
    naming = f'role="img" aria-labelledby="{key}-t {key}-d"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {naming} viewBox="{view}" width="100%" font-family="{html.escape(FONT)}" font-size="12px">'
        f'<title id="{key}-t">{html.escape(title)}</title><desc id="{key}-d">{html.escape(description)}</desc>{body}</svg>'
    )


def _lighter(markup: str, key: str) -> str:
    markup = _NUMBERS.sub(lambda m: _LONG.sub(_rounded, m.group(0)), _NOISE.sub("", markup))
    markup = _STRAIGHT.sub(lambda m: f' d="{_steps(m.group(1))}"', markup)
    markup = re.sub(r'\bid="([^"]+)"', rf'id="{key}-\1"', markup)
    return re.sub(r"url\(#([^)]+)\)", rf"url(#{key}-\1)", markup)


def _unwrapped(body: str) -> str:
    """Markup without the groups that say nothing, and with texts at x and y where no line of theirs has its own."""
    open_groups: list[bool] = []

    def kept(tag: re.Match[str]) -> str:
        if tag.group(0) == "<g>":
            open_groups.append(False)
            return ""
        if tag.group(0) == "</g>":
            return tag.group(0) if open_groups.pop() else ""
        open_groups.append(True)
        return tag.group(0)

    return _PLACED.sub(r'<text\1 x="\2" y="\3"\4>\5</text>', re.sub(r"<g(?: [^>]*[^/])?>|</g>", kept, body))


def _steps(path: str) -> str:
    """A path of straight lines as steps from point to point, in the same tenths: the same drawing in about half the bytes."""
    out: list[str] = []
    begin, last, x, y = (0, 0), "", 0, 0
    for letter, first, second in _POINT.findall(path):
        if letter == "Z":
            out.append("z")
            last, (x, y) = "z", begin
            continue
        to = (round(10 * float(first)), round(10 * float(second)))
        if letter == "M":
            begin = to
            out.append(f"M{_tenths(to[0])},{_tenths(to[1])}")
        else:
            dx, dy = _tenths(to[0] - x), _tenths(to[1] - y)
            out.append(("l" if last != "L" else "" if dx[0] == "-" else " ") + dx + ("" if dy[0] == "-" else " ") + dy)
        last, (x, y) = letter, to
    return "".join(out)


def _tenths(number: int) -> str:
    """Tenths as a path has them: 1.5, .3, -.3, 2."""
    whole, part = divmod(abs(number), 10)
    return ("-" if number < 0 else "") + (str(whole) if whole or not part else "") + (f".{part}" if part else "")


def _rounded(match: re.Match[str]) -> str:
    text = f"{float(match.group(0)):.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def config(colours: Mapping[str, str]) -> Spec:
    """The settings that every picture shares."""
    return {
        "font": FONT,
        "background": None,
        "aria": False,
        "view": {"stroke": None},
        "axis": {
            "labelColor": colours["soft"],
            "labelFontSize": 12,
            "gridColor": colours["grid"],
            "domainColor": colours["soft"],
            "tickColor": colours["soft"],
        },
    }


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places for labels, near the wanted ones (ascending), at least `gap` apart where there is room, within low and high."""
    at = list(wanted)
    inset = gap / 2 if len(at) > 1 else 0.0
    for _ in range(8):
        for i in range(1, len(at)):
            lack = gap - (at[i] - at[i - 1])
            if lack > 0:
                at[i - 1], at[i] = at[i - 1] - lack / 2, at[i] + lack / 2
        at = [min(max(v, low + inset), high - gap / 4) for v in at]
    return at
