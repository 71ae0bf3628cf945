"""The usual questions: what docs/questions.md says of a fresh install is what the commands do there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from comity import cli, sources

ROOT = Path(__file__).parents[1]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "docs" / "questions.md").read_text(encoding="utf-8").splitlines() if re.match(r"\| \d+ \|", line)
]  # fmt: skip


def commands(row: list[str]) -> list[list[str]]:
    return [shlex.split(found[1])[1:] for cell in row[2:4] if (found := re.match(r"`(comity [^`]+)`", cell))]


def ended(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """The exit code and what was printed or written."""
    with pytest.raises(SystemExit) as code:
        cli.main(arguments)
    found = capsys.readouterr()
    return int(code.value.code or 0), found.out + "".join(line for line in found.err.splitlines() if line.startswith("wrote "))


def test_each_question_says_what_a_fresh_install_answers() -> None:
    assert [row[0] for row in ROWS] == [str(n) for n in range(1, 31)]
    for row in ROWS:
        assert len(row) == 6 and len(commands(row)) == 2 and re.match(r"yes|partly: without|needs", row[5]), row[0]
        named = re.findall(r"`(\w+)`", row[5])
        assert set(named) <= set(sources.names()) and bool(named) == (not row[5].startswith("yes")), row[0]


@pytest.mark.slow
@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_a_fresh_install_answers_what_it_says(
    row: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Yes: both commands end well, with something said; partly: one does at least; needs: the first has nothing."""
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    for name in ("article.txt", "article2.txt"):
        (tmp_path / name).write_text("Trade between China and Russia was 245 billion dollars in 2024.\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COMITY_HOME", str(tmp_path / "home"))
    results = [ended(arguments, capsys) for arguments in commands(row)]
    good = [code == 0 and bool(text.strip()) for code, text in results]
    if row[5].startswith("yes"):
        assert all(good), results
    elif row[5].startswith("partly"):
        assert any(good), results
    else:
        assert results[0][0] == 4, results
