"""Direct contiguity of states by land and by water, by year 1816–2016."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Coverage, File, Layout, Licence, Remote, Source, TableSpec
from comity.publication import Released, out
from comity.sources._coding import members_only

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw


def build(raw: Raw) -> dict[str, pa.Table]:
    """The closest kind of contiguity of each pair in each year of its spells; kind 0 (none) is left out."""
    table = raw.query(
        "SELECT least(ccode1::INT, ccode2::INT)::VARCHAR AS a, greatest(ccode1::INT, ccode2::INT)::VARCHAR AS b, y::INT AS year, "
        "min(conttype::INT)::INT AS kind FROM (SELECT *, unnest(generate_series(year(stdate::DATE), year(enddate::DATE))) AS y FROM spells "
        "WHERE conttype::INT > 0) GROUP BY ALL"
    )
    raw.register("coded", members_only("cow_contiguity", table, ("a", "b"), scheme="cow", years="year"))
    closest = "SELECT least(a, b) AS a, greatest(a, b) AS b, year, min(kind)::INT AS kind FROM coded WHERE a <> b GROUP BY ALL"
    return {"contiguity_years": raw.query(closest)}


def from_project(raw: Raw) -> dict[str, pa.Table]:
    """The same of the project's own directed dyad-years, each a spell of one year."""
    raw.connection.sql(
        "CREATE VIEW spells AS SELECT state1no AS ccode1, state2no AS ccode2, conttype, year || '-01-01' AS stdate, year || '-12-31' AS enddate "
        "FROM dyads"
    )
    return build(raw)


DYADS = Layout(
    name="COW directed dyad-years",
    files=(
        File(
            name="contdird.csv", view="dyads", columns=("dyad", "state1no", "state1ab", "state2no", "state2ab", "year", "conttype"),
            sometimes=("version",),
        ),
    ),
    build=from_project,
    seen=("https://correlatesofwar.org/data-sets/direct-contiguity/",),
    remotes=(Remote(url="https://correlatesofwar.org/wp-content/uploads/DirectContiguity320.zip", file="DirectContiguity320.zip", unpack=True),),
    limits=("of a year in which the kind changed the file has one kind, the held copy, made from spells by month, the closest",),
)  # fmt: skip
SOURCE = Source(
    name="cow_contiguity",
    title="Correlates of War direct contiguity, version 3.2",
    publisher="Correlates of War Project",
    licence=Licence(name="COW terms", share="derived", terms="free to use with citation; comity passes on counts and indicators, not the rows"),
    citation=(
        "Stinnett, D. M., Tir, J., Schafer, P., Diehl, P. F. & Gochman, C. (2002). The Correlates of War project "
        "Direct Contiguity data, version 3. Conflict Management and Peace Science 19(2), 58–66."
    ),
    homepage="",
    files=(
        File(
            name="cow_direct_contiguity_spells.csv",
            view="spells",
            columns=("ccode1", "ccode2", "conttype", "stdate", "enddate"),
            sha256="1fbc6601fdb72823da4d0eb260028abc7a1de02c9b444b86175d699554ee2ae9",
        ),
    ),
    tables=(
        TableSpec(
            name="contiguity_years",
            columns={"a": "string", "b": "string", "year": "int32", "kind": "int32"},
            key=("a", "b", "year"),
            states=("a", "b"),
            nullable=(),
            rows=(1, 120000),
        ),
    ),
    coverage=Coverage(first=1816, last=2016, states="cow", note="kind 1 land or river, 2 to 5 water up to 12, 24, 150 and 400 miles"),
    published=Released(editions=out((2000, 2002), (2016, 2017))),
    build=build,
    layouts=(DYADS,),
    caveats=(
        "The coding is later than the borders (to 2016): an as-of view has a year from "
        "the edition that first held it, with the values of today's.",
    ),
)
