"""What moved a trade figure of two states between two years: parts that add up, how sure each is, and what went along with it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from comity import measures, selection, store
from comity.core import NotHeldError, UsageError, series_name, split_variant
from comity.store import Holdings

if TYPE_CHECKING:
    from comity.models.price_volume import Decomposition

FLOWS = ("exports_usd", "imports_usd", "trade_total_usd")
GROUPS = {
    "minerals": "minerals and fuels", "agriculture": "food and other farm products", "textiles": "textiles, clothing, footwear",
    "stone": "stone, glass, precious metals", "metals": "metals and their products", "chemicals": "chemicals and plastics", "vehicles": "vehicles",
    "machinery": "machinery", "electronics": "electronics", "other": "all other goods",
}  # fmt: skip
LABELS = {
    "price": "unit values", "quantity": "quantities", "new": "new products", "vanished": "products no longer sold",
    "no_quantity": "products without a weight", "unreliable": "products whose unit value cannot be trusted",
}  # fmt: skip
SEAM = (2021, 2022)
LEAST = 6
"""Years below which nothing is said of what went along."""
SPAN = 6


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of a change: whose sales (exporter, importer; empty where of neither), what, how much, and its band where it has one.

    low, high: over the weights of either year and caps of unit values of 3, 5 and 10, summed over the links of years.
    """

    name: str
    exporter: str
    importer: str
    label: str
    value: float
    low: float | None = None
    high: float | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Link:
    """One year's change of one direction, its parts, and the word that bounds and guards allow: price, quantity or neither."""

    exporter: str
    importer: str
    year: int
    change: float
    price: float
    quantity: float
    other: float
    laspeyres: float
    paasche: float
    word: str
    seam: bool


@dataclass(frozen=True, kw_only=True)
class Association:
    """How one driver's yearly growth went along with the figure's: correlation and slope of log changes with 95 % bands, n years.

    driver: a measure, of `state` where it is of one; imports_usd: what that state bought from all but the other. It is association:
    nothing here says that one moved the other.
    """

    driver: str
    state: str
    n: int
    first: int
    last: int
    correlation: float
    low: float
    high: float
    slope: float
    slope_se: float


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """A change from `start` to `stop`, its parts (they sum to `change`), the links behind them, associations, and sentences (by `explained`).

    sources: by name, what the parts and the figure are of; settled_by: what would tell more, where something would.
    """

    measure: str
    a: str
    b: str
    unit: str
    start: int
    stop: int
    before: float
    after: float
    change: float
    parts: tuple[Part, ...]
    links: tuple[Link, ...] = ()
    associations: tuple[Association, ...] = ()
    sentences: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    settled_by: str = ""
    seams: tuple[str, ...] = field(default=())


def explain(holdings: Holdings, a: str, b: str, name: str, *, start: int | None = None, stop: int | None = None) -> Explanation:
    """The change of a trade figure of two states, taken apart as finely as what is held allows.

    By product where BACI is held (China and Russia): unit values, quantities and lines that neither can be told of, summed over the yearly
    links. By ten groups of goods where the Atlas is. Else by flow. What the finer source does not agree on with the figure is a part of its own, so
    that parts add up to the change. Raises UsageError for a measure that is not taken apart or years without a value,
    NotHeldError where the figure is not held.
    """
    declared = measures.get(name)
    if declared.name not in FLOWS:
        raise UsageError(f"explain takes apart {', '.join(FLOWS)}; not {declared.name}")
    if a == b:
        raise UsageError("explain needs two different states")
    rows = _values(holdings, name, a, b)
    if not rows:
        raise UsageError(f"{name}: no value for {a} and {b}")
    first, last = _years(holdings, rows, a, b, start, stop)
    before, after = rows[first][0], rows[last][0]
    directions = _directions(declared.name, a, b)
    parts, links, settled = _finest(holdings, directions, first, last, name, rows)
    rest = (after - before) - math.fsum(p.value for p in parts)
    if abs(rest) > 1e-9 * max(abs(after - before), 1.0):
        note = f"{_of(rows, first, last)} against the source of the parts: other reporters, valuations and revisions"
        parts = (*parts, Part(name="difference", exporter="", importer="", label="difference of the sources", value=rest, note=note))
    seams = _seams(rows, first, last)
    return Explanation(
        measure=name, a=a, b=b, unit=declared.unit, start=first, stop=last, before=before, after=after, change=after - before, parts=parts,
        links=links,
        associations=_associations(holdings, rows, directions, declared.name), sources=tuple(dict.fromkeys(r[1] for r in rows.values())),
        settled_by=settled, seams=seams,
    )  # fmt: skip


