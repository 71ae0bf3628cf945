"""Builds: what is stale, what a fault leaves behind, and that a killed build changes nothing that it had not finished."""

from __future__ import annotations

import datetime as dt
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from comity import build, cli, lock, measures, modules, promises, sources, standing, store
from comity.core import BadDataError, ComityWarning, LockedError, NotHeldError, StoreError, TableSpec, UsageError
from comity.reading import file_hash

SAMPLES = Path(__file__).parent / "samples"
MIDS = "cow_mid_directed_dyad_year_disputes.parquet"
COMITY = [sys.executable, "-m", "comity"]
CHECK_EDITION = build._check_edition


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    folder = tmp_path / "raw"
    shutil.copytree(SAMPLES / "cow_mid", folder)
    return folder


@pytest.fixture(autouse=True)
def any_number_of_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "_check_edition", lambda *_: None)


def _contents(home: Path) -> dict[str, str]:
    return {f"{r.kind} {r.name}": r.content for r in store.Holdings(home, home).ledger()}


def _rewrite(path: Path, sql: str) -> None:
    table = duckdb.sql(sql.format(f=f"read_parquet('{path}')")).to_arrow_table()
    pq.write_table(table, path)


def test_a_second_build_makes_nothing(raw: Path, home: Path) -> None:
    first = build.build(("disputes",), folder=raw, home=home)
    second = build.build(("disputes",), folder=raw, home=home)
    assert "disputes" in first.built and not second.built and standing.NAME not in first.skipped
    assert set(second.fresh) == set(first.built)


def test_changed_input_makes_everything_above_it_again(raw: Path, home: Path) -> None:
    build.build(("disputes",), folder=raw, home=home)
    before = _contents(home)
    _rewrite(raw / MIDS, "SELECT * FROM {f} WHERE dispnum <> (SELECT min(dispnum) FROM {f})")
    report = build.build(("disputes",), folder=raw, home=home)
    assert {"mid_dyad_years", "disputes", "disputes:onset"} <= set(report.built)
    assert _contents(home) != before


