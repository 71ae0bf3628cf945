"""Measures of how alike two states choose their allies: similarity of whole alliance portfolios, all pairs of the state system at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from comity import states
from comity.core import measure

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FIRST, LAST = 1816, 2018
"""The years for which ATOP covers every member of the state system by the Correlates of War list."""
TIES = (("nonaggression", 1), ("neutrality", 2), ("consultation", 2), ("defence", 3), ("offence", 3))
"""What an obligation is worth in a portfolio; of several the greatest counts, of none 0."""
OWN = 3
"""A state's tie with itself, by the custom of the field."""
VIEW = (
    "two states that choose the same allies stand on one side, each by its own treaties; a view of the same alliances as `alliance_defence` and "
    "its neighbours, never a second piece of evidence"
)


@measure(
    title="Similarity of alliance portfolios (S)", unit="S", period="year", bounds=(-1, 1), domain="security", kind="alignment", because=VIEW,
    reference="Signorino & Ritter 1999, International Studies Quarterly 43(1), 115–144",
    aliases=("alliance portfolio similarity", "portfolio similarity", "S-score", "S score"), merge="mean", takes="arrow", coverage="rows",
    variants={
        "sq": "squared distance between ties: a defence pact against none weighs nine times, not three times, what one step does",
        "weighted": "each target counts by its share of world capabilities (CINC), so that a tie with a great power weighs more",
    },
)  # fmt: skip
def alliance_s(atop_obligations: pa.Table, capabilities: pa.Table, variant: str = "") -> pa.Table:
    """Signorino and Ritter's S of the two states' alliance portfolios in a year: from -1 to 1, and 1 where the two are alike throughout.

    Formula: S = 1 - 2 sum_k w_k |x_ak - x_bk| / (3 sum_k w_k) over the members k of the state system of the year by the Correlates of
    War list, a and b among them. x_ak is what a is bound to do for k by ATOP: 3 defence or offence, 2 neutrality or consultation,
    1 nonaggression, 0 nothing; of several the greatest. A one-sided obligation is in the portfolio of the state bound, and not in that
    of the state that gains by it. x_aa = 3 by custom, so that two states without any tie, among N members, have S = 1 - 4/N, and not 1.
    w_k = 1; variant `weighted`: k's CINC, a target without one left out; variant `sq`: (x_ak - x_bk)² over 9 in place of the distance
    over 3. n is the number of targets that weigh something. Obligations to or of states outside the list in that year are left out.
    Most states have no tie with most others, so S nears 1 for nearly all: `alliance_kappa` corrects for that. Exact, so no se.
    Source of the method: Signorino, C. S. & Ritter, J. M. (1999), Tau-b or not tau-b, ISQ 43(1):115-144.
    """
    import pyarrow as pa

    from comity.models.similarity import portfolio_s

    weights = _weights(capabilities) if variant == "weighted" else None
    found = _by_year(atop_obligations, lambda ties, w: portfolio_s(ties, distance="sq" if variant == "sq" else "abs", weights=w), weights)
    return found.append_column("source", pa.repeat("atop" if weights is None else "atop+cow_capabilities", found.num_rows))


@measure(
    title="Similarity of alliance portfolios (kappa)", unit="kappa", period="year", bounds=(-1, 1), domain="security", kind="alignment",
    because=VIEW, reference="Cohen 1968, Psychological Bulletin 70(4), 213–220; Häge 2011, Political Analysis 19(3), 287–305",
    aliases=("portfolio kappa", "weighted kappa of alliances"), merge="mean", takes="arrow", coverage="rows",
    variants={"sq": "squared distance between ties: a defence pact against none weighs nine times, not three times, what one step does"},
)  # fmt: skip
def alliance_kappa(atop_obligations: pa.Table, variant: str = "") -> pa.Table:
    """Cohen's weighted kappa of the two states' alliance portfolios in a year: likeness beyond that of as many ties strewn by chance.

    Formula: 1 - Do / De over the members of the state system of the year: Do the mean distance |x_ak - x_bk| between the ties, De the mean
    over all pairs of a's and b's ties, so that who has few ties is not thereby like all others who have few. Ties, one-sided obligations,
    the diagonal, states outside the list and n as in `alliance_s`; variant `sq` squares the distance. 1 where the two are alike throughout,
    0 as by chance. Exact, so no se.
    Sources of the method: Cohen, J. (1968), Psychological Bulletin 70(4):213-220; Häge, F. M. (2011), Choice or circumstance? Adjusting
    measures of foreign policy similarity for chance agreement, Political Analysis 19(3):287-305.
    """
    return _by_year(atop_obligations, lambda ties, _: _kappa(ties, 2 if variant == "sq" else 1), None)


