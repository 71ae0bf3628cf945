"""Which two states a clause is about, and which way: mentions with their roles, and the pair that the text has established."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from comity.claims import places
from comity.claims.items import Pointer
from comity.claims.places import Place
from comity.claims.tokens import Item
from comity.core import Measure

Pair = tuple[str, str]
FROM = frozenset("from by born native".split())
TO = frozenset("to in into at for on there onto".split())
BOUGHT = frozenset("imports_usd".split())
WHOSE = frozenset("trade_share trade_to_gdp coauthored_share arms_import_share migrant_share".split())
PEOPLE = frozenset(
    "citizen national student people person graduate scholar immigrant emigrant migrant expatriate visitor tourist worker resident native traveller traveler refugee".split()
)
HOSTING = frozenset("home host receive welcome take enrol enroll shelter accommodate attract house count admit teach".split())
LIVING = frozenset("live reside study dwell enrol enroll settle work stay".split())


@dataclass(frozen=True, kw_only=True, slots=True)
class Mention:
    """A state named or pointed at in a clause: its code (and what else the name may mean), its place, and the words that give its role."""

    code: str
    at: int
    prep: str = ""
    adjective: bool = False
    possessive: bool = False
    others: tuple[str, ...] = ()
    before: str = ""
    after: str = ""
    pointer: str = ""


@dataclass(kw_only=True)
class Context:
    """What a text has established up to a clause: pairs by paragraph, the speaker's state, counts of names."""

    we: str = ""
    title: Pair | None = None
    names: Counter[str] = field(default_factory=Counter)
    main: Pair | None = None
    sentence: Pair | None = None
    paragraph: Pair | None = None
    last: Pair | None = None
    topic: str = ""
    mentions: list[str] = field(default_factory=list)
    speakers: tuple[str, ...] = ()

    def pair(self) -> Pair | None:
        """The pair last established: sentence, paragraph, title; else the pair that the text names most, else the last."""
        return self.sentence or self.paragraph or self.title or self.main or self.last

    def other(self, code: str) -> str:
        """The other of the pair that a state belongs to, nearest first; "" where there is none."""
        for pair in (self.sentence, self.paragraph, self.title, self.main, self.last):
            if pair is not None and code in pair:
                return pair[1] if pair[0] == code else pair[0]
        for name in reversed(self.mentions):
            if name != code:
                return name
        if self.we and self.we != code:
            return self.we
        return self.main[0] if self.main and self.main[0] != code else ""


def mentions(found: Sequence[Item], context: Context) -> list[Mention]:
    """The states of a clause in order, pointers resolved by the context; "the pair" gives both its states."""
    out: list[Mention] = []
    for i, item in enumerate(found):
        codes: tuple[str, ...] = ()
        pointer = ""
        adjective = possessive = False
        others: tuple[str, ...] = ()
        if isinstance(item.value, Place):
            settled = places.settle([item.value], context.names)[0]
            codes, adjective, possessive, others = (settled.code,), settled.adjective, settled.possessive, settled.others
        elif isinstance(item.value, Pointer):
            pointer = item.value.kind
            possessive = item.value.possessive
            codes = _pointed(item.value, out, context)
        if not codes:
            continue
        prep, before = _preposition(found, i)
        after = found[i + 1].lemma if i + 1 < len(found) else ""
        for code in codes:
            out.append(
                Mention(code=code, at=i, prep=prep, adjective=adjective, possessive=possessive, others=others, before=before, after=after, pointer=pointer)
            )  # fmt: skip
    return out


