"""Verdicts by code: each test of a statement on the values that were public, under each reporter's view; never on a missing value."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from comity import measures
from comity.claims import presence, ranking, spells
from comity.claims.evidence import Point, Shelf, View, reporters
from comity.claims.finding import MISSED, NEAR, RATIO_TOLERANCE, Finding, Outcome, amount, band, told, within
from comity.claims.pairs import Pair
from comity.claims.statement import AFFIRMS, Statement, Test
from comity.claims.tokens import Quantity
from comity.core import split_variant
from comity.measures.finance import TRIPS

Verdict = Literal["supported", "contradicted", "partly", "not-yet-due", "cannot-be-checked", "only-stated", "none"]
FALL_BACK = {"migrant_stock": 5, "migrant_share": 5}
ENOUGH_MONTHS = 9


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A verdict with the values behind it, why, and what would settle it where it cannot be checked."""

    verdict: Verdict
    points: tuple[Point, ...] = ()
    why: str = ""
    settled_by: str = ""


def judge(statement: Statement, shelf: Shelf, *, as_of: dt.date | None, dateline: dt.date | None, reporter: str = "") -> Judged:
    """The verdict of one reading on what was public on a day (None: on everything held).

    The views of both reporters and each flow by its importer are tried; one that bears the statement out is enough, unless the text
    names a reporter whose figures are held.
    """
    if statement.due:
        early = _not_yet(statement, shelf, as_of, dateline)
        if early is not None:
            return early
    elif any(t.year == 0 and t.kind not in ("none", "any") for t in statement.tests) and not statement.ends:
        due = dateline is not None and as_of is not None
        return Judged(verdict="cannot-be-checked", why="no date is said and none can be told", settled_by="a date" if not due else "a dateline")
    each = statement.tests[0].kind in ("monotone", "each")
    if each and not statement.tests[0].years and not statement.tests[0].at_most:
        return Judged(verdict="cannot-be-checked", why="of every year, and the first year is not said", settled_by="the first year of the span")
    views = _views(statement, shelf, as_of, reporter)
    best: tuple[int, Judged] | None = None
    others = []
    order = {"supported": 0, "only-stated": 0, "partly": 2 if each else 1, "contradicted": 1 if each else 2, "cannot-be-checked": 3}
    for view in views:
        found = [_test(t, view, statement) for t in statement.tests]
        judged = _combined(statement, found, view)
        others.append((view.reporter, judged))
        place = order[judged.verdict]
        if best is None or place < best[0]:
            best = place, judged
        if reporter and view.reporter == reporter and judged.verdict != "cannot-be-checked":
            best = place, judged
            break
    assert best is not None
    chosen = best[1]
    if chosen.verdict == "cannot-be-checked":
        return replace(chosen, settled_by=_settles(statement, shelf, as_of))
    rest = [f"{_by(r)}: {j.why}" for r, j in others if j is not chosen and j.verdict != "cannot-be-checked" and j.why != chosen.why]
    return replace(chosen, why="; ".join(dict.fromkeys([chosen.why, *rest])))


def _by(reporter: str) -> str:
    return "each flow by its importer" if reporter == "importers" else f"as {reporter} reports" if reporter else "else"


def _views(statement: Statement, shelf: Shelf, as_of: dt.date | None, reporter: str) -> Iterator[View]:
    first = statement.tests[0]
    names = reporters(first.measure, first.pair) if first.kind not in ("rank",) else ("",)
    if reporter in names:
        names = (reporter, *(n for n in names if n != reporter))
    for name in names:
        yield View(shelf=shelf, as_of=as_of, reporter=name)
    if "" not in names:
        yield View(shelf=shelf, as_of=as_of)


