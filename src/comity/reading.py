"""How a source reads its raw files: through DuckDB views in which every CSV field is text and nothing is guessed."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from comity.core import BadDataError, ComityWarning, File, Source

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa


class Raw:
    """The files of one source, each as a DuckDB view named by its `view`; CSV columns are all VARCHAR.

    Raises BadDataError where a file cannot be read or a column that the reader needs is missing; warns of columns
    that no reader knows.
    """

    def __init__(self, source: str, files: tuple[File, ...], folder: Path) -> None:
        import duckdb

        self.source, self.folder = source, folder
        self.connection: duckdb.DuckDBPyConnection = duckdb.connect(config={"threads": 2, "memory_limit": "1200MB"})
        self.paths = {file.view: path for file in files if (path := locate(folder, file.name)) is not None}
        for file in files:
            if file.view in self.paths and not file.plain:
                self._mount(file, self.paths[file.view])

    def has(self, view: str) -> bool:
        """Whether the (optional) file behind this view was found."""
        return view in self.paths

    def of(self, source: Source) -> Raw:
        """The files of another source in the same folder, for a source that is computed from it."""
        return Raw(source.name, source.files, self.folder)

    def query(self, sql: str) -> pa.Table:
        """The Arrow table that a SQL query over the source's views gives; a value that cannot be cast is bad data."""
        import duckdb

        try:
            return self.connection.sql(sql).to_arrow_table()
        except duckdb.Error as error:
            raise BadDataError(f"source {self.source}: {_first_line(error)}; the file does not hold what its reader expects") from error

    def register(self, name: str, table: pa.Table) -> None:
        """Make an Arrow table visible to `query` under a name."""
        self.connection.register(name, table)

    def _mount(self, file: File, path: Path) -> None:
        import duckdb

        literal = str(path).replace("'", "''")
        if file.name.endswith(".parquet"):
            reader = f"read_parquet('{literal}')"
        else:
            delimiter = "\\t" if ".tsv" in file.name else ","
            names = "" if file.header is None else ", header=false, names=[" + ", ".join(f"'{n}'" for n in file.header) + "]"
            header = "header=true" if file.header is None else "ignore_errors=false"
            reader = f"read_csv('{literal}', all_varchar=true, delim='{delimiter}', quote='\"', escape='\"', nullstr='', {header}{names})"
        try:
            self.connection.sql(f"CREATE VIEW \"{file.view}\" AS SELECT * FROM {reader}")
            found = tuple(self.connection.sql(f'SELECT * FROM "{file.view}" LIMIT 0').columns)
        except duckdb.Error as error:
            raise BadDataError(f"{path}: cannot be read ({_first_line(error)}); expected the file of source {self.source}") from error
        missing = [c for c in file.columns if c not in found]
        if missing:
            raise BadDataError(f"{path}: column(s) {', '.join(missing)} missing; found {', '.join(found)[:500]}")
        unknown = [c for c in found if c not in file.columns]
        if unknown:
            import warnings

            warnings.warn(f"{path.name}: column(s) not known to its reader, left unread: {', '.join(unknown)[:500]}", ComityWarning, stacklevel=2)


def locate(folder: Path, name: str) -> Path | None:
    """The file of that name in the folder or anywhere below it; the shortest path wins, then the first by name."""
    direct = folder / name
    if direct.is_file():
        return direct
    found = sorted((p for p in folder.rglob(Path(name).name) if p.is_file()), key=lambda p: (len(p.parts), str(p)))
    return found[0] if found else None


def file_hash(path: Path) -> str:
    """The SHA-256 of a file's bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:300] if str(error).strip() else type(error).__name__