def _kappa(ties: NDArray[np.int8], power: int) -> Floats:
    """`models.similarity.portfolio_kappa` of ties without gaps: a state's margins are then the same beside all, so De is one small product."""
    import numpy as np

    from comity.models.similarity import VALUES, portfolio_s

    step = np.arange(VALUES)
    counts = (ties[:, :, None] == step).sum(axis=1).astype(np.float64)
    expected = counts @ (np.abs(np.subtract.outer(step, step)) / (VALUES - 1)) ** power @ counts.T / ties.shape[1] ** 2
    observed = (1 - portfolio_s(ties, distance="sq" if power == 2 else "abs")) / 2
    return np.asarray(np.divide(expected - observed, expected, out=np.full(expected.shape, np.nan), where=expected > 0))


def _by_year(obligations: pa.Table, similar: Callable[[Any, Any], Floats], weights: dict[tuple[str, int], float] | None) -> pa.Table:
    """The similarity of all pairs of members, year by year; pairs for which it is undefined have no row."""
    import numpy as np
    import pyarrow as pa

    rows = _ties(obligations)
    spine = states.spine("year", FIRST, LAST, system="cow")
    starts = np.asarray(spine.column("start").cast(pa.int32()))
    names = spine.column("a").combine_chunks(), spine.column("b").combine_chunks()
    values, counts = np.full(len(starts), np.nan), np.zeros(len(starts), np.int64)
    firsts, begins = np.unique(starts, return_index=True)
    for first, low, high in zip(firsts.tolist(), begins.tolist(), [*begins.tolist()[1:], len(starts)], strict=True):
        year = (dt.date(1970, 1, 1) + dt.timedelta(days=first)).year
        members = sorted({*names[0][low:high].unique().to_pylist(), *names[1][low:high].unique().to_pylist()})
        at = {code: i for i, code in enumerate(members)}
        ties = np.zeros((len(members), len(members)), np.int8)
        for a, b, tie in rows.get(year, []):
            if a in at and b in at:
                ties[at[a], at[b]] = tie
        np.fill_diagonal(ties, OWN)
        w = None if weights is None else np.array([weights.get((code, year), 0.0) for code in members])
        values[low:high] = similar(ties, w)[np.triu_indices(len(members), 1)]
        counts[low:high] = len(members) if w is None else int((w > 0).sum())
    table = spine.append_column("value", pa.array(values)).append_column("n", pa.array(counts))
    return table.filter(pa.array(np.isfinite(values)))


def _ties(obligations: pa.Table) -> dict[int, list[tuple[str, str, int]]]:
    """By year (state bound, to whom, value of the tie) of each row that binds to anything."""
    import numpy as np

    value = np.zeros(obligations.num_rows, np.int64)
    for column, worth in TIES:
        value = np.maximum(value, np.where(np.asarray(obligations.column(column)) > 0, worth, 0))
    out: dict[int, list[tuple[str, str, int]]] = {}
    columns = (obligations.column(c).to_pylist() for c in ("year", "a", "b"))
    for year, a, b, tie in zip(*columns, value.tolist(), strict=True):
        if tie:
            out.setdefault(year, []).append((a, b, tie))
    return out


def _weights(capabilities: pa.Table) -> dict[tuple[str, int], float]:
    columns = (capabilities.column(c).to_pylist() for c in ("state", "year", "cinc"))
    return {(state, year): cinc for state, year, cinc in zip(*columns, strict=True) if cinc is not None}
