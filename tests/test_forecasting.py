"""Forecasts of a made store: what is kept, what is said, the register, and the commands."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.made_series import cover, day, put, row

import comity
from comity import cli, forecasted
from comity.analysis import forecast, forecast_register
from comity.analysis.forecast_data import load
from comity.core import BadDataError, StoreError, UsageError
from comity.store import Holdings

STATES = ["AUS", "AUT", "BEL", "BRA", "CAN", "CHL", "CHN", "DNK", "EGY", "FIN", "FRA"]
FIRST, LAST = 1990, 2016


def _trade(seed: int = 0) -> list[dict[str, Any]]:
    rng = np.random.default_rng(seed)
    out = []
    for i, a in enumerate(STATES):
        for b in STATES[i + 1 :]:
            level = rng.normal(18, 2)
            for year in range(FIRST, LAST + 1):
                level += rng.normal(0.02, 0.1)
                source = "oec_trade" if year < 2000 else "imf_dots:AUS"
                out.append(row(a, b, day(year), float(np.exp(level + rng.normal(0, 0.15))), source=source))
    return out


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    home = tmp_path_factory.mktemp("made")
    put(home, "trade_total_usd", _trade(), {"imf_dots": cover(2000, LAST), "oec_trade": cover(FIRST, 1999)})
    rng = np.random.default_rng(4)
    season = 0.2 * np.sin(2 * np.pi * np.arange(12) / 12)
    level, months = 21.0, []
    for k in range(96):
        level += rng.normal(0.005, 0.02)
        value = float(np.exp(level + season[k % 12]))
        months.append(row("CHN", "RUS", day(2017 + k // 12, k % 12 + 1), value, source="china_customs_russia:CHN"))
    put(home, "trade_total_usd_monthly", months, {"china_customs_russia": cover(2017, 2024)})
    store = comity.open(home)
    store.backtest("trade_total_usd")
    yield home


def test_a_panel_never_joins_two_sources(made: Path) -> None:
    data = load(Holdings(made), "trade_total_usd")
    assert {s for *_, s in data.pairs} == {"oec_trade", "imf_dots:AUS"}
    seen = np.isfinite(data.values)
    for (_, _, source), known in zip(data.pairs, seen, strict=True):
        years = [data.starts[t].year for t in np.flatnonzero(known)]
        assert (max(years) < 2000) == (source == "oec_trade")
    assert data.panel.scale.kind == "log"


def test_a_day_hides_what_was_published_later(made: Path) -> None:
    assert max(load(Holdings(made), "trade_total_usd", as_of=dt.date(2010, 6, 1)).starts).year == 2009
    with pytest.raises(UsageError, match="published by 1980"):
        load(Holdings(made), "trade_total_usd", as_of=dt.date(1980, 1, 1))
    with pytest.raises(UsageError, match="no value of source 'nobody'"):
        load(Holdings(made), "trade_total_usd", source="nobody")


def test_noughts_follow_a_first_value_only_while_both_states_are_in_the_source(home: Path) -> None:
    rows = [row("AUS", "AUT", day(y), 2.0) for y in (2000, 2004)] + [row("AUS", "BEL", day(y), 1.0) for y in range(1998, 2007)]
    rows += [row("AUT", "BEL", day(y), 1.0) for y in range(1998, 2006)]
    put(home, "coauthored_works", rows, {"openalex_coauthorship": cover(1998, 2006)})
    data = load(Holdings(home), "coauthored_works")
    k = [p[:2] for p in data.pairs].index(("AUS", "AUT"))
    years = {s.year: v for s, v in zip(data.starts, data.values[k], strict=True)}
    assert [years[y] for y in range(2000, 2006)] == [2.0, 0.0, 0.0, 0.0, 2.0, 0.0]
    assert np.isnan([years[1998], years[1999], years[2006]]).all()


def test_a_scorecard_is_kept_and_read_back(made: Path) -> None:
    holdings = Holdings(made)
    card = forecast.kept(holdings, "trade_total_usd")
    assert card is not None and forecast.fresh(holdings, card) and card.kind == "pooled"
    keys = {"horizon", "model", "origins", "n", "crps", "skill_last", "skill_last_size", "se", "cover50", "cover80", "cover90", "worst80"}
    assert all(keys <= set(r) for r in card.rows)
    assert {r["horizon"] for r in card.rows} == {1, 2, 3}
    chosen = card.rows_of("chosen")
    assert all(0.7 < r["cover80"] < 0.9 for r in chosen)
    assert comity.open(made).backtest("trade_total_usd") == card


def test_forecasts_of_a_pair_are_read_from_what_is_kept(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forecast, "run", lambda *_, **__: pytest.fail("a kept forecast is not computed again"))
    found, card = comity.open(made).forecast("CHN", "AUS", "trade_total_usd", horizon=2)
    assert [f.start.year for f in found] == [LAST + 1, LAST + 2]
    f = found[0]
    assert f.source == "imf_dots:AUS" and f.origin == day(LAST) and f.tries > 5 and 0 <= f.held80 <= f.tries
    assert list(f.quantiles) == sorted(f.quantiles)
    assert f.above(f.quantile(0.5)) == pytest.approx(0.5, abs=0.02)
    assert f.above(0.0) == 0.995 and f.above(1e30) == 0.005
    said = " ".join(forecasted.sentences(found, card))
    assert f"In {f.tries} past tries for this pair, 1 year ahead, the 80 % band held in {f.held80}" in said
    assert "caused" not in said and "because of" not in said


def test_other_data_make_the_forecast_anew(made: Path) -> None:
    holdings = Holdings(made)
    card = forecast.kept(holdings, "trade_total_usd")
    assert card is not None
    stale = forecast.Scorecard(**{**vars(card), "content": "of other data"})
    assert not forecast.fresh(holdings, stale)


def test_a_forecast_of_an_earlier_day_is_kept_apart(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from comity import gather_forecast

    store, held, then = comity.open(made), Holdings(made), dt.date(2014, 6, 1)
    today = forecast.names(held)
    found, card = store.forecast("CHN", "AUS", "trade_total_usd", as_of=then)
    assert card.as_of == then and found[0].origin == day(2013) and card.last < "2013"
    assert forecast.names(held) == today and forecast.names(held, then) == ("trade_total_usd",)
    monkeypatch.setattr(forecast, "run", lambda *_, **__: pytest.fail("a kept forecast is not computed again"))
    assert store.forecast("CHN", "AUS", "trade_total_usd", as_of=then)[0] == found
    fans = gather_forecast.gather(held, "CHN", "AUS", start=None, stop=None, as_of=then)
    assert fans is not None and max(s for s, _ in fans.fans[0].past) == day(2013) and fans.fans[0].steps[0].start == day(2014)


def test_a_single_monthly_series_and_its_limits(made: Path) -> None:
    found, card = comity.open(made).forecast("CHN", "RUS", "trade_total_usd_monthly", horizon=6)
    assert card.kind == "single" and [f.horizon for f in found] == [1, 2, 3, 4, 5, 6]
    assert found[0].start == day(2025, 1)
    assert next(r for r in card.rows_of("last_adjusted") if r["horizon"] == 1)["skill_last"] > 0.3
    assert any("allows no claim" in s for s in forecasted.sentences(found, card))
    with pytest.raises(UsageError, match="1 to 12 periods"):
        comity.open(made).forecast("CHN", "RUS", "trade_total_usd_monthly", horizon=13)


def test_what_has_no_forecast_says_why(made: Path, home: Path) -> None:
    with pytest.raises(UsageError, match="no value recent enough"):
        comity.open(made).forecast("CHN", "USA", "trade_total_usd")
    put(home, "trade_total_usd", [row("AUS", "AUT", day(y), 1.0 + y % 3) for y in range(1990, 2000)], {"oec_trade": cover(1990, 1999)})
    with pytest.raises(BadDataError, match="too few to learn from each other"):
        comity.open(home).forecast("AUS", "AUT", "trade_total_usd")


def test_the_register_is_only_added_to_and_scores_what_comes(made: Path, tmp_path: Path) -> None:
    store = comity.open(made)
    found, card = store.forecast("AUS", "CHN", "trade_total_usd")
    added = forecast_register.record(tmp_path, found, card, said=dt.date(2017, 6, 1))
    late = forecast_register.record(tmp_path / "late", found, card, said=dt.date(2018, 2, 1))
    assert [e.start.year for e in late] == [LAST + 2, LAST + 3], "a period that is over is no forecast"
    assert len(added) == 3 and not forecast_register.record(tmp_path, found, card, said=dt.date(2018, 1, 1))
    more, _ = store.forecast("AUS", "FRA", "trade_total_usd")
    forecast_register.record(tmp_path, more, card, said=dt.date(2017, 6, 2))
    path = tmp_path / forecast.FOLDER / forecast_register.FILE
    had = forecast_register.read(path)
    assert len(had) == 6 and had[3].before == had[2].hash
    came = found[0].quantile(0.5)
    rows = [row("AUS", "CHN", day(LAST + 1), came, source="imf_dots:AUS", published=day(2018, 7))]
    rows += [row("AUS", "FRA", day(LAST + 1), 1e3, source="imf_dots:AUS", published=dt.date(2017, 5, 1))]
    put(tmp_path, "trade_total_usd", rows, {"imf_dots": cover(2000, LAST + 1)})
    outcomes = forecast_register.score(Holdings(tmp_path))
    own = [o for o in outcomes if o.entry in had]
    due = [o for o in own if o.outcome is not None]
    assert len(own) == 6 and len(due) == 1, "what was public before it was foretold is no test"
    assert due[0].held80 and due[0].place == pytest.approx(0.5, abs=0.03) and due[0].comparable
    lines = path.read_text().splitlines()
    for wrong in (lines[1:], [lines[0].replace("2017", "2016"), *lines[1:]], [*lines[:2], *lines[3:]], ["{"]):
        path.write_text("\n".join(wrong) + "\n")
        with pytest.raises(StoreError, match="line"):
            forecast_register.read(path)


def test_a_release_records_the_stated_pairs_once(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forecast_register, "MEASURES", ("trade_total_usd", "trade_total_usd_monthly"))
    added = forecast_register.record_stated(Holdings(made), tmp_path, said=dt.date(2017, 6, 1))
    assert {(e.a, e.b) for e in added} == {("BRA", "CHN"), ("CHN", "RUS")} and len(added) == 3 + 12
    assert forecast_register.read(tmp_path / forecast.FOLDER / forecast_register.FILE) == added
    assert not forecast_register.record_stated(Holdings(made), tmp_path, said=dt.date(2017, 7, 1))


def test_the_register_that_is_shipped_is_whole() -> None:
    shipped = forecast_register.read(forecast.SHIPPED / forecast_register.FILE)
    assert shipped and {(e.a, e.b) for e in shipped} <= {tuple(sorted(p)) for p in forecast_register.PAIRS}
    assert {e.measure for e in shipped} <= set(forecast_register.MEASURES)
    for e in shipped:
        assert list(e.quantiles) == sorted(e.quantiles) and e.start > e.origin and len(e.content) == 64


def test_the_commands(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*words: str) -> tuple[str, str]:
        with pytest.raises(SystemExit) as done:
            cli.main(["--home", str(made), *words])
        assert done.value.code == 0
        got = capsys.readouterr()
        return got.out, got.err

    out, err = run("forecast", "China", "Australia", "trade_total_usd", "--above", "1e6", "--format", "csv")
    assert out.splitlines()[0] == "start,median,q05,q10,q25,q75,q90,q95,model,baseline_skill,p_above"
    assert len(out.splitlines()) == 4 and "80 % band" in err
    body = json.loads(run("backtest", "trade_total_usd", "--format", "json")[0])
    assert body["measure"] == "trade_total_usd" and body["rows"] and "Pseudo-real-time" in body["protocol"]
    assert "register: 0 of 3 forecasts added; periods that are over" in run("forecast", "CHN", "AUS", "trade_total_usd", "--record")[1]
    out, err = run("score", "--format", "csv")
    assert out.splitlines()[0].startswith("said,a,b,measure,start,median,q10,q90,outcome") and "in the register" in err


def test_the_report_shows_fans_with_their_record(made: Path) -> None:
    from comity import gather_forecast
    from comity.report import forecast as drawn

    fans = gather_forecast.gather(Holdings(made), "CHN", "AUS", start=None, stop=None, as_of=None)
    assert fans is not None and fans.fans[0].measure == "trade_total_usd"
    fan = fans.fans[0]
    assert {s for s, _ in fan.past} <= {day(y) for y in range(2000, LAST + 1)}, "no value of another source is drawn"
    assert all(0 <= e.p <= 1 for e in fan.events) and any("above the last value" in e.what for e in fan.events)
    assert "80\u00a0%" in drawn._title(fan) and drawn.chart(fan)["layer"]
    day_before = dt.date(2010, 6, 1)
    assert gather_forecast.gather(Holdings(made), "CHN", "AUS", start=None, stop=None, as_of=day_before) is None
    plain = gather_forecast.plain(fans)
    assert plain is not None and {"start", "median", "q05", "q95", "model", "baseline_skill"} <= set(plain[0]["rows"][0])


@pytest.mark.parametrize(("value", "above"), [(245e9, 250e9), (0.73, 0.75), (250.0, 300.0), (9.9, 10.0), (0.0, 1.0)])
def test_the_next_round_figure(value: float, above: float) -> None:
    from comity.gather_forecast import round_above

    assert round_above(value) == pytest.approx(above)
