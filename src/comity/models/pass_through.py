"""How trade values moved along with exchange rates and the oil price: distributed lags of monthly changes, with HAC bands.

Δ ln V_t = a + season + Σ_k Σ_l β_kl Δ ln D_k,t−l + e, l = 0 … lags, by least squares. The sum over l is the long-run elasticity. It is an
association in the months held: drivers move together (the rouble with oil), respond to trade and to third causes, and values in
dollars fall mechanically with a currency that invoices them. Nothing here is an effect.
Sources: Newey, W. K. & West, K. D. (1987), Econometrica 55(3):703-708, and (1994), REStud 61(4):631-653 for the bandwidth; Campa, J. M. & Goldberg,
L. S. (2005), REStat 87(4):679-690 for the form.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from comity.core import BadDataError, UsageError
from comity.models import frames
from comity.models.frames import Floats, Frame, Ints

SPARE = 20
"""Months that must remain beyond the coefficients, below which no band is worth printing."""
ASSOCIATION = "an association over {n} months ({first} to {last}), no effect: drivers move together and answer to third causes"


@dataclass(frozen=True, kw_only=True)
class PassThrough:
    """lags: Arrow table driver, lag, estimate, se, low, high. total: driver, estimate (sum of lags), se, low, high (95 per cent, normal).

    n months of changes were used, with `coefficients` estimated, `bandwidth` lags in the HAC covariance (Bartlett kernel, no
    small-sample factor), r2 of changes. statement says that it is an association.
    """

    lags: pa.Table
    total: pa.Table
    n: int
    coefficients: int
    bandwidth: int
    r2: float
    statement: str


def distributed_lags(
    frame: Frame, drivers: Sequence[str], *, value: str = "value", month: str = "month", lags: int = 3, season: bool = True,
    bandwidth: int | None = None,
) -> PassThrough:  # fmt: skip
    """The elasticity of monthly trade values to each driver, by lag and in sum.

    frame: one row a month, consecutive, in any order; columns month (date, or text beginning YYYY-MM), value and the drivers, all
    above zero. season: a constant for each calendar month. bandwidth: None takes 4 (n/100)^(2/9), rounded down.
    Raises UsageError for unknown columns or options; BadDataError for gaps, doubled months, values not above zero, collinear
    drivers, or fewer than 20 months beyond the coefficients.
    """
    if isinstance(drivers, str) or not drivers or lags < 0 or (bandwidth is not None and bandwidth < 0):
        told = f"drivers={drivers!r}, lags={lags!r}, bandwidth={bandwidth!r}"
        raise UsageError(f"{told}; expected a list of columns, and whole numbers of at least zero")
    frames.require(frame, (month, value, *drivers), "frame")
    when = _months(frame, month)
    order = np.argsort(when)
    when = when[order]
    step = np.diff(when)
    if (step != 1).any():
        at = when[int(np.argmax(step != 1))]
        raise BadDataError(f"months are {'doubled' if (step == 0).any() else 'missing'} after {_named(at)}; expected one row for each month in turn")
    changes = []
    for name in (value, *drivers):
        column = frames.amounts(frame, name, "frame")[order]
        if (column <= 0).any():
            raise BadDataError(f"{name} is zero in {_named(when[int(np.argmax(column <= 0))])}; logs need values above zero")
        changes.append(np.diff(np.log(column)))
    y, when = changes[0][lags:], when[1 + lags :]
    lagged = [d[lags - k : len(d) - k] for d in changes[1:] for k in range(lags + 1)]
    calendar = [(when % 12 == c).astype(float) for c in np.unique(when % 12)] if season else [np.ones(len(y))]
    width = len(lagged) + len(calendar)
    if len(y) < width + SPARE:
        few = f"{len(y)} months of changes for {width} coefficients"
        raise BadDataError(f"{few}; expected at least {width + SPARE}: take fewer lags or drivers, or no season")
    x = np.column_stack([*lagged, *calendar])
    if np.linalg.matrix_rank(x) < width:
        raise BadDataError(f"the drivers {', '.join(drivers)} are collinear at these lags: leave one out")
    beta, covariance, used, r2 = _newey_west(y, x, bandwidth)
    keys = [(d, k) for d in drivers for k in range(lags + 1)]
    se = np.sqrt(np.diag(covariance))
    sums = np.kron(np.eye(len(drivers)), np.ones(lags + 1)) @ np.eye(len(keys), width)
    total, total_se = sums @ beta, np.sqrt(np.einsum("ij,jk,ik->i", sums, covariance, sums))
    z = 1.959963984540054
    told = ASSOCIATION.format(n=len(y), first=_named(when[0]), last=_named(when[-1]))
    m = len(keys)
    return PassThrough(
        lags=pa.table(
            {
                "driver": [d for d, _ in keys], "lag": [k for _, k in keys], "estimate": beta[:m], "se": se[:m], "low": beta[:m] - z * se[:m],
                "high": beta[:m] + z * se[:m],
            }
        ),
        total=pa.table(
            {"driver": list(drivers), "estimate": total, "se": total_se, "low": total - z * total_se, "high": total + z * total_se}
        ),
        n=len(y), coefficients=width, bandwidth=used, r2=r2, statement=told,
    )  # fmt: skip


def _months(frame: Frame, name: str) -> Ints:
    """Months counted from year 0."""
    column: Any = frames.raw(frame, name)
    if column.dtype.kind == "M":
        return np.asarray(column.astype("datetime64[M]").astype(np.int64) + 1970 * 12, dtype=np.int64)
    try:
        return np.array([int(str(m)[:4]) * 12 + int(str(m)[5:7]) - 1 for m in column.tolist()], dtype=np.int64)
    except ValueError:
        raise BadDataError(f"column {name} holds {str(column[0])!r}; expected dates, or text beginning YYYY-MM") from None


def _named(month: int) -> str:
    return f"{int(month) // 12}-{int(month) % 12 + 1:02}"


def _newey_west(y: Floats, x: Floats, bandwidth: int | None) -> tuple[Floats, Floats, int, float]:
    """Least squares, the HAC covariance with Bartlett weights, the bandwidth used, and R² about the mean."""
    beta: Floats = np.linalg.lstsq(x, y, rcond=None)[0].astype(np.float64)
    rest = y - x @ beta
    used = int(4 * (len(y) / 100) ** (2 / 9)) if bandwidth is None else bandwidth
    score = x * rest[:, None]
    meat = score.T @ score
    for lag in range(1, min(used, len(y) - 1) + 1):
        cross = score[lag:].T @ score[:-lag]
        meat += (1 - lag / (used + 1)) * (cross + cross.T)
    bread = np.linalg.inv(x.T @ x)
    spread = float(((y - y.mean()) ** 2).sum())
    return beta, bread @ meat @ bread, used, 1 - float(rest @ rest) / spread if spread > 0 else math.nan
