"""Votes as the samplers take them: checked, cut, linked, and sorted by roll call and by state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.core import BadDataError, UsageError
from comity.models._ideal_items import BOTH, NO_AGAINST, NO_FOR, NONE

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
COLUMNS = ("state", "session", "rollcall", "vote")
SHOWN = 8


@dataclass(frozen=True, kw_only=True)
class Votes:
    """Votes cast, absences left out: nodes are the states' sessions with a vote, sorted by state and session; items are roll calls, linked.

    node_state, node_session [nodes]: indices into `states` and `sessions`. paths [states + 1]: first node of each state.
    item_starts [items + 1], item_node, item_y [votes]; node_starts [nodes + 1], node_item, node_y [votes]: the votes by roll call and by node, in
    each first yes, then abstentions, then no; item_cuts [items, 2], node_cuts [nodes, 2]: where the second and third begin.
    rollcalls [items]: the earliest roll call of each item; item_session [items]: its session, index; linked: roll calls in each item.
    sorts [items]: which cutpoints votes speak on.
    """

    states: tuple[str, ...]
    sessions: tuple[int, ...]
    rollcalls: tuple[Any, ...]
    linked: Ints
    item_session: Ints
    crosses: NDArray[np.bool_]
    sorts: NDArray[np.int8]
    counts: Ints
    node_state: Ints
    node_session: Ints
    paths: Ints
    item_starts: Ints
    item_node: NDArray[np.int32]
    item_y: NDArray[np.int8]
    item_cuts: Ints
    node_starts: Ints
    node_item: NDArray[np.int32]
    node_y: NDArray[np.int8]
    node_cuts: Ints
    components: Ints
    warnings: tuple[str, ...]

    @property
    def nodes(self) -> int:
        """The number of state-sessions."""
        return len(self.node_state)

    @property
    def items(self) -> int:
        """The number of roll calls, linked ones counted once."""
        return len(self.rollcalls)


def _columns(votes: Any) -> dict[str, Any]:
    """The columns of an Arrow table, a pandas frame or a mapping, as numpy arrays."""
    wanted = [*COLUMNS]
    if hasattr(votes, "column_names"):
        names = list(votes.column_names)
    elif isinstance(votes, Mapping):
        names = list(votes)
    elif hasattr(votes, "columns"):
        names = list(votes.columns)
    else:
        raise UsageError(f"votes are a {type(votes).__name__}; expected an Arrow table, a pandas frame or a mapping with {', '.join(COLUMNS)}")
    lost = [c for c in wanted if c not in names]
    if lost:
        raise UsageError(f"votes have no column {', '.join(lost)}; expected {', '.join(COLUMNS)}, and link where roll calls are linked")
    if "link" in names:
        wanted.append("link")
    out = {}
    for name in wanted:
        column = votes[name] if not hasattr(votes, "column_names") else votes.column(name)
        if hasattr(column, "null_count") and column.null_count and name != "link":
            raise BadDataError(f"column {name} of the votes has {column.null_count} nulls; expected none")
        out[name] = np.asarray(column.to_numpy() if hasattr(column, "to_numpy") else column)
        if out[name].ndim != 1:
            raise UsageError(f"column {name} of the votes has {out[name].ndim} dimensions; expected one")
    lengths = {name: len(column) for name, column in out.items()}
    if len(set(lengths.values())) != 1:
        raise UsageError(f"the columns of the votes have lengths {lengths}; expected one length")
    return out


def _whole(name: str, column: NDArray[Any]) -> Ints:
    """The column as whole numbers; raises with the values that are not."""
    if column.dtype.kind in "iub":
        return column.astype(np.int64)
    try:
        numbers = column.astype(np.float64)
    except (TypeError, ValueError):
        raise BadDataError(f"column {name} holds {sorted({str(v) for v in column})[:SHOWN]}; expected whole numbers") from None
    bad = ~np.isfinite(numbers) | (numbers != np.round(numbers))
    if bad.any():
        raise BadDataError(f"column {name} holds {sorted({str(v) for v in column[bad]})[:SHOWN]} in {int(bad.sum())} rows; expected whole numbers")
    return numbers.astype(np.int64)


def _coded(name: str, column: NDArray[Any]) -> tuple[NDArray[Any], Ints]:
    """The distinct values, sorted, and the place of each row's among them."""
    import pyarrow as pa

    if column.dtype.kind == "f" and not np.isfinite(column).all():
        rows = int((~np.isfinite(column)).sum())
        raise BadDataError(f"column {name} of the votes holds nan or infinity in {rows} rows; expected a value in every row")
    try:
        coded = pa.array(column, from_pandas=True).dictionary_encode()
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise BadDataError(f"column {name} of the votes mixes kinds of values ({error}); expected one kind") from None
    if coded.null_count:
        raise BadDataError(f"column {name} of the votes holds {coded.null_count} nulls; expected a value in every row")
    values = np.array(coded.dictionary.to_pylist())
    order = np.argsort(values, kind="stable")
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return values[order], place[coded.indices.to_numpy()]


