"""Standard errors against each other and against published formulae; bands against simulation from known truth."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from comity.core import UsageError
from comity.models import similarity
from comity.models._similarity_se import _influence, band_of_tables
from comity.models._similarity_tables import distances

VOTES = hnp.arrays(np.int8, st.tuples(st.integers(1, 4), st.integers(0, 10)), elements=st.integers(0, 3))
TRUTH = {
    "apart by choice": [[50, 8, 3], [5, 10, 2], [1, 3, 5]],
    "circumstance": np.outer([0.8, 0.12, 0.08], [0.82, 0.1, 0.08]),
    "opposed": [[10, 5, 45], [5, 10, 5], [5, 5, 10]],
    "mixed": [[35, 10, 5], [10, 10, 5], [5, 5, 15]],
}
"""Joint tables from which votes are drawn: the first is like China and Russia in session 74."""


def truth(name: str) -> Any:
    table = np.asarray(TRUTH[name], dtype=np.float64)
    return table / table.sum()


def drawn(table: Any, n: int, seed: int) -> Any:
    """Votes [2, n] whose joint table is drawn from the one given."""
    cells = np.random.default_rng(seed).choice(9, n, p=table.ravel())
    return np.stack([cells // 3 + 1, cells % 3 + 1])


@pytest.mark.parametrize("coefficient", similarity.COEFFICIENTS)
@pytest.mark.parametrize("name", ["apart by choice", "mixed"])
def test_closed_forms_are_the_spread_over_repeated_samples(coefficient: similarity.Coefficient, name: str) -> None:
    """Within 6 % of the standard deviation over 4,000 samples of 200 roll calls."""
    table, n = truth(name), 200
    o = np.random.default_rng(3).multinomial(n, table.ravel(), 4000).T.reshape(3, 3, -1).astype(float)
    if coefficient == "agree2":
        o[1], o[:, 1] = 0, 0
    d = distances("abs", 3)
    value, phi = _influence(coefficient, o, d)
    said = np.sqrt((o * phi**2).sum(axis=(0, 1))) / o.sum(axis=(0, 1))
    assert np.sqrt((said**2).mean()) == pytest.approx(value.std(), rel=0.06)


@pytest.mark.parametrize("coefficient", ["agreement", "s", "kappa", "pi", "alpha", "tau_b"])
def test_closed_form_and_bootstrap_agree(coefficient: similarity.Coefficient) -> None:
    votes = drawn(truth("mixed"), 250, 11)
    closed = similarity.standard_error(votes, coefficient)[0, 1]
    resampled = similarity.bootstrap_se(votes, getattr(similarity, coefficient), replicates=600, seed=1)[0, 1]
    assert resampled == pytest.approx(closed, rel=0.12)


def test_blocks_that_repeat_a_roll_call_widen_the_error_by_the_root_of_their_size() -> None:
    votes = np.repeat(drawn(truth("mixed"), 80, 5), 4, axis=1)
    plain = similarity.bootstrap_se(votes, similarity.agreement, replicates=500, seed=2)[0, 1]
    blocked = similarity.bootstrap_se(votes, similarity.agreement, blocks=np.repeat(np.arange(80), 4), replicates=500, seed=2)[0, 1]
    assert blocked / plain == pytest.approx(2.0, rel=0.15)


@pytest.mark.parametrize("coefficient", similarity.COEFFICIENTS)
def test_blocks_of_one_roll_call_are_no_blocks(coefficient: similarity.Coefficient) -> None:
    votes = np.vstack([drawn(truth("mixed"), 50, 21), drawn(truth("opposed"), 50, 22)])
    votes[0, :5] = votes[3, 9] = 0
    n = similarity.similarity_and_n(np.where(votes == 2, 0, votes) if coefficient == "agree2" else votes)[1]
    plain = similarity.standard_error(votes, coefficient)
    single = similarity.standard_error(votes, coefficient, blocks=np.arange(50))
    np.testing.assert_allclose(single, plain * np.sqrt(n / (n - 1)), atol=1e-12)


@pytest.mark.parametrize("coefficient", ["agreement", "s", "kappa", "pi", "tau_b"])
def test_errors_by_blocks_are_those_of_the_block_bootstrap(coefficient: similarity.Coefficient) -> None:
    """Blocks of three like votes and blocks of one; within 15 %."""
    votes = drawn(truth("mixed"), 100, 9)
    votes = np.concatenate([np.repeat(votes[:, :50], 3, axis=1), votes[:, 50:]], axis=1)
    blocks = np.r_[np.repeat(np.arange(50), 3), np.arange(50, 100)]
    closed = similarity.standard_error(votes, coefficient, blocks=blocks)[0, 1]
    resampled = similarity.bootstrap_se(votes, getattr(similarity, coefficient), blocks=blocks, replicates=600, seed=3)[0, 1]
    assert closed == pytest.approx(resampled, rel=0.15) and closed > 1.2 * similarity.standard_error(votes, coefficient)[0, 1]


@pytest.mark.parametrize("coefficient", ["agreement", "kappa"])
def test_bands_by_blocks_cover_what_they_say(coefficient: similarity.Coefficient) -> None:
    """Forty agenda items of one to four like votes: 93 to 97 % of 800 samples, where bands of single votes cover less than 85 %."""
    table = truth("mixed")
    value = float(_influence(coefficient, table[:, :, None] * 1e9, distances("abs", 3))[0][0])
    rng = np.random.default_rng(6)
    inside, plain = [], []
    for _ in range(800):
        times = rng.integers(1, 5, 40)
        cells = np.repeat(rng.choice(9, 40, p=table.ravel()), times)
        votes = np.stack([cells // 3 + 1, cells % 3 + 1])
        for kept, blocks in ((inside, np.repeat(np.arange(40), times)), (plain, None)):
            found = similarity.band(votes, coefficient, blocks=blocks)
            kept.append(found.low[0, 1] <= value <= found.high[0, 1])
    assert 0.93 <= np.mean(inside) <= 0.97 and np.mean(plain) < 0.85


def test_bootstrap_is_the_same_by_seed_and_nan_where_nothing_is_common() -> None:
    votes = np.array([[1, 2, 3, 0], [1, 1, 3, 0], [0, 0, 0, 1]])
    one, two = (similarity.bootstrap_se(votes, similarity.agreement, replicates=50, seed=4) for _ in range(2))
    np.testing.assert_array_equal(one, two)
    assert np.isnan(one[0, 2]) and np.isfinite(one[0, 1])
    with pytest.raises(UsageError, match="blocks"):
        similarity.bootstrap_se(votes, similarity.agreement, blocks=[1, 2])


@settings(deadline=None)
@given(votes=VOTES, data=st.data())
@pytest.mark.parametrize("coefficient", ["agreement", "lijphart", "s", "kappa", "pi"])
def test_weights_that_are_whole_numbers_leave_the_value_of_repeated_votes(coefficient: Any, votes: Any, data: st.DataObject) -> None:
    """Equal weights are no weights; a weight of zero drops the roll call."""
    kept = np.array(data.draw(st.lists(st.booleans(), min_size=votes.shape[1], max_size=votes.shape[1])), dtype=bool)
    dropped = similarity.standard_error(votes[:, kept], coefficient)
    np.testing.assert_allclose(similarity.standard_error(votes, coefficient, weights=kept * 3.0), dropped, atol=1e-9)


def test_a_heavy_roll_call_widens_the_error() -> None:
    votes = drawn(truth("mixed"), 60, 7)
    weights = np.r_[20.0, np.ones(59)]
    p = similarity.agreement(votes, weights=weights)[0, 1]
    same = votes[0] == votes[1]
    wanted = np.sqrt((weights**2 * (same - p) ** 2).sum()) / weights.sum()
    assert similarity.standard_error(votes, "agreement", weights=weights)[0, 1] == pytest.approx(wanted, abs=1e-12)
    wide = similarity.band(votes, "agreement", weights=weights)
    plain = similarity.band(votes, "agreement")
    assert wide.high[0, 1] - wide.low[0, 1] > plain.high[0, 1] - plain.low[0, 1]


@settings(deadline=None)
@given(votes=VOTES)
@pytest.mark.parametrize("coefficient", similarity.COEFFICIENTS)
def test_a_band_holds_its_value_and_is_there_where_the_value_is(coefficient: similarity.Coefficient, votes: Any) -> None:
    found = similarity.band(votes, coefficient)
    known = np.isfinite(found.value)
    np.testing.assert_array_equal(known, np.isfinite(found.low))
    np.testing.assert_array_equal(known, np.isfinite(found.high))
    assert (found.low[known] <= found.value[known] + 1e-12).all() and (found.value[known] <= found.high[known] + 1e-12).all()
    assert (found.high[known] > found.low[known]).all()


def binomial(n: int, p: Any) -> Any:
    """Probabilities of 0 … n, [shares, n + 1]."""
    from math import comb

    k = np.arange(n + 1)
    ways = np.array([float(comb(n, int(i))) for i in k])
    return ways * p[:, None] ** k * (1 - p[:, None]) ** (n - k)


@pytest.mark.parametrize("n", [10, 20, 50, 100])
def test_the_band_of_agreement_covers_what_it_says(n: int) -> None:
    """Exact coverage of nominal 95 %: 93 to 97 % on average over known agreements .005 to .995, nowhere below 92.5 %."""
    p = np.linspace(0.005, 0.995, 199)
    low, high = similarity.share_band(np.arange(n + 1), n)
    inside = (low <= p[:, None]) & (p[:, None] <= high)
    covered = (binomial(n, p) * inside).sum(axis=1)
    assert 0.93 <= covered.mean() <= 0.97
    assert covered.min() >= 0.925
    middle = covered[(p >= 0.2) & (p <= 0.8)]
    assert 0.94 <= middle.mean() <= 0.97


@pytest.mark.parametrize("interval", ["wilson", "jeffreys", "midp", "agresti_coull", "wald"])
def test_intervals_are_ordered_and_mirrored(interval: similarity.Interval) -> None:
    if interval in ("jeffreys", "midp"):
        pytest.importorskip("scipy")
    low, high = similarity.share_band([0, 3, 10, 0], [10, 10, 10, 0], interval=interval)
    mirror_low, mirror_high = similarity.share_band([10, 7, 0, 0], [10, 10, 10, 0], interval=interval)
    np.testing.assert_allclose(low[:3], 1 - mirror_high[:3], atol=1e-9)
    np.testing.assert_allclose(high[:3], 1 - mirror_low[:3], atol=1e-9)
    assert np.isnan(low[3]) and np.isnan(high[3])


def test_wilson_and_agresti_coull_as_printed() -> None:
    """Brown, Cai & DasGupta's formulae at 7 of 10, by hand: Wilson .3968 .8922; Agresti and Coull .3923 .8967."""
    assert [round(float(x), 4) for x in similarity.share_band(7, 10, interval="wilson")] == [0.3968, 0.8922]
    assert [round(float(x), 4) for x in similarity.share_band(7, 10)] == [0.3923, 0.8967]


