"""Speeches of the General Debate of the United Nations, 1946–2024: their length, the states they name, and who spoke."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from comity import states
from comity.core import BadDataError, Correction, Coverage, File, Licence, Published, Source, TableSpec

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

KINDS = ("short", "official", "former", "adjective", "demonym")
"""The kinds of names that are looked for; capitals, misspellings and the spellings of data files are not."""
UNCLEAR = ("America", "American", "Americans", "US", "Union", "Indian", "Sino", "Russo", "the States")
"""Names that in these speeches mostly mean something else (a continent, an ocean, a prefix); "United States" and "India" are looked for."""
DIVIDED = {
    "Germany": (1949, 1990), "German": (1949, 1990), "Germans": (1949, 1990), "Vietnam": (1954, 1975), "Viet Nam": (1954, 1975),
    "Vietnamese": (1954, 1975), "Yemen": (1967, 1989), "Yemeni": (1967, 1989), "Yemenis": (1967, 1989),
}  # fmt: skip
"""Names that meant either of two states in these years: not counted then."""
OTHER = (
    "British Guiana", "British Honduras", "British Virgin Islands", "Dutch Guiana", "East China Sea", "French Guiana", "French Polynesia",
    "Gulf of Guinea", "Gulf of Mexico", "Gulf of Oman", "Jordan Valley", "Jordan River", "Lake Chad", "New England", "New Mexico",
    "Northern Ireland", "Panama Canal", "Sea of Japan", "South China Sea", "South Georgia", "Spanish Sahara", "Turkish Cypriot", "Turkish Cypriots",
    "Greek Cypriot", "Greek Cypriots", "Turkish Republic of Northern Cyprus", "Turkish Federated State",
)  # fmt: skip
"""Longer names that hold a state's name and mean something else."""
WORD = re.compile(r"[A-Z][\w']*")
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


def named_in(text: str, year: int) -> dict[str, int]:
    """How often a text of a year names each state: the longest name at each place, with a capital, as a whole word."""
    found: dict[str, int] = {}
    by_word = _names(year)
    text = text.replace("’", "'")
    end = 0
    for match in WORD.finditer(text):
        at = match.start()
        if at < end:
            continue
        word = match[0]
        for name, code in by_word.get(word) or by_word.get(word.removesuffix("'s"), ()):
            stop = at + len(name)
            if text.startswith(name, at) and not text[stop : stop + 1].isalnum():
                end = stop
                if code:
                    found[code] = found.get(code, 0) + 1
                break
    return found


@cache
def _names(year: int) -> Mapping[str, tuple[tuple[str, str], ...]]:
    """By first word, the names that mean one state in the year (code) or none of them (""), longest first."""
    day = dt.date(year, 11, 1)
    meant: dict[str, set[str]] = {name: set() for name in (*OTHER, *UNCLEAR)}
    for state in states.all_states():
        for alias in state.aliases:
            given = alias.text.replace("’", "'")
            if alias.kind not in KINDS or not given[:1].isupper() or (alias.kind == "former" and re.fullmatch("[A-Z]{3}", given)):
                continue
            then = states.resolve(state.code, "iso3", day)
            for name in {given, "".join(c for c in unicodedata.normalize("NFKD", given) if not unicodedata.combining(c))}:
                codes = meant.setdefault(name, set())
                if then and name not in OTHER and name not in UNCLEAR and (alias.start or day) <= day <= (alias.stop or day):
                    codes.add(then)
    by_word: dict[str, list[tuple[str, str]]] = {}
    for name, codes in meant.items():
        divided = name in DIVIDED and DIVIDED[name][0] <= year <= DIVIDED[name][1]
        first = WORD.match(name)
        if first:
            by_word.setdefault(first[0], []).append((name, next(iter(codes)) if len(codes) == 1 and not divided else ""))
    return {word: tuple(sorted(names, key=lambda n: (-len(n[0]), n))) for word, names in by_word.items()}


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
