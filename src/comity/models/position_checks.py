"""What the families of a position measure, if anything: correlations, HTMT, eigenvalues, leave-one-out, AUC; bands by resampling states."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from comity.models.position import Family, correlations, index

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]


def htmt(r: Floats, one: Sequence[int], other: Sequence[int]) -> float:
    """The heterotrait-monotrait ratio of two sets of measures in a correlation matrix (Henseler, Ringle & Sarstedt 2015): separable below .85.

    Mean absolute correlation between the sets over the geometric mean of the mean absolute correlations within each. nan where a set has
    fewer than two measures that are known together.
    """
    import numpy as np

    a = np.abs(r)

    def within(s: Sequence[int]) -> float:
        block = a[np.ix_(s, s)][np.triu_indices(len(s), 1)]
        known = block[np.isfinite(block)]
        return float(known.mean()) if len(known) else float("nan")

    between = a[np.ix_(one, other)]
    between = between[np.isfinite(between)]
    scale = within(one) * within(other)
    return float(between.mean() / np.sqrt(scale)) if len(between) and scale > 0 else float("nan")


def eigenvalues(r: Floats) -> Floats:
    """The eigenvalues, largest first, of a correlation matrix without the measures that have no known correlation with some other."""
    import numpy as np

    keep = np.ones(len(r), dtype=bool)
    while (bad := ~np.isfinite(r[np.ix_(keep, keep)])).any():
        worst = np.flatnonzero(keep)[int(bad.sum(axis=0).argmax())]
        keep[worst] = False
    return np.sort(np.linalg.eigvalsh(r[np.ix_(keep, keep)]))[::-1] if keep.any() else np.zeros(0)


def auc(values: Floats, known: Bools, weights: Floats | None = None) -> float:
    """The probability that a pair of the known kind has a higher value than another pair (Mann–Whitney), ties half; nan where a side is empty."""
    import numpy as np

    there = np.isfinite(values)
    w = np.ones(len(values)) if weights is None else weights
    v, k, w = values[there], known[there], w[there]
    levels, at = np.unique(v, return_inverse=True)
    yes, no = np.bincount(at, w * k, len(levels)), np.bincount(at, w * ~k, len(levels))
    total = yes.sum() * no.sum()
    below = np.cumsum(no) - no
    return float((yes * (below + no / 2)).sum() / total) if total > 0 else float("nan")


def rank_correlation(x: Floats, y: Floats, weights: Floats | None = None) -> float:
    """Spearman's correlation of two columns over the rows that hold both, weighted where asked; nan where fewer than three do."""
    import numpy as np

    there = np.isfinite(x) & np.isfinite(y)
    if there.sum() < 3:
        return float("nan")
    w = np.ones(int(there.sum())) if weights is None else weights[there]
    ranks = [_ranks(c[there], w) for c in (x, y)]
    if not w.sum() > 0:
        return float("nan")
    a, b = (r - np.average(r, weights=w) for r in ranks)
    scale = np.sqrt((w * a * a).sum() * (w * b * b).sum())
    return float((w * a * b).sum() / scale) if scale > 0 else float("nan")


def _ranks(values: Floats, w: Floats) -> Floats:
    import numpy as np

    levels, at = np.unique(values, return_inverse=True)
    count = np.bincount(at, w, len(levels))
    return np.asarray((np.cumsum(count) - count / 2)[at])


def resampled(one: Ints, other: Ints, states: int, statistic: Callable[[Floats], Floats], *, times: int = 200, seed: int = 1) -> Floats:
    """Draws [times, …] of a statistic of pairs by resampling states: a pair weighs as often as both its states are drawn.

    Dyads share states, so that resampling pairs would overstate what is known (Snijders & Borgatti 1999, Connections 22(2)).
    """
    import numpy as np

    rng = np.random.default_rng(seed)
    out = []
    for _ in range(times):
        drawn = np.bincount(rng.integers(0, states, states), minlength=states).astype(np.float64)
        out.append(np.asarray(statistic(drawn[one] * drawn[other])))
    return np.array(out)


def separability(z: Floats, families: Mapping[str, Sequence[int]], weights: Floats | None = None) -> dict[tuple[str, str], tuple[float, float]]:
    """HTMT and the mean correlation between each two families of columns of scores [n, m]."""
    import numpy as np

    r = correlations(z, weights)
    out = {}
    names = list(families)
    for i, one in enumerate(names):
        for other in names[i + 1 :]:
            block = r[np.ix_(families[one], families[other])]
            known = block[np.isfinite(block)]
            out[one, other] = (htmt(r, families[one], families[other]), float(known.mean()) if len(known) else float("nan"))
    return out


def left_out(z: Floats, families: Mapping[str, Sequence[int]], built: Mapping[str, Family]) -> dict[int, dict[str, float]]:
    """Spearman's correlation of each measure with the index of every family, its own without it."""
    import numpy as np

    out: dict[int, dict[str, float]] = {}
    for columns in families.values():
        for m in columns:
            row: dict[str, float] = {}
            for name, others in families.items():
                rest = z[:, list(others)].copy()
                if m in others:
                    rest[:, list(others).index(m)] = np.nan
                row[name] = rank_correlation(z[:, m], index(rest, built[name]))
            out[m] = row
    return out


def alpha(values: Sequence[Sequence[float | str | None]], *, level: str = "nominal") -> float:
    """Krippendorff's alpha of coders' values, one inner sequence a unit, None where a coder gave none; nan where nothing can disagree.

    1 − observed over expected disagreement by the coincidence matrix; difference 0 or 1 (nominal), squared (interval), or squared over
    counted ranks (ordinal). Units with fewer than two values count nowhere. Krippendorff (2011), Computing Krippendorff's Alpha-Reliability.
    """
    import numpy as np

    units = [[v for v in unit if v is not None] for unit in values]
    units = [u for u in units if len(u) > 1]
    labels = sorted({v for u in units for v in u}, key=lambda v: (isinstance(v, str), v))
    at = {v: k for k, v in enumerate(labels)}
    o = np.zeros((len(labels), len(labels)))
    for u in units:
        counts = np.bincount([at[v] for v in u], minlength=len(labels)).astype(np.float64)
        o += (np.outer(counts, counts) - np.diag(counts)) / (len(u) - 1)
    n = o.sum(axis=1)
    total = n.sum()
    if level == "nominal":
        d = 1.0 - np.eye(len(labels))
    elif level == "interval":
        x = np.array([float(v) for v in labels])
        d = (x[:, None] - x) ** 2
    else:
        place = np.cumsum(n) - n / 2
        d = (place[:, None] - place) ** 2
    expected = (np.outer(n, n) * d).sum()
    return float(1 - (total - 1) * (o * d).sum() / expected) if expected > 0 else float("nan")
