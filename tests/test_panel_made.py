"""Panels of made Series: lags at a seat's change of hands, the numbers of each list, and what files say of them."""

from __future__ import annotations

import datetime as dt
import runpy
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.compute as pc
import pytest

import comity
from comity import build, output, panel_cells, panel_files, panel_sources, sources
from comity.core import ComityWarning, UsageError
from comity.publication import first_public
from made_series import cover, day, put, row


@pytest.fixture
def made(home: Path) -> comity.Store:
    """Disputes of the Cold War's end: the source lists the states of the Correlates of War, and is silent of most pairs."""
    rows = [row("CHN", "SUN", day(1991), 1.0), row("CHN", "RUS", day(1993), 1.0)]
    put(home, "disputes", rows, {"cow_mid": cover(1950, 2014, states="cow")})
    return comity.open(home)


@pytest.mark.parametrize("system", ["comity", "cow", "gw"])
@pytest.mark.parametrize("chosen", [None, ("CHN", "RUS", "SCG", "SRB", "USA"), ("CHN", "RUS", "SUN", "YUG", "SCG", "SRB", "USA")])
def test_a_lag_finds_nothing_where_the_spine_had_no_such_pair(made: comity.Store, system: str, chosen: tuple[str, ...] | None) -> None:
    """Russia is listed from 26 December 1991, but that year is the Soviet Union's: no silence about Russia speaks of it."""
    plan = made.dyads("year", 1988, 2008, system=system, states=chosen).add("disputes")  # type: ignore[arg-type]
    plan = plan.lag("disputes").lag("disputes", -1).difference("disputes").sum("disputes", 2)
    rows = plan.to_arrow().to_pylist()
    there = {(r["a"], r["b"], r["year"]) for r in rows}
    shared = {"RUS", "SUN", "YUG", "SCG", "SRB"}
    for r in rows:
        for column, step in (("disputes_lag1", 1), ("disputes_lead1", -1), ("disputes_diff1", 1), ("disputes_sum2", 1)):
            if 1988 <= r["year"] - step <= 2008 and {r["a"], r["b"]} & shared and (r["a"], r["b"], r["year"] - step) not in there:
                assert r[column] is None, (r, column)
    found = {(r["a"], r["b"], r["year"]): r for r in rows}
    assert found["RUS", "USA", 1993]["disputes_lag1"] == 0.0 and found["CHN", "RUS", 1994]["disputes_lag1"] == 1.0
    assert found["RUS", "USA", 1992]["disputes"] == 0.0 and found["RUS", "USA", 1992]["disputes_lag1"] is None
    if chosen is not None and "SUN" not in chosen:
        assert found["RUS", "USA", 1991]["disputes"] is None, "a chosen state has no year of another that held its seat"


@pytest.mark.parametrize("system", ["cow", "gw"])
def test_rows_of_a_list_carry_its_numbers_once(made: comity.Store, system: str) -> None:
    """Ukraine's 1991 is COW's from 26 December, though for most of that year it was a member of the United Nations alone."""
    table = replace(made.dyads("year", 1989, 1993, system=system), numbers=system).to_arrow()  # type: ignore[arg-type]
    code = "ccode" if system == "cow" else "gwcode"
    keys = list(zip(*(table.column(c).to_pylist() for c in (f"{code}1", f"{code}2", "year")), strict=True))
    twice = {k for k, n in Counter(keys).items() if n > 1}
    assert not [k for k in keys if None in k] and len(keys) > 60_000
    assert twice == set() if system == "cow" else all(678 in k and k[2] == 1990 for k in twice), "GW carries 678 through Yemen's union"


def test_a_number_stands_only_in_the_years_of_its_list(made: comity.Store) -> None:
    """Oman and Bhutan are COW's from 1971, the Federal Republic from 1955; Gleditsch and Ward have all three before."""
    plan = made.dyads("year", 1950, 1991, states=("OMN", "BTN", "DEU", "USA", "UKR"))
    cow, gw = (replace(plan, numbers=n).to_arrow().to_pylist() for n in ("cow", "gw"))  # type: ignore[arg-type]
    numbers = {(r["a"], r["b"], r["year"]): (r["ccode1"], r["ccode2"]) for r in cow}
    other = {(r["a"], r["b"], r["year"]): (r["gwcode1"], r["gwcode2"]) for r in gw}
    assert numbers["OMN", "USA", 1970] == (None, 2) and numbers["OMN", "USA", 1971] == (698, 2) and other["OMN", "USA", 1970] == (698, 2)
    assert numbers["BTN", "USA", 1970] == (None, 2) and other["BTN", "USA", 1970] == (760, 2)
    assert numbers["DEU", "USA", 1954] == (None, 2) and numbers["DEU", "USA", 1955] == numbers["DEU", "USA", 1990] == (260, 2)
    assert numbers["DEU", "UKR", 1991] == (255, 369) and numbers["DEU", "UKR", 1990] == (260, None)


