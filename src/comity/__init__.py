"""comity measures, explains, checks, forecasts and plans the relationship between any two states, from public data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from comity.api import Store as Store
    from comity.api import open as open
    from comity.core import ComityError as ComityError
    from comity.core import ComityWarning as ComityWarning

__version__ = "0.1.0"
__all__ = ["ComityError", "ComityWarning", "Store", "__version__", "open"]
_HOMES = {"open": "comity.api", "Store": "comity.api", "ComityError": "comity.core", "ComityWarning": "comity.core"}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        import importlib

        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'comity' has no attribute {name!r}")
