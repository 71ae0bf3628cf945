"""An inter-country input–output table: states, industries, uses, what each delivers to each; and what is checked before anything is computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from comity.core import BadDataError, UsageError
from comity.models import frames
from comity.models.frames import Floats, Frame

GAP = 1e-3
"""Part of an industry's output by which its row may miss the declared output beyond rounding, and all rows together."""
DECIMALS = 4
FINAL = "final"
UNITS = {"usd": 1.0, "kusd": 1e3, "musd": 1e6, "bnusd": 1e9}
"""Units of money by name, in US dollars."""
WORLD_OUTPUT_USD = (1e13, 1e15)
"""Between these lies the gross output of the whole world in current US dollars since 1970 (about 55e12 in 1995, 170e12 in 2018)."""


@dataclass(frozen=True, kw_only=True)
class IOTable:
    """Who delivers what to whom in one year, at basic prices.

    z[states·industries, states·industries]: deliveries to industries, seller in the row; y[states·industries, states, uses]: to final users.
    Rows and columns run over states, then industries. unit: the unit of every number, as the user named it. output and
    value_added[states·industries]: as the publisher printed them, for the check only, or None.
    """

    states: tuple[str, ...]
    industries: tuple[str, ...]
    uses: tuple[str, ...]
    z: Floats
    y: Floats
    unit: str
    output: Floats | None = None
    value_added: Floats | None = None

    @property
    def labels(self) -> list[str]:
        """The name of each row, `state industry`."""
        return [f"{s} {i}" for s in self.states for i in self.industries]


@dataclass(frozen=True, kw_only=True)
class Checks:
    """What a table showed at load, each list as (row, amount); none of it stops a computation.

    gap: the largest |row sum − declared output|, and where; gap_total: its sum over rows over total output. negative_final: cells of final
    use below zero (inventories drawn down), by row and state of use. negative_value_added: industries that use more than they make.
    idle: industries whose row sum is zero or below, which use nothing by convention. negative_inputs: cells of z below zero.
    """

    rows: int
    output: float
    gap: float
    gap_at: str
    gap_total: float
    negative_final: tuple[tuple[str, float], ...]
    negative_value_added: tuple[tuple[str, float], ...]
    idle: tuple[tuple[str, float], ...]
    negative_inputs: tuple[tuple[str, float], ...]


def check(table: IOTable, *, gap: float = GAP, world: bool = False) -> Checks:
    """What is odd in a table; BadDataError where nothing computed from it would mean anything.

    Stops at: shapes that do not fit the names, a name that stands twice, a missing or infinite cell, rows that miss the declared output (by
    more than the part `gap` of it and what rounding of the cells explains), columns that miss it when value added is declared,
    a state whose industries together use more than they make. `world`: the table covers the world, so in a unit of dollars
    its output must be that of a world.
    """
    _shapes(table)
    z, y = table.z, table.y
    labels = table.labels
    for name, values in (("intermediate", z), ("final", y)):
        bad = ~np.isfinite(values)
        if bad.any():
            at = np.argwhere(bad)[0]
            user = labels[at[1]] if name == "intermediate" else f"{table.states[at[1]]} {table.uses[at[2]]}"
            told = f"the {name} delivery of {labels[at[0]]} to {user} is missing or infinite ({int(bad.sum()):,} such cells)"
            raise BadDataError(f"{told}; expected a number in every cell, zero where there is none")
    x = z.sum(axis=1) + y.sum(axis=(1, 2))
    used = z.sum(axis=0)
    worst, where, share = 0.0, "", 0.0
    if table.output is not None:
        worst, where, share = _balanced(x, table.output, _slack(table), "row", table, gap)
        if table.value_added is not None:
            _balanced(used + table.value_added, table.output, _slack(table), "column", table, gap)
    _sane(x, used, table)
    if world and table.unit in UNITS:
        total = float(x.sum()) * UNITS[table.unit]
        if not WORLD_OUTPUT_USD[0] <= total <= WORLD_OUTPUT_USD[1]:
            raise BadDataError(
                f"gross output sums to {total:.3g} US dollars if the unit is {table.unit}; a world's output lies between "
                f"{WORLD_OUTPUT_USD[0]:.0e} and {WORLD_OUTPUT_USD[1]:.0e}: is the unit thousands, or millions?"
            )
    flat = y.sum(axis=2)
    return Checks(
        rows=len(x), output=float(x.sum()), gap=worst, gap_at=where, gap_total=share,
        negative_final=tuple((f"{labels[i]} to {table.states[r]}", float(flat[i, r])) for i, r in np.argwhere(flat < 0)),
        negative_value_added=tuple((labels[i], float((x - used)[i])) for i in np.flatnonzero((used > x) & (x > 0))),
        idle=tuple((labels[i], float(x[i])) for i in np.flatnonzero(x <= 0)),
        negative_inputs=tuple((f"{labels[i]} to {labels[j]}", float(z[i, j])) for i, j in np.argwhere(z < 0)),
    )  # fmt: skip


