"""Measures of whose work is in what two states sell each other, how much of each turns on the other, and what they make together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Evidence, measure

if TYPE_CHECKING:
    from ibis.expr.types import Table

BORIN_MANCINI = "Borin & Mancini (2023), Economic Systems Research 35(2):194-219, and (2019), World Bank Policy Research Working Paper 8804"
KNOWN = (2013, 11, 1)
"""When the release of 2013 was public: every year of it stands on that day."""
RANGE_OF_15 = 3.472
"""Mean range of 15 draws of a standard normal (Tippett 1925)."""


@measure(
    title="Value added in exports", unit="USD", period="year", domain="production", kind="exchange", symmetric=False, bounds=(None, None), total=True,
    because="work of one is used up by the other for pay", coverage="rows", merge="sum",
    reference="Johnson & Noguera (2012), Journal of International Economics 86(2):224-236; WIOD release 2013 (Timmer et al. 2015)",
    aliases=("value added exports", "VAX", "value added in trade", "exports of value added"),
    variants={
        "dva": "domestic value in gross exports to b, source-based (Borin & Mancini), whoever uses it in the end",
        "direct": "domestic value that b itself absorbs of what a sends it straight",
        "gross": "gross exports by the same tables",
    },
)  # fmt: skip
def value_added_exports_usd(value_added_pairs: Table, variant: str) -> Table:
    """Value added by state a that ends in the final use of state b in a year, through whatever third states, in US dollars, 1995–2011.

    VAX_ab = v_a (B Y)_ab; output x is the sum of each row, so China to Russia 2011 is 53,432 million (53,401 with the publisher's output column).
    By where it ends, so by pair it may exceed gross exports (492 of 1,640 pairs in 2011) and is no share of them. Variants: `dva` l_a e_ab, `direct`
    l_a (Y_ab + A_ab L_bb Y_bb), `gross` e_ab. Source of the method: Johnson & Noguera (2012).
    """
    t = value_added_pairs
    return _rows(t, {"dva": t.dva_usd, "direct": t.davax_usd, "gross": t.exports_usd}.get(variant, t.vax_usd))


@measure(
    title="Foreign value in exports", unit="share", period="year", domain="production", kind="exchange", symmetric=False, bounds=(None, 1),
    because="it says how much of what a sells b others had sold a before", coverage="rows", merge="mean", reference=BORIN_MANCINI,
    aliases=("foreign value added share", "import content of exports", "vertical specialization"),
    variants={"added": "foreign value added alone, without what crosses a's border for a second time"},
)  # fmt: skip
def foreign_value_share(value_added_pairs: Table, variant: str) -> Table:
    """Part of a's gross exports to b that is value of other states, 1995–2011: f_a e_ab / e_ab, vertical specialization.

    FC = FVA + FDC; the variant `added` is FVA / EXGR, source-based and by the exporter's perimeter. Missing where a sells b nothing.
    Source of the method: Borin & Mancini (2023); Hummels, Ishii & Yi (2001), Journal of International Economics 54(1):75-96.
    """
    t = value_added_pairs.filter(value_added_pairs.exports_usd > 0)
    value = t.fva_usd if variant == "added" else t.fva_usd + t.fdc_usd
    return _rows(t, value / t.exports_usd)


@measure(
    title="Participation in value chains", unit="share", period="year", domain="production", kind="exchange", symmetric=False, bounds=(None, None),
    because="goods that cross more than one border are given on for others' production", coverage="rows", merge="mean", reference=BORIN_MANCINI,
    aliases=("GVC participation", "global value chain participation", "value chain participation"),
    variants={
        "forward": "domestic value that b passes on (GVCF)", "backward": "what is not domestic value counted once (GVCB)",
        "oecd": "by Hummels, Ishii & Yi and the OECD: value of others in a's exports to b, and of a in b's exports; may exceed one",
        "wwz": "by Wang, Wei & Zhu: value that b re-exports to third states, and value of others in a's exports to b",
    },
)  # fmt: skip
def chain_participation(value_added_pairs: Table, variant: str) -> Table:
    """Part of a's gross exports to b that crosses more than one border, 1995–2011: (GVCF + GVCB) / EXGR by Borin and Mancini.

    GVCF = DVA − DAVAX, GVCB = EXGR − DVA, so it is 1 − DAVAX/EXGR. Three definitions are in use and differ: the variants `oecd` and `wwz` are
    the other two. Missing where a sells b nothing. Source of the method: Borin & Mancini (2023).
    """
    t = value_added_pairs.filter(value_added_pairs.exports_usd > 0)
    content = t.fva_usd + t.fdc_usd
    value = {
        "forward": t.dva_usd - t.davax_usd, "backward": t.exports_usd - t.dva_usd, "oecd": t.oecd_forward_usd + content,
        "wwz": t.wwz_forward_usd + content,
    }.get(variant, t.exports_usd - t.davax_usd)  # fmt: skip
    return _rows(t, value / t.exports_usd)


@measure(
    title="Value that goes straight to the other", unit="share", period="year", domain="production", kind="exchange", symmetric=False,
    bounds=(None, 1),
    because="it says how much of what b uses of a's work comes without a third state's hands", coverage="rows", merge="mean",
    reference="paths of border crossings of the Leontief inverse; Borin & Mancini (2023) for what is absorbed directly",
    aliases=("direct value added share", "value added through third states"),
)  # fmt: skip
def direct_value_share(value_added_pairs: Table) -> Table:
    """Part of a's value added in b's final use that crosses one border only, from a to b, 1995–2011: l_a (Y_ab + A_ab L_bb Y_bb) / VAX_ab.

    The rest goes through third states, or to and fro. Missing where no value reaches b.
    """
    t = value_added_pairs.filter(value_added_pairs.vax_usd > 0)
    return _rows(t, t.davax_usd / t.vax_usd)


@measure(
    title="Value added that turns on the other's demand", unit="share", period="year", domain="production", kind="exchange", symmetric=False,
    bounds=(None, 1), because="what a earns by b's final use is earned by exchange", coverage="rows", merge="mean",
    reference="Leontief (1936), Review of Economics and Statistics 18(3):105-125; Johnson & Noguera (2012)",
    aliases=("demand exposure", "exposure to demand", "demand dependence"),
)  # fmt: skip
def demand_exposure(value_added_pairs: Table) -> Table:
    """Part of state a's value added that the final use of state b calls for, directly or through others, 1995–2011: VAX_ab over a's value added.

    With fixed input shares a fall of b's final use by one per cent, alike for all goods, takes this many per cent of a's value added. Below
    zero where b draws down stocks of what a made.
    """
    return _rows(value_added_pairs, value_added_pairs.demand_exposure)


@measure(
    title="Value added at risk if the other's inputs stop", unit="share", period="year", domain="production", kind="exchange", symmetric=False,
    bounds=(0, 1), because="inputs are had by exchange, and their stop is what dependence on it costs", coverage="rows", merge="mean",
    reference="Pichler et al. (2022), Journal of Economic Dynamics and Control 144:104527 (no substitution among essential inputs); Ghosh (1958), "
    "Economica 25(97):58-64 (substituted)",
    aliases=("supply exposure", "input dependence", "exposure to supply"),
    variants={"substituted": "lower bound: every other input stands in for the missing ones"},
)  # fmt: skip
def supply_exposure(value_added_pairs: Table, variant: str) -> Table:
    """Upper bound of the part of state a's value added that a stop of b's inputs to a takes without substitution, 1995–2011.

    No other seller steps in, and output settles at the scarcest kind of input (of those of a hundredth of output or more), passed on among a's
    industries. Variant `substituted`, the lower bound: an industry loses the part of its output that the missing inputs are, Σ A_ba L_aa. Full
    replacement by third states would take zero. Third states' own losses are not followed.
    """
    t = value_added_pairs
    return _rows(t, t.supply_substituted if variant == "substituted" else t.supply_exposure)


@measure(
    title="Upstreamness", unit="stages", period="year", of="state", domain="production", kind="condition", bounds=(1, None), coverage="rows",
    merge="mean",
    because="where a state stands in chains is a condition of what it makes with others",
    reference="Antràs, Chor, Fally & Hillberry (2012), American Economic Review 102(3):412-416",
    variants={"exports": "weighted by exports, not by output"},
)  # fmt: skip
def upstreamness(value_added_states: Table, variant: str) -> Table:
    """Mean number of stages from the output of a state's industries to final use, 1995–2011: Σ_i w_i (B x)_i / x_i, w by output; 1 is final.

    Source of the method: Antràs et al. (2012), with the whole world in the table, so no correction for exports is needed.
    """
    t = value_added_states
    return _of_state(t, t.export_upstreamness if variant == "exports" else t.upstreamness)


@measure(
    title="Downstreamness", unit="stages", period="year", of="state", domain="production", kind="condition", bounds=(1, None), coverage="rows",
    merge="mean", because="where a state stands in chains is a condition of what it makes with others",
    reference="Miller & Temurshoev (2017), International Regional Science Review 40(5):443-475",
    variants={"exports": "weighted by exports, not by output"},
)  # fmt: skip
def downstreamness(value_added_states: Table, variant: str) -> Table:
    """Mean number of stages that lie behind the output of a state's industries, 1995–2011: the column sums of B weighted by output; 1 is value alone.

    Source of the method: Miller & Temurshoev (2017), input downstreamness.
    """
    t = value_added_states
    return _of_state(t, t.export_downstreamness if variant == "exports" else t.downstreamness)


@measure(
    title="Shared production", unit="share", period="year", domain="production", kind="joint", bounds=(0, None), coverage="rows", merge="mean",
    because="one final good holds manufacturing work of both",
    reference="Los, Timmer & de Vries (2015), Journal of Regional Science 55(1):66-92 (value added in final goods); Goodman (1968), JASA "
    "63(324):1091-1131 (quasi-independence)",
    aliases=("joint_production", "joint production", "production chains", "joint production chains"),
    variants={
        "usd": "Σ M_a M_b / f in US dollars, grows with the size of both", "expected": "over what both sizes lead one to expect: 1 is as expected",
        "per_trade": "for a hundred dollars of two-way gross exports", "third": "part of it in goods completed in neither of the two",
    },
)  # fmt: skip
def shared_production(shared_goods: Table, variant: str) -> Table:
    """How alike two states are in the final manufactures that hold their work, 1995–2011: P_ab / √(P_aa P_bb), from 0 to 1.

    P_ab = Σ M_a M_b / f over final manufactures, M the manufacturing value added of each in them (without refining) and f their final use.
    Variants: `usd` P; `expected` P / (a_a a_b), margins fitted off the diagonal; `per_trade` 100 · 2P / two-way gross exports; `third`. The
    cosine's rank correlation with two-way gross trade is .89, that of `expected` .34: a joint family beside trade takes `expected`.
    By territory; not who owns or who decided. Source of the method: docs/value_added.md.
    """
    import ibis

    t = shared_goods
    value = {"usd": t.usd, "expected": t.expected, "per_trade": t.per_trade, "third": t.completed_third}.get(variant, t.cosine)
    rows = t.select("a", "b", start=ibis.date(t.year, 1, 1), value=value, published=ibis.date(*KNOWN))
    return rows.filter(rows.value.notnull())


@measure(
    title="Place by shared production", unit="place", period="year", domain="production", kind="joint", bounds=(1, None), coverage="rows",
    merge="mean",
    because="it says among whom the two stand by what they make together", reference="docs/value_added.md, bands by redrawn international flows",
    aliases=("rank of shared production",),
    variants={"best": "the best place in fifteen draws with erroneous flows", "worst": "the worst place in them"},
)  # fmt: skip
def shared_production_rank(shared_goods: Table, shared_bands: Table, variant: str) -> Table:
    """The place of two states among all 780 pairs of the 40 economies by `shared_production`, 1 the greatest, 1995–2011; n is how many pairs.

    The variants are its band: each international flow of the tables is multiplied by a lognormal of mean one (.5 by cell, .25 by exporter, importer
    and industry), inputs keep their part of each industry's output, and all is computed again, fifteen times. A further draw lies between the
    two with probability 14/16.
    """
    import ibis

    t = shared_goods
    years = ibis.window(group_by="year")
    t = t.mutate(n=t.a.count().over(years), place=ibis.rank().over(ibis.window(group_by="year", order_by=t.cosine.desc())) + 1)
    joined = t.join(shared_bands, ["a", "b", "year"])
    value = {"best": joined.rank_low, "worst": joined.rank_high}.get(variant, joined.place)
    return joined.select(
        "a", "b", start=ibis.date(joined.year, 1, 1), value=value.cast("float64"), n=joined.n, published=ibis.date(*KNOWN),
        source=ibis.literal("wiod_bands" if variant else "wiod_tables"),
    )  # fmt: skip


@measure(
    title="Shared production, both sizes taken out", unit="log ratio", period="year", domain="production", kind="joint", bounds=(None, None),
    coverage="rows", merge="mean", because="one final good holds manufacturing work of both, more or less than their sizes would bring about",
    reference="Goodman (1968), JASA 63(324):1091-1131 (quasi-independence); docs/value_added.md; Tippett (1925), Biometrika 17 (range of draws)",
    aliases=("shared production beyond size",), evidence=Evidence(topic="production", beside=("trade_total_usd",)),
)  # fmt: skip
def shared_production_excess(shared_goods: Table, shared_bands: Table) -> Table:
    """Natural logarithm of `shared_production:expected`, 1995–2011: 0 is what both sizes lead one to expect, .7 twice that.

    Of shared production this enters the joint family. Its rank correlation with two-way gross trade is .34 in 2011 (.34 to .44 over the years; the
    cosine .89), but .81 with trade once both sizes are out of that too (co-authored works .70): neighbours trade and make things together.
    se: of the logarithm, range of its 15 draws with erroneous flows over 3.472, the mean range of 15 standard normal draws.
    """
    import ibis

    goods = shared_goods.filter(shared_goods.expected > 0)
    t = goods.join(shared_bands, ["a", "b", "year"])
    return t.select(
        "a", "b", start=ibis.date(t.year, 1, 1), value=t.expected.ln(), published=ibis.date(*KNOWN), source=ibis.literal("wiod_bands+wiod_tables"),
        se=((t.expected_high / t.expected_low).ln() / RANGE_OF_15).nullif(0.0),
    )  # fmt: skip


def _rows(t: Table, value: Table) -> Table:
    import ibis

    return t.select(a="exporter", b="importer", start=ibis.date(t.year, 1, 1), value=value, published=ibis.date(*KNOWN))


def _of_state(t: Table, value: Table) -> Table:
    import ibis

    return t.select(a="state", b="state", start=ibis.date(t.year, 1, 1), value=value, published=ibis.date(*KNOWN))
