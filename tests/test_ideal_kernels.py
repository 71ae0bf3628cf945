"""The compiled parts of the ideal-point sampler against plain formulae, finite differences and integration on a grid."""

from __future__ import annotations

import copy
import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import log_ndtr, ndtr

from comity.models import _ideal_filter as filter_
from comity.models import _ideal_items as items_
from comity.models import _ideal_moves as moves_
from comity.models import _ideal_sampler as sampler_
from comity.models import _ideal_start as start_
from comity.models import _ideal_states as states_
from comity.models import _ordinal
from comity.models._ideal_data import encode, walk_variances
from ideal_worlds import world

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


FLAT = np.array([[0.05, -0.5, 0.4], [-0.04, -0.2, 0.6], [0.05, 0.1, 1.5], [-0.05, -1.0, -0.3]])
"""Roll calls that hardly tell states apart."""
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


@pytest.mark.parametrize(("low", "high"), [(8.5, 9.5), (12.0, 12.1), (-9.5, -8.5), (-0.2, 8.5)])
def test_the_probability_between_two_cutpoints_is_the_same_from_either_side(low: float, high: float) -> None:
    exact = float(log_between(np.float64(low), np.float64(high)))
    assert _ordinal.log_between(low, high) == pytest.approx(exact, rel=1e-6)
    assert _ordinal.log_between(-high, -low) == pytest.approx(exact, rel=1e-6)


@pytest.mark.parametrize(("eta", "g1", "g2"), [(0.3, -4.2, -3.5), (-0.2, 3.4, 5.0), (0.0, 0.6, 0.601)])
def test_slopes_hold_where_an_abstention_is_improbable(eta: float, g1: float, g2: float) -> None:
    def f(p: Floats) -> float:
        return float(log_between(p[0] - eta, p[1] - eta))

    at, h = np.array([g1, g2]), min(1e-3, 0.05 * (g2 - g1))
    steps = np.eye(2) * h
    d1, d2, d11, d22, d12 = _ordinal.slopes(2, eta, g1, g2)
    assert math.exp(f(at)) < 1e-3
    assert (d1, d2) == pytest.approx(tuple((f(at + s) - f(at - s)) / (2 * h) for s in steps), rel=5e-3)
    assert (d11, d22) == pytest.approx(tuple((f(at + s) - 2 * f(at) + f(at - s)) / h**2 for s in steps), rel=2e-2)
    cross = f(at + steps[0] + steps[1]) - f(at + steps[0] - steps[1]) - f(at - steps[0] + steps[1]) + f(at - steps[0] - steps[1])
    assert d12 == pytest.approx(cross / (4 * h * h), rel=2e-2)


@pytest.mark.parametrize("sort", [items_.NO_AGAINST, items_.NO_FOR])
def test_the_weights_of_a_proposal_are_those_of_its_heavy_tails(sort: int) -> None:
    """Four thousand copies of a roll call with a narrow slope: its standard deviation within one per cent of that by a grid."""
    (m, n), copies, sharp = SORTS[sort], 4000, 40.0
    items, anchors = np.tile([0.1, -0.5, 0.5], (copies, 1)), np.tile([0.1, 0.0, 0.0], (copies, 1))
    starts, cuts = np.arange(copies + 1) * 7, np.arange(copies)[:, None] * 7 + [m, n]
    node, sorts, hard = np.tile(NODES, copies), np.full(copies, sort), np.zeros(copies, dtype=np.bool_)
    accepted, centres = np.zeros(copies), np.zeros((copies, 3))
    draws, moved = [], np.zeros(copies)
    for sweep in range(30):
        old = items[:, 0].copy()
        items_.draw_items(0, copies, starts, cuts, node, sorts, hard, PHI, items, anchors, centres, BOUND, sharp, 3, sweep, accepted)
        moved += items[:, 0] != old
        draws.append(items[:, 0].copy())
    assert (accepted == moved).all(), "counted once for each draw that is taken"
    b = np.linspace(-1.2, 1.2, 61)[:, None, None]
    g = np.linspace(-BOUND, BOUND, 100)
    g1, g2 = g[None, :, None], g[None, None, :] + 0.5 * (g[1] - g[0])
    with np.errstate(invalid="ignore", divide="ignore"):
        log = item_log(m, n, b, g1, g2) - 0.5 * sharp * b * b
    weight = np.where((g2 > g1) & (g2 < BOUND) & np.isfinite(log), np.exp(log - np.nanmax(log[np.isfinite(log)])), 0.0)
    weight /= weight.sum()
    mean = float((weight * b).sum())
    kept = np.concatenate(draws[10:])
    assert kept.mean() == pytest.approx(mean, abs=0.003)
    assert kept.std() == pytest.approx(math.sqrt(float((weight * (b - mean) ** 2).sum())), rel=0.01)


