"""Local projections and shocks: an outside reference, what must hold on made data, and the command on real data."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

import comity
from comity import cli
from comity.analysis import shock
from comity.core import BadDataError, UsageError
from comity.models.local_projections import Projection, project


def _var(n: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """x an AR(1), y answering to it at once and a period later."""
    rng = np.random.default_rng(seed)
    x, y = np.zeros(n), np.zeros(n)
    for t in range(1, n):
        x[t] = 0.6 * x[t - 1] + rng.normal()
        y[t] = 0.5 * y[t - 1] + 0.4 * x[t] + 0.3 * x[t - 1] + rng.normal(0, 0.5)
    return y, x


def _true(horizons: int) -> list[float]:
    """What follows one unit of news in x, by iteration."""
    x, y, out = 1.0, 0.0, []
    before = 0.0
    for _ in range(horizons + 1):
        y = 0.5 * y + 0.4 * x + 0.3 * before
        out.append(y)
        before, x = x, 0.6 * x
    return out


def test_projections_find_the_responses_of_a_known_process() -> None:
    made = project(*_var(6000), range(7), lags=2)
    for p, true in zip(made, _true(6), strict=True):
        assert p.estimate == pytest.approx(true, abs=3.5 * p.se)
        assert p.se < 0.03


def test_projections_near_statsmodels_impulse_responses() -> None:
    reference = pytest.importorskip("statsmodels.tsa.api")
    y, x = _var(6000, seed=1)
    irf = reference.VAR(np.column_stack([x, y])).fit(2).irf(6).orth_irfs
    for p in project(y, x, range(7), lags=2):
        assert p.estimate == pytest.approx(irf[p.horizon][1, 0] / irf[0][0, 0], abs=0.05)
    # at horizon nought both are one regression
    assert project(y, x, [0], lags=2)[0].estimate == pytest.approx(irf[0][1, 0] / irf[0][0, 0], abs=1e-6)


def test_errors_of_a_projection_are_statsmodels_hc3() -> None:
    reference = pytest.importorskip("statsmodels.api")
    y, x = _var(120, seed=2)
    at = np.arange(2, 120 - 3)
    design = np.column_stack([x[at], y[at - 1], x[at - 1], y[at - 2], x[at - 2], np.ones(len(at))])
    fitted = reference.OLS(y[at + 3], design).fit(cov_type="HC3")
    made = project(y, x, [3], lags=2)[0]
    assert made.estimate == pytest.approx(fitted.params[0], abs=1e-9)
    assert made.se == pytest.approx(fitted.bse[0], rel=1e-9)


def test_responses_of_two_parts_add_up() -> None:
    y, x = _var(200, seed=3)
    part = np.random.default_rng(4).normal(size=200).cumsum()
    whole, one, two = (project(v, x, [0, 2], lags=2, others=[w]) for v, w in ((y, part), (part, y - part), (y - part, part)))
    for a, b, c in zip(whole, one, two, strict=True):
        assert a.estimate == pytest.approx(b.estimate + c.estimate)


def test_bands_hold_nought_as_often_as_they_say() -> None:
    held = []
    for seed in range(400):
        rng = np.random.default_rng(seed)
        y, x = rng.normal(size=90).cumsum(), rng.normal(size=90).cumsum()
        low, high = project(y, x, [2], lags=2)[0].quantiles([0.05, 0.95])
        held.append(low <= 0 <= high)
    assert 0.86 < np.mean(held) < 0.94


def test_what_cannot_be_projected_is_refused() -> None:
    y, x = _var(100)
    with pytest.raises(UsageError, match="one length"):
        project(y, x[:-1], [0])
    with pytest.raises(UsageError, match="at least one lag"):
        project(y, x, [0], lags=0)
    with pytest.raises(BadDataError, match="degrees of freedom"):
        project(y[:9], x[:9], [0, 1])
    assert [p.horizon for p in project(y[:30], x[:30], [0, 1, 25], lags=1)] == [0, 1]


@pytest.mark.parametrize(
    ("text", "log"), [("brent_usd=-30%", math.log(0.7)), (" brent_usd = +50 %", math.log(1.5)), ("rub_per_usd=10%", math.log(1.1))]
)
def test_shocks_are_read(text: str, log: float) -> None:
    assert shock.parse(text)[1] == pytest.approx(log)


@pytest.mark.parametrize("text", ["brent_usd", "brent_usd=-30", "brent_usd=-100%", "brent_usd=0%", "=5%", "brent_usd=x%"])
def test_what_is_no_shock_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="--of"):
        shock.parse(text)


def test_grades_follow_their_definitions() -> None:
    def made(*t: float) -> list[Projection]:
        return [Projection(horizon=h, estimate=v, se=1.0, n=60, df=50) for h, v in enumerate(t)]

    assert shock.graded(made(0, 9, 0)) == "not shown"
    assert shock.graded(made(2.2, 2.2, 2.2)) == "not shown", "a 90 per cent band is not enough"
    assert shock.graded(made(3, 3, 0)) == "moved along"
    assert shock.graded(made(3, 3, 0, -3, -3)) == "mixed"
    assert set(shock.GRADES) == {"moved along", "not shown", "mixed"}


@pytest.mark.slow
def test_chance_moves_along_in_about_five_of_a_hundred_cases() -> None:
    found = []
    for seed in range(1000):
        rng = np.random.default_rng(seed)
        y, x = rng.normal(size=96).cumsum(), rng.normal(size=96).cumsum()
        found.append(shock.graded(project(y, x, range(13), lags=3, season=[k % 12 for k in range(96)])) != "not shown")
    assert 0.03 <= np.mean(found) <= 0.075


def test_china_s_imports_from_russia_after_a_fall_of_oil(full_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as done:
        cli.main(["--home", str(full_home), "shock", "CHN", "RUS", "imports_usd", "--of", "brent_usd=-30%", "--format", "json"])
    assert done.value.code == 0
    got = capsys.readouterr()
    body = json.loads(got.out)
    assert body["period"] == "month" and len(body["rows"]) == 13
    assert all(r["q05"] <= r["q25"] <= r["median"] <= r["q75"] <= r["q95"] for r in body["rows"])
    assert body["rows"][2]["q95"] < 0
    assert [(e["first"], e["last"]) for e in body["episodes"]] == [(2013, 2016), (2019, 2020), (2021, 2022)]
    assert "caused" not in got.err and "because of" not in got.err and "association" in got.err
    up = comity.open(full_home).shock("CHN", "RUS", "imports_usd", "brent_usd=+30%", horizon=2)
    assert len(up.rows) == 3 and up.rows[2]["q05"] > 0


def test_pairs_and_measures_without_a_shock_say_why(full_home: Path) -> None:
    store = comity.open(full_home)
    with pytest.raises(UsageError, match="shock speaks of"):
        store.shock("CHN", "RUS", "vote_agreement", "brent_usd=-30%")
    with pytest.raises(UsageError, match="of two states"):
        store.shock("CHN", "RUS", "imports_usd", "trade_total_usd=-30%")
    with pytest.raises(UsageError, match=r"shares \d+ years of \S+ with .*; at least 14 years"):
        store.shock("SSD", "KEN", "exports_usd", "brent_usd=-30%")
    with pytest.raises(UsageError, match="0 months are held"):
        store.shock("FRA", "DEU", "energy_imports_usd", "brent_usd=-30%")
    with pytest.raises(UsageError, match="no value for DEU or POL"):
        store.shock("DEU", "POL", "exports_usd", "rub_per_usd=-30%")


def test_the_source_is_the_one_that_shares_most_years_with_the_driver(full_home: Path) -> None:
    found = comity.open(full_home).shock("IND", "USA", "exports_usd", "brent_usd=-30%")
    assert found.source.startswith("imf_dots") and found.rows[0]["n"] == 20, "an older source has more years, but before the prices begin"


def test_price_and_quantity_multiply_to_the_value(full_home: Path) -> None:
    found = comity.open(full_home).shock("CHN", "RUS", "energy_imports_usd", "brent_usd=-30%")
    assert len(found.split) == len(found.rows) == 13
    for whole, part in zip(found.rows, found.split, strict=True):
        assert 1 + whole["median"] == pytest.approx((1 + part["price"]) * (1 + part["quantity"]))
    assert found.split[2]["price_q95"] < -0.2, "crude is paid for at about its price of two months before"
    assert "the quantity" in " ".join(found.sentences)
