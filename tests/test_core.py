"""Periods of time, and small functions that everything stands on."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from comity.core import period_start
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


def test_rows_of_equal_values_share_a_number() -> None:
    found, size = frames.codes([np.array(["b", "a", "b", "b"]), np.array([1, 1, 1, 2])])
    assert found.tolist() == [1, 0, 1, 2] and size == 3
    assert frames.codes([np.array([5, 5])])[1] == 1
