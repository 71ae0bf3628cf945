"""Checks of inter-country tables and the layouts they come in: what cannot stand is refused with where and what, and nothing is written."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import io_tables
from comity import cli
from comity.core import BadDataError, UsageError
from comity.models import value_added as va
from comity.models.value_added import readers


@pytest.fixture
def small() -> va.IOTable:
    """Three states by two industries, with a stock drawn down."""
    made = np.random.default_rng(5)
    z, y = made.uniform(1, 5, (6, 6)).round(1), made.uniform(2, 20, (6, 3, 2)).round(1)
    y[0, 0, 1] = -0.5
    x = z.sum(axis=1) + y.sum(axis=(1, 2))
    return va.IOTable(states=("CHN", "RUS", "ROW"), industries=("c1", "c2"), uses=("c37", "c42"), z=z, y=y, unit="musd", output=x)


def _write(path: Path, rows: list[list[Any]], delimiter: str = ",") -> Path:
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream, delimiter=delimiter).writerows(rows)
    return path


def _headed(table: va.IOTable, path: Path) -> Path:
    """A sheet as the WIOD and the ADB print it."""
    labels = [(s, i) for s in table.states for i in table.industries]
    final = [(s, u) for s in table.states for u in table.uses]
    blank = [""] * 4
    rows: list[list[Any]] = [["Intercountry Input-Output Table"], [*blank, *(f"name {i}" for _, i in [*labels, *final]), "Total output"]]
    rows.append([*blank, *(s for s, _ in [*labels, *final]), "TOT"])
    rows.append([*blank, *(i for _, i in [*labels, *final]), "c60"])
    for k, (s, i) in enumerate(labels):
        rows.append(["A", "name", s, i.replace("c", "r"), *table.z[k], *table.y[k].reshape(-1), table.output[k]])  # type: ignore[index]
    rows.append(["", "value added", "TOT", "r64", *[1.0] * len(labels)])
    return _write(path, rows)


def _flat(table: va.IOTable, path: Path) -> Path:
    labels = [(s, i) for s in table.states for i in table.industries]
    names = [f"{s}{i[1:]}" for s, i in labels] + [f"{s}{u[1:]}" for s in table.states for u in table.uses]
    rows: list[list[Any]] = [["IndustryCode", "IndustryDescription", "Country", "RNr", "Year", *names, "TOT"]]
    for k, (s, i) in enumerate(labels):
        rows.append(["A01", "Crops", s, i[1:], 2014, *table.z[k], *table.y[k].reshape(-1), table.output[k]])  # type: ignore[index]
    rows.append(["VA", "Value added", "TOT", 70, 2014, *[1.0] * (len(names) + 1)])
    return _write(path, rows)


def _icio(table: va.IOTable, path: Path) -> Path:
    """China in two parts, as the OECD prints it; their rows and columns add up to China's."""
    final = ("HFCE", "INVNT")
    rows: list[list[Any]] = []
    heads = [("CN1", 0), ("CN2", 0), *((s, k) for k, s in enumerate(table.states) if s != "CHN")]
    columns = [f"{s}_{i}" for s, _ in heads for i in table.industries] + [f"{s}_{u}" for s in table.states for u in final]
    rows.append(["V1", *columns, "OUT"])
    part = {"CN1": 0.25, "CN2": 0.75}
    n = len(table.industries)
    for s, k in heads:
        for i, name in enumerate(table.industries):
            mine, row = part.get(s, 1.0), k * n + i
            cells = [table.z[row, c * n + j] * part.get(t, 1.0) * mine for t, c in heads for j in range(n)]
            rows.append([f"{s}_{name}", *cells, *(table.y[row].reshape(-1) * mine), table.output[row] * mine])  # type: ignore[index]
    rows.append(["VALU", *[1.0] * len(columns), 0.0])
    return _write(path, rows)


