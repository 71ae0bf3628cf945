"""What went along with the ties of two states, for the report: shifts of pace, the price of oil, pressure by others; each with its grade."""

from __future__ import annotations

import datetime as dt
from importlib.util import find_spec

from comity import driven, measures, states, wording
from comity.analysis import pressure, pressure_kept, turns
from comity.analysis.shock import shock
from comity.core import NotHeldError, UsageError
from comity.profile_parts import Drivers, Graded
from comity.store import Holdings

LEADING = ("trade_total_usd", "vote_agreement", "coauthored_works", "shared_igos", "trade_total_usd_monthly")
OF = "brent_usd=-30%"
BARE = "Shifts of pace and answers to the price of oil are worked out where the extra is installed: pip install 'comity[models]'."
PRICED = ("imports_usd", "exports_usd", "energy_imports_usd")


def gather(holdings: Holdings, a: str, b: str, *, start: int | None, stop: int | None, as_of: dt.date | None) -> Drivers | None:
    """What is held of each driver; None where nothing is. A view of chosen years or of an earlier day has none."""
    if start is not None or stop is not None or as_of is not None:
        return None
    pressed = _pressure(holdings, a, b)
    if find_spec("scipy") is None:
        return Drivers(shifts=(Graded(about="shifts of pace", grade="", sentences=(BARE,)),), prices=(), pressure=pressed)
    made = Drivers(shifts=_shifts(holdings, a, b), prices=_prices(holdings, a, b), pressure=pressed)
    return made if made.shifts or made.prices or made.pressure else None


def _shifts(holdings: Holdings, a: str, b: str) -> tuple[Graded, ...]:
    out: list[Graded] = []
    for name in LEADING:
        if not holdings.has("series", name):
            continue
        title = measures.get(name).title
        try:
            found = turns.turns(holdings, a, b, name)
        except UsageError:
            continue
        for t in found:
            out.append(Graded(about=title, grade=t.grade, sentences=turns.sentences((t,), title)))
    return tuple(out)


def _prices(holdings: Holdings, a: str, b: str) -> tuple[Graded, ...]:
    out: list[Graded] = []
    for name in PRICED:
        for one, other in ((a, b), (b, a)) if name == "energy_imports_usd" else ((a, b),):
            try:
                found = shock(holdings, one, other, name, OF)
            except (UsageError, NotHeldError):
                continue
            episodes = tuple(driven.episode(e, found.driver) for e in found.episodes if e.conditional is not None)
            out.append(Graded(about=driven.flow(found), grade=found.grade, sentences=(*driven.response(found), *episodes)))
    return tuple(out)


def _pressure(holdings: Holdings, a: str, b: str) -> tuple[Graded, ...]:
    out: list[Graded] = []
    try:
        begun = pressure.joint(holdings, a, b)
    except NotHeldError:
        begun = None
    if begun is not None:
        names = " and ".join(wording.articled(states.get(s).name) for s in (a, b))
        who = ", ".join(wording.articled(states.get(s).name) for s in begun[1])
        said = f"Both {names} were under a sanctions case of one sender first in {begun[0]} ({who}; TIES, cases to {pressure.LAST})."
        out.append(Graded(about="sanctions", grade="", sentences=(said,)))
    for found in pressure_kept.kept(holdings, a, b):
        out.append(Graded(about=measures.get(found.measure).title, grade=found.grade, sentences=driven.pressed(found)))
    return tuple(out)
