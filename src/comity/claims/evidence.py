"""Values with their vintages: what was public on a day of a Series for a pair, by each reporter where two report the same thing."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from comity import build, measures, selection, sources, states, store
from comity.claims.pairs import Pair
from comity.core import WORLD, NotHeldError, UsageError, split_variant
from comity.notes import Note
from comity.store import Holdings

Row = Mapping[str, Any]
FLOWS = {"exports_usd": "imports_usd", "imports_usd": "exports_usd"}
TOTAL = "trade_total_usd"
SPLICE = 2000
"""From this year on trade is what states report; before it is the OEC's one value."""
AGENCIES = re.compile(r"\b(?:customs|GACC|central bank|bank of|border service|FSB|statistic|census|Rosstat|SWIFT)\b", re.I)
KEPT = 4096
AROUND = 5
"""Years on either side that are read with a year's ranking, to tell whether its list of partners is full."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """A value of a Series in a year, with the row that it stands in; partial: only part of the period was public."""

    name: str
    pair: Pair
    year: int
    value: float
    start: dt.date
    source: str
    published: dt.date | None
    partial: bool = False
    months: int = 0

    @property
    def stated(self) -> bool:
        """Whether the value is only somebody's statement, not the statistic of the agency that keeps it; a user's note always is."""
        return self.source.startswith(NOTED) or (self.source.startswith("stated_figures:") and not AGENCIES.search(self.source))


@dataclass(kw_only=True)
class Shelf:
    """The Series of a store as the judge reads them, kept by pair and by view; it holds no verdict."""

    holdings: Holdings
    notes: tuple[Note, ...] = ()
    rows: dict[tuple[str, str, str], tuple[Row, ...]] = field(default_factory=dict)
    ranks: dict[tuple[str, str, int], tuple[Row, ...]] = field(default_factory=dict)
    lists: dict[tuple[Any, ...], Any] = field(default_factory=dict)
    recounts: dict[tuple[str, str, str, dt.date], tuple[Row, ...]] = field(default_factory=dict)
    views: dict[tuple[dt.date | None, str, str, Pair], tuple[Point, ...]] = field(default_factory=dict)

    def of(self, name: str, pair: Pair) -> tuple[Row, ...]:
        """All rows of a Series for a pair, whenever published; () where nothing is held."""
        key = (name, *pair)
        if key not in self.rows:
            if len(self.rows) > KEPT:
                self.rows.clear()
            self.rows[key] = self._read(name, pair)
        return self.rows[key]

    def _read(self, name: str, pair: Pair) -> tuple[Row, ...]:
        declared = measures.get(name)
        if not self.holdings.has("series", name):
            return ()
        if declared.absent is not None:
            try:
                found = selection.select(self.holdings, declared, name, dyad=pair)
            except (NotHeldError, UsageError):
                return ()
            return tuple(r for r in found.rows.to_pylist() if r["start"] not in found.partial)
        x, y = pair
        where = "a = $x AND b = $y"
        if declared.of == "state":
            where = "a = $x"
        elif declared.of == "world":
            where = "$x = $x AND $y = $y"
        elif declared.symmetric:
            x, y = sorted(pair)
        path = build.series_path(self.holdings, name)
        parameters = {"x": x} if declared.of == "state" else {"x": x, "y": y}
        return tuple(store.query(f"SELECT * FROM read_parquet($path) WHERE {where} ORDER BY start, source", parameters, path=path).to_pylist())

    def partners(self, name: str, whose: str, year: int, side: str) -> tuple[Row, ...]:
        """The rows of a year that a rank compares: of one state's partners, `side` a or b being that state."""
        place = f"{name}/{side}"
        if (place, whose, year) not in self.ranks:
            declared = measures.get(name)
            where = "(a = $s OR b = $s)" if declared.symmetric else f"{side} = $s"
            sql = f"SELECT * FROM read_parquet($path) WHERE year(start) BETWEEN $y - {AROUND} AND $y + {AROUND} AND {where} AND NOT ends_with(source, ':unverified')"
            held = self.holdings.has("series", name)
            found = store.query(sql, {"s": whose, "y": year}, path=self.holdings.path("series", name)).to_pylist() if held else []
            by_year: dict[int, list[Row]] = {y: [] for y in range(year - AROUND, year + AROUND + 1)}
            for row in found:
                by_year[row["start"].year].append(row)
            for y, rows in by_year.items():
                self.ranks[(place, whose, y)] = tuple(rows)
        return self.ranks[(place, whose, year)]

    def recounted(self, name: str, pair: Pair, as_of: dt.date) -> tuple[Row, ...]:
        """The rows as they stood on a day inside a running period, for a measure that can be counted again."""
        key = (name, *pair, as_of)
        if key not in self.recounts:
            declared = measures.get(name)
            try:
                found = selection.select(self.holdings, declared, name, dyad=pair, as_of=as_of, start=as_of.year - 1, stop=as_of.year)
                self.recounts[key] = tuple(r for r in found.rows.to_pylist() if r["start"] in found.partial)
            except (NotHeldError, UsageError):
                self.recounts[key] = ()
        return self.recounts[key]

    @cached_property
    def stated(self) -> tuple[Row, ...]:
        """The rows of stated figures, with who said each and where."""
        if not self.holdings.has("table", "stated_figures"):
            return ()
        path = self.holdings.path("table", "stated_figures")
        return tuple(store.query("SELECT * FROM read_parquet($path) ORDER BY figure", path=path).to_pylist())

    def ballots(self, session: int, number: str) -> tuple[dt.date | None, dict[str, int]]:
        """The day of a roll call of the General Assembly and each state's vote (1 yes, 2 abstain, 3 no, 0 absent); (None, {}) where it is not held."""
        if not (self.holdings.has("table", "undl_resolutions") and self.holdings.has("table", "undl_votes")):
            return None, {}
        found = store.query(
            "SELECT undl_id, date FROM read_parquet($path) WHERE resolution = $r AND recorded",
            {"r": f"{session}/{number}"},
            path=self.holdings.path("table", "undl_resolutions"),
        ).to_pylist()
        if len(found) != 1:
            return None, {}
        cast = store.query(
            "SELECT state, vote FROM read_parquet($path) WHERE undl_id = $i",
            {"i": found[0]["undl_id"]},
            path=self.holdings.path("table", "undl_votes"),
        ).to_pylist()
        return found[0]["date"], {r["state"]: r["vote"] or 0 for r in cast}

    @cached_property
    def newest(self) -> dt.date:
        """The day on which the newest Series of the store was built: what lies after it cannot be held."""
        names = [n for n in ("vote_agreement", "trade_total_usd", "exports_usd") if self.holdings.has("series", n)]
        days = [dt.date.fromisoformat(self.holdings.row("series", n).built[:10]) for n in names]
        return max(days, default=dt.date.min)


