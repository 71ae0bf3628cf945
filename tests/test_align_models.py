"""The models of coming votes: titles, features as of a day, the logit, totals, scores, classes; each against a brute force or an invariant."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.core import UsageError
from comity.models import (
    align_classes,
    align_factors,
    align_features,
    align_model,
    align_record,
    align_scores,
    align_stack,
    align_titles,
    align_totals,
)

EPOCH = dt.date(1970, 1, 1)
TEXTS = (
    "Nuclear disarmament", "The right to food", "Situation of human rights in Ruritania", "Israeli practices", "Cluster munitions",
    "The right to development",
)  # fmt: skip


def world(years: range = range(2000, 2012), seats: int = 24, seed: int = 3) -> align_record.Record:
    """Titles that return each year, votes by a line on which seats stand, and one new title a year."""
    rng = np.random.default_rng(seed)
    place = np.linspace(-2, 2, seats)
    slope = rng.normal(size=len(TEXTS)) * 2
    keys, days, titles, agendas, cast = [], [], [], [], []
    for year in years:
        for j, name in enumerate((*TEXTS, f"Question of {chr(97 + year % 26) * 5}land")):
            b = slope[j] if j < len(TEXTS) else rng.normal() * 2
            key = year * 100 + j
            keys.append(key)
            days.append((dt.date(year, 12, 1 + j) - EPOCH).days)
            titles.append(f"{name} : resolution / adopted by the General Assembly")
            agendas.append(f"A/{year - 1945}/251 {j} Item. {name.split()[0].upper()} ITEM")
            line = place * b + rng.normal(size=seats) * 0.5
            vote = np.where(line > -0.3, 1, np.where(line > -1, 2, 3))
            vote[rng.random(seats) < 0.05] = 0
            cast += [(key, f"S{s:02d}", int(v)) for s, v in enumerate(vote)]
    return align_record.record(keys, days, titles, agendas, tuple(zip(*cast, strict=True)))


@pytest.fixture(scope="module")
def made() -> align_record.Record:
    return world()


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Nuclear disarmament : resolution / adopted by the General Assembly", "nuclear disarmament"),
        ("Follow-up to the 2013 High-Level Meeting", "follow up high level meeting"),
        ("Third Decade to Combat Racism, part II", "decade combat racism part"),
        ("Report of the seventy-fifth session", "report"),
        ("", ""),
    ],
)
def test_normalised(title: str, expected: str) -> None:
    assert align_titles.normalised(title) == expected


def test_agenda_items() -> None:
    entry = "A/75/251 37 The situation in the Middle East. MIDDLE EAST SITUATION A/75/251 38 Question of Palestine. PALESTINE QUESTION"
    assert align_titles.agenda_items(entry) == ("MIDDLE EAST SITUATION", "PALESTINE QUESTION")


def test_sessions_open_on_the_first_of_september() -> None:
    days = [(dt.date(*d) - EPOCH).days for d in ((2020, 8, 31), (2020, 9, 1), (2021, 1, 1), (2021, 8, 31))]
    assert align_record.session_of(days).tolist() == [2019, 2020, 2020, 2020]
    assert align_record.first_day(2020) == days[1]


def test_similar_is_the_cosine(made: align_record.Record) -> None:
    index = align_titles.Index(made.titles, made.agendas)
    held = index.matrix.toarray()
    found = index.similar(made.titles[:5], made.agendas[:5])
    assert np.allclose(found, held[:5] @ held.T)
    assert np.allclose(np.diag(found[:, :5]), 1)
    assert found.min() >= 0 and found.max() <= 1 + 1e-9
    assert index.similar(["zzz unheard of"], [""]).max() == 0


def test_predecessors_are_earlier_and_of_the_same_title(made: align_record.Record) -> None:
    past = made.before(align_record.first_day(2008))
    chains = align_record.predecessors(["nuclear disarmament", "question nowhere", ""], past, sessions=[2008] * 3, within=3)
    assert [past.sessions[i] for i in chains[0]] == [2007, 2006, 2005]
    assert chains[1:] == [[], []]


def test_record_does_not_depend_on_the_order() -> None:
    a = world(range(2000, 2003))
    order = np.random.default_rng(0).permutation(len(a))
    cast = [(int(a.keys[i]), s, int(v)) for i in order for s, v in zip(a.seats, a.votes[i], strict=True)]
    again = align_record.record(
        a.keys[order], a.days[order], [a.titles[i] for i in order], [a.agendas[i] for i in order], tuple(zip(*cast, strict=True))
    )
    assert again.titles == a.titles and (again.votes == a.votes).all()
    with pytest.raises(UsageError, match="twice"):
        align_record.record([1, 1], [0, 0], ["a", "b"], ["", ""], ([1], ["S"], [1]))
    with pytest.raises(UsageError, match="not listed"):
        align_record.record([1], [0], ["a"], [""], ([2], ["S"], [1]))


def test_nothing_later_than_the_day_enters_features(made: align_record.Record) -> None:
    changed = made.votes.copy()
    late = made.sessions >= 2009
    changed[late] = np.random.default_rng(1).integers(0, 4, changed[late].shape)
    other = align_record.Record(seats=made.seats, keys=made.keys, days=made.days, titles=made.titles, agendas=made.agendas, votes=changed)
    a, b = align_model.season(made, 2009), align_model.season(other, 2009)
    assert set(a.made) == {"known", "new", "masked"}
    for kind in a.made:
        assert (a.made[kind].x == b.made[kind].x).all() and (a.made[kind].absence == b.made[kind].absence).all()
    earlier = changed.copy()
    earlier[made.sessions == 2008] = 1
    third = align_record.Record(seats=made.seats, keys=made.keys, days=made.days, titles=made.titles, agendas=made.agendas, votes=earlier)
    assert not (align_model.season(third, 2009).made["known"].x == a.made["known"].x).all()


def test_masked_hides_the_title(made: align_record.Record) -> None:
    changed = made.votes.copy()
    same = np.array([n == "nuclear disarmament" for n in made.names]) & (made.sessions < 2009)
    view = align_features.View(made.before(align_record.first_day(2009)), 2009)
    asked = align_features.Asked(titles=(TEXTS[0],), agendas=("",), year=2009)
    found = align_features.features(view, asked, mask_same=True)
    assert found.chains == ((),) and not same[found.nearest[found.cosine > 0]].any()
    assert changed.shape == made.votes.shape


def test_latest_cast_skips_absences() -> None:
    rec = world(range(2000, 2004))
    votes = np.zeros_like(rec.votes)
    votes[:, 0] = [1 if y == 2000 else 3 if y == 2001 else 0 for y in rec.sessions]
    past = align_record.Record(seats=rec.seats, keys=rec.keys, days=rec.days, titles=rec.titles, agendas=rec.agendas, votes=votes)
    chain = align_record.predecessors(["right food"], past, sessions=[2004])
    last, missed = align_features.latest_cast(past, chain)
    assert last[0, 0] == 3 and missed[0, 0] == pytest.approx(np.log(3))
    assert (last[0, 1:] == 0).all()


def test_factors_place_votes_on_two_lines() -> None:
    rng = np.random.default_rng(5)
    u, w = rng.normal(size=(40, 2)), rng.normal(size=(120, 2)) * 2
    votes = np.where(w @ u.T > 0, 1, 3).astype(np.int8)
    right = {}
    for k in (1, 2):
        yes, no = align_factors.fit(votes, np.ones(120), k=k).logits(np.arange(120))
        right[k] = ((yes > no) == (votes == 1)).mean()
    assert right[2] > 0.95 > right[1]


def test_factors_do_not_depend_on_who_comes_first(made: align_record.Record) -> None:
    order = np.random.default_rng(2).permutation(len(made.seats))
    a = align_factors.fit(made.votes, np.ones(len(made)), k=2).logits(np.arange(len(made)))
    b = align_factors.fit(made.votes[:, order], np.ones(len(made)), k=2).logits(np.arange(len(made)))
    assert np.abs(a[:, :, order] - b).max() < 0.05


def test_the_logit_of_a_constant_gives_the_shares() -> None:
    y = np.array([0] * 5 + [1] * 3 + [2] * 2)
    p = align_stack.fit(np.ones((10, 1)), y).probabilities(np.ones((1, 1)))[0]
    assert np.allclose(p, [0.5, 0.3, 0.2], atol=1e-4)


def test_the_logit_is_the_penalised_maximum() -> None:
    from scipy.optimize import minimize

    rng = np.random.default_rng(8)
    x = np.column_stack([np.ones(80), rng.normal(size=(80, 2)) * [1, 5]])
    y = rng.integers(0, 3, 80)
    w = rng.random(80) + 0.5
    scale = np.where(x.std(axis=0) < 1e-9, 1, x.std(axis=0))

    def loss(b: Any) -> float:
        p = align_stack.softmax(x @ (b.reshape(2, 3) / scale).T)
        return float(-(w * np.log(p[np.arange(80), y])).sum() + 0.5 * (np.array([1e-6, 2, 2]) * b.reshape(2, 3) ** 2).sum())

    brute = minimize(loss, np.zeros(6), method="BFGS", options={"gtol": 1e-7}).x.reshape(2, 3) / scale
    assert np.allclose(align_stack.fit(x, y, weights=w, ridge=2.0).coefficients, brute, atol=1e-3)
    with pytest.raises(UsageError, match="classes"):
        align_stack.fit(x, np.full(80, 2))


probabilities = st.lists(st.tuples(st.floats(0.01, 1), st.floats(0.01, 1), st.floats(0.01, 1)), min_size=1, max_size=12).map(
    lambda rows: np.array(rows) / np.array(rows).sum(axis=1, keepdims=True)
)


@settings(deadline=None, max_examples=25)
@given(probabilities, st.sampled_from(align_totals.LOADINGS))
def test_the_copula_keeps_each_probability(p: Any, loading: float) -> None:
    nodes, weight = np.polynomial.hermite_e.hermegauss(80)
    weight = weight / weight.sum()
    yes, no = align_totals.conditional(p, np.full(80, loading), nodes)
    assert np.allclose(weight @ yes, p[:, 0], atol=2e-3) and np.allclose(weight @ no, p[:, 2], atol=2e-3)
    assert (yes + no <= 1 + 1e-9).all()


def test_independent_totals_have_the_binomial_spread_and_shared_ones_more() -> None:
    p = np.tile([0.5, 0.2, 0.3], (100, 1))
    one = np.eye(len(align_totals.LOADINGS))
    alone = align_totals.draw(p, np.zeros(100), one[0], one[0], draws=4000).counts
    shared = align_totals.draw(p, np.zeros(100), one[5], one[0], draws=4000).counts
    assert (alone.sum(axis=1) == 100).all() and (alone[:, 3] == 0).all()
    assert alone[:, 0].var() == pytest.approx(25, rel=0.1) and alone[:, 0].mean() == pytest.approx(50, abs=0.5)
    assert shared[:, 0].var() > 200 and shared[:, 0].mean() == pytest.approx(50, abs=2)


def test_the_mixture_finds_the_loading_of_the_draws() -> None:
    rng = np.random.default_rng(4)
    p = np.tile([0.6, 0.2, 0.2], (80, 1))
    rows = []
    for _ in range(40):
        yes, no = align_totals.conditional(p, np.array([0.5]), rng.standard_normal(1))
        u = rng.random(80)
        rows.append(align_totals.likelihoods(p, np.where(u < yes[0], 0, np.where(u > 1 - no[0], 2, 1))))
    mix = align_totals.mixture(rows)
    assert mix.sum() == pytest.approx(1) and float(mix @ np.array(align_totals.LOADINGS)) == pytest.approx(0.5, abs=0.12)


@settings(deadline=None, max_examples=50)
@given(probabilities, st.integers(0, 10_000))
def test_marks_by_hand(p: Any, seed: int) -> None:
    y = np.random.default_rng(seed).integers(0, 3, len(p))
    found = align_scores.marks(p, y)
    assert found.log_loss == pytest.approx(-sum(np.log(p[i, y[i]]) for i in range(len(p))) / len(p))
    assert found.brier == pytest.approx(sum((p[i, j] - (y[i] == j)) ** 2 for i in range(len(p)) for j in range(3)) / len(p))
    assert 0 <= found.ece <= 1


@given(st.lists(st.tuples(st.integers(0, 4), st.booleans()), min_size=2, max_size=30))
def test_auc_is_the_share_of_pairs_in_order(rows: list[tuple[int, bool]]) -> None:
    cases, others = [s for s, e in rows if e], [s for s, e in rows if not e]
    found = align_scores.auc([s for s, _ in rows], [e for _, e in rows])
    if not cases or not others:
        assert np.isnan(found)
    else:
        assert found == pytest.approx(np.mean([(c > o) + (c == o) / 2 for c, o in itertools.product(cases, others)]))


@settings(deadline=None)
@given(probabilities, st.integers(0, 10_000), st.floats(0.5, 0.99), st.floats(0.5, 0.99))
def test_a_stricter_cut_never_adds_like_minded(p: Any, seed: int, a: float, b: float) -> None:
    last = np.random.default_rng(seed).integers(0, 4, len(p))
    loose, strict = (align_classes.classes(p, last, cuts=align_classes.Cuts(like=c)) for c in sorted((a, b)))
    assert all(x == "like-minded" for x, y in zip(loose, strict, strict=True) if y == "like-minded")
    assert len(loose) == len(p)


def test_classes_by_the_rules() -> None:
    p = np.array([[0.95, 0.03, 0.02], [0.1, 0.85, 0.05], [0.1, 0.05, 0.85], [0.5, 0.4, 0.1], [0.1, 0.05, 0.85], [0.85, 0.1, 0.05]])
    assert align_classes.classes(p, np.array([3, 2, 3, 1, 1, 1])) == [
        "like-minded", "dissenting", "dissenting", "persuadable", "persuadable", "persuadable"
    ]  # fmt: skip
    with pytest.raises(UsageError, match="cut firm"):
        align_classes.Cuts(firm=1.5)


def _fewest(rule: Any, votes: tuple[int, ...]) -> int:
    """The fewest states that must vote yes instead, by trying all sets."""
    for n in range(len(votes) + 1):
        for chosen in itertools.combinations(range(len(votes)), n):
            now = [0 if i in chosen else v for i, v in enumerate(votes)]
            if align_classes.reached(now.count(0), now.count(2), rule):
                return n
    return len(votes)


@pytest.mark.parametrize("rule", ["simple", "two-thirds"])
def test_the_closing_set_is_large_enough_and_of_the_likeliest(rule: Any) -> None:
    rng = np.random.default_rng(6)
    for _ in range(40):
        p = rng.dirichlet([1, 0.7, 2], 6)
        found = align_classes.majority(rule, p, np.zeros(6), np.array([[1, 0, 5, 0]]), list("ABCDEF"))
        votes = tuple(p.argmax(axis=1).tolist())
        assert found.reached == bool(align_classes.reached(votes.count(0), votes.count(2), rule)) and found.p == 0
        if not found.reached:
            moved = {s for s, _, _ in found.moves}
            now = [0 if c in moved else v for c, v in zip("ABCDEF", votes, strict=True)]
            assert align_classes.reached(now.count(0), now.count(2), rule) and len(moved) >= _fewest(rule, votes)
            left = [p[i, 0] for i, c in enumerate("ABCDEF") if votes[i] and c not in moved]
            assert min(c for _, _, c in found.moves) >= max(left, default=0)


def test_training_forward_and_back_from_rows(made: align_record.Record) -> None:
    seasons = [align_model.season(made, y) for y in range(2004, 2012)]
    trained = align_model.train(made, seasons, first=2008)
    assert sorted(trained.models) == [2008, 2009, 2010, 2011, 2012] and sorted(trained.forecasts) == [2008, 2009, 2010, 2011]
    lines = [x for x in align_model.judge(made, seasons, trained) if x.kind == "known"]
    assert np.mean([x.model.log_loss for x in lines]) < np.mean([x.base.log_loss for x in lines])
    again = align_model.from_rows(sorted(r for m in trained.models.values() for r in m.rows()), 2010)
    made_2010 = next(s for s in seasons if s.year == 2010).made["known"]
    for x, y in zip(
        align_model.probabilities(again, made_2010, "known"), align_model.probabilities(trained.models[2010], made_2010, "known"), strict=True
    ):
        assert np.allclose(x, y)
    assert np.allclose(sum(again.mixtures["known"]), 1)
    with pytest.raises(UsageError, match="no model"):
        align_model.from_rows([], 2010)


def test_a_model_of_a_session_does_not_know_it(made: align_record.Record) -> None:
    changed = made.votes.copy()
    late = made.sessions >= 2009
    changed[late] = np.random.default_rng(1).integers(1, 4, changed[late].shape)
    other = align_record.Record(seats=made.seats, keys=made.keys, days=made.days, titles=made.titles, agendas=made.agendas, votes=changed)
    found = []
    for whole in (made, other):
        seasons = [align_model.season(whole, y) for y in range(2004, 2010)]
        found.append(align_model.train(whole, seasons, first=2009))
    assert found[0].models[2009].rows() == found[1].models[2009].rows()
    assert (found[0].forecasts[2009]["known"] == found[1].forecasts[2009]["known"]).all()


@pytest.mark.parametrize(("rule", "seats"), [("simple", 31), ("two-thirds", 30)])
def test_pivotal_states_are_those_about_the_place_where_the_majority_is_made(rule: Any, seats: int) -> None:
    """In the order of P(yes) less P(no) among those who likely vote: five on either side of the last vote needed, abstentions not counted."""
    rng = np.random.default_rng(8)
    p, absent = rng.dirichlet([1, 0.8, 1], seats), np.where(np.arange(seats) % 7 == 0, 0.9, 0.1)
    codes = [f"S{k:02d}" for k in range(seats)]
    found = align_classes.majority(rule, p, absent, np.array([[1, 0, 5, 0]]), codes)
    there = [k for k in range(seats) if absent[k] < 0.5]
    order = sorted(there, key=lambda k: p[k, 2] - p[k, 0])
    counted = len(there) - sum(p[k].argmax() == 1 for k in there)
    need = next(n for n in range(counted + 1) if align_classes.reached(n, counted - n, rule))
    assert 0 < counted < len(there)
    assert found.pivotal == tuple(codes[k] for k in order[max(need - 6, 0) : need + 5])


def test_changes_from_one_vote_on_a_title_to_the_next_by_hand(made: align_record.Record) -> None:
    """By item the share of seats, who voted both times, that changed; nan for a title that was not voted before."""
    view = align_features.View(made.before(align_record.first_day(2006)), 2006)
    rate, way, by_item, item_way = view.moves
    past = view.past
    some = 0
    for i, name in enumerate(past.names):
        earlier = [k for k in range(i) if past.names[k] == name]
        if not earlier:
            assert np.isnan(by_item[i]) and item_way[i] == 0.0
            continue
        new, old = past.votes[i].astype(int), past.votes[earlier[-1]].astype(int)
        both = (new > 0) & (old > 0)
        assert by_item[i] == pytest.approx(((new != old) & both).sum() / (both.sum() + 60) + 2 / (both.sum() + 60))
        assert item_way[i] == pytest.approx((old - new)[both].sum() / (both.sum() + 10))
        some += 1
    assert some > 20 and rate.shape == way.shape == (2, len(past.seats))


def test_the_nearest_are_the_likest_and_absences_are_counted_by_hand(made: align_record.Record) -> None:
    view = align_features.View(made.before(align_record.first_day(2009)), 2009)
    asked = align_features.Asked(titles=(TEXTS[0], "The right to sleep"), agendas=("", ""), year=2009)
    for title in range(2):
        one = align_features.Asked(titles=asked.titles[title : title + 1], agendas=("",), year=2009)
        found = align_features.features(view, one)
        cosine = view.index.similar(one.titles, one.agendas)[0]
        assert found.cosine[0] == pytest.approx(np.sort(np.where(view.age > align_features.WITHIN, 0.0, cosine))[::-1][: align_features.NEAREST])
        assert cosine[found.nearest[0, 0]] == pytest.approx(cosine.max())
        past, recent = view.past, 2009 - view.past.sessions <= 5
        usual = (past.votes[recent] == 0).sum() / (past.votes[recent] >= 0).sum()
        share = ((past.votes[recent] == 0).sum(axis=0) + 5 * usual) / ((past.votes[recent] >= 0).sum(axis=0) + 5)
        assert found.absence[0, :, found.absence_names.index("long")] == pytest.approx(np.log(share / (1 - share)))
        assert (past.votes < 0).any() or recent.sum() < len(past.votes)


def test_probabilities_hold_for_any_size_of_log_ratio_and_unit_of_a_column() -> None:
    assert align_stack.softmax(np.array([[2000.0, 1000.0], [-2000.0, -1000.0]])) == pytest.approx(np.array([[0, 1, 0], [1, 0, 0]]))
    rng = np.random.default_rng(5)
    x = np.column_stack([np.ones(300), rng.normal(size=(300, 2))])
    y = (rng.random(300) < 1 / (1 + np.exp(-x[:, 1]))).astype(int)
    one, other = (align_stack.fit(x * k, y, ridge=20.0) for k in ([1.0, 1.0, 1.0], [1.0, 0.01, 100.0]))
    assert other.coefficients == pytest.approx(one.coefficients / [1.0, 0.01, 100.0], rel=1e-3, abs=1e-6)


def test_a_model_is_taught_by_the_eight_sessions_before_it_and_absences_are_judged_by_the_usual_rate(made: align_record.Record) -> None:
    seasons = [align_model.season(made, y) for y in range(2002, 2012)]
    nine, eight, seven = (align_model.train(made, seasons[k:], first=2011) for k in (0, 1, 2))
    assert nine.models[2011].rows() == eight.models[2011].rows() != seven.models[2011].rows()
    known = seasons[-1].made["known"]
    votes = made.votes[seasons[-1].at["known"]]
    rate = 1 / (1 + np.exp(-known.absence[..., known.absence_names.index("long")]))
    line = next(x for x in align_model.judge(made, seasons, nine) if x.kind == "known")
    here = votes >= 0
    expected = -np.log(np.where(votes == 0, rate, 1 - rate)[here]).mean()
    assert line.absent_base == pytest.approx(expected)
