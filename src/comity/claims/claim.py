"""One statement of a text with its reading, its verdict and the evidence."""

from __future__ import annotations

from dataclasses import dataclass

from comity.claims.evidence import Point
from comity.claims.pairs import Pair
from comity.claims.statement import Statement


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One statement of a text. span: in the raw text. alternatives: other readings that the words allow. rule: the grammar rule of its sort."""

    id: int
    span: tuple[int, int]
    phrase: str
    sentence: str
    sort: str
    rule: str
    quantity: str = ""
    unit: str = ""
    measure: str = ""
    pairs: tuple[Pair, ...] = ()
    period: str = ""
    who: str = ""
    checkable: bool = False
    verdict: str = "none"
    verdict_now: str = "none"
    evidence: tuple[Point, ...] = ()
    evidence_now: tuple[Point, ...] = ()
    why: str = ""
    why_now: str = ""
    settled_by: str = ""
    alternatives: tuple[str, ...] = ()
    statements: tuple[Statement, ...] = ()
    reporter: str = ""
