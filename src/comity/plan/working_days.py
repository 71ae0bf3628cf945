"""Which days are worked: weekdays, states' public holidays by the package `holidays`, and days closed or opened by a roadmap."""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from comity import extras, states
from comity.core import NotHeldError, UsageError
from comity.plan.days import Calendar, everyday

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEK = frozenset(range(5))
HORIZON = 150
"""Years after the start for which holidays are looked up; later days are Monday to Friday."""


def _named(state: str) -> str:
    """A state's name as one word, "" where the code is none."""
    try:
        return "".join(c for c in states.get(state).name.casefold() if c.isalpha())
    except UsageError:
        return ""


@dataclass(frozen=True, kw_only=True)
class Custom:
    """A calendar of a roadmap: weekdays worked (0 Monday), states whose holidays are kept, days closed, and days worked all the same."""

    week: frozenset[int] = WEEK
    holidays: tuple[str, ...] = ()
    closed: tuple[tuple[dt.date, dt.date], ...] = ()
    open: tuple[dt.date, ...] = ()


class Holidays:
    """The public holidays and working weekends of states, by year; `lacking` holds what the package could not tell.

    Raises NotHeldError where the package is not installed.
    """

    def __init__(self, start: dt.date) -> None:
        self.package = _package()
        self.last = start.year + HORIZON
        self.lacking: dict[tuple[str, int], str] = {}
        self.asked = False
        self._supported = frozenset(self.package.list_supported_countries())
        self._named = {name.casefold(): code for name, code in self._entities() if code in self._supported}
        self._states: dict[str, Any] = {}
        self._years: dict[tuple[str, int, bool], npt.NDArray[np.bool_]] = {}

    @property
    def version(self) -> str | None:
        """The version of the package, where a calendar asked it."""
        return str(self.package.__version__) if self.asked else None

    def working(self, state: str, first: int, stop: int) -> npt.NDArray[np.bool_]:
        """Which days of a span a state works by its own weekends, holidays and days worked in lieu."""
        return self._span(state, first, stop, own=True)

    def free(self, state: str, first: int, stop: int) -> npt.NDArray[np.bool_]:
        """Which days of a span are public holidays of a state."""
        return self._span(state, first, stop, own=False)

    def _span(self, state: str, first: int, stop: int, *, own: bool) -> npt.NDArray[np.bool_]:
        years = range(dt.date.fromordinal(first).year, dt.date.fromordinal(stop - 1).year + 1)
        parts = np.concatenate([self._year(state, year, own) for year in years])
        offset = first - dt.date(years[0], 1, 1).toordinal()
        return parts[offset : offset + stop - first]

    def _year(self, state: str, year: int, own: bool) -> npt.NDArray[np.bool_]:
        key = (state, year, own)
        if key not in self._years:
            begin = dt.date(year, 1, 1)
            length = 366 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 365
            held = self._held(state, year)
            if held is None:
                plain = weekdays(begin.toordinal(), begin.toordinal() + length, WEEK)
                self._years[key] = plain if own else np.zeros(length, bool)
            else:
                days = [begin + dt.timedelta(days=i) for i in range(length)]
                self._years[key] = np.array([held.is_working_day(d) if own else d in held for d in days], bool)
        return self._years[key]

    def _entities(self) -> list[tuple[str, str]]:
        """The package's names of states with its first code of each: its three letters are not ISO's for all (Morocco is MOR)."""
        import holidays.registry

        return [(str(entry[0]), str(entry[1])) for entry in holidays.registry.COUNTRIES.values()]

    def _held(self, state: str, year: int) -> Any:
        self.asked = True
        code = state if state in self._supported else self._named.get(_named(state), "")
        if not code:
            self.lacking.setdefault((state, 0), f"the package holidays does not know {state}")
            return None
        if year > self.last or year < self.last - 2 * HORIZON:
            return None
        if state not in self._states:
            self._states[state] = self.package.country_holidays(code)
        calendar = self._states[state]
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                if not calendar.start_year <= year <= calendar.end_year:
                    raise UserWarning(f"{calendar.start_year} to {calendar.end_year} only")
                dt.date(year, 6, 3) in calendar  # noqa: B015
            except UserWarning:
                self.lacking.setdefault((state, year), f"the package holidays has no public holidays of {state} for {year}")
                return None
        return calendar


def _package() -> Any:
    try:
        import holidays
    except ImportError:
        raise NotHeldError(extras.needs("a calendar of states' public holidays", "holidays")) from None
    return holidays


def weekdays(first: int, stop: int, week: Iterable[int]) -> npt.NDArray[np.bool_]:
    """Which days of a span, as ordinals, fall on these weekdays (0 Monday)."""
    worked = np.zeros(7, bool)
    worked[list(week)] = True
    return worked[(np.arange(first, stop) + 6) % 7]


def custom(own: Custom, holidays: Holidays | None, first: int, stop: int) -> npt.NDArray[np.bool_]:
    """Which days of a span a roadmap's own calendar works: the week less holidays and closed days, then its open days."""
    out = weekdays(first, stop, own.week)
    for state in own.holidays:
        assert holidays is not None
        out &= ~holidays.free(state, first, stop)
    for begin, end in own.closed:
        a, b = begin.toordinal() - first, end.toordinal() + 1 - first
        if b > 0:
            out[max(a, 0) : b] = False
    for day in own.open:
        if first <= day.toordinal() < stop:
            out[day.toordinal() - first] = True
    return out


class Shelf:
    """The calendars of one roadmap, made as they are asked for and shared by all items that use them."""

    def __init__(self, start: dt.date, own: dict[str, Custom]) -> None:
        self.start, self.own = start, own
        self._holidays: Holidays | None = None
        self._calendars: dict[tuple[str, ...], Calendar] = {}

    @property
    def holidays(self) -> Holidays:
        if self._holidays is None:
            self._holidays = Holidays(self.start)
        return self._holidays

    @property
    def version(self) -> str | None:
        """The version of the package of holidays that was asked; None where none was."""
        return self._holidays.version if self._holidays is not None else None

    @property
    def lacking(self) -> dict[tuple[str, int], str]:
        """What the package could not tell, by state and year (0: of no year)."""
        return dict(sorted(self._holidays.lacking.items())) if self._holidays is not None else {}

    def get(self, name: str, states: Iterable[str]) -> Calendar:
        """The calendar of this name; "states" is that of all these states together."""
        key = ("states", *sorted(set(states))) if name == "states" else (name,)
        if key not in self._calendars:
            self._calendars[key] = self._make(name, key[1:])
        return self._calendars[key]

    def _make(self, name: str, states: tuple[str, ...]) -> Calendar:
        first = self.start.toordinal()
        if name == "all-days":
            return everyday(name, first)
        if name == "weekdays":
            return Calendar(name, first, lambda a, b: weekdays(a, b, WEEK))
        if name != "states":
            return Calendar(name, first, lambda a, b: self._own(name, a, b))
        return Calendar(name, first, lambda a, b: np.logical_and.reduce([self._state(s, a, b) for s in states]))

    def _own(self, name: str, first: int, stop: int) -> npt.NDArray[np.bool_]:
        own = self.own[name]
        return custom(own, self.holidays if own.holidays else None, first, stop)

    def _state(self, state: str, first: int, stop: int) -> npt.NDArray[np.bool_]:
        return self._own(state, first, stop) if state in self.own else self.holidays.working(state, first, stop)