def from_flows(flows: Frame, *, unit: str, uses: Sequence[str] | None = None) -> IOTable:
    """The table that long flows make: columns from_state, from_industry, to_state, to_use, value, a row a cell; rows of zero may be left out.

    A to_use that is also a from_industry is an industry's use, any other a final one; `uses` names the final ones where a name is both.
    Raises BadDataError where a cell stands twice, a value is missing, a state only sells or only buys, or a state's own block is missing.
    """
    what = "flows"
    columns = ("from_state", "from_industry", "to_state", "to_use")
    frames.require(flows, (*columns, "value"), what)
    seller, sold, buyer, use = (frames.words(flows, c, what) for c in columns)
    value = frames.numbers(flows, "value", what)
    if not len(value):
        raise BadDataError("flows hold no row; expected one for each delivery")
    if (bad := ~np.isfinite(value)).any():
        i = int(np.argmax(bad))
        raise BadDataError(f"flows: the delivery of {seller[i]} {sold[i]} to {buyer[i]} {use[i]} is missing or infinite ({int(bad.sum())} such rows)")
    key, groups = frames.codes([seller, sold, buyer, use])
    if groups < len(value):
        i = int(np.flatnonzero(np.bincount(key)[key] > 1)[0])
        raise BadDataError(f"flows: {seller[i]} {sold[i]} to {buyer[i]} {use[i]} stands more than once ({len(value) - groups} rows too many)")
    states, industries = tuple(_first_seen(seller)), tuple(_first_seen(sold))
    lone = sorted(set(states) ^ set(_first_seen(buyer)))
    if lone:
        raise BadDataError(f"flows: {', '.join(lone[:5])} only sells or only buys: its block is missing; every state needs rows both ways")
    final = [u for u in _first_seen(use) if u not in industries] if uses is None else list(uses)
    if not final:
        raise BadDataError("flows: every to_use is an industry; expected final uses too (households, government, investment …)")
    intermediate = ~np.isin(use, final)
    if strange := sorted(set(use[intermediate]) - set(industries)):
        raise BadDataError(f"flows: to_use {', '.join(strange[:5])} is neither an industry that sells nor one of the final uses {', '.join(final)}")
    g, n = len(states), len(industries)
    place = {name: k for k, name in enumerate(states)}
    sort = {name: k for k, name in enumerate(industries)}
    last = {name: k for k, name in enumerate(final)}
    row = np.array([place[s] for s in seller]) * n + np.array([sort[i] for i in sold])
    to = np.array([place[s] for s in buyer])
    z, y = np.zeros((g * n, g * n)), np.zeros((g * n, g, len(final)))
    z[row[intermediate], to[intermediate] * n + np.array([sort[u] for u in use[intermediate]], dtype=np.int64)] = value[intermediate]
    y[row[~intermediate], to[~intermediate], np.array([last[u] for u in use[~intermediate]], dtype=np.int64)] = value[~intermediate]
    own = {s for s, b in zip(seller[intermediate], buyer[intermediate], strict=True) if s == b}
    if hollow := [s for s in states if s not in own]:
        raise BadDataError(f"flows: no delivery of {', '.join(hollow[:5])} to its own industries: a missing block; write a row of zero if it is so")
    return IOTable(states=states, industries=industries, uses=tuple(final), z=z, y=y, unit=unit)


