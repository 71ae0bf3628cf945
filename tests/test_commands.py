"""The commands on the starter alone: what the contract says of catalogues, pages and charts."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from comity import cli, extras, output, store

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
    assert {"name", "kind", "layer", "built", "stale", "why", "rows", "bytes", "vintages", "checked"} == set(status[0])
    shown = json.loads(run(capsys, "show", "trade_total_usd", "--format", "json")[1])
    assert {"name", "kind", "inputs", "licence", "citation", "file", "sha256"} <= set(shown)
    assert json.loads(run(capsys, "verify", "--format", "json")[1]) == {"checked": len(status), "bad": []}
    assert "vote_agreement" in run(capsys, "find", "votes assembly", "--format", "csv")[1]
    assert "@misc{comity" in run(capsys, "cite", "gdp_usd", "--format", "bib")[1]


@needs_starter
@pytest.mark.parametrize("suffix", ["svg", "png", "json"])
def test_chart(capsys: pytest.CaptureFixture[str], home: Path, tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"c.{suffix}"
    assert run(capsys, "chart", "trade_total_usd", "--dyad", "CHN", "RUS", "--out", str(out))[0] == 0
    start = out.read_bytes()[:200]
    assert {"svg": b"<svg" in start, "png": start.startswith(b"\x89PNG"), "json": start.startswith(b"{")}[suffix]


def test_a_pipe_is_written_to_and_never_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    output.write_bytes(b"a,b\n", pipe)
    assert os.read(reader, 10) == b"a,b\n" and pipe.is_fifo()
    os.close(reader)


def test_a_package_that_an_extra_brings_is_named_where_it_lacks(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def lacking(**_: object) -> None:
        raise ModuleNotFoundError("No module named 'scipy'", name="scipy.stats")

    monkeypatch.setattr(cli, "app", lacking)
    with pytest.raises(SystemExit) as ended:
        cli.main(["forecast"])
    assert ended.value.code == 2 and "pip install 'comity[models]'" in capsys.readouterr().err
    held = tomllib.loads(Path(cli.__file__).parents[2].joinpath("pyproject.toml").read_text())["project"]["optional-dependencies"]
    packages = {"scikit-learn": "sklearn", "python-docx": "docx"}
    declared = {packages.get(n := r.partition(">")[0], n) for extra in ("models", "text", "plan", "map", "spark", "web") for r in held[extra]}
    assert declared == set(extras.EXTRAS)
    listed = {extra: {packages.get(n := r.partition(">")[0], n) for r in held[extra]} for extra in set(extras.EXTRAS.values())}
    assert not [package for package, extra in extras.EXTRAS.items() if package not in listed[extra]]


@pytest.mark.parametrize("pair", [("CHN", "RUS"), ("TUV", "NRU"), ("DEU", "FRA")])
def test_a_page_needs_no_extra(pair: tuple[str, str], tmp_path: Path) -> None:
    """The plain installation of the README: none of the packages that extras bring can be imported."""
    script = f"import sys\nfor name in {sorted(extras.EXTRAS)}:\n    sys.modules[name] = None\nfrom comity import cli\ncli.main(sys.argv[1:])\n"
    out = tmp_path / "page.html"
    done = subprocess.run(
        [sys.executable, "-c", script, "--home", str(tmp_path / "home"), "profile", *pair, "--out", str(out)], capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-800:]
    assert out.stat().st_size > 100_000
