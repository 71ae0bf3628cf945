"""Schedule risk analysis: the network drawn many times, how likely each deadline is, and what drives it.

Criticality index: Van Slyke (1963); cruciality: Williams (1992); schedule sensitivity index: PMBoK; Wilson's (1927) interval.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from comity.models.form import Issue
from comity.plan import network as net
from comity.plan.days import SHOWN, finish_day
from comity.plan.draws import EventStream, Factors, Stream, fixed_work
from comity.plan.durations import Draws
from comity.plan.roadmap import Item, Roadmap, as_dict
from comity.plan.schedule import Laid, Schedule, number

BLOCK = 1_500_000
"""Items times draws that are in memory at once."""
KEPT = 20_000_000
"""Tasks times draws whose durations are kept (160 MB); those of larger plans are drawn a second time for their ranks."""
COLUMNS = 64
Z95 = 1.959963984540054
MOST_DRIVERS = 200_000
"""Drivers listed over all milestones; a plan with more shows the largest of each."""


@dataclass(frozen=True, kw_only=True)
class Spread:
    """A finish over all draws, in days since the start."""

    deterministic: float
    mean: float
    sd: float
    p10: float
    p50: float
    p80: float
    p90: float


@dataclass(frozen=True, kw_only=True)
class Influence:
    """What moves a finish: a task's duration or an event's delay, by rank correlation."""

    kind: str
    id: str
    rank_correlation: float


@dataclass(frozen=True, kw_only=True)
class Dated:
    """A milestone, or a task with a deadline: its finish, and its probability of being on time (None without a deadline)."""

    item: Item
    spread: Spread
    p_on_time: float | None
    drivers: tuple[Influence, ...]


@dataclass(frozen=True, kw_only=True)
class TaskRisk:
    """How much a task varies, how often it is critical, and how much it matters."""

    id: str
    duration_mean: float
    duration_sd: float
    criticality: float
    cruciality: float | None
    ssi: float | None


@dataclass(frozen=True, kw_only=True)
class EventRisk:
    """How often an event happened, its mean delay when it did, and how much later the plan then ended."""

    id: str
    occurred: float
    delay_mean: float | None
    finish_shift: float | None


@dataclass(frozen=True, kw_only=True)
class Risk:
    """What the draws of a roadmap give."""

    roadmap: Roadmap
    finish: Spread
    milestones: tuple[Dated, ...]
    tasks: tuple[TaskRisk, ...]
    events: tuple[EventRisk, ...]
    warnings: tuple[Issue, ...]


@dataclass(frozen=True, kw_only=True)
class _Drawn:
    """The finishes of all draws (the project's first, then the dated items'), and sums over the draws."""

    ends: Draws
    critical: Draws
    happened: Draws
    delay: Draws
    end_with: Draws
    work: Draws | None


def risk(laid: Laid, plan: Schedule) -> Risk:
    """Draw durations and events, schedule each draw without deadlines, and sum up."""
    roadmap = laid.roadmap
    items = roadmap.items
    dated = [i for i, m in enumerate(items) if m.type == "milestone"] + [i for i, t in enumerate(items) if t.type == "task" and t.deadline]
    factors = Factors(roadmap)
    drawn = _draw(laid, dated, factors)
    n = roadmap.risk.iterations
    early = [r.ef for r in plan.rows]
    project = _spread(drawn.ends[0], plan.duration)
    ranks = np.vstack([_ranked(e) for e in drawn.ends])
    labels, moments, influence = _influences(laid, factors, ranks, drawn.work)
    tasks = []
    for k, task in enumerate(roadmap.tasks):
        mean, sd = moments[k]
        share = float(drawn.critical[k]) / n
        cruciality = _maybe(influence[k, 0])
        ssi = share * sd / project.sd if project.sd > 0 else None
        tasks.append(TaskRisk(id=task.id, duration_mean=mean, duration_sd=sd, criticality=share, cruciality=cruciality, ssi=ssi))
    most = max(MOST_DRIVERS // max(len(dated), 1), 20)
    milestones = []
    for place, i in enumerate(dated, 1):
        deadline = laid.network.nodes[i].deadline
        on_time = None if deadline is None else float(np.mean(drawn.ends[place] <= deadline + SHOWN))
        found = _drivers(labels, influence[:, place], most)
        milestones.append(Dated(item=items[i], spread=_spread(drawn.ends[place], early[i]), p_on_time=on_time, drivers=found))
    warnings = list(plan.warnings)
    if len(labels) > most and dated:
        warnings.append(
            Issue(code="drivers-cut", where="risk", message=f"of {len(labels):,} drivers the {most:,} largest of each milestone are listed")
        )
    return Risk(
        roadmap=roadmap,
        finish=project,
        milestones=tuple(milestones),
        tasks=tuple(tasks),
        events=tuple(_events(roadmap, drawn)),
        warnings=tuple(warnings),
    )


def _draw(laid: Laid, dated: list[int], factors: Factors) -> _Drawn:
    roadmap = laid.roadmap
    n, tasks = roadmap.risk.iterations, roadmap.tasks
    streams = [Stream(t, factors, fixed_work(laid, i)) for i, t in enumerate(tasks)]
    events = [EventStream(e, roadmap.risk.seed) for e in roadmap.events]
    ends, critical = np.zeros((len(dated) + 1, n)), np.zeros(len(tasks))
    happened, delays, end_with = np.zeros(len(events)), np.zeros(len(events)), np.zeros(len(events))
    whole = np.empty((len(tasks), n)) if len(tasks) * n <= KEPT else None
    step = max(1, min(n, BLOCK // max(len(laid.network.nodes), 1)))
    for begin in range(0, n, step):
        count = min(step, n - begin)
        work = np.zeros((len(laid.network.nodes), count))
        for i, one in enumerate(streams):
            work[i] = one.read(count)
        happens = []
        for k, event in enumerate(events):
            here, delay = event.read(count)
            happens.append(here)
            happened[k] += here.sum()
            delays[k] += delay.sum()
            for task in event.event.tasks:
                if not tasks[roadmap.place[task]].finished:
                    work[roadmap.place[task]] += delay
        if whole is not None:
            whole[:, begin : begin + count] = work[: len(tasks)]
        early = net.forward(laid.network, work)
        late = net.backward(laid.network, early, work, deadlines=False)
        ends[0, begin : begin + count] = early.end
        ends[1:, begin : begin + count] = early.finish[dated]
        unfinished = np.array([not t.finished for t in tasks], bool)
        critical += np.where(unfinished, net.is_critical(late, early)[: len(tasks)].sum(axis=1), 0)
        for k, here in enumerate(happens):
            end_with[k] += early.end[here].sum()
    return _Drawn(ends=ends, critical=critical, happened=happened, delay=delays, end_with=end_with, work=whole)


def _influences(laid: Laid, factors: Factors, ranks: Draws, work: Draws | None) -> tuple[list[tuple[str, str]], list[tuple[float, float]], Draws]:
    """Labels, mean and sd of each task's and event's draws, and their rank correlation with each finish (nan where one is constant)."""
    roadmap = laid.roadmap
    n = roadmap.risk.iterations
    labels = [("task", t.id) for t in roadmap.tasks] + [("event", e.id) for e in roadmap.events]
    hits: dict[str, list[int]] = {}
    for k, event in enumerate(roadmap.events):
        for task in event.tasks:
            hits.setdefault(task, []).append(k)
    kept: dict[int, Draws] = {}

    def delay(k: int) -> Draws:
        if k not in kept:
            if len(kept) >= 200:
                kept.clear()
            kept[k] = EventStream(roadmap.events[k], roadmap.risk.seed).read(n)[1]
        return kept[k]

    moments: list[tuple[float, float]] = []
    out = np.full((len(labels), len(ranks)), np.nan)
    batch: list[tuple[int, Draws]] = []

    def settle() -> None:
        if batch:
            out[[row for row, _ in batch]] = np.vstack([r for _, r in batch]) @ ranks.T
            batch.clear()

    for row, (kind, key) in enumerate(labels):
        if kind == "event":
            column = delay(row - len(roadmap.tasks))
        elif work is not None:
            column = work[row]
        else:
            own = roadmap.tasks[row]
            column = Stream(own, factors, fixed_work(laid, row)).read(n)
            if not own.finished:
                for k in hits.get(key, ()):
                    column = column + delay(k)
        spread = _sd(column)
        moments.append((float(column.mean()), spread))
        if spread > 0:
            batch.append((row, _ranked(column)))
        if len(batch) == COLUMNS:
            settle()
    settle()
    out[:, ~np.any(ranks, axis=1)] = np.nan
    return labels, moments, out


def _ranked(values: Draws) -> Draws:
    """Ranks, ties averaged, centred and of length 1, so that a product of two is Spearman's correlation; zeros of a constant."""
    order = np.argsort(values)
    inorder = values[order]
    ranks = np.empty(len(values))
    new = inorder[1:] != inorder[:-1]
    if new.all():
        ranks[order] = np.arange(1.0, len(values) + 1)
    else:
        group = np.concatenate([[0], np.cumsum(new)])
        sums, counts = np.bincount(group, weights=np.arange(1.0, len(values) + 1)), np.bincount(group)
        ranks[order] = (sums / counts)[group]
    ranks -= ranks.mean()
    size = math.sqrt(float(ranks @ ranks))
    return ranks / size if size > 0 else np.zeros(len(values))


