"""Prices and sizes that stand around a relationship: GDP, oil and other commodities, currencies, the price level."""

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


def _monthly_mean(days: Table, value: str, by: tuple[str, ...] = ()) -> Table:
    """Mean and number of a month's days, for each group of `by`; its newest month only if it runs to its last weekday."""
    import ibis

    month, end = _complete_months(days.date)
    months = days.mutate(start=month, end=end).group_by([*by, "start", "end"])
    means = months.agg(value=lambda t: t[value].mean(), n=lambda t: t.count(), newest=lambda t: t.date.max())
    means = means.mutate(last=means.start.max().over(ibis.window(group_by=by)))
    return means.filter((means.start < means["last"]) | (means.newest >= means.end)).select(*by, "start", "value", "n")


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


@measure(
    title="Yuan a dollar", unit="CNY per USD", period="month", domain="money", kind="condition", of="state", bounds=(0, None),
    because="the price of a currency moves the value of what is traded", reference="Federal Reserve, H.10, DEXCHUS",
    aliases=("yuan", "renminbi", "yuan rate", "exchange rate of the yuan", "usd/cny"), merge="mean",
)  # fmt: skip
def cny_per_usd(yuan_fred: Table) -> Table:
    """The mean of a month's daily noon rates of the dollar in yuan; `n` is the number of days quoted. An incomplete last month is left out."""
    import ibis

    return _monthly_mean(yuan_fred, "cny_per_usd").mutate(a=ibis.literal("CHN"), b=ibis.literal("CHN"))


@measure(
    title="Currency a euro", unit="currency units per EUR", period="month", domain="money", kind="condition", of="state", bounds=(0, None),
    because="the price of a currency moves the value of what is traded", reference="European Central Bank, euro reference rates",
    aliases=("euro rate", "exchange rate of the euro"), merge="mean",
)  # fmt: skip
def currency_per_eur(ecb_rates: Table) -> Table:
    """The mean of a month's reference rates of the euro in the currency that a state issues; `n` is the number of days with a rate.

    Ten currencies. A state's last month counts only if it runs to its last weekday, so the rouble ends with February 2022.
    """
    return _monthly_mean(ecb_rates, "per_eur", ("state",)).mutate(a=lambda t: t.state, b=lambda t: t.state)


@measure(
    title="Official exchange rate", unit="currency units per USD", period="year", domain="money", kind="condition", of="state", bounds=(0, None),
    because="the price of a currency moves the value of what is traded", reference="World Bank, PA.NUS.FCRF; IMF, International Financial Statistics",
    aliases=("official exchange rate", "exchange rate"), merge="mean",
)  # fmt: skip
def currency_per_usd(wdi_exchange_rate: Table) -> Table:
    """Units of a state's currency for a dollar, the mean of the year's official rate, by today's borders (World Bank)."""
    import ibis

    start = ibis.date(wdi_exchange_rate.year, 1, 1)
    return wdi_exchange_rate.select(a="state", b="state", start=start, value="lcu_per_usd")


@measure(
    title="Consumer prices in the United States", unit="index (1982–84 = 100)", period="month", domain="money", kind="condition", of="state",
    bounds=(0, None), because="dollars of different years are made comparable by it", reference="US Bureau of Labor Statistics, CUUR0000SA0",
    aliases=("CPI", "US inflation", "consumer price index"), merge="mean",
)  # fmt: skip
def price_level_us(cpi_us: Table) -> Table:
    """The consumer price index of the United States in a month, not adjusted for the season, mean of 1982–84 = 100."""
    import ibis

    return cpi_us.select(a=ibis.literal("USA"), b=ibis.literal("USA"), start="month", value="cpi")


PINK = "World Bank, Commodity Markets ('Pink Sheet'), nominal prices, edition of April 2025"
BECAUSE = "what a commodity costs on the world's markets moves the value of what is traded without anybody's will"


def _pink(commodity_prices: Table, series: str, unit: str) -> Table:
    import ibis

    rows = commodity_prices.filter((commodity_prices.series == series) & (commodity_prices.unit == unit))
    return rows.select(a=ibis.literal("WLD"), b=ibis.literal("WLD"), start="month", value="price")


@measure(
    title="Crude oil", unit="USD per barrel", period="month", domain="money", kind="condition", of="world", bounds=(0, None), because=BECAUSE,
    reference=PINK, aliases=("crude oil",), merge="mean",
    variants={"brent": "Brent, to check brent_usd with", "dubai": "Dubai", "wti": "West Texas Intermediate"},
)  # fmt: skip
def crude_oil_usd(commodity_prices: Table, variant: str) -> Table:
    """The World Bank's monthly price of crude oil in dollars a barrel: the mean of Brent, Dubai and West Texas; a variant is one of them."""
    name = {"": "average", "brent": "Brent", "dubai": "Dubai", "wti": "WTI"}[variant]
    return _pink(commodity_prices, f"Crude oil, {name}", "$/bbl")


@measure(
    title="Natural gas", unit="USD per mmbtu", period="month", domain="money", kind="condition", of="world", bounds=(0, None), because=BECAUSE,
    reference=PINK, aliases=("gas price", "price of gas", "price of natural gas"), merge="mean",
    variants={"us": "Henry Hub, United States", "lng_japan": "liquefied gas landed in Japan"},
)  # fmt: skip
def natural_gas_usd(commodity_prices: Table, variant: str) -> Table:
    """The World Bank's monthly price of natural gas in Europe, in dollars a million British thermal units; variants: other markets."""
    name = {"": "Natural gas, Europe", "us": "Natural gas, US", "lng_japan": "Liquefied natural gas, Japan"}[variant]
    return _pink(commodity_prices, name, "$/mmbtu")


@measure(
    title="Commodities sold by the tonne", unit="USD per tonne", period="month", domain="money", kind="condition", of="world", bounds=(0, None),
    because=BECAUSE, reference=PINK, aliases=("coal price", "price of coal"), merge="mean",
    variants={
        "coal": "coal, Australia: the default by its name", "copper": "copper", "aluminium": "aluminium", "nickel": "nickel",
        "wheat": "wheat, US hard red winter", "soybeans": "soybeans", "urea": "urea", "potash": "potassium chloride",
    },
)  # fmt: skip
def commodity_price(commodity_prices: Table, variant: str) -> Table:
    """The World Bank's monthly price of a commodity sold by weight, in dollars a metric tonne: coal (Australia), or the variant's."""
    name = {
        "": "Coal, Australian", "coal": "Coal, Australian", "copper": "Copper", "aluminium": "Aluminum", "nickel": "Nickel", "wheat": "Wheat, US HRW",
        "soybeans": "Soybeans", "urea": "Urea", "potash": "Potassium chloride",
    }[variant]  # fmt: skip
    return _pink(commodity_prices, name, "$/mt")


@measure(
    title="Timber", unit="USD per cubic metre", period="month", domain="money", kind="condition", of="world", bounds=(0, None), because=BECAUSE,
    reference=PINK, aliases=("timber price", "price of timber"), merge="mean",
    variants={"logs_cameroon": "logs, Cameroon", "sawnwood": "sawnwood, Malaysia"},
)  # fmt: skip
def timber_usd(commodity_prices: Table, variant: str) -> Table:
    """The World Bank's monthly price of logs from Malaysia, in dollars a cubic metre; variants: logs from Cameroon, sawnwood."""
    name = {"": "Logs, Malaysian", "logs_cameroon": "Logs, Cameroon", "sawnwood": "Sawnwood, Malaysian"}[variant]
    return _pink(commodity_prices, name, "$/cubic meter")
