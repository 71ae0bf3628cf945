"""Which events of a table tell again what another tells: named rules, none of them applied unless it is asked for.

Each is one Ibis expression, the same on DuckDB and on Spark. An event that stays has the counts of those it stands for added to its own, so
that mentions, sources and articles are not lost. docs/events.md says how many rows of the held files each rule drops.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from comity.core import UsageError

if TYPE_CHECKING:
    from ibis import Table
    from ibis.expr.types import Value

RULES: Mapping[str, str] = {
    "none": "every row stays",
    "exact": "rows alike in every column but their file and line are one",
    "one-a-day": "acts of one code by a on b on one day are one, whoever told of them",
    "source-and-pair": "acts of one code between two states on one day from one source are one, whichever of the two is said to act",
    "syndication": "acts of one code by a on b on one day told by several sources count as often as the source that told most of them",
}
"""The rules, by name, and what each takes for the same event."""


def once(events: Table, rule: str) -> Table:
    """The events of a table with the duplicates of a rule left out, the first by file and line of those alike staying.

    An event without an origin is of one unnamed source. UsageError for a rule that is none.
    """
    import ibis

    if rule not in RULES:
        raise UsageError(f"there is no rule {rule[:40]!r}; the rules are {', '.join(RULES)}")
    if rule == "none":
        return events
    t = events.mutate(_first=ibis.least(events.a, events.b), _second=ibis.greatest(events.a, events.b), _origin=events.origin.coalesce(""))
    if rule == "syndication":
        told = t.mutate(_told=ibis.row_number().over(ibis.window(group_by=("day", "a", "b", "code", "_origin"), order_by=("file", "line"))))
        return _first_of(told, ("day", "a", "b", "code", "_told"))
    keys: dict[str, tuple[str, ...]] = {
        "exact": tuple(c for c in events.columns if c not in ("file", "line")),
        "one-a-day": ("day", "a", "b", "code"),
        "source-and-pair": ("day", "_first", "_second", "code", "_origin"),
    }
    return _first_of(t, keys[rule])


def _first_of(table: Table, key: tuple[str, ...]) -> Table:
    import ibis

    alike = ibis.window(group_by=key)
    t = table.mutate(
        _turn=ibis.row_number().over(ibis.window(group_by=key, order_by=("file", "line"))),
        **{c: _summed(table, c, key).over(alike).cast("int32") for c in ("mentions", "sources", "articles")},
    )
    return t.filter(t._turn == 0).drop(*(c for c in t.columns if c.startswith("_")))


def _summed(table: Table, column: str, key: tuple[str, ...]) -> Value:
    """The sum of a count over rows alike; where the count itself is part of what makes them alike they are one telling, counted once."""
    return table[column].max() if column in key else table[column].sum()
