"""A level with memory, who begins, who answers: the properties that their authors state, and worlds made to have a known answer."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.core import UsageError
from comity.models import event_scores as scores

LEVELS = st.floats(-9, 9)
IMPACTS = st.floats(-9, 9)


@given(LEVELS, st.lists(IMPACTS, max_size=60))
def test_a_level_never_leaves_its_scale(start: float, impacts: list[float]) -> None:
    assert all(-9 <= level <= 9 for level in scores.levels(impacts, start=start))


@given(st.tuples(LEVELS, LEVELS).filter(lambda p: abs(p[0] - p[1]) > 1e-6), st.floats(1e-3, 9))
def test_a_good_act_counts_less_where_relations_are_good_and_a_bad_one_more(pair: tuple[float, float], size: float) -> None:
    worse, better = sorted(pair)
    assert scores.moved(better, size) - better < scores.moved(worse, size) - worse
    assert better - scores.moved(better, -size) > worse - scores.moved(worse, -size)


@given(LEVELS, IMPACTS)
def test_an_act_moves_the_level_its_own_way_by_the_published_rule(level: float, impact: float) -> None:
    after = scores.moved(level, impact)
    assert after >= level if impact >= 0 else after <= level
    wanted = (9 - level) / 9 * impact if impact >= 0 else (9 + level) / 9 * impact
    assert after - level == pytest.approx(wanted, abs=1e-12)


@given(LEVELS, st.floats(0, 9))
def test_good_and_bad_mirror_each_other(level: float, impact: float) -> None:
    assert scores.moved(level, impact) == pytest.approx(-scores.moved(-level, -impact), abs=1e-12)


def test_without_an_act_the_level_stays_and_outside_is_refused() -> None:
    assert scores.levels([], start=3.0).tolist() == [] and scores.levels([0.0, 0.0], start=3.0).tolist() == [3.0, 3.0]
    for level, impact in ((9.1, 0.0), (0.0, 9.1), (math.nan, 0.0)):
        with pytest.raises(UsageError):
            scores.moved(level, impact)


def test_many_like_acts_come_to_the_balance_of_their_weights() -> None:
    mixed = np.tile([0.3, 0.3, -0.2], 400)
    assert scores.levels(mixed)[-30:].mean() == pytest.approx(9 * (0.6 - 0.2) / (0.6 + 0.2), abs=0.1)


@pytest.mark.parametrize(("level", "grade"), [
    (-9, "confrontation"), (-6.01, "confrontation"), (-6, "tension"), (-3, "discord"), (-0.01, "discord"),
    (0, "normal"), (3, "good"), (6, "friendly"),
    (9, "friendly"),
])  # fmt: skip
def test_the_six_grades(level: float, grade: str) -> None:
    assert scores.grade(level) == grade


def test_an_episode_begins_after_quiet_days_and_the_first_of_all_is_not_known() -> None:
    found = scores.begun([0, 50, 51, 200], [10, 49, 120, 200, 260])
    assert found == [(49, "second"), (120, "second"), (200, "together"), (260, "second")]
    told = scores.count(found)
    assert (told.first, told.second, told.together, told.n, told.share) == (0, 3, 1, 3, 0.0)
    assert scores.count([]).share is None and scores.count([]).se is None and scores.count([]).band == (0.0, 1.0)
    with pytest.raises(UsageError):
        scores.begun([1], [2], quiet=0)


@given(st.sets(st.integers(0, 2000), max_size=60), st.sets(st.integers(0, 2000), max_size=60), st.integers(1, 90))
def test_changing_sides_changes_who_began(one: set[int], other: set[int], quiet: int) -> None:
    mine, theirs = (scores.count(scores.begun(list(x), list(y), quiet=quiet)) for x, y in ((one, other), (other, one)))
    assert (mine.first, mine.second, mine.together) == (theirs.second, theirs.first, theirs.together)
    low, high = mine.band
    assert 0 <= low <= high <= 1 and (mine.share is None or low - 1e-9 <= mine.share <= high + 1e-9)


def _persistent(rng: np.random.Generator, n: int, noise: float = 1.0) -> np.ndarray:
    x = np.zeros(n)
    for t in range(1, n):
        x[t] = 0.6 * x[t - 1] + rng.normal(0, noise)
    return x


def test_an_answer_that_is_there_is_found_and_its_slope_is_right() -> None:
    rng = np.random.default_rng(1)
    x = _persistent(rng, 300)
    y = np.zeros(300)
    for t in range(1, 300):
        y[t] = 0.3 * y[t - 1] + 0.5 * x[t - 1] + rng.normal()
    found = scores.answer(y, x)
    assert found is not None and found.outside and found.p < 0.02 and found.estimate == pytest.approx(0.5, abs=0.15) and found.n == 299


def test_two_persistent_series_without_a_tie_are_called_one_no_more_often_than_said() -> None:
    rng = np.random.default_rng(2)
    calls = [scores.answer(_persistent(rng, 240), _persistent(rng, 240)) for _ in range(300)]
    alarms = np.mean([c.p <= 0.05 for c in calls if c is not None])
    assert 0.01 < alarms < 0.085


def test_months_without_acts_are_not_zeros() -> None:
    rng = np.random.default_rng(3)
    y, x = _persistent(rng, 200), _persistent(rng, 200)
    y[::3] = math.nan
    found = scores.answer(y, x)
    assert found is not None and found.n == sum(math.isfinite(y[t]) and math.isfinite(y[t - 1]) for t in range(1, 200))
    assert scores.answer(y[:100], x[:100]) is None
    assert scores.answer(np.ones(200), x) is None and scores.answer(x, np.ones(200)) is None
    with pytest.raises(UsageError):
        scores.answer(y, x[:-1])


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(-20, 20), st.integers(-20, 20)), min_size=4, max_size=40))
def test_aggregators_are_compared_by_rank_over_the_same_periods(rows: list[tuple[int, int]]) -> None:
    one, other = (np.array(c, dtype=float) for c in zip(*rows, strict=True))
    found = scores.spread([one, other, one**3])
    assert found.shape == (3, 3) and np.allclose(found, found.T, equal_nan=True)
    if len(set(one)) > 1:
        assert found[0, 2] == pytest.approx(1)


def test_the_log_ratio_is_zero_at_balance_and_finite_at_none() -> None:
    assert scores.log_ratio([0, 5, 9], [0, 5, 0]).tolist() == pytest.approx([0, 0, math.log(19)])