def test_draws_of_a_long_path_in_blocks_have_the_moments_of_a_normal_walk() -> None:
    """Two thousand states of five sessions in blocks of two, with roll calls that say next to nothing, and a surrogate."""
    states, size, ridge, middle = 2000, 5, 0.1, 0.2
    steps = np.array([1.5, 0.4, 0.3, 0.8, 0.5])
    item, starts = np.tile(np.array([0, 1, 2, 3, 1], dtype=np.int64), states), np.arange(states * size + 1)
    cuts = np.stack([starts[1:], starts[1:]], axis=1)
    walks, mean0, phi, anchors = np.tile(steps, states), np.full(states, 0.3), np.zeros(states * size), np.zeros(states * size)
    accepted, nothing, draws, out = np.zeros(states * size), np.zeros(states * size), [], np.zeros(2)
    for sweep in range(60):
        states_.draw_states(
            0, states, np.arange(states + 1) * size, starts, cuts, item, walks, mean0, phi, FLAT, anchors, ridge, middle, 2, 5, sweep, accepted,
            False, nothing, nothing,
        )  # fmt: skip
        draws.append(phi.reshape(states, size).copy())
    slopes, curves = np.zeros(size), np.zeros(size)
    for n in range(size):
        states_.node_slopes(n, n + 1, n + 1, n + 1, item, FLAT, 0.0, out)
        slopes[n], curves[n] = out
    precision = np.diag(ridge + curves + 1 / steps + np.append(1 / steps[1:], 0.0)) - np.diag(1 / steps[1:], 1) - np.diag(1 / steps[1:], -1)
    right = slopes + ridge * middle + np.append(0.3 / steps[0], np.zeros(size - 1))
    kept = np.concatenate(draws[20:])
    assert kept.mean(axis=0) == pytest.approx(np.linalg.solve(precision, right), abs=0.03)
    assert np.cov(kept.T) == pytest.approx(np.linalg.inv(precision), abs=0.04)
    assert accepted.min() > 0.8 * 60, "next to nothing is left to correct"


def test_the_published_update_draws_a_session_around_its_prior() -> None:
    """Without votes N(prior, walk); the latent answers of votes whose slope is zero say nothing either."""
    copies = 20_000
    walks, prior = np.tile([0.3, 2.0, 0.7], copies), np.tile([1.5, -0.8, 0.6], copies)
    starts, item, y = np.repeat(np.arange(copies + 1) * 2, 3)[1 : 3 * copies + 2], np.tile([0, 1], copies), np.tile([1, 3], copies)
    nothing = np.array([[0.0, -0.5, 0.5], [0.0, -0.2, 0.6]])
    theta, mean = np.zeros(3 * copies), np.zeros(3 * copies)
    filter_.filter_states(0, 3 * copies, starts, item, y, walks, prior, theta, nothing, mean, 5, 0)
    assert mean == pytest.approx(prior, abs=1e-12)
    assert theta.reshape(copies, 3).mean(axis=0) == pytest.approx(prior[:3], abs=0.05)
    assert theta.reshape(copies, 3).var(axis=0) == pytest.approx(walks[:3], rel=0.05)


