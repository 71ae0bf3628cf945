"""Which states a text names: speeches, titles of resolutions."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from functools import cache

from comity import states

KINDS = ("short", "official", "former", "adjective", "demonym")
"""The kinds of names that are looked for; capitals, misspellings and the spellings of data files are not."""
UNCLEAR = ("America", "American", "Americans", "US", "Union", "Indian", "Sino", "Russo", "the States")
"""Names that in these speeches mostly mean something else (a continent, an ocean, a prefix); "United States" and "India" are looked for."""
DIVIDED = {
    "Germany": (1949, 1990), "German": (1949, 1990), "Germans": (1949, 1990), "Vietnam": (1954, 1975), "Viet Nam": (1954, 1975),
    "Vietnamese": (1954, 1975), "Yemen": (1967, 1989), "Yemeni": (1967, 1989), "Yemenis": (1967, 1989),
}  # fmt: skip
"""Names that meant either of two states in these years: not counted then."""
OTHER = (
    "British Guiana", "British Honduras", "British Virgin Islands", "Dutch Guiana", "East China Sea", "French Guiana", "French Polynesia",
    "Gulf of Guinea", "Gulf of Mexico", "Gulf of Oman", "Jordan Valley", "Jordan River", "Lake Chad", "New England", "New Mexico",
    "Northern Ireland", "Panama Canal", "Sea of Japan", "South China Sea", "South Georgia", "Spanish Sahara", "Turkish Cypriot", "Turkish Cypriots",
    "Greek Cypriot", "Greek Cypriots", "Turkish Republic of Northern Cyprus", "Turkish Federated State",
)  # fmt: skip
"""Longer names that hold a state's name and mean something else."""
WORD = re.compile(r"[A-Z][\w']*")


def named_in(text: str, year: int) -> dict[str, int]:
    """How often a text of a year names each state: the longest name at each place, with a capital, as a whole word."""
    found: dict[str, int] = {}
    by_word = _names(year)
    text = text.replace("’", "'")
    end = 0
    for match in WORD.finditer(text):
        at = match.start()
        if at < end:
            continue
        word = match[0]
        for name, code in by_word.get(word) or by_word.get(word.removesuffix("'s"), ()):
            stop = at + len(name)
            if text.startswith(name, at) and not text[stop : stop + 1].isalnum():
                end = stop
                if code:
                    found[code] = found.get(code, 0) + 1
                break
    return found


@cache
def _names(year: int) -> Mapping[str, tuple[tuple[str, str], ...]]:
    """By first word, the names that mean one state in the year (code) or none of them (""), longest first."""
    day = dt.date(year, 11, 1)
    meant: dict[str, set[str]] = {name: set() for name in (*OTHER, *UNCLEAR)}
    for state in states.all_states():
        for alias in state.aliases:
            given = alias.text.replace("’", "'")
            if alias.kind not in KINDS or not given[:1].isupper() or (alias.kind == "former" and re.fullmatch("[A-Z]{3}", given)):
                continue
            then = states.resolve(state.code, "iso3", day)
            for name in {given, "".join(c for c in unicodedata.normalize("NFKD", given) if not unicodedata.combining(c))}:
                codes = meant.setdefault(name, set())
                if then and name not in OTHER and name not in UNCLEAR and (alias.start or day) <= day <= (alias.stop or day):
                    codes.add(then)
    by_word: dict[str, list[tuple[str, str]]] = {}
    for name, codes in meant.items():
        divided = name in DIVIDED and DIVIDED[name][0] <= year <= DIVIDED[name][1]
        first = WORD.match(name)
        if first:
            by_word.setdefault(first[0], []).append((name, next(iter(codes)) if len(codes) == 1 and not divided else ""))
    return {word: tuple(sorted(names, key=lambda n: (-len(n[0]), n))) for word, names in by_word.items()}
