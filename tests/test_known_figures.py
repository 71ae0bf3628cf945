"""More known figures of the full store: the reference's numbers of roll calls, and the session in which a seat changed hands."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import comity


@pytest.fixture(scope="module")
def full(full_home: Path) -> comity.Store:
    return comity.open(full_home)


@pytest.fixture(scope="module")
def reference(shared: Path) -> dict[int, dict[str, float]]:
    with (shared / "golden" / "chn_rus_similarity_by_session.csv").open(encoding="utf-8") as stream:
        return {int(r["session"]): {k: float(v) for k, v in r.items()} for r in csv.DictReader(stream)}


def test_roll_calls_counted_are_those_of_the_reference(full: comity.Store, reference: dict[int, dict[str, float]]) -> None:
    """By seat from session 27 on; session 26 of the reference is the People's Republic's alone, after 25 October 1971."""
    seat = {r["start"].year - 1945: r for r in full.series("vote_agreement", dyad=("CHN", "RUS"), seat=True).to_pylist()}
    assert {s: seat[s]["n"] for s in reference if s > 26} == {s: r["n"] for s, r in reference.items() if s > 26}
    (own,) = full.series("vote_agreement", dyad=("CHN", "SUN"), start=1971, stop=1971).to_pylist()
    assert own["n"] == reference[26]["n"] and own["value"] == pytest.approx(reference[26]["agree"], abs=1e-6)


def test_the_session_of_1971_by_seat_is_both_governments_weighed_by_roll_calls(full: comity.Store) -> None:
    def cell(a: str, b: str, **options: bool) -> tuple[float, int]:
        (row,) = full.series("vote_agreement", dyad=(a, b), start=1971, stop=1971, **options).to_pylist()
        return row["value"], row["n"]

    (people, n), (republic, m) = cell("CHN", "SUN"), cell("TWN", "SUN")
    assert cell("CHN", "RUS", seat=True) == (pytest.approx((people * n + republic * m) / (n + m), abs=1e-12), n + m)


def test_vetoes_of_the_successor_begin_in_1992(full: comity.Store) -> None:
    assert full.series("joint_vetoes", dyad=("CHN", "RUS"))["start"].to_pylist()[0].year == 1992
    assert full.series("joint_vetoes", dyad=("CHN", "SUN"))["start"].to_pylist()[-1].year == 1991


@pytest.mark.parametrize(("alias", "name"), [("student_stock", "students"), ("migrants", "migrant_stock"), ("coauthored_papers", "coauthored_works")])
def test_aliases_of_the_contract(full: comity.Store, alias: str, name: str) -> None:
    assert full.series(alias, dyad=("CHN", "RUS")).equals(full.series(name, dyad=("CHN", "RUS")))
