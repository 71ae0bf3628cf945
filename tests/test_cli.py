"""Commands on a made store without a starter: exit codes, streams, formats and files."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from comity import ComityWarning, cli, store
from made_series import cover, day, put, row

SERIES = "a,b,start,value,n,se,source,published"
SAMPLES = Path(__file__).parent / "samples"
COMITY = [sys.executable, "-m", "comity"]
HOSTILE = ("<script>alert(1)</script>", "x" * 10_000, "'; DROP TABLE p; --", "../../etc/passwd", "\x1b[31m", "{{7*7}}", "", "✈" * 50)


@pytest.fixture
def made(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """COMITY_HOME with four made Series and nothing beneath it; the working folder is empty."""
    monkeypatch.setattr(store, "STARTER", tmp_path / "no-starter")
    put(home, "disputes", [row("CHN", "IND", day(1991), 1), row("CHN", "RUS", day(1992), 1)], {"cow_mid": cover(1990, 1993)})
    trade = [row("CHN", "RUS", day(y), y * 1e6, source="imf_dots:CHN") for y in range(2000, 2011)]
    trade += [row("CHN", "USA", day(2010), 9e9, source="imf_dots:CHN"), row("RUS", "USA", day(2010), 1e9, source="imf_dots:RUS")]
    put(home, "trade_total_usd", trade, {"imf_dots": cover(2000, 2020)})
    put(home, "exports_usd", [row("CHN", "RUS", day(2001), 5.5), row("RUS", "CHN", day(2001), 7)], {"imf_dots": cover(2000, 2020)})
    put(home, "gdp_usd", [row(s, s, day(2001), v, n=None) for s, v in (("CHN", 2.5), ("RUS", 1))], {"wdi_gdp": cover(2000, 2020)})
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return home


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as end:
        cli.main(list(arguments))
    shown = capsys.readouterr()
    return int(end.value.code or 0), shown.out, shown.err


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_csv(capsys: pytest.CaptureFixture[str], made: Path) -> None:
    code, out, err = run(capsys, "series", "disputes", "--dyad", "India", "China", "--format", "csv", "--from", "1990", "--to", "1991")
    assert (code, err) == (0, "")
    assert out.splitlines() == [SERIES, "CHN,IND,1990-01-01,0.0,0,,cow_mid," + out.splitlines()[1].rsplit(",")[-1], out.splitlines()[2]]
    assert out.splitlines()[2] == "CHN,IND,1991-01-01,1.0,,,cow_mid,1992-01-01"


def test_json(capsys: pytest.CaptureFixture[str], made: Path) -> None:
    _, out, _ = run(capsys, "series", "exports_usd", "--state", "RUS", "--format", "json")
    assert json.loads(out)[0] == {
        "a": "CHN", "b": "RUS", "start": "2001-01-01", "value": 5.5, "n": None, "se": None, "source": "imf_dots", "published": "2002-01-01"
    }  # fmt: skip
    assert [r["a"] for r in json.loads(out)] == ["CHN", "RUS"]
    assert json.loads(run(capsys, "series", "exports_usd", "--dyad", "CHN", "USA", "--format", "json")[1]) == []


def test_a_table_for_people(capsys: pytest.CaptureFixture[str], made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, plain, _ = run(capsys, "series", "gdp_usd")
    monkeypatch.setenv("NO_COLOR", "1")
    _, out, _ = run(capsys, "series", "gdp_usd")
    assert out == plain and "\x1b" not in out and out.split()[:2] == ["a", "b"] and "2001-01-01" in out


@pytest.mark.parametrize(("suffix", "start"), [("csv", b"a,b,start"), ("json", b"[{"), ("parquet", b"PAR1")])
def test_the_suffix_sets_the_format(capsys: pytest.CaptureFixture[str], made: Path, suffix: str, start: bytes) -> None:
    code, out, _ = run(capsys, "series", "gdp_usd", "--out", f"g.{suffix}")
    assert code == 0 and not out and Path(f"g.{suffix}").read_bytes().startswith(start)
    assert [p.name for p in Path().iterdir()] == [f"g.{suffix}"], "no temporary file is left"


def test_parquet(capsys: pytest.CaptureFixture[str], made: Path) -> None:
    code, _, err = run(capsys, "series", "gdp_usd", "--format", "parquet")
    assert code == 2 and "--out" in err
    run(capsys, "series", "gdp_usd", "--format", "parquet", "--out", "g")
    table = pq.read_table("g")
    assert ",".join(table.column_names) == SERIES and table.schema.field("start").type == pa.date32()
    assert run(capsys, "sources", "--out", "s.parquet")[0] == 0 and pq.read_table("s.parquet").num_rows > 20


def test_a_file_that_cannot_be_written(capsys: pytest.CaptureFixture[str], made: Path) -> None:
    code, _, err = run(capsys, "series", "gdp_usd", "--out", "no/such/folder/g.csv")
    assert code == 2 and "cannot be written" in err and err.count("\n") == 1


def test_home_stands_anywhere_and_outdoes_the_environment(capsys: pytest.CaptureFixture[str], made: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    put(other, "gdp_usd", [row("FRA", "FRA", day(2001), 3)], {"wdi_gdp": cover(2000, 2020)})
    asked = ("series", "gdp_usd", "--format", "csv")
    ways = (("--home", str(other), *asked), (*asked, "--home", str(other)), (asked[0], f"--home={other}", *asked[1:]))
    found = [run(capsys, *way) for way in ways]
    assert all(f == found[0] for f in found) and found[0][1].splitlines()[1].startswith("FRA")
    assert run(capsys, *asked)[1].splitlines()[1].startswith("CHN")


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (("series", "alliance_defence"), 4, "atop"),
        (("series", "vote_love"), 2, "measure"),
        (("rank", "alliance_defence", "--year", "2000"), 4, "atop"),
        (("show", "alliance_defence"), 4, "atop"),
        (("chart", "alliance_defence", "--dyad", "CHN", "RUS", "--out", "c.svg"), 4, "atop"),
        (("build", "cow_mid", "--from", "."), 4, "not found under"),
        (("build", "--from", "nowhere"), 2, "no such folder"),
        (("series", "disputes", "--dyad", "Rusia", "Frnace"), 2, "RUS"),
        (("series", "disputes", "--dyad", "Congo", "CHN"), 2, "COD"),
        (("series", "disputes", "--dyad", "CHN", "China"), 2, "one state"),
        (("series", "disputes", "--dyad", "CHN"), 2, "2 arguments"),
        (("series", "disputes", "--dyad", "CHN", "RUS", "--state", "CHN"), 2, "not both"),
        (("series", "disputes", "--from", "2001", "--to", "2000"), 2, "after"),
        (("series", "disputes", "--from", "soon"), 2, "--from"),
        (("series", "disputes", "--from", "99999999999999999999"), 2, "--from"),
        (("series", "disputes", "--as-of", "2024-02-30"), 2, "2024-01-03"),
        (("series", "disputes", "--format", "xml"), 2, "xml"),
        (("series", "disputes:nothing"), 2, "onset"),
        (("series", "dispute"), 2, "disputes"),
        (("series", "shared_igos", "--dyad", "SUN", "RUS", "--seat"), 4, "cow_igo"),
        (("series", "disputes", "--dyad", "SUN", "RUS", "--seat"), 2, "one seat"),
        (("profile", "DDR", "FRA", "--from", "1995"), 2, "did not exist"),
        (("profile", "CHN", "RUS", "--out", "page.pdf"), 2, ".html"),
        (("rank", "disputes"), 2, "--year"),
        (("chart", "trade_total_usd", "--dyad", "CHN", "RUS", "--out", "c.gif"), 2, ".svg"),
        (("cite", "no_such_thing"), 2, "neither"),
        (("show", "no_such_thing"), 2, "measure"),
        (("rank", "gdp_usd", "--year", "2001", "--state", "CHN"), 2, "needs a measure of dyads"),
        (("profile", "CHN", "CHN"), 2, "one state"),
        (("series",), 2, "Missing argument"),
        (("series", "disputes", "--format", "parquet"), 2, "--out"),
        (("nonsense",), 2, "nonsense"),
        ((), 2, ""),
    ],
)
def test_exit_codes(capsys: pytest.CaptureFixture[str], made: Path, arguments: tuple[str, ...], code: int, word: str) -> None:
    found, out, err = run(capsys, *arguments)
    assert found == code and word in err.replace("\n", " ") and "Traceback" not in err
    assert not out or not arguments
    assert not list(Path().iterdir()), "nothing was written"


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_are_answered(capsys: pytest.CaptureFixture[str], made: Path, text: str) -> None:
    for arguments in (
        ("series", text), ("series", "disputes", "--dyad", text, "CHN"), ("series", "disputes", "--state", text), ("profile", "CHN", text),
        ("show", text), ("cite", text), ("rank", text, "--year", "2000"), ("series", f"disputes:{text or 'x'}"), ("build", text, "--from", "."),
    ):  # fmt: skip
        code, out, err = run(capsys, *arguments)
        assert code == 2 and not out and 0 < len(err) < 1_500, arguments
    assert run(capsys, "find", text)[0] == run(capsys, "states", text)[0] == 0


def test_an_empty_selection_is_a_header_and_a_reason(capsys: pytest.CaptureFixture[str], made: Path) -> None:
    for arguments, why in (
        (("disputes", "--dyad", "CHN", "HKG"), "cow_mid (1990–1993)"),
        (("trade_total_usd", "--dyad", "SSD", "XKX"), "imf_dots (2000–2020) has no value for the pair"),
        (("disputes", "--state", "FRA"), "cow_mid covers 1990–1993"),
        (("gdp_usd", "--dyad", "CHN", "RUS", "--from", "1900", "--to", "1901"), "wdi_gdp covers 2000–2020"),
        (("gdp_usd", "--as-of", "1990-01-01"), "no rows so early; the first of 2 was published on 2002-01-01"),
    ):
        code, out, err = run(capsys, "series", *arguments, "--format", "csv")
        assert (code, out) == (0, SERIES + "\n") and why in err
    assert run(capsys, "-q", "series", "disputes", "--state", "FRA", "--format", "csv")[2] == ""


@pytest.mark.parametrize("arguments", [("--from", "9999"), ("--to", "1"), ("--as-of", "9999-12-31"), ("--as-of", "0001-01-01")])
def test_years_and_days_at_the_ends_of_time(capsys: pytest.CaptureFixture[str], made: Path, arguments: tuple[str, str]) -> None:
    for dyad in ((), ("--dyad", "CHN", "RUS"), ("--dyad", "CHN", "RUS", "--seat")):
        code, out, err = run(capsys, "series", "disputes", *dyad, *arguments, "--format", "csv")
        assert code == 0 and out.startswith(SERIES) and "Traceback" not in err


def test_shareable_leaves_out_what_may_not_be_passed_on(capsys: pytest.CaptureFixture[str], made: Path) -> None:
    put(made, "arms_transfers_tiv", [row("RUS", "CHN", day(1992), 7)], {"sipri_arms": cover(1990, 1995)})
    asked = ("series", "arms_transfers_tiv", "--from", "1992", "--format", "csv")
    assert [r["value"] for r in rows(run(capsys, *asked)[1])] == ["7.0"]
    _, out, err = run(capsys, *asked, "--shareable")
    assert out == SERIES + "\n" and "1 rows held back: sipri_arms" in err
    panel = ("panel", "arms_transfers_tiv", "disputes", "--from", "1992", "--to", "1992", "--states", "CHN,RUS", "--out", "p.csv")
    assert "for your own use, the terms of sipri_arms" in run(capsys, *panel)[2]
    assert "arms_transfers_tiv_ba" in Path("p.csv").read_text()
    assert "left out, the terms of sipri_arms" in run(capsys, *panel, "--shareable")[2]
    assert "arms" not in (header := Path("p.csv").read_text().splitlines()[0]) and "disputes" in header
    Path("p.csv").unlink()
    code, _, err = run(capsys, *(w for w in panel if w != "disputes"), "--shareable")
    assert code == 4 and "no measure is left that may be passed on" in err and not Path("p.csv").exists()


def test_a_panel_tells_what_it_lacks(capsys: pytest.CaptureFixture[str], made: Path) -> None:
    """A measure that is not held ends with 4 and no file; one that is held and says nothing of these rows with 0 and its coverage."""
    asked = ("panel", "disputes", "--from", "2005", "--to", "2006", "--states", "CHN,RUS", "--out", "p.csv")
    for more in (("trade_share",), ("--lag", "trade_share=1")):
        code, _, err = run(capsys, *asked, *more)
        assert code == 4 and "trade_share: not held; source" in err and "imf_dots" in err and not Path("p.csv").exists()
    with warnings.catch_warnings():
        warnings.simplefilter("always", ComityWarning)
        code, _, err = run(capsys, *asked)
    assert code == 0 and "disputes is empty: no row of the panel has a value of it; cow_mid covers 1990–1993" in err
    assert [r["disputes"] for r in rows(Path("p.csv").read_text())] == ["", ""]


def test_nothing_to_draw(capsys: pytest.CaptureFixture[str], made: Path) -> None:
    code, out, err = run(capsys, "chart", "trade_total_usd", "--dyad", "SSD", "XKX", "--out", "c.svg")
    assert code == 0 and not out and "c.svg was not written" in err and not Path("c.svg").exists()


def test_rank(capsys: pytest.CaptureFixture[str], made: Path) -> None:
    pairs = rows(run(capsys, "rank", "trade_total_usd", "--year", "2010", "--format", "csv")[1])
    assert [(r["a"], r["b"], r["rank"], r["of"]) for r in pairs] == [("CHN", "USA", "1", "3"), ("CHN", "RUS", "2", "3"), ("RUS", "USA", "3", "3")]
    partners = rows(run(capsys, "rank", "trade_total_usd", "--year", "2010", "--state", "Russia", "--top", "1", "--format", "csv")[1])
    assert [(r["state"], r["rank"], r["of"]) for r in partners] == [("CHN", "1", "2")]
    assert [r["state"] for r in rows(run(capsys, "rank", "gdp_usd", "--year", "2001", "--format", "csv")[1])] == ["CHN", "RUS"]
    ties = rows(run(capsys, "rank", "disputes", "--year", "1991", "--format", "csv")[1])
    assert [r["rank"] for r in ties] == ["1"]


def test_a_rank_is_within_its_source_and_of_what_was_public(capsys: pytest.CaptureFixture[str], made: Path) -> None:
    found = [row("CHN", "RUS", day(2010), 1), row("CHN", "USA", day(2010), 2, published=day(2012)), row("RUS", "USA", day(2010), 9, source="another")]
    put(made, "shared_igos", found, {"cow_igo": cover(2010, 2010)})
    asked = ("rank", "shared_igos", "--year", "2010", "--format", "csv")
    ranked = [(r["a"], r["b"], r["rank"], r["of"]) for r in rows(run(capsys, *asked)[1])]
    assert ranked == [("CHN", "USA", "1", "2"), ("CHN", "RUS", "2", "2"), ("RUS", "USA", "1", "1")]
    early = [(r["a"], r["b"], r["rank"], r["of"]) for r in rows(run(capsys, *asked, "--as-of", "2011-12-31")[1])]
    assert early == [("RUS", "USA", "1", "1"), ("CHN", "RUS", "1", "1")]


def test_a_ranking_says_where_a_states_own_report_puts_another_first(capsys: pytest.CaptureFixture[str], made: Path) -> None:
    for flow in ("exports_usd", "imports_usd"):
        found = [row("RUS", "CHN", day(2010), 1e6), row("RUS", "USA", day(2010), 3e6), row("RUS", "DEU", day(2010), 9e6, source="imf_dots:mirror")]
        put(made, flow, [*found, row("RUS", "USA", day(2011), 1e6), row("RUS", "CHN", day(2011), 9e6)], {"imf_dots": cover(2010, 2011)})
    total = [row("CHN", "RUS", day(y), 9e6, source="imf_dots:CHN") for y in (2010, 2011)]
    total += [row("RUS", "USA", day(y), 4e6, source="imf_dots:USA") for y in (2010, 2011)]
    put(made, "trade_total_usd", total, {"imf_dots": cover(2010, 2011)})
    asked = ("rank", "trade_total_usd", "--state", "RUS", "--format", "csv", "--year")
    code, out, err = run(capsys, *asked, "2010")
    assert code == 0 and [r["state"] for r in rows(out)] == ["CHN", "USA"]
    assert "by Russia’s own report the first partner of 2010 is another (United States $6\xa0m, China $2\xa0m)" in err
    for quiet in ((*asked, "2011"), ("rank", "trade_total_usd", "--year", "2010", "--format", "csv")):
        assert "own report" not in run(capsys, *quiet)[2]


@pytest.mark.parametrize(
    ("arguments", "header"),
    [
        (("trade_total_usd",), "a,b,value,rank,of,source,n,se"),
        (("gdp_usd",), "state,value,rank,of,source,n,se"),
        (("trade_total_usd", "--state", "CHN"), "state,value,rank,of,source,n,se"),
    ],
)
def test_a_rank_of_nothing_is_a_header(capsys: pytest.CaptureFixture[str], made: Path, arguments: tuple[str, ...], header: str) -> None:
    assert run(capsys, "rank", *arguments, "--year", "1700", "--format", "csv")[:2] == (0, header + "\n")


def test_profile_formats(capsys: pytest.CaptureFixture[str], made: Path) -> None:
    code, out, err = run(capsys, "profile", "Russia", "China")
    assert code == 0 and not out and "wrote RUS-CHN.html" in err and Path("RUS-CHN.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert json.loads(run(capsys, "profile", "CHN", "RUS", "--format", "json")[1])["a"] == "CHN"
    assert run(capsys, "profile", "CHN", "RUS", "--format", "text")[1].startswith("China")
    assert run(capsys, "profile", "CHN", "RUS", "--out", "-")[1].startswith("<!doctype html>")
    for name, start in (("p.html", "<!doctype"), ("p.json", "{"), ("p.txt", "China")):
        assert run(capsys, "profile", "CHN", "RUS", "--out", name)[0] == 0 and Path(name).read_text(encoding="utf-8").startswith(start)
    assert run(capsys, "profile", "CHN", "RUS", "--format", "json", "--out", "p.any")[0] == 0
    assert json.loads(Path("p.any").read_text(encoding="utf-8"))["b"] == "RUS"


def test_a_profile_without_data_says_so(capsys: pytest.CaptureFixture[str], made: Path) -> None:
    body = json.loads(run(capsys, "profile", "TUV", "NRU", "--format", "json")[1])
    assert all(s["reason"] for s in body["sections"] if s["domain"] in ("politics", "people")) and "comity build" in body["adds"]
    assert set(body["newest"].values()) <= {None, 1993}


def test_catalogues_of_what_is_held(capsys: pytest.CaptureFixture[str], made: Path) -> None:
    measures = {m["name"]: m for m in json.loads(run(capsys, "measures", "--format", "json")[1])}
    assert (measures["disputes"]["first"], measures["disputes"]["rows"], measures["disputes"]["layer"]) == ("1991-01-01", 2, "store")
    assert (measures["alliance_defence"]["rows"], measures["alliance_defence"]["layer"]) == (0, None)
    sources = {s["name"]: s for s in json.loads(run(capsys, "sources", "--format", "json")[1])}
    assert (sources["cow_mid"]["first"], sources["cow_mid"]["last"]) == (1990, 1993) and sources["atop"]["layer"] is None
    assert {s["name"] for s in json.loads(run(capsys, "status", "--format", "json")[1])} == {"disputes", "trade_total_usd", "exports_usd", "gdp_usd"}
    assert rows(run(capsys, "states", "Yemen", "--format", "csv")[1])[0].keys() == {"code", "name", "from", "to", "cow", "gw", "seat", "status"}
    assert rows(run(capsys, "find", "militarised disputes", "--format", "csv")[1])[0]["name"].startswith("disputes")
    assert run(capsys, "find", "zzzzzz", "--format", "csv")[1].count("\n") == 1
    assert json.loads(run(capsys, "states", "zzzzzz", "--format", "json")[1]) == []


def test_what_an_older_version_built_is_no_hindrance(capsys: pytest.CaptureFixture[str], made: Path) -> None:
    put(made, "disputes:gone", [row("CHN", "IND", day(1991), 1)], {"cow_mid": cover(1990, 1993)})
    put(made, "gone", [row("CHN", "IND", day(1991), 1)], {"cow_mid": cover(1990, 1993)})
    for arguments in (("coverage",), ("coverage", "--dyad", "CHN", "IND"), ("measures",), ("sources",), ("status",), ("profile", "CHN", "IND")):
        assert run(capsys, *arguments)[0] == 0, arguments
    assert run(capsys, "series", "disputes:gone")[0] == run(capsys, "series", "gone")[0] == 2


@pytest.mark.filterwarnings("ignore:.*another edition:comity.core.ComityWarning")
def test_build_show_verify(capsys: pytest.CaptureFixture[str], home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A build from the samples, its chain of provenance, and verify before and after a file is damaged."""
    monkeypatch.setattr(store, "STARTER", tmp_path / "no-starter")
    code, out, err = run(capsys, "build", "disputes", "--from", str(SAMPLES))
    assert (code, out) == (0, "") and "built 3, fresh 0" in err
    chain: dict[str, Any] = json.loads(run(capsys, "show", "disputes", "--format", "json")[1])
    assert {"name", "kind", "inputs", "licence", "citation", "file", "sha256"} <= set(chain)
    (table,) = chain["inputs"]
    assert table["kind"] == "table" and table["inputs"][0]["file"] == "cow_mid_directed_dyad_year_disputes.parquet" and table["citation"]
    assert "file cow_mid_directed" in run(capsys, "show", "cow_mid")[1]
    assert json.loads(run(capsys, "verify", "--format", "json")[1]) == {"checked": 3, "bad": []}
    store.artefact_path(home, "series", "disputes").write_bytes(b"PAR1")
    code, out, _ = run(capsys, "verify")
    assert code == 1 and "disputes" in out
    code, _, err = run(capsys, "series", "disputes")
    assert code == 3 and "comity build" in err and "Traceback" not in err


