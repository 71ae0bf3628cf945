"""Selections of made Series: direction, years, seats, zeros, publication; every expected row follows from the rows made here."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import comity
from comity import publication, selection, sources, store
from comity.core import Published, UsageError
from made_series import cover, day, put, row

SESSION_46 = day(1991, 9, 1)


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> comity.Store:
    """An empty store with nothing beneath it."""
    monkeypatch.setattr(store, "STARTER", tmp_path / "no-starter")
    return comity.open(tmp_path / "home")


def values(held: comity.Store, name: str, **options: Any) -> dict[tuple[str, str, int], float]:
    rows = held.series(name, **options).to_pylist()
    return {(r["a"], r["b"], r["start"].year): r["value"] for r in rows}


def disputes(held: comity.Store, coverage: dict[str, Any], *rows: dict[str, Any]) -> None:
    put(held.home, "disputes", list(rows), {"cow_mid": coverage})


def test_a_directed_dyad_is_one_way(made: comity.Store) -> None:
    rows = [row("CHN", "RUS", day(2001), 1), row("RUS", "CHN", day(2001), 2), row("RUS", "FRA", day(2001), 3)]
    put(made.home, "exports_usd", rows, {"imf_dots": cover(2000, 2005)})
    assert values(made, "exports_usd", dyad=("CHN", "RUS")) == {("CHN", "RUS", 2001): 1}
    assert values(made, "exports_usd", dyad=("RUS", "CHN")) == {("RUS", "CHN", 2001): 2}
    assert set(values(made, "exports_usd", state="CHN")) == {("CHN", "RUS", 2001), ("RUS", "CHN", 2001)}
    assert set(values(made, "exports_usd", state="FRA")) == {("RUS", "FRA", 2001)}


def test_a_state_measure_gives_both_sides_of_a_dyad(made: comity.Store) -> None:
    put(made.home, "population", [row(s, s, day(2001), 1) for s in ("CHN", "FRA", "RUS")], {"wdi_population": cover(2000, 2005)})
    assert [a for a, _, _ in values(made, "population", dyad=("RUS", "CHN"))] == ["CHN", "RUS"]


def test_a_world_measure_answers_any_dyad(made: comity.Store) -> None:
    put(made.home, "brent_usd", [row("WLD", "WLD", day(2001), 25)], {"brent_fred": cover(2001, 2001, states=[])})
    assert values(made, "brent_usd", dyad=("CHN", "RUS")) == {("WLD", "WLD", 2001): 25}


def test_years_are_inclusive(made: comity.Store) -> None:
    disputes(made, cover(1990, 1999))
    years = [y for _, _, y in values(made, "disputes", dyad=("CHN", "IND"), start=1992, stop=1994)]
    assert years == [1992, 1993, 1994]
    assert [y for _, _, y in values(made, "disputes", dyad=("CHN", "IND"), start=1999)] == [1999]
    with pytest.raises(UsageError, match="1994 is after"):
        made.series("disputes", start=1994, stop=1992)


@pytest.mark.parametrize(
    ("changed", "zeros"),
    [
        ({}, 10),
        ({"gaps": [1992, 1995]}, 8),
        ({"states": ["CHN", "IND"]}, 10),
        ({"states": ["CHN", "RUS"]}, 0),
        ({"pairs": [["CHN", "IND"]]}, 10),
        ({"pairs": [["CHN", "RUS"]]}, 0),
        ({"partners": ["CHN"]}, 10),
        ({"partners": ["USA"]}, 0),
    ],
)
def test_silence_is_zero_only_where_the_source_looks(made: comity.Store, changed: dict[str, Any], zeros: int) -> None:
    disputes(made, cover(1990, 1999) | changed)
    found = made.series("disputes", dyad=("CHN", "IND")).to_pylist()
    assert len(found) == zeros and all(r["value"] == 0 and r["n"] == 0 and r["source"] == "cow_mid" for r in found)


def test_a_state_that_did_not_exist_has_no_zero(made: comity.Store) -> None:
    disputes(made, cover(1985, 2014))
    assert min(y for _, _, y in values(made, "disputes", dyad=("CHN", "UKR"))) == 1991
    assert max(y for _, _, y in values(made, "disputes", dyad=("CHN", "DDR"))) == 1990
    assert values(made, "disputes", dyad=("SSD", "CHN"), stop=2010) == {}


def test_the_year_of_a_succession_is_one_states(made: comity.Store) -> None:
    """1991 was the Soviet Union's but for six days: its silence says nothing of Russia."""
    disputes(made, cover(1990, 1993))
    assert [y for _, _, y in values(made, "disputes", dyad=("CHN", "SUN"))] == [1990, 1991]
    assert [y for _, _, y in values(made, "disputes", dyad=("CHN", "RUS"))] == [1992, 1993]
    assert [y for _, _, y in values(made, "disputes", dyad=("CHN", "RUS"), seat=True)] == [1990, 1991, 1992, 1993]


