"""Measures of events between states as news reports have them: how many, and how many of them cooperative."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Evidence, measure

if TYPE_CHECKING:
    from ibis import Table

ICEWS = "Boschee et al. 2015, ICEWS Coded Event Data, doi:10.7910/DVN/28075; CAMEO quad classes"
FIRST_RELEASE = (2015, 3, 27)
"""The day on which ICEWS was first published (Harvard Dataverse)."""


@measure(
    prominent=True,
    title="Share of cooperative events",
    unit="share",
    period="year",
    bounds=(0, 1),
    domain="events",
    kind="alignment",
    because="it says how the two speak and act towards each other, by each one's own acts",
    reference=ICEWS,
    aliases=("cooperative events", "share of cooperation", "event cooperation"),
    merge="mean",
)
def events_cooperative_share(icews_quadcounts: Table) -> Table:
    """Cooperative events as a share of all events between the two states in a year, both directions together.

    Formula: (verbal + material cooperation) / all four quad classes; n is the number of all events. Unit: share, 0 to 1.
    Missing where there is no event. A share over few events says little: read it with n.
    Source of the method: CAMEO quad classes as counted by ICEWS; the publisher of the counts does not state which of
    the two quad conventions they follow.
    """
    t = _both_directions(icews_quadcounts)
    t = t.mutate(n=t.verbal_coop + t.material_coop + t.verbal_conflict + t.material_conflict)
    t = t.filter(t.n > 0)
    return t.select("a", "b", "start", "published", "n", value=(t.verbal_coop + t.material_coop) / t.n.cast("float64"))


@measure(
    title="Cooperative events",
    unit="events",
    period="year",
    bounds=(0, None),
    domain="events",
    kind="alignment",
    because="each says or does something friendly towards the other, by its own decision",
    reference=ICEWS,
    aliases=("cooperation events", "friendly events"),
    variants={"verbal": "verbal cooperation only", "material": "material cooperation only"},
    merge="sum",
    coverage="rows",
    total=True,
)
def events_cooperation(icews_quadcounts: Table, variant: str) -> Table:
    """Cooperative events between the two states in a year, both directions together.

    Formula: verbal + material cooperation, a to b and b to a (variants: one of the two). Unit: coded events. The number
    follows press attention as much as conduct; compare it with `events_conflict`, not over decades. A zero is a row: the
    counts hold every pair of their 152 states, and no other pair is known.
    Source of the method: CAMEO quad classes as counted by ICEWS.
    """
    return _count(icews_quadcounts, "coop", variant)


@measure(
    prominent=True,
    title="Hostile events",
    unit="events",
    period="year",
    bounds=(0, None),
    domain="events",
    kind="conflict",
    because="each says or does something hostile against the other",
    reference=ICEWS,
    aliases=("conflict events", "conflictual events"),
    variants={"verbal": "verbal conflict only", "material": "material conflict only"},
    merge="sum",
    coverage="rows",
    total=True,
    evidence=Evidence(topic="events", size="own", error="counts"),
)
def events_conflict(icews_quadcounts: Table, variant: str) -> Table:
    """Hostile events between the two states in a year, both directions together.

    Formula: verbal + material conflict, a to b and b to a (variants: one of the two). Unit: coded events. The number
    follows press attention as much as conduct. A zero is a row: the counts hold every pair of their 152 states, and no
    other pair is known.
    Source of the method: CAMEO quad classes as counted by ICEWS.
    """
    return _count(icews_quadcounts, "conflict", variant)


def _both_directions(counts: Table) -> Table:
    import ibis

    t = counts.mutate(
        a=ibis.least(counts.source, counts.target),
        b=ibis.greatest(counts.source, counts.target),
        start=ibis.date(counts.year, 1, 1),
        published=ibis.greatest(ibis.date(*FIRST_RELEASE), ibis.date(counts.year + 2, 1, 1)),
    )
    quads = ("verbal_coop", "material_coop", "verbal_conflict", "material_conflict")
    return t.group_by("a", "b", "start", "published").agg(**{q: t[q].sum() for q in quads})


def _count(counts: Table, kind: str, variant: str) -> Table:
    t = _both_directions(counts)
    total = t[f"verbal_{kind}"] + t[f"material_{kind}"]
    value = t[f"{variant}_{kind}"] if variant else total
    return t.select("a", "b", "start", "published", value=value.cast("float64"))
