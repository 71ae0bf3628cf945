"""Convergence of draws: split R-hat, bulk and tail effective sample size, Monte Carlo error, parameter by parameter.

Vehtari, A., Gelman, A., Simpson, D., Carpenter, B. & Bürkner, P.-C. (2021), Rank-normalization, folding, and localization: an improved
R-hat for assessing convergence of MCMC, Bayesian Analysis 16(2):667-718. Autocorrelations end by Geyer's initial monotone sequence.
"""

from __future__ import annotations

import itertools
import math
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.models._ideal_filter import quantile
from comity.models._ordinal import kernel

Floats = NDArray[np.float64]


@kernel
def _rhat(x: Any) -> float:
    """R-hat of draws [chains, draws]."""
    m, n = x.shape
    within = between = whole = 0.0
    for i in range(m):
        whole += x[i].mean() / m
    for i in range(m):
        mean = x[i].mean()
        between += (mean - whole) ** 2 / (m - 1)
        total = 0.0
        for k in range(n):
            total += (x[i, k] - mean) ** 2
        within += total / (n - 1) / m
    if within <= 0.0:
        return math.nan if between <= 0.0 else math.inf
    return math.sqrt((n - 1.0) / n + between / within)


@kernel
def _ess(x: Any) -> float:
    """Effective sample size of draws [chains, draws]; nan where they never vary."""
    m, n = x.shape
    means = np.empty(m)
    whole = 0.0
    for i in range(m):
        means[i] = x[i].mean()
        whole += means[i] / m
    within = between = 0.0
    for i in range(m):
        total = 0.0
        for k in range(n):
            total += (x[i, k] - means[i]) ** 2
        within += total / (n - 1) / m
        if m > 1:
            between += (means[i] - whole) ** 2 / (m - 1)
    variance = within * (n - 1.0) / n + between
    if not variance > 0.0:
        return math.nan
    tau, last = -1.0, math.inf
    lag = 0
    while lag + 1 < n:
        pair = 0.0
        for step in range(2):
            total = 0.0
            for i in range(m):
                for k in range(n - lag - step):
                    total += (x[i, k] - means[i]) * (x[i, k + lag + step] - means[i])
            pair += 1.0 - (within - total / (n * m)) / variance
        if lag == 0:
            pair = max(pair, 1e-9)
        if pair < 0.0:
            break
        last = min(last, pair)
        tau += 2.0 * last
        lag += 2
    tau = max(tau, 1.0 / math.log10(m * n * 1.0))
    return float(m * n / tau)


@kernel
def _ranked(x: Any, out: Any) -> None:
    """The normal scores of the average ranks of all draws."""
    m, n = x.shape
    flat = x.reshape(m * n)
    order = np.argsort(flat)
    size = m * n
    k = 0
    while k < size:
        e = k
        while e + 1 < size and flat[order[e + 1]] == flat[order[k]]:
            e += 1
        score = quantile((0.5 * (k + e) + 1.0 - 0.375) / (size + 0.25))
        for j in range(k, e + 1):
            out[order[j] // n, order[j] % n] = score
        k = e + 1


@kernel
def diagnose(first: int, last: int, draws: Any, rhat: Any, bulk: Any, tail: Any, mcse: Any) -> None:
    """Fill in the diagnostics of the parameters first to last of draws [chains, draws, parameters]."""
    m, n = draws.shape[0], draws.shape[1] // 2
    x, scores = np.empty((2 * m, n)), np.empty((2 * m, n))
    for p in range(first, last):
        for i in range(m):
            shift = draws.shape[1] - n
            for k in range(n):
                x[2 * i, k] = draws[i, k, p]
                x[2 * i + 1, k] = draws[i, shift + k, p]
        _ranked(x, scores)
        rhat[p] = _rhat(scores)
        bulk[p] = _ess(scores)
        flat = np.sort(x.reshape(2 * m * n))
        size = len(flat)
        centre = 0.5 * (flat[(size - 1) // 2] + flat[size // 2])
        low, high = flat[int(0.05 * (size - 1))], flat[math.ceil(0.95 * (size - 1))]
        deviation = x.std()
        own = _ess(x)
        mcse[p] = deviation / math.sqrt(own)
        for i in range(2 * m):
            for k in range(n):
                scores[i, k] = 1.0 if x[i, k] <= low else 0.0
        tail[p] = _ess(scores)
        for i in range(2 * m):
            for k in range(n):
                scores[i, k] = 1.0 if x[i, k] >= high else 0.0
        tail[p] = min(tail[p], _ess(scores))
        for i in range(2 * m):
            for k in range(n):
                x[i, k] = abs(x[i, k] - centre)
        _ranked(x, scores)
        rhat[p] = max(rhat[p], _rhat(scores))


def diagnostics(draws: NDArray[Any], pool: ThreadPoolExecutor | None = None) -> tuple[Floats, Floats, Floats, Floats]:
    """R-hat, bulk and tail effective sample size and Monte Carlo error of draws [chains, draws, parameters]."""
    size = draws.shape[2]
    out = tuple(np.full(size, np.nan) for _ in range(4))
    if pool is None:
        diagnose(0, size, draws, *out)
    else:
        edges = np.linspace(0, size, 17).astype(int).tolist()
        for done in [pool.submit(diagnose, a, z, draws, *out) for a, z in itertools.pairwise(edges) if z > a]:
            done.result()
    return out[0], out[1], out[2], out[3]
