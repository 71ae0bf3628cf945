"""Ideal points: what the change of publisher does, and what could be known at the time.

    python -m bench.ideal_checks seam|as-of [--data ../shared/data] [--threads 2]

seam: on the sessions that both publishers hold, the quick fit to all roll calls (Voeten, with the reference's cuts) beside that to the UN Digital
Library's adopted resolutions; and seams moved into the overlap, where the step across a change of publisher stands beside the step without one.
as-of: `ideal_asof.filtered` over sessions 1 to 74 beside one fit to all of them.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench.ideal_points import voeten
from comity.models import ideal_asof, ideal_points
from comity.models.ballots import LAST_VOETEN
from comity.models.ideal_points import IdealPoints

Floats = NDArray[np.float64]
MOVED = (54, 58, 62, 66, 70, 73)
"""The sessions after which the publisher is changed by way of trial."""


def library(data: Path) -> pd.DataFrame:
    """The UN Digital Library's recorded votes as build has them: state is the seat, a roll call bears minus its number."""
    from comity.reading import Raw
    from comity.sources import un_assembly

    made = un_assembly.build(Raw(un_assembly.SOURCE.name, un_assembly.SOURCE.files, data))
    calls, votes = (made[name].to_pandas() for name in ("undl_resolutions", "undl_votes"))
    votes = votes[(votes.vote > 0) & votes.undl_id.isin(calls.undl_id[calls.recorded.astype(bool)])]
    return pd.DataFrame({"state": votes.seat, "session": votes.session.astype(int), "rollcall": -votes.undl_id, "vote": votes.vote.astype(int)})


def together(one: IdealPoints, other: IdealPoints) -> dict[str, Any]:
    """How two fits agree on the state-sessions that both have: correlations within sessions, over all rows, sessions' mean differences, errors."""
    rows = [(k, r) for k, (s, t) in enumerate(zip(one.states, one.sessions.tolist(), strict=True)) if (r := other.row(s, t)) is not None]
    i, j = np.array(rows).T
    x, y, of = one.mean[i], other.mean[j], one.sessions[i]
    ranks, each, shifts = [], [], []
    for t in np.unique(of):
        at = of == t
        a, b = pd.Series(x[at]), pd.Series(y[at])
        ranks.append(float(a.corr(b, method="spearman")))
        each.append(float(a.corr(b)))
        shifts.append(float((b - a).mean()))
    return {
        "rows": len(i), "sessions": len(each), "pearson": [float(np.median(each)), min(each)], "spearman": [float(np.median(ranks)), min(ranks)],
        "worst session": int(np.unique(of)[int(np.argmin(each))]), "pooled": float(np.corrcoef(x, y)[0, 1]),
        "sessions' mean difference, root mean square": float(np.sqrt(np.mean(np.square(shifts)))),
        "difference over sd, root mean square": float(np.sqrt(np.mean((x - y) ** 2 / (one.sd[i] ** 2 + other.sd[j] ** 2)))),
        "ratio of sd": float(np.median(other.sd[j] / one.sd[i])),
    }  # fmt: skip


def across(whole: IdealPoints, spliced: IdealPoints, before: int, after: int) -> dict[str, float]:
    """What a change of publisher adds to the states' steps from one session to the next: its mean, its spread, and their sd."""
    added, errors = [], []
    for s in dict.fromkeys(whole.states):
        k = [f.row(s, t) for f in (whole, spliced) for t in (before, after)]
        if None in k:
            continue
        w0, w1, s0, s1 = (int(r) for r in k if r is not None)
        added.append((spliced.mean[s1] - spliced.mean[s0]) - (whole.mean[w1] - whole.mean[w0]))
        errors.append(float((whole.draws[:, w1] - whole.draws[:, w0]).std()))
    far = np.abs(np.array(added))
    return {
        "session": before, "states": len(added), "mean": float(np.mean(added)), "spread": float(np.std(added)),
        "95 of 100 within": float(np.quantile(far, 0.95)), "median sd of a step": float(np.median(errors)),
    }  # fmt: skip


def seam(data: Path, threads: int) -> dict[str, Any]:
    """Both measures of the seam."""
    table, pairs = voeten(data)
    other = library(data)
    sessions = set(table.session) & set(other.session)
    table = table[table.session.isin(sessions)]
    other = other[other.session.isin(sessions)]
    options: dict[str, Any] = {"method": "em", "threads": threads}
    whole = ideal_points.fit(table, bridges=pairs, **options)
    adopted = ideal_points.fit(other, **options)
    calls = {name: int(t.rollcall.nunique()) for name, t in (("voeten", table), ("library", other))}
    moved = []
    for before in MOVED:
        after = min(s for s in sessions if s > before)
        spliced = pd.concat([table[table.session <= before], other[other.session > before]])
        moved.append(across(whole, ideal_points.fit(spliced, bridges=pairs, **options), before, after))
    return {"roll calls": calls, "both": together(whole, adopted), "moved": moved}


def known(data: Path, threads: int) -> dict[str, Any]:
    """Estimates as they could be known at the time beside those of the whole."""
    table, pairs = voeten(data)
    began = time.perf_counter()
    told = ideal_asof.filtered(table, bridges=pairs, threads=threads)
    seconds = time.perf_counter() - began
    return {"seconds": seconds} | together(ideal_points.fit(table, bridges=pairs, method="em", threads=threads), told)


def main() -> None:
    """Measure and print the figures as JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench.ideal_checks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("seam", "as-of"))
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--threads", type=int, default=2)
    chosen = parser.parse_args()
    found = seam(chosen.data, chosen.threads) if chosen.what == "seam" else known(chosen.data, chosen.threads)
    print(json.dumps(found | {"last of Voeten": LAST_VOETEN}, indent=1))


if __name__ == "__main__":
    main()
