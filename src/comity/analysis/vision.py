"""Two states on the line that divides the General Assembly most: where each stands, how sure the order is, steps, and what divides."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from comity import states, store
from comity.build import table_path
from comity.core import UsageError
from comity.models.ballots import LAST_VOETEN
from comity.store import Holdings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

PERMANENT = ("USA", "GBR", "FRA", "RUS", "CHN")
"""The permanent seats of the Security Council, by who holds them."""
TABLES = ("ideal_points", "ideal_draws", "ideal_items")
LEVELS = (0.05, 0.95)
SMOOTH = 0.5
"""The walk's variance before the share of votes, as the fit has it."""
WORDS = {1: "yes", 2: "abstain", 3: "no", None: "absent"}


@dataclass(frozen=True, kw_only=True)
class Path:
    """One state's or seat's ideal points: sessions, who held it in each, votes that count, means, and joint draws [draws, sessions]."""

    state: str
    sessions: tuple[int, ...]
    holders: tuple[str, ...]
    n: tuple[int, ...]
    means: tuple[float, ...]
    draws: Floats


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Two states in one session: means, their distance with its 90 % band, and probabilities from joint draws.

    references: by the states that held their seats in the session. p_above: that a stands above b (nearer to the side of the United States).
    p_nearer: that the two stand nearer to each other than either to any of `references`; None where there is none.
    """

    session: int
    a: float
    b: float
    distance: float
    low: float
    high: float
    p_above: float
    references: tuple[str, ...]
    p_nearer: float | None


@dataclass(frozen=True, kw_only=True)
class Step:
    """A state's move from the session before to this one.

    p_largest: the probability that it is the state's largest; p_beyond: that it is more than the walk itself would make. seam: the
    publisher of the votes changes between the two.
    """

    state: str
    session: int
    step: float
    sd: float
    p_largest: float
    p_beyond: float
    seam: bool


def paths(holdings: Holdings, codes: Collection[str], *, seats: Collection[str] = ()) -> dict[str, Path]:
    """The paths of the states that have one; of those in `seats` the path of the seat, with all who held it.

    Raises NotHeldError where the tables are not built.
    """
    import numpy as np

    chain = {c: [h for h, *_ in states.seat_chain(c, un=True)] if c in seats else [c] for c in codes}
    names = sorted({h for held in chain.values() for h in held})
    points = store.query(
        "SELECT state, session, n, mean FROM read_parquet($path) WHERE issue = '' AND list_contains($who, state) ORDER BY session",
        {"who": names}, path=table_path(holdings, "ideal_points"),
    ).to_pylist()  # fmt: skip
    drawn = store.query(
        "SELECT state, session, value FROM read_parquet($path) WHERE list_contains($who, state) ORDER BY session, state, draw",
        {"who": names}, path=table_path(holdings, "ideal_draws"),
    )  # fmt: skip
    if not points:
        return {}
    value = drawn.column("value").to_numpy().astype(np.float64)
    number = len(value) // len(points)
    order = sorted(points, key=lambda p: (p["session"], p["state"]))
    rows = {(p["state"], p["session"]): value[k * number : (k + 1) * number] for k, p in enumerate(order)}
    out = {}
    for code, held in chain.items():
        own = [p for p in points if p["state"] in held]
        if own:
            draws = np.column_stack([rows[p["state"], p["session"]] for p in own])
            sessions, holders, n, means = (tuple(p[k] for p in own) for k in ("session", "state", "n", "mean"))
            out[code] = Path(state=code, sessions=sessions, holders=holders, n=n, means=means, draws=draws)
    return out


def seats(a: str, b: str, *, seat: bool) -> tuple[str, ...]:
    """Whose paths are those of seats: the permanent members', and the two's own where asked."""
    return tuple({*PERMANENT, a, b} if seat else {*PERMANENT} - {a, b})


def standings(held: dict[str, Path], a: str, b: str, *, references: tuple[str, ...] = PERMANENT) -> list[Standing]:
    """The two in every session that both have, beside those of `references` that have the session and are then neither of the two.

    Raises UsageError where one of the two has no ideal point or they share no session.
    """
    import numpy as np

    for s in (a, b):
        if s not in held:
            raise UsageError(f"{s} has no ideal point: it never voted in the General Assembly on a roll call that counts")
    both = [t for t in held[a].sessions if t in held[b].sessions]
    if not both:
        raise UsageError(f"{a} and {b} have no session in common")
    rows = []
    for t in both:
        x, y = (held[s].draws[:, held[s].sessions.index(t)] for s in (a, b))
        far = np.abs(x - y)
        own = {_holder(held[s], t) for s in (a, b)}
        others = {
            who: held[r].draws[:, held[r].sessions.index(t)]
            for r in references if r in held and t in held[r].sessions and (who := _holder(held[r], t)) not in own
        }  # fmt: skip
        near = float(np.all([far < np.minimum(np.abs(x - r), np.abs(y - r)) for r in others.values()], axis=0).mean()) if others else None
        low, high = np.quantile(far, LEVELS)
        one, other = (held[s].means[held[s].sessions.index(t)] for s in (a, b))
        rows.append(
            Standing(
                session=t, a=one, b=other, distance=abs(one - other), low=float(low), high=float(high),
                p_above=float((x > y).mean()), references=tuple(others), p_nearer=near,
            )
        )  # fmt: skip
    return rows


def _holder(path: Path, session: int) -> str:
    return path.holders[path.sessions.index(session)]


def steps(path: Path) -> list[Step]:
    """Every step of a state's path; a state of one session has none."""
    import numpy as np

    from comity.models.breaks import in_paths

    if len(path.sessions) < 2:
        return []
    n = np.array(path.n, dtype=np.float64)
    found = in_paths(path.draws, np.array(path.sessions), variances=SMOOTH * n[1:] / (n[1:] + n[:-1]))
    beyond = found.p_beyond if found.p_beyond is not None else np.zeros(len(found.step))
    return [
        Step(
            state=path.state, session=t, step=float(found.step[k]), sd=float(found.step_sd[k]), p_largest=float(found.p_largest[k]),
            p_beyond=float(beyond[k]), seam=path.sessions[k] <= LAST_VOETEN < t,
        )
        for k, t in enumerate(path.sessions[1:])
    ]  # fmt: skip


