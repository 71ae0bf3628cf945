"""A dyad panel: a spine of dyads and periods with measures as columns; adding one never changes the number of rows."""

from __future__ import annotations

import datetime as dt
import difflib
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from comity import build, measures, publication, sources, states, store, userfile
from comity.core import BadDataError, ComityWarning, Measure, NotHeldError, UsageError, split_variant
from comity.promises import quoted
from comity.store import Holdings

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    import pyarrow as pa

PanelPeriod = Literal["year", "session", "quarter", "month"]
System = Literal["comity", "cow", "gw"]
Pairs = Literal["all", "contiguous", "major", "relevant"]
Change = Literal["value", "lag", "roll", "sum", "difference"]
CHOOSING: Mapping[Pairs, tuple[str, ...]] = {
    "all": (), "contiguous": ("contiguity",), "major": ("major_power",), "relevant": ("contiguity", "major_power"),
}  # fmt: skip
"""The measures by which pairs are chosen."""
MONTHS: dict[str, int] = {"month": 1, "quarter": 3, "year": 12, "session": 12}


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column asked for: a measure's value, its value k periods before (lag), mean (roll) or sum of k periods, or its change."""

    measure: str
    change: Change = "value"
    k: int = 0

    @property
    def name(self) -> str:
        """The column's name: `:` of a variant becomes `__`; lags are M_lagK, leads M_leadK; M_rollK, M_sumK, M_diffK."""
        base = self.measure.replace(":", "__")
        if self.change == "value":
            return base
        if self.change == "lag":
            return f"{base}_lag{self.k}" if self.k >= 0 else f"{base}_lead{-self.k}"
        return f"{base}_{'diff' if self.change == 'difference' else self.change}{self.k}"


@dataclass(frozen=True, kw_only=True)
class Panel:
    """An immutable plan of a panel; it is computed by `to_arrow`.

    Rows are all dyads of the members of `system` in each period (or of the named states), a < b unless directed. pairs: only
    those that share a land border ("contiguous"), those with a major power ("major"), or either ("relevant": Lemke & Reed
    2001), by the year's contiguity and major powers of the Correlates of War, after their last year by that year's.
    """

    holdings: Holdings
    period: PanelPeriod
    start: int
    stop: int
    directed: bool = False
    states: tuple[str, ...] | None = None
    pairs: Pairs = "all"
    system: System = "comity"
    numbers: Literal["cow", "gw"] = "cow"
    as_of: dt.date | None = None
    unverified: bool = False
    columns: tuple[Column, ...] = ()
    joined: tuple[userfile.Joined, ...] = ()

    def add(self, *names: str) -> Panel:
        """The panel with the measures named (`measure` or `measure:variant`) as further columns."""
        return self._with(Column(measure=n) for n in wanted(self.holdings, names))

    def lag(self, name: str, k: int = 1) -> Panel:
        """The panel with the measure k periods before as a further column; a negative k looks ahead."""
        return self._with([Column(measure=measures.full_name(name), change="lag", k=k)])

    def roll(self, name: str, k: int) -> Panel:
        """The panel with the mean of the measure over the k periods that end with the row's; missing where one is missing."""
        return self._window(name, k, "roll", "mean")

    def sum(self, name: str, k: int) -> Panel:
        """The panel with the sum of the measure over the k periods that end with the row's; missing where one is missing."""
        return self._window(name, k, "sum", "sum")

    def difference(self, name: str, k: int = 1) -> Panel:
        """The panel with the measure minus its value k periods before as a further column."""
        return self._with([Column(measure=measures.full_name(name), change="difference", k=k)])

    def join(self, path: str | Path, on: Iterable[str]) -> Panel:
        """The panel with the columns of a user's file, matched by the file's columns `on`: states by any code or name, then year.

        Numbers of states are read by the list whose numbers the panel writes (`numbers`: set it before).
        """
        return replace(self, joined=(*self.joined, userfile.read(Path(path), tuple(on), self.numbers)))

    def to_arrow(self) -> pa.Table:
        """The panel as an Arrow table: a, b, start, year, the two states' numbers, then the columns in the order added."""
        return compute(self)

    def to_pandas(self) -> pd.DataFrame:
        """The panel as a pandas data frame, `start` as datetime64."""
        import pandas as pd

        frame = self.to_arrow().to_pandas()
        frame["start"] = pd.to_datetime(frame["start"])
        return frame

    def cite(self, *, bib: bool = False) -> str:
        """The citations of the sources behind the columns, of those by which pairs are chosen, and of the lists of states that are."""
        from comity.citation import cite

        names = (*CHOOSING[self.pairs], *(split_variant(c.measure)[0] for c in self.columns))
        return cite(tuple(dict.fromkeys(names)), bib=bib, lists=self.lists)

    @property
    def lists(self) -> tuple[str, ...]:
        """The lists of states, by whom, that say which pairs there are; none where the states were named."""
        if self.states is not None:
            return ()
        return ("cow", "gw") if self.system == "comity" else (self.system,)

    def _window(self, name: str, k: int, change: Change, what: str) -> Panel:
        if k < 2:
            raise UsageError(f"a rolling {what} is over two periods or more, not {k}")
        return self._with([Column(measure=measures.full_name(name), change=change, k=k)])

    def _with(self, more: Iterable[Column]) -> Panel:
        added = tuple(more)
        for column in added:
            if column.k == 0 and column.change in ("lag", "difference"):
                raise UsageError(f"{column.measure}: a {column.change} is over one period or more, not 0")
            if column in self.columns:
                raise UsageError(f"the panel has a column {column.name} already")
            build.series_path(self.holdings, column.measure)
        return replace(self, columns=(*self.columns, *added))

    def _repr_html_(self) -> str:
        rows = "".join(f"<li>{c.name}</li>" for c in self.columns)
        return f"<p>Panel of dyads by {self.period}, {self.start}–{self.stop}</p><ul>{rows}</ul>"


