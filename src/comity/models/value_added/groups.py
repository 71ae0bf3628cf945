"""A group of states as one exporter: a union's or an area's exports to the rest, with what crosses its inner borders no longer counted as trade."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from comity.core import UsageError
from comity.models.frames import Floats
from comity.models.value_added.system import System


@dataclass(frozen=True, kw_only=True)
class GroupExports:
    """Exports of a group to each state outside, [importers], by Borin and Mancini, source-based, the group's own perimeter.

    exports = dc + fc, dc = dva + ddc, fc = fva + fdc. inside: gross exports of members to each other, which are no exports of the group. between:
    value of other members in the members' exports to outside, by importer: foreign to each member, domestic to the group. members_dva, members_fva:
    sums of the members' own decompositions of the same exports, so members_dva + what is between less double counting makes dva.
    """

    members: tuple[str, ...]
    importers: tuple[str, ...]
    exports: Floats
    dc: Floats
    fc: Floats
    dva: Floats
    ddc: Floats
    fva: Floats
    fdc: Floats
    inside: float
    between: Floats
    members_dva: Floats
    members_fva: Floats


def group_exports(system: System, members: Sequence[str]) -> GroupExports:
    """The exports of a group of states as one; takes one inverse of the group's own block. UsageError for a name that is not in the table."""
    chosen = tuple(dict.fromkeys(members))
    if strange := [m for m in chosen if m not in system.states]:
        raise UsageError(f"{', '.join(strange)} is not in the table; it has {', '.join(system.states)}")
    if not chosen or len(chosen) == len(system.states):
        raise UsageError(f"a group of {len(chosen)} of {len(system.states)} states; expected one member at least and one state outside")
    n = len(system.industries)
    at = np.array([system.states.index(m) for m in chosen])
    out = np.array([k for k in range(len(system.states)) if k not in set(at.tolist())])
    own = (at[:, None] * n + np.arange(n)[None]).reshape(-1)
    a, b, v = system.flat_a, system.flat_b, system.v.reshape(-1)
    local = np.linalg.inv(np.eye(len(own)) - a[np.ix_(own, own)])
    near = b[np.ix_(own, own)]
    lone, mine = v[own] @ local, v[own] @ near
    foreign = v @ b[:, own] - mine
    e = system.e[at][:, out].transpose(0, 2, 1).reshape(len(own), len(out))
    exports = e.sum(axis=0)
    dc, fc, dva = mine @ e, foreign @ e, lone @ e
    fva = foreign @ np.linalg.solve(near, local @ e)
    single = system.own[at].reshape(-1) @ e
    each = np.matmul(system.foreign[at][:, None], system.cut[at])[:, 0].reshape(-1)
    return GroupExports(
        members=chosen, importers=tuple(system.states[k] for k in out), exports=exports, dc=dc, fc=fc, dva=dva, ddc=dc - dva, fva=fva, fdc=fc - fva,
        inside=float(system.e[at][:, at].sum()), between=dc - single, members_dva=system.lone[at].reshape(-1) @ e, members_fva=each @ e,
    )  # fmt: skip
