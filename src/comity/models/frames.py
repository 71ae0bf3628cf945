"""Frames in any of three forms: an Arrow table, a pandas frame, or a mapping of names to arrays; read as numpy arrays."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.core import BadDataError, UsageError

Frame = Any
"""An Arrow table, a pandas frame or a mapping of names to arrays."""
Floats = NDArray[np.float64]
Words = NDArray[np.str_]
Ints = NDArray[np.int64]


def extra(name: str) -> Any:
    """A package of the extra `models`, imported; UsageError says how to install it where it is missing."""
    try:
        return importlib.import_module(name)
    except ImportError as e:
        raise UsageError(f"this needs {name.partition('.')[0]}, which is not installed ({e}): pip install 'comity[models]'") from None


def names(frame: Frame, what: str) -> list[str]:
    """The names of its columns; UsageError where it is no frame."""
    if hasattr(frame, "column_names"):
        return list(frame.column_names)
    if hasattr(frame, "columns"):
        return [str(name) for name in frame.columns]
    if hasattr(frame, "keys"):
        return [str(name) for name in frame.keys()]  # noqa: SIM118
    raise UsageError(f"{what} is a {type(frame).__name__}; expected an Arrow table, a pandas frame or a mapping of names to arrays")


def require(frame: Frame, wanted: Iterable[str], what: str) -> None:
    """UsageError where a wanted column is missing, or columns differ in length."""
    held, asked = names(frame, what), list(wanted)
    missing = [name for name in asked if name not in held]
    if missing:
        raise UsageError(f"{what} has no column {', '.join(missing)}; it has {', '.join(held) or 'none'}")
    lengths = {name: len(frame[name]) for name in asked}
    if len(set(lengths.values())) > 1:
        raise UsageError(f"{what} has columns of differing length: {', '.join(f'{n} {k}' for n, k in lengths.items())}")


def raw(frame: Frame, name: str) -> NDArray[Any]:
    """One column as a one-dimensional numpy array of whatever type it has; nulls of numbers become nan."""
    column = frame[name]
    if hasattr(column, "to_pylist"):
        import pyarrow.types as pt

        kind = column.type
        if pt.is_dictionary(kind):
            column = column.cast(kind.value_type)
        if pt.is_decimal(kind):
            column = column.cast("float64")
        out = np.asarray(column.to_numpy() if hasattr(column, "chunks") else column.to_numpy(zero_copy_only=False))
    elif hasattr(column, "to_numpy"):
        out = np.asarray(column.to_numpy())
    else:
        out = np.asarray(column)
    if out.ndim != 1:
        raise UsageError(f"column {name} has {out.ndim} dimensions; expected one value a row")
    return out


def numbers(frame: Frame, name: str, what: str) -> Floats:
    """One column as float64, missing as nan; BadDataError where it holds something else than numbers."""
    column = raw(frame, name)
    try:
        if column.dtype == object:
            column = np.array([np.nan if _missing(v) else v for v in column], dtype=np.float64)
        return column.astype(np.float64)
    except (TypeError, ValueError) as e:
        raise BadDataError(f"{what}: column {name} holds something that is no number ({e})") from None


def words(frame: Frame, name: str, what: str) -> Words:
    """One column as strings; BadDataError where a value is missing."""
    column = raw(frame, name)
    if column.dtype.kind == "U":
        return column
    if column.dtype.kind in "iu":
        return column.astype(str)
    if column.dtype.kind == "f":
        if not np.isfinite(column).all() or (column != np.floor(column)).any():
            raise BadDataError(f"{what}: column {name} holds missing or broken numbers where codes are expected")
        return column.astype(np.int64).astype(str)
    given = frame[name]
    if hasattr(given, "null_count"):
        missing = given.null_count > 0
    elif hasattr(given, "isna"):
        missing = bool(given.isna().any())
    else:
        missing = any(_missing(v) for v in column)
    if missing:
        raise BadDataError(f"{what}: column {name} has missing values; every row needs one")
    return column.astype(str)


def whole(frame: Frame, name: str, what: str) -> Ints:
    """One column as whole numbers; BadDataError where it holds others."""
    column = numbers(frame, name, what)
    if not np.isfinite(column).all() or (column != np.floor(column)).any():
        raise BadDataError(f"{what}: column {name} holds missing or broken numbers; expected whole ones")
    return column.astype(np.int64)


def amounts(frame: Frame, name: str, what: str) -> Floats:
    """One column of values of at least zero; BadDataError names the first row that is missing, infinite or negative."""
    column = numbers(frame, name, what)
    bad = ~np.isfinite(column) | (column < 0)
    if bad.any():
        row = int(np.argmax(bad))
        told = "is missing" if np.isnan(column[row]) else f"is {column[row]:g}"
        raise BadDataError(f"{what}: {name} of row {row} {told} ({int(bad.sum())} such rows); expected finite values of at least zero")
    return column


def codes(columns: Sequence[NDArray[Any]]) -> tuple[Ints, int]:
    """Rows of equal values share a number from zero on, in order of value; the number of such groups."""
    out: Ints = np.zeros(len(columns[0]), np.int64)
    size = 1
    for column in columns:
        found, at = np.unique(column, return_inverse=True)
        mixed, out = np.unique(out * max(len(found), 1) + at.reshape(-1), return_inverse=True)
        size = len(mixed)
    return out.reshape(-1).astype(np.int64), size


def _missing(value: object) -> bool:
    return value is None or (isinstance(value, float) and value != value) or type(value).__name__ in ("NAType", "NaTType")
