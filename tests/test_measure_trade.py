"""Goods trade by its reporters, totals, shares, balances and mirror gaps; GDP, Brent and the rouble."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity import measures
from comity.measures.trade import complete_importers
from from_files import SAMPLES, Files

NAMES = (
    "exports_usd", "imports_usd", "trade_total_usd", "trade_total_usd_monthly", "trade_share", "trade_balance_usd", "mirror_gap",
    "gdp_usd", "brent_usd", "rub_per_usd",
)  # fmt: skip
EVERY = [full for name in NAMES for full in (name, *(f"{name}:{v}" for v in measures.get(name).variants))]
CUSTOMS_TOLERANCE = 0.0005
"""Half a thousandth: China's customs announced the figures to a tenth of a billion."""
DOTS_TOLERANCE = 0.005
"""Half a hundredth: editions of the Direction of Trade Statistics differ by as much."""


class Store(Files):
    """Values by year and source of a pair."""

    def values(self, name: str, a: str, b: str, first: int = 0, last: int = 9999) -> list[tuple[int, float, str]]:
        return [(r["start"].year, r["value"], r["source"]) for r in self.rows(name, a, b, first, last)]


@pytest.fixture(scope="module")
def sample() -> Store:
    return Store(SAMPLES)


@pytest.fixture(scope="module")
def held(shared_data: Path) -> Store:
    return Store(shared_data)


@pytest.mark.parametrize("name", NAMES)
def test_every_measure_says_why_it_is_of_its_kind(name: str) -> None:
    declared = measures.get(name)
    assert declared.because and declared.reference and declared.doc and declared.absent is None


def test_a_flow_is_what_a_reports_customs_first(sample: Store) -> None:
    assert sample.values("exports_usd", "CHN", "RUS", 2017) == [
        (2017, 43e6, "imf_dots"), (2019, 60e6, "china_customs_russia"), (2020, 50e6, "imf_dots"),
        (2021, 60e6, "china_customs_russia"), (2022, 76e6, "wits_china_exports"),
    ]  # fmt: skip
    assert sample.values("imports_usd", "CHN", "RUS", 2021) == [(2021, 126e6, "china_customs_russia"), (2022, 112e6, "imf_china_imports")]


def test_where_a_reports_nothing_bs_report_stands_in_unscaled_and_named(sample: Store) -> None:
    assert sample.values("exports_usd", "RUS", "CHN", 2019) == [
        (2019, 55e6, "imf_dots"), (2020, 49e6, "imf_dots"), (2021, 68e6, "comtrade_china_partners"), (2022, 112e6, "imf_china_imports:mirror"),
    ]  # fmt: skip
    assert sample.values("imports_usd", "TWN", "DEU") == [(2019, 10e6, "imf_dots:mirror")]
    assert sample.values("exports_usd", "TWN", "CHN", 2019, 2019) == [(2019, 92e6, "comtrade_china_partners")]


def test_a_reported_zero_stays_and_is_not_replaced_by_the_mirror(sample: Store) -> None:
    assert sample.values("imports_usd", "RUS", "DEU") == [(2019, 0.0, "imf_dots")]
    assert sample.values("exports_usd", "DEU", "RUS") == [(2019, 0.0, "imf_dots:mirror")]


def test_an_incomplete_importer_of_2022_is_not_mounted(sample: Store) -> None:
    assert sample.values("imports_usd", "DEU", "USA", 2000) == []
    assert sample.values("imports_usd", "DEU", "CHN", 2022) == [(2022, 100e6, "comtrade_china_partners")]
    assert sample.values("imports_usd", "USA", "DEU", 2000) == [(2022, 150e6, "comtrade_2022")]
    assert sample.values("exports_usd", "DEU", "USA", 2000) == [(2022, 150e6, "comtrade_2022:mirror")]


def test_an_importer_without_a_later_report_is_judged_by_its_total(sample: Store) -> None:
    import ibis

    connection = ibis.duckdb.connect()
    names = ("comtrade_2022", "comtrade_china_partners", "imf_dots")
    found = connection.to_pyarrow(complete_importers(**{n: connection.create_table(n, sample.table(n)) for n in names}))
    assert sorted(found.column("reporter").to_pylist()) == ["EST", "USA"]


