"""Blocs of states: a seeded Louvain search on a matrix of gains, and how far the blocs hold when other roll calls are drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from comity.core import UsageError
from comity.models._usual import additive
from comity.models.similarity import similarity_and_n

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Float64 = NDArray[np.float64]
    Labels = NDArray[np.int64]

NONE = -1
"""The label of a state that has nothing in common with any other."""
TOLERANCE = 1e-9
"""A move that gains less than this is none, so that rounding never makes the search go round."""


@dataclass(frozen=True, kw_only=True)
class Blocs:
    """Blocs that hold under resampling of roll calls.

    labels[states]: 0 is the largest bloc, -1 no vote in common with anybody. together[states, states]: share of the draws in which
    two states fell into one bloc (nan where no draw had both). stability[states]: mean share with which a state falls with its own
    bloc less the greatest mean share with another, 1 where it never moves and 0 where it may as well belong elsewhere (nan alone).
    modularity: the sum of weighted excess inside blocs over that of all positive excess, 0 to 1.
    """

    labels: Labels
    together: Float64
    stability: Float64
    modularity: float


def communities(similarity: ArrayLike, n: ArrayLike, *, seed: int = 0, restarts: int = 20) -> tuple[Labels, float]:
    """Blocs within which states are more alike than the additive model of the session predicts, and their modularity.

    Maximises the sum over pairs inside blocs of n (similarity - usual), `usual` being the additive prediction of `comity.models.
    solidarity.usual` fitted with weights n, by Louvain moves from `restarts` random orders (the best is kept). The prediction takes
    the place of the degrees of the configuration model, under which a state that votes with the majority is near to all. Pairs without a
    number count zero. labels[states]: 0 the largest bloc (the first state's, where two are as large), -1 nothing in common with anybody.
    The same seed gives the same blocs. Source: Blondel, V. D. et al. (2008), J. Stat. Mech. P10008.
    """
    value, weight = _square(similarity, n)
    known = np.isfinite(value) & (weight > 0)
    np.fill_diagonal(known, False)
    gains = np.where(known, weight * (np.where(known, value, 0.0) - additive(value, weight)[0]), 0.0)
    gains = np.where(np.isfinite(gains), (gains + gains.T) / 2, 0.0)
    labels = _best(gains, seed=seed, restarts=restarts)
    labels[~known.any(axis=1)] = NONE
    labels = _ordered(labels)
    return labels, _modularity(gains, labels)


def stable_blocs(
    votes: ArrayLike,
    *,
    seed: int = 0,
    draws: int = 100,
    blocks: ArrayLike | None = None,
    coefficient: Callable[[NDArray[Any]], tuple[Float64, Float64]] = similarity_and_n,
    restarts: int = 3,
) -> Blocs:
    """Blocs of states by their votes [states, roll calls], and how often each pair falls together when roll calls are drawn anew.

    Each draw takes blocks of roll calls (`blocks`, one name for each roll call; None: each its own) with replacement and finds its
    communities; the blocs are those that fit the shares best, the sum of (share - 1/2) inside blocs being greatest (consensus clustering).
    `coefficient(votes)` gives similarity and n. The same seed gives the same blocs.
    Sources: Lancichinetti, A. & Fortunato, S. (2012), Consensus clustering in complex networks, Scientific Reports 2:336.
    """
    matrix = np.asarray(votes)
    if matrix.ndim != 2:
        raise UsageError(f"votes have {matrix.ndim} dimension(s); expected an array [states, roll calls]")
    if draws < 1:
        raise UsageError(f"draws is {draws}; expected at least one")
    names = np.arange(matrix.shape[1]) if blocks is None else np.asarray(blocks)
    if names.shape != (matrix.shape[1],):
        raise UsageError(f"blocks have shape {names.shape}; expected {matrix.shape[1]}, one for each roll call")
    _, block = np.unique(names, return_inverse=True)
    inside = [np.flatnonzero(block == k) for k in range(block.max(initial=-1) + 1)]
    rng = np.random.default_rng(seed)
    size = len(matrix)
    fell, met = np.zeros((size, size)), np.zeros((size, size))
    for draw in range(draws if inside else 0):
        columns = np.concatenate([inside[k] for k in rng.integers(0, len(inside), len(inside))])
        labels, _ = communities(*coefficient(matrix[:, columns]), seed=seed + 1 + draw, restarts=restarts)
        there = labels != NONE
        met += np.outer(there, there)
        fell += (labels[:, None] == labels[None]) & there[:, None]
    together = np.full((size, size), np.nan)
    np.divide(fell, met, out=together, where=met > 0)
    gains = np.where(met > 0, np.nan_to_num(together) - 0.5, 0.0)
    np.fill_diagonal(gains, 0.0)
    labels = _best(gains, seed=seed, restarts=20)
    labels[np.diag(met) == 0] = NONE
    labels = _ordered(labels)
    value, weight = _square(*coefficient(matrix))
    known = np.isfinite(value) & (weight > 0) & ~np.eye(size, dtype=bool)
    excess = np.where(known, weight * (np.where(known, value, 0.0) - np.nan_to_num(additive(value, weight)[0])), 0.0)
    return Blocs(labels=labels, together=together, stability=_stability(labels, together), modularity=_modularity(excess, labels))


def centre_distances(similarity: ArrayLike, labels: ArrayLike) -> Float64:
    """[states, blocs]: 1 less a state's mean similarity with the members of each bloc, itself left out; nan where there is none.

    A state is near to a bloc's centre where it is like its members; the distance of a pair from a bloc is that of its two rows.
    """
    value, bloc = np.asarray(similarity, dtype=np.float64), np.asarray(labels)
    if value.ndim != 2 or value.shape != (len(bloc), len(bloc)):
        raise UsageError(f"similarity and labels have shapes {value.shape} and {bloc.shape}; expected [states, states] and [states]")
    known = np.isfinite(value) & ~np.eye(len(bloc), dtype=bool)
    inside = (bloc[:, None] == np.arange(bloc.max(initial=NONE) + 1)[None]).astype(np.float64)
    count = known @ inside
    total = np.where(known, value, 0.0) @ inside
    out = np.full(count.shape, np.nan)
    np.divide(total, count, out=out, where=count > 0)
    return np.asarray(1.0 - out)


def _square(similarity: ArrayLike, n: ArrayLike) -> tuple[Float64, Float64]:
    value, weight = np.asarray(similarity, dtype=np.float64), np.asarray(n, dtype=np.float64)
    if value.ndim != 2 or value.shape[0] != value.shape[1] or weight.shape != value.shape:
        raise UsageError(f"similarity and n have shapes {value.shape} and {weight.shape}; expected two arrays [states, states]")
    return value, weight


def _best(gains: Float64, *, seed: int, restarts: int) -> Labels:
    """The labels of the greatest gain over several random orders."""
    rng = np.random.default_rng(seed)
    best, most = np.arange(len(gains)), -np.inf
    for _ in range(max(restarts, 1)):
        labels = _louvain(gains, rng)
        found = float(gains[labels[:, None] == labels[None]].sum())
        if found > most + TOLERANCE:
            best, most = labels, found
    return best


def _louvain(gains: Float64, rng: np.random.Generator) -> Labels:
    """Louvain on any symmetric matrix of gains: move one by one while it gains, merge blocs into nodes, repeat; then refine once."""
    labels = np.arange(len(gains))
    level = gains.copy()
    while len(level):
        np.fill_diagonal(level, 0.0)
        own = _moved(level, np.arange(len(level)), rng)
        _, own = np.unique(own, return_inverse=True)
        if own.max() + 1 == len(level):
            break
        labels = own[labels]
        one = np.eye(own.max() + 1)[own]
        level = one.T @ level @ one
    _, labels = np.unique(_moved(gains, labels, rng), return_inverse=True)
    return labels


def _moved(gains: Float64, labels: Labels, rng: np.random.Generator) -> Labels:
    """Each node in random order to the bloc where it gains most, until none moves; gains has zero on its diagonal."""
    size = len(gains)
    one = np.zeros((size, size))
    one[np.arange(size), labels] = 1.0
    reach = gains @ one
    labels = labels.copy()
    moving = True
    while moving:
        moving = False
        for node in rng.permutation(size):
            to = int(np.argmax(reach[node]))
            if reach[node, to] <= reach[node, labels[node]] + TOLERANCE:
                continue
            reach[:, labels[node]] -= gains[:, node]
            reach[:, to] += gains[:, node]
            labels[node] = to
            moving = True
    return labels


def _ordered(labels: Labels) -> Labels:
    """Labels renamed by size, then by the first state; -1 stays."""
    names, first, count = np.unique(labels, return_index=True, return_counts=True)
    kept = names != NONE
    order = np.lexsort((first[kept], -count[kept]))
    renamed = {int(name): place for place, name in enumerate(names[kept][order])}
    return np.array([renamed.get(int(label), NONE) for label in labels], dtype=np.int64)


def _modularity(gains: Float64, labels: Labels) -> float:
    positive = float(np.clip(gains, 0, None).sum())
    inside = (labels[:, None] == labels[None]) & (labels != NONE)[:, None]
    return float(gains[inside].sum()) / positive if positive > 0 else 0.0


def _stability(labels: Labels, together: Float64) -> Float64:
    blocs = labels.max(initial=NONE) + 1
    out = np.full(len(labels), np.nan)
    for state, own in enumerate(labels):
        if own == NONE:
            continue
        means = np.full(blocs, np.nan)
        for bloc in range(blocs):
            others = (labels == bloc) & (np.arange(len(labels)) != state) & np.isfinite(together[state])
            if others.any():
                means[bloc] = together[state, others].mean()
        elsewhere = np.delete(means, own)
        if np.isfinite(means[own]):
            out[state] = means[own] - (np.nanmax(elsewhere) if np.isfinite(elsewhere).any() else 0.0)
    return out
