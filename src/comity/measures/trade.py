"""Goods trade: what each side reports, the two-way total by one reporter, shares, balances and mirror gaps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Evidence, measure

if TYPE_CHECKING:
    from ibis.expr.types import FloatingColumn, StringColumn, Table

FIRST_OF_DOTS = 2000
COMPLETE = 0.95
"""An importer of 2022 is complete from this part of the benchmark on: of 90, 28 fail (.06 to .944) and 62 pass (.976 and more)."""
CIF_OVER_FOB = 0.06
"""Freight and insurance as a part of the FOB value, the IMF's conversion since 2011."""
MIRROR = ":mirror"
OEC = "oec_trade"
REPORTS = ("china_customs_russia", "imf_dots", "imf_china_imports", "wits_china_exports", "comtrade_china_partners", "comtrade_2022")
FLOWS = (*REPORTS, OEC)
BECAUSE = "goods are given for goods or money; neither needs the other's goal to be reached"
REFERENCE = "IMF, Direction of Trade Statistics: exports FOB, imports CIF, both as reported; Feenstra et al. (2005), NBER Working Paper 11040"


def complete_importers(comtrade_2022: Table, comtrade_china_partners: Table, imf_dots: Table) -> Table:
    """The reporters of 2022 whose year is complete, one column `reporter`.

    A reporter passes if its imports from China are at least .95 of those that the later file of partners' reports
    holds for it; where that holds nothing, if its total is at least .95 of its total of 2020 (IMF DOTS) times the
    median growth of those that passed.
    """
    held = comtrade_2022.filter(comtrade_2022.partner == "CHN").select("reporter", held="value_usd")
    later = comtrade_china_partners.filter((comtrade_china_partners.flow == "imports") & (comtrade_china_partners.year == 2022))
    later = later.select("reporter", later="value_usd")
    before = imf_dots.filter((imf_dots.flow == "imports") & (imf_dots.year == 2020)).group_by("reporter").agg(before=lambda t: t.value_usd.sum())
    totals = comtrade_2022.group_by("reporter").agg(total=lambda t: t.value_usd.sum())
    found = totals.left_join(held, "reporter").drop("reporter_right").left_join(later, "reporter").drop("reporter_right")
    found = found.left_join(before, "reporter").drop("reporter_right")
    by_china = found.filter(found.later.notnull() & (found.held.fill_null(0.0) >= COMPLETE * found.later))
    growth = by_china.agg(growth=(by_china.total / by_china.before).median())
    rest = found.filter(found.later.isnull()).cross_join(growth)
    by_total = rest.filter(rest.total >= COMPLETE * rest.growth * rest.before)
    return by_china.select("reporter").union(by_total.select("reporter"))


def own_reports(
    china_customs_russia: Table, imf_dots: Table, imf_china_imports: Table, wits_china_exports: Table, comtrade_china_partners: Table,
    comtrade_2022: Table,
) -> Table:  # fmt: skip
    """What each reporter itself says of each partner, year and flow from 2000 on, by the first source of `REPORTS` that has it.

    Columns reporter, partner, year, flow, value_usd, source. Customs months count only where all twelve are there.
    """
    import ibis

    customs = china_customs_russia.group_by(["reporter", "partner", "flow"], year=china_customs_russia.month.year()).agg(
        value_usd=lambda t: t.value_usd.sum(), months=lambda t: t.count()
    )
    complete = complete_importers(comtrade_2022, comtrade_china_partners, imf_dots)
    key = ["reporter", "partner", "year", "flow"]

    def named(part: Table, source: str) -> Table:
        rows = part.filter(part.partner.notnull())
        return rows.select("reporter", "partner", "flow", "value_usd", year=rows.year.cast("int32"), source=ibis.literal(source))

    first = named(customs.filter(customs.months == 12), "china_customs_russia")
    dots = named(imf_dots, "imf_dots").anti_join(first, key)
    china = ibis.union(named(imf_china_imports, "imf_china_imports"), named(wits_china_exports, "wits_china_exports"))
    china = china.anti_join(first, key).anti_join(dots.filter(dots.reporter == "CHN"), key)
    partners = named(comtrade_china_partners, "comtrade_china_partners").anti_join(dots.filter(dots.partner == "CHN"), key)
    others = named(comtrade_2022.semi_join(complete, "reporter"), "comtrade_2022").anti_join(ibis.union(china, partners), key)
    return ibis.union(first, dots, china, partners, others)