def _links(bridges: Any, rollcalls: NDArray[Any]) -> Ints:
    """The item of each roll call, named by its earliest: the later of a pair takes the least of its earlier ones, and chains are followed."""
    place = {v: k for k, v in enumerate(rollcalls.tolist())}
    parent = np.arange(len(rollcalls), dtype=np.int64)
    pairs: Iterable[Any] = bridges.items() if isinstance(bridges, Mapping) else bridges
    for pair in pairs:
        if len(pair) != 2:
            raise UsageError(f"bridges hold {pair!r}; expected pairs of identical roll calls, or a mapping of the later to the earlier")
        if pair[0] in place and pair[1] in place:
            early, late = sorted((place[pair[0]], place[pair[1]]))
            parent[late] = early if parent[late] == late else min(parent[late], early)
    for k in range(len(parent)):
        parent[k] = parent[parent[k]]
    return parent


def encode(votes: Any, *, bridges: Any = None, keep_unanimous: bool = False) -> Votes:
    """Check the long votes and put them in order. Raises UsageError on their form, BadDataError on what they hold."""
    columns = _columns(votes)
    vote = _whole("vote", columns["vote"])
    odd = ~np.isin(vote, (0, 1, 2, 3))
    if odd.any():
        codes = sorted({int(v) for v in vote[odd]})[:SHOWN]
        raise BadDataError(f"vote codes {codes} in {int(odd.sum())} rows; expected 1 yes, 2 abstain, 3 no, 0 absent")
    session = _whole("session", columns["session"])
    states, state = _coded("state", columns["state"])
    names, call = _coded("rollcall", columns["rollcall"])
    warnings: list[str] = []
    cast = vote != 0
    if not cast.any():
        raise BadDataError(f"all {len(vote)} votes are absences; expected some votes 1 yes, 2 abstain or 3 no")
    held = np.full(len(names), np.iinfo(np.int64).min)
    held[call] = session
    if (held[call] != session).any():
        torn = names[np.unique(call[held[call] != session])][:SHOWN].tolist()
        raise BadDataError(f"roll calls {torn} stand in two sessions; expected one for each")
    cell = call * len(states) + state
    order = np.argsort(cell, kind="stable")
    twice = np.diff(cell[order]) == 0
    if twice.any():
        k = order[np.flatnonzero(twice)[0]]
        first = f"that of {states[state[k]]} on roll call {names[call[k]]}"
        raise BadDataError(f"{int(twice.sum())} votes are given twice, first {first}; expected one each")
    silent = len(names) - len(np.unique(call[cast]))
    if silent:
        warnings.append(f"{silent} roll calls on which all were absent are left out")
    item_of = np.arange(len(names), dtype=np.int64)
    if "link" in columns:
        link = columns["link"]
        given = np.array([not (v is None or v != v) for v in link.tolist()])
        item_of = _links(zip(columns["rollcall"][given].tolist(), link[given].tolist(), strict=True), names)
    elif bridges is not None:
        item_of = _links(bridges, names)
    state, call, session, vote = state[cast], call[cast], session[cast], vote[cast]
    item = item_of[call]
    tally = np.bincount(item * 4 + vote, minlength=4 * len(names)).reshape(-1, 4)
    alike = (tally[:, 1:] > 0).sum(axis=1) == 1
    if alike.any() and not keep_unanimous:
        warnings.append(f"{int(alike.sum())} roll calls on which all who voted cast one vote are left out: they say nothing of ideal points")
        kept = ~alike[item]
        state, call, session, vote, item = state[kept], call[kept], session[kept], vote[kept], item[kept]
    if not len(vote):
        raise BadDataError("every roll call was unanimous; expected at least one on which the votes differ")
    present = np.unique(state)
    if len(present) < 2:
        raise BadDataError(f"one state alone, {states[present[0]]}, voted on roll calls that divide; expected two or more")
    return _arranged(states, names, state, call, session, vote, item, tally, warnings)


