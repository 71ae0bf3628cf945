"""The part of the page on cooperation or collaboration: undertakings first, then the families, domain by domain, and what would change it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

from comity import percents, wording
from comity.profile import Profile
from comity.report import families
from comity.report.part import Group, Listing, Part, Picture, finite, listing, paragraphs

Family = tuple[str, float | None, float | None, float | None]
KEYS = ("name", "kind", "level", "word", "status", "start", "due", "sources")
RULE = (
    "Cooperation: each helps the other reach its own goals. Collaboration: both want one outcome and work on it together. That is asked of an "
    "undertaking, and told only where a source shows it; the rungs are Himmelman's (2002)."
)
VIEW = "Alignment counts votes once, as kappa; the distance of ideal points, shown below, is a view of the same votes and no second evidence."


def part(profile: Profile, names: Mapping[str, str]) -> Part | None:
    """Undertakings of the two, their position by family and its trail; None where neither is held."""
    return alone(profile.position or {}, profile.initiatives or (), (profile.a, profile.b), names)


def alone(held: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], sides: tuple[str, str], names: Mapping[str, str]) -> Part | None:
    """As `part`, from a position as the contract has it and rows of the register."""
    named = (names[sides[0]], names[sides[1]])
    groups = [g for g in (_register(held, rows), _families(held, named), _domains(held), _changes(held)) if g is not None]
    return Part(key="position", heading="Cooperation or collaboration", groups=tuple(groups)) if groups else None


def _register(held: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> Group | None:
    if not rows:
        return None
    summed = held.get("initiatives")
    said = []
    if isinstance(summed, Mapping) and summed.get("count"):
        by_status = ", ".join(f"{n} {k}" for k, n in summed["by_status"].items())
        words = summed["by_word"]
        told = {k: n for k, n in words.items() if k != "cannot be told"}
        said.append(f"The register holds {_number(summed['count'], 'undertaking')} of the two: {by_status}.")
        rest = words.get("cannot be told", 0)
        if told:
            said.append(f"By what their sources show, {_listed(told)}; of {rest} it cannot be told.")
        else:
            said.append("No source shows of any of them whether both wanted one outcome, so none is called cooperation or collaboration.")
        levels = {k: n for k, n in (summed.get("by_level") or {}).items() if k not in ("cannot be told", "none")}
        if levels:
            said.append(f"On Himmelman's ladder: {', '.join(f'{n} {k}' for k, n in levels.items())}; of the others no rung is shown.")
        for key, text in (("late", "late when their sources end"), ("stalled", "stalled")):
            if summed.get(key):
                said.append(f"{len(summed[key])} {text}.")
    said.append(RULE)
    shown = [{k: _day(r.get(k)) for k in KEYS if k in r or k not in ("level", "word")} for r in rows]
    return Group(heading="Undertakings", sentences=paragraphs(said), folds=(listing("The register of undertakings", shown),))


def _day(value: Any) -> Any:
    """A day as it is written; the first or last of a year stands for the year, as sources that know no more are read so."""
    text = str(value) if isinstance(value, (str, dt.date)) else ""
    return text[:4] if re.fullmatch(r"\d{4}-(01-01|12-31)", text) else value


def _listed(told: Mapping[str, int]) -> str:
    return wording.joined(f"{n} {'are' if n > 1 else 'is'} {k}" for k, n in told.items())


def _number(n: int, word: str) -> str:
    return f"{n} {word}{'' if n == 1 else 's'}"


def _families(held: Mapping[str, Any], sides: tuple[str, str]) -> Group | None:
    rows = [f for f in held.get("families") or () if isinstance(f, Mapping)]
    now: list[Family] = [(str(f.get("name", "")), finite(f.get("value")), finite(f.get("q10")), finite(f.get("q90"))) for f in rows]
    quiet = "conflict" in held and held["conflict"] is None
    now = [(n, None, None, None) if quiet and n == "conflict" else (n, v, lo, hi) for n, v, lo, hi in now]
    without = {"conflict": "none recorded"} if quiet else {}
    if not now:
        return None
    moved = held.get("moved")
    said = [str(s) for s in moved.get("sentences") or (moved.get("statement") or "",)] if isinstance(moved, Mapping) else []
    valid = held.get("validity")
    said += [str(valid["words"])] if isinstance(valid, Mapping) and valid.get("words") else []
    said += [VIEW] if any(n == "alignment" and v is not None for n, v, _, _ in now) else []
    table = listing("Families: percentile, 10–90% range", [dict(zip(("name", "value", "q10", "q90"), f, strict=True)) for f in now])
    words = "; ".join(f"{wording.clip(n, 40)}: {without.get(n) or _range(v, lo, hi)}" for n, v, lo, hi in now)
    years = sorted({int(f["year"]) for f in rows if f.get("year")})
    when = f", {years[0]}–{years[-1]}" if len(years) > 1 else f", {years[0]}" if years else ""
    known = [f"{wording.clip(n, 20)} {percents.whole(v)}" for n, v, _, _ in now if v is not None]
    title = f"Percentiles, all measures held: {', '.join(known)}" if known else "No family has an index for the two"
    pictures = [
        Picture(
            key="position", spec=families.ranges(now, without=without), title=wording.clip(title, 120),
            what=f"Percentile of each family on all of its measures held{when}, size taken out, with the middle 80% over weights, errors and what is "
            "missing",
            words=wording.clip(f"Percentiles from 0 to 100, with 10 to 90% ranges. {words}."), table=table,
        )
    ]  # fmt: skip
    trail = [
        r for r in held.get("trail") or () if isinstance(r, Mapping) and {"year", "family", "value"} <= set(r) and finite(r["value"]) is not None
    ]
    drawn = [r for r in trail if r["family"] != "conflict"] or trail
    if drawn:
        pictures.append(_trail(drawn, moved if isinstance(moved, Mapping) else {}))
    return Group(heading="Families", sentences=paragraphs(said), pictures=tuple(pictures), folds=tuple(_folds(rows, held, sides)))


def _folds(rows: Sequence[Mapping[str, Any]], held: Mapping[str, Any], sides: tuple[str, str]) -> list[Listing]:
    out = []
    every = ({"family": f.get("name"), **m} for f in rows for m in f.get("measures") or () if isinstance(m, Mapping))
    parts = [m for m in every if m.get("percentile") is not None]
    if parts:
        keys = ("family", "title", "percentile", "beyond_distance", "year", "source")
        out.append(listing("What each family stands on: percentile, size taken out, and beyond distance; a star: some pairs have another source", [
            {{"title": "measure", "beyond_distance": "beyond distance"}.get(k, k): m.get(k) for k in keys if k in m} for m in parts
        ]))  # fmt: skip
    places = [r for r in held.get("partners") or () if isinstance(r, Mapping)]
    if places:
        a, b = sides
        out.append(listing("Place of the other among each side's partners, by family", [
            {"family": r["family"], "year": str(r["year"]), f"among {wording.possessive(a)}": f"{r['rank_a']} of {r['of_a']}",
             f"among {wording.possessive(b)}": f"{r['rank_b']} of {r['of_b']}"} for r in places
        ]))  # fmt: skip
    if held.get("comparisons"):
        out.append(listing("Pairs of like output, for comparison: percentile by family in the same years", held["comparisons"]))
    return out


def _domains(held: Mapping[str, Any]) -> Group | None:
    every = (r for r in held.get("domains") or () if isinstance(r, Mapping))
    rows = [r for r in every if r.get("joint_last") is not None or r.get("exchange_last") is not None]
    if not rows:
        return None
    table = [
        {
            "domain": r["domain"], "joint work": r["joint"], "first": _at(r, "joint_first"), "last": _at(r, "joint_last"), "exchange": r["exchange"],
            "first of exchange": _at(r, "exchange_first"), "last of exchange": _at(r, "exchange_last"),
        }
        for r in rows
    ]  # fmt: skip
    said = ["What the two make together beside what they exchange in the same domain, as percentiles; no depth over all domains is measured."]
    for domain in dict.fromkeys(r["domain"] for r in rows):
        mine = [r for r in rows if r["domain"] == domain]
        beside = "; ".join(f"{_short(r['exchange'])} {_span(r, 'exchange')}" for r in mine)
        said.append(f"{str(domain).capitalize()}: {_short(mine[0]['joint'])} {_span(mine[0], 'joint')}, beside {beside}.")
    return Group(heading="Domain by domain", sentences=paragraphs(said), folds=(listing("Joint work beside exchange of the same domain", table),))


def _short(title: object) -> str:
    text = wording.clip(str(title), 60).partition(",")[0]
    return text[:1].lower() + text[1:]


def _span(row: Mapping[str, Any], key: str) -> str:
    first, last = _at(row, f"{key}_first"), _at(row, f"{key}_last")
    return "not measured" if last is None else last if first in (None, last) else f"{first} to {last}"


def _at(row: Mapping[str, Any], key: str) -> str | None:
    value = finite(row.get(key))
    return None if value is None else f"{percents.whole(value)} ({row.get(f'{key}_year')})"


def _changes(held: Mapping[str, Any]) -> Group | None:
    moved = held.get("moved")
    if not isinstance(moved, Mapping):
        return None
    rows = [{"what": w.get("what"), "published by": w.get("source")} for w in moved.get("settled_by") or () if isinstance(w, Mapping)]
    seams = [{"family": m["family"], "seam": s} for m in moved.get("families") or () if isinstance(m, Mapping) for s in m.get("seams") or ()]
    if not rows and not seams:
        return None
    said = ["Trails stand on the measures that both ends have; a change of measures is no change of the two."]
    folds = [listing("Published data, not held here, that would settle what is not settled", rows)] if rows else []
    folds += [listing("Seams inside the trails: other sources, and values that still stand", seams)] if seams else []
    return Group(heading="What would change it", sentences=paragraphs(said), folds=tuple(folds))


def _trail(rows: list[Mapping[str, Any]], moved: Mapping[str, Any]) -> Picture:
    newest = max(int(r["year"]) for r in rows)
    said = "; ".join(f"{r['family']}: {_range(finite(r['value']), finite(r.get('q10')), finite(r.get('q90')))}" for r in rows if r["year"] == newest)
    ways = []
    for m in moved.get("families") or ():
        if isinstance(m, Mapping) and m.get("p_up") is not None and m.get("family") != "conflict":
            rose = moved.get("towards_joint") is True if m["family"] == "joint" else m["p_up"] >= 0.95
            fell = m["p_up"] <= 0.05
            ways.append(f"{m['family']} {'rose' if rose else 'fell' if fell else 'no sure change'}")
    plain = [{k: v for k, v in r.items() if k != "measures"} for r in rows]
    title = f"On common measures: {'; '.join(ways)}" if ways else "How the families have moved"
    return Picture(
        key="trail", spec=families.trail(rows), title=wording.clip(title, 120),
        what="Percentile by year on the measures that both ends have, with the middle 80% over weights, errors and what is missing",
        words=wording.clip(f"Percentiles by year. In {newest}: {said}."), table=listing("Families by year", plain),
    )  # fmt: skip


def _range(value: float | None, low: float | None, high: float | None) -> str:
    if value is None:
        return "not known"
    return percents.whole(value) if low is None or high is None else f"{percents.whole(value)} ({percents.whole(low)} to {percents.whole(high)})"
