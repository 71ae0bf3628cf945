"""The measures of diplomacy, opinion and institutions: made samples by hand, held data against the figures they are known by."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from comity import build, measures, sources
from comity.core import split_variant
from comity.reading import Raw

pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")
"""Ibis 12 calls DuckDB's deprecated name."""
SAMPLES = Path(__file__).parent / "samples"
INPUTS = {
    "leader_visits": "colt_visits", "leader_trips_abroad": "colt_travel", "leader_visits_received": "colt_travel",
    "leader_engagements": "china_vitae",
    "diplomatic_representation": "cow_diplomacy", "joint_drafts": "third_committee", "debate_speech_words": "un_debate",
    "debate_mentions": "un_debate", "speaker_is_leader": "un_debate", "visa_free": "passport_index", "visa_free_days": "passport_index",
    "favourable_view": "pew_views", "igos_joined": "cow_igo", "shared_groups": "group_membership", "alliance_offence": "atop",
    "alliance_neutrality": "atop",
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
def held(shared_data: Path) -> Callable[..., dict[int, float]]:
    """Values by year of a measure of one pair from the held data; each is computed once."""
    known: dict[str, pa.Table] = {}

    def of(full: str, a: str, b: str) -> dict[int, float]:
        if full not in known:
            known[full] = series(full, tables(split_variant(full)[0], shared_data))
        table = known[full]
        pair = table.filter(pc.and_(pc.equal(table.column("a"), a), pc.equal(table.column("b"), b)))
        return {r["start"].year: r["value"] for r in pair.to_pylist()}

    return of


@pytest.mark.parametrize(
    ("full", "expected"),
    [
        ("leader_visits", [("CHN", "RUS", 2018, 3), ("CHN", "RUS", 2020, 0), ("CHN", "USA", 2018, 1), ("JPN", "TGO", 2019, 4)]),
        ("leader_trips_abroad", [("CHN", "CHN", 2000, 5), ("SUN", "SUN", 1991, 7)]),
        ("leader_visits_received", [("CHN", "CHN", 2000, 11), ("SGP", "SGP", 1994, 3), ("SUN", "SUN", 1991, 7)]),
        (
            "leader_engagements",
            [("CHN", "DMA", 2016, 1), ("CHN", "DOM", 2016, 1), ("CHN", "GBR", 2012, 1), ("CHN", "RUS", 2010, 2), ("CHN", "RUS", 2018, 1)],
        ),
        ("joint_drafts", [
            ("BRA", "CHN", 2023, 1), ("BRA", "RUS", 2023, 1), ("CHN", "CUB", 2023, 1), ("CHN", "RUS", 2023, 2), ("CUB", "RUS", 2023, 1),
        ]),
        ("joint_drafts:initial", [("CHN", "RUS", 2023, 1), ("CUB", "RUS", 2023, 1)]),
        ("visa_free", [
            ("AFG", "RUS", 2020, 0), ("CHN", "RUS", 2021, 0), ("CHN", "RUS", 2022, 0), ("CHN", "RUS", 2025, 1), ("CHN", "RUS", 2026, 1),
            ("HKG", "RUS", 2025, 1), ("RUS", "CHN", 2020, 0), ("RUS", "CHN", 2021, 0), ("RUS", "CHN", 2022, 0), ("RUS", "CHN", 2024, 0),
            ("RUS", "CHN", 2025, 1),
        ]),
        ("visa_free:on_arrival", [
            ("CHN", "RUS", 2021, 1), ("CHN", "RUS", 2022, 1), ("CHN", "RUS", 2025, 1), ("CHN", "RUS", 2026, 1), ("HKG", "RUS", 2025, 1),
            ("RUS", "CHN", 2021, 0), ("RUS", "CHN", 2022, 0), ("RUS", "CHN", 2024, 0), ("RUS", "CHN", 2025, 1),
        ]),
        ("favourable_view", [("CHN", "RUS", 2005, 0.64), ("RUS", "CHN", 2005, 0.5)]),
        ("favourable_view:unfavourable", [("CHN", "RUS", 2005, 0.2), ("RUS", "CHN", 2005, 0.3)]),
        ("speaker_is_leader", [("CHN", "CHN", 2024, 0), ("CUB", "CUB", 2024, 0), ("SWE", "SWE", 2024, 1)]),
    ],
)  # fmt: skip
def test_measures_of_the_made_samples(full: str, expected: list[Row]) -> None:
    assert sample(full) == expected


def test_groups_that_both_belong_to_are_marked_unverified() -> None:
    table = series("shared_groups", tables("shared_groups", SAMPLES))
    found = {(r["a"], r["b"], r["start"].year): r["value"] for r in table.to_pylist()}
    assert found["CHN", "RUS", 2008] == 1 and found["CHN", "RUS", 2009] == 2 and found["FRA", "RUS", 2013] == 1
    assert ("FRA", "RUS", 2014) not in found
    assert set(table.column("source").to_pylist()) == {"group_membership:unverified"}


def test_a_speech_that_does_not_name_a_speaker_counts_nought() -> None:
    found = series("debate_mentions", tables("debate_mentions", SAMPLES)).to_pylist()
    by_pair = {(r["a"], r["b"], r["start"].year): (r["value"], r["n"]) for r in found}
    assert by_pair["RUS", "CHN", 2024] == (0, 5) and by_pair["CHN", "RUS", 2024][0] == 2 and by_pair["CHN", "GIN", 2024][0] == 0
    assert by_pair["SUN", "CHN", 1961][0] == 2 and ("SUN", "RUS", 1961) not in by_pair and ("CUB", "CHN", 2024) not in by_pair


def test_the_standard_error_is_that_of_a_simple_sample() -> None:
    rows = series("favourable_view", tables("favourable_view", SAMPLES)).to_pylist()
    assert [(r["n"], r["se"]) for r in rows] == [(900, 0.016), (1000, 0.0158)]


def test_a_snapshot_is_public_on_its_day() -> None:
    rows = series("visa_free", tables("visa_free", SAMPLES)).to_pylist()
    assert {r["start"].year: r["published"] for r in rows}[2026] == dt.date(2026, 2, 17)


@pytest.mark.parametrize(
    ("full", "a", "b", "expected"),
    [
        ("leader_visits", "CHN", "RUS", {2018: 2, 2019: 2, 2022: 1, 2023: 2, 2024: 2}),
        ("leader_engagements", "CHN", "RUS", {2010: 36, 2017: 17, 2018: 13}),
        ("leader_trips_abroad", "CHN", "CHN", {1990: 1, 2019: 12}),
        ("leader_visits_received", "RUS", "RUS", {1992: 44, 2019: 95}),
        ("diplomatic_representation", "RUS", "CHN", {1995: 1, 2000: 1}),
        ("diplomatic_representation:rank", "CHN", "RUS", {2000: 3}),
        ("diplomatic_representation", "USA", "VCT", {2000: 0}),
        ("joint_drafts", "CHN", "RUS", {2023: 11}),
        ("visa_free", "RUS", "CHN", {2020: 0, 2025: 0, 2026: 1}),
        ("visa_free_days", "CHN", "RUS", {2024: 0, 2026: 30}),
        ("visa_free_days", "DEU", "CHN", {2023: 0, 2024: 15, 2025: 30}),
        ("favourable_view", "RUS", "CHN", {2005: 0.598, 2019: 0.714}),
        ("favourable_view", "CHN", "RUS", {2014: 0.657}),
        ("shared_groups", "CHN", "RUS", {1998: 1, 2000: 2, 2001: 3, 2009: 4, 2025: 4}),
        ("igos_joined", "RUS", "RUS", {2014: 88}),
        ("alliance_neutrality", "DEU", "RUS", {1888: 1}),
    ],
)
def test_the_held_figures(held: Callable[..., dict[int, float]], full: str, a: str, b: str, expected: dict[int, float]) -> None:
    found = held(full, a, b)
    assert {year: found.get(year) for year in expected} == {year: pytest.approx(value) for year, value in expected.items()}
