"""The sources of coded events: WEIS, COPDAB, KEDS, ICEWS subsets and South China Sea counts, GDELT scores and totals."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from comity import sources
from comity.core import BadDataError
from from_files import SAMPLES, made, rows


def sample(name: str, columns: str = "*", where: str = "true") -> list[tuple[object, ...]]:
    (table,) = made(name, SAMPLES / name).values()
    return rows(table, where, columns)


def test_acts_that_are_alike_are_counted_and_go_to_the_state_of_the_year() -> None:
    assert sample("weis", "source, target, year(date), goldstein, events") == [
        ("CHN", "RUS", 1992, 1.0, 1), ("CHN", "SUN", 1970, 5.0, 1), ("SUN", "CHN", 1970, -3.4, 2), ("YAR", "USA", 1980, 1.0, 1),
    ]  # fmt: skip


def test_south_viet_nam_after_its_end_and_the_baltic_before_1991_are_no_states() -> None:
    assert sample("weis", where="source IN ('RVN', 'VDR', 'EST')") == []
    assert sample("keds", where="'LTU' IN (source, target)") == []


def test_a_code_without_a_state_stops_the_build(tmp_path: Path) -> None:
    file = sources.get("weis").files[0].name
    table = pq.read_table(SAMPLES / "weis" / file)
    at = table.schema.get_field_index("source_iso3")
    pq.write_table(table.set_column(at, "source_iso3", pa.array(["QQQ"] * table.num_rows)), tmp_path / file)
    with pytest.raises(BadDataError, match="QQQ"):
        made("weis", tmp_path)


def test_every_act_of_weis_that_names_two_states_is_held_with_its_doubles(shared_data: Path) -> None:
    table = made("weis", shared_data)["weis_acts"]
    ((acts, kept),) = rows(table, columns="CAST(sum(events) AS BIGINT), count(*)")
    assert acts == 108_263 - 27 - 153
    assert int(str(acts)) - int(str(kept)) == pytest.approx(6_078, abs=2)
    assert rows(table, "(source, target) IN (('CHN', 'SUN'), ('SUN', 'CHN'), ('CHN', 'RUS'), ('RUS', 'CHN'))", "CAST(sum(events) AS BIGINT)") == [
        (1275,)
    ]


def test_the_soviet_union_is_the_soviet_union_in_monthly_means() -> None:
    assert sample("copdab", "source, target, year(month), weight") == [
        ("EGY", "ISR", 1948, -12.5), ("FRA", "USA", 1950, 9.0), ("SUN", "USA", 1950, -7.25), ("USA", "SUN", 1950, 0.0),
    ]  # fmt: skip


def test_the_four_pairs_of_copdab_have_every_month(shared_data: Path) -> None:
    table = made("copdab", shared_data)["copdab_means"]
    assert table.num_rows == 2976 == 8 * 12 * 31
    pairs = {tuple(sorted(map(str, pair))) for pair in rows(table, columns="DISTINCT source, target")}
    assert pairs == set(sources.get("copdab").coverage.pairs or ())


def test_only_states_of_a_set_and_only_pairs_with_one_of_its_region_are_read() -> None:
    assert sample("keds", "dataset, source, target, year(date), goldstein") == [
        ("balkans", "SCG", "ALB", 1995, -2.2), ("balkans", "YUG", "ALB", 1990, -2.2), ("casia", "RUS", "AZE", 1995, -2.2),
        ("gulf", "AUT", "IRN", 1985, 5.0), ("gulf", "IRQ", "IRN", 1985, -10.0), ("gulf", "IRQ", "IRN", 1985, 1.0),
        ("gulf", "ISR", "IRQ", 1985, 1.0), ("gulf", "SUN", "IRN", 1985, 5.0), ("levant", "AUS", "ISR", 1985, 1.0),
        ("levant", "ISR", "IRQ", 1985, -10.0), ("turkey", "TUR", "GRC", 2000, 1.0),
    ]  # fmt: skip


def test_civil_actors_and_media_are_no_state_in_the_subsets() -> None:
    assert sample("icews_subsets", "subset, source, target, year(month), quad_class, events") == [
        ("icews0515", "CHN", "RUS", 2005, 1, 1), ("icews0515", "CHN", "RUS", 2014, 1, 1), ("icews0515", "RUS", "CHN", 2005, 3, 1),
        ("icews0515", "SCG", "RUS", 2005, 1, 1), ("icews14", "CHN", "RUS", 2014, 3, 1), ("icews18", "TUR", "RUS", 2018, 2, 1),
    ]  # fmt: skip


def test_the_subset_of_2018_is_as_friendly_between_china_and_russia_as_known(shared_data: Path) -> None:
    table = made("icews_subsets", shared_data)["icews_subset_events"]
    ((good, every),) = rows(
        table, "subset = 'icews18' AND (source, target) IN (('CHN', 'RUS'), ('RUS', 'CHN'))",
        "CAST(sum(events) FILTER (quad_class < 3) AS DOUBLE), CAST(sum(events) AS DOUBLE)",
    )  # fmt: skip
    assert 1050 < float(str(every)) <= 1098 and float(str(good)) / float(str(every)) == pytest.approx(0.988, abs=0.005)


def test_counts_are_summed_over_the_places_of_the_events() -> None:
    assert sample("icews_south_china_sea", "source, target, year(month), quad_class, events") == [
        ("CHN", "PHL", 2012, 1, 8), ("CHN", "PHL", 2015, 1, 9), ("HKG", "PHL", 2010, 3, 1), ("PHL", "CHN", 2012, 4, 2),
    ]  # fmt: skip


def test_the_first_day_of_the_invasion_is_the_lowest_score(shared_data: Path) -> None:
    table = made("gdelt_scores", shared_data)["gdelt_day_scores"]
    assert rows(table, "a = 'RUS' AND b = 'UKR' AND date IN ('2022-02-23', '2022-02-24')", "round(score)") == [(-14073.0,), (-2535.0,)]
    assert rows(table, columns="count(*), count(DISTINCT date), round(min(score))") == [(2_706_008, 2_149, -14073.0)]
    assert rows(table, "a IN ('MNE', 'SRB', 'TLS') OR b IN ('MNE', 'SRB', 'TLS')") == []


def test_a_scored_pair_is_in_order() -> None:
    assert sample("gdelt_scores", "a, b, month(date), score") == [
        ("CHN", "RUS", 1, -1.0), ("CHN", "RUS", 1, 4.0), ("CHN", "RUS", 2, 3.0), ("CHN", "USA", 1, 2.5),
    ]  # fmt: skip


def test_the_worlds_months_are_whole_and_agree_with_days_and_years(shared_data: Path, tmp_path: Path) -> None:
    assert sample("gdelt_totals", "year(month), month(month), events") == [(1979, 1, 10), (1979, 2, 20)]
    table = made("gdelt_totals", shared_data)["gdelt_month_events"]
    assert rows(table, "year(month) = 1979", "CAST(sum(events) AS BIGINT)") == [(430_941,)]
    for path in (SAMPLES / "gdelt_totals").iterdir():
        text = path.read_bytes()
        (tmp_path / path.name).write_bytes(text.replace(b"1979,31", b"1979,90") if path.suffix == ".csv" else text)
    with pytest.raises(BadDataError, match="year totals differ"):
        made("gdelt_totals", tmp_path)
