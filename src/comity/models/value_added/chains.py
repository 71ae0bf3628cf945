"""Where a state stands in chains, how much of its value turns on another's demand or inputs, and through whom its value reaches the other.

Sources: upstreamness, Antràs, P., Chor, D., Fally, T. & Hillberry, R. (2012), American Economic Review 102(3):412-416; downstreamness, Miller, R. E.
& Temurshoev, U. (2017), International Regional Science Review 40(5):443-475; supply-driven shares, Ghosh, A. (1958), Economica 25(97):58-64; partial
Leontief production, Pichler, A. et al. (2022), Journal of Economic Dynamics and Control 144:104527.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from comity.core import UsageError
from comity.models.frames import Floats, Ints
from comity.models.value_added.methods import Decomposition, _home, _times
from comity.models.value_added.system import System, multipliers

ESSENTIAL = 0.01
"""Part of an industry's output from which an input counts as one that it cannot do without."""
ROUNDS, SETTLED = 200, 1e-9
CLOSED = 1e-12
"""What is taken off a share of a state in its own inputs, so that a circle of industries that buys nothing abroad loses nothing."""
ORDER = 3


@dataclass(frozen=True, kw_only=True)
class Route:
    """Value added of the first state that reaches the final use of the last by crossing borders in this order, in the table's unit."""

    states: tuple[str, ...]
    value: float


@dataclass(frozen=True, kw_only=True)
class Routes:
    """The value of one state in another's final use by the way it takes.

    total: VAX. direct: by one border crossing. via: routes of two and three crossings, largest first. beyond: what takes more crossings,
    so that direct + Σ via + beyond = total.
    """

    origin: str
    destination: str
    total: float
    direct: float
    via: tuple[Route, ...]
    beyond: float


def upstreamness(system: System) -> Floats:
    """How many stages, on average, an industry's output is from final use: (B x)_i / x_i, 1 or more; [s, N], nan where nothing is made."""
    x = system.x.reshape(-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        out = np.where(x > 0, system.flat_b @ x / np.where(x > 0, x, 1.0), np.nan)
    return np.asarray(out.reshape(system.x.shape))


def downstreamness(system: System) -> Floats:
    """How many stages, on average, lie behind an industry's output: the column sums of B, 1 or more; [s, N], nan where nothing is made."""
    out = system.b.sum(axis=(0, 2))
    return np.asarray(np.where(system.x > 0, out, np.nan))


def averaged(values: Floats, weights: Floats) -> Floats:
    """The weighted mean over industries, the last axis; nan where no weight is above zero."""
    kept = np.where(np.isfinite(values) & (weights > 0), weights, 0.0)
    total = kept.sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(total > 0, (np.nan_to_num(values) * kept).sum(axis=-1) / np.where(total > 0, total, 1.0), np.nan))


def participation(system: System, source: Decomposition, definition: str = "borin-mancini") -> tuple[Floats, Floats]:
    """Forward and backward value-chain trade of each pair [exporter, importer] in the table's unit, by one of three definitions.

    "borin-mancini": forward GVCF = DVA − DAVAX (domestic value that the importer passes on), backward GVCB = EXGR − DVA; their sum never exceeds
    exports, so it is a share of them (Borin & Mancini 2019). "oecd": backward FC of exports to r, forward the value of s in r's own exports, v_s B_sr
    E_r (Hummels, Ishii & Yi 2001, VS and VS1; OECD TiVA): a value counts once a crossing, so forward may exceed exports. "wwz": forward
    DVA_INTrex, terms 3 to 5, backward FC, terms 11 to 16, of Wang, Wei & Zhu (2013). The three are different numbers: always name which.
    """
    if definition == "borin-mancini":
        return source.pairs("GVCF"), source.pairs("GVCB")
    if definition == "oecd":
        forward = (multipliers(system) * system.exports[None]).sum(axis=2)
        np.fill_diagonal(forward, 0.0)
        return forward, source.pairs("FC")
    if definition == "wwz":
        from comity.models.value_added.terms import wwz

        terms = wwz(system)
        names = ("DVA_INTrexI1", "DVA_INTrexF", "DVA_INTrexI2")
        return sum((terms.pairs(t) for t in names), np.zeros(system.e.shape[:2])), source.pairs("FC")
    raise UsageError(f"participation {definition!r} is not known; expected borin-mancini, oecd or wwz")


def demand_exposure(system: System) -> Floats:
    """The part of a state's value added that another's final use calls for: v_a (BY)_ab / value added of a, [a, b].

    A fall of b's final use by one per cent, alike for all goods, takes this many per cent of a's value added (Leontief, fixed shares).
    """
    reached = np.einsum("an,abn->ab", system.v, system.by)
    return _part(reached, system.value.sum(axis=1)[:, None])


