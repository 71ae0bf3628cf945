"""Measures of events that coders, human or machine, read from the news: their tone between two states, beside the yearly ICEWS counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import measure

if TYPE_CHECKING:
    from ibis import Table
    from ibis.expr.types import DateColumn

GOLDSTEIN = "Goldstein 1992, Journal of Conflict Resolution 36(2), 369–385"
ICEWS = "Boschee et al. 2015, ICEWS Coded Event Data, doi:10.7910/DVN/28075"
OWN_ACTS = "it says how each speaks and acts towards the other, by its own decision"
ICEWS_FIRST = (2015, 3, 27)
"""The day on which ICEWS was first public (Harvard Dataverse)."""
GDELT_FIRST = (2013, 4, 1)
"""The month in which GDELT was first public."""
WEIS_FIRST = (1994, 1, 1)
"""By this day WEIS to 1992 and Goldstein's weights were public."""
COPDAB_FIRST = (2003, 2, 1)
"""The month in which the monthly means appeared (Lebo & Moore 2003)."""


@measure(
    title="Mean Goldstein score of acts (WEIS)",
    unit="index (−10 to 8.3)",
    period="year",
    bounds=(-10, 8.3),
    domain="events",
    kind="alignment",
    because=OWN_ACTS,
    reference=GOLDSTEIN,
    aliases=("weis_goldstein", "goldstein", "goldstein score", "event tone"),
    merge="mean",
)
def events_goldstein(weis_acts: Table) -> Table:
    """Mean weight of the acts of a year between the two states, both directions together, 1966–1992.

    Formula: Σ w(code) / n over all acts of a to b and of b to a, doubles kept; n is the number of acts. Unit: Goldstein's
    scale, −10 (military attack) to 8.3 (military aid). Missing where the press told of no act; over few acts it says little.
    Source of the method: Goldstein 1992.
    """
    import ibis

    t = weis_acts.mutate(a=ibis.least(weis_acts.source, weis_acts.target), b=ibis.greatest(weis_acts.source, weis_acts.target))
    return _mean_weight(t, WEIS_FIRST)


@measure(
    title="Mean Goldstein score of one state's acts (WEIS)",
    unit="index (−10 to 8.3)",
    period="year",
    symmetric=False,
    bounds=(-10, 8.3),
    domain="events",
    kind="alignment",
    because=OWN_ACTS,
    reference=GOLDSTEIN,
    aliases=("weis_goldstein_directed",),
    merge="mean",
)
def events_goldstein_directed(weis_acts: Table) -> Table:
    """Mean weight of the acts of state a towards state b in a year, 1966–1992; a view of the acts of `events_goldstein`.

    Formula: Σ w(code) / n; n is the number of acts. Unit: Goldstein's scale. Missing where the press told of no act.
    Source of the method: Goldstein 1992.
    """
    return _mean_weight(weis_acts.mutate(a=weis_acts.source, b=weis_acts.target), WEIS_FIRST)


@measure(
    title="Mean Goldstein score of one state's acts (KEDS regions)",
    unit="index (−10 to 10)",
    period="year",
    symmetric=False,
    bounds=(-10, 10),
    domain="events",
    kind="alignment",
    because=OWN_ACTS,
    reference=f"{GOLDSTEIN}; KEDS CAMEO scale 0.5B1",
    aliases=("keds",),
    merge="mean",
)
def keds_goldstein(keds_acts: Table) -> Table:
    """Mean weight of the acts of state a towards state b in a year, of five regions, 1979–2011.

    Formula: Σ w(code) / n over acts of a (the state, its government or its forces) towards b; n is the number of acts.
    Only pairs with a state of the region; where two regional sets tell of a pair and year, the first of Levant, Gulf,
    Turkey, Balkans, Central Asia is taken, and `source` says which. Sets differ in scheme (WEIS, CAMEO), so a seam is a break.
    Unit: Goldstein's scale. Source of the method: Goldstein 1992; the KEDS project's weights for CAMEO.
    """
    import ibis

    order = ("levant", "gulf", "turkey", "balkans", "casia")
    t = keds_acts.mutate(a=keds_acts.source, b=keds_acts.target, start=_year(keds_acts.date))
    t = t.group_by("a", "b", "start", "dataset").agg(n=t.events.sum(), total=(t.goldstein * t.events).sum())
    place = ibis.cases(*((t.dataset == name, i) for i, name in enumerate(order)), else_=len(order))
    t = t.mutate(turn=ibis.row_number().over(ibis.window(group_by=("a", "b", "start"), order_by=place)))
    t = t.filter(t.turn == 0)
    return t.select("a", "b", "start", "n", value=t.total / t.n.cast("float64"), source=ibis.literal("keds:") + t.dataset)


