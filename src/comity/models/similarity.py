"""How alike states vote: agreement and chance-corrected similarity of roll-call votes, all pairs at once.

Every function takes `votes[states, roll calls]` coded 1 yes, 2 abstain, 3 no, 0 absent, and returns an array
[states, states]: symmetric, and nan where a pair has no roll call in common or the coefficient is undefined.
`weights` gives each roll call a weight of at least nought (None: all count once); a pair whose common roll calls weigh nothing is nan.
With O the 3 × 3 table of a pair's common votes, N its sum, r and c its margins, and d(a, b) = |a - b| / 2 ("abs")
or its square ("sq"), the observed disagreement is Do = sum O d / N.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from comity.core import UsageError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.floating[Any]]

Distance = Literal["abs", "sq"]
YES, ABSTAIN, NO = 1, 2, 3
CATEGORIES = 3


def agreement(votes: ArrayLike, *, weights: ArrayLike | None = None) -> NDArray[np.float64]:
    """The share of common roll calls on which two states cast the same vote: trace(O) / N, from 0 to 1.

    Source: the `agree` columns of Voeten's dyadic agreement scores (identity agreement).
    """
    return similarity_and_n(votes, weights=weights)[0]


def similarity_and_n(votes: ArrayLike, *, weights: ArrayLike | None = None) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Identity agreement and the number (or weight) of common roll calls N, both [states, states]."""
    hot, weighted = _one_hot(votes, weights)
    flat = hot.reshape(len(hot), -1)
    other = flat if weighted is hot else weighted.reshape(flat.shape)
    n = _common(hot, weighted)
    return _over(flat @ other.T, n), n


def lijphart(votes: ArrayLike, *, weights: ArrayLike | None = None) -> NDArray[np.float64]:
    """Three-category agreement, where an abstention against a yes or a no is half a disagreement: 1 - sum O |a - b| / 2 / N.

    From 0 to 1. Source: Lijphart, A. (1963), The analysis of bloc voting in the General Assembly, APSR 57(4):902-917.
    """
    return 1.0 - _observed(votes, "abs", weights)


def s(votes: ArrayLike, *, distance: Distance = "abs", weights: ArrayLike | None = None) -> NDArray[np.float64]:
    """Signorino and Ritter's S, the observed disagreement against half the greatest possible: 1 - 2 Do, from -1 to 1.

    Source: Signorino, C. S. & Ritter, J. M. (1999), Tau-b or not tau-b, ISQ 43(1):115-144.
    """
    return 1.0 - 2.0 * _observed(votes, distance, weights)


def kappa(votes: ArrayLike, *, distance: Distance = "abs", weights: ArrayLike | None = None) -> NDArray[np.float64]:
    """Cohen's weighted kappa, the observed disagreement against that of independent voters with each state's own margins.

    1 - Do / De, De = sum d(a, b) r_a c_b / N²; at most 1; nan where De = 0 (both cast one and the same vote throughout).
    Sources: Cohen, J. (1968), Psychological Bulletin 70(4):213-220; Häge, F. M. (2011), Political Analysis 19(3):287-305.
    """
    hot, weighted = _one_hot(votes, weights)
    n = _common(hot, weighted)
    rows = _margins(hot, weighted)
    expected = sum(d * rows[a] * rows[b].T for a, b, d in _disagreements(distance))
    return _corrected(_disagreement(hot, weighted, distance), n, expected)


def pi(votes: ArrayLike, *, distance: Distance = "abs", weights: ArrayLike | None = None) -> NDArray[np.float64]:
    """Scott's weighted pi, the observed disagreement against that of two voters who share the pair's mean margins.

    1 - Do / De, De = sum d(a, b) m_a m_b, m = (r + c) / 2N; at most 1; nan where De = 0 (both cast one and the same vote throughout).
    Sources: Scott, W. A. (1955), Public Opinion Quarterly 19(3):321-325; Häge, F. M. (2011), Political Analysis 19(3):287-305.
    """
    hot, weighted = _one_hot(votes, weights)
    n = _common(hot, weighted)
    rows = _margins(hot, weighted)
    mean = (rows + rows.transpose(0, 2, 1)) / 2.0
    expected = sum(d * mean[a] * mean[b] for a, b, d in _disagreements(distance))
    return _corrected(_disagreement(hot, weighted, distance), n, expected)


