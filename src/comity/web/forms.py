"""What a visitor sends, read in memory within bounds: a form with a text or a file, or the bare text."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

from comity.core import UsageError

LARGEST = 1_000_000
"""Bytes of one request's body."""
FIELDS = 20
LONGEST_HEAD = 2_000
BOUNDARY = re.compile(r'boundary=(?:"([^"\r\n]{1,70})"|([^\s;"]{1,70}))', re.I)
FIELD = re.compile(rb'content-disposition:\s*form-data;[^\r\n]*?\bname="([^"\r\n]{1,100})"', re.I)


def fields(body: bytes, kind: str) -> tuple[dict[str, str], bytes]:
    """(fields, the text or file) of a body of a media type. UsageError for a form that cannot be read."""
    media = kind.partition(";")[0].strip().lower()
    if media == "application/x-www-form-urlencoded":
        try:
            pairs = parse_qsl(body.decode("ascii"), max_num_fields=FIELDS, keep_blank_values=True)
        except ValueError:
            raise UsageError("the form could not be read; send it as the page does, or the bare text as text/plain") from None
        return _split({k: v.encode() for k, v in pairs})
    if media == "multipart/form-data":
        return _split(_parts(body, kind))
    return {}, body


def _parts(body: bytes, kind: str) -> dict[str, bytes]:
    """The parts of a multipart form by name, in one pass: no header is parsed but the name of its field."""
    wrong = UsageError("the form could not be read; send it as the page does, or the bare text as text/plain")
    boundary = BOUNDARY.search(kind[:400])
    if boundary is None:
        raise wrong
    parts = body.split(b"--" + (boundary[1] or boundary[2]).encode("latin-1"), FIELDS + 2)
    if len(parts) < 3:
        raise wrong
    if not parts[-1].startswith(b"--"):
        raise UsageError(f"the form has too many fields; at most {FIELDS} are read")
    out = {}
    for part in parts[1:-1]:
        head, _, data = part.partition(b"\r\n\r\n")
        if len(head) > LONGEST_HEAD:
            raise wrong
        if name := FIELD.search(head):
            out[name[1].decode("utf-8", "replace")] = data.removesuffix(b"\r\n")
    return out


def _split(given: dict[str, bytes]) -> tuple[dict[str, str], bytes]:
    file, text = given.pop("file", b""), given.pop("text", b"")
    return {k: v.decode("utf-8", "replace").strip() for k, v in given.items()}, file or text
