"""Made Series in a made store: rows and coverage are invented, so that each test states all that it relies on."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow as pa

from comity import store
from comity.core import series_schema

LOOSE = pa.schema([f.with_nullable(True) for f in series_schema()])


def day(year: int, month: int = 1, number: int = 1) -> dt.date:
    return dt.date(year, month, number)


def row(a: str, b: str, start: dt.date, value: float, **more: Any) -> dict[str, Any]:
    """A row first public on the day after its year unless `published` says otherwise."""
    return {"a": a, "b": b, "start": start, "value": value, "n": None, "se": None, "source": "", "published": day(start.year + 1), **more}


def cover(first: int, last: int, **more: Any) -> dict[str, Any]:
    """A source's coverage as its ledger row has it: all members in all years unless told otherwise."""
    return {"first": first, "last": last, "states": "members", "gaps": [], "note": "", "pairs": None, "partners": None, "origins": None, **more}


def put(home: Path, name: str, rows: list[dict[str, Any]], coverage: dict[str, dict[str, Any]]) -> None:
    """Write a Series of this name; rows without a source get the first that covers it."""
    source = next(iter(coverage))
    table = pa.Table.from_pylist([r | {"source": r["source"] or source} for r in rows], LOOSE)
    starts = sorted(r["start"] for r in rows)
    base, _, variant = name.partition(":")
    facts = {
        "name": name, "inputs": {}, "module": "comity.measures.made", "module_hash": "", "content": store.content_hash(table), "rows": len(rows),
        "first": str(starts[0]) if starts else None, "last": str(starts[-1]) if starts else None, "built": "2024-01-03T00:00:00+00:00",
        "coverage": coverage, "measure": base, "variant": variant,
    }  # fmt: skip
    store.write(store.artefact_path(home, "series", name), table, facts)
