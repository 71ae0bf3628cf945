"""The votes of the General Assembly as arrays, by a stated choice of roll calls: the published recipe, or another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from comity.core import UsageError

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

LAST_VOETEN = 74
"""The last session for which Voeten's roll calls are held whole; later ones are the UN Digital Library's."""
LAST_ALL_PARTS = 1989
"""The last year whose paragraph and amendment votes the published scores count."""
ISSUES: Mapping[str, str] = {
    "hr": "human rights",
    "me": "the Palestinian question",
    "nu": "nuclear weapons and material",
    "co": "colonialism",
    "ec": "economic development",
    "di": "arms control and disarmament",
}
IMPORTANT = "important"
MOST_NOES = 10
"""A vote of no is isolated where at most this many states cast it."""
Parts = Literal["recipe", "all", "none"]
Sittings = Literal["all", "regular", "special"]
Publisher = Literal["both", "voeten", "undl"]
ITEM = r"^(?P<item>A/\S+ \d+)"
"""The agenda and the number of the item in the Digital Library's agenda field, its letters and sub-headings left out."""
SPECIAL = r"^(A/RES/)?E?SS?[-/]"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Which roll calls count.

    issue: one of the six codes, "important" (as the US Department of State named it), or None. parts: paragraph and amendment votes
    dropped after 1989 as in the published scores ("recipe"), never ("all") or always ("none"); the Digital Library holds none of them.
    unanimous: keep those on which all who voted cast one vote. sittings: of regular or special sessions only. publisher: Voeten's to
    session 74 and the Digital Library's after ("both"), or one of the two throughout.
    """

    issue: str | None = None
    parts: Parts = "recipe"
    unanimous: bool = False
    sittings: Sittings = "all"
    publisher: Publisher = "both"


@dataclass(frozen=True, kw_only=True)
class Ballot:
    """Votes [states, roll calls] of one publisher, states in order of code; each roll call's key, session, day since 1970, item, topic's origin.

    votes: 1 yes, 2 abstain, 3 no, 0 absent. items: one number for the roll calls of one agenda item, by the UN Digital Library; where it
    names none a roll call is an item of its own. predicted: the choice of issue rests on a prediction, not on the publisher's code.
    """

    source: str
    states: tuple[str, ...]
    votes: NDArray[np.int8]
    keys: Ints
    sessions: Ints
    days: Ints
    items: Ints
    predicted: bool = False

    def by_session(self, *, unanimous: bool = False) -> Iterator[tuple[int, Any, NDArray[np.int8]]]:
        """Each session with a roll call: its number, which roll calls (places) count, and their votes of all states."""
        import numpy as np

        for session in np.unique(self.sessions).tolist():
            at = np.flatnonzero(self.sessions == session)
            cast = self.votes[:, at]
            if not unanimous:
                counted = cast.max(axis=0, initial=0) > np.where(cast > 0, cast, 9).min(axis=0, initial=9)
                at, cast = at[counted], cast[:, counted]
            if len(at):
                yield session, at, cast


def ballots(
    voeten_votes: pa.Table, voeten_roll_calls: pa.Table, undl_resolutions: pa.Table, undl_votes: pa.Table,
    choice: Choice = Choice(), *, topics: pa.Table | None = None,
) -> list[Ballot]:  # fmt: skip
    """The chosen roll calls of one or both publishers. topics: predicted codes (undl_id, code) of what Voeten has not coded.

    UsageError for an issue that is none. Without `topics`, issues end with Voeten's codes: important at session 72, the six at 74.
    """
    if choice.issue not in (None, IMPORTANT, *ISSUES):
        raise UsageError(f"no issue is named {choice.issue!r}; the issues are {', '.join(ISSUES)} and {IMPORTANT}")
    found = []
    if choice.publisher in ("both", "voeten"):
        found.append(_voeten(voeten_votes, voeten_roll_calls, undl_resolutions, choice))
    if choice.publisher in ("both", "undl") and (choice.issue is None or topics is not None):
        first = LAST_VOETEN + 1 if choice.publisher == "both" else 0
        if choice.issue == IMPORTANT:
            first = max(first, 73)
        found.append(_undl(undl_votes, undl_resolutions, choice, first, topics))
    return found


def _voeten(votes: pa.Table, roll_calls: pa.Table, undl: pa.Table, choice: Choice) -> Ballot:
    """The roll calls of Voeten that the choice counts, on their corrected days."""
    import pyarrow as pa
    import pyarrow.compute as pc

    part = pc.or_(roll_calls.column("para"), roll_calls.column("amend"))
    late = pc.greater(pc.year(roll_calls.column("date_given")), LAST_ALL_PARTS)
    counted = pc.less_equal(roll_calls.column("session"), LAST_VOETEN)
    if choice.parts != "all":
        counted = pc.and_(counted, pc.invert(pc.and_(part, late) if choice.parts == "recipe" else part))
    if choice.issue:
        counted = pc.and_(counted, roll_calls.column(IMPORTANT if choice.issue == IMPORTANT else f"issue_{choice.issue}"))
    if choice.sittings != "all":
        special = pc.fill_null(pc.match_substring_regex(roll_calls.column("symbol"), SPECIAL), False)
        counted = pc.and_(counted, special if choice.sittings == "special" else pc.invert(special))
    chosen = roll_calls.filter(counted)
    dated = undl.filter(pc.is_valid(undl.column("resolution")))
    found = pc.index_in(chosen.column("resolution"), value_set=dated.column("resolution").combine_chunks())
    day = pc.coalesce(dated.column("date").take(found), chosen.column("date")).cast(pa.int32())
    return _ballot("voeten_votes", votes, "rcid", chosen.append_column("day", day).append_column("agenda", dated.column("agenda").take(found)))


def _undl(votes: pa.Table, resolutions: pa.Table, choice: Choice, first: int, topics: pa.Table | None) -> Ballot:
    """The resolutions adopted by recorded vote from a session on."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kept = pc.and_(resolutions.column("recorded"), pc.greater_equal(resolutions.column("session"), first))
    if choice.sittings != "all":
        special = resolutions.column("special")
        kept = pc.and_(kept, special if choice.sittings == "special" else pc.invert(special))
    if choice.issue and topics is not None:
        coded = topics.filter(pc.equal(topics.column("code"), choice.issue)).column("undl_id")
        kept = pc.and_(kept, pc.is_in(resolutions.column("undl_id"), value_set=coded.combine_chunks()))
    chosen = resolutions.filter(kept)
    return _ballot("un_assembly", votes, "undl_id", chosen.append_column("day", chosen.column("date").cast(pa.int32())), bool(choice.issue))


def _ballot(source: str, votes: pa.Table, key: str, roll_calls: pa.Table, predicted: bool = False) -> Ballot:
    """The votes on the roll calls of `roll_calls` (its key, session, day and agenda); votes on others are left out."""
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
    item = pc.struct_field(pc.extract_regex(roll_calls.column("agenda").combine_chunks(), ITEM), "item")
    named = item.dictionary_encode().indices
    items = np.where(named.is_valid(), np.asarray(pc.fill_null(named, 0)), len(named) + np.arange(len(named)))
    return Ballot(
        source=source, states=tuple(codes[i] for i in order), votes=cast, keys=roll_calls.column(key).to_numpy().astype(np.int64),
        sessions=roll_calls.column("session").to_numpy().astype(np.int64), days=roll_calls.column("day").to_numpy().astype(np.int64),
        items=items.astype(np.int64), predicted=predicted,
    )  # fmt: skip
