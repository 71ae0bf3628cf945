"""The walk-through of docs/panel.md, run as it stands."""

from __future__ import annotations

import doctest
import tomllib
from pathlib import Path

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
