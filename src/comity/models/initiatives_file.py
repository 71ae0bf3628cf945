"""Undertakings read from TOML: every promise of the form checked, all that is wrong reported at once."""

from __future__ import annotations

import datetime as dt
import difflib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from comity import states
from comity.core import BadDataError, UsageError
from comity.models import initiatives
from comity.models.initiatives import ATTRIBUTES, Citation, Initiative, Money, Shown

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
KEYS = (
    "id", "name", "kind", "outcome", "owners", "because", "evidence", "lacks", "cost", "funding", "benefit", "value", "status", "announced",
    "signed", "start", "due", "end", "known", "domain", "sources", "coding",
)  # fmt: skip
"""The keys of an [[initiative]]: those of a roadmap, and what a register adds."""
DATES = ("announced", "signed", "start", "due", "end", "known")
ORDER = ("announced", "signed", "start", "end")
MOST = 1_000_000
"""Bytes of the largest file that is read."""


@dataclass
class _Reader:
    """One file: what is wrong with it so far, and the states that own what names no owner."""

    wrong: list[str] = field(default_factory=list)
    owners: tuple[str, ...] = ()

    def say(self, where: str, text: str) -> None:
        self.wrong.append(f"initiative {where}: {text}")

    def text(self, table: Mapping[str, Any], key: str, where: str) -> str | None:
        value = table.get(key)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip():
            self.say(where, f"`{key}` is {_quoted(value)}; expected text")
            return None
        return value.strip()


