"""What strangers sent: stores, forms, tables and archives that were made to run code, read elsewhere, or take all time or memory."""

from __future__ import annotations

import json
import sys
import time
import tomllib
import zipfile
from pathlib import Path

import pytest

from comity import modules, vintages
from comity.core import StoreError, UsageError
from comity.models import form


def test_a_module_that_a_ledger_row_names_is_not_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "evil").mkdir()
    (tmp_path / "evil" / "__init__.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w').close()\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in ("evil.sub", "this.x", ".x", "comity.../evil", f"own:{tmp_path / 'evil'}", "own:/dev/zero"):
        assert not modules.file_of(name)
    assert not (tmp_path / "ran").exists() and "this" not in sys.modules
    assert modules.file_of("comity.measures.votes")


@pytest.mark.parametrize("wrong", [{"before": "/../../../x"}, {"after": None}, {"built": 5}, {"name": "../x"}, {"cause": "fate"}, {"new": "1"}])
def test_a_line_of_vintages_that_no_build_writes_is_told(tmp_path: Path, wrong: dict[str, object]) -> None:
    line = {"kind": "series", "name": "gifts", "before": "a" * 64, "after": "b" * 64, "built": "2026-01-01T00:00:00+00:00",
            "had": "2025-01-01T00:00:00+00:00", "cause": "data", "new": 1, "revised": 0, "gone": 0}  # fmt: skip
    path = tmp_path / vintages.FOLDER / vintages.LEDGER
    path.parent.mkdir()
    path.write_text(json.dumps(line) + "\n")
    assert len(vintages.changes(tmp_path)) == 1
    path.write_text(json.dumps({**line, **wrong}) + "\n")
    with pytest.raises(StoreError, match="damaged"):
        vintages.changes(tmp_path)


def test_a_key_of_many_parts_is_refused_and_text_is_not(tmp_path: Path) -> None:
    began = time.process_time()
    for text in ("a." * 50_000 + "b=1", "[" + "a . " * 50_000 + "b]\nc=1", f"x = {'a' * 300_000}"):
        with pytest.raises(tomllib.TOMLDecodeError):
            form.toml(text)
    assert time.process_time() - began < 20  # the standard library alone takes hours
    assert form.toml('a.b.c = 1.5\nd = "one. two. three words. e.g. this."\n[x.y]\nz = [1.0, 2.0]\n')["a"]["b"]["c"] == 1.5


def test_forms_are_read_in_one_pass() -> None:
    pytest.importorskip("starlette", reason="the extra `web` is not installed")
    from comity.web import forms

    kind = 'multipart/form-data; boundary="x1"'

    def body(*parts: bytes) -> bytes:
        return b"".join(b"--x1\r\n" + p + b"\r\n" for p in parts) + b"--x1--\r\n"

    head = b'Content-Disposition: form-data; name="%s"\r\n\r\n%s'
    assert forms.fields(body(head % (b"a", b"CHN"), head % (b"text", b"two\r\nlines")), kind) == ({"a": "CHN"}, b"two\r\nlines")
    file = b'Content-Disposition: form-data; name="file"; filename="../x.toml"\r\nContent-Type: text/plain\r\n\r\n--x2\r\n'
    assert forms.fields(body(file), kind) == ({}, b"--x2\r\n")
    began = time.process_time()
    for wrong in (
        body(b"Content-Disposition: form-data" + b"; a=b" * 100_000 + b"\r\n\r\nx"), body(*[head % (b"a", b"")] * 50_000),
        b"", b"--x1", b"(" * 500_000,
        body(b'Content-Disposition: form-data; name="' + b'"' * 100_000),
    ):  # fmt: skip
        with pytest.raises(UsageError):
            forms.fields(wrong, kind)
    with pytest.raises(UsageError):
        forms.fields(b"x", "multipart/form-data" + "; a=b" * 100_000)
    assert time.process_time() - began < 5


def test_a_zip_of_nothing_but_line_ends_is_left_out(tmp_path: Path) -> None:
    from comity.events import ingest

    with zipfile.ZipFile(tmp_path / "20200101.export.CSV.zip", "w", 8) as archive:
        archive.writestr("20200101.export.CSV", "\n" * (5 << 20))
    staged = ingest._stage(([str(tmp_path / "20200101.export.CSV.zip")], str(tmp_path / "part")))
    assert staged.folder is None and "not an event file" in staged.damaged["20200101.export.CSV.zip"]


def test_a_link_in_a_store_is_not_served(tmp_path: Path) -> None:
    pytest.importorskip("starlette", reason="the extra `web` is not installed")
    from comity.web import snapshot

    (tmp_path / "series").mkdir()
    (tmp_path / "series" / "zero.parquet").symlink_to("/dev/zero")
    (tmp_path / "notes.json").symlink_to("/etc/passwd")
    (tmp_path / "own.json").write_text("[]")
    assert [name for name, *_ in snapshot._print(tmp_path)] == ["own.json"]


def test_a_terminal_is_never_told_what_to_do(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from comity import cli, cli_options

    with pytest.raises(SystemExit):
        cli.main(["--home", str(home), "series", "\x1b]0;title\x07"])
    cli_options.say("\x1b[31mRED\x9b1m, two\nlines")
    err = capsys.readouterr().err
    assert "RED" in err and "two\nlines" in err and not {"\x1b", "\x07", "\x9b"} & set(err)
