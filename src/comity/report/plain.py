"""A Profile as plain values: what `comity profile --format json` and the web's .json give."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from comity.profile import Profile, Shown

PARTS = ("solidarity", "vision", "events", "exchange", "chains", "dependence", "figures", "expected", "money", "people", "drivers", "fans")


def to_dict(profile: Profile) -> dict[str, Any]:
    """The Profile as dictionaries and lists that JSON can hold: dates in ISO form, what is not a finite number as null."""
    held = {
        "a": profile.a,
        "b": profile.b,
        "name_a": profile.name_a,
        "name_b": profile.name_b,
        "as_of": profile.as_of,
        "version": profile.version,
        "data_hash": profile.data_hash,
        "lead": profile.lead,
        "headlines": [vars(h) for h in profile.headlines],
        "sections": [{"domain": s.domain, "reason": s.reason, "measures": [_measure(m) for m in s.measures]} for s in profile.sections],
        "newest": profile.newest,
        "featured": profile.featured,
        "notes": profile.notes,
        "adds": profile.adds,
        "stated": [vars(n) for n in profile.stated],
        **{name: None if (part := getattr(profile, name)) is None else asdict(part) for name in PARTS},
        "position": profile.position,
        "initiatives": profile.initiatives,
        "forecasts": profile.forecasts,
        "sources": [vars(s) for s in profile.sources],
        "cite": profile.cite,
    }
    plain: dict[str, Any] = _plain(held)
    return plain


def _measure(shown: Shown) -> dict[str, Any]:
    return {
        **vars(shown),
        "series": [vars(p) for p in shown.series],
        "comparisons": [{**vars(c), "series": [{"start": start, "value": value} for start, value in c.series]} for c in shown.comparisons],
        "seams": [vars(s) for s in shown.seams],
        "changes": [vars(c) for c in shown.changes],
        "stated": [vars(n) for n in shown.stated],
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in (sorted(value) if isinstance(value, set | frozenset) else value)]
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, dt.date):
        return value.isoformat()
    if hasattr(value, "item"):
        return _plain(value.item())
    raise TypeError(f"a profile holds plain values; {type(value).__name__} is not one")
