"""A plan as iCalendar, CSV and JSON; names are escaped as each format asks."""

from __future__ import annotations

import csv as tables
import datetime as dt
import hashlib
import io
import json
import re
from typing import Any

from comity import extras
from comity.core import NotHeldError
from comity.plan.risk import Risk
from comity.plan.schedule import Row, Schedule, number
from comity.plan.schedule import to_dict as schedule_dict

FORMULA = ("=", "+", "-", "@", "\t", "\r")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
_TURNING = re.compile(r"[\u202a-\u202e\u2066-\u2069\u200e\u200f]")
COLUMNS = (
    "id", "name", "type", "initiative", "owners", "calendar", "duration", "early_start", "early_finish", "late_start", "late_finish", "total_float",
    "free_float", "critical", "driver", "after", "deadline", "margin", "p_on_time", "p80", "percent", "actual_start", "actual_finish", "why",
)  # fmt: skip


def json_bytes(value: Any) -> bytes:
    """JSON without escapes of letters, one space of indent, and no NaN."""
    return (json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode("utf-8", "surrogatepass")


def printable(text: str) -> str:
    """Text without the control characters that neither XML nor iCalendar may hold."""
    return _CONTROL.sub(" ", text)


def plain(text: str) -> str:
    """Printable text without the characters that turn the direction of what follows."""
    return _TURNING.sub("", printable(text))


def cell(value: Any) -> Any:
    """A cell of a CSV file; text that a spreadsheet would run as a formula gets an apostrophe in front."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return repr(value)
    text = str(value)
    return f"'{text}" if text.lstrip(" \n").startswith(FORMULA) or text.startswith(FORMULA) else text


def csv(plan: Schedule, risk: Risk) -> str:
    """The items as CSV, in the order of the file."""
    chances = {m.item.id: m for m in risk.milestones}
    out = io.StringIO()
    writer = tables.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for shown, row in zip(schedule_dict(plan)["items"], plan.rows, strict=True):
        chance = chances.get(row.item.id)
        driver = " ".join(str(v) for v in shown["driver"].values() if v is not None)
        after = ", ".join(link_text(k.to, k.kind, k.lag, k.elapsed) for k in row.item.links)
        facts = {
            **shown, "owners": ", ".join(shown["owners"]), "driver": driver, "after": after,
            "p_on_time": number(chance.p_on_time) if chance else None,
            "p80": str(plan.done(chance.spread.p80)) if chance else None,
        }  # fmt: skip
        writer.writerow([cell(facts[c]) for c in COLUMNS])
    return out.getvalue()


def link_text(to: str, kind: str, lag: float, elapsed: bool) -> str:
    """A link as a roadmap writes it."""
    days = f"{lag:+g}{'ed' if elapsed else ''}" if lag else ""
    return f"{to} {kind}{days}" if kind != "FS" or days else to


def ics(plan: Schedule) -> bytes:
    """One all-day event for each task and milestone (RFC 5545); NotHeldError where the package icalendar is not installed."""
    try:
        import icalendar
    except ImportError:
        raise NotHeldError(extras.needs("a calendar file", "icalendar")) from None
    road = plan.roadmap
    key = hashlib.sha256(road.name.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    stamp = dt.datetime.combine(road.data_date or road.start, dt.time(), dt.UTC)
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//comity//plan//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _line(road.name))
    for row in plan.rows:
        event = icalendar.Event()
        event.add("uid", f"{row.item.id}@{key}")
        event.add("dtstamp", stamp)
        last = plan.done(row.ef)
        first = last if row.item.type == "milestone" else min(plan.started(row.es), last)
        event.add("dtstart", first)
        event.add("dtend", last + dt.timedelta(days=1))
        event.add("summary", _line(row.item.name))
        event.add("description", "\n".join(_lines(plan, row)))
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _lines(plan: Schedule, row: Row) -> list[str]:
    road, item = plan.roadmap, row.item
    lines = [f"{'Milestone' if item.type == 'milestone' else 'Task'} {item.id}"]
    lines.append("Owners: " + ", ".join(_line(road.owner_name(o)) for o in item.owners))
    lines.append(f"Deadline: {item.deadline}" if item.deadline else "No deadline")
    if row.margin is not None:
        lines.append(f"Margin: {round(row.margin, 2):g} working days")
    if row.total_float is not None:
        lines.append("Critical" if row.critical else f"Float: {round(row.total_float, 2):g} working days")
    return lines


def _line(text: str) -> str:
    return re.sub(r"\s*\n\s*", " ", printable(text)).strip() or "(no name)"
