"""Names of states in a text: nouns, adjectives, demonyms, official names, capitals; and what only looks like one."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache

from comity import states
from comity.claims.tokens import Token

KINDS = frozenset("short official adjective demonym capital former misspelling".split())
NOT_STATES = frozenset(
    """bank university college club times post daily herald airlines airways telegraph tribune gazette institute school hotel street avenue road square
    river lake sea ocean gulf strait straits island islands mountains bay united's league cup open""".split()
)  # fmt: skip
BEFORE = frozenset("sea gulf bank university strait bay club northern new institute museum academy college lake".split())
INSTEAD = {
    "bank": "of",
    "university": "of",
    "sea": "of",
    "gulf": "of",
    "strait": "of",
    "bay": "of",
    "institute": "of",
    "museum": "of",
    "academy": "of",
}
FORMS_OF_STATE = frozenset("kingdom republic federation emirates sultanate union confederation commonwealth duchy".split())


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A state by name: its code, other codes that the name may mean, and whether it stands as an adjective; joined: in one word with another."""

    code: str
    others: tuple[str, ...] = ()
    adjective: bool = False
    possessive: bool = False
    capital: bool = False
    demonym: bool = False
    joined: bool = False


@cache
def _table() -> dict[str, dict[tuple[str, ...], tuple[tuple[str, str, bool], ...]]]:
    """By first word: the words of a name, and the states that it may mean, with the kind of the name and whether it is all capitals."""
    out: dict[str, dict[tuple[str, ...], dict[str, tuple[str, str, bool]]]] = {}
    members = {s.code for s in states.all_states() if s.spells[-1].stop is None or s.code in ("SUN", "YUG", "CSK", "DDR")}
    for state in states.all_states():
        for alias in state.aliases:
            if alias.kind not in KINDS or (alias.kind == "former" and len(alias.text) < 4):
                continue
            if alias.stop is not None and state.code in members:
                continue
            words = tuple(
                re.findall(r"[^\W_]+(?:-[^\W_]+)*|&", alias.text.lower().replace("’", "'").replace(".", "").replace("'s ", " ").replace("'", " "))
            )
            if not words or (len(words) == 1 and len(words[0]) < 2):
                continue
            upper = alias.text.replace(".", "").isupper()
            slot = out.setdefault(words[0], {}).setdefault(words, {})
            known = slot.get(state.code)
            if known is None or known[1] in ("demonym", "misspelling"):
                slot[state.code] = (state.code, alias.kind, upper)
            if alias.kind in ("adjective", "demonym") and words[-1].endswith(("an", "i", "ian")) and not words[-1].endswith("s"):
                more = (*words[:-1], words[-1] + "s")
                out.setdefault(words[0], {}).setdefault(more, {}).setdefault(state.code, (state.code, "demonym", upper))
    return {first: {words: tuple(slot.values()) for words, slot in group.items()} for first, group in out.items()}


@cache
def _tails() -> dict[str, tuple[str, ...]]:
    """Short names that end other states' short names, with those states: a name alone may then mean each of them."""
    names: dict[str, set[str]] = {}
    ends: dict[str, set[str]] = {}
    for state in states.all_states():
        if state.spells[-1].stop is not None:
            continue
        for alias in state.aliases:
            if alias.kind == "short":
                words = alias.text.lower().split()
                if len(words) == 1:
                    names.setdefault(words[0], set()).add(state.code)
                elif (len(words) > 1 and words[0] in ("north", "south", "equatorial", "papua", "republic", "east", "west")) or "(" in alias.text:
                    ends.setdefault(words[0] if "(" in alias.text else words[-1], set()).add(state.code)
    plain = {s.name.lower() for s in states.all_states()}
    found = {n: tuple(sorted(codes | ends[n])) for n, codes in names.items() if n in ends and len(codes | ends[n]) > 1}
    return {n: codes for n, codes in found.items() if n not in plain or len(codes) > 2}


