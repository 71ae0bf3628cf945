"""Resolutions that the Security Council adopted, 1946–2025, with the votes of its members: the UN Digital Library's voting records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import Coverage, File, Layout, Published, Remote, Source, TableSpec
from comity.sources._un_voters import BROWSER, LICENCE, NEWBORN, RECORD, SUCCESSION, TOTALS, library_file, open_library, with_voters

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

PERMANENT = ("CHN", "FRA", "GBR", "RUS", "USA")
"""The permanent seats."""


def build(raw: Raw) -> dict[str, pa.Table]:
    """The resolutions, the votes (1 yes, 2 abstain, 3 no, 0 not voting), and who sat in the Council each year, by who is in the votes."""
    resolutions = raw.query(
        "SELECT undl_id, symbol, CAST(date AS DATE) AS date, meeting, CAST(yes AS SMALLINT) AS yes, CAST(no AS SMALLINT) AS no, "
        "CAST(abstain AS SMALLINT) AS abstain, CAST(nonvoting AS SMALLINT) AS nonvoting, title, agenda FROM resolutions"
    )
    votes = with_voters(
        "un_council",
        raw.query(
            "SELECT undl_id, CAST(date AS DATE) AS date, iso3, CAST(CASE vote WHEN 'Y' THEN 1 WHEN 'A' THEN 2 WHEN 'N' THEN 3 WHEN 'X' THEN 0 END "
            "AS TINYINT) AS vote FROM votes LEFT JOIN (SELECT undl_id, date FROM resolutions) USING (undl_id)"
        ),
    )
    raw.register("seated", votes)
    permanent = ", ".join(f"'{seat}'" for seat in PERMANENT)
    members = raw.query(
        f"SELECT CAST(year(date) AS INTEGER) AS year, state, seat, CAST(count(*) AS INTEGER) AS resolutions, seat IN ({permanent}) AS permanent "
        "FROM seated GROUP BY ALL"
    )
    return {"unsc_resolutions": resolutions, "unsc_votes": votes.select(["undl_id", "date", "state", "seat", "vote"]), "unsc_members": members}


def from_library(raw: Raw) -> dict[str, pa.Table]:
    """The same of the library's own voting file, one row a vote."""
    has_agenda = "agenda" in raw.connection.sql("SELECT * FROM library LIMIT 0").columns
    open_library(raw, title="description", agenda="agenda" if has_agenda else "NULL::VARCHAR")
    return build(raw)


SEEN = "https://digitallibrary.un.org/record/4055387"
LIBRARY = Layout(
    name="UN Digital Library voting file",
    files=(
        library_file(
            "*_sc_voting.csv",
            ("undl_id", "ms_code", "ms_name", "permanent_member", "ms_vote", "date", "resolution", "meeting", "description", "modality", *TOTALS),
            ("draft", "agenda", "subjects"),
        ),
    ),
    build=from_library,
    seen=(SEEN, "https://github.com/un-project/un-extractor/blob/main/scripts/import_undl_votes.py"),
    remotes=(Remote(url=f"{SEEN}/files/2026_02_06_sc_voting.csv", file="2026_02_06_sc_voting.csv"),),
    coverage=Coverage(first=1946, note="adopted resolutions only: a veto is never among them"),
    limits=("titles are the file's descriptions, which may be worded otherwise than in the held copy", *BROWSER),
)
SOURCE = Source(
    name="un_council",
    title="Security Council resolutions, UN Digital Library",
    publisher="United Nations, Dag Hammarskjöld Library",
    licence=LICENCE,
    citation="United Nations, Dag Hammarskjöld Library. UN Digital Library: voting data of the Security Council, 1946–2025. https://digitallibrary.un.org.",
    homepage="https://digitallibrary.un.org/search?cc=Voting+Data",
    files=(
        File(
            name="unsc_resolutions_undl_1946_2025.parquet",
            view="resolutions",
            columns=RECORD,
            sha256="d9481330b298029d126fab29cfcf1c425343ae85b63f1955d04c96093e064bcd",
        ),
        File(
            name="unsc_votes_undl_1946_2025.parquet",
            view="votes",
            columns=("undl_id", "iso3", "cow", "un_name", "vote"),
            sha256="43e0fbd4b3f1d61678e94cf5a56c2a52dd3d830baea64b59908f6ffba98278de",
        ),
    ),
    tables=(
        TableSpec(
            name="unsc_resolutions",
            columns={
                "undl_id": "int64", "symbol": "string", "date": "date32", "meeting": "string", "yes": "int16", "no": "int16", "abstain": "int16",
                "nonvoting": "int16", "title": "string", "agenda": "string",
            },
            key=("undl_id",),
            nullable=("meeting", "title", "agenda"),
            bounds={"yes": (0, 15), "no": (0, 6), "abstain": (0, 15), "nonvoting": (0, 15)},
            rows=(1, 3_400),
        ),
        TableSpec(
            name="unsc_votes",
            columns={"undl_id": "int64", "date": "date32", "state": "string", "seat": "string", "vote": "int8"},
            key=("undl_id", "state"),
            states=("state", "seat"),
            bounds={"vote": (0, 3)},
            rows=(1, 50_000),
        ),
        TableSpec(
            name="unsc_members",
            columns={"year": "int32", "state": "string", "seat": "string", "resolutions": "int32", "permanent": "bool"},
            key=("year", "state"),
            states=("state", "seat"),
            rows=(1, 1_400),
        ),
    ),
    coverage=Coverage(first=1946, last=2025, note="adopted resolutions only: a veto is never among them; 2025 to 31 October"),
    published=Published(in_data=True),
    build=build,
    layouts=(LIBRARY,),
    corrections=(SUCCESSION, NEWBORN),
    caveats=("Who sat in the Council is told by who is in its votes; a year in which a seat changed hands names both.",),
)
