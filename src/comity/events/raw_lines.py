"""Lines of published zip files as Arrow tables, with every line that is none of the layout's told by number and reason."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comity.core import BadDataError
from comity.events.gdelt import COLUMNS, NEEDED

if TYPE_CHECKING:
    import pyarrow as pa

BLOCK = 8 << 20
"""Bytes of text that are read at a time: little enough to stay near the processor (32 MB cost a third more)."""
PACKED = 2 << 20
"""Bytes of a zip that are read at a time."""
LONGEST = 1 << 20
"""Bytes of a line that fills a whole block from which on it is cut and quarantined."""
SHOWN = 200
"""Characters of a quarantined line that are kept."""


class DamagedError(BadDataError):
    """A zip that cannot be read to its end: cut short, of a wrong checksum, encrypted or packed in another way."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path.name}: {why}")
        self.path = path
        self.why = why


MOST_SHORT = 150_000
SHORTEST = 57
"""Lines of one piece that may be shorter on average than the separators of one event alone: each malformed line is kept apart in memory."""


@dataclass(frozen=True, kw_only=True)
class Span:
    """Lines of one file within a block: where they begin there, and the number in the file of the first."""

    file: int
    at: int
    first: int
    lines: int


@dataclass(frozen=True, kw_only=True)
class Bad:
    """A quarantined line of a file, numbered from 1."""

    file: int
    line: int
    reason: str
    text: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Rows:
    """The lines of a block: those of the layout as a table (the columns NEEDED as text, `file` and `line`), the others apart."""

    table: pa.Table
    bad: list[Bad]
    spans: list[Span]
    text: bytes

    @cached_property
    def lines(self) -> list[bytes]:
        """The lines of the block."""
        return self.text.split(b"\n")

    def holds(self, file: int, line: int) -> bool:
        """Whether a line of a file is in the block."""
        return any(s.file == file and s.first <= line < s.first + s.lines for s in self.spans)

    def line(self, file: int, line: int) -> str:
        """The beginning of a line of a file that the block holds."""
        span = next(s for s in self.spans if s.file == file and s.first <= line < s.first + s.lines)
        return shown(self.lines[span.at + line - span.first])


def shown(line: bytes) -> str:
    """The beginning of a line as text that any terminal and file can hold."""
    return line[: 4 * SHOWN].decode("utf-8", "backslashreplace").replace("\0", "\\x00")[:SHOWN]


def pieces(path: Path) -> Iterator[bytes]:
    """The text of a zip's members, whole lines at a time, each ended by a newline; DamagedError where it cannot be read to its end."""
    fast, inflating = _inflater()
    errors: tuple[type[Exception], ...] = (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError, ValueError, *inflating)
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                rest = b""
                for got in _inflated(path, member, fast) if _plain(member) else _opened(archive, member):
                    cut = got.rfind(b"\n") + 1
                    if cut:
                        yield b"".join((rest, memoryview(got)[:cut]))
                        rest = got[cut:]
                    else:
                        rest = rest + got if len(rest) < BLOCK else rest[:LONGEST] + b"\0"
                if rest:
                    yield rest + b"\n"
    except errors as error:
        raise DamagedError(path, str(error) or type(error).__name__) from error


def _inflater() -> tuple[Any, tuple[type[Exception], ...]]:
    """ISA-L's zlib where it is installed (extra `events`; it takes half of the time), else Python's; and their errors."""
    try:
        from isal import igzip_lib, isal_zlib
    except ImportError:
        return zlib, (zlib.error,)
    error: Any = igzip_lib.IsalError  # isal's stub calls it an exception, not a class of them
    return isal_zlib, (zlib.error, error)


def _plain(member: zipfile.ZipInfo) -> bool:
    return member.compress_type == zipfile.ZIP_DEFLATED and not member.flag_bits & 1


