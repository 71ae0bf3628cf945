"""Measures of single acts by direction, on the held data: known figures of the sources, splices, and what is never filled."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

from comity import measures
from comity.models.event_scores import answer
from from_files import Files

NAMES = ("acts", "acts_cooperative_share", "acts_share_of_world", "acts_tone", "relations_level", "acts_initiative", "acts_reciprocity")


@lru_cache(maxsize=1)
def held(folder: Path) -> Files:
    return Files(folder)


def test_china_and_the_soviet_union_as_weis_has_them(shared_data: Path) -> None:
    for year, tone, n in ((1967, -3.17, 100), (1969, -2.54, 162), (1980, -2.94, 25), (1983, 1.26, 51), (1985, 2.0, 38), (1989, 2.33, 20)):
        found = [r for a, b in (("CHN", "SUN"), ("SUN", "CHN")) for r in held(shared_data).rows("acts_tone:sum", a, b, year, year)]
        assert sum(r["n"] for r in found) == n and sum(r["value"] for r in found) / n == pytest.approx(tone, abs=0.005)
    (war,) = held(shared_data).rows("events_goldstein", "IND", "PAK", 1971, 1971)
    assert war["n"] == 391 and war["value"] == pytest.approx(-5.6, abs=0.05)


@pytest.mark.parametrize(("a", "b", "monthly", "yearly"), [
    ("USA", "SUN", 0.51, 0.66), ("SUN", "USA", 0.64, 0.87), ("ISR", "EGY", 0.76, 0.94), ("EGY", "ISR", 0.69, 0.87),
])  # fmt: skip
def test_weis_and_copdab_agree_as_known(shared_data: Path, a: str, b: str, monthly: float, yearly: float) -> None:
    weis = {r["start"]: r["value"] for r in held(shared_data).rows("acts_tone", a, b, 1966, 1978)}
    azar = {r["start"]: r["value"] for r in held(shared_data).rows("copdab_score", a, b, 1966, 1978)}
    months = sorted(weis.keys() & azar.keys())
    assert np.corrcoef([weis[m] for m in months], [azar[m] for m in months])[0, 1] == pytest.approx(monthly, abs=0.006)
    means = [[float(np.mean([s[m] for m in months if m.year == y])) for y in range(1966, 1979)] for s in (weis, azar)]
    assert np.corrcoef(*means)[0, 1] == pytest.approx(yearly, abs=0.006)


def test_icews_counts_are_as_known_between_china_and_russia_and_others(shared_data: Path) -> None:
    for a, b in (("CHN", "RUS"), ("RUS", "CHN")):
        found = held(shared_data).rows("acts", a, b, 2002, 2014)
        assert len(found) == 13 and all(1_333 <= r["value"] <= 3_637 for r in found) and {r["source"] for r in found} == {"icews_years"}
        assert all(0.965 <= r["value"] <= 0.997 for r in held(shared_data).rows("acts_cooperative_share", a, b, 2002, 2014))
    of_india = {r["start"].year: r["value"] for r in held(shared_data).rows("acts_cooperative_share", "IND", "PAK", 2002, 2004)}
    assert of_india[2002] == pytest.approx(0.43, abs=0.005) and of_india[2004] == pytest.approx(0.89, abs=0.005)
    of_the_us = [r["value"] for r in held(shared_data).rows("acts_cooperative_share", "USA", "CHN", 2002, 2014)]
    assert min(of_the_us) == pytest.approx(0.85, abs=0.005) and max(of_the_us) == pytest.approx(0.96, abs=0.005)


def test_a_pair_and_year_has_one_source_and_classes_add_up(shared_data: Path) -> None:
    every = held(shared_data).table("acts")
    pairs: dict[tuple[str, str, int], set[str]] = {}
    for r in every.select(["a", "b", "start", "source"]).to_pylist():
        pairs.setdefault((min(r["a"], r["b"]), max(r["a"], r["b"]), r["start"].year), set()).add(r["source"])
    assert all(len(s) == 1 for s in pairs.values())
    whole = sum(every.column("value").to_pylist())
    parts = [sum(held(shared_data).table(f"acts:{c}").column("value").to_pylist()) for c in measures.get("acts").variants]
    assert sum(parts) == whole


def test_shares_of_the_world_add_up_to_one_a_year_and_source(shared_data: Path) -> None:
    totals: Counter[tuple[str, int]] = Counter()
    for r in held(shared_data).table("acts_share_of_world").to_pylist():
        totals[r["source"], r["start"].year] += r["value"]
    assert len(totals) == 13 + 27 and all(v == pytest.approx(1) for v in totals.values())


def test_what_no_source_has_a_row_of_is_no_row(shared_data: Path) -> None:
    assert held(shared_data).rows("acts", "TUR", "RUS", 2002, 2014) and not held(shared_data).rows("acts", "TUR", "BRA", 2003, 2014)
    assert not held(shared_data).rows("acts_tone", "CHN", "USA", 1993, 2004)
    zero = [r for r in held(shared_data).table("acts").to_pylist() if r["value"] == 0]
    assert {r["source"] for r in zero} == {"icews_years"}
    assert all(r["n"] > 0 for name in ("acts_cooperative_share", "acts_tone", "relations_level") for r in held(shared_data).table(name).to_pylist())


def test_the_level_falls_in_war_and_keeps_its_scale(shared_data: Path) -> None:
    found = {r["start"]: r["value"] for r in held(shared_data).rows("relations_level", "IND", "PAK", 1970, 1972)}
    assert found[dt.date(1971, 12, 1)] < found[max(m for m in found if m < dt.date(1971, 3, 1))] - 2
    sun = [r["value"] for r in held(shared_data).rows("relations_level", "CHN", "SUN")]
    assert min(sun) < -3 and sun[-1] > 6


def test_who_begins_adds_up_to_one_and_answers_are_the_models(shared_data: Path) -> None:
    begun = held(shared_data)
    one, other = ({r["start"]: r for r in begun.rows("acts_initiative", a, b)} for a, b in (("CHN", "USA"), ("USA", "CHN")))
    assert one.keys() == other.keys() and all(one[y]["value"] + other[y]["value"] == pytest.approx(1) and one[y]["n"] == other[y]["n"] for y in one)
    (got,) = begun.rows("acts_reciprocity", "SUN", "USA")
    months = [dt.date(y, m, 1) for y in range(1966, 1992) for m in range(1, 13)]
    tones = [{r["start"]: r["value"] for r in begun.rows("acts_tone", a, b, 1966, 1991)} for a, b in (("USA", "SUN"), ("SUN", "USA"))]
    y, x = ([t.get(m, float("nan")) for m in months] for t in tones)
    known = answer(y, x)
    assert known is not None and got["value"] == pytest.approx(known.estimate, abs=1e-9) and got["n"] == known.n


def test_they_stand_in_no_family_and_say_their_source_of_method() -> None:
    for name in NAMES:
        declared = measures.get(name)
        assert declared.evidence is None and "Source of the method" in declared.doc
