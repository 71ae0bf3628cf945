"""The position of a pair: baseline, ranks, index and bands against brute force and made worlds whose truth is known."""

from __future__ import annotations

import statistics

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from comity.core import BadDataError, UsageError
from comity.models import position, position_checks
from comity.models.position import Family


def test_normal_scores_and_shares_are_those_of_the_standard_library() -> None:
    normal = statistics.NormalDist()
    p = np.linspace(0.001, 0.999, 999)
    assert np.allclose(position.scores(p), [normal.inv_cdf(x) for x in p], atol=1e-7)
    z = np.linspace(-8, 8, 333)
    assert np.allclose(position.shares(z), [normal.cdf(x) for x in z], atol=1e-13)
    assert np.isnan(position.scores(np.array([np.nan]))[0])


def test_the_baseline_recovers_its_elasticity_and_solves_the_score_equations() -> None:
    rng = np.random.default_rng(3)
    x = rng.normal(10, 2, 6000)
    y = rng.poisson(np.exp(-6 + 0.8 * x) * rng.gamma(1, 1, 6000)).astype(float)
    b = position.baseline(y, x)
    assert b == pytest.approx([-6, 0.8], abs=0.15)
    mu = np.exp(b[0] + b[1] * x)
    score = np.column_stack([np.ones(len(x)), x]).T @ ((y - mu) / (1 + mu))
    assert np.abs(score).max() < 1e-2


@pytest.mark.parametrize(("counts", "logs"), [([-1.0, 2], [1.0, 2]), ([0.0, 0], [1.0, 2]), ([1.0, 2], [np.inf, 2])])
def test_the_baseline_refuses_what_has_no_fit(counts: list[float], logs: list[float]) -> None:
    with pytest.raises(BadDataError, match="baseline"):
        position.baseline(np.array(counts), np.array(logs))


def test_peer_ranks_are_those_of_brute_force() -> None:
    rng = np.random.default_rng(1)
    mu = np.exp(rng.normal(0, 2, 700))
    y = rng.poisson(mu * rng.gamma(1, 1, 700)).astype(float)
    order = np.lexsort((y, mu))
    c, r = y[order], np.log1p(y[order]) - np.log1p(mu[order])
    expected = np.empty(700)
    for i in range(700):
        start = min(max(i - 100, 0), 500)
        window = np.arange(start, start + 200)
        none = c[window] == 0
        ties = none if c[i] == 0 else window == i
        lower = np.zeros(200, dtype=bool) if c[i] == 0 else none | (r[window] < r[i])
        expected[order[i]] = (lower.sum() + ties.sum() / 2) / 200
    assert np.allclose(position.peer_ranks(y, mu, peers=200), np.clip(expected, 1 / 400, 1 - 1 / 400))


@pytest.mark.parametrize("more", [0.2, 1.0, 7.0])
def test_more_never_lowers_a_rank(more: float) -> None:
    """Nor does a first unit, for the pairs of the greatest expected size, whose peers are all smaller."""
    rng = np.random.default_rng(2)
    mu, y = np.exp(np.sort(rng.normal(0, 2, 60))), rng.poisson(0.7, 60).astype(float)
    before = position.peer_ranks(y, mu, peers=20)
    for pair in range(60):
        raised = y.copy()
        raised[pair] += more
        assert position.peer_ranks(raised, mu, peers=20)[pair] >= before[pair]


@settings(max_examples=30, deadline=None)
@given(st.permutations(list(range(60))))
def test_ranks_do_not_turn_on_the_order_of_pairs(order: list[int]) -> None:
    rng = np.random.default_rng(2)
    mu, y = np.exp(rng.normal(0, 1, 60)), rng.poisson(3, 60).astype(float)
    assert np.allclose(position.peer_ranks(y[order], mu[order], peers=20), position.peer_ranks(y, mu, peers=20)[order])
    assert np.allclose(position.mid_ranks(y[order]), position.mid_ranks(y)[order])


