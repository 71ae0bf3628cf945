"""Measures of distance: how far two states lie apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import measure

if TYPE_CHECKING:
    from ibis import Table


@measure(
    title="Distance",
    unit="km",
    period="year",
    bounds=(0, 20_100),
    domain="trade",
    kind="condition",
    because="distance conditions every flow between the two, and neither can change it",
    reference="Mayer & Zignago 2011, CEPII Working Paper 2011-25; Head & Mayer 2002",
    aliases=("distance", "geographical distance", "distance in kilometres"),
    variants={"capitals": "between the two capitals (great circle)"},
    coverage="rows",
    constant=True,
)
def distance_km(geodist: Table, variant: str) -> Table:
    """Population-weighted distance of two states: one row, dated 2004, that holds for every year of the same two.

    Formula: sum over cities k of a and l of b of (pop_k / pop_a)(pop_l / pop_b) d_kl, great circles, city populations of
    2004 (`distw`); variant `capitals`: d between the capitals (`distcap`). Unit: kilometres. The table's two directions
    differ by rounding of at most 0.01 km; the value is their mean.
    Source of the method: Mayer & Zignago 2011, after Head & Mayer 2002.
    """
    import ibis

    t = geodist.filter(geodist.origin != geodist.destination)
    km = t.km_capitals if variant == "capitals" else t.km_weighted
    t = t.mutate(a=ibis.least(t.origin, t.destination), b=ibis.greatest(t.origin, t.destination), start=ibis.date(t.year, 1, 1), km=km)
    return t.filter(t.km.notnull()).group_by("a", "b", "start").agg(value=t.km.mean())
