"""Indices of what two states trade: golden shares, textbook identities by hypothesis, exact displacement, and what is refused."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity import sources
from comity.core import BadDataError, ComityError, UsageError
from comity.measures import structure
from comity.models import trade_indices
from comity.models.displacement import displaced
from comity.models.trade_indices import (
    commodity_share,
    complementarity,
    concentration,
    dependence,
    export_similarity,
    grubel_lloyd,
    substitutability,
    trade_intensity,
    turnover,
)
from comity.reading import Raw

# ../shared/trade_and_value_added.md § 3, commodity share of RUS→CHN 2017–2023, four definitions and the list by name.
SHARES = {
    "hs27": (0.647, 0.745, 0.692, 0.605, 0.675, 0.748, 0.735),
    "energy_timber": (0.726, 0.809, 0.750, 0.665, 0.725, 0.779, 0.759),
    "materials": (0.807, 0.863, 0.844, 0.810, 0.864, 0.892, 0.875),
    "primary": (0.850, 0.908, 0.898, 0.887, 0.911, 0.945, 0.943),
}
LISTED = (0.718, 0.801, 0.743, 0.654, 0.709, 0.769, 0.754)
# § 2: BACI over China's customs, 2017–2023.
SEAM = {"RUS": (1.018, 0.935, 0.962, 0.885, 0.905, 0.998, 1.001), "CHN": (1.072, 1.048, 1.022, 1.049, 1.036, 0.998, 0.990)}
Frame = dict[str, Any]


def year(baci: pa.Table, exporter: str, of: int) -> pa.Table:
    rows = baci.filter(pc.and_(pc.equal(baci["exporter"], exporter), pc.equal(baci["year"], of)))
    return rows.select(["hs6", "value_kusd"]).rename_columns(["product", "value"])


@pytest.fixture(scope="module")
def baci(shared_data: Path) -> pa.Table:
    return pq.read_table(shared_data / "trade" / "baci_chn_rus_hs6_2017_2023.parquet")


def test_commodity_share_of_russias_sales_to_china(baci: pa.Table) -> None:
    for i, of in enumerate(range(2017, 2024)):
        frame = year(baci, "RUS", of)
        assert {k: round(commodity_share(frame, k), 3) for k in trade_indices.COMMODITIES} == {k: v[i] for k, v in SHARES.items()}
        assert round(commodity_share(frame, trade_indices.LISTED), 3) == LISTED[i]


def test_definitions_are_those_of_the_measure() -> None:
    assert {k: set(v) for k, v in trade_indices.COMMODITIES.items()} == {k: set(v) for k, v in structure.CHAPTERS.items()}
    assert set(trade_indices.LISTED) == {*structure.LISTED, "44"}


def test_baci_changes_its_source_in_2022(baci: pa.Table, shared_data: Path) -> None:
    months = pd.read_csv(shared_data / "trade" / "china_customs_trade_with_russia_monthly_2017_2024.csv")
    column = {"RUS": next(c for c in months if "import" in c), "CHN": next(c for c in months if "export" in c)}
    of = months.iloc[:, 0].astype(str).str[:4].astype(int)
    for exporter, printed in SEAM.items():
        customs = months[column[exporter]].groupby(of).sum()
        unit = 1e-6 if customs.max() < 1e4 else 1e3
        made = [pc.sum(year(baci, exporter, y)["value"]).as_py() * unit / customs[y] for y in range(2017, 2024)]
        assert [round(m, 3) for m in made] == list(printed)


def test_imf_runs_a_little_below_customs(shared_data: Path) -> None:
    made = {}
    for name in ("imf_china_imports", "china_customs_russia"):
        source = sources.get(name)
        rows = source.build(Raw(name, source.files, shared_data))[name].to_pandas()
        rows = rows[(rows.reporter == "CHN") & (rows.partner == "RUS") & (rows.flow == "imports")]
        made[name] = (rows.value_usd / 1e9).groupby(rows.year if "year" in rows else pd.to_datetime(rows.month).dt.year).sum()
    ratio = (made["imf_china_imports"] / made["china_customs_russia"]).dropna()
    assert [round(s[2022], 1) for s in made.values()] == [112.2, 114.4] and round(1 - ratio.min(), 3) == 0.019 and ratio.max() < 1
    assert round(made["china_customs_russia"].diff()[2022], 1) == 34.8


def test_structure_of_the_pair_in_2023(baci: pa.Table) -> None:
    """Recomputed here from BACI: crude oil makes Russia's sales as concentrated as 4 equal products, and little goes both ways."""
    there, back = year(baci, "RUS", 2023), year(baci, "CHN", 2023)
    held = concentration(there["value"])
    share = there["value"].to_numpy() / there["value"].to_numpy().sum()
    assert held.index == pytest.approx((share**2).sum()) and held.n == there.num_rows
    assert grubel_lloyd(there, back).aggregate < 0.1 < export_similarity(there, there) == pytest.approx(1)
    assert turnover(year(baci, "RUS", 2022), there).kept > 1000


