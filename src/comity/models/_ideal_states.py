"""Draws of the states' paths of ideal points given the roll calls: blocks of sessions by an independence sampler around one Newton step.

In the units of the sampler (phi) the random walk has the variances `walk`, the first session of a state the mean `first_mean` and the
variance in `walk`, and a surrogate takes the place of the constraint on the global scale: -κ (phi² - 2 m phi) a node. With the
surrogate, states are independent given the roll calls; the sampler corrects for it afterwards.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from comity.models._ordinal import hazard, kernel, log_between, log_cdf, normal, seeded, slopes, uniform

PHASE = 2
STEP = 1.0
FLATTER = 0.97
"""The proposal's share of the curvature, so that its tails are the wider ones."""


@kernel
def node_slopes(a: int, m: int, n: int, z: int, item: Any, items: Any, x: float, out: Any) -> None:
    """The derivative (out[0]) and minus the second derivative (out[1]) of the log-likelihood of one state's session at x.

    Votes a to m are yes, m to n abstentions, n to z no.
    """
    d = h = 0.0
    for k in range(a, m):
        v = item[k]
        b = items[v, 0]
        u = items[v, 1] - b * x
        r = hazard(u)
        d -= b * r
        h += b * b * r * (u + r)
    for k in range(n, z):
        v = item[k]
        b = items[v, 0]
        u = b * x - items[v, 2]
        r = hazard(u)
        d += b * r
        h += b * b * r * (u + r)
    for k in range(m, n):
        v = item[k]
        b = items[v, 0]
        s1, s2, s11, s22, s12 = slopes(2, b * x, items[v, 1], items[v, 2])
        d -= b * (s1 + s2)
        h -= b * b * (s11 + s22 + 2.0 * s12)
    out[0], out[1] = d, h


@kernel
def node_log_likelihood(a: int, m: int, n: int, z: int, item: Any, items: Any, x: float) -> float:
    """The log-likelihood of one state's session at x."""
    total = 0.0
    for k in range(a, m):
        v = item[k]
        total += log_cdf(items[v, 1] - items[v, 0] * x)
    for k in range(m, n):
        v = item[k]
        eta = items[v, 0] * x
        total += log_between(items[v, 1] - eta, items[v, 2] - eta)
    for k in range(n, z):
        v = item[k]
        total += log_cdf(items[v, 0] * x - items[v, 2])
    return total


@kernel
def _towards(
    p: int, q: int, walk: Any, first_mean: float, ridge: float, middle: float, high: Any, line: Any, diag: Any, out: Any, spread: Any
) -> None:
    """The mean path of one state, and its variances, where the log-likelihood of its node n is line x - high x² / 2, by elimination."""
    for n in range(p, q):
        d = high[n - p] + ridge + 1.0 / walk[n]
        r = line[n - p] + ridge * middle
        if n == p:
            r += first_mean / walk[n]
        if n + 1 < q:
            d += 1.0 / walk[n + 1]
        if n > p:
            back = 1.0 / (walk[n] * diag[n - p - 1])
            d -= back / walk[n]
            r += back * out[n - p - 1]
        diag[n - p], out[n - p] = d, r
    for n in range(q - 1, p - 1, -1):
        r = out[n - p]
        if n + 1 < q:
            r += out[n - p + 1] / walk[n + 1]
        out[n - p] = r / diag[n - p]
        spread[n - p] = 1.0 / diag[n - p]
        if n + 1 < q:
            back = 1.0 / (walk[n + 1] * diag[n - p])
            spread[n - p] += back * back * spread[n - p + 1]


