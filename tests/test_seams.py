"""No sentence calls a change across a source or valuation seam a trend: the text of many dyads, walked."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from comity import api, gather, store
from comity.profile import Point, Profile, Shown
from comity.store import Holdings
from comity.wording import period

SAMPLE, FEW = 500, 5
SEED = 20240103
CHANGED = re.compile(
    r"\b(?:up|down) [^;]*? on (?P<on>[^;.]+)|times the level of (?P<level>[^;.]+)|, against [^;]*? in (?P<against>[^;.]+)|, as in (?P<same>[^;.]+)"
)
"""Every way in which `findings` compares two periods; `test_every_comparison_is_seen` keeps the list whole."""
TREND = re.compile(
    r"\b(?:rose|risen|rises|rising|fell|fallen|falls|falling|grew|grown|grows|growing|increased?|increasing|decreased?|decreasing|declined?|declining|"
    r"doubled|tripled|soared|plunged|trend|upward|downward|ever since|steadily)\b",
    re.IGNORECASE,
)


def dyads(home: Path, n: int) -> list[tuple[str, str]]:
    """The three pairs of the pages, and others drawn among states with a GDP, large and small."""
    rows = store.query("SELECT DISTINCT a FROM read_parquet($path) ORDER BY a", path=Holdings(home, home).path("series", "gdp_usd"))
    codes = rows.column("a").to_pylist()
    draw = random.Random(SEED)
    fixed = [("CHN", "RUS"), ("USA", "MEX"), ("AUS", "CHN")]
    pairs = dict.fromkeys(fixed)
    while len(pairs) < n:
        pairs[tuple(draw.sample(codes, 2))] = None  # type: ignore[index]
    return list(pairs)


def changes(text: str) -> Iterator[str]:
    """The period that each comparison of a sentence names."""
    for match in CHANGED.finditer(text):
        yield next(g for g in match.groups() if g).strip().rstrip(".")


def at(entry: Shown, named: str) -> Point | None:
    """The point of a period as a sentence names it."""
    return next((p for p in entry.series if named in (period(p.start, entry.period), f"{period(p.start, entry.period)}, counted so far")), None)


def faults(profile: Profile, holdings: Holdings) -> list[str]:
    """Sentences of a profile that compare across a seam, or speak of a trend."""
    out = []
    held = [m for s in profile.sections for m in s.measures if m.series]
    for entry in held:
        out += [f"{entry.name} {entry.a} {entry.b}: {entry.finding}" for named in changes(entry.finding) if not _one_source(entry, named)]
    for sentence in profile.lead:
        told = [e for e in held if sentence.startswith(e.title) and e.of == "dyad"]
        named = list(changes(sentence.split("; ")[0]))
        if named and not any(all(_one_source(e, n) for n in named) for e in told):
            out.append(f"lead: {sentence}")
    for headline in profile.headlines:
        told = [e for e in held if e.name == headline.measure]
        named = list(changes(f", {headline.change}"))
        if named and not any(all(_one_source(e, n) for n in named) for e in told):
            out.append(f"headline: {headline.label} {headline.change}")
    parts = [getattr(profile, p) for p in ("solidarity", "vision", "dependence", "figures", "expected", "money", "people")]
    said = [s for part in parts if part is not None for s in part.statement if not _inside(s, profile)]
    out += [f"trend: {s}" for s in (*said, *profile.lead, *(e.finding for e in held)) if TREND.search(_untitled(s, held))]
    return out + _part_faults(profile, holdings)


def _inside(sentence: str, profile: Profile) -> bool:
    """Whether a change of ideal points is told from the first session of the newest publisher on, so that no seam lies in it."""
    since = re.match(r"Since session \d+ \((\d{4})\) ", sentence)
    return since is not None and profile.vision is not None and int(since[1]) >= profile.vision.seam.year


def _untitled(sentence: str, held: list[Shown]) -> str:
    """A sentence without the measure's title, which is a name and no claim."""
    for entry in held:
        sentence = sentence.replace(entry.title, "")
    return sentence


def _one_source(entry: Shown, named: str) -> bool:
    """Whether the newest whole period and the one that is named stand on one source and one side's report."""
    before = at(entry, named)
    newest = next((p for p in reversed(entry.series) if not p.partial), entry.series[-1])
    return before is not None and before.source == newest.source


