"""Roadmap files: what is refused, by which code, with which words; what is warned of."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.roadmap_samples import HEAD, milestone, plan, refused, roadmap, task

from comity.plan import ladder, reader

INITIATIVE = '[[initiative]]\nid = "i"\nkind = "joint"\n'
BEGUN = "actual_start = 2025-03-03\n"
KNOWN = HEAD + "data_date = 2025-03-10\n"


def test_each_golden_refusal(shared: Path) -> None:
    golden = json.loads((shared / "golden" / "roadmaps" / "invalid.json").read_text())
    for case in golden["cases"]:
        with pytest.raises(reader.RoadmapRefused) as found:
            reader.read((golden["head"] + case["body"]).encode())
        assert [e.code for e in found.value.errors] == [case["code"]]
        assert all(words in found.value.errors[0].message for words in case["says"])


@pytest.mark.parametrize(
    ("body", "code", "says"),
    [
        ("[[task]\n", "toml-syntax", ""),
        ('[[task]]\nid = "a"\n', "missing-field", "duration"),
        ('[[event]]\nid = "e"\nprobability = 0.1\ntasks = []\n', "missing-field", "delay"),
        (task("a", '"long"'), "wrong-type", "long"),
        (task("a", "true"), "wrong-type", "true"),
        (task("a", "1", more="deadline = 2025-03-04T10:00:00\n"), "wrong-type", "deadline"),
        (task("a b"), "bad-id", "a b"),
        (task("a" * 65), "bad-id", "aaa"),
        (task("a") + milestone("a"), "duplicate-id", "task"),
        (
            milestone("m", more='witness = {measure = "vote_agremeent", dyad = ["FRA", "DEU"], at_least = 1, by = 2026}\n'),
            "unknown-measure", "vote_agreement",
        ),
        (task("a", more='calendar = "weekday"\n'), "unknown-reference", "weekdays"),
        (task("a", more='initiative = "j"\n') + INITIATIVE, "unknown-reference", "j"),
        (task("a", after='"b"') + task("b", after='"a"'), "cycle", "a -> b -> a"),
        (task("a", after='"a"'), "cycle", "a -> a"),
        (task("a", "0"), "bad-duration", "0"),
        (task("a", "-1"), "bad-duration", "-1"),
        (task("a", "inf"), "bad-duration", "inf"),
        (task("a", "nan"), "bad-duration", "nan"),
        (task("a", '{dist = "normal", mean = 3, sd = -1}'), "bad-duration", "sd"),
        (task("a", '{dist = "lognormal", p10 = 3, p90 = 3}'), "bad-duration", "p10"),
        (task("a", '{dist = "lognormal", p10 = 0, p90 = 3}'), "bad-duration", "p10"),
        (task("a", "{min = 1, mode = 5, max = 4}"), "bad-duration", "mode"),
        (task("a", "1e9"), "bad-duration", "1e+09"),
        (task("a") + '[[event]]\nid = "e"\nprobability = 1.5\ndelay = 2\ntasks = ["a"]\n', "bad-probability", "1.5"),
        ("[risk]\ncorrelation = {all = 0.7, initiative = 0.4}\n", "bad-correlation", "0.7"),
        ("[risk]\ncorrelation = {all = -0.1}\n", "bad-correlation", "-0.1"),
        (task("a", after='"b FS +"') + task("b"), "bad-link", "b FS +"),
        (task("a", after='"b FX+1"') + task("b"), "bad-link", "FX"),
        (milestone("m", after='"a SF"') + task("a"), "milestone-link", "m"),
        (milestone("m", more="not_before = 2025-05-01\ndeadline = 2025-04-01\n"), "deadline-before-start", "2025-05-01"),
        (task("a", more=BEGUN), "date-order", "data_date"),
        (task("a", more="percent = 20\n"), "progress", "actual_start"),
        (INITIATIVE.replace("joint", "cooperative"), "bad-kind", "cooperative"),
        ('[calendars.c]\nweek = ["monday"]\n', "bad-calendar", "mon"),
        ("[calendars.c]\nclosed = [[2025-02-02, 2025-02-01]]\n", "bad-calendar", "2025-02-02"),
        ("[calendars.c]\nweek = []\n", "no-working-day", "3,660"),
        (milestone("m", more='witness = {measure = "vote_agreement", dyad = ["FRA", "DEU"], by = 2026}\n'), "bad-witness", "no condition"),
        (milestone("m", more='witness = {measure = "gdp_usd", dyad = ["FRA", "DEU"], at_least = 1, by = 2026}\n'), "bad-witness", "gdp_usd"),
        (milestone("m", more='witness = {measure = "gdp_usd", state = "FRA", at_least = 1, at_most = 2, by = 2026}\n'), "bad-witness", "at_most"),
        (milestone("m", more='witness = {measure = "gdp_usd", state = "FRA", within = [2, 1], by = 2026}\n'), "bad-witness", "2"),
    ],
)  # fmt: skip
def test_each_refusal_has_its_code_and_its_words(body: str, code: str, says: str) -> None:
    found = refused(body)
    assert [f[0] for f in found] == [code]
    assert says in found[0][2]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ("actual_start = 2025-03-05\nactual_finish = 2025-03-04\n", "date-order"),
        ("actual_start = 2025-03-10\n", "date-order"),
        (BEGUN + "percent = 100\n", "progress"),
        ("actual_finish = 2025-03-04\n", "progress"),
        ("remaining = 2\n", "progress"),
        (BEGUN + "percent = 101\n", "progress"),
    ],
)
def test_progress_that_contradicts_itself(more: str, code: str) -> None:
    assert {f[0] for f in refused(task("a", "5", more=more), head=KNOWN)} == {code}


def test_all_errors_are_reported_at_once_with_their_place() -> None:
    found = refused(task("a", "0") + task("b", after='"nowhere"') + '[[event]]\nid = "e"\nprobability = 2\ndelay = 1\ntasks = ["c"]\n')
    assert {(code, where) for code, where, _ in found} == {
        ("bad-duration", "task a"), ("unknown-reference", "task b"), ("bad-probability", "event e"), ("unknown-reference", "event e"),
    }  # fmt: skip


def test_one_line_for_each_group_of_a_cycle() -> None:
    body = (
        task("fund", after='"review"')
        + task("build", after='"fund SS"')
        + task("review", after='"build FF+1"')
        + task("x", after='"y"')
        + task("y", after='"x"')
    )
    assert [m for _, _, m in refused(body)] == ["fund -> build -> review -> fund", "x -> y -> x"]


def test_a_roadmap_without_head_and_one_that_is_not_text() -> None:
    with pytest.raises(reader.RoadmapRefused) as found:
        reader.read(b"")
    assert {e.code for e in found.value.errors} == {"missing-field"}
    with pytest.raises(reader.RoadmapRefused) as found:
        reader.read(b"format = 1\nname = '\xff'")
    assert [(e.code, e.where) for e in found.value.errors] == [("toml-syntax", "line 2")]


def test_a_former_state_needs_a_calendar() -> None:
    head = 'format = 1\n[roadmap]\nname = "x"\nstates = ["SUN", "FRA"]\nstart = 2025-03-03\n'
    assert [f[0] for f in refused("", head=head)] == ["missing-field"]
    assert refused("", head=head + 'calendar = "weekdays"\n') == []


def test_warnings() -> None:
    made = plan(
        task("a", "2") + task("b", "3", '"a FS-4", "a FS"', BEGUN) + milestone("m") + INITIATIVE, head=KNOWN,
    )  # fmt: skip
    assert [(w.code, w.where) for w in made.schedule.warnings] == [
        ("parallel-links", "task b"), ("lead-too-long", "task b"), ("out-of-sequence", "task b"), ("out-of-sequence", "task b"),
        ("no-predecessor", "milestone m"), ("kind-unsupported", "initiative i"),
    ]  # fmt: skip


def test_overload_of_an_owner() -> None:
    owners = '[owners.rail]\nstate = "FRA"\ncapacity = 1\n'
    both = "".join(task(k, "2", more='owners = ["rail"]\n') for k in "ab")
    assert [w.code for w in plan(owners + both).schedule.warnings] == ["overload"]
    apart = task("a", "2", more='owners = ["rail"]\n') + task("b", "2", '"a"', 'owners = ["rail"]\n')
    assert not plan(owners + apart).schedule.warnings


@pytest.mark.parametrize(
    ("evidence", "level", "missing"),
    [
        ("", "none", 4),
        ('evidence = {information = "x"}\n', "networking", 3),
        ('evidence = {altered_activity = "x", shared_resources = "y", enhanced_capacity = "z"}\n', "none", 1),
        ('evidence = {information = "x", altered_activity = ["a", "b"], enhanced_capacity = "z"}\n', "coordinating", 1),
        ('evidence = {information = "x", altered_activity = "a", shared_resources = "s", enhanced_capacity = "z"}\n', "collaborating", 0),
    ],
)  # fmt: skip
def test_a_rung_counts_only_with_all_below_it(evidence: str, level: str, missing: int) -> None:
    made = plan(INITIATIVE + 'outcome = "one bridge"\n' + evidence)
    (rung,) = made.rungs
    assert (rung.level, len(rung.missing)) == (level, missing)
    assert (rung.unsupported is None) == (level == "collaborating")
    assert ladder.level({}) == "none"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=30))
def test_any_name_is_read_and_kept(name: str) -> None:
    text = json.dumps(name.replace("\x7f", "")).encode("utf-8", "replace").decode()
    if "\\ud" in text.lower():
        return
    made = reader.read(roadmap(task("a", more=f"name = {text}\n")).encode())
    assert made.tasks[0].name == (json.loads(text) or "a")


@settings(max_examples=80, deadline=None)
@given(st.text(alphabet='[]{}="\n abc.-0123456789', max_size=60))
def test_no_text_ends_in_another_error(text: str) -> None:
    try:
        reader.read(roadmap(text).encode())
    except reader.RoadmapRefused as refused_:
        assert refused_.errors
