"""The sources of visits, engagements, missions, groups, drafts, visas, opinion and the General Debate."""

from __future__ import annotations

import gzip
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from comity import sources
from comity.core import BadDataError
from comity.models import naming
from comity.reading import Raw, locate
from comity.sources import un_debate
from from_files import SAMPLES, made, rows


def sample(name: str) -> dict[str, pa.Table]:
    return made(name, SAMPLES / name)


def altered(name: str, tmp_path: Path, file: str, old: str, new: str) -> Path:
    """The sample of a source with a piece of one text file replaced."""
    for path in (SAMPLES / name).iterdir():
        content = path.read_bytes()
        if path.name == file:
            packed = path.suffix == ".gz"
            text = (gzip.decompress(content) if packed else content).decode()
            assert old in text
            changed = text.replace(old, new, 1).encode()
            content = gzip.compress(changed) if packed else changed
        (tmp_path / path.name).write_bytes(content)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "file", "old", "new", "word"),
    [
        ("colt_visits", "colt_leader_visits_five_states_dyad_year_2018_2024.csv", "USA,CHN,2018,1.0", "USA,CHN,2018,2.0", "differ"),
        ("colt_visits", "colt_leader_visits_five_states_dyad_year_2018_2024.csv", "JPN,TGO", "FRA,TGO", "FRA"),
        ("colt_travel", "colt_leader_travel_state_year_counts_1990_2024.csv.gz", "Abkhazia", "Utopia", "Utopia"),
        ("colt_travel", "colt_leader_travel_state_year_counts_1990_2024.csv.gz", "trips_abroad_by_leaders", "letters", "letters"),
        ("china_vitae", "china_leader_engagements_chinavitae_2003_2018.csv.gz", "England", "Utopia", "Utopia"),
        ("group_membership", "group_membership_hand_1949_2025.csv", "NATO", "OTAN", "OTAN"),
        ("cow_diplomacy", "cow_diplomatic_exchange_partial_1817_2000.csv.gz", "2,57,2000", "2,1999,2000", "1999"),
        ("third_committee", "unga78_committee3_draft_sponsors.csv", "\n1,A", "\n9,A", "not listed"),
        ("third_committee", "unga78_committee3_draft_sponsors.csv", "additional", "later", "later"),
        ("pew_views", "pew_favourability_pairs_2002_2023.csv", "RUS,CHN", "ZZZ,CHN", "ZZZ"),
    ],
)
def test_what_a_reader_does_not_expect_stops_the_build(name: str, file: str, old: str, new: str, word: str, tmp_path: Path) -> None:
    with pytest.raises(BadDataError, match=word):
        made(name, altered(name, tmp_path, file, old, new))


def test_a_visa_requirement_that_is_not_known_stops_the_build(tmp_path: Path) -> None:
    file = "visa_requirements_passport_index_spells_2020_2026.parquet"
    with duckdb.connect() as connection:
        connection.sql(f"COPY (SELECT * REPLACE ('by letter' AS requirement) FROM '{SAMPLES / 'passport_index' / file}') TO '{tmp_path / file}'")
    with pytest.raises(BadDataError, match="by letter"):
        made("passport_index", tmp_path)


def test_a_place_is_a_state_only_while_the_state_existed() -> None:
    travel = sample("colt_travel")["colt_travel"]
    assert rows(travel) == [("CHN", 2000, 5, 11), ("SGP", 1994, None, 3), ("SUN", 1991, 7, 7)]


def test_the_report_under_two_dates_counts_once() -> None:
    found = rows(sample("china_vitae")["china_engagements"], columns="state, CAST(date AS VARCHAR)")
    assert ("RUS", "2018-06-27") not in found and ("RUS", "2018-07-26") in found and ("DOM", "2016-02-02") in found and ("DMA", "2016-03-02") in found
    assert len(found) == 6 and not {"MNE", "AUS"} & {state for state, _ in found}


