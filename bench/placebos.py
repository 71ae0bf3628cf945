"""How often the rules about drivers find something where chance alone is at work, and how conditional forecasts did over all pairs.

    python -m bench.placebos [--home HOME] [--runs 1000]

HOME is a full store; without it only made data are tried. Writes the Markdown tables of docs/drivers.md to stdout.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from comity import store
from comity.analysis import pressure as ties
from comity.analysis import shock
from comity.analysis.forecast_data import load
from comity.models import pressure, turning
from comity.models.local_projections import project
from comity.store import Holdings

DRAWS = 39
"""Permutations a run: a p of at most .05 is then the place of one or two of forty, which chance takes in exactly 5 of 100 cases."""
APART = 10**6
"""Added to the seeds of permutations, so that they owe nothing to those of the data."""
Row = tuple[str, str, int, float]


def shifts(runs: int) -> Iterator[Row]:
    """Shifts of pace in changes that have none, and in a series that does shift once its dates are shuffled."""
    rng = np.random.default_rng(0)
    plain = [turning.find(rng.standard_t(3, 30) if k % 2 else rng.normal(size=30), draws=199, seed=k + APART).p <= 0.05 for k in range(runs)]
    yield "shift of pace", "changes without one, normal or heavy-tailed", runs, float(np.mean(plain))
    real = np.r_[rng.normal(0, 1, 20), rng.normal(2, 1, 20)]
    shuffled = [turning.find(rng.permutation(real), draws=199, seed=k + APART).p <= 0.05 for k in range(runs)]
    yield "shift of pace", "shuffled dates of a series that does shift", runs, float(np.mean(shuffled))


def world(seed: int, states: int = 14, periods: int = 16) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pairs that share the shocks of their states, and pressure on five of these that does nothing."""
    rng = np.random.default_rng(seed)
    sides = np.array([[i, j] for i in range(states) for j in range(i + 1, states)])
    own = rng.normal(0, 0.3, (states, periods)).cumsum(axis=1)
    y = own[sides[:, 0]] + own[sides[:, 1]] + rng.normal(0, 0.3, (len(sides), periods))
    since = np.full(states, pressure.NEVER)
    since[rng.choice(states, 5, replace=False)] = rng.integers(6, 12, 5)
    return y, sides, np.maximum(since[:, None], since[None, :])


def studies(runs: int) -> Iterator[Row]:
    """The event study of pressure that does nothing."""
    found = [pressure.event_study(*world(k), draws=DRAWS, seed=k + APART).p <= 0.05 for k in range(runs)]
    yield "event study", "made pairs that share states, pressure without effect", runs, float(np.mean(found))


def shuffled_studies(holdings: Holdings, runs: int, states: int = 24) -> Iterator[Row]:
    """The event study of real votes, its real sanctions given to other states: the states that were under most, shuffled."""
    data = load(holdings, "vote_agreement")
    begun = ties.begun_by(holdings)
    keep = [k for k, s in enumerate(data.starts) if 1970 <= s.year <= ties.LAST]
    counts: dict[str, int] = {}
    for pair in begun:
        for s in pair:
            counts[s] = counts.get(s, 0) + 1
    used = sorted(counts, key=lambda s: (-counts[s], s))[:states]
    number = {s: i for i, s in enumerate(used)}
    rows = [r for r, (a, b, _) in enumerate(data.pairs) if a in number and b in number and np.isfinite(data.panel.values[r, keep]).sum() > 20]
    rows = list({data.pairs[r][:2]: r for r in rows}.values())
    y = data.panel.values[np.ix_(rows, keep)]
    sides = np.array([[number[data.pairs[r][0]], number[data.pairs[r][1]]] for r in rows])
    start = data.starts[keep[0]].year
    table = np.full((states, states), pressure.NEVER)
    for (a, b), year in begun.items():
        if a in number and b in number:
            table[number[a], number[b]] = table[number[b], number[a]] = year - start
    rng = np.random.default_rng(1)
    found = []
    for k in range(runs):
        moved = rng.permutation(states)
        found.append(pressure.event_study(y, sides, table[np.ix_(moved, moved)], before=3, after=3, draws=DRAWS, seed=k + APART).p <= 0.05)
    what = f"agreement of {len(rows)} pairs of {states} states, dates and pairs of real sanctions shuffled"
    yield "event study", what, runs, float(np.mean(found))


