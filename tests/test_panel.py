"""Panels of dyads: ten and more written by hand from the raw files, and what every panel keeps: its rows, zeros, days and order."""

from __future__ import annotations

import csv
import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pytest

import comity
from comity import measures, states
from comity.core import NotHeldError, UsageError

Key = tuple[str, str, int]
Values = dict[Key, float]
Raw = Callable[[str], list[tuple[Any, ...]]]
KEYS = ["a", "b", "start", "year", "ccode1", "ccode2"]
NAMES = [f"{m.name}:{v}" if v else m.name for m in measures.load().values() for v in ("", *m.variants)]
SOME = ("CHN", "RUS", "USA", "GBR", "FRA", "DEU", "JPN", "IND", "BRA", "ZAF", "TUR", "POL", "KAZ", "MNG", "PRK", "TWN", "SDN", "CUB", "SRB", "ISR")


@pytest.fixture(scope="module")
def full(full_home: Path) -> comity.Store:
    return comity.open(full_home)


@pytest.fixture(scope="module")
def raw(shared_data: Path) -> Raw:
    """Rows of a query in which {folder/file} stands for a raw file."""
    files = {p.name: p for folder in ("politics", "production", "trade", "events") for p in (shared_data / folder).iterdir()}

    def query(sql: str) -> list[tuple[Any, ...]]:
        for name, path in files.items():
            sql = sql.replace("{" + name + "}", f"'{path}'")
        with duckdb.connect() as connection:
            return connection.sql(sql).fetchall()

    return query


def _coded(rows: list[tuple[Any, ...]], scheme: states.Scheme, *, dated: bool) -> list[tuple[str, str, int, float]]:
    """Rows (a, b, year, value) with the provider's codes replaced; a code that names no state ends the test."""
    years = [r[2] for r in rows] if dated else None
    sides = []
    for i in (0, 1):
        codes, unknown = states.recode([r[i] for r in rows], years, scheme)
        assert not unknown
        sides.append(codes.to_pylist())
    return [(a, b, r[2], float(r[3])) for a, b, r in zip(*sides, rows, strict=True)]


def _pairs(rows: Iterable[tuple[str, str, int, float]]) -> dict[Key, list[float]]:
    out: dict[Key, list[float]] = defaultdict(list)
    for a, b, year, value in rows:
        out[min(a, b), max(a, b), year].append(value)
    return out


def _igos(raw: Raw, first: int, last: int) -> Values:
    sql = "SELECT ccode1::VARCHAR, ccode2::VARCHAR, year::INT, dyadigos FROM {cow_igo_joint_memberships_dyad_year_1816_2014.parquet}"
    found = _pairs(_coded(raw(f"{sql} WHERE year BETWEEN {first} AND {last}"), "cow", dated=True))
    return {k: v[0] for k, v in found.items()}


def _defence(raw: Raw, first: int, last: int) -> Values:
    sql = "SELECT ccode1::VARCHAR, ccode2::VARCHAR, year::INT, atop_defense FROM {atop51_alliance_directed_dyad_year_1815_2018.parquet}"
    found = _pairs(_coded(raw(f"{sql} WHERE year BETWEEN {first} AND {last}"), "cow", dated=True))
    return {k: float(len(v) == 2 and min(v) == 1) for k, v in found.items()}


def _disputes(raw: Raw, first: int, last: int) -> Values:
    sql = "SELECT ccode1::VARCHAR, ccode2::VARCHAR, year::INT, dispnum FROM {cow_mid_directed_dyad_year_disputes.parquet}"
    found = _pairs(_coded(raw(f"{sql} WHERE year BETWEEN {first} AND {last}"), "cow", dated=True))
    return {k: float(len(set(v))) for k, v in found.items()}


