"""A user's own table: its encoding and delimiter found, every repair listed, every cell that cannot stand named by line and column."""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from comity import states
from comity.core import BadDataError, UsageError

if TYPE_CHECKING:
    import pyarrow as pa

DAY_ZERO = dt.date(1899, 12, 30)
LONGEST = 200
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_HARMLESS = re.compile(r"[+-]([\d.,\s%]+|inf(inity)?|nan)", re.IGNORECASE)
_MISSING = {"nan", "na", "n/a", "n.a.", "null", "none", "missing", ".", "..", "...", "-", "–", "—", "?"}
EXCEL_DAYS = (20000, 60000)


@dataclass(frozen=True, kw_only=True)
class Joined:
    """A user's file ready to be matched: keys as codes and years, its columns, the repairs made, names that are no state (unresolved), and
    states that did not exist in the year of their row (absent), both with their first line.

    lines: the line of each row. texts: of each column that is no column of numbers, the first such cell with its line."""

    path: Path
    on: tuple[str, ...]
    table: pa.Table
    columns: tuple[str, ...]
    keys: tuple[str, ...]
    repairs: tuple[str, ...]
    unresolved: tuple[str, ...]
    absent: tuple[str, ...]
    lines: tuple[int, ...]
    texts: Mapping[str, tuple[int, str]]

    @property
    def unmatched(self) -> str:
        """What no row can match, in words for the reader: names of no state, and states in years without them; "" where all match."""
        words = (("no state goes by ", self.unresolved), ("there was no ", self.absent))
        return "; ".join(lead + ", ".join(found[:20]) + (" …" if len(found) > 20 else "") for lead, found in words if found)

    def condition(self, mine: str, spine: str, *, directed: bool) -> str:
        """The SQL condition that matches a row of the file to a row of the spine."""
        parts = []
        if "k_b" in self.keys:
            if directed:
                parts.append(f"{mine}.k_a = {spine}.a AND {mine}.k_b = {spine}.b")
            else:
                parts.append(f"least({mine}.k_a, {mine}.k_b) = {spine}.a AND greatest({mine}.k_a, {mine}.k_b) = {spine}.b")
        else:
            parts.append(f"{mine}.k_a = {spine}.a")
        if "k_year" in self.keys:
            parts.append(f"{mine}.k_year = {spine}.year")
        return " AND ".join(parts)


def read(
    path: Path, on: tuple[str, ...], numbers: Literal["cow", "gw"] = "cow", *, year: str | None = None, said: Mapping[str, str] | None = None
) -> Joined:
    """A CSV or Parquet file keyed by one or two state columns and a year column; numbers: whose list its state numbers are of.

    year: the year column, else that of `on` which is named year, date or start. said: where each column of `on` was named, for errors.
    A byte-order mark, another delimiter than a comma, Latin-1 bytes and a column of Excel's day numbers are repaired and listed.
    A formula, a key that stands twice, a year that is none (a month is none, nor is a day but in a column named date or start) or a row
    with too many or too few cells is a BadDataError with line and column. Names that are no state, and states in years without them
    (the Soviet Union in 2019, though Russia has its seat), are listed with their lines; their rows match nothing.
    """
    if not path.is_file():
        raise UsageError(f"{path}: no such file")
    header, rows, repairs = _parquet(path) if path.suffix == ".parquet" else _csv(path)
    lacking = next((c for c in on if c not in header), None)
    if lacking is not None or not on:
        where = (said or {}).get(lacking or "", "--on")
        raise UsageError(f"{path}: {where} {lacking or '(nothing)'} is no column of it; it has {', '.join(header)}")
    days = year is None
    year = year or next((c for c in on if c.casefold() in ("year", "date", "start")), None)
    days = days and year is not None and year.casefold() != "year"
    state_columns = [c for c in on if c != year]
    if not 1 <= len(state_columns) <= 2:
        raise UsageError(f"{path}: --on needs one or two columns of states and at most one of years, not {', '.join(on)}")
    place = {c: header.index(c) for c in header}
    unresolved: dict[str, int] = {}
    absent: dict[tuple[str, int], str] = {}
    codes: dict[tuple[str, int | None], str | None] = {}
    keys: list[tuple[Any, ...]] = []
    seen: dict[tuple[Any, ...], int] = {}
    excel = 0
    years: list[int] | list[None] = [None] * len(rows)
    if year is not None:
        years, excel = _years([(line, row[place[year]].strip()) for line, row in rows], path, year, days=days)
    for (line, row), at in zip(rows, years, strict=True):
        key: list[Any] = []
        for column in state_columns:
            text = row[place[column]].strip()
            for when in (at, None):
                if (text, when) not in codes:
                    codes[text, when] = found = _state(text, when, numbers)
                    if found is not None and when is not None and _is_past(text, found, when, numbers):
                        codes[text, when] = None
                        heir = f"{states.get(found).name} ({found})"
                        absent[text, when] = f"line {line}; write {heir}, which then had its seat, or mend the year"
            code = codes[text, at]
            if code is None and at is not None and codes[text, None]:
                absent.setdefault((text, at), f"line {line}")
            elif code is None:
                unresolved.setdefault(text, line)
            key.append(code)
        whole = (*key, at)
        if None not in key:
            if whole in seen:
                raise BadDataError(f"{path}: line {line}: the key {', '.join(map(str, whole))} stands in line {seen[whole]} already")
            seen[whole] = line
        keys.append(whole)
    if excel:
        repairs.append(f"{excel} cells of {year} were Excel day numbers: read as dates")
    columns = [c for c in header if c not in on]
    table, texts = _arrow(columns, place, rows, keys, path, len(state_columns), year is not None)
    return Joined(
        path=path, on=on, table=table, columns=tuple(columns), lines=tuple(line for line, _ in rows), texts=texts,
        keys=("k_a", *(("k_b",) if len(state_columns) == 2 else ()), *(("k_year",) if year else ())), repairs=tuple(repairs),
        unresolved=tuple(f"{name!r} (line {line})" for name, line in unresolved.items()),
        absent=tuple(f"{name!r} in {at} ({where})" for (name, at), where in absent.items()),
    )  # fmt: skip


