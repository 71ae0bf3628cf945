"""Money that one state puts at the other's disposal: deals, official finance, direct investment, lines between central banks; and what is
only stated of the two: the currencies in which they settle, and who travels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import measure

if TYPE_CHECKING:
    from ibis import Table

COMPLETE_TO = 2017
FIVE = "IMF, Direct Investment Positions by Counterpart Economy; Balance of Payments Manual 6"
NEW_CURRENCY = ("BLR", 2016)
"""Belarus' rates stand in the rouble of July 2016, 10,000 of the old; sums signed before are in the old."""
LINES = "Bahaj, Fuchs & Reis 2024, The Global Network of Liquidity Lines"


@measure(
    title="Investment and construction deals",
    unit="USD",
    period="year",
    symmetric=False,
    bounds=(0, None),
    domain="money",
    kind="exchange",
    because="firms of the one build and buy in the other for a return",
    reference="AEI and Heritage Foundation, China Global Investment Tracker",
    total=True,
    aliases=("Chinese investment deals", "Chinese investment", "investment deals"),
    variants={"energy_metals": "investments in energy, metals and chemicals only, to 2021"},
)
def deals_usd(cgit_deals: Table, cgit_energy_metals: Table, variant: str) -> Table:
    """Announced deals of Chinese firms in a host in a year, in current dollars: all sectors, investment and construction, 2005–2017.

    Formula: sum over deals of about 100 million dollars and more; `n` is their number. 2018 is half a year in the list and left out.
    The variant is another list: investments in three sectors, 2005–2021, never added to the first. A host without a row has no
    such deal or is not known.
    """
    import ibis

    t = cgit_energy_metals if variant else cgit_deals.filter(cgit_deals.year <= COMPLETE_TO)
    sums = t.filter(t.host != "CHN").group_by(["host", "year"]).agg(value=lambda g: g.value_usd.sum(), n=lambda g: g.count())
    return sums.select(a=ibis.literal("CHN"), b="host", start=ibis.date(sums.year, 1, 1), value="value", n="n")


@measure(
    title="Official finance",
    unit="USD, constant prices",
    period="year",
    symmetric=False,
    bounds=(0, None),
    domain="money",
    kind="exchange",
    because="the one lends or gives, the other uses it for its own ends",
    reference="Bluhm et al. 2018 (AidData 1.1.1, dollars of 2014); Goodman et al. 2024 (GeoGCDF 2, dollars of 2017)",
    total=True,
    coverage="rows",
    aliases=("Chinese loans", "Chinese aid", "development finance"),
    variants={"located": "AidData 2, located projects only, 2000–2017, dollars of 2017"},
)
def official_finance_usd(aiddata_v1: Table, aiddata_located: Table, variant: str) -> Table:
    """Commitments of Chinese official institutions to a recipient in a year, in dollars of 2014 (variant: of 2017).

    Formula: sum over the projects with a known sum; `n` is their number. The variant leaves out pledges, cancelled projects and umbrella agreements,
    as its provider advises for sums, and holds only projects with a place (350 of 843 billion dollars). Projects of several recipients are left
    out. A recipient and year without a row is not known to be zero.
    """
    import ibis

    if variant:
        t = aiddata_located.filter(aiddata_located.in_sums & aiddata_located.usd_2017.notnull())
        t = t.select("recipient", "year", usd="usd_2017")
        source = "aiddata_located"
    else:
        t = aiddata_v1.filter(aiddata_v1.usd_2014.notnull()).select("recipient", "year", usd="usd_2014")
        source = "aiddata_v1"
    sums = t.group_by(["recipient", "year"]).agg(value=lambda g: g.usd.sum(), n=lambda g: g.count())
    start = ibis.date(sums.year, 1, 1)
    return sums.select(a=ibis.literal("CHN"), b="recipient", start=start, value="value", n="n", source=ibis.literal(source))