def _works(raw: Raw, first: int, last: int) -> Values:
    sql = "SELECT iso3_a, iso3_b, year::INT, works FROM {coauthorship_openalex_1990_2023.parquet}"
    found = _pairs(_coded(raw(f"{sql} WHERE year BETWEEN {first} AND {last}"), "iso3", dated=False))
    listed = raw("SELECT DISTINCT unnest([iso3_a, iso3_b]) FROM {coauthorship_openalex_1990_2023.parquet}")
    known = set(states.recode([r[0] for r in listed])[0].to_pylist())
    zeros = {(a, b, year): 0.0 for year in range(first, last + 1) for a in known for b in known if a < b}
    return zeros | {k: v[0] for k, v in found.items()}


def _events(raw: Raw, first: int, last: int) -> Values:
    sql = "SELECT source_iso3, target_iso3, year::INT, verbal_coop + material_coop FROM {icews_dyad_year_quadcounts_2002_2014.parquet}"
    found = _pairs(_coded(raw(f"{sql} WHERE year BETWEEN {first} AND {last}"), "iso3", dated=True))
    return {k: sum(v) for k, v in found.items()}


def _distance(raw: Raw, first: int, last: int) -> Values:
    rows = raw("SELECT iso_o, iso_d, 2004, distw FROM {cepii_dist.parquet} WHERE iso_o <> iso_d AND distw IS NOT NULL")
    found = _pairs(_coded(rows, "iso3", dated=True))
    return {(a, b, year): sum(v) / len(v) for (a, b, _), v in found.items() for year in range(first, last + 1)}


def _migrants(raw: Raw, first: int, last: int) -> Values:
    sql = "SELECT origin_iso3, dest_iso3, year::INT, stock FROM {migrant_stock_undesa_1990_2020.parquet}"
    return {r[:3]: r[3] for r in _coded(raw(f"{sql} WHERE year BETWEEN {first} AND {last}"), "iso3", dated=False)}


def _investment(raw: Raw, first: int, last: int) -> Values:
    file = "{fdi_bilateral_unctad_2001_2012.parquet}"
    sql = (
        f"SELECT reporter_iso3, partner_iso3, year::INT, value_musd * 1e6 FROM {file} WHERE measure = 'outward_stock' AND value_musd IS NOT NULL "
        f"AND year BETWEEN {first} AND {last} AND partner_iso3 <> 'YUG' AND NOT (partner_iso3 = 'SCG' AND year > 2005)"
    )
    return {r[:3]: r[3] for r in _coded(raw(sql), "iso3", dated=False)}


def _exports(raw: Raw, first: int, last: int) -> Values:
    """The exporter's own report, else the importer's: thousands of dollars, before China's other reports begin in 2010."""
    file = "{imf_dots_bilateral_goods_2000_2020.parquet}"
    none = "('BLX', 'CSK', 'SUN', 'YUG', 'CUW')"
    place = f"year BETWEEN {first} AND {last} AND reporter NOT IN {none} AND partner NOT IN {none}"
    out: Values = {}
    for sql in (
        f"SELECT partner, reporter, year::INT, round(imports_cif_musd::DOUBLE * 1e3) * 1e3 v FROM {file} WHERE {place} AND v IS NOT NULL",
        f"SELECT reporter, partner, year::INT, round(exports_fob_musd::DOUBLE * 1e3) * 1e3 v FROM {file} WHERE {place} AND v IS NOT NULL",
    ):
        out |= {r[:3]: r[3] for r in _coded(raw(sql), "iso3", dated=True)}
    return out


def _students(raw: Raw, first: int, last: int) -> Values:
    sql = "SELECT origin_iso3, dest_iso3, year::INT, value_in_repo / 2 FROM {students_oecd_mobile_2013_2019.parquet} WHERE value_in_repo > 0"
    return {r[:3]: r[3] for r in _coded(raw(f"{sql} AND year BETWEEN {first} AND {last}"), "iso3", dated=False)}


