"""Words, numbers and marks of a sentence, joined into quantities, times and names of states."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from comity.claims.words import FRACTIONS, MONTHS, SCALES, TENS, TIMES_VERBS, UNITS, lemma

Unit = Literal["usd", "money", "percent", "points", "share", "times", "rank", "count"]
TOKEN = re.compile(
    r"(?P<money>(?:US|C|A|NZ|HK|CAD|AUD|R|S)?\$|[€£¥₹₽₩₺]|(?:USD|EUR|GBP|JPY|CNY|RMB|RUB|INR|CAD|AUD|CHF)(?=\s?\d))"
    r"|(?P<num>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?:[ ']\d{3})+(?![\d,.]?\d)|\d+(?:\.\d+)?)"
    r"|(?P<word>[^\W\d_]+(?:\.[^\W\d_](?=\.))+\.?|[^\W\d_]+(?:['’][^\W\d_]+)*(?:-[^\W\d_]+(?:['’][^\W\d_]+)*)*)|(?P<mark>\S)"
)
CURRENCIES = {
    "dollar": "usd", "usd": "usd", "greenback": "usd", "euro": "money", "pound": "money", "yen": "money", "yuan": "money", "renminbi": "money",
    "rouble": "money", "ruble": "money", "rupee": "money", "franc": "money", "peso": "money", "lira": "money", "won": "money", "mark": "money",
    "crown": "money", "krona": "money", "krone": "money", "real": "money", "rand": "money", "dinar": "money", "riyal": "money", "ringgit": "money",
    "baht": "money", "dong": "money", "zloty": "money", "forint": "money", "shekel": "money", "eur": "money", "gbp": "money", "rmb": "money",
    "cny": "money", "rub": "money", "sterling": "money",
}  # fmt: skip
APPROXIMATE = {
    "about": "about", "roughly": "about", "some": "about", "around": "about", "approximately": "about", "circa": "about", "ca": "about", "c": "about",
    "nearly": "nearly", "almost": "nearly", "barely": "barely", "over": "over", "above": "over", "exceeding": "over", "beyond": "over",
    "under": "under", "below": "under", "beneath": "under", "past": "over",
}  # fmt: skip
PHRASES: tuple[tuple[tuple[str, ...], str], ...] = (
    (("slightly", "more", "than"), "barely"), (("little", "more", "than"), "barely"), (("a", "little", "more", "than"), "barely"),
    (("a", "little", "over"), "barely"), (("slightly", "over"), "barely"), (("slightly", "above"), "barely"), (("a", "shade", "over"), "barely"),
    (("slightly", "less", "than"), "nearly"), (("slightly", "under"), "nearly"), (("slightly", "below"), "nearly"), (("a", "little", "under"), "nearly"),
    (("a", "little", "less", "than"), "nearly"), (("just", "over"), "barely"), (("just", "above"), "barely"), (("only", "just"), "barely"),
    (("just", "under"), "nearly"), (("just", "below"), "nearly"), (("close", "to"), "nearly"), (("well", "over"), "over"), (("well", "above"), "over"),
    (("far", "more", "than"), "over"), (("no", "more", "than"), "atmost"), (("no", "less", "than"), "atleast"), (("no", "fewer", "than"), "atleast"),
    (("not", "more", "than"), "atmost"), (("not", "less", "than"), "atleast"), (("more", "than"), "over"), (("greater", "than"), "over"),
    (("higher", "than"), "over"), (("in", "excess", "of"), "over"), (("upwards", "of"), "over"), (("north", "of"), "over"), (("less", "than"), "under"),
    (("fewer", "than"), "under"), (("lower", "than"), "under"), (("smaller", "than"), "under"), (("at", "least"), "atleast"), (("at", "most"), "atmost"),
    (("as", "much", "as"), ""), (("as", "many", "as"), ""), (("more", "or", "less"), "about"), (("not", "quite"), "nearly"),
    (("well", "under"), "under"), (("well", "below"), "under"), (("a", "total", "of"), ""), (("a", "mere"), ""), (("the", "order", "of"), "about"),
    (("in", "the", "region", "of"), "about"), (("a", "bit", "more", "than"), "barely"), (("barely", "more", "than"), "barely"),
)  # fmt: skip
BEGINNINGS = {words[0]: tuple(p for p in PHRASES if p[0][0] == words[0]) for words, _ in PHRASES}
QUALIFYING = {*BEGINNINGS, *APPROXIMATE, "~", "≈", ">", "<"}
CONTRACTED = re.compile(r"(\w+?)('s|'re|'ve|'ll|n't|'m|'d)", re.I)
IS_BEFORE = frozenset("it that there he she what who here".split())
FOLD = "fold"
"""The noun of a ratio that is a change by itself: fivefold."""
EMPTY = frozenset("only just mere fully even exactly precisely already still a an the as".split())
NUMBER_SMALL = {**UNITS, **TENS}


@dataclass(kw_only=True, slots=True)
class Token:
    """A word, number, currency sign or mark with its place in the visible text."""

    text: str
    low: str
    kind: str
    start: int
    end: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Quantity:
    """A quantity as said. value in single units (a share as a part of one); half: half a unit of the last digit said; how: the qualifier.

    noun: what is counted, where a noun follows. high: the upper end of a range. exact_words: said as a fraction or a ratio.
    """

    value: float
    unit: Unit
    how: str = "bare"
    half: float = 0.0
    noun: str = ""
    high: float | None = None
    fraction: bool = False
    start: int = 0
    end: int = 0
    more: bool = False


@dataclass(kw_only=True, slots=True)
class Item:
    """One unit of a sentence: a word, mark, quantity, time or state; `key` is what the rules of the grammar see."""

    key: str
    start: int
    end: int
    low: str = ""
    lemma: str = ""
    quantity: Quantity | None = None
    value: object = None
    capital: bool = False


def tokenise(text: str, start: int, end: int) -> list[Token]:
    """The tokens of a span of the visible text."""
    out = []
    for m in TOKEN.finditer(text, start, end):
        kind = m.lastgroup or "mark"
        word = m[0]
        begin = m.start()
        if kind == "word" and (short := CONTRACTED.fullmatch(word)):
            stem, tail = short[1], short[2].lower()
            if tail != "'s" or stem.lower() in IS_BEFORE:
                full = {"'s": "is", "'re": "are", "'ve": "have", "'ll": "will", "n't": "not", "'m": "am", "'d": "would"}[tail]
                stem_low = {"ca": "can", "wo": "will", "sha": "shall"}.get(stem.lower(), stem.lower())
                out.append(Token(text=stem, low=stem_low, kind="word", start=begin, end=begin + len(stem)))
                out.append(Token(text=full, low=full, kind="word", start=begin + len(stem), end=m.end()))
                continue
        low = "-" if word in "–—" else word.lower()
        out.append(Token(text="-" if word == "–" else word, low=low, kind=kind, start=m.start(), end=m.end()))
    return out


def _digits(token: Token) -> tuple[float, float]:
    """The value of a number in digits and half a unit of its last digit; trailing zeros of an integer are rounding zeros."""
    text = re.sub(r"[ ',]", "", token.text)
    if "." in text:
        return float(text), 0.5 * 10 ** -len(text.split(".")[1])
    return float(text), 0.5


def number(tokens: list[Token], i: int) -> tuple[float, float, int, bool] | None:
    """A cardinal in digits or words at i: value, half a unit of the last digit, the place after it, and whether it was in digits."""
    if i >= len(tokens):
        return None
    t = tokens[i]
    if t.kind == "num":
        value, half = _digits(t)
        j = i + 1
        scaled = False
        while (
            j < len(tokens)
            and tokens[j].low in SCALES
            and (len(tokens[j].low) > 1 or tokens[j].start - tokens[j - 1].end <= 1)
            and not (tokens[j].low == "b" and tokens[j].text == "b")
        ):
            value *= SCALES[tokens[j].low]
            half *= SCALES[tokens[j].low]
            j += 1
            scaled = True
        if not scaled and j + 1 < len(tokens) and tokens[j].low == "and" and tokens[j + 1].low == "a" and _at(tokens, j + 2) in FRACTIONS:
            value, half, j = value + FRACTIONS[tokens[j + 2].low], 0.25, j + 3
            if _at(tokens, j) in SCALES:
                value, half, j = value * SCALES[tokens[j].low], half * SCALES[tokens[j].low], j + 1
        return value, half, j, True
    if t.kind != "word":
        return None
    return _worded(tokens, i)


def _at(tokens: list[Token], i: int) -> str:
    return tokens[i].low if 0 <= i < len(tokens) else ""


def _worded(tokens: list[Token], i: int) -> tuple[float, float, int, bool] | None:
    first = tokens[i].low
    if first not in NUMBER_SMALL and "-" not in first and first not in ("a", "an", "half"):
        return None
    words: list[str] = []
    j = i
    if _at(tokens, i) in ("a", "an") and _at(tokens, i + 1) in SCALES and len(_at(tokens, i + 1)) > 2:
        j = i + 1
        total, current, last = 0.0, 1.0, 1.0
    elif _at(tokens, i) == "half" and _at(tokens, i + 1) in ("a", "an") and _at(tokens, i + 2) in SCALES:
        scale = SCALES[tokens[i + 2].low]
        return 0.5 * scale, 0.25 * scale, i + 3, False
    else:
        total, current, last = 0.0, 0.0, 1.0
    seen = j > i
    while j < len(tokens):
        low = tokens[j].low
        parts = low.split("-") if "-" in low else [low]
        if all(p in NUMBER_SMALL for p in parts):
            current += sum(NUMBER_SMALL[p] for p in parts)
            last = 1.0
            seen = True
            j += 1
        elif low in SCALES and seen and len(low) > 1:
            scale = SCALES[low]
            if scale == 100:
                current = max(current, 1) * 100
            else:
                total += max(current, 1) * scale
                current = 0.0
            last = scale
            j += 1
        elif low in ("hundreds", "thousands", "millions", "billions", "dozens") and not seen:
            return None
        elif low == "and" and seen and (_at(tokens, j + 1) == "a" and _at(tokens, j + 2) in FRACTIONS):
            current += FRACTIONS[tokens[j + 2].low]
            last = 0.5
            j += 3
        elif low == "and" and seen and last >= 100 and _at(tokens, j + 1).split("-")[0] in NUMBER_SMALL:
            j += 1
        else:
            break
        words.append(low)
        if len(words) > 12:
            break
    if not seen or j == i:
        return None
    value = total + current
    return value, 0.5 * last if last >= 1 else 0.25, j, False


def qualifier(tokens: list[Token], i: int) -> tuple[str, int]:
    """The qualifier that begins at i and the place after it; ("bare", i) where there is none."""
    how, j = "bare", i
    if _at(tokens, i) not in QUALIFYING:
        return how, j
    for _ in range(3):
        low = _at(tokens, j)
        for words, means in BEGINNINGS.get(low, ()):
            if _at(tokens, j + 1) == words[1] and all(_at(tokens, j + k) == words[k] for k in range(2, len(words))):
                how, j = (means or how), j + len(words)
                break
        else:
            if low in APPROXIMATE:
                how, j = APPROXIMATE[low], j + 1
            elif low in ("only", "mere", "just", "fully", "exactly", "even") and j > i:
                j += 1
            elif low in ("~", "≈"):
                how, j = "about", j + 1
            elif low == ">":
                how, j = "over", j + 1
            elif low == "<":
                how, j = "under", j + 1
            else:
                break
    return how, j


def quantity(tokens: list[Token], i: int) -> tuple[Quantity, int] | None:
    """A quantity with its qualifier at i, and the place after it; None where there is none. Years are not looked for here."""
    how, j = qualifier(tokens, i)
    found = _plain_quantity(tokens, j, how)
    if found is None and how != "bare" and _at(tokens, j) in ("a", "the"):
        found = _plain_quantity(tokens, j + 1, how)
    if found is None:
        return None
    q, k = found
    after = " ".join(_at(tokens, k + n) for n in range(2))
    if after.startswith(("or more", "or higher")):
        q, k = _with(q, how="atleast"), k + 2
    elif after.startswith(("or less", "or fewer")):
        q, k = _with(q, how="atmost"), k + 2
    return _with(q, start=tokens[i].start, end=tokens[k - 1].end), k


def _with(q: Quantity, **changes: object) -> Quantity:
    from dataclasses import replace

    return replace(q, **changes)  # type: ignore[arg-type]


def _plain_quantity(tokens: list[Token], i: int, how: str) -> tuple[Quantity, int] | None:
    low = _at(tokens, i)
    if (low in ("no", "number", "nr") and _at(tokens, i + 1) in (".", "")) or low == "number":
        j = i + 1 + (_at(tokens, i + 1) == ".")
        if (n := number(tokens, j)) is not None and n[0] < 100 and n[2] == j + 1:
            return Quantity(value=n[0], unit="rank", how=how), n[2]
    if low in ("twice", "double", "triple", "treble", "thrice", "quadruple") and _at(tokens, i + 1) not in ("-digit",):
        return Quantity(value={"twice": 2.0, "thrice": 3.0}.get(low, TIMES_VERBS.get(low, 2.0)), unit="times", how=how, fraction=True), i + 1
    if (
        low == "half"
        and _at(tokens, i + 1) in ("as", "the")
        and _at(tokens, i + 2) in ("many", "much", "number", "figure", "level", "amount", "size", "total", "value")
    ):
        return Quantity(value=0.5, unit="times", how=how, fraction=True), i + 1
    if low.endswith("fold") and (found := re.fullmatch(r"(\w+?)-?fold", low)) and found[1] in NUMBER_SMALL:
        return Quantity(value=float(NUMBER_SMALL[found[1]]), unit="times", how=how, fraction=True, noun=FOLD), i + 1
    if (share := _fraction(tokens, i, how)) is not None:
        return share
    money = ""
    j = i
    if j < len(tokens) and tokens[j].kind == "money":
        money = "usd" if tokens[j].text in ("$", "US$", "USD") else "money"
        j += 1
    if low == "us" and _at(tokens, i + 1) == "$":
        money, j = "usd", i + 2
    n = number(tokens, j)
    if n is None:
        return None
    value, half, k, digits = n
    high: float | None = None
    if _at(tokens, k) in ("-", "to") and not money.startswith("x"):
        start = k + 1 + (k + 1 < len(tokens) and tokens[k + 1].kind == "money")
        second = number(tokens, start)
        if (
            second is not None
            and (_at(tokens, k) == "-" or _at(tokens, i - 1) not in ("from", "between"))
            and (_at(tokens, k) == "-" or second[0] > value)
            and not (digits and 1800 <= value <= 2100 and half == 0.5)
        ):
            scale = 1.0
            if second[0] >= 1e3 * value and value < 1000:
                scale = 10 ** (3 * ((len(str(int(second[0]))) - 1) // 3))
            if value * scale < second[0] and _at(tokens, k) == "-":
                value, half, high, k = value * scale, half * scale, second[0], second[2]
    unit, k = _unit(tokens, k, money)
    if unit == "percent":
        value, half, high = value / 100, half / 100, None if high is None else high / 100
    if unit == "points":
        value, half = value / 100, half / 100
    return Quantity(value=value, unit=unit, how=how, half=half, high=high, fraction=unit == "times"), k


def _unit(tokens: list[Token], k: int, money: str) -> tuple[Unit, int]:
    low, after = _at(tokens, k), _at(tokens, k + 1)
    if money:
        if low in ("dollars", "dollar") or low == "usd":
            k += 1
        return ("usd" if money == "usd" else "money"), k
    if low in ("%", "percent", "pct", "percentage", "percentages") or (low == "per" and after == "cent"):
        k += 2 if low == "per" else 1
        if _at(tokens, k) in ("point", "points") or low == "percentage":
            return "points", k + (_at(tokens, k) in ("point", "points"))
        return "percent", k
    if low in ("points", "pp", "pts"):
        return "points", k + 1
    if low == "times" or (low == "x" and tokens[k].start - tokens[k - 1].end <= 1) or low == "fold":
        if low == "times" and after in ("in", "out") and _in_hundred(tokens, k + 1):
            return "count", k
        return "times", k + 1
    if low in ("us", "u.s.", "american") and lemma(after) == "dollar":
        return "usd", k + 2
    if lemma(low) in CURRENCIES:
        return ("usd" if CURRENCIES[lemma(low)] == "usd" else "money"), k + 1
    if low == "us" and after == "$":
        return "usd", k + 2
    return "count", k


def _in_hundred(tokens: list[Token], k: int) -> bool:
    j = k + (2 if _at(tokens, k) == "out" else 1)
    n = number(tokens, j)
    return n is not None and n[0] <= 1000


def _fraction(tokens: list[Token], i: int, how: str) -> tuple[Quantity, int] | None:
    """Fractions in words: a third, two thirds, half, three in four, nine votes in ten, 95 times in a hundred, nine out of ten."""
    low = _at(tokens, i)
    if low == "half" and _at(tokens, i + 1) in ("a", "an") and _at(tokens, i + 2) in SCALES:
        return None
    if low in ("half", "halves"):
        return Quantity(value=0.5, unit="share", how=how, fraction=True), i + 1
    if low in ("a", "one") and (word := _at(tokens, i + 1)) in FRACTIONS and word not in ("halves",) and word != "second":
        if _at(tokens, i + 2) in ("place", "time", "country", "state", "party", "year", "party's", "term") or (
            _at(tokens, i + 1) == "half" and low == "a"
        ):
            return None
        return Quantity(value=FRACTIONS[word], unit="share", how=how, fraction=True), i + 2
    if low in ("majority",):
        return None
    n = number(tokens, i)
    if n is None or n[0] > 1000:
        return None
    word = _at(tokens, n[2])
    if word in FRACTIONS and n[0] < 20 and (word.endswith("s") or n[0] == 1):
        return Quantity(value=n[0] * FRACTIONS[word], unit="share", how=how, fraction=True), n[2] + 1
    if "-" in low and (parts := low.split("-"))[0] in NUMBER_SMALL and parts[1] in FRACTIONS:
        return Quantity(value=NUMBER_SMALL[parts[0]] * FRACTIONS[parts[1]], unit="share", how=how, fraction=True), i + 1
    for gap in range(4):
        k = n[2] + gap
        if _at(tokens, k) in ("in", "of", "out") and (_at(tokens, k) != "of" or _at(tokens, k - 1) == "out"):
            j = k + 1
            if _at(tokens, k) == "out":
                if _at(tokens, k + 1) not in ("of",):
                    return None
                j = k + 2
            if _at(tokens, j) == "every":
                j += 1
            m = number(tokens, j)
            if m is not None and 1 < m[0] <= 1000 and m[0] >= n[0] and not (m[3] and m[0] > 100 and m[0] != 1000):
                return Quantity(value=n[0] / m[0], unit="share", how=how, fraction=True, half=0.5 / m[0]), m[2]
            return None
        if k >= len(tokens) or tokens[k].kind != "word" or _at(tokens, k) in MONTHS:
            return None
    return None
