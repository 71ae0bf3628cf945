"""The states and years of a panel that a column has no value of: what an analysis of whole rows would lose, and which measure has them."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from comity import measures, states, store, stretches
from comity.core import Measure
from comity.panel import Column, Panel
from comity.promises import quoted
from comity.store import Holdings

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

NAMED = 8
"""So many states a message names; a methods text names all."""
ENOUGH = 0.5
"""The share of the states lost of which another measure must have a value to be named in its place."""


@dataclass(frozen=True, kw_only=True)
class Lost:
    """What one column lacks altogether: states with the years of their rows, years of all dyads, and a measure of its unit that has the states."""

    column: str
    states: Mapping[str, tuple[int, ...]]
    years: tuple[int, ...]
    instead: str = ""

    def words(self, named: int | None = None) -> str:
        """A sentence that names so many states and counts the others (None: names all)."""
        said = [f"{states.get(s).name} ({stretches.told(years)})" for s, years in list(self.states.items())[:named]]
        more = len(self.states) - len(said)
        who = ", ".join(said) + (f" and {more} more" if more else "")
        other = f" (`{self.instead}` has values of {'them' if len(self.states) > 1 else 'it'})" if self.instead else ""
        parts = [f"of {who}{other}"] * bool(said) + [f"of any dyad in {stretches.told(self.years)}"] * bool(self.years)
        return f"{self.column} has no value {', and none '.join(parts)}."


def lost(panel: Panel, table: pa.Table) -> tuple[Lost, ...]:
    """What each column of measures lacks, columns that are empty left out; in the order of the columns."""
    import duckdb

    out = []
    with duckdb.connect(config={"threads": 2, "memory_limit": "1200MB"}) as connection:
        connection.register("panel", table)
        for column in panel.columns:
            found = _lost(connection, panel, column, set(table.column_names))
            if found is not None and (found.states or found.years):
                out.append(found)
    return tuple(out)


def _lost(connection: duckdb.DuckDBPyConnection, panel: Panel, column: Column, names: set[str]) -> Lost | None:
    declared = measures.get(column.measure)
    if declared.of == "world":
        return None
    both = [f"{column.name}{s}" for s in ("", "_ab", "_ba") if f"{column.name}{s}" in names]
    value = {side: f"coalesce({', '.join(map(quoted, both))})" if both else quoted(f"{column.name}_{side}") for side in ("a", "b")}
    rows = " UNION ALL ".join(f"SELECT {side} AS s, year, {value[side]} AS v FROM panel" for side in ("a", "b"))
    gone = connection.sql(f"SELECT s, list_sort(list(DISTINCT year)) FROM ({rows}) GROUP BY s HAVING count(v) = 0 ORDER BY s").fetchall()
    bare = connection.sql(f"SELECT year FROM ({rows}) GROUP BY year HAVING count(v) = 0 ORDER BY year").fetchall()
    everyone = connection.sql(f"SELECT count(DISTINCT s) FROM ({rows})").fetchall()[0][0]
    if len(gone) == everyone:
        return None
    years = {y for (y,) in bare}
    kept = {s: tuple(y for y in among if y not in years) for s, among in gone}
    kept = {s: among for s, among in kept.items() if among}
    return Lost(column=column.name, states=kept, years=tuple(sorted(years)), instead=_instead(panel, column, kept))


def _instead(panel: Panel, column: Column, gone: Mapping[str, tuple[int, ...]]) -> str:
    """A held measure of the same kind and unit, with a word of the name in common, that has a value of most states lost in their years."""
    declared = measures.get(column.measure)
    having: dict[str, tuple[int, float]] = {}
    for name, other in measures.load().items() if gone else ():
        if name == declared.name or not panel.holdings.has("series", name) or not _alike(declared, other):
            continue
        number = _has(panel.holdings, other, gone)
        if number >= ENOUGH * len(gone):
            having[name] = (number, difflib.SequenceMatcher(None, name, declared.name).ratio())
    return max(having, key=lambda n: having[n], default="")


def _alike(one: Measure, other: Measure) -> bool:
    facts = [(m.kind, m.unit, m.of, m.symmetric) for m in (one, other)]
    shared = set(one.name.split("_")) & set(other.name.split("_")) - {one.unit.casefold()}
    return facts[0] == facts[1] and bool(shared)


def _has(holdings: Holdings, declared: Measure, gone: Mapping[str, tuple[int, ...]]) -> int:
    """Of how many of the states the measure's Series has a value in their years."""
    sql = (
        "SELECT s, min(year(start)) AS y, max(year(start)) AS z FROM (SELECT unnest([a, b]) AS s, start FROM read_parquet($path)) "
        "WHERE list_contains($who, s) GROUP BY s"
    )
    rows = store.query(sql, {"who": list(gone)}, path=holdings.path("series", declared.name)).to_pylist()
    return sum(declared.constant or (r["y"] <= gone[r["s"]][-1] and r["z"] >= gone[r["s"]][0]) for r in rows)
