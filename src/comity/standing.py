"""Where every pair of states stands on every measure of the position, by year: size-adjusted ranks, kept as one artefact of the store.

The families are those of the measures' declarations (`kind`, `evidence`); nothing here names a measure.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comity import measures, states, store
from comity.core import BadDataError, Evidence, Measure, UsageError
from comity.models import position

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

NAME = "position"
FAMILIES = ("exchange", "alignment", "joint", "conflict")
FIRST = 1990
"""The first year: that of the first works that are held, so of a second joint domain."""
FAR = "_far"
ERROR = "_error"
DISTANCE = "distance_km"
NEAR_YEARS = 5
"""Years for which a size stands in for one that is missing."""
HALF = 0.5
"""Of the pairs of the family's widest measure: a measure with fewer is equated."""
GRADED = 50
"""Different ranks, or the share of pairs above zero in per cent, from which a measure can be a scale for another."""
FEWEST = 1000
"""Pairs of a year below which a measure that grows with size is not ranked: of one state's partners, or few states'."""
SEPARABLE = 0.85
"""The heterotrait-monotrait ratio below which two families count as separable (Henseler, Ringle & Sarstedt 2015)."""
MIXED = "*"
"""Behind the name of a year's main source where some pairs have another."""
TEN = 10
EDGE = 0.25
"""Per cent: the lowest coarse percentile, half a step above none, so that it still has a normal score."""
LESS = "AND NOT list_contains(list_transform(string_split(source, '+'), lambda s: split_part(s, ':', 1)), $without)"
"""Of a query of a Series: the rows that do not rest on one source."""


@dataclass(frozen=True, kw_only=True)
class World:
    """The pairs of one year: state codes by number, and each pair's two numbers."""

    year: int
    codes: tuple[str, ...]
    one: Ints
    other: Ints


@dataclass(frozen=True, kw_only=True)
class Distances:
    """Kilometres between states by their numbers in `codes`; the last row and column are of no state."""

    codes: Mapping[str, int]
    km: Floats

    def of(self, world: World) -> Floats:
        """The kilometres of each pair of a year, nan where they are not held."""
        import numpy as np

        place = np.array([self.codes.get(c, -1) for c in world.codes])
        return np.asarray(self.km[place[world.one], place[world.other]])


@dataclass(frozen=True, kw_only=True)
class Rows:
    """A measure's rows by year: numbers of both states among `codes`, value, error, and the number of the source among `sources`."""

    codes: tuple[str, ...]
    sources: tuple[str, ...]
    a: Ints
    b: Ints
    year: Ints
    value: Floats
    se: Floats
    source: Ints


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """One measure in one year: ranks with and without distance and the error of the score [pairs], the source, and the fit's figures."""

    near: Floats
    far: Floats
    error: Floats
    source: str
    fit: tuple[float, ...]
    graded: bool


def evidence() -> dict[str, Measure]:
    """The measures of the position by name, in the order of the families; UsageError where two families read one table without a word on it."""
    found = {m.name: m for kind in FAMILIES for m in sorted(measures.load().values(), key=lambda m: m.name) if m.evidence and m.kind == kind}
    astray = [m.name for m in measures.load().values() if m.evidence and m.kind not in FAMILIES]
    if astray:
        raise UsageError(f"{', '.join(astray)}: evidence of the position is of kind {', '.join(FAMILIES)}")
    owner: dict[str, Measure] = {}
    for m in found.values():
        for table in m.inputs:
            other = owner.setdefault(table, m)
            told = {e.unless for e in (m.evidence, other.evidence) if e is not None}
            if other.kind != m.kind and not told & {m.name, other.name}:
                raise UsageError(f"{m.name} and {other.name} read {table} and are of two families; say `unless`")
    return found


