"""Members of a publisher's zip as files of a folder: bounded in number and size, with no path that leads out and no link."""

from __future__ import annotations

import os
import shutil
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from comity.core import BadDataError, StoreError

PIECE = 1 << 20
SUFFIX = ".part"
"""What the name of a member ends in until it is put in its place, so that no reader takes it for the file."""


def unpack(archive: Path, folder: Path, *, members: int, most: int, ratio: int) -> tuple[str, ...]:
    """Write every member of a zip under a new folder, with SUFFIX, synced; returns their names, sorted.

    members, most: how many, and how many bytes together, are taken; ratio: how many times the zip's own size (but at least 100 MB).
    BadDataError, and the folder is gone again: more than that, a member that is a link, is encrypted, damaged, twice there or leads out of the
    folder. StoreError: no room.
    """
    bound = min(most, max(100 << 20, ratio * archive.stat().st_size))
    shutil.rmtree(folder, ignore_errors=True)
    try:
        with _reading(archive), zipfile.ZipFile(archive) as zipped:
            chosen = _chosen(archive, zipped, members)
            if sum(i.file_size for i in chosen.values()) > bound:
                raise BadDataError(f"{archive.name}: its members are more than {bound:,} bytes together; nothing was unpacked")
            left = bound
            for name, info in chosen.items():
                left -= _write(zipped, info, folder / f"{name}{SUFFIX}", left, archive.name)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return tuple(sorted(chosen))


def _chosen(archive: Path, zipped: zipfile.ZipFile, members: int) -> dict[str, zipfile.ZipInfo]:
    chosen: dict[str, zipfile.ZipInfo] = {}
    listed = zipped.infolist()
    if len(listed) > members:
        raise BadDataError(f"{archive.name}: {len(listed):,} members, more than the {members:,} that are taken")
    for info in listed:
        name = info.filename
        path = PurePosixPath(name)
        shown = "".join(c if c.isprintable() else "?" for c in name[:80])
        if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise BadDataError(f"{archive.name}: its member {shown!r} is a link or a device; nothing was unpacked")
        if path.is_absolute() or ".." in path.parts or "\\" in info.orig_filename or "\0" in info.orig_filename or ":" in name or not path.parts:
            raise BadDataError(f"{archive.name}: its member {shown!r} leads out of its folder; nothing was unpacked")
        if info.is_dir() or path.parts[0] == "__MACOSX" or path.name.startswith("."):
            continue
        if info.flag_bits & 1:
            raise BadDataError(f"{archive.name}: its member {shown!r} is encrypted; nothing was unpacked")
        if str(path) in chosen:
            raise BadDataError(f"{archive.name}: its member {shown!r} is there twice; nothing was unpacked")
        chosen[str(path)] = info
    if not chosen:
        raise BadDataError(f"{archive.name}: no file is in it")
    return chosen


def _write(zipped: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, left: int, archive: str) -> int:
    written = 0
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with zipped.open(info) as source, target.open("xb") as stream:
            while piece := source.read(PIECE):
                written += len(piece)
                if written > left:
                    raise BadDataError(f"{archive}: its members are longer than they say; nothing was unpacked")
                stream.write(piece)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise StoreError(f"{target}: could not be written ({error.strerror or 'no reason given'}); nothing was changed") from error
    return written


@contextmanager
def _reading(archive: Path) -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise BadDataError(f"{archive.name}: a damaged zip, or of a kind that is not read; nothing was unpacked") from error