def test_the_past_by_todays_borders_is_the_present_states(made: comity.Store) -> None:
    assert sources.get("openalex_coauthorship").territory == "today"
    put(made.home, "coauthored_works", [], {"openalex_coauthorship": cover(1990, 1992, states=["CHN", "RUS"])})
    assert [y for _, _, y in values(made, "coauthored_works", dyad=("CHN", "RUS"))] == [1990, 1991, 1992]
    assert values(made, "coauthored_works", dyad=("CHN", "SUN")) == {}


def test_a_seat_at_the_council_is_needed_for_no_veto(made: comity.Store) -> None:
    permanent = ["CHN", "FRA", "GBR", "RUS", "SUN", "TWN", "USA"]
    put(made.home, "joint_vetoes", [], {"council_vetoes": cover(1965, 1975, states=permanent)})
    assert min(y for _, _, y in values(made, "joint_vetoes", dyad=("CHN", "SUN"))) == 1972
    assert max(y for _, _, y in values(made, "joint_vetoes", dyad=("TWN", "SUN"))) == 1971
    assert values(made, "joint_vetoes", dyad=("CHN", "IND")) == {}
    assert len(values(made, "joint_vetoes", dyad=("CHN", "RUS"), seat=True)) == 11


def test_what_has_no_meaning_for_silence_is_missing(made: comity.Store) -> None:
    put(made.home, "events_conflict", [row("GRC", "USA", day(2005), 3)], {"icews_years": cover(2002, 2014, states=["GRC", "USA"])})
    held = made.select("events_conflict", dyad=("GRC", "TUR"))
    assert held.rows.num_rows == 0
    because = selection.absent_because(made.holdings.row("series", "events_conflict").facts["coverage"], "GRC", "TUR")
    assert because == "icews_years (2002–2014) has no row of TUR"


def test_reasons_for_absence() -> None:
    other = cover(2000, 2005)
    assert selection.absent_because({"x": other | {"pairs": [["CHN", "RUS"]]}}, "CHN", "USA") == "x holds CHN–RUS only (2000–2005)"
    assert selection.absent_because({"x": other | {"partners": ["CHN"]}}, "FRA", "USA") == "x holds pairs with CHN only (2000–2005)"
    assert selection.absent_because({"x": other}, "FRA", "USA") == "x (2000–2005) has no value for the pair"
    assert selection.absent_because({"x": other}, "FRA", "USA", early=True) == "x (2000–2005) has no value for the pair known to be public by then"
    assert selection.absent_because({"x": other | {"states": []}}, "WLD", "WLD") == "x (2000–2005) has no value"
    assert selection.absent_because({"x": other | {"states": ["CHN"]}}, "FRA", "FRA") == "x (2000–2005) has no row of FRA"
    assert selection.absent_because({}, "FRA", "USA") == "no source is held"


