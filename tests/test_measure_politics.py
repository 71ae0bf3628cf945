"""Agreement in the Assembly against the published scores and scalar counting; vetoes and meetings against their lists."""

from __future__ import annotations

import csv
import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity import build, measures, sources, states
from comity.measures.politics import joint_vetoes, leader_meetings
from comity.measures.votes import agreement_excess, vote_agreement
from comity.reading import Raw

pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")
"""Ibis 12 calls DuckDB's deprecated name."""
SAMPLES = Path(__file__).parent / "samples"
PUBLISHED = 1e-6
"""The published scores are printed in single precision."""
EXACT = 1e-12
SOLVED = 1e-9
"""A solve of two hundred equations in double precision."""
VOTES = ("voeten_votes", "un_assembly")
ROLLS = ("voeten_votes", "voeten_roll_calls", "undl_resolutions", "undl_votes")
UNCODED = pa.table({"undl_id": pa.array([], pa.int64()), "code": pa.array([], pa.string()), "probability": pa.array([], pa.float64())})
"""No predicted topics."""


def tables(folder: Path, *names: str) -> dict[str, pa.Table]:
    out: dict[str, pa.Table] = {}
    for name in names:
        source = sources.get(name)
        out |= source.build(Raw(name, source.files, folder if (folder / "politics").is_dir() else folder / name))
    return out


def agreement(held: Mapping[str, pa.Table], variant: str = "") -> pa.Table:
    return vote_agreement(*(held[n] for n in ROLLS), UNCODED, variant)


def rows(series: pa.Table, where: str = "true", columns: str = "a, b, start, value, n") -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        connection.register("t", series)
        return connection.sql(f"SELECT {columns} FROM t WHERE {where} ORDER BY ALL").fetchall()


def through_ibis(function: Any, table: pa.Table, variant: str = "") -> pa.Table:
    connection = ibis.duckdb.connect()
    found = connection.to_pyarrow(function(connection.create_table("t", table), variant))
    connection.disconnect()
    return found


@pytest.fixture(scope="module")
def held(shared_data: Path) -> dict[str, pa.Table]:
    """The held votes as tables."""
    return tables(shared_data, *VOTES)


@pytest.fixture(scope="module")
def assembly(held: dict[str, pa.Table]) -> pa.Table:
    """Agreement of all pairs in all sessions."""
    return agreement(held)


def seat(series: pa.Table, other: str, seat_states: tuple[str, ...]) -> dict[int, tuple[float, int]]:
    """Agreement of a state with a seat by session: the mean of the seat's states weighted by n."""
    named = ", ".join(f"'{s}'" for s in seat_states)
    found = rows(series, f"(a = '{other}' AND b IN ({named})) OR (b = '{other}' AND a IN ({named}))")
    out: dict[int, tuple[float, int]] = {}
    for _, _, start, value, n in found:
        total, count = out.get(start.year - 1945, (0.0, 0))
        out[start.year - 1945] = (total + value * n, count + n)
    return {session: (total / count, count) for session, (total, count) in out.items()}


def test_agreement_of_china_and_russia_is_the_published_column(assembly: pa.Table, shared: Path) -> None:
    """Voeten's ChinaAgree of Russia, sessions 26–74 (Dataverse, doi:10.7910/DVN/LEJUQZ), reproduced in all 49."""
    found = seat(assembly, "CHN", ("SUN", "RUS"))
    with (shared / "golden" / "chn_rus_similarity_by_session.csv").open(encoding="utf-8") as file:
        golden = {int(r["session"]): (float(r["agree"]), float(r["n"])) for r in csv.DictReader(file)}
    assert set(golden) == set(range(26, 75))
    for session, (value, n) in golden.items():
        assert found[session] == (pytest.approx(value, abs=PUBLISHED), n), session


@pytest.mark.parametrize(("session", "value"), [(26, 0.791667), (40, 0.719178), (47, 0.428571), (60, 0.767123), (70, 0.722222), (74, 0.793103)])
def test_agreement_of_china_and_russia_as_printed(assembly: pa.Table, session: int, value: float) -> None:
    assert seat(assembly, "CHN", ("SUN", "RUS"))[session][0] == pytest.approx(value, abs=PUBLISHED)


