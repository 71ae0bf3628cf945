"""The part of the page on coded events: what is drawn, what is said of few acts, of a pair without any, and hostile names."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pytest

from comity import api, gather_events, gather_trade
from comity.profile_events import ActsYear, Answered, Beginnings, Covered, Events, ToneYear
from comity.report import drawing, events, html, plain
from profile_samples import HOSTILE, NAMES, realistic


def year(a: str, b: str, when: int, counts: tuple[int, int, int, int], source: str = "weis") -> ActsYear:
    return ActsYear(a=a, b=b, year=when, source=source, **dict(zip(gather_events.CLASSES, counts, strict=True)))


MADE = Events(
    statement=("Said.",),
    years=tuple(
        year(a, b, y, (10 + y % 5, 2, 3, 1)) for y in (1966, 1967, 1970) for a, b in (("AAA", "BBB"), ("BBB", "AAA"))
    ),
    tones=(ToneYear(a="AAA", b="BBB", year=1966, value=-1.5, n=16, months=5, source="weis"),),
    agreement=(),
    beginnings=(Beginnings(a="AAA", b="BBB", first=1967, last=1992, episodes=10, by_a=7, share=0.7, low=0.4, high=0.9, source="weis"),),
    answers=(Answered(a="AAA", b="BBB", slope=0.1, low=-0.2, high=0.2, p=0.3, months=80, placebos=20, outside=3, source="weis"),),
    coverage=(
        *(Covered(source="weis", year=y, month=None, days=1.0, acts=y - 1960) for y in (1966, 1967)),
        *(Covered(source="gdelt_scores", year=1970, month=m, days=d, acts=None) for m, d in ((1, 1.0), (2, 0.5), (4, 0.9))),
    ),
)  # fmt: skip


def test_both_directions_are_stacked_and_a_year_without_a_row_is_no_bar() -> None:
    totals = events.yearly(MADE.years)
    assert totals == {1966: (22, 4, 6, 2), 1967: (24, 4, 6, 2), 1970: (20, 4, 6, 2)}
    spec = events.stacked(totals)
    bars = spec["layer"][0]["data"]["values"]
    assert {b["t"] for b in bars} == {1966, 1967, 1970} and spec["layer"][0]["encoding"]["x"]["scale"]["domain"] == list(range(1966, 1971))
    assert sorted((b["l"], b["h"]) for b in bars if b["t"] == 1966) == [(-2, -8), (0, -2), (0, 4), (4, 26)]
    assert drawing.svg(spec, "t", "d").startswith("<svg")


def test_missing_days_are_gaps_and_paler() -> None:
    spec = events.strips(MADE.coverage)
    rows = spec["layer"][0]["data"]["values"]
    gdelt = [(r["t"], r["u"]) for r in rows if r["s"] == "GDELT"]
    assert gdelt == [(1970.0, 1970.083), (1970.083, 1970.167), (1970.25, 1970.333)]
    strength = [r["o"] for r in rows if r["s"] == "GDELT"]
    assert strength[0] > strength[2] > strength[1]


def test_the_page_and_its_json_hold_the_part_and_hostile_names_are_text() -> None:
    profile = replace(realistic(), events=MADE)
    names = {**NAMES, "AAA": HOSTILE}
    made = events.part(profile, names)
    assert made is not None and made.key == "acts" and {p.key for g in made.groups for p in g.pictures} >= {"acts-weis", "acts-coverage"}
    page = html.render(replace(profile, name_a=HOSTILE, events=replace(MADE, statement=(HOSTILE,))))
    assert "<script>alert" not in page and "<img src=x" not in page and 'id="acts-h"' in page
    held = json.loads(json.dumps(plain.to_dict(profile)))["events"]
    assert held["years"][0]["verbal_cooperation"] == 11 and held["answers"][0]["outside"] == 3
    assert events.part(realistic(), NAMES) is None


def test_china_and_the_united_states_as_the_sources_have_them(full_home: Path) -> None:
    holdings = api.open(full_home).holdings
    held = gather_events.gather(holdings, gather_trade.view("CHN", "USA", start=None, stop=None, as_of=None))
    assert held is not None
    newest = {(y.a, y.b): y.n for y in held.years if y.year == 2014}
    assert newest == {("CHN", "USA"): 4258, ("USA", "CHN"): 4853}
    assert {(g.episodes, g.by_a) for g in held.beginnings} == {(49, 28)}
    assert [(g.a, g.months, g.source, g.low < g.slope < g.high) for g in held.answers] == [("CHN", 143, "weis", True), ("USA", 161, "weis", True)]
    assert all(g.placebos > 20 and 0 <= g.outside < g.placebos / 4 for g in held.answers)
    gdelt = [c for c in held.coverage if c.source == "gdelt_scores"]
    assert len(gdelt) == 74 and sum(c.year == 2023 and c.days < 1 for c in gdelt) > 0
    (level,) = {(g.one, g.other): g.correlation for g in held.agreement if (g.a, g.one, g.other) == ("CHN", "balance", "log-ratio")}.values()
    assert level == pytest.approx(0.96, abs=0.02)
    assert any("aggregators" in s for s in held.statement) and any("China began 28" in s for s in held.statement)


def test_a_pair_with_hardly_any_act_says_so_and_one_without_is_no_part(full_home: Path) -> None:
    holdings = api.open(full_home).holdings
    few = gather_events.gather(holdings, gather_trade.view("KWT", "LUX", start=None, stop=None, as_of=None))
    assert few is not None and few.statement[0].startswith("Hardly anything") and not few.tones and not few.beginnings
    assert gather_events.gather(holdings, gather_trade.view("BTN", "URY", start=None, stop=None, as_of=None)) is None


def test_an_early_view_has_nothing_that_was_published_later(full_home: Path) -> None:
    holdings = api.open(full_home).holdings
    early = gather_events.gather(holdings, gather_trade.view("CHN", "USA", start=None, stop=None, as_of=dt.date(2000, 1, 1)))
    assert early is not None and {y.source for y in early.years} == {"weis"} and max(y.year for y in early.years) == 1992
    assert gather_events.gather(holdings, gather_trade.view("CHN", "USA", start=None, stop=None, as_of=dt.date(1990, 1, 1))) is None
