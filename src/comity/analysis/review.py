"""What happened between two states since a day: values that became public, values revised, values that did not come, undertakings, forecasts."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from comity import build, measures, selection, states, vintages
from comity.analysis import initiatives
from comity.analysis.solidarity import FEW
from comity.core import BadDataError, Measure, Period, UsageError, add_months, period_end
from comity.models import form
from comity.models.form import Fields, Issues
from comity.models.initiatives import CLOSED, Initiative
from comity.store import Holdings

if TYPE_CHECKING:
    from pathlib import Path

    from comity.analysis.forecast_register import Outcome

CALENDAR = "calendar.toml"
EVENT_KEYS = ("date", "what", "states", "kind", "url")
EVENT_KINDS = ("session", "expiry", "election", "meeting", "other")
MOST = 1_000_000
"""Bytes of the largest calendar that is read."""
STEPS: dict[Period, int] = {"month": 1, "quarter": 3, "year": 12, "session": 12}


@dataclass(frozen=True, kw_only=True)
class New:
    """The newest value of a measure that became public in the window, beside the value before it in the same source's kind of row.

    seam: the value before is of another source, so the two are no change. few: the value rests on fewer than ten.
    periods: how many became public. record: the year from which no value was as high ("highest") or as low ("lowest"), where all are.
    arrived: it was public before the window, and came to this store in it.
    """

    measure: str
    title: str
    unit: str
    period: Period
    a: str
    b: str
    start: dt.date
    value: float
    n: int | None
    se: float | None
    source: str
    published: dt.date | None
    before: float | None
    before_start: dt.date | None
    periods: int
    record: str
    since: int | None
    seam: bool = False
    few: bool = False
    arrived: bool = False


@dataclass(frozen=True, kw_only=True)
class Revised:
    """A value that a build in the window changed or took away (after None), with what moved it: data, comity's method, or both."""

    measure: str
    title: str
    unit: str
    period: Period
    a: str
    b: str
    start: dt.date
    before: float
    after: float | None
    source: str
    built: dt.date
    cause: str


@dataclass(frozen=True, kw_only=True)
class Expected:
    """A period whose value is to be public on a day by its source's usual lag: missing where that day is over, coming where it is ahead.

    periods: how many are missing, this one the first of them.
    """

    measure: str
    title: str
    period: Period
    a: str
    b: str
    start: dt.date
    day: dt.date
    source: str
    periods: int = 1


@dataclass(frozen=True, kw_only=True)
class Event:
    """An entry of a user's calendar; states empty where it concerns every pair."""

    date: dt.date
    what: str
    states: tuple[str, ...] = ()
    kind: str = "other"
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Review:
    """Two states between two days: since (not in it) and until (in it). ahead: the last day of the look-ahead.

    undated: measures with values of the two whose day of publication nobody says, which no window can hold.
    """

    a: str
    b: str
    since: dt.date
    until: dt.date
    ahead: dt.date
    new: tuple[New, ...]
    revised: tuple[Revised, ...]
    missing: tuple[Expected, ...]
    broken: tuple[Initiative, ...]
    due: tuple[Initiative, ...]
    came: tuple[Outcome, ...]
    coming_values: tuple[Expected, ...]
    coming_due: tuple[Initiative, ...]
    coming_forecasts: tuple[Outcome, ...]
    events: tuple[Event, ...]
    undated: tuple[str, ...]
    vintages: str