@pytest.mark.parametrize("coefficient", ["s", "kappa", "pi"])
@pytest.mark.parametrize("n", [50, 100])
@pytest.mark.parametrize("name", TRUTH)
def test_bands_of_corrected_coefficients_cover_what_they_say(coefficient: similarity.Coefficient, n: int, name: str) -> None:
    """93 to 97 % of 10,000 samples (a simulated share of .95 has a standard error of .002)."""
    table = truth(name)
    d = distances("abs", 3)
    value = float(_influence(coefficient, table[:, :, None] * 1e9, d)[0][0])
    o = np.random.default_rng(17).multinomial(n, table.ravel(), 10_000).T.reshape(3, 3, -1).astype(float)
    low, high = band_of_tables(o, coefficient)
    covered = ((low <= value) & (value <= high))[np.isfinite(low)].mean()
    assert 0.93 <= covered <= 0.97


def test_what_is_no_coefficient_or_level_is_refused() -> None:
    votes = np.ones((2, 3), np.int8)
    for wrong in (
        lambda: similarity.band(votes, "phi"),  # type: ignore[arg-type]
        lambda: similarity.band(votes, "agreement", level=95),
        lambda: similarity.standard_error(votes, "tau_b", weights=[1, 1, 1]),
        lambda: similarity.share_band(1, 2, interval="bayes"),  # type: ignore[arg-type]
        lambda: similarity.bootstrap_se(votes, similarity.agreement, replicates=1),
    ):
        with pytest.raises(UsageError):
            wrong()
