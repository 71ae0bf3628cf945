"""Readers of inter-country tables as files: each layout by name, the unit asked for, never guessed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from comity.core import BadDataError, UsageError
from comity.models.frames import Floats
from comity.models.value_added import layouts
from comity.models.value_added.table import UNITS, IOTable, from_flows

if TYPE_CHECKING:
    import pyarrow as pa

STATE_NAMES = ("iso3", "country", "state")
OUTPUT_NAMES = ("X", "OUT", "output")
VALUE_NAMES = ("VA_resid", "VA", "value_added")


def read(path: Path, *, layout: str, unit: str) -> IOTable:
    """The table in a file of a known layout; UsageError for the layout, the unit or a missing file, BadDataError for what does not fit.

    unit: of all numbers of the file, one of usd, kusd, musd, bnusd, or another by its own name (then no size of the world is checked).
    """
    if layout not in LAYOUTS:
        raise UsageError(f"layout {layout!r} is not known; expected {', '.join(LAYOUTS)}")
    if not unit:
        raise UsageError(f"{path.name}: which unit are its numbers in? expected one of {', '.join(UNITS)}, or another by its own name")
    if not path.exists():
        raise UsageError(f"{path}: no such file")
    return LAYOUTS[layout](path, unit)


def from_wide(frame: pa.Table, *, unit: str, name: str) -> IOTable:
    """The table that a wide frame makes: state, industry, X (optional), value added (optional), Z_STATE_industry …, Y_STATE_use ….

    The mark between state and industry may be `_` or `.`; every row must have its column and every state its final uses.
    """
    held = frame.column_names
    state = next((c for c in STATE_NAMES if c in held), None)
    if state is None or "industry" not in held:
        raise BadDataError(f"{name}: no column {' or '.join(STATE_NAMES)} and industry; it begins with {', '.join(held[:6])}")
    sellers = list(zip(_words(frame, state, name), _words(frame, "industry", name), strict=True))
    states, industries = tuple(dict.fromkeys(s for s, _ in sellers)), tuple(dict.fromkeys(i for _, i in sellers))
    order = _order(sellers, states, industries, name)
    columns: dict[tuple[str, str], str] = {}
    for c in held:
        if c[:2] == "Z_":
            columns[_split(c[2:], states, name)] = c
    lacking = [f"{s} {i}" for s in states for i in industries if (s, i) not in columns]
    if lacking or len(columns) != len(order):
        extra = [f"{s} {i}" for s, i in columns if i not in industries]
        raise BadDataError(f"{name}: {', '.join((lacking or extra)[:5])} is among the {'rows' if lacking else 'columns'} only: a missing block")
    final: dict[tuple[str, str], str] = {}
    for c in held:
        if c[:2] == "Y_":
            final[_split(c[2:], states, name)] = c
    uses = tuple(dict.fromkeys(u for _, u in final))
    if hollow := [f"{s} {u}" for s in states for u in uses if (s, u) not in final] or ([] if uses else ["every state"]):
        raise BadDataError(f"{name}: no final use of {', '.join(hollow[:5])}: a missing block")
    z = _stack(frame, [columns[s, i] for s in states for i in industries], order, name)
    y = _stack(frame, [final[s, u] for s in states for u in uses], order, name).reshape(len(order), len(states), len(uses))
    declared = [next((c for c in wanted if c in held), None) for wanted in (OUTPUT_NAMES, VALUE_NAMES)]
    output, value = (None if c is None else _stack(frame, [c], order, name)[:, 0] for c in declared)
    return IOTable(states=states, industries=industries, uses=uses, z=z, y=y, unit=unit, output=output, value_added=value)


def frame_of(path: Path) -> pa.Table:
    """A Parquet or CSV file as an Arrow table; BadDataError where it cannot be read or a column stands twice."""
    import pyarrow as pa
    import pyarrow.csv as pc
    import pyarrow.parquet as pq

    try:
        if path.suffix == ".parquet":
            frame = pq.ParquetFile(path).read(use_threads=False)
        else:
            frame = pc.read_csv(path, parse_options=pc.ParseOptions(delimiter=_delimiter(path)))
    except (pa.ArrowInvalid, OSError) as error:
        raise BadDataError(f"{path.name}: cannot be read ({str(error).splitlines()[0][:200]})") from error
    seen = frame.column_names
    if len(set(seen)) < len(seen):
        twice = next(c for c in seen if seen.count(c) > 1)
        raise BadDataError(f"{path.name}: column {twice} stands more than once")
    return frame


def _wide(path: Path, unit: str) -> IOTable:
    return from_wide(frame_of(path), unit=unit, name=path.name)


def _long(path: Path, unit: str) -> IOTable:
    return from_flows(frame_of(path), unit=unit)


def _delimiter(path: Path) -> str:
    with path.open(encoding="utf-8-sig", errors="replace") as stream:
        first = stream.readline()
    return max(",;\t|", key=first.count)


def _words(frame: pa.Table, column: str, name: str) -> list[str]:
    out = frame.column(column).to_pylist()
    if any(v is None for v in out):
        raise BadDataError(f"{name}: {column} of row {out.index(None) + 1} is empty")
    return [str(v) for v in out]


def _order(sellers: Sequence[tuple[str, str]], states: Sequence[str], industries: Sequence[str], name: str) -> list[int]:
    """Where each row of the file stands, in the order of states, then industries."""
    at = {pair: k for k, pair in enumerate(sellers)}
    if len(at) < len(sellers):
        twice = next(p for p in sellers if sellers.count(p) > 1)
        raise BadDataError(f"{name}: the row {' '.join(twice)} stands more than once")
    if lacking := [f"{s} {i}" for s in states for i in industries if (s, i) not in at]:
        raise BadDataError(f"{name}: no row {', '.join(lacking[:5])} ({len(lacking)} rows missing): a missing block, or industries named differently")
    return [at[s, i] for s in states for i in industries]


def _split(text: str, states: Sequence[str], name: str) -> tuple[str, str]:
    for mark in ("_", "."):
        head, found, tail = text.partition(mark)
        if found and head in states:
            return head, tail
    if text in states:
        return text, "final"
    raise BadDataError(f"{name}: column {text} names no state of its rows ({', '.join(states[:5])} …)")


def _stack(frame: pa.Table, columns: Sequence[str], order: Sequence[int], name: str) -> Floats:
    out = np.empty((frame.num_rows, len(columns)))
    for k, c in enumerate(columns):
        column = frame.column(c)
        try:
            out[:, k] = column.to_numpy()
        except (ValueError, TypeError):
            raise BadDataError(f"{name}: column {c} holds something that is no number") from None
    return np.ascontiguousarray(out[list(order)])


LAYOUTS: dict[str, Callable[[Path, str], IOTable]] = {
    "long": _long, "wide": _wide, "wiod2013": layouts.headed, "wiod2016": layouts.headed, "wiod2016-r": layouts.wiod2016_r, "adb": layouts.headed,
    "icio": layouts.icio, "exiobase": layouts.exiobase,
}  # fmt: skip
"""Layouts of files by name."""
