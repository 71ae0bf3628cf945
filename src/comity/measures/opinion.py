"""Measures of public opinion: what people in one state think of another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import measure

if TYPE_CHECKING:
    from ibis import Table


@measure(
    title="Favourable view",
    unit="share",
    period="year",
    symmetric=False,
    bounds=(0, 1),
    domain="people",
    kind="condition",
    because="what a public thinks binds no government: it is the ground on which the two meet, not what they do",
    reference="Pew Research Center, Global Attitudes Survey",
    aliases=("favourability", "favorability", "public opinion", "favourable opinion", "image"),
    variants={"unfavourable": "share with a very or somewhat unfavourable view"},
    coverage="rows",
)
def favourable_view(pew_views: Table, variant: str) -> Table:
    """Share of a's respondents with a very or somewhat favourable view of state b in a year.

    Formula: weighted respondents with the view over all weighted respondents, those without an answer included; n is their
    number. se = sqrt(p (1 - p) / n), as of a simple random sample: Pew's clusters and weights make the true
    one larger. Publics and states asked about vary by wave, so a missing pair was not asked.
    """
    import ibis

    t = pew_views
    value = t.unfavourable if variant == "unfavourable" else t.favourable
    t = t.mutate(value=value)
    return t.select("a", "b", start=ibis.date(t.year, 1, 1), value=t.value, n=t.n.cast("int64"), se=(t.value * (1 - t.value) / t.n).sqrt().round(4))
