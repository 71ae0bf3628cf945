"""Event studies and synthetic controls: known effects are found, chance is not, placebos are uniform."""

from __future__ import annotations

import numpy as np
import pytest

from comity.core import BadDataError
from comity.models import pressure
from comity.models.pressure import NEVER


def _pairs(states: int = 14) -> np.ndarray:
    return np.array([[i, j] for i in range(states) for j in range(i + 1, states)])


def _world(seed: int, effect: float = 0.0, periods: int = 16, states: int = 14, pressed: int = 5) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pairs with effects of their states, and pressure on both sides of pairs among some states since the later one's date."""
    rng = np.random.default_rng(seed)
    sides = _pairs(states)
    own = rng.normal(0, 0.3, (states, periods)).cumsum(axis=1)
    y = own[sides[:, 0]] + own[sides[:, 1]] + rng.normal(0, 0.3, (len(sides), periods))
    since = np.full(states, NEVER)
    since[rng.choice(states, pressed, replace=False)] = rng.integers(6, 12, pressed)
    both = np.maximum(since[:, None], since[None, :])
    y += effect * (np.arange(periods)[None, :] >= both[sides[:, 0], sides[:, 1]][:, None])
    return y, sides, both


def test_a_known_effect_is_found_and_graded() -> None:
    y, sides, since = _world(0, effect=3.0)
    found = pressure.event_study(y, sides, since, draws=199)
    assert found.effect == pytest.approx(3.0, abs=1.2)
    assert found.p <= 0.05 and found.grade == "consistent with"
    assert pressure.event_study(-y, sides, since, draws=199).grade == "against"


def test_effects_by_cohort_are_brute_force() -> None:
    y, sides, since = _world(1, effect=1.0)
    first = since[sides[:, 0], sides[:, 1]]
    found, number = pressure.group_time(y, first, (2,))
    gaps = []
    for i in np.flatnonzero(first < NEVER):
        g = first[i]
        if g + 2 < y.shape[1]:
            control = first > g + 2
            gaps.append(y[i, g + 2] - y[i, g - 1] - (y[control, g + 2] - y[control, g - 1]).mean())
    assert number[0] == len(gaps)
    assert found[0] == pytest.approx(np.mean(gaps))


@pytest.mark.slow
def test_shuffled_states_hold_the_size_also_where_pairs_are_missing() -> None:
    rejected = []
    for seed in range(1000):
        y, sides, since = _world(seed, pressed=7)
        held = np.random.default_rng(seed + 10**7).random(len(y)) < 0.8
        rejected.append(pressure.event_study(y[held], sides[held], since, draws=39, seed=seed + 10**6).p <= 0.05)
    assert 0.035 <= np.mean(rejected) <= 0.065


def test_a_two_sided_place_is_exact() -> None:
    draws = np.random.default_rng(5).normal(size=40)
    places = [pressure.two_sided(float(draws[k]), np.delete(draws, k)) for k in range(40)]
    assert sum(p <= 0.05 for p in places) == 2 and max(places) == 1.0
    assert np.isnan(pressure.two_sided(np.nan, draws)) and np.isnan(pressure.two_sided(1.0, np.full(3, np.nan)))


def test_later_effects_do_not_count_treated_pairs_as_controls() -> None:
    y = np.zeros((30, 10))
    first = np.full(30, NEVER)
    first[:3], first[3:6] = 4, 6
    y[:3, 4:], y[3:6, 6:] = 1.0, 50.0
    effects, _ = pressure.group_time(y, first, (0, 1, 2, 3))
    assert effects[0] == pytest.approx(25.5)
    alone = pressure.group_time(y, np.where(first == 6, NEVER - 1, first), (2,))[0]
    assert alone[0] != pytest.approx(1.0), "pairs treated later but counted as never treated would spoil the mean"
    assert pressure.group_time(y[[0, 1, 2, *range(6, 30)]], first[[0, 1, 2, *range(6, 30)]], (2,))[0][0] == pytest.approx(1.0)