def _not_yet(statement: Statement, shelf: Shelf, as_of: dt.date | None, dateline: dt.date | None) -> Judged | None:
    due = statement.due
    if as_of is None:
        if dt.date(min(due, 9998), 12, 31) > shelf.newest and not View(shelf=shelf, as_of=None).value(
            statement.tests[0].measure, statement.tests[0].pair, due
        ):
            return Judged(verdict="not-yet-due", why=f"due at the end of {due}", settled_by=f"{statement.measure} of {due}")
        return None
    measure = statement.tests[0].measure
    held = [p for t in statement.tests for p in [View(shelf=shelf, as_of=as_of).value(t.measure, t.pair, due)] if p is not None and not p.partial]
    if not held and as_of < dt.date(min(due, 9990) + 3, 1, 1):
        return Judged(verdict="not-yet-due", why=f"{measure} of {due} was not public by {as_of}", settled_by=f"{measure} of {due}")
    return None


def _settles(statement: Statement, shelf: Shelf, as_of: dt.date | None) -> str:
    """Which data would settle what cannot be checked, and when held data become public."""
    for t in statement.tests:
        later = [p for p in View(shelf=shelf, as_of=None).points(t.measure, t.pair) if p.year == t.year]
        if later and as_of is not None and later[-1].published is not None:
            return f"{t.measure} {t.pair[0]}-{t.pair[1]} of {t.year}, public on {later[-1].published}"
    years = ", ".join(str(y) for y in statement.ends) or "the period"
    t = statement.tests[0]
    return f"{measures.get(t.measure).title} ({t.measure}) of {t.pair[0]} and {t.pair[1]} for {years}"


def _combined(statement: Statement, found: list[Finding], view: View) -> Judged:
    points = tuple(dict.fromkeys(p for f in found for p in f.points))
    why = "; ".join(dict.fromkeys(f.said for f in found if f.said))
    main = [f.outcome for t, f in zip(statement.tests, found, strict=True) if t.main] or [f.outcome for f in found]
    everything = [f.outcome for f in found]
    if points and all(p.stated for p in points):
        return Judged(verdict="only-stated", points=points, why=f"only stated: {_who(points)}")
    if statement.negated:
        if "missing" in main:
            return Judged(verdict="cannot-be-checked", points=points, why=why or "not held")
        holds = all(o == "holds" for o in main)
        return Judged(verdict="contradicted" if holds else "supported", points=points, why=f"denied; {why}")
    if all(o == "holds" for o in everything):
        return Judged(verdict="supported", points=points, why=why)
    if all(o == "missing" for o in main):
        return Judged(verdict="cannot-be-checked", points=points, why=why or "not held")
    if "missing" in main:
        if "fails" in main and len(main) == 2 and any(o == "holds" for o in main):
            return Judged(verdict="partly", points=points, why=why)
        return Judged(verdict="cannot-be-checked" if "holds" not in main else "partly", points=points, why=why)
    if all(o == "fails" for o in main):
        return Judged(verdict="contradicted", points=points, why=why)
    if "fails" in main and "holds" not in main:
        return Judged(verdict="contradicted", points=points, why=why)
    if any(o == "fails" for o in main) and len(main) > 1 and statement.tests[0].main and found[0].outcome == "fails":
        return Judged(verdict="contradicted", points=points, why=why)
    return Judged(verdict="partly", points=points, why=why)


def _who(points: tuple[Point, ...]) -> str:
    return "; ".join(f"{p.source.partition(':')[2]} for {p.start:%Y-%m}: {p.value:g}" for p in points)


