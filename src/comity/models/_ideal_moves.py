"""Moves of whole sessions: all ideal points of a session shifted or stretched together with its roll calls, all sessions at once.

Such a move leaves the probability of every vote as it is, but for roll calls that link sessions and for cutpoints near their bounds;
what resists it is the walk. It is the slow direction of draws by turns, so all sessions' shifts (or stretches) are proposed
together by one Newton step with a precision that is fixed after the burn-in, and accepted or not by the exact ratio.

A shift by a moves a cutpoint by b a on the line where it has no bounds: there the middle of its range is as it was, and what lies beyond EDGE of
the bound is drawn out exponentially. A linked roll call follows the mean shift (stretch) of its sessions, weighted by votes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.models._ideal_data import Votes
from comity.models._ordinal import hazard, kernel, log_between, log_cdf, slopes

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
SHIFT, STRETCH = 0, 1
EDGE = 0.4
"""The share of the range of a cutpoint, at either end, that shifts draw out."""


@dataclass(frozen=True, kw_only=True)
class Cells:
    """The sessions of each roll call: starts [items + 1] into session and weight [cells]; of_vote [votes] counts from the item's first."""

    starts: Ints
    session: Ints
    weight: Floats
    of_vote: NDArray[np.int16]


def cells_of(votes: Votes) -> Cells:
    """The sessions in which each roll call was voted, and the shares of its votes cast there."""
    item = np.repeat(np.arange(votes.items), np.diff(votes.item_starts))
    key = item * len(votes.sessions) + votes.node_session[votes.item_node]
    cells, place, n = np.unique(key, return_inverse=True, return_counts=True)
    owner, session = np.divmod(cells, len(votes.sessions))
    starts = np.searchsorted(owner, np.arange(votes.items + 1))
    weight = n / np.diff(votes.item_starts)[owner]
    return Cells(starts=starts, session=session, weight=weight, of_vote=(place - starts[item]).astype(np.int16))


@kernel
def stretched(g: float, bound: float) -> float:
    """The cutpoint on the line without bounds."""
    edge = bound * (1.0 - EDGE)
    size = abs(g)
    if size <= edge:
        return g
    return math.copysign(edge - (bound - edge) * math.log((bound - size) / (bound - edge)), g)


@kernel
def unstretched(k: float, bound: float) -> float:
    """The cutpoint between its bounds."""
    edge = bound * (1.0 - EDGE)
    size = abs(k)
    if size <= edge:
        return k
    return math.copysign(bound - (bound - edge) * math.exp(-(size - edge) / (bound - edge)), k)


@kernel
def rate(g: float, bound: float) -> float:
    """How much a cutpoint moves for a unit's move on the line."""
    edge = bound * (1.0 - EDGE)
    size = abs(g)
    return 1.0 if size <= edge else (bound - size) / (bound - edge)


@kernel
def moved(
    kind: int, by: Any, node_session: Any, cell_starts: Any, cell_session: Any, cell_weight: Any, bound: float,
    phi: Any, items: Any, new_phi: Any, new_items: Any,
) -> float:  # fmt: skip
    """The ideal points and roll calls after the move; returns the log of the Jacobian."""
    jacobian = 0.0
    for n in range(len(phi)):
        x = by[node_session[n]]
        if kind == SHIFT:
            new_phi[n] = phi[n] + x
        else:
            new_phi[n] = phi[n] * math.exp(x)
            jacobian += x
    for v in range(len(items)):
        x = 0.0
        for c in range(cell_starts[v], cell_starts[v + 1]):
            x += cell_weight[c] * by[cell_session[c]]
        b = items[v, 0]
        if kind == SHIFT:
            new_items[v, 0] = b
            for k in range(1, 3):
                g = items[v, k]
                new = unstretched(stretched(g, bound) + b * x, bound)
                jacobian += math.log(rate(new, bound) / rate(g, bound))
                new_items[v, k] = new
        else:
            new_items[v, 0] = b * math.exp(-x)
            new_items[v, 1], new_items[v, 2] = items[v, 1], items[v, 2]
            jacobian -= x
    return jacobian


@kernel
def change(
    kind: int, starts: Any, cuts: Any, node: Any, cell_starts: Any, bound: float, phi: Any, items: Any, new_phi: Any, new_items: Any
) -> float:
    """By how much the log-likelihood changes; votes that the move cannot touch are passed over."""
    edge = bound * (1.0 - EDGE)
    total = 0.0
    for v in range(len(items)):
        crosses = cell_starts[v + 1] - cell_starts[v] > 1
        low = high = False
        if kind == SHIFT:
            low = abs(items[v, 1]) > edge or abs(new_items[v, 1]) > edge
            high = abs(items[v, 2]) > edge or abs(new_items[v, 2]) > edge
        if not (crosses or low or high):
            continue
        b, g1, g2, b_new, g1_new, g2_new = items[v, 0], items[v, 1], items[v, 2], new_items[v, 0], new_items[v, 1], new_items[v, 2]
        m, n = cuts[v, 0], cuts[v, 1]
        if crosses or low:
            for k in range(starts[v], m):
                total += log_cdf(g1_new - b_new * new_phi[node[k]]) - log_cdf(g1 - b * phi[node[k]])
        if crosses or high:
            for k in range(n, starts[v + 1]):
                total += log_cdf(b_new * new_phi[node[k]] - g2_new) - log_cdf(b * phi[node[k]] - g2)
        for k in range(m, n):
            eta, eta_new = b * phi[node[k]], b_new * new_phi[node[k]]
            total += log_between(g1_new - eta_new, g2_new - eta_new) - log_between(g1 - eta, g2 - eta)
    return total


