"""Worlds drawn from the model of ideal points itself: the truth is known, so that fits can be held against it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
TOLERANCE = 0.01
"""How far from 1 a drawn standard deviation may be before it is set to 1: the conditional prior to within a hundredth."""


@dataclass(frozen=True, kw_only=True)
class World:
    """The truth on the standardised scale, and the votes: theta [states, sessions], beta, cut1 and cut2 [roll calls]."""

    theta: Floats
    beta: Floats
    cut1: Floats
    cut2: Floats
    votes: dict[str, NDArray[Any]]


def walk(rng: np.random.Generator, states: int, sessions: int, *, variance: float = 0.25) -> Floats:
    """Paths of the walk given that all of them together have standard deviation 1, [states, sessions].

    The walk's density on that set is that of the walk with any ridge, as the ridge is constant there; so draws with the ridge under which
    1 is the mean are kept where they come near 1, and set to 1.
    """
    n = states * sessions
    steps = np.full(sessions, variance)
    steps[0] = 1.0
    one = np.zeros((sessions, sessions))
    for t in range(sessions):
        one[t, t] += 1.0 / steps[t]
        if t:
            one[t - 1, t - 1] += 1.0 / steps[t]
            one[t, t - 1] -= 1.0 / steps[t]
            one[t - 1, t] -= 1.0 / steps[t]
    low, high = 0.0, 50.0
    if np.trace(np.linalg.inv(one)) / sessions < 1.0:
        low, high = -0.999 * float(np.linalg.eigvalsh(one)[0]), 0.0
    for _ in range(60):
        ridge = 0.5 * (low + high)
        low, high = (ridge, high) if np.trace(np.linalg.inv(one + ridge * np.eye(sessions))) / sessions > 1.0 else (low, ridge)
    root = np.linalg.cholesky(np.linalg.inv(one + ridge * np.eye(sessions)))
    while True:
        # the ridge is on the plain square here, the constraint on the square about the mean: the difference is a weight
        x = rng.standard_normal((400, states, sessions)) @ root.T
        weight = np.exp(0.5 * ridge * n * x.mean(axis=(1, 2)) ** 2) if ridge > 0 else np.ones(len(x))
        spread = x.reshape(400, -1).std(axis=1, ddof=1)
        taken = np.flatnonzero((np.abs(spread - 1.0) < TOLERANCE) & (rng.random(len(x)) < weight / 8.0))
        if len(taken):
            return x[taken[0]] / spread[taken[0]]


def world(rng: np.random.Generator, *, states: int = 10, sessions: int = 4, calls: int = 10, bound: float = 2.5) -> World:
    """A world with so many roll calls a session; all vote on all. Cutpoints are uniform within the bound."""
    theta = walk(rng, states, sessions)
    number = calls * sessions
    beta = rng.standard_normal(number)
    cuts = np.sort(rng.uniform(-bound, bound, (number, 2)), axis=1)
    state, call = (a.ravel() for a in np.meshgrid(np.arange(states), np.arange(number), indexing="ij"))
    z = beta[call] * theta[state, call // calls] + rng.standard_normal(len(state))
    vote = 1 + (z > cuts[call, 0]).astype(int) + (z > cuts[call, 1]).astype(int)
    middle = theta.mean()
    votes = {"state": np.array([f"S{k:02d}" for k in state]), "session": call // calls + 1, "rollcall": call, "vote": vote}
    return World(theta=theta - middle, beta=beta, cut1=cuts[:, 0] - beta * middle, cut2=cuts[:, 1] - beta * middle, votes=votes)


def ranks(rng: np.random.Generator, fit: Any, *, draws: int = 99, **shape: Any) -> Floats:
    """The ranks, from 0 to 1, of the truth among nearly independent draws of a fit to a world: ideal points, distances, roll calls.

    Truth and draws are turned to the side of the posterior mean, which depends on the votes alone.
    """
    bound = shape.pop("bound", 2.5)
    made = world(rng, bound=bound, **shape)
    result, thetas, items = fit(made.votes, bound)
    sign = 1.0 if float(made.theta.ravel() @ result.mean) >= 0 else -1.0
    keep = np.linspace(0, len(thetas) - 1, draws).astype(int)
    thetas, items = thetas[keep], items[keep]
    truth = (sign * made.theta).ravel()
    width = made.theta.shape[1]
    told = [
        (truth, thetas),
        (np.abs(truth[:width] - truth[width : 2 * width]), np.abs(thetas[:, :width] - thetas[:, width : 2 * width])),
        (sign * made.beta[:8], items[:, :8, 0]),
        (made.cut1[:8], items[:, :8, 1]),
        (made.cut2[:8], items[:, :8, 2]),
        (np.array([np.abs(made.beta).mean(), np.diff(made.theta, axis=1).std()]),
         np.stack([np.abs(items[:, :, 0]).mean(axis=1), np.diff(thetas.reshape(draws, -1, width), axis=2).std(axis=(1, 2))], axis=1)),
    ]  # fmt: skip
    below = np.concatenate([(got < true).sum(axis=0) for true, got in told])
    return (below + rng.random(len(below))) / (draws + 1)
