"""Price, volume and mix of one directed pair: the golden links, the identities, what is refused; index numbers of the PPI manual."""

from __future__ import annotations

import math
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity import sources
from comity.core import BadDataError, ComityWarning, UsageError
from comity.models import index_numbers, price_volume
from comity.models.price_volume import PARTS, Decomposition, decompose, known_errors, largest, leads, log_mean, sensitivity
from comity.reading import Raw

BN_PER_KUSD = 1e-6
# ../shared/trade_and_value_added.md § 1: BACI RUS→CHN, c = 5, billions of dollars, links named by their last year.
SEVEN = ("change", "price", "volume", "mix", "new", "vanished", "no_quantity", "unreliable")
LINKS = {
    2018: (13.2, 9.86, 3.70, 0.041, 0.113, -0.083, -0.006, -0.431),
    2019: (3.55, -3.87, 5.48, 1.31, 0.385, -0.094, -0.002, 0.333),
    2020: (-7.67, -13.6, 5.95, -0.478, 1.12, -0.276, 0.001, -0.351),
}
CRUDE = {2018: (8.19, 6.36), 2019: (-3.41, 1.97), 2020: (-11.7, 1.84), 2023: (-6.24, 8.54)}
WITHOUT_GAS = {2021: 21.5, 2022: 27.8, 2023: -12.0}
UNIT_VALUES = {2018: 35.2, 2019: -9.4, 2020: -33.8, 2021: 57.5, 2022: 37.9, 2023: -9.9}
BRENT = {2018: 30.7, 2019: -9.9, 2020: -33.9, 2021: 66.5, 2022: 41.7, 2023: -17.2}
CHAPTER_UNIT_VALUES = (10.7, -5.1, -14.4, 21.1, 29.0, -8.9)
Frame = dict[str, Any]


def near(value: float, printed: float) -> bool:
    """Equal at the printed digits: three significant ones, or thousandths where the text prints those."""
    digits = max(3 - math.ceil(math.log10(abs(printed) + 1e-12)), 0) if abs(printed) >= 0.1 else 3
    return abs(value - printed) <= 0.5000001 * 10.0**-digits


@pytest.fixture(scope="module")
def baci(shared_data: Path) -> pa.Table:
    return pq.read_table(shared_data / "trade" / "baci_chn_rus_hs6_2017_2023.parquet")


def year(baci: pa.Table, exporter: str, of: int) -> pa.Table:
    rows = baci.filter(pc.and_(pc.equal(baci["exporter"], exporter), pc.equal(baci["year"], of)))
    return rows.select(["hs6", "value_kusd", "quantity_t"]).rename_columns(["product", "value", "quantity"])


def link(baci: pa.Table, last: int, **options: Any) -> Decomposition:
    return decompose(year(baci, "RUS", last - 1), year(baci, "RUS", last), **options)


def bn(result: Decomposition, part: str) -> float:
    return float(getattr(result, part)) * BN_PER_KUSD


@pytest.mark.parametrize("last", LINKS)
def test_links_of_russias_exports_to_china(baci: pa.Table, last: int) -> None:
    result = link(baci, last)
    assert not {p: (bn(result, p), v) for p, v in zip(SEVEN, LINKS[last], strict=True) if not near(bn(result, p), v)}
    assert min(result.core_before, result.core_after) >= 0.9665


@pytest.mark.parametrize("last", range(2018, 2024))
def test_parts_add_up_and_few_lines_are_unreliable(baci: pa.Table, last: int) -> None:
    result = link(baci, last)
    assert abs(result.change - sum(getattr(result, p) for p in PARTS)) <= 5e-8  # thousand dollars, of 13 to 42 million
    assert 243 <= result.counts["unreliable"] <= 421
    assert min(result.core_before, result.core_after) >= 0.9545
    assert sum(result.counts.values()) == result.by_product.num_rows


def test_annual_links_do_not_chain(baci: pa.Table) -> None:
    chained = {p: sum(bn(link(baci, y), p) for y in range(2018, 2024)) for p in ("price", "unreliable", "new")}
    long = decompose(year(baci, "RUS", 2017), year(baci, "RUS", 2023))
    assert {p: round(v, 1) for p, v in chained.items()} == {"price": 29.8, "unreliable": -0.9, "new": 2.9}
    assert {p: round(bn(long, p), 1) for p in chained} == {"price": 30.3, "unreliable": 5.4, "new": 8.3}