def test_ranks_do_not_turn_on_the_unit() -> None:
    rng = np.random.default_rng(4)
    x = rng.normal(20, 2, 800)
    dollars = np.exp(0.9 * x + rng.normal(0, 1, 800))

    def ranks(value: np.ndarray, unit: float) -> np.ndarray:
        b = position.baseline(value / unit, x)
        return position.peer_ranks(value / unit, np.exp(b[0] + b[1] * x), peers=200)

    assert np.allclose(ranks(dollars, 1e6), ranks(dollars * 1000, 1e9))


def test_mid_ranks_of_a_yes_or_no_measure_have_two_values() -> None:
    assert sorted(set(position.mid_ranks(np.array([0.0] * 9 + [1.0])).tolist())) == pytest.approx([0.45, 0.95])


def _family(k: int = 3, r: float = 0.5, stays: float = 0.8) -> Family:
    return Family(name="joint", measures=tuple("abcde"[:k]), correlations=np.eye(k) * (1 - r) + r, stays=stays)


def test_the_index_of_all_measures_is_standard_normal_and_a_missing_one_is_left_out() -> None:
    family = _family()
    z = np.random.default_rng(5).multivariate_normal(np.zeros(3), family.correlations, 20_000)
    made = position.index(z, family)
    assert [np.quantile(made, q) for q in (0.1, 0.5, 0.9)] == pytest.approx([0.1, 0.5, 0.9], abs=0.01)
    alone = position.index(np.array([[1.0, np.nan, np.nan]]), family)
    assert alone[0] == pytest.approx(statistics.NormalDist().cdf(1.0))
    assert np.isnan(position.index(np.full((1, 3), np.nan), family)[0])


@settings(max_examples=40, deadline=None)
@given(arrays(np.float64, (4, 3), elements=st.floats(-3, 3)), st.integers(0, 2))
def test_more_of_one_measure_is_never_less_of_the_index(z: np.ndarray, column: int) -> None:
    more = z.copy()
    more[:, column] += 0.5
    assert (position.index(more, _family()) >= position.index(z, _family())).all()


@pytest.mark.parametrize("r", [0.2, 0.5])
def test_bands_cover_the_complete_index_with_the_true_weights(r: float) -> None:
    """80 % bands of incomplete, noisy scores cover the index of complete true scores with weights from the simplex in 76–84 %."""
    family, rng = _family(3, r), np.random.default_rng(6)
    n = 2500
    true = rng.multivariate_normal(np.zeros(3), family.correlations, n)
    weights = rng.dirichlet(np.ones(3), n)
    size = np.sqrt(np.einsum("nk,kl,nl->n", weights, family.correlations, weights))
    index = (weights * true).sum(axis=1) / size
    seen = np.where(rng.random((n, 3)) < 0.35, np.nan, true)
    seen[np.isnan(seen).all(axis=1), 0] = true[np.isnan(seen).all(axis=1), 0]
    made = position.standing(seen, np.zeros_like(seen), family, draws=400)
    covered = np.mean([m.low <= 100 * statistics.NormalDist().cdf(v) <= m.high for m, v in zip(made, index, strict=True)])
    assert 0.76 <= covered <= 0.84


def _world(rng: np.random.Generator, n: int, between: float, loading: float = 0.8) -> tuple[np.ndarray, np.ndarray]:
    """Scores [n, 6] of two families of three measures, and their two traits [n, 2] of a known correlation."""
    traits = rng.multivariate_normal([0, 0], [[1, between], [between, 1]], n)
    noise = rng.normal(size=(n, 6)) * np.sqrt(1 - loading**2)
    return loading * np.repeat(traits, 3, axis=1) + noise, traits


@pytest.mark.parametrize("between", [0.0, 0.4])
def test_two_families_are_recovered_with_a_third_missing(between: float) -> None:
    rng = np.random.default_rng(7)
    z, traits = _world(rng, 4000, between)
    z[rng.random(z.shape) < 0.33] = np.nan
    for k in (0, 1):
        part = z[:, 3 * k : 3 * k + 3]
        family = Family(name="x", measures=("a", "b", "c"), correlations=position.usable(position.correlations(part)), stays=0.0)
        made = position.index(part, family)
        assert position_checks.rank_correlation(made, traits[:, k]) >= 0.8
    assert position_checks.htmt(position.correlations(z), [0, 1, 2], [3, 4, 5]) == pytest.approx(max(between, 0.02), abs=0.06)


