"""A roadmap to start from: witness milestones where two states' work together is low or unsettled, with today's value and trend."""

from __future__ import annotations

import datetime as dt
import json
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from comity import measures, selection, states
from comity.analysis.rank import rank
from comity.core import Measure, NotHeldError, UsageError, add_months
from comity.plan.days import start_day
from comity.plan.status import FEWEST, LINE, Observed, last_period, name, projected, written
from comity.plan.working_days import Shelf
from comity.store import Holdings

PER_KIND = 3
STALE = 7
"""Years: a measure whose last value is older than the newest one by more can witness nothing soon."""
ONE_OF = (
    ("trade_total_usd", "trade_total_usd_monthly", "trade_share", "exports_usd", "imports_usd", "intermediate_share", "wiod_exports_usd"),
    ("coauthored_works", "coauthored_share"), ("migrant_stock", "migrant_share", "migrant_flow"), ("arms_transfers_tiv", "arms_import_share"),
    ("energy_imports_t", "energy_imports_usd"), ("oil_gas_exports_t", "oil_gas_exports_usd"), ("fdi_position_usd", "fdi_stock_usd"),
    ("swap_line", "swap_line_usd"),
)  # fmt: skip
"""Measures that tell the same story; one of each group is proposed."""


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A measure that could witness a milestone: its values for the two, their place among partners, and the trend at the deadline."""

    measure: Measure
    a: str
    b: str
    rows: tuple[Observed, ...]
    place: float
    places: str
    trend: float | None
    falling: bool

    @property
    def last(self) -> Observed:
        return self.rows[-1]

    @property
    def highest(self) -> Observed:
        """The highest value so far, the earliest of equals."""
        return max(self.rows, key=lambda r: r.value)

    @property
    def target(self) -> float:
        """Where a target starts to be a choice: the trend where it passes all values so far, else a twentieth above the highest."""
        most = self.highest.value
        ahead = self.trend if self.trend is not None and self.trend > most else most + abs(most) / 20
        high = self.measure.bounds[1]
        return min(_up(ahead), high) if high is not None else _up(ahead)


def new(holdings: Holdings, a: str, b: str, *, goal: str | None, start: dt.date | None, by: int | None, as_of: dt.date | None) -> str:
    """The text of a roadmap of two states that passes `comity plan check`.

    Without a start it begins on the first working day of the month after `as_of`, without that after today.
    """
    found = _candidates(holdings, a, b, as_of)
    begin = start or _next(a, b, as_of or dt.date.today())
    if not 1 <= begin.year <= 9990:
        raise UsageError(f"--start {begin}: a year from 1 to 9990")
    year = by if by is not None else begin.year + 1
    if year < begin.year or year > 9998:
        raise UsageError(f"--by {year} is before the start {begin}" if year < begin.year else f"--by {year}: a year to 9998")
    chosen = _chosen([_with_trend(p, dt.date(year, 12, 31)) for p in found])
    return _text(a, b, goal, begin, year, chosen)


def _next(a: str, b: str, day: dt.date) -> dt.date:
    """The first day that both states work, by their weekends and holidays, in the month after a day."""
    first = add_months(day.replace(day=1), 1)
    there = not _former(a, b, first)
    calendar = Shelf(first, {}).get("states" if there else "weekdays", (a, b))
    return first + dt.timedelta(days=start_day(float(calendar.opening(np.zeros(1))[0])))


def _former(a: str, b: str, day: dt.date) -> list[str]:
    """Those of the two that are no state on a day."""
    return [s for s in (a, b) if not any((x.start or dt.date.min) <= day <= (x.stop or dt.date.max) for x in states.get(s).spells)]


def _candidates(holdings: Holdings, a: str, b: str, as_of: dt.date | None) -> list[Proposal]:
    out = []
    for declared in measures.load().values():
        if declared.of != "dyad" or declared.kind not in ("joint", "exchange") or declared.constant or declared.unit.startswith(("1 if", "index")):
            continue
        for x, y in ((a, b),) if declared.symmetric else ((a, b), (b, a)):
            try:
                selected = selection.select(holdings, declared, declared.name, dyad=(x, y), as_of=as_of)
            except (NotHeldError, UsageError):
                break
            rows = {
                r["start"]: Observed(start=r["start"], value=r["value"], source=r["source"], published=r["published"])
                for r in selected.rows.to_pylist() if not r["source"].endswith(":unverified") and r["start"] not in selected.partial
            }  # fmt: skip
            if rows:
                kept = tuple(rows[k] for k in sorted(rows))
                out.append(Proposal(measure=declared, a=x, b=y, rows=kept, place=0.0, places="", trend=None, falling=False))
    newest = max((p.last.start.year for p in out), default=0)
    recent = [p for p in out if p.last.start.year >= newest - STALE]
    return [_placed(holdings, p, as_of) for p in recent]


def _placed(holdings: Holdings, p: Proposal, as_of: dt.date | None) -> Proposal:
    shares, words = [], []
    for state, other in ((p.a, p.b), (p.b, p.a)) if p.measure.symmetric else ((p.a, p.b),):
        rows = rank(holdings, p.measure, p.measure.name, year=p.last.start.year, state=state, as_of=as_of)
        mine = next((r for r in rows if r["state"] == other), None)
        if mine is not None and mine["of"] > 1:
            shares.append((mine["rank"] - 1) / (mine["of"] - 1))
            words.append(f"{mine['rank']} of {mine['of']} among {states.get(state).name}'s partners")
    place = sum(shares) / len(shares) if shares else 0.0
    recent = [r.value for r in p.rows[-LINE:]]
    falling = len(recent) >= FEWEST and recent[-1] < max(recent)
    return Proposal(measure=p.measure, a=p.a, b=p.b, rows=p.rows, place=place, places="; ".join(words), trend=None, falling=falling)


def _with_trend(p: Proposal, by: dt.date) -> Proposal:
    trend = projected(p.rows, p.measure.period, last_period(by, p.measure.period))
    return Proposal(measure=p.measure, a=p.a, b=p.b, rows=p.rows, place=p.place, places=p.places, trend=trend, falling=p.falling)


def _chosen(found: list[Proposal]) -> list[Proposal]:
    """The lowest places first, what falls before what rises, joint work before exchange, one of each group of measures."""
    taken: set[Any] = set()
    out = []
    for kind in ("joint", "exchange"):
        kept = 0
        for p in sorted(
            (p for p in found if p.measure.kind == kind), key=lambda p: (p.trend is None, -(p.place + 0.1 * p.falling), p.measure.name, p.a)
        ):
            group = next((g for g in ONE_OF if p.measure.name in g), p.measure.name)
            if group not in taken and kept < PER_KIND:
                taken.add(group)
                out.append(p)
                kept += 1
    return out


def _text(a: str, b: str, goal: str | None, begin: dt.date, year: int, chosen: list[Proposal]) -> str:
    first, second = states.get(a), states.get(b)
    former = _former(a, b, begin)
    title = f"{first.name} and {second.name}" + (f": {goal.strip()}" if goal and goal.strip() else "")
    outcome = _toml(goal.strip() if goal and goal.strip() else "the one thing that both will have")
    lines = [
        "# A roadmap to start from. Every name, duration and target below is yours to change;",
        "# `comity plan check FILE` says what is wrong, `comity plan risk FILE` how likely each deadline is.",
        "format = 1", "", "[roadmap]", f"name = {_toml(title)}", f'states = ["{a}", "{b}"]',
        f"start = {begin}            # the first day on which work may be done",
        f"# data_date = {begin}      # facts are known up to the close of the day before",
    ]  # fmt: skip
    if former:
        lines.append(f'calendar = "weekdays"         # {", ".join(former)}: no state on this day, so no public holidays')
    lines += [
        "", "[risk]", "correlation = {initiative = 0.3}   # tasks of one initiative run late together", "",
        "[[initiative]]", 'id = "work"', f"name = {_toml(goal.strip() if goal and goal.strip() else 'What the two undertake')}",
        'kind = "exchange"           # "joint" once it has an outcome and evidence for all four rungs:', f"outcome = {outcome}",
        "# because = \"one sentence\"", '# evidence = {information = "…", altered_activity = "…", shared_resources = ["…"], enhanced_capacity = "…"}',
        f'# cost = [{{side = "{a}", year = {begin.year}, amount = 1.0, currency = "USD"}}]     # likewise funding, benefit', "",
        "[[task]]", 'id = "agree"', 'name = "Agree on what is done, by whom and how it is paid"', 'initiative = "work"',
        "duration = {min = 20, mode = 40, max = 120}", "",
        "[[task]]", 'id = "do"', 'name = "Do it"', 'initiative = "work"', 'after = ["agree"]', "duration = {min = 60, mode = 90, max = 240}", "",
        "# [[event]]", '# id = "setback"', "# probability = 0.2", "# delay = {min = 10, mode = 20, max = 60}", '# tasks = ["do"]', "",
        "[[milestone]]", 'id = "done"', 'name = "It is done"', 'initiative = "work"', 'after = ["do"]', f"deadline = {year}-12-31", "",
    ]  # fmt: skip
    if not chosen:
        lines.append("# No measure of joint work or exchange is held of the two, so no witness is proposed: `comity measures` lists what there is.")
    for p in chosen:
        lines += _milestone(p, year)
    return "\n".join(lines).rstrip() + "\n"


def _milestone(p: Proposal, year: int) -> list[str]:
    m, last = p.measure, p.last
    published = f", published {last.published}" if last.published else ""
    lines = [
        f"# {m.title} ({m.unit}; {m.kind}): {written(last.value)} in {name(last.start, m.period)} ({last.source}{published})"
        + (f"; {p.places}" if p.places else ""),
    ]
    if p.trend is None:
        lines.append(
            f"# {len(p.rows)} observation{'s' if len(p.rows) > 1 else ''}, and a trend takes {FEWEST}: what would come by itself is unknown."
        )
    else:
        lines.append(
            f"# The line through the last {min(len(p.rows), LINE)} values alone gives {written(p.trend)} by {year}: "
            "a target no higher needs no roadmap."
        )
    if p.highest.value > last.value:
        lines.append(f"# The highest so far: {written(p.highest.value)} in {name(p.highest.start, m.period)}.")
    pair = f'["{p.a}", "{p.b}"]'
    key = m.name if m.symmetric else f"{m.name}_{p.a}"
    return [
        *lines, "[[milestone]]", f'id = "{key}"', f"name = {_toml(m.title)}", 'after = ["do"]',
        f'witness = {{measure = "{m.name}", dyad = {pair}, at_least = {_number(p.target)}, by = {year}}}', "",
    ]  # fmt: skip


def _number(value: float) -> str:
    return f"{value:.1f}" if abs(value) >= 100 else repr(float(f"{value:.6g}"))


def _up(value: float) -> float:
    """The value rounded up to three digits."""
    if value == 0 or not math.isfinite(value):
        return 0.0
    unit = 10.0 ** (math.floor(math.log10(abs(value))) - 2)
    return float(f"{math.ceil(round(value / unit, 9)) * unit:.6g}")


def _toml(text: str) -> str:
    """A TOML basic string."""
    plain = text.encode("utf-8", "replace").decode()
    return json.dumps(plain, ensure_ascii=False).replace("\x7f", "\\u007f")
