"""What the store holds of a witness's measure."""

from __future__ import annotations

import datetime as dt

from comity import build, measures, selection
from comity.core import NotHeldError
from comity.plan.roadmap import Witness
from comity.plan.status import Evidence, Observed
from comity.store import Holdings


def evidence(holdings: Holdings, witness: Witness, as_of: dt.date | None) -> Evidence:
    """The values of a witness's measure that were public by a day (None: all that is held), one a period, verified ones only."""
    declared = measures.get(witness.measure)
    would = ", ".join(build.sources_of(declared.name))
    try:
        selected = selection.select(
            holdings, declared, witness.measure, dyad=(witness.a, witness.b) if witness.dyad else None,
            state=witness.a if declared.of == "state" else None, as_of=as_of,
        )  # fmt: skip
    except NotHeldError:
        return Evidence(period=declared.period, rows=(), lacking=f"{witness.measure} is not held; source {would} would have it")
    rows: dict[dt.date, Observed] = {}
    unverified = 0
    for r in selected.rows.to_pylist():
        if r["source"].endswith(":unverified"):
            unverified += 1
            continue
        rows.setdefault(r["start"], Observed(start=r["start"], value=r["value"], source=r["source"], published=r["published"]))
    held = tuple(rows[k] for k in sorted(rows) if k not in selected.partial)
    coverage = holdings.row("series", witness.measure).facts["coverage"]
    lacking = selection.absent_because(coverage, witness.a, witness.b)
    if not held and as_of is not None and (later := evidence(holdings, witness, None).rows):
        days = [r.published for r in later if r.published is not None]
        lacking = f"{len(later)} values are held, none published by {as_of}" + (f" (the first on {min(days)})" if days else "")
    elif held:
        lacking = f"the next value comes from {would}"
    if unverified:
        lacking += f"; {unverified} unverified values are not counted"
    return Evidence(period=declared.period, rows=held, lacking=lacking)