def test_two_holders_of_a_seat_in_one_session_are_weighed_by_roll_calls(made: comity.Store) -> None:
    rows = [
        row("CHN", "SUN", SESSION_46, 0.5, n=10, se=0.2, published=day(1991, 12, 20)),
        row("CHN", "RUS", SESSION_46, 1.0, n=30, se=0.1, published=day(1992, 8, 1)),
        row("CHN", "USA", SESSION_46, 0.1, n=40, se=0.1),
    ]
    put(made.home, "vote_agreement", rows, {"voeten_votes": cover(1946, 2019)})
    (one,) = made.series("vote_agreement", dyad=("RUS", "CHN"), seat=True).to_pylist()
    assert (one["a"], one["b"], one["n"], one["published"]) == ("CHN", "RUS", 40, day(1992, 8, 1))
    assert one["value"] == pytest.approx(0.875) and one["se"] == pytest.approx(((0.2 * 10) ** 2 + (0.1 * 30) ** 2) ** 0.5 / 40)
    assert values(made, "vote_agreement", dyad=("CHN", "RUS")) == {("CHN", "RUS", 1991): 1.0}
    assert len(values(made, "vote_agreement", seat=True)) == 2


def test_events_of_two_holders_are_added(made: comity.Store) -> None:
    disputes(made, cover(1990, 1993), row("AFG", "SUN", day(1991), 2), row("AFG", "RUS", day(1991), 1), row("RUS", "SUN", day(1991), 1))
    seat = values(made, "disputes", dyad=("AFG", "RUS"), seat=True)
    assert seat == {("AFG", "RUS", 1990): 0, ("AFG", "RUS", 1991): 3, ("AFG", "RUS", 1992): 0, ("AFG", "RUS", 1993): 0}


def test_the_later_holder_speaks_for_a_level(made: comity.Store) -> None:
    rows = [row("CHN", "SUN", day(1991), 33, published=day(1991, 12, 25)), row("CHN", "RUS", day(1991), 31, published=day(1991, 12, 31))]
    put(made.home, "shared_igos", rows, {"cow_igo": cover(1990, 1993)})
    assert values(made, "shared_igos", dyad=("CHN", "RUS"), seat=True) == {("CHN", "RUS", 1991): 31}


def test_a_seats_rows_carry_its_code(made: comity.Store) -> None:
    rows = [row("SUN", "SUN", day(1980), 1.0), row("RUS", "RUS", day(2000), 2.0), row("USA", "USA", day(2000), 3.0)]
    put(made.home, "capability_share", rows, {"cow_capabilities": cover(1816, 2022)})
    assert values(made, "capability_share", state="SUN", seat=True) == {("SUN", "SUN", 1980): 1.0, ("SUN", "SUN", 2000): 2.0}
    assert values(made, "capability_share", state="RUS") == {("RUS", "RUS", 2000): 2.0}
    everybody = values(made, "capability_share", seat=True)
    assert everybody == {("RUS", "RUS", 1980): 1.0, ("RUS", "RUS", 2000): 2.0, ("USA", "USA", 2000): 3.0}


def test_two_states_of_one_seat_are_no_dyad_by_seat(made: comity.Store) -> None:
    put(made.home, "shared_igos", [], {"cow_igo": cover(1990, 1993)})
    with pytest.raises(UsageError, match="one seat"):
        made.series("shared_igos", dyad=("SUN", "RUS"), seat=True)


def test_a_row_of_unknown_publication_is_left_out_and_counted(made: comity.Store) -> None:
    rows = [row("CHN", "RUS", day(2001), 1), row("CHN", "RUS", day(2002), 2, published=None), row("CHN", "RUS", day(2003), 3)]
    put(made.home, "shared_igos", rows, {"cow_igo": cover(2000, 2005)})
    held = made.select("shared_igos", dyad=("CHN", "RUS"), as_of=day(2003))
    assert held.rows["value"].to_pylist() == [1.0] and held.notes == ("shared_igos: 1 rows of unknown publication day left out",)
    assert len(values(made, "shared_igos")) == 3


