"""Undertakings: the derivation rule with its worked cases, the form and its refusals, and rows that cite their source."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity import api, build
from comity.analysis import initiatives as register
from comity.core import BadDataError
from comity.models import initiatives, initiatives_file
from comity.models.initiatives import ATTRIBUTES, EVIDENCE, Initiative, Shown
from comity.store import Holdings

FORM = b"""
[register]
states = ["CHN", "RUS"]
[[initiative]]
id = "bridge"
name = "A bridge"
kind = "joint"
outcome = "one bridge"
status = "under way"
signed = 2016-01-01
start = 2016-12-24
due = 2019-12-31
known = 2021-01-01
domain = "trade"
sources = [{source = "made", row = "1"}]
[initiative.evidence]
information = "plans exchanged"
altered_activity = ["works timed together"]
[[initiative.coding]]
coder = "one"
information = true
shared_resources = false
[[initiative.coding]]
coder = "two"
information = true
shared_resources = false
"""


def _made(**there: bool) -> Initiative:
    return Initiative(id="x", name="x", states=("CHN", "RUS"), shown={k: Shown(there=v) for k, v in there.items()})


WORKED = [
    ("the essay's two neighbours, wallpaper for tiles", {"one_outcome": False, "shared_resources": True}, "cannot be told", "cooperation"),
    (
        "the essay's architect and engineer, a house",
        dict.fromkeys(("one_outcome", "information", "altered_activity", "shared_resources", "enhanced_capacity", "risk_reward"), True),
        "collaborating", "collaboration",
    ),
    ("a swap line between central banks", {"shared_resources": True, "formality": True}, "cannot be told", "cannot be told"),
    ("a trade agreement in force", {"altered_activity": True, "formality": True}, "cannot be told", "cannot be told"),
    ("a loan for a project", {"shared_resources": True}, "cannot be told", "cannot be told"),
    ("a draft that both submitted", {"one_outcome": True, "altered_activity": True}, "cannot be told", "collaboration"),
    ("a draft that one joined later", {"one_outcome": True}, "cannot be told", "cannot be told"),
    ("a hot line that both read", {"information": True, "one_outcome": False}, "networking", "cooperation"),
    ("exercises timed together", {"information": True, "altered_activity": True, "shared_resources": False}, "coordinating", "cannot be told"),
    ("a deal of which nothing is shown", {}, "cannot be told", "cannot be told"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "there", "rung", "word"), WORKED)
def test_the_ten_worked_undertakings(case: str, there: dict[str, bool], rung: str, word: str) -> None:
    seen = initiatives.read(_made(**there))
    assert (seen.himmelman, seen.word) == (rung, word), case


@given(st.dictionaries(st.sampled_from(ATTRIBUTES), st.booleans()), st.sampled_from(EVIDENCE))
def test_more_shown_never_lowers_a_rung(there: dict[str, bool], more: str) -> None:
    order = ["cannot be told", "none", *(n for n, _ in initiatives.RUNGS)]
    before = initiatives.read(_made(**there)).himmelman
    after = initiatives.read(_made(**{**there, more: True})).himmelman
    assert order.index(after) >= order.index(before) or before == "none"


@given(st.dictionaries(st.sampled_from(ATTRIBUTES), st.booleans()))
def test_no_word_is_given_where_the_outcome_is_not_shown(there: dict[str, bool]) -> None:
    if "one_outcome" not in there:
        assert initiatives.read(_made(**there)).word == initiatives.UNTOLD


def test_a_rung_is_at_least_where_the_next_is_not_shown_and_exact_where_it_is_shown_to_be_missing() -> None:
    assert initiatives.read(_made(information=True)).himmelman_at_least
    assert not initiatives.read(_made(information=True, altered_activity=False)).himmelman_at_least
    assert initiatives.read(_made(information=False)).himmelman == "none"


def test_the_two_ladders_disagree_on_the_order() -> None:
    seen = initiatives.read(_made(information=True, altered_activity=True))
    assert (seen.himmelman, seen.three_cs) == ("coordinating", "coordination")
    assert initiatives.read(_made(information=True)).three_cs == "cooperation"
    assert initiatives.read(_made(information=True)).three_cs_at_least and not initiatives.read(_made()).three_cs_at_least
    assert initiatives.read(_made(one_outcome=True, shared_resources=True, risk_reward=True)).three_cs == "collaboration"


def test_a_file_is_read_with_its_late_row_and_the_agreement_of_two_coders() -> None:
    made = initiatives_file.read(FORM)[0]
    assert made.states == ("CHN", "RUS")
    assert made.late
    assert made.shown["one_outcome"].words == "one bridge"
    assert initiatives.read(made).word == "collaboration"
    assert initiatives.agreement([made])["all"] == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b"due = 2019-12-31", b"end = 2015-01-01", "`end` 2015-01-01 is before `signed` 2016-01-01"),
        (b"due = 2019-12-31", b"due = 2010-01-01", "is before `start`"),
        (b"information = \"plans", b"informaton = \"plans", "no attribute 'informaton' (nearest: 'information')"),
        (b"status = \"under way\"", b"status = \"running\"", "`status` is idea or announced"),
        (b"kind = \"joint\"", b"kind = \"both\"", "`kind` is exchange or joint"),
        (b"domain =", b"domian =", "no key 'domian' (nearest: 'domain')"),
        (b"states = [\"CHN\", \"RUS\"]", b"states = [\"CHN\"]", "two states or more"),
        (b"states = [\"CHN\", \"RUS\"]", b"states = [\"CHN\", \"Atlantis\"]", "Atlantis"),
        (b"id = \"bridge\"", b"id = \"a bridge\"", "an id is 1 to 64"),
        (b"shared_resources = false", b"shared_resources = 1", "`shared_resources` is true or false"),
        (b"[register]", b"[register", "no TOML"),
        (b"coder = \"two\"", b"coder = \"one\"", "coded it twice"),
    ],
)  # fmt: skip
def test_what_a_file_may_not_hold_is_said(old: bytes, new: bytes, said: str) -> None:
    with pytest.raises(BadDataError) as error:
        initiatives_file.read(FORM.replace(old, new, 1))
    assert said in str(error.value)


def test_two_rows_of_one_id_are_refused_and_all_errors_are_said_at_once() -> None:
    twice = FORM + FORM[FORM.index(b"[[initiative]]") :].replace(b"domain =", b"domian =")
    with pytest.raises(BadDataError) as error:
        initiatives_file.read(twice)
    assert "two rows have this id" in str(error.value)
    assert "domian" in str(error.value)


def test_a_roadmaps_initiatives_are_read_by_the_same_form() -> None:
    text = b"""
