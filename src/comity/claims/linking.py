"""From the words of a clause to the measures that it may speak of: by the aliases that measures declare, and by their units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from comity import measures
from comity.claims.places import Place
from comity.claims.tokens import Item, Quantity
from comity.claims.words import lemma
from comity.core import Measure

GAP = 5
"""Other words that may stand between the words of an alias."""
PERCENT = "%"
SMALL = frozenset("the a an of in to by for on with at its their his her our".split())


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A measure that a clause may speak of, the alias by which, where it stands (items), and how well it fits."""

    measure: Measure
    alias: str
    at: int
    last: int
    score: float


@lru_cache(maxsize=4)
def _index(names: tuple[str, ...]) -> dict[str, tuple[tuple[tuple[str, ...], str, str], ...]]:
    out: dict[str, list[tuple[tuple[str, ...], str, str]]] = {}
    for name in names:
        declared = measures.load()[name]
        for alias in dict.fromkeys((*declared.aliases, name.replace("_", " "), declared.title)):
            words = tuple(lemma(w) for w in alias.lower().replace("’", "'").replace(",", "").replace("(", "").replace(")", "").split())
            words = tuple(w for w in words if w not in SMALL) or words
            if words:
                out.setdefault(words[0], []).append((words, name, alias))
    return {first: tuple(sorted(group, key=lambda g: -len(g[0]))) for first, group in out.items()}


def aliases() -> dict[str, tuple[tuple[tuple[str, ...], str, str], ...]]:
    """Aliases by their first word: their words (lemmas), the measure, the alias as declared."""
    return _index(tuple(measures.load()))


def _forms(item: Item) -> tuple[str, ...]:
    if item.quantity is not None and item.quantity.unit in ("percent", "share"):
        noun = item.quantity.noun.split()
        return (PERCENT, *noun)
    if item.quantity is not None and item.key == "<n>":
        return tuple(item.quantity.noun.split())
    if isinstance(item.value, Place) and not item.value.adjective and item.low.endswith("s") and item.value.demonym:
        return (item.lemma, "native")
    if "-" in item.lemma:
        return (item.lemma, *item.lemma.split("-"))
    return (item.lemma,)


def candidates(found: Sequence[Item], *, wanted: Quantity | None, loose: bool) -> list[Candidate]:
    """The measures whose alias stands in these items and whose unit fits, best first.

    wanted: the level that the clause gives, if it does. loose: the clause gives a change, a ratio or a rank, which any unit may have.
    """
    index = aliases()
    out: dict[str, Candidate] = {}
    each = [_forms(item) for item in found]
    present = {word for several in each for word in several}
    for i in range(len(found)):
        for word in each[i]:
            for words, name, alias in index.get(word, ()):
                if not present.issuperset(words):
                    continue
                last = _match(found, each, i, words)
                if last < 0:
                    continue
                declared = measures.load()[name]
                fit = fits(declared, wanted, loose=loose)
                if fit <= 0:
                    continue
                spread = last - i - (len(words) - 1)
                score = 2.0 * len(words) + fit - 0.25 * max(spread, 0) + (0.3 if declared.prominent else 0) - (0.8 if declared.of != "dyad" else 0)
                if name not in out or out[name].score < score:
                    out[name] = Candidate(measure=declared, alias=alias, at=i, last=last, score=score)
    return sorted(out.values(), key=lambda c: (-c.score, c.measure.name))


def _match(found: Sequence[Item], each: Sequence[tuple[str, ...]], i: int, words: tuple[str, ...]) -> int:
    at = i
    first = found[i]
    used = 1
    forms = each[i]
    while used < len(words) and words[used] in forms and first.quantity is not None:
        used += 1
    for word in words[used:]:
        reach = at + 1
        gap = 0
        while reach < len(found) and gap <= GAP:
            if word in each[reach]:
                break
            if found[reach].key in (",", ";", "(", ")"):
                return -1
            gap += found[reach].lemma not in SMALL
            reach += 1
        else:
            return -1
        at = reach
    return at


def unit_class(declared: Measure) -> str:
    """usd, share, binary, count or other, by the declared unit."""
    unit = declared.unit.lower()
    if unit.startswith("usd") and "per" not in unit:
        return "usd"
    if unit.startswith(("share", "probability")):
        return "share"
    if unit.startswith("1 if"):
        return "binary"
    return "other" if unit.startswith(("index", "s", "kappa", "ratio", "log")) and not unit.startswith("stu") else "count"


def money_like(q: Quantity) -> bool:
    """Whether a bare number of millions or more, with nothing counted, may be an amount of money."""
    return q.unit == "count" and not q.noun and q.value >= 1e6


def fits(declared: Measure, wanted: Quantity | None, *, loose: bool) -> float:
    """How well a quantity fits a measure's unit: 0 not at all, 1 it may, more where the noun names the unit."""
    kind = unit_class(declared)
    if wanted is None:
        return 1.0 if loose or kind == "binary" else 0.5
    if kind == "binary":
        return 0.0
    if wanted.unit == "usd":
        return 1.5 if kind == "usd" else 0.0
    if wanted.unit in ("percent", "share", "points"):
        return 1.5 if kind == "share" else (0.6 if loose else 0.0)
    if wanted.unit == "count":
        if kind in ("usd", "share", "binary"):
            return 0.9 if kind == "usd" and money_like(wanted) else 0.0
        nouns = set(wanted.noun.split())
        return 2.0 if nouns & {lemma(w) for w in declared.unit.lower().split()} else 1.0
    return 1.0 if loose else 0.0


WHOLE = frozenset(
    "good merchandise product commodity all total bilateral two-way mutual foreign overall annual yearly direct national international official world global".split()
)
PARTS = frozenset(
    """oil gas coal steel iron ore wheat grain food farm car vehicle arm weapon service energy fuel machine machinery textile fish meat beef pork soy soya
    soybean corn maize timber wood copper gold diamond chip semiconductor aircraft ship drug medicine chemical fertiliser fertilizer fruit vegetable wine coffee tea cocoa
    sugar rice cotton electricity digital agricultural crude petroleum lng military defence defense technology electronics phone software freight rail
    industrial agrifood agri-food manufacturing mining tourism travel portfolio dairy milk salmon uranium nickel aluminium aluminum tobacco garment footwear""".split()
)
FOLLOWS = frozenset("of in".split())


def narrowed(candidate: Candidate, found: Sequence[Item]) -> bool:
    """Whether the words restrict a measure of all goods or all investment to a part of them: oil exports, trade in services."""
    if candidate.measure.domain not in ("trade", "money") or unit_class(candidate.measure) not in ("usd", "share"):
        return False
    own = {w for word in candidate.alias.lower().split() for w in (word, lemma(word))}
    for at in range(max(candidate.at - 3, 0), min(candidate.last + 1, len(found))):
        item = found[at]
        if item.lemma in PARTS and item.lemma not in own and item.lemma not in _declared(candidate.measure):
            return True
    after = candidate.last + 1
    quantity = next((i for i, x in enumerate(found) if x.quantity is not None and i >= candidate.at), -1)
    for start in (after, quantity + 1 if quantity >= 0 else after):
        if start + 1 < len(found) and found[start].low in (*FOLLOWS, "worth") and found[start].value is None:
            nxt = [x for x in found[start + 1 : start + 4] if x.low not in ("its", "the", "their", "worth", "of")][:2]
            if nxt and any(x.lemma in PARTS for x in nxt):
                return True
    return False


def _declared(measure: Measure) -> set[str]:
    return {lemma(w) for alias in measure.aliases for w in alias.lower().split()}
