"""What the trade is made of, on the page: boxes that fill their frame, steps that add up, words and hostile names."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import comity
from comity.profile_exchange import Direction, Good, Step
from comity.report import exchange, html, plain


@given(st.lists(st.floats(1, 1e6), min_size=1, max_size=40), st.floats(5, 500), st.floats(5, 500))
def test_boxes_fill_the_frame_in_proportion(values: list[float], wide: float, high: float) -> None:
    values.sort(reverse=True)
    boxes = exchange.squarified(values, (3.0, 4.0, wide, high))
    assert len(boxes) == len(values)
    for v, (left, top, w, h) in zip(values, boxes, strict=True):
        assert w * h == pytest.approx(v / sum(values) * wide * high, rel=1e-6, abs=1e-6 * wide * high)
        assert left >= 3 - 1e-6 and top >= 4 - 1e-6 and left + w <= 3 + wide * (1 + 1e-4) and top + h <= 4 + high * (1 + 1e-4)
    for i, (x, y, w, h) in enumerate(boxes):
        for u, v, p, q in boxes[i + 1 :]:
            slack = 1e-4 * max(wide, high)
            assert x + w <= u + slack or u + p <= x + slack or y + h <= v + slack or v + q <= y + slack


def test_nothing_is_drawn_of_nothing() -> None:
    assert exchange.squarified([], (0, 0, 1, 1)) == [] and exchange.squarified([1.0], (0, 0, 0, 5)) == [(0, 0, 0.0, 0.0)]


def test_small_trade_and_falling_levels_are_drawn_to_scale() -> None:
    parts = (Step(label="a", value=-1200.0), Step(label="b", value=500.0))
    steps = (Step(label="2014", value=900.0, level=True), *parts, Step(label="2020", value=200.0, level=True))
    made = Direction(
        exporter="TUV", importer="NRU", first=2014, last=2020, steps=steps, links=(), goods=(Good(section="x", chapter="", name="x", value=1.0),),
        year=2020, source="atlas_sections",
    )  # fmt: skip
    spec = exchange.waterfall(made)
    low, high = spec["layer"][0]["encoding"]["y"]["scale"]["domain"]
    assert low < 0 < high
    assert [r["v"] for r in spec["layer"][0]["data"]["values"]][1].startswith("−")


@pytest.fixture(scope="module")
def full(full_home: Path) -> comity.Store:
    return comity.open(full_home)


@pytest.mark.parametrize(("a", "b"), [("CHN", "RUS"), pytest.param("USA", "MEX", marks=pytest.mark.slow), ("TUV", "FJI")])
def test_the_steps_add_up_and_the_page_holds_them(full: comity.Store, a: str, b: str) -> None:
    profile = full.profile(a, b)
    held = profile.exchange
    assert held is not None
    for d in held.directions:
        if d.steps:
            parts = math.fsum(s.value for s in d.steps if not s.level)
            assert parts == pytest.approx(d.steps[-1].value - d.steps[0].value, abs=1e-6 * max(abs(s.value) for s in d.steps))
        for x in d.links:
            assert x.price + x.quantity + x.other == pytest.approx(x.change, abs=10)
    page = html.render(profile)
    assert page.count('id="p-exchange"') == 1 and "What the exchange is made of" in page
    assert json.loads(json.dumps(plain.to_dict(profile)))["exchange"]["directions"]


def test_the_words_for_china_and_russia(full: comity.Store) -> None:
    said = " ".join(full.profile("CHN", "RUS").exchange.statement)  # type: ignore[union-attr]
    assert "was led by price in 2018, 2020, 2021 and by quantity in 2019, 2023" in said
    assert "73% to 94%" in said and "no trend" in said
    other = full.profile("USA", "MEX").exchange
    assert other is not None and "cannot be told apart" in " ".join(other.statement) and other.settled_by