@measure(
    title="Mean Azar weight of one state's acts (COPDAB)",
    unit="index (−102 to 92)",
    period="month",
    symmetric=False,
    bounds=(-102, 92),
    domain="events",
    kind="alignment",
    because=OWN_ACTS,
    reference="Azar 1980, Journal of Conflict Resolution 24(1), 143–152; Lebo & Moore 2003, ibid. 47(1), 13–32",
    aliases=("copdab",),
    merge="mean",
)
def copdab_score(copdab_means: Table) -> Table:
    """Mean Azar weight of the acts of state a towards state b in a month, eight directed dyads, 1948–1978.

    Formula: mean of the weights of the month's acts, as published. Unit: Azar's scale, 92 (voluntary unification) to −102
    (extensive war), cooperation above 0. A 0 also stands for a month without an act.
    Source of the method: Azar 1980; Lebo & Moore 2003.
    """
    import ibis

    t = copdab_means
    return t.select(a=t.source, b=t.target, start=t.month, value=t.weight, published=ibis.date(*COPDAB_FIRST))


@measure(
    title="Share of cooperative events (ICEWS subsets)",
    unit="share",
    period="year",
    bounds=(0, 1),
    domain="events",
    kind="alignment",
    because=OWN_ACTS,
    reference=f"{ICEWS}; García-Durán et al. 2018; Jin et al. 2020",
    aliases=("icews subset",),
    variants={"icews14": "from the subset of 2014 alone"},
    merge="mean",
)
def icews_subset_cooperative_share(icews_subset_events: Table, variant: str) -> Table:
    """Cooperative events as a share of a subset's events between the two states in a year, both directions, 2005–15 and 2018.

    Formula: events of CAMEO 01–08 / all events (Schrodt's quads 1 and 2 of 4); n is the number of the subset's events. Unit:
    share, 0 to 1. The subsets hold about three in a hundred events of 2005–15, de-duplicated and uneven over pairs, so the
    share is biased and n is no level; 2018 is another, fuller subset of ten months. Prefer `events_cooperative_share` where
    it holds the pair; the subsets also hold Turkey, Serbia and others that the yearly counts lack.
    Source of the method: CAMEO quad classes (Schrodt).
    """
    import ibis

    t = icews_subset_events
    t = t.filter(t.subset == "icews14") if variant else t.filter(t.subset != "icews14")
    t = t.mutate(a=ibis.least(t.source, t.target), b=ibis.greatest(t.source, t.target), start=_year(t.month))
    good = (t.quad_class <= 2).ifelse(t.events, 0)
    t = t.group_by("a", "b", "start", "subset").agg(n=t.events.sum(), good=good.sum())
    return t.select(
        "a", "b", "start", "n",
        value=t.good / t.n.cast("float64"), source=ibis.literal("icews_subsets:") + t.subset, published=_lagged(t.start, ICEWS_FIRST),
    )  # fmt: skip


