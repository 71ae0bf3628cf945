"""The schedule of a roadmap: early and late dates, floats, what drives each item, the critical path, and why an item has float."""

from __future__ import annotations

import datetime as dt
import heapq
from dataclasses import dataclass
from typing import Any

import numpy as np

from comity.models.form import Issue
from comity.plan import network as net
from comity.plan.days import SHOWN, Times, finish_day, start_day
from comity.plan.network import Edge, Network, Node, Pass
from comity.plan.roadmap import Item, Roadmap, as_dict
from comity.plan.working_days import Shelf


@dataclass(frozen=True, kw_only=True)
class Driver:
    """What sets an early start: a link (from whom, of which kind), not_before, data_date, start or actual."""

    kind: str
    id: str | None = None
    link: str | None = None


@dataclass(frozen=True, kw_only=True)
class Row:
    """One item in the schedule. Times are days since the start, floats and margin working days of the item's calendar."""

    item: Item
    duration: float
    es: float
    ef: float
    ls: float
    lf: float
    total_float: float | None
    free_float: float | None
    critical: bool
    driver: Driver
    why: str | None
    margin: float | None


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """The schedule: rows in the order of the file, the finish as a time, the critical path, and the warnings."""

    roadmap: Roadmap
    shelf: Shelf
    rows: tuple[Row, ...]
    duration: float
    critical_path: tuple[str, ...]
    holidays: str | None
    warnings: tuple[Issue, ...]

    @property
    def finish(self) -> dt.date:
        return self.roadmap.date(finish_day(self.duration))

    def started(self, t: float) -> dt.date:
        """The date shown for a start."""
        return self.roadmap.date(start_day(t))

    def done(self, t: float) -> dt.date:
        """The date shown for a finish."""
        return self.roadmap.date(finish_day(t))


@dataclass(frozen=True, kw_only=True)
class Laid:
    """A roadmap laid out as a network, with its calendars and the mean (or mode) of each item's work."""

    roadmap: Roadmap
    network: Network
    shelf: Shelf
    work: Times


def lay(roadmap: Roadmap) -> Laid:
    """The network of a roadmap that was read without errors."""
    shelf = Shelf(roadmap.start, roadmap.calendars)
    place = roadmap.place
    nodes = []
    work = np.zeros((len(roadmap.items), 1))
    for i, item in enumerate(roadmap.items):
        calendar = shelf.get(item.calendar, roadmap.states_of(item.owners))
        milestone = item.type == "milestone"
        done = float(roadmap.day(item.actual_finish) + 1) if item.actual_finish else 0.0
        begun = float(roadmap.day(item.actual_start)) if item.actual_start else done
        progress: net.Progress = "finished" if item.finished else "started" if item.started else "planned"
        earliest = float(roadmap.day(item.not_before) + milestone) if item.not_before else None
        deadline = float(roadmap.day(item.deadline) + 1) if item.deadline else None
        edges = tuple(Edge(to=place[k.to], kind=k.kind, lag=k.lag, elapsed=k.elapsed) for k in item.links)
        nodes.append(
            Node(calendar=calendar, milestone=milestone, edges=edges, earliest=earliest, deadline=deadline, progress=progress, begun=begun, done=done)
        )
        work[i, 0] = used(item, roadmap)
    known = float(roadmap.day(roadmap.data_date)) if roadmap.data_date else None
    return Laid(roadmap=roadmap, network=Network(nodes=tuple(nodes), known_to=known), shelf=shelf, work=work)


def used(item: Item, roadmap: Roadmap) -> float:
    """The work that a schedule counts: all of it, or what remains of a task under way; 0 of a milestone or what is finished."""
    if item.duration is None or item.finished:
        return 0.0
    whole = item.remaining if item.started and item.remaining is not None else item.duration
    days = whole.mean if roadmap.basis == "mean" else whole.typical
    return days * share_left(item)


def share_left(item: Item) -> float:
    """The share of the duration that is still to be worked."""
    return 1 - (item.percent or 0) / 100 if item.started and item.remaining is None else 1.0


