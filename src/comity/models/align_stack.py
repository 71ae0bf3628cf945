"""A multinomial logit with a ridge, by Newton's method: yes and no against abstain; and the binary logit of not voting at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from comity.core import UsageError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

STEPS, SOLVED = 40, 1e-7


@dataclass(frozen=True, kw_only=True)
class Logit:
    """Coefficients [classes - 1, columns] on the columns as given; the base class has none. gained: the mean log likelihood."""

    coefficients: Floats
    gained: float

    def probabilities(self, x: ArrayLike) -> Floats:
        """[..., classes]: the base class first."""
        values = np.asarray(x, dtype=np.float64)
        eta = values @ self.coefficients.T
        return softmax(eta)


def softmax(eta: Floats) -> Floats:
    """[..., 1 + k] from k log ratios to the base class, which stands first."""
    whole = np.concatenate([np.zeros((*eta.shape[:-1], 1)), eta], axis=-1)
    whole -= whole.max(axis=-1, keepdims=True)
    e = np.exp(whole)
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


def fit(x: ArrayLike, y: ArrayLike, *, weights: ArrayLike | None = None, ridge: float = 1.0, start: ArrayLike | None = None) -> Logit:
    """The logit of y[n] in 0 … k (0 the base class) on x[n, columns]; the penalty is on coefficients of columns at unit deviation.

    The first column is the constant and bears no penalty. start: coefficients to begin from. Raises UsageError where a class never
    occurs or shapes differ.
    """
    design, target = np.asarray(x, dtype=np.float64), np.asarray(y).astype(np.int64)
    if design.ndim != 2 or target.shape != (len(design),):
        raise UsageError(f"x has shape {design.shape} and y {target.shape}; expected [n, columns] and [n]")
    w = np.ones(len(target)) if weights is None else np.asarray(weights, dtype=np.float64)
    k = int(target.max(initial=0))
    if k < 1 or len(np.unique(target)) != k + 1:
        raise UsageError(f"classes {np.unique(target).tolist()}; expected every one of 0 to {max(k, 1)}")
    scale = design.std(axis=0)
    scale[scale < 1e-9] = 1.0
    z = design / scale
    columns = z.shape[1]
    hit = (target[:, None] == np.arange(1, k + 1)).astype(np.float64)
    penalty = np.full(columns, ridge)
    penalty[0] = 1e-6
    beta = np.zeros((k, columns)) if start is None else np.asarray(start, dtype=np.float64) * scale
    value = _value(z, target, w, beta, penalty)
    rough = z.astype(np.float32)
    for _ in range(STEPS):
        p = softmax(z @ beta.T)[:, 1:]
        gradient = (hit - p).T * w @ z - penalty * beta
        hessian = np.zeros((k, columns, k, columns))
        for a in range(k):
            for b in range(a, k):
                curve = (w * p[:, a] * ((a == b) - p[:, b])).astype(np.float32)
                block = rough.T @ (rough * curve[:, None])
                hessian[a, :, b] = block
                hessian[b, :, a] = block
        flat = hessian.reshape(k * columns, k * columns) + np.diag(np.tile(penalty, k))
        step = np.linalg.solve(flat, gradient.ravel()).reshape(k, columns)
        size = 1.0
        while True:
            trial = _value(z, target, w, beta + size * step, penalty)
            if trial >= value or size < 1e-4:
                break
            size /= 2
        beta = beta + size * step
        gain, value = trial - value, trial
        if gain < SOLVED * max(abs(value), 1.0):
            break
    return Logit(coefficients=beta / scale, gained=float(value / max(w.sum(), 1e-12)))


def _value(z: Floats, target: Any, w: Floats, beta: Floats, penalty: Floats) -> float:
    p = softmax(z @ beta.T)
    at = p[np.arange(len(target)), target]
    return float(w @ np.log(np.maximum(at, 1e-300)) - 0.5 * (penalty * beta**2).sum())
