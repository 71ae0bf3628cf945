"""One selection of a Series: a dyad or a state, years, as-of day, seats; zeros stand where the source means zero."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from comity import asof, build, publication, sources, states, store, vintages
from comity.core import SERIES_COLUMNS, WORLD, Measure, Period, UsageError, add_months, period_end, period_start, series_schema
from comity.store import Holdings

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, kw_only=True)
class Selected:
    """The rows of a selection (Series columns, sorted), the days of the periods that are partial, and words about it."""

    rows: pa.Table
    partial: frozenset[dt.date] = frozenset()
    notes: tuple[str, ...] = ()


def select(
    holdings: Holdings,
    declared: Measure,
    full: str,
    *,
    dyad: tuple[str, str] | None = None,
    state: str | None = None,
    start: int | None = None,
    stop: int | None = None,
    as_of: dt.date | None = None,
    seat: bool = False,
) -> Selected:
    """The rows of one Series for a dyad (either order where symmetric), a state (as a or b), or all.

    start, stop: years, inclusive. as_of: nothing published later; rows of unknown publication are left out and counted
    in a note; a running period is recounted where the tables are held. seat: a seat is one state over time.
    For a dyad, periods inside the source's coverage without a row get the measure's `absent` value.
    Raises NotHeldError where neither layer has the Series, UsageError for inverted years.
    """
    if start is not None and stop is not None and start > stop:
        raise UsageError(f"--from {start} is after --to {stop}")
    path = build.series_path(holdings, full)
    where, parameters = _where(declared, dyad, state, seat)
    rows = store.query(f"SELECT * FROM read_parquet($path) WHERE {where}", parameters, path=path).cast(_loose_schema())
    notes: list[str] = []
    partial: frozenset[dt.date] = frozenset()
    known = set(rows.column("start").to_pylist())
    if as_of is not None:
        rows, revised = vintages.as_held(holdings, full, rows, as_of)
        if revised:
            notes.append(f"{full}: {revised} rows as held on {as_of}, before they were revised")
        recount = asof.recounted(holdings, declared, full, as_of)
        rows, unknown, hidden = _until(rows, as_of)
        if unknown:
            notes.append(f"{full}: {unknown} rows of unknown publication day left out")
        if recount is not None:
            extra = _filter_table(recount.rows, where, parameters)
            rows = _without(rows, recount.periods, extra)
            partial = frozenset(d for d in recount.periods if d in set(extra.column("start").to_pylist()))
        elif hidden and asof.uncounted(holdings, declared, full, as_of):
            notes.append(f"{full}: the running {declared.period} is not counted; its votes are in the full store (`comity build --from DIR`)")
    if seat and declared.of != "world":
        rows = _as_seats(rows, declared, _chains(declared, dyad, state))
    partial |= _past_coverage(rows, declared, holdings.row("series", full).facts["coverage"])
    if dyad is not None and declared.absent is not None:
        rows = _filled(rows, declared, holdings.row("series", full).facts["coverage"], dyad, known, as_of=as_of, seat=seat)
    rows = _between(rows, start, stop)
    partial = frozenset(d for d in partial if (start or d.year) <= d.year <= (stop or d.year))
    return Selected(rows=rows.sort_by([(c, "ascending") for c in ("a", "b", "start", "source")]), partial=partial, notes=tuple(notes))


def covered(cover: Mapping[str, Any], a: str, b: str, year: int, *, directed: bool = False) -> bool:
    """Whether a source observes this pair (directed: what goes from a to b) in this year, by the coverage in its ledger row."""
    if cover["first"] is None or not cover["first"] <= year <= cover["last"] or year in cover["gaps"]:
        return False
    if cover["pairs"] is not None and sorted((a, b)) not in cover["pairs"]:
        return False
    if cover["partners"] is not None and not {a, b} & set(cover["partners"]):
        return False
    if cover.get("origins") is not None and not ({a} if directed else {a, b}) & set(cover["origins"]):
        return False
    if isinstance(cover["states"], str):
        return states.is_member(a, year, cover["states"]) and states.is_member(b, year, cover["states"])
    return a in cover["states"] and b in cover["states"]


def absent_because(coverage: Mapping[str, Mapping[str, Any]], a: str, b: str, *, early: bool = False) -> str:
    """Why a dyad has no value in a Series (early: none of an earlier day's view): which source ends where, or does not hold a state or the pair."""
    out = []
    for name, cover in coverage.items():
        span = f"{cover['first']}–{cover['last']}"
        if cover["pairs"] is not None and sorted((a, b)) not in cover["pairs"]:
            pairs = ", ".join("–".join(p) for p in cover["pairs"][:3])
            out.append(f"{name} holds {pairs} only ({span})")
        elif cover["partners"] is not None and not {a, b} & set(cover["partners"]):
            out.append(f"{name} holds pairs with {', '.join(cover['partners'][:3])} only ({span})")
        elif cover.get("origins") is not None and not {a, b} & set(cover["origins"]):
            out.append(f"{name} holds what comes from {', '.join(cover['origins'][:3])} only ({span})")
        elif not isinstance(cover["states"], str) and (absent := [s for s in dict.fromkeys((a, b)) if s not in (*cover["states"], WORLD)]):
            out.append(f"{name} ({span}) has no row of {' or '.join(absent)}")
        else:
            out.append(f"{name} ({span}) has no value" + (" for the pair" if a != b else "") + (" known to be public by then" if early else ""))
    return "; ".join(out) or "no source is held"


def _chains(declared: Measure, dyad: tuple[str, str] | None, state: str | None) -> dict[str, list[tuple[str, dt.date, dt.date]]]:
    chosen = dyad or ((state,) if state else tuple(states.seats()))
    un = declared.seat == "un"
    chains = {code: [(c, f or dt.date.min, t or dt.date.max) for c, f, t in states.seat_chain(code, un=un)] for code in chosen}
    if dyad:
        shared = {c for c, _, _ in chains[dyad[0]]} & {c for c, _, _ in chains[dyad[1]]}
        if shared and not un:
            raise UsageError(f"{dyad[0]} and {dyad[1]} hold one seat; ask without --seat")
    return chains


def _where(declared: Measure, dyad: tuple[str, str] | None, state: str | None, seat: bool) -> tuple[str, dict[str, Any]]:
    if declared.of == "world" or (dyad is None and state is None):
        return "true", {}
    chosen = dyad or (state,)
    if seat:
        un = declared.seat == "un"
        members = [[c for c, _, _ in states.seat_chain(str(code), un=un)] for code in chosen]
    else:
        members = [[str(code)] for code in chosen]
    if state is not None:
        return "(list_contains($s, a) OR list_contains($s, b))", {"s": members[0]}
    if declared.of == "state":
        return "(list_contains($s, a))", {"s": members[0] + members[1]}
    forward = "(list_contains($x, a) AND list_contains($y, b))"
    if declared.symmetric:
        forward = f"({forward} OR (list_contains($y, a) AND list_contains($x, b)))"
    return forward, {"x": members[0], "y": members[1]}


def _until(rows: pa.Table, as_of: dt.date) -> tuple[pa.Table, int, int]:
    import pyarrow as pa
    import pyarrow.compute as pc

    published = rows.column("published")
    seen = pc.less_equal(published, pa.scalar(as_of, pa.date32()))
    kept = rows.filter(pc.fill_null(seen, False))
    return kept, published.null_count, rows.num_rows - kept.num_rows - published.null_count


def _filter_table(table: pa.Table, where: str, parameters: Mapping[str, Any]) -> pa.Table:
    connection = store.connection()
    connection.register("recount", table)
    found: pa.Table = connection.sql(f"SELECT * FROM recount WHERE {where}", params=dict(parameters)).to_arrow_table()
    return found.cast(_loose_schema())


def _without(rows: pa.Table, periods: Iterable[dt.date], extra: pa.Table) -> pa.Table:
    import pyarrow as pa
    import pyarrow.compute as pc

    running = pc.is_in(rows.column("start"), value_set=pa.array(list(periods), pa.date32()))
    return pa.concat_tables([rows.filter(pc.invert(running)), extra])


def _between(rows: pa.Table, start: int | None, stop: int | None) -> pa.Table:
    import pyarrow.compute as pc

    year = pc.year(rows.column("start"))
    if start is not None:
        rows = rows.filter(pc.greater_equal(year, start))
        year = pc.year(rows.column("start"))
    if stop is not None:
        rows = rows.filter(pc.less_equal(year, stop))
    return rows


def _as_seats(rows: pa.Table, declared: Measure, chains: Mapping[str, list[tuple[str, dt.date, dt.date]]]) -> pa.Table:
    """Rows coded by seat; where two states held it within one period, one row by the measure's merge rule."""
    holders = {c: (seat, f, t) for seat, chain in chains.items() for c, f, t in chain}
    windows: dict[str, list[tuple[str, dt.date, dt.date]]] = {}
    for seat, chain in chains.items():
        for c, f, t in chain:
            windows.setdefault(c, []).append((seat, f, t))
    groups: dict[tuple[str, str, dt.date], list[dict[str, Any]]] = {}
    for row in rows.to_pylist():
        end = period_end(row["start"], declared.period)
        sides = []
        for side in ("a", "b"):
            code = row[side]
            if code in windows:
                fitting = [s for s, f, t in windows[code] if f <= end and t >= row["start"]]
                sides.append(fitting[0] if fitting else None)
            else:
                sides.append(code if code not in holders else None)
        a, b = sides
        if a is None or b is None or (a == b and declared.of == "dyad"):
            continue
        if declared.symmetric and declared.of == "dyad" and a > b:
            a, b = b, a
        groups.setdefault((a, b, row["start"]), []).append(row)
    merged = [_merge(group, declared) | {"a": a, "b": b, "start": start} for (a, b, start), group in groups.items()]
    return _table(merged)


def _merge(group: list[dict[str, Any]], declared: Measure) -> dict[str, Any]:
    if len(group) == 1:
        return group[0]
    last = max(group, key=lambda r: (r["published"] or dt.date.min, r["n"] or 0))
    published = None if any(r["published"] is None for r in group) else max(r["published"] for r in group)
    source = "+".join(sorted({r["source"] for r in group}))
    if declared.merge == "sum":
        n = None if any(r["n"] is None for r in group) else sum(r["n"] for r in group)
        return {"value": sum(r["value"] for r in group), "n": n, "se": None, "source": source, "published": published}
    if declared.merge == "mean" and all(r["n"] for r in group):
        n = sum(r["n"] for r in group)
        value = sum(r["value"] * r["n"] for r in group) / n
        known = all(r["se"] is not None for r in group)
        se = (sum((r["se"] * r["n"]) ** 2 for r in group)) ** 0.5 / n if known else None
        return {"value": value, "n": n, "se": se, "source": source, "published": published}
    return last


def _filled(
    rows: pa.Table, declared: Measure, coverage: Mapping[str, Mapping[str, Any]], dyad: tuple[str, str], known: set[dt.date],
    *, as_of: dt.date | None, seat: bool,
) -> pa.Table:  # fmt: skip
    import pyarrow as pa

    a, b = sorted(dyad) if declared.symmetric else dyad
    have = known | set(rows.column("start").to_pylist())
    un = declared.seat == "un"
    chains = {code: states.seat_chain(code, un=un) for code in (a, b)}
    extra = []
    for name, cover in coverage.items():
        if cover["first"] is None:
            continue
        source = sources.get(name)
        for start in _periods(declared.period, cover["first"], cover["last"]):
            if start in have:
                continue
            end = period_end(start, declared.period)
            holders = [_holders(chains[s], start, end, declared.period) for s in (a, b)]
            today = source.territory == "today"
            if not seat:
                holders = [[s] if today or _own(s, chains[s], h) else [] for s, h in zip((a, b), holders, strict=True)]
            directed = not declared.symmetric
            if not any(
                covered(cover, x, y, start.year, directed=directed)
                and (today or all(states.existed_in(s, start.year, end.year) for s in (x, y)))
                and (declared.seat != "un" or (_sat(x, start, end) and _sat(y, start, end)))
                for x in holders[0] for y in holders[1]
            ):  # fmt: skip
                continue
            published = publication.silence_public(start, declared.period, source.published)
            if as_of is not None and (published is None or published > as_of):
                continue
            have.add(start)
            extra.append({"a": a, "b": b, "start": start, "value": declared.absent, "n": 0, "se": None, "source": name, "published": published})
    return pa.concat_tables([rows, _table(extra)]) if extra else rows


def _past_coverage(rows: pa.Table, declared: Measure, coverage: Mapping[str, Mapping[str, Any]]) -> frozenset[dt.date]:
    """The periods whose rows lie after their source's last covered year: held in part."""
    if declared.of == "world" or declared.period not in ("year", "session"):
        return frozenset()
    out = set()
    for source, start in set(zip(rows.column("source").to_pylist(), rows.column("start").to_pylist(), strict=True)):
        cover = coverage.get(source.partition(":")[0])
        if cover is not None and cover["last"] is not None and start.year > cover["last"]:
            out.add(start)
    return frozenset(out)


def _holders(chain: Sequence[tuple[str, dt.date | None, dt.date | None]], start: dt.date, end: dt.date, period: Period) -> list[str]:
    """The states that held a seat on some day of a period, the one with most of its days first; a session's votes fall in its first four months."""
    last = min(end, start + dt.timedelta(days=121)) if period == "session" else end
    days: dict[str, int] = {}
    for code, first, stop in chain:
        held = (min(stop or last, last) - max(first or start, start)).days + 1
        if (first or start) <= end and (stop or end) >= start:
            days[code] = max(days.get(code, 0), 0) + max(held, 0)
    return sorted(days, key=lambda code: -days[code])


def _own(code: str, chain: Sequence[tuple[str, dt.date | None, dt.date | None]], holders: Sequence[str]) -> bool:
    """Whether a period is a state's own: of states that share a seat, it belongs to the one with most of its days."""
    return code in holders[:1] or all(c == code for c, _, _ in chain)


def _sat(code: str, start: dt.date, end: dt.date) -> bool:
    """Whether a state held its seat at the United Nations on some day of a period."""
    return any(c == code and (f or dt.date.min) <= end and (t or dt.date.max) >= start for c, f, t in states.seat_chain(code, un=True))


def _periods(period: Period, first: int, last: int) -> Iterator[dt.date]:
    step = {"month": 1, "quarter": 3, "year": 12, "session": 12}.get(period)
    if step is None:
        return
    day = dt.date(first, 9, 1) if period == "session" else period_start(dt.date(first, 1, 1), period)
    while day.year <= last:
        yield day
        day = add_months(day, step)


def _loose_schema() -> pa.Schema:
    import pyarrow as pa

    return pa.schema([f.with_nullable(True) for f in series_schema()])


def _table(rows: list[dict[str, Any]]) -> pa.Table:
    """Rows as an Arrow table, made by the engine: Arrow's own conversion of Python lists imports pandas."""
    types = {"start": "DATE", "value": "DOUBLE", "n": "BIGINT", "se": "DOUBLE", "published": "DATE"}
    columns = ", ".join(f"unnest(${c}::{types.get(c, 'VARCHAR')}[]) AS {c}" for c in SERIES_COLUMNS)
    return store.query(f"SELECT {columns}", {c: [r[c] for r in rows] for c in SERIES_COLUMNS}).cast(_loose_schema())
