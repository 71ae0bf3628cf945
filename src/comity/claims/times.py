"""Expressions of time: years, months, decades, spans, and words that count from the dateline or from the year named before."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Literal

from comity.claims.tokens import Token, number
from comity.claims.words import MONTHS, WEEKDAYS

Kind = Literal["year", "month", "range", "ago", "offset", "that", "then", "within", "now", "span", "named", "weekday", "ahead"]
PREPOSITIONS = {
    "in": "in", "at": "in", "by": "by", "since": "since", "from": "from", "to": "to", "until": "to", "till": "to", "through": "to", "before": "before",
    "after": "after", "during": "in", "of": "in", "for": "for", "between": "from", "and": "and", "over": "over", "within": "within", "throughout": "over",
    "on": "in", "into": "in", "than": "in", "as": "in", "under": "",
}  # fmt: skip
LOOSE = frozenset(
    "the early late end mid middle start beginning of year calendar turn close course whole all fiscal summer spring autumn winter fall period".split()
)
SPANS = {"year": 1, "decade": 10, "century": 100, "generation": 25}


@dataclass(frozen=True, kw_only=True, slots=True)
class Time:
    """One expression: `first`..`last` years where they are said; n: years counted (ago, offset, span, within); month where one is said."""

    kind: Kind
    rel: str = ""
    first: int = 0
    last: int = 0
    n: int = 0
    month: int = 0
    day: int = 0
    start: int = 0
    end: int = 0


def _low(tokens: list[Token], i: int) -> str:
    return tokens[i].low if 0 <= i < len(tokens) else ""


def _is_year(tokens: list[Token], i: int) -> bool:
    if i >= len(tokens) or tokens[i].kind != "num" or not re.fullmatch(r"\d{4}", tokens[i].text) or not 1800 <= int(tokens[i].text) <= 2100:
        return False
    before, after = _low(tokens, i - 1), tokens[i + 1] if i + 1 < len(tokens) else None
    if tokens[i - 1].kind == "money" if i else False:
        return False
    if after is not None and (
        after.low in ("%", "percent", "per", "times", "million", "billion", "bn", "dollars", "km", "kilometres", "points") or after.kind == "money"
    ):
        return False
    if (
        before in PREPOSITIONS
        or before in MONTHS
        or before in LOOSE
        or before in ("(", ",", ";", ":", "-", "/", "session", "year", "mid", "late", "early")
    ):
        counted = after is not None and after.kind == "word" and after.low.endswith("s") and not after.low.endswith(("'s", "was", "has", "is"))
        return not (counted and before not in ("in", "since", "by", "(", ",", "during"))
    return not (
        after is not None
        and after.kind == "word"
        and after.text[0].islower()
        and after.low.endswith("s")
        and after.low not in ("was", "has", "is", "sees")
    )


def time_at(tokens: list[Token], i: int) -> tuple[Time, int] | None:
    """The expression of time at i with the place after it. Prepositions that belong to it are taken in."""
    low = _low(tokens, i)
    if (part := _part_of_year(tokens, i)) is not None:
        return part
    rel, j = "", i
    if low in PREPOSITIONS or low in ("(", "ever"):
        rel = PREPOSITIONS.get(low, "in")
        j = i + 1
        if low == "ever":
            if _low(tokens, j) != "since":
                return None
            rel, j = "since", j + 1
        if low == "as" and _low(tokens, j) in ("of", "at"):
            j += 1
        elif low in ("as", "than", "and", "under"):
            if low in ("as", "under"):
                return None
            if _low(tokens, j) in ("in", "at", "by", "for", "since"):
                return None
            rel = "" if low == "than" else rel
    k = j
    while _low(tokens, k) in LOOSE and k < j + 6:
        k += 1
    mid = k + 1 if _low(tokens, k) in ("mid", "end", "-") and _low(tokens, k + 1) == "-" else k
    found = _core(tokens, j, rel) or (_core(tokens, k, rel) if k > j else None) or (_core(tokens, mid + 1, rel) if mid > k else None)
    if found is None:
        return None
    time, end = found
    from dataclasses import replace

    if time.rel == "before" and time.kind in ("year", "range") and not time.month:
        time = replace(time, rel="by", first=time.first - 1, last=time.last - 1)
    return replace(time, start=tokens[i].start, end=tokens[end - 1].end), end


def _part_of_year(tokens: list[Token], i: int) -> tuple[Time, int] | None:
    """ "in the first half of 2011", "the first nine months of this year": a part of a year, which no yearly value holds."""
    j = i + (_low(tokens, i) in ("in", "for", "during", "over", "by"))
    j += _low(tokens, j) == "the"
    if _low(tokens, j) not in ("first", "second", "third", "fourth", "last", "final"):
        return None
    k = j + 1
    if (n := number(tokens, k)) is not None and n[0] <= 12:
        k = n[2]
    if _low(tokens, k) not in ("half", "quarter", "months", "weeks"):
        return None
    k += 1 + (_low(tokens, k + 1) == "of")
    found = _core(tokens, k, "in")
    if found is None or found[0].kind not in ("year", "ago"):
        return None
    from dataclasses import replace

    return replace(found[0], month=PART, start=tokens[i].start, end=tokens[found[1] - 1].end), found[1]


PART = 13
"""The month that stands for a part of a year."""


def _core(tokens: list[Token], i: int, rel: str) -> tuple[Time, int] | None:
    low, nxt = _low(tokens, i), _low(tokens, i + 1)
    if i >= len(tokens):
        return None
    if tokens[i].kind == "num":
        return _numeric(tokens, i, rel)
    if low.startswith(("mid-", "end-", "late-", "early-")) and re.fullmatch(r"\d{4}", nxt or ""):
        return None
    if low in ("mid", "end") and nxt == "-" and _is_year(tokens, i + 2):
        return Time(kind="year", rel=rel, first=int(tokens[i + 2].text), last=int(tokens[i + 2].text)), i + 3
    if low in MONTHS and (low != "may" or rel or nxt.isdigit()) and (tokens[i].text[0].isupper() or low != "march"):
        return _month(tokens, i, rel)
    if low in WEEKDAYS or (low in ("last", "next", "this") and nxt in WEEKDAYS):
        return Time(kind="weekday", rel=rel), i + (1 if low in WEEKDAYS else 2)
    if low in ("last", "previous", "past", "this", "current", "next", "coming", "same", "following", "preceding", "that", "each", "latest"):
        return _near(tokens, i, rel)
    if low in ("today", "now", "currently", "nowadays", "presently", "tomorrow") or (low == "present" and rel):
        return Time(kind="now", rel=rel), i + 1
    if low == "then" and rel in ("since", "by", "from"):
        return Time(kind="then", rel=rel), i + 1
    if low in ("yesterday", "tonight"):
        return Time(kind="weekday", rel=rel), i + 1
    if low == "the" and nxt in ("year", "decade") and _low(tokens, i + 2) in ("before", "earlier", "after", "later", "previous"):
        return Time(kind="offset", rel=rel, n=(-1 if _low(tokens, i + 2) in ("before", "earlier", "previous") else 1) * SPANS[nxt]), i + 3
    if low == "session" and rel and _is_session(tokens, i + 1):
        year = 1945 + int(tokens[i + 1].text)
        return Time(kind="year", rel=rel, first=year, last=year), i + 2
    if (counted := _counted(tokens, i, rel)) is not None:
        return counted
    return None


def _is_session(tokens: list[Token], i: int) -> bool:
    return i < len(tokens) and tokens[i].text.isdigit() and 1 <= int(tokens[i].text) <= 100


def _numeric(tokens: list[Token], i: int, rel: str) -> tuple[Time, int] | None:
    t, nxt = tokens[i], _low(tokens, i + 1)
    if re.fullmatch(r"\d{4}", t.text) and nxt == "s" and tokens[i + 1].start == t.end:
        first = int(t.text)
        return Time(
            kind="range", rel="mean", first=first, last=first + (9 if first % 100 else 99 if first % 1000 == 0 and first < 2000 else 9)
        ), i + 2
    if re.fullmatch(r"\d{1,2}", t.text) and nxt in MONTHS and re.fullmatch(r"\d{4}", _low(tokens, i + 2)):
        y = int(tokens[i + 2].text)
        return Time(kind="month", rel=rel, first=y, last=y, month=MONTHS[nxt], day=int(t.text)), i + 3
    if re.fullmatch(r"\d{1,2}", t.text) and nxt in MONTHS and tokens[i + 1].text[0].isupper():
        return Time(kind="named", rel=rel, month=MONTHS[nxt], day=int(t.text)), i + 2
    if re.fullmatch(r"\d{1,2}", t.text) and nxt in ("th", "st", "nd", "rd") and _low(tokens, i + 2) == "session" and int(t.text) > 0:
        year = 1945 + int(t.text)
        return Time(kind="year", rel=rel, first=year, last=year), i + 3
    if not _is_year(tokens, i):
        return _counted(tokens, i, rel)
    year = int(t.text)
    second = _low(tokens, i + 2)
    if nxt in ("-", "/") and re.fullmatch(r"\d{4}", second) and int(second) > year:
        return Time(kind="range", rel="range" if nxt == "-" else rel, first=year, last=int(second)), i + 3
    if nxt in ("-", "/") and re.fullmatch(r"\d{2}", second) and tokens[i + 2].start == tokens[i].end + 1:
        last = year // 100 * 100 + int(second)
        if year < last < year + 60:
            if nxt == "/" and last == year + 1:
                return Time(kind="year", rel=rel, first=year, last=year), i + 3
            return Time(kind="range", rel="range", first=year, last=last), i + 3
    if nxt == "-" and re.fullmatch(r"\d{2}", second) and _low(tokens, i + 3) == "-" and re.fullmatch(r"\d{2}", _low(tokens, i + 4)):
        return Time(kind="month", rel=rel, first=year, last=year, month=min(max(int(second), 1), 12), day=int(tokens[i + 4].text)), i + 5
    end = i + 1
    if nxt == ")" and rel == "in" and _low(tokens, i - 1) == "(":
        end = i + 2
    return Time(kind="year", rel=rel, first=year, last=year), end


def _month(tokens: list[Token], i: int, rel: str) -> tuple[Time, int] | None:
    month = MONTHS[_low(tokens, i)]
    j = i + 1
    if _low(tokens, j) == "." and len(_low(tokens, i)) < 5 and _low(tokens, i) != "may" and tokens[j + 1 : j + 2] and tokens[j + 1].kind == "num":
        j += 1
    day = 0
    if j < len(tokens) and re.fullmatch(r"\d{1,2}", tokens[j].text) and not re.fullmatch(r"[.%]|percent|bn|million|billion", _low(tokens, j + 1)):
        day = int(tokens[j].text)
        j += 1
        if _low(tokens, j) in ("st", "nd", "rd", "th"):
            j += 1
        if _low(tokens, j) == "," and re.fullmatch(r"\d{4}", _low(tokens, j + 1)):
            j += 1
    if _low(tokens, j) == "of":
        if re.fullmatch(r"\d{4}", _low(tokens, j + 1)):
            j += 1
        elif _low(tokens, j + 1) in ("last", "this", "next", "that") and _low(tokens, j + 2) == "year":
            shift = {"last": -1, "this": 0, "next": 1, "that": 0}[_low(tokens, j + 1)]
            return Time(kind="named", rel=rel, month=month, day=day, n=shift, first=1), j + 3
    if j < len(tokens) and re.fullmatch(r"(?:1[89]|20|21)\d\d", tokens[j].text):
        year = int(tokens[j].text)
        return Time(kind="month", rel=rel, first=year, last=year, month=month, day=day), j + 1
    if not rel and not day and _low(tokens, i - 1) not in ("last", "this", "next"):
        return None
    return Time(kind="named", rel=rel, month=month, day=day), j


def _near(tokens: list[Token], i: int, rel: str) -> tuple[Time, int] | None:
    low, nxt = _low(tokens, i), _low(tokens, i + 1)
    if nxt in MONTHS and low in ("last", "this", "next", "past", "coming"):
        return Time(kind="named", rel=rel, month=MONTHS[nxt], n={"last": -2, "past": -2, "this": 3, "next": 4, "coming": 4}[low]), i + 2
    if nxt == "year" or (nxt in ("calendar", "whole", "full") and _low(tokens, i + 2) == "year"):
        end = i + 2 + (nxt != "year")
        if low in ("last", "past", "latest"):
            return Time(kind="ago", rel=rel, n=1), end
        if low in ("this", "current"):
            return Time(kind="ago", rel=rel, n=0), end
        if low in ("next", "coming"):
            return Time(kind="ahead", rel=rel, n=1), end
        if low in ("same", "that"):
            return Time(kind="that", rel=rel), end
        if low in ("previous", "preceding"):
            return Time(kind="offset", rel=rel, n=-1), end
        if low == "following":
            return Time(kind="offset", rel=rel, n=1), end
        return None
    if low in ("last", "past", "previous", "next", "coming") and nxt == "decade":
        return Time(kind="span" if low not in ("next", "coming") else "within", rel=rel, n=10), i + 2
    if low in ("last", "past", "previous", "next", "coming", "following", "preceding"):
        n = number(tokens, i + 1)
        if n is not None and _low(tokens, n[2]) in ("years", "decades", "months"):
            unit = _low(tokens, n[2])
            years = int(n[0] * 10) if unit == "decades" else int(n[0]) if unit == "years" else max(int(n[0] // 12), 1)
            if low == "following":
                return Time(kind="offset", rel=rel, n=years), n[2] + 1
            return Time(kind="within" if low in ("next", "coming") else "span", rel=rel, n=years), n[2] + 1
        if nxt in ("week", "month", "quarter", "summer", "spring", "autumn", "winter", "time", "session"):
            if nxt == "session" and low in ("last", "previous"):
                return Time(kind="ago", rel=rel, n=1), i + 2
            return Time(kind="weekday", rel=rel), i + 2
    return None


def _counted(tokens: list[Token], i: int, rel: str) -> tuple[Time, int] | None:
    """So many years (decades) ago, earlier, later, before, on; within so many years; for so many years."""
    low = _low(tokens, i)
    count = 1.0
    j = i
    if low == "half" and _low(tokens, i + 1) == "a" and _low(tokens, i + 2) == "century":
        count, j = 0.5, i + 2
    elif low in ("a", "one", "the") and _low(tokens, i + 1) in SPANS:
        j = i + 1
    elif low in ("a",) and _low(tokens, i + 1) == "quarter" and _low(tokens, i + 3) == "century":
        return _tail(tokens, i + 4, rel, 25)
    elif low in ("a",) and _low(tokens, i + 1) in ("few", "couple"):
        return None
    else:
        q = i
        while _low(tokens, q) in (
            "over",
            "more",
            "than",
            "about",
            "some",
            "almost",
            "nearly",
            "around",
            "roughly",
            "at",
            "least",
            "just",
            "the",
            "well",
        ):
            q += 1
            if q > i + 4:
                return None
        n = number(tokens, q)
        if n is None or n[0] > 500:
            return None
        count, j = n[0], n[2]
    word = _low(tokens, j).removesuffix("s").replace("centurie", "century")
    if word not in SPANS:
        return None
    return _tail(tokens, j + 1, rel, round(count * SPANS[word]))


def _tail(tokens: list[Token], j: int, rel: str, years: int) -> tuple[Time, int] | None:
    after = _low(tokens, j)
    if after == "ago":
        return Time(kind="ago", rel=rel, n=years), j + 1
    if after in ("earlier", "before", "previously"):
        return Time(kind="offset", rel=rel, n=-years), j + 1
    if after in ("later", "after", "on", "afterwards", "thereafter"):
        return Time(kind="offset", rel=rel, n=years), j + 1
    if after == "from" and _low(tokens, j + 1) == "now":
        return Time(kind="within", rel=rel, n=years), j + 2
    if after == "since":
        return None
    if rel in ("for", "over"):
        return Time(kind="span", rel=rel, n=years), j
    if rel in ("within",) or (rel == "in" and _low(tokens, j) not in ("of",)):
        return Time(kind="within", rel=rel or "in", n=years), j
    return None


def last_month_before(day: dt.date, month: int, *, ahead: bool = False) -> tuple[int, int]:
    """The nearest such month before a day (that is over or running), or the next one."""
    if ahead:
        return (day.year, month) if month > day.month else (day.year + 1, month)
    return (day.year, month) if month < day.month else (day.year - 1, month)
