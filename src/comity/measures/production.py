"""Measures of what two states make together or for each other: works of science, and deliveries of one's industries to the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Evidence, measure

if TYPE_CHECKING:
    from ibis import Table


@measure(
    prominent=True,
    title="Co-authored works",
    unit="works",
    period="year",
    bounds=(0, None),
    absent=0.0,
    domain="production",
    kind="joint",
    because="a work with authors of both is one outcome that both made",
    reference="Priem, Piwowar & Orr 2022, arXiv:2205.01833; whole counting of each pair of countries, Batagelj 2024",
    aliases=(
        "coauthored_papers", "co-authored papers", "coauthored papers", "joint papers", "joint publications", "co-authored works",
        "write papers", "co-write papers", "co-write", "sign papers", "publish papers", "papers together", "joint works", "joint articles",
        "joint studies", "works together", "publish together", "write together", "co-author", "coauthor", "co-publish", "co-publications",
        "joint research papers", "papers with", "articles with", "jointly written papers", "papers jointly", "joint scientific papers",
        "articles together", "scientific works", "co-signed papers", "studies together",
    ),
    merge="sum",
    total=True,
    evidence=Evidence(topic="science", size="international_works", error="counts", beside=("students", "migrant_stock")),
)
def coauthored_works(coauthorship: Table) -> Table:
    """Scholarly works of a year with at least one author affiliated in each of the two states.

    Formula: whole counting; a work of k states counts once for each of its k(k−1)/2 pairs. Unit: works in OpenAlex. The
    matrices are full, so a pair of listed states without a row has no such work in OpenAlex: 0.
    Source of the method: V. Batagelj, co-authorship matrices of OpenAlex.
    """
    import ibis

    t = coauthorship
    return t.select("a", "b", start=ibis.date(t.year, 1, 1), value=t.works.cast("float64"))


@measure(
    title="Works with authors of two countries or more",
    unit="works",
    period="year",
    of="state",
    bounds=(0, None),
    domain="production",
    kind="condition",
    because="the size of a state's part in joint science conditions what it makes with any one",
    reference="Priem, Piwowar & Orr 2022, arXiv:2205.01833; Batagelj 2024, totals of internationally co-authored works",
    aliases=("internationally co-authored works", "international works"),
    total=True,
)
def international_works(coauthorship_totals: Table) -> Table:
    """Scholarly works of a year with an author affiliated in the state and one in another, each work once however many states it has.

    Unit: works in OpenAlex. Source of the method: V. Batagelj, co-authorship matrices of OpenAlex, totals.
    """
    import ibis

    t = coauthorship_totals
    return t.select(a=t.state, b=t.state, start=ibis.date(t.year, 1, 1), value=t.international_works.cast("float64"))


@measure(
    title="Share of works co-authored with one state",
    unit="share",
    period="year",
    symmetric=False,
    bounds=(0, 1),
    domain="production",
    kind="joint",
    because="it says how much of a's joint science is made with b, whatever the size of the two",
    reference="Priem, Piwowar & Orr 2022, arXiv:2205.01833; Batagelj 2024, totals of internationally co-authored works",
    aliases=("coauthorship share", "share of co-authored works"),
)
def coauthored_share(coauthorship: Table, coauthorship_totals: Table) -> Table:
    """Works of state a with an author in state b, as a share of all works of a with an author in any other state.

    Formula: works(a, b) / international works(a), whole counting: a work of a, b and c counts in two shares, so a's shares
    add up to more than 1; n is the denominator. Unit: share, 0 to 1. A pair without such a work is no row.
    Source of the method: V. Batagelj, co-authorship matrices of OpenAlex.
    """
    import ibis

    t = coauthorship
    there = t.select("year", "works", state=t.a, other=t.b)
    back = t.select("year", "works", state=t.b, other=t.a)
    totals = coauthorship_totals.filter(coauthorship_totals.international_works > 0)
    joined = ibis.union(there, back).join(totals, ["state", "year"])
    return joined.select(
        a=joined.state, b=joined.other, start=ibis.date(joined.year, 1, 1), n=joined.international_works,
        value=joined.works / joined.international_works.cast("float64"),
    )  # fmt: skip


@measure(
    title="Exports of goods and services (WIOD)",
    unit="USD",
    period="year",
    symmetric=False,
    domain="production",
    kind="exchange",
    because="goods and services are given for pay",
    reference="Timmer et al. 2015, Review of International Economics 23, 575–605; WIOD release 2013",
    aliases=("wiod exports",),
    variants={"intermediate": "what the importer's industries use up", "final": "what its households, government and investors buy"},
    merge="sum",
    total=True,
)
def wiod_exports_usd(wiod_bilateral: Table, variant: str) -> Table:
    """What the industries of state a sell to state b in a year, goods and services at basic prices, 1995–2011.

    Formula: Σ over 35 industries of intermediate + final deliveries (variants: one of the two; final includes changes of
    inventories and may be below zero). Unit: US dollars, current. Not comparable with customs totals: services are in,
    transport and duties are out, and partners are partly split by proportion.
    Source of the method: Timmer et al. 2015.
    """
    t = _wiod_sums(wiod_bilateral)
    value = {"intermediate": t.intermediate, "final": t.final}.get(variant, t.intermediate + t.final)
    return t.select("a", "b", "start", "published", value=value)


@measure(
    title="Share of intermediates in exports",
    unit="share",
    period="year",
    symmetric=False,
    bounds=(0, 1),
    domain="production",
    kind="exchange",
    because="it says how much of what a sells b is for b's own production; what the two make together is measured as shared production",
    reference="Timmer et al. 2015, Review of International Economics 23, 575–605; WIOD release 2013",
    aliases=("intermediates share", "intermediate goods share"),
    merge="mean",
)
def intermediate_share(wiod_bilateral: Table) -> Table:
    """Deliveries to the industries of state b, as a share of all that the industries of state a sell to b, 1995–2011.

    Formula: intermediate / (intermediate + final), changes of inventories left out where they make an industry's final sales
    negative. Unit: share, 0 to 1. Missing where a sells b nothing. Source of the method: Timmer et al. 2015.
    """
    t = wiod_bilateral
    t = _wiod_sums(t.mutate(final_usd=(t.final_usd > 0).ifelse(t.final_usd, 0.0)))
    t = t.filter(t.intermediate + t.final > 0)
    return t.select("a", "b", "start", "published", value=t.intermediate / (t.intermediate + t.final))


def _wiod_sums(flows: Table) -> Table:
    import ibis

    t = flows.mutate(a=flows.exporter, b=flows.importer, start=ibis.date(flows.year, 1, 1), published=ibis.date(2013, 11, 1))
    return t.group_by("a", "b", "start", "published").agg(intermediate=t.intermediate_usd.sum(), final=t.final_usd.sum())