def test_a_zero_is_public_no_sooner_than_a_row_would_be(made: comity.Store, monkeypatch: pytest.MonkeyPatch) -> None:
    disputes(made, cover(1990, 1993), row("CHN", "IND", day(1992), 1, published=day(2003)))
    shown = made.series("disputes", dyad=("CHN", "IND")).to_pylist()
    lag = {r["start"].year: r["published"] for r in shown}
    rule = sources.get("cow_mid").published
    assert all(lag[y] == publication.first_public(day(y), "year", rule) for y in (1990, 1991, 1993))
    assert lag[1992] == day(2003) and day(1990, 12, 31) < lag[1990] <= lag[1991] < day(2003) - dt.timedelta(days=1)
    assert values(made, "disputes", dyad=("CHN", "IND"), as_of=lag[1990] - dt.timedelta(days=1)) == {}
    assert [y for _, _, y in values(made, "disputes", dyad=("CHN", "IND"), as_of=day(2003) - dt.timedelta(days=1))] == [1990, 1991]
    unknown = replace(sources.get("cow_mid"), published=Published(unknown=True))
    monkeypatch.setattr(sources, "get", lambda _: unknown)
    assert {r["published"] for r in made.series("disputes", dyad=("CHN", "PAK")).to_pylist()} == {None}
    assert values(made, "disputes", dyad=("CHN", "PAK"), as_of=day(2024)) == {}


def test_a_period_past_the_sources_last_whole_year_is_partial(made: comity.Store) -> None:
    rows = [row("CHN", "RUS", day(2013), 1), row("CHN", "RUS", day(2015), 2)]
    put(made.home, "leader_meetings", rows, {"leader_meetings": cover(2013, 2014, pairs=[["CHN", "RUS"]])})
    held = made.select("leader_meetings", dyad=("CHN", "RUS"))
    assert held.partial == {day(2015)} and held.rows["value"].to_pylist() == [1, 0, 2]


def test_a_variant_is_its_own_series(made: comity.Store) -> None:
    disputes(made, cover(1990, 1990), row("CHN", "IND", day(1990), 1))
    put(made.home, "disputes:onset", [], {"cow_mid": cover(1990, 1990)})
    assert values(made, "disputes:onset", dyad=("CHN", "IND")) == {("CHN", "IND", 1990): 0}
    assert values(made, "disputes", dyad=("CHN", "IND")) == {("CHN", "IND", 1990): 1}


CODES = ("CHN", "RUS", "SUN", "USA", "YUG", "SRB", "DDR", "DEU")
ROWS = st.dictionaries(
    st.tuples(st.sampled_from(CODES), st.sampled_from(CODES), st.integers(1988, 1995)).filter(lambda k: k[0] < k[1]), st.integers(1, 9), max_size=25
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, a=st.sampled_from(CODES), b=st.sampled_from(CODES), years=st.tuples(st.integers(1986, 1997), st.integers(0, 5)), seat=st.booleans())
def test_order_and_years_select_and_change_nothing(
    tmp_path: Path, rows: dict[Any, int], a: str, b: str, years: tuple[int, int], seat: bool
) -> None:  # fmt: skip
    """A dyad's rows are the same in either order; years only cut them; and without zeros they are rows of the Series."""
    if a == b or (seat and {a, b} in ({"SUN", "RUS"}, {"YUG", "SRB"})):
        return
    home = tmp_path / "any"
    put(home, "disputes", [row(x, y, day(t), v) for (x, y, t), v in sorted(rows.items())], {"cow_mid": cover(1989, 1994)})
    held = comity.open(home)
    one, other = held.series("disputes", dyad=(a, b), seat=seat), held.series("disputes", dyad=(b, a), seat=seat)
    assert one.equals(other)
    first, last = years[0], sum(years)
    cut = held.series("disputes", dyad=(a, b), start=first, stop=last, seat=seat)
    year = pc.year(one["start"])
    assert cut.equals(one.filter(pc.and_(pc.greater_equal(year, first), pc.less_equal(year, last))))
    starts = one["start"].to_pylist()
    assert starts == sorted(set(starts))
    if not seat:
        low, high = sorted((a, b))
        found = {(low, high, r["start"].year): r["value"] for r in one.to_pylist() if r["value"]}
        assert found == {k: v for k, v in rows.items() if k[:2] == (low, high)}


def test_days_are_compared_as_days(made: comity.Store) -> None:
    put(made.home, "shared_igos", [row("CHN", "RUS", day(2001), 1, published=dt.date(2002, 7, 1))], {"cow_igo": cover(2000, 2005)})
    assert values(made, "shared_igos", as_of=dt.date(2002, 7, 1)) and not values(made, "shared_igos", as_of=dt.date(2002, 6, 30))
