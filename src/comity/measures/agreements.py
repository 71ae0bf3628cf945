"""Trade agreements that bind two states."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Evidence, measure

if TYPE_CHECKING:
    from ibis import Table

BECAUSE = "each binds its own policy to rules that both signed; what is made under them each makes for itself"


@measure(
    title="Trade agreements",
    unit="agreements",
    period="year",
    bounds=(0, None),
    absent=0.0,
    domain="institutions",
    kind="alignment",
    because=BECAUSE,
    reference="Dür, Baccini & Elsig 2014, Review of International Organizations 9(3), 353–375 (DESTA)",
    aliases=("trade agreement", "free trade agreement", "FTA", "preferential trade agreement"),
    evidence=Evidence(topic="agreements", carry=3),
)
def trade_agreements(trade_agreement_members: Table) -> Table:
    """Number of preferential trade agreements by which two states have bound themselves to each other and that neither has left, in a year.

    Formula: agreements in which both are members in the year, by base treaty; of an agreement between a bloc and another side only across the two
    sides. Unit: agreements. The source does not say when one was replaced or lapsed, so a successor counts beside its predecessor: above 0
    means that there is one, a higher number is not a closer tie.
    """
    import ibis

    t = trade_agreement_members
    other = t.view()
    pairs = t.join(other, [t.agreement == other.agreement, t.year == other.year, t.state < other.state])
    bound = pairs.filter(pairs.side.isnull() | (pairs.side != pairs.side_right))
    counts = bound.group_by(["state", "state_right", "year"]).agg(value=lambda g: g.agreement.nunique().cast("float64"))
    return counts.select(a="state", b="state_right", start=ibis.date(counts.year, 1, 1), value="value")


@measure(
    title="Trade agreement, five years",
    unit="1 if in force",
    period="year",
    bounds=(0, 1),
    domain="institutions",
    kind="alignment",
    because=BECAUSE,
    reference="Egger & Larch 2008, Journal of International Economics 76(2), 384–399",
    variants={"customs_union": "a customs union"},
)
def trade_agreement_larch(larch_rta: Table, variant: str) -> Table:
    """Whether two of 43 economies have a regional trade agreement of any kind in force in 2002, 2005, 2008, 2011 or 2014.

    Formula: 1 if a customs union, free trade area, partial scope or economic integration agreement stands for either direction. A stored 0 is the
    source's own. It checks `trade_agreements`, which is above 0 where this is 1 but for the years about entry into force.
    """
    import ibis

    t = larch_rta
    found = t.cu == 1 if variant else t.agreement
    rows = t.mutate(a=ibis.least(t.exporter, t.importer), b=ibis.greatest(t.exporter, t.importer), found=found.cast("float64"))
    return rows.group_by(["a", "b", "year"]).agg(value=lambda g: g.found.max()).select("a", "b", "value", start=lambda g: ibis.date(g.year, 1, 1))