def test_changed_code_makes_all_that_it_made_again(raw: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = {"mid_dyad_years", "disputes", "disputes:onset"}
    build.build(("disputes",), folder=raw, home=home)
    assert not [s.why for s in build.statuses(home) if s.stale]
    monkeypatch.setattr(build, "module_hash", lambda module: f"another {module}")
    assert {s.row.name: s.why for s in build.statuses(home) if s.stale} == dict.fromkeys(made, "its code changed")
    again = build.build(("disputes",), folder=raw, home=home)
    assert set(again.built) == made and not again.fresh


def test_the_code_of_an_artefact_is_all_that_its_module_imports() -> None:
    names = {p.name for p in modules.files_of("comity.sources.cow_mid")}
    assert {"cow_mid.py", "_coding.py", "core.py", "states.py", "states.csv", "states_aliases.csv"} <= names and "atop.py" not in names


def test_imports_are_found_without_parsing_whole_files() -> None:
    found = {path: set(modules.imports(path)) for path in Path(modules.__file__).parent.rglob("*.py")}
    assert found == {path: set(modules.whole_imports(path)) for path in found} and sum(map(len, found.values())) > 1000


def test_what_was_read_and_is_stale_is_told(raw: Path, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    build.build(("disputes",), folder=raw, home=home)
    monkeypatch.setenv("COMITY_HOME", str(home))
    asked = ["series", "disputes", "--dyad", "CHN", "RUS", "--format", "csv"]

    def said(*arguments: str) -> tuple[str, str]:
        with pytest.raises(SystemExit) as end:
            cli.main(list(arguments))
        assert not end.value.code
        return capsys.readouterr()

    fresh = said(*asked)
    assert "stale" not in fresh.err
    of_source = lambda module: "another" if module == "comity.sources.cow_mid" else modules.module_hash(module)  # noqa: E731
    for change, why in ((lambda module: "another", "its code changed"), (of_source, "mid_dyad_years: its code changed")):
        monkeypatch.setattr(build, "module_hash", change)
        out, err = said(*asked)
        assert out == fresh.out
        assert f"stale, so a build may change what is given: disputes ({why}); run `comity build disputes`" in err
    assert "stale" not in said("-q", *asked).err + said("measures", "--format", "csv").err
    row = store.Holdings(home).row("table", "mid_dyad_years")
    monkeypatch.setattr(build, "module_hash", modules.module_hash)
    store.write(row.path, pq.read_table(row.path), {**row.facts, "content": "another"})
    assert "disputes (mid_dyad_years changed)" in said(*asked).err
    monkeypatch.setenv("COMITY_HOME", str(home / "nothing"))
    monkeypatch.setattr(build, "module_hash", lambda module: "another")
    assert "stale" not in said("series", "shared_igos", "--dyad", "CHN", "RUS", "--format", "csv").err


def test_row_order_of_a_file_changes_no_hash(raw: Path, home: Path, tmp_path: Path) -> None:
    build.build(("disputes",), folder=raw, home=home)
    _rewrite(raw / MIDS, "SELECT * FROM {f} ORDER BY hash(dispnum * 7919 + ccode1 + year)")
    other = tmp_path / "other"
    build.build(("disputes",), folder=raw, home=other)
    assert _contents(other) == _contents(home)


def test_the_nearest_copy_of_a_file_is_read(raw: Path, home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "all"
    shutil.copytree(raw, folder / "cow_mid")
    shutil.copytree(raw, folder / "and" / "older")
    _rewrite(folder / "and" / "older" / MIDS, "SELECT * FROM {f} WHERE dispnum <> (SELECT min(dispnum) FROM {f})")
    build.build(("cow_mid",), folder=folder, home=home)
    build.build(("cow_mid",), folder=raw, home=tmp_path / "other")
    assert _contents(home) == _contents(tmp_path / "other")


def test_verify_names_what_was_changed_by_hand(raw: Path, home: Path) -> None:
    build.build(("disputes",), folder=raw, home=home)
    path = store.artefact_path(home, "series", "disputes")
    row = store.ledger_row(path, "series", "store")
    table = pq.read_table(path)
    forged = table.set_column(3, "value", pa.array([99.0] * table.num_rows))
    facts = {k: v for k, v in row.facts.items() if k != "format"}
    store.write(path, forged, facts)
    _, bad = build.verify(home)
    assert any("series disputes: its content is not what the ledger says" in b for b in bad)


def test_verify_names_a_series_whose_table_changed(raw: Path, home: Path) -> None:
    build.build(("disputes",), folder=raw, home=home)
    _rewrite(raw / MIDS, "SELECT * FROM {f} WHERE dispnum <> (SELECT min(dispnum) FROM {f})")
    build.build(("cow_mid",), folder=raw, home=home)
    _, bad = build.verify(home)
    assert any("series disputes: stale (mid_dyad_years changed)" in b for b in bad)


def test_truncated_file(raw: Path, home: Path) -> None:
    data = (raw / MIDS).read_bytes()
    (raw / MIDS).write_bytes(data[: len(data) // 2])
    with pytest.raises(BadDataError, match=MIDS):
        build.build(("cow_mid",), folder=raw, home=home)
    assert not _contents(home)


def test_missing_column(raw: Path, home: Path) -> None:
    _rewrite(raw / MIDS, "SELECT * EXCLUDE (year) FROM {f}")
    with pytest.raises(BadDataError, match=r"column\(s\) year missing"):
        build.build(("cow_mid",), folder=raw, home=home)
    assert not _contents(home)


def test_new_column_is_told_and_left_unread(raw: Path, home: Path) -> None:
    _rewrite(raw / MIDS, "SELECT *, 1 AS surprise FROM {f}")
    with pytest.warns(ComityWarning, match="surprise"):
        build.build(("cow_mid",), folder=raw, home=home)


def test_duplicate_key(raw: Path, home: Path) -> None:
    _rewrite(raw / MIDS, "SELECT * FROM {f} UNION ALL (SELECT * FROM {f} LIMIT 1)")
    with pytest.raises(BadDataError, match=r"^source cow_mid: table mid_\w+: key .* stands 2 times at "):
        build.build(("cow_mid",), folder=raw, home=home)
    assert not _contents(home)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"n": -4.0}, "n below 0 at RUS, 2001"), ({"n": 12.0}, "n above 10 at RUS, 2001"), ({"n": None}, "null in n at RUS, 2001"),
        ({"a": "ZZZ"}, "a holds 'ZZZ', no state's code"),
    ],
)  # fmt: skip
def test_a_broken_promise_of_a_table_names_its_first_row(row: dict[str, Any], words: str) -> None:
    spec = TableSpec(name="t", columns={"a": "string", "year": "int32", "n": "float64"}, key=("a", "year"), states=("a",), bounds={"n": (0, 10)})
    good = [{"a": "CHN", "year": 2000, "n": 0.0}, {"a": "RUS", "year": 2001, "n": 10.0}]
    assert promises.keep(pa.Table.from_pylist(good), spec, lambda code: code != "ZZZ").num_rows == 2
    with pytest.raises(BadDataError) as error:
        promises.keep(pa.Table.from_pylist([good[0], good[1] | row, good[1] | row | {"year": 2002}]), spec, lambda code: code != "ZZZ")
    assert str(error.value) == f"table t: {words}"


@pytest.mark.parametrize(("a", "b", "words"), [("CHN", "CHN", "a equal to b at CHN, CHN, "), ("RUS", "CHN", "a not before b at RUS, CHN, ")])
def test_a_broken_promise_of_a_series_names_its_first_row(a: str, b: str, words: str) -> None:
    row = {"a": a, "b": b, "start": dt.date(2000, 1, 1), "value": 1.0, "source": "cow_mid"}
    with pytest.raises(BadDataError) as error:
        promises.keep_series(pa.Table.from_pylist([row]), measures.get("disputes"), "disputes", None)
    assert str(error.value) == f"series disputes: {words}2000-01-01"


def test_bad_data_leaves_what_was_there(raw: Path, home: Path) -> None:
    build.build(("disputes",), folder=raw, home=home)
    before = _contents(home)
    (raw / MIDS).write_bytes(b"PAR1 nothing")
    with pytest.raises(BadDataError):
        build.build(("disputes",), folder=raw, home=home)
    assert _contents(home) == before


def test_named_source_without_its_file(tmp_path: Path, home: Path) -> None:
    with pytest.raises(NotHeldError, match=MIDS):
        build.build(("cow_mid",), folder=tmp_path, home=home)


def test_all_sources_without_files_are_listed(tmp_path: Path, home: Path) -> None:
    report = build.build((), folder=tmp_path, home=home)
    assert "cow_mid" in report.skipped and not report.built
    assert report.skipped[standing.NAME] == "no measure of it is built"


def test_folder_that_is_not_there(tmp_path: Path, home: Path) -> None:
    with pytest.raises(UsageError, match="no such folder"):
        build.build((), folder=tmp_path / "nowhere", home=home)


def test_unknown_name(raw: Path, home: Path) -> None:
    with pytest.raises(UsageError, match="nearest: disputes"):
        build.build(("dispute",), folder=raw, home=home)


def test_two_builds_at_once(raw: Path, home: Path) -> None:
    with lock.writing(home), pytest.raises(LockedError):
        build.build(("cow_mid",), folder=raw, home=home)
    done = subprocess.run([*COMITY, "--home", str(home), "build", "cow_mid", "--from", str(raw)], capture_output=True, text=True, check=False)
    assert done.returncode in (0, 3)
    with lock.writing(home):
        done = subprocess.run([*COMITY, "--home", str(home), "build", "cow_mid", "--from", str(raw)], capture_output=True, text=True, check=False)
    assert done.returncode == 5 and "another build is running" in done.stderr


def _mount(folder: Path, options: str) -> None:
    folder.mkdir(exist_ok=True)
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"a tmpfs cannot be mounted here: {done.stderr.strip()}")


