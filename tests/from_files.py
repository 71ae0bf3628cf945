"""Tables and series computed from a folder of raw files, without a store: what tests of sources and measures stand on."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from comity import build, measures, promises, sources, states
from comity.core import split_variant
from comity.reading import Raw

SAMPLES = Path(__file__).parent / "samples"
KNOWN = frozenset(state.code for state in states.all_states())
COMPUTED = frozenset({"un_topics", "un_ideal_points", "un_vote_model", "expected_trade", "suspected_reports", "wiod_tables", "wiod_bands"})
"""Sources that are computed from whole files, their own or others': no sample of a few rows can stand for these."""
Row = dict[str, Any]


def tables(name: str, folder: Path) -> dict[str, pa.Table]:
    """A source's tables from a folder, with every promise of their declaration kept."""
    source = sources.get(name)
    made = source.build(Raw(name, source.files, folder))
    return {spec.name: promises.keep(made[spec.name], spec, KNOWN.__contains__) for spec in source.tables}


made = lru_cache(maxsize=16)(tables)
"""A source's tables, made once for the tests that ask in turn; the files of a folder may not change between two calls."""


def rows(table: pa.Table, where: str = "true", columns: str = "*") -> list[tuple[object, ...]]:
    """The rows of a table that a condition names, in order."""
    with duckdb.connect() as connection:
        connection.register("t", table)
        return connection.sql(f"SELECT {columns} FROM t WHERE {where} ORDER BY ALL").fetchall()


class Files:
    """Tables and Series of a folder of raw files, each computed once and checked as the build checks it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.made: dict[str, pa.Table] = {}

    def table(self, name: str) -> pa.Table:
        if name not in self.made:
            base, variant = split_variant(name)
            if base in measures.load():
                declared = measures.get(base)
                inputs = {i: self.table(i) for i in declared.inputs}
                result = build.compute(declared, variant, {i: Path(i) for i in declared.inputs}, tables=inputs)
                self.made[name] = build.finish(result, declared, name, build.sources_of(base))
            else:
                source = sources.owners()[name]
                inside = self.folder / source
                self.made |= tables(source, inside if inside.is_dir() else self.folder)
        return self.made[name]

    def rows(self, name: str, a: str, b: str, first: int = 0, last: int = 9999) -> list[Row]:
        table = self.table(name)
        pair = table.filter(pc.and_(pc.equal(table.column("a"), a), pc.equal(table.column("b"), b)))
        return [r for r in pair.to_pylist() if first <= r["start"].year <= last]
