"""An editable ledger: what was read in each claim as TOML; an edited one is judged on the same data. A human overrules the reading, never the data."""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

from comity import measures, states
from comity.claims import reading
from comity.claims.checking import Ledger
from comity.claims.claim import Claim
from comity.claims.evidence import Shelf
from comity.claims.grammar import Sort
from comity.claims.judging import judge
from comity.claims.linking import unit_class
from comity.claims.statement import Statement, Test
from comity.claims.tokens import Quantity
from comity.core import BadDataError, UsageError
from comity.models import form

HOWS = ("bare", "about", "nearly", "barely", "over", "under", "atleast", "atmost")
UNJUDGED = ("opinion", "definition", "recommendation", "cause")
HEAD = """# A ledger to edit. Judge it with: comity check TEXT --ledger THIS
# Change sort, measure, pairs, period, value, how (tolerance); leave a claim out by deleting it. No verdict can be written: the data give it.
# period: 2014, or two years 2000-2011. value: in the measure's own unit (a share as .77). how: {hows}
# test: as read (leave), or level | change (value: 0.05 for 5 %, negative for a fall) | ratio | rank | status
"""


def write(ledger: Ledger) -> str:
    """The ledger as TOML."""
    out = [HEAD.format(hows=" ".join(HOWS))]
    if ledger.as_of is not None:
        out.append(f"as_of = {ledger.as_of.isoformat()}\n")
    for c in ledger.claims:
        test = next((t for t in (c.statements[0].tests if c.statements else ()) if t.main), None)
        quantity = test.quantity if test is not None else None
        lines = ["", "[[claim]]", f"span = [{c.span[0]}, {c.span[1]}]", f"phrase = {_toml(c.phrase)}", f"sort = {_toml(c.sort)}"]
        if c.measure:
            lines += [f"measure = {_toml(c.measure)}", f"pairs = {json.dumps(['-'.join(p) for p in c.pairs])}", f"period = {_toml(c.period)}"]
            lines += [f"test = {_toml('read')}"]
            if quantity is not None:
                lines += [f"value = {quantity.value!r}", f"how = {_toml(quantity.how)}"]
            lines.append(f"# judged: {c.verdict}")
        out.append("\n".join(lines) + "\n")
    return "".join(out)


def _toml(text: str) -> str:
    return json.dumps("".join(ch if ch.isprintable() else " " for ch in text), ensure_ascii=False).replace("\x7f", " ")


def judge_edited(path: Path, held: dict[str, Any], ledger: Ledger, shelf: Shelf) -> Ledger:
    """The claims of an edited ledger, as `read` gives it, judged anew.

    Raises BadDataError where it is no ledger or a span is outside the text, UsageError for unknown names.
    """
    entries = held.get("claim", [])
    if not isinstance(entries, list) or any(not isinstance(e, dict) for e in entries):
        raise BadDataError(f"{path}: expected [[claim]] tables, as --draft writes them")
    by_span = {c.span: c for c in ledger.claims}
    claims = [_claim(path, n, e, by_span, ledger, shelf) for n, e in enumerate(entries, 1)]
    return replace(ledger, claims=tuple(claims))


def day_of(path: Path, held: dict[str, Any], asked: dt.date | None) -> dt.date | None:
    """The day of an edited ledger: `asked`, else the one that it writes; BadDataError where that is no day, UsageError where the two differ."""
    written = held.get("as_of")
    if written is not None and (not isinstance(written, dt.date) or isinstance(written, dt.datetime)):
        raise BadDataError(f"{path}: as_of is {written!r}; expected a day as 2024-01-03")
    if asked is not None and written is not None and asked != written:
        raise UsageError(f"{path} is of {written} and --as-of says {asked}; change one of the two")
    return asked or written


