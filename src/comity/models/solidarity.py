"""Solidarity: agreement beyond what each side's voting predicts, dissent together in the Council, support in isolation, blocs.

All functions are pure, on arrays [states, states] or [states, roll calls]. Votes are coded 1 yes, 2 abstain, 3 no, 0 absent.
docs/solidarity.md says what each answers, with the simulations behind its bands and p-values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from comity.core import UsageError
from comity.models._communities import NONE, Blocs, centre_distances, communities, stable_blocs
from comity.models._similarity_tables import CATEGORIES, NO, YES, coded
from comity.models._usual import additive
from comity.models.ballots import MOST_NOES

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Float64 = NDArray[np.float64]

__all__ = [
    "NONE", "Blocs", "Coincidence", "Support", "Usual", "centre_distances", "coincidence", "coincidence_power", "communities",
    "isolated", "ranks_among_partners", "shared_isolation", "stable_blocs", "support", "usual",
]  # fmt: skip

QUANTILE_95 = 1.959963984540054
PULL = 0.25
"""One over the prior variance of a habit on the logit scale: it matters only where a state always voted one way."""
STEPS, SOLVED = 60, 1e-10
ENOUGH = 5
"""Roll calls of one topic that a state's usual vote on it is taken from; with fewer all topics serve."""


@dataclass(frozen=True, kw_only=True)
class Usual:
    """What each pair's agreement would be by the two states' usual agreement with everybody, and what it is beyond that.

    expected, excess, se, low, high[states, states]: nan on the diagonal and where the pair has no number. effect[states]: a state's
    usual agreement less the mean m, so that expected = m + effect_i + effect_j. rank[i, j]: the place of j among i's partners by
    excess, 1 the greatest (ties share the better place), 0 where there is none. partners[i]: how many are ranked.
    """

    mean: float
    effect: Float64
    expected: Float64
    excess: Float64
    se: Float64
    low: Float64
    high: Float64
    rank: NDArray[np.int64]
    partners: NDArray[np.int64]


def usual(
    agreement: ArrayLike, n: ArrayLike, *, weighted: bool = True, votes: ArrayLike | None = None, blocks: ArrayLike | None = None
) -> Usual:
    """The additive model of a session, agreement_ij = m + a_i + a_j + e_ij, and each pair's excess e_ij with its error and rank.

    `agreement` and `n` (common roll calls) are [states, states]. Least squares weighted by n: the variance of an agreement falls
    as one over n, and states that hardly ever voted would else pull the rest; unweighted (`weighted=False`) each pair counts
    once, which is right where what is particular to pairs outweighs the sampling of roll calls.

    se, with the `votes[states, roll calls]` that the agreements are of: the sum over roll calls of the squared influence of each on the
    excess, so that what a roll call does to all pairs at once cancels as it should; `blocks[roll calls]` names those that are not
    independent (one topic, one meeting) and makes the error robust to them. Without votes: the agreements' own sampling errors carried
    through the fit as if pairs were independent, about 1.7 times too wide in the Assembly. Both take a pair that agreed on everything to be
    as uncertain as Agresti and Coull do. low, high: excess plus and minus 1.96 se. nan throughout where there are no more pairs than
    states. Sources: least squares on dyads, Kenny, D. A. & La Voie, L. (1984), Advances in Experimental Social Psychology 18:141-182
    (the additive part of the social relations model); errors, Liang, K.-Y. & Zeger, S. L. (1986), Biometrika 73(1):13-22.
    """
    value, count = np.asarray(agreement, dtype=np.float64), np.asarray(n, dtype=np.float64)
    if value.ndim != 2 or value.shape[0] != value.shape[1] or count.shape != value.shape:
        raise UsageError(f"agreement and n have shapes {value.shape} and {count.shape}; expected two arrays [states, states]")
    matrix = np.zeros((len(value), 0), np.int8) if votes is None else coded(votes, CATEGORIES)
    if len(matrix) != len(value):
        raise UsageError(f"votes are of {len(matrix)} states and agreement of {len(value)}; expected the same")
    names = np.arange(matrix.shape[1]) if blocks is None else np.asarray(blocks)
    if names.shape != (matrix.shape[1],):
        raise UsageError(f"blocks have shape {names.shape}; expected {matrix.shape[1]}, one for each roll call of votes")
    known = np.isfinite(value) & (count > 0)
    np.fill_diagonal(known, False)
    weight = np.where(known, count if weighted else 1.0, 0.0)
    fitted, u, inverse = additive(value, weight)
    expected = np.where(known, fitted, np.nan)
    excess = value - expected
    there = np.isfinite(u)
    se = np.full(value.shape, np.nan)
    if there.any():
        inner = np.ix_(there, there)
        a, m, w, back = np.where(known, value, 0.5)[inner], count[inner], weight[inner], inverse[inner]
        q = (m * a + 2) / (m + 4)
        own = q * (1 - q) / (m + 4)
        if votes is None:
            se[inner] = _error_of_pairs(np.where(known[inner], own, 0.0), w, back)
        else:
            found = _error_of_roll_calls(matrix[there], a, np.where(known[inner], m, np.inf), w, back, names)
            unseen = np.clip(own - a * (1 - a) / np.maximum(m, 1), 0.0, None)
            se[inner] = np.sqrt(found + unseen)
    se = np.where(known & np.isfinite(excess), se, np.nan)
    mean = float(2 * np.nanmean(u)) if there.any() else np.nan
    rank, partners = ranks_among_partners(excess)
    return Usual(
        mean=mean, effect=u - mean / 2, expected=expected, excess=excess, se=se, low=excess - QUANTILE_95 * se, high=excess + QUANTILE_95 * se,
        rank=rank, partners=partners,
    )  # fmt: skip