def change(held: dict[str, Path], a: str, b: str, first: int, last: int) -> tuple[float, float]:
    """How much farther apart the two stand in session `last` than in `first` (posterior mean), and the probability that they came nearer."""
    import numpy as np

    far = {t: np.abs(held[a].draws[:, held[a].sessions.index(t)] - held[b].draws[:, held[b].sessions.index(t)]) for t in (first, last)}
    moved = far[last] - far[first]
    return float(moved.mean()), float((moved < 0).mean())


def dividing(holdings: Holdings, session: int, *, dyad: tuple[str, str] | None = None, top: int = 10) -> list[dict[str, Any]]:
    """The roll calls of a session that divide most along the line: date, symbol, title, divides (|beta|) and its sd, votes; the two's votes.

    Roll calls that repeat an earlier one stand in the earlier one's session. UsageError for a session without one.
    """
    late = session > LAST_VOETEN
    calls, votes, key = ("undl_resolutions", "undl_votes", "undl_id") if late else ("voeten_roll_calls", "voeten_votes", "rcid")
    title = "c.title" if late else "c.descr"
    who = dyad or ("", "")
    found = store.query(
        f"WITH i AS (SELECT * FROM read_parquet($i) WHERE session = $session AND publisher = $publisher ORDER BY abs(beta) DESC, key LIMIT $top), "
        f"v AS (SELECT {key} AS key, max(vote) FILTER (state = $a) AS a, max(vote) FILTER (state = $b) AS b FROM read_parquet($v) GROUP BY 1) "
        f"SELECT c.date, c.symbol, {title} AS title, i.beta, i.beta_sd, i.votes, v.a, v.b FROM i JOIN read_parquet($c) c ON c.{key} = i.key "
        "LEFT JOIN v USING (key) ORDER BY abs(i.beta) DESC, i.key",
        {
            "a": who[0], "b": who[1], "session": session, "publisher": "un_assembly" if late else "voeten_votes", "top": max(top, 0),
            "i": str(table_path(holdings, "ideal_items")), "c": str(table_path(holdings, calls)), "v": str(table_path(holdings, votes)),
        },
    ).to_pylist()  # fmt: skip
    if not found:
        raise UsageError(f"session {session}: no roll call of it is in the fit")
    heads = [re.split(r"\s*:\s*resolution\b", r["title"] or "", maxsplit=1)[0] for r in found]
    rows = [
        {"date": r["date"], "symbol": r["symbol"], "title": head, "divides": abs(r["beta"]), "sd": r["beta_sd"], "votes": r["votes"]}
        for r, head in zip(found, heads, strict=True)
    ]
    if dyad is None:
        return rows
    return [row | {who[0]: WORDS[r["a"] or None], who[1]: WORDS[r["b"] or None]} for row, r in zip(rows, found, strict=True)]


def start(session: int) -> dt.date:
    """The first of September of the year in which a session opens."""
    return dt.date(1945 + session, 9, 1)
