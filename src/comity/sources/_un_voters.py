"""Who voted at the United Nations: a provider's codes as the states of the day, and the seats in which they sat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity import states
from comity.core import BadDataError, Correction, File, Licence
from comity.reading import one_file

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

LICENCE = Licence(
    name="United Nations terms of use",
    share="derived",
    terms="personal, non-commercial use with attribution; comity passes on indicators computed from the records, not the records",
    non_commercial=True,
)
RECORD = (
    "undl_id", "symbol", "date", "meeting", "title", "agenda", "committee_report", "recorded", "yes", "no", "abstain", "nonvoting", "scraped",
)  # fmt: skip
"""The columns of a record of the UN Digital Library."""
SEEN = (
    "https://digitallibrary.un.org/record/4060887",
    "https://github.com/un-project/un-extractor/blob/main/scripts/import_undl_votes.py",
    "https://github.com/Gunelmaas/SNA_team16/blob/main/2024_09_12_ga_resolutions_voting_md.md",
)
"""Where the columns of the library's voting files are described."""
BROWSER = (
    "the library's site answers programs with a test of the browser: where a download fails, fetch the file by hand from the record's page",
    "the file's name bears the day of its edition",
)
TOTALS = ("total_yes", "total_no", "total_abstentions", "total_non_voting", "total_ms", "undl_link")
NEWBORN = Correction(
    what="a vote dated before the first day of a state that began later in the same calendar year is that state's",
    why="a few new members took part days before the lists of states count them (Zanzibar, 16 December 1963), or the provider's date is too early",
)
SUCCESSION = Correction(
    what="RUS before 1991-12-26 becomes SUN, TWN before 1949-12-08 CHN, YAR from 1990-05-22 YEM, YUG from 1992-04-27 SCG and from 2006-06-05 SRB",
    why="the provider writes one code for a seat through all its holders",
)


def library_file(name: str, columns: tuple[str, ...], sometimes: tuple[str, ...] = ()) -> File:
    """A voting file of the UN Digital Library, one row a vote, as the view `library`."""
    return File(name=name, view="library", columns=columns, sometimes=("vote_note", *sometimes))


def open_library(raw: Raw, *, title: str, agenda: str) -> None:
    """Make the held copy's `resolutions` and `votes` of a voting file, one row a vote; a total that is not given is counted from the rows.

    Raises BadDataError where the rows of one record do not agree on its symbol, date or meeting.
    """
    one_file(raw, "library")
    raw.connection.sql(
        "CREATE TABLE votes AS SELECT CAST(undl_id AS BIGINT) AS undl_id, ms_code AS iso3, ms_name AS un_name, "
        "CASE WHEN ms_vote = 'NV' THEN 'X' ELSE ms_vote END AS vote FROM library"
    )
    totals = {"yes": ("total_yes", "Y"), "no": ("total_no", "N"), "abstain": ("total_abstentions", "A"), "nonvoting": ("total_non_voting", "X")}
    counted = ", ".join(
        f"CAST(coalesce(max(CAST({given} AS DOUBLE)), count(*) FILTER (ms_vote = '{mark}' OR (ms_vote = 'NV' AND '{mark}' = 'X'))) AS INTEGER) AS {n}"
        for n, (given, mark) in totals.items()
    )
    same = ("resolution", "date", "meeting")
    raw.connection.sql(
        "CREATE TABLE resolutions AS SELECT CAST(undl_id AS BIGINT) AS undl_id, min(resolution) AS symbol, CAST(min(date) AS DATE) AS date, "
        f"min(meeting) AS meeting, min({title}) AS title, min({agenda}) AS agenda, true AS recorded, {counted}, "
        f"{' OR '.join(f'count(DISTINCT {c}) > 1' for c in same)} AS torn FROM library GROUP BY ALL"
    )
    torn = raw.query("SELECT undl_id FROM resolutions WHERE torn LIMIT 10").column("undl_id").to_pylist()
    if torn:
        raise BadDataError(f"source {raw.source}: the rows of records {torn} differ in {', '.join(same)}; expected one resolution a record")


def with_voters(source: str, table: pa.Table) -> pa.Table:
    """The table with its column `iso3` replaced by `state`, the state of the column `date`, and `seat`, the code of its seat at the UN.

    China's seat is CHN whoever held it. Raises BadDataError with every code that no state answers to.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if table.column("date").null_count:
        raise BadDataError(f"source {source}: {table.column('date').null_count} votes are of no dated resolution; expected a date for each")
    codes, _ = states.recode(table.column("iso3"), table.column("date"), "iso3")
    if codes.null_count:
        lost = pc.is_null(codes)
        later, _ = states.recode(table.column("iso3").filter(lost), _year_end(table.column("date").filter(lost)), "iso3")
        codes = pc.replace_with_mask(codes, lost, later)
        if codes.null_count:
            unknown = table.filter(pc.is_null(codes)).select(["iso3", "date"]).slice(0, 10).to_pylist()
            named = ", ".join(f"{row['iso3']} on {row['date']}" for row in unknown)
            raise BadDataError(f"source {source}: no state has the code {named} ({codes.null_count} rows); list it or correct it")
    encoded = codes.dictionary_encode()
    seats = pa.array([seat(code) for code in encoded.dictionary.to_pylist()], pa.string())
    index = table.schema.get_field_index("iso3")
    return table.set_column(index, "state", codes).append_column("seat", seats.take(encoded.indices))


def seat(code: str) -> str:
    """The code of the seat at the United Nations in which a state sat."""
    return "CHN" if code == "TWN" else states.get(code).seat


def _year_end(dates: pa.ChunkedArray) -> pa.Array:
    import datetime as dt

    import pyarrow as pa

    return pa.array([dt.date(day.year, 12, 31) for day in dates.to_pylist()], pa.date32())
