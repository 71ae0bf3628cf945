"""Resolutions that the General Assembly adopted by vote, 1946–2025: the UN Digital Library's voting records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import BadDataError, Correction, Coverage, File, Layout, Published, Remote, Source, TableSpec
from comity.sources._un_voters import BROWSER, LICENCE, NEWBORN, RECORD, SEEN, SUCCESSION, TOTALS, library_file, open_library, with_voters

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

ROMAN = (
    "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV", "XVI", "XVII", "XVIII", "XIX", "XX",
    "XXI", "XXII", "XXIII", "XXIV", "XXV", "XXVI", "XXVII", "XXVIII", "XXIX", "XXX",
)  # fmt: skip
UNDATED = 454783
"""The one record that has neither symbol nor date (nor a vote)."""


def build(raw: Raw) -> dict[str, pa.Table]:
    """The resolutions with their session and result, and the votes: 1 yes, 2 abstain, 3 no, 0 present or absent but not voting.

    A session is the number in the symbol; a special or emergency session stands in 1945 + s = its calendar year.
    """
    resolutions = adopted(raw)
    for column in ("symbol", "session", "date"):
        if resolutions.column(column).null_count:
            import pyarrow.compute as pc

            lost = resolutions.filter(pc.is_null(resolutions.column(column))).column("undl_id").to_pylist()
            raise BadDataError(f"source un_assembly: records {lost[:10]} have no {column}; expected a symbol A/RES/… and a date in its session")
    raw.register("dated", resolutions)
    return {"undl_resolutions": resolutions, "undl_votes": _votes(raw).select(["undl_id", "session", "state", "seat", "vote"])}


def from_library(raw: Raw) -> dict[str, pa.Table]:
    """The tables of the library's own voting file, one row a vote, by the same rules."""
    open_library(raw, title="title", agenda="agenda_title")
    return build(raw)


def _votes(raw: Raw) -> pa.Table:
    """The votes on the resolutions of the view `dated`, with its date and session, and with state and seat."""
    odd = raw.query("SELECT DISTINCT vote FROM votes WHERE vote IS NULL OR vote NOT IN ('Y', 'A', 'N', 'X')").column("vote").to_pylist()
    stray = raw.query("SELECT DISTINCT undl_id FROM votes WHERE undl_id NOT IN (SELECT undl_id FROM dated)").column("undl_id").to_pylist()
    if odd or stray:
        raise BadDataError(f"source un_assembly: votes {odd[:5]}, or votes on unlisted records {stray[:5]}; expected Y, A, N or X")
    votes = raw.query(
        "SELECT undl_id, session, date, iso3, CAST(CASE vote WHEN 'Y' THEN 1 WHEN 'A' THEN 2 WHEN 'N' THEN 3 ELSE 0 END AS TINYINT) AS vote "
        "FROM votes JOIN (SELECT undl_id, session, date FROM dated) USING (undl_id)"
    )
    return with_voters("un_assembly", votes)


def adopted(raw: Raw) -> pa.Table:
    """The records of the view `resolutions` with their session, date and resolution."""
    romans = ", ".join(f"'{r}'" for r in ROMAN)
    return raw.query(
        f"""
        WITH parsed AS (
            SELECT *, CAST(date AS DATE) AS day, regexp_matches(symbol, '[(/]E?S-') AS special,
                coalesce(TRY_CAST(regexp_extract(symbol, '^A/(?:RES|DEC)/([0-9]+)/', 1) AS INTEGER),
                    list_position([{romans}], regexp_extract(symbol, '\\(([IVX]+)\\)', 1))) AS numbered
            FROM resolutions WHERE undl_id <> {UNDATED}
        ), placed AS (
            SELECT *, CASE WHEN special THEN year(day) - 1945 ELSE numbered END AS session FROM parsed
        ), windowed AS (
            SELECT *, special OR day BETWEEN make_date(1945 + session, 9, 1) AND make_date(1946 + session, 11, 30)
                OR (session = 1 AND day >= DATE '1946-01-10') AS inside FROM placed
        ), meetings AS (
            SELECT meeting, min(day) AS held FROM windowed WHERE inside GROUP BY meeting HAVING min(day) = max(day)
        )
        SELECT undl_id, symbol, CASE WHEN inside THEN day ELSE held END AS date, CAST(session AS SMALLINT) AS session, special,
            CASE WHEN symbol LIKE 'A/RES/%' THEN CASE
                WHEN special AND symbol LIKE 'A/RES/E%' THEN regexp_replace(symbol, '^A/RES/', '')
                WHEN NOT special THEN session || '/' || upper(regexp_replace(regexp_replace(regexp_replace(
                    symbol, '^A/RES/([0-9]+/+)?', ''), '\\([IVX]+\\)', ''), '(Section|[\\[\\] /-])', '', 'g'))
            END END AS resolution,
            meeting, recorded, CAST(yes AS SMALLINT) AS yes, CAST(no AS SMALLINT) AS no, CAST(abstain AS SMALLINT) AS abstain,
            CAST(nonvoting AS SMALLINT) AS nonvoting, title, agenda
        FROM windowed LEFT JOIN meetings USING (meeting)
        """
    )


