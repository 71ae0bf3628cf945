"""Alliance portfolios by hand and by scalar counting, and the properties that Signorino and Ritter ask of S."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from comity import measures, sources, states
from comity.measures import portfolios
from comity.models.similarity import portfolio_kappa, portfolio_s
from comity.reading import Raw

OBLIGATIONS = ("defence", "offence", "neutrality", "nonaggression", "consultation")
EXACT = 1e-12
MEMBERS_1816 = 23
"""Members of the state system in 1816 by the Correlates of War list."""


def bound(*rows: tuple[str, str, str], year: int = 1816) -> pa.Table:
    """Obligations of one year: who is bound, to whom, to what."""
    columns = {"a": [r[0] for r in rows], "b": [r[1] for r in rows], "year": pa.array([year] * len(rows), pa.int32())}
    return pa.table({**columns, **{o: pa.array([int(r[2] == o) for r in rows], pa.int32()) for o in OBLIGATIONS}})


def weights(**cinc: float) -> pa.Table:
    return pa.table({"state": list(cinc), "year": pa.array([1816] * len(cinc), pa.int32()), "cinc": list(cinc.values())})


def value(table: pa.Table, a: str, b: str) -> float:
    found = [row["value"] for row in table.select(["a", "b", "value"]).to_pylist() if (row["a"], row["b"]) == (a, b)]
    assert len(found) == 1
    return float(found[0])


@pytest.fixture
def one_year(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portfolios, "FIRST", 1816)
    monkeypatch.setattr(portfolios, "LAST", 1816)


@pytest.mark.usefixtures("one_year")
@pytest.mark.parametrize(
    ("rows", "s", "squared"),
    [
        ([("TUR", "RUS", "defence")], 1 - 4 / MEMBERS_1816, 1 - 4 / MEMBERS_1816),
        ([("FRA", "GBR", "defence"), ("GBR", "FRA", "offence")], 1.0, 1.0),
        ([("FRA", "GBR", "defence")], 1 - 2 * 3 / (3 * MEMBERS_1816), 1 - 2 * 9 / (9 * MEMBERS_1816)),
        ([("FRA", "GBR", "neutrality"), ("GBR", "FRA", "nonaggression")], 1 - 2 * (2 + 1) / (3 * MEMBERS_1816), 1 - 2 * (4 + 1) / (9 * MEMBERS_1816)),
        ([("FRA", "RUS", "consultation"), ("GBR", "RUS", "consultation")], 1 - 4 / MEMBERS_1816, 1 - 4 / MEMBERS_1816),
    ],
    ids=["none", "mutual defence", "one side is bound", "neutrality for nonaggression", "the same third state"],
)  # fmt: skip
def test_s_by_hand(rows: list[tuple[str, str, str]], s: float, squared: float) -> None:
    """1816: 23 members; each difference by hand, on the diagonal too, where each has 3."""
    held = bound(*rows)
    plain = portfolios.alliance_s(held, weights(FRA=0.1))
    assert value(plain, "FRA", "GBR") == pytest.approx(s, abs=EXACT)
    assert value(portfolios.alliance_s(held, weights(FRA=0.1), "sq"), "FRA", "GBR") == pytest.approx(squared, abs=EXACT)
    assert plain.num_rows == MEMBERS_1816 * (MEMBERS_1816 - 1) / 2 and set(plain.column("n").to_pylist()) == {MEMBERS_1816}
    assert set(plain.column("source").to_pylist()) == {"atop"}


@pytest.mark.usefixtures("one_year")
def test_of_several_obligations_the_greatest_counts_and_strangers_do_not() -> None:
    row = bound(("FRA", "GBR", "nonaggression"))
    row = row.set_column(row.schema.get_field_index("defence"), "defence", pa.array([1], pa.int32()))
    assert value(portfolios.alliance_s(row, weights()), "FRA", "GBR") == pytest.approx(1 - 2 / MEMBERS_1816, abs=EXACT)
    strange = bound(("FRA", "USA", "defence"), ("FRA", "ECU", "defence"))
    assert value(portfolios.alliance_s(strange, weights()), "FRA", "GBR") == pytest.approx(1 - 2 * (2 + 1) / MEMBERS_1816, abs=EXACT)


@pytest.mark.usefixtures("one_year")
def test_weighted_s_by_hand() -> None:
    """FRA bound to GBR alone: they differ at FRA (3 against 0), which weighs .1 of .1 + .3; RUS, without a score, is no target."""
    found = portfolios.alliance_s(bound(("FRA", "GBR", "defence"), ("FRA", "RUS", "defence")), weights(FRA=0.1, GBR=0.3), "weighted")
    assert value(found, "FRA", "GBR") == pytest.approx(1 - 2 * 0.1 / 0.4, abs=EXACT)
    assert set(found.column("n").to_pylist()) == {2} and set(found.column("source").to_pylist()) == {"atop+cow_capabilities"}
    assert portfolios.alliance_s(bound(("FRA", "GBR", "defence")), weights(), "weighted").num_rows == 0


@pytest.mark.usefixtures("one_year")
def test_kappa_by_hand() -> None:
    """Without ties each has one 3 among 23: Do = 2/23, De = 2 · 22/23², kappa = 1 - 23/22. Mutual defence: alike, 1."""
    alone = portfolios.alliance_kappa(bound(("TUR", "RUS", "defence")))
    assert value(alone, "FRA", "GBR") == pytest.approx(1 - 23 / 22, abs=EXACT)
    allied = portfolios.alliance_kappa(bound(("FRA", "GBR", "defence"), ("GBR", "FRA", "defence")))
    assert value(allied, "FRA", "GBR") == pytest.approx(1.0, abs=EXACT)


@settings(max_examples=40, deadline=None)
@given(arrays.arrays(np.int8, st.integers(2, 8).map(lambda n: (n, n)), elements=st.integers(0, 3)))
def test_a_portfolio_is_wholly_like_itself(ties: np.ndarray) -> None:
    """S(i, i) = 1 and S(i, j) = S(j, i) within -1 … 1: Signorino and Ritter 1999; kappa keeps the same bounds."""
    np.fill_diagonal(ties, portfolios.OWN)
    for found in (portfolio_s(ties), portfolio_s(ties, distance="sq"), portfolio_kappa(ties), portfolio_kappa(ties, distance="sq")):
        kept = found[np.isfinite(found)]
        assert (kept >= -1 - EXACT).all() and (kept <= 1).all()
        np.testing.assert_allclose(found, found.T, atol=EXACT)
        on = np.diagonal(found)
        np.testing.assert_allclose(on[np.isfinite(on)], 1, atol=EXACT)
    for power, distance in ((1, "abs"), (2, "sq")):
        np.testing.assert_allclose(portfolios._kappa(ties, power), portfolio_kappa(ties, distance=distance), atol=EXACT)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def real(shared_data: Path) -> tuple[pa.Table, pa.Table]:
    """The obligations and capabilities as their sources make them."""
    made = [sources.get(n).build(Raw(n, sources.get(n).files, shared_data)) for n in ("atop", "cow_capabilities")]
    return made[0]["atop_obligations"], made[1]["capabilities"]


def scalar(year: int, obligations: pa.Table, capabilities: pa.Table) -> tuple[list[str], dict[str, dict[str, int]], dict[str, float]]:
    """Members, ties and weights of a year, from the rows one by one."""
    members = sorted(c for c in states.codes() if states.is_member(c, year, "cow"))
    ties = {a: {b: 3 if a == b else 0 for b in members} for a in members}
    for row in obligations.filter(pc.equal(obligations.column("year"), year)).to_pylist():
        if row["a"] in ties and row["b"] in ties:
            worth = [3 * (row["defence"] or row["offence"]), 2 * (row["neutrality"] or row["consultation"]), row["nonaggression"]]
            ties[row["a"]][row["b"]] = max(worth)
    cinc = {row["state"]: row["cinc"] for row in capabilities.filter(pc.equal(capabilities.column("year"), year)).to_pylist()}
    return members, ties, cinc


@pytest.mark.parametrize("year", [1816, 1913, 1955, 2018])
def test_held_years_against_scalar_counting(real: tuple[pa.Table, pa.Table], year: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portfolios, "FIRST", year)
    monkeypatch.setattr(portfolios, "LAST", year)
    members, ties, cinc = scalar(year, *real)
    drawn = [tuple(sorted(random.Random(year + k).sample(members, 2))) for k in range(60)]
    got = {v: portfolios.alliance_s(*real, v) for v in ("", "sq", "weighted")} | {f"k{v}": portfolios.alliance_kappa(real[0], v) for v in ("", "sq")}
    for name, table in got.items():
        assert table.num_rows == len(members) * (len(members) - 1) // 2
        held = {(r["a"], r["b"]): r["value"] for r in table.to_pylist()}
        for a, b in drawn:
            power = 2 if name.endswith("sq") else 1
            w = {k: cinc.get(k, 0.0) if name == "weighted" else 1.0 for k in members}
            total = sum(w.values())
            do = sum(w[k] * abs(ties[a][k] - ties[b][k]) ** power for k in members) / total / 3**power
            expected = 1 - 2 * do
            if name.startswith("k"):
                de = sum(abs(ties[a][k] - ties[b][m]) ** power for k in members for m in members) / total**2 / 3**power
                expected = 1 - do / de
            assert held[a, b] == pytest.approx(expected, abs=1e-9), (name, a, b)


def test_the_years_are_those_that_the_source_covers() -> None:
    covered = sources.get("atop").coverage
    assert (covered.first, covered.last, covered.states) == (portfolios.FIRST, portfolios.LAST, "cow")


@pytest.mark.parametrize("name", ["alliance_s", "alliance_kappa"])
def test_it_is_told_that_the_evidence_is_the_same(name: str) -> None:
    declared = measures.get(name)
    assert "never a second piece of evidence" in declared.because and "alliance_defence" in declared.because and not declared.prominent
