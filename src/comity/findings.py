"""Sentences that state what the values say: past tense, dated, from the values alone, for any two states."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from comity import wording
from comity.profile import Change, Headline, Point, Shown

MEASURED = ("points", "tonnes", "days")
"""Plural units of what is measured, not counted."""

BARE = frozenset({"count", "index", "ideal point", "kappa", "S", "probability", "ratio", "log ratio"})
"""Units that the title says: the number stands alone."""


def amount(value: float, unit: str) -> str:
    """A value with its unit as a reader writes it: $240 bn, 79.3%, 5,507 km, 4,768 works, 2.3 (index, −10 to 10)."""
    if _is_status(unit):
        return _state_words(unit, bool(value))
    codes: dict[str, str] = dict(re.findall(r"([−\d]+) ([^,\d]+)", unit)) if unit.startswith("1 ") else {}
    text = wording.value(value, unit)
    if text in codes:
        return codes[text]
    if _counts(unit):
        return f"{text} {unit.removesuffix('es' if unit == 'vetoes' else 's') if text == '1' else unit}"
    if text == "1" and unit.endswith("s a year"):
        return f"1 {unit.removesuffix('s a year')} a year"
    if unit.startswith("index ("):
        return f"{text} (index, {re.sub(r'[0-9]{5,}', lambda found: f'{int(found.group()):,}', unit[7:-1])})"
    return text if wording.is_share(unit) or wording.is_money(unit) or unit in BARE or unit.startswith("index ") else f"{text} {unit}"


def finding(entry: Shown) -> str:
    """The title of a measure's picture: its newest value, when, and how it had changed; or why there is none."""
    if not entry.series:
        return f"{entry.title}: not held for this pair" if entry.of != "state" else f"{entry.title}: not held"
    whose = entry.label if entry.of == "state" or (entry.of == "dyad" and not entry.symmetric) else ""
    if _is_event(entry):
        return _events(entry, whose)
    if _is_status(entry.unit):
        return _status(entry, whose)
    newest = newest_point(entry)
    subject = f"{entry.title}, {whose}" if whose else entry.title
    words = f"{subject}: {amount(newest.value, entry.unit)} in {wording.period(newest.start, entry.period)}"
    if newest.partial:
        return words + ", counted so far"
    change = _change_words(entry)
    return words + (f", {change}" if change else "")


def sentence(entry: Shown, names: Mapping[str, str]) -> str:
    """One sentence of the lead: the newest value with its date, change, and rank among each side's partners."""
    newest = newest_point(entry)
    name_a, name_b = wording.articled(names[entry.a]), wording.articled(names[entry.b])
    between = f"between {name_a} and {name_b}" if entry.symmetric else f"from {name_a} to {name_b}"
    if _is_event(entry):
        return f"{_events(entry, between)}."
    if _is_status(entry.unit):
        return f"{_status(entry, between)}."
    period = wording.period(newest.start, entry.period)
    counted = _counts(entry.unit)
    verb = "had reached" if newest.partial else "numbered" if counted else "stood at"
    number = wording.value(newest.value, entry.unit) if counted else amount(newest.value, entry.unit)
    words = f"{entry.title} {between} {verb} {number} in {period}"
    change = "" if newest.partial else _change_words(entry)
    if newest.partial:
        words += ", counted so far"
    if change:
        words += f", {change}"
    rank = _rank_words(newest, name_a, name_b) if newest.value or entry.bounds[0] != 0 else ""
    return words + (f"; {rank}" if rank else "") + "."


def lead(entries: Sequence[Shown], names: Mapping[str, str]) -> tuple[str, ...]:
    """Three to five sentences: conflict where there is any, then one a domain, then what is held and what is not.

    names: the two states' names by code, in the order of the page.
    """
    name_a, name_b = names.values()
    held = [e for e in entries if e.series and e.of == "dyad"]
    conflict = [e for e in held if e.kind == "conflict" and any(p.value > 0 for p in e.series)]
    out: list[str] = []
    conflict = [e for e in conflict if e.prominent] or conflict
    clash = max(conflict, key=lambda e: max(p.start for p in e.series if p.value > 0), default=None)
    if any(_marked(e) for e in conflict):
        clash = next(e for e in conflict if _marked(e))
        out.append(sentence(clash, names))
    chosen = [e for e in _one_a_domain(held) if e is not clash]
    room = 4 - len(out) - (1 if clash is not None and not out else 0)
    out += [sentence(e, names) for e in chosen[:room]]
    if clash is not None and not any(clash.title in s for s in out):
        out.append(sentence(clash, names))
    out.append(_held_words(entries, name_a, name_b))
    if len(out) < 3:
        near = next((e for e in entries if e.series and e.of == "dyad" and e.kind == "condition" and e.symmetric), None)
        if near is not None and not any(near.title in s for s in out):
            between = f"between {wording.articled(name_a)} and {wording.articled(name_b)}"
            out.insert(0, f"{near.title} {between}: {amount(newest_point(near).value, near.unit)}.")
    for lacking in (e for e in entries if e.of == "dyad" and not e.series and e.missing):
        if len(out) >= 3:
            break
        out.append(f"{lacking.title}: no value, as {lacking.missing}.")
    return tuple(out[:5])


