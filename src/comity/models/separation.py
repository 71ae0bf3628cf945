"""Which observations a Poisson regression with fixed effects cannot be fitted to: separation, found completely or refused.

With z = X γ + D α (covariates and dummies), an observation with y = 0 is separated where some z is zero on every y > 0, at
most zero on every y = 0, and below zero on it: its mean runs to zero and the estimates to infinity. Dropping exactly
those rows leaves a model whose estimates exist and are those of the whole (Correia, S., Guimarães, P. & Zylkin, T. (2019),
Verifying the existence of maximum likelihood estimates for generalized linear models, arXiv:1903.01633).

The directions z that vanish on y > 0 are found first, and they are few. Where the covariates, net of at most two sets of effects,
are of full rank on y > 0, only the effects matter: z = c1 − c2 for a row from component 1 of the graph of positive rows to
component 2, and a row is separated if and only if no cycle leads back, so by strong components, exactly. Otherwise one linear
programme over the directions finds the largest set at once, as directions add up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from comity.core import BadDataError, UsageError
from comity.models import frames
from comity.models.frames import Floats, Ints

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Mask = NDArray[np.bool_]

RANK = 1e-9
"""Singular values below this part of the scale of the covariates count as zero: pyfixest's tolerance for collinearity."""
ZERO = 1e-7
"""A direction of unit length counts as zero on a row below this: a hundred times the error of the projections, seen below 1e-10."""
WHOLE = 1e-4
"""The programme's answers are zero or one; one further from both than this is no answer."""
DENSE = 500_000
"""Cells up to which three and more sets of effects are solved as a dense matrix; beyond, by random projections."""
DRAWS, FEW = 200, 3
"""Random projections at most, and at a time."""
SPARSE = 40_000_000
"""Cells of the Schur complement of two sets of effects up to which it is factorised."""


@dataclass(frozen=True, kw_only=True)
class Separation:
    """separated: [rows], true where a row must be dropped. directions: how many combinations vanish on y > 0 and not elsewhere.

    by: "no zero", "levels" (a level of an effect without any trade), "graph", "programme", or several joined by "+".
    """

    separated: Mask
    directions: int
    by: str


class TwoWay:
    """Least squares on two sets of effects (one, or none), solved exactly by the Schur complement.

    first, second: codes from 0 on, one a row. Each component of their graph has one level of the smaller set as reference, zero.
    """

    def __init__(self, first: Ints, second: Ints) -> None:
        sp, splu = frames.extra("scipy.sparse"), frames.extra("scipy.sparse.linalg").splu
        connected_components = frames.extra("scipy.sparse.csgraph").connected_components
        self.turned = int(second.max(initial=0)) > int(first.max(initial=0))
        self.codes = (second, first) if self.turned else (first, second)
        sizes = [int(c.max(initial=-1)) + 1 for c in self.codes]
        self.sizes = sizes
        counts = sp.coo_matrix((np.ones(len(first)), self.codes), shape=sizes).tocsr()
        self.counts = counts
        self.n = [np.bincount(c, minlength=s).astype(float) for c, s in zip(self.codes, sizes, strict=True)]
        graph = sp.bmat([[None, counts], [counts.T, None]], format="csr")
        self.components, label = connected_components(graph, directed=False)
        self.label = (label[: sizes[0]], label[sizes[0] :])
        _, reference = np.unique(self.label[1], return_index=True)
        self.free = np.setdiff1d(np.arange(sizes[1]), reference)
        self.factor = None
        if len(self.free):
            left = counts[:, self.free]
            scaled = sp.diags(1 / np.maximum(self.n[0], 1)) @ left
            schur = (sp.diags(self.n[1][self.free]) - left.T @ scaled).tocsc()
            if schur.nnz > SPARSE:
                raise BadDataError(f"the two sets of effects ({sizes[0]:,} and {sizes[1]:,} levels) are too entangled to be solved exactly")
            self.factor = splu(schur)

    def effects(self, columns: Floats) -> tuple[Floats, Floats]:
        """The least-squares effects [levels, columns] of the first and the second set, for columns [rows, columns]."""
        sums = [np.stack([np.bincount(c, weights=x, minlength=s) for x in columns.T], axis=1) for c, s in zip(self.codes, self.sizes, strict=True)]
        inner = np.maximum(self.n[0], 1)[:, None]
        second: Floats = np.zeros(sums[1].shape)
        if self.factor is not None:
            right = (sums[1] - self.counts.T @ (sums[0] / inner))[self.free]
            second[self.free] = self.factor.solve(right)
        first: Floats = (sums[0] - self.counts @ second) / inner
        return (second, first) if self.turned else (first, second)


