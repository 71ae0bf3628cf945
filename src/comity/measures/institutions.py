"""Measures of common institutions: memberships that two states share or hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Evidence, measure

if TYPE_CHECKING:
    from ibis import Table


@measure(
    prominent=True,
    title="Shared intergovernmental organisations",
    unit="organisations",
    period="year",
    bounds=(0, None),
    domain="institutions",
    kind="alignment",
    because="each joins by its own decision; a shared table is a common frame, not yet a work done together",
    reference="Pevehouse, Nordstrom, McManus & Jamison 2020, Journal of Peace Research 57(3), 492–503",
    aliases=(
        "joint memberships", "shared organisations", "common memberships", "intergovernmental organisations", "shared memberships",
        "international organisations", "international organizations", "intergovernmental organizations", "organisations together",
        "organizations together", "share organisations", "share organizations", "shared organizations", "organisations in common",
        "organizations in common", "belong to organisations", "belong to organizations", "common organisations", "IGOs",
        "memberships in common", "member of organisations",
    ),
    coverage="rows",
    evidence=Evidence(topic="organisations", size="igos_joined", carry=4),
)
def shared_igos(igo_joint: Table) -> Table:
    """Intergovernmental organisations in which both states are full members in a year.

    Formula: number of organisations o with member(a, o, year) and member(b, o, year). Unit: organisations. A pair that
    the coding does not hold is missing, never zero; a zero is a zero of the coding.
    Source of the method: Correlates of War IGO 3.0, column `dyadigos`.
    """
    import ibis

    t = igo_joint
    return t.select("a", "b", start=ibis.date(t.year, 1, 1), value=t.shared.cast("float64"))


@measure(
    title="Memberships of intergovernmental organisations",
    unit="organisations",
    period="year",
    of="state",
    bounds=(0, None),
    domain="institutions",
    kind="condition",
    because="how much a state joins at all, not what the two join together",
    reference="Pevehouse, Nordstrom, McManus & Jamison 2020, Journal of Peace Research 57(3), 492–503",
    aliases=("IGO memberships", "organisations joined"),
    variants={"any": "memberships of any type: full, associate or observer"},
    coverage="rows",
)
def igos_joined(igo_memberships: Table, variant: str) -> Table:
    """Intergovernmental organisations of which a state is a full member in a year.

    Formula: the provider's count `sum_igo_full` (variant `any`: `sum_igo_anytype`). Unit: organisations. A state and year
    that the coding does not hold is missing. Source of the method: Correlates of War IGO 3.0, state-years.
    """
    import ibis

    t = igo_memberships
    value = t.any_type if variant == "any" else t["full"]
    return t.select(a=t.state, b=t.state, start=ibis.date(t.year, 1, 1), value=value.cast("float64"))


@measure(
    title="Groups of states that both belong to",
    unit="groups",
    period="year",
    bounds=(0, None),
    domain="institutions",
    kind="alignment",
    because="each joins by its own decision; a shared table is a common frame, not yet a work done together",
    reference="comity: members of APEC, ASEAN, BRICS, CSTO, EAEU, EU, G20, G7/G8, NATO and SCO, not verified",
    aliases=("shared groups", "common groups"),
    coverage="rows",
)
def shared_groups(group_members: Table) -> Table:
    """Groups, of ten that are listed, of which both states are members on the last day of a year; not verified.

    Formula: number of groups g among APEC, ASEAN, BRICS, CSTO, EAEU, EU, G20, G7/G8, NATO and SCO with member(a, g) and
    member(b, g) on 31 December. Unit: groups. Written from memory: every row has the source `group_membership:unverified`.
    A pair that shares none has no row, as unverified rows must not make verified zeros.
    """
    import ibis

    t = group_members
    pairs = t.select("group", "year", a=t.state).join(t.select("group", "year", b=t.state), ["group", "year"])
    pairs = pairs.filter(pairs.a < pairs.b)
    counted = pairs.group_by("a", "b", start=ibis.date(pairs.year, 1, 1)).agg(value=pairs.count().cast("float64"))
    return counted.mutate(source=ibis.literal("group_membership:unverified"))
