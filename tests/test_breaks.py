"""Breaks against R's strucchange and ruptures, against trying every partition, and on made series."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.core import BadDataError, UsageError
from comity.models import breaks

NILE = (
    1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180, 799, 958, 1140, 1100, 1210, 1150, 1250, 1260,
    1220, 1030, 1100, 774, 840, 874, 694, 940, 833, 701, 916, 692, 1020, 1050, 969, 831, 726, 456, 824, 702, 1120, 1100, 832, 764, 821, 768, 845,
    864, 862, 698, 845, 744, 796, 1040, 759, 781, 865, 845, 944, 984, 897, 822, 1010, 771, 676, 649, 846, 812, 742, 801, 1040, 860, 874, 848, 890,
    744, 749, 838, 1050, 918, 986, 797, 923, 975, 815, 1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740,
)  # fmt: skip
"""Flow of the Nile at Aswan, 1871–1970, 10⁸ m³: Cobb, G. W. (1978), The problem of the Nile, Biometrika 65(2):243-251; R's `Nile`."""


REAL_INTEREST = (
    1.99132, 0.00403, 2.27, 0.84833, 1.89112, -0.28, 3.68431, 1.62478, 1.21599, 1.28373, 1.70141, 3.16687, 2.32779, 2.26202, 1.91218, 3.53196,
    -0.31777, 3.44694, 1.52422, 0.74268, 1.31541, 0.36646, 3.59562, 3.6574, 0.97494, -0.5328, 1.12681, 0.31123, 0.57834, 1.08163, 0.24977, 0.23792,
    -0.32653, 1.14733, 1.19323, 2.58962, 0.01195, 2.63842, 0.42092, 2.58823, -2.19809, 2.89548, 1.8213, 0.86332, 0.67496, 0.34435, 1.22762, -2.83991,
    -1.8163, -2.22965, -1.58457, -6.31184, -2.46258, -5.61479, -3.53887, 1.0178, -1.58875, -1.85396, -0.2567, 2.42226, -1.29502, -0.48977, 1.21167,
    -4.85498, -3.599, 0.17094, 1.51603, -1.85304, -5.60478, -1.25767, 0.96658, -3.09451, -5.26773, -4.03154, -1.76618, -5.73978, 3.83047, 0.52007,
    -0.18033, 3.82808, 3.01171, 2.75289, 11.74184, 9.91701, 3.03444, 10.15143, 9.29177, 6.87498, 2.43675, 4.37202, 6.77774, 4.16692, 5.65037,
    5.17734, 9.41206, 3.77006, 4.24568, 4.53154, 3.39706, 8.93951, 4.20825, 3.43461, 4.30529,
)  # fmt: skip
"""US ex-post real interest rate, quarters 1961–1986, per cent: Garcia, R. & Perron, P. (1996), An analysis of the real interest rate under
regime shifts, Review of Economics and Statistics 78(1):111-125; strucchange's `RealInt`."""


def test_the_nile_as_strucchange_has_it() -> None:
    """R 4.2 strucchange 1.5: breakpoints(Nile ~ 1), confint(…, breaks = 1), sctest(Fstats(Nile ~ 1))."""
    found = breaks.find(NILE)
    assert [round(p.rss) for p in found.partitions] == [2835157, 1597457, 1552924, 1538097, 1507888, 1659994]
    assert [round(p.bic) for p in found.partitions] == [1318, 1270, 1276, 1285, 1292, 1311]
    assert found.best.breaks == (28,)
    assert (found.best.lower, found.best.upper) == ((25,), (32,))
    assert found.partitions[2].breaks == (28, 83)
    assert found.sup_f == pytest.approx(75.93, abs=0.005)
    assert found.sup_f_p < 0.001
    assert found.best.means == pytest.approx([1097.75, 849.97], abs=0.01)
    assert found.tidy().to_pylist() == [{"break": 28, "lower": 25, "upper": 32, "before": found.best.means[0], "after": found.best.means[1]}]


