"""How alike two states vote in the General Assembly: agreement, what of it is beyond habit, chance-corrected similarity, support."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from comity.core import Evidence, measure
from comity.models.ballots import IMPORTANT, ISSUES, LAST_VOETEN, Ballot, Choice, ballots

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

SHARED: dict[str, Any] = {
    "period": "session", "domain": "politics", "merge": "mean", "seat": "un", "takes": "arrow", "recount": True,
    "sources": ("voeten_votes", "un_assembly"),
}  # fmt: skip
SAME = "a view of the votes of vote_agreement, never a second piece of evidence"
HAGE = "Häge, F. M. (2011), Choice or circumstance? Adjusting measures of foreign policy similarity for chance agreement, Political Analysis 19(3)"
CHOICES: dict[str, Choice] = {issue: Choice(issue=issue) for issue in (*ISSUES, IMPORTANT)} | {
    "parts": Choice(parts="all"),
    "unanimous": Choice(unanimous=True),
    "regular": Choice(sittings="regular"),
    "undl": Choice(publisher="undl"),
}
FEWEST = 10
"""Roll calls under which the errors of S and kappa say nothing."""
VARIANTS = {
    **{issue: f"roll calls on {words} only; after session {LAST_VOETEN} by predicted topics" for issue, words in ISSUES.items()},
    IMPORTANT: "roll calls that the US Department of State named important only; after session 72 by a weak prediction",
    "parts": "with the paragraph and amendment votes of all years",
    "unanimous": "with the roll calls on which all who voted cast one vote",
    "regular": "without special and emergency sessions",
    "undl": "by the UN Digital Library throughout: adopted resolutions only",
}
SQUARED = {"sq": "squared distance between votes"}


@measure(
    prominent=True,
    title="Agreement in the General Assembly",
    unit="share",
    bounds=(0, 1),
    kind="alignment",
    because="each says what it wants; a common vote changes nothing between the two",
    reference="Voeten, E. (2013), Data and analyses of voting in the UN General Assembly; the column `agree` of the dyadic agreement scores",
    aliases=(
        "vote alike", "agree", "vote together", "UN votes", "voting agreement", "unga agreement", "agreement", "agree on votes",
        "same vote", "identical vote", "vote the same way", "vote identically", "voting coincidence", "agreement in the Assembly",
        "vote in unison", "vote with", "common votes", "vote differently", "vote apart", "disagree", "voting together", "same side",
        "roll calls alike", "vote as one", "concur",
    ),
    variants=VARIANTS,
    **SHARED,
)
def vote_agreement(
    voeten_votes: pa.Table, voeten_roll_calls: pa.Table, undl_resolutions: pa.Table, undl_votes: pa.Table, predicted_topics: pa.Table,
    variant: str = "",
) -> pa.Table:  # fmt: skip
    """Share of the roll calls of a session, both voting, on which two states cast the same vote (yes, abstain or no).

    Published recipe: absences dropped; paragraph and amendment votes dated after 1989 dropped; roll calls on which all
    who voted cast one vote dropped. To session 74 all of Voeten's roll calls; from session 75 the UN Digital Library's, which
    are of adopted resolutions only, so the two do not join without a seam. Special sessions stand in the session of 1945 + s = their
    calendar year. n: roll calls on which both voted. se: of a share by Agresti and Coull's adjustment, sqrt(q (1 - q) / (n + 4)) with
    q = (n value + 2) / (n + 4), as if roll calls were independent; it is never zero, and rounded to the fourth decimal.
    published: the day of the last roll call counted of the session, by the UN Digital Library
    where that resolution is known, else Voeten's, of whose days before session 58 only the month is right (its last day stands for them).
    By issue, sessions without Voeten's codes are of predicted topics: the source ends in ":predicted".
    """
    import pyarrow as pa

    choice = CHOICES.get(variant, Choice())
    held = ballots(voeten_votes, voeten_roll_calls, undl_resolutions, undl_votes, choice, topics=predicted_topics)
    return pa.concat_tables([_agreements(b, choice) for b in held])


@measure(
    title="Agreement in the General Assembly beyond what either's voting predicts",
    unit="share",
    bounds=(-2, 2),
    kind="alignment",
    because=SAME,
    reference="two-way additive model of the session's agreements by weighted least squares",
    aliases=("excess agreement", "agreement beyond chance", "choice or circumstance"),
    **SHARED,
)
def agreement_excess(voeten_votes: pa.Table, voeten_roll_calls: pa.Table, undl_resolutions: pa.Table, undl_votes: pa.Table) -> pa.Table:
    """Agreement of a pair minus what m + r_a + r_b predicts, the additive model fitted to all pairs of the session.

    A state that votes with the majority agrees with nearly all; what is left is particular to the pair: choice where the band
    lies above zero, opposition where it lies below, circumstance where it holds zero; but additive it is no chance agreement: two
    states that often vote no apart from each other are beyond it too, so no verdict rests on it alone (`vote_kappa` beside it).
    Least squares over the pairs of each session, weighted by n, the common roll calls. se:
    the squared influences of the agenda items on the excess, the error of the
    fitted part among them: roll calls of one item are not independent, and as if they were it would be about a fifth less.
    Sessions without more pairs than states have no rows. Source: docs/solidarity.md.
    """
    import pyarrow as pa

    from comity.models.similarity import similarity_and_n
    from comity.models.solidarity import usual

    tables = []
    for ballot in ballots(voeten_votes, voeten_roll_calls, undl_resolutions, undl_votes):
        parts = []
        for session, at, cast, present in _sessions(ballot, Choice()):
            value, n = similarity_and_n(cast)
            found = usual(value, n, votes=cast, blocks=ballot.items[at])
            parts.append(_pairs(ballot, session, at, present, found.excess, n, found.se))
        tables.append(_table(ballot, parts))
    return pa.concat_tables(tables)


def _coefficient(name: str, variant: str, tables: tuple[pa.Table, ...]) -> pa.Table:
    """One of the coefficients of `by_session` for all pairs, with its closed-form error where there is one."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    from comity.models._similarity_long import ERRORS
    from comity.models.similarity import Ballots, by_session

    column = f"{name}_{variant or 'abs'}"
    error = f"{column}_se"
    parts = []
    for ballot in ballots(*tables):
        order = np.argsort(ballot.sessions, kind="stable")
        held = Ballots(votes=ballot.votes[:, order], states=ballot.states, roll_calls=ballot.keys[order], sessions=ballot.sessions[order])
        table = by_session(held, se=error in ERRORS)
        sessions = table.column("session").to_numpy()
        last = {s: int(ballot.days[at].max()) for s, at, _ in ballot.by_session()}
        days = np.array([last[s] for s in sessions.tolist()], np.int32)
        parts.append(
            pa.table(
                {
                    "a": table.column("a"), "b": table.column("b"), "start": _starts(sessions), "value": table.column(column).cast(pa.float64()),
                    "n": table.column("n").cast(pa.int64()),
                    "se": _known(table.column(error), table.column("n")) if error in table.column_names else pa.nulls(table.num_rows, pa.float64()),
                    "source": pa.repeat(pa.scalar(ballot.source), table.num_rows),
                    "published": pa.array(days).cast(pa.date32()),
                }
            )
        )  # fmt: skip
    whole = pa.concat_tables(parts)
    return whole.filter(pc.is_finite(pc.fill_null(whole.column("value"), float("nan"))))


