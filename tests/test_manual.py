"""The manual does what it says: every command, module and file in a block of code of a page is run, in order, as a reader would."""

from __future__ import annotations

import doctest
import importlib.util
import io
import json
import re
import shlex
import sys
import tomllib
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from comity import cli, own
from comity.core import ComityWarning

ROOT = Path(__file__).parents[1]
GENERATED = {"measures.md", "sources.md", "commands.md"}
PAGES = sorted(p for p in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")] if p.name not in GENERATED)
MARK = re.compile(r"<!-- (file|store|exit|not run): (.+?) -->")
DATA = {"toml", "csv", "text", "html", "json", "yaml", "r", "ini", "xml", "sh"}
PLACE = re.compile(r"…|\b(NAME|FILE|DIR|HOME|TABLE)\b")
"""What stands for something of the reader's own: such a line is not run."""


@dataclass(frozen=True)
class Block:
    """One fenced block: its language, what the comment above it says, its lines and the number of the first."""

    language: str
    mark: str
    said: str
    text: str
    line: int


def blocks(path: Path) -> Iterator[Block]:
    """The blocks of a page; a block without a language or a fence that does not end fails."""
    lines = path.read_text(encoding="utf-8").splitlines()
    i = 0
    while i < len(lines):
        if lines[i].startswith("```"):
            language = lines[i][3:].strip()
            end = next((j for j in range(i + 1, len(lines)) if lines[j].startswith("```")), None)
            assert end is not None, f"{path.name}:{i + 1}: the block does not end"
            assert language, f"{path.name}:{i + 1}: a block without a language"
            mark = MARK.fullmatch(lines[i - 1].strip()) if i else None
            yield Block(language, mark[1] if mark else "", mark[2] if mark else "", "\n".join(lines[i + 1 : end]), i + 1)
            i = end
        i += 1


def _commands(block: Block) -> Iterator[tuple[str, str]]:
    """Each command of a console with what it is shown to print, "" where nothing is shown."""
    command, shown = "", []
    for line in block.text.splitlines():
        if line.startswith("$ "):
            if command:
                yield command, "\n".join(shown)
            command, shown = line[2:], []
        else:
            shown.append(line)
    if command:
        yield command, "\n".join(shown)


def _words(command: str) -> list[str]:
    return shlex.split(command.split("   #")[0].split("  #")[0], comments=True)


def _run(words: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> tuple[int, str, str]:
    if "<" in words:
        cut = words.index("<")
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(Path(words[cut + 1]).read_bytes())))
        words = words[:cut]
    target = None
    if ">" in words:
        target = Path(words[words.index(">") + 1])
        words = words[: words.index(">")]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ComityWarning)
        with pytest.raises(SystemExit) as end:
            cli.main(words)
    out, err = capsys.readouterr()
    if target is not None:
        target.write_text(out)
    return int(end.value.code or 0), out, err


def _whole(path: Path) -> bool:
    return any(b.mark == "store" and b.said == "full" for b in blocks(path)) or path.name == "panel.md"


