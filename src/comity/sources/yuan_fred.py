"""The dollar in yuan, daily from 1990: Federal Reserve H.10 through FRED, DEXCHUS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Coverage, File, Licence, Published, Source, TableSpec
from comity.sources import _fred

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw


def build(raw: Raw) -> dict[str, pa.Table]:
    """Yuan a dollar by day; holidays are no row."""
    select = "SELECT CAST(date AS DATE) AS date, CAST(cny_per_usd AS DOUBLE) AS cny_per_usd FROM rates WHERE cny_per_usd IS NOT NULL"
    return {"yuan_fred": raw.query(select)}


SOURCE = Source(
    name="yuan_fred",
    title="Chinese yuan to one US dollar, daily noon buying rate",
    publisher="Board of Governors of the Federal Reserve System, through FRED (Federal Reserve Bank of St. Louis)",
    licence=Licence(name="public domain", share="yes", terms="a work of the United States government; cite the Board and FRED"),
    citation="Board of Governors of the Federal Reserve System. H.10 Foreign Exchange Rates, China (DEXCHUS). FRED, Federal Reserve Bank of "
    "St. Louis.",
    homepage="https://fred.stlouisfed.org/series/DEXCHUS",
    bibtex="@misc{fred_dexchus, author={{Board of Governors of the Federal Reserve System}}, title={Chinese Yuan Renminbi to {US} Dollar Spot "
    "Exchange Rate ({DEXCHUS})}, howpublished={FRED}}",
    files=(
        File(
            name="fx_cny_per_usd_fred_daily.csv",
            view="rates",
            columns=("date", "cny_per_usd"),
            sha256="e8d16b56865b5aa4b5f5ced76e08b8686afe978b6417e3f146e1b9294f774e57",
        ),
    ),
    tables=(
        TableSpec(
            name="yuan_fred", columns={"date": "date32", "cny_per_usd": "float64"}, key=("date",), bounds={"cny_per_usd": (1, 20)}, rows=(1, 10_700)
        ),
    ),
    coverage=Coverage(states=("CHN",)),
    published=Published(days=4),
    build=build,
    layouts=(_fred.layout("DEXCHUS", "rates", ("date", "cny_per_usd"), build, coverage=Coverage(states=("CHN",))),),
)
