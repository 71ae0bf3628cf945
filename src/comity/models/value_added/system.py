"""The Leontief system of an inter-country table: shares, inverse and blocks, with the one convention under which every identity holds.

x is the row sums z·1 + y·1, never the publisher's output column; A = Z diag(x)⁻¹, a column of zero where x ≤ 0 (its inputs, if any, are
then left out of the rows too); v = 1 − colsum(A) everywhere, so 1 where x ≤ 0; B = (I − A)⁻¹. v may be below zero in single
industries: it is listed by `table.check`, not clipped. Notation as in Borin & Mancini (2023): s exporter, r importer, blocks N×N.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from comity.core import BadDataError
from comity.models.frames import Floats
from comity.models.value_added.table import IOTable

WHOLE = 200
"""Rows of a matrix that is inverted in one piece."""
EXACT = 1e-12
"""By how much a unit of a good may miss one dollar of value added in all."""


@dataclass(frozen=True, kw_only=True)
class System:
    """Blocks of a solved table, G states by N industries; arrays are read-only.

    a, b[s, r, N, N]: input coefficients and their Leontief inverse. x, v[s, N]: output and value added a unit of it. y[s, r, N]: final goods of
    s used in r. e[s, r, N]: gross exports, zero where s = r; exports[s, N] their sum over r. by[s, r, N]: (BY), output of s that
    final use in r calls for. local[s, N, N]: L_ss = (I − A_ss)⁻¹. cut[s, N, N]: K_s = B_ss⁻¹ L_ss. own, lone, foreign[s, N]: d_s = v_s B_ss, l_s =
    v_s L_ss, f_s = Σ_t≠s v_t B_ts, so that d + f = 1. inverse_own[s, N, N]: B_ss⁻¹.
    """

    states: tuple[str, ...]
    industries: tuple[str, ...]
    unit: str
    a: Floats
    b: Floats
    x: Floats
    v: Floats
    y: Floats
    e: Floats
    exports: Floats
    by: Floats
    local: Floats
    inverse_own: Floats
    cut: Floats
    own: Floats
    lone: Floats
    foreign: Floats

    @property
    def flat_b(self) -> Floats:
        """B as one matrix, rows and columns over states, then industries."""
        g, _, n, _ = self.b.shape
        return self.b.transpose(0, 2, 1, 3).reshape(g * n, g * n)

    @property
    def flat_a(self) -> Floats:
        """A as one matrix, rows and columns over states, then industries."""
        g, _, n, _ = self.a.shape
        return self.a.transpose(0, 2, 1, 3).reshape(g * n, g * n)

    @property
    def value(self) -> Floats:
        """Value added of each industry, [s, N]."""
        return self.v * self.x


def solve(table: IOTable) -> System:
    """The system of a table: one Leontief inverse, and the N×N inverses of its diagonal blocks; BadDataError where I − A is singular."""
    g, n = len(table.states), len(table.industries)
    a, x, y = shares(table.z, table.y)
    try:
        b = inverse(a)
        a4, b4 = blocks(a, g), blocks(b, g)
        eye, k = np.eye(n), np.arange(g)
        local: Floats = np.asarray(np.linalg.inv(eye - a4[k, k]), dtype=np.float64)
        inverse_own: Floats = np.asarray(np.linalg.inv(b4[k, k]), dtype=np.float64)
    except np.linalg.LinAlgError:
        raise BadDataError("I − A of the table is singular: a group of industries uses up all that it makes; no value added can be told") from None
    if not np.isfinite(b).all():
        raise BadDataError("the Leontief inverse of the table is not finite: a group of industries uses up all that it makes")
    v = 1.0 - a.sum(axis=0)
    through = (b.T @ v).reshape(g, n)
    xs, vs, ys = x.reshape(g, n), v.reshape(g, n), y.reshape(g, n, g).transpose(0, 2, 1).copy()
    e = np.matmul(a4, xs[None, :, :, None])[..., 0] + ys
    e[k, k] = 0.0
    own = _row_times(vs, b4[k, k])
    made = System(
        states=table.states, industries=table.industries, unit=table.unit, a=a4, b=b4, x=xs, v=vs, y=ys, e=e, exports=e.sum(axis=1),
        by=(b @ y).reshape(g, n, g).transpose(0, 2, 1).copy(), local=local, inverse_own=inverse_own, cut=inverse_own @ local, own=own,
        lone=_row_times(vs, local), foreign=through - own,
    )  # fmt: skip
    for name in ("a", "b", "x", "v", "y", "e", "exports", "by", "local", "inverse_own", "cut", "own", "lone", "foreign"):
        getattr(made, name).setflags(write=False)
    return made


def multipliers(system: System) -> Floats:
    """Value added of s in a unit of each good of r: v_s B_sr, [s, r, N]; summed over s, one."""
    return np.asarray(np.matmul(system.v[:, None, None], system.b)[..., 0, :])


def shares(z: Floats, y: Floats) -> tuple[Floats, Floats, Floats]:
    """A, x and y[rows, states] of a table by the convention; inputs of rows without output are left out until none is left."""
    final = y.sum(axis=2) if y.ndim == 3 else y
    kept = np.ones(len(z), bool)
    while True:
        x = z @ kept + final.sum(axis=1)
        idle = kept & (x <= 0)
        if not (idle & (np.abs(z).sum(axis=0) > 0)).any():
            break
        kept &= ~idle
    there = kept & (x > 0)
    return z * np.where(there, 1 / np.where(there, x, 1.0), 0.0), x, final


def inverse(a: Floats, *, whole: int = WHOLE) -> Floats:
    """(I − A)⁻¹, by halves down to blocks of `whole` rows where that is exact, else by pivoting; LinAlgError where it is singular.

    For A ≥ 0 of an economy that makes more than it uses up, I − A is an M-matrix, and so is each Schur complement: no pivots are needed (Berman &
    Plemmons 1994, ch. 6), and matrix products take two thirds of the time of LU with as many right-hand sides. Judged by v B = 1.
    """
    m = -a
    np.einsum("ii->i", m)[...] += 1.0
    try:
        out = _by_halves(m, whole)
    except np.linalg.LinAlgError:
        return np.asarray(np.linalg.inv(m))
    with np.errstate(invalid="ignore"):
        exact = np.abs((1.0 - a.sum(axis=0)) @ out - 1.0).max(initial=0.0) <= EXACT
    return out if exact else np.asarray(np.linalg.inv(m))


def _by_halves(m: Floats, whole: int) -> Floats:
    n = len(m)
    if n <= whole:
        return np.asarray(np.linalg.inv(m))
    k = n // 2
    first = _by_halves(m[:k, :k], whole)
    left, right = m[k:, :k] @ first, first @ m[:k, k:]
    last = _by_halves(m[k:, k:] - left @ m[:k, k:], whole)
    out = np.empty_like(m)
    out[k:, k:] = last
    out[k:, :k] = -(last @ left)
    out[:k, k:] = -(right @ last)
    out[:k, :k] = first - right @ out[k:, :k]
    return out


def blocks(matrix: Floats, states: int) -> Floats:
    """A square matrix as [s, r, N, N], each block in one piece of memory."""
    n = len(matrix) // states
    return np.ascontiguousarray(matrix.reshape(states, n, states, n).transpose(0, 2, 1, 3))


def _row_times(row: Floats, block: Floats) -> Floats:
    return np.asarray(np.matmul(row[:, None, :], block)[:, 0])
