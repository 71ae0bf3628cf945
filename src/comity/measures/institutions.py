"""Measures of common institutions: memberships that two states share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import measure

if TYPE_CHECKING:
    from ibis import Table


@measure(
    title="Shared intergovernmental organisations",
    unit="organisations",
    period="year",
    bounds=(0, None),
    domain="institutions",
    kind="alignment",
    because="each joins by its own decision; a shared table is a common frame, not yet a work done together",
    reference="Pevehouse, Nordstrom, McManus & Jamison 2020, Journal of Peace Research 57(3), 492–503",
    aliases=("joint memberships", "shared organisations", "common memberships", "intergovernmental organisations"),
    coverage="rows",
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
