"""The ordinal probit's log-likelihood by vote, and random numbers that depend on nothing but their index: loops compiled once.

A vote y of 1 yes, 2 abstain, 3 no has the probability Φ(g1 - η), Φ(g2 - η) - Φ(g1 - η), 1 - Φ(g2 - η). log Φ is read from a table
of cubics (cells of 1/64; absolute error below 1e-10), as the library's erfc would be most of a pass over the votes.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np
from scipy.special import log_ndtr, ndtr

F = TypeVar("F", bound=Callable[..., Any])

LOW, HIGH, CELLS, NEAR = -37.0, 8.0, 64, 8.0
HALF_LOG_2PI = 0.5 * math.log(2.0 * math.pi)


def kernel(function: F) -> F:
    """The function compiled without Python's lock, kept between processes; sums may be reordered, nan and infinity are kept."""
    return cast("F", numba.njit(cache=True, nogil=True, fastmath={"contract", "reassoc", "arcp", "nsz"}, error_model="numpy")(function))


def _cubics() -> Any:
    """The Hermite cubics of log Φ, [cells, 4], in the place within the cell from 0 to 1."""
    x = np.linspace(LOW, HIGH, int((HIGH - LOW) * CELLS) + 1)
    value = log_ndtr(x)
    slope = np.exp(-0.5 * x * x - HALF_LOG_2PI - value) / CELLS
    rise = np.diff(value)
    left, right = slope[:-1], slope[1:]
    return np.ascontiguousarray(np.stack([value[:-1], left, 3 * rise - 2 * left - right, left + right - 2 * rise], axis=1))


def _cdf_cubics() -> Any:
    """The Hermite cubics of Φ from -NEAR to NEAR, [cells, 4]."""
    x = np.linspace(-NEAR, NEAR, int(2 * NEAR * CELLS) + 1)
    value, slope = ndtr(x), np.exp(-0.5 * x * x - HALF_LOG_2PI) / CELLS
    rise = np.diff(value)
    left, right = slope[:-1], slope[1:]
    return np.ascontiguousarray(np.stack([value[:-1], left, 3 * rise - 2 * left - right, left + right - 2 * rise], axis=1))


TABLE = _cubics()
LAST = (HIGH - LOW) * CELLS - 1e-6
CDF = _cdf_cubics()


@kernel
def log_cdf(x: float) -> float:
    """log Φ(x)."""
    if x >= HIGH:
        return 0.0
    if x <= LOW:
        return -0.5 * x * x - math.log(-x) - HALF_LOG_2PI + math.log1p(-1.0 / (x * x))
    t = (x - LOW) * CELLS
    k = int(t)
    f = t - k
    return float(TABLE[k, 0] + f * (TABLE[k, 1] + f * (TABLE[k, 2] + f * TABLE[k, 3])))


@kernel
def hazard(x: float) -> float:
    """φ(x) / Φ(x), the slope of log Φ, to about 1e-6 within the table, as at its ends beyond: for proposals, not for likelihoods."""
    t = min(max((x - LOW) * CELLS, 0.0), LAST)
    k = np.uint32(np.int32(t))
    f = t - k
    return float(CELLS * (TABLE[k, 1] + f * (2.0 * TABLE[k, 2] + 3.0 * f * TABLE[k, 3])))


@kernel
def cdf(x: float) -> float:
    """Φ(x) to about 1e-10."""
    if x >= NEAR:
        return 1.0
    if x <= -NEAR:
        return 0.0
    t = (x + NEAR) * CELLS
    k = int(t)
    f = t - k
    return float(CDF[k, 0] + f * (CDF[k, 1] + f * (CDF[k, 2] + f * CDF[k, 3])))


@kernel
def density(x: float) -> float:
    """φ(x) to about 1e-7: for proposals, not for likelihoods."""
    if abs(x) >= NEAR:
        return 0.0
    t = (x + NEAR) * CELLS
    k = int(t)
    f = t - k
    return float(CELLS * (CDF[k, 1] + f * (2.0 * CDF[k, 2] + 3.0 * f * CDF[k, 3])))


@kernel
def log_between(low: float, high: float) -> float:
    """log(Φ(high) - Φ(low)), stable in both tails; -inf where high is not above low."""
    if high <= low:
        return -math.inf
    if low + high > 0.0:
        low, high = -high, -low
    if high > -4.0:
        p = cdf(high) - cdf(low)
        if p > 1e-4:
            return math.log(p)
    top = log_cdf(high)
    d = log_cdf(low) - top
    if d >= 0.0:
        return -math.inf
    return top + math.log(-math.expm1(d))


@kernel
def log_likelihood(y: int, eta: float, g1: float, g2: float) -> float:
    """The log-probability of the vote y."""
    if y == 1:
        return log_cdf(g1 - eta)
    if y == 3:
        return log_cdf(eta - g2)
    return log_between(g1 - eta, g2 - eta)


@kernel
def slopes(y: int, eta: float, g1: float, g2: float) -> tuple[float, float, float, float, float]:
    """The derivatives of the log-probability of y by the cutpoints g1 and g2, and the second ones 11, 22, 12.

    Those by η follow: -(d1 + d2), and d11 + d22 + 2 d12.
    """
    if y == 1:
        x = g1 - eta
        r = hazard(x)
        return r, 0.0, -r * (x + r), 0.0, 0.0
    if y == 3:
        x = eta - g2
        r = hazard(x)
        return 0.0, -r, 0.0, -r * (x + r), 0.0
    low, high = g1 - eta, g2 - eta
    p = cdf(high) - cdf(low)
    if p > 1e-3:
        a, b = density(low) / p, density(high) / p
        return -a, b, low * a - a * a, -high * b - b * b, a * b
    p = log_between(low, high)
    a = math.exp(-0.5 * low * low - HALF_LOG_2PI - p)
    b = math.exp(-0.5 * high * high - HALF_LOG_2PI - p)
    return -a, b, low * a - a * a, -high * b - b * b, a * b


@kernel
def dot(a: Any, b: Any) -> float:
    """The sum of products of two arrays, in one thread: BLAS would wake others, which then wait for the chains' cores."""
    total = 0.0
    for k in range(len(a)):
        total += a[k] * b[k]
    return total


@kernel
def _mixed(z: Any) -> Any:
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@kernel
def seeded(state: Any, seed: int, sweep: int, phase: int, index: int) -> None:
    """Set the generator (an array of one uint64; SplitMix64, Steele et al. 2014) to the stream of these four numbers."""
    z = _mixed(np.uint64(seed) + np.uint64(0x9E3779B97F4A7C15))
    z = _mixed(z ^ (np.uint64(sweep) * np.uint64(0xD1342543DE82EF95) + np.uint64(phase) * np.uint64(0xA24BAED4963EE407)))
    state[0] = _mixed(z + np.uint64(index) * np.uint64(0x9FB21C651E98DF25))


@kernel
def uniform(state: Any) -> float:
    """A number strictly between 0 and 1."""
    state[0] += np.uint64(0x9E3779B97F4A7C15)
    return (float(_mixed(state[0]) >> np.uint64(11)) + 0.5) * (1.0 / 9007199254740992.0)


@kernel
def normal(state: Any) -> float:
    """A standard normal number, by Box and Muller."""
    return math.sqrt(-2.0 * math.log(uniform(state))) * math.cos(2.0 * math.pi * uniform(state))
