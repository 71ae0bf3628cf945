"""A page before it is written: its title, rows, picture, facts and markup, each made only where the form asked for needs it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from comity import output
from comity.core import UsageError
from comity.report.drawing import Spec
from comity.web import frame
from comity.web.answer import MEDIA, Answer, Ask

PIXELS = 2.0
"""Pixels of a PNG for one of the picture."""


@dataclass(frozen=True, kw_only=True)
class View:
    """One page. rows with columns are its table; json what its .json holds where that is more; facts what its .metadata.json holds.

    picture gives the specification with title and credit inside, its title and its words; framed, where the specification has neither, an SVG
    that has both.
    """

    title: str
    html: Callable[[], str]
    columns: tuple[str, ...] = ()
    rows: Callable[[], Sequence[dict[str, Any]]] | None = None
    json: Callable[[], str] | None = None
    facts: Callable[[], dict[str, Any]] | None = None
    picture: Callable[[], tuple[Spec, str, str]] | None = None
    framed: Callable[[], str] | None = None
    headers: tuple[tuple[str, str], ...] = field(default=())


def finish(view: View, ask: Ask) -> Answer:
    """The view in the form that was asked for."""
    body = _body(view, ask)
    return Answer(media=MEDIA[ask.form], body=body.encode() if isinstance(body, str) else body, headers=view.headers)


def _body(view: View, ask: Ask) -> str | bytes:
    match ask.form:
        case "html":
            return view.html()
        case "json" if view.json is not None:
            return view.json()
        case "json" | "csv" if view.rows is not None:
            return output.rows_text(list(view.rows()), "json" if ask.form == "json" else "csv", view.columns)
        case "metadata.json" if view.facts is not None:
            return json.dumps(view.facts(), ensure_ascii=False, allow_nan=False, default=str, indent=1) + "\n"
        case "svg" | "png" | "vl.json" | "embed" if view.picture is not None:
            return _picture(view, ask)
        case _:
            raise UsageError("this page has no such form for what was asked; choose two states for a picture")


def _picture(view: View, ask: Ask) -> str | bytes:
    from comity.report import charts

    assert view.picture is not None
    spec, title, words = view.picture()
    if ask.form == "vl.json":
        return json.dumps(spec, ensure_ascii=False, indent=1) + "\n"
    svg = view.framed() if view.framed is not None else charts.svg(spec, title, words)
    if ask.form == "png":
        import vl_convert

        drawn: bytes = vl_convert.svg_to_png(svg, scale=PIXELS) if view.framed is not None else vl_convert.vegalite_to_png(spec, scale=PIXELS)
        return drawn
    return svg if ask.form == "svg" else frame.page("embed.html", title=title, svg=svg, ask=ask)
