"""The published sampler's update, which is not a posterior's: each session is drawn given the state's past mean, never given its future.

Bailey, Strezhnev and Voeten (2017), UN_Ideal_Rcpp.R: with z the latent answers, theta_t ~ N(m_t, v_t), v_t = 1 / (sum b² + 1 / w_t) and
m_t = v_t (sum b z + l_t / w_t), l_t being m of the session before, and of the second session for a state's first, both as they stood
in the pass before; then theta is cut at ±5 and standardised. Roll calls are drawn given theta with z integrated out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.models import _ideal_items as items_
from comity.models._ideal_data import Votes
from comity.models._ideal_sampler import HARD
from comity.models._ordinal import cdf, kernel, normal, seeded, uniform

Floats = NDArray[np.float64]
PHASE = 5
FARTHEST, FARTHEST_LATENT = 5.0, 9.0
"""The reference cuts ideal points at ±5 and latent answers at ±9."""


@kernel
def quantile(p: float) -> float:
    """Φ⁻¹(p) to about 1e-16 (Wichura 1988, algorithm AS 241)."""
    q = p - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        top = (((((((2509.0809287301226727 * r + 33430.575583588128105) * r + 67265.770927008700853) * r + 45921.953931549871457) * r
                  + 13731.693765509461125) * r + 1971.5909503065514427) * r + 133.14166789178437745) * r + 3.387132872796366608)  # fmt: skip
        low = (((((((5226.495278852545925 * r + 28729.085735721942674) * r + 39307.89580009271061) * r + 21213.794301586595867) * r
                  + 5394.1960214247511077) * r + 687.1870074920579083) * r + 42.313330701600911252) * r + 1.0)  # fmt: skip
        return q * top / low
    r = p if q < 0 else 1.0 - p
    if r <= 0.0:
        return math.copysign(40.0, q)
    r = math.sqrt(-math.log(r))
    if r <= 5.0:
        r -= 1.6
        top = (((((((7.7454501427834140764e-4 * r + 0.0227238449892691845833) * r + 0.24178072517745061177) * r + 1.27045825245236838258) * r
                  + 3.64784832476320460504) * r + 5.7694972214606914055) * r + 4.6303378461565452959) * r + 1.42343711074968357734)  # fmt: skip
        low = (((((((1.05075007164441684324e-9 * r + 5.475938084995344946e-4) * r + 0.0151986665636164571966) * r + 0.14810397642748007459) * r
                  + 0.68976733498510000455) * r + 1.6763848301838038494) * r + 2.05319162663775882187) * r + 1.0)  # fmt: skip
    else:
        r -= 5.0
        top = (((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r + 0.0012426609473880784386) * r + 0.026532189526576123093) * r
                  + 0.29656057182850489123) * r + 1.7848265399172913358) * r + 5.4637849111641143699) * r + 6.6579046435011037772)  # fmt: skip
        low = (((((((2.04426310338993978564e-15 * r + 1.4215117583164458887e-7) * r + 1.8463183175100546818e-5) * r + 7.868691311456132591e-4) * r
                  + 0.0148753612908506148525) * r + 0.13692988092273580531) * r + 0.59983220655588793769) * r + 1.0)  # fmt: skip
    return math.copysign(top / low, q)


@kernel
def latent(vote: int, eta: float, g1: float, g2: float, state: Any) -> float:
    """A draw of the latent answer given the vote, cut at ±9."""
    if vote == 1:
        low, high = -math.inf, g1 - eta
    elif vote == 2:
        low, high = g1 - eta, g2 - eta
    else:
        low, high = g2 - eta, math.inf
    flip = low > 0.0
    if flip:
        low, high = -high, -low
    p, q = cdf(low), cdf(high)
    z = quantile(p + uniform(state) * (q - p))
    z = min(max(z, low), high)
    z = eta - z if flip else eta + z
    return min(max(z, -FARTHEST_LATENT), FARTHEST_LATENT)


@kernel
def filter_states(
    first: int, last: int, starts: Any, item: Any, y: Any, walk: Any, prior: Any, theta: Any, items: Any, mean: Any, seed: int, sweep: int
) -> None:
    """Draw anew the nodes first to last of `theta`, and set their `mean`, given the means before (`prior`, one for each node)."""
    state = np.zeros(1, np.uint64)
    for n in range(first, last):
        seeded(state, seed, sweep, PHASE, n)
        top, curve = prior[n] / walk[n], 1.0 / walk[n]
        for k in range(starts[n], starts[n + 1]):
            v = item[k]
            b = items[v, 0]
            top += b * latent(y[k], b * theta[n], items[v, 1], items[v, 2], state)
            curve += b * b
        mean[n] = top / curve
        theta[n] = mean[n] + normal(state) / math.sqrt(curve)


def filter_priors(votes: Votes, smooth: float, lone: float) -> tuple[Floats, NDArray[np.int64]]:
    """Each node's prior variance and the node whose mean its prior takes: the one before, for the first the second (-1: none)."""
    n = np.diff(votes.node_starts).astype(np.float64)
    source = np.arange(votes.nodes) - 1
    first = votes.paths[:-1]
    alone = np.diff(votes.paths) == 1
    source[first] = np.where(alone, -1, first + 1)
    walk = np.full(votes.nodes, lone)
    held = source >= 0
    walk[held] = smooth * n[held] / (n[held] + n[source[held]])
    return walk, source


class FilterChain:
    """One run of the published update."""

    def __init__(self, votes: Votes, smooth: float, lone: float, theta: Floats, items: Floats, anchors: Floats, *, seed: int, bound: float) -> None:
        self.votes, self.seed, self.bound = votes, seed, bound
        self.walk, self.source = filter_priors(votes, smooth, lone)
        self.theta, self.mean = theta.copy(), theta.copy()
        self.items, self.anchors, self.centres = items.copy(), anchors.copy(), anchors.copy()
        self.hard, self.item_rate = np.zeros(votes.items, dtype=np.bool_), np.ones(votes.items)
        self.item_accepted, self.sweeps = np.zeros(votes.items), 0

    def sweep(self, each: Callable[[Callable[..., Any], int, Sequence[Any]], None], *, learn: float) -> None:
        """Draw everything once; `learn` is the weight with which the roll calls' anchors follow (0 once the burn-in is over)."""
        d, k = self.votes, self.sweeps
        self.sweeps += 1
        before = self.item_accepted.copy()
        each(
            items_.draw_items, d.items,
            (d.item_starts, d.item_cuts, d.item_node, d.sorts, self.hard, self.theta, self.items, self.anchors, self.centres,
             self.bound, 1.0, self.seed, k, self.item_accepted),
        )  # fmt: skip
        prior = np.where(self.source >= 0, self.mean[self.source], 0.0)
        each(
            filter_states, d.nodes,
            (d.node_starts, d.node_item, d.node_y, self.walk, prior, self.theta, self.items, self.mean, self.seed, k),
        )  # fmt: skip
        theta = np.clip(self.theta, -FARTHEST, FARTHEST)
        self.theta = (theta - theta.mean()) / theta.std(ddof=1)
        if learn > 0.0:
            self.anchors += learn * (self.centres - self.anchors)
            self.item_rate += 0.1 * (self.item_accepted - before - self.item_rate)
            self.hard = self.item_rate < HARD

    def standard(self) -> tuple[Floats, Floats]:
        """The ideal points and the roll calls."""
        return self.theta.copy(), self.items.copy()
