"""Polity5: authority characteristics of regimes, state-years to 2018 (a few to 2020)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Coverage, File, Licence, Published, Source, TableSpec
from comity.sources._coding import members_only

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw


SHORTER = ((255, 1945), (255, 1990), (324, 1861), (347, 1991), (347, 2006), (364, 1922), (529, 1993), (626, 2011), (818, 1976))
"""Of two polities of one state in a year (the provider's own number, year) the one that had less of it, or the same score."""


def build(raw: Raw) -> dict[str, pa.Table]:
    """The polity score of each member of the state system in each year from 1816; −66, −77 and −88 (interruption, collapse, transition) are null.

    In a year of change the polity that had most of it is kept; the other stands in `SHORTER`. Polities without a COW
    number (Gran Colombia, the Orange Free State, the Central American federation) are no members.
    """
    shorter = ", ".join(f"({code}, {year})" for code, year in SHORTER)
    table = raw.query(
        "SELECT cow AS state, year::INT AS year, CASE WHEN polity::INT >= -10 THEN polity::INT END AS polity "
        f"FROM polity WHERE cow IS NOT NULL AND year::INT >= 1816 AND (polity_ccode::INT, year::INT) NOT IN ({shorter})"
    )
    return {"polity_scores": members_only("polity5", table, ("state",), scheme="cow", years="year")}


SOURCE = Source(
    name="polity5",
    title="Polity5 annual time series",
    publisher="Center for Systemic Peace",
    licence=Licence(name="free with citation", share="derived", terms="free for research with citation; comity passes on scores, not the file"),
    citation=(
        "Marshall, M. G. & Gurr, T. R. (2020). Polity5: Political Regime Characteristics and Transitions, 1800–2018. Center for Systemic Peace."
    ),
    homepage="",
    files=(
        File(
            name="polity5_country_year_1776_2020.csv.gz",
            view="polity",
            columns=("polity_ccode", "scode", "country", "year", "democ", "autoc", "polity", "polity2", "durable", "cow"),
            sha256="8642bea2596f26944cf2317c6e7d1da8313433d2e4018e7de1405e94433159b3",
        ),
    ),
    tables=(
        TableSpec(
            name="polity_scores",
            columns={"state": "string", "year": "int32", "polity": "int32"},
            key=("state", "year"),
            states=("state",),
            nullable=("polity",),
            rows=(1, 20000),
        ),
    ),
    coverage=Coverage(states="appearing"),
    published=Published(months=24),
    build=build,
    caveats=("The coding of every year is of the edition of 2020: an as-of view shows today's edition.",),
)
