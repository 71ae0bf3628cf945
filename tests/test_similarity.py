"""Similarity of roll-call votes against scalar counting, the literature's numbers, and what must always hold."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from comity.core import UsageError
from comity.models import similarity

Votes = NDArray[np.int8]
VOTES = hnp.arrays(np.int8, st.tuples(st.integers(1, 5), st.integers(0, 12)), elements=st.integers(0, 3))
EXACT = 1e-12
SECOND = {"abs": lambda a, b: abs(a - b) / 2, "sq": lambda a, b: (abs(a - b) / 2) ** 2}


def common(x: Votes, y: Votes, w: NDArray[np.float64]) -> list[tuple[int, int, float]]:
    return [(int(a), int(b), float(k)) for a, b, k in zip(x, y, w, strict=True) if a and b]


def scalar(name: str, distance: str, x: Votes, y: Votes, w: NDArray[np.float64]) -> float:
    """The coefficient of one pair by the definitions, vote by vote."""
    d = SECOND[distance]
    both = common(x, y, w)
    n = sum(k for _, _, k in both)
    if n <= 0:
        return math.nan
    if name == "agreement":
        return sum(k for a, b, k in both if a == b) / n
    observed = sum(k * d(a, b) for a, b, k in both) / n
    if name == "lijphart":
        return 1 - observed
    if name == "s":
        return 1 - 2 * observed
    r = {c: sum(k for a, _, k in both if a == c) / n for c in (1, 2, 3)}
    c_ = {c: sum(k for _, b, k in both if b == c) / n for c in (1, 2, 3)}
    if name == "pi":
        r = c_ = {c: (r[c] + c_[c]) / 2 for c in (1, 2, 3)}
    expected = sum(d(a, b) * r[a] * c_[b] for a, b in itertools.product((1, 2, 3), repeat=2))
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
    **{(name, d): (lambda v, f=name, d=d, **k: getattr(similarity, f)(v, distance=d, **k)) for name in ("s", "kappa", "pi") for d in ("abs", "sq")},
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


def test_weighted_kappa_of_cohens_example() -> None:
    """Cohen (1968): 3 × 3 table of 200 cases with linear weights in place of his own; by hand Do = .40, De = .4680."""
    shares = [[44, 7, 9], [5, 20, 5], [1, 3, 6]]
    pairs = [(a + 1, b + 1) for a in range(3) for b in range(3) for _ in range(2 * shares[a][b])]
    votes = np.array(pairs, np.int8).T
    r, c = (60, 30, 10), (50, 30, 20)
    do = sum(shares[a][b] * abs(a - b) / 2 for a in range(3) for b in range(3)) / 100
    de = sum(r[a] * c[b] * abs(a - b) / 2 for a in range(3) for b in range(3)) / 10_000
    assert similarity.kappa(votes)[0, 1] == pytest.approx(1 - do / de, abs=EXACT)
