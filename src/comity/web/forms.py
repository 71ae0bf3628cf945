"""What a visitor sends, read in memory within bounds: a form with a text or a file, or the bare text."""

from __future__ import annotations

from email.parser import BytesParser
from email.policy import HTTP
from urllib.parse import parse_qsl

from comity.core import UsageError

LARGEST = 1_000_000
"""Bytes of one request's body."""
FIELDS = 20


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
    if body.count(b"Content-Disposition") + body.count(b"content-disposition") > 4 * FIELDS:
        raise UsageError(f"the form has too many fields; at most {FIELDS} are read")
    message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + kind.encode("latin-1", "replace") + b"\r\n\r\n" + body)
    if not message.is_multipart():
        raise UsageError("the form could not be read; send it as the page does, or the bare text as text/plain")
    out = {}
    for part in list(message.iter_parts())[:FIELDS]:
        name = part.get_param("name", header="content-disposition")
        data = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(data, bytes):
            out[name] = data
    return out


def _split(given: dict[str, bytes]) -> tuple[dict[str, str], bytes]:
    file, text = given.pop("file", b""), given.pop("text", b"")
    return {k: v.decode("utf-8", "replace").strip() for k, v in given.items()}, file or text
