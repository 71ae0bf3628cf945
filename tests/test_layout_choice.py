"""A source is read in the layout whose files are there: the publisher's before the held copy, and how a found file differs is said by column."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from comity import build, declared, sources, store
from comity.core import BadDataError, ComityWarning, File, Layout, NotHeldError, Remote, Source
from comity.reading import Raw, choose, differences, located

if TYPE_CHECKING:
    import pyarrow as pa

HELD = "state,year,persons\nFRA,2000,60\nDEU,2000,82\n"


def _from_pages(raw: Raw) -> dict[str, pa.Table]:
    return {"populations": raw.query("SELECT code AS state, CAST(time AS INTEGER) AS year, CAST(n AS BIGINT) AS persons FROM pages")}


def _from_held(raw: Raw) -> dict[str, pa.Table]:
    return {"populations": raw.query("SELECT state, CAST(year AS INTEGER) AS year, CAST(persons AS BIGINT) AS persons FROM held")}


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> Source:
    """The source of populations with a held copy and a publisher's layout of one file a page."""
    made = replace(
        sources.get("wdi_population"),
        files=(File(name="held.csv", view="held", columns=("state", "year", "persons")),),
        build=_from_held,
        layouts=(
            Layout(
                name="pages",
                files=(
                    File(name="page_*.csv", view="pages", columns=("code", "time", "n")),
                    File(name="note.txt", view="note", columns=(), optional=True, plain=True),
                ),
                build=_from_pages,
                seen=("https://example.org/columns",),
                remotes=(Remote(url="https://example.org/{page}", file="page_{page}.csv", fields={"page": ("1", "2")}),),
            ),
        ),
    )
    given: Callable[[str], Source] = sources.get
    monkeypatch.setattr(sources, "get", lambda name: made if name == "wdi_population" else given(name))
    return made


def _build(folder: Path, home: Path) -> tuple[build.BuildReport, list[str]]:
    said: list[str] = []
    return build.build(["wdi_population"], folder=folder, home=home, progress=said.append), said


def test_the_publishers_files_are_read_before_the_held_copy_and_the_ledger_says_so(source: Source, tmp_path: Path) -> None:
    folder, home = tmp_path / "raw", tmp_path / "home"
    (folder / "deep").mkdir(parents=True)
    (folder / "held.csv").write_text(HELD)
    assert _build(folder, home)[1] == ["wdi_population"]
    first = store.ledger_row(store.artefact_path(home, "table", "populations"), "table", "store")
    (folder / "page_1.csv").write_text("code,time,n\nFRA,2000,60\n")
    (folder / "deep" / "page_2.csv").write_text("n,code,time\n82,DEU,2000\n")
    report, said = _build(folder, home)
    row = store.ledger_row(store.artefact_path(home, "table", "populations"), "table", "store")
    assert report.built == ("populations",) and said == ["wdi_population: pages, untested against the publisher"]
    assert (first.facts["layout"], row.facts["layout"]) == ("held copy", "pages")
    assert row.content == first.content and set(row.inputs) == {"page_1.csv", "page_2.csv"}
    assert _build(folder, home)[0].fresh == ("populations",)


def test_neither_layout_there_names_the_files_of_both(source: Source, tmp_path: Path) -> None:
    with pytest.raises(NotHeldError, match=r"held\.csv not found under .*, nor page_\*\.csv of pages"):
        choose(source, tmp_path)
    with pytest.raises(NotHeldError, match="source wdi_population: held"):
        _build(tmp_path, tmp_path / "home")


def test_a_newer_edition_may_have_more_rows_than_the_held_copy(source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (spec,) = source.tables
    narrow = replace(source, tables=(replace(spec, rows=(1, 1)),))
    (tmp_path / "page_1.csv").write_text("code,time,n\nFRA,2000,60\nDEU,2000,82\n")
    monkeypatch.setattr(sources, "get", (lambda get: lambda name: narrow if name == source.name else get(name))(sources.get))
    assert _build(tmp_path, tmp_path / "home")[0].built == ("populations",)
    (tmp_path / "page_1.csv").unlink()
    (tmp_path / "held.csv").write_text(HELD)
    with pytest.raises(BadDataError, match="2 rows, expected 1 to 1"):
        _build(tmp_path, tmp_path / "home")


def test_a_page_without_a_column_is_named_and_a_new_column_warned_of(source: Source, tmp_path: Path) -> None:
    (tmp_path / "page_1.csv").write_text("code,time,n\nFRA,2000,60\n")
    (tmp_path / "page_2.csv").write_text("code,time\nDEU,2000\n")
    with pytest.raises(BadDataError, match=r"page_2\.csv: column\(s\) n missing"):
        _build(tmp_path, tmp_path / "home")
    (tmp_path / "page_2.csv").write_text("code,time,n,mark\nDEU,2000,82,e\n")
    with pytest.warns(ComityWarning, match="mark"):
        _build(tmp_path, tmp_path / "home")


def test_two_files_of_one_name_are_read_once(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    for folder in (tmp_path, tmp_path / "old"):
        (folder / "page_1.csv").write_text("code,time,n\nFRA,2000,60\n")
    assert located(tmp_path, "page_*.csv") == (tmp_path / "page_1.csv",)


def test_differences_say_which_columns_are_missing_new_or_moved(source: Source, tmp_path: Path) -> None:
    (layout,) = source.layouts
    assert differences(layout, tmp_path) == ("page_*.csv: no such file",)
    (tmp_path / "page_1.csv").write_text("code,time,n\nFRA,2000,60\n")
    assert differences(layout, tmp_path) == ()
    (tmp_path / "page_1.csv").write_text("mark,time,code\ne,2000,FRA\n")
    assert differences(layout, tmp_path)[:2] == ("page_1.csv: column n is missing", "page_1.csv: column mark (place 1) is not of the layout")
    (tmp_path / "page_1.csv").write_text("time,n,code\n2000,60,FRA\n")
    assert differences(layout, tmp_path) == ("page_1.csv: column code stands at place 3, in the layout at 1",)


def test_a_layout_must_say_where_it_was_seen_and_remotes_must_fill_in(source: Source) -> None:
    (layout,) = source.layouts
    (remote,) = layout.remotes
    assert declared.faults(source) == []
    broken = replace(layout, seen=(), remotes=(replace(remote, url="http://example.org/{year}"), replace(remote, file="page.csv")))
    faults = "\n".join(declared.faults(replace(source, layouts=(broken,))))
    for expected in ("seen is empty", "begins with https://", "year stand", "names every field"):
        assert expected in faults