def test_crude_oil_price_and_quantity(baci: pa.Table) -> None:
    for last, (price, quantity) in CRUDE.items():
        crude = [pc.equal(pc.utf8_slice_codeunits(t["product"], 0, 4), "2709") for t in (year(baci, "RUS", last - 1), year(baci, "RUS", last))]
        alone = decompose(*(year(baci, "RUS", y).filter(m) for y, m in zip((last - 1, last), crude, strict=True)))
        assert near(bn(alone, "price"), price) and near(bn(alone, "quantity"), quantity)
        assert alone.mix == pytest.approx(0, abs=1e-6) and alone.volume == pytest.approx(alone.quantity)
        lines = link(baci, last).by_product.to_pandas().set_index("product").filter(regex="^2709", axis="index").sum(numeric_only=True)
        assert lines.price == pytest.approx(alone.price) and lines.volume + lines.mix == pytest.approx(alone.quantity)


def test_unit_value_of_crude_follows_brent(baci: pa.Table, shared_data: Path) -> None:
    sums = {}
    for y in range(2017, 2024):
        t = year(baci, "RUS", y)
        t = t.filter(pc.equal(t["product"], "270900"))
        sums[y] = pc.sum(t["value"]).as_py() / pc.sum(t["quantity"]).as_py()
    pink = pcsv.read_csv(shared_data / "trade" / "worldbank_pink_sheet_monthly_1960_2025.csv")
    month, price = [pink[c].to_pylist() for c in ("month", "Crude oil, Brent ($/bbl)")]
    mean = {y: np.mean([p for m, p in zip(month, price, strict=True) if str(m).startswith(str(y))]) for y in sums}
    grew = [{y: 100 * (s[y] / s[y - 1] - 1) for y in UNIT_VALUES} for s in (sums, mean)]
    assert all(abs(grew[0][y] - v) < 0.06 for y, v in UNIT_VALUES.items())
    assert all(abs(grew[1][y] - v) < 0.06 for y, v in BRENT.items())
    logs = [[math.log(1 + g / 100) for g in side.values()] for side in grew]
    assert round(float(np.corrcoef(*logs)[0, 1]), 3) == 0.993


def test_brent_of_a_month_before_fits_better(baci: pa.Table, shared_data: Path) -> None:
    crude = [year(baci, "RUS", y).filter(pc.equal(year(baci, "RUS", y)["product"], "270900")).to_pylist()[0] for y in range(2017, 2024)]
    value = np.array([r["value"] / r["quantity"] for r in crude])
    pink = pcsv.read_csv(shared_data / "trade" / "worldbank_pink_sheet_monthly_1960_2025.csv")
    month, price = [str(m) for m in pink["month"].to_pylist()], pink["Crude oil, Brent ($/bbl)"].to_pylist()
    error = []
    for lag in (0, 1):
        mean = np.array([np.mean([price[i - lag] for i, m in enumerate(month) if m.startswith(str(y))]) for y in range(2017, 2024)])
        error.append(100 * np.sqrt(np.mean((value[1:] / value[:-1] - mean[1:] / mean[:-1]) ** 2)))
    assert [round(e, 1) for e in error] == [5.3, 4.3]


def test_crude_across_the_seam_of_2022(baci: pa.Table, shared_data: Path) -> None:
    """Tonnes grow by 19.6 per cent in BACI, by 8.3 against customs' own 2021, whose year 2022 is BACI's (China's report alone)."""
    old, new = (year(baci, "RUS", y).filter(pc.equal(year(baci, "RUS", y)["product"], "270900")) for y in (2021, 2022))
    source = sources.get("china_energy_imports")
    energy = source.build(Raw(source.name, source.files, shared_data))["china_energy_imports"].to_pandas()
    crude = energy[(energy.good == "crude") & (energy.partner == "RUS") & energy.month.astype(str).str.startswith("2021")]
    sums = crude.groupby("what").amount.sum()
    customs = {"product": ["270900"], "value": [sums["usd"] / 1e3], "quantity": [sums["t"]]}
    for before, growth in ((old, 0.196), (customs, 0.083)):
        assert round(new["quantity"][0].as_py() / decompose(before, new).by_product["quantity_before"][0].as_py() - 1, 3) == growth
    made = decompose(customs, new)
    assert round(bn(made, "price"), 1) == 14.2 and round(bn(made, "quantity"), 2) == 3.88
    gas = energy[(energy.good == "pipeline_gas") & (energy.partner == "RUS") & energy.month.astype(str).str.startswith("2021")]
    sums = gas.groupby("what").amount.sum()
    assert round(sums["t"] / 1e6, 2) == 7.54 and round(sums["usd"] / sums["t"]) == 200


