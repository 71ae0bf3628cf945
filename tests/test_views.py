"""Selections of a Series: order, years, seats, as-of days, and zeros only where the source means zero."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import comity
from comity import build, measures, selection, states
from comity.core import SERIES_COLUMNS, UsageError

SAMPLES = Path(__file__).parent / "samples"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> comity.Store:
    """A store of three sources made from the samples, without a starter beneath it."""
    root = tmp_path_factory.mktemp("made")
    raw = root / "raw"
    for name in ("cow_mid", "atop", "cow_igo"):
        shutil.copytree(SAMPLES / name, raw / name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "_check_edition", lambda *_: None)
        build.build(("disputes", "alliance_defence", "shared_igos"), folder=raw, home=root / "home")
    return comity.open(root / "home")


def test_columns_and_order(made: comity.Store) -> None:
    rows = made.series("disputes")
    assert tuple(rows.column_names) == SERIES_COLUMNS
    keys = list(zip(*(rows[c].to_pylist() for c in ("a", "b", "start", "source")), strict=True))
    assert keys == sorted(keys) and all(a < b for a, b, *_ in keys)


def test_zero_only_inside_coverage(made: comity.Store) -> None:
    any_row = made.series("disputes").to_pylist()[0]
    cover = made.holdings.row("series", "disputes").facts["coverage"]["cow_mid"]
    rows = made.series("disputes", dyad=(any_row["a"], any_row["b"]))
    years = [d.year for d in rows["start"].to_pylist()]
    assert cover["first"] <= min(years) and max(years) <= cover["last"]
    assert 0.0 in rows["value"].to_pylist()
    assert not made.series("disputes", dyad=("HKG", "CHN")).num_rows


def test_a_year_is_covered_by_states_pairs_and_gaps() -> None:
    cover = {"first": 2000, "last": 2010, "gaps": [2005], "pairs": None, "partners": None, "states": ["CHN", "RUS", "USA"]}
    assert selection.covered(cover, "CHN", "RUS", 2001)
    assert not selection.covered(cover, "CHN", "RUS", 2005)
    assert not selection.covered(cover, "CHN", "RUS", 2011)
    assert not selection.covered(cover, "CHN", "TUR", 2001)
    assert not selection.covered(cover | {"pairs": [["CHN", "USA"]]}, "CHN", "RUS", 2001)
    assert not selection.covered(cover | {"partners": ["USA"]}, "CHN", "RUS", 2001)
    assert selection.covered(cover | {"states": "members"}, "FRA", "DEU", 2001)
    assert not selection.covered(cover | {"states": "members"}, "FRA", "SUN", 2001)


def test_inverted_years(made: comity.Store) -> None:
    with pytest.raises(UsageError, match="after"):
        made.series("disputes", start=2000, stop=1990)


def test_one_state_twice(made: comity.Store) -> None:
    with pytest.raises(UsageError, match="one state"):
        made.series("disputes", dyad=("China", "CHN"))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_dyad_in_either_order(made: comity.Store, data: st.DataObject) -> None:
    codes = sorted(states.codes())
    a = data.draw(st.sampled_from(codes))
    b = data.draw(st.sampled_from([c for c in codes if c != a]))
    name = data.draw(st.sampled_from(["disputes", "alliance_defence", "shared_igos"]))
    assert made.series(name, dyad=(a, b)).equals(made.series(name, dyad=(b, a)))


def test_seats_merge_two_states_of_one_period() -> None:
    declared = measures.get("vote_agreement")
    group = [
        {"value": 0.5, "n": 10, "se": 0.1, "source": "x", "published": dt.date(1991, 12, 1)},
        {"value": 1.0, "n": 30, "se": 0.1, "source": "x", "published": dt.date(1992, 8, 1)},
    ]
    merged = selection._merge(group, declared)
    assert merged["value"] == pytest.approx(0.875) and merged["n"] == 40 and merged["published"] == dt.date(1992, 8, 1)
