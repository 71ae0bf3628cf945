"""What leaves the store: rows by the licence of every source behind them, the terms beside them, and the starter as it is committed."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import comity
from comity import build, cli, measures, release, sources, store
from comity.store import Holdings
from made_series import LOOSE, cover, day, put, row

OPEN, DERIVED, CLOSED, DOUBTED = "wdi_gdp", "cow_mid", "icews_years", "group_membership"
STARTER = sorted((store.STARTER / "series").glob("*.parquet"))


def series(*names: str) -> pa.Table:
    return pa.Table.from_pylist([row("CHN", "RUS", day(1990 + i), i, source=name) for i, name in enumerate(names)], LOOSE)


def test_the_sources_of_these_tests_are_what_their_names_say() -> None:
    shares = {name: sources.get(name).licence.share for name in (OPEN, DERIVED, CLOSED)}
    assert shares == {OPEN: "yes", DERIVED: "derived", CLOSED: "no"} and not sources.get(DOUBTED).verified


@pytest.mark.parametrize(
    ("source", "leaves"),
    [
        (OPEN, True),
        (DERIVED, True),
        (CLOSED, False),
        (DOUBTED, False),
        (f"{OPEN}:CHN", True),
        (f"{CLOSED}:CHN", False),
        (f"{OPEN}+{DERIVED}", True),
        (f"{OPEN}:CHN+{CLOSED}:RUS", False),
        (f"{CLOSED}+{OPEN}", False),
        (f"{OPEN}:unverified", False),
        (f"{OPEN}:unverified+{DERIVED}", False),
        (f"{DERIVED}+{DOUBTED}", False),
        ("nobody_knows_it", False),
    ],
)
def test_a_row_leaves_only_if_every_source_lets_it(source: str, leaves: bool) -> None:
    shared = release.shareable(series(OPEN, source))
    assert shared.rows.num_rows == 1 + leaves and shared.held_back == 1 - leaves
    assert bool(shared.because) != leaves


def test_why_rows_are_held_back() -> None:
    shared = release.shareable(series(CLOSED, f"{CLOSED}:CHN", f"{OPEN}:unverified", OPEN))
    assert shared.because == (f"{CLOSED}: its terms do not allow it", f"{OPEN}:unverified: unverified")
    assert shared.rows["source"].to_pylist() == [OPEN]


@pytest.fixture
def full(tmp_path: Path) -> Path:
    """A made store: a free Series, one from a closed source, one from both, a variant, and one left out for its size."""
    home = tmp_path / "full"
    put(home, "gdp_usd", [row("CHN", "CHN", day(1990), 1)], {OPEN: cover(1990, 1990)})
    put(home, "events_conflict", [row("CHN", "RUS", day(2002), 1)], {CLOSED: cover(2002, 2014)})
    mixed = [row("RUS", "RUS", day(2023), 80, source="cbr_rouble"), row("RUS", "RUS", day(2024), 90, source="rouble_market")]
    put(home, "rub_per_usd", mixed, {"cbr_rouble": cover(1992, 2023), "rouble_market": cover(2013, 2025)})
    put(home, "disputes", [row("CHN", "IND", day(1990), 1)], {DERIVED: cover(1816, 2014), DOUBTED: cover(1816, 2014)})
    put(home, "disputes:onset", [row("CHN", "IND", day(1990), 1)], {DERIVED: cover(1816, 2014)})
    put(home, "mirror_gap", [row("CHN", "RUS", day(2001), 1, source="imf_dots")], {"imf_dots": cover(2000, 2020)})
    return home


def test_a_starter_holds_what_may_be_passed_on(full: Path, tmp_path: Path) -> None:
    target = tmp_path / "starter"
    put(target, "events_conflict", [row("CHN", "RUS", day(2002), 1)], {CLOSED: cover(2002, 2014)})
    sizes = release.make_starter(full, target, leave_out=("mirror_gap",))
    held = store.Holdings(target, target)
    assert set(sizes) == set(held.names("series")) == {"gdp_usd", "rub_per_usd", "disputes"}
    assert sizes["gdp_usd"] == held.path("series", "gdp_usd").stat().st_size
    rouble = held.row("series", "rub_per_usd")
    assert (rouble.rows, rouble.first, rouble.last) == (1, "2023-01-01", "2023-01-01")
    assert set(rouble.facts["coverage"]) == {"cbr_rouble"}, "a closed source neither gives rows nor says where silence means none"
    assert set(held.row("series", "disputes").facts["coverage"]) == {DERIVED}, "nor does one that is not verified"
    assert not build.verify(tmp_path / "nobody", starter=target)[1]
    again = {p.name: p.stat().st_mtime_ns for p in (target / "series").iterdir()}
    release.make_starter(full, target, leave_out=("mirror_gap",))
    assert again == {p.name: p.stat().st_mtime_ns for p in (target / "series").iterdir()}, "what is unchanged is not written again"


def test_the_terms_lie_beside_the_series(full: Path, tmp_path: Path) -> None:
    release.make_starter(full, tmp_path / "starter")
    terms = (tmp_path / "starter" / "LICENSES").read_text(encoding="utf-8")
    for name in (OPEN, DERIVED, "cbr_rouble"):
        source = sources.get(name)
        assert f"\n{name}: {source.title}\n" in terms and source.licence.terms in terms and source.citation in terms
    assert "series: gdp_usd" in terms and f"\n{CLOSED}:" not in terms and "\nrouble_market:" not in terms


def test_a_starter_answers_like_the_store_it_came_from(full: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    release.make_starter(full, tmp_path / "starter")
    monkeypatch.setattr(store, "STARTER", tmp_path / "starter")
    held = comity.open(tmp_path / "home")
    assert held.series("gdp_usd", state="CHN").equals(comity.open(full).series("gdp_usd", state="CHN"))
    assert held.status()[0]["layer"] == "starter"


@pytest.mark.parametrize("path", STARTER, ids=lambda p: p.stem)
def test_the_committed_starter_holds_nothing_that_may_not_leave(path: Path) -> None:
    table = pq.read_table(path)
    shared = release.shareable(table)
    assert table.num_rows and not shared.held_back, shared.because
    row = store.ledger_row(path, "series", "starter")
    assert row.content == store.content_hash(table) and row.name in measures.load()
    assert all(sources.get(s).licence.share != "no" and sources.get(s).verified for s in row.facts["coverage"])


@pytest.mark.skipif(not STARTER, reason="the starter is not built")
def test_the_committed_starter_names_the_terms_of_every_source() -> None:
    terms = (store.STARTER / "LICENSES").read_text(encoding="utf-8")
    behind = {s for p in STARTER for s in store.ledger_row(p, "series", "starter").facts["coverage"]}
    assert all(f"\n{name}: " in terms and sources.get(name).citation in terms for name in behind)
    assert sum(p.stat().st_size for p in STARTER) < 40e6


def test_every_series_of_a_full_store_leaves_only_as_its_terms_allow(full_home: Path) -> None:
    holdings = Holdings(full_home, full_home)
    closed = {n for n in sources.names() if sources.get(n).licence.share == "no"}
    assert len(closed) > 10
    behind: set[str] = set()
    for name in holdings.names("series"):
        table = pq.read_table(holdings.path("series", name))
        shared = release.shareable(table)
        left = {p.partition(":")[0] for s in set(shared.rows.column("source").to_pylist()) for p in s.split("+")}
        assert not left & closed, name
        assert not any(p.endswith(":unverified") for s in set(shared.rows.column("source").to_pylist()) for p in s.split("+")), name
        assert shared.held_back == table.num_rows - shared.rows.num_rows and bool(shared.held_back) == bool(shared.because), name
        behind |= set(release.closed(holdings, name))
    assert behind == {n for n in closed if any(n in build.sources_of(m) for m in measures.load())}


def test_exports_say_or_leave_out_what_may_not_be_passed_on(full_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "p.csv"
    asked = ["--home", str(full_home), "panel", "arms_transfers_tiv", "disputes", "--from", "1990", "--to", "1991", "--states", "CHN,RUS,USA"]
    with pytest.raises(SystemExit) as done:
        cli.main([*asked, "--out", str(out)])
    assert not done.value.code and "arms_transfers_tiv: for your own use" in capsys.readouterr().err
    assert "arms_transfers_tiv" in out.read_text()
    with pytest.raises(SystemExit):
        cli.main([*asked, "--out", str(out), "--shareable"])
    assert "arms_transfers_tiv_ab" not in out.read_text() and "disputes" in out.read_text().splitlines()[0]
    assert "left out, the terms of sipri_arms" in capsys.readouterr().err
    rows = tmp_path / "s.csv"
    with pytest.raises(SystemExit):
        cli.main(["--home", str(full_home), "series", "arms_transfers_tiv", "--dyad", "RUS", "CHN", "--shareable", "--out", str(rows)])
    assert rows.read_text().count("\n") == 1
    assert "rows held back: sipri_arms" in capsys.readouterr().err