@kernel
def draw_states(
    first: int, last: int, paths: Any, starts: Any, cuts: Any, item: Any, walk: Any, first_mean: Any,
    phi: Any, items: Any, anchors: Any, ridge: float, middle: float, block: int, seed: int, sweep: int, accepted: Any,
    note: bool, centres: Any, spreads: Any,
) -> None:  # fmt: skip
    """Draw anew the paths of the states first to last: nodes paths[i] to paths[i + 1] of phi. `accepted[n]` counts by node.

    Where `note`, the normal approximations of the paths given the roll calls go to `centres` and `spreads` (variances).
    The blocks begin at random and run forwards or backwards with equal chance, so that the whole is reversible.
    """
    state = np.zeros(1, np.uint64)
    most = 0
    for i in range(first, last):
        most = max(most, paths[i + 1] - paths[i])
    line, high, value, centre = np.empty(most), np.empty(most), np.empty(most), np.empty(most)
    work, spread = np.empty(most), np.empty(most)
    diag, off, mean = np.empty(block), np.empty(block), np.empty(block)
    out = np.empty(2)
    for i in range(first, last):
        seeded(state, seed, sweep, PHASE, i)
        p, q = paths[i], paths[i + 1]
        length = q - p
        for n in range(p, q):
            node_slopes(starts[n], cuts[n, 0], cuts[n, 1], starts[n + 1], item, items, anchors[n], out)
            high[n - p], line[n - p] = out[1], out[0] + out[1] * anchors[n]
        _towards(p, q, walk, first_mean[i], ridge, middle, high, line, work, centre, spread)
        for n in range(p, q):
            x = anchors[n] + min(max(centre[n - p] - anchors[n], -STEP), STEP)
            node_slopes(starts[n], cuts[n, 0], cuts[n, 1], starts[n + 1], item, items, x, out)
            curve = FLATTER * out[1]
            high[n - p] = curve
            line[n - p] = out[0] + curve * x
            x = phi[n]
            value[n - p] = node_log_likelihood(starts[n], cuts[n, 0], cuts[n, 1], starts[n + 1], item, items, x) - (line[n - p] - 0.5 * curve * x) * x
        if note:
            _towards(p, q, walk, first_mean[i], ridge, middle, high, line, work, centres[p:q], spreads[p:q])
        backwards = uniform(state) < 0.5
        shift = int(uniform(state) * block)
        count = (length + shift + block - 1) // block
        for turn in range(count):
            which = count - 1 - turn if backwards else turn
            lo = max(which * block - shift, 0)
            hi = min((which + 1) * block - shift, length)
            size = hi - lo
            if size <= 0:
                continue
            for k in range(size):
                n = p + lo + k
                d = high[lo + k] + ridge + 1.0 / walk[n]
                r = line[lo + k] + ridge * middle
                if n == p:
                    r += first_mean[i] / walk[n]
                elif k == 0:
                    r += phi[n - 1] / walk[n]
                if n + 1 < q:
                    d += 1.0 / walk[n + 1]
                    if k == size - 1:
                        r += phi[n + 1] / walk[n + 1]
                back = 0.0
                if k > 0:
                    back = -1.0 / (walk[n] * diag[k - 1])
                    d -= back * back
                    r -= back * mean[k - 1]
                diag[k] = math.sqrt(d)
                off[k] = back
                mean[k] = r / diag[k]
            ratio = 0.0
            for k in range(size - 1, -1, -1):
                x = mean[k] + normal(state)
                if k + 1 < size:
                    x -= off[k + 1] * mean[k + 1]
                mean[k] = x / diag[k]
            for k in range(size):
                n = p + lo + k
                x = mean[k]
                off[k] = node_log_likelihood(starts[n], cuts[n, 0], cuts[n, 1], starts[n + 1], item, items, x)
                off[k] -= (line[lo + k] - 0.5 * high[lo + k] * x) * x
                ratio += off[k] - value[lo + k]
            if math.log(uniform(state)) < ratio:
                for k in range(size):
                    phi[p + lo + k] = mean[k]
                    value[lo + k] = off[k]
                    accepted[p + lo + k] += 1.0


@kernel
def walk_energy(paths: Any, walk: Any, first_mean: Any, phi: Any) -> float:
    """The sum of squared steps over their variances, first sessions included: minus twice the log-density of the walk."""
    total = 0.0
    for i in range(len(paths) - 1):
        p, q = paths[i], paths[i + 1]
        d = phi[p] - first_mean[i]
        total += d * d / walk[p]
        for n in range(p + 1, q):
            d = phi[n] - phi[n - 1]
            total += d * d / walk[n]
    return total


@kernel
def maximise_states(
    first: int, last: int, paths: Any, starts: Any, cuts: Any, item: Any, walk: Any, first_mean: Any, phi: Any, items: Any, ridge: float
) -> None:
    """One Newton step of every state's whole path towards its posterior mode given the roll calls."""
    out = np.empty(2)
    for i in range(first, last):
        p, q = paths[i], paths[i + 1]
        high, line, centre, work, spread = np.empty(q - p), np.empty(q - p), np.empty(q - p), np.empty(q - p), np.empty(q - p)
        for n in range(p, q):
            node_slopes(starts[n], cuts[n, 0], cuts[n, 1], starts[n + 1], item, items, phi[n], out)
            high[n - p], line[n - p] = out[1], out[0] + out[1] * phi[n]
        _towards(p, q, walk, first_mean[i], ridge, 0.0, high, line, work, centre, spread)
        for n in range(p, q):
            phi[n] += min(max(centre[n - p] - phi[n], -STEP), STEP)
