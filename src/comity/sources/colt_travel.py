"""How often leaders travel abroad and states receive them: yearly counts from Pardee's COLT, 1990–2024."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from comity import states
from comity.core import BadDataError, Correction, Coverage, File, Licence, Source, TableSpec
from comity.publication import Released
from comity.sources._places import place

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

NO_STATES = (
    "Abkhazia", "African Union (AU)", "Association of Southeast Asian Nations (ASEAN)", "Crimea", "Donetsk", "East Jerusalem",
    "European Commission (EC)", "International Monetary Fund (IMF)", "Israeli Settlements", "Jammu and Kashmir", "Kherson", "Luhansk",
    "Nagorno-Karabakh", "North Atlantic Treaty Organization (NATO)", "Northern Cyprus", "Organisation of African Unity (OAU)", "Transnistria",
    "United Nations (UN)", "Unknown", "World Bank (IBRD)",
)  # fmt: skip
"""Organisations and places that COLT lists beside states."""
DIRECTIONS = ("leader_visits_received", "trips_abroad_by_leaders")


def outside(spelt: str, year: int) -> bool:
    """Whether a name is no state's, or that of a state which did not exist in the year (Tonga before 1999, Czechoslovakia in 2009)."""
    return spelt in NO_STATES or (states.resolve(spelt, "name", year) is None and states.resolve(spelt, "name") is not None)


def build(raw: Raw) -> dict[str, pa.Table]:
    """One row for each state and year with at least one trip or visit; two spellings of one state in a year are added."""
    odd = raw.query(f"SELECT DISTINCT direction FROM travel WHERE direction NOT IN {DIRECTIONS!r}").column("direction").to_pylist()
    if odd:
        raise BadDataError(f"source colt_travel: directions {odd[:5]}; expected {', '.join(DIRECTIONS)}")
    place(raw, "SELECT state AS spelt, year FROM travel", "name", outside)
    return {
        "colt_travel": raw.query(
            """
            SELECT code AS state, place.year AS year,
                CAST(sum(CAST(n AS INTEGER)) FILTER (direction = 'trips_abroad_by_leaders') AS INTEGER) AS trips,
                CAST(sum(CAST(n AS INTEGER)) FILTER (direction = 'leader_visits_received') AS INTEGER) AS received
            FROM travel JOIN place ON travel.state = place.spelt AND CAST(travel.year AS INTEGER) = place.year
            WHERE code IS NOT NULL GROUP BY code, place.year
            """
        )
    }


SOURCE = Source(
    name="colt_travel",
    title="Leaders' travel by state and year, from Country and Organization Leader Travel",
    publisher="Frederick S. Pardee Center for International Futures, University of Denver",
    licence=Licence(
        name="terms not stated", share="no", terms="counts of an aggregate found without a licence; cite the COLT data set of the Pardee Center"
    ),
    citation="Moyer, J. D., Turner, S. D. & Meisel, C. J. Country and Organization Leader Travel (COLT), Diplometrics, Pardee Center; "
    "counts by state and year of the edition of 17 March 2025.",
    homepage="https://korbel.du.edu/pardee/content/country-and-organization-leader-travel-colt/",
    files=(
        File(
            name="colt_leader_travel_state_year_counts_1990_2024.csv.gz",
            view="travel",
            columns=("year", "state", "direction", "n"),
            sha256="2b5d78bd980c6cb2c205060501d0d3f40b439cda93ce6dc285003c02bd8255b7",
        ),
    ),
    tables=(
        TableSpec(
            name="colt_travel",
            columns={"state": "string", "year": "int32", "trips": "int32", "received": "int32"},
            key=("state", "year"),
            states=("state",),
            nullable=("trips", "received"),
            bounds={"year": (1990, 2024), "trips": (1, 200), "received": (1, 500)},
            rows=(1, 8_000),
        ),
    ),
    coverage=Coverage(first=1990, last=2024, note="a state and year without a row is not known: the file lists counts of one and more"),
    published=Released(months=3, editions=((2024, dt.date(2025, 3, 17)),)),
    build=build,
    corrections=(
        Correction(
            what="rows of organisations, of places that are no state, and of states in years in which they did not exist are left out",
            why="COLT lists destinations by today's map beside the states of the time (the African Union, Crimea, Tonga before 1999)",
        ),
        Correction(
            what="two names of one state in one year are added (Russia and Soviet Union in 1990 and 1991, Serbia and Serbia and Montenegro, "
            "Zaire and Congo-Kinshasa)",
            why="COLT names a place by who governed it; both names are of the state that existed most of that year",
        ),
    ),
    caveats=("Heads of state and of government; a trip to several states is one visit in each.",),
)  # fmt: skip