def test_the_real_interest_rate_as_strucchange_has_it() -> None:
    """R 4.2 strucchange 1.5: breakpoints(RealInt ~ 1, h = 15); breaks in 1972Q3 and 1980Q3 as Bai & Perron (2003) find."""
    found = breaks.find(REAL_INTEREST, trimming=15)
    assert [round(p.bic, 1) for p in found.partitions] == [555.7, 499.8, 473.3, 480.1, 489.3, 499.7]
    assert found.best.breaks == (47, 79)
    assert found.partitions[3].breaks == (24, 47, 79)


@pytest.mark.parametrize("times", [2.0, 3.0])
def test_pelt_on_the_nile_as_ruptures_has_it(times: float) -> None:
    """ruptures 1.1.10, Pelt(model="l2"), penalties 2 and 3 log(n) var: [28, 100]."""
    assert breaks.pelt(NILE, penalty=times * np.log(100) * np.var(NILE)) == (28,)
    assert breaks.pelt(NILE, penalty=10.0 * np.var(NILE)) == (28,)


@given(st.lists(st.integers(-9, 9), min_size=9, max_size=14), st.integers(2, 4), st.integers(1, 2))
@settings(max_examples=40, deadline=None)
def test_partitions_are_the_best_of_all(series: list[int], least: int, number: int) -> None:
    """Dynamic programming finds what trying every partition finds."""
    y = np.array(series, dtype=float)
    n = len(y)

    def cost(cuts: tuple[int, ...]) -> float:
        edges = [0, *cuts, n]
        return sum(float(((y[a:z] - y[a:z].mean()) ** 2).sum()) for a, z in itertools.pairwise(edges))

    fits = [c for c in itertools.combinations(range(1, n), number) if all(z - a >= least for a, z in zip((0, *c), (*c, n), strict=False))]
    if not fits:
        return
    found = breaks.find(y, trimming=least, max_breaks=number, breaks=number)
    assert found.best.rss == pytest.approx(min(cost(c) for c in fits), abs=1e-8)
    assert cost(found.best.breaks) == pytest.approx(found.best.rss, abs=1e-8)


@given(st.lists(st.integers(-9, 9), min_size=6, max_size=12), st.floats(0.5, 60))
@settings(max_examples=40, deadline=None)
def test_pelt_is_the_best_of_all(series: list[int], penalty: float) -> None:
    """Pruning loses nothing: the cost is that of the best of all partitions with segments of two or more."""
    y = np.array(series, dtype=float)
    n = len(y)

    def cost(cuts: tuple[int, ...]) -> float:
        edges = [0, *cuts, n]
        return penalty * len(cuts) + sum(float(((y[a:z] - y[a:z].mean()) ** 2).sum()) for a, z in itertools.pairwise(edges))

    every = [c for k in range(n) for c in itertools.combinations(range(1, n), k) if all(z - a >= 2 for a, z in zip((0, *c), (*c, n), strict=False))]
    assert cost(breaks.pelt(y, penalty=penalty)) == pytest.approx(min(map(cost, every)), abs=1e-8)


def test_a_regression_breaks_where_its_slope_does() -> None:
    rng = np.random.default_rng(1)
    x = np.column_stack([np.ones(80), rng.standard_normal(80)])
    y = x[:, 1] * np.where(np.arange(80) < 50, 1.0, -1.0) + 0.1 * rng.standard_normal(80)
    found = breaks.find(y, x=x, max_breaks=2)
    assert found.best.breaks == (50,)
    assert found.best.lower[0] <= 50 <= found.best.upper[0]
    assert found.best.means[:, 1] == pytest.approx([1.0, -1.0], abs=0.05)


def test_noise_breaks_no_more_often_than_it_should() -> None:
    """supF's p-value is below .05 in about 5 of 100 series of noise."""
    rng = np.random.default_rng(2)
    low = [breaks.find(rng.standard_normal(100), max_breaks=1).sup_f_p < 0.05 for _ in range(300)]
    assert 0.02 <= np.mean(low) <= 0.09


def test_a_flat_series_has_no_break() -> None:
    found = breaks.find(np.ones(20))
    assert found.partitions[0].rss == 0.0
    assert breaks.pelt(np.ones(20)) == ()


