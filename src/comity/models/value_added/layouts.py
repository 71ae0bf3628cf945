"""The publishers' own layouts of inter-country tables: headed sheets, labelled matrices and folders of two files, each read as it is printed.

headed (WIOD 2013, WIOD 2016, ADB): a sheet, saved as CSV or still .xlsx, with a row of states above a row of industry codes, and two columns of
the same. wiod2016-r: the flat frame of the release in R (Country, RNr, AUS1 …). icio (OECD): labels STATE_industry on rows and columns, parts of
China and Mexico as states of their own, here put together. exiobase: a folder with Y.txt and either Z.txt or A.txt and x.txt, tab-separated.
"""

from __future__ import annotations

import csv
import importlib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from comity.core import BadDataError, UsageError
from comity.models.frames import Floats
from comity.models.value_added.table import IOTable

Label = tuple[str, str]
TOTALS = frozenset({"TOT", "TOTAL", "OUT", "OUTPUT", "GO", "XPD"})
ICIO_PARTS = {"CN1": "CHN", "CN2": "CHN", "MX1": "MEX", "MX2": "MEX"}
ICIO_FINAL = ("HFCE", "NPISH", "GGFC", "GFCF", "INVNT", "DPABR", "P33", "FD", "NONRES", "CONS_NONRES", "CONS_ABR", "DISC")
_STATE = re.compile(r"[A-Z]{3}|RoW|WWW")
_NUMBERED = re.compile(r"[A-Za-z](\d+)")


def headed(path: Path, unit: str) -> IOTable:
    """A sheet whose headings stand in rows and columns of their own: the state, and beside it the industry as c1, r1 …"""
    grid = _sheet(path)
    head = max(range(min(len(grid), 12)), key=lambda r: _states_in(grid[r]), default=0)
    if not grid or _states_in(grid[head]) < 2:
        raise BadDataError(f"{path.name}: no row of states' codes among its first twelve; expected the publisher's sheet")
    side = max(range(min(max(map(len, grid)), 6)), key=lambda c: _states_in(_at(row, c) for row in grid))
    codes = grid[head + 1] if head + 1 < len(grid) else []
    columns = {k: (s, _plain(_at(codes, k))) for k, s in enumerate(grid[head]) if k > side + 1 and _is_state(s)}
    rows = {k: (_at(r, side), _plain(_at(r, side + 1))) for k, r in enumerate(grid) if k > head + 1 and _is_state(_at(r, side))}
    output = next((k for k in range(len(grid[head]) - 1, side, -1) if {_at(grid[r], k).upper() for r in range(head + 2)} & TOTALS), None)
    whole = np.array([[_number(_at(grid[r], k), path, r, k) for k in columns] for r in rows])
    declared = None if output is None else np.array([_number(_at(grid[r], output), path, r, output) for r in rows])
    return _assembled(path.name, list(rows.values()), list(columns.values()), whole, declared, unit)


def wiod2016_r(path: Path, unit: str) -> IOTable:
    """The flat frame of WIOD 2016 as R holds it, saved as CSV: Country, RNr, and columns AUS1 … ROW61, TOT."""
    header, *body = _sheet(path)
    if not {"Country", "RNr"} <= set(header):
        raise BadDataError(f"{path.name}: no columns Country and RNr; it begins with {', '.join(header[:6])}")
    country, number = header.index("Country"), header.index("RNr")
    columns = {k: (m[1], m[2]) for k, h in enumerate(header) if (m := re.fullmatch(r"v?([A-Z]{3}|RoW)(\d+)", h))}
    rows = {k: (r[country], str(int(float(r[number])))) for k, r in enumerate(body) if r[country] not in TOTALS and _is_state(r[country])}
    whole = np.array([[_number(_at(body[r], k), path, r + 1, k) for k in columns] for r in rows])
    total = header.index("TOT") if "TOT" in header else None
    declared = None if total is None else np.array([_number(_at(body[r], total), path, r + 1, total) for r in rows])
    return _assembled(path.name, list(rows.values()), list(columns.values()), whole, declared, unit)


