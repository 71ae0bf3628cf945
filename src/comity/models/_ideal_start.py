"""Where the samplers start: states placed by the first singular vector of the votes, then Newton steps towards the joint mode."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.models import _ideal_items as items_
from comity.models import _ideal_states as states_
from comity.models._ideal_data import Votes

Floats = NDArray[np.float64]
Each = Callable[[Callable[..., Any], int, Sequence[Any]], None]
"""Runs kernel(first, last, *arguments) over all indices below a number, in parts."""

POLARITY: Mapping[str, float] = {"USA": 1.0, "CAN": 1.0, "GBR": 1.0, "ISR": 1.0, "RUS": -1.0, "SUN": -1.0, "DDR": -1.0}
"""States whose ideal points fix the sign, as the reference's starting values do: the United States' side is positive."""


def anchors_of(votes: Votes, polarity: Mapping[str, float]) -> tuple[Floats, str | None]:
    """The weight of each node in the score whose sign is made positive, and a warning where no anchor votes."""
    weight = np.array([polarity.get(name, 0.0) for name in votes.states])
    warning = None
    if not weight.any():
        lengths = np.diff(votes.paths)
        most = int(np.argmax(lengths))
        weight[most] = 1.0
        warning = f"no state of {', '.join(polarity)} votes: the sign is fixed by {votes.states[most]}, made positive"
    return weight[votes.node_state], warning


def spread(votes: Votes, sign: Floats) -> Floats:
    """A constant place for each state: the first singular vector of the votes centred by roll call, standardised, with the sign given."""
    from scipy.sparse import csr_array
    from scipy.sparse.linalg import svds

    item = np.repeat(np.arange(votes.items), np.diff(votes.item_starts))
    value = votes.item_y.astype(np.float64)
    mean = np.bincount(item, value) / np.bincount(item)
    state = votes.node_state[votes.item_node]
    matrix = csr_array((value - mean[item], (state, item)), shape=(len(votes.states), votes.items))
    if min(matrix.shape) < 3:
        left = np.linalg.svd(matrix.toarray(), full_matrices=False)[0][:, 0]
    else:
        left = svds(matrix, k=1, v0=np.random.default_rng(votes.items).random(min(matrix.shape)))[0][:, 0]
    place = left / np.sqrt(np.maximum(np.bincount(state, minlength=len(left)), 1))
    theta = place[votes.node_state]
    theta = theta - theta.mean()
    scale = theta.std()
    theta = theta / scale if scale > 0 else np.linspace(-1, 1, len(theta))
    return theta if theta @ sign >= 0 else -theta


def first_items(votes: Votes, theta: Floats, bound: float) -> tuple[Floats, Floats]:
    """Starting values of the roll calls and of their anchors, from shares of the votes and the side on which either answer lies."""
    n = votes.counts.sum(axis=1).astype(np.float64)
    item = np.repeat(np.arange(votes.items), np.diff(votes.item_starts))
    x, y = theta[votes.item_node], votes.item_y.astype(np.float64)
    mx, my = np.bincount(item, x) / n, np.bincount(item, y) / n
    cov = np.bincount(item, (x - mx[item]) * (y - my[item])) / n
    var = np.bincount(item, (x - mx[item]) ** 2) / n
    b = np.clip(2.0 * cov / (var + 0.1), -1.5, 1.5)
    from scipy.special import ndtri

    shares = np.cumsum(votes.counts, axis=1) / n[:, None]
    low = ndtri(np.clip(shares[:, 0], 0.02, 0.97)) + b * mx
    high = np.maximum(ndtri(np.clip(shares[:, 1], 0.03, 0.98)) + b * mx, low + 0.1)
    free = 0.5 * bound
    high = np.where(votes.sorts == items_.NO_AGAINST, np.maximum(free, low + 0.5), high)
    low = np.where(votes.sorts == items_.NO_FOR, np.minimum(-free, high - 0.5), low)
    edge = bound - 0.2
    low, high = np.clip(low, -edge, edge - 0.1), np.clip(high, -edge + 0.1, edge)
    items = np.ascontiguousarray(np.stack([b, low, np.maximum(high, low + 0.05)], axis=1))
    anchors = np.empty_like(items)
    items_.move_anchors(0, votes.items, votes.sorts, items, np.zeros_like(items), 0.0)
    anchors[:] = 0.0
    items_.move_anchors(0, votes.items, votes.sorts, items, anchors, 1.0)
    return items, anchors


def climb(
    votes: Votes, walk: Floats, first_mean: Floats, sign: Floats, *, bound: float, scaled: bool, each: Each, steps: int, settle: float = 1e-3,
    theta: Floats | None = None,
) -> tuple[Floats, Floats, Floats]:  # fmt: skip
    """Newton steps by turns on roll calls and paths, standardised in between: (theta, items, anchors) near the joint mode."""
    theta = spread(votes, sign) if theta is None else theta.copy()
    items, anchors = first_items(votes, theta, bound)
    paths = votes.paths
    for step in range(steps):
        for _ in range(3 if step == 0 else 1):
            given = (votes.item_starts, votes.item_cuts, votes.item_node, votes.sorts, theta, items, anchors, bound, 1.0)
            each(items_.maximise_items, votes.items, given)
        before = theta.copy()
        known = (paths, votes.node_starts, votes.node_cuts, votes.node_item, walk, first_mean, theta, items, 0.0)
        each(states_.maximise_states, len(paths) - 1, known)
        if scaled:
            theta -= theta.mean()
            theta /= math.sqrt(float(theta @ theta) / (len(theta) - 1))
        if np.abs(theta - before).mean() < settle:
            break
    return theta, items, anchors
