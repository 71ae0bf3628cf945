"""How the moves of two states' families turn on each choice: weights, distance, peers of like size, and each measure and source."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
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
    Scores = dict[tuple[bool, int], tuple[Floats, Floats]]
    """Of the measures at both ends, for distance taken out or not and each number of peers."""

PEERS = (200, 400, 800)
DRAWS = 500
FAMILIES = ("exchange", "alignment", "joint")
NOTHING = "nothing"


def rows(holdings: Holdings, a: str, b: str, *, start: int | None = None, stop: int | None = None) -> list[dict[str, Any]]:
    """One row a family and choice: the change under it, what the rule then says, how much of the simplex of weights goes that way, its total effect.

    Every combination of distance in or out, 200, 400 or 800 peers, each measure, each source or nothing left out, and drawn weights is computed.
    says: the rule's words with what is missing drawn; holds: the share of the row's combinations with the words of the built position.
    share_above, share_up: of the drawn weights, on the measures at both ends. total_effect: E[Var(change | all other choices)] / Var(change),
    Sobol's total index, exact over the combinations (Saltelli et al. 2008, ch. 4). A source left out takes its rows with it and no other's are
    put in their place. Raises UsageError where no family has an index at two years of the span.
    """
    found = answers.held(holdings)
    mine = answers.pair(found, a, b)
    view = answers.view(found, mine, exact=stop is not None)
    first, last = max(start or answers.START, mine.years[0]), min(stop or mine.years[-1], mine.years[-1])
    spans = {name: span for name in FAMILIES if name in found.near and (span := view.ends(name, first, last)) is not None}
    if not spans:
        raise UsageError(f"{a} and {b}: no two years of {first}–{last} have an index of a family, so there is no move to turn on a choice")
    return [row for name, span in spans.items() for row in _family(holdings, view, name, span)]


def _family(holdings: Holdings, view: answers.View, name: str, span: tuple[int, int]) -> list[dict[str, Any]]:
    import numpy as np

    near, far = view.found.near[name], view.found.far[name]
    built = [view.scores(name, y) for y in span]
    there = np.isfinite(built[0][0]) & np.isfinite(built[1][0])
    used = [m for m, t in zip(near.measures, there, strict=True) if t]
    whole = _scores(holdings, view, near.measures, span)
    left = {NOTHING: whole} | {m: _put(whole, near, {m: None}) for m in used}
    left |= {s: _put(whole, near, _without(holdings, view, used, span, s)) for s in _sources(holdings, view, used, span)}
    weights = np.random.default_rng(1).dirichlet(np.ones(len(near.measures)), size=DRAWS)
    cube = np.full((2, len(PEERS), len(left), DRAWS), np.nan)
    says = np.full(cube.shape[:3], "", dtype=object)
    for (i, (away, family)), (j, peers), (k, scores) in itertools.product(
        enumerate(((False, near), (True, far))), enumerate(PEERS), enumerate(left.values())
    ):
        ends = [np.where(there, z, np.nan) for z in scores[away, peers]]
        both = np.isfinite(ends[0]) & np.isfinite(ends[1])
        if view.enough(name, [m for m, t in zip(near.measures, both, strict=True) if t]):
            cube[i, j, k] = _changes(ends, both, family, weights)
        says[i, j, k] = _says(view, name, family, [(z, e) for z, (_, e) in zip(ends, built, strict=True)], span)
    base = PEERS.index(position.PEERS)
    words = _says(view, name, near, built, span)
    total = float(np.nanvar(cube)) if np.isfinite(cube).any() else 0.0

    def row(choice: str, value: str, at: Any, axis: int | None) -> dict[str, Any]:
        part, told = cube[at][np.isfinite(cube[at])], says[at]
        shares = [float((part > by).mean()) if len(part) else None for by in (answers.BY, 0.0)]
        return {
            "family": name, "choice": choice, "value": value, "years": f"{span[0]}–{span[1]}",
            "change": _r(float(np.median(part)), 1) if len(part) else None, "share_above": _r(shares[0]), "share_up": _r(shares[1]),
            "says": told if isinstance(told, str) else None, "holds": _r(float(np.mean([w.startswith(words) for w in np.ravel(told)]))),
            "total_effect": _effect(cube, axis, total),
        }  # fmt: skip

    made = [row("all", "every combination", ..., None), row("weights", "drawn from the simplex", (0, base, 0), 3)]
    made += [row("distance", word, (i, base, 0), 0) for i, word in enumerate(("left in", "taken out"))]
    made += [row("peers", str(p), (0, j, 0), 1) for j, p in enumerate(PEERS)]
    sorts = ["left out", *("measure left out" if m in used else "source left out" for m in list(left)[1:])]
    return made + [row(sort, value, (0, base, k), 2) for k, (sort, value) in enumerate(zip(sorts, left, strict=True))]


def _effect(cube: Floats, axis: int | None, total: float) -> float | None:
    """Sobol's total index of the choice along an axis; None where nothing varies or every choice but one leaves no index."""
    import numpy as np

    if axis is None or total == 0:
        return None
    several = np.isfinite(cube).sum(axis=axis) > 1
    if not several.any():
        return None
    part = np.moveaxis(cube, axis, 0)[:, several]
    return _r(float(np.nanvar(part, axis=0).mean()) / total)


