"""The site on a store for tests: pages made in threads, redirects not followed, errors raised as answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette", reason="the extra web is not installed (pip install -e '.[web]'): the tests of the site are skipped")
pytest.importorskip("uvicorn", reason="the extra web is not installed (pip install -e '.[web]'): the tests of the site are skipped")
pytest.importorskip("httpx2", reason="the development group is not installed: the tests of the site are skipped")


@contextmanager
def serving(home: Path, **options: Any) -> Iterator[Any]:
    """A client of the site on a store; with workers=0 and a look at the store at every request unless told otherwise."""
    from starlette.testclient import TestClient

    from comity.web.app import create_app

    app = create_app(home, **{"workers": 0, "every": 0.0, **options})
    with TestClient(app, follow_redirects=False, raise_server_exceptions=True) as client:
        yield client
