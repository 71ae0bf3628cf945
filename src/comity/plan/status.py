"""Where each milestone stands: what its witness shows, or what its dates and its probability say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from comity import percents
from comity.core import Period, add_months, period_end, period_start
from comity.plan.risk import Risk
from comity.plan.roadmap import Item, Witness
from comity.plan.schedule import Schedule, number

State = Literal[
    "met", "lapsed", "met-late", "missed", "awaiting-data", "on-track", "at-risk", "unknown", "done", "done-late", "late"
]  # fmt: skip
WORDS: dict[State, str] = {
    "met": "met", "lapsed": "lapsed", "met-late": "met late", "missed": "missed", "awaiting-data": "awaiting data", "on-track": "on track",
    "at-risk": "at risk", "unknown": "unknown", "done": "done", "done-late": "done late", "late": "late",
}  # fmt: skip
BAD: frozenset[State] = frozenset({"lapsed", "met-late", "missed", "at-risk", "late", "done-late"})
LINE, FEWEST = 5, 3
"""Periods through which the line is drawn, and the fewest that allow one."""


@dataclass(frozen=True, kw_only=True)
class Observed:
    """One value of a witness's measure."""

    start: dt.date
    value: float
    source: str
    published: dt.date | None


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What is held of a witness's measure by the day asked for, in order of time; `lacking` says which source would have it."""

    period: Period
    rows: tuple[Observed, ...]
    lacking: str


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A witness against its evidence."""

    state: State
    why: str
    reached: Observed | None = None
    last: Observed | None = None
    projected: float | None = None


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One milestone's state, and what its schedule says."""

    item: Item
    state: State
    why: str
    finish: dt.date
    margin: float | None
    p_on_time: float | None
    judged: Judged | None


def last_period(by: dt.date, period: Period) -> dt.date:
    """The start of the last period that ends on or before a day."""
    start = period_start(by, period)
    if period_end(start, period) <= by:
        return start
    return period_start(start - dt.timedelta(days=1), period)


def position(start: dt.date, period: Period) -> float:
    """Where a period stands on a line of equal steps: days of daily values, else months."""
    return float(start.toordinal() if period == "day" else start.year * 12 + start.month)


