"""What a clause asserts: tests on values of a measure, which code can judge; made from its words by named readings."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from comity.claims.pairs import Pair
from comity.claims.tokens import Quantity

AFFIRMS = frozenset("any held first last begun ended".split())
"""Tests that something was there: in some year of a span, in each, first or last in a year, new in it, over in it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Test:
    """One thing that must hold.

    kind: level, change, ratio, difference, greater, rank, peak, record, binary, mean, sum, every, each, monotone, occurs, none, or of AFFIRMS.
    measure: a Series' name. pair, year: whose value, when; pair_to, year_to: the other value. sign: 1 up or more, -1 down or less, 0 none said. main: the
    predicate's own. none: nothing was counted from year_to (0: from the beginning) to year (0: to the end); since: the first year is "since".
    of AFFIRMS, with also: Series and pairs that count the same thing; upper: a Series without which it cannot have been; verb: what says it;
    alone: each of the two may have fought others; against: Series of which one must count for a year without the thing to speak against it.
    """

    kind: str
    measure: str
    pair: Pair
    year: int = 0
    month: int = 0
    pair_to: Pair | None = None
    year_to: int = 0
    years: tuple[int, ...] = ()
    quantity: Quantity | None = None
    sign: int = 0
    rank: int = 0
    expected: bool = True
    main: bool = True
    strength: str = ""
    by_far: bool = False
    side: str = "a"
    at_most: bool = False
    complement: bool = False
    since: bool = False
    also: tuple[tuple[str, Pair], ...] = ()
    upper: str = ""
    against: tuple[str, ...] = ()
    verb: str = ""
    alone: bool = False

    __test__ = False


@dataclass(frozen=True, kw_only=True)
class Statement:
    """The tests of one reading of a clause: all must hold, or, where negated, not all."""

    measure: str
    pairs: tuple[Pair, ...]
    period: str
    tests: tuple[Test, ...]
    negated: bool = False
    present: bool = False
    due: int = 0
    ends: tuple[int, ...] = field(default=())


UNDER_OVER = {"over": "under", "under": "over", "atleast": "atmost", "atmost": "atleast"}


def flipped(q: Quantity) -> Quantity:
    """The quantity of the complement: disagreeing on less than a third is agreeing on more than two thirds."""
    return replace(q, value=1 - q.value, how=UNDER_OVER.get(q.how, q.how))


STRONG = re.compile(
    r" (?:sharp|sharply|surge|collapse|plunge|plummet|soar|steep|steeply|dramatic|dramatically|tumble|slump|skyrocket|massive|massively|boom) "
)
SLIGHT = re.compile(r" (?:slight|slightly|marginal|marginally|modest|modestly|little|barely|edge|a touch|inch) ")
IN_A_ROW = re.compile(r" (?:in a row|running|consecutive|straight|consecutively|on end) ")
EVERY = re.compile(
    r" (?:every|each) (?:single )?(?:year|session|of the <n>|of the|of those)|(?:<n>|<T>) (?:year )?(?:in a row|running|on end) |<n> (?:consecutive|straight) year | (?:year after year|without exception|always|consistently|uninterrupted|uninterruptedly|continuously|without (?:a )?(?:interruption|break|pause)|year in , year out|with each passing year) "
)
RECORD = re.compile(
    r" (?:record|highest ever|all-time|unprecedented|(?:high|large|big|great)[a-z]* (?:ever|on record|yet|in (?:its|their) history)|never (?:be|have be) (?:so )?(?:high|large|big)[a-z]*|lowest ever) "
)
BY_FAR = re.compile(r" (?:by far|far and away|easily|by a (?:wide|large) margin) ")
NEGATION = re.compile(
    r" (?!without (?:a )?(?:interruption|break|pause|exception) )(?:not|never|n't|hardly|no longer|neither|nor|none|isn't|aren't|wasn't|weren't|hasn't|haven't|hadn't|didn't|doesn't|don't|won't|cannot|can't|nobody|without) "
)
NEVER = re.compile(r" (?:never|not once|in no (?:single )?year|not .{0,60}?in any (?:single |one )?year) ")
NOT_SO = {"over": "atmost", "atleast": "under", "under": "atleast", "atmost": "over"}
OPPOSED = frozenset("disagree differ different differently against apart opposite diverge differing opposed divergent".split())
ORDINALS = {w: i for i, w in enumerate("first second third fourth fifth sixth seventh eighth ninth tenth".split(), 1)}