def _error_of_pairs(variance: Float64, weight: Float64, inverse: Float64) -> Float64:
    meat = weight**2 * variance
    spread = inverse @ (meat + np.diag(meat.sum(axis=1))) @ inverse
    own, cross = np.diag(spread), np.diag(inverse)
    lever = weight * (cross[:, None] + cross[None] + 2 * inverse)
    return np.asarray(np.sqrt(np.clip(variance * (1 - 2 * lever) + own[:, None] + own[None] + 2 * spread, 0.0, None)))


def _error_of_roll_calls(
    votes: NDArray[Any], agreement: Float64, n: Float64, weight: Float64, inverse: Float64, names: NDArray[Any]
) -> Float64:
    """The variance of each excess: the squared influences of the blocks of roll calls, times blocks / (blocks - 1)."""
    _, block = np.unique(names, return_inverse=True)
    groups = int(block.max(initial=-1)) + 1
    if groups == votes.shape[1]:
        return _error_of_single_roll_calls(votes, agreement, n, weight, inverse) * groups / max(groups - 1, 1)
    total = np.zeros(agreement.shape)
    for k in range(groups):
        influence = np.zeros(agreement.shape)
        for cast in votes[:, block == k].T:
            both = (cast[:, None] > 0) & (cast[None] > 0)
            influence += both * ((cast[:, None] == cast[None]) - agreement)
        influence /= n
        pull = inverse @ (weight * influence).sum(axis=1)
        total += (influence - pull[:, None] - pull[None]) ** 2
    return total * groups / max(groups - 1, 1)


def _error_of_single_roll_calls(votes: NDArray[Any], agreement: Float64, n: Float64, weight: Float64, inverse: Float64) -> Float64:
    """The sum over roll calls of (x_k - p_ki - p_kj)², x_k the influence on the pair's own agreement and p_k on the fit, by products of matrices.

    The square is multiplied out; every sum over roll calls is then one of [states, roll calls] by [roll calls, states].
    """
    hot = [np.equal(votes.T, c).astype(np.float64) for c in (1, 2, 3)]
    there = hot[0] + hot[1] + hot[2]
    share = np.where(np.isfinite(n), weight / n, 0.0)
    np.fill_diagonal(share, 0.0)
    a = np.where(np.isfinite(n), agreement, 0.0)
    pulled = sum((h * (h @ share) for h in hot[1:]), hot[0] * (hot[0] @ share)) - there * (there @ (share * a))
    pull = pulled @ inverse
    own = a * (1 - a) / n
    squares = (pull**2).sum(axis=0)
    both = sum(((h * pull).T @ h for h in hot[1:]), (hot[0] * pull).T @ hot[0]) - a * ((there * pull).T @ there)
    cross = both / n
    return np.asarray(np.clip(own + squares[:, None] + squares[None] + 2 * pull.T @ pull - 2 * cross - 2 * cross.T, 0.0, None))


