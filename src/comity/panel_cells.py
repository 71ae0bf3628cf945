"""The states and years of a panel's rows as numbers, so that what is asked of all rows is asked of arrays."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True, eq=False)
class Cells:
    """Each row's two states as places in `codes`, which are in order, and its year as years after `first`."""

    codes: tuple[str, ...]
    first: int
    a: NDArray[np.int64]
    b: NDArray[np.int64]
    year: NDArray[np.int64]

    @property
    def years(self) -> int:
        """The number of years from the first to the last of the rows."""
        return int(self.year.max()) + 1 if len(self.year) else 0


def cells(table: pa.Table) -> Cells:
    """The cells of a panel's table."""
    import numpy as np
    import pyarrow as pa

    count = table.num_rows
    known, at = encoded(pa.chunked_array([*table.column("a").chunks, *table.column("b").chunks], pa.string()))
    codes = tuple(sorted(known))
    place = {code: i for i, code in enumerate(codes)}
    both = np.array([place[code] for code in known], dtype=np.int64)[at]
    year = numbers(table.column("year")).astype(np.int64)
    first = int(year.min()) if count else 0
    return Cells(codes=codes, first=first, a=both[:count], b=both[count:], year=year - first)


def series_rows(path: Path, *more: str) -> tuple[pa.Table, NDArray[Any]]:
    """A Series' columns a, b and those named, states and sources as dictionaries, and the year of each row."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    with pq.ParquetFile(path, read_dictionary=["a", "b", "source"]) as file:
        table = file.read(columns=["a", "b", "start", *more])
    return table, numbers(pc.year(table.column("start")))


def encoded(column: pa.ChunkedArray) -> tuple[list[str], NDArray[Any]]:
    """The different texts of a column without nulls, and of each row the place of its text among them."""
    import pyarrow as pa

    whole = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    one = whole.unify_dictionaries().combine_chunks()
    return one.dictionary.to_pylist(), numbers(one.indices)


def numbers(column: pa.ChunkedArray | pa.Array) -> NDArray[Any]:
    """A column of numbers or truths without nulls as an array: not by pyarrow's `to_numpy`, which loads pandas, half the time of a small panel."""
    import numpy as np
    import pyarrow as pa

    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if pa.types.is_boolean(whole.type):
        return np.from_dlpack(whole.cast(pa.uint8())).view(np.bool_)
    return np.from_dlpack(whole)
