"""Strategic rivalries since 1816: pairs of states that saw each other as threatening competitors, by year to 2020."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Coverage, File, Licence, Published, Source, TableSpec
from comity.sources._coding import members_only

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw


def build(raw: Raw) -> dict[str, pa.Table]:
    """One row for each pair and year of a spell in which both were members of the state system, from 1816."""
    table = raw.query(
        "SELECT DISTINCT c1::VARCHAR AS a, c2::VARCHAR AS b, y::INT AS year FROM (SELECT CASE WHEN ccode1::INT = 305 AND y < 1919 THEN 300 ELSE "
        "ccode1::INT END AS c1, CASE WHEN ccode2::INT = 305 AND y < 1919 THEN 300 ELSE ccode2::INT END AS c2, y "
        'FROM (SELECT *, unnest(generate_series(greatest(start::INT, 1816), "end"::INT)) AS y FROM spells))'
    )
    coded = members_only("thompson_rivalries", table, ("a", "b"), scheme="cow", years="year")
    raw.register("coded", coded)
    return {"thompson_rivalries_years": raw.query("SELECT DISTINCT least(a, b) AS a, greatest(a, b) AS b, year FROM coded WHERE a <> b")}


SOURCE = Source(
    name="thompson_rivalries",
    title="Strategic rivalries, spells to 2020",
    publisher="W. R. Thompson, K. Sakuwa & P. H. Suhas",
    licence=Licence(name="free with citation", share="derived", terms="published in a book; comity passes on indicators, not the list"),
    citation=("Thompson, W. R., Sakuwa, K. & Suhas, P. H. (2021). Analyzing Strategic Rivalries in World Politics. Springer."),
    homepage="",
    files=(
        File(
            name="thompson_rivalries_spells.csv",
            view="spells",
            columns=(
                "tssr_id",
                "rivalry",
                "ccode1",
                "ccode2",
                "start",
                "end",
                "positional",
                "spatial",
                "ideological",
                "interventionary",
                "principal",
                "aprin",
            ),
            sha256="7d975b0e99dabdb6a5ce72d5949066362c91615c7479a8d5c0634fb757d9294d",
        ),
    ),
    tables=(
        TableSpec(
            name="thompson_rivalries_years",
            columns={"a": "string", "b": "string", "year": "int32"},
            key=("a", "b", "year"),
            states=("a", "b"),
            nullable=(),
            rows=(1, 30000),
        ),
    ),
    coverage=Coverage(
        first=1816, last=2020, states="members", note="years of spells; one that ends in 2020 is cut there; Austria before 1919 is Austria-Hungary"
    ),
    published=Published(days=-1),
    build=build,
)
