"""One module for each public data set; each holds a SOURCE. Modules are found by being here, a user's own by `mount`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from comity.core import Source, UsageError


@dataclass(frozen=True, kw_only=True)
class Own:
    """A user's own source: what it declares, and the file that declares it."""

    source: Source
    path: Path


_OWN: dict[str, Own] = {}


@cache
def packaged() -> tuple[str, ...]:
    """The names of the sources that come with comity: the modules of this package."""
    return tuple(sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_")))


@cache
def names() -> tuple[str, ...]:
    """The names of all sources, a user's own among them."""
    return tuple(sorted((*packaged(), *_OWN)))


@cache
def get(name: str) -> Source:
    """The source of that name; UsageError where there is none."""
    if name in _OWN:
        return _OWN[name].source
    if name not in packaged():
        raise UsageError(f"no source is named {name!r}; `comity sources` lists them")
    source = importlib.import_module(f"{__name__}.{name}").SOURCE
    if not isinstance(source, Source) or source.name != name:
        raise UsageError(f"module sources/{name}.py must hold SOURCE = Source(name={name!r}, …)")
    return source


@cache
def owners() -> dict[str, str]:
    """Which source makes which table."""
    out: dict[str, str] = {}
    for name in names():
        for table in get(name).tables:
            if table.name in out:
                raise UsageError(f"table {table.name} is made by two sources: {out[table.name]} and {name}")
            out[table.name] = name
    return out


def own(name: str) -> Path | None:
    """The file that declares a user's own source; None for a source that comes with comity."""
    return _OWN[name].path if name in _OWN else None


def module(name: str) -> str:
    """The module in which a source is declared; of a user's own "own:" and the file."""
    path = own(name)
    return f"{__name__}.{name}" if path is None else f"own:{path}"


def mount(found: Mapping[str, Own]) -> None:
    """Make these the user's own sources, in place of those of before."""
    if found != _OWN:
        _OWN.clear()
        _OWN.update(found)
        for cached in (names, get, owners):
            cached.cache_clear()
