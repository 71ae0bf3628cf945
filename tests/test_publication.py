"""When hand-coded data were first public: with the edition that first held the year, and not at the year's end."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from tests.made_series import day

from comity import build, publication, sources
from comity.core import Published, UsageError
from comity.publication import Released, first_public, out, silence_public

EDITIONS = Released(editions=out((1992, 1996), (2001, 2004)))
CODED_LATER = (
    "archigos", "colt_travel", "colt_visits", "cow_capabilities", "cow_contiguity", "cow_diplomacy", "cow_majors", "cow_mid",
    "cow_minimum_distance", "cow_wars", "gml_mids", "thompson_dreyer_rivalries", "thompson_rivalries", "ties_sanctions", "vdem",
)  # fmt: skip


@pytest.mark.parametrize(
    ("year", "public"), [(1816, day(1996, 12, 31)), (1992, day(1996, 12, 31)), (1993, day(2004, 12, 31)), (2001, day(2004, 12, 31)), (2002, None)]
)
def test_a_year_is_public_with_the_edition_that_first_held_it(year: int, public: dt.date | None) -> None:
    assert first_public(day(year), "year", EDITIONS) == public == silence_public(day(year), "year", EDITIONS)


def test_years_after_the_last_edition_follow_a_lag_where_one_is_told() -> None:
    rule = Released(months=3, editions=out((2015, 2016)))
    assert first_public(day(2016), "year", rule) == day(2017, 4) and first_public(day(2015), "year", rule) == day(2016, 12, 31)
    assert first_public(day(2015, 9), "session", rule) == day(2016, 12), "a session that ends after the edition is not in it"


def test_silence_is_public_at_the_end_only_where_the_data_tell_their_days() -> None:
    assert silence_public(day(2000), "year", Published(in_data=True)) == day(2000, 12, 31)
    assert silence_public(day(2000), "year", Published(unknown=True)) is None
    assert silence_public(day(2000), "year", Published(months=6)) == day(2001, 7)


@pytest.mark.parametrize("wrong", [(), out((2001, 2004), (1992, 2006)), out((1992, 1996), (2001, 1996))])
def test_editions_are_told_in_order(wrong: tuple[tuple[int, dt.date], ...]) -> None:
    with pytest.raises(UsageError, match="in order"):
        Released(editions=wrong)


@pytest.mark.parametrize("name", CODED_LATER)
def test_a_hand_coded_source_is_not_public_before_an_edition_was_out(name: str) -> None:
    """Each year covered has a day, no edition is out before the last year that it holds, and the words name each."""
    source = sources.get(name)
    rule = source.published
    assert isinstance(rule, Released)
    assert all(out_on >= day(last, 12, 31) for last, out_on in rule.editions)
    first, last = source.coverage.first or 1816, source.coverage.last or rule.editions[-1][0]
    days = [first_public(day(y), "year", rule) for y in range(first, last + 1)]
    assert None not in days and days == sorted(d for d in days if d)
    assert all(f"to {y} by {d}" in publication.words(rule) for y, d in rule.editions)


@pytest.mark.parametrize("name", ["cow_mid", "wdi_gdp", "imf_dots"])
@pytest.mark.parametrize("other", [EDITIONS, Published(months=7, days=3), Published(unknown=True)])
def test_another_rule_of_publication_makes_the_series_of_a_source_stale(name: str, other: Published, monkeypatch: pytest.MonkeyPatch) -> None:
    module = "comity.measures.security"
    now = build._series_hash(module, [name])
    source = sources.get(name)
    monkeypatch.setattr(build.sources, "get", lambda n: source if n != name else replace(source, published=other))
    assert build._series_hash(module, [name]) != now != build._series_hash(module, []) == build.module_hash(module)