def test_read_only_home(raw: Path, tmp_path: Path) -> None:
    home = tmp_path / "sealed"
    _mount(home, "ro,size=1m")
    try:
        with pytest.raises(StoreError, match="cannot be written"):
            build.build(("cow_mid",), folder=raw, home=home)
    finally:
        subprocess.run(["umount", str(home)], check=True)


def test_full_disk(raw: Path, tmp_path: Path) -> None:
    home = tmp_path / "full"
    _mount(home, "size=64k")
    try:
        (home / "ballast").write_bytes(b"x" * 56_000)
        with pytest.raises(StoreError, match="nothing was changed"):
            build.build(("disputes",), folder=raw, home=home)
        assert not list(home.rglob("*.tmp"))
        build.verify(home)
    finally:
        subprocess.run(["umount", str(home)], check=True)


def test_a_home_below_a_file(raw: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError):
        build.build(("cow_mid",), folder=raw, home=tmp_path / "file" / "home")


def test_damaged_artefact_is_named(raw: Path, home: Path) -> None:
    build.build(("disputes",), folder=raw, home=home)
    path = store.artefact_path(home, "series", "disputes")
    path.write_bytes(path.read_bytes()[:200])
    _, bad = build.verify(home)
    assert any("disputes" in b and "damaged" in b for b in bad)
    assert "disputes" in build.build(("disputes",), folder=raw, home=home).built


