"""The tables of docs/position.md: separability, known alliances, named pairs, false alarms, statements of pairs, and made worlds.

    python -m bench.position HOME [--times N] [--write docs/position.md]     prints Markdown, or puts it between the page's two marks
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from bench import position_readings
from comity import api
from comity.analysis import position as answers
from comity.analysis import validity
from comity.models import position, position_checks
from comity.models.position import Family

MARKS = ("<!-- tables -->", "<!-- end of tables -->")
PAIRS = (("CHN", "RUS", 1995, None), ("CHN", "RUS", 2013, 2022), ("DEU", "FRA", 1995, None), ("IND", "PAK", 1995, None), ("CHN", "USA", 1995, None),
         ("GRC", "TUR", 1995, None), ("CHN", "JPN", 1995, None))  # fmt: skip
JOINT = ("alliance_defence", "coauthored_works", "joint_drafts", "shared_production_excess")
"""Four measures of four domains, as the rule counts domains; their values here are made."""


def worlds(seed: int = 1, n: int = 2000) -> list[str]:
    """Made worlds of two families of three measures, a third of the values missing: recovery, cover of the bands, and the HTMT."""
    rng = np.random.default_rng(seed)
    out = ["| true correlation | recovery (rank correlation) | cover of 80 % bands | HTMT | HTMT at or above .85 |", "|---|---|---|---|---|"]
    for between in (0.0, 0.3, 0.6, 1.0):
        z = _world(rng, n, between)
        traits, seen = z[:, 6:], np.where(rng.random((n, 6)) < 0.33, np.nan, z[:, :6])
        recovered, covered = [], []
        for k in (0, 1):
            part = seen[:, 3 * k : 3 * k + 3]
            family = Family(name="x", measures=("a", "b", "c"), correlations=position.usable(position.correlations(part)), stays=0.0)
            recovered.append(position_checks.rank_correlation(position.index(part, family), traits[:, k]))
            covered.append(_covered(rng, z[:, 3 * k : 3 * k + 3], part, family))
        ratios = [position_checks.htmt(position.correlations(_world(rng, 400, between)[:, :6]), [0, 1, 2], [3, 4, 5]) for _ in range(100)]
        above = np.mean(np.array(ratios) >= 0.85)
        out.append(f"| {between:.1f} | {min(recovered):.2f} | {np.mean(covered):.2f} | {np.mean(ratios):.2f} | {above:.2f} |")
    return out


def _world(rng: np.random.Generator, n: int, between: float, loading: float = 0.8) -> np.ndarray:
    traits = rng.multivariate_normal([0, 0], [[1, between], [between, 1]], n)
    return np.column_stack([loading * np.repeat(traits, 3, axis=1) + rng.normal(size=(n, 6)) * np.sqrt(1 - loading**2), traits])


def _covered(rng: np.random.Generator, whole: np.ndarray, seen: np.ndarray, family: Family) -> float:
    """How often the band holds the index of the complete scores with weights drawn from the simplex, over pairs with something seen."""
    some = np.isfinite(seen).any(axis=1)
    w = rng.dirichlet(np.ones(3), len(whole))
    true = 100 * position.shares((w * whole).sum(axis=1) / np.sqrt(np.einsum("nk,kl,nl->n", w, family.correlations, w)))[some]
    made = position.standing(seen[some], np.zeros_like(seen[some]), family, draws=300)
    return float(np.mean([m.low <= t <= m.high for m, t in zip(made, true, strict=True)]))


def moves(seed: int = 2, n: int = 400) -> list[str]:
    """How often the rule speaks in made worlds of four measures, a third missing, of which so many truly rose by one standard deviation."""
    rng = np.random.default_rng(seed)
    family = Family(name="joint", measures=JOINT, correlations=np.eye(4) * 0.7 + 0.3, stays=0.7)
    out = ["| domains that rose by one standard deviation | the rule speaks |", "|---|---|"]
    for rose in range(5):
        says = 0
        for _ in range(n):
            before = rng.multivariate_normal(np.zeros(4), family.correlations)
            after = 0.95 * before + np.sqrt(1 - 0.95**2) * rng.multivariate_normal(np.zeros(4), family.correlations) + (np.arange(4) < rose)
            seen = np.where(rng.random(4) < 0.33, np.nan, 1.0)
            ends = (before * seen, np.full(4, 0.05)), (after * seen, np.full(4, 0.05))
            up, _ = answers.single(family, *ends, draws=200)
            says += answers.jointly(position.moved(*ends, family, years=10, draws=200), up) if np.isfinite(seen).sum() >= answers.LEAST else 0
        out.append(f"| {rose} | {says / n:.2f} |")
    return out


def statements(home: str) -> list[str]:
    """What the rule says of seven pairs, with the indices."""
    store = api.open(home)
    out = []
    for a, b, start, stop in PAIRS:
        made = store.position(a, b, start=start, stop=stop)
        places = "; ".join(
            f"{f['name']} {f['value']:.0f} ({f['q10']:.0f}–{f['q90']:.0f}, {f['year']})" for f in made["families"] if f["value"] is not None
        )  # fmt: skip
        out += [f"**{a}–{b}, {start} to {stop or 'the newest'}.** {places}.", "", made["moved"]["statement"], ""]
    return out


def main(arguments: list[str]) -> None:
    home, times = arguments[0], int(arguments[arguments.index("--times") + 1]) if "--times" in arguments else validity.TIMES
    store = api.open(home)
    lines = ["### Made worlds", "", *worlds(), "", *moves(), "", "### Readings of exchange", "", *position_readings.table(home), "", "### Pairs", ""]
    lines += [*statements(home), "### Validity", ""]
    text = "\n".join([*lines, *validity.lines(validity.report(store.holdings, times=times))]) + "\n"
    if "--write" not in arguments:
        sys.stdout.write(text)
        return
    page = Path(arguments[arguments.index("--write") + 1])
    before, _, rest = page.read_text(encoding="utf-8").partition(MARKS[0])
    after = rest.partition(MARKS[1])[2]
    page.write_text(f"{before}{MARKS[0]}\n\n{text}\n{MARKS[1]}{after}", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