def icio(path: Path, unit: str) -> IOTable:
    """An OECD table in CSV: rows and columns STATE_industry, final uses STATE_HFCE …, output OUT or TOTAL; parts of a state put together."""
    header, *body = _sheet(path)
    sold = [r[0].partition("_") for r in body]
    rows = {k: (head, tail) for k, (head, found, tail) in enumerate(sold) if found and _is_part(head) and tail not in ICIO_FINAL}
    _once(path.name, "row", list(rows.values()))
    bought = [h.partition("_") for h in header]
    columns = {k: (head, tail) for k, (head, found, tail) in enumerate(bought) if k and found and _is_part(head)}
    _once(path.name, "column", list(columns.values()))
    whole = np.array([[_number(_at(body[r], k), path, r + 1, k) for k in columns] for r in rows])
    total = next((k for k, h in enumerate(header) if h.upper() in TOTALS), None)
    declared = None if total is None else np.array([_number(_at(body[r], total), path, r + 1, total) for r in rows])
    seller = [(ICIO_PARTS.get(s, s), i) for s, i in rows.values()]
    buyer = [(ICIO_PARTS.get(s, s), i) for s, i in columns.values()]
    seller, whole, declared = _added(seller, whole, declared)
    buyer, turned, _ = _added(buyer, whole.T, None)
    return _assembled(path.name, seller, buyer, turned.T, declared, unit)


def exiobase(path: Path, unit: str) -> IOTable:
    """A folder with Y.txt and Z.txt, or A.txt and x.txt: tab-separated, two heading rows (region, sector or use) and two heading columns."""
    if not path.is_dir():
        raise UsageError(f"{path}: expected the folder that holds Y.txt and Z.txt, or A.txt and x.txt")
    labels, uses, y = _labelled(path / "Y.txt")
    if (path / "Z.txt").is_file():
        rows, columns, z = _labelled(path / "Z.txt")
    else:
        rows, columns, a = _labelled(path / "A.txt")
        held = _sheet(path / "x.txt")
        output = {(r[0], r[1]): _number(r[-1], path / "x.txt", k, len(r) - 1) for k, r in enumerate(held) if len(r) > 2 and (r[0], r[1]) in set(rows)}
        if lacking := [c for c in columns if c not in output]:
            raise BadDataError(f"x.txt: no output of {' '.join(lacking[0])} ({len(lacking)} missing)")
        z = a * np.array([output[c] for c in columns])
    if rows != labels:
        raise BadDataError("the rows of Y.txt are not those of the other file; expected the same order")
    return _assembled(path.name, rows, [*columns, *uses], np.hstack([z, y]), None, unit)


def _assembled(name: str, rows: Sequence[Label], columns: Sequence[Label], whole: Floats, declared: Floats | None, unit: str) -> IOTable:
    """Rows and columns by label put into the order of states, then industries; what is only on one side is a missing block."""
    states, industries = tuple(dict.fromkeys(s for s, _ in rows)), tuple(dict.fromkeys(i for _, i in rows))
    row, column = {r: k for k, r in enumerate(rows)}, {c: k for k, c in enumerate(columns)}
    _once(name, "row", rows)
    _once(name, "column", columns)
    both = [(s, i) for s in states for i in industries]
    for what, held in (("row", row), ("column", column)):
        if lacking := [" ".join(p) for p in both if p not in held]:
            raise BadDataError(f"{name}: no {what} {', '.join(lacking[:5])} ({len(lacking)} missing): a missing block")
    uses = tuple(dict.fromkeys(i for _, i in columns if i not in industries))
    if hollow := [f"{s} {u}" for s in states for u in uses if (s, u) not in column] or ([] if uses else ["any state"]):
        raise BadDataError(f"{name}: no final use of {', '.join(hollow[:5])}: a missing block")
    order = [row[p] for p in both]
    z = whole[np.ix_(order, [column[p] for p in both])]
    y = whole[np.ix_(order, [column[s, u] for s in states for u in uses])].reshape(len(order), len(states), len(uses))
    return IOTable(states=states, industries=industries, uses=uses, z=z, y=y, unit=unit, output=None if declared is None else declared[order])


