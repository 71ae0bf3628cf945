"""Ideal points as they could be known at the time: fits that use no later session, and updates by a new session.

A smoother looks ahead. `filtered` fits again at every session; `update` carries the posterior of the past to a new one: a state's prior there
is normal with the mean of its last session, and that session's variance plus the walk's (assumed-density filtering, Särkkä 2013, Bayesian
Filtering and Smoothing, ch. 5). What states' errors have in common is not carried on, and the scale is the past's: for a few sessions, not for many.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from comity.core import BadDataError, UsageError
from comity.models import _ideal_start as start_
from comity.models import ideal_points
from comity.models._ideal_data import encode, walk_variances
from comity.models._ideal_results import Diagnostics, IdealPoints, Items
from comity.models._ideal_sampler import Chain, parted

FIRST_SESSIONS = 5
PASSES, BURN = 400, 100


def as_of(votes: Any, session: int, **options: Any) -> IdealPoints:
    """`fit` with the votes of sessions up to this one only; options as of `fit`. Raises BadDataError where there are none."""
    table = _frame(votes)
    kept = table["session"] <= session
    if not kept.any():
        raise BadDataError(f"no votes up to session {session}; the first are of session {table['session'].min()}")
    return ideal_points.fit({name: column[kept] for name, column in table.items()}, **options)


def update(
    past: IdealPoints, votes: Any, *, draws: int = PASSES, burn: int = BURN, chains: int = 2, seed: int = 1, threads: int | None = None,
    smooth: float = ideal_points.SMOOTH, first_variance: float = 1.0, bound: float = ideal_points.BOUND,
) -> IdealPoints:  # fmt: skip
    """The past result with rows for new sessions, given the past and their votes; the past rows stand as they were.

    votes: long as for `fit`, all of sessions after the past's last. States new to the past begin at N(0, first_variance). Roll calls are taken
    on their own: links to the past are not used. Draws of the new rows are joint among themselves, not with the past's.
    Raises UsageError where a session is not later than the past's last.
    """
    began = time.perf_counter()
    coded = encode(votes)
    last = int(past.sessions.max())
    if coded.sessions[0] <= last:
        raise UsageError(f"votes of session {coded.sessions[0]}; expected sessions after {last}, the last of the past")
    known = _last_rows(past)
    walk = walk_variances(coded, smooth, first_variance)
    first_mean = np.zeros(len(coded.states))
    n = np.diff(coded.node_starts).astype(np.float64)
    for i, state in enumerate(coded.states):
        row = known.get(state)
        if row is not None:
            at = coded.paths[i]
            first_mean[i] = past.mean[row]
            walk[at] = past.sd[row] ** 2 + smooth * n[at] / (n[at] + past.votes[row])
    sign = np.zeros(coded.nodes)
    begin = first_mean[coded.node_state]
    theta, items, anchors = start_.climb(
        coded, walk, first_mean, sign, bound=bound, scaled=False, each=parted(None, 1), steps=ideal_points.STEPS, theta=begin
    )

    def start(chain: int) -> Chain:
        own = ideal_points.chain_seed(seed, 1000 + chain)
        return Chain(coded, walk, first_mean, theta, items, anchors, seed=own, bound=bound, scaled=False, block=ideal_points.BLOCK)

    cores = ideal_points.cores() if threads is None else threads
    thetas, parameters, acceptance = ideal_points.sample(coded, start, chains=chains, draws=draws, burn=burn, thin=1, threads=cores, progress=None)
    new = ideal_points.summarised(
        coded, thetas, parameters, acceptance, told=list(coded.warnings), prior="smoother", seed=seed, kept=len(past.draws), burn=burn,
        pool=None, began=began,
    )
    return _joined(past, new)


def filtered(
    votes: Any, *, first: int = FIRST_SESSIONS, method: Literal["em", "full"] = "em", progress: Callable[[int], None] | None = None, **options: Any
) -> IdealPoints:
    """Ideal points as they could be known when each session had ended: its rows use its own votes and those before it, never later ones.

    One fit to all votes up to each session, of which that session's rows are kept; the first `first` sessions are of one fit and look
    ahead within them. Each fit has its own scale, mean 0 and standard deviation 1 over all state-sessions up to then, and the sign of the
    first. method and options as of `fit`; draws are joint within a session only. A session that adds nothing is told in the warnings. Raises
    UsageError where there are fewer sessions than `first`.
    """
    table = _frame(votes)
    sessions = np.unique(table["session"])
    if not 1 <= first <= len(sessions):
        raise UsageError(f"first is {first}; expected 1 to {len(sessions)}, the number of sessions")
    result = as_of(table, int(sessions[first - 1]), method=method, **options)
    for session in sessions[first:].tolist():
        if progress is not None:
            progress(int(session))
        new = _only(_turned(as_of(table, int(session), method=method, **options), result), int(session))
        if len(new.states):
            result = _joined(result, new)
        else:
            told = (*result.diagnostics.warnings, f"session {session} adds nothing: no roll call of it divides")
            result = replace(result, diagnostics=replace(result.diagnostics, warnings=told), _rows={})
    return result


def _turned(new: IdealPoints, past: IdealPoints) -> IdealPoints:
    """The new fit turned to the side of the past's rows: few anchors may leave the sign of an early fit to chance."""
    rows = [(k, past.row(s, int(t))) for k, (s, t) in enumerate(zip(new.states, new.sessions, strict=True))]
    both = np.array([(k, r) for k, r in rows if r is not None], dtype=np.int64)
    if not len(both) or float(new.mean[both[:, 0]] @ past.mean[both[:, 1]]) >= 0:
        return new
    items = replace(new.items, beta=-new.items.beta)
    return replace(new, mean=-new.mean, quantiles=-new.quantiles[:, ::-1], draws=-new.draws, items=items, _rows={})


