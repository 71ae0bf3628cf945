"""Prices and sizes that stand around a relationship: GDP, Brent, the rouble."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import measure

if TYPE_CHECKING:
    from ibis.expr.types import DateColumn, Table


def _complete_months(day: DateColumn) -> tuple[DateColumn, DateColumn]:
    """The first day of the month of a day, and the last weekday of that month."""
    import ibis

    month = day.truncate("M")
    last = month + ibis.interval(months=1) - ibis.interval(days=1)
    last = last.cast("date")
    over = ibis.greatest(last.day_of_week.index() - 4, 0)
    return month, (last - over.as_interval("D")).cast("date")


def _monthly_mean(days: Table, value: str) -> Table:
    """Mean and number of a month's days; the newest month only if it runs to its last weekday."""
    month, end = _complete_months(days.date)
    months = days.mutate(start=month, end=end).group_by(["start", "end"])
    means = months.agg(value=lambda t: t[value].mean(), n=lambda t: t.count(), newest=lambda t: t.date.max())
    return means.filter((means.start < means.start.max()) | (means.newest >= means.end)).select("start", "value", "n")


@measure(
    title="Gross domestic product, current dollars", unit="USD", period="year", domain="production", kind="condition", of="state", bounds=(0, None),
    total=True, because="the size of an economy is a condition of what it exchanges", reference="World Bank, NY.GDP.MKTP.CD; SNA 2008",
    aliases=("gdp", "gross domestic product", "economy", "size of the economy"), merge="sum",
)  # fmt: skip
def gdp_usd(wdi_gdp: Table) -> Table:
    """Gross domestic product of a state in a year, in current dollars at official exchange rates, by today's borders (World Bank)."""
    import ibis

    return wdi_gdp.select(a="state", b="state", start=ibis.date(wdi_gdp.year, 1, 1), value="gdp_usd")


@measure(
    title="Brent crude", unit="USD per barrel", period="month", domain="money", kind="condition", of="world", bounds=(0, None),
    because="the price of oil moves the value of what is traded without anybody's will", reference="EIA/FRED, DCOILBRENTEU",
    aliases=("brent", "oil price", "crude price", "price of oil"), merge="mean",
)  # fmt: skip
def brent_usd(brent_fred: Table) -> Table:
    """The mean of a month's daily spot prices of Brent crude, in dollars a barrel; `n` is the number of days quoted."""
    import ibis

    return _monthly_mean(brent_fred, "usd_per_barrel").mutate(a=ibis.literal("WLD"), b=ibis.literal("WLD"))


@measure(
    title="Roubles a dollar", unit="RUB per USD", period="month", domain="money", kind="condition", of="state", bounds=(0, None),
    because="the price of a currency moves the value of what is traded", reference="Bank of Russia, official rate; market close after November 2023",
    aliases=("rouble", "ruble", "rouble rate", "exchange rate of the rouble", "usd/rub"), sources=("cbr_rouble", "rouble_market"),
    coverage="rows", merge="mean",
)  # fmt: skip
def rub_per_usd(cbr_rouble: Table, rouble_market: Table) -> Table:
    """Roubles for a dollar in a month: the mean of the Bank of Russia's daily official rates, later the market's close.

    Official to November 2023, `n` the number of days on which a rate was set; after it, to February 2025, the close at the month's end
    (n is null): another source and another concept, so a seam. Roubles of 1998 throughout.
    """
    import ibis

    official = _monthly_mean(cbr_rouble, "rub_per_usd").mutate(source=ibis.literal("cbr_rouble"))
    market = rouble_market.select(start="month", value="rub_per_usd", n=ibis.null("int64"), source=ibis.literal("rouble_market"))
    rows = ibis.union(official.select("start", "value", "n", "source"), market.anti_join(official, "start"))
    return rows.mutate(a=ibis.literal("RUS"), b=ibis.literal("RUS"))
