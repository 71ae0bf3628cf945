"""Several-dimensional ideal points by a low-rank logistic model of votes: where each state stands, and how each resolution divides.

logit P(yes) and logit P(no) of state i on resolution j are b_j + u_i · w_j, one set of item parameters for each of the two and u common to both.
Fitted by alternating ridge regressions on a bound of the likelihood with curvature 1/4 (Jaakkola & Jordan 2000, Statistics and Computing
10:25-37, in the fixed form of Böhning & Lindsay 1988, Annals of the Institute of Statistical Mathematics 40:641-663). Fast rather than exact:
the probabilities are features for another model, not results.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from comity.models.align_record import NO, YES

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

STEPS, CURVATURE, LIMIT = 60, 0.25, 7.0


@dataclass(frozen=True, kw_only=True)
class Factors:
    """states[seats, k], and items[2, items, 1 + k]: an intercept and k slopes for yes and for no."""

    states: Floats
    items: Floats

    def logits(self, at: ArrayLike) -> Floats:
        """[2, chosen items, seats]: logits of yes and of no for the items at these places."""
        chosen = self.items[:, np.asarray(at)]
        return np.asarray(np.clip(chosen[..., :1] + chosen[..., 1:] @ self.states.T, -LIMIT, LIMIT))


def fit(votes: ArrayLike, weights: ArrayLike, *, k: int, ridge: float = 1.0) -> Factors:
    """The factors of votes[items, seats] (1 yes, 2 abstain, 3 no, others not counted), each item with its weight for the states' places.

    An item's own parameters are fitted with weight one, so that an old item is placed as well as a new one. A state without votes stands
    at 0. The same input gives the same output.
    """
    cast = np.asarray(votes)
    known = cast > 0
    known &= cast <= NO
    age = np.asarray(weights, dtype=np.float64)
    m, n = cast.shape
    target = np.stack([cast == YES, cast == NO]).astype(np.float64)
    share = (target.sum(axis=2) + 0.5) / (known.sum(axis=1) + 1.0)
    items = np.zeros((2, m, 1 + k))
    items[..., 0] = np.log(share / (1 - share))
    u = _first(target, known, share, k)
    mask = known.astype(np.float64)
    aged = mask * age[:, None]
    penalty = ridge / CURVATURE
    for _ in range(STEPS):
        design = np.concatenate([np.ones((n, 1)), u], axis=1)
        eta = items @ design.T
        work = eta + (target - _sigmoid(eta)) / CURVATURE
        outer = (design[:, :, None] * design[:, None, :]).reshape(n, -1)
        gram = (mask @ outer).reshape(m, 1 + k, 1 + k) + penalty * np.diag([0.02, *np.ones(k)])
        items = np.linalg.solve(gram[None], ((work * mask) @ design)[..., None])[..., 0]
        eta = items @ design.T
        work = eta + (target - _sigmoid(eta)) / CURVATURE - items[..., :1]
        w = items[..., 1:]
        outer = (age[:, None, None] * (w[0][:, :, None] * w[0][:, None, :] + w[1][:, :, None] * w[1][:, None, :])).reshape(m, -1)
        gram = (mask.T @ outer).reshape(n, k, k) + penalty * np.eye(k)
        right = ((work * aged).transpose(0, 2, 1) @ w).sum(axis=0)
        u = np.linalg.solve(gram, right[..., None])[..., 0]
    return Factors(states=u, items=items)


def _first(target: Floats, known: NDArray[np.bool_], share: Floats, k: int) -> Floats:
    """States' places to begin from: the leading left singular vectors of the votes less each item's shares."""
    rest = np.where(known, target - share[..., None], 0.0)
    whole = np.concatenate([rest[0], rest[1]]).T
    u, s, _ = np.linalg.svd(whole @ whole.T + 1e-9 * np.diag(np.arange(len(whole))))
    if len(s) < k:
        u = np.concatenate([u, np.zeros((len(whole), k - len(s)))], axis=1)
    return np.asarray(u[:, :k] * np.sqrt(len(whole)))


def _sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-np.clip(x, -30, 30)))
