"""Where two states stand on the line that divides the General Assembly, for the report: paths, order, what is near, steps, what divides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from comity import states, store, wording
from comity.analysis import vision
from comity.core import ComityError
from comity.models.ballots import LAST_VOETEN
from comity.profile import RollCall, Track, Vision
from comity.store import Holdings

SHOWN = 8
FEW = 10
SURE = 0.95
LIKELY = 0.9
"""A probability from which a step counts as the largest."""


def gather(holdings: Holdings, a: str, b: str, *, start: int | None, stop: int | None, as_of: dt.date | None, seat: bool) -> Vision | None:
    """The vision of two states, or None where it is not held.

    A smoothed path uses later votes, so a view as of a day before the fit's newest vote has none.
    """
    if not all(holdings.has("table", t) for t in (*vision.TABLES, "ideal_fit")):
        return None
    if as_of is not None:
        fitted = store.query("SELECT max(date) AS day FROM read_parquet($path)", path=holdings.path("table", "ideal_fit")).to_pylist()[0]["day"]
        if fitted is None or fitted > as_of:
            return None
    held = vision.paths(holdings, dict.fromkeys((a, b, *vision.PERMANENT)), seats=vision.seats(a, b, seat=seat))
    try:
        rows = vision.standings(held, a, b)
    except ComityError:
        return None
    first, last = (None if y is None else y - 1945 for y in (start, stop))
    rows = [r for r in rows if (first or r.session) <= r.session <= (last or r.session)]
    if not rows:
        return None
    counted = {s: dict(zip(held[s].sessions, held[s].n, strict=True)) for s in (a, b)}
    newest = next((r for r in reversed(rows) if min(counted[a][r.session], counted[b][r.session]) >= FEW), rows[-1])
    names = {s: wording.articled(states.get(s).name) for s in held}
    said = [_where(newest, a, b, names), _order(newest, a, b, names)]
    if newest.p_nearer is not None:
        said.append(_near(newest))
    moved = _moved(held, rows, newest, a, b)
    if moved:
        said.append(moved)
    said += [word for s in (a, b) if (word := _largest(held[s], names[s], rows))]
    spans = {r.session for r in rows}
    own = {(t, h) for s in (a, b) for t, h in zip(held[s].sessions, held[s].holders, strict=True)}
    others = (r for r in vision.PERMANENT if r in held and r not in (a, b))
    tracks = (*(_track(held[s], spans, True) for s in (a, b)), *(_track(held[r], spans, False, own) for r in others))
    return Vision(
        statement=tuple(s[0].upper() + s[1:] for s in said), tracks=tuple(t for t in tracks if t.points), seam=vision.start(LAST_VOETEN + 1),
        session=newest.session, items=_items(holdings, newest.session, a, b),
    )  # fmt: skip


def _where(row: vision.Standing, a: str, b: str, names: dict[str, str]) -> str:
    return (
        f"in session {row.session} ({1945 + row.session}) {names[a]} stood at {_points(row.a)} and {names[b]} at {_points(row.b)} on the line "
        "that divides the Assembly most (one is a standard deviation of all states, positive the side of the United States): "
        f"{row.distance:.2f} apart (90% band {row.low:.2f} to {row.high:.2f})."
    )


def _order(row: vision.Standing, a: str, b: str, names: dict[str, str]) -> str:
    p = max(row.p_above, 1 - row.p_above)
    if p < SURE:
        return f"which of the two stands higher on it cannot be told (probability {_p(p)})."
    return f"{names[a if row.p_above > 0.5 else b]} stood higher on it, with probability {_p(p)}."


def _near(row: vision.Standing) -> str:
    other = "permanent members of the Council" if len(row.references) == len(vision.PERMANENT) else "other permanent members of the Council"
    return f"That they stand nearer to each other than to any of the {other} has probability {_p(row.p_nearer or 0.0)}."


def _moved(held: dict[str, vision.Path], rows: list[vision.Standing], newest: vision.Standing, a: str, b: str) -> str | None:
    """The change of the distance within the newest publisher's sessions: a change across the seam is no trend."""
    late = newest.session > LAST_VOETEN
    same = [r.session for r in rows if (r.session > LAST_VOETEN) == late and r.session < newest.session]
    if not same:
        return None
    first = same[0] if late else max((s for s in same if s <= newest.session - 10), default=same[0])
    by, nearer = vision.change(held, a, b, first, newest.session)
    p = max(nearer, 1 - nearer)
    since = f"Since session {first} ({1945 + first})"
    if p < SURE:
        return f"{since} their distance changed by {_points(by)}: that it {'fell' if nearer > 0.5 else 'rose'} has probability {_p(p)} only."
    return f"{since} the two have {'come nearer' if nearer > 0.5 else 'moved apart'} by {abs(by):.2f}, with probability {_p(p)}."


def _largest(path: vision.Path, name: str, rows: list[vision.Standing]) -> str | None:
    """The state's largest step, where it is likely to be that, inside the years shown and not across the seam."""
    found = max(vision.steps(path), key=lambda s: s.p_largest, default=None)
    if found is None or found.p_largest < LIKELY or found.seam or not rows[0].session < found.session <= rows[-1].session:
        return None
    before = path.sessions[path.sessions.index(found.session) - 1]
    side = "towards" if found.step > 0 else "away from"
    return (
        f"The largest step of {name} since session {path.sessions[0]} lies between sessions {before} and {found.session} "
        f"({1945 + found.session}), with probability {_p(found.p_largest)}: {abs(found.step):.2f} {side} the side of the United States."
    )


def _track(path: vision.Path, sessions: set[int], main: bool, own: Collection[tuple[int, str]] = ()) -> Track:
    """The path in the sessions shown; of a reference's seat not where it is one of the two's own."""
    import numpy as np

    low, high = np.quantile(path.draws, vision.LEVELS, axis=0)
    kept = [k for k, (t, who) in enumerate(zip(path.sessions, path.holders, strict=True)) if t in sessions and (t, who) not in own]
    points = tuple((vision.start(path.sessions[k]), path.means[k], float(low[k]), float(high[k])) for k in kept)
    return Track(state=path.state, main=main, points=points)


def _items(holdings: Holdings, session: int, a: str, b: str) -> tuple[RollCall, ...]:
    try:
        found = vision.dividing(holdings, session, dyad=(a, b), top=SHOWN)
    except ComityError:
        return ()
    return tuple(
        RollCall(date=r["date"], symbol=r["symbol"] or "", title=r["title"], a=r[a], b=r[b], tally=f"{r['divides']:.1f} ± {r['sd']:.1f}")
        for r in found
    )


def _points(value: float) -> str:
    return f"{value:+.2f}".replace("-", wording.MINUS)


def _p(value: float) -> str:
    return "above .99" if value > 0.99 else "below .01" if value < 0.01 else f"{value:.2f}".replace("0.", ".", 1)
