"""Sources side by side, what is covered, and the page for those who come from peacesciencer."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest

from comity import api, measures, stretches
from comity.analysis import coverage as covering
from comity.analysis.reconcile import COLUMNS, GROUPS, group_of, summary_lines
from comity.cli import app, main
from comity.core import NotHeldError, UsageError

PAGE = Path(__file__).parents[1] / "docs" / "coming-from-peacesciencer.md"


def _by_key(rows: list[dict[str, Any]]) -> dict[tuple[Any, ...], list[dict[str, Any]]]:
    out: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for r in rows:
        out.setdefault((r["a"], r["b"], r["start"]), []).append(r)
    return out


def test_groups_name_measures_and_variants_that_exist() -> None:
    for name, group in GROUPS.items():
        assert measures.get(name).name == name
        assert group.reason
        assert len({a.label for a in group.alternatives}) == len(group.alternatives) > 1
        periods = {measures.get(a.series).period for a in group.alternatives}
        assert periods == {measures.get(name).period}
        assert {measures.get(a.series).symmetric for a in group.alternatives} == {measures.get(name).symmetric}


def test_unknown_groups_are_usage_errors() -> None:
    with pytest.raises(UsageError, match=r"gdp_usd has one source only; measures with more: trade_total_usd"):
        group_of("gdp_usd")
    with pytest.raises(UsageError, match="compared under trade_agreements"):
        group_of("trade_agreement_larch")
    with pytest.raises(UsageError, match="ask for fdi_stock_usd"):
        group_of("fdi_stock_usd:inward")
    with pytest.raises(UsageError, match="no measure is named"):
        group_of("no_such_measure")


def test_an_empty_store_holds_none(tmp_path: Path) -> None:
    from comity.analysis.reconcile import reconcile
    from comity.store import Holdings

    with pytest.raises(NotHeldError, match="none of its alternatives"):
        reconcile(Holdings(tmp_path, tmp_path / "none"), "brent_usd")
    assert covering.coverage(Holdings(tmp_path, tmp_path / "none")) == []
    assert covering.coverage(Holdings(tmp_path, tmp_path / "none"), dyad=("CHN", "RUS")) == []


@pytest.mark.parametrize("name", ["trade_total_usd", "exports_usd", "imports_usd", "fdi_stock_usd", "fdi_position_usd"])
def test_the_chosen_row_is_the_default(full_home: Path, name: str) -> None:
    held = api.open(full_home)
    rows = held.reconcile(name, dyad=("CHN", "DEU")).rows
    default = {r["start"]: r["value"] for r in held.series(name, dyad=("CHN", "DEU")).to_pylist()}
    chosen = {r["start"]: r["value"] for r in rows if r["chosen"]}
    assert chosen == default
    assert all(tuple(r) == COLUMNS for r in rows)
    assert all(sum(r["chosen"] for r in group) <= 1 for group in _by_key(rows).values())


def test_a_mirror_is_the_other_side_exchanged(full_home: Path) -> None:
    held = api.open(full_home)
    rows = [r for r in held.reconcile("exports_usd", dyad=("RUS", "CHN")).rows if r["start"].year == 2018]
    bought = {r["start"].year: r["value"] for r in held.series("imports_usd", dyad=("CHN", "RUS")).to_pylist()}
    assert [(r["a"], r["b"], r["chosen"]) for r in rows] == [("RUS", "CHN", i == 0) for i in range(len(rows))]
    assert rows[1]["value"] == bought[2018]
    assert rows[1]["source"].startswith("b's imports (")
    stands_in = [r for r in held.reconcile("exports_usd", dyad=("RUS", "CHN")).rows if r["start"].year == 2023]
    assert [(r["source"].startswith("b's imports"), r["chosen"]) for r in stands_in] == [(True, True)]


@pytest.mark.parametrize("name", sorted(GROUPS))
def test_without_a_dyad_the_largest_differences(full_home: Path, name: str) -> None:
    found = api.open(full_home).reconcile(name)
    assert len(found.rows) <= 10 * len(found.summary)
    assert all(len(r) == 6 for r in found.rows)
    for figures in found.summary:
        assert figures["equal_1pct"] is None or 0 <= figures["equal_1pct"] <= 1
        assert figures["overlap"] == 0 or figures["equal_1pct"] is not None
    assert len(summary_lines(found)) >= len(found.summary)


def test_figures_agree_with_a_count_by_hand(full_home: Path) -> None:
    held = api.open(full_home)
    figures = held.reconcile("brent_usd").summary[0]
    ours = {r["start"]: r["value"] for r in held.series("brent_usd").to_pylist()}
    bank = {r["start"]: r["value"] for r in held.series("crude_oil_usd:brent").to_pylist()}
    both = sorted(set(ours) & set(bank))
    assert figures["overlap"] == len(both)
    near = sum(abs(ours[d] - bank[d]) <= 0.01 * max(ours[d], bank[d]) for d in both)
    assert figures["equal_1pct"] == pytest.approx(near / len(both))
    assert figures["log_correlation"] > 0.999


def test_agreements_agree_on_whether_there_is_one(full_home: Path) -> None:
    figures = api.open(full_home).reconcile("trade_agreements").summary[0]
    assert figures["overlap"] == 4515
    assert figures["equal_1pct"] > 0.97
    assert figures["log_correlation"] is None


def test_coverage_is_the_ledger(full_home: Path) -> None:
    held = api.open(full_home)
    rows = held.coverage()
    assert {r["measure"] for r in rows} == set(held.holdings.names("series"))
    assert all(tuple(r) == covering.COLUMNS for r in rows)
    one = next(r for r in rows if r["measure"] == "disputes")
    assert one == {"source": "cow_mid", "measure": "disputes", "first": 1816, "last": 2014, "states": "members by COW", "pairs": "all", "gaps": ""}
    assert next(r for r in rows if r["measure"] == "leader_meetings")["pairs"] == "CHN–RUS"


def test_coverage_of_a_dyad_counts_its_values(full_home: Path) -> None:
    held = api.open(full_home)
    rows = {(r["source"], r["measure"]): r for r in held.coverage(dyad=("CHN", "RUS"))}
    agreement = rows["voeten_votes", "vote_agreement"]
    assert (agreement["first"], agreement["last"], agreement["n"], agreement["gaps"]) == (1992, 2019, 28, "")
    disputes = held.series("disputes", dyad=("CHN", "RUS"))
    assert rows["cow_mid", "disputes"]["n"] == disputes.num_rows
    years = [{r["start"] for r in held.series("gdp_usd", state=s).to_pylist()} for s in ("CHN", "RUS")]
    both = years[0] & years[1]
    assert rows["wdi_gdp", "gdp_usd"]["n"] == len(both)
    assert ("copdab", "copdab_score") not in rows
    assert stretches.told([1940, 1915, 1916, 1917]) == "1915–1917, 1940"


def test_commands_write_the_columns_of_the_contract(full_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, columns in (
        (["reconcile", "brent_usd"], COLUMNS),
        (["reconcile", "fdi_stock_usd", "--dyad", "China", "Germany"], COLUMNS),
        (["reconcile", "vote_agreement"], COLUMNS),
        (["coverage"], covering.COLUMNS),
        (["coverage", "--dyad", "CHN", "RUS"], covering.DYAD_COLUMNS),
    ):
        with pytest.raises(SystemExit) as stop:
            main(["--home", str(full_home), *arguments, "--format", "csv"])
        said = capsys.readouterr()
        assert stop.value.code == 0, said.err
        assert tuple(next(csv.reader(io.StringIO(said.out)))) == columns
    with pytest.raises(SystemExit) as stop:
        main(["--home", str(full_home), "reconcile", "gdp_usd"])
    assert stop.value.code == 2


def test_the_page_for_peacesciencer_names_what_exists() -> None:
    commands = {c.name or (c.callback.__name__ if c.callback else "") for c in app.registered_commands}
    rows = [line.split("|") for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("|")][2:]
    assert len(rows) > 30
    for _, theirs, ours, *_ in rows:
        named = re.findall(r"`([^`]+)`", ours)
        assert named or ours.strip() == "no counterpart", theirs
        assert not (named and "no counterpart" in ours), theirs
    for word in re.findall(r"`([^`]+)`", PAGE.read_text(encoding="utf-8")):
        if word.startswith("comity "):
            assert word.split()[1] in commands, word
        elif re.fullmatch(r"[a-z_0-9]+(:[a-z_0-9]+)?", word) and word not in ("either",):
            assert measures.get(word).name == word.partition(":")[0], word