@pytest.mark.filterwarnings("ignore:.*another edition:comity.core.ComityWarning")
def test_bad_data_is_exit_3(capsys: pytest.CaptureFixture[str], home: Path, tmp_path: Path) -> None:
    (tmp_path / "cow_mid_directed_dyad_year_disputes.parquet").write_bytes(b"not a table")
    code, out, err = run(capsys, "build", "cow_mid", "--from", str(tmp_path))
    assert code == 3 and not out and "cow_mid_directed_dyad_year_disputes.parquet" in err


def test_citations(capsys: pytest.CaptureFixture[str], made: Path) -> None:
    text = run(capsys, "cite", "disputes", "wdi_gdp")[1]
    assert text.count("\n") == 3 and text.splitlines()[-1].startswith("comity ")
    bib = run(capsys, "cite", "disputes", "cow_mid", "--format", "bib")[1]
    assert bib.count("@") == 2 and bib.count("{") == bib.count("}")


def test_as_a_module_in_its_own_process(made: Path, tmp_path: Path) -> None:
    def python(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*COMITY, *arguments], capture_output=True, text=True, check=False, env=os.environ | more)

    done = python("series", "gdp_usd", "--format", "csv", PYTHONIOENCODING="utf-8")
    assert done.returncode == 0 and done.stdout.splitlines()[:2] == [SERIES, "CHN,CHN,2001-01-01,2.5,,,wdi_gdp,2002-01-01"] and not done.stderr
    done = python("series", "disputes", "--dyad", "Rusia", "CHN")
    assert done.returncode == 2 and "Russia" in done.stderr and not done.stdout
    assert python("--version").stdout.startswith("comity ")


