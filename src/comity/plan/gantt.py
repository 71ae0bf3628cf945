"""The Gantt chart of a plan as one SVG: critical chain, float, deadlines, P80, probabilities, non-working days, owners."""

from __future__ import annotations

import datetime as dt
import html
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from comity.plan.days import SHOWN, Calendar
from comity.plan.exports import plain, printable
from comity.plan.risk import Dated, Risk
from comity.plan.schedule import Row, Schedule
from comity.plan.status import BAD, WORDS, State, Status

WIDE, NARROW = 1180, 380
FEW = 60
"""Up to so many rows are drawn tall."""
MOST = 1200
THIN = 1.5
"""Pixels below which a stretch of non-working days is not drawn."""
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
STYLE = (
    ".g-crit{fill:#b4530a}.g-work{fill:#2b5c8a}.g-done{fill:#8d8c86}.g-off{fill:#efece4}.g-gap{fill:#fffefc;fill-opacity:.55}"
    ".g-grid{stroke:#d8d4ca;stroke-width:1}.g-float{stroke:#5f5e5a;stroke-width:1.5;stroke-dasharray:1.5 2.5}.g-ink{fill:#23231f}"
    ".g-soft{fill:#5f5e5a}.g-p80{stroke:#23231f;stroke-width:1.3;fill:none}.g-dead{fill:#23231f}.g-bad{fill:#a3191f}"
    ".g-chain{stroke:#b4530a;stroke-width:1.2;fill:none;opacity:.75}.g-now{stroke:#1f6f68;stroke-width:1.5}.g-paper{fill:#fffefc}"
)
UNITS = ((1, "day"), (7, "week"), (30.4, "month"), (91.3, "quarter"), (365.25, "year"), (1826, "5 years"), (18262, "50 years"))


@dataclass(frozen=True, kw_only=True)
class _Line:
    """One line of the chart: a heading, or an item with what the draws say of its dates and its witness of its target."""

    heading: str | None = None
    row: Row | None = None
    chance: Dated | None = None
    target: State | None = None


@dataclass(frozen=True, kw_only=True)
class _Frame:
    """Where things stand: sizes in pixels, and the times at the two ends of the axis."""

    width: int
    left: float
    right: float
    top: float
    height: float
    font: float
    first: float
    last: float
    narrow: bool

    def x(self, t: float) -> float:
        return round(self.left + (min(max(t, self.first), self.last) - self.first) * (self.right - self.left) / (self.last - self.first), 1)

    @property
    def day(self) -> float:
        return (self.right - self.left) / (self.last - self.first)


def svg(plan: Schedule, risk: Risk, width: int = WIDE, *, key: str = "gantt", status: Status | None = None) -> str:
    """The chart of a plan, self-contained, `width` pixels wide; under 600 each label stands above its bar.

    status: what the witnesses of milestones say; a target that is at risk or missed is told before the chance of its dates.
    """
    targets = {s.item.id: s.state for s in status.milestones if s.judged is not None} if status is not None else {}
    lines, left_out = _lines(plan, risk, targets)
    found = finding(plan, risk, targets)
    title = _wrapped(found, width - 24, 18.5)
    frame = _frame(plan, risk, lines, width, 20 + 23 * len(title) + 26)
    bottom = frame.top + frame.height * max(len(lines), 1)
    legend, legend_height = _legend(frame, bottom + 20)
    notes = [w for n in _notes(plan, risk, left_out, frame) for w in _wrapped(n, width - 24, 11.5)]
    height = bottom + 20 + legend_height + 16 * len(notes) + 10
    body = [f'<rect class="g-paper" width="{width}" height="{height:g}"/>']
    body += [_text(12, 26 + 23 * i, t, 17, bold=True) for i, t in enumerate(title)]
    body += _axis(plan, frame, bottom)
    places = {line.row.item.id: i for i, line in enumerate(lines) if line.row is not None}
    body += _chain(plan, frame, places)
    body += [part for i, line in enumerate(lines) for part in _drawn(plan, risk, frame, line, frame.top + i * frame.height)]
    body += legend
    body += [_text(12, bottom + 20 + legend_height + 16 * i + 8, n, 11.5, "g-soft") for i, n in enumerate(notes)]
    described = _escaped(f"{len(plan.rows)} items from {plan.roadmap.start} to {plan.finish}; critical path {', '.join(plan.critical_path)}"[:1000])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height:g}" width="{width}" height="{height:g}" font-family="{FONT}" '
        f'role="img" aria-labelledby="{key}-t {key}-d" class="gantt"><title id="{key}-t">{_escaped(found)}</title>'
        f'<desc id="{key}-d">{described}</desc><style>{STYLE}</style>\n' + "\n".join(body) + "\n</svg>\n"
    )


