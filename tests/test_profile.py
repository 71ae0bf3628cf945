"""Profiles of any two states: what is gathered agrees with the Series, and what is said agrees with what is gathered."""

from __future__ import annotations

import html as markup
import json
import random
import re
from pathlib import Path
from typing import Any

import pytest

import comity
from comity import gather, measures, states, store, wording
from comity.core import DOMAINS, UsageError
from comity.profile import Profile, Shown
from comity.report import html, plain, text
from made_series import cover, day, put, row

CHOSEN = [("TUV", "NRU"), ("PRK", "USA"), ("SUN", "USA"), ("YUG", "SUN"), ("DDR", "DEU"), ("TWN", "CHN"), ("SSD", "XKX"), ("CHN", "RUS")]


def _drawn() -> list[tuple[str, str]]:
    """Twenty-five pairs of states that lived at one time, drawn by a fixed seed over all eras."""
    seed = random.Random(20240103)
    out: list[tuple[str, str]] = []
    while len(out) < 25:
        year = seed.randint(1816, 2023)
        living = [c for c in sorted(states.codes()) if states.is_member(c, year)]
        out.append((lambda pair: (pair[0], pair[1]))(seed.sample(living, 2)))
    return out


DRAWN = _drawn()
SOON = (("CHN", "RUS"), ("TUV", "NRU"), ("SUN", "USA"))
"""Pairs of every run; the others take up to half a minute each and stand in the slow ones."""
PAIRS = [pytest.param(*pair, marks=[] if pair in SOON else [pytest.mark.slow]) for pair in (*CHOSEN, *DRAWN)]


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> comity.Store:
    """Trade of four states with a change of source in 2005, disputes, and distances, without a starter beneath."""
    monkeypatch.setattr(store, "STARTER", tmp_path / "no-starter")
    home = tmp_path / "home"
    trade = []
    for year in range(1995, 2016):
        source = "oec_trade" if year < 2005 else "imf_dots:CHN"
        trade += [row("CHN", other, day(year), factor * (year - 1990), source=source) for other, factor in (("RUS", 1e9), ("USA", 5e9), ("FRA", 5e8))]
        trade += [row("RUS", "USA", day(year), 2e8, source=source), row("FRA", "RUS", day(year), 3e9, source=source)]
    put(home, "trade_total_usd", trade, {"imf_dots": cover(2005, 2015), "oec_trade": cover(1995, 2004)})
    put(home, "disputes", [row("CHN", "RUS", day(2002), 1)], {"cow_mid": cover(2000, 2004)})
    put(home, "events_conflict", [row("FRA", "USA", day(2005), 3)], {"icews_years": cover(2002, 2014, states=["FRA", "USA"])})
    return comity.open(home)


def entries(page: Profile) -> dict[tuple[str, str, str], Shown]:
    return {(m.name, m.a, m.b): m for s in page.sections for m in s.measures}


def test_seams_and_changes_of_made_trade(made: comity.Store) -> None:
    trade = entries(made.profile("CHN", "RUS"))["trade_total_usd", "CHN", "RUS"]
    assert [(s.start, s.before, s.after) for s in trade.seams] == [(day(2005), "oec_trade", "imf_dots:CHN")]
    assert [(c.years, c.before, c.difference, c.ratio) for c in trade.changes] == [
        (5, 20e9, 5e9, pytest.approx(1.25)), (10, 15e9, 10e9, pytest.approx(25 / 15))
    ]  # fmt: skip
    before = entries(made.profile("CHN", "RUS", stop=2012))["trade_total_usd", "CHN", "RUS"]
    assert [c.years for c in before.changes] == [5], "ten years before stands another source"


def test_ranks_and_comparisons_of_made_trade(made: comity.Store) -> None:
    trade = entries(made.profile("RUS", "CHN"))["trade_total_usd", "RUS", "CHN"]
    newest = trade.series[-1]
    assert (newest.rank_a, newest.of_a, newest.rank_b, newest.of_b) == (1, 3, 2, 3)
    assert {(c.a, c.b, c.role) for c in trade.comparisons} == {
        ("FRA", "RUS", "partner of RUS"), ("RUS", "USA", "partner of RUS"), ("CHN", "USA", "partner of CHN"), ("CHN", "FRA", "partner of CHN")
    }  # fmt: skip


