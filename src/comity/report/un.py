"""The part of the page on the United Nations: choice or circumstance, issues, the Council, roll calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from comity import wording
from comity.profile import Profile, RollCall, Solidarity
from comity.report import charts, issues
from comity.report.part import Group, Listing, Part, Picture, listing

COEFFICIENTS = ("vote_agreement", "vote_kappa")


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
    groups = [Group(sentences=tuple(wording.clip(s) for s in held.statement if s), pictures=(*_lines(profile), *_heat(held)))]
    if held.council is not None:
        columns = ("crisis", "texts", f"dissent {a}", f"dissent {b}", "both", "vetoes of both", f"{a} alone", f"{b} alone")
        crises = [dict(zip(columns, row, strict=True)) for row in held.council.rows]
        folds = (listing("The Security Council by crisis", crises),) if crises else ()
        groups.append(Group(heading="Security Council", sentences=(wording.clip(held.council.statement),), folds=folds))
    groups.append(Group(folds=tuple(c for c in calls if c is not None)))
    return Part(key="un", heading="In the United Nations: by choice or by circumstance", groups=tuple(groups))


def _lines(profile: Profile) -> tuple[Picture, ...]:
    """Agreement and kappa by session in one picture, where both are held."""
    entries = {m.name: m for s in profile.sections for m in s.measures if m.name in COEFFICIENTS and m.series}
    if len(entries) < len(COEFFICIENTS):
        return ()
    raw, corrected = (entries[n] for n in COEFFICIENTS)
    drawn = [
        replace(raw, label="agreement", unit=corrected.unit, bounds=corrected.bounds, symmetric=False, a=profile.a, b=profile.a),
        replace(corrected, label="kappa", symmetric=False, a=profile.b, b=profile.b),
    ]
    last = [next(p for p in reversed(e.series) if not p.partial or p is e.series[0]) for e in (raw, corrected)]
    what = "Agreement, 0 to 1, and Cohen’s weighted kappa, nought where votes are as alike as habits alone make them and 1 where all are alike. "
    what += "General Assembly by session; 95% bands as if roll calls were independent, by whole agenda items about a fifth wider. "
    title = f"Agreement {last[0].value:.2f}, corrected for chance {last[1].value:.2f}, in {wording.period(last[1].start, corrected.period)}"
    picture = Picture(
        key="coefficients", spec=charts.line(drawn, sides=(profile.a, profile.b)), title=title.replace("-", wording.MINUS),
        what=what + corrected.coverage, words=charts.describe(drawn),
    )  # fmt: skip
    return (picture,)


def _heat(held: Solidarity) -> tuple[Picture, ...]:
    if not held.heat:
        return ()
    predicted = "; framed: topics predicted, as nobody has coded the session" if any(c.predicted for c in held.heat) else ""
    what = f"From clear (0) to dark (100 %), General Assembly, sessions with three roll calls on the issue and more{predicted}"
    table = listing("Agreement by issue, with the number of roll calls", issues.table(held.heat))
    picture = Picture(
        key="issues", spec=issues.heat(held.heat), title=issues.finding(held.heat), what=what, words=issues.describe(held.heat), table=table,
    )  # fmt: skip
    return (picture,)


def _roll_calls(caption: str, rows: Sequence[RollCall], a: str, b: str) -> Listing | None:
    if not rows:
        return None
    kept = [{"date": r.date.isoformat(), "symbol": r.symbol, "title": r.title, a: r.a, b: r.b, "yes–no–abstain": r.tally} for r in rows]
    return listing(caption, kept)
