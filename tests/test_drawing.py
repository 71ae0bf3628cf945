"""Pictures are small: paths of straight lines go in steps, and stand where the renderer put them to the tenth of a pixel."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.report import drawing


def walked(path: str) -> list[tuple[float, float]]:
    """The points of a path of M, l and z, by SVG's grammar of relative steps."""
    points: list[tuple[float, float]] = []
    at = begin = (0.0, 0.0)
    for letter, rest in re.findall(r"([Mlz])([^Mlz]*)", path):
        numbers = [float(n) for n in re.findall(r"-?(?:\d+(?:\.\d+)?|\.\d+)", rest)]
        if letter == "z":
            at = begin
            continue
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            at = (dx, dy) if letter == "M" else (at[0] + dx, at[1] + dy)
            begin = at if letter == "M" else begin
            points.append(at)
    return points


tenths = st.integers(-9999, 9999).map(lambda n: n / 10)


@given(st.lists(st.tuples(st.sampled_from("LLLM"), tenths, tenths, st.booleans()), min_size=1, max_size=30))
def test_steps_lead_to_the_same_points(points: list[tuple[str, float, float, bool]]) -> None:
    path = "".join(("M" if i == 0 else letter) + f"{x:g},{y:g}" + ("Z" if closed else "") for i, (letter, x, y, closed) in enumerate(points))
    wanted = [(x, y) for _, x, y, _ in points]
    assert walked(drawing._steps(path)) == [pytest.approx(p, abs=1e-6) for p in wanted]


def test_the_points_of_a_line_survive_and_take_fewer_bytes() -> None:
    values = [{"x": i, "y": (i * 37) % 23} for i in range(400)]
    spec = {
        "$schema": drawing.SCHEMA, "data": {"values": values}, "mark": "line", "width": 300, "height": 100,
        "encoding": {"x": {"field": "x", "type": "quantitative"}, "y": {"field": "y", "type": "quantitative"}},
    }  # fmt: skip
    drawn = drawing.svg(spec, "t", "d")
    line = max(re.findall(r' d="([^"]*)"', drawn), key=len)
    points = walked(line)
    assert len(points) == 400 and len(line) < 9 * len(points)
    assert points[-1][0] == pytest.approx(299, abs=1.1) and max(y for _, y in points) <= 100.05 and min(y for _, y in points) >= -0.05
    assert 'font-size="12px"' in drawn and drawn.count('font-size="12px"') == 1


def test_groups_that_say_nothing_are_unwrapped_and_texts_stand_where_they_stood() -> None:
    body = (
        '<g><g transform="translate(0.5,0.5)"><text text-anchor="end" transform="translate(-6,4)" fill="#111">a</text></g></g>'
        '<g fill="none"><g><text transform="translate(3,5)"><tspan x="0" dy="9">b</tspan></text></g><path d="M0,0"/></g><g fill="red"/>'
    )
    assert drawing._unwrapped(body) == (
        '<g transform="translate(0.5,0.5)"><text text-anchor="end" x="-6" y="4" fill="#111">a</text></g>'
        '<g fill="none"><text transform="translate(3,5)"><tspan x="0" dy="9">b</tspan></text><path d="M0,0"/></g><g fill="red"/>'
    )
