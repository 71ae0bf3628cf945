"""Everything that the report says about two states, as plain values gathered from the Series."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from comity.core import Domain, Kind, Of, Period
from comity.notes import Note
from comity.profile_chains import Chains
from comity.profile_events import Events
from comity.profile_exchange import Exchange
from comity.profile_parts import Dependence, Drivers, Expected, Fans, Figures, Money, People


@dataclass(frozen=True, kw_only=True)
class Point:
    """One period's value; rank_a is b's rank among a's partners, of of_a; rank_b is a's rank among b's, of of_b.

    partial: a running session counted up to the as-of day. filled: no row in the source, which there means zero.
    """

    start: dt.date
    value: float
    n: int | None = None
    se: float | None = None
    source: str = ""
    rank_a: int | None = None
    of_a: int | None = None
    rank_b: int | None = None
    of_b: int | None = None
    partial: bool = False
    filled: bool = False


@dataclass(frozen=True, kw_only=True)
class Seam:
    """A change of source or reporter between two neighbouring values: marked, never a trend."""

    start: dt.date
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """The same measure for another pair, and why that pair: `role` is "partner of a", "partner of b" or "like size"."""

    a: str
    b: str
    label: str
    role: str
    series: tuple[tuple[dt.date, float], ...]


@dataclass(frozen=True, kw_only=True)
class Change:
    """Change of the newest value against the value so many years before it, on one source; ratio null where undefined."""

    years: int
    start: dt.date
    before: float
    difference: float
    ratio: float | None


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One measure of the profile: from a to b where it is directed, of a alone where a equals b.

    finding is the chart's title, one sentence; coverage says which source covers which years; missing says why
    there is no value and which source would hold it; licence says whether the picture may be republished.
    """

    name: str
    title: str
    unit: str
    kind: Kind
    domain: Domain
    period: Period
    of: Of
    a: str
    b: str
    label: str
    symmetric: bool
    bounds: tuple[float | None, float | None]
    finding: str
    series: tuple[Point, ...]
    comparisons: tuple[Comparison, ...]
    seams: tuple[Seam, ...]
    changes: tuple[Change, ...]
    coverage: str
    missing: str | None
    sources: tuple[str, ...]
    licence: str
    because: str
    reference: str
    prominent: bool = False
    stated: tuple[Note, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Cell:
    """Agreement of the two on one issue in the session that begins in a year; predicted: by predicted topics."""

    issue: str
    year: int
    value: float
    n: int
    predicted: bool


@dataclass(frozen=True, kw_only=True)
class CouncilShown:
    """The two in the Security Council: a sentence, and by crisis texts, dissents of a, of b, of both, vetoes of both, of a, of b."""

    statement: str
    rows: tuple[tuple[str, int, int, int, int, int, int, int], ...]


@dataclass(frozen=True, kw_only=True)
class RollCall:
    """One roll call: the two's votes and the tally yes–no–abstain."""

    date: dt.date
    symbol: str
    title: str
    a: str
    b: str
    tally: str


@dataclass(frozen=True, kw_only=True)
class Solidarity:
    """The two in the United Nations: choice or circumstance, issues by session, the Council, where they split and stood alone together."""

    statement: tuple[str, ...]
    heat: tuple[Cell, ...]
    council: CouncilShown | None
    split: tuple[RollCall, ...]
    isolated: tuple[RollCall, ...]


@dataclass(frozen=True, kw_only=True)
class Track:
    """One state's path on the line of ideal points: start of the session, mean, and the 90 % band; main: one of the two, else a reference."""

    state: str
    main: bool
    points: tuple[tuple[dt.date, float, float, float], ...]


@dataclass(frozen=True, kw_only=True)
class Vision:
    """Where the two stand on the line that divides the General Assembly: sentences, paths, and the roll calls of a session that divide most.

    seam: the start of the first session of the later publisher. items: `tally` holds how much the roll call divides, and its deviation.
    """

    statement: tuple[str, ...]
    tracks: tuple[Track, ...]
    seam: dt.date
    session: int
    items: tuple[RollCall, ...]


@dataclass(frozen=True, kw_only=True)
class Headline:
    """A fact for the top of the page: what, how much, how it changed, as of when."""

    label: str
    value: str
    change: str
    when: str
    measure: str


@dataclass(frozen=True, kw_only=True)
class Section:
    """The measures of one domain; `reason` says why it is empty where it is."""

    domain: Domain
    reason: str | None
    measures: tuple[Shown, ...]


@dataclass(frozen=True, kw_only=True)
class SourceNote:
    """A source that the profile used, with what a reader needs to cite and republish it."""

    name: str
    title: str
    publisher: str
    licence: str
    share: str
    citation: str
    coverage: str
    hash: str


@dataclass(frozen=True, kw_only=True)
class Profile:
    """One dyad: lead, headline facts, a section for each domain, sources and how to cite the page.

    newest: the year of the newest value in each domain. adds: what `comity build` or `fetch` would add, or None.
    pair_status: notes on the two states (dates, disputed status). position, initiatives and forecasts are None until
    they are built. stated: the user's notes about the two that speak of no measure shown.
    """

    a: str
    b: str
    name_a: str
    name_b: str
    as_of: dt.date | None
    version: str
    data_hash: str
    lead: tuple[str, ...]
    headlines: tuple[Headline, ...]
    sections: tuple[Section, ...]
    newest: dict[str, int | None]
    featured: tuple[str, ...]
    notes: tuple[str, ...]
    adds: str | None
    sources: tuple[SourceNote, ...]
    cite: str
    stated: tuple[Note, ...] = ()
    solidarity: Solidarity | None = None
    dependence: Dependence | None = None
    figures: Figures | None = None
    expected: Expected | None = None
    money: Money | None = None
    people: People | None = None
    vision: Vision | None = None
    exchange: Exchange | None = None
    events: Events | None = None
    chains: Chains | None = None
    drivers: Drivers | None = None
    fans: Fans | None = None
    position: dict[str, Any] | None = None
    initiatives: tuple[dict[str, Any], ...] | None = None
    forecasts: tuple[dict[str, Any], ...] | None = None
