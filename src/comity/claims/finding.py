"""What became of one test, the tolerance of its words, and a value in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from comity import measures
from comity.claims.evidence import Point
from comity.claims.linking import unit_class
from comity.claims.pairs import Pair
from comity.claims.tokens import Quantity

Outcome = Literal["holds", "near", "fails", "missing"]
RATIO_TOLERANCE = 0.10
DIGIT_TOLERANCE = 0.01
MISSED = 0.01
"""A bound missed by so little is partly right."""
NEAR = 3.0
"""A value within so many times its tolerance is partly right."""
VOTES = {1: "yes", 2: "abstain", 3: "no"}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What became of one test: the outcome, the values it rests on, and in words what was asked."""

    outcome: Outcome
    points: tuple[Point, ...] = ()
    said: str = ""


def within(q: Quantity, value: float, *, relative: bool = False) -> Outcome:
    """Whether a value is what was said, by the tolerance of the words; relative: the quantity is a ratio or a fractional change."""
    said = q.value
    if q.high is not None:
        low, high = min(said, q.high) - q.half, max(said, q.high) + q.half
        return band(value, low, high, 0.25 * (high - low) + DIGIT_TOLERANCE * abs(high))
    if q.how in ("over", "atleast"):
        good = value > said if q.how == "over" else value >= said
        return "holds" if good else "near" if value >= said - MISSED * abs(said) else "fails"
    if q.how in ("under", "atmost"):
        good = value < said if q.how == "under" else value <= said
        return "holds" if good else "near" if value <= said + MISSED * abs(said) else "fails"
    if q.how == "nearly":
        return "holds" if 0.85 * said <= value < said else "near" if 0.55 * said <= value <= said * 1.05 else "fails"
    if q.how == "barely":
        return "holds" if 0.97 * said <= value <= 1.15 * said else "near" if 0.91 * said <= value <= 1.45 * said else "fails"
    if q.how == "about" or q.fraction or relative:
        room = RATIO_TOLERANCE * abs(said)
    else:
        room = max(q.half, DIGIT_TOLERANCE * abs(said))
    return band(value, said - room, said + room, room * (NEAR - 1))


def band(value: float, low: float, high: float, more: float) -> Outcome:
    slack = 1e-9 * max(abs(low), abs(high), 1e-12)
    if low - slack <= value <= high + slack:
        return "holds"
    return "near" if low - more - slack <= value <= high + more + slack else "fails"


def amount(name: str, value: float) -> str:
    """A value in its measure's unit, for a sentence."""
    if name == "vote":
        return VOTES.get(int(value), "absent")
    kind = unit_class(measures.get(name))
    if kind == "share":
        return f"{100 * value:.1f} %"
    if kind == "usd":
        return f"{value / 1e9:,.3f} bn USD"
    return f"{value:,.0f}" if float(value).is_integer() or abs(value) >= 100 else f"{value:.3g}"


def told(p: Point | None, pair: Pair, year: int, name: str) -> str:
    if p is None:
        return f"{name} {pair[0]}-{pair[1]} {year} not held"
    part = " (counted so far)" if p.partial else ""
    return f"{p.pair[0]}-{p.pair[1]} {p.year}: {amount(p.name, p.value)}{part}"