def test_weights_lie_on_the_simplex_and_fit_what_can_be_fitted() -> None:
    rng = np.random.default_rng(2)
    donors = rng.normal(size=(12, 20))
    true = np.zeros(12)
    true[[2, 5]] = 0.3, 0.7
    w = pressure.simplex_weights(true @ donors, donors, steps=3000)
    assert w.min() >= 0 and w.sum() == pytest.approx(1.0)
    np.testing.assert_allclose(w, true, atol=0.03)


@pytest.mark.slow
def test_placebo_ranks_are_uniform() -> None:
    ranks = []
    for seed in range(1000):
        rng = np.random.default_rng(seed)
        y = rng.normal(size=(20, 1)) * 0.2 + rng.normal(0, 0.3, (20, 16)).cumsum(axis=1)
        ranks.append(pressure.synthetic_control(y, 0, 9).p)
    share = [np.mean(np.array(ranks) <= c) for c in (0.1, 0.25, 0.5, 0.75)]
    np.testing.assert_allclose(share, (0.1, 0.25, 0.5, 0.75), atol=0.04)


def test_a_treated_unit_stands_out() -> None:
    rng = np.random.default_rng(3)
    common = rng.normal(size=(3, 20)).cumsum(axis=1)
    y = rng.uniform(0, 1, (25, 3)) @ common + rng.normal(0, 0.05, (25, 20))
    y[4, 12:] += 3.0
    found = pressure.synthetic_control(y, 4, 12)
    assert found.p == pytest.approx(1 / 25)
    assert found.gap[12:].mean() == pytest.approx(3.0, abs=0.5)


def test_what_cannot_be_studied_is_refused() -> None:
    y, sides, since = _world(4)
    with pytest.raises(BadDataError, match="expected at least 5"):
        pressure.event_study(y, sides, np.full_like(since, NEVER), draws=9)
    with pytest.raises(BadDataError, match="gaps"):
        pressure.synthetic_control(np.full((20, 10), np.nan), 0, 6)
    with pytest.raises(BadDataError, match="10 donors"):
        pressure.synthetic_control(np.zeros((5, 10)), 0, 6)


def test_the_first_period_has_no_before_and_the_second_has() -> None:
    """An event in the first period has nothing to compare with; one in the second or the last counts."""
    y = np.zeros((12, 4))
    first = np.full(12, NEVER)
    first[:3] = [0, 1, 3]
    y[0], y[1, 1:], y[2, 3] = 100.0, 5.0, 7.0
    found, number = pressure.group_time(y, first, (0,))
    assert number.tolist() == [2] and found[0] == pytest.approx(6.0)


def test_one_treated_pair_counts_whole() -> None:
    y = np.zeros((10, 4))
    first = np.full(10, NEVER)
    first[0], y[0, 2:] = 2, 3.0
    assert pressure.group_time(y, first, (0,))[0][0] == pytest.approx(3.0)


def test_effects_are_measured_from_the_period_before_and_unknown_ones_are_no_zero() -> None:
    y = np.zeros((10, 4))
    first = np.full(10, NEVER)
    first[0] = 1
    found, number = pressure.group_time(y, first, (-2, -1, 0))
    assert np.isnan(found[0]) and found[1:].tolist() == [0.0, 0.0] and number.tolist() == [0, 0, 1]


def test_an_event_after_the_last_period_is_none_and_the_period_before_is_the_measure() -> None:
    """Of y known to period 11 a cohort of 12 has no effect at any event time; at -1 the effect is nought by construction."""
    y, sides, since = _world(1, periods=12)
    first = since[sides[:, 0], sides[:, 1]]
    none = np.where(first < NEVER, 12, NEVER)
    found, number = pressure.group_time(y, none, (-2, -1, 0, 1))
    assert not number.any() and found[1] == 0.0 and np.isnan(found[[0, 2, 3]]).all()
    found, number = pressure.group_time(y, first, (-1, 0))
    assert found[0] == 0.0 and number[0] == 0 and number[1] > 0
