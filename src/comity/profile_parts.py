"""What the report says of two states beyond single measures: dependence, whose figures, expected trade, money, people. Plain values."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from comity.core import Period


@dataclass(frozen=True, kw_only=True)
class DependenceYear:
    """Shares of one year: of the other in a's and in b's goods trade, by own report and with the partner's, and trade over each output.

    share_*_mirror: the same with the partner's reports of the flows in the numerator. gap_low, gap_high: the range of share_a − share_b that
    the reports allow. suppliers_*: others that sell more than 5 per cent of its imports. source_*: of share_*.
    """

    year: int
    share_a: float | None
    share_b: float | None
    share_a_mirror: float | None
    share_b_mirror: float | None
    gap_low: float | None
    gap_high: float | None
    output_a: float | None
    output_b: float | None
    suppliers_a: int | None
    suppliers_b: int | None
    source_a: str
    source_b: str


@dataclass(frozen=True, kw_only=True)
class GroupSupply:
    """What one buys from the other in one of ten groups of goods: value, its share of all that the buyer imports in it, and who else could sell it.

    others: other states with more than 5 per cent of the buyer's imports in the group; largest: the largest of them and its share.
    """

    buyer: str
    seller: str
    group: str
    year: int
    usd: float
    share: float
    others: int
    largest: str
    largest_share: float


@dataclass(frozen=True, kw_only=True)
class Displacement:
    """One supplier of a buyer between two years: what it sold, what growth of the market gave it, and what it won or lost in share."""

    buyer: str
    supplier: str
    first: int
    last: int
    before: float
    after: float
    growth: float
    competition: float
    source: str


@dataclass(frozen=True, kw_only=True)
class Dependence:
    """How much of each side's trade and output is with the other, who could stand in, and who displaced whom."""

    statement: tuple[str, ...]
    years: tuple[DependenceYear, ...]
    groups: tuple[GroupSupply, ...]
    displaced: tuple[Displacement, ...]


@dataclass(frozen=True, kw_only=True)
class TwoReports:
    """One flow of one year as both sides report it: FOB and CIF in dollars, and the gap with CIF brought to FOB by 6 per cent."""

    year: int
    seller: str
    buyer: str
    exports_fob: float | None
    imports_cif: float | None
    gap: float | None
    source_exports: str
    source_imports: str


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Whose figures: both sides' reports of each flow, and reports that are suspected."""

    statement: tuple[str, ...]
    flows: tuple[TwoReports, ...]
    suspected: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ExpectedFlow:
    """Actual against expected trade of one year and direction, dollars CIF; low and high hold the middle 80 per cent of flows like it."""

    year: int
    seller: str
    buyer: str
    actual: float
    expected: float
    low: float
    high: float
    ratio: float
    se: float
    place: float


@dataclass(frozen=True, kw_only=True)
class Expected:
    """Trade against what sizes, distance and the trade of all others let expect."""

    statement: tuple[str, ...]
    flows: tuple[ExpectedFlow, ...]
    errors: str


@dataclass(frozen=True, kw_only=True)
class Investment:
    """Direct investment of one year and direction by one source: the investor's and the host's report, each one's share of its own total."""

    what: str
    investor: str
    host: str
    year: int
    by_investor: float | None
    by_host: float | None
    share_of_investor: float | None
    share_of_host: float | None
    source: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line between the two central banks: who lends, from when to when, its largest amount in dollars where it is known."""

    lender: str
    borrower: str
    kind: str
    first: str
    last: str | None
    usd: float | None
    action: str


@dataclass(frozen=True, kw_only=True)
class Deals:
    """Projects or deals of one list: which, the direction, years, number and sum, and what the list covers."""

    what: str
    giver: str
    taker: str
    first: int
    last: int
    n: int
    usd: float
    covers: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Stated:
    """One stated figure: what it is of, the period as written, the number with its unit, who said it, where, and its note."""

    what: str
    period: str
    value: float
    unit: str
    who: str
    url: str
    note: str


@dataclass(frozen=True, kw_only=True)
class Rate:
    """The currency of a state against the dollar: mean of the first and the last year held, units a dollar."""

    state: str
    first: int
    before: float
    last: int
    after: float
    source: str


@dataclass(frozen=True, kw_only=True)
class Passed:
    """How the monthly value of a flow moved along with one price or rate: the sum of lags with its HAC band; an association."""

    seller: str
    buyer: str
    driver: str
    estimate: float
    low: float
    high: float
    months: int
    first: str
    last: str


@dataclass(frozen=True, kw_only=True)
class Money:
    """Investment, lines, deals, currencies between the two, each with what it covers."""

    statement: tuple[str, ...]
    investment: tuple[Investment, ...]
    lines: tuple[Line, ...]
    deals: tuple[Deals, ...]
    settlement: tuple[Stated, ...]
    rates: tuple[Rate, ...]
    passed: tuple[Passed, ...]
    bandwidth: int | None = None


@dataclass(frozen=True, kw_only=True)
class Tie:
    """People of one state in the other, or ties of the two: the newest value, relative to size where there is one, and ten years before.

    per_million: of the population of a, of b where the tie runs to neither, of both together where it is symmetric. earlier is of the same source.
    """

    what: str
    a: str
    b: str
    symmetric: bool
    year: int
    value: float
    unit: str
    per_million: float | None
    share: float | None
    share_of: str
    earlier_year: int | None
    earlier: float | None
    source: str


@dataclass(frozen=True, kw_only=True)
class People:
    """People and their ties: measured, then only stated; and what is not held."""

    statement: tuple[str, ...]
    ties: tuple[Tie, ...]
    stated: tuple[Stated, ...]
    not_held: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Graded:
    """What is said about one measure or flow, with its graded word; empty for a fact that has none."""

    about: str
    grade: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Drivers:
    """What went along with ties: shifts of pace by source, responses to the price of oil, pressure by others."""

    shifts: tuple[Graded, ...]
    prices: tuple[Graded, ...]
    pressure: tuple[Graded, ...]


@dataclass(frozen=True, kw_only=True)
class FanStep:
    """The distribution for one period to come: its central bands and median."""

    start: dt.date
    median: float
    q05: float
    q10: float
    q25: float
    q75: float
    q90: float
    q95: float
    model: str
    skill: float


@dataclass(frozen=True, kw_only=True)
class Event:
    """A statement about a period to come, and its probability by the forecast."""

    what: str
    p: float


@dataclass(frozen=True, kw_only=True)
class Fan:
    """The forecast of one measure: past values of the one source that it starts from, steps ahead, the record in sentences, events."""

    measure: str
    title: str
    unit: str
    period: Period
    source: str
    past: tuple[tuple[dt.date, float], ...]
    steps: tuple[FanStep, ...]
    sentences: tuple[str, ...]
    events: tuple[Event, ...]


@dataclass(frozen=True, kw_only=True)
class Fans:
    """What comes next by the scorecards that are kept."""

    fans: tuple[Fan, ...]