@st.composite
def lines(draw: st.DrawFn) -> Frame:
    codes = draw(st.lists(st.integers(100000, 100015), min_size=1, max_size=10, unique=True))
    value = draw(st.lists(st.floats(0, 1e9), min_size=len(codes), max_size=len(codes)).filter(lambda v: sum(v) > 1e-3))
    return {"product": [str(c) for c in codes], "value": value}


@given(lines(), lines(), st.floats(1e-3, 1e3))
@settings(max_examples=80, deadline=None)
def test_overlap_indices_are_bounded_symmetric_and_free_of_scale(a: Frame, b: Frame, factor: float) -> None:
    scaled = {**a, "value": [v * factor for v in a["value"]]}
    assert -1e-9 <= complementarity(a, b) <= 100 + 1e-9 and complementarity(a, b) == pytest.approx(complementarity(scaled, b), abs=1e-6)
    assert export_similarity(a, b) == pytest.approx(export_similarity(b, a)) and -1e-12 <= export_similarity(a, b) <= 1 + 1e-12
    assert complementarity(a, a) == pytest.approx(100) and export_similarity(a, scaled) == pytest.approx(1)
    # 1 - Σ|m - x|/2 = Σ min(m, x): the two indices are one formula on different flows
    assert complementarity(a, b) == pytest.approx(100 * export_similarity(a, b), abs=1e-6)
    held = grubel_lloyd(a, b)
    weight = held.by_product["exports"].to_numpy() + held.by_product["imports"].to_numpy()
    index = held.by_product["index"].to_numpy()
    assert ((index >= 0) & (index <= 1)).all() and held.aggregate == pytest.approx((weight * index).sum() / weight.sum(), abs=1e-9)
    assert grubel_lloyd(a, a).aggregate == pytest.approx(1)


@given(lines())
@settings(max_examples=60, deadline=None)
def test_concentration_lies_between_equal_and_one(a: Frame) -> None:
    held = concentration(a["value"])
    assert 1 / held.n - 1e-12 <= held.index <= 1 + 1e-12 and held.equivalent == pytest.approx(1 / held.index)
    assert math.isnan(held.normalised) if held.n == 1 else -1e-9 <= held.normalised <= 1 + 1e-9


def test_concentration_of_equal_parts() -> None:
    held = concentration([2, 2, 2, 2, 0])
    assert (held.index, held.equivalent, held.normalised, held.n) == (0.25, 4, 0, 4)


def test_intensity_names_both_denominators() -> None:
    held = trade_intensity(exports=20, all_exports=100, partner_imports=50, own_imports=200, world_imports=1000)
    assert held.without_exporter == pytest.approx(0.2 / (50 / 800)) and held.world == pytest.approx(0.2 / 0.05)


def test_dependence_is_of_each_whole() -> None:
    russia, china = dependence(100, 110, 400, 300, 2000), dependence(110, 100, 3000, 2500, 18000)
    assert (russia.exports, russia.trade, russia.output) == (0.25, 0.3, 0.105) and math.isnan(dependence(1, 1, 2, 2).output)
    assert russia.trade > china.trade


MARKET: Frame = {
    "supplier": ["RUS", "SAU", "IRQ", "RUS", "USA", "RUS", "DEU"],
    "product": ["270900", "270900", "270900", "271121", "440320", "440320", "870323"],
    "value": [50.0, 46.0, 4.0, 30.0, 5.0, 15.0, 9.0],
}


def test_others_that_could_step_in() -> None:
    rows = substitutability(MARKET, "RUS").to_pylist()
    assert [(r["product"], r["share"], r["others"], r["largest_other"]) for r in rows] == [
        ("270900", 0.5, 1, 0.46), ("271121", 1.0, 0, 0.0), ("440320", 0.75, 1, 0.25)
    ]  # fmt: skip
    assert substitutability(MARKET, "RUS", threshold=0.03).to_pylist()[0]["others"] == 2


def test_turnover_of_products() -> None:
    held = turnover({"product": ["a", "b"], "value": [3.0, 1.0]}, {"product": ["b", "c"], "value": [1.0, 4.0]})
    assert (held.new, held.lost, held.kept, held.new_share, held.lost_share) == (("c",), ("a",), 1, 0.8, 0.75)


