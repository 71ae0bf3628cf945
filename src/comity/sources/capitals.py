"""Capitals of states with their coordinates, by year, in the codes of both lists of states."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Coverage, File, Licence, Published, Source, TableSpec
from comity.sources._coding import members_only

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw


def build(raw: Raw) -> dict[str, pa.Table]:
    """The capital of each state on 31 December of each year, by either list; where a list names two the later is kept.

    Abkhazia and South Ossetia (396, 397) are left out; 679 among the Gleditsch-Ward codes is their 678.
    """
    out = []
    for view, column in (("cow", "ccode"), ("gw", "gwcode")):
        table = raw.query(
            f"SELECT CASE WHEN '{view}' = 'gw' AND {column} = '679' THEN '678' ELSE {column} END AS state, y::INT AS year, "
            f"capital, lat::DOUBLE AS lat, lng::DOUBLE AS lon, '{view}' AS system, stdate::DATE AS since "
            f"FROM (SELECT *, unnest(generate_series(greatest(year(stdate::DATE), 1816), least(year(enddate::DATE), 2024))) AS y FROM {view}) "
            f"WHERE (make_date(y::INT, 12, 31) <= enddate::DATE OR y = 2024) AND {column} NOT IN ('396', '397')"
        )
        raw.register(f"coded_{view}", members_only("capitals", table, ("state",), scheme="cow" if view == "cow" else "gw", years="year"))
        out.append(
            f"SELECT * EXCLUDE (since) FROM coded_{view} QUALIFY row_number() OVER (PARTITION BY state, year ORDER BY since DESC, capital) = 1"
        )
    return {"capital_years": raw.query(" UNION ALL ".join(out))}


SOURCE = Source(
    name="capitals",
    title="Capitals with latitude and longitude (COW and Gleditsch–Ward codes)",
    publisher="S. V. Miller (peacesciencer)",
    licence=Licence(name="facts", share="derived", terms="coordinates of cities; comity passes on distances"),
    citation=(
        "Miller, S. V. (2022). peacesciencer: An R package for quantitative peace science research. Conflict "
        "Management and Peace Science 39(6), 755–779."
    ),
    homepage="",
    files=(
        File(
            name="cow_capitals_latlon.csv",
            view="cow",
            columns=("ccode", "statenme", "capital", "stdate", "enddate", "lat", "lng"),
            sha256="8a350460f35b1b7dfa9d0dc4816e1d6becf1c84bbee1c96051865c35d2e0cba3",
        ),
        File(
            name="gw_capitals_latlon.csv",
            view="gw",
            columns=("gwcode", "statenme", "capital", "stdate", "enddate", "lat", "lng"),
            sha256="26db5ea51625eca7f25a27a2a7a62028bc83f3c06b74180694e63f16f53beb90",
        ),
    ),
    tables=(
        TableSpec(
            name="capital_years",
            columns={"state": "string", "year": "int32", "capital": "string", "lat": "float64", "lon": "float64", "system": "string"},
            key=("state", "year", "system"),
            states=("state",),
            nullable=(),
            rows=(1, 60000),
        ),
    ),
    coverage=Coverage(first=1816, last=2024, states="appearing"),
    published=Published(days=-1),
    build=build,
)
