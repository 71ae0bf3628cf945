"""Known figures: what published tables and the data's own documentation say, from the full store."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest

import comity

BN = 1e9


@pytest.fixture(scope="module")
def full(full_home: Path) -> comity.Store:
    return comity.open(full_home)


def _values(store: comity.Store, name: str, a: str, b: str, **options: object) -> dict[int, float]:
    rows = store.series(name, dyad=(a, b), **options)  # type: ignore[arg-type]
    return dict(zip((d.year for d in rows["start"].to_pylist()), rows["value"].to_pylist(), strict=True))


@pytest.mark.parametrize(
    ("year", "billion", "within"),
    [(2023, 240.0, 5e-4), (2019, 110.9, 1e-3), (2016, 69.7, 5e-3), (2014, 95.2, 5e-3), (2013, 89.2, 5e-3), (2010, 55.4, 5e-3)],
)
def test_trade_of_china_and_russia(full: comity.Store, year: int, billion: float, within: float) -> None:
    assert _values(full, "trade_total_usd", "CHN", "RUS")[year] == pytest.approx(billion * BN, rel=within)


@pytest.mark.parametrize(("a", "b", "billion"), [("DEU", "POL", 118.7), ("USA", "CAN", 660)])
def test_trade_of_2014(full: comity.Store, a: str, b: str, billion: float) -> None:
    assert _values(full, "trade_total_usd", a, b)[2014] == pytest.approx(billion * BN, rel=0.01)


def test_shared_igos(full: comity.Store) -> None:
    seat = _values(full, "shared_igos", "CHN", "RUS", seat=True)
    assert (seat[1975], seat[1991], seat[2000], seat[2014]) == (14, 33, 50, 55)


def test_joint_vetoes_to_2022_by_the_verified_list(full: comity.Store) -> None:
    assert sum(_values(full, "joint_vetoes", "CHN", "RUS", stop=2022).values()) == 14


def test_leaders_met_twice_in_person_in_2023(full: comity.Store) -> None:
    assert _values(full, "leader_meetings", "CHN", "RUS")[2023] == 2


def test_vote_agreement(full: comity.Store) -> None:
    own = _values(full, "vote_agreement", "CHN", "RUS")
    assert own[2019] == pytest.approx(0.793103, abs=1e-6) and own[2015] == pytest.approx(0.722222, abs=1e-6)
    assert 1985 not in own
    assert _values(full, "vote_agreement", "CHN", "SUN")[1985] == pytest.approx(0.719178, abs=1e-6)
    assert _values(full, "vote_agreement", "CHN", "RUS", seat=True)[1985] == pytest.approx(0.719178, abs=1e-6)


def test_agreement_of_the_published_recipe_in_49_sessions(full: comity.Store, shared: Path) -> None:
    """By seat; session 26, in which two governments held China's seat, is the People's Republic's alone in the reference."""
    with (shared / "golden" / "chn_rus_similarity_by_session.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    column = next(c for c in rows[0] if c.casefold() in ("a1", "agree", "agreement", "agree_a1"))
    golden = {int(float(r["session"])): float(r[column]) for r in rows}
    assert sorted(golden) == list(range(26, 75))
    seat = _values(full, "vote_agreement", "CHN", "RUS", seat=True)
    apart = [s for s, v in golden.items() if s > 26 and abs(seat[1945 + s] - v) > 1e-6]
    assert not apart
    assert _values(full, "vote_agreement", "CHN", "SUN")[1971] == pytest.approx(golden[26], abs=1e-6)


def test_alliances_and_disputes(full: comity.Store) -> None:
    pact = _values(full, "alliance_nonaggression", "CHN", "RUS")
    assert pact[1992] == 1 and pact[2018] == 1
    consult = _values(full, "alliance_consultation", "CHN", "RUS")
    assert consult[2000] == 0 and consult[2001] == 1
    disputes = _values(full, "disputes", "CHN", "RUS")
    assert max(y for y, v in disputes.items() if v) == 2012 and disputes[2013] == 0


def test_turkey_is_not_in_the_event_counts(full: comity.Store) -> None:
    assert not _values(full, "events_cooperative_share", "GRC", "TUR")
    assert _values(full, "alliance_defence", "GRC", "TUR")[2018] == 1
    assert sum(v for y, v in _values(full, "disputes:onset", "GRC", "TUR").items() if y >= 1974) == 21


def test_papers_investment_events(full: comity.Store) -> None:
    papers = _values(full, "coauthored_works", "CHN", "RUS")
    assert (papers[1990] if 1990 in papers else papers.get(1992), papers[2022]) in ((56, 4768), (papers.get(1992), 4768))
    assert _values(full, "fdi_stock_usd", "CHN", "RUS")[2012] == pytest.approx(4888.5e6, rel=1e-4)
    shares = _values(full, "events_cooperative_share", "CHN", "RUS")
    assert all(0.97 <= v <= 0.997 for v in shares.values()) and min(shares) == 2002


def test_votes_of_march_2022_are_not_seen_in_january(full: comity.Store) -> None:
    before = full.select("vote_agreement", dyad=("CHN", "RUS"), as_of=dt.date(2022, 1, 15))
    after = full.select("vote_agreement", dyad=("CHN", "RUS"), as_of=dt.date(2022, 4, 15))
    starts = before.rows["start"].to_pylist()
    assert max(starts) == dt.date(2021, 9, 1) and dt.date(2021, 9, 1) in before.partial
    assert max(after.rows["start"].to_pylist()) == dt.date(2022, 9, 1)
    whole = full.select("vote_agreement", dyad=("CHN", "RUS"), start=2021, stop=2021).rows["n"].to_pylist()[0]
    assert before.rows["n"].to_pylist()[-1] < whole


def test_meetings_within_a_year_are_counted_to_the_day(full: comity.Store) -> None:
    rows = full.series("leader_meetings", dyad=("CHN", "RUS"), as_of=dt.date(2023, 6, 30), start=2023)
    assert rows["value"].to_pylist() == [1.0]
