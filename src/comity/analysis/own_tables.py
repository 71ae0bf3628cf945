"""A user's own inter-country table: read by its layout, checked, taken apart by a method."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from comity.core import UsageError

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.models.value_added import Checks, System

LISTED = 5


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which table, which method, and what of the result."""

    path: Path
    layout: str
    unit: str
    method: str = "bm-source"
    pairs: bool = False
    exporter: str | None = None
    importer: str | None = None
    group: tuple[str, ...] | None = None
    world: bool = False


@dataclass(frozen=True, kw_only=True)
class Found:
    """The long table exporter, industry, importer, component, value, and what the checks saw."""

    table: pa.Table
    notes: tuple[str, ...]


def decomposed(asked: Asked) -> Found:
    """The decomposition asked for; nothing is written. Raises UsageError for names, BadDataError for a table that does not stand its checks."""
    import pyarrow.compute as pc

    from comity.models import value_added as va
    from comity.models.value_added import readers

    if asked.method != "leontief" and asked.method not in va.METHODS:
        raise UsageError(f"method {asked.method!r} is not known; expected leontief, {', '.join(va.METHODS)}")
    table = readers.read(asked.path, layout=asked.layout, unit=asked.unit)
    for name in (asked.exporter, asked.importer):
        if name is not None and name not in table.states:
            raise UsageError(f"{name} is not in the table; it has {', '.join(table.states)}")
    checks = va.check(table, world=asked.world)
    notes = _notes(checks, table.unit, (len(table.states), len(table.industries), len(table.uses)))
    system = va.solve(table)
    if asked.group is not None:
        made, more = _grouped(system, asked.group)
        return Found(table=made, notes=(*notes, *more))
    out = va.tidy(system, asked.method)
    for column, name in (("exporter", asked.exporter), ("importer", asked.importer)):
        if name is not None:
            out = out.filter(pc.equal(out.column(column), name))
    if asked.pairs:
        if asked.method == "vax":
            notes = (*notes, "VAX goes by where value ends: by pair it may exceed exports")
        key = ["exporter", "importer", "component"]
        out = out.group_by(key, use_threads=False).aggregate([("value", "sum")]).rename_columns([*key, "value"])
    return Found(table=out, notes=notes)


def _grouped(system: System, members: tuple[str, ...]) -> tuple[pa.Table, tuple[str, ...]]:
    import pyarrow as pa

    from comity.models.value_added.groups import group_exports

    made = group_exports(system, members)
    parts = {"EXGR": made.exports, "DC": made.dc, "FC": made.fc, "DVA": made.dva, "DDC": made.ddc, "FVA": made.fva, "FDC": made.fdc}
    k = len(made.importers)
    table = pa.table({
        "exporter": ["+".join(made.members)] * (k * len(parts)), "importer": list(made.importers) * len(parts),
        "component": [c for c in parts for _ in range(k)], "value": [float(x) for v in parts.values() for x in v],
    })  # fmt: skip
    note = (
        f"as one exporter: {made.inside:,.6g} of exports between members are no exports of the group; {made.between.sum():,.6g} of members' exports "
        f"to others is other members' value, foreign to each and domestic to the group (members' own FVA sums to {made.members_fva.sum():,.6g}, the "
        f"group's is {made.fva.sum():,.6g})"
    )
    return table, (note,)


def _notes(checks: Checks, unit: str, shape: tuple[int, int, int]) -> tuple[str, ...]:
    g, n, k = shape
    out = [f"{g} states, {n} industries, {k} final uses; output {checks.output:,.6g} {unit}; values below are in {unit}"]
    if checks.gap_at:
        out.append(f"rows miss the declared output by {checks.gap:,.6g} at most ({checks.gap_at}), {checks.gap_total:.3%} of output in all")
    for what, rows in (
        ("final cells below zero (inventories drawn down)", checks.negative_final),
        ("industries that use more than they make", checks.negative_value_added),
        ("industries without output", checks.idle),
        ("inputs below zero", checks.negative_inputs),
    ):
        if rows:
            listed = ", ".join(f"{name} {value:,.6g}" for name, value in rows[:LISTED])
            out.append(f"{len(rows)} {what}: {listed}{' …' if len(rows) > LISTED else ''}")
    return tuple(out)