def featured(entries: Sequence[Shown]) -> tuple[str, ...]:
    """The six pictures above the fold: the first declared measure of each domain with two values or more, then others."""
    held = [e for e in entries if len(e.series) >= 2 and e.of == "dyad" and any(p.value for p in e.series)]
    order = list(dict.fromkeys(e.name for e in _one_a_domain(held)))[:6]
    order += [e.name for e in held if e.prominent and e.name not in order]
    order += [e.name for e in held if e.name not in order]
    order += [e.name for e in entries if e.series and e.name not in order]
    return tuple(dict.fromkeys(order))[:6]


def headlines(entries: Sequence[Shown], names: Sequence[str]) -> tuple[Headline, ...]:
    """The featured measures as facts with their change and date."""
    out = []
    for name in names:
        entry = _larger([e for e in entries if e.name == name and e.series])
        newest = newest_point(entry)
        label = entry.title + (f", {entry.label}" if not entry.symmetric or entry.of == "state" else "")
        change = "counted so far" if newest.partial else "" if _is_status(entry.unit) else _change_words(entry)
        when = wording.period(newest.start, entry.period)
        value = wording.value(newest.value, entry.unit) if _counts(entry.unit) else amount(newest.value, entry.unit)
        out.append(Headline(label=label, value=value, change=change, when=when, measure=name))
    return tuple(out)


def newest_point(entry: Shown) -> Point:
    """The newest value of a whole period, or the newest at all where none is whole."""
    return next((p for p in reversed(entry.series) if not p.partial), entry.series[-1])


def _years_since_any(entry: Shown) -> int:
    """Years from the last value other than zero to the newest value."""
    return entry.series[-1].start.year - max(p.start.year for p in entry.series if p.value)


def _marked(entry: Shown) -> bool:
    """Whether a conflict measure belongs first: three years or more with any in the last ten held, or a place among the first five."""
    newest = newest_point(entry)
    ranks = ((newest.rank_a, newest.of_a), (newest.rank_b, newest.of_b))
    if newest.value > 0 and any(r is not None and r <= 5 and (of or 0) >= 20 for r, of in ranks):
        return True
    return _is_event(entry) and sum(p.value > 0 for p in entry.series[-10:]) >= 3


_PRIORITY = ("trade", "politics", "production", "security", "people", "institutions", "events", "money")


def _one_a_domain(held: Sequence[Shown]) -> list[Shown]:
    out = []
    for domain in _PRIORITY:
        fitting = [e for e in held if e.domain == domain and e.kind != "condition" and any(p.value for p in e.series)]
        if fitting:
            chosen = min(fitting, key=lambda e: (not e.prominent, _years_since_any(e) > 10, not e.symmetric, _years_since_any(e) > 0))
            out.append(_larger([e for e in fitting if e.name == chosen.name]))
    return out


def _larger(entries: Sequence[Shown]) -> Shown:
    """Of a measure's entries the one to tell: of two directions that with the larger value in the newest period, else the first."""
    ways = [e for e in entries if e.of == "dyad" and not e.symmetric]
    return max(ways, key=lambda e: (newest_point(e).start, newest_point(e).value), default=entries[0])


def _held_words(entries: Sequence[Shown], name_a: str, name_b: str) -> str:
    name_a, name_b = wording.articled(name_a), wording.articled(name_b)
    about = {e.name: False for e in entries if e.of == "dyad"}
    for e in entries:
        if e.of == "dyad" and e.series:
            about[e.name] = True
    have = sum(about.values())
    if not about:
        return f"No measure of the relationship between {name_a} and {name_b} is held."
    lacking = list(dict.fromkeys(e.title for e in entries if e.of == "dyad" and not about[e.name]))
    tail = f"; nothing is held on {_listed([_lower(t) for t in lacking[:3]])}" if lacking else ""
    more = f" and {len(lacking) - 3} more" if len(lacking) > 3 else ""
    hold = f"{have} hold" if have > 1 else f"{'one' if have else 'none'} holds"
    return f"Of {len(about)} measures of the relationship, {hold} a value for {name_a} and {name_b}{tail}{more}."


def _counts(unit: str) -> bool:
    """Whether the unit is a plural noun of things that are counted: works, disputes, city pairs."""
    return re.fullmatch(r"[a-z]+( [a-z]+)?s", unit) is not None and unit not in MEASURED


def _is_status(unit: str) -> bool:
    """Whether the value says yes or no: 1 if in force, 1 if kept."""
    return unit.startswith("1 if ")


def _state_words(unit: str, on: bool) -> str:
    words = unit.removeprefix("1 if ")
    return words if on else f"not {words}"