def review(
    holdings: Holdings, a: str, b: str, *, since: dt.date, until: dt.date, calendar: tuple[Event, ...] = (), months: int = 6
) -> Review:  # fmt: skip
    """What became known of two states after `since` and up to `until`, and what is ahead for some months.

    Raises UsageError where `until` is not after `since`.
    """
    if until <= since:
        raise UsageError(f"--since {since} is not before {until}; a review looks at what came after the first day")
    from comity.analysis import forecast_register

    end = add_months(until, months)
    lately: dict[str, list[vintages.Change]] = {}
    for change in vintages.changes(holdings.home):
        if since.isoformat() < change.built[:10] <= until.isoformat():
            lately.setdefault(change.name, []).append(change)
    new: list[New] = []
    missing: list[Expected] = []
    coming: list[Expected] = []
    revised: list[Revised] = []
    undated: list[str] = []
    for declared, one, other in _ways(holdings, a, b):
        full = declared.name
        table, _ = vintages.as_held(holdings, full, selection.select(holdings, declared, full, dyad=(one, other)).rows, until)
        rows = [r for r in table.to_pylist() if r["value"] is not None and not r["source"].endswith(":unverified")]
        if not rows:
            continue
        if all(r["published"] is None for r in rows):
            undated.append(declared.title)
        revised += _revised(holdings, declared, lately.get(full, []), one, other)
        if declared.constant:
            continue
        if (found := _new(holdings, declared, rows, lately.get(full, []), since, until)) is not None:
            new.append(found)
        awaited = list(_expected(declared, rows, end))
        if late := [e for e in awaited if since < e.day <= until]:
            missing.append(replace(late[0], periods=len(late)))
        coming += [e for e in awaited if e.day > until][:1]
    undertaken = [i for i in initiatives.register(holdings, (a, b), home=holdings.home) if i.verified]
    outcomes = [o for o in forecast_register.score(holdings) if {o.entry.a, o.entry.b} == {a, b}]
    return Review(
        a=a, b=b, since=since, until=until, ahead=end, new=tuple(sorted(new, key=lambda x: (x.published or dt.date.min, x.measure), reverse=True)),
        revised=tuple(revised), missing=tuple(missing),
        broken=tuple(i for i in undertaken if i.status == "stalled" or (i.status == "ended" and i.end is not None and since < i.end <= until)),
        due=tuple(i for i in undertaken if i.due is not None and since < i.due <= until),
        came=tuple(o for o in outcomes if o.outcome is not None and _public(holdings, o, since, until)),
        coming_values=tuple(sorted(coming, key=lambda e: (e.day, e.measure))),
        coming_due=tuple(i for i in undertaken if i.due is not None and until < i.due <= end and i.status not in CLOSED),
        coming_forecasts=tuple(o for o in outcomes if o.outcome is None and o.entry.said <= until),
        events=tuple(e for e in calendar if until < e.date <= end and (not e.states or {a, b} & set(e.states))),
        undated=tuple(dict.fromkeys(undated)), vintages=_held(holdings, [c for found in lately.values() for c in found]),
    )  # fmt: skip


def read_calendar(path: Path) -> tuple[Event, ...]:
    """The entries of a calendar file, `[[event]]` tables with date, what, states, kind and url, by day.

    Raises BadDataError with all that is wrong in it at once, UsageError where there is no such file.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(MOST + 1)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}") from None
    if len(data) > MOST:
        raise BadDataError(f"{path}: more than {MOST:,} bytes; a calendar lists days")
    try:
        root = form.toml(data.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise BadDataError(f"{path}: no TOML: {error}") from None
    issues = Issues()
    whole = Fields(root, "the file", issues)
    whole.only(("event",), "table")
    events = []
    for number, table in enumerate(whole.tables("event"), 1):
        f = Fields(table, f"[[event]] {number}", issues)
        f.only(EVENT_KEYS)
        f.need("date", "what")
        date, what = f.date("date"), f.text("what")
        kind = f.choice("kind", EVENT_KINDS, "bad-kind") or "other"
        codes = []
        for name in f.words("states"):
            try:
                codes.append(states.find(name).code)
            except UsageError as error:
                f.error("unknown-state", str(error))
        if date is not None and what:
            events.append(Event(date=date, what=what, states=tuple(codes), kind=kind, url=f.text("url") or ""))
    if issues.errors:
        raise BadDataError(f"{path}: " + "; ".join(f"{i.where}: {i.message}" for i in issues.errors[:12]))
    return tuple(sorted(events, key=lambda e: (e.date, e.what)))


def _ways(holdings: Holdings, a: str, b: str) -> Iterator[tuple[Measure, str, str]]:
    for declared in measures.load().values():
        if declared.of == "dyad" and holdings.has("series", declared.name):
            if declared.symmetric:
                yield declared, min(a, b), max(a, b)
            else:
                yield declared, a, b
                yield declared, b, a


def _new(
    holdings: Holdings, declared: Measure, rows: list[dict[str, Any]], lately: list[vintages.Change], since: dt.date, until: dt.date
) -> New | None:  # fmt: skip
    known = [r for r in rows if r["published"] is not None and r["published"] <= until]
    fresh = [r for r in known if r["published"] > since]
    arrived = False
    if not fresh:
        here = _arrived(holdings, lately)
        fresh = [r for r in known if (r["a"], r["b"], r["start"]) in here]
        arrived = True
    if not fresh:
        return None
    last = max(fresh, key=lambda r: r["start"])
    earlier = [r for r in known if r["start"] < last["start"]]
    before = max(earlier, key=lambda r: r["start"], default=None)
    seam = before is not None and _base(before["source"]) != _base(last["source"])
    few = last["n"] is not None and last["n"] < FEW and declared.bounds[1] is not None
    record, start = ("", None) if seam or few else _record(last, earlier)
    return New(
        measure=declared.name, title=declared.title, unit=declared.unit, period=declared.period, a=last["a"], b=last["b"], start=last["start"],
        value=last["value"], n=last["n"], se=last["se"], source=last["source"], published=last["published"],
        before=before["value"] if before else None, before_start=before["start"] if before else None, periods=len(fresh), record=record, since=start,
        seam=seam, few=few, arrived=arrived,
    )  # fmt: skip


def _base(source: str) -> str:
    """A row's source without whose report it is."""
    return "+".join(sorted({part.partition(":")[0] for part in source.split("+")}))