def supply_exposure(system: System) -> tuple[Floats, Floats]:
    """Bounds of the part of a's value added that a stop of b's inputs to a takes, [a, b]: with and without substitution.

    With: every input stands in for every other, so an industry loses the part of its output that the missing inputs are, passed on through
    a's own industries: Σ A_ba L_aa. Without: nothing stands in for b's deliveries of a kind of input, and output settles at the scarcest
    kind among those that are a hundredth of output or more, passed on likewise: the least φ with φ_j = max_i (share of b + share of a · φ_i), found
    by policy iteration. Both leave third states' deliveries as they were and let nobody replace b; a full replacement by others takes zero.
    """
    g = len(system.states)
    value = np.clip(system.value, 0.0, None)
    kinds = system.a.sum(axis=0)
    soft, hard = np.zeros((g, g)), np.zeros((g, g))
    for a in range(g):
        direct = system.a[:, a] / np.where(kinds[a] >= ESSENTIAL, kinds[a], np.inf)
        passed = np.minimum(system.a[:, a].sum(axis=1) @ system.local[a], 1.0)
        weight = value[a] / max(value[a].sum(), 1e-300)
        soft[a], hard[a] = passed @ weight, np.maximum(_scarcest(direct, direct[a]), passed) @ weight
    for out in (soft, hard):
        np.fill_diagonal(out, np.nan)
    return soft, hard


def _scarcest(direct: Floats, own: Floats) -> Floats:
    """φ[b, j] = max_i (direct[b, i, j] + own[i, j] φ[b, i]), the least solution, at most 1, by policy iteration (Howard 1960)."""
    g, n, _ = direct.shape
    held = np.minimum(own, 1.0 - CLOSED)
    lost = direct.max(axis=1)
    seller, user = np.indices((g, n))
    for _ in range(ROUNDS):
        worst = (direct + held[None] * lost[:, :, None]).argmax(axis=1)
        chosen = np.broadcast_to(np.eye(n), (g, n, n)).copy()
        chosen[seller, user, worst] -= held[worst, user]
        after = np.linalg.solve(chosen, np.take_along_axis(direct, worst[:, None], axis=1)[:, 0, :, None])[..., 0]
        settled = float(np.abs(after - lost).max()) < SETTLED
        lost = after
        if settled:
            break
    return np.asarray(np.clip(lost, 0.0, 1.0))


def routes(system: System, origin: str, destination: str, *, top: int = 5) -> Routes:
    """The ways of one state's value to another's final use, exact up to three border crossings; `top` of the ways round are named.

    One crossing: v_s L_ss (Y_sr + A_sr L_rr Y_rr). Each further stop t adds A_·t L_tt; a route may pass the destination or the origin again.
    """
    for name in (origin, destination):
        if name not in system.states:
            raise UsageError(f"{name} is not in the table; it has {', '.join(system.states)}")
    s, r = system.states.index(origin), system.states.index(destination)
    if s == r:
        raise UsageError(f"{origin} to itself is no route; name two states")
    for found in all_routes(system, top=top, origins=(s,)):
        if found.destination == destination:
            return found
    raise AssertionError(destination)


def all_routes(system: System, *, top: int = 5, origins: tuple[int, ...] | None = None) -> Iterator[Routes]:
    """The routes of every pair, or of the given origins, one origin at a time."""
    g = len(system.states)
    names = system.states
    ends = _ends(system)
    reached = np.einsum("an,abn->ab", system.v, system.by)
    for s in range(g) if origins is None else origins:
        first = _onward(system, system.lone[s][None], np.array([s]))[0]
        one = system.lone[s] @ ends[s].T
        two = np.einsum("tn,trn->tr", first, ends)
        second = _onward(system, first, np.arange(g))
        three = np.einsum("tun,urn->tur", second, ends)
        two[s] = 0.0
        three[s] = 0.0
        for r in range(g):
            if r == s:
                continue
            ways: list[tuple[tuple[str, ...], float]] = [((names[t],), float(two[t, r])) for t in np.argsort(-two[:, r])[:top] if two[t, r] > 0]
            flat = three[:, :, r].reshape(-1)
            best = np.argpartition(-flat, min(top, len(flat) - 1))[:top]
            ways += [((names[k // g], names[k % g]), float(flat[k])) for k in best if flat[k] > 0]
            ways.sort(key=lambda way: -way[1])
            via = tuple(Route(states=(names[s], *stops, names[r]), value=value) for stops, value in ways[:top])
            yield Routes(
                origin=names[s], destination=names[r], total=float(reached[s, r]), direct=float(one[r]), via=via,
                beyond=float(reached[s, r] - one[r] - two[:, r].sum() - three[:, :, r].sum()),
            )  # fmt: skip


def _ends(system: System) -> Floats:
    """What the last stop t sends to final use in r by crossing the last border: Y_tr + A_tr L_rr Y_rr, [t, r, N], zero where t = r."""
    kept = _times(system.local, _home(system))
    out = system.y + np.matmul(system.a, kept[None, :, :, None])[..., 0]
    at = np.arange(len(out))
    out[at, at] = 0.0
    return np.asarray(out)


def _onward(system: System, rows: Floats, at: Ints) -> Floats:
    """Rows [t, N] standing in states `at`, sent to every state u and through its own industries: rows_t A_tu L_uu, [t, u, N], zero where t = u."""
    sent = np.matmul(rows[:, None, None], system.a[at])[..., 0, :]
    out = np.matmul(sent[:, :, None], system.local[None])[..., 0, :]
    out[np.arange(len(at)), at] = 0.0
    return np.asarray(out)


def _part(values: Floats, whole: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(whole > 0, values / np.where(whole > 0, whole, 1.0), np.nan))