def _test(t: Test, view: View, statement: Statement) -> Finding:
    if split_variant(t.measure)[0] in ("settlement_share_national",):
        return _stated(t, view)
    if t.kind == "binary":
        return _binary(t, view, statement)
    if t.kind == "rank":
        return ranking.ranked(t, view, present=statement.present)
    if t.kind in ("peak", "record"):
        return _peak(t, view)
    if t.kind in ("every", "each", "mean", "sum", "monotone"):
        return spells.spell(t, view)
    if t.kind == "none":
        return spells.none(t, view, present=statement.present)
    if t.kind == "occurs":
        return spells.occurs(t, view)
    if t.kind in AFFIRMS:
        return presence.judged(t, view, present=statement.present)
    now = _value(t, view, statement, t.pair, t.year)
    if t.kind == "level":
        if now is None:
            return _partial_year(t, view)
        assert t.quantity is not None
        return Finding(outcome=within(t.quantity, now.value), points=(now,), said=told(now, t.pair, t.year, t.measure))
    pair, year = t.pair_to or t.pair, t.year_to or t.year
    then = _value(t, view, statement, pair, year)
    if now is None or then is None:
        held = tuple(p for p in (now, then) if p is not None)
        return Finding(outcome="missing", points=held, said=f"{told(then, pair, year, t.measure)}, {told(now, t.pair, t.year, t.measure)}")
    if now is then or (now.name == then.name and now.pair == then.pair and now.start == then.start):
        return Finding(outcome="missing", points=(now,), said=f"only {told(now, t.pair, t.year, t.measure)} is held")
    said = f"{told(then, pair, year, t.measure)}; {told(now, t.pair, t.year, t.measure)}"
    return Finding(outcome=_pairwise(t, now.value, then.value), points=(then, now), said=said + _ratio_words(now.value, then.value))


def _ratio_words(now: float, then: float) -> str:
    return f" (x{now / then:.2f})" if then else ""


def _pairwise(t: Test, now: float, then: float) -> Outcome:
    if t.kind == "ratio":
        assert t.quantity is not None
        return within(t.quantity, now / then, relative=True) if then > 0 else "missing"
    if t.kind == "greater":
        if t.sign == 0:
            return within(Quantity(value=1.0, unit="times", how="about"), now / then) if then else "missing"
        return "holds" if (now - then) * t.sign > 0 else "fails"
    if t.kind == "difference":
        assert t.quantity is not None
        return within(t.quantity, (now - then) * (t.sign or 1))
    if t.quantity is None:
        if t.sign == 0:
            return "holds"
        return "holds" if (now - then) * t.sign > 0 else "fails"
    if then <= 0:
        return "missing"
    change = (now / then - 1) * (t.sign or 1)
    if change <= 0 < t.quantity.value:
        return "fails"
    if t.quantity.fraction and t.quantity.how == "bare":
        return within(Quantity(value=1 + (t.sign or 1) * t.quantity.value, unit="times", fraction=True), now / then)
    q = t.quantity
    if q.how == "bare":
        room = max(q.half, RATIO_TOLERANCE * q.value)
        return band(change, q.value - room, q.value + room, room * (NEAR - 1))
    return within(q, change)


def _value(t: Test, view: View, statement: Statement, pair: Pair, year: int) -> Point | None:
    found = view.value(t.measure, pair, year)
    if t.month and measures.get(t.measure).period != "month":
        return None if t.measure not in ("settlement_share_national",) else found
    if found is None and statement.present and year == (statement.ends[-1] if statement.ends else year):
        reach = FALL_BACK.get(t.measure, 2)
        older = [p for p in view.points(t.measure, pair) if year - reach <= p.year < year]
        return older[-1] if older else None
    return found


def _partial_year(t: Test, view: View) -> Finding:
    """A year's total on part of the year: enough where the bound is passed already; against it only on nine months below half of the lower bound."""
    total, months, rows = _so_far(t, view)
    if not months or t.quantity is None:
        return Finding(outcome="missing", said=f"{t.measure} {t.pair[0]}-{t.pair[1]} {t.year} not held")
    said = f"{t.pair[0]}-{t.pair[1]} {t.year}, {months} months: {amount(t.measure, total)}"
    if t.quantity.how in ("over", "atleast") and total > t.quantity.value:
        return Finding(outcome="holds", points=rows, said=said)
    if t.quantity.how in ("under", "atmost") and total > t.quantity.value * (1 + MISSED):
        return Finding(outcome="fails", points=rows, said=said)
    low = t.quantity.value if t.quantity.how != "about" else t.quantity.value * (1 - RATIO_TOLERANCE)
    if months >= ENOUGH_MONTHS and total < 0.5 * low and t.quantity.how not in ("under", "atmost"):
        return Finding(outcome="fails", points=rows, said=said)
    return Finding(outcome="missing", points=rows, said=said)


