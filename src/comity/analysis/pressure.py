"""Whether pressure by others on both of two states precedes closer ties: over all pairs, and one pair against its synthetic control."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from comity import measures, store
from comity.analysis.forecast_data import Data, load
from comity.core import BadDataError, NotHeldError, UsageError
from comity.store import Holdings

if TYPE_CHECKING:
    import numpy as np

    from comity.models.pressure import EventStudy

LAST = 2005
"""The last year of the sanctions data; a case after it is not seen, so later periods are left out of the event study."""
DONORS = 60
FIRST_YEAR = 1955


@dataclass(frozen=True, kw_only=True)
class Pressed:
    """The event study of a measure: pairs both of whose states come under sanctions of one sender, since the first year of both."""

    measure: str
    first: int
    last: int
    logged: bool
    states: int
    controls: int
    study: EventStudy


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One pair against its synthetic control: values and control by year, the largest donors, the placebo p, and the grade."""

    measure: str
    a: str
    b: str
    source: str
    since: int
    years: tuple[int, ...]
    own: tuple[float, ...]
    control: tuple[float, ...]
    donors: tuple[tuple[str, float], ...]
    logged: bool
    fit: float
    after: float
    p: float
    placebos: int
    grade: str


def since(holdings: Holdings) -> dict[tuple[str, str], int]:
    """By pair, the first year in which both were under a sanctions case of one and the same sender, as TIES has it (to 2005)."""
    if not holdings.has("table", "sanction_years"):
        raise NotHeldError("sanctions are not held; `comity build ties_sanctions --from DIR` adds them")
    rows = store.query(
        "WITH t AS (SELECT DISTINCT a AS sender, b AS target, year FROM read_parquet($path) WHERE NOT open) "
        "SELECT x.target AS a, y.target AS b, min(x.year) AS year FROM t x JOIN t y ON x.sender = y.sender AND x.year = y.year "
        "AND x.target < y.target GROUP BY ALL", path=holdings.path("table", "sanction_years"),
    ).to_pylist()  # fmt: skip
    return {(r["a"], r["b"]): r["year"] for r in rows}


def pressed(holdings: Holdings, name: str, *, draws: int = 199, seed: int = 0) -> Pressed:
    """The event study of pressure on both for a yearly or session measure of two states; senders are outside the pair by construction.

    Raises UsageError for other measures, BadDataError where too few pairs come under pressure within the data.
    """
    import numpy as np

    from comity.models import pressure

    declared = measures.get(name)
    if declared.of != "dyad" or declared.period not in ("year", "session") or not declared.symmetric:
        raise UsageError(f"the event study is of symmetric measures of two states by year or session; {declared.name} is not")
    data = load(holdings, name)
    rows = _one_row(data)
    years = [s.year for s in data.starts]
    keep = [k for k, y in enumerate(years) if FIRST_YEAR <= y <= LAST]
    if not keep:
        raise BadDataError(f"{data.name} has no year from {FIRST_YEAR} to {LAST}, which the sanctions data cover")
    begun = since(holdings)
    y = data.panel.values[rows][:, keep]
    known = np.isfinite(y).sum(axis=1) >= 2
    rows, y = rows[known], y[known]
    first = np.array([begun.get((data.pairs[r][0], data.pairs[r][1]), 0) for r in rows.tolist()], dtype=np.int64)
    start = years[keep[0]]
    first = np.where(first == 0, pressure.NEVER, first - start)
    used, sides = np.unique(data.panel.sides[rows], return_inverse=True)
    study = pressure.event_study(y, sides.reshape(-1, 2).astype(np.int64), first, draws=draws, seed=seed)
    return Pressed(
        measure=data.name, first=start, last=years[keep[-1]], logged=data.panel.scale.kind != "level", states=len(used),
        controls=int((first >= pressure.NEVER).sum()), study=study,
    )  # fmt: skip


def _one_row(data: Data) -> np.ndarray[Any, Any]:
    """For each pair the row of the source with most values to the last year of the sanctions data."""
    import numpy as np

    early = np.array([s.year <= LAST for s in data.starts])
    count = np.isfinite(data.panel.values[:, early]).sum(axis=1)
    best: dict[tuple[str, str], int] = {}
    for r, (a, b, _) in enumerate(data.pairs):
        if (a, b) not in best or count[r] > count[best[a, b]]:
            best[a, b] = r
    return np.array(sorted(best.values()), dtype=np.int64)


def compared(holdings: Holdings, a: str, b: str, name: str, year: int) -> Compared:
    """A pair since a year against the weighted mean of like pairs of neither state, with every donor in its place as placebo.

    Values of one source without gaps, less each pair's mean before the year. Raises UsageError where the pair's run holds fewer than five
    periods before the year or none after it.
    """
    import numpy as np

    from comity.models import pressure

    declared = measures.get(name)
    if declared.of != "dyad" or not declared.symmetric:
        raise UsageError(f"synthetic controls are made of symmetric measures of two states; {declared.name} is not")
    data = load(holdings, name)
    pair = (min(a, b), max(a, b))
    years = np.array([s.year for s in data.starts])
    own = [r for r, p in enumerate(data.pairs) if p[:2] == pair]
    spans = {r: np.flatnonzero(np.isfinite(data.panel.values[r])) for r in own}
    fitting = [r for r, s in spans.items() if (years[s] < year).sum() >= 5 and (years[s] >= year).any() and (np.diff(s) == 1).all()]
    if not fitting:
        held = "; ".join(f"{data.pairs[r][2]} {years[s[0]]}–{years[s[-1]]}" for r, s in spans.items() if len(s)) or "nothing"
        raise UsageError(f"{data.name} of {pair[0]} and {pair[1]}: no one source has five periods before {year} and one after it ({held})")
    row = max(fitting, key=lambda r: len(spans[r]))
    span = spans[row]
    event = int((years[span] < year).sum())
    source = data.pairs[row][2].partition(":")[0]
    values = data.panel.values[:, span]
    whole = np.isfinite(values).sum(axis=1) == len(span)
    like = [r for r, p in enumerate(data.pairs) if whole[r] and p[2].startswith(source) and not set(p[:2]) & set(pair)]
    level = values[:, :event].mean(axis=1)
    like.sort(key=lambda r: abs(level[r] - level[row]))
    chosen = [row, *like[:DONORS]]
    y = values[chosen] - level[chosen][:, None]
    try:
        found = pressure.synthetic_control(y, 0, event)
    except BadDataError as error:
        raise UsageError(f"{data.name} of {pair[0]} and {pair[1]} since {year}: {error}") from error
    order = np.argsort(-found.weights)[:5]
    names = tuple(
        (f"{data.pairs[chosen[1 + i]][0]}–{data.pairs[chosen[1 + i]][1]}", float(found.weights[i])) for i in order if found.weights[i] > 0.01
    )
    after = float(found.gap[event:].mean())
    grade = ("consistent with" if after > 0 else "against") if found.p <= 0.05 else "not shown"
    back = data.panel.scale.backward
    return Compared(
        measure=data.name, a=pair[0], b=pair[1], source=data.pairs[row][2], since=year, years=tuple(int(v) for v in years[span]),
        own=tuple(float(v) for v in back(values[row])), control=tuple(float(v) for v in back(values[row] - found.gap)), donors=names,
        logged=data.panel.scale.kind != "level", fit=found.before, after=after, p=found.p, placebos=found.placebos, grade=grade,
    )  # fmt: skip
