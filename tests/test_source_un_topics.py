"""Predicted topics of the Assembly's latest resolutions: what is said, of which sessions, the same again, and without scikit-learn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from comity import build, promises
from comity.core import ComityWarning
from comity.models import topics
from comity.reading import Raw
from comity.sources import un_assembly, un_topics

SPEC = un_topics.SOURCE.tables[0]


def made(folder: Path) -> pa.Table:
    return promises.keep(un_topics.build(Raw("un_topics", un_topics.SOURCE.files, folder))["predicted_topics"], SPEC, lambda _: True)


@pytest.fixture(scope="module")
def predicted(shared_data: Path) -> pa.Table:
    pytest.importorskip("sklearn")
    return made(shared_data)


@pytest.fixture(scope="module")
def held(shared_data: Path, predicted: pa.Table) -> duckdb.DuckDBPyConnection:
    """Views: p, the predictions, and r, the resolutions as the source un_assembly has them."""
    connection = duckdb.connect()
    connection.register("p", predicted)
    connection.register("r", un_assembly.build(Raw("un_assembly", un_assembly.SOURCE.files, shared_data))["undl_resolutions"])
    return connection


def asked(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return connection.sql(sql).fetchall()


def test_palestine_is_the_middle_east(held: duckdb.DuckDBPyConnection) -> None:
    where = "recorded AND session > 74 AND date >= DATE '2020-09-01' AND (title ILIKE '%palestin%' OR agenda ILIKE '%palestin%')"
    assert asked(held, f"SELECT count(*) > 50 FROM r WHERE {where}") == [(True,)]
    assert asked(held, f"SELECT symbol FROM r WHERE {where} AND undl_id NOT IN (SELECT undl_id FROM p WHERE code = 'me')") == []


def test_decolonisation_and_the_bomb_are_known_by_name(held: duckdb.DuckDBPyConnection) -> None:
    """By name: the Special Committee on decolonisation is `co`; the Treaty on the Prohibition of Nuclear Weapons `nu` and `di`."""
    for words, codes in (("independence to colonial countries", {"co"}), ("prohibition of nuclear weapons", {"nu", "di"})):
        found = asked(held, f"SELECT undl_id, list(code) FROM r JOIN p USING (undl_id) WHERE session > 74 AND title ILIKE '%{words}%' GROUP BY ALL")
        assert len(found) >= 4 and all(codes <= set(said) for _, said in found)


def test_only_later_sessions_and_recorded_votes(held: duckdb.DuckDBPyConnection) -> None:
    assert asked(held, "SELECT count(*) FROM p LEFT JOIN r USING (undl_id) WHERE r.undl_id IS NULL OR NOT recorded") == [(0,)]
    first = dict(asked(held, "SELECT code, min(session) FROM r JOIN p USING (undl_id) GROUP BY code"))
    assert first == {**dict.fromkeys(topics.ISSUES, 75), "important": 73}


def test_counts_by_session_are_like_those_that_were_coded(held: duckdb.DuckDBPyConnection) -> None:
    """Voeten's counts of sessions 67–72: me 13–17, nu 12–19, co 9–15, hr 18–30, ec 7–16, di 18–26; here with a margin of half."""
    coded = {"me": (13, 17), "nu": (12, 19), "co": (9, 15), "hr": (18, 30), "ec": (7, 16), "di": (18, 26)}
    counts = asked(held, "SELECT code, session, count(*) FROM r JOIN p USING (undl_id) WHERE code <> 'important' AND session < 80 GROUP BY ALL")
    assert len(counts) == 6 * 5
    assert not [(c, s, n) for c, s, n in counts if not coded[c][0] * 0.5 <= n <= coded[c][1] * 1.5]


@pytest.mark.slow
def test_the_same_files_give_the_same_table(shared_data: Path, predicted: pa.Table) -> None:
    assert made(shared_data).equals(predicted)


def test_without_scikit_learn_the_table_is_empty_and_it_is_said(monkeypatch: pytest.MonkeyPatch, shared_data: Path, tmp_path: Path) -> None:
    monkeypatch.setattr(un_topics, "find_spec", lambda _: None)
    with pytest.warns(ComityWarning, match=r"comity\[text\].*predicted_topics.parquet"):
        report = build.build(("un_topics",), folder=shared_data, home=tmp_path / "home")
    assert report.built == ("predicted_topics",)
    assert duckdb.sql(f"SELECT count(*) FROM '{tmp_path}/home/tables/predicted_topics.parquet'").fetchall() == [(0,)]


def test_the_marks_are_told_with_their_command() -> None:
    told = " ".join(un_topics.SOURCE.caveats)
    assert "python -m bench.solidarity HOME topics" in told and "F1 .53" in told and all(f"{c} " in told for c in topics.ISSUES)
