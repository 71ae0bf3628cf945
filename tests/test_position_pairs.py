"""The position on the real data: known groups, China and Russia, conflict first, and the rule's false alarms."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from comity import api, release, standing
from comity import store as store_module
from comity.analysis import position as answers
from comity.analysis import sensitivity, validity
from comity.core import UsageError
from comity.models import initiatives, position
from comity.store import Holdings

YEARS = (2005, 2011, 2013)


@pytest.fixture(scope="module")
def store(full_home: Path) -> api.Store:
    held = api.open(full_home)
    if not held.holdings.has("model", standing.NAME):
        pytest.skip("the position is not built")
    return held


@pytest.fixture(scope="module")
def figures(store: api.Store) -> dict[str, Any]:
    return validity.report(store.holdings, times=0)


def _placed(figures: dict[str, Any], family: str) -> dict[int, dict[str, float]]:
    return {r["year"]: r[family] for r in figures["known_pairs"]}


@pytest.mark.xfail(strict=True, reason="Japan and the United States stand at 84.5 in one year: the aim of 85 is missed by half a point")
def test_japan_and_the_united_states_stand_as_high_as_the_other_close_pairs(figures: dict[str, Any]) -> None:
    joint = _placed(figures, "joint")
    assert min(joint[year]["JPN-USA"] for year in YEARS) >= 85


def test_known_groups_stand_where_they_should(figures: dict[str, Any]) -> None:
    joint, exchange = _placed(figures, "joint"), _placed(figures, "exchange")
    for year in YEARS:
        assert min(joint[year][p] for p in validity.CLOSE if p != "JPN-USA") >= 85
        assert max(joint[year][p] for p in ("ISR-SAU", "IRN-USA")) <= 70
        assert max(exchange[year][p] for p in ("ISR-SAU", "IRN-USA")) <= 30
    aucs = {(r["year"], r["group"]): r["auc"] for r in figures["alliances"] if r["family"] == "joint"}
    for year in YEARS:
        assert aucs[year, "EU-15"] >= 0.83
        assert aucs[year, "NATO of 1982"] >= 0.75
        assert aucs[year, "any defence pact"] >= 0.73


def test_expected_failures_are_still_there(figures: dict[str, Any]) -> None:
    """If one of these changes, docs/position.md § 4 is out of date: India–Pakistan high, Russia–Ukraine not falling, exchange as good as joint."""
    joint = _placed(figures, "joint")
    assert joint[2013]["IND-PAK"] >= 70
    assert joint[2022]["RUS-UKR"] >= 70
    aucs = {(r["year"], r["family"], r["group"]): r["auc"] for r in figures["alliances"]}
    assert aucs[2013, "exchange", "EU-15"] > aucs[2013, "joint", "EU-15"]


def test_size_is_out_of_the_indices(figures: dict[str, Any]) -> None:
    for row in figures["size"]:
        if row["year"] in YEARS and row["family"] in ("exchange", "joint"):
            assert abs(row["with_log_gdp"]) <= 0.25


def test_the_rule_seldom_speaks_where_nothing_moved_together(figures: dict[str, Any]) -> None:
    assert len(figures["false_alarms"]) >= 4
    for row in figures["false_alarms"]:
        assert row["share"] <= 0.05


def test_china_and_russia_in_2013_and_what_may_be_said(store: api.Store) -> None:
    then = {f["name"]: f for f in store.position("CHN", "RUS", year=2013)["families"]}
    assert 20 <= then["joint"]["value"] <= 45
    assert then["exchange"]["value"] >= 85
    made = store.position("CHN", "RUS", start=2013, stop=2022)
    said = made["moved"]["statement"]
    assert "is not settled" in said
    assert "shared production is unmeasured after 2011" in said
    assert "co-authored works rose from the 22nd to the 47th percentile" in said
    assert not made["moved"]["towards_joint"]
    since = {m["family"]: m for m in store.position("CHN", "RUS", start=1995)["moved"]["families"]}
    assert since["alignment"]["p_up"] >= 0.95
    assert not since["joint"]["p_more"] >= answers.SURE


@pytest.mark.parametrize(("a", "b"), [("TUR", "GRC"), ("IND", "PAK"), ("CHN", "JPN")])
def test_conflict_is_in_the_first_sentence(store: api.Store, a: str, b: str) -> None:
    assert store.position(a, b)["moved"]["sentences"][0].startswith("The two acted against each other")


@pytest.mark.parametrize(("a", "b"), [("CHN", "IND"), ("MEX", "USA"), ("GRC", "TUR")])
def test_conflict_that_ended_long_before_the_rest_comes_last_and_says_so(store: api.Store, a: str, b: str) -> None:
    made = store.position(a, b)
    freshest = max(f["year"] for f in made["families"] if f["year"])
    ends = {s: [int(y) for y in re.findall(r"\((?:\d{4}–)?(\d{4})\)", s)] for s in made["moved"]["sentences"] if "acted against each other" in s}
    for said, years in ends.items():
        older = said.startswith("Older than the rest")
        assert years and all((y < freshest - answers.STALE) == older for y in years)
        assert made["moved"]["sentences"].index(said) == (len(made["moved"]["sentences"]) - 1 if older else 0)
    assert made["conflict"] == " ".join(ends)


def test_a_year_with_one_domain_of_joint_work_has_no_index(store: api.Store) -> None:
    found = answers.held(store.holdings)
    pair = answers.pair(found, "CHN", "RUS")
    view = answers.view(found, pair)
    year = max(pair.years)
    assert len(view.held_in("joint", year)) < 2
    assert not view.enough("joint", view.held_in("joint", year))
    assert not view.enough("joint", ("coauthored_works",)) and view.enough("joint", ("coauthored_works", "alliance_defence"))
    assert not view.enough("alignment", ()) and view.enough("alignment", ("trade_agreements",))


def test_trails_stand_on_the_same_measures_throughout(store: api.Store) -> None:
    made = store.position("DEU", "FRA")
    for family in ("exchange", "alignment", "joint"):
        rows = [r for r in made["trail"] if r["family"] == family]
        assert len(rows) > 5
        assert len({tuple(r["measures"]) for r in rows}) == 1


def test_weights_and_years_that_cannot_be_are_refused(store: api.Store, tmp_path: Path) -> None:
    file = tmp_path / "w.toml"
    for text, said in (
        ("[weights.joint]\ncoauthored_works = -1", "weights"), ("[weights.joint]\nworks = 1", "no measure of joint"),
        ("[weights.love]\nx = 1", "no family"), ("x = 1", "no table"), ("[weights.joint]\ncoauthored_works = true", "expected a number"),
    ):  # fmt: skip
        file.write_text(text)
        with pytest.raises(UsageError, match=said):
            store.position("CHN", "RUS", weights=file)
    with pytest.raises(UsageError, match="not before"):
        store.position("CHN", "RUS", start=2013, stop=2013)
    file.write_text("[weights.joint]\ncoauthored_works = 1")
    alone = {f["name"]: f for f in store.position("CHN", "RUS", year=2013, weights=file)["families"]}["joint"]
    science = next(m for m in alone["measures"] if m["name"] == "coauthored_works")
    assert alone["value"] == pytest.approx(science["percentile"], abs=0.1)


def test_no_source_cell_is_in_two_families() -> None:
    found = standing.evidence()
    assert {m.kind for m in found.values()} == set(standing.FAMILIES)
    owner: dict[str, str] = {}
    for m in found.values():
        for table in m.inputs:
            if owner.setdefault(table, m.kind) != m.kind:
                assert any(o.evidence and o.evidence.unless for o in found.values() if table in o.inputs)


def test_all_pairs_of_a_year_have_bands(store: api.Store) -> None:
    found = answers.held(store.holdings)
    data = validity.load(found, 2013)
    columns = validity.columns_of(found)["joint"]
    made = position.standing(data.z[:, columns][:200], data.error[:, columns][:200], found.near["joint"], draws=50)
    assert all(m.low <= m.high for m in made if m.value is not None)
    assert np.isfinite(data.z[:, columns]).any()


def test_a_pair_with_one_domain_of_joint_work_is_told_that_there_is_no_index(store: api.Store) -> None:
    """Serbia and Montenegro, which OpenAlex does not list: defence pacts alone."""
    made = store.position("DEU", "SCG", year=2000)
    joint = next(f for f in made["families"] if f["name"] == "joint")
    assert (joint["value"], joint["why"]) == (None, "no index: only Defence obligations of both is held for the two")
    assert "there is no index of it, as only defence obligations of both is measured" in made["moved"]["statement"]
    later = {f["name"]: f for f in store.position("CHN", "RUS", year=2025)["families"]}["joint"]
    assert later["year"] < 2025
    assert later["why"].startswith("2025: no index")


def test_exchange_since_1995_is_no_sure_rise_in_any_reading_of_the_scale(store: api.Store) -> None:
    """An expected failure: .95 was asked for. Its reasons stand in docs/position.md § 4; if this changes, that section is out of date."""
    moved = {m["family"]: m for m in store.position("CHN", "RUS", start=1995)["moved"]["families"]}["exchange"]
    assert {"trade_total_usd", "arms_transfers_tiv", "migrant_stock"} <= set(moved["measures"])
    assert 0.5 < moved["p_up"] < answers.RISE
    trade = next(d for d in store.position("CHN", "RUS", start=1995)["domains"] if d["domain"] == "production")
    assert trade["exchange_first"] >= 70


def test_ranking_one_pair_anew_gives_the_percentiles_that_are_held(store: api.Store) -> None:
    found = answers.held(store.holdings)
    pair = answers.pair(found, "CHN", "RUS")
    paths = {n: store.holdings.path("series", n) for n in standing.inputs() if store.holdings.has("series", n)}
    names = ("coauthored_works", "shared_production_excess", "alliance_defence")
    made = standing.of_pair(paths, names, (2011,), (pair.a, pair.b), narrow=found.facts["narrow"])[2011, position.PEERS]
    at = pair.years.index(2011)
    for n in names:
        k = found.measures().index(n)
        assert position.scores(np.array([made[n][0]]))[0] == pytest.approx(pair.near[at, k], abs=0.002)
        assert position.scores(np.array([made[n][1]]))[0] == pytest.approx(pair.far[at, k], abs=0.002)
    without = standing.of_pair(
        paths, names, (2011,), (pair.a, pair.b), narrow=found.facts["narrow"], without="openalex_coauthorship"
    )[2011, position.PEERS]  # fmt: skip
    assert np.isnan(without["coauthored_works"][0])
    assert without["alliance_defence"] == made["alliance_defence"]


@pytest.mark.parametrize("code", ["USA", "NRU"])
def test_a_state_that_is_dropped_moves_no_percentile_by_more_than_a_move_must(store: api.Store, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """The tolerance of docs/position.md: the five percentiles that the rule asks of a move; the United States are in many of the two's peers."""
    found = answers.held(store.holdings)
    paths = {n: store.holdings.path("series", n) for n in standing.inputs() if store.holdings.has("series", n)}
    names = ("coauthored_works", "trade_total_usd", "vote_kappa")
    whole = standing.of_pair(paths, names, (2013,), ("CHN", "RUS"), narrow=found.facts["narrow"])[2013, position.PEERS]
    real = standing._world

    def less(year: int) -> standing.World:
        kept = tuple(c for c in real(year).codes if c != code)
        one, other = np.triu_indices(len(kept), 1)
        return standing.World(year=year, codes=kept, one=one, other=other)

    monkeypatch.setattr(standing, "_world", less)
    part = standing.of_pair(paths, names, (2013,), ("CHN", "RUS"), narrow=found.facts["narrow"])[2013, position.PEERS]
    moves = [100 * abs(part[n][0] - whole[n][0]) for n in names]
    assert 0 < max(moves) <= answers.BY


