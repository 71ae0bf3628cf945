"""What moved a trade figure: parts that add up for every kind of pair, bands that hold the value, words only where bounds agree."""

from __future__ import annotations

import csv
import io
import json
import math
from pathlib import Path

import numpy as np
import pytest

import comity
from comity import cli
from comity.analysis import explain
from comity.core import NotHeldError, UsageError


@pytest.fixture(scope="module")
def full(full_home: Path) -> comity.Store:
    return comity.open(full_home)


CASES = [
    ("CHN", "RUS", "trade_total_usd", 2017, 2023), ("RUS", "CHN", "exports_usd", 2018, 2021), ("CHN", "RUS", "imports_usd", 2017, 2020),
    ("USA", "MEX", "trade_total_usd", None, None), ("AUS", "CHN", "exports_usd", 2015, 2019), ("DEU", "POL", "trade_total_usd", 2001, 2010),
    ("CHN", "RUS", "trade_total_usd", 1995, 2010), ("JPN", "KOR", "trade_total_usd:importers", 2013, 2018),
    ("TUV", "FJI", "trade_total_usd", None, None),
]  # fmt: skip


@pytest.mark.parametrize(("a", "b", "name", "start", "stop"), CASES)
def test_parts_add_up_to_the_change(full: comity.Store, a: str, b: str, name: str, start: int | None, stop: int | None) -> None:
    found = full.explain(a, b, name, start=start, stop=stop)
    held = {r["start"].year: r["value"] for r in full.series(name, dyad=(a, b)).to_pylist()}
    assert found.change == held[found.stop] - held[found.start] and (start or found.start, stop or found.stop) == (found.start, found.stop)
    assert math.fsum(p.value for p in found.parts) == pytest.approx(found.change, rel=1e-9, abs=1e-6)
    assert all(p.low is None or p.high is None or p.low - 1e-6 <= p.value <= p.high + 1e-6 for p in found.parts)
    assert found.sentences and (found.links or found.settled_by)


def test_the_links_are_the_decomposition_of_each_year(full: comity.Store) -> None:
    found = full.explain("CHN", "RUS", "trade_total_usd", start=2017, stop=2023)
    assert [(x.exporter, x.year) for x in found.links] == [(e, y) for e in ("CHN", "RUS") for y in range(2018, 2024)]
    for x in found.links:
        assert x.price + x.quantity + x.other == pytest.approx(x.change, abs=1e-3)
    words = {(x.exporter, x.year): x.word for x in found.links}
    assert words["RUS", 2018] == "price" and words["RUS", 2023] == "quantity" and words["CHN", 2018] == "neither"
    assert [x.year for x in found.links if x.seam] == [2022, 2022]
    price = next(p for p in found.parts if (p.name, p.exporter) == ("price", "RUS"))
    assert price.value == pytest.approx(sum(x.price for x in found.links if x.exporter == "RUS"))
    said = " ".join(found.sentences)
    assert "led by price in 2018, 2020, 2021" in said and "2022 crosses a change of reporter" in said and "association, not cause" in said


def test_a_change_across_sources_is_no_trend(full: comity.Store) -> None:
    found = full.explain("CHN", "RUS", "trade_total_usd", start=1995, stop=2010)
    assert found.seams and "no trend" in " ".join(found.sentences)


def test_what_goes_along_is_the_correlation_of_growth_within_one_source(full: comity.Store) -> None:
    found = full.explain("CHN", "RUS", "trade_total_usd", start=2017, stop=2023)
    brent = next(x for x in found.associations if x.driver == "brent_usd")
    yearly: dict[int, list[float]] = {}
    for r in full.series("brent_usd").to_pylist():
        yearly.setdefault(r["start"].year, []).append(r["value"])
    mean = {y: np.mean(v) for y, v in yearly.items() if len(v) == 12}
    rows = {r["start"].year: (r["value"], r["source"]) for r in full.series("trade_total_usd", dyad=("CHN", "RUS")).to_pylist()}
    pairs = [
        (np.log(rows[y][0] / rows[y - 1][0]), np.log(mean[y] / mean[y - 1]))
        for y in rows if y - 1 in rows and rows[y][1] == rows[y - 1][1] and y in mean and y - 1 in mean
    ]  # fmt: skip
    assert brent.n == len(pairs) and brent.correlation == pytest.approx(np.corrcoef(np.array(pairs).T)[0, 1])
    assert brent.slope == pytest.approx(np.polyfit([x for _, x in pairs], [y for y, _ in pairs], 1)[0])
    assert -1 <= brent.low < brent.correlation < brent.high <= 1


def test_the_command(full: comity.Store, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*arguments: str) -> tuple[str, str]:
        with pytest.raises(SystemExit) as done:
            cli.main(["--home", str(full.home), "explain", *arguments])
        said = capsys.readouterr()
        assert not done.value.code, said.err
        return said.out, said.err

    out, err = run("China", "Russia", "trade_total_usd", "--from", "2017", "--to", "2023", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert rows[-1]["part"] == "change"
    assert sum(float(r["value"]) for r in rows[:-1]) == pytest.approx(float(rows[-1]["value"]), rel=1e-9)
    assert "association, not cause" in err
    told = json.loads(run("USA", "MEX", "trade_total_usd", "--format", "json")[0])
    assert told["settled_by"] and sum(p["value"] for p in told["parts"]) == pytest.approx(told["change"], rel=1e-9)


def test_bad_questions(full: comity.Store, home: Path) -> None:
    cases = (("vote_s", None, None, "takes apart"), ("trade_total_usd", 1800, None, "no value of 1800"), ("trade_total_usd", 2020, 2018, "before"))
    for name, start, stop, said in cases:
        with pytest.raises(UsageError, match=said):
            full.explain("CHN", "RUS", name, start=start, stop=stop)
    with pytest.raises(UsageError, match="two different"):
        full.explain("CHN", "CHN", "trade_total_usd")
    with pytest.raises((NotHeldError, UsageError)):
        comity.open(home).explain("CHN", "TUV", "imports_usd", start=1900)


def test_correlations_need_years() -> None:
    rows = {y: (float(y - 1999), "one") for y in range(2000, 2006)}
    assert explain._along(rows, "x", "", {y: float(y) for y in range(2000, 2006)}) is None
    more = {y: (float(y - 1999), "one") for y in range(2000, 2010)}
    assert explain._along(more, "x", "", {y: float(y - 1999) for y in range(2000, 2010)}).correlation == pytest.approx(1)  # type: ignore[union-attr]
    broken = {y: (float(y - 1999), "one" if y < 2005 else "two") for y in range(2000, 2010)}
    assert explain._along(broken, "x", "", {y: float(y - 1999) for y in range(2000, 2010)}).n == 8  # type: ignore[union-attr]
