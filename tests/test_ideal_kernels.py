"""The compiled parts of the ideal-point sampler against plain formulae, finite differences and integration on a grid."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import log_ndtr

from comity.models import _ideal_items as items_
from comity.models import _ideal_states as states_

Floats = NDArray[np.float64]
PHI = np.array([-1.4, -0.6, -0.2, 0.3, 0.7, 1.1, 1.9])
NODES = np.arange(7, dtype=np.int64)
BOUND, PRECISION = 6.0, 0.25
SORTS = {
    items_.BOTH: (2, 4), items_.NO_AGAINST: (3, 7), items_.NO_FOR: (0, 4), items_.NONE: (7, 7),
}  # fmt: skip
"""By sort the numbers m and n: votes 0 to m are yes, m to n abstentions, n to 7 no."""
H = 1e-4


def log_between(low: Floats, high: Floats) -> Floats:
    """log(Φ(high) − Φ(low)) without cancellation in either tail."""
    turn = low > 0
    a, b = np.where(turn, -high, low), np.where(turn, -low, high)
    made: Floats = log_ndtr(b) + np.log1p(-np.exp(log_ndtr(a) - log_ndtr(b)))
    return made


def item_log(m: int, n: int, b: Any, g1: Any, g2: Any) -> Any:
    """The log-likelihood of a roll call, each argument a number or a grid."""
    total = 0.0
    for k in range(7):
        eta = b * PHI[k]
        total = total + (log_ndtr(g1 - eta) if k < m else log_ndtr(eta - g2) if k >= n else log_between(g1 - eta, g2 - eta))
    return total


@pytest.mark.parametrize("sort", SORTS)
def test_a_roll_call_has_the_probability_of_its_votes(sort: int) -> None:
    m, n = SORTS[sort]
    for b, g1, g2 in ((0.8, -0.3, 0.9), (-1.5, -1.0, -0.2), (3.0, 0.0, 2.0)):
        found = items_.item_log_likelihood(0, m, n, 7, NODES, PHI, b, g1, g2)
        assert found == pytest.approx(item_log(m, n, np.float64(b), np.float64(g1), np.float64(g2)), abs=1e-6)
        abstained = items_._abstentions(m, n, NODES, PHI, b, g1, g2)
        assert abstained == pytest.approx(sum(float(log_between(np.float64(g1 - b * x), np.float64(g2 - b * x))) for x in PHI[m:n]), abs=1e-6)


def second(f: Any, at: Floats, i: int, j: int) -> float:
    step = np.eye(len(at)) * H * 10
    total = f(at + step[i] + step[j]) - f(at + step[i] - step[j]) - f(at - step[i] + step[j]) + f(at - step[i] - step[j])
    return float(total / (4 * (H * 10) ** 2))


def first(f: Any, at: Floats) -> Floats:
    return np.array([(f(at + d) - f(at - d)) / (2 * H) for d in np.eye(len(at)) * H])


@pytest.mark.parametrize("flip", [0, 1])
def test_the_derivatives_of_a_roll_call_are_those_of_its_log_likelihood(flip: int) -> None:
    """Mirrored (flip 1), the votes against stand in the place of those in favour, and every sign of phi's slope with them."""
    m, n = 2, 4
    at = np.array([0.8, -0.3, 0.9])
    out = np.zeros(9)
    items_._newton(0, m, n, 7, NODES, PHI, flip, *at, out)

    def f(p: Floats) -> float:
        b, g1, g2 = p
        if flip == 0:
            return float(item_log(m, n, b, g1, g2))
        total = float(log_between(g1 - b * PHI[m:n], g2 - b * PHI[m:n]).sum())
        return total + float(log_ndtr(g1 - b * PHI[n:]).sum() + log_ndtr(b * PHI[:m] - g2).sum())

    assert out[:3] == pytest.approx(first(f, at), abs=1e-4)
    expected = [second(f, at, *p) for p in ((0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2))]
    assert out[3:9] == pytest.approx(expected, abs=2e-2)


