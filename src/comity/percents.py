"""Parts of a hundred in words: what is not all is never written as 100, what is not none never as 0."""

from __future__ import annotations

import math


def whole(number: float) -> str:
    """A number from 0 to 100 to the nearest whole one; within half of either end with one decimal, toward the middle: 99.97 is 99.9."""
    if 99.5 <= number < 100:
        return f"{max(math.floor(10 * number) / 10, 99.5):.1f}"
    if 0 < number <= 0.5:
        return f"{max(math.ceil(10 * number) / 10, 0.1):.1f}"
    return f"{number:.0f}"


def of(share: float) -> str:
    """A share from 0 to 1 in per cent, as `whole` writes it."""
    return f"{whole(100 * share)}%"
