"""Ideal points: worlds whose truth is known, the diagnostics against plain formulae, bad input, and (slow) calibration and the real votes."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import NDArray
from scipy.special import log_ndtr, ndtri
from scipy.stats import kstest, norm, rankdata

from comity.core import BadDataError, UsageError
from comity.models import _ideal_items as items_
from comity.models import _ideal_moves as moves_
from comity.models import _ideal_sampler as sampler_
from comity.models import _ideal_start as start_
from comity.models import _ordinal, breaks, ideal_asof, ideal_points
from comity.models._ideal_data import encode, walk_variances
from comity.models._ideal_diagnostics import diagnostics
from comity.models._ideal_filter import quantile
from ideal_worlds import World, ranks, walk, world

Options = dict[str, Any]
SMALL: Options = {"polarity": {"S00": 1.0}, "draws": 200, "burn": 100}
TABLE_ERROR = 1e-9
"""What the table of cubics promises, with room."""


@pytest.fixture(scope="module")
def made() -> World:
    return world(np.random.default_rng(7), states=12, sessions=4, calls=14)


@pytest.fixture(scope="module")
def fitted(made: World) -> ideal_points.IdealPoints:
    return ideal_points.fit(made.votes, threads=1, **SMALL)


def turned(made: World, result: ideal_points.IdealPoints) -> tuple[NDArray[np.float64], float]:
    """The true ideal points turned to the side of the fit, and the sign that this took."""
    sign = 1.0 if made.theta.ravel() @ result.mean >= 0 else -1.0
    return sign * made.theta.ravel(), sign


def test_log_probabilities_are_those_of_the_normal() -> None:
    for x in np.linspace(-45, 12, 400):
        assert _ordinal.log_cdf(x) == pytest.approx(log_ndtr(x), abs=TABLE_ERROR, rel=1e-8)
    for low, high in [(-0.3, 0.4), (3.0, 3.2), (-6.0, -5.5), (-9.0, 9.0), (5.9, 6.0), (-1e-3, 1e-3), (7.0, 9.0)]:
        exact = norm.logsf(low) + math.log1p(-math.exp(norm.logsf(high) - norm.logsf(low))) if low > 0 else math.log(norm.cdf(high) - norm.cdf(low))
        assert _ordinal.log_between(low, high) == pytest.approx(exact, abs=1e-5)
    assert _ordinal.log_between(1.0, 1.0) == -math.inf
    assert sum(math.exp(_ordinal.log_likelihood(y, 0.7, -0.2, 1.1)) for y in (1, 2, 3)) == pytest.approx(1.0, abs=TABLE_ERROR)
    assert [quantile(p) for p in (1e-300, 1e-9, 0.2, 0.5, 0.975)] == pytest.approx([ndtri(p) for p in (1e-300, 1e-9, 0.2, 0.5, 0.975)], abs=1e-9)


@pytest.mark.parametrize("vote", [1, 2, 3])
@pytest.mark.parametrize("eta", [-2.5, 0.1, 3.0])
def test_slopes_are_those_of_the_log_probability(vote: int, eta: float) -> None:
    g1, g2, h = -0.4, 0.9, 1e-4

    def f(a: float, b: float) -> float:
        return float(_ordinal.log_likelihood(vote, eta, g1 + a, g2 + b))

    d1, d2, d11, d22, d12 = _ordinal.slopes(vote, eta, g1, g2)
    assert (d1, d2) == pytest.approx(((f(h, 0) - f(-h, 0)) / 2 / h, (f(0, h) - f(0, -h)) / 2 / h), abs=1e-5)
    second = ((f(h, 0) - 2 * f(0, 0) + f(-h, 0)) / h / h, (f(0, h) - 2 * f(0, 0) + f(0, -h)) / h / h)
    assert (d11, d22) == pytest.approx(second, abs=1e-2)
    assert d12 == pytest.approx((f(h, h) - f(h, -h) - f(-h, h) + f(-h, -h)) / 4 / h / h, abs=1e-2)


@pytest.mark.parametrize("kind", [moves_.SHIFT, moves_.STRETCH])
def test_the_gradient_of_a_move_of_sessions_is_that_of_its_ratio(made: World, kind: int) -> None:
    """Likelihood, Jacobian, walk and scale together, by central differences; with a roll call that links two sessions."""
    coded = encode(made.votes, bridges=[(20, 3)])
    assert coded.crosses.sum() == 1
    variances, mean = walk_variances(coded, 0.5, 1.0), np.zeros(len(coded.states))
    sign, _ = start_.anchors_of(coded, {"S00": 1.0})
    each = sampler_.parted(None, 1)
    start = start_.climb(coded, variances, mean, sign, bound=2.5, scaled=True, each=each, steps=5)
    chain = sampler_.Chain(coded, variances, mean, *start, seed=1, bound=2.5, scaled=True, block=4)
    for _ in range(5):
        chain.sweep(each, learn=0.2)

    def value(by: NDArray[np.float64]) -> float:
        c, phi, items = chain.cells, np.empty_like(chain.phi), np.empty_like(chain.items)
        jacobian = moves_.moved(kind, by, coded.node_session, c.starts, c.session, c.weight, 2.5, chain.phi, chain.items, phi, items)
        likelihood = sum(
            items_.item_log_likelihood(coded.item_starts[v], *coded.item_cuts[v], coded.item_starts[v + 1], coded.item_node, phi, *items[v])
            for v in range(coded.items)
        )
        energy = sampler_.states_.walk_energy(coded.paths, variances, mean, phi)
        return float(jacobian + likelihood + chain._global(0.5 * math.log(phi.var(ddof=1)), energy, float(items[:, 0] @ items[:, 0])))

    slope = chain._slope(kind, precise=False)[0]
    for t in range(len(coded.sessions)):
        h = np.zeros(len(coded.sessions))
        h[t] = 1e-5
        assert slope[t] == pytest.approx((value(h) - value(-h)) / 2e-5, abs=1e-3, rel=1e-3)

    for by in np.random.default_rng(kind).normal(0, 0.3, (5, len(coded.sessions))):
        c, phi, items = chain.cells, np.empty_like(chain.phi), np.empty_like(chain.items)
        moves_.moved(kind, by, coded.node_session, c.starts, c.session, c.weight, 2.5, chain.phi, chain.items, phi, items)
        whole = [
            sum(
                items_.item_log_likelihood(coded.item_starts[v], *coded.item_cuts[v], coded.item_starts[v + 1], coded.item_node, x, *y[v])
                for v in range(coded.items)
            )
            for x, y in ((chain.phi, chain.items), (phi, items))
        ]
        found = moves_.change(
            kind, coded.item_starts, coded.item_cuts, coded.item_node, c.starts, 2.5, chain.phi, chain.items, phi, items
        )
        assert found == pytest.approx(whole[1] - whole[0], abs=1e-7)


def test_the_precision_of_a_shift_is_minus_the_second_derivative(made: World) -> None:
    """Of votes and of the walk, by differences of their own gradients, far from the bounds."""
    coded = encode(made.votes, bridges=[(20, 3), (30, 5)])
    variances, mean = walk_variances(coded, 0.5, 1.0), np.zeros(len(coded.states))
    sign, _ = start_.anchors_of(coded, {"S00": 1.0})
    start = start_.climb(coded, variances, mean, sign, bound=2.5, scaled=True, each=sampler_.parted(None, 1), steps=5)
    chain = sampler_.Chain(coded, variances, mean, *start, seed=1, bound=2.5, scaled=True, block=4)
    c, size, far = chain.cells, len(coded.sessions), 60.0

    def slopes(by: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        phi, items = np.empty_like(chain.phi), np.empty_like(chain.items)
        moves_.moved(moves_.SHIFT, by, coded.node_session, c.starts, c.session, c.weight, far, chain.phi, chain.items, phi, items)
        votes, walks = np.zeros(size), np.zeros(size)
        votes2, walks2 = np.zeros((size, size)), np.zeros((size, size))
        moves_.vote_gradient(
            moves_.SHIFT, coded.item_starts, coded.item_cuts, coded.item_node, c.starts, c.session, c.weight, c.of_vote, far,
            phi, items, votes, True, votes2,
        )
        moves_.walk_gradient(moves_.SHIFT, coded.paths, coded.node_session, variances, mean, phi, 1.3, walks, True, walks2)
        return votes, walks, votes2, walks2

    _, _, votes2, walks2 = slopes(np.zeros(size))
    assert np.abs(votes2).max() > 0.1
    for t in range(size):
        h = np.zeros(size)
        h[t] = 1e-4
        up, down = slopes(h), slopes(-h)
        assert votes2[t] == pytest.approx((down[0] - up[0]) / 2e-4, abs=2e-3)
        assert walks2[t] == pytest.approx((down[1] - up[1]) / 2e-4, abs=1e-5)


def test_a_small_world_is_recovered(made: World, fitted: ideal_points.IdealPoints) -> None:
    truth, sign = turned(made, fitted)
    assert np.corrcoef(fitted.mean, truth)[0, 1] > 0.9
    assert np.mean((truth >= fitted.quantiles[:, 0]) & (truth <= fitted.quantiles[:, 4])) > 0.75
    assert np.all(np.diff(fitted.quantiles, axis=1) >= 0)
    kept = np.isin(np.arange(len(made.beta)), fitted.items.rollcalls)
    assert np.corrcoef(fitted.items.beta, sign * made.beta[kept])[0, 1] > 0.8
    assert np.all(fitted.items.cut1 < fitted.items.cut2)


def test_every_draw_is_standardised(fitted: ideal_points.IdealPoints) -> None:
    draws = fitted.draws.astype(float)
    assert np.abs(draws.mean(axis=1)).max() < 1e-6
    assert np.abs(draws.std(axis=1, ddof=1) - 1).max() < 1e-5
    assert fitted.draws.dtype == np.float32


@pytest.mark.parametrize("options", [{}, {"prior": "filter"}, {"method": "em"}], ids=["smoother", "filter", "em"])
def test_the_draws_depend_on_the_seed_and_not_on_the_threads(made: World, options: Options) -> None:
    some = {**SMALL, **options, "draws": 20, "burn": 10}
    one, four, other = (ideal_points.fit(made.votes, threads=t, seed=s, **some) for t, s in ((1, 3), (4, 3), (1, 4)))
    assert np.array_equal(one.draws, four.draws)
    assert np.array_equal(one.items.beta, four.items.beta)
    assert not np.array_equal(one.draws, other.draws)


def test_the_order_of_rows_and_the_form_of_the_table_change_nothing(made: World) -> None:
    import pandas as pd

    some = {**SMALL, "draws": 20, "burn": 10, "threads": 1}
    order = np.random.default_rng(1).permutation(len(made.votes["vote"]))
    mixed = {k: v[order] for k, v in made.votes.items()}
    one = ideal_points.fit(made.votes, **some)
    for table in (mixed, pa.table(mixed), pd.DataFrame(mixed)):
        assert np.array_equal(ideal_points.fit(table, **some).draws, one.draws)


def test_tables_have_a_row_for_each(fitted: ideal_points.IdealPoints) -> None:
    table = fitted.tidy()
    assert table.num_rows == 48
    levels = ["q05", "q10", "q50", "q90", "q95"]
    assert table.column_names == ["state", "session", "votes", "mean", "sd", *levels, "rhat", "ess_bulk", "ess_tail", "mcse"]
    items = fitted.items.tidy()
    assert items.num_rows == len(fitted.items.rollcalls)
    assert {"rollcall", "session", "beta", "beta_sd", "cut1", "cut2"} <= set(items.column_names)
    assert 0 < fitted.diagnostics.acceptance["paths"] <= 1
    assert fitted.diagnostics.summary()["ess_bulk_median"] > 20


def test_distances_are_of_joint_draws(fitted: ideal_points.IdealPoints) -> None:
    table = ideal_points.distance(fitted, "S00", "S05")
    a, b = (list(fitted.of(s).values()) for s in ("S00", "S05"))
    d = fitted.draws[:, a].astype(float) - fitted.draws[:, b]
    assert np.allclose(table["mean"], np.abs(d).mean(axis=0))
    assert np.allclose(table["sd"], np.abs(d).std(axis=0, ddof=1))
    assert np.allclose(table["signed"], fitted.draws[:, a].mean(axis=0, dtype=float) - fitted.draws[:, b].mean(axis=0, dtype=float))
    near = ideal_points.nearer_probability(fitted, "S00", "S05", "S07")
    assert np.all((np.array(near["p"]) >= 0) & (np.array(near["p"]) <= 1))
    with pytest.raises(UsageError, match="different"):
        ideal_points.nearer_probability(fitted, "S00", "S00", "S07")
    with pytest.raises(UsageError, match="no ideal point"):
        ideal_points.distance(fitted, "S00", "ZZZ")


def test_r_hat_and_sample_sizes_are_those_of_known_chains() -> None:
    """An AR(1) chain with correlation r has n (1 - r) / (1 + r) effective draws; chains apart have a large R-hat."""
    rng = np.random.default_rng(5)
    x = np.zeros((4, 2000, 2))
    for k in range(1, 2000):
        x[:, k, 0] = 0.6 * x[:, k - 1, 0] + rng.standard_normal(4)
    x[:, :, 1] = rng.standard_normal((4, 2000)) + 2.0 * np.arange(4)[:, None]
    rhat, bulk, tail, mcse = diagnostics(x)
    assert bulk[0] == pytest.approx(2000, rel=0.2)
    assert rhat[0] < 1.01
    assert 500 < tail[0] < 8000
    assert mcse[0] == pytest.approx(1.25 / math.sqrt(2000), rel=0.2)
    assert rhat[1] > 1.5
    assert bulk[1] < 20


def split_r_hat(x: NDArray[np.float64]) -> float:
    """R-hat of Vehtari et al. (2021, Bayesian Analysis 16:667-718), by their formulae: of ranks and of folded ranks, halves apart, the larger."""
    n = x.shape[1] // 2
    halves = np.concatenate([x[:, :n], x[:, -n:]])

    def plain(y: NDArray[np.float64]) -> float:
        score = ndtri((rankdata(y).reshape(y.shape) - 0.375) / (y.size + 0.25))
        within, between = score.var(axis=1, ddof=1).mean(), score.mean(axis=1).var(ddof=1)
        return math.sqrt((n - 1) / n + between / within)

    return max(plain(halves), plain(np.abs(halves - np.median(halves))))


def test_r_hat_is_that_of_the_paper_for_chains_that_drift_or_differ_in_spread() -> None:
    rng = np.random.default_rng(6)
    x = 10.0 + rng.standard_normal((3, 201, 20))
    x[:, :, 1] += np.linspace(0, 3, 201)
    x[1, :, 2] = 10.0 + 3.0 * (x[1, :, 2] - 10.0)
    x[:, :, 3] = np.round(x[:, :, 3])
    rhat = diagnostics(x)[0]
    assert rhat == pytest.approx([split_r_hat(x[:, :, k]) for k in range(20)], rel=1e-7)
    assert rhat[1] > 1.2 and rhat[2] > 1.1 and rhat[4] < 1.05
    with ThreadPoolExecutor(2) as pool:
        for one, other in zip(diagnostics(x), diagnostics(x, pool), strict=True):
            assert np.array_equal(one, other)


class Still:
    """A chain that accepts three of four proposals and whose state is its pass."""

    def __init__(self, votes: Any) -> None:
        self.passes, self.item_accepted, self.votes = 0, np.zeros(votes.items), votes

    def sweep(self, each: Any, *, learn: float) -> None:
        self.passes += 1
        self.item_accepted += 0.75

    def standard(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return np.full(self.votes.nodes, float(self.passes)), np.zeros((self.votes.items, 3))


def test_draws_are_thinned_after_the_burn_in_and_progress_is_told(made: World) -> None:
    told: list[tuple[int, int]] = []
    coded = encode(made.votes)
    thetas, _, acceptance = ideal_points.sample(
        coded, lambda _: Still(coded), chains=1, draws=20, burn=10, thin=5, threads=1, progress=lambda k, n: told.append((k, n))
    )
    assert thetas[0, :, 0].tolist() == [15.0, 20.0, 25.0, 30.0]
    assert told == [(1, 30), (11, 30), (21, 30)]
    _, _, acceptance = ideal_points.sample(coded, lambda _: Still(coded), chains=3, draws=20, burn=10, thin=5, threads=1, progress=None)
    assert acceptance["items"] == pytest.approx(0.75)


def test_draws_are_turned_to_the_side_of_the_anchors() -> None:
    """Of places and slopes together; a draw that is mirrored by itself is turned back first."""
    rng = np.random.default_rng(2)
    truth = np.array([1.0, 0.2, -1.2])
    clean = (truth + 0.05 * rng.standard_normal((2, 30, 3))).astype(np.float32)
    slopes = np.ones((2, 30, 4, 3), dtype=np.float32)
    for sign in (1.0, -1.0):
        flip = np.where(rng.random((2, 30)) < 0.4, -1.0, 1.0).astype(np.float32)
        thetas, parameters = clean * flip[..., None], slopes.copy()
        parameters[..., 0] *= flip[..., None]
        assert ideal_points.turn(thetas, parameters, np.array([sign, 0.0, 0.0])) is None
        assert np.array_equal(thetas, np.float32(sign) * clean)
        assert np.array_equal(parameters[..., 0], np.float32(sign) * slopes[..., 0]) and np.array_equal(parameters[..., 1:], slopes[..., 1:])
        alone = clean * flip[..., None]
        ideal_points.turn(alone, None, np.array([sign, 0.0, 0.0]))
        assert np.array_equal(alone, thetas)


def test_cutpoints_are_supported_by_votes_on_either_side() -> None:
    """Roll calls with no votes for, none against, no abstention, all three, and all alike."""
    cast = {1: "YYAA", 2: "AANN", 3: "YYNN", 4: "YANN", 5: "YYYY", 6: "AAAA", 7: "YYYN"}
    code = {"Y": 1, "A": 2, "N": 3}
    rows = [(f"S{k}", v, code[c]) for v, line in cast.items() for k, c in enumerate(line)]
    votes = {"state": [r[0] for r in rows], "session": [1] * len(rows), "rollcall": [r[1] for r in rows], "vote": [r[2] for r in rows]}
    items = ideal_points.fit({k: np.array(v) for k, v in votes.items()}, keep_unanimous=True, threads=1, draws=10, burn=4).items
    assert dict(zip(items.rollcalls, zip(items.cut1_supported.tolist(), items.cut2_supported.tolist(), strict=True), strict=True)) == {
        1: (True, False), 2: (False, True), 3: (True, True), 4: (True, True), 5: (False, False), 6: (False, False), 7: (True, True)
    }  # fmt: skip


def test_the_bands_of_the_quick_method_are_normal(made: World) -> None:
    quick = ideal_points.fit(made.votes, method="em", threads=1, polarity={"S00": 1.0})
    assert quick.quantiles == pytest.approx(quick.mean[:, None] + quick.sd[:, None] * norm.ppf([0.05, 0.1, 0.5, 0.9, 0.95]), abs=1e-9)


def test_sessions_that_one_of_three_has_not_are_left_out(fitted: ideal_points.IdealPoints) -> None:
    from dataclasses import replace

    for gone in ("S00", "S05", "S07"):
        kept = np.array([not (s == gone and t == 2) for s, t in zip(fitted.states, fitted.sessions, strict=True)])
        states = tuple(s for s, k in zip(fitted.states, kept, strict=True) if k)
        part = replace(fitted, states=states, sessions=fitted.sessions[kept], draws=fitted.draws[:, kept], _rows={})
        near = ideal_points.nearer_probability(part, "S00", "S05", "S07")
        assert near["session"].to_pylist() == [1, 3, 4]


def test_links_are_followed_to_the_earliest() -> None:
    calls = np.repeat(np.arange(6), 3)
    votes = {"state": np.tile(["A", "B", "C"], 6), "session": calls + 1, "rollcall": calls + 100, "vote": np.tile([1, 2, 3], 6)}
    coded = encode(votes, bridges=[(105, 103), (103, 101), (104, 102), (104, 101)])
    assert coded.rollcalls == (100, 101, 102)
    assert coded.linked.tolist() == [1, 4, 1]
    link = np.array([None, None, None, 101, 101, 103], dtype=object)[calls]
    assert encode({**votes, "link": link}).linked.tolist() == [1, 4, 1]
    either = [encode(votes, bridges=pairs).linked.tolist() for pairs in ([(104, 101), (104, 102)], [(104, 102), (104, 101)])]
    assert either == [[1, 2, 1, 1, 1]] * 2, "the least of the earlier ones, in whichever order they are given"


def bad(**changes: Any) -> Options:
    votes: Options = {"state": ["A", "B", "C"] * 2, "session": [1] * 6, "rollcall": [1, 1, 1, 2, 2, 2], "vote": [1, 2, 3, 1, 1, 3]}
    return {k: np.array(v, dtype=object if any(x is None for x in v) else None) for k, v in {**votes, **changes}.items()}


@pytest.mark.parametrize(
    ("votes", "error", "words"),
    [
        (bad(vote=[1, 8, 9, 1, 1, 3]), BadDataError, r"codes \[8, 9\] in 2 rows"),
        (bad(vote=[1, 2, np.nan, 1, 1, 3]), BadDataError, "nan"),
        (bad(vote=[1, 2, 1.5, 1, 1, 3]), BadDataError, "1.5"),
        (bad(vote=["yes", "no", "no", "yes", "yes", "no"]), BadDataError, "whole numbers"),
        (bad(vote=[0] * 6), BadDataError, "all 6 votes are absences"),
        (bad(vote=[1, 1, 1, 3, 3, 3]), BadDataError, "unanimous"),
        (bad(state=["A", None, "C"] * 2), BadDataError, "nulls"),
        (bad(session=[1, 1, 2, 1, 1, 1]), BadDataError, "two sessions"),
        (bad(session=[1, 1, np.inf, 1, 1, 1]), BadDataError, "inf"),
        (bad(state=["A", "A", "C"] * 2), BadDataError, "given twice"),
        ({"state": ["A"], "session": [1], "rollcall": [1]}, UsageError, "no column vote"),
        ([1, 2, 3], UsageError, "expected an Arrow table"),
        (bad(vote=[1, 2]), UsageError, "one length"),
    ],
)
def test_bad_votes_are_refused_with_a_reason(votes: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        ideal_points.fit(votes)


@pytest.mark.parametrize(
    "options",
    [
        {"prior": "kalman"}, {"method": "vb"}, {"chains": 0}, {"draws": 2}, {"smooth": 0.0}, {"bound": math.nan}, {"threads": 0},
        {"prior": "filter", "method": "em"},
    ],
)
def test_bad_options_are_refused(made: World, options: Options) -> None:
    with pytest.raises(UsageError, match="expected"):
        ideal_points.fit(made.votes, **options)


@pytest.mark.parametrize("options", [{}, {"prior": "filter"}, {"method": "em"}], ids=["smoother", "filter", "em"])
def test_odd_worlds_are_fitted_and_told(made: World, options: Options) -> None:
    """A state with one vote, a unanimous roll call, an absence throughout, a session missing, and a second bloc with no roll call in common."""
    v = made.votes
    away = {k: x[v["session"] != 3] for k, x in v.items()}
    bloc = {k: x.copy() for k, x in away.items()}
    bloc["state"] = np.char.add("B", bloc["state"])
    bloc["rollcall"] = bloc["rollcall"] + 1000
    more = {
        "state": np.array(["ONE", "S00", "S01", "GONE"]), "session": np.array([1, 1, 1, 2]),
        "rollcall": np.array([0, 900, 900, 20]), "vote": np.array([3, 1, 1, 0]),
    }  # fmt: skip
    votes = {k: np.concatenate([away[k], bloc[k], more[k]]) for k in v}
    result = ideal_points.fit(votes, threads=1, **{**SMALL, **options, "draws": 60, "burn": 30})
    told = " | ".join(result.diagnostics.warnings)
    for words in ("one vote", "ONE", "cast one vote", "GONE", "sessions without a vote that counts: 3", "2 blocs (of [13, 12])"):
        assert words in told
    assert np.isfinite(result.mean).all()
    assert np.isfinite(result.sd).all()
    assert result.row("ONE", 1) is not None
    assert result.row("GONE", 2) is None


def test_no_anchor_is_told(made: World) -> None:
    result = ideal_points.fit(made.votes, threads=1, draws=20, burn=10)
    assert any("the sign is fixed by S00" in w for w in result.diagnostics.warnings)
    assert result.mean[:4].sum() > 0


def test_filtered_rows_do_not_look_ahead(made: World) -> None:
    some: Options = {"threads": 1, "polarity": {"S00": 1.0}}
    early = {k: x[made.votes["session"] <= 3] for k, x in made.votes.items()}
    whole = ideal_asof.filtered(made.votes, first=2, **some)
    part = ideal_asof.filtered(early, first=2, **some)
    rows = [whole.row(s, int(t)) for s, t in zip(part.states, part.sessions, strict=True)]
    assert np.array_equal(whole.mean[rows], part.mean)
    assert np.array_equal(whole.sd[rows], part.sd)
    assert np.corrcoef(whole.mean, turned(made, whole)[0])[0, 1] > 0.8


def test_an_update_keeps_the_past_and_comes_near_the_whole_fit(made: World, fitted: ideal_points.IdealPoints) -> None:
    new = {k: x[made.votes["session"] == 4] for k, x in made.votes.items()}
    past = ideal_asof.as_of(made.votes, 3, threads=1, **SMALL)
    assert past.sessions.max() == 3
    both = ideal_asof.update(past, new, threads=1)
    rows = [both.row(s, int(t)) for s, t in zip(past.states, past.sessions, strict=True)]
    assert np.array_equal(both.mean[rows], past.mean)
    late = both.sessions == 4
    assert np.corrcoef(both.mean[late], fitted.mean[fitted.sessions == 4])[0, 1] > 0.95
    with pytest.raises(UsageError, match="expected sessions after 4"):
        ideal_asof.update(both, new)


def test_the_quick_method_is_near_the_full_one(made: World, fitted: ideal_points.IdealPoints) -> None:
    quick = ideal_points.fit(made.votes, method="em", threads=1, polarity={"S00": 1.0})
    assert quick.method == "em"
    assert np.corrcoef(quick.mean, fitted.mean)[0, 1] > 0.99
    assert 0.7 < np.median(quick.sd / fitted.sd) < 1.4


@pytest.mark.slow
def test_ranks_of_the_truth_are_uniform(monkeypatch: pytest.MonkeyPatch) -> None:
    """Simulation-based calibration (Talts et al. 2018, arXiv:1804.06788): 100 small worlds, 70 quantities, Kolmogorov p > .01 on 95 in 100."""
    grabbed: dict[str, Any] = {}
    summarised = ideal_points.summarised

    def spy(votes: Any, thetas: Any, parameters: Any, *rest: Any, **options: Any) -> Any:
        grabbed["thetas"], grabbed["items"] = thetas.reshape(-1, thetas.shape[2]), parameters.reshape(-1, *parameters.shape[2:])
        return summarised(votes, thetas, parameters, *rest, **options)

    monkeypatch.setattr(ideal_points, "summarised", spy)
    rng = np.random.default_rng(1)

    def fit(votes: Any, bound: float) -> Any:
        options: Options = {"draws": 1500, "burn": 300, "thin": 3, "threads": 1, "bound": bound, "keep_unanimous": True, "polarity": {"S00": 1.0}}
        result = ideal_points.fit(votes, seed=int(rng.integers(10**9)), **options)
        return result, grabbed["thetas"], grabbed["items"]

    found = np.array([ranks(rng, fit) for _ in range(100)])
    values = np.array([kstest(found[:, k], "uniform").pvalue for k in range(found.shape[1])])
    assert np.mean(values > 0.01) >= 0.95


@pytest.mark.slow
def test_bands_cover_the_truth_in_a_world_of_full_size() -> None:
    """190 states, 70 sessions, 60 roll calls each, one vote in ten missing: 90 per cent bands cover 88 to 92."""
    rng = np.random.default_rng(11)
    states, sessions, calls = 190, 70, 60
    theta = walk(rng, states, sessions)
    number = sessions * calls
    beta, cuts = rng.standard_normal(number), np.sort(rng.uniform(-3, 3, (number, 2)), axis=1)
    call, state = (a.ravel() for a in np.meshgrid(np.arange(number), np.arange(states), indexing="ij"))
    z = beta[call] * theta[state, call // calls] + rng.standard_normal(len(call))
    vote = 1 + (z > cuts[call, 0]).astype(int) + (z > cuts[call, 1]).astype(int)
    vote[rng.random(len(vote)) < 0.1] = 0
    votes = {"state": np.array([f"S{k:03d}" for k in range(states)])[state], "session": call // calls + 1, "rollcall": call, "vote": vote}
    result = ideal_points.fit(votes, polarity={"S000": 1.0}, draws=400, bound=3.0, keep_unanimous=True)
    truth = (theta - theta.mean()).ravel()
    truth = truth if truth @ result.mean >= 0 else -truth
    covered = float(np.mean((truth >= result.quantiles[:, 0]) & (truth <= result.quantiles[:, 4])))
    assert 0.88 <= covered <= 0.92


@pytest.mark.slow
def test_russia_breaks_between_sessions_76_and_77(full_home: Path) -> None:
    """The UN Digital Library's votes to 2025: the largest change of Russia's path since 1992 is that of 2022."""
    import pyarrow.parquet as pq

    table = pq.read_table(full_home / "tables" / "undl_votes.parquet", columns=["undl_id", "session", "seat", "vote"])
    table = table.rename_columns(["rollcall", "session", "state", "vote"])
    result = ideal_points.fit(table.filter(pa.compute.greater_equal(table["session"], 47)), method="em")
    rows = result.of("RUS")
    n = result.votes[list(rows.values())].astype(float)
    found = breaks.in_paths(result.draws[:, list(rows.values())], list(rows), variances=0.5 * n[1:] / (n[1:] + n[:-1]))
    assert found.times[np.argmax(found.p_largest)] == 77
    assert found.p_largest.max() > 0.9


@pytest.mark.slow
def test_without_votes_the_sampler_draws_the_stated_prior(monkeypatch: pytest.MonkeyPatch) -> None:
    """The walk given standard deviation 1, drawn by rejection, against the chain with every vote taken away: within four standard errors."""
    from dataclasses import replace

    rng = np.random.default_rng(0)
    some = world(rng, states=10, sessions=4, calls=10)
    full = encode(some.votes, keep_unanimous=True)
    cells = moves_.cells_of(full)
    monkeypatch.setattr(moves_, "cells_of", lambda votes: cells)
    none = {k: np.zeros_like(getattr(full, k)) for k in ("item_starts", "item_cuts", "node_starts", "node_cuts")}
    empty = replace(full, sorts=np.full(full.items, items_.NONE, dtype=np.int8), **none)
    items = np.stack([some.beta, np.full(full.items, -0.5), np.full(full.items, 0.5)], axis=1)
    start = (walk(rng, 10, 4).ravel(), items, items.copy())
    chain = sampler_.Chain(empty, walk_variances(full, 0.5, 1.0), np.zeros(10), *start, seed=3, bound=2.5, scaled=True, block=4)
    each = sampler_.parted(None, 1)
    for k in range(500):
        chain.sweep(each, learn=max(0.02, 1.0 / (k + 2)))

    def told(x: NDArray[np.float64]) -> tuple[float, ...]:
        x = x.reshape(10, 4) - x.mean()
        return float(np.diff(x, axis=1).std()), float(np.abs(x.mean(axis=1)).mean()), float(x[:, 0].std())

    got = []
    for _ in range(12_000):
        chain.sweep(each, learn=0.0)
        theta, beta = chain.standard()
        got.append((*told(theta), float((beta[:, 0] ** 2).mean())))
    chained, exact = np.array(got), np.array([told(walk(rng, 10, 4)) for _ in range(4000)])
    error = chained.reshape(40, -1, 4).mean(axis=1).std(axis=0) / math.sqrt(40)
    truth, wide = np.append(exact.mean(axis=0), 1.0), np.append(exact.std(axis=0) / math.sqrt(len(exact)), 0.0)
    assert np.all(np.abs(chained.mean(axis=0) - truth) < 4.0 * np.sqrt(error**2 + wide**2))


@pytest.mark.slow
def test_votes_drawn_anew_before_each_pass_leave_the_prior_as_it_is() -> None:
    """Geweke (2004, JASA 99:799-804): passes given votes drawn from the present values have the prior as margin; within four standard errors."""
    rng = np.random.default_rng(1)
    states, sessions, calls = 10, 4, 10
    coded = encode(world(rng, states=states, sessions=sessions, calls=calls).votes, keep_unanimous=True)
    variances, mean, each = walk_variances(coded, 0.5, 1.0), np.zeros(states), sampler_.parted(None, 1)
    sign, _ = start_.anchors_of(coded, {"S00": 1.0})
    start = start_.climb(coded, variances, mean, sign, bound=2.5, scaled=True, each=each, steps=15)
    chain = sampler_.Chain(coded, variances, mean, *start, seed=1, bound=2.5, scaled=True, block=4)
    for k in range(300):
        chain.sweep(each, learn=max(0.05, 1.0 / (k + 2)))
    state, call = (a.ravel() for a in np.meshgrid(np.arange(states), np.arange(sessions * calls), indexing="ij"))
    names = np.array([f"S{k:02d}" for k in state])

    def told(x: NDArray[np.float64]) -> tuple[float, ...]:
        return float(np.diff(x, axis=1).std()), float(np.abs(x.mean(axis=1)).mean()), float(x[:, 0].std())

    got = []
    for _ in range(8000):
        items = chain.items
        z = items[call, 0] * chain.phi.reshape(states, sessions)[state, call // calls] + rng.standard_normal(len(call))
        vote = 1 + (z > items[call, 1]).astype(int) + (z > items[call, 2]).astype(int)
        chain.votes = encode({"state": names, "session": call // calls + 1, "rollcall": call, "vote": vote}, keep_unanimous=True)
        for _ in range(2):
            chain.sweep(each, learn=0.0)
        theta, beta = chain.standard()
        got.append((*told(theta.reshape(states, sessions)), float((beta[:, 0] ** 2).mean()), float(chain.items[:, 2].mean())))
    chained = np.array(got)
    exact = np.array([told(x - x.mean()) for x in (walk(rng, states, sessions) for _ in range(4000))])
    error = chained.reshape(40, -1, 5).mean(axis=1).std(axis=0) / math.sqrt(40)
    truth = np.concatenate([exact.mean(axis=0), [1.0, 2.5 / 3.0]])
    wide = np.concatenate([exact.std(axis=0) / math.sqrt(len(exact)), [0.0, 0.0]])
    assert np.all(np.abs(chained.mean(axis=0) - truth) < 4.0 * np.sqrt(error**2 + wide**2))
