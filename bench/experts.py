"""The analysis of docs/experts.md: what sixty pairs at two dates, compared blind by experts, say of the joint index.

    python -m bench.experts form HOME > form.csv            the comparisons to hand out, blind: no index, no order
    python -m bench.experts analyse HOME answers.csv        strengths, agreement of experts, and their correlation with each family
    python -m bench.experts simulate HOME [EXPERTS]         the same on made answers whose truth is the joint index with noise
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import numpy as np

from comity import api
from comity.analysis import position as answers
from comity.analysis import validity
from comity.models import comparisons, position, position_checks

YEARS = (2013, 2022)
PAIRS = 60
EACH = 8
COLUMNS = ("expert", "one", "other", "answer")


def chosen(home: str) -> dict[str, dict[str, float]]:
    """Sixty pair-years' indices by family: pairs drawn evenly over ten classes of the joint index in 2013, states no more than six times."""
    found = answers.held(api.open(home).holdings)
    columns = validity.columns_of(found)
    rng = np.random.default_rng(1)
    index: dict[int, dict[str, dict[str, float]]] = {}
    for year in YEARS:
        data = validity.load(found, year)
        names = [f"{data.codes[i]}-{data.codes[j]}" for i, j in zip(data.one.tolist(), data.other.tolist(), strict=True)]
        values = {f: position.index(data.z[:, c], found.near[f]) for f, c in columns.items()}
        index[year] = {n: {f: float(v[k]) for f, v in values.items()} for k, n in enumerate(names)}
    both = sorted(n for n in index[YEARS[0]] if n in index[YEARS[1]] and all(np.isfinite(index[y][n]["joint"]) for y in YEARS))
    order = sorted(both, key=lambda n: index[YEARS[0]][n]["joint"])
    picked: list[str] = []
    used: dict[str, int] = {}
    for part in np.array_split(np.array(order), 10):
        taken = 0
        for name in rng.permutation(part).tolist():
            if taken < PAIRS // 10 and all(used.get(s, 0) < 6 for s in name.split("-")):
                picked.append(name)
                taken += 1
                for s in name.split("-"):
                    used[s] = used.get(s, 0) + 1
    return {f"{n} {y}": index[y][n] for n in picked for y in YEARS}


def analyse(items: dict[str, dict[str, float]], rows: list[tuple[str, str, str, float]]) -> list[str]:
    """Markdown of the strengths' fit, the agreement of experts, and the rank correlation of the strengths with each family, held against noise."""
    fit = comparisons.strengths([(one, other, w) for _, one, other, w in rows])
    at = {x: k for k, x in enumerate(fit.items)}
    units: dict[tuple[str, str], dict[str, float]] = {}
    experts = sorted({e for e, *_ in rows})
    for expert, one, other, w in rows:
        low, high = min(one, other), max(one, other)
        units.setdefault((low, high), {})[expert] = w if one == low else 1 - w
    alpha = position_checks.alpha([[u.get(e) for e in experts] for u in units.values()])
    reliable = 1 - float(np.mean(fit.se**2)) / float(np.var(fit.strength)) if np.var(fit.strength) > 0 else float("nan")
    out = [
        f"{len(rows)} answers of {len(experts)} experts on {len(fit.items)} pair-years; Krippendorff's alpha {alpha:.2f}; separation reliability "
        f"{max(reliable, 0):.2f}; the strengths foretell {fit.foretold:.0%} of the answers.",
        "", "| family | rank correlation with the strengths |", "|---|---|",
    ]  # fmt: skip
    for family in next(iter(items.values())):
        x = np.array([items[i][family] for i in fit.items])
        out.append(f"| {family} | {position_checks.rank_correlation(x, fit.strength):.2f} |")
    both = [n for n in sorted({i.split()[0] for i in fit.items}) if all(f"{n} {y}" in at for y in YEARS)]
    moved = [(n, at[f"{n} {YEARS[0]}"], at[f"{n} {YEARS[1]}"]) for n in both]
    if moved:
        judged = np.array([fit.strength[j] - fit.strength[i] for _, i, j in moved])
        told = np.array([items[f"{n} {YEARS[1]}"]["joint"] - items[f"{n} {YEARS[0]}"]["joint"] for n, _, _ in moved])
        r = position_checks.rank_correlation(told, judged)
        out += ["", f"Moves {YEARS[0]}–{YEARS[1]}: rank correlation with those of the joint index {r:.2f}."]
    return out


def read(path: Path) -> list[tuple[str, str, str, float]]:
    """Answers from CSV: expert, one, other, answer (one, other, or cannot say)."""
    wins = {"one": 1.0, "other": 0.0, "cannot say": 0.5}
    out = []
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise SystemExit(f"{path}: columns {reader.fieldnames}; expected {', '.join(COLUMNS)}")
        for number, row in enumerate(reader, 2):
            if row["answer"] not in wins:
                raise SystemExit(f"{path}, line {number}: the answer {row['answer']!r}; expected {', '.join(wins)}")
            out.append((row["expert"], row["one"], row["other"], wins[row["answer"]]))
    return out


def simulated(items: dict[str, dict[str, float]], experts: int, *, noise: float, seed: int = 1) -> list[tuple[str, str, str, float]]:
    """Made answers: each expert sees the score of the joint index with noise of so many of its standard deviations; near ties are left open."""
    rng = np.random.default_rng(seed)
    names = list(items)
    truth = dict(zip(names, position.scores(np.array([items[n]["joint"] for n in names])), strict=True))
    out = []
    for e in range(experts):
        for one, other in comparisons.design(names, EACH, seed=seed + e // 2):
            d = truth[one] - truth[other] + noise * np.std(list(truth.values())) * rng.normal()
            out.append((f"expert {e + 1}", one, other, 0.5 if abs(d) < 0.1 else float(d > 0)))
    return out


def main(arguments: list[str]) -> None:
    what, home = arguments[0], arguments[1]
    items = chosen(home)
    if what == "form":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(("", one, other, "") for one, other in comparisons.design(list(items), EACH))
        return
    if what == "analyse":
        sys.stdout.write("\n".join(analyse(items, read(Path(arguments[2])))) + "\n")
        return
    for noise in (0.5, 1.0, 2.0):
        made = analyse(items, simulated(items, int(arguments[2]) if len(arguments) > 2 else 12, noise=noise))
        sys.stdout.write("\n".join([f"Noise of {noise:g} standard deviations", "", *made, ""]) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
