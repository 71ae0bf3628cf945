"""What the report says of coded events between two states: classes, tone, aggregators, who begins, who answers, coverage. Plain values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ActsYear:
    """Acts of a towards b in a year by one source: the four classes."""

    a: str
    b: str
    year: int
    verbal_cooperation: int
    material_cooperation: int
    verbal_conflict: int
    material_conflict: int
    source: str

    @property
    def n(self) -> int:
        """All acts."""
        return self.verbal_cooperation + self.material_cooperation + self.verbal_conflict + self.material_conflict


@dataclass(frozen=True, kw_only=True)
class ToneYear:
    """Mean of Goldstein's weights of the acts of a towards b in a year by one source, over n acts in so many months."""

    a: str
    b: str
    year: int
    value: float
    n: int
    months: int
    source: str


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """Rank correlation of two aggregators over the months of one source in which a acted towards b."""

    a: str
    b: str
    one: str
    other: str
    correlation: float
    months: int
    source: str


@dataclass(frozen=True, kw_only=True)
class Beginnings:
    """Episodes that one of the two began alone, of one source: how many, a's among them, Wilson's 95 % interval of the share."""

    a: str
    b: str
    first: int
    last: int
    episodes: int
    by_a: int
    share: float
    low: float
    high: float
    source: str


@dataclass(frozen=True, kw_only=True)
class Answered:
    """How b's tone towards a moves along with a's of the month before; the band under moves in time; the same of other pairs' series (placebos).

    placebos: series of other pairs put in a's place; outside: those with a slope outside their own band, 5 % of them if the test is right.
    """

    a: str
    b: str
    slope: float
    low: float
    high: float
    p: float
    months: int
    placebos: int
    outside: int
    source: str


@dataclass(frozen=True, kw_only=True)
class Covered:
    """What a source covers of a month or year (part of its days, 0 to 1), and acts that it holds of the two then; None where it gives no count."""

    source: str
    year: int
    month: int | None
    days: float
    acts: int | None


@dataclass(frozen=True, kw_only=True)
class Events:
    """Coded events between two states."""

    statement: tuple[str, ...]
    years: tuple[ActsYear, ...]
    tones: tuple[ToneYear, ...]
    agreement: tuple[Agreement, ...]
    beginnings: tuple[Beginnings, ...]
    answers: tuple[Answered, ...]
    coverage: tuple[Covered, ...]
