"""Measures of the Security Council: who votes with whom on what it adopts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import measure

if TYPE_CHECKING:
    from ibis import Table


@measure(
    title="Agreement in the Security Council",
    unit="share",
    period="year",
    bounds=(0, 1),
    domain="politics",
    kind="alignment",
    because="each votes as it sees fit; a like vote gives the other nothing",
    reference="identity agreement as in the General Assembly, on adopted resolutions",
    aliases=("Security Council agreement", "agreement in the Council", "UNSC agreement"),
    variants={"contested": "only the resolutions on which some member abstained or voted no"},
    merge="mean",
    seat="un",
    recount=True,
)
def unsc_agreement(unsc_votes: Table, variant: str) -> Table:
    """Share of the resolutions adopted in a year on which two members who sat together cast the same vote.

    Formula: A = same / n over the resolutions on which both voted yes, abstained or voted no; n is their number, and
    se of a share by Agresti and Coull, never zero. A vetoed draft was not adopted, so it is not among them (`joint_vetoes` counts those that both
    vetoed), and most resolutions are unanimous: `:contested` leaves those out. States that never sat together have no row.
    """
    import ibis

    cast = unsc_votes.filter(unsc_votes.vote > 0)
    if variant:
        split = cast.group_by("undl_id").aggregate(dissent=(cast.vote != 1).any())
        cast = cast.semi_join(split.filter(split.dissent), "undl_id")
    other = cast.view()
    pairs = cast.join(other, [cast.undl_id == other.undl_id, cast.state < other.state], rname="{name}_b")
    rows = pairs.group_by(a=pairs.state, b=pairs.state_b, start=pairs.date.truncate("Y").cast("date")).aggregate(
        value=(pairs.vote == pairs.vote_b).cast("float64").mean(), n=ibis._.count()
    )
    last = unsc_votes.group_by(start=unsc_votes.date.truncate("Y").cast("date")).aggregate(published=unsc_votes.date.max())
    dated = rows.join(last, "start")
    q = (dated.n * dated.value + 2) / (dated.n + 4)
    return dated.select("a", "b", "start", "value", "n", "published", se=(q * (1 - q) / (dated.n + 4)).sqrt())
