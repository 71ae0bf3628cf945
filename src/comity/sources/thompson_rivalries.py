"""Strategic rivalries since 1816: pairs of states that saw each other as threatening competitors, by year to 2020."""

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
    return {"thompson_rivalries_years": rivalry_years(raw, "start", "end")}


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
        first=1816, last=2020, states="cow", note="years of spells; one that ends in 2020 is cut there; Austria before 1919 is Austria-Hungary"
    ),
    published=Released(editions=out((1999, 2001), (2010, 2011), (2020, 2021))),
    build=build,
)
