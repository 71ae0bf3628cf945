"""What two states trade and how much each depends on it: commodity shares, concentration, overlap, advantage, intensity, displacement.

Frames are long (Arrow tables, pandas frames or mappings of arrays) in one year and one classification; values are of one currency, at least
zero. Shares of nothing are nan in arrays and refused in frames. Sources by function.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pyarrow as pa
from numpy.typing import ArrayLike

from comity.core import BadDataError, UsageError
from comity.models import frames
from comity.models.frames import Floats, Frame, Ints, Words

METALS = ("26", "71", "72", "73", "74", "75", "76", "78", "79", "80", "81")
COMMODITIES: dict[str, tuple[str, ...]] = {
    "hs27": ("27",),
    "energy_timber": ("27", "44"),
    "materials": ("27", "44", *METALS),
    "primary": ("27", "44", *METALS, *(f"{c:02}" for c in range(1, 25))),
}
"""Four definitions of a commodity by chapters of the Harmonized System, each wider than the one before."""
LISTED = ("2701", "2709", "2710", "2711", "44")
"""Coal, crude oil, oil products, gas and timber by name: the list of newspapers."""
THRESHOLD = 0.05
"""Part of a market from which a supplier counts as one."""
Denominator = Literal["without-exporter", "world"]


def commodity_share(frame: Frame, definition: str | Sequence[str] = "hs27") -> float:
    """Share of commodities in the value of a frame product, value: one of COMMODITIES by name, or prefixes of codes of your own.

    Raises UsageError for an unknown definition; BadDataError where the values sum to zero or codes are not of digits.
    """
    if isinstance(definition, str) and definition not in COMMODITIES:
        raise UsageError(f"definition {definition!r}; expected one of {', '.join(COMMODITIES)}, or a list of prefixes")
    prefixes = COMMODITIES[definition] if isinstance(definition, str) else tuple(definition)
    product, value = _lines(frame, "frame")
    total = math.fsum(value.tolist())
    if total <= 0:
        raise BadDataError("frame: the values sum to zero, so no share exists")
    chosen = np.zeros(len(product), bool)
    for prefix in prefixes:
        chosen |= np.char.startswith(product, prefix)
    return math.fsum(value[chosen].tolist()) / total


@dataclass(frozen=True, kw_only=True)
class Concentration:
    """Herfindahl–Hirschman index Σ s², from 1/n to 1; equivalent = 1/index, the number of equal parts as concentrated; normalised to 0 … 1.

    normalised = (index − 1/n)/(1 − 1/n), nan for a single part. n counts the parts above zero.
    """

    index: float
    equivalent: float
    normalised: float
    n: int


def concentration(values: ArrayLike) -> Concentration:
    """How concentrated values are (products, or partners): Hirschman, A. O. (1964), AER 54(5):761-762; Adelman, M. A. (1969), REStat 51(1).

    Raises BadDataError for negative or missing values, or a sum of zero.
    """
    v = np.asarray(values, dtype=np.float64).ravel()
    if not np.isfinite(v).all() or (v < 0).any():
        raise BadDataError("values are missing, infinite or negative; expected finite ones of at least zero")
    v = v[v > 0]
    if not len(v):
        raise BadDataError("no value is above zero, so no concentration exists")
    share = v / v.sum()
    index = float((share**2).sum())
    n = len(v)
    return Concentration(index=index, equivalent=1 / index, normalised=(index - 1 / n) / (1 - 1 / n) if n > 1 else math.nan, n=n)


@dataclass(frozen=True, kw_only=True)
class TwoWayTrade:
    """Grubel–Lloyd indices: aggregate (weighted by trade) from 0 to 1, and by_product: Arrow table product, exports, imports, index."""

    aggregate: float
    by_product: pa.Table


def grubel_lloyd(exports: Frame, imports: Frame) -> TwoWayTrade:
    """Intra-industry trade of a state with a partner, GL_k = 1 − |X_k − M_k|/(X_k + M_k), and its trade-weighted mean.

    exports, imports: frames product, value. It falls with finer products: compare at one level only. Products of two noughts have no index.
    Source: Grubel, H. G. & Lloyd, P. J. (1975), Intra-industry trade, London: Macmillan.
    """
    products, (x, m) = _aligned(exports, imports, ("exports", "imports"))
    both = x + m
    if both.sum() <= 0:
        raise BadDataError("neither side sells anything, so no index exists")
    traded = both > 0
    index = 1 - np.abs(x - m)[traded] / both[traded]
    table = pa.table({"product": products[traded].tolist(), "exports": x[traded], "imports": m[traded], "index": index})
    return TwoWayTrade(aggregate=float(1 - np.abs(x - m).sum() / both.sum()), by_product=table)


def complementarity(exports: Frame, imports: Frame) -> float:
    """Michaely's index: how far what one state sells to all is what the other buys from all, 100 (1 − Σ |m_k − x_k|/2), from 0 to 100.

    exports of the one and imports of the other, frames product, value; shares of each state's whole. Source: Michaely, M. (1996), Trade preferential
    agreements in Latin America, World Bank PRWP 1583.
    """
    _, sides = _aligned(exports, imports, ("exports", "imports"))
    x, m = (_shares(v, n) for v, n in zip(sides, ("exports", "imports"), strict=True))
    return float(100 * (1 - np.abs(m - x).sum() / 2))


def export_similarity(one: Frame, other: Frame) -> float:
    """Finger–Kreinin index Σ min(s_k, s'_k) of two export structures (frames product, value), from 0 (nothing alike) to 1.

    Source: Finger, J. M. & Kreinin, M. E. (1979), A measure of "export similarity" and its possible uses, Economic Journal 89(356):905-912.
    """
    _, sides = _aligned(one, other, ("one", "other"))
    return float(np.minimum(_shares(sides[0], "one"), _shares(sides[1], "other")).sum())


@dataclass(frozen=True, kw_only=True)
class Intensity:
    """Trade intensity: the partner's share of the exporter's exports over the partner's weight in the world; 1 is neutral.

    without_exporter: weight m_j/(M_w − m_i), the exporter's own imports left out; world: weight m_j/M_w.
    """

    without_exporter: float
    world: float


def trade_intensity(exports: float, all_exports: float, partner_imports: float, own_imports: float, world_imports: float) -> Intensity:
    """(x_ij/X_i)/(m_j/(M_w − m_i)) and (x_ij/X_i)/(m_j/M_w): two denominators are in use, so both are given, by name.

    Source: Brown, A. J. (1949), Applied economics; Kojima, K. (1964), Hitotsubashi Journal of Economics 5(1):16-36 (without the exporter).
    Raises BadDataError where a total is not above zero or smaller than its part.
    """
    given = {"all_exports": all_exports, "partner_imports": partner_imports, "world_imports less own_imports": world_imports - own_imports}
    for name, value in given.items():
        if not (math.isfinite(value) and value > 0):
            raise BadDataError(f"{name} is {value:g}; expected more than zero")
    if not 0 <= exports <= all_exports * (1 + 1e-9) or own_imports < 0 or partner_imports > (world_imports - own_imports) * (1 + 1e-9):
        raise BadDataError("a part is larger than its total, or below zero: the totals must be of the same year and reporter")
    share = exports / all_exports
    return Intensity(without_exporter=share / (partner_imports / (world_imports - own_imports)), world=share / (partner_imports / world_imports))


@dataclass(frozen=True, kw_only=True)
class Turnover:
    """Products that began and ceased: codes, and their shares of the value of the later and the earlier year."""

    new: tuple[str, ...]
    lost: tuple[str, ...]
    kept: int
    new_share: float
    lost_share: float


def turnover(before: Frame, after: Frame, *, least: float = 0.0) -> Turnover:
    """Products sold in the one year and not in the other (frames product, value); values up to `least` count as not sold.

    BACI and customs drop small flows: with `least` of zero tiny lines come and go. A change of the Harmonized System makes new codes of old goods.
    """
    products, (old, new) = _aligned(before, after, ("before", "after"))
    for value, what in ((old, "before"), (new, "after")):
        if value.sum() <= 0:
            raise BadDataError(f"{what} has no value above zero: one year alone has no turnover")
    was, now = old > least, new > least
    return Turnover(
        new=tuple(products[now & ~was].tolist()), lost=tuple(products[was & ~now].tolist()), kept=int((was & now).sum()),
        new_share=float(new[now & ~was].sum() / new.sum()), lost_share=float(old[was & ~now].sum() / old.sum()),
    )  # fmt: skip


def substitutability(imports: Frame, partner: str, *, threshold: float = THRESHOLD) -> pa.Table:
    """By product, the partner's share and how many other suppliers hold more than `threshold` of the market: many are easily replaced.

    imports: frame supplier, product, value of all suppliers. Columns product, value (the partner's), share, others, largest_other (share),
    the partner's products only, largest value first.
    """
    if not 0 <= threshold < 1:
        raise UsageError(f"threshold={threshold!r}; expected a share from zero to below one")
    _, (codes, at), value, mine = _market(imports, partner)
    total = np.bincount(at, weights=value)
    own = np.bincount(at, weights=value * mine)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = value / total[at]
    others = np.bincount(at, weights=(share > threshold) & ~mine, minlength=len(codes))
    largest = np.zeros(len(codes))
    np.maximum.at(largest, at, np.where(mine, 0.0, np.nan_to_num(share)))
    rows = np.flatnonzero(own > 0)
    rows = rows[np.argsort(-own[rows], kind="stable")]
    return pa.table(
        {
            "product": codes[rows].tolist(), "value": own[rows], "share": own[rows] / total[rows], "others": others[rows].astype(np.int64),
            "largest_other": largest[rows],
        }
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Dependence:
    """How much a state's trade is with a partner: shares of its exports, imports and both, and of its output (nan without it)."""

    exports: float
    imports: float
    trade: float
    output: float


def dependence(exports: float, imports: float, all_exports: float, all_imports: float, output: float = math.nan) -> Dependence:
    """x_ij/X_i, m_ij/M_i, (x + m)/(X + M) and (x + m)/GDP, all of one year and currency.

    Sources: Barbieri, K. (1996), JPR 33(1):29-49, on shares of trade; Gartzke, E. & Li, Q. (2003), JCR 47(5):553-571, on shares of output.
    """
    for name, part, whole in (("exports", exports, all_exports), ("imports", imports, all_imports)):
        if not (math.isfinite(part) and math.isfinite(whole) and whole > 0 and 0 <= part <= whole * (1 + 1e-9)):
            raise BadDataError(f"{name} {part:g} of {whole:g}; expected a part from zero to its total, which is above zero")
    if not math.isnan(output) and not output > 0:
        raise BadDataError(f"output is {output:g}; expected more than zero, or nan where unknown")
    both = exports + imports
    return Dependence(exports=exports / all_exports, imports=imports / all_imports, trade=both / (all_exports + all_imports), output=both / output)


def _lines(frame: Frame, what: str) -> tuple[Words, Floats]:
    frames.require(frame, ("product", "value"), what)
    product = frames.words(frame, "product", what)
    value = frames.amounts(frame, "value", what)
    found, count = np.unique(product, return_counts=True)
    if (count > 1).any():
        raise BadDataError(f"{what} has {int((count > 1).sum())} product(s) more than once, the first {found[count > 1][0]}; expected one row each")
    return product, value


def _aligned(one: Frame, other: Frame, what: tuple[str, str]) -> tuple[Words, tuple[Floats, Floats]]:
    sides = [_lines(f, w) for f, w in zip((one, other), what, strict=True)]
    lengths = [set(np.char.str_len(p).tolist()) for p, _ in sides if len(p) and np.char.isdigit(p).all()]
    if len(lengths) == 2 and lengths[0] != lengths[1]:
        told = " and ".join(f"{w} has codes of {', '.join(map(str, sorted(n)))} digits" for w, n in zip(what, lengths, strict=True))
        raise BadDataError(f"{told}; expected one level of one revision")
    products, at = np.unique(np.concatenate([p for p, _ in sides]), return_inverse=True)
    cut = len(sides[0][0])
    out = (np.zeros(len(products)), np.zeros(len(products)))
    out[0][at[:cut]], out[1][at[cut:]] = sides[0][1], sides[1][1]
    return products, out


def _shares(value: Floats, what: str) -> Floats:
    total = value.sum()
    if total <= 0:
        raise BadDataError(f"{what} sum to zero, so no shares exist")
    out: Floats = value / total
    return out


def _market(imports: Frame, partner: str) -> tuple[Words, tuple[Words, Ints], Floats, Any]:
    frames.require(imports, ("supplier", "product", "value"), "imports")
    supplier, product = frames.words(imports, "supplier", "imports"), frames.words(imports, "product", "imports")
    value = frames.amounts(imports, "value", "imports")
    if len(value) and np.unique(np.stack([supplier.astype("U64"), product.astype("U64")]), axis=1).shape[1] < len(value):
        raise BadDataError("imports hold a supplier and product more than once; expected one row each")
    codes, at = np.unique(product, return_inverse=True)
    return supplier, (codes, at.reshape(-1).astype(np.int64)), value, supplier == partner
