"""Sources and measures of disputes, wars, rivalries, sanctions, arms, regimes, leaders and borders."""

from __future__ import annotations

import gzip
import math
from pathlib import Path

import duckdb
import pytest

import comity
from comity import build
from comity.core import BadDataError
from comity.reading import Raw
from comity.sources import sipri_arms, vdem

SAMPLES = Path(__file__).parent / "samples"
SOURCES = {
    "gml_mids": "disputes_gml",
    "cow_wars": "wars",
    "cow_contiguity": "contiguity",
    "cow_minimum_distance": "minimum_distance_km",
    "vdem": "regime_distance",
    "polity5": "polity",
    "ties_sanctions": "sanctions_imposed",
    "archigos": "leader_changes",
    "sipri_arms": "arms_transfers_tiv",
    "sipri_arms_official": "arms_transfers_official_tiv",
    "cow_capabilities": "capability_share",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> comity.Store:
    home = tmp_path_factory.mktemp("security") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "_check_edition", lambda *_: None)
        for source, measure in SOURCES.items():
            build.build((measure,), folder=SAMPLES / source, home=home)
        for source in ("thompson_dreyer_rivalries", "thompson_rivalries"):
            build.build((source,), folder=SAMPLES / source, home=home)
        build.build_measure("rivalry", home=home)
        build.build_measure("rivalry_to_2020", home=home)
        build.build_measure("contiguity:water_400", home=home)
        build.build_measure("sanctions_received", home=home)
        build.build_measure("arms_import_share", home=home)
        for name in ("capability_ratio", "military_spending_usd", "military_personnel"):
            build.build_measure(name, home=home)
    return comity.open(home)


@pytest.fixture(scope="module")
def full(full_home: Path) -> comity.Store:
    return comity.open(full_home)


def _values(store: comity.Store, name: str, a: str, b: str) -> dict[int, float]:
    rows = store.series(name, dyad=(a, b))
    return dict(zip((d.year for d in rows["start"].to_pylist()), rows["value"].to_pylist(), strict=True))


def _state(store: comity.Store, name: str, code: str) -> dict[int, float]:
    rows = store.series(name, state=code)
    return dict(zip((d.year for d in rows["start"].to_pylist()), rows["value"].to_pylist(), strict=True))


def test_made_disputes_and_wars(made: comity.Store) -> None:
    disputes = _values(made, "disputes_gml", "SUN", "USA")
    assert disputes[1962] == 1 and disputes[1961] == 0 and 2011 not in disputes
    assert _values(made, "wars", "IND", "PAK")[1971] == 1


def test_made_rivalries_begin_in_1816_and_keep_each_list_apart(made: comity.Store) -> None:
    early = _values(made, "rivalry", "FRA", "GBR")
    assert min(early) == 1816 and early[1820] == 1 and early[1821] == 0 and max(early) == 2010
    late = _values(made, "rivalry_to_2020", "AUH", "ITA")
    assert late[1915] == 1
    assert _values(made, "rivalry_to_2020", "AUT", "ITA")[1921] == 1


def test_one_side_alone_is_bound_in_492_dyad_years(full: comity.Store) -> None:
    both, either, directed = (
        full.series(n).num_rows for n in ("alliance_defence", "alliance_defence:either", "alliance_defence_directed")
    )
    assert either - both == 492
    assert directed == 2 * both + 492


def test_made_borders(made: comity.Store) -> None:
    assert _values(made, "contiguity", "CAN", "USA")[2002] == 1
    assert _values(made, "contiguity", "CUB", "USA")[2000] == 0
    assert _values(made, "contiguity:water_400", "CUB", "USA")[2000] == 1
    assert _values(made, "contiguity:water_400", "RUS", "USA")[2000] == 0
    assert _values(made, "minimum_distance_km", "RUS", "USA") == {2000: 80.0}
    assert _values(made, "minimum_distance_km", "SUN", "USA") == {1980: 81.0}


def test_made_regimes(made: comity.Store) -> None:
    row = made.series("regime_distance", dyad=("CHN", "RUS")).to_pylist()[0]
    assert row["value"] == pytest.approx(0.3) and row["se"] == pytest.approx((0.01**2 + 0.02**2) ** 0.5)
    assert _state(made, "polity", "CHN") == {1990: -7.0} and not _state(made, "polity", "SUN")
    assert _state(made, "leader_changes", "USA")[2003] == 1


def test_made_sanctions_without_an_end_run_on(made: comity.Store) -> None:
    cuba = _values(made, "sanctions_imposed", "USA", "CUB")
    assert cuba[1999] == 0 and cuba[2000] == 1 and cuba[2005] == 1 and 2006 not in cuba
    assert _values(made, "sanctions_imposed", "CUB", "USA")[2003] == 0
    soviet = _values(made, "sanctions_imposed", "SUN", "CHN")
    assert (soviet[1961], soviet[1963], soviet[1964]) == (1, 1, 0)
    assert _state(made, "sanctions_received", "CUB")[2004] == 1


def test_made_sanctions_by_kind_and_with_a_known_end(made: comity.Store) -> None:
    certain = _values(made, "sanctions_imposed:certain", "USA", "CUB")
    assert certain[2000] == 1 and certain[2001] == 0
    assert _values(made, "sanctions_imposed:certain", "SUN", "CHN")[1963] == 1
    assert _values(made, "sanctions_imposed:embargo", "USA", "CUB")[2000] == 1
    assert _values(made, "sanctions_imposed:aid", "USA", "CUB")[2000] == 0
    assert _values(made, "sanctions_imposed:trade", "SUN", "CHN")[1961] == 0
    assert _state(made, "sanctions_received", "IRQ")[1991] == 2
    assert _values(made, "sanctions_imposed", "USA", "IRQ")[1991] == 1


