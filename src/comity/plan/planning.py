"""One roadmap file and all that is made of it: schedule, risk, status, exports."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, get_args

from comity.core import UsageError
from comity.models.form import Issue
from comity.plan import ladder, reader, risk, schedule, status, witnesses
from comity.plan.roadmap import Roadmap, as_dict
from comity.store import Holdings

ExportFormat = Literal["ics", "json", "csv", "html", "svg", "mspdi"]
FORMATS: tuple[ExportFormat, ...] = get_args(ExportFormat)
LARGEST = 50_000_000


@dataclass(frozen=True)
class Plan:
    """A roadmap that keeps all promises of the format, and what follows from it; each part is made when first asked for."""

    roadmap: Roadmap

    @cached_property
    def laid(self) -> schedule.Laid:
        """The network behind it."""
        return schedule.lay(self.roadmap)

    @cached_property
    def schedule(self) -> schedule.Schedule:
        """Early and late dates, floats, the critical path."""
        return schedule.schedule(self.laid)

    @cached_property
    def risk(self) -> risk.Risk:
        """How likely each deadline is, over all draws."""
        return risk.risk(self.laid, self.schedule)

    @cached_property
    def rungs(self) -> tuple[ladder.Rung, ...]:
        """The rung of each initiative on the ladder."""
        return tuple(ladder.rung(i, self.roadmap) for i in self.roadmap.initiatives)

    def status(self, holdings: Holdings, as_of: dt.date | None = None) -> status.Status:
        """Where each milestone stands, its witness read from a store as it was on a day."""
        return status.status(self.schedule, self.risk, lambda w: witnesses.evidence(holdings, w, as_of), as_of)

    def whole(self, holdings: Holdings, as_of: dt.date | None = None) -> dict[str, Any]:
        """Schedule, risk and status in one object."""
        return {
            "schedule": schedule.to_dict(self.schedule), "risk": risk.to_dict(self.risk), "status": status.to_dict(self.status(holdings, as_of)),
            "initiatives": [rung_dict(r) for r in self.rungs], "money": money(self.roadmap),
        }  # fmt: skip

    def export(self, form: ExportFormat, holdings: Holdings, as_of: dt.date | None = None) -> bytes:
        """The roadmap in a format, the same bytes each time."""
        from comity.plan import exports, gantt, mspdi, page

        if form == "json":
            return exports.json_bytes(self.whole(holdings, as_of))
        if form == "ics":
            return exports.ics(self.schedule)
        if form == "csv":
            return exports.csv(self.schedule, self.risk).encode()
        if form == "mspdi":
            return mspdi.xml(self.laid, self.schedule)
        if form == "svg":
            return gantt.svg(self.schedule, self.risk, gantt.WIDE, status=self.status(holdings, as_of)).encode()
        return page.html(self, self.status(holdings, as_of)).encode()


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What a check of a file found; `plan` is None where it has errors."""

    errors: tuple[Issue, ...]
    warnings: tuple[Issue, ...]
    plan: Plan | None


def load(path: Path, *, iterations: int | None = None, seed: int | None = None) -> Plan:
    """The plan in a file; UsageError where there is none, RoadmapRefused with all errors where it is no roadmap."""
    roadmap = reader.read(_bytes(path))
    changed = {k: v for k, v in (("iterations", iterations), ("seed", seed)) if v is not None}
    return Plan(replace(roadmap, risk=replace(roadmap.risk, **changed)) if changed else roadmap)


def check(path: Path) -> Checked:
    """All errors and warnings of a file."""
    try:
        plan = load(path)
    except reader.RoadmapRefused as refused:
        return Checked(errors=refused.errors, warnings=refused.warnings, plan=None)
    return Checked(errors=(), warnings=plan.schedule.warnings, plan=plan)


def check_dict(found: Checked) -> dict[str, Any]:
    """A check as `comity plan check --format json` gives it."""
    return {
        "ok": not found.errors, "errors": [as_dict(e, hint=True) for e in found.errors], "warnings": [as_dict(w) for w in found.warnings],
        "initiatives": [rung_dict(r) for r in (found.plan.rungs if found.plan else ())],
    }  # fmt: skip


def rung_dict(rung: ladder.Rung) -> dict[str, Any]:
    """An initiative's rung as JSON has it."""
    return {"id": rung.id, "kind": rung.kind, "level": rung.level, "missing": list(rung.missing)}


def money(roadmap: Roadmap) -> list[dict[str, Any]]:
    """Cost, funding and benefit of all initiatives, summed by side, year and currency; currencies are never added up."""
    sums: dict[tuple[str, int, str], dict[str, float]] = {}
    for initiative in roadmap.initiatives:
        for m in initiative.money:
            row = sums.setdefault((m.side, m.year, m.currency), {})
            row[m.sort] = row.get(m.sort, 0.0) + m.amount
    return [
        {"side": side, "year": year, "currency": currency, **{k: schedule.number(row.get(k)) for k in ("cost", "funding", "benefit")}}
        for (side, year, currency), row in sorted(sums.items())
    ]


def _bytes(path: Path) -> bytes:
    if not path.is_file():
        raise UsageError(f"{path}: no such file")
    if path.stat().st_size > LARGEST:
        raise UsageError(f"{path}: larger than {LARGEST:,} bytes, so no roadmap")
    return path.read_bytes()
