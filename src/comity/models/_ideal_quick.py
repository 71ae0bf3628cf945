"""Ideal points in seconds: stochastic EM. Short runs of the sampler near the joint mode, whose conditional expectations are averaged.

Every pass draws the roll calls and the paths (the stochastic E-step) and takes the mean and the variance of every path given the roll calls, from
the curvature of its log-density. The mean over passes is far less noisy than that of the draws; the variance is that curvature
corrected by the variance of the conditional means between passes, which is the roll calls' share (law of total variance).
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from comity.models import _ideal_start as start_
from comity.models._ideal_data import Votes
from comity.models._ideal_results import IdealPoints
from comity.models._ideal_sampler import Chain, parted

Floats = NDArray[np.float64]
RUNS, BURN, PASSES, STEPS = 2, 25, 35, 8
BLOCK = 4


def short(
    votes: Votes, walk: Floats, first_mean: Floats, start: tuple[Floats, Floats, Floats], *, bound: float, seed: int, threads: int
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32], Floats]:
    """The draws [runs, passes, nodes] and [runs, passes, items, 3], the conditional means of the paths and the mean of their variances."""
    size = (RUNS, PASSES, votes.nodes)
    thetas, centres = np.empty(size, dtype=np.float32), np.empty(size, dtype=np.float32)
    parameters = np.empty((RUNS, PASSES, votes.items, 3), dtype=np.float32)
    spreads = np.zeros((RUNS, votes.nodes))
    inner = max(threads // RUNS, 1)

    def run(chain: int) -> None:
        with ThreadPoolExecutor(inner) as own:
            each = parted(own if inner > 1 else None, inner)
            held = Chain(votes, walk, first_mean, *start, seed=seed + chain, bound=bound, scaled=True, block=BLOCK)
            held.note = True
            for k in range(BURN + PASSES):
                held.sweep(each, learn=max(0.05, 1.0 / (k + 2.0)))
                if k >= BURN:
                    at = k - BURN
                    thetas[chain, at], parameters[chain, at] = held.standard()
                    s = held.path_centres.std(ddof=1)
                    centres[chain, at] = (held.path_centres - held.path_centres.mean()) / s
                    spreads[chain] += held.path_spreads / s**2 / PASSES

    with ThreadPoolExecutor(max(min(RUNS, threads), 1)) as pool:
        list(pool.map(run, range(RUNS)))
    return thetas, parameters, centres, spreads.mean(axis=0)


def quick(
    votes: Votes, walk: Floats, first_mean: Floats, sign: Floats, *, told: list[str], bound: float, seed: int, pool: ThreadPoolExecutor, threads: int,
    kept: int, began: float,
) -> IdealPoints:  # fmt: skip
    """The result of method="em": means and bands as above, the draws moved and scaled so that their margins have them."""
    from dataclasses import replace

    from comity.models.ideal_points import chain_seed, summarised, turn

    each = parted(pool, threads)
    start = start_.climb(votes, walk, first_mean, sign, bound=bound, scaled=True, each=each, steps=STEPS)
    thetas, parameters, centres, spread = short(votes, walk, first_mean, start, bound=bound, seed=chain_seed(seed, 0), threads=threads)
    turn(centres, None, sign)
    flat = centres.reshape(-1, votes.nodes)
    doubtful = turn(thetas, parameters, sign)
    mean = flat.mean(axis=0, dtype=np.float64)
    sd = np.sqrt(spread + flat.var(axis=0, dtype=np.float64, ddof=1))
    acceptance: dict[str, float] = {}
    first = summarised(votes, thetas, parameters, acceptance, told=[], prior="smoother", seed=seed, kept=kept, burn=BURN, pool=pool, began=began)
    scaled = (first.draws - first.mean) / np.maximum(first.sd, 1e-9) * sd + mean
    levels = np.array([-1.6448536269514722, -1.2815515655446004, 0.0, 1.2815515655446004, 1.6448536269514722])
    told = [*told, *([doubtful] if doubtful else []), f"quick: {RUNS} runs of {PASSES} passes, normal bands; R-hat and sample sizes are of its draws"]
    return replace(
        first,
        mean=mean,
        sd=sd,
        quantiles=mean[:, None] + sd[:, None] * levels,
        draws=scaled.astype(np.float32),
        method="em",
        diagnostics=replace(first.diagnostics, seconds=time.perf_counter() - began, warnings=tuple(told), worst_items=()),
        _rows={},
    )
