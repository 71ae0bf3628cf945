"""One module for each domain; each holds functions under @measure. Modules are found by being here."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from functools import cache

from comity.core import MEASURES, Measure, UsageError, series_name, split_variant


@cache
def load() -> dict[str, Measure]:
    """All measures by name."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return MEASURES


def mount(found: Iterable[Measure]) -> None:
    """Make these the user's own measures, in place of those of before; UsageError where a name or alias is taken."""
    load()
    for name in [n for n, m in MEASURES.items() if is_own(m)]:
        del MEASURES[name]
    _by_alias.cache_clear()
    for own in found:
        if own.name in MEASURES or own.name in _by_alias():
            raise UsageError(f"{own.module.removeprefix('own:')}: a measure is named {own.name} already; choose another name")
        taken = next((a for a in own.aliases if a.casefold() in MEASURES or a.casefold() in _by_alias()), None)
        if taken is not None:
            raise UsageError(f"{own.module.removeprefix('own:')}: {own.name}: {taken!r} is another measure's name already; choose another alias")
        MEASURES[own.name] = own
    _by_alias.cache_clear()


def full_name(name: str) -> str:
    """The name of the Series that a measure's name or alias, with or without a variant, stands for; UsageError as in `get`."""
    return series_name(get(name).name, split_variant(name)[1])


def is_own(declared: Measure) -> bool:
    """Whether a measure is a user's own, declared outside the package."""
    return declared.module.startswith("own:")


def get(name: str) -> Measure:
    """The measure of that name, alias or `name:variant`; UsageError offers the nearest names."""
    base, variant = split_variant(name)
    found = load().get(base) or _by_alias().get(base.casefold())
    if found is None:
        import difflib

        near = difflib.get_close_matches(base[:80], [*load(), *_by_alias()], n=4, cutoff=0.5)
        offer = f"; nearest: {', '.join(near)}" if near else ""
        raise UsageError(f"no measure is named {base[:80]!r}{offer}; `comity measures` lists them")
    if variant and variant not in found.variants:
        known = ", ".join(found.variants) or "none"
        raise UsageError(f"{found.name} has no variant {variant[:80]!r}; its variants: {known}")
    return found


@cache
def _by_alias() -> dict[str, Measure]:
    return {alias.casefold(): m for m in load().values() for alias in m.aliases}
