"""Notes: what a user keeps of stated figures and facts, and how it is shown beside the measures without entering them."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

import comity
from comity import gather, notes
from comity.core import BadDataError, StoreError, UsageError, named_span
from comity.report import charts, html, plain, text

URL = "https://example.org/p?a=1&b=2"


def _note(store: comity.Store, **more: object) -> notes.Note:
    given = {"what": "trade_total_usd", "value": 245.0, "unit": "bn USD", "date": "2024", "who": "A minister", "url": URL} | more
    return store.note("Russia", "China", **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("2023", "2023-01-01", "2023-12-31"), ("2023-05", "2023-05-01", "2023-05-31"), ("2023-Q2", "2023-04-01", "2023-06-30"),
        ("2023-H2", "2023-07-01", "2023-12-31"), ("2023-05-17", "2023-05-17", "2023-05-17"), ("2023-01..2023-05", "2023-01-01", "2023-05-31"),
        ("2023/2024", "2023-09-01", "2024-08-31"), ("2023/24-winter", "2023-11-01", "2024-03-31"), ("2023-summer", "2023-04-01", "2023-10-31"),
    ],
)  # fmt: skip
def test_named_periods(words: str, first: str, last: str) -> None:
    assert tuple(map(str, named_span(words))) == (first, last)


@pytest.mark.parametrize("words", ["", "lately", "2023-13", "2023-02-30", "0000", "2023-Q5", "23"])
def test_what_is_no_period(words: str) -> None:
    with pytest.raises(BadDataError, match="no period"):
        named_span(words)


@pytest.mark.parametrize(
    ("what", "value", "unit", "kept"),
    [
        ("trade_total_usd", 245, "bn USD", 245e9), ("trade_total_usd", 245, "USD billion", 245e9), ("trade_total_usd", 5, "USD", 5.0),
        ("vote_agreement", 80, "%", 0.8), ("coauthored_works", 3, "k", 3e3),
    ],
)  # fmt: skip
def test_a_figure_of_a_measure_is_kept_in_its_unit(home: Path, what: str, value: float, unit: str, kept: float) -> None:
    made = _note(comity.open(home), what=what, value=value, unit=unit)
    assert made.measure == what and made.value == pytest.approx(kept) and made.unit == comity.measures.get(what).unit


@pytest.mark.parametrize(
    ("more", "error", "words"),
    [
        ({"unit": "bn EUR"}, UsageError, "'bn EUR' is not that of trade_total_usd .USD."),
        ({"unit": None}, UsageError, "go together"),
        ({"url": "javascript:alert(1)"}, UsageError, "http"),
        ({"url": "https://x.org/<b>"}, UsageError, "http"),
        ({"who": " "}, UsageError, "--who is empty"),
        ({"what": "x" * 2001}, UsageError, "longer than"),
        ({"date": "soon"}, BadDataError, "no period"),
        ({"value": float("nan")}, UsageError, "no number"),
    ],
)
def test_what_is_refused(home: Path, more: dict[str, object], error: type[Exception], words: str) -> None:
    store = comity.open(home)
    with pytest.raises(error, match=words):
        _note(store, **more)
    assert store.notes() == []


def test_notes_are_kept_once_listed_by_pair_and_forgotten(home: Path) -> None:
    store = comity.open(home)
    made = _note(store)
    _note(store)
    store.note("USA", "CAN", what="They met", date="2024-05-17", who="Press", url=URL)
    assert [n["id"] for n in comity.open(home).notes("CHN", "RUS")] == [made.id]
    assert len(store.notes()) == 2
    store.forget(made.id)
    assert store.notes("CHN", "RUS") == []
    with pytest.raises(UsageError, match="no note has the id"):
        store.forget(made.id)


def test_a_damaged_file_is_named(home: Path) -> None:
    home.mkdir()
    (home / notes.FILE).write_text('[{"id": 1}]')
    with pytest.raises(StoreError, match=r"notes\.json: damaged"):
        comity.open(home).notes()


def test_a_stated_figure_is_beside_the_series_and_never_in_it(home: Path) -> None:
    store = comity.open(home)
    before = store.series("trade_total_usd", dyad=("CHN", "RUS"))
    _note(store)
    _note(store, what="Two <b>bridges</b> & a tunnel were agreed", value=None, unit=None, date="2023-03-21", who="<script>x</script>")
    assert store.series("trade_total_usd", dyad=("CHN", "RUS")).equals(before)
    page = store.profile("CHN", "RUS")
    shown = next(m for s in page.sections for m in s.measures if m.name == "trade_total_usd")
    assert [(n.value, n.period, n.who) for n in shown.stated] == [(245e9, "2024", "A minister")]
    assert [n.what for n in page.stated] == ["Two <b>bridges</b> & a tunnel were agreed"]
    assert '"diamond"' in json.dumps(charts.line(shown))
    markup = html.render(page)
    assert "◇ Only stated, your note: trade_total_usd" in markup and "Only stated: your notes" in markup
    assert "&lt;script&gt;x&lt;/script&gt;" in markup and "<script>" not in markup and "<b>bridges" not in markup
    assert "only stated, your note" in text.render(page)
    assert plain.to_dict(page)["stated"][0]["last"] == "2023-03-21"
    drawn = store.chart("trade_total_usd", dyad=("CHN", "RUS"))
    assert '"diamond"' in json.dumps(drawn)


def test_what_speaks_of_later_days_is_left_out_of_an_earlier_view(home: Path) -> None:
    store = comity.open(home)
    _note(store)
    early = store.profile("CHN", "RUS", as_of=dt.date(2022, 1, 1))
    assert not any(m.stated for s in early.sections for m in s.measures)
    assert not early.stated


@pytest.mark.parametrize("date", ["0001", "9999", "9999-12", "2023..2001", "..".join(["2001"] * 3000)])
def test_a_period_beyond_the_calendar_is_refused(date: str) -> None:
    with pytest.raises((UsageError, BadDataError)):
        notes.make("NOR", "SWE", what="x", date=date, who="a", url="https://x.org/")


def test_a_note_holds_what_can_be_seen_and_counted() -> None:
    given = {"date": "2013", "who": "a", "url": "https://x.org/"}
    with pytest.raises(UsageError, match="no number"):
        notes.make("NOR", "SWE", what="trade_total_usd", value=1e308, unit="bn USD", **given)
    with pytest.raises(UsageError, match="cannot be seen"):
        notes.make("NOR", "SWE", what="x\x1b[31m", **given)
    with pytest.raises(UsageError, match="longer"):
        notes.make("NOR", "SWE", what="x", value=1.0, unit="u" * 5000, **given)


def test_a_note_is_known_from_its_day_on() -> None:
    made = notes.make("NOR", "SWE", what="x", date="2009-05-01", who="a", url="https://x.org/", noted=dt.date(2024, 1, 1))
    for day, shown in ((dt.date(2010, 1, 1), ()), (dt.date(2024, 1, 1), (made,))):
        assert gather.stated(gather.Request(a="NOR", b="SWE", as_of=day, notes=(made,)), "NOR", "SWE") == shown
