"""Pooled forecasts and their rolling-origin backtest: what must hold on made data, and the planted leak."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core import BadDataError, UsageError
from comity.models import backtest, forecast, scores
from comity.models.forecast_panel import LookAheadError, Panel, Scale, features, scale_of

ROWS, PERIODS = 250, 32


def _sides(rows: int, states: int = 30) -> np.ndarray:
    rng = np.random.default_rng(7)
    return rng.integers(0, states, (rows, 2))


def _walk(seed: int = 0, rows: int = ROWS, periods: int = PERIODS) -> Panel:
    rng = np.random.default_rng(seed)
    return Panel(values=rng.normal(0, 2, (rows, 1)) + rng.normal(0, 0.3, (rows, periods)).cumsum(axis=1), sides=_sides(rows))


def test_a_random_walk_is_not_beaten() -> None:
    found = backtest.backtest(_walk(), horizons=(1, 3))
    for row in found.rows:
        assert row.skill_last_size < 3 * row.se + 0.004, row
    chosen = [r for r in found.rows if r.method == backtest.CHOSEN]
    assert all(abs(r.skill_last_size) < 0.01 for r in chosen)


def test_white_noise_is_not_foretold_beyond_its_own_distribution() -> None:
    rng = np.random.default_rng(1)
    panel = Panel(values=rng.normal(size=(ROWS, PERIODS)), sides=_sides(ROWS))
    found = backtest.backtest(panel, horizons=(1,))
    true = float(scores.crps_quantiles(rng.normal(size=20_000), np.tile(np.quantile(panel.values, scores.LEVELS), (20_000, 1))).mean())
    for row in found.rows:
        assert 1 - row.crps / true < 0.01, row
    assert all(0.4 < r.auc < 0.6 for r in found.rows if r.method == "last")


def test_smoothing_noise_away_is_skill() -> None:
    rng = np.random.default_rng(2)
    walk = _walk(3).values
    found = backtest.backtest(Panel(values=walk + rng.normal(0, 0.5, walk.shape), sides=_sides(ROWS)), horizons=(1,))
    by = {r.method: r for r in found.rows}
    assert by["smoothing"].skill_last_size > 0.1
    assert by["smoothing"].won == 1.0
    assert found.choices[0].method not in forecast.LAST_VALUE
    assert by[backtest.CHOSEN].skill_last_size > 0.05


def test_a_planted_leak_is_caught() -> None:
    def leak(y: np.ndarray) -> np.ndarray:
        return np.concatenate([y[:, 1:], y[:, -1:]], axis=1)

    panel = _walk()
    with pytest.raises(LookAheadError, match="feature tomorrow"):
        backtest.backtest(Panel(values=panel.values, sides=panel.sides, extras={"tomorrow": leak}), horizons=(1,))

    def whole(y: np.ndarray) -> np.ndarray:
        return np.broadcast_to(np.nanmean(y, axis=1, keepdims=True), y.shape)

    with pytest.raises(LookAheadError, match="feature mean of all years"):
        backtest.backtest(Panel(values=panel.values, sides=panel.sides, extras={"mean of all years": whole}), horizons=(1,))

    def yesterday(y: np.ndarray) -> np.ndarray:
        return np.concatenate([y[:, :1], y[:, :-1]], axis=1)

    backtest.backtest(Panel(values=panel.values, sides=panel.sides, extras={"yesterday": yesterday}), horizons=(1,), origins=[20, 25, 30])


def test_later_values_change_no_earlier_forecast() -> None:
    panel = _walk(4)
    origin, horizon = 25, 2
    changed = panel.values.copy()
    changed[:, origin + 1 :] += 100.0
    at = forecast.At(rows=np.arange(50), times=np.full(50, origin))
    made = []
    for values in (panel.values, changed):
        own = Panel(values=values, sides=panel.sides)
        known = features(own)
        made.append(forecast.predict(own, known, forecast.fit(own, known, origin, horizon), at))
    for name, q in made[0].items():
        np.testing.assert_array_equal(q, made[1][name])


def test_bands_hold_as_wanted_and_the_transform_is_flat() -> None:
    found = backtest.backtest(_walk(5), horizons=(1,))
    for row in found.rows:
        np.testing.assert_allclose(row.cover, (0.5, 0.8, 0.9), atol=0.02)
        np.testing.assert_allclose(row.pit, 0.1, atol=0.02)


def test_conformal_steps_mend_bands_that_are_too_narrow() -> None:
    rng = np.random.default_rng(6)
    quiet, loud = rng.normal(0, 0.1, (ROWS, 20)), rng.normal(0, 0.3, (ROWS, 40))
    panel = Panel(values=np.concatenate([quiet, loud], axis=1).cumsum(axis=1), sides=_sides(ROWS))
    row = next(r for r in backtest.backtest(panel, horizons=(1,), origins=list(range(22, 40))).rows if r.method == "last")
    assert abs(row.cover[1] - 0.8) < abs(row.raw[1] - 0.8)


def test_counts_are_whole_never_negative_and_calibrated_when_randomised() -> None:
    rng = np.random.default_rng(8)
    mean = np.exp(rng.normal(1, 1, (ROWS, 1)))
    values = rng.poisson(mean, (ROWS, 30)).astype(float)
    scale = Scale(kind="log1p", low=0.0, whole=True)
    panel = Panel(values=scale.forward(values), sides=_sides(ROWS), scale=scale)
    found = backtest.backtest(panel, horizons=(1,))
    by = {r.method: r for r in found.rows}
    assert by["count"].skill_last_size > 0.1
    np.testing.assert_allclose(by["count"].raw, (0.5, 0.8, 0.9), atol=0.03)
    for a in backtest.ahead(panel, found.choices):
        assert (a.quantiles >= 0).all()
        near = np.abs(a.quantiles - np.rint(a.quantiles)) < 1e-6
        assert near.all()


def test_a_class_of_noughts_teaches_no_growth() -> None:
    rng = np.random.default_rng(13)
    values = np.zeros((ROWS, 30))
    values[: ROWS // 2] = rng.poisson(8.0, (ROWS // 2, 30))
    values[ROWS // 2 :, 15:] = rng.poisson(3.0, (ROWS - ROWS // 2, 15))
    scale = Scale(kind="log1p", low=0.0, whole=True)
    panel = Panel(values=scale.forward(values), sides=_sides(ROWS), scale=scale)
    known = features(panel)
    fitted = forecast.fit(panel, known, 15, 1)
    assert fitted.ratio is not None and fitted.ratio.max() <= forecast.STEEPEST
    made = forecast.predict(panel, known, fitted, forecast.At(rows=np.arange(ROWS), times=np.full(ROWS, 15)))["count"]
    assert panel.scale.backward(made).max() < 1000


def test_shares_stay_in_their_bounds() -> None:
    rng = np.random.default_rng(9)
    values = np.clip(0.95 + rng.normal(0, 0.1, (ROWS, 30)), 0, 1)
    panel = Panel(values=values, sides=_sides(ROWS), scale=Scale(low=0.0, high=1.0))
    found = backtest.backtest(panel, horizons=(1,))
    for a in backtest.ahead(panel, found.choices):
        assert a.quantiles.min() >= 0.0
        assert a.quantiles.max() <= 1.0
        assert (np.diff(a.quantiles, axis=1) >= 0).all()


def test_negative_binomial_quantiles_are_scipys() -> None:
    from scipy.stats import nbinom, poisson

    mean, excess = np.array([0.5, 3.0, 40.0, 900.0]), np.array([0.8, 0.3, 0.0, 0.05])
    found = forecast.negative_binomial(mean, excess)
    for i, (m, e) in enumerate(zip(mean, excess, strict=True)):
        exact = poisson.ppf(scores.LEVELS, m) if e == 0 else nbinom.ppf(scores.LEVELS, 1 / e, 1 / (1 + e * m))
        np.testing.assert_allclose(found[i], exact, atol=1.0 + 0.15 * m)


def test_least_absolute_deviations_is_brute_force_and_not_moved_by_an_outlier() -> None:
    rng = np.random.default_rng(10)
    x = np.column_stack([np.ones(200), rng.normal(size=200)])
    y = 1.0 + 2.0 * x[:, 1] + rng.laplace(0, 0.3, 200)
    y[0] += 1e4
    beta = forecast.least_absolute(x, y, steps=40)
    np.testing.assert_allclose(beta, (1.0, 2.0), atol=0.1)
    grid = [np.abs(y - x @ np.array([a, b])).sum() for a in np.linspace(0.8, 1.2, 41) for b in np.linspace(1.8, 2.2, 41)]
    assert np.abs(y - x @ beta).sum() <= min(grid) * 1.0005


def test_the_smoothed_level_is_brute_force() -> None:
    panel = _walk(11, rows=5, periods=12)
    panel.values[2, 4:6] = np.nan
    known = features(panel)
    level = np.nan
    for t, y in enumerate(panel.values[2]):
        if np.isfinite(y):
            level = y if np.isnan(level) else 0.5 * y + 0.5 * level
        assert known.smooth[1][2, t] == pytest.approx(level, abs=1e-5)


@given(st.floats(0.5, 0.99), st.floats(0.5, 0.99), st.floats(0.5, 0.99))
def test_calibrated_levels_never_cross(a: float, b: float, c: float) -> None:
    levels = backtest.calibrated(backtest.TABLE, (a, b, c))
    assert (np.diff(levels) >= -1e-12).all()
    assert levels[len(levels) // 2] == pytest.approx(0.5)
    assert ((levels >= 0) & (levels <= 1)).all()


@given(st.lists(st.floats(0, 1e12), min_size=1, max_size=20))
def test_scales_go_there_and_back(values: list[float]) -> None:
    x = np.array(values)
    for scale in (Scale(kind="log1p", low=0.0), Scale(low=0.0)):
        np.testing.assert_allclose(scale.backward(scale.forward(x)), x, rtol=1e-9, atol=1e-6)


def test_the_scale_follows_the_values() -> None:
    rng = np.random.default_rng(12)
    trade = np.exp(rng.normal(15, 4, 2000))
    assert scale_of(trade, (0, None), total=True).kind == "log"
    assert scale_of(np.floor(trade / 1e5), (0, None)).whole
    assert scale_of(np.floor(trade), (0, None), total=True, counts=False).kind == "log"
    assert scale_of(rng.uniform(0, 1, 200), (0, 1)).kind == "level"
    assert scale_of(np.rint(rng.uniform(10, 60, 500)), (0, None)).kind == "level"


def test_what_cannot_be_scored_is_refused() -> None:
    with pytest.raises(BadDataError, match="nothing can be scored"):
        backtest.backtest(_walk(rows=ROWS, periods=5), horizons=(1,))
    with pytest.raises(UsageError, match="horizons"):
        backtest.backtest(_walk(), horizons=())
    with pytest.raises(UsageError, match="sides"):
        Panel(values=np.zeros((3, 4)), sides=np.zeros((2, 2), dtype=np.int64))


def test_a_class_of_twenty_observations_a_coefficient_has_a_regression_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """One observation fewer and it takes that of all classes; where all are too few, plain quantiles."""
    rng = np.random.default_rng(9)
    x = np.column_stack([np.ones(400), rng.normal(size=400)]).astype(np.float32)
    size, error = np.full(400, 2), rng.normal(size=400)
    size[:40], size[40:79] = 0, 1
    monkeypatch.setattr(forecast, "_design", lambda known, at: (x[at.rows], x[at.rows]))
    at = forecast.At(rows=np.arange(400), times=np.zeros(400, dtype=np.int64))
    beta, _, _, _ = forecast._regression(None, at, error, size)  # type: ignore[arg-type]
    own, whole = (forecast._class_regression(x[rows], x[rows], error[rows])[0] for rows in (np.arange(40), np.arange(400)))
    assert beta[0] == pytest.approx(own) and beta[1] == pytest.approx(whole) and np.abs(own - whole).max() > 1e-3
    few = forecast.At(rows=np.arange(15), times=np.zeros(15, dtype=np.int64))
    _, _, standard, _ = forecast._regression(None, few, error[:15], size[:15])  # type: ignore[arg-type]
    assert standard[0] == pytest.approx(forecast.quantiles_of(error[:15]))