def wanted(holdings: Holdings, names: Iterable[str]) -> tuple[str, ...]:
    """The full names of measures that a panel can have; one UsageError for all that are not declared, else one NotHeldError for all not held."""
    full, unknown, lacking = [], [], []
    held = [n for kind, n in holdings.shelf if kind == "series"]
    for name in names:
        try:
            full.append(measures.full_name(name))
        except UsageError as error:
            unknown.append(str(error))
            continue
        try:
            build.series_path(holdings, full[-1])
        except NotHeldError as error:
            near = difflib.get_close_matches(full[-1], held, n=3, cutoff=0.5)
            lacking.append(f"{error}" + (f"; held and near: {', '.join(near)}" if near else ""))
    if unknown:
        raise UsageError("\n".join([*unknown, *lacking]))
    if lacking:
        raise NotHeldError("\n".join(lacking))
    return tuple(full)


def chosen_states(holdings: Holdings, chosen: str | Sequence[str], start: int, stop: int) -> tuple[str, ...]:
    """The states of a selection: a list, or a text with commas, of codes and names, groups (BRICS, G20 …) and regions (Europe …).

    A group is its members at any time from `start` to `stop`; regions are those of the Correlates of War numbers.
    """
    groups = _groups(holdings, start, stop)
    out: dict[str, None] = {}
    for word in (w.strip() for w in (chosen.split(",") if isinstance(chosen, str) else chosen)):
        if word.casefold() in groups:
            out |= dict.fromkeys(groups[word.casefold()])
            by = f"its members from {start} to {stop} by the source group_membership, which is unverified"
            warnings.warn(f"{word}: {by}", ComityWarning, stacklevel=3)
        elif word.casefold() in states.REGIONS:
            out |= dict.fromkeys(states.in_region(word, start, stop))
        elif word:
            try:
                out[states.find(word).code] = None
            except states.UnknownState as error:
                known = ", ".join((*sorted(g.upper() for g in groups), *states.REGIONS)) or "none is held"
                raise UsageError(f"{error} Groups and regions: {known}") from None
    if len(out) < 2:
        raise UsageError(f"--states {chosen!r} names fewer than two states; a panel is of dyads")
    return tuple(out)


def _groups(holdings: Holdings, start: int, stop: int) -> dict[str, tuple[str, ...]]:
    """The groups of which memberships are held, by name in small letters, with their members at any time in the years."""
    if not holdings.has("table", "group_members"):
        return {}
    within = "FILTER (year BETWEEN $first AND $last)"
    sql = f'SELECT lower("group") AS g, list(DISTINCT state ORDER BY state) {within} AS s FROM read_parquet($path) GROUP BY ALL'
    rows = store.query(sql, {"first": start, "last": stop}, path=holdings.path("table", "group_members")).to_pylist()
    return {name: tuple(r["s"] or ()) for r in rows for name in (r["g"], *r["g"].split("/"))}


