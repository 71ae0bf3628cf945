"""One offline page about a plan: its chart at two widths, deadlines, what drives them, why each item is critical or not, initiatives, money."""

from __future__ import annotations

import html as markup
from collections.abc import Iterable
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from comity import percents
from comity.plan import gantt, ladder
from comity.plan.days import SHOWN
from comity.plan.exports import plain, printable
from comity.plan.risk import Dated, Influence, wilson
from comity.plan.schedule import Row, Schedule
from comity.plan.status import BAD, WORDS, Standing, Status

if TYPE_CHECKING:
    from comity.plan.planning import Plan

TORNADOES, BARS = 12, 8
LISTED = 400
CSS = files("comity.plan").joinpath("page.css").read_text(encoding="utf-8")


def html(plan: Plan, status: Status) -> str:
    """The page of a plan, with nothing fetched from anywhere; the same text each time."""
    made = plan.schedule
    road = plan.roadmap
    dates = f"{road.start} to {made.finish}" + (f" · facts known up to the day before {road.data_date}" if road.data_date else "")
    parts = [
        f'<header><p class="soft">Roadmap · {_bdi(", ".join(road.states))} · {_text(dates)}</p><h1>{_bdi(road.name)}</h1>'
        f"{_note(made, plan)}</header><main>{sections(plan, status)}</main>",
        f'<footer><p class="soft">{_text(basis(plan, status))}</p></footer>',
    ]  # fmt: skip
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{_text(gantt.clipped(road.name, 90))}</title>"
    )
    return f'<!doctype html>\n<html lang="en"><head>{head}<style>{CSS}</style></head><body>{"".join(parts)}</body></html>\n'


def sections(plan: Plan, status: Status) -> str:
    """What stands between the page's head and foot, as markup: chart, milestones, drivers, criticality, initiatives, money, warnings."""
    made, risk = plan.schedule, plan.risk
    charts = "".join(
        f'<div class="chart {name}">{gantt.svg(made, risk, width, key=f"gantt-{name}", status=status)}</div>'
        for name, width in (("wide", gantt.WIDE), ("narrow", gantt.NARROW))
    )
    return "".join((
        f"<h2>Schedule</h2>{charts}", _milestones(status, made, risk.milestones, plan.roadmap.risk.iterations), _tornadoes(risk.milestones, plan),
        _why(plan), _initiatives(plan), _money(plan), _warnings(made),
    ))  # fmt: skip


def basis(plan: Plan, status: Status) -> str:
    """By what the page was made, in sentences: calendars, draws, seed, the day of the witnesses."""
    made, road = plan.schedule, plan.roadmap
    calendars = f"the package holidays {made.holidays}" if made.holidays else "calendars of the file"
    return (
        f"Critical path method on the states' working days ({calendars}); "
        f"{road.risk.iterations:,} draws of durations and events, seed {road.risk.seed}; durations of the schedule: their {road.basis}. "
        f"Witnesses as of {status.as_of or 'no day'}. A probability counts draws of the durations that the file states; it is as good as they are."
    )


def critical_words(row: Row, plan: Schedule) -> str:
    """Why an item is where it is, in a sentence."""
    item, driver = row.item, row.driver
    if item.finished:
        return f"done on {item.actual_finish}"
    if row.why is not None:
        return row.why
    waits = {
        "link": f"it waits for `{driver.id}`", "not_before": f"it may not begin before {item.not_before}",
        "data_date": "it can only begin at the data date",
        "start": "it begins with the plan", "actual": "it is under way",
    }[driver.kind]  # fmt: skip
    late = -(row.total_float or 0)
    if late > SHOWN:
        return f"critical, {round(late, 2):g} working days too late for a deadline: {waits}, and would have to finish by {plan.done(row.lf)}"
    return f"critical: {waits}, and any delay of it moves the end of the plan or breaks a deadline"


def _note(made: Schedule, plan: Plan) -> str:
    finish = plan.risk.finish
    if finish.sd <= 0:
        return ""
    share = finish.mean - finish.deterministic
    late = f"{abs(share):.1f} days {'later' if share > 0 else 'earlier'} than"
    why = ": where paths meet, the latest of them decides" if share > 0.05 else ""
    return f'<p class="lead">{_text(f"The mean of the draws, {made.done(finish.mean)}, is {late} the schedule, {made.finish}{why}.")}</p>'


