"""Every declared address, served from files written as their publishers write them: asked after, fetched, and built from."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from comity import cli, fetch, sources
from comity.analysis import fetching
from from_files import SAMPLES
from made_publisher import zipped
from publisher_files import WRITERS
from publisher_server import Publisher

DECLARED = [(source, layout) for name in sources.packaged() for source in [sources.get(name)] for layout in source.layouts if layout.remotes]


def _files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Publisher, set[str]]]:
    """A server of all addresses, and those for which no file is written by the tests."""
    lacking: set[str] = set()
    with Publisher() as publisher, pytest.MonkeyPatch.context() as patch:
        whole = fetch.Session
        patch.setattr(fetch, "Session", lambda **facts: whole(**{"limits": fetch.Limits(pause=0, wait=0.01), "proxies": {}, **facts}))
        patch.setenv("COMITY_FETCH_BASE", publisher.base)
        for source, layout in DECLARED:
            for remote in layout.remotes:
                if remote.key:
                    patch.setenv(remote.key, "k3y")
            folder = tmp_path_factory.mktemp(source.name)
            WRITERS[source.name, layout.name](SAMPLES / source.name, folder)
            written = _files(folder)
            for address in (a for a in fetching.addresses(source) if a.layout == layout.name):
                name = address.file.rpartition("/")[2]
                like = [n for n in written if n.endswith(Path(name).suffix) and len(layout.remotes) == 1]
                body = zipped(written) if address.remote.unpack else written.get(name) or written.get(like[0] if like else "")
                if body is None:
                    lacking.add(address.url)
                else:
                    publisher.files[address.url.partition("://")[2].replace("{key}", "k3y")] = body
        yield publisher, lacking


def run(capsys: pytest.CaptureFixture[str], home: Path, *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as end:
        cli.main(["--home", str(home), *arguments])
    out = capsys.readouterr()
    return int(end.value.code or 0), out.out, out.err


def test_every_declared_address_answers_with_its_layout(
    served: tuple[Publisher, set[str]], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    lacking = served[1]
    code, out, _ = run(capsys, tmp_path, "fetch", "--all", "--check", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    asked = [r for r in rows if r["url"]]
    assert {(r["source"], r["layout"]) for r in asked} == {(s.name, layout.name) for s, layout in DECLARED}
    wrong = [(r["source"], r["file"], r["differs"], r["why"]) for r in asked if r["columns"] != "same" and r["url"] not in lacking]
    assert not wrong and code == (6 if lacking else 0)
    assert {r["source"] for r in rows} == set(sources.names())
    assert all("get it from" in r["why"] or "made by" in r["why"] for r in rows if not r["url"])
    assert not (tmp_path / "raw").exists()
    if lacking:
        pytest.skip(f"no file is written for {', '.join(sorted(lacking))}; all others are as declared")


def test_a_column_that_a_publisher_renames_is_named(
    served: tuple[Publisher, set[str]], capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publisher, _ = served
    path = "fred.stlouisfed.org/graph/fredgraph.csv?id=DEXCHUS"
    monkeypatch.setitem(publisher.files, path, publisher.files[path].replace(b"DEXCHUS", b"value"))
    code, out, _ = run(capsys, tmp_path, "fetch", "yuan_fred", "--check", "--format", "json")
    assert code == 1 and "column DEXCHUS is missing" in json.loads(out)[0]["differs"]


def test_what_is_fetched_is_built_from(served: tuple[Publisher, set[str]], capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, _ = run(capsys, tmp_path, "fetch", "--all", "--format", "json")
    ended = [r["outcome"] for r in json.loads(out) if r["url"] and r["url"] not in served[1]]
    assert set(ended) == {"new"} and code == (6 if served[1] else 0)
    status = {r["name"]: r for r in json.loads(run(capsys, tmp_path, "status", "--format", "json")[1]) if r["kind"] == "file"}
    assert all(r["stale"] and r["why"] == "no table is built from it" for r in status.values())
    fetched = sorted({r["source"] for r in json.loads(out) if r["url"] and r["url"] not in served[1]})
    wrong = {n: said[2][-300:] for n in fetched if (said := run(capsys, tmp_path, "build", n))[0]}
    assert not wrong, wrong
    status = {r["name"]: r for r in json.loads(run(capsys, tmp_path, "status", "--format", "json")[1]) if r["kind"] == "file"}
    assert not [n for n, r in status.items() if r["stale"] and r["why"] == "no table is built from it"]


def test_a_media_type_that_a_publisher_wants_is_asked_for(served: tuple[Publisher, set[str]], home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    publisher, _ = served
    wanted = {
        a.url.partition("://")[2].partition("?")[0]: a.remote.accept for source, _ in DECLARED for a in fetching.addresses(source) if a.remote.accept
    }
    assert wanted
    publisher.seen.clear()
    run(capsys, home, "fetch", "imf_dots", "--check")
    asked = {path.partition("?")[0]: marks.get("Accept") for _, path, marks in publisher.seen}
    assert {path: asked.get(path) for path in wanted} == wanted
