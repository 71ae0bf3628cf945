"""Sources and measures of disputes, wars, rivalries, sanctions, arms, regimes, leaders and borders."""

from __future__ import annotations

from pathlib import Path

import pytest

import comity
from comity import build

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


def test_made_arms(made: comity.Store) -> None:
    assert _values(made, "arms_transfers_tiv", "RUS", "CHN")[2000] == 20
    assert _values(made, "arms_transfers_tiv", "SUN", "DZA")[1970] == 10
    shares = _values(made, "arms_import_share", "CHN", "RUS")
    assert shares[2000] == 1.0
    assert _values(made, "arms_import_share", "CHN", "FRA")[2002] == pytest.approx(0.2)


def test_known_facts(full: comity.Store) -> None:
    assert max(y for y, v in _values(full, "disputes_gml", "CHN", "RUS").items() if v) == 2009
    official = full.series("arms_transfers_tiv:official", dyad=("RUS", "CHN"))
    table = dict(zip((d.year for d in official["start"].to_pylist()), official["value"].to_pylist(), strict=True))
    assert table[2005] == 3066 and table[2024] == 30
    assert _state(full, "electoral_democracy", "RUS")[2024] == pytest.approx(0.172, abs=5e-4)
    assert _state(full, "electoral_democracy", "CHN")[2024] == pytest.approx(0.073, abs=5e-4)
    shares = {c: _state(full, "capability_share", c)[2022] for c in ("CHN", "USA", "RUS")}
    assert [round(shares[c], 3) for c in ("CHN", "USA", "RUS")] == [0.234, 0.124, 0.038]
    border = _values(full, "contiguity", "CHN", "RUS")
    assert border[1860] == 1 and border[2016] == 1
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
