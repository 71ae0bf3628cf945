"""The network of a plan: forward and backward pass of the critical path method, activity on node, for many draws at once.

Kelley & Walker (1959); the four links and lags as in precedence diagramming. All times are arrays of one value a draw.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from comity.plan.days import Calendar, Times

Progress = Literal["planned", "started", "finished"]
CRITICAL = 1e-6


@dataclass(frozen=True, kw_only=True)
class Edge:
    """A link to the item at this place."""

    to: int
    kind: str
    lag: float = 0.0
    elapsed: bool = False

    @property
    def of_finish(self) -> bool:
        """Whether it runs from the finish of the item that is waited for."""
        return self.kind in ("FS", "FF")

    @property
    def into_start(self) -> bool:
        return self.kind in ("FS", "SS")


@dataclass(frozen=True, kw_only=True)
class Node:
    """A task or milestone. `earliest` and `deadline` are times; `begun` and `done` are the actual ones."""

    calendar: Calendar
    milestone: bool = False
    edges: tuple[Edge, ...] = ()
    earliest: float | None = None
    deadline: float | None = None
    progress: Progress = "planned"
    begun: float = 0.0
    done: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Network:
    """Nodes and the time to which facts are known (None: nothing is known)."""

    nodes: tuple[Node, ...]
    known_to: float | None = None

    @cached_property
    def order(self) -> tuple[int, ...]:
        """The nodes in an order in which each comes after all that it waits for; there is no cycle."""
        waits = [len({e.to for e in n.edges}) for n in self.nodes]
        ready = [i for i, w in enumerate(waits) if not w]
        for i in ready:
            for s in dict.fromkeys(s for s, _ in self.followers[i]):
                waits[s] -= 1
                if not waits[s]:
                    ready.append(s)
        return tuple(ready)

    @cached_property
    def followers(self) -> tuple[tuple[tuple[int, Edge], ...], ...]:
        """For each node who waits for it, and by which link."""
        out: list[list[tuple[int, Edge]]] = [[] for _ in self.nodes]
        for i, node in enumerate(self.nodes):
            for edge in node.edges:
                out[edge.to].append((i, edge))
        return tuple(map(tuple, out))


@dataclass(kw_only=True)
class Pass:
    """Starts and finishes of each node (rows) in each draw: as times (of the forward pass and of milestones) and in its working days."""

    start: Times
    finish: Times
    work_start: Times
    work_finish: Times
    end: Times = field(default_factory=lambda: np.zeros(1))


def forward(network: Network, work: Times) -> Pass:
    """Early starts and finishes. work[node, draw] is in working days of the node's calendar. `end` is the latest finish (0 of no node)."""
    out = Pass(start=np.empty_like(work), finish=np.empty_like(work), work_start=np.empty_like(work), work_finish=np.empty_like(work))
    for i in network.order:
        node, d = network.nodes[i], work[i]
        c = node.calendar
        if node.progress == "finished":
            out.start[i], out.finish[i] = node.begun, node.done
            out.work_start[i], out.work_finish[i] = c.work(out.start[i]), c.work(out.finish[i])
            continue
        found = bounds(network, i, out, d)
        if node.milestone:
            t = np.maximum.reduce([*found, np.full_like(d, floor_of(network, node))])
            out.start[i] = out.finish[i] = t
            out.work_start[i] = out.work_finish[i] = c.work(t)
            continue
        w = np.maximum.reduce([*found, np.full_like(d, floor_of(network, node))])
        out.work_finish[i] = w + d
        out.finish[i] = c.close(out.work_finish[i])
        if node.progress == "started":
            out.start[i] = node.begun
            out.work_start[i] = c.work(out.start[i])
        else:
            out.work_start[i], out.start[i] = w, c.opening(w)
    out.end = out.finish.max(axis=0) if len(network.nodes) else np.zeros(work.shape[1])
    return out


def floor_of(network: Network, node: Node) -> float:
    """The earliest that a node may be without its links: working time of a task, time of a milestone."""
    return max(value for _, value in floors(network, node))


def floors(network: Network, node: Node) -> list[tuple[str, float]]:
    """What besides links holds a node back, by name, in the order in which a driver is looked for."""
    times = [("not_before", node.earliest), ("data_date", network.known_to), ("start", 0.0)]
    if node.progress == "started":
        times = [("data_date", network.known_to if network.known_to is not None else 0.0)]
    found = [(name, t) for name, t in times if t is not None]
    return found if node.milestone else [(name, float(node.calendar.work(np.array([t]))[0])) for name, t in found]


def bounds(network: Network, i: int, early: Pass, d: Times) -> list[Times]:
    """What each link of a node asks of its start in working time (of a milestone: of its time)."""
    node = network.nodes[i]
    c = node.calendar
    out = []
    for e in node.edges:
        t = early.finish[e.to] if e.of_finish else early.start[e.to]
        if node.milestone:
            out.append(t + e.lag if e.elapsed else c.close(c.work(t) + e.lag) if e.lag else t)
            continue
        if e.elapsed:
            b = c.work(t + e.lag)
        elif network.nodes[e.to].calendar is c:
            b = (early.work_finish[e.to] if e.of_finish else early.work_start[e.to]) + e.lag
        else:
            b = c.work(t) + e.lag
        out.append(b if e.into_start else b - d)
    return out


