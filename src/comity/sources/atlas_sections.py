"""Goods trade of all pairs 2012–2020 in ten groups of HS sections, reconciled: the Atlas of Economic Complexity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Correction, Coverage, File, Licence, Published, Source, TableSpec
from comity.sources._coding import with_states

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

SECTIONS = ("textiles", "agriculture", "stone", "minerals", "metals", "chemicals", "vehicles", "machinery", "electronics", "other")


def build(raw: Raw) -> dict[str, pa.Table]:
    """Exports in dollars (FOB) by exporter, importer and year: the ten groups and their total."""
    groups = ", ".join(f"CAST({s}_kusd AS DOUBLE) * 1e3 AS {s}_usd" for s in (*SECTIONS, "total"))
    table = raw.query(
        f"SELECT exporter, importer, CAST(year AS INTEGER) AS year, {groups} FROM exports "
        "WHERE exporter NOT IN ('ANS', 'ANT') AND importer NOT IN ('ANS', 'ANT') AND exporter <> importer"
    )
    return {"atlas_sections": with_states("atlas_sections", table, ("exporter", "importer"), scheme="iso3", years="year")}


SOURCE = Source(
    name="atlas_sections",
    title="Atlas of Economic Complexity, trade by country, partner and ten sections, 2012–2020",
    publisher="Growth Lab at Harvard University",
    licence=Licence(
        name="CC BY-NC-SA 4.0",
        share="derived",
        terms="non-commercial with attribution, shared alike (some editions CC0); comity passes on shares, not the rows",
        share_alike=True,
        non_commercial=True,
    ),
    citation="The Growth Lab at Harvard University (2022). International Trade Data (HS92). Harvard Dataverse, doi:10.7910/DVN/T4CHWJ.",
    homepage="https://atlas.hks.harvard.edu/data-downloads",
    bibtex="@data{growthlab_hs92, author={{The Growth Lab at Harvard University}}, title={International Trade Data ({HS92})}, "
    "publisher={Harvard Dataverse}, year={2022}}",
    files=(
        File(
            name="atlas_bilateral_exports_10_sections_2012_2020.parquet",
            view="exports",
            columns=("exporter", "importer", "year", *(f"{s}_kusd" for s in SECTIONS), "total_kusd"),
            sha256="d390bc0b14d5702dd2e2b9b80a350c537029d3ed8c2ff2be5b9072959909a28f",
        ),
    ),
    tables=(
        TableSpec(
            name="atlas_sections",
            columns={
                "exporter": "string", "importer": "string", "year": "int32", **{f"{s}_usd": "float64" for s in SECTIONS}, "total_usd": "float64",
            },
            key=("exporter", "importer", "year"),
            states=("exporter", "importer"),
            bounds={f"{s}_usd": (0, None) for s in (*SECTIONS, "total")},
            rows=(1, 240_000),
        ),
    ),
    coverage=Coverage(first=2012, last=2020, states="appearing"),
    published=Published(months=18),
    build=build,
    corrections=(
        Correction(
            what="rows of ANS are left out",
            why="undeclared countries: no state; they take up to 55% of an exporter's sales (Kuwait 2013, Saudi Arabia 26% in 2014), "
            "so shares of its whole are too high",
        ),
        Correction(what="rows of ANT are left out", why="the Netherlands Antilles ended on 10 October 2010, before the file begins"),
    ),
    caveats=(
        "values are the Growth Lab's reconciliation of both reports: log r .93 with the IMF's imports of the same pairs",
        "'minerals' holds HS 25–27, so oil and gas with salt, cement and ores",
    ),
)  # fmt: skip
