"""The part of the page on the United Nations: choice or circumstance, issues, the Council, roll calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from comity import wording
from comity.profile import Profile, RollCall, Solidarity
from comity.report import issues
from comity.report.part import Group, Listing, Part, Picture, listing


def part(profile: Profile, names: Mapping[str, str]) -> Part | None:
    """The two in the United Nations; None where nothing of it is held."""
    held = profile.solidarity
    if held is None:
        return None
    a, b = names[profile.a], names[profile.b]
    calls = (
        _roll_calls("The last ten roll calls on which one voted yes and the other no", held.split, a, b),
        _roll_calls("The most isolated noes of both, at most ten states against", held.isolated, a, b),
    )
    groups = [Group(sentences=tuple(wording.clip(s) for s in held.statement if s), pictures=_heat(held))]
    if held.council is not None:
        columns = ("crisis", "texts", f"dissent {a}", f"dissent {b}", "both", "vetoes of both", f"{a} alone", f"{b} alone")
        crises = [dict(zip(columns, row, strict=True)) for row in held.council.rows]
        folds = (listing("The Security Council by crisis", crises),) if crises else ()
        groups.append(Group(heading="Security Council", sentences=(wording.clip(held.council.statement),), folds=folds))
    groups.append(Group(folds=tuple(c for c in calls if c is not None)))
    return Part(key="un", heading="In the United Nations: by choice or by circumstance", groups=tuple(groups))


def _heat(held: Solidarity) -> tuple[Picture, ...]:
    if not held.heat:
        return ()
    predicted = "; framed: topics predicted, as nobody has coded the session" if any(c.predicted for c in held.heat) else ""
    what = f"From clear (0) to dark (100 %), General Assembly, sessions with three roll calls on the issue and more{predicted}"
    table = listing("Agreement by issue, with the number of roll calls", issues.table(held.heat))
    picture = Picture(
        key="issues", spec=issues.heat(held.heat), title="Agreement by issue and session", what=what, words=issues.describe(held.heat), table=table,
    )  # fmt: skip
    return (picture,)


def _roll_calls(caption: str, rows: Sequence[RollCall], a: str, b: str) -> Listing | None:
    if not rows:
        return None
    kept = [{"date": r.date.isoformat(), "symbol": r.symbol, "title": r.title, a: r.a, b: r.b, "yes–no–abstain": r.tally} for r in rows]
    return listing(caption, kept)