def test_no_rank_beside_a_larger_value_of_another_source(made: comity.Store) -> None:
    """A place within one source would be read as a place among all."""
    rows = [row("CHN", other, day(2016), value) for other, value in (("FRA", 1), ("RUS", 2), ("IND", 3))]
    rows += [row("CHN", "USA", day(2016), 9, source="oec_trade"), row("DEU", "RUS", day(2016), 1)]
    put(made.home, "trade_total_usd", rows, {"imf_dots": cover(2016, 2016), "oec_trade": cover(2016, 2016)})
    newest = entries(comity.open(made.home).profile("CHN", "RUS"))["trade_total_usd", "CHN", "RUS"].series[-1]
    assert (newest.rank_a, newest.of_a, newest.rank_b, newest.of_b) == (None, None, 1, 2)


def test_an_early_view_knows_no_later_partner_value_or_undertaking(made: comity.Store) -> None:
    """China's largest partner of 2016 was told in 2019, as was its trade of 2017 with France; the register says what is known today."""
    rows = [row("CHN", "RUS", day(2016), 2), row("CHN", "FRA", day(2016), 1), row("CHN", "USA", day(2016), 9, published=day(2019))]
    put(made.home, "trade_total_usd", [*rows, row("CHN", "FRA", day(2017), 7, published=day(2019))], {"imf_dots": cover(2016, 2017)})
    held = comity.open(made.home)
    for on, place, beside in ((None, (2, 3), {"FRA": [2016, 2017], "USA": [2016]}), (day(2018, 12, 31), (1, 2), {"FRA": [2016]})):
        page = held.profile("CHN", "RUS", as_of=on)
        trade = entries(page)["trade_total_usd", "CHN", "RUS"]
        assert (trade.series[-1].rank_a, trade.series[-1].of_a) == place
        assert {c.a if c.a != "CHN" else c.b: [d.year for d, _ in c.series] for c in trade.comparisons} == beside
        assert bool(page.initiatives) == (on is None)


def test_silence_is_filled_or_explained(made: comity.Store) -> None:
    held = entries(made.profile("CHN", "RUS"))
    assert [(p.value, p.filled) for p in held["disputes", "CHN", "RUS"].series] == [(0, True), (0, True), (1, False), (0, True), (0, True)]
    assert held["events_conflict", "CHN", "RUS"].missing == "icews_years (2002–2014) has no row of CHN or RUS"
    assert "not held" in (held["alliance_defence", "CHN", "RUS"].missing or "") and "atop" in (held["alliance_defence", "CHN", "RUS"].missing or "")
    early = entries(made.profile("CHN", "RUS", as_of=day(1990)))["trade_total_usd", "CHN", "RUS"]
    assert not early.series and (early.missing or "").startswith("nothing was public by 1990-01-01")


def test_a_directed_measure_has_an_entry_each_way_and_a_state_measure_one_for_each(made: comity.Store) -> None:
    put(made.home, "exports_usd", [row("CHN", "RUS", day(2001), 5)], {"imf_dots": cover(2000, 2005)})
    put(made.home, "gdp_usd", [row(s, s, day(2001), 5) for s in ("CHN", "RUS")], {"wdi_gdp": cover(2000, 2005)})
    held = entries(comity.open(made.home).profile("RUS", "CHN"))
    assert [bool(held["exports_usd", *pair].series) for pair in (("RUS", "CHN"), ("CHN", "RUS"))] == [False, True]
    assert held["gdp_usd", "RUS", "RUS"].label == "Russia" and held["gdp_usd", "CHN", "CHN"].series