def backward(network: Network, early: Pass, work: Times, *, deadlines: bool) -> Pass:
    """Late starts and finishes in working time, and as times for milestones; of what is finished the actual ones."""
    late = Pass(
        start=early.start.copy(), finish=early.finish.copy(), work_start=early.work_start.copy(), work_finish=early.work_finish.copy(), end=early.end
    )
    caps: dict[Calendar, Times] = {}
    for i in reversed(network.order):
        node = network.nodes[i]
        if node.progress == "finished":
            continue
        limit = early.end if not deadlines or node.deadline is None else np.minimum(early.end, node.deadline)
        if limit is early.end and node.calendar in caps:
            cap = caps[node.calendar]
        else:
            cap = node.calendar.work(limit)
            if limit is early.end:
                caps[node.calendar] = cap
        found = finish_bounds(network, i, late, work[i])
        if node.milestone:
            t = np.minimum.reduce([limit, *(node.calendar.close(b) for b in found)])
            late.start[i] = late.finish[i] = t
            late.work_start[i] = late.work_finish[i] = node.calendar.work(t)
            continue
        w = np.minimum.reduce([cap, *found])
        late.work_finish[i] = w
        if node.progress == "planned":
            late.work_start[i] = w - work[i]
    return late


def finish_bounds(network: Network, i: int, later: Pass, d: Times) -> list[Times]:
    """What each follower asks of a node's finish, in the node's working time, where the followers stand at the times of `later`."""
    return [b for _, b in follower_bounds(network, i, later, d)]


def follower_bounds(network: Network, i: int, later: Pass, d: Times) -> list[tuple[int, Times]]:
    """As `finish_bounds`, with who asks."""
    node = network.nodes[i]
    out = []
    for s, e in network.followers[i]:
        follower = network.nodes[s]
        if follower.progress == "finished" or (follower.progress == "started" and e.into_start) or (node.progress == "started" and not e.of_finish):
            continue
        c = follower.calendar
        if follower.milestone:
            t = later.finish[s]
            u = t - e.lag if e.elapsed else c.opening(c.work(t) - e.lag) if e.lag else t
            b = node.calendar.work(u)
        else:
            x = later.work_start[s] if e.into_start else later.work_finish[s]
            if e.elapsed:
                b = node.calendar.work(c.opening(x) - e.lag)
            elif c is node.calendar:
                b = x - e.lag
            else:
                b = node.calendar.work(c.opening(x - e.lag))
        out.append((s, b if e.of_finish else b + d))
    return out


def late_times(network: Network, late: Pass) -> tuple[Times, Times]:
    """The late starts and finishes as times."""
    start, finish = late.start.copy(), late.finish.copy()
    for i, node in enumerate(network.nodes):
        if node.milestone or node.progress == "finished":
            continue
        finish[i] = node.calendar.close(late.work_finish[i])
        if node.progress == "planned":
            start[i] = node.calendar.opening(late.work_start[i])
    return start, finish


def free_floats(network: Network, early: Pass, work: Times) -> Times:
    """Working days by which each node may finish later without moving a follower's early times or the end."""
    out = np.empty_like(work)
    for i, node in enumerate(network.nodes):
        out[i] = np.minimum.reduce([node.calendar.work(early.end), *finish_bounds(network, i, early, work[i])]) - early.work_finish[i]
    return out


def components(edges: Sequence[Sequence[int]]) -> list[list[int]]:
    """The strongly connected groups of a graph (successors by node), each sorted; those of one node only where it follows itself.

    Tarjan (1972), without recursion.
    """
    number: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    on_stack: set[int] = set()
    out = []
    for root in range(len(edges)):
        if root in number:
            continue
        work = [(root, iter(edges[root]))]
        number[root] = low[root] = len(number)
        stack.append(root)
        on_stack.add(root)
        while work:
            v, rest = work[-1]
            for w in rest:
                if w not in number:
                    number[w] = low[w] = len(number)
                    stack.append(w)
                    on_stack.add(w)
                    work.append((w, iter(edges[w])))
                    break
                if w in on_stack:
                    low[v] = min(low[v], number[w])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[v])
                if low[v] == number[v]:
                    group: list[int] = []
                    while not group or group[-1] != v:
                        group.append(stack.pop())
                        on_stack.discard(group[-1])
                    if len(group) > 1 or v in edges[v]:
                        out.append(sorted(group))
    return sorted(out)


def shortest_cycle(edges: Sequence[Sequence[int]], first: int) -> list[int]:
    """A shortest cycle from a node through its successors back to it, first and last being that node."""
    before: dict[int, int] = {}
    queue = [first]
    for v in queue:
        for w in edges[v]:
            if w == first:
                path = [v]
                while path[-1] != first:
                    path.append(before[path[-1]])
                return [*reversed(path), first]
            if w not in before:
                before[w] = v
                queue.append(w)
    raise ValueError(f"node {first} is on no cycle")


def is_critical(late: Pass, early: Pass) -> npt.NDArray[np.bool_]:
    """Whether a node has no float, by node and draw."""
    out: npt.NDArray[np.bool_] = late.work_finish - early.work_finish <= CRITICAL
    return out
