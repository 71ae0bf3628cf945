"""Distributed lags: known elasticities found again, the HAC covariance against another package, and what is refused."""

from __future__ import annotations

import datetime as dt
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from comity import sources
from comity.core import BadDataError, UsageError
from comity.models.pass_through import _months, distributed_lags
from comity.reading import Raw

TRUE = (0.5, 0.3, -0.1)


def made(n: int = 240, noise: float = 0.0, seed: int = 0) -> pd.DataFrame:
    """Months whose value follows Brent with elasticities .5, .3, -.1 at lags 0, 1, 2, the rouble with none, and a season."""
    generator = np.random.default_rng(seed)
    brent, rouble = generator.normal(0, 0.08, (2, n))
    season = np.tile([-0.2, 0.1, 0.0, 0.05, 0.02, -0.03, 0.0, 0.01, 0.02, 0.0, 0.01, 0.02], n // 12 + 1)[:n]
    change = sum(b * np.concatenate([np.zeros(k), brent[: n - k]]) for k, b in enumerate(TRUE)) + season + generator.normal(0, noise, n)
    month = [dt.date(2000 + i // 12, i % 12 + 1, 1) for i in range(n)]
    return pd.DataFrame({"month": month, "value": np.exp(change.cumsum()), "brent": np.exp(brent.cumsum()), "rouble": np.exp(rouble.cumsum())})


def test_known_elasticities_are_found_again() -> None:
    result = distributed_lags(made(), ["brent", "rouble"], lags=2)
    estimate = result.lags["estimate"].to_numpy()
    assert estimate == pytest.approx([*TRUE, 0, 0, 0], abs=1e-8)
    assert result.total["estimate"].to_numpy() == pytest.approx([sum(TRUE), 0], abs=1e-8)
    assert (result.n, result.coefficients) == (237, 18) and "no effect" in result.statement and "237 months" in result.statement


def test_bands_hold_the_truth_about_as_often_as_they_say() -> None:
    held = []
    for seed in range(60):
        row = distributed_lags(made(noise=0.05, seed=seed), ["brent"], lags=2).total.to_pylist()[0]
        held.append(row["low"] <= sum(TRUE) <= row["high"])
    assert 0.85 <= np.mean(held) <= 1.0


def test_covariance_is_that_of_another_package() -> None:
    """pyfixest's Newey–West, without its small-sample factor, on the same regression."""
    import pyfixest

    frame = made(120, noise=0.05)
    result = distributed_lags(frame, ["brent"], lags=1, season=False, bandwidth=4)
    change = np.log(frame[["value", "brent"]]).diff()
    data = pd.DataFrame({"y": change.value, "x0": change.brent, "x1": change.brent.shift(1), "t": np.arange(len(frame))})
    data = data.dropna().reset_index(drop=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        other = pyfixest.feols(
            "y ~ x0 + x1", data, vcov="NW", vcov_kwargs={"time_id": "t", "lag": 4}, ssc=pyfixest.ssc(k_adj=False, G_adj=False)
        )
    assert result.lags["estimate"].to_numpy() == pytest.approx(other.coef()[["x0", "x1"]].to_numpy())
    assert result.lags["se"].to_numpy() == pytest.approx(other.se()[["x0", "x1"]].to_numpy(), rel=1e-6)


def test_order_of_rows_and_form_of_months_change_nothing() -> None:
    frame = made(noise=0.05)
    one = distributed_lags(frame, ["brent"])
    text = frame.assign(month=[m.isoformat()[:7] for m in frame.month]).sample(frac=1, random_state=3)
    stamps = {**{c: frame[c].to_numpy() for c in ("value", "brent")}, "month": frame.month.to_numpy().astype("datetime64[D]")}
    assert all(distributed_lags(other, ["brent"]).lags.equals(one.lags) for other in (text, stamps))
    assert all(_months(f, "month")[0] in (2000 * 12, _months(text, "month")[0]) for f in (frame, text, stamps))
    assert _months(stamps, "month")[:13].tolist() == list(range(24_000, 24_013))


def test_chinas_imports_from_russia_move_with_oil(shared_data: Path) -> None:
    """China's customs 2017–2024: with Brent's changes of three months, .31 (se .10) per unit; behind it 92 months."""
    tables = {}
    for name in ("china_customs_russia", "brent_fred", "rouble_market", "yuan_fred"):
        source = sources.get(name)
        tables[name] = source.build(Raw(name, source.files, shared_data))[name].to_pandas()
    monthly = {}
    for name, column in (("brent_fred", "usd_per_barrel"), ("yuan_fred", "cny_per_usd")):
        t = tables[name]
        monthly[name] = t.groupby(pd.to_datetime(t.date).dt.to_period("M"))[column].mean()
    trade = tables["china_customs_russia"]
    trade = trade[trade.flow == "imports"].assign(month=lambda t: pd.to_datetime(t.month).dt.to_period("M")).set_index("month").value_usd
    rouble = tables["rouble_market"].assign(month=lambda t: pd.to_datetime(t.month).dt.to_period("M")).set_index("month").rub_per_usd
    frame = pd.DataFrame({"value": trade, "brent": monthly["brent_fred"], "rub": rouble, "cny": monthly["yuan_fred"]}).dropna()
    frame = frame.reset_index(names="month")
    result = distributed_lags(frame.assign(month=frame.month.astype(str)), ["brent", "rub", "cny"])
    rows = {r["driver"]: r for r in result.total.to_pylist()}
    assert result.n == 92 and round(rows["brent"]["estimate"], 2) == 0.31 and round(rows["brent"]["se"], 2) == 0.10
    assert rows["cny"]["low"] < 0 < rows["cny"]["high"]


@pytest.mark.parametrize(
    ("change", "options", "error", "word"),
    [
        (lambda f: f.drop(index=7), {}, BadDataError, "missing after 2000-07"),
        (lambda f: pd.concat([f, f.iloc[[3]]]), {}, BadDataError, "doubled after 2000-04"),
        (lambda f: f.assign(value=0.0), {}, BadDataError, "zero in 2000-01"),
        (lambda f: f.assign(brent=-1.0), {}, BadDataError, "brent of row 0"),
        (lambda f: f.head(20), {}, BadDataError, "expected at least"),
        (lambda f: f.assign(rouble=f.brent**2), {"drivers": ["brent", "rouble"]}, BadDataError, "collinear"),
        (lambda f: f.assign(month="May 2000"), {}, BadDataError, "YYYY-MM"),
        (lambda f: f, {"drivers": ["gold"]}, UsageError, "gold"),
        (lambda f: f, {"drivers": []}, UsageError, "list of columns"),
        (lambda f: f, {"lags": -1}, UsageError, "whole numbers"),
    ],
)
def test_bad_input_is_refused_with_a_word(change: Any, options: Any, error: type[Exception], word: str) -> None:
    with pytest.raises(error, match=word):
        distributed_lags(change(made(60)), **({"drivers": ["brent"]} | options))


def test_months_are_named_as_they_are() -> None:
    frame = made(noise=0.05)
    first, last = (f"{m:%Y-%m}" for m in (frame.month.iloc[0], frame.month.iloc[-1]))
    stamps = {**{c: frame[c].to_numpy() for c in ("value", "brent")}, "month": frame.month.to_numpy().astype("datetime64[D]")}
    told = distributed_lags(stamps, ["brent"], lags=0).statement
    assert last in told and told == distributed_lags(frame, ["brent"], lags=0).statement
    assert first[:4] in told
