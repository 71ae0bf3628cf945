"""Tests over several years: a total or mean, a level or a movement in each year, and that nothing of a kind was counted in any."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from comity import measures, states, stretches
from comity.claims.evidence import Point, View
from comity.claims.finding import Finding, Outcome, amount, told, within
from comity.claims.linking import unit_class
from comity.claims.pairs import Pair
from comity.claims.statement import Test
from comity.core import split_variant

ENOUGH = 0.5
"""The part of a span's years that must be held before anything is said of the span."""
REACH = 2
"""Years that a source may end before the present and still speak for it."""
COUNCIL = 1946
"""The first year of the organs of the United Nations."""
NOT_BEFORE = {"joint_vetoes": COUNCIL, "joint_drafts": COUNCIL}
SHOWN = 8


def spell(t: Test, view: View) -> Finding:
    """A mean, a sum, or what is said of each year of a span.

    Of each year: one held year against it is enough to fail (every, for a span without the word: half of the years); years not held
    leave it near, and missing where they are more than half.
    """
    held = {p.year: p for p in view.points(t.measure, t.pair)}
    years = t.years or (tuple(range(min(held), (t.year or max(held)) + 1)) if t.at_most and held else ())
    found = [held[y] for y in years if y in held]
    if not years:
        return Finding(outcome="missing", said="the first year is not said")
    if not found:
        return Finding(outcome="missing", said=f"{t.measure} {t.pair[0]}-{t.pair[1]} {years[0]}–{years[-1]} not held")
    said = f"{t.pair[0]}-{t.pair[1]} " + ", ".join(
        f"{p.year}: {amount(t.measure, p.value)}" for p in (found if len(found) < 9 else (*found[:3], *found[-3:]))
    )
    absent = [y for y in years if y not in held]
    gaps = f"; {stretches.told(absent)} not held" if absent else ""
    if t.kind in ("mean", "sum"):
        if absent and (t.kind == "sum" or len(found) < ENOUGH * len(years)):
            return Finding(outcome="missing", points=tuple(found[:3]), said=said)
        total = sum(p.value for p in found)
        assert t.quantity is not None
        return Finding(outcome=within(t.quantity, total if t.kind == "sum" else total / len(found)), points=tuple(found), said=said)
    if t.kind == "monotone":
        return _monotone(t, found, absent, gaps)
    assert t.quantity is not None
    each = [within(t.quantity, p.value) for p in found]
    wrong = [p for p, o in zip(found, each, strict=True) if o == "fails"]
    if all(o == "holds" for o in each):
        return Finding(outcome=_whole(found, absent), points=tuple(found), said=said + gaps)
    if t.kind == "each" and wrong:
        against = "; against it: " + ", ".join(f"{p.year} {amount(t.measure, p.value)}" for p in wrong[:SHOWN])
        return Finding(outcome="fails", points=tuple(found), said=said + against + gaps)
    return Finding(outcome="fails" if len(wrong) * 2 >= len(each) else "near", points=tuple(found), said=said + gaps)


def _whole(found: Sequence[Point], absent: Sequence[int]) -> Outcome:
    return "holds" if not absent else "near" if len(found) >= ENOUGH * (len(found) + len(absent)) else "missing"


def _monotone(t: Test, found: Sequence[Point], absent: Sequence[int], gaps: str) -> Finding:
    """A rise (fall) in each year; at_most: only no fall (rise). A step the other way, also across a gap, fails it."""
    ends = f"{t.pair[0]}-{t.pair[1]} {found[0].year}: {amount(t.measure, found[0].value)}"
    if len(found) < 2:
        return Finding(outcome="missing", points=tuple(found), said=f"only {ends} is held")
    ends += f"; {found[-1].year}: {amount(t.measure, found[-1].value)}"
    steps = [(a, b, (b.value - a.value) * t.sign) for a, b in itertools.pairwise(found)]
    wrong = [(a, b) for a, b, step in steps if step < 0 or (step == 0 and not t.at_most)]
    if wrong:
        shown = ", ".join(f"{b.year} ({amount(t.measure, a.value)} to {amount(t.measure, b.value)})" for a, b in wrong[:SHOWN])
        rest = f" and {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else ""
        said = f"{ends}; against it in {len(wrong)} of {len(steps)} steps: {shown}{rest}{gaps}"
        return Finding(outcome="fails", points=tuple(dict.fromkeys(p for pair in wrong[:SHOWN] for p in pair)), said=said)
    return Finding(outcome=_whole(found, absent), points=tuple(found), said=f"{ends}; so in each of {len(steps)} steps{gaps}")


