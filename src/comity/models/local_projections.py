"""Local projections: how a series moved, h periods on, after one unit of news in a driver, with lag-augmented errors.

y_{t+h} = a + b_h x_t + lags of y and x + season + e, by least squares, one regression a horizon. b_h is what followed news in x_t that its own
and y's past did not foretell, x moving on afterwards as it usually did. Without more it is an association: x may answer to y or to a third.
Sources: Jordà, Ò. (2005), Estimation and inference of impulse responses by local projections, AER 95(1):161-182; Montiel Olea, J. L. &
Plagborg-Møller, M. (2021), Local projection inference is simpler and more robust than you think, Econometrica 89(4):1789-1823: with one lag more
than the dynamics need, heteroskedasticity-robust errors suffice; here HC3, with Student's t.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from comity.core import BadDataError, UsageError

Floats = NDArray[np.float64]
SPARE = 8
"""Degrees of freedom below which no band is worth printing."""


@dataclass(frozen=True, kw_only=True)
class Projection:
    """The response at one horizon to one unit of news in the driver: estimate, standard error, observations and degrees of freedom."""

    horizon: int
    estimate: float
    se: float
    n: int
    df: int

    def quantiles(self, levels: ArrayLike, size: float = 1.0) -> Floats:
        """The response to `size` units at these levels of its sampling distribution, Student's t."""
        from scipy.special import stdtrit

        return np.asarray(self.estimate * size + abs(size) * self.se * stdtrit(self.df, np.asarray(levels, dtype=np.float64)))


def project(
    y: ArrayLike,
    x: ArrayLike,
    horizons: Sequence[int],
    *,
    lags: int = 2,
    season: Sequence[int] | None = None,
    impact: bool = True,
    others: Sequence[ArrayLike] = (),
) -> tuple[Projection, ...]:
    """The responses of y to news in x at each horizon that leaves enough observations.

    y, x [n]: consecutive periods, nan where not known (such rows drop out). lags: of both, the augmenting one included. season: a label for each
    period, for a constant each (calendar months). impact: whether y may answer within the period; without, x_t's own y_t is held constant too.
    others: series [n] whose lags are held constant as well; the responses of two parts of y, each with the other here, add up to that of y with
    one of them here.
    Raises UsageError for options, BadDataError where no horizon leaves enough observations.
    """
    one, other = np.asarray(y, dtype=np.float64), np.asarray(x, dtype=np.float64)
    more = tuple(np.asarray(v, dtype=np.float64) for v in others)
    if one.ndim != 1 or any(v.shape != one.shape for v in (other, *more)):
        raise UsageError(f"y {one.shape} and x {other.shape}; expected two series of one length")
    if lags < 1 or not horizons or min(horizons) < 0:
        raise UsageError(f"lags {lags}, horizons {tuple(horizons)}; expected at least one lag and horizons of nought or more")
    out = [made for h in horizons if (made := _at((one, other, *more), h, lags, season, impact)) is not None]
    if not out:
        raise BadDataError(f"{len(one)} periods leave fewer than {SPARE} degrees of freedom at every horizon")
    return tuple(out)


def _at(held: tuple[Floats, ...], h: int, lags: int, season: Sequence[int] | None, impact: bool) -> Projection | None:
    y, x = held[:2]
    n = len(y)
    at = np.arange(lags, n - h)
    if len(at) <= 2 * lags + 2:
        return None
    columns = [x[at], *(v[at - k] for k in range(1, lags + 1) for v in held)]
    if not impact:
        columns.append(y[at])
    if season is None:
        columns.append(np.ones(len(at)))
    else:
        label = np.asarray(season)[at]
        columns += [(label == s).astype(np.float64) for s in np.unique(label)]
    design, then = np.column_stack(columns), y[at + h]
    whole = np.isfinite(design).all(axis=1) & np.isfinite(then)
    design, then = design[whole], then[whole]
    used: NDArray[np.bool_] = np.abs(design).sum(axis=0) > 0.0
    design = design[:, used]
    df = len(then) - design.shape[1]
    if df < SPARE or not used[0] or np.linalg.matrix_rank(design) < design.shape[1]:
        return None
    inverse = np.linalg.inv(design.T @ design)
    beta = inverse @ design.T @ then
    left = then - design @ beta
    leverage = np.einsum("ij,jk,ik->i", design, inverse, design)
    scaled = left / np.maximum(1.0 - leverage, 1e-6)
    covariance = inverse @ (design.T * scaled**2) @ design @ inverse
    return Projection(horizon=h, estimate=float(beta[0]), se=float(np.sqrt(covariance[0, 0])), n=len(then), df=df)