def ranks_among_partners(values: ArrayLike) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """rank[i, j], the place of j among the partners of i by values[i, j], 1 the greatest, and partners[i], how many have a number.

    Ties share the better place. 0 where there is no number and on the diagonal.
    """
    matrix = np.array(values, dtype=np.float64)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise UsageError(f"values have shape {matrix.shape}; expected [states, states]")
    np.fill_diagonal(matrix, np.nan)
    known = np.isfinite(matrix)
    partners = known.sum(axis=1)
    rank = np.zeros(matrix.shape, np.int64)
    for i, row in enumerate(matrix):
        held = np.sort(row[known[i]])
        rank[i, known[i]] = len(held) - np.searchsorted(held, row[known[i]], side="right") + 1
    return rank, partners


@dataclass(frozen=True, kw_only=True)
class Coincidence:
    """Whether two members dissent together more often than their independent usual behaviour predicts.

    together: roll calls on which both dissented. expected, deviation: the mean and the standard deviation of that number if each
    kept its dissents of a stratum but spread them at random within it. odds: the Mantel–Haenszel ratio of odds (nan where it has
    no denominator). exact, mid: P(T ≥ together), and with half the probability of what was seen; `mid` is the p-value to read,
    `exact` never rejects too often. n: roll calls; informative: those of strata in which the number could have been another.
    """

    together: int
    expected: float
    deviation: float
    odds: float
    exact: float
    mid: float
    n: int
    informative: int


def coincidence(a: ArrayLike, b: ArrayLike, strata: ArrayLike) -> Coincidence:
    """The exact test that a and b dissent together by more than chance, by permutation within strata (years).

    `a` and `b` are true where that member abstained or voted no, one for each roll call on which both sat and voted; `strata`
    names the year of each. Given how often each dissented in a year, the number of coincidences under independence is
    hypergeometric; the years are added by convolution, so no draw is needed and the p-value is the permutation test's own.
    It says nothing of roll calls never put to a vote, and topics on which both always dissent make a year's votes unlike: put them in
    the strata (year and topic) to ask whether the two go together within topics.
    Sources: Mantel, N. & Haenszel, W. (1959), JNCI 22(4):719-748; Lancaster, H. O. (1961), JASA 56(294):223-234 (mid-P);
    Gart, J. J. (1970), Biometrika 57(3):471-475 (the exact distribution over strata).
    """
    one, two, names = np.asarray(a), np.asarray(b), np.asarray(strata)
    if one.ndim != 1 or one.shape != two.shape or one.shape != names.shape:
        raise UsageError(f"a, b and strata have shapes {one.shape}, {two.shape} and {names.shape}; expected three of one length")
    if one.dtype != bool or two.dtype != bool:
        raise UsageError("a and b must be true or false for each roll call")
    counts = _margins(one, two, names)
    lowest, chances = _convolved(counts, 1.0)
    together = int((one & two).sum())
    place = together - lowest
    support_ = lowest + np.arange(len(chances))
    expected = float((support_ * chances).sum())
    n, x, y, both = counts.T.astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        top, bottom = (both * (n - x - y + both) / n).sum(), ((x - both) * (y - both) / n).sum()
    return Coincidence(
        together=together,
        expected=expected,
        deviation=float(np.sqrt(max(((support_ - expected) ** 2 * chances).sum(), 0.0))),
        odds=float(top / bottom) if bottom > 0 else np.nan,
        exact=float(min(chances[place:].sum(), 1.0)),
        mid=float(min(chances[place + 1 :].sum() + chances[place] / 2, 1.0)),
        n=len(one),
        informative=int(n[np.minimum(x, y) > np.maximum(0, x + y - n)].sum()),
    )


