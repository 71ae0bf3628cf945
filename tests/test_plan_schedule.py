"""The critical path: golden schedules, a brute-force longest path, and what must hold for any network."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.roadmap_samples import milestone, plan, task

from comity.plan import days, risk, schedule, working_days
from comity.plan.planning import Plan, load

HEAD_CHINA = 'format = 1\n[roadmap]\nname = "x"\nstates = ["CHN", "FRA"]\nstart = 2025-09-01\ncalendar = "{calendar}"\n'
GOLDEN = ("correlated", "pert_six", "reliable_construction", "two_states")


@pytest.mark.parametrize("name", GOLDEN)
def test_golden_schedules_to_the_digit(shared: Path, name: str) -> None:
    folder = shared / "golden" / "roadmaps"
    if name == "two_states":
        pytest.importorskip("holidays")
    golden = json.loads((folder / f"{name}.json").read_text())["schedule"]
    found = schedule.to_dict(load(folder / f"{name}.toml").schedule)
    for key, value in golden.items():
        if key != "items":
            assert found[key] == value
    for ours, theirs in zip(found["items"], golden["items"], strict=True):
        assert {k: ours[k] for k in theirs} == theirs


Tasks = dict[str, tuple[int, list[tuple[str, str, int]]]]


def network(draw: random.Random, size: int, *, leads: bool = False) -> Tasks:
    """Tasks by id: a duration and links (to, kind, lag) to earlier ones."""
    out: Tasks = {}
    for i in range(size):
        before = draw.sample(list(out), min(len(out), draw.choice([0, 1, 1, 2])))
        links = [(b, draw.choice(["FS", "SS", "FF", "SF"]), draw.randint(-2 if leads else 0, 3)) for b in before]
        out[f"t{i}"] = (draw.randint(1, 6), links)
    return out


def text_of(tasks: Tasks) -> str:
    return "".join(task(k, str(d), ", ".join(f'"{p} {kind}{lag:+d}"' for p, kind, lag in links)) for k, (d, links) in tasks.items())


def chains(tasks: Tasks, key: str) -> list[int]:
    """The length of every chain of constraints that ends with a task's start; each begins at a task that starts at 0."""
    duration, links = tasks[key]
    out = [0]
    for before, kind, lag in links:
        gap = lag + (tasks[before][0] if kind[0] == "F" else 0) - (duration if kind[1] == "F" else 0)
        out += [length + gap for length in chains(tasks, before)]
    return out


def latest(tasks: Tasks, key: str, end: int) -> int:
    """The latest finish of a task by every chain of constraints to the end."""
    out = [end]
    for after, (duration, links) in tasks.items():
        for before, kind, lag in links:
            if before == key:
                x = latest(tasks, after, end) - (duration if kind[1] == "S" else 0) - lag
                out.append(x if kind[0] == "F" else x + tasks[key][0])
    return min(out)


@pytest.mark.parametrize("seed", range(60))
def test_the_passes_equal_a_brute_force_longest_path(seed: int) -> None:
    tasks = network(random.Random(seed), 7, leads=seed % 2 == 1)
    rows = {r.item.id: r for r in plan(text_of(tasks)).schedule.rows}
    starts = {k: max(chains(tasks, k)) for k in tasks}
    end = max(starts[k] + tasks[k][0] for k in tasks)
    for key, row in rows.items():
        assert (row.es, row.ef) == (starts[key], starts[key] + tasks[key][0])
        assert row.lf == latest(tasks, key, end)
        assert row.total_float == pytest.approx(row.lf - row.ef)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(["all-days", "weekdays"]))
def test_floats_are_never_negative_without_deadlines(seed: int, calendar: str) -> None:
    rows = plan(text_of(network(random.Random(seed), 8)), calendar).schedule.rows
    assert min(r.total_float or 0 for r in rows) >= -1e-9
    assert all((r.free_float or 0) >= -1e-9 for r in rows)
    assert any(r.critical for r in rows)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
def test_one_more_task_never_ends_a_plan_earlier(seed: int) -> None:
    tasks = network(random.Random(seed), 8)
    fewer = dict(itertools.islice(tasks.items(), 7))
    assert plan(text_of(tasks), "weekdays").schedule.duration >= plan(text_of(fewer), "weekdays").schedule.duration


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_the_order_of_the_file_changes_no_result(seed: int) -> None:
    draw = random.Random(seed)
    tasks = network(draw, 8, leads=True)
    keys = list(tasks)
    draw.shuffle(keys)
    head = "[risk]\niterations = 200\ncorrelation = {all = 0.2, owner = 0.2}\n"

    def results(order: list[str]) -> dict[str, object]:
        body = head + text_of({k: tasks[k] for k in order}).replace("duration = 3\n", "duration = {min = 1, mode = 3, max = 9}\n")
        made = plan(body, "weekdays")
        rows = {r.item.id: (r.es, r.ef, r.ls, r.lf, r.total_float, r.free_float) for r in made.schedule.rows}
        found = risk.to_dict(made.risk)
        return {"rows": rows, "risk": {t["id"]: t for t in found["tasks"]}, "finish": found["finish"]}

    assert results(list(tasks)) == results(keys)


def test_a_deadline_makes_float_negative_and_says_by_how_much() -> None:
    made = plan(task("a", "5") + task("b", "5", '"a"') + milestone("m", '"b"', "deadline = 2025-03-10\n"))
    rows = {r.item.id: r for r in made.schedule.rows}
    assert (rows["m"].margin, rows["a"].total_float, rows["b"].total_float) == (-2, -2, -2)
    assert made.schedule.critical_path == ("a", "b", "m")


