"""Members of ten groups of states and the days on which they joined and left, written from memory and not verified."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import BadDataError, Correction, Coverage, File, Licence, Published, Source, TableSpec
from comity.sources._coding import with_states

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

GROUPS = ("APEC", "ASEAN", "BRICS", "CSTO", "EAEU", "EU", "G20", "G7/G8", "NATO", "SCO")
IN_PART = ("AIIB", "WTO")
"""Groups of which the file lists only a few members: a pair's share of them would say who was listed."""


def build(raw: Raw) -> dict[str, pa.Table]:
    """One row for each group, state and year on whose last day the state was a member."""
    raw.register(
        "listed",
        raw.query(
            f"""
            SELECT CASE WHEN org IN ('G7', 'G8') THEN 'G7/G8' ELSE org END AS "group", iso3 AS state, CAST(start AS DATE) AS first_day,
                coalesce(CAST("end" AS DATE), DATE '2025-12-31') AS last_day
            FROM members WHERE org NOT IN {IN_PART!r} AND NOT (org = 'BRICS' AND iso3 = 'SAU')
            """
        ),
    )
    odd = raw.query(f'SELECT DISTINCT "group" FROM listed WHERE "group" NOT IN {GROUPS!r}').column("group").to_pylist()
    if odd:
        raise BadDataError(f"source group_membership: groups {odd[:5]}; expected {', '.join((*GROUPS, *IN_PART))}")
    table = raw.query(
        """
        SELECT "group", state, CAST(y AS INTEGER) AS year
        FROM (SELECT *, unnest(range(year(first_day), year(last_day) + 1)) AS y FROM listed) WHERE last_day >= make_date(CAST(y AS INTEGER), 12, 31)
        """
    )
    return {"group_members": with_states("group_membership", table, ("state",), scheme="iso3", years="year")}


SOURCE = Source(
    name="group_membership",
    title="Members of ten groups of states, 1949–2025",
    publisher="comity",
    licence=Licence(name="CC0 1.0", share="yes", terms="facts written from memory, not verified"),
    citation="comity: members of APEC, ASEAN, BRICS, CSTO, EAEU, EU, G20, G7/G8, NATO and SCO, from memory; not verified.",
    files=(
        File(
            name="group_membership_hand_1949_2025.csv",
            view="members",
            columns=("org", "iso3", "start", "end", "note", "source", "rest"),
            header=("org", "iso3", "start", "end", "note", "source", "rest"),
            sha256="24312e26f4fd197aa3dfc10c613acda2d7355ed703fb3e74345fe2f0bc2e022b",
        ),
    ),
    tables=(
        TableSpec(
            name="group_members",
            columns={"group": "string", "state": "string", "year": "int32"},
            key=("group", "state", "year"),
            states=("state",),
            bounds={"year": (1949, 2025)},
            rows=(1, 6_000),
        ),
    ),
    coverage=Coverage(first=1949, last=2025, note="these ten groups only; a pair without a row shares none of them or is not known"),
    published=Published(days=-1),
    build=build,
    verified=False,
    corrections=(
        Correction(what="the last field holds a comma without quotes, so that a row has one field more than the header", why="read as two fields"),
        Correction(what="Saudi Arabia in BRICS is left out", why="invited for 2024; its accession is ambiguous"),
        Correction(what="WTO and AIIB are left out", why="only two or three of their members are listed"),
        Correction(what="G7 and G8 are one group", why="the G8 was the G7 and Russia, 1997–2014; Russia alone stands under G8"),
    ),
    caveats=("Every row is from memory.", "Germany's seat in NATO and the EU is the Federal Republic's before 1990."),
)
