"""A publisher's own layout gives the tables that the held copy gives, cell by cell: its rows written as the publisher writes them and read back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from comity import promises, sources
from comity.reading import Raw, choose, differences
from from_files import COMPUTED, KNOWN, SAMPLES, tables
from publisher_files import WRITERS

Kept = Callable[[dict[str, pa.Table]], dict[str, pa.Table]]
LAID = sorted((name, layout.name) for name in set(sources.packaged()) - COMPUTED for layout in sources.get(name).layouts)


def _recorded(made: dict[str, pa.Table]) -> dict[str, pa.Table]:
    """What the library's file can give of the held copy: the records that have a vote by state."""
    held = _query("SELECT * FROM r WHERE undl_id IN (SELECT undl_id FROM v)", r=made["undl_resolutions"], v=made["undl_votes"])
    return {"undl_resolutions": held, "undl_votes": made["undl_votes"]}


def _sixteen_digits(made: dict[str, pa.Table]) -> dict[str, pa.Table]:
    """The prices in as many digits as the test's workbook has."""
    table = made["commodity_prices"]
    prices = pa.array([float(f"{p:.16g}") for p in table.column("price").to_pylist()], pa.float64())
    return {"commodity_prices": table.set_column(table.schema.get_field_index("price"), "price", prices)}


GIVEN: dict[str, Kept] = {"un_assembly": _recorded, "pink_sheet": _sixteen_digits}
"""What of the held copy's tables a publisher's layout can give, where that is not all."""


def _query(sql: str, **views: pa.Table) -> pa.Table:
    import duckdb

    with duckdb.connect() as connection:
        for name, table in views.items():
            connection.register(name, table)
        return connection.sql(sql).to_arrow_table()


def _both(name: str, layout_name: str, folder: Path, out: Path) -> tuple[dict[str, pa.Table], dict[str, pa.Table]]:
    """The tables of the held copy and those of the publisher's files, each in the order of its key."""
    source = sources.get(name)
    (layout,) = [one for one in source.layouts if one.name == layout_name]
    WRITERS[name, layout_name](folder, out)
    assert choose(source, out) is layout and differences(layout, out) == ()
    read = layout.build(Raw(name, layout.files, out))
    read = {s.name: promises.keep(read[s.name], s, KNOWN.__contains__) for s in source.tables}
    held = GIVEN.get(name, lambda made: made)(tables(name, folder))
    order = {s.name: [(k, "ascending") for k in s.key] for s in source.tables}
    return {n: t.sort_by(order[n]) for n, t in held.items()}, {n: t.sort_by(order[n]) for n, t in read.items() if n in held}


def test_every_layout_has_a_writer_of_its_publishers_files() -> None:
    assert set(LAID) == set(WRITERS)


@pytest.mark.parametrize(("name", "layout"), LAID)
def test_a_publishers_files_give_the_samples_tables(name: str, layout: str, tmp_path: Path) -> None:
    held, read = _both(name, layout, SAMPLES / name, tmp_path)
    assert any(t.num_rows for t in held.values()) and set(held) == set(read)
    for table, rows in held.items():
        assert read[table].select(rows.column_names).to_pylist() == rows.to_pylist(), table


@pytest.mark.parametrize(("name", "layout"), LAID)
def test_a_publishers_files_give_the_held_copys_tables(name: str, layout: str, shared_data: Path, tmp_path: Path) -> None:
    held, read = _both(name, layout, shared_data, tmp_path)
    for table, rows in held.items():
        assert rows.num_rows and read[table].select(rows.column_names).cast(rows.schema).equals(rows), table
