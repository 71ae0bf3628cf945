"""Agreement in the Security Council against counting vote by vote."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from pathlib import Path

import duckdb
import pytest

import comity
from comity.measures.council import unsc_agreement
from test_measure_politics import rows, through_ibis


def _votes(cast: list[tuple[int, str, str, int]]) -> object:
    import pyarrow as pa

    return pa.table(
        {
            "undl_id": pa.array([c[0] for c in cast], pa.int64()), "date": pa.array([dt.date.fromisoformat(c[1]) for c in cast]),
            "state": [c[2] for c in cast], "seat": [c[2] for c in cast], "vote": pa.array([c[3] for c in cast], pa.int8()),
        }
    )  # fmt: skip


CAST = [
    (1, "2020-03-01", "CHN", 1), (1, "2020-03-01", "RUS", 1), (1, "2020-03-01", "USA", 1),
    (2, "2020-05-01", "CHN", 2), (2, "2020-05-01", "RUS", 2), (2, "2020-05-01", "USA", 1),
    (3, "2020-09-01", "CHN", 1), (3, "2020-09-01", "RUS", 2), (3, "2020-09-01", "USA", 0),
]  # fmt: skip


@pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")
def test_who_did_not_vote_is_left_out_and_unanimous_texts_may_be() -> None:
    table = _votes(CAST)
    found = rows(through_ibis(unsc_agreement, table), columns="a, b, round(value, 6), n, published")
    last = dt.date(2020, 9, 1)
    assert found == [("CHN", "RUS", 0.666667, 3, last), ("CHN", "USA", 0.5, 2, last), ("RUS", "USA", 0.5, 2, last)]
    assert rows(through_ibis(unsc_agreement, table, "contested"), columns="a, b, value, n") == [
        ("CHN", "RUS", 0.5, 2), ("CHN", "USA", 0.0, 1), ("RUS", "USA", 0.0, 1),
    ]  # fmt: skip


def test_every_pair_of_every_year_by_hand(full_home: Path, shared_data: Path) -> None:
    store = comity.open(full_home)
    with duckdb.connect() as connection:
        cast = connection.sql(
            f"SELECT undl_id, year(CAST(date AS DATE)), state, vote FROM '{store.holdings.path('table', 'unsc_votes')}' WHERE vote > 0"
        ).fetchall()
    by_text: dict[int, list[tuple[int, str, int]]] = defaultdict(list)
    for text, year, state, vote in cast:
        by_text[text].append((year, state, vote))
    same: dict[tuple[str, str, int], list[int]] = defaultdict(lambda: [0, 0])
    for votes in by_text.values():
        for year, a, x in votes:
            for _, b, y in votes:
                if a < b:
                    same[a, b, year][0] += x == y
                    same[a, b, year][1] += 1
    ours = {(r["a"], r["b"], r["start"].year): (r["value"], r["n"]) for r in store.series("unsc_agreement").to_pylist()}
    assert len(ours) > 5_000
    assert ours == {key: (pytest.approx(agreed / n), n) for key, (agreed, n) in same.items()}