def _flow(reports: Table, oec_trade: Table, flow: str) -> Table:
    import ibis

    a, b, other = ("exporter", "importer", "imports") if flow == "exports" else ("importer", "exporter", "exports")
    own = reports.filter(reports.flow == flow).select(a="reporter", b="partner", year="year", value="value_usd", source="source")
    mirror = reports.filter(reports.flow == other).select(a="partner", b="reporter", year="year", seen="value_usd", seen_source="source")
    both = own.outer_join(mirror, ["a", "b", "year"])
    both = both.select(
        a=both.a.fill_null(both.a_right), b=both.b.fill_null(both.b_right), year=both.year.fill_null(both.year_right),
        value=both.value.fill_null(both.seen), source=both.source.fill_null(both.seen_source.concat(MIRROR)),
    )  # fmt: skip
    early = oec_trade.filter(oec_trade.year < FIRST_OF_DOTS)
    early = early.select(a=a, b=b, year=early.year.cast("int32"), value="value_usd", source=ibis.literal(OEC))
    rows = ibis.union(both, early)
    return rows.select("a", "b", start=ibis.date(rows.year, 1, 1), value="value", source="source")


@measure(
    title="Exports of goods", unit="USD", period="year", domain="trade", kind="exchange", symmetric=False, bounds=(0, None), total=True,
    because=BECAUSE, reference=REFERENCE, sources=FLOWS, coverage="rows", merge="sum",
    aliases=(
        "exports", "goods exports", "sales to", "shipments to", "sell", "ship goods", "sales", "deliveries to", "goods sold to",
        "goods went to", "goods go to",
        "merchandise exports", "export earnings from", "supply goods", "ship", "export sales",
    ),
)  # fmt: skip
def exports_usd(
    china_customs_russia: Table, imf_dots: Table, imf_china_imports: Table, wits_china_exports: Table, comtrade_china_partners: Table,
    comtrade_2022: Table, oec_trade: Table,
) -> Table:  # fmt: skip
    """Goods that a sold to b in a year, in current dollars FOB, as a reports them.

    From 2000 the first source that has a's own report: China's customs (complete years, with Russia), IMF DOTS
    (2000–2020), WITS (China, 2022), partners' reports of their trade with China (from 2021). Where a reports nothing, b's
    report of its imports from a stands in, unscaled, so CIF, and `source` ends in ":mirror". Before 2000 it is the
    OEC's one value a flow, which is the importer's report divided by 1.1: on the 134,242 pair-years of 2000–2007 that both
    hold its median is 1.002 of the exports in DOTS (.960 over 100 million dollars). 2000 and every change of `source`
    is a seam. A missing pair is not zero; all pairs end with 2020, 2022 has the imports of 62 reporters and their mirror.
    """
    reports = own_reports(china_customs_russia, imf_dots, imf_china_imports, wits_china_exports, comtrade_china_partners, comtrade_2022)
    return _flow(reports, oec_trade, "exports")


