"""The sources of goods trade, GDP, Brent and the rouble."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from comity import sources
from comity.core import BadDataError
from comity.reading import locate
from from_files import SAMPLES, made, rows


def one_table(name: str, folder: Path) -> pa.Table:
    """The one table of a source."""
    return made(name, folder)[name]


def sample(name: str, where: str = "true", columns: str = "*") -> list[tuple[object, ...]]:
    return rows(one_table(name, SAMPLES / name), where, columns)


def test_dots_are_whole_thousands_of_dollars_and_a_null_is_no_row() -> None:
    assert sample("imf_dots", "reporter = 'EST'") == [("EST", "CHN", 2020, "exports", 200_000.0), ("EST", "CHN", 2020, "imports", 800_000.0)]
    assert sample("imf_dots", "reporter = 'DEU' AND partner = 'TWN'", "flow") == [("exports",)]
    assert sample("imf_dots", "reporter = 'RUS' AND partner = 'DEU' AND flow = 'imports'", "value_usd") == [(0.0,)]


def test_dots_put_what_no_state_is_meant_by_into_the_unallocated_row() -> None:
    assert sample("imf_dots", "reporter = 'DEU' AND year = 2005 AND partner IS NULL", "flow, value_usd") == [("exports", 3e6), ("imports", 2e6)]
    assert sample("imf_dots", "reporter = 'DEU' AND year = 2005 AND partner = 'SCG'", "flow, value_usd") == [("exports", 9.5e6), ("imports", 1e6)]
    assert sample("imf_dots", "reporter = 'DEU' AND year = 2010", "partner, value_usd") == [(None, 0.25e6)]
    assert sample("imf_dots", "reporter = 'ANT'", "DISTINCT year") == [(2010,)]
    assert sample("imf_dots", "reporter = 'USA' AND year = 2012 AND partner IS NULL", "sum(value_usd)") == [(10e6,)]


def test_the_oec_counts_germany_once() -> None:
    assert sample("oec_trade", "year = 1980 AND importer = 'USA'", "exporter, value_usd") == [("DDR", 1e6), ("DEU", 12e6)]


def test_the_oec_speaks_of_states_as_they_were() -> None:
    assert sample("oec_trade", "exporter = 'USA' AND importer IN ('RVN', 'VNM')", "importer, year") == [("RVN", 1970)]
    assert sample("oec_trade", "importer IN ('YAR', 'YEM', 'YMD')", "importer, year, value_usd") == [("YAR", 1985, 3e6), ("YEM", 1990, 6e6)]
    assert sample("oec_trade", "exporter = 'AGO' OR importer = 'ANT'", "exporter, importer, year") == [("AGO", "PRT", 1970), ("VEN", "ANT", 1975)]


def test_the_oec_leaves_out_the_copied_year_and_irans_oil_for_taiwan() -> None:
    assert sample("oec_trade", "year = 1998 OR exporter = 'IRN'") == []


def test_aggregates_and_unallocated_trade_are_told_apart() -> None:
    assert sample("imf_china_imports", "partner IS NULL", "year, value_usd") == [(2012, 1e6), (2022, 37e6)]
    assert sample("wits_china_exports", columns="partner, value_usd") == [
        ("DEU", 116e6), ("RUS", 76e6), ("SRB", 2e6), ("TWN", 81e6), (None, 1e6),
    ]  # fmt: skip
    assert sample("comtrade_2022", "reporter = 'USA'", "partner, value_usd") == [("CHN", 575e6), ("DEU", 150e6), (None, 5e6)]


def test_partners_reports_leave_out_2025_china_itself_and_kazakhstans_gap() -> None:
    assert sample("comtrade_china_partners", "year = 2025 OR reporter = 'CHN'") == []
    assert sample("comtrade_china_partners", "reporter = 'KAZ'", "year, value_usd") == [(2023, 16_800_000.0)]


def test_gdp_is_of_states_by_todays_borders() -> None:
    assert sample("wdi_gdp", columns="state, year") == [("CHN", 2019), ("RUS", 1989), ("SSD", 2012)]


def test_a_partner_that_no_state_answers_to_stops_the_build(tmp_path: Path) -> None:
    name = "comtrade_2022"
    file = sources.get(name).files[0].name
    text = (SAMPLES / name / file).read_text(encoding="utf-8")
    (tmp_path / file).write_text(text.replace("_X", "Q9"), encoding="utf-8")
    with pytest.raises(BadDataError, match=r"Q9 \(2022\)"):
        one_table(name, tmp_path)


def test_an_aggregate_that_is_not_listed_stops_the_build(tmp_path: Path) -> None:
    file = sources.get("wdi_gdp").files[0].name
    with (tmp_path / file).open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([["Country Name", "Country Code", "Year", "Value"], ["Moon", "QQZ", "2019", "1"]])
    with pytest.raises(BadDataError, match="QQZ"):
        one_table("wdi_gdp", tmp_path)


def test_the_held_dots_have_the_figures_of_their_check(shared_data: Path) -> None:
    table = one_table("imf_dots", shared_data)
    of_2020 = rows(table, "year = 2020 AND reporter IN ('CHN', 'RUS') AND partner IN ('CHN', 'RUS')", "reporter, flow, round(value_usd / 1e9, 1)")
    assert of_2020 == [("CHN", "exports", 50.6), ("CHN", "imports", 57.1), ("RUS", "exports", 49.6), ("RUS", "imports", 54.9)]
    world = rows(table, "flow = 'imports' AND year IN (2019, 2020)", "DISTINCT year, round(sum(value_usd) OVER (PARTITION BY year) / 1e12, 2)")
    assert world == [(2019, 18.51), (2020, 17.03)]


def test_the_held_customs_sum_to_the_figures_of_their_check(shared_data: Path) -> None:
    total = "round(sum(value_usd) OVER (PARTITION BY year(month)) / 1e9, 1)"
    years = rows(one_table("china_customs_russia", shared_data), columns=f"DISTINCT year(month), {total}")
    assert [value for _, value in years] == [84.2, 107.1, 110.9, 108.3, 146.8, 189.9, 240.0, 245.2]


def test_the_held_comtrade_has_92_reporters(shared_data: Path) -> None:
    table = one_table("comtrade_2022", shared_data)
    assert len(rows(table, columns="DISTINCT reporter")) == 92
    assert rows(table, "partner = 'RUS' AND reporter = 'CHN'", "round(value_usd / 1e9, 2)") == [(114.06,)]


def test_in_the_held_oec_germany_is_the_sum_of_both_to_1983_and_1998_is_1997(shared_data: Path) -> None:
    path = locate(shared_data, "dyadic_trade_oec_sitc_1963_2014.parquet")
    with duckdb.connect() as connection:
        odd = connection.sql(
            f"""SELECT count(*) FROM (
                SELECT exporter, year, sum(value_usd) FILTER (importer = 'DEU') d, sum(value_usd) FILTER (importer IN ('FDR', 'DDR')) s
                FROM '{path}' WHERE year < 1984 AND importer IN ('DEU', 'FDR', 'DDR') GROUP BY ALL) WHERE d IS DISTINCT FROM s"""
        ).fetchall()
        same = connection.sql(
            f"""SELECT count(*) FROM '{path}' x FULL JOIN (SELECT * FROM '{path}' WHERE year = 1997) y
                ON x.importer = y.importer AND x.exporter = y.exporter WHERE x.year = 1998 AND x.value_usd IS DISTINCT FROM y.value_usd"""
        ).fetchall()
    assert odd == [(0,)] and same == [(0,)]
