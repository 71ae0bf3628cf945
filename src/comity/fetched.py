"""Which editions of a publisher's files were fetched: one line a download that differs, and the day on which each file was last asked for.

They lie beside the files: `HOME/raw/<source>/vintages.jsonl`, only ever added to, and `vintages.checked`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from comity import store
from comity.core import StoreError

LONGEST = 64 << 20
"""Bytes of a ledger that are read; ten years of daily editions of a hundred files are a tenth of it."""


@dataclass(frozen=True, kw_only=True)
class Vintage:
    """One download whose bytes differ from those before.

    fetched: the moment, in UTC. file: below the source's folder. members: of a zip, the files it became, each with its bytes and hash.
    """

    fetched: str
    url: str
    file: str
    bytes: int
    sha256: str
    etag: str = ""
    last_modified: str = ""
    members: Mapping[str, tuple[int, str]] = field(default_factory=dict)

    def whole(self, folder: Path) -> bool:
        """Whether what it brought lies in the source's folder, each file with its size."""
        sizes = {name: size for name, (size, _) in self.members.items()} or {self.file: self.bytes}
        return all((path := folder / name).is_file() and path.stat().st_size == size for name, size in sizes.items())

    @property
    def hashes(self) -> frozenset[str]:
        """The SHA-256 of each file that it became."""
        return frozenset(h for _, h in self.members.values()) or frozenset({self.sha256})


@dataclass(frozen=True, kw_only=True)
class Checked:
    """The day on which a file was last asked for and was as it is held, and the publisher's newest marks of it."""

    day: str
    etag: str = ""
    last_modified: str = ""


def raw_folder(home: Path, source: str) -> Path:
    """Where the fetched files of a source lie."""
    return home / "raw" / source


def sources_of(home: Path) -> tuple[str, ...]:
    """The sources of which something was fetched."""
    return tuple(sorted(p.parent.name for p in (home / "raw").glob("*/vintages.jsonl")))


def read(home: Path, source: str) -> tuple[Vintage, ...]:
    """The vintages of a source, oldest first; a line that a crash cut short is no line."""
    out = []
    for line in _text(raw_folder(home, source) / "vintages.jsonl").splitlines():
        try:
            known = json.loads(line)
            members = {str(n): (int(size), str(h)) for n, (size, h) in known.pop("members", {}).items()}
            out.append(Vintage(**known, members=members))
        except (ValueError, TypeError, AttributeError):
            continue
    return tuple(out)


def newest(home: Path, source: str) -> dict[str, Vintage]:
    """The newest vintage of each file of a source."""
    return {v.file: v for v in read(home, source)}


def add(home: Path, source: str, vintage: Vintage) -> None:
    """Append a vintage in one write, synced; StoreError where it cannot be written."""
    path = raw_folder(home, source) / "vintages.jsonl"
    row = {k: v for k, v in asdict(vintage).items() if v or k not in ("members",)}
    line = (json.dumps(row, ensure_ascii=False) + "\n").encode()
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o644)
        try:
            size = os.fstat(descriptor).st_size
            cut = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
            os.write(descriptor, b"\n" + line if cut else line)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise StoreError(f"{path}: could not be written ({error.strerror}); the file is held, its vintage is not noted") from error


def checked(home: Path, source: str) -> dict[str, Checked]:
    """By file of a source, when it was last asked for and found as held."""
    try:
        known = json.loads(_text(raw_folder(home, source) / "vintages.checked") or "{}")
        return {str(file): Checked(**row) for file, row in known.items()}
    except (ValueError, TypeError, AttributeError):
        return {}


def note_checked(home: Path, source: str, file: str, row: Checked) -> None:
    """Note that a file was asked for and is as it is held."""
    rows: dict[str, Any] = {f: asdict(r) for f, r in checked(home, source).items()} | {file: asdict(row)}
    store.write_text(raw_folder(home, source) / "vintages.checked", json.dumps(rows, indent=1, sort_keys=True) + "\n")


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LONGEST:
            raise StoreError(f"{path}: longer than {LONGEST:,} bytes, which no ledger is; move it away")
        return path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise StoreError(f"{path}: cannot be read ({error.strerror})") from error
