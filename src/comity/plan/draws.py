"""Random durations of a roadmap: one stream for each task, event and common factor, so that the order of the file changes nothing.

Gaussian copula: z = sqrt(r_all) F + sqrt(r_initiative) F_i + sqrt(r_owner) sum(F_o)/sqrt(k) + sqrt(1 - sum r) e.
"""

from __future__ import annotations

import hashlib
import math

import numpy as np
import numpy.typing as npt

from comity.plan.durations import Draws
from comity.plan.roadmap import Event, Item, Roadmap
from comity.plan.schedule import Laid, share_left

Generator = np.random.Generator


def stream(seed: int, label: str) -> Generator:
    """The random numbers of a label, the same whatever else is drawn."""
    word = int.from_bytes(hashlib.sha256(label.encode()).digest()[:16], "big")
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, word])))


class Factors:
    """The common factors of all draws, each drawn when first asked for."""

    def __init__(self, roadmap: Roadmap) -> None:
        self.risk = roadmap.risk
        self._drawn: dict[str, Draws] = {}
        self.own = math.sqrt(max(1 - self.risk.all - self.risk.initiative - self.risk.owner, 0.0))

    def _factor(self, label: str) -> Draws:
        if label not in self._drawn:
            self._drawn[label] = stream(self.risk.seed, f"factor {label}").standard_normal(self.risk.iterations)
        return self._drawn[label]

    def common(self, item: Item, part: slice) -> Draws | float:
        """What a task's normal scores share with others'."""
        total: Draws | float = 0.0
        if self.risk.all:
            total = total + math.sqrt(self.risk.all) * self._factor("all")[part]
        if self.risk.initiative:
            total = total + math.sqrt(self.risk.initiative) * self._factor(f"initiative {item.initiative or ''}")[part]
        if self.risk.owner:
            for owner in sorted(item.owners):
                total = total + math.sqrt(self.risk.owner / len(item.owners)) * self._factor(f"owner {owner}")[part]
        return total


class Stream:
    """The draws of one task, read on from where the last reading ended."""

    def __init__(self, item: Item, factors: Factors, fixed: float) -> None:
        self.item, self.factors = item, factors
        whole = item.remaining if item.started and item.remaining is not None else item.duration
        self.constant = whole is None or item.finished or whole.constant
        self.duration, self.fixed, self.scale = whole, fixed, share_left(item)
        self._numbers = None if self.constant else stream(factors.risk.seed, f"task {item.id}")
        self._at = 0

    def read(self, count: int) -> Draws:
        """The next draws of the work, without events."""
        if self._numbers is None or self.duration is None:
            return np.full(count, self.fixed)
        part = slice(self._at, self._at + count)
        self._at += count
        e = self._numbers.standard_normal(count)
        common = self.factors.common(self.item, part)
        return self.duration.of_scores(self.factors.own * e + common) * self.scale


class EventStream:
    """Whether an event happens in each draw, and the delay that it brings (0 where it does not)."""

    def __init__(self, event: Event, seed: int) -> None:
        self.event = event
        self._happens, self._long = stream(seed, f"event {event.id}"), stream(seed, f"delay {event.id}")

    def read(self, count: int) -> tuple[npt.NDArray[np.bool_], Draws]:
        happens = self._happens.random(count) < self.event.probability
        delay = self.event.delay.of_scores(self._long.standard_normal(count))
        return happens, np.where(happens, delay, 0.0)


def fixed_work(laid: Laid, i: int) -> float:
    """The work of an item that does not vary: the duration of a constant, the days worked of what is finished."""
    item, node = laid.roadmap.items[i], laid.network.nodes[i]
    if item.type == "milestone" or item.duration is None:
        return 0.0
    if item.finished:
        worked = node.calendar.work(np.array([node.begun, node.done]))
        return float(worked[1] - worked[0])
    return float(laid.work[i, 0])
