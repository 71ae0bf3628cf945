"""Strategic rivalries since 1816: pairs of states that saw each other as threatening competitors, by year to 2010."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Coverage, File, Licence, Source, TableSpec
from comity.publication import Released, out
from comity.sources._coding import rivalry_years

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw


def build(raw: Raw) -> dict[str, pa.Table]:
    """One row for each pair and year of rivalry, 1816 on."""
    return {"thompson_dreyer_rivalries_years": rivalry_years(raw, "styear", "endyear")}


SOURCE = Source(
    name="thompson_dreyer_rivalries",
    title="Strategic rivalries, spells to 2010",
    publisher="W. R. Thompson & D. R. Dreyer",
    licence=Licence(name="free with citation", share="derived", terms="published in a book; comity passes on indicators, not the list"),
    citation="Thompson, W. R. & Dreyer, D. R. (2011). Handbook of International Rivalries, 1494–2010. CQ Press.",
    homepage="",
    files=(
        File(
            name="thompson_dreyer_rivalries_spells.csv",
            view="spells",
            columns=("rivalryno", "rivalryname", "ccode1", "ccode2", "styear", "endyear", "region", "type1", "type2", "type3"),
            sha256="ec77f12e94d822e0213d8708b8fd13dd1fb32a4579dfaef082d3a53d4c77872e",
        ),
    ),
    tables=(
        TableSpec(
            name="thompson_dreyer_rivalries_years",
            columns={"a": "string", "b": "string", "year": "int32"},
            key=("a", "b", "year"),
            states=("a", "b"),
            nullable=(),
            rows=(1, 30000),
        ),
    ),
    coverage=Coverage(
        first=1816, last=2010, states="cow", note="years of spells; one that ends in 2010 is cut there; Austria before 1919 is Austria-Hungary"
    ),
    published=Released(editions=out((1999, 2001), (2010, 2011))),
    build=build,
    caveats=("Rivalries are named afterwards (the list to 2010): an as-of view has a year from "
        "the edition that first held it, with the values of today's.",),
)
