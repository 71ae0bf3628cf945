"""Facts that a clause affirms without a number: fought a dispute in 2010, allies since 1999, at war from 1937 to 1945; read where a held measure tells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from comity import measures
from comity.claims import naming
from comity.claims.clauses import Clause, has_predicate
from comity.claims.denying import DENIES, LIGHT, perfect
from comity.claims.items import Pointer
from comity.claims.linking import unit_class
from comity.claims.naming import AFTER, FEWER, FILL, HAPPENS, OFFICES, Named
from comity.claims.pairs import Mention, Pair
from comity.claims.pairs import named as codes_of
from comity.claims.periods import Dated, When, tense
from comity.claims.places import Place
from comity.claims.statement import NEGATION, Statement, Test
from comity.claims.tokens import Item

BEGINS = frozenset("begin start break erupt flare".split())
"""Verbs after which a thing is new in its year."""
ENTERS = frozenset("go enter sign conclude form impose establish declare".split())
"""Verbs after which a thing is new in its year, or was there before and is renewed."""
ENDS = frozenset("end lapse expire".split())
STAYS = frozenset("be have remain stay become keep maintain share".split())
ORDERS = frozenset("first last".split())
PLAIN = (
    FILL | LIGHT | HAPPENS | AFTER | OFFICES | BEGINS | ENTERS | ENDS | STAYS | ORDERS | FEWER
    | frozenset("still already also again formally officially formal treaty military bilateral mutual force time under face army troop another down".split())
) - frozenset("nor none about such".split())  # fmt: skip
"""The words that a plain fact may have beside its states, times and the thing: with any other it may be a figure of speech, and is left alone."""
OPPOSED = frozenset("against with between".split())
TOGETHER = frozenset("together jointly joint".split())
STATUSES = frozenset(("alliance_defence", "trade_agreements"))
LEFT_TO_OCCURS = frozenset(("leader_visits", "leader_meetings", "joint_vetoes"))
"""Measures of which one year is read elsewhere, with the month."""
FORMAL = frozenset("formal formally treaty military officially official".split())
LIKENED = frozenset(("as", "like"))
"""What a clause before ends with where this one is a likeness: as though the two were at war."""
UNREAD_TIMES = frozenset(("by", "before", "over", "within"))


@dataclass(frozen=True, kw_only=True)
class Affirmed:
    """What a clause says that there was.

    how: any (in some year of the span), held (in each), first, last, begun, ended. upper: a measure without which it cannot have been, where the
    thing's own measure is narrower. each_way: of each towards the other. either_way: of one towards the other. opposed: the words say that the two
    stood against each other. received: the subject has it done to it. formal: the words say that a treaty is meant.
    """

    thing: Named
    how: str
    verb: str = ""
    upper: str = ""
    each_way: bool = False
    either_way: bool = False
    opposed: bool = False
    received: bool = False
    ever: bool = False
    formal: bool = False


def read(clause: Clause, seen: Sequence[Mention]) -> Affirmed | None:
    """The countable thing that a clause affirms in plain words, or None where it affirms none, gives a number, or says more than is read."""
    found = clause.items
    if not has_predicate(list(found)) or NEGATION.search(clause.keys) or any(x.low in DENIES for x in found):
        return None
    if clause.shared and clause.shared[-1].low in LIKENED:
        return None
    if any(i.quantity is not None and not (i.key == "<n>" and i.quantity.value == 1) for i in found):
        return None
    thing, upper = _thing(found)
    if thing is None or not _two(found, seen):
        return None
    rest = [x for i, x in enumerate(found) if not thing.at <= i <= thing.last]
    if not all(x.value is not None or x.quantity is not None or x.low in PLAIN or x.lemma in PLAIN or x.key == "," for x in rest):
        return None
    before = found[thing.at - 1] if thing.at else None
    if thing.word == "war" and before is not None and isinstance(before.value, Place) and not before.value.joined:
        return None
    rest = [x for x in rest if not isinstance(x.value, Place)]
    lows, lemmas = {x.low for x in rest}, {x.lemma for x in rest}
    if thing.measure.name in ("wars", "disputes") and lows & TOGETHER:
        return None
    narrowing = next((x.low for x in rest if x.low in FEWER and not (x.low == "formal" and thing.measure.name not in ("wars", "disputes"))), "")
    thing = Named(measure=thing.measure, at=thing.at, last=thing.last, word=thing.word, fewer=thing.fewer or narrowing)
    verb = next((x.lemma for x in rest if x.lemma in BEGINS | ENTERS | ENDS), "")
    status = (unit_class(thing.measure) == "binary" or thing.measure.name in STATUSES or (before is not None and before.low == "at")) and not verb
    order = next((x.low for x in rest if x.low in ORDERS), "")
    each_other = any(isinstance(x.value, Pointer) and x.value.word == "each other" for x in rest)
    aimed = any(m.prep in ("on", "against", "to", "from", "by") for m in seen)
    joined = any(isinstance(x.value, Place) and x.value.joined for x in found)
    if order and verb:
        return None
    how = order or ("begun" if verb in BEGINS | ENTERS else "ended" if verb else "held" if status else "any")
    directed = not thing.measure.symmetric
    return Affirmed(
        thing=thing, how=how, verb=verb, upper=upper, each_way=directed and each_other, either_way=directed and not each_other and not aimed,
        opposed=each_other or joined or bool(lows & OPPOSED), received=directed and not aimed and bool({"under"} & lows or {"face", "suffer"} & lemmas),
        ever=tense(clause) != "present" or perfect(found), formal=bool(lows & FORMAL),
    )  # fmt: skip


def _thing(found: Sequence[Item]) -> tuple[Named | None, str]:
    """The thing that is named, with the measure that bounds it above; "fought each other" is a war or at the least a dispute."""
    thing = naming.named(found, 0)
    if thing is not None:
        alone = thing.at == thing.last and thing.word not in naming.NOUNS and not found[thing.at].low.isupper()
        return (None, "") if alone and thing.measure.name != "disputes" else (thing, "")
    at = next((i for i, x in enumerate(found) if x.lemma == "fight"), -1)
    opposed = any(x.low in OPPOSED or (isinstance(x.value, Pointer) and x.value.word == "each other") for x in found)
    if at < 0 or not (opposed or any(x.low in ORDERS for x in found)):
        return None, ""
    return Named(measure=measures.get("wars"), at=at, last=at, word="fight"), "disputes"


def _two(found: Sequence[Item], seen: Sequence[Mention]) -> bool:
    """Whether the clause says which two states: two by name or pointer, and no third."""
    codes = codes_of(list(seen))
    pointed = any(isinstance(i.value, Pointer) and i.value.kind in ("pair", "they", "other", "there") for i in found)
    return len(codes) == 2 or (not codes and pointed)


def statement(told: Affirmed, options: Sequence[Pair], when: When, clause: Clause) -> Statement | None:
    """The affirmed fact as a test of its years, or None where its time is said in a way that no test reads."""
    found = clause.items
    dated = [d for d in when.dated if d.kind != "now"]
    if any(d.rel in UNREAD_TIMES or d.kind == "span" or found[d.at].low == "after" for d in dated) or when.base:
        return None
    how, years, since = told.how, when.years, any(d.rel == "since" for d in dated)
    ranged = len(years) > 1 and when.mode in ("range", "mean")
    if not dated and told.ever and (when.present or not years):
        years, how = (), "any" if how in ("held", "begun") else how
    point = len(years) == 1 and not when.endless
    if how in ("first", "last", "ended") and not point:
        return None
    if how == "begun" and not point:
        if told.verb in BEGINS:
            return None
        how = "any"
    if how == "held" and point and dated and found[dated[0].at].low in ("until", "till"):
        how = "ended"
    if how == "any" and ((ranged and _throughout(dated, found)) or when.mode == "two"):
        how = "held"
    if point and how in ("any", "held") and told.thing.measure.name in LEFT_TO_OCCURS:
        return None
    name, pair = told.thing.measure.name, options[0]
    if told.received:
        pair = pair[1], pair[0]
    turned = pair[1], pair[0]
    ways = (pair, turned) if told.each_way else (pair,)
    also = tuple((n, p) for n in naming.WIDER.get(told.thing.word, naming.WIDER.get(name, ())) for p in (pair, turned))
    also += ((name, turned),) if told.either_way and not told.received else ()
    first, last = (years[0], 0 if when.endless else years[-1]) if years else (0, 0)
    spelled = tuple(years) if when.mode == "two" else ()
    month = "the month" if point and when.month else ""
    tests = tuple(
        Test(
            kind=how, measure=name, pair=way, year=last, year_to=first, years=spelled, since=since, strength=told.thing.fewer or month, also=also,
            upper=told.upper, verb=told.verb, against=() if told.formal else naming.OPPOSITE.get(told.thing.word, ()),
            alone=told.thing.word in ("war", "fight") and not told.opposed,
        )
        for way in ways
    )  # fmt: skip
    ends = tuple(dict.fromkeys(y for y in (first, last) if y))
    return Statement(measure=name, pairs=(pair,), period="-".join(map(str, ends)), tests=tests, present=when.present, ends=ends)


def _throughout(dated: Sequence[Dated], found: Sequence[Item]) -> bool:
    """Whether a span is said as a duration: from 1980 to 1988, 1980–88; not between, since, in the 1980s."""
    return any(found[d.at].low == "from" or (d.kind == "range" and d.rel == "range") for d in dated)
