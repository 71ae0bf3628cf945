"""One module for each public data set; each holds a SOURCE. Modules are found by being here."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from comity.core import Source, UsageError


@cache
def names() -> tuple[str, ...]:
    """The names of all sources: the modules of this package."""
    return tuple(sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_")))


@cache
def get(name: str) -> Source:
    """The source of that name; UsageError where there is none."""
    if name not in names():
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