def _only(result: IdealPoints, session: int) -> IdealPoints:
    """The rows and roll calls of one session."""
    at, of = result.sessions == session, result.items.sessions == session
    items: dict[str, Any] = {k: v[of] for k, v in result.items.__dict__.items() if k != "rollcalls"}
    items["rollcalls"] = tuple(r for r, kept in zip(result.items.rollcalls, of.tolist(), strict=True) if kept)
    d = result.diagnostics
    diagnostics = replace(d, rhat=d.rhat[at], ess_bulk=d.ess_bulk[at], ess_tail=d.ess_tail[at], mcse=d.mcse[at])
    return replace(
        result, states=tuple(s for s, kept in zip(result.states, at.tolist(), strict=True) if kept), sessions=result.sessions[at],
        votes=result.votes[at], mean=result.mean[at], sd=result.sd[at], quantiles=result.quantiles[at],
        draws=np.ascontiguousarray(result.draws[:, at]), items=Items(**items), diagnostics=diagnostics, _rows={},
    )  # fmt: skip


def _frame(votes: Any) -> Mapping[str, NDArray[Any]]:
    """The votes as arrays by column, sessions as whole numbers."""
    from comity.models._ideal_data import _columns, _whole

    columns = _columns(votes)
    return columns | {"session": _whole("session", columns["session"])}


def _last_rows(past: IdealPoints) -> dict[str, int]:
    out: dict[str, int] = {}
    for row, state in enumerate(past.states):
        if state not in out or past.sessions[row] > past.sessions[out[state]]:
            out[state] = row
    return out


def _joined(past: IdealPoints, new: IdealPoints) -> IdealPoints:
    """Both results' rows, sorted by state and session; of draws, as many as the fewer have."""
    order = np.lexsort((np.concatenate([past.sessions, new.sessions]), np.array([*past.states, *new.states])))

    def rows(name: str, of: Any = None) -> Any:
        a, b = (getattr(r if of is None else getattr(r, of), name) for r in (past, new))
        return np.concatenate([a, b])[order]

    states = [*past.states, *new.states]
    number = min(len(past.draws), len(new.draws))
    draws = np.concatenate([past.draws[:number], new.draws[:number]], axis=1)[:, order]
    parts: dict[str, Any] = {k: np.concatenate([v, getattr(new.items, k)]) for k, v in past.items.__dict__.items() if k != "rollcalls"}
    items = Items(rollcalls=(*past.items.rollcalls, *new.items.rollcalls), **parts)
    d, e = past.diagnostics, new.diagnostics
    diagnostics = Diagnostics(
        rhat=rows("rhat", "diagnostics"), ess_bulk=rows("ess_bulk", "diagnostics"), ess_tail=rows("ess_tail", "diagnostics"),
        mcse=rows("mcse", "diagnostics"), acceptance=e.acceptance, chains=e.chains, kept=e.kept, burn=e.burn, seconds=d.seconds + e.seconds,
        sampling=d.sampling + e.sampling,
        warnings=tuple(dict.fromkeys((*d.warnings, *e.warnings))), worst_items=(*d.worst_items, *e.worst_items),
    )  # fmt: skip
    return IdealPoints(
        states=tuple(states[k] for k in order), sessions=rows("sessions"), votes=rows("votes"), mean=rows("mean"), sd=rows("sd"),
        quantiles=rows("quantiles"), draws=draws, items=items, diagnostics=diagnostics, prior=past.prior, method=past.method, seed=past.seed,
    )  # fmt: skip