def _record(last: dict[str, Any], earlier: list[dict[str, Any]]) -> tuple[str, int | None]:
    """Whether the last value is above, or below, all of five or more before it, and the year from which."""
    if len(earlier) < 5:
        return "", None
    values = [r["value"] for r in earlier]
    word = "highest" if last["value"] > max(values) else "lowest" if last["value"] < min(values) else ""
    return word, min(r["start"].year for r in earlier) if word else None


def _expected(declared: Measure, rows: list[dict[str, Any]], end: dt.date) -> Iterator[Expected]:
    """The periods after the last that is held, with the day on which the source of the last usually has them public."""
    step = STEPS.get(declared.period)
    last = max(rows, key=lambda r: r["start"])
    start = last["start"]
    while step is not None:
        start = add_months(start, step)
        try:
            day = build.first_public_of(last["source"], start, declared)
        except UsageError:
            return
        if day is None or day > end or start.year > last["start"].year + 3:
            return
        yield Expected(measure=declared.name, title=declared.title, period=declared.period, a=last["a"], b=last["b"], start=start, day=day,
                       source=last["source"])  # fmt: skip


def _arrived(holdings: Holdings, lately: list[vintages.Change]) -> set[tuple[str, str, dt.date]]:
    out = set()
    for change in lately:
        out |= {(r["a"], r["b"], r["start"]) for r in vintages.moved(holdings.home, change) if r["change"] == "new"}
    return out


def _revised(holdings: Holdings, declared: Measure, lately: list[vintages.Change], a: str, b: str) -> list[Revised]:
    out = []
    for change in lately:
        for r in vintages.moved(holdings.home, change):
            if (r["a"], r["b"]) == (a, b) and r["change"] != "new" and r["value"] != r["value_after"]:
                out.append(Revised(
                    measure=declared.name, title=declared.title, unit=declared.unit, period=declared.period, a=a, b=b, start=r["start"],
                    before=r["value"], after=r["value_after"], source=r["source_after"] or r["source"],
                    built=dt.date.fromisoformat(change.built[:10]), cause=change.cause,
                ))  # fmt: skip
    return out


def _public(holdings: Holdings, outcome: Outcome, since: dt.date, until: dt.date) -> bool:
    """Whether the value that a forecast was of became public in the window."""
    e = outcome.entry
    declared = measures.get(e.measure)
    rows = selection.select(holdings, declared, e.measure, dyad=(e.a, e.b), start=e.start.year, stop=e.start.year).rows.to_pylist()
    day = next((r["published"] for r in rows if r["start"] == e.start), None)
    return since < (day or period_end(e.start, declared.period)) <= until


def _held(holdings: Holdings, found: list[vintages.Change]) -> str:
    """What the store can say of revisions in the window."""
    if found:
        return f"{len(found)} changes of Series in {len({c.built[:10] for c in found})} builds"
    builds = [holdings.row(k, n).built for (k, n), (layer, _) in holdings.shelf.items() if k == "series" and layer == "store"]
    if not builds:
        return "only the packaged Series are held: earlier vintages are not, so that revisions cannot be seen"
    return f"no Series changed in the window; the store's Series are of {min(builds)[:10]} to {max(builds)[:10]}"

