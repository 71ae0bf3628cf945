"""What a clause says beside what its tests read: a quantity or a year that no test holds is not judged, and the clause is not supported as a whole."""

from __future__ import annotations

from collections.abc import Sequence

from comity.claims.clauses import Clause
from comity.claims.linking import unit_class
from comity.claims.periods import Dated
from comity.claims.statement import AFFIRMS, IN_A_ROW, Statement
from comity.measures import get

NO_LEVEL = frozenset("year decade month week day hour minute century page reason time number word way side thing person's day".split())
AROUND = 2
"""Words on either side that are quoted with what was not judged."""


def unread(clause: Clause, statement: Statement, told: Sequence[Dated], text: str) -> str:
    """The words of the first quantity or year of a clause that no test of its statement reads; "" where all are read."""
    tests = statement.tests
    if unit_class(get(statement.measure)) == "binary" or tests[0].kind == "none" or tests[0].kind in AFFIRMS:
        return ""
    held = {t.quantity.start for t in tests if t.quantity is not None}
    ranks = {t.rank for t in tests if t.rank}
    for i, item in enumerate(clause.items):
        q = item.quantity
        if q is None or not (item.key.startswith("<") or q.unit == "times") or q.start in held or q.unit == "rank":
            continue
        if q.unit == "count" and (q.value in ranks or set(q.noun.split()[-1:]) & NO_LEVEL):
            continue
        return _words(clause, i, text)
    years = {*statement.ends, *(y for t in tests for y in (t.year, t.year_to, *t.years))}
    for d in told:
        if d.kind == "span" and IN_A_ROW.search(clause.keys):
            continue
        if d.kind != "now" and d.first not in years and d.last not in years and not (d.rel == "since" and statement.due):
            return _words(clause, d.at, text)
    return ""


def _words(clause: Clause, at: int, text: str) -> str:
    around = clause.items[max(0, at - AROUND) : at + AROUND + 1]
    return " ".join(text[around[0].start : around[-1].end].split())
