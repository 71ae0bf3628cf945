"""Two sides' drafts of a roadmap side by side: what both hold, what one holds only, and where their dates contradict each other."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any, Literal

from comity.plan.planning import money
from comity.plan.roadmap import Initiative, Item, Roadmap

Finding = Literal["shared", "only-a", "only-b", "contradiction"]
COLUMNS = ("finding", "sort", "a", "b", "why")
ORDER: tuple[Finding, ...] = ("contradiction", "shared", "only-a", "only-b")


@dataclass(frozen=True)
class Compared:
    """One line of a comparison: what was found about an initiative, task or milestone, by its id in each draft."""

    finding: Finding
    sort: str
    a: str | None
    b: str | None
    why: str


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Two drafts compared: lines, and the money of each draft by side and year."""

    a: str
    b: str
    rows: tuple[Compared, ...]
    money: tuple[dict[str, Any], ...]


def compare(a: Roadmap, b: Roadmap) -> Comparison:
    """What two drafts share and where they differ. Parts are one where their ids are one, else where their outcome or name reads the same."""
    rows: list[Compared] = []
    _initiatives(a, b, rows)
    for sort, mine, theirs in (("milestone", a.milestones, b.milestones), ("task", a.tasks, b.tasks)):
        _items(sort, mine, theirs, rows)
    _order(a, b, rows)
    rows.sort(key=lambda r: ORDER.index(r.finding))
    sums = [{"draft": name, **row} for name, road in (("a", a), ("b", b)) for row in money(road)]
    return Comparison(a=a.name, b=b.name, rows=tuple(rows), money=tuple(sums))


def to_dict(found: Comparison) -> dict[str, Any]:
    """A comparison as JSON has it: a list for each finding, and the money."""
    lists = {f.replace("-", "_"): [{k: v for k, v in vars(r).items() if k != "finding"} for r in found.rows if r.finding == f] for f in ORDER}
    return {"a": found.a, "b": found.b, **lists, "money": list(found.money)}


def _initiatives(a: Roadmap, b: Roadmap, rows: list[Compared]) -> None:
    pairs = _paired(a.initiatives, b.initiatives)
    by_id = {i.id: i for i in b.initiatives}
    for one in a.initiatives:
        if one.id not in pairs:
            rows.append(Compared("only-a", "initiative", one.id, None, _said(one)))
            continue
        other = by_id[pairs[one.id]]
        if one.kind != other.kind:
            rows.append(Compared("contradiction", "initiative", one.id, other.id, f"{one.kind} in the one, {other.kind} in the other"))
        if one.outcome and other.outcome and _key(one.outcome) != _key(other.outcome):
            rows.append(Compared("contradiction", "initiative", one.id, other.id, f"outcomes differ: {one.outcome!r}, {other.outcome!r}"))
        else:
            rows.append(Compared("shared", "initiative", one.id, other.id, _said(one)))
    taken = set(pairs.values())
    rows += [Compared("only-b", "initiative", None, i.id, _said(i)) for i in b.initiatives if i.id not in taken]


def _items(sort: str, mine: tuple[Item, ...], theirs: tuple[Item, ...], rows: list[Compared]) -> None:
    pairs = _paired(mine, theirs)
    by_id = {i.id: i for i in theirs}
    for one in mine:
        if one.id not in pairs:
            rows.append(Compared("only-a", sort, one.id, None, one.name))
            continue
        other = by_id[pairs[one.id]]
        found = _differences(one, other)
        rows += [Compared("contradiction", sort, one.id, other.id, why) for why in found]
        if not found:
            rows.append(Compared("shared", sort, one.id, other.id, one.name))
    taken = set(pairs.values())
    rows += [Compared("only-b", sort, None, i.id, i.name) for i in theirs if i.id not in taken]


def _differences(one: Item, other: Item) -> list[str]:
    """Dates and targets of one item that cannot both hold."""
    out = []
    for key in ("deadline", "not_before", "actual_start", "actual_finish"):
        x, y = getattr(one, key), getattr(other, key)
        if x is not None and y is not None and x != y:
            out.append(f"{key} {x} against {y}")
    for first, second, turned in ((one, other, ""), (other, one, " (the drafts turned round)")):
        if first.deadline and second.not_before and second.not_before > first.deadline:
            out.append(f"deadline {first.deadline} before the other's not_before {second.not_before}{turned}")
    v, w = one.witness, other.witness
    if v and w and (v.measure, v.a, v.b) == (w.measure, w.a, w.b) and (v.condition, v.thresholds, v.by) != (w.condition, w.thresholds, w.by):
        out.append(f"{v.measure}: {v.condition} {list(v.thresholds)} by {v.by} against {w.condition} {list(w.thresholds)} by {w.by}")
    return out


def _order(a: Roadmap, b: Roadmap, rows: list[Compared]) -> None:
    """Report pairs of items of which each draft lets the other one wait."""
    mine, theirs = ({i.id: {k.to for k in i.links} for i in r.items} for r in (a, b))
    for item, waits in mine.items():
        for before in sorted(waits):
            if item in theirs.get(before, ()):
                rows.append(
                    Compared("contradiction", "link", item, before, f"{item} waits for {before} in the one, {before} for {item} in the other")
                )


def _paired(mine: tuple[Any, ...], theirs: tuple[Any, ...]) -> dict[str, str]:
    ids = {i.id for i in theirs}
    out = {i.id: i.id for i in mine if i.id in ids}
    free = {_key(w): i.id for i in reversed(theirs) if i.id not in out.values() for w in _words(i)}
    for one in mine:
        if one.id not in out and (match := next((free[k] for w in _words(one) if (k := _key(w)) in free), None)) and match not in out.values():
            out[one.id] = match
    return out


def _words(part: Any) -> list[str]:
    outcome = part.outcome if isinstance(part, Initiative) else None
    return [w for w in (outcome, part.name if part.name != part.id else None) if w and _key(w)]


def _said(initiative: Initiative) -> str:
    return initiative.outcome or initiative.name


def _key(text: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()
    return " ".join(re.findall(r"\w+", plain))