@pytest.fixture(scope="module")
def tiny() -> Any:
    """A chain of a tiny world with a roll call that links two sessions, a few passes on."""
    made = world(np.random.default_rng(7), states=12, sessions=4, calls=14)
    coded = encode(made.votes, bridges=[(20, 3)])
    variances, mean, each = walk_variances(coded, 0.5, 1.0), np.zeros(len(coded.states)), sampler_.parted(None, 1)
    sign, _ = start_.anchors_of(coded, {"S00": 1.0})
    start = start_.climb(coded, variances, mean, sign, bound=2.5, scaled=True, each=each, steps=5)
    chain = sampler_.Chain(coded, variances, mean, *start, seed=1, bound=2.5, scaled=True, block=4)
    for _ in range(5):
        chain.sweep(each, learn=0.2)
    return chain


def log_prior(chain: Any, phi: Floats, items: Floats) -> float:
    """The log-density but for the likelihood, as the head of the sampler states it."""
    d = chain.votes
    energy = sum(
        ((phi[p] - m) ** 2 / chain.walk[p]) + float((np.diff(phi[p:q]) ** 2 / chain.walk[p + 1 : q]).sum())
        for p, q, m in zip(d.paths[:-1], d.paths[1:], chain.first_mean, strict=True)
    )
    u = math.log(float(np.std(phi, ddof=1)))
    total = float((items[:, 0] ** 2).sum())
    return -energy / (2 * math.exp(2 * u)) - math.exp(2 * u) * total / 2 + (d.items - d.nodes) * u - u * u / (2 * chain.width**2)


def log_votes(chain: Any, phi: Floats, items: Floats) -> float:
    """The log-likelihood, vote by vote."""
    d = chain.votes
    v = np.repeat(np.arange(d.items), np.diff(d.item_starts))
    eta, y = items[v, 0] * phi[d.item_node], d.item_y
    between = log_between(items[v, 1] - eta, items[v, 2] - eta)
    return float(np.where(y == 1, log_ndtr(items[v, 1] - eta), np.where(y == 3, log_ndtr(eta - items[v, 2]), between)).sum())


def test_the_weight_of_paths_is_the_density_over_that_of_the_surrogate(tiny: Any) -> None:
    ridge, middle = 0.2, float(tiny.phi.mean()) + 0.03
    squares = float((tiny.items[:, 0] ** 2).sum())
    walk_part = sampler_.states_.walk_energy(tiny.votes.paths, tiny.walk, tiny.first_mean, tiny.phi)
    surrogate = -walk_part / 2 - ridge * float((tiny.phi**2 - 2 * middle * tiny.phi).sum()) / 2
    about = -((tiny.phi.mean() - middle) ** 2) / (2 * tiny.width**2)
    assert about < -0.1
    assert tiny._weight(squares, ridge, middle) == pytest.approx(log_prior(tiny, tiny.phi, tiny.items) - surrogate + about, rel=1e-9)


