"""Interstate wars of the Correlates of War project: directed dyad-years of states at war with each other, 1823–2003."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Coverage, File, Licence, Source, TableSpec
from comity.publication import Released, out
from comity.sources._coding import members_only

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw


def build(raw: Raw) -> dict[str, pa.Table]:
    """The number of wars in which each directed pair fought on opposite sides in a year."""
    table = raw.query(
        "SELECT ccode1::INT::VARCHAR AS a, ccode2::INT::VARCHAR AS b, year::INT AS year, count(DISTINCT warnum)::INT AS wars "
        "FROM wars WHERE sidea1 <> sidea2 GROUP BY ALL"
    )
    return {"war_dyad_years": members_only("cow_wars", table, ("a", "b"), scheme="cow", years="year")}


SOURCE = Source(
    name="cow_wars",
    title="Correlates of War inter-state wars, version 4.0 (directed dyad-years)",
    publisher="Correlates of War Project",
    licence=Licence(name="COW terms", share="derived", terms="free to use with citation; comity passes on counts and indicators, not the rows"),
    citation="Sarkees, M. R. & Wayman, F. (2010). Resort to War: 1816–2007. CQ Press.",
    homepage="",
    files=(
        File(
            name="cow_interstate_war_directed_dyad_year.parquet",
            view="wars",
            columns=(
                "warnum",
                "ccode1",
                "ccode2",
                "year",
                "cowinterongoing",
                "cowinteronset",
                "sidea1",
                "sidea2",
                "initiator1",
                "initiator2",
                "outcome1",
                "outcome2",
                "batdeath1",
                "batdeath2",
                "resume",
            ),
            sha256="2bc921319bc07dae8f4e38078a470387f07ea6216862e314b0e1a3f81b22b989",
        ),
    ),
    tables=(
        TableSpec(
            name="war_dyad_years",
            columns={"a": "string", "b": "string", "year": "int32", "wars": "int32"},
            key=("a", "b", "year"),
            states=("a", "b"),
            nullable=(),
            rows=(1, 2500),
        ),
    ),
    coverage=Coverage(first=1816, last=2007, states="cow", note="wars of 1,000 battle deaths and more"),
    published=Released(editions=out((1980, 1982), (1997, 2000), (2007, 2010))),
    build=build,
)
