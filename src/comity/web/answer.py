"""What is asked of the site and what it answers, as plain values that pass between processes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlencode

from comity import states
from comity.core import UsageError

Form = Literal["html", "json", "csv", "metadata.json", "svg", "png", "vl.json", "embed"]
MEDIA: Mapping[Form, str] = {
    "html": "text/html; charset=utf-8", "json": "application/json", "csv": "text/csv; charset=utf-8", "metadata.json": "application/json",
    "svg": "image/svg+xml", "png": "image/png", "vl.json": "application/json", "embed": "text/html; charset=utf-8",
}  # fmt: skip
DATA = (".json", ".csv", ".svg", ".png")
"""How an address of data ends."""
LONGEST = 200
"""Characters of one value of a query."""
FIRST, LAST = 1500, 2200
"""The years that may be asked for."""


def form_of(path: str) -> Form:
    """In which form an address that leads nowhere is answered: as JSON where it ends as one of data, else as a page."""
    return "json" if path.endswith(DATA) else "html"


class Unknown(UsageError):
    """A page's path names what does not exist."""


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One question: the page's name, the parts of its path, the query (known keys only), the form wanted, and an upload's bytes."""

    page: str
    parts: tuple[tuple[str, str], ...] = ()
    query: tuple[tuple[str, str], ...] = ()
    form: Form = "html"
    upload: bytes | None = None

    def part(self, name: str) -> str:
        """A part of the path."""
        return dict(self.parts)[name]

    def text(self, name: str) -> str | None:
        """A value of the query, or None where it is not given or empty."""
        return dict(self.query).get(name) or None

    def year(self, name: str) -> int | None:
        """A year of the query; UsageError for what is none."""
        given = self.text(name)
        if given is None:
            return None
        if not (given.isascii() and given.isdigit() and FIRST <= int(given[:9]) <= LAST):
            raise UsageError(f"{name}: {given[:40]!r} is no year from {FIRST} to {LAST}; write it as 1995")
        return int(given)

    def day(self, name: str) -> dt.date | None:
        """A day of the query; UsageError for what is none."""
        given = self.text(name)
        if given is None:
            return None
        try:
            return dt.date.fromisoformat(given)
        except ValueError:
            raise UsageError(f"{name}: {given[:40]!r} is no date; write it as 2024-01-03") from None

    def flag(self, name: str) -> bool:
        """Whether a box is ticked."""
        given = self.text(name)
        if given not in (None, "0", "1"):
            raise UsageError(f"{name}: {given[:40]!r}; write 1, or leave it out")
        return given == "1"

    def link(self, **changed: str | None) -> str:
        """The query as it stands in a permanent link, with values changed or (None) left out; "" where nothing is left."""
        kept = {k: v for k, v in {**dict(self.query), **changed}.items() if v}
        return f"?{urlencode(kept)}" if kept else ""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What is sent back: a status, a media type, the bytes and further headers."""

    status: int = 200
    media: str = MEDIA["html"]
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = field(default=())


def pair_of(text: str) -> tuple[str, str]:
    """The two states of a pair written as CHN-RUS, by code. UsageError for what is none."""
    first, _, second = text.replace("–", "-").partition("-")
    if not first.strip() or not second.strip():
        raise UsageError(f"{text[:60]!r} is no pair; write two codes with a hyphen between them, as CHN-RUS")
    a, b = states.find(first).code, states.find(second).code
    if a == b:
        raise UsageError(f"{text[:60]!r} names one state twice; a dyad is of two states")
    return a, b