@pytest.mark.parametrize("anchor", [(0.8, 0.3, 0.2), (-2.0, 1.5, 0.6), (0.1, 0.0, -1.0)])
@pytest.mark.parametrize("sort", [items_.BOTH, items_.NO_AGAINST, items_.NO_FOR])
def test_the_proposal_is_one_newton_step_in_its_own_coordinates(sort: int, anchor: tuple[float, float, float]) -> None:
    m, n = SORTS[sort]
    free, b, c, d = 2.5, *anchor
    work, raw = np.zeros(18), np.zeros(9)
    items_.laplace(0, m, n, 7, NODES, PHI, sort, np.array(anchor), free, PRECISION, work)
    if sort == items_.BOTH:
        h = 0.5 * math.exp(d)
        items_._newton(0, m, n, 7, NODES, PHI, 0, b, c - h, c + h, raw)
        turn = np.array([[1, 0, 0], [0, 1, -h], [0, 1, h]])
    else:
        d = 0.0
        items_._newton(0, m, n, 7, NODES, PHI, int(sort == items_.NO_FOR), b, c, free, raw)
        turn = np.array([[1.0, 0, 0], [0, 1, 0], [0, 0, 0]])
    bb, h11, h22, b1, b2, h12 = raw[3:9]
    gradient = turn.T @ raw[:3] - [PRECISION * b, 0, 0] + ([0, 0, 1] if sort == items_.BOTH else [0, 0, 0])
    curve = -turn.T @ np.array([[bb, b1, b2], [b1, h11, h12], [b2, h12, h22]]) @ turn + np.diag([PRECISION, 1e-3, 1.0])
    lower = np.array([[work[12], 0, 0], [work[13], work[14], 0], [work[15], work[16], work[17]]])
    assert lower @ lower.T == pytest.approx(curve, abs=1e-8)
    step = np.linalg.solve(curve, gradient)
    step *= min(1.0, items_.STEP / np.abs(step).max())
    assert work[9:12] == pytest.approx(np.array([b, c, d]) + step, abs=1e-8)
    x = np.array([0.4, -0.2, 0.1])
    assert items_._distance(work, *x) == pytest.approx((x - work[9:12]) @ curve @ (x - work[9:12]), rel=1e-8)


def grid_moments(sort: int) -> tuple[Floats, Floats]:
    """Posterior means and standard deviations of (b, g1, g2) by a grid over their whole range."""
    m, n = SORTS[sort]
    b = np.linspace(-9, 9, 121)[:, None, None]
    g = np.linspace(-BOUND, BOUND, 122)
    g1, g2 = g[None, :, None], g[None, None, :] + 0.5 * (g[1] - g[0])
    with np.errstate(invalid="ignore", divide="ignore"):
        log = item_log(m, n, b, g1, g2) - 0.5 * PRECISION * b * b
    weight = np.where((g2 > g1) & (g2 < BOUND) & np.isfinite(log), np.exp(log - np.nanmax(np.where(np.isfinite(log), log, -np.inf))), 0.0)
    weight /= weight.sum()
    mean = np.array([(weight * v).sum() for v in (b, g1, g2)])
    return mean, np.sqrt([(weight * (v - c) ** 2).sum() for v, c in zip((b, g1, g2), mean, strict=True)])


@pytest.mark.parametrize("hard", [False, True])
@pytest.mark.parametrize("sort", SORTS)
def test_draws_of_a_roll_call_have_the_moments_of_its_posterior(sort: int, hard: bool) -> None:
    m, n = SORTS[sort]
    item, anchors = np.array([[0.5, -0.5, 0.5]]), np.array([[0.5, 0.0, 0.0]])
    starts, cuts, accepted, centres = np.array([0, 7]), np.array([[m, n]]), np.zeros(1), np.zeros((1, 3))
    draws = np.empty((24_000, 3))
    for sweep in range(len(draws)):
        items_.draw_items(
            0, 1, starts, cuts, NODES, np.array([sort]), np.array([hard]), PHI, item, anchors, centres, BOUND, PRECISION, 3, sweep, accepted
        )
        draws[sweep] = item[0]
        if sweep < 400:
            items_.move_anchors(0, 1, np.array([sort]), item, anchors, 0.02)
    kept = draws[1000:]
    mean, sd = grid_moments(sort)
    assert kept.mean(axis=0) == pytest.approx(mean, abs=0.1 * float(sd.max()))
    assert kept.std(axis=0) == pytest.approx(sd, rel=0.1)
    assert (kept[:, 1] < kept[:, 2]).all() and (np.abs(kept[:, 1:]) < BOUND).all()
    if sort != items_.NONE:
        assert accepted[0] > 0.4 * len(draws), "a proposal near the target is mostly taken"


