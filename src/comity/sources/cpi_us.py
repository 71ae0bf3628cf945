"""Consumer prices in the United States by month from 1913: the Bureau of Labor Statistics' CPI-U."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Coverage, File, Licence, Published, Source, TableSpec
from comity.sources import _fred

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw


def build(raw: Raw) -> dict[str, pa.Table]:
    """The index (1982–84 = 100) by month; a month that was not surveyed is no row."""
    return {"cpi_us": raw.query('SELECT CAST("Date" AS DATE) AS month, CAST("Index" AS DOUBLE) AS cpi FROM cpi WHERE "Index" IS NOT NULL')}


SOURCE = Source(
    name="cpi_us",
    title="Consumer Price Index for All Urban Consumers, US city average, all items, monthly from 1913",
    publisher="US Bureau of Labor Statistics",
    licence=Licence(name="public domain", share="yes", terms="a work of the United States government; cite the Bureau"),
    citation="US Bureau of Labor Statistics. Consumer Price Index for All Urban Consumers (CPI-U), CUUR0000SA0.",
    homepage="https://www.bls.gov/cpi/",
    bibtex="@misc{bls_cpi, author={{US Bureau of Labor Statistics}}, title={Consumer Price Index for All Urban Consumers}, howpublished={bls.gov}}",
    files=(
        File(
            name="cpi_us_monthly.csv",
            view="cpi",
            columns=("Date", "Index", "Inflation"),
            sha256="cd0387b988df1487f7c55d7485105155db91ff29d2f7e87e89d39ea3af7b510a",
        ),
    ),
    tables=(
        TableSpec(name="cpi_us", columns={"month": "date32", "cpi": "float64"}, key=("month",), bounds={"cpi": (0, None)}, rows=(1, 1_640)),
    ),
    coverage=Coverage(states=("USA",), note="October 2025 was not surveyed"),
    published=Published(days=14),
    build=build,
    layouts=(_fred.layout("CPIAUCNS", "cpi", ("Date", "Index"), build, coverage=Coverage(states=("USA",))),),
)
