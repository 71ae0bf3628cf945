"""The sort of a clause once it is known what it asserts."""

from __future__ import annotations

from comity.claims import pairs
from comity.claims.asserting import direction
from comity.claims.clauses import Clause
from comity.claims.linking import unit_class
from comity.claims.pairs import Mention
from comity.claims.statement import Statement
from comity.claims.tokens import Item
from comity.claims.unread import NO_LEVEL
from comity.claims.words import DOWN, UP
from comity.core import Measure


def settled(
    sort: str, rule: str, clause: Clause, statement: Statement | None, chosen: list[tuple[Measure, str]], quantities: list[Item], timed: bool,
    seen: list[Mention], strong: bool,
) -> tuple[str, str]:  # fmt: skip
    """The sort once it is known what the clause asserts: a figure of speech that no data could show is an opinion."""
    if sort == "opinion" and statement is not None and not clause.question and unit_class(chosen[0][0]) == "binary" and strong:
        return "fact", "status"
    if statement is not None and unit_class(chosen[0][0]) == "binary" and sort in ("fact", "trend", "comparison") and not strong:
        return "opinion", "no-figure"
    if statement is not None or sort in ("recommendation", "definition", "cause", "opinion"):
        return sort, rule
    real = [i for i in quantities if i.quantity is not None and not (set(i.quantity.noun.split()[-1:]) & NO_LEVEL)]
    if sort == "forecast":
        first = clause.items[0]
        if first.low == "i" or not (real or timed or direction(clause)):
            return "opinion", "no-figure"
        return sort, rule
    if rule in ("asked-for",):
        return sort, rule
    if real and (
        any(not m.pointer for m in seen)
        or timed
        or any(
            (i.quantity is not None and i.quantity.unit in ("percent", "usd", "money", "share")) or (i.quantity is not None and i.quantity.noun)
            for i in real
        )
    ):
        return sort, rule
    if timed and sort in ("fact", "trend", "comparison"):
        return sort, rule
    if sort == "trend" and rule == "moved" and _plain_move(clause):
        return sort, rule
    if (
        sort == "comparison"
        and len(pairs.named(seen)) >= 2
        and rule in ("largest", "nth-partner", "place", "in-place", "nobody-more", "outdo", "than", "times-as", "as-far-as")
    ):
        return sort, rule
    return "opinion", "no-figure"


def _plain_move(clause: Clause) -> bool:
    for i, item in enumerate(clause.items):
        if item.key in UP or item.key in DOWN:
            after = clause.items[i + 1] if i + 1 < len(clause.items) else None
            return (
                i > 0
                and item.low not in ("lost", "lose", "gain", "gained")
                and (
                    after is None
                    or after.low.endswith("ly")
                    or after.low in ("again", "since", "in", "after", "from", "to", "by", "over", "and", ",")
                )
            )
    return False
