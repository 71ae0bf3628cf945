"""Sentences on made values: each case is a unit, a shape of series, and the words that it must give."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity import findings, measures
from comity.profile import Change, Point, Shown
from profile_samples import shown, year

NAMES = {"AAA": "Arcadia", "BBB": "United Bohemia"}


def entry(unit: str, values: Sequence[float], *, first: int = 2000, change: int | None = None, **more: Any) -> Shown:
    """A measure of made values from a year on; change: years before the newest that it is compared with."""
    point = {k: more.pop(k) for k in ("rank_a", "of_a", "rank_b", "of_b", "partial") if k in more}
    zeros = bool(more.pop("zeros", False))
    series = [Point(start=year(first + i), value=v, n=0 if zeros and v == 0 else 9, filled=zeros and v == 0) for i, v in enumerate(values)]
    series[-1] = Point(start=series[-1].start, value=series[-1].value, n=series[-1].n, filled=series[-1].filled, **point)
    changes: tuple[Change, ...] = ()
    if change is not None:
        before, now = values[-1 - change], values[-1]
        ratio = now / before if before > 0 and now >= 0 else None
        changes = (Change(years=change, start=year(first + len(values) - 1 - change), before=before, difference=now - before, ratio=ratio),)
    return shown("made", more.pop("title", "Made measure"), unit, more.pop("domain", "trade"), tuple(series), changes=changes, **more)


def said(made: Shown) -> str:
    return findings.sentence(made, NAMES)


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (240.013e9, "USD", "$240\u00a0bn"),
        (0.793103, "share", "79.3%"),
        (5507.0, "km", "5,507 km"),
        (1.0, "vetoes", "1 veto"),
        (2.0, "vetoes", "2 vetoes"),
        (1.0, "disputes", "1 dispute"),
        (1.0, "city pairs", "1 city pair"),
        (4768.0, "works", "4,768 works"),
        (1.0, "1 if in force", "in force"),
        (0.0, "1 if in force", "not in force"),
        (1.0, "1 if kept", "kept"),
        (0.0, "1 if free", "not free"),
        (2.34, "index (−10 to 8.3)", "2.34 (index, −10 to 8.3)"),
        (661.0, "index (1 to 1000000000)", "661 (index, 1 to 1,000,000,000)"),
        (200.0, "index (1982–84 = 100)", "200 (index, 1982–84 = 100)"),
        (3.0, "days", "3 days"),
        (-1.5, "points", "−1.5 points"),
    ],
)
def test_amounts(value: float, unit: str, words: str) -> None:
    assert findings.amount(value, unit) == words


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (entry("USD", [100e9, 150e9], change=1), "stood at $150\u00a0bn in 2001, up 50 % on 2000."),
        (entry("USD", [100e9, 250e9], change=1), "stood at $250\u00a0bn in 2001, 2.5 times the level of 2000."),
        (entry("USD", [100e9, 100.1e9], change=1), "stood at $100\u00a0bn in 2001, as in 2000."),
        (entry("USD", [-1e9, 2e9], change=1, bounds=(None, None)), "stood at $2\u00a0bn in 2001, against −$1\u00a0bn in 2000."),
        (entry("share", [0.25, 0.387], change=1), "stood at 38.7% in 2001, up 13.7 points on 2000."),
        (entry("share", [0.387, 0.25], change=1), "stood at 25.0% in 2001, down 13.7 points on 2000."),
        (entry("share", [0.387, 0.3871], change=1), "stood at 38.7% in 2001, as in 2000."),
        (entry("index (−10 to 10)", [2.0, 4.0], change=1, bounds=(-10, 10)), "stood at 4 (index, −10 to 10) in 2001, up 2 on 2000."),
        (entry("index", [0.5, 0.46], change=1, bounds=(-1, 1)), "stood at 0.46 in 2001, down 0.04 on 2000."),
        (entry("organisations", [17, 21], change=1), "numbered 21 in 2001, against 17 organisations in 2000."),
        (entry("organisations", [3, 3], change=1), "numbered 3 in 2001, as in 2000."),
        (entry("works", [910, 1820], change=1), "numbered 1,820 in 2001, 2.0 times the level of 2000."),
        (entry("meetings", [2, 1], partial=True), "numbered 2 in 2000."),
        (entry("meetings", [1], partial=True), "had reached 1 in 2000, counted so far."),
        (entry("1 if in force", [0, 0, 1, 1]), "in force in 2003, since 2002."),
        (entry("1 if in force", [1, 1, 0, 0]), "in force until 2001, none 2002–2003."),
        (entry("1 if in force", [0, 0]), "none in force throughout 2000–2001."),
        (entry("1 if kept", [1, 0]), "kept until 2000, not kept in 2001."),
        (entry("disputes", [0, 2, 1, 0, 0], zeros=True), "1 dispute in 2002, none in 2003–2004 (at least one in 2 years, 2001–2002)."),
        (entry("disputes", [0, 0, 0], zeros=True), "none in 2000–2002."),
        (entry("disputes", [0, 0, 1], zeros=True, partial=True), "1 dispute in 2002, counted so far."),
        (entry("vetoes", [1, 0, 0], zeros=True, partial=True), "1 veto in 2000, none in 2001–2002, counted so far."),
    ],
)
def test_sentences(made: Shown, words: str) -> None:
    assert said(made).endswith(words)
    assert said(made).startswith("Made measure between Arcadia and the United Bohemia")


def test_a_running_period_gives_way_to_the_newest_whole_one() -> None:
    made = entry("meetings", [2, 3, 1], partial=True)
    assert findings.newest_point(made).value == 3 and "in 2001" in findings.finding(made)


def test_ranks() -> None:
    both = {"rank_a": 2, "of_a": 151, "rank_b": 5, "of_b": 150}
    assert said(entry("USD", [5e9], **both)).endswith(
        "; the United Bohemia ranked 2nd of 151 among Arcadia’s partners, Arcadia 5th of 150 among the United Bohemia’s."
    )
    one = {"rank_b": 1, "of_b": 54}
    assert said(entry("USD", [5e9], **one)).endswith("; Arcadia ranked 1st of 54 among the United Bohemia’s partners.")
    assert "rank" not in said(entry("organisations", [0, 0], **both)), "a rank of nothing says nothing"
    assert "rank" not in said(entry("USD", [5e9], rank_a=1, of_a=4))
    assert "ranked" in said(entry("index (−10 to 10)", [0.0], bounds=(-10, 10), **both))


def test_a_directed_measure_runs_from_one_to_the_other() -> None:
    made = entry("persons", [37], a="BBB", b="AAA", symmetric=False)
    assert said(made) == "Made measure from the United Bohemia to Arcadia numbered 37 in 2000."


def test_without_values() -> None:
    empty = shown("made", "Made measure", "USD", "trade", (), missing="made_source (2000–2005) has no row of BBB")
    assert findings.finding(empty) == "Made measure: not held for this pair"
    words = findings.lead([empty], NAMES)
    assert words[0].endswith("none holds a value for Arcadia and the United Bohemia; nothing is held on made measure.")
    assert words[1] == "Made measure: no value, as made_source (2000–2005) has no row of BBB."


def test_the_lead_begins_with_a_conflict_that_lasts() -> None:
    peace = entry("USD", [5e9, 6e9], title="Trade", domain="trade")
    strife = entry("disputes", [0, 0, 1, 1, 1], zeros=True, title="Disputes", domain="security", kind="conflict")
    past = entry("disputes", [1] + [0] * 30, zeros=True, title="Disputes", domain="security", kind="conflict")
    none = entry("disputes", [0] * 30, zeros=True, title="Disputes", domain="security", kind="conflict")
    first = entry("events", [9, 0], title="Hostile acts", domain="events", kind="conflict", rank_a=1, of_a=150)
    assert findings.lead([peace, strife], NAMES)[0].startswith("Disputes")
    assert findings.lead([peace, past], NAMES)[0].startswith("Trade") and any(w.startswith("Disputes") for w in findings.lead([peace, past], NAMES))
    assert not any(w.startswith("Disputes") for w in findings.lead([peace, none], NAMES))
    assert findings.lead([peace, first], NAMES)[0].startswith("Trade"), "first of 150 at nothing is no strife"


UNITS = sorted({m.unit for m in measures.load().values()})


@settings(max_examples=150, deadline=None)
@given(
    unit=st.sampled_from(UNITS),
    values=st.lists(st.one_of(st.just(0.0), st.just(1.0), st.floats(1e-6, 1e13), st.integers(0, 500).map(float)), min_size=1, max_size=30),
    zeros=st.booleans(),
    partial=st.booleans(),
    symmetric=st.booleans(),
    back=st.integers(0, 29),
)
def test_sentences_of_any_values_are_dated_and_past(
    unit: str, values: list[float], zeros: bool, partial: bool, symmetric: bool, back: int
) -> None:  # fmt: skip
    """Of every unit that a measure has: a year stands in it, no verb is of the present, nothing is nan, None or doubled."""
    change = back if 0 < back < len(values) else None
    made = entry(unit, values, zeros=zeros, partial=partial, symmetric=symmetric, change=change, rank_a=3, of_a=90)
    for words in (findings.finding(made), said(made)):
        assert re.search(r"\b(19|20)\d\d\b", words)
        assert not re.search(r"\b(is|are|has|nan|None|inf|now|today|currently)\b", words)
        assert "  " not in words and "1 1" not in words.replace("1 1982", "") and not words.endswith("..")
        assert not re.search(r"(?<![.,\d])1 (?!2)[a-z]+s\b(?<!points)(?<!days)(?<!tonnes)(?<!units)", words), words


@pytest.mark.parametrize(("there", "back", "told"), [(3.0, 9.0, "9"), (9.0, 3.0, "9"), (5.0, 5.0, "5")])
def test_a_headline_takes_the_larger_of_two_directions(there: float, back: float, told: str) -> None:
    """Of the newest period alone: a direction that ends earlier does not win by an old value."""
    ways = [
        entry("persons", (1, value), symmetric=False, a=x, b=y, label=f"{x} → {y}")
        for x, y, value in (("AAA", "BBB", there), ("BBB", "AAA", back))
    ]
    (headline,) = findings.headlines(ways, ("made",))
    assert headline.value == told and ("BBB → AAA" in headline.label) == (back > there)
    ended = entry("persons", (99,), symmetric=False, a="BBB", b="AAA", label="BBB → AAA")
    assert findings.headlines([ways[0], ended], ("made",))[0].value == f"{there:g}"