def coincidence_power(a: ArrayLike, b: ArrayLike, strata: ArrayLike, odds: float, *, size: float = 0.05, mid: bool = True) -> float:
    """The chance that `coincidence` rejects at `size` with these dissents by year, if the odds of dissent together are `odds`-fold.

    Exact: within a year the coincidences then follow Fisher's noncentral hypergeometric distribution. odds = 1 gives the test's
    true size. `mid`: by the mid-P value, else by the exact one.
    """
    if not (np.isfinite(odds) and odds > 0):
        raise UsageError(f"odds is {odds}; expected a number above nought")
    counts = _margins(np.asarray(a, dtype=bool), np.asarray(b, dtype=bool), np.asarray(strata))
    _, chances = _convolved(counts, 1.0)
    _, under = _convolved(counts, odds)
    at_least = np.cumsum(chances[::-1])[::-1]
    p = at_least - chances / 2 if mid else at_least
    return float(under[p <= size * (1 + 1e-12)].sum())


@dataclass(frozen=True, kw_only=True)
class Support:
    """How far a voted on b's side where b stood alone, beyond a's own habits: value, se, n[a, b].

    value from -1 to 1 and its standard error, nan where a voted on none of b's items; n the items.
    """

    value: Float64
    se: Float64
    n: NDArray[np.int64]


def isolated(votes: ArrayLike, *, most: int = MOST_NOES) -> NDArray[np.bool_]:
    """[states, roll calls]: whether the state voted no and at most `most` states did, itself among them."""
    matrix = coded(votes, CATEGORIES)
    against = matrix == NO
    return np.asarray(against & (against.sum(axis=0) <= most)[None])


def shared_isolation(votes: ArrayLike, *, most: int = MOST_NOES) -> NDArray[np.int64]:
    """[states, states]: on how many roll calls both were among at most `most` noes; on the diagonal, each one's own."""
    alone = isolated(votes, most=most).astype(np.int64)
    return np.asarray(alone @ alone.T)


def support(votes: ArrayLike, items: ArrayLike | None = None, topics: ArrayLike | None = None, *, most: int = MOST_NOES) -> Support:
    """Vote support a → b: a's votes on the items where b is isolated (or named), less what a's voting on the same topics predicts.

    `votes[states, roll calls]`; `items[states, roll calls]` is true where a roll call is one of b's, such as those that name b; None: those
    on which b voted no and at most `most` did, not counting a, so that a's own vote never chooses the item. `topics[roll calls]` names the
    topic of each (None: one topic). With y = 0 yes, 1/2 abstain, 1 no, and M the mean of all others than a and b (half a vote of each kind
    added), a's prediction is the p of logit p = logit M + h; h, a's habit, is fitted to a's votes on the other roll calls of the topic (all
    topics where a cast fewer than five) with a weak pull to nought (a prior deviation of 2). The support is the mean over b's items of y - p,
    its sign turned where b voted yes; items on which b abstained or was absent are left out. So a state that says no on the topic
    anyway, or that goes with a crowd, gives b nothing. se: items as independent votes with these p, and the error of the habits. In worlds
    without support, 5 % of values lie beyond 1.96 se (docs/solidarity.md). Refined once ideal points give the prediction.
    """
    matrix = coded(votes, CATEGORIES)
    size, calls = matrix.shape
    named = None if items is None else np.asarray(items, dtype=bool)
    if named is not None and named.shape != matrix.shape:
        raise UsageError(f"items have shape {named.shape}; expected that of votes, {matrix.shape}")
    labels = np.zeros(calls, np.int64) if topics is None else np.unique(np.asarray(topics), return_inverse=True)[1]
    if labels.shape != (calls,):
        raise UsageError(f"topics have shape {labels.shape}; expected {calls}, one for each roll call")
    there, no = matrix > 0, matrix == NO
    y = np.where(there, (matrix - 1) / 2.0, 0.0)
    total, voters, noes = y.sum(axis=0), there.sum(axis=0), no.sum(axis=0)
    value, se, count = np.full((size, size), np.nan), np.full((size, size), np.nan), np.zeros((size, size), np.int64)
    for b in range(size):
        alone = no[b][None] & (noes[None] - no <= most) if named is None else np.broadcast_to(named[b], matrix.shape)
        side = np.where(no[b], 1.0, np.where(matrix[b] == YES, -1.0, 0.0))
        others = np.maximum(voters[None] - there - there[b][None], 0)
        usable = there & (others > 0)
        chosen = usable & alone & (side != 0)[None]
        if not chosen.any():
            continue
        mean = np.clip((total[None] - y - y[b][None] + 0.5) / (others + 1), 1e-6, 1 - 1e-6)
        p, doubt = _habits(y, np.log(mean / (1 - mean)), usable & ~alone, labels)
        n = chosen.sum(axis=1)
        held = np.maximum(n, 1)
        spread = np.where(chosen, p * (1 - p), 0.0)
        slope = (side * spread) @ np.eye(labels.max() + 1)[labels] / held[:, None]
        value[:, b] = np.where(n > 0, np.where(chosen, side * (y - p), 0.0).sum(axis=1) / held, np.nan)
        se[:, b] = np.where(n > 0, np.sqrt(spread.sum(axis=1) / held**2 + (slope**2 * doubt).sum(axis=1)), np.nan)
        count[:, b] = n
    for filled, nothing in ((value, np.nan), (se, np.nan), (count, 0)):
        np.fill_diagonal(filled, nothing)
    return Support(value=value, se=se, n=count)


