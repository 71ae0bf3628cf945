"""The price of Brent crude, daily from 1990: US Energy Information Administration through FRED, DCOILBRENTEU."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Coverage, File, Licence, Published, Source, TableSpec
from comity.sources import _fred

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw


def build(raw: Raw) -> dict[str, pa.Table]:
    """Dollars a barrel by day; days without a quote (holidays) are no row."""
    return {
        "brent_fred": raw.query(
            "SELECT CAST(date AS DATE) AS date, CAST(brent_usd_bbl AS DOUBLE) AS usd_per_barrel FROM quotes WHERE brent_usd_bbl IS NOT NULL"
        )
    }


SOURCE = Source(
    name="brent_fred",
    title="Crude oil prices: Brent, Europe, daily spot price FOB",
    publisher="US Energy Information Administration, through FRED (Federal Reserve Bank of St. Louis)",
    licence=Licence(name="public domain", share="yes", terms="a work of the United States government; cite EIA and FRED"),
    citation="US Energy Information Administration. Crude Oil Prices: Brent – Europe (DCOILBRENTEU). FRED, Federal Reserve Bank of St. Louis.",
    homepage="https://fred.stlouisfed.org/series/DCOILBRENTEU",
    bibtex="@misc{dcoilbrenteu, author={{US Energy Information Administration}}, title={Crude Oil Prices: Brent -- Europe ({DCOILBRENTEU})}, "
    "howpublished={FRED, Federal Reserve Bank of St. Louis}}",
    files=(
        File(
            name="brent_usd_daily_fred.csv",
            view="quotes",
            columns=("date", "brent_usd_bbl"),
            sha256="b585e1fb221a251684d1d7ced80df6cf14be9d3c870a3675b2be841ee0a917a3",
        ),
    ),
    tables=(
        TableSpec(
            name="brent_fred",
            columns={"date": "date32", "usd_per_barrel": "float64"},
            key=("date",),
            bounds={"usd_per_barrel": (0, 1000)},
            rows=(1, 10_000),
        ),
    ),
    coverage=Coverage(states=("WLD",)),
    published=Published(days=7),
    build=build,
    layouts=(_fred.layout("DCOILBRENTEU", "quotes", ("date", "brent_usd_bbl"), build, coverage=Coverage(states=("WLD",))),),
)