def _so_far(t: Test, view: View) -> tuple[float, int, tuple[Point, ...]]:
    base, variant = split_variant(t.measure)
    if base == "trade_total_usd":
        monthly = [p for p in view.points("trade_total_usd_monthly", (min(t.pair), max(t.pair))) if p.year == t.year]
        run = [p for k, p in enumerate(monthly) if p.start.month == k + 1]
        return sum(p.value for p in run), len(run), tuple(run)
    indicators = dict(zip((("CHN", "RUS"), ("RUS", "CHN")), TRIPS[variant], strict=True)) if base == "tourists_stated" else {}
    indicator = indicators.get(t.pair)
    if not indicator:
        return 0.0, 0, ()
    best: tuple[int, float, Point] | None = None
    for row in view.shelf.stated:
        if row["indicator"] != indicator or row["date"] != dt.date(t.year, 1, 1) or row["last"] is None:
            continue
        if view.as_of is not None and (row["published"] is None or row["published"] > view.as_of):
            continue
        months = row["last"].month if row["last"].year == t.year else 12
        scale = 1e3 if "thousand" in (row["unit"] or "") else 1.0
        point = Point(
            name=base, pair=t.pair, year=t.year, value=row["value"] * scale, start=row["date"], source=f"stated_figures:{row['who']}",
            published=row["published"], partial=months < 12, months=months,
        )  # fmt: skip
        if best is None or months > best[0]:
            best = months, point.value, point
    return (best[1], best[0], (best[2],)) if best is not None else (0.0, 0, ())


def _stated(t: Test, view: View) -> Finding:
    """Figures that exist only as somebody's statement: those of the period, else all that were made by then."""
    points = view.points(t.measure, t.pair) or view.points(t.measure, (t.pair[1], t.pair[0]))
    if not points:
        return Finding(outcome="missing", said="no statement held")
    near = [p for p in points if p.year == t.year and (not t.month or p.start.month == t.month)] or [p for p in points if p.year == t.year] or points
    return Finding(outcome="holds", points=tuple(near if len(near) > 1 or t.month else points), said=_who(tuple(near)))


def _binary(t: Test, view: View, statement: Statement) -> Finding:
    years = t.years or (t.year,)
    held = {p.year: p for p in view.points(t.measure, t.pair)}
    found = [held[y] for y in years if y in held]
    if not found and statement.present:
        older = [p for p in held.values() if years[-1] - 2 <= p.year < years[-1]]
        found = older[-1:]
    if not found or (len(years) > 1 and len(found) < 0.5 * len(years)):
        return Finding(outcome="missing", said=f"{t.measure} {t.pair[0]}-{t.pair[1]} {years[-1]} not held")
    right = [p for p in found if (p.value > 0) == t.expected]
    words = "in force" if found[-1].value > 0 else "none in force"
    said = f"{t.measure} {t.pair[0]}-{t.pair[1]} {found[0].year}{'–' + str(found[-1].year) if len(found) > 1 else ''}: {words}"
    outcome: Outcome = "holds" if len(right) == len(found) else "fails" if not right else "near"
    return Finding(outcome=outcome, points=(found[0], found[-1]) if len(found) > 1 else (found[0],), said=said)


def _peak(t: Test, view: View) -> Finding:
    points = [p for p in view.points(t.measure, t.pair) if t.kind == "peak" or (t.years[0] if t.years else 0) <= p.year <= t.year]
    way = t.sign or 1
    here = [p for p in points if p.year == t.year]
    if not here or len(points) < 3:
        return Finding(outcome="missing", said=f"{t.measure} {t.pair[0]}-{t.pair[1]} {t.year} not held")
    top = max(points, key=lambda p: p.value * way)
    gaps = points[-1].year - points[0].year + 1 - len({p.year for p in points})
    said = f"of {points[0].year}–{points[-1].year} ({gaps} years not held) the {'highest' if way > 0 else 'lowest'} is {top.year} with {amount(t.measure, top.value)}"
    return Finding(
        outcome="holds" if here[-1].value * way >= top.value * way - 1e-9 * abs(top.value) else "fails",
        points=(here[-1], top) if top is not here[-1] else (top,),
        said=said,
    )