@measure(
    title="Similarity of votes, S",
    unit="index from −1 to 1",
    bounds=(-1, 1),
    kind="alignment",
    because=SAME,
    reference="Signorino, C. S. & Ritter, J. M. (1999), Tau-b or not tau-b, ISQ 43(1):115–144",
    aliases=("S score", "Signorino and Ritter"),
    variants=SQUARED,
    **SHARED,
)
def vote_s(
    voeten_votes: pa.Table, voeten_roll_calls: pa.Table, undl_resolutions: pa.Table, undl_votes: pa.Table, variant: str = ""
) -> pa.Table:
    """Signorino and Ritter's S of the votes of a session: 1 − 2 · (mean distance / greatest distance), absolute (variant: squared).

    The roll calls of `vote_agreement`. S_abs = 2 · (Lijphart's index) − 1. se in closed form for the absolute distance
    only; none under ten roll calls or where it would be zero.
    """
    return _coefficient("s", variant, (voeten_votes, voeten_roll_calls, undl_resolutions, undl_votes))


@measure(
    title="Similarity of votes corrected for chance, kappa",
    unit="index to 1",
    bounds=(None, 1),
    kind="alignment",
    because=SAME,
    reference=f"Cohen, J. (1968), Psychological Bulletin 70(4):213–220; {HAGE}",
    aliases=("kappa", "weighted kappa", "Cohen's kappa"),
    variants=SQUARED,
    **SHARED,
    evidence=Evidence(topic="votes"),
)
def vote_kappa(
    voeten_votes: pa.Table, voeten_roll_calls: pa.Table, undl_resolutions: pa.Table, undl_votes: pa.Table, variant: str = ""
) -> pa.Table:
    """Cohen's weighted kappa of the votes of a session: how much less two disagree than two who vote independently by their own margins.

    The roll calls of `vote_agreement`, absolute distance (variant: squared); no row where both cast one and the same vote throughout.
    se: first order (Fleiss, Cohen & Everitt 1969), absolute only, none under ten roll calls or where it would be zero; too narrow where
    nearly all votes are yes (±1.96 se covers .45 to .88 there): `comity votes --coefficient kappa` gives the wider band.
    Where both hardly ever vote anything but yes it moves far on few votes.
    """
    return _coefficient("kappa", variant, (voeten_votes, voeten_roll_calls, undl_resolutions, undl_votes))


