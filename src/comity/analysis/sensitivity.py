"""How the move of joint work of two states turns on each choice: weights, distance, peers of like size, and each measure."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comity import standing
from comity.analysis import position as answers
from comity.core import NotHeldError, UsageError
from comity.models import position
from comity.models.position import Family
from comity.store import Holdings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

PEERS = (200, 400, 800)
DRAWS = 500


def rows(holdings: Holdings, a: str, b: str, *, start: int | None = None, stop: int | None = None) -> list[dict[str, Any]]:
    """One row for each choice: the change under it, how often it is above the threshold over the simplex of weights, and its total effect.

    Every combination of distance in or out, 200, 400 or 800 peers, each measure left out or none, and drawn weights is computed. total_effect:
    E[Var(change | all other choices)] / Var(change), Sobol's total index, exact over the combinations (Saltelli et al. 2008, ch. 4).
    Raises UsageError where joint work has no index at two years of the span.
    """
    import numpy as np

    found = answers.held(holdings)
    mine = answers.pair(found, a, b)
    view = answers.view(found, mine, exact=stop is not None)
    first, last = max(start or answers.START, mine.years[0]), min(stop or mine.years[-1], mine.years[-1])
    span = view.ends("joint", first, last) if "joint" in found.near else None
    if span is None:
        raise UsageError(f"{a} and {b}: no two years of {first}–{last} have an index of joint work, so there is no move to turn on a choice")
    family = found.near["joint"]
    scores = _scores(holdings, mine, family, span)
    there = np.all([np.isfinite(z) for z in scores.values()], axis=(0, 1))
    used = [m for m, t in zip(family.measures, there, strict=True) if t]
    left = ["none", *(used if len(used) > 1 else [])]
    weights = np.random.default_rng(1).dirichlet(np.ones(len(family.measures)), size=DRAWS)
    cube = np.full((2, len(PEERS), len(left), DRAWS), np.nan)
    for (i, far), (j, peers), (k, out) in itertools.product(enumerate((False, True)), enumerate(PEERS), enumerate(left)):
        ends = scores[far, peers]
        keep = there & np.array([m != out for m in family.measures])
        built = found.far["joint"] if far else family
        cube[i, j, k] = _changes(ends, keep, built, weights)
    total = float(np.nanvar(cube))

    def effect(axis: int) -> float | None:
        return None if total == 0 else round(float(np.nanmean(np.nanvar(cube, axis=axis))) / total, 3)

    def row(choice: str, value: str, part: Floats, axis: int | None) -> dict[str, Any]:
        return {
            "choice": choice, "value": value, "years": f"{span[0]}–{span[1]}", "change": round(float(np.nanmedian(part)), 1),
            "share_above": round(float(np.nanmean(part > answers.BY)), 3), "share_up": round(float(np.nanmean(part > 0)), 3),
            "total_effect": None if axis is None else effect(axis),
        }  # fmt: skip

    base = PEERS.index(position.PEERS)
    made = [row("all", "every combination", cube, None), row("weights", "drawn from the simplex", cube[0, base, 0], 3)]
    made += [row("distance", word, cube[i, base, 0], 0) for i, word in enumerate(("left in", "taken out"))]
    made += [row("peers", str(p), cube[0, j, 0], 1) for j, p in enumerate(PEERS)]
    made += [row("measure left out", m, cube[0, base, k], 2) for k, m in enumerate(left)]
    return made


def _changes(ends: tuple[Floats, Floats], keep: Any, family: Family, weights: Floats) -> Floats:
    import numpy as np

    w = weights * keep
    norm = np.sqrt(np.einsum("dk,kl,dl->d", w, family.correlations, w))
    before, after = (position.shares((w[:, keep] * z[keep]).sum(axis=1) / norm) for z in ends)
    out: Floats = 100 * (after - before)
    return out


def _scores(holdings: Holdings, mine: answers.Pair, family: Family, span: tuple[int, int]) -> dict[tuple[bool, int], tuple[Floats, Floats]]:
    """Scores of the pair at both ends for each treatment of distance and number of peers, ranked anew."""
    import numpy as np

    names = {n for n in standing.inputs() if holdings.has("series", n)}
    lacking = [m for m in family.measures if m not in names]
    if lacking:
        raise NotHeldError(f"{', '.join(lacking)}: not held; peers of another number need the measures themselves (`comity build --from DIR`)")
    paths: dict[str, Path] = {n: holdings.path("series", n) for n in names}
    out: dict[tuple[bool, int], tuple[Floats, Floats]] = {}
    for peers in PEERS:
        ends = [standing.one(paths, family.measures, year, (mine.a, mine.b), peers=peers) for year in span]
        for far in (False, True):
            first, last = (position.scores(np.array([e[m][far] for m in family.measures])) for e in ends)
            out[far, peers] = (first, last)
    return out

