"""China and Russia's exchange since 1995 in other defensible readings of the scale, each judged on pairs that were not looked at.

    python -m bench.position_readings HOME     prints Markdown

A reading is worth having if it goes with a criterion that it does not hold (direct investment of 2011, left out of it) on held-out pairs, and is
free of size there. Which reading is taken is never decided by what it says of a pair.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from comity import api, standing, store
from comity.analysis import position as answers
from comity.analysis import validity
from comity.core import Measure
from comity.models import position, position_checks
from comity.models.position import Family

PAIR = ("CHN", "RUS")
CRITERION, YEAR = "fdi_stock_usd", 2011
DRAWS = 4000
VOTES = ("vote_kappa", "alliance_consultation")
"""What the prototype counted as exchange and design § 2 as alignment."""


def _as_is(declared: Measure) -> Measure:
    return declared


def _sized(size: str | None) -> Callable[[Measure], Measure]:
    return lambda m: m if m.evidence is None else replace(m, evidence=replace(m.evidence, size=size))


READINGS: tuple[tuple[str, tuple[int, int], bool, int, Callable[[Measure], Measure]], ...] = (
    ("as built: 400 peers of like size", (1995, 2020), False, 400, _as_is),
    ("from 1996", (1996, 2020), False, 400, _as_is),
    ("from 1997", (1997, 2020), False, 400, _as_is),
    ("from 2000, one source of trade (IMF)", (2000, 2020), False, 400, _as_is),
    ("200 peers", (1995, 2020), False, 200, _as_is),
    ("800 peers", (1995, 2020), False, 800, _as_is),
    ("all pairs as peers", (1995, 2020), False, 20_000, _as_is),
    ("beyond distance", (1995, 2020), True, 400, _as_is),
    ("size: each side's sum over all partners", (1995, 2020), False, 400, _sized("own")),
    ("values as they are, size left in", (1995, 2020), False, 400, _sized(None)),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Source:
    """The Series of exchange as read, and what sizes them."""

    measures: dict[str, Measure]
    rows: dict[str, Any]
    coverage: dict[str, Any]
    sizes: dict[str, Any]
    km: standing.Distances


def source(home: str) -> Source:
    """What the readings are made from."""
    holdings = api.open(home).holdings
    paths: dict[str, Path] = {n: holdings.path("series", n) for n in standing.inputs() if holdings.has("series", n)}
    chosen = {n: m for n, m in standing.evidence().items() if m.kind == "exchange"}
    sized = {m.evidence.size for m in chosen.values() if m.evidence and m.evidence.size in paths}
    return Source(
        measures=chosen, rows={n: standing._read(m, paths) for n, m in chosen.items()}, km=standing._distances(paths[standing.DISTANCE]),
        coverage={n: store.ledger_row(paths[n], "series", "store").facts["coverage"] for n in chosen},
        sizes={str(s): standing._sizes(paths[str(s)]) for s in sized},
    )  # fmt: skip


def scored(held: Source, year: int, far: bool, peers: int, change: Callable[[Measure], Measure]) -> tuple[standing.World, Any, Any]:
    """Scores and errors [pairs, measures] of all pairs in a year, narrow measures equated, values carried as the position carries them."""
    world = standing._world(year)
    ranked: dict[str, standing.Ranked] = {}
    for n, declared in held.measures.items():
        for back in range((declared.evidence.carry if declared.evidence else 0) + 1):
            then = standing._world(year - back)
            made = standing._ranked(change(declared), held.rows[n], held.coverage[n], held.sizes, held.km, then, peers)
            if made is not None:
                at = standing._places(then, world)
                moved = {k: np.where(at >= 0, getattr(made, k)[at], np.nan) for k in ("near", "far", "error")}
                ranked[n] = replace(made, **moved)
                break
    standing._equate(held.measures, ranked, {"narrow": {n: [] for n in held.measures}}, year)
    columns = [ranked.get(n) for n in held.measures]
    nothing = np.full(len(world.one), np.nan)
    z = np.column_stack([nothing if r is None else r.far if far else r.near for r in columns])
    return world, position.scores(z), np.column_stack([nothing if r is None else r.error for r in columns])


def reading(held: Source, years: tuple[int, int], far: bool, peers: int, change: Callable[[Measure], Measure]) -> dict[str, Any]:
    """The pair's move, and what the reading is worth on held-out pairs."""
    ends = [scored(held, y, far, peers, change) for y in years]
    return _judged(list(held.measures), ends, scored(held, YEAR, far, peers, change), years, held.sizes.get("gdp_usd", {}))


