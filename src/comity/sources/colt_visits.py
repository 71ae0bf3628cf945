"""Visits of heads of state and government between five states and their partners, 2018–2024, from Pardee's COLT."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from comity.core import BadDataError, Coverage, File, Licence, Source, TableSpec
from comity.publication import Released
from comity.sources._coding import in_order, with_states

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

HOMES = ("CHN", "DEU", "JPN", "SGP", "USA")


def build(raw: Raw) -> dict[str, pa.Table]:
    """One row for each pair and year of the file; a pair that both sides list must have one number."""
    strangers = raw.query(f"SELECT DISTINCT iso3_a FROM visits WHERE iso3_a NOT IN {HOMES!r}").column("iso3_a").to_pylist()
    if strangers:
        raise BadDataError(f"source colt_visits: lists of {strangers[:5]}; expected those of {', '.join(HOMES)}")
    listed = raw.query(
        "SELECT iso3_a a, iso3_b b, CAST(year AS INTEGER) AS year, CAST(CAST(leader_visits_colt AS DOUBLE) AS INTEGER) visits FROM visits"
    )
    raw.register("listed", in_order(with_states("colt_visits", listed, ("a", "b"), scheme="iso3", years="year"), "a", "b"))
    table = raw.query("SELECT a, b, year, min(visits) AS visits, max(visits) AS highest FROM listed GROUP BY a, b, year")
    raw.register("paired", table)
    apart = raw.query("SELECT a || '–' || b || ' ' || year AS pair FROM paired WHERE visits <> highest").column("pair").to_pylist()
    if apart:
        raise BadDataError(f"source colt_visits: the two lists differ for {', '.join(apart[:5])}")
    return {"colt_visits": table.drop_columns(["highest"])}


SOURCE = Source(
    name="colt_visits",
    title="Leaders' visits of five states, from Country and Organization Leader Travel",
    publisher="Frederick S. Pardee Center for International Futures, University of Denver",
    licence=Licence(
        name="terms not stated", share="no", terms="counts of an aggregate found without a licence; cite the COLT data set of the Pardee Center"
    ),
    citation="Moyer, J. D., Turner, S. D. & Meisel, C. J. Country and Organization Leader Travel (COLT), Diplometrics, Pardee Center; "
    "pairs of five states 2018–2024 from an aggregate published with a study of trade risk.",
    homepage="https://korbel.du.edu/pardee/content/country-and-organization-leader-travel-colt/",
    files=(
        File(
            name="colt_leader_visits_five_states_dyad_year_2018_2024.csv",
            view="visits",
            columns=("iso3_a", "iso3_b", "year", "leader_visits_colt"),
            sha256="5a619e46890de9de3b2503ce5434dcb56b83877b86f3c9aebb488a0d420f3406",
        ),
    ),
    tables=(
        TableSpec(
            name="colt_visits",
            columns={"a": "string", "b": "string", "year": "int32", "visits": "int32"},
            key=("a", "b", "year"),
            states=("a", "b"),
            bounds={"year": (2018, 2024), "visits": (0, 30)},
            rows=(1, 4_750),
        ),
    ),
    coverage=Coverage(
        first=2018, last=2024, partners=HOMES,
        note="about three partners in four; Germany from 2020, Japan to 2023, Singapore 2020–2021; a pair without a row in a year is not known",
    ),
    published=Released(months=3, editions=((2024, dt.date(2025, 3, 17)),)),
    build=build,
    caveats=(
        "Trips in both directions together, of heads of state and government.",
        "The trips themselves are not held, nor are the pairs of other states.",
        "COLT's edition is of March 2025; its yearly rhythm is taken as the lag of publication.",
    ),
)  # fmt: skip