def _habits(y: Float64, offset: Float64, elsewhere: NDArray[np.bool_], labels: NDArray[np.int64]) -> tuple[Float64, Float64]:
    """The predicted p[states, roll calls] with each state's habit on the topic, and the variance of the habits [states, topics]."""
    one = np.eye(labels.max() + 1)[labels]
    few = elsewhere @ one < ENOUGH
    habit, information = _penalised(y, offset, elsewhere, one)
    if few.any():
        every = _penalised(y, offset, elsewhere, np.ones((len(labels), 1)))
        habit, information = (np.where(few, whole, own) for whole, own in zip(every, (habit, information), strict=True))
    return 1 / (1 + np.exp(-(offset + habit @ one.T))), 1 / information


def _penalised(y: Float64, offset: Float64, used: NDArray[np.bool_], one: Float64) -> tuple[Float64, Float64]:
    """Habit and its information [states, topics]: Newton's steps, bounded by 2, on a penalised logistic score in one parameter."""
    habit = np.zeros((len(y), one.shape[1]))
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-(offset + habit @ one.T)))
        information = np.where(used, p * (1 - p), 0.0) @ one + PULL
        step = np.clip((np.where(used, y - p, 0.0) @ one - PULL * habit) / information, -2.0, 2.0)
        habit += step
        if np.abs(step).max(initial=0.0) < SOLVED:
            break
    return habit, information


def _margins(a: NDArray[np.bool_], b: NDArray[np.bool_], strata: NDArray[Any]) -> NDArray[np.int64]:
    """[strata, 4]: roll calls, dissents of a, of b, of both."""
    _, group = np.unique(strata, return_inverse=True)
    size = int(group.max(initial=-1)) + 1
    weights = (np.ones(len(a)), a, b, a & b)
    return np.stack([np.bincount(group, w, size).astype(np.int64) for w in weights], axis=1)


def _convolved(counts: NDArray[np.int64], odds: float) -> tuple[int, Float64]:
    """The least possible number of coincidences over all strata, and the chances of it and each greater one."""
    from math import lgamma, log

    lowest, out = 0, np.ones(1)
    for n, x, y, _ in counts.tolist():
        least, most = max(0, x + y - n), min(x, y)
        lowest += least
        if most == least:
            continue
        logs = [
            t * log(odds) - lgamma(t + 1) - lgamma(x - t + 1) - lgamma(y - t + 1) - lgamma(n - x - y + t + 1) for t in range(least, most + 1)
        ]
        chances = np.exp(np.array(logs) - max(logs))
        out = np.convolve(out, chances / chances.sum())
    return lowest, out / out.sum()
