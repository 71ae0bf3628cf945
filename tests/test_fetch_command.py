"""`comity fetch`: files in the store's raw folder with their vintages, only what changed, one at a time, and nothing but what was declared."""

from __future__ import annotations

import gzip
import json
import os
import signal
import stat
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from comity import cli, fetched, sources, unpacking
from comity.core import BadDataError, Remote, UsageError
from made_publisher import HOST, KEY, NAME, install, made, remote, zipped
from publisher_server import FAULTS, Publisher

BODY = b"day,rate\n" + b"2020-01-01,7.5\n" * 400
OTHER = b"day,rate\n" + b"2020-01-01,7.6\n" * 400
SECRET = "s3cret-key-0123456789"


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    """A server that stands for every publisher."""
    with Publisher() as server:
        monkeypatch.setenv("COMITY_FETCH_BASE", server.base)
        yield server


def run(capsys: pytest.CaptureFixture[str], home: Path, *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as end:
        cli.main(["--home", str(home), *arguments])
    out = capsys.readouterr()
    return int(end.value.code or 0), out.out, out.err


def rows(capsys: pytest.CaptureFixture[str], home: Path, *arguments: str) -> tuple[int, list[dict[str, object]]]:
    code, out, _ = run(capsys, home, "fetch", NAME, "--format", "json", *arguments)
    return code, json.loads(out)


def lines(home: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (home / "raw" / NAME / "vintages.jsonl").read_text().splitlines()]


def test_only_what_differs_is_a_vintage(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, publisher: Publisher
) -> None:
    install(monkeypatch, made(remote()))
    path, file = f"{HOST}/d/rates.csv", tmp_path / "raw" / NAME / "publisher" / "rates.csv"
    publisher.files[path] = BODY
    code, first = rows(capsys, tmp_path)
    assert code == 0 and first[0]["outcome"] == "new" and first[0]["bytes"] == len(BODY) and file.read_bytes() == BODY
    assert set(lines(tmp_path)[0]) == {"fetched", "url", "file", "bytes", "sha256", "etag", "last_modified"}
    publisher.seen.clear()
    assert rows(capsys, tmp_path)[1][0]["outcome"] == "unchanged" and [m for m, _, _ in publisher.seen] == ["HEAD"]
    publisher.etags = False
    assert rows(capsys, tmp_path)[1][0]["outcome"] == "unchanged"
    assert len(lines(tmp_path)) == 1 and fetched.checked(tmp_path, NAME)["publisher/rates.csv"].day >= str(lines(tmp_path)[0]["fetched"])[:10]
    publisher.put(path, OTHER)
    assert rows(capsys, tmp_path, "--keep")[1][0]["outcome"] == "changed" and file.read_bytes() == OTHER
    before = lines(tmp_path)[0]
    assert file.with_name(f"rates.csv.{str(before['sha256'])[:12]}").read_bytes() == BODY and len(lines(tmp_path)) == 2
    status = json.loads(run(capsys, tmp_path, "status", "--format", "json")[1])
    mine = [r for r in status if r["kind"] == "file"]
    assert [(r["name"], r["layer"], r["bytes"], r["vintages"]) for r in mine] == [(f"{NAME}/publisher/rates.csv", "raw", len(OTHER), 2)]


def test_a_held_file_that_was_spoiled_is_fetched_again(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, publisher: Publisher
) -> None:
    install(monkeypatch, made(remote()))
    publisher.files[f"{HOST}/d/rates.csv"] = BODY
    rows(capsys, tmp_path)
    file = tmp_path / "raw" / NAME / "publisher" / "rates.csv"
    file.write_bytes(b"cut")
    with (tmp_path / "raw" / NAME / "vintages.jsonl").open("ab") as ledger:
        ledger.write(b'{"fetched": "20')
    assert rows(capsys, tmp_path)[1][0]["outcome"] == "new" and file.read_bytes() == BODY
    assert len(fetched.read(tmp_path, NAME)) == 2


@pytest.mark.parametrize("fault", FAULTS)
def test_what_was_held_stays_and_no_text_holds_the_key(
    fault: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, publisher: Publisher
) -> None:
    asked = remote(url=f"https://{HOST}/d/rates.csv?key={{key}}", checksum=f"https://{HOST}/d/rates.csv.sha256", key=KEY, key_header="X-Key")
    install(monkeypatch, made(asked))
    monkeypatch.setenv(KEY, SECRET)
    publisher.checksums = True
    path, file = f"{HOST}/d/rates.csv", tmp_path / "raw" / NAME / "publisher" / "rates.csv"
    publisher.files[path] = BODY
    texts = run(capsys, tmp_path, "-v", "fetch", NAME)[1:]
    publisher.put(path, OTHER)
    publisher.faults[path] = [fault] * 99
    code, out, err = run(capsys, tmp_path, "-v", "fetch", NAME)
    assert code in (3, 6) and file.read_bytes() == BODY and len(lines(tmp_path)) == 1
    assert any(f"?key={SECRET}" in p and h["X-Key"] == SECRET for _, p, h in publisher.seen)
    ledger = "".join(p.read_text(errors="replace") for p in (tmp_path / "raw").rglob("*") if p.is_file())
    assert SECRET not in "".join((*texts, out, err, ledger))


def test_a_key_that_is_missing_or_is_none(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, publisher: Publisher
) -> None:
    install(monkeypatch, made(remote(key=KEY, key_header="X-Key")))
    monkeypatch.delenv(KEY, raising=False)
    code, out, _ = run(capsys, tmp_path, "fetch", NAME, "--format", "csv")
    assert code == 2 and KEY in out
    monkeypatch.setenv(KEY, "a\r\nX-Other: b")
    code, out, err = run(capsys, tmp_path, "fetch", NAME, "--format", "csv")
    assert code == 2 and "is no key" in out and "X-Other" not in out + err and not publisher.seen
    install(monkeypatch, made(remote(key=KEY, url=f"http://{HOST}/f.csv?{{key}}")))
    assert run(capsys, tmp_path, "fetch", NAME)[0] == 2  # a key is sent by https alone


def test_offline_asks_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, publisher: Publisher) -> None:
    install(monkeypatch, made(remote(url=f"https://{HOST}/{{year}}.csv", file="{year}.csv", fields={"year": ("2020", "2021")})))
    code, out = rows(capsys, tmp_path, "--offline")
    assert code == 0 and [(r["url"], r["outcome"], r["why"]) for r in out] == [
        (f"https://{HOST}/{y}.csv", "would be asked", "not held") for y in (2020, 2021)
    ]
    assert not publisher.seen and not (tmp_path / "raw").exists()


