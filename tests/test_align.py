"""Alignments and briefs on the held record: as of a day, against SQL over the votes, with hostile text, by the commands."""

from __future__ import annotations

import datetime as dt
import html
import io
import json
import math
import re
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

import comity
from comity import cli
from comity.analysis import align, brief
from comity.core import UsageError
from comity.report import align as align_page
from comity.report import brief as brief_page
from comity.report import sheet, world

DAY = dt.date(2024, 6, 1)
VOTE = {1: "yes", 2: "abstain", 3: "no", 0: "not voting"}


@pytest.fixture(scope="module")
def store(full_home: Path) -> comity.api.Store:
    return comity.open(full_home)


@pytest.fixture(scope="module")
def found(store: comity.api.Store) -> align.Alignment:
    return store.align(like="A/RES/77/222", as_of=DAY)


def _votes(home: Path, symbol: str) -> dict[str, int]:
    tables = home / "tables"
    rows = duckdb.execute(
        "SELECT v.seat, v.vote FROM read_parquet($v) v JOIN read_parquet($r) r USING (undl_id) WHERE r.symbol = $s",
        {"v": str(tables / "undl_votes.parquet"), "r": str(tables / "undl_resolutions.parquet"), "s": symbol},
    ).fetchall()
    return dict(rows)


def test_every_member_has_probabilities_that_sum_to_one(found: align.Alignment) -> None:
    assert len(found.rows) == 193 and len({r["state"] for r in found.rows}) == 193
    for r in found.rows:
        assert r["p_yes"] + r["p_abstain"] + r["p_no"] + r["p_absent"] == pytest.approx(1, abs=3e-4)
        assert r["class"] in ("like-minded", "persuadable", "dissenting") and r["why"]
    means = [found.totals[o][0] for o in ("yes", "abstain", "no", "absent")]
    assert sum(means) == pytest.approx(193) and means[0] == pytest.approx(sum(r["p_yes"] for r in found.rows), abs=2)


def test_last_votes_and_changes_are_those_of_the_record(found: align.Alignment, full_home: Path) -> None:
    assert found.kind == "known" and found.chain[0]["symbol"] == "A/RES/77/222" and found.about == align.ABOUT
    held = _votes(full_home, "A/RES/77/222")
    for r in found.rows:
        if r["last_on"] == found.chain[0]["date"]:
            assert VOTE[held[r["state"]]] == r["last"]
    assert found.changes
    for c in found.changes:
        assert VOTE[_votes(full_home, c["symbol"])[c["state"]]] == c["to"] and VOTE[_votes(full_home, c["before"])[c["state"]]] == c["from"]


def test_nothing_later_than_the_day_is_used(found: align.Alignment, store: comity.api.Store) -> None:
    dates = [r["date"] for r in (*found.chain, *found.near, *found.changes)]
    assert max(dates) <= str(DAY) and found.year == 2023 and all(s["year"] < 2023 for s in found.scores)
    whole = align.read(store.holdings)
    later = [r["date"] for r in store.align(like="A/RES/77/222").chain]
    assert later[0] > str(DAY) and whole.before((DAY - align.EPOCH).days + 1).days.max() <= (DAY - align.EPOCH).days
    with pytest.raises(UsageError, match="no model of votes before"):
        store.align(like="A/RES/77/222", as_of=dt.date(2001, 1, 1))


def test_the_forecast_beats_the_last_vote_on_what_came(store: comity.api.Store) -> None:
    rows = duckdb.execute(
        "SELECT kind, resolutions, log_loss, base_log_loss, cover80 FROM read_parquet($p)",
        {"p": str(store.holdings.path("table", "vote_model_scores"))},
    ).fetchall()
    assert {r[0] for r in rows} == {"known", "new"}
    for kind, most in (("known", 0.92), ("new", 0.95)):
        held = [r for r in rows if r[0] == kind]
        weight = sum(r[1] for r in held)
        assert sum(r[1] * r[2] for r in held) < most * sum(r[1] * r[3] for r in held)
        assert 0.7 < sum(r[1] * r[4] for r in held) / weight < 0.99