format = 1
[roadmap]
name = "x"
states = ["CHN", "RUS"]
start = 2025-03-03
[[initiative]]
id = "settle"
kind = "exchange"
evidence = {information = "a", altered_activity = ["b"], shared_resources = "c", enhanced_capacity = "d"}
"""
    made = initiatives_file.read(text)[0]
    assert initiatives.level({k: s.there for k, s in made.shown.items()}) == "collaborating"
    assert made.status == "idea"


def test_an_organisation_of_a_roadmap_stands_for_its_state() -> None:
    text = b"""
[roadmap]
name = "x"
states = ["CHN", "RUS"]
[owners.bank]
state = "RUS"
[[initiative]]
id = "settle"
owners = ["bank", "CHN"]
"""
    assert initiatives_file.read(text)[0].states == ("RUS", "CHN")
    with pytest.raises(BadDataError, match="initiative 'settle'"):
        initiatives_file.read(text.replace(b'state = "RUS"', b'state = "Atlantis"'))


def test_level_and_support_of_a_declared_kind() -> None:
    assert initiatives.level({}) == "none"
    assert initiatives.level({"shared_resources": ("x",)}) == "none"
    assert initiatives.missing({"information": ("x",)}) == ("altered_activity", "shared_resources", "enhanced_capacity")
    assert initiatives.unsupported("exchange", None, (), {}) is None
    assert "without an outcome" in str(initiatives.unsupported("joint", None, ("A", "B"), {}))
    assert "reaches networking" in str(initiatives.unsupported("joint", "x", ("A", "B"), {"information": ("x",)}))


def test_the_packaged_registers_hold_only_rows_with_sources() -> None:
    rows = register.packaged()
    assert len({i.id for i in rows}) == len(rows) >= 6
    assert all(i.sources for i in rows)
    assert all(s.source for i in rows for s in i.shown.values())
    assert len({i.states for i in rows}) == 3


def test_a_users_file_is_kept_once_and_no_taken_id(tmp_path: Path) -> None:
    store = api.open(tmp_path)
    file = tmp_path / "own.toml"
    file.write_bytes(FORM)
    assert store.add_initiatives(file) == ("bridge",)
    assert store.add_initiatives(file) == ("bridge",)
    assert "bridge" in {i.id for i in store.initiatives("CHN", "RUS")}
    other = tmp_path / "other.toml"
    other.write_bytes(FORM)
    with pytest.raises(BadDataError, match="taken"):
        store.add_initiatives(other)
    other.write_bytes(FORM.replace(b'"bridge"', b'"chn-rus-joint-degrees"'))
    with pytest.raises(BadDataError, match="taken"):
        store.add_initiatives(other)


def test_an_empty_store_says_what_is_not_held(tmp_path: Path) -> None:
    store = api.open(tmp_path)
    assert store.initiatives("TUV", "NRU") == []
    said = register.not_held(store.holdings, "TUV", "NRU")
    assert any("not held (source desta)" in s for s in said)


def test_only_those_who_submitted_a_draft_are_shown_to_have_worked_on_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Russia submitted the second draft of the sample, China put its name to it later."""
    monkeypatch.setattr(build, "_check_edition", lambda *_: None)
    build.build(("third_committee",), folder=Path(__file__).parent / "samples" / "third_committee", home=tmp_path)
    made = {i.sources[0].row: set(i.shown) for i in register.drafts(Holdings(tmp_path), ("CHN", "RUS"))}
    assert made == {"A/C.3/78/L.901/Rev.1": {"one_outcome", "formality", "altered_activity"}, "A/C.3/78/L.902": {"one_outcome", "formality"}}