def test_anchors_move_towards_the_present_values_in_their_own_coordinates() -> None:
    item = np.array([[0.7, -0.4, 0.8]] * 3)
    anchors = np.zeros((3, 3))
    items_.move_anchors(0, 3, np.array([items_.BOTH, items_.NO_FOR, items_.NO_AGAINST]), item, anchors, 0.5)
    assert anchors == pytest.approx(0.5 * np.array([[0.7, 0.2, math.log(1.2)], [-0.7, -0.8, 0.0], [0.7, -0.4, 0.0]]))


@pytest.mark.parametrize("sort", [items_.BOTH, items_.NO_AGAINST, items_.NO_FOR])
def test_newton_steps_come_to_the_mode(sort: int) -> None:
    m, n = SORTS[sort]
    item, anchors = np.array([[0.1, -0.5, 0.5]]), np.array([[0.1, 0.0, 0.0]])
    for _ in range(80):
        items_.maximise_items(0, 1, np.array([0, 7]), np.array([[m, n]]), NODES, np.array([sort]), PHI, item, anchors, BOUND, PRECISION)
    at = item[0].copy()
    assert at[1] < at[2] and np.abs(at[1:]).max() <= BOUND

    def f(p: Floats) -> float:
        return float(item_log(m, n, p[0], p[1], p[2])) - 0.5 * PRECISION * p[0] ** 2 + (math.log(p[2] - p[1]) if sort == items_.BOTH else 0.0)

    slope = first(f, at)
    free = {items_.BOTH: [0, 1, 2], items_.NO_AGAINST: [0, 1], items_.NO_FOR: [0, 2]}[sort]
    assert slope[free] == pytest.approx(np.zeros(len(free)), abs=0.03)


ITEMS = np.array([[0.9, -0.5, 0.4], [-1.3, -0.2, 0.6], [0.5, 0.1, 1.5], [1.8, -1.0, -0.3]])


def node_log(m: int, n: int, item: NDArray[np.int64], x: Any) -> Any:
    total = 0.0
    for k, v in enumerate(item):
        b, g1, g2 = ITEMS[v]
        total = total + (log_ndtr(g1 - b * x) if k < m else log_ndtr(b * x - g2) if k >= n else log_between(g1 - b * x, g2 - b * x))
    return total


@pytest.mark.parametrize("x", [-1.2, 0.0, 0.9])
def test_the_slopes_of_a_session_are_those_of_its_log_likelihood(x: float) -> None:
    item, out = np.array([0, 1, 2, 3, 1, 0], dtype=np.int64), np.zeros(2)
    states_.node_slopes(0, 2, 4, 6, item, ITEMS, x, out)

    def f(p: Floats) -> float:
        return float(node_log(2, 4, item, p[0]))

    assert states_.node_log_likelihood(0, 2, 4, 6, item, ITEMS, x) == pytest.approx(f(np.array([x])), abs=1e-6)
    assert out[0] == pytest.approx(first(f, np.array([x]))[0], abs=1e-4)
    assert out[1] == pytest.approx(-second(f, np.array([x]), 0, 0), abs=2e-2)


