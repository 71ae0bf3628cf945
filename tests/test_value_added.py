"""Value added in trade: goldens of the worked and the world tables, identities, and literal extraction beside the block forms."""

from __future__ import annotations

import doctest
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import io_tables
from comity.core import UsageError
from comity.models import value_added as va
from comity.models.value_added import system

CLOSE = 1e-10
DIVIDED = {"bm-source": va.bm_source, "bm-sink": va.bm_sink, "bilateral": va.bilateral, "world-source": va.world_source, "world-sink": va.world_sink}


@pytest.fixture(scope="module")
def world(shared_data: Path) -> va.System:
    return va.solve(io_tables.wiod(shared_data, 2011))


def _near(left: Any, right: Any, part: float = CLOSE, size: float = 0.0) -> None:
    left, right = np.asarray(left), np.asarray(right)
    scale = max(np.abs(right).max(initial=0.0), np.abs(left).max(initial=0.0), size, 1e-300)
    assert np.abs(left - right).max(initial=0.0) <= part * scale


def test_the_leather_table(shared_data: Path) -> None:
    table, published = io_tables.leather(shared_data)
    va.check(table)
    made = va.leontief(va.solve(table)).reshape(9, 9)
    assert np.abs(made - published).max() < 1e-7
    output = va.leontief(va.solve(table), post="output").reshape(9, 9)
    assert output[0, 0] == pytest.approx(66.75361799, abs=5e-9)
    assert output[8, 8] == pytest.approx(96.78316785, abs=5e-9)


def test_long_flows_give_the_same_leather_table(shared_data: Path) -> None:
    table, published = io_tables.leather(shared_data)
    tidy = va.decompose(io_tables.flows(table), "leontief")
    assert tidy.column_names == ["exporter", "industry", "importer", "component", "value"]
    assert np.abs(tidy.column("value").to_numpy() - published.reshape(-1)).max() < 1e-7
    first = tidy.slice(0, 1).to_pylist()[0]
    assert (first["exporter"], first["industry"], first["importer"], first["component"]) == ("Argentina", "Agriculture", "Argentina", "Agriculture")


def test_golden_figures_of_china_and_russia_2011(world: va.System) -> None:
    c, r = world.states.index("CHN"), world.states.index("RUS")
    source, sink, border, ends = va.bm_source(world), va.bm_sink(world), va.bilateral(world), va.vax(world)
    golden = [
        (source, "EXGR", 57_639, 47_671), (ends, "VAX", 53_432, 46_088), (source, "DVA", 46_641, 44_855), (sink, "DVA", 46_878, 44_878),
        (border, "DVA", 46_984, 44_910), (source, "FVA", 10_543, 2_754), (sink, "FVA", 10_621, 2_756), (source, "DDC", 346, 58),
        (source, "FDC", 109, 4),
    ]  # fmt: skip
    for made, component, there, back in golden:
        pairs = made.pairs(component)
        assert (round(pairs[c, r]), round(pairs[r, c])) == (there, back), (made.method, component)
    off = ~np.eye(41, dtype=bool)
    gross = source.pairs("EXGR")
    assert int((ends.pairs("VAX") > gross)[off].sum()) == 492
    assert ends.pairs("VAX").sum() / gross.sum() == pytest.approx(0.725, abs=5e-4)
    assert source.totals("FVA")[c] == pytest.approx(448_100, abs=50)
    terms = va.wwz(world)
    foreign = sum(terms.totals(t)[c] for t in ("MVA_FIN", "OVA_FIN", "MVA_INT", "OVA_INT"))
    assert foreign == pytest.approx(355_500, abs=50)


def test_source_and_sink_differ_by_pair_and_agree_in_sum(world: va.System) -> None:
    source, sink = va.bm_source(world), va.bm_sink(world)
    for component in ("DVA", "REF", "FVA", "VAX", "DDC", "FDC"):
        _near(source.totals(component), sink.totals(component), 1e-9)
    one, other = source.pairs("DVA"), sink.pairs("DVA")
    large = one > 1_000.0
    apart = np.abs(one - other)[large] / one[large]
    assert apart.mean() == pytest.approx(0.0038, abs=5e-5)
    assert apart.max() == pytest.approx(0.102, abs=5e-4)


@pytest.mark.slow
@pytest.mark.parametrize("year", range(1995, 2012))
def test_identities_of_every_year(shared_data: Path, year: int) -> None:
    table = io_tables.wiod(shared_data, year)
    va.check(table, world=True)
    _identities(va.solve(table), 1e-9)


