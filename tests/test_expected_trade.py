"""Every pair left out of the gravity equation against one at a time and by hand; expected trade, dependence and displacement on the held data."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from comity import api
from comity.analysis import trade
from comity.cli import main
from comity.core import ComityWarning, NotHeldError, UsageError
from comity.models import gravity, gravity_pairs
from comity.models.gravity import GravityFit, expected_without, fit
from comity.models.gravity_pairs import every_pair_out
from comity.sources import expected_trade as source
from comity.store import Holdings


def world(states: int = 9, years: int = 3, seed: int = 5) -> pd.DataFrame:
    """Flows of a small world with sizes, distance, noise and some zeros."""
    draw = np.random.default_rng(seed)
    names = [f"S{i:02}" for i in range(states)]
    place = draw.normal(size=(states, 2))
    size = draw.normal(size=(states, years))
    rows = [
        (a, b, 2000 + y, np.log(np.hypot(*(place[i] - place[j])) + 0.2), float((i + j) % 3 == 0), size[i, y] + size[j, y])
        for i, a in enumerate(names) for j, b in enumerate(names) for y in range(years) if i != j
    ]  # fmt: skip
    d = pd.DataFrame(rows, columns=["exporter", "importer", "year", "ln_km", "border", "s"])
    d["value"] = np.exp(5 + d.s - d.ln_km + 0.4 * d.border + draw.normal(scale=0.5, size=len(d))) * (draw.random(len(d)) > 0.1)
    return d.drop(columns="s")


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return world()


@pytest.fixture(scope="module")
def made(frame: pd.DataFrame) -> GravityFit:
    return fit(frame, covariates=["ln_km", "border"])


def test_every_pair_out_is_one_pair_at_a_time(frame: pd.DataFrame, made: GravityFit) -> None:
    all_out = every_pair_out(made, frame)
    assert (all_out.lone, all_out.unsettled) == (0, 0)
    rows = all_out.table.to_pandas().set_index(["exporter", "importer", "year"])
    assert len(rows) == made.n
    for a in ("S00", "S03"):
        for b in ("S01", "S08"):
            one = expected_without(made, a, b).to_pandas().set_index(["exporter", "importer", "year"])
            both = rows.loc[one.index]
            assert both.expected.to_numpy() == pytest.approx(one.expected.to_numpy(), rel=1e-7)
            assert both.own.to_numpy() == pytest.approx(one.own.to_numpy(), rel=1e-9)
    assert rows.ratio.to_numpy() == pytest.approx((rows.actual / rows.expected).to_numpy())


def test_the_error_is_that_of_the_delta_method_by_hand(frame: pd.DataFrame, made: GravityFit) -> None:
    """The response of each log expectation to a coefficient, by moving it and fitting the effects again."""
    rows = made.rows.to_pandas()
    x = frame.loc[rows.row, ["ln_km", "border"]].to_numpy()
    step = 1e-5
    slope = []
    for k in range(2):
        sides = []
        for sign in (1, -1):
            index = x @ made.beta + sign * step * x[:, k]
            out = np.empty(len(rows))
            for _, part in rows.groupby("year"):
                at = part.index.to_numpy()
                grid = part.assign(phi=np.exp(index[at])).pivot(index="exporter", columns="importer", values="phi").fillna(0).to_numpy()
                real = part.pivot(index="exporter", columns="importer", values="expected").fillna(0).to_numpy()
                right = np.ones(grid.shape[1])
                for _ in range(3000):
                    left = real.sum(axis=1) / (grid @ right)
                    right = real.sum(axis=0) / (left @ grid)
                i, j = (pd.factorize(part[c], sort=True)[0] for c in ("exporter", "importer"))
                out[at] = np.log(left[i] * grid[i, j] * right[j])
            sides.append(out)
        slope.append((sides[0] - sides[1]) / (2 * step))
    by_hand = np.sqrt(np.einsum("ki,kl,li->i", np.array(slope), made.covariance, np.array(slope)))
    rows["by_hand"] = by_hand
    found = every_pair_out(made, frame).table.to_pandas().merge(rows, on=["exporter", "importer", "year"])
    assert len(found) == made.n
    assert found.se.to_numpy() == pytest.approx(found.by_hand.to_numpy(), rel=1e-4, abs=1e-9)


def test_a_state_that_trades_with_one_only_has_no_expectation(frame: pd.DataFrame) -> None:
    more = frame[(frame.exporter == "S00") & (frame.importer == "S01")].assign(exporter="ZZZ")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ComityWarning)
        held = pd.concat([frame, more.assign(value=3.0)], ignore_index=True)
        out = every_pair_out(fit(held, covariates=["ln_km", "border"]), held)
    found = set(out.table.column("exporter").to_pylist())
    assert "ZZZ" not in found and out.unsettled == 0
    assert np.isfinite(out.table.column("expected").to_numpy()).all()


def test_other_effects_and_bands_are_refused(frame: pd.DataFrame, made: GravityFit) -> None:
    with pytest.raises(UsageError, match=r"exporter\^year"):
        every_pair_out(fit(frame, covariates=["ln_km"], effects=["exporter", "importer"]), frame)
    with pytest.raises(UsageError, match="band"):
        every_pair_out(made, frame, band=1.2)


def test_seven_digits_are_kept() -> None:
    found = source._rounded(np.array([0.0, 123456789.0, -0.00123456789, 7.0]))
    assert found.tolist() == pytest.approx([0.0, 123456800.0, -0.001234568, 7.0], rel=1e-12)


def test_expected_trade_of_the_held_data(full_home: Path) -> None:
    """The figures of docs/trade.md, the share of flows inside their band, and nothing separated kept."""
    held = api.open(full_home)
    sample = held.gravity()
    assert (sample["n"], sample["zeros"], sample["separated"]) == (516_944, 21_476, 0)
    terms = {t["term"]: (round(t["estimate"], 3), round(t["se"], 3)) for t in sample["terms"]}
    assert terms == {"ln_km": (-0.736, 0.027), "contiguous": (0.422, 0.085), "language": (0.157, 0.078), "colony": (0.174, 0.102)}
    assert "clusters" in sample["standard_errors"] and "G/(G−1)" in sample["standard_errors"]
    newest = {(r["a"], r["b"]): r for pair in (("CHN", "RUS"), ("USA", "MEX"), ("DEU", "POL")) for r in held.expected(*pair) if r["year"] == 2020}
    shown = {pair: (round(r["expected"] / 1e9, 1), round(r["ratio"], 2)) for pair, r in newest.items()}
    assert shown == {
        ("CHN", "RUS"): (47.3, 1.16), ("RUS", "CHN"): (53.5, 1.07), ("USA", "MEX"): (99.6, 1.79), ("MEX", "USA"): (94.8, 3.43),
        ("DEU", "POL"): (38.6, 1.87), ("POL", "DEU"): (33.5, 2.26),
    }  # fmt: skip
    table = pq.read_table(full_home / "tables" / "expected_trade.parquet").to_pandas()
    assert (table.groupby("year").size() > 20_000).all()
    assert (table.actual_usd > table.high_usd).mean() == pytest.approx(0.1, abs=0.003)
    assert 0.08 < (table.actual_usd < table.low_usd).mean() < 0.103  # less where over a tenth of like flows are zero


def test_the_series_are_the_table(full_home: Path) -> None:
    held = api.open(full_home)
    rows = {r["year"]: r for r in held.expected("AUS", "CHN") if r["a"] == "AUS"}
    series = {n: {r["start"].year: r for r in held.series(n, dyad=("AUS", "CHN")).to_pylist()} for n in
              ("trade_expected_usd", "trade_expected_usd:low", "trade_expected_usd:high", "trade_to_expected")}  # fmt: skip
    assert set(rows) == set(series["trade_to_expected"]) and len(rows) == 21
    for year, row in rows.items():
        assert series["trade_expected_usd"][year]["value"] == row["expected"]
        assert series["trade_expected_usd:low"][year]["value"] == row["low"] < row["expected"]
        assert series["trade_to_expected"][year]["value"] == pytest.approx(row["ratio"])
        assert series["trade_to_expected"][year]["se"] == pytest.approx(row["se"])
        assert str(series["trade_to_expected"][year]["published"]) == "2021-07-01"
    assert held.series("trade_to_expected", dyad=("AUS", "CHN"), as_of=__import__("datetime").date(2021, 1, 1)).num_rows == 0


def test_trade_over_output_and_other_suppliers_by_hand(full_home: Path) -> None:
    """Mexico 2019 from the tables of the IMF and the World Bank."""
    ask = duckdb.connect().sql
    tables = full_home / "tables"
    dots = f"read_parquet('{tables}/imf_dots.parquet') WHERE reporter = 'MEX' AND year = 2019"
    both = ask(f"SELECT sum(value_usd) FROM {dots} AND partner = 'USA'").fetchall()[0]
    output = ask(f"SELECT gdp_usd FROM read_parquet('{tables}/wdi_gdp.parquet') WHERE state = 'MEX' AND year = 2019").fetchall()[0]
    shares = ask(
        f"SELECT partner, value_usd / sum(value_usd) OVER () AS s FROM {dots} AND flow = 'imports' AND value_usd > 0 ORDER BY s DESC"
    ).fetchall()
    held = api.open(full_home)
    found = held.series("trade_to_gdp", dyad=("MEX", "USA"), start=2019, stop=2019).to_pylist()
    assert found[0]["value"] == pytest.approx(both[0] / output[0], rel=1e-9)
    assert found[0]["source"] == "imf_dots+wdi_gdp"
    large = [p for p, s in shares if s > 0.05 and p]
    for partner in ("USA", "DEU"):
        row = held.series("other_suppliers", dyad=("MEX", partner), start=2019, stop=2019).to_pylist()[0]
        assert row["value"] == len([p for p in large if p != partner])
        assert row["n"] == len([p for p, _ in shares if p])


def test_who_displaced_whom_adds_up(full_home: Path) -> None:
    held = api.open(full_home)
    for products in ("all", "groups"):
        found = held.displaced("RUS", 2013, 2019, products=products)
        rows = pd.DataFrame(found.rows)
        assert (rows["size"] + rows.composition + rows.competition).to_numpy() == pytest.approx(rows.change.to_numpy(), abs=1.0)
        assert rows.competition.sum() == pytest.approx(0, abs=1.0)
        assert rows.change.sum() == pytest.approx(found.market, rel=1e-9)
        assert (rows.composition.abs().max() < 1.0) == (products == "all")
    china = held.displaced("CHN", 2019, 2022)
    assert [round(r["competition"] / 1e9, 1) for r in china.rows[:3]] == [28.4, 27.7, 21.8]
    assert china.source == "imf_china_imports"


def test_no_displacement_across_a_change_of_source(full_home: Path, tmp_path: Path) -> None:
    held = api.open(full_home)
    with pytest.raises(UsageError, match=r"no one source .* both 2013 and 2022 .*imf_dots 2000–2020"):
        held.displaced("DEU", 2013, 2022)
    with pytest.raises(UsageError, match="not before"):
        held.displaced("DEU", 2019, 2019)
    empty = Holdings(tmp_path, tmp_path / "none")
    for call in (lambda: trade.displaced(empty, "DEU", 2010, 2019), lambda: trade.gravity(empty), lambda: trade.expected(empty, "DEU", "POL")):
        with pytest.raises(NotHeldError, match="comity build"):
            call()
    assert trade.suspicions(empty, "DEU", "POL") == () and trade.judged(empty) == {}


def _run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[str, str]:
    with pytest.raises(SystemExit) as done:
        main(list(arguments))
    told = capsys.readouterr()
    assert not done.value.code, told.err
    return told.out, told.err


def test_the_commands(full_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = ("--home", str(full_home))
    out, err = _run(capsys, *home, "gravity", "--format", "json")
    assert {t["term"] for t in json.loads(out)} == set(source.COVARIATES)
    assert "0 separated" in err and "(N−1)/(N−k)" in err and "multilateral resistance" in err
    out, _ = _run(capsys, *home, "gravity", "USA", "MEX", "--from", "2020", "--format", "json")
    assert [(r["a"], r["year"], round(r["ratio"], 2)) for r in json.loads(out)] == [("USA", 2020, 1.79), ("MEX", 2020, 3.43)]
    out, err = _run(capsys, *home, "displaced", "CHN", "--from", "2019", "--to", "2022", "--top", "2", "--format", "csv")
    assert [row.split(",")[0] for row in out.splitlines()] == ["supplier", "IDN", "RUS", "KOR", "JPN"]
    assert "+652.4 bn" in err
    out, _ = _run(capsys, *home, "displaced", "CHN", "--from", "2019", "--to", "2022", "--won", "--top", "2", "--format", "csv")
    assert out.splitlines()[1].startswith("IDN,JPN,")
    with pytest.raises(SystemExit) as done:
        main([*home, "gravity", "USA"])
    assert done.value.code == 2 and "two states" in capsys.readouterr().err


def test_a_refused_estimate_leaves_the_table_empty_with_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    from comity.core import BadDataError

    rows = world(states=40, years=4)
    monkeypatch.setattr(source, "panel", lambda _: __import__("pyarrow").Table.from_pandas(rows))

    def refused(*_: object, **__: object) -> None:
        raise BadDataError("no one can tell")

    monkeypatch.setattr(gravity, "fit", refused)
    with pytest.warns(ComityWarning, match="refused: no one can tell"):
        found = source.build(None)  # type: ignore[arg-type]
    assert {n: t.num_rows for n, t in found.items()} == {"expected_trade": 0, "gravity_terms": 0, "gravity_sample": 0}


def test_a_state_that_buys_nothing_draws_nothing() -> None:
    """Flows made of known effects are balanced again; one state buys nothing, one has no partner."""
    grid = np.array([[0.0, 0.5, 0.2, 0.0], [0.4, 0.0, 0.1, 0.0], [0.3, 0.6, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]])
    flows = np.array([1.0, 2.0, 3.0, 0.0])[:, None] * grid * np.array([2.0, 1.0, 0.0, 0.0])
    right = gravity_pairs._fitted(grid, flows.sum(axis=1), flows.sum(axis=0))
    assert right[2:].tolist() == [0.0, 0.0] and right[0] / right[1] == pytest.approx(2.0, rel=1e-6)
