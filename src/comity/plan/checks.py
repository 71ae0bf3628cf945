"""What must hold between the parts of a roadmap: ids, links, dates, progress, calendars, no cycle; and what deserves a warning."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from comity.plan.fields import Issues, nearest, quoted
from comity.plan.network import components, shortest_cycle
from comity.plan.roadmap import Item, Roadmap
from comity.plan.working_days import Shelf

TRIED = 3660
"""Days from the start within which every calendar has a working day."""


OFFERED = 20
"""From so many errors on no name is offered: to look for the nearest of many names for many errors takes long."""


def unique_ids(tables: dict[str, list[dict[str, Any]]], issues: Issues) -> None:
    """Report the ids that stand more than once, over initiatives, tasks, milestones and events together."""
    seen: dict[str, str] = {}
    for sort, rows in tables.items():
        for row in rows:
            key = row.get("id")
            if not isinstance(key, str):
                continue
            if key in seen:
                issues.error(
                    "duplicate-id", f"{sort} {quoted(key)[1:-1]}", f"the id {quoted(key)} is that of a {seen[key]} already", "give each its own id"
                )
            seen.setdefault(key, sort)


def links(items: Sequence[Item | None], names: Sequence[str], issues: Issues) -> None:
    """Report links to what is no task or milestone."""
    known = frozenset(names)
    for item in items:
        for link in item.links if item is not None else ():
            if item is not None and link.to not in known:
                offer = nearest(link.to, names) if len(issues.errors) < OFFERED else ""
                issues.error(
                    "unknown-reference", item.where, f"{item.id} waits for {quoted(link.to)}, which is no task or milestone{offer}",
                    "name the id of a [[task]] or [[milestone]]",
                )  # fmt: skip


def cycles(roadmap: Roadmap, issues: Issues) -> None:
    """Report each group of items that wait for one another, by a shortest cycle through its first member."""
    items, place = roadmap.items, roadmap.place
    follows: list[list[int]] = [[] for _ in items]
    for i, item in enumerate(items):
        for link in item.links:
            if link.to in place and follows[place[link.to]][-1:] != [i]:
                follows[place[link.to]].append(i)
    for group in components(follows):
        path = [items[i].id for i in shortest_cycle(follows, group[0])]
        shown = path if len(path) <= 40 else [*path[:20], "…", *path[-19:]]
        issues.error("cycle", items[group[0]].where, " -> ".join(shown), "take one of these links out")


def dates(roadmap: Roadmap, issues: Issues) -> None:
    """Report deadlines that cannot be, and actual dates and progress that contradict each other."""
    for item in roadmap.items:
        if item.deadline is not None and item.deadline < roadmap.start:
            issues.error("deadline-before-start", item.where, f"the deadline {item.deadline} is before the roadmap's start {roadmap.start}",
                         "move one of them")  # fmt: skip
        elif item.deadline is not None and item.not_before is not None and item.deadline < item.not_before:
            issues.error("deadline-before-start", item.where, f"the deadline {item.deadline} is before its own not_before {item.not_before}",
                         "move one of them")  # fmt: skip
        _actual(item, roadmap.data_date, issues)
        if item.type == "task":
            _progress(item, issues)


def _actual(item: Item, data_date: dt.date | None, issues: Issues) -> None:
    begun, done = item.actual_start, item.actual_finish
    if begun is not None and done is not None and done < begun:
        issues.error("date-order", item.where, f"actual_finish {done} is before actual_start {begun}", "work ends on or after the day it starts")
    key = {"milestone": "actual"}.get(item.type, "actual_finish")
    for name, day in (("actual_start", begun), (key, done)):
        if day is not None and data_date is None:
            issues.error("date-order", item.where, f"{name} {day} without a data_date", "give roadmap.data_date, a day after it")
        elif day is not None and data_date is not None and day >= data_date:
            issues.error(
                "date-order", item.where, f"{name} {day} is not before the data_date {data_date}", "facts are known up to the day before data_date"
            )


def _progress(item: Item, issues: Issues) -> None:
    both = item.actual_start is not None and item.actual_finish is not None
    if (item.percent == 100 or item.actual_finish is not None) and not both:
        given = "percent = 100" if item.percent == 100 else "actual_finish"
        lacking = " and ".join(k for k in ("actual_start", "actual_finish") if getattr(item, k) is None)
        issues.error("progress", item.where, f"{given} without {lacking}", "what is finished has actual_start and actual_finish")
    elif (item.percent is not None or item.remaining is not None) and item.actual_start is None:
        given = "percent" if item.percent is not None else "remaining"
        issues.error("progress", item.where, f"{given} without actual_start", "what has progress has actual_start")


def calendars(roadmap: Roadmap, issues: Issues) -> None:
    """Report the calendars without a working day in ten years from the start."""
    shelf = Shelf(roadmap.start, roadmap.calendars)
    asked: dict[tuple[str, tuple[str, ...]], str] = {(name, ()): f"calendar {name}" for name in roadmap.calendars}
    for item in roadmap.items:
        if item.calendar == "states":
            asked.setdefault(("states", tuple(sorted(roadmap.states_of(item.owners)))), item.where)
    first = roadmap.start.toordinal()
    for (name, codes), where in asked.items():
        calendar = shelf.get(name, codes)
        if not any(np.any(calendar.works(first, min(first + span, dt.date.max.toordinal() + 1))) for span in (30, TRIED)):
            what = f"the states {', '.join(codes)} have" if codes else "it has"
            issues.error("no-working-day", where, f"{what} no working day in {TRIED:,} days from {roadmap.start}", "open some days")


def warn(roadmap: Roadmap, issues: Issues) -> None:
    """Warn of leads that are too long, work begun out of sequence, milestones without predecessors, and parallel links."""
    by_id = {item.id: item for item in roadmap.items}
    for item in roadmap.items:
        if item.type == "milestone" and not item.links and not item.finished and item.not_before is None:
            issues.warn("no-predecessor", item.where, f"{item.id} follows nothing, so only the start places it")
        twice = _twice((link.to, link.kind) for link in item.links)
        for to, kind in twice:
            issues.warn("parallel-links", item.where, f"{item.id} follows {to} by {kind} more than once; the later of them counts")
        for link in item.links:
            before = by_id[link.to]
            if link.kind == "FS" and before.duration is not None and not link.elapsed and -link.lag > before.duration.mean:
                issues.warn(
                    "lead-too-long", item.where, f"the lead of {-link.lag:g} days is longer than {before.id} takes ({before.duration.mean:g})"
                )
            begun = item.actual_start if item.type == "task" else item.actual_finish
            if begun is not None and link.kind == "FS" and (before.actual_finish is None or begun <= before.actual_finish):
                issues.warn("out-of-sequence", item.where, f"{item.id} started on {begun}, before {before.id} was finished")


def _twice(values: Iterable[Any]) -> list[Any]:
    seen: set[Any] = set()
    out = []
    for value in values:
        if value in seen and value not in out:
            out.append(value)
        seen.add(value)
    return out
