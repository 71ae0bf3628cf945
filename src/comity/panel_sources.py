"""Which sources gave the values of a panel, and of which years: what its methods text and citations name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING

from comity import citation, measures, publication, sources
from comity.core import Measure
from comity.panel import MONTHS, Column, Panel

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

Used = Mapping[str, tuple[int, ...]]


def used(panel: Panel, table: pa.Table) -> dict[str, Used]:
    """For each column by its name, the sources with a row about a pair or state of the panel, and the years of those rows.

    Where silence means zero, the years in which a source looked count too. Years are of the values: of a lag, those before.
    """
    import duckdb

    with duckdb.connect(config={"threads": 2, "memory_limit": "1200MB"}) as connection:
        connection.register("panel", table.select(["a", "b", "year"]))
        connection.sql("CREATE TEMP TABLE dyad AS SELECT a, b, year FROM panel UNION SELECT b, a, year FROM panel")
        connection.sql("CREATE TEMP TABLE state AS SELECT DISTINCT a, a AS b, year FROM dyad")
        connection.sql("CREATE TEMP TABLE world AS SELECT DISTINCT 'WLD' AS a, 'WLD' AS b, year FROM dyad")
        return {column.name: _used(connection, panel, column) for column in panel.columns}


def cite(panel: Panel, found: Mapping[str, Used], *, bib: bool = False) -> str:
    """The citations of the sources in `found`."""
    names: dict[str, None] = {}
    for column in panel.columns:
        names |= dict.fromkeys(citation.of_rows(found[column.name]))
    return citation.cite(tuple(names), bib=bib)


def shifts(panel: Panel, column: Column) -> tuple[int, ...]:
    """How many years before the row's the column looks, each."""
    steps = {"value": [0], "lag": [column.k], "difference": [0, column.k]}.get(column.change, list(range(column.k)))
    months = [MONTHS[panel.period] * step for step in steps]
    return tuple(sorted({m // 12 for m in months} | {-(-m // 12) for m in months}))


def _used(connection: duckdb.DuckDBPyConnection, panel: Panel, column: Column) -> Used:
    declared = measures.get(column.measure)
    literal = str(panel.holdings.path("series", column.measure)).replace("'", "''")
    where = ["true"] if panel.unverified else ["NOT ends_with(source, ':unverified')"]
    if panel.as_of:
        where.append(f"published <= DATE '{panel.as_of}'")
    back = ", ".join(f"p.year - ({k})" for k in shifts(panel, column))
    when = "" if declared.constant else f" AND year(r.start) IN ({back})"
    rows = f"(SELECT a, b, start, source FROM read_parquet('{literal}') WHERE {' AND '.join(where)}) r"
    sql = f"SELECT DISTINCT source, year(start) FROM {rows} WHERE EXISTS (SELECT 1 FROM {declared.of} p WHERE p.a = r.a AND p.b = r.b{when})"
    years: dict[str, set[int]] = {}
    for source, year in connection.sql(sql).fetchall():
        for part in source.split("+"):
            years.setdefault(part.partition(":")[0], set()).add(year)
    return {s: tuple(sorted(y)) for s, y in sorted((years | _looked(panel, column, declared, years)).items(), key=lambda i: (min(i[1]), i[0]))}


def _looked(panel: Panel, column: Column, declared: Measure, years: Mapping[str, set[int]]) -> dict[str, set[int]]:
    """The years of the column in which each source looked, where its silence is a value."""
    if declared.absent is None or declared.constant:
        return {}
    back = shifts(panel, column)
    wanted = set(range(panel.start - max(back), panel.stop - min(back) + 1))
    out = {}
    for name, cover in panel.holdings.row("series", column.measure).facts["coverage"].items():
        if cover["first"] is None:
            continue
        looked = wanted & set(range(cover["first"], cover["last"] + 1)) - set(cover["gaps"])
        if panel.as_of:
            rule = sources.get(name).published
            days = {y: publication.silence_public(dt.date(y, 1, 1), "year", rule) for y in looked}
            looked = {y for y, day in days.items() if day is not None and day <= panel.as_of}
        if looked:
            out[name] = looked | years.get(name, set())
    return out