@measure(
    title="Similarity of votes corrected for chance, pi",
    unit="index to 1",
    bounds=(None, 1),
    kind="alignment",
    because=SAME,
    reference=f"Scott, W. A. (1955), Public Opinion Quarterly 19(3):321–325; {HAGE}",
    aliases=("Scott's pi",),
    variants=SQUARED,
    **SHARED,
)
def vote_pi(
    voeten_votes: pa.Table, voeten_roll_calls: pa.Table, undl_resolutions: pa.Table, undl_votes: pa.Table, variant: str = ""
) -> pa.Table:
    """Scott's weighted pi of the votes of a session: as kappa, chance by the margins that the two have together.

    The roll calls of `vote_agreement`, absolute distance (variant: squared). Krippendorff's alpha differs by a half over n only.
    """
    return _coefficient("pi", variant, (voeten_votes, voeten_roll_calls, undl_resolutions, undl_votes))


@measure(
    title="Support in votes on which the other stands alone",
    unit="index from −1 to 1",
    symmetric=False,
    bounds=(-1, 1),
    kind="exchange",
    because="the one stands by the other where it costs something and nobody else does: help with the other's goal, not its own",
    reference="docs/solidarity.md: votes on items of isolation less the voter's own habits on the topic",
    aliases=("support in isolation", "votes for the other"),
    **SHARED,
)
def vote_support(
    voeten_votes: pa.Table, voeten_roll_calls: pa.Table, undl_resolutions: pa.Table, undl_votes: pa.Table, predicted_topics: pa.Table
) -> pa.Table:
    """How far a voted on b's side where b stood alone or was named, beyond a's own habits on the topic; 1 is a no with b against all.

    Items of b: roll calls on which at most ten voted no and b among them, or whose title names b. On each, y = 0 yes, 1/2
    abstain, 1 no; predicted is the mean of all others plus a's mean distance from the others on the topic's other roll calls
    (all topics' where fewer than five). The mean of y less predicted, its sign turned where b voted yes; n the items, se over
    them with the error of the habits; pairs with fewer than two items have no row. Topics: Voeten's codes, after session 74
    predicted ones; a roll call of several codes is of its first. Few items: read the error.
    """
    import numpy as np
    import pyarrow as pa

    from comity.models.solidarity import isolated, support

    tables = []
    for ballot in ballots(voeten_votes, voeten_roll_calls, undl_resolutions, undl_votes):
        parts = []
        topics, titles = _topics(ballot, voeten_roll_calls, undl_resolutions, predicted_topics)
        for session, at, cast, present in _sessions(ballot, Choice()):
            codes = [ballot.states[i] for i in present]
            items = isolated(cast)
            place = {c: i for i, c in enumerate(codes)}
            for j, k in enumerate(at.tolist()):
                for code in named(titles[k], 1945 + session):
                    if code in place:
                        items[place[code], j] = True
            found = support(cast, items, topics[at])
            value = np.where(found.n >= 2, found.value, np.nan)
            parts.append(_pairs(ballot, session, at, present, value, found.n, found.se, directed=True))
        tables.append(_table(ballot, parts))
    return pa.concat_tables(tables)


@cache
def named(title: str, year: int) -> tuple[str, ...]:
    """The states that a resolution's title names, but for titles that name them as partners in a matter of the United Nations."""
    from comity.models.naming import named_in

    head = re.split(r"\s*:\s*(?:resolution|decision)\b|\s/\s*adopted by", title, maxsplit=1)[0]
    return tuple(named_in(head, year))


def _topics(ballot: Ballot, roll_calls: pa.Table, resolutions: pa.Table, predicted: pa.Table) -> tuple[Any, list[str]]:
    """The first topic of each roll call ("" for none), and its title."""
    import numpy as np

    if ballot.source == "voeten_votes":
        place = {k: i for i, k in enumerate(roll_calls.column("rcid").to_pylist())}
        columns = {c: roll_calls.column(f"issue_{c}").to_pylist() for c in ISSUES}
        texts = [d or s or "" for d, s in zip(roll_calls.column("descr").to_pylist(), roll_calls.column("short").to_pylist(), strict=True)]
        at = [place[k] for k in ballot.keys.tolist()]
        return np.array([next((c for c in ISSUES if columns[c][i]), "") for i in at]), [texts[i] for i in at]
    said: dict[int, str] = {}
    for key, code in zip(predicted.column("undl_id").to_pylist(), predicted.column("code").to_pylist(), strict=True):
        if code in ISSUES:
            said.setdefault(key, code)
    titles = dict(zip(resolutions.column("undl_id").to_pylist(), resolutions.column("title").to_pylist(), strict=True))
    return np.array([said.get(k, "") for k in ballot.keys.tolist()]), [titles[k] or "" for k in ballot.keys.tolist()]