def _values(holdings: Holdings, name: str, a: str, b: str) -> dict[int, tuple[float, str]]:
    declared = measures.get(name)
    if not holdings.has("series", series_name(*split_variant(name))):
        raise NotHeldError(f"{name}: not held; run `comity build --from DIR`")
    table = selection.select(holdings, declared, name, dyad=(a, b)).rows
    return {r["start"].year: (r["value"], r["source"]) for r in table.to_pylist()}


def _years(holdings: Holdings, rows: Mapping[int, Any], a: str, b: str, start: int | None, stop: int | None) -> tuple[int, int]:
    """The years asked for; else the newest that the finest source holds, and up to six years before."""
    years = sorted(rows)
    for asked in (start, stop):
        if asked is not None and asked not in rows:
            near = min(years, key=lambda y: abs(y - asked))
            raise UsageError(f"no value of {asked}; the years held are {years[0]}–{years[-1]}, the nearest {near}")
    fine = next((f for f in (_span(holdings, t, a, b) for t in ("baci", "atlas_sections")) if f), (years[0], years[-1]))
    last = stop if stop is not None else max((y for y in years if y <= fine[1]), default=years[-1])
    first = start if start is not None else next((y for y in years if y >= max(last - SPAN, fine[0]) and y < last), min(years))
    if first >= last:
        raise UsageError(f"from {first} to {last}; expected a year before the last")
    return first, last


def _span(holdings: Holdings, table: str, a: str, b: str) -> tuple[int, int] | None:
    if not holdings.has("table", table):
        return None
    row = store.query(
        "SELECT min(year) AS first, max(year) AS last FROM read_parquet($path) "
        "WHERE (exporter = $a AND importer = $b) OR (exporter = $b AND importer = $a)",
        {"a": a, "b": b}, path=holdings.path("table", table),
    ).to_pylist()[0]  # fmt: skip
    return None if row["first"] is None else (row["first"], row["last"])


def _directions(base: str, a: str, b: str) -> tuple[tuple[str, str], ...]:
    """Who sells to whom in the figure."""
    return ((a, b),) if base == "exports_usd" else ((b, a),) if base == "imports_usd" else ((a, b), (b, a))


def _finest(
    holdings: Holdings, directions: tuple[tuple[str, str], ...], first: int, last: int, name: str, rows: Mapping[int, tuple[float, str]]
) -> tuple[tuple[Part, ...], tuple[Link, ...], str]:
    a, b = directions[0]
    fine = _span(holdings, "baci", a, b)
    if fine is not None and fine[0] <= first and last <= fine[1]:
        return *_by_product(holdings, directions, first, last), ""
    products = "products at six digits with weights would tell price from quantity (BACI, free at the CEPII); held are China and Russia, 2017–2023"
    groups = _span(holdings, "atlas_sections", a, b)
    if groups is not None and groups[0] <= first and last <= groups[1]:
        return _by_group(holdings, directions, first, last), (), products
    return _by_flow(holdings, directions, first, last, rows), (), products