def test_before_2000_both_flows_are_the_oecs(sample: Store) -> None:
    assert sample.values("exports_usd", "CHN", "RUS", 0, 2005) == [(1997, 3e6, "oec_trade")]
    assert sample.values("imports_usd", "CHN", "RUS", 0, 2005) == [(1997, 4e6, "oec_trade")]
    assert sample.values("trade_total_usd", "CHN", "SUN") == [(1988, 3e6, "oec_trade")]
    assert sample.values("trade_total_usd", "CHN", "USA", 0, 1999) == []


def test_a_total_is_of_one_reporter_the_one_with_more_years(sample: Store) -> None:
    assert sample.values("trade_total_usd", "CHN", "RUS", 2000) == [
        (2017, 84e6, "imf_dots:CHN"), (2019, 186e6, "china_customs_russia:CHN"), (2020, 107e6, "imf_dots:CHN"),
        (2021, 186e6, "china_customs_russia:CHN"), (2022, 188e6, "imf_china_imports:CHN+wits_china_exports:CHN"),
    ]  # fmt: skip
    assert sample.values("trade_total_usd", "CHN", "DEU") == [
        (2005, 61e6, "imf_dots:DEU"), (2019, 185e6, "imf_dots:DEU"), (2020, 200e6, "imf_dots:DEU"),
        (2021, 260e6, "comtrade_china_partners:DEU"), (2022, 215e6, "comtrade_china_partners:DEU"),
    ]  # fmt: skip


def test_variants_take_each_side_or_the_importers(sample: Store) -> None:
    assert [v for _, v, _ in sample.values("trade_total_usd:a", "CHN", "DEU")] == [170e6, 180e6, 227e6]
    assert [s for _, _, s in sample.values("trade_total_usd:b", "CHN", "RUS")] == ["imf_dots:RUS", "imf_dots:RUS", "comtrade_china_partners:RUS"]
    assert sample.values("trade_total_usd:importers", "CHN", "RUS", 2019) == [
        (2019, 180e6, "china_customs_russia+imf_dots"), (2020, 112e6, "imf_dots"), (2021, 198e6, "china_customs_russia+comtrade_china_partners"),
    ]  # fmt: skip


def test_customs_of_an_incomplete_year_or_month_count_for_neither(sample: Store) -> None:
    assert "china_customs_russia" not in {s for _, _, s in sample.values("exports_usd", "CHN", "RUS", 2022)}
    months = sample.rows("trade_total_usd_monthly", "CHN", "RUS", 2022)
    assert len(months) == 11 and months[0]["value"] == 16e6 and months[0]["published"] == dt.date(2022, 2, 20)


def test_a_share_is_of_all_partners_the_unallocated_included(sample: Store) -> None:
    germany = {b: sample.values("trade_share", "DEU", b, 2005, 2005)[0][1] for b in ("CHN", "SCG")}
    assert germany == {"CHN": pytest.approx(61 / 76.5), "SCG": pytest.approx(10.5 / 76.5)}
    assert sample.values("trade_share:imports", "USA", "CHN", 2022) == [(2022, pytest.approx(575 / 730), "comtrade_2022")]
    assert sample.values("trade_share", "USA", "CHN", 2022) == []
    assert sample.values("trade_share", "CHN", "DEU", 2022) == [(2022, pytest.approx(227 / 776), "imf_china_imports+wits_china_exports")]
    assert sample.values("trade_share", "RUS", "CHN", 2021) == []


def test_a_state_that_reports_nothing_is_measured_by_its_partners(sample: Store) -> None:
    assert sample.values("trade_share", "TWN", "CHN") == [(2019, pytest.approx(200 / 210), "imf_dots:mirror")]


def test_a_balance_is_of_one_report_and_turns_round_where_a_is_silent(sample: Store) -> None:
    assert sample.values("trade_balance_usd", "RUS", "CHN", 2019, 2019) == [(2019, 1e6, "imf_dots")]
    assert sample.values("trade_balance_usd", "TWN", "CHN", 2019) == [
        (2019, 100e6, "imf_dots:mirror"), (2022, 159e6, "imf_china_imports:mirror+wits_china_exports:mirror"),
    ]  # fmt: skip


