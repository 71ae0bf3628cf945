"""Trade against what the sizes, the distance and the trade of all others let expect, and how a side could do without the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import measure

if TYPE_CHECKING:
    from ibis.expr.types import Table

GRAVITY = (
    "Santos Silva & Tenreyro (2006), Review of Economics and Statistics 88(4):641-658 (PPML); Anderson & van Wincoop (2003), American Economic "
    "Review 93(1):170-192 (multilateral resistance as exporter-year and importer-year effects); Fally (2015), JIE 97(1):76-85; Yotov et al. (2016)"
)
KNOWN = (2021, 7, 1)
"""When the last year of the panel was public: the coefficients of every year stand on all of them."""
PART = 0.05
"""Of a state's imports, from which a supplier counts as one that could take another's place."""


@measure(
    title="Trade expected by gravity", unit="USD", period="year", domain="trade", kind="condition", symmetric=False, bounds=(0, None), total=True,
    because="what sizes, distance and the trade of all others let expect is a condition of the exchange", reference=GRAVITY, coverage="rows",
    merge="sum", aliases=("gravity", "trade by gravity", "trade that sizes let expect"),
    variants={
        "low": "a tenth of flows of like expectation lie lower for theirs", "high": "a tenth of flows of like expectation lie higher for theirs",
        "own": "with the pair's own trade in the effects",
    },
)  # fmt: skip
def trade_expected_usd(expected_trade: Table, variant: str) -> Table:
    """Goods that b would buy from a in a year by a structural gravity equation, in current dollars CIF, 2000–2020.

    E[X_ab] = exp(β'z_ab + π_a + χ_b) by Poisson pseudo-maximum likelihood on imports as reported: z log distance, contiguity, common official
    language, colonial tie; the exporter-year and importer-year effects π and χ hold sizes and multilateral resistance. The effects of each
    year are solved again without the pair's own two flows (variant `own`: with them); coefficients stay. se: of the coefficients by the
    delta method at `own`, clustered by directed pair, with fixest's small-sample factor G/(G−1)·(N−1)/(N−k). low and high: the
    middle 80 per cent of actual over expected among some 200 flows of like expectation in the year, which is far wider than the se.
    Source of the method: Yotov et al. (2016), An Advanced Guide to Trade Policy Analysis, ch. 1.
    """
    import ibis

    t = expected_trade
    value = t[f"{variant or 'expected'}_usd"]
    se = ibis.null("float64") if variant in ("low", "high") else value * t.log_se
    return t.select(a="exporter", b="importer", start=ibis.date(t.year, 1, 1), value=value, se=se, published=ibis.date(*KNOWN))


@measure(
    title="Trade against expected", unit="ratio", period="year", domain="trade", kind="exchange", symmetric=False, bounds=(0, None),
    because="goods are given for goods or money; the ratio takes sizes and distance out", reference=GRAVITY, coverage="rows", merge="mean",
    aliases=("actual to expected trade", "trade over expected", "gravity residual", "trade potential"),
)  # fmt: skip
def trade_to_expected(expected_trade: Table) -> Table:
    """What b bought from a in a year, as b reports it, over `trade_expected_usd`: 1 is what the gravity equation expects, 2000–2020.

    se: of the ratio, from the coefficients alone, clustered by directed pair (fixest's small-sample factor). Whether a ratio is unusual is
    told by `trade_expected_usd:low` and `:high` instead, the spread of flows of like expectation. A ratio of zero has no se.
    Agreements and sanctions are no covariates.
    """
    import ibis

    t = expected_trade.filter(expected_trade.expected_usd > 0)
    ratio = t.actual_usd / t.expected_usd
    se = (ratio * t.log_se).nullif(0.0)
    return t.select(a="exporter", b="importer", start=ibis.date(t.year, 1, 1), value=ratio, se=se, published=ibis.date(*KNOWN))


@measure(
    title="Trade in goods over output", unit="share", period="year", domain="trade", kind="exchange", symmetric=False, bounds=(0, None),
    because="goods are given for goods or money; the share says how much of a's economy turns on it",
    reference="Gartzke & Li (2003), Journal of Conflict Resolution 47(5):553-571; IMF, Direction of Trade Statistics; World Bank, NY.GDP.MKTP.CD",
    coverage="rows", merge="mean", aliases=("trade to GDP", "trade share of GDP", "trade in GDP"),
)  # fmt: skip
def trade_to_gdp(exports_usd: Table, imports_usd: Table, gdp_usd: Table) -> Table:
    """Exports (FOB) plus imports (CIF) of a with b in a year, both as a reports them, over a's gross domestic product in current dollars.

    Trade is turnover and output value added, so the share may exceed 1 and is no part of output. `source` joins those of trade and of output.
    Years in which a does not report both flows, or has no output, are missing.
    """
    from comity.measures.trade import _both_flows, _joined

    both = _both_flows(exports_usd, imports_usd)
    output = gdp_usd.filter(gdp_usd.value > 0).select(reporter="a", start="start", output="value", output_source="source")
    both = both.join(output, ["reporter", "start"])
    plain = both.source.re_replace(r":[A-Z]{3}", "")
    return both.select(a="reporter", b="partner", start="start", value=both.total / both.output, source=_joined(plain, both.output_source))


@measure(
    title="Other large suppliers", unit="suppliers", period="year", domain="trade", kind="condition", symmetric=False, bounds=(0, None),
    because="whom else a buys from is a condition of what it has with b",
    reference="Hirschman (1945), National Power and the Structure of Foreign Trade",
    coverage="rows", merge="mean", aliases=("substitutability", "other suppliers", "alternative suppliers"),
)  # fmt: skip
def other_suppliers(
    imf_dots: Table, imf_china_imports: Table, wits_china_exports: Table, comtrade_china_partners: Table, comtrade_2022: Table, oec_trade: Table
) -> Table:
    """States other than b from which a buys more than 5 per cent of its imports of goods in a year, by a's own report.

    Shares as in `trade_share:imports`, so of all goods together: many others say that a buys widely, not that they sell what b sells. Territories
    count, unallocated rows only in the sum. n is the number of all suppliers. A pair stands where a reports imports from b.
    """
    import ibis

    from comity.measures.trade import _joined, _partner_lists

    rows = _partner_lists(imf_dots, imf_china_imports, wits_china_exports, comtrade_china_partners, comtrade_2022, oec_trade)
    rows = rows.filter((rows.flow == "imports") & (rows.value > 0))
    pairs = rows.group_by(["a", "b", "year"]).agg(value=lambda t: t.value.sum(), first=lambda t: t.source.min(), last=lambda t: t.source.max())
    whole = ibis.window(group_by=["a", "year"])
    pairs = pairs.mutate(large=(pairs.value / pairs.value.sum().over(whole) > PART) & pairs.b.notnull())
    pairs = pairs.mutate(others=pairs.large.cast("int64").sum().over(whole) - pairs.large.cast("int64"), n=pairs.b.count().over(whole))
    pairs = pairs.mutate(source=_joined(pairs["first"].min().over(whole), pairs["last"].max().over(whole)))
    pairs = pairs.filter(pairs.b.notnull())
    return pairs.select("a", "b", start=ibis.date(pairs.year, 1, 1), value=pairs.others.cast("float64"), n="n", source="source")


@measure(
    title="Suspected reports of a trade flow", unit="reports", period="year", domain="trade", kind="condition", symmetric=False, bounds=(0, None),
    because="it says whether a figure of the flow is probably a provider's error, which is a property of the statistics",
    reference="Hamanaka (2012), Whose trade statistics are correct? Multiple mirror comparison techniques; rule in docs/trade.md", coverage="rows",
    merge="sum", aliases=("suspected trade figures", "suspected errors"),
)  # fmt: skip
def trade_reports_suspected(suspected_reports: Table) -> Table:
    """Reports of what a sold to b in a year that stand out from other copies and from the partner's report: how many, of all sources.

    Exports that a reports and imports that b reports, flows from a billion dollars, sources IMF DOTS, UN Comtrade (trade with China) and WITS (main
    partners): a report counts once for each source that has it. A missing pair is not suspected or was not judged. A suspicion changes no figure.
    """
    import ibis

    t = suspected_reports
    sold = t.flow == "exports"
    seller, buyer = ibis.ifelse(sold, t.reporter, t.partner), ibis.ifelse(sold, t.partner, t.reporter)
    rows = t.select(a=seller, b=buyer, start=ibis.date(t.year, 1, 1), flow=t.flow, source_of=t["source"]).distinct()
    return rows.group_by(["a", "b", "start"]).agg(value=lambda g: g.count().cast("float64"))