@pytest.mark.parametrize("kind", [moves_.SHIFT, moves_.STRETCH])
def test_moves_of_sessions_are_accepted_by_the_ratio_of_metropolis_and_hastings(tiny: Any, kind: int) -> None:
    chain, some = copy.deepcopy(tiny), 0
    root, size, c, d = chain.roots[kind], 0.9, chain.cells, chain.votes
    towards = 1.0 - math.sqrt(1.0 - size * size)
    spread = np.linalg.inv(root @ root.T)
    for seed in range(12):
        phi, items = chain.phi.copy(), chain.items.copy()
        chain.steps[kind] = size
        rng = np.random.default_rng(seed)
        noise = rng.standard_normal(len(root))
        by = towards * spread @ chain._slope(kind, precise=False)[0] + size * np.linalg.solve(root.T, noise)
        new = copy.deepcopy(chain)
        new.phi, new.items = np.empty_like(phi), np.empty_like(items)
        jacobian = moves_.moved(kind, by, d.node_session, c.starts, c.session, c.weight, chain.bound, phi, items, new.phi, new.items)
        back = -by - towards * spread @ new._slope(kind, precise=False)[0]
        expected = log_prior(new, new.phi, new.items) + log_votes(new, new.phi, new.items)
        expected -= log_prior(chain, phi, items) + log_votes(chain, phi, items)
        expected += jacobian + 0.5 * noise @ noise - 0.5 * back @ (root @ root.T) @ back / size**2
        chain._move(kind, np.random.default_rng(seed))
        assert chain.chance[kind] == pytest.approx(math.exp(min(expected, 0.0)), rel=1e-4, abs=1e-9)
        some += int(expected < 0.0)
        stays = not rng.random() < math.exp(min(expected, 0.0))
        assert chain.phi == pytest.approx(phi if stays else new.phi)
        assert chain.items == pytest.approx(items if stays else new.items)
    assert some > 0, "some moves are not taken for certain"


@pytest.mark.parametrize("kind", [moves_.SHIFT, moves_.STRETCH])
def test_the_precision_of_a_move_is_minus_the_second_derivative(tiny: Any, kind: int) -> None:
    """Of the whole log-density away from the scale of 1, but for the mean of all and, in stretches, the bend of linked roll calls, both left out."""
    chain = copy.deepcopy(tiny)
    d, c, size = chain.votes, chain.cells, len(chain.votes.sessions)
    chain.bound, chain.phi = 60.0, chain.phi * 1.25
    phi, items = chain.phi, chain.items
    precision = chain._slope(kind, precise=True)[1]

    def slope(by: Floats) -> Floats:
        chain.phi, chain.items = np.empty_like(phi), np.empty_like(items)
        moves_.moved(kind, by, d.node_session, c.starts, c.session, c.weight, chain.bound, phi, items, chain.phi, chain.items)
        made: Floats = chain._slope(kind, precise=False)[0]
        chain.phi, chain.items = phi, items
        return made

    exact = np.array([(slope(-h) - slope(h)) / 2e-4 for h in np.eye(size) * 1e-4])
    u, h = chain.scale(), 1e-5

    def at(x: float) -> float:
        return float(chain._global(x, sampler_.states_.walk_energy(d.paths, chain.walk, chain.first_mean, phi), float((items[:, 0] ** 2).sum())))

    force = (at(u + h) - at(u - h)) / (2 * h)
    own = np.bincount(d.node_session, np.ones(d.nodes) if kind == moves_.SHIFT else phi)
    left_out = force * np.outer(own, own) / (d.nodes * (d.nodes - 1) * math.exp(2 * u))
    assert abs(force) > 20
    assert precision + left_out == pytest.approx(exact, abs=0.05 if kind == moves_.SHIFT else 0.3)


def test_the_precision_of_a_stretch_is_the_bend_of_the_votes_of_linked_roll_calls(tiny: Any) -> None:
    """Each vote's -l'' eta² along its session less the mean of its roll call's; l'' by differences."""
    d, c, size, h = tiny.votes, tiny.cells, len(tiny.votes.sessions), 1e-3
    weight = np.zeros((d.items, size))
    weight[tiny.item_of_cell, c.session] = c.weight
    expected = np.zeros((size, size))
    for v in np.flatnonzero(d.crosses):
        for k in range(d.item_starts[v], d.item_starts[v + 1]):
            eta, y = tiny.items[v, 0] * tiny.phi[d.item_node[k]], int(d.item_y[k])
            low, high = np.append(np.append(-np.inf, tiny.items[v, 1:]), np.inf)[[y - 1, y]]
            up, at, down = (float(log_between(low - eta - e, high - eta - e)) for e in (h, 0.0, -h))
            along = np.eye(size)[d.node_session[d.item_node[k]]] - weight[v]
            expected -= (up - 2 * at + down) / h**2 * eta**2 * np.outer(along, along)
    out, found = np.zeros(size), np.zeros((size, size))
    moves_.vote_gradient(
        moves_.STRETCH, d.item_starts, d.item_cuts, d.item_node, c.starts, c.session, c.weight, c.of_vote, 2.5, tiny.phi, tiny.items, out, True, found
    )
    assert np.abs(expected).max() > 0.01
    assert found == pytest.approx(expected, rel=1e-3, abs=1e-5)


