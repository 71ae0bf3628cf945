"""The fields of a roadmap's tables: those of any form, and durations."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from comity.models import form
from comity.models.form import Issues, holds, nearest, quoted
from comity.plan.durations import Duration

__all__ = ["Fields", "Issues", "nearest", "quoted"]

LONGEST = 36_525.0
"""Days of the longest duration: a century of days all worked."""
DISTS = ("pert", "triangular", "uniform", "normal", "lognormal")


@dataclass
class Fields(form.Fields):
    """A table of a roadmap, where it stands, and where its issues go."""

    def duration(self, key: str) -> Duration | None:
        """A number of days, or a distribution of it; None where it is missing or not one (an issue)."""
        value = self.table.get(key)
        if value is None:
            return None
        if holds(value, float):
            return self._checked(key, Duration(family="constant", low=float(value), high=float(value)))
        if not isinstance(value, dict):
            self.wrong(key, value, "a number of days or a table as {min = 2, mode = 3, max = 6}")
            return None
        part = Fields(value, self.where, self.issues)
        before = len(self.issues.errors)
        dist = part.choice("dist", DISTS, "bad-duration") or "pert"
        keys = {"uniform": ("min", "max"), "normal": ("mean", "sd"), "lognormal": ("p10", "p90")}.get(dist, ("min", "mode", "max"))
        part.only(("dist", *keys, *(("lambda",) if dist == "pert" else ())))
        part.need(*keys)
        numbers = [part.get(k, float) for k in (*keys, "lambda")]
        if len(self.issues.errors) > before:
            return None
        named = {k: float(n) for k, n in zip((*keys, "lambda"), numbers, strict=True) if n is not None}
        return self._checked(key, self._distribution(dist, keys, named), named)

    def _distribution(self, dist: str, keys: tuple[str, ...], named: dict[str, float]) -> Duration:
        low, high = named[keys[0]], named[keys[-1]]
        if dist in ("pert", "triangular", "uniform") and low == high == named.get("mode", low):
            return Duration(family="constant", low=low, high=high)
        if dist == "normal" and high == 0:
            return Duration(family="constant", low=low, high=low)
        family: Any = dist
        return Duration(family=family, low=low, high=high, mode=named.get("mode", math.nan), weight=named.get("lambda", 4.0))

    def _checked(self, key: str, duration: Duration, named: dict[str, float] | None = None) -> Duration | None:
        values = ", ".join(f"{k} {v:g}" for k, v in (named or {key: duration.low}).items())
        numbers = list((named or {key: duration.low}).values())
        low, high = duration.low, duration.high
        hint = ""
        if not all(math.isfinite(v) for v in numbers):
            hint = "a duration is finite"
        elif duration.family == "constant" and named is None and low <= 0:
            hint = "a duration is more than 0 days"
        elif duration.family == "normal" or (duration.constant and named and "sd" in named):
            hint = "a normal has a mean over 0 and an sd of 0 or more" if low <= 0 or (named or {}).get("sd", high) < 0 else ""
        elif duration.family == "lognormal":
            hint = "a lognormal has 0 < p10 < p90" if not 0 < low < high else ""
        elif low < 0:
            hint = "no duration is negative"
        elif not low <= (low if math.isnan(duration.mode) else duration.mode) <= high:
            hint = "min <= mode <= max" if not math.isnan(duration.mode) else "min <= max"
        elif high <= 0:
            hint = "a duration is more than 0 days"
        elif duration.family == "pert" and duration.weight <= 0:
            hint = "lambda is over 0"
        if not hint and duration.longest > LONGEST:
            hint = f"a duration is at most {LONGEST:g} days"
        if hint:
            self.error("bad-duration", f"`{key}` has {values}, which is no duration", hint)
            return None
        return duration
