"""Long tables of votes: every pair in every session at once is each session by itself, and the golden table."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.core import BadDataError, UsageError
from comity.models import similarity

PUBLISHED = 1e-6
GOLDEN = {"agree": "agreement"} | {f"{c}_{d}": f"{c.lower()}_{d}" for c in ("S", "kappa", "pi") for d in ("abs", "sq")}
FORMS = {
    "agreement": similarity.agreement,
    "lijphart": similarity.lijphart,
    **{f"{f}_{d}": (lambda v, f=f, d=d: getattr(similarity, f)(v, distance=d)) for f in ("s", "kappa", "pi") for d in ("abs", "sq")},
}
ROWS = st.lists(
    st.tuples(st.integers(1, 14), st.sampled_from(["AAA", "BBB", "CCC", "DDD"]), st.integers(0, 3)), max_size=50, unique_by=lambda r: (r[0], r[1])
)


def long(rows: list[tuple[int, str, int]]) -> pa.Table:
    """Roll calls 1–5 in session 2, 6–10 in session 1, the rest in session 9."""
    rcid, state, vote = zip(*rows, strict=True) if rows else ((), (), ())
    session = [2 if r < 6 else 1 if r < 11 else 9 for r in rcid]
    kinds = (pa.int32(), pa.string(), pa.int8(), pa.int16())
    return pa.table({k: pa.array(v, t) for k, v, t in zip(("rcid", "state", "vote", "session"), (rcid, state, vote, session), kinds, strict=True)})


@settings(deadline=None)
@given(rows=ROWS, unanimous=st.booleans())
def test_all_sessions_at_once_are_each_session_alone(rows: Any, unanimous: bool) -> None:
    table = long(rows)
    found = {(r["session"], r["a"], r["b"]): r for r in similarity.by_session(table, unanimous=unanimous, se=True).to_pylist()}
    held = similarity.from_long(table)
    wanted = {}
    for session in set(held.sessions.tolist()):
        cast = held.votes[:, held.sessions == session]
        if not unanimous:
            cast = cast[:, [len({v for v in c if v}) > 1 for c in cast.T]]
        n = similarity.similarity_and_n(cast)[1]
        values = {name: form(cast) for name, form in FORMS.items()}
        values |= {f"{name}_se": similarity.standard_error(cast, name.split("_")[0]) for name in ("agreement", "s_abs", "kappa_abs")}  # type: ignore[arg-type]
        for name, coefficient in (("agreement", "agreement"), ("kappa_abs", "kappa")):
            ends = similarity.band(cast, coefficient)  # type: ignore[arg-type]
            values |= {f"{name}_low": ends.low, f"{name}_high": ends.high}
        for i, a in enumerate(held.states):
            for j, b in enumerate(held.states):
                if i < j and n[i, j]:
                    wanted[session, a, b] = {"n": n[i, j]} | {k: v[i, j] for k, v in values.items()}
    assert set(found) == set(wanted)
    for key, row in wanted.items():
        for name, value in row.items():
            got = found[key][name]
            assert (np.nan if got is None else got) == pytest.approx(value, abs=1e-12, nan_ok=True), (key, name)


def test_rows_are_in_order_and_columns_typed() -> None:
    rows = [(r, s, v) for r in (7, 1, 12) for s, v in (("CCC", 1), ("AAA", 3), ("BBB", 2))]
    found = similarity.by_session(long(rows))
    assert found.column_names == ["a", "b", "session", "n", *similarity.BY_SESSION]
    assert [tuple(r.values()) for r in found.select(["session", "a", "b"]).to_pylist()] == [
        (s, a, b) for s in (1, 2, 9) for a, b in (("AAA", "BBB"), ("AAA", "CCC"), ("BBB", "CCC"))
    ]
    assert found.schema.field("n").type == pa.int64()
    nothing = similarity.by_session(long([]))
    assert nothing.num_rows == 0 and nothing.schema.names == found.schema.names


def test_a_session_of_more_than_4095_roll_calls_is_exact() -> None:
    rng = np.random.default_rng(1)
    votes = rng.integers(0, 4, (3, 5000)).astype(np.int8)
    held = similarity.Ballots(votes=votes, states=("A", "B", "C"), roll_calls=np.arange(5000), sessions=np.ones(5000, np.int64))
    found = similarity.by_session(held, unanimous=True).column("kappa_abs").to_pylist()
    np.testing.assert_allclose(found, similarity.kappa(votes)[np.triu_indices(3, 1)], atol=1e-12)


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        (lambda t: t.drop_columns(["vote"]), UsageError, "no column vote"),
        (lambda t: pa.concat_tables([t, t]), BadDataError, "two votes"),
        (lambda t: t.set_column(2, "vote", pa.array([4] * t.num_rows, pa.int8())), BadDataError, "whole numbers"),
        (lambda t: t.set_column(2, "vote", pa.array([None] * t.num_rows, pa.int8())), BadDataError, "nulls"),
        (lambda t: t.set_column(3, "session", pa.array(range(t.num_rows), pa.int16())), BadDataError, "two sessions"),
    ],
)
def test_a_table_that_is_no_votes_is_refused(change: Any, error: type[Exception], words: str) -> None:
    table = long([(1, "AAA", 1), (1, "BBB", 3)])
    with pytest.raises(error, match=words):
        similarity.from_long(change(table))


@pytest.fixture(scope="module")
def recipe(shared: Path) -> pa.Table:
    """Voeten's votes by the published recipe: paragraph and amendment votes dated after 1989 dropped (empty is 0)."""
    import duckdb

    folder = shared / "data" / "politics"
    query = f"""
        SELECT v.rcid, v.session, iso3 AS state, CAST(CASE vote WHEN 'yes' THEN 1 WHEN 'abstain' THEN 2 ELSE 3 END AS TINYINT) AS vote
        FROM '{folder}/unga_votes_1946_2019.parquet' v JOIN '{folder}/unga_roll_calls_1946_2019.parquet' r USING (rcid)
        WHERE NOT (year(CAST(r.date AS DATE)) > 1989 AND (coalesce(amend, 0) = 1 OR coalesce(para, 0) = 1))"""
    return duckdb.sql(query).to_arrow_table()