def _opened(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(member) as stream:
        while got := stream.read(BLOCK):
            yield got


def _inflated(path: Path, member: zipfile.ZipInfo, fast: Any) -> Iterator[bytes]:
    """A deflated member's text, with its checksum checked at the end."""
    with path.open("rb") as stream:
        stream.seek(member.header_offset)
        head = stream.read(30)
        if head[:4] != b"PK\3\4" or len(head) < 30:
            raise zipfile.BadZipFile("a member's head is not where the directory says")
        stream.seek(int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little"), 1)
        left, crc, packed, inflate = member.compress_size, 0, b"", fast.decompressobj(-zlib.MAX_WBITS)
        while not inflate.eof:
            if not packed and left:
                packed = stream.read(min(PACKED, left))
                left = left - len(packed) if packed else 0
            given, got = packed, inflate.decompress(packed, BLOCK)
            if not (given or got or inflate.eof):
                raise EOFError("cut short")
            packed = inflate.unconsumed_tail
            crc = fast.crc32(got, crc)
            yield got
        if crc != member.CRC:
            raise zipfile.BadZipFile("wrong checksum")


def read(paths: Sequence[Path], widths: Sequence[int]) -> Iterator[Rows]:
    """The lines of files in their order, a block at a time; a block may hold many small files or a part of a large one."""
    import numpy as np

    texts: list[bytes] = []
    spans: list[Span] = []
    size = at = 0
    for file, path in enumerate(paths):
        first = 1
        for text in pieces(path):
            lines = int(np.count_nonzero(np.frombuffer(text, np.uint8) == 10))  # four times as fast as bytes.count
            if lines > MOST_SHORT and len(text) < SHORTEST * lines:
                raise DamagedError(path, f"{lines:,} lines of {len(text) // lines} bytes on average from line {first:,} on: not an event file")
            texts.append(text)
            spans.append(Span(file=file, at=at, first=first, lines=lines))
            first, at, size = first + lines, at + lines, size + len(text)
            if size >= BLOCK // 2:
                yield _rows(b"".join(texts), spans, widths)
                texts, spans, size, at = [], [], 0, 0
    if texts:
        yield _rows(b"".join(texts), spans, widths)


def _rows(text: bytes, spans: list[Span], widths: Sequence[int]) -> Rows:
    import numpy as np
    import pyarrow as pa

    lines = spans[-1].at + spans[-1].lines
    numbers, sound = np.arange(lines), text
    bad: list[tuple[int, str, bytes]] = []
    if b"\r" in sound:
        sound = sound.replace(b"\r\n", b"\n")
    if b"\0" in sound or b"\r" in sound or not _is_text(sound):
        numbers, sound, bad = _sound(sound)
    tables = []
    for width in _widths_by_first(sound, widths):
        table, numbers, sound, rest = _parsed(sound, numbers, width, widths)
        tables.append(table)
        bad += rest
        if not len(numbers):
            break
    table = pa.concat_tables(tables)
    starts = np.array([s.at for s in spans])
    at = table.column("at").to_numpy()
    span = np.searchsorted(starts, at, "right") - 1
    line = at - starts[span] + np.array([s.first for s in spans])[span]
    table = table.drop_columns("at").append_column("file", pa.array(np.array([s.file for s in spans], np.int32)[span]))
    table = table.append_column("line", pa.array(line.astype(np.int64)))
    out = []
    for number, reason, line_text in bad:
        s = spans[int(np.searchsorted(starts, number, "right")) - 1]
        out.append(Bad(file=s.file, line=int(number - s.at + s.first), reason=reason, text=shown(line_text)))
    return Rows(table=table, bad=out, spans=spans, text=text)


def _is_text(text: bytes) -> bool:
    if text.isascii():
        return True
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _sound(text: bytes) -> tuple[Any, bytes, list[tuple[int, str, bytes]]]:
    """The lines without NUL, stray carriage return or bytes that are no UTF-8, with their numbers; and the others."""
    import numpy as np

    bad, numbers, good = [], [], []
    for number, line in enumerate(text.split(b"\n")[:-1]):
        reason = "longer than 1 MB" if len(line) > LONGEST and b"\0" in line else "a NUL byte" if b"\0" in line else ""
        reason = reason or ("a carriage return inside" if b"\r" in line else "" if _is_text(line) else "bytes that are no UTF-8")
        if reason:
            bad.append((number, reason, line))
        else:
            numbers.append(number)
            good.append(line)
    return np.array(numbers, np.int64), b"".join(line + b"\n" for line in good), bad


def _widths_by_first(text: bytes, widths: Sequence[int]) -> list[int]:
    """The layouts in the order to try: that of the first line first."""
    first = text[: text.find(b"\n")].count(b"\t") + 1
    return sorted(widths, key=lambda width: width != first)


def _parsed(text: bytes, numbers: Any, width: int, widths: Sequence[int]) -> tuple[pa.Table, Any, bytes, list[tuple[int, str, bytes]]]:
    """The lines of one width as a table with `at`, the numbers and text of those of another width of the layout, and the lines of none."""
    import numpy as np
    import pyarrow as pa
    from pyarrow import csv

    odd: list[tuple[int, int, str]] = []

    def skip(row: Any) -> str:
        odd.append((row.number - 1, row.actual_columns, row.text))
        return "skip"

    columns = [name for name, _ in COLUMNS[width]]
    schema = pa.schema([(name, pa.string()) for name in NEEDED])
    if not text:
        return schema.append(pa.field("at", pa.int64())).empty_table(), numbers, text, []
    table = csv.read_csv(
        pa.py_buffer(text),
        csv.ReadOptions(use_threads=False, block_size=len(text) + 1, column_names=columns),
        csv.ParseOptions(
            delimiter="\t", quote_char=False, escape_char=False, newlines_in_values=False, ignore_empty_lines=False, invalid_row_handler=skip
        ),
        csv.ConvertOptions(
            include_columns=[n for n in NEEDED if n in columns], column_types=schema, strings_can_be_null=False, check_utf8=False
        ),
    )  # fmt: skip
    for i, name in enumerate(NEEDED):
        if name not in columns:
            table = table.add_column(i, name, pa.array([""]).take(pa.array(np.zeros(table.num_rows, np.int64))))
    kept = np.ones(len(numbers), bool)
    kept[[number for number, _, _ in odd]] = False
    table = table.append_column("at", pa.array(numbers[kept].astype(np.int64)))
    again = [(number, line) for number, fields, line in odd if fields in widths and fields != width]
    bad = [(int(numbers[number]), _why(line, fields, widths), line.encode()) for number, fields, line in odd if fields not in widths]
    return table, numbers[[n for n, _ in again]], "".join(line + "\n" for _, line in again).encode(), bad


def _why(line: str, fields: int, widths: Sequence[int]) -> str:
    wanted = " or ".join(map(str, widths))
    if fields == 1:
        return "no tab: another delimiter, or cut short"
    return f"{'short' if fields < min(widths) else 'long'}: {fields} fields, not {wanted}"
