"""People and ties between two states for the report: measured, relative to size; what is only stated; and what nobody holds."""

from __future__ import annotations

from typing import Any

from comity import store, wording
from comity.gather_money import stated
from comity.gather_trade import View
from comity.profile_parts import People, Tie
from comity.store import Holdings

SPAN = 10
TIES = {
    "migrant_stock": ("People from one living in the other", "persons", False),
    "students": ("Students", "students", False),
    "flight_routes": ("Air routes", "routes", False),
    "confucius_institutes": ("Confucius Institutes", "institutes", False),
    "coauthored_works": ("Co-authored works", "works", True),
    "sister_cities": ("Sister cities", "city pairs", True),
}
SHARES = {"migrant_share": ("migrant_stock", "its people abroad"), "coauthored_share": ("coauthored_works", "its works with authors abroad")}
WORDS = {
    "tourist_trips_chn_to_rus": "tourist trips, China to Russia", "tourist_trips_rus_to_chn": "tourist trips, Russia to China",
    "tourist_trips_chn_to_rus_wide_definition": "tourist trips by a wider definition, China to Russia",
    "tourist_trips_rus_to_chn_wide_definition": "tourist trips by a wider definition, Russia to China",
    "visafree_group_tourists_chn_to_rus": "tourists in groups without visa, China to Russia",
    "visafree_group_tourists_rus_to_chn": "tourists in groups without visa, Russia to China",
    "all_trips_chn_to_rus": "trips for all purposes, China to Russia", "all_trips_rus_to_chn": "trips for all purposes, Russia to China",
    "trips_chn_to_rus_business_private_tourism": "trips for business, private ends and tourism, China to Russia",
    "students_chn_in_rus": "students from China in Russia", "students_rus_in_chn": "students from Russia in China",
    "students_chn_in_rus_degree": "students from China in Russia, degree programmes",
    "students_chn_in_rus_preparatory_language": "students from China in Russia, preparatory",
    "joint_degree_programmes_chn_rus": "joint degree programmes", "university_alliances_chn_rus": "alliances of universities",
    "passengers_aeroflot_group": "air passengers, Aeroflot group", "passengers_russian_airlines": "air passengers, Russian airlines",
    "routes_chn_rus": "air routes", "weekly_flights_all": "weekly flights, all airlines",
    "weekly_flights_chinese_airlines": "weekly flights, Chinese airlines", "weekly_flights_russian_airlines": "weekly flights, Russian airlines",
}  # fmt: skip
CIVIC = (
    "Climate, biodiversity, community and domestic violence: what the two do together on any of these problems is not held. OpenAlex’s works by "
    "Sustainable Development Goal (13, 14 and 15, 11, 5) with authors of both would show it; comity reads works by pair and year only."
)
FLIGHTS = "Flights: only scheduled routes of June 2014 are held (OpenFlights), not how often, nor how many people."


def gather(holdings: Holdings, asked: View) -> People | None:
    """What is held of people and their ties; None where no tie is known."""
    ties = _ties(holdings, asked)
    told = stated(holdings, asked, ("people", "air"), WORDS)
    if not ties and not told:
        return None
    lacking = [FLIGHTS]
    if not any(s.what.startswith("tourist") for s in told):
        lacking.append("Tourists: no statistic of the two is held, nor a stated figure.")
    if told:
        lacking.append("Stated figures contradict each other where definitions differ; no two of them are joined.")
    return People(statement=_words(asked, ties, bool(told)), ties=ties, stated=told, not_held=(*lacking, CIVIC))