def test_identities_of_one_year(world: va.System) -> None:
    _identities(world, 1e-9)


@settings(deadline=None, max_examples=50)
@given(io_tables.tables())
def test_identities_of_any_table(table: va.IOTable) -> None:
    _identities(va.solve(table), 1e-9, ordered=bool((table.y >= 0).all()))


def _identities(system: va.System, part: float, *, ordered: bool = True) -> None:
    gross = system.e.transpose(0, 2, 1)
    each = part * _delivered(system)
    made = {name: method(system).components for name, method in DIVIDED.items()}
    for c in made.values():
        assert (np.abs(c["EXGR"] - c["DC"] - c["FC"]) <= each).all()
        assert (np.abs(c["DC"] - c["DVA"] - c["DDC"]) <= each).all()
        assert (np.abs(c["FC"] - c["FVA"] - c["FDC"]) <= each).all()
        if "FDC1" in c:
            assert (np.abs(c["FDC"] - c["FDC1"] - c["FDC2"]) <= each).all()
        if "VAX" in c:
            assert (np.abs(c["DVA"] - c["VAX"] - c["REF"]) <= each).all()
    rest = va.wwz(system).components
    assert (np.abs(gross - sum(v for k, v in rest.items() if k != "EXGR")) <= each).all()
    nine = va.kww(system).components
    _near(sum(v for k, v in nine.items() if k != "EXGR"), nine["EXGR"], part)
    _near(va.vax(system).totals("VAX"), va.bm_source(system).totals("VAX"), part)
    names = list(rest)[1:]
    assert (np.abs(sum(rest[t] for t in names[:10]) - made["bm-source"]["DC"]) <= each).all()
    both = va.world_sink(system)
    traded = both.pairs("DVA").sum() + both.pairs("FVA").sum()
    assert traded == pytest.approx(va.vax(system).pairs("VAX").sum() + _returned_at_last(system), rel=part)
    if ordered:
        low, middle, high = (made[m][k] for m, k in (("bm-source", "DVA"), ("bilateral", "DVA"), ("bm-source", "DC")))
        earns = (system.own >= 0)[:, :, None]
        assert (np.where(earns, middle - high, 0.0) <= each).all()
        assert (low.sum(axis=1) <= middle.sum(axis=1) + each.sum(axis=1)).all()


def _delivered(system: va.System) -> Any:
    """Of each industry to each state, [exporter, industry, importer], stocks drawn down counted as deliveries: what a part of a cell is part of."""
    out = np.matmul(np.abs(system.a), np.clip(system.x, 0.0, None)[None, :, :, None])[..., 0] + np.abs(system.y)
    out[np.arange(len(out)), np.arange(len(out))] = 0.0
    return out.transpose(0, 2, 1)


def _returned_at_last(system: va.System) -> float:
    """Value added that leaves its state and is absorbed there in the end: v_s B_sr … into Y_*s less what never left."""
    total = 0.0
    for s in range(len(system.states)):
        total += system.v[s] @ system.by[s, s] - system.v[s] @ system.local[s] @ system.y[s, s]
    return float(total)


@settings(deadline=None, max_examples=100)
@given(io_tables.tables(), st.integers(1, 3))
def test_the_inverse_by_halves(table: va.IOTable, whole: int) -> None:
    a, _, _ = system.shares(table.z, table.y)
    straight = np.linalg.inv(np.eye(len(a)) - a)
    _near(system.inverse(a, whole=whole), straight, 1e-10)


def test_the_inverse_of_a_whole_world_and_of_no_economy(world: va.System) -> None:
    _near(world.flat_b, np.linalg.inv(np.eye(len(world.flat_a)) - world.flat_a), 1e-12)
    odd = np.array([[1.0, 1.0], [1.0, 0.0]])
    np.testing.assert_allclose(system.inverse(odd, whole=1), np.linalg.inv(np.eye(2) - odd))
    with pytest.raises(np.linalg.LinAlgError):
        system.inverse(np.eye(2), whole=1)


