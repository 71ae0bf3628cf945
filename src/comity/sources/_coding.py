"""How a source turns its provider's codes of states into comity's, and what it says when it cannot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from comity import states
from comity.core import BadDataError

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw


COW_TWICE_A_YEAR = {("713", 1949): "TWN", ("678", 1990): "YAR"}
"""COW numbers beside their successors in one year, which `states` would give to the successor alone: Taiwan, North Yemen."""


def with_states(
    source: str,
    table: pa.Table,
    columns: Sequence[str],
    *,
    scheme: states.Scheme,
    years: str | None,
    fixed: Mapping[tuple[str, int], str] | None = None,
) -> pa.Table:
    """The table with its provider's codes in `columns` replaced by comity's codes of the states that existed then.

    years: the column of the years, or None where the past is coded by today's territory. fixed: the state of a
    (code, year) for which most of the year is not the answer. Raises BadDataError with every code that no state
    answers to, so that nothing is lost unsaid.
    """
    import pyarrow.compute as pc

    dates = None if years is None else table.column(years)
    unknown: set[str] = set()
    for column in columns:
        given = table.column(column)
        codes, unresolved = states.recode(given, dates, scheme)
        unknown.update(map(str, unresolved))
        for (code, year), state in (fixed or {}).items():
            codes = pc.if_else(pc.and_(pc.equal(given, code), pc.equal(dates, year)), state, codes)
        table = table.set_column(table.schema.get_field_index(column), column, codes)
    if unknown:
        raise BadDataError(f"source {source}: no state has the code {', '.join(sorted(unknown)[:20])} in the years it stands; list it or correct it")
    return table


def in_order(table: pa.Table, first: str, second: str, swap: Sequence[tuple[str, str]] = ()) -> pa.Table:
    """The table with `first` before `second` by code in each row; the pairs of columns in `swap` turn with them."""
    import pyarrow.compute as pc

    turned = pc.greater(table.column(first), table.column(second))
    for left, right in ((first, second), *swap):
        one, other = table.column(left), table.column(right)
        table = table.set_column(table.schema.get_field_index(left), left, pc.if_else(turned, other, one))
        table = table.set_column(table.schema.get_field_index(right), right, pc.if_else(turned, one, other))
    return table


def members_only(source: str, table: pa.Table, columns: Sequence[str], *, scheme: states.Scheme, years: str) -> pa.Table:
    """The table coded as by `with_states`, without the rows of years in which a state of theirs was none.

    For lists of spells, whose provider writes a spell past the life of a state. A code that no year of its rows makes a
    state stops the build with a BadDataError.
    """
    import pyarrow.compute as pc

    lost: set[str] = set()
    for column in columns:
        given = table.column(column)
        codes, _ = states.recode(given, table.column(years), scheme)
        ever = set(given.filter(pc.is_valid(codes)).unique().to_pylist())
        lost |= {str(c) for c in given.unique().to_pylist() if c is not None and c not in ever}
        table = table.set_column(table.schema.get_field_index(column), column, codes)
    if lost:
        raise BadDataError(f"source {source}: no state has the code {', '.join(sorted(lost)[:20])} in any year it stands; list it or correct it")
    for column in columns:
        table = table.filter(pc.is_valid(table.column(column)))
    return table


def rivalry_years(raw: Raw, first: str, last: str) -> pa.Table:
    """A list of rivalries as one row for each pair and year of a spell in which both were members of the state system, from 1816.

    `first` and `last` are the columns of the view `spells` that hold a spell's years. Austria (305) before 1919 is
    Austria-Hungary (300).
    """
    table = raw.query(
        "SELECT DISTINCT c1::VARCHAR AS a, c2::VARCHAR AS b, y::INT AS year FROM (SELECT CASE WHEN ccode1::INT = 305 AND y < 1919 THEN 300 ELSE "
        "ccode1::INT END AS c1, CASE WHEN ccode2::INT = 305 AND y < 1919 THEN 300 ELSE ccode2::INT END AS c2, y "
        f'FROM (SELECT *, unnest(generate_series(greatest("{first}"::INT, 1816), "{last}"::INT)) AS y FROM spells))'
    )
    raw.register("coded", members_only(raw.source, table, ("a", "b"), scheme="cow", years="year"))
    return raw.query("SELECT DISTINCT least(a, b) AS a, greatest(a, b) AS b, year FROM coded WHERE a <> b")