def _refugees(raw: Raw, first: int, last: int) -> Values:
    file = "{unhcr_refugees_asylum_seekers_pairs_1951_2025.parquet}"
    rows = raw(f"SELECT origin_iso3, asylum_iso3, year::INT, refugees FROM {file} WHERE refugees > 0 AND year BETWEEN {first} AND {last}")
    stateless = {"UNK", "STA", "TIB", "XXA", "XXX", "UKN", "VAR"}
    return {r[:3]: r[3] for r in _coded([r for r in rows if r[0] not in stateless and r[1] not in stateless], "iso3", dated=False)}


def _gdp(raw: Raw, first: int, last: int) -> Values:
    sql = 'SELECT "Country Code", "Year"::INT, "Value" FROM {gdp_current_usd_worldbank.csv} WHERE "Value" IS NOT NULL'
    return {(code, code, year): value for code, year, value in raw(f'{sql} AND "Year" BETWEEN {first} AND {last}') if code in states.codes()}


def _capabilities(raw: Raw, first: int, last: int) -> Values:
    sql = "SELECT ccode::INT::VARCHAR, ccode::INT::VARCHAR, year::INT, cinc FROM {cow_nmc_capabilities_1816_2022.parquet} WHERE cinc IS NOT NULL"
    return {r[:3]: r[3] for r in _coded(raw(f"{sql} AND year BETWEEN {first} AND {last}"), "cow", dated=True)}


def _agree(table: pa.Table, column: str, key: Callable[[dict[str, Any]], Key], expected: Values, absent: float | None) -> int:
    """Compare each row of a panel with the values by hand; how many rows have a value in the raw file."""
    wrong, found = [], 0
    for row in table.select(["a", "b", "year", column]).to_pylist():
        hand, ours = expected.get(key(row), absent), row[column]
        found += key(row) in expected
        if (hand is None) != (ours is None) or (hand is not None and ours is not None and abs(hand - ours) > 1e-9 * abs(hand)):
            wrong.append((row, hand))
    assert not wrong, (len(wrong), wrong[:5])
    return found


@pytest.mark.parametrize(
    ("name", "by_hand", "first", "last", "absent", "least"),
    [
        ("shared_igos", _igos, 2005, 2006, None, 30_000),
        ("alliance_defence", _defence, 2017, 2018, 0.0, 2_000),
        ("disputes", _disputes, 2005, 2010, 0.0, 100),
        ("coauthored_works", _works, 2009, 2010, None, 30_000),
        ("events_cooperation", _events, 2010, 2011, None, 15_000),
        ("distance_km", _distance, 2005, 2006, None, 30_000),
    ],
)
def test_panels_by_hand_of_symmetric_measures(
    full: comity.Store, raw: Raw, name: str, by_hand: Callable[[Raw, int, int], Values], first: int, last: int, absent: float | None, least: int
) -> None:
    table = full.dyads("year", first, last).add(name).to_arrow()
    assert _agree(table, name, lambda r: (r["a"], r["b"], r["year"]), by_hand(raw, first, last), absent) >= least


@pytest.mark.parametrize(
    ("name", "by_hand", "first", "last", "least"),
    [
        ("migrant_stock", _migrants, 2009, 2010, 5_000),
        ("fdi_stock_usd:outward", _investment, 2008, 2009, 5_000),
        ("exports_usd", _exports, 2008, 2009, 40_000),
        ("students", _students, 2015, 2016, 5_000),
        ("refugees", _refugees, 2010, 2011, 5_000),
    ],
)
def test_panels_by_hand_of_directed_measures(
    full: comity.Store, raw: Raw, name: str, by_hand: Callable[[Raw, int, int], Values], first: int, last: int, least: int
) -> None:
    expected, column = by_hand(raw, first, last), name.replace(":", "__")
    directed = full.dyads("year", first, last, directed=True).add(name).to_arrow()
    assert _agree(directed, column, lambda r: (r["a"], r["b"], r["year"]), expected, None) >= least
    both = full.dyads("year", first, last).add(name).to_arrow()
    assert _agree(both, f"{column}_ab", lambda r: (r["a"], r["b"], r["year"]), expected, None)
    assert _agree(both, f"{column}_ba", lambda r: (r["b"], r["a"], r["year"]), expected, None)