def test_a_source_without_an_address(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, made())
    code, out = rows(capsys, tmp_path)
    assert code == 4 and out[0]["why"] == "no publisher's file is declared; get it from https://data.example.org/about"
    assert rows(capsys, tmp_path, "--check")[1][0]["why"] == out[0]["why"]


@pytest.mark.parametrize("words", [(), ("--all", NAME), ("../../etc",), ("no_such_source",), ("",)])
def test_names_that_are_none(words: tuple[str, ...], capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(capsys, tmp_path, "fetch", *words)[0] == 2 and not (tmp_path / "raw").exists()


@pytest.mark.parametrize("file", ["../x.csv", "/etc/x", "a/../../x", ".hidden", "a//b", "x\\y", "vintages.jsonl", "{unfilled}", "a\nb", "x.part"])
def test_a_declared_name_that_leads_out(file: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, made(Remote(url=f"https://{HOST}/f" if file != "{unfilled}" else f"https://{HOST}/{{x}}", file=file)))
    assert run(capsys, tmp_path, "fetch", NAME)[0] == 2


def test_a_zip_becomes_its_members(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, publisher: Publisher) -> None:
    install(monkeypatch, made(remote("all.zip", unpack=True)))
    path, folder = f"{HOST}/d/all.zip", tmp_path / "raw" / NAME / "publisher" / "all"
    publisher.files[path] = zipped({"a.csv": BODY, "deep/b.csv": BODY, "__MACOSX/a": b"x", "deep/.c": b"x"})
    assert rows(capsys, tmp_path)[1][0]["outcome"] == "new"
    assert sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()) == ["a.csv", "deep/b.csv"]
    assert set(lines(tmp_path)[0]["members"]) == {"publisher/all/a.csv", "publisher/all/deep/b.csv"}  # type: ignore[call-overload]
    assert rows(capsys, tmp_path)[1][0]["outcome"] == "unchanged"
    publisher.put(path, zipped({"a.csv": OTHER}))
    assert rows(capsys, tmp_path, "--keep")[1][0]["outcome"] == "changed"
    assert (folder / "a.csv").read_bytes() == OTHER and not (folder / "deep" / "b.csv").exists()
    assert [p.read_bytes() for p in folder.glob("a.csv.*")] == [BODY]
    assert not [p for p in (tmp_path / "raw").rglob(".*") if p.name.startswith(".all")]
    publisher.put(path, zipped({"a.csv": BODY, "../../evil.csv": b"x"}))
    code, out = rows(capsys, tmp_path)
    assert code == 3 and "leads out" in str(out[0]["why"]) and (folder / "a.csv").read_bytes() == OTHER
    assert not list(tmp_path.rglob("evil.csv"))


