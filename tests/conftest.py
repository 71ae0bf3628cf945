"""Fixtures: the held data (skipped with a reason where missing), a store built from them once a session, and a fresh home."""

from __future__ import annotations

import fcntl
import os
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")

SHARED = Path(__file__).parents[1].parent / "shared"


@pytest.fixture(scope="session", autouse=True)
def settings_of_the_user(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The user's settings lie in a folder of the tests, for this process and all that it starts."""
    folder = tmp_path_factory.mktemp("settings")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(folder))
        yield folder


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder ../shared beside the repository."""
    if not SHARED.is_dir():
        pytest.skip("../shared is missing: the real-data tests are skipped")
    return SHARED


@pytest.fixture(scope="session")
def shared_data(shared: Path) -> Path:
    """The folder ../shared/data beside the repository."""
    return shared / "data"


@pytest.fixture(scope="session")
def full_home(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store built from the held data, once for all test processes of a run; COMITY_TEST_HOME names one to reuse.

    In the tests' own store ideal points are of the quick method, a tenth of the time of the full posterior, models of votes begin with session
    78, and bands of shared production stand on three draws. A named one is built as `comity build` builds it, unless COMITY_TEST_QUICK is set.
    """
    from comity.build import build
    from comity.core import ComityWarning
    from comity.sources import un_ideal_points, un_vote_model, wiod_bands

    root = tmp_path_factory.getbasetemp()
    base = root.parent if os.environ.get("PYTEST_XDIST_WORKER") else root
    named = os.environ.get("COMITY_TEST_HOME")
    home = Path(named or base / "full_home")
    home.mkdir(parents=True, exist_ok=True)
    with (home / "test-lock").open("w") as lock, warnings.catch_warnings(), pytest.MonkeyPatch.context() as patch:
        fcntl.flock(lock, fcntl.LOCK_EX)
        warnings.simplefilter("ignore", ComityWarning)
        if not named or "COMITY_TEST_QUICK" in os.environ:
            patch.setattr(un_ideal_points, "WHOLE", "em")
            for name, year in (("FIRST", 2019), ("MODELS", 2023), ("JUDGED", 2023)):
                patch.setattr(un_vote_model, name, year)
            patch.setattr(wiod_bands, "DRAWS", 3)
        build((), folder=shared_data, home=home)
    return home


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One test of the full store first, then all that need none: while one process builds the store, the other does not wait for it."""
    whole = [i for i in items if "full_home" in getattr(i, "fixturenames", ())]
    chosen = set(whole)
    items[:] = [*whole[:1], *(i for i in items if i not in chosen), *whole[1:]]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty store that is also COMITY_HOME."""
    folder = tmp_path / "home"
    monkeypatch.setenv("COMITY_HOME", str(folder))
    yield folder