def test_one_factor_worlds_are_told_by_the_htmt() -> None:
    rng = np.random.default_rng(8)
    told = [position_checks.htmt(position.correlations(_world(rng, 400, 1.0)[0]), [0, 1, 2], [3, 4, 5]) >= 0.85 for _ in range(60)]
    assert np.mean(told) >= 0.9


def test_a_measure_that_ends_does_not_move_the_index_on_common_measures() -> None:
    family = _family()
    before, after = np.array([0.4, -0.3, 2.0]), np.array([0.4, -0.3, np.nan])
    moved = position.moved((before, np.zeros(3)), (after, np.zeros(3)), family, years=9)
    assert moved.used == ("a", "b")
    assert moved.change == pytest.approx(0.0)
    assert moved.p_more_common == 0.0


def test_a_move_of_one_measure_is_less_sure_with_the_missing_drawn() -> None:
    family = _family(3, 0.2)
    before, after = np.array([-1.0, 0.0, np.nan]), np.array([0.0, 0.0, np.nan])
    moved = position.moved((before, np.zeros(3)), (after, np.zeros(3)), family, years=10, draws=4000)
    assert moved.p_more < moved.p_more_common
    assert 0.5 < moved.p_up < 1.0


def test_a_random_measure_moves_the_index_by_no_more_than_its_weight() -> None:
    """With an uncorrelated fourth measure the rank order of the index stays: the tolerance stated is a rank correlation of .85."""
    rng = np.random.default_rng(9)
    family = _family(3, 0.5)
    z = rng.multivariate_normal(np.zeros(3), family.correlations, 3000)
    wide = np.column_stack([z, rng.normal(size=3000)])
    c = np.eye(4)
    c[:3, :3] = family.correlations
    more = Family(name="joint", measures=("a", "b", "c", "d"), correlations=c, stays=0.8)
    assert position_checks.rank_correlation(position.index(z, family), position.index(wide, more)) >= 0.85


@pytest.mark.parametrize("weights", [[-1.0, 1, 1], [0.0, 0, 0], [np.nan, 1, 1]])
def test_weights_that_are_none_are_refused(weights: list[float]) -> None:
    with pytest.raises(UsageError, match="weights"):
        position.checked_weights(np.array(weights))


def test_correlations_are_numpys_where_nothing_is_missing_and_nan_where_too_few_pairs_hold_both() -> None:
    z = np.random.default_rng(10).normal(size=(300, 3))
    assert np.allclose(position.correlations(z), np.corrcoef(z.T))
    assert np.allclose(position.correlations(z, np.repeat([1.0, 2.0], 150)), np.cov(z.T, fweights=np.repeat([1, 2], 150)) / np.sqrt(
        np.outer(*[np.diag(np.cov(z.T, fweights=np.repeat([1, 2], 150)))] * 2)))  # fmt: skip
    z[:, 2] = -0.1
    assert np.isnan(position.correlations(z)[1, 2])
    z[20:, 0] = np.nan
    assert np.isnan(position.correlations(z)[0, 1])


def test_usable_correlations_can_be_drawn_from() -> None:
    r = np.array([[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]])
    fixed = position.usable(r)
    assert np.linalg.eigvalsh(fixed).min() > 0
    assert np.allclose(np.diag(fixed), 1)


def test_auc_is_the_share_of_pairs_of_pairs_in_order() -> None:
    rng = np.random.default_rng(11)
    values, known = np.round(rng.normal(size=60), 1), rng.random(60) < 0.3
    higher = [(x > y) + (x == y) / 2 for x in values[known] for y in values[~known]]
    assert position_checks.auc(values, known) == pytest.approx(np.mean(higher))
    doubled = np.repeat(np.arange(60), 2)
    assert position_checks.auc(values, known, np.full(60, 2.0)) == pytest.approx(position_checks.auc(values[doubled], known[doubled]))