def test_an_older_format_is_refused_with_the_command(raw: Path, home: Path) -> None:
    build.build(("disputes",), folder=raw, home=home)
    path = store.artefact_path(home, "series", "disputes")
    row = store.ledger_row(path, "series", "store")
    store.write(path, pq.read_table(path), dict(row.facts) | {"format": 0})
    with pytest.raises(StoreError, match="comity build"):
        store.ledger_row(path, "series", "store")


@pytest.mark.slow
def test_thirty_kills(shared_data: Path, full_home: Path, tmp_path: Path) -> None:
    """Killed at 30 random moments of a full build, the store verifies or names what is stale; the end is as undisturbed."""
    home = tmp_path / "killed"
    seed = random.Random(20240103)
    command = [*COMITY, "-q", "--home", str(home), "build", "--from", str(shared_data)]
    for _ in range(30):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ | {"PYTHONWARNINGS": "ignore"})
        time.sleep(seed.uniform(0.3, 9.0))
        process.send_signal(signal.SIGKILL)
        process.wait()
        _, bad = build.verify(home)
        assert all("stale" in b or "is gone" in b for b in bad if b.startswith("store")), bad
    subprocess.run(command, check=True, capture_output=True)
    assert not list(home.rglob("*.tmp"))
    assert not build.verify(home)[1]
    assert _unexplained(home, full_home) == []


ITERATED = {"expected_trade", "gravity_terms", "gravity_sample"}
"""Tables of an estimate whose last digit differs from run to run of a machine with several cores."""


def _unexplained(home: Path, other: Path) -> list[str]:
    """Artefacts of the same inputs whose contents differ: none but iterated ones by their last digit, and what the tests' own store makes quickly."""
    from comity.sources import un_ideal_points, un_vote_model, wiod_bands

    whole = "COMITY_TEST_HOME" in os.environ and "COMITY_TEST_QUICK" not in os.environ
    quick = set() if whole else {t.name for m in (un_ideal_points, un_vote_model, wiod_bands) for t in m.SOURCE.tables}
    one, two = ({(r.kind, r.name): r for r in store.Holdings(h, h).ledger()} for h in (home, other))
    out = [f"{kind} {name} is in one alone" for kind, name in one.keys() ^ two.keys()]
    for key in one.keys() & two.keys():
        a, b = one[key], two[key]
        same = a.content == b.content or a.facts["inputs"] != b.facts["inputs"] or a.name in quick
        if not same and not (a.name in ITERATED and _near(a.path, b.path)):
            out.append(f"{a.kind} {a.name}")
    return out


def _near(one: Path, two: Path) -> bool:
    """Whether two tables are equal but for numbers, which may differ by two in the seventh digit."""
    a, b = pq.read_table(one), pq.read_table(two)
    floats = [f.name for f in a.schema if pa.types.is_floating(f.type)]
    if a.schema.names != b.schema.names or not a.drop_columns(floats).equals(b.drop_columns(floats)):
        return False
    return all(np.allclose(a[c].to_numpy(), b[c].to_numpy(), rtol=2e-6, atol=0, equal_nan=True) for c in floats)


