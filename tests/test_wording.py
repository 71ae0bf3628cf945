"""Places in a table: both, one with a dash for the other that comes first, none."""

from __future__ import annotations

import datetime as dt

import pytest

from comity import wording
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
