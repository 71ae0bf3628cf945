"""Where things lie: Parquet artefacts in two layers, each with its ledger row in its own footer.

The starter comes with the package; the user's store lies over it, artefact by artefact. A file and its ledger row
are one file, replaced in one rename, so the store is readable at every instant and no row can outlive its data.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from comity.core import ComityError, NotHeldError, StoreError

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

FORMAT = 1
STARTER = Path(__file__).parent / "starter"
ArtefactKind = Literal["table", "series", "model"]
Layer = Literal["starter", "store"]
_FOLDERS: dict[ArtefactKind, str] = {"table": "tables", "series": "series", "model": "models"}
_FOOTER = b"comity"


@dataclass(frozen=True, kw_only=True)
class LedgerRow:
    """What is known of one artefact: the hashes of its inputs, of the code that made it, and of its content."""

    name: str
    kind: ArtefactKind
    layer: Layer
    path: Path
    format: int
    inputs: Mapping[str, str]
    module: str
    module_hash: str
    content: str
    rows: int
    first: str | None
    last: str | None
    built: str
    facts: Mapping[str, Any]

    @property
    def bytes(self) -> int:
        """The size of the file."""
        return self.path.stat().st_size


@dataclass(frozen=True)
class Holdings:
    """The two layers of one store, read once: artefacts by kind and name, the user's over the starter's."""

    home: Path
    starter: Path = field(default_factory=lambda: STARTER)

    @cached_property
    def shelf(self) -> dict[tuple[ArtefactKind, str], tuple[Layer, Path]]:
        """Where each artefact that can be read lies."""
        out: dict[tuple[ArtefactKind, str], tuple[Layer, Path]] = {}
        layers: tuple[tuple[Layer, Path], ...] = (("starter", self.starter), ("store", self.home))
        for layer, root in layers:
            for kind, folder in _FOLDERS.items():
                for path in sorted((root / folder).glob("*.parquet")):
                    out[kind, path.stem.replace("__", ":")] = (layer, path)
        return out

    def names(self, kind: ArtefactKind) -> tuple[str, ...]:
        """The names of the artefacts of one kind."""
        return tuple(sorted(n for k, n in self.shelf if k == kind))

    def has(self, kind: ArtefactKind, name: str) -> bool:
        """Whether the artefact is held in either layer."""
        return (kind, name) in self.shelf

    def path(self, kind: ArtefactKind, name: str) -> Path:
        """The file of an artefact, which is then one of those read; NotHeldError where neither layer has it."""
        found = self._place(kind, name)[1]
        self.read[kind, name] = None
        return found

    def row(self, kind: ArtefactKind, name: str) -> LedgerRow:
        """The ledger row of an artefact."""
        if (kind, name) not in self._rows:
            layer, path = self._place(kind, name)
            self._rows[kind, name] = ledger_row(path, kind, layer)
        return self._rows[kind, name]

    @cached_property
    def read(self) -> dict[tuple[ArtefactKind, str], None]:
        """The artefacts whose files were asked for, in that order."""
        return {}

    def _place(self, kind: ArtefactKind, name: str) -> tuple[Layer, Path]:
        try:
            return self.shelf[kind, name]
        except KeyError:
            raise NotHeldError(f"{name}: not held, neither in the starter nor in {self.home}") from None

    @cached_property
    def _rows(self) -> dict[tuple[ArtefactKind, str], LedgerRow]:
        return {}

    def ledger(self) -> Iterator[LedgerRow]:
        """The ledger rows of all artefacts that are read, tables first."""
        for kind in _FOLDERS:
            for name in self.names(kind):
                yield self.row(kind, name)


def default_home() -> Path:
    """COMITY_HOME, else the platform's data directory."""
    chosen = os.environ.get("COMITY_HOME")
    if chosen:
        return Path(chosen)
    import platformdirs

    return Path(platformdirs.user_data_dir("comity", appauthor=False))


def artefact_path(home: Path, kind: ArtefactKind, name: str) -> Path:
    """Where an artefact of the user's store lies; `:` of a variant becomes `__`."""
    return home / _FOLDERS[kind] / f"{name.replace(':', '__')}.parquet"