def inputs() -> tuple[str, ...]:
    """The Series that the position reads, where they are held."""
    out: dict[str, None] = {DISTANCE: None}
    for m in evidence().values():
        out[m.name] = None
        if m.evidence and m.evidence.size not in (None, "own"):
            out[str(m.evidence.size)] = None
        if m.evidence and m.evidence.error == "reports":
            out |= dict.fromkeys((f"{m.name}:a", f"{m.name}:b"))
    return tuple(out)


def make(paths: Mapping[str, Path]) -> tuple[pa.Table, dict[str, Any]]:
    """The table a, b, year with each measure's percentile, the same beyond distance and its error; and the facts of the fits.

    paths: the files of those of `inputs()` that are held. Raises BadDataError where none of the evidence is.
    """
    import numpy as np
    import pyarrow as pa

    held = {n: m for n, m in evidence().items() if n in paths}
    if not held:
        raise BadDataError("no measure of the position is held")
    rows = {n: _read(m, paths) for n, m in held.items()}
    sizes = {s: _sizes(paths[s]) for m in held.values() if (s := (m.evidence or Evidence(topic="")).size) and s in paths}
    coverage = {n: store.ledger_row(paths[n], "series", "store").facts["coverage"] for n in held}
    km = _distances(paths.get(DISTANCE))
    last = max(int(r.year[-1]) for r in rows.values() if len(r.year))
    parts: list[dict[str, Any]] = []
    years: dict[str, dict[int, int]] = {n: {} for n in held}
    facts: dict[str, Any] = {"sources": {n: {} for n in held}, "fits": {n: {} for n in held}, "narrow": {n: [] for n in held}}
    kept: dict[str, tuple[World, Ranked]] = {}
    for year in range(FIRST, last + 1):
        world = _world(year)
        fresh: dict[str, Ranked] = {}
        for n, m in held.items():
            made = _ranked(m, rows[n], coverage[n], sizes, km, world)
            if made is not None:
                fresh[n] = made
        _equate(held, fresh, facts, year)
        part: dict[str, Any] = {
            "a": np.array(world.codes)[world.one], "b": np.array(world.codes)[world.other], "year": np.full(len(world.one), year, np.int16)
        }  # fmt: skip
        for n, m in held.items():
            if n in fresh:
                kept[n] = (world, fresh[n])
                facts["sources"][n][year], facts["fits"][n][year] = fresh[n].source, fresh[n].fit
            if n not in kept or m.evidence is None or year - kept[n][0].year > m.evidence.carry:
                continue
            before, made = kept[n]
            years[n][year] = before.year
            at = _places(before, world)
            for suffix, values in (("", made.near), (FAR, made.far), (ERROR, made.error)):
                part[n + suffix] = np.where(at >= 0, values[at], np.nan)
        _unless(held, part)
        parts.append(part)
    table = _table(held, parts)
    facts["years"] = years
    facts["families"] = _families(held, table, years)
    facts["validity"] = _validity(facts["families"], table)
    order = np.lexsort((table["year"], table["b"], table["a"]))
    digits = {"": 2, FAR: 2, ERROR: 3}
    columns: dict[str, pa.Array] = {c: pa.array(table[c][order]) for c in ("a", "b", "year")}
    for n in held:
        for suffix, d in digits.items():
            values = np.round(table[n + suffix][order] * (100 if suffix != ERROR else 1), d)
            columns[n + suffix] = pa.array(values.astype(np.float32), from_pandas=True)
    return pa.table(columns), facts