def test_unit_values_that_decided_the_cap(baci: pa.Table) -> None:
    """A factor of 3 would drop phones that were real; 10 lets an error of units in."""
    for exporter, product, last, factor in (("CHN", "851712", 2018, 3.12), ("CHN", "901380", 2022, 0.15), ("RUS", "260400", 2022, 10.7)):
        rows = [year(baci, exporter, y) for y in (last - 1, last)]
        old, new = (r.filter(pc.equal(r["product"], product)).to_pylist()[0] for r in rows)
        assert round(new["value"] / new["quantity"] * old["quantity"] / old["value"], 1 if factor > 10 else 2) == factor


def test_gas_is_a_known_error_of_the_provider(baci: pa.Table) -> None:
    for last, price in WITHOUT_GAS.items():
        listed = [e.product for e in known_errors("RUS", "CHN", last - 1, last)]
        assert listed == ["271121"]
        assert round(bn(link(baci, last, unreliable=listed), "price"), 1) == price
    assert round(bn(link(baci, 2023), "price"), 1) == -15.6
    assert not known_errors("RUS", "CHN", 2019, 2020) and not known_errors("CHN", "RUS", 2021, 2022)


def test_unit_values_of_chapters_give_another_price(baci: pa.Table) -> None:
    for last, wrong in zip(range(2018, 2024), CHAPTER_UNIT_VALUES, strict=True):
        result = link(baci, last)
        assert all(pc.sum(result.by_product[p]).as_py() == pytest.approx(getattr(result, p), rel=1e-9, abs=1e-6) for p in PARTS)
        core = result.by_product.filter(pc.equal(result.by_product["class"], "core"))["product"].to_pylist()
        chapters = [year(baci, "RUS", y).to_pandas() for y in (last - 1, last)]
        chapters = [t[t["product"].isin(core)].assign(product=t["product"].str[:2]).groupby("product", as_index=False).sum() for t in chapters]
        assert round(decompose(*chapters, cap=None).price * BN_PER_KUSD, 1) == wrong


def test_bounds_and_the_word_that_they_allow(baci: pa.Table) -> None:
    result = link(baci, 2018)
    assert round(result.laspeyres * BN_PER_KUSD, 2) == 9.55 and round(result.paasche * BN_PER_KUSD, 2) == 10.60
    caps = sensitivity(year(baci, "RUS", 2017), year(baci, "RUS", 2018))
    assert caps.num_rows == 4 and caps["cap"].to_pylist() == [3, 5, 10, math.inf] and caps["unreliable"][3].as_py() == 0
    assert leads(result, caps) == "price" and leads(link(baci, 2019)) == "quantity"
    back = decompose(year(baci, "CHN", 2018), year(baci, "CHN", 2019))
    assert leads(back) == "neither"  # price -4.2, quantity 5.2 of a change of .6 billion


def test_chapters_own_quantities_leave_the_price_unchanged(baci: pa.Table) -> None:
    two, three = link(baci, 2019), link(baci, 2019, within=2)
    assert three.price == two.price and three.quantity == pytest.approx(two.quantity) and three.volume != pytest.approx(two.volume)


def test_largest_unreliable_lines(baci: pa.Table) -> None:
    found = largest(link(baci, 2020), n=3)
    every = link(baci, 2020).by_product
    every = every.filter(pc.equal(every["class"], "unreliable"))
    assert np.abs(found["change"].to_numpy()).tolist() == sorted(np.abs(every["change"].to_numpy()), reverse=True)[:3]


