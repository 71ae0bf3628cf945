"""The part of the page on people: who lives, studies and travels there, what the two write together, and what nobody holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from comity import wording
from comity.profile import Profile
from comity.report import charts
from comity.report.finance import stated_rows
from comity.report.part import Group, Part, Picture, entries, listing, paragraphs


def part(profile: Profile, names: Mapping[str, str]) -> Part | None:
    """People and ties of the two; None where none is held."""
    held = profile.people
    if held is None:
        return None
    folds = []
    if held.ties:
        folds.append(listing("People and ties, the newest of each, and ten years before on the same source", [_tie(t, names) for t in held.ties]))
    if held.stated:
        folds.append(listing("Only stated: who said it; no two definitions are one line", stated_rows(held.stated)))
    group = Group(sentences=paragraphs(held.statement), pictures=_picture(profile), folds=tuple(folds))
    lacking = Group(heading="Not held", sentences=paragraphs(held.not_held))
    return Part(key="people", heading="People between the two", groups=(group, lacking))


def _picture(profile: Profile) -> tuple[Picture, ...]:
    held = entries(profile, "migrant_stock")
    if sum(len(e.series) for e in held) < 3:
        return ()
    last = [f"{e.a} in {e.b} {wording.value(e.series[-1].value, 'persons')}" for e in held]
    title = f"People living in the other: {', '.join(last)}, {held[0].series[-1].start.year}"
    spec = charts.line(held, sides=(profile.a, profile.b))
    what = f"Persons born in the one, or its citizens, at mid-year, every fifth year. {held[0].coverage}"
    return (Picture(key="migrants", spec=spec, title=title, what=what, words=charts.describe(held)),)


def _tie(t: Any, names: Mapping[str, str]) -> dict[str, Any]:
    a, b = names.get(t.a, t.a), names.get(t.b, t.b)
    return {
        "what": t.what, "of": f"{a} – {b}" if t.symmetric else f"{a} in {b}" if t.unit in ("persons", "students") else f"{a} → {b}",
        "year": str(t.year), "value": f"{wording.value(t.value, t.unit)} {t.unit}",
        "for a million people": None if t.per_million is None else wording.significant(t.per_million, 2),
        "share": None if t.share is None else f"{wording.value(t.share, 'share')} of {t.share_of}",
        "ten years before": None if t.earlier is None else f"{wording.value(t.earlier, t.unit)} ({t.earlier_year})", "source": t.source,
    }  # fmt: skip