@pytest.mark.parametrize(
    ("a", "b", "year", "value"),
    [
        ("ARG", "BRA", 2018, 0.8842), ("ARG", "BRA", 2019, 0.7253), ("EGY", "USA", 2019, 0.1429), ("JPN", "KOR", 1991, 0.685),
        ("GRC", "TUR", 2005, 0.9167), ("CAN", "USA", 1990, 0.2976),
        ("GRC", "TUR", 2010, 0.7692), ("GRD", "TUR", 2010, 0.6667),  # which the provider gives as Greece's
        ("CAN", "USA", 2014, 0.7722),
        ("CAN", "USA", 2016, 0.7051), ("GBR", "USA", 2014, 0.608),
    ],
)  # fmt: skip
def test_agreement_of_other_pairs(assembly: pa.Table, a: str, b: str, year: int, value: float) -> None:
    found = rows(assembly, f"a = '{a}' AND b = '{b}' AND year(start) = {year}", "value")
    assert found == [(pytest.approx(value, abs=6e-4),)]


def test_agreement_after_session_74_is_of_adopted_resolutions(assembly: pa.Table) -> None:
    found = rows(assembly, "a = 'CHN' AND b = 'RUS' AND year(start) BETWEEN 2020 AND 2024", "year(start), round(value, 4), n, source")
    assert found == [
        (2020, 0.7822, 101, "un_assembly"), (2021, 0.7875, 80, "un_assembly"), (2022, 0.6848, 92, "un_assembly"),
        (2023, 0.6667, 87, "un_assembly"), (2024, 0.7304, 115, "un_assembly"),
    ]  # fmt: skip


def test_the_two_states_of_one_seat_have_a_row_each(assembly: pa.Table) -> None:
    """Yugoslavia voted 74 times in session 46, the Federal Republic once (25 August 1992); Russia is absent from Voeten's record of that vote."""
    found = rows(assembly, "year(start) = 1991 AND a = 'BRA' AND b IN ('RUS', 'SUN', 'SCG', 'YUG')", "b, n")
    assert [b for b, _ in found] == ["SCG", "SUN", "YUG"] and found[0][1] == 1
    assert rows(assembly, "year(start) = 1971 AND a = 'CHN' AND b = 'TWN'") == []
    assert rows(assembly, "year(start) = 1971 AND b = 'USA' AND a IN ('TWN', 'CHN')", "a") == [("CHN",), ("TWN",)]


def test_a_session_is_public_on_the_day_of_its_last_vote(assembly: pa.Table) -> None:
    days = dict(rows(assembly, columns="DISTINCT year(start) - 1945, published"))
    assert days[46] == dt.date(1992, 8, 25) and days[74] == dt.date(2020, 1, 14) and days[76] == dt.date(2022, 7, 28)
    assert all(dt.date(1945 + s, 9, 1) < day <= dt.date(1946 + s, 11, 30) for s, day in days.items())
    assert len(rows(assembly, columns="DISTINCT start, published")) == len(days)


@pytest.mark.parametrize(("name", "variant"), [("vote_agreement", ""), ("vote_agreement", "hr"), ("vote_agreement", "important")])
def test_the_series_keeps_what_the_measure_promises(held: dict[str, pa.Table], name: str, variant: str) -> None:
    declared = measures.get(name)
    series = build.finish(agreement(held, variant), declared, f"{name}:{variant}", VOTES)
    assert series.num_rows > 500_000
    if not variant:
        build.finish(agreement_excess(*(held[n] for n in ROLLS)), measures.get("agreement_excess"), "agreement_excess", VOTES)


def test_cut_to_a_day_the_votes_after_it_are_not_counted(held: dict[str, pa.Table], assembly: pa.Table) -> None:
    day = dt.date(2023, 12, 12)
    cut = {name: t.filter(pc.less_equal(t.column("date"), day)) if "date" in t.column_names else t for name, t in held.items()}
    found = agreement(cut)
    assert rows(found, "a = 'CHN' AND b = 'RUS' AND year(start) < 2023") == rows(assembly, "a = 'CHN' AND b = 'RUS' AND year(start) < 2023")
    ((value, n, published),) = rows(found, "a = 'CHN' AND b = 'RUS' AND year(start) = 2023", "value, n, published")
    whole = rows(assembly, "a = 'CHN' AND b = 'RUS' AND year(start) = 2023", "n")[0][0]
    assert 0 < n < whole and 0 < value < 1 and published <= day


def test_variants_count_their_issue_only(held: dict[str, pa.Table], assembly: pa.Table) -> None:
    rights = agreement(held, "hr")
    assert max(r[0] for r in rows(rights, columns="DISTINCT year(start)")) == 2019
    both = dict(rows(assembly, "a = 'CHN' AND b = 'RUS'", "year(start), n"))
    assert all(n < both[year] for year, n in rows(rights, "a = 'CHN' AND b = 'RUS'", "year(start), n"))


