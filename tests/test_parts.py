"""Dependence, whose figures, money and people as the report gathers them: known figures, shares by hand, what is not held, hostile text."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import duckdb
import pytest

from comity import api, caveats, gather_money, gather_people, gather_trade, sources
from comity.analysis import trade
from comity.profile import Profile
from comity.report import html, parts, plain
from comity.report.part import PARAGRAPH, paragraphs
from comity.store import Holdings

PARTS = ("dependence", "figures", "expected", "money", "people")


@pytest.fixture(scope="module")
def profile(full_home: Path) -> Profile:
    return api.open(full_home).profile("CHN", "RUS")


def test_dependence_of_china_and_russia(profile: Profile, full_home: Path) -> None:
    """Shares of 2020 against the tables of the IMF, both sides' reports in the numerator."""
    held = profile.dependence
    assert held is not None
    row = next(y for y in held.years if y.year == 2020)
    table = f"read_parquet('{full_home}/tables/imf_dots.parquet') WHERE year = 2020"
    ask = duckdb.connect().sql
    total, own = ask(f"SELECT sum(value_usd), sum(value_usd) FILTER (partner = 'CHN') FROM {table} AND reporter = 'RUS'").fetchall()[0]
    assert row.share_b == pytest.approx(own / total, rel=1e-6)
    store = api.open(full_home)
    china = sum(store.series(n, dyad=("CHN", "RUS"), start=2020, stop=2020).to_pylist()[0]["value"] for n in ("exports_usd", "imports_usd"))
    assert row.share_b_mirror == pytest.approx(china / total, rel=1e-6)
    shares = [[row.share_a, row.share_a_mirror], [row.share_b, row.share_b_mirror]]
    assert row.gap_low == pytest.approx(min(map(float, filter(None, shares[0]))) - max(map(float, filter(None, shares[1]))))
    assert row.gap_high == pytest.approx(max(map(float, filter(None, shares[0]))) - min(map(float, filter(None, shares[1]))))
    assert "Russia depends more on China" in held.statement[0] and "18.4% of Russia’s" in held.statement[0]
    assert {g.buyer for g in held.groups} == {"CHN", "RUS"}
    minerals = next(g for g in held.groups if (g.buyer, g.group) == ("CHN", "minerals"))
    assert (round(minerals.share, 3), minerals.others, minerals.largest) == (0.087, 3, "AUS")
    own_row = next(d for d in held.displaced if (d.buyer, d.supplier) == ("CHN", "RUS"))
    assert own_row.growth + own_row.competition == pytest.approx(own_row.after - own_row.before, rel=1e-9)