@st.composite
def markets(draw: st.DrawFn) -> tuple[Frame, Frame]:
    sides = []
    for _ in range(2):
        cells = draw(st.lists(st.tuples(st.sampled_from("ABCD"), st.sampled_from(["k1", "k2", "k3"])), min_size=1, max_size=9, unique=True))
        value = draw(st.lists(st.floats(0.01, 1e6), min_size=len(cells), max_size=len(cells)))
        sides.append({"supplier": [c[0] for c in cells], "product": [c[1] for c in cells], "value": value})
    return sides[0], sides[1]


@given(markets())
@settings(max_examples=100, deadline=None)
def test_displacement_adds_up_exactly(sides: tuple[Frame, Frame]) -> None:
    held = displaced(*sides)
    table = held.by_supplier.to_pandas().set_index("supplier")
    scale = max(table.before.sum(), table.after.sum())
    assert (table[["size", "composition", "competition"]].sum(axis=1) - table.change).abs().max() <= 1e-9 * scale
    assert abs(table.competition.sum()) <= 1e-9 * scale and abs(table["size"].sum() - held.market) <= 1e-9 * scale
    won = held.won_from.to_pandas()
    net = won.groupby("winner").value.sum().reindex(table.index, fill_value=0) - won.groupby("loser").value.sum().reindex(table.index, fill_value=0)
    assert (net - table.competition).abs().max() <= 1e-9 * scale and (won.value > 0).all()
    back = displaced(sides[1], sides[0]).by_supplier.to_pandas().set_index("supplier").reindex(table.index)
    assert (back.competition + table.competition).abs().max() <= 1e-9 * scale


def test_who_displaced_whom_in_words() -> None:
    before = {"supplier": ["RUS", "SAU", "DEU"], "product": ["oil", "oil", "cars"], "value": [20.0, 80.0, 10.0]}
    after = {"supplier": ["RUS", "SAU", "DEU"], "product": ["oil", "oil", "cars"], "value": [40.0, 60.0, 20.0]}
    held = displaced(before, after)
    assert held.won_from.to_pylist() == [{"winner": "RUS", "loser": "SAU", "value": pytest.approx(20.0)}]
    alone = displaced({"supplier": ["A"], "value": [1.0]}, {"supplier": ["A"], "value": [3.0]})
    assert alone.by_supplier.to_pylist()[0]["size"] == 2 and alone.won_from.num_rows == 0


ONE: Frame = {"product": ["270900"], "value": [1.0]}


@pytest.mark.parametrize(
    ("call", "error", "word"),
    [
        (lambda: commodity_share(ONE, "oil"), UsageError, "hs27"),
        (lambda: commodity_share({**ONE, "value": [0.0]}), BadDataError, "zero"),
        (lambda: commodity_share({**ONE, "value": [-1.0]}), BadDataError, "is -1"),
        (lambda: commodity_share({"product": ["27", "27"], "value": [1.0, 1.0]}), BadDataError, "more than once"),
        (lambda: concentration([]), BadDataError, "above zero"),
        (lambda: concentration([1, -1]), BadDataError, "negative"),
        (lambda: complementarity(ONE, {"product": ["27"], "value": [1.0]}), BadDataError, "6 digits and imports has codes of 2"),
        (lambda: export_similarity(ONE, {**ONE, "value": [0.0]}), BadDataError, "other"),
        (lambda: grubel_lloyd({**ONE, "value": [0.0]}, {**ONE, "value": [0.0]}), BadDataError, "neither"),
        (lambda: trade_intensity(20, 10, 1, 1, 100), BadDataError, "larger"),
        (lambda: trade_intensity(1, 10, 1, 100, 100), BadDataError, "less own_imports"),
        (lambda: dependence(5, 1, 4, 2), BadDataError, "exports 5 of 4"),
        (lambda: dependence(1, 1, 4, 2, 0), BadDataError, "output"),
        (lambda: substitutability(MARKET, "RUS", threshold=1), UsageError, "threshold"),
        (lambda: substitutability({"supplier": ["A", "A"], "product": ["k", "k"], "value": [1, 1]}, "A"), BadDataError, "more than once"),
        (lambda: turnover(ONE, {**ONE, "value": [0.0]}), BadDataError, "after"),
        (lambda: displaced({"supplier": [], "value": []}, {"supplier": ["A"], "value": [1.0]}), BadDataError, "both years"),
        (lambda: displaced({"supplier": ["A", "A"], "value": [1.0, 1.0]}, {"supplier": ["A"], "value": [1.0]}), BadDataError, "more than once"),
    ],
)
def test_bad_input_is_refused_with_a_word(call: Any, error: type[ComityError], word: str) -> None:
    with pytest.raises(error, match=word):
        call()


def test_nothing_is_nan_but_what_is_said_to_be() -> None:
    assert np.isfinite([concentration([1, 2]).normalised, complementarity(ONE, ONE), export_similarity(ONE, ONE)]).all()
