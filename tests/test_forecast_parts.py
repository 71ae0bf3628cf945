"""The small parts of a forecast against what their words say: which pairs teach, slopes, scales, the choice of a method, months."""

from __future__ import annotations

import inspect
import math
from statistics import NormalDist

import numpy as np
import pytest

from comity.models import backtest, forecast, forecast_months, forecast_panel
from comity.models.forecast_panel import Panel, scale_of


def test_one_pair_of_periods_is_enough_to_teach_and_none_before_the_first() -> None:
    panel = Panel(values=np.array([[1.0, 2.0, 3.0]]), sides=np.array([[0, 1]]))
    at = forecast.pairs(panel, 1, 1)
    assert (at.rows.tolist(), at.times.tolist()) == ([0], [0])
    assert not len(forecast.pairs(panel, 0, 1).rows)


def test_three_known_periods_have_a_slope_and_two_have_none() -> None:
    y = np.array([[5.0, 7.0, 9.0], [5.0, 7.0, np.nan]])
    slope = forecast_panel._slope(np.nan_to_num(y), np.isfinite(y))
    assert slope[0] == pytest.approx([0.0, 0.0, 2.0])
    assert slope[1] == pytest.approx([0.0, 0.0, 0.0])


def test_the_unit_of_a_scale_follows_small_values() -> None:
    small = np.array([[1e-3, 2e-3, 5e-3, 4.0, 0.0]])
    made = scale_of(small, (0.0, None), counts=False, total=True)
    assert made.unit == pytest.approx(np.quantile(small[small > 0], 0.05))


def test_the_constant_of_least_absolute_deviations_is_not_shrunk() -> None:
    x = np.column_stack([np.ones(40), np.linspace(-1, 1, 40)])
    assert forecast.least_absolute(x, np.full(40, 1e3) + x[:, 1]) == pytest.approx([1e3, 1.0], rel=2e-4)


def test_horizons_are_one_to_three_unless_asked() -> None:
    assert inspect.signature(backtest.backtest).parameters["horizons"].default == (1, 2, 3)


def made_runs(scores: dict[str, float]) -> dict[str, backtest._Run]:
    runs = {}
    for name, value in scores.items():
        runs[name] = run = backtest._Run()
        run.origins = list(range(backtest.KNOWN + 4))
        run.figures["crps"] = [value] * len(run.origins)
    return runs


def test_a_method_is_chosen_by_its_past_and_last_value_where_none_gains() -> None:
    base = dict.fromkeys(forecast.LAST_VALUE, 2.0)
    better = backtest._pick(made_runs(base | {"smoothing": 1.5}), 10**6, 1)
    assert better == ("smoothing", pytest.approx(0.25), "smoothing", pytest.approx(0.25))
    other = next(n for n in forecast.LAST_VALUE if n != backtest.BASELINE)
    worse = backtest._pick(made_runs(base | {other: 1.0, "smoothing": 2.5}), 10**6, 1)
    assert worse == (other, pytest.approx(0.5), "smoothing", pytest.approx(-0.25))
    none = backtest._pick(made_runs(dict.fromkeys(base, 0.0) | {"smoothing": 0.5}), 10**6, 1)
    assert none[1] == 0.0


def test_the_width_is_that_between_the_tenth_and_the_ninetieth_percentile() -> None:
    levels = np.array(forecast.LEVELS)
    run = backtest._Run()
    run.scored.append(1)
    panel = Panel(values=np.zeros((1, 3)), sides=np.array([[0, 1]]))
    q = np.array([[NormalDist().inv_cdf(p) for p in levels]])
    backtest._score(panel, run, q, (np.array([0.0]), np.array([0.1])), np.array([0.5]))
    assert run.figures["width80"][0] == pytest.approx(2 * NormalDist().inv_cdf(0.9), rel=0.02)


def test_the_transform_of_a_month_is_the_normal_one_of_its_past_errors() -> None:
    rng = np.random.default_rng(3)
    pairs = [(i, float(e)) for i, e in enumerate(rng.normal(0, 0.1, forecast_months.FEED + 5))]
    origins, _, u = forecast_months._losses(pairs, 1)
    for origin, value in zip(origins, u, strict=True):
        sd = math.sqrt(float(np.mean(np.square([e for o, e in pairs[:origin] if o + 1 <= origin]))))
        assert value == pytest.approx(NormalDist(0, sd).cdf(pairs[origin][1]))


def test_quantiles_of_months_ahead_rise_with_their_level() -> None:
    y = np.log(100 + np.arange(160) + 9 * np.sin(np.arange(160)))
    choice = forecast_months.backtest(y, 1, horizons=(1,)).choices
    low, middle, high = forecast_months.ahead(y, 1, choice, np.array([0.1, 0.5, 0.9]))[1]
    assert low < middle < high and high - middle == pytest.approx(middle - low)


def test_widths_follow_the_unit_of_the_errors() -> None:
    rng = np.random.default_rng(6)
    x = np.column_stack([np.ones(400), rng.normal(size=400)]).astype(np.float32)
    error = rng.standard_t(4, size=400) * np.exp(0.3 * x[:, 1])
    _, wide, standard, _ = forecast._class_regression(x, x, error)
    _, thin, same, _ = forecast._class_regression(x, x, error * 1e-4)
    assert same == pytest.approx(standard, rel=1e-3) and thin[0] - wide[0] == pytest.approx(math.log(1e-4), rel=1e-3)