def ledger_row(path: Path, kind: ArtefactKind, layer: Layer) -> LedgerRow:
    """The ledger row in a file's footer; StoreError for a file that is damaged or of another format."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        metadata = pq.read_metadata(path).metadata or {}
        facts = json.loads(metadata[_FOOTER])
    except (OSError, pa.ArrowInvalid, KeyError, ValueError) as error:
        raise StoreError(f"{path}: damaged or not written by comity; remove it and run `comity build`") from error
    if facts.get("format") != FORMAT:
        raise StoreError(f"{path}: store format {facts.get('format')}, this comity reads {FORMAT}; run `comity build --from DIR`")
    if artefact_path(path.parent.parent, kind, str(facts.get("name"))).name != path.name:
        raise StoreError(f"{path}: it holds {str(facts.get('name'))[:60]}, not what its name says; remove it and run `comity build`")
    return LedgerRow(layer=layer, path=path, kind=kind, **{k: facts[k] for k in _LEDGER_FIELDS}, facts=facts)


_LEDGER_FIELDS = ("name", "format", "inputs", "module", "module_hash", "content", "rows", "first", "last", "built")


def write(path: Path, table: pa.Table, facts: Mapping[str, Any], *, level: int = 9) -> None:
    """Replace an artefact in one step: temporary file, fsync, rename. A failure leaves what was there."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    footer = {_FOOTER.decode(): json.dumps({"format": FORMAT, **facts}, sort_keys=True)}
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    split = [f.name for f in table.schema if pa.types.is_floating(f.type) and 10 * pc.count_distinct(table.column(f.name)).as_py() > table.num_rows]
    dictionary = [c for c in table.column_names if c not in split]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as stream:
            with pq.ParquetWriter(
                stream, table.schema.remove_metadata(), compression="zstd", compression_level=level, use_dictionary=dictionary,
                column_encoding=dict.fromkeys(split, "BYTE_STREAM_SPLIT") or None, store_schema=False,
            ) as writer:  # fmt: skip
                writer.write_table(table, row_group_size=65536)
                writer.add_key_value_metadata(footer)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise StoreError(f"{path}: could not be written ({error.strerror or error}); nothing was changed") from error
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Replace a small text file of the store in one step; StoreError where it cannot be written, and then nothing is changed."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.unlink(missing_ok=True)
        with temporary.open("x", encoding="utf-8") as stream:  # never through a link that stands there
            stream.write(text)
        temporary.replace(path)
    except (OSError, UnicodeEncodeError) as error:
        raise StoreError(f"{path}: could not be written ({getattr(error, 'strerror', None) or error}); nothing was changed") from error
    finally:
        temporary.unlink(missing_ok=True)


def sweep(home: Path) -> None:
    """Remove temporary files that a killed build left behind. Only the holder of the lock may call it."""
    for folder in ("", *_FOLDERS.values()):
        for leftover in (home / folder).glob(".*.tmp"):
            leftover.unlink(missing_ok=True)


def content_hash(table: pa.Table) -> str:
    """The SHA-256 of a table's content: names, types, validity and values, the rows in the order given.

    Parquet bytes and Arrow padding vary between versions; this does not.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    digest = hashlib.sha256()
    for name in table.column_names:
        column = table.column(name)
        if pa.types.is_dictionary(column.type):
            column = column.cast(column.type.value_type)
        if pa.types.is_large_string(column.type):
            column = column.cast(pa.string())
        digest.update(f"{name}\0{column.type}\0{len(column)}\0".encode())
        digest.update(np.packbits(pc.is_valid(column).to_numpy()).tobytes())
        if pa.types.is_string(column.type):
            filled = pc.fill_null(column, "")
            digest.update(pc.binary_length(filled).to_numpy().astype("<i4").tobytes())
            for chunk in filled.chunks:
                offsets = np.frombuffer(chunk.buffers()[1], dtype=np.int32)[chunk.offset : chunk.offset + len(chunk) + 1]
                if len(chunk):
                    digest.update(memoryview(chunk.buffers()[2] or b"")[offsets[0] : offsets[-1]])
        else:
            if pa.types.is_date32(column.type):
                column = column.cast(pa.int32())
            if pa.types.is_boolean(column.type):
                column = column.cast(pa.int8())
            zero = pa.scalar(0, column.type)
            digest.update(np.ascontiguousarray(pc.fill_null(column, zero).to_numpy()).tobytes())
    return digest.hexdigest()


_CONNECTIONS: dict[int, duckdb.DuckDBPyConnection] = {}


def connection() -> duckdb.DuckDBPyConnection:
    """This process's DuckDB connection for reading; it holds no state of its own."""
    import duckdb

    if os.getpid() not in _CONNECTIONS:
        _CONNECTIONS[os.getpid()] = duckdb.connect(config={"threads": 2})
    return _CONNECTIONS[os.getpid()].cursor()


def query(sql: str, parameters: Mapping[str, Any] | None = None, *, path: Path | None = None) -> pa.Table:
    """The Arrow table that a SQL query gives; `$path` in it is the artefact's file. StoreError where it cannot be read."""
    import duckdb

    bound = dict(parameters or {})
    if path is not None:
        bound["path"] = str(path)
    try:
        found: pa.Table = connection().sql(sql, params=bound).to_arrow_table()
        return found
    except duckdb.InterruptException:
        raise KeyboardInterrupt from None
    except (duckdb.Error, RuntimeError) as error:
        not_the_file = (duckdb.ProgrammingError, duckdb.NotSupportedError, duckdb.ConversionException, duckdb.OutOfMemoryException)
        if path is not None and (isinstance(error, duckdb.InvalidInputException) or not isinstance(error, not_the_file)):
            raise StoreError(f"{path}: damaged; remove it and run `comity build`") from error
        raise ComityError(f"{path}: {str(error).splitlines()[0]}") from error


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
