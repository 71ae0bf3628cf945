"""How two states vote and meet: agreement in the General Assembly, vetoes together in the Security Council, leaders' meetings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from comity.core import UsageError, measure

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from ibis import Table
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

LAST_VOETEN = 74
"""The last session for which Voeten's roll calls are held whole; later ones are the UN Digital Library's."""
LAST_ALL_PARTS = 1989
"""The last year whose paragraph and amendment votes the published scores count."""
ISSUES = {
    "hr": "human rights",
    "me": "the Palestinian question",
    "nu": "nuclear weapons and material",
    "co": "colonialism",
    "ec": "economic development",
    "di": "arms control and disarmament",
}


@measure(
    prominent=True,
    title="Agreement in the General Assembly",
    unit="share",
    period="session",
    bounds=(0, 1),
    domain="politics",
    kind="alignment",
    because="each says what it wants; a common vote changes nothing between the two",
    reference="Voeten, E. (2013), Data and analyses of voting in the UN General Assembly; the column `agree` of the dyadic agreement scores",
    aliases=("vote alike", "agree", "vote together", "UN votes", "voting agreement", "unga agreement"),
    variants={issue: f"roll calls on {words} only, sessions 1–{LAST_VOETEN}" for issue, words in ISSUES.items()}
    | {"important": f"roll calls that the US Department of State named important only, sessions 1–{LAST_VOETEN}"},
    merge="mean",
    seat="un",
    takes="arrow",
    recount=True,
    sources=("voeten_votes", "un_assembly"),
)
def vote_agreement(
    voeten_votes: pa.Table, voeten_roll_calls: pa.Table, undl_resolutions: pa.Table, undl_votes: pa.Table, variant: str = ""
) -> pa.Table:
    """Share of the roll calls of a session, both voting, on which two states cast the same vote (yes, abstain or no).

    Published recipe: absences dropped; paragraph and amendment votes dated after 1989 dropped; roll calls on which all
    who voted cast one vote dropped. To session 74 all of Voeten's roll calls; from session 75 the UN Digital Library's, which
    are of adopted resolutions only, so the two do not join without a seam. Special sessions stand in the session of 1945 + s = their
    calendar year. n: roll calls on which both voted. se: of a share by Agresti and Coull's adjustment, sqrt(q (1 - q) / (n + 4)) with
    q = (n value + 2) / (n + 4), as if roll calls were independent; it is never nought, and rounded to the fourth decimal.
    published: the day of the last roll call counted of the session, by the UN Digital Library
    where that resolution is known, else Voeten's, of whose days before session 58 only the month is right (its last day stands for them).
    """
    import pyarrow as pa

    parts = [_agreements(_voeten(voeten_votes, voeten_roll_calls, undl_resolutions, variant), "voeten_votes")]
    if not variant:
        parts.append(_agreements(_undl(undl_votes, undl_resolutions), "un_assembly"))
    return pa.concat_tables(parts)


@measure(
    title="Agreement in the General Assembly beyond what either's voting predicts",
    unit="share",
    period="session",
    bounds=(-2, 2),
    domain="politics",
    kind="alignment",
    because="a view of the votes of vote_agreement, never a second piece of evidence",
    reference="two-way additive model of the session's agreements by weighted least squares",
    aliases=("excess agreement", "agreement beyond chance"),
    merge="mean",
    seat="un",
    takes="arrow",
)
def agreement_excess(vote_agreement: pa.Table) -> pa.Table:
    """Agreement of a pair minus what m + r_a + r_b predicts, the additive model fitted to all pairs of the session.

    A state that votes with the majority agrees with nearly all; what is left is particular to the pair. Least squares over the pairs
    of each session and source, weighted by n, the common roll calls. n and se are those of vote_agreement: the error of the fitted
    part, of order one over the number of states, is left out. Sessions without more pairs than states have no rows.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    both = pa.concat_arrays([*vote_agreement.column("a").chunks, *vote_agreement.column("b").chunks]).dictionary_encode().indices.to_numpy()
    a, b = both[: vote_agreement.num_rows], both[vote_agreement.num_rows :]
    value = vote_agreement.column("value").to_numpy()
    n = vote_agreement.column("n").to_numpy().astype(np.float64)
    source = vote_agreement.column("source").combine_chunks().dictionary_encode().indices.to_numpy()
    start = vote_agreement.column("start").cast(pa.int32()).to_numpy()
    group = start.astype(np.int64) * 2 + source
    excess = np.full(len(value), np.nan)
    order = np.argsort(group, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(group[order])) + 1):
        if len(rows):
            excess[rows] = _beyond_additive(a[rows], b[rows], value[rows], n[rows])
    column = pa.array(excess, from_pandas=True)
    out = vote_agreement.set_column(vote_agreement.schema.get_field_index("value"), "value", column)
    return out.filter(pc.is_valid(column))


