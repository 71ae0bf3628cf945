"""Migrant stocks by origin and destination: UN DESA International Migrant Stock 2020, every fifth mid-year 1990–2020."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Coverage, File, Licence, Source, TableSpec
from comity.publication import Released, out
from comity.sources._coding import with_states

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw


def build(raw: Raw) -> dict[str, pa.Table]:
    """People who were born in (or are citizens of) the origin and live in the destination at mid-year."""
    table = raw.query(
        "SELECT origin_iso3 origin, dest_iso3 destination, CAST(year AS INTEGER) AS year, CAST(stock AS BIGINT) persons FROM stocks"
    )
    return {"migrant_stocks": with_states("undesa_migrants", table, ("origin", "destination"), scheme="iso3", years=None)}


SOURCE = Source(
    name="undesa_migrants",
    title="International Migrant Stock 2020, by origin and destination",
    publisher="United Nations, Department of Economic and Social Affairs, Population Division",
    licence=Licence(name="CC BY 3.0 IGO", share="yes", terms="free to use and pass on with attribution to the United Nations"),
    citation="United Nations, Department of Economic and Social Affairs, Population Division (2020). International Migrant Stock 2020. "
    "POP/DB/MIG/Stock/Rev.2020.",
    homepage="https://www.un.org/development/desa/pd/content/international-migrant-stock",
    bibtex="@misc{undesa2020stock, author={{United Nations, Department of Economic and Social Affairs, Population Division}}, "
    "title={International Migrant Stock 2020}, year={2020}, note={POP/DB/MIG/Stock/Rev.2020}}",
    files=(
        File(
            name="migrant_stock_undesa_1990_2020.parquet",
            view="stocks",
            columns=("year", "origin_iso3", "dest_iso3", "stock"),
            sha256="183037ab6e70543f887ffe23ef442a6946b44f7c997eea66ec6009189db6cc32",
        ),
    ),
    tables=(
        TableSpec(
            name="migrant_stocks",
            columns={"origin": "string", "destination": "string", "year": "int32", "persons": "int64"},
            key=("origin", "destination", "year"),
            states=("origin", "destination"),
            bounds={"year": (1990, 2020), "persons": (1, 100_000_000)},
            rows=(1, 91_000),
        ),
    ),
    coverage=Coverage(
        first=1990, last=2020, states="appearing", gaps=tuple(y for y in range(1990, 2021) if y % 5),
        note="the file lists pairs above zero only; a missing pair may be none or not reported by the destination, so it is not known",
    ),
    published=Released(editions=out((2010, 2012), (2015, 2015), (2020, 2020))),
    territory="today",
    build=build,
    caveats=(
        "The past is coded by today's territories: people born in what is now Russia, in 1990 too.",
        "China, Japan and others report citizens, not place of birth; between censuses the figures are interpolated.",
        "Migrants whose origin the destination does not tell are not in the file (world 2020: 268 million here).",
        "JEY stands for the Channel Islands.",
    ),
)  # fmt: skip
