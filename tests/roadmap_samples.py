"""Small roadmaps for the tests, and a plan from text."""

from __future__ import annotations

from comity.plan import reader
from comity.plan.planning import Plan

HEAD = 'format = 1\n[roadmap]\nname = "x"\nstates = ["FRA", "DEU"]\nstart = 2025-03-03\ncalendar = "{calendar}"\n'


def roadmap(body: str, calendar: str = "all-days", head: str = HEAD) -> str:
    return head.format(calendar=calendar) + body


def plan(body: str, calendar: str = "all-days", head: str = HEAD) -> Plan:
    """The plan in a text; `head` is formatted with the calendar."""
    return Plan(reader.read(roadmap(body, calendar, head).encode()))


def refused(body: str, calendar: str = "all-days", head: str = HEAD) -> list[tuple[str, str, str]]:
    """Code, place and message of each error of a text; empty where it is a roadmap."""
    try:
        reader.read(roadmap(body, calendar, head).encode())
    except reader.RoadmapRefused as error:
        return [(e.code, e.where, e.message) for e in error.errors]
    return []


def task(key: str, duration: str = "1", after: str = "", more: str = "") -> str:
    links = f"after = [{after}]\n" if after else ""
    return f'[[task]]\nid = "{key}"\nduration = {duration}\n{links}{more}'


def milestone(key: str, after: str = "", more: str = "") -> str:
    links = f"after = [{after}]\n" if after else ""
    return f'[[milestone]]\nid = "{key}"\n{links}{more}'
