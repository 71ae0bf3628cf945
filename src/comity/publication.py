"""When a value was first public, where a source came out in editions: hand-coded data are released years after what they tell of."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from comity import core
from comity.core import Period, Published, UsageError, period_end


@dataclass(frozen=True, kw_only=True)
class Released(Published):
    """Public with the edition that first held the year; years after the last edition named follow by the lag, or are unknown without one.

    editions: (last year that the edition holds, a day on which it was certainly out), in order. Where only the year of a release or of the
    paper that describes it is known, the day is the last of that year; an edition left out makes a value look younger, never older.
    """

    editions: tuple[tuple[int, dt.date], ...]

    def __post_init__(self) -> None:
        if not self.editions or any(x[0] >= y[0] or x[1] >= y[1] for x, y in zip(self.editions, self.editions[1:], strict=False)):
            raise UsageError(f"editions {self.editions!r:.80} must be named in order, each with a later year and a later day than the one before")


def out(*editions: tuple[int, int]) -> tuple[tuple[int, dt.date], ...]:
    """Editions as (last year that it holds, year of its release), each certainly out by the last day of that year."""
    return tuple((last, dt.date(year, 12, 31)) for last, year in editions)


def first_public(start: dt.date, period: Period, rule: Published) -> dt.date | None:
    """The day on which the value of the period that begins on `start` is first public, or None if unknown or told by the data."""
    if isinstance(rule, Released):
        year = period_end(start, period).year
        day = next((day for last, day in rule.editions if year <= last), None)
        if day is not None or not (rule.months or rule.days):
            return day
    return core.first_public(start, period, rule)


def silence_public(start: dt.date, period: Period, rule: Published) -> dt.date | None:
    """The day on which a source's silence on a period is known: as its values, at the period's end where the data tell their own days."""
    return first_public(start, period, rule) or (period_end(start, period) if rule.in_data else None)


def words(rule: Published) -> str:
    """A rule of publication in words: `6 months after the period`, `to 2001 by 2016-12-31, to 2010 by 2018-12-31`."""
    if rule.in_data:
        return "dated in the data"
    if rule.unknown:
        return "unknown"
    lag = [f"{rule.months} months"] * bool(rule.months) + [f"{rule.days} days"] * bool(rule.days)
    after = " and ".join(lag or ["0 days"]) + " after the period"
    if not isinstance(rule, Released):
        return after
    return ", ".join(f"to {last} by {day}" for last, day in rule.editions) + (f", later years {after}" if lag else "")
