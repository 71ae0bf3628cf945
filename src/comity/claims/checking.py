"""The ledger of a text: each clause with its sort, what it speaks of, its verdict as of a day and now, and the evidence."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from comity import measures, states
from comity.claims import affirming, ballots, denying, grammar, layout, linking, pairs, periods, settling, verdicts
from comity.claims.asserting import Prior, build, direction, rank
from comity.claims.claim import Claim
from comity.claims.clauses import Clause, clauses, has_predicate, is_finite
from comity.claims.evidence import FLOWS, Shelf
from comity.claims.items import items
from comity.claims.linking import Candidate
from comity.claims.pairs import Context, Mention, Pair
from comity.claims.places import Place
from comity.claims.reading import Document
from comity.claims.statement import AFFIRMS, Statement
from comity.claims.times import Time
from comity.claims.tokens import Item, Quantity
from comity.claims.unread import NO_LEVEL, unread
from comity.claims.words import TIMES_VERBS, forms
from comity.core import Measure

GENERAL = frozenset(
    """share figure number total count level volume value flow sum amount rate part proportion percentage it they one each total turnover stock
    agreement both that this which he she there ones nation people country state government pair neighbour neighbor side partner ally capital researcher
    scientist author official diplomat delegation minister citizen dependence""".split()
)  # fmt: skip
DEFINITIONS = frozenset({"commodity_share"})
"""Measures whose variants are definitions of one thing: a text that names none is judged by all."""
SPEAKERS = frozenset(
    "president minister ambassador premier chancellor king queen secretary delegate representative envoy consul senator governor foreign prime".split()
)


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """All claims of a text, the day it bears, the day as of which it was judged, and how it was read."""

    document: Document
    claims: tuple[Claim, ...]
    dateline: dt.date | None
    as_of: dt.date | None
    speaker: str = ""
    notes: tuple[str, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """How many claims have each verdict."""
        return dict(Counter(c.verdict for c in self.claims))


@dataclass(kw_only=True)
class _State:
    """What the loop carries from clause to clause."""

    context: Context
    day: dt.date | None
    text: str = ""
    last_year: int = 0
    prior: Prior | None = None
    prior_sentence: int = -1
    prior_block: int = -1
    reporter: str = ""
    number: Quantity | None = None
    clause_years: tuple[int, ...] = ()
    measures: list[str] = field(default_factory=list)
    rank_of: str = ""
    resolution: str = ""
    strong: bool = False
    subject: tuple[str, str, int] = ("", "", -1)


def check(
    document: Document, shelf: Shelf, *, as_of: dt.date | None = None, pair: Pair | None = None, without: frozenset[str] = frozenset()
) -> Ledger:
    """The ledger of a document on the data of a store.

    as_of: nothing published later decides a verdict (without it the text's own day; without either, everything held). pair: the pair that
    the text is about, where it does not say. without: families of grammar rules to leave out, to see what each adds.
    """
    laid = layout.lay_out(document)
    day = laid.day or as_of
    read: list[tuple[int, int, bool, list[Clause]]] = []
    for number, s in enumerate(laid.sentences):
        if not s.header:
            read.append((number, s.block, s.bullet, clauses(document.text, s.start, s.end)))
    context = _context(laid, read, pair)
    state = _State(context=context, day=day, text=document.text)
    out: list[Claim] = []
    block = -1
    for number, at, _, found in read:
        if at != block:
            context.paragraph = None
            state.reporter = ""
            block = at
        context.sentence = None
        s = laid.sentences[number]
        for clause in found:
            made = _claim(clause, state, shelf, number=number, block=at, as_of=as_of or laid.day, without=without)
            if made is not None:
                sentence = document.text[s.start : s.end]
                out.append(
                    replace(
                        made,
                        id=len(out) + 1,
                        span=document.span(clause.start, clause.end),
                        phrase=document.text[clause.start : clause.end],
                        sentence=sentence,
                    )
                )
    return Ledger(document=document, claims=tuple(out), dateline=laid.day, as_of=as_of or laid.day, speaker=context.we, notes=document.notes)


def _context(laid: layout.Layout, read: Sequence[tuple[int, int, bool, list[Clause]]], pair: Pair | None) -> Context:
    context = Context()
    for word in (laid.title, laid.place):
        found = items(word, 0, len(word)) if word else []
        placed = [(i, x) for i, x in enumerate(found) if isinstance(x.value, Place)]
        if word == laid.title:
            heads = [x.value.code for i, x in placed if isinstance(x.value, Place) and not x.value.capital]
            speaker = [
                x.value.code for i, x in placed if isinstance(x.value, Place) and any(y.lemma in SPEAKERS for y in found[max(0, i - 4) : i + 3])
            ]
            if len(set(heads)) == 2:
                context.title = (heads[0], next(h for h in heads if h != heads[0]))
            if len(speaker) == 1:
                context.we = speaker[0]
        elif placed and not context.we and isinstance(placed[-1][1].value, Place):
            context.we = placed[-1][1].value.code
    together: Counter[Pair] = Counter()
    for _, _, _, found_clauses in read:
        for clause in found_clauses:
            codes = []
            for item in clause.items:
                if isinstance(item.value, Place):
                    if not item.value.others:
                        context.names[item.value.code] += 1
                    codes.append(item.value.code)
            if context.we and any(i.key == "<WE>" for i in clause.items):
                codes.append(context.we)
            distinct = list(dict.fromkeys(codes))[:4]
            for i, a in enumerate(distinct):
                for b in distinct[i + 1 :]:
                    together[(min(a, b), max(a, b))] += 1
    ranked = [c for c, _ in context.names.most_common(2)]
    if together:
        best = max(together.items(), key=lambda kv: (kv[1], context.names[kv[0][0]] + context.names[kv[0][1]]))
        context.main = best[0]
    elif len(ranked) == 2:
        context.main = (ranked[0], ranked[1])
    elif len(ranked) == 1 and context.we and context.we != ranked[0]:
        context.main = (context.we, ranked[0])
    if pair is not None:
        context.title = pair
        context.main = pair
    return context


def _wanted(clause: Clause) -> Quantity | None:
    """The level that a clause gives: its first quantity with a unit, else its first count, that is no ratio, rank or span of time."""
    first: Quantity | None = None
    for item in clause.items:
        q = item.quantity
        if q is None or not item.key.startswith("<") or q.unit in ("times", "rank", "points"):
            continue
        if q.unit == "count" and set(q.noun.split()[-1:]) & NO_LEVEL:
            continue
        if q.unit != "count" or q.noun:
            return q if first is None or first.value < 1000 else first
        first = first or q
    return first


def _numbered(clause: Clause) -> Quantity | None:
    """The last quantity of a clause that a next one may take up: "that is how many"."""
    kept = [i.quantity for i in clause.items if i.quantity is not None and i.key in ("<n>", "<usd>", "<pct>", "<share>")]
    kept = [q for q in kept if not set(q.noun.split()[-1:]) & NO_LEVEL]
    return kept[-1] if kept else None


def _known_subject(clause: Clause, at: int) -> bool:
    """Whether the words before the first verb name nothing but states, times and general nouns, so that the measure of before may be meant."""
    found = clause.items
    stop = next((i for i in range(len(found)) if is_finite(list(found), i)), len(found))
    for item in found[:stop]:
        if item.value is not None or item.quantity is not None or item.key in (",", "(", ")", ":", '"', "'", "-"):
            continue
        low = item.low
        if low in forms() and forms()[low][1] == "ing":
            continue
        if clause.reporter and item.lemma in ("custom", "statistic", "return", "figure", "data", "office", "bank", "ministry", "central", "service"):
            continue
        if len(low) < 4 or low.endswith("ly") or item.lemma in GENERAL or low in _FUNCTION:
            continue
        return False
    return True


_FUNCTION = frozenset(
    """only even just still then also since until during after before when while where from with into than that this these those there their its our
    about over under above below more less most least than again already meanwhile however instead indeed today now later earlier ever never together
    first second third last next same other both each every some such what which whose like between among against across back down today""".split()
)  # fmt: skip


def _claim(clause: Clause, state: _State, shelf: Shelf, *, number: int, block: int, as_of: dt.date | None, without: frozenset[str]) -> Claim | None:
    context = state.context
    found = list(clause.items)
    quantities = [i for i in found if i.quantity is not None]
    verb = has_predicate(found)
    timed = any(isinstance(i.value, Time) for i in found)
    if not verb and not quantities and not timed and not any(isinstance(i.value, Place) for i in found) and not grammar.imperative(clause):
        return None
    sort: str
    sort, rule = grammar.sort_of(clause, without=without)
    if sort in ("fact", "opinion", "comparison") and (roll := ballots.read(clause, state.resolution)) is not None:
        state.resolution = roll.resolution
        seen = pairs.mentions(found, context)
        return ballots.judged(
            Claim(id=0, span=(0, 0), phrase="", sentence="", sort="fact", rule="roll-call", who=clause.who), roll, seen, shelf, as_of
        )
    if clause.reporter:
        state.reporter = context.we if clause.reporter == "WE" else clause.reporter
    context.speakers = clause.speakers
    seen = pairs.mentions(found, context)
    wanted = _wanted(clause)
    borrowed = None
    if (
        wanted is None
        and state.number is not None
        and re.search(r" (?:that|this|it|such) be (?:how|the number|the figure|what|the sum|the share)", clause.keys)
    ):
        borrowed = wanted = state.number
    loose = direction(clause) != 0 or sort in ("comparison", "trend") or any(q.quantity.unit in ("times", "rank") for q in quantities if q.quantity)
    chosen = _measures(clause, state, wanted, loose, sort, block=block)
    future = sort == "forecast"
    told, last_year = periods.dated(found, state.day, state.last_year, future=future)
    state.last_year = last_year
    readings: list[tuple[Candidate | None, Measure, str, Statement]] = []
    denied = denying.read(clause) if sort in ("fact", "opinion") and not clause.question else None
    asserts = sort in ("fact", "comparison", "trend", "forecast", "opinion") and rule != "of-doing"
    if denied is not None and not clause.conditional:
        readings = _denied(clause, state, denied, seen, told, number, block)
    affirmed = affirming.read(clause, seen) if denied is None and sort in ("fact", "opinion") and asserts and not clause.question else None
    if affirmed is not None and not clause.conditional and state.text[clause.end : clause.end + 1] != "!":
        readings = _affirmed(clause, state, affirmed, seen, told, number, block)
    if asserts and not readings and not clause.question and not clause.conditional:
        for candidate, variant in chosen:
            readings += _readings(clause, state, candidate, variant, seen, told, sort, number, block, borrowed)
            if readings:
                break
    best = readings[0] if readings else None
    statement = best[3] if best else None
    if denied is not None and readings:
        chosen, sort, rule = [(denied.measure, "")], "fact", "denied"
    elif statement is not None and statement.tests[0].kind in AFFIRMS:
        chosen, sort, rule = [(measures.get(statement.measure), "")], "fact", "affirmed"
    else:
        sort, rule = settling.settled(sort, rule, clause, statement, chosen, quantities, timed, seen, state.strong)
    if sort in ("opinion", "recommendation", "definition"):
        statement, readings = None, []
    q = wanted
    state.number = _numbered(clause) or state.number
    _remember(state, clause, seen, statement, number, block, sort, chosen)
    text_quantity, unit = ("", "") if q is None else (f"{q.how} {q.value:g}".removeprefix("bare "), q.unit)
    base = Claim(
        id=0, span=(0, 0), phrase="", sentence="", sort=sort, rule=rule, quantity=text_quantity, unit=unit, who=clause.who,
        reporter=state.reporter,
    )  # fmt: skip
    if sort in ("opinion", "recommendation", "definition"):
        return base
    if clause.conditional and sort == "forecast":
        return replace(base, why="a conditional is not judged")
    if sort == "cause":
        return _cause(base, clause, state, told, seen)
    if not readings or statement is None:
        settle = "a measure of it; none that comity holds expresses this"
        codes = pairs.named(seen)
        return replace(base, verdict="cannot-be-checked", verdict_now="cannot-be-checked", why="no measure expresses it", settled_by=settle,
                       pairs=((codes[0], codes[1]),) if len(codes) > 1 else (), period="-".join(str(y) for y in dict.fromkeys(d.first for d in told)))  # fmt: skip
    claim = verdicts.judged(base, [statement for _, _, _, statement in readings], shelf, as_of=as_of, dateline=state.day)
    return verdicts.capped(claim, unread(clause, statement, told, state.text))


def _measures(clause: Clause, state: _State, wanted: Quantity | None, loose: bool, sort: str, *, block: int) -> list[tuple[Measure, str]]:
    """The measures that a clause may speak of with the variant, best first; the measure of before where nothing else is named."""
    found = linking.candidates(clause.items, wanted=wanted, loose=loose or sort == "forecast")
    out: list[tuple[Measure, str]] = []
    line = clause.keys
    state.strong = bool(found) and len(found[0].alias.split()) > 1
    for c in found:
        if out and c.score < found[0].score - 1.2:
            break
        if linking.narrowed(c, clause.items):
            if c is found[0]:
                return []
            continue
        variant = next((v for v in c.measure.variants if v in c.alias.split()), "")
        out.append((c.measure, variant))
    by_rank = re.search(r"(?:partner|supplier|customer|buyer|market|source|destination|seller)", line) and sort == "comparison"
    if by_rank and not (out and out[0][0].domain not in ("trade", "money")):
        name, variant = _ranked_measure(line)
        if name:
            return [(measures.get(name), variant)]
    if out:
        state.subject = (out[0][0].name, out[0][1], block)
        return out
    subject, variant, where = state.subject
    if subject and (where == block or clause.tail):
        before = measures.get(subject)
        fit = linking.fits(before, wanted, loose=loose)
        if fit > 0 and (wanted is not None or loose) and (clause.tail or _known_subject(clause, 0)):
            out.append((before, variant))
    return out


FIELD = re.compile(
    r" (?:research|scientific|paper|work|collaborat)| (?:in|at) (?:the )?(?!<|term|trade|good|export|import|europe|asia|africa|latin)[a-z]"
)
"""What says that a partner is no partner in trade: a field that is named."""


def _ranked_measure(line: str) -> tuple[str, str]:
    if re.search(r" (?:export (?:market|destination|customer|partner)|customer|buyer|market for)", line):
        return "exports_usd", ""
    if re.search(r" (?:supplier|import (?:source|partner)|seller)", line):
        return "imports_usd", ""
    if re.search(r" (?:trading|trade|commercial|economic|goods) partner", line) or (" partner" in line and not FIELD.search(line)):
        return "trade_share", ""
    return "", ""


def _before_same(state: _State, measure: Measure, number: int, block: int) -> tuple[int, ...]:
    """The years of the claim before on the same subject: of the same measure or domain, in the paragraph."""
    prior = state.prior
    if prior is None or state.prior_block != block:
        return ()
    if prior.measure == measure.name or measures.get(prior.measure).domain == measure.domain or state.prior_sentence == number:
        return prior.years[-1:]
    return ()


def _readings(
    clause: Clause, state: _State, measure: Measure, variant: str, seen: list[Mention], told: list[periods.Dated], sort: str, number: int,
    block: int, borrowed: Quantity | None,
) -> list[tuple[Candidate | None, Measure, str, Statement]]:  # fmt: skip
    context = state.context
    before = _before_same(state, measure, number, block)
    when = periods.when(clause, told, state.day, measure, before, future=sort == "forecast")
    left, right = _sides(clause, seen)
    variants = ("", *measure.variants) if measure.name in DEFINITIONS and not variant else (variant,)
    options, second = _pairs(clause, measure, left, right, state)
    if not options:
        return []
    prior = state.prior if state.prior is not None and state.prior_block == block and state.prior.measure == measure.name else None
    out: list[tuple[Candidate | None, Measure, str, Statement]] = []
    for option in options[:2]:
        for each in variants:
            made = build(clause, sort, measure, each, [option], when, prior, seen, context, second, borrowed, periods.complete(state.day, measure))
            if made is not None:
                out.append((None, measure, each, made))
    return out


def _denied(
    clause: Clause, state: _State, denied: denying.Denied, seen: list[Mention], told: list[periods.Dated], number: int, block: int
) -> list[tuple[Candidate | None, Measure, str, Statement]]:
    """The reading of a denied fact, or none where its pair cannot be told."""
    before = _before_same(state, denied.measure, number, block) if not denied.ever else ()
    when = periods.when(clause, told, state.day, denied.measure, before, future=False)
    options, _ = _pairs(clause, denied.measure, seen, [], state)
    return [(None, denied.measure, "", denying.statement(denied, options, when))] if options else []


def _affirmed(
    clause: Clause, state: _State, affirmed: affirming.Affirmed, seen: list[Mention], told: list[periods.Dated], number: int, block: int
) -> list[tuple[Candidate | None, Measure, str, Statement]]:
    """The reading of an affirmed fact, or none where its pair or its time cannot be told."""
    measure = affirmed.thing.measure
    when = periods.when(clause, told, state.day, measure, _before_same(state, measure, number, block), future=False)
    options, _ = _pairs(clause, measure, seen, [], state)
    made = affirming.statement(affirmed, options, when, clause) if options else None
    return [] if made is None else [(None, measure, "", made)]


def _sides(clause: Clause, seen: list[Mention]) -> tuple[list[Mention], list[Mention]]:
    """The mentions before and after the word that compares."""
    cut = _comparing(clause.items)
    if cut < 0:
        return seen, []
    return [m for m in seen if m.at < cut], [m for m in seen if m.at > cut]


def _comparing(found: Sequence[Item]) -> int:
    """Where the other side of a comparison begins: than, the second as, the figure of, that of; -1 where nothing compares."""
    for i, item in enumerate(found):
        if item.low == "than" and i + 1 < len(found) and (found[i + 1].quantity is None):
            return i
        second = item.low == "as" and any((x.quantity is not None and x.quantity.unit in ("times", "share")) or x.low == "as" for x in found[:i])
        if second and i + 1 < len(found) and found[i + 1].low not in ("much", "many", "often", "large", "big", "high", "great", "close"):
            return i
        ratio = item.quantity is not None and item.key == "<x>"
        if ratio and i + 1 < len(found) and (found[i + 1].low in ("the", "that", "those", "what", "its") or found[i + 1].value is not None):
            return i
    return -1


def _pairs(clause: Clause, measure: Measure, left: list[Mention], right: list[Mention], state: _State) -> tuple[list[Pair], list[Pair]]:
    """The pairs of a clause and, where it compares two, the other's."""
    context = state.context
    if measure.of == "world":
        return [("WLD", "WLD")], []
    if measure.of == "state":
        codes = pairs.named(left) or ([context.topic] if context.topic else [])
        return [(codes[0], codes[0])] if codes else [], []
    found = clause.items
    at = len(found) // 2
    prior = state.prior
    nobody = re.match(r"^ (?:no|nobody|no-one|not one|none) ", clause.keys) and " than " in clause.keys
    if nobody and right:
        whose = [m.code for m in left] or ([context.other(right[0].code)] if context.other(right[0].code) else [])
        return [(whose[0], right[0].code)] if whose else [], []
    if clause.tail and prior is not None and not left and right:
        return list(prior.pairs[:1]), _second(measure, prior.pairs[0], right, found, context)
    if clause.tail and prior is not None and not left:
        return list(prior.pairs[:1]), []
    if not left and clause.follows and context.topic and found and is_finite(list(found), 0):
        left = [Mention(code=context.topic, at=0)]
    if not measure.symmetric and len(right) >= 2 and left and right[0].prep == left[-1].prep == "from" and right[1].prep in ("in", "to"):
        left = [*left, *right[1:]]
    if measure.symmetric and not (" partner " in clause.keys and rank(clause)):
        options = pairs.symmetric_pair(left, context)
    elif measure.symmetric or (measure.name in FLOWS and grammar.RANKED.search(clause.keys)):
        options = pairs.owned(found, left, context)
    else:
        options = pairs.directed_pair(measure, "", at, found, left, context)
    if not pairs.named(left) and prior is not None and measures.get(prior.measure).name == measure.name and prior.pairs:
        same = {frozenset(p) for p in options} | {frozenset(context.pair() or ())}
        if frozenset(prior.pairs[-1]) in same:
            options = [prior.pairs[0]]
    if (
        state.rank_of
        and len(pairs.named(left)) == 1
        and re.search(r" (?:come|rank|be|stand|follow) (?:[a-z]+ )?(?:first|second|third|fourth|fifth|next|last)", clause.keys)
    ) and pairs.named(left)[0] != state.rank_of:
        options = [(state.rank_of, pairs.named(left)[0])]
    second: list[Pair] = []
    if options and measure.name in FLOWS and (cut := _comparing(found)) >= 0:
        opposite = ("sell", "export", "send", "ship") if measure.name == "imports_usd" else ("buy", "import", "purchase")
        if any(i.lemma in opposite for i in found[cut:]):
            return options[:1], [(options[0][1], options[0][0])]
    if options and right and any(m.code not in options[0] or not measure.symmetric for m in right):
        second = _second(measure, options[0], right, found, context)
    elif options and not measure.symmetric and not right and re.search(r" (?:<x> the <SA>|than the <SA>) ", clause.keys):
        second = [(options[0][1], options[0][0])]
    return options, second


def _second(measure: Measure, first: Pair, right: list[Mention], found: Sequence[Item], context: Context) -> list[Pair]:
    codes = pairs.named(right)
    if measure.symmetric:
        if len(codes) >= 2:
            return [(codes[0], codes[1])]
        one = right[0]
        if one.code in first:
            return []
        return [(one.code, first[1])] if one.prep not in ("to", "with") else [(first[0], one.code)]
    if len(codes) >= 2:
        return pairs.directed_pair(measure, "", len(found) // 2, found, right, context)[:1]
    one = right[0]
    if (one.prep in ("to", "in", "with", "into") and measure.name != "imports_usd") or (one.prep == "from" and measure.name == "imports_usd"):
        return [(first[0], one.code)] if one.code != first[0] else []
    if one.code == first[0] and one.prep not in ("from",):
        return []
    if one.prep == "from" or one.before == "born":
        return [(one.code, first[1])] if one.code != first[1] else [(one.code, first[0])]
    if measure.name in pairs.WHOSE:
        return [(first[0], one.code)] if one.code != first[1] else [(one.code, first[0])]
    return [(one.code, first[0] if one.code == first[1] else first[1])]


def _remember(
    state: _State,
    clause: Clause,
    seen: list[Mention],
    statement: Statement | None,
    number: int,
    block: int,
    sort: str,
    chosen: list[tuple[Measure, str]],
) -> None:
    """What later clauses may point back to; a state that had ended by the text's day only within its sentence, unless the text is about it."""
    context = state.context
    named = pairs.named([m for m in seen if m.pointer not in ("pair", "neither", "there", "other")])
    context.mentions += named
    del context.mentions[:-40]
    about = {c for p in (context.title, context.main) if p for c in p}

    def lasts(code: str) -> bool:
        return code in about or state.day is None or states.existed(code, state.day)

    subject = next((m.code for m in seen if not m.prep or m.adjective), "")
    if subject and lasts(subject):
        context.topic = subject
    codes = pairs.named(seen)
    pair: Pair | None = None
    if statement is not None and statement.pairs and statement.pairs[0][0] != statement.pairs[0][1] and statement.pairs[0][0] != "WLD":
        known = [{*p} for p in (context.title, context.main) if p]
        pair = next((p for p in statement.pairs if {*p} in known), statement.pairs[0])
    elif len(codes) >= 2:
        pair = (codes[0], codes[1])
    if pair is not None:
        context.sentence = pair
        if all(lasts(c) for c in pair):
            context.paragraph = context.last = pair
    if statement is not None:
        level = next((t.quantity for t in statement.tests if t.quantity is not None and t.kind == "level"), None)
        years = statement.ends or (state.prior.years if state.prior is not None else ())
        state.prior = Prior(measure=statement.measure, pairs=statement.pairs, years=years, level=level)
        state.prior_sentence, state.prior_block = number, block
        state.rank_of = statement.tests[0].pair[0] if statement.tests[0].kind == "rank" else ""


def _cause(base: Claim, clause: Clause, state: _State, told: list[periods.Dated], seen: list[Mention]) -> Claim:
    """A cause is decided by no data that are held: the verdict stays open, and the pair and period it speaks of are given."""
    codes = pairs.named(seen)
    pair = (codes[0], codes[1]) if len(codes) > 1 else state.context.pair()
    years = tuple(dict.fromkeys(d.first for d in told))
    return replace(
        base, verdict="cannot-be-checked", verdict_now="cannot-be-checked", pairs=(pair,) if pair else (), period="-".join(map(str, years)),
        why="a cause is shown by no series alone", settled_by="a measure of what is named as the cause, and a comparison with what did not have it",
    )  # fmt: skip


def names_of(pair: Pair) -> str:
    """A pair in words."""
    return " and ".join(states.get(c).name if c != "WLD" else "the world" for c in pair)


__all__ = ["TIMES_VERBS", "Claim", "Ledger", "check", "names_of"]