def test_engagements_with_russia_are_one_less_than_the_rows(shared_data: Path) -> None:
    held = made("china_vitae", shared_data)["china_engagements"]
    assert rows(held, "state IN ('RUS', 'USA')", "state, count(*) OVER (PARTITION BY state)")[0] == ("RUS", 389)
    assert rows(held, "state = 'USA'", "count(*)") == [(523,)]


def test_commas_without_quotes_do_not_part_a_membership(shared_data: Path) -> None:
    members = sample("group_membership")["group_members"]
    assert rows(members, "\"group\" = 'BRICS' AND year IN (2008, 2009)") == [("BRICS", "CHN", 2009), ("BRICS", "RUS", 2009)]
    assert rows(members, "state = 'RUS' AND \"group\" = 'G7/G8'", "min(year), max(year)") == [(1997, 2013)]
    assert rows(members, "state = 'SAU' OR \"group\" = 'WTO'") == []
    held = made("group_membership", shared_data)["group_members"]
    assert rows(held, "year = 2024 AND \"group\" = 'NATO'", "count(*)") == [(32,)]
    assert rows(held, "year IN (2019, 2020) AND \"group\" = 'EU'", "DISTINCT year, count(*) OVER (PARTITION BY year)") == [(2019, 28), (2020, 27)]
    raw = Raw("group_membership", sources.get("group_membership").files, shared_data)
    assert raw.query("SELECT count(*) AS n FROM members").column("n").to_pylist() == [157]


def test_a_mission_stands_where_it_is_kept(shared_data: Path) -> None:
    """The United States has no mission in Saint Vincent (57), which keeps one in Washington."""
    missions = sample("cow_diplomacy")["missions"]
    assert rows(missions, "year = 2000 AND 'VCT' IN (a, b)", "a, b, rank") == [("USA", "VCT", 0), ("VCT", "USA", 3)]
    assert rows(missions, "year = 1970", "a, b, rank") == [("CHN", "SUN", 3), ("SUN", "CHN", 2)]
    held = made("cow_diplomacy", shared_data)["missions"]
    assert rows(held, "year = 2000 AND 'VCT' IN (a, b) AND 'USA' IN (a, b)", "a, b, rank") == [("USA", "VCT", 0), ("VCT", "USA", 3)]
    assert len(rows(held, columns="DISTINCT year")) == 37


def test_a_draft_and_its_revisions_share_a_symbol(shared_data: Path) -> None:
    assert rows(sample("third_committee")["draft_sponsors"], columns="DISTINCT draft") == [("A/C.3/78/L.901",), ("A/C.3/78/L.902",)]
    assert made("third_committee", shared_data)["draft_sponsors"].num_rows == 3_105


def test_a_year_has_the_requirement_of_its_first_snapshot(shared_data: Path) -> None:
    held = made("passport_index", shared_data)["visa_requirements"]
    assert [str(d) for (d,) in rows(held, columns="DISTINCT snapshot")] == [
        "2020-02-07", "2021-01-25", "2022-01-05", "2023-01-11", "2024-01-05", "2025-01-02", "2026-02-17",
    ]  # fmt: skip
    assert rows(held, "a = 'DEU' AND b = 'CHN' AND year >= 2023", "year, requirement") == [
        (2023, "visa required"), (2024, "15"), (2025, "30"), (2026, "30"),
    ]  # fmt: skip
    assert rows(held, "a = 'CHN' AND b = 'RUS' AND year IN (2023, 2024)", "year, requirement") == [(2023, "visa required"), (2024, "e-visa")]
    assert rows(held, columns="DISTINCT count(*) OVER (PARTITION BY year)") == [(39_402,)]


