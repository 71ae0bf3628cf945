"""Rates: counts of rare encounters of leaders, as a mean a year over the years that end with the row's, with the error that so few have."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING

from comity.core import measure

if TYPE_CHECKING:
    import pyarrow as pa

MEETINGS_COVERED = (2013, 2025)
"""The whole years of the source `leader_meetings`; a year among them without a row had no meeting."""
MEETINGS_SPAN, VISITS_SPAN = 5, 3
"""Years over which the mean is taken: five, as for other slow series; three for visits, of which seven years are held."""
SE_OF_NONE = -log(0.025) / 2 / 1.96
"""The standard error of a count of 0, .94: half of Garwood's exact 95 % interval, 0 to 3.69, over 1.96."""
ERROR = "Garwood 1936, Biometrika 28(3/4), 437–442: the exact interval of a Poisson count"


@measure(
    title="Meetings of the two leaders, yearly rate", unit="meetings a year", period="year", bounds=(0, None), domain="politics", kind="alignment",
    because="leaders coordinate what each will do; a view of the same meetings as `leader_meetings`, never a second piece of evidence",
    reference=ERROR, aliases=("meetings a year", "rate of meetings"), merge="sum", takes="arrow", coverage="rows",
)  # fmt: skip
def leader_meetings_rate(leader_meetings: pa.Table) -> pa.Table:
    """Mean number of meetings in person of the two leaders a year, over the five years that end with the row's; China and Russia, from 2017.

    Formula: c / 5, c the sum of `leader_meetings` over y-4…y; a year without a row there is one without a meeting, as the source covers all
    years 2013 to 2025. Years before 2017 have no five, and a year that still runs has no row. se: as if c were a Poisson count, √c / 5;
    where c is 0, which would give 0, half of the exact 95 % interval (0 to 3.69) over 1.96, .94 / 5. Meetings are planned:
    in 2013–2017 they came more evenly than Poisson counts (variance .3, mean 4.6), in 2018–2022 less (2.8, 1.6), so the se is a rough
    guide. Neighbouring rows share four of five years. n is c.
    Source of the method: Garwood, F. (1936), Fiducial limits for the Poisson distribution, Biometrika 28(3/4):437-442.
    """
    first, last = MEETINGS_COVERED
    return _rate(
        leader_meetings, MEETINGS_SPAN,
        "SELECT p.a, p.b, y, CAST(coalesce(sum(value), 0) AS DOUBLE) AS c "
        f"FROM (SELECT DISTINCT a, b FROM held) p CROSS JOIN (SELECT unnest(range({first + MEETINGS_SPAN - 1}, {last + 1})) AS y) "
        f"LEFT JOIN held ON held.a = p.a AND held.b = p.b AND year(start) BETWEEN y - {MEETINGS_SPAN - 1} AND y AND year(start) >= {first} "
        "GROUP BY ALL",
    )  # fmt: skip


@measure(
    title="Leaders' visits, yearly rate", unit="visits a year", period="year", bounds=(0, None), domain="politics", kind="alignment",
    because="leaders go to see each other and say so; a view of the same visits as `leader_visits`, never a second piece of evidence",
    reference=ERROR, aliases=("visits a year", "rate of visits"), merge="sum", takes="arrow", coverage="rows",
)  # fmt: skip
def leader_visits_rate(leader_visits: pa.Table) -> pa.Table:
    """Mean number of trips of either state's leaders to the other a year, over the three years that end with the row's; from 2020.

    Formula: c / 3, c the sum of `leader_visits` over y-2…y, only where each of the three years has a row: a year without one is unknown
    there, not 0. se: as if c were a Poisson count, √c / 3; where c is 0, half of the exact 95 % interval (0 to 3.69) over 1.96, .94 / 3.
    Neighbouring rows share two of three years, and the years 2020 and 2021 had little travel. n is c.
    Source of the method: Garwood, F. (1936), Fiducial limits for the Poisson distribution, Biometrika 28(3/4):437-442.
    """
    return _rate(
        leader_visits, VISITS_SPAN,
        f"SELECT a, b, y, CAST(sum(value) AS DOUBLE) AS c FROM (SELECT a, b, value, unnest(range(year(start), year(start) + {VISITS_SPAN})) AS y "
        f"FROM held) GROUP BY ALL HAVING count(*) = {VISITS_SPAN}",
    )  # fmt: skip


def _rate(held: pa.Table, span: int, counts: str) -> pa.Table:
    """a, b, start, value, n and se from a query over `held` that gives a, b, the last year y and the count c of each span."""
    import duckdb

    with duckdb.connect() as connection:
        connection.register("held", held)
        return connection.sql(
            f"SELECT a, b, make_date(CAST(y AS INTEGER), 1, 1) AS start, c / {span} AS value, CAST(c AS BIGINT) AS n, "
            f"CASE WHEN c > 0 THEN sqrt(c) ELSE {SE_OF_NONE!r} END / {span} AS se FROM ({counts}) ORDER BY ALL"
        ).to_arrow_table()
