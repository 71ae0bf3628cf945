"""A plain page of paragraphs and tables in the report's dress: no script, no request; every text is escaped."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from comity.wording import clip

OWN = (
    "main{padding-bottom:3rem}h2{font:600 1.3rem/1.25 var(--serif);margin:2rem 0 .4rem;border-top:2px solid var(--ink);padding-top:.6rem}"
    ".about{font-weight:600;border-left:4px solid var(--b);padding:.2rem .8rem;margin:.8rem 0}.sheet p{max-width:72ch}.sheet svg{max-width:100%}"
    ".sheet table{font-size:.85rem}.sheet .tall{max-height:none}.sheet .n{text-align:right}"
)


@cache
def _css() -> str:
    return (Path(__file__).parent / "templates" / "page.css").read_text(encoding="utf-8")


def page(title: str, about: str, body: str, *, kicker: str) -> str:
    """The whole page; `about` is its first line. body is markup made by this module's functions."""
    from comity import __version__

    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="color-scheme" content="light dark">\n'
        f"<title>{text(title, 160)}</title>\n<style>{_css()}{OWN}</style>\n</head>\n<body>\n<header>\n<p class=\"about\">{text(about)}</p>\n"
        f'<p class="kicker">comity · {text(kicker)}</p>\n<h1>{text(title, 160)}</h1>\n</header>\n<main class="sheet">\n{body}\n</main>\n'
        f'<footer><p class="facts">comity {text(__version__)}</p></footer>\n</body>\n</html>\n'
    )  # fmt: skip


def text(value: Any, longest: int = 600) -> str:
    """A value on one line, clipped and escaped."""
    return escape(clip("" if value is None else str(value), longest))


def paragraph(words: str, *, kind: str = "") -> str:
    """A paragraph of escaped words."""
    attribute = f' class="{kind}"' if kind else ""
    return f"<p{attribute}>{text(words, 1200)}</p>\n"


def heading(words: str) -> str:
    """A section's heading."""
    return f"<h2>{text(words)}</h2>\n"


def table(caption: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], *, tall: bool = True) -> str:
    """A table with a caption; numbers stand to the right, those of a column with as many decimals as any of it has. Scrolls where not `tall`."""
    rows = list(zip(*(_even(column) for column in zip(*rows, strict=True)), strict=True)) if rows else rows
    numbers = [bool(rows) and any(_number(r[k]) for r in rows) for k in range(len(columns))]
    head = "".join(f'<th scope="col"{" class=n" if n and k else ""}>{text(c)}</th>' for k, (c, n) in enumerate(zip(columns, numbers, strict=True)))
    body = "".join(f"<tr>{''.join(_cell(c, k == 0) for k, c in enumerate(row))}</tr>\n" for row in rows)
    return (
        f'<div class="wide{" tall" if tall else ""}" tabindex="0" role="group" aria-label="{text(caption, 120)}"><table>\n'
        f"<caption>{text(caption, 300)}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody></table></div>\n"
    )


class _Written(str):
    """A number as it is to stand."""

    __slots__ = ()


def _even(column: Sequence[Any]) -> list[Any]:
    """A column whose fractions have equally many decimals, as many as the longest of them; other values as they are."""
    parts = [f"{v:.6g}".partition(".")[2] for v in column if isinstance(v, float) and math.isfinite(v)]
    if not any(parts) or any("e" in p for p in parts):
        return list(column)
    most = max(map(len, parts))
    return [_Written(f"{v:.{most}f}") if isinstance(v, float) and math.isfinite(v) else v for v in column]


def _cell(value: Any, first: bool) -> str:
    if first:
        return f'<th scope="row">{text(value)}</th>'
    return f'<td class="n">{text(value)}</td>' if _number(value) else f"<td>{text(value)}</td>"


def _number(value: Any) -> bool:
    return isinstance(value, int | float | _Written) and not isinstance(value, bool)
