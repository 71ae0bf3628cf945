"""A single roll call of the General Assembly: who is said to have voted how on a numbered resolution, and how they did."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace

from comity.claims.claim import Claim
from comity.claims.clauses import Clause
from comity.claims.evidence import Point, Shelf
from comity.claims.pairs import Mention, named
from comity.claims.times import Time

WAYS: tuple[tuple[str, int], ...] = (
    (r" (?:abstain|abstention) ", 2),
    (r" (?:vote (?:\w+ )?(?:against|no)|oppose|reject|vote it down) ", 3),
    (r" (?:vote (?:\w+ )?(?:for|yes|in favour|in favor)|support|back|favour|favor|in favour of|approve) ", 1),
    (r" (?:absent|not vote|not take part|stay away) ", 0),
)
WORDS = {0: "absent", 1: "yes", 2: "abstain", 3: "no"}


@dataclass(frozen=True, kw_only=True)
class RollCall:
    """A resolution by session and number, the vote that is said (1 yes, 2 abstain, 3 no, 0 absent), and the year where one is said."""

    resolution: str
    way: int
    year: int = 0
    negated: bool = False


def read(clause: Clause, before: str) -> RollCall | None:
    """The roll call that a clause speaks of: by its number here, or, where only a vote is told, the one of the clause before; else None."""
    line = clause.keys
    way = next((w for pattern, w in WAYS if re.search(pattern, line)), -1)
    if way < 0:
        return None
    words = " ".join(i.low for i in clause.items) + " "
    found = re.search(r"(?:resolution|draft|a / res /|text) (?:no \. |number |a / res / )?([0-9]{1,2}) / ([0-9]{1,3}(?: ?[a-z](?= ))?)", words)
    resolution = f"{found[1]}/{found[2].replace(' ', '').upper()}" if found else ""
    if not resolution:
        short = len(clause.items) <= 4 and not any(i.quantity is not None for i in clause.items)
        if not (before and short):
            return None
        resolution = before
    year = next((i.value.first for i in clause.items if isinstance(i.value, Time) and i.value.first), 0)
    return RollCall(resolution=resolution, way=way, year=year, negated=" not " in line and way != 0)


def judged(base: Claim, roll: RollCall, seen: list[Mention], shelf: Shelf, as_of: dt.date | None) -> Claim:
    """The claim with the votes that were cast: supported where every state named voted so."""
    session, _, number = roll.resolution.partition("/")
    codes = named(seen)
    day, cast = shelf.ballots(int(session), number)
    year = str(roll.year or (day.year if day else 1945 + int(session)))
    base = replace(base, measure="vote", pairs=tuple((c, c) for c in codes), period=year, checkable=True)
    missing = not codes or not cast or any(c not in cast for c in codes)
    if missing:
        why = f"the votes on resolution {roll.resolution} are not held" if not cast else "no state is named, or it had no seat"
        return replace(
            base, verdict="cannot-be-checked", verdict_now="cannot-be-checked", why=why, settled_by=f"the record of votes on {roll.resolution}"
        )
    points = tuple(
        Point(
            name="vote", pair=(c, c), year=int(year), value=float(cast[c]), start=day or dt.date(int(year), 1, 1), source="un_assembly", published=day
        )
        for c in codes
    )
    right = [(cast[c] == roll.way) != roll.negated for c in codes]
    verdict = "supported" if all(right) else "contradicted" if not any(right) else "partly"
    why = f"resolution {roll.resolution}: " + ", ".join(f"{c} {WORDS[cast[c]]}" for c in codes)
    if as_of is not None and (day is None or day > as_of):
        settle = f"the vote of {day}"
        return replace(
            base,
            verdict="cannot-be-checked",
            verdict_now=verdict,
            evidence_now=points,
            why="the vote was not yet cast",
            why_now=why,
            settled_by=settle,
        )
    return replace(base, verdict=verdict, verdict_now=verdict, evidence=points, evidence_now=points, why=why, why_now=why)