def decode(data: bytes) -> tuple[str, list[str]]:
    """The text of a file and the repairs that reading it took."""
    repairs = []
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
        repairs.append("byte-order mark removed")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace"), ["read as UTF-16, as its byte-order mark says"]
    try:
        return data.decode("utf-8"), repairs
    except UnicodeDecodeError:
        repairs.append("read as Windows-1252 (Latin-1), as its bytes are not UTF-8")
        return data.decode("cp1252", errors="replace"), repairs


def _csv(path: Path) -> tuple[list[str], list[tuple[int, list[str]]], list[str]]:
    text, repairs = decode(path.read_bytes())
    first = text.partition("\n")[0]
    delimiter = max(",;\t|", key=first.count)
    if first.count(delimiter) and delimiter != ",":
        repairs.append(f"delimiter is {delimiter!r}")
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        header = [h.strip() for h in next(reader)]
    except StopIteration:
        raise BadDataError(f"{path}: the file is empty") from None
    if "" in header:
        raise BadDataError(f"{path}: line 1: column {header.index('') + 1} has no name; name it or take the comma out")
    odd = next((h for h in header if not h.isprintable() or len(h) > LONGEST), None)
    if odd is not None:
        raise BadDataError(f"{path}: line 1: {odd[:40]!r} is no name of a column; expected printable characters, at most {LONGEST}")
    twice = [h for h in header if header.count(h) > 1]
    if twice:
        raise BadDataError(f"{path}: line 1: column {twice[0]!r} stands twice")
    rows = []
    for row in reader:
        if not row:
            continue
        if len(row) != len(header):
            raise BadDataError(f"{path}: line {reader.line_num}: {len(row)} cells, the header has {len(header)}")
        for name, cell in zip(header, row, strict=True):
            text = cell.strip()
            signed = text.startswith(("+", "-")) and len(text) > 1
            if text.startswith(("=", "@")) or (signed and not _NUMBER.fullmatch(text) and not _HARMLESS.fullmatch(text)):
                raise BadDataError(f"{path}: line {reader.line_num}, column {name}: {cell[:40]!r} is a formula; save the file with values")
            if text and _NUMBER.fullmatch(text) and not math.isfinite(float(text)):
                raise BadDataError(f"{path}: line {reader.line_num}, column {name}: {text[:40]} is too large for a number")
            if "\0" in cell:
                raise BadDataError(f"{path}: line {reader.line_num}, column {name}: a NUL byte; is the file text, in UTF-8?")
        rows.append((reader.line_num, row))
    return header, rows, repairs


