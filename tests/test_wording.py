"""Places in a table: both, one with a dash for the other that comes first, none."""

from __future__ import annotations

import datetime as dt

import pytest

from comity import percents, wording
from comity.profile import Point


@pytest.mark.parametrize(
    ("a", "b", "told"),
    [
        ((20, 190), (14, 190), "20/190 · 14/190"), ((None, None), (14, 190), "– · 14/190"), ((3, 200), (None, None), "3/200"),
        ((None, 0), (None, 0), ""),
    ],
)  # fmt: skip
def test_both_places_of_a_pair(a: tuple[int | None, int | None], b: tuple[int | None, int | None], told: str) -> None:
    one = Point(start=dt.date(2020, 1, 1), value=1.0, source="x", rank_a=a[0], of_a=a[1], rank_b=b[0], of_b=b[1])
    assert wording.places(one, " · ") == told


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (100, "100"), (99.999, "99.9"), (99.5, "99.5"), (99.4999, "99"), (50.4, "50"), (0.5, "0.5"), (0.51, "1"),
        (0.49, "0.5"), (0.001, "0.1"), (0, "0"), (1, "1"),
    ],
)  # fmt: skip
def test_what_is_not_all_is_not_a_hundred(number: float, told: str) -> None:
    assert percents.whole(number) == told and percents.of(number / 100) == f"{told}%"


@pytest.mark.parametrize(("share", "told"), [(1, "100.0%"), (0.99999, "99.9%"), (0.9994, "99.9%"), (0.998, "99.8%"), (0, "0.0%")])
def test_a_share_that_is_not_all_is_not_a_hundred_per_cent(share: float, told: str) -> None:
    assert wording.value(share, "share") == told