def separated(y: Floats, covariates: Floats, effects: Sequence[Ints]) -> Separation:
    """The rows with y = 0 that are separated by covariates [rows, k], effects (one array of codes each) and their combinations.

    Without effects a constant is part of the model. Raises UsageError for unequal lengths; BadDataError where y is missing, negative or
    nowhere above zero, a covariate is missing or infinite, or the check cannot be brought to an end: never a guess.
    """
    y, x = np.asarray(y, dtype=np.float64), np.asarray(covariates, dtype=np.float64)
    if x.ndim != 2 or len(x) != len(y) or any(len(e) != len(y) for e in effects):
        raise UsageError(f"y has {len(y)} rows, covariates {x.shape}, effects {[len(e) for e in effects]}; expected one row of each for every y")
    if not np.isfinite(y).all() or (y < 0).any():
        raise BadDataError("y has missing, infinite or negative values; expected finite values of at least zero")
    if not np.isfinite(x).all():
        raise BadDataError("covariates have missing or infinite values; leave those rows out first")
    positive = y > 0
    if not positive.any():
        raise BadDataError("no value is above zero: nothing can be estimated")
    out = np.zeros(len(y), bool)
    if positive.all():
        return Separation(separated=out, directions=0, by="no zero")
    codes = [np.unique(e, return_inverse=True)[1].reshape(-1).astype(np.int64) for e in effects]
    for code in codes:
        out |= (np.bincount(code, weights=positive) == 0)[code]
    ways = ["levels"] if out.any() else []
    left = np.flatnonzero(~positive & ~out)
    if not len(left):
        return Separation(separated=out, directions=0, by="+".join(ways))
    both = np.concatenate([np.flatnonzero(positive), left])
    x = _scaled(x[both], int(positive.sum()))
    codes = [_compact(c[both]) for c in codes]
    found, directions, way = _combined(x, codes, int(positive.sum()))
    out[left] = found
    return Separation(separated=out, directions=directions, by="+".join([*ways, way] if found.any() or not ways else ways))


def _compact(code: Ints) -> Ints:
    return np.unique(code, return_inverse=True)[1].reshape(-1).astype(np.int64)


def _scaled(x: Floats, positive: int) -> Floats:
    """Each covariate less its mean and over its greatest size; constants become zero."""
    x = x - x[:positive].mean(axis=0, keepdims=True)
    size = np.abs(x).max(axis=0, initial=0.0, keepdims=True)
    out: Floats = np.divide(x, size, out=np.zeros_like(x), where=size > 0)
    return out


def _combined(x: Floats, codes: list[Ints], n: int) -> tuple[Mask, int, str]:
    """Which of the rows from n on are separated, where the first n are those with y > 0 and every level has one of them."""
    if len(codes) > 2:
        return _programme(_null_directions(x, codes, n))
    zeros = len(x) - n
    first = codes[0] if codes else np.zeros(len(x), np.int64)
    second = codes[1] if len(codes) > 1 else np.zeros(len(x), np.int64)
    solver = TwoWay(first[:n], second[:n])
    loose = _loose(x, solver, first, second, n)
    from_, to = _components(solver, first[n:], second[n:])
    if loose.shape[1] == 0:
        if solver.components == 1:
            return np.zeros(zeros, bool), 0, "graph"
        return _acyclic(from_, to, solver.components), solver.components - 1, "graph"
    sp = frames.extra("scipy.sparse")
    rows = np.flatnonzero(from_ != to)
    potentials = sp.coo_matrix(
        (np.repeat([1.0, -1.0], len(rows)), (np.tile(rows, 2), np.concatenate([from_[rows], to[rows]]))), shape=(zeros, solver.components)
    )
    ways = sp.hstack([sp.csr_matrix(loose), potentials], format="csr")
    return _programme(_independent(ways.toarray()) if ways.shape[0] * ways.shape[1] <= DENSE else ways)


def _loose(x: Floats, solver: TwoWay, first: Ints, second: Ints, n: int) -> Floats:
    """The combinations of covariates that the effects explain wholly on y > 0, as what is left of them on y = 0: [zeros, d]."""
    if not x.shape[1]:
        return np.zeros((len(x) - n, 0))
    one, two = solver.effects(x[:n])
    rest = x - one[first] - two[second]
    size = np.sqrt((x[:n] ** 2).sum(axis=0)) + np.sqrt(n) * 1e-3
    _, values, turned = np.linalg.svd(np.linalg.qr(rest[:n] / size, mode="r"), full_matrices=True)
    values = np.concatenate([values, np.zeros(x.shape[1] - len(values))])
    null = turned[values <= RANK * 10].T / size[:, None]
    ways = rest[n:] @ null
    scale = np.abs(ways).max(axis=0, initial=0.0)
    keep = scale > ZERO * np.abs(null).max(axis=0, initial=0.0)
    return _independent(ways[:, keep] / scale[keep])


def _components(solver: TwoWay, first: Ints, second: Ints) -> tuple[Ints, Ints]:
    labels = (solver.label[1], solver.label[0]) if solver.turned else solver.label
    return labels[0][first].astype(np.int64), labels[1][second].astype(np.int64)