@st.composite
def two_years(draw: st.DrawFn) -> tuple[Frame, Frame]:
    """Lines with noughts, new and vanished ones, and missing quantities."""
    n = draw(st.integers(1, 12))
    amount = st.one_of(st.just(0.0), st.floats(1e-3, 1e9))
    weight = st.one_of(st.just(float("nan")), st.just(0.0), st.floats(1e-3, 1e9))
    sides = []
    for _ in range(2):
        held = draw(st.lists(st.booleans(), min_size=n, max_size=n).filter(any))
        codes = [f"{100000 + 7919 * k}" for k in range(n) if held[k]]
        sides.append({"product": codes, "value": [draw(amount) for _ in codes], "quantity": [draw(weight) for _ in codes]})
    return sides[0], sides[1]


def quiet(before: Frame, after: Frame, **options: Any) -> Decomposition:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ComityWarning)
        return decompose(before, after, **options)


def same(a: float, b: float, scale: float) -> bool:
    return abs(a - b) <= 1e-9 * max(scale, 1e-300)


def scale_of(result: Decomposition) -> float:
    return max(result.before, result.after)


@given(two_years(), st.sampled_from([2.0, 5.0, None]), st.sampled_from([None, 2, 4]))
@settings(max_examples=150, deadline=None)
def test_parts_sum_to_the_change(years: tuple[Frame, Frame], cap: float | None, within: int | None) -> None:
    result = quiet(*years, cap=cap, within=within)
    assert all(math.isfinite(getattr(result, p)) for p in (*PARTS, "laspeyres", "paasche", "core_before", "core_after"))
    assert same(sum(getattr(result, p) for p in PARTS), result.change, scale_of(result))
    assert same(result.quantity, result.volume + result.mix, scale_of(result))
    assert result.change == pytest.approx(sum(years[1]["value"]) - sum(years[0]["value"]), abs=1e-9 * max(scale_of(result), 1))


@given(two_years())
@settings(max_examples=100, deadline=None)
def test_swapping_the_years_negates_every_part(years: tuple[Frame, Frame]) -> None:
    there, back = quiet(*years), quiet(years[1], years[0])
    turned = {"new": "vanished", "vanished": "new"}
    assert all(same(getattr(there, p), -getattr(back, turned.get(p, p)), scale_of(there)) for p in PARTS)


@given(two_years(), st.sampled_from([1e-3, 0.45359237, 1000.0]))
@settings(max_examples=100, deadline=None)
def test_a_unit_of_quantity_changes_nothing(years: tuple[Frame, Frame], factor: float) -> None:
    other = [{**y, "quantity": [q * factor for q in y["quantity"]]} for y in years]
    a, b = quiet(*years), quiet(*other)
    if a.counts == b.counts:  # a ratio of exactly 5 may fall on either side once rounded
        assert all(same(getattr(a, p), getattr(b, p), scale_of(a)) for p in PARTS)


@given(two_years(), st.data())
@settings(max_examples=100, deadline=None)
def test_splitting_a_line_into_halves_changes_nothing(years: tuple[Frame, Frame], data: st.DataObject) -> None:
    line = data.draw(st.sampled_from(years[0]["product"] + years[1]["product"]))
    other = []
    for y in years:
        split = {k: list(v) for k, v in y.items()}
        if line in split["product"]:
            at = split["product"].index(line)
            split["value"][at] /= 2
            split["quantity"][at] /= 2
            for column, value in (("product", "999999"), ("value", split["value"][at]), ("quantity", split["quantity"][at])):
                split[column].append(value)
        other.append(split)
    a, b = quiet(*years), quiet(*other)
    assert all(same(getattr(a, p), getattr(b, p), scale_of(a)) for p in PARTS)


@given(st.floats(1e-3, 1e9), st.floats(1e-3, 1e9), st.floats(1e-3, 1e9), st.floats(1e-3, 1e9))
@settings(max_examples=100, deadline=None)
def test_one_line_is_the_closed_form(v0: float, v1: float, q0: float, q1: float) -> None:
    result = quiet({"product": ["270900"], "value": [v0], "quantity": [q0]}, {"product": ["270900"], "value": [v1], "quantity": [q1]}, cap=None)
    expected = float(log_mean(v1, v0)) * math.log((v1 / q1) / (v0 / q0))
    assert same(result.price, expected, max(abs(expected), v0, v1)) and same(result.mix, 0.0, max(v0, v1))


