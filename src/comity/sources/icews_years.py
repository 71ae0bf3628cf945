"""Counts of coded events between states: ICEWS by year and quad class, directed dyads of 152 states, 2002–2014."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Coverage, File, Licence, Published, Source, TableSpec
from comity.sources._coding import with_states

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

QUADS = ("verbal_coop", "material_coop", "verbal_conflict", "material_conflict")


def build(raw: Raw) -> dict[str, pa.Table]:
    """Events from the source state to the target state in each year by quad class, zero rows included."""
    quads = ", ".join(f"CAST({q} AS BIGINT) {q}" for q in QUADS)
    table = raw.query(f"SELECT source_iso3 source, target_iso3 target, CAST(year AS INTEGER) AS year, {quads} FROM quads")
    return {"icews_quadcounts": with_states("icews_years", table, ("source", "target"), scheme="iso3", years="year")}


SOURCE = Source(
    name="icews_years",
    title="ICEWS coded events, yearly counts by quad class, 152 states, 2002–2014",
    publisher="Boschee et al. (Lockheed Martin, Raytheon BBN), yearly counts as in the R package netify",
    licence=Licence(
        name="ICEWS terms on Dataverse",
        share="no",
        terms="the terms are on the data set's page and are not restated with the counts; until they are read, nothing is passed on",
    ),
    citation="Boschee, E., Lautenschlager, J., O'Brien, S., Shellman, S., Starz, J. & Ward, M. (2015). ICEWS Coded Event Data. "
    "Harvard Dataverse, doi:10.7910/DVN/28075. Yearly counts: Dorff, C. & Minhas, S., netify (data `icews`).",
    homepage="https://doi.org/10.7910/DVN/28075",
    bibtex="@data{boschee2015icews, author={Boschee, Elizabeth and Lautenschlager, Jennifer and O'Brien, Sean and Shellman, Steve and Starz, James "
    "and Ward, Michael}, title={ICEWS Coded Event Data}, publisher={Harvard Dataverse}, year={2015}, doi={10.7910/DVN/28075}}",
    files=(
        File(
            name="icews_dyad_year_quadcounts_2002_2014.parquet",
            view="quads",
            columns=("source", "target", "source_iso3", "target_iso3", "year", *QUADS),
            sha256="1742a2c8caa55e43ad1c55b0a5f52715ae06958dda0dc3b29ae71090a908604a",
        ),
    ),
    tables=(
        TableSpec(
            name="icews_quadcounts",
            columns={"source": "string", "target": "string", "year": "int32", **dict.fromkeys(QUADS, "int64")},
            key=("source", "target", "year"),
            states=("source", "target"),
            bounds={"year": (2002, 2014), **dict.fromkeys(QUADS, (0, None))},
            rows=(1, 360_000),
        ),
    ),
    coverage=Coverage(
        first=2002, last=2014, states="appearing",
        note="152 states; Turkey, Serbia, Taiwan and others never appear, so nothing is known of them; zero rows are in the file",
    ),
    published=Published(months=12),
    build=build,
    caveats=(
        "The authors of the counts do not state their quad convention: whether 'demand' (CAMEO 10–14) is verbal conflict as in GDELT or by Schrodt's "
        "grouping is not known; cooperation against conflict is the safer reading.",
        "Machine coding of news: counts grow with press attention and fall with the number of papers read, most of all after 2009.",
        "ICEWS was first public on 27 March 2015, later years about a year after their end; the measures give the later of the two dates.",
    ),
)  # fmt: skip