def test_the_sample_is_counted_by_the_recipe() -> None:
    found = agreement(tables(SAMPLES, *VOTES))
    assert rows(found, "a = 'CHN' AND b IN ('RUS', 'SUN')", "b, year(start), value, n") == [
        ("RUS", 1991, 1.0, 1), ("RUS", 2005, 1.0, 1), ("RUS", 2017, 1.0, 1), ("RUS", 2020, 1.0, 1), ("RUS", 2021, 0.5, 2), ("RUS", 2022, 0.0, 1),
        ("SUN", 1947, 0.0, 1), ("SUN", 1985, 0.5, 2), ("SUN", 1991, 0.0, 1),
    ]  # fmt: skip
    assert rows(found, "year(start) = 1991 AND a = 'CHN'", "b, value, n") == [
        ("RUS", 1.0, 1), ("SCG", 1.0, 1), ("SUN", 0.0, 1), ("USA", 0.0, 2), ("YUG", 1.0, 1),
    ]  # fmt: skip
    assert rows(found, "a = 'EAZ'", "b, value") == [("SUN", 1.0), ("TWN", 0.0), ("USA", 0.0)]


def test_a_roll_call_has_the_day_of_its_resolution_where_that_is_known() -> None:
    held = tables(SAMPLES, *VOTES)
    assert rows(agreement(held), "a = 'CHN' AND b = 'SUN' AND year(start) = 1985", "published") == [(dt.date(1985, 12, 16),)]
    held["undl_resolutions"] = held["undl_resolutions"].slice(0, 0)
    assert rows(agreement(held), "a = 'CHN' AND b = 'SUN' AND year(start) = 1985", "published") == [(dt.date(1985, 12, 31),)]


@st.composite
def assemblies(draw: st.DrawFn) -> dict[str, pa.Table]:
    """A few roll calls with votes of a few states, some parts of resolutions, some absent."""
    calls = draw(st.lists(st.tuples(st.sampled_from([40, 44, 60, 74]), st.booleans(), st.booleans()), max_size=8))
    present = [(i, c) for i in range(len(calls)) for c in ("AAA", "BBB", "CCC", "DDD") if draw(st.booleans())]
    n = len(calls)
    day = [dt.date(1945 + s, 11, 1) for s, _, _ in calls]
    later = [(i, c) for i in range(3) for c in ("AAA", "BBB", "CCC") if draw(st.booleans())]

    def votes(key: str, kind: pa.DataType, of: list[tuple[int, str]], lowest: int) -> pa.Table:
        cast = [draw(st.integers(lowest, 3)) for _ in of]
        who = pa.array([c for _, c in of], pa.string())
        return pa.table({key: pa.array([i for i, _ in of], kind), "state": who, "vote": pa.array(cast, pa.int8())})

    return {
        "voeten_votes": votes("rcid", pa.int32(), present, 1),
        "voeten_roll_calls": pa.table({
            "rcid": pa.array(range(n), pa.int32()), "session": pa.array([s for s, _, _ in calls], pa.int16()), "date": pa.array(day, pa.date32()),
            "date_given": pa.array(day, pa.date32()), "resolution": pa.nulls(n, pa.string()), "para": pa.array([p for _, p, _ in calls], pa.bool_()),
            "amend": pa.array([a for _, _, a in calls], pa.bool_()),
        }),
        "undl_resolutions": pa.table({
            "undl_id": pa.array(range(3), pa.int64()), "session": pa.array([74, 75, 75], pa.int16()), "date": pa.array([dt.date(2020, 11, 1)] * 3),
            "resolution": ["74/1", "75/1", "75/2"], "recorded": pa.array([True, True, draw(st.booleans())]), "agenda": pa.nulls(3, pa.string()),
        }),
        "undl_votes": votes("undl_id", pa.int64(), later, 0),
    }  # fmt: skip


def counted(held: Mapping[str, pa.Table]) -> dict[tuple[str, str, int], tuple[float, int]]:
    """The recipe, roll call by roll call and pair by pair."""
    ballots: list[tuple[int, dict[str, int]]] = []
    for call in held["voeten_roll_calls"].to_pylist():
        if not ((call["para"] or call["amend"]) and call["date"].year > 1989):
            ballots.append((call["session"], {v["state"]: v["vote"] for v in held["voeten_votes"].to_pylist() if v["rcid"] == call["rcid"]}))
    for resolution in held["undl_resolutions"].to_pylist():
        if resolution["session"] > 74 and resolution["recorded"]:
            ballots.append((resolution["session"], {
                v["state"]: v["vote"] for v in held["undl_votes"].to_pylist() if v["undl_id"] == resolution["undl_id"] and v["vote"]
            }))  # fmt: skip
    same: dict[tuple[str, str, int], list[bool]] = defaultdict(list)
    for session, votes in ballots:
        if len(set(votes.values())) > 1:
            for a in votes:
                for b in votes:
                    if a < b:
                        same[a, b, 1945 + session].append(votes[a] == votes[b])
    return {key: (sum(each) / len(each), len(each)) for key, each in same.items()}


