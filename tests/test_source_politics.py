"""The sources of votes in the General Assembly and the Security Council, of vetoes, and of leaders' meetings."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from comity.core import BadDataError
from comity.reading import locate
from from_files import SAMPLES, made, rows


def sample(name: str) -> dict[str, pa.Table]:
    return made(name, SAMPLES / name)


def altered(name: str, tmp_path: Path, file: str, sql: str) -> Path:
    """The sample of a source with one file rewritten by a query over its rows `t`."""
    for path in (SAMPLES / name).iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    with duckdb.connect() as connection:
        connection.sql(f"CREATE TABLE t AS SELECT * FROM '{tmp_path / file}'")
        connection.sql(f"COPY ({sql}) TO '{tmp_path / file}'")
    return tmp_path


def test_a_vote_is_of_the_state_that_sat_there_that_day() -> None:
    votes = sample("voeten_votes")["voeten_votes"]
    assert rows(votes, "seat = 'RUS' AND session = 46", "rcid, state") == [(6, "SUN"), (7, "RUS")]
    assert rows(votes, "seat = 'CHN' AND session IN (2, 26)", "session, state") == [(2, "CHN"), (26, "TWN")]
    assert rows(votes, "seat = 'SRB'", "session, state") == [(46, "SCG"), (46, "YUG"), (60, "SCG")]
    assert rows(votes, "state = 'EAZ'", "session, vote") == [(18, 1)]


def test_early_days_are_known_by_the_month_only() -> None:
    calls = sample("voeten_votes")["voeten_roll_calls"]
    assert rows(calls, "rcid IN (3, 9)", "rcid, date, date_given") == [
        (3, dt.date(1985, 12, 31), dt.date(1985, 12, 5)),
        (9, dt.date(2005, 12, 8), dt.date(2005, 12, 8)),
    ]


def test_a_roll_call_names_its_resolution_as_the_library_does() -> None:
    calls, resolutions = sample("voeten_votes")["voeten_roll_calls"], sample("un_assembly")["undl_resolutions"]
    assert rows(calls, "rcid IN (1, 3, 4, 10, 11)", "rcid, resolution") == [(1, "18/1901"), (3, "40/7"), (4, "40/8A"), (10, None), (11, "ES-10/19")]
    assert rows(resolutions, "resolution IS NOT NULL", "undl_id, resolution") == [
        (1, "1/9"), (2, "20/2100B"), (3, "40/7"), (4, "40/8A"), (5, "75/1"), (6, "76/1"), (7, "76/2"), (8, "ES-11/1"),
    ]  # fmt: skip


def test_empty_marks_of_paragraphs_are_read_as_none() -> None:
    assert rows(sample("voeten_votes")["voeten_roll_calls"], "para OR amend", "rcid") == [(8,)]


def test_absences_may_be_missing(tmp_path: Path) -> None:
    for path in (SAMPLES / "voeten_votes").iterdir():
        if "absences" not in path.name:
            (tmp_path / path.name).write_bytes(path.read_bytes())
    assert made("voeten_votes", tmp_path)["voeten_absences"].num_rows == 0


def test_sessions_are_of_the_symbol_and_special_ones_of_the_calendar_year() -> None:
    found = rows(sample("un_assembly")["undl_resolutions"], columns="undl_id, session, special")
    assert found == [
        (1, 1, False), (2, 20, False), (3, 40, False), (4, 40, False), (5, 75, False), (6, 76, False), (7, 76, False), (8, 77, True), (9, 77, False),
        (10, 11, True),
    ]  # fmt: skip


def test_a_date_outside_its_session_is_that_of_its_meeting(shared_data: Path) -> None:
    assert rows(sample("un_assembly")["undl_resolutions"], "undl_id = 7", "date") == [(dt.date(2021, 12, 1),)]
    assert rows(made("un_assembly", shared_data)["undl_resolutions"], "symbol = 'A/RES/37/84'", "date") == [(dt.date(1982, 12, 9),)]


def test_a_member_that_does_not_vote_has_the_code_nought() -> None:
    assert rows(sample("un_assembly")["undl_votes"], "undl_id = 6", "state, vote") == [("CHN", 1), ("RUS", 3), ("USA", 0)]


@pytest.mark.parametrize(
    ("name", "file", "sql", "word"),
    [
        ("voeten_votes", "unga_votes_1946_2019.parquet", "SELECT * REPLACE ('maybe' AS vote) FROM t", "maybe"),
        ("voeten_votes", "unga_votes_1946_2019.parquet", "SELECT * REPLACE ('ZZZ' AS iso3) FROM t WHERE rcid = 3 LIMIT 1", "ZZZ"),
        ("un_assembly", "unga_votes_undl_1946_2025.parquet", "SELECT * REPLACE ('?' AS vote) FROM t", "expected Y"),
        ("un_assembly", "unga_votes_undl_1946_2025.parquet", "SELECT * REPLACE (77 AS undl_id) FROM t LIMIT 1", "77"),
        ("un_assembly", "unga_resolutions_undl_1946_2025.parquet", "SELECT * REPLACE ('A/RES/odd' AS symbol) FROM t", "session"),
        ("un_council", "unsc_votes_undl_1946_2025.parquet", "SELECT * REPLACE (77 AS undl_id) FROM t LIMIT 1", "dated"),
        ("un_council", "unsc_votes_undl_1946_2025.parquet", "SELECT * REPLACE ('?' AS vote) FROM t", "null in vote"),
        ("council_vetoes", "unsc_vetoes_1946_2022.csv", "SELECT * REPLACE ('Utopia' AS member_veto1) FROM t", "Utopia"),
        ("leader_meetings", "xi_putin_meetings_2013_2026.csv", "SELECT * REPLACE ('letter' AS kind) FROM t", "letter"),
    ],
)
def test_what_a_reader_does_not_expect_stops_the_build(name: str, file: str, sql: str, word: str, tmp_path: Path) -> None:
    with pytest.raises(BadDataError, match=word):
        made(name, altered(name, tmp_path, file, sql))


def test_the_council_is_told_by_its_votes(shared_data: Path) -> None:
    members = sample("un_council")["unsc_members"]
    assert rows(members, "seat IN ('CHN', 'RUS')", "year, state, resolutions") == [
        (1971, "CHN", 1), (1971, "SUN", 2), (1971, "TWN", 1), (1991, "CHN", 2), (1991, "RUS", 1), (1991, "SUN", 1),
    ]  # fmt: skip
    derived = locate(shared_data, "unsc_membership_by_year_1946_2025.csv")
    ours = rows(made("un_council", shared_data)["unsc_members"], columns="year, seat, CAST(resolutions AS INTEGER)")
    with duckdb.connect() as connection:
        theirs = connection.sql(f"SELECT year, count(*), sum(resolutions_voted) FROM '{derived}' GROUP BY year ORDER BY year").fetchall()
    mine = {y: (len({s for z, s, _ in ours if z == y}), sum(int(str(n)) for z, _, n in ours if z == y)) for y, _, _ in ours}
    assert {y: total for y, (_, total) in mine.items()} == {y: int(total) for y, _, total in theirs}
    assert {y for y, seats, _ in theirs if mine[y][0] != seats} == {1971}


def test_the_held_votes_are_as_the_readme_says(shared_data: Path) -> None:
    voeten = made("voeten_votes", shared_data)
    assert voeten["voeten_votes"].num_rows == 870_109 and voeten["voeten_roll_calls"].num_rows == 6_203
    assert voeten["voeten_absences"].num_rows == 73_328
    undl = made("un_assembly", shared_data)
    assert undl["undl_resolutions"].num_rows == 7_199 and undl["undl_votes"].num_rows == 917_380
    assert rows(undl["undl_resolutions"], "symbol = 'A/RES/ES-11/1'", "session, yes, no, abstain") == [(77, 141, 5, 35)]
    assert rows(undl["undl_resolutions"], "recorded", "count(*)") == [(5_539,)]


def test_special_sessions_stand_where_voeten_has_them(shared_data: Path) -> None:
    calls = made("voeten_votes", shared_data)["voeten_roll_calls"]
    special = rows(calls, "symbol LIKE 'SS/%' OR symbol LIKE 'ESS/%' OR symbol LIKE '%ES-%'", "rcid, session, year(date_given) - 1945")
    assert [(rcid, session, year) for rcid, session, year in special if session != year] == [(9018, 23, 22)]
    assert len(special) == 57


def test_vetoes_are_one_row_for_each_state_and_draft(shared_data: Path) -> None:
    few = sample("council_vetoes")["vetoes"]
    assert rows(few, "draft = 'S/PV.1'", "item, state") == [(1, "SUN"), (2, "SUN")]
    assert rows(few, "draft = 'S/2022/9'", "state, verified") == [("CHN", True), ("RUS", True)]
    assert rows(few, "NOT verified", "draft, state") == [("S/2023/1", "CHN"), ("S/2023/1", "RUS"), ("S/2023/2", "USA")]
    held = rows(made("council_vetoes", shared_data)["vetoes"], columns="state, verified, count(*) OVER (PARTITION BY state, verified)")
    assert {(s, v): n for s, v, n in held} == {
        ("CHN", True): 17, ("CHN", False): 2, ("FRA", True): 16, ("GBR", True): 29, ("RUS", True): 31, ("RUS", False): 9, ("SUN", True): 90,
        ("USA", True): 82, ("USA", False): 8,
    }  # fmt: skip


def test_the_later_list_of_vetoes_may_be_missing(tmp_path: Path) -> None:
    (tmp_path / "unsc_vetoes_1946_2022.csv").write_bytes((SAMPLES / "council_vetoes" / "unsc_vetoes_1946_2022.csv").read_bytes())
    assert rows(made("council_vetoes", tmp_path)["vetoes"], "NOT verified") == []


def test_commas_inside_quotes_do_not_part_a_meeting(shared_data: Path) -> None:
    assert rows(sample("leader_meetings")["xi_putin_meetings"], "place = 'Aville'", "occasion, reported_by") == [
        ("made, with a comma", "Made source, first page")
    ]
    held = made("leader_meetings", shared_data)["xi_putin_meetings"]
    years = rows(held, columns="year(date), count(*) OVER (PARTITION BY year(date))")
    assert held.num_rows == 51 and rows(held, "source_checked", "count(*)") == [(45,)]
    assert [dict(years).get(y, 0) for y in range(2013, 2027)] == [5, 6, 5, 5, 5, 5, 6, 0, 2, 3, 2, 3, 3, 1]
