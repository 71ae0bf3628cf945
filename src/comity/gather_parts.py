"""The parts of the report beyond single measures, by the name of the Profile's field that holds them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, TypedDict

from comity import (
    gather_chains,
    gather_drivers,
    gather_events,
    gather_exchange,
    gather_forecast,
    gather_money,
    gather_people,
    gather_position,
    gather_trade,
    gather_un,
    gather_vision,
)
from comity.profile import Solidarity, Vision
from comity.profile_chains import Chains
from comity.profile_events import Events
from comity.profile_exchange import Exchange
from comity.profile_parts import Dependence, Drivers, Expected, Fans, Figures, Money, People
from comity.store import Holdings


class Parts(TypedDict):
    """Each part, or None where nothing of it is held."""

    solidarity: Solidarity | None
    vision: Vision | None
    exchange: Exchange | None
    events: Events | None
    chains: Chains | None
    dependence: Dependence | None
    figures: Figures | None
    expected: Expected | None
    money: Money | None
    people: People | None
    drivers: Drivers | None
    fans: Fans | None
    forecasts: tuple[dict[str, Any], ...] | None
    position: dict[str, Any] | None
    initiatives: tuple[dict[str, Any], ...] | None


def gather(
    holdings: Holdings, a: str, b: str, *, start: int | None, stop: int | None, as_of: dt.date | None, seat: bool = False,
    like: Sequence[tuple[str, str]] = (),
) -> Parts:  # fmt: skip
    """What is held of each part for two states, the years and the day asked for; `like` are pairs to compare their position with."""
    asked = gather_trade.view(a, b, start=start, stop=stop, as_of=as_of)
    dependence, figures, expected = gather_trade.gather(holdings, asked)
    fans = gather_forecast.gather(holdings, a, b, start=start, stop=stop, as_of=as_of)
    position, register = gather_position.gather(holdings, a, b, start=start, stop=stop, as_of=as_of, like=like)
    return Parts(
        solidarity=gather_un.gather(holdings, a, b, start=start, stop=stop, as_of=as_of),
        vision=gather_vision.gather(holdings, a, b, start=start, stop=stop, as_of=as_of, seat=seat),
        exchange=gather_exchange.gather(holdings, a, b, start=start, stop=stop, as_of=as_of),
        events=gather_events.gather(holdings, asked),
        chains=gather_chains.gather(holdings, asked), dependence=dependence, figures=figures, expected=expected,
        money=gather_money.gather(holdings, asked), people=gather_people.gather(holdings, asked),
        drivers=gather_drivers.gather(holdings, a, b, start=start, stop=stop, as_of=as_of), fans=fans, forecasts=gather_forecast.plain(fans),
        position=position, initiatives=register,
    )  # fmt: skip
