"""Himmelman's ladder of working together (2002, Collaboration for a Change): what the evidence of an initiative reaches.

Each rung holds what the one below it does and one thing more; its "cooperating" is not the cooperation of everyday speech.
"""

from __future__ import annotations

from dataclasses import dataclass

from comity.plan.roadmap import Initiative, Roadmap

SCHEME = "Himmelman (2002)"
RUNGS = (
    ("networking", "information"),
    ("coordinating", "altered_activity"),
    ("cooperating", "shared_resources"),
    ("collaborating", "enhanced_capacity"),
)
EVIDENCE = tuple(key for _, key in RUNGS)
NONE = "none"


@dataclass(frozen=True, kw_only=True)
class Rung:
    """What an initiative reaches: the rung's name, the evidence that is missing, and why its kind is not supported, if so."""

    id: str
    kind: str
    level: str
    missing: tuple[str, ...]
    unsupported: str | None


def level(evidence: dict[str, tuple[str, ...]]) -> str:
    """The highest rung of which the evidence and that of all rungs below are there."""
    reached = NONE
    for name, key in RUNGS:
        if not evidence.get(key):
            return reached
        reached = name
    return reached


def rung(initiative: Initiative, roadmap: Roadmap) -> Rung:
    """The rung of an initiative of a roadmap."""
    found = level(initiative.evidence)
    why = None
    if initiative.kind == "joint":
        states = roadmap.states_of(initiative.owners)
        if initiative.outcome is None:
            why = "declared joint without an outcome; name the one thing that both will have"
        elif len(states) < 2:
            why = f"declared joint; its owners act for one state ({', '.join(states)})"
        elif found != RUNGS[-1][0]:
            why = f"declared joint; the evidence reaches {found}" if found != NONE else "declared joint; the evidence reaches no rung"
    missing = tuple(key for key in EVIDENCE if not initiative.evidence.get(key))
    return Rung(id=initiative.id, kind=initiative.kind, level=found, missing=missing, unsupported=why)
