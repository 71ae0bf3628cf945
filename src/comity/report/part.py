"""A part of the page that is not one measure: sentences, pictures with their tables, folded tables."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from comity import wording
from comity.profile import Profile, Shown
from comity.report.drawing import Spec

COLUMNS = 12
ROWS = 400


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A table of whatever plain values a part of the profile holds."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = field(default=())


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One picture: its title (the finding), what it shows with units, source and coverage, its words for who cannot see it, its table."""

    key: str
    spec: Spec
    title: str
    what: str
    words: str
    table: Listing | None = None


@dataclass(frozen=True, kw_only=True)
class Group:
    """Sentences, pictures and folded tables under one smaller heading; an empty heading adds none."""

    heading: str = ""
    sentences: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    folds: tuple[Listing, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Part:
    """One section of the page; `key` is its anchor. Groups without sentence, picture and table are left out by whoever makes it."""

    key: str
    heading: str
    groups: tuple[Group, ...]


PARAGRAPH = 560


def paragraphs(sentences: Sequence[str]) -> tuple[str, ...]:
    """Sentences packed into paragraphs of readable length, in their order."""
    out: list[str] = []
    for sentence in (wording.clip(s) for s in sentences if s):
        if out and len(out[-1]) + len(sentence) < PARAGRAPH:
            out[-1] += f" {sentence}"
        else:
            out.append(sentence)
    return tuple(out)


def entries(profile: Profile, name: str) -> list[Shown]:
    """The entries of a measure that hold a value, for a picture of a part."""
    return [m for s in profile.sections for m in s.measures if m.name == name and any(math.isfinite(p.value) for p in m.series)]


def listing(caption: str, rows: Sequence[Mapping[str, Any]]) -> Listing:
    """Rows of plain values as a table of at most 12 columns and 400 rows, each value written and cut to a readable length."""
    columns = list(dict.fromkeys(str(key) for row in rows for key in row))[:COLUMNS]
    return Listing(
        caption=caption,
        columns=tuple(wording.clip(c, 40) for c in columns),
        rows=tuple(tuple(cell(row.get(c)) for c in columns) for row in list(rows)[:ROWS]),
    )


def cell(value: Any) -> str:
    """One plain value as a table writes it; what is not known as a dash."""
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return wording.significant(value, 4)
    if isinstance(value, list | tuple):
        return wording.clip(", ".join(cell(v) for v in value if v is not None), 240)
    if isinstance(value, Mapping):
        return wording.clip("; ".join(f"{k}: {cell(v)}" for k, v in value.items()), 240)
    return wording.clip(str(value), 240)


def finite(value: Any) -> float | None:
    """The value as a finite float, or None."""
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None