def _kept_pairs(panel: Panel) -> str:
    """The SQL condition on the spine that keeps the chosen pairs."""
    clauses = []
    if panel.pairs in ("contiguous", "relevant"):
        rows, year = _carried(panel, "contiguity")
        both = "c.a = least(spine.a, spine.b) AND c.b = greatest(spine.a, spine.b)"
        clauses.append(f"EXISTS (SELECT 1 FROM {rows} c WHERE c.value = 1 AND {both} AND {year})")
    if panel.pairs in ("major", "relevant"):
        rows, year = _carried(panel, "major_power")
        clauses.append(f"EXISTS (SELECT 1 FROM {rows} c WHERE c.value = 1 AND c.a IN (spine.a, spine.b) AND {year})")
    return " OR ".join(clauses) or "true"


def _carried(panel: Panel, name: str) -> tuple[str, str]:
    """The file of a Series that picks dyads, and the condition that a row of it is of the spine's year or, after the last, of the last."""
    literal = str(build.series_path(panel.holdings, name)).replace("'", "''")
    return f"read_parquet('{literal}')", f"year(c.start) = least(year(spine.start), {last_listed(panel, name)})"


def last_listed(panel: Panel, name: str) -> int:
    """The last year of a Series that may pick dyads: of its coverage and public by the as-of day; UsageError where there is none."""
    last = int(max(c["last"] for c in panel.holdings.row("series", name).facts["coverage"].values()))
    if panel.as_of is None:
        return last
    sql = "SELECT max(year(start)) AS y FROM read_parquet($path) WHERE published <= $day AND year(start) <= $last"
    public = store.query(sql, {"day": panel.as_of, "last": last}, path=build.series_path(panel.holdings, name)).to_pylist()[0]["y"]
    if public is None or public < min(panel.start, last):
        raise UsageError(
            f"--dyads {panel.pairs}: of {name} no year from {panel.start} on was public on {panel.as_of}; choose --states or a later day"
        )
    return int(public)


def compute(panel: Panel) -> pa.Table:
    """The panel's table; raises BadDataError should a join ever change the number of rows."""
    import duckdb

    if panel.start > panel.stop:
        raise UsageError(f"--from {panel.start} is after --to {panel.stop}")
    spine = states.spine(panel.period, panel.start, panel.stop, directed=panel.directed, system=panel.system, states=panel.states, by_dyad=True)
    with duckdb.connect(config={"threads": 2, "memory_limit": "2500MB"}) as connection:
        connection.register("spine", spine)
        reach = _reach(panel)
        connection.register("numbers", _numbers(max(panel.start - reach, 1), min(panel.stop + reach, 9998)))
        _register_there(connection, panel)
        kept = _kept_pairs(panel)
        order = "" if kept == "true" else " ORDER BY a, b, start"
        connection.sql(f"CREATE TEMP TABLE s AS SELECT a, b, start, year(start)::INTEGER AS year FROM spine WHERE {kept}{order}")
        rows = connection.sql("SELECT count(*) FROM s").fetchall()[0][0]
        code = "ccode" if panel.numbers == "cow" else "gwcode"
        picked = [f"s.a, s.b, s.start, s.year, nullif(na.{panel.numbers}, -1) AS {code}1, nullif(nb.{panel.numbers}, -1) AS {code}2"]
        joins = ["LEFT JOIN numbers na ON na.code = s.a AND na.year = s.year", "LEFT JOIN numbers nb ON nb.code = s.b AND nb.year = s.year"]
        for i, column in enumerate(panel.columns):
            select, join = _column(panel, column, i)
            picked += select
            joins += join
        for i, user in enumerate(panel.joined):
            connection.register(f"u{i}", user.table)
            picked += [f"u{i}.{quoted(c)}" for c in user.columns]
            joins.append(f"LEFT JOIN u{i} ON {user.condition(f'u{i}', 's', directed=panel.directed)}")
        sql = f"SELECT {', '.join(picked)} FROM s {' '.join(joins)} ORDER BY s.rowid"
        table: pa.Table = connection.sql(sql).to_arrow_table()
    twice = [c for c in table.column_names if table.column_names.count(c) > 1]
    if twice:
        raise UsageError(f"the panel would have two columns {twice[0]}; rename the one of the joined file or name it in --on")
    if table.num_rows != rows:
        raise BadDataError(f"the panel has {table.num_rows} rows, its spine {rows}; a joined file or a Series has a key twice")
    return table


