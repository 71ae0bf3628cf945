"""Who stands highest: dyads, states or one state's partners in a year, within one source."""

from __future__ import annotations

import datetime as dt
from typing import Any

from comity import build, states, store
from comity.core import Measure, UsageError
from comity.store import Holdings


def full_year(holdings: Holdings, full: str, state: str | None = None) -> int | None:
    """The newest year that is held about as fully as others, of a Series or of a state's in it; None where there is no row.

    It has at least half as many rows as the fullest year and its values stand, on average, on at least half as many observations (n) as those
    of the year before: a session under way is not a year to rank by.
    """
    sql = (
        "WITH c AS (SELECT year(start) AS year, count(DISTINCT (a, b)) AS rows, avg(n) AS n FROM read_parquet($path) "
        "WHERE $s IS NULL OR a = $s OR b = $s GROUP BY 1), d AS (SELECT *, lag(n) OVER (ORDER BY year) AS before, max(rows) OVER () AS most FROM c) "
        "SELECT max(year) AS year FROM d WHERE 2 * rows >= most AND (n IS NULL OR before IS NULL OR 2 * n >= before)"
    )
    found: int | None = store.query(sql, {"s": state}, path=build.series_path(holdings, full)).column("year").to_pylist()[0]
    return found


def rank(
    holdings: Holdings, declared: Measure, full: str, *, year: int, state: str | None = None, top: int | None = None, as_of: dt.date | None = None
) -> list[dict[str, Any]]:
    """Rows of `state` (or `a, b`), value, rank, of, source, n and se, highest value first; equal values share a rank.

    In each row's own source, as a rank compares one source only. Periods shorter than a year: the year's last. With
    `state`, that state's partners; a directed measure ranks those it runs to.
    """
    if state is not None and declared.of != "dyad":
        raise UsageError(f"{declared.name} is of one {declared.of}; --state ranks the partners of a state, so it needs a measure of dyads")
    path = build.series_path(holdings, full)
    place, parameters = "true", {"year": year, "day": as_of, "s": state}
    if state is not None:
        states.get(state)
        place = "(a = $s OR b = $s)" if declared.symmetric else "a = $s"
    who = "CASE WHEN a = $s THEN b ELSE a END AS state" if state is not None else "a AS state" if declared.of == "state" else "a, b"
    names_first = "state" if state is not None or declared.of == "state" else "a, b"
    sql = (
        "WITH y AS (SELECT a, b, start, value, source, n, se, regexp_replace(source, ':[^+]*', '', 'g') AS base FROM read_parquet($path) "
        f"WHERE year(start) = $year AND ($day IS NULL OR published <= $day) AND NOT ends_with(source, ':unverified') AND {place} "
        "AND ($s IS NULL OR true)), l AS (SELECT * FROM y WHERE start = (SELECT max(start) FROM y)) "
        f"SELECT {who}, value, rank() OVER (PARTITION BY base ORDER BY value DESC) AS rank, count(*) OVER (PARTITION BY base) AS of, source, n, se "
        f"FROM l ORDER BY count(*) OVER (PARTITION BY base) DESC, base, rank, {names_first}"
    )
    rows: list[dict[str, Any]] = store.query(sql, parameters, path=path).to_pylist()
    return rows if top is None else rows[: max(top, 0)]
