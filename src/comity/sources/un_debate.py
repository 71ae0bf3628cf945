"""Speeches of the General Debate of the United Nations, 1946–2024: their length, the states they name, and who spoke."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from typing import TYPE_CHECKING

from comity import states
from comity.core import BadDataError, Correction, Coverage, File, Licence, Published, Source, TableSpec
from comity.models.naming import named_in

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

FIRST_POSTS = 49
"""The first session whose list gives the post of every speaker."""
LEADER = re.compile(
    r"\b(president|president republic|prime minister|head\s+of\s+(the\s+)?(state|goverment|government)|king|queen|amir|emir|sultan|chancellor|pope"
    r"|chairman of the (presidency|presidential council|council of ministers|transitional military council)|taoiseach)\b"
)
DEPUTY = re.compile(
    r"(vice|deputy)[ -]*(president|prime minister|chancellor)|(prime minister|president)[’']s office|envoy of the (prime minister|president)"
)
NO_LEADER = re.compile(r"\b(minister|ministry|secretary|representative|vice|deputy|delegation|ambassador|councillor|envoy)\b")
BODIES = ("European Council", "European Union", "Leage of Arab States")
SPELT = {"FDR": "DEU", "Central Africa": "CAF", "Republic of Co": "COL", "29+C70+A7+D71:E74": "ETH"}
"""Speakers' states that the list spells in a way of its own, with the state that its code column or its years tell."""


def build(raw: Raw) -> dict[str, pa.Table]:
    """Words of each speech, times each other state is named in it, and the post of each speaker from session 49."""
    import pyarrow as pa

    speeches: dict[str, list[object]] = {"state": [], "session": [], "year": [], "words": []}
    mentions: dict[str, list[object]] = {"a": [], "b": [], "session": [], "year": [], "times": []}
    for session, year in _sessions(raw):
        spoken = raw.query(f"SELECT iso3, text FROM speeches WHERE session = {session} AND iso3 <> 'EU'")
        for code, text in zip(spoken.column("iso3").to_pylist(), spoken.column("text").to_pylist(), strict=True):
            speaker = _speaker(code, year)
            speeches["state"].append(speaker)
            speeches["session"].append(session)
            speeches["year"].append(year)
            speeches["words"].append(len(text.split()))
            for named, times in named_in(text, year).items():
                if named != speaker:
                    for column, value in zip(mentions, (speaker, named, session, year, times), strict=True):
                        mentions[column].append(value)
    return {"debate_speeches": pa.table(speeches), "debate_named": pa.table(mentions), "debate_speakers": _posts(raw)}


@cache
def _speaker(code: str, year: int) -> str:
    """The state behind a speaker's code in the autumn of a year."""
    state = states.un_state_on(code, dt.date(year, 11, 1))
    if state is None and code in states.codes():
        state = states.resolve(code, "iso3", dt.date(year + 1, 8, 31)) or code
    if state is None:
        raise BadDataError(f"source un_debate: {code} is no state of {year}")
    return state


def _sessions(raw: Raw) -> list[tuple[int, int]]:
    held = raw.query("SELECT DISTINCT CAST(session AS INTEGER) AS session, CAST(year AS INTEGER) AS year FROM speeches ORDER BY ALL")
    return list(zip(held.column("session").to_pylist(), held.column("year").to_pylist(), strict=True))


def _posts(raw: Raw) -> pa.Table:
    """The speakers whose post says whether they lead the state or its government; other posts are left out."""
    import pyarrow as pa

    listed = raw.query(
        "SELECT trim(country) AS country, CAST(session AS INTEGER) AS session, CAST(year AS INTEGER) AS year, lower(trim(post)) AS post "
        f"FROM speakers WHERE CAST(session AS INTEGER) >= {FIRST_POSTS} AND post IS NOT NULL AND trim(country) NOT IN {BODIES!r} "
        "ORDER BY session, country"
    )
    out: dict[str, list[object]] = {"state": [], "session": [], "year": [], "post": [], "leader": []}
    for row in listed.to_pylist():
        leader = leads(row["post"])
        if leader is None:
            continue
        name = SPELT.get(row["country"], row["country"])
        state = states.resolve(name, "name", dt.date(row["year"], 11, 1)) or states.resolve(name, "iso3", dt.date(row["year"], 11, 1))
        if state is None:
            raise BadDataError(f"source un_debate: the speakers' list has {row['country']!r} in {row['year']}, which names no state")
        for column, value in zip(out, (state, row["session"], row["year"], row["post"][:2000], leader), strict=True):
            out[column].append(value)
    return pa.table(out)


