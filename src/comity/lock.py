"""One writer at a time: an advisory lock on a file of the store. The only module with POSIX calls."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from comity.core import LockedError, StoreError


@contextmanager
def writing(home: Path, busy: str = "another build is running in this store") -> Iterator[None]:
    """Hold the one lock of a store, or of a folder in it; LockedError (`busy`) at once where another process holds it. Death frees it."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(home / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise StoreError(f"{home}: the store cannot be written ({error.strerror}); choose another with --home or COMITY_HOME") from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise LockedError(f"{home}: {busy}; wait for it to end") from error
        yield
    finally:
        os.close(descriptor)


def held(home: Path) -> bool:
    """Whether another process holds the store's lock now; nothing is made or changed where there is no store."""
    try:
        descriptor = os.open(home / "lock", os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False
