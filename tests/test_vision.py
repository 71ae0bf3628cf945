"""Ideal points as measures, commands and a part of the page: by brute force on made draws, and on the held votes."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import comity
from comity import cli
from comity.analysis import vision
from comity.core import NotHeldError, UsageError
from comity.measures.vision import PERMANENT, ideal_point, ideal_point_distance, vision_gap_probability

STATES = ("BRA", "CHN", "FRA", "IND", "RUS", "USA")
DRAWS = 40


def made(seed: int, sessions: tuple[int, ...] = (73, 76)) -> tuple[pa.Table, pa.Table, pa.Table, dict[tuple[str, int], Any]]:
    rng = np.random.default_rng(seed)
    held = {(s, t): rng.normal(rng.normal(), 0.5, DRAWS).astype(np.float32) for s in STATES for t in sessions if (s, t) != ("IND", sessions[0])}
    keys = sorted(held)
    points = pa.table(
        {
            "issue": [""] * len(keys), "state": [s for s, _ in keys], "session": pa.array([t for _, t in keys], pa.int16()),
            "n": pa.array([50 + k for k in range(len(keys))], pa.int32()), "mean": [float(held[k].mean()) for k in keys],
            "sd": [float(held[k].std(ddof=1)) for k in keys],
        }
    )  # fmt: skip
    draws = pa.table(
        {
            "state": np.repeat([s for s, _ in keys], DRAWS), "session": pa.array(np.repeat([t for _, t in keys], DRAWS), pa.int16()),
            "draw": pa.array(np.tile(np.arange(DRAWS), len(keys)), pa.int16()), "value": np.concatenate([held[k] for k in keys]),
        }
    )  # fmt: skip
    return points, draws, pa.table({"date": [dt.date(2025, 10, 29)]}), held


@pytest.mark.parametrize("seed", range(3))
def test_distances_and_probabilities_are_those_of_each_pair_taken_alone(seed: int) -> None:
    points, draws, fit, held = made(seed)
    distance = {(r["a"], r["b"], r["start"].year - 1945): r for r in ideal_point_distance(points, draws, fit).to_pylist()}
    near = {(r["a"], r["b"], r["start"].year - 1945): r for r in vision_gap_probability(draws, fit).to_pylist()}
    for t in (73, 76):
        there = [s for s in STATES if (s, t) in held]
        assert {(a, b) for a, b, s in distance if s == t} == set(combinations(there, 2))
        for a, b in combinations(there, 2):
            x, y = (held[s, t].astype(float) for s in (a, b))
            row = distance[a, b, t]
            assert row["value"] == pytest.approx(abs(x.mean() - y.mean()), abs=6e-4) and row["se"] == pytest.approx((x - y).std(ddof=1), abs=1e-3)
            assert row["source"] == ("un_ideal_points:voeten_votes" if t == 73 else "un_ideal_points:un_assembly")
            others = [held[r, t].astype(float) for r in PERMANENT if r not in (a, b) and (r, t) in held]
            p = np.mean([all(abs(x[k] - y[k]) < min(abs(x[k] - r[k]), abs(y[k] - r[k])) for r in others) for k in range(DRAWS)])
            assert near[a, b, t]["value"] == pytest.approx(p, abs=6e-4)


def test_the_error_of_a_distance_counts_what_both_share() -> None:
    points, draws, fit, _ = made(1)
    shared = np.repeat(np.random.default_rng(0).normal(0, 3, (1, DRAWS)), draws.num_rows // DRAWS, axis=0).ravel()
    moved = draws.set_column(3, "value", pa.array(draws.column("value").to_numpy() + shared))
    one, other = (ideal_point_distance(points, d, fit).column("se").to_numpy() for d in (draws, moved))
    assert np.allclose(one, other, atol=2e-3)


def test_without_a_fit_the_measures_are_empty_and_whole() -> None:
    points, draws, fit, _ = made(0)
    for table in (ideal_point(points[:0], fit[:0]), ideal_point_distance(points[:0], draws[:0], fit[:0]), vision_gap_probability(draws[:0], fit[:0])):
        assert table.num_rows == 0 and {"a", "b", "start", "value", "se", "n", "source", "published"} == set(table.column_names)


def test_standings_by_hand() -> None:
    _, _, _, held = made(2, (75, 76))
    paths = {
        s: vision.Path(
            state=s, sessions=(75, 76), holders=(s, s), n=(10, 10), means=(0.0, {"CHN": 1.0, "RUS": 3.0, "USA": 9.0}[s]),
            draws=np.column_stack([held[s, t].astype(float) for t in (75, 76)]),
        )
        for s in ("CHN", "RUS", "USA")
    }  # fmt: skip
    row = vision.standings(paths, "CHN", "RUS", references=("USA",))[1]
    x, y, r = (held[s, 76].astype(float) for s in ("CHN", "RUS", "USA"))
    assert (row.a, row.b, row.distance) == (1.0, 3.0, 2.0) and row.low == pytest.approx(np.quantile(abs(x - y), 0.05))
    assert row.p_above == pytest.approx((x > y).mean()) and row.references == ("USA",)
    assert row.p_nearer == pytest.approx(((abs(x - y) < abs(x - r)) & (abs(x - y) < abs(y - r))).mean())
    assert vision.standings(paths, "CHN", "RUS", references=())[0].p_nearer is None
    moved = abs(x - y) - abs(held["CHN", 75].astype(float) - held["RUS", 75].astype(float))
    assert vision.change(paths, "CHN", "RUS", 75, 76) == (pytest.approx(moved.mean()), pytest.approx((moved < 0).mean()))
    with pytest.raises(UsageError, match="no ideal point"):
        vision.standings(paths, "CHN", "TUV")


def test_a_seat_is_no_third_where_one_of_the_two_holds_it() -> None:
    draws = np.random.default_rng(1).normal(size=(20, 1))
    held = {
        code: vision.Path(state=code, sessions=(45,), holders=(who,), n=(10,), means=(shift,), draws=draws + shift)
        for code, who, shift in (("SUN", "SUN", 0.0), ("USA", "USA", 3.0), ("RUS", "SUN", 0.0), ("CHN", "CHN", -1.0))
    }
    assert vision.standings(held, "SUN", "USA")[0].references == ("CHN",)
    assert vision.standings(held, "CHN", "USA")[0].references == ("SUN",)


@pytest.fixture(scope="module")
def full(full_home: Path) -> comity.Store:
    pytest.importorskip("numba")
    return comity.open(full_home)


def test_the_held_votes_place_states_as_published(full: comity.Store) -> None:
    usa = {r["start"].year: r["value"] for r in full.series("ideal_point", state="USA").to_pylist()}
    russia = {r["start"].year: r for r in full.series("ideal_point", state="RUS").to_pylist()}
    assert all(v > 2.5 for y, v in usa.items() if 1980 <= y <= 2024)
    assert max(russia) == 2025 and russia[2021]["value"] - russia[2022]["value"] > 1 and min(russia) == 1992
    whole = full.series("ideal_point").to_pylist()
    assert np.mean([r["value"] for r in whole]) == pytest.approx(0, abs=0.02) and np.std([r["value"] for r in whole]) == pytest.approx(1, abs=0.03)
    assert {r["source"] for r in whole if r["start"].year <= 2019} == {"un_ideal_points:voeten_votes"}


def test_russias_step_is_found_and_few_others(full: comity.Store) -> None:
    found = max(full.steps("RUS"), key=lambda s: s.p_largest)
    assert found.session == 77 and found.p_largest > 0.9 and found.step < -1 and not found.seam
    assert [s.session for s in full.steps("USA") if s.seam] == [75]


def test_what_is_smoothed_is_not_known_before_the_fit(full: comity.Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert full.series("ideal_point", state="USA", as_of=dt.date(2015, 1, 1)).num_rows == 0
    assert full.profile("CHN", "RUS", as_of=dt.date(2015, 1, 1)).vision is None
    with pytest.raises(SystemExit):
        cli.main(["--home", str(full.home), "series", "ideal_point", "--state", "USA", "--as-of", "2015-01-01"])
    assert "no rows so early; the first of 79 was published on 2025-10-29" in capsys.readouterr().err


def test_the_command_and_the_measure_ask_the_same_of_the_same_members(full: comity.Store) -> None:
    measured = {r["start"].year - 1945: r for r in full.series("vision_gap_probability", dyad=("FRA", "USA")).to_pylist()}
    rows = {r.session: r for r in full.vision("FRA", "USA")}
    assert set(rows) == set(measured) and rows[40].references == ("GBR", "SUN", "CHN") and rows[20].references == ("GBR", "SUN", "TWN")
    assert all(r.p_nearer == pytest.approx(measured[t]["value"], abs=6e-4) for t, r in rows.items())
    far = {r["start"].year - 1945: r["value"] for r in full.series("ideal_point_distance", dyad=("FRA", "USA")).to_pylist()}
    assert all(r.distance == pytest.approx(far[t], abs=6e-4) for t, r in rows.items())


def test_the_commands(full: comity.Store, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*arguments: str) -> str:
        with pytest.raises(SystemExit) as done:
            cli.main(["--home", str(full.home), *arguments, "--format", "csv"])
        assert not done.value.code, capsys.readouterr().err
        return capsys.readouterr().out

    rows = list(csv.DictReader(io.StringIO(run("vision", "France", "USA", "--from-session", "70"))))
    assert {r["references"] for r in rows} == {"GBR RUS CHN"} and all(float(r["low"]) <= float(r["distance"]) <= float(r["high"]) for r in rows)
    one = list(csv.DictReader(io.StringIO(run("vision", "CHN", "RUS", "--reference", "USA", "--from-session", "79"))))
    assert float(one[0]["p_nearer"]) > 0.95
    assert run("steps", "RUS", "--top", "1").splitlines()[1].startswith("RUS,77,")
    assert run("dividing", "--session", "79", "--with", "CHN", "RUS", "--top", "3").splitlines()[0] == "date,symbol,title,divides,sd,votes,CHN,RUS"
    with pytest.raises(UsageError, match="third state"):
        full.vision("CHN", "RUS", reference="China")
    with pytest.raises(UsageError, match="no roll call"):
        full.dividing(19)


def test_the_part_of_the_page(full: comity.Store) -> None:
    from comity.report import html, plain

    profile = full.profile("FRA", "USA")
    assert profile.vision is not None and [t.state for t in profile.vision.tracks if t.main] == ["FRA", "USA"]
    assert {t.state for t in profile.vision.tracks if not t.main} == {"GBR", "RUS", "CHN"}
    said = " ".join(profile.vision.statement)
    assert "stood higher" in said and "90% band" in said
    page = html.render(profile)
    assert "Common vision" in page and page.count('id="p-vision"') == 1
    assert json.loads(json.dumps(plain.to_dict(profile)))["vision"]["tracks"][0]["state"] == "FRA"
    assert full.profile("FRA", "USA", start=2020).vision.tracks[0].points[0][0].year == 2020  # type: ignore[union-attr]


def test_without_tables_the_command_names_what_would_give_them(home: Path) -> None:
    with pytest.raises(NotHeldError, match="un_ideal_points"):
        comity.open(home).vision("CHN", "RUS")
