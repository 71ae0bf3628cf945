"""Seven coefficients of every pair in every session against a one-hot product by hand, and against a loop over pairs.

    OPENBLAS_NUM_THREADS=1 python -m bench.similarity HOME [RUNS]     prints Markdown; ends with 1 where a ratio or the peak is missed
    python -m bench.similarity HOME RUNS json                         comity's and by hand's seconds, run by run, and the rows

Sessions 1–74 by Voeten, 75–80 by the UN Digital Library, as `vote_agreement` counts them.
Sides, from the same arrays of votes where nothing else is said; required is comity against by hand, the others are for scale:

- comity: `similarity.by_session`, votes to one Arrow table of agreement, Lijphart's index, S, kappa and pi (both distances) and n;
- by hand: the same columns from the joint tables of one matrix product a session, numpy as one would write it;
- product: that matrix product alone, [3 states, roll calls] by its transpose, nothing computed from it;
- tables: both sides from the tables of votes to rows, comity all eight columns, by hand agreement alone (the other side of `bench.agreement`);
- loop: each pair of states in turn, as R packages do it, over a tenth of the dyad-sessions.
"""

from __future__ import annotations

import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bench import agreement
from bench.agreement import ballots
from comity.models import similarity

LIMIT, MOST = 1.5, 2000.0
DISTANCES = {"abs": np.abs(np.subtract.outer(range(3), range(3))) / 2, "sq": (np.subtract.outer(range(3), range(3)) / 2) ** 2}
COLUMNS = ("agreement", "lijphart", "s_abs", "kappa_abs", "pi_abs", "s_sq", "kappa_sq", "pi_sq")
TABLES = ("voeten_votes", "voeten_roll_calls", "undl_votes", "undl_resolutions")


def held(tables: dict[str, pa.Table]) -> tuple[similarity.Ballots, list[Any]]:
    """All votes as one set of ballots, and the same as a list of session, states and votes of those present."""
    parts = ballots(tables)
    states = sorted({s for _, _, names, _ in parts for s in names.tolist()})
    place = {s: i for i, s in enumerate(states)}
    whole = np.zeros((len(states), sum(m.shape[1] for *_, m in parts)), np.int8)
    sessions, at, out = [], 0, []
    for _, session, names, matrix in parts:
        order = np.argsort(names)
        whole[[place[s] for s in names.tolist()], at : at + matrix.shape[1]] = matrix
        sessions += [session] * matrix.shape[1]
        at += matrix.shape[1]
        out.append((session, names[order], np.ascontiguousarray(matrix[order])))
    made = similarity.Ballots(votes=whole, states=tuple(states), roll_calls=np.arange(at), sessions=np.array(sessions, np.int64))
    return made, out


def from_tables(tables: dict[str, pa.Table]) -> list[pa.Table]:
    """All columns from the tables of votes, each publisher's counted roll calls."""
    calls, undl = tables["voeten_roll_calls"], tables["undl_resolutions"]
    part = pc.and_(pc.or_(calls.column("para"), calls.column("amend")), pc.greater(pc.year(calls.column("date_given")), 1989))
    calls = calls.filter(pc.and_(pc.invert(part), pc.less_equal(calls.column("session"), 74)))
    undl = undl.filter(pc.and_(undl.column("recorded"), pc.greater(undl.column("session"), 74)))
    out = []
    for votes, key, counted in ((tables["voeten_votes"], "rcid", calls), (tables["undl_votes"], "undl_id", undl)):
        chosen = votes.filter(pc.is_in(votes.column(key), value_set=counted.column(key).combine_chunks()))
        out.append(similarity.by_session(chosen, roll_call=key))
    return out


def product(matrix: Any) -> Any:
    """The joint tables of all pairs of one session, [3 states, 3 states]."""
    hot = np.concatenate([matrix == k for k in (1, 2, 3)]).astype(np.float32)
    return hot @ hot.T


def by_hand(parts: list[Any]) -> pa.Table:
    """The table that `by_session` gives, from the joint tables, all of it on [states, states] arrays before the upper triangle is taken."""
    found = []
    for session, names, matrix in parts:
        size = len(names)
        o = product(matrix).reshape(3, size, 3, size)
        n = o.sum(axis=(0, 2))
        r, c = o.sum(axis=2).astype(np.float64), o.sum(axis=0).transpose(1, 0, 2).astype(np.float64)
        m = (r + c) / 2
        values = {"agreement": (o[0, :, 0] + o[1, :, 1] + o[2, :, 2]) / n.astype(np.float64)}
        near, far = o[0, :, 1] + o[1, :, 0] + o[1, :, 2] + o[2, :, 1], o[0, :, 2] + o[2, :, 0]
        for name, step in (("abs", 0.5), ("sq", 0.25)):
            observed = (step * near + far) / n.astype(np.float64)
            if name == "abs":
                values["lijphart"] = 1 - observed
            values[f"s_{name}"] = 1 - 2 * observed
            for form, x, y in (("kappa", r, c), ("pi", m, m)):
                chance = step * (x[1] * (y[0] + y[2]) + (x[0] + x[2]) * y[1]) + x[0] * y[2] + x[2] * y[0]
                values[f"{form}_{name}"] = 1 - observed / (chance / n.astype(np.float64) ** 2)
        i, j = np.triu_indices(size, 1)
        kept = n[i, j] > 0
        i, j = i[kept], j[kept]
        labels = pa.array(names)
        columns = {"a": labels.take(pa.array(i)), "b": labels.take(pa.array(j)), "session": np.full(len(i), session, np.int16)}
        found.append(pa.table(columns | {"n": n[i, j].astype(np.int64)} | {k: values[k][i, j] for k in COLUMNS}))
    return pa.concat_tables(found)