def part(table: pa.Table, facts: Mapping[str, Any], without: Sequence[str], years: Sequence[int]) -> tuple[pa.Table, dict[str, Any]]:
    """The position in some years and without some measures, with its facts: families fitted anew, percentiles to a half.

    Nothing in it follows from the measures that are left out, so that it may be passed on where they may not.
    """
    import numpy as np
    import pyarrow as pa

    held = {n: m for n, m in evidence().items() if n in table.column_names and n not in without}
    found: dict[str, Any] = {c: table.column(c).to_numpy(zero_copy_only=False) for c in ("a", "b", "year")}
    for n, suffix in itertools.product(held, ("", FAR, ERROR)):
        found[n + suffix] = table.column(n + suffix).to_numpy(zero_copy_only=False).astype(np.float64) / (1 if suffix == ERROR else 100)
    of = {n: {int(y): int(v) for y, v in facts["years"][n].items()} for n in held}
    out: dict[str, Any] = {"families": _families(held, found, of)}
    out["validity"] = _validity(out["families"], found)
    out["years"] = {n: {y: v for y, v in of[n].items() if y in years} for n in held}
    for key in ("sources", "fits"):
        out[key] = {n: {y: v for y, v in facts[key][n].items() if int(y) in out["years"][n].values()} for n in held}
    out["narrow"] = {n: [y for y in facts["narrow"][n] if y in years] for n in held}
    kept = np.isin(found["year"], years)
    columns: dict[str, pa.Array] = {c: pa.array(found[c][kept]) for c in ("a", "b", "year")}
    for n, suffix in itertools.product(held, ("", FAR, ERROR)):
        value = found[n + suffix][kept]
        coarse = np.round(value * 10) / 10 if suffix == ERROR else np.clip(np.round(value * 200) / 2, EDGE, 100 - EDGE)
        columns[n + suffix] = pa.array(coarse.astype(np.float32), from_pandas=True)
    return pa.table(columns), out


def of_pair(
    paths: Mapping[str, Path], names: Sequence[str], years: Sequence[int], pair: tuple[str, str], *, narrow: Mapping[str, Sequence[int]],
    peers: Sequence[int] = (position.PEERS,), without: str = "",
) -> dict[tuple[int, int], dict[str, tuple[float, float]]]:  # fmt: skip
    """One pair's ranks in (0, 1) on some measures by year and number of peers, distance in and out, ranked anew; nan where there is none.

    narrow: the years in which a measure is equated to its family's wide ones, as `make` found them. A measure without a value of its own in the
    year takes that of the years before for which it stands. without: a source whose rows are left out, with no other put in their place.
    """
    held = {n: m for n, m in evidence().items() if n in paths}
    sizes = {s: _sizes(paths[s]) for m in held.values() if (s := (m.evidence or Evidence(topic="")).size) and s in paths}
    km = _distances(paths.get(DISTANCE))

    @cache
    def read(name: str) -> tuple[Rows, Mapping[str, Any]]:
        coverage = store.ledger_row(paths[name], "series", "store").facts["coverage"]
        return _read(held[name], paths, without), {s: c for s, c in coverage.items() if s != without}

    @cache
    def alone(name: str, year: int, near: int) -> Ranked | None:
        return _ranked(held[name], *read(name), sizes, km, _world(year), near)

    def found(name: str, year: int, near: int) -> tuple[float, float] | None:
        made = alone(name, year, near)
        if made is not None and year in narrow[name]:
            fresh = {n: r for n, m in held.items() if m.kind == held[name].kind and (r := alone(n, year, near)) is not None}
            _equate(held, fresh, {"narrow": {n: [] for n in held}}, year)
            made = fresh[name]
        if made is None:
            return None
        world = _world(year)
        at = {c: k for k, c in enumerate(world.codes)}
        where = (world.one == at.get(pair[0], -1)) & (world.other == at.get(pair[1], -1))
        return (float(made.near[where][0]), float(made.far[where][0])) if where.any() else None

    out: dict[tuple[int, int], dict[str, tuple[float, float]]] = {}
    for year, near in itertools.product(years, peers):
        out[year, near] = {}
        for n in names:
            carry = (held[n].evidence or Evidence(topic="")).carry
            tries = (found(n, year - back, near) for back in range(carry + 1))
            out[year, near][n] = next((r for r in tries if r is not None), (float("nan"), float("nan")))
    return out


