"""From a clause with its measure, pairs and period to the tests that it asserts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from comity import measures
from comity.claims.clauses import Clause
from comity.claims.items import Pointer
from comity.claims.linking import money_like, unit_class
from comity.claims.pairs import Context, Mention, Pair
from comity.claims.periods import When, stated
from comity.claims.statement import (
    BY_FAR,
    EVERY,
    IN_A_ROW,
    NEGATION,
    NEVER,
    NOT_SO,
    OPPOSED,
    ORDINALS,
    RECORD,
    SLIGHT,
    STRONG,
    UNDER_OVER,
    Statement,
    Test,
    flipped,
)  # fmt: skip
from comity.claims.times import Time
from comity.claims.tokens import FOLD, Item, Quantity
from comity.claims.words import DOWN, TIMES_VERBS, UP
from comity.core import Measure

FIT = {"usd": {"usd"}, "share": {"percent", "share"}, "count": {"count"}, "binary": set(), "other": {"count"}}
NO_LEVEL = frozenset(
    "year decade month week day hour minute century page pound euro km kilometre mile side island prediction number word time reason".split()
)
NOUN_UP = frozenset("rise increase growth gain jump surge expansion boom".split())
NOUN_DOWN = frozenset("fall drop decline decrease slump loss contraction collapse reduction".split())
STEADY = re.compile(
    r" (?:stagnate|stall|plateau|flatten|unchanged|flat|constant|stable|steady|(?:hardly|barely|scarcely|little) (?:move|change|grow|rise|fall)|change little) "
)
PASSED = frozenset("pass exceed surpass top cross breach".split())
GOING = frozenset("go come move drift shoot head".split())
"""Verbs that move a quantity with "up" or "down"."""
LESS = frozenset("less fewer lower smaller farther further worse behind below under slower shrank rarely".split())


@dataclass(frozen=True, kw_only=True)
class Level:
    """A quantity of a clause with its part: level, start, end, change, and the year that stands beside it."""

    at: int
    quantity: Quantity
    part: str
    year: int = 0


@dataclass(frozen=True, kw_only=True)
class Prior:
    """The claim before on the same subject: measure, pairs, its last year and first, and its years as a period."""

    measure: str
    pairs: tuple[Pair, ...]
    years: tuple[int, ...]
    level: Quantity | None = None


COMING = re.compile(
    r" (?:will|expect|likely|set|going|plan|aim|forecast|due|predict|project|pledge|promise|poise|bound|may|might|could|begin|start|continue|keep|tend) "
)
"""What says that "to rise" is still to come."""


def direction(clause: Clause) -> int:
    """1 where the clause says up, -1 down, 0 neither; the first word that does decides."""
    coming = COMING.search(clause.keys)
    for i, item in enumerate(clause.items):
        if i and clause.items[i - 1].low == "to" and not coming and item.key not in ("<pct>",):
            continue
        if item.key in UP or (item.key in TIMES_VERBS and item.key != "halve"):
            return 1
        if item.key in DOWN or item.key == "halve":
            return -1
        if item.lemma in NOUN_UP:
            return 1
        if item.lemma in NOUN_DOWN:
            return -1
        nxt = clause.items[i + 1] if i + 1 < len(clause.items) else None
        if item.low in ("up", "down") and i and clause.items[i - 1].key in GOING and _left_there(nxt):
            return 1 if item.low == "up" else -1
        if (
            item.low in ("up", "down")
            and (nxt is None or nxt.low in ("from", "to", "on", "by", "at", "again", ",", "sharply", "slightly") or nxt.quantity is not None)
            and (
                i == 0
                or clause.items[i - 1].key in (",", "be", "(")
                or clause.items[i - 1].quantity is not None
                or (nxt is not None and (nxt.quantity is not None or nxt.low == "from"))
            )
        ):
            return 1 if item.low == "up" else -1
    return 0


def _left_there(after: Item | None) -> bool:
    """Whether what follows "went up" leaves it a movement: a time, an amount, an adverb, an end; not "to Moscow", "with", "in smoke"."""
    if after is None or isinstance(after.value, Time) or after.quantity is not None or after.low.endswith("ly"):
        return True
    return after.low in ("from", "by", "again", "every", "each", "and", "but", ",", "while", "after", "as", "year", "further")


def levels(clause: Clause, measure: Measure, when: When, *, moved: bool) -> list[Level]:
    """The quantities that give a level or a change of the measure, with the years beside them."""
    kind = unit_class(measure)
    found = clause.items
    out: list[Level] = []
    for i, item in enumerate(found):
        q = item.quantity
        if q is not None and q.unit == "count" and not q.noun:
            q = _like_others(found, i, q)
        if q is None or item.key in TIMES_VERBS or q.unit in ("times", "rank", "money"):
            continue
        if q.unit == "count" and set(q.noun.split()) & NO_LEVEL and not out and kind != "count":
            continue
        if q.unit == "count" and q.noun.split()[-1:] and q.noun.split()[-1] in NO_LEVEL:
            continue
        if q.how == "bare" and any(x.lemma in PASSED for x in found[max(0, i - 6) : i]):
            q = replace(q, how="over")
        before = [x.low for x in found[max(0, i - 2) : i]]
        last = before[-1] if before else ""
        fits = q.unit in FIT[kind] or (kind == "usd" and money_like(q))
        part = "level"
        placed = item.low in ("below", "above", "beneath", "past")
        if fits and stated(found, i):
            part = "start"
        elif q.unit == "points":
            part = "change" if moved or last == "by" else ""
        elif moved and last == "by":
            part = "change"
        elif last == "from" and (fits or kind == "other"):
            part = "start"
        elif moved and last in ("to", "at", "towards", "toward"):
            part = "end"
        elif moved and not placed and q.unit in ("percent", "share") and (kind != "share" or _right_after_verb(found, i)):
            part = "change"
        elif moved and fits and _right_after_verb(found, i) and q.how in ("bare", "about") and found[i - 1].key not in ("reach",):
            part = "difference"
        elif last in ("against", "versus", "compared"):
            part = "start" if out else "level"
        if not part or (part in ("level", "start", "end", "difference") and not fits):
            if part in ("change",) and q.unit in ("percent", "share", "points"):
                pass
            else:
                continue
        out.append(Level(at=i, quantity=q, part=part, year=_year_beside(found, i, when)))
    return out


def _like_others(found: Sequence[Item], i: int, q: Quantity) -> Quantity:
    """A bare number takes the unit of the other quantity of its clause: from 40 to 60 percent, from 4 to 9 billion dollars."""
    for item in (*found[i + 1 : i + 8], *found[max(0, i - 12) : i]):
        other = item.quantity
        if other is None or other is q or other.unit not in ("percent", "usd"):
            continue
        if other.unit == "percent":
            return replace(q, unit="percent", value=q.value / 100, half=q.half / 100) if q.value <= 100 else q
        scale = 10 ** (3 * ((len(str(int(other.value))) - 1) // 3)) if q.value < 1000 <= other.value else 1
        return replace(q, unit="usd", value=q.value * scale, half=q.half * scale)
    return q


def _right_after_verb(found: Sequence[Item], i: int) -> bool:
    j = i - 1
    while j >= 0 and (found[j].low.endswith("ly") or found[j].low in ("another", "a", "further", "some", "about", ",")):
        j -= 1
    return j >= 0 and (found[j].key in UP or found[j].key in DOWN or found[j].low in ("up", "down"))


def _year_beside(found: Sequence[Item], i: int, when: When) -> int:
    for j in range(i + 1, min(i + 5, len(found))):
        if found[j].quantity is not None and found[j].key.startswith("<"):
            return 0
        if found[j].key in UP or found[j].key in DOWN:
            return 0
        if (time := found[j].value) is not None and isinstance(time, Time):
            if time.rel == "since":
                return 0
            return next((d.first for d in when.dated if d.at == j and d.first == d.last), 0)
    return 0


def build(
    clause: Clause, sort: str, measure: Measure, variant: str, pairs: list[Pair], when: When, prior: Prior | None, seen: list[Mention], context: Context,
    second: list[Pair], borrowed: Quantity | None = None, now: int = 0,
) -> Statement | None:  # fmt: skip
    """The statement of one reading, or None where it asserts nothing that the measure could show.

    second: the pairs on the other side of a comparison. borrowed: a quantity that stands in the sentence before.
    """
    if not pairs:
        return None
    name = f"{measure.name}:{variant}" if variant else measure.name
    line = clause.keys
    pair = pairs[0]
    negated = bool(NEGATION.search(line)) or bool(re.match(r"^ (?:no|neither|none) ", line))
    negated = negated or any(isinstance(i.value, Pointer) and i.value.kind == "neither" for i in clause.items)
    complement = measure.name == "vote_agreement" and any(w in OPPOSED for i in clause.items for w in (i.lemma, i.low))
    if sort == "forecast" and not when.years:
        when = replace(when, mode="due")
    if unit_class(measure) == "binary":
        return _binary(name, pair, when, negated, sort, line)
    moved = direction(clause)
    made = levels(clause, measure, when, moved=moved != 0)
    if borrowed is not None and not made:
        made = [Level(at=0, quantity=borrowed, part="level")]
    if complement:
        made = [replace(m, quantity=flipped(m.quantity)) if m.part in ("level", "start", "end") else m for m in made]
        moved = -moved
    ratio = _said_ratio(clause, sort)
    if ratio is not None and ratio.noun == FOLD and not moved:
        moved = 1
    strength = "strong" if STRONG.search(line) else "slight" if SLIGHT.search(line) else ""
    nth = rank(clause)
    year = when.years[-1] if when.years else 0
    shape = _Shape(name=name, pair=pair, when=when, year=year, negated=negated, sort=sort, prior=prior, now=now)
    if sort in ("comparison", "forecast") and nth and (sort == "comparison" or "partner" in line):
        return _ranked(shape, nth, line, made, pairs)
    if sort == "comparison" or (sort == "forecast" and ((ratio is not None and when.base) or second)):
        found = _compared(shape, clause, made, ratio, second, line)
        if found is not None:
            return found
    if moved or sort == "trend":
        found = _trended(shape, clause, made, moved, ratio, strength, line)
        if found is not None:
            return found
    return _plain(shape, clause, made, line)


@dataclass(frozen=True, kw_only=True)
class _Shape:
    name: str
    pair: Pair
    when: When
    year: int
    negated: bool
    sort: str
    prior: Prior | None
    now: int = 0


def _done(s: _Shape, tests: list[Test], years: tuple[int, ...], pairs: tuple[Pair, ...] | None = None) -> Statement:
    ends = tuple(dict.fromkeys(y for y in years if y))
    label = "-".join(str(y) for y in ends)
    if 0 < s.when.month <= 12 and len(ends) == 1:
        label = f"{ends[0]}-{s.when.month:02d}"
    due = (ends[-1] if ends else 0) if s.sort == "forecast" else 0
    return Statement(
        measure=s.name.partition(":")[0], pairs=pairs or (s.pair,), period=label, tests=tuple(tests), negated=s.negated, present=s.when.present, due=due,
        ends=ends,
    )  # fmt: skip


def _binary(name: str, pair: Pair, when: When, negated: bool, sort: str, line: str) -> Statement | None:
    if not when.years and sort != "forecast":
        years: tuple[int, ...] = ()
    else:
        years = when.years
    negated = negated or " no " in line
    spell = tuple(range(years[0], years[-1] + 1)) if len(years) > 1 and when.mode == "range" else years
    test = Test(kind="binary", measure=name, pair=pair, year=years[-1] if years else 0, years=spell, expected=not negated)
    shape = _Shape(name=name, pair=pair, when=when, year=0, negated=False, sort=sort, prior=None)
    return _done(shape, [test], years)


def rank(clause: Clause) -> int:
    """The place in an order that a clause claims: 1 for "largest" and "no state … more", 0 where it claims none."""
    line = clause.keys
    if re.search(r" (?:among|one of) (?:[^ ]+ ){0,6}?<n> (?:large|big|main|leading|top|most)| top <n> ", line):
        return next((int(i.quantity.value) for i in clause.items if i.key == "<n>" and i.quantity is not None and i.quantity.value < 30), 0)
    partner = r"(?:[a-z-]+ ){0,3}(?:partner|supplier|customer|buyer|seller|market|source|destination|exporter|importer|host|investor|trader|origin|collaborator|creditor|client|group|community|minority|diaspora)"
    if m := re.search(rf" <rank> {partner}", line) or re.search(r" (?:rank|come|place|stand|be|finish) (?:at )?<rank>", line):
        return int(next(i.quantity.value for i in clause.items if i.quantity is not None and i.quantity.unit == "rank"))
    if m := re.search(r" ([a-z]+|[0-9]+(?:st|nd|rd|th))(?:-| )(?:large|big|important|great|main|most)[a-z]* ", line):
        word = m[1]
        if word in ORDINALS or word[:1].isdigit():
            return ORDINALS.get(word) or int(re.sub(r"\D", "", word))
    if (m := re.search(rf" ([a-z]+|[0-9]+(?:st|nd|rd|th)) {partner}(?! other) ", line)) and (m[1] in ORDINALS or m[1][:1].isdigit()):
        return ORDINALS.get(m[1]) or int(re.sub(r"\D", "", m[1]))
    if (m := re.search(r" ([a-z]+|[0-9]+(?:st|nd|rd|th)) (?:place|position|spot|rank) ", line)) and (m[1] in ORDINALS or m[1][:1].isdigit()):
        return ORDINALS.get(m[1]) or int(re.sub(r"\D", "", m[1]))
    if m := re.search(
        r" (?:rank|come|place|stand|finish|stay|be|remain|slip to|rise to|fall to|climb to|drop to|move to|move up to) (?:only |just |in |a distant |now |still )?(first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)(?: |,)",
        line,
    ):
        return ORDINALS[m[1]]
    if re.search(rf" (?:largest|biggest|most important|main|leading|greatest|top|foremost|principal|number one|closest) {partner}", line):
        return 1
    if re.search(r"(?:^| )(?:no|nobody|no other|no-one|not one) .{0,60}?(?:more|larger|bigger|as much|as many|closer) ", line) and " than " in line:
        return 1
    if re.search(r" (?:more|closer|larger) .{0,40}?than (?:any|anyone|every)", line) or re.search(
        r" the (?:most|largest|biggest) (?:[a-z]+ )?of (?:any|all)", line
    ):
        return 1
    return 0


def _ranked(s: _Shape, nth: int, line: str, made: list[Level], pairs: list[Pair]) -> Statement:
    several = (
        re.search(
            r" (?:among|one of|in) (?:[^ ]+ ){0,5}?<n> (?:largest|big|large|main|leading|top|most)| top <n> ",
            line,
        )
        is not None
    )
    hosted = unit_class(measures.get(s.name)) == "count" and not measures.get(s.name).symmetric
    side = "b" if hosted and not re.search(r" (?:destination|host|home) ", line) else "a"
    tests = [
        Test(kind="rank", measure=s.name, pair=s.pair, year=s.year, rank=nth, by_far=bool(BY_FAR.search(line)), main=True, side=side, at_most=several)
    ]
    tests += [
        Test(kind="level", measure=s.name, pair=s.pair, year=s.year, quantity=m.quantity, main=False) for m in made if m.part in ("level", "end")
    ]
    shape = s
    if re.search(r"^ (?:no|nobody|no-one|none|not one)(?: other)? ", line):
        shape = replace(s, negated=False)
    return _done(shape, tests, (s.year,))


def _said_ratio(clause: Clause, sort: str) -> Quantity | None:
    """The ratio that a clause gives; "five times lower" is a fifth."""
    for i, item in enumerate(clause.items):
        q = item.quantity
        if q is not None and q.unit == "times":
            lower = i + 1 < len(clause.items) and clause.items[i + 1].low in ("less", "lower", "fewer", "smaller") and q.value > 1
            return replace(q, value=1 / q.value, how=UNDER_OVER.get(q.how, q.how)) if lower else q
    return _share_ratio(clause) if sort == "comparison" else None


def _share_ratio(clause: Clause) -> Quantity | None:
    """ "half the figure of 1999" is a ratio of .5."""
    m = re.search(
        r" <share> (?:of )?(?:the figure|the number|the level|the value|the total|the size|the amount|the <usd>|the <n>|that|those|as many|as much|as large|what)",
        clause.keys,
    )
    if not m:
        return None
    q = next((i.quantity for i in clause.items if i.quantity is not None and i.quantity.unit == "share"), None)
    return None if q is None else replace(q, unit="times")


def _compared(s: _Shape, clause: Clause, made: list[Level], ratio: Quantity | None, second: list[Pair], line: str) -> Statement | None:
    levels_here = [m for m in made if m.part in ("level", "end")]
    base, year = s.when.base, s.year
    if ratio is not None and re.search(r" (?:a|one) <share> of ", line) is None:
        if second and second[0] != s.pair:
            test = Test(kind="ratio", measure=s.name, pair=s.pair, year=year, pair_to=second[0], year_to=base or year, quantity=ratio)
            return _done(s, [test], (year,) if not base or base == year else (base, year), (s.pair, second[0]))
        if not base and len(s.when.years) == 2:
            base, year = s.when.years
        if base and base != year:
            tests = [Test(kind="ratio", measure=s.name, pair=s.pair, year=year, pair_to=s.pair, year_to=base, quantity=ratio)]
            tests += [Test(kind="level", measure=s.name, pair=s.pair, year=year, quantity=m.quantity, main=False) for m in levels_here]
            return _done(s, [*tests, *_bases(s, made, base)], (base, year))
        return None
    sign = -1 if any(i.low in LESS for i in clause.items) else 1
    if re.search(r" (?:trail|lag|behind) ", line):
        sign = -1
    if (part := _part_more(clause)) is not None and ((base and base != year) or (second and second[0] != s.pair)):
        q, way = part
        other = second[0] if second and second[0] != s.pair else s.pair
        tests = [Test(kind="change", measure=s.name, pair=s.pair, year=year, pair_to=other, year_to=base or year, quantity=q, sign=way)]
        tests += [
            Test(kind="level", measure=s.name, pair=s.pair, year=year, quantity=m.quantity, main=False) for m in levels_here if m.quantity is not q
        ]
        return _done(s, tests, (base, year) if base and base != year else (year,), None if other == s.pair else (s.pair, other))
    if (since := next((d for d in s.when.dated if d.rel == "since"), None)) is not None and (top := re.search(r" (?:the )?(high|large|small|low|biggest|most|least)[a-z]* (?:[a-z]+ ){0,2}<T> $", line)):  # fmt: skip
        end = s.prior.years[-1] if clause.tail and s.prior is not None and s.prior.years else year
        if end > since.first:
            lowest = top[1] in ("small", "low", "least")
            test = Test(kind="record", measure=s.name, pair=s.pair, year=end, years=(since.first + 1, end), sign=-1 if lowest else 1)
            given = [Test(kind="level", measure=s.name, pair=s.pair, year=end, quantity=m.quantity, main=False) for m in levels_here]
            return _done(s, [test, *given], (since.first, end))
    if second and second[0] != s.pair:
        equal = bool(re.search(r" as (?:much|many|often|large|close) .{0,60}?as ", line))
        test = Test(kind="greater", measure=s.name, pair=s.pair, year=year, pair_to=second[0], year_to=base or year, sign=0 if equal else sign)
        tests = [test, *(Test(kind="level", measure=s.name, pair=s.pair, year=year, quantity=m.quantity, main=False) for m in levels_here[:1])]
        return _done(s, tests, (year,) if not base or base == year else (base, year), (s.pair, second[0]))
    if base and base != year:
        more = re.search(r"<n> (?:[a-z]+ )*(?:more|fewer|less) ", line) or any(
            i.quantity is not None and ("more" in i.quantity.noun or "fewer" in i.quantity.noun) for i in clause.items
        )
        tests = []
        if more and levels_here:
            step = levels_here[-1] if len(levels_here) > 1 or " than " in line else None
            for m in levels_here:
                kind = "difference" if m is step else "level"
                tests.append(
                    Test(kind=kind, measure=s.name, pair=s.pair, year=year, year_to=base, quantity=m.quantity, sign=sign, main=kind == "difference")
                )
        else:
            tests = [Test(kind="change", measure=s.name, pair=s.pair, year=year, year_to=base, sign=sign)]
            tests += [Test(kind="level", measure=s.name, pair=s.pair, year=m.year or year, quantity=m.quantity, main=False) for m in levels_here]
            tests += _bases(s, made, base)
        return _done(s, tests, (base, year))
    return None


def _bases(s: _Shape, made: list[Level], base: int) -> list[Test]:
    """The level that a comparison states for its base: the 11 billion of 2000."""
    return [Test(kind="level", measure=s.name, pair=s.pair, year=base, quantity=m.quantity, main=False) for m in made if m.part == "start"]


def _part_more(clause: Clause) -> tuple[Quantity, int] | None:
    """A percentage or fraction by which one thing is above (1) or below (-1) another, and which of the two."""
    for i, item in enumerate(clause.items[:-1]):
        q = item.quantity
        if q is not None and q.unit in ("percent", "share"):
            after = clause.items[i + 1].low
            if after in ("more", "higher", "larger", "bigger", "greater", "above", "over"):
                return q, 1
            if after in ("less", "lower", "fewer", "smaller", "below", "under"):
                return q, -1
    return None


def _base_year(s: _Shape) -> tuple[int, ...]:
    """The years that a movement spans where one year is said: from the year before on the same subject where the words look back, else the year before."""
    years = s.when.years
    if len(years) >= 2 or not years:
        return years
    year = years[0]
    if s.sort == "forecast" and s.when.by and s.now and s.now < year:
        return s.now, year
    before = s.prior.years[-1] if s.prior is not None and s.prior.years else 0
    back = s.when.by or any(d.kind == "offset" for d in s.when.dated)
    if before and before < year and back:
        return before, year
    return year - 1, year


def _trended(s: _Shape, clause: Clause, made: list[Level], moved: int, ratio: Quantity | None, strength: str, line: str) -> Statement | None:
    years = _base_year(s)
    if re.search(r" (?:peak|reach (?:its|their|a) (?:peak|high|height|maximum))", line) or (RECORD.search(line) and not moved):
        year = s.year
        top = [Test(kind="peak", measure=s.name, pair=s.pair, year=year, main=True)]
        top += [
            Test(kind="level", measure=s.name, pair=s.pair, year=year, quantity=m.quantity, main=False) for m in made if m.part in ("level", "end")
        ]
        return _done(s, top, (year,))
    if STEADY.search(line) and not made and years:
        first, last = years[0], years[-1]
        same = Quantity(value=1.0, unit="times", how="about", fraction=True)
        return _done(
            replace(s, negated=False),
            [Test(kind="ratio", measure=s.name, pair=s.pair, year=last, pair_to=s.pair, year_to=first, quantity=same)],
            (first, last),
        )
    starts = [m for m in made if m.part == "start"]
    ends = [m for m in made if m.part in ("end", "level")]
    changes = [m for m in made if m.part in ("change", "difference")]
    if moved and (EVERY.search(line) or re.search(r" in each of | for the <n> ", line) or (s.negated and NEVER.search(line))):
        never = s.negated and NEVER.search(line) is not None
        span = _span(s, clause)
        first, last = span or (0, s.year)
        test = Test(
            kind="monotone", measure=s.name, pair=s.pair, years=tuple(range(first, last + 1)) if first else (), sign=-moved if never else moved,
            year=last, year_to=first, at_most=never,
        )  # fmt: skip
        extra = [Test(kind="level", measure=s.name, pair=s.pair, year=m.year or last, quantity=m.quantity, main=False) for m in (*starts, *ends)]
        return _done(replace(s, negated=s.negated and not never), [test, *extra], (first, last))
    if starts and starts[0].year and not [m for m in ends if m.year]:
        years = (starts[0].year, s.year if s.year != starts[0].year else (years[-1] if years else 0))
        others = [d for d in s.when.dated if d.first != starts[0].year and d.kind != "now"]
        if others:
            years = (starts[0].year, others[-1].first)
        elif s.when.present or not others:
            years = (starts[0].year, s.when.years[-1] if s.when.years and s.when.years[-1] != starts[0].year else _now(s, starts[0].year))
    elif starts and ends and starts[0].year and ends[-1].year:
        years = (starts[0].year, ends[-1].year)
    elif not starts and len(ends) == 2 and len(years) == 2 and ends[0].year and ends[1].year:
        starts, ends = [ends[0]], [ends[1]]
        years = (starts[0].year, ends[0].year)
    if not years:
        if s.sort != "forecast":
            return None
        years = (0, 0)
    first, last = years[0], years[-1]
    tests: list[Test] = []
    if ratio is not None and (moved or ratio):
        tests.append(Test(kind="ratio", measure=s.name, pair=s.pair, year=last, pair_to=s.pair, year_to=first, quantity=ratio, strength=strength))
    for m in changes:
        kind = "difference" if m.part == "difference" or m.quantity.unit == "points" else "change"
        tests.append(Test(kind=kind, measure=s.name, pair=s.pair, year=last, year_to=first, quantity=m.quantity, sign=moved or 1, strength=strength))
    if not tests and moved:
        tests.append(Test(kind="change", measure=s.name, pair=s.pair, year=last, year_to=first, sign=moved, strength=strength, main=not ends))
    if not tests and starts and ends:
        tests.append(Test(kind="change", measure=s.name, pair=s.pair, year=last, year_to=first, sign=0, main=False))
    tests += [Test(kind="level", measure=s.name, pair=s.pair, year=m.year or first, quantity=m.quantity, main=False) for m in starts]
    tests += [Test(kind="level", measure=s.name, pair=s.pair, year=m.year or last, quantity=m.quantity, main=not moved or not ratio) for m in ends]
    if not tests:
        return None
    if RECORD.search(line):
        tests.append(Test(kind="record", measure=s.name, pair=s.pair, year=last, main=False))
    single = s.when.mode in ("point", "present", "due") and s.sort == "forecast" and not ratio and not changes and bool(ends)
    return _done(s, tests, (last,) if single else (first, last))


def _span(s: _Shape, clause: Clause) -> tuple[int, int] | None:
    """The first and last year of "every year": as the clause says, so many years to its year, or the range of the clause before; None where none is said."""
    years = s.when.years
    n = next(
        (int(i.quantity.value) for i in clause.items if i.quantity is not None and i.quantity.unit == "count" and i.quantity.noun.endswith("year")), 0
    )
    n = n or next((d.last - d.first + 1 for d in s.when.dated if d.kind == "span"), 0)
    if n and IN_A_ROW.search(clause.keys):
        end = next((d.last for d in s.when.dated if d.kind not in ("now", "span")), 0) or (years[-1] if years else 0)
        return (end - n, end) if end else None
    dated = any(d.kind != "now" for d in s.when.dated) or s.when.mode == "range"
    if len(years) == 2 and years[0] < years[1] and dated:
        if n and s.when.present and s.when.mode != "two" and years[0] + n <= years[1] + 1:
            return years[0], years[0] + n
        return years[0], years[1]
    before = s.prior.years if s.prior is not None and clause.follows else ()
    return (before[0], before[-1]) if len(before) == 2 and before[0] < before[1] else None


def _now(s: _Shape, first: int) -> int:
    return s.prior.years[-1] if s.prior is not None and s.prior.years and s.prior.years[-1] > first else 0


def _plain(s: _Shape, clause: Clause, made: list[Level], line: str) -> Statement | None:
    years = s.when.years
    here = [m for m in made if m.part in ("level", "end", "start", "difference")]
    if s.name.startswith(("leader_visits", "leader_meetings", "joint_vetoes")) and not here and years:
        test = Test(kind="occurs", measure=s.name, pair=s.pair, year=s.year, month=s.when.month)
        return _done(s, [test], (s.year,))
    if not here and RECORD.search(line) and s.year:
        return _done(s, [Test(kind="record", measure=s.name, pair=s.pair, year=s.year)], (s.year,))
    if not here:
        return None
    never = s.negated and NEVER.search(line) is not None
    if never or (EVERY.search(line) and " average " not in line and s.when.mode != "mean"):
        span = _span(s, clause)
        first, last = span or (0, s.year)
        q = replace(here[0].quantity, how=NOT_SO.get(here[0].quantity.how, "under")) if never else here[0].quantity
        test = Test(
            kind="each", measure=s.name, pair=s.pair, years=tuple(range(first, last + 1)) if first else (), year=last, year_to=first, quantity=q,
            at_most=never,
        )  # fmt: skip
        return _done(replace(s, negated=s.negated and not never), [test], (first, last))
    if len(years) > 1 and s.when.mode in ("range", "mean"):
        kind = (
            "mean"
            if s.when.mode == "mean" or " average " in line
            else "sum"
            if re.search(r" (?:total|together|in all|altogether|cumulative|a total of) ", line) and "vote" not in s.name
            else "every"
        )
        test = Test(kind=kind, measure=s.name, pair=s.pair, years=tuple(range(years[0], years[-1] + 1)), year=years[-1], quantity=here[0].quantity)
        return _done(s, [test], (years[0], years[-1]))
    if len(here) > 1 and len({m.year for m in here}) == len(here) and all(m.year for m in here):
        tests = [Test(kind="level", measure=s.name, pair=s.pair, year=m.year, quantity=m.quantity) for m in here]
        return _done(s, tests, tuple(sorted(m.year for m in here)))
    year = s.year
    if s.sort == "forecast" and not year:
        return _done(s, [Test(kind="level", measure=s.name, pair=s.pair, year=0, quantity=here[0].quantity)], ())
    if s.when.mode == "two" and len(years) == 2:
        tests = [Test(kind="level", measure=s.name, pair=s.pair, year=y, quantity=here[0].quantity) for y in years]
        return _done(s, tests, years)
    tests = [Test(kind="level", measure=s.name, pair=s.pair, year=here[0].year or year, month=s.when.month, quantity=here[0].quantity)]
    for m in here[1:2]:
        if m.year and m.year != tests[0].year:
            tests.append(Test(kind="level", measure=s.name, pair=s.pair, year=m.year, quantity=m.quantity, main=False))
    if RECORD.search(line):
        tests.append(Test(kind="record", measure=s.name, pair=s.pair, year=tests[0].year, main=False))
    return _done(s, tests, tuple(sorted({t.year for t in tests})))
