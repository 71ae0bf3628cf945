"""What a fit of ideal points returns: frozen results, their tables, and what follows from joint draws of pairs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from comity.core import BadDataError, UsageError

if TYPE_CHECKING:
    import pyarrow as pa

Floats = NDArray[np.float64]
LEVELS = (0.05, 0.10, 0.50, 0.90, 0.95)
NAMES = ("q05", "q10", "q50", "q90", "q95")


@dataclass(frozen=True, kw_only=True)
class Items:
    """The roll calls, linked ones once: [items] arrays on the standardised scale.

    beta: how strongly the vote divides (discrimination), positive where the side of the anchors votes no. cut1, cut2: the cutpoints
    between yes and abstain, and abstain and no, of z = beta theta + e. cut1_supported, cut2_supported: whether votes fell on both sides.
    rollcalls: the earliest of each; sessions: its session; linked: how many roll calls share the parameters; votes: how many votes.
    """

    rollcalls: tuple[Any, ...]
    sessions: NDArray[np.int64]
    linked: NDArray[np.int64]
    votes: NDArray[np.int64]
    beta: Floats
    beta_sd: Floats
    cut1: Floats
    cut1_sd: Floats
    cut2: Floats
    cut2_sd: Floats
    cut1_supported: NDArray[np.bool_]
    cut2_supported: NDArray[np.bool_]
    rhat: Floats
    ess: Floats

    def tidy(self) -> pa.Table:
        """One row a roll call."""
        import pyarrow as pa

        return pa.table({k: pa.array([str(r) for r in v]) if k == "rollcalls" else v for k, v in self.__dict__.items()}).rename_columns(
            ["rollcall", "session", *[k for k in self.__dict__ if k not in ("rollcalls", "sessions")]]
        )


@dataclass(frozen=True, kw_only=True)
class Diagnostics:
    """How far the draws may be trusted, by state-session [nodes]; `acceptance` by move; `warnings` in words; `seconds` the fit took.

    sampling: of these, the seconds of the kept passes (the slowest chain's); chains, kept, burn: chains, kept draws and burn-in passes of each.
    worst_items: roll calls with an R-hat above 1.1, the worst first.
    """

    rhat: Floats
    ess_bulk: Floats
    ess_tail: Floats
    mcse: Floats
    acceptance: dict[str, float]
    chains: int
    kept: int
    burn: int
    seconds: float
    sampling: float
    warnings: tuple[str, ...]
    worst_items: tuple[tuple[Any, float], ...] = ()

    def summary(self) -> dict[str, float]:
        """The figures by which a fit is judged: medians, and what 99 in 100 state-sessions keep."""
        with np.errstate(invalid="ignore"):
            return {
                "rhat_99": float(np.nanquantile(self.rhat, 0.99)),
                "rhat_max": float(np.nanmax(self.rhat)),
                "ess_bulk_median": float(np.nanmedian(self.ess_bulk)),
                "ess_bulk_01": float(np.nanquantile(self.ess_bulk, 0.01)),
                "ess_tail_median": float(np.nanmedian(self.ess_tail)),
                "ess_tail_01": float(np.nanquantile(self.ess_tail, 0.01)),
                "seconds": self.seconds,
                "sampling": self.sampling,
            }


@dataclass(frozen=True, kw_only=True)
class IdealPoints:
    """Ideal points by state-session, sorted by state and session: [nodes] arrays; `quantiles` [nodes, 5] at 5, 10, 50, 90, 95 per cent.

    votes: how many votes of the state in the session count. draws [draws, nodes]: joint draws of the posterior (of the quick method: of its
    normal approximation), float32. prior and method: the inference. Mean 0 and standard deviation 1 over all rows in every draw,
    but where the fit continues another (`update`), whose scale it keeps.
    """

    states: tuple[str, ...]
    sessions: NDArray[np.int64]
    votes: NDArray[np.int64]
    mean: Floats
    sd: Floats
    quantiles: Floats
    draws: NDArray[np.float32]
    items: Items
    diagnostics: Diagnostics
    prior: Literal["smoother", "filter"]
    method: Literal["full", "em"]
    seed: int
    _rows: dict[tuple[str, int], int] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._rows.update({(s, int(t)): k for k, (s, t) in enumerate(zip(self.states, self.sessions, strict=True))})

    def row(self, state: str, session: int) -> int | None:
        """The row of a state's session, or None where it cast no vote that counts."""
        return self._rows.get((state, session))

    def of(self, state: str) -> dict[int, int]:
        """The rows of a state by session. Raises UsageError for a state that is not there."""
        rows = {t: k for (s, t), k in self._rows.items() if s == state}
        if not rows:
            raise UsageError(f"state {state!r} has no ideal point; expected one of {', '.join(sorted(set(self.states))[:12])}, …")
        return dict(sorted(rows.items()))

    def tidy(self) -> pa.Table:
        """One row a state-session: state, session, votes, mean, sd, q05, q10, q50, q90, q95, rhat, ess_bulk, ess_tail, mcse."""
        import pyarrow as pa

        d = self.diagnostics
        columns: dict[str, Any] = {"state": pa.array(self.states), "session": self.sessions, "votes": self.votes, "mean": self.mean, "sd": self.sd}
        columns |= {name: np.ascontiguousarray(self.quantiles[:, k]) for k, name in enumerate(NAMES)}
        columns |= {"rhat": d.rhat, "ess_bulk": d.ess_bulk, "ess_tail": d.ess_tail, "mcse": d.mcse}
        return pa.table(columns)


def distance(result: IdealPoints, a: str, b: str) -> pa.Table:
    """The distance of two states' ideal points, |theta_a - theta_b|, in every session that both have, from joint draws.

    Columns session, mean, sd, q05, q10, q50, q90, q95 (of the distance), signed (the mean of theta_a - theta_b), p_above (the
    probability that a lies above b). The sd is that of the pair: errors that both share cancel. Raises UsageError for an
    unknown state, BadDataError where they share no session.
    """
    import pyarrow as pa

    rows_a, rows_b = result.of(a), result.of(b)
    both = [t for t in rows_a if t in rows_b]
    if not both:
        raise BadDataError(f"{a} and {b} have no session in common; {a} has {min(rows_a)}–{max(rows_a)}, {b} {min(rows_b)}–{max(rows_b)}")
    d = result.draws[:, [rows_a[t] for t in both]].astype(np.float64) - result.draws[:, [rows_b[t] for t in both]]
    far = np.abs(d)
    levels = np.quantile(far, LEVELS, axis=0)
    columns: dict[str, Any] = {"session": np.array(both), "mean": far.mean(axis=0), "sd": far.std(axis=0, ddof=1)}
    columns |= {name: levels[k] for k, name in enumerate(NAMES)}
    columns |= {"signed": d.mean(axis=0), "p_above": (d > 0).mean(axis=0)}
    return pa.table(columns)


def nearer_probability(result: IdealPoints, a: str, b: str, reference: str) -> pa.Table:
    """The probability that a and b are nearer to each other than either is to a reference state, by session, from joint draws.

    Columns session, p, se (Monte Carlo, from the number of draws, as if independent). Sessions that all three have. Raises UsageError
    for an unknown state or one that is named twice, BadDataError where they share no session.
    """
    import pyarrow as pa

    if len({a, b, reference}) < 3:
        raise UsageError(f"states {a}, {b} and {reference}; expected three different ones")
    rows = [result.of(s) for s in (a, b, reference)]
    all_three = [t for t in rows[0] if t in rows[1] and t in rows[2]]
    if not all_three:
        raise BadDataError(f"{a}, {b} and {reference} have no session in common")
    x, y, r = (result.draws[:, [each[t] for t in all_three]].astype(np.float64) for each in rows)
    near = np.abs(x - y) < np.minimum(np.abs(x - r), np.abs(y - r))
    p = near.mean(axis=0)
    return pa.table({"session": np.array(all_three), "p": p, "se": np.sqrt(p * (1 - p) / len(near))})