def _acyclic(from_: Ints, to: Ints, size: int) -> Mask:
    """The arcs that lie on no cycle of the directed graph of `size` nodes."""
    sp, connected_components = frames.extra("scipy.sparse"), frames.extra("scipy.sparse.csgraph").connected_components
    graph = sp.coo_matrix((np.ones(len(from_)), (from_, to)), shape=(size, size)).tocsr()
    _, strong = connected_components(graph, directed=True, connection="strong")
    out: Mask = strong[from_] != strong[to]
    return out


def _null_directions(x: Floats, codes: list[Ints], n: int) -> Any:
    """A basis of the combinations of covariates and any number of sets of effects that vanish on y > 0, on y = 0: [zeros, d]."""
    sp = frames.extra("scipy.sparse")
    rows = np.arange(len(x))
    dummies = [sp.coo_matrix((np.ones(len(x)), (rows, c)), shape=(len(x), int(c.max()) + 1)) for c in codes]
    design = sp.hstack([sp.csr_matrix(x), *dummies], format="csr")
    width = design.shape[1]
    if n * width <= DENSE:
        triangle = np.linalg.qr(design[:n].toarray(), mode="r")
        _, values, turned = np.linalg.svd(triangle, full_matrices=True)
        values = np.concatenate([values, np.zeros(width - len(values))])
        return _independent(np.asarray(design[n:] @ turned[values <= RANK * 10 * max(float(values[0]), 1.0)].T))
    generator = np.random.default_rng(0)
    ways = np.zeros((len(x) - n, 0))
    while ways.shape[1] < DRAWS:
        more = np.stack([_projected(design, n, generator.standard_normal(width)) for _ in range(FEW)], axis=1)
        ways = np.concatenate([ways, more], axis=1)
        found = _independent(ways)
        if found.shape[1] < ways.shape[1]:
            return found
    raise BadDataError(f"separation cannot be checked: over {DRAWS} combinations of {len(codes)} sets of effects vanish on the rows above zero")


def _projected(design: Any, n: int, draw: Floats) -> Floats:
    """A random combination of the columns, less its part that matters on the first n rows, on the others.

    A row on which it is zero is one on which every combination that vanishes on the first n rows vanishes, with probability one.
    """
    lsmr = frames.extra("scipy.sparse.linalg").lsmr
    above = design[:n]
    told = above @ draw
    solved = lsmr(above, told, atol=1e-14, btol=1e-14, conlim=0.0, maxiter=20_000)
    rest = draw - solved[0]
    error = float(np.abs(above @ rest).max()) / max(float(np.abs(told).max()), 1e-300)
    if error > ZERO / 100:
        raise BadDataError(f"separation cannot be checked: the effects could not be solved beyond {error:.0e} on the rows above zero")
    return np.asarray(design[n:] @ rest)


def _independent(ways: Floats) -> Floats:
    """A basis of the columns, each singular direction of them at least 1e-7 of the largest, scaled to unit size."""
    if not ways.size:
        return ways[:, :0]
    left, values, _ = np.linalg.svd(ways, full_matrices=False)
    keep = values > max(ZERO * float(values[0]), ZERO)
    out: Floats = left[:, keep] / np.abs(left[:, keep]).max(axis=0, initial=1e-300)
    return out


def _programme(ways: Any) -> tuple[Mask, int, str]:
    """The rows on which some combination of the columns of ways [zeros, d] is below zero while it is nowhere above it.

    Maximises Σ s subject to ways·g + s ≤ 0, 0 ≤ s ≤ 1. Directions add up and may be made longer, so that in the optimum s is
    one on each row that can be separated at all and zero on the others.
    """
    sp, linprog = frames.extra("scipy.sparse"), frames.extra("scipy.optimize").linprog
    matrix = sp.csr_matrix(ways)
    matrix.data[np.abs(matrix.data) <= ZERO] = 0.0
    matrix.eliminate_zeros()
    out = np.zeros(matrix.shape[0], bool)
    moved = np.flatnonzero(np.diff(matrix.indptr))
    if not len(moved):
        return out, 0, "programme"
    matrix = matrix[moved]
    d = matrix.shape[1]
    solved = linprog(
        np.concatenate([np.zeros(d), -np.ones(len(moved))]), A_ub=sp.hstack([matrix, sp.identity(len(moved))], format="csr"),
        b_ub=np.zeros(len(moved)), bounds=[(None, None)] * d + [(0, 1)] * len(moved), method="highs", options={"time_limit": 120.0},
    )  # fmt: skip
    if solved.status != 0:
        size = f"{len(moved):,} rows and {d} directions"
        raise BadDataError(f"separation cannot be checked: the linear programme over {size} ended with: {solved.message}")
    s = np.asarray(solved.x[d:])
    vague = int(((s > WHOLE) & (s < 1 - WHOLE)).sum())
    if vague:
        raise BadDataError(f"separation cannot be told: {vague} of {len(moved):,} rows are neither separated nor clearly not; rescale the covariates")
    out[moved] = s > 0.5
    return out, d, "programme"
