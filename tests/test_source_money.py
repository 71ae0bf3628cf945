"""The sources of the structure of trade, prices, currencies, finance, agreements and stated figures."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from comity import sources
from comity.core import BadDataError
from comity.reading import Raw
from comity.sources import desta
from from_files import SAMPLES, made


def rows(name: str, folder: Path, columns: str, where: str = "true", table: str = "") -> list[tuple[object, ...]]:
    tables = made(name, folder)
    with duckdb.connect() as connection:
        connection.register("t", tables[table or next(iter(tables))])
        return connection.sql(f"SELECT {columns} FROM t WHERE {where} ORDER BY ALL").fetchall()


def sample(name: str, columns: str, where: str = "true", table: str = "") -> list[tuple[object, ...]]:
    return rows(name, SAMPLES / name, columns, where, table)


def test_what_is_no_state_is_left_out_by_name() -> None:
    assert sample("atlas_sections", "DISTINCT exporter") == [("CHN",), ("RUS",)]
    assert sample("wdi_exchange_rate", "state") == [("BLR",), ("CHN",), ("RUS",)]
    assert sample("wits_summary", "state, year, value", "indicator = 'No. Of Export partners'") == [
        ("RUS", 2019, 190.0), ("SCG", 2001, 80.0), ("SDN", 2015, 50.0),
    ]  # fmt: skip
    assert sample("wits_summary", "reporter, partner, value_usd", table="wits_main_partners") == [("RUS", "CHN", 57e9)]
    assert sample("liquidity_lines", "deal", "lender = 'EA'") == []


def test_thousands_of_dollars_become_dollars() -> None:
    assert sample("atlas_sections", "exporter, electronics_usd, total_usd", "year = 2019") == [("CHN", 70e3, 100e3), ("RUS", 0.0, 100e3)]


def test_prices_lose_their_stars_and_their_dots() -> None:
    asked = "month = '2025-02-01' AND series IN ('Potassium chloride', 'Plywood', 'Logs, Malaysian')"
    assert sample("pink_sheet", "series, unit, price", asked) == [("Plywood", "cents/sheet", 400.0), ("Potassium chloride", "$/mt", 310.0)]


def test_energy_is_in_tonnes_and_dollars_and_all_partners_stand_apart() -> None:
    assert sample("china_energy_imports", "good, what, amount", "good = 'crude'") == [("crude", "t", 6000.0), ("crude", "usd", 3e6)]
    assert sample("china_energy_imports", "good, amount", "partner IS NULL") == [("lng", 1900.0), ("pipeline_gas", 900.0)]


def test_a_sum_of_zero_is_an_unknown_sum() -> None:
    assert sample("aiddata_v1", "project, usd_2014") == [(1, 2000.0), (2, None)]


def test_a_withdrawal_ends_the_membership_of_those_who_left_alone() -> None:
    assert sample("desta", "state, max(year)", "agreement = 375 GROUP BY state") == [("CHE", 2020), ("GBR", 1972), ("NOR", 2020)]


def test_what_is_not_known_to_be_in_force_is_not_there() -> None:
    assert sample("desta", "DISTINCT state", "agreement IN (991, 905)") == []
    assert sample("desta", "state, min(year)", "agreement = 302 GROUP BY state") == [("DEU", 1978), ("EGY", 1978), ("FRA", 1978), ("GRC", 1981)]


def test_a_state_of_later_name_is_the_state_of_its_year() -> None:
    partner = "agreement = 961 AND state <> 'FIN' GROUP BY state"
    assert sample("desta", "state, min(year), max(year)", partner) == [("RUS", 1992, 2020), ("SUN", 1975, 1991)]
    assert sample("desta", "DISTINCT min(year)", "agreement = 962 GROUP BY state") == [(1991,)]


def test_a_withdrawal_that_is_not_listed_stops_the_build(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desta, "LEAVERS", {})
    source = sources.get("desta")
    with pytest.raises(BadDataError, match="not listed who left"):
        source.build(Raw("desta", source.files, SAMPLES / "desta"))


def test_korea_is_not_owner_of_quadrillions() -> None:
    assert sample("imf_direct_investment", "usd", "host = 'KOR'") == [(6e9,)]
    assert sample("imf_direct_investment", "report, usd", "host = 'RUS' AND year = 2018") == [("host", 2.6e9), ("investor", 6.5e9)]
    assert sample("imf_direct_investment", "report, usd", "host = 'DEU'") == [("investor", 1e8)]


def test_a_statement_is_public_after_the_newest_period_of_its_page() -> None:
    assert sample("stated_figures", "period, published", "url = 'https://example.org/1'") == [
        ("2022-01", dt.date(2023, 10, 20)), ("2023-09", dt.date(2023, 10, 20)),
    ]  # fmt: skip
    assert sample("stated_figures", "who", "period = '2023' AND value = 200") == [("made  office and agency",)]


def test_a_pair_that_baci_does_not_hold_stops_the_build(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    file = sources.get("baci_chn_rus").files[0]
    table = pq.read_table(SAMPLES / "baci_chn_rus" / file.name)
    index = table.schema.get_field_index("exporter")
    pq.write_table(table.set_column(index, "exporter", pa.array(["DEU"] * table.num_rows)), tmp_path / file.name)
    with pytest.raises(BadDataError, match="DEU to CHN"):
        made("baci_chn_rus", tmp_path)


def test_the_held_baci_has_the_totals_of_its_check(shared_data: Path) -> None:
    totals = rows("baci_chn_rus", shared_data, "exporter, year, round(sum(value_usd) / 1e9, 1)", "true GROUP BY ALL")
    assert [v for e, _, v in totals if e == "RUS"] == [42.1, 55.3, 58.9, 51.2, 72.1, 114.1, 129.0]
    assert [v for e, _, v in totals if e == "CHN"] == [45.9, 50.3, 50.8, 53.0, 69.6, 75.4, 110.0]
    assert rows("baci_chn_rus", shared_data, "count(*)", "quantity_t IS NULL") == [(449,)]


def test_the_held_atlas_has_the_figures_of_its_check(shared_data: Path) -> None:
    flow = rows("atlas_sections", shared_data, "year, round(total_usd / 1e9, 1)", "exporter = 'RUS' AND importer = 'CHN' AND year > 2016")
    assert flow == [(2017, 41.5), (2018, 58.0), (2019, 59.5), (2020, 50.3)]
    assert rows("atlas_sections", shared_data, "round(minerals_usd / 1e9, 1)", "exporter = 'RUS' AND importer = 'CHN' AND year = 2019") == [(43.0,)]


def test_the_held_pink_sheet_has_71_series(shared_data: Path) -> None:
    assert rows("pink_sheet", shared_data, "count(DISTINCT series), min(month), max(month)") == [(71, dt.date(1960, 1, 1), dt.date(2025, 3, 1))]


def test_the_held_currencies_begin_and_end_as_stated(shared_data: Path) -> None:
    assert rows("ecb_rates", shared_data, "min(date), max(date)", "state = 'CHN'") == [(dt.date(2005, 4, 1), dt.date(2026, 4, 13))]
    assert rows("ecb_rates", shared_data, "max(date)", "state = 'RUS'") == [(dt.date(2022, 3, 1),)]
    assert rows("wdi_exchange_rate", shared_data, "min(year), max(year)") == [(1960, 2023)]
    assert rows("yuan_fred", shared_data, "min(date)") == [(dt.date(1990, 1, 2),)]
    assert rows("cpi_us", shared_data, "min(month), max(month)") == [(dt.date(1913, 1, 1), dt.date(2026, 5, 1))]


def test_the_held_pipeline_gas_of_2021_is_that_of_chinas_customs(shared_data: Path) -> None:
    year = "good = 'pipeline_gas' AND partner = 'RUS' AND year(month) = 2021 GROUP BY what"
    gas = rows("china_energy_imports", shared_data, "what, sum(amount)", year)
    tonnes, dollars = float(str(gas[0][1])), float(str(gas[1][1]))
    assert round(tonnes / 1e6, 2) == 7.54 and round(dollars / tonnes) == 200


def test_the_held_monitor_has_its_span_and_its_gas(shared_data: Path) -> None:
    assert rows("mgimo_russia", shared_data, "min(month), max(month), count(*)", "partner = 'CHN' AND good = 'oil_gas'") == [
        (dt.date(2019, 1, 1), dt.date(2026, 5, 1), 89)
    ]
    gas = "partner = 'CHN' AND good = 'natural_gas' AND year(month) IN (2021, 2022) GROUP BY ALL"
    assert rows("mgimo_russia", shared_data, "year(month), round(sum(tonnes) / 1e6, 1)", gas, "mgimo_weights") == [(2021, 12.1), (2022, 6.7)]


def test_russias_trade_with_china_has_the_gaps_of_its_check(shared_data: Path) -> None:
    held = rows("wits_summary", shared_data, "year", "reporter = 'RUS' AND partner = 'CHN' AND flow = 'exports'", "wits_main_partners")
    assert set(range(1996, 2020)) - {year for (year,) in held} == {1997, 1998, 1999, 2004, 2007, 2008}


def test_the_held_deals_have_the_figures_of_their_check(shared_data: Path) -> None:
    assert rows("cgit", shared_data, "count(*), round(sum(value_usd) / 1e9, 2)", "host = 'RUS'") == [(66, 46.15)]
    assert rows("cgit", shared_data, "count(*), round(sum(value_usd) / 1e12, 2)") == [(2908, 1.87)]
    assert rows("cgit", shared_data, "count(*), min(year), max(year)", table="cgit_energy_metals") == [(692, 2005, 2021)]


def test_the_held_official_finance_has_the_figures_of_its_check(shared_data: Path) -> None:
    assert rows("aiddata_v1", shared_data, "count(*)", "recipient = 'RUS'") == [(8,)]
    assert rows("aiddata_located", shared_data, "count(*), round(sum(usd_2017) / 1e9, 1)", "recipient = 'RUS'") == [(39, 32.3)]


def test_the_held_lines_have_the_figures_of_their_check(shared_data: Path) -> None:
    line = "lender = 'CHN' AND borrower = 'RUS' AND kind = 'reciprocal' AND year(date) = 2014"
    assert rows("liquidity_lines", shared_data, "date, amount / 1e9", line) == [(dt.date(2014, 10, 13), 150.0)]
    line = "lender = 'CHN' AND borrower = 'KOR' AND year(date) = 2008"
    assert rows("liquidity_lines", shared_data, "date, amount / 1e9", line) == [(dt.date(2008, 12, 12), 180.0)]
    line = "lender = 'USA' AND borrower = 'KOR' AND year(date) = 2008"
    assert rows("liquidity_lines", shared_data, "date, usd / 1e9", line) == [(dt.date(2008, 10, 29), 30.0)]


def test_the_held_agreements_have_the_facts_of_their_check(shared_data: Path) -> None:
    assert rows("desta", shared_data, "state, min(year)", "agreement = 636 GROUP BY state") == [("CAN", 1994), ("MEX", 1994), ("USA", 1994)]
    assert rows("desta", shared_data, "count(DISTINCT state)", "agreement = 989") == [(11,)]


def test_the_held_positions_have_the_figures_of_their_check(shared_data: Path) -> None:
    position = "investor = 'CHN' AND host = 'RUS' AND report = 'investor' AND year BETWEEN 2018 AND 2022"
    assert [v for _, v in rows("imf_direct_investment", shared_data, "year, round(usd / 1e9, 2)", position)] == [6.58, 6.02, 12.07, 10.64, 9.90]
    korea = rows("imf_direct_investment", shared_data, "round(usd / 1e9, 1)", "investor = 'KOR' AND host = 'CHN' AND year = 2021 AND report = 'host'")
    assert korea == [(96.9,)]


def test_the_held_statements_are_as_many_as_counted(shared_data: Path) -> None:
    counted = rows("stated_figures", shared_data, "domain, count(*)", "true GROUP BY domain")
    assert counted == [("air", 12), ("investment", 6), ("people", 38), ("settlement", 106), ("trade", 135)]