def _exiobase(table: va.IOTable, path: Path) -> Path:
    path.mkdir()
    labels = [(s, i) for s in table.states for i in table.industries]
    final = [(s, u) for s in table.states for u in table.uses]
    for name, columns, values in (("Z.txt", labels, table.z), ("Y.txt", final, table.y.reshape(len(labels), -1))):
        rows: list[list[Any]] = [["region", "", *(s for s, _ in columns)], ["", "sector", *(i for _, i in columns)]]
        _write(path / name, [*rows, *([s, i, *values[k]] for k, (s, i) in enumerate(labels))], "\t")
    return path


def _wide(table: va.IOTable, path: Path) -> Path:
    labels = [(s, i) for s in table.states for i in table.industries]
    head = ["iso3", "industry", "X", *(f"Z_{s}_{i}" for s, i in labels), *(f"Y_{s}_{u}" for s in table.states for u in table.uses)]
    rows = [[*label, table.output[k], *table.z[k], *table.y[k].reshape(-1)] for k, label in enumerate(labels)]  # type: ignore[index]
    return _write(path, [head, *rows])


def _long(table: va.IOTable, path: Path) -> Path:
    flows = io_tables.flows(table)
    return _write(path, [list(flows), *map(list, zip(*flows.values(), strict=True))])


WRITERS: dict[str, Callable[[va.IOTable, Path], Path]] = {
    "wiod2013": _headed, "wiod2016": _headed, "adb": _headed, "wiod2016-r": _flat, "icio": _icio, "exiobase": _exiobase, "wide": _wide, "long": _long,
}  # fmt: skip
UNDECLARED = ("exiobase", "long")
"""Layouts without a column of output, so that no row can miss it."""


@pytest.mark.parametrize("layout", WRITERS)
def test_each_layout_gives_the_table_back(layout: str, small: va.IOTable, tmp_path: Path) -> None:
    read = readers.read(WRITERS[layout](small, tmp_path / "t.csv"), layout=layout, unit="musd")
    assert read.states == small.states
    assert len(read.industries) == 2 and len(read.uses) == 2
    np.testing.assert_allclose(read.z, small.z)
    np.testing.assert_allclose(read.y, small.y)
    if layout not in UNDECLARED:
        np.testing.assert_allclose(read.output, small.output)
    checks = va.check(read)
    assert checks.negative_final == () and checks.gap < 1e-9


def test_exiobase_by_shares_and_output(small: va.IOTable, tmp_path: Path) -> None:
    folder = _exiobase(small, tmp_path / "x")
    lines = (folder / "Z.txt").read_text(encoding="utf-8").splitlines()
    x = small.output
    assert x is not None
    labels = [(s, i) for s in small.states for i in small.industries]
    shares = [lines[0].split("\t"), lines[1].split("\t"), *([s, i, *(small.z[k] / x)] for k, (s, i) in enumerate(labels))]
    _write(folder / "A.txt", shares, "\t")
    _write(folder / "x.txt", [["region", "sector", "indout"], *([s, i, x[k]] for k, (s, i) in enumerate(labels))], "\t")
    (folder / "Z.txt").unlink()
    np.testing.assert_allclose(readers.read(folder, layout="exiobase", unit="meur").z, small.z)


def test_rows_of_a_wide_file_in_another_order(small: va.IOTable, tmp_path: Path) -> None:
    head, *rows = _wide(small, tmp_path / "wide.csv").read_text(encoding="utf-8").splitlines()
    (tmp_path / "turned.csv").write_text("\n".join([head, *reversed(rows)]), encoding="utf-8")
    read = readers.read(tmp_path / "turned.csv", layout="wide", unit="musd")
    assert read.states == ("ROW", "RUS", "CHN")
    same = va.decompose(read, "bm-source").sort_by([("exporter", "ascending"), ("industry", "ascending"), ("importer", "ascending")])
    other = va.decompose(small, "bm-source").sort_by([("exporter", "ascending"), ("industry", "ascending"), ("importer", "ascending")])
    np.testing.assert_allclose(same.column("value").to_numpy(), other.column("value").to_numpy(), rtol=1e-9)


