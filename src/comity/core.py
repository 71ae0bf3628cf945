"""The nouns of comity: licences, sources, tables, measures and the one Series shape. Nothing here reads or writes."""

from __future__ import annotations

import calendar
import datetime as dt
import inspect
import itertools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, get_args

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from comity.reading import Raw

Share = Literal["yes", "derived", "no"]
Period = Literal["day", "month", "quarter", "year", "session"]
Of = Literal["dyad", "state", "world"]
Domain = Literal["politics", "institutions", "events", "security", "trade", "money", "production", "people"]
Kind = Literal["exchange", "alignment", "joint", "conflict", "condition", "pressure"]
Merge = Literal["mean", "sum", "last"]
Takes = Literal["ibis", "arrow"]
Territory = Literal["then", "today"]

DOMAINS: tuple[Domain, ...] = get_args(Domain)
KINDS: tuple[Kind, ...] = get_args(Kind)
SERIES_COLUMNS = ("a", "b", "start", "value", "n", "se", "source", "published")
WORLD = "WLD"


class ComityError(Exception):
    """An error that comity foresees; its text says what was wrong, where, and what would be right."""

    exit_code = 1


class UsageError(ComityError):
    """A name, option or argument is not one that exists."""

    exit_code = 2


class BadDataError(ComityError):
    """Data broke a promise; nothing was changed."""

    exit_code = 3


class NotHeldError(ComityError):
    """Neither the starter nor the user's store has what was asked for."""

    exit_code = 4


class LockedError(ComityError):
    """Another process is building in this store."""

    exit_code = 5


class StoreError(ComityError):
    """The store cannot be read or written; nothing was changed."""

    exit_code = 3


class NetworkError(ComityError):
    """A download did not succeed."""

    exit_code = 6


class ComityWarning(UserWarning):
    """Something a reader of the result should know, though the result stands."""


@dataclass(frozen=True, kw_only=True)
class Licence:
    """Terms under which a publisher's data may be used.

    share: "yes" the publisher's own rows may be passed on; "derived" only what comity computes from
    them (indicators, counts, sums, shares, ranks); "no" nothing may.
    """

    name: str
    share: Share
    terms: str
    share_alike: bool = False
    non_commercial: bool = False


@dataclass(frozen=True, kw_only=True)
class Published:
    """When the value of a period is first public: a lag counted from the first day after the period.

    `in_data=True`: the measure itself gives the date. `unknown=True`: nobody says; as-of views leave such rows out.
    """

    months: int = 0
    days: int = 0
    in_data: bool = False
    unknown: bool = False


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """What a source observes, so that absence inside it has a meaning and absence outside it has none.

    first, last: years, or None to take them from the data. states: "members" (every member of the state
    system by either list), "cow" or "gw" (by that list), "appearing" (those that occur in the data: absence of the
    others is unknown), or a list of codes. pairs: None for all pairs of covered states, else the only pairs covered,
    as (a, b). partners: where set, every pair that includes one of these states is covered and no other; origins: as
    partners, but of a directed measure only what goes out from one of them (a).
    gaps: years inside first..last that the source does not observe.
    """

    first: int | None = None
    last: int | None = None
    states: Literal["members", "cow", "gw", "appearing"] | tuple[str, ...] = "appearing"
    pairs: tuple[tuple[str, str], ...] | None = None
    partners: tuple[str, ...] | None = None
    origins: tuple[str, ...] | None = None
    gaps: tuple[int, ...] = ()
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class File:
    """One raw file of a source: its name, the view it becomes for the reader, and the columns it must have.

    name: a * in it stands for any text: every file that matches becomes one view. plain: it is found and hashed only, the reader opens
    it itself. sometimes: columns that some editions have and no reader needs, "*" for any. found: how the columns of a file are found where
    it is neither CSV nor parquet.
    """

    name: str
    view: str
    columns: tuple[str, ...]
    sha256: str | None = None
    optional: bool = False
    header: tuple[str, ...] | None = None
    plain: bool = False
    sometimes: tuple[str, ...] = ()
    found: Callable[[Path], tuple[str, ...]] | None = None


