"""Measures of people: how many live in a state, how many of one live, study or find refuge in another, and the ties between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Evidence, measure

if TYPE_CHECKING:
    from ibis import Table


@measure(
    prominent=True,
    title="Migrant stock",
    unit="persons",
    period="year",
    symmetric=False,
    bounds=(0, None),
    domain="people",
    kind="exchange",
    because="people of the one live and work in the other, each for ends of their own",
    reference="United Nations, International Migrant Stock 2020, POP/DB/MIG/Stock/Rev.2020",
    aliases=(
        "migrants", "immigrants", "emigrants", "diaspora", "people born in", "born in", "born residents", "natives of", "immigrants from",
        "emigrated to", "expatriates", "people live in", "citizens live in", "nationals live in", "nationals living in",
        "community of migrants", "natives live in", "migrant community", "home to people",
    ),
    total=True,
    evidence=Evidence(topic="people", size="population", unit=100, carry=4),
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


@measure(
    title="Share of emigrants who live in one state",
    unit="share",
    period="year",
    symmetric=False,
    bounds=(0, 1),
    domain="people",
    kind="exchange",
    because="it says how much of a's people abroad are b's guests, whatever the size of the two",
    reference="United Nations, International Migrant Stock 2020; shares as in trade dependence, Hirschman 1945",
    aliases=("emigrant share", "diaspora share"),
)
def migrant_share(migrant_stocks: Table) -> Table:
    """People from state a who live in state b, as a share of all people from a who live abroad, every fifth mid-year.

    Formula: stock(a, b) / Σ_c stock(a, c) over all destinations told, territories included; n is the sum. Unit: share, 0 to 1.
    Migrants whose origin the destination does not tell are in no sum. A pair without a row is missing.
    Source of the method: International Migrant Stock 2020; the share is the usual one of a part in its whole.
    """
    import ibis

    t = migrant_stocks
    t = t.mutate(n=t.persons.sum().over(ibis.window(group_by=("origin", "year"))))
    return t.select("n", a=t.origin, b=t.destination, start=ibis.date(t.year, 1, 1), value=t.persons / t.n.cast("float64"))


@measure(
    title="Migrant flow over five years",
    unit="persons",
    period="year",
    symmetric=False,
    bounds=(0, None),
    domain="people",
    kind="exchange",
    because="people of the one move to the other, each for ends of their own",
    reference="Abel & Cohen 2022, Scientific Data 9, 173; pseudo-Bayesian closed method",
    aliases=("migration flow", "migration flows"),
    merge="sum",
    total=True,
)
def migrant_flow(migrant_flows: Table) -> Table:
    """People who moved from state a to state b in the five years from the middle of the year it stands under, 1990 to 2015.

    Formula: pseudo-Bayesian closed estimate from changes of stocks, births and deaths. Unit: persons in five years, not in
    one: 2015 stands for mid-2015 to mid-2020. Pairs above zero only; any other is missing. An estimate from the stocks of
    `migrant_stock`, not a second observation. Source of the method: Abel & Cohen 2022.
    """
    import ibis

    t = migrant_flows
    published = ibis.date(2022, 5, 1)
    return t.select(a=t.origin, b=t.destination, start=ibis.date(t.year, 1, 1), value=t.persons.cast("float64"), published=published)


@measure(
    title="Students from one state in the other",
    unit="students",
    period="year",
    symmetric=False,
    bounds=(0, None),
    domain="people",
    kind="exchange",
    because="people of the one study in the other, each for ends of their own",
    reference="OECD, EDU_ENRL_MOBILE; UNESCO, OECD and Eurostat manual on education statistics",
    aliases=(
        "student_stock", "mobile students", "international students", "foreign students", "students abroad", "students enrolled",
        "students studying", "study at universities", "enrolled at universities", "exchange students", "university students",
    ),
    merge="sum",
    total=True,
    evidence=Evidence(topic="study", size="population", unit=10, carry=3),
)
def students(students_abroad: Table) -> Table:
    """Students from state a in tertiary education in state b, 2014–2019.

    Formula: the published enrolment, had back by halving a copy that added totals to their parts. Unit: students. Destinations
    are the OECD, Brazil, Colombia and Russia: of students in China, India and others nothing is known. A pair without a row is
    missing: it may be none, or not told. Source of the method: OECD EDU_ENRL_MOBILE.
    """
    import ibis

    t = students_abroad
    return t.select(a=t.origin, b=t.destination, start=ibis.date(t.year, 1, 1), value=t.students)


@measure(
    title="Refugees from one state in the other",
    unit="persons",
    period="year",
    symmetric=False,
    bounds=(0, None),
    domain="people",
    kind="condition",
    because="people flee what happens in a and b takes them in by a duty to all: neither deals with the other by it, but it weighs on both",
    reference="UNHCR, Refugee Data Finder",
    aliases=("refugee_stock", "refugees from"),
    variants={"asylum_seekers": "asylum seekers, from 2000", "others": "others in need of international protection"},
    merge="sum",
    total=True,
)
def refugees(protected_people: Table, variant: str) -> Table:
    """Refugees from state a who are in state b at the end of the year, 1951–2025.

    Formula: UNHCR's figure of recognised refugees and people in refugee-like situations (variants: asylum seekers whose
    claims are open; others in need of protection). Unit: persons. A pair without a row is missing: none, or not told. Former
    states stand under their successors (the Soviet Union under Russia, Yugoslavia under Serbia).
    Source of the method: UNHCR, Refugee Data Finder, methodology.
    """
    import ibis

    t = protected_people
    held = t.mutate(value=t[variant or "refugees"]).filter(lambda r: r.value > 0)
    return held.select(a=held.origin, b=held.asylum, start=ibis.date(held.year, 1, 1), value=held.value.cast("float64"))


@measure(
    title="Social connectedness",
    unit="index (1 to 1000000000)",
    period="year",
    bounds=(0, 1e9),
    domain="people",
    kind="exchange",
    because="friends across the border are ties that people keep for ends of their own",
    reference="Bailey et al. 2018, Journal of Economic Perspectives 32(3), 259–280",
    aliases=("social connectedness", "facebook friends", "social connectedness index"),
)
def social_connectedness(social_connections: Table) -> Table:
    """Relative probability that a user of Facebook in one state and one in the other are friends, October 2021.

    Formula: friendships(a, b) / (users(a) · users(b)), scaled so that the largest cell is 1,000,000,000. Unit: index. Only
    states where the platform may be used: China, Russia, Iran and others are missing, not zero.
    Source of the method: Bailey et al. 2018.
    """
    import ibis

    t = social_connections
    return t.select("a", "b", start=ibis.date(t.year, 1, 1), value=t.scaled_sci.cast("float64"))


@measure(
    title="Air routes",
    unit="routes",
    period="year",
    symmetric=False,
    bounds=(0, None),
    domain="people",
    kind="exchange",
    because="airlines carry people and goods between the two for pay",
    reference="OpenFlights, routes.dat",
    aliases=("flights", "direct flights", "air links"),
    variants={"airport_pairs": "different pairs of airports", "airlines": "different airlines"},
    total=True,
)
def flight_routes(air_routes: Table, variant: str) -> Table:
    """Scheduled air routes from state a to state b in June 2014, one for each airline and pair of airports.

    Formula: count of route records (variants: pairs of airports; airlines). Unit: routes, whatever their frequency. A
    cross-section of one year; a pair without a row is missing, as volunteers keep the list.
    Source of the method: OpenFlights, documentation of routes.dat.
    """
    import ibis

    t = air_routes
    return t.select(a=t.origin, b=t.destination, start=ibis.date(t.year, 1, 1), value=t[variant or "routes"].cast("float64"))


@measure(
    title="Sister cities",
    unit="city pairs",
    period="year",
    bounds=(0, None),
    domain="people",
    kind="alignment",
    because="towns of the two declare their friendship by agreement",
    reference="Wikidata, property P190",
    aliases=("twin towns", "twinned cities", "sister city pairs"),
    total=True,
)
def sister_cities(sister_city_pairs: Table) -> Table:
    """Twinned cities of the two states that Wikidata held in February 2022.

    Formula: count of links (P190) between items typed as city with more than 10,000 people. Unit: city pairs; a lower bound.
    A cross-section; a pair without a row is missing. Source of the method: Wikidata.
    """
    import ibis

    t = sister_city_pairs
    return t.select("a", "b", start=ibis.date(t.year, 1, 1), value=t.city_pairs.cast("float64"), published=ibis.date(2022, 3, 1))


@measure(
    title="Confucius Institutes",
    unit="institutes",
    period="year",
    symmetric=False,
    bounds=(0, None),
    domain="people",
    kind="joint",
    because="an institute is one body that a university of China and one of the host run together",
    reference="LAS-NCSU/bridash, list gathered by hand to 22 April 2022",
    aliases=("confucius institutes", "confucius institute"),
    total=True,
)
def confucius_institutes(confucius_institute_hosts: Table) -> Table:
    """Confucius Institutes that China (always a) ever opened in the host b, as found in April 2022.

    Formula: count of different institutes, open or closed; which are open cannot be told. Unit: institutes. China's pairs
    only; a host without a row is missing. Source of the method: the list's authors.
    """
    import ibis

    t = confucius_institute_hosts
    china = ibis.literal("CHN")
    return t.select(a=china, b=t.host, start=ibis.date(t.year, 1, 1), value=t.institutes.cast("float64"), published=ibis.date(2022, 5, 1))