def test_what_is_odd_is_listed(small: va.IOTable) -> None:
    z, y = small.z.copy(), small.y.copy()
    y[2, 0] = (1.0, -30.0)
    z[1], z[:, 1], y[1] = 0.0, 0.0, 0.0
    checks = va.check(va.IOTable(states=small.states, industries=small.industries, uses=small.uses, z=z, y=y, unit="musd"))
    assert [name for name, _ in checks.negative_final] == ["RUS c1 to CHN"]
    assert ("CHN c2", 0.0) in checks.idle


def test_a_table_that_does_not_balance_says_how_much_and_where(small: va.IOTable) -> None:
    assert small.output is not None
    off = small.output.copy()
    off[3] += 7.0
    with pytest.raises(BadDataError, match=r"row RUS c2 .* a gap of 7 musd"):
        va.check(replace(small, output=off))
    with pytest.raises(BadDataError, match="thousands against millions"):
        va.check(replace(small, output=small.output * 1000))
    added = small.output - small.z.sum(axis=0)
    va.check(replace(small, value_added=added))
    with pytest.raises(BadDataError, match="column CHN c1"):
        va.check(replace(small, value_added=np.where(np.arange(6) == 0, added + 9, added)))


def test_a_state_in_thousands_is_caught(small: va.IOTable) -> None:
    z, y = small.z.copy(), small.y.copy()
    z[2:4] /= 1000
    y[2:4] /= 1000
    with pytest.raises(BadDataError, match=r"RUS use .*thousands against millions"):
        va.check(va.IOTable(states=small.states, industries=small.industries, uses=small.uses, z=z, y=y, unit="musd"))
    with pytest.raises(BadDataError, match="is the unit thousands"):
        va.check(replace(small, output=None), world=True)


def test_missing_cells_double_names_and_blocks(small: va.IOTable) -> None:
    z = small.z.copy()
    z[4, 1] = np.nan
    with pytest.raises(BadDataError, match="delivery of ROW c1 to CHN c2 is missing"):
        va.check(replace(small, z=z))
    with pytest.raises(BadDataError, match="industry c1 stands more than once"):
        va.check(replace(small, industries=("c1", "c1")))
    with pytest.raises(BadDataError, match="a missing block"):
        va.check(replace(small, y=small.y[:, :2]))
    with pytest.raises(UsageError, match="names no unit"):
        va.check(replace(small, unit=""))
    flows = io_tables.flows(small)
    twice = {k: [*v, v[0]] for k, v in flows.items()}
    with pytest.raises(BadDataError, match="CHN c1 to CHN c1 stands more than once"):
        va.decompose(twice)
    kept = [k for k, s in enumerate(flows["to_state"]) if s != "RUS"]
    with pytest.raises(BadDataError, match="RUS only sells or only buys"):
        va.decompose({c: [v[k] for k in kept] for c, v in flows.items()})
    holes = {**flows, "value": [float("nan"), *flows["value"][1:]]}
    with pytest.raises(BadDataError, match="is missing or infinite"):
        va.decompose(holes)


def test_a_table_without_sense_is_singular() -> None:
    z = np.array([[10.0, 0.0], [0.0, 10.0]])
    y = np.zeros((2, 2, 1))
    with pytest.raises(BadDataError, match="uses up all that it makes"):
        va.solve(va.IOTable(states=("A", "B"), industries=("i",), uses=("f",), z=z, y=y, unit="usd"))


def _unbalanced(small: va.IOTable) -> va.IOTable:
    assert small.output is not None
    return replace(small, output=small.output + np.array([0, 0, 0, 7.0, 0, 0]))


def _not_a_number(small: va.IOTable) -> va.IOTable:
    z = small.z.copy()
    z[4, 3] = np.nan
    return replace(small, z=z)


def _thousands(small: va.IOTable) -> va.IOTable:
    factor = np.array([1, 1, 1e-3, 1e-3, 1, 1])
    return replace(small, z=small.z * factor[:, None], y=small.y * factor[:, None, None])


