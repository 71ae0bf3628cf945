"""Which dyads a panel keeps, rolling sums, and the files written beside it."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

import comity
from comity import output, panel_files, states
from comity.core import ComityWarning, UsageError


@pytest.fixture(scope="module")
def full(full_home: Path) -> comity.Store:
    return comity.open(full_home)


def _rows(store: comity.Store, pairs: str, start: int, stop: int, **more: object) -> set[tuple[str, str, int]]:
    table = store.dyads("year", start, stop, pairs=pairs, **more).to_arrow()  # type: ignore[arg-type]
    return set(zip(*(table.column(c).to_pylist() for c in ("a", "b", "year")), strict=True))


def test_contiguous_and_major_dyads_by_hand(full: comity.Store) -> None:
    everyone = _rows(full, "all", 1995, 2018)
    near, major = (str(full.holdings.path("series", n)) for n in ("contiguity", "major_power"))
    with duckdb.connect() as connection:
        borders = set(connection.sql(f"SELECT a, b, year(start) FROM '{near}' WHERE value = 1").fetchall())
        powers = set(connection.sql(f"SELECT a, year(start) FROM '{major}' WHERE value = 1").fetchall())
    touching = {(a, b, y) for a, b, y in everyone if (a, b, min(y, 2016)) in borders}
    strong = {(a, b, y) for a, b, y in everyone if (a, min(y, 2016)) in powers or (b, min(y, 2016)) in powers}
    assert len(touching) > 5_000 and len(strong) > 30_000
    assert _rows(full, "contiguous", 1995, 2018) == touching
    assert _rows(full, "major", 1995, 2018) == strong
    assert _rows(full, "relevant", 1995, 2018) == touching | strong
    directed = _rows(full, "contiguous", 1995, 2018, directed=True)
    assert directed == touching | {(b, a, y) for a, b, y in touching}


def test_groups_and_regions(full: comity.Store) -> None:
    with pytest.warns(ComityWarning, match="unverified"):
        plan = full.dyads("year", 2009, 2009, states="BRICS, Japan")
    assert set(plan.states or ()) == {"BRA", "CHN", "IND", "JPN", "RUS"}
    oceania = full.dyads("year", 1990, 2010, states=["Oceania"]).states or ()
    assert "AUS" in oceania and "NZL" in oceania and "USA" not in oceania
    with pytest.raises(UsageError, match=r"BRIX.*BRICS.*oceania"):
        full.dyads("year", 1990, 2010, states="BRIX, Japan")
    with pytest.raises(UsageError, match="no region"):
        states.in_region("Atlantis", 1990, 1991)


def test_a_rolling_sum_is_the_sum_of_its_years(full: comity.Store) -> None:
    table = full.dyads("year", 1990, 2000, states=["CHN", "RUS"]).add("disputes").lag("disputes", 1).lag("disputes", 2).sum("disputes", 3).to_arrow()
    rows = table.to_pylist()
    assert any(r["disputes_sum3"] for r in rows)
    for r in rows:
        parts = [r[c] for c in ("disputes", "disputes_lag1", "disputes_lag2")]
        assert r["disputes_sum3"] == (None if None in parts else sum(parts))
    with pytest.raises(UsageError, match="two periods or more"):
        full.dyads("year", 1990, 2000).sum("disputes", 1)


def test_the_bundle_makes_the_same_panel_again(full: comity.Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = full.dyads("year", 2000, 2005, pairs="contiguous", directed=True).add("vote_agreement").lag("disputes", 2).difference("trade_total_usd", 1)
    out = tmp_path / "p.parquet"
    output.emit_panel(plan, out, bundle=True)
    first = pq.read_table(out)
    versions = json.loads((tmp_path / "p.versions.json").read_text())
    assert set(versions["series"]) == {"vote_agreement", "disputes", "trade_total_usd"}
    assert all(v["content"] == full.holdings.row("series", n).content for n, v in versions["series"].items())
    assert "arrow::read_parquet" in (tmp_path / "p.R").read_text()
    out.unlink()
    monkeypatch.setenv("COMITY_HOME", str(full.home))
    runpy.run_path(str(tmp_path / "p.py"))
    assert pq.read_table(out).equals(first)


def test_methods_say_which_dyads_and_how_far_the_lists_go(full: comity.Store) -> None:
    plan = full.dyads("year", 2010, 2019, pairs="relevant").lag("disputes", 1).lag("disputes", -1)
    text = panel_files.methods(plan, plan.to_arrow())
    assert "politically relevant" in text and "after 2016 as in 2016" in text
    assert ", 1 year before;" in text and ", 1 year after;" in text