def _parquet(path: Path) -> tuple[list[str], list[tuple[int, list[str]]], list[str]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise BadDataError(f"{path}: cannot be read as Parquet") from error
    lists = [["" if v is None else str(v) for v in table.column(c).to_pylist()] for c in table.column_names]
    return list(table.column_names), [(i + 1, list(r)) for i, r in enumerate(zip(*lists, strict=True))], []


def no_number(cell: str) -> str:
    """What is wrong with a cell that should be a number, and what would be right."""
    plain = cell.strip().casefold()
    said = f"{cell[:40]!r} is no number; "
    if plain in _MISSING:
        return said + "leave a missing value empty"
    if re.fullmatch(r"[+-]?(inf(inity)?|∞|nan)", plain):
        return said + "a value is finite: give it, or leave the cell empty"
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", plain):
        either = f", {plain.replace(',', '.')} where it is the decimal sign" if plain.count(",") == 1 and "." not in plain else ""
        return said + f"write {plain.replace(',', '')} where the comma parts thousands{either}"
    if re.fullmatch(r"[+-]?[\d.]*,\d+", plain):
        return said + f"write {plain.replace('.', '').replace(',', '.')}, with a decimal point"
    return said + "empty cells mean missing, all others are numbers without signs and units"


def _years(cells: list[tuple[int, str]], path: Path, column: str, *, days: bool) -> tuple[list[int], int]:
    """The year of each cell, and how many cells were Excel's day numbers; days: whether the column may hold days, of which the year is taken."""
    numbered = [text for _, text in cells if re.fullmatch(r"\d{5}(\.\d+)?", text)]
    low, high = EXCEL_DAYS
    excel = len(numbered) > 1 and all(low <= float(n) <= high for n in numbered) and not any(re.fullmatch(r"\d{4}(\.0)?", t) for _, t in cells)
    out: list[int] = []
    for line, text in cells:
        where = f"{path}: line {line}, column {column}: {text[:40]!r}"
        if re.fullmatch(r"\d{4}(\.0)?", text):
            out.append(int(text[:4]))
            continue
        if re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text):
            raise BadDataError(f'{where} is a month, and each row is of a year; write {text[:4]} (months: a Python module with period="month")')
        if text in numbered and not excel:
            raise BadDataError(f"{where} is no year; Excel's day numbers ({low} to {high}) are read where a whole column holds them, two or more")
        day = _day(text)
        if day is None:
            raise BadDataError(f"{where} is no year or date")
        if not days and (day.month, day.day) != (1, 1):
            told = f"to Excel the day {day}, and each row is of a year; write the year" if text in numbered else None
            raise BadDataError(f"{where} is {told or f'a day, and each row is of a year; write {day.year}'}")
        out.append(day.year)
    return out, len(numbered) if excel else 0


def _day(text: str) -> dt.date | None:
    try:
        if match := re.fullmatch(r"(\d{4}-\d{2}-\d{2})([T ].*)?", text):
            return dt.date.fromisoformat(match[1])
        if match := re.fullmatch(r"(\d{1,2})[./](\d{1,2})[./](\d{4})", text):
            first, second = int(match[1]), int(match[2])
            return dt.date(int(match[3]), first if second > 12 else second, second if second > 12 else first)
        if re.fullmatch(r"\d{5}(\.\d+)?", text):
            return DAY_ZERO + dt.timedelta(days=int(float(text)))
    except ValueError:
        pass
    return None


def _is_past(text: str, code: str, year: int, numbers: Literal["cow", "gw"]) -> bool:
    """Whether a name, code or number is of a state that had ended before a year, and `code` is only who then held its seat."""
    if match := re.fullmatch(r"(\d{1,3})(\.0)?", text):
        stops = [s.stop for state in states.all_states() for s in state.spells if getattr(s, numbers) == int(match[1])]
        return all(stop is not None and stop.year < year for stop in stops)
    try:
        named = states.find(text)
    except states.UnknownState:
        return False
    if named.code == code or any(s.stop is None or s.stop.year >= year for s in named.spells):
        return False
    heirs_names = [a.text.casefold() for a in states.get(code).aliases if a.kind not in ("data", "misspelling")]
    return not any(named.name.casefold() in name for name in heirs_names)


def _state(text: str, year: int | None, numbers: Literal["cow", "gw"]) -> str | None:
    if re.fullmatch(r"\d{1,3}(\.0)?", text):
        return states.resolve(int(float(text)), numbers, year)
    if text in states.codes():
        return states.resolve(text, "iso3", year)
    try:
        return states.find(text, on=year).code
    except states.UnknownState:
        return None


def _arrow(
    columns: list[str], place: dict[str, int], rows: list[tuple[int, list[str]]], keys: list[tuple[Any, ...]], path: Path, sides: int, dated: bool
) -> tuple[pa.Table, dict[str, tuple[int, str]]]:
    import pyarrow as pa

    texts: dict[str, tuple[int, str]] = {}
    out: dict[str, Any] = {"k_a": pa.array([k[0] for k in keys], pa.string())}
    if sides == 2:
        out["k_b"] = pa.array([k[1] for k in keys], pa.string())
    if dated:
        out["k_year"] = pa.array([k[-1] for k in keys], pa.int32())
    for column in columns:
        if column in out:
            raise BadDataError(f"{path}: a column may not be named {column}")
        cells = [row[place[column]].strip() for _, row in rows]
        if all(not c or _NUMBER.fullmatch(c) for c in cells):
            out[column] = pa.array([float(c) if c else None for c in cells], pa.float64())
        else:
            out[column] = pa.array([c or None for c in cells], pa.string())
            texts[column] = next((line, c) for (line, _), c in zip(rows, cells, strict=True) if c and not _NUMBER.fullmatch(c))
    return pa.table(out), texts