def _pointed(pointer: Pointer, sofar: list[Mention], context: Context) -> tuple[str, ...]:
    if pointer.kind == "we":
        return (context.we,) if context.we else ()
    named = [m.code for m in sofar if m.pointer not in ("pair", "neither")]
    if pointer.kind in ("pair", "neither"):
        if pointer.word == "each other" or len(set(named)) >= 2:
            return ()
        pair = context.pair()
        return pair or ()
    if pointer.kind == "other":
        one = named[-1] if named else context.topic
        other = context.other(one) if one else ""
        return (other,) if other else ()
    if pointer.kind == "there":
        if named and context.other(named[-1]):
            return (context.other(named[-1]),)
        one = context.topic or context.we
        return (context.other(one),) if one and context.other(one) else ()
    if pointer.kind == "form":
        word = {"king": "kingdom", "sultan": "sultanate", "emir": "emirates"}.get(pointer.word, pointer.word)
        known = [c for c in dict.fromkeys((*reversed(context.mentions), *(context.pair() or ()))) if c in places.by_form(word)]
        if word == "republic" and len(set(known)) > 1:
            return ()
        return (known[0],) if known else ()
    if pointer.kind == "they" and pointer.possessive and len(context.speakers) == 1 and not named:
        return (context.speakers[0],)
    if pointer.kind == "it" and pointer.possessive:
        if named:
            return ()
        return (context.topic,) if context.topic else ()
    return ()


def _preposition(found: Sequence[Item], i: int) -> tuple[str, str]:
    """The preposition that governs an item, and the word before that."""
    j = i - 1
    while j >= 0 and i - j <= 4 and found[j].low in ("the", "neighbouring", "neighboring", "its", "their", "own", "both", "either", "nearby", "all"):
        j -= 1
    if j < 0:
        return "", ""
    if found[j].value is None and found[j].key in ("and", "or", ",") and j >= 1 and found[j - 1].key in ("<S>", "<SA>", "<S's>"):
        return _preposition(found, j - 1)
    word = found[j].low if found[j].value is None and found[j].quantity is None else ""
    if word in (
        "of",
        "from",
        "to",
        "in",
        "into",
        "with",
        "by",
        "between",
        "for",
        "at",
        "on",
        "against",
        "than",
        "among",
        "as",
        "over",
        "towards",
        "toward",
        "inside",
        "outside",
        "through",
        "via",
    ):
        return {"toward": "to", "towards": "to", "inside": "in", "outside": "from", "through": "via"}.get(word, word), found[j - 1].lemma if j else ""
    return "", word


def named(found: list[Mention]) -> list[str]:
    """The codes of some mentions, each once, in order."""
    return list(dict.fromkeys(m.code for m in found))


def symmetric_pair(found: list[Mention], context: Context) -> list[Pair]:
    """The pairs that a clause about a symmetric measure may mean, best first."""
    codes = named(found)
    clear = named([m for m in found if m.pointer != "we"])
    if len(clear) >= 2:
        codes = clear
    if len(codes) >= 2:
        return [(codes[0], codes[1])]
    if len(codes) == 1:
        other = context.other(codes[0])
        return [(codes[0], other)] if other else []
    pair = context.pair()
    return [pair] if pair else []


def directed_pair(measure: Measure, alias: str, alias_at: int, found: Sequence[Item], seen: list[Mention], context: Context) -> list[Pair]:
    """The ordered pairs that a clause about a directed measure may mean: from the one to the other."""
    if measure.name in WHOSE:
        return owned(found, seen, context)
    one_word = [m.code for m in seen if getattr(found[m.at].value, "joined", False)]
    if len(one_word) == 2 and len(named(seen)) == 2:
        return [(one_word[0], one_word[1]), (one_word[1], one_word[0])]
    source, target = _sides(measure, found, seen, alias_at)
    codes = named(seen)
    if source and not target:
        rest = [c for c in codes if c != source]
        target = rest[0] if rest else context.other(source)
    elif target and not source:
        rest = [c for c in codes if c != target]
        source = rest[0] if rest else context.other(target)
    elif not source and not target:
        pair = tuple(codes[:2]) if len(codes) >= 2 else context.pair()
        if pair is None:
            return []
        source, target = pair[0], pair[1]
        both = any(m.pointer in ("pair", "neither") for m in seen) or len(codes) < 2
        return [(source, target), (target, source)] if both else [(source, target)]
    return [(source, target)] if source and target and source != target else []