@given(st.floats(1e-6, 1e12), st.floats(1e-6, 1e12))
def test_log_mean_lies_between_geometric_and_arithmetic(a: float, b: float) -> None:
    found = float(log_mean(a, b))
    assert math.sqrt(a * b) * (1 - 1e-9) <= found <= (a + b) / 2 * (1 + 1e-9)
    assert found == float(log_mean(b, a)) and float(log_mean(a, a)) == a and float(log_mean(a, 0)) == 0


OLD: Frame = {"product": ["270900", "440320"], "value": [10.0, 4.0], "quantity": [5.0, 8.0]}
NEW: Frame = {"product": ["270900", "100100"], "value": [12.0, 1.0], "quantity": [4.0, 3.0]}


@pytest.mark.parametrize(
    ("old", "new", "options", "error", "word"),
    [
        (OLD, {**NEW, "value": [12.0, -1.0]}, {}, BadDataError, "after: value of row 1 is -1"),
        (OLD, {**NEW, "value": [12.0, float("nan")]}, {}, BadDataError, "is missing"),
        (OLD, {"product": [], "value": [], "quantity": []}, {}, BadDataError, "both years"),
        ({**OLD, "year": [2017, 2017]}, {**NEW, "year": [2017, 2017]}, {}, BadDataError, "both of 2017"),
        ({**OLD, "year": [2017, 2018]}, NEW, {}, BadDataError, "2017, 2018"),
        (OLD, {**NEW, "product": ["270900", "270900"]}, {}, BadDataError, "270900"),
        (OLD, {**NEW, "product": ["2709", "1001"]}, {}, BadDataError, "4 digits: 2709.*6 digits: 270900"),
        ({**OLD, "revision": ["HS2012"] * 2}, {**NEW, "revision": ["HS2017"] * 2}, {}, BadDataError, "HS2012, HS2017"),
        ({**OLD, "currency": ["USD"] * 2}, {**NEW, "currency": ["CNY"] * 2}, {}, BadDataError, "CNY, USD"),
        ({**OLD, "unit": ["USD", "kUSD"]}, NEW, {}, BadDataError, "USD, kUSD"),
        ({"product": ["1"], "value": [1.0]}, NEW, {}, UsageError, "no column quantity"),
        (OLD, {**NEW, "value": ["x", "y"]}, {}, BadDataError, "no number"),
        (3, NEW, {}, UsageError, "expected an Arrow table"),
        (OLD, {**NEW, "value": [1.0]}, {}, UsageError, "product 2, value 1, quantity 2"),
        (OLD, {**NEW, "product": ["270900", None]}, {}, BadDataError, "product has missing"),
        (OLD, NEW, {"cap": 1.0}, UsageError, "above 1"),
        (OLD, NEW, {"within": 6}, UsageError, "within"),
    ],
)
def test_bad_input_is_refused_with_a_word(old: Any, new: Any, options: Any, error: type[Exception], word: str) -> None:
    with pytest.raises(error, match=word):
        decompose(old, new, **options)


def test_no_quantity_at_all_is_said_and_nothing_is_made_up() -> None:
    bare = [{**y, "quantity": [float("nan")] * 2} for y in (OLD, NEW)]
    with pytest.warns(ComityWarning, match="has a quantity") as heard:
        result = decompose(*bare)
    assert heard[0].filename == __file__, "the warning points to the caller"
    assert (result.price, result.volume, result.mix, result.core_before, result.core_after) == (0, 0, 0, 0, 0)
    assert (result.no_quantity, result.new, result.vanished) == (2, 1, -4) and result.notes


def test_three_forms_of_a_frame_and_whole_number_codes_are_one() -> None:
    import pandas as pd

    made = [decompose(f(OLD), f(NEW)).by_product for f in (dict, pa.table, pd.DataFrame)]
    assert made[0].equals(made[1]) and made[0].equals(made[2])
    numbered = decompose(*({**y, "product": [int(c) for c in y["product"]]} for y in (OLD, NEW)))
    assert numbered.by_product.equals(made[0]) and "100100" in numbered.by_product["product"].to_pylist()


