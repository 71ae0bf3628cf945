"""The generated pages are current, and what they print of each measure is a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from comity import docs, measures

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("page", sorted(docs.pages()))
def test_pages_are_current(page: str) -> None:
    assert (ROOT / "docs" / page).read_text(encoding="utf-8") == docs.pages()[page], "run `make docs`"


def test_the_page_of_commands_is_current() -> None:
    from comity import manual

    assert (ROOT / "docs" / "commands.md").read_text(encoding="utf-8") == manual.commands_page(), "run `make docs`"


def test_what_is_said_of_a_measure_begins_with_a_whole_sentence() -> None:
    assert not [m.name for m in measures.load().values() if not m.doc or not m.doc.split("\n")[0].rstrip().endswith((".", ":"))]