def _follow(path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, full: Path | None) -> int:
    """Run a page from its first block to its last; the number of commands run."""
    ran = 0
    names: dict[str, object] = {}
    for block in blocks(path):
        if block.mark == "file":
            Path(block.said).write_text(block.text + "\n", encoding="utf-8")
    for block in blocks(path):
        where = f"{path.name}:{block.line}"
        if block.mark == "not run":
            continue
        if block.language == "console":
            if block.mark == "store":
                assert full is not None
                monkeypatch.setenv("COMITY_HOME", str(full))
            for command, shown in _commands(block):
                words = _words(command)
                if words[0] != "comity" or PLACE.search(command):
                    _exists(words, where)
                    continue
                if words[1] == "serve":  # does not end by itself; tests/test_browser.py runs it
                    words = [*words, "--help"]
                code, out, err = _run(words[1:], capsys, monkeypatch)
                expected = 1 if "# exit 1" in command else 0
                assert code == expected, f"{where}: {command}: exit {code}\n{err[-600:]}"
                if shown.strip():
                    same = doctest.OutputChecker().check_output(shown + "\n", out, doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
                    assert same, f"{where}: {command} printed\n{out[:3000]}"
                ran += 1
        elif block.language == "python":
            if ">>>" in block.text:
                continue  # panel.md, which test_docs.py runs as a whole
            compile(block.text, where, "exec")
            if path.name != "CONTRIBUTING.md":
                exec(compile(block.text, where, "exec"), names)
                capsys.readouterr()
                ran += 1
        elif block.language == "toml":
            tomllib.loads(block.text)
        elif block.language == "json":
            json.loads(block.text)
        else:
            assert block.language in DATA, f"{where}: a block of {block.language} that no test runs"
    return ran


def _exists(words: list[str], where: str) -> None:
    """A command that is not comity's: its make target or its module is there."""
    if words[0] == "make":
        assert re.search(rf"^{re.escape(words[1])}:", (ROOT / "Makefile").read_text(), re.M), f"{where}: no make target {words[1]}"
    if "-m" in words and words[words.index("-m") + 1].startswith(("bench", "comity")):
        assert importlib.util.find_spec(words[words.index("-m") + 1]) is not None, f"{where}: no module {words[words.index('-m') + 1]}"


LONG = {"README.md", "forecasts.md", "how-to-forecast.md"}
"""Pages whose commands take a minute or more: back tests and forty commands over a full store."""


def _pages(whole: bool) -> list[Any]:
    return [pytest.param(p, id=p.name, marks=[pytest.mark.slow] if p.name in LONG else []) for p in PAGES if _whole(p) == whole]


@pytest.mark.parametrize("path", _pages(whole=False))
def test_a_page_does_what_it_says(
    path: Path, home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:  # fmt: skip
    for needed in ("scipy", "holidays", "pycountry"):
        pytest.importorskip(needed, reason="the extras are not installed")
    monkeypatch.setenv("COMITY_HOME", str(home))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    _follow(path, capsys, monkeypatch, None)
    own.mount(tmp_path / "nowhere")


@pytest.mark.parametrize("path", _pages(whole=True))
def test_a_page_of_the_full_store_does_what_it_says(
    path: Path, full_home: Path, home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:  # fmt: skip
    monkeypatch.setenv("COMITY_HOME", str(full_home if path.name == "panel.md" else home))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    _follow(path, capsys, monkeypatch, full_home)
    own.mount(tmp_path / "nowhere")


LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


@pytest.mark.parametrize("path", [*PAGES, *(ROOT / "docs" / g for g in sorted(GENERATED) if (ROOT / "docs" / g).exists())], ids=lambda p: p.name)
def test_links_lead_somewhere(path: Path) -> None:
    text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.S)
    for target in LINK.findall(text):
        if re.match(r"[a-z]+:", target):
            assert target.startswith(("https://", "mailto:")), f"{path.name}: {target}"
            continue
        file, _, anchor = target.partition("#")
        there = path.parent / file if file else path
        assert there.exists(), f"{path.name}: {target} is not there"
        if anchor and there.suffix == ".md":
            heads = [re.sub(r"[^\w\- ]", "", h.lower()).strip().replace(" ", "-") for h in re.findall(r"^#+ (.+)$", there.read_text(), re.M)]
            assert anchor in heads, f"{path.name}: {target}: no such heading"


QUESTIONS = ROOT / "docs" / "questions.md"


@pytest.mark.slow
def test_the_thirty_questions_are_answered_for_two_pairs(
    full_home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COMITY_HOME", str(full_home))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    (tmp_path / "article.txt").write_text("3 January 2024. China and Russia traded goods worth 240 billion dollars in 2023.\n")
    (tmp_path / "article2.txt").write_text("3 January 2024. India and the United States traded goods worth 78 billion dollars in 2020.\n")
    rows = [line.split(" | ") for line in QUESTIONS.read_text(encoding="utf-8").splitlines() if re.match(r"\| \d+ \|", line)]
    assert [int(r[0].strip("| ")) for r in rows] == list(range(1, 31))
    wrong = []
    for row in rows:
        for cell in row[2:4]:
            command = cell.strip().strip("`")
            code, out, err = _run(shlex.split(command)[1:], capsys, monkeypatch)
            if code or not (out.strip() or "--out" in command):
                wrong.append(f"{command}: exit {code} {err[-200:]}")
    assert not wrong, "\n".join(wrong)
