"""Shared production, places in chains, routes, exposures and groups: goldens, invariants and brute force."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import io_tables
from comity.core import UsageError
from comity.models import value_added as va
from comity.models.frames import Floats
from comity.models.value_added import chains, groups, shared


@pytest.fixture(scope="module")
def world(shared_data: Path) -> va.System:
    return va.solve(io_tables.wiod(shared_data, 2011))


@pytest.fixture(scope="module")
def made(world: va.System) -> shared.Shared:
    return shared.shared(world)


def _at(system: va.System, *names: str) -> list[int]:
    return [system.states.index(n) for n in names]


def test_golden_shared_production_of_china_and_russia(world: va.System, made: shared.Shared) -> None:
    c, r = _at(world, "CHN", "RUS")
    assert made.cosine[c, r] == pytest.approx(0.0162, abs=5e-5)
    assert made.usd[c, r] == pytest.approx(2_739, abs=0.5)
    assert made.expected[c, r] == pytest.approx(0.87, abs=5e-3)
    parts = [x[c, r] / made.usd[c, r] for x in (made.completed_first, made.completed_second, made.completed_third)]
    assert parts == pytest.approx([0.45, 0.42, 0.13], abs=5e-3)
    pairs = np.triu_indices(40, 1)
    assert np.median(made.cosine[pairs]) == pytest.approx(0.0046, abs=5e-5)
    assert np.median(made.per_trade[pairs]) == pytest.approx(7.3, abs=0.05)


@pytest.mark.slow
def test_shared_production_of_1995(shared_data: Path) -> None:
    system = va.solve(io_tables.wiod(shared_data, 1995))
    c, r = _at(system, "CHN", "RUS")
    assert shared.shared(system).cosine[c, r] == pytest.approx(0.00673, abs=5e-6)


def test_neighbours_in_chains_are_in_the_top_twentieth(world: va.System, made: shared.Shared) -> None:
    places = shared.ranked(made.cosine[:40, :40])
    for one, other in (("DEU", "CZE"), ("USA", "MEX"), ("USA", "CAN"), ("CHN", "KOR"), ("DEU", "POL")):
        i, j = _at(world, one, other)
        assert places[i, j] <= 0.05 * 780, (one, other)


def test_it_goes_with_both_sides_foreign_content(world: va.System, made: shared.Shared) -> None:
    """In dollars; not with its part of exports, which is high in small states whatever they make."""
    factories = [world.industries.index(m) for m in shared.MANUFACTURES]
    content = va.bm_source(world).components["FC"][:, factories].sum(axis=(1, 2))
    i, j = np.triu_indices(40, 1)
    assert _spearman(np.log(made.cosine[i, j]), content[i] + content[j]) > 0.5
    part = content / world.exports[:, factories].sum(axis=1)
    assert abs(_spearman(np.log(made.cosine[i, j]), part[i] + part[j])) < 0.1


def test_oil_does_not_lift_it(world: va.System, made: shared.Shared) -> None:
    """The raw-material test: the less mining and refining counts as work in final manufactures, the lower Russia stands; Czechia and Germany rise."""
    refined = [f"c{k}" for k in range(3, 17)]
    dug = [i for i in world.industries if i not in ("c1", "c2")]
    counted = (list(world.industries), dug, refined, list(shared.MANUFACTURES))
    cosines = [_alike(world, work, goods) for work, goods in zip(counted, (refined, refined, refined, shared.MANUFACTURES), strict=True)]
    np.testing.assert_allclose(cosines[-1], made.cosine)
    places = [shared.ranked(c[:40, :40]) for c in cosines]
    c, r, d = _at(world, "CHN", "RUS", "DEU")
    assert [int(p[c, r]) for p in places] == [68, 80, 112, 129]
    assert [int(p[r, d]) for p in places] == [46, 51, 51, 55]
    for state, wanted in (("RUS", (0.289, 0.341, 0.401, 0.441)), ("AUS", (0.522, None, None, 0.652)), ("CZE", (0.421, None, None, 0.365)),
                          ("DEU", (0.174, None, None, 0.152))):  # fmt: skip
        (k,) = _at(world, state)
        found = [np.delete(p[k], k).mean() / 780 for p in places]
        assert [f for f, w in zip(found, wanted, strict=True) if w] == pytest.approx([w for w in wanted if w], abs=6e-4), state


def _alike(world: va.System, work: Sequence[str], goods: Sequence[str]) -> Floats:
    """The cosine where value added of the industries `work` counts in final goods of the industries `goods`."""
    counted, final = ([world.industries.index(i) for i in names] for names in (work, goods))
    used = np.clip(world.y.sum(axis=1)[:, final], 0.0, None)
    part = np.einsum("in,irnk->irk", world.v[:, counted], world.b[:, :, counted][..., final]).reshape(41, -1) * used.reshape(-1)
    scaled = part * np.where(used > 0, 1 / np.sqrt(np.where(used > 0, used, 1.0)), 0.0).reshape(-1)
    together = scaled @ scaled.T
    root = np.sqrt(np.diagonal(together))
    return np.asarray(together / root[:, None] / root[None])


def test_variants_against_trade(world: va.System, made: shared.Shared) -> None:
    """The cosine is gross trade again; the variants for the joint family are not."""
    i, j = np.triu_indices(40, 1)
    gross = world.e.sum(axis=2)
    trade = (gross + gross.T)[i, j]
    assert _spearman(made.cosine[i, j], trade) == pytest.approx(0.89, abs=0.01)
    assert _spearman(made.expected[i, j], trade) == pytest.approx(0.34, abs=0.01)
    assert abs(_spearman(made.per_trade[i, j], trade)) < 0.05


def _spearman(left: np.ndarray, right: np.ndarray) -> float:  # type: ignore[type-arg]
    ranks = [np.argsort(np.argsort(x)) for x in (left, right)]
    return float(np.corrcoef(*ranks)[0, 1])


@settings(deadline=None, max_examples=30)
@given(io_tables.tables(odd=False))
def test_bounds_symmetry_and_sum_of_shared_production(table: va.IOTable) -> None:
    system = va.solve(table)
    found = shared.shared(system, manufactures=table.industries)
    held = np.isfinite(found.cosine)
    assert (found.cosine[held] <= 1 + 1e-12).all() and (found.usd >= -1e-12).all()
    np.testing.assert_allclose(np.diagonal(found.cosine)[np.diagonal(held)], 1.0)
    np.testing.assert_allclose(found.usd, found.usd.T)
    final = np.clip(system.y.sum(axis=1), 0, None).reshape(-1)
    work = (system.v.reshape(-1)[:, None] * system.flat_b).reshape(len(table.states), len(table.industries), -1).sum(axis=1) * final
    kept = final > 0
    np.testing.assert_allclose(found.usd.sum(), (work.sum(axis=0)[kept] ** 2 / final[kept]).sum())
    brute = np.zeros_like(found.usd)
    for i, j in itertools.product(range(len(table.states)), repeat=2):
        brute[i, j] = sum(work[i, k] * work[j, k] / final[k] for k in np.flatnonzero(kept))
    np.testing.assert_allclose(found.usd, brute, atol=1e-12 * np.abs(brute).max())
    np.testing.assert_allclose(found.completed_first + found.completed_second + found.completed_third - np.diag(np.diagonal(found.completed_first)),
                               found.usd, atol=1e-9)  # fmt: skip


def test_quasi_independence_keeps_the_margins() -> None:
    made = np.random.default_rng(3).lognormal(0, 1, (6, 6))
    p = made + made.T
    ratio = shared.quasi_independent(p)
    np.fill_diagonal(p, 0)
    with np.errstate(invalid="ignore"):
        fitted = np.nan_to_num(p / ratio)
    np.testing.assert_allclose(fitted.sum(axis=1), p.sum(axis=1), rtol=1e-9)
    sizes = np.array([1.0, 2.0, 5.0, 9.0])
    np.testing.assert_allclose(shared.quasi_independent(np.outer(sizes, sizes))[0, 1:], 1.0, rtol=1e-9)


def test_two_goods_of_equal_shares_are_one_good() -> None:
    made = np.array([[[3.0, 6.0], [1.0, 2.0]], [[5.0, 10.0], [7.0, 14.0]]])
    final = np.array([[10.0, 20.0], [11.0, 22.0]])
    merged = shared._together(made.sum(axis=2, keepdims=True), final.sum(axis=1, keepdims=True))
    np.testing.assert_allclose(shared._together(made, final), merged)


def test_bands_hold_the_figure_and_repeat(shared_data: Path) -> None:
    table, _ = io_tables.leather(shared_data)
    options = {"manufactures": table.industries, "draws": 40}
    first, again, other = (shared.bands(table, seed=s, **options) for s in (1, 1, 2))  # type: ignore[arg-type]
    np.testing.assert_array_equal(first.low, again.low)
    assert (first.low != other.low)[0, 1]
    held = shared.shared(va.solve(table), manufactures=table.industries).cosine
    for i, j in ((0, 1), (0, 2), (1, 2)):
        assert first.low[i, j] < held[i, j] < first.high[i, j]
        assert 1 <= first.rank_low[i, j] <= first.rank_high[i, j] <= 3


def test_draws_keep_the_value_added_of_an_industry_that_imports_most_of_what_it_uses() -> None:
    """Drawn without this, its inputs exceed its output in most draws, and the bands have no end."""
    z = np.array([[5.0, 60.0, 5.0], [5.0, 5.0, 5.0], [5.0, 30.0, 5.0]])
    y = np.array([[30.0, 5.0, 5.0], [5.0, 70.0, 10.0], [5.0, 5.0, 40.0]])[:, :, None]
    table = va.IOTable(states=("A", "B", "C"), industries=("i",), uses=("f",), z=z, y=y, unit="usd")
    assert (va.solve(table).v > 0).all() and va.solve(table).v[1, 0] < 0.1
    found = shared.bands(table, manufactures=("i",), draws=60, seed=3)
    apart = ~np.eye(3, dtype=bool)
    for values in (found.low, found.high, found.expected_low, found.expected_high):
        assert np.isfinite(values[apart]).all() and (values[apart] > 0).all()


@settings(deadline=None, max_examples=30)
@given(io_tables.tables(odd=False))
def test_stages_are_those_of_the_series(table: va.IOTable) -> None:
    system = va.solve(table)
    x, a = system.x.reshape(-1), system.flat_a
    up, down, term, back = np.zeros(len(x)), np.zeros(len(x)), system.y.sum(axis=1).reshape(-1), np.ones(len(x)) @ np.eye(len(x))
    for stage in range(1, 4000):
        up += stage * term
        term = a @ term
        down += back
        back = back @ a
        if np.abs(term).max() < 1e-15 and np.abs(back).max() < 1e-15:
            break
    made = x > 0
    np.testing.assert_allclose(chains.upstreamness(system).reshape(-1)[made], up[made] / x[made], rtol=1e-7)
    np.testing.assert_allclose(chains.downstreamness(system).reshape(-1)[made], down[made], rtol=1e-7)


@settings(deadline=None, max_examples=25)
@given(io_tables.tables())
def test_routes_add_up_and_are_those_of_the_border_series(table: va.IOTable) -> None:
    system = va.solve(table)
    g, n = len(table.states), len(table.industries)
    inner, outer = np.zeros_like(system.flat_a), system.flat_a.copy()
    for s in range(g):
        block = slice(s * n, s * n + n)
        inner[block, block] = outer[block, block]
        outer[block, block] = 0.0
    local = np.linalg.inv(np.eye(g * n) - inner)
    y = system.y.transpose(0, 2, 1).reshape(g * n, g)
    home = np.zeros_like(y)
    for s in range(g):
        home[s * n : s * n + n, s] = y[s * n : s * n + n, s]
    last = y - home + outer @ local @ home
    start = np.zeros((g, g * n))
    for s in range(g):
        start[s, s * n : s * n + n] = system.v[s]
    one = start @ local @ last
    two = start @ local @ outer @ local @ last
    three = start @ local @ outer @ local @ outer @ local @ last
    for found in chains.all_routes(system, top=10_000):
        s, r = table.states.index(found.origin), table.states.index(found.destination)
        size = max(abs(found.total), 1e-9)
        assert found.direct == pytest.approx(one[s, r], abs=1e-9 * size, rel=1e-9)
        assert found.beyond == pytest.approx(found.total - (one + two + three)[s, r], abs=1e-8 * size)
        if (system.y >= 0).all() and (system.v >= 0).all():
            assert sum(w.value for w in found.via) == pytest.approx((two + three)[s, r], abs=1e-8 * size)
            assert found.beyond >= -1e-9 * size


def test_exposures_are_ordered_parts(world: va.System) -> None:
    demand = chains.demand_exposure(world)
    soft, hard = chains.supply_exposure(world)
    off = ~np.eye(41, dtype=bool)
    assert ((demand > -1e-4) & (demand <= 1)).all()
    assert (soft[off] >= 0).all() and (hard[off] <= 1).all()
    assert (hard[off] >= soft[off] - 1e-12).all()
    np.testing.assert_allclose(demand.sum(axis=1), 1.0)


def test_a_missing_input_halves_what_cannot_do_without() -> None:
    """Two states; the second sells the first half of its only essential input: without substitution half is lost, with it the cost share."""
    z = np.array([[2.0, 0.0], [2.0, 0.0]])
    y = np.array([[[6.0], [0.0]], [[0.0], [3.0]]])
    soft, hard = chains.supply_exposure(va.solve(va.IOTable(states=("A", "B"), industries=("i",), uses=("f",), z=z, y=y, unit="usd")))
    share = 2 / 8
    assert soft[0, 1] == pytest.approx(share / (1 - share))
    assert hard[0, 1] == pytest.approx(1.0)
    assert soft[1, 0] == hard[1, 0] == 0.0


@settings(deadline=None, max_examples=25)
@given(io_tables.tables(), st.data())
def test_a_group_of_one_is_the_state_and_a_group_takes_its_inner_trade_out(table: va.IOTable, data: st.DataObject) -> None:
    system = va.solve(table)
    s = data.draw(st.integers(0, len(table.states) - 1))
    single = groups.group_exports(system, [table.states[s]])
    source = va.bm_source(system)
    outside = [k for k in range(len(table.states)) if k != s]
    size = float(np.abs(system.exports).max()) + 1e-12
    for name in ("DVA", "FVA", "DC", "FC", "DDC", "FDC"):
        np.testing.assert_allclose(getattr(single, name.lower()), source.pairs(name)[s, outside], atol=1e-9 * size)
    assert single.inside == 0.0
    if len(table.states) > 2:
        pair = groups.group_exports(system, table.states[:2])
        np.testing.assert_allclose(pair.exports, pair.dva + pair.ddc + pair.fva + pair.fdc, atol=1e-9 * size)
        np.testing.assert_allclose(pair.exports, source.pairs("EXGR")[:2, 2:].sum(axis=0), atol=1e-9 * size)
        np.testing.assert_allclose(pair.dc - source.pairs("DC")[:2, 2:].sum(axis=0), pair.between, atol=1e-9 * size)


def test_participation_has_three_definitions(world: va.System) -> None:
    source = va.bm_source(world)
    gross = source.totals("EXGR")
    for name in ("borin-mancini", "oecd", "wwz"):
        forward, backward = (x.sum(axis=1) for x in chains.participation(world, source, name))
        part = (forward + backward) / gross
        assert (part > 0.1).all(), name
        if name == "borin-mancini":
            assert (part < 1).all()
    with pytest.raises(UsageError, match="oecd"):
        chains.participation(world, source, "unctad")


def test_names_that_are_not_there(world: va.System) -> None:
    with pytest.raises(UsageError, match="ATL"):
        chains.routes(world, "ATL", "RUS")
    with pytest.raises(UsageError, match="two states"):
        chains.routes(world, "RUS", "RUS")
    with pytest.raises(UsageError, match="XYZ"):
        groups.group_exports(world, ["XYZ"])
    with pytest.raises(UsageError, match="manufacturing"):
        shared.shared(world, manufactures=["d15"])


@settings(deadline=None, max_examples=25)
@given(st.integers(2, 4), st.integers(1, 5), st.integers(0, 2**32 - 1))
def test_the_scarcest_input_is_the_limit_of_passing_shortages_on(states: int, industries: int, seed: int) -> None:
    made = np.random.default_rng(seed)
    parts = made.dirichlet(np.ones(states + 1), size=(industries, industries)).transpose(2, 0, 1)
    direct, own = parts[:states] * (made.random((1, industries, industries)) < 0.7), parts[-1]
    lost = np.zeros((states, industries))
    for _ in range(5000):
        lost = (direct + own[None] * lost[:, :, None]).max(axis=1)
    np.testing.assert_allclose(chains._scarcest(direct, own), np.minimum(lost, 1.0), atol=1e-6)


@settings(deadline=None, max_examples=10)
@given(io_tables.tables(odd=False))
def test_shared_production_per_trade_does_not_turn_on_the_unit_and_is_not_written_to(table: va.IOTable) -> None:
    small = va.IOTable(states=table.states, industries=table.industries, uses=table.uses, z=1e-6 * table.z, y=1e-6 * table.y, unit="as given")
    one, other = (shared.shared(va.solve(t), manufactures=table.industries) for t in (table, small))
    np.testing.assert_allclose(one.per_trade, other.per_trade, rtol=1e-6)
    for name in ("usd", "cosine", "expected", "per_trade", "completed_first", "completed_second", "completed_third"):
        with pytest.raises(ValueError, match="read-only"):
            getattr(one, name)[0, 0] = 1.0
