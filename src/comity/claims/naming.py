"""Things that a clause names and a held measure counts or says in force: disputes, wars, alliances, visits, meetings, vetoes, sanctions, agreements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from comity import measures
from comity.claims import linking
from comity.claims.linking import unit_class
from comity.claims.tokens import Item
from comity.core import Measure

OFFICES = frozenset(
    "leader president premier minister prime chancellor king queen emperor monarch head state government sitting either side country".split()
)
FIGHTING = frozenset("clash conflict incident confrontation skirmish fighting".split())
FILL = frozenset(
    "a an any one single once ever yet again jointly together both either the of at to in into on by for such actual it been being nor joint official draft resolution".split()
)
FEWER = frozenset(
    "new further fresh additional fatal serious major deadly bloody violent grave lethal significant formal large big open full-scale".split()
)
"""Words that narrow a thing below what its measure counts."""
HAPPENS = frozenset("be have record register occur happen take break arise exist report count see list cast impose begin flare erupt".split())
AFTER = frozenset(
    """between among with against of by in on from since for and or either side each the two country state together jointly it during to at place out ever
    draft resolution council security both there their its other up erupt so""".split()
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Named:
    """A thing that a clause names: the measure that counts it, the items that name it, and a word that narrows it below what is counted."""

    measure: Measure
    at: int
    last: int
    fewer: str = ""
    word: str = ""


def named(found: Sequence[Item], begin: int) -> Named | None:
    """The first countable thing named from an item on."""
    for i in range(begin, len(found)):
        low, lemma = found[i].low, found[i].lemma
        following = found[i + 1].lemma if i + 1 < len(found) else ""
        if low in ("militarised", "militarized", "armed", "military") and (following in FIGHTING or following == "dispute"):
            return Named(measure=measures.get("disputes"), at=i, last=i + 1, fewer="" if following == "dispute" else following)
        name = "wars" if low == "warfare" else NOUNS.get(lemma, "")
        if (lemma == "veto" and not _jointly(found)) or (lemma == "meet" and not any(x.lemma in OFFICES for x in found)):
            continue
        if name:
            return Named(measure=measures.get(name), at=i, last=i, word=lemma)
    for c in linking.candidates(found[begin:], wanted=None, loose=True):
        countable = c.measure.absent == 0.0 and unit_class(c.measure) in ("count", "binary")
        if countable and c.measure.of == "dyad":
            return Named(measure=c.measure, at=begin + c.at, last=begin + c.last, fewer=narrower(c), word=c.alias)
    return None


OPPOSITE = {"ally": ("rivalry_to_2020", "rivalry", "disputes"), "allied": ("rivalry_to_2020", "rivalry", "disputes")}
"""What speaks against a word that is also used of friends without a treaty: no treaty alone does not."""


def narrower(c: linking.Candidate) -> str:
    """The word by which an alias names less than its measure counts: a free trade agreement among the preferential ones."""
    return "free" if c.measure.name == "trade_agreements" and (c.alias == "FTA" or c.alias.startswith("free")) else ""


NOUNS = {
    "war": "wars", "ally": "alliance_defence", "allied": "alliance_defence", "alliance": "alliance_defence", "visit": "leader_visits", "veto": "joint_vetoes",
    "meet": "leader_meetings", "sanction": "sanctions_imposed",
}  # fmt: skip
"""Words that alone name a thing, and the measure that counts it."""
WIDER = {
    "alliance_defence": ("alliance_defence_directed",),
    **dict.fromkeys(("ally", "allied", "alliance"), ("alliance_defence_directed", "alliance_offence")),
}
"""What else is such a thing, by the measure or by the word: an obligation of one of the two, and for allies one to attack together."""


def _jointly(found: Sequence[Item]) -> bool:
    """Whether two states do a thing together: the words say so, or the two stand side by side ("China and Russia")."""
    return any(x.low in ("both", "together", "jointly", "joint") for x in found) or any(
        a.key in ("<S>", "<S's>") and b.low == "and" and c.key in ("<S>", "<S's>") for a, b, c in zip(found, found[1:], found[2:], strict=False)
    )
