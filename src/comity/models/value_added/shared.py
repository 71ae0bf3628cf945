"""Shared production: how much of the final manufactures of the world holds manufacturing work of both of two states.

A final good (c, k) is completed in state c by manufacturing industry k. f_ck is its final use everywhere, M_i,ck = f_ck Σ_n v_in B_in,ck over
manufacturing industries n the manufacturing value added of state i in it; services, mining and refining are not counted on either side.

    P_ij = Σ_ck M_i,ck M_j,ck / f_ck      usd: money; P_ij/Σf is the chance that two random dollars of one final good are i's and j's
    J_ij = P_ij / √(P_ii P_jj)            the cosine: 0 ≤ J ≤ 1, J_ii = 1; as alike in what they make as each is with itself
    Q_ij = P_ij / (a_i a_j)               expected: against the two sizes; a from Σ_j≠i P_ij = a_i Σ_j≠i a_j (quasi-independence)
    R_ij = 100 · 2 P_ij / (e_ij + e_ji)   per_trade: for a hundred of two-way gross exports

A sum of smaller shares, Σ min(M_i, M_j), would measure similar suppliers of the same third state instead: in the median pair 96 per cent of it
lies in goods completed in third states. Shared production is not joint ownership or joint decision, and sees territory only. Sources: value added
in final goods, Los, B., Timmer, M. P. & de Vries, G. J. (2015), Journal of Regional Science 55(1):66-92; quasi-independence, Goodman, L. A. (1968),
JASA 63(324):1091-1131; the product of shares as a chance of meeting, Simpson, E. H. (1949), Nature 163:688.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from comity.core import UsageError
from comity.models.frames import Floats
from comity.models.value_added.system import System, shares
from comity.models.value_added.table import IOTable

CELL, FLOW = 0.5, 0.25
"""Standard deviations of the logs that are drawn for each international cell, and for each exporter–importer–industry."""
DRAWS = 15
STEPS = 500
MANUFACTURES = tuple(f"c{k}" for k in (*range(3, 8), *range(9, 17)))
"""Manufacturing industries of WIOD 2013 without c8, coke and refined petroleum: its value is the oil's."""


@dataclass(frozen=True, kw_only=True)
class Shared:
    """Shared production of each pair, [states, states]; symmetric, read-only.

    usd: P in the table's unit. cosine: J. expected: Q, nan on the diagonal and where a state makes nothing. per_trade: R, nan where
    nothing is traded. completed_first[i, j], completed_second[i, j], completed_third[i, j]: parts of P in goods completed in i, in j, elsewhere.
    final: Σ f, the final manufactures of the world.
    """

    states: tuple[str, ...]
    usd: Floats
    cosine: Floats
    expected: Floats
    per_trade: Floats
    completed_first: Floats
    completed_second: Floats
    completed_third: Floats
    final: float


@dataclass(frozen=True, kw_only=True)
class Bands:
    """What errors of the international flows do to shared production: the least and the greatest of the draws, [states, states], nan on the diagonal.

    low, high: of the cosine; rank_low, rank_high: of its place among all pairs, 1 the greatest; expected_low, expected_high: of Q.
    """

    draws: int
    low: Floats
    high: Floats
    rank_low: Floats
    rank_high: Floats
    expected_low: Floats
    expected_high: Floats


def shared(system: System, *, manufactures: Sequence[str] = MANUFACTURES) -> Shared:
    """Shared production of all pairs of a solved table; `manufactures` names the industries that count."""
    kept = _industries(system.industries, manufactures)
    work = np.einsum("in,irnk->irk", system.v[:, kept], system.b[:, :, kept][..., kept])
    final = np.clip(system.y.sum(axis=1)[:, kept], 0.0, None)
    made = work * final
    g = len(system.states)
    usd = _together(made, final)
    at = np.arange(g)
    first = np.einsum("iik,jik->ij", made, work)
    diagonal = np.diagonal(usd)
    third = usd - first - first.T
    third[at, at] = usd[at, at] - first[at, at]
    gross = system.e.sum(axis=2)
    two_way = gross + gross.T
    with np.errstate(divide="ignore", invalid="ignore"):
        per_trade = np.where(two_way > 0, 200.0 * usd / np.where(two_way > 0, two_way, 1.0), np.nan)
    out = Shared(
        states=system.states, usd=usd, cosine=_cosine(usd, diagonal), expected=quasi_independent(usd), per_trade=per_trade, completed_first=first,
        completed_second=first.T.copy(), completed_third=third, final=float(final.sum()),
    )  # fmt: skip
    for name in ("usd", "cosine", "expected", "per_trade", "completed_first", "completed_second", "completed_third"):
        getattr(out, name).setflags(write=False)
    return out


def quasi_independent(usd: Floats) -> Floats:
    """P_ij / (a_i a_j), margins a fitted off the diagonal in 500 fixed-point steps; nan on the diagonal and for a state without any P."""
    p = np.array(usd, dtype=np.float64)
    np.fill_diagonal(p, 0.0)
    sums = p.sum(axis=1)
    there = sums > 0
    a = np.where(there, np.sqrt(np.where(there, sums, 1.0) / max(there.sum() - 1, 1)), 0.0)
    for _ in range(STEPS):
        rest = a.sum() - a
        a = np.where(there, np.sqrt(a * np.where(there, sums, 1.0) / np.where(rest > 0, rest, 1.0)), 0.0)
    product = np.outer(a, a)
    out = np.where(product > 0, p / np.where(product > 0, product, 1.0), np.nan)
    np.fill_diagonal(out, np.nan)
    return out