def test_a_file_with_a_panels_own_numbers_joins_back(made: comity.Store, tmp_path: Path) -> None:
    """A number of a file is read by the list whose numbers the panel writes: 340 is Gleditsch and Ward's Serbia, 816 COW's Vietnam."""
    for system, code in (("cow", "ccode"), ("gw", "gwcode")):
        plan = replace(made.dyads("year", 2005, 2007, system=system), numbers=system)  # type: ignore[arg-type]
        table = plan.to_arrow()
        mine = tmp_path / f"{system}.csv"
        on = (f"{code}1", f"{code}2", "year")
        keys = list(zip(*(table.column(c).to_pylist() for c in on), strict=True))
        mine.write_text("\n".join([",".join((*on, "mine")), *(f"{x},{y},{z},1" for x, y, z in keys)]) + "\n")
        joined = plan.join(mine, on)
        assert joined.joined[0].unresolved == () and joined.to_arrow().column("mine").null_count == 0
    serbia = tmp_path / "serbia.csv"
    serbia.write_text("x,y,year,mine\n340,2,2007,1\n")
    assert made.dyads("year", 2007, 2007).join(serbia, ("x", "y", "year")).joined[0].unresolved == ("'340' (line 2)",)


def test_a_day_hides_values_and_zeros_that_were_not_public(made: comity.Store) -> None:
    rows = [row("CHN", "SUN", day(1990), 2.0, published=day(1991, 7)), row("CHN", "USA", day(1990), 3.0, published=None)]
    put(made.home, "disputes", rows, {"cow_mid": cover(1950, 1990, states="cow")})
    plan = comity.open(made.home).dyads("year", 1990, 1990, states=("CHN", "SUN", "USA")).add("disputes")
    edition = first_public(day(1990), "year", sources.get("cow_mid").published)
    assert edition is not None and edition > day(1991, 7)
    days = (day(1990, 12, 31), day(1991, 6, 30), day(1991, 7), edition - dt.timedelta(days=1), edition, None)
    seen = [replace(plan, as_of=on).to_arrow().column("disputes").to_pylist() for on in days]
    assert seen == [[None, None, None], [None, None, None], [2.0, None, None], [2.0, None, None], [2.0, None, 0.0], [2.0, 3.0, 0.0]]


@pytest.mark.parametrize(
    "changed",
    [
        {}, {"gaps": [1986]}, {"states": "cow"}, {"states": ["CHN", "USA"]}, {"pairs": [["CHN", "IND"]]}, {"pairs": [["IND", "USA"]]},
        {"partners": ["IND"]}, {"partners": ["USA"]}, {"origins": ["USA"]},
    ],
)  # fmt: skip
def test_a_panel_is_silent_where_the_series_is(made: comity.Store, changed: dict[str, Any]) -> None:
    """China and India from two years before what the source covers to two years after."""
    put(made.home, "disputes", [row("CHN", "USA", day(1985), 1.0)], {"cow_mid": cover(1985, 1988, **changed)})
    held = comity.open(made.home)
    table = held.dyads("year", 1983, 1990, states=("CHN", "IND", "USA")).add("disputes").to_arrow().to_pylist()
    mine = {r["year"]: r["disputes"] for r in table if (r["a"], r["b"]) == ("CHN", "IND") and r["disputes"] is not None}
    assert mine == {r["start"].year: r["value"] for r in held.series("disputes", dyad=("CHN", "IND")).to_pylist()}


def test_each_direction_has_its_column(made: comity.Store) -> None:
    put(made.home, "exports_usd", [row("RUS", "CHN", day(2001), 1.0), row("CHN", "RUS", day(2001), 2.0)], {"imf_dots": cover(2001, 2001)})
    plan = comity.open(made.home).dyads("year", 2001, 2001, states=("CHN", "RUS"))
    pair = plan.add("exports_usd").to_arrow().to_pylist()[0]
    assert (pair["a"], pair["b"], pair["exports_usd_ab"], pair["exports_usd_ba"]) == ("CHN", "RUS", 2, 1)
    both = replace(plan, directed=True).add("exports_usd").to_arrow().to_pylist()
    assert {(r["a"], r["b"]): r["exports_usd"] for r in both} == {("CHN", "RUS"): 2, ("RUS", "CHN"): 1}