def read(path: Path) -> dict[str, Any]:
    """An edited ledger; UsageError where it cannot be read, BadDataError where it is no TOML."""
    try:
        return form.toml(reading.held(path).decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadDataError(f"{path}: not TOML ({error})") from error


def _claim(path: Path, n: int, entry: dict[str, Any], by_span: dict[tuple[int, int], Claim], ledger: Ledger, shelf: Shelf) -> Claim:
    where = f"{path}: claim {n}"
    for word in ("verdict", "verdict_now", "evidence"):
        if word in entry:
            raise BadDataError(f"{where} writes {word}: a ledger says what was read, the data give the verdict")
    span = entry.get("span")
    size = len(ledger.document.raw)
    if not (isinstance(span, list) and len(span) == 2 and all(isinstance(x, int) for x in span) and 0 <= span[0] < span[1] <= size):
        raise BadDataError(f"{where}: span {span!r} is not two places in the text (0 to {size})")
    sort = entry.get("sort", "fact")
    if sort not in get_args(Sort):
        raise UsageError(f"{where}: no sort {sort!r}; one of {', '.join(get_args(Sort))}")
    found = by_span.get((span[0], span[1]))
    phrase = ledger.document.raw[span[0] : span[1]]
    base = (
        replace(found, id=n, sort=sort) if found else Claim(id=n, span=(span[0], span[1]), phrase=phrase, sentence=phrase, sort=sort, rule="edited")
    )
    if sort in UNJUDGED or not entry.get("measure"):
        verdict = "cannot-be-checked" if sort not in ("opinion", "definition", "recommendation") else "none"
        return replace(base, measure="", pairs=(), verdict=verdict, verdict_now=verdict, evidence=(), evidence_now=(), statements=(), checkable=False)
    statement = _statement(where, entry, base)
    then = judge(statement, shelf, as_of=ledger.as_of, dateline=ledger.dateline, reporter=base.reporter)
    now = judge(statement, shelf, as_of=None, dateline=ledger.dateline, reporter=base.reporter)
    return replace(
        base, measure=statement.measure, pairs=statement.pairs, period=statement.period, checkable=True, verdict=then.verdict,
        verdict_now=now.verdict, evidence=then.points, evidence_now=now.points, why=then.why, why_now=now.why, settled_by=then.settled_by,
        alternatives=(), statements=(statement,), rule="edited",
    )  # fmt: skip


def _statement(where: str, entry: dict[str, Any], base: Claim) -> Statement:
    declared = measures.get(str(entry["measure"]))
    variant = str(entry["measure"]).partition(":")[2]
    pairs = []
    for text in entry.get("pairs", []):
        codes = [states.find(part).code for part in str(text).split("-")]
        if len(codes) != 2:
            raise UsageError(f"{where}: {text!r} is no pair; write CHN-RUS")
        pairs.append((codes[0], codes[1]))
    if not pairs:
        raise UsageError(f'{where}: pairs is empty; write pairs = ["CHN-RUS"]')
    try:
        years = tuple(int(y) for y in str(entry.get("period", "")).replace(";", "-").split("-")[:2] if y)
    except ValueError:
        raise UsageError(f"{where}: period {entry.get('period')!r} is not a year or two years, as 2014 or 2000-2011") from None
    how = entry.get("how", "bare")
    if how not in HOWS:
        raise UsageError(f"{where}: no tolerance {how!r}; one of {', '.join(HOWS)}")
    test = str(entry.get("test", "read"))
    old = base.statements[0] if base.statements else None
    unchanged = old is not None and test == "read"
    name = f"{declared.name}:{variant}" if variant else declared.name
    if unchanged and old is not None:
        shift = dict(zip(old.pairs, pairs, strict=False))
        moved = dict(zip(old.ends, years, strict=False))
        main = next((t for t in old.tests if t.main), old.tests[0])
        tests = []
        for t in old.tests:
            quantity = t.quantity
            if t is main and quantity is not None and "value" in entry:
                quantity = replace(quantity, value=float(entry["value"]), how=how)
            spell = tuple(range(years[0], years[-1] + 1)) if t.years and years else t.years
            tests.append(
                replace(t, measure=t.measure if name == old.measure else name, pair=shift.get(t.pair, pairs[0]), pair_to=None if t.pair_to is None else shift.get(t.pair_to, pairs[-1]),
                        year=moved.get(t.year, years[-1] if years else t.year), year_to=moved.get(t.year_to, t.year_to), years=spell, quantity=quantity)
            )  # fmt: skip
        return replace(
            old,
            measure=declared.name,
            pairs=tuple(pairs),
            period="-".join(map(str, years)),
            tests=tuple(tests),
            ends=years,
            due=years[-1] if base.sort == "forecast" and years else 0,
        )
    return _fresh(where, entry, name, unit_class(declared), tuple(pairs), years, base, test, how)


def _fresh(
    where: str,
    entry: dict[str, Any],
    name: str,
    kind: str,
    pairs: tuple[tuple[str, str], ...],
    years: tuple[int, ...],
    base: Claim,
    test: str,
    how: str,
) -> Statement:
    if not years:
        raise UsageError(f"{where}: period is empty; write a year or two, as 2014 or 2000-2011")
    value = entry.get("value")
    test = {"read": "status" if kind == "binary" else "level"}.get(test, test)
    if test in ("level", "change", "ratio", "rank") and not isinstance(value, (int, float)):
        raise UsageError(f"{where}: value {value!r} is no number")
    number = float(value) if isinstance(value, (int, float)) else 0.0
    q = Quantity(value=abs(number) if test == "change" else number, unit="count", how=how, half=0.0)
    last, first = years[-1], years[0]
    if test == "status":
        made = Test(
            kind="binary",
            measure=name,
            pair=pairs[0],
            year=last,
            years=tuple(range(first, last + 1)),
            expected=bool(value if value is not None else 1),
        )
    elif test == "rank":
        made = Test(kind="rank", measure=name, pair=pairs[0], year=last, rank=int(value or 1))
    elif test == "change":
        made = Test(kind="change", measure=name, pair=pairs[0], year=last, year_to=first, quantity=q, sign=-1 if number < 0 else 1)
    elif test == "ratio":
        made = Test(
            kind="ratio", measure=name, pair=pairs[0], year=last, pair_to=pairs[-1], year_to=first, quantity=replace(q, unit="times", fraction=True)
        )
    elif test == "level":
        made = Test(kind="level", measure=name, pair=pairs[0], year=last, quantity=q)
    else:
        raise UsageError(f"{where}: no test {test!r}; one of read, level, change, ratio, rank, status")
    label = "-".join(str(y) for y in dict.fromkeys(years))
    return Statement(measure=name.partition(":")[0], pairs=pairs, period=label, tests=(made,), ends=years, due=last if base.sort == "forecast" else 0)
