"""Earlier vintages of a Series: kept when a build changes it, read again, told apart, and used by early views and reviews."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import comity
from comity import cli, own, store, vintages
from comity.analysis import review
from comity.core import BadDataError, StoreError, UsageError
from comity.report import review as page

TOML = """
[source]
name = "gifts_list"
title = "Gifts <script>"
licence = "mine"
citation = "Me, 2024"
file = "gifts.csv"
states = ["a", "b"]
year = "year"
published_months = 2
[[measure]]
name = "gifts"
title = "Gifts *of* state"
unit = "gifts"
bounds = [0, 1000]
domain = "politics"
kind = "exchange"
because = "counted"
"""
FIRST = {("CHN", "RUS", 2018): 3, ("CHN", "RUS", 2019): 4, ("CHN", "RUS", 2020): 5, ("CAN", "USA", 2020): 9, ("FRA", "ITA", 2020): 1}
SECOND = {("CHN", "RUS", 2018): 3, ("CHN", "RUS", 2019): 7, ("CHN", "RUS", 2021): 8, ("CAN", "USA", 2020): 9, ("FRA", "ITA", 2020): 1}


YEARS = [("CHN", "RUS", y) for y in (2018, 2019, 2020)]


@pytest.fixture
def mine(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "gifts.toml").write_text(TOML)
    yield folder
    own.mount(tmp_path / "nowhere")


def _hold(home: Path, folder: Path, rows: dict[tuple[str, str, int], float]) -> comity.Store:
    (folder / "gifts.csv").write_text("a,b,year,gifts\n" + "".join(f"{a},{b},{y},{v}\n" for (a, b, y), v in rows.items()))
    comity.open(home).add(folder / "gifts.toml")
    return comity.open(home)


def _dated(home: Path, days: list[str]) -> None:
    """Set the days of the builds of the ledger's lines, the first vintage's day first."""
    path = home / vintages.FOLDER / vintages.LEDGER
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    number = {"table": 0, "series": 0}
    for line in lines:
        k = number[line["kind"]]
        line |= {"had": f"{days[k]}T00:00:00+00:00", "built": f"{days[k + 1]}T00:00:00+00:00"}
        number[line["kind"]] += 1
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))


def _values(table: Any) -> dict[tuple[str, str, int], float]:
    return {(r["a"], r["b"], r["start"].year): r["value"] for r in table.to_pylist()}


def test_a_first_build_is_no_revision(mine: Path, home: Path) -> None:
    held = _hold(home, mine, FIRST)
    assert vintages.changes(home) == []
    assert len(vintages.vintages(held.holdings, "gifts")) == 1
    found = held.diff("gifts")
    assert found.rows == [] and found.before == found.after


def test_what_changed_is_told_and_both_vintages_are_read(mine: Path, home: Path) -> None:
    _hold(home, mine, FIRST)
    held = _hold(home, mine, SECOND)
    found = held.diff("gifts")
    assert [(r["a"], r["b"], r["start"].year, r["before"], r["after"]) for r in found.rows] == [
        ("CHN", "RUS", 2019, 4, 7), ("CHN", "RUS", 2020, 5, None), ("CHN", "RUS", 2021, None, 8),
    ]  # fmt: skip
    (change,) = vintages.changes(home, "gifts")
    assert (change.new, change.revised, change.gone, change.cause) == (1, 1, 1, vintages.DATA)
    assert "1 rows new, 1 rows revised, 1 rows gone in 1 pairs or states. Moved by: data." in found.told()
    old, new = vintages.vintages(held.holdings, "gifts")
    assert _values(vintages.read(held.holdings, "gifts", old)) == FIRST
    assert _values(vintages.read(held.holdings, "gifts", new)) == SECOND
    back = held.diff("gifts", before=new.content[:8], after=old.content[:8])
    assert [(r["before"], r["after"]) for r in back.rows] == [(7, 4), (None, 5), (8, None)]


def test_a_return_to_an_earlier_content_is_a_vintage_of_its_own(mine: Path, home: Path) -> None:
    for rows in (FIRST, SECOND, FIRST, SECOND):
        held = _hold(home, mine, rows)
    kept = vintages.vintages(held.holdings, "gifts")
    assert [_values(vintages.read(held.holdings, "gifts", v)) == SECOND for v in kept[-2:]] == [False, True]
    assert len(kept) == 4


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(YEARS), st.integers(0, 9), min_size=1), min_size=2, max_size=4))
def test_any_chain_of_builds_is_read_back(mine: Path, tmp_path_factory: pytest.TempPathFactory, chain: list[dict[Any, float]]) -> None:
    home = tmp_path_factory.mktemp("chain")
    held = _hold(home, mine, chain[0])
    told = [chain[0]]
    for rows in chain[1:]:
        held = _hold(home, mine, rows)
        told += [rows] if rows != told[-1] else []
    kept = vintages.vintages(held.holdings, "gifts")
    assert [_values(vintages.read(held.holdings, "gifts", v)) for v in kept[-1:]] == told[-1:]
    assert len(kept) == len(told)
    first = next(v for v in kept)
    assert _values(vintages.read(held.holdings, "gifts", first)) == told[0] or told.count(told[0]) > 1


def test_an_early_view_shows_a_value_as_it_was_held(mine: Path, home: Path) -> None:
    _hold(home, mine, FIRST)
    _hold(home, mine, SECOND)
    _dated(home, ["2022-01-10", "2023-06-01"])
    held = comity.open(home)

    def seen(day: str) -> dict[int, float]:
        table = held.series("gifts", dyad=("CHN", "RUS"), as_of=dt.date.fromisoformat(day))
        return {r["start"].year: r["value"] for r in table.to_pylist()}

    assert seen("2023-05-31") == {2018: 3, 2019: 4, 2020: 5, 2021: 8}  # 2021 was public in March 2022, though this store had it later
    assert seen("2023-06-01") == {2018: 3, 2019: 7, 2021: 8}
    assert seen("2021-05-01") == {2018: 3, 2019: 4, 2020: 5}
    found = held.select("gifts", dyad=("CHN", "RUS"), as_of=dt.date(2023, 1, 1))
    assert any("as held on 2023-01-01" in note for note in found.notes)
    assert _values(held.series("gifts", dyad=("CAN", "USA"), as_of=dt.date(2023, 1, 1))) == {("CAN", "USA", 2020): 9}


def test_a_change_of_method_leaves_early_views_alone(mine: Path, home: Path) -> None:
    _hold(home, mine, FIRST)
    _hold(home, mine, SECOND)
    _dated(home, ["2022-01-10", "2023-06-01"])
    path = home / vintages.FOLDER / vintages.LEDGER
    path.write_text(path.read_text().replace(f'"cause": "{vintages.DATA}"', f'"cause": "{vintages.METHOD}"'))
    held = comity.open(home)
    table = held.series("gifts", dyad=("CHN", "RUS"), as_of=dt.date(2023, 1, 1))
    assert {r["start"].year: r["value"] for r in table.to_pylist()} == {2018: 3, 2019: 7, 2021: 8}


def test_names_of_vintages(mine: Path, home: Path) -> None:
    _hold(home, mine, FIRST)
    _hold(home, mine, SECOND)
    _dated(home, ["2022-01-10", "2023-06-01"])
    held = comity.open(home)
    assert held.diff("gifts", before="2022-12-31").before.since.startswith("2022-01-10")
    for text in ("2021-12-31", "abc", "ffffffff", "starter"):
        with pytest.raises(UsageError, match=r"no vintage answers to .*held are [0-9a-f]{12} \(store, 2022-01-10\)"):
            held.diff("gifts", before=text)


def test_a_damaged_ledger_is_named_and_half_a_line_is_none(mine: Path, home: Path) -> None:
    _hold(home, mine, FIRST)
    _hold(home, mine, SECOND)
    path = home / vintages.FOLDER / vintages.LEDGER
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"kind": "ser')
    assert len(vintages.changes(home, "gifts")) == 1
    _hold(home, mine, FIRST)
    assert len(vintages.changes(home, "gifts")) == 2
    path.write_bytes(b"{}\n" + whole)
    with pytest.raises(StoreError, match=r"ledger\.jsonl: damaged"):
        vintages.changes(home)


def test_diff_on_the_command_line(mine: Path, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _hold(home, mine, FIRST)
    _hold(home, mine, SECOND)
    with pytest.raises(SystemExit) as end:
        cli.main(["--home", str(home), "diff", "gifts", "--format", "csv"])
    out, err = capsys.readouterr()
    assert end.value.code == 0
    assert out.splitlines() == ["a,b,start,before,after", "CHN,RUS,2019-01-01,4.0,7.0", "CHN,RUS,2020-01-01,5.0,", "CHN,RUS,2021-01-01,,8.0"]
    assert "Moved by: data" in err


def test_a_review_tells_new_revised_and_missing_values(mine: Path, home: Path) -> None:
    _hold(home, mine, FIRST)
    _hold(home, mine, SECOND)
    _dated(home, ["2022-01-10", "2023-06-01"])
    held = comity.open(home)
    found = held.review("CHN", "RUS", since=dt.date(2022, 2, 1), until=dt.date(2023, 7, 1))
    (new,) = [x for x in found.new if x.measure == "gifts"]
    assert (new.start.year, new.value, new.before, new.published) == (2021, 8, 7, dt.date(2022, 3, 1))
    assert new.before_start == dt.date(2019, 1, 1)
    assert [(r.start.year, r.before, r.after, r.cause) for r in found.revised] == [(2019, 4, 7, "data"), (2020, 5, None, "data")]
    (missing,) = [x for x in found.missing if x.measure == "gifts"]
    assert (missing.start.year, missing.day, missing.periods) == (2022, dt.date(2023, 3, 1), 1)
    assert held.review("CHN", "RUS", since=dt.date(2023, 6, 2), until=dt.date(2023, 7, 1)).revised == ()
    early = held.review("CHN", "RUS", since=dt.date(2021, 1, 1), until=dt.date(2022, 2, 1))
    (then,) = [x for x in early.new if x.measure == "gifts"]
    assert (then.start.year, then.value, then.before) == (2020, 5, 4)  # as it was held then
    with pytest.raises(UsageError, match="is not before"):
        held.review("CHN", "RUS", since=dt.date(2023, 1, 1), until=dt.date(2023, 1, 1))


def test_a_review_is_written_with_footnotes_and_no_markup_of_its_data(mine: Path, home: Path) -> None:
    _hold(home, mine, SECOND)
    found = comity.open(home).review("CHN", "RUS", since=dt.date(2022, 2, 1), until=dt.date(2022, 4, 1))
    text, html = page.markdown(found), page.html(found)
    line = next(x for x in text.splitlines() if "Gifts" in x)
    assert line.startswith(r"- Gifts \*of\* state, China and Russia: 8 in 2021, after 7 in 2019 (+14 %)")
    mark = line[line.index("[^") : line.index("]") + 1]
    assert any(x.startswith(f"{mark}: Me, 2024 (mine; source gifts\\_list); n not given, public on 2022-03-01") for x in text.splitlines())
    assert "<script" not in html and 'href="#note-' in html
    plain = page.to_dict(found)
    assert json.loads(json.dumps(plain, default=str))["new"][0]["source"]


CALENDAR = """
[[event]]
date = 2022-09-13
what = "General Assembly opens its 77th session"
kind = "session"
[[event]]
date = 2022-06-01
what = "Vote in France"
states = ["France"]
kind = "election"
[[event]]
date = 2023-09-13
what = "too far"
"""


def test_a_calendar_lists_what_is_ahead(mine: Path, home: Path) -> None:
    _hold(home, mine, SECOND)
    (home / review.CALENDAR).write_text(CALENDAR)
    held = comity.open(home)
    found = held.review("CHN", "RUS", since=dt.date(2022, 2, 1), until=dt.date(2022, 4, 1))
    assert [e.what for e in found.events] == ["General Assembly opens its 77th session"]
    assert [e.kind for e in held.review("FRA", "ITA", since=dt.date(2022, 2, 1), until=dt.date(2022, 4, 1)).events] == ["election", "session"]
    assert "2022-09-13: General Assembly opens" in page.markdown(found)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[[event]]\ndate = "soon"\nwhat = "x"', r"\[\[event\]\] 1: `date`"),
        ("[[event]]\ndate = 2022-01-01", r"what"),
        ('[[event]]\ndate = 2022-01-01\nwhat = "x"\nkind = "feast"', "kind"),
        ('[[event]]\ndate = 2022-01-01\nwhat = "x"\nstates = ["Atlantis"]', "Atlantis"),
        ("[[event", "no TOML"),
    ],
)
def test_a_calendar_that_does_not_stand_is_told(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "c.toml"
    path.write_text(text)
    with pytest.raises(BadDataError, match=words):
        review.read_calendar(path)
    with pytest.raises(UsageError, match="No such file"):
        review.read_calendar(tmp_path / "none.toml")


def test_undoing_never_leaves_the_store_changed(mine: Path, home: Path) -> None:
    _hold(home, mine, FIRST)
    held = _hold(home, mine, SECOND)
    before = store.artefact_path(home, "series", "gifts").read_bytes()
    vintages.read(held.holdings, "gifts", vintages.vintages(held.holdings, "gifts")[0])
    assert store.artefact_path(home, "series", "gifts").read_bytes() == before


def test_a_store_of_an_older_format_says_so_and_is_built_again(mine: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as older:
        older.setattr(store, "FORMAT", store.FORMAT - 1)
        _hold(home, mine, FIRST)
    with pytest.raises(StoreError, match=rf"store format {store.FORMAT - 1}, this comity reads {store.FORMAT}; run `comity build"):
        comity.open(home).series("gifts", dyad=("CHN", "RUS"))
    held = _hold(home, mine, SECOND)
    assert _values(held.series("gifts")) == SECOND and vintages.changes(home) == []


def test_few_votes_and_another_source_are_no_change(mine: Path, home: Path) -> None:
    held = _hold(home, mine, SECOND)
    found = held.review("CHN", "RUS", since=dt.date(2022, 2, 1), until=dt.date(2022, 4, 1))
    (new,) = [x for x in found.new if x.measure == "gifts"]
    seam, few = "by another source, so no change is told", "(so far: n 5, too few for a change)"
    for told, words in ((replace(new, seam=True), seam), (replace(new, few=True, n=5), few)):
        text = page.markdown(replace(found, new=(told,)))
        assert words in text and "+14 %" not in text