def _read(declared: Measure, paths: Mapping[str, Path], without: str = "") -> Rows:
    """A measure's rows as pairs a < b: value (both directions summed), error of its logarithm or itself, source without its reports.

    without: a source whose rows are left out.
    """
    import numpy as np

    e = declared.evidence or Evidence(topic="")
    base = (
        "SELECT least(a, b) AS a, greatest(a, b) AS b, year(start) AS year, sum(value) AS value, sqrt(sum(coalesce(se, 0) ** 2)) AS se, "
        "string_agg(DISTINCT regexp_replace(source, ':[^+]*', '', 'g'), '+' ORDER BY regexp_replace(source, ':[^+]*', '', 'g')) AS source "
        "FROM read_parquet($path) WHERE a <> b AND NOT ends_with(source, ':unverified') AND year(start) > $first "
        f"{LESS if without else ''} GROUP BY ALL"
    )
    given = {"first": FIRST - e.window} | ({"without": without} if without else {})
    if e.error == "reports" and all(f"{declared.name}:{side}" in paths for side in "ab"):
        gap = (
            "(SELECT least(x.a, x.b) AS a, greatest(x.a, x.b) AS b, year(x.start) AS year, least(abs(ln(x.value / y.value)) / 2, 2) AS gap "
            "FROM read_parquet($one) x JOIN read_parquet($other) y USING (a, b, start) WHERE x.value > 0 AND y.value > 0)"
        )
        found = store.query(
            f"WITH r AS ({base}), g AS {gap} SELECT r.* EXCLUDE (se), coalesce(g.gap, median(g.gap) OVER (PARTITION BY r.year), 0) AS se "
            "FROM r LEFT JOIN g USING (a, b, year)",
            {**given, "one": str(paths[f"{declared.name}:a"]), "other": str(paths[f"{declared.name}:b"])}, path=paths[declared.name],
        )  # fmt: skip
    else:
        found = store.query(base, given, path=paths[declared.name])
    order = np.argsort(found.column("year").to_numpy(), kind="stable")
    column = {c: found.column(c).to_numpy()[order] for c in ("year", "value", "se")}
    codes, both = np.unique(np.concatenate([found.column(c).to_numpy(zero_copy_only=False)[order] for c in "ab"]).astype(str), return_inverse=True)
    named, source = np.unique(found.column("source").to_numpy(zero_copy_only=False)[order].astype(str), return_inverse=True)
    return Rows(
        codes=tuple(codes.tolist()), sources=tuple(named.tolist()), a=both[: len(order)], b=both[len(order) :], year=column["year"].astype(np.int64),
        value=column["value"], se=np.nan_to_num(column["se"]), source=source,
    )  # fmt: skip


def _sizes(path: Path) -> dict[tuple[str, int], float]:
    rows = store.query("SELECT a, year(start) AS year, value FROM read_parquet($path) WHERE value > 0", path=path).to_pydict()
    return dict(zip(zip(rows["a"], rows["year"], strict=True), rows["value"], strict=True))


def _distances(path: Path | None) -> Distances:
    import numpy as np

    if path is None:
        return Distances(codes={}, km=np.full((1, 1), np.nan))
    rows = store.query("SELECT a, b, max(value) AS km FROM read_parquet($path) WHERE value > 0 AND a <> b GROUP BY a, b", path=path).to_pydict()
    codes = {c: k for k, c in enumerate(sorted({*rows["a"], *rows["b"]}))}
    km = np.full((len(codes) + 1, len(codes) + 1), np.nan)
    i, j = ([codes[c] for c in rows[side]] for side in ("a", "b"))
    km[i, j] = km[j, i] = rows["km"]
    return Distances(codes=codes, km=km)


def _world(year: int) -> World:
    import numpy as np

    codes = tuple(sorted(c for c in states.codes() if states.is_member(c, year)))
    one, other = np.triu_indices(len(codes), 1)
    return World(year=year, codes=codes, one=one, other=other)


