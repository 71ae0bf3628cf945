"""Measures of value added and shared production over the built store, the ways of value, and what the report says of them."""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
from pathlib import Path

import numpy as np
import pytest

from comity import api, cli, standing
from comity.core import NotHeldError
from comity.models.value_added.shared import quasi_independent


def _values(home: Path, name: str, a: str, b: str) -> dict[int, float]:
    rows = api.open(home).series(name, dyad=(a, b)).to_pylist()
    return {r["start"].year: r["value"] for r in rows}


def test_value_added_of_china_and_russia(full_home: Path) -> None:
    assert round(_values(full_home, "value_added_exports_usd", "CHN", "RUS")[2011] / 1e6) == 53_432
    assert round(_values(full_home, "value_added_exports_usd", "RUS", "CHN")[2011] / 1e6) == 46_088
    assert round(_values(full_home, "value_added_exports_usd:dva", "CHN", "RUS")[2011] / 1e6) == 46_641
    gross = _values(full_home, "value_added_exports_usd:gross", "CHN", "RUS")
    assert gross == pytest.approx(_values(full_home, "wiod_exports_usd", "CHN", "RUS"))
    foreign = _values(full_home, "foreign_value_share", "CHN", "RUS")
    assert foreign[2011] == pytest.approx((10_543.1 + 109.3) / 57_639, abs=1e-5)
    assert sorted(foreign) == list(range(1995, 2012))


def test_shares_and_places(full_home: Path) -> None:
    for a, b in (("CHN", "RUS"), ("DEU", "CZE"), ("USA", "MEX")):
        whole = _values(full_home, "chain_participation", a, b)
        forward, backward = (_values(full_home, f"chain_participation:{v}", a, b) for v in ("forward", "backward"))
        direct = _values(full_home, "direct_value_share", a, b)
        for year in whole:
            assert whole[year] == pytest.approx(forward[year] + backward[year])
            assert 0 < direct[year] < 1
        low, high = (_values(full_home, f"supply_exposure{v}", a, b) for v in (":substituted", ""))
        assert all(0 <= low[y] <= high[y] <= 1 for y in low)
    up = {r["a"]: r["value"] for r in api.open(full_home).series("upstreamness", start=2011).to_pylist()}
    assert up["CHN"] == pytest.approx(2.7893, abs=1e-4) and up["USA"] == pytest.approx(1.8099, abs=1e-4)


def test_shared_production_grew_less_than_trade_and_lies_below_expectation_since_2004(full_home: Path) -> None:
    usd, expected = (_values(full_home, f"shared_production:{v}", "CHN", "RUS") for v in ("usd", "expected"))
    assert usd[2011] / usd[1995] == pytest.approx(12, abs=0.5)
    trade = [sum(_values(full_home, "wiod_exports_usd", *d)[y] for d in (("CHN", "RUS"), ("RUS", "CHN"))) for y in (1995, 2011)]
    assert trade[1] / trade[0] == pytest.approx(31, abs=0.5)
    assert expected[1995] == pytest.approx(1.19, abs=0.005) and expected[2011] == pytest.approx(0.87, abs=0.005)
    assert all((expected[y] < 1) == (y >= 2004) for y in expected)
    assert _values(full_home, "joint_production", "RUS", "CHN")[2011] == pytest.approx(0.0162, abs=5e-5)
    assert _values(full_home, "shared_production", "CHN", "RUS")[1995] == pytest.approx(0.00673, abs=5e-6)


def test_places_have_bands(full_home: Path) -> None:
    place, best, worst = (_values(full_home, f"shared_production_rank{v}", "CHN", "RUS") for v in ("", ":best", ":worst"))
    assert place[2011] == 129
    assert all(best[y] <= worst[y] for y in best)
    assert 90 <= best[2011] <= 129 <= worst[2011] <= 165
    near = [_values(full_home, f"shared_production_rank{v}", "DEU", "CZE")[2011] for v in (":best", ":worst")]
    assert 1 <= near[0] <= 3 <= near[1] <= 10


