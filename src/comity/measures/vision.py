"""Where states stand in the General Assembly: ideal points, the distance of two, and whether two are nearer to each other than to a third."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from comity.core import measure
from comity.models.ballots import ISSUES, LAST_VOETEN

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

BSV = "Bailey, M. A., Strezhnev, A. & Voeten, E. (2017), Estimating dynamic state preferences from United Nations voting data, JCR 61(2):430–456"
SHARED: dict[str, Any] = {
    "period": "session", "domain": "politics", "kind": "alignment", "merge": "last", "seat": "un", "takes": "arrow", "coverage": "rows",
}  # fmt: skip
VIEW = "a model of the votes of vote_agreement, never a second piece of evidence"
BY_ISSUE = {issue: f"roll calls on {words} only, to session {LAST_VOETEN}; by the quick method" for issue, words in ISSUES.items()}
PERMANENT = frozenset({"USA", "GBR", "FRA", "RUS", "SUN", "CHN", "TWN"})
"""The permanent members of the Security Council and the states that held their seats."""
SOURCE = "un_ideal_points"


@measure(
    title="Ideal point in the General Assembly",
    unit="ideal point",
    of="state",
    because=VIEW,
    reference=BSV,
    aliases=("ideal point", "ideal points", "foreign policy position", "UN ideal point"),
    variants=BY_ISSUE,
    **SHARED,
)
def ideal_point(ideal_points: pa.Table, ideal_fit: pa.Table, variant: str = "") -> pa.Table:
    """Where a state stands on the line that divides the Assembly most: positive on the side of the United States.

    The posterior mean of theta in the ordinal probit model with a random walk of each seat (docs/ideal_points.md), of all sessions
    together: mean nought and standard deviation 1 over all states and sessions. se: the posterior standard deviation. n: votes that
    count. One fit to two publishers' votes: all roll calls to session 74, adopted resolutions only from 75. A seat's row is that of the state that
    held it, of two in one session the one that cast more votes. A smoothed estimate rests on later votes too, so `published` is the day of
    the newest vote of the fit. By issue: the quick method (stochastic EM, bands from the corrected curvature), to session 74, each on its own scale.
    """
    import pyarrow.compute as pc

    t = ideal_points.filter(pc.equal(ideal_points.column("issue"), variant))
    state = t.column("state")
    return _series(state, state, t.column("session").to_numpy(), t.column("mean").to_numpy(), t.column("sd").to_numpy(), t.column("n"), ideal_fit)


@measure(
    title="Distance of ideal points in the General Assembly",
    unit="ideal point",
    bounds=(0, None),
    because=VIEW,
    reference=f"{BSV}; the variable IdealPointDistance of the published files",
    aliases=("ideal point distance", "distance of ideal points", "distance in foreign policy", "ideal-point distance"),
    variants=BY_ISSUE,
    **SHARED,
)
def ideal_point_distance(ideal_points: pa.Table, ideal_draws: pa.Table, ideal_fit: pa.Table, variant: str = "") -> pa.Table:
    """How far apart two states stand on that line: the absolute difference of their posterior means.

    se: the posterior standard deviation of the difference, from joint draws, so that errors that both share cancel; by issue, where the quick method
    gives margins only, the root of the sum of both variances. Where the distance is not well above its se, the two cannot be told apart.
    `comity vision` gives the band and the probability of the order. n: the fewer of the two's votes. published: as `ideal_point`.
    """
    import numpy as np
    import pyarrow.compute as pc

    points = ideal_points.filter(pc.equal(ideal_points.column("issue"), variant))
    counted = _sessions(points, ("mean", "sd", "n"))
    joint = {} if variant else {s: (names, x) for s, names, x in _drawn(ideal_draws)}
    parts = []
    for session, names, (mean, sd, n) in counted:
        i, j = np.triu_indices(len(names), 1)
        if session in joint:
            held, x = joint[session]
            if held != names:
                raise AssertionError(f"session {session}: draws and means are of other states")
            variance = np.cov(x) if len(x) > 1 else np.atleast_2d(x.var())
            se = np.sqrt(np.maximum(variance[i, i] + variance[j, j] - 2 * variance[i, j], 0.0))
        else:
            se = np.hypot(sd[i], sd[j])
        parts.append((names, i, j, np.full(len(i), session), np.abs(mean[i] - mean[j]), se, np.minimum(n[i], n[j])))
    return _pairs(parts, ideal_fit)


@measure(
    title="Probability that the two stand nearer to each other than to any other great power",
    unit="probability",
    bounds=(0, 1),
    because=VIEW,
    reference=BSV,
    aliases=("common vision", "vision gap", "vision gap probability"),
    **SHARED,
)
def vision_gap_probability(ideal_draws: pa.Table, ideal_fit: pa.Table) -> pa.Table:
    """The probability that two states stand nearer to each other than either does to any other permanent member of the Security Council.

    The share of joint draws of the ideal points in which |a - b| is less than |a - r| and |b - r| for each permanent member r of the time,
    neither of the two, that voted in the session; `comity vision A B --reference C` asks the same of any one state. se: Monte Carlo, of a share
    of that many draws. Sessions without such a member have no row. published: as `ideal_point`.
    """
    import numpy as np

    parts = []
    for session, names, x in _drawn(ideal_draws):
        members = [k for k, c in enumerate(names) if c in PERMANENT]
        i, j = np.triu_indices(len(names), 1)
        own = np.isin(i, members) | np.isin(j, members)
        other = ~own if members else np.zeros(len(i), bool)
        p = np.full(len(i), np.nan)
        if members:
            free = np.min([np.abs(x - x[r]) for r in members], axis=0)
            for a in np.unique(i[other]).tolist():
                at = np.flatnonzero(other & (i == a))
                p[at] = (np.abs(x[a] - x[j[at]]) < np.minimum(free[a], free[j[at]])).mean(axis=1)
        for k in np.flatnonzero(own).tolist():
            one, two = x[i[k]], x[j[k]]
            rest = [x[r] for r in members if r not in (i[k], j[k])]
            if rest:
                p[k] = (np.abs(one - two) < np.min([np.minimum(np.abs(one - r), np.abs(two - r)) for r in rest], axis=0)).mean()
        known = np.flatnonzero(np.isfinite(p))
        p, i, j = p[known], i[known], j[known]
        parts.append((names, i, j, np.full(len(i), session), p, np.sqrt(p * (1 - p) / x.shape[1]), None))
    return _pairs(parts, ideal_fit)


def _sessions(points: pa.Table, columns: tuple[str, ...]) -> Iterator[tuple[int, list[str], tuple[Floats, ...]]]:
    """Each session: its number, its states in order of code, and the columns of them."""
    import numpy as np

    table = points.sort_by([("session", "ascending"), ("state", "ascending")])
    sessions = table.column("session").to_numpy()
    names = table.column("state").to_pylist()
    held = [table.column(c).to_numpy() for c in columns]
    edges = [0, *(np.flatnonzero(np.diff(sessions)) + 1).tolist(), len(sessions)] if len(sessions) else [0]
    for low, high in itertools.pairwise(edges):
        yield int(sessions[low]), names[low:high], tuple(c[low:high] for c in held)


def _drawn(draws: pa.Table) -> Iterator[tuple[int, list[str], Floats]]:
    """Each session: its number, its states in order of code, and their joint draws [states, draws]."""
    import numpy as np
    import pyarrow.compute as pc

    if not draws.num_rows:
        return
    number = pc.max(draws.column("draw")).as_py() + 1
    value = draws.column("value").to_numpy().reshape(-1, number).astype(np.float64)
    firsts = draws.take(np.arange(0, draws.num_rows, number))
    states, sessions = firsts.column("state").to_numpy(zero_copy_only=False), firsts.column("session").to_numpy()
    order = np.lexsort((states, sessions))
    for session in np.unique(sessions).tolist():
        at = order[sessions[order] == session]
        yield session, states[at].tolist(), value[at]


def _pairs(parts: list[tuple[Any, ...]], fit: pa.Table) -> pa.Table:
    """The rows of pairs i < j of each session's states, in order of code."""
    import numpy as np
    import pyarrow as pa

    if not parts:
        empty = pa.array([], pa.string())
        return _series(empty, empty, np.zeros(0, np.int64), np.zeros(0), np.zeros(0), None, fit)
    codes = sorted({c for names, *_ in parts for c in names})
    place = {c: k for k, c in enumerate(codes)}
    own = [np.array([place[c] for c in names], np.int32) for names, *_ in parts]
    text = pa.array(codes)
    a, b = (text.take(pa.array(np.concatenate([o[p[side]] for o, p in zip(own, parts, strict=True)]))) for side in (1, 2))
    session, value, se = (np.concatenate([p[k] for p in parts]) for k in (3, 4, 5))
    n = None if parts[0][6] is None else pa.array(np.concatenate([p[6] for p in parts]))
    return _series(a, b, session, value, se, n, fit)


def _series(a: Any, b: Any, session: Any, value: Any, se: Any, n: Any, fit: pa.Table) -> pa.Table:
    import numpy as np
    import pyarrow as pa

    starts = {s: (dt.date(1945 + s, 9, 1) - dt.date(1970, 1, 1)).days for s in np.unique(session).tolist()}
    days = np.array([starts[s] for s in session.tolist()], np.int32)
    publisher = np.where(session <= LAST_VOETEN, 0, 1)
    source = pa.array([f"{SOURCE}:voeten_votes", f"{SOURCE}:un_assembly"]).take(pa.array(publisher))
    day = fit.column("date")[0] if fit.num_rows else None
    return pa.table(
        {
            "a": a, "b": b, "start": pa.array(days).cast(pa.date32()), "value": np.round(value, 3), "se": np.round(se, 3),
            "n": pa.nulls(len(days), pa.int64()) if n is None else n.cast(pa.int64()), "source": source,
            "published": pa.repeat(day, len(days)) if day is not None else pa.nulls(len(days), pa.date32()),
        }
    )  # fmt: skip