def _by_product(holdings: Holdings, directions: tuple[tuple[str, str], ...], first: int, last: int) -> tuple[tuple[Part, ...], tuple[Link, ...]]:
    import pyarrow.parquet as pq

    from comity.measures.decomposition import years
    from comity.models import price_volume

    baci = pq.read_table(holdings.path("table", "baci"))
    parts: list[Part] = []
    links: list[Link] = []
    for exporter, importer in directions:
        frames = years(baci, exporter, importer)
        sums: dict[str, list[tuple[float, float, float]]] = {p: [] for p in LABELS}
        for year in range(first + 1, last + 1):
            known = [e.product for e in price_volume.known_errors(exporter, importer, year - 1, year)]
            found = price_volume.decompose(frames[year - 1], frames[year], unreliable=known)
            caps = price_volume.sensitivity(frames[year - 1], frames[year], unreliable=known)
            capped = [row for row in caps.to_pylist() if math.isfinite(row["cap"])]
            for part, (low, high) in _ranges(found, capped).items():
                sums[part].append((getattr(found, part), low, high))
            outside = found.new + found.vanished + found.no_quantity + found.unreliable
            links.append(
                Link(
                    exporter=exporter, importer=importer, year=year, change=found.change, price=found.price, quantity=found.quantity, other=outside,
                    laspeyres=found.laspeyres, paasche=found.paasche, word=price_volume.leads(found, caps), seam=(year - 1, year) == SEAM,
                )
            )  # fmt: skip
        for part, label in LABELS.items():
            value, low, high = (math.fsum(v[k] for v in sums[part]) for k in range(3))
            parts.append(Part(name=part, exporter=exporter, importer=importer, label=label, value=value, low=low, high=high))
    return tuple(parts), tuple(links)


def _ranges(found: Decomposition, caps: list[dict[str, Any]]) -> dict[str, tuple[float, float]]:
    """The least and greatest of each part over weights and caps; new, vanished and unweighed lines do not depend on them."""
    prices, quantities, doubtful = [found.price], [found.quantity], [found.unreliable]
    for row in caps:
        whole = row["price"] + row["quantity"]
        prices += [row["price"], row["laspeyres"], row["paasche"]]
        quantities += [row["quantity"], whole - row["laspeyres"], whole - row["paasche"]]
        doubtful.append(row["unreliable"])
    out = {"price": (min(prices), max(prices)), "quantity": (min(quantities), max(quantities)), "unreliable": (min(doubtful), max(doubtful))}
    return out | {p: (getattr(found, p), getattr(found, p)) for p in ("new", "vanished", "no_quantity")}


def _by_group(holdings: Holdings, directions: tuple[tuple[str, str], ...], first: int, last: int) -> tuple[Part, ...]:
    columns = ", ".join(f"coalesce({g}_usd, 0) AS {g}" for g in GROUPS)
    rows = store.query(
        f"SELECT exporter, importer, year, {columns} FROM read_parquet($path) WHERE year IN ($first, $last)", {"first": first, "last": last},
        path=holdings.path("table", "atlas_sections"),
    ).to_pylist()  # fmt: skip
    held = {(r["exporter"], r["importer"], r["year"]): r for r in rows}
    parts = []
    for exporter, importer in directions:
        old, new = (held.get((exporter, importer, y), dict.fromkeys(GROUPS, 0.0)) for y in (first, last))
        parts += [Part(name=g, exporter=exporter, importer=importer, label=label, value=new[g] - old[g]) for g, label in GROUPS.items()]
    return tuple(parts)


def _by_flow(
    holdings: Holdings, directions: tuple[tuple[str, str], ...], first: int, last: int, rows: Mapping[int, tuple[float, str]]
) -> tuple[Part, ...]:
    """The two flows as the figure's reporter has them, where it names one; one flow is its own part."""
    if len(directions) == 1:
        exporter, importer = directions[0]
        return (Part(name="flow", exporter=exporter, importer=importer, label="goods", value=rows[last][0] - rows[first][0]),)
    reporter = rows[last][1].split("+")[0].rpartition(":")[2]
    parts = []
    for exporter, importer in directions:
        name, partner = ("exports_usd", importer) if exporter == reporter else ("imports_usd", exporter)
        if reporter not in (exporter, importer):
            continue
        values = _values(holdings, name, reporter, partner) if holdings.has("series", name) else {}
        if first in values and last in values:
            change = values[last][0] - values[first][0]
            parts.append(Part(name="flow", exporter=exporter, importer=importer, label="goods", value=change, note=f"as {reporter} reports"))
    return tuple(parts)


def _seams(rows: Mapping[int, tuple[float, str]], first: int, last: int) -> tuple[str, ...]:
    years = [y for y in sorted(rows) if first <= y <= last]
    found = []
    for one, other in itertools.pairwise(years):
        if rows[one][1] != rows[other][1]:
            found.append(f"{one} to {other}: {rows[one][1]}, then {rows[other][1]}")
    return tuple(found)