def state_at(tokens: list[Token], i: int) -> tuple[Place, int] | None:
    """The state named at i, the longest name first, with the place after it; None for banks, papers, seas and rivers named after one."""
    first = tokens[i]
    if first.kind != "word" or not (first.text[0].isupper()):
        return None
    low = _plain(first)
    compound = low.split("-")
    group = _table().get(low)
    found = _longest(tokens, i, group) if group else None
    if found is None and len(compound) == 2 and compound[1] in ("born", "based", "made", "built", "owned", "led", "reported", "held"):
        hit = _table().get(compound[0], {}).get((compound[0],))
        if hit is not None and (not hit[0][2] or first.text.split("-")[0].isupper()):
            found = hit, i + 1
    if found is None:
        return None
    hits, end = found
    before, after = _low(tokens, i - 1), _low(tokens, end)
    if _low(tokens, i - 2) in BEFORE and before == "of":
        return None
    if after in NOT_STATES and end < len(tokens) and tokens[end].text[0].isupper():
        return None
    if before in ("northern", "new", "south", "north", "central") and i and tokens[i - 1].text[0].isupper() and i > 1:
        return None
    codes = [c for c, _, _ in hits]
    kinds = {k for _, k, _ in hits}
    others: tuple[str, ...] = ()
    if len(codes) > 1:
        living = [c for c in codes if states.get(c).spells[-1].stop is None]
        codes = living or codes
    if end == i + 1 and (tail := _tails().get(low)) is not None:
        others = tuple(c for c in tail if c != codes[0])
    elif len(codes) > 1:
        others = tuple(codes[1:])
    adjective = kinds <= {"adjective", "demonym"} and not first.low.endswith("s") if end == i + 1 else kinds <= {"adjective", "demonym"}
    if adjective and "-" in first.text and compound[-1] in ("born", "based", "led", "owned", "made", "built"):
        adjective = True
    possessive = tokens[end - 1].low.endswith(("'s", "s'")) or after in ("'s",) or (after == "'" and tokens[end - 1].low.endswith("s"))
    if after in ("'s", "'"):
        end += 1
    return Place(
        code=codes[0],
        others=others,
        adjective=adjective or (len(compound) == 2 and compound[-1] == "born"),
        possessive=possessive,
        capital="capital" in kinds,
        demonym=kinds <= {"demonym", "adjective"},
    ), end


def _plain(token: Token) -> str:
    low = token.low
    for tail in ("'s", "s'", "'"):
        if low.endswith(tail):
            low = low[: -len(tail)] + ("s" if tail == "s'" else "")
    return low.replace(".", "").rstrip("'")


def _low(tokens: list[Token], i: int) -> str:
    return tokens[i].low if 0 <= i < len(tokens) else ""


def _longest(
    tokens: list[Token], i: int, group: dict[tuple[str, ...], tuple[tuple[str, str, bool], ...]]
) -> tuple[tuple[tuple[str, str, bool], ...], int] | None:
    best = None
    for words, hits in group.items():
        if best is not None and len(words) <= best[1] - i:
            continue
        n = len(words)
        if i + n > len(tokens) or any(_plain(tokens[i + k]) != words[k] for k in range(n)):
            continue
        if n == 1 and hits[0][2] and not tokens[i].text.replace(".", "").replace("'s", "").isupper():
            continue
        if n == 1 and len(words[0]) <= 3 and not hits[0][2] and tokens[i].text.isupper() and len(words[0]) < 3:
            continue
        best = hits, i + n
    return best


def settle(found: list[Place], names: Counter[str]) -> list[Place]:
    """Names that may mean several states, settled by the other states that the text names: by one of the candidates under a clear name."""
    out = []
    for place in found:
        if place.others:
            clear = [c for c in (place.code, *place.others) if names[c]]
            if len(clear) == 1:
                place = Place(code=clear[0], adjective=place.adjective, possessive=place.possessive, capital=place.capital)
            elif place.code in clear:
                place = Place(
                    code=place.code, others=tuple(c for c in clear if c != place.code), adjective=place.adjective, possessive=place.possessive,
                    capital=place.capital,
                )  # fmt: skip
        out.append(place)
    return out


@cache
def by_form(word: str) -> frozenset[str]:
    """The states whose official name says that they are a kingdom, a republic, a federation …"""
    return frozenset(
        s.code
        for s in states.all_states()
        for a in s.aliases
        if a.kind == "official" and word in a.text.lower().split() and s.spells[-1].stop is None
    )