# PPI Manual (ILO, IMF et al. 2004), chapter 19, six commodities in five periods; values as in ../shared/methods.md § 4.
P = [[1, 1, 1, 1, 1, 1], [1.2, 3, 1.3, 0.7, 1.4, 0.8], [1, 1, 1.5, 0.5, 1.7, 0.6], [0.8, 0.5, 1.6, 0.3, 1.9, 0.4], [1, 1, 1.6, 0.1, 2, 0.2]]
Q = [[1, 1, 2, 1, 4.5, 0.5], [0.8, 0.9, 1.9, 1.3, 4.7, 0.6], [1, 1.1, 1.8, 3, 5, 0.8], [1.2, 1.2, 1.9, 6, 5.6, 1.3], [0.9, 1.2, 2, 12, 6.5, 2.5]]
MANUAL = {
    "laspeyres": [1, 1.4200, 1.3450, 1.3550, 1.4400], "paasche": [1, 1.3824, 1.2031, 1.0209, 0.7968], "fisher": [1, 1.4011, 1.2721, 1.1762, 1.0712],
    "tornqvist": [1, 1.4052, 1.2890, 1.2268, 1.2477], "montgomery_vartia": [1, 1.4024, 1.2907, 1.2392, 1.2678],
    "sato_vartia": [1, 1.4018, 1.2897, 1.2335, 1.2540],
}  # fmt: skip


@pytest.mark.parametrize("name", MANUAL)
def test_indices_of_the_manual(name: str) -> None:
    assert np.abs(getattr(index_numbers.price_indices(P, Q), name) - MANUAL[name]).max() <= 0.5001e-4


def test_additive_form_of_the_manual() -> None:
    for period, price, quantity in ((1, 4.0354, 0.0646), (4, 3.4231, 6.5769)):
        sides = [{"product": [f"{k}" for k in range(6)], "value": np.multiply(P[t], Q[t]), "quantity": Q[t]} for t in (0, period)]
        result = decompose(*sides, cap=None)
        assert result.price == pytest.approx(price, abs=5e-5) and result.quantity == pytest.approx(quantity, abs=5e-5)


def test_indices_keep_their_identities() -> None:
    price, quantity = index_numbers.price_indices(P, Q), index_numbers.price_indices(Q, P)
    value = (np.array(P) * Q).sum(axis=1) / (np.array(P[0]) * Q[0]).sum()
    for name in ("fisher", "montgomery_vartia", "sato_vartia"):
        assert getattr(price, name) * getattr(quantity, name) == pytest.approx(value)
    assert price.laspeyres * quantity.paasche == pytest.approx(value)


@pytest.mark.parametrize(
    ("p", "q", "base", "error"),
    [
        ([[1, 2]], [[1]], 0, UsageError), ([[1, 0]], [[1, 1]], 0, BadDataError), ([[1.0]], [[1.0]], 1, UsageError),
        ([[1.0]], [[math.inf]], 0, BadDataError),
    ],
)
def test_indices_refuse_what_has_no_index(p: Any, q: Any, base: int, error: type[Exception]) -> None:
    with pytest.raises(error):
        index_numbers.price_indices(p, q, base=base)


def test_sections_cover_every_chapter_once() -> None:
    spans = [(first, last) for _, first, last, _ in price_volume.SECTIONS]
    assert [c for first, last in spans for c in range(first, last + 1)] == list(range(1, 100))


@pytest.mark.parametrize("unit", [1.0, 1e-9])
def test_the_word_does_not_turn_on_the_unit(unit: float) -> None:
    """Prices that rise by half lead; prices that all but cancel quantities lead nowhere."""
    before = {"product": ["270900", "270111"], "value": np.array([10.0, 8.0]) * unit, "quantity": np.array([10.0, 8.0])}
    for value, quantity, word in (([15.0, 12.0], [10.0, 8.0], "price"), ([10.3, 8.2], [6.0, 5.0], "neither")):
        after = {"product": ["270900", "270111"], "value": np.array(value) * unit, "quantity": np.array(quantity)}
        assert leads(decompose(before, after)) == word