def _drivers(labels: list[tuple[str, str]], values: Draws, most: int) -> tuple[Influence, ...]:
    size = np.where(np.isnan(values), -1.0, np.abs(np.round(values, 6)))
    some = [i for i in np.argsort(-size, kind="stable") if size[i] >= 0]
    some.sort(key=lambda i: (-size[i], labels[i][0] != "task", labels[i][1]))
    return tuple(Influence(kind=labels[i][0], id=labels[i][1], rank_correlation=float(values[i])) for i in some[:most])


def _events(roadmap: Roadmap, drawn: _Drawn) -> list[EventRisk]:
    n, total = roadmap.risk.iterations, float(drawn.ends[0].sum())
    out = []
    for k, event in enumerate(roadmap.events):
        times = float(drawn.happened[k])
        delay = float(drawn.delay[k]) / times if times else None
        with_it = float(drawn.end_with[k])
        shift = with_it / times - (total - with_it) / (n - times) if 0 < times < n else None
        out.append(EventRisk(id=event.id, occurred=times / n, delay_mean=delay, finish_shift=shift))
    return out


def _spread(values: Draws, deterministic: float) -> Spread:
    p10, p50, p80, p90 = (float(q) for q in np.quantile(values, (0.1, 0.5, 0.8, 0.9)))
    return Spread(deterministic=deterministic, mean=float(values.mean()), sd=_sd(values), p10=p10, p50=p50, p80=p80, p90=p90)


