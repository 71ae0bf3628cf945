"""Running periods as they stood on a day: a measure counted again from the dated tables, up to that day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from comity import build, store
from comity.core import Measure, split_variant
from comity.store import Holdings

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, kw_only=True)
class Recount:
    """The rows of the periods that were running on a day, counted up to it."""

    rows: pa.Table
    periods: frozenset[dt.date]


def recounted(holdings: Holdings, declared: Measure, full: str, as_of: dt.date) -> Recount | None:
    """The running periods of a measure on `as_of`, or None where there is none or its tables are not held.

    A period runs on a day if it holds votes or events up to that day and others after it. The measure's function gets
    its tables cut to those periods and to the day; what it does not date itself was public on that day.
    """
    if not declared.recount:
        return None
    running = _running(holdings, full, as_of)
    if not running or not _countable(holdings, declared):
        return None
    cut = {name: _cut(holdings, name, declared, running, as_of) for name in declared.inputs}
    result = build.compute(declared, split_variant(full)[1], {}, tables=cut)
    coverage = holdings.row("series", full).facts["coverage"]
    rows = build.finish(result, declared, full, tuple(coverage))
    import pyarrow as pa
    import pyarrow.compute as pc

    rows = rows.filter(pc.is_in(rows.column("start"), value_set=pa.array(running, pa.date32())))
    if "published" not in result.column_names:
        public = pc.min_element_wise(rows.column("published"), pa.scalar(as_of, pa.date32()))
        rows = rows.set_column(rows.schema.get_field_index("published"), "published", public)
    return Recount(rows=rows, periods=frozenset(running))


def uncounted(holdings: Holdings, declared: Measure, full: str, as_of: dt.date) -> bool:
    """Whether periods that may have been running on `as_of` cannot be counted, as the tables are not held."""
    return declared.recount and not _countable(holdings, declared) and bool(_running(holdings, full, as_of))


def _countable(holdings: Holdings, declared: Measure) -> bool:
    return all(holdings.has("table", i) for i in declared.inputs)


def _running(holdings: Holdings, full: str, as_of: dt.date) -> list[dt.date]:
    """The periods that end after the day and had begun by the next new year."""
    starts: list[dt.date] = store.query(
        "SELECT start FROM read_parquet($path) GROUP BY start HAVING max(published) > $day AND start <= $latest",
        {"day": as_of, "latest": dt.date(min(as_of.year + 1, 9999), 1, 1)}, path=holdings.path("series", full),
    ).column("start").to_pylist()  # fmt: skip
    return starts


def _cut(holdings: Holdings, name: str, declared: Measure, running: list[dt.date], as_of: dt.date) -> pa.Table:
    path = holdings.path("table", name)
    columns = set(store.query("SELECT * FROM read_parquet($path) LIMIT 0", path=path).column_names)
    where = ["true"]
    parameters: dict[str, object] = {}
    if "session" in columns and declared.period == "session":
        where.append("list_contains($sessions, session)")
        parameters["sessions"] = [d.year - 1945 for d in running]
    if "date" in columns:
        where.append("date <= $day")
        parameters["day"] = as_of
        if declared.period == "year":
            where.append("date >= $first")
            parameters["first"] = min(running)
    return store.query(f"SELECT * FROM read_parquet($path) WHERE {' AND '.join(where)}", parameters, path=path)