def _is_scale(entry: Shown) -> bool:
    """Whether zero or the unit is a convention, so that only differences between values have a meaning."""
    low, high = entry.bounds
    return entry.unit == "points" or entry.bounds == (-1, 1) or (entry.unit.startswith("index") and (low is None or low < 0 or high == 1))


def _is_event(entry: Shown) -> bool:
    """Whether most of what is known is that nothing happened: such a series is told by its last event."""
    return not _is_status(entry.unit) and 4 * sum(p.filled for p in entry.series) >= len(entry.series)


def _events(entry: Shown, between: str = "") -> str:
    first, newest = entry.series[0], entry.series[-1]
    subject = _subject(entry, between)
    with_any = [p for p in entry.series if p.value > 0]
    span = f"{first.start.year}–{newest.start.year}" if first.start.year != newest.start.year else str(first.start.year)
    if not with_any:
        return f"{subject}: none in {span}"
    last = with_any[-1]
    words = f"{subject}: {amount(last.value, entry.unit)} in {wording.period(last.start, entry.period)}"
    if last.start < newest.start:
        after = f"{last.start.year + 1}–{newest.start.year}" if last.start.year + 1 < newest.start.year else str(newest.start.year)
        words += f", none in {after}"
    if newest.partial:
        words += ", counted so far"
    years = f"{with_any[0].start.year}–{last.start.year}"
    some = "at least one" if _counts(entry.unit) else "some"
    return words + (f" ({some} in {len(with_any)} {_plural(entry.period)}, {years})" if len(with_any) > 1 else "")


def _subject(entry: Shown, between: str) -> str:
    """The title with whose it is: "between the two" goes on, a name stands after a comma."""
    joint = between.startswith(("between ", "from "))
    if joint:
        return f"{entry.title}{',' if ',' in entry.title else ''} {between}"
    return f"{entry.title}, {between}" if between else entry.title


def _plural(period: str) -> str:
    return "sessions" if period == "session" else f"{period}s"


def _status(entry: Shown, between: str = "") -> str:
    newest = entry.series[-1]
    subject = _subject(entry, between)
    since = newest.start
    for p in reversed(entry.series):
        if bool(p.value) != bool(newest.value):
            break
        since = p.start
    state = _state_words(entry.unit, bool(newest.value)).replace("not in force", "none in force")
    if since == entry.series[0].start:
        held = f"throughout {since.year}–{newest.start.year}" if since != newest.start else f"in {since.year}"
    elif newest.value:
        held = f"in {newest.start.year}, since {since.year}"
    else:
        held = f"{since.year}–{newest.start.year}" if since != newest.start else f"in {since.year}"
        last = max(p.start.year for p in entry.series if p.value)
        return f"{subject}: {_state_words(entry.unit, True)} until {last}, {state.removesuffix(' in force')} {held}"
    return f"{subject}: {state} {held}"


def _change_words(entry: Shown) -> str:
    change: Change | None = next((c for c in reversed(entry.changes) if c.years == 10), None) or (entry.changes[0] if entry.changes else None)
    if change is None:
        return ""
    then = wording.period(change.start, entry.period)
    direction = "up" if change.difference > 0 else "down"
    if wording.is_share(entry.unit):
        points = 100 * abs(change.difference)
        return f"{direction} {points:.1f} points on {then}" if points >= 0.05 else f"as in {then}"
    if change.difference == 0:
        return f"as in {then}"
    if _is_scale(entry):
        return f"{direction} {wording.significant(abs(change.difference), 2)} on {then}"
    if change.ratio is None or (min(change.before, change.before + change.difference) < 20 and _counts(entry.unit)):
        return f"against {amount(change.before, entry.unit)} in {then}"
    if change.ratio >= 2:
        return f"{change.ratio:.1f} times the level of {then}"
    percent = 100 * (change.ratio - 1)
    if abs(percent) < 0.5:
        return f"as in {then}"
    return f"{'up' if percent > 0 else 'down'} {abs(percent):.0f} % on {then}"


def _rank_words(point: Point, name_a: str, name_b: str) -> str:
    parts = []
    if point.rank_a and point.of_a and point.of_a >= 5:
        parts.append(f"{name_b} ranked {wording.ordinal(point.rank_a)} of {point.of_a} among {wording.possessive(name_a)} partners")
    if point.rank_b and point.of_b and point.of_b >= 5:
        ranked, partners = ("", "") if parts else ("ranked ", " partners")
        parts.append(f"{name_a} {ranked}{wording.ordinal(point.rank_b)} of {point.of_b} among {wording.possessive(name_b)}{partners}")
    return ", ".join(parts)


def _listed(words: Sequence[str]) -> str:
    return ("; " if any("," in w for w in words) else ", ").join(words)


def _lower(title: str) -> str:
    return title if title[:2].isupper() else title[:1].lower() + title[1:]

