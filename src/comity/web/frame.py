"""The site's frame: addresses, templates, and what stands around and under every page and picture."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from comity import __version__, wording
from comity.report import html as report
from comity.report.html import coded
from comity.report.part import Picture
from comity.web.answer import Answer, Form
from comity.web.places import BY_NAME

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

HERE = Path(__file__).parent
SHEETS = (HERE.parent / "report" / "templates" / "page.css", HERE / "static" / "site.css")
NAV = (
    ("start", "Two states"), ("measures", "Measures"), ("states", "States"), ("compare", "Compare"), ("claims", "Check a text"),
    ("roadmap", "Roadmaps"), ("align", "Votes to come"), ("register", "Forecasts"), ("sources", "Sources"),
)  # fmt: skip


def to(name: str, form: Form = "html", /, *, query: dict[str, Any] | None = None, **parts: str) -> str:
    """The address of a page in a form; values of the query that are None or empty are left out."""
    path = BY_NAME[name].path.format(**{k: quote(str(v), safe=":") for k, v in parts.items()})
    if form == "embed":
        path = f"/embed{path}"
    elif form != "html":
        path = f"{path}.{form}"
    kept = {k: ("1" if v is True else v) for k, v in (query or {}).items() if v not in (None, "", False)}
    return f"{path}?{urlencode(kept)}" if kept else path


@functools.cache
def statics() -> dict[str, tuple[str, bytes]]:
    """The site's own files by name: media type and bytes. Their names carry a hash, so that they may be kept for ever."""
    sheet = b"\n".join(p.read_bytes() for p in SHEETS)
    plan = (HERE.parent / "plan" / "page.css").read_bytes()
    script = (HERE / "static" / "site.js").read_bytes()
    icon = (HERE / "static" / "icon.svg").read_bytes()
    out = {}
    for stem, suffix, media, data in (
        ("site", "css", "text/css; charset=utf-8", sheet), ("plan", "css", "text/css; charset=utf-8", plan),
        ("site", "js", "text/javascript; charset=utf-8", script), ("icon", "svg", "image/svg+xml", icon),
    ):  # fmt: skip
        out[f"{stem}-{hashlib.sha256(data).hexdigest()[:10]}.{suffix}"] = (media, data)
    return out


def static(stem: str, suffix: str) -> str:
    """The address of one of the site's own files."""
    return next(f"/static/{name}" for name in statics() if name.startswith(f"{stem}-") and name.endswith(suffix))


@functools.cache
def templates() -> Environment:
    """The site's templates over the report's."""
    import jinja2

    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader([HERE / "templates", HERE.parent / "report" / "templates"]),
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined,
    )  # fmt: skip
    made.filters.update(clip=wording.clip, coded=coded, cell=_cell)
    made.globals.update(to=to, static=static, NAV=NAV, version=__version__, frame=None, drawn={})
    return made


def page(template: str, **context: Any) -> str:
    """A page of the site."""
    return templates().get_template(template).render(**context)


def around(nav: str, query: dict[str, Any], a: str, b: str) -> report.Frame:
    """The frame of the report of two states."""
    head, above, below = (templates().get_template(f"{n}.html").render(nav=nav, extra="", a=a, b=b, query=query) for n in ("head", "above", "below"))
    under = templates().get_template("links.html")
    return report.Frame(
        head=head, above=above, below=below, links=lambda f: under.render(f=f, query={"a": a, "b": b, **query}), pictured=pictured(a, b, query)
    )  # fmt: skip


def pictured(a: str, b: str, query: dict[str, Any]) -> Callable[[Picture], str]:
    """What stands under a picture of two states that is not of one measure."""
    under = templates().get_template("pictured.html")
    return lambda p: under.render(p=p, a=a, b=b, query=query)


@dataclass(frozen=True, kw_only=True)
class Under:
    """What stands under a picture: its sources and terms, whether it may be republished, the sentence to copy, and where it can be had."""

    name: str
    sources: tuple[dict[str, Any], ...]
    republish: str
    sentence: str
    downloads: tuple[tuple[str, str], ...]
    embed: str


def _cell(value: Any) -> str | Markup:
    """A plain value as a table of the site writes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return wording.significant(value, 6)
    if isinstance(value, (list, tuple)):
        return wording.clip(", ".join(map(str, value)), 400)
    return wording.clip(str(value), 400)


def sorry(status: int, words: str, form: Form = "html", headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    """What is wrong and what to do, as a page or, for a form that programs read, as JSON."""
    if form in ("html", "embed"):
        body = page("sorry.html", title=HEADINGS.get(status, "That did not work"), words=words, status=status, nav="")
        return Answer(status=status, body=body.encode(), headers=headers)
    said = json.dumps({"error": HEADINGS.get(status, "That did not work"), "what_to_do": words}, ensure_ascii=False)
    return Answer(status=status, media="application/json", body=f"{said}\n".encode(), headers=headers)


HEADINGS = {
    400: "That cannot be asked so", 404: "Not found", 405: "Not done here", 408: "Too slow", 413: "Too large", 414: "Too long",
    422: "That could not be read", 429: "Too much at once", 500: "Something went wrong", 501: "Not installed here", 503: "Not just now",
}  # fmt: skip