def _sessions(ballot: Ballot, choice: Choice) -> Iterator[tuple[int, Any, Any, Any]]:
    """Each session: its number, the places of its roll calls, the votes of the states present, and which those are."""
    import numpy as np

    for session, at, cast in ballot.by_session(unanimous=choice.unanimous):
        present = np.flatnonzero(cast.any(axis=1))
        yield session, at, cast[present], present


def _agreements(ballot: Ballot, choice: Choice) -> pa.Table:
    """Agreement by session of all pairs that have a counted roll call in common."""
    import numpy as np

    from comity.models.similarity import similarity_and_n

    parts = []
    for session, at, cast, present in _sessions(ballot, choice):
        value, n = similarity_and_n(cast)
        parts.append(_pairs(ballot, session, at, present, value, n))
    table = _table(ballot, parts)
    value, n = table.column("value").to_numpy(), table.column("n").to_numpy()
    adjusted = (n * value + 2) / (n + 4)
    return _with_error(table, np.round(np.sqrt(adjusted * (1 - adjusted) / (n + 4)), 4))


def _known(se: pa.ChunkedArray, n: pa.ChunkedArray) -> Any:
    """The errors that say something: none of fewer than ten roll calls, and none of zero, which few votes without variation give."""
    import pyarrow.compute as pc

    said = pc.and_(pc.greater(se, 0.0), pc.greater_equal(n, FEWEST))
    return pc.if_else(said, se.cast("float64"), None)


def _with_error(table: pa.Table, se: Any) -> pa.Table:
    import pyarrow as pa

    return table.set_column(table.schema.get_field_index("se"), "se", pa.array(se))


def _pairs(
    ballot: Ballot, session: int, at: Any, present: Any, value: Any, n: Any, se: Any = None, *, directed: bool = False
) -> tuple[Any, ...]:
    """The columns of one session: a, b, session, value, n, se, last day, of the pairs above the diagonal (directed: all) with a value."""
    import numpy as np

    size = len(present)
    i, j = np.nonzero(~np.eye(size, dtype=bool)) if directed else np.triu_indices(size, 1)
    found = value[i, j]
    kept = np.flatnonzero(np.isfinite(found))
    i, j = i[kept], j[kept]
    error = np.full(len(kept), np.nan) if se is None else se[i, j]
    of_session, last = np.full(len(kept), session, np.int32), np.full(len(kept), int(ballot.days[at].max()), np.int32)
    return present[i].astype(np.int32), present[j].astype(np.int32), of_session, found[kept], n[i, j].astype(np.int64), error, last


def _table(ballot: Ballot, parts: list[tuple[Any, ...]]) -> pa.Table:
    """The rows of one publisher's sessions."""
    import numpy as np
    import pyarrow as pa

    if not parts:
        return _nothing()
    a, b, sessions, value, n, se, last = (np.concatenate(column) for column in zip(*parts, strict=True))
    names = pa.array(ballot.states, pa.string())
    source = f"{ballot.source}:predicted" if ballot.predicted else ballot.source
    return pa.table(
        {
            "a": names.take(pa.array(a)), "b": names.take(pa.array(b)), "start": _starts(sessions), "value": value, "n": n,
            "se": pa.array(se, mask=~np.isfinite(se)), "source": pa.repeat(pa.scalar(source), len(a)),
            "published": pa.array(last).cast(pa.date32()),
        }
    )  # fmt: skip


def _starts(sessions: np.ndarray[Any, Any]) -> pa.Array:
    """The first of September of 1945 + s."""
    import datetime as dt

    import numpy as np
    import pyarrow as pa

    known, place = np.unique(sessions, return_inverse=True)
    days = np.array([(dt.date(1945 + s, 9, 1) - dt.date(1970, 1, 1)).days for s in known.tolist()], np.int32)
    return pa.array(days[place]).cast(pa.date32())


def _nothing() -> pa.Table:
    import pyarrow as pa

    text, day = pa.string(), pa.date32()
    columns = {"a": text, "b": text, "start": day, "value": pa.float64(), "n": pa.int64(), "se": pa.float64(), "source": text, "published": day}
    return pa.table({name: pa.array([], kind) for name, kind in columns.items()})
