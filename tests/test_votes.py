"""Votes in the United Nations from end to end: the golden sessions, any choice of roll calls, the Council, who is nearest, the sentence."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

import comity
from comity import cli, gather_un
from comity.core import NotHeldError, UsageError
from comity.models import ballots
from comity.models.ballots import Choice

GOLDEN = {"vote_s": "S_abs", "vote_s:sq": "S_sq", "vote_kappa": "kappa_abs", "vote_kappa:sq": "kappa_sq", "vote_pi": "pi_abs", "vote_pi:sq": "pi_sq"}


@pytest.fixture(scope="module")
def full(full_home: Path) -> comity.Store:
    return comity.open(full_home)


def _run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as done:
        cli.main(list(arguments))
    assert not done.value.code, capsys.readouterr().err
    return capsys.readouterr().out


@pytest.mark.parametrize("name", GOLDEN)
def test_the_golden_sessions_of_china_and_russia(full: comity.Store, shared: Path, name: str) -> None:
    with (shared / "golden" / "chn_rus_similarity_by_session.csv").open(encoding="utf-8") as file:
        golden = {int(r["session"]): float(r[GOLDEN[name]]) for r in csv.DictReader(file)}
    rows = full.series(name, dyad=("CHN", "RUS"), seat=True).to_pylist()
    ours = {r["start"].year - 1945: r["value"] for r in rows}
    assert len(golden) == 49
    two_holders = {26}
    assert {s: ours[s] for s in golden if s not in two_holders} == {s: pytest.approx(v, abs=1e-6) for s, v in golden.items() if s not in two_holders}


def test_errors_are_given_where_a_closed_form_is_known(full: comity.Store) -> None:
    for name, has in (("vote_s", True), ("vote_kappa", True), ("vote_kappa:sq", False), ("agreement_excess", True)):
        rows = full.series(name, dyad=("CHN", "RUS"), start=2000).to_pylist()
        column = [r["se"] for r in rows if r["n"] >= 10]
        assert column and all((v is not None and v > 0) is has for v in column), name
        assert name == "agreement_excess" or all(r["se"] is None for r in rows if r["n"] < 10)


@pytest.mark.parametrize("variant", ["", "hr", "parts", "unanimous", "regular", "undl"])
def test_a_choice_gives_the_series_of_its_variant(full: comity.Store, variant: str) -> None:
    from comity.measures.votes import CHOICES

    series = full.series(f"vote_agreement:{variant}" if variant else "vote_agreement", dyad=("FRA", "USA")).to_pylist()
    chosen = full.votes("FRA", "USA", choice=CHOICES.get(variant, Choice()))
    assert [(r["start"], r["n"], r["source"]) for r in chosen] == [(r["start"], r["n"], r["source"]) for r in series]
    assert [r["value"] for r in chosen] == pytest.approx([r["value"] for r in series])
    assert all(r["low"] <= r["value"] <= r["high"] for r in chosen)


def test_choices_compose_and_small_sessions_are_marked(full: comity.Store) -> None:
    human_rights = full.votes("CHN", "RUS", choice=Choice(issue="hr", sittings="regular", parts="none", publisher="voeten"), coefficient="kappa")
    assert {r["source"] for r in human_rights} == {"voeten_votes"}
    special = full.votes("CHN", "RUS", choice=Choice(sittings="special"))
    regular = full.votes("CHN", "RUS", choice=Choice(sittings="regular"))
    every = {r["session"]: r["n"] for r in full.votes("CHN", "RUS")}
    parts = Counter({r["session"]: r["n"] for r in regular}) + Counter({r["session"]: r["n"] for r in special})
    assert special and parts == Counter(every)
    assert all(bool(r["note"]) == (r["n"] < 10) for r in (*human_rights, *special)) and any(r["note"] for r in special)
    with pytest.raises(UsageError, match="no coefficient"):
        full.votes("CHN", "RUS", coefficient="love")
    with pytest.raises(UsageError, match="no issue"):
        full.votes("CHN", "RUS", choice=Choice(issue="zz"))


def test_predicted_topics_say_so(full: comity.Store) -> None:
    rows = full.series("vote_agreement:me", dyad=("CHN", "RUS"), start=2015).to_pylist()
    assert {r["source"] for r in rows if r["start"].year <= 2019} == {"voeten_votes"}
    assert {r["source"] for r in rows if r["start"].year > 2019} == {"un_assembly:predicted"}
    table = str(full.holdings.path("table", "predicted_topics"))
    titles = str(full.holdings.path("table", "undl_resolutions"))
    with duckdb.connect() as connection:
        low, sessions = connection.sql(f"SELECT min(session), count(DISTINCT session) FROM '{table}' JOIN '{titles}' USING (undl_id)").fetchall()[0]
        coded = connection.sql(
            f"SELECT count(*) FILTER (code = 'me'), count(*) FROM (SELECT undl_id FROM '{titles}' WHERE recorded AND session BETWEEN 75 AND 79 "
            f"AND title ILIKE '%palestin%') LEFT JOIN (SELECT * FROM '{table}' WHERE code = 'me') USING (undl_id)"
        ).fetchall()[0]
    assert low == 73 and sessions == 8
    assert coded[0] / coded[1] > 0.9


@pytest.mark.parametrize("which", ["split", "isolated"])
def test_listed_roll_calls_by_hand(full: comity.Store, which: Any) -> None:
    found = full.roll_calls("CHN", "RUS", which, top=10_000, first=70, last=79)
    votes: dict[Any, dict[str, int]] = {}
    for table, key, span in (("voeten_votes", "rcid", "BETWEEN 70 AND 74"), ("undl_votes", "undl_id", "BETWEEN 75 AND 79")):
        with duckdb.connect() as connection:
            path = full.holdings.path("table", table)
            for call, state, vote in connection.sql(f"SELECT {key}, state, vote FROM '{path}' WHERE session {span} AND vote > 0").fetchall():
                votes.setdefault((table, call), {})[state] = vote
    tallies = Counter()
    for cast in votes.values():
        a, b, noes = cast.get("CHN"), cast.get("RUS"), sum(v == 3 for v in cast.values())
        if (which == "split" and {a, b} == {1, 3}) or (which == "isolated" and a == b == 3 and noes <= 10):
            tallies[sum(v == 1 for v in cast.values()), noes, sum(v == 2 for v in cast.values())] += 1
    assert tallies == Counter((r["yes"], r["no"], r["abstain"]) for r in found) and found
    dates = [r["date"] for r in found]
    assert dates == sorted(dates, reverse=True) if which == "split" else [r["no"] for r in found] == sorted(r["no"] for r in found)


def test_the_council_by_hand(full: comity.Store) -> None:
    found = full.council("RUS", "CHN", start=2007, stop=2019)
    with duckdb.connect() as connection:
        path = full.holdings.path("table", "unsc_votes")
        rows = connection.sql(
            f"SELECT x.vote, y.vote FROM '{path}' x JOIN '{path}' y USING (undl_id) WHERE x.state = 'RUS' AND y.state = 'CHN' AND x.vote > 0 "
            "AND y.vote > 0 AND year(x.date) BETWEEN 2007 AND 2019"
        ).fetchall()
    assert (found.n, found.dissents_a, found.dissents_b, found.together) == (
        len(rows), sum(x > 1 for x, _ in rows), sum(y > 1 for _, y in rows), sum(x > 1 and y > 1 for x, y in rows),
    )  # fmt: skip
    assert found.mid < found.exact < 0.001 and found.expected < found.together
    joint = sum(r["value"] for r in full.series("joint_vetoes", dyad=("CHN", "RUS"), start=2007, stop=2019).to_pylist())
    assert found.vetoes_joint == joint
    assert sum(t.together for t in found.topics) == found.together
    with pytest.raises(UsageError, match="did not sit"):
        full.council("TUV", "NRU")


def test_nearest(full: comity.Store, capsys: pytest.CaptureFixture[str]) -> None:
    rows = full.nearest("Russia", session=78, measure="agreement_excess")
    assert "CHN" in [r["state"] for r in rows[:10]]
    assert [r["value"] for r in rows] == sorted((r["value"] for r in rows), reverse=True)
    apart = full.nearest("Russia", year=2019, measure="minimum_distance_km")
    assert apart[0]["value"] == 0 and [r["value"] for r in apart] == sorted(r["value"] for r in apart)
    text = _run(capsys, "--home", str(full.home), "nearest", "RUS", "--session", "78", "--topic", "hr", "--format", "csv")
    assert text.splitlines()[0] == "state,value,se,rank"
    with pytest.raises(UsageError, match="session or a year"):
        full.nearest("RUS")
    with pytest.raises(UsageError, match="of one state"):
        full.nearest("RUS", year=2000, measure="gdp_usd")


def _said(store: comity.Store, a: str, b: str, stop: int) -> str:
    found = gather_un.gather(store.holdings, a, b, start=None, stop=stop, as_of=None)
    assert found is not None
    return " ".join(found.statement)


def test_the_sentence_says_both_what_is_low_and_what_is_near(full: comity.Store) -> None:
    said = _said(full, "CHN", "RUS", 2023)
    assert "voted alike on 67% of 87 roll calls, below the mean pair (69%)" in said
    assert "more than circumstance" in said and "China is 7th of 191 among Russia’s partners" in said
    assert "circumstance alone" not in _said(full, "BRA", "ARG", 2014)
    assert "circumstance alone" in _said(full, "CHN", "SUN", 1985)


def test_an_earlier_view_has_only_what_was_public(full: comity.Store) -> None:
    found = gather_un.gather(full.holdings, "CHN", "RUS", start=None, stop=None, as_of=dt.date(2015, 1, 1))
    assert found is not None and found.council is None and not found.split
    assert max(c.year for c in found.heat) <= 2014 and "2024" not in " ".join(found.statement)


def test_without_tables_the_command_names_what_would_give_them(home: Path) -> None:
    with pytest.raises(NotHeldError, match="source un_council would give it"):
        comity.open(home).council("CHN", "RUS")
    with pytest.raises(NotHeldError, match="voeten_votes"):
        comity.open(home).votes("CHN", "RUS")


def test_council_and_votes_as_json_and_csv(full: comity.Store, capsys: pytest.CaptureFixture[str]) -> None:
    told = json.loads(_run(capsys, "--home", str(full.home), "council", "CHN", "RUS", "--format", "json"))
    assert told["topics"][0]["topic"] == "Syria" and told["n"] > 2000
    text = _run(capsys, "--home", str(full.home), "votes", "CHN", "RUS", "--coefficient", "pi", "--from-session", "78", "--format", "csv")
    assert text.splitlines()[0] == "session,start,value,n,low,high,least,most,voted_a,voted_b,note,source" and len(text.splitlines()) >= 3


@pytest.mark.slow
def test_blocs_are_seeded(full: comity.Store) -> None:
    rows = full.blocs(78)
    assert rows == full.blocs(78) and len(rows) > 180
    by_state = {r["state"]: r for r in rows}
    assert by_state["USA"]["bloc"] == by_state["ISR"]["bloc"] == by_state["DEU"]["bloc"] != by_state["CHN"]["bloc"] == by_state["RUS"]["bloc"]
    assert by_state["DEU"]["from_2"] < by_state["DEU"]["from_1"]


def test_a_seat_joins_its_holders(full: comity.Store) -> None:
    joined = full.votes("CHN", "RUS", seat=True)
    alone = full.votes("CHN", "RUS")
    before = full.votes("CHN", "SUN")
    assert {r["session"] for r in joined} == {r["session"] for r in alone} | {r["session"] for r in before} | set(range(1, 26))
    held = {r["session"]: r["value"] for r in joined}
    assert all(held[r["session"]] == r["value"] for r in (*alone, *before) if r["session"] not in (26, 46))
    with pytest.raises(UsageError, match="one seat"):
        full.votes("SUN", "RUS", seat=True)


def test_bands_count_whole_agenda_items(full: comity.Store) -> None:
    import numpy as np

    from comity.analysis import solidarity
    from comity.models import ballots, similarity

    tables = [solidarity._read(full.holdings, name) for name in solidarity.ASSEMBLY]
    undl = ballots.ballots(tables[0], tables[1], tables[2], tables[3], Choice(publisher="undl"))[0]
    at, cast = next((at, cast) for session, at, cast in undl.by_session() if session == 78)
    agenda = dict(zip(tables[2].column("undl_id").to_pylist(), tables[2].column("agenda").to_pylist(), strict=True))
    names = [" ".join(agenda[k].split()[:2]).rstrip("abcdefghijklmnopqrstuvwxyz") for k in undl.keys[at].tolist()]
    assert len(set(names)) == len(np.unique(undl.items[at])) < len(names)
    pair = cast[[undl.states.index("CHN"), undl.states.index("RUS")]]
    band = similarity.band(pair, "agreement", blocks=np.array(names))
    shown = next(r for r in full.votes("CHN", "RUS", choice=Choice(publisher="undl")) if r["session"] == 78)
    assert (shown["low"], shown["high"]) == pytest.approx((band.low[0, 1], band.high[0, 1]))
    assert shown["high"] - shown["low"] > np.diff([similarity.band(pair, "agreement").low[0, 1], similarity.band(pair, "agreement").high[0, 1]])[0]


def test_adoptions_without_a_vote_are_common_votes_of_yes(full: comity.Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plain = next(r for r in full.votes("CHN", "RUS") if r["session"] == 78)
    raised = next(r for r in full.votes("CHN", "RUS", adopted={78: 250}) if r["session"] == 78)
    assert raised["n"] == plain["n"] + 250
    assert raised["value"] == pytest.approx((plain["value"] * plain["n"] + 250) / (plain["n"] + 250))
    file = tmp_path / "adopted.csv"
    file.write_text("session,adopted\n78,250\n", encoding="utf-8")
    out = _run(capsys, "--home", str(full.home), "votes", "CHN", "RUS", "--from-session", "78", "--to-session", "78", "--consensus", str(file))
    assert f"{plain['n'] + 250}" in out
    bad = {"n\n78,1\n": "expected session and adopted", "adopted\n78,x\n": "line 2", "adopted\n78,1\n78,2\n": "twice"}
    for text, said in ((f"session,{t}", s) for t, s in bad.items()):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(SystemExit) as done:
            cli.main(["--home", str(full.home), "votes", "CHN", "RUS", "--consensus", str(file)])
        assert done.value.code in (2, 3) and said in capsys.readouterr().err


def test_what_absences_allow_holds_the_value(full: comity.Store) -> None:
    rows = full.votes("TUV", "NRU")
    assert rows and all(r["least"] <= r["value"] <= r["most"] and 0 < r["voted_a"] <= 1 for r in rows)
    assert any(r["most"] - r["least"] > 0.3 for r in rows)


def test_who_shares_isolated_noes_by_hand(full: comity.Store) -> None:
    found = {r["state"]: r for r in full.isolation("USA", first=76, last=79)}
    path, calls = (full.holdings.path("table", t) for t in ("undl_votes", "undl_resolutions"))
    rows = duckdb.execute(
        "WITH v AS (SELECT x.undl_id, x.state, x.vote FROM read_parquet($1) x JOIN read_parquet($2) c USING (undl_id) "
        "WHERE c.recorded AND c.session BETWEEN 76 AND 79), "
        "lone AS (SELECT undl_id FROM v GROUP BY 1 HAVING count(*) FILTER (vote = 3) BETWEEN 1 AND 10 "
        "AND count(DISTINCT vote) FILTER (vote > 0) > 1), n AS (SELECT * FROM v SEMI JOIN lone USING (undl_id) WHERE vote = 3) "
        "SELECT n.state, count(*), (SELECT count(*) FROM n WHERE state = 'USA') FROM n JOIN n u USING (undl_id) WHERE u.state = 'USA' GROUP BY 1",
        [str(path), str(calls)],
    ).fetchall()
    by_hand = {state: (shared, of) for state, shared, of in rows if state != "USA"}
    assert {s: (r["shared"], r["of"]) for s, r in found.items()} == by_hand
    assert next(iter(found)) == "ISR" and "USA" not in found


def test_the_report_says_whether_they_react_or_propose(full: comity.Store) -> None:
    said = " ".join(full.profile("CHN", "RUS").solidarity.statement)  # type: ignore[union-attr]
    assert "isolated noes" in said and "14 vetoes" in said and "Third Committee" in said


def test_special_sittings_are_those_marked_so() -> None:
    resolutions = pa.table({
        "undl_id": [1, 2, 3], "session": [80, 80, 70], "date": pa.array([dt.date(2025, 9, 9)] * 3), "agenda": ["A/80/251 1 Item."] * 3,
        "recorded": [True] * 3, "special": [True, False, True],
    })  # fmt: skip
    votes = pa.table({"undl_id": [1, 2, 3], "state": ["FRA"] * 3, "vote": pa.array([1, 3, 1], pa.int8())})
    for sittings, keys in (("special", [1]), ("regular", [2]), ("all", [1, 2])):
        assert ballots._undl(votes, resolutions, Choice(sittings=sittings), 75, None).keys.tolist() == keys