def projected(rows: Sequence[Observed], period: Period, at: dt.date) -> float | None:
    """The least-squares line through the last five observed periods, at another period; None with fewer than three."""
    recent = rows[-LINE:]
    if len(recent) < FEWEST:
        return None
    x = np.array([position(r.start, period) for r in recent])
    y = np.array([r.value for r in recent])
    slope = float(((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum())
    return float(y.mean() + slope * (position(at, period) - x.mean()))


def judge(witness: Witness, found: Evidence, as_of: dt.date | None) -> Judged:
    """The state of a witness. as_of None: the day after which nothing is known is the last observed period's end."""
    rows, period = found.rows, found.period
    if not rows:
        return Judged(state="unknown", why=f"no observation: {found.lacking}")
    last = rows[-1]
    today = as_of or period_end(last.start, period)
    reached = next((r for r in rows if witness.holds(r.value)), None)
    target = last_period(witness.by, period)
    now = f"the last value is {written(last.value)} ({name(last.start, period)})"
    if reached is not None:
        when = f"reached in {name(reached.start, period)} ({written(reached.value)})"
        if period_end(reached.start, period) > witness.by:
            return Judged(state="met-late", why=f"{when}, after {witness.by}", reached=reached, last=last)
        if witness.holds(last.value):
            return Judged(state="met", why=f"{when}; {now}", reached=reached, last=last)
        return Judged(state="lapsed", why=f"{when}, but {now}", reached=reached, last=last)
    if last.start >= target:
        return Judged(state="missed", why=f"not reached by {name(target, period)}; {now}", last=last)
    if witness.by < today:
        return Judged(state="awaiting-data", why=f"{name(target, period)} is not published yet; {now}; {found.lacking}", last=last)
    line = projected(rows, period, target)
    if line is None:
        why = f"{len(rows)} observation{'s' if len(rows) > 1 else ''}, and a line takes {FEWEST}; {now}; {found.lacking}"
        return Judged(state="unknown", why=why, last=last)
    holds = witness.holds(line)
    why = f"a line through the last {min(len(rows), LINE)} periods gives {written(line)} in {name(target, period)}; {now}"
    return Judged(state="on-track" if holds else "at-risk", why=why, last=last, projected=line)


def written(value: float) -> str:
    """A value inside a sentence: 14,677,500,000 or 0.665, never 1.5e+10."""
    return f"{value:,.0f}" if abs(value) >= 100_000 else f"{value:,.6g}"


def name(start: dt.date, period: Period) -> str:
    """A period in words."""
    if period == "year":
        return str(start.year)
    if period == "quarter":
        return f"{start.year}-Q{(start.month + 2) // 3}"
    if period == "session":
        return f"session {start.year - 1945} (from {start:%Y-%m})"
    return f"{start:%Y-%m}" if period == "month" else str(start)


def standing(item: Item, plan: Schedule, probability: float | None, judged: Judged | None, at_risk: float) -> Standing:
    """The state of a milestone, by its witness where it has one, else by its dates."""
    row = plan.rows[plan.roadmap.place[item.id]]
    finish, deadline = plan.done(row.ef), item.deadline
    state: State = "on-track"
    why = f"expected on {finish}"
    if judged is not None:
        state, why = judged.state, judged.why
    elif item.actual_finish is not None:
        late = deadline is not None and item.actual_finish > deadline
        state, why = ("done-late" if late else "done"), f"reached on {item.actual_finish}" + (f", after {deadline}" if late else "")
    elif deadline is not None and plan.roadmap.data_date is not None and deadline < plan.roadmap.data_date:
        state, why = "late", f"its deadline {deadline} has passed; {why}"
    elif row.margin is not None and row.margin < -1e-6:
        state, why = "at-risk", f"{why}, {-row.margin:g} working days after its deadline {deadline}"
    elif probability is not None and probability < at_risk:
        state, why = "at-risk", f"{why}, but on time in {percents.of(probability)} of the draws only"
    elif probability is not None:
        why = f"{why}; on time in {percents.of(probability)} of the draws"
    return Standing(item=item, state=state, why=why, finish=finish, margin=row.margin, p_on_time=probability, judged=judged)


@dataclass(frozen=True, kw_only=True)
class Status:
    """All milestones' states on a day."""

    as_of: dt.date | None
    milestones: tuple[Standing, ...]


def status(plan: Schedule, risk: Risk, evidence: Callable[[Witness], Evidence], as_of: dt.date | None) -> Status:
    """Where each milestone stands, with what `evidence` gives of each witness.

    Without `as_of` it is the data date, else the end of the last period observed by any witness.
    """
    road = plan.roadmap
    found = {m.id: evidence(m.witness) for m in road.milestones if m.witness is not None}
    ends = [period_end(e.rows[-1].start, e.period) for e in found.values() if e.rows]
    day = as_of or road.data_date or max(ends, default=None)
    chances = {m.item.id: m.p_on_time for m in risk.milestones}
    out = []
    for item in road.milestones:
        judged = judge(item.witness, found[item.id], day) if item.witness is not None else None
        out.append(standing(item, plan, chances[item.id], judged, road.risk.at_risk))
    return Status(as_of=day, milestones=tuple(out))


def to_dict(found: Status) -> dict[str, Any]:
    """The status as `comity plan status --format json` gives it."""
    return {"as_of": _date(found.as_of), "milestones": [_standing(s) for s in found.milestones]}


def _standing(s: Standing) -> dict[str, Any]:
    schedule = {"finish": str(s.finish), "margin": number(s.margin), "p_on_time": number(s.p_on_time)}
    return {
        "id": s.item.id, "name": s.item.name, "state": s.state, "why": s.why, "deadline": _date(s.item.deadline), "schedule": schedule,
        "witness": None if s.item.witness is None or s.judged is None else _witness(s.item.witness, s.judged),
    }  # fmt: skip


def _witness(w: Witness, judged: Judged) -> dict[str, Any]:
    reached, last = judged.reached, judged.last
    return {
        "measure": w.measure, "a": w.a, "b": w.b, "condition": w.condition,
        "threshold": w.thresholds[0] if len(w.thresholds) == 1 else list(w.thresholds), "by": str(w.by),
        "reached": None if reached is None else {"start": str(reached.start), "value": reached.value},
        "last": None if last is None else {
            "start": str(last.start), "value": last.value, "source": last.source, "published": _date(last.published)
        },
        "projected": number(judged.projected),
    }  # fmt: skip


def _date(day: dt.date | None) -> str | None:
    return None if day is None else str(day)


def after(start: dt.date, period: Period, steps: int) -> dt.date:
    """The start of the period so many periods later."""
    if period == "day":
        return start + dt.timedelta(days=steps)
    return add_months(start, steps * {"month": 1, "quarter": 3}.get(period, 12))