@pytest.mark.parametrize(
    ("series", "options", "error"),
    [
        ([1.0, 2.0, np.nan, 3.0, 4.0], {}, BadDataError),
        ([1.0, 2.0], {}, BadDataError),
        ([[1.0, 2.0]], {}, UsageError),
        (list(range(20)), {"trimming": 0.7}, UsageError),
        (list(range(20)), {"trimming": 0}, UsageError),
        (list(range(20)), {"breaks": 9}, UsageError),
        (list(range(20)), {"level": 1.0}, UsageError),
    ],
)
def test_bad_series_and_options_are_refused(series: object, options: dict[str, object], error: type[Exception]) -> None:
    with pytest.raises(error, match="expected"):
        breaks.find(series, **options)  # type: ignore[arg-type]


def test_a_jump_in_a_path_is_found_and_quiet_paths_give_none() -> None:
    rng = np.random.default_rng(3)
    variances = np.full(29, 0.25)
    quiet = [np.cumsum(0.5 * rng.standard_normal(30)) for _ in range(100)]
    paths = [q + 0.1 * rng.standard_normal((300, 30)) for q in quiet]
    found = [breaks.in_paths(p, np.arange(30), variances=variances) for p in paths]
    beyond = np.array([f.p_beyond for f in found])
    assert (beyond[:, 14] > 0.9).mean() <= 0.05
    assert (beyond.max(axis=1) > 0.9).mean() <= 0.08
    jumped = breaks.in_paths(paths[0] + 3.0 * (np.arange(30) >= 15), np.arange(30), variances=variances)
    assert jumped.times[np.argmax(jumped.p_largest)] == 15
    assert jumped.p_largest[14] > 0.9
    assert jumped.p_beyond is not None
    assert jumped.p_beyond[14] > 0.9
    assert jumped.p_largest.sum() == pytest.approx(1.0)
    assert jumped.tidy().num_rows == 29


def test_bad_paths_are_refused() -> None:
    with pytest.raises(UsageError, match="expected"):
        breaks.in_paths(np.zeros(4), np.arange(4))
    with pytest.raises(UsageError, match="expected"):
        breaks.in_paths(np.zeros((5, 4)), np.arange(4), variances=np.zeros(3))
    with pytest.raises(BadDataError, match="expected"):
        breaks.in_paths(np.full((5, 4), np.nan), np.arange(4))


def test_a_break_is_dated_as_closely_as_its_size_allows() -> None:
    """Symmetric noise: Bai's (1997) 95 % band is 11.03 times the variance over the squared step, on either side, and one more."""
    rng = np.random.default_rng(8)
    y = np.concatenate([rng.standard_normal(200), 0.8 + rng.standard_normal(200)])
    best = breaks.find(y, max_breaks=1).partitions[1]
    at, step = best.breaks[0], best.means[1] - best.means[0]
    variance = (y[:at].var() + y[at:].var()) / 2
    reach = 11.03 * variance / step**2
    assert at - best.lower[0] == pytest.approx(reach, rel=0.15, abs=1.5)
    assert best.upper[0] - at == pytest.approx(reach, rel=0.15, abs=1.5)


@pytest.mark.parametrize("penalty", [0.0, -1.0])
def test_a_penalty_of_nothing_is_refused(penalty: float) -> None:
    with pytest.raises(UsageError, match="above zero"):
        breaks.pelt([1.0, 2.0, 1.0, 2.0], penalty=penalty)


def test_where_one_side_alone_is_noisy_the_band_is_the_whole_series() -> None:
    """The break's distribution then lies on one side, so that no two-sided band of the level is there."""
    noise = np.resize([1.0, -1.0], 40)
    for one, other in ((1e-3, 1.0), (1.0, 1e-3)):
        y = np.concatenate([one * noise, 5.0 + other * noise])
        band = breaks._interval(y, np.ones((80, 1)), (0, 40), (40, 80), np.array([5.0]), np.array([[0.0], [5.0]]), 0.95)
        assert band == (-np.inf, np.inf)


def test_partitions_without_the_test_are_those_with_it() -> None:
    rng = np.random.default_rng(7)
    y = np.r_[rng.normal(0, 1, 30), rng.normal(2, 1, 30)]
    whole = breaks.find(y, max_breaks=3)
    partitions, chosen = breaks.divide(y, max_breaks=3)
    assert chosen == whole.chosen
    assert [(p.breaks, p.lower, p.upper, p.bic) for p in partitions] == [(p.breaks, p.lower, p.upper, p.bic) for p in whole.partitions]
