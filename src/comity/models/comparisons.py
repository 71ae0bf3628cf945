"""Blind pairwise comparisons by experts: the design, and the Bradley–Terry strengths with their errors. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from comity.core import BadDataError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

PRIOR = 0.1
"""Of a tie against a made opponent of strength 0, so that an item which always wins has a finite strength."""
MOST = 500


@dataclass(frozen=True, kw_only=True)
class Strengths:
    """The strengths of items on the log-odds scale (mean 0), their standard errors, and the share of answers that the strengths foretell."""

    items: tuple[str, ...]
    strength: Floats
    se: Floats
    foretold: float


def design(items: Sequence[str], each: int, *, seed: int = 1) -> list[tuple[str, str]]:
    """Comparisons in which every item stands `each` times or once more, in random order and side; items far apart in no order are met too.

    Raises BadDataError for fewer than three items, one item twice, or more comparisons of an item than there are others.
    """
    import numpy as np

    n = len(items)
    if n < 3 or len(set(items)) != n or not 1 <= each < n:
        raise BadDataError(f"a design takes three items or more, each once, and 1 to {max(n - 1, 1)} comparisons of each; got {n} and {each}")
    rng = np.random.default_rng(seed)
    order = rng.permutation(n)
    steps = np.append(rng.permutation(np.arange(1, (n + 1) // 2)), n // 2)[: -(-each // 2)]
    made = {tuple(sorted((int(order[i]), int(order[(i + s) % n])))) for s in steps for i in range(n)}
    pairs = [(items[i], items[j]) if rng.random() < 0.5 else (items[j], items[i]) for i, j in sorted(made)]
    return [pairs[k] for k in rng.permutation(len(pairs))]


def strengths(answers: Sequence[tuple[str, str, float]]) -> Strengths:
    """Bradley–Terry strengths of answers (one, other, share of the win that one has: 1, 0, or .5 for "cannot say").

    Newton's method on the penalised likelihood (Bradley & Terry 1952; Firth-like prior of PRIOR ties). Raises BadDataError without an answer.
    """
    import numpy as np

    items = sorted({x for one, other, _ in answers for x in (one, other)})
    if not items or any(not 0 <= w <= 1 for _, _, w in answers):
        raise BadDataError("no answers, or one that is not between 0 and 1")
    at = {x: k for k, x in enumerate(items)}
    i, j = np.array([at[one] for one, _, _ in answers]), np.array([at[other] for _, other, _ in answers])
    won = np.array([a[2] for a in answers], dtype=np.float64)
    b = np.zeros(len(items))
    for _ in range(MOST):
        p = 1 / (1 + np.exp(b[j] - b[i]))
        gradient = np.bincount(i, won - p, len(b)) - np.bincount(j, won - p, len(b)) - 2 * PRIOR * (1 / (1 + np.exp(-b)) - 0.5)
        w = p * (1 - p)
        h = np.zeros((len(b), len(b)))
        np.add.at(h, (i, j), -w)
        np.add.at(h, (j, i), -w)
        own = 1 / (1 + np.exp(-b))
        np.fill_diagonal(h, np.bincount(i, w, len(b)) + np.bincount(j, w, len(b)) + 2 * PRIOR * own * (1 - own))
        step = np.linalg.solve(h, gradient)
        b = b + step / max(1.0, float(np.abs(step).max()))
        if np.abs(step).max() < 1e-9:
            break
    se = np.sqrt(np.diag(np.linalg.inv(h)))
    decided = won != 0.5
    foretold = float(((b[i] > b[j]) == (won > 0.5))[decided].mean()) if decided.any() else float("nan")
    return Strengths(items=tuple(items), strength=b - b.mean(), se=se, foretold=foretold)
