"""Exports by industry and use, from the World Input-Output Tables of 2013: 40 economies, 1995–2011."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Correction, Coverage, File, Licence, Published, Source, TableSpec
from comity.sources._coding import with_states

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw


def build(raw: Raw) -> dict[str, pa.Table]:
    """What each industry of the exporter sells to the importer's industries and to its final users, in US dollars; and the industries' names."""
    table = raw.query(
        "SELECT exporter, importer, CAST(year AS INTEGER) AS year, industry, CAST(intermediate_musd AS DOUBLE) * 1e6 intermediate_usd, "
        "CAST(final_musd AS DOUBLE) * 1e6 final_usd FROM flows WHERE exporter <> 'ROW' AND importer <> 'ROW'"
    )
    return {
        "wiod_bilateral": with_states("wiod_exports", table, ("exporter", "importer"), scheme="iso3", years="year"),
        "wiod_industries": raw.query("SELECT industry, name FROM industries"),
    }


SOURCE = Source(
    name="wiod_exports",
    title="World Input-Output Database, release 2013: exports by industry and use, 1995–2011",
    publisher="WIOD consortium, University of Groningen",
    licence=Licence(name="CC BY 4.0", share="yes", terms="free to use and pass on with attribution to Timmer et al. (2015)"),
    citation="Timmer, M. P., Dietzenbacher, E., Los, B., Stehrer, R. & de Vries, G. J. (2015). An Illustrated User Guide to the World Input-Output "
    "Database: the Case of Global Automotive Production. Review of International Economics 23, 575–605. Release 2013.",
    homepage="https://www.rug.nl/ggdc/valuechain/wiod/wiod-2013-release",
    bibtex="@article{timmer2015wiod, author={Timmer, Marcel P. and Dietzenbacher, Erik and Los, Bart and Stehrer, Robert and de Vries, Gaaitzen J.}, "
    "title={An Illustrated User Guide to the World Input-Output Database}, journal={Review of International Economics}, volume={23}, "
    "pages={575--605}, year={2015}}",
    files=(
        File(
            name="wiod2013_bilateral_exports_by_industry_1995_2011.parquet",
            view="flows",
            columns=("year", "exporter", "industry", "importer", "intermediate_musd", "final_musd"),
            sha256="4cb9a8eeaac5dcad09eb52e43522903a8a855ab43a55d9c3a2eee19463891d5f",
        ),
        File(
            name="industries.csv", view="industries", columns=("industry", "name"),
            sha256="c608e48d961ba1c2269c231e8c8f30a06cdb19042a227ddcc9e11ea76be6c0d0",
        ),
    ),
    tables=(
        TableSpec(
            name="wiod_bilateral",
            columns={
                "exporter": "string", "importer": "string", "year": "int32", "industry": "string", "intermediate_usd": "float64",
                "final_usd": "float64",
            },
            key=("exporter", "importer", "year", "industry"),
            states=("exporter", "importer"),
            bounds={"year": (1995, 2011), "intermediate_usd": (0, None)},
            rows=(1, 560_000),
        ),
        TableSpec(
            name="wiod_industries", columns={"industry": "string", "name": "string"}, key=("industry",), rows=(1, 35),
        ),
    ),
    coverage=Coverage(
        first=1995, last=2011, states="appearing",
        note="40 economies; the rest of the world is one block and is left out; every pair of the 40 is estimated",
    ),
    published=Published(in_data=True),
    build=build,
    corrections=(
        Correction(what="flows of the rest of the world (ROW) are left out", why="it is no state"),
    ),
    caveats=(
        "Goods and services at basic prices, split over partners by proportion where no customs data tell them; not comparable with customs totals.",
        "Whole million dollars; final use includes changes of inventories, so a cell may be below zero (98 of 490,423).",
        "The measures give 1 November 2013, the month of the release, for every year.",
    ),
)  # fmt: skip