def _part_faults(profile: Profile, holdings: Holdings) -> list[str]:
    """Comparisons of years in the parts, each looked up again in the Series they stand on."""
    out = []
    if profile.dependence is not None and any(s.startswith("Ten years before") for s in profile.dependence.statement):
        both = [y for y in profile.dependence.years if y.share_a is not None and y.share_b is not None]
        before = next((y for y in both if y.year == both[-1].year - 10), None)
        if before is None or (before.source_a, before.source_b) != (both[-1].source_a, both[-1].source_b):
            out.append(f"dependence: {profile.dependence.statement}")
    for moved in profile.dependence.displaced if profile.dependence else ():
        if "+" in moved.source or ":" in moved.source:
            out.append(f"displaced: {moved}")
    for rate in profile.money.rates if profile.money else ():
        out += _different(holdings, "currency_per_usd", rate.state, rate.state, (rate.first, rate.last))
    names = {"People from one living in the other": "migrant_stock", "Students": "students", "Co-authored works": "coauthored_works"}
    for tie in profile.people.ties if profile.people else ():
        if tie.earlier_year is not None and tie.what in names:
            pair = sorted((tie.a, tie.b)) if tie.symmetric else (tie.a, tie.b)
            out += _different(holdings, names[tie.what], pair[0], pair[1], (tie.earlier_year, tie.year))
    return out


def _different(holdings: Holdings, name: str, a: str, b: str, years: tuple[int, int]) -> list[str]:
    rows = store.query(
        "SELECT count(DISTINCT source) AS n FROM read_parquet($path) WHERE a = $a AND b = $b AND list_contains($y, year(start))",
        {"a": a, "b": b, "y": list(years)}, path=holdings.path("series", name),
    ).to_pylist()  # fmt: skip
    return [f"{name} {a} {b} {years}: two sources"] if rows[0]["n"] > 1 else []


def walk(home: Path, pairs: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The faults of all pairs; ranks and comparisons with other pairs are left out, as no sentence of change uses them."""
    monkeypatch.setattr(gather, "_beside", lambda *_: ({}, ()))
    held = api.open(home)
    return [f"{a}–{b}: {fault}" for a, b in pairs for fault in faults(held.profile(a, b), held.holdings)]


def test_a_few_dyads_call_no_change_across_a_seam_a_trend(full_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert walk(full_home, dyads(full_home, FEW), monkeypatch) == []


@pytest.mark.slow
def test_five_hundred_dyads_call_no_change_across_a_seam_a_trend(full_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert walk(full_home, dyads(full_home, SAMPLE), monkeypatch) == []


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("Trade: $240 bn in 2023, up 12 % on 2013", ["2013"]),
        ("Share: 18.4% in 2020, up 7.6 points on 2010", ["2010"]),
        ("Works: 4,596 works in 2023, 3.1 times the level of 2013", ["2013"]),
        ("Disputes: 3 in 2014, against 1 dispute in 2004", ["2004"]),
        ("Agreement: 0.8 in session 78 (2023), as in session 68 (2013)", ["session 68 (2013)"]),
        ("Oil: $80 in Mar 2023, down 0.3 on Mar 2013; China ranked 2nd", ["Mar 2013"]),
        ("Trade: none in 2010–2014", []),
    ],
)
def test_every_comparison_is_seen(words: str, named: list[str]) -> None:
    assert list(changes(words)) == named


def test_a_comparison_across_a_seam_is_caught(full_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The walk itself: the same profile with the sources of its older values exchanged fails."""
    from dataclasses import replace

    monkeypatch.setattr(gather, "_beside", lambda *_: ({}, ()))
    held = api.open(full_home)
    profile = held.profile("DEU", "FRA")
    sections = tuple(
        replace(s, measures=tuple(replace(m, series=tuple(replace(p, source=f"x{i}") for i, p in enumerate(m.series))) for m in s.measures))
        for s in profile.sections
    )
    found = faults(replace(profile, sections=sections), held.holdings)
    assert any("lead:" in f for f in found)
    compared = [m for s in profile.sections for m in s.measures if list(changes(m.finding))]
    assert len([f for f in found if not f.startswith(("lead: ", "headline: "))]) >= len(compared) > 20


def test_every_change_of_a_finding_is_a_comparison_the_walk_knows(full_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A measure with a change to tell tells it in words that the walk reads."""
    monkeypatch.setattr(gather, "_beside", lambda *_: ({}, ()))
    profile = api.open(full_home).profile("CHN", "RUS")
    held: list[Any] = [m for s in profile.sections for m in s.measures if m.changes]
    from comity.findings import _change_words, _is_event, _is_status

    told = [m for m in held if not _is_event(m) and not _is_status(m.unit) and _change_words(m) and not m.series[-1].partial]
    assert len(told) > 20
    assert [m.name for m in told if not list(changes(m.finding))] == []


def test_a_status_tells_no_change_in_a_headline(full_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It once said "against not in force in 2008"."""
    monkeypatch.setattr(gather, "_beside", lambda *_: ({}, ()))
    profile = api.open(full_home).profile("IND", "TJK")
    told = {h.measure: h.change for h in profile.headlines}
    assert "alliance_nonaggression" in told and told["alliance_nonaggression"] == ""
