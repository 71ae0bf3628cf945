"""Published zips into parts: every row accounted for, whatever the lines are, whichever file is damaged, whenever it is killed."""

from __future__ import annotations

import datetime as dt
import random
import signal
import subprocess
import sys
import time
import zipfile
import zlib
from collections import Counter
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from bench import gdelt_made

from comity import cli
from comity.core import NotHeldError, StoreError, UsageError
from comity.events import counted, gdelt, raw_lines
from comity.events import ingest as ingesting
from comity.events.cameo_states import spells
from comity.events.ingest import FileRow, ingest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve daily files of 1.0 of 500 made rows, a tenth of them again of the same file or the one before."""
    folder = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gdelt_made, "REPEATED", 0.1)
        gdelt_made.write(folder, 6000, per_file=500, level=1)
    return folder


def lines_of(path: Path) -> list[bytes]:
    with zipfile.ZipFile(path) as archive:
        return archive.read(archive.namelist()[0]).split(b"\n")[:-1]


def exact(rows: list[FileRow]) -> bool:
    return all(f.rows == f.kept + f.duplicate + f.quarantined + f.not_between_states for f in rows)


def all_events(home: Path, edition: gdelt.Edition = "gdelt1") -> list[tuple[object, ...]]:
    files = [str(p.folder / "events.parquet") for p in ingesting.parts(home, edition)]
    with duckdb.connect() as database:
        return database.read_parquet(files).order("file, line").fetchall()


def expected(paths: list[Path]) -> dict[str, Counter[str]]:
    """What becomes of the rows of sound files, worked out line by line in plain Python."""
    when: dict[str, list[tuple[dt.date, dt.date, str]]] = {}
    for row in spells().to_pylist():
        when.setdefault(row["code"], []).append((row["first"], row["last"], row["state"]))
    seen: set[bytes] = set()
    out: dict[str, Counter[str]] = {}
    for path in sorted(paths, key=lambda p: p.name):
        for line in lines_of(path):
            cells = line.split(b"\t")
            day = dt.datetime.strptime(cells[1].decode(), "%Y%m%d").date()
            sides = [next((s for a, b, s in when.get(cells[i].decode(), ()) if a <= day <= b), None) for i in (7, 17)]
            fate = "not_between_states" if None in sides or sides[0] == sides[1] else "duplicate" if cells[0] in seen else "kept"
            if fate == "kept":
                seen.add(cells[0])
            out.setdefault(path.name, Counter())[fate] += 1
    return out


def test_every_row_of_every_file_is_accounted_for(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingesting, "PART", 600_000)
    outcome = ingest(made, tmp_path)
    found = counted.ledger(tmp_path, "gdelt1")
    assert exact(found) and len(found) == 12 and outcome.read == found
    told = expected(sorted(made.glob("*.zip")))
    assert {f.file: (f.kept, f.duplicate, f.not_between_states) for f in found} == {
        n: (c["kept"], c["duplicate"], c["not_between_states"]) for n, c in told.items()
    }
    assert sum(f.duplicate for f in found) > 50
    assert len(ingesting.parts(tmp_path, "gdelt1")) > 2
    events = all_events(tmp_path)
    assert len(events) == sum(f.kept for f in found) == len({e[12] for e in events})
    line_of = {(p.name, i): cells for p in made.glob("*.zip") for i, cells in enumerate(lines_of(p), 1)}
    assert all(line_of[str(e[10]), int(str(e[11]))].split(b"\t")[0] == str(e[12]).encode() for e in events)


def test_a_second_run_reads_nothing_again(made: Path, tmp_path: Path) -> None:
    ingest(made, tmp_path)
    before = all_events(tmp_path)
    again = ingest(made, tmp_path)
    assert (again.read, again.had) == ([], 12)
    assert all_events(tmp_path) == before


def test_the_order_of_arrival_changes_no_total(made: Path, tmp_path: Path) -> None:
    files = sorted(made.glob("*.zip"))
    (tmp_path / "late").mkdir()
    for number, path in enumerate(files):
        if number % 2:
            (tmp_path / "late" / path.name).symlink_to(path)
    ingest(tmp_path / "late", tmp_path / "home")
    ingest(made, tmp_path / "home")
    ingest(made, tmp_path / "whole")
    assert exact(counted.ledger(tmp_path / "home", "gdelt1"))
    late, whole = ([int(str(e[12])) for e in all_events(tmp_path / name)] for name in ("home", "whole"))
    assert sorted(late) == sorted(whole)


def test_a_hundred_thousand_malformed_lines_are_told_and_none_crashes(made: Path, tmp_path: Path) -> None:
    rng = random.Random(7)
    good = [line for path in made.glob("*.zip") for line in lines_of(path)]

    def cell(line: bytes, place: int, text: bytes) -> bytes:
        cells = line.split(b"\t")
        cells[place] = text
        return b"\t".join(cells)

    def short(line: bytes) -> bytes:
        return b"\t".join(line.split(b"\t")[: rng.randint(2, 56)])

    ways = {
        "short": short,
        "long": lambda line: line + b"\t" * rng.randint(1, 60),
        "no tab": lambda line: line.replace(b"\t", rng.choice([b",", b";", b"|", b" "])),
        "NUL": lambda line: line[: (at := rng.randint(1, 30))] + b"\0" + line[at:],
        "UTF-8": lambda line: cell(line, 6, rng.choice([b"\xff\xfe", b"caf\xe9", b"\xc3", b"\xed\xa0\x80"])),
        "carriage return": lambda line: line[: (at := rng.randint(1, 30))] + b"\r" + line[at:],
        "SQLDATE": lambda line: cell(line, 1, rng.choice([b"00000101", b"20130230", b"0", b"", b"2013-04-01", b"99999999"])),
        "GLOBALEVENTID": lambda line: cell(line, 0, rng.choice([b"", b"-5", b"x", b"1e9", b"9" * 30])),
        "QuadClass": lambda line: cell(line, 29, rng.choice([b"", b"0", b"5", b"two", b"2.5"])),
        "GoldsteinScale": lambda line: cell(line, 30, rng.choice([b"11", b"-10.5", b"NaN", b"inf", b"1.2.3", b'"'])),
        "count": lambda line: cell(line, rng.choice([31, 32, 33]), rng.choice([b"", b"-1", b"many", b"1.5", b"99999999999"])),
        "AvgTone": lambda line: cell(line, 34, rng.choice([b"101", b"x", b"nan", b"1e400", b"-"])),
        "EventCode": lambda line: cell(line, 26, rng.choice([b"", b"00", b"21", b"abc", b"0123456"])),
    }
    kinds = [rng.choice([*ways, "fine"]) for _ in range(108_500)]
    text = [rng.choice(good) if kind == "fine" else ways[kind](rng.choice(good)) for kind in kinds]
    bad = {number: kind for number, kind in enumerate(kinds, 1) if kind != "fine"}
    assert len(bad) >= 100_000
    (tmp_path / "zips").mkdir()
    gdelt_made.publish(tmp_path / "zips", "20130501.export.CSV", b"\n".join(text), level=1)
    ingest(tmp_path / "zips", tmp_path / "home")
    (row,) = counted.ledger(tmp_path / "home", "gdelt1")
    assert exact([row]) and row.rows == len(kinds) and row.quarantined == len(bad)
    told = counted.quarantine(tmp_path / "home", "gdelt1").to_pylist()
    assert {r["line"] for r in told} == set(bad)
    assert not [(r, bad[r["line"]]) for r in told if bad[r["line"]] not in r["reason"]]
    assert all(r["text"] == raw_lines.shown(text[r["line"] - 1]) for r in told)


def test_bytes_that_are_no_lines_at_all_are_quarantined(tmp_path: Path) -> None:
    rng = random.Random(11)
    (tmp_path / "zips").mkdir()
    for number in range(1, 29):
        gdelt_made.publish(tmp_path / "zips", f"201405{number:02d}.export.CSV", rng.randbytes(rng.randint(0, 40_000)), level=0)
    ingest(tmp_path / "zips", tmp_path / "home")
    rows = counted.ledger(tmp_path / "home", "gdelt1")
    assert exact(rows) and len(rows) == 28 and sum(f.kept for f in rows) == 0


@pytest.mark.parametrize("spoil", ["cut", "checksum", "not a zip", "empty", "middle"])
def test_a_damaged_zip_is_told_and_not_counted_as_had(made: Path, tmp_path: Path, spoil: str) -> None:
    zips = tmp_path / "zips"
    zips.mkdir()
    for path in sorted(made.glob("*.zip"))[:3]:
        (zips / path.name).write_bytes(path.read_bytes())
    hurt = zips / "20130402.export.CSV.zip"
    whole = hurt.read_bytes()
    at = len(whole) // 2
    if spoil == "checksum":
        place = whole.index(b"PK\x01\x02") + 16
        hurt.write_bytes(whole[:place] + bytes(4) + whole[place + 4 :])
    else:
        hurt.write_bytes(
            {"cut": whole[:at], "not a zip": b"<html>503</html>", "empty": b"", "middle": whole[:at] + bytes(64) + whole[at + 64 :]}[spoil]
        )
    outcome = ingest(zips, tmp_path / "home")
    assert list(outcome.damaged) == [hurt.name] and len(outcome.read) == 2
    assert [d.had for d in counted.coverage(tmp_path / "home", "gdelt1")] == [1, 0, 1]
    hurt.write_bytes(whole)
    ingest(zips, tmp_path / "home")
    ingest(zips, tmp_path / "other")
    assert {e[12] for e in all_events(tmp_path / "home")} == {e[12] for e in all_events(tmp_path / "other")}


def test_pythons_own_inflater_reads_and_refuses_the_same(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = next(made.glob("*.zip"))
    whole = path.read_bytes()
    hurt = tmp_path / "20130402.export.CSV.zip"
    hurt.write_bytes(whole[:9000] + bytes(64) + whole[9064:])
    monkeypatch.setattr(raw_lines, "BLOCK", 5000)
    fast = b"".join(raw_lines.pieces(path))
    monkeypatch.setattr(raw_lines, "_inflater", lambda: (zlib, (zlib.error,)))
    assert b"".join(raw_lines.pieces(path)) == fast == b"\n".join(lines_of(path)) + b"\n"
    with pytest.raises(raw_lines.DamagedError):
        list(raw_lines.pieces(hurt))


KILLED = """
import sys
from pathlib import Path
from comity.events import ingest as ingesting
ingesting.PART = 400_000
ingesting.ingest(Path(sys.argv[1]), Path(sys.argv[2]), progress=lambda said: print(said, flush=True))
print("end", flush=True)
"""


@pytest.mark.parametrize("kills", [3, pytest.param(25, marks=pytest.mark.slow)])
def test_killed_at_any_moment_no_file_is_lost_or_counted_twice(made: Path, tmp_path: Path, kills: int) -> None:
    rng = random.Random(kills)
    home = tmp_path / "home"
    for _ in range(kills):
        child = subprocess.Popen([sys.executable, "-W", "ignore", "-c", KILLED, str(made), str(home)], stdout=subprocess.PIPE, cwd=ROOT)
        assert child.stdout is not None
        for _ in range(rng.randint(0, 2)):
            child.stdout.readline()
        time.sleep(rng.uniform(0, 0.3) if rng.random() < 0.8 else rng.uniform(0, 2))
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        for part in ingesting.parts(home, "gdelt1"):
            assert exact(list(part.files))
            assert pq.read_metadata(part.folder / "events.parquet").num_rows == sum(f.kept for f in part.files)
    ingest(made, home)
    ingest(made, tmp_path / "whole")
    once, whole = counted.ledger(home, "gdelt1"), counted.ledger(tmp_path / "whole", "gdelt1")
    assert once == whole
    assert all_events(home) == all_events(tmp_path / "whole")
    assert not list((home / "events" / "gdelt1").glob(".stage-*"))


def test_missing_files_are_missing_days_or_shares_and_never_zeros(made: Path, tmp_path: Path) -> None:
    zips = tmp_path / "zips"
    zips.mkdir()
    gdelt_made.write(zips, 2000, edition="gdelt2", per_file=20, level=1)
    for path in [*sorted(zips.glob("*.zip"))[:24], *sorted(zips.glob("201502200*.zip"))]:
        path.unlink()
    ingest(zips, tmp_path)
    first, second = dt.date(2015, 2, 19), dt.date(2015, 2, 20)
    found = counted.coverage(tmp_path, "gdelt2", first, second)
    assert [(d.due, d.had, d.share) for d in found] == [(96, 72, 0.75), (96, 0, 0.0)]
    rows = counted.days(tmp_path, "gdelt2", "USA", "SOM", first, second)
    assert [r["coverage"] for r in rows] == [0.75, 0.0]
    assert rows[0]["events"] is not None and {rows[1][c] for c in counted.COUNTS} == {None}


def test_year_and_month_files_cover_their_days(made: Path, tmp_path: Path) -> None:
    zips = tmp_path / "zips"
    zips.mkdir()
    old = b"\n".join(b"\t".join(line.split(b"\t")[:57]) for line in lines_of(next(made.glob("*.zip"))))
    for name in ("1980.csv", "201303.csv"):
        gdelt_made.publish(zips, name, old).rename(zips / f"{name[:-4]}.zip")
    ingest(zips, tmp_path)
    assert all(f.quarantined == 0 and f.rows == 500 for f in counted.ledger(tmp_path, "gdelt1"))
    assert [e[15] for e in all_events(tmp_path)].count(None) == len(all_events(tmp_path)) > 0
    days = {d.day: d.share for d in counted.coverage(tmp_path, "gdelt1")}
    assert (days[dt.date(1980, 1, 1)], days[dt.date(1980, 12, 31)], days[dt.date(1981, 1, 1)]) == (1, 1, 0)
    assert (days[dt.date(2013, 2, 28)], days[dt.date(2013, 3, 31)], max(days)) == (0, 1, dt.date(2013, 3, 31))


def test_dyad_days_are_those_of_plain_python(made: Path, tmp_path: Path) -> None:
    ingest(made, tmp_path)
    counted.write_dyad_days(tmp_path, "gdelt1", tmp_path / "out.parquet")
    found = pq.read_table(tmp_path / "out.parquet").to_pylist()
    by: dict[tuple[object, ...], list[tuple[object, ...]]] = {}
    for e in all_events(tmp_path):
        by.setdefault((e[1], e[2], e[0]), []).append(e)
    assert len(found) == len(by)
    for row in found:
        events = by[row["a"], row["b"], row["day"]]
        assert row["events"] == len(events) == sum(row[f"quad{k}"] for k in (1, 2, 3, 4))
        assert row["mentions"] == sum(int(str(e[6])) for e in events)
        assert row["goldstein_sum"] == pytest.approx(sum(float(str(e[5])) for e in events if e[5] is not None), abs=1e-9)
        assert row["tone_sum"] == pytest.approx(sum(float(str(e[9])) for e in events if e[9] is not None), abs=1e-7)


def test_events_of_several_stores_count_each_number_once(made: Path, tmp_path: Path) -> None:
    ingest(made, tmp_path)
    counted.write_dyad_days(tmp_path, "gdelt1", tmp_path / "one.parquet")
    part = ingesting.parts(tmp_path, "gdelt1")[0]
    twice = counted.sql(duplicates="by id")
    with duckdb.connect() as database:
        path = str(part.folder / "events.parquet")
        database.execute(f"CREATE VIEW events AS SELECT * FROM '{path}' UNION ALL SELECT * FROM '{path}'")
        assert sorted(database.sql(twice).fetchall()) == sorted(database.sql(f"FROM '{tmp_path}/one.parquet'").fetchall())


def test_a_part_of_another_format_or_damaged_is_refused(made: Path, tmp_path: Path) -> None:
    ingest(made, tmp_path)
    ledger = ingesting.parts(tmp_path, "gdelt1")[0].folder / "ledger.json"
    text = ledger.read_text(encoding="utf-8")
    for spoilt in (text.replace('"format": 1', '"format": 2'), text[:-20], "{}", "[]"):
        ledger.write_text(spoilt, encoding="utf-8")
        with pytest.raises(StoreError):
            counted.ledger(tmp_path, "gdelt1")


def test_what_is_not_held_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotHeldError):
        counted.only_edition(tmp_path)
    with pytest.raises(UsageError):
        counted.only_edition(tmp_path, "gdelt3")
    with pytest.raises(UsageError):
        ingest(tmp_path / "none", tmp_path)


def test_the_commands(made: Path, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as done:
            cli.main(["events", *arguments])
        said = capsys.readouterr()
        return int(str(done.value.code)), said.out, said.err

    code, _, err = run("ingest", str(made))
    assert code == 0 and "6,000 rows =" in err
    code, out, _ = run("ledger", "--format", "csv")
    assert code == 0 and len(out.splitlines()) == 13
    assert run("coverage")[0] == run("ledger", "--quarantine")[0] == 0
    code, out, _ = run("days", "United States", "CHN", "--from", "2013-04-01", "--to", "2013-04-02", "--format", "csv")
    assert code == 0 and len(out.splitlines()) == 3
    assert run("dyad-days", "--out", str(tmp_path / "o.parquet"))[0] == 0
    assert run("days", "USA", "USA")[0] == 2