@measure(
    title="Imports of goods", unit="USD", period="year", domain="trade", kind="exchange", symmetric=False, bounds=(0, None), total=True,
    because=BECAUSE, reference=REFERENCE, sources=FLOWS, coverage="rows", merge="sum",
    aliases=(
        "imports", "goods imports", "purchases from", "buys from", "buy", "purchase", "import bill", "goods bought from",
        "merchandise imports", "buy goods", "take goods",
    ),
)  # fmt: skip
def imports_usd(
    china_customs_russia: Table, imf_dots: Table, imf_china_imports: Table, wits_china_exports: Table, comtrade_china_partners: Table,
    comtrade_2022: Table, oec_trade: Table,
) -> Table:  # fmt: skip
    """Goods that a bought from b in a year, in current dollars CIF, as a reports them.

    From 2000 the first source that has a's own report: China's customs (complete years, with Russia), IMF DOTS
    (2000–2020), China's imports (2021, 2022), partners' reports of their trade with China (from 2021), and of 2022 the
    Comtrade imports of the reporters that `complete_importers` lets through. Where a reports nothing, b's report of its
    exports to a stands in, unscaled, so FOB, and `source` ends in ":mirror". Before 2000 it is the OEC's one value a
    flow, which understates: on the 155,074 pair-years of 2000–2007 that both hold its median is .905 of the imports in DOTS,
    as it divides CIF by 1.1. 2000 and every change of `source` is a seam; at that of 2020 and 2021 members of the European
    Union pass from consignment to origin (Germany's imports from China: two fifths more). A missing pair is not zero.
    """
    reports = own_reports(china_customs_russia, imf_dots, imf_china_imports, wits_china_exports, comtrade_china_partners, comtrade_2022)
    return _flow(reports, oec_trade, "imports")


def _by(source: StringColumn, reporter: StringColumn) -> StringColumn:
    return source.concat(":", reporter)


def _joined(left: StringColumn, right: StringColumn) -> StringColumn:
    import ibis

    return ibis.ifelse(left == right, left, ibis.least(left, right).concat("+", ibis.greatest(left, right)))


def _single(value: FloatingColumn) -> FloatingColumn:
    return value.cast("float32").cast("float64")


def _own(flow: Table) -> Table:
    return flow.filter(~flow.source.endswith(MIRROR) & (flow.source != OEC))


def _both_flows(exports_usd: Table, imports_usd: Table) -> Table:
    """What one reporter says of both flows with a partner: reporter, partner, start, sold, bought, total, source."""
    sold = _own(exports_usd).select(reporter="a", partner="b", start="start", sold="value", sold_source="source")
    bought = _own(imports_usd).select(reporter="a", partner="b", start="start", bought="value", bought_source="source")
    both = sold.join(bought, ["reporter", "partner", "start"])
    return both.select(
        "reporter", "partner", "start", "sold", "bought", total=both.sold + both.bought,
        source=_joined(_by(both.sold_source, both.reporter), _by(both.bought_source, both.reporter)),
    )  # fmt: skip


def _fixed_reporter(both: Table, exports_usd: Table, imports_usd: Table) -> Table:
    """One reporter a pair: whose reports of both flows have the most years, then the larger trader by all that it reports."""
    import ibis

    size = ibis.union(_own(exports_usd), _own(imports_usd)).group_by(reporter="a").agg(size=lambda t: t.value.sum())
    runs = both.group_by(["reporter", "partner"]).agg(years=lambda t: t.count()).join(size, "reporter")
    runs = runs.mutate(low=ibis.least(runs.reporter, runs.partner), high=ibis.greatest(runs.reporter, runs.partner))
    order = ibis.window(group_by=["low", "high"], order_by=[ibis.desc("years"), ibis.desc("size"), "reporter"])
    return runs.mutate(place=ibis.row_number().over(order)).filter(lambda t: t.place == 0).select("reporter", "partner")


def _early_total(exports_usd: Table, imports_usd: Table) -> Table:
    sold = exports_usd.filter(exports_usd.source == OEC)
    bought = imports_usd.filter(imports_usd.source == OEC).select("a", "b", "start", bought="value")
    both = sold.join(bought, ["a", "b", "start"]).filter(lambda t: t.a < t.b)
    return both.select("a", "b", "start", value=both.value + both.bought, source="source")


