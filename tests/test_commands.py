"""The commands by their contract: columns, formats, exit codes, and answers to bad input."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from comity import cli, store

SERIES = ["a", "b", "start", "value", "n", "se", "source", "published"]
HAS_STARTER = bool(list((store.STARTER / "series").glob("*.parquet")))
needs_starter = pytest.mark.skipif(not HAS_STARTER, reason="the starter is not built")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as end:
        cli.main(list(arguments))
    out = capsys.readouterr()
    return int(end.value.code or 0), out.out, out.err


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--version")
    assert code == 0 and out.startswith("comity 0.")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("series", "vote_agreement", "--dyad", "Chnia", "RUS"), "China"),
        (("series", "vote_agreement", "--dyad", "CHN", "China"), "one state"),
        (("series", "vote_agreemnt"), "vote_agreement"),
        (("series", "vote_agreement:zz"), "no variant"),
        (("series", "vote_agreement", "--from", "2010", "--to", "2000"), "after"),
        (("series", "vote_agreement", "--as-of", "yesterday"), "no date"),
        (("profile", "CHN", "CHN"), "one state"),
        (("profile", "SUN", "USA", "--from", "1995"), "did not exist"),
        (("profile", "CHN", "x" * 10_000), "no state"),
        (("profile", "CHN", "<script>alert(1)</script>"), "no state"),
        (("chart", "trade_total_usd", "--dyad", "CHN", "RUS", "--out", "x.gif"), ".svg"),
        (("build", "--from", "/nowhere/at/all"), "no such folder"),
        (("rank", "gdp_usd", "--year", "2010", "--state", "CHN"), "needs a measure of dyads"),
        (("cite", "nothing_of_the_kind"), "neither"),
        (("series",), "Missing argument"),
    ],
)
def test_bad_input_is_exit_2_with_a_word(capsys: pytest.CaptureFixture[str], home: Path, arguments: tuple[str, ...], words: str) -> None:
    if arguments[0] in ("profile", "chart", "rank", "series") and not HAS_STARTER and "no " not in words:
        pytest.skip("the starter is not built")
    code, out, err = run(capsys, *arguments)
    assert code == 2 and words.casefold() in err.casefold().replace("\n", " ") and not out
    assert len(err) < 2_000 and "Traceback" not in err


def test_not_held_is_exit_4_and_names_the_source(
    capsys: pytest.CaptureFixture[str], home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(store, "STARTER", tmp_path)
    code, _, err = run(capsys, "series", "disputes")
    assert code == 4 and "cow_mid" in err


@needs_starter
def test_series_csv(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    code, out, _ = run(capsys, "series", "trade_total_usd", "--dyad", "RUS", "CHN", "--format", "csv", "--from", "2010", "--to", "2014")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert code == 0 and list(rows[0]) == SERIES and [r["start"] for r in rows] == [f"{y}-01-01" for y in range(2010, 2015)]
    assert rows[0]["se"] == "" and rows[0]["a"] == "CHN"


@needs_starter
def test_series_json(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    _, out, _ = run(capsys, "series", "gdp_usd", "--state", "FRA", "--format", "json")
    rows = json.loads(out)
    assert list(rows[0]) == SERIES and rows[0]["se"] is None


@needs_starter
def test_home_before_or_after_the_command(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    first = run(capsys, "--home", str(tmp_path), "series", "distance_km", "--dyad", "CHN", "RUS", "--format", "csv")
    second = run(capsys, "series", "distance_km", "--dyad", "CHN", "RUS", "--format", "csv", f"--home={tmp_path}")
    assert first == second and first[0] == 0


@needs_starter
def test_empty_selection_is_header_only_and_says_what_covers_it(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    code, out, err = run(capsys, "series", "vote_agreement", "--dyad", "SSD", "XKX", "--format", "csv")
    assert code == 0 and out == ",".join(SERIES) + "\n" and "1946" in err


@needs_starter
def test_parquet_needs_a_file(capsys: pytest.CaptureFixture[str], home: Path, tmp_path: Path) -> None:
    assert run(capsys, "series", "distance_km", "--format", "parquet")[0] == 2
    out = tmp_path / "d.parquet"
    assert run(capsys, "series", "distance_km", "--out", str(out))[0] == 0
    import pyarrow.parquet as pq

    assert pq.read_table(out).column_names == SERIES


@needs_starter
def test_profile_writes_where_it_says(capsys: pytest.CaptureFixture[str], home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = run(capsys, "profile", "TUV", "NRU")
    assert code == 0 and not out and "TUV-NRU.html" in err
    page = (tmp_path / "TUV-NRU.html").read_text(encoding="utf-8")
    assert "<script" not in page and len(page.encode()) < 1_500_000 and 'src="http' not in page
    code, out, _ = run(capsys, "profile", "TUV", "NRU", "--format", "json")
    body = json.loads(out)
    assert {"a", "b", "as_of", "version", "lead", "sections", "newest", "position", "initiatives", "forecasts", "sources", "cite"} <= set(body)
    one = next(m for s in body["sections"] for m in s["measures"] if m["series"])
    assert {"name", "title", "unit", "kind", "series", "comparisons", "seams", "missing"} <= set(one)
    assert {"start", "value", "n", "se", "source", "rank_a", "of_a", "rank_b", "of_b"} <= set(one["series"][0])
    assert run(capsys, "profile", "TUV", "NRU", "--out", "-", "--format", "text")[1].startswith("Tuvalu")
    assert run(capsys, "profile", "TUV", "NRU", "--out", "p.json")[0] == 0 and json.loads((tmp_path / "p.json").read_text())


@needs_starter
def test_catalogues(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    measures = json.loads(run(capsys, "measures", "--format", "json")[1])
    assert set(measures[0]) == {
            "name",
            "title",
            "variants",
            "unit",
            "period",
            "of",
            "symmetric",
            "bounds",
            "absent",
            "domain",
            "kind",
            "because",
            "reference",
            "sources",
            "first",
            "last",
            "rows",
            "layer",
        }
    sources = json.loads(run(capsys, "sources", "--format", "json")[1])
    assert set(sources[0]) == {"name", "title", "publisher", "licence", "share", "citation", "first", "last", "tables", "fetch", "published", "layer"}
    states = list(csv.DictReader(io.StringIO(run(capsys, "states", "yemen", "--format", "csv")[1])))
    assert list(states[0]) == ["code", "name", "from", "to", "cow", "gw", "seat", "status"] and {"YEM", "YAR", "YMD"} <= {r["code"] for r in states}
    status = json.loads(run(capsys, "status", "--format", "json")[1])
    assert {"name", "kind", "layer", "built", "stale", "why", "rows", "bytes"} == set(status[0])
    shown = json.loads(run(capsys, "show", "trade_total_usd", "--format", "json")[1])
    assert {"name", "kind", "inputs", "licence", "citation", "file", "sha256"} <= set(shown)
    assert json.loads(run(capsys, "verify", "--format", "json")[1]) == {"checked": len(status), "bad": []}
    assert "vote_agreement" in run(capsys, "find", "votes assembly", "--format", "csv")[1]
    assert "@software{comity" in run(capsys, "cite", "gdp_usd", "--format", "bib")[1]


@needs_starter
def test_rank(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    rows = list(
        csv.DictReader(io.StringIO(run(capsys, "rank", "trade_total_usd", "--year", "2015", "--state", "RUS", "--top", "3", "--format", "csv")[1]))
    )
    assert list(rows[0]) == ["state", "value", "rank", "of", "source"] and [r["rank"] for r in rows] == ["1", "2", "3"]
    values = [float(r["value"]) for r in rows]
    assert values == sorted(values, reverse=True)


@needs_starter
@pytest.mark.parametrize("suffix", ["svg", "png", "json"])
def test_chart(capsys: pytest.CaptureFixture[str], home: Path, tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"c.{suffix}"
    assert run(capsys, "chart", "trade_total_usd", "--dyad", "CHN", "RUS", "--out", str(out))[0] == 0
    start = out.read_bytes()[:200]
    assert {"svg": b"<svg" in start, "png": start.startswith(b"\x89PNG"), "json": start.startswith(b"{")}[suffix]


@needs_starter
def test_a_closed_pipe_is_quiet(tmp_path: Path) -> None:
    command = f"{sys.executable} -m comity --home {tmp_path} series exports_usd --format csv | head -2"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False)
    assert done.stdout.startswith("a,b,start") and "Traceback" not in done.stderr and "BrokenPipe" not in done.stderr