def test_why_names_who_waits_for_what() -> None:
    made = plan(task("build", "14") + task("paper", "2") + task("open", "1", '"paper", "build"'))
    assert made.schedule.rows[1].why == "12 days of float: `open` waits for `build`, to 2025-03-17"
    chained = plan(task("build", "14") + task("paper", "2") + task("sign", "1", '"paper"') + task("open", "1", '"sign", "build"'))
    assert chained.schedule.rows[1].why == "11 days of float: `open` waits for `build`, to 2025-03-17"


def test_weekends_and_elapsed_lags() -> None:
    made = plan(
        task("a", "5") + task("b", "1", '"a"') + task("c", "1", '"a FS+1ed"') + task("d", "1", '"a FS+1"') + milestone("m", '"a FS+2ed"'), "weekdays"
    )
    shown = {i["id"]: (i["early_start"], i["early_finish"]) for i in schedule.to_dict(made.schedule)["items"]}
    assert shown == {
        "a": ("2025-03-03", "2025-03-07"), "b": ("2025-03-10", "2025-03-10"), "c": ("2025-03-10", "2025-03-10"), "d": ("2025-03-11", "2025-03-11"),
        "m": ("2025-03-09", "2025-03-09"),
    }  # fmt: skip


def test_a_started_task_works_on_what_remains() -> None:
    head = 'format = 1\n[roadmap]\nname = "x"\nstates = ["FRA", "DEU"]\nstart = 2025-03-03\ndata_date = 2025-03-10\ncalendar = "all-days"\n'
    made = plan(
        task("a", "10", more="actual_start = 2025-03-01\npercent = 60\n") + task("b", "10", more="actual_start = 2025-03-05\nremaining = 2\n"),
        head=head,
    )
    a, b = made.schedule.rows
    assert (a.es, a.ef, a.ls, a.duration, a.driver.kind) == (-2, 11, -2, 4, "actual")
    assert (b.es, b.ef, b.duration) == (2, 9, 2)


def test_plans_that_are_hardly_there() -> None:
    empty = plan("")
    assert (empty.schedule.critical_path, empty.schedule.finish, empty.risk.finish.sd) == ((), dt.date(2025, 3, 3), 0)
    one = plan(milestone("m"))
    (row,) = one.schedule.rows
    assert (row.es, one.schedule.done(row.ef), one.risk.milestones[0].spread.sd) == (0, dt.date(2025, 3, 3), 0)


def test_ten_thousand_tasks_in_a_chain() -> None:
    body = "".join(task(f"t{i}", "1", f'"t{i - 1}"' if i else "") for i in range(10_000))
    made = plan(body)
    assert made.schedule.duration == 10_000
    assert len(made.schedule.critical_path) == 10_000


def test_ten_thousand_tasks_in_a_circle() -> None:
    from tests.roadmap_samples import refused

    (found,) = refused("".join(task(f"t{i}", "1", f'"t{(i - 1) % 10_000}"') for i in range(10_000)))
    assert found[0] == "cycle"
    assert found[2].startswith("t0 -> t1 -> ") and found[2].endswith("-> t9999 -> t0")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.booleans(), min_size=7, max_size=7).filter(any), st.floats(-300, 300), st.floats(-200, 200))
def test_working_time_and_its_inverses(week: list[bool], t: float, w: float) -> None:
    start = dt.date(2025, 3, 3).toordinal()
    worked = frozenset(i for i, on in enumerate(week) if on)
    calendar = days.Calendar("c", start, lambda a, b: working_days.weekdays(a, b, worked))
    at = np.array([t])
    whole = sum(week[i % 7] * min(1.0, max(0.0, t - i)) for i in range(0, 301)) - sum(
        week[i % 7] * min(1.0, max(0.0, i + 1 - t)) for i in range(-301, 0)
    )
    assert calendar.work(at)[0] == pytest.approx(whole, abs=1e-9)
    opening, close = calendar.opening(np.array([w]))[0], calendar.close(np.array([w]))[0]
    assert close <= opening + 1e-9
    assert calendar.work(np.array([opening]))[0] == pytest.approx(w, abs=1e-6)
    assert calendar.work(np.array([close]))[0] == pytest.approx(w, abs=1e-6)
    assert calendar.work(np.array([opening + 0.01]))[0] > w - 1e-6 and calendar.work(np.array([close - 0.01]))[0] < w + 1e-6


def test_a_plan_that_leaves_the_calendar_is_refused() -> None:
    from comity.core import BadDataError

    body = "".join(task(f"t{i}", "36000", f'"t{i - 1}"' if i else "") for i in range(120))
    with pytest.raises(BadDataError, match="9999"):
        _ = plan(body, "weekdays").schedule


def test_states_calendars_by_the_package() -> None:
    pytest.importorskip("holidays")
    made = plan(task("a", "1", more="not_before = 2025-10-01\n"), "states", HEAD_CHINA)
    assert made.schedule.started(made.schedule.rows[0].es) == dt.date(2025, 10, 9)
    assert made.schedule.holidays is not None
    lieu = plan(
        task("a", "1", more="not_before = 2025-09-28\n"), "states", HEAD_CHINA.replace('"FRA"', '"CHN"').replace('["CHN", "CHN"]', '["CHN", "HKG"]')
    )
    assert isinstance(lieu, Plan)
    assert lieu.schedule.started(lieu.schedule.rows[0].es) >= dt.date(2025, 9, 28)


def test_a_state_that_the_package_does_not_know() -> None:
    pytest.importorskip("holidays")
    head = 'format = 1\n[roadmap]\nname = "x"\nstates = ["SUN", "FRA"]\nstart = 1985-03-04\ncalendar = "states"\n'
    made = plan(task("a", "6", more='owners = ["SUN"]\n'), head=head)
    assert [w.code for w in made.schedule.warnings] == ["no-holidays"]
    assert made.schedule.finish == dt.date(1985, 3, 11)