def _arranged(
    states: NDArray[Any], names: NDArray[Any], state: Ints, call: Ints, session: Ints, vote: Ints, item: Ints, tally: Ints, warnings: list[str]
) -> Votes:
    gone = sorted(set(states.tolist()) - set(states[np.unique(state)].tolist()))
    if gone:
        warnings.append(f"states without a vote on a roll call that divides are left out: {', '.join(map(str, gone[:SHOWN]))} ({len(gone)})")
    kept_states, state = np.unique(state, return_inverse=True)
    kept_sessions, when = np.unique(session, return_inverse=True)
    kept_items, item = np.unique(item, return_inverse=True)
    voted = kept_sessions.tolist()
    holes = sorted(set(range(voted[0], voted[-1] + 1)) - set(voted))
    if holes:
        warnings.append(f"sessions without a vote that counts: {', '.join(map(str, holes[:SHOWN]))} ({len(holes)}); walks step over them")
    cell = state * len(kept_sessions) + when
    cells, node = np.unique(cell, return_inverse=True)
    node_state, node_session = np.divmod(cells, len(kept_sessions))
    cast = np.bincount(state)
    lone = kept_states[cast == 1]
    if len(lone):
        warnings.append(f"states with one vote rest on their prior: {', '.join(str(states[k]) for k in lone[:SHOWN])} ({len(lone)})")
    components = _components(len(kept_states), len(kept_items), state, item)
    if components.max() > 0:
        sizes = sorted(np.bincount(components).tolist(), reverse=True)
        blocs = f"{len(sizes)} blocs (of {sizes[:SHOWN]})"
        warnings.append(f"the states fall into {blocs} with no roll call in common: their places relative to each other rest on the prior")
    by_item = np.argsort((item * 4 + vote) * len(cells) + node, kind="stable")
    by_node = np.argsort((node * 4 + vote) * len(kept_items) + item, kind="stable")
    tally = tally[kept_items]
    kinds = (tally[:, 1:] > 0).astype(np.int64)
    sorts = np.full(len(kept_items), BOTH, dtype=np.int8)
    sorts[(kinds[:, 2] == 0)] = NO_AGAINST
    sorts[(kinds[:, 0] == 0)] = NO_FOR
    sorts[kinds.sum(axis=1) == 1] = NONE
    row = np.unique(call, return_index=True)[1]
    several = np.bincount(item[row], minlength=len(kept_items))
    early, late = np.full(len(kept_items), len(kept_sessions)), np.full(len(kept_items), -1)
    np.minimum.at(early, item[row], when[row])
    np.maximum.at(late, item[row], when[row])
    return Votes(
        states=tuple(str(v) for v in states[kept_states]),
        sessions=tuple(int(v) for v in kept_sessions),
        rollcalls=tuple(names[kept_items].tolist()),
        linked=several,
        item_session=early.astype(np.int64),
        crosses=early != late,
        sorts=sorts,
        counts=tally[:, 1:],
        node_state=node_state,
        node_session=node_session,
        paths=np.searchsorted(node_state, np.arange(len(kept_states) + 1)),
        item_starts=np.searchsorted(item[by_item], np.arange(len(kept_items) + 1)),
        item_node=node[by_item].astype(np.int32),
        item_y=vote[by_item].astype(np.int8),
        item_cuts=_cuts(item, vote),
        node_starts=np.searchsorted(node[by_node], np.arange(len(cells) + 1)),
        node_item=item[by_node].astype(np.int32),
        node_y=vote[by_node].astype(np.int8),
        node_cuts=_cuts(node, vote),
        components=components,
        warnings=tuple(warnings),
    )


def _cuts(owner: Ints, vote: Ints) -> Ints:
    """Where abstentions and votes against begin, owner by owner, once votes are sorted by owner and vote."""
    ends = np.cumsum(np.bincount(owner * 3 + vote - 1, minlength=3 * (int(owner.max()) + 1))).reshape(-1, 3)
    return np.ascontiguousarray(ends[:, :2])


def _components(states: int, items: int, state: Ints, item: Ints) -> Ints:
    """The bloc of each state: states joined by roll calls in common."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    size = states + items
    graph = coo_array((np.ones(len(state), dtype=np.int8), (state, item + states)), shape=(size, size))
    _, label = connected_components(graph, directed=False)
    return np.unique(label[:states], return_inverse=True)[1].astype(np.int64)


def walk_variances(votes: Votes, smooth: float, first: float) -> Floats:
    """The innovation variance of each node, smooth * n_t / (n_t + n_before), n the votes counted; `first` for a state's first session."""
    n = np.diff(votes.node_starts).astype(np.float64)
    out = np.empty(votes.nodes)
    out[1:] = smooth * n[1:] / (n[1:] + n[:-1])
    out[votes.paths[:-1]] = first
    return out
