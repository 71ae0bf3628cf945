"""Vetoes together in the Security Council, and meetings of leaders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import measure

if TYPE_CHECKING:
    from ibis import Table


@measure(
    title="Joint vetoes in the Security Council",
    unit="vetoes",
    period="year",
    bounds=(0, None),
    absent=0.0,
    domain="politics",
    kind="alignment",
    because="each refuses a draft that the Council would else have adopted; neither gives the other anything",
    reference="counts of drafts; UN Dag Hammarskjöld Library, list of vetoes",
    aliases=(
        "vetoes together", "double vetoes", "vetoed together", "joint veto", "vetoed jointly", "veto together", "joint vetoes",
        "vetoes in common", "both vetoed", "cast vetoes together", "shared vetoes",
    ),
    variants={"secondary": "with the drafts after 8 July 2022, from a secondary list that has not been verified"},
    merge="sum",
    seat="un",
    recount=True,
)
def joint_vetoes(vetoes: Table, variant: str = "") -> Table:
    """Number of drafts of a year that both states vetoed; by default those of the verified list, which ends on 8 July 2022.

    Only permanent members can veto: for their pairs a year of the list without a row had none. A year that counts a draft of the
    secondary list has the source `council_vetoes:unverified`. Exact, so no se.
    """
    import ibis

    counted = vetoes if variant else vetoes.filter(vetoes.verified)
    other = counted.view()
    pairs = counted.join(
        other, [counted.draft == other.draft, counted.date == other.date, counted.item == other.item, counted.state < other.state], rname="{name}_b"
    )
    return pairs.group_by(a=pairs.state, b=pairs.state_b, start=pairs.date.truncate("Y").cast("date")).aggregate(
        value=ibis._.count().cast("float64"),
        n=ibis._.count(),
        source=ibis.ifelse(ibis._.verified.all(), "council_vetoes", "council_vetoes:unverified"),
    )


MEETINGS = {
    "": ("in_person",),
    "multilateral": ("in_person_multilateral",),
    "video": ("video",),
    "all": ("in_person", "in_person_multilateral", "video"),
}


@measure(
    title="Meetings of the two leaders",
    unit="meetings",
    period="year",
    bounds=(0, None),
    absent=0.0,
    domain="politics",
    kind="alignment",
    because="leaders coordinate what each will do; a meeting makes nothing together yet",
    reference="counts of dated meetings, each with a named source",
    aliases=(
        "summits", "leaders met", "presidents met", "Xi-Putin meetings", "meetings of leaders", "summit meetings", "leaders meet",
        "summits between the leaders", "bilateral summits", "face-to-face summits", "face-to-face meetings of leaders",
    ),
    variants={
        "multilateral": "encounters among several leaders only",
        "video": "video talks only",
        "all": "in person, among several leaders, and by video",
    },
    merge="sum",
    recount=True,
)
def leader_meetings(xi_putin_meetings: Table, variant: str = "") -> Table:
    """Number of meetings in person of the two leaders in a year that a named source reports; China and Russia since 2013 only.

    Meetings known from memory alone (six of 51) do not count. Encounters among several leaders and video talks are variants of
    their own. Exact but not complete, so no se.
    """
    import ibis

    t = xi_putin_meetings
    held = t.filter(t.source_checked, t.kind.isin(MEETINGS[variant]))
    return held.group_by(a=held.a, b=held.b, start=held.date.truncate("Y").cast("date")).aggregate(
        value=ibis._.count().cast("float64"), n=ibis._.count()
    )
