"""One undertaking of two or more states, past or planned: what the two share in it, and what follows from that by rule.

Attributes are coded, words are derived. The two ladders disagree on the order of their words, so each is named: Himmelman (2002), networking <
coordinating < cooperating < collaborating, each holding the one below; Keast & Mandell (2014), cooperation < coordination < collaboration.
The essay's two words are not rungs: cooperation, each helps the other reach its own goals; collaboration, both want one outcome and work on it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["exchange", "joint"]
Status = Literal["idea", "announced", "signed", "under way", "delivered", "stalled", "ended"]
STATUSES: tuple[Status, ...] = ("idea", "announced", "signed", "under way", "delivered", "stalled", "ended")
CLOSED = ("delivered", "ended")
SCHEME = "Himmelman (2002)"
RUNGS = (
    ("networking", "information"),
    ("coordinating", "altered_activity"),
    ("cooperating", "shared_resources"),
    ("collaborating", "enhanced_capacity"),
)
EVIDENCE = tuple(key for _, key in RUNGS)
"""The attributes that a roadmap gives as evidence, from the lowest rung up."""
ATTRIBUTES = ("one_outcome", *EVIDENCE, "risk_reward", "duration", "formality")
"""What two states may share in an undertaking: `one_outcome` wanted by both, risk and reward, a time set, a form given."""
THREE_CS = (
    ("cooperation", ("information",)),
    ("coordination", ("information", "altered_activity")),
    ("collaboration", ("one_outcome", "shared_resources", "risk_reward")),
)
NONE = "none"
UNTOLD = "cannot be told"


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What a source says of one attribute: that it is there or is not, and the words that say so."""

    there: bool
    words: str = ""
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class Money:
    """A sum of an undertaking: of which sort, whose, in which year, in which currency."""

    sort: Literal["cost", "funding", "benefit", "value"]
    side: str
    amount: float
    currency: str = "USD"
    year: int | None = None


@dataclass(frozen=True, kw_only=True)
class Citation:
    """Where a fact of an undertaking stands: the source's name, the row in it, and its address where it has one."""

    source: str
    row: str = ""
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Initiative:
    """One undertaking: who, what for, how far it is, when, and which attributes are shown; an attribute that is not in `shown` is not known.

    kind: as declared by who wrote it, or None. codings: by coder, the attributes as that coder saw them, for agreement only. verified False:
    a row from memory or a secondary list, which feeds no count.
    """

    id: str
    name: str
    states: tuple[str, ...]
    kind: Kind | None = None
    outcome: str | None = None
    because: str | None = None
    status: Status = "idea"
    announced: dt.date | None = None
    signed: dt.date | None = None
    start: dt.date | None = None
    due: dt.date | None = None
    end: dt.date | None = None
    known: dt.date | None = None
    domain: str | None = None
    shown: Mapping[str, Shown] = field(default_factory=dict)
    money: tuple[Money, ...] = ()
    sources: tuple[Citation, ...] = ()
    codings: Mapping[str, Mapping[str, bool | None]] = field(default_factory=dict)
    verified: bool = True

    @property
    def first(self) -> dt.date | None:
        """The first day that is known of it."""
        return min((d for d in (self.announced, self.signed, self.start) if d is not None), default=None)

    @property
    def late(self) -> bool:
        """Whether it was due before the day up to which its source speaks and was neither delivered nor ended then."""
        return self.due is not None and self.known is not None and self.due < self.known and self.status not in CLOSED


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What follows from the attributes that are shown: a rung of each ladder and the essay's word.

    at_least: the next rung is neither shown nor shown to be missing, so it may be higher.
    """

    himmelman: str
    himmelman_at_least: bool
    three_cs: str
    three_cs_at_least: bool
    word: str
    why: str


def level(evidence: Mapping[str, object]) -> str:
    """The highest rung of Himmelman's ladder of which the evidence and that of all rungs below are there; "none" without information."""
    reached = NONE
    for name, key in RUNGS:
        if not evidence.get(key):
            return reached
        reached = name
    return reached


def missing(evidence: Mapping[str, object]) -> tuple[str, ...]:
    """The evidence that is not there, from the lowest rung up."""
    return tuple(key for key in EVIDENCE if not evidence.get(key))


def unsupported(kind: str, outcome: str | None, states: Sequence[str], evidence: Mapping[str, object]) -> str | None:
    """Why an undertaking declared joint is not supported by what is given of it; None where it is, or is declared an exchange."""
    if kind != "joint":
        return None
    found = level(evidence)
    if outcome is None:
        return "declared joint without an outcome; name the one thing that both will have"
    if len(states) < 2:
        return f"declared joint; its owners act for one state ({', '.join(states)})"
    if found != RUNGS[-1][0]:
        return f"declared joint; the evidence reaches {found}" if found != NONE else "declared joint; the evidence reaches no rung"
    return None


def read(initiative: Initiative) -> Reading:
    """The rungs and the word of an undertaking by the rule of docs/position.md; what is not shown is never guessed."""
    there = {k: s.there for k, s in initiative.shown.items()}
    reached, open_ = UNTOLD, False
    for name, key in RUNGS:
        if there.get(key) is not True:
            open_ = key not in there
            break
        reached = name
    if reached == UNTOLD and there.get("information") is False:
        reached, open_ = NONE, False
    cs, above = UNTOLD, False
    for name, keys in THREE_CS:
        if all(there.get(k) is True for k in keys):
            cs, above = name, False
        elif all(there.get(k) is not False for k in keys):
            above = True
    word, why = _word(there)
    return Reading(himmelman=reached, himmelman_at_least=open_ and reached != UNTOLD, three_cs=cs, three_cs_at_least=above and cs != UNTOLD,
                   word=word, why=why)  # fmt: skip


def _word(there: Mapping[str, bool]) -> tuple[str, str]:
    work = [k for k in ("altered_activity", "shared_resources", "enhanced_capacity") if there.get(k) is True]
    gives = [k for k in ("information", "altered_activity", "shared_resources", "enhanced_capacity") if there.get(k) is True]
    outcome = there.get("one_outcome")
    if outcome is None:
        return UNTOLD, "no source shows whether both wanted one outcome"
    if outcome:
        if work:
            return "collaboration", f"one outcome wanted by both; worked on with {', '.join(work)}"
        return UNTOLD, "one outcome is wanted by both; no source shows work on it"
    if gives:
        return "cooperation", f"each had its own goals; helped with {', '.join(gives)}"
    return UNTOLD, "each had its own goals; no source shows help"


def agreement(initiatives: Sequence[Initiative]) -> dict[str, float]:
    """Krippendorff's alpha (nominal) over all codings, and of each attribute; only what two coders or more have coded."""
    from comity.models.position_checks import alpha

    coded = [i for i in initiatives if len(i.codings) > 1]
    coders = sorted({c for i in coded for c in i.codings})

    def unit(i: Initiative, key: str) -> list[float | str | None]:
        values = [i.codings[c].get(key) if c in i.codings else None for c in coders]
        return [None if v is None else float(v) for v in values]

    out = {"all": alpha([unit(i, k) for i in coded for k in ATTRIBUTES])} if coded else {}
    return out | {k: alpha([unit(i, k) for i in coded]) for k in ATTRIBUTES if coded}