def test_the_mirror_gap_is_the_importers_excess_after_freight(sample: Store) -> None:
    fob = 57.0 / 1.06
    assert sample.values("mirror_gap", "RUS", "CHN", 2020) == [
        (2020, pytest.approx(2 * (fob - 49) / (fob + 49)), "imf_dots"),
        (2021, pytest.approx(2 * (126 / 1.06 - 68) / (126 / 1.06 + 68)), "china_customs_russia+comtrade_china_partners"),
    ]  # fmt: skip


def test_a_month_of_prices_counts_only_if_it_is_complete(sample: Store) -> None:
    brent = sample.rows("brent_usd", "WLD", "WLD")
    assert [(r["start"], r["n"]) for r in brent] == [(dt.date(2025, 10, 1), 23), (dt.date(2025, 11, 1), 20)]
    assert brent[0]["value"] == pytest.approx(60 + sum(d for d in range(1, 32) if dt.date(2025, 10, d).weekday() < 5) / 230)


def test_the_rouble_is_official_as_long_as_it_can_be(sample: Store) -> None:
    assert [(r["start"], r["value"], r["n"], r["source"]) for r in sample.rows("rub_per_usd", "RUS", "RUS")] == [
        (dt.date(2023, 10, 1), 95.0, 2, "cbr_rouble"), (dt.date(2023, 11, 1), 90.0, 2, "cbr_rouble"),
        (dt.date(2023, 12, 1), 90.4, None, "rouble_market"), (dt.date(2024, 1, 1), 90.0, None, "rouble_market"),
    ]  # fmt: skip


@settings(max_examples=8, deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.sampled_from(["CHN", "DEU", "USA"]), st.sampled_from(["CHN", "DEU", "USA", "TWN"]), st.sampled_from([2005, 2006])),
        st.tuples(st.none() | st.integers(0, 9), st.none() | st.integers(0, 9)),
        min_size=1,
    )
)
def test_the_mirror_holds_and_shares_sum_to_one(cells: dict[tuple[str, str, int], tuple[int | None, int | None]]) -> None:
    flows = [
        (reporter, partner, year, flow, float(value))
        for (reporter, partner, year), both in cells.items()
        for flow, value in zip(("exports", "imports"), both, strict=True)
        if reporter != partner and value is not None
    ]
    kinds = (pa.string(), pa.string(), pa.int32(), pa.string(), pa.float64())
    columns = ("reporter", "partner", "year", "flow", "value_usd")
    dots = pa.table({c: pa.array([f[i] for f in flows], k) for i, (c, k) in enumerate(zip(columns, kinds, strict=True))})
    made = Store(SAMPLES)
    made.made = {n: made.table(n).slice(0, 0) for n in measures.get("exports_usd").inputs} | {"imf_dots": dots}
    sold = {(r["a"], r["b"], r["start"]): r for r in made.table("exports_usd").to_pylist()}
    bought = {(r["b"], r["a"], r["start"]): r for r in made.table("imports_usd").to_pylist()}
    assert sold.keys() == bought.keys()
    for key, row in sold.items():
        if row["source"].endswith(":mirror"):
            assert row["value"] == bought[key]["value"] and bought[key]["source"] == "imf_dots"
    totals: dict[tuple[str, dt.date], float] = {}
    for r in made.table("trade_share").to_pylist():
        totals[r["a"], r["start"]] = totals.get((r["a"], r["start"]), 0.0) + r["value"]
    assert all(total == pytest.approx(1) for total in totals.values())
    reporters: dict[tuple[str, str], set[str]] = {}
    for r in made.table("trade_total_usd").to_pylist():
        reporters.setdefault((r["a"], r["b"]), set()).add(r["source"])
        own = made.rows("exports_usd", (who := r["source"][-3:]), r["b"] if who == r["a"] else r["a"])
        assert r["start"] in {o["start"] for o in own if not o["source"].endswith(":mirror")}
    assert all(len(names) == 1 for names in reporters.values())


@pytest.mark.parametrize(
    ("year", "billions", "tolerance"),
    [
        (2010, 55.4, DOTS_TOLERANCE), (2013, 89.2, DOTS_TOLERANCE), (2014, 95.2, DOTS_TOLERANCE), (2016, 69.7, DOTS_TOLERANCE),
        (2019, 110.9, 2 * CUSTOMS_TOLERANCE), (2023, 240.0, CUSTOMS_TOLERANCE),
    ],
)  # fmt: skip
def test_trade_of_china_and_russia_is_as_published(year: int, billions: float, tolerance: float, held: Store) -> None:
    (row,) = held.rows("trade_total_usd", "CHN", "RUS", year, year)
    assert row["value"] == pytest.approx(billions * 1e9, rel=tolerance)
    assert row["source"] == ("imf_dots:CHN" if year < 2017 else "china_customs_russia:CHN")


