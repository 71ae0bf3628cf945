"""Separation against the 18 sets of ppmlhdfe and against brute force; gravity against published estimates and its own identities."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from comity import sources
from comity.core import BadDataError, ComityError, ComityWarning, UsageError
from comity.models import gravity, separation
from comity.models.gravity import GravityFit, expected, expected_without, fit
from comity.reading import Raw

SETS = range(1, 19)


@pytest.fixture(scope="module")
def golden(shared: Path) -> Path:
    return shared / "golden" / "ppml"


def columns(frame: pd.DataFrame, first: str) -> list[str]:
    return [c for c in frame if c.startswith(first)]


@pytest.mark.parametrize("number", SETS)
def test_the_right_rows_are_separated(golden: Path, number: int) -> None:
    """Separation sets of github.com/sergiocorreia/ppmlhdfe, test/separation_datasets, with the true rows marked."""
    d = pd.read_csv(golden / f"sep_{number:02}.csv")
    effects = [d[c].to_numpy() for c in columns(d, "id")]
    found = separation.separated(d.y.to_numpy(float), d[columns(d, "x")].to_numpy(float), effects)
    assert found.separated.tolist() == (d.separated == 1).tolist()


@pytest.mark.parametrize("number", SETS)
def test_no_separated_row_is_ever_kept_silently(golden: Path, number: int) -> None:
    d = pd.read_csv(golden / f"sep_{number:02}.csv")
    told = None
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        try:
            told = fit(d, value="y", covariates=columns(d, "x"), effects=columns(d, "id"), cluster=None)
        except ComityError as e:
            assert str(e)
    if told is not None:
        assert told.separated.tolist() == np.flatnonzero(d.separated == 1).tolist()
        assert bool(len(told.separated)) == any("separated" in str(w.message) for w in heard)
        kept = told.rows.to_pandas()
        assert np.abs(told.beta).max(initial=0) < 10 and (kept.expected[kept.actual == 0] > 1e-6).all()


def test_golden_c_of_ppmlhdfe(golden: Path) -> None:
    """Correia, Guimarães & Zylkin, ppmlhdfe example 3: fta .192445 (.0432 with pyfixest's small-sample factor), deviance 377,332,502.254."""
    d = pd.read_stata(golden / "example_trade_fta.dta")
    d = d[d.category == "TOTAL"].rename(columns={"isoexp": "exporter", "isoimp": "importer"})
    made = fit(d, value="trade", covariates=["fta"], effects=["importer^year", "exporter^year", "importer^exporter"])
    row = made.tidy().to_pylist()[0]
    assert (made.n, made.zeros, len(made.separated), made.omitted) == (5950, 18, 0, ())
    assert round(row["estimate"], 6) == 0.192445 and round(row["se"], 4) == 0.0432
    assert made.deviance == pytest.approx(377_332_502.254, rel=1e-8)
    assert "1,190 clusters" in made.standard_errors


def plain_fit(formula: str, frame: pd.DataFrame, vcov: Any) -> Any:
    """pyfixest alone; what it and pandas say of each other is not ours to mend."""
    import pyfixest

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pyfixest.fepois(formula, frame, vcov=vcov)


def built(source: str, folder: Path) -> pd.DataFrame:
    """The first table of a source, from the raw files."""
    declared = sources.get(source)
    return declared.build(Raw(source, declared.files, folder))[declared.tables[0].name].to_pandas()


@st.composite
def small(draw: st.DrawFn) -> tuple[Any, Any, list[Any]]:
    n = draw(st.integers(4, 14))
    y = draw(st.lists(st.sampled_from([0.0, 0.0, 0.0, 1.0, 2.5]), min_size=n, max_size=n).filter(any))
    k = draw(st.integers(0, 3))
    x = draw(st.lists(st.lists(st.integers(-2, 2), min_size=k, max_size=k), min_size=n, max_size=n))
    sets = draw(st.integers(0, 3))
    codes = [draw(st.lists(st.integers(0, 3), min_size=n, max_size=n)) for _ in range(sets)]
    return np.array(y), np.array(x, dtype=float).reshape(n, k), [np.array(c) for c in codes]


def brute_force(y: Any, x: Any, codes: list[Any]) -> Any:
    """One programme over every coefficient at once: z zero on y > 0, at most zero elsewhere, as often below as can be."""
    dummies = [(c[:, None] == np.unique(c)[None, :]).astype(float) for c in codes] or [np.ones((len(y), 1))]
    design = np.concatenate([x, *dummies], axis=1)
    zero, k = y == 0, design.shape[1]
    m = int(zero.sum())
    solved = linprog(
        np.r_[np.zeros(k), -np.ones(m)], A_ub=np.c_[design[zero], np.eye(m)], b_ub=np.zeros(m), A_eq=np.c_[design[~zero], np.zeros((len(y) - m, m))],
        b_eq=np.zeros(len(y) - m), bounds=[(None, None)] * k + [(0, 1)] * m,
    )  # fmt: skip
    out = np.zeros(len(y), bool)
    out[zero] = solved.x[k:] > 0.5
    return out


@given(small())
@settings(max_examples=120, deadline=None)
def test_separation_is_that_of_brute_force(case: tuple[Any, Any, list[Any]]) -> None:
    y, x, codes = case
    if (y == 0).any():
        assert separation.separated(y, x, codes).separated.tolist() == brute_force(y, x, codes).tolist()


@given(small())
@settings(max_examples=40, deadline=None)
def test_random_projections_find_what_the_dense_matrix_finds(case: tuple[Any, Any, list[Any]]) -> None:
    y, x, codes = case
    codes = [*codes, np.arange(len(y)) % 3, np.arange(len(y)) % 2, np.zeros(len(y), int)][:3]
    with pytest.MonkeyPatch.context() as patch:
        dense = separation.separated(y, x, codes).separated
        patch.setattr(separation, "DENSE", 0)
        assert separation.separated(y, x, codes).separated.tolist() == dense.tolist()


@pytest.mark.parametrize(
    ("y", "x", "codes", "error"),
    [
        ([0.0, 0.0], [[1.0], [2.0]], [], BadDataError), ([1.0, -1.0], [[1.0], [2.0]], [], BadDataError), ([1.0], [[1.0], [2.0]], [], UsageError),
        ([1.0, 0.0], [[1.0], [float("nan")]], [], BadDataError), ([1.0, 0.0], [[1.0], [2.0]], [[1]], UsageError),
    ],
)  # fmt: skip
def test_what_cannot_be_checked_is_refused(y: Any, x: Any, codes: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        separation.separated(np.array(y), np.array(x), [np.array(c) for c in codes])


def made_world(seed: int = 0, states: int = 12, years: int = 3, zeros: float = 0.1) -> pd.DataFrame:
    """A made world: sizes, distances, a border effect of .5, a distance effect of -1, multiplicative noise."""
    generator = np.random.default_rng(seed)
    rows = []
    place = generator.uniform(0, 10, (states, 2))
    for year in range(2000, 2000 + years):
        out, into = generator.normal(0, 1, (2, states))
        for i in range(states):
            for j in range(states):
                if i != j:
                    distance = np.log(1 + np.hypot(*(place[i] - place[j])))
                    border = float(abs(i - j) == 1)
                    mean = np.exp(3 + out[i] + into[j] - distance + 0.5 * border)
                    rows.append((f"S{i:02}", f"S{j:02}", year, mean * generator.gamma(4, 0.25) * (generator.random() > zeros), distance, border))
    return pd.DataFrame(rows, columns=["exporter", "importer", "year", "value", "ln_km", "border"])


@pytest.fixture(scope="module")
def world() -> pd.DataFrame:
    return made_world()


@pytest.fixture(scope="module")
def made(world: pd.DataFrame) -> GravityFit:
    return fit(world)


def test_it_is_pyfixest_where_nothing_is_separated(world: pd.DataFrame, made: GravityFit) -> None:
    assert made.covariates == ("ln_km", "border") and made.effects == gravity.TWO_WAY
    world = world.assign(pair=world.exporter + world.importer)
    plain = plain_fit("value ~ ln_km + border | exporter^year + importer^year", world, {"CRV1": "pair"})
    assert made.beta == pytest.approx(plain.coef().to_numpy(), abs=1e-9)
    assert made.tidy()["se"].to_numpy() == pytest.approx(plain.se().to_numpy(), abs=1e-7)


def test_totals_of_every_exporter_and_importer_are_fitted(made: GravityFit) -> None:
    """Fally (2015): PPML with these effects adds up."""
    table = expected(made).to_pandas()
    for side in ("exporter", "importer"):
        sums = table.groupby([side, "year"])[["actual", "expected"]].sum()
        assert sums.actual.to_numpy() == pytest.approx(sums.expected.to_numpy(), rel=1e-6)
    assert ((table.low <= table.high) & (table.low >= 0) & (table.place > 0) & (table.place < 1)).all()


def test_order_of_rows_form_of_the_frame_and_scale_change_nothing(world: pd.DataFrame, made: GravityFit) -> None:
    turned = fit(pa.Table.from_pandas(world.sample(frac=1, random_state=1), preserve_index=False))
    scaled = fit({c: world[c].to_numpy() * (1000 if c == "value" else 1) for c in world})
    for other in (turned, scaled):
        assert other.beta == pytest.approx(made.beta, abs=1e-7) and other.covariance == pytest.approx(made.covariance, abs=1e-7)


def test_a_pair_without_its_own_part(world: pd.DataFrame, made: GravityFit) -> None:
    """Solving the effects again without the pair is refitting without its rows, the coefficients held: here both by brute force."""
    table = expected_without(made, "S00", "S01").to_pandas()
    assert len(table) == len(world[(world.exporter == "S00") & (world.importer == "S01")]) * 2
    year = table.year.iloc[0]
    rows = made.rows.to_pandas()
    rest = rows[(rows.year == year) & ~(rows.exporter.isin(["S00", "S01"]) & rows.importer.isin(["S00", "S01"]))]
    a = dict.fromkeys(rest.exporter.unique(), 1.0)
    b = dict.fromkeys(rest.importer.unique(), 1.0)
    for _ in range(300):
        for key, side, own, other in (("exporter", "importer", a, b), ("importer", "exporter", b, a)):
            weight = np.exp(rest["index"]) * rest[side].map(other)
            own.update((rest.groupby(key).actual.sum() / weight.groupby(rest[key]).sum()).to_dict())
    one = rows[(rows.year == year) & (rows.exporter == "S00") & (rows.importer == "S01")].iloc[0]
    found = table[(table.year == year) & (table.exporter == "S00")].expected.iloc[0]
    assert found == pytest.approx(a["S00"] * np.exp(one["index"]) * b["S01"], rel=1e-8)
    assert (table.ratio * table.expected).to_numpy() == pytest.approx(table.actual.to_numpy()) and (table.low < table.high).all()
    with pytest.raises(UsageError, match="no fitted row"):
        expected_without(made, "S00", "XXX")


def test_what_the_effects_explain_is_left_out_and_said(world: pd.DataFrame) -> None:
    with pytest.warns(ComityWarning, match="size"):
        other = fit(world.assign(size=world.groupby(["exporter", "year"]).ln_km.transform("sum")))
    assert other.omitted == ("size",) and other.covariates == ("ln_km", "border")


def test_an_exporter_that_sells_nothing_is_separated_and_said(world: pd.DataFrame, made: GravityFit) -> None:
    more = world[world.exporter == "S00"].assign(exporter="NEW", value=0.0)
    with pytest.warns(ComityWarning, match="separated"):
        other = fit(pd.concat([world, more], ignore_index=True))
    assert other.separated.tolist() == list(range(len(world), len(world) + len(more))) and other.beta == pytest.approx(made.beta, abs=1e-8)


@pytest.mark.parametrize(
    ("change", "options", "error", "word"),
    [
        ({"value": -1.0}, {}, BadDataError, "value of row 0 is -1"), ({"value": float("nan")}, {}, BadDataError, "is missing"),
        ({"value": 0.0}, {}, BadDataError, "above zero"), ({"ln_km": float("inf")}, {}, BadDataError, "ln_km"),
        ({}, {"covariates": ["no"]}, UsageError, "no column no"), ({}, {"effects": "year"}, UsageError, "list"),
        ({}, {"covariates": [], "effects": []}, UsageError, "nothing to estimate"), ({}, {"cluster": "no"}, UsageError, "no column no"),
        ({"exporter": None}, {}, BadDataError, "exporter has missing"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_with_a_word(world: pd.DataFrame, change: Any, options: Any, error: type[Exception], word: str) -> None:
    with pytest.raises(error, match=word):
        fit(world.assign(**change), **options)


def test_band_and_effects_are_checked(world: pd.DataFrame, made: GravityFit) -> None:
    with pytest.raises(UsageError, match="band"):
        expected(made, band=1.0)
    plain = fit(world, effects=["exporter", "importer"])
    assert "clusters" in plain.standard_errors
    with pytest.raises(UsageError, match=r"exporter\^year"):
        expected_without(plain, "S00", "S01")


def test_a_missing_package_is_said_with_what_to_install(world: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyfixest", None)
    with pytest.raises(UsageError, match=r"pip install 'comity\[models\]'"):
        fit(world)


@pytest.mark.slow
def test_the_whole_panel_of_the_imf(shared_data: Path) -> None:
    """Imports as reported 2000–2020 with CEPII distances: the coefficients are pyfixest's, and no row is separated.

    With effects of pairs as well, only pairs that never trade are.
    """
    dots, places = (built(n, shared_data) for n in ("imf_dots", "cepii_distance"))
    d = dots[(dots.flow == "imports") & dots.partner.notna()].merge(
        places[["origin", "destination", "km", "contiguous"]], left_on=["partner", "reporter"], right_on=["origin", "destination"]
    )
    d = pd.DataFrame(
        {
            "exporter": d.partner, "importer": d.reporter, "year": d.year, "value": d.value_usd / 1e6, "ln_km": np.log(d.km),
            "contiguous": d.contiguous.astype(float),
        }
    )  # fmt: skip
    made = fit(d)
    plain = plain_fit("value ~ ln_km + contiguous | exporter^year + importer^year", d, "hetero")
    assert made.n > 500_000 and not len(made.separated)
    assert made.beta == pytest.approx(plain.coef().to_numpy(), abs=1e-7)
    codes = [(d[a] + d[b].astype(str)).to_numpy() for a, b in (("exporter", "year"), ("importer", "year"), ("exporter", "importer"))]
    found = separation.separated(d.value.to_numpy(), np.zeros((len(d), 0)), codes)
    assert found.separated.tolist() == (d.groupby(["exporter", "importer"]).value.transform("max") == 0).tolist()


def test_quantiles_of_the_others_leave_a_flow_out_of_its_own_case() -> None:
    """Weibull's quantile of the other values, each left out in turn: numpy's by the same rule."""
    values = np.sort(np.random.default_rng(3).normal(size=9))
    rank = np.arange(9)
    for q in (0.15, 0.5, 0.9):
        wanted = [np.quantile(np.delete(values, k), q, method="weibull") for k in range(9)]
        assert gravity._of_others(values, rank, q) == pytest.approx(wanted)


@pytest.mark.parametrize("unit", [1e-12, 1e9])
def test_separation_does_not_turn_on_the_unit(unit: float) -> None:
    """x is one only where y is zero, in whatever unit; z parts nothing."""
    rng = np.random.default_rng(2)
    y = np.array([0.0] * 6 + [1.0] * 14)
    x = np.column_stack([np.array([unit] * 4 + [0.0] * 16), rng.normal(size=20)])
    assert separation.separated(y, x, []).separated.tolist() == [True] * 4 + [False] * 16
