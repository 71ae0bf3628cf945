"""One file downloaded: continued where it broke off, compared with its checksum, and put in its place in one step, or not at all.

Until then it lies at a hidden name beside its place, with a note of what it is a part of.
"""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from comity.core import BadDataError, NetworkError, StoreError
from comity.fetch import (
    DIGESTS,
    PIECE,
    SNIFFED,
    Again,
    Answer,
    Known,
    Session,
    Wanted,
    Watch,
    answered,
    conditions,
    length,
    mark,
    more,
    part_range,
    pieces,
    refused,
    retried,
    small,
    sniff,
)


@dataclass(frozen=True, kw_only=True)
class Got:
    """A whole file at a hidden name, with its size, hash and marks."""

    path: Path
    bytes: int
    sha256: str
    etag: str
    last_modified: str


def download(session: Session, wanted: Wanted, target: Path, known: Known | None = None) -> Got | None:
    """The whole file at a hidden name beside `target`, synced to disk, or None where it is unchanged since `known`.

    A part that an earlier attempt or command left is continued where the publisher says that the file is the same. NetworkError: not
    reached, or not allowed; BadDataError: a web page, nothing, more than declared, or not what the checksum says; StoreError: no room.
    In each of these cases `target` is as it was.
    """
    part, note = _hidden(target, ".part"), _hidden(target, ".note")
    sums: list[str] = []

    def attempt() -> Got | None:
        answer = _transfer(session, wanted, part, note, target.suffix.lower(), known)
        if answer is None:
            return None
        size = part.stat().st_size
        _check_end(wanted, part, target.suffix.lower())
        if wanted.checksum:
            sums[:] = sums or [_published_sum(session, wanted, target.name)]
            if digest(part, DIGESTS[len(sums[0])]) != sums[0]:
                _drop(part, note)
                raise Again(BadDataError(f"{wanted.url}: what it sends is not what its checksum at {wanted.checksum} says; nothing was kept"))
        return Got(path=part, bytes=size, sha256=digest(part, "sha256"), etag=answer.etag, last_modified=answer.last_modified)

    with _storing(part):
        target.parent.mkdir(parents=True, exist_ok=True)
    try:
        got = retried(session, wanted, attempt, lambda: part.stat().st_size if part.exists() else 0)
    except BadDataError:
        _drop(part, note)
        raise
    _drop(note)
    return got