def test_trade_of_other_pairs_is_as_known(held: Store) -> None:
    assert held.values("trade_total_usd", "DEU", "POL", 2014, 2014) == [(2014, pytest.approx(118.7e9, rel=0.001), "imf_dots:DEU")]
    assert held.values("trade_total_usd", "CAN", "USA", 2014, 2014) == [(2014, pytest.approx(660e9, rel=0.01), "imf_dots:USA")]


def test_the_gate_of_2022_lets_62_of_92_reporters_through(held: Store) -> None:
    table = held.table("imports_usd")
    mounted = set(table.filter(pc.equal(table.column("source"), "comtrade_2022")).column("a").to_pylist())
    assert len(mounted) == 62 and mounted.isdisjoint({"TUR", "DEU", "IND", "IDN", "BLR", "CHN", "POL"}) and {"USA", "GBR", "JPN"} <= mounted


def test_the_oec_understates_by_its_division_of_cif(held: Store) -> None:
    """Median ratio of the OEC to IMF DOTS, 2000–2007, as the docstrings of the measures state it."""
    import duckdb

    with duckdb.connect() as connection:
        for name in ("oec_trade", "imf_dots"):
            connection.register(name, held.table(name))
        for flow, reporter, partner, count, ratio in (
            ("imports", "importer", "exporter", 155_074, 0.905), ("exports", "exporter", "importer", 134_242, 1.002),
        ):  # fmt: skip
            found = connection.sql(
                f"SELECT count(*), round(median(o.value_usd / d.value_usd), 3) FROM oec_trade o JOIN imf_dots d ON d.reporter = o.{reporter} "
                f"AND d.partner = o.{partner} AND d.year = o.year WHERE d.flow = '{flow}' AND d.value_usd > 0 AND o.year BETWEEN 2000 AND 2007"
            ).fetchall()
            assert found == [(pytest.approx(count, rel=0.001), ratio)]


def test_no_held_total_has_two_reporters(held: Store) -> None:
    table = held.table("trade_total_usd")
    who = pc.replace_substring_regex(table.column("source"), r"^.*:", "")
    pairs = pa.table({"a": table.column("a"), "b": table.column("b"), "who": who}).filter(pc.not_equal(who, "oec_trade"))
    reporters = pairs.group_by(["a", "b", "who"]).aggregate([]).group_by(["a", "b"]).aggregate([("who", "count")])
    assert pc.max(reporters.column("who_count")).as_py() == 1


def test_held_shares_are_of_the_right_size(held: Store) -> None:
    assert held.values("trade_share", "RUS", "CHN", 2020)[0][1] == pytest.approx(0.184, abs=0.001)
    assert held.values("trade_share", "CHN", "RUS", 2020, 2020)[0][1] == pytest.approx(0.024, abs=0.001)


def test_held_prices_and_sizes_are_as_known(held: Store) -> None:
    of_2023 = [r["value"] for r in held.rows("brent_usd", "WLD", "WLD", 2023, 2023)]
    assert len(of_2023) == 12 and sum(of_2023) / 12 == pytest.approx(82.5, abs=0.1)
    rouble = {r["start"]: r for r in held.rows("rub_per_usd", "RUS", "RUS")}
    assert rouble[dt.date(2014, 12, 1)]["value"] == pytest.approx(55.77, abs=0.01)
    assert rouble[dt.date(2023, 11, 1)]["source"] == "cbr_rouble" and rouble[dt.date(2023, 12, 1)]["source"] == "rouble_market"
    assert max(rouble) == dt.date(2025, 2, 1)
    assert held.values("gdp_usd", "CHN", "CHN", 2023)[0][1] == pytest.approx(17.79e12, rel=0.001)


def test_every_series_of_the_held_data_keeps_its_promises(held: Store) -> None:
    made: Callable[[str], pa.Table] = held.table
    assert all(made(full).num_rows for full in EVERY)