@measure(
    title="Direct investment position",
    unit="USD",
    period="year",
    symmetric=False,
    domain="money",
    kind="exchange",
    because="capital of the one works in the other for a return to its owner",
    reference=FIVE,
    total=True,
    aliases=("direct investment position", "FDI position"),
    variants={"outward": "the investor's report only", "inward": "the host's report only"},
)
def fdi_position_usd(imf_direct_investment: Table, variant: str) -> Table:
    """Direct investment of a in b at the end of a year 2014–2024, in current dollars, where one of the two is CHN, DEU, JPN, SGP or USA.

    Formula: the investor's report; where there is none for the year, the host's. The row's source ends in ":outward" (the investor's)
    or ":inward" (the host's, also where the provider gives it as derived from the counterpart): a change is a seam. It may be
    negative. A pair without a row is not known. Not spliced to `fdi_stock_usd`: another manual, other reporters.
    """
    import ibis

    t = imf_direct_investment
    sides = {"outward": "investor", "inward": "host"}
    parts = {
        side: t.filter(t.report == report).select(
            a="investor", b="host", start=ibis.date(t.year, 1, 1), value="usd", source=ibis.literal(f"imf_direct_investment:{side}")
        )
        for side, report in sides.items()
    }
    if variant:
        return parts[variant]
    return parts["outward"].union(parts["inward"].anti_join(parts["outward"], ["a", "b", "start"]))


def _in_force(liquidity_lines: Table) -> Table:
    """Bilateral lines by year in which they were in force on some day, 2000–2023."""
    import ibis

    t = liquidity_lines
    bilateral = t.filter((t.kind != "pooled fund") & ~t.framework)
    years = ibis.range(2000, 2024).unnest().name("year").as_table()
    first, last = bilateral.date.year(), bilateral.until.year().fill_null(9999)
    spans = bilateral.mutate(first=first, last_year=last)
    return spans.join(years, [spans.first <= years.year, spans.last_year >= years.year])


@measure(
    title="Central-bank swap line",
    unit="1 if in force",
    period="year",
    symmetric=False,
    bounds=(0, 1),
    absent=0.0,
    domain="money",
    kind="exchange",
    because="the one offers its currency against the other's as security; each uses it for its own ends",
    reference=LINES,
    aliases=("swap line", "currency swap", "currency swap line", "swap agreement"),
    variants={"any": "swap or repurchase line"},
)
def swap_line(liquidity_lines: Table, variant: str) -> Table:
    """Whether the central bank of a had a swap line open to that of b on some day of a year.

    Formula: 1 if a bilateral deal (one-way, or one direction of a reciprocal one) is in force; pooled funds and frameworks (Chiang Mai
    Multilateralisation, ASEAN, BRICS, SAARC) do not count, repurchase lines only in `any`. Coverage 2000–2023, states that the data set
    names; the European Central Bank's lines are no state's, so members of the euro area are not covered.
    """
    import ibis

    lines = _in_force(liquidity_lines)
    if not variant:
        lines = lines.filter(lines.swap)
    found = lines.group_by(["lender", "borrower", "year"]).agg(n=lambda t: t.count())
    start = ibis.date(found.year.cast("int32"), 1, 1)
    return found.select(a="lender", b="borrower", start=start, value=ibis.literal(1.0), n="n")


@measure(
    title="Central-bank swap line, maximum",
    unit="USD",
    period="year",
    symmetric=False,
    bounds=(0, None),
    domain="money",
    kind="exchange",
    because="the one offers its currency against the other's as security; each uses it for its own ends",
    reference=LINES,
    coverage="rows",
    total=True,
    aliases=("size of the swap line",),
)
def swap_line_usd(liquidity_lines: Table, wdi_exchange_rate: Table) -> Table:
    """The largest swap line of a year from the central bank of a to that of b, in dollars at signing: the maximum agreed, not what was drawn.

    Formula: the deal's amount in dollars where the data set gives it; else its amount in a's currency divided by a's mean official rate of the year
    of signing (World Bank), and `source` names both. Lines without limit or amount have no row, nor has what Belarus lent before its rouble of 2016.
    """
    import ibis

    lines = _in_force(liquidity_lines).filter(lambda t: t.swap & ~t.unlimited)
    lines = lines.mutate(signed=lines.date.year().cast("int32"))
    lines = lines.filter((lines.lender != NEW_CURRENCY[0]) | (lines.signed > NEW_CURRENCY[1]) | lines.usd.notnull())
    rates = wdi_exchange_rate.select(lender="state", signed="year", rate="lcu_per_usd")
    priced = lines.left_join(rates, ["lender", "signed"])
    turned = ibis.ifelse(priced.own_currency.fill_null(False), priced.amount / priced.rate, ibis.null("float64"))
    priced = priced.mutate(value=ibis.coalesce(priced.usd, turned), by_rate=priced.usd.isnull()).filter(lambda t: t.value.notnull())
    order = ibis.window(group_by=["lender", "borrower", "year"], order_by=[ibis.desc("value"), "by_rate", "deal"])
    best = priced.mutate(place=ibis.row_number().over(order)).filter(lambda t: t.place == 0)
    return best.select(
        a="lender", b="borrower", start=ibis.date(best.year.cast("int32"), 1, 1), value="value",
        source=ibis.ifelse(best.by_rate, "liquidity_lines+wdi_exchange_rate", "liquidity_lines"),
    )  # fmt: skip


