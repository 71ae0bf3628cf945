"""When a clause speaks of: years resolved against the dateline and the years named before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from comity.claims.clauses import Clause, is_finite
from comity.claims.times import Time, last_month_before
from comity.claims.tokens import Item
from comity.claims.words import forms
from comity.core import Measure


@dataclass(frozen=True, kw_only=True, slots=True)
class Dated:
    """One expression of time, resolved: its years, its preposition, and where it stands."""

    first: int
    last: int
    rel: str
    at: int
    month: int = 0
    kind: str = "year"


@dataclass(frozen=True, kw_only=True)
class When:
    """When a clause speaks of.

    years: one, or two ends. mode: point, range (from the one to the other), two (these two), mean, present, due, none. month: of a point.
    base: a year that the clause compares with ("as in 1990"). dated: all that was said. endless: since a year, in a text of no known day.
    """

    years: tuple[int, ...] = ()
    mode: str = "none"
    month: int = 0
    base: int = 0
    dated: tuple[Dated, ...] = ()
    present: bool = False
    by: bool = False
    endless: bool = False

    @property
    def label(self) -> str:
        """As the guide writes it: 2014, 1995-2000, 2016-04."""
        if not self.years:
            return ""
        if self.month and len(self.years) == 1:
            return f"{self.years[0]}-{self.month:02d}"
        return "-".join(str(y) for y in dict.fromkeys(self.years))


def tense(clause: Clause) -> str:
    """future, present (also the present perfect), pluperfect, past, or none where no verb stands."""
    found = list(clause.items)
    line = clause.keys
    if any(f" {w} " in line for w in ("will", "shall", "may", "might", "could", "would")):
        return "future"
    for i, item in enumerate(found):
        if item.key == "have" and item.low == "had" and i + 1 < len(found) and _participle(found, i + 1):
            return "pluperfect"
        if item.low in ("is", "are", "has", "have", "am", "does", "do", "'s", "remains"):
            return "present"
        if is_finite(found, i):
            form = forms().get(item.low)
            if form is None:
                continue
            if form[1] in ("s", "base") and item.low not in ("put", "cut", "set", "let", "hit", "cost", "shut", "spread", "split", "quit", "read"):
                return "present"
            return "past"
    return "none"


def _participle(found: Sequence[Item], i: int) -> bool:
    return any(forms().get(found[j].low, ("", ""))[1] == "ed" for j in range(i, min(i + 4, len(found))))


def dated(found: Sequence[Item], day: dt.date | None, last_year: int, *, future: bool) -> tuple[list[Dated], int]:
    """The expressions of time of some items, resolved, and the last year named after them."""
    out: list[Dated] = []
    for i, item in enumerate(found):
        if not isinstance(item.value, Time):
            if item.low == "since" and (i + 1 == len(found) or found[i + 1].key in (",", ".", ")")) and last_year:
                out.append(Dated(first=last_year, last=last_year, rel="since", at=i))
            continue
        time = item.value
        made = _resolve(time, day, last_year, i, future=future)
        if made is None:
            continue
        out.append(made)
        if made.kind not in ("now",):
            last_year = made.last
    return out, last_year


def _resolve(time: Time, day: dt.date | None, last_year: int, at: int, *, future: bool) -> Dated | None:
    rel = time.rel
    if time.kind in ("year", "month", "range"):
        kind = "mean" if rel == "mean" else time.kind
        return Dated(first=time.first, last=time.last, rel=rel, at=at, month=time.month, kind=kind)
    if time.kind == "offset" and last_year:
        return Dated(first=last_year + time.n, last=last_year + time.n, rel=rel, at=at, kind="offset")
    if time.kind in ("that", "then") and last_year:
        return Dated(first=last_year, last=last_year, rel=rel, at=at, kind="that")
    if day is None:
        return None
    year = day.year
    if time.kind == "ago":
        return Dated(first=year - time.n, last=year - time.n, rel=rel, at=at, month=time.month)
    if time.kind == "offset":
        return Dated(first=year - 1 + time.n, last=year - 1 + time.n, rel=rel, at=at, kind="offset")
    if time.kind == "ahead":
        return Dated(first=year + time.n, last=year + time.n, rel=rel, at=at)
    if time.kind == "within":
        if not future and rel == "in":
            return Dated(first=year - time.n, last=year - 1, rel="range", at=at, kind="range")
        return Dated(first=year + time.n, last=year + time.n, rel="by", at=at, kind="within")
    if time.kind == "span":
        return Dated(first=year - time.n, last=year - 1, rel="range", at=at, kind="span")
    if time.kind == "now":
        return Dated(first=year, last=year, rel=rel, at=at, kind="now")
    if time.kind == "named":
        if time.first == 1 and time.n in (-1, 0, 1):
            return Dated(first=year + time.n, last=year + time.n, rel=rel, at=at, month=time.month, kind="month")
        y, month = last_month_before(day, time.month, ahead=time.n > 3 or (future and rel in ("by", "in", "before") and time.n != -2))
        return Dated(first=y, last=y, rel=rel, at=at, month=month, kind="month")
    return None


def complete(day: dt.date | None, measure: Measure | None) -> int:
    """The last complete year before a day, or the last reached stock of a measure taken every fifth year; 0 without a day."""
    if day is None:
        return 0
    if measure is not None and measure.name in ("migrant_stock", "migrant_share"):
        year = day.year if day >= dt.date(day.year, 7, 1) else day.year - 1
        return year - year % 5
    return day.year - 1


def when(clause: Clause, found: list[Dated], day: dt.date | None, measure: Measure | None, before: tuple[int, ...], *, future: bool) -> When:
    """The period of a clause. before: the years of the clause before on the same subject; future: it forecasts, whatever its tense."""
    how = "future" if future else tense(clause)
    now = complete(day, measure)
    base = 0
    rest = []
    for d in found:
        if d.kind != "now" and _compared_with(clause, d.at):
            base = d.first
        else:
            rest.append(d)
    made = _joined(rest, now, how, day)
    if made is None and clause.after:
        adverbial = [d for d in dated(clause.after, day, 0, future=how == "future")[0] if d.kind != "now"]
        made = _joined(adverbial, now, how, day)
    if made is None:
        recent = bool(before) and now - 2 <= before[-1] <= now
        past = future and day is not None and bool(before) and before[-1] < day.year
        if (how == "present" and not recent) or past or not before:
            reached: tuple[int, ...] = (now,) if now else ()
            if how == "future" and day is not None:
                return When(mode="due", base=base, dated=tuple(found))
            return When(years=reached, mode="present", base=base, dated=tuple(found), present=True)
        return When(years=before, mode="range" if len(before) > 1 else "point", base=base, dated=tuple(found), present=how == "present")
    years, mode, month, by, present = made
    endless = not now and present and mode == "range"
    return When(years=years, mode=mode, month=month, base=base, dated=tuple(found), by=by, present=present, endless=endless)


SAME = frozenset("figure level number that value total those one sum amount count volume turnover share".split())
"""What stands for the same quantity at another time: the figure of 2012."""
PRONOUNS = frozenset("it they that this <PAIR> trade".split())
SUPPLIED = frozenset("be do have stand trade amount reach see".split())


def _compared_with(clause: Clause, at: int) -> bool:
    """Whether the time at an item is what the clause compares with: than in 2012, the figure of 2012, the 2012 figure, what it was in 2012."""
    found = clause.items
    word, two_back = (found[at - 1].low if at else "", found[at - 2].low if at > 1 else "")
    here = found[at].low
    if word in ("than", "as") or here == "than" or (word in ("of", "for") and two_back in SAME):
        return True
    given = at - 1 - (at > 1 and found[at - 1].low in RECORDED)
    if given > 0 and found[given].quantity is not None and stated(found, given):
        return True
    if not _ratio(clause, at):
        return False
    if (here == "of" and word in SAME) or (word in ("above", "below", "over", "under") and found[at - 1].quantity is None):
        return True
    after = [i.low for i in found[at + 1 : at + 4]]
    if after[:1] and (after[0] in SAME or (after[:2] == ["'", "s"] and after[2:] and after[2] in SAME)):
        return True
    back = at - 1
    while back >= 0 and at - back <= 4 and (found[back].key in PRONOUNS or found[back].lemma in SUPPLIED):
        back -= 1
    return back >= 0 and back < at - 1 and found[back].low in ("than", "as", "what")


RECORDED = frozenset("recorded reported registered seen traded".split())


def stated(found: Sequence[Item], at: int) -> bool:
    """Whether a quantity is the stated base of a comparison: double the 11 billion, half of the 40 billion, more than the 11 billion."""
    if at < 2 or found[at - 1].low != "the":
        return False
    word = at - 2 - (found[at - 2].low == "of" and at > 2)
    ratio = found[word].quantity
    return found[at - 2].low == "than" or (ratio is not None and ratio.unit in ("times", "share"))


def _ratio(clause: Clause, at: int) -> bool:
    return any(i.quantity is not None and i.quantity.unit in ("times", "share", "percent") for i in clause.items[:at])


def _joined(found: list[Dated], now: int, how: str, day: dt.date | None) -> tuple[tuple[int, ...], str, int, bool, bool] | None:
    """Years, mode, month, whether "by", whether the present, of the expressions that do not compare."""
    if not found:
        return None
    since = next((d for d in found if d.rel == "since"), None)
    spans = [d for d in found if d.first != d.last]
    points = [d for d in found if d.first == d.last and d.rel != "since" and d.kind != "now"]
    if since is not None:
        ends = [d.last for d in points if d.last > since.first and d.rel in ("by", "to", "in", "")]
        end = ends[-1] if ends else max(now, since.first)
        return (since.first, end), "range", 0, False, not ends
    if spans:
        one = spans[0]
        return (one.first, one.last), "mean" if one.kind == "mean" else "range", 0, False, False
    if len(points) >= 2:
        begin = next((d for d in points if d.rel == "from"), None)
        end_of = next((d for d in points if d.rel in ("to", "and") and (begin is None or d.at > begin.at)), None)
        if begin is not None and end_of is not None and begin.first != end_of.first:
            return (min(begin.first, end_of.first), max(begin.first, end_of.first)), "range", 0, False, False
        years = tuple(sorted({d.first for d in points}))
        if len(years) == 1:
            month = next((d.month for d in points if d.month), 0)
            return years, "point", month, False, False
        return years, "two", 0, False, False
    if points:
        d = points[0]
        if d.rel == "before" and how == "future":
            return (d.first - (0 if d.month else 1),), "point", 0, True, False
        return (d.first,), "point", d.month, d.rel in ("by", "before"), False
    if any(d.kind == "now" for d in found) and now:
        return (now,), "present", 0, False, True
    return None
