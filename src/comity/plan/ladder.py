"""What the evidence of a roadmap's initiative reaches on the ladder of `comity.models.initiatives`, Himmelman's (2002)."""

from __future__ import annotations

from dataclasses import dataclass

from comity.models.initiatives import EVIDENCE, NONE, RUNGS, SCHEME, level, missing, unsupported
from comity.plan.roadmap import Initiative, Roadmap

__all__ = ["EVIDENCE", "NONE", "RUNGS", "SCHEME", "Rung", "level", "rung"]


@dataclass(frozen=True, kw_only=True)
class Rung:
    """What an initiative reaches: the rung's name, the evidence that is missing, and why its kind is not supported, if so."""

    id: str
    kind: str
    level: str
    missing: tuple[str, ...]
    unsupported: str | None


def rung(initiative: Initiative, roadmap: Roadmap) -> Rung:
    """The rung of an initiative of a roadmap."""
    evidence = initiative.evidence
    why = unsupported(initiative.kind, initiative.outcome, roadmap.states_of(initiative.owners), evidence)
    return Rung(id=initiative.id, kind=initiative.kind, level=level(evidence), missing=missing(evidence), unsupported=why)