@measure(
    title="Share of hostile events (South China Sea)",
    unit="share",
    period="year",
    bounds=(0, 1),
    domain="events",
    kind="conflict",
    because="it says how much of what the two do to each other around the South China Sea is done against each other",
    reference=ICEWS,
    aliases=("south china sea",),
    merge="mean",
)
def scs_events_conflict_share(scs_event_counts: Table) -> Table:
    """Hostile events as a share of all events between the two in a year, in ten states around the South China Sea, 1991–2014.

    Formula: (verbal + material conflict) / all four quad classes, both directions; n is the number of events. Unit: share,
    0 to 1. All that ICEWS holds of events that took place in one of the ten; few before 1995. 2015 (January alone) is not given.
    Source of the method: CAMEO quad classes as counted by ICEWS.
    """
    import ibis

    t = scs_event_counts
    t = t.mutate(a=ibis.least(t.source, t.target), b=ibis.greatest(t.source, t.target), start=_year(t.month))
    t = t.filter(t.start < ibis.date(2015, 1, 1))
    bad = (t.quad_class >= 3).ifelse(t.events, 0)
    t = t.group_by("a", "b", "start").agg(n=t.events.sum(), bad=bad.sum())
    return t.select("a", "b", "start", "n", value=t.bad / t.n.cast("float64"), published=_lagged(t.start, ICEWS_FIRST))


@measure(
    title="GDELT score",
    unit="points",
    period="month",
    domain="events",
    kind="alignment",
    because=OWN_ACTS,
    reference="The GDELT Project, GDELT 2.0 Event Database; score of gzemo/gdelt-graph-data",
    aliases=("gdelt",),
    variants={"per_day": "mean of the days held, which their number does not move"},
    merge="sum",
    total=True,
)
def gdelt_score(gdelt_day_scores: Table, variant: str) -> Table:
    """Sum of the daily scores of a pair over the days of the month that are held, January 2018 to February 2024.

    Formula: Σ over held days of Σ over events [Goldstein ± (0.025 sources + 0.01 articles) + 0.01 tone]; n is the number of
    days that the source holds in the month, of all of them: 96 days are missing, 68 in 2023, and the last month ends on the
    23rd, so compare the variant, value / n. A day held without an event of the pair counts 0; a month without one is no row. Unit: points
    without a scale; they grow with press attention. Source of the method: gzemo/gdelt-graph-data over GDELT 2.0.
    """
    t = gdelt_day_scores.mutate(start=gdelt_day_scores.date.truncate("M"))
    days = t.group_by("start").agg(n=t.date.nunique())
    sums = t.group_by("a", "b", "start").agg(value=t.score.sum())
    months = sums.join(days, "start")
    return months.select("a", "b", "start", "n", value=months.value / months.n if variant else months.value)


@measure(
    title="Events in GDELT 1.0",
    unit="events",
    period="month",
    of="world",
    symmetric=False,
    bounds=(0, None),
    domain="events",
    kind="condition",
    because="how much the press tells conditions every count of events between the two",
    reference="Leetaru & Schrodt 2013, GDELT: Global Data on Events, Location and Tone",
    aliases=("gdelt events", "gdelt_totals"),
    total=True,
)
def gdelt_events_world(gdelt_month_events: Table) -> Table:
    """Events that GDELT 1.0 holds of the whole world in a month, January 1979 to June 2013.

    Formula: count of its rows; what a count of events is to be divided by. Unit: events.
    Source of the method: totals of J. Beieler; Leetaru & Schrodt 2013.
    """
    import ibis

    t = gdelt_month_events
    end = (t.month + ibis.interval(months=1) + ibis.interval(days=1)).cast("date")
    world = ibis.literal("WLD")
    return t.select(a=world, b=world, start=t.month, value=t.events.cast("float64"), published=ibis.greatest(ibis.date(*GDELT_FIRST), end))


def _year(day: DateColumn) -> DateColumn:
    return day.truncate("Y")


def _lagged(start: DateColumn, first: tuple[int, int, int]) -> DateColumn:
    import ibis

    return ibis.greatest(ibis.date(*first), ibis.date(start.year() + 2, 1, 1))


def _mean_weight(acts: Table, published: tuple[int, int, int]) -> Table:
    import ibis

    t = acts.mutate(start=_year(acts.date))
    t = t.group_by("a", "b", "start").agg(n=t.events.sum(), total=(t.goldstein * t.events).sum())
    return t.select("a", "b", "start", "n", value=t.total / t.n.cast("float64"), published=ibis.date(*published))