def _sides(measure: Measure, found: Sequence[Item], seen: list[Mention], alias_at: int) -> tuple[str, str]:
    """From and to by prepositions and place: the one that sells, invests, sends people; the one that buys, hosts, takes them in."""
    source = target = ""
    lemmas = [i.lemma for i in found]
    hosting = any(x in HOSTING for x in lemmas)
    bought = measure.name in BOUGHT
    people = measure.domain == "people"
    used: set[int] = set()
    for m in seen:
        role = ""
        if (
            m.before in ("born", "native")
            or found[m.at].low.endswith("-born")
            or (people and m.prep in ("from",))
            or (m.before in ("citizen", "national") and m.prep == "of")
        ):
            role = "source"
        elif m.before == "resident" and m.prep == "of":
            role = "target"
        elif m.prep == "from":
            role = "target" if bought else "source"
        elif m.prep in ("to", "into"):
            role = "source" if bought and m.prep == "into" else "target"
        elif (m.prep == "in" and not bought and m.at > 0) or m.pointer == "there":
            role = "target"
        elif m.prep == "by":
            role = "source"
        elif (m.prep in ("with",) and not people) or (people and m.prep in ("at", "on")):
            role = "target"
        if role == "source" and not source:
            source = m.code
            used.add(m.at)
        elif role == "target" and not target:
            target = m.code
            used.add(m.at)
    for m in seen:
        if m.at in used or m.code in (source, target):
            continue
        ahead = m.at <= alias_at or m.adjective or m.possessive or not m.prep
        if not ahead and m.prep != "of":
            continue
        if people and hosting and not m.adjective and not (m.possessive and m.after in PEOPLE):
            if not target:
                target = m.code
        elif people and m.adjective and m.after in ("university", "college", "school", "campus", "soil", "city", "census", "register", "lecture"):
            target = target or m.code
        elif not source:
            source = m.code
        elif not target:
            target = m.code
    return source, target


def owned(found: Sequence[Item], seen: list[Mention], context: Context) -> list[Pair]:
    """Whose share, then the partner: the one whose trade it is stands as a possessive, after "of", or as the subject of "its"."""
    codes = named(seen)
    owner = ""
    for m in seen:
        if (m.possessive or (m.pointer == "we" and m.possessive)) or (
            m.prep == "of" and m.before in ("trade", "partner", "export", "import", "commerce", "list", "trader", "supplier", "customer", "market")
        ):
            owner = m.code
    if not owner:
        for m in seen:
            if (m.adjective and m.after in ("trade", "commerce", "export", "import", "foreign", "external", "goods", "merchandise", "total")) or (
                m.prep in ("of", "for", "by") and not owner and len(codes) > 1
            ):
                owner = m.code
    own = next((i for i, x in enumerate(found) if x.low in ("its", "their", "it", "his", "our")), -1)
    if not owner and own >= 0:
        ahead = [m.code for m in seen if m.at < own]
        owner = ahead[-1] if ahead else context.topic
    if not owner and len(codes) >= 1:
        subject = next((m for m in seen if not m.prep), None)
        target = next((m for m in seen if m.prep in ("with", "to", "from")), None)
        if target is not None:
            owner = subject.code if subject is not None and subject.code != target.code else context.other(target.code)
        else:
            owner = codes[0] if len(codes) > 1 else ""
    rest = [c for c in codes if c != owner]
    partner = rest[0] if rest else (context.other(owner) if owner else "")
    if owner and partner:
        return [(owner, partner)]
    pair = context.pair()
    if not pair:
        return []
    if len(codes) == 1 and codes[0] in pair:
        other = pair[1] if pair[0] == codes[0] else pair[0]
        return [(other, codes[0])]
    if len(codes) == 1:
        one = context.we if context.we and context.we != codes[0] else context.topic if context.topic not in ("", codes[0]) else pair[0]
        return [(one, codes[0])]
    return [pair, (pair[1], pair[0])]
