"""Whose work is in what two states sell each other, and what they make together, as plain values for the report."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Way:
    """Value that takes one way to the other: the states it passes, none for the straight way, and its part of all that arrives."""

    stops: tuple[str, ...]
    value: float
    share: float


@dataclass(frozen=True, kw_only=True)
class ValueFlow:
    """One direction in one year, in dollars: gross exports, value that ends in the importer's final use and its ways.

    foreign: part of gross exports that is others' value. demand: part of the exporter's value added that the importer's final use calls for.
    supply_low, supply_high: bounds of the part of the exporter's value added that a stop of the importer's inputs to it takes.
    """

    exporter: str
    importer: str
    gross: float
    value: float
    foreign: float | None
    ways: tuple[Way, ...]
    beyond: float
    demand: float
    supply_low: float
    supply_high: float


@dataclass(frozen=True, kw_only=True)
class SharedYear:
    """Shared production of a year: dollars, cosine and its place among `of` pairs, against expectation, per hundred of trade; bands where held.

    gross: two-way gross exports by the same tables. completed_a, completed_b, completed_third: where the goods are finished, parts of one.
    """

    year: int
    gross: float
    value_ab: float
    value_ba: float
    usd: float
    cosine: float
    rank: int
    of: int
    rank_low: int | None
    rank_high: int | None
    expected: float
    expected_low: float | None
    expected_high: float | None
    per_trade: float
    per_trade_median: float
    completed_a: float
    completed_b: float
    completed_third: float


@dataclass(frozen=True, kw_only=True)
class Chains:
    """The sentences, both directions of the newest year, the history, and what would tell more."""

    statement: tuple[str, ...]
    year: int
    flows: tuple[ValueFlow, ...]
    history: tuple[SharedYear, ...]
    settled_by: str
