"""Measures of what two states make together that are not read from input-output tables: works of science."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import measure

if TYPE_CHECKING:
    from ibis import Table


@measure(
    title="Co-authored works",
    unit="works",
    period="year",
    bounds=(0, None),
    absent=0.0,
    domain="production",
    kind="joint",
    because="a work with authors of both is one outcome that both made",
    reference="Priem, Piwowar & Orr 2022, arXiv:2205.01833; whole counting of each pair of countries, Batagelj 2024",
    aliases=("coauthored_papers", "co-authored papers", "coauthored papers", "joint papers", "joint publications", "co-authored works"),
    merge="sum",
    total=True,
)
def coauthored_works(coauthorship: Table) -> Table:
    """Scholarly works of a year with at least one author affiliated in each of the two states.

    Formula: whole counting; a work of k states counts once for each of its k(k−1)/2 pairs. Unit: works in OpenAlex. The
    matrices are full, so a pair of listed states without a row has no such work in OpenAlex: 0.
    Source of the method: V. Batagelj, co-authorship matrices of OpenAlex.
    """
    import ibis

    t = coauthorship
    return t.select("a", "b", start=ibis.date(t.year, 1, 1), value=t.works.cast("float64"))