def test_the_error_of_2016_and_2017_stands_with_its_source(profile: Profile, full_home: Path) -> None:
    """46.3 and 57.0 bn are Comtrade's and WITS's; the IMF's 38.1 and 48.0 bn are not suspected. At most 2 % of all other reports are flagged."""
    assert profile.figures is not None and len(profile.figures.suspected) == 2
    held = api.open(full_home)
    found = trade.suspicions(held.holdings, "CHN", "RUS")
    assert [(s.reporter, s.flow, s.year, s.sources, round(s.value / 1e9, 1)) for s in found] == [
        ("RUS", "imports", 2016, ("comtrade_china_partners", "wits_summary"), 46.3),
        ("RUS", "imports", 2017, ("comtrade_china_partners", "wits_summary"), 57.0),
    ]
    assert [dict(s.others)["imf_dots"] for s in found] == pytest.approx([38_097_734_000, 48_007_199_000])
    rates = trade.judged(held.holdings)
    assert rates["copies"][0] > 30_000 and (rates["copies"][1] - 4) / (rates["copies"][0] - 4) < 0.02
    assert rates["mirror"][0] > 40_000 and rates["mirror"][1] / rates["mirror"][0] < 0.002
    flagged = {r["start"].year: r["value"] for r in held.series("trade_reports_suspected", dyad=("CHN", "RUS")).to_pylist()}
    assert flagged == {2016: 2.0, 2017: 2.0}
    for name, told in (("imf_dots", False), ("comtrade_china_partners", True), ("wits_summary", True)):
        assert any("2016 and 2017" in c and "suspected" in c for c in sources.get(name).caveats) is told
    for name in ("imports_usd", "trade_total_usd", "mirror_gap"):
        pair = ("CHN", "RUS") if name == "mirror_gap" else ("RUS", "CHN")
        notes = [n for n in held.select(name, dyad=pair).notes if "suspected" in n]
        assert [n.split(": ")[1] for n in notes] == ["2016", "2017"] and all("stands on another source" in n for n in notes)
    assert not [n for n in held.select("imports_usd", dyad=("DEU", "FRA")).notes if "suspected" in n]
    assert caveats.caveats(held.holdings, "vote_agreement", "CHN", "RUS", []) == ()
    told = held.reconcile("imports_usd", dyad=("RUS", "CHN"))
    assert sum("UN Comtrade and WITS is suspected" in n for n in told.notes) == 2
    of_2016 = {r["source"]: (round(r["value"] / 1e9, 1), r["chosen"]) for r in told.rows if r["start"].year == 2016}
    assert of_2016["a's imports, UN Comtrade (comtrade_china_partners)"] == (46.3, False)
    assert of_2016["a's imports (imf_dots)"] == (38.1, True)


def test_money_of_china_and_russia(profile: Profile, full_home: Path) -> None:
    held = profile.money
    assert held is not None
    by_year = {(i.what, i.investor, i.year): i for i in held.investment}
    stock = by_year["stock", "CHN", 2012]
    assert stock.by_investor == 4_888_490_000 and stock.by_host == pytest.approx(2_152_000_485.7)
    both = by_year["position", "CHN", 2021]
    assert both.by_investor == pytest.approx(10_644_107_151.7) and both.by_host == pytest.approx(3_322_881_992.6)
    assert both.share_of_host is None  # Russia is none of the five economies: its total is not held
    table = f"read_parquet('{full_home}/tables/imf_direct_investment.parquet')"
    whole = duckdb.connect().sql(f"SELECT sum(usd) FROM {table} WHERE investor = 'CHN' AND report = 'investor' AND year = 2021").fetchall()[0][0]
    assert both.share_of_investor == pytest.approx(10_644_107_151.7 / whole, rel=1e-9)
    assert {i.source for i in held.investment if i.what == "position"} == {"imf_direct_investment"}
    points = [s for s in held.settlement if s.what == "trade of the two, in roubles and yuan"]
    assert [(s.period, s.value) for s in points] == [("2022-01", 25), ("2023-09", 80), ("2023-11", 95), ("2024-09", 95), ("2025-11", 99.1)]
    assert all(s.who and s.url for s in held.settlement)
    said = next(s for s in held.statement if "only as stated" in s)
    assert all(p.who in said for p in points) and "no line" in said
    lags = {(p.seller, p.driver): p for p in held.passed}
    oil = lags["RUS", "Brent"]
    assert (round(oil.estimate, 2), round(oil.low, 2), round(oil.high, 2), oil.months) == (0.31, 0.11, 0.51, 92)
    assert len(held.passed) == 6 and held.bandwidth == 3
    assert any("An association" in s for s in held.statement)
    assert [(line.first[:4], line.lender) for line in held.lines[:2]] == [("2020", "CHN"), ("2020", "RUS")]
    assert {d.source for d in held.deals} == {"CGIT", "AidData 1", "AidData 2"} and any("never added" in s for s in held.statement)