def _register_there(connection: duckdb.DuckDBPyConnection, panel: Panel) -> None:
    """Make the table `there`: the states of each period that the columns reach, as the spine has them.

    Of states with one seat it is the one that held it for most of the period, also where the panel is of chosen states without the other.
    """
    reach = _reach(panel)
    first, last = max(panel.start - reach, 1), min(panel.stop + reach, 9997)
    connection.register("whole", states.spine(panel.period, first, last, system=panel.system))
    connection.sql("CREATE TEMP TABLE there AS SELECT DISTINCT unnest([a, b]) AS code, start FROM whole")
    if panel.states is None:
        return
    connection.register("part", states.spine(panel.period, first, last, system=panel.system, states=panel.states))
    shared = ", ".join(f"('{c}', '{s.seat}')" for c in states.codes() if (s := states.get(c)).seat != c or c in states.seats())
    connection.sql(f"CREATE TEMP TABLE seat AS SELECT * FROM (VALUES {shared}) v(code, seat)")
    other = "SELECT 1 FROM there t JOIN seat x ON x.code = t.code WHERE t.start = p.start AND x.seat = q.seat AND t.code <> p.code"
    mine = "SELECT DISTINCT unnest([a, b]) AS code, start FROM part"
    held = f"SELECT p.code, p.start FROM ({mine}) p LEFT JOIN seat q ON q.code = p.code WHERE NOT EXISTS ({other})"
    connection.sql(f"CREATE OR REPLACE TEMP TABLE there AS {held}")


