"""Measures of money: what investors of one state own in another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Evidence, measure

if TYPE_CHECKING:
    from ibis import Table


@measure(
    prominent=True,
    title="Direct investment stock",
    unit="USD",
    period="year",
    symmetric=False,
    domain="money",
    kind="exchange",
    because="capital of the one works in the other for a return to its owner",
    reference="UNCTAD 2014, Bilateral FDI Statistics; IMF Balance of Payments Manual",
    aliases=(
        "foreign direct investment", "FDI stock", "FDI", "direct investment", "stock of direct investment", "investment stock",
        "direct investments", "invested in", "investments in", "stock of investment", "foreign investment", "hold investments",
    ),
    variants={
        "outward": "the investor's report only (outward stock)",
        "inward": "the host's report only (inward stock)",
    },
    total=True,
    evidence=Evidence(topic="investment", size="gdp_usd", unit=1e6),
)
def fdi_stock_usd(fdi_bilateral: Table, variant: str) -> Table:
    """Direct investment of state a in state b at the end of the year, in current dollars.

    Formula: a's report of its outward stock in b; where a reports nothing for the year, b's report of its inward stock
    from a. The row's source says whose report it is (`unctad_fdi:outward`, `unctad_fdi:inward`), and a change of it is a
    seam, as the two views differ. Variants hold one view only. Unit: US dollars, book value; it may be negative.
    Source of the method: UNCTAD Bilateral FDI Statistics 2014.
    """
    import ibis

    t = fdi_bilateral.filter(fdi_bilateral.reporter != fdi_bilateral.partner)
    start = ibis.date(t.year, 1, 1)
    outward = t.filter(t.measure == "outward_stock").select(
        a=t.reporter, b=t.partner, start=start, value=t.usd, source=ibis.literal("unctad_fdi:outward")
    )
    inward = t.filter(t.measure == "inward_stock").select(
        a=t.partner, b=t.reporter, start=start, value=t.usd, source=ibis.literal("unctad_fdi:inward")
    )
    if variant:
        return outward if variant == "outward" else inward
    return outward.union(inward.anti_join(outward, ["a", "b", "start"]))
