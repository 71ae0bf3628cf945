"""The record of the General Assembly as arrays: resolutions by date, and every member's vote on each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from comity.core import UsageError
from comity.models import align_titles

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Ints = NDArray[np.int64]

YES, ABSTAIN, NO, ABSENT, NO_MEMBER = 1, 2, 3, 0, -1


@dataclass(frozen=True, kw_only=True)
class Record:
    """Resolutions in order of date and the votes on them.

    votes[items, seats]: 1 yes, 2 abstain, 3 no, 0 a member that did not vote, -1 none. days[items]: days since 1970-01-01. titles and agendas as
    the library has them. seats: codes of seats at the United Nations.
    """

    seats: tuple[str, ...]
    keys: Ints
    days: Ints
    titles: tuple[str, ...]
    agendas: tuple[str, ...]
    votes: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.keys)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The normalised title of each resolution."""
        return tuple(align_titles.normalised(t) for t in self.titles)

    @cached_property
    def headings(self) -> tuple[tuple[str, ...], ...]:
        """The agenda headings of each resolution."""
        return tuple(align_titles.agenda_items(a) for a in self.agendas)

    @cached_property
    def sessions(self) -> Ints:
        """The year of the 1 September on or before each resolution's day: special and emergency sessions stand inside."""
        return session_of(self.days)

    def before(self, day: int) -> Record:
        """The resolutions dated before a day, as a record of their own."""
        n = int(np.searchsorted(self.days, day, side="left"))
        return replace(
            self, keys=self.keys[:n], days=self.days[:n], titles=self.titles[:n], agendas=self.agendas[:n], votes=self.votes[:n]
        )  # fmt: skip


def record(keys: ArrayLike, days: ArrayLike, titles: Sequence[str | None], agendas: Sequence[str | None], cast: Any) -> Record:
    """A record of resolutions in any order and of `cast`, three columns (key, seat, vote) of the votes on them.

    Raises UsageError for votes on unlisted resolutions or resolutions listed twice.
    """
    ids, when = np.asarray(keys, dtype=np.int64), np.asarray(days, dtype=np.int64)
    order = np.lexsort((ids, when))
    ids, when = ids[order], when[order]
    if len(np.unique(ids)) != len(ids):
        raise UsageError("a resolution is listed twice; expected each key once")
    key, seat, vote = (np.asarray(c) for c in cast)
    seats, column = np.unique(seat.astype(str), return_inverse=True)
    by_id = np.argsort(ids)
    at = by_id[np.searchsorted(ids[by_id], key).clip(0, max(len(ids) - 1, 0))] if len(ids) else np.zeros(0, np.int64)
    if len(key) and (not len(ids) or (ids[at] != key).any()):
        raise UsageError("votes on resolutions that are not listed; expected each vote's key among the keys")
    votes = np.full((len(ids), len(seats)), NO_MEMBER, np.int8)
    votes[at, column] = vote
    return Record(
        seats=tuple(seats.tolist()), keys=ids, days=when, titles=tuple(titles[i] or "" for i in order),
        agendas=tuple(agendas[i] or "" for i in order), votes=votes,
    )  # fmt: skip


def first_day(year: int) -> int:
    """1 September of a year, in days since 1970-01-01."""
    return (dt.date(year, 9, 1) - dt.date(1970, 1, 1)).days


def session_of(days: ArrayLike) -> Ints:
    """The year of the last 1 September on or before each day."""
    day = np.asarray(days, dtype="datetime64[D]")
    month = day.astype("datetime64[M]").astype(np.int64)
    return month // 12 + 1970 - (month % 12 < 8)


def predecessors(names: Sequence[str], past: Record, *, sessions: ArrayLike, within: int = 10) -> list[list[int]]:
    """For each name the earlier resolutions of the record under the same name, the latest first, of the `within` sessions before its own.

    sessions: the session of each name. A name without words has none.
    """
    held: dict[str, list[int]] = {}
    for i, name in enumerate(past.names):
        if name:
            held.setdefault(name, []).append(i)
    own = np.asarray(sessions)
    return [[i for i in reversed(held.get(n, ())) if past.sessions[i] >= own[k] - within] for k, n in enumerate(names)]