def test_the_golden_table_of_china_and_russia(recipe: pa.Table, shared: Path) -> None:
    """golden/chn_rus_similarity_by_session.csv, 49 sessions, every column, from raw votes by seat (sessions 26–74)."""
    import pyarrow.compute as pc

    found = similarity.by_session(recipe)
    pair = found.filter(pc.and_(pc.equal(found.column("a"), "CHN"), pc.equal(found.column("b"), "RUS")))
    rows = {r["session"]: r for r in pair.to_pylist()}
    with (shared / "golden" / "chn_rus_similarity_by_session.csv").open(encoding="utf-8") as file:
        golden = {int(r["session"]): r for r in csv.DictReader(file)}
    assert sorted(golden) == list(range(26, 75))
    for session, row in golden.items():
        assert rows[session]["n"] == float(row["n"])
        for theirs, ours in GOLDEN.items():
            assert abs(rows[session][ours] - float(row[theirs])) <= PUBLISHED, (session, ours)


def test_raw_agreement_and_kappa_part_in_1985_and_for_brazil_and_argentina(recipe: pa.Table) -> None:
    """Issue: China and Russia .72 with kappa −.01 (session 40); Brazil and Argentina .91 with kappa .18 (session 69)."""
    import pyarrow.compute as pc

    found = similarity.by_session(recipe.filter(pc.is_in(recipe.column("session"), pa.array([40, 69]))))
    at = {(r["session"], r["a"], r["b"]): r for r in found.to_pylist() if (r["a"], r["b"]) in (("CHN", "RUS"), ("ARG", "BRA"))}
    assert round(at[40, "CHN", "RUS"]["agreement"], 2) == 0.72 and round(at[40, "CHN", "RUS"]["kappa_abs"], 2) == -0.01
    assert round(at[69, "ARG", "BRA"]["agreement"], 2) == 0.91
