"""Measures of what the two are and where they lie: regimes, leaders, borders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import measure

if TYPE_CHECKING:
    from ibis import Table

AROUND = "a condition around the two, not what they do"


@measure(
    title="Electoral democracy", unit="index (0 to 1)", period="year", of="state", bounds=(0, 1), domain="institutions", kind="condition",
    because=AROUND, reference="V-Dem v15, v2x_polyarchy", aliases=("polyarchy", "democracy"),
    variants={"liberal": "liberal democracy (v2x_libdem)"},
)  # fmt: skip
def electoral_democracy(vdem_indices: Table, variant: str) -> Table:
    """V-Dem's electoral democracy index of a state, 0 to 1, with the standard deviation of its posterior as se."""
    import ibis

    t = vdem_indices
    value, se = (t.libdem, t.libdem_sd) if variant else (t.polyarchy, t.polyarchy_sd)
    t = t.mutate(value=value, se=se)
    return t.filter(t.value.notnull()).select(a=t.state, b=t.state, start=ibis.date(t.year, 1, 1), value=t.value, se=t.se)


@measure(
    title="Distance of regimes", unit="index (0 to 1)", period="year", bounds=(0, 1), domain="institutions", kind="condition", because=AROUND,
    reference="absolute difference of v2x_polyarchy, V-Dem v15", aliases=("regime distance", "difference in democracy"),
)  # fmt: skip
def regime_distance(vdem_indices: Table) -> Table:
    """Absolute difference of the two states' electoral democracy; se is the root of the sum of their squared deviations."""
    import ibis

    t = vdem_indices.filter(vdem_indices.polyarchy.notnull()).select("state", "year", "polyarchy", "polyarchy_sd")
    other = t.view()
    both = t.join(other, [t.year == other.year, t.state < other.state], rname="{name}_b")
    return both.select(
        a=both.state, b=both.state_b, start=ibis.date(both.year, 1, 1), value=(both.polyarchy - both.polyarchy_b).abs(),
        se=(both.polyarchy_sd * both.polyarchy_sd + both.polyarchy_sd_b * both.polyarchy_sd_b).sqrt(),
    )  # fmt: skip


@measure(
    title="Polity score", unit="index (−10 to 10)", period="year", of="state", bounds=(-10, 10), domain="institutions", kind="condition",
    because=AROUND, reference="Polity5", aliases=("polity",),
)  # fmt: skip
def polity(polity_scores: Table) -> Table:
    """Polity5's score of a state, −10 (autocracy) to 10 (democracy); years of interruption, collapse and transition are missing."""
    import ibis

    t = polity_scores.filter(polity_scores.polity.notnull())
    return t.select(a=t.state, b=t.state, start=ibis.date(t.year, 1, 1), value=t.polity.cast("float64"))


@measure(
    title="Leaders entering office", unit="leaders", period="year", of="state", bounds=(0, None), domain="politics", kind="condition", because=AROUND,
    reference="Archigos 4.1", aliases=("leader changes", "new leader"), merge="sum",
    variants={"tenure": "days in office of the leader on 31 December"},
)  # fmt: skip
def leader_changes(leader_years: Table, variant: str) -> Table:
    """Number of leaders who entered office in the year; variant `tenure`: days in office on 31 December of the one who then held it."""
    import ibis

    t = leader_years.filter(leader_years.tenure_days.notnull()) if variant else leader_years
    value = t.tenure_days if variant else t.changes
    return t.select(a=t.state, b=t.state, start=ibis.date(t.year, 1, 1), value=value.cast("float64"))


@measure(
    title="Land border", unit="1 if in force", period="year", bounds=(0, 1), absent=0.0, domain="security", kind="condition", because=AROUND,
    reference="Correlates of War direct contiguity 3.2", aliases=("neighbours", "border"),
    variants={"water_400": "by land, river or at most 400 miles of water"},
)  # fmt: skip
def contiguity(contiguity_years: Table, variant: str) -> Table:
    """Whether the two touched by land or a river in the year; variant `water_400`: or lay within 400 miles of water.

    0 for every other two states on the Correlates of War list in the year, to which alone the provider looked: China and
    Russia have no value before 1860, when China enters the list, though they bordered since 1689.
    Source of the method: Stinnett et al. 2002, kind 1 (variant: 1 to 5).
    """
    import ibis

    near = contiguity_years.filter(contiguity_years.kind <= (5 if variant else 1))
    return near.select("a", "b", start=ibis.date(near.year, 1, 1), value=ibis.literal(1.0))


@measure(
    title="Least distance", unit="km", period="year", bounds=(0, 20_100), domain="security", kind="condition", because=AROUND,
    reference="CShapes 2.0", aliases=("minimum distance",), coverage="rows",
)  # fmt: skip
def minimum_distance_km(minimum_distances: Table) -> Table:
    """Least distance between the territories of the two in the year, in kilometres; 0 where they touch."""
    import ibis

    t = minimum_distances
    return t.select("a", "b", start=ibis.date(t.year, 1, 1), value=t.km)


@measure(
    title="Major power", unit="1 if in force", period="year", of="state", bounds=(0, 1), domain="security", kind="condition", because=AROUND,
    reference="Correlates of War, state system membership 2016", aliases=("major powers", "great power"),
)  # fmt: skip
def major_power(major_years: Table) -> Table:
    """1 in each year in which a state was a major power on some day; states that never were have no rows."""
    import ibis

    return major_years.select(a=major_years.state, b=major_years.state, start=ibis.date(major_years.year, 1, 1), value=ibis.literal(1.0))


@measure(
    title="Distance of capitals", unit="km", period="year", bounds=(0, 20_100), domain="security", kind="condition", because=AROUND,
    reference="great circle, radius 6,371 km", aliases=("capital distance",), variants={"gw": "by the Gleditsch–Ward list"}, coverage="rows",
)  # fmt: skip
def capital_distance_km(capital_years: Table, variant: str) -> Table:
    """Great-circle distance between the two capitals of 31 December, in kilometres: 2 · 6,371 · asin √h by the haversine formula."""
    import ibis

    t = capital_years.filter(capital_years.system == (variant or "cow")).select("state", "year", "lat", "lon")
    other = t.view()
    both = t.join(other, [t.year == other.year, t.state < other.state], rname="{name}_b")
    dlat, dlon = (both.lat_b - both.lat).radians() / 2, (both.lon_b - both.lon).radians() / 2
    h = dlat.sin() ** 2 + both.lat.radians().cos() * both.lat_b.radians().cos() * dlon.sin() ** 2
    km = 2 * 6371.0 * ibis.least(h.sqrt(), 1.0).asin()
    return both.select(a=both.state, b=both.state_b, start=ibis.date(both.year, 1, 1), value=km.round(3))
