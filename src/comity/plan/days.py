"""Working time: real time counted in days since a start, and the working days of a calendar in it.

Time t is a number of days since 00:00 of the start; part of a day counts in part. Working time w is the number of working days
between 0 and t, negative before 0.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from comity.core import BadDataError

Times = npt.NDArray[np.float64]
Works = Callable[[int, int], npt.NDArray[np.bool_]]
"""For the first and the last (excluded) day, as proleptic ordinals: which days are worked."""
SNAP = 1e-7
"""Working time nearer to a whole number than this is that number: sums of parts of days are exact to about 1e-12."""
SHOWN = 1e-6
FIRST_SPAN = 1100
LAST_DAY = dt.date.max.toordinal()


@dataclass(eq=False)
class Calendar:
    """The working days of one calendar around a start; the table grows as far as it is asked.

    name: as the file calls it. start: the ordinal of day 0. works: which days of a span are worked. `always`: every day is.
    """

    name: str
    start: int
    works: Works
    always: bool = False
    _first: int = field(default=0, init=False)
    _worked: Any = field(default=None, init=False)
    _before: Any = field(default=None, init=False)
    _days: Any = field(default=None, init=False)

    def __post_init__(self) -> None:
        if not self.always:
            self._fill(-FIRST_SPAN // 3, FIRST_SPAN)

    def work(self, t: Times) -> Times:
        """Working days between 0 and t."""
        if self.always:
            return t
        self._reach(float(t.min(initial=0)), float(t.max(initial=0)))
        day = np.floor(t).astype(np.int64)
        place = day - self._first
        out: Times = self._before[place] + (t - day) * self._worked[place]
        return out

    def opening(self, w: Times) -> Times:
        """The latest t at which w working days have passed: the opening of the next working day where w is whole."""
        if self.always:
            return w
        w = _snapped(w)
        whole = np.floor(w)
        return self._at(whole.astype(np.int64), w - whole)

    def close(self, w: Times) -> Times:
        """The earliest t at which w working days have passed: the close of the last of them where w is whole."""
        if self.always:
            return w
        w = _snapped(w)
        whole = np.ceil(w) - 1
        return self._at(whole.astype(np.int64), w - whole)

    def _at(self, number: npt.NDArray[np.int64], part: Times) -> Times:
        self._span(int(number.min(initial=0)), int(number.max(initial=0)))
        place = number - int(self._before[0])
        out: Times = self._days[place] + part
        return out

    def _fill(self, first: int, stop: int) -> None:
        first, stop = max(first, 1 - self.start), min(stop, LAST_DAY + 1 - self.start)
        worked = self.works(self.start + first, self.start + stop)
        passed: npt.NDArray[np.float64] = np.cumsum(worked) - worked
        self._first, self._worked = first, worked
        self._before = (passed - passed[-first]).astype(np.int64)
        self._days = np.flatnonzero(worked).astype(np.float64) + first

    def _reach(self, low: float, high: float) -> None:
        while low < self._first or high >= self._first + len(self._worked):
            self._grow(low < self._first)

    def _span(self, low: int, high: int) -> None:
        while low < self._before[0] or high - self._before[0] >= len(self._days):
            self._grow(low < self._before[0])

    def _grow(self, back: bool) -> None:
        first, length = self._first, len(self._worked)
        at_end = first <= 1 - self.start if back else first + length > LAST_DAY - self.start
        if at_end:
            raise BadDataError(f"calendar {self.name}: the plan leaves the years 1 to 9999; give shorter durations")
        self._fill(first - length if back else first, first + length + (0 if back else length))


def everyday(name: str, start: int) -> Calendar:
    """The calendar in which each day is worked."""
    return Calendar(name=name, start=start, works=lambda a, b: np.ones(b - a, bool), always=True)


def start_day(t: float) -> int:
    """The number of the day on which something that starts at t starts."""
    return math.floor(t + SHOWN)


def finish_day(t: float) -> int:
    """The number of the last day worked of something that finishes at t; at 0 it is the first day."""
    return max(math.ceil(t - SHOWN) - 1, 0) if abs(t) <= SHOWN else math.ceil(t - SHOWN) - 1


def _snapped(w: Times) -> Times:
    near = np.rint(w)
    return np.where(np.abs(w - near) < SNAP, near, w)
