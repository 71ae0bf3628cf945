"""The measures of people, science, WIOD exports and coded events: made samples by hand, held data against known figures."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from comity import build, measures, sources
from comity.core import split_variant
from comity.reading import Raw

SAMPLES = Path(__file__).parent / "samples"
INPUTS = {
    "events_goldstein": "weis", "events_goldstein_directed": "weis", "keds_goldstein": "keds", "copdab_score": "copdab",
    "icews_subset_cooperative_share": "icews_subsets", "scs_events_conflict_share": "icews_south_china_sea", "gdelt_score": "gdelt_scores",
    "gdelt_events_world": "gdelt_totals", "students": "students_oecd", "refugees": "unhcr_population", "migrant_flow": "migration_flows",
    "migrant_share": "undesa_migrants", "social_connectedness": "facebook_connectedness", "flight_routes": "openflights",
    "sister_cities": "sister_cities", "confucius_institutes": "confucius_institutes", "coauthored_share": "openalex_coauthorship",
    "wiod_exports_usd": "wiod_exports", "intermediate_share": "wiod_exports",
}  # fmt: skip


@cache
def tables(name: str, folder: Path) -> dict[str, pa.Table]:
    source = sources.get(name)
    return source.build(Raw(name, source.files, folder))


@cache
def series(full: str, folder: Path | None = None) -> pa.Table:
    """The measure computed from its sample (or the held data in `folder`) and checked as the build checks it."""
    declared = measures.get(full)
    source = INPUTS[declared.name]
    made = tables(source, folder or SAMPLES / source)
    given = {i: made[i] for i in declared.inputs}
    return build.finish(build.compute(declared, split_variant(full)[1], {}, tables=given), declared, full, (source,))


def sample(full: str) -> list[tuple[str, str, str, float]]:
    return [(r["a"], r["b"], str(r["start"])[:7], round(r["value"], 6)) for r in series(full).to_pylist()]


def of(table: pa.Table, a: str, b: str, year: int) -> list[float]:
    """The values of a pair in a year, in order of time."""
    chosen = pc.and_(pc.equal(table.column("a"), a), pc.equal(table.column("b"), b))
    values: list[float] = table.filter(pc.and_(chosen, pc.equal(pc.year(table.column("start")), year))).column("value").to_pylist()
    return values


@pytest.mark.parametrize("name", INPUTS)
def test_silence_is_unknown_in_all_of_these(name: str) -> None:
    assert measures.get(name).absent is None


def test_aliases_name_the_measure() -> None:
    assert measures.get("student_stock").name == "students" and measures.get("weis_goldstein").name == "events_goldstein"


def test_a_mean_weighs_each_act_once_doubles_too() -> None:
    assert ("CHN", "SUN", "1970-01", -0.6) in sample("events_goldstein")
    assert ("SUN", "CHN", "1970-01", -3.4) in sample("events_goldstein_directed")
    assert [r["n"] for r in series("events_goldstein").to_pylist() if r["b"] == "SUN"] == [3]


def test_a_pair_of_two_regional_sets_is_read_from_one_that_the_row_names() -> None:
    found = {(r["a"], r["b"]): (r["value"], r["source"]) for r in series("keds_goldstein").to_pylist()}
    assert found["ISR", "IRQ"] == (-10.0, "keds:levant") and found["IRQ", "IRN"] == (-4.5, "keds:gulf")


def test_a_subsets_share_names_its_subset_and_is_public_no_earlier_than_icews() -> None:
    found = [(r["a"], r["b"], r["start"].year, r["value"], r["n"], r["source"]) for r in series("icews_subset_cooperative_share").to_pylist()]
    assert ("CHN", "RUS", 2005, 0.5, 2, "icews_subsets:icews0515") in found and ("RUS", "TUR", 2018, 1.0, 1, "icews_subsets:icews18") in found
    assert min(series("icews_subset_cooperative_share").column("published").to_pylist()) == dt.date(2015, 3, 27)
    assert sample("icews_subset_cooperative_share:icews14") == [("CHN", "RUS", "2014-01", 0.0)]


def test_the_month_of_january_2015_makes_no_year() -> None:
    assert sample("scs_events_conflict_share") == [("CHN", "PHL", "2012-01", 0.2), ("HKG", "PHL", "2010-01", 1.0)]


def test_a_months_score_says_how_many_days_are_held() -> None:
    assert sample("gdelt_score") == [("CHN", "RUS", "2020-01", 3.0), ("CHN", "RUS", "2020-02", 3.0), ("CHN", "USA", "2020-01", 2.5)]
    assert series("gdelt_score").column("n").to_pylist() == [3, 1, 3]
    assert [r[3] for r in sample("gdelt_score:per_day")] == [1.0, 3.0, pytest.approx(0.833333)]


def test_shares_are_of_the_whole_of_a() -> None:
    assert sample("coauthored_share") and all(r["n"] for r in series("coauthored_share").to_pylist())
    sums: dict[tuple[str, str], float] = {}
    for a, _, start, value in sample("migrant_share"):
        sums[a, start] = sums.get((a, start), 0.0) + value
    assert sums and all(total == pytest.approx(1, abs=1e-4) for total in sums.values())


def test_a_refugee_is_no_asylum_seeker_and_nobody_is_no_row() -> None:
    assert sample("refugees") == [("RUS", "USA", "1980-01", 70.0), ("TBT", "IND", "2010-01", 15.0), ("VEN", "COL", "2020-01", 5.0)]
    assert sample("refugees:asylum_seekers") == [("RUS", "DEU", "2010-01", 25.0), ("VEN", "COL", "2020-01", 6.0)]


def test_inventories_that_fall_make_no_share_above_one() -> None:
    assert sample("intermediate_share") == [("CHN", "RUS", "1995-01", 0.833333), ("RUS", "CHN", "1995-01", 1.0)]
    assert sample("wiod_exports_usd") == [("CHN", "RUS", "1995-01", 5e6), ("RUS", "CHN", "1995-01", 8e6)]
    assert sample("wiod_exports_usd:final")[0] == ("CHN", "RUS", "1995-01", 0.0)


@pytest.mark.parametrize(
    ("full", "a", "b", "year", "known"),
    [
        ("events_goldstein", "CHN", "SUN", 1967, -3.17), ("events_goldstein", "CHN", "SUN", 1969, -2.54),
        ("events_goldstein", "CHN", "SUN", 1980, -2.94), ("events_goldstein", "CHN", "SUN", 1989, 2.33),
        ("events_goldstein", "CHN", "RUS", 1992, 2.84), ("events_goldstein", "SUN", "USA", 1973, 1.24),
        ("events_goldstein", "SUN", "USA", 1983, -1.45),
        ("scs_events_conflict_share", "CHN", "PHL", 2007, 0.02),
        ("scs_events_conflict_share", "CHN", "PHL", 2012, 0.27), ("scs_events_conflict_share", "CHN", "PHL", 2014, 0.49),
        ("scs_events_conflict_share", "CHN", "VNM", 2014, 0.27),
    ],
)  # fmt: skip
def test_means_and_shares_are_those_known_from_the_held_events(full: str, a: str, b: str, year: int, known: float, shared_data: Path) -> None:
    assert of(series(full, shared_data), a, b, year) == [pytest.approx(known, abs=0.01)]


@pytest.mark.parametrize(("year", "known"), [(1979, -4.2), (1986, -6.2), (1989, -0.9), (1990, 1.5)])
def test_iraqs_acts_towards_iran_are_as_known(year: int, known: float, shared_data: Path) -> None:
    assert of(series("keds_goldstein", shared_data), "IRQ", "IRN", year) == [pytest.approx(known, abs=0.06)]


@pytest.mark.parametrize(
    ("full", "a", "b", "year", "known"),
    [
        ("students", "CHN", "RUS", 2014, 7_954), ("students", "CHN", "RUS", 2019, 18_531), ("refugees", "SYR", "TUR", 2019, 3_576_370),
        ("refugees", "AFG", "PAK", 2001, 2_197_821), ("migrant_flow", "CHN", "RUS", 2015, 23_978), ("flight_routes", "CHN", "RUS", 2014, 46),
        ("flight_routes", "RUS", "CHN", 2014, 48), ("flight_routes:airport_pairs", "CHN", "RUS", 2014, 29),
        ("sister_cities", "CHN", "RUS", 2022, 20), ("sister_cities", "JPN", "USA", 2022, 95),
        ("confucius_institutes", "CHN", "RUS", 2022, 19), ("confucius_institutes", "CHN", "USA", 2022, 198),
    ],
)  # fmt: skip
def test_numbers_of_people_and_ties_are_those_known(full: str, a: str, b: str, year: int, known: int, shared_data: Path) -> None:
    assert of(series(full, shared_data), a, b, year) == [known]


def test_wiod_exports_and_their_intermediate_part(shared_data: Path) -> None:
    assert of(series("wiod_exports_usd", shared_data), "CHN", "RUS", 2011) == [pytest.approx(57.6e9, abs=5e7)]
    assert of(series("wiod_exports_usd", shared_data), "RUS", "CHN", 2011) == [pytest.approx(47.7e9, abs=5e7)]
    share = series("intermediate_share", shared_data)
    assert of(share, "CHN", "RUS", 2011)[0] < 0.3 < of(share, "RUS", "CHN", 2011)[0]


@pytest.mark.parametrize(("a", "b", "month"), [("IND", "PAK", "2019-02"), ("CHN", "IND", "2020-06")])
def test_a_pairs_worst_month_is_that_of_its_clash(a: str, b: str, month: str, shared_data: Path) -> None:
    table = series("gdelt_score", shared_data)
    pair = table.filter(pc.and_(pc.equal(table.column("a"), a), pc.equal(table.column("b"), b)))
    assert str(min(pair.to_pylist(), key=lambda r: r["value"])["start"])[:7] == month


def test_chinas_share_in_russias_joint_works_has_grown(shared_data: Path) -> None:
    table = series("coauthored_share", shared_data)
    assert of(table, "RUS", "CHN", 2022) == [pytest.approx(4_768 / 38_939)] and of(table, "CHN", "RUS", 2022) == [pytest.approx(4_768 / 234_951)]