def test_people_of_china_and_russia(profile: Profile) -> None:
    held = profile.people
    assert held is not None
    living = next(t for t in held.ties if (t.what, t.a) == ("People from one living in the other", "CHN"))
    assert (living.year, living.value, living.earlier_year) == (2020, 56_138, 2010)
    assert living.per_million == pytest.approx(56_138 / 1_411.1, rel=0.01)
    assert all(s.who for s in held.stated) and any(s.what.startswith("tourist trips, China") for s in held.stated)
    civic = held.not_held[-1]
    assert all(word in civic for word in ("Climate", "biodiversity", "community", "domestic violence", "OpenAlex", "Sustainable Development Goal"))
    assert any(n.startswith("Flights") for n in held.not_held)


def test_other_pairs_say_what_is_not_held(full_home: Path) -> None:
    held = api.open(full_home).profile("USA", "MEX")
    assert held.money is not None and held.people is not None and held.dependence is not None
    assert not held.money.settlement and not held.money.deals and not held.money.passed
    assert any("settle is not held" in s for s in held.money.statement)
    assert any(n.startswith("Tourists: no statistic") for n in held.people.not_held)
    assert "Mexico depends more on the United States" in held.dependence.statement[0]


def test_an_as_of_view_has_nothing_that_was_found_later(full_home: Path) -> None:
    day = dt.date(2015, 1, 3)
    held = api.open(full_home).profile("CHN", "RUS", as_of=day)
    assert held.expected is None and held.figures is not None and held.figures.suspected == ()
    assert held.dependence is not None and max(y.year for y in held.dependence.years) <= 2013
    assert not held.dependence.groups and not held.dependence.displaced
    assert held.money is None or not held.money.investment
    assert held.people is not None and max(t.year for t in held.people.ties) <= 2014


def test_years_bound_every_part(full_home: Path) -> None:
    held = api.open(full_home).profile("CHN", "RUS", start=2005, stop=2012)
    assert held.dependence is not None and {y.year for y in held.dependence.years} == set(range(2005, 2013))
    assert held.expected is not None and {f.year for f in held.expected.flows} == set(range(2005, 2013))
    assert held.money is not None and {i.year for i in held.money.investment} <= set(range(2005, 2013)) and not held.money.settlement
    assert held.people is not None and all(2005 <= t.year <= 2012 for t in held.people.ties)


def test_an_empty_store_gives_no_part(tmp_path: Path) -> None:
    empty = Holdings(tmp_path, tmp_path / "none")
    asked = gather_trade.view("CHN", "RUS", start=None, stop=None, as_of=None)
    assert gather_trade.gather(empty, asked) == (None, None, None)
    assert gather_money.gather(empty, asked) is None and gather_people.gather(empty, asked) is None


def test_the_page_and_the_json_hold_the_parts(profile: Profile) -> None:
    page = html.render(profile)
    for heading in ("Dependence", "Whose figures", "Against what gravity expects", "Money between the two", "People between the two"):
        assert f">{heading}<" in page
    made = {p.key: p for p in parts.parts(profile, {"CHN": "China", "RUS": "Russia", "WLD": "World"})}
    assert all(len(g.pictures) <= 1 for key in ("dependence", "money", "people") for g in made[key].groups)
    held = json.loads(json.dumps(plain.to_dict(profile)))
    assert all(held[name] for name in PARTS)
    assert held["expected"]["flows"][0]["ratio"] == pytest.approx(profile.expected.flows[0].ratio if profile.expected else 0)


def test_stated_text_is_escaped(profile: Profile) -> None:
    from dataclasses import replace

    assert profile.money is not None
    bad = replace(profile.money.settlement[0], who="<script>alert(1)</script>", note="a & b")
    page = html.render(replace(profile, money=replace(profile.money, settlement=(bad,))))
    assert "<script>" not in page and "&lt;script&gt;" in page


def test_paragraphs_keep_every_sentence_in_order() -> None:
    said = tuple(f"Sentence {i} {'x' * (40 * i)}." for i in range(12))
    made = paragraphs(said)
    assert " ".join(made) == " ".join(said)
    assert all(len(p) < PARAGRAPH or p in said for p in made)