def test_the_variant_of_the_joint_family_is_not_gross_trade_again(full_home: Path) -> None:
    """By rank over the 780 pairs of 2011, beside gross trade and beside trade with both sizes taken out of it."""
    store = api.open(full_home)
    gross: dict[tuple[str, str], float] = {}
    for r in store.series("value_added_exports_usd:gross", start=2011).to_pylist():
        key = (min(r["a"], r["b"]), max(r["a"], r["b"]))
        gross[key] = gross.get(key, 0.0) + r["value"]
    pairs = sorted(gross)
    codes = sorted({c for p in pairs for c in p})
    trade = np.zeros((len(codes), len(codes)))
    for one, other in pairs:
        i, j = codes.index(one), codes.index(other)
        trade[i, j] = trade[j, i] = gross[one, other]
    relative = quasi_independent(trade)
    columns = {}
    for name in ("shared_production", "shared_production_excess"):
        rows = {(r["a"], r["b"]): r for r in store.series(name, start=2011).to_pylist()}
        assert sorted(rows) == pairs and len(pairs) == 780
        columns[name] = [rows[p]["value"] for p in pairs]
    assert all(r["se"] > 0 for r in rows.values())
    both = [gross[p] for p in pairs]
    assert _spearman(columns["shared_production"], both) == pytest.approx(0.89, abs=0.01)
    assert _spearman(columns["shared_production_excess"], both) == pytest.approx(0.34, abs=0.01)
    beyond = [relative[codes.index(p), codes.index(q)] for p, q in pairs]
    assert _spearman(columns["shared_production_excess"], beyond) == pytest.approx(0.87, abs=0.01)
    declared = standing.evidence()["shared_production_excess"]
    assert declared.kind == "joint" and declared.evidence and declared.evidence.topic == "production"
    expected = _values(full_home, "shared_production:expected", "CHN", "RUS")
    excess = _values(full_home, "shared_production_excess", "CHN", "RUS")
    assert excess == pytest.approx({y: math.log(v) for y, v in expected.items()})


def _spearman(left: list[float], right: list[float]) -> float:
    ranks = [np.argsort(np.argsort(x)) for x in (left, right)]
    return float(np.corrcoef(*ranks)[0, 1])


def test_ways_of_value_add_up(full_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--home", str(full_home), "chains", "CHN", "RUS", "--year", "2011", "--format", "csv"])
    assert not ended.value.code
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    there = [r for r in rows if r["a"] == "CHN"]
    assert there[0]["route"] == "CHN → RUS" and there[-1]["route"] == "longer"
    assert sum(float(r["value"]) for r in there) / 1e6 == pytest.approx(53_432.4, abs=0.1)
    assert sum(float(r["share"]) for r in there) == pytest.approx(1.0)
    assert len([r for r in there if r["route"].count("→") > 1]) == 5


def test_shared_production_turns_with_the_two(full_home: Path) -> None:
    store = api.open(full_home)
    one, other = store.shared("CHN", "RUS"), store.shared("RUS", "CHN")
    assert [r["usd"] for r in one] == [r["usd"] for r in other]
    assert [r["completed_a"] for r in one] == [r["completed_b"] for r in other]
    for r in one:
        assert r["completed_a"] + r["completed_b"] + r["completed_third"] == pytest.approx(1.0)


def test_the_page_says_what_the_data_allow(full_home: Path) -> None:
    store = api.open(full_home)
    held = store.profile("CHN", "RUS").chains
    assert held is not None
    said = " ".join(held.statement)
    assert "12-fold" in said and "31-fold" in said
    assert "below what both sizes lead one to expect in every year since 2004" in said
    low = {y.year: y.expected_low for y in held.history if y.year >= 2004}
    high = {y.year: y.expected_high for y in held.history if y.year >= 2004}
    beyond = [y for y in low if not low[y] <= 1 <= high[y]]
    assert 0 < len(beyond) < len(low) == 8
    assert f"That is beyond such error in {len(beyond)} of these 8 years, {'also' if 2011 in beyond else 'not'} in 2011" in said
    assert "Nothing is held after 2011" in said
    earlier = store.profile("CHN", "RUS", start=1996, stop=2003).chains
    assert earlier is not None
    told = " ".join(earlier.statement)
    assert "above what both sizes lead one to expect in every year from 1996 to 2003" in told
    assert "Nothing is held after 2011" in told
    assert [f.exporter for f in held.flows] == ["CHN", "RUS"]
    assert store.profile("CHN", "RUS", as_of=dt.date(2013, 10, 1)).chains is None
    turned = store.profile("RUS", "CHN").chains
    assert turned is not None and turned.history[-1].completed_a == held.history[-1].completed_b


def test_what_is_not_held_is_named(home: Path) -> None:
    with pytest.raises(NotHeldError, match="wiod_tables"):
        api.open(home).chains("CHN", "RUS")
