"""Periods of time, and small functions that everything stands on."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from comity.core import Published, first_public, period_end, period_start
from comity.models import frames


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ("day", dt.date(2021, 5, 17)), ("month", dt.date(2021, 5, 1)), ("quarter", dt.date(2021, 4, 1)), ("year", dt.date(2021, 1, 1)),
        ("session", dt.date(2020, 9, 1)),
    ],
)  # fmt: skip
def test_a_period_begins_on_its_first_day(period: str, expected: dt.date) -> None:
    assert period_start(dt.date(2021, 5, 17), period) == expected  # type: ignore[arg-type]


def test_quarters_and_sessions_at_their_edges() -> None:
    assert [period_start(dt.date(2021, m, 28), "quarter").month for m in range(1, 13)] == [1, 1, 1, 4, 4, 4, 7, 7, 7, 10, 10, 10]
    assert period_start(dt.date(2021, 8, 31), "session") == dt.date(2020, 9, 1)
    assert period_start(dt.date(2021, 9, 1), "session") == dt.date(2021, 9, 1)


@pytest.mark.parametrize(
    ("period", "start", "end", "public"),
    [
        ("day", dt.date(2020, 2, 28), dt.date(2020, 2, 28), dt.date(2020, 3, 31)),
        ("month", dt.date(2020, 2, 1), dt.date(2020, 2, 29), dt.date(2020, 4, 3)),
        ("quarter", dt.date(2020, 10, 1), dt.date(2020, 12, 31), dt.date(2021, 2, 3)),
        ("year", dt.date(2019, 1, 1), dt.date(2019, 12, 31), dt.date(2020, 2, 3)),
        ("session", dt.date(2019, 9, 1), dt.date(2020, 8, 31), dt.date(2020, 10, 3)),
    ],
)
def test_a_period_ends_on_its_last_day_and_its_lag_counts_from_the_day_after(period: str, start: dt.date, end: dt.date, public: dt.date) -> None:
    """A lag of a month and two days, of which the month comes first."""
    assert period_end(start, period) == end  # type: ignore[arg-type]
    assert first_public(start, period, Published(months=1, days=2)) == public  # type: ignore[arg-type]
    assert first_public(start, period, Published(months=1, unknown=True)) is None  # type: ignore[arg-type]


def test_rows_of_equal_values_share_a_number() -> None:
    found, size = frames.codes([np.array(["b", "a", "b", "b"]), np.array([1, 1, 1, 2])])
    assert found.tolist() == [1, 0, 1, 2] and size == 3
    assert frames.codes([np.array([5, 5])])[1] == 1