def test_a_reader_who_leaves_is_no_error(made: Path) -> None:
    days = [day(y, m, d) for y in range(1000, 1900) for m in (1, 6) for d in range(1, 20)]
    put(made, "brent_usd", [row("WLD", "WLD", d, d.year) for d in days], {"brent_fred": cover(1000, 1900)})
    command = f"{sys.executable} -m comity series brent_usd --format csv | head -1"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, SERIES + "\n", "")


def test_a_series_under_another_name_is_no_answer(capsys: pytest.CaptureFixture[str], made: Path) -> None:
    """A file put in another's place is found at once, by the reader and by verify."""
    (made / "series" / "gdp_usd.parquet").write_bytes((made / "series" / "disputes.parquet").read_bytes())
    code, out, err = run(capsys, "series", "gdp_usd", "--format", "csv")
    assert code != 0 and not out and "it holds disputes" in err
    code, out, _ = run(capsys, "verify", "--format", "json")
    assert code == 1 and any("gdp_usd" in line for line in json.loads(out)["bad"])


def test_a_folder_is_no_file_to_write(capsys: pytest.CaptureFixture[str], made: Path) -> None:
    code, _, err = run(capsys, "series", "disputes", "--format", "csv", "--out", ".")
    assert code == 2 and "a folder" in err


