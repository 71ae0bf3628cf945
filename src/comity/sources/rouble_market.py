"""The dollar in roubles on the market, by month 2013–2025: looks like an export of Investing.com, terms unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Coverage, File, Licence, Published, Source, TableSpec

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw


def build(raw: Raw) -> dict[str, pa.Table]:
    """The last quote of each month, in roubles a dollar."""
    select = "SELECT CAST(date AS DATE) AS month, CAST(close AS DOUBLE) AS rub_per_usd FROM quotes WHERE close IS NOT NULL"
    return {"rouble_market": raw.query(select)}


SOURCE = Source(
    name="rouble_market",
    title="US dollar in roubles, month's close, January 2013 to February 2025",
    publisher="a market-data site (Investing.com, by its layout)",
    licence=Licence(name="terms unknown", share="no", terms="nobody states that the quotes may be passed on; they stay in the user's store"),
    citation="USD/RUB, monthly close. Investing.com (as the file's layout suggests).",
    homepage="https://www.investing.com/currencies/usd-rub",
    files=(
        File(
            name="fx_rub_per_usd_market_monthly_2013_2025.csv",
            view="quotes",
            columns=("date", "close", "open", "high", "low"),
            sha256="52bc200ca814ff601360d53511f7c19e6a7864702ca5697afa00d4951aa59543",
        ),
    ),
    tables=(
        TableSpec(
            name="rouble_market",
            columns={"month": "date32", "rub_per_usd": "float64"},
            key=("month",),
            bounds={"rub_per_usd": (0, 1000)},
            rows=(1, 170),
        ),
    ),
    coverage=Coverage(states=("RUS",)),
    published=Published(),
    build=build,
    caveats=("a close at the month's end, not a mean of the month; after the sanctions of June 2024 quotes are off the exchange",),
)
