"""A user's notes: stated figures and dated facts about a pair, each with who said it and where; never mixed with a Series."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
import re
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from comity import lock, measures, states, store
from comity.core import Measure, StoreError, UsageError, named_span

FILE = "notes.json"
LONGEST = 2_000
EARLIEST, LATEST = 1500, 2500
SCALES = {
    "thousand": 1e3, "k": 1e3, "million": 1e6, "mn": 1e6, "m": 1e6, "billion": 1e9, "bn": 1e9, "trillion": 1e12, "tn": 1e12,
    "ths": 1e3, "mln": 1e6, "bln": 1e9,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Note:
    """One stated figure (value and unit) or dated fact (neither) about a pair; `measure` where it speaks of one, then in its unit."""

    id: str
    a: str
    b: str
    what: str
    measure: str | None
    value: float | None
    unit: str | None
    period: str
    start: dt.date
    last: dt.date
    who: str
    url: str
    noted: dt.date


def make(
    a: str, b: str, *, what: str, date: str, who: str, url: str, value: float | None = None, unit: str | None = None, noted: dt.date | None = None
) -> Note:
    """A note about the ordered pair a, b. what: a measure's name or alias, else free words. date: a day or a named period.

    A value of a measure is turned into the measure's unit ("200", "bn USD"; "%" of a share); UsageError where it cannot be,
    where a text is empty or too long, or where the address is not http(s).
    """
    texts = {"--what": what, "--who": who, "--url": url, "--unit": unit or "-"}
    for option, text in texts.items():
        if not text.strip() or len(text) > LONGEST:
            raise UsageError(f"{option} is {'empty' if not text.strip() else f'longer than {LONGEST} characters'}")
        if not text.isprintable():
            raise UsageError(f"{option} holds characters that cannot be seen; write plain text")
    if not re.fullmatch(r"https?://[^\s<>\"]+", url):
        raise UsageError(f"--url {url[:80]!r} is no address of a page; it starts with http:// or https://")
    if (value is None) != (unit is None):
        raise UsageError("--value and --unit go together; a dated fact has neither")
    if value is not None and not math.isfinite(value):
        raise UsageError(f"--value {value} is no number")
    try:
        first, last = named_span(date[:80])
    except (ValueError, OverflowError) as error:
        raise UsageError(f"--date {date[:40]!r} is beyond the calendar") from error
    if not EARLIEST <= first.year <= last.year <= LATEST or last < first:
        raise UsageError(f"--date {date[:40]!r}: a period of the years {EARLIEST} to {LATEST}, its begin before its end")
    declared = _measure(what)
    if declared is not None and value is not None and unit is not None:
        value, unit = _in_unit(value, unit, declared)
        if not math.isfinite(value):
            raise UsageError(f"--value times --unit is no number that can be kept; it is above {sys.float_info.max:.1e}")
    one, other = states.find(a).code, states.find(b).code
    if one == other:
        raise UsageError(f"{a} and {b} are one state ({one}); a note is about two")
    key = json.dumps([one, other, what, value, unit, date, who, url])
    return Note(
        id=hashlib.sha256(key.encode()).hexdigest()[:8], a=one, b=other, what=what.strip(),
        measure=measures.full_name(what.strip()) if declared else None, value=value, unit=unit,
        period=date, start=first, last=last, who=who.strip(), url=url, noted=noted or dt.date.today(),
    )  # fmt: skip


def add(home: Path, note: Note) -> None:
    """Keep a note in the store; one that is there already is left as it is."""
    with lock.writing(home):
        known = load(home)
        if all(n.id != note.id for n in known):
            _write(home, (*known, note))


def remove(home: Path, key: str) -> None:
    """Take a note out of the store; UsageError where no note has this id."""
    with lock.writing(home):
        known = load(home)
        kept = tuple(n for n in known if n.id != key)
        if len(kept) == len(known):
            raise UsageError(f"no note has the id {key!r}; `comity note A B` lists those of a pair")
        _write(home, kept)


def load(home: Path) -> tuple[Note, ...]:
    """All notes of a store, in order of their dates."""
    try:
        rows = json.loads((home / FILE).read_text(encoding="utf-8"))
        days = ("start", "last", "noted")
        read: list[dict[str, Any]] = [{k: dt.date.fromisoformat(v) if k in days else v for k, v in r.items()} for r in rows]
        made = [Note(**r) for r in read]
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise StoreError(f"{home / FILE}: damaged; mend or remove it ({error})") from error
    return tuple(sorted(made, key=lambda n: (n.start, n.last, n.id)))


def about(notes: tuple[Note, ...], a: str, b: str, *, measure: str | None = None, symmetric: bool = True) -> tuple[Note, ...]:
    """The notes about a pair (in either order where symmetric); of one measure where it is named."""
    pairs = {(a, b), (b, a)} if symmetric else {(a, b)}
    return tuple(n for n in notes if (n.a, n.b) in pairs and (measure is None or n.measure == measure))


def _measure(what: str) -> Measure | None:
    try:
        return measures.get(what.strip())
    except UsageError:
        return None


def _in_unit(value: float, unit: str, declared: Measure) -> tuple[float, str]:
    if unit.casefold() == declared.unit.casefold():
        return value, declared.unit
    if unit.strip() in ("%", "per cent", "percent") and declared.unit.startswith("share"):
        return value / 100, declared.unit
    words = unit.split()
    factors = [SCALES[w.casefold()] for w in words if w.casefold() in SCALES]
    rest = " ".join(w for w in words if w.casefold() not in SCALES).casefold()
    if len(factors) == 1 and rest in (declared.unit.casefold(), ""):
        return value * factors[0], declared.unit
    offer = f"give {declared.unit}, million or bn of it, or say --what in words"
    raise UsageError(f"--unit {unit!r} is not that of {declared.name} ({declared.unit}); {offer}")


def _write(home: Path, notes: tuple[Note, ...]) -> None:
    store.write_text(home / FILE, json.dumps([asdict(n) for n in notes], default=str, indent=1, ensure_ascii=False))
