"""What a gravity equation expects of every pair from the trade of all others: each pair left out in turn, all years.

The coefficients stand as estimated; for every pair and year the effects are solved again without its two flows by iterative
proportional fitting, all pairs of a year at once. As `comity.models.gravity.expected_without`, which does it for one pair.
Sources: as there; Fally, T. (2015), JIE 97(1):76-85, for the effects as totals; Deming, W. E. & Stephan, F. F. (1940), AMS 11(4):427-444.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from comity.core import UsageError
from comity.models import frames, gravity
from comity.models.frames import Floats, Frame, Ints
from comity.models.gravity import GravityFit

ROUNDS = 2_000
SETTLED = 1e-9
"""Change of a round, relative, of both expectations and of the effects of the two, below which a pair is done."""
GONE = 1e-9
"""Part of a state's total below which nothing is left without the pair."""


@dataclass(frozen=True, kw_only=True)
class PairsOut:
    """table: Arrow, one row a fitted flow, columns exporter, importer, year, actual, expected, ratio, se, low, high, place, own.

    expected: without the pair's own two flows; own: with them. ratio = actual/expected. se: of the log of `own` by the delta method
    from the clustered covariance of the coefficients, the response of the effects counted. low, high: expected times the middle `band` of
    ratio among about 200 flows of like expectation in the year; place: the part of those with a lower ratio, 0 to 1.
    lone: flows left out as a side trades with no other; unsettled: flows whose effects did not settle.
    """

    table: pa.Table
    lone: int
    unsettled: int


def every_pair_out(result: GravityFit, frame: Frame, *, band: float = 0.8) -> PairsOut:
    """The expectation of each fitted flow with its pair left out of the effects, and the spread of like flows around it.

    frame: the one that was fitted, for its covariates. Raises UsageError where the fit has other effects than exporter^year and
    importer^year, or band is no share between 0 and 1.
    """
    gravity._needs_two_ways(result)
    if not 0 < band < 1:
        raise UsageError(f"band={band!r}; expected a share between 0 and 1")
    rows = result.rows
    exporter, importer = _states(rows)
    year = rows.column("year").to_numpy()
    actual, mean = rows.column("actual").to_numpy(), rows.column("expected").to_numpy()
    phi = np.exp(rows.column("index").to_numpy())
    out = np.full(len(year), np.nan)
    unsettled = np.zeros(len(year), bool)
    for y in np.unique(year):
        at = np.flatnonzero(year == y)
        held, place = np.unique(np.concatenate([exporter[at], importer[at]]), return_inverse=True)
        i, j = place[: len(at)], place[len(at) :]
        out[at], unsettled[at] = _left_out(i, j, len(held), phi[at], actual[at])
    lone = np.isnan(out) & ~unsettled
    kept = np.flatnonzero(~np.isnan(out) & ~unsettled)
    se = _errors(result, frame, mean)
    ratio = actual[kept] / out[kept]
    low, high, where = gravity._spread(ratio, out[kept], year[kept], band)
    table = pa.table(
        {
            "exporter": rows.column("exporter").take(kept), "importer": rows.column("importer").take(kept), "year": year[kept],
            "actual": actual[kept], "expected": out[kept], "ratio": ratio, "se": se[kept], "low": low * out[kept], "high": high * out[kept],
            "place": where, "own": mean[kept],
        }
    )  # fmt: skip
    return PairsOut(table=table, lone=int(lone.sum()), unsettled=int(unsettled.sum()))


def _states(rows: pa.Table) -> tuple[Ints, Ints]:
    """A number for each row's exporter and importer, the same for the same state."""
    sides = [np.asarray(rows.column(c).to_pylist(), dtype=str) for c in ("exporter", "importer")]
    _, at = np.unique(np.concatenate(sides), return_inverse=True)
    return at[: len(sides[0])], at[len(sides[0]) :]


