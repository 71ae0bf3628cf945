"""Totals of a vote whose outcomes move together: a one-factor Gaussian copula with a mixture of loadings.

Each state's latent inclination has loading r on one factor of the resolution; thresholds keep its own probabilities exactly, so the expected
total is as given and only its spread grows. How strong the factor is differs between resolutions: weights over a grid of loadings are the
maximum-likelihood mixture over past resolutions by probabilities made before them (EM). Sources: Vasicek 1987 (KMV; one factor),
Laird 1978, JASA 73:805-811 (nonparametric mixing).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

LOADINGS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
NODES = np.linspace(-4.0, 4.0, 41)
EDGE = 1e-5
ROUNDS = 200
DRAWS = 4_000


@dataclass(frozen=True, kw_only=True)
class Totals:
    """Draws of the numbers of yes, abstain, no and absent: counts[draws, 4]."""

    counts: NDArray[np.int64]

    def band(self, option: int, level: float = 0.8) -> tuple[float, float, float]:
        """Mean, and the closed band of a level around the median, of one option's number."""
        low, high = np.quantile(self.counts[:, option], [(1 - level) / 2, (1 + level) / 2], method="inverted_cdf")
        return float(self.counts[:, option].mean()), float(low), float(high)


def conditional(p: Floats, loading: Floats, factor: Floats) -> tuple[Floats, Floats]:
    """P(yes) and P(no) of each state given the factor: p[states, 3] is yes, abstain, no; loading and factor [draws]. Both [draws, states]."""
    from scipy.special import ndtr, ndtri

    held = np.clip(p, EDGE, 1 - EDGE)
    left = np.sqrt(1 - loading**2)[:, None]
    push = (loading * factor)[:, None]
    return ndtr((ndtri(held[:, 0])[None] + push) / left), ndtr((ndtri(held[:, 2])[None] - push) / left)


def likelihoods(p: Floats, vote: ArrayLike) -> Floats:
    """The log likelihood of one resolution's votes (0 yes, 1 abstain, 2 no) at each loading, the factor integrated out."""
    y = np.asarray(vote)
    weight = np.exp(-(NODES**2) / 2)
    weight /= weight.sum()
    out = np.empty(len(LOADINGS))
    for k, r in enumerate(LOADINGS):
        nodes = NODES if r else NODES[:1]
        yes, no = conditional(p, np.full(len(nodes), r), nodes)
        at = np.where(y == 0, yes, np.where(y == 2, no, 1 - yes - no))
        each = np.log(np.maximum(at, 1e-9)).sum(axis=1)
        top = each.max()
        out[k] = top + (np.log(np.exp(each - top) @ weight) if r else 0.0)
    return out


def mixture(found: ArrayLike, weights: ArrayLike | None = None) -> Floats:
    """Weights over the loadings from likelihoods[resolutions, loadings], each resolution with its weight; half of one resolution is spread evenly."""
    value = np.asarray(found, dtype=np.float64)
    k = len(LOADINGS)
    if not len(value):
        return np.full(k, 1 / k)
    w = np.ones(len(value)) if weights is None else np.asarray(weights, dtype=np.float64)
    relative = np.exp(value - value.max(axis=1, keepdims=True))
    mix = np.full(k, 1 / k)
    for _ in range(ROUNDS):
        share = relative * mix
        share /= share.sum(axis=1, keepdims=True)
        mix = (w @ share + 0.5 / k) / (w.sum() + 0.5)
    return np.asarray(mix)


def draw(p: Floats, absent: Floats, mix: Floats, absent_mix: Floats, *, draws: int = DRAWS, seed: int = 0) -> Totals:
    """Draws of the totals: p[states, 3] of yes, abstain, no where a vote is cast, absent[states] the probability that none is."""
    rng = np.random.default_rng(seed)
    loading = rng.choice(LOADINGS, size=draws, p=mix)
    yes, no = conditional(p, loading, rng.standard_normal(draws))
    u = rng.random(yes.shape)
    out = np.zeros(yes.shape, bool)
    if (absent > 0).any():
        gone = np.stack([absent, np.zeros_like(absent), 1 - absent], axis=1)
        away, _ = conditional(gone, rng.choice(LOADINGS, size=draws, p=absent_mix), rng.standard_normal(draws))
        out = rng.random(yes.shape) < np.where(absent <= 0, 0.0, away)
    votes: list[Any] = [u < yes, (u >= yes) & (u < 1 - no), u >= 1 - no]
    counts = np.stack([*((v & ~out).sum(axis=1) for v in votes), out.sum(axis=1)], axis=1)
    return Totals(counts=counts.astype(np.int64))
