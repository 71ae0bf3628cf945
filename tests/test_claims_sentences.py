"""What single sentences say: sort, measure, pairs and period of each, across states and registers; no data are read."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from tests.claim_sentences import SENTENCES

from comity.claims import checking, layout, reading
from comity.claims.evidence import Shelf
from comity.claims.scoring import Gold, right_dyad, right_measure, right_period
from comity.store import Holdings

HEAD = "Lima, 20 May 2015\n\n"


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    folder = tmp_path_factory.mktemp("nothing")
    return Shelf(holdings=Holdings(folder, starter=folder))


def cases() -> list[Any]:
    out = []
    for line in SENTENCES.strip().splitlines():
        sort, measure, dyad, period, sentence = line.split("|", 4)
        out.append(pytest.param(sort, measure, dyad, period, sentence, id=sentence[:60]))
    return out


def claims_of(sentence: str, shelf: Shelf) -> tuple[checking.Claim, ...]:
    return checking.check(reading.read_text(HEAD + sentence.replace(" //", "")), shelf).claims


@pytest.mark.parametrize(("sort", "measure", "dyad", "period", "sentence"), cases())
def test_a_sentence_is_read(sort: str, measure: str, dyad: str, period: str, sentence: str, empty: Shelf) -> None:
    found = claims_of(sentence, empty)
    assert found, "nothing was found"
    parts = sentence.count("//") + 1
    counted = [c for c in found if c.sort == sort or c.sort != "opinion"]
    assert len(counted) >= parts
    first = counted[0]
    assert first.sort == sort
    if not measure:
        assert not first.measure
        return
    label = Gold(
        span=(0, 1), phrase="", sort=(sort,), checkable=True, measure=(measure,), dyad=(dyad,), period=(period,), verdict=("",), verdict_now=("",)
    )
    assert right_measure(label, first), first.measure
    assert right_dyad(label, first), first.pairs
    assert right_period(label, first), first.period


def test_there_are_enough_sentences() -> None:
    assert len(cases()) >= 150


def test_nothing_is_judged_without_data(empty: Shelf) -> None:
    for case in cases():
        for claim in claims_of(case.values[4], empty):
            assert claim.verdict in ("none", "cannot-be-checked", "not-yet-due")


def test_the_speaker_is_the_state_of_the_dateline(empty: Shelf) -> None:
    assert claims_of("We sold Chile goods worth a billion dollars in 2012.", empty)[0].pairs == (("PER", "CHL"),)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Paris, 12 March 2021. Trade grew in 2019.", dt.date(2021, 3, 12)),
        ("3 January 2024. Trade grew in 2019.", dt.date(2024, 1, 3)),
        (f"They met in Paris on 12 March 2021. Trade grew after that day, and it has grown {'more and ' * 20}more.", None),
    ],
)  # fmt: skip
def test_a_dispatch_may_begin_with_its_place_and_day_and_a_stop(text: str, day: dt.date | None) -> None:
    assert layout.lay_out(reading.read_text(text)).day == day