@settings(deadline=None, max_examples=50)
@given(io_tables.tables(), st.data())
def test_block_forms_equal_literal_extraction(table: va.IOTable, data: st.DataObject) -> None:
    system = va.solve(table)
    g, n = len(table.states), len(table.industries)
    s = data.draw(st.integers(0, g - 1))
    a, v, eye = system.flat_a, system.v.reshape(-1), np.eye(g * n)
    own = np.arange(s * n, s * n + n)
    inside = np.zeros(g * n)
    inside[own] = v[own]
    cut = a.copy()
    rest = np.setdiff1d(np.arange(g * n), own)
    cut[np.ix_(own, rest)] = 0.0
    b = np.linalg.inv(eye - a)
    bx = np.linalg.inv(eye - cut)
    source, sink, border = (m(system).components for m in (va.bm_source, va.bm_sink, va.bilateral))
    y = system.y.transpose(0, 2, 1).reshape(g * n, g)
    kept_final = y.copy()
    kept_final[np.ix_(own, [r for r in range(g) if r != s])] = 0.0
    exports = system.exports[s]
    size = float(exports.max()) * 1e-3
    of = np.arange(g * n).reshape(g, n)
    alone = [np.linalg.inv(np.eye(n) - a[np.ix_(k, k)]) for k in of]
    straight = sum((v[of[t]] @ alone[t] @ a[np.ix_(of[t], own)] for t in range(g) if t != s), np.zeros(n)) @ alone[s]
    world = va.world_source(system).components
    for r in range(g):
        if r == s:
            continue
        e = system.e[s, r]
        _near(world["FDC1"][s, :, r], straight * e, size=size)
        others = np.arange(r * n, r * n + n)
        to_r = a[np.ix_(own, others)]
        first = (inside @ bx)[own] * e
        _near(source["DVA"][s, :, r], first, size=size)
        _near(source["FVA"][s, :, r], ((v - inside) @ bx)[own] * e, size=size)
        _near(source["REF"][s, :, r], (inside @ bx)[own] * (to_r @ (b @ y)[others, s]), size=size)
        again = to_r @ bx[np.ix_(others, own)] @ exports
        _near(sink["DDC"][s, :, r], (inside @ b)[own] * again, size=size)
        _near(sink["FDC"][s, :, r], ((v - inside) @ b)[own] * again, size=size)
        _near(sink["REF"][s, :, r], (inside @ b)[own] * (to_r @ (bx @ kept_final)[others, s]), size=size)
        shut = a.copy()
        shut[np.ix_(own, others)] = 0.0
        once = np.linalg.inv(eye - shut)
        crossing = e - to_r @ once[np.ix_(others, own)] @ e
        _near(border["DVA"][s, :, r], (inside @ b)[own] * crossing, size=size)
        _near(border["FVA"][s, :, r], ((v - inside) @ b)[own] * crossing, size=size)


@settings(deadline=None, max_examples=50)
@given(io_tables.tables(), st.sampled_from(["vax", "kww", "wwz", "bm-source", "bm-sink", "bilateral", "world-source", "world-sink"]))
def test_a_unit_scales_and_an_order_carries_through(table: va.IOTable, method: str) -> None:
    made = va.METHODS[method](va.solve(table))
    size = float(table.y.max())
    larger = va.METHODS[method](va.solve(_scaled(table, 1000.0)))
    for name, values in made.components.items():
        _near(values, larger.components[name] / 1000.0, 1e-8, size)
    turned = va.METHODS[method](va.solve(_reversed(table)))
    for name, values in made.components.items():
        flipped = turned.components[name][::-1]
        _near(values, flipped if method == "kww" else flipped[:, :, ::-1], 1e-8, size)


def _scaled(table: va.IOTable, by: float) -> va.IOTable:
    return va.IOTable(states=table.states, industries=table.industries, uses=table.uses, z=table.z * by, y=table.y * by, unit="as given")


def _reversed(table: va.IOTable) -> va.IOTable:
    g, n = len(table.states), len(table.industries)
    order = np.arange(g * n).reshape(g, n)[::-1].reshape(-1)
    return va.IOTable(
        states=table.states[::-1], industries=table.industries, uses=table.uses, z=table.z[np.ix_(order, order)], y=table.y[order][:, ::-1],
        unit="as given",
    )  # fmt: skip


def test_an_unknown_method_or_component_is_named(shared_data: Path) -> None:
    table, _ = io_tables.leather(shared_data)
    with pytest.raises(UsageError, match="bm-source"):
        va.decompose(table, "tiva")
    with pytest.raises(UsageError, match="EXGR"):
        va.bm_source(va.solve(table)).pairs("DAVA")


def test_the_worked_table_comes_out_as_it_stands() -> None:
    path = Path(__file__).parents[1] / "docs" / "value_added.md"
    found = doctest.DocTestParser().get_doctest(path.read_text(encoding="utf-8"), {}, path.name, str(path), 0)
    assert len(found.examples) > 8
    said: list[str] = []
    runner = doctest.DocTestRunner()
    runner.run(found, out=said.append)
    assert runner.failures == 0, "".join(said)
