"""Two states named in one word: Sino-Russian, Franco-German, US-China, Japan–South Korea."""

from __future__ import annotations

from dataclasses import replace

from comity.claims import places
from comity.claims.places import Place
from comity.claims.tokens import Token
from comity.claims.words import lemma

COMBINING = {
    "sino": "CHN", "russo": "RUS", "franco": "FRA", "anglo": "GBR", "indo": "IND", "greco": "GRC", "graeco": "GRC", "turco": "TUR", "turko": "TUR",
    "italo": "ITA", "austro": "AUT", "hispano": "ESP", "luso": "PRT", "germano": "DEU", "prusso": "DEU", "nippo": "JPN", "dano": "DNK",
    "polono": "POL", "serbo": "SRB", "belgo": "BEL", "helveto": "CHE", "finno": "FIN", "swedo": "SWE", "suedo": "SWE", "hungaro": "HUN",
    "bulgaro": "BGR", "israelo": "ISR", "irano": "IRN", "perso": "IRN", "syro": "SYR", "egypto": "EGY", "libano": "LBN", "americano": "USA",
    "moldo": "MDA", "albano": "ALB", "lusitano": "PRT", "batavo": "NLD", "hiberno": "IRL", "prussian": "DEU",
}  # fmt: skip
"""Forms of a state's name that stand before another's: Oxford English Dictionary, combining forms of nations."""
WORDS = frozenset(("anglo-saxon", "anglo-saxons"))
"""What is no pair, though each part may name a state."""
PEOPLES = frozenset("american australian canadian briton brazilian".split())
"""After the adjective of a people these may name citizens of one state: Chinese-American voters."""
RELATIONS = frozenset(
    """trade commerce war treaty alliance relation tie pact agreement summit dispute border cooperation friendship rivalry conflict accord talk
    partnership relationship declaration""".split()
)  # fmt: skip
REACH = 6


def compound(tokens: list[Token], i: int) -> tuple[tuple[Place, int, int], tuple[Place, int, int], int] | None:
    """Two states joined by a hyphen or dash at i, each with its place in the text, and the token after them; None where there are not two."""
    t = tokens[i]
    if t.kind != "word" or not t.text[:1].isupper() or t.low in WORDS:
        return None
    left, hyphen, right = t.text.partition("-")
    if hyphen:
        start, after = t.start + len(left) + 1, i + 1
        view = [Token(text=right, low=right.lower(), kind="word", start=start, end=t.end), *tokens[after : after + REACH]]
    elif i + 2 < len(tokens) and tokens[i + 1].low == "-" and t.end == tokens[i + 1].start and tokens[i + 1].end == tokens[i + 2].start:
        after = i + 3
        view = tokens[i + 2 : after + REACH]
    else:
        return None
    first = _first(t, left)
    second = places.state_at(view, 0) if view[0].kind == "word" else None
    if second is None and view[0].low in COMBINING:
        second = Place(code=COMBINING[view[0].low]), 1
    if first is None or second is None or first.code == second[0].code:
        return None
    place, n = second
    following = view[n].low if n < len(view) else ""
    if first.demonym and place.adjective and view[n - 1].low in PEOPLES and lemma(following) not in RELATIONS:
        return None
    ends = t.start + len(left)
    other = replace(place, adjective=True, possessive=False, joined=True)
    return (replace(first, adjective=True, joined=True), t.start, ends), (other, view[0].start, view[n - 1].end), after - 1 + n


def _first(t: Token, text: str) -> Place | None:
    """The state of the first part: a combining form, or one word that names a state."""
    low = text.lower()
    if low in COMBINING:
        return Place(code=COMBINING[low])
    found = places.state_at([Token(text=text, low=low, kind="word", start=t.start, end=t.start + len(text))], 0)
    return found[0] if found is not None else None