def test_bands_by_resampling_states_are_wider_than_by_pairs() -> None:
    """Where a state makes all its pairs alike, resampling pairs would overstate what is known."""
    rng = np.random.default_rng(12)
    n = 30
    one, other = np.triu_indices(n, 1)
    own = rng.normal(size=n)
    x = own[one] + own[other] + rng.normal(size=len(one)) * 0.1
    drawn = position_checks.resampled(one, other, n, lambda w: np.array(np.average(x, weights=w)), times=200)
    assert drawn.std() > 2 * x.std() / np.sqrt(len(x))


def test_krippendorffs_alpha_of_the_published_example() -> None:
    """Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, C: four observers, twelve units, nominal .743, interval .849, ordinal .815."""
    a = [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None]
    b = [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3]
    c = [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None]
    d = [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None]
    units = [list(u) for u in zip(a, b, c, d, strict=True)]
    assert position_checks.alpha(units) == pytest.approx(0.743, abs=0.0006)
    assert position_checks.alpha(units, level="interval") == pytest.approx(0.849, abs=0.0006)
    assert position_checks.alpha(units, level="ordinal") == pytest.approx(0.815, abs=0.0006)


def test_a_measure_that_is_there_or_not_has_a_baseline() -> None:
    x = np.repeat([1.0, 2.0], 50)
    y = np.concatenate([np.arange(50) < 10, np.arange(50) < 40]).astype(float)
    b = position.baseline(y, x)
    assert np.exp(b[0] + b[1] * np.array([1.0, 2.0])) == pytest.approx([0.2, 0.8], rel=1e-4)


def test_what_is_missing_keeps_less_the_longer_the_time() -> None:
    """The band of the change of an index with one of two unrelated measures missing grows from one year to ten and on to thirty."""
    family = Family(name="joint", measures=("a", "b"), correlations=np.eye(2), stays=0.8)
    z, e = np.array([0.3, np.nan]), np.zeros(2)
    wide = []
    for years in (1, 10, 30):
        found = position.moved((z, e), (z, e), family, years=years, draws=20_000, weights=np.array([0.5, 0.5]))
        wide.append(found.high - found.low)
    keep = 0.8 ** (np.array([1, 10, 30]) / 10)
    rng = np.random.default_rng(0)
    first, other = rng.standard_normal((2, 40_000))
    normal = np.vectorize(statistics.NormalDist().cdf)
    for band, k in zip(wide, keep, strict=True):
        second = k * first + np.sqrt(1 - k * k) * other
        drawn = 100 * (normal((0.3 + second) / np.sqrt(2)) - normal((0.3 + first) / np.sqrt(2)))
        assert band == pytest.approx(np.diff(np.quantile(drawn, position.BAND))[0], rel=0.06)


def test_rank_correlation_with_ties_is_spearmans_and_a_weight_is_a_repetition() -> None:
    from scipy.stats import spearmanr

    rng = np.random.default_rng(5)
    x, y, w = rng.integers(0, 4, 60).astype(float), rng.integers(0, 5, 60) + 0.0, rng.integers(1, 4, 60)
    assert position_checks.rank_correlation(x, y) == pytest.approx(spearmanr(x, y).statistic)
    whole = spearmanr(np.repeat(x, w), np.repeat(y, w)).statistic
    assert position_checks.rank_correlation(x, y, w.astype(float)) == pytest.approx(whole)


@pytest.mark.parametrize("size", [1e-9, 1.0, 1e6, 1e15])
def test_a_baseline_settles_whatever_the_size_of_the_counts(size: float) -> None:
    """At sizes where one more hardly counts, the elasticity does not turn on the unit either."""
    rng = np.random.default_rng(0)
    x = rng.normal(20, 2, 800)
    y = np.exp(0.9 * x - 18 + rng.normal(0, 1.5, 800)) * (rng.random(800) > 0.3)
    b = position.baseline(size * y, x)
    mu = np.exp(b[0] + b[1] * x)
    assert np.abs(((size * y - mu) / (1 + mu)).mean()) < 1e-3 * min(1.0, size * float(y.mean()))
    assert size < 1e6 or b[1] == pytest.approx(position.baseline(1e6 * y, x)[1], rel=1e-3)