def with_votes(home: str, gdp: dict[tuple[str, int], float], years: tuple[int, int]) -> dict[str, Any]:
    """The same with votes and consultation among exchange, as the prototype had them."""
    found = answers.held(api.open(home).holdings)
    names = [*found.near["exchange"].measures, *VOTES]
    columns = [found.measures().index(n) for n in names]

    def year(y: int) -> tuple[standing.World, Any, Any]:
        data = validity.load(found, y)
        return standing.World(year=y, codes=data.codes, one=data.one, other=data.other), data.z[:, columns], data.error[:, columns]

    return _judged(names, [year(y) for y in years], year(YEAR), years, gdp)


def _judged(names: list[str], ends: Any, judged: Any, years: tuple[int, int], gdp: Any) -> dict[str, Any]:
    (w0, z0, e0), (w1, z1, e1) = ends
    world, z, _ = judged
    every = np.array([position.correlations(s) for s in (z0, z1, z)])
    known = np.isfinite(every)
    mean = np.where(known.any(axis=0), np.nansum(every, axis=0) / np.maximum(known.sum(axis=0), 1), np.nan)
    family = Family(name="exchange", measures=tuple(names), correlations=position.usable(mean), stays=0.56)

    def place(w: standing.World, a: str, b: str) -> int:
        return int(np.flatnonzero((w.one == w.codes.index(a)) & (w.other == w.codes.index(b)))[0])

    i, j = place(w0, *PAIR), place(w1, *PAIR)
    made = position.moved((z0[i], e0[i]), (z1[j], e1[j]), family, years=years[1] - years[0], draws=DRAWS)
    both = np.isfinite(z0[i]) & np.isfinite(z1[j])
    weights = np.random.default_rng(1).dirichlet(np.ones(len(both)), size=DRAWS)[:, both]
    out = validity.held_out(world.codes, world.one, world.other)
    rest = z.copy()
    rest[:, names.index(CRITERION)] = np.nan
    logs = np.log([gdp.get((c, YEAR), np.nan) for c in world.codes])
    percent = 100 * position.shares(np.column_stack([z0[i], z1[j]]))
    return {
        "ends": "; ".join(f"{n.split('_')[0]} {a:.0f} to {b:.0f}" for n, (a, b), t in zip(names, percent, both, strict=True) if t),
        "change": made.change, "p": made.p_up, "p_common": float((weights @ (z1[j] - z0[i])[both] > 0).mean()),
        "criterion": position_checks.rank_correlation(position.index(rest, family)[out], z[:, names.index(CRITERION)][out]),
        "size": position_checks.rank_correlation(position.index(z, family)[out], (logs[world.one] + logs[world.other])[out]),
    }  # fmt: skip


def table(home: str) -> list[str]:
    """All readings as Markdown."""
    held = source(home)
    out = [
        "| reading | measures at both ends, percentiles | change | P(rise) | P(rise) on those measures alone | held-out pairs: with investment | "
        "with log of both outputs |",
        "|---|---|---|---|---|---|---|",
    ]
    made = [(name, reading(held, *chosen)) for name, *chosen in READINGS]
    made += [(f"as built, with votes and consultation counted in, to {y}", with_votes(home, held.sizes["gdp_usd"], (1995, y))) for y in (2013, 2020)]
    for name, r in made:
        out.append(f"| {name} | {r['ends']} | {r['change']:+.1f} | {r['p']:.2f} | {r['p_common']:.2f} | {r['criterion']:.2f} | {r['size']:.2f} |")
    return out


if __name__ == "__main__":
    sys.stdout.write("\n".join(table(sys.argv[1])) + "\n")
