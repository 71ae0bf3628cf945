"""The sources of institutions, alliances, disputes, events, science, people, investment, distance and population."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from comity import sources
from comity.core import BadDataError
from from_files import SAMPLES, made, rows


def sample(name: str) -> dict[str, pa.Table]:
    return made(name, SAMPLES / name)


def test_shared_memberships_go_to_the_state_of_the_year() -> None:
    assert rows(sample("cow_igo")["igo_joint"]) == [
        ("CHN", "RUS", 1992, 13), ("CHN", "SUN", 1980, 11), ("CHN", "SUN", 1991, 12), ("CHN", "USA", 1949, 4), ("RUS", "USA", 1992, 0),
        ("TWN", "USA", 1949, 3),
    ]  # fmt: skip
    assert rows(sample("cow_igo")["igo_memberships"], "state = 'SUN'") == [("SUN", 1980, 21, 0, 1, 22)]


def test_two_rows_of_one_pair_and_year_stop_the_build(tmp_path: Path) -> None:
    for path in (SAMPLES / "cow_igo").glob("*.parquet"):
        table = pq.read_table(path)
        pq.write_table(pa.concat_tables([table, table.slice(0, 1)]), tmp_path / path.name)
    with pytest.raises(BadDataError, match=r"igo_joint: .*key a, b, year"):
        made("cow_igo", tmp_path)


def test_a_code_that_no_state_has_stops_the_build(tmp_path: Path) -> None:
    for path in (SAMPLES / "cow_igo").glob("*.parquet"):
        table = pq.read_table(path)
        if "ccode1" in table.column_names:
            table = table.set_column(0, table.schema.field("ccode1"), pa.array([999] * table.num_rows, pa.int16()))
        pq.write_table(table, tmp_path / path.name)
    with pytest.raises(BadDataError, match="cow_igo: no state has the code 999"):
        made("cow_igo", tmp_path)


def test_alliances_leave_out_1815_the_second_germany_of_1990_and_parties_outside_the_system() -> None:
    table = sample("atop")["atop_obligations"]
    assert not rows(table, "year = 1815") and not rows(table, "'MCO' IN (a, b)")
    assert rows(table, "a = 'USA' AND year = 1990", "b, defence, consultation") == [("DEU", 1, 0), ("YAR", 0, 1), ("YEM", 0, 1)]
    assert rows(table, "a = 'SUN'", "b, year, defence, nonaggression") == [("CHN", 1960, 1, 1)]


def test_disputes_have_nulls_for_the_unknown_and_a_first_year() -> None:
    table = sample("cow_mid")["mid_dyad_years"]
    assert rows(table, "a = 'GRC'", "dispute, b, year, first_year") == [
        (9001, "TUR", 1980, 1980), (9001, "TUR", 1981, 1980), (9002, "TUR", 1990, 1990), (9002, "TUR", 1992, 1990),
    ]  # fmt: skip
    assert rows(table, "a = 'SUN'", "fatality_a, fatality_b, hostility, side_a_a") == [(0, None, 4, True)]


def test_two_states_on_one_side_stop_the_build(tmp_path: Path) -> None:
    path = next((SAMPLES / "cow_mid").glob("*.parquet"))
    table = pq.read_table(path)
    sides = table.set_column(table.schema.get_field_index("sidea1"), table.schema.field("sidea1"), table.column("sidea2"))
    pq.write_table(sides, tmp_path / path.name)
    with pytest.raises(BadDataError, match="one side"):
        made("cow_mid", tmp_path)


def test_sources_coded_by_todays_borders_keep_the_successors_code() -> None:
    assert rows(sample("openalex_coauthorship")["coauthorship"], "year = 1990") == [("CHN", "RUS", 1990, 5)]
    assert rows(sample("undesa_migrants")["migrant_stocks"], "year < 2000") == [
        ("CHN", "RUS", 1990, 1000), ("CHN", "RUS", 1995, 1100), ("RUS", "CHN", 1995, 12),
    ]  # fmt: skip
    assert all(sources.get(n).territory == "today" for n in ("openalex_coauthorship", "undesa_migrants", "unctad_fdi", "wdi_population"))


def test_population_has_no_aggregates() -> None:
    assert rows(sample("wdi_population")["populations"], columns="state, persons") == [("CHN", 600), ("RUS", 100), ("XKX", 2)]


def test_investment_drops_yugoslavia_and_the_late_union_of_serbia_and_montenegro() -> None:
    table = sample("unctad_fdi")["fdi_bilateral"]
    assert rows(table, "reporter = 'DEU' AND partner <> 'DEU'", "partner, year, usd") == [("SCG", 2004, 9e6), ("SRB", 2007, -2.5e6)]


def test_investment_with_a_measure_nobody_knows_stops_the_build(tmp_path: Path) -> None:
    path = next((SAMPLES / "unctad_fdi").glob("*.parquet"))
    table = pq.read_table(path)
    pq.write_table(table.set_column(3, "measure", pa.array(["sideways"] * table.num_rows)), tmp_path / path.name)
    with pytest.raises(BadDataError, match="sideways"):
        made("unctad_fdi", tmp_path)


def test_distance_keeps_the_missing_weighted_distances_missing() -> None:
    assert rows(sample("cepii_distance")["geodist"], "origin = 'MAC'", "km_weighted, km_capitals, same_country") == [(None, 2000.0, True)]


def test_held_institutions_have_the_published_figures(shared_data: Path) -> None:
    tables = made("cow_igo", shared_data)
    assert rows(tables["igo_joint"], "a = 'CHN' AND b IN ('RUS', 'SUN') AND year IN (1975, 1991, 1992, 2000, 2014)", "b, year, shared") == [
        ("RUS", 1992, 36), ("RUS", 2000, 50), ("RUS", 2014, 55), ("SUN", 1975, 14), ("SUN", 1991, 33),
    ]  # fmt: skip
    assert tables["igo_joint"].num_rows == 917_695 and tables["igo_memberships"].num_rows == 15_557
    assert not rows(tables["igo_joint"], "(a = 'RUS' OR b = 'RUS') AND year BETWEEN 1923 AND 1991")


def test_held_alliances_have_the_published_figures(shared_data: Path) -> None:
    table = made("atop", shared_data)["atop_obligations"]
    assert table.num_rows == 269_716
    assert rows(table, "a = 'CHN' AND b = 'RUS' AND year > 1991", "min(nonaggression), min(year), max(year), count(*)") == [(1, 1992, 2018, 27)]
    assert rows(table, "a = 'CHN' AND b = 'RUS' AND consultation = 1", "min(year)") == [(2001,)]
    assert rows(table, "a = 'CHN' AND b = 'SUN' AND defence = 1", "min(year), max(year)") == [(1942, 1980)]


def test_held_disputes_have_the_published_figures(shared_data: Path) -> None:
    table = made("cow_mid", shared_data)["mid_dyad_years"]
    assert table.num_rows == 10_234
    assert rows(table, columns="min(year), max(year)") == [(1816, 2014)]
    assert rows(table, "a = 'CHN' AND b = 'RUS'", "max(year)") == [(2012,)]
    assert rows(table, "a = 'GRC' AND b = 'TUR' AND year >= 1974", "count(DISTINCT dispute)") == [(21,)]


def test_held_disputes_are_one_a_pair_and_year(shared_data: Path) -> None:
    table = made("cow_mid", shared_data)["mid_dyad_years"]
    assert rows(table, columns="count(*) - count(DISTINCT (a, b, year))") == [(0,)]


def test_held_science_people_and_population_have_the_published_figures(shared_data: Path) -> None:
    works = made("openalex_coauthorship", shared_data)["coauthorship"]
    assert rows(works, "a = 'CHN' AND b = 'RUS' AND year IN (1990, 2022, 2023)", "year, works") == [(1990, 56), (2022, 4768), (2023, 4596)]
    assert rows(works, "a = 'CHN' AND b = 'USA' AND year = 2020", "works") == [(84_025,)]
    stocks = made("undesa_migrants", shared_data)["migrant_stocks"]
    assert rows(stocks, "origin = 'CHN' AND destination = 'RUS' AND year = 2020", "persons") == [(56_138,)]
    assert [round(int(str(r[0])) / 1e6) for r in rows(stocks, "year IN (1990, 2020) GROUP BY year", "sum(persons)")] == [144, 268]
    people = made("wdi_population", shared_data)["populations"]
    assert rows(people, "state IN ('CHN', 'RUS') AND year = 2024", "state, persons") == [("CHN", 1_408_975_000), ("RUS", 143_533_851)]


def test_held_investment_and_distance_have_the_published_figures(shared_data: Path) -> None:
    fdi = made("unctad_fdi", shared_data)["fdi_bilateral"]
    assert rows(fdi, "reporter = 'CHN' AND partner = 'RUS' AND measure = 'outward_stock' AND year > 2010", "year, round(usd / 1e6, 1)") == [
        (2011, 3763.6), (2012, 4888.5),
    ]  # fmt: skip
    assert rows(fdi, "reporter = 'RUS' AND partner = 'CHN' AND measure = 'inflow' AND year > 2010", "year, round(usd / 1e6)") == [
        (2011, 126.0), (2012, 450.0),
    ]  # fmt: skip
    pair = rows(made("cepii_distance", shared_data)["geodist"], "origin = 'CHN' AND destination = 'RUS'", "contiguous, round(km), round(km_weighted)")
    assert pair == [(True, 5795.0, 5507.0)]


def test_held_events_have_the_published_figures(shared_data: Path) -> None:
    table = made("icews_years", shared_data)["icews_quadcounts"]
    assert table.num_rows == 298_376 and rows(table, columns="count(DISTINCT source)") == [(152,)]
    assert not rows(table, "'TUR' IN (source, target)")
    share = "(verbal_coop + material_coop) / (verbal_coop + material_coop + verbal_conflict + material_conflict)"
    pair = "source IN ('CHN', 'RUS') AND target IN ('CHN', 'RUS')"
    low, high = rows(table, pair, f"round(min({share}), 3), round(max({share}), 3)")[0]
    assert (low, high) == (0.972, 0.996)
