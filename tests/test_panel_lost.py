"""What a column of a panel has no value of is named, with the measure that has it; all names that are wrong are told at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.made_series import cover, day, put, row

import comity
from comity import output, panel_files, panel_lost
from comity.core import NotHeldError, UsageError
from comity.panel import Panel
from comity.panel_cells import cells

STATES = ("CHN", "RUS", "SUN", "USA")


@pytest.fixture
def made(home: Path) -> comity.Store:
    """Distances of today's states as a constant, and by year of the states of the time; products of one state from 1991."""
    put(home, "distance_km", [row("CHN", "RUS", day(2004), 5.0), row("CHN", "USA", day(2004), 9.0), row("RUS", "USA", day(2004), 8.0)],
        {"cepii_distance": cover(2004, 2004)})  # fmt: skip
    years = [row(a, b, day(y), 1.0) for y in range(1988, 1994) for a, b in (("CHN", "SUN" if y < 1992 else "RUS"), ("CHN", "USA"))]
    put(home, "minimum_distance_km", years, {"cow_minimum_distance": cover(1988, 1993)})
    put(home, "gdp_usd", [row(s, s, day(y), 1.0) for y in (1991, 1992, 1993) for s in ("CHN", "RUS", "USA")], {"wdi_gdp": cover(1960, 2020)})
    return comity.open(home)


def lost(plan: Panel) -> tuple[panel_lost.Lost, ...]:
    table = plan.to_arrow()
    return panel_lost.lost(plan, table, cells(table))


def test_states_and_years_without_a_value_are_named_with_the_measure_that_has_them(made: comity.Store, tmp_path: Path) -> None:
    plan = made.dyads("year", 1988, 1993, states=STATES).add("distance_km", "gdp_usd", "minimum_distance_km")
    table = plan.to_arrow()
    distance, product = lost(plan)
    assert (distance.column, distance.states, distance.years) == ("distance_km", {"SUN": (1988, 1989, 1990, 1991)}, ())
    assert distance.instead == "minimum_distance_km"
    assert (product.column, product.states, product.years, product.instead) == ("gdp_usd", {"SUN": (1991,)}, (1988, 1989, 1990), "")
    told: list[str] = []
    output.emit_panel(plan, tmp_path / "p.csv", tell=told.append)
    said = "distance_km has no value of Soviet Union (1988–1991) (`minimum_distance_km` has values of it)."
    assert said in told and said in (tmp_path / "p.methods.md").read_text(encoding="utf-8")
    assert "gdp_usd has no value of Soviet Union (1991), and none of any dyad in 1988–1990." in panel_files.methods(plan, table)


def test_nothing_is_said_of_a_column_that_is_whole_or_empty(made: comity.Store) -> None:
    whole = made.dyads("year", 1992, 1993, states=("CHN", "USA")).add("distance_km", "gdp_usd", "minimum_distance_km")
    empty = made.dyads("year", 1980, 1981, states=("CHN", "USA")).add("gdp_usd")
    assert lost(whole) == lost(empty) == ()


def test_directed_values_count_each_way(made: comity.Store) -> None:
    """An import of one side is a value of both: neither state is lost."""
    put(made.home, "exports_usd", [row("CHN", "USA", day(1992), 1.0)], {"oec_trade": cover(1963, 2014)})
    for directed in (False, True):
        plan = comity.open(made.home).dyads("year", 1992, 1992, states=("CHN", "RUS", "USA"), directed=directed).add("exports_usd")
        (found,) = lost(plan)
        assert found.states == {"RUS": (1992,)}
        assert found.words() == "exports_usd has no value of Russia (1992)."


def test_all_names_that_are_wrong_are_told_at_once(made: comity.Store) -> None:
    plan = made.dyads("year", 1992, 1993, states=("CHN", "USA"))
    with pytest.raises(UsageError, match=r"(?s)'gdp_us'.*nearest: gdp_usd.*'nope'.*trade_share: not held"):
        plan.add("gdp_us", "gdp_usd", "nope", "trade_share")
    with pytest.raises(NotHeldError, match=r"(?s)trade_share: not held.*trade_balance_usd: not held.*held and near: "):
        plan.add("trade_share", "gdp_usd", "trade_balance_usd")
