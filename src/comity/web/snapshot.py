"""The store as it stood when no build was at work: its files held by links in a folder of their own, so that no page mixes two states of it.

Artefacts are replaced by renames, so a link keeps what it was made of. The folder is a temporary one, or a hidden one in the store where that lies
on another disk; only where neither can be linked are files copied. Raw files are left out, as no page reads them.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from comity import __version__, lock
from comity.core import LockedError, StoreError
from comity.store import Holdings

SERVING = ".serving-"
Print = tuple[tuple[str, int, int, int], ...]


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """One state of the store: the folder that holds it, and a hash of its content and of comity's version."""

    folder: Path
    stamp: str


class Snapshots:
    """The newest whole state of a store, looked for at most once in `every` seconds. Threads may share it."""

    def __init__(self, home: Path, *, every: float = 1.0) -> None:
        self.home = home
        self.every = every
        self.root = _room(home)
        self._guard = threading.Lock()
        self._held: list[Snapshot] = []
        self._print: Print | None = None
        self._looked = float("-inf")
        self._number = 0

    @property
    def due(self) -> bool:
        """Whether it is time to look again."""
        return not self._held or time.monotonic() - self._looked >= self.every

    @property
    def newest(self) -> Snapshot | None:
        """The newest state held, without looking."""
        return self._held[-1] if self._held else None

    def current(self) -> Snapshot:
        """The newest whole state. LockedError where a build was at work ever since this began, so that none was ever seen."""
        with self._guard:
            if self.due:
                self._look()
                self._looked = time.monotonic()
            if not self._held:
                raise LockedError("the store is being built")
            return self._held[-1]

    def close(self) -> None:
        """Remove the folders."""
        shutil.rmtree(self.root, ignore_errors=True)

    def _look(self) -> None:
        before = _print(self.home)
        if before == self._print or lock.held(self.home):
            return
        self._number += 1
        folder = self.root / str(self._number)
        try:
            for name, *_ in before:
                _keep(self.home / name, folder / name)
            folder.mkdir(exist_ok=True)
        except OSError:
            shutil.rmtree(folder, ignore_errors=True)
            return
        if _print(self.home) != before or lock.held(self.home):
            shutil.rmtree(folder, ignore_errors=True)
            return
        self._print = before
        stamp = _stamp(folder)
        if self._held and self._held[-1].stamp == stamp:
            shutil.rmtree(folder, ignore_errors=True)
            return
        self._held.append(Snapshot(folder=folder, stamp=stamp))
        for old in self._held[:-2]:
            shutil.rmtree(old.folder, ignore_errors=True)
        del self._held[:-2]


def _print(home: Path) -> Print:
    """Name, time, size and number of each file of the store but locks and temporary ones."""
    out = []
    for folder, below, files in os.walk(home):
        below[:] = [b for b in below if not b.startswith(".") and b != "raw"]
        for name in files:
            if name.startswith(".") or name.endswith(("lock", ".tmp")):
                continue
            path = Path(folder) / name
            try:
                seen = path.lstat()
            except OSError:
                continue
            if stat.S_ISREG(seen.st_mode):  # a link could lead out of the store, a device has no end
                out.append((str(path.relative_to(home)), seen.st_mtime_ns, seen.st_size, seen.st_ino))
    return tuple(sorted(out))


def _keep(path: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".parquet":
        try:
            os.link(path, target)
        except OSError:
            pass
        else:
            return
    shutil.copyfile(path, target)


def _room(home: Path) -> Path:
    """A folder for the links, on the store's own disk where that can be."""
    room = Path(tempfile.mkdtemp(prefix="comity-web-"))
    if not home.is_dir() or home.stat().st_dev == room.stat().st_dev:
        return room
    for left in home.glob(f"{SERVING}*"):
        if not Path(f"/proc/{left.name.removeprefix(SERVING).partition('-')[0]}").exists():
            shutil.rmtree(left, ignore_errors=True)
    try:
        near = Path(tempfile.mkdtemp(prefix=f"{SERVING}{os.getpid()}-", dir=home))
    except OSError:
        return room
    room.rmdir()
    return near


def _stamp(folder: Path) -> str:
    """A hash of comity's version, of the content of every artefact that is read, and of the small files beside them."""
    digest = hashlib.sha256(__version__.encode())
    holdings = Holdings(folder)
    for (kind, name), (layer, path) in sorted(holdings.shelf.items()):
        try:
            content = holdings.row(kind, name).content
        except StoreError:
            content = f"damaged {path.stat().st_size}"
        digest.update(f"\n{kind} {name} {layer} {content}".encode())
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix != ".parquet"):
        digest.update(f"\n{path.relative_to(folder)} {hashlib.sha256(path.read_bytes()).hexdigest()}".encode())
    return digest.hexdigest()