@measure(
    prominent=True,
    title="Trade in goods, both ways", unit="USD", period="year", domain="trade", kind="exchange", symmetric=True, bounds=(0, None), total=True,
    because=BECAUSE, reference=REFERENCE, sources=FLOWS, coverage="rows", merge="sum",
    aliases=(
        "trade", "bilateral trade", "two-way trade", "trade turnover", "trade volume", "goods trade", "total trade", "exchange goods",
        "exchanged", "commerce", "merchandise trade", "turnover", "trade with", "trade between", "trade in goods", "commercial exchanges",
        "bilateral commerce", "traded", "exchange of goods", "two-way commerce", "trade flows", "goods worth exchanged",
    ),
    variants={
        "importers": "each flow as its importer reports it (CIF)",
        "a": "both flows as the first state by code reports them",
        "b": "both flows as the second state by code reports them",
    },
    evidence=Evidence(topic="trade", size="gdp_usd", unit=1e6, error="reports"),
)  # fmt: skip
def trade_total_usd(exports_usd: Table, imports_usd: Table, variant: str) -> Table:
    """Exports (FOB) plus imports (CIF) of two states in a year, in current dollars, both flows as one of them reports them.

    The reporter is fixed for the pair: the one with more years in which it reports both flows itself, on a tie the
    larger trader (all that it reports to anyone since 2000). Years in which it does not report both are missing, never one
    flow of two and never the other side's; each side's own series are `:a` and `:b`. `:importers` adds what each side says
    that it bought, the standard of the literature. Before 2000 the default and `:importers` are the OEC's sum of both
    flows, lower: of the totals of 2000–2007 the median is .967 of the default and .925 of `:importers` (.927 and .913 over
    100 million), so 2000 is a seam. `source` is "source:REPORTER", two such parts joined by "+" where the reporter's two
    flows have two sources; `:importers` and "oec_trade" name no reporter.
    """
    import ibis

    early = _early_total(exports_usd, imports_usd)
    if variant == "importers":
        mine = _own(imports_usd)
        theirs = mine.select(a="b", b="a", start="start", theirs="value", theirs_source="source").filter(lambda t: t.a < t.b)
        both = mine.join(theirs, ["a", "b", "start"])
        both = both.select("a", "b", "start", value=both.value + both.theirs, source=_joined(both.source, both.theirs_source))
        return ibis.union(both, early)
    both = _both_flows(exports_usd, imports_usd)
    if variant == "a":
        both = both.filter(both.reporter < both.partner)
    elif variant == "b":
        both = both.filter(both.reporter > both.partner)
    else:
        both = both.semi_join(_fixed_reporter(both, exports_usd, imports_usd), ["reporter", "partner"])
    rows = both.select(
        a=ibis.least(both.reporter, both.partner), b=ibis.greatest(both.reporter, both.partner), start="start", value="total", source="source"
    )
    return rows if variant else ibis.union(rows, early)


@measure(
    title="Trade in goods, both ways, by month", unit="USD", period="month", domain="trade", kind="exchange", symmetric=True, bounds=(0, None),
    total=True, because=BECAUSE, reference="General Administration of Customs of China, monthly bulletin", sources=("china_customs_russia",),
    coverage="rows", merge="sum", aliases=("monthly trade",),
)  # fmt: skip
def trade_total_usd_monthly(china_customs_russia: Table) -> Table:
    """Exports (FOB) plus imports (CIF) of China and Russia in a month, in current dollars, as China's customs reports them."""
    import ibis

    months = china_customs_russia.group_by(["reporter", "partner", "month"]).agg(value=lambda t: t.value_usd.sum(), flows=lambda t: t.count())
    months = months.filter(months.flows == 2)
    return months.select(
        a=ibis.least(months.reporter, months.partner), b=ibis.greatest(months.reporter, months.partner), start="month", value="value",
        source=_by(ibis.literal("china_customs_russia"), months.reporter),
    )  # fmt: skip


