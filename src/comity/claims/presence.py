"""Tests that something was there, year by year: there, not there, or not told; a year that is not told is never taken for either."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from comity import stretches
from comity.claims.evidence import Point, View
from comity.claims.finding import Finding, Outcome
from comity.claims.spells import ENOUGH, REACH, SHOWN, beginning, counted
from comity.claims.statement import Test

SPANS = frozenset(("any", "held"))
BREAKS = frozenset("begin start break erupt flare end".split())
"""Verbs that another year contradicts: what went on before did not begin then."""
SIGNED = frozenset("sign conclude declare".split())
"""Verbs of what need not be in force in the same year, nor ever."""


@dataclass(frozen=True, kw_only=True)
class Years:
    """What is told of each year: the value that shows the thing, that shows none, or a value that leaves it open."""

    there: dict[int, Point]
    none: dict[int, Point]
    open: dict[int, Point]

    def unknown(self, years: Iterable[int]) -> list[int]:
        """Those of some years of which neither is told."""
        return [y for y in years if y not in self.there and y not in self.none]


def _years(t: Test, view: View) -> Years:
    """There where a Series of the thing counts it; none where each that is held counts none; open where only `upper` does.

    Open too where words narrow the thing (`strength`) and other years decide: a later dispute need not be a fatal one.
    """
    best: dict[int, Point] = {}
    for name, pair in ((t.measure, t.pair), *t.also):
        for p in view.points(name, pair):
            if p.year not in best or p.value > best[p.year].value:
                best[p.year] = p
    above = {p.year: p for p in view.points(t.upper, t.pair)} if t.upper else best
    there = {} if t.strength and t.kind not in SPANS else {y: p for y, p in best.items() if p.value > 0}
    none = {y: p for y, p in above.items() if p.value <= 0 and y not in there}
    if t.against:
        opposed = {p.year for name in t.against for p in view.points(name, t.pair) if p.value > 0}
        none = {y: p for y, p in none.items() if y in opposed}
    return Years(there=there, none=none, open={y: p for y, p in above.items() if y not in there and y not in none})


def judged(t: Test, view: View, *, present: bool) -> Finding:
    """Whether the thing was there in the years asked, on these years alone; for "first" those before and for "last" those after are asked too."""
    told = _years(t, view)
    held = sorted({*told.there, *told.none, *told.open})
    last = t.year or (view.as_of or view.shelf.newest).year - 1
    first = t.year_to or beginning(t.measure, t.pair) or (held[0] if held else last)
    asked = list(t.years or range(first, last + 1))
    about = f"{t.measure} {t.pair[0]}-{t.pair[1]}"
    if not held:
        return Finding(outcome="missing", said=f"{about} {stretches.told(asked)} not held")
    if present and first == last and not t.since and last not in held:
        asked = [next((y for y in reversed(held) if last - REACH <= y < last), last)]
    if t.kind in ("first", "last"):
        outcome, years = _ordered(t, told, last, first_held=beginning(t.measure, t.pair) or held[0], to=(view.as_of or view.shelf.newest).year - 1)
    elif t.kind in ("begun", "ended"):
        outcome, years = _turned(t, told, last, opening=held[0])
    elif t.kind == "any":
        outcome, years = _any(t, told, asked), asked
    else:
        outcome, years = _held(t, told, asked, present=present), asked
    if outcome == "holds" and t.strength:
        outcome = "near"
    if outcome == "fails" and t.alone and t.kind in SPANS and (others := _elsewhere(t, view, asked)):
        return Finding(outcome="missing", said=f"{about} none in {stretches.told(asked)}; {others}", points=_points(told, asked))
    less = _below(t, view, told, years) if outcome == "fails" else ""
    return Finding(outcome=outcome, points=_points(told, years), said=_said(t, told, years, about) + less)


def _below(t: Test, view: View, told: Years, years: list[int]) -> str:
    """What is said of a war that is not counted where the two had a dispute: the list of wars begins at 1,000 battle deaths."""
    lesser = (
        [p.year for p in view.points("disputes", t.pair) if p.value > 0 and p.year in told.none and p.year in years] if t.measure == "wars" else []
    )
    return f"; militarised disputes in {stretches.told(lesser)}, and fighting of fewer than 1,000 battle deaths is listed as no war" if lesser else ""


def _points(told: Years, years: Iterable[int]) -> tuple[Point, ...]:
    asked = list(years)
    shown = [told.there[y] for y in asked if y in told.there] or [told.none[y] for y in asked if y in told.none]
    shown = shown or [told.open[y] for y in asked if y in told.open]
    return tuple(shown if len(shown) <= SHOWN else (*shown[: SHOWN - 1], shown[-1]))


def _said(t: Test, told: Years, years: list[int], about: str) -> str:
    parts = []
    if there := [told.there[y] for y in years if y in told.there]:
        parts.append(counted(t.measure, there))
        if t.strength:
            parts.append(f"“{t.strength}” is not told")
    if none := [y for y in years if y in told.none]:
        parts.append(f"none in {stretches.told(none)}")
    if left := [y for y in years if y in told.open]:
        span = stretches.told(left)
        if t.against:
            parts.append(f"no treaty in {span}, nor a rivalry or a dispute: friends without a treaty are not told")
        else:
            parts.append(f"{t.upper or t.measure} in {span}, " + (f"“{t.strength}” is not told" if t.strength else "which leaves it open"))
    if absent := [y for y in told.unknown(years) if y not in told.open]:
        parts.append(f"{stretches.told(absent)} not held")
    return f"{about} " + "; ".join(parts)


def _any(t: Test, told: Years, asked: list[int]) -> Outcome:
    """In some year: one is enough, but the first of "since" alone, which may have been before; none only where all years are told."""
    there = [y for y in asked if y in told.there]
    if there:
        return "near" if t.since and there == asked[:1] and len(asked) > 1 else "holds"
    return "missing" if told.unknown(asked) else "fails"


def _held(t: Test, told: Years, asked: list[int], *, present: bool) -> Outcome:
    """In each year: all, or all but the last two up to the present; not so where it had ended, or in more years than not."""
    there, none, left = [y for y in asked if y in told.there], [y for y in asked if y in told.none], told.unknown(asked)
    if not there:
        return "fails" if none and (t.against or len(left) <= len(asked) * (1 - ENOUGH)) else "missing"
    if none:
        over = present and t.since and none[-1] > there[-1]
        return "fails" if over or len(there) < len(none) else "near"
    reached = present and bool(left) and left[0] > there[-1] and len(left) <= REACH
    return "holds" if not left or reached else "near" if len(there) >= ENOUGH * len(asked) else "missing"


def _ordered(t: Test, told: Years, year: int, *, first_held: int, to: int) -> tuple[Outcome, list[int]]:
    """First or last in a year: there in it, and in none before or after."""
    others = list(range(first_held, year)) if t.kind == "first" else list(range(year + 1, to + 1))
    years = sorted({*others, year})
    if year in told.none or (year in told.there and any(y in told.there for y in others)):
        return "fails", [year] if year in told.none else [y for y in years if y in told.there or y == year]
    if year not in told.there:
        return ("fails" if any(y in told.there for y in others) else "missing"), years
    left = told.unknown(others)
    if any(y in told.open for y in left):
        return "missing", years
    return ("holds" if not left else "near" if len(left) <= ENOUGH * len(others) else "missing"), years


def _turned(t: Test, told: Years, year: int, *, opening: int) -> tuple[Outcome, list[int]]:
    """New in a year, or over in it: there in it, and not (or less) in the year before, or after."""
    step = -1 if t.kind == "begun" else 1
    years = sorted((year, year + step))
    if year in told.none:
        near = any(y in told.there for y in (year - step, *((year - 2 * step,) if t.verb in SIGNED else ())))
        if near and t.verb not in BREAKS - {"end"}:
            return "near", sorted({*years, year - step})
        return ("missing" if t.verb in SIGNED else "fails"), years
    if year not in told.there:
        return "missing", years
    beside, here = told.there.get(year + step), told.there[year]
    if beside is not None:
        return ("holds" if beside.value < here.value else "fails" if t.verb in BREAKS else "near"), years
    return ("holds" if year + step in told.none or (step < 0 and year == opening) else "near"), years


def _elsewhere(t: Test, view: View, asked: list[int]) -> str:
    """Whether each of the two fought others in a year asked, so that the words may mean that."""
    against = []
    for code in t.pair:
        rows = [r for y in asked[:SHOWN] for r in view.shelf.partners(t.measure, code, y, "a") if view.public(r) and r["value"] > 0]
        foes = {r["b"] if r["a"] == code else r["a"] for r in rows} - {*t.pair}
        if not foes:
            return ""
        against.append(f"{code} with {', '.join(sorted(foes)[:3])}")
    return "each with others: " + "; ".join(against)