LIBRARY = Layout(
    name="UN Digital Library voting file",
    files=(
        library_file(
            "*_ga_voting.csv",
            ("undl_id", "ms_code", "ms_name", "ms_vote", "date", "session", "resolution", "draft", "committee_report", "meeting", "title",
             "agenda_title", "subjects", *TOTALS),
        ),
    ),
    build=from_library,
    seen=SEEN,
    remotes=(Remote(url="https://digitallibrary.un.org/record/4060887/files/2026_02_06_ga_voting.csv", file="2026_02_06_ga_voting.csv"),),
    coverage=Coverage(
        first=1946, gaps=(1964,), note="resolutions adopted by recorded vote, by the year in which the session opens; the last session may still run"
    ),
    limits=(
        "resolutions without a record by state are not in the file: `undl_resolutions` holds the recorded ones alone",
        *BROWSER,
    ),
)  # fmt: skip
SOURCE = Source(
    name="un_assembly",
    title="General Assembly resolutions adopted by vote, UN Digital Library",
    publisher="United Nations, Dag Hammarskjöld Library",
    licence=LICENCE,
    citation="United Nations, Dag Hammarskjöld Library. UN Digital Library: voting data of the General Assembly, 1946–2025. https://digitallibrary.un.org.",
    homepage="https://digitallibrary.un.org/search?cc=Voting+Data",
    files=(
        File(
            name="unga_resolutions_undl_1946_2025.parquet",
            view="resolutions",
            columns=(*RECORD, "session_label"),
            sha256="f89abb42ced3f63f725cf0db7009acd04c6bd5afa7aabf11acf88e13960ede15",
        ),
        File(
            name="unga_votes_undl_1946_2025.parquet",
            view="votes",
            columns=("undl_id", "iso3", "cow", "un_name", "vote"),
            sha256="1a093b195852f69cdd1113e4828537601b191f814c79f3c89b2e27e9bc99b337",
        ),
    ),
    tables=(
        TableSpec(
            name="undl_resolutions",
            columns={
                "undl_id": "int64", "symbol": "string", "date": "date32", "session": "int16", "special": "bool", "resolution": "string",
                "meeting": "string", "recorded": "bool", "yes": "int16", "no": "int16", "abstain": "int16", "nonvoting": "int16",
                "title": "string", "agenda": "string",
            },
            key=("undl_id",),
            nullable=("resolution", "meeting", "title", "agenda"),
            bounds={"session": (1, 100), "yes": (0, 200), "no": (0, 200), "abstain": (0, 200), "nonvoting": (0, 200)},
            rows=(1, 8_700),
        ),
        TableSpec(
            name="undl_votes",
            columns={"undl_id": "int64", "session": "int16", "state": "string", "seat": "string", "vote": "int8"},
            key=("undl_id", "state"),
            states=("state", "seat"),
            bounds={"vote": (0, 3)},
            rows=(1, 1_100_000),
        ),
    ),
    coverage=Coverage(
        first=1946,
        last=2024,
        gaps=(1964,),
        note="whole sessions 1–79, by the year in which the session opens; of session 80 the votes to 29 October 2025. Adopted resolutions only: no "
        "failed drafts, paragraphs or amendments, and no record by state for 1,661 early ones. Session 19 (1964) adopted none by vote",
    ),
    published=Published(in_data=True),
    build=build,
    layouts=(LIBRARY,),
    corrections=(
        Correction(
            what="a date outside the session of the symbol gives way to the date of the other resolutions of the same meeting",
            why="A/RES/37/84 is dated 1982-02-21, before its session opened; its meeting, A/37/PV.98, was held on 1982-12-09",
        ),
        Correction(what=f"record {UNDATED} is left out", why="it has neither symbol nor date, and no vote"),
        SUCCESSION,
        NEWBORN,
    ),
    caveats=(
        "Special and emergency special sessions stand in the session that opens in their calendar year (ES-11/1 of March 2022 in session 77).",
        "China's entry on A/RES/2758(XXVI) of 25 October 1971, not voting, is under CHN, though the delegation was the Republic of China's.",
    ),
)