def _partner_lists(
    imf_dots: Table, imf_china_imports: Table, wits_china_exports: Table, comtrade_china_partners: Table, comtrade_2022: Table, oec_trade: Table
) -> Table:
    """The flows of reporters whose whole list of partners is held: a, b (null: unallocated), year, flow, value, source.

    A state that reports nothing to IMF DOTS in a year has its partners' reports turned round, marked ":mirror".
    """
    import ibis

    columns = {"a": "reporter", "b": "partner", "flow": "flow", "value": "value_usd"}

    def named(part: Table, source: str) -> Table:
        return part.select(**columns, year=part.year.cast("int32"), source=ibis.literal(source))

    dots = named(imf_dots, "imf_dots")
    silent = dots.filter(dots.b.notnull())
    silent = silent.select(
        a="b", b="a", flow=ibis.ifelse(silent.flow == "exports", "imports", "exports"), value="value", year="year",
        source=ibis.literal("imf_dots" + MIRROR),
    )
    silent = silent.anti_join(dots.select("a", "year").distinct(), ["a", "year"])
    china = imf_china_imports.filter(imf_china_imports.year > 2020)
    complete = complete_importers(comtrade_2022, comtrade_china_partners, imf_dots)
    others = comtrade_2022.semi_join(complete, "reporter").filter(lambda t: t.reporter != "CHN")
    early = oec_trade.filter(oec_trade.year < FIRST_OF_DOTS).mutate(source=ibis.literal(OEC))
    sold = early.select(
        a="exporter", b="importer", flow=ibis.literal("exports"), value="value_usd", year=early.year.cast("int32"), source="source"
    )
    bought = early.select(
        a="importer", b="exporter", flow=ibis.literal("imports"), value="value_usd", year=early.year.cast("int32"), source="source"
    )
    return ibis.union(
        dots, silent, named(china, "imf_china_imports"), named(wits_china_exports, "wits_china_exports"), named(others, "comtrade_2022"), sold, bought
    )


@measure(
    title="Share of goods trade", unit="share", period="year", domain="trade", kind="exchange", symmetric=False, bounds=(0, 1),
    because=BECAUSE, reference="IMF, Direction of Trade Statistics; Hirschman (1945), National Power and the Structure of Foreign Trade",
    sources=("imf_dots", "imf_china_imports", "wits_china_exports", "comtrade_2022", OEC), coverage="rows", merge="mean",
    aliases=(
        "trade dependence", "trade share", "share of trade", "part of trade", "% of trade", "% of exports", "% of imports",
        "% of commerce", "share of commerce", "dependence on trade", "% of foreign trade", "share of exports", "share of imports",
        "part of foreign trade",
    ),
    variants={"exports": "share of a's exports that go to b", "imports": "share of a's imports that come from b"},
)  # fmt: skip
def trade_share(
    imf_dots: Table, imf_china_imports: Table, wits_china_exports: Table, comtrade_china_partners: Table, comtrade_2022: Table, oec_trade: Table,
    variant: str,
) -> Table:  # fmt: skip
    """The part of a's goods trade in a year that is with b, by a's own report: (exports + imports) over the same of all partners.

    value = (X_ab + M_ab) / Σ_p (X_ap + M_ap), one reporter and source in numerator and denominator; the sum runs over all
    partners in the file, territories and unallocated rows included (IMF DOTS lost its "not specified", so it leaves that
    out; Comtrade, WITS and China's imports have it). A flow that a does not report adds nothing on either side. Only
    years in which a reports both flows with its whole list of partners: 2000–2020, and China in 2022; before 2000 the OEC.
    A state that reports to DOTS nothing at all in a year (Taiwan, Iraq, North Korea, Laos …) is measured by its
    partners' reports, `source` "imf_dots:mirror". `:exports` and `:imports` ask for their one flow only, so `:imports` has China in
    2021 and the complete Comtrade reporters of 2022. Values carry single precision (6e-8), as the reports do.
    """
    import ibis

    rows = _partner_lists(imf_dots, imf_china_imports, wits_china_exports, comtrade_china_partners, comtrade_2022, oec_trade)
    if variant:
        rows = rows.filter(rows.flow == variant)
    totals = rows.group_by(["a", "year"]).agg(
        total=rows.value.sum(), flows=rows.flow.nunique(), first=rows.source.min(), last=rows.source.max()
    )
    totals = totals.filter((totals.total > 0) & (totals.flows == (1 if variant else 2)))
    pairs = rows.filter(rows.b.notnull()).group_by(["a", "b", "year"]).agg(with_b=lambda t: t.value.sum())
    both = pairs.join(totals, ["a", "year"])
    share = _single(both.with_b / both.total)
    return both.select("a", "b", start=ibis.date(both.year, 1, 1), value=share, source=_joined(both["first"], both["last"]))


