"""What goes along with a picture or table that leaves the page: a sentence to copy, with its caveat, and the facts about the data behind it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from comity import __version__, sources, wording
from comity.profile import Shown

SEAM = "the source changes within the series, and a change across that is no trend"


def caveats(group: Sequence[Shown], notes: Iterable[str] = ()) -> tuple[str, ...]:
    """What a reader should know of one measure's entries: seams, running periods, doubts, and what the publishers' data are known to lack."""
    out = [SEAM] if any(s.seams for s in group) else []
    if any(p.partial for s in group for p in s.series):
        out.append("the newest period is counted so far only")
    out += [*notes, *of_sources(part for s in group for name in s.sources for part in name.split("+"))]
    return tuple(dict.fromkeys(wording.clip(c, 400) for c in out))


def of_sources(names: Iterable[str]) -> tuple[str, ...]:
    """The caveats that sources declare, each once."""
    return tuple(dict.fromkeys(c for n in names if n in sources.names() for c in sources.get(n).caveats))


def sentence(group: Sequence[Shown], stamp: str, notes: Iterable[str] = ()) -> str:
    """One measure's newest values with years, sources, version and first caveat, as a reader may copy it; "" where there is no value."""
    said = []
    for one in group:
        points = [p for p in one.series if math.isfinite(p.value)]
        whole = [p for p in points if not p.partial] or points
        if whole:
            newest = whole[-1]
            said.append(f"{wording.clip(one.label, 80)}: {wording.value(newest.value, one.unit)} in {wording.period(newest.start, one.period)}")
    if not said:
        return ""
    known = [sources.get(n) for n in dict.fromkeys(part for s in group for name in s.sources for part in name.split("+")) if n in sources.names()]
    whose = "; ".join(f"{s.publisher} ({s.licence.name})" for s in known)
    found = caveats(group, notes)
    doubt = found[0].rstrip(".") if found else f"it holds for what the sources cover, {group[0].coverage}"
    title = wording.clip(group[0].title, 160)
    return f"{title} ({_unit(group[0].unit)}), {'; '.join(said)}. Source: {whose}, by comity {__version__}, data {stamp[:12]}. Note: {doubt}."


def facts(names: Iterable[str]) -> list[dict[str, Any]]:
    """A row for each source: what a reader needs to cite it and to know whether it may be passed on."""
    kept = [sources.get(n) for n in dict.fromkeys(names) if n in sources.names()]
    return [
        {
            "name": s.name, "title": s.title, "publisher": s.publisher, "licence": s.licence.name, "share": s.licence.share, "terms": s.licence.terms,
            "share_alike": s.licence.share_alike, "non_commercial": s.licence.non_commercial, "citation": s.citation, "homepage": s.homepage,
        }
        for s in kept
    ]  # fmt: skip


REPUBLISH: Mapping[str, str] = {
    "yes": "may be republished with the source named",
    "derived": "may be republished with the source named, as comity computed it; the publisher’s own rows may not",
    "no": "may not be republished",
}


def republish(names: Iterable[str]) -> str:
    """Whether what stands on these sources may be republished, by the strictest of their terms: the end of a sentence that begins with it."""
    rows = facts(names)
    if not rows:
        return "may not be republished, as the terms of its sources are not known"
    share = next(s for s in ("no", "derived", "yes") if any(r["share"] == s for r in rows))
    ends = ", for non-commercial ends" if share != "no" and any(r["non_commercial"] for r in rows) else ""
    alike = ", under the same terms" if share != "no" and any(r["share_alike"] for r in rows) else ""
    return REPUBLISH[share] + ends + alike


def _unit(unit: str) -> str:
    return wording.clip("US$" if unit == "USD" else unit, 60)
