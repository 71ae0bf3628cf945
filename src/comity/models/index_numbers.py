"""Price and quantity indices of a fixed list of commodities between a base period and others.

Laspeyres, Paasche, Fisher, Törnqvist, Montgomery–Vartia (the ratio form of the additive log-mean decomposition, LMDI-I) and
Sato–Vartia (LMDI-II). Source: ILO, IMF et al. (2004), Producer Price Index Manual, chapter 19; Vartia, Y. O. (1976),
Scandinavian Journal of Statistics 3(3):121-126; Sato, K. (1976), Review of Economics and Statistics 58(2):223-228.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from comity.core import BadDataError, UsageError
from comity.models.frames import Floats
from comity.models.price_volume import log_mean


@dataclass(frozen=True, kw_only=True)
class IndexNumbers:
    """Indices by period, 1 in the base period, each an array [periods]."""

    laspeyres: Floats
    paasche: Floats
    fisher: Floats
    tornqvist: Floats
    montgomery_vartia: Floats
    sato_vartia: Floats


def price_indices(prices: ArrayLike, quantities: ArrayLike, *, base: int = 0) -> IndexNumbers:
    """The six price indices of prices[periods, commodities] at quantities[periods, commodities], base period `base`.

    Raises UsageError where the shapes differ or the base is no period; BadDataError where a price or quantity is not above
    zero (the log-mean and geometric indices have no value there: leave such commodities out, or count them apart).
    """
    p, q = np.asarray(prices, dtype=np.float64), np.asarray(quantities, dtype=np.float64)
    if p.ndim != 2 or p.shape != q.shape or not p.size:
        raise UsageError(f"prices have shape {p.shape} and quantities {q.shape}; expected two arrays [periods, commodities] of one shape")
    if not 0 <= base < len(p):
        raise UsageError(f"base={base}; expected a period from 0 to {len(p) - 1}")
    for name, array in (("prices", p), ("quantities", q)):
        bad = ~(np.isfinite(array) & (array > 0))
        if bad.any():
            row, column = (int(i[0]) for i in np.nonzero(bad))
            raise BadDataError(f"{name} of commodity {column} in period {row} are {array[row, column]:g}; expected finite numbers above zero")
    value = p * q
    total = value.sum(axis=1)
    share = value / total[:, None]
    log_price = np.log(p / p[base])
    laspeyres = (p * q[base]).sum(axis=1) / total[base]
    paasche = total / (p[base] * q).sum(axis=1)
    absolute = log_mean(value, value[base]) / log_mean(total, total[base])[:, None]
    relative = log_mean(share, share[base])
    relative = relative / relative.sum(axis=1, keepdims=True)
    return IndexNumbers(
        laspeyres=laspeyres,
        paasche=paasche,
        fisher=np.sqrt(laspeyres * paasche),
        tornqvist=np.exp(((share + share[base]) / 2 * log_price).sum(axis=1)),
        montgomery_vartia=np.exp((absolute * log_price).sum(axis=1)),
        sato_vartia=np.exp((relative * log_price).sum(axis=1)),
    )
