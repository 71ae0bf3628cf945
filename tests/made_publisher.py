"""A source made for the tests of fetch: two files and a zip of one publisher, in place of the packaged source of that name."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import pytest

from comity import fetch, sources
from comity.core import File, Layout, Remote, Source

NAME = "ecb_rates"
HOST = "data.example.org"
KEY = "COMITY_TEST_KEY"
FILE = "rates.csv"
HEADER = ("day", "rate")
FAST = fetch.Limits(connect=0.5, read=0.4, stall=0.4, least=1, attempts=4, wait=0.01, longest_wait=0.5, pause=0.0)


def made(*remotes: Remote, homepage: str = "https://data.example.org/about") -> Source:
    """A packaged source with these addresses as its only layout."""
    real = sources.get(NAME)
    layout = Layout(
        name="publisher", files=(File(name=FILE, view="rates", columns=HEADER),), build=real.build,
        seen=("https://data.example.org/about",), remotes=remotes,
    )  # fmt: skip
    return replace(real, layouts=(layout,), homepage=homepage)


def remote(file: str = "rates.csv", **facts: object) -> Remote:
    """An address of the made publisher."""
    return replace(Remote(url=f"https://{HOST}/d/{file}", file=file), **facts)  # type: ignore[arg-type]


def install(patch: pytest.MonkeyPatch, source: Source) -> None:
    """Let this source stand for the packaged one, with fast limits."""
    real = sources.get
    patch.setattr(sources, "get", lambda name: source if name == NAME else real(name))
    whole = fetch.Session
    patch.setattr(fetch, "Session", lambda **facts: whole(**{"limits": FAST, "proxies": {}, **facts}))


def zipped(members: dict[str, bytes]) -> bytes:
    """A zip of these members."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return stream.getvalue()
