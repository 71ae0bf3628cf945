"""The walk-through of docs/panel.md, run as it stands."""

from __future__ import annotations

import doctest
import tomllib
from pathlib import Path
from typing import Any

import pytest

DOCS = Path(__file__).parents[1] / "docs"


def test_the_walk_through_comes_out_as_it_stands(full_home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("pyfixest", reason="the extra `models` is not installed")
    monkeypatch.setenv("COMITY_HOME", str(full_home))
    monkeypatch.chdir(tmp_path)
    text = (DOCS / "panel.md").read_text(encoding="utf-8")
    found = doctest.DocTestParser().get_doctest(text, {}, "panel.md", str(DOCS / "panel.md"), 0)
    assert len(found.examples) > 15
    said: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    runner.run(found, out=said.append)
    assert runner.failures == 0, "".join(said)


def test_the_declaration_of_the_walk_through_is_whole() -> None:
    from comity import own

    text = (DOCS / "panel.md").read_text(encoding="utf-8")
    declared = tomllib.loads(text.split("```toml\n")[1].split("```")[0])
    assert set(declared["source"]) <= own.SOURCE_KEYS and set(declared["measure"][0]) <= own.MEASURE_KEYS


def test_every_key_of_a_declaration_is_listed() -> None:
    from comity import own

    rows = [line.split("|") for line in (DOCS / "panel.md").read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    parts = [row[1].strip(" `") for row in rows]
    listed: dict[str, set[str]] = {}
    for i, row in enumerate(rows):
        part = next(p for p in reversed(parts[: i + 1]) if p)
        listed.setdefault(part, set()).update(row[2].replace("`", "").replace(" ", "").split(","))
    assert listed["[source]"] == own.SOURCE_KEYS - {"coverage"}
    assert listed["[source.coverage]"] == own.COVERAGE_KEYS and listed["[[measure]]"] == own.MEASURE_KEYS


def test_a_file_with_notes_is_read_as_contributors_are_told(tmp_path: Path) -> None:
    from comity.core import BadDataError, File
    from comity.reading import Raw

    text = (DOCS.parent / "CONTRIBUTING.md").read_text(encoding="utf-8")
    code = next(block.split("```")[0] for block in text.split("```python\n") if "DictReader" in block)
    made: dict[str, Any] = {}
    exec(code, made)
    rows = "A table of 2024\ncountry,year,value\nCHN,2019,1.5\nRUS,2020,\nNote: figures, as published, of three, bodies\n"
    (tmp_path / "x.csv").write_text(rows)
    with pytest.raises(BadDataError, match=r"cannot be read|column\(s\) country missing"):
        Raw("x", (File(name="x.csv", view="rows", columns=("country",)),), tmp_path)
    files = (File(name="x.csv", view="rows", columns=(), plain=True),)
    assert made["build"](Raw("x", files, tmp_path))["NAME"].to_pylist() == [
        {"country": "CHN", "year": 2019, "value": 1.5},
        {"country": "RUS", "year": 2020, "value": None},
    ]
    (tmp_path / "x.csv").write_text("nothing\n")
    with pytest.raises(BadDataError, match="no line begins with"):
        made["build"](Raw("x", files, tmp_path))


def test_the_way_without_make_installs_what_runs_the_tests() -> None:
    text = (DOCS.parent / "README.md").read_text(encoding="utf-8")
    before = text[: text.index("-m pytest")]
    assert "pip install -r requirements-dev.lock" in before
    assert "\npytest==" in (DOCS.parent / "requirements-dev.lock").read_text(encoding="utf-8")