def test_a_new_text_and_a_topic(store: comity.api.Store) -> None:
    new = store.align(resolution=("The right to laugh in outer space\n\nThe General Assembly,\nRecalling", "draft.txt"), as_of=DAY)
    assert new.kind == "new" and new.title == "The right to laugh in outer space" and new.near and not new.chain
    low, high = new.totals["yes"][1:]
    assert high - low > 20
    topic = store.align(topic="nu", as_of=DAY)
    assert topic.kind == "topic" and topic.totals == {} and topic.rows[0]["p_change"] is None
    with pytest.raises(UsageError, match="no words"):
        store.align(resolution="  \n 12 \n")
    with pytest.raises(UsageError, match="no resolution"):
        store.align(like="A/RES/0/0")
    with pytest.raises(UsageError, match="one of"):
        store.align()


def test_the_side_of_a_pair(store: comity.api.Store) -> None:
    side = store.align(like="A/RES/77/230", pair=("RUS", "CHN"), as_of=DAY)
    assert side.side == "no" and {r["state"]: r["class"] for r in side.rows}["IRN"] == "like-minded"
    with pytest.raises(UsageError, match="no member"):
        store.align(like="A/RES/77/230", pair=("RUS", "XKX"), as_of=DAY)


def test_a_brief_holds_the_votes_of_the_record(store: comity.api.Store, full_home: Path) -> None:
    made = store.brief("ZMB", like="A/RES/77/222", pair=("FRA", "MEX"), as_of=DAY)
    assert made.texts and made.record and made.ties
    for t in made.texts:
        held = _votes(full_home, t["symbol"])
        assert VOTE[held["ZMB"]] == t["vote"] and {s: VOTE[held[s]] for s in t["others"]} == t["others"]
        assert t["date"] <= str(DAY)
    assert sum(r["resolutions"] for r in made.record) == sum(r[k] for r in made.record for k in ("yes", "abstain", "no", "not voting"))
    assert all(t.start is None or t.start <= DAY for t in made.ties)
    assert {t.partner for t in made.ties} == {"FRA", "MEX"} and all(t.source for t in made.ties if t.value is not None)
    with pytest.raises(UsageError, match="one of the two"):
        store.brief("FRA", topic="hr", pair=("FRA", "MEX"))


def test_the_three_forms_say_the_same_and_begin_with_what_it_is_about(store: comity.api.Store) -> None:
    made = store.brief("SGP", like="A/RES/77/222", pair=("FRA", "MEX"), as_of=DAY)
    text, page, plain = brief_page.markdown(made), brief_page.html(made), brief_page.to_dict(made)
    assert text.startswith(align.ABOUT) and next(iter(plain.values())) == align.ABOUT
    assert page.index(align.ABOUT) < page.index("<h1>")
    json.dumps(plain, default=str, allow_nan=False)
    for t in made.texts[:3]:
        assert t["symbol"] in text and t["symbol"] in page


def test_hostile_titles_are_escaped(store: comity.api.Store, found: align.Alignment) -> None:
    hostile = "<script>alert(1)</script> =cmd|' /C calc'!A0 \u202e right to food"
    made = store.align(resolution=(hostile, "<b>.txt"), as_of=DAY)
    page = align_page.render(made, {})
    assert "<script>" not in page and "<b>" not in page and "\u202e" not in page and "&lt;script&gt;" in page
    assert "<i>" not in sheet.table("<i>", ["<i>"], [["<i>"]])
    assert brief_page.md("a|b <x> [y](z)") == "a\\|b &lt;x&gt; \\[y\\](z)"
    assert align_page.render(found, {}).count("<h2>") >= 6


