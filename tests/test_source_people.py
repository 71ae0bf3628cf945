"""The sources of students, refugees, migrant flows, ties between people, air routes, and WIOD exports."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa

from comity import sources
from from_files import SAMPLES, made, rows


def sample(name: str, columns: str = "*") -> list[tuple[object, ...]]:
    source = sources.get(name)
    return rows(made(name, SAMPLES / name)[source.tables[0].name], columns=columns)


def held(name: str, folder: Path) -> pa.Table:
    return made(name, folder)[sources.get(name).tables[0].name]


def test_students_are_halved_and_what_is_not_told_is_no_row() -> None:
    assert sample("students_oecd") == [("CHN", "RUS", 2014, 50.5), ("XKX", "DEU", 2015, 6.0)]


def test_students_from_china_in_australia_are_the_published_number(shared_data: Path) -> None:
    assert rows(held("students_oecd", shared_data), "origin = 'CHN' AND destination = 'AUS' AND year = 2018", "students") == [(143_323.0,)]
    assert rows(held("students_oecd", shared_data), "destination IN ('SVN', 'CHN')") == []


def test_the_unknown_and_the_stateless_are_of_no_state_and_the_past_is_todays() -> None:
    assert sample("unhcr_population", "origin, asylum, year, refugees, asylum_seekers, others") == [
        ("RUS", "DEU", 2010, 0, 25, 0), ("RUS", "USA", 1980, 70, 0, 0), ("TBT", "IND", 2010, 15, 0, 0), ("VEN", "COL", 2020, 5, 6, 7),
    ]  # fmt: skip
    assert sources.get("unhcr_population").territory == "today"


def test_all_pairs_but_those_without_a_state_are_held(shared_data: Path) -> None:
    assert held("unhcr_population", shared_data).num_rows == 135_428 - 4_482
    ((known,),) = rows(held("unhcr_population", shared_data), "year = 2022", "CAST(sum(refugees) AS BIGINT)")
    assert 29_000_000 < int(str(known)) <= 29_429_078


def test_the_rest_of_the_world_is_no_exporter() -> None:
    assert sample("wiod_exports", "exporter, importer, industry, intermediate_usd, final_usd") == [
        ("CHN", "RUS", "c1", 3e6, 1e6), ("CHN", "RUS", "c2", 2e6, -1e6), ("RUS", "CHN", "c2", 8e6, 0.0),
    ]  # fmt: skip


def test_textiles_lead_chinas_exports_to_russia_and_mining_russias(shared_data: Path) -> None:
    with duckdb.connect() as connection:
        connection.register("flows", held("wiod_exports", shared_data))
        connection.register("names", made("wiod_exports", shared_data)["wiod_industries"])
        first = connection.sql(
            "SELECT exporter, arg_max(industry, intermediate_usd + final_usd), round(max(intermediate_usd + final_usd) / 1e9, 1) FROM flows "
            "JOIN names USING (industry) WHERE year = 2011 AND (exporter, importer) IN (('CHN', 'RUS'), ('RUS', 'CHN')) GROUP BY 1 ORDER BY 1"
        ).fetchall()
    assert first == [("CHN", "c4", 20.0), ("RUS", "c2", 24.0)]


def test_pairs_are_in_order_and_of_two_states() -> None:
    assert sample("facebook_connectedness", "a, b, scaled_sci") == [("DEU", "FRA", 60), ("DEU", "POL", 70)]
    assert sample("sister_cities", "a, b, city_pairs") == [("CHN", "RUS", 3)]
    assert sample("openflights", "origin, destination, routes, airlines, airport_pairs") == [("CHN", "RUS", 4, 2, 3), ("RUS", "CHN", 5, 2, 4)]


def test_china_and_russia_are_not_in_the_connectedness_index(shared_data: Path) -> None:
    assert rows(held("facebook_connectedness", shared_data), "a IN ('CHN', 'RUS') OR b IN ('CHN', 'RUS')") == []
    assert held("facebook_connectedness", shared_data).num_rows == 17_205 - 185


def test_an_institute_counts_once_and_hong_kong_is_not_china() -> None:
    assert sample("confucius_institutes", "host, institutes") == [("HKG", 1), ("PSE", 1), ("RUS", 2)]


def test_a_flow_stands_under_the_first_of_its_five_years() -> None:
    assert sample("migration_flows") == [("CHN", "RUS", 1990, 12), ("CHN", "RUS", 2015, 7), ("SDN", "EGY", 1990, 5)]


def test_the_world_moved_101_million_in_the_last_five_years(shared_data: Path) -> None:
    assert rows(held("migration_flows", shared_data), "year = 2015", "CAST(sum(persons) AS BIGINT)") == [(101_176_337,)]