@dataclass(frozen=True, kw_only=True)
class Remote:
    """An address of a publisher's file: url and kept file name, with {fields} for what varies, and how a key is given.

    fields: the values of each field; every combination is one download. key: the environment variable that holds the user's key, ""
    where none is needed; key_header: the header in which it is sent, else it stands in url as {key}. checksum: the address of the
    published checksum. unpack: a zip whose members are the files. accept: the media type that must be asked for.
    """

    url: str
    file: str
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    key: str = ""
    key_header: str = ""
    checksum: str = ""
    unpack: bool = False
    accept: str = ""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A publisher's own layout of a source: its files, the reader, and where the layout was seen.

    seen: addresses of the documentation or public code where the columns were seen. tested: whether the publisher's own file was read.
    coverage: what it covers where that is not what the held copy covers. limits: what it cannot give, or gives otherwise. needs, extra: as of
    a Source.
    """

    name: str
    files: tuple[File, ...]
    build: Callable[[Raw], dict[str, pa.Table]]
    seen: tuple[str, ...] = ()
    remotes: tuple[Remote, ...] = ()
    tested: bool = False
    coverage: Coverage | None = None
    limits: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    extra: str = ""


HELD = "held copy"
"""The name of the layout in which comity's own copy of a source is."""


@dataclass(frozen=True, kw_only=True)
class Correction:
    """A known error of the provider, what comity does about it, and why; `rows` is counted at build."""

    what: str
    why: str


@dataclass(frozen=True, kw_only=True)
class TableSpec:
    """What a table promises: columns with Arrow types, its key, bounds, which columns hold state codes."""

    name: str
    columns: Mapping[str, str]
    key: tuple[str, ...]
    states: tuple[str, ...] = ()
    nullable: tuple[str, ...] = ()
    bounds: Mapping[str, tuple[float | None, float | None]] = field(default_factory=dict)
    rows: tuple[int, int | None] = (1, None)