def schedule(laid: Laid) -> Schedule:
    """The schedule of a network by the critical path method, deadlines counted in the late dates."""
    network, roadmap = laid.network, laid.roadmap
    early = net.forward(network, laid.work)
    late = net.backward(network, early, laid.work, deadlines=True)
    starts, finishes = net.late_times(network, late)
    free = net.free_floats(network, early, laid.work)
    drivers = [_driver(laid, i, early) for i in range(len(network.nodes))]
    origins = _origins(laid, late, drivers)
    rows = []
    for i, (item, node) in enumerate(zip(roadmap.items, network.nodes, strict=True)):
        done = item.finished
        total = float(late.work_finish[i, 0] - early.work_finish[i, 0])
        duration = float(early.work_finish[i, 0] - early.work_start[i, 0]) if done and item.type == "task" else float(laid.work[i, 0])
        margin = None
        if node.deadline is not None:
            margin = float(node.calendar.work(np.array([node.deadline]))[0] - early.work_finish[i, 0])
        rows.append(
            Row(
                item=item, duration=duration, es=float(early.start[i, 0]), ef=float(early.finish[i, 0]), ls=float(starts[i, 0]),
                lf=float(finishes[i, 0]),
                total_float=None if done else total, free_float=None if done else float(free[i, 0]), critical=not done and total <= net.CRITICAL,
                driver=drivers[i], why=None if done or total <= net.CRITICAL else _why(laid, i, early, drivers, origins[i], total), margin=margin,
            )
        )  # fmt: skip
    end = float(early.end[0])
    warnings = (*roadmap.warnings, *_overloads(roadmap, early), *_no_holidays(laid, end))
    return Schedule(
        roadmap=roadmap,
        shelf=laid.shelf,
        rows=tuple(rows),
        duration=end,
        critical_path=_path(laid, early, drivers),
        holidays=laid.shelf.version,
        warnings=warnings,
    )


def _driver(laid: Laid, i: int, early: Pass) -> Driver:
    node = laid.network.nodes[i]
    if node.progress != "planned":
        return Driver(kind="actual")
    links = net.bounds(laid.network, i, early, laid.work[i])
    floors = net.floors(laid.network, node)
    most = max([float(b[0]) for b in links] + [v for _, v in floors])
    for edge, bound in zip(node.edges, links, strict=True):
        if float(bound[0]) >= most - SHOWN:
            return Driver(kind="link", id=laid.roadmap.items[edge.to].id, link=edge.kind)
    return Driver(kind=next(name for name, v in floors if v >= most - SHOWN))


def _path(laid: Laid, early: Pass, drivers: list[Driver]) -> tuple[str, ...]:
    roadmap, network = laid.roadmap, laid.network
    ends = [i for i in range(len(network.nodes)) if abs(float(early.finish[i, 0] - early.end[0])) <= SHOWN]
    if not ends:
        return ()
    at: int | None = next((i for i in ends if not network.followers[i]), ends[0])
    out = []
    while at is not None:
        out.append(roadmap.items[at].id)
        before = drivers[at].id
        at = None if before is None else roadmap.place[before]
    return tuple(reversed(out))


def _origins(laid: Laid, late: Pass, drivers: list[Driver]) -> dict[int, tuple[bool, int]]:
    """Where each item's float comes from: down the followers that set its late finish, the first that waits for something else (True),
    or the last, which only the end of the plan or a deadline holds (False).
    """
    items = laid.roadmap.items
    out: dict[int, tuple[bool, int]] = {}
    for i in reversed(laid.network.order):
        if items[i].finished:
            continue
        follower = _binding(laid, i, late)
        if follower is None:
            out[i] = (False, i)
        elif drivers[follower].id != items[i].id:
            out[i] = (True, follower)
        else:
            out[i] = out[follower]
    return out


def _why(laid: Laid, i: int, early: Pass, drivers: list[Driver], origin: tuple[bool, int], total: float) -> str:
    """Why an item has float, in a sentence."""
    days = f"{_number(total)} of float"
    waits_for_other, follower = origin
    if not waits_for_other:
        return _why_end(laid, follower, i, early, days)
    node, driver = laid.network.nodes[follower], drivers[follower]
    shown = finish_day(float(early.start[follower, 0])) if node.milestone else start_day(float(early.start[follower, 0]))
    date = laid.roadmap.date(shown)
    name = laid.roadmap.items[follower].id
    if driver.kind == "link":
        return f"{days}: `{name}` waits for `{driver.id}`, to {date}"
    waits = {"not_before": "its own not_before", "data_date": "the data date", "start": "the start", "actual": "the work that remains"}[driver.kind]
    return f"{days}: `{name}` waits for {waits}, to {date}"


