"""Value added in trade: whose work is in what is sold, by every method in use, from an inter-country input–output table.

`decompose(flows, method)` does all from long flows; `solve` and the methods work on one solved table. docs/value_added.md works a table of three
states through by hand and says which method answers which question.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from comity.core import UsageError
from comity.models.frames import Frame
from comity.models.value_added.methods import (
    Decomposition,
    bilateral,
    bm_sink,
    bm_source,
    leontief,
    vax,
    world_sink,
    world_source,
)
from comity.models.value_added.system import System, multipliers, solve
from comity.models.value_added.table import Checks, IOTable, check, from_flows
from comity.models.value_added.terms import kww, wwz

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "METHODS", "Checks", "Decomposition", "IOTable", "System", "bilateral", "bm_sink", "bm_source", "check", "decompose", "from_flows", "kww",
    "leontief", "multipliers", "solve", "tidy", "vax", "world_sink", "world_source", "wwz",
]  # fmt: skip

METHODS: dict[str, Callable[[System], Decomposition]] = {
    "vax": vax, "kww": kww, "wwz": wwz, "bm-source": bm_source, "bm-sink": bm_sink, "bilateral": bilateral, "world-source": world_source,
    "world-sink": world_sink,
}  # fmt: skip


def decompose(flows: Frame | IOTable | System, method: str = "bm-source", *, unit: str = "as given", post: str = "exports") -> pa.Table:
    """Exports (or output) taken apart: a long table exporter, industry, importer, component, value, in the unit of the flows.

    flows: long, with columns from_state, from_industry, to_state, to_use, value (a to_use that is no industry is a final use), or a table already
    read. method: "leontief", "vax", "kww", "wwz", "bm-source", "bm-sink", "bilateral", "world-source" or "world-sink"; each function says what its
    components are. "leontief" gives the value of each source industry (exporter, industry) in what each using industry (importer, component)
    exports, or makes with post="output". Raises UsageError for the method, BadDataError for a table that cannot stand.
    """
    if method != "leontief" and method not in METHODS:
        raise UsageError(f"method {method!r} is not known; expected leontief, {', '.join(METHODS)}")
    if isinstance(flows, System):
        system = flows
    else:
        table = flows if isinstance(flows, IOTable) else from_flows(flows, unit=unit)
        check(table)
        system = solve(table)
    return tidy(system, method, post=post)


def tidy(system: System, method: str, *, post: str = "exports") -> pa.Table:
    """The long table of one method for a solved system."""
    if method != "leontief":
        return METHODS[method](system).tidy()
    import pyarrow as pa

    from comity.models.value_added.methods import _named

    values = leontief(system, post=post)
    s, i, r, j = (k.reshape(-1) for k in np.indices(values.shape, dtype=np.int32))
    return pa.table({
        "exporter": _named(system.states, s), "industry": _named(system.industries, i), "importer": _named(system.states, r),
        "component": _named(system.industries, j), "value": values.reshape(-1),
    })  # fmt: skip
