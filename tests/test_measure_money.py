"""The structure of trade, energy, prices, currencies, finance, agreements and what is only stated."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity import measures
from comity.core import split_variant
from from_files import SAMPLES, Files

NAMES = (
    "commodity_share", "section_share", "energy_imports_usd", "energy_imports_t", "gas_imports_usd", "oil_gas_exports_usd", "oil_gas_exports_t",
    "trade_mirrored_usd", "tariff_mean", "trade_partners", "deals_usd", "official_finance_usd", "fdi_position_usd", "swap_line", "swap_line_usd",
    "settlement_share_national", "tourists_stated", "trade_agreements", "trade_agreement_larch", "cny_per_usd", "currency_per_eur",
    "currency_per_usd", "price_level_us", "crude_oil_usd", "natural_gas_usd", "commodity_price", "timber_usd",
)  # fmt: skip
EVERY = [full for name in NAMES for full in (name, *(f"{name}:{v}" for v in measures.get(name).variants))]
SHARES = {
    "hs27": [0.647, 0.745, 0.692, 0.605, 0.675, 0.748, 0.735],
    "energy_timber": [0.726, 0.809, 0.750, 0.665, 0.725, 0.779, 0.759],
    "materials": [0.807, 0.863, 0.844, 0.810, 0.864, 0.892, 0.875],
    "primary": [0.850, 0.908, 0.898, 0.887, 0.911, 0.945, 0.943],
    "listed": [0.718, 0.801, 0.743, 0.654, 0.709, 0.769, 0.754],
}
"""Share of commodities in Russia's exports to China 2017–2023 by five definitions, to three decimals."""
SAME_PRICE = 0.02
"""Two publishers' monthly Brent differ by .6 % on average, by the days they count."""


class Store(Files):
    """Values by year of a pair."""

    def values(self, name: str, a: str, b: str) -> list[tuple[int, float]]:
        return [(r["start"].year, r["value"]) for r in self.rows(name, a, b)]


@pytest.fixture(scope="module")
def sample() -> Store:
    return Store(SAMPLES)


@pytest.fixture(scope="module")
def held(shared_data: Path) -> Store:
    return Store(shared_data)


@pytest.mark.parametrize(
    ("variant", "share"), [("", 0.6), ("hs27", 0.6), ("energy_timber", 0.7), ("materials", 0.8), ("primary", 0.9), ("listed", 0.7)]
)
def test_a_commodity_share_is_of_all_goods(variant: str, share: float, sample: Store) -> None:
    first = sample.rows(f"commodity_share:{variant}" if variant else "commodity_share", "RUS", "CHN")[0]
    assert first["value"] == pytest.approx(share) and first["n"] == 5


def test_the_seam_of_2022_is_in_the_source(sample: Store) -> None:
    assert [r["source"] for r in sample.rows("commodity_share", "RUS", "CHN")] == ["baci_chn_rus:reconciled", "baci_chn_rus:importer"]
    assert [r["source"] for r in sample.rows("commodity_share", "CHN", "RUS")] == ["baci_chn_rus:exporter"]


@given(st.lists(st.tuples(st.sampled_from(["270900", "440710", "740311", "030311", "847130", "271600"]), st.integers(1, 99)), min_size=1, max_size=6))
@settings(max_examples=8, deadline=None)
def test_each_wider_definition_holds_the_narrower(goods: list[tuple[str, int]]) -> None:
    made = Store(SAMPLES)
    codes = dict(goods)
    made.made["baci"] = pa.table(
        {
            "year": pa.array([2020] * len(codes), pa.int32()), "exporter": ["RUS"] * len(codes), "importer": ["CHN"] * len(codes),
            "hs6": list(codes), "value_usd": [float(v) for v in codes.values()], "quantity_t": [1.0] * len(codes),
        }
    )  # fmt: skip
    shares = [made.values(f"commodity_share:{v}", "RUS", "CHN")[0][1] for v in ("hs27", "energy_timber", "materials", "primary")]
    assert shares == sorted(shares) and shares[0] >= 0 and shares[-1] <= 1


def test_sections_sum_to_one_and_no_trade_has_no_share(sample: Store) -> None:
    parts = [sample.values(name, "CHN", "RUS") for name in EVERY if split_variant(name)[0] == "section_share"]
    assert sum(p[0][1] for p in parts) == pytest.approx(1) and all(len(p) == 1 for p in parts)


