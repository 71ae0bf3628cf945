"""Shifts of pace: what is found, that chance finds them at the stated rate, and what lies near in time."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from tests.made_series import cover, day, put, row

import comity
from comity import cli, notes
from comity.analysis import turns
from comity.core import BadDataError, UsageError
from comity.models import breaks, turning


def test_chance_shifts_at_the_stated_rate() -> None:
    rng = np.random.default_rng(0)
    found = 0
    runs = 1000
    for k in range(runs):
        z = rng.standard_t(3, 30) if k % 2 else rng.normal(size=30)
        found += turning.find(z, draws=199, seed=k).p <= 0.05
    assert 0.035 <= found / runs <= 0.065


def test_shuffled_dates_of_a_real_shift_hold_the_size() -> None:
    rng = np.random.default_rng(1)
    z = np.r_[rng.normal(0, 1, 20), rng.normal(2, 1, 20)]
    assert turning.find(z).p <= 0.002
    shuffled = [turning.find(rng.permutation(z), draws=199, seed=k).p <= 0.05 for k in range(1000)]
    assert 0.035 <= np.mean(shuffled) <= 0.065


def test_a_shift_is_dated_and_measured() -> None:
    rng = np.random.default_rng(2)
    z = np.r_[rng.normal(0.02, 0.05, 25), rng.normal(0.25, 0.05, 15)]
    found = turning.find(z)
    assert len(found.shifts) == 1
    shift = found.shifts[0]
    assert abs(shift.at - 24) <= 1 and shift.low <= shift.at <= shift.high and shift.pelt
    assert shift.before == pytest.approx(0.02, abs=0.03) and shift.after == pytest.approx(0.25, abs=0.04)


def test_the_statistic_is_brute_force() -> None:
    z = np.random.default_rng(3).normal(size=24)
    best = 0.0
    for k in range(3, 22):
        one, other = z[:k], z[k:]
        rss = ((one - one.mean()) ** 2).sum() + ((other - other.mean()) ** 2).sum()
        best = max(best, (((z - z.mean()) ** 2).sum() - rss) / rss * 22)
    assert turning.greatest_f(z[None, :])[0] == pytest.approx(best)


def test_too_little_is_refused() -> None:
    with pytest.raises(BadDataError, match="at least 10"):
        turning.find(np.zeros(5))
    assert turning.find(np.zeros(20)).shifts == ()


def test_sources_are_never_joined_and_events_stand_as_coincidence(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rng = np.random.default_rng(4)
    level, rows = 20.0, []
    for year in range(1980, 2020):
        level += (0.02 if year < 2005 else 0.3) + rng.normal(0, 0.04)
        source = "oec_trade" if year < 1992 else "imf_dots:AUS"
        jump = 0.0 if year < 1992 else 3.0
        rows.append(row("AUS", "CHN", day(year), float(np.exp(level + jump)), source=source))
    put(home, "trade_total_usd", rows, {"oec_trade": cover(1980, 1991), "imf_dots": cover(1992, 2019)})
    notes.add(home, notes.make("AUS", "CHN", what="a made agreement", date="2005-03-01", who="made", url="https://example.org/made"))
    found = comity.open(home).turns("CHN", "AUS", "trade_total_usd")
    assert [(t.source, t.grade) for t in found] == [("oec_trade", "not shown"), ("imf_dots:AUS", "shown")]
    assert abs(found[1].shifts[0]["shift"].year - 2005) <= 1
    assert any("a made agreement" in e for e in found[1].shifts[0]["near"])
    said = " ".join(turns.sentences(found, "trade_total_usd"))
    assert "coincidence" in said and "caused" not in said and "because of" not in said
    put(home, "vote_agreement", [row("AUS", "CHN", dt.date(y, 9, 1), 0.5 + 0.1 * (y % 2), n=80) for y in range(1980, 2000)],
        {"voeten_votes": cover(1980, 1999)})  # fmt: skip
    with pytest.raises(SystemExit) as done:
        cli.main(["--home", str(home), "explain", "AUS", "CHN", "vote_agreement", "--format", "csv"])
    assert done.value.code == 0
    assert capsys.readouterr().out.splitlines()[0] == ",".join(turns.COLUMNS)
    with pytest.raises(UsageError, match="no unbroken run"):
        put(home, "shared_igos", [row("AUS", "CHN", day(2000), 3.0)], {"cow_igo": cover(1990, 2014)})
        comity.open(home).turns("AUS", "CHN", "shared_igos")


def test_the_band_of_a_shift_is_that_of_its_break_counted_from_the_change() -> None:
    z = np.concatenate([np.zeros(20), np.full(20, 1.0)]) + np.random.default_rng(5).normal(0, 0.3, 40)
    shift = turning.find(z).shifts[0]
    found = breaks.find(z, max_breaks=3, trimming=6).best
    assert (shift.at, shift.low, shift.high) == (found.breaks[0] - 1, found.lower[0] - 1, found.upper[0] - 1)
