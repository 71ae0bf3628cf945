"""Dynamic ordinal ideal points of states from their roll-call votes, with the full posterior.

The model is that of Bailey, M. A., Strezhnev, A. & Voeten, E. (2017), Estimating dynamic state preferences from United Nations voting
data, Journal of Conflict Resolution 61(2):430-456. A state i in session t answers roll call v with z = beta_v theta_it + e, e ~ N(0, 1): yes
below the first cutpoint, abstain between the two, no above the second. beta ~ N(0, 1); the cutpoints are flat on ±7; theta walks at random
with variance .5 n_t / (n_t + n_before), n the votes that count; over all state-sessions theta has mean 0 and standard deviation 1.

Two inferences. `prior="smoother"` is the posterior of that walk, a state's first session being N(0, 1). `prior="filter"`
repeats the published sampler's update, which conditions theta_t on the past mean only and is no model's posterior: use it to
reproduce published numbers.
"""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from comity.core import UsageError
from comity.models import _ideal_items as items_
from comity.models import _ideal_start as start_
from comity.models._ideal_data import Votes, encode, walk_variances
from comity.models._ideal_diagnostics import diagnostics
from comity.models._ideal_filter import FilterChain
from comity.models._ideal_results import LEVELS, Diagnostics, IdealPoints, Items, distance, nearer_probability
from comity.models._ideal_sampler import Chain, parted

__all__ = ["Diagnostics", "IdealPoints", "Items", "distance", "fit", "nearer_probability"]

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
SMOOTH = 0.5
BOUND = 7.0
BLOCK = 4
STEPS = 15
DRAWS = {"smoother": 600, "filter": 3200}
THIN = {"smoother": 1, "filter": 2}
BURN = {"smoother": 150, "filter": 400}
KEPT = 1000
BAD_RHAT = 1.1


def fit(
    votes: Any,
    *,
    prior: Literal["smoother", "filter"] = "smoother",
    method: Literal["full", "em"] = "full",
    chains: int = 2,
    draws: int | None = None,
    burn: int | None = None,
    thin: int | None = None,
    seed: int = 1,
    threads: int | None = None,
    bridges: Any = None,
    smooth: float = SMOOTH,
    first_variance: float = 1.0,
    bound: float = BOUND,
    polarity: Mapping[str, float] = start_.POLARITY,
    keep_unanimous: bool = False,
    kept: int = KEPT,
    progress: Callable[[int, int], None] | None = None,
) -> IdealPoints:
    """The ideal points of all states in all sessions.

    votes: an Arrow table, a pandas frame or a mapping of arrays, long: state, session (whole numbers), rollcall, vote (1 yes, 2 abstain, 3 no,
    0 absent), and where wanted link, the earlier roll call that this one repeats. bridges: the same as pairs (later, earlier) or a mapping;
    linked roll calls share their parameters. Absences and unanimous roll calls are left out, and what was left out is told in
    `diagnostics.warnings`.

    draws and burn are passes of each chain (defaults: 600 after 150, filter 3,200 after 400), of which every `thin`-th (1, filter 2) is kept for the
    diagnostics and at most `kept` of all chains, evenly spaced, in the result. The draws depend on the seed only, not on the number of threads.
    smooth: the walk's innovation variance before the share of votes; first_variance: that of a state's first session; bound: of the cutpoints.
    polarity: states whose weighted mean is made positive. keep_unanimous: count roll calls on which all agree, for simulations.
    method="em": stochastic EM in seconds, with bands from the corrected curvature; `docs/ideal_points.md` has its errors.

    Raises UsageError for options or columns, BadDataError for codes, nulls, duplicates, or where no roll call divides the states.
    """
    began = time.perf_counter()
    if prior not in DRAWS:
        raise UsageError(f'prior {prior!r}; expected "smoother" or "filter"')
    if method not in ("full", "em"):
        raise UsageError(f'method {method!r}; expected "full" or "em"')
    if method == "em" and prior == "filter":
        raise UsageError('method "em" is of the smoother; expected prior="smoother" with it')
    sizes = {"chains": (chains, 1), "draws": (DRAWS[prior] if draws is None else draws, 8), "burn": (BURN[prior] if burn is None else burn, 1)}
    sizes |= {"thin": (THIN[prior] if thin is None else thin, 1), "kept": (kept, 1), "threads": (cores() if threads is None else threads, 1)}
    for name, (value, least) in sizes.items():
        if not isinstance(value, int) or value < least:
            raise UsageError(f"{name} is {value!r}; expected a whole number of at least {least}")
    for name, number in (("smooth", smooth), ("first_variance", first_variance), ("bound", bound)):
        if not (np.isfinite(number) and number > 0):
            raise UsageError(f"{name} is {number!r}; expected a number above zero")
    coded = encode(votes, bridges=bridges, keep_unanimous=keep_unanimous)
    sign, unsigned = start_.anchors_of(coded, polarity)
    told = [*coded.warnings, *([unsigned] if unsigned else [])]
    walk, first_mean = walk_variances(coded, smooth, first_variance), np.zeros(len(coded.states))
    number = sizes["threads"][0]
    with ThreadPoolExecutor(max(number, 1)) as pool:
        if method == "em":
            from comity.models._ideal_quick import quick

            return quick(coded, walk, first_mean, sign, told=told, bound=bound, seed=seed, pool=pool, threads=number, kept=kept, began=began)
        each = parted(pool, number)
        theta, items, anchors = start_.climb(coded, walk, first_mean, sign, bound=bound, scaled=True, each=each, steps=STEPS)

        def start(chain: int) -> Chain | FilterChain:
            own = chain_seed(seed, chain)
            at, its, about = _dispersed(coded, theta, items, anchors, own, bound, parted(None, 1))
            if prior == "filter":
                return FilterChain(coded, smooth, first_variance, at, its, about, seed=own, bound=bound)
            return Chain(coded, walk, first_mean, at, its, about, seed=own, bound=bound, scaled=True, block=BLOCK)

        thetas, parameters, acceptance = sample(
            coded, start, chains=chains, draws=sizes["draws"][0], burn=sizes["burn"][0], thin=sizes["thin"][0], threads=number, progress=progress
        )
        doubtful = turn(thetas, parameters, sign)
        told += [doubtful] if doubtful else []
        return summarised(
            coded, thetas, parameters, acceptance, told=told, prior=prior, seed=seed, kept=kept, burn=sizes["burn"][0], pool=pool, began=began
        )


def cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def chain_seed(seed: int, chain: int) -> int:
    """The seed of one chain, 62 bits."""
    return int(np.random.SeedSequence([abs(int(seed)), int(seed < 0), chain]).generate_state(1, np.uint64)[0] >> 2)


def _dispersed(votes: Votes, theta: Floats, items: Floats, anchors: Floats, seed: int, bound: float, each: Any) -> tuple[Floats, Floats, Floats]:
    """A start of its own for a chain: each state moved as a whole and each of its sessions a little, roll calls fitted to that."""
    rng = np.random.default_rng(seed)
    at = 0.9 * theta + 0.25 * rng.standard_normal(len(votes.states))[votes.node_state] + 0.15 * rng.standard_normal(len(theta))
    at = (at - at.mean()) / at.std(ddof=1)
    its, about = items.copy(), anchors.copy()
    for _ in range(3):
        each(items_.maximise_items, votes.items, (votes.item_starts, votes.item_cuts, votes.item_node, votes.sorts, at, its, about, bound, 1.0))
    return at, its, about


def sample(
    votes: Votes, start: Callable[[int], Any], *, chains: int, draws: int, burn: int, thin: int, threads: int,
    progress: Callable[[int, int], None] | None,
) -> tuple[Singles, Singles, dict[str, float]]:
    """Draws of the ideal points [chains, draws, nodes] and the roll calls [chains, draws, items, 3], and the share of moves accepted."""
    number = draws // thin
    thetas = np.empty((chains, number, votes.nodes), dtype=np.float32)
    parameters = np.empty((chains, number, votes.items, 3), dtype=np.float32)
    inner = max(threads // chains, 1)
    done, took = [0] * chains, [0.0] * chains

    def run(chain: int) -> Any:
        with ThreadPoolExecutor(inner) as own:
            each = parted(own if inner > 1 else None, inner)
            held, began = start(chain), time.perf_counter()
            for k in range(burn + number * thin):
                left = burn - k
                if left == 0:
                    began = time.perf_counter()
                held.sweep(each, learn=max(0.05, 1.0 / (k + 2.0)) if left > 0 else 0.0)
                if left <= 0 and (k - burn + 1) % thin == 0:
                    at = (k - burn) // thin
                    thetas[chain, at], parameters[chain, at] = held.standard()
                done[chain] = k + 1
                if progress is not None and chain == 0 and k % 10 == 0:
                    progress(sum(done), chains * (burn + number * thin))
            took[chain] = time.perf_counter() - began
            return held

    outer = max(min(chains, threads), 1)
    with ThreadPoolExecutor(outer) as pool:
        ended = list(pool.map(run, range(chains)))
    passes = (burn + number * thin) * chains
    proposed = votes.sorts != items_.NONE
    acceptance = {"seconds": max(took), "items": float(np.mean([c.item_accepted[proposed].mean() for c in ended]) * chains / passes)}
    if isinstance(ended[0], Chain):
        acceptance["paths"] = float(np.mean([c.node_accepted.mean() for c in ended]) * chains / passes)
        if ended[0].scaled:
            acceptance["scale"] = sum(c.whole_accepted for c in ended) / sum(c.counted for c in ended)
        acceptance["session shifts"] = float(sum(c.move_accepted[0] for c in ended)) / passes
        acceptance["session stretches"] = float(sum(c.move_accepted[1] for c in ended)) / passes
    return thetas, parameters, acceptance


def turn(thetas: Singles, parameters: Singles | None, sign: Floats) -> str | None:
    """Turn every draw [chains, draws, nodes], in place, to one side: all towards their mean, and that so that the anchors' score is positive.

    The model holds for theta and beta as for -theta and -beta. Returns a warning where the anchors' score is less than two of its standard
    deviations from zero, so that the data hardly say which side is which.
    """
    score = sign.astype(np.float32)
    towards = thetas[0, 0].copy()
    for _ in range(2):
        for c in range(len(thetas)):
            down = thetas[c] @ towards < 0
            thetas[c, down] *= -1
            if parameters is not None:
                parameters[c, down, :, 0] *= -1
        towards = thetas.mean(axis=(0, 1))
    if float(towards @ score) < 0:
        thetas *= -1
        if parameters is not None:
            parameters[..., 0] *= -1
    scores = thetas @ score
    if abs(scores.mean()) < 2.0 * scores.std():
        return "the states that fix the sign lie near the middle: which side is positive is hardly known"
    return None


def summarised(
    votes: Votes, thetas: Singles, parameters: Singles, acceptance: dict[str, float], *, told: list[str], prior: Literal["smoother", "filter"],
    seed: int, kept: int, burn: int, pool: ThreadPoolExecutor | None, began: float,
) -> IdealPoints:  # fmt: skip
    """The frozen result of draws [chains, draws, nodes] and [chains, draws, items, 3]."""
    chains, number = thetas.shape[:2]
    rhat, bulk, tail, mcse = diagnostics(thetas, pool)
    flat = parameters.reshape(chains, number, -1)
    item_rhat, item_ess, _, _ = diagnostics(flat, pool)
    item_rhat, item_ess = np.nanmax(item_rhat.reshape(-1, 3), axis=1), np.nanmin(item_ess.reshape(-1, 3), axis=1)
    all_theta = thetas.reshape(chains * number, -1)
    all_items = parameters.reshape(chains * number, -1, 3)
    mean, sd = _moments(all_theta)
    item_mean, item_sd = _moments(all_items)
    chosen = np.linspace(0, len(all_theta) - 1, min(kept, len(all_theta))).round().astype(int)
    bad = np.flatnonzero(item_rhat > BAD_RHAT)
    bad = bad[np.argsort(-item_rhat[bad])]
    worst = tuple((votes.rollcalls[v], float(item_rhat[v])) for v in bad)
    told, acceptance = list(told), dict(acceptance)
    sampling = acceptance.pop("seconds", 0.0)
    if len(bad):
        most = f"at most {item_rhat[bad[0]]:.2f}"
        told.append(f"{len(bad)} of {votes.items} roll calls have an R-hat above {BAD_RHAT}, {most}: diagnostics.worst_items lists them")
    high = int((rhat > BAD_RHAT).sum())
    if high:
        told.append(f"{high} of {votes.nodes} state-sessions have an R-hat above {BAD_RHAT}, at most {np.nanmax(rhat):.2f}: take more draws")
    return IdealPoints(
        states=tuple(votes.states[k] for k in votes.node_state),
        sessions=np.array(votes.sessions, dtype=np.int64)[votes.node_session],
        votes=np.diff(votes.node_starts),
        mean=mean,
        sd=sd,
        quantiles=_quantiles(all_theta, pool),
        draws=np.ascontiguousarray(all_theta[chosen]),
        items=Items(
            rollcalls=votes.rollcalls,
            sessions=np.array(votes.sessions, dtype=np.int64)[votes.item_session],
            linked=votes.linked,
            votes=np.diff(votes.item_starts),
            beta=item_mean[:, 0], beta_sd=item_sd[:, 0],
            cut1=item_mean[:, 1], cut1_sd=item_sd[:, 1],
            cut2=item_mean[:, 2], cut2_sd=item_sd[:, 2],
            cut1_supported=(votes.counts[:, 0] > 0) & (votes.counts[:, 1:].sum(axis=1) > 0),
            cut2_supported=(votes.counts[:, 2] > 0) & (votes.counts[:, :2].sum(axis=1) > 0),
            rhat=item_rhat, ess=item_ess,
        ),
        diagnostics=Diagnostics(
            rhat=rhat, ess_bulk=bulk, ess_tail=tail, mcse=mcse, acceptance=acceptance, chains=chains, kept=number, burn=burn,
            seconds=time.perf_counter() - began, sampling=sampling, warnings=tuple(told), worst_items=worst,
        ),
        prior=prior,
        method="full",
        seed=seed,
    )


def _moments(x: Singles) -> tuple[Floats, Floats]:
    """Mean and standard deviation over the first axis, summed in double precision."""
    mean = x.mean(axis=0, dtype=np.float64)
    square = np.einsum("i...,i...->...", x, x, dtype=np.float64) / len(x)
    return mean, np.sqrt(np.maximum(square - mean**2, 0.0) * len(x) / (len(x) - 1))


def _quantiles(x: Singles, pool: ThreadPoolExecutor | None) -> Floats:
    edges = np.linspace(0, x.shape[1], 9).astype(int).tolist()
    parts = [slice(a, z) for a, z in itertools.pairwise(edges) if z > a]
    work = (pool.map if pool is not None else map)(lambda part: np.quantile(np.ascontiguousarray(x[:, part]), LEVELS, axis=0), parts)
    return np.ascontiguousarray(np.concatenate(list(work), axis=1).T.astype(np.float64))