def test_a_source_that_needs_an_extra_is_empty_without_it_and_made_with_it(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.util

    real = importlib.util.find_spec
    with monkeypatch.context() as patched:
        patched.setattr(importlib.util, "find_spec", lambda name, *more: None if name == "sklearn" else real(name, *more))
        with pytest.warns(ComityWarning, match=r"un_topics: left empty, as sklearn is not installed \(`pip install 'comity\[text\]'`\)"):
            assert build.build_source("un_topics", folder=SAMPLES, home=home)
        assert not build.build_source("un_topics", folder=SAMPLES, home=home)
        assert pq.read_table(store.artefact_path(home, "table", "predicted_topics")).num_rows == 0
    pytest.importorskip("sklearn")
    assert build.build_source("un_topics", folder=SAMPLES, home=home)


def test_a_build_of_one_name_touches_no_other_and_a_whole_one_clears_what_nobody_declares(raw: Path, home: Path) -> None:
    build.build(("disputes",), folder=raw, home=home)
    row = store.ledger_row(store.artefact_path(home, "series", "disputes"), "series", "store")
    table = pq.read_table(store.artefact_path(home, "series", "disputes"))
    stray, own = (store.artefact_path(home, "series", name) for name in ("no_such_measure", "my_measure"))
    for path, module in ((stray, row.facts["module"]), (own, "own:/away.toml")):
        name = {"name": path.stem, "module": module}
        store.write(path, table, {k: v for k, v in row.facts.items() if k != "format"} | name)
    foreign = home / "tables" / "results.parquet"
    pq.write_table(pa.table({"x": [1]}), foreign)
    assert build.build(("disputes",), folder=raw, home=home).skipped == {} and stray.exists()
    report = build.build((), folder=raw, home=home)
    assert not stray.exists() and own.exists() and foreign.exists(), "what comity did not write, or the user declared, is left"
    assert "position" in report.skipped or "position" in (*report.built, *report.fresh)


def test_verify_tells_the_layer_of_what_it_refuses(raw: Path, home: Path, tmp_path: Path) -> None:
    build.build(("disputes",), folder=raw, home=home)
    starter = tmp_path / "starter"
    path = store.artefact_path(home, "series", "disputes")
    row = store.ledger_row(path, "series", "store")
    table = pq.read_table(path)
    forged = table.set_column(3, "value", pa.array([99.0] * table.num_rows))
    store.write(store.artefact_path(starter, "series", "disputes"), forged, {k: v for k, v in row.facts.items() if k != "format"})
    assert build.verify(home, starter)[1] == (
        "starter series disputes: its content is not what the ledger says; run `comity build --from DIR`",
    )


def test_provenance_goes_down_to_the_file_where_the_table_is_held_and_stops_at_its_hash_where_not(raw: Path, home: Path) -> None:
    build.build(("disputes",), folder=raw, home=home)
    below = build.provenance(store.Holdings(home, home), "disputes")["inputs"][0]
    assert below["name"] == "mid_dyad_years" and below["file"] and below["licence"]
    store.artefact_path(home, "table", "mid_dyad_years").unlink()
    lost = build.provenance(store.Holdings(home, home), "disputes")["inputs"][0]
    assert lost == {"name": "mid_dyad_years", "kind": "table", "inputs": [], "sha256": below["sha256"]}


def test_another_edition_of_a_file_is_told_and_the_one_tested_is_not() -> None:
    source = sources.get("cow_mid")
    tested = {f.name: f.sha256 for f in source.files if f.sha256}
    assert tested
    CHECK_EDITION(source, tested)
    with pytest.warns(ComityWarning, match="another edition"):
        CHECK_EDITION(source, dict.fromkeys(tested, "0" * 64))


def test_the_position_is_not_made_of_nothing(home: Path) -> None:
    with pytest.raises(BadDataError, match="no measure of the position is held"):
        build.build_position(home=home)


def test_a_file_that_changes_while_it_is_read_is_not_kept(raw: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def swapped(path: Path) -> str:
        found = file_hash(path)
        _rewrite(raw / MIDS, "SELECT * FROM {f} LIMIT 5")
        return found

    monkeypatch.setattr(build, "file_hash", swapped)
    with pytest.raises(BadDataError, match="changed while it was read"):
        build.build(("cow_mid",), folder=raw, home=home)
    assert not _contents(home)


def test_what_a_killed_write_left_behind_is_swept(home: Path) -> None:
    for name in (".notes.json.1.tmp", "tables/.a.parquet.1.tmp"):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).touch()
    store.sweep(home)
    assert not list(home.rglob("*.tmp"))