def test_the_sensitivity_tells_each_measure_and_source(store: api.Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sensitivity, "PEERS", (400,))
    monkeypatch.setattr(sensitivity, "FAMILIES", ("exchange", "joint"))
    rows = store.sensitivity("CHN", "RUS", start=2001, stop=2011)
    told = {(r["family"], r["choice"], r["value"]): r for r in rows}
    moved = {m["family"]: m for m in store.position("CHN", "RUS", start=2001, stop=2011)["moved"]["families"]}
    for family in ("exchange", "joint"):
        whole = told[family, "left out", sensitivity.NOTHING]
        assert whole["change"] == pytest.approx(moved[family]["change"], abs=6)
        assert all(r["total_effect"] is None or 0 <= r["total_effect"] <= 1 for r in rows)
        assert told[family, "all", "every combination"]["holds"] == 1
    for measure, source in (("coauthored_works", "openalex_coauthorship"), ("shared_production_excess", "wiod_bands")):
        assert told["joint", "measure left out", measure]["change"] == told["joint", "source left out", source]["change"]
    assert told["joint", "measure left out", "shared_production_excess"]["change"] > told["joint", "left out", sensitivity.NOTHING]["change"] + 3
    assert {r["value"] for r in rows if r["choice"] == "source left out" and r["family"] == "exchange"} >= {"sipri_arms", "imf_dots"}
    assert {r["says"] for r in rows if r["family"] == "joint" and r["says"]} == {"not settled"}


