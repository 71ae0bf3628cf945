"""The additive model of a session's agreements, by weighted least squares."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Float64 = NDArray[np.float64]


def additive(value: Float64, weight: Float64) -> tuple[Float64, Float64, Float64]:
    """u_i + u_j fitted to value[states, states] above the diagonal, weighted; the u; and the inverse of the normal equations.

    The fit is nan throughout where there are no more pairs than states, and for states without a pair.
    """
    size = len(value)
    known = np.isfinite(value) & (weight > 0)
    np.fill_diagonal(known, False)
    w = np.where(known, weight, 0.0)
    members = np.flatnonzero(known.any(axis=1))
    nothing = np.full((size, size), np.nan), np.full(size, np.nan), np.full((size, size), np.nan)
    if np.count_nonzero(known) / 2 <= len(members):
        return nothing
    inner = w[np.ix_(members, members)]
    normal = inner + np.diag(inner.sum(axis=1))
    sums = (inner * np.where(known, value, 0.0)[np.ix_(members, members)]).sum(axis=1)
    inverse = np.linalg.pinv(normal, hermitian=True)
    u = np.full(size, np.nan)
    u[members] = inverse @ sums
    whole = np.full((size, size), np.nan)
    whole[np.ix_(members, members)] = inverse
    return u[:, None] + u[None], u, whole