def _of(rows: Mapping[int, tuple[float, str]], first: int, last: int) -> str:
    return ", ".join(dict.fromkeys((rows[first][1], rows[last][1])))


def _associations(
    holdings: Holdings, rows: Mapping[int, tuple[float, str]], directions: tuple[tuple[str, str], ...], base: str
) -> tuple[Association, ...]:
    """The drivers that are held: the oil price, each side's currency, and what each buyer buys from everybody."""
    sides = sorted({s for d in directions for s in d})
    drivers: list[tuple[str, str, dict[int, float]]] = [("brent_usd", "", _yearly(holdings, "brent_usd", None))]
    for side in sides:
        name = "rub_per_usd" if side == "RUS" else "currency_per_usd"
        rate = _yearly(holdings, name, side)
        if rate and max(rate.values()) > min(rate.values()):
            drivers.append((name, side, rate))
    for _, buyer in directions:
        drivers.append(("imports_usd", buyer, _demand(holdings, buyer, {s for s in sides if s != buyer})))
    found = [_along(rows, name, state, series) for name, state, series in drivers]
    return tuple(a for a in found if a is not None)


def _yearly(holdings: Holdings, name: str, state: str | None) -> dict[int, float]:
    """Yearly means of whole years of a Series about one state or the world."""
    if not holdings.has("series", name):
        return {}
    monthly = measures.get(name).period == "month"
    rows = store.query(
        "SELECT year(start) AS year, avg(value) AS value, count(*) AS n FROM read_parquet($path) WHERE $state IS NULL OR a = $state GROUP BY 1",
        {"state": state}, path=holdings.path("series", name),
    ).to_pylist()  # fmt: skip
    return {r["year"]: r["value"] for r in rows if r["value"] > 0 and (not monthly or r["n"] == 12)}


def _demand(holdings: Holdings, buyer: str, without: set[str]) -> dict[int, float]:
    """What a state says that it bought from all partners but those named, in years of one source with twenty partners and more."""
    if not holdings.has("series", "imports_usd"):
        return {}
    rows = store.query(
        "SELECT year(start) AS year, split_part(source, ':', 1) AS origin, sum(value) AS value, count(*) AS n FROM read_parquet($path) "
        "WHERE a = $buyer AND NOT list_contains($without, b) GROUP BY 1, 2 HAVING count(*) >= 20 ORDER BY 1, n",
        {"buyer": buyer, "without": sorted(without)}, path=holdings.path("series", "imports_usd"),
    ).to_pylist()  # fmt: skip
    years = {o: [r["year"] for r in rows if r["origin"] == o] for o in {r["origin"] for r in rows}}
    origin = max((o for o, held in years.items() if len(held) > LEAST), key=lambda o: (max(years[o]), len(years[o])), default=None)
    return {r["year"]: r["value"] for r in rows if r["origin"] == origin}


def _along(rows: Mapping[int, tuple[float, str]], name: str, state: str, driver: Mapping[int, float]) -> Association | None:
    """The correlation and slope of log changes over neighbouring years of one source of the figure."""
    import numpy as np

    pairs = [
        (y, math.log(rows[y][0] / rows[y - 1][0]), math.log(driver[y] / driver[y - 1]))
        for y in sorted(rows)
        if y - 1 in rows and rows[y][1] == rows[y - 1][1] and y in driver and y - 1 in driver and min(rows[y][0], rows[y - 1][0]) > 0
    ]
    if len(pairs) < LEAST:
        return None
    y, x = (np.array([p[k] for p in pairs]) for k in (1, 2))
    if x.std() == 0 or y.std() == 0:
        return None
    r = float(np.corrcoef(x, y)[0, 1])
    wide = 1.959963984540054 / math.sqrt(len(pairs) - 3)
    low, high = (math.tanh(math.atanh(max(min(r, 1 - 1e-12), -1 + 1e-12)) + s * wide) for s in (-1, 1))
    centred = x - x.mean()
    slope = float(centred @ y / (centred @ centred))
    left = y - y.mean() - slope * centred
    error = math.sqrt(float(left @ left) / (len(pairs) - 2) / float(centred @ centred))
    return Association(
        driver=name, state=state, n=len(pairs), first=pairs[0][0], last=pairs[-1][0], correlation=r, low=low, high=high, slope=slope, slope_se=error
    )
