"""A plan as MS Project XML (MSPDI), which MS Project, ProjectLibre and GanttProject read."""

from __future__ import annotations

import datetime as dt
from xml.etree import ElementTree as Tree

import numpy as np

from comity.plan.days import Calendar
from comity.plan.exports import printable
from comity.plan.roadmap import Item
from comity.plan.schedule import Laid, Row, Schedule

NAMESPACE = "http://schemas.microsoft.com/project"
LINKS = {"FF": 0, "FS": 1, "SF": 2, "SS": 3}
HOURS = 8
TENTHS = 10 * 60
"""Tenths of a minute in an hour."""
SHIFTS = (("08:00:00", "12:00:00"), ("13:00:00", "17:00:00"))


def xml(laid: Laid, plan: Schedule) -> bytes:
    """Tasks, milestones, links with lags, deadlines, progress and calendars; a working day is one of eight hours.

    Links of finished predecessors and started work are written as they are: the reading program schedules for itself.
    """
    road = plan.roadmap
    root = Tree.Element("Project", xmlns=NAMESPACE)
    _add(
        root, Name=road.name, Title=road.name, ScheduleFromStart=1, StartDate=_time(road.start, "08:00:00"), FinishDate=_time(plan.finish, "17:00:00")
    )
    _add(root, CalendarUID=1, MinutesPerDay=HOURS * 60, MinutesPerWeek=HOURS * 300, DaysPerMonth=20)
    if road.data_date:
        _add(root, StatusDate=_time(road.data_date, "08:00:00"))
    calendars = {c: n for n, c in enumerate(dict.fromkeys(n.calendar for n in laid.network.nodes), 2)}
    _calendars(Tree.SubElement(root, "Calendars"), calendars, plan)
    tasks = Tree.SubElement(root, "Tasks")
    for n, (row, node) in enumerate(zip(plan.rows, laid.network.nodes, strict=True), 1):
        _task(tasks, n, row, plan, calendars[node.calendar])
    body: bytes = Tree.tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + body + b"\n"


def _task(tasks: Tree.Element, n: int, row: Row, plan: Schedule, calendar: int) -> None:
    item, road = row.item, plan.roadmap
    milestone = item.type == "milestone"
    at = Tree.SubElement(tasks, "Task")
    finish = plan.done(row.ef)
    start = _time(finish, "17:00:00") if milestone else _time(plan.started(row.es), "08:00:00")
    hours = 0.0 if milestone else row.duration * HOURS
    _add(at, UID=n, ID=n, Name=item.name, Type=1, IsNull=0, WBS=item.id, OutlineLevel=1, Start=start, Finish=_time(finish, "17:00:00"))
    _add(at, Duration=_hours(hours), DurationFormat=7, Milestone=int(milestone), Critical=int(row.critical), CalendarUID=calendar)
    _add(at, PercentComplete=round(_percent(item)), ConstraintType=4 if item.not_before else 0)
    if item.not_before:
        _add(at, ConstraintDate=_time(item.not_before, "17:00:00" if milestone else "08:00:00"))
    if item.deadline:
        _add(at, Deadline=_time(item.deadline, "17:00:00"))
    begun = item.actual_start or (item.actual_finish if milestone else None)
    if begun:
        _add(at, ActualStart=_time(begun, "17:00:00" if milestone else "08:00:00"))
    if item.actual_finish:
        _add(at, ActualFinish=_time(item.actual_finish, "17:00:00"))
    _add(at, Notes="Owners: " + ", ".join(road.owner_name(o) for o in item.owners))
    for link in item.links:
        each = Tree.SubElement(at, "PredecessorLink")
        lag = round(link.lag * (24 if link.elapsed else HOURS) * TENTHS)
        _add(each, PredecessorUID=road.place[link.to] + 1, Type=LINKS[link.kind], CrossProject=0, LinkLag=lag, LagFormat=8 if link.elapsed else 7)


def _percent(item: Item) -> float:
    return 100.0 if item.finished else item.percent or 0.0


def _calendars(parent: Tree.Element, calendars: dict[Calendar, int], plan: Schedule) -> None:
    _calendar(parent, 1, "Standard", None, plan)
    for calendar, uid in calendars.items():
        _calendar(parent, uid, f"{calendar.name} {uid}", calendar, plan)


def _calendar(parent: Tree.Element, uid: int, name: str, calendar: Calendar | None, plan: Schedule) -> None:
    """A week of the days that the calendar mostly works, and an exception for each day that differs, to a year after the end."""
    at = Tree.SubElement(parent, "Calendar")
    _add(at, UID=uid, Name=name, IsBaseCalendar=1, BaseCalendarUID=-1)
    days = Tree.SubElement(at, "WeekDays")
    first = int(min([0.0, *(r.es for r in plan.rows)])) - 31
    last = int(max([plan.duration, *(r.lf for r in plan.rows)])) + 366
    start = plan.roadmap.start.toordinal()
    weekday = (np.arange(first, last) + start + 6) % 7
    if calendar is None:
        worked = weekday < 5
    else:
        worked = np.diff(calendar.work(np.arange(first, last + 1, dtype=float))) > 0.5
    usual = np.array([worked[weekday == d].mean() > 0.5 for d in range(7)])
    for number in range(1, 8):
        works = bool(usual[(number + 5) % 7])
        day = Tree.SubElement(days, "WeekDay")
        _add(day, DayType=number, DayWorking=int(works))
        if works:
            _shifts(day)
    differs = np.flatnonzero(worked != usual[weekday])
    if not len(differs):
        return
    exceptions = Tree.SubElement(at, "Exceptions")
    for run in np.split(differs, np.flatnonzero((np.diff(differs) > 1) | (np.diff(worked[differs].astype(int)) != 0)) + 1):
        each = Tree.SubElement(exceptions, "Exception")
        begin, end = (dt.date.fromordinal(start + first + int(run[i])) for i in (0, -1))
        _add(each, EnteredByOccurrences=0)
        _add(Tree.SubElement(each, "TimePeriod"), FromDate=_time(begin, "00:00:00"), ToDate=_time(end, "23:59:00"))
        _add(each, Occurrences=len(run), Type=1, DayWorking=int(worked[run[0]]))
        if worked[run[0]]:
            _shifts(each)


def _shifts(day: Tree.Element) -> None:
    times = Tree.SubElement(day, "WorkingTimes")
    for begin, end in SHIFTS:
        _add(Tree.SubElement(times, "WorkingTime"), FromTime=begin, ToTime=end)


def _add(parent: Tree.Element, **values: object) -> None:
    for key, value in values.items():
        Tree.SubElement(parent, key).text = printable(str(value))


def _time(day: dt.date, clock: str) -> str:
    return f"{day.isoformat()}T{clock}"


def _hours(hours: float) -> str:
    minutes = round(hours * 60)
    return f"PT{minutes // 60}H{minutes % 60}M0S"
