"""How many events GDELT 1.0 holds in each month, 1979–2013: what its counts are to be divided by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import BadDataError, Coverage, File, Layout, Licence, Published, Remote, Source, TableSpec

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

SLACK = 1
"""Events by which the provider's own totals by day, month and year may differ."""


def build(raw: Raw) -> dict[str, pa.Table]:
    """Events of the whole world in each whole month; the totals by day and by year must agree with them."""
    return _table(raw, cut=201307)


def _table(raw: Raw, *, cut: int) -> dict[str, pa.Table]:
    """The table of the views `months`, `years` and `days`, to the month before the one that is cut (as year and month)."""
    table = raw.query(
        "SELECT CAST(strptime(CAST(month AS VARCHAR), '%Y%m') AS DATE) AS month, CAST(events AS BIGINT) events "
        f"FROM months WHERE fips10_4 = 'ALL' AND CAST(month AS INTEGER) < {cut}"
    )
    raw.register("world", table)
    for what, totals in (
        ("year", "SELECT CAST(year AS INTEGER) AS k, CAST(total AS BIGINT) t FROM years"),
        ("day", "SELECT CAST(day AS BIGINT) // 10000 AS k, sum(CAST(events AS BIGINT)) t FROM days GROUP BY 1"),
    ):
        apart = raw.query(
            f"SELECT k, t, m FROM ({totals}) JOIN (SELECT year(month) AS k, sum(events) m FROM world WHERE year(month) < 2013 GROUP BY 1) "
            f"USING (k) WHERE abs(t - m) > {SLACK}"
        )
        if apart.num_rows:
            raise BadDataError(f"source gdelt_totals: months and {what} totals differ, first {apart.slice(0, 1).to_pylist()[0]}")
    return {"gdelt_month_events": table}


def from_project(raw: Raw) -> dict[str, pa.Table]:
    """The same of the project's own files of totals; their last month, which may still run, is left out."""
    raw.connection.sql("CREATE VIEW months AS SELECT month, 'ALL' AS fips10_4, events FROM monthly")
    last = raw.query("SELECT max(CAST(month AS INTEGER)) AS last FROM monthly").column("last")[0].as_py()
    return _table(raw, cut=last)


NORMALISING = Layout(
    name="GDELT files of totals",
    files=(
        File(name="gdelt_monthly.csv", view="monthly", columns=("month", "events"), header=("month", "events")),
        File(name="gdelt_yearly.csv", view="years", columns=("year", "total"), header=("year", "total")),
        File(name="gdelt_daily.csv", view="days", columns=("day", "events"), header=("day", "events")),
    ),
    build=from_project,
    seen=("https://github.com/shaptonstahl/GDELTtools",),
    remotes=tuple(
        Remote(url=f"https://data.gdeltproject.org/normfiles/{period}.csv", file=f"gdelt_{period}.csv") for period in ("monthly", "yearly", "daily")
    ),
    coverage=Coverage(first=1979, states=("WLD",), note="from January 1979, to the month before the file's last"),
    limits=(
        "the project calls the files monthly.csv, yearly.csv and daily.csv; kept under these names they would be any publisher's",
        "totals by day and year are compared with the months before 2013 only, as in the held copy",
    ),
)
SOURCE = Source(
    name="gdelt_totals",
    title="GDELT 1.0, number of events in each month, 1979–2013",
    publisher="The GDELT Project; totals by J. Beieler as in the R package GDELTtools",
    licence=Licence(name="GDELT terms of use", share="yes", terms="unlimited and unrestricted use with citation and link to gdeltproject.org"),
    citation="Leetaru, K. & Schrodt, P. (2013). GDELT: Global Data on Events, Location and Tone, 1979–2012. ISA annual convention. The GDELT "
    "Project, https://www.gdeltproject.org; totals: Beieler, J., in GDELTtools.",
    homepage="https://www.gdeltproject.org",
    files=(
        File(
            name="gdelt1_events_per_month_country_1979_2012.parquet", view="months", columns=("month", "fips10_4", "events"),
            sha256="41ce9708ffb94e98b0d9df50026711ff8a0a717c6e338188abf69d1046d136a3",
        ),
        File(
            name="gdelt1_events_per_year_1979_2012.csv", view="years", columns=("year", "total"),
            sha256="010e6c74c618f8ab6950658a4e9fbe6a33a2e1b604fb1c5f535e1489efafdc3f",
        ),
        File(
            name="gdelt1_events_per_day_1979_2012.csv", view="days", columns=("day", "events"),
            sha256="8f16a094ebf5d72e8cbcd337de0b4382ddc2a90732236cf2be13d68cdbdde870",
        ),
    ),
    tables=(
        TableSpec(
            name="gdelt_month_events",
            columns={"month": "date32", "events": "int64"},
            key=("month",),
            bounds={"events": (1, None)},
            rows=(1, 500),
        ),
    ),
    coverage=Coverage(first=1979, last=2013, states=("WLD",), note="January 1979 to June 2013; July 2013 stops on the 13th and is left out"),
    published=Published(days=1),
    build=build,
    layouts=(NORMALISING,),
    caveats=(
        "The number of events follows the number of papers read: it grows with the years, and jumps with the daily feed of April 2013.",
        "GDELT was first public in April 2013; the measure gives the later of that and the month's end.",
    ),
)  # fmt: skip
