"""Composition and decomposition of trade as measures: against the models pair by pair, and known figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import comity
from comity.measures import composition, decomposition
from comity.models import price_volume, trade_indices

STATES = ("BRA", "CHN", "RUS", "USA")


@pytest.fixture
def sections() -> pa.Table:
    rng = np.random.default_rng(3)
    rows: list[dict[str, Any]] = []
    for year in (2018, 2019):
        for a in STATES:
            for b in STATES:
                if a != b and (a, b) != ("BRA", "USA"):
                    values = rng.gamma(0.7, 1e9, len(composition.GROUPS)) * (rng.random(len(composition.GROUPS)) > 0.2)
                    by_group = {f"{g}_usd": v for g, v in zip(composition.GROUPS, values, strict=True)}
                    rows.append({"exporter": a, "importer": b, "year": year} | by_group)
    return pa.Table.from_pylist(rows).set_column(2, "year", pa.array([r["year"] for r in rows], pa.int32()))


def frame(values: Any) -> dict[str, Any]:
    return {"product": np.array(composition.GROUPS), "value": np.asarray(values, dtype=float)}


def test_every_pair_is_what_the_model_says_of_it_alone(sections: pa.Table) -> None:
    flows = {(r["exporter"], r["importer"], r["year"]): np.array([r[f"{g}_usd"] for g in composition.GROUPS]) for r in sections.to_pylist()}
    nothing: Any = None
    made = {
        name: {(r["a"], r["b"], r["start"].year): r["value"] for r in table.to_pylist()}
        for name, table in {
            "hhi": composition.trade_concentration(sections, nothing), "gl": composition.intra_industry_trade(sections, nothing),
            "tci": composition.trade_complementarity(sections), "esi": composition.export_similarity(sections),
            "tii": composition.trade_intensity(sections), "whole": composition.trade_intensity(sections, "whole"),
        }.items()
    }  # fmt: skip
    assert set(made["hhi"]) == set(flows) and set(made["gl"]) == {(a, b, y) for a in STATES for b in STATES for y in (2018, 2019) if a < b}
    for (a, b, year), x in flows.items():
        sold = sum(v for (e, _, y), v in flows.items() if e == a and y == year)
        theirs = sum(v for (e, _, y), v in flows.items() if e == b and y == year)
        bought = {s: sum(v for (_, i, y), v in flows.items() if i == s and y == year) for s in (a, b)}
        world = sum(v.sum() for (*_, y), v in flows.items() if y == year)
        assert made["hhi"][a, b, year] == pytest.approx(trade_indices.concentration(x).index)
        assert made["tci"][a, b, year] == pytest.approx(trade_indices.complementarity(frame(sold), frame(bought[b])))
        expected = trade_indices.trade_intensity(x.sum(), sold.sum(), bought[b].sum(), bought[a].sum(), world)
        assert made["tii"][a, b, year] == pytest.approx(expected.without_exporter) and made["whole"][a, b, year] == pytest.approx(expected.world)
        if a < b:
            back = flows.get((b, a, year), np.zeros(len(x)))
            assert made["gl"][a, b, year] == pytest.approx(trade_indices.grubel_lloyd(frame(x), frame(back)).aggregate)
            assert made["esi"][a, b, year] == pytest.approx(trade_indices.export_similarity(frame(sold), frame(theirs)))


@pytest.fixture(scope="module")
def full(full_home: Path) -> comity.Store:
    return comity.open(full_home)


def value(full: comity.Store, name: str, a: str, b: str, year: int) -> float:
    rows = [r for r in full.series(name, dyad=(a, b)).to_pylist() if r["start"].year == year]
    return float(rows[0]["value"])


def test_known_figures_of_china_and_russia(full: comity.Store) -> None:
    assert value(full, "trade_price_effect_usd", "RUS", "CHN", 2018) / 1e9 == pytest.approx(9.86, abs=0.005)
    assert value(full, "trade_volume_effect_usd", "RUS", "CHN", 2019) / 1e9 == pytest.approx(5.48, abs=0.005)
    assert value(full, "trade_other_effect_usd:vanished", "RUS", "CHN", 2020) / 1e9 == pytest.approx(-0.276, abs=0.0005)
    assert value(full, "trade_price_effect_usd", "RUS", "CHN", 2023) / 1e9 == pytest.approx(-12.0, abs=0.05)
    assert 1 / value(full, "trade_concentration:hs6", "RUS", "CHN", 2023) == pytest.approx(4.2, abs=0.05)
    assert value(full, "trade_complementarity", "RUS", "CHN", 2019) == pytest.approx(58.5, abs=0.05)
    assert value(full, "export_similarity", "CHN", "RUS", 2019) == pytest.approx(0.313, abs=0.0005)


@pytest.mark.parametrize(("exporter", "importer"), [("CHN", "RUS"), ("RUS", "CHN")])
def test_parts_add_up_to_the_change_and_the_seam_is_named(full: comity.Store, exporter: str, importer: str) -> None:
    import duckdb

    totals = dict(
        duckdb.execute(
            "SELECT year, sum(value_usd) FROM read_parquet($1) WHERE exporter = $2 AND importer = $3 GROUP BY 1",
            [str(full.holdings.path("table", "baci")), exporter, importer],
        ).fetchall()
    )
    names = ("trade_price_effect_usd", "trade_volume_effect_usd", "trade_mix_effect_usd", "trade_other_effect_usd")
    for year in range(2018, 2024):
        change = totals[year] - totals[year - 1]
        assert sum(value(full, n, exporter, importer, year) for n in names) == pytest.approx(change, abs=1e-9 * totals[year])
        both = value(full, names[1], exporter, importer, year) + value(full, names[2], exporter, importer, year)
        assert value(full, "trade_volume_effect_usd:quantity", exporter, importer, year) == pytest.approx(both, abs=1)
    ends = {r["start"].year: r["source"] for r in full.series(names[0], dyad=(exporter, importer)).to_pylist()}
    assert ends[2021].endswith(":reconciled") and ends[2022].endswith(":seam") and ends[2023].endswith(":alone")


def test_a_link_needs_both_years(sections: pa.Table) -> None:
    columns: dict[str, Any] = {"year": pa.array([2017, 2019], pa.int32()), "exporter": ["RUS"] * 2, "importer": ["CHN"] * 2, "hs6": ["270900"] * 2}
    baci = pa.table(columns | {"value_usd": [1e9, 2e9], "quantity_t": [1e6, 1e6]})
    assert decomposition.links(baci) == []
    moved = baci.set_column(0, "year", pa.array([2017, 2018], pa.int32()))
    (_, _, year, found), = decomposition.links(moved)
    assert year == 2018 and found.price == pytest.approx(price_volume.log_mean(2e9, 1e9) * np.log(2))