def _first_seen(values: Any) -> list[str]:
    found, at = np.unique(values, return_index=True)
    return [str(v) for v in found[np.argsort(at)]]


def _shapes(table: IOTable) -> None:
    g, n, k = len(table.states), len(table.industries), len(table.uses)
    for what, names in (("state", table.states), ("industry", table.industries), ("use", table.uses)):
        if twice := sorted({x for x in names if names.count(x) > 1}):
            raise BadDataError(f"{what} {', '.join(twice)} stands more than once; expected each name once")
    if g < 2 or n < 1 or k < 1:
        raise BadDataError(f"{g} states, {n} industries, {k} uses; expected two states, one industry and one use at least")
    wanted: dict[str, tuple[int, ...]] = {"z": (g * n, g * n), "y": (g * n, g, k)}
    held: dict[str, Floats | None] = {"z": table.z, "y": table.y}
    for name in ("output", "value_added"):
        wanted[name], held[name] = (g * n,), getattr(table, name)
    for name, values in held.items():
        if values is not None and values.shape != wanted[name]:
            raise BadDataError(f"{name} has shape {values.shape}; {g} states with {n} industries and {k} uses need {wanted[name]}: a missing block?")
    if not table.unit:
        raise UsageError(f"the table names no unit; expected one of {', '.join(UNITS)}, or another by name")


def _slack(table: IOTable) -> float:
    """What rounding may add up to in a row or column: half a unit of the last digit a cell, or ten standard deviations of that if it is less."""
    cells = table.z.shape[1] + table.y.shape[1] * table.y.shape[2]
    for digits in range(DECIMALS + 1):
        scale = 10.0**digits
        if all(np.abs(np.round(v * scale) - v * scale).max(initial=0.0) < 1e-6 for v in (table.z, table.y)):
            return float(0.5 / scale * min(cells, 6 * cells**0.5))
    return 0.0


def _balanced(sums: Floats, output: Floats, slack: float, what: str, table: IOTable, gap: float) -> tuple[float, str, float]:
    """The largest gap, where it is and the sum of gaps over output; BadDataError where it is more than rounding and the part `gap` explain."""
    if not np.isfinite(output).all():
        raise BadDataError(f"the declared output of {table.labels[int(np.argmax(~np.isfinite(output)))]} is missing; expected a number")
    off = np.abs(sums - output)
    share = float(off.sum() / max(np.abs(output).sum(), 1e-300))
    most = int(np.argmax(off - gap * np.abs(output)))
    if off[most] > gap * abs(output[most]) + slack + 1e-9 * np.abs(output).max(initial=0.0):
        worst = int(np.argmax(off))
        n = len(table.industries)
        own = slice(worst // n * n, worst // n * n + n)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = sums[own] / output[own]
        factor = float(np.median(ratio[np.isfinite(ratio)])) if np.isfinite(ratio).any() else 1.0
        of = f"the {what}s of {table.states[worst // n]}"
        hint = f"; {of} are {factor:.4g} times their output: thousands against millions?" if not 0.2 < factor < 5 else ""
        raise BadDataError(
            f"the table does not balance: {what} {table.labels[worst]} sums to {sums[worst]:,.6g} and its output is {output[worst]:,.6g}, "
            f"a gap of {off[worst]:,.6g} {table.unit}; all gaps together are {share:.2%} of output, expected at most {gap:.1%} beyond rounding{hint}"
        )
    return float(off.max()), table.labels[int(np.argmax(off))], share


def _sane(x: Floats, used: Floats, table: IOTable) -> None:
    g = len(table.states)
    made, taken = x.reshape(g, -1).sum(axis=1), used.reshape(g, -1).sum(axis=1)
    if x.sum() <= 0:
        raise BadDataError(f"the table's output sums to {x.sum():g}; expected a positive sum")
    if (bad := taken > made * (1 + 1e-9)).any():
        s = int(np.argmax(taken - made))
        told = f"the industries of {table.states[s]} use {taken[s]:,.6g} and make {made[s]:,.6g} {table.unit}"
        raise BadDataError(f"{told}, so their value added is negative ({int(bad.sum())} states): a missing block, or thousands against millions?")
