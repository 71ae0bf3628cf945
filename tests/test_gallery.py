"""The gallery: each notebook runs from its first cell to its last on the packaged Series and comes to a finding."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

GALLERY = sorted((Path(__file__).parents[1] / "gallery").glob("*.py"))


def test_there_are_five_pairs() -> None:
    assert len(GALLERY) >= 5


@pytest.mark.filterwarnings("ignore::comity.core.ComityWarning")
@pytest.mark.parametrize("path", GALLERY, ids=lambda p: p.stem)
def test_a_notebook_runs_and_comes_to_a_finding(path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("marimo", reason="marimo is not installed")
    pytest.importorskip("scipy", reason="the extra `models` is not installed")
    monkeypatch.setenv("COMITY_HOME", str(home))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    _, made = module.app.run()
    assert any(c.isdigit() for c in made["finding"]) and "nan" not in made["finding"]