def bands(
    table: IOTable, *, manufactures: Sequence[str] = MANUFACTURES, among: Sequence[str] | None = None, draws: int = DRAWS, seed: int = 0
) -> Bands:
    """Shared production of a table whose international flows are drawn again: each times a lognormal of mean one, of sd .5 of the log
    by cell and of .25 by exporter, importer and selling industry; then each industry's inputs are brought back to their part of its output.

    So who delivers is drawn, and each industry's value added is kept: drawn freely, inputs would exceed output in some industries. The range of
    15 draws covers a further one with probability 14/16. What it cannot tell: errors common to all flows of a state, or of its value added.
    Places are taken among the pairs of the states named by `among` (None: all). The same seed gives the same bands.
    """
    kept = _industries(table.industries, manufactures)
    g, n = len(table.states), len(table.industries)
    ranked_too = np.array([among is None or s in among for s in table.states])
    random = np.random.default_rng(seed)
    final = table.y.sum(axis=2)
    abroad = np.repeat(np.arange(g), n)[:, None] != np.arange(g)[None]
    inputs = shares(table.z, table.y)[0].sum(axis=0)
    v = (1.0 - inputs).reshape(g, n)
    found: list[tuple[Floats, Floats]] = []
    for _ in range(draws):
        common = random.normal(-(FLOW**2) / 2, FLOW, (g * n, g)) * abroad
        cells = random.standard_normal((g * n, g * n), dtype=np.float32)
        cells *= CELL
        cells -= CELL**2 / 2
        cells.reshape(g * n, g, n)[...] *= abroad[:, :, None]
        cells.reshape(g * n, g, n)[...] += common[:, :, None]
        z = np.exp(cells, out=cells) * table.z
        y = final * np.exp(common + (random.normal(-(CELL**2) / 2, CELL, (g * n, g))) * abroad)
        used = z.sum(axis=0)
        spread = _spread(v, z * np.where(used > 0, inputs / np.where(used > 0, used, 1.0), 0.0), kept)
        goods = np.clip(y.sum(axis=1).reshape(g, n)[:, kept], 0.0, None)
        usd = _together(spread.reshape(g, g, n)[:, :, kept] * goods, goods)
        found.append((_cosine(usd, np.diagonal(usd)), quasi_independent(usd)))
    cosine, expected = (np.stack(part) for part in zip(*found, strict=True))
    hollow = np.eye(g, dtype=bool)
    cosine[:, hollow] = np.nan
    inside = ranked_too[:, None] & ranked_too[None]
    ranks = np.stack([ranked(np.where(inside, c, np.nan)) for c in cosine])
    return Bands(
        draws=draws, low=cosine.min(axis=0), high=cosine.max(axis=0), rank_low=ranks.min(axis=0), rank_high=ranks.max(axis=0),
        expected_low=expected.min(axis=0), expected_high=expected.max(axis=0),
    )  # fmt: skip


def ranked(values: Floats) -> Floats:
    """The place of each pair among all pairs i < j by value, 1 the greatest, ties sharing the better place; nan on the diagonal and where nan."""
    g = len(values)
    i, j = np.triu_indices(g, 1)
    held = values[i, j]
    known = np.isfinite(held)
    order = np.sort(held[known])
    out = np.full((g, g), np.nan)
    out[i[known], j[known]] = len(order) - np.searchsorted(order, held[known], side="right") + 1
    out[j, i] = out[i, j]
    return out


def _industries(held: Sequence[str], manufactures: Sequence[str]) -> list[int]:
    if missing := [m for m in manufactures if m not in held]:
        told = f"the table has no industry {', '.join(missing[:5])}; name its manufacturing industries (without refining)"
        raise UsageError(f"{told} among {', '.join(held)}")
    return [held.index(m) for m in manufactures]


def _together(made: Floats, final: Floats) -> Floats:
    """P_ij = Σ M_i M_j / f over goods with f > 0, from made[i, c, k] and final[c, k]."""
    root = np.where(final > 0, 1 / np.sqrt(np.where(final > 0, final, 1.0)), 0.0)
    scaled = (made * root).reshape(len(made), -1)
    return np.asarray(scaled @ scaled.T)


def _cosine(usd: Floats, diagonal: Floats) -> Floats:
    root = np.sqrt(np.where(diagonal > 0, diagonal, np.nan))
    return np.asarray(usd / root[:, None] / root[None])


def _spread(v: Floats, a: Floats, kept: list[int]) -> Floats:
    """Manufacturing value added of each state in a unit of each industry's output, [state, state · industry]: w (I − A)⁻¹ in single precision."""
    g, n = v.shape
    w = np.zeros((g, g, n), np.float32)
    at = np.arange(g)
    w[at[:, None], at[:, None], np.array(kept)[None]] = v[:, kept]
    m = -a.T.astype(np.float32)
    np.einsum("ii->i", m)[...] += 1.0
    return np.asarray(np.linalg.solve(m, w.reshape(g, g * n).T).T, dtype=np.float64)