def _milestones(status: Status, made: Schedule, dated: tuple[Dated, ...], n: int) -> str:
    standing = {s.item.id: s for s in status.milestones}
    rows = []
    for m in dated[:LISTED]:
        s = standing.get(m.item.id)
        p = m.p_on_time
        chance = "" if p is None else percents.of(p)
        band = "" if p is None else f" ({'–'.join(map(percents.of, wilson(p, n)))})"
        margin = made.rows[made.roadmap.place[m.item.id]].margin
        state = f'<span class="{"bad" if s.state in BAD else ""}">{WORDS[s.state]}</span>' if s else ""
        cells = (
            ("state", state, ""), ("deadline", _text(str(m.item.deadline or "none")), "n"),
            ("by the schedule", str(made.done(m.spread.deterministic)), "n"),
            ("half of the draws", str(made.done(m.spread.p50)), "n"), ("80 %", str(made.done(m.spread.p80)), "n"),
            ("on time", f"{chance}{band}", "n"), ("margin, days", "" if margin is None else f"{round(margin, 1):g}", "n"),
            ("why", _why_standing(s), ""),
        )  # fmt: skip
        rows.append(_row(m.item.name, cells))
    if not rows:
        return "<h2>Milestones and deadlines</h2><p>The roadmap has neither.</p>"
    head = ("milestone", "state", "deadline", "schedule", "half of draws", "80 %", "on time (95 % band)", "margin", "why")
    return f"<h2>Milestones and deadlines</h2>{_table(head, rows, {2, 3, 4, 5, 6, 7})}" + _more(len(dated))


def _why_standing(s: Standing | None) -> str:
    if s is None:
        return ""
    w = s.item.witness
    if w is None:
        return _text(s.why)
    condition = {"at_least": "at least", "at_most": "at most", "within": "within"}[w.condition]
    shown = " to ".join(f"{t:g}" for t in w.thresholds)
    who = f"{w.a}–{w.b}" if w.dyad else w.a
    return _text(f"{w.measure} of {who} {condition} {shown} by {w.by}: {s.why}")


def _tornadoes(dated: tuple[Dated, ...], plan: Plan) -> str:
    names = {i.id: i.name for i in plan.roadmap.items} | {e.id: e.name for e in plan.roadmap.events}
    noise = 3 / max(plan.roadmap.risk.iterations, 1) ** 0.5
    cards = []
    shown = [m for m in dated if any(abs(d.rank_correlation) > noise for d in m.drivers)]
    for m in sorted(shown, key=lambda m: (m.p_on_time is None, m.p_on_time or 0))[:TORNADOES]:
        bars = "".join(_bar(d, names) for d in [d for d in m.drivers if abs(d.rank_correlation) > noise][:BARS])
        first = m.drivers[0]
        cards.append(f'<div class="card"><h3>{_bdi(m.item.name)}: moved most by {_bdi(gantt.clipped(names[first.id], 60))}</h3>{bars}</div>')
    if not cards:
        return ""
    note = (
        "Rank correlation of each duration or event's delay (italic) with the milestone's date over the draws; what lies within chance is left out."
    )
    return f'<h2>What drives the dates</h2><p class="soft">{_text(note)}</p><div class="grid">{"".join(cards)}</div>'


def _bar(d: Influence, names: dict[str, str]) -> str:
    v = d.rank_correlation
    left = 50 + min(v, 0) * 50
    look = f'<i class="{"neg" if v < 0 else ""}" style="margin-left:{left:.1f}%;width:{abs(v) * 50:.1f}%"></i>'
    name = f'<span class="{"event" if d.kind == "event" else ""}">{_bdi(gantt.clipped(names[d.id], 48))}</span>'
    return f'<div class="bar">{name}<span class="track">{look}</span><span>{v:.2f}</span></div>'


