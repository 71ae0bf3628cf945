"""Undertakings read from TOML: every promise of the form checked, all that is wrong reported at once."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from comity import states
from comity.core import BadDataError, UsageError
from comity.models import form, initiatives
from comity.models.form import Fields, Issues, quoted
from comity.models.initiatives import ATTRIBUTES, Citation, Initiative, Kind, Money, Shown

SHARED = ("id", "name", "kind", "outcome", "because", "evidence")
"""The keys of an [[initiative]] that a roadmap and a register read alike."""
KEYS = (
    *SHARED, "owners", "lacks", "cost", "funding", "benefit", "value", "status", "announced", "signed", "start", "due", "end", "known", "domain",
    "sources", "coding",
)  # fmt: skip
"""The keys of an [[initiative]]: those of a roadmap, and what a register adds."""
DATES = ("announced", "signed", "start", "due", "end", "known")
ORDER = ("announced", "signed", "start", "end")
MOST = 1_000_000
"""Bytes of the largest file that is read."""


@dataclass(frozen=True, kw_only=True)
class Given:
    """What a roadmap and a register read alike of an initiative; evidence by attribute, the words that show it."""

    id: str | None
    name: str | None
    kind: Kind | None
    outcome: str | None
    because: str | None
    evidence: Mapping[str, tuple[str, ...]]


def shared(f: Fields, attributes: Sequence[str], noun: str = "key") -> Given:
    """The part of an [[initiative]] that a roadmap and a register read alike; what is wrong becomes issues of the table."""
    key = f.id()
    kind: Any = f.choice("kind", ("exchange", "joint"), "bad-kind")
    evidence = _attributes(f, "evidence", attributes, noun)
    return Given(
        id=key, name=f.text("name") or key, kind=kind, outcome=f.text("outcome") or None, because=f.text("because"), evidence=evidence
    )  # fmt: skip


def _attributes(f: Fields, key: str, attributes: Sequence[str], noun: str = "attribute") -> dict[str, tuple[str, ...]]:
    table = f.inner(key)
    table.only(attributes, noun)
    return {name: table.words(name) for name in attributes if table.has(name)}


def read(data: bytes, *, owners: Sequence[str] = ()) -> tuple[Initiative, ...]:
    """The undertakings in a file's bytes; `owners` own those that name none (else [roadmap] states, or [register] states).

    Raises BadDataError with all that is wrong: no TOML, an unknown key or attribute, two rows of one id, an end before its start, …
    """
    if len(data) > MOST:
        raise BadDataError(f"the file has {len(data):,} bytes; at most {MOST:,} are read")
    try:
        root = form.toml(data.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise BadDataError(f"no TOML: {error}") from None
    for head in ("register", "roadmap"):
        table = root.get(head)
        if isinstance(table, dict) and isinstance(table.get("states"), list):
            owners = owners or tuple(str(s) for s in table["states"])
    rows = root.get("initiative")
    if not isinstance(rows, list) or not rows or not all(isinstance(r, dict) for r in rows):
        raise BadDataError("no [[initiative]] in the file; expected at least one, with `id` and `name`")
    issues = Issues()
    acting = _acting(root.get("owners"))
    default = _codes(Fields({}, "(file)", issues), owners, acting)
    out = []
    seen: set[str] = set()
    for row in rows:
        key = row.get("id")
        f = Fields(row, f"initiative {quoted(key) if key is not None else '(without id)'}", issues)
        if isinstance(key, str) and key in seen:
            f.error("duplicate-id", "two rows have this id; ids are unique")
        seen |= {key} if isinstance(key, str) else set()
        if (made := _one(f, default, acting)) is not None:
            out.append(made)
    if issues.errors:
        raise BadDataError("; ".join(f"{i.where}: {i.message}{f'; {i.hint}' if i.hint else ''}" for i in issues.errors[:20]))
    return tuple(out)


def _acting(given: Any) -> dict[str, str]:
    """The state for which each organisation of a roadmap's [owners] acts."""
    tables = given.items() if isinstance(given, dict) else ()
    return {name: str(t["state"]) for name, t in tables if isinstance(t, dict) and "state" in t}


