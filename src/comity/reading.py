"""How a source reads its raw files: through DuckDB views in which every CSV field is text and nothing is guessed."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from comity.core import BadDataError, ComityWarning, File, Layout, NotHeldError, Source

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
        self.all = {file.view: found for file in files if (found := located(folder, file.name))}
        self.paths = {view: found[0] for view, found in self.all.items()}
        for file in files:
            if file.view in self.all and not file.plain:
                self._mount(file, self.all[file.view])

    def has(self, view: str) -> bool:
        """Whether the (optional) file behind this view was found."""
        return view in self.paths

    def of(self, source: Source) -> Raw:
        """The files of another source in the same folder, for a source that is computed from it."""
        return Raw(source.name, choose(source, self.folder).files, self.folder)

    def tables(self, source: Source) -> dict[str, pa.Table]:
        """The tables of another source from the same folder, in whichever layout its files are there."""
        return choose(source, self.folder).build(self.of(source))

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

    def _mount(self, file: File, paths: tuple[Path, ...]) -> None:
        import duckdb

        found: dict[str, None] = {}
        for path in paths:
            try:
                columns = tuple(self.connection.sql(f"SELECT * FROM {_scan(file, (path,))} LIMIT 0").columns)
            except duckdb.Error as error:
                raise BadDataError(f"{path}: cannot be read ({_first_line(error)}); expected the file of source {self.source}") from error
            missing = [c for c in file.columns if c not in columns]
            if missing:
                raise BadDataError(f"{path}: column(s) {', '.join(missing)} missing; found {', '.join(columns)[:500]}")
            found |= dict.fromkeys(columns)
        self.connection.sql(f'CREATE VIEW "{file.view}" AS SELECT * FROM {_scan(file, paths)}')
        unknown = _strangers(file, found)
        if unknown:
            import warnings

            text = f"{paths[0].name}: column(s) not known to its reader, left unread: {', '.join(unknown)[:500]}"
            warnings.warn(text, ComityWarning, stacklevel=2)


def columns_of(file: File, path: Path) -> tuple[str, ...]:
    """The names of the columns that a file has, in their order; BadDataError where it cannot be read, () where a plain file does not say."""
    import duckdb

    if file.found is not None:
        return file.found(path)
    if file.plain and not path.name.endswith((".parquet", ".csv", ".tsv", ".csv.gz", ".tsv.gz")):
        return ()
    try:
        with duckdb.connect(config={"threads": 1}) as connection:
            return tuple(connection.sql(f"SELECT * FROM {_scan(file, (path,))} LIMIT 0").columns)
    except duckdb.Error as error:
        raise BadDataError(f"{path}: cannot be read ({_first_line(error)}); expected a file as {file.name}") from error


def differences(layout: Layout, folder: Path) -> tuple[str, ...]:
    """How the files under a folder differ from a layout, a line for each file that is missing and each column that is missing, new or moved."""
    out: list[str] = []
    for file in layout.files:
        paths = located(folder, file.name)
        if not paths and not file.optional:
            out.append(f"{file.name}: no such file")
        for path in paths:
            out += [f"{path.name}: {line}" for line in _moved(file, columns_of(file, path))]
    return tuple(out)


def _strangers(file: File, found: Iterable[str]) -> list[str]:
    """The columns found that a file is not known to have."""
    return [] if "*" in file.sometimes else [c for c in found if c not in file.columns and c not in file.sometimes]


def _moved(file: File, found: tuple[str, ...]) -> list[str]:
    """Columns compared by name; places are compared among the columns that both have, as a new one moves those behind it."""
    wanted = file.columns
    if not found or file.header is not None:
        return []
    common = [c for c in found if c in wanted]
    kept = [c for c in wanted if c in found]
    out = [f"column {c} is missing" for c in wanted if c not in found]
    out += [f"column {c} (place {found.index(c) + 1}) is not of the layout" for c in _strangers(file, found)]
    blocks = difflib.SequenceMatcher(None, kept, common, autojunk=False).get_matching_blocks()
    still = {c for block in blocks for c in common[block.b : block.b + block.size]}
    return out + [f"column {c} stands at place {found.index(c) + 1}, in the layout at {wanted.index(c) + 1}" for c in common if c not in still]


def lacking(layout: Layout, folder: Path) -> tuple[str, ...]:
    """The names of the files of a layout that are not under the folder, optional ones apart."""
    return tuple(f.name for f in layout.files if not f.optional and not located(folder, f.name))


def choose(source: Source, folder: Path) -> Layout:
    """The layout whose files are all under the folder: a publisher's before the held copy's; NotHeldError says what each lacks."""
    every = (*source.layouts, source.held)
    for layout in every:
        if not lacking(layout, folder):
            return layout
    others = "".join(f", nor {', '.join(lacking(one, folder))} of {one.name}" for one in source.layouts)
    raise NotHeldError(f"{', '.join(lacking(source.held, folder))} not found under {folder}{others}")


def located(folder: Path, name: str) -> tuple[Path, ...]:
    """Every file of a name with * in the folder or below it, by name, of two with one name that with the shorter path; else the one of that name."""
    if "*" not in name:
        path = locate(folder, name)
        return () if path is None else (path,)
    found: dict[str, Path] = {}
    for path in sorted((p for p in folder.rglob(Path(name).name) if p.is_file()), key=lambda p: (len(p.parts), str(p))):
        found.setdefault(path.name, path)
    return tuple(found[n] for n in sorted(found))


def locate(folder: Path, name: str) -> Path | None:
    """The file of that name in the folder or anywhere below it; the shortest path wins, then the first by name."""
    direct = folder / name
    if direct.is_file():
        return direct
    found = sorted((p for p in folder.rglob(Path(name).name) if p.is_file()), key=lambda p: (len(p.parts), str(p)))
    return found[0] if found else None


def one_file(raw: Raw, view: str) -> Path:
    """The one file of a view whose name has a *; BadDataError where editions stand side by side, which would be read twice."""
    found = raw.all[view]
    if len(found) > 1:
        named = ", ".join(p.name for p in found[:5])
        raise BadDataError(f"source {raw.source}: {len(found)} editions stand side by side ({named}); keep one of them in the folder")
    return found[0]


def file_hash(path: Path) -> str:
    """The SHA-256 of a file's bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def _scan(file: File, paths: tuple[Path, ...]) -> str:
    """The SQL that reads these files as one, columns by name."""
    listed = "[" + ", ".join("'" + str(p).replace("'", "''") + "'" for p in paths) + "]"
    if file.name.endswith(".parquet"):
        return f"read_parquet({listed}, union_by_name=true)"
    delimiter = "\\t" if ".tsv" in file.name else ","
    names = "" if file.header is None else ", header=false, names=[" + ", ".join(f"'{n}'" for n in file.header) + "]"
    header = "header=true" if file.header is None else "ignore_errors=false"
    union = ", union_by_name=true" if len(paths) > 1 and file.header is None else ""
    return f"read_csv({listed}, all_varchar=true, delim='{delimiter}', quote='\"', escape='\"', nullstr='', {header}{names}{union})"


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:300] if str(error).strip() else type(error).__name__
