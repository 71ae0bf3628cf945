"""The table of states: names and codes to states, who existed when, and the spine of dyads.

``states.csv`` has one row per spell and ``states_aliases.csv`` one per name; both are read on first use. A spell lasts from the earlier start to
the later end of the Correlates of War and Gleditsch-Ward lists, and is broken only while both break it; ``cow_spells`` and ``gw_spells`` keep each
list exactly. ``status`` is one of ``STATUSES``. A year or other period belongs to a state that existed on any day of it; where states share a seat
(the Soviet Union and Russia in 1991), to the one that held the seat for most of its days.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from comity.core import UsageError

if TYPE_CHECKING:
    import pyarrow as pa

Scheme = Literal["iso3", "cow", "gw", "name", "un"]
System = Literal["comity", "cow", "gw"]
SpinePeriod = Literal["year", "session", "quarter", "month"]
Status = Literal["member", "partly recognised", "observer", "associated", "territory", "UN member only"]
Interval = tuple[dt.date | None, dt.date | None]
Timeline = tuple[list[int], list[str | None], list[bool]]

STATUSES: tuple[Status, ...] = get_args(Status)
STATEHOOD: frozenset[str] = frozenset({"member", "partly recognised", "observer"})
LONGEST_NAME = 120
EPOCH = dt.date(1970, 1, 1).toordinal()
OPEN = dt.date.max.toordinal()
UN_GRACE = 60
"""Days before a state's first in which a vote under its code is still its own: roll calls before 2003 are dated up to weeks wrong."""
CONTINUES = (("CHN", "TWN"), ("YAR", "YEM"), ("KJO", "KOR"), ("ANM", "VNM"))
"""Pairs (earlier, later) where one code stands for the other outside its dates, as files write them; they share no seat."""
UN_SEATS: dict[str, tuple[tuple[str, dt.date, dt.date | None], ...]] = {
    "CHN": (
        ("CHN", dt.date(1945, 10, 24), dt.date(1949, 12, 7)),
        ("TWN", dt.date(1949, 12, 8), dt.date(1971, 10, 24)),
        ("CHN", dt.date(1971, 10, 25), None),
    ),
    "RUS": (("SUN", dt.date(1945, 10, 24), dt.date(1991, 12, 25)), ("RUS", dt.date(1991, 12, 26), None)),
    "SRB": (
        ("YUG", dt.date(1945, 10, 24), dt.date(1992, 4, 26)),
        ("SCG", dt.date(1992, 4, 27), dt.date(1992, 9, 22)),
        ("SCG", dt.date(2000, 11, 1), dt.date(2006, 6, 4)),
        ("SRB", dt.date(2006, 6, 5), None),
    ),
}
"""Seats at the United Nations that more than one state has held; SCG took no part from resolution 47/1 to its admission."""


REGIONS: dict[str, tuple[int, int]] = {
    "americas": (2, 199),
    "europe": (200, 399),
    "sub-saharan africa": (400, 599),
    "middle east and north africa": (600, 699),
    "asia": (700, 899),
    "oceania": (900, 999),
}
"""Regions by the ranges of the Correlates of War numbers (Russia and Turkey: by their numbers, Europe and the Middle East)."""


class UnknownState(UsageError):
    """No state, or more than one, goes by the name that was given."""


@dataclass(frozen=True, kw_only=True)
class Spell:
    """One unbroken stretch of a state's existence; ``start`` or ``stop`` is None where it has no stated beginning or no end."""

    start: dt.date | None
    stop: dt.date | None
    cow: int | None
    gw: int | None
    status: Status
    cow_spells: tuple[Interval, ...] = ()
    gw_spells: tuple[Interval, ...] = ()
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Alias:
    """One name of a state; ``start`` and ``stop`` bound the time in which the name means that state."""

    text: str
    kind: str
    start: dt.date | None = None
    stop: dt.date | None = None


@dataclass(frozen=True, kw_only=True)
class State:
    """One state or territory with its spells in order of time and all its names; ``note`` is the last spell's."""

    code: str
    name: str
    seat: str
    spells: tuple[Spell, ...]
    aliases: tuple[Alias, ...]

    @property
    def note(self) -> str:
        return self.spells[-1].note


