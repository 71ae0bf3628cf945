"""Joint tables of pairs: what every coefficient of similarity is computed from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from comity.core import UsageError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.floating[Any]]
    Float64 = NDArray[np.float64]

Distance = Literal["abs", "sq", "nominal"]
YES, ABSTAIN, NO = 1, 2, 3
CATEGORIES = 3


def distances(distance: Distance, categories: int) -> Float64:
    """d[a, b] from 0 to 1, shape [categories, categories]: |a - b| / (categories - 1) ("abs"), its square ("sq"), or a ≠ b ("nominal")."""
    if categories < 2:
        raise UsageError(f"categories is {categories}; expected at least two")
    apart = np.abs(np.subtract.outer(np.arange(categories), np.arange(categories))) / (categories - 1)
    if distance == "abs":
        return apart
    if distance == "sq":
        return apart**2
    if distance == "nominal":
        return (apart > 0).astype(np.float64)
    raise UsageError(f'distance {distance!r}; expected "abs", "sq" or "nominal"')


def coded(votes: ArrayLike, categories: int) -> NDArray[np.integer[Any]]:
    """The votes as a whole-number array [states, roll calls], each 0 (absent) or 1 to `categories`; UsageError for anything else."""
    out = np.asarray(votes)
    if out.ndim != 2:
        raise UsageError(f"votes have {out.ndim} dimension(s); expected an array [states, roll calls]")
    if not out.size:
        return out.astype(np.int8)
    if not (np.issubdtype(out.dtype, np.integer) and out.min() >= 0 and out.max() <= categories):
        meant = "1 yes, 2 abstain, 3 no, 0 absent" if categories == CATEGORIES else f"1 to {categories}, 0 absent"
        raise UsageError(f"votes hold something other than the whole numbers {meant}")
    return out


def checked_weights(weights: ArrayLike, size: int) -> Float64:
    """Weights as floats; UsageError unless there is one finite number of at least zero for each column."""
    w = np.asarray(weights, dtype=np.float64)
    if w.shape != (size,) or not (np.isfinite(w).all() and (w >= 0).all()):
        raise UsageError(f"weights have shape {w.shape}; expected {size} finite numbers of at least zero, one for each roll call")
    return w


def one_hot(votes: ArrayLike, weights: ArrayLike | None, categories: int = CATEGORIES) -> tuple[Floats, Floats]:
    """[states, categories, roll calls] twice, the second weighted; float32 counts whole numbers exactly, weights take float64."""
    matrix = coded(votes, categories)
    cast = matrix[:, None, :] == np.arange(1, categories + 1, dtype=matrix.dtype)[None, :, None]
    if weights is None:
        hot = cast.astype(np.float32)
        return hot, hot
    exact = cast.astype(np.float64)
    return exact, exact * checked_weights(weights, matrix.shape[1])


def common(hot: Floats, weighted: Floats) -> Float64:
    """N, the number (or weight) of common roll calls of each pair."""
    present = hot.sum(axis=1)
    other = present if weighted is hot else weighted.sum(axis=1)
    return np.asarray(present @ other.T, dtype=np.float64)


def disagreement(hot: Floats, weighted: Floats, d: Float64) -> Float64:
    """sum O d of every pair, as one product: the votes of one side replaced by their distances from each category.

    Quarters are exact in float32; other distances take float64, and the mean of both directions keeps the result symmetric.
    """
    exact = bool((d * 4 == np.rint(d * 4)).all())
    far = np.einsum("ab,sbk->sak", d.astype(weighted.dtype) if exact else d, weighted)
    out = np.asarray(hot.reshape(len(hot), -1) @ far.reshape(len(hot), -1).T, dtype=np.float64)
    return out if exact and weighted is hot else (out + out.T) / 2.0


def margins(hot: Floats, weighted: Floats) -> Float64:
    """[categories, i, j]: how often i cast each category on the roll calls it has in common with j."""
    present = weighted.sum(axis=1)
    return np.stack([(hot[:, a] @ present.T).astype(np.float64) for a in range(hot.shape[1])])


def joint(hot: Floats, weighted: Floats) -> Float64:
    """The tables O: [categories, categories, states, states]."""
    states, categories, _ = hot.shape
    out = np.empty((categories, categories, states, states))
    for a in range(categories):
        for b in range(categories):
            out[a, b] = hot[:, a] @ weighted[:, b].T
    return out


def over(top: Floats, bottom: Float64) -> Float64:
    """top / bottom where bottom is more than zero, else nan."""
    out = np.full(bottom.shape, np.nan)
    np.divide(top, bottom, out=out, where=bottom > 0)
    return out
