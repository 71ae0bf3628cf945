"""Topics predicted from headings and titles: on made texts, without a look ahead, and out of sample on the held records."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from comity.core import UsageError
from comity.models import topics

pytest.importorskip("sklearn")
WORDS = {"me": "palestine refugees", "hr": "torture prisoners", "di": "conventional arms", "": "scale of assessments"}
"""Made headings: three topics and one text of none."""


def made(sessions: range) -> tuple[list[str], Any, Any]:
    """Twelve texts a session, three for each heading, with codes me, hr, di."""
    texts, held, codes = [], [], []
    for session in sessions:
        for k, (code, words) in enumerate(WORDS.items()):
            for part in ("report of the committee", "work of the session", "question number"):
                texts.append(f"{words} {part} {session * 7 + k}")
                held.append(session)
                codes.append([code == c for c in ("me", "hr", "di")])
    return texts, np.array(held), np.array(codes)


def test_headings_are_learnt_and_the_result_is_the_same_again() -> None:
    texts, held, codes = made(range(40, 52))
    asked = ["palestine refugees in camps", "treatment of prisoners and torture", "conventional arms of all", "scale of assessments anew"]
    one, two = (topics.predict(texts, held, codes, asked, codes=("me", "hr", "di")) for _ in range(2))
    np.testing.assert_array_equal(one.probability, two.probability)
    assert one.code.tolist() == [[True, False, False], [False, True, False], [False, False, True], [False, False, False]]
    assert one.sessions == (40, 51) and one.trained_on == len(texts) and ((one.probability >= 0) & (one.probability <= 1)).all()
    assert (one.code == (one.probability >= one.threshold)).all() and one.scores == ()
    judged = topics.predict(texts, held, codes, asked, codes=("me", "hr", "di"), judged=True)
    np.testing.assert_array_equal(judged.probability, one.probability)
    assert {s.code: s.f1 for s in judged.scores if (s.method, s.texts) == ("model", "all")} == {"me": 1.0, "hr": 1.0, "di": 1.0}


def test_no_text_asked_for_is_looked_at() -> None:
    """The probability of a text does not depend on what else is asked, and codes of later sessions change no earlier score."""
    texts, held, codes = made(range(40, 52))
    alone = topics.predict(texts, held, codes, ["palestine refugees"], codes=("me", "hr", "di")).probability
    among = topics.predict(texts, held, codes, ["palestine refugees", *texts[:9]], codes=("me", "hr", "di")).probability[:1]
    np.testing.assert_allclose(alone, among)
    told = topics.evaluate(texts, held, codes, codes=("me", "hr", "di"), first=46)
    assert all(s.f1 == 0 and s.recall == 0 for s in told if s.method == "last"), "every text is new, so none was coded before"
    assert {s.n for s in told} == {72}


def test_scores_count_right_claims() -> None:
    texts, held, codes = made(range(40, 52))
    found = {(s.code, s.method, s.texts): s for s in topics.evaluate(texts, held, codes, codes=("me", "hr", "di"), first=47)}
    assert found["me", "model", "all"].f1 == 1 and found["me", "model", "all"].n == 60 and found["me", "model", "all"].positives == 15
    assert found["me", "most frequent", "all"].f1 == 0 and math.isnan(found["me", "most frequent", "all"].precision)
    assert found["me", "last", "new"].recall == 0 and found["me", "last", "new"].n == 60
    score = topics._score("me", "x", "all", np.array([1, 1, 0, 0], bool), np.array([1, 0, 1, 0], bool))
    assert (score.precision, score.recall, score.f1) == (0.5, 0.5, 0.5)


@pytest.mark.parametrize(
    ("title", "agenda", "wanted"),
    [
        (
            "The Syrian Golan : resolution / adopted by the General Assembly", "A/74/251 34 The situation in the Middle East. MIDDLE EAST SITUATION",
            "The Syrian Golan The situation in the Middle East. MIDDLE EAST SITUATION",
        ),
        ("Towards a nuclear-weapon-free world : the need for a new agenda : resolution / adopted by", None,
         "Towards a nuclear-weapon-free world : the need for a new agenda"),
        ("Oceans", "A/60/251 75a Oceans and the law of the sea. LAW OF THE SEA", "Oceans Oceans and the law of the sea. LAW OF THE SEA"),
        (None, None, ""),
    ],
)  # fmt: skip
def test_the_subject_is_title_and_heading_without_form(title: str | None, agenda: str | None, wanted: str) -> None:
    assert topics.subject(title, agenda) == wanted


def test_keywords() -> None:
    found = topics.by_keyword(["The Syrian Golan", "Nuclear disarmament", "Scale of assessments"])
    assert found[:, 0].tolist() == [True, False, False] and found[1, [1, 5]].all() and not found[2].any()
    assert topics.by_keyword([]).shape == (0, 6)


def test_what_cannot_be_learnt_is_refused() -> None:
    texts, held, codes = made(range(40, 42))
    for wrong in (
        lambda: topics.predict([], [], np.zeros((0, 6)), ["x"]),
        lambda: topics.predict(texts, held[:3], codes, ["x"], codes=("me", "hr", "di")),
        lambda: topics.predict(texts, held, codes & False, ["x"], codes=("me", "hr", "di")),
        lambda: topics.evaluate(texts, held, codes, codes=("me", "hr", "di"), first=40),
    ):
        with pytest.raises(UsageError):
            wrong()


@pytest.fixture(scope="module")
def coded(shared: Path) -> tuple[list[str], Any, Any]:
    """Texts, sessions and the six codes of the resolutions that both publishers hold, sessions 31–72 (`TRAINED` says why not to 74)."""
    import duckdb

    folder = shared / "data" / "politics"
    first, last = topics.TRAINED
    issues = ", ".join(f"bool_or(issue_{c} = 1)" for c in topics.ISSUES)
    rows = duckdb.sql(f"""
        WITH v AS (SELECT session, upper(regexp_replace(regexp_extract(unres, '/(.*)', 1), '^RES/|[^0-9A-Z/]', '', 'g')) AS r, {issues}
            FROM '{folder}/unga_roll_calls_1946_2019.parquet'
            WHERE session BETWEEN {first} AND {last} AND coalesce(amend, 0) = 0 AND coalesce(para, 0) = 0 AND unres LIKE '%R%/%' GROUP BY ALL),
        u AS (SELECT upper(regexp_replace(regexp_extract(symbol, 'RES/(.*)', 1), '[^0-9A-Z/]', '', 'g')) AS r, min(title) AS t, min(agenda) AS g
            FROM '{folder}/unga_resolutions_undl_1946_2025.parquet' GROUP BY r)
        SELECT t, g, v.* EXCLUDE r FROM v JOIN u USING (r) ORDER BY session, r""").fetchall()
    return [topics.subject(r[0], r[1]) for r in rows], np.array([r[2] for r in rows]), np.array([r[3:] for r in rows], bool)


def test_the_codes_of_the_last_five_sessions_from_those_before(coded: Any) -> None:
    """Trained to session 67: F1 of at least .8 for each issue in 68–72 (docs/solidarity.md has the figures)."""
    texts, held, codes = coded
    assert len(texts) > 3_400
    found = topics.evaluate(texts, held, codes, first=68)
    assert all(s.f1 >= 0.8 for s in found if s.method == "model" and s.texts == "all")


@pytest.mark.slow
def test_the_model_is_no_worse_than_the_plain_alternatives_on_any_issue(coded: Any) -> None:
    """Forward in steps of five sessions, 50–72: within .01 of the better of keyword, last and most frequent, above it on most."""
    texts, held, codes = coded
    found = {(s.code, s.method): s.f1 for s in topics.evaluate(texts, held, codes) if s.texts == "all"}
    gain = {c: found[c, "model"] - max(found[c, m] for m in ("keyword", "last", "most frequent")) for c in topics.ISSUES}
    assert min(gain.values()) >= -0.01 and sum(g > 0 for g in gain.values()) >= 5, gain


def test_session_74_repeats_one_column_three_times(shared: Path) -> None:
    """Why training ends before it: colonialism, economic development and disarmament are one column on all 91 roll calls of session 74."""
    import duckdb

    file = shared / "data" / "politics" / "unga_roll_calls_1946_2019.parquet"
    same = duckdb.sql(f"SELECT session, bool_and(issue_co = issue_di AND issue_ec = issue_di), count(*) FROM '{file}' WHERE session > 69 GROUP BY 1")
    assert [r for r in sorted(same.fetchall()) if r[1]] == [(74, True, 91)]


def test_the_threshold_nearest_a_half_wins_a_tie() -> None:
    texts, held, codes = made(range(40, 52))
    found = topics.predict(texts, held, codes, ["palestine refugees"], codes=("me", "hr", "di"))
    assert (np.abs(found.threshold - 0.5) <= 0.1).all()


def test_a_session_is_tested_once_and_thresholds_in_between() -> None:
    texts, held, codes = made(range(40, 52))
    found = topics.evaluate(texts, held, codes, codes=("me", "hr", "di"), first=42, ahead=2)
    assert {s.n for s in found if s.texts == "all"} == {int((held >= 42).sum())}


def test_words_and_pairs_of_words_count_and_their_order_beyond_does_not() -> None:
    """Two texts of the same words and pairs of words, told apart by threes alone, have one probability."""
    one, other = "aa bb aa cc aa", "aa cc aa bb aa"
    texts = [one, "dd ee"] * 10
    found = topics._probabilities(texts, np.array([[True], [False]] * 10), [one, other, "aa aa bb cc aa"])
    assert found[0, 0] == pytest.approx(found[1, 0], abs=1e-12) and found[2, 0] < found[0, 0]