def test_eleven_months_are_no_year(made: comity.Store) -> None:
    months = [row("CHN", "RUS", day(y, m), 1.0) for y in (2020, 2021) for m in range(1, 13 if y == 2020 else 12)]
    put(made.home, "trade_total_usd_monthly", months, {"china_customs_russia": cover(2020, 2021)})
    plan = comity.open(made.home).dyads("year", 2020, 2021, states=("CHN", "RUS")).add("trade_total_usd_monthly")
    assert plan.to_arrow().column("trade_total_usd_monthly").to_pylist() == [12.0, None]


def test_a_bundle_with_a_file_of_ones_own_stands_alone_and_never_overwrites(
    made: comity.Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    theirs, mine = tmp_path / "bundle", tmp_path / "mine.csv"
    theirs.mkdir()
    mine.write_text("x,y,year,mine\n340,2,2007,5\n")
    plan = replace(made.dyads("year", 2007, 2008, states=("SRB", "USA"), system="gw"), numbers="gw").add("disputes").join(mine, ("x", "y", "year"))
    out = theirs / "p.csv"
    output.emit_panel(plan, out, bundle=True)
    first = out.read_bytes()
    mine.unlink()
    out.unlink()
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(theirs / "p.py"))
    assert out.read_bytes() == first and b"5" in first
    put(made.home, "disputes", [row("SRB", "USA", day(2007), 1.0)], {"cow_mid": cover(1950, 2014, states="cow")})
    runpy.run_path(str(theirs / "p.py"))
    assert out.read_bytes() == first and "disputes has changed since" in capsys.readouterr().out
    assert (theirs / "p.changed.csv").read_bytes() != first
    next(theirs.glob("p.*mine.csv")).write_text("x,y,year,mine\n340,2,2007,6\n")
    runpy.run_path(str(theirs / "p.py"))
    assert out.read_bytes() == first and "mine.csv has changed since" in capsys.readouterr().out


def test_dyads_of_cow_are_those_of_its_own_list_but_germany_of_1990(made: comity.Store) -> None:
    """COW has 255 and 260 in 1990, comity one Germany: 164 pairs with the other 163 states and with itself, of 712,745."""
    table = made.dyads("year", 1950, 2010, system="cow").to_arrow()
    assert table.num_rows == 712_745 - 164
    there = set(table.filter(pc.equal(table["year"], 1990))["a"].to_pylist()) | set(table.filter(pc.equal(table["year"], 1990))["b"].to_pylist())
    assert len(there) == 164


def test_the_methods_name_only_what_is_in_the_panel(made: comity.Store, tmp_path: Path) -> None:
    """Two sources meet, a year lacks, and a third source begins after the panel: neither the text nor the .bib may cite it."""
    years = ((1996, "oec_trade"), (1997, "oec_trade"), (1999, "imf_dots:CHN"), (2015, "wits_summary"))
    rows = [row("CHN", "USA", day(y), 5.0, source=s) for y, s in years]
    later = {s: cover(2014, 2020) for s in build.sources_of("trade_total_usd")}
    coverage = later | {"oec_trade": cover(1963, 2014), "imf_dots": cover(1999, 2020), "wits_summary": cover(2014, 2020)}
    put(made.home, "trade_total_usd", rows, coverage)
    plan = comity.open(made.home).dyads("year", 1996, 1999, states=("CHN", "USA")).add("trade_total_usd")
    output.emit_panel(plan, tmp_path / "p.csv")
    bib, text = ((tmp_path / f"p.{end}").read_text() for end in ("bib", "methods.md"))
    assert sources.get("oec_trade").bibtex.strip() in bib and "imf_dots" in bib and "wits" not in bib and "comtrade" not in bib
    assert ", 1996–1997; " in text and ", 1999. Where one source gives way" in text and "No dyad has a value of 1998." in text
    assert sources.get("wits_summary").citation.rstrip(".") not in text