def tau_b(votes: ArrayLike) -> NDArray[np.float64]:
    """Kendall's rank correlation with ties of two states' votes, from -1 to 1; nan where either votes one way throughout.

    (C - D) / sqrt((n0 - n1)(n0 - n2)), C and D the concordant and discordant pairs of roll calls, n0 all pairs, n1 and n2
    those tied for either state. It measures correlation, not agreement, and is here for comparison with older work.
    Sources: Kendall, M. G. (1945), Biometrika 33(3):239-251; Bueno de Mesquita, B. (1975), JCR 19(2):187-216.
    """
    o = joint_counts(votes)
    above = [(a, b, x, y) for a in range(3) for b in range(3) for x in range(a + 1, 3) for y in range(3) if y != b]
    difference = sum((1 if y > b else -1) * o[a, b] * o[x, y] for a, b, x, y in above)
    n = o.sum(axis=(0, 1))
    pairs = n * (n - 1) / 2
    rows = o.sum(axis=1)
    tied = (rows * (rows - 1) / 2).sum(axis=0)
    root: NDArray[np.float64] = np.sqrt((pairs - tied) * (pairs - tied.T))
    return _over(np.asarray(difference, dtype=np.float64), root)


def joint_counts(votes: ArrayLike, *, weights: ArrayLike | None = None) -> NDArray[np.float64]:
    """The tables O of all pairs: [3, 3, states, states], the number (or weight) of roll calls on which i cast a and j cast b."""
    hot, weighted = _one_hot(votes, weights)
    out = np.empty((CATEGORIES, CATEGORIES, len(hot), len(hot)))
    for a in range(CATEGORIES):
        for b in range(CATEGORIES):
            out[a, b] = hot[:, a] @ weighted[:, b].T
    return out


def _one_hot(votes: ArrayLike, weights: ArrayLike | None) -> tuple[Floats, Floats]:
    """[states, 3, roll calls] twice, the second weighted; float32 counts whole numbers exactly, weights take float64."""
    coded = np.asarray(votes)
    if coded.ndim != 2:
        raise UsageError(f"votes have {coded.ndim} dimension(s); expected an array [states, roll calls]")
    if coded.size and not (np.issubdtype(coded.dtype, np.integer) and coded.min() >= 0 and coded.max() <= NO):
        raise UsageError("votes hold something other than the whole numbers 1 yes, 2 abstain, 3 no, 0 absent")
    categories = np.arange(YES, NO + 1, dtype=coded.dtype if coded.size else np.int8)
    cast = coded[:, None, :] == categories[None, :, None]
    if weights is None:
        hot = cast.astype(np.float32)
        return hot, hot
    w = np.asarray(weights, dtype=np.float64)
    if w.shape != (coded.shape[1],) or not (np.isfinite(w).all() and (w >= 0).all()):
        raise UsageError(f"weights have shape {w.shape}; expected {coded.shape[1]} finite numbers of at least nought, one for each roll call")
    exact = cast.astype(np.float64)
    return exact, exact * w


def _common(hot: Floats, weighted: Floats) -> NDArray[np.float64]:
    present = hot.sum(axis=1)
    other = present if weighted is hot else weighted.sum(axis=1)
    return np.asarray(present @ other.T, dtype=np.float64)


def _disagreements(distance: Distance) -> list[tuple[int, int, float]]:
    if distance not in ("abs", "sq"):
        raise UsageError(f'distance {distance!r}; expected "abs" or "sq"')
    step = 0.5 if distance == "abs" else 0.25
    return [(a, b, step if abs(a - b) == 1 else 1.0) for a in range(CATEGORIES) for b in range(CATEGORIES) if a != b]


def _disagreement(hot: Floats, weighted: Floats, distance: Distance) -> NDArray[np.float64]:
    """sum O d of every pair, as one product: the votes of one side replaced by their distances from each category."""
    far = np.zeros_like(weighted)
    for a, b, d in _disagreements(distance):
        far[:, a] += d * weighted[:, b]
    return (hot.reshape(len(hot), -1) @ far.reshape(len(hot), -1).T).astype(np.float64)


def _margins(hot: Floats, weighted: Floats) -> NDArray[np.float64]:
    present = weighted.sum(axis=1)
    return np.stack([(hot[:, a] @ present.T).astype(np.float64) for a in range(CATEGORIES)])


def _observed(votes: ArrayLike, distance: Distance, weights: ArrayLike | None) -> NDArray[np.float64]:
    hot, weighted = _one_hot(votes, weights)
    return _over(_disagreement(hot, weighted, distance), _common(hot, weighted))


def _corrected(disagreement: NDArray[np.float64], n: NDArray[np.float64], expected: Any) -> NDArray[np.float64]:
    return 1.0 - _over(disagreement * n, np.asarray(expected, dtype=np.float64))


def _over(top: Floats, bottom: NDArray[np.float64]) -> NDArray[np.float64]:
    """top / bottom where bottom is more than nought, else nan."""
    out = np.full(bottom.shape, np.nan)
    np.divide(top, bottom, out=out, where=bottom > 0)
    return out