def _why(plan: Plan) -> str:
    made, road = plan.schedule, plan.roadmap
    rows = []
    for row in made.rows[:LISTED]:
        item = row.item
        total = "" if row.total_float is None else f"{round(row.total_float, 1):g}"
        free = "" if row.free_float is None else f"{round(row.free_float, 1):g}"
        first = made.done(row.es) if item.type == "milestone" else made.started(row.es)
        cells = (
            ("owners", ", ".join(_bdi(road.owner_name(o)) for o in item.owners), ""), ("starts", str(first), "n"),
            ("ends", str(made.done(row.ef)), "n"),
            ("float, days", total, "n"), ("free", free, "n"), ("why", _text(critical_words(row, made)), ""),
        )  # fmt: skip
        rows.append(_row(item.name, cells, key=item.id))
    if not rows:
        return ""
    head = ("item", "owners", "starts", "ends", "float", "free", "why it is, or is not, critical")
    return f"<h2>Why each is, or is not, critical</h2>{_table(head, rows, {2, 3, 4, 5})}" + _more(len(made.rows))


def _initiatives(plan: Plan) -> str:
    road = plan.roadmap
    rows = []
    for initiative, rung in zip(road.initiatives, plan.rungs, strict=True):
        kind = "one outcome made together" if rung.kind == "joint" else "each gives, for ends of its own"
        missing = ", ".join(m.replace("_", " ") for m in rung.missing) or "nothing"
        level = _text(rung.level) + (f' <span class="bad">{_text(rung.unsupported)}</span>' if rung.unsupported else "")
        cells = (
            ("kind", f"{rung.kind} <span class=soft>({kind})</span>", ""), ("rung", level, ""), ("evidence missing", _text(missing), ""),
            ("outcome", _bdi(initiative.outcome or initiative.because or ""), ""),
        )  # fmt: skip
        rows.append(_row(initiative.name, cells, key=initiative.id))
    if not rows:
        return ""
    steps = "networking, coordinating, cooperating, collaborating; each needs the evidence of all below it"
    note = f'<p class="soft">Rungs by {_text(ladder.SCHEME)}: {steps}.</p>'
    return f"<h2>Initiatives</h2>{note}{_table(('initiative', 'kind', 'rung', 'evidence missing', 'outcome'), rows, set())}"


def _money(plan: Plan) -> str:
    from comity.plan.planning import money

    rows = []
    for m in money(plan.roadmap):
        sums = [(k, "" if m[k] is None else f"{m[k]:,g}", "n") for k in ("cost", "funding", "benefit")]
        rows.append(_row(plan.roadmap.owner_name(m["side"]), (("year", str(m["year"]), "n"), *sums, ("currency", _bdi(m["currency"]), ""))))
    if not rows:
        return ""
    return f"<h2>Cost, funding, benefit</h2>{_table(('side', 'year', 'cost', 'funding', 'benefit', 'currency'), rows, {1, 2, 3, 4})}"


def _warnings(made: Schedule) -> str:
    lines = "".join(f"<li>{_text(w.where)}: {_text(w.message)} <span class=soft>({w.code})</span></li>" for w in made.warnings[:LISTED])
    return f"<h2>Warnings</h2><ul>{lines}</ul>{_more(len(made.warnings))}" if lines else ""


def _row(name: str, cells: Iterable[tuple[str, str, str]], key: str | None = None) -> str:
    what = f"<br><span class=soft>{_text(key)}</span>" if key is not None and key != name else ""
    inner = "".join(f'<td data-l="{label}"{f" class={look}" if look else ""}>{value}</td>' if value else "<td></td>" for label, value, look in cells)
    return f'<tr><th scope="row">{_bdi(gantt.clipped(name, 140))}{what}</th>{inner}</tr>'


def _table(head: Iterable[Any], rows: Iterable[str], right: set[int]) -> str:
    heads = "".join(f'<th scope="col"{" class=n" if i in right else ""}>{h}</th>' for i, h in enumerate(head))
    return f'<div class="scroll"><table class="fold"><thead><tr>{heads}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'


def _more(count: int) -> str:
    return f'<p class="soft">{count - LISTED:,} more are in the CSV.</p>' if count > LISTED else ""


def _text(text: str) -> str:
    return markup.escape(printable(text), quote=True)


def _bdi(text: str) -> str:
    return f"<bdi>{_text(plain(text))}</bdi>"