def finding(plan: Schedule, risk: Risk, targets: Mapping[str, State]) -> str:
    """What the chart says, in a sentence; targets: the states of the milestones that have a witness."""
    at_risk = plan.roadmap.risk.at_risk
    dated = [m for m in risk.milestones if m.p_on_time is not None and not m.item.finished]
    bad = sum(m.p_on_time is not None and m.p_on_time < at_risk for m in dated)
    text = f"{clipped(plan.roadmap.name, 70)} ends {plan.finish} by its {plan.roadmap.basis} durations"
    if risk.finish.sd > 0:
        text += f", and in 80 % of the draws by {plan.done(risk.finish.p80)}"
    if dated:
        text += f"; {bad or 'none'} of {len(dated)} deadline{'s' if len(dated) > 1 else ''} {'is' if bad == 1 or len(dated) == 1 else 'are'} at risk"
    off = sum(state in BAD for state in targets.values())
    if targets:
        one = off == 1 or len(targets) == 1
        text += f"; {off or 'none'} of {len(targets)} target{'s' if len(targets) > 1 else ''} {'is' if one else 'are'} at risk or missed in the data"
    return text


def clipped(text: str, most: int) -> str:
    """Text of at most so many characters, in an isolate of its own so that its direction of writing turns nothing around it."""
    text = " ".join(plain(text).split())
    kept = text if len(text) <= most else text[: most - 1].rstrip() + "…"
    return f"\u2068{kept}\u2069" if any(unicodedata.bidirectional(c) in _TURNING for c in kept) else kept


_TURNING = frozenset({"R", "AL", "AN"})


def _lines(plan: Schedule, risk: Risk, targets: Mapping[str, State]) -> tuple[list[_Line], int]:
    chances = {m.item.id: m for m in risk.milestones}
    rows = list(plan.rows)
    if len(rows) > MOST:
        kept = sorted(rows, key=lambda r: (r.item.type != "milestone", not r.critical, r.item.deadline is None))[:MOST]
        chosen = {r.item.id for r in kept}
        rows = [r for r in rows if r.item.id in chosen]
    out: list[_Line] = []
    for key, name in [(i.id, i.name) for i in plan.roadmap.initiatives] + [(None, "")]:
        mine = [r for r in rows if r.item.initiative == key]
        if mine and (key is not None or plan.roadmap.initiatives):
            out.append(_Line(heading=name or "No initiative"))
        out += [_Line(row=r, chance=chances.get(r.item.id), target=targets.get(r.item.id)) for r in mine]
    return out, len(plan.rows) - len(rows)


def _frame(plan: Schedule, risk: Risk, lines: Sequence[_Line], width: int, top: float) -> _Frame:
    narrow = width < 600
    tall = len(lines) <= FEW
    ends = [plan.duration, *(r.lf for r in plan.rows), *(m.spread.p80 for m in risk.milestones)]
    reach = max([*ends, 1.0])
    deadlines = [plan.roadmap.day(r.item.deadline) + 1.0 for r in plan.rows if r.item.deadline]
    near = [d for d in deadlines if d <= reach * 1.6 + 7]
    far = 112.0 if len(near) < len(deadlines) else 0.0
    first, last = min([0.0, *(r.es for r in plan.rows)]), max([reach, *near])
    pad = (last - first) * 0.015
    height = (36 if tall else 27) if narrow else (25 if tall else 16)
    left = 12.0 if narrow else 322.0
    font = 12.5 if tall else 10.5
    said = max((_wide(" · ".join(_said(x, narrow)), font * 1.06) for x in lines if x.target is not None), default=0.0) + 16
    return _Frame(
        width=width, left=left, right=width - (max(58.0, said) if narrow else max(84.0, said) + far), top=top, height=height, font=font,
        first=first - pad,
        last=last + pad, narrow=narrow,
    )  # fmt: skip