@measure(
    title="Joint vetoes in the Security Council",
    unit="vetoes",
    period="year",
    bounds=(0, None),
    absent=0.0,
    domain="politics",
    kind="alignment",
    because="each refuses a draft that the Council would else have adopted; neither gives the other anything",
    reference="counts of drafts; UN Dag Hammarskjöld Library, list of vetoes",
    aliases=("vetoes together", "double vetoes", "vetoed together", "joint veto"),
    variants={"secondary": "with the drafts after 8 July 2022, from a secondary list that has not been verified"},
    merge="sum",
    seat="un",
    recount=True,
)
def joint_vetoes(vetoes: Table, variant: str = "") -> Table:
    """Number of drafts of a year that both states vetoed; by default those of the verified list, which ends on 8 July 2022.

    Only permanent members can veto: for their pairs a year of the list without a row had none. A year that counts a draft of the
    secondary list has the source `council_vetoes:unverified`. Exact, so no se.
    """
    import ibis

    counted = vetoes if variant else vetoes.filter(vetoes.verified)
    other = counted.view()
    pairs = counted.join(
        other, [counted.draft == other.draft, counted.date == other.date, counted.item == other.item, counted.state < other.state], rname="{name}_b"
    )
    return pairs.group_by(a=pairs.state, b=pairs.state_b, start=pairs.date.truncate("Y").cast("date")).aggregate(
        value=ibis._.count().cast("float64"),
        n=ibis._.count(),
        source=ibis.ifelse(ibis._.verified.all(), "council_vetoes", "council_vetoes:unverified"),
    )


MEETINGS = {
    "": ("in_person",),
    "multilateral": ("in_person_multilateral",),
    "video": ("video",),
    "all": ("in_person", "in_person_multilateral", "video"),
}


@measure(
    title="Meetings of the two leaders",
    unit="meetings",
    period="year",
    bounds=(0, None),
    absent=0.0,
    domain="politics",
    kind="alignment",
    because="leaders coordinate what each will do; a meeting makes nothing together yet",
    reference="counts of dated meetings, each with a named source",
    aliases=("summits", "leaders met", "presidents met", "Xi-Putin meetings", "meetings of leaders"),
    variants={
        "multilateral": "encounters among several leaders only",
        "video": "video talks only",
        "all": "in person, among several leaders, and by video",
    },
    merge="sum",
    recount=True,
)
def leader_meetings(xi_putin_meetings: Table, variant: str = "") -> Table:
    """Number of meetings in person of the two leaders in a year that a named source reports; China and Russia since 2013 only.

    Meetings known from memory alone (six of 51) do not count. Encounters among several leaders and video talks are variants of
    their own. Exact but not complete, so no se.
    """
    import ibis

    t = xi_putin_meetings
    held = t.filter(t.source_checked, t.kind.isin(MEETINGS[variant]))
    return held.group_by(a=held.a, b=held.b, start=held.date.truncate("Y").cast("date")).aggregate(
        value=ibis._.count().cast("float64"), n=ibis._.count()
    )


def _agreements(ballot: _Ballot, source: str) -> pa.Table:
    """Agreement by session of all pairs that have a counted roll call in common."""
    import datetime as dt

    import numpy as np
    import pyarrow as pa

    from comity.models.similarity import similarity_and_n

    found: list[tuple[Any, ...]] = []
    for session in np.unique(ballot.sessions).tolist():
        cast = ballot.votes[:, ballot.sessions == session]
        highest, lowest = cast.max(axis=0, initial=0), np.where(cast > 0, cast, 9).min(axis=0, initial=9)
        counted = highest > lowest
        if not counted.any():
            continue
        cast = cast[:, counted]
        present = np.flatnonzero(cast.any(axis=1))
        value, n = similarity_and_n(cast[present])
        upper, right = np.triu_indices(len(present), 1)
        n_pair = n[upper, right]
        common = np.flatnonzero(n_pair > 0)
        start = (dt.date(1945 + session, 9, 1) - dt.date(1970, 1, 1)).days
        last = int(ballot.days[ballot.sessions == session][counted].max())
        found.append((
            present[upper[common]].astype(np.int32), present[right[common]].astype(np.int32), value[upper[common], right[common]], n_pair[common],
            np.full(len(common), start, np.int32), np.full(len(common), last, np.int32),
        ))  # fmt: skip
    empty = (np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0), np.empty(0), np.empty(0, np.int32), np.empty(0, np.int32))
    a, b, value, n, starts, lasts = (np.concatenate(column) for column in zip(*found, strict=True)) if found else empty
    adjusted = (n * value + 2) / (n + 4)
    names = pa.array(ballot.states, pa.string())
    return pa.table({
        "a": names.take(pa.array(a)),
        "b": names.take(pa.array(b)),
        "start": pa.array(starts).cast(pa.date32()),
        "value": value,
        "n": n.astype(np.int64),
        "se": np.round(np.sqrt(adjusted * (1 - adjusted) / (n + 4)), 4),
        "source": pa.repeat(pa.scalar(source), len(a)),
        "published": pa.array(lasts).cast(pa.date32()),
    })  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class _Ballot:
    """Votes [states, roll calls], the states in order of code, with each roll call's session and day since 1970."""

    states: list[str]
    votes: NDArray[np.int8]
    sessions: Ints
    days: Ints