@pytest.mark.parametrize(
    ("a", "b", "options", "words"),
    [
        ("CHN", "China", {}, "one state"),
        ("CHN", "RUS", {"start": 2010, "stop": 2000}, "after"),
        ("DDR", "FRA", {"start": 1995}, "did not exist"),
        ("RUS", "FRA", {"start": 1950, "stop": 1960}, "seat"),
    ],
)
def test_what_cannot_be_a_profile(made: comity.Store, a: str, b: str, options: dict[str, int], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        made.profile(a, b, **options)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def full(full_home: Path) -> comity.Store:
    return comity.open(full_home)


@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_a_profile_of_any_two_states(full: comity.Store, a: str, b: str) -> None:
    page = full.profile(a, b)
    body = json.loads(json.dumps(plain.to_dict(page), allow_nan=False))
    _by_contract(body)
    _lead_agrees(page)
    _changes_are_on_one_source(page)
    shown = markup.unescape(html.render(page))
    for entry in entries(page).values():
        assert bool(entry.series) != bool(entry.missing)
        if entry.series:
            told = wording.exact(entry.series[-1].value, entry.unit) in shown
            assert told or (entry.of == "world" and entry.domain != "money"), "all but counts of the whole world: " + entry.name
    assert len(text.render(page)) > 200


def _by_contract(body: dict[str, object]) -> None:
    assert {"a", "b", "as_of", "version", "lead", "sections", "newest", "position", "initiatives", "forecasts", "sources", "cite"} <= set(body)
    sections = body["sections"]
    assert isinstance(sections, list) and [s["domain"] for s in sections] == list(DOMAINS) == list(body["newest"])  # type: ignore[call-overload]
    for section in sections:
        held = [m for m in section["measures"] if m["series"]]
        assert bool(section["reason"]) != bool(held)
        for m in section["measures"]:
            assert {"name", "title", "unit", "kind", "series", "comparisons", "seams", "missing"} <= set(m)
            for point in m["series"]:
                assert {"start", "value", "n", "se", "source", "rank_a", "of_a", "rank_b", "of_b"} <= set(point)
                for side in ("a", "b"):
                    rank, of = point[f"rank_{side}"], point[f"of_{side}"]
                    assert (rank is None) == (of is None) and (rank is None or 1 <= rank <= of)
            starts = [p["start"] for p in m["series"]]
            assert starts == sorted(set(starts))
    assert {m["name"] for s in sections for m in s["measures"]} == set(measures.load())


def _lead_agrees(page: Profile) -> None:
    lead = page.lead
    assert 3 <= len(lead) <= 5
    shown = entries(page)
    for sentence in lead:
        assert sentence.endswith(".") and not re.search(r"\b(nan|None|inf|is|are|1 1)\b|  ", sentence.partition("; nothing is held")[0]), sentence
    held = {m.title for m in shown.values() if m.series}
    for entry in shown.values():
        if entry.title not in held:
            said = [s for s in lead if s.startswith((f"{entry.title} between", f"{entry.title} from", f"{entry.title}: "))]
            assert all("no value, as" in s for s in said), said
    strife = [m for m in shown.values() if m.of == "dyad" and m.kind == "conflict" and any(p.value > 0 for p in m.series)]
    assert not strife or any(s.startswith(m.title) for s in lead for m in strife)
    for m in strife:
        last = max(p.start.year for p in m.series if p.value > 0)
        for s in (s for s in lead if s.startswith(f"{m.title} between") and m.symmetric):
            assert str(last) in s or m.series[-1].value > 0 or str(m.series[-1].start.year) in s


def _changes_are_on_one_source(page: Profile) -> None:
    for entry in entries(page).values():
        whole = [p for p in entry.series if not p.partial]
        source = {p.start: p.source for p in entry.series}
        for change in entry.changes:
            assert source[change.start] == whole[-1].source and change.start.year == whole[-1].start.year - change.years
            assert change.before + change.difference == pytest.approx(whole[-1].value)


def one(held: comity.Store, name: str, a: str, b: str, **options: Any) -> Shown:
    """The entry of one measure as a profile has it."""
    return gather.shown(held.holdings, measures.get(name), name, gather.Request(a=a, b=b, **options), ())[0]


def test_seams_of_chinese_and_russian_trade(full: comity.Store) -> None:
    trade = one(full, "trade_total_usd", "CHN", "RUS")
    assert [s.start.year for s in trade.seams] == [2000, 2017]
    assert trade.changes and all(c.start.year >= 2017 for c in trade.changes)
    assert [c.start.year for c in one(full, "trade_total_usd", "CHN", "RUS", stop=2016).changes] == [2011, 2006]


@pytest.mark.parametrize(("name", "year", "a", "b"), [("trade_total_usd", 2015, "DEU", "POL"), ("coauthored_works", 2020, "CHN", "RUS")])
def test_ranks_are_those_of_the_rank_command(full: comity.Store, name: str, year: int, a: str, b: str) -> None:
    (point,) = one(full, name, a, b, start=year, stop=year).series
    for side, other, rank, of in ((a, b, point.rank_a, point.of_a), (b, a, point.rank_b, point.of_b)):
        listed = next(r for r in full.rank(name, year=year, state=side) if r["state"] == other)
        assert (listed["rank"], listed["of"], listed["value"]) == (rank, of, point.value)


@pytest.mark.parametrize("name", ["events_conflict", "events_cooperation", "events_cooperative_share"])
def test_turkeys_events_are_missing_and_not_none(full: comity.Store, name: str) -> None:
    held = one(full, name, "GRC", "TUR")
    assert not held.series and "has no row of TUR" in (held.missing or "")


@pytest.mark.parametrize("name", ["shared_igos", "vote_agreement", "disputes"])
def test_by_seat_the_series_run_on(full: comity.Store, name: str) -> None:
    alone, seat = ([p.start.year for p in one(full, name, "CHN", "RUS", seat=s).series] for s in (False, True))
    assert set(alone) < set(seat) and set(range(1972, 1991)) <= set(seat)