def test_rows_of_the_monitor_say_whose_they_are(sample: Store) -> None:
    assert [(r["value"], r["source"]) for r in sample.rows("oil_gas_exports_usd", "RUS", "CHN")] == [
        (3.5e9, "mgimo_russia:russia"), (4e9, "mgimo_russia:partners"),
    ]  # fmt: skip
    assert [r["source"] for r in sample.rows("oil_gas_exports_usd", "RUS", "IND")] == ["mgimo_russia:nowcast"]
    assert [r["value"] for r in sample.rows("oil_gas_exports_usd:all", "RUS", "CHN")] == [6e9]


def test_half_a_year_of_deals_is_no_year(sample: Store) -> None:
    assert sample.values("deals_usd", "CHN", "RUS") == [(2014, 2e9)]
    assert sample.values("deals_usd:energy_metals", "CHN", "RUS") == [(2014, 1.5e9), (2019, 2e9)]


def test_unknown_sums_pledges_and_regions_are_not_added(sample: Store) -> None:
    assert [(r["value"], r["n"]) for r in sample.rows("official_finance_usd", "CHN", "RUS")] == [(2000.0, 1)]
    assert [(r["value"], r["n"]) for r in sample.rows("official_finance_usd:located", "CHN", "RUS")] == [(900.0, 1)]


def test_a_position_is_the_investors_where_it_reports(sample: Store) -> None:
    assert [(r["value"], r["source"]) for r in sample.rows("fdi_position_usd", "CHN", "RUS")] == [
        (3.5e9, "imf_direct_investment:inward"), (6.5e9, "imf_direct_investment:outward"),
    ]  # fmt: skip
    assert sample.values("fdi_position_usd", "RUS", "CHN") == [(2018, 2.7e8)]


def test_pools_and_repos_are_no_swap_lines(sample: Store) -> None:
    assert [y for y, _ in sample.values("swap_line", "CHN", "RUS")] == [2014, 2015, 2016]
    assert sample.values("swap_line", "CHN", "KOR") == []
    assert [y for y, _ in sample.values("swap_line", "USA", "KOR")] == [2008, 2009]
    assert [y for y, _ in sample.values("swap_line:any", "USA", "KOR")] == [2008, 2009, 2021, 2022, 2023]


def test_a_line_in_the_lenders_currency_is_turned_at_the_rate_of_its_signing(sample: Store) -> None:
    line = sample.rows("swap_line_usd", "CHN", "RUS")[0]
    assert line["value"] == pytest.approx(25e9) and line["source"] == "liquidity_lines+wdi_exchange_rate"
    assert sample.rows("swap_line_usd", "USA", "KOR")[0]["source"] == "liquidity_lines"
    assert sample.rows("swap_line_usd", "BLR", "CHN") == [] and sample.rows("swap_line_usd", "USA", "CAN") == []


def test_only_pairs_across_the_sides_of_a_bloc_are_bound(sample: Store) -> None:
    assert sample.values("trade_agreements", "DEU", "FRA") == []
    assert sample.values("trade_agreements", "DEU", "EGY")[0] == (1978, 1.0) and sample.values("trade_agreements", "EGY", "GRC")[0] == (1981, 1.0)


def test_a_stated_zero_of_larch_is_kept(sample: Store) -> None:
    assert sample.values("trade_agreement_larch", "CHN", "RUS") == [(2014, 0.0)]
    assert sample.values("trade_agreement_larch", "AUT", "DEU") == [(2014, 1.0)]
    assert sample.values("trade_agreement_larch:customs_union", "AUT", "DEU") == [(2014, 0.0)]


def test_a_currencys_last_month_counts_only_if_it_is_whole(sample: Store) -> None:
    assert [(r["start"], r["value"]) for r in sample.rows("currency_per_eur", "RUS", "RUS")] == [(dt.date(2022, 2, 1), 100.0)]
    assert [r["start"].month for r in sample.rows("currency_per_eur", "CHN", "CHN")] == [2, 3]
    assert [(r["value"], r["n"]) for r in sample.rows("cny_per_usd", "CHN", "CHN")] == [(pytest.approx(7.1), 2)]


def test_a_statement_names_who_made_it_and_when_it_was_public(sample: Store) -> None:
    stated = sample.rows("settlement_share_national", "CHN", "RUS")
    assert [(r["start"], r["value"], r["source"], r["published"]) for r in stated] == [
        (dt.date(2022, 1, 1), 0.25, "stated_figures:A made minister", dt.date(2023, 10, 20)),
        (dt.date(2023, 9, 1), 0.8, "stated_figures:A made minister", dt.date(2023, 10, 20)),
    ]