def _binding(laid: Laid, i: int, late: Pass) -> int | None:
    """The follower that sets a late finish; None where the end or a deadline does."""
    own = float(late.work_finish[i, 0])
    found = net.follower_bounds(laid.network, i, late, laid.work[i])
    return next((s for s, b in found if float(b[0]) <= own + SHOWN), None)


def _why_end(laid: Laid, at: int, first: int, early: Pass, days: str) -> str:
    roadmap = laid.roadmap
    item, node, end = roadmap.items[at], laid.network.nodes[at], float(early.end[0])
    whose = "its" if at == first else f"`{item.id}`'s"
    if node.deadline is not None and node.deadline < end - SHOWN:
        return f"{days}: nothing waits for it before {whose} deadline, {item.deadline}"
    finish = roadmap.date(finish_day(end))
    last = int(np.argmax(early.finish[:, 0] >= end - SHOWN))
    if last == at:
        return f"{days}: the plan ends with `{item.id}`, on {finish}"
    return f"{days}: nothing waits for {'it' if at == first else f'`{item.id}`'} before the plan ends with `{roadmap.items[last].id}`, on {finish}"


def _number(days: float) -> str:
    text = f"{round(days, 2):g}"
    return f"{text} day" if text == "1" else f"{text} days"


def _overloads(roadmap: Roadmap, early: Pass) -> list[Issue]:
    out = []
    for owner in roadmap.owners.values():
        if owner.capacity is None:
            continue
        mine = sorted(
            (float(early.start[i, 0]), float(early.finish[i, 0]), t.id)
            for i, t in enumerate(roadmap.tasks)
            if owner.id in t.owners and not t.finished
        )
        ends: list[float] = []
        worst, when = 0, 0.0
        for begin, end, _ in mine:
            while ends and ends[0] <= begin + SHOWN:
                heapq.heappop(ends)
            heapq.heappush(ends, end)
            if len(ends) > worst:
                worst, when = len(ends), begin
        if worst > owner.capacity:
            message = f"{worst} tasks at once from {roadmap.date(start_day(when))}, and its capacity is {owner.capacity}; nothing is levelled"
            out.append(Issue(code="overload", where=f"owner {owner.id}", message=message))
    return out


def _no_holidays(laid: Laid, end: float) -> list[Issue]:
    last = laid.roadmap.date(finish_day(end)).year
    return [
        Issue(code="no-holidays", where=f"state {state}", message=f"{why}; Monday to Friday are worked")
        for (state, year), why in laid.shelf.lacking.items() if not year or laid.roadmap.start.year <= year <= last
    ]  # fmt: skip


def to_dict(plan: Schedule) -> dict[str, Any]:
    """The schedule as `comity plan schedule --format json` gives it."""
    road = plan.roadmap
    return {
        "name": road.name, "states": list(road.states), "start": str(road.start), "data_date": _date(road.data_date), "basis": road.basis,
        "finish": str(plan.finish), "duration": number(plan.duration), "critical_path": list(plan.critical_path), "holidays": plan.holidays,
        "warnings": [as_dict(w) for w in plan.warnings], "items": [_row(plan, r) for r in plan.rows],
    }  # fmt: skip


def _row(plan: Schedule, row: Row) -> dict[str, Any]:
    item = row.item
    milestone = item.type == "milestone"
    first = plan.done if milestone else plan.started
    return {
        "id": item.id, "name": item.name, "type": item.type, "initiative": item.initiative, "owners": list(item.owners), "calendar": item.calendar,
        "duration": number(row.duration), "es": number(row.es), "ef": number(row.ef), "ls": number(row.ls), "lf": number(row.lf),
        "early_start": str(first(row.es)), "early_finish": str(plan.done(row.ef)), "late_start": str(first(row.ls)),
        "late_finish": str(plan.done(row.lf)),
        "total_float": number(row.total_float), "free_float": number(row.free_float), "critical": row.critical,
        "driver": {"kind": row.driver.kind, "id": row.driver.id, "link": row.driver.link}, "why": row.why, "deadline": _date(item.deadline),
        "margin": number(row.margin), "percent": number(item.percent), "actual_start": _date(item.actual_start),
        "actual_finish": _date(item.actual_finish),
    }  # fmt: skip


def number(value: float | None) -> float | None:
    """A number for JSON: six decimals, no negative zero; null where it is not finite."""
    return None if value is None or not np.isfinite(value) else round(float(value), 6) + 0.0


def _date(day: dt.date | None) -> str | None:
    return None if day is None else str(day)
