"""Panels of made Series: lags at a seat's change of hands, the numbers of each list, and what files say of them."""

from __future__ import annotations

from pathlib import Path

import pytest

import comity
from tests.made_series import cover, day, put, row


@pytest.fixture
def made(home: Path) -> comity.Store:
    """Disputes of the Cold War's end: the source lists the states of the Correlates of War, and is silent of most pairs."""
    rows = [row("CHN", "SUN", day(1991), 1.0), row("CHN", "RUS", day(1993), 1.0)]
    put(home, "disputes", rows, {"cow_mid": cover(1950, 2014, states="cow")})
    return comity.open(home)


@pytest.mark.parametrize("system", ["comity", "cow", "gw"])
@pytest.mark.parametrize("chosen", [None, ("CHN", "RUS", "SCG", "SRB", "USA"), ("CHN", "RUS", "SUN", "YUG", "SCG", "SRB", "USA")])
def test_a_lag_finds_nothing_where_the_spine_had_no_such_pair(made: comity.Store, system: str, chosen: tuple[str, ...] | None) -> None:
    """Russia is listed from 26 December 1991, but that year is the Soviet Union's: no silence about Russia speaks of it."""
    plan = made.dyads("year", 1988, 2008, system=system, states=chosen).add("disputes")  # type: ignore[arg-type]
    plan = plan.lag("disputes").lag("disputes", -1).difference("disputes").sum("disputes", 2)
    rows = plan.to_arrow().to_pylist()
    there = {(r["a"], r["b"], r["year"]) for r in rows}
    shared = {"RUS", "SUN", "YUG", "SCG", "SRB"}
    for r in rows:
        for column, step in (("disputes_lag1", 1), ("disputes_lead1", -1), ("disputes_diff1", 1), ("disputes_sum2", 1)):
            if 1988 <= r["year"] - step <= 2008 and {r["a"], r["b"]} & shared and (r["a"], r["b"], r["year"] - step) not in there:
                assert r[column] is None, (r, column)
    found = {(r["a"], r["b"], r["year"]): r for r in rows}
    assert found["RUS", "USA", 1993]["disputes_lag1"] == 0.0 and found["CHN", "RUS", 1994]["disputes_lag1"] == 1.0
    assert found["RUS", "USA", 1992]["disputes"] == 0.0 and found["RUS", "USA", 1992]["disputes_lag1"] is None
    if chosen is not None and "SUN" not in chosen:
        assert found["RUS", "USA", 1991]["disputes"] is None, "a chosen state has no year of another that held its seat"