def controls(runs: int) -> Iterator[Row]:
    """The synthetic control of a unit like any other, and how its placebo ranks lie."""
    ranks = []
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        y = rng.normal(size=(20, 1)) * 0.2 + rng.normal(0, 0.3, (20, 16)).cumsum(axis=1)
        ranks.append(pressure.synthetic_control(y, 0, 9).p)
    p = np.array(ranks)
    deciles = ", ".join(f"{100 * np.mean(p <= c):.0f}" for c in (0.1, 0.25, 0.5, 0.75, 0.9))
    yield "synthetic control", f"20 units alike; ranks at 10, 25, 50, 75, 90 %: {deciles}", runs, float(np.mean(p <= 0.05))


def hostility(holdings: Holdings, runs: int, news: int = 25) -> Iterator[Row]:
    """Local projections on the hostility of a state to two others, of pairs that have nothing to do with any of the three."""
    data = load(holdings, ties.EVENTS)
    whole = np.flatnonzero(np.isfinite(data.panel.values).mean(axis=1) >= ties.WHOLE)
    y = data.panel.values[whole]
    y = (y - np.nanmean(y, axis=1, keepdims=True)) / np.nanstd(y, axis=1, keepdims=True)
    pairs = [data.pairs[r][:2] for r in whole]
    rng = np.random.default_rng(2)
    found: list[bool] = []
    while len(found) < runs:
        one, other = rng.choice(len(pairs), 2, replace=False)
        three = {*pairs[one], *pairs[other]}
        if len(three) != 3:
            continue
        x = -0.5 * (y[one] + y[other])
        apart = rng.permutation([k for k, p in enumerate(pairs) if not three & set(p)])[:200]
        held = np.array([np.mean([p.estimate / p.se for p in project(y[k], x, range(1, ties.AHEAD + 1), lags=ties.LAGS)]) for k in apart])
        for k in range(runs // news):
            found.append(pressure.two_sided(float(held[k]), np.delete(held, k)) <= 0.05)
    yield "hostility of a third", f"real events, {news} kinds of news, pairs of other states", len(found), float(np.mean(found))


def shocks(runs: int) -> Iterator[Row]:
    """The grade of a response of one wandering series to another."""
    found = []
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        y, x = rng.normal(size=(2, 96)).cumsum(axis=1)
        found.append(shock.graded(project(y, x, range(13), lags=3, season=[k % 12 for k in range(96)])) != "not shown")
    yield "price or currency shock", "96 months of two random walks, graded anything but not shown", runs, float(np.mean(found))


def episodes(holdings: Holdings, least: float = 1e8) -> Iterator[str]:
    """Conditional forecasts of every flow of 100 million dollars or more, given the price of Brent, against those without it."""
    rows = store.query(
        "SELECT a, b, year(start) AS at, value, split_part(source, ':', 1) AS source FROM read_parquet($path) WHERE value > 0",
        path=holdings.path("series", "exports_usd"),
    ).to_pylist()  # fmt: skip
    brent = shock._driver(holdings, "brent_usd", ("", ""), "year")
    flows: dict[tuple[str, str], dict[int, tuple[float, str]]] = {}
    for r in rows:
        flows.setdefault((r["a"], r["b"]), {})[r["at"]] = (r["value"], r["source"])
    made = [(e, flow[e.first][0]) for flow in flows.values() for e in shock.conditional(flow, brent) if e.conditional is not None]
    for first, last in shock.EPISODES:
        own = [e for e, size in made if (e.first, e.last) == (first, last) and size >= least]
        if own:
            with_it, without = (np.array([abs(np.log1p(getattr(e, k)) - np.log1p(e.outcome)) for e in own]) for k in ("conditional", "unconditional"))
            cells = (f"{len(own):,}", f"{np.median(with_it):.2f}", f"{np.median(without):.2f}", f"{100 * np.mean(with_it < without):.0f} %")
            yield f"| {first} to {last} | {100 * (own[0].driver or 0):+.0f} % | {' | '.join(cells)} |"


def main() -> None:
    """Write the table, row by row."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--home", type=Path)
    asked.add_argument("--runs", type=int, default=1000)
    given = asked.parse_args()
    kinds = [shifts(given.runs), studies(given.runs), controls(given.runs), shocks(given.runs)]
    if given.home is not None:
        held = Holdings(given.home)
        kinds += [shuffled_studies(held, given.runs), hostility(held, given.runs)]
    sys.stdout.write("| rule | where nothing is to be found | runs | found at 5 % |\n|---|---|---|---|\n")
    for kind in kinds:
        for rule, what, number, share in kind:
            sys.stdout.write(f"| {rule} | {what} | {number:,} | {100 * share:.1f} % |\n")
            sys.stdout.flush()
    if given.home is not None:
        sys.stdout.write("\n| years | Brent | flows | median error with it, log points | without it | nearer with it |\n|---|---|---|---|---|---|\n")
        sys.stdout.write("".join(f"{row}\n" for row in episodes(held)))


if __name__ == "__main__":
    main()