@pytest.mark.parametrize(("name", "by_hand", "first", "last"), [("gdp_usd", _gdp, 2005, 2006), ("capability_share", _capabilities, 2009, 2010)])
def test_panels_by_hand_of_measures_of_one_state(
    full: comity.Store, raw: Raw, name: str, by_hand: Callable[[Raw, int, int], Values], first: int, last: int
) -> None:
    expected, table = by_hand(raw, first, last), full.dyads("year", first, last).add(name).to_arrow()
    for side in ("a", "b"):
        assert _agree(table, f"{name}_{side}", lambda r, side=side: (r[side], r[side], r["year"]), expected, None) > 30_000


@pytest.mark.parametrize("name", NAMES)
def test_a_column_changes_no_row_and_turns_with_the_dyad(full: comity.Store, name: str) -> None:
    if not full.holdings.has("series", name):
        pytest.skip(f"{name} is not held")
    declared, column = measures.get(name), name.replace(":", "__")
    spine = full.dyads("year", 2014, 2014)
    assert spine.add(name).to_arrow().select(KEYS).equals(_bare(full))
    if declared.symmetric and declared.of == "dyad":
        few = [full.dyads("year", 2013, 2014, states=SOME[:12], directed=d, unverified=True).add(name) for d in (False, True)]
        one, two = (plan.to_arrow().to_pylist() for plan in few)
        assert len(two) == 2 * len(one) > 0
        values = {(r["a"], r["b"], r["year"]): r[column] for r in one}
        assert all(r[column] == values[min(r["a"], r["b"]), max(r["a"], r["b"]), r["year"]] for r in two)


_BARE: list[pa.Table] = []


def _bare(full: comity.Store) -> pa.Table:
    if not _BARE:
        _BARE.append(full.dyads("year", 2014, 2014).to_arrow())
        assert _BARE[0].column_names == KEYS and _BARE[0].num_rows > 18_000
    return _BARE[0]


def test_no_zero_outside_coverage(full: comity.Store) -> None:
    table = full.dyads("year", 2018, 2019).add("alliance_defence").to_arrow()
    for year, nulls in ((2018, False), (2019, True)):
        values = table.filter(pc.equal(table["year"], year))["alliance_defence"]
        assert values.null_count == (len(values) if nulls else 0) and (nulls or 0.0 in values.unique().to_pylist())


@pytest.mark.parametrize("chosen", [None, ("SSD", "SDN", "UGA", "ERI")])
def test_no_zero_before_a_state_was_one(full: comity.Store, chosen: tuple[str, ...] | None) -> None:
    """South Sudan began in 2011, Eritrea in 1993: a lag that reaches before finds nothing, not none; the others have their zeros."""
    table = full.dyads("year", 2012, 2012, states=chosen).lag("disputes", 1).lag("disputes", 2).lag("disputes", 20).to_arrow()
    rows = {(r["a"], r["b"]): r for r in table.to_pylist()}
    assert rows["SSD", "UGA"]["disputes_lag1"] is not None and rows["SSD", "UGA"]["disputes_lag2"] is None
    assert rows["ERI", "SDN"]["disputes_lag2"] is not None and rows["ERI", "SDN"]["disputes_lag20"] is None
    assert rows["SDN", "UGA"]["disputes_lag20"] is not None
    session = full.dyads("session", 2010, 2010, states=chosen).add("disputes").to_arrow().to_pylist()
    assert [r["disputes"] for r in session if (r["a"], r["b"]) == ("SSD", "UGA")] == [None]