def _reach(panel: Panel) -> int:
    """How many years before and after its own a panel looks."""
    return 1 + max((abs(c.k) * MONTHS[panel.period] // 12 + 1 for c in panel.columns), default=0)


def _end(panel: Panel, declared: Measure, full: str) -> int:
    """The last year of which the panel may read a row of a Series."""
    newest = panel.holdings.row("series", full).last
    return min(int(newest[:4]) if newest else 0, panel.stop + _reach(panel))


def _column(panel: Panel, column: Column, i: int) -> tuple[list[str], list[str]]:
    """What a column selects and joins: one column, or one each for the two sides where the measure is of one state."""
    declared = measures.get(column.measure)
    sides: list[tuple[str, str, str]]
    if declared.of == "world":
        sides = [("", "'WLD'", "'WLD'")]
    elif declared.of == "state":
        sides = [("_a", "s.a", "s.a"), ("_b", "s.b", "s.b")]
    elif declared.symmetric:
        sides = [("", "least(s.a, s.b)", "greatest(s.a, s.b)") if panel.directed else ("", "s.a", "s.b")]
    elif panel.directed:
        sides = [("", "s.a", "s.b")]
    else:
        sides = [("_ab", "s.a", "s.b"), ("_ba", "s.b", "s.a")]
    select, join = [], []
    for j, (suffix, a, b) in enumerate(sides):
        window = list(range(column.k))
        steps = {"value": [0], "lag": [column.k], "roll": window, "sum": window, "difference": [0, column.k]}[column.change]
        values = []
        for step in steps:
            name = f"m{i}_{j}_{step}".replace("-", "ahead")
            on, value = _value(panel, declared, column.measure, name, a, b, step)
            join.append(on)
            values.append(value)
        if column.change == "roll":
            expression = f"({' + '.join(f'({v})' for v in values)}) / {len(values)}"
        elif column.change == "sum":
            expression = " + ".join(f"({v})" for v in values)
        elif column.change == "difference":
            expression = f"({values[0]}) - ({values[1]})"
        else:
            expression = values[0]
        select.append(f'{expression} AS "{column.name}{suffix}"')
    return select, join


def _value(panel: Panel, declared: Measure, full: str, name: str, a: str, b: str, step: int) -> tuple[str, str]:
    months = MONTHS[panel.period] * step
    when = "s.start" if not months else f"(s.start - INTERVAL ({months}) MONTH)::DATE"
    literal = str(panel.holdings.path("series", full)).replace("'", "''")
    rows = f"read_parquet('{literal}')"
    where = ["true"] if panel.unverified else ["NOT ends_with(source, ':unverified')"]
    coverage = panel.holdings.row("series", full).facts["coverage"]
    if declared.period in ("year", "session") and not declared.constant:
        last = {s: c["last"] for s, c in coverage.items() if c["last"] is not None}
        end = _end(panel, declared, full)
        where += [f"NOT (split_part(source, ':', 1) = '{s}' AND year(start) > {y})" for s, y in last.items() if y < end]
    if not declared.constant:
        reach = _reach(panel)
        where.append(f"start BETWEEN DATE '{max(panel.start - reach, 1):04d}-01-01' AND DATE '{min(panel.stop + reach, 9998)}-12-31'")
    hidden = f"published IS NULL OR published > DATE '{panel.as_of}'" if panel.as_of else "false"
    key, value = _keyed(panel, declared, rows, where, hidden)
    on = [f"{name}.a = {a}", f"{name}.b = {b}"]
    if not declared.constant:
        on.append(f"{name}.k = year({when})" if key == "year" else f"{name}.k = {when}")
    join = f"LEFT JOIN ({value}) {name} ON {' AND '.join(on)}"
    if declared.absent is None:
        return join, f"{name}.value"
    covered = " OR ".join(_covered(panel, declared, s, c, a, b, step, when) for s, c in coverage.items()) or "false"
    return join, f"CASE WHEN {name}.a IS NOT NULL THEN {name}.value WHEN {covered} THEN {declared.absent} END"


def _keyed(panel: Panel, declared: Measure, rows: str, where: list[str], hidden: str) -> tuple[str, str]:
    """The measure's rows by a key of the panel's period: the same period, the year that holds it, or an aggregate of whole parts."""
    shown = f"CASE WHEN {hidden} THEN NULL ELSE value END"
    place = " AND ".join(where)
    if declared.constant:
        return "start", f"SELECT a, b, start AS k, {shown} AS value FROM {rows} WHERE {place}"
    yearly = declared.period in ("year", "session")
    if declared.period == panel.period:
        return "start", f"SELECT a, b, start AS k, {shown} AS value FROM {rows} WHERE {place}"
    if yearly:
        return "year", f"SELECT a, b, year(start) AS k, {shown} AS value FROM {rows} WHERE {place}"
    finer = {"day": 0, "month": 1, "quarter": 3}[declared.period]
    if finer >= MONTHS[panel.period]:
        raise UsageError(f"{declared.name} is by {declared.period}; a panel by {panel.period} cannot hold it")
    key = {
        "month": "date_trunc('month', start)::DATE",
        "quarter": "date_trunc('quarter', start)::DATE",
        "year": "date_trunc('year', start)::DATE",
        "session": "(date_trunc('year', start - INTERVAL 8 MONTH) + INTERVAL 8 MONTH)::DATE",
    }[panel.period]
    how = {"sum": "sum", "mean": "avg", "last": "max_by"}[declared.merge]
    aggregate = f"{how}({shown}, start)" if how == "max_by" else f"{how}({shown})"
    whole = f" HAVING count(*) = {MONTHS[panel.period] // finer} AND bool_and(NOT ({hidden}))" if finer else f" HAVING bool_and(NOT ({hidden}))"
    return "start", f"SELECT a, b, {key} AS k, {aggregate} AS value FROM {rows} WHERE {place} GROUP BY a, b, k{whole}"


def _covered(panel: Panel, declared: Measure, name: str, cover: Mapping[str, Any], a: str, b: str, step: int, when: str) -> str:
    """SQL that says whether a source observes the pair in the period that begins on `when`: the same rule as `selection.covered`."""
    if cover["first"] is None:
        return "false"
    year = f"year({when})"
    last = cover["last"]
    if panel.as_of is not None:
        rule = sources.get(name).published
        while last >= cover["first"] and (publication.silence_public(dt.date(last, 1, 1), "year", rule) or dt.date.max) > panel.as_of:
            last -= 1
    parts = [f"{year} BETWEEN {cover['first']} AND {last}"]
    if cover["gaps"]:
        parts.append(f"{year} NOT IN ({', '.join(map(str, cover['gaps']))})")
    if cover["pairs"] is not None:
        listed = ", ".join(f"'{x} {y}'" for x, y in cover["pairs"])
        parts.append(f"least({a}, {b}) || ' ' || greatest({a}, {b}) IN ({listed})" if listed else "false")
    if cover["partners"] is not None:
        listed = ", ".join(f"'{s}'" for s in cover["partners"])
        parts.append(f"({a} IN ({listed}) OR {b} IN ({listed}))")
    if cover.get("origins") is not None:
        listed = ", ".join(f"'{s}'" for s in cover["origins"])
        parts.append(f"{a} IN ({listed})" if not declared.symmetric else f"({a} IN ({listed}) OR {b} IN ({listed}))")
    if not isinstance(cover["states"], str):
        listed = ", ".join(f"'{s}'" for s in cover["states"]) or "''"
        parts.append(f"{a} IN ({listed}) AND {b} IN ({listed})")
    elif step or panel.period == "session":
        parts.append(f"{_member(a, year, cover['states'])} AND {_member(b, year, cover['states'])}")
    elif cover["states"] in ("cow", "gw"):
        parts += [f"{side}.in_{cover['states']} = 1" for side in _numbered(a, b)]
    elif panel.states is not None:
        parts += [f"{side}.code IS NOT NULL" for side in _numbered(a, b)]
    if (step or panel.states is not None) and declared.of != "world" and sources.get(name).territory != "today":
        parts += [f"EXISTS (SELECT 1 FROM there WHERE there.code = {side} AND there.start = {when})" for side in dict.fromkeys((a, b))]
    if declared.seat == "un":
        parts += [_seated(a, year), _seated(b, year)]
    return "(" + " AND ".join(parts) + ")"


def _numbered(a: str, b: str) -> tuple[str, ...]:
    """The joined rows of numbers that speak of a measure's sides: of one state where it is of one, else of both."""
    return ("na", "nb") if a != b else ("na",) if a == "s.a" else ("nb",)


def _member(side: str, year: str, system: str) -> str:
    listed = "" if system == "members" else f" AND in_{system} = 1"
    return f"EXISTS (SELECT 1 FROM numbers WHERE code = {side} AND numbers.year = {year}{listed})"


def _seated(side: str, year: str) -> str:
    """Whether a state held its United Nations seat in a year, for the seats that changed hands."""
    windows: dict[str, list[str]] = {}
    for chain in states.UN_SEATS.values():
        for code, first, last in chain:
            windows.setdefault(code, []).append(f"{year} BETWEEN {first.year} AND {last.year if last else 9999}")
    cases = " ".join(f"WHEN {side} = '{code}' THEN {' OR '.join(spans)}" for code, spans in sorted(windows.items()))
    return f"(CASE {cases} ELSE true END)"


@cache
def _numbers(first: int, last: int) -> pa.Table:
    """The two lists' numbers of each member in each year (-1: the list lacks it), and whether each lists it. `pa.array` would import pandas."""
    import numpy as np
    import pyarrow as pa

    everyone = [s.code for s in states.all_states()]
    columns: dict[str, list[int]] = {"code": [], "year": [], "cow": [], "gw": [], "in_cow": [], "in_gw": []}
    for i, state in enumerate(states.all_states()):
        spans = {s: states.member_spans(state.code, s) for s in ("members", "cow", "gw")}
        there = {s: {y for a, b in pairs for y in range(max(a, first), min(b, last) + 1)} for s, pairs in spans.items()}
        for year in sorted(there["members"]):
            cow, gw = states.numbers(state.code, year)
            row = (i, year, -1 if cow is None else cow, -1 if gw is None else gw, year in there["cow"], year in there["gw"])
            for column, value in zip(columns.values(), row, strict=True):
                column.append(value)
    arrays = {name: np.array(values, dtype=np.int32) for name, values in columns.items()}
    code = states.picked(everyone, arrays.pop("code"))
    return pa.table({"code": code, **{name: states.int_array(values, pa.int32()) for name, values in arrays.items()}})
