"""Measures of security: obligations of alliances, and militarised disputes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Evidence, measure

if TYPE_CHECKING:
    from ibis import Table

ATOP = "Leeds, Ritter, Mitchell & Long 2002, International Interactions 28(3), 237–260; ATOP 5.1"
EITHER = {"either": "1 where at least one of the two is bound to the other"}


@measure(
    prominent=True,
    title="Defence obligations of both",
    unit="1 if in force",
    period="year",
    bounds=(0, 1),
    absent=0.0,
    domain="security",
    kind="joint",
    because="each has promised to fight for the other: one outcome, secured together",
    reference=ATOP,
    aliases=(
        "alliance", "defence pact", "defense pact", "mutual defence", "military alliance", "defence obligation", "bound to defend",
        "obliged to defend", "oblige to defend",
        "obliged to fight", "defend each other", "defend the other", "treaty to defend", "defence treaty", "defense treaty",
        "mutual defense", "allied by treaty", "military pact", "military allies", "fight for the other", "oblige to fight",
        "duty to defend", "obligation to defend", "promise to defend", "pledged to defend", "treaty allies", "pact to defend",
        "defend one another", "come to the defence of", "come to the aid", "committed to defend", "alliance of mutual defence",
        "required to defend", "defensive alliance",
    ),
    variants=EITHER,
    evidence=Evidence(topic="defence", carry=5, beside=("arms_transfers_tiv",)),
)
def alliance_defence(atop_obligations: Table, variant: str) -> Table:
    """Whether both states are bound to defend each other in a year (variant `either`: at least one of them).

    Formula: min (variant: max) over the two directions of ATOP's `defense`. Unit: 1 in force, 0 none. A treaty in
    force on any day of the year counts; pacts of nonaggression, neutrality or consultation do not.
    Source of the method: ATOP codebook 5.1, directed dyad-years.
    """
    return _obligation(atop_obligations, "defence", variant)


@measure(
    title="Bound to defend",
    unit="1 if in force",
    period="year",
    symmetric=False,
    bounds=(0, 1),
    absent=0.0,
    domain="security",
    kind="joint",
    because="the one owes the other its arms; that the other owes it too is told by `alliance_defence`",
    reference=ATOP,
    aliases=("directed defence obligation", "one-sided defence obligation"),
)
def alliance_defence_directed(atop_obligations: Table) -> Table:
    """Whether the first state is bound to defend the second in a year, whatever binds the second.

    Formula: ATOP's `defense` of the directed dyad-year. Unit: 1 in force, 0 none. Source of the method: ATOP codebook 5.1.
    """
    import ibis

    t = atop_obligations.filter(atop_obligations.defence > 0)
    return t.select("a", "b", start=ibis.date(t.year, 1, 1), value=ibis.literal(1.0))


@measure(
    prominent=True,
    title="Pact of nonaggression",
    unit="1 if in force",
    period="year",
    bounds=(0, 1),
    absent=0.0,
    domain="security",
    kind="alignment",
    because="each states that it will not attack the other; nothing is done together",
    reference=ATOP,
    aliases=("nonaggression pact", "non-aggression pact"),
    variants=EITHER,
    evidence=Evidence(topic="pacts", carry=5, unless="alliance_defence"),
)
def alliance_nonaggression(atop_obligations: Table, variant: str) -> Table:
    """Whether both states are bound not to attack each other in a year (variant `either`: at least one of them).

    Formula: min (variant: max) over the two directions of ATOP's `nonagg`. Unit: 1 in force, 0 none.
    Source of the method: ATOP codebook 5.1, directed dyad-years.
    """
    return _obligation(atop_obligations, "nonaggression", variant)


@measure(
    prominent=True,
    title="Pact of consultation",
    unit="1 if in force",
    period="year",
    bounds=(0, 1),
    absent=0.0,
    domain="security",
    kind="alignment",
    because="each states that it will ask the other before it acts; the action stays its own",
    reference=ATOP,
    aliases=("consultation pact", "consultation obligation"),
    variants=EITHER,
    evidence=Evidence(topic="pacts", carry=5, unless="alliance_defence"),
)
def alliance_consultation(atop_obligations: Table, variant: str) -> Table:
    """Whether both states are bound to consult each other in a crisis in a year (variant `either`: at least one).

    Formula: min (variant: max) over the two directions of ATOP's `consul`. Unit: 1 in force, 0 none.
    Source of the method: ATOP codebook 5.1, directed dyad-years.
    """
    return _obligation(atop_obligations, "consultation", variant)


@measure(
    title="Offence obligations of both",
    unit="1 if in force",
    period="year",
    bounds=(0, 1),
    absent=0.0,
    domain="security",
    kind="joint",
    because="each has promised to join a war that the other begins: one outcome, sought together",
    reference=ATOP,
    aliases=("offensive alliance", "offence pact", "offense pact"),
    variants=EITHER,
)
def alliance_offence(atop_obligations: Table, variant: str) -> Table:
    """Whether both states are bound to fight beside each other beyond defence in a year (variant `either`: at least one).

    Formula: min (variant: max) over the two directions of ATOP's `offense`. Unit: 1 in force, 0 none. A treaty in force
    on any day of the year counts. Source of the method: ATOP codebook 5.1, directed dyad-years.
    """
    return _obligation(atop_obligations, "offence", variant)


@measure(
    title="Pact of neutrality",
    unit="1 if in force",
    period="year",
    bounds=(0, 1),
    absent=0.0,
    domain="security",
    kind="alignment",
    because="each states that it will stay out of the other's wars; nothing is done together",
    reference=ATOP,
    aliases=("neutrality pact", "neutrality obligation"),
    variants=EITHER,
)
def alliance_neutrality(atop_obligations: Table, variant: str) -> Table:
    """Whether both states are bound to stay neutral in each other's conflicts in a year (variant `either`: at least one).

    Formula: min (variant: max) over the two directions of ATOP's `neutral`. Unit: 1 in force, 0 none. A treaty in force
    on any day of the year counts. Source of the method: ATOP codebook 5.1, directed dyad-years.
    """
    return _obligation(atop_obligations, "neutrality", variant)


@measure(
    prominent=True,
    title="Militarised disputes",
    unit="disputes",
    period="year",
    bounds=(0, None),
    absent=0.0,
    domain="security",
    kind="conflict",
    because="each threatens, shows or uses force against the other",
    reference="Palmer et al. 2022, Conflict Management and Peace Science 39(4), 470–482; Jones, Bremer & Singer 1996",
    merge="sum",
    aliases=("militarised interstate disputes", "militarized interstate disputes", "militarised disputes", "MIDs"),
    variants={"onset": "disputes counted once, in the first year in which the two face each other in them"},
    evidence=Evidence(topic="disputes", window=5, carry=5),
)
def disputes(mid_dyad_years: Table, variant: str) -> Table:
    """Militarised interstate disputes in which the two states stand on opposite sides in a year.

    Formula: number of distinct dispute numbers of the pair in the year; variant `onset`: only those whose first year for
    the pair it is, so that the sum over years counts each dispute once. Unit: disputes. The held edition keeps one
    dispute a pair and year, so a value of 1 says "at least one".
    Source of the method: Correlates of War MID 5.0; the provider's own onset flag is not used, as it repeats when a
    dispute resumes and is lost where another dispute was kept for the first year.
    """
    import ibis

    t = mid_dyad_years
    if variant == "onset":
        t = t.filter(t.year == t.first_year)
    t = t.mutate(a=ibis.least(t.a, t.b), b=ibis.greatest(t.a, t.b), start=ibis.date(t.year, 1, 1))
    return t.group_by("a", "b", "start").agg(value=t.dispute.nunique().cast("float64"))


def _obligation(obligations: Table, column: str, variant: str) -> Table:
    import ibis

    t = obligations.filter(obligations[column] == 1)
    t = t.mutate(a=ibis.least(t.a, t.b), b=ibis.greatest(t.a, t.b), start=ibis.date(t.year, 1, 1))
    bound = t.group_by("a", "b", "start").agg(sides=t.count())
    return bound.filter(bound.sides >= (1 if variant == "either" else 2)).select("a", "b", "start", value=ibis.literal(1.0))


@measure(
    title="Share of world capabilities",
    unit="share",
    period="year",
    of="state",
    bounds=(0, 1),
    domain="security",
    kind="condition",
    because="the weight of each side, not what the two do",
    reference="Singer, Bremer & Stuckey 1972: the composite index of national capability (CINC)",
    aliases=("CINC", "capabilities", "material capabilities"),
)
def capability_share(capabilities: Table) -> Table:
    """Mean of a state's shares in the world's military spending and personnel, iron and steel, energy, and total and urban population.

    The provider's composite (CINC), as published.
    """
    import ibis

    held = capabilities.filter(capabilities.cinc.notnull())
    start = ibis.date(held.year, 1, 1)
    return held.select(a=held.state, b=held.state, start=start, value=held.cinc)


@measure(
    title="Ratio of capabilities",
    unit="log ratio",
    period="year",
    bounds=(0, None),
    domain="security",
    kind="condition",
    because="the weight of each side, not what the two do",
    reference="Singer, Bremer & Stuckey 1972; Bremer 1992, Journal of Conflict Resolution 36(2), 309–341",
    aliases=("balance of power", "power ratio", "relative power"),
)
def capability_ratio(capabilities: Table) -> Table:
    """Natural logarithm of the larger of the two states' CINC over the smaller in a year: 0 for equals, 1.1 for three to one.

    Formula: |ln c_a − ln c_b|. Missing where either has no score.
    Source of the method: Bremer 1992.
    """
    import ibis

    t = capabilities.filter(capabilities.cinc > 0).select("state", "year", "cinc")
    other = t.view()
    both = t.join(other, [t.year == other.year, t.state < other.state], rname="{name}_b")
    return both.select(a=both.state, b=both.state_b, start=ibis.date(both.year, 1, 1), value=(both.cinc.ln() - both.cinc_b.ln()).abs())


@measure(
    title="Military spending",
    unit="USD",
    period="year",
    of="state",
    bounds=(0, None),
    domain="security",
    kind="condition",
    because="the weight of each side, not what the two do",
    reference="National Material Capabilities, Correlates of War project: milex",
    aliases=("military expenditure", "defence spending", "defense spending"),
    total=True,
)
def military_spending_usd(capabilities: Table) -> Table:
    """Military spending of a state in a year, in US dollars of that year at the provider's exchange rates; from 1914.

    The provider's `milex` times 1,000. Years to 1913 are in pounds sterling there and are left out; missing is missing.
    """
    return _indicator(capabilities.filter(capabilities.year >= 1914), "milex")


@measure(
    title="Military personnel",
    unit="persons",
    period="year",
    of="state",
    bounds=(0, None),
    domain="security",
    kind="condition",
    because="the weight of each side, not what the two do",
    reference="National Material Capabilities, Correlates of War project: milper",
    aliases=("troops", "soldiers", "armed forces"),
    total=True,
)
def military_personnel(capabilities: Table) -> Table:
    """Troops under the command of a state's government in a year: the provider's `milper` times 1,000."""
    return _indicator(capabilities, "milper")


def _indicator(capabilities: Table, column: str) -> Table:
    import ibis

    t = capabilities.mutate(value=capabilities[column] * 1000)
    return t.filter(t.value.notnull()).select(a=t.state, b=t.state, start=ibis.date(t.year, 1, 1), value=t.value)
