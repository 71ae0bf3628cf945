"""The exact sampler of the smoother: the posterior of the stated random walk with the global scale of the ideal points fixed.

The target is the density of the walk, the slopes' N(0, 1) and the flat cutpoints on the set where the ideal points theta have standard
deviation 1. It is sampled in phi = s theta, b = beta / s, with log s normal and independent of the rest (a working parameter):

    log p = l(phi, b, g) - E(phi) / 2 s² - s² sum b² / 2 + (V - N) u - u² / 2 τ²,    u = log s = log sd(phi)

E the walk's energy, N state-sessions, V roll calls. Roll calls are drawn one by one given phi; all paths at once given the roll
calls, with a surrogate in which states are independent, then accepted or not as a whole; and shifts and stretches of whole sessions
together with their roll calls, which no vote resists, in one move.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.models import _ideal_items as items_
from comity.models import _ideal_moves as moves_
from comity.models import _ideal_states as states_
from comity.models._ideal_data import Votes
from comity.models._ordinal import dot

Floats = NDArray[np.float64]
GOAL = 0.7
"""The share of the moves of sessions to accept; their step is learned in the burn-in."""
FARTHEST = 6.0
"""No session is shifted, or stretched in its logarithm, by more at once: such moves are refused either way."""
WHOLE = 3000
"""From so many nodes on, all paths are accepted or not together; in smaller worlds, where each weighs more in the scale, one by one."""
HARD = 0.35
"""A roll call whose proposals are accepted less often in the burn-in is drawn by slices as well."""


def parted(pool: ThreadPoolExecutor | None, parts: int) -> Callable[[Callable[..., Any], int, Sequence[Any]], None]:
    """A runner of kernel(first, last, *arguments) over ranges of the indices, in so many threads; results do not depend on how many."""

    def each(work: Callable[..., Any], size: int, arguments: Sequence[Any]) -> None:
        if pool is None or parts < 2:
            work(0, size, *arguments)
            return
        edges = np.linspace(0, size, 4 * parts + 1).astype(int).tolist()
        for done in [pool.submit(work, a, z, *arguments) for a, z in itertools.pairwise(edges) if z > a]:
            done.result()

    return each


def _root(precision: Floats) -> Floats:
    """The lower Cholesky factor; where the matrix is not positive definite, of the matrix with the least power of ten on the diagonal."""
    ridge, scale = 0.0, float(np.trace(precision)) / len(precision)
    while ridge < 1e8:
        try:
            return np.asarray(np.linalg.cholesky(precision + ridge * scale * np.eye(len(precision))), dtype=np.float64)
        except np.linalg.LinAlgError:
            ridge = max(10.0 * ridge, 1e-4)
    return np.eye(len(precision))


class Chain:
    """One Markov chain's present values and its sweep."""

    def __init__(
        self, votes: Votes, walk: Floats, first_mean: Floats, theta: Floats, items: Floats, anchors: Floats,
        *, seed: int, bound: float, scaled: bool, block: int,
    ) -> None:  # fmt: skip
        self.votes, self.walk, self.first_mean = votes, walk, first_mean
        self.phi, self.items, self.anchors, self.path_anchors = theta.copy(), items.copy(), anchors.copy(), theta.copy()
        self.seed, self.bound, self.scaled, self.block = seed, bound, scaled, block
        self.note, self.path_centres, self.path_spreads = False, theta.copy(), np.zeros(votes.nodes)
        self.width = 0.3 / math.sqrt(votes.nodes)
        self.cells = moves_.cells_of(votes)
        parts = 1 if votes.nodes > WHOLE or not scaled else len(votes.states)
        edges = np.linspace(0, len(votes.states), parts + 1).astype(int).tolist()
        self.groups = list(itertools.pairwise(edges))
        self.least = -0.5 / float(walk.max())
        self.item_of_cell = np.repeat(np.arange(votes.items), np.diff(self.cells.starts))
        self.precisions: list[Any] = [None, None]
        self.roots = [np.eye(len(votes.sessions)), np.eye(len(votes.sessions))]
        self.steps, self.chance = [0.5, 0.5], [0.0, 0.0]
        self.move_accepted = np.zeros(2)
        self.energy = states_.walk_energy(votes.paths, walk, first_mean, self.phi)
        self.sweeps = 0
        self.centres, self.hard, self.item_rate = anchors.copy(), np.zeros(votes.items, dtype=np.bool_), np.ones(votes.items)
        self.item_accepted, self.node_accepted = np.zeros(votes.items), np.zeros(votes.nodes)
        self.whole_accepted = self.counted = 0

    def scale(self) -> float:
        """log sd(phi), or 0 where the scale is not fixed."""
        return 0.5 * math.log(float(self.phi.var(ddof=1))) if self.scaled else 0.0

    def _global(self, u: float, energy: float, squares: float) -> float:
        """The log-density but for the likelihood."""
        if not self.scaled:
            return -0.5 * (energy + squares)
        n, v = self.votes.nodes, self.votes.items
        s2 = math.exp(2.0 * u)
        return -0.5 * energy / s2 - 0.5 * s2 * squares + (v - n) * u - 0.5 * (u / self.width) ** 2

    def _prior(self) -> float:
        """The log-density but for the likelihood, at the present values."""
        energy = states_.walk_energy(self.votes.paths, self.walk, self.first_mean, self.phi)
        return self._global(self.scale(), energy, dot(self.items[:, 0], self.items[:, 0]))

    def sweep(self, each: Callable[[Callable[..., Any], int, Sequence[Any]], None], *, learn: float) -> None:
        """Draw everything once; `learn` is the weight with which anchors follow the present values (0 once the burn-in is over)."""
        d, k = self.votes, self.sweeps
        self.sweeps += 1
        u = self.scale()
        rng = np.random.Generator(np.random.Philox(key=[self.seed & (2**64 - 1), k]))
        before = self.item_accepted.copy()
        each(
            items_.draw_items, d.items,
            (d.item_starts, d.item_cuts, d.item_node, d.sorts, self.hard, self.phi, self.items, self.anchors, self.centres,
             self.bound, math.exp(2.0 * u), self.seed, k, self.item_accepted),
        )  # fmt: skip
        for first, last in self.groups:
            self._draw_paths(each, first, last, rng, forced=learn > 0.0)
        if self.scaled:
            to = self.width * rng.standard_normal() - self.scale()
            self.phi *= math.exp(to)
            self.items[:, 0] *= math.exp(-to)
        if learn > 0.0 and k % 10 == 0:
            self._learn_moves(max(10.0 / (k + 10.0), 0.1))
        for kind in (moves_.SHIFT, moves_.STRETCH):
            if self.precisions[kind] is not None:
                self._move(kind, rng)
            if learn > 0.0:
                self.steps[kind] = min(max(self.steps[kind] * math.exp(0.1 * (self.chance[kind] - GOAL)), 0.02), 0.98)
        if learn > 0.0:
            self.anchors += learn * (self.centres - self.anchors)
            self.item_rate += 0.1 * (self.item_accepted - before - self.item_rate)
            self.hard = self.item_rate < HARD
            self.path_anchors += learn * (self.phi - self.path_anchors)
            self.energy += learn * (states_.walk_energy(d.paths, self.walk, self.first_mean, self.phi) - self.energy)

    def _draw_paths(
        self, each: Callable[[Callable[..., Any], int, Sequence[Any]], None], first: int, last: int, rng: np.random.Generator, *, forced: bool
    ) -> None:
        """Draw the paths of the states first to last; where the scale is fixed, accept them or not as a whole (in the burn-in always)."""
        d, n, v = self.votes, self.votes.nodes, self.votes.items
        squares = dot(self.items[:, 0], self.items[:, 0])
        ridge = middle = 0.0
        if self.scaled:
            ridge = max(-(self.energy - squares + v - n) / n, self.least)
            middle = float(self.phi.mean()) + self.width * rng.standard_normal()
        given = (
            d.paths, d.node_starts, d.node_cuts, d.node_item, self.walk, self.first_mean, self.phi, self.items,
            self.path_anchors, ridge, middle, self.block, self.seed, self.sweeps, self.node_accepted,
            self.note, self.path_centres, self.path_spreads,
        )  # fmt: skip
        old = self.phi.copy()
        was = self._weight(squares, ridge, middle)
        if last - first == len(d.states):
            each(states_.draw_states, last, given)
        else:
            states_.draw_states(first, last, *given)
        self.counted += 1
        if self.scaled:
            ratio = self._weight(squares, ridge, middle) - was
            if forced or math.log(rng.random()) < ratio:
                self.whole_accepted += 1
            else:
                self.phi[:] = old

    def _weight(self, squares: float, ridge: float, middle: float) -> float:
        """The log-density over that of the surrogate, with the working mean's density about the present one."""
        energy = states_.walk_energy(self.votes.paths, self.walk, self.first_mean, self.phi)
        surrogate = -0.5 * energy - 0.5 * ridge * dot(self.phi, self.phi - 2.0 * middle)
        return self._global(self.scale(), energy, squares) - surrogate - 0.5 * ((float(self.phi.mean()) - middle) / self.width) ** 2

    def _slope(self, kind: int, *, precise: bool) -> tuple[Floats, Floats]:
        """The derivative of the log-density by each session's move; where `precise`, the lower root of the precision too."""
        d, c, size = self.votes, self.cells, len(self.votes.sessions)
        out, precision = np.zeros(size), np.zeros((size, size) if precise else (1, 1))
        u = self.scale()
        s2 = math.exp(2.0 * u)
        moves_.walk_gradient(kind, d.paths, d.node_session, self.walk, self.first_mean, self.phi, s2, out, precise, precision)
        walk_part = out.copy()
        moves_.vote_gradient(
            kind, d.item_starts, d.item_cuts, d.item_node, c.starts, c.session, c.weight, c.of_vote,
            self.bound, self.phi, self.items, out, precise, precision,
        )
        squares = self.items[:, 0] ** 2
        slopes: Floats = np.zeros(size)
        counts = np.bincount(d.node_session, minlength=size).astype(np.float64)
        if kind == moves_.STRETCH:
            slopes = np.asarray(np.bincount(c.session, c.weight * squares[self.item_of_cell], size), dtype=np.float64)
            out += s2 * slopes + counts - np.bincount(c.session, c.weight, size)
            if precise:
                precision[np.diag_indices(size)] += 2.0 * s2 * slopes - walk_part
        if self.scaled:
            energy = states_.walk_energy(d.paths, self.walk, self.first_mean, self.phi)
            far = self.phi - self.phi.mean()
            by = np.bincount(d.node_session, far * (1.0 if kind == moves_.SHIFT else self.phi), size) / ((d.nodes - 1) * s2)
            total = float(squares.sum())
            force = energy / s2 - s2 * total + d.items - d.nodes - u / self.width**2
            out += by * force
            if precise:
                bend = counts if kind == moves_.SHIFT else np.bincount(d.node_session, (self.phi + far) * self.phi, size)
                across = np.outer(walk_part - s2 * slopes, by)
                precision += 2.0 * (across + across.T) + np.outer(by, by) * (2.0 * energy / s2 + 2.0 * s2 * total + self.width**-2 + 2.0 * force)
                precision[np.diag_indices(size)] -= force * bend / ((d.nodes - 1) * s2)
        return out, precision

    def _learn_moves(self, weight: float) -> None:
        """Take the present precisions of the sessions' moves into their running means."""
        for kind in (moves_.SHIFT, moves_.STRETCH):
            now = self._slope(kind, precise=True)[1]
            self.precisions[kind] = now if self.precisions[kind] is None else (1.0 - weight) * self.precisions[kind] + weight * now
            self.roots[kind] = _root(self.precisions[kind])

    def _move(self, kind: int, rng: np.random.Generator) -> None:
        """Propose a shift or a stretch of every session, and accept it or not."""
        from scipy.linalg import cho_solve, solve_triangular

        d, c, root = self.votes, self.cells, self.roots[kind]
        size = self.steps[kind]
        towards = 1.0 - math.sqrt(1.0 - size * size)
        noise, chance = rng.standard_normal(len(root)), rng.random()
        slope = self._slope(kind, precise=False)[0]
        by = towards * cho_solve((root, True), slope) + size * solve_triangular(root, noise, trans=1, lower=True)
        was = self._prior()
        self.chance[kind] = 0.0
        if not float(np.abs(by).max()) < FARTHEST:
            return
        phi, items = self.phi, self.items
        self.phi, self.items = np.empty_like(phi), np.empty_like(items)
        jacobian = moves_.moved(kind, by, d.node_session, c.starts, c.session, c.weight, self.bound, phi, items, self.phi, self.items)
        ok = math.isfinite(jacobian) and bool((np.abs(self.items[:, 1:]) < self.bound).all() and (self.items[:, 1] < self.items[:, 2]).all())
        if ok:
            ratio = jacobian + self._prior() - was
            ratio += moves_.change(kind, d.item_starts, d.item_cuts, d.item_node, c.starts, self.bound, phi, items, self.phi, self.items)
            back = root.T @ (-by - towards * cho_solve((root, True), self._slope(kind, precise=False)[0])) / size
            ratio += 0.5 * dot(noise, noise) - 0.5 * dot(back, back)
            self.chance[kind] = math.exp(min(ratio, 0.0)) if ratio == ratio else 0.0
            ok = math.log(chance) < ratio
        if ok:
            self.move_accepted[kind] += 1
        else:
            self.phi, self.items = phi, items

    def standard(self) -> tuple[Floats, Floats]:
        """The ideal points with mean 0 and standard deviation 1, and the roll calls on that scale."""
        if not self.scaled:
            return self.phi.copy(), self.items.copy()
        m, s = float(self.phi.mean()), math.exp(self.scale())
        items = self.items.copy()
        items[:, 1:] -= m * items[:, :1]
        items[:, 0] *= s
        return (self.phi - m) / s, items
