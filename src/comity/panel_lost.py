"""The states and years of a panel that a column has no value of: what an analysis of whole rows would lose, and which measure has them."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from comity import measures, states, stretches
from comity.core import Measure
from comity.panel import Column, Panel
from comity.panel_cells import Cells, encoded, numbers, series_rows
from comity.store import Holdings

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    Places = tuple[NDArray[np.int64], NDArray[np.int64]]

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


def lost(panel: Panel, table: pa.Table, rows: Cells) -> tuple[Lost, ...]:
    """What each column of measures lacks, columns that are empty left out; in the order of the columns."""
    places = (rows.a * rows.years + rows.year, rows.b * rows.years + rows.year)
    there = _filled(rows, places)
    found = (_lost(rows, places, there, panel, column, table) for column in panel.columns)
    return tuple(one for one in found if one is not None and (one.states or one.years))


def _lost(rows: Cells, places: Places, there: NDArray[np.bool_], panel: Panel, column: Column, table: pa.Table) -> Lost | None:
    import numpy as np

    declared = measures.get(column.measure)
    if declared.of == "world":
        return None
    names = set(table.column_names)
    both = [_valid(table, f"{column.name}{s}") for s in ("", "_ab", "_ba") if f"{column.name}{s}" in names]
    a, b = [both[0] if len(both) == 1 else both[0] | both[1]] * 2 if both else [_valid(table, f"{column.name}_{side}") for side in ("a", "b")]
    held = _filled(rows, places, a, b)
    states_there, states_held = (set(np.unique(np.nonzero(x)[0]).tolist()) for x in (there, held))
    if not states_held:
        return None
    bare: NDArray[np.bool_] = np.logical_and(there.any(axis=0), ~held.any(axis=0))
    kept = {rows.codes[i]: _years(rows, np.logical_and(there[i], ~bare)) for i in sorted(states_there - states_held)}
    kept = {s: among for s, among in kept.items() if among}
    return Lost(column=column.name, states=kept, years=_years(rows, bare), instead=_instead(panel, column, kept))


def _valid(table: pa.Table, name: str) -> NDArray[np.bool_]:
    return numbers(table.column(name).is_valid())


def _filled(rows: Cells, places: Places, a: NDArray[np.bool_] | None = None, b: NDArray[np.bool_] | None = None) -> NDArray[np.bool_]:
    """By state and year, whether a row has it: of all rows, or of those with a value for the first state (a) and the second (b)."""
    import numpy as np

    filled = np.zeros(len(rows.codes) * rows.years, dtype=bool)
    for side, chosen in zip(places, (a, b), strict=True):
        filled[side if chosen is None else side[chosen]] = True
    return filled.reshape(len(rows.codes), rows.years)


def _years(rows: Cells, among: NDArray[np.bool_]) -> tuple[int, ...]:
    return tuple((among.nonzero()[0] + rows.first).tolist())


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
    series, year = series_rows(holdings.path("series", declared.name))
    sides = [encoded(series.column(side)) for side in ("a", "b")]
    having = 0
    for code, years in gone.items():
        spans = [year[at == known.index(code)] for known, at in sides if code in known]
        found = [(y.min(), y.max()) for y in spans if len(y)]
        having += bool(found) and (declared.constant or (min(y for y, _ in found) <= years[-1] and max(z for _, z in found) >= years[0]))
    return having