def _places(before: World, now: World) -> Ints:
    """The number in an earlier year of each pair of a year, -1 where it was none."""
    import numpy as np

    if before.codes == now.codes:
        return np.arange(len(now.one))
    number = {c: k for k, c in enumerate(before.codes)}
    place = np.array([number.get(c, -1) for c in now.codes])
    i, j, n = place[now.one], place[now.other], len(before.codes)
    return np.where((i >= 0) & (j >= 0), i * n - i * (i + 1) // 2 + j - i - 1, -1)


def _nearest(sizes: Mapping[tuple[str, int], float], code: str, year: int) -> float:
    for step in range(NEAR_YEARS + 1):
        for y in (year - step, year + step):
            if (code, y) in sizes:
                return sizes[code, y]
    return float("nan")


def _ranked(
    declared: Measure, rows: Rows, coverage: Mapping[str, Mapping[str, Any]], sizes: Mapping[str, Mapping[tuple[str, int], float]],
    km: Distances, world: World, peers: int = position.PEERS,
) -> Ranked | None:  # fmt: skip
    """One measure in one year, or None where no source covers it or too few pairs have a value."""
    import numpy as np

    e = declared.evidence or Evidence(topic="")
    found = _values(rows, world, e)
    if found is None:
        return None
    value, se, source = found
    if declared.absent is not None:
        value = np.where(np.isnan(value) & _covered(coverage, world), declared.absent, value)
    if e.size is not None:
        value = np.where(value < 0, np.nan, value)
    there = np.isfinite(value)
    if there.sum() < (position.LEAST if e.size is None else FEWEST):
        return None
    nothing = np.full(len(value), np.nan)
    if e.size is None:
        near = nothing.copy()
        near[there] = position.mid_ranks(value[there])
        spread = float(np.nanstd(value)) or 1.0
        return Ranked(
            near=near, far=near.copy(), error=np.where(there, np.nan_to_num(se) / spread, np.nan), source=source, fit=(),
            graded=len(np.unique(near[there])) > GRADED,
        )  # fmt: skip
    if e.size == "own":
        filled = np.nan_to_num(value)
        own = np.bincount(world.one, filled, len(world.codes)) + np.bincount(world.other, filled, len(world.codes))
    else:
        own = np.array([_nearest(sizes.get(e.size, {}), c, world.year) for c in world.codes])
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(np.where(own > 0, own, np.nan))
    size = logs[world.one] + logs[world.other]
    far = np.log(km.of(world))
    counts = value / e.unit
    ranked: list[Floats] = []
    fit: list[float] = []
    spread_of = nothing.copy()
    for design in (size[:, None], np.column_stack([size, far])):
        usable = there & np.isfinite(design).all(axis=1)
        ranks = nothing.copy()
        if usable.sum() >= position.LEAST and (counts[usable] > 0).any():
            b = position.baseline(counts[usable], design[usable])
            expected = np.exp(np.clip(b[0] + design[usable] @ b[1:], -30, 60))
            ranks[usable] = position.peer_ranks(counts[usable], expected, peers=peers)
            if not fit:
                spread_of[usable] = _spread(counts[usable], expected)
            fit += [*(round(float(c), 4) for c in b), int(usable.sum())]
        ranked.append(ranks)
    if not np.isfinite(ranked[0]).any():
        return None
    error = se if e.error == "reports" else np.sqrt(counts + 1) / (counts + 1) if e.error == "counts" else se / e.unit / (counts + 1)
    return Ranked(
        near=ranked[0], far=ranked[1], error=np.minimum(np.nan_to_num(error) / spread_of, 1.0), source=source, fit=tuple(fit),
        graded=float((counts[there] > 0).mean()) * 100 >= GRADED,
    )  # fmt: skip


def _spread(counts: Floats, expected: Floats) -> Floats:
    """The standard deviation of log ratios among pairs of like expected size, in twenty groups."""
    import numpy as np

    r = np.log1p(counts) - np.log1p(expected)
    order = np.argsort(expected, kind="stable")
    out = np.empty(len(r))
    for part in np.array_split(order, max(1, min(20, len(r) // position.LEAST))):
        out[part] = max(float(r[part].std()), 1e-6)
    return out


def _values(rows: Rows, world: World, e: Evidence) -> tuple[Floats, Floats, str] | None:
    """Value and error of each pair in the year's window, and the source that most pairs have in the year, a star behind it where not all do."""
    import numpy as np

    low, begin, high = np.searchsorted(rows.year, [world.year - e.window + 1, world.year, world.year + 1])
    if begin == high:
        return None
    held, times = np.unique(rows.source[begin:high], return_counts=True)
    chosen = held[np.argmax(times)]
    n = len(world.codes)
    place = np.full(len(rows.codes), -1)
    number = {c: k for k, c in enumerate(world.codes)}
    for k, c in enumerate(rows.codes):
        place[k] = number.get(c, -1)
    i, j = place[rows.a[low:high]], place[rows.b[low:high]]
    kept = (i >= 0) & (j >= 0)
    cell = np.minimum(i, j)[kept] * n + np.maximum(i, j)[kept]
    times = np.bincount(cell, minlength=n * n)
    value = np.where(times > 0, np.bincount(cell, rows.value[low:high][kept], n * n), np.nan)
    error = np.zeros(n * n)
    np.maximum.at(error, cell, rows.se[low:high][kept])
    at = world.one * n + world.other
    return value[at], error[at], rows.sources[chosen] + (MIXED if len(held) > 1 else "")


def _covered(coverage: Mapping[str, Mapping[str, Any]], world: World) -> Any:
    """Which pairs some source observes in the year, so that no row means none."""
    import numpy as np

    out = np.zeros(len(world.one), dtype=bool)
    for cover in coverage.values():
        if cover["first"] is None or not cover["first"] <= world.year <= cover["last"] or world.year in cover["gaps"]:
            continue
        if cover["pairs"] is not None:
            continue
        chosen = cover["states"]
        by = [states.is_member(c, world.year, chosen) if isinstance(chosen, str) else c in set(chosen) for c in world.codes]
        inside = np.array(by)
        mask = inside[world.one] & inside[world.other]
        for key in ("partners", "origins"):
            if cover.get(key) is not None:
                some = np.isin(world.codes, cover[key])
                mask &= some[world.one] | some[world.other] if key == "partners" else some[world.one] & some[world.other]
        out |= mask
    return out


def _equate(held: Mapping[str, Measure], fresh: dict[str, Ranked], facts: dict[str, Any], year: int) -> None:
    """Measures with few pairs are put on the scale of the family's wide graded ones, over the same pairs."""
    import numpy as np

    for family in FAMILIES:
        own = [n for n in fresh if held[n].kind == family]
        count = {n: int(np.isfinite(fresh[n].near).sum()) for n in own if fresh[n].graded}
        widest = max(count.values(), default=0)
        wide = [n for n in count if count[n] >= HALF * widest]
        for n in count:
            if count[n] >= HALF * widest or not wide:
                continue
            changed = {}
            for which in ("near", "far"):
                ranks = getattr(fresh[n], which)
                there = np.isfinite(ranks)
                pool = np.concatenate([getattr(fresh[w], which)[there] for w in wide])
                pool = pool[np.isfinite(pool)]
                changed[which] = ranks.copy()
                if len(pool) >= position.LEAST:
                    changed[which][there] = position.equated(ranks[there], pool)
            facts["narrow"][n].append(year)
            fresh[n] = replace(fresh[n], near=changed["near"], far=changed["far"])


def _unless(held: Mapping[str, Measure], part: dict[str, Any]) -> None:
    """A measure of the same cells as one of another family is missing where that one is above its lowest rank."""
    import numpy as np

    for n, m in held.items():
        other = m.evidence.unless if m.evidence else None
        if other in part and n in part:
            bound = part[other] > np.nanmin(part[other])
            for suffix in ("", FAR, ERROR):
                part[n + suffix] = np.where(bound, np.nan, part[n + suffix])


def _table(held: Mapping[str, Measure], parts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    import numpy as np

    out: dict[str, Any] = {c: np.concatenate([p[c] for p in parts]) for c in ("a", "b", "year")}
    for n in held:
        for suffix in ("", FAR, ERROR):
            out[n + suffix] = np.concatenate([p.get(n + suffix, np.full(len(p["a"]), np.nan)) for p in parts])
    return out


def _families(held: Mapping[str, Measure], table: Mapping[str, Any], years: Mapping[str, Mapping[int, int]]) -> dict[str, Any]:
    """Each family's measures, correlations (mean over years) with and without distance, and how far a score outlasts ten years."""
    import numpy as np

    out: dict[str, Any] = {}
    every = np.unique(table["year"]).tolist()
    for family in FAMILIES:
        own = [n for n, m in held.items() if m.kind == family]
        if not own:
            continue
        found: dict[str, Any] = {"measures": own}
        for key, suffix in (("correlations", ""), ("correlations_far", FAR)):
            by_year = []
            for year in every:
                at = table["year"] == year
                by_year.append(position.correlations(np.column_stack([position.scores(table[n + suffix][at]) for n in own])))
            stack = np.array(by_year)
            known = np.isfinite(stack)
            mean = np.where(known.any(axis=0), np.nansum(stack, axis=0) / np.maximum(known.sum(axis=0), 1), np.nan)
            found[key] = np.round(position.usable(mean), 5).tolist()
        found["stays"] = round(_stays(own, table, years), 4)
        out[family] = found
    return out


def _stays(own: Sequence[str], table: Mapping[str, Any], years: Mapping[str, Mapping[int, int]]) -> float:
    """The mean correlation of a score with its own ten years on, over the measures and years observed anew at both ends."""
    import numpy as np

    key = np.char.add(table["a"].astype(str), table["b"].astype(str))
    found = []
    for n in own:
        fresh = [y for y, of in years[n].items() if y == of and years[n].get(y + TEN) == y + TEN]
        for year in fresh[::3]:
            first, then = table["year"] == year, table["year"] == year + TEN
            _, i, j = np.intersect1d(key[first], key[then], return_indices=True)
            pair = np.column_stack([position.scores(table[n][first][i]), position.scores(table[n][then][j])])
            r = position.correlations(pair)[0, 1]
            if np.isfinite(r):
                found.append(float(r))
    return float(np.clip(np.mean(found), 0.0, 0.999)) if found else 0.0


def _validity(families: Mapping[str, Any], table: Mapping[str, Any]) -> dict[str, Any]:
    """HTMT and mean correlation of every two families in the newest year in which most can be told, and the words that stand beside a position."""
    import numpy as np

    from comity.models import position_checks

    names = [m for f in families.values() for m in f["measures"]]
    columns = {f: [names.index(m) for m in families[f]["measures"]] for f in families}
    best: dict[str, Any] = {}
    for year in sorted(set(table["year"].tolist()), reverse=True):
        at = table["year"] == year
        z = np.column_stack([position.scores(table[n][at]) for n in names])
        found = {k: v for k, v in position_checks.separability(z, columns).items() if np.isfinite(v[0])}
        if len(found) > len(best.get("pairs", [])):
            best = {"year": int(year), "pairs": [
                {"one": k[0], "other": k[1], "htmt": round(v[0], 2), "correlation": round(v[1], 2)} for k, v in found.items()
            ]}  # fmt: skip
    pair = next((p for p in best.get("pairs", []) if {p["one"], p["other"]} == {"exchange", "joint"}), None)
    words = "The families are lists by content, not measured traits, and no difference of two of them is a score"
    if pair:
        less = "do not separate" if pair["htmt"] >= SEPARABLE else "separate"
        words = f"Exchange and joint work {less} in these data (HTMT {pair['htmt']:.2f} in {best['year']}; separable below {SEPARABLE}). {words}"
    return {**best, "words": f"{words}."}