def _once(name: str, what: str, labels: Sequence[Label]) -> None:
    if len(set(labels)) < len(labels):
        twice = next(x for x in labels if labels.count(x) > 1)
        raise BadDataError(f"{name}: the {what} {' '.join(twice)} stands more than once")


def _added(labels: Sequence[Label], values: Floats, more: Floats | None) -> tuple[list[Label], Floats, Floats | None]:
    """Rows of the same label summed, in order of first appearance."""
    seen = list(dict.fromkeys(labels))
    if len(seen) == len(labels):
        return seen, values, more
    place = {label: k for k, label in enumerate(seen)}
    at = np.array([place[label] for label in labels])
    out = np.zeros((len(seen), values.shape[1]))
    np.add.at(out, at, values)
    return seen, out, None if more is None else np.bincount(at, weights=more, minlength=len(seen)).astype(np.float64)


def _sheet(path: Path) -> list[list[str]]:
    if not path.is_file():
        raise UsageError(f"{path}: no such file")
    if path.suffix in (".xlsx", ".xlsm"):
        try:
            book: Any = importlib.import_module("openpyxl")
        except ImportError:
            raise UsageError(f"{path.name}: .xlsx needs openpyxl (pip install openpyxl); or save the sheet as CSV") from None
        sheet = book.load_workbook(path, read_only=True, data_only=True).worksheets[0]
        return [["" if v is None else str(v) for v in row] for row in sheet.iter_rows(values_only=True)]
    if path.suffix == ".xlsb":
        raise UsageError(f"{path.name}: binary workbooks are not read; save the sheet as .xlsx or CSV")
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    first = text.partition("\n")[0]
    found = [[c.strip() for c in row] for row in csv.reader(text.splitlines(), delimiter=max(",;\t|", key=first.count)) if row]
    if not found:
        raise BadDataError(f"{path.name}: the file is empty")
    return found


def _labelled(path: Path) -> tuple[list[Label], list[Label], Floats]:
    grid = _sheet(path)
    if len(grid) < 3:
        raise BadDataError(f"{path.name}: fewer than three rows; expected two of headings and one of numbers at least")
    if len(grid[0]) != len(grid[1]):
        raise BadDataError(f"{path.name}: its two heading rows have {len(grid[0])} and {len(grid[1])} cells; expected the same")
    columns = list(zip(grid[0][2:], grid[1][2:], strict=True))
    body = [r for r in grid[2:] if len(r) > 2 and any(r[2:])]
    values = np.array([[_number(_at(r, k + 2), path, n + 2, k + 2) for k in range(len(columns))] for n, r in enumerate(body)])
    return [(r[0], r[1]) for r in body], columns, values


def _states_in(cells: Iterable[str]) -> int:
    return sum(1 for c in cells if _is_state(c))


def _is_state(text: str) -> bool:
    return bool(_STATE.fullmatch(text)) and text not in TOTALS


def _is_part(text: str) -> bool:
    return text in ICIO_PARTS or (_is_state(text) and text not in ("TLS", "TXS"))


def _plain(code: str) -> str:
    """c1 of a column and r1 of a row are one industry: its number."""
    match = _NUMBERED.fullmatch(code)
    return f"c{match[1]}" if match and code[0] in "crCR" else code


def _at(row: Sequence[str], k: int) -> str:
    return row[k] if k < len(row) else ""


def _number(text: str, path: Path, row: int, column: int) -> float:
    try:
        return float(text)
    except ValueError:
        told = "is empty" if not text else f"holds {text[:40]!r}"
        where = f"{path.name}: the cell in line {row + 1}, column {column + 1}"
        raise BadDataError(f"{where} {told}; expected a number, zero where there is none") from None
