"""Schedule risk: golden draws, cases with an analytic answer, the same bytes for the same seed, and distributions."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from tests.roadmap_samples import milestone, plan, task

from comity.plan import risk
from comity.plan.durations import Duration
from comity.plan.planning import Plan, load


@pytest.mark.parametrize("name", ["pert_six", "reliable_construction", "correlated"])
def test_golden_risks_within_their_error(shared: Path, name: str) -> None:
    folder = shared / "golden" / "roadmaps"
    golden = json.loads((folder / f"{name}.json").read_text())["risk"]
    made = load(folder / f"{name}.toml", iterations=40_000)
    found, n = risk.to_dict(made.risk), 40_000
    for theirs, ours in [(golden["finish"], found["finish"])] if "finish" in golden else []:
        _near(ours, theirs, n)
    milestones = {m["id"]: m for m in found["milestones"]}
    for theirs in golden["milestones"]:
        ours = milestones[theirs["id"]]
        _near(ours, {k: v for k, v in theirs.items() if k not in ("id", "drivers", "p_on_time")}, n)
        assert ours["p_on_time"] == pytest.approx(theirs["p_on_time"], abs=4 * ours["se"])
        drivers = {d["id"]: d["rank_correlation"] for d in ours["drivers"]}
        for d in theirs.get("drivers", []):
            assert drivers[d["id"]] == pytest.approx(d["rank_correlation"], abs=4 / math.sqrt(n))
    tasks = {t["id"]: t for t in found["tasks"]}
    for theirs in golden.get("tasks", []):
        ours = tasks[theirs["id"]]
        assert ours["duration_mean"] == pytest.approx(theirs["duration_mean"], abs=4 * theirs["duration_sd"] / math.sqrt(n) + 2e-3)
        assert ours["duration_sd"] == pytest.approx(theirs["duration_sd"], rel=0.02, abs=1e-9)
        assert ours["criticality"] == pytest.approx(theirs["criticality"], abs=4 * 0.5 / math.sqrt(n))
        if theirs["cruciality"] is None:
            assert ours["cruciality"] is None
        else:
            assert ours["cruciality"] == pytest.approx(theirs["cruciality"], abs=4 / math.sqrt(n))


def _near(ours: dict[str, float], theirs: dict[str, float], n: int) -> None:
    sd = theirs["sd"]
    assert ours["mean"] == pytest.approx(theirs["mean"], abs=4 * sd / math.sqrt(n))
    assert ours["sd"] == pytest.approx(sd, rel=0.02)
    for q in {"p10", "p50", "p80", "p90"} & theirs.keys():
        assert ours[q] == pytest.approx(theirs[q], abs=8 * sd / math.sqrt(n))


DURATIONS = st.one_of(
    st.tuples(st.floats(0, 30), st.floats(0, 30), st.floats(0.1, 30)).map(
        lambda t: Duration(family="pert", low=t[0], mode=t[0] + t[1] * t[2] / (t[1] + t[2]), high=t[0] + t[2])
    ),
    st.tuples(st.floats(0, 30), st.floats(0, 1), st.floats(0.1, 30)).map(
        lambda t: Duration(family="triangular", low=t[0], mode=t[0] + t[1] * t[2], high=t[0] + t[2])
    ),
    st.tuples(st.floats(0, 30), st.floats(0.1, 30)).map(lambda t: Duration(family="uniform", low=t[0], high=t[0] + t[1])),
    st.tuples(st.floats(0.1, 30), st.floats(1.05, 4)).map(lambda t: Duration(family="lognormal", low=t[0], high=t[0] * t[1])),
    st.tuples(st.floats(20, 40), st.floats(0.1, 3)).map(lambda t: Duration(family="normal", low=t[0], high=t[1])),
)


def _scipy(d: Duration) -> object:
    width = d.high - d.low
    if d.family == "pert":
        return stats.beta(1 + 4 * (d.mode - d.low) / width, 1 + 4 * (d.high - d.mode) / width, loc=d.low, scale=width)
    if d.family == "triangular":
        return stats.triang((d.mode - d.low) / width, loc=d.low, scale=width)
    if d.family == "uniform":
        return stats.uniform(d.low, width)
    if d.family == "normal":
        return stats.norm(d.low, d.high)
    sigma = math.log(d.high / d.low) / (2 * stats.norm.ppf(0.9))
    return stats.lognorm(sigma, scale=math.sqrt(d.low * d.high))


@settings(max_examples=120, deadline=None)
@given(DURATIONS)
def test_distributions_against_scipy(d: Duration) -> None:
    theirs = _scipy(d)
    u = np.array([0.001, 0.1, 0.5, 0.9, 0.999])
    spread = max(d.sd, 1e-9)
    assert np.allclose(d.of_scores(stats.norm.ppf(u)), theirs.ppf(u), atol=2e-5 * spread + 1e-9, rtol=0)  # type: ignore[attr-defined]
    assert d.mean == pytest.approx(theirs.mean(), rel=1e-9)  # type: ignore[attr-defined]
    assert d.sd == pytest.approx(theirs.std(), rel=1e-6)  # type: ignore[attr-defined]


def test_a_sum_of_normals_has_the_variance_that_its_correlation_gives() -> None:
    body = (
        '[[initiative]]\nid = "i"\nkind = "exchange"\n[risk]\niterations = 40000\ncorrelation = {all = 0.2, initiative = 0.3, owner = 0.1}\n'
        + task("a", '{dist = "normal", mean = 100, sd = 3}', more='initiative = "i"\nowners = ["FRA"]\n')
        + task("b", '{dist = "normal", mean = 100, sd = 3}', '"a"', 'initiative = "i"\nowners = ["FRA", "DEU"]\n')
    )
    found = plan(body).risk.finish
    r = 0.2 + 0.3 + 0.1 / math.sqrt(2)
    assert found.mean == pytest.approx(200, abs=4 * found.sd / 200)
    assert found.sd == pytest.approx(3 * math.sqrt(2 + 2 * r), rel=0.02)


def test_an_event_shifts_the_end_by_its_delay_on_each_task() -> None:
    body = task("a", "4") + task("b", "4", '"a"') + '[[event]]\nid = "e"\nprobability = 0.25\ndelay = 3\ntasks = ["a", "b"]\n'
    (event,) = plan(body).risk.events
    assert event.occurred == pytest.approx(0.25, abs=4 * math.sqrt(0.25 * 0.75 / 10_000))
    assert (event.delay_mean, event.finish_shift) == (3, pytest.approx(6))
    never = plan(body.replace("0.25", "0")).risk.events[0]
    always = plan(body.replace("0.25", "1")).risk.events[0]
    assert (never.occurred, never.delay_mean, never.finish_shift) == (0, None, None)
    assert (always.occurred, always.delay_mean, always.finish_shift) == (1, 3, None)


def test_finished_work_is_neither_delayed_nor_critical() -> None:
    head = 'format = 1\n[roadmap]\nname = "x"\nstates = ["FRA", "DEU"]\nstart = 2025-03-03\ndata_date = 2025-03-10\ncalendar = "all-days"\n'
    done = "actual_start = 2025-03-03\nactual_finish = 2025-03-05\n"
    event = '[[event]]\nid = "e"\nprobability = 1\ndelay = 5\ntasks = ["a"]\n'
    found = plan(task("a", "9", more=done) + task("b", "2", '"a"') + event, head=head).risk
    assert found.finish.mean == 9
    a = found.tasks[0]
    assert (a.duration_mean, a.duration_sd, a.criticality, a.cruciality) == (3, 0, 0, None)


def test_a_plan_of_constants_answers_with_no_spread() -> None:
    found = plan(task("a", "3") + milestone("m", '"a"', "deadline = 2025-03-05\n")).risk
    (m,) = found.milestones
    assert (m.spread.sd, m.p_on_time, m.drivers, found.tasks[0].cruciality, found.tasks[0].ssi, found.tasks[0].criticality) == (
        0,
        1,
        (),
        None,
        None,
        1,
    )


def test_wilson_interval_against_scipy() -> None:
    ours = risk.wilson(0.3, 200)
    theirs = stats.binomtest(60, 200).proportion_ci(method="wilson")
    assert ours == pytest.approx((theirs.low, theirs.high))
    assert risk.wilson(1.0, 100)[1] == 1.0


def _text(made: Plan) -> str:
    return json.dumps(risk.to_dict(made.risk), allow_nan=False)


def test_the_same_seed_gives_the_same_bytes_however_the_draws_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    body = "".join(task(f"t{i}", "{min = 1, mode = 2, max = 9}", f'"t{i - 1}"' if i % 3 else "") for i in range(9))
    body += (
        milestone("m", '"t8", "t5"', "deadline = 2025-03-14\n")
        + '[[event]]\nid = "e"\nprobability = 0.4\ndelay = {min = 1, mode = 2, max = 3}\ntasks = ["t1"]\n'
    )
    body += "[risk]\niterations = 500\ncorrelation = {initiative = 0.3}\n"
    first = _text(plan(body))
    assert _text(plan(body)) == first
    monkeypatch.setattr(risk, "BLOCK", 700)
    monkeypatch.setattr(risk, "KEPT", 0)
    again = json.loads(_text(plan(body)))
    assert again == json.loads(first)
    made = plan(body)
    assert _text(Plan(replace(made.roadmap, risk=replace(made.roadmap.risk, seed=2)))) != first


def test_spearman_against_scipy_with_ties() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.integers(0, 5, 300).astype(float), rng.normal(size=300)
    assert float(risk._ranked(x) @ risk._ranked(y)) == pytest.approx(stats.spearmanr(x, y).statistic)
