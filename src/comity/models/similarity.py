"""How alike states act: agreement and chance-corrected similarity of roll-call votes and of alliance portfolios, all pairs at once.

Every function takes `votes[states, roll calls]` coded 1 yes, 2 abstain, 3 no, 0 absent, and returns an array
[states, states]: symmetric, and nan where a pair has no roll call in common or the coefficient is undefined.
`weights` gives each roll call a weight of at least zero (None: all count once); a pair whose common roll calls weigh nothing is nan.
`categories` is 3 for votes; other ordered codes 1, 2, … categories (0 absent) are taken the same way.
With O the table of a pair's common votes, N its sum, r and c its margins, K categories, and d(a, b) = |a - b| / (K - 1) ("abs"),
its square ("sq") or a ≠ b ("nominal"), the observed disagreement is Do = sum O d / N.

Beside the coefficients: `from_long` and `by_session` for long tables, `standard_error`, `bootstrap_se` and `band` for their
uncertainty, `presence` for absences. docs/solidarity.md says which coefficient answers which question.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from comity.core import UsageError
from comity.models._similarity_long import BY_SESSION, Ballots, by_session, from_long
from comity.models._similarity_se import (
    COEFFICIENTS,
    Band,
    Coefficient,
    Interval,
    band,
    bootstrap_se,
    share_band,
    standard_error,
    tau_b_of_tables,
    weighted_kappa,
)
from comity.models._similarity_tables import (
    ABSTAIN,
    CATEGORIES,
    NO,
    YES,
    Distance,
    coded,
    common,
    disagreement,
    distances,
    joint,
    margins,
    one_hot,
    over,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.floating[Any]]
    Float64 = NDArray[np.float64]

__all__ = [
    "ABSTAIN", "BY_SESSION", "CATEGORIES", "COEFFICIENTS", "NO", "YES", "Ballots", "Band", "Coefficient", "Distance", "Interval", "Presence",
    "agree2", "agreement", "alpha", "band", "bootstrap_se", "by_session", "from_long", "joint_counts", "kappa", "lijphart", "pi", "portfolio_kappa",
    "portfolio_s", "presence", "s", "share_band", "similarity_and_n", "standard_error", "tau_b", "weighted_kappa",
]  # fmt: skip

VALUES = 4
"""An alliance portfolio's values: 0 none, 1 non-aggression, 2 neutrality or consultation, 3 defence or offence."""


def agreement(votes: ArrayLike, *, weights: ArrayLike | None = None, categories: int = CATEGORIES) -> Float64:
    """The share of common roll calls on which two states cast the same vote: trace(O) / N, from 0 to 1.

    Source: the `agree` columns of Voeten's dyadic agreement scores (identity agreement).
    """
    return similarity_and_n(votes, weights=weights, categories=categories)[0]


def similarity_and_n(votes: ArrayLike, *, weights: ArrayLike | None = None, categories: int = CATEGORIES) -> tuple[Float64, Float64]:
    """Identity agreement and the number (or weight) of common roll calls N, both [states, states]."""
    hot, weighted = one_hot(votes, weights, categories)
    flat = hot.reshape(len(hot), -1)
    other = flat if weighted is hot else weighted.reshape(flat.shape)
    n = common(hot, weighted)
    return over(flat @ other.T, n), n


def agree2(votes: ArrayLike, *, weights: ArrayLike | None = None) -> Float64:
    """The share of agreement on the roll calls on which both said yes or no, abstentions dropped as absences are: from 0 to 1.

    nan where the two never both said yes or no. Source: the column `agree2` of Voeten's dyadic agreement scores.
    """
    matrix = coded(votes, CATEGORIES)
    return agreement(np.where(matrix == ABSTAIN, 0, matrix), weights=weights)


def lijphart(votes: ArrayLike, *, weights: ArrayLike | None = None, categories: int = CATEGORIES) -> Float64:
    """Agreement in which an abstention against a yes or a no is half a disagreement: 1 - sum O |a - b| / (K - 1) / N.

    From 0 to 1. Source: Lijphart, A. (1963), The analysis of bloc voting in the General Assembly, APSR 57(4):902-917.
    """
    return 1.0 - _observed(votes, "abs", weights, categories)


