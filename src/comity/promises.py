"""What a table must keep, all of it asked in one query: columns, types, key, nulls, bounds, states, number of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from comity.core import BadDataError, Measure, TableSpec, period_start

if TYPE_CHECKING:
    import pyarrow as pa

Exists = Callable[[str], bool]
ExistedIn = Callable[[str, int, int], bool]


def keep(table: pa.Table, spec: TableSpec, known_state: Exists) -> pa.Table:
    """The table with its columns in the declared order and types; BadDataError names each broken promise and its first row."""
    import pyarrow as pa

    found, wanted = set(table.column_names), set(spec.columns)
    if found != wanted:
        raise BadDataError(f"table {spec.name}: columns {sorted(found ^ wanted)} are missing or not declared")
    try:
        table = table.select(list(spec.columns)).cast(pa.schema([(c, _arrow_type(t)) for c, t in spec.columns.items()]))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise BadDataError(f"table {spec.name}: {error}; declared types are {dict(spec.columns)}") from error
    nullable = set(spec.nullable)
    checks = _nulls(c for c in spec.columns if c not in nullable)
    for column, bounds in spec.bounds.items():
        checks |= _outside(column, bounds)
    broken = _broken(table, checks, spec.key)
    low_rows, high_rows = spec.rows
    if table.num_rows < low_rows or (high_rows is not None and table.num_rows > high_rows):
        broken.append(f"{table.num_rows} rows, expected {low_rows} to {high_rows or 'any number'}")
    for column in spec.states:
        strangers = [s for s in table.column(column).unique().to_pylist() if s is not None and not known_state(s)]
        if strangers:
            broken.append(f"{column} holds {', '.join(map(repr, strangers[:5]))}, no state's code")
    if broken:
        raise BadDataError(f"table {spec.name}: " + "; ".join(broken))
    return table


def empty(spec: TableSpec) -> pa.Table:
    """A table without rows in the declared columns and types."""
    import pyarrow as pa

    return pa.schema([(c, _arrow_type(t)) for c, t in spec.columns.items()]).empty_table()


def keep_series(series: pa.Table, measure: Measure, name: str, existed_in: ExistedIn | None) -> None:
    """Check a Series against its measure's declaration; BadDataError names each broken promise and its first row.

    existed_in(code, first year, last year) says who existed; None where the source codes the past by today's territory.
    """
    checks = {"value not a number": "isnan(value) OR isinf(value)"} | _outside("value", measure.bounds)
    if measure.of == "dyad":
        checks |= {"a equal to b": "a = b"} | ({"a not before b": "a > b"} if measure.symmetric else {})
    elif measure.of == "state":
        checks["a other than b"] = "a <> b"
    else:
        checks["a or b other than WLD"] = "a <> 'WLD' OR b <> 'WLD'"
    checks |= _nulls(("a", "b", "start", "value", "source"))
    broken = _broken(series, checks, ("a", "b", "start"))
    odd = [d for d in series.column("start").unique().to_pylist() if d != period_start(d, measure.period)]
    if odd:
        broken.append(f"{odd[0]} is not the first day of a {measure.period}")
    if measure.of != "world" and existed_in is not None and not broken:
        broken += _strangers(series, existed_in, measure)
    if broken:
        raise BadDataError(f"series {name}: " + "; ".join(broken))


def _strangers(series: pa.Table, existed_in: ExistedIn, measure: Measure) -> list[str]:
    from comity.core import period_end

    out = []
    for side in ("a", "b"):
        for row in series.select([side, "start"]).group_by([side, "start"]).aggregate([]).to_pylist():
            code, start = row[side], row["start"]
            if not existed_in(code, start.year, period_end(start, measure.period).year):
                out.append(f"{side}={code} on {start}: no such state then")
                if len(out) == 3:
                    return out
    return out


def _nulls(columns: Iterable[str]) -> dict[str, str]:
    return {f"null in {c}": f"{quoted(c)} IS NULL" for c in columns}


def _outside(column: str, bounds: tuple[float | None, float | None]) -> dict[str, str]:
    low, high = bounds
    below = {} if low is None else {f"{column} below {low}": f"{quoted(column)} < {low}"}
    return below if high is None else below | {f"{column} above {high}": f"{quoted(column)} > {high}"}


def _broken(table: pa.Table, checks: Mapping[str, str], key: tuple[str, ...]) -> list[str]:
    """Which conditions, by what they break, hold of any row, each with the key of the first such row; and a key that stands twice."""
    import duckdb

    keys = ", ".join(quoted(c) for c in key)
    out: list[str] = []
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.register("t", table)
        if checks:
            any_row = ", ".join(f"bool_or({condition})" for condition in checks.values())
            for (what, condition), found in zip(checks.items(), connection.execute(f"SELECT {any_row} FROM t").fetchall()[0], strict=True):
                if found:
                    rows = connection.execute(f"SELECT {keys} FROM t WHERE {condition} ORDER BY ALL LIMIT 1").fetchall()
                    out.append(f"{what} at {', '.join(map(str, rows[0]))}")
        twice = connection.execute(f"SELECT {keys}, count(*) FROM t GROUP BY {keys} HAVING count(*) > 1 ORDER BY {keys} LIMIT 1").fetchall()
    for *where, times in twice:
        out.append(f"key {', '.join(key)} stands {times} times at {', '.join(map(str, where))}")
    return out


def _arrow_type(name: str) -> pa.DataType:
    import pyarrow as pa

    return pa.date32() if name == "date32" else pa.type_for_alias(name)


def quoted(name: str) -> str:
    """A name as an identifier of SQL, whatever stands in it."""
    return '"' + name.replace('"', '""') + '"'