def place(got: Got, target: Path) -> None:
    """Put a whole downloaded file in its place, in one step."""
    with _storing(target):
        got.path.replace(target)
        descriptor = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def digest(path: Path, algorithm: str) -> str:
    """The digest of a file's bytes, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, algorithm).hexdigest()


def _transfer(session: Session, wanted: Wanted, part: Path, note: Path, suffix: str, known: Known | None) -> Answer | None:
    start, headers = _continued(wanted, part, note)
    with answered(session, wanted, headers or conditions(known)) as (response, watch):
        if response.status == 304 and known is not None and not headers:
            return None
        if response.status == 416 and headers:
            _drop(part, note)
            raise Again(NetworkError(f"{wanted.url}: the part that was held is not of this file"))
        if response.status not in (200, *((206,) if headers else ())):
            raise refused(wanted, response)
        if response.headers.get("Content-Encoding", "identity").lower() not in ("identity", "", *(("gzip", "x-gzip") if suffix == ".gz" else ())):
            raise BadDataError(f"{wanted.url}: sent in another encoding than was asked for; nothing was kept")
        etag, modified, total = mark(wanted, response, "ETag"), mark(wanted, response, "Last-Modified"), length(response)
        if response.status == 206:
            begun, total = part_range(wanted, response)
            noted = json.loads(note.read_text())
            etag, modified, total = etag or noted["etag"], modified or noted["last_modified"], total or noted["total"]
            if begun != start or noted["total"] not in (total, None) or (noted["etag"], noted["last_modified"]) != (etag, modified):
                _drop(part, note)
                raise Again(NetworkError(f"{wanted.url}: the file changed while it was sent"))
        else:
            start = 0
        if total is not None and total > session.limits.largest:
            raise BadDataError(f"{wanted.url}: {total:,} bytes, more than the {session.limits.largest:,} that are taken")
        with _storing(part):
            if total is not None and total - start > shutil.disk_usage(part.parent).free:
                raise StoreError(f"{part.parent}: {total - start:,} bytes are to come and there is no room for them; nothing was changed")
            if start == 0:
                _drop(part, note)
                note.write_text(json.dumps(_noted(wanted, etag, modified, total)))
            stream = os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, 0o644), "wb")
        try:
            with _storing(part):
                stream.truncate(start)
                stream.seek(start)
            end = _write(session, wanted, response, watch, stream, part, suffix, start, total)
        finally:
            with contextlib.suppress(OSError):
                stream.close()
    if total is not None and end < total:
        raise Again(NetworkError(f"{wanted.url}: it ended after {end:,} of {total:,} bytes"))
    return Answer(size=end, etag=etag, last_modified=modified)


def _write(
    session: Session, wanted: Wanted, response: http.client.HTTPResponse, watch: Watch, stream: Any, part: Path, suffix: str, start: int,
    total: int | None,
) -> int:  # fmt: skip
    end, head = start, b""
    for piece in pieces(response, watch, None if total is None else total - start):
        if end == 0:
            head += piece
            if len(head) < SNIFFED and piece and (total is None or len(head) < total):
                continue
            sniff(wanted, response, head, suffix)
            piece = head
        if not piece:
            break
        if end + len(piece) > session.limits.largest:
            raise BadDataError(f"{wanted.url}: more than the {session.limits.largest:,} bytes that are taken")
        with _storing(part):
            stream.write(piece)
        end += len(piece)
        session.tick(end, total)
    if total is not None and end == total and more(response, watch):
        with _storing(part):
            stream.truncate(0)
        raise Again(BadDataError(f"{wanted.url}: it sends more than the {total:,} bytes that it declares; nothing was kept"))
    with _storing(part):
        stream.flush()
        os.fsync(stream.fileno())
    return end


def _continued(wanted: Wanted, part: Path, note: Path) -> tuple[int, dict[str, str]]:
    """From which byte a part that is held can be continued, and the headers that ask for it; 0 and none where it cannot."""
    try:
        held = part.stat().st_size
        noted = json.loads(note.read_text())
        given = noted["etag"] if noted["etag"] and not noted["etag"].startswith("W/") else noted["last_modified"]
        same, total = noted["url"] == wanted.url, noted["total"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return 0, {}
    start = held if total is None else min(held, total - 1)
    if not same or not given or start <= 0:
        return 0, {}
    return start, {"Range": f"bytes={start}-", "If-Range": given}


def _noted(wanted: Wanted, etag: str, modified: str, total: int | None) -> dict[str, Any]:
    return {"url": wanted.url, "etag": etag, "last_modified": modified, "total": total}


def _hidden(target: Path, suffix: str) -> Path:
    return target.with_name(f".{target.name}{suffix}")


def _drop(*paths: Path) -> None:
    for path in paths:
        with _storing(path):
            path.unlink(missing_ok=True)


@contextlib.contextmanager
def _storing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(f"{path}: could not be written ({error.strerror or 'no reason given'}); what was held is as it was") from error


def _check_end(wanted: Wanted, part: Path, suffix: str) -> None:
    """Formats that end with a mark must have it; a file whose length nobody told may otherwise be cut."""
    with part.open("rb") as stream:
        stream.seek(max(0, part.stat().st_size - PIECE - 22))
        tail = stream.read()
    lacks = (suffix in (".zip", ".xlsx") and b"PK\x05\x06" not in tail) or (suffix == ".parquet" and not tail.endswith(b"PAR1"))
    if lacks:
        part.unlink(missing_ok=True)
        raise Again(BadDataError(f"{wanted.url}: the {suffix} file that it sends has no end; nothing was kept"))


def _published_sum(session: Session, wanted: Wanted, name: str) -> str:
    """The checksum at the published address: the first of a line that names the file where there is one, else the first of all."""
    text = small(session, Wanted(url=wanted.checksum)).decode("utf-8", "replace")
    lines = [line for line in text.splitlines() if name in line] or text.splitlines()
    found = [m for line in lines for m in re.findall(r"(?<![0-9A-Fa-f])[0-9A-Fa-f]{32,128}(?![0-9A-Fa-f])", line) if len(m) in DIGESTS]
    if not found:
        raise BadDataError(f"{wanted.checksum}: there is no checksum in it; {name} was not kept")
    return str(found[0]).lower()
