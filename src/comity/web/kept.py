"""Pages once made, by the state of the store and the address: the least recently asked for go first."""

from __future__ import annotations

import gzip
from collections import OrderedDict
from dataclasses import dataclass

from comity.web.answer import Answer

SMALL = 1400
"""Bytes below which a body is not compressed."""
PACKED = ("text/", "application/json", "image/svg")


@dataclass(frozen=True, kw_only=True)
class Page:
    """An answer with its body as it is, or as gzip where that is shorter; only one of the two is kept."""

    answer: Answer
    packed: bytes | None
    etag: str

    @property
    def size(self) -> int:
        """What it takes to keep."""
        return len(self.answer.body) + len(self.packed or b"") + 500

    def body(self) -> bytes:
        """The body uncompressed."""
        return self.answer.body if self.packed is None else gzip.decompress(self.packed)


def pack(answer: Answer, etag: str) -> Page:
    """A page to keep, compressed where that helps."""
    if len(answer.body) < SMALL or not answer.media.startswith(PACKED):
        return Page(answer=answer, packed=None, etag=etag)
    bare = Answer(status=answer.status, media=answer.media, headers=answer.headers)
    return Page(answer=bare, packed=gzip.compress(answer.body, 6, mtime=0), etag=etag)


class Kept:
    """At most so many bytes of pages."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.size = 0
        self._pages: OrderedDict[object, Page] = OrderedDict()

    def get(self, key: object) -> Page | None:
        """The page kept under a key, or None."""
        page = self._pages.get(key)
        if page is not None:
            self._pages.move_to_end(key)
        return page

    def put(self, key: object, page: Page) -> None:
        """Keep a page; the oldest go until all fit. One that is larger than a quarter of the room is not kept."""
        if page.size > self.most // 4:
            return
        before = self._pages.pop(key, None)
        self.size += page.size - (before.size if before else 0)
        self._pages[key] = page
        while self.size > self.most:
            _, gone = self._pages.popitem(last=False)
            self.size -= gone.size

    def clear(self) -> None:
        """Forget all."""
        self._pages.clear()
        self.size = 0
