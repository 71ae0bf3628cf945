"""What the trade of two states is made of, as plain values for the report."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of a change: its label, its size in dollars, and whether it is a level (first and last) or a part."""

    label: str
    value: float
    level: bool = False


@dataclass(frozen=True, kw_only=True)
class YearLink:
    """One year's change by price, quantity and other lines, and what led: price, quantity, or that it cannot be told; seam: reporters change."""

    year: int
    change: float
    price: float
    laspeyres: float
    paasche: float
    quantity: float
    other: float
    led: str
    seam: bool


@dataclass(frozen=True, kw_only=True)
class Good:
    """One group of goods: its section, its chapter (empty for a whole section), a short name and the value in dollars."""

    section: str
    chapter: str
    name: str
    value: float


@dataclass(frozen=True, kw_only=True)
class Direction:
    """What one state sold to the other: the steps from the first to the last year, the yearly links, and the goods of the newest year."""

    exporter: str
    importer: str
    first: int
    last: int
    steps: tuple[Step, ...]
    links: tuple[YearLink, ...]
    goods: tuple[Good, ...]
    year: int
    source: str


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """Both directions, the sentences, and what would tell more."""

    statement: tuple[str, ...]
    directions: tuple[Direction, ...]
    settled_by: str
