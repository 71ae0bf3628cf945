"""Cooperation or collaboration, for the report: the register's rows, the families with trail and statement, and pairs to compare with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from comity import states
from comity.analysis import initiatives, position
from comity.core import ComityError
from comity.store import Holdings


def gather(
    holdings: Holdings, a: str, b: str, *, start: int | None, stop: int | None, as_of: dt.date | None, like: Sequence[tuple[str, str]] = ()
) -> tuple[dict[str, Any] | None, tuple[dict[str, Any], ...] | None]:  # fmt: skip
    """The position as the contract has it with `comparisons`, and the register's rows; None each where it is not held.

    Both use all that is held, so a view as of an earlier day has neither.
    """
    if as_of is not None:
        return None, None
    rows = initiatives.register(holdings, (a, b), home=holdings.home)
    made = _position(holdings, a, b, start, stop, like)
    if made is not None:
        made["initiatives"] = initiatives.summary(rows)
    return made, tuple(initiatives.row(i) for i in rows) or None


def _position(
    holdings: Holdings, a: str, b: str, start: int | None, stop: int | None, like: Sequence[tuple[str, str]]
) -> dict[str, Any] | None:  # fmt: skip
    try:
        made = position.answer(holdings, a, b, start=start, stop=stop)
    except ComityError:
        return None
    found = position.held(holdings)
    compared = []
    for x, y in like:
        try:
            seen = position.view(found, position.pair(found, x, y), draws=2, exact=True)
        except ComityError:
            continue
        values = {f["name"]: seen.family(f["name"], f["year"])["value"] if f["year"] else None for f in made["families"]}
        compared.append({"pair": f"{states.get(x).name}–{states.get(y).name}", **values})
    return made | {"comparisons": compared}