def _one(f: Fields, default: tuple[str, ...], acting: Mapping[str, str]) -> Initiative | None:
    f.only(KEYS)
    given = shared(f, ATTRIBUTES, "attribute")
    status: Any = f.choice("status", initiatives.STATUSES) or "idea"
    dates: Any = {d: _date(f, d) for d in DATES}
    for i, one in enumerate(ORDER):
        for other in ORDER[i + 1 :]:
            if dates[one] is not None and dates[other] is not None and dates[other] < dates[one]:
                f.error("bad-date", f"`{other}` {dates[other]} is before `{one}` {dates[one]}")
    if dates["start"] is not None and dates["due"] is not None and dates["due"] < dates["start"]:
        f.error("bad-date", f"`due` {dates['due']} is before `start` {dates['start']}")
    owners = _codes(f, f.texts("owners"), acting) if f.has("owners") else default
    if len(owners) < 2:
        f.error("wrong-type", "`owners` are two states or more, here or as the file's [register] states")
    if given.id is None:
        return None
    cited = _sources(f)
    return Initiative(
        id=given.id, name=given.name or given.id, states=owners, kind=given.kind, outcome=given.outcome, because=given.because, status=status,
        domain=f.text("domain"), shown=_shown(f, given, cited), money=_money(f), sources=cited, codings=_codings(f), **dates,
    )  # fmt: skip


def _codes(f: Fields, given: Sequence[str], acting: Mapping[str, str]) -> tuple[str, ...]:
    out = []
    for text in given:
        try:
            out.append(states.find(acting.get(text, text)[:80]).code)
        except UsageError as error:
            f.error("unknown-state", str(error))
    return tuple(dict.fromkeys(out))


def _date(f: Fields, key: str) -> dt.date | None:
    value = f.table.get(key)
    if isinstance(value, int) and not isinstance(value, bool) and 1000 <= value <= 9999:
        return dt.date(value, 12, 31) if key in ("due", "end", "known") else dt.date(value, 1, 1)
    if value is not None and (not isinstance(value, dt.date) or isinstance(value, dt.datetime)):
        f.wrong(key, value, "a date as 2025-03-03 or a year")
        return None
    return value


def _sources(f: Fields) -> tuple[Citation, ...]:
    out = []
    given = f.table.get("sources", [])
    for item in given if isinstance(given, list) else [given]:
        if isinstance(item, str) and item.strip():
            out.append(Citation(source=item.strip()))
        elif isinstance(item, dict) and isinstance(item.get("source"), str) and set(item) <= {"source", "row", "url"}:
            out.append(Citation(source=item["source"], row=str(item.get("row", "")), url=str(item.get("url", ""))))
        else:
            f.wrong("sources", item, "a text or {source = …, row = …, url = …}, or a list of them")
    return tuple(out)


def _shown(f: Fields, given: Given, cited: Sequence[Citation]) -> dict[str, Shown]:
    source = ", ".join(c.source for c in cited)
    out: dict[str, Shown] = {}
    for there, table in ((True, given.evidence), (False, _attributes(f, "lacks", ATTRIBUTES))):
        for name, words in table.items():
            if name in out:
                f.error("wrong-type", f"the attribute {name} is both shown and shown to be missing")
            elif words:
                out[name] = Shown(there=there, words="; ".join(w.strip() for w in words), source=source)
    if given.outcome and "one_outcome" not in out and given.kind == "joint":
        out["one_outcome"] = Shown(there=True, words=given.outcome, source=source)
    return out


def _money(f: Fields) -> tuple[Money, ...]:
    out = []
    sorts: tuple[Any, ...] = ("cost", "funding", "benefit", "value")
    for sort in sorts:
        tables = f.table.get(sort, [])
        for table in tables if isinstance(tables, list) else [tables]:
            amount = table.get("amount") if isinstance(table, dict) else None
            if not isinstance(table, dict) or isinstance(amount, bool) or not isinstance(amount, (int, float)) or not abs(amount) < 1e18:
                f.wrong(sort, table, "a table with side, amount and, where known, year and currency")
                continue
            year = table.get("year")
            out.append(Money(sort=sort, side=str(table.get("side", "")), amount=float(amount), currency=str(table.get("currency", "USD")),
                             year=year if isinstance(year, int) else None))  # fmt: skip
    return tuple(out)


def _codings(f: Fields) -> dict[str, dict[str, bool | None]]:
    out: dict[str, dict[str, bool | None]] = {}
    given = f.table.get("coding", [])
    for table in given if isinstance(given, list) else [given]:
        coder = table.get("coder") if isinstance(table, dict) else None
        if not isinstance(coder, str):
            f.error("wrong-type", "a `coding` has no `coder`", "expected a name and a true or false for each attribute that was coded")
            continue
        part = Fields({k: v for k, v in table.items() if k != "coder"}, f"{f.where}, coder {quoted(coder)}", f.issues)
        part.only(ATTRIBUTES, "attribute")
        for name, value in part.table.items():
            if name in ATTRIBUTES and not isinstance(value, bool):
                part.wrong(name, value, "true or false (leave out what cannot be told)")
        if coder in out:
            f.error("duplicate-id", f"coder {quoted(coder)} coded it twice")
        out[coder] = {k: v for k, v in part.table.items() if k in ATTRIBUTES and isinstance(v, bool)}
    return out
