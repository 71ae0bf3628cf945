"""What the trade of two states consists of: commodities, groups of products, energy; and how a state trades as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import measure

if TYPE_CHECKING:
    from ibis.expr.types import BooleanColumn, DateColumn, StringColumn, Table

CHAPTERS = {
    "hs27": ("27",),
    "energy_timber": ("27", "44"),
    "materials": ("27", "44", "26", "71", "72", "73", "74", "75", "76", "78", "79", "80", "81"),
    "primary": ("27", "44", "26", "71", "72", "73", "74", "75", "76", "78", "79", "80", "81", *(f"{c:02}" for c in range(1, 25))),
}
LISTED = ("2701", "2709", "2710", "2711")
ONE_REPORTER = 2022
SECTIONS = {
    "textiles": "textiles, clothing, footwear", "agriculture": "food and other farm products", "stone": "stone, glass, precious metals",
    "metals": "metals and their products", "chemicals": "chemicals and plastics", "vehicles": "vehicles", "machinery": "machinery",
    "electronics": "electronics", "other": "all other goods",
}  # fmt: skip


@measure(
    title="Commodities in the exports",
    unit="share",
    period="year",
    bounds=(0, 1),
    symmetric=False,
    domain="trade",
    kind="condition",
    because="what is sold, not that it is sold: it says whose price moves the trade",
    reference="Harmonized System 2017; Gaulier & Zignago 2010 (BACI)",
    coverage="rows",
    aliases=("share of energy", "commodity exports", "share of commodities", "commodities % of exports", "energy share of exports"),
    variants={
        "hs27": "mineral fuels (HS 27): the default by its name",
        "energy_timber": "mineral fuels and wood (HS 27, 44)",
        "materials": "and ores, metals, precious metals (HS 26, 71–76, 78–81)",
        "primary": "and food (HS 01–24)",
        "listed": "coal, crude, oil products and gas by heading (2701, 2709–2711) and wood (44)",
    },
)
def commodity_share(baci: Table, variant: str) -> Table:
    """Share of commodities in what a sells to b in a year, by value.

    Formula: sum of the values of the variant's HS chapters / sum of all values. Unit: share. One pair is held (China and
    Russia). `n` is the number of products. The row's source ends in ":reconciled" to 2021, when BACI weighs both sides' reports
    (FOB), and in ":importer" for 2022 and 2023, when Russia reported nothing and China's report stands alone: a seam, and for China's
    exports the report is the exporter's.
    """
    import ibis

    chapters = CHAPTERS[variant or "hs27"] if variant != "listed" else ("44",)
    chosen = baci.hs6.left(2).isin(chapters)
    if variant == "listed":
        chosen = chosen | baci.hs6.left(4).isin(LISTED)
    sums = baci.mutate(part=ibis.ifelse(chosen, baci.value_usd, 0.0)).group_by(["exporter", "importer", "year"])
    shares = sums.agg(part=lambda t: t.part.sum(), total=lambda t: t.value_usd.sum(), n=lambda t: t.count())
    alone = ibis.ifelse(shares.importer == "CHN", "baci_chn_rus:importer", "baci_chn_rus:exporter")
    return shares.select(
        a="exporter", b="importer", start=ibis.date(shares.year, 1, 1), value=shares.part / shares.total, n="n",
        source=ibis.ifelse(shares.year < ONE_REPORTER, "baci_chn_rus:reconciled", alone),
    )  # fmt: skip


@measure(
    title="Minerals and fuels in the exports",
    unit="share",
    period="year",
    bounds=(0, 1),
    symmetric=False,
    domain="trade",
    kind="condition",
    because="what is sold, not that it is sold",
    reference="Atlas of Economic Complexity, ten groups of HS sections (HS 1992)",
    aliases=("share of minerals", "composition of exports", "structure of exports"),
    variants=SECTIONS,
)
def section_share(atlas_sections: Table, variant: str) -> Table:
    """Share of one group of goods in what a sells to b in a year, by value: minerals with oil and gas (HS 25–27), or the variant's group.

    Formula: the group's value / the value of all goods, both reconciled by the Growth Lab (FOB). Pairs without trade have no row.
    """
    import ibis

    t = atlas_sections.filter(atlas_sections.total_usd > 0)
    groups = [t[f"{s}_usd"] for s in ("minerals", *SECTIONS)]
    total = groups[0]
    for group in groups[1:]:
        total = total + group
    share = t[f"{variant or 'minerals'}_usd"] / total
    return t.filter(total > 0).select(a="exporter", b="importer", start=ibis.date(t.year, 1, 1), value=share)


ENERGY = {"coal": "all coal", "coking_coal": "coking coal", "steam_coal": "steam coal", "pipeline_gas": "gas by pipeline"}


def _energy(china_energy_imports: Table, good: str, what: str) -> Table:
    t = china_energy_imports
    rows = t.filter((t.good == good) & (t.what == what) & t.partner.notnull())
    return rows.select(a="importer", b="partner", start="month", value="amount")


@measure(
    title="Energy bought, value",
    unit="USD",
    period="month",
    bounds=(0, None),
    symmetric=False,
    domain="trade",
    kind="exchange",
    because="fuel is given for money; neither needs the other's goal to be reached",
    reference="General Administration of Customs of China, monthly imports by origin (CIF)",
    coverage="rows",
    merge="sum",
    total=True,
    aliases=("energy imports", "oil imports", "crude imports"),
    variants=ENERGY,
)
def energy_imports_usd(china_energy_imports: Table, variant: str) -> Table:
    """Crude oil (or the variant's fuel) that a bought from b in a month, in current dollars CIF, as a's customs reports it.

    Only China's purchases from Russia are held, to June 2022. A month without a row is not known, not zero.
    """
    return _energy(china_energy_imports, variant or "crude", "usd")


@measure(
    title="Energy bought, weight",
    unit="tonnes",
    period="month",
    bounds=(0, None),
    symmetric=False,
    domain="trade",
    kind="exchange",
    because="fuel is given for money; neither needs the other's goal to be reached",
    reference="General Administration of Customs of China, monthly imports by origin",
    coverage="rows",
    merge="sum",
    total=True,
    aliases=("volume of energy imports", "tonnes of crude"),
    variants=ENERGY | {"lng": "liquefied gas"},
)
def energy_imports_t(china_energy_imports: Table, variant: str) -> Table:
    """Crude oil (or the variant's fuel) that a bought from b in a month, in metric tonnes, as a's customs reports it.

    Only China's purchases from Russia are held, to June 2022; gas by pipeline ends in December 2021.
    """
    return _energy(china_energy_imports, variant or "crude", "t")


@measure(
    title="Gas bought from all partners",
    unit="USD",
    period="month",
    of="state",
    bounds=(0, None),
    domain="trade",
    kind="condition",
    because="the size of a market, not what the two do",
    reference="General Administration of Customs of China, HS 271121 and 271111 (CIF)",
    coverage="rows",
    merge="sum",
    total=True,
    variants={"lng": "liquefied gas (HS 271111)"},
)
def gas_imports_usd(china_energy_imports: Table, variant: str) -> Table:
    """Gas by pipeline (or liquefied) that China bought from all partners in a month, in current dollars CIF; 2017 to June 2022."""
    t = china_energy_imports
    rows = t.filter((t.good == (variant or "pipeline_gas")) & t.partner.isnull())
    return rows.select(a="importer", b="importer", start="month", value="amount")


def _mirrored(month: DateColumn, nowcast: BooleanColumn) -> StringColumn:
    import ibis

    own = ibis.ifelse(month < ibis.date(2022, 1, 1), "mgimo_russia:russia", "mgimo_russia:partners")
    return ibis.ifelse(nowcast, "mgimo_russia:nowcast", own)


def _with_nowcast(rows: Table, mgimo_totals: Table) -> Table:
    exports = mgimo_totals.filter(mgimo_totals.flow == "exports").select("month", "nowcast")
    joined = rows.left_join(exports, "month")
    return joined.mutate(source=_mirrored(joined.month, joined.nowcast.fill_null(0.0) > 0))


@measure(
    title="Oil and gas sold",
    unit="USD",
    period="month",
    bounds=(0, None),
    symmetric=False,
    domain="trade",
    kind="exchange",
    because="fuel is given for money; neither needs the other's goal to be reached",
    reference="MGIMO foreign trade monitor: Federal Customs Service of Russia to 2021, partners' customs after",
    coverage="rows",
    merge="sum",
    total=True,
    aliases=("oil and gas exports", "energy exports", "oil exports"),
    variants={"other": "all other goods", "all": "all goods"},
)
def oil_gas_exports_usd(mgimo_exports: Table, mgimo_totals: Table, variant: str) -> Table:
    """Oil and gas (variants: other goods, all goods) that Russia sold to China, India or Turkey in a month, in current dollars.

    The row's source ends in ":russia" to 2021 (Russia's own customs, FOB), in ":partners" from 2022 (their customs) and in
    ":nowcast" where the month's total holds estimates: seams. What counts as oil and gas is the publisher's, not said.
    """
    t = mgimo_exports.filter(mgimo_exports.partner.notnull())
    if variant != "all":
        t = t.filter(t.good == ("non_oil_gas" if variant == "other" else "oil_gas"))
    sums = t.group_by(["exporter", "partner", "month"]).agg(value=lambda g: g.value_usd.sum(), parts=lambda g: g.count())
    sums = sums.filter(sums.parts == (2 if variant == "all" else 1))
    return _with_nowcast(sums, mgimo_totals).select(a="exporter", b="partner", start="month", value="value", source="source")


@measure(
    title="Oil and oil products sold, weight",
    unit="tonnes",
    period="month",
    bounds=(0, None),
    symmetric=False,
    domain="trade",
    kind="exchange",
    because="fuel is given for money; neither needs the other's goal to be reached",
    reference="MGIMO foreign trade monitor",
    coverage="rows",
    merge="sum",
    total=True,
    aliases=("volume of oil exports",),
    variants={"gas": "natural gas, liquefied and by pipeline"},
)
def oil_gas_exports_t(mgimo_weights: Table, mgimo_totals: Table, variant: str) -> Table:
    """Oil and oil products (variant: natural gas) that Russia sold to b in a month, in metric tonnes net.

    b is China, India, Turkey, Hungary, Japan or Slovakia. Suffixes of the source as in `oil_gas_exports_usd`.
    """
    t = mgimo_weights.filter(mgimo_weights.partner.notnull())
    t = t.filter(t.good == ("natural_gas" if variant == "gas" else "oil_and_products"))
    return _with_nowcast(t, mgimo_totals).select(a="exporter", b="partner", start="month", value="tonnes", source="source")


@measure(
    title="Russia's exports by its partners' reports",
    unit="USD",
    period="month",
    of="state",
    bounds=(0, None),
    domain="trade",
    kind="condition",
    because="the size of a state's trade, not what the two do",
    reference="MGIMO foreign trade monitor",
    coverage="rows",
    merge="sum",
    total=True,
    variants={"imports": "imports"},
)
def trade_mirrored_usd(mgimo_totals: Table, variant: str) -> Table:
    """Goods that Russia sold to (variant: bought from) the world in a month, in current dollars: its customs to 2021, partners' reports after.

    From 2022 only partners that report are in it, so it lies below Russia's own totals; months with estimates end in ":nowcast".
    """
    t = mgimo_totals.filter(mgimo_totals.flow == (variant or "exports"))
    return t.select(a="state", b="state", start="month", value="value_usd", source=_mirrored(t.month, t.nowcast > 0))


def _indicator(wits_indicators: Table, name: str, product: str) -> Table:
    import ibis

    t = wits_indicators.filter((wits_indicators.indicator == name) & (wits_indicators["product"] == product))
    return t.select(a="state", b="state", start=ibis.date(t.year, 1, 1), value="value")


@measure(
    title="Tariff",
    unit="share of the value imported",
    period="year",
    of="state",
    bounds=(0, None),
    domain="trade",
    kind="condition",
    because="what a state asks of all who sell to it, not of the other",
    reference="World Bank, WITS; UNCTAD TRAINS",
    aliases=("tariff rate", "tariffs", "average tariff"),
    variants={"weighted": "mean weighted by imports"},
)
def tariff_mean(wits_indicators: Table, variant: str) -> Table:
    """Mean tariff of a state on all products in a year, as a share of the value: over tariff lines, or weighted by imports."""
    name = "Weighted Average (%)" if variant else "Simple Average (%)"
    return _indicator(wits_indicators, name, "All Products").mutate(value=lambda t: t.value / 100)


@measure(
    title="Export partners",
    unit="partners",
    period="year",
    of="state",
    bounds=(0, None),
    domain="trade",
    kind="condition",
    because="how wide a state's trade is, not what the two do",
    reference="World Bank, WITS; UN Comtrade",
    variants={"imports": "partners from which it imports"},
)
def trade_partners(wits_indicators: Table, variant: str) -> Table:
    """Number of economies to which a state reports exports (variant: from which imports) in a year; territories count."""
    return _indicator(wits_indicators, "No. Of Import partners" if variant else "No. Of Export partners", "...")