@measure(
    title="Balance of trade in goods", unit="USD", period="year", domain="trade", kind="condition", symmetric=False, total=True,
    because="which side sells more is a condition of the exchange, not more of it", reference=REFERENCE, sources=FLOWS, coverage="rows", merge="sum",
    aliases=(
        "trade balance", "trade surplus", "trade deficit", "surplus", "deficit", "surplus with", "deficit with", "balance of trade",
    ),
)  # fmt: skip
def trade_balance_usd(exports_usd: Table, imports_usd: Table) -> Table:
    """Exports (FOB) less imports (CIF) of a with b in a year, in current dollars, both as a reports them.

    Where a does not report both, b's report of both is turned round and `source` ends in ":mirror" (so FOB and CIF
    change places). Before 2000 it is the OEC's, both flows FOB.
    """
    import ibis

    def less(sold: Table, bought: Table) -> Table:
        both = sold.join(bought.select("a", "b", "start", bought="value", bought_source="source"), ["a", "b", "start"])
        return both.select("a", "b", "start", value=both.value - both.bought, source=_joined(both.source, both.bought_source))

    own = less(_own(exports_usd), _own(imports_usd))
    turned = own.select(a="b", b="a", start="start", value=-own.value, source=own.source.re_replace(r"(\+|$)", MIRROR + r"\1"))
    early = less(exports_usd.filter(exports_usd.source == OEC), imports_usd.filter(imports_usd.source == OEC))
    return ibis.union(own, turned.anti_join(own, ["a", "b", "start"]), early)


@measure(
    title="Mirror gap of a trade flow", unit="share", period="year", domain="trade", kind="condition", symmetric=False, bounds=(-2, 2),
    because="it says how far the two reports of one flow agree, which is a property of the statistics",
    reference="Hamanaka (2012), Whose trade statistics are correct? Multiple mirror comparison techniques; IMF for the CIF factor of .06",
    sources=REPORTS, coverage="rows", merge="mean", aliases=("mirror statistics gap",),
)  # fmt: skip
def mirror_gap(exports_usd: Table, imports_usd: Table) -> Table:
    """How far b's imports from a (CIF, brought to FOB) exceed a's exports to b, both as reported, relative to their mean.

    value = (M/(1+c) − X) / ((M/(1+c) + X)/2) with c = .06; from −2 (only the exporter sees it) to 2; 0 is agreement. Both must
    be own reports of the year; pairs of two zeros are left out. `source` joins the two where they differ. Values carry
    single precision (6e-8), as the reports do.
    """
    sold = _own(exports_usd)
    bought = _own(imports_usd)
    bought = bought.select(a="b", b="a", start="start", fob=bought.value / (1 + CIF_OVER_FOB), bought_source="source")
    both = sold.join(bought, ["a", "b", "start"])
    both = both.filter((both.fob + both.value) > 0)
    gap = 2 * (both.fob - both.value) / (both.fob + both.value)
    return both.select("a", "b", "start", value=_single(gap), source=_joined(both.source, both.bought_source))
