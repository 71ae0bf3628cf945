"""A review of two states as Markdown, HTML or a dictionary: one finding a line, each number with a footnote that names its source."""

from __future__ import annotations

from dataclasses import asdict
from html import escape
from typing import TYPE_CHECKING, Any

from comity import sources, states
from comity.report import sheet
from comity.report.brief import md
from comity.wording import articled, clip, is_share, period, significant, value

if TYPE_CHECKING:
    from comity.analysis.forecast_register import Outcome
    from comity.analysis.review import Expected, New, Review, Revised
    from comity.models.initiatives import Initiative

Line = tuple[str, str]
"""A sentence, and its footnote ("" for none)."""
Section = tuple[str, list[Line]]
LONGEST = 40
"""Lines of a section; what is left is counted."""


def to_dict(found: Review) -> dict[str, Any]:
    """The review as plain values."""
    plain = {k: getattr(found, k) for k in ("a", "b", "since", "until", "ahead", "undated", "vintages")}
    plain |= {k: [asdict(x) for x in getattr(found, k)] for k in ("new", "revised", "missing", "coming_values", "events")}
    plain |= {k: [_undertaking(i) for i in getattr(found, k)] for k in ("broken", "due", "coming_due")}
    return plain | {k: [_outcome(o) for o in getattr(found, k)] for k in ("came", "coming_forecasts")}


def title(found: Review) -> str:
    """The two and the days."""
    return f"{states.get(found.a).name} and {states.get(found.b).name} since {found.since}"


def markdown(found: Review) -> str:
    """The review in Markdown with numbered footnotes; text from data is kept from making markup."""
    notes: list[str] = []
    out = [f"# {md(title(found))}", "", f"Known by {found.until}, from comity's sources. {md(found.vintages)}.".replace("..", "."), ""]
    for head, lines in sections(found):
        out += [f"## {md(head)}", ""]
        for words, note in lines:
            out.append(f"- {md(words)}{f'[^{_number(notes, note)}]' if note else ''}")
        out.append("")
    return "\n".join([*out, *(f"[^{k}]: {md(n)}" for k, n in enumerate(notes, 1)), ""])


def html(found: Review) -> str:
    """The page, with footnotes at its foot."""
    notes: list[str] = []
    body = sheet.paragraph(f"Known by {found.until}. {found.vintages[:1].upper()}{found.vintages[1:]}.")
    for head, lines in sections(found):
        body += sheet.heading(head) + "<ul>\n"
        for words, note in lines:
            mark = ""
            if note:
                k = _number(notes, note)
                mark = f'<sup><a href="#note-{k}" aria-label="source {k}">{k}</a></sup>'
            body += f"<li>{sheet.text(words, 900)}{mark}</li>\n"
        body += "</ul>\n"
    listed = "".join(f'<li id="note-{k}">{escape(n)}</li>\n' for k, n in enumerate(notes, 1))
    body += sheet.heading("Sources") + f"<ol>\n{listed}</ol>\n"
    return sheet.page(title(found), f"What became known after {found.since} and by {found.until}", body, kicker="review of two states")


def sections(found: Review) -> list[Section]:
    """Heading and lines of each section; a section without a finding says so."""
    made: list[tuple[str, list[Line], str]] = [
        (f"New: {len(found.new)} measures", [_new(x) for x in found.new], "No value of the two is known to have become public then."),
        (f"Revised: {len(found.revised)} values", [_revised(x) for x in found.revised], f"None seen: {found.vintages}."),
        (f"Expected by usual lags and not held: {len(found.missing)} measures", [_late(x) for x in found.missing], "None."),
        (f"Broken off or stalled: {len(found.broken)} undertakings", [_undertaken(i) for i in found.broken], "None is shown by a held source."),
        (f"Due in these days: {len(found.due)} undertakings", [_undertaken(i) for i in found.due], "None is shown by a held source."),
        (f"Forecasts that came due: {len(found.came)}", [_came(o) for o in found.came], "None of the register."),
        (
            f"Ahead, to {found.ahead}",
            [
                *((f"{e.date}: {e.what}{f' ({e.kind})' if e.kind != 'other' else ''}", e.url) for e in found.events),
                *((f"{i.due}: due, {i.name} ({i.status})", _cited(i)) for i in found.coming_due),
                *(_coming(e) for e in found.coming_values), *(_ahead(o) for o in found.coming_forecasts),
            ],
            "Nothing is listed: no calendar entry, undertaking, value or forecast with a day.",
        ),
    ]  # fmt: skip
    out: list[Section] = []
    for head, lines, none in made:
        rest = len(lines) - LONGEST
        shown = lines if rest <= 0 else [*lines[:LONGEST], (f"and {rest} more, in the JSON form", "")]
        out.append((head, shown or [(none, "")]))
    if found.undated:
        out.append(("Not in any window", [(f"Days of publication are unknown for: {'; '.join(clip(t, 70) for t in found.undated)}.", "")]))
    return out


def _who(a: str, b: str, measure: str) -> str:
    from comity import measures

    one, other = states.get(a).name, states.get(b).name
    word = "and" if measures.get(measure).symmetric else "from" if measure.startswith(("imports", "energy_imports")) else "to"
    return f"{one} {word} {articled(other)}"