def _zip(path: Path, members: list[tuple[zipfile.ZipInfo | str, bytes]]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members:
            archive.writestr(name, body)
    return path


def _link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


@pytest.mark.parametrize(
    ("members", "says"),
    [
        ([("/etc/x", b"x")], "leads out"), ([("a/../../x", b"x")], "leads out"), ([("C:/x", b"x")], "leads out"), ([("a\\..\\x", b"x")], "leads out"),
        ([(_link("a.csv"), b"/etc/passwd")], "a link"), ([("a", b"x"), ("a", b"y")], "twice"), ([], "no file"), ([("d/", b"")], "no file"),
        ([(f"{k}.csv", b"x") for k in range(11)], "11 members"), ([("bomb.csv", bytes(200 << 20))], "bytes together"),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_zips_that_are_refused(members: list[tuple[zipfile.ZipInfo | str, bytes]], says: str, tmp_path: Path) -> None:
    archive = _zip(tmp_path / "a.zip", members)
    with pytest.raises(BadDataError, match=says):
        unpacking.unpack(archive, tmp_path / "out", members=10, most=1 << 40, ratio=200)
    assert {p.name for p in tmp_path.rglob("*")} == {"a.zip"}


def test_a_zip_whose_members_are_longer_than_they_say_or_damaged(tmp_path: Path) -> None:
    whole = _zip(tmp_path / "a.zip", [("a.csv", BODY * 50)]).read_bytes()
    for spoiled in (whole[:60] + b"\xff\xff\xff" + whole[63:], whole[: len(whole) // 2], b"PK" + bytes(100)):
        (tmp_path / "b.zip").write_bytes(spoiled)
        with pytest.raises(BadDataError, match="nothing was unpacked"):
            unpacking.unpack(tmp_path / "b.zip", tmp_path / "out", members=10, most=1 << 30, ratio=200)
        assert not (tmp_path / "out").exists()


SCRIPT = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background process is told to overhear it
sys.path.insert(0, {tests!r})
import pytest
from made_publisher import install, made, remote
install(pytest.MonkeyPatch(), made(remote()))
from comity.cli import main
main(sys.argv[1:])
"""


def _start(home: Path, publisher: Publisher) -> subprocess.Popen[str]:
    code = SCRIPT.format(tests=str(Path(__file__).parent))
    return subprocess.Popen(
        [sys.executable, "-c", code, "--home", str(home), "fetch", NAME], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, "COMITY_FETCH_BASE": publisher.base},
    )  # fmt: skip


def _wait_for_part(home: Path, more_than: int = 0) -> int:
    part = home / "raw" / NAME / "publisher" / ".rates.csv.part"
    for _ in range(600):
        if part.exists() and part.stat().st_size > more_than:
            return part.stat().st_size
        time.sleep(0.02)
    raise AssertionError("no part came")


@pytest.mark.parametrize(("how", "code"), [(signal.SIGKILL, -9), (signal.SIGINT, 130), (signal.SIGTERM, -15)])
def test_a_killed_fetch_is_continued(how: signal.Signals, code: int, tmp_path: Path, publisher: Publisher) -> None:
    body = os.urandom(1 << 20).replace(b"<", b"-")
    publisher.files[f"{HOST}/d/rates.csv"] = body
    publisher.slow = 0.02
    running = _start(tmp_path, publisher)
    _wait_for_part(tmp_path)
    time.sleep(0.2)
    running.send_signal(how)
    _, err = running.communicate(timeout=20)
    assert running.returncode == code and "Traceback" not in err
    held = _wait_for_part(tmp_path)
    assert 0 < held < len(body) and not (tmp_path / "raw" / NAME / "publisher" / "rates.csv").exists()
    publisher.slow = 0.0
    publisher.seen.clear()
    again = _start(tmp_path, publisher)
    again.communicate(timeout=30)
    assert again.returncode == 0 and (tmp_path / "raw" / NAME / "publisher" / "rates.csv").read_bytes() == body
    assert [h.get("Range") for m, _, h in publisher.seen if m == "GET"] == [f"bytes={held}-"]


def test_two_fetches_of_one_source(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, publisher: Publisher) -> None:
    publisher.files[f"{HOST}/d/rates.csv"] = body = b"day,rate\n" + BODY * 100
    publisher.slow = 0.02
    running = _start(tmp_path, publisher)
    _wait_for_part(tmp_path)
    install(monkeypatch, made(remote()))
    asked = len(publisher.seen)
    code, out = rows(capsys, tmp_path)
    assert code == 5 and "another fetch of this source is running" in str(out[0]["why"]) and len(publisher.seen) == asked
    running.communicate(timeout=60)
    assert running.returncode == 0 and (tmp_path / "raw" / NAME / "publisher" / "rates.csv").read_bytes() == body
    assert rows(capsys, tmp_path)[1][0]["outcome"] == "unchanged"


def test_all_takes_every_source(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, publisher: Publisher) -> None:
    """A source that fails keeps none of the others from being fetched."""
    install(monkeypatch, made(remote("lost.csv"), remote()))
    publisher.files[f"{HOST}/d/rates.csv"] = BODY
    monkeypatch.setattr(sources, "names", lambda: ("cow_majors", NAME))
    code, out, err = run(capsys, tmp_path, "fetch", "--all", "--format", "csv")
    assert code == 6 and "cow_majors" in out and "no such file (status 404)" in out and f"{NAME}: 2 of 2 files to fetch, {len(BODY):,} bytes" in err
    assert (tmp_path / "raw" / NAME / "publisher" / "rates.csv").read_bytes() == BODY


def check(capsys: pytest.CaptureFixture[str], home: Path, monkeypatch: pytest.MonkeyPatch, *asked: Remote) -> tuple[int, list[dict[str, object]]]:
    install(monkeypatch, made(*asked))
    return rows(capsys, home, "--check")


@pytest.mark.parametrize(
    ("head", "code", "says"),
    [
        (b"day,rate", 0, ""), (b"day,value", 1, "column rate is missing"), (b"rate,day", 1, "stands at place 1"),
        (b"day,rate,note", 1, "column note (place 3) is not of the layout"), (b'day,"rate"', 0, ""),
    ],
)  # fmt: skip
@pytest.mark.parametrize("packed", [False, True])
def test_check_compares_columns_by_the_start_alone(
    head: bytes, code: int, says: str, packed: bool, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    publisher: Publisher,
) -> None:  # fmt: skip
    body = head + b"\n" + (b'1,"a\nb"' + b",3" * (head.count(b",") - 1) + b"\n") * 200_000
    file = "rates.csv.gz" if packed else "rates.csv"
    publisher.files[f"{HOST}/d/{file}"] = gzip.compress(body) if packed else body
    monkeypatch.setattr(sys.modules["made_publisher"], "FILE", file)
    got, out = check(capsys, tmp_path, monkeypatch, remote(file))
    assert got == code and says in str(out[0]["differs"]) and out[0]["columns"] == ("differ" if code else "same")
    assert out[0]["bytes"] == len(publisher.files[f"{HOST}/d/{file}"]) and out[0]["reachable"] is True and out[0]["tested"] is False
    assert [(m, h.get("Range")) for m, _, h in publisher.seen] == [("GET", "bytes=0-65535")]
    assert not (tmp_path / "raw").exists()


def test_check_says_what_is_not_there(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, publisher: Publisher
) -> None:
    code, out = check(capsys, tmp_path, monkeypatch, remote())
    assert code == 6 and out[0]["reachable"] is False and "no such file (status 404)" in str(out[0]["why"])
    publisher.files[f"{HOST}/d/rates.csv"] = b"<!doctype html><html>"
    code, out = check(capsys, tmp_path, monkeypatch, remote())
    assert code == 1 and out[0]["reachable"] is True and "a web page" in str(out[0]["why"]) and out[0]["columns"] == "not compared"
    publisher.files[f"{HOST}/d/all.zip"] = zipped({"x/rates.csv": BODY})
    assert check(capsys, tmp_path, monkeypatch, remote("all.zip", unpack=True))[1][0]["columns"] == "same"
    publisher.files[f"{HOST}/d/all.zip"] = zipped({"other.csv": BODY})
    code, out = check(capsys, tmp_path, monkeypatch, remote("all.zip", unpack=True))
    assert code == 1 and "rates.csv: no such file" in str(out[0]["differs"])
    publisher.seen.clear()
    many = Remote(url=f"https://{HOST}/d/rates.csv?{{n}}", file="{n}/rates.csv", fields={"n": tuple(map(str, range(40)))})
    publisher.files[f"{HOST}/d/rates.csv"] = BODY
    code, out = check(capsys, tmp_path, monkeypatch, many)
    assert code == 0 and len(out) == len(publisher.seen) == 2 and "38 more" in str(out[0]["why"])


def test_build_reads_what_was_fetched(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, _, err = run(capsys, tmp_path, "build", "cow_mid")
    assert code == 2 and "comity fetch" in err
    (tmp_path / "raw").mkdir()
    code, _, err = run(capsys, tmp_path, "build", "cow_mid")
    assert code == 4 and "not found" in err


def test_the_mirror_must_be_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    from comity import fetch

    monkeypatch.setenv("COMITY_FETCH_BASE", "file:///tmp")
    with pytest.raises(UsageError, match="COMITY_FETCH_BASE"):
        fetch.Session()