def test_the_path_by_elimination_is_that_of_the_whole_matrix() -> None:
    walk, high, line = np.array([9.0, 0.8, 0.3, 0.5, 1.2]), np.array([0.0, 2.0, 0.7, 1.1, 0.2]), np.array([0.0, 1.0, -0.4, 0.6, 0.1])
    p, q, start, ridge, middle = 1, 5, 0.4, 0.15, -0.2
    size = q - p
    precision, right = np.zeros((size, size)), np.zeros(size)
    for k in range(size):
        precision[k, k] += high[1 + k] + ridge + 1 / walk[p + k]
        right[k] += line[1 + k] + ridge * middle
        if k:
            precision[k - 1, k - 1] += 1 / walk[p + k]
            precision[k - 1, k] = precision[k, k - 1] = -1 / walk[p + k]
    right[0] += start / walk[p]
    out, spread = np.zeros(size), np.zeros(size)
    states_._towards(p, q, walk, start, ridge, middle, high[1:], line[1:], np.zeros(size), out, spread)
    assert out == pytest.approx(np.linalg.solve(precision, right), abs=1e-12)
    assert spread == pytest.approx(np.diag(np.linalg.inv(precision)), abs=1e-12)


@pytest.mark.parametrize("block", [1, 2, 5])
def test_draws_of_a_path_have_the_moments_of_its_posterior(block: int) -> None:
    item = np.array([0, 1, 2, 3, 1, 0, 2, 3], dtype=np.int64)
    starts, cuts = np.array([0, 4, 8]), np.array([[1, 2], [5, 7]])
    walk, mean0, ridge, middle = np.array([1.5, 0.4]), np.array([0.3]), 0.1, 0.2
    phi, anchors, accepted = np.zeros(2), np.zeros(2), np.zeros(2)
    draws = np.empty((20_000, 2))
    centres, spreads = np.zeros(2), np.zeros(2)
    for sweep in range(len(draws)):
        states_.draw_states(
            0, 1, np.array([0, 2]), starts, cuts, item, walk, mean0, phi, ITEMS, anchors, ridge, middle, block, 5, sweep, accepted,
            True, centres, spreads,
        )  # fmt: skip
        draws[sweep] = phi
    g = np.linspace(-6, 6, 481)
    x, y = g[:, None], g[None]
    log = node_log(1, 2, item[:4], x) + node_log(1, 3, item[4:], y)
    log = log - 0.5 * ((x - mean0[0]) ** 2 / walk[0] + (y - x) ** 2 / walk[1]) - 0.5 * ridge * (x * x + y * y - 2 * middle * (x + y))
    weight = np.exp(log - log.max())
    weight /= weight.sum()
    mean = np.array([(weight * x).sum(), (weight * y).sum()])
    sd = np.sqrt([(weight * (x - mean[0]) ** 2).sum(), (weight * (y - mean[1]) ** 2).sum()])
    both = (weight * (x - mean[0]) * (y - mean[1])).sum() / sd.prod()
    assert draws.mean(axis=0) == pytest.approx(mean, abs=0.05)
    assert draws.std(axis=0) == pytest.approx(sd, rel=0.05)
    assert np.corrcoef(draws.T)[0, 1] == pytest.approx(both, abs=0.05)
    assert (accepted > 0.8 * len(draws)).all(), "the normal approximation is near the target"
    assert centres == pytest.approx(mean, abs=0.25) and np.sqrt(spreads) == pytest.approx(sd, rel=0.25)


def test_newton_steps_bring_a_path_to_its_mode() -> None:
    item = np.array([0, 1, 2, 3, 1, 0, 2, 3], dtype=np.int64)
    starts, cuts, walk, mean0 = np.array([0, 4, 8]), np.array([[1, 2], [5, 7]]), np.array([1.5, 0.4]), np.array([0.3])
    phi = np.zeros(2)
    for _ in range(60):
        states_.maximise_states(0, 1, np.array([0, 2]), starts, cuts, item, walk, mean0, phi, ITEMS, 0.1)

    def f(p: Floats) -> float:
        log = float(node_log(1, 2, item[:4], p[0]) + node_log(1, 3, item[4:], p[1]))
        return log - 0.5 * ((p[0] - 0.3) ** 2 / 1.5 + (p[1] - p[0]) ** 2 / 0.4) - 0.05 * float(p @ p)

    assert first(f, phi) == pytest.approx(np.zeros(2), abs=1e-5)
    assert states_.walk_energy(np.array([0, 2]), walk, mean0, phi) == pytest.approx((phi[0] - 0.3) ** 2 / 1.5 + (phi[1] - phi[0]) ** 2 / 0.4)