@dataclass(frozen=True, kw_only=True)
class Source:
    """One public data set: who publishes it, under which terms, what it covers, and the tables it becomes.

    build(raw) reads the files of a folder and returns {table name: Arrow table}; it sees neither network nor store.
    territory "today" says that the past is coded by today's borders. verified False keeps rows out of leads,
    ranks, positions and the starter. needs: packages of an extra, by import name, without which the tables are empty; extra names it.
    files and build are of the held copy; layouts are those in which its publisher gives it, first choice first.
    """

    name: str
    title: str
    publisher: str
    licence: Licence
    citation: str
    files: tuple[File, ...]
    tables: tuple[TableSpec, ...]
    coverage: Coverage
    published: Published
    build: Callable[[Raw], dict[str, pa.Table]]
    homepage: str = ""
    bibtex: str = ""
    territory: Territory = "then"
    verified: bool = True
    corrections: tuple[Correction, ...] = ()
    caveats: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    extra: str = ""
    layouts: tuple[Layout, ...] = ()

    @property
    def held(self) -> Layout:
        """The layout of the held copy: `files` and `build`."""
        return Layout(name=HELD, files=self.files, build=self.build, tested=True)


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """How a measure counts in the position of two states: it stands in the family of its kind and in no other.

    size: whose product the expected size follows: a measure of one state, "own" for each state's sum over all others, None for a measure that
    is ranked as it is. unit: what one is (1 work, 1e6 dollars), added to value and expectation. window: years summed. carry: years for which a
    value still stands. error: "counts" where the value is a count with at least Poisson's error, "reports" where variants `a` and `b` are
    the two sides' reports and their gap is the error, "" where the Series' own se is. unless: a measure of the same cells in another family;
    where that one is above zero this one is missing. topic: the domain of joint work or exchange that it is of; beside: measures that show
    the same domain as exchange.
    """

    topic: str
    size: str | None = None
    unit: float = 1.0
    window: int = 1
    carry: int = 0
    error: Literal["", "counts", "reports"] = ""
    unless: str | None = None
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A named number about two states, one state or the world in a period, and the function that computes it."""

    name: str
    title: str
    unit: str
    period: Period
    of: Of
    symmetric: bool
    bounds: tuple[float | None, float | None]
    absent: float | None
    domain: Domain
    kind: Kind
    because: str
    reference: str
    aliases: tuple[str, ...]
    variants: Mapping[str, str]
    merge: Merge
    seat: Literal["state", "un"]
    takes: Takes
    recount: bool
    sources: tuple[str, ...]
    coverage: Literal["source", "rows"]
    total: bool
    constant: bool
    prominent: bool
    module: str
    inputs: tuple[str, ...]
    compute: Callable[..., Any]
    evidence: Evidence | None = None

    @property
    def series(self) -> tuple[str, ...]:
        """The names of its Series: the default's, then each variant's."""
        return tuple(series_name(self.name, variant) for variant in ("", *self.variants))

    @property
    def doc(self) -> str:
        """The docstring of the function that computes it."""
        return inspect.getdoc(self.compute) or ""


MEASURES: dict[str, Measure] = {}


def measure(
    *,
    title: str,
    unit: str,
    period: Period,
    domain: Domain,
    kind: Kind,
    because: str,
    reference: str,
    of: Of = "dyad",
    symmetric: bool = True,
    bounds: tuple[float | None, float | None] = (None, None),
    absent: float | None = None,
    aliases: tuple[str, ...] = (),
    variants: Mapping[str, str] | None = None,
    merge: Merge = "last",
    seat: Literal["state", "un"] = "state",
    takes: Takes = "ibis",
    recount: bool = False,
    sources: tuple[str, ...] = (),
    coverage: Literal["source", "rows"] = "source",
    total: bool = False,
    constant: bool = False,
    prominent: bool = False,
    evidence: Evidence | None = None,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare the decorated function to be a measure of the same name.

    The names of its parameters are the tables or measures it reads, but for `variant`, which receives the
    variant's name ("" for the default). It returns the Series columns, of which `a, b, start, value` are
    required; build fills `n` (null), `se` (null), `source` (where only one is read) and `published` (by the
    source's lag). Set-wise measures take and return Ibis tables; `takes="arrow"` ones take and return Arrow tables.

    merge: how two rows of one seat in one period become one (`--seat`): mean weighted by n, sum, or the later state's.
    seat "un": who holds the seat is told by the United Nations' own calendar (China's seat until 1971-10-25).
    recount: inside a running session the value is computed again from the votes up to the day asked for.
    sources: the declared order in which sources are spliced, first choice first.
    coverage "rows": the rows themselves say what is known (null elsewhere), whatever the source covers.
    total: the measure is a level that grows with the size of the two states.
    constant: its one value holds for every period of the two.
    prominent: it stands for its domain in leads, headlines and first pictures.
    evidence: how it counts in the position of two states; None where it does not.
    """

    def declare(compute: Callable[..., Any]) -> Callable[..., Any]:
        name = compute.__name__
        parameters = tuple(inspect.signature(compute).parameters)
        inputs = tuple(p for p in parameters if p != "variant")
        if variants and "variant" not in parameters:
            raise UsageError(f"measure {name}: declares variants, so its function needs a parameter `variant`")
        if name in MEASURES and MEASURES[name].module != compute.__module__:
            raise UsageError(f"measure {name} is declared twice: {MEASURES[name].module} and {compute.__module__}")
        MEASURES[name] = Measure(
            name=name, title=title, unit=unit, period=period, of=of, symmetric=symmetric, bounds=bounds,
            absent=absent, domain=domain, kind=kind, because=because, reference=reference, aliases=aliases,
            variants=dict(variants or {}), merge=merge, seat=seat, takes=takes, recount=recount, sources=sources,
            coverage=coverage, total=total, constant=constant, prominent=prominent, module=compute.__module__, inputs=inputs, compute=compute,
            evidence=evidence,
        )  # fmt: skip
        return compute

    return declare