def looped(parts: list[Any], share: int) -> int:
    """The coefficients of every `share`-th pair of all sessions, one after another; how many there were."""
    done = count = 0
    for _, names, matrix in parts:
        votes = matrix.astype(np.int64)
        for i in range(len(names)):
            for j in range(i + 1, len(names)):
                count += 1
                if count % share:
                    continue
                x, y = votes[i], votes[j]
                both = (x > 0) & (y > 0)
                x, y = x[both], y[both]
                if not len(x):
                    continue
                out = [np.mean(x == y)]
                r, c = (np.bincount(v, minlength=4)[1:] / len(x) for v in (x, y))
                for d in (np.abs(x - y) / 2, ((x - y) / 2) ** 2):
                    matrix_d = DISTANCES["abs" if len(out) == 1 else "sq"]
                    m, far = (r + c) / 2, d.mean()
                    chance, pooled = r @ matrix_d @ c, m @ matrix_d @ m
                    out += [1 - far, 1 - 2 * far, 1 - far / chance if chance else np.nan, 1 - far / pooled if pooled else np.nan]
                done += 1
    return done


def seconds(side: Callable[[], Any]) -> float:
    began = time.perf_counter()
    side()
    return time.perf_counter() - began


def main() -> None:
    """Check that the sides agree, then time them in turn."""
    np.seterr(invalid="ignore", divide="ignore")
    home = Path(sys.argv[1])
    tables = {name: pq.read_table(home / "tables" / f"{name}.parquet") for name in TABLES}
    made, parts = held(tables)
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    one, other = similarity.by_session(made), by_hand(parts)
    if not (one.select(["a", "b", "session", "n"]).equals(other.select(["a", "b", "session", "n"]))):
        raise SystemExit(f"the two sides differ in rows: {one.num_rows:,} and {other.num_rows:,}")
    for name in COLUMNS:
        np.testing.assert_allclose(one.column(name).to_numpy(), other.column(name).to_numpy(), atol=1e-12, err_msg=name)
    rows = one.num_rows
    del one, other
    started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sides = {
        "comity": lambda: similarity.by_session(made),
        "by hand": lambda: by_hand(parts),
        "product": lambda: [product(m) for *_, m in parts],
        "comity, tables": lambda: from_tables(tables),
        "agreement by hand, tables": lambda: agreement.by_hand(tables),
    }
    times: dict[str, list[float]] = {name: [] for name in sides}
    for run in range(runs + 1):
        for name, side in sides.items():
            taken = seconds(side)
            times[name] += [taken] if run else []
    if sys.argv[3:] == ["json"]:
        sys.stdout.write(json.dumps({"rows": rows, "pairs": list(zip(times["comity"], times["by hand"], strict=True))}))
        return
    began = time.perf_counter()
    done = looped(parts, 10)
    loop = (time.perf_counter() - began) * rows / done
    sys.stdout.write(f"{rows:,} dyad-sessions, {runs} runs in turn, peak {started:.0f} MB.\n\n")
    sys.stdout.write("| side | seconds, median | comity's time over it |\n|---|---|---|\n")
    worst = 0.0
    for name, taken in times.items():
        ours = times["comity, tables" if name.endswith("tables") else "comity"]
        ratios = sorted(a / b for a, b in zip(ours, taken, strict=True))
        sys.stdout.write(f"| {name} | {statistics.median(taken):.3f} | {statistics.median(ratios):.2f} ({ratios[0]:.2f}–{ratios[-1]:.2f}) |\n")
        worst = max(worst, statistics.median(ratios) if name == "by hand" else 0.0)
    ratio = statistics.median(times["comity"]) / loop
    sys.stdout.write(f"| loop over pairs, {done:,} of them, taken {rows / done:.1f} times | {loop:.1f} | {ratio:.5f} (1/{1 / ratio:,.0f}) |\n")
    raise SystemExit(worst > LIMIT or started > MOST)


if __name__ == "__main__":
    main()
