"""What a roadmap file says, as plain values: items, links, initiatives, events, witnesses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from comity.models.form import Issue
from comity.plan.durations import Duration
from comity.plan.working_days import Custom

LinkKind = Literal["FS", "SS", "FF", "SF"]
Basis = Literal["mean", "mode"]
Condition = Literal["at_least", "at_most", "within"]
ItemType = Literal["task", "milestone"]
InitiativeKind = Literal["exchange", "joint"]
MoneySort = Literal["cost", "funding", "benefit"]


@dataclass(frozen=True, kw_only=True)
class Link:
    """An item waits for another: `lag` in working days of the item that waits, or in elapsed days."""

    to: str
    kind: LinkKind = "FS"
    lag: float = 0.0
    elapsed: bool = False


@dataclass(frozen=True, kw_only=True)
class Witness:
    """The measure that shows that a milestone came true: its condition, thresholds (one, or two for within), and by when."""

    measure: str
    a: str
    b: str
    dyad: bool
    condition: Condition
    thresholds: tuple[float, ...]
    by: dt.date

    def holds(self, value: float) -> bool:
        """Whether a value satisfies the condition."""
        if self.condition == "within":
            return self.thresholds[0] <= value <= self.thresholds[1]
        return value >= self.thresholds[0] if self.condition == "at_least" else value <= self.thresholds[0]


@dataclass(frozen=True, kw_only=True)
class Item:
    """A task or a milestone. `duration` and what is of progress are a task's, `witness` is a milestone's; `actual_finish` is of both."""

    id: str
    name: str
    type: ItemType
    initiative: str | None = None
    owners: tuple[str, ...] = ()
    calendar: str = "states"
    links: tuple[Link, ...] = ()
    not_before: dt.date | None = None
    deadline: dt.date | None = None
    duration: Duration | None = None
    percent: float | None = None
    remaining: Duration | None = None
    actual_start: dt.date | None = None
    actual_finish: dt.date | None = None
    witness: Witness | None = None

    @property
    def where(self) -> str:
        return f"{self.type} {self.id}"

    @property
    def finished(self) -> bool:
        return self.actual_finish is not None

    @property
    def started(self) -> bool:
        """Whether it is under way: begun and not finished."""
        return self.actual_start is not None and not self.finished


@dataclass(frozen=True, kw_only=True)
class Event:
    """A risk: with this probability one delay is drawn and added to each of its tasks."""

    id: str
    name: str
    probability: float
    delay: Duration
    tasks: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Money:
    """What an initiative costs, what is provided for it, or what it brings to one side in a year."""

    sort: MoneySort
    side: str
    year: int
    amount: float
    currency: str


@dataclass(frozen=True, kw_only=True)
class Initiative:
    """What tasks are done for; `evidence` by key of the ladder."""

    id: str
    name: str
    kind: InitiativeKind
    outcome: str | None = None
    owners: tuple[str, ...] = ()
    because: str | None = None
    evidence: dict[str, tuple[str, ...]] = field(default_factory=dict)
    money: tuple[Money, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Owner:
    """An organisation that acts for a state."""

    id: str
    name: str
    state: str
    capacity: int | None = None


@dataclass(frozen=True, kw_only=True)
class RiskSettings:
    """Draws, seed, shares of the common factors, and the probability below which a milestone is at risk."""

    iterations: int = 10_000
    seed: int = 1
    all: float = 0.0
    initiative: float = 0.0
    owner: float = 0.0
    at_risk: float = 0.8


@dataclass(frozen=True, kw_only=True)
class Roadmap:
    """One roadmap file that keeps all its promises, with the warnings of reading it."""

    name: str
    states: tuple[str, ...]
    start: dt.date
    data_date: dt.date | None = None
    calendar: str = "states"
    basis: Basis = "mean"
    risk: RiskSettings = RiskSettings()
    calendars: dict[str, Custom] = field(default_factory=dict)
    owners: dict[str, Owner] = field(default_factory=dict)
    initiatives: tuple[Initiative, ...] = ()
    tasks: tuple[Item, ...] = ()
    milestones: tuple[Item, ...] = ()
    events: tuple[Event, ...] = ()
    warnings: tuple[Issue, ...] = ()

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Tasks, then milestones, in the order of the file."""
        return (*self.tasks, *self.milestones)

    @cached_property
    def place(self) -> dict[str, int]:
        """Where each item stands in `items`."""
        return {item.id: i for i, item in enumerate(self.items)}

    def states_of(self, owners: Iterable[str]) -> tuple[str, ...]:
        """The states that own, or for which the owners act, each once."""
        return tuple(dict.fromkeys(self.owners[o].state if o in self.owners else o for o in owners))

    def owner_name(self, owner: str) -> str:
        return self.owners[owner].name if owner in self.owners else owner

    def day(self, date: dt.date) -> int:
        """How many days a date is after the start."""
        return (date - self.start).days

    def date(self, day: int) -> dt.date:
        """The date so many days after the start."""
        return self.start + dt.timedelta(days=day)


def as_dict(issue: Issue, *, hint: bool = False) -> dict[str, Any]:
    """An issue as the JSON outputs have it."""
    out = {"code": issue.code, "where": issue.where, "message": issue.message}
    return {**out, "hint": issue.hint} if hint else out