def _stated(stated_figures: Table, indicator: str) -> Table:
    t = stated_figures
    rows = t.filter(t.indicator == indicator)
    return rows.mutate(source=rows.who.re_replace("^", "stated_figures:"))


@measure(
    title="Trade settled in the two national currencies, as stated",
    unit="share",
    period="month",
    bounds=(0, 1),
    domain="money",
    kind="alignment",
    because="both turn from a third currency to their own: each decides for itself, in one direction",
    reference="officials' statements, each named in the row's source",
    coverage="rows",
    aliases=(
        "settlement in national currencies", "settled in national currencies", "share of national currencies", "trade in roubles and yuan",
        "denominated in national currencies", "paid in national currencies", "national currencies", "settled in roubles",
        "trade settled in", "settlement in roubles and yuan", "own currencies", "settled in yuan",
    ),
)
def settlement_share_national(stated_figures: Table) -> Table:
    """Share of the trade of China and Russia that is settled in roubles and yuan, as officials stated it: only stated, no statistic.

    One row for each month that a statement speaks of; `source` names who said it ("stated_figures:…"). "More than 80 per cent" stands as .80. The
    statements are not one series: nobody says how the share is counted. `published` is an upper bound of the day of the statement.
    """
    import ibis

    t = _stated(stated_figures, "share_national_currencies_chn_rus")
    return t.select(
        a=ibis.literal("CHN"), b=ibis.literal("RUS"), start="date", value=t.value / 100, source="source", published="published"
    )


TRIPS = {
    "": ("tourist_trips_chn_to_rus", ""),
    "all_purposes": ("all_trips_chn_to_rus", ""),
    "wide": ("tourist_trips_chn_to_rus_wide_definition", "tourist_trips_rus_to_chn_wide_definition"),
    "groups": ("visafree_group_tourists_chn_to_rus", ""),
}


@measure(
    title="Tourists, as stated",
    unit="trips",
    period="year",
    symmetric=False,
    bounds=(0, None),
    domain="people",
    kind="exchange",
    because="people of the one go to the other and pay their way; no common end is needed",
    reference="border service, ministries and agencies, each named in the row's source",
    coverage="rows",
    total=True,
    aliases=(
        "tourists", "tourist trips", "tourist arrivals", "tourism", "number of tourists", "tourist flows", "holidaymakers",
    ),
    variants={
        "all_purposes": "border crossings for all purposes",
        "wide": "tourist trips by the wider definition of the government",
        "groups": "tourists in groups without visa: a lower bound",
    },
)
def tourists_stated(stated_figures: Table, variant: str) -> Table:
    """Trips of tourists from a to b in a year, as stated: single figures of China and Russia, no series.

    The default is the Russian border service's count of crossings with the purpose tourism; the definitions contradict each other (2023: 199.8
    thousand against 477 thousand) and are variants, never joined. Only whole years stand here; parts of years are in the table
    `stated_figures`. `source` names who said it.
    """
    import ibis

    to_russia, to_china = TRIPS[variant]
    parts = [_stated(stated_figures, to_russia).mutate(a=ibis.literal("CHN"), b=ibis.literal("RUS"))]
    if to_china:
        parts.append(_stated(stated_figures, to_china).mutate(a=ibis.literal("RUS"), b=ibis.literal("CHN")))
    t = ibis.union(*parts) if len(parts) > 1 else parts[0]
    t = t.filter(t.period.re_search("^[0-9]{4}$"))
    return t.select("a", "b", start="date", value=t.value * 1000, source="source", published="published")