def test_parts_of_a_year_and_other_definitions_are_not_joined(sample: Store) -> None:
    assert sample.values("tourists_stated", "CHN", "RUS") == [(2023, 200_000.0)]
    assert sample.values("tourists_stated:wide", "RUS", "CHN") == [(2023, 730_000.0)]


@pytest.mark.parametrize("variant", SHARES)
def test_the_held_commodity_shares_are_those_published(variant: str, held: Store) -> None:
    assert [round(v, 3) for _, v in held.values(f"commodity_share:{variant}", "RUS", "CHN")] == SHARES[variant]


def test_the_default_commodity_share_is_of_mineral_fuels(held: Store) -> None:
    assert held.values("commodity_share", "RUS", "CHN") == held.values("commodity_share:hs27", "RUS", "CHN")


def test_two_publishers_agree_on_brent(held: Store) -> None:
    fred = {r["start"]: r["value"] for r in held.rows("brent_usd", "WLD", "WLD")}
    bank = {r["start"]: r["value"] for r in held.rows("crude_oil_usd:brent", "WLD", "WLD")}
    gaps = [abs(bank[d] / fred[d] - 1) for d in fred if d in bank]
    assert len(gaps) > 400 and sum(gaps) / len(gaps) < SAME_PRICE


def test_two_banks_agree_on_the_yuan(held: Store) -> None:
    daily = [r["value"] for r in held.rows("cny_per_usd", "CHN", "CHN") if r["start"].year == 2022]
    yearly = dict(held.values("currency_per_usd", "CHN", "CHN"))[2022]
    assert sum(daily) / 12 == pytest.approx(yearly, rel=SAME_PRICE)


def test_the_held_agreements_are_those_of_the_record(held: Store) -> None:
    assert held.values("trade_agreements", "CHN", "RUS") == []
    assert held.values("trade_agreements", "CHE", "CHN")[0] == (2014, 1.0)
    assert dict(held.values("trade_agreements", "CAN", "MEX"))[1994] == 1.0 and 1993 not in dict(held.values("trade_agreements", "CAN", "MEX"))
    assert held.values("trade_agreement_larch", "CHN", "RUS") == [(y, 0.0) for y in (2002, 2005, 2008, 2011, 2014)]


def test_larch_and_desta_agree_on_nearly_every_agreement(held: Store) -> None:
    both = {(r["a"], r["b"], r["start"]) for r in held.table("trade_agreements").to_pylist() if r["start"].year in (2002, 2005, 2008, 2011, 2014)}
    known = held.table("trade_agreement_larch").to_pylist()
    same = sum(((r["a"], r["b"], r["start"]) in both) == (r["value"] == 1) for r in known)
    assert same / len(known) > 0.98


def test_the_held_swap_line_of_china_and_russia_runs_from_2014(held: Store) -> None:
    assert [y for y, _ in held.values("swap_line", "CHN", "RUS")] == list(range(2014, 2024))
    assert dict(held.values("swap_line_usd", "CHN", "RUS"))[2014] == pytest.approx(24.4e9, rel=0.01)
    assert 2008 in dict(held.values("swap_line", "CHN", "KOR")) and dict(held.values("swap_line_usd", "USA", "KOR"))[2008] == 30e9


def test_the_held_money_between_china_and_russia(held: Store) -> None:
    assert [round(v / 1e9, 2) for y, v in held.values("fdi_position_usd", "CHN", "RUS") if 2020 <= y <= 2022] == [12.07, 10.64, 9.90]
    assert dict(held.values("official_finance_usd", "CHN", "RUS"))[2009] == pytest.approx(33.93e9, rel=0.001)
    assert sum(v for _, v in held.values("official_finance_usd:located", "CHN", "RUS")) == pytest.approx(27.28e9, rel=0.001)
    assert max(r["value"] for r in held.table("fdi_position_usd").to_pylist()) < 2e12
    assert max(r["value"] for r in held.table("swap_line_usd").to_pylist()) < 130e9
    assert [r["value"] for r in held.rows("settlement_share_national", "CHN", "RUS")] == pytest.approx([0.25, 0.8, 0.95, 0.95, 0.991])
    assert dict(held.values("tourists_stated", "CHN", "RUS"))[2023] == 199_800