def _ballot(votes: pa.Table, key: str, roll_calls: pa.Table) -> _Ballot:
    """The votes on the roll calls of `roll_calls` (its key, session and day); votes on others are left out."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    called = roll_calls.column(key).combine_chunks()
    column = np.asarray(pc.fill_null(pc.index_in(votes.column(key), value_set=called), -1))
    encoded = votes.column("state").combine_chunks()
    encoded = encoded if pa.types.is_dictionary(encoded.type) else encoded.dictionary_encode()
    codes: list[str] = encoded.dictionary.to_pylist()
    order = sorted(range(len(codes)), key=codes.__getitem__)
    place = np.empty(len(codes), np.int64)
    place[order] = np.arange(len(codes))
    cast = np.zeros((len(codes), len(called)), np.int8)
    inside = column >= 0
    cast[place[encoded.indices.to_numpy()[inside]], column[inside]] = votes.column("vote").to_numpy()[inside]
    return _Ballot(
        states=[codes[i] for i in order],
        votes=cast,
        sessions=roll_calls.column("session").to_numpy().astype(np.int64),
        days=roll_calls.column("day").to_numpy().astype(np.int64),
    )


def _voeten(votes: pa.Table, roll_calls: pa.Table, undl: pa.Table, variant: str) -> _Ballot:
    """The roll calls of Voeten that the recipe (and the variant) counts, on their corrected days."""
    import pyarrow as pa
    import pyarrow.compute as pc

    part = pc.or_(roll_calls.column("para"), roll_calls.column("amend"))
    late = pc.greater(pc.year(roll_calls.column("date_given")), LAST_ALL_PARTS)
    counted = pc.and_(pc.invert(pc.and_(part, late)), pc.less_equal(roll_calls.column("session"), LAST_VOETEN))
    if variant:
        column = "important" if variant == "important" else f"issue_{variant}"
        if column not in roll_calls.column_names:
            raise UsageError(f"vote_agreement has no variant {variant!r}; its variants: {', '.join(ISSUES)}, important")
        counted = pc.and_(counted, roll_calls.column(column))
    chosen = roll_calls.filter(counted)
    dated = undl.filter(pc.is_valid(undl.column("resolution")))
    found = pc.index_in(chosen.column("resolution"), value_set=dated.column("resolution").combine_chunks())
    right = dated.column("date").take(pc.fill_null(found, 0)) if dated.num_rows else chosen.column("date")
    day = pc.if_else(pc.and_(pc.is_valid(found), pc.is_valid(chosen.column("resolution"))), right, chosen.column("date"))
    return _ballot(votes, "rcid", chosen.append_column("day", day.cast(pa.int32())))


def _undl(votes: pa.Table, resolutions: pa.Table) -> _Ballot:
    """The resolutions adopted by recorded vote after Voeten's last session."""
    import pyarrow as pa
    import pyarrow.compute as pc

    chosen = resolutions.filter(pc.and_(resolutions.column("recorded"), pc.greater(resolutions.column("session"), LAST_VOETEN)))
    return _ballot(votes, "undl_id", chosen.append_column("day", chosen.column("date").cast(pa.int32())))


def _beyond_additive(a: Ints, b: Ints, value: Floats, weight: Floats) -> Floats:
    """value - (u_a + u_b), the u by least squares with these weights; nan where there are no more pairs than states."""
    import numpy as np

    members, ends = np.unique(np.concatenate([a, b]), return_inverse=True)
    left, right = ends[: len(a)], ends[len(a) :]
    size = len(members)
    if len(value) <= size:
        return np.full(len(value), np.nan)
    normal = np.zeros((size, size))
    normal[left, right] = normal[right, left] = weight
    normal[np.diag_indices(size)] = normal.sum(axis=1)
    sums = np.bincount(left, weight * value, size) + np.bincount(right, weight * value, size)
    u = np.linalg.lstsq(normal, sums, rcond=None)[0]
    return np.asarray(value - u[left] - u[right])
