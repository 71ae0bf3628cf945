"""What a change of one directed pair's trade is made of: price, volume and mix of its lines, and what no unit value can be trusted for.

The additive log-mean decomposition (LMDI-I, Montgomery–Vartia) over HS6 lines, nested: each line is first put in one
class, and only the core is split. With V value, q quantity, p = V/q, L(a, b) = (a − b)/ln(a/b), w = L(V1, V0), s = q/Q:

    price = Σ w ln(p1/p0) · volume = Σ w ln(Q1/Q0) · mix = Σ w ln(s1/s0) · quantity = volume + mix = Σ w ln(q1/q0)
    V1 − V0 = price + volume + mix + new + vanished + no_quantity + unreliable, to rounding

A unit value is no price: quality and composition inside a line move it. Annual links are not additive over years, so
show the links and never the direct long one. Sources: Ang, B. W. (2005), Energy Policy 33(7):867-871; Ang (2015),
Energy Policy 86:233-238; Vartia, Y. O. (1976), Scandinavian Journal of Statistics 3(3):121-126; on unit values Silver, M.
(2010), Review of Income and Wealth 56(s1):S210-S223.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from comity.core import BadDataError, ComityWarning, UsageError
from comity.models import frames
from comity.models.frames import Floats, Frame, Words

CAP = 5.0
"""A factor of 3 drops real moves (phones CHN→RUS 2018: ×3.12), one of 10 lets errors of units in."""
HS6 = 6
CLASSES = ("core", "new", "vanished", "no_quantity", "unreliable")
CORE, NEW, VANISHED, NO_QUANTITY, UNRELIABLE = range(5)
PARTS = ("price", "volume", "mix", "new", "vanished", "no_quantity", "unreliable")
SECTIONS = (
    ("I", 1, 5, "animals"), ("II", 6, 14, "plants"), ("III", 15, 15, "fats and oils"), ("IV", 16, 24, "prepared food"), ("V", 25, 27, "minerals"),
    ("VI", 28, 38, "chemicals"), ("VII", 39, 40, "plastics and rubber"), ("VIII", 41, 43, "hides and leather"), ("IX", 44, 46, "wood"),
    ("X", 47, 49, "paper"), ("XI", 50, 63, "textiles"), ("XII", 64, 67, "footwear"), ("XIII", 68, 70, "stone and glass"),
    ("XIV", 71, 71, "precious metals"), ("XV", 72, 83, "base metals"), ("XVI", 84, 85, "machinery"), ("XVII", 86, 89, "vehicles"),
    ("XVIII", 90, 92, "instruments"), ("XIX", 93, 93, "arms"), ("XX", 94, 96, "other manufactures"), ("XXI", 97, 97, "works of art"),
    ("other", 98, 99, "not classified"),
)  # fmt: skip
"""The sections of the Harmonized System: number, first and last chapter, short name."""


@dataclass(frozen=True, kw_only=True)
class KnownError:
    """A product whose quantities the provider is known to have wrong in some years of one directed pair, and why."""

    exporter: str
    importer: str
    product: str
    first: int
    last: int
    why: str


KNOWN_ERRORS = (
    KnownError(
        exporter="RUS", importer="CHN", product="271121", first=2021, last=2023,
        why="China's customs published no tonnes of pipeline gas from 2022, and BACI's 3.93, 2.95 and 9.58 million tonnes (2021–2023) with "
        "384, 1,349 and 672 dollars a tonne stand against 7.54 million and 200 dollars in 2021 at customs itself: the quantity is no measurement",
    ),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Decomposition:
    """The seven parts of a change, in the unit of value, and what they stand on.

    price, volume, mix: of the core, with quantity = volume + mix. new, vanished, no_quantity, unreliable: the whole change of
    those lines. laspeyres and paasche: Σ (p1 − p0) q0 and Σ (p1 − p0) q1 of the core, the price effect at the old and at the
    new quantities. core_before, core_after: the core's share of each year's value. counts: lines by class. by_product: Arrow
    table product, class, value_before, value_after, quantity_before, quantity_after, change and the seven parts.
    """

    before: float
    after: float
    change: float
    price: float
    volume: float
    mix: float
    quantity: float
    new: float
    vanished: float
    no_quantity: float
    unreliable: float
    laspeyres: float
    paasche: float
    core_before: float
    core_after: float
    cap: float
    counts: dict[str, int]
    notes: tuple[str, ...]
    by_product: pa.Table


def log_mean(a: Any, b: Any) -> Floats:
    """The logarithmic mean L(a, b) = (a − b)/ln(a/b), L(a, a) = a, elementwise; zero where either is zero.

    Computed as s·d/log1p(d) with s the smaller and d = (larger − s)/s, which keeps its digits both where the two are near
    each other and where they are far apart, and is the same either way round.
    """
    x, y = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    low, high = np.minimum(x, y), np.maximum(x, y)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        d = (high - low) / low
        out = np.where(np.isfinite(d), (high - low) / np.log1p(d), (high - low) / (np.log(high) - np.log(low)))
    out = np.where(high > low, out, low)
    return np.where(low > 0, out, 0.0)


def known_errors(exporter: str, importer: str, first: int, last: int) -> tuple[KnownError, ...]:
    """The known errors that touch a link between two years of this directed pair; their products are for `unreliable=`."""
    return tuple(
        e for e in KNOWN_ERRORS if (e.exporter, e.importer) == (exporter, importer) and any(e.first <= year <= e.last for year in (first, last))
    )


def decompose(
    before: Frame, after: Frame, *, cap: float | None = CAP, unreliable: Iterable[str] = (), within: int | None = None
) -> Decomposition:
    """The exact parts of the change of a directed pair's trade between two years: price, volume, mix and four classes of lines.

    before, after: one year each, columns product, value, quantity (Arrow table, pandas frame or mapping of arrays); a row
    a product. Each line falls in the first class that holds: new (no row before), vanished (no row after), no_quantity
    (quantity missing or not above zero in either year), unreliable (listed in `unreliable`, a value of zero, or a unit
    value that changed by more than the factor `cap`; None: no cap), else core. Whole-number products are padded to six digits.
    within: None takes the pair's total quantity for Q; 2 or 4 takes that of each HS2 or HS4, so that volume is Σ w ln(Q_h1/Q_h0)
    and mix is inside h; price is unchanged.

    Where no line held in both years has a quantity, everything common is in no_quantity, price, volume and mix are zero,
    core_before and core_after are zero, and a ComityWarning says so.
    Raises UsageError for missing columns, cap or within; BadDataError for no rows, negative, missing or infinite values,
    duplicated products, products of differing digits or two `revision`s (named), two `currency`s or `unit`s, two years in one frame.
    """
    limit = math.inf if cap is None else float(cap)
    if not limit > 1:
        raise UsageError(f"cap={cap!r}; expected a factor above 1, or None for no cap")
    if within is not None and within not in (2, 4):
        raise UsageError(f"within={within!r}; expected None, 2 (chapters) or 4 (headings)")
    sides = [_side(before, "before"), _side(after, "after")]
    _one_language(before, after, sides[0][0], sides[1][0])
    products, at = np.unique(np.concatenate([s[0] for s in sides]), return_inverse=True)
    n = len(products)
    value, quantity, held = np.zeros((2, n)), np.full((2, n), np.nan), np.zeros((2, n), bool)
    start = 0
    for i, (codes, v, q) in enumerate(sides):
        where = at[start : start + len(codes)]
        start += len(codes)
        value[i, where], quantity[i, where], held[i, where] = v, q, True
    kind = _classes(products, value, quantity, held, limit, unreliable)
    return _result(products, value, quantity, held, kind, limit, within)


def largest(result: Decomposition, which: str = "unreliable", n: int = 3) -> pa.Table:
    """The n lines of one class with the largest change by size: rows of `by_product`, largest first."""
    if which not in CLASSES:
        raise UsageError(f"class {which!r}; expected one of {', '.join(CLASSES)}")
    table = result.by_product
    lines = table.filter(np.array(table.column("class").to_pylist()) == which)
    return lines.take(np.argsort(-np.abs(lines.column("change").to_numpy()), kind="stable")[:n])


def sensitivity(
    before: Frame, after: Frame, *, caps: Sequence[float | None] = (3.0, CAP, 10.0, None), unreliable: Iterable[str] = ()
) -> pa.Table:
    """The parts under other caps: rows cap (inf: none), price, quantity, unreliable, laspeyres, paasche, core_before, core_after."""
    listed = tuple(unreliable)
    made = [decompose(before, after, cap=cap, unreliable=listed) for cap in caps]
    columns = ("cap", "price", "quantity", "unreliable", "laspeyres", "paasche", "core_before", "core_after")
    return pa.table({c: [float(getattr(r, c)) for r in made] for c in columns})


def leads(result: Decomposition, caps: pa.Table | None = None, *, cover: float = 0.9, part: float = 0.5, net: float = 0.25) -> str:
    """"price" or "quantity" where that part alone accounts for most of the change under every reading, else "neither".

    The core must be at least `cover` of the value in both years; price and quantity must not all but cancel (the change is at least
    `net` of the larger); and the part has the sign of the change, is more than `part` of it and more than the other one, at
    log-mean, Laspeyres and Paasche weights and under every cap of `sensitivity`.
    """
    if min(result.core_before, result.core_after) < cover or abs(result.change) < net * max(abs(result.price), abs(result.quantity), 1e-300):
        return "neither"
    core = result.price + result.quantity
    prices = [result.price, result.laspeyres, result.paasche]
    pairs = [(p, core - p) for p in prices]
    if caps is not None:
        for row in caps.to_pylist():
            whole = row["price"] + row["quantity"]
            pairs += [(p, whole - p) for p in (row["price"], row["laspeyres"], row["paasche"])]
    price = all(p / result.change > part and p / result.change > q / result.change for p, q in pairs)
    quantity = all(q / result.change > part and q / result.change > p / result.change for p, q in pairs)
    return "price" if price else "quantity" if quantity else "neither"


def _side(frame: Frame, what: str) -> tuple[Words, Floats, Floats]:
    frames.require(frame, ("product", "value", "quantity"), what)
    products = frames.words(frame, "product", what)
    if frames.raw(frame, "product").dtype.kind in "iuf" and len(products):
        products = np.char.zfill(products, HS6)
    if not len(products):
        raise BadDataError(f"{what} has no rows: a change needs both years")
    value = frames.amounts(frame, "value", what)
    quantity = frames.numbers(frame, "quantity", what)
    if "year" in frames.names(frame, what) and len(years := np.unique(frames.raw(frame, "year"))) > 1:
        raise BadDataError(f"{what} holds the years {', '.join(str(y) for y in years[:5])}; expected one")
    found, count = np.unique(products, return_counts=True)
    if (count > 1).any():
        raise BadDataError(f"{what} has {int((count > 1).sum())} product(s) more than once, the first {found[count > 1][0]}; expected one row each")
    return products, value, quantity


def _one_language(before: Frame, after: Frame, old: Words, new: Words) -> None:
    """BadDataError where the two years are in two revisions, currencies or units, or are one and the same year."""
    both = [(before, "before"), (after, "after")]
    for name, meaning in (("revision", "HS revisions"), ("currency", "currencies"), ("unit", "units")):
        found: set[str] = set()
        for frame, what in both:
            if name in frames.names(frame, what):
                found |= set(frames.words(frame, name, what).tolist())
        if len(found) > 1:
            raise BadDataError(f"mixed {meaning}: {', '.join(sorted(found))}; convert one to the other first")
    if all("year" in frames.names(f, w) for f, w in both):
        first, last = (str(frames.raw(f, "year")[0]) for f, _ in both)
        if first == last:
            raise BadDataError(f"before and after are both of {first}; a change needs two years")
    every = np.concatenate([old, new])
    if np.char.isdigit(every).all():
        digits = np.char.str_len(every)
        if len(lengths := np.unique(digits)) > 1:
            told = "; ".join(f"{k} digits: {', '.join(every[digits == k][:3])}" for k in lengths)
            raise BadDataError(f"products of differing levels or revisions ({told}); expected codes of one length")


def _classes(products: Words, value: Floats, quantity: Floats, held: Any, limit: float, unreliable: Iterable[str]) -> Any:
    kind = np.full(len(products), CORE)
    with np.errstate(divide="ignore", invalid="ignore"):
        price = value / quantity
        far = np.abs(np.log(price[1] / price[0])) > math.log(limit)
    kind[far | (value <= 0).any(axis=0) | np.isin(products, [_code(p) for p in unreliable])] = UNRELIABLE
    kind[~(np.isfinite(quantity) & (quantity > 0)).all(axis=0)] = NO_QUANTITY
    kind[~held[1]] = VANISHED
    kind[~held[0]] = NEW
    return kind


def _code(product: object) -> str:
    return str(product) if isinstance(product, str) else str(product).zfill(HS6)


def _result(
    products: Words, value: Floats, quantity: Floats, held: Any, kind: Any, limit: float, within: int | None
) -> Decomposition:
    core = kind == CORE
    change = value[1] - value[0]
    effects = {part: np.zeros(len(products)) for part in PARTS}
    for i, name in enumerate(CLASSES[1:], start=1):
        effects[name][kind == i] = change[kind == i]
    v, q = value[:, core], quantity[:, core]
    weight = log_mean(v[1], v[0])
    growth = np.log(q[1] / q[0])
    if within is None:
        whole = np.full(len(growth), math.log(q[1].sum() / q[0].sum()) if core.any() else 0.0)
    else:
        _chapters(products)
        _, at = np.unique(products[core].astype(f"U{within}"), return_inverse=True)
        groups = [np.bincount(at, weights=side) for side in q]
        whole = np.log(groups[1] / groups[0])[at]
    price = v / q
    effects["price"][core] = weight * np.log(price[1] / price[0])
    effects["volume"][core] = weight * whole
    effects["mix"][core] = weight * (growth - whole)
    totals = {part: math.fsum(effects[part].tolist()) for part in PARTS}
    sums = [math.fsum(side.tolist()) for side in value]
    notes = []
    common = held.all(axis=0)
    if common.any() and not core.any() and (kind[common] == NO_QUANTITY).all():
        notes.append(f"none of the {int(common.sum())} lines of both years has a quantity in both: price, volume and mix cannot be told apart")
        warnings.warn(notes[0], ComityWarning, stacklevel=3)
    table = pa.table(
        {
            "product": products.tolist(), "class": np.array(CLASSES)[kind].tolist(), "value_before": value[0], "value_after": value[1],
            "quantity_before": pa.array(quantity[0], from_pandas=True), "quantity_after": pa.array(quantity[1], from_pandas=True),
            "change": change, **effects,
        }
    )  # fmt: skip
    step = price[1] - price[0]
    return Decomposition(
        before=sums[0], after=sums[1], change=sums[1] - sums[0], quantity=totals["volume"] + totals["mix"], **totals,
        laspeyres=float((step * q[0]).sum()), paasche=float((step * q[1]).sum()),
        core_before=math.fsum(v[0].tolist()) / sums[0] if sums[0] else 0.0, core_after=math.fsum(v[1].tolist()) / sums[1] if sums[1] else 0.0,
        cap=limit, counts={name: int((kind == i).sum()) for i, name in enumerate(CLASSES)}, notes=tuple(notes), by_product=table,
    )  # fmt: skip


def _chapters(products: Words) -> Any:
    """The HS chapter of each product; BadDataError where a code is not of digits."""
    if not np.char.isdigit(products).all():
        first = products[~np.char.isdigit(products)][0]
        raise BadDataError(f"product {first!r} is no code of the Harmonized System: chapters and sections need digits")
    return products.astype("U2").astype(int)
