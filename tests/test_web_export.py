"""The site as files: links resolve, documented addresses are there, no word is of what only a server has, no link is written through."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

from comity import store
from comity.core import UsageError
from made_series import cover, day, put, row
from web_site import serving as _skips_without_the_extra  # noqa: F401

DOCS = Path(__file__).parents[1] / "docs" / "serve.md"
HOLDERS = {"PICTURE": r"[\w-]+", "MEASURE": r"\w+", "SOURCE": r"\w+", "NAME": r"[\w.-]+"}


def _fill(home: Path, shelf: pytest.MonkeyPatch) -> None:
    shelf.setattr(store, "STARTER", home / "no-starter")
    years = range(2000, 2011)
    rows = [row("CHN", "RUS", day(y), y * 1e6, source="imf_dots:CHN") for y in years]
    rows += [row("CHN", other, day(y), y * 1e7, source="imf_dots:CHN") for y in years for other in ("USA", "JPN")]
    rows += [row("RUS", other, day(y), y * 2e6, source="imf_dots:RUS") for y in years for other in ("USA", "JPN")]
    put(home, "trade_total_usd", rows, {"imf_dots": cover(2000, 2020)})


MEASURES = ("vote_agreement", "coauthored_works")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, int]]:
    """A folder with the pages of a pair by the packaged Series, two measures among them, and how many files were told."""
    from comity.web import export

    out = tmp_path_factory.mktemp("made") / "out"
    with pytest.MonkeyPatch.context() as fewer:
        has = export._has
        fewer.setattr(export, "_has", lambda store, name, a, b: name in MEASURES and has(store, name, a, b))
        yield out, export.write(tmp_path_factory.mktemp("home"), out, [("CHN", "RUS")], measures=True, say=lambda _: None)


def _files(out: Path) -> list[str]:
    return sorted(p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file())


def test_every_link_resolves(written: tuple[Path, int]) -> None:
    out, told = written
    assert told == len(_files(out)) - 1
    pages = list(out.rglob("*.html"))
    assert {p.name for p in pages} >= {"index.html", "RUS.html", "initiatives.html", "vote_agreement-CHN-RUS.html", "trail.html"}
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert ' href="/' not in text and ' src="/' not in text
        for link in re.findall(r' (?:href|src)="([^"#]+)', text):
            assert link.startswith("http") or (page.parent / unquote(html.unescape(link))).is_file(), (page, link)


def test_every_file_is_reached(written: tuple[Path, int]) -> None:
    out, _ = written
    reached, waiting = set(), [out / "index.html"]
    while waiting:
        page = waiting.pop().resolve()
        if page in reached:
            continue
        reached.add(page)
        if page.suffix == ".html":
            links = re.findall(r' (?:href|src)="([^"#]+)', page.read_text(encoding="utf-8"))
            waiting += [page.parent / unquote(html.unescape(link)) for link in links if not link.startswith("http")]
    left = {p for p in _files(out) if (out / p).resolve() not in reached}
    assert {p for p in left if not p.endswith((".metadata.json", ".vl.json", ".txt")) and not p.startswith("static/plan")} == set()


def test_no_word_stands_for_what_only_a_server_has(written: tuple[Path, int]) -> None:
    out, _ = written
    for page in out.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert "<form" not in text and "data-served" not in text and "What you send" not in text
        assert not re.search(r"<a(?![^>]* href=)[^>]*>", text), page
        for words in ("Check a text", "Votes to come", "Swap the two", "All of them", "Search"):
            assert words not in text, (page, words)
        for shown in re.findall(r'<p class="facts (?:more|downloads)">(.*?)</p>', text, re.DOTALL):
            left = re.sub(r"<a .*?</a>|<span class=.term.>.*?</span>", "", shown, flags=re.DOTALL)
            assert re.fullmatch(r"[\s·]*", left), (page, left)


def _documented() -> list[str]:
    table = DOCS.read_text(encoding="utf-8").partition("`comity site` writes")[2].partition("##")[0]
    out = []
    for line in re.findall(r"^\| [^|]+ \| (`.*`) \|$", table, re.MULTILINE):
        named = re.findall(r"`([^`]+)`", line)
        stem = re.sub(r"\.[a-z.]+$", "", named[0])
        out += [stem + name if name.startswith(".") else name for name in named]
    return out


def test_the_documented_addresses_are_those_written(written: tuple[Path, int]) -> None:
    out, _ = written
    told = [re.sub("|".join(HOLDERS), lambda m: HOLDERS[m.group()], re.escape(name).replace(r"\-", "-")) for name in _documented()]
    assert len(told) > 30
    for file in _files(out):
        assert any(re.fullmatch(pattern, file) for pattern in told), file
    for name, pattern in zip(_documented(), told, strict=True):
        assert any(re.fullmatch(pattern, file) for file in _files(out)), name


def test_a_picture_to_embed_stands_alone(written: tuple[Path, int]) -> None:
    out, _ = written
    text = (out / "embed" / "measure" / "vote_agreement-CHN-RUS.html").read_text(encoding="utf-8")
    assert "<svg" in text and "<script" not in text and 'href="../../measure/vote_agreement-CHN-RUS.html"' in text
    assert (out / "measure" / "vote_agreement-CHN-RUS.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("measures", [True, False])
def test_what_may_not_be_passed_on_is_said_before_anything_is_written(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, measures: bool
) -> None:
    from comity.web import export

    _fill(home, monkeypatch)
    monkeypatch.setattr(export, "_has", lambda store, name, a, b: name == "arms_transfers_tiv")
    monkeypatch.setattr(export, "_further", lambda *_: [])
    put(home, "arms_transfers_tiv", [row("RUS", "CHN", day(2001), 7.0)], {"sipri_arms": cover(1990, 2023)})
    said: list[tuple[str, bool]] = []
    out = tmp_path / "out"
    export.write(home, out, [("CHN", "RUS")], measures=measures, say=lambda words: said.append((words, out.exists())))
    assert said[0][0].startswith("for your own use: the terms of sipri_arms do not allow") and said[0][1] is False
    assert sum("for your own use" in words for words, _ in said) == 1 and len(said) > 1


def test_only_a_folder_of_its_own_is_written_into(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from comity.web import export

    _fill(home, monkeypatch)
    said: list[str] = []
    assert export.write(home, tmp_path / "out", [("CHN", "RUS")], measures=False, say=said.append)
    assert export.write(home, tmp_path / "out", [("CHN", "RUS")], measures=False, say=said.append)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine.txt").write_text("x")
    (tmp_path / "link").symlink_to(tmp_path / "other")
    (tmp_path / "nowhere").symlink_to(tmp_path / "gone")
    for out in ("other", "link", "nowhere", "other/mine.txt"):
        with pytest.raises(UsageError):
            export.write(home, tmp_path / out, [("CHN", "RUS")], measures=False, say=said.append)
    assert _files(tmp_path / "other") == ["mine.txt"] and not (tmp_path / "gone").exists()


@pytest.mark.parametrize(
    "way", ["index.html", "pair", "pair/CHN", "pair/CHN/RUS", "pair/CHN/RUS.html", "pair/CHN/RUS.json", "static", "made-by-comity.txt"]
)
@pytest.mark.parametrize("there", [True, False])
def test_nothing_is_written_through_a_link(way: str, there: bool, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from comity.web import export

    _fill(home, monkeypatch)
    out, outside = tmp_path / "out", tmp_path / "outside"
    (out / way).parent.mkdir(parents=True)
    outside.mkdir()
    (outside / "precious").write_text("x")
    target = outside / "precious" if "." in way else outside
    (out / export.MARK).write_text("made")
    (out / way).unlink(missing_ok=True)
    (out / way).symlink_to(target if there else outside / "gone")
    with pytest.raises(UsageError, match=r"a link, through which nothing is written|not a folder that this made"):
        export.write(home, out, [("CHN", "RUS")], measures=False, say=lambda _: None)
    assert _files(outside) == ["precious"] and (outside / "precious").read_text() == "x"


def test_a_link_at_the_hidden_name_is_not_followed(tmp_path: Path) -> None:
    import os

    from comity import output

    (tmp_path / "precious").write_text("x")
    (tmp_path / f".page.html.{os.getpid()}.tmp").symlink_to(tmp_path / "precious")
    output.write_bytes(b"new", tmp_path / "page.html")
    assert (tmp_path / "precious").read_text() == "x" and (tmp_path / "page.html").read_bytes() == b"new"