def s(votes: ArrayLike, *, distance: Distance = "abs", weights: ArrayLike | None = None, categories: int = CATEGORIES) -> Float64:
    """Signorino and Ritter's S, the observed disagreement against half the greatest possible: 1 - 2 Do, from -1 to 1.

    Source: Signorino, C. S. & Ritter, J. M. (1999), Tau-b or not tau-b, ISQ 43(1):115-144.
    """
    return 1.0 - 2.0 * _observed(votes, distance, weights, categories)


def kappa(votes: ArrayLike, *, distance: Distance = "abs", weights: ArrayLike | None = None, categories: int = CATEGORIES) -> Float64:
    """Cohen's weighted kappa, the observed disagreement against that of independent voters with each state's own margins.

    1 - Do / De, De = sum d(a, b) r_a c_b / N²; at most 1; nan where De = 0 (both cast one and the same vote throughout).
    Sources: Cohen, J. (1968), Psychological Bulletin 70(4):213-220; Häge, F. M. (2011), Political Analysis 19(3):287-305.
    """
    hot, weighted = one_hot(votes, weights, categories)
    d = distances(distance, categories)
    rows = margins(hot, weighted)
    expected = np.einsum("ab,aij,bji->ij", d, rows, rows)
    return _corrected(disagreement(hot, weighted, d), common(hot, weighted), (expected + expected.T) / 2.0)


def pi(votes: ArrayLike, *, distance: Distance = "abs", weights: ArrayLike | None = None, categories: int = CATEGORIES) -> Float64:
    """Scott's weighted pi, the observed disagreement against that of two voters who share the pair's mean margins.

    1 - Do / De, De = sum d(a, b) m_a m_b, m = (r + c) / 2N; at most 1; nan where De = 0 (both cast one and the same vote throughout).
    Sources: Scott, W. A. (1955), Public Opinion Quarterly 19(3):321-325; Häge, F. M. (2011), Political Analysis 19(3):287-305.
    """
    hot, weighted = one_hot(votes, weights, categories)
    d = distances(distance, categories)
    return _corrected(disagreement(hot, weighted, d), common(hot, weighted), _shared(hot, weighted, d))


def alpha(votes: ArrayLike, *, distance: Distance = "abs", weights: ArrayLike | None = None, categories: int = CATEGORIES) -> Float64:
    """Krippendorff's alpha of two coders: Scott's pi with the expected disagreement drawn without replacement.

    1 - Do / De, De = sum d(a, b) m_a m_b 2N / (2N - 1); "nominal" and "sq" are his nominal and interval metrics. nan where De = 0.
    With weights N is their sum, which must be that of a count for the correction to mean what it says.
    Source: Hayes, A. F. & Krippendorff, K. (2007), Communication Methods and Measures 1(1):77-89.
    """
    hot, weighted = one_hot(votes, weights, categories)
    d = distances(distance, categories)
    n = common(hot, weighted)
    corrected = _corrected(disagreement(hot, weighted, d), n, _shared(hot, weighted, d))
    shrink = np.where(n > 0.5, 1.0 - 0.5 / np.where(n > 0.5, n, 1.0), np.nan)
    return np.asarray(1.0 - (1.0 - corrected) * shrink)


def tau_b(votes: ArrayLike, *, categories: int = CATEGORIES) -> Float64:
    """Kendall's rank correlation with ties of two states' votes, from -1 to 1; nan where either votes one way throughout.

    (C - D) / sqrt((n0 - n1)(n0 - n2)), C and D the concordant and discordant pairs of roll calls, n0 all pairs, n1 and n2
    those tied for either state. Warning of Signorino and Ritter (1999): it measures association, not similarity. Two states that
    always differ by one step have tau-b 1, two that agree on everything have none, and it moves with votes on which nobody differs.
    It is here for comparison with older work only.
    Sources: Kendall, M. G. (1945), Biometrika 33(3):239-251; Bueno de Mesquita, B. (1975), JCR 19(2):187-216;
    Signorino, C. S. & Ritter, J. M. (1999), ISQ 43(1):115-144.
    """
    return tau_b_of_tables(joint_counts(votes, categories=categories))


def joint_counts(votes: ArrayLike, *, weights: ArrayLike | None = None, categories: int = CATEGORIES) -> Float64:
    """The tables O of all pairs: [categories, categories, states, states], the number (or weight) of roll calls on which i cast a and j cast b."""
    return joint(*one_hot(votes, weights, categories))


