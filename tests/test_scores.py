"""Scores of forecasts: golden numbers, brute force, an outside reference where it is installed, and what must always hold."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core import UsageError
from comity.models import scores

TIGHT = 1e-9
"""Closed forms agree to rounding."""


def test_golden_numbers() -> None:
    # Gneiting & Raftery (2007), Jordan, Krüger & Lerch (2019): closed forms at these points
    assert scores.crps_normal(0.0) == pytest.approx(0.23369497725510913, abs=TIGHT)
    assert scores.crps_normal(1.0) == pytest.approx(0.6024413576276163, abs=TIGHT)
    assert scores.crps_logistic(0.0) == pytest.approx(0.3862943611, abs=TIGHT)
    assert scores.crps_laplace(0.0) == pytest.approx(0.25, abs=TIGHT)
    assert scores.crps_t(0.0, 5) == pytest.approx(0.25702536, abs=1e-8)
    assert scores.log_normal_density(0.0) == pytest.approx(0.9189385332, abs=TIGHT)
    assert scores.crps_ensemble(2.5, [1, 2, 3, 4]) == pytest.approx(0.375, abs=TIGHT)
    assert scores.crps_ensemble(2.5, [1, 2, 3, 4], fair=True) == pytest.approx(0.1666667, abs=1e-7)
    assert scores.brier(1, 0.7) == pytest.approx(0.09, abs=TIGHT)
    assert scores.interval_score(5, 0, 4, 0.1) == pytest.approx(24, abs=TIGHT)


def test_quantiles_reach_the_closed_form() -> None:
    from scipy.stats import norm

    levels = (np.arange(20_000) + 0.5) / 20_000
    y = np.array([-1.2, 0.0, 1.0, 3.0])
    found = scores.crps_quantiles(y, np.tile(norm.ppf(levels), (4, 1)), levels)
    np.testing.assert_allclose(found, scores.crps_normal(y), atol=1e-4)


def test_weighted_interval_score_is_the_mean_pinball_of_its_quantiles() -> None:
    levels = np.array([0.05, 0.25, 0.5, 0.75, 0.95])
    q = np.array([-2.0, -0.5, 0.1, 0.9, 2.5])
    for y in (-3.0, 0.1, 0.5, 4.0):
        gap = y - q
        pinball = np.maximum(levels * gap, (levels - 1) * gap)
        assert scores.weighted_interval_score(y, q[2], [(0.1, q[0], q[4]), (0.5, q[1], q[3])]) == pytest.approx(2 * pinball.mean(), abs=TIGHT)


def test_scores_agree_with_scoringrules() -> None:
    reference = pytest.importorskip("scoringrules")
    rng = np.random.default_rng(3)
    y, mean, sd = rng.normal(size=50), rng.normal(size=50), rng.uniform(0.3, 2, 50)
    members = rng.normal(size=(50, 30))
    np.testing.assert_allclose(scores.crps_normal(y, mean, sd), reference.crps_normal(y, mean, sd), atol=1e-9)
    np.testing.assert_allclose(scores.crps_logistic(y, mean, sd), reference.crps_logistic(y, mean, sd), atol=1e-9)
    np.testing.assert_allclose(scores.crps_laplace(y, mean, sd), reference.crps_laplace(y, mean, sd), atol=1e-9)
    np.testing.assert_allclose(scores.crps_t(y, 5.0, mean, sd), reference.crps_t(y, 5.0, mean, sd), atol=1e-9)
    np.testing.assert_allclose(scores.crps_ensemble(y, members), reference.crps_ensemble(y, members, estimator="nrg"), atol=1e-9)
    np.testing.assert_allclose(scores.crps_ensemble(y, members, fair=True), reference.crps_ensemble(y, members, estimator="fair"), atol=1e-9)
    np.testing.assert_allclose(scores.log_normal_density(y, mean, sd), reference.logs_normal(y, mean, sd), atol=1e-9)
    q = np.sort(members, axis=1)
    levels = (np.arange(30) + 0.5) / 30
    np.testing.assert_allclose(scores.crps_quantiles(y, q, levels), reference.crps_quantile(y, q, levels), atol=1e-9)
    np.testing.assert_allclose(scores.interval_score(y, mean - sd, mean + sd, 0.2), reference.interval_score(y, mean - sd, mean + sd, 0.2), atol=1e-9)


@given(st.lists(st.floats(-50, 50), min_size=2, max_size=12), st.floats(-60, 60))
def test_the_ensemble_score_is_brute_force_and_not_negative(members: list[float], y: float) -> None:
    x = np.array(members)
    brute = np.abs(x - y).mean() - 0.5 * np.abs(x[:, None] - x[None, :]).mean()
    found = float(scores.crps_ensemble(y, x))
    assert found == pytest.approx(brute, abs=1e-9)
    assert found >= -1e-9


def test_the_transform_is_uniform_where_the_forecast_is_calibrated_and_not_where_it_is_too_narrow() -> None:
    from scipy.stats import norm, poisson

    rng = np.random.default_rng(5)
    q = np.tile(norm.ppf(scores.LEVELS), (20_000, 1))
    right = scores.pit(rng.normal(size=20_000), q, rng.random(20_000))
    np.testing.assert_allclose(scores.pit_histogram(right), 0.1, atol=0.01)
    narrow = scores.pit_histogram(scores.pit(2 * rng.normal(size=20_000), q, rng.random(20_000)))
    assert narrow[0] > 0.2
    counts = np.tile(poisson.ppf(scores.LEVELS, 3.0), (20_000, 1))
    randomised = scores.pit(rng.poisson(3.0, 20_000).astype(float), counts, rng.random(20_000), half=0.5)
    np.testing.assert_allclose(scores.pit_histogram(randomised), 0.1, atol=0.012)


def test_the_distribution_function_of_quantiles_at_atoms_ends_and_between() -> None:
    levels = np.array([0.25, 0.5, 0.75])
    q = np.array([[0.0, 1.0, 3.0]] * 4)
    np.testing.assert_allclose(scores.cdf_of([-1.0, 2.0, 9.0, 0.5], q, levels), [0.0, 0.625, 1.0, 0.375])
    assert 0.0 < scores.cdf_of([1.0], np.array([[1.0, 1.0, 1.0]]), levels)[0] < 1.0


def test_discrimination() -> None:
    assert scores.auc([1, 1, 0, 0], [0.9, 0.4, 0.4, 0.1]) == pytest.approx(0.875)
    assert np.isnan(scores.auc([1, 1], [0.2, 0.3]))


def test_skill_and_its_band_are_by_origin() -> None:
    rng = np.random.default_rng(1)
    base = rng.uniform(0.8, 1.2, 20)
    assert scores.skill(0.9 * base, base) == pytest.approx(0.1)
    se, low, high = scores.skill_band(0.9 * base + rng.normal(0, 0.01, 20), base)
    assert 0 < se < 0.01
    assert low < 0.1 < high
    assert np.isnan(scores.skill_band([1.0], [1.0])[0])


def test_equal_losses_are_told_from_unequal_ones_at_their_size() -> None:
    rng = np.random.default_rng(2)
    rejected = np.mean([scores.diebold_mariano(rng.normal(size=60), rng.normal(size=60))[1] < 0.05 for _ in range(600)])
    assert 0.03 < rejected < 0.075
    worse = rng.normal(1, 1, 60)
    assert scores.diebold_mariano(worse - 1 + rng.normal(0, 0.1, 60), worse)[1] < 0.01


def test_a_log_score_of_quantiles_nears_the_density() -> None:
    from scipy.stats import norm

    q = np.tile(norm.ppf(scores.LEVELS), (3, 1))
    np.testing.assert_allclose(scores.log_quantiles([0.0, 1.0, -1.5], q), scores.log_normal_density([0.0, 1.0, -1.5]), atol=0.08)


@pytest.mark.parametrize(
    "wrong", [lambda: scores.brier(1, 1.2), lambda: scores.crps_normal(0.0, 0.0, 0.0), lambda: scores.crps_ensemble(0.0, [1.0], fair=True),
              lambda: scores.crps_t(0.0, 1.0), lambda: scores.mase([1.0], [1.0]), lambda: scores.diebold_mariano([1.0], [2.0])],
)  # fmt: skip
def test_what_is_no_forecast_is_refused(wrong: object) -> None:
    with pytest.raises(UsageError):
        wrong()  # type: ignore[operator]


def test_losses_that_differ_by_nothing_have_no_statistic() -> None:
    assert scores.diebold_mariano([1.0, 2.0, 3.0], [1.0, 2.0, 3.0]) == (0.0, 1.0)


def test_the_small_sample_correction_is_that_of_the_paper() -> None:
    """Harvey, Leybourne and Newbold (1997): the root of (n + 1 - 2h + h(h - 1)/n) / n, on the long-run variance of h - 1 autocovariances."""
    d = np.random.default_rng(4).normal(0.3, 1.0, 30)
    n, h = len(d), 3
    c = d - d.mean()
    variance = (c @ c + 2 * (c[1:] @ c[:-1] + c[2:] @ c[:-2])) / n
    wanted = d.mean() / math.sqrt(variance / n) * math.sqrt((n + 1 - 2 * h + h * (h - 1) / n) / n)
    assert scores.diebold_mariano(d, np.zeros(n), 3)[0] == pytest.approx(wanted)