@pytest.mark.parametrize("scaled", [True, False])
def test_every_state_is_in_one_group_of_paths(tiny: Any, scaled: bool) -> None:
    """One by one where the scale is fixed and the world is small, all at once where it is not."""
    d = tiny.votes
    chain = sampler_.Chain(d, tiny.walk, tiny.first_mean, tiny.phi, tiny.items, tiny.anchors, seed=1, bound=2.5, scaled=scaled, block=4)
    assert chain.groups == ([(k, k + 1) for k in range(12)] if scaled else [(0, 12)])
    chain.sweep(sampler_.parted(None, 1), learn=0.0)
    if not scaled:
        assert (chain.phi != tiny.phi).mean() > 0.5


def test_every_pass_of_the_published_update_is_standardised(tiny: Any) -> None:
    chain = filter_.FilterChain(tiny.votes, 0.5, 1.0, tiny.phi, tiny.items, tiny.anchors, seed=3, bound=2.5)
    chain.sweep(sampler_.parted(None, 1), learn=0.1)
    assert chain.theta.mean() == pytest.approx(0.0, abs=1e-12)
    assert chain.theta.std(ddof=1) == pytest.approx(1.0, abs=1e-12)


def test_the_climb_comes_to_the_mode_of_every_roll_call_on_the_stated_scale(tiny: Any) -> None:
    """Mean 0 and standard deviation 1, the anchor positive, and no slope left in any roll call whose cutpoints lie between votes."""
    d = tiny.votes
    sign, _ = start_.anchors_of(d, {"S00": 1.0})
    theta, items, _ = start_.climb(
        d, tiny.walk, tiny.first_mean, sign, bound=2.5, scaled=True, each=sampler_.parted(None, 1), steps=400, settle=1e-9
    )
    assert theta.mean() == pytest.approx(0.0, abs=1e-9)
    assert theta.std(ddof=1) == pytest.approx(1.0, abs=1e-9)
    inside = [v for v in np.flatnonzero(d.sorts == items_.BOTH) if np.abs(items[v, 1:]).max() < 2.3]
    assert len(inside) > 5
    for v in inside:
        a, z = d.item_starts[v], d.item_starts[v + 1]
        x, y = theta[d.item_node[a:z]], d.item_y[a:z]

        def f(p: Floats, x: Floats = x, y: Any = y) -> float:
            eta = p[0] * x
            log = np.where(y == 1, log_ndtr(p[1] - eta), np.where(y == 3, log_ndtr(eta - p[2]), log_between(p[1] - eta, p[2] - eta)))
            return float(log.sum()) - 0.5 * p[0] ** 2 + math.log(p[2] - p[1])

        assert first(f, items[v]) == pytest.approx(np.zeros(3), abs=0.02)
    assert start_.spread(d, sign) @ sign > 0
    assert start_.spread(d, -sign) @ sign < 0


def test_roll_calls_start_at_their_shares(tiny: Any) -> None:
    """Where the cutpoints lie between votes the first values give about the shares of votes for and against."""
    d = tiny.votes
    theta = tiny.standard()[0]
    items, _ = start_.first_items(d, theta, 2.5)
    for v in np.flatnonzero(d.sorts == items_.BOTH):
        shares = d.counts[v] / d.counts[v].sum()
        x = items[v, 0] * theta[d.item_node[d.item_starts[v] : d.item_starts[v + 1]]].mean()
        assert ndtr(items[v, 1] - x) == pytest.approx(shares[0], abs=0.12)
