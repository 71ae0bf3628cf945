"""Agreement of all dyads in all sessions: the measure, and its model alone, against a one-hot product by hand.

    python -m bench.agreement HOME RUNS     prints the seconds of both sides, run by run, as JSON
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from comity import measures
from comity.models import similarity
from comity.store import Holdings


def ballots(tables: dict[str, pa.Table]) -> list[tuple[str, int, list[str], Any]]:
    """By source and session, the states and their votes [states, roll calls]: what the published recipe counts, by hand."""
    calls, undl = tables["voeten_roll_calls"], tables["undl_resolutions"]
    late = pc.greater(pc.year(calls.column("date_given")), 1989)
    part = pc.and_(pc.or_(calls.column("para"), calls.column("amend")), late)
    calls = calls.filter(pc.and_(pc.invert(part), pc.less_equal(calls.column("session"), 74)))
    undl = undl.filter(pc.and_(undl.column("recorded"), pc.greater(undl.column("session"), 74)))
    out = []
    for source, votes, key, counted in (
        ("voeten_votes", tables["voeten_votes"], "rcid", calls), ("un_assembly", tables["undl_votes"], "undl_id", undl),
    ):  # fmt: skip
        at = pc.fill_null(pc.index_in(votes.column(key), value_set=counted.column(key).combine_chunks()), -1).to_numpy()
        state = votes.column("state").combine_chunks().dictionary_encode()
        cast = np.zeros((len(state.dictionary), counted.num_rows), np.int8)
        cast[state.indices.to_numpy()[at >= 0], at[at >= 0]] = votes.column("vote").to_numpy()[at >= 0]
        sessions, names = counted.column("session").to_numpy(), np.array(state.dictionary.to_pylist())
        for session in np.unique(sessions):
            matrix = cast[:, sessions == session]
            matrix = matrix[:, matrix.max(axis=0) > np.where(matrix > 0, matrix, 9).min(axis=0)]
            there = matrix.any(axis=1)
            if there.any():
                out.append((source, int(session), names[there], matrix[there]))
    return out


def product(matrix: Any) -> tuple[Any, Any]:
    """Agreement and common roll calls of all pairs of one session."""
    hot = np.concatenate([matrix == k for k in (1, 2, 3)], axis=1).astype(np.float32)
    cast = (matrix > 0).astype(np.float32)
    n = cast @ cast.T
    with np.errstate(invalid="ignore", divide="ignore"):
        return hot @ hot.T / n, n


def by_hand(tables: dict[str, pa.Table]) -> pa.Table:
    """The table that the measure gives, without standard errors and days of publication."""
    parts = []
    for source, session, names, matrix in ballots(tables):
        value, n = product(matrix)
        x, y = np.triu_indices(len(names), 1)
        common = n[x, y] > 0
        x, y = x[common], y[common]
        states = pa.array(names)
        columns = {"a": states.take(pa.array(x)), "b": states.take(pa.array(y)), "value": value[x, y], "n": n[x, y]}
        parts.append(pa.table(columns | {"session": pa.repeat(session, len(x)), "source": pa.repeat(source, len(x))}))
    return pa.concat_tables(parts)


def in_turn(ours: Callable[[], Any], theirs: Callable[[], Any], runs: int) -> list[list[float]]:
    """Both once to warm up, then A B A B: the seconds of each."""
    out = []
    for _ in range(runs + 1):
        times = []
        for side in (ours, theirs):
            began = time.perf_counter()
            side()
            times.append(time.perf_counter() - began)
        out.append(times)
    return out[1:]


def main() -> None:
    """Check that both sides agree, then time them."""
    home, runs = Path(sys.argv[1]), int(sys.argv[2])
    declared, holdings = measures.get("vote_agreement"), Holdings(home)
    tables = {i: pq.read_table(holdings.path("table", i)) for i in declared.inputs}
    made, hand = declared.compute(**tables, variant=""), by_hand(tables)
    sums = [(t.num_rows, int(pc.sum(t.column("n")).as_py()), round(pc.sum(t.column("value")).as_py() / t.num_rows, 6)) for t in (made, hand)]
    if sums[0] != sums[1]:
        raise SystemExit(f"the two sides differ in rows, common roll calls or mean agreement: {sums}")
    matrices = [m for *_, m in ballots(tables)]
    measure = in_turn(lambda: declared.compute(**tables, variant=""), lambda: by_hand(tables), runs)
    model = in_turn(lambda: [similarity.similarity_and_n(m) for m in matrices], lambda: [product(m) for m in matrices], runs)
    print(json.dumps({"measure": measure, "model": model, "rows": made.num_rows}))


if __name__ == "__main__":
    main()