def combined(build: Callable[[Raw], dict[str, pa.Table]], *parts: Source, files: tuple[File, ...] = ()) -> tuple[Layout, ...]:
    """The layouts of a source that is computed from others': every combination of theirs but the one of held copies alone, first choices first.

    build: reads the others by `Raw.tables`. files: its own beside theirs.
    """
    out = []
    for chosen in itertools.product(*((*s.layouts, s.held) for s in parts)):
        if any(one.name != HELD for one in chosen):
            theirs = (replace(f, view=f"{s.name}_{f.view}", plain=True) for s, one in zip(parts, chosen, strict=True) for f in one.files)
            named = ", ".join(f"{s.name}: {one.name}" for s, one in zip(parts, chosen, strict=True))
            seen = tuple(dict.fromkeys(address for one in chosen for address in one.seen))
            needs = tuple(dict.fromkeys(n for one in chosen for n in one.needs))
            out.append(Layout(name=named, files=(*theirs, *files), build=build, seen=seen, needs=needs, extra="all" if needs else ""))
    return tuple(out)


def series_schema() -> pa.Schema:
    """The Arrow schema that every Series has."""
    import pyarrow as pa

    return pa.schema(
        [
            pa.field("a", pa.string(), nullable=False),
            pa.field("b", pa.string(), nullable=False),
            pa.field("start", pa.date32(), nullable=False),
            pa.field("value", pa.float64(), nullable=False),
            pa.field("n", pa.int64()),
            pa.field("se", pa.float64()),
            pa.field("source", pa.string(), nullable=False),
            pa.field("published", pa.date32()),
        ]
    )


def period_start(day: dt.date, period: Period) -> dt.date:
    """The first day of the period that holds `day`; sessions start on 1 September."""
    if period == "day":
        return day
    if period == "month":
        return day.replace(day=1)
    if period == "quarter":
        return dt.date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    if period == "year":
        return dt.date(day.year, 1, 1)
    return dt.date(day.year if day.month >= 9 else day.year - 1, 9, 1)


def period_end(start: dt.date, period: Period) -> dt.date:
    """The last day of the period that begins on `start`."""
    if period == "day":
        return start
    months = {"month": 1, "quarter": 3, "year": 12, "session": 12}[period]
    return add_months(start, months) - dt.timedelta(days=1)


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day of the month so many months later; days past the month's end become its last day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


def named_span(text: str) -> tuple[dt.date, dt.date]:
    """First and last day of a period as written: a year, month, day, quarter (2025-Q3), half (2023-H1), split year (2023/2024 from
    September, 2023/24-winter), air season (2023-summer), or A..B of these; BadDataError for anything else.
    """
    first, _, last = text.partition("..")
    if last:
        return named_span(first)[0], named_span(last)[1]
    months = {r"(\d{4})": (1, 12), r"(\d{4})-summer": (4, 7), r"(\d{4})/\d{2,4}": (9, 12), r"(\d{4})/\d{2,4}-winter": (11, 5)}
    months |= {rf"(\d{{4}})-Q{q}": (3 * q - 2, 3) for q in range(1, 5)} | {rf"(\d{{4}})-H{h}": (6 * h - 5, 6) for h in (1, 2)}
    months |= {rf"(\d{{4}})-{m:02d}": (m, 1) for m in range(1, 13)}
    for pattern, (month, length) in months.items():
        if (match := re.fullmatch(pattern, text)) and match[1] != "0000":
            begin = dt.date(int(match[1]), month, 1)
            return begin, add_months(begin, length) - dt.timedelta(days=1)
    try:
        return dt.date.fromisoformat(text), dt.date.fromisoformat(text)
    except ValueError as error:
        raise BadDataError(f"{text[:40]!r} is no period: give a year, 2023-05, 2023-05-17, 2023-Q2, 2023-H1 or A..B of these") from error


def first_public(start: dt.date, period: Period, rule: Published) -> dt.date | None:
    """The day on which the value of the period that begins on `start` is first public, or None if unknown."""
    if rule.unknown or rule.in_data:
        return None
    return add_months(period_end(start, period) + dt.timedelta(days=1), rule.months) + dt.timedelta(days=rule.days)


def series_name(measure: str, variant: str) -> str:
    """The name of a Series: `measure`, or `measure:variant`."""
    return f"{measure}:{variant}" if variant else measure


def split_variant(name: str) -> tuple[str, str]:
    """`measure:variant` as its two parts; the variant is "" for the stated default."""
    base, _, variant = name.partition(":")
    return base, variant
