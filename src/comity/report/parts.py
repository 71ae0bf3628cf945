"""The parts of the page beyond single measures, in its order."""

from __future__ import annotations

from collections.abc import Mapping

from comity.profile import Profile
from comity.report import chains, dependence, drivers, events, exchange, finance, forecast, position, ties, un, vision
from comity.report.part import Part

ROOMS = (position, un, vision, events, exchange, chains, dependence, finance, ties, drivers, forecast)
"""Each has `part(profile, names)`, which gives a Part, or None where nothing of it is held."""


def parts(profile: Profile, names: Mapping[str, str]) -> list[Part]:
    """The parts of which something is held; `names` are the names of the two states by code."""
    return [made for room in ROOMS if (made := room.part(profile, names)) is not None]