def test_made_arms(made: comity.Store) -> None:
    assert _values(made, "arms_transfers_tiv", "RUS", "CHN")[2000] == 20
    assert _values(made, "arms_transfers_tiv", "SUN", "DZA")[1970] == 10
    assert _values(made, "arms_transfers_tiv", "USA", "JPN")[1970] == 0
    assert _values(made, "arms_transfers_official_tiv", "RUS", "CHN") == {2000: 25}
    assert not _values(made, "arms_transfers_official_tiv", "USA", "JPN") and not _values(made, "arms_transfers_official_tiv", "CHN", "RUS")


def test_made_shares_of_arms_imports_end_five_years_after_the_last_delivery(made: comity.Store) -> None:
    russia, france = (_values(made, "arms_import_share", "CHN", s) for s in ("RUS", "FRA"))
    assert france == {2000: 0, 2001: 0, 2002: pytest.approx(0.2)}
    assert all(russia[y] + france[y] == pytest.approx(1) for y in france)
    assert not _values(made, "arms_import_share", "CHN", "USA")


def test_an_unknown_name_stops_the_build(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "sipri_arms_transfers_tiv_dyad_year_1950_2023.csv.gz", "wt") as file:
        file.write("supplier,recipient,year,tiv_m\nRussia,Ruritania (West),2000,1\n")
    with pytest.raises(BadDataError, match="Ruritania"):
        sipri_arms.build(Raw("sipri_arms", sipri_arms.SOURCE.files, tmp_path))
    duckdb.sql(
        "COPY (SELECT 'Ruritania' AS vdem_country_name, NULL::DOUBLE AS vdem_cowcode, 2000 AS year, * FROM (SELECT "
        + ", ".join(f"NULL::DOUBLE AS {c}" for c in vdem.SOURCE.files[0].columns if c not in ("vdem_country_name", "vdem_cowcode", "year"))
        + f")) TO '{tmp_path / vdem.SOURCE.files[0].name}'"
    )
    with pytest.raises(BadDataError, match="Ruritania"):
        vdem.build(Raw("vdem", vdem.SOURCE.files, tmp_path))


def test_made_capabilities(made: comity.Store) -> None:
    assert _values(made, "capability_ratio", "CHN", "USA") == {1950: pytest.approx(math.log(2))}
    assert not _values(made, "capability_ratio", "CHN", "RUS")
    assert _state(made, "military_spending_usd", "GBR") == {1950: 500_000.0}
    assert _state(made, "military_personnel", "RUS") == {1993: 200_000.0}


def test_known_facts(full: comity.Store) -> None:
    assert max(y for y, v in _values(full, "disputes_gml", "CHN", "RUS").items() if v) == 2009
    table = _values(full, "arms_transfers_official_tiv", "RUS", "CHN")
    assert table[2005] == 3066 and table[2024] == 30 and sum(v for y, v in table.items() if y < 2024) == pytest.approx(38_131)
    assert sum(_values(full, "arms_transfers_tiv", "RUS", "CHN").values()) == pytest.approx(38_542, abs=1)
    assert _values(full, "arms_import_share", "CHN", "SUN")[1954] == 1
    assert _state(full, "electoral_democracy", "RUS")[2024] == pytest.approx(0.172, abs=5e-4)
    assert _state(full, "electoral_democracy", "CHN")[2024] == pytest.approx(0.073, abs=5e-4)
    shares = {c: _state(full, "capability_share", c)[2022] for c in ("CHN", "USA", "RUS")}
    assert [round(shares[c], 3) for c in ("CHN", "USA", "RUS")] == [0.234, 0.124, 0.038]
    border = _values(full, "contiguity", "CHN", "RUS")
    assert border[1860] == 1 and border[2016] == 1 and min(border) == 1860
    soviet = _values(full, "sanctions_imposed", "SUN", "CHN")
    assert soviet[1960] >= 1 and soviet[1979] >= 1 and soviet[1980] == 0
    assert _values(full, "sanctions_imposed", "USA", "CUB")[1960] >= 1
    assert _values(full, "sanctions_imposed", "USA", "ZAF")[1985] >= 1
    assert _values(full, "rivalry", "IND", "PAK")[2010] == 1
    assert _values(full, "wars", "IND", "PAK")[1971] == 1
    assert _values(full, "minimum_distance_km", "CHN", "RUS")[2019] == 0
    assert _state(full, "polity", "RUS")[2015] == 4
    assert _values(full, "capital_distance_km", "CHN", "RUS")[2024] == pytest.approx(5795, rel=0.005)
    assert min(_state(full, "major_power", "CHN")) == 1950
    assert _state(full, "polity", "SRB")[2006] == 8 and _state(full, "polity", "RUS")[1922] == -1
    assert _values(full, "capability_ratio", "CHN", "USA")[2022] == pytest.approx(math.log(0.234 / 0.124), abs=0.01)
    assert _state(full, "military_spending_usd", "USA")[2022] == pytest.approx(838.8e9, rel=1e-3)
    assert min(_state(full, "military_spending_usd", "GBR")) == 1914


def test_sanctions_lie_between_two_bounds(full: comity.Store) -> None:
    upper, lower = (full.series(f"sanctions_imposed{v}", start=2005, stop=2005) for v in ("", ":certain"))
    most, least = (sum(t["value"].to_pylist()) for t in (upper, lower))
    assert least < most / 4
    highest = {(r["a"], r["b"]): r["value"] for r in upper.to_pylist()}
    assert all(r["value"] <= highest[r["a"], r["b"]] for r in lower.to_pylist())
    assert [v for y, v in _values(full, "sanctions_imposed:certain", "USA", "ZAF").items() if 1978 <= y <= 1991 and v < 2] == []
