"""The generated pages are current, and every held file is read or listed with the reason why not."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path

import pytest

from comity import docs, measures, sources

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("page", sorted(docs.pages()))
def test_pages_are_current(page: str) -> None:
    assert (ROOT / "docs" / page).read_text(encoding="utf-8") == docs.pages()[page], "run `make docs`"


def test_every_held_file_is_read_or_listed(shared_data: Path) -> None:
    read = {Path(f.name).name for n in sources.names() for f in sources.get(n).files}
    listed = [pattern.strip() for names in docs.UNUSED for pattern in names.split(",")]
    files = [p for p in shared_data.rglob("*") if p.is_file() and p.name != "README.md"]
    assert files
    assert not [p.name for p in files if p.name not in read and not any(fnmatch(p.name, pattern) for pattern in listed)]


def test_every_source_is_read_by_a_measure() -> None:
    from comity import build

    behind = {s for m in measures.load() for s in build.sources_of(m)}
    assert set(sources.packaged()) <= behind


def test_every_public_function_says_what_is_true_first() -> None:
    assert not [m.name for m in measures.load().values() if not m.doc or not m.doc.split("\n")[0].rstrip().endswith((".", ":"))]