def test_a_draft_and_its_revision_are_one_undertaking_of_those_under_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """China and Brazil have two rows in the first draft of the sample as China and Russia have, but one of them is China's alone."""
    monkeypatch.setattr(build, "_check_edition", lambda *_: None)
    build.build(("third_committee",), folder=Path(__file__).parent / "samples" / "third_committee", home=tmp_path)
    holdings = Holdings(tmp_path)
    first = register.drafts(holdings, ("BRA", "CHN"))
    assert [(i.states, i.announced, i.end) for i in first] == [(("BRA", "CHN", "RUS"), dt.date(2023, 11, 1), dt.date(2023, 11, 1))]
    revised, other = register.drafts(holdings, ("CHN", "RUS"))
    assert (revised.announced, revised.end) == (dt.date(2023, 10, 1), dt.date(2023, 11, 1)) and other.end == dt.date(2023, 10, 5)
    assert register.drafts(holdings, ("CHN", "IND")) == []


def test_counts_leave_unverified_rows_out() -> None:
    rows = [_made(), Initiative(id="y", name="y", states=("CHN", "RUS"), verified=False, start=dt.date(2001, 1, 1))]
    made = register.summary(rows)
    assert (made["count"], made["unverified"]) == (1, 1)
    assert made["alpha"] == {}