@kernel
def vote_gradient(
    kind: int, starts: Any, cuts: Any, node: Any, cell_starts: Any, cell_session: Any, cell_weight: Any, cell_of: Any, bound: float,
    phi: Any, items: Any, out: Any, precise: bool, precision: Any,
) -> None:  # fmt: skip
    """Add to `out` the derivative of the log-likelihood (and, of a shift, of the Jacobian) by each session's move, at none.

    Where `precise`, minus the second derivative is added to `precision` [sessions, sessions].
    """
    edge = bound * (1.0 - EDGE)
    most = 1
    for v in range(len(items)):
        most = max(most, cell_starts[v + 1] - cell_starts[v])
    sums = np.zeros((most, 5))
    first, second = np.zeros(most), np.zeros(most)
    for v in range(len(items)):
        p, q = cell_starts[v], cell_starts[v + 1]
        b, g1, g2 = items[v, 0], items[v, 1], items[v, 2]
        crosses = q - p > 1
        low, high = kind == SHIFT and abs(g1) > edge, kind == SHIFT and abs(g2) > edge
        if not (crosses or low or high):
            continue
        sums[: q - p] = 0.0
        m, n = cuts[v, 0], cuts[v, 1]
        if crosses or low:
            for k in range(starts[v], m):
                eta = b * phi[node[k]]
                u = g1 - eta
                r = hazard(u)
                c = cell_of[k]
                by = 1.0 if kind == SHIFT else eta
                sums[c, 0] += by * r
                sums[c, 2] -= by * by * r * (u + r)
        if crosses or high:
            for k in range(n, starts[v + 1]):
                eta = b * phi[node[k]]
                u = eta - g2
                r = hazard(u)
                c = cell_of[k]
                if kind == SHIFT:
                    sums[c, 1] -= r
                    sums[c, 3] -= r * (u + r)
                else:
                    sums[c, 0] -= eta * r
                    sums[c, 2] -= eta * eta * r * (u + r)
        for k in range(m, n):
            eta = b * phi[node[k]]
            s1, s2, s11, s22, s12 = slopes(2, eta, g1, g2)
            c = cell_of[k]
            if kind == SHIFT:
                sums[c, 0] += s1
                sums[c, 1] += s2
                sums[c, 2] += s11
                sums[c, 3] += s22
                sums[c, 4] += s12
            else:
                sums[c, 0] += eta * (s1 + s2)
                sums[c, 2] += eta * eta * (s11 + s22 + 2.0 * s12)
        r1, r2 = rate(g1, bound), rate(g2, bound)
        push = 0.0
        if low:
            push -= math.copysign(1.0, g1) * b / (bound - edge)
        if high:
            push -= math.copysign(1.0, g2) * b / (bound - edge)
        for c in range(p, q):
            w = cell_weight[c]
            t = cell_session[c]
            out[t] += push * w
            for e in range(q - p):
                own = 1.0 if e == c - p else 0.0
                if kind == SHIFT:
                    out[t] += sums[e, 0] * b * (r1 * w - own) + sums[e, 1] * b * (r2 * w - own)
                else:
                    out[t] += sums[e, 0] * (w - own)
        if not precise:
            continue
        for e in range(q - p):
            for c in range(p, q):
                own = 1.0 if e == c - p else 0.0
                first[c - p] = b * (r1 * cell_weight[c] - own) if kind == SHIFT else cell_weight[c] - own
                second[c - p] = b * (r2 * cell_weight[c] - own)
            for c in range(p, q):
                for d in range(p, q):
                    x = sums[e, 2] * first[c - p] * first[d - p]
                    if kind == SHIFT:
                        x += sums[e, 3] * second[c - p] * second[d - p]
                        x += sums[e, 4] * (first[c - p] * second[d - p] + second[c - p] * first[d - p])
                    precision[cell_session[c], cell_session[d]] -= x


@kernel
def walk_gradient(
    kind: int, paths: Any, node_session: Any, walk: Any, first_mean: Any, phi: Any, s2: float, out: Any, precise: bool, precision: Any
) -> None:
    """Add to `out` the derivative of the walk's log-density by each session's move, at none; minus the second ones, nearly, to `precision`."""
    for i in range(len(paths) - 1):
        p, q = paths[i], paths[i + 1]
        for n in range(p, q):
            t = node_session[n]
            here = 1.0 if kind == SHIFT else phi[n]
            d = (phi[n] - (first_mean[i] if n == p else phi[n - 1])) / (walk[n] * s2)
            out[t] -= d * here
            if precise:
                precision[t, t] += here * here / (walk[n] * s2)
            if n > p:
                u = node_session[n - 1]
                back = 1.0 if kind == SHIFT else phi[n - 1]
                out[u] += d * back
                if precise:
                    precision[u, u] += back * back / (walk[n] * s2)
                    precision[t, u] -= here * back / (walk[n] * s2)
                    precision[u, t] -= here * back / (walk[n] * s2)
