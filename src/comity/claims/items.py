"""A sentence as items: words by lemma, quantities, times, states, and the words that stand for states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from comity.claims import compounds, places
from comity.claims.times import LOOSE, PREPOSITIONS, Time, time_at
from comity.claims.tokens import NUMBER_SMALL, QUALIFYING, Item, Quantity, Token, number, qualifier, quantity, tokenise
from comity.claims.words import AUXILIARY, MONTHS, ORDINALS, TIMES_VERBS, WEEKDAYS, forms, lemma

SIDES = frozenset(
    """country nation state government side capital neighbour neighbor economy ally partner power republic kingdom people giant member delegation
    mission ministry army parliament leader president scientist""".split()
)  # fmt: skip
OURS = frozenset("we us our ours ourselves i my".split())
NOUN_AFTER = {
    "a",
    "the",
    "and",
    "or",
    "in",
    "of",
    "to",
    "from",
    "with",
    "by",
    "at",
    "on",
    "that",
    "which",
    "who",
    "were",
    "was",
    "are",
    "is",
    "as",
    "than",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Pointer:
    """A word that stands for states: pair, we, other, there, it, they, form (the kingdom), neither, same (sides without a name)."""

    kind: str
    word: str = ""
    possessive: bool = False


def items(text: str, start: int, end: int) -> list[Item]:
    """The items of a span of the visible text, in order."""
    tokens = tokenise(text, start, end)
    out: list[Item] = []
    i = 0
    while i < len(tokens):
        if ("-" in tokens[i].low or _low(tokens, i + 1) == "-") and (pair := _joined(tokens, i)) is not None:
            out += pair[0]
            i = pair[1]
            continue
        made, j = _one(tokens, i)
        out.append(made)
        i = j
    return out


def _joined(tokens: list[Token], i: int) -> tuple[list[Item], int] | None:
    """Two states in one word at i as two items, with the token after them; a state whose own name has a hyphen is one."""
    found = compounds.compound(tokens, i)
    if found is None or ("-" in tokens[i].low and places.state_at(tokens, i) is not None):
        return None
    first, second, j = found
    return [
        Item(key="<SA>", start=start, end=end, low=place.code.lower(), lemma=place.code.lower(), value=place, capital=True)
        for place, start, end in (first, second)
    ], j


def _low(tokens: list[Token], i: int) -> str:
    return tokens[i].low if 0 <= i < len(tokens) else ""


STARTERS = (
    frozenset(PREPOSITIONS) | LOOSE | OURS | QUALIFYING | WEEKDAYS | frozenset(NUMBER_SMALL) | frozenset(MONTHS) | frozenset(ORDINALS)
    | frozenset(
        """this here there the these those two both bilateral mutual each one neither either its his her their they them it ever half halves a an no
        number nr twice thrice double triple treble quadruple last previous past current next coming same following preceding that latest today now
        currently nowadays presently tomorrow present then yesterday tonight session final""".split()
    )
)  # fmt: skip
"""The words at which a pointer, a time or a quantity may begin."""


@lru_cache(maxsize=65536)
def _plain(low: str) -> str | None:
    """The key of a word at which nothing but itself can begin, in lower case; None where more must be looked at."""
    if low in STARTERS or "-" in low or "'" in low or "’" in low or low.endswith("fold"):
        return None
    key = AS_ONE.get(low) or lemma(low)
    return None if key in TIMES_VERBS else key


AS_ONE = {"has": "have", "had": "have", "was": "be", "were": "be", "is": "be", "are": "be", "did": "do", "does": "do", "been": "be"}
"""Forms of the auxiliaries, which the rules see as one."""


def _one(tokens: list[Token], i: int) -> tuple[Item, int]:
    t = tokens[i]
    plain = _plain(t.low) if t.kind == "word" else None
    if plain is not None:
        if not t.text[0].isupper():
            return Item(key=plain, start=t.start, end=t.end, low=t.low, lemma=plain), i + 1
        if (placed := places.state_at(tokens, i)) is None:
            return Item(key=plain, start=t.start, end=t.end, low=t.low, lemma=plain, capital=True), i + 1
        return _placed(t, tokens, *placed)
    spot: dict[str, Any] = {"start": t.start, "low": t.low}
    pointed = _pointer(tokens, i)
    if pointed is not None:
        pointer, j = pointed
        key = {
            "pair": "<PAIR>",
            "we": "<WE>",
            "other": "<OTHER>",
            "there": "<THERE>",
            "neither": "<PAIR>",
            "form": "<FORM>",
            "it": "it",
            "they": "they",
        }[pointer.kind]
        return Item(key=key, end=tokens[j - 1].end, value=pointer, lemma=pointer.word if pointer.kind == "form" else t.low, **spot), j
    timed = time_at(tokens, i)
    if timed is not None:
        time, j = timed
        return Item(key="<T>", end=tokens[j - 1].end, value=time, lemma=time.rel, **spot), j
    counted = None if _verb_ratio(tokens, i) else quantity(tokens, i)
    if (
        counted is not None
        and counted[0].unit == "count"
        and ((t.low in ("a", "an") and counted[0].value < 12) or (t.low == "one" and _low(tokens, counted[1]) == "of"))
    ):
        counted = None
    if counted is not None and (_against_time(tokens, i) or _against_stated(tokens, i, counted[1])):
        counted = None
    if counted is not None:
        found, j = counted
        found = _with_noun(tokens, found, j)
        key = {
            "usd": "<usd>",
            "money": "<money>",
            "percent": "<pct>",
            "points": "<pt>",
            "share": "<share>",
            "times": "<x>",
            "rank": "<rank>",
            "count": "<n>",
        }[found.unit]
        return Item(key=key, end=tokens[j - 1].end, quantity=found, lemma=key, **spot), j
    how, j = qualifier(tokens, i)
    base = lemma(_low(tokens, j))
    if base in TIMES_VERBS and (
        forms().get(_low(tokens, j), ("", "base"))[1] != "base"
        or (j > i or _low(tokens, i - 1) in ("to", "will", "would", "may", "could", "might", "should", "not"))
    ):
        ratio = Quantity(value=TIMES_VERBS[base], unit="times", how=how, fraction=True, start=t.start, end=tokens[j].end)
        return Item(key=base, end=tokens[j].end, quantity=ratio, lemma=base, start=t.start, low=_low(tokens, j)), j + 1
    placed = places.state_at(tokens, i)
    if placed is not None:
        return _placed(t, tokens, *placed)
    low = t.low
    if t.kind == "word":
        base = low.removesuffix("'s").removesuffix("'")
        key = AS_ONE.get(low) or lemma(base)
        key = AS_ONE.get(key, key)
        return Item(key=key, end=t.end, lemma=key, capital=t.text[0].isupper(), **spot), i + 1
    return Item(key=t.text, end=t.end, lemma=t.text, **spot), i + 1


def _placed(t: Token, tokens: list[Token], place: places.Place, j: int) -> tuple[Item, int]:
    """A state as an item, with the place after it."""
    key = "<SA>" if place.adjective else "<S's>" if place.possessive else "<S>"
    return Item(key=key, start=t.start, end=tokens[j - 1].end, low=t.low, value=place, lemma=t.low, capital=True), j


def _against_time(tokens: list[Token], i: int) -> bool:
    """Whether the qualifier at i compares with a time, so that what follows is no quantity: as many as ten years earlier, 30 percent above 2021."""
    if _low(tokens, i) != "as" and _low(tokens, i - 1) not in PARTS:
        return False
    _, j = qualifier(tokens, i)
    if j == i or (timed := time_at(tokens, j)) is None:
        return False
    many = _low(tokens, i) == "as" and timed[0].kind in ("year", "offset", "ago")
    return many or (timed[0].kind == "year" and _low(tokens, i - 1) in PARTS)


def _against_stated(tokens: list[Token], i: int, end: int) -> bool:
    """Whether a qualifier with "than the" compares with a quantity of another time: more than the 11 billion of 2000."""
    _, j = qualifier(tokens, i)
    if j == i or _low(tokens, j) != "the" or _low(tokens, j - 1) != "than":
        return False
    timed = time_at(tokens, end) if _low(tokens, end) == "of" else None
    return timed is not None and timed[0].kind in ("year", "offset", "ago")


PARTS = frozenset("percent % cent half third quarter fifth times twice double".split())


def _verb_ratio(tokens: list[Token], i: int) -> bool:
    """Whether "double", "triple" … at i (after a qualifier) is a verb."""
    _, j = qualifier(tokens, i)
    low = _low(tokens, j)
    return low in TIMES_VERBS and _low(tokens, i - 1) in (
        "to",
        "will",
        "would",
        "may",
        "could",
        "might",
        "should",
        "not",
        "shall",
        "can",
        "nearly",
        "almost",
    )


def _with_noun(tokens: list[Token], found: Quantity, j: int) -> Quantity:
    """A count with the noun that it counts: the last of up to three words after it that are no preposition or verb."""
    if found.unit not in ("count", "times", "share") or found.noun:
        return found
    k = j + (_low(tokens, j) in ("of", "more", "fewer", "other"))
    words: list[str] = []
    while k < len(tokens) and len(words) < 4:
        w = tokens[k]
        tense = forms().get(w.low)
        if (
            w.kind != "word"
            or w.low in NOUN_AFTER
            or w.low in AUXILIARY
            or (tense is not None and tense[1] == "ed" and words)
            or places.state_at(tokens, k)
        ):
            break
        words.append(lemma(w.low))
        if w.low.endswith("s") and not w.low.endswith(("ss", "us", "is")) and tense is None:
            break
        if w.low == "people":
            break
        k += 1
    return replace(found, noun=" ".join(words)) if words else found


def _pointer(tokens: list[Token], i: int) -> tuple[Pointer, int] | None:
    low, nxt = _low(tokens, i), _low(tokens, i + 1)
    own = low.endswith(("'s", "s'")) or low in ("our", "their", "its")
    if low in OURS:
        if low == "our" and (nxt == "two" or nxt == "both"):
            return Pointer(kind="pair", possessive=_low(tokens, i + 2).endswith("'")), i + 2 + (lemma(_low(tokens, i + 2).rstrip("'")) in SIDES)
        if low == "us" and tokens[i].text == "US":
            return None
        if low == "our" and lemma(nxt.removesuffix("'s")) in ("country", "nation", "state", "government", "capital", "republic", "kingdom"):
            return Pointer(kind="we", possessive=nxt.endswith("'s")), i + 2
        return Pointer(kind="we", possessive=low == "our"), i + 1
    if low == "this" and lemma(nxt.removesuffix("'s")) in ("country", "nation", "republic", "kingdom"):
        return Pointer(kind="we", possessive=nxt.endswith("'s")), i + 2
    if low in ("here",):
        return Pointer(kind="we", word="here"), i + 1
    if low in ("there",):
        if nxt in ("is", "are", "was", "were", "will", "has", "have", "had", "be", "being"):
            return None
        return Pointer(kind="there"), i + 1
    if low in ("the", "these", "those") and nxt == "two":
        j = i + 2
        third = lemma(_low(tokens, j).rstrip("'").removesuffix("'s"))
        if third in SIDES:
            return Pointer(kind="pair", possessive=_low(tokens, j).endswith(("'", "'s"))), j + 1 + (_low(tokens, j + 1) == "'")
        if third in ("neighbouring", "neighboring", "central", "foreign", "old", "largest", "allied"):
            return Pointer(kind="pair"), j
        return Pointer(kind="pair", possessive=False), j
    if (
        low == "two"
        and lemma(nxt.rstrip("'")) in ("country", "neighbour", "neighbor", "nation", "ally", "government", "side", "state", "capital")
        and i
    ):
        return Pointer(kind="pair"), i + 2
    if low == "both":
        if nxt == "of" and _low(tokens, i + 2) in ("us", "them"):
            return Pointer(kind="pair"), i + 3
        third = lemma(nxt.rstrip("'"))
        return Pointer(kind="pair", possessive=nxt.endswith("'")), i + 1 + (third in SIDES)
    if low == "the" and nxt in ("pair", "neighbours", "neighbors", "duo", "neighbours'", "neighbors'", "pair's"):
        return Pointer(kind="pair", possessive="'" in nxt), i + 2
    if low in ("bilateral", "mutual", "two-way"):
        return None
    if low == "each" and nxt == "other":
        return Pointer(kind="pair", word="each other"), i + 2
    if low == "one" and nxt == "another":
        return Pointer(kind="pair", word="each other"), i + 2
    if low == "neither" and nxt in ("state", "country", "government", "side", "of", "nation", "power", "ally", "neighbour", "neighbor"):
        return Pointer(kind="neither"), i + 2 + (2 if nxt == "of" else 0)
    if low == "either" and nxt in ("state", "country", "government", "side", "nation"):
        return Pointer(kind="pair"), i + 2
    if low == "the" and nxt in ("other", "other's"):
        return Pointer(kind="other", possessive=nxt.endswith("'s")), i + 2
    if (low in ("its", "his", "her", "their", "the") and lemma(_low(tokens, i + 1).removesuffix("'s")) in ("neighbour", "neighbor")) or (
        low == "its" and nxt in ("partner", "ally")
    ):
        return Pointer(kind="other", possessive=_low(tokens, i + 1).endswith("'s")), i + 2
    if low in ("the",) and nxt.removesuffix("'s") in (*places.FORMS_OF_STATE, "king", "sultan", "emir", "republic") and _low(tokens, i + 2) != "of":
        return Pointer(kind="form", word=nxt.removesuffix("'s"), possessive=nxt.endswith("'s")), i + 2
    if low in ("they", "them", "their"):
        return Pointer(kind="they", possessive=own), i + 1
    if low in ("it", "its"):
        return Pointer(kind="it", possessive=own), i + 1
    return None


def keys(found: Sequence[Item]) -> str:
    """What the rules see: the keys with single spaces between and around."""
    return " " + " ".join(i.key for i in found) + " "


__all__ = ["ORDINALS", "TIMES_VERBS", "Item", "Pointer", "Time", "items", "keys", "number"]