def _new(x: New) -> Line:
    words = f"{x.title}, {_who(x.a, x.b, x.measure)}: {value(x.value, x.unit)} in {period(x.start, x.period)}"
    if x.before is not None and x.before_start is not None:
        words += f", after {value(x.before, x.unit)} in {period(x.before_start, x.period)}"
        if x.few:
            words += f" (so far: n {x.n}, too few for a change)"
        elif x.seam:
            words += " by another source, so no change is told"
        elif is_share(x.unit):
            words += f" ({100 * (x.value - x.before):+.1f} points)"
        elif x.before > 0 and x.value >= 0 and x.before != x.value:
            words += f" ({100 * (x.value / x.before - 1):+.0f} %)"
    if x.record:
        words += f"; the {x.record} since {x.since}, the first year held"
    if x.periods > 1:
        words += f"; {x.periods} periods became public"
    if x.arrived:
        words += "; public before these days, new in this store"
    return words + ".", _source(x.source, x.unit, n=x.n, se=x.se, published=x.published)


def _revised(x: Revised) -> Line:
    after = "no longer given" if x.after is None else value(x.after, x.unit)
    words = f"{x.title}, {_who(x.a, x.b, x.measure)}, {period(x.start, x.period)}: {value(x.before, x.unit)} became {after} on {x.built} ({x.cause})."
    return words, _source(x.source, x.unit)


def _late(x: Expected) -> Line:
    more = f", and {x.periods - 1} later" if x.periods > 1 else ""
    words = f"{x.title}, {_who(x.a, x.b, x.measure)}: the value of {period(x.start, x.period)} was to be public by {x.day}{more}; not held."
    return words, _source(x.source, "")


def _coming(x: Expected) -> Line:
    words = f"{x.day}: {x.title} of {period(x.start, x.period)}, {_who(x.a, x.b, x.measure)}, by its source's usual lag"
    return words, _source(x.source, "")


def _undertaken(i: Initiative) -> Line:
    due = f", due {i.due}" if i.due else ""
    return f"{i.name}: {i.status}{due}{f', ended {i.end}' if i.end else ''}{', late' if i.late else ''}.", _cited(i)


def _cited(i: Initiative) -> str:
    return "; ".join(" ".join(filter(None, (c.source, c.row, c.url))) for c in i.sources) or "the user's own register"


def _came(o: Outcome) -> Line:
    from comity import measures

    e, unit = o.entry, measures.get(o.entry.measure).unit
    low, high = _band(o)
    held = "inside" if o.held80 else "outside"
    better = "" if o.crps is None or o.crps_last is None else (
        f"; error {significant(o.crps)} against {significant(o.crps_last)} for no change"
        + ("" if o.comparable else ", of another source than it began from")
    )  # fmt: skip
    words = (
        f"{measures.get(e.measure).title}, {period(e.start, measures.get(e.measure).period)}: {value(o.outcome or 0.0, unit)}, {held} the 80 % band "
        f"{low} to {high} said on {e.said}{better}."
    )
    return words, _source(o.source, unit)


def _ahead(o: Outcome) -> Line:
    from comity import measures

    e = o.entry
    low, high = _band(o)
    declared = measures.get(e.measure)
    return f"forecast of {e.said} for {period(e.start, declared.period)}: {declared.title} {low} to {high} (80 %), model {e.model}", ""


def _band(o: Outcome) -> tuple[str, str]:
    import numpy as np

    from comity import measures

    unit = measures.get(o.entry.measure).unit
    low, high = np.interp([0.1, 0.9], o.entry.levels, o.entry.quantiles)
    return value(float(low), unit), value(float(high), unit)


def _source(name: str, unit: str, *, n: int | None = None, se: float | None = None, published: Any = None) -> str:
    """A row's source as a footnote: citation, licence, n, standard error and day of publication where they are known."""
    parts = []
    for base in dict.fromkeys(part.partition(":")[0] for part in name.split("+")):
        source = sources.get(base) if base in sources.names() else None
        parts.append(f"{source.citation.rstrip('.')} ({source.licence.name}; source {name})" if source else name)
    more = [f"n {n:,}" if n is not None else "n not given", f"standard error {value(se, unit)}" if se is not None else "",
            f"public on {published}" if published else ""]  # fmt: skip
    return ". ".join(parts) + ("; " + ", ".join(m for m in more if m) if unit else "")


def _number(notes: list[str], note: str) -> int:
    if note not in notes:
        notes.append(note)
    return notes.index(note) + 1


def _undertaking(i: Initiative) -> dict[str, Any]:
    return {"id": i.id, "name": i.name, "status": i.status, "start": i.first, "due": i.due, "end": i.end, "late": i.late, "sources": _cited(i)}


def _outcome(o: Outcome) -> dict[str, Any]:
    e = o.entry
    return {"measure": e.measure, "start": e.start, "said": e.said, "model": e.model, "levels": e.levels, "quantiles": e.quantiles,
            "outcome": o.outcome, "held80": o.held80, "crps": o.crps, "crps_last": o.crps_last, "comparable": o.comparable}  # fmt: skip

