"""Facts that a clause denies: no dispute since 1990, has never vetoed, not a single visit; read where a held measure counts what is denied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from comity.claims import naming
from comity.claims.clauses import Clause, is_finite
from comity.claims.items import Pointer
from comity.claims.naming import AFTER, FEWER, FILL, HAPPENS, OFFICES
from comity.claims.pairs import Pair
from comity.claims.periods import When, tense
from comity.claims.statement import Statement, Test
from comity.claims.tokens import Item
from comity.claims.words import forms
from comity.core import Measure

DENIES = frozenset("no not never without neither none zero".split())
IDIOMS = frozenset("longer more less doubt only matter sooner fewer wonder question need".split())
LIGHT = frozenset(
    """be have see fight impose place put cast hold make sign pay conclude record exchange share take go come get experience know witness use apply
    wage suffer register do enter form issue""".split()
)  # fmt: skip
FOLLOWS = frozenset("be have take occur happen exist break arise".split())


@dataclass(frozen=True, kw_only=True)
class Denied:
    """What a clause says there was none of.

    fewer: words that narrow what is denied below what the measure counts. both: denied of each towards the other. ever: of all times.
    """

    measure: Measure
    fewer: str = ""
    both: bool = False
    ever: bool = False


def read(clause: Clause) -> Denied | None:
    """The countable thing that a clause denies, or None where it denies none or gives a number."""
    found = clause.items
    at = next((i for i, x in enumerate(found) if x.low in DENIES or _neither(x)), -1)
    if at < 0 or at + 1 >= len(found) or found[at + 1].low in IDIOMS:
        return None
    if any(i.quantity is not None and i.key.startswith("<") and not (i.key == "<n>" and i.quantity.value == 1) for i in found):
        return None
    thing = naming.named(found, at + 1)
    if thing is None:
        return None
    measure, first, last, fewer = thing.measure, thing.at, thing.last, thing.fewer
    between = [x for x in found[at + 1 : first] if x.value is None]
    for item in between:
        if item.low in FEWER:
            fewer = fewer or item.low
        elif not (item.low in FILL or item.lemma in LIGHT or item.low in OFFICES or item.lemma in OFFICES or item.quantity is not None):
            return None
    titled = found[first - 1].low in ("state", "official")
    if (
        measure.name == "leader_visits"
        and not titled
        and not any(i.lemma in OFFICES - {"state", "side", "country", "government", "either"} for i in found)
    ):
        return None
    verb = next((i for i in range(len(found)) if is_finite(list(found), i)), len(found))
    if at < verb and found[at].low != "without" and last < verb and verb < len(found) and found[verb].lemma not in HAPPENS:
        return None
    after = found[last + 1 :]
    if after and not (_open(after[0]) or after[0].lemma in FOLLOWS):
        return None
    later = next((x.low for x in after if not (_open(x) or x.lemma in HAPPENS)), "")
    whole = any(isinstance(i.value, Pointer) and i.value.kind in ("pair", "neither") for i in found) or " between " in clause.keys
    both = whole or any(i.low == "neither" for i in found)
    one_way = measure.symmetric and measure.name == "leader_visits" and not both
    return Denied(
        measure=measure, fewer=fewer or later or ("which of the two went" if one_way else ""), both=both and not measure.symmetric,
        ever=found[at].low == "never" or any(i.low == "ever" for i in found) or tense(clause) != "present" or perfect(found),
    )  # fmt: skip


def perfect(found: Sequence[Item]) -> bool:
    """Whether "have" makes a perfect: have had no, has not visited; not "have no"."""
    for i, item in enumerate(found):
        if item.low in ("has", "have"):
            rest = [x for x in found[i + 1 :] if not (x.low in DENIES or x.low.endswith("ly") or x.low in ("ever", "a", "single", "any"))]
            return bool(rest) and (rest[0].low in ("been", "had") or forms().get(rest[0].low, ("", ""))[1] == "ed")
    return False


def _neither(item: Item) -> bool:
    return isinstance(item.value, Pointer) and item.value.kind == "neither"


def _open(item: Item) -> bool:
    """Whether a word after what is denied leaves it as it is: a state, a time, a preposition, a mark."""
    return item.value is not None or item.low in AFTER or item.low in FILL or not item.low[:1].isalpha() or item.low.endswith("ly")


def statement(denied: Denied, options: Sequence[Pair], when: When) -> Statement:
    """The denial as tests: none in each year of the span, of each direction where it is denied of both."""
    pair = options[0]
    last = when.years[-1] if when.years and not when.endless else 0
    first = when.years[0] if when.years else 0
    since = any(d.rel == "since" for d in when.dated)
    open_begin = when.by or (not when.dated and denied.ever)
    ways = (pair, (pair[1], pair[0])) if denied.both else (pair,)
    tests = tuple(
        Test(kind="none", measure=denied.measure.name, pair=way, year=last, year_to=0 if open_begin else first, since=since, strength=denied.fewer)
        for way in ways
    )
    ends = tuple(dict.fromkeys(y for y in ((last,) if open_begin else (first, last)) if y))
    return Statement(measure=denied.measure.name, pairs=(pair,), period="-".join(map(str, ends)), tests=tests, present=when.present, ends=ends)
