"""The part of the page on cooperation or collaboration: where the two stand in each family, and how that moved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from comity import wording
from comity.profile import Profile
from comity.report import families
from comity.report.part import Group, Part, Picture, finite, listing

Family = tuple[str, float | None, float | None, float | None]


def part(profile: Profile, names: Mapping[str, str]) -> Part | None:
    """The position of the two by family and its trail; None where no family is held."""
    held = profile.position or {}
    now: list[Family] = [
        (str(f.get("name", "")), finite(f.get("value")), finite(f.get("q10")), finite(f.get("q90")))
        for f in held.get("families") or ()
        if isinstance(f, Mapping)
    ]
    if not now:
        return None
    moved = held.get("moved")
    said = wording.clip(str(moved.get("statement") or "")) if isinstance(moved, Mapping) else ""
    table = listing("Families: percentile, 10–90% range", [dict(zip(("name", "value", "q10", "q90"), f, strict=True)) for f in now])
    words = "; ".join(f"{wording.clip(n, 40)}: {_range(v, lo, hi)}" for n, v, lo, hi in now)
    pictures = [
        Picture(
            key="position", spec=families.ranges(now), title="Where the two stand among pairs of states",
            what="Percentile of each family, with its 10–90% range", words=f"Percentiles from 0 to 100, with 10 to 90% ranges. {words}.", table=table,
        )
    ]  # fmt: skip
    trail = [
        r for r in held.get("trail") or () if isinstance(r, Mapping) and {"year", "family", "value"} <= set(r) and finite(r["value"]) is not None
    ]
    if trail:
        pictures.append(_trail(trail))
    return Part(key="position", heading="Cooperation or collaboration", groups=(Group(sentences=(said,) if said else (), pictures=tuple(pictures)),))


def _trail(rows: list[Mapping[str, Any]]) -> Picture:
    newest = max(int(r["year"]) for r in rows)
    said = "; ".join(
        f"{r['family']}: {_range(finite(r['value']), finite(r.get('q10')), finite(r.get('q90')))}" for r in rows if r["year"] == newest
    )
    return Picture(
        key="trail", spec=families.trail(rows), title="How the families have moved", what="Percentile by year, with its 10–90% range",
        words=wording.clip(f"Percentiles by year. In {newest}: {said}."), table=listing("Families by year", rows),
    )  # fmt: skip


def _range(value: float | None, low: float | None, high: float | None) -> str:
    if value is None:
        return "not known"
    return f"{value:.0f}" if low is None or high is None else f"{value:.0f} ({low:.0f} to {high:.0f})"