def test_the_part_that_may_be_passed_on_says_what_it_lacks(store: api.Store, tmp_path: Path) -> None:
    size, behind = release._position(store.holdings, tmp_path / "starter")
    assert size < 1_050_000
    assert not {"sipri_arms", "icews_years"} & set(behind)
    found = answers.held(Holdings(tmp_path / "none", tmp_path / "starter"))
    assert not {"arms_transfers_tiv", "events_conflict"} & set(found.measures())
    made = answers.answer(Holdings(tmp_path / "none", tmp_path / "starter"), "CHN", "RUS")
    assert made["moved"]["sentences"][-1].startswith("This is the part that comes with comity: 1995, 2005, 2013, 2020, 2023, without arms transfers")
    whole = answers.answer(store.holdings, "CHN", "RUS", year=2013)
    part = answers.answer(Holdings(tmp_path / "none", tmp_path / "starter"), "CHN", "RUS", year=2013)
    values = [{f["name"]: f["value"] for f in m["families"]}["joint"] for m in (whole, part)]
    assert values[0] == pytest.approx(values[1], abs=1.5)


CITED = {
    "desta": ("trade_agreement_titles", "agreement::VARCHAR = $row", r"base treaty (\d+)"),
    "liquidity_lines": ("liquidity_lines", "deal::VARCHAR = $row", r"(\d+)"),
    "aiddata_v1": ("aiddata_v1", "project::VARCHAR = $row", r"project (\d+)"),
    "aiddata_located": ("aiddata_located", "project::VARCHAR = $row", r"project (\d+)"),
    "cgit": ("cgit_deals", "deal::VARCHAR = $row", r"deal (\d+)"),
    "sipri_arms": ("arms_register", "supplier || ' to ' || recipient || ', ' || year = $row", r"([A-Z]{3} to [A-Z]{3}, \d{4})"),
    "third_committee": ("draft_sponsors", "symbol = $row", r"(.+)"),
    "group_membership": ("group_members", '"group" = $row', r"(.+)"),
    "stated_figures": ("stated_figures", "indicator || ', ' || period || ': ' || round(value, 1)::DECIMAL(9, 1) = $row", r"(.+)"),
}


@pytest.mark.parametrize(("a", "b"), [("CHN", "RUS"), ("BRA", "ARG"), ("KAZ", "CHN"), ("CHN", "VEN"), ("DEU", "FRA")])
def test_every_undertaking_can_be_traced_to_a_row_that_is_held(store: api.Store, a: str, b: str) -> None:
    rows = store.initiatives(a, b)
    assert rows
    for i in rows:
        assert i.sources, i.id
        for cited in i.sources:
            table, where, pattern = CITED[cited.source]
            found = re.findall(pattern, cited.row)
            assert found, (i.id, cited)
            for row in found:
                text = f"{row.partition(': ')[0]}: {float(row.partition(': ')[2]):.1f}" if cited.source == "stated_figures" else row
                sql = f"SELECT count(*) AS n FROM read_parquet($path) WHERE {where}"
                n = store_module.query(sql, {"row": text}, path=store.holdings.path("table", table)).to_pylist()[0]["n"]
                assert n, (i.id, cited.source, row)
        if "one_outcome" not in i.shown:
            assert initiatives.read(i).word == initiatives.UNTOLD