def _left_out(i: Ints, j: Ints, n: int, phi: Floats, actual: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Expectations of one year's rows, each without its pair; nan where a side is left with nothing; and which did not settle."""
    grid, trade = np.zeros((n, n)), np.zeros((n, n))
    grid[i, j], trade[i, j] = phi / phi.max(), actual
    sold, bought = trade.sum(axis=1), trade.sum(axis=0)
    base = _fitted(grid, sold, bought)
    pair, back = np.unique(np.minimum(i, j) * n + np.maximum(i, j), return_inverse=True)
    s, t = np.divmod(pair, n)
    there, here = _solved(grid, trade, (sold, bought), (s, t), base)
    value = np.where(i == s[back], there[back], here[back])
    return np.where(np.isneginf(value), np.nan, value), np.isneginf(value)


def _fitted(grid: Floats, sold: Floats, bought: Floats) -> Floats:
    """The importers' effects with every flow in, where the solutions without a pair begin."""
    right = np.ones(len(bought))
    for _ in range(ROUNDS):
        with np.errstate(divide="ignore", invalid="ignore"):
            left = np.nan_to_num(sold / (grid @ right), nan=0.0, posinf=0.0)
            new = np.nan_to_num(bought / (left @ grid), nan=0.0, posinf=0.0)
        if np.abs(new - right).max() <= SETTLED * np.abs(new).max():
            return np.asarray(new)
        right = new
    return right


def _solved(grid: Floats, trade: Floats, sums: tuple[Floats, Floats], pairs: tuple[Ints, Ints], base: Floats) -> tuple[Floats, Floats]:
    """Expectations s to t and t to s without both flows; nan where one side has nothing else, minus infinity where rounds ran out."""
    s, t = pairs
    sold, bought = sums
    there, here = np.full(len(s), -np.inf), np.full(len(s), -np.inf)
    live = np.arange(len(s))
    right = np.repeat(base[:, None], len(s), axis=1)
    before = np.full((4, len(s)), np.nan)
    for _ in range(ROUNDS):
        p, q, c = s[live], t[live], np.arange(len(live))
        forth, back = grid[p, q], grid[q, p]
        left = _side(grid @ right, sold, (p, q, c), (forth * right[q, c], back * right[p, c]), (trade[p, q], trade[q, p]))
        right = _side(grid.T @ left, bought, (q, p, c), (forth * left[p, c], back * left[q, c]), (trade[p, q], trade[q, p]))
        seen = np.stack([left[p, c] * forth * right[q, c], left[q, c] * back * right[p, c], left[p, c] * right[q, c], left[q, c] * right[p, c]])
        with np.errstate(invalid="ignore"):
            done = (np.abs(seen - before[:, live]) <= SETTLED * np.abs(seen)).all(axis=0)
        before[:, live] = seen
        if done.any():
            gone = live[done]
            there[gone], here[gone] = seen[0, done], seen[1, done]
            live, right = live[~done], right[:, ~done]
            if not len(live):
                break
    there[there == 0], here[here == 0] = np.nan, np.nan
    return there, here


def _side(whole: Floats, total: Floats, at: tuple[Ints, Ints, Ints], less: tuple[Floats, Floats], flows: tuple[Floats, Floats]) -> Floats:
    """Effects of one side for every pair: totals over weighted sums, at the two states p and q both without the pair's flow."""
    p, q, c = at
    with np.errstate(divide="ignore", invalid="ignore"):
        out = np.where(whole > 0, total[:, None] / whole, 0.0)
        for state, part, flow in ((p, less[0], flows[0]), (q, less[1], flows[1])):
            rest, weight = total[state] - flow, whole[state, c] - part
            bare = (rest <= GONE * total[state]) | (weight <= GONE * whole[state, c])
            out[state, c] = np.where(bare, 0.0, rest / weight)
    return np.asarray(out)


def _errors(result: GravityFit, frame: Frame, mean: Floats) -> Floats:
    """The standard error of the log of each expectation: covariates less what the effects take up, weighted by the expectations."""
    rows = result.rows.column("row").to_numpy()
    x = np.stack([frames.numbers(frame, c, "frame")[rows] for c in result.covariates], axis=1) if result.covariates else np.zeros((len(rows), 0))
    year = result.rows.column("year").to_numpy()
    out = np.zeros(len(mean))
    for y in np.unique(year):
        at = np.flatnonzero(year == y)
        (_, i), (_, j) = (np.unique(c[at], return_inverse=True) for c in result.codes)
        w = mean[at]
        size = (int(i.max()) + 1, int(j.max()) + 1)
        cross = np.zeros(size)
        np.add.at(cross, (i, j), w)
        matrix = np.block([[np.diag(cross.sum(axis=1)), cross], [cross.T, np.diag(cross.sum(axis=0))]])
        right = np.zeros((sum(size), x.shape[1]))
        np.add.at(right, i, w[:, None] * x[at])
        np.add.at(right, size[0] + j, w[:, None] * x[at])
        effect = np.linalg.lstsq(matrix, right, rcond=None)[0]
        rest = x[at] - effect[i] - effect[size[0] + j]
        out[at] = np.sqrt(np.einsum("ij,jk,ik->i", rest, result.covariance, rest))
    return out
