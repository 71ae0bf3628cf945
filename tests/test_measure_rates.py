"""Rates of meetings and visits by hand, and their errors against the exact interval."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from comity import measures, sources
from comity.measures import rates


def series(counts: Mapping[tuple[str, str, int], float]) -> pa.Table:
    starts = pa.array([dt.date(y, 1, 1) for _, _, y in counts], pa.date32())
    return pa.table({"a": [a for a, _, _ in counts], "b": [b for _, b, _ in counts], "start": starts, "value": list(map(float, counts.values()))})


def told(table: pa.Table) -> dict[int, tuple[float, int, float]]:
    return {r["start"].year: (r["value"], r["n"], r["se"]) for r in table.to_pylist()}


def test_meetings_by_hand() -> None:
    """Counts of the held list; 2020 and 2021 without a row are years without a meeting; 2026 still runs."""
    held = {2013: 4, 2014: 5, 2015: 4, 2016: 5, 2017: 5, 2018: 4, 2019: 2, 2022: 2, 2023: 2, 2024: 3, 2025: 2, 2026: 1}
    found = told(rates.leader_meetings_rate(series({("CHN", "RUS", y): v for y, v in held.items()})))
    assert {y: v[0] for y, v in found.items()} == {
        2017: 4.6, 2018: 4.6, 2019: 4.0, 2020: 3.2, 2021: 2.2, 2022: 1.6, 2023: 1.2, 2024: 1.4, 2025: 1.8,
    }  # fmt: skip
    assert found[2017][1:] == (23, pytest.approx(math.sqrt(23) / 5)) and found[2025][1:] == (9, pytest.approx(3 / 5))


def test_five_years_of_silence_are_nought_with_an_error() -> None:
    found = told(rates.leader_meetings_rate(series({("CHN", "RUS", 2013): 2})))
    assert found[2017] == (0.4, 2, pytest.approx(math.sqrt(2) / 5))
    assert sorted(found) == list(range(2017, 2026)) and found[2018] == found[2025] == (0.0, 0, rates.SE_OF_NONE / 5)
    assert rates.leader_meetings_rate(series({})).num_rows == 0


def test_visits_need_three_rows() -> None:
    counts = {("CHN", "USA", y): v for y, v in ((2018, 1), (2019, 0), (2020, 2), (2022, 1), (2023, 0), (2024, 0))}
    counts |= {("JPN", "USA", y): 0 for y in (2018, 2019, 2020, 2021)}
    found = rates.leader_visits_rate(series(counts))
    assert told(found.filter(pc.equal(found.column("a"), "CHN"))) == {
        2020: (1.0, 3, pytest.approx(math.sqrt(3) / 3)),
        2024: (1 / 3, 1, pytest.approx(1 / 3)),
    }
    none = (0.0, 0, rates.SE_OF_NONE / 3)
    assert told(found.filter(pc.equal(found.column("a"), "JPN"))) == {2020: none, 2021: none}


def test_the_error_of_none_is_that_of_the_exact_interval() -> None:
    """Garwood 1936: the 95 % limits of a count of 0 are 0 and 3.69, half of the chi-squared quantiles of 0 and 2 degrees of freedom."""
    chi2 = pytest.importorskip("scipy.stats").chi2
    assert pytest.approx(chi2.ppf(0.975, 2) / 2 / 2 / 1.96) == rates.SE_OF_NONE
    assert pytest.approx(3.69, abs=0.005) == rates.SE_OF_NONE * 2 * 1.96


def test_the_years_are_those_that_the_source_covers() -> None:
    covered = sources.get("leader_meetings").coverage
    assert (covered.first, covered.last) == rates.MEETINGS_COVERED


@pytest.mark.parametrize(("name", "base"), [("leader_meetings_rate", "leader_meetings"), ("leader_visits_rate", "leader_visits")])
def test_a_rate_is_of_the_kind_of_its_base_and_no_evidence_of_its_own(name: str, base: str) -> None:
    rate, counted = measures.get(name), measures.get(base)
    assert (rate.kind, rate.domain, rate.symmetric) == (counted.kind, counted.domain, counted.symmetric) and rate.inputs == (base,)
    assert f"`{base}`" in rate.because and "never a second piece of evidence" in rate.because