def leads(post: str) -> bool | None:
    """Whether a post is that of a head of state or government; None where its name does not tell (a prince, a chairman)."""
    if LEADER.search(DEPUTY.sub(" ", post)):
        return True
    return False if NO_LEADER.search(post) else None


SOURCE = Source(
    name="un_debate",
    title="United Nations General Debate, 1946–2024",
    publisher="United Nations General Debate Corpus (Jankin, Baturo & Dasandi)",
    licence=Licence(name="CC0 1.0", share="yes", terms="public domain dedication"),
    citation="Jankin, S., Baturo, A. & Dasandi, N. United Nations General Debate Corpus 1946–2024. Harvard Dataverse, doi:10.7910/DVN/0TJX8Y. "
    "Baturo, A., Dasandi, N. & Mikhaylov, S. J. (2017). Understanding state preferences with text as data. Research & Politics 4(2).",
    homepage="https://doi.org/10.7910/DVN/0TJX8Y",
    bibtex="@article{baturo2017ungdc, author={Baturo, Alexander and Dasandi, Niheer and Mikhaylov, Slava J.}, title={Understanding state preferences "
    "with text as data: Introducing the UN General Debate corpus}, journal={Research \\& Politics}, volume={4}, number={2}, year={2017}}",
    files=(
        File(
            name="un_general_debate_1946_2024.parquet",
            view="speeches",
            columns=("iso3", "session", "year", "text"),
            sha256="ca545e9b73a993571433c219ee83b43d820548609ca6ffbf7b1c0bffb688ed13",
        ),
        File(
            name="ungd_speakers_1946_2024.parquet",
            view="speakers",
            columns=("year", "session", "iso_code", "country", "name_of_person_speaking", "post", "unnamed:_6"),
            sha256="e9e6aaf231e395c234eb9b0703771c54ce53bca1eeeba169d3b001d2dca777bd",
        ),
    ),
    tables=(
        TableSpec(
            name="debate_speeches",
            columns={"state": "string", "session": "int32", "year": "int32", "words": "int32"},
            key=("state", "session"),
            states=("state",),
            bounds={"session": (1, 79), "words": (1, 50_000)},
            rows=(1, 13_000),
        ),
        TableSpec(
            name="debate_named",
            columns={"a": "string", "b": "string", "session": "int32", "year": "int32", "times": "int32"},
            key=("a", "b", "session"),
            states=("a", "b"),
            bounds={"session": (1, 79), "times": (1, 1_000)},
            rows=(1, 140_000),
        ),
        TableSpec(
            name="debate_speakers",
            columns={"state": "string", "session": "int32", "year": "int32", "post": "string", "leader": "bool"},
            key=("state", "session"),
            states=("state",),
            bounds={"session": (49, 79)},
            rows=(1, 6_800),
        ),
    ),
    coverage=Coverage(first=1946, last=2024, note="a state that did not speak in a session has no row in it"),
    published=Published(months=-8),
    build=build,
    corrections=(
        Correction(what="speeches of the European Union are left out", why="it is no state"),
        Correction(
            what="speakers' states are read by name, not by the list's code",
            why="its codes have errors (CHE for Sweden in 2001, AUS for Austria in 1960, SWE for Swaziland in 2001)",
        ),
        Correction(
            what="four spellings of a speaker's state are read by a list of our own", why="cut or overwritten cells, and FDR for the Federal Republic"
        ),
    ),
    caveats=(
        "English or the interpretation into English; how a state is named follows the interpreters' usage.",
        "China's speeches before 1971 are those of the Republic of China; Russia's to 1991 those of the Soviet Union.",
        "Names are counted, not what is said of them.",
    ),
)  # fmt: skip