NOTED = "note:"
"""What the source of a figure from a user's note begins with, before who said it."""
FLAGGED: dict[str, tuple[int, ...]] = {}


def flagged(source: str) -> tuple[int, ...]:
    """The years that a source itself flags as no evidence: gaps inside its coverage, and years that repeat another."""
    base = source.partition(":")[0].partition("+")[0]
    if base not in FLAGGED:
        try:
            declared = sources.get(base)
            years = set(declared.coverage.gaps)
            for made in declared.corrections:
                if re.search(r"\b(?:again|same file|repeats?|copy|identical)\b", told := f"{made.what}: {made.why}"):
                    years |= {int(y) for y in re.findall(r"\b(?:19|20)\d\d\b", told)}
            FLAGGED[base] = tuple(sorted(years))
        except (UsageError, KeyError):
            FLAGGED[base] = ()
    return FLAGGED[base]


@dataclass(frozen=True, kw_only=True)
class View:
    """What was public on a day (None: everything held), read as one reporter has it ("" the default, "importers" each flow by its importer)."""

    shelf: Shelf
    as_of: dt.date | None
    reporter: str = ""

    def points(self, name: str, pair: Pair) -> tuple[Point, ...]:
        """The values of a Series for a pair by year, one a period, as this view has them."""
        key = (self.as_of, self.reporter, name, pair)
        if key not in self.shelf.views:
            if len(self.shelf.views) > KEPT:
                self.shelf.views.clear()
            self.shelf.views[key] = self._points(name, pair)
        return self.shelf.views[key]

    def _points(self, name: str, pair: Pair) -> tuple[Point, ...]:
        out: dict[dt.date, Point] = {}
        for series, ordered, keep in self._places(name, pair):
            for row in self.shelf.of(series, ordered):
                year = row["start"].year
                if not keep(row) or row["start"] in out or year in flagged(row["source"]) or row["source"].endswith(":unverified"):
                    continue
                if not self.public(row):
                    continue
                out[row["start"]] = Point(
                    name=series, pair=ordered, year=year, value=row["value"], start=row["start"], source=row["source"], published=row["published"]
                )  # fmt: skip
        if name == TOTAL and self.reporter and not self.shelf.holdings.has("series", f"{TOTAL}:a"):
            out |= self._added(pair)
        self._recount(name, pair, out)
        self._noted(name, pair, out)
        return tuple(sorted(out.values(), key=lambda p: p.start))

    def _added(self, pair: Pair) -> dict[dt.date, Point]:
        """A total by one side's report, or each flow by its importer, added from the two flows, where the total so reported is not in the store."""
        low, high = sorted(pair)
        other = high if self.reporter == low else low
        own = (("exports_usd", (self.reporter, other)), ("imports_usd", (self.reporter, other)))
        parts = (("imports_usd", (low, high)), ("imports_usd", (high, low))) if self.reporter == "importers" else own
        first, second = (
            {
                r["start"]: r for r in self.shelf.of(*part)
                if r["start"].year >= SPLICE and not r["source"].endswith((":mirror", ":unverified"))
                and r["start"].year not in flagged(r["source"]) and self.public(r)
            }
            for part in parts
        )  # fmt: skip
        out = {}
        for start in first.keys() & second.keys():
            two = (first[start], second[start])
            days = [r["published"] for r in two]
            out[start] = Point(
                name=TOTAL, pair=(low, high), year=start.year, value=math.fsum(r["value"] for r in two), start=start,
                source="+".join(dict.fromkeys(r["source"] for r in two)), published=None if None in days else max(days),
            )  # fmt: skip
        return out

    def _noted(self, name: str, pair: Pair, out: dict[dt.date, Point]) -> None:
        """The figures that a user's notes state of the measure, for periods of which no value is held; known from the day of the note on."""
        declared = measures.get(name)
        held = {p.year for p in out.values()}
        for note in self.shelf.notes:
            about = {note.a, note.b} == {*pair} if declared.symmetric else (note.a, note.b) == pair
            known = self.as_of is None or note.noted <= self.as_of
            if note.measure == name and note.value is not None and about and known and note.start.year not in held:
                out[note.start] = Point(
                    name=name, pair=pair, year=note.start.year, value=note.value, start=note.start, source=f"{NOTED}{note.who}", published=note.noted
                )  # fmt: skip

    def public(self, row: Row) -> bool:
        """Whether a row was public on the day of this view."""
        return self.as_of is None or (row["published"] is not None and row["published"] <= self.as_of)

    def _recount(self, name: str, pair: Pair, out: dict[dt.date, Point]) -> None:
        declared = measures.get(name)
        if self.as_of is None or not declared.recount or declared.period != "session":
            return
        running = [r for r in self.shelf.of(name, pair) if r["start"] not in out and r["start"] <= self.as_of]
        if running and (self.as_of - running[-1]["start"]).days < 420:
            for row in self.shelf.recounted(name, pair, self.as_of):
                out[row["start"]] = Point(
                    name=name, pair=pair, year=row["start"].year, value=row["value"], start=row["start"], source=row["source"],
                    published=min(row["published"] or self.as_of, self.as_of), partial=True,
                )  # fmt: skip

    def _places(self, name: str, pair: Pair) -> list[tuple[str, Pair, Callable[[Row], bool]]]:
        """Which Series hold what this view asks for, in order: a reporter's own, and before 2000 the one value that there is."""
        base, variant = split_variant(name)
        early = (name, pair, lambda r: r["start"].year < SPLICE)
        if variant or not self.reporter:
            seat = self._seats(name, pair)
            return [(name, p, lambda _: True) for p in seat]
        low, high = sorted(pair)
        if base == TOTAL:
            which = "importers" if self.reporter == "importers" else "a" if self.reporter == low else "b"
            return [(f"{base}:{which}", (low, high), lambda r: r["start"].year >= SPLICE), early]
        if base in FLOWS:
            own = self.reporter == pair[0] if self.reporter != "importers" else base == "imports_usd"
            place = (base, pair) if own else (FLOWS[base], (pair[1], pair[0]))
            return [(*place, lambda r: r["start"].year >= SPLICE and not r["source"].endswith(":mirror")), early]
        if base == "fdi_stock_usd":
            return [(f"{base}:{'outward' if self.reporter == pair[0] else 'inward'}", pair, lambda _: True)]
        return [(name, pair, lambda _: True)]

    def _seats(self, name: str, pair: Pair) -> list[Pair]:
        """The pair, and the pairs of the states that held their seats before."""
        if WORLD in pair:
            return [pair]
        chains = [[c for c, _, _ in states.seat_chain(code)] for code in pair]
        out = [pair]
        for x in chains[0]:
            for y in chains[1]:
                if (x, y) != pair and x != y:
                    out.append((x, y))
        return out[:4]

    def value(self, name: str, pair: Pair, year: int) -> Point | None:
        """The value of a year (of a session by its first), or None where it is not held or was not public."""
        last = next((p for p in reversed(self.points(name, pair)) if p.year <= year), None)
        return last if last is not None and last.year == year else None


def reporters(name: str, pair: Pair) -> tuple[str, ...]:
    """The views under which a Series is judged: each side's report and each flow by its importer, or the one value there is."""
    base = split_variant(name)[0]
    if base == TOTAL or base in FLOWS:
        return (*pair, "importers")
    return pair if base == "fdi_stock_usd" else ("",)