def _axis(plan: Schedule, frame: _Frame, bottom: float) -> list[str]:
    road = plan.roadmap
    calendar = plan.shelf.get(road.calendar, road.states)
    out = [_runs(calendar, frame, frame.first, frame.last, frame.top, bottom - frame.top, "g-off")]
    for day, label in _ticks(road.start, frame):
        x = frame.x(day)
        out.append(f'<line class="g-grid" x1="{x}" x2="{x}" y1="{frame.top - 4:g}" y2="{bottom:g}"/>')
        out.append(_text(x + 3, frame.top - 9, label, 11, "g-soft"))
    if road.data_date:
        x = frame.x(road.day(road.data_date))
        out.append(f'<line class="g-now" x1="{x}" x2="{x}" y1="{frame.top - 4:g}" y2="{bottom:g}"><title>data date {road.data_date}</title></line>')
    return out


def _ticks(start: dt.date, frame: _Frame) -> Iterator[tuple[float, str]]:
    unit = next((u for days, u in UNITS if days * frame.day >= 64), UNITS[-1][1])
    first, last = int(np.ceil(frame.first)), int(frame.last)
    if unit in ("day", "week"):
        for n in range(first, last + 1):
            date = start + dt.timedelta(days=n)
            if unit == "day" or date.weekday() == 0:
                yield n, f"{date.day} {date:%b}"
        return
    step = {"month": 1, "quarter": 3, "year": 12, "5 years": 60, "50 years": 600}[unit]
    date = start + dt.timedelta(days=first)
    month = -(-(date.year * 12 + date.month - (date.day == 1)) // step) * step
    while (year := month // 12) <= 9999:
        here = dt.date(year, month % 12 + 1, 1) if year >= 1 else start
        if (here - start).days > last:
            return
        shown = (
            f"{here:%Y}" if step >= 12 else f"{here:%b}" + (f" {here:%Y}" if here.month <= step or month < date.year * 12 + date.month + step else "")
        )
        yield (here - start).days, shown
        month += step


def _runs(calendar: Calendar, frame: _Frame, first: float, last: float, y: float, height: float, look: str) -> str:
    if calendar.always:
        return ""
    low, high = int(np.floor(first)), int(np.ceil(last))
    worked = np.diff(calendar.work(np.arange(low, high + 1, dtype=float))) > 0.5
    off = np.flatnonzero(np.diff(np.concatenate([[True], worked, [True]]).astype(np.int8)))
    parts = []
    for a, b in zip(off[::2] + low, off[1::2] + low, strict=True):
        x, end = frame.x(max(float(a), first)), frame.x(min(float(b), last))
        if end - x >= THIN:
            parts.append(f"M{x:g} {y:g}h{end - x:.1f}v{height:g}H{x:g}z")
    return f'<path class="{look}" d="{"".join(parts)}"/>' if parts else ""


def _chain(plan: Schedule, frame: _Frame, places: dict[str, int]) -> list[str]:
    rows = {r.item.id: r for r in plan.rows}
    out = []
    for a, b in zip(plan.critical_path, plan.critical_path[1:], strict=False):
        if a in places and b in places:
            kind = rows[b].driver.link or "FS"
            x1 = frame.x(rows[a].ef if kind[0] == "F" else rows[a].es)
            x2 = frame.x(rows[b].es if kind[1] == "S" else rows[b].ef)
            y1, y2 = (frame.top + places[k] * frame.height + _middle(frame) for k in (a, b))
            out.append(f"M{x1} {y1:g}V{(y1 + y2) / 2:g}H{x2}V{y2:g}")
    return [f'<path class="g-chain" d="{"".join(out)}"/>'] if out else []


def _middle(frame: _Frame) -> float:
    return frame.height * (0.7 if frame.narrow else 0.5)


def _drawn(plan: Schedule, risk: Risk, frame: _Frame, line: _Line, y: float) -> list[str]:
    if line.row is None:
        base = y + frame.height * (0.62 if frame.narrow else 0.7)
        return [_text(12, base, _fit(line.heading or "", frame.right - 12, frame.font * 1.1), frame.font + 0.5, bold=True)]
    row, item = line.row, line.row.item
    out = [f"<g><title>{_escaped(_tip(plan, line))}</title>", *_label(plan, frame, row, y)]
    middle, thick = y + _middle(frame), frame.height * (0.3 if frame.narrow else 0.5)
    x, end = frame.x(row.es), frame.x(row.ef)
    reach = end
    look = "g-done" if item.finished else "g-crit" if row.critical else "g-work"
    if item.type == "milestone":
        r = min(thick * 0.72, 6.5)
        out.append(f'<path class="{look}" d="M{end} {middle - r:g}l{r:g} {r:g}l{-r:g} {r:g}l{-r:g} {-r:g}z"/>')
        reach += r
    else:
        out.append(f'<rect class="{look}" x="{x}" y="{middle - thick / 2:g}" width="{max(end - x, 1.5):.1f}" height="{thick:g}" rx="1.5"/>')
        out.append(_runs(_calendar(plan, row), frame, row.es, row.ef, middle - thick / 2, thick, "g-gap") if end - x > 3 else "")
    if row.total_float is not None and row.total_float > SHOWN and frame.x(row.lf) > end:
        out.append(f'<line class="g-float" x1="{end}" x2="{frame.x(row.lf)}" y1="{middle + thick / 3:g}" y2="{middle + thick / 3:g}"/>')
        reach = max(reach, frame.x(row.lf))
    if line.chance is not None and line.chance.spread.sd > 0:
        p80 = frame.x(line.chance.spread.p80)
        out.append(f'<path class="g-p80" d="M{end} {middle:g}H{p80}M{p80} {middle - 4:g}v8"/>')
        reach = max(reach, p80)
    out += _deadline(plan, risk, frame, line, middle, reach)
    return [p for p in [*out, "</g>"] if p]


def _deadline(plan: Schedule, risk: Risk, frame: _Frame, line: _Line, middle: float, reach: float) -> list[str]:
    row, item = line.row, line.row.item if line.row else None
    if row is None or item is None:
        return []
    out, words, bad = [], [], False
    p = line.chance.p_on_time if line.chance else None
    if item.deadline:
        t = plan.roadmap.day(item.deadline) + 1.0
        bad = not item.finished and ((row.margin or 0) < -SHOWN or (p is not None and p < risk.roadmap.risk.at_risk))
        look = "g-bad" if bad else "g-dead"
        if t <= frame.last:
            at = frame.x(t)
            out.append(f'<path class="{look}" d="M{at - 4:g} {middle - 10:g}h8l-4 6zM{at - 0.6:g} {middle - 5:g}h1.2v13h-1.2z"/>')
            reach = max(reach, at + 4)
        elif not frame.narrow:
            words.append(f"due {item.deadline} →")
    bad = bad or line.target in BAD
    words = [*_said(line, frame.narrow), *words]
    if not words:
        return out
    text = " · ".join(words)
    x = min(reach + 6, max(frame.width - 4 - _wide(text, frame.font * 1.06), frame.right + 4))
    out.append(_text(x, middle + frame.font * 0.35, text, frame.font, "g-bad" if bad else "g-ink", bold=p is not None or line.target is not None))
    return out


def _said(line: _Line, narrow: bool) -> list[str]:
    """What stands beside an item: the state of its target, then that it is done or the chance of its dates; in a narrow chart the first alone."""
    p = line.chance.p_on_time if line.chance else None
    out = []
    if line.target is not None:
        out.append(WORDS[line.target] if narrow else f"target {WORDS[line.target]}")
    if line.row is not None and line.row.item.finished:
        out.append("done")
    elif p is not None:
        chance = "<1 %" if 0 < p < 0.005 else ">99 %" if 0.995 < p < 1 else f"{p:.0%}".replace("%", " %")
        out.append(chance if line.target is None else f"dates {chance}")
    return out[:1] if narrow else out


def _label(plan: Schedule, frame: _Frame, row: Row, y: float) -> list[str]:
    road, item = plan.roadmap, row.item
    owners = ", ".join(clipped(road.owner_name(o), 24) for o in item.owners)
    size = frame.font
    base = y + (frame.height * 0.36 if frame.narrow else frame.height * 0.5 + size * 0.35)
    room = (frame.width - 24) if frame.narrow else frame.left - 30
    small = size - 1.5
    who = _fit(owners, room * 0.4, small)
    indent = 12 if frame.narrow or not road.initiatives else 22
    name = _fit(item.name, room - _wide(who, small) - (indent - 12) - 10, size * (1.08 if row.critical else 1))
    if frame.narrow:
        beside = f'<tspan class="g-soft" dx="8" font-size="{small:g}" font-weight="400">{_escaped(who)}</tspan>'
        return [_text(indent, base, name, size, bold=row.critical).replace("</text>", beside + "</text>")]
    return [_text(indent, base, name, size, bold=row.critical), _text(frame.left - 10, base, who, small, "g-soft", anchor="end")]


def _calendar(plan: Schedule, row: Row) -> Calendar:
    return plan.shelf.get(row.item.calendar, plan.roadmap.states_of(row.item.owners))


def _tip(plan: Schedule, line: _Line) -> str:
    row = line.row
    assert row is not None
    item = row.item
    words = [clipped(item.name, 200)]
    words.append(
        f"{plan.done(row.ef)}" if item.type == "milestone" else f"{plan.started(row.es)} to {plan.done(row.ef)}, {row.duration:g} working days"
    )
    if line.chance is not None:
        words.append(f"in 80 % of the draws by {plan.done(line.chance.spread.p80)}")
    if item.deadline:
        words.append(f"deadline {item.deadline}, margin {round(row.margin or 0, 1):g} working days")
    words.append("done" if item.finished else "critical" if row.critical else row.why or "")
    return " · ".join(w for w in words if w)


def _legend(frame: _Frame, y: float) -> tuple[list[str], float]:
    entries = (
        ('<rect class="g-crit" width="16" height="8" y="-8" rx="1.5"/>', "critical"),
        ('<rect class="g-work" width="16" height="8" y="-8" rx="1.5"/>', "other"),
        ('<rect class="g-done" width="16" height="8" y="-8" rx="1.5"/>', "done"), ('<line class="g-float" x1="0" x2="16" y1="-4" y2="-4"/>', "float"),
        ('<path class="g-work" d="M8 -10l6 6l-6 6l-6 -6z"/>', "milestone"), ('<path class="g-p80" d="M0 -4H16M16 -8v8"/>', "to its 80 % date"),
        ('<path class="g-dead" d="M4 -12h8l-4 6zM7.4 -7h1.2v9h-1.2z"/>', "deadline"),
        ('<rect class="g-off" width="16" height="12" y="-10"/>', "no work"),
        ("", "% = probability of being on time (red: at risk)"),
    )  # fmt: skip
    out, x, at = [], 12.0, y + 6
    for mark, text in entries:
        size = _wide(text, 11.5) + (22 if mark else 0)
        if x + size > frame.width - 12 and x > 12:
            x, at = 12.0, at + 19
        out.append((f'<g transform="translate({x:g} {at:g})">{mark}</g>' if mark else "") + _text(x + (21 if mark else 0), at, text, 11.5, "g-soft"))
        x += size + 18
    return out, at - y + 22


def _notes(plan: Schedule, risk: Risk, left_out: int, frame: _Frame) -> list[str]:
    road = plan.roadmap
    out = [f"{len(plan.rows):,} items; {road.risk.iterations:,} draws, seed {road.risk.seed}; states {', '.join(road.states)}."]
    thin = "" if frame.day * 2 >= THIN else " Weekends are too narrow to be drawn at this scale."
    held = f"public holidays by the package holidays {plan.holidays}" if plan.holidays else "days of the file's own calendars"
    out.append(f"Working days: {held}.{thin}")
    if left_out:
        out.append(f"{left_out:,} items with neither deadline nor place on the critical chain are not drawn.")
    return out


def _text(x: float, y: float, text: str, size: float, look: str = "g-ink", *, bold: bool = False, anchor: str | None = None) -> str:
    weight = (' font-weight="600"' if bold else "") + (f' text-anchor="{anchor}"' if anchor else "")
    return f'<text class="{look}" x="{x:g}" y="{y:.1f}" font-size="{size:g}"{weight}>{_escaped(text)}</text>'


def _escaped(text: str) -> str:
    return html.escape(printable(text), quote=True)


def _wide(text: str, size: float) -> float:
    """About how many pixels a text takes."""
    units = 0.0
    for c in text:
        if unicodedata.combining(c) or unicodedata.category(c) == "Cf":
            continue
        units += (
            1.0
            if unicodedata.east_asian_width(c) in "WF"
            else 0.36
            if c in " .,:;'|ijlIft·"
            else 0.98
            if c in "mwMW%@—"
            else 0.72
            if c.isupper()
            else 0.62
        )
    return units * size


def _fit(text: str, room: float, size: float) -> str:
    text = clipped(text, 160)
    if _wide(text, size) <= room:
        return text
    most = len(text)
    while most > 2 and _wide(clipped(text.strip("\u2068\u2069"), most), size) > room:
        most -= 1
    return clipped(text.strip("\u2068\u2069"), most)


def _wrapped(text: str, room: float, size: float) -> list[str]:
    out = [""]
    for word in text.split():
        if out[-1] and _wide(f"{out[-1]} {word}", size) > room:
            out.append("")
        out[-1] = f"{out[-1]} {word}".strip()
    return out