def _date(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text and text != ".." else None


def _intervals(text: str) -> tuple[Interval, ...]:
    return tuple((_date(a), _date(b)) for a, _, b in (part.partition("/") for part in text.split(";") if part))


def _read(name: str) -> list[dict[str, str]]:
    with Path(__file__).with_name(name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def _rows() -> tuple[dict[str, str], ...]:
    return tuple(_read("states.csv"))


@cache
def _states() -> dict[str, State]:
    aliases: dict[str, list[Alias]] = {}
    for row in _read("states_aliases.csv"):
        aliases.setdefault(row["code"], []).append(Alias(text=row["alias"], kind=row["kind"], start=_date(row["from"]), stop=_date(row["to"])))
    spells: dict[str, list[Spell]] = {}
    facts: dict[str, tuple[str, str]] = {}
    for row in _rows():
        status = row["status"]
        assert status in STATUSES, status
        facts[row["code"]] = (row["name"], row["seat"])
        spells.setdefault(row["code"], []).append(
            Spell(
                start=_date(row["from"]), stop=_date(row["to"]),
                cow=int(row["cow"]) if row["cow"] else None, gw=int(row["gw"]) if row["gw"] else None, status=status,
                cow_spells=_intervals(row["cow_spells"]), gw_spells=_intervals(row["gw_spells"]), note=row["note"],
            )
        )  # fmt: skip
    return {c: State(code=c, name=name, seat=seat, spells=tuple(spells[c]), aliases=tuple(aliases.get(c, ()))) for c, (name, seat) in facts.items()}


def _key(text: str) -> str:
    """The letters and digits of a name, without case, accents and punctuation."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c) and unicodedata.category(c) != "Cf")
    plain = re.sub(r"['’‘`´.]", "", plain.casefold()).replace("&", " and ")
    return " ".join("saint" if word == "st" else word for word in re.findall(r"[^\W_]+", plain))


def _bag(key: str) -> str:
    """The words of a name in alphabetical order: "Korea, Republic of" and "Republic of Korea" are one."""
    full = {"rep": "republic", "dem": "democratic", "fed": "federal"}
    return " ".join(sorted(full.get(word, word) for word in key.split() if word not in {"the", "of", "and"}))


@cache
def _index() -> tuple[dict[str, list[tuple[str, Alias]]], dict[str, list[tuple[str, Alias]]]]:
    exact: dict[str, list[tuple[str, Alias]]] = {}
    bags: dict[str, list[tuple[str, Alias]]] = {}
    for state in _states().values():
        for alias in state.aliases:
            key = _key(alias.text)
            exact.setdefault(key, []).append((state.code, alias))
            bags.setdefault(_bag(key), []).append((state.code, alias))
    return exact, bags


@lru_cache(maxsize=1 << 15)
def _code(text: str) -> str | None:
    """The table's code for a three-letter code: itself, or the code that has replaced it (ROM, ZAR, TMP)."""
    upper = text.strip().upper() if len(text) < 10 else ""
    if upper in _states():
        return upper
    if not re.fullmatch("[A-Z]{3}", upper):
        return None
    found = {code for code, alias in _index()[0].get(upper.lower(), ()) if alias.kind in {"former", "data"} and alias.text == upper}
    return found.pop() if len(found) == 1 else None


def _named(text: str, *, data: bool) -> list[tuple[str, Alias]]:
    """The states that go by a name; with ``data`` what data files mean by it comes first, else last."""
    if len(text) > LONGEST_NAME:
        return []
    exact, bags = _index()
    key = _key(text)
    hits = exact.get(key) or bags.get(_bag(key), [])
    return [hit for hit in hits if (hit[1].kind == "data") is data] or hits


def _meant(hits: list[tuple[str, Alias]], day: int) -> list[str]:
    """The codes that a name means on a day: of the aliases that hold then, those bounded in time before the others."""
    date = dt.date.fromordinal(day)
    valid = [(bool(a.start or a.stop), c) for c, a in hits if (a.start or date) <= date <= (a.stop or date)]
    return sorted({c for bounded, c in valid if bounded} or {c for _, c in valid})


def _spells(group: Iterable[str]) -> list[tuple[int, int, str, Spell]]:
    states = _states()
    return [(s.start.toordinal() if s.start else 1, s.stop.toordinal() if s.stop else OPEN, c, s) for c in group for s in states[c].spells]


def _segments(layers: list[tuple[int, int, str]], lent: list[tuple[int, int, str]]) -> Timeline:
    """First days of stretches, the code of each by the first layer that covers it, and whether it is only lent."""
    cuts = sorted({1, *(a for a, _, _ in layers + lent), *(b + 1 for _, b, _ in layers + lent if b < OPEN)})
    own, other = ([next((code for a, b, code in some if a <= cut <= b), None) for cut in cuts] for some in (layers, lent))
    return cuts, [a or b for a, b in zip(own, other, strict=True)], [a is None for a in own]


def _line(codes: list[str], own: list[tuple[int, int, str]], early: list[tuple[int, int, str]] | None = None) -> Timeline:
    """The timeline of spells, then of the codes' seats, then of what stands for the codes outside their dates (CONTINUES)."""
    seats = {_states()[code].seat for code in codes}
    seated = [c for c, state in _states().items() if state.seat in seats]
    lent = [b if a in codes else a for a, b in CONTINUES if a in codes or b in codes]
    return _segments(own + [spell[:3] for spell in _spells([*codes, *seated])], [spell[:3] for spell in _spells(lent)] + (early or []))


@lru_cache(maxsize=1 << 15)
def _timeline(value: str | float, scheme: Scheme) -> Timeline:
    if scheme == "iso3":
        code = _code(str(value))
        return _line([code], []) if code else ([1], [None], [False])
    if scheme == "un":
        code = _code(str(value))
        if code in ("CHN", "TWN"):
            last = dt.date(1971, 10, 24).toordinal() if code == "TWN" else OPEN
            seats = [(a.toordinal(), b.toordinal() if b else OPEN, c) for c, a, b in UN_SEATS["CHN"]]
            return _segments([(a, min(b, last), c) for a, b, c in seats if a <= last], [])
        early = [(a - UN_GRACE, b, c) for a, b, c, _ in _spells([code] if code else []) if a > 1]
        return _line([code], [], early) if code else ([1], [None], [False])
    if scheme == "name":
        hits = [(a.start.toordinal() if a.start else 1, a.stop.toordinal() if a.stop else OPEN, c, a) for c, a in _named(str(value), data=True)]
        cuts = sorted({1, *(cut for code in {c for _, _, c, _ in hits} for cut in _timeline(code, "iso3")[0])}
                      | {x for a, b, _, _ in hits for x in (a, b + 1) if x <= OPEN})  # fmt: skip
        codes: list[str | None] = []
        lent: list[bool] = []
        for cut in cuts:
            lines = [_timeline(c, "iso3") for c in _meant([(c, alias) for _, _, c, alias in hits], cut)]
            then = {_at(line, cut) for line in lines} - {None}
            codes.append(then.pop() if len(then) == 1 else None)
            lent.append(any(line[2][bisect_right(line[0], cut) - 1] for line in lines))
        return cuts, codes, lent
    own = _numbered(value, scheme)
    return _line(list(dict.fromkeys(c for _, _, c in own)), own)


def _numbered(value: str | float, scheme: Scheme) -> list[tuple[int, int, str]]:
    """The spells with a number of one of the two lists."""
    if scheme not in ("cow", "gw"):
        raise UsageError(f"There is no scheme {scheme!r}; the schemes are {', '.join(get_args(Scheme))}.")
    whole = re.fullmatch(r"([0-9]{1,4})(\.0+)?", str(value))
    return [(a, b, c) for a, b, c, s in _spells(_states()) if whole and getattr(s, scheme) == int(whole[1])]


def _at(timeline: Timeline, day: int) -> str | None:
    return timeline[1][bisect_right(timeline[0], day) - 1]


def _in_year(timeline: Timeline, year: int) -> str | None:
    """The code that has most of a year's days; days without a state do not count, nor those of a lent code unless there are no others."""
    first, last = dt.date(year, 1, 1).toordinal(), dt.date(year, 12, 31).toordinal()
    days: dict[tuple[bool, str], int] = {}
    for i, (cut, code, lent) in enumerate(zip(*timeline, strict=True)):
        stop = timeline[0][i + 1] - 1 if i + 1 < len(timeline[0]) else OPEN
        if code and cut <= last and stop >= first:
            days[not lent, code] = days.get((not lent, code), 0) + min(stop, last) - max(cut, first) + 1
    return max(days, key=lambda key: (key[0], days[key]))[1] if days else None


def _today(value: str | float, scheme: Scheme) -> str | None:
    if scheme in ("iso3", "un"):
        return _code(str(value))
    if scheme == "name":
        hits = _named(str(value), data=True)
        names = _meant(hits, OPEN) or sorted({code for code, _ in hits})
        return names[0] if len(names) == 1 else None
    return max(((b, c) for _, b, c in _numbered(value, scheme)), default=(0, None))[1]


def _unknown(text: str) -> UnknownState:
    import difflib

    asked = repr(text if len(text) <= 60 else text[:57] + "…")
    names = {key: code for key, hits in _index()[0].items() for code, alias in hits if alias.kind != "misspelling"}
    near = difflib.get_close_matches(_key(text[:LONGEST_NAME]), names, n=5, cutoff=0.6) if len(text) > 3 else []
    codes = list(dict.fromkeys(names[key] for key in near))
    offer = " Did you mean " + ", ".join(f"{_states()[c].name} ({c})" for c in codes) + "?" if codes else ""
    return UnknownState(f"No state is called {asked}.{offer} Give a three-letter code or a name that `comity states` lists.")


def find(text: str, *, on: dt.date | int | None = None) -> State:
    """The one state that goes by a code or any known name, regardless of case, accents and punctuation.

    With ``on``, a date or a year, it is the state that held the seat then: "Russia" in 1970 is the Soviet Union. A name that two states share
    today ("Congo", "Korea") raises ``UnknownState`` with the candidates, as does one that no state has, with the nearest names.
    """
    code = _code(text) if len(text) <= LONGEST_NAME else None
    if code is None:
        hits = _named(text, data=False)
        now = dt.date.max if on is None else on if isinstance(on, dt.date) else dt.date(on, 7, 1)
        candidates = _meant(hits, now.toordinal()) or sorted({code for code, _ in hits})
        if not candidates:
            raise _unknown(text)
        if on is not None:
            candidates = [c for c in candidates if resolve(c, "iso3", on)] or candidates
        if len(candidates) > 1:
            raise UnknownState(f"{text!r} may be " + " or ".join(f"{_states()[c].name} ({c})" for c in candidates) + "; give the code.")
        code = candidates[0]
    if on is None:
        return _states()[code]
    then = resolve(code, "iso3", on)
    if then is None:
        raise UnknownState(f"{_states()[code].name} ({code}) was no state on {on}; it is listed for {_when(code)}.")
    return _states()[then]


def _when(code: str) -> str:
    return ", ".join(f"{s.start or '…'} to {s.stop or 'today'}" for s in _states()[code].spells)


def get(code: str) -> State:
    """The state with exactly this code."""
    try:
        return _states()[code]
    except KeyError:
        raise _unknown(code) from None


def all_states() -> tuple[State, ...]:
    """Every state and territory of the table, in order of code."""
    return tuple(_states().values())


def existed(code: str, on: dt.date) -> bool:
    """Whether a state (a member, partly recognised, or an observer; not a territory) existed on a day."""
    return existed_between(code, on, on)


def existed_between(code: str, start: dt.date, stop: dt.date) -> bool:
    """Whether a state existed on some day from ``start`` to ``stop``, both included."""
    return any(a <= stop.toordinal() and b >= start.toordinal() for a, b, _, s in _spells([get(code).code]) if s.status in STATEHOOD)


def search(text: str) -> list[State]:
    """The states with a word of a name that begins with the text: those that it names outright first, then in order of code."""
    key = _key(text[:LONGEST_NAME])
    outright = {code for code, _ in _index()[0].get(key, ())} | ({code} if (code := _code(text)) else set())
    hits = outright | {code for name, found in _index()[0].items() if key and f" {key}" in f" {name}" for code, _ in found}
    return [_states()[code] for code in sorted(hits, key=lambda code: (code not in outright, code))]


def rows(states: Iterable[State] | None = None) -> list[dict[str, str]]:
    """The table as rows of text, one per spell: code, name, from, to, cow, gw, seat, status first; of the given states in their order, else all."""
    if states is None:
        return [dict(row) for row in _rows()]
    return [dict(row) for state in states for row in _rows() if row["code"] == state.code]


def resolve(value: str | float, scheme: Scheme = "iso3", on: dt.date | int | None = None) -> str | None:
    """The code of the state that a code, number or name meant on a date or in a year; None where there was none.

    A code whose state did not exist then gives the state that held the same seat (iso3 RUS on 1970-01-01 is SUN, YUG on 1995-01-01 is SCG).
    A year gives the state that had most of its days. ``un`` is iso3 for votes at the United Nations (see ``un_state_on``).
    Without ``on`` the code is today's and is kept as it is.
    """
    if isinstance(value, str) and len(value) > LONGEST_NAME:
        return None
    if on is None:
        return _today(value, scheme)
    timeline = _timeline(value, scheme)
    return _at(timeline, on.toordinal()) if isinstance(on, dt.date) else _in_year(timeline, on)


def int_array(numbers: Any, kind: Any) -> Any:
    """A numpy array as an Arrow one; ``pa.array`` would import pandas, which takes a second."""
    import pyarrow as pa

    return pa.Array.from_buffers(kind, len(numbers), [None, pa.py_buffer(numbers.astype("int32"))])


def picked(codes: list[str], which: Any) -> pa.Array:
    """The codes at these places, null at -1."""
    import numpy as np
    import pyarrow as pa

    offsets = int_array(np.cumsum([0, *map(len, codes)]), pa.int32()).buffers()[1]
    texts = pa.StringArray.from_buffers(len(codes), offsets, pa.py_buffer("".join(codes).encode()))
    there = pa.py_buffer(np.packbits(which >= 0, bitorder="little"))
    return texts.take(pa.Array.from_buffers(pa.int32(), len(which), [there, int_array(which, pa.int32()).buffers()[1]]))


def recode(values: Any, dates: Any = None, scheme: Scheme = "iso3") -> tuple[pa.Array, list[Any]]:
    """Codes for whole columns, as ``resolve`` gives them one by one, with null where there was no state.

    ``values`` and ``dates`` are pyarrow arrays or sequences of one length, dates being dates or whole years (None: today's codes).
    Returns the codes and the sorted distinct values with a row that did not resolve; a null value is null and not counted.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    def plain(column: Any) -> Any:
        array = column if isinstance(column, (pa.Array, pa.ChunkedArray)) else pa.array(column)
        return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array

    column = plain(values)
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_floating(column.type):
        column = pc.if_else(pc.is_finite(column), column, None).cast(pa.int64())
    encoded = column.dictionary_encode()
    distinct = encoded.dictionary.to_pylist()
    known = np.asarray(pc.is_valid(column))
    which = np.asarray(pc.fill_null(encoded.indices, 0), dtype=np.int64)
    names = list(_states())
    number = {name: i for i, name in enumerate(names)} | {None: -1}
    if dates is None:
        found = np.array([number[_today(value, scheme)] for value in distinct] or [-1], dtype=np.int64)[which]
    else:
        when = plain(dates)
        if len(when) != len(column):
            raise UsageError(f"{len(column)} values and {len(when)} dates; recode takes one date for each value.")
        known &= np.asarray(pc.is_valid(when))
        if pa.types.is_integer(when.type) or pa.types.is_floating(when.type):
            years = np.asarray(pc.fill_null(when, 1), dtype=np.int64)
            pairs, back = np.unique(which * 10_000 + years, return_inverse=True)
            lines = [_timeline(value, scheme) for value in distinct]
            found = np.array([number[_in_year(lines[p // 10_000], p % 10_000)] if lines else -1 for p in pairs.tolist()], dtype=np.int64)[back]
        else:
            days = np.asarray(pc.fill_null(when.cast(pa.date32()).cast(pa.int32()), 0), dtype=np.int64) + EPOCH
            cuts = np.array([(i << 32) + cut for i, value in enumerate(distinct) for cut in _timeline(value, scheme)[0]], dtype=np.int64)
            codes = [number[code] for value in distinct for code in _timeline(value, scheme)[1]]
            found = np.array(codes or [-1], dtype=np.int64)[np.maximum(np.searchsorted(cuts, (which << 32) + days, "right") - 1, 0)]
    missing = known & (found < 0)
    unresolved = sorted((distinct[i] for i in np.unique(which[missing]).tolist()), key=lambda v: (str(type(v)), v))
    return picked(names, np.where(known, found, -1)), unresolved


def seat_chain(code: str, *, un: bool = False) -> list[tuple[str, dt.date | None, dt.date | None]]:
    """The states that held a state's seat, with first and last day, in order of time; ``un`` gives the seat at the United Nations."""
    state = get(code)
    seat = "CHN" if un and code == "TWN" else state.seat
    if un and seat in UN_SEATS:
        return list(UN_SEATS[seat])
    holders = [(a, c, s.start, s.stop) for a, _, c, s in _spells(c for c, other in _states().items() if other.seat == seat)]
    return [(c, start, stop) for _, c, start, stop in sorted(holders, key=lambda holder: holder[:2])]


def un_state_on(code: str, on: dt.date | int) -> str | None:
    """The state behind a code in a United Nations vote: CHN and TWN by who held the seat, others as iso3.

    Up to ``UN_GRACE`` days before its first day a code is already the coming member's.
    """
    return resolve(code, "un", on)


def numbers(code: str, year: int) -> tuple[int | None, int | None]:
    """The Correlates of War and Gleditsch-Ward numbers of a state in a year: where it had two, that of more days; None where the list lacks it."""
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    cow: list[tuple[int, int | None]] = [(-1, None)]
    gw: list[tuple[int, int | None]] = [(-1, None)]
    for s in get(code).spells:
        for days, number, spans in ((cow, s.cow, s.cow_spells), (gw, s.gw, s.gw_spells)):
            days += [((min(b or last, last) - max(a or first, first)).days, number) for a, b in spans]
    return max(cow, key=lambda d: d[0])[1], max(gw, key=lambda d: d[0])[1]


def _periods(period: SpinePeriod, start: dt.date | int, stop: dt.date | int) -> list[tuple[int, int]]:
    """First and last day of each period that begins from ``start`` to ``stop``; whole years are taken from their first to their last day."""
    first = start if isinstance(start, dt.date) else dt.date(start, 1, 1)
    last = stop if isinstance(stop, dt.date) else dt.date(stop, 12, 31)
    months = {"year": (1,), "session": (9,), "quarter": (1, 4, 7, 10), "month": tuple(range(1, 13))}
    if period not in months:
        raise UsageError(f"There is no period {period!r}; the spine knows {', '.join(get_args(SpinePeriod))}.")
    begins = [dt.date(year, month, 1) for year in range(first.year, last.year + 2) for month in months[period]]
    return [(a.toordinal(), b.toordinal() - 1) for a, b in zip(begins, [*begins[1:], dt.date.max], strict=True) if first <= a <= last]


def spine(
    period: SpinePeriod,
    start: dt.date | int,
    stop: dt.date | int,
    *,
    directed: bool = False,
    system: System = "comity",
    states: Iterable[str] | None = None,
    by_dyad: bool = False,
) -> pa.Table:
    """All dyads of the states of each period that begins from ``start`` to ``stop`` (dates, or years inclusive), as columns a, b, start.

    A state belongs to a period if it was a member on any day of it, as in COW's dyad-years; of states with one seat, the one with most of the days
    (in a session, of those from September to December, when it votes).
    ``system`` takes the members of either list ("comity") or of one; ``states`` keeps only these, and admits named territories and observers.
    Undirected dyads have a < b. Session s of the General Assembly starts on 1 September of 1945 + s. Rows are in order of start, a, b;
    ``by_dyad``: of a, b, start.
    """
    import numpy as np
    import pyarrow as pa

    if system not in get_args(System):
        raise UsageError(f"There is no system {system!r}; the systems are {', '.join(get_args(System))}.")
    wanted = None if states is None else {get(code).code for code in states}
    spells: list[tuple[int, int, str]] = []
    for a, b, code, spell in _spells(_states() if wanted is None else sorted(wanted)):
        if system == "comity":
            if wanted is not None or spell.cow is not None or spell.gw is not None:
                spells.append((a, b, code))
        else:
            lists = spell.cow_spells if system == "cow" else spell.gw_spells
            spells += [(s.toordinal() if s else 1, e.toordinal() if e else OPEN, code) for s, e in lists]
    codes = sorted({code for _, _, code in spells})
    seats = {seat: i for i, seat in enumerate(sorted({_states()[c].seat for c in codes}))}
    begin, end = (np.array([s[i] for s in spells], dtype=np.int64) for i in (0, 1))
    which = np.array([codes.index(c) for _, _, c in spells], dtype=np.int32)
    seat = np.array([seats[_states()[c].seat] for _, _, c in spells], dtype=np.int32)
    parts: list[tuple[Any, Any, Any]] = []
    for first, last in _periods(period, start, stop):
        there = np.flatnonzero((begin <= last) & (end >= first))
        days = np.minimum(end[there], first + 121 if period == "session" else last) - np.maximum(begin[there], first)
        order = there[np.lexsort((which[there], days, seat[there]))]
        members = np.sort(which[order[np.append(seat[order][1:] != seat[order][:-1], True)]]) if len(order) else which[:0]
        left, right = np.nonzero(~np.eye(len(members), dtype=bool)) if directed else np.triu_indices(len(members), 1)
        parts.append((members[left], members[right], np.full(len(left), first - EPOCH, dtype=np.int32)))
    a_index, b_index, starts = (np.concatenate([part[i] for part in parts]) if parts else np.array([], dtype=np.int32) for i in range(3))
    if by_dyad:
        order = np.lexsort((starts, b_index, a_index))
        a_index, b_index, starts = a_index[order], b_index[order], starts[order]
    return pa.table({"a": picked(codes, a_index), "b": picked(codes, b_index), "start": int_array(starts, pa.date32())})


@cache
def codes() -> frozenset[str]:
    """The codes of all states and territories."""
    return frozenset(_states())


@cache
def seats() -> tuple[str, ...]:
    """The codes of all seats that states hold or held, in order."""
    return tuple(sorted({state.seat for state in _states().values()}))


@cache
def existed_in(code: str, first: int, last: int) -> bool:
    """Whether a state existed on some day of the years first to last; a territory, which has no days, always did.

    A state counts as a territory before its first spell as a state: data name Timor-Leste before 2002.
    """
    spells = get(code).spells
    begins = [s.start.year for s in spells if s.status in STATEHOOD and s.start is not None]
    if any(s.status not in STATEHOOD for s in spells) or (begins and last < min(begins) and min(begins) > 1945 and code == get(code).seat):
        return True
    return any((s.start or dt.date.min).year <= last and (s.stop or dt.date.max).year >= first for s in spells)


@cache
def is_member(code: str, year: int, system: str = "members") -> bool:
    """Whether a state was a member of the state system on some day of a year, by either list ("members") or by one ("cow", "gw")."""
    return any(first <= year <= last for first, last in member_spans(code, system))


@cache
def member_spans(code: str, system: str = "members") -> tuple[tuple[int, int], ...]:
    """The first and last year of each stretch in which a state was a member by either list ("members") or by one ("cow", "gw")."""
    spells = get(code).spells
    if system == "members":
        spans = [(s.start, s.stop) for s in spells if s.cow is not None or s.gw is not None]
    else:
        spans = [span for s in spells for span in (s.cow_spells if system == "cow" else s.gw_spells)]
    return tuple(((first or dt.date.min).year, (last or dt.date.max).year) for first, last in spans)


def in_region(region: str, start: int, stop: int) -> tuple[str, ...]:
    """The codes of a region's members of the state system at any time in the years; UsageError for no region of that name."""
    bounds = REGIONS.get(region.casefold())
    if bounds is None:
        raise UsageError(f"There is no region {region!r}; the regions are {', '.join(REGIONS)}.")

    def there(code: str) -> bool:
        cow = next((s.cow or s.gw for s in get(code).spells if s.cow or s.gw), None)
        return cow is not None and bounds[0] <= cow <= bounds[1] and any(is_member(code, y) for y in range(start, stop + 1))

    return tuple(sorted(c for c in codes() if there(c)))


def note(code: str) -> str:
    """What a reader should know of a state whose standing is disputed, or of one whose dates are not those of its seat; else empty."""
    state = get(code)
    disputed = any(s.status not in ("member",) for s in state.spells)
    return state.note if disputed or len({s.code for s in _states().values() if s.seat == state.seat}) > 1 else ""