def _says(view: answers.View, name: str, family: Family, ends: Sequence[tuple[Floats, Floats]], span: tuple[int, int]) -> str:
    made = position.moved(ends[0], ends[1], family, years=span[1] - span[0], by=answers.BY, draws=DRAWS)
    if made.change is None or not view.enough(name, made.used):
        return "not settled: no index at both ends" if name == "joint" else "no index at both ends"
    if name == "joint":
        rose, _ = answers.single(family, ends[0], ends[1], draws=DRAWS)
        return "moved towards joint work" if answers.jointly(made, rose) else "not settled"
    return answers.way(made.p_up) or "did not clearly move"


def _changes(ends: Sequence[Floats], keep: Any, family: Family, weights: Floats) -> Floats:
    import numpy as np

    w = weights * keep
    norm = np.sqrt(np.einsum("dk,kl,dl->d", w, family.correlations, w))
    before, after = (position.shares((w[:, keep] * z[keep]).sum(axis=1) / norm) for z in ends)
    out: Floats = 100 * (after - before)
    return out


def _sources(holdings: Holdings, view: answers.View, used: Sequence[str], span: tuple[int, int]) -> list[str]:
    """The sources of the pair's values at the two ends, and those of most pairs there."""
    from comity import store

    out: dict[str, None] = {}
    for m in used:
        for year in span:
            of = view.found.of(m, year)
            rows = store.query(
                "SELECT DISTINCT source FROM read_parquet($path) WHERE least(a, b) = $a AND greatest(a, b) = $b AND year(start) = $year",
                {"a": view.pair.a, "b": view.pair.b, "year": of}, path=holdings.path("series", m),
            ).column("source").to_pylist()  # fmt: skip
            most = view.found.facts["sources"][m].get(str(of), "").removesuffix(standing.MIXED)
            out |= {p.partition(":")[0]: None for s in (*rows, most) for p in s.split("+") if p}
    return list(out)


def _without(
    holdings: Holdings, view: answers.View, used: Sequence[str], span: tuple[int, int], source: str
) -> dict[str, Scores | None]:  # fmt: skip
    """The scores of the measures that rest on a source, ranked anew without it; None for those that rest on no other."""
    rests = {m: holdings.row("series", m).facts["coverage"] for m in used}
    several = [m for m, c in rests.items() if source in c and len(c) > 1]
    made = _scores(holdings, view, several, span, without=source) if several else {}
    out: dict[str, Scores | None] = {m: None for m, c in rests.items() if set(c) == {source}}
    return out | {m: {k: (z[i : i + 1], y[i : i + 1]) for k, (z, y) in made.items()} for i, m in enumerate(several)}


def _put(whole: Scores, family: Family, changed: Mapping[str, Scores | None]) -> Scores:
    """Scores with those of some measures put in their place, or left out where None."""
    out: Scores = {}
    for key, ends in whole.items():
        first, last = (z.copy() for z in ends)
        for m, other in changed.items():
            k = family.measures.index(m)
            first[k], last[k] = (float("nan"), float("nan")) if other is None else (other[key][0][0], other[key][1][0])
        out[key] = (first, last)
    return out


def _scores(holdings: Holdings, view: answers.View, names: Sequence[str], span: tuple[int, int], *, without: str = "") -> Scores:
    """Scores of the pair on some measures at both ends for each treatment of distance and number of peers, ranked anew."""
    import numpy as np

    paths: dict[str, Path] = {n: holdings.path("series", n) for n in standing.inputs() if holdings.has("series", n)}
    lacking = [m for m in names if m not in paths]
    if lacking:
        raise NotHeldError(f"{', '.join(lacking)}: not held; peers of another number need the measures themselves (`comity build --from DIR`)")
    made = standing.of_pair(
        paths, names, span, (view.pair.a, view.pair.b), narrow=view.found.facts["narrow"], peers=PEERS, without=without
    )  # fmt: skip

    def column(year: int, peers: int, far: bool) -> Floats:
        return position.scores(np.array([made[year, peers][m][far] for m in names]))

    return {(far, peers): (column(span[0], peers, far), column(span[1], peers, far)) for peers in PEERS for far in (False, True)}


def _r(value: float | None, digits: int = 3) -> float | None:
    return None if value is None or value != value else round(value, digits)