def test_without_shapes_a_sign_stands_at_each_capital_and_without_capitals_the_page_says_so(
    store: comity.api.Store, found: align.Alignment, tmp_path: Path
) -> None:
    assert world.svg(found).markup == "" and "capitals" in world.svg(found).note
    places = store.capitals(found.year)
    drawn = world.svg(found, None, places)
    signs = re.findall(r'<path transform="translate\(([\d.]+) ([\d.]+)\)" d="[^"]+" fill="(#\w+)"><title>([^<]+): ([\w-]+),', drawn.markup)
    by = {html.escape(r["name"]): r["class"] for r in found.rows}
    assert len(signs) == len(by) == len(set(places) & {r["state"] for r in found.rows}) and "world-atlas" in drawn.note
    assert {name: kind for *_, name, kind in signs} == by and all(world.COLOURS[kind] == colour for *_, colour, _, kind in signs)
    at = [(float(x), float(y)) for x, y, *_ in signs]
    assert all(0 <= x <= world.WIDTH and 0 <= y <= world.HEIGHT for x, y in at)
    assert min(math.dist(p, q) for k, p in enumerate(at) for q in at[:k]) > 10
    assert places["FRA"] == pytest.approx((48.86, 2.35), abs=0.1) and store.capitals(1800) == {}
    with pytest.raises(UsageError, match=r"no such file|extra map"):
        world.svg(found, tmp_path / "none.json")
    assert world.project(0, 0) == (world.WIDTH / 2, world.HEIGHT / 2 + 18)
    assert world.project(30, 40)[0] - world.WIDTH / 2 == pytest.approx(world.WIDTH / 2 - world.project(-30, 40)[0])


def test_the_commands(full_home: Path, tmp_path: Path, capsys: Any, monkeypatch: Any) -> None:
    def run(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as done:
            cli.main(["--home", str(full_home), *words])
        said = capsys.readouterr()
        return int(done.value.code or 0), said.out, said.err

    code, out, err = run("align", "--like", "A/RES/77/222", "--as-of", str(DAY), "--format", "json")
    rows = json.loads(out)
    assert code == 0 and {"state", "p_yes", "p_abstain", "p_no", "class", "why"} <= set(rows[0]) and err.startswith(align.ABOUT)
    code, out, _ = run("align", "--topic", "hr", "--with", "CHN", "RUS", "--as-of", str(DAY), "--format", "csv")
    assert code == 0 and out.splitlines()[0] == "state,p_yes,p_abstain,p_no,p_absent,class,last,last_on,p_change,why" and len(out.splitlines()) == 194
    page = tmp_path / "a.html"
    assert run("align", "--like", "A/RES/77/222", "--as-of", str(DAY), "--out", str(page))[0] == 0 and align.ABOUT in page.read_text(encoding="utf-8")
    code, out, _ = run("brief", "Zambia", "--topic", "hr", "--with", "FRA", "MEX", "--as-of", str(DAY))
    assert code == 0 and out.startswith(align.ABOUT)
    monkeypatch.setattr(sys, "stdin", io.StringIO("Moratorium on the use of the death penalty\n"))
    assert "Moratorium" in run("align", "--resolution", "-", "--as-of", str(DAY))[2]
    assert run("align", "--like", "A/RES/77/222", "--side", "yes", "--with", "CHN", "RUS")[0] == 2
    assert run("align")[0] == 2 and run("align", "--resolution", str(tmp_path / "none"))[0] == 2
    assert run("brief", "Zambia", "--topic", "hr", "--out", str(tmp_path / "a.doc"))[0] == 2


def test_ties_of_all_declared_measures() -> None:
    from comity import measures

    assert {measures.get(n).of for n in brief.TIES} == {"dyad"}


def test_the_numbers_of_a_column_have_equally_many_decimals() -> None:
    told = sheet.table("c", ["who", "p", "n"], [["a", 0.5, 1], ["b", 0.0625, 20], ["c", None, 3]])
    assert re.findall(r'<td class="n">([^<]*)</td>', told) == ["0.5000", "1", "0.0625", "20", "3"]
    assert sheet.table("c", ["who", "p"], []).count("<tr>") == 1
