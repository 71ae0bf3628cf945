"""Strengths from pairwise answers against a general optimiser, and the design of the comparisons."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from scipy.optimize import minimize

from comity.core import BadDataError
from comity.models import comparisons

ANSWERS = [("a", "b", 1.0), ("a", "c", 1.0), ("b", "c", 0.5), ("c", "d", 1.0), ("d", "a", 0.0), ("b", "d", 1.0), ("c", "a", 1.0), ("a", "b", 0.0)]


def test_strengths_are_the_mode_of_the_stated_likelihood() -> None:
    names = sorted({x for one, other, _ in ANSWERS for x in (one, other)})

    def loss(b: np.ndarray) -> float:
        told = 0.0
        for one, other, share in ANSWERS:
            gap = b[names.index(one)] - b[names.index(other)]
            told += share * np.log1p(np.exp(-gap)) + (1 - share) * np.log1p(np.exp(gap))
        return float(told + comparisons.PRIOR * (np.log1p(np.exp(-b)) + np.log1p(np.exp(b))).sum())

    best = minimize(loss, np.zeros(4), method="BFGS", options={"gtol": 1e-10})
    found = comparisons.strengths(ANSWERS)
    assert found.items == tuple(names)
    assert found.strength == pytest.approx(best.x - best.x.mean(), abs=1e-5)
    step = np.eye(4) * 1e-3
    curve = np.array([[loss(best.x + u + v) - loss(best.x + u - v) - loss(best.x - u + v) + loss(best.x - u - v) for v in step] for u in step])
    assert found.se == pytest.approx(np.sqrt(np.diag(np.linalg.inv(curve / 4e-6))), rel=1e-3)


def test_a_design_meets_each_item_as_often_as_asked_and_no_pair_twice() -> None:
    made = comparisons.design([str(i) for i in range(21)], 4)
    assert set(Counter(x for pair in made for x in pair).values()) == {4}
    assert len({frozenset(pair) for pair in made}) == len(made)
    assert {frozenset(p) for p in comparisons.design(["x", "y", "z"], 2)} == {frozenset(p) for p in ("xy", "xz", "yz")}


@pytest.mark.parametrize("number", [4, 7, 8])
def test_every_item_of_a_design_stands_as_often_as_asked_or_once_more(number: int) -> None:
    items = [str(i) for i in range(number)]
    for each in range(1, number):
        for seed in range(4):
            pairs = comparisons.design(items, each, seed=seed)
            met = Counter(x for pair in pairs for x in pair)
            assert len({frozenset(p) for p in pairs}) == len(pairs)
            assert all(each <= met[x] <= each + 1 for x in items)


@pytest.mark.parametrize(("items", "each"), [(["a", "b"], 1), (["a", "a", "b"], 1), (["a", "b", "c"], 3), (["a", "b", "c"], 0)])
def test_a_design_that_cannot_be_made_is_refused(items: list[str], each: int) -> None:
    with pytest.raises(BadDataError, match="a design takes"):
        comparisons.design(items, each)


@pytest.mark.parametrize("answers", [[], [("a", "b", 1.5)]])
def test_answers_that_are_none_are_refused(answers: list[tuple[str, str, float]]) -> None:
    with pytest.raises(BadDataError, match="no answers"):
        comparisons.strengths(answers)
