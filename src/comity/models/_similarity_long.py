"""Similarity of all pairs from long tables: arrays and labels, and seven coefficients of every pair in every session at once."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from comity.core import BadDataError, UsageError

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    Float64 = NDArray[np.float64]

BY_SESSION = ("agreement", "lijphart", "s_abs", "kappa_abs", "pi_abs", "s_sq", "kappa_sq", "pi_sq")
"""The coefficients of `by_session`, in the order of its columns."""
ERRORS = ("agreement_se", "agreement_low", "agreement_high", "s_abs_se", "kappa_abs_se", "kappa_abs_low", "kappa_abs_high")
"""The columns that `se` adds: first-order errors, and the ends of the 95 % bands of `band`."""
PACKED = 4096
"""Two counts below this fit one float32 exactly: 4096 × 4095 + 4095 < 2^24."""


@dataclass(frozen=True, kw_only=True)
class Ballots:
    """Votes [states, roll calls] with their labels; states in order of code, roll calls in order of session and first row."""

    votes: NDArray[np.int8]
    states: tuple[str, ...]
    roll_calls: NDArray[Any]
    sessions: NDArray[np.int64]


def from_long(table: pa.Table, *, roll_call: str = "rcid", state: str = "state", vote: str = "vote", session: str = "session") -> Ballots:
    """The long table of votes, one row for each state and roll call, as an array with its labels.

    vote: 1 yes, 2 abstain, 3 no, 0 absent; rows that are not there are absences. BadDataError where a column holds a null, a vote
    is another number, a state has two votes on one roll call, or a roll call stands in two sessions.
    """
    import pyarrow as pa

    needed = [roll_call, state, vote, session]
    missing = [c for c in needed if c not in table.column_names]
    if missing:
        raise UsageError(f"the table has no column {', '.join(missing)}; its columns: {', '.join(table.column_names)}")
    empty = [c for c in needed if table.column(c).null_count]
    if empty:
        raise BadDataError(f"column {', '.join(empty)} of the votes holds nulls; expected a value in every row")
    codes, row = _labels(table.column(state))
    calls, item = _labels(table.column(roll_call))
    cast = table.column(vote).to_numpy()
    held = table.column(session).to_numpy().astype(np.int64)
    if len(cast) and (cast.min() < 0 or cast.max() > 3 or not pa.types.is_integer(table.column(vote).type)):
        raise BadDataError("the votes hold something other than the whole numbers 1 yes, 2 abstain, 3 no, 0 absent")
    order = np.argsort(np.array(codes, dtype=object), kind="stable")
    place = np.empty(len(codes), np.int64)
    place[order] = np.arange(len(codes))
    sessions = np.zeros(len(calls), np.int64)
    sessions[item] = held
    if (sessions[item] != held).any():
        lost = calls[item[sessions[item] != held][0]]
        raise BadDataError(f"roll call {lost} stands in two sessions; expected one")
    arranged = np.argsort(sessions, kind="stable")
    column = np.empty(len(calls), np.int64)
    column[arranged] = np.arange(len(calls))
    votes = np.zeros((len(codes), len(calls)), np.int8)
    rows, columns = place[row], column[item]
    votes[rows, columns] = cast
    given = np.count_nonzero(cast)
    if np.count_nonzero(votes) != given or (given < len(cast) and _doubled(rows, columns, votes.shape)):
        raise BadDataError("a state has two votes on one roll call; expected one row for each state and roll call")
    return Ballots(votes=votes, states=tuple(codes[i] for i in order), roll_calls=np.array(calls)[arranged], sessions=sessions[arranged])


def by_session(
    table: pa.Table | Ballots, *, roll_call: str = "rcid", state: str = "state", vote: str = "vote", session: str = "session",
    unanimous: bool = False, se: bool = False,
) -> pa.Table:  # fmt: skip
    """Agreement, Lijphart's index, S, kappa and pi of every pair in every session of a long table of votes.

    One row for each pair a < b and session with a roll call in common, by session, a and b: a, b, session, n (the roll calls on which
    both voted), then `BY_SESSION`; kappa and pi are null where both cast one and the same vote throughout. `unanimous` keeps the roll
    calls on which all who voted cast one vote; the published recipe drops them. `se` adds the first-order standard errors of
    agreement, s_abs and kappa_abs, and the 95 % bands of agreement and kappa_abs (`_low`, `_high`), roll calls as independent. All
    coefficients of a session come from five matrix products.
    Formulae and sources: `agreement`, `lijphart`, `s`, `kappa`, `pi` and `standard_error`.
    """
    import pyarrow as pa

    held = from_long(table, roll_call=roll_call, state=state, vote=vote, session=session) if isinstance(table, pa.Table) else table
    names = pa.array(held.states, pa.string())
    columns = [*BY_SESSION, *(ERRORS if se else ())]
    edges = np.flatnonzero(np.diff(held.sessions, prepend=-1, append=-1)) if len(held.sessions) else np.zeros(1, np.int64)
    parts: list[tuple[int, NDArray[np.int8], NDArray[np.int32]]] = []
    for start, stop in itertools.pairwise(edges):
        cast = held.votes[:, start:stop]
        if not unanimous:
            cast = cast[:, cast.max(axis=0, initial=0) > np.where(cast > 0, cast, 9).min(axis=0, initial=9)]
        there = np.flatnonzero(cast.any(axis=1))
        if len(there) > 1:
            parts.append((int(held.sessions[start]), cast[there], there.astype(np.int32)))
    most = sum(len(p) * (len(p) - 1) // 2 for *_, p in parts)
    ends, values = np.empty((2, most), np.int32), np.empty((len(columns), most))
    n, sessions = np.empty(most, np.int64), np.empty(most, np.int16)
    rows = 0
    for number, cast, present in parts:
        met = _pairs(cast, present, ends[:, rows:], n[rows:], values[:, rows:], se=se)
        sessions[rows : rows + met] = number
        rows += met
    a, b = (names.take(pa.array(side[:rows])) for side in ends)
    out = {"a": a, "b": b, "session": pa.array(sessions[:rows]), "n": pa.array(n[:rows])}
    undefined = {name for name in columns if name.startswith(("kappa", "pi"))}
    return pa.table(out | {name: pa.array(v[:rows], from_pandas=name in undefined) for name, v in zip(columns, values, strict=True)})


def _labels(column: pa.ChunkedArray) -> tuple[list[Any], NDArray[np.int64]]:
    import pyarrow as pa

    joined = column.combine_chunks()
    joined = joined if isinstance(joined, pa.Array) else joined.chunk(0)
    encoded = joined if pa.types.is_dictionary(joined.type) else joined.dictionary_encode()
    return encoded.dictionary.to_pylist(), encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)


def _doubled(rows: NDArray[np.int64], columns: NDArray[np.int64], shape: tuple[int, int]) -> bool:
    seen = np.zeros(shape, bool)
    seen[rows, columns] = True
    return int(np.count_nonzero(seen)) != len(rows)


def _pairs(
    cast: NDArray[np.int8], present: NDArray[np.int32], ends: NDArray[np.int32], count: NDArray[np.int64], columns: Float64, *, se: bool
) -> int:
    """Writes the columns of one session, pairs above the diagonal row by row, and returns how many have a roll call in common.

    With scores 1 for yes, 0 for an abstention and -1 for no, q_i the roll calls on which i said yes or no and v_i the sum of its
    scores, both over the pair's common roll calls: N² De is [N (q_i + q_j) - q_i q_j - v_i v_j] / 2 with absolute distances
    and [N (q_i + q_j) - 2 v_i v_j] / 4 with squared ones.
    """
    size, calls = cast.shape
    i, j = np.triu_indices(size, 1)
    upper, lower = i * size + j, j * size + i
    yes, no, there = (x.astype(np.float32) for x in (cast == 1, cast == 3, cast > 0))
    decided, score = yes + no, yes - no

    def at(matrix: NDArray[np.float32], where: NDArray[np.int64]) -> Float64:
        return np.asarray(matrix.ravel().take(where), np.float64)

    n = at(there @ there.T, upper)
    both, signed = at(decided @ decided.T, upper), at(score @ score.T, upper)
    if calls < PACKED:
        packed = there @ (yes + PACKED * no).T
        of_no = np.floor(packed / PACKED)
        of_yes = packed - PACKED * of_no
    else:
        of_yes, of_no = there @ yes.T, there @ no.T
    y_j, n_j, y_i, n_i = at(of_yes, upper), at(of_no, upper), at(of_yes, lower), at(of_no, lower)
    meets = n > 0
    if not meets.all():
        kept = np.flatnonzero(meets)
        i, j = i[kept], j[kept]
        upper, lower = upper[kept], lower[kept]
        n, both, signed, y_i, y_j, n_i, n_j = (x[kept] for x in (n, both, signed, y_i, y_j, n_i, n_j))
    q_i, q_j, v_i, v_j = y_i + n_i, y_j + n_j, y_i - n_i, y_j - n_j
    far = (both - signed) / 2
    near = q_i + q_j - 2 * both
    q, v = (q_i + q_j) / 2, (v_i + v_j) / 2
    absolute, squared = near / 2 + far, near / 4 + far
    lijphart, spread = 1 - absolute / n, 1 - squared / n
    met = len(n)
    values = columns[:, :met]
    np.divide(n - near - far, n, out=values[0])
    values[1] = lijphart
    twice, product = n * (2 * q), v_i * v_j
    for at_, coefficient, observed, expected, pooled in (
        (2, lijphart, absolute, (twice - q_i * q_j - product) / 2, (twice - q * q - v * v) / 2),
        (5, spread, squared, (twice - 2 * product) / 4, (twice - 2 * v * v) / 4),
    ):
        observed *= n
        np.subtract(2 * coefficient, 1, out=values[at_])
        _corrected(observed, expected, values[at_ + 1])
        _corrected(observed, pooled, values[at_ + 2])
    if se:
        from comity.models._similarity_se import errors_of_tables

        yes_yes, yes_no = (yes @ yes.T, yes @ no.T)
        o = _joint(n, y_i, n_i, y_j, n_j, at(yes_yes, upper), at(yes_no, upper), at(yes_no, lower), both)
        values[len(BY_SESSION) :] = errors_of_tables(o)
    ends[0, :met], ends[1, :met], count[:met] = present[i], present[j], n
    return met


def _corrected(observed: Float64, expected: Float64, out: Float64) -> None:
    """Writes 1 - observed / expected, nan where nothing is expected."""
    if expected.all():
        np.divide(observed, expected, out=out)
    else:
        out.fill(np.nan)
        np.divide(observed, expected, out=out, where=expected > 0)
    np.subtract(1.0, out, out=out)


def _joint(n: Float64, y_i: Float64, n_i: Float64, y_j: Float64, n_j: Float64, yy: Float64, yn: Float64, ny: Float64, both: Float64) -> Float64:
    """The tables O[3, 3, pairs] from the margins and the four corners."""
    nn = both - yy - yn - ny
    o = np.empty((3, 3, len(n)))
    o[0, 0], o[0, 2], o[2, 0], o[2, 2] = yy, yn, ny, nn
    o[0, 1], o[2, 1] = y_i - yy - yn, n_i - ny - nn
    o[1, 0], o[1, 2] = y_j - yy - ny, n_j - yn - nn
    o[1, 1] = n - y_i - n_i - o[1, 0] - o[1, 2]
    return o
