"""Roll calls of the General Assembly, sessions 1–74: Voeten, Strezhnev and Bailey's United Nations General Assembly Voting Data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity import states
from comity.core import BadDataError, Correction, Coverage, File, Layout, Licence, Published, Remote, Source, TableSpec
from comity.reading import one_file
from comity.sources._un_voters import NEWBORN, SUCCESSION, with_voters

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

ISSUES = ("issue_co", "issue_di", "issue_ec", "issue_hr", "issue_me", "issue_nu")
FIRST_DATED = 58
"""The first session whose days are right; before it only the month is."""
EXCHANGED = ((36, "ATG", "BLZ"), (48, "MCO", "MNG"), (65, "GRC", "GRD"))
"""Sessions in which the provider writes one state's votes under another's code and the other way round."""
FIRST_NUMBERED = 18
"""The first session whose `unres` gives numbers of resolutions; before it they are pages of the records."""


def build(raw: Raw) -> dict[str, pa.Table]:
    """Votes (1 yes, 2 abstain, 3 no), the roll calls that they are of, and members recorded absent (empty where that file is not there)."""
    return _tables(raw, absences=raw.has("absences"))


def _tables(raw: Raw, *, absences: bool) -> dict[str, pa.Table]:
    """The tables of the views `votes`, `roll_calls` and `absences`."""
    odd = raw.query("SELECT DISTINCT vote FROM votes WHERE vote IS NULL OR vote NOT IN ('yes', 'abstain', 'no')").column("vote").to_pylist()
    if odd:
        raise BadDataError(f"source voeten_votes: votes {odd[:5]}; expected yes, abstain or no")
    votes = raw.query(
        f"SELECT rcid, session, CAST(date AS DATE) AS date, {_voter()}, "
        "CAST(CASE vote WHEN 'yes' THEN 1 WHEN 'abstain' THEN 2 ELSE 3 END AS TINYINT) AS vote FROM votes"
    )
    columns = ["rcid", "session", "state", "seat"]
    roll_calls = called(raw)
    if absences:
        absent = raw.query(
            f"SELECT rcid, session, CAST(date AS DATE) AS date, {_voter()} FROM (SELECT rcid, iso3 FROM absences) "
            "JOIN (SELECT rcid, session, date FROM roll_calls) USING (rcid)"
        )
    else:
        absent = votes.select(["rcid", "session", "date", "iso3"]).slice(0, 0)
    return {
        "voeten_votes": with_voters("voeten_votes", votes).select([*columns, "vote"]),
        "voeten_roll_calls": roll_calls,
        "voeten_absences": with_voters("voeten_votes", absent).select(columns),
    }


def _voter() -> str:
    """The code of the state whose vote a row is, as SQL: the provider's, save where two states stand in each other's place."""
    cases = " ".join(f"WHEN session = {n} AND iso3 = '{x}' THEN '{y}'" for n, a, b in EXCHANGED for x, y in ((a, b), (b, a)))
    return f"CASE {cases} ELSE iso3 END AS iso3"


def called(raw: Raw) -> pa.Table:
    """The records of the view `roll_calls` with their resolution and codes."""
    return raw.query(
        f"""
        SELECT rcid, session, CAST(CASE WHEN session < {FIRST_DATED} THEN last_day(date) ELSE date END AS DATE) AS date,
            CAST(date AS DATE) AS date_given, nullif(unres, '') AS symbol,
            CASE
                WHEN unres LIKE '%ES-%' THEN regexp_replace(unres, '^A/RES/', '')
                WHEN session >= {FIRST_NUMBERED} AND regexp_matches(unres, '^(R|A/RES)/[0-9]+/[0-9]')
                THEN upper(regexp_extract(unres, '^(R|A/RES)/([0-9]+)/', 2) || '/'
                    || regexp_replace(regexp_replace(unres, '^(R|A/RES)/[0-9]+/', ''), '[/ ]', '', 'g'))
            END AS resolution,
            coalesce(amend, 0) = 1 AS amend, coalesce(para, 0) = 1 AS para, coalesce(importantvote, 0) = 1 AS important,
            {", ".join(f"{i} = 1 AS {i}" for i in ISSUES)}, nullif(short, '') AS short, nullif(descr, '') AS descr
        FROM roll_calls
        """
    )


PROVIDERS = {345: "YUG", 365: "RUS"}
"""The one code under which the held copy writes a COW number that several states bore in turn; `with_voters` tells them apart by date."""


def from_dataverse(raw: Raw) -> dict[str, pa.Table]:
    """The same of the authors' own file, one row a state and roll call: 1 yes, 2 abstain, 3 no, 8 absent, 9 no member.

    A roll call's fields stand in each of its rows; raises BadDataError where they differ in session, date or resolution.
    """
    import pyarrow as pa

    one_file(raw, "complete")
    numbers = {s.cow: one.code for one in states.all_states() for s in one.spells if s.cow} | PROVIDERS
    raw.register("numbers", pa.table({"cow": pa.array(list(numbers), pa.int32()), "code": pa.array(list(numbers.values()), pa.string())}))
    strange = raw.query(
        "SELECT DISTINCT ccode, vote FROM complete WHERE coalesce(vote, '') NOT IN ('1', '2', '3', '8', '9') "
        "OR (vote <> '9' AND TRY_CAST(ccode AS INTEGER) NOT IN (SELECT cow FROM numbers)) LIMIT 5"
    ).to_pylist()
    if strange:
        raise BadDataError(f"source voeten_votes: {strange}; expected votes 1, 2, 3, 8 or 9 of states by COW number")
    fields = "CAST(rcid AS INTEGER) AS rcid, CAST(session AS SMALLINT) AS session, CAST(date AS DATE) AS date"
    cast = f"SELECT {fields}, code AS iso3, vote FROM complete JOIN numbers ON cow = CAST(ccode AS INTEGER) WHERE vote <> '9'"
    raw.connection.sql(f"CREATE TABLE cast_votes AS {cast}")
    raw.connection.sql("CREATE VIEW votes AS SELECT * REPLACE (CASE vote WHEN '1' THEN 'yes' WHEN '2' THEN 'abstain' ELSE 'no' END AS vote) "
                       "FROM cast_votes WHERE vote <> '8'")
    raw.connection.sql("CREATE VIEW absences AS SELECT rcid, session, iso3 FROM cast_votes WHERE vote = '8'")
    texts = ", ".join(f"max(nullif({c}, 'NA')) AS {c}" for c in ("unres", "short", "descr"))
    marks = ", ".join(f"coalesce(max(TRY_CAST({c} AS INTEGER)), 0) AS {n}" for c, n in (
        *((c, c) for c in ("amend", "para", "importantvote")), *((i.removeprefix("issue_"), i) for i in ISSUES)))
    torn = " OR ".join(f"count(DISTINCT {c}) > 1" for c in ("session", "date", "unres"))
    raw.connection.sql(
        f"CREATE TABLE roll_calls AS SELECT CAST(rcid AS INTEGER) AS rcid, CAST(min(session) AS SMALLINT) AS session, "
        f"CAST(min(date) AS DATE) AS date, {texts}, {marks}, {torn} AS torn FROM complete GROUP BY ALL HAVING count(*) FILTER (vote <> '9') > 0"
    )
    if lost := raw.query("SELECT rcid FROM roll_calls WHERE torn LIMIT 10").column("rcid").to_pylist():
        raise BadDataError(f"source voeten_votes: the rows of roll calls {lost} differ in session, date or unres; expected one each")
    return _tables(raw, absences=True)


DATAVERSE = Layout(
    name="Dataverse UNVotes",
    files=(
        File(
            name="*UNVotes*.csv",
            view="complete",
            columns=("rcid", "ccode", "vote", "session", "importantvote", "date", "unres", "amend", "para", "short", "descr", "me", "nu", "di", "hr",
                     "co", "ec"),
            sometimes=("", "column00", "member", "Country", "Countryname", "CountrynameCOW", "year", "abstain", "yes", "no", "resid"),
        ),
    ),
    build=from_dataverse,
    seen=("https://doi.org/10.7910/DVN/LEJUQZ", "https://github.com/LuckYuanZ/CountryRelationByUnVotes/blob/main/Codebook.md"),
    remotes=(Remote(url="https://dataverse.harvard.edu/api/access/datafile/9656257", file="UNVotes.csv"),),
    coverage=Coverage(
        first=1946, note="all roll calls: paragraphs, amendments, failed drafts too; by the year in which the session opens, the last may be cut"
    ),
    limits=(
        "where a later edition has put right the states that the provider exchanged in sessions 36, 48 and 65, comity's correction would exchange "
        "them again: compare `voeten_votes` with `undl_votes` there",
        "absences reach as far as the votes, in the held copy to 2015",
        "the address is that of version 32; the dataset's page names later ones",
    ),
)  # fmt: skip
SOURCE = Source(
    name="voeten_votes",
    title="United Nations General Assembly Voting Data",
    publisher="E. Voeten, A. Strezhnev and M. Bailey, Harvard Dataverse",
    licence=Licence(name="CC0 1.0", share="yes", terms="dedicated to the public domain; citation asked for"),
    citation="Voeten, E., Strezhnev, A. & Bailey, M. (2009). United Nations General Assembly Voting Data. Harvard Dataverse. doi:10.7910/DVN/LEJUQZ. "
    "As in the R package unvotes (D. Robinson).",
    homepage="https://dataverse.harvard.edu/dataset.xhtml?persistentId=doi:10.7910/DVN/LEJUQZ",
    bibtex="@data{voeten2009unga, author={Voeten, Erik and Strezhnev, Anton and Bailey, Michael}, "
    "title={United Nations General Assembly Voting Data}, publisher={Harvard Dataverse}, year={2009}, doi={10.7910/DVN/LEJUQZ}}",
    files=(
        File(
            name="unga_votes_1946_2019.parquet",
            view="votes",
            columns=("rcid", "session", "date", "iso3", "cow", "country", "vote"),
            sha256="2056e0f8febe62570f0d3d1cbef2e55ecd55a11563f6faa80ea19f830906f397",
        ),
        File(
            name="unga_roll_calls_1946_2019.parquet",
            view="roll_calls",
            columns=("rcid", "session", "importantvote", "date", "unres", "amend", "para", "short", "descr", *ISSUES),
            sha256="fa4de92990eb202f651d4abcdf439cb9e451ff987cdc05939e42139932204647",
        ),
        File(
            name="unga_absences_voeten_1946_2015.parquet",
            view="absences",
            columns=("rcid", "session", "iso3", "cow"),
            sha256="1aa23513595396cb83e8cd26354619ec8ab97f7caebf64709f005ad9a3c4b49b",
            optional=True,
        ),
    ),
    tables=(
        TableSpec(
            name="voeten_votes",
            columns={"rcid": "int32", "session": "int16", "state": "string", "seat": "string", "vote": "int8"},
            key=("rcid", "state"),
            states=("state", "seat"),
            bounds={"vote": (1, 3), "session": (1, 90)},
            rows=(1, 1_050_000),
        ),
        TableSpec(
            name="voeten_roll_calls",
            columns={
                "rcid": "int32", "session": "int16", "date": "date32", "date_given": "date32", "symbol": "string", "resolution": "string",
                "amend": "bool", "para": "bool", "important": "bool", **dict.fromkeys(ISSUES, "bool"), "short": "string", "descr": "string",
            },
            key=("rcid",),
            nullable=("symbol", "resolution", "short", "descr"),
            bounds={"session": (1, 90)},
            rows=(1, 7_500),
        ),
        TableSpec(
            name="voeten_absences",
            columns={"rcid": "int32", "session": "int16", "state": "string", "seat": "string"},
            key=("rcid", "state"),
            states=("state", "seat"),
            rows=(0, 90_000),
        ),
    ),
    coverage=Coverage(
        first=1946,
        last=2019,
        note="sessions 1–74 (to 14 January 2020) by the year in which the session opens; all roll calls: paragraphs, amendments, failed drafts too",
    ),
    published=Published(in_data=True),
    build=build,
    layouts=(DATAVERSE,),
    corrections=(
        Correction(
            what=f"`date` of sessions before {FIRST_DATED} is the last day of the provider's month; the day as given is `date_given`",
            why="the days given there are mostly 1 to 7 and wrong by up to four weeks, while 99.7 % of the months agree with the UN Digital Library; "
            "the month's last day lets nothing be known too early",
        ),
        Correction(
            what="Antigua and Belize in session 36, Monaco and Mongolia in session 48, Greece and Grenada in session 65 change places",
            why="of the votes that the UN Digital Library holds too, those under each one's code are the other's: 88 of 88, 98 of 98 and 120 of 126, "
            "against 24 of 90, 32 of 98 and 76 of 126 as given",
        ),
        Correction(what="amend, para and importantvote that are empty are read as 0", why="the published agreement scores read them so"),
        SUCCESSION,
        NEWBORN,
    ),
    caveats=(
        "Absences are known to session 70; a state without a vote was absent or not yet a member.",
        "Special and emergency sessions stand in the session of 1945 + s = their calendar year, save one roll call of May 1967, which stands in "
        "session 23; from 1968 they are left out but for ES-10/19.",
        f"`resolution` (session/number) is empty before session {FIRST_NUMBERED}, where the symbols count pages of the official records.",
    ),
)