def test_rows_of_unknown_publication_are_not_said_to_be_missing(capsys: pytest.CaptureFixture[str], made: Path) -> None:
    put(made, "gdp_usd", [row("CHN", "CHN", day(2001), 1.0, published=None)], {"wdi_gdp": cover(2000, 2020)})
    put(made, "exports_usd", [row("CHN", "RUS", day(y), 5.5, published=None) for y in (2001, 2002)], {"imf_dots": cover(2000, 2020)})
    code, _, err = run(capsys, "series", "exports_usd", "--dyad", "CHN", "RUS", "--as-of", "2010-01-01", "--format", "csv")
    assert code == 0 and "exports_usd: 2 rows of unknown publication day left out" in err
    assert "exports_usd: no rows; on which day any of its 2 rows was first public is unknown" in err and "has no value" not in err
    _, _, err = run(capsys, "series", "gdp_usd", "--state", "CHN", "--as-of", "2010-01-01", "--format", "csv")
    assert "gdp_usd: no rows; on which day its one row was first public is unknown" in err


def test_a_declared_file_that_is_not_there_ends_with_its_name(capsys: pytest.CaptureFixture[str], made: Path, tmp_path: Path) -> None:
    keys = {"name": "exch", "title": "E", "licence": "mine", "citation": "Me", "file": "nope.csv", "year": "year"}
    measure = {"name": "fees", "title": "F", "unit": "per cent", "domain": "money", "kind": "exchange", "because": "paid"}
    parts = [f'{k} = "{v}"' for k, v in keys.items()], [f'{k} = "{v}"' for k, v in measure.items()]
    (tmp_path / "exch.toml").write_text("\n".join(["[source]", *parts[0], 'states = ["x", "y"]', "[[measure]]", *parts[1]]))
    code, out, err = run(capsys, "add", str(tmp_path / "exch.toml"))
    assert (code, out) == (2, "") and f"exch.toml: file nope.csv not found in {tmp_path}" in err and "Traceback" not in err