def test_seventy_codes_of_publics_are_sixty_nine(shared_data: Path) -> None:
    """The Palestinian territories are PLS in the wave of 2014 and PSE in the others."""
    held = made("pew_views", shared_data)["pew_views"]
    given = Raw("pew_views", sources.get("pew_views").files, shared_data).query("SELECT DISTINCT respondents_iso3 AS code FROM views")
    assert set(given.column("code").to_pylist()) - {a for (a,) in rows(held, columns="DISTINCT a")} == {"PLS"} and given.num_rows == 70
    assert len(rows(held, columns="DISTINCT a")) == 69 and len(rows(held, columns="DISTINCT b")) == 10


def test_names_are_read_as_the_autumn_of_the_year_meant_them() -> None:
    tables = sample("un_debate")
    assert rows(tables["debate_named"]) == [
        ("CHN", "CIV", 79, 2024, 1), ("CHN", "GNB", 79, 2024, 1), ("CHN", "PNG", 79, 2024, 1), ("CHN", "RUS", 79, 2024, 2),
        ("GIN", "CHN", 79, 2024, 1), ("SUN", "CHN", 16, 1961, 2), ("TWN", "SUN", 16, 1961, 2),
    ]  # fmt: skip
    assert rows(tables["debate_speeches"], "session = 16", "state") == [("SUN",), ("TWN",)]
    assert rows(tables["debate_speakers"], columns="state, leader") == [("CHN", False), ("CUB", False), ("SWE", True)]


@pytest.mark.parametrize(
    ("post", "leader"),
    [
        ("president", True), ("prime minister and minister for foreign affairs", True), ("head  of the goverment", True), ("king", True),
        ("first vice-president and prime minister", True), ("vice-president", False), ("deputy prime minister", False), ("un representative", False),
        ("vice-chancellor and federal minister for foreign affairs", False), ("prince", None), ("chief executive", None),
        ("special envoy of the prime minister and minister for public service", False),
    ],
)  # fmt: skip
def test_a_post_says_whether_its_holder_leads(post: str, leader: bool | None) -> None:
    assert un_debate.leads(post) is leader


@pytest.mark.parametrize(
    ("text", "year", "found"),
    [
        ("Germany and the German Democratic Republic", 1975, {"DDR": 1}), ("Germany", 1995, {"DEU": 1}),
        ("Guineans of Equatorial Guinea", 2000, {"GIN": 1, "GNQ": 1}),
        ("the United Kingdom of Great Britain and Northern Ireland", 2000, {"GBR": 1}),
        ("Northern Ireland and Ireland", 2000, {"IRL": 1}),
        ("Ukraine's friends; Ukrainian; Ukrainianism", 2000, {"UKR": 2}), ("Sao Tome and Principe", 2000, {"STP": 1}),
        ("a polish of turkey", 2000, {}),
    ],
)  # fmt: skip
def test_the_longest_name_at_a_place_counts(text: str, year: int, found: dict[str, int]) -> None:
    assert naming.named_in(text, year) == found


def test_held_speeches_are_as_the_readme_says(shared_data: Path, tmp_path: Path) -> None:
    """10,952 speeches, of which 14 are of the European Union; the last two sessions are read here."""
    for file in sources.get("un_debate").files:
        path = locate(shared_data, file.name)
        view = "session" if "speakers" not in file.name else "CAST(session AS INTEGER)"
        with duckdb.connect() as connection:
            connection.sql(f"COPY (SELECT * FROM '{path}' WHERE {view} >= 78) TO '{tmp_path / file.name}'")
            if view == "session":
                assert connection.sql(f"SELECT count(*), count(*) FILTER (iso3 = 'EU') FROM '{path}'").fetchall() == [(10_952, 14)]
    tables = made("un_debate", tmp_path)
    assert rows(tables["debate_named"], "a = 'RUS' AND b = 'CHN'", "session, times") == [(78, 5), (79, 2)]
    assert rows(tables["debate_speakers"], "state IN ('USA', 'CHN') AND session = 79", "state, leader") == [("CHN", False), ("USA", True)]