def portfolio_s(ties: ArrayLike, *, distance: Distance = "abs", weights: ArrayLike | None = None, values: int = VALUES) -> Float64:
    """S of valued alliance portfolios: 1 - 2 sum_k w_k |x_k - y_k| / sum_k w_k dmax, dmax = values - 1 ("sq": its square).

    `ties[states, targets]` holds 0 none, 1 non-aggression, 2 neutrality or consultation, 3 defence or offence, and -1 where the
    target is not to be compared. The diagonal, a state's tie with itself, counts as it is given: 3 by the custom of the field,
    -1 to leave it out. `weights`: one for each target (its capability).
    Source: Signorino, C. S. & Ritter, J. M. (1999), ISQ 43(1):115-144.
    """
    return s(_portfolio(ties, values), distance=distance, weights=weights, categories=values)


def portfolio_kappa(ties: ArrayLike, *, distance: Distance = "abs", weights: ArrayLike | None = None, values: int = VALUES) -> Float64:
    """Cohen's weighted kappa of valued alliance portfolios; `ties` and `weights` as in `portfolio_s`.

    Most pairs of states have no tie, so S nears 1 for nearly all and kappa tells the rest from what few ties would give by chance.
    Source: Häge, F. M. (2011), Choice or circumstance? Political Analysis 19(3):287-305.
    """
    return kappa(_portfolio(ties, values), distance=distance, weights=weights, categories=values)


@dataclass(frozen=True, kw_only=True)
class Presence:
    """Attendance, and how far absences could move agreement.

    rate[states]: share of the roll calls held while the state was a member on which it cast a vote (nan without any).
    low, high[states, states]: agreement if every roll call on which one or both were absent had divided the two, or united them;
    both count the roll calls held while both were members. n[states, states]: those roll calls.
    """

    rate: Float64
    low: Float64
    high: Float64
    n: Float64


def presence(votes: ArrayLike, *, member: ArrayLike | None = None, weights: ArrayLike | None = None) -> Presence:
    """How often each state voted, and the least and the greatest agreement that the roll calls it missed would allow.

    `member[states, roll calls]` is true where the state could have voted (None: always). The bounds are those of Manski (1989) for
    an outcome that is not observed: low = same / M, high = (same + missed) / M, M the roll calls on which both could have voted.
    Source: Manski, C. F. (1989), Anatomy of the selection problem, Journal of Human Resources 24(3):343-360.
    """
    matrix = coded(votes, CATEGORIES)
    there = np.ones(matrix.shape, bool) if member is None else np.asarray(member, dtype=bool)
    if there.shape != matrix.shape:
        raise UsageError(f"member has shape {there.shape}; expected that of votes, {matrix.shape}")
    if (matrix[~there] > 0).any():
        raise UsageError("votes of a state that is no member; expected 0 wherever member is false")
    hot, weighted = one_hot(matrix, weights)
    w = np.ones(matrix.shape[1]) if weights is None else np.asarray(weights, dtype=np.float64)
    could = (there * w) @ there.T.astype(np.float64)
    same = np.asarray(hot.reshape(len(hot), -1) @ weighted.reshape(len(hot), -1).T, dtype=np.float64)
    missed = could - common(hot, weighted)
    rate = over((matrix > 0) @ w, np.asarray(there @ w, dtype=np.float64))
    return Presence(rate=rate, low=over(same, could), high=over(same + missed, could), n=could)


def _portfolio(ties: ArrayLike, values: int) -> NDArray[np.integer[Any]]:
    matrix = np.asarray(ties)
    if matrix.ndim != 2 or not np.issubdtype(matrix.dtype, np.integer) or (matrix.size and (matrix.min() < -1 or matrix.max() >= values)):
        raise UsageError(f"ties must be whole numbers [states, targets] from 0 to {values - 1}, -1 where the target is not to be compared")
    return matrix + 1


def _observed(votes: ArrayLike, distance: Distance, weights: ArrayLike | None, categories: int) -> Float64:
    hot, weighted = one_hot(votes, weights, categories)
    return over(disagreement(hot, weighted, distances(distance, categories)), common(hot, weighted))


def _shared(hot: Floats, weighted: Floats, d: Float64) -> Float64:
    """sum d(a, b) M_a M_b, M the pair's mean margins as counts."""
    rows = margins(hot, weighted)
    mean = (rows + rows.transpose(0, 2, 1)) / 2.0
    return np.asarray(np.einsum("ab,aij,bij->ij", d, mean, mean))


def _corrected(observed: Float64, n: Float64, expected: Float64) -> Float64:
    """1 - Do / De from counts: observed = N Do, expected = N² De."""
    return 1.0 - over(observed * n, expected)