def _ties(holdings: Holdings, asked: View) -> tuple[Tie, ...]:
    rows = _rows(holdings, asked)
    people = {(r["a"], r["year"]): r["value"] for r in rows if r["what"] == "population"}
    parts = {(SHARES[r["what"]][0], r["a"], r["b"], r["year"]): r["value"] for r in rows if r["what"] in SHARES}
    out = []
    for name, (what, unit, symmetric) in TIES.items():
        for a, b in asked.sides[:1] if symmetric else asked.sides:
            mine = [r for r in rows if r["what"] == name and (symmetric or (r["a"], r["b"]) == (a, b))]
            if not mine or (mine[-1]["value"] == 0 and len(mine) == 1):
                continue
            last = mine[-1]
            before = next((r for r in mine if r["year"] == last["year"] - SPAN and r["source"] == last["source"]), None)
            size = [_people(people, s, last["year"]) for s in ((a, b) if symmetric else (a,))]
            whole = sum(v for v in size if v is not None) if None not in size else None
            shares = [parts.get((name, one, other, last["year"])) for one, other in ((a, b), (b, a))]
            of = next((w for n, w in SHARES.values() if n == name), "")
            out.append(
                Tie(
                    what=what, a=a, b=b, symmetric=symmetric, year=last["year"], value=last["value"], unit=unit,
                    per_million=last["value"] / whole * 1e6 if whole and name in ("migrant_stock", "students", "coauthored_works") else None,
                    share=shares[0], share_of=of if shares[0] is not None else "", earlier_year=before["year"] if before else None,
                    earlier=before["value"] if before else None, source=last["source"],
                )
            )  # fmt: skip
            if symmetric and shares[1] is not None:
                out[-1] = _both_shares(out[-1], shares[1])
    return tuple(out)


def _both_shares(tie: Tie, other: float) -> Tie:
    from dataclasses import replace

    return replace(tie, share_of=f"{tie.share_of}; of the other’s {wording.value(other, 'share')}")


def _people(people: dict[tuple[str, int], float], state: str, year: int) -> float | None:
    """The population of the year, or of the nearest year within three."""
    for step in (0, -1, 1, -2, 2, -3, 3):
        if (state, year + step) in people:
            return people[state, year + step]
    return None


def _rows(holdings: Holdings, asked: View) -> list[dict[str, Any]]:
    """Rows of the ties and their shares, both directions, and of both populations, in order of years."""
    held = [n for n in (*TIES, *SHARES, "population") if holdings.has("series", n)]
    if not held:
        return []
    parts = [
        f"SELECT {i} AS i, a, b, year(start) AS year, value, source FROM read_parquet($p{i}) WHERE a IN ($a, $b) AND b IN ($a, $b) "
        "AND ($day IS NULL OR published <= $day) AND ($from IS NULL OR year(start) >= $from) AND ($to IS NULL OR year(start) <= $to)"
        for i in range(len(held))
    ]
    bound: dict[str, Any] = {"a": asked.a, "b": asked.b, "day": asked.as_of, "from": asked.start, "to": asked.stop}
    bound |= {f"p{i}": str(holdings.path("series", n)) for i, n in enumerate(held)}
    found = store.query(" UNION ALL ".join(parts) + " ORDER BY year", bound).to_pylist()
    return [{**r, "what": held[r["i"]]} for r in found if not r["source"].endswith(":unverified")]


def _words(asked: View, ties: tuple[Tie, ...], told: bool) -> tuple[str, ...]:
    out = []
    for what, verb in (("People from one living in the other", "people from {a} lived in {b}"), ("Students", "students from {a} were in {b}")):
        mine = [t for t in ties if t.what == what]
        if mine:
            said = [
                f"{wording.value(t.value, t.unit)} {verb.format(a=asked.names[t.a], b=asked.names[t.b])} in {t.year}"
                + (f" ({wording.significant(t.per_million, 2)} for a million of its people{_of(t)})" if t.per_million is not None else "")
                for t in mine
            ]
            out.append(wording.capital("; ".join(said)) + ".")
    works = next((t for t in ties if t.what == "Co-authored works"), None)
    if works is not None and works.value:
        part = (
            f": {wording.value(works.share, 'share')} of {wording.possessive(asked.names[works.a])} works with authors abroad" if works.share else ""
        )
        out.append(f"Authors of both wrote {_works(works.value)} of {works.year} together{part}.")
    cities = next((t for t in ties if t.what == "Sister cities"), None)
    routes = [t for t in ties if t.what == "Air routes"]
    small = []
    if cities is not None:
        small.append(f"{cities.value:.0f} pairs of sister cities ({cities.year}, a lower bound)")
    if routes:
        small.append(f"{' and '.join(f'{t.value:.0f}' for t in routes)} air routes each way ({routes[0].year})")
    if small:
        out.append(f"Held besides: {'; '.join(small)}.")
    if told:
        out.append("Tourists, flights and later students are only stated, each by whom the table says.")
    return tuple(out)


def _works(value: float) -> str:
    return "one work" if value == 1 else f"{wording.value(value, 'works')} works"


def _of(tie: Tie) -> str:
    return f", {wording.value(tie.share, 'share')} of {tie.share_of}" if tie.share is not None else ""
