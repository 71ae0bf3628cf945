"""A series of FRED as its graph page gives it: two columns, the day and the value."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from comity.core import Coverage, File, Layout, Remote

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

Build = Callable[["Raw"], "dict[str, pa.Table]"]


def layout(series: str, view: str, columns: tuple[str, str], build: Build, *, coverage: Coverage) -> Layout:
    """The layout of one series, read by `build` as the view and columns of the held copy; "." and nothing are no value."""

    def from_fred(raw: Raw) -> dict[str, pa.Table]:
        day, value = columns
        raw.connection.sql(f"CREATE VIEW \"{view}\" AS SELECT observation_date AS \"{day}\", nullif(\"{series}\", '.') AS \"{value}\" FROM fred")
        return build(raw)

    return Layout(
        name="FRED",
        files=(File(name=f"{series}.csv", view="fred", columns=("observation_date", series)),),
        build=from_fred,
        seen=(f"https://fred.stlouisfed.org/series/{series}", "https://fred.stlouisfed.org/graph/fredgraph.csv?id=DFEDTARU"),
        remotes=(Remote(url=f"https://fred.stlouisfed.org/graph/fredgraph.csv?id={series}", file=f"{series}.csv"),),
        coverage=coverage,
    )