def test_lag_roll_and_difference_by_hand(full: comity.Store, raw: Raw) -> None:
    hand = _igos(raw, 2004, 2010)
    plan = full.dyads("year", 2007, 2008).lag("shared_igos", 2).lag("shared_igos", -1).roll("shared_igos", 3).difference("shared_igos")
    table = plan.difference("shared_igos", 2).to_arrow()
    names = ["shared_igos_lag2", "shared_igos_lead1", "shared_igos_roll3", "shared_igos_diff1", "shared_igos_diff2"]
    assert table.column_names == [*KEYS, *names]
    full_rows = 0
    for row in table.to_pylist():
        at = {k: hand.get((row["a"], row["b"], row["year"] - k)) for k in (-1, 0, 1, 2)}
        now = None if None in (at[0], at[1], at[2]) else sum(at[k] or 0.0 for k in (0, 1, 2)) / 3
        steps = [None if at[0] is None or at[k] is None else at[0] - at[k] for k in (1, 2)]  # type: ignore[operator]
        for name, value in zip(names, (at[2], at[-1], now, *steps), strict=True):
            assert row[name] == (None if value is None else pytest.approx(value, rel=1e-9)), (row, name)
        full_rows += now is not None
    assert full_rows > 30_000


def test_as_of_hides_what_was_not_public(full: comity.Store) -> None:
    def shown(name: str, day: dt.date, column: str) -> dict[int, int]:
        table = full.dyads("year", 2008, 2010, states=SOME, as_of=day).add(name).to_arrow().to_pylist()
        return {y: sum(r[column] is not None for r in table if r["year"] == y) for y in (2008, 2009, 2010)}

    early, late = (shown("gdp_usd", day, "gdp_usd_a") for day in (dt.date(2011, 6, 30), dt.date(2011, 7, 1)))
    assert early[2009] == late[2009] > 100 and early[2010] == 0 and late[2010] > 100
    before, after = (shown("disputes", day, "disputes") for day in (dt.date(2015, 12, 30), dt.date(2015, 12, 31)))  # the edition to 2010 came out
    assert set(before.values()) == {0} and set(after.values()) == {len(SOME) * (len(SOME) - 1) // 2}
    treaties = shown("alliance_defence", dt.date(2010, 6, 30), "alliance_defence")
    assert treaties[2008] == treaties[2009] == len(SOME) * (len(SOME) - 1) // 2 and treaties[2010] == 0


def test_unverified_rows_are_out_unless_asked(full: comity.Store, shared_data: Path) -> None:
    with (shared_data / "politics" / "group_membership_hand_1949_2025.csv").open(encoding="utf-8") as file:
        listed = list(csv.DictReader(file))
    groups = [{r["org"] for r in listed if r["iso3"] == code} for code in ("FRA", "DEU")]
    counted = len(groups[0] & groups[1] & {"EU", "NATO", "G20"})
    out, asked = (full.dyads("year", 2010, 2010, unverified=u).add("shared_groups").to_arrow() for u in (False, True))
    assert out["shared_groups"].null_count == out.num_rows == asked.num_rows
    value = {(r["a"], r["b"]): r["shared_groups"] for r in asked.to_pylist()}
    assert counted == 3 and value["DEU", "FRA"] >= 3 and value["CHN", "RUS"] >= 3 and value["CUB", "PRK"] is None


def test_sessions_months_and_quarters(full: comity.Store) -> None:
    session = full.dyads("session", 2010, 2011).add("vote_agreement", "shared_igos").to_arrow()
    assert {d.isoformat() for d in session["start"].unique().to_pylist()} == {"2010-09-01", "2011-09-01"}
    votes = full.series("vote_agreement", dyad=("CHN", "RUS"), start=2010, stop=2011)
    mine = [r["vote_agreement"] for r in session.to_pylist() if (r["a"], r["b"]) == ("CHN", "RUS")]
    assert mine == votes["value"].to_pylist() and len(mine) == 2
    trade = full.series("trade_total_usd_monthly", dyad=("CHN", "RUS"), start=2018, stop=2018)["value"].to_pylist()
    three = ("CHN", "RUS", "USA")
    for period, n in (("month", 12), ("quarter", 4), ("year", 1)):
        table = full.dyads(period, 2018, 2018, states=three).add("trade_total_usd_monthly", "exports_usd").to_arrow()  # type: ignore[arg-type]
        assert table.num_rows == 3 * n
        row = [r for r in table.to_pylist() if (r["a"], r["b"]) == ("CHN", "RUS")]
        size = 12 // n
        assert [r["trade_total_usd_monthly"] for r in row] == pytest.approx([sum(trade[i * size : (i + 1) * size]) for i in range(n)], rel=1e-12)
        assert len({r["exports_usd_ab"] for r in row}) == 1 and row[0]["exports_usd_ab"] > 4e10
    lagged = full.dyads("month", 2018, 2018, states=three).lag("trade_total_usd_monthly", 1).to_arrow().to_pylist()
    assert [r["trade_total_usd_monthly_lag1"] for r in lagged if (r["a"], r["b"]) == ("CHN", "RUS")][1:] == trade[:-1]


def test_a_subset_of_states_has_the_values_of_the_whole(full: comity.Store) -> None:
    names = ("shared_igos", "alliance_defence", "gdp_usd", "coauthored_works", "exports_usd", "joint_vetoes", "distance_km")
    whole = full.dyads("year", 2009, 2010).add(*names).to_arrow()
    part = full.dyads("year", 2009, 2010, states=SOME).add(*names).to_arrow()
    chosen = pa.array(SOME)
    inside = pc.and_(pc.is_in(whole["a"], value_set=chosen), pc.is_in(whole["b"], value_set=chosen))
    assert part.num_rows == len(SOME) * (len(SOME) - 1) and part.equals(whole.filter(inside))


def test_threads_and_the_order_of_states_change_nothing(full: comity.Store, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("shared_igos", "alliance_defence", "gdp_usd", "rub_per_usd", "trade_total_usd", "brent_usd")
    connect = duckdb.connect
    found = []
    for threads in (1, 2, 4):
        monkeypatch.setattr(duckdb, "connect", lambda *a, n=threads, config=None, **k: connect(*a, config={**(config or {}), "threads": n}, **k))
        found.append(full.dyads("year", 2012, 2014).add(*names).roll("trade_total_usd", 3).to_arrow())
    assert found[0].equals(found[1]) and found[1].equals(found[2])
    orders = (SOME, SOME[::-1], tuple(sorted(SOME)))
    tables = [full.dyads("year", 2012, 2014, states=order, directed=True).add(*names).to_arrow() for order in orders]
    assert tables[0].equals(tables[1]) and tables[1].equals(tables[2])


def test_what_is_refused(full: comity.Store, home: Path) -> None:
    with pytest.raises(UsageError, match="2011 is after --to 2010"):
        full.dyads("year", 2011, 2010).to_arrow()
    with pytest.raises(UsageError, match="already"):
        full.dyads("year", 2010, 2010).add("shared_igos", "distance_km").add("shared_igos")
    with pytest.raises(UsageError, match="two periods"):
        full.dyads("year", 2010, 2010).roll("shared_igos", 1)
    with pytest.raises(NotHeldError, match="un_debate"):
        comity.open(home).dyads("year", 2010, 2010).add("debate_mentions")


def test_what_is_of_one_state_asks_nothing_of_the_other(full: comity.Store) -> None:
    """A zero of one state stands beside a partner whom the source's list of states leaves out."""
    held = full.series("sanctions_received", state="NZL", start=1991, stop=1991)
    assert held.num_rows == 0, "New Zealand's 1991 is a silence of the source, so a zero"
    rows = full.dyads("year", 1991, 1991).add("sanctions_received").to_arrow().to_pylist()
    beside = {r["b"] if r["a"] == "NZL" else r["a"]: r["sanctions_received_a" if r["a"] == "NZL" else "sanctions_received_b"] for r in rows
              if "NZL" in (r["a"], r["b"])}  # fmt: skip
    assert [c for c in beside if not states.is_member(c, 1991, "cow")]
    assert set(beside.values()) == {0.0}
