"""Similarity of roll-call votes against scalar counting, the literature's numbers, and what must always hold."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from comity.core import UsageError
from comity.models import similarity

Votes = NDArray[np.int8]
VOTES = hnp.arrays(np.int8, st.tuples(st.integers(1, 5), st.integers(0, 12)), elements=st.integers(0, 3))
EXACT = 1e-12
SECOND = {"abs": lambda a, b: abs(a - b) / 2, "sq": lambda a, b: (abs(a - b) / 2) ** 2, "nominal": lambda a, b: float(a != b)}


def common(x: Votes, y: Votes, w: NDArray[np.float64]) -> list[tuple[int, int, float]]:
    return [(int(a), int(b), float(k)) for a, b, k in zip(x, y, w, strict=True) if a and b]


def scalar(name: str, distance: str, x: Votes, y: Votes, w: NDArray[np.float64]) -> float:
    """The coefficient of one pair by the definitions, vote by vote."""
    d = SECOND[distance]
    both = common(x, y, w)
    n = sum(k for _, _, k in both)
    if n <= 0:
        return math.nan
    if name == "agree2":
        return scalar("agreement", distance, np.where(x == 2, 0, x), np.where(y == 2, 0, y), w)
    if name == "agreement":
        return sum(k for a, b, k in both if a == b) / n
    observed = sum(k * d(a, b) for a, b, k in both) / n
    if name == "lijphart":
        return 1 - observed
    if name == "s":
        return 1 - 2 * observed
    r = {c: sum(k for a, _, k in both if a == c) / n for c in (1, 2, 3)}
    c_ = {c: sum(k for _, b, k in both if b == c) / n for c in (1, 2, 3)}
    if name in ("pi", "alpha"):
        r = c_ = {c: (r[c] + c_[c]) / 2 for c in (1, 2, 3)}
    expected = sum(d(a, b) * r[a] * c_[b] for a, b in itertools.product((1, 2, 3), repeat=2))
    if name == "alpha":
        if n <= 0.5:
            return math.nan
        expected *= 2 * n / (2 * n - 1)
    return math.nan if expected < EXACT else 1 - observed / expected


def tau(x: Votes, y: Votes) -> float:
    both = common(x, y, np.ones(len(x)))
    pairs = list(itertools.combinations(both, 2))
    signs = [np.sign((p[0] - q[0]) * (p[1] - q[1])) for p, q in pairs]
    root = math.sqrt(sum(p[0] != q[0] for p, q in pairs) * sum(p[1] != q[1] for p, q in pairs))
    return math.nan if root == 0 else float(sum(signs)) / root


FORMS: dict[tuple[str, str], Callable[..., Any]] = {
    ("agreement", "abs"): similarity.agreement,
    ("lijphart", "abs"): similarity.lijphart,
    ("agree2", "abs"): similarity.agree2,
    **{
        (name, d): (lambda v, f=name, d=d, **k: getattr(similarity, f)(v, distance=d, **k))
        for name in ("s", "kappa", "pi", "alpha") for d in ("abs", "sq", "nominal")
    },
}


@given(votes=VOTES, data=st.data())
@pytest.mark.parametrize(("name", "distance"), FORMS)
def test_all_pairs_at_once_are_each_pair_counted(name: str, distance: str, votes: Votes, data: st.DataObject) -> None:
    weighted = data.draw(st.booleans())
    w = np.array(data.draw(st.lists(st.sampled_from([0.0, 0.5, 1.0, 3.0]), min_size=votes.shape[1], max_size=votes.shape[1])))
    found = FORMS[name, distance](votes, weights=w if weighted else None)
    one = w if weighted else np.ones(votes.shape[1])
    wanted = np.array([[scalar(name, distance, x, y, one) for y in votes] for x in votes])
    np.testing.assert_allclose(found, wanted, atol=EXACT)
    np.testing.assert_array_equal(found, found.T)


@settings(deadline=None)
@given(votes=VOTES)
def test_tau_b_is_that_of_scipy(votes: Votes) -> None:
    stats = pytest.importorskip("scipy.stats")
    found = similarity.tau_b(votes)
    for (i, x), (j, y) in itertools.combinations(enumerate(votes), 2):
        both = (x > 0) & (y > 0)
        wanted = stats.kendalltau(x[both], y[both]).statistic if len(set(x[both])) > 1 and len(set(y[both])) > 1 else math.nan
        assert found[i, j] == pytest.approx(wanted, abs=1e-12, nan_ok=True)


@given(votes=VOTES)
def test_tau_b_is_each_pair_counted(votes: Votes) -> None:
    np.testing.assert_allclose(similarity.tau_b(votes), np.array([[tau(x, y) for y in votes] for x in votes]), atol=EXACT)


@given(votes=VOTES, data=st.data())
def test_the_order_of_states_and_roll_calls_is_nothing(votes: Votes, data: st.DataObject) -> None:
    rows = data.draw(st.permutations(range(votes.shape[0])))
    columns = data.draw(st.permutations(range(votes.shape[1])))
    np.testing.assert_array_equal(similarity.kappa(votes[rows][:, columns]), similarity.kappa(votes)[np.ix_(rows, rows)])


@given(votes=VOTES)
def test_agreement_is_a_share_and_a_state_agrees_with_itself(votes: Votes) -> None:
    found, n = similarity.similarity_and_n(votes)
    known = found[np.isfinite(found)]
    assert ((known >= 0) & (known <= 1)).all()
    assert (np.isnan(found) == (n == 0)).all()
    assert set(np.diag(found)[np.diag(n) > 0]) <= {1.0}


@given(votes=VOTES)
def test_joint_counts_hold_every_common_vote_once(votes: Votes) -> None:
    counts = similarity.joint_counts(votes)
    np.testing.assert_array_equal(counts.sum(axis=(0, 1)), similarity.similarity_and_n(votes)[1])
    np.testing.assert_array_equal(counts, counts.transpose(1, 0, 3, 2))


def test_two_who_always_vote_yes_agree_but_kappa_says_nothing() -> None:
    votes = np.ones((2, 4), np.int8)
    assert similarity.agreement(votes)[0, 1] == 1 and np.isnan(similarity.kappa(votes)).all() and np.isnan(similarity.tau_b(votes)).all()


@pytest.mark.parametrize(
    ("votes", "weights"),
    [
        ([1, 2, 3], None), ([[1, 4]], None), ([[-1, 1]], None), ([[1.5]], None), ([[1, 2]], [1.0]), ([[1, 2]], [1.0, -1.0]),
        ([[1, 2]], [1.0, math.nan]),
    ],
)
def test_what_is_not_votes_is_refused(votes: Any, weights: Any) -> None:
    with pytest.raises(UsageError):
        similarity.agreement(np.array(votes), weights=weights)


def test_a_distance_that_is_none_is_refused() -> None:
    with pytest.raises(UsageError, match="abs"):
        similarity.s(np.ones((2, 2), np.int8), distance="cubed")  # type: ignore[arg-type]


COHEN = np.array([[88, 14, 18], [10, 40, 10], [2, 6, 12]])
"""Cohen, J. (1968), Psychological Bulletin 70(4):213-220, table 1: 200 cases, two judges (as in R's psych::cohen.kappa)."""


def test_weighted_kappa_of_cohens_table() -> None:
    """Printed: .49 unweighted, .35 with his weights 0 1 3 / 1 0 6 / 3 6 0; 8/23 and 29/59 by hand (.348 and .492)."""
    value, se = similarity.weighted_kappa(COHEN, [[0, 1, 3], [1, 0, 6], [3, 6, 0]])
    assert round(value, 2) == 0.35 and value == pytest.approx(8 / 23, abs=EXACT)
    plain, _ = similarity.weighted_kappa(COHEN, 1 - np.eye(3))
    assert round(plain, 2) == 0.49 and plain == pytest.approx(29 / 59, abs=EXACT)
    assert se == pytest.approx(fleiss_cohen_everitt(COHEN, np.array([[0, 1, 3], [1, 0, 6], [3, 6, 0]])), abs=EXACT)


def fleiss_cohen_everitt(table: Any, v: Any) -> float:
    """Equation 13 of Fleiss, Cohen & Everitt (1969), cell by cell, with agreement weights w = 1 - v / max v."""
    p, w, n = table / table.sum(), 1 - v / v.max(), table.sum()
    r, c = p.sum(axis=1), p.sum(axis=0)
    po = sum(w[i, j] * p[i, j] for i in range(3) for j in range(3))
    pe = sum(w[i, j] * r[i] * c[j] for i in range(3) for j in range(3))
    row, column = [sum(w[i, j] * c[j] for j in range(3)) for i in range(3)], [sum(w[i, j] * r[i] for i in range(3)) for j in range(3)]
    first = sum(p[i, j] * (w[i, j] * (1 - pe) - (row[i] + column[j]) * (1 - po)) ** 2 for i in range(3) for j in range(3))
    return float(np.sqrt((first - (po * pe - 2 * pe + po) ** 2) / (n * (1 - pe) ** 4)))


@pytest.mark.parametrize(("table", "weights"), [([[1, 2]], [[0, 1]]), ([[1, 2], [3, 4]], [[0, -1], [1, 0]]), ([[1, math.nan], [3, 4]], np.eye(2))])
def test_a_joint_table_that_is_none_is_refused(table: Any, weights: Any) -> None:
    with pytest.raises(UsageError):
        similarity.weighted_kappa(table, weights)


@pytest.mark.parametrize(
    ("one", "other", "value"),
    [("0100000010", "1110010000", 0.095), ("aabbdcccedda", "babbbccceddd", 0.692)],
)
def test_krippendorffs_alpha_as_he_prints_it(one: str, other: str, value: float) -> None:
    """Krippendorff, K. (2007), Computing Krippendorff's alpha-reliability, examples A (binary) and B (nominal), two observers."""
    marks = sorted(set(one + other))
    votes = np.array([[marks.index(m) + 1 for m in side] for side in (one, other)])
    found = similarity.alpha(votes, distance="nominal", categories=len(marks))
    assert round(float(found[0, 1]), 3) == value


@given(
    ties=hnp.arrays(np.int8, st.tuples(st.integers(1, 5), st.integers(0, 8)), elements=st.integers(-1, 3)),
    data=st.data(),
)
@pytest.mark.parametrize("distance", ["abs", "sq"])
def test_portfolios_are_each_pair_counted(distance: Any, ties: Any, data: st.DataObject) -> None:
    w = np.array(data.draw(st.lists(st.sampled_from([0.0, 0.1, 0.25, 1.0]), min_size=ties.shape[1], max_size=ties.shape[1])))
    most, power = (3, 1) if distance == "abs" else (9, 2)
    found, kappa = (f(ties, distance=distance, weights=w) for f in (similarity.portfolio_s, similarity.portfolio_kappa))
    np.testing.assert_array_equal(found, found.T)
    for i, x in enumerate(ties):
        for j, y in enumerate(ties):
            both = [(int(a), int(b), k) for a, b, k in zip(x, y, w, strict=True) if a >= 0 and b >= 0]
            weight = sum(k for _, _, k in both)
            far = sum(k * abs(a - b) ** power for a, b, k in both)
            assert found[i, j] == pytest.approx(1 - 2 * far / (weight * most) if weight else math.nan, abs=1e-12, nan_ok=True)
            chance = sum(k * m * abs(a - b) ** power for a, _, k in both for _, b, m in both)
            assert kappa[i, j] == pytest.approx(1 - far * weight / chance if chance else math.nan, abs=1e-9, nan_ok=True)


def test_portfolios_of_three_states_by_hand() -> None:
    """Two allies and a neutral third, itself at 3: |3-3| + |3-3| + |0-1| of 9 for the allies."""
    ties = np.array([[3, 3, 0], [3, 3, 1], [0, 1, 3]])
    assert similarity.portfolio_s(ties)[0, 1] == pytest.approx(1 - 2 * 1 / 9)
    assert similarity.portfolio_s(ties, distance="sq")[0, 2] == pytest.approx(1 - 2 * (9 + 4 + 9) / 27)
    assert similarity.portfolio_s(ties, weights=[1.0, 0.0, 0.0])[0, 2] == pytest.approx(-1.0)
    with pytest.raises(UsageError, match="from 0 to 3"):
        similarity.portfolio_s(np.array([[4]]))


@given(votes=VOTES)
def test_absences_bound_the_agreement(votes: Votes) -> None:
    """Filling each absence at will never leaves the bounds, and some filling meets each of them."""
    found = similarity.presence(votes)
    if not votes.shape[1]:
        assert np.isnan(found.rate).all()
        return
    np.testing.assert_allclose(found.rate, (votes > 0).mean(axis=1))
    for filled in (1, 2, 3):
        whole = similarity.agreement(np.where(votes == 0, filled, votes))
        assert (whole >= found.low - 1e-12).all() and ((whole <= found.high + 1e-12) | np.eye(len(votes), dtype=bool)).all()
    for i, x in enumerate(votes):
        for j, y in enumerate(votes):
            missed = ((x == 0) | (y == 0)).sum()
            same = ((x == y) & (x > 0)).sum()
            assert found.low[i, j] == pytest.approx(same / len(x)) and found.high[i, j] == pytest.approx((same + missed) / len(x))


def test_a_state_that_is_no_member_is_not_absent() -> None:
    votes = np.array([[1, 1, 0, 3], [0, 0, 1, 3]], np.int8)
    member = np.array([[1, 1, 1, 1], [0, 0, 1, 1]], bool)
    found = similarity.presence(votes, member=member)
    assert found.rate.tolist() == [0.75, 1.0] and found.n[0, 1] == 2
    assert found.low[0, 1] == 0.5 and found.high[0, 1] == 1.0
    with pytest.raises(UsageError, match="no member"):
        similarity.presence(votes, member=~member)


def test_weighted_kappa_of_cohens_example() -> None:
    """Cohen (1968): 3 × 3 table of 200 cases with linear weights in place of his own; by hand Do = .40, De = .4680."""
    shares = [[44, 7, 9], [5, 20, 5], [1, 3, 6]]
    pairs = [(a + 1, b + 1) for a in range(3) for b in range(3) for _ in range(2 * shares[a][b])]
    votes = np.array(pairs, np.int8).T
    r, c = (60, 30, 10), (50, 30, 20)
    do = sum(shares[a][b] * abs(a - b) / 2 for a in range(3) for b in range(3)) / 100
    de = sum(r[a] * c[b] * abs(a - b) / 2 for a in range(3) for b in range(3)) / 10_000
    assert similarity.kappa(votes)[0, 1] == pytest.approx(1 - do / de, abs=EXACT)