def occurs(t: Test, view: View) -> Finding:
    """Whether anything was counted in a year."""
    p = view.value(t.measure, t.pair, t.year)
    if p is None:
        return Finding(outcome="missing", said=f"{t.measure} {t.pair[0]}-{t.pair[1]} {t.year} not held")
    return Finding(outcome="holds" if (p.value > 0) == t.expected else "fails", points=(p,), said=told(p, t.pair, t.year, t.measure))


def none(t: Test, view: View, *, present: bool) -> Finding:
    """Whether nothing was counted in any year of a span.

    One count in a held year fails it, except in the first year of "since", which may have come before, and where words (`strength`) narrow what
    is denied. Without a count it holds where all years are held, or all but the last two of a span up to the present; else it is near, and
    missing where fewer than half are held: a year that is not held is never zero.
    """
    points = view.points(t.measure, t.pair)
    last = t.year or (view.as_of or view.shelf.newest).year - 1
    first = t.year_to or beginning(t.measure, t.pair)
    about = f"{t.measure} {t.pair[0]}-{t.pair[1]}"
    if not points:
        return Finding(outcome="missing", said=f"{about} {first}–{last} not held")
    first = first or points[0].year
    asked = range(first, last + 1)
    if present and first == last and not t.since and last not in {p.year for p in points}:
        asked = range(next((p.year for p in reversed(points) if last - REACH <= p.year < last), last), last + 1)
    within_span = [p for p in points if p.year in asked]
    absent = [y for y in asked if y not in {p.year for p in within_span}]
    gaps = f"; {stretches.told(absent)} not held" if absent else ""
    there = [p for p in within_span if p.value > 0]
    told_years = counted(t.measure, there)
    if there and t.strength:
        return Finding(outcome="missing", points=tuple(there[:SHOWN]), said=f"{about} {told_years}; “{t.strength}” is not told{gaps}")
    if there and t.since and there[-1].year == first < last:
        said = f"{about} {told_years}, which may be before; none in later years held{gaps}"
        return Finding(outcome="near", points=(there[-1], within_span[-1]), said=said)
    if there:
        return Finding(outcome="fails", points=tuple(there[:SHOWN]), said=f"{about} {told_years}{gaps}")
    if not within_span:
        return Finding(outcome="missing", said=f"{about} is held for {points[0].year}–{points[-1].year}{gaps}")
    said = f"{about} none in {stretches.told([p.year for p in within_span])}{gaps}"
    ends = tuple(dict.fromkeys((within_span[0], within_span[-1])))
    reached = present and bool(absent) and absent[0] > within_span[-1].year and len(absent) <= REACH
    return Finding(outcome="holds" if reached else _whole(within_span, absent), points=ends, said=said)


def counted(name: str, there: Sequence[Point]) -> str:
    """What was counted and when: each year's number, or the years where they are many or the thing is in force or not."""
    years = [p.year for p in there]
    if unit_class(measures.get(name)) == "binary":
        return f"in force in {stretches.told(years)}"
    return f"counted in {stretches.told(years)}" if len(years) > SHOWN else ", ".join(f"{p.year}: {amount(name, p.value)}" for p in there)


def beginning(name: str, pair: Pair) -> int:
    """The first year in which a pair could have had the thing: both states existed, and the body in which it happens; 0 where it is not known."""
    spans = [[f.year for _, f, _ in states.seat_chain(code) if f is not None] for code in pair]
    born = max((min(years) for years in spans if years), default=0)
    return max(born, NOT_BEFORE.get(split_variant(name)[0], 0))