def _sd(values: Draws) -> float:
    if len(values) < 2 or values.min() == values.max():
        return 0.0
    return float(values.std(ddof=1))


def _maybe(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def wilson(p: float, n: int) -> tuple[float, float]:
    """The 95 % interval of a share of n by Wilson (1927)."""
    square = Z95 * Z95 / n
    centre = (p + square / 2) / (1 + square)
    half = Z95 * math.sqrt(p * (1 - p) / n + square / (4 * n)) / (1 + square)
    return max(centre - half, 0.0), min(centre + half, 1.0)


def to_dict(found: Risk) -> dict[str, Any]:
    """The risk as `comity plan risk --format json` gives it."""
    road = found.roadmap
    n = road.risk.iterations
    return {
        "name": road.name, "start": str(road.start), "iterations": n, "seed": road.risk.seed, "basis": road.basis,
        "finish": spread_dict(road, found.finish), "warnings": [as_dict(w) for w in found.warnings],
        "milestones": [_dated(road, m, n) for m in found.milestones],
        "tasks": [
            {"id": t.id, "duration_mean": number(t.duration_mean), "duration_sd": number(t.duration_sd), "criticality": number(t.criticality),
             "cruciality": number(t.cruciality), "ssi": number(t.ssi)}
            for t in found.tasks
        ],
        "events": [
            {"id": e.id, "occurred": number(e.occurred), "delay_mean": number(e.delay_mean), "finish_shift": number(e.finish_shift)}
            for e in found.events
        ],
    }  # fmt: skip


def spread_dict(road: Roadmap, spread: Spread) -> dict[str, Any]:
    """A spread with the dates of its quantiles."""
    quantiles = {"p10": spread.p10, "p50": spread.p50, "p80": spread.p80, "p90": spread.p90}
    numbers = {"deterministic": spread.deterministic, "mean": spread.mean, "sd": spread.sd, **quantiles}
    return {**{k: number(v) for k, v in numbers.items()}, "dates": {k: str(road.date(finish_day(v))) for k, v in quantiles.items()}}


def _dated(road: Roadmap, found: Dated, n: int) -> dict[str, Any]:
    item, p = found.item, found.p_on_time
    return {
        "id": item.id, "name": item.name, "type": item.type, "deadline": None if item.deadline is None else str(item.deadline),
        **spread_dict(road, found.spread), "p_on_time": number(p), "se": None if p is None else number(math.sqrt(p * (1 - p) / n)),
        "interval": None if p is None else [number(v) for v in wilson(p, n)],
        "drivers": [{"kind": d.kind, "id": d.id, "rank_correlation": number(d.rank_correlation)} for d in found.drivers],
    }  # fmt: skip
