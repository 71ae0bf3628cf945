"""Measures of people: how many live in a state, and how many of one state live in another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import measure

if TYPE_CHECKING:
    from ibis import Table


@measure(
    title="Migrant stock",
    unit="persons",
    period="year",
    symmetric=False,
    bounds=(0, None),
    domain="people",
    kind="exchange",
    because="people of the one live and work in the other, each for ends of their own",
    reference="United Nations, International Migrant Stock 2020, POP/DB/MIG/Stock/Rev.2020",
    aliases=("migrants", "immigrants", "emigrants", "diaspora"),
    total=True,
)
def migrant_stock(migrant_stocks: Table) -> Table:
    """People from state a who live in state b at mid-year, every fifth year.

    Formula: UN DESA's estimate from censuses and registers; born in a, or citizens of a where b does not ask for the
    place of birth. Unit: persons. A pair without a row is missing: it may be none, or not reported by b.
    Source of the method: International Migrant Stock 2020, documentation.
    """
    import ibis

    t = migrant_stocks
    return t.select(a=t.origin, b=t.destination, start=ibis.date(t.year, 1, 1), value=t.persons.cast("float64"))


@measure(
    title="Population",
    unit="persons",
    period="year",
    of="state",
    symmetric=False,
    bounds=(0, None),
    domain="people",
    kind="condition",
    because="size conditions every flow between the two",
    reference="World Bank, World Development Indicators, SP.POP.TOTL",
    aliases=("inhabitants", "number of people"),
    total=True,
)
def population(populations: Table) -> Table:
    """Residents of a state at mid-year, by today's territory.

    Formula: the World Bank's estimate. Unit: persons.
    Source of the method: World Development Indicators, SP.POP.TOTL.
    """
    import ibis

    t = populations
    return t.select(a=t.state, b=t.state, start=ibis.date(t.year, 1, 1), value=t.persons.cast("float64"))
