"""The measures of institutions, security, events, production, people, money and distance."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity import build, measures, sources
from comity.core import UsageError, split_variant
from comity.reading import Raw

SAMPLES = Path(__file__).parent / "samples"
INPUTS = {
    "shared_igos": "cow_igo", "alliance_defence": "atop", "alliance_nonaggression": "atop", "alliance_consultation": "atop", "disputes": "cow_mid",
    "coauthored_works": "openalex_coauthorship", "migrant_stock": "undesa_migrants", "population": "wdi_population", "fdi_stock_usd": "unctad_fdi",
    "events_cooperative_share": "icews_years", "events_cooperation": "icews_years", "events_conflict": "icews_years", "distance_km": "cepii_distance",
}  # fmt: skip
Row = tuple[str, str, int, float]


def series(full: str, tables: dict[str, pa.Table]) -> pa.Table:
    """The measure computed from these tables and checked as the build checks it."""
    declared = measures.get(full)
    result = build.compute(declared, split_variant(full)[1], {i: Path(i) for i in declared.inputs}, tables=tables)
    return build.finish(result, declared, full, (INPUTS[declared.name],))


def tables(name: str, folder: Path) -> dict[str, pa.Table]:
    source = sources.get(INPUTS[name])
    made = source.build(Raw(source.name, source.files, folder / source.name if (folder / source.name).is_dir() else folder))
    return {i: made[i] for i in measures.get(name).inputs}


def sample(full: str) -> list[Row]:
    table = series(full, tables(split_variant(full)[0], SAMPLES))
    return [(r["a"], r["b"], r["start"].year, r["value"]) for r in table.to_pylist()]


@pytest.fixture(scope="module")
def held(shared_data: Path) -> Callable[..., list[dict[str, Any]]]:
    """Rows of a measure of one pair from the held data; each is computed once."""
    known: dict[str, pa.Table] = {}

    def of(full: str, a: str, b: str, first: int = 0, last: int = 9999) -> list[dict[str, Any]]:
        if full not in known:
            known[full] = series(full, tables(split_variant(full)[0], shared_data))
        import pyarrow.compute as pc

        table = known[full]
        pair = table.filter(pc.and_(pc.equal(table.column("a"), a), pc.equal(table.column("b"), b)))
        return [r for r in pair.to_pylist() if first <= r["start"].year <= last]

    return of


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("migrants", "migrant_stock"), ("coauthored_papers", "coauthored_works"), ("joint papers", "coauthored_works"),
        ("alliance", "alliance_defence"),
    ],
)
def test_aliases_name_the_measure(said: str, name: str) -> None:
    assert measures.get(said).name == name


def test_a_variant_that_is_not_declared_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="has no variant"):
        measures.get("disputes:ended")


def test_shared_memberships_keep_a_coded_zero() -> None:
    assert ("RUS", "USA", 1992, 0.0) in sample("shared_igos")
    assert measures.get("shared_igos").absent is None and measures.get("shared_igos").coverage == "rows"


def test_an_obligation_of_both_needs_both() -> None:
    assert sample("alliance_defence") == [("CHN", "SUN", 1960, 1.0), ("DEU", "USA", 1990, 1.0)]
    assert sample("alliance_defence:either") == [("CHN", "SUN", 1960, 1.0), ("DEU", "USA", 1990, 1.0), ("FIN", "USA", 1960, 1.0)]
    assert ("CHN", "RUS", 2002, 1.0) not in sample("alliance_consultation")
    assert ("CHN", "RUS", 2002, 1.0) in sample("alliance_consultation:either")


def test_a_dispute_counts_in_each_year_and_as_onset_once() -> None:
    assert [r[2] for r in sample("disputes") if r[:2] == ("GRC", "TUR")] == [1980, 1981, 1990, 1992]
    assert [r[2] for r in sample("disputes:onset") if r[:2] == ("GRC", "TUR")] == [1980, 1990]


def test_migrants_run_from_origin_to_destination() -> None:
    assert sample("migrant_stock")[:3] == [("CHN", "RUS", 1990, 1000.0), ("CHN", "RUS", 1995, 1100.0), ("RUS", "CHN", 1995, 12.0)]


def test_investment_takes_the_investors_report_first_and_says_whose_it_is() -> None:
    table = series("fdi_stock_usd", tables("fdi_stock_usd", SAMPLES)).to_pylist()
    assert [(r["start"].year, r["value"], r["source"]) for r in table if (r["a"], r["b"]) == ("CHN", "RUS")] == [
        (2002, 30e6, "unctad_fdi:inward"), (2003, 50e6, "unctad_fdi:outward"),
    ]  # fmt: skip
    assert [r["value"] for r in table if r["b"] == "SRB"] == [-2.5e6]
    assert sample("fdi_stock_usd:inward") == [("CHN", "RUS", 2002, 30e6), ("CHN", "RUS", 2003, 40e6)]


def test_the_share_of_cooperation_is_of_both_directions_and_missing_without_events() -> None:
    table = series("events_cooperative_share", tables("events_cooperative_share", SAMPLES)).to_pylist()
    assert [(r["a"], r["b"], r["start"].year, r["value"], r["n"]) for r in table] == [("CHN", "FJI", 2014, 1.0, 3), ("CHN", "RUS", 2002, 0.9, 200)]


def test_event_counts_hold_their_zeros_and_are_public_no_earlier_than_the_data_set() -> None:
    assert sample("events_cooperation") == [("CHN", "FJI", 2002, 0.0), ("CHN", "FJI", 2014, 3.0), ("CHN", "RUS", 2002, 180.0)]
    assert sample("events_conflict") == [("CHN", "FJI", 2002, 0.0), ("CHN", "FJI", 2014, 0.0), ("CHN", "RUS", 2002, 20.0)]
    assert sample("events_conflict:material")[-1] == ("CHN", "RUS", 2002, 6.0)
    table = series("events_cooperation", tables("events_cooperation", SAMPLES)).to_pylist()
    assert [r["published"] for r in table] == [dt.date(2015, 3, 27), dt.date(2016, 1, 1), dt.date(2015, 3, 27)]


@pytest.mark.parametrize("name", ["events_cooperation", "events_conflict"])
def test_no_event_count_is_filled_with_zero_before_the_data_set_was_public(name: str) -> None:
    assert measures.get(name).absent is None


def test_distance_is_the_mean_of_both_directions_and_missing_where_it_is_not_weighted() -> None:
    assert sample("distance_km") == [("CHN", "RUS", 2004, pytest.approx(4000.02))]
    assert sample("distance_km:capitals") == [("CHN", "MAC", 2004, 2000.0), ("CHN", "RUS", 2004, 5100.0)]


def test_population_is_of_a_state_with_itself() -> None:
    assert sample("population")[0] == ("CHN", "CHN", 1960, 600.0)


@settings(deadline=None, max_examples=20)
@given(st.lists(st.tuples(st.sampled_from(["CHN", "USA", "FRA"]), st.sampled_from(["CHN", "USA", "FRA"]), *[st.integers(0, 50)] * 4), max_size=12))
def test_cooperation_and_conflict_add_up_to_n_in_any_order_of_rows(drawn: list[tuple[str, str, int, int, int, int]]) -> None:
    unique = list({(s, t): row for row in drawn if (s := row[0]) != (t := row[1])}.values())
    columns = ("source", "target", "verbal_coop", "material_coop", "verbal_conflict", "material_conflict")
    counts = pa.table({c: pa.array([r[i] for r in unique], pa.string() if i < 2 else pa.int64()) for i, c in enumerate(columns)})
    counts = counts.append_column("year", pa.array([2010] * len(unique), pa.int32()))
    mirrored = counts.rename_columns(["target", "source", *counts.column_names[2:]]).select(counts.column_names)
    share = {(r["a"], r["b"]): r for r in series("events_cooperative_share", {"icews_quadcounts": counts}).to_pylist()}
    good = {(r["a"], r["b"]): r["value"] for r in series("events_cooperation", {"icews_quadcounts": counts}).to_pylist()}
    bad = {(r["a"], r["b"]): r["value"] for r in series("events_conflict", {"icews_quadcounts": counts}).to_pylist()}
    for pair in {*share, *good, *bad}:
        n = good[pair] + bad[pair]
        assert (pair in share) == (n > 0)
        assert n == 0 or (share[pair]["n"] == n and share[pair]["value"] == pytest.approx(good[pair] / n))
    assert series("events_cooperation", {"icews_quadcounts": mirrored}).equals(series("events_cooperation", {"icews_quadcounts": counts}))


def test_china_and_russia_in_the_held_data(held: Callable[..., list[dict[str, Any]]]) -> None:
    assert [r["value"] for r in held("shared_igos", "CHN", "RUS") if r["start"].year in (2000, 2014)] == [50, 55]
    assert [r["value"] for r in held("shared_igos", "CHN", "SUN") if r["start"].year in (1975, 1991)] == [14, 33]
    assert held("shared_igos", "CHN", "RUS", 2014)[0]["published"] == dt.date(2014, 12, 31)
    assert not held("alliance_defence", "CHN", "RUS", 1992)
    assert [r["start"].year for r in held("alliance_nonaggression", "CHN", "RUS")] == list(range(1992, 2019))
    assert [r["start"].year for r in held("alliance_consultation", "CHN", "RUS")] == list(range(2001, 2019))
    assert held("disputes", "CHN", "RUS")[-1]["start"].year == 2012
    assert [r["value"] for r in held("coauthored_works", "CHN", "RUS") if r["start"].year in (1990, 2022)] == [56, 4768]
    assert held("coauthored_works", "CHN", "RUS", 2022)[0]["published"] == dt.date(2023, 7, 1)
    assert held("migrant_stock", "CHN", "RUS", 2020)[0]["value"] == 56_138
    assert round(held("distance_km", "CHN", "RUS")[0]["value"]) == 5507
    assert held("population", "RUS", "RUS", 2024)[0]["value"] == 143_533_851


def test_investment_of_china_in_russia_in_the_held_data(held: Callable[..., list[dict[str, Any]]]) -> None:
    rows = held("fdi_stock_usd", "CHN", "RUS", 2011)
    assert [(round(r["value"] / 1e6, 1), r["source"], r["published"]) for r in rows] == [
        (3763.6, "unctad_fdi:outward", dt.date(2013, 1, 1)), (4888.5, "unctad_fdi:outward", dt.date(2014, 1, 1)),
    ]  # fmt: skip
    assert round(held("fdi_stock_usd:inward", "CHN", "RUS", 2012)[0]["value"] / 1e9, 1) == 2.2
    assert held("fdi_stock_usd", "CHN", "RUS", 2002, 2002)[0]["source"] == "unctad_fdi:inward"


def test_events_of_china_and_russia_in_the_held_data(held: Callable[..., list[dict[str, Any]]]) -> None:
    rows = held("events_cooperative_share", "CHN", "RUS")
    assert [r["start"].year for r in rows] == list(range(2002, 2015))
    assert all(0.97 < r["value"] < 0.996 and r["n"] > 2_600 for r in rows)
    assert not held("events_cooperative_share", "CHN", "TUR") and not held("events_conflict", "GRC", "TUR")


def test_disputes_of_greece_and_turkey_in_the_held_data(held: Callable[..., list[dict[str, Any]]]) -> None:
    assert sum(r["value"] for r in held("disputes:onset", "GRC", "TUR", 1974)) == 21
    assert sum(r["value"] for r in held("disputes", "GRC", "TUR", 1974)) == 31
