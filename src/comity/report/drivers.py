"""The part of the page on what went along with ties: shifts of pace, the price of oil, pressure by others; graded words, each defined."""

from __future__ import annotations

from collections.abc import Mapping

from comity import wording
from comity.analysis.turns import WORD
from comity.driven import LIMITS, words
from comity.profile import Profile
from comity.profile_parts import Graded
from comity.report.part import Group, Listing, Part, listing, paragraphs

SILENT = "not shown"
LONGEST = 500


def part(profile: Profile, names: Mapping[str, str]) -> Part | None:
    """What went along with the ties of the two; None where nothing of it is held."""
    held = profile.drivers
    if held is None:
        return None
    kinds = (
        ("When the pace shifted", held.shifts, WORD, "What lies near a shift in time is coincidence until more is known."),
        ("With the price of oil", held.prices, words("shock"), LIMITS["shock"]),
        ("Under pressure by others", held.pressure, words("pressure"), LIMITS["pressure"]),
    )
    return Part(key="drivers", heading="What went along with it", groups=tuple(_group(*kind) for kind in kinds if kind[1]))


def _group(heading: str, found: tuple[Graded, ...], meaning: Mapping[str, str], limit: str) -> Group:
    """What is shown in sentences, what is not in a folded table with the words used."""
    said = [s for g in found if g.grade != SILENT for s in g.sentences]
    silent = [g for g in found if g.grade == SILENT]
    if silent:
        said.append(f"Not shown: {'; '.join(dict.fromkeys(wording.clip(g.about) for g in silent))}.")
    folds = [_whole("What is not shown, in figures", silent)] if silent else []
    used = {g.grade for g in found if g.grade}
    if used:
        folds.append(listing("The words, as defined", [{"word": w, "when it is used": m} for w, m in meaning.items() if w in used]))
    return Group(heading=heading, sentences=paragraphs([*said, *([limit] if used else [])]), folds=tuple(folds))


def _whole(caption: str, found: list[Graded]) -> Listing:
    """Sentences as rows, longer than a cell of other tables may be."""
    rows = tuple((f"{k}", wording.clip(s, LONGEST)) for k, s in enumerate((s for g in found for s in g.sentences), 1))
    return Listing(caption=caption, columns=("no.", "study"), rows=rows)