def _without_purchases(path: Path) -> None:
    """Takes the columns of what Russia buys out of a file, or its rows out of a long one."""
    file = path / "Z.txt" if path.is_dir() else path
    mark = "\t" if path.is_dir() else ","
    rows = list(csv.reader(file.read_text(encoding="utf-8").splitlines(), delimiter=mark))
    if rows[0][:3] == ["from_state", "from_industry", "to_state"]:
        kept = [r for r in rows if r[2] != "RUS"]
    else:
        gone = {k for row in rows[:4] for k, cell in enumerate(row) if k > 3 or path.is_dir() if cell.removeprefix("Z_").startswith("RUS")}
        kept = [[c for k, c in enumerate(r) if k not in gone] for r in rows]
        assert gone
    _write(file, kept, mark)


FAULTS: dict[str, tuple[Callable[[va.IOTable], va.IOTable], str]] = {
    "unbalanced": (_unbalanced, r"does not balance: row RUS c?2 sums to .*, a gap of 7 musd; all gaps together are .*% of output"),
    "not a number": (_not_a_number, "ROW c?1 to RUS c?2 is missing or infinite"),
    "twice": (lambda small: replace(small, industries=("c1", "c1")), "stands more than once|stand more than once"),
    "thousands": (_thousands, "thousands against millions"),
    "block": (lambda small: small, "a missing block|its block is missing"),
}
"""What is wrong with a table, and what must be said of it."""


@pytest.mark.parametrize("layout", WRITERS)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_table_ends_with_three_and_nothing_is_written(
    layout: str, fault: str, small: va.IOTable, tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if fault == "unbalanced" and layout in UNDECLARED:
        pytest.skip("the layout declares no output")
    spoil, told = FAULTS[fault]
    path = WRITERS[layout](spoil(small), tmp_path / "t.csv")
    if fault == "block":
        _without_purchases(path)
    out = tmp_path / "out.csv"
    with pytest.raises(SystemExit) as ended:
        cli.main(["decompose", str(path), "--layout", layout, "--unit", "musd", "--out", str(out)])
    assert re.search(told, capsys.readouterr().err)
    assert ended.value.code == 3
    assert not out.exists() and not list(home.rglob("*.parquet"))


def test_a_world_in_thousands_and_an_empty_cell(small: va.IOTable, tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out = _headed(small, tmp_path / "sheet.csv"), tmp_path / "out.csv"
    arguments = ["decompose", str(path), "--layout", "wiod2013", "--unit", "musd", "--out", str(out)]
    with pytest.raises(SystemExit) as ended:
        cli.main([*arguments, "--world"])
    assert ended.value.code == 3 and "is the unit thousands, or millions?" in capsys.readouterr().err
    rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
    rows[5][6] = ""
    _write(path, rows)
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 3 and "sheet.csv: the cell in line 6, column 7 is empty" in capsys.readouterr().err
    assert not out.exists()


def test_the_command_takes_a_table_apart(small: va.IOTable, tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = _headed(small, tmp_path / "sheet.csv")
    arguments = ["decompose", str(path), "--layout", "adb", "--unit", "musd", "--pairs", "--exporter", "CHN", "--importer", "RUS", "--format", "csv"]
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert not ended.value.code
    said = capsys.readouterr()
    rows = {r["component"]: float(r["value"]) for r in csv.DictReader(said.out.splitlines())}
    wanted = va.bm_source(va.solve(small))
    for name in wanted.components:
        assert rows[name] == pytest.approx(wanted.pairs(name)[0, 1])
    assert "3 states, 2 industries" in said.err
    with pytest.raises(SystemExit) as ended:
        cli.main(["decompose", str(path), "--layout", "adb", "--unit", "musd", "--group", "CHN,RUS", "--format", "csv"])
    assert "no exports of the group" in capsys.readouterr().err
    with pytest.raises(SystemExit) as ended:
        cli.main(["decompose", str(path), "--layout", "adb", "--unit", "musd", "--method", "tiva"])
    assert ended.value.code == 2