def read(data: bytes, *, owners: Sequence[str] = ()) -> tuple[Initiative, ...]:
    """The undertakings in a file's bytes; `owners` own those that name none (else [roadmap] states, or [register] states).

    Raises BadDataError with all that is wrong: no TOML, an unknown key or attribute, two rows of one id, an end before its start, …
    """
    if len(data) > MOST:
        raise BadDataError(f"the file has {len(data):,} bytes; at most {MOST:,} are read")
    try:
        root = tomllib.loads(data.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise BadDataError(f"no TOML: {error}") from None
    reader = _Reader()
    for head in ("register", "roadmap"):
        table = root.get(head)
        if isinstance(table, dict) and isinstance(table.get("states"), list):
            owners = owners or tuple(str(s) for s in table["states"])
    reader.owners = _codes(reader, owners, "(file)")
    rows = root.get("initiative")
    if not isinstance(rows, list) or not rows or not all(isinstance(r, dict) for r in rows):
        raise BadDataError("no [[initiative]] in the file; expected at least one, with `id` and `name`")
    out = [made for r in rows if (made := _one(reader, r)) is not None]
    seen: set[str] = set()
    for row in rows:
        key = row.get("id")
        if isinstance(key, str) and key in seen:
            reader.say(_quoted(key), "two rows have this id; ids are unique")
        elif isinstance(key, str):
            seen.add(key)
    if reader.wrong:
        raise BadDataError("; ".join(reader.wrong[:20]))
    return tuple(out)


def _one(reader: _Reader, row: Mapping[str, Any]) -> Initiative | None:
    key = row.get("id")
    where = _quoted(key) if key is not None else "(without id)"
    for name in row:
        if name not in KEYS:
            reader.say(where, f"there is no key {_quoted(name)}{_near(name, KEYS)}")
    if not isinstance(key, str) or not ID.fullmatch(key):
        reader.say(where, "`id` is 1 to 64 letters, digits, '_', '.' or '-', the first a letter or digit")
        return None
    kind = reader.text(row, "kind", where)
    if kind not in (None, "exchange", "joint"):
        reader.say(where, f"`kind` is {_quoted(kind)}; expected exchange or joint")
    status = reader.text(row, "status", where) or "idea"
    if status not in initiatives.STATUSES:
        reader.say(where, f"`status` is {_quoted(status)}{_near(status, initiatives.STATUSES)}; expected {', '.join(initiatives.STATUSES)}")
        status = "idea"
    dates = {d: _date(reader, row, d, where) for d in DATES}
    for i, one in enumerate(ORDER):
        for other in ORDER[i + 1 :]:
            before, after = dates[one], dates[other]
            if before is not None and after is not None and after < before:
                reader.say(where, f"`{other}` {after} is before `{one}` {before}")
    start, due = dates["start"], dates["due"]
    if start is not None and due is not None and due < start:
        reader.say(where, f"`due` {due} is before `start` {start}")
    given = row.get("owners")
    owners = _codes(reader, given, where) if isinstance(given, list) else reader.owners
    if len(owners) < 2:
        reader.say(where, "`owners` are two states or more, here or as the file's [register] states")
    cited = _sources(reader, row, where)
    chosen: Any = kind if kind in ("exchange", "joint") else None
    status_: Any = status
    spans: Any = dates
    return Initiative(
        id=key, name=reader.text(row, "name", where) or key, states=owners, kind=chosen, outcome=reader.text(row, "outcome", where),
        because=reader.text(row, "because", where), status=status_, domain=reader.text(row, "domain", where),
        shown=_shown(reader, row, where, cited), money=_money(reader, row, where), sources=cited, codings=_codings(reader, row, where), **spans,
    )  # fmt: skip


def _codes(reader: _Reader, given: Sequence[Any], where: str) -> tuple[str, ...]:
    out = []
    for text in given:
        try:
            out.append(states.find(str(text)[:80]).code)
        except UsageError as error:
            reader.say(where, str(error))
    return tuple(dict.fromkeys(out))


def _date(reader: _Reader, row: Mapping[str, Any], key: str, where: str) -> dt.date | None:
    value = row.get(key)
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and 1000 <= value <= 9999:
        return dt.date(value, 12, 31) if key in ("due", "end", "known") else dt.date(value, 1, 1)
    if value is not None:
        reader.say(where, f"`{key}` is {_quoted(value)}; expected a date as 2025-03-03 or a year")
    return None


def _sources(reader: _Reader, row: Mapping[str, Any], where: str) -> tuple[Citation, ...]:
    out = []
    given = row.get("sources", [])
    for item in given if isinstance(given, list) else [given]:
        if isinstance(item, str) and item.strip():
            out.append(Citation(source=item.strip()))
        elif isinstance(item, dict) and isinstance(item.get("source"), str) and set(item) <= {"source", "row", "url"}:
            out.append(Citation(source=item["source"], row=str(item.get("row", "")), url=str(item.get("url", ""))))
        else:
            reader.say(where, f"`sources` holds {_quoted(item)}; expected a text or {{source = …, row = …, url = …}}")
    return tuple(out)


def _shown(reader: _Reader, row: Mapping[str, Any], where: str, cited: Sequence[Citation]) -> dict[str, Shown]:
    evidence, lacks = row.get("evidence", {}), row.get("lacks", {})
    out: dict[str, Shown] = {}
    for key, table, there in (("evidence", evidence, True), ("lacks", lacks, False)):
        if not isinstance(table, dict):
            reader.say(where, f"`{key}` is {_quoted(table)}; expected a table of attributes, each with the words that show it")
            continue
        for name, value in table.items():
            words = [value] if isinstance(value, str) else value
            if name not in ATTRIBUTES:
                reader.say(where, f"there is no attribute {_quoted(name)}{_near(name, ATTRIBUTES)}")
            elif not isinstance(words, list) or not all(isinstance(w, str) for w in words):
                reader.say(where, f"`{key}.{name}` is {_quoted(value)}; expected a text or a list of texts")
            elif name in out:
                reader.say(where, f"the attribute {name} is both shown and shown to be missing")
            elif text := "; ".join(w.strip() for w in words if w.strip()):
                out[name] = Shown(there=there, words=text, source=", ".join(c.source for c in cited))
    if row.get("outcome") and "one_outcome" not in out and row.get("kind") == "joint":
        out["one_outcome"] = Shown(there=True, words=str(row["outcome"]), source=", ".join(c.source for c in cited))
    return out


def _money(reader: _Reader, row: Mapping[str, Any], where: str) -> tuple[Money, ...]:
    out = []
    sorts: tuple[Any, ...] = ("cost", "funding", "benefit", "value")
    for sort in sorts:
        tables = row.get(sort, [])
        for table in tables if isinstance(tables, list) else [tables]:
            amount = table.get("amount") if isinstance(table, dict) else None
            if not isinstance(table, dict) or isinstance(amount, bool) or not isinstance(amount, (int, float)) or not abs(amount) < 1e18:
                reader.say(where, f"`{sort}` holds {_quoted(table)}; expected a table with side, amount and, where known, year and currency")
                continue
            year = table.get("year")
            out.append(Money(sort=sort, side=str(table.get("side", "")), amount=float(amount), currency=str(table.get("currency", "USD")),
                             year=year if isinstance(year, int) else None))  # fmt: skip
    return tuple(out)


def _codings(reader: _Reader, row: Mapping[str, Any], where: str) -> dict[str, dict[str, bool | None]]:
    out: dict[str, dict[str, bool | None]] = {}
    given = row.get("coding", [])
    for table in given if isinstance(given, list) else [given]:
        coder = table.get("coder") if isinstance(table, dict) else None
        if not isinstance(coder, str):
            reader.say(where, "a `coding` has no `coder`; expected a name and a true or false for each attribute that was coded")
            continue
        values = {k: v for k, v in table.items() if k != "coder"}
        for name, value in values.items():
            if name not in ATTRIBUTES:
                reader.say(where, f"coder {_quoted(coder)}: there is no attribute {_quoted(name)}{_near(name, ATTRIBUTES)}")
            elif not isinstance(value, bool):
                reader.say(where, f"coder {_quoted(coder)}: `{name}` is {_quoted(value)}; expected true or false (leave out what cannot be told)")
        if coder in out:
            reader.say(where, f"coder {_quoted(coder)} coded it twice")
        out[coder] = {k: v for k, v in values.items() if k in ATTRIBUTES and isinstance(v, bool)}
    return out


def _near(name: Any, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(str(name)[:80].casefold(), known, n=1, cutoff=0.4)
    return f" (nearest: '{near[0]}')" if near else f" (there are: {', '.join(known[:9])}{' …' if len(known) > 9 else ''})"


def _quoted(value: Any) -> str:
    text = "".join(c if c.isprintable() else "·" for c in str(value))
    return f"'{text if len(text) <= 60 else text[:57] + '…'}'"