def test_the_methods_of_an_early_day_say_whose_edition_it_is(made: comity.Store, tmp_path: Path) -> None:
    for name, rows in (("contiguity", [("CHN", "SUN"), ("CHN", "MNG")]), ("major_power", [("CHN", "CHN")])):
        coded = [row(a, b, day(y), 1.0, published=day(y, 12, 31)) for a, b in rows for y in range(1980, 1991)]
        put(made.home, name, coded + ([row("MNG", "SUN", day(1990), 1.0, published=day(1990, 12, 31))] if name == "contiguity" else []),
            {"cow_contiguity" if name == "contiguity" else "cow_majors": cover(1980, 1990, states="cow")})  # fmt: skip
    plan = comity.open(made.home).dyads("year", 1989, 1990, pairs="contiguous", as_of=dt.date(1990, 6, 30)).add("disputes")
    table = plan.to_arrow()
    text = panel_files.methods(plan, table)
    assert {(r["a"], r["b"]) for r in table.to_pylist()} == {("CHN", "SUN"), ("CHN", "MNG")} and "(after 1989 as in 1989)" in text
    bib = panel_sources.cite(plan, panel_sources.used(plan, panel_cells.cells(table)), bib=True)
    assert sources.get("cow_contiguity").citation.rstrip(".") in text and all(f"{{{k}," in bib for k in ("cow_contiguity", "states_cow", "states_gw"))
    assert "majors" not in bib and "states_" not in panel_sources.cite(replace(plan, states=("CHN", "SUN")), {"disputes": {}}, bib=True)
    assert "public by 1990-06-30" in text and "editions held today" in text and "Nothing published" not in text
    with pytest.raises(UsageError, match=r"contiguity no year from 1989 on was public on 1960-01-01"):
        replace(plan, as_of=dt.date(1960, 1, 1)).to_arrow()
    early = comity.open(made.home).dyads("year", 1989, 1990, states=("CHN", "USA"), as_of=dt.date(1960, 1, 1)).add("disputes")
    with pytest.warns(ComityWarning, match="disputes is empty"):
        output.emit_panel(early, tmp_path / "p.csv")
    assert "is from no source" in (tmp_path / "p.methods.md").read_text() and "mid" not in (tmp_path / "p.bib").read_text()


def test_labels_say_variant_and_direction(made: comity.Store, tmp_path: Path) -> None:
    put(made.home, "disputes:onset", [row("CHN", "USA", day(1991), 1.0)], {"cow_mid": cover(1950, 2014, states="cow")})
    put(made.home, "exports_usd", [row("CHN", "USA", day(1991), 1.0), row("USA", "CHN", day(1991), 2.0)], {"oec_trade": cover(1963, 2014)})
    plan = comity.open(made.home).dyads("year", 1991, 1991, states=("CHN", "USA")).add("disputes:onset", "exports_usd")
    output.emit_panel(plan, tmp_path / "p.dta")
    with pd.read_stata(tmp_path / "p.dta", iterator=True) as reader:
        labels = reader.variable_labels()
    assert labels["exports_usd_ab"].startswith("a to b: ") and labels["exports_usd_ba"].startswith("b to a: ")
    assert "first year" in labels["disputes__onset"] and labels["ccode1"] == "Correlates of War number of a"
    assert "disputes__onset (Militarised disputes: disputes counted once" in (tmp_path / "p.methods.md").read_text()
    for step in ("lag", "difference"):
        with pytest.raises(UsageError, match="one period or more"):
            getattr(plan, step)("exports_usd", 0)


def test_rows_after_what_a_source_covers_are_left_out(home: Path) -> None:
    """A year that has only begun is in the file and not in the coverage; the year covered last is in."""
    rows = [row("CHN", "USA", day(y), 1.0) for y in (2003, 2004, 2005)]
    put(home, "disputes", rows, {"cow_mid": cover(1950, 2004, states="cow")})
    plan = comity.open(home).dyads("year", 2003, 2005, states=("CHN", "USA")).add("disputes")
    assert {r["year"]: r["disputes"] for r in plan.to_arrow().to_pylist()} == {2003: 1.0, 2004: 1.0, 2005: None}


def test_months_have_the_value_of_their_year_and_silence_only_what_was_public(made: comity.Store) -> None:
    monthly = made.dyads("month", 1993, 1993, states=("CHN", "RUS")).add("disputes").to_arrow()
    assert monthly.column("disputes").to_pylist() == [1.0] * 12
    early = made.dyads("year", 1989, 1999, states=("CHN", "USA"), as_of=dt.date(1998, 6, 30)).add("disputes").to_arrow()
    public = dict(zip(early.column("year").to_pylist(), early.column("disputes").to_pylist(), strict=True))
    assert public[1990] == 0.0 and public[1992] == 0.0 and public[1996] is None