@settings(deadline=None)
@given(held=assemblies())
def test_agreement_is_that_counted_pair_by_pair(held: dict[str, pa.Table]) -> None:
    series = agreement(held)
    found = {(row["a"], row["b"], row["start"].year): (row["value"], row["n"]) for row in series.to_pylist()}
    assert found == {key: (pytest.approx(value, abs=EXACT), n) for key, (value, n) in counted(held).items()}
    assert all(0 < se <= 0.25 for se in series.column("se").to_pylist())


def test_excess_of_a_session_sums_to_nought_for_each_state(held: dict[str, pa.Table], assembly: pa.Table) -> None:
    excess = agreement_excess(*(held[n] for n in ROLLS))
    assert excess.num_rows == assembly.num_rows
    sums = rows(excess, "year(start) IN (1946, 1964, 1985, 2023)", "start, a, b, value * n")
    by_state: dict[tuple[dt.date, str], float] = defaultdict(float)
    for start, a, b, weighted in sums:
        by_state[start, a] += weighted
        by_state[start, b] += weighted
    assert max(map(abs, by_state.values())) < 1e-6


def test_joint_vetoes_are_counted_draft_by_draft(shared_data: Path) -> None:
    few = tables(SAMPLES, "council_vetoes")["vetoes"]
    assert rows(through_ibis(joint_vetoes, few)) == [
        ("CHN", "RUS", dt.date(2012, 1, 1), 1.0, 1), ("CHN", "RUS", dt.date(2022, 1, 1), 1.0, 1), ("FRA", "GBR", dt.date(1977, 1, 1), 1.0, 1),
        ("FRA", "USA", dt.date(1977, 1, 1), 1.0, 1), ("GBR", "USA", dt.date(1977, 1, 1), 1.0, 1),
    ]  # fmt: skip
    assert rows(through_ibis(joint_vetoes, few, "secondary"), "a = 'CHN'", "year(start), source") == [
        (2012, "council_vetoes"), (2022, "council_vetoes"), (2023, "council_vetoes:unverified"),
    ]  # fmt: skip
    held = tables(shared_data, "council_vetoes")["vetoes"]
    for variant, total in (("", 14), ("secondary", 16)):
        series = build.finish(through_ibis(joint_vetoes, held, variant), measures.get("joint_vetoes"), "joint_vetoes", ("council_vetoes",))
        assert rows(series, "a = 'CHN' AND b = 'RUS'", "sum(value)") == [(total,)]
        assert {(a, b) for a, b, *_ in rows(series)} == {("CHN", "RUS"), ("FRA", "GBR"), ("FRA", "USA"), ("GBR", "USA")}
        assert rows(series, "year(start) = 2019", "published") == [(dt.date(2019, 12, 31),)]


def test_only_pairs_of_permanent_members_are_covered() -> None:
    covered = sources.get("council_vetoes").coverage.pairs
    assert covered is not None and ("CHN", "RUS") in covered and ("SUN", "TWN") in covered
    assert all("RUS" not in pair or "SUN" not in pair for pair in covered) and len(covered) == 19
    assert all(states.get(code) for pair in covered for code in pair)


def test_meetings_count_with_a_source_only(shared_data: Path) -> None:
    few = tables(SAMPLES, "leader_meetings")["xi_putin_meetings"]
    assert rows(through_ibis(leader_meetings, few)) == [("CHN", "RUS", dt.date(2013, 1, 1), 1.0, 1)]
    held = tables(shared_data, "leader_meetings")["xi_putin_meetings"]
    variants = ("", *measures.get("leader_meetings").variants)
    found = {v: dict(rows(through_ibis(leader_meetings, held, v), columns="year(start), value")) for v in variants}
    assert found[""][2023] == 2 and found["video"] == {2021: 2}
    assert [found["all"].get(y, 0) for y in range(2013, 2027)] == [4, 6, 4, 5, 5, 5, 3, 0, 2, 2, 2, 3, 3, 1]
    assert all(found["all"][y] == sum(found[v].get(y, 0) for v in ("", "multilateral", "video")) for y in found["all"])
    assert sum(found["all"].values()) == 45


def test_every_series_of_politics_declares_what_absence_means() -> None:
    assert {m: measures.get(m).absent for m in ("vote_agreement", "agreement_excess", "joint_vetoes", "leader_meetings")} == {
        "vote_agreement": None, "agreement_excess": None, "joint_vetoes": 0.0, "leader_meetings": 0.0,
    }  # fmt: skip
