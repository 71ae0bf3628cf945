"""What the forecasts must reach on the held data: floors on skill and coverage, on every sixth pair so that it takes minutes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from comity.analysis.forecast_data import load
from comity.models import backtest
from comity.models import forecast_months as months
from comity.store import Holdings

THIN = 6
FLOORS = {
    ("trade_total_usd", "oec_trade"): ((0.05, 0.05, 0.04), 0.10, 0.9),
    ("coauthored_works", None): ((0.08, 0.08, 0.07), 0.12, 0.9),
    ("vote_agreement", "voeten_votes"): ((0.04, 0.025, -0.01), 0.0, 0.0),
}
"""By measure and source: the least skill against last value by size at 1, 2, 3 periods; against plain last at 1; the share of origins won at 1."""


@pytest.mark.slow
@pytest.mark.parametrize(("name", "source"), FLOORS)
def test_skill_and_coverage_reach_their_floors(full_home: Path, name: str, source: str | None) -> None:
    data = load(Holdings(full_home), name, source=source)
    panel = replace(data.panel, values=data.panel.values[::THIN], sides=data.panel.sides[::THIN])
    found = backtest.backtest(panel, horizons=(1, 2, 3))
    skills, plain, won = FLOORS[name, source]
    for h, least in zip((1, 2, 3), skills, strict=True):
        row = next(r for r in found.rows if r.horizon == h and r.method == backtest.CHOSEN)
        assert len(row.origins) >= 15
        assert row.skill_last_size >= least, row
        np.testing.assert_allclose(row.cover, (0.5, 0.8, 0.9), atol=0.03 if panel.scale.whole else 0.02)
        if h == 1:
            assert row.skill_last >= plain and row.won >= won


def test_seasonally_adjusted_months_beat_last_value(full_home: Path) -> None:
    data = load(Holdings(full_home), "trade_total_usd_monthly")
    assert data.single
    found = months.backtest(data.panel.values[0], data.starts[0].month - 1, horizons=range(1, 7))
    for h in range(1, 7):
        row = next(r for r in found.rows if r.horizon == h and r.method == "last_adjusted")
        assert row.skill_last >= 0.05, row


def test_the_chosen_method_beats_last_value_in_months(full_home: Path) -> None:
    data = load(Holdings(full_home), "trade_total_usd_monthly")
    found = months.backtest(data.panel.values[0], data.starts[0].month - 1, horizons=range(1, 7))
    skills = [r.skill_last for r in found.rows if r.method == backtest.CHOSEN]
    assert len(skills) == 6 and min(skills) >= 0.05, skills
