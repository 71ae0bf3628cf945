"""Durations and delays as distributions: mean, mode, spread, and the quantile of a normal score, tabulated once.

beta-PERT: Vose (2008), Risk Analysis, with lambda = 4 the PERT of Malcolm et al. (1959).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Family = Literal["constant", "pert", "triangular", "uniform", "normal", "lognormal"]
Draws = npt.NDArray[np.float64]
REACH, STEPS = 8.0, 8192
P90 = 1.2815515655446004
"""The normal score of the ninth decile."""


@dataclass(frozen=True, kw_only=True)
class Duration:
    """A number of days that is not known exactly.

    low, high: min and max (p10 and p90 of a lognormal, mean and sd of a normal). mode: of PERT and triangular. weight: PERT's lambda.
    """

    family: Family
    low: float
    high: float
    mode: float = math.nan
    weight: float = 4.0

    @property
    def mean(self) -> float:
        """The mean; of a normal that is cut off at 0 the mean before the cut."""
        if self.family == "pert":
            return (self.low + self.weight * self.mode + self.high) / (self.weight + 2)
        if self.family == "triangular":
            return (self.low + self.mode + self.high) / 3
        if self.family == "uniform":
            return (self.low + self.high) / 2
        if self.family == "lognormal":
            centre, spread = self._log()
            return math.exp(centre + spread * spread / 2)
        return self.low

    @property
    def typical(self) -> float:
        """The mode; the mean where the distribution has none."""
        if self.family in ("pert", "triangular"):
            return self.mode
        if self.family == "lognormal":
            centre, spread = self._log()
            return math.exp(centre - spread * spread)
        return self.mean

    @property
    def sd(self) -> float:
        """The standard deviation; of a normal that is cut off at 0 the one before the cut."""
        if self.family == "pert":
            return math.sqrt(max((self.mean - self.low) * (self.high - self.mean), 0) / (self.weight + 3))
        if self.family == "triangular":
            a, b, c = self.low, self.high, self.mode
            return math.sqrt(max(a * a + b * b + c * c - a * b - a * c - b * c, 0) / 18)
        if self.family == "uniform":
            return (self.high - self.low) / math.sqrt(12)
        if self.family == "lognormal":
            return self.mean * math.sqrt(math.expm1(self._log()[1] ** 2))
        return self.high if self.family == "normal" else 0.0

    @property
    def longest(self) -> float:
        """The maximum, or the value that only one in a thousand draws passes."""
        if self.family == "normal":
            return max(self.low + 3.1 * self.high, 0.0)
        if self.family == "lognormal":
            centre, spread = self._log()
            return math.exp(centre + 3.1 * spread)
        return self.low if self.family == "constant" else self.high

    @property
    def constant(self) -> bool:
        """Whether every draw is the same."""
        return self.family == "constant"

    def _log(self) -> tuple[float, float]:
        low, high = math.log(self.low), math.log(self.high)
        return (low + high) / 2, (high - low) / (2 * P90)

    def _quantile(self, u: Draws) -> Draws:
        from scipy import special

        if self.family == "uniform":
            return self.low + (self.high - self.low) * u
        width = self.high - self.low
        if self.family == "triangular":
            cut = (self.mode - self.low) / width
            return np.where(
                u <= cut, self.low + np.sqrt(u * width * (self.mode - self.low)), self.high - np.sqrt((1 - u) * width * (self.high - self.mode))
            )
        a = 1 + self.weight * (self.mode - self.low) / width
        b = 1 + self.weight * (self.high - self.mode) / width
        out: Draws = self.low + width * special.betaincinv(a, b, u)
        return out

    def of_scores(self, z: Draws) -> Draws:
        """The values that stand at the same place of this distribution as z does of the standard normal."""
        if self.family == "constant":
            return np.full_like(z, self.low)
        if self.family == "normal":
            return np.maximum(self.low + self.high * z, 0.0)
        if self.family == "lognormal":
            centre, spread = self._log()
            return np.exp(centre + spread * z)
        return tabulated(self)(z)


class Table:
    """A quantile function of normal scores as straight lines between 8,192 steps from -8 to 8."""

    def __init__(self, duration: Duration) -> None:
        from scipy import special

        grid = np.linspace(-REACH, REACH, STEPS + 1)
        values = duration._quantile(special.ndtr(grid))
        self.values, self.rise = values, np.append(np.diff(values), 0.0)

    def __call__(self, z: Draws) -> Draws:
        place = (np.clip(z, -REACH, REACH) + REACH) * (STEPS / (2 * REACH))
        step = place.astype(np.int32)
        out: Draws = self.values[step] + (place - step) * self.rise[step]
        return out


_TABLES: dict[Duration, Table] = {}


def tabulated(duration: Duration) -> Table:
    """The table of a distribution, made when first asked for; at most 4,096 are kept."""
    if duration not in _TABLES:
        if len(_TABLES) >= 4096:
            _TABLES.clear()
        _TABLES[duration] = Table(duration)
    return _TABLES[duration]
