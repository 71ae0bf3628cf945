"""Who displaced whom in a market between two years: growth of the market, its composition, and shares won and lost, adding up exactly.

For suppliers i and products k of one importer, V = s M (share times market). With means of the two years (Shapley weights),

    V1 − V0 = Σ_k s̄_ik ΔM_k  +  Σ_k M̄_k Δs_ik          growth + competition
    growth  = S̄_i ΔM  +  (Σ_k s̄_ik ΔM_k − S̄_i ΔM)          size + composition

Competition sums to zero over suppliers in every product, so that what one loses others win: it is allotted to the winners of the same
product in proportion to what each won. Sources: Fagerberg, J. & Sollie, G. (1987), Applied Economics 19(12):1571-1583, on the weights of
constant market shares; Greenaway, D., Mahabir, A. & Milner, C. (2008), China Economic Review 19(2):152-169, on displacement.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from comity.core import BadDataError
from comity.models import frames
from comity.models.frames import Floats, Frame, Ints, Words


@dataclass(frozen=True, kw_only=True)
class Displacement:
    """by_supplier: Arrow table supplier, before, after, change, size, composition, competition, largest change of competition first;
    won_from: Arrow table winner, loser, value, what each winner took from each loser; market: the change of the whole market."""

    market: float
    by_supplier: pa.Table
    won_from: pa.Table


def displaced(before: Frame, after: Frame) -> Displacement:
    """The shift-share of one importer's suppliers between two years.

    before, after: frames supplier, value and, where held, product, one row a supplier and product. Without products composition is zero. A product
    bought in one of the years only has the shares of that year in both, so that it is growth and no competition.
    Raises BadDataError for one empty year, negative or missing values, or rows held twice.
    """
    sides = [_read(f, w) for f, w in ((before, "before"), (after, "after"))]
    suppliers, who = np.unique(np.concatenate([s[0] for s in sides]), return_inverse=True)
    products, what = np.unique(np.concatenate([s[1] for s in sides]), return_inverse=True)
    cell, at = np.unique(who.reshape(-1) * len(products) + what.reshape(-1), return_inverse=True)
    at = at.reshape(-1)
    cut = len(sides[0][0])
    value = np.zeros((2, len(cell)))
    for year, (rows, side) in enumerate(zip((at[:cut], at[cut:]), sides, strict=True)):
        if len(np.unique(rows)) < len(rows):
            raise BadDataError(f"{('before', 'after')[year]} holds a supplier and product more than once; expected one row each")
        value[year, rows] = side[2]
    i, k = np.divmod(cell, len(products))
    market = np.stack([np.bincount(k, weights=v, minlength=len(products)) for v in value])
    share = np.divide(value, market[:, k], out=np.zeros_like(value), where=market[:, k] > 0)
    for year in (0, 1):
        gone = market[year, k] <= 0
        share[year, gone] = share[1 - year, gone]
    step = market[1] - market[0]
    growth = share.mean(axis=0) * step[k]
    competition = market.mean(axis=0)[k] * (share[1] - share[0])
    return _result(suppliers, i, k, value, growth, competition)


def _read(frame: Frame, what: str) -> tuple[Words, Words, Floats]:
    frames.require(frame, ("supplier", "value"), what)
    supplier, value = frames.words(frame, "supplier", what), frames.amounts(frame, "value", what)
    product = frames.words(frame, "product", what) if "product" in frames.names(frame, what) else np.full(len(supplier), "all")
    if not len(value) or value.sum() <= 0:
        raise BadDataError(f"{what} has no value above zero: a change of a market needs both years")
    return supplier, product, value


def _result(suppliers: Words, i: Ints, k: Ints, value: Floats, growth: Floats, competition: Floats) -> Displacement:
    n = len(suppliers)
    sums = np.stack([np.bincount(i, weights=v, minlength=n) for v in value])
    whole = sums.sum(axis=1)
    size = (sums / whole[:, None]).mean(axis=0) * (whole[1] - whole[0])
    composition = np.bincount(i, weights=growth, minlength=n) - size
    won = np.bincount(i, weights=competition, minlength=n)
    order = np.argsort(-won, kind="stable")
    table = pa.table(
        {
            "supplier": suppliers[order].tolist(), "before": sums[0][order], "after": sums[1][order], "change": (sums[1] - sums[0])[order],
            "size": size[order], "composition": composition[order], "competition": won[order],
        }
    )  # fmt: skip
    taken = np.zeros((n, n))
    gain, loss = np.maximum(competition, 0), np.maximum(-competition, 0)
    rows = np.argsort(k, kind="stable")
    for part in np.split(rows, np.flatnonzero(np.diff(k[rows])) + 1):
        lost = loss[part].sum()
        if lost > 0:
            taken[np.ix_(i[part], i[part])] += np.outer(gain[part], loss[part]) / lost
    a, b = np.nonzero(taken)
    best = np.argsort(-taken[a, b], kind="stable")
    a, b = a[best], b[best]
    won_from = pa.table({"winner": suppliers[a].tolist(), "loser": suppliers[b].tolist(), "value": taken[a, b]})
    return Displacement(market=float(whole[1] - whole[0]), by_supplier=table, won_from=won_from)
