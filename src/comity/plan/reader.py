"""A roadmap read from TOML: every promise of the format checked, all that is wrong reported at once."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from typing import Any

from comity import measures, states
from comity.core import ComityError, UsageError
from comity.models import form, initiatives_file
from comity.models.form import Issue
from comity.plan import checks, ladder
from comity.plan.fields import Fields, Issues, nearest, quoted
from comity.plan.roadmap import Basis, Event, Initiative, Item, Link, Money, Owner, RiskSettings, Roadmap, Witness
from comity.plan.working_days import DAYS, WEEK, Custom

ROOT = ("format", "roadmap", "risk", "calendars", "owners", "initiative", "task", "event", "milestone")
ROADMAP = ("name", "states", "start", "data_date", "calendar", "basis")
RISK = ("iterations", "seed", "correlation", "at_risk")
TASK = (
    "id", "name", "initiative", "owners", "calendar", "duration", "after", "not_before", "deadline", "percent", "actual_start", "actual_finish",
    "remaining",
)  # fmt: skip
MILESTONE = ("id", "name", "initiative", "owners", "calendar", "after", "not_before", "deadline", "actual", "witness")
INITIATIVE = (*initiatives_file.SHARED, "owners", "cost", "funding", "benefit")
PACKAGED = ("states", "weekdays", "all-days")
MOST_DRAWS = 1_000_000
LINK = re.compile(r"(?P<id>\S+?)(?:\s+(?P<kind>FS|SS|FF|SF))?(?:\s*(?P<lag>[+-]\d{1,6}(?:\.\d{1,6})?)(?P<unit>d|ed)?)?")
LINK_RULE = 'a link is "ID [FS|SS|FF|SF] [+N|-N][d|ed]", as in "survey SS+5"'


class RoadmapRefused(ComityError):
    """A roadmap breaks promises of the format; `errors` and `warnings` say which."""

    exit_code = 3

    def __init__(self, issues: Issues) -> None:
        super().__init__("; ".join(line(e) for e in issues.errors[:5]))
        self.errors, self.warnings = tuple(issues.errors), tuple(issues.warnings)


def line(issue: Issue, sort: str = "error") -> str:
    """An issue as one line."""
    return f"{sort}[{issue.code}]: {issue.where}: {issue.message}" + (f"; {issue.hint}" if issue.hint else "")


def read(data: bytes) -> Roadmap:
    """The roadmap in a file's bytes; RoadmapRefused with all its errors where it is none."""
    issues = Issues()
    try:
        table = form.toml(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        at = data[: error.start].count(b"\n") + 1
        issues.error("toml-syntax", f"line {at}", "the file is not UTF-8", "save it as UTF-8")
        raise RoadmapRefused(issues) from None
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        found = re.search(r"\(at (line \d+, column \d+|end of document)\)", str(error))
        message = re.sub(r"\s*\(at [^)]*\)", "", str(error))
        issues.error("toml-syntax", found[1] if found else "file", message, "see toml.io for the grammar")
        raise RoadmapRefused(issues) from None
    return _Reading(table, issues).roadmap()


class _Reading:
    def __init__(self, table: dict[str, Any], issues: Issues) -> None:
        self.issues = issues
        self.root = Fields(table, "roadmap", issues)
        self.head = Fields(table["roadmap"] if isinstance(table.get("roadmap"), dict) else {}, "roadmap", issues)
        self.calendars: dict[str, Custom] = {}
        self.owners: dict[str, Owner] = {}
        self.initiatives: dict[str, Initiative] = {}
        self.states: tuple[str, ...] = ()
        self.calendar = "states"

    def roadmap(self) -> Roadmap:
        start = self._head()
        self._calendars()
        self._owners()
        calendar = self._calendar(self.head)
        self.calendar = calendar or "states"
        self._former(start)
        tables = {key: self.root.tables(key) for key in ("initiative", "task", "milestone", "event")}
        checks.unique_ids(tables, self.issues)
        for n, table in enumerate(tables["initiative"], 1):
            self._initiative(self._fields("initiative", n, table))
        tasks = [self._item("task", self._fields("task", n, t)) for n, t in enumerate(tables["task"], 1)]
        milestones = [self._item("milestone", self._fields("milestone", n, t)) for n, t in enumerate(tables["milestone"], 1)]
        named = [i.id for i in (*tasks, *milestones) if i is not None]
        checks.links((*tasks, *milestones), named, self.issues)
        events = [self._event(self._fields("event", n, t), [t.id for t in tasks if t]) for n, t in enumerate(tables["event"], 1)]
        risk = self._risk()
        data_date = self.head.date("data_date")
        made = Roadmap(
            name=self.head.text("name") or "", states=self.states, start=start or dt.date(2000, 1, 1), data_date=data_date, calendar=self.calendar,
            basis=self._basis(), risk=risk, calendars=self.calendars, owners=self.owners, initiatives=tuple(self.initiatives.values()),
            tasks=tuple(t for t in tasks if t), milestones=tuple(m for m in milestones if m), events=tuple(e for e in events if e),
        )  # fmt: skip
        if start is not None:
            checks.dates(made, self.issues)
            checks.calendars(made, self.issues)
        checks.cycles(made, self.issues)
        if self.issues.errors:
            raise RoadmapRefused(self.issues)
        checks.warn(made, self.issues)
        for initiative in made.initiatives:
            if why := ladder.rung(initiative, made).unsupported:
                self.issues.warn("kind-unsupported", f"initiative {initiative.id}", why)
        object.__setattr__(made, "warnings", tuple(self.issues.warnings))
        return made

    def _fields(self, sort: str, number: int, table: dict[str, Any]) -> Fields:
        name = table.get("id")
        return Fields(table, f"{sort} {quoted(name)[1:-1] if isinstance(name, str) and name else number}", self.issues)

    def _head(self) -> dt.date | None:
        self.root.only(ROOT)
        if self.root.need("format"):
            number = self.root.get("format", int)
            if number is not None and number != 1:
                self.root.wrong("format", number, "1")
        if self.root.need("roadmap"):
            self.root.get("roadmap", dict)
        self.head.only(ROADMAP)
        if isinstance(self.root.table.get("roadmap"), dict):
            self.head.need("name", "states", "start")
        self.head.text("name")
        given = self.head.texts("states")
        self.states = tuple(dict.fromkeys(c for text in given if (c := self._state(self.head, text, ()))))
        if len(set(given)) < 2 and self.head.has("states"):
            self.head.error("wrong-type", f"`states` names {len(set(given))}", "`states` is a list of two states or more")
        elif len(self.states) < 2 <= len([t for t in given if _code(t)]):
            self.head.error("wrong-type", f"`states` names one state ({', '.join(self.states)})", "`states` is a list of two states or more")
        return self.head.date("start")

    def _basis(self) -> Basis:
        return "mode" if self.head.choice("basis", ("mean", "mode")) == "mode" else "mean"

    def _former(self, start: dt.date | None) -> None:
        if start is None or self.head.has("calendar"):
            return
        for code in self.states:
            spells = states.get(code).spells
            if code not in self.calendars and not any((s.start or dt.date.min) <= start <= (s.stop or dt.date.max) for s in spells):
                self.head.error("missing-field", f"{states.get(code).name} ({code}) was no state on {start}", 'give `calendar`, as in "weekdays"')

    def _state(self, fields: Fields, text: str, others: tuple[str, ...]) -> str | None:
        code = _code(text)
        if code is None:
            near = _near_state(text, (*others, *self.states))
            fields.error("unknown-state", f"no state is called {quoted(text)}{near}", "give a code or name that `comity states` lists")
        return code

    def _owned(self, fields: Fields, default: tuple[str, ...]) -> tuple[str, ...]:
        if not fields.has("owners"):
            return default
        given = fields.texts("owners")
        if fields.table["owners"] == []:
            fields.error("wrong-type", "`owners` is empty", "`owners` is a list of one state or organisation or more, or left out")
        found = [t if t in self.owners else self._state(fields, t, tuple(self.owners)) for t in given]
        return tuple(dict.fromkeys(o for o in found if o)) or default

    def _calendar(self, fields: Fields) -> str | None:
        name = fields.text("calendar")
        if name is not None and name not in PACKAGED and name not in self.calendars:
            offer = nearest(name, [*PACKAGED, *self.calendars])
            fields.error(
                "unknown-reference", f"`calendar` names {quoted(name)}, which there is not{offer}", "name a packaged one or one of [calendars]"
            )
            return None
        return name

    def _calendars(self) -> None:
        for name, table in (self.root.get("calendars", dict) or {}).items():
            where = f"calendar {quoted(name)[1:-1]}"
            if not isinstance(table, dict):
                self.issues.error("wrong-type", where, f"it is {quoted(table)}", "a calendar is a table [calendars.NAME]")
                continue
            if name in PACKAGED:
                self.issues.error("bad-calendar", where, f"'{name}' is a packaged calendar", "choose another name")
            f = Fields(table, where, self.issues)
            f.only(("week", "holidays", "closed", "open"))
            week = f.texts("week")
            wrong = [d for d in week if d not in DAYS]
            if wrong:
                f.error("bad-calendar", f"`week` holds {quoted(wrong[0])}{nearest(wrong[0], DAYS)}", f"the days are {', '.join(DAYS)}")
            days = frozenset(DAYS.index(d) for d in week if d in DAYS) if f.has("week") and not wrong else WEEK
            codes = tuple(c for t in f.texts("holidays") if (c := self._state(f, t, ())))
            closed = self._spans(f, "closed", ranges=True)
            opened = tuple(a for a, _ in self._spans(f, "open", ranges=False))
            self.calendars[name] = Custom(week=days, holidays=codes, closed=closed, open=opened)

    def _spans(self, f: Fields, key: str, *, ranges: bool) -> tuple[tuple[dt.date, dt.date], ...]:
        out = []
        right = "a list of dates" + (" and of ranges [first, last]" if ranges else "")
        for value in f.get(key, list) or ():
            span = value if isinstance(value, list) and ranges else [value, value]
            if len(span) != 2 or not all(isinstance(d, dt.date) and not isinstance(d, dt.datetime) for d in span):
                f.error("bad-calendar", f"`{key}` holds {quoted(value)}", f"`{key}` is {right}")
            elif span[0] > span[1]:
                f.error("bad-calendar", f"`{key}` holds a range from {span[0]} to {span[1]}", "a range runs from its first day to its last")
            else:
                out.append((span[0], span[1]))
        return tuple(out)

    def _owners(self) -> None:
        for name, table in (self.root.get("owners", dict) or {}).items():
            f = Fields(table if isinstance(table, dict) else {}, f"owner {quoted(name)[1:-1]}", self.issues)
            if not isinstance(table, dict):
                f.error("wrong-type", f"it is {quoted(table)}", "an owner is a table [owners.NAME]")
                continue
            f.only(("name", "state", "capacity"))
            if _code(name) == name:
                f.error("bad-id", f"'{name}' is a state's code", "choose another name for the organisation")
            capacity = f.get("capacity", int)
            if capacity is not None and capacity < 1:
                f.wrong("capacity", capacity, "a whole number of 1 or more")
            state = self._state(f, f.text("state") or "", ()) if f.need("state") and f.text("state") is not None else None
            self.owners[name] = Owner(id=name, name=f.text("name") or name, state=state or (self.states or ("WLD",))[0], capacity=capacity)

    def _initiative(self, f: Fields) -> None:
        f.only(INITIATIVE)
        f.need("kind")
        given = initiatives_file.shared(f, ladder.EVIDENCE)
        owners = self._owned(f, self.states)
        made = Initiative(
            id=given.id or "", name=given.name or "", kind=given.kind or "exchange", outcome=given.outcome, owners=owners, because=given.because,
            evidence={k: given.evidence.get(k, ()) for k in ladder.EVIDENCE}, money=self._money(f, owners),
        )  # fmt: skip
        if given.id is not None:
            self.initiatives.setdefault(given.id, made)

    def _money(self, f: Fields, owners: tuple[str, ...]) -> tuple[Money, ...]:
        out = []
        sorts: tuple[Any, ...] = ("cost", "funding", "benefit")
        for sort in sorts:
            for table in f.tables(sort):
                part = Fields(table, f"{f.where}, {sort}", self.issues)
                part.only(("side", "year", "amount", "currency"))
                if not part.need("side", "year", "amount"):
                    continue
                side = part.text("side")
                known = side if side in self.owners else self._state(part, side, tuple(self.owners)) if side is not None else None
                year, amount = part.get("year", int), part.number("amount")
                if year is not None and not 1 <= year <= 9999:
                    part.wrong("year", year, "a year")
                elif known is not None and year is not None and amount is not None:
                    out.append(Money(sort=sort, side=known, year=year, amount=amount, currency=part.text("currency") or "USD"))
        return tuple(out)

    def _item(self, sort: Any, f: Fields) -> Item | None:
        task = sort == "task"
        f.only(TASK if task else MILESTONE)
        key = f.id()
        within = f.text("initiative")
        if within is not None and within not in self.initiatives:
            offer = nearest(within, self.initiatives)
            f.error("unknown-reference", f"`initiative` names {quoted(within)}, which there is not{offer}", "name the id of an [[initiative]]")
        initiative = self.initiatives.get(within) if within is not None else None
        links = tuple(link for text in f.texts("after") if (link := self._link(f, text, milestone=not task)))
        if task:
            f.need("duration")
        witness = self._witness(f) if not task and f.has("witness") else None
        percent = f.number("percent") if task else None
        if percent is not None and not 0 <= percent <= 100:
            f.error("progress", f"`percent` is {percent:g}", "`percent` is 0 to 100")
        deadline = f.date("deadline")
        return None if key is None else Item(
            id=key, name=f.text("name") or key, type=sort, initiative=within if initiative else None,
            owners=self._owned(f, initiative.owners if initiative else self.states), calendar=self._calendar(f) or self.calendar, links=links,
            not_before=f.date("not_before"), deadline=deadline or (witness.by if witness else None),
            duration=f.duration("duration") if task else None, percent=percent, remaining=f.duration("remaining") if task else None,
            actual_start=f.date("actual_start") if task else None, actual_finish=f.date("actual_finish" if task else "actual"), witness=witness,
        )  # fmt: skip

    def _link(self, f: Fields, text: str, *, milestone: bool) -> Link | None:
        match = LINK.fullmatch(text.strip()) if len(text) <= 200 else None
        if match is None:
            f.error("bad-link", f"`after` holds {quoted(text)}", LINK_RULE)
            return None
        kind: Any = match["kind"] or "FS"
        if milestone and kind in ("SS", "SF"):
            f.error("milestone-link", f"{f.where.partition(' ')[2]} follows {quoted(match['id'])} by {kind}",
                    "a milestone is reached at the close of work: let it follow a finish")  # fmt: skip
            return None
        return Link(to=match["id"], kind=kind, lag=float(match["lag"] or 0), elapsed=match["unit"] == "ed")

    def _event(self, f: Fields, tasks: list[str]) -> Event | None:
        f.only(("id", "name", "probability", "delay", "tasks"))
        key = f.id()
        f.need("probability", "delay", "tasks")
        probability = f.get("probability", float)
        if probability is not None and not 0 <= probability <= 1:
            f.error("bad-probability", f"`probability` is {probability:g}", "a probability is 0 to 1")
        hit = f.texts("tasks")
        for name in hit:
            if name not in tasks:
                f.error("unknown-reference", f"`tasks` names {quoted(name)}, which is no task{nearest(name, tasks)}", "name the id of a [[task]]")
        delay = f.duration("delay")
        if key is None or delay is None or probability is None:
            return None
        return Event(id=key, name=f.text("name") or key, probability=float(probability), delay=delay, tasks=tuple(dict.fromkeys(hit)))

    def _witness(self, f: Fields) -> Witness | None:
        w = f.inner("witness")
        before = len(self.issues.errors)
        w.only(("measure", "dyad", "state", "at_least", "at_most", "within", "by"))
        w.need("measure", "by")
        declared = None
        if (name := w.text("measure")) is not None:
            try:
                declared = measures.get(name)
                name = measures.full_name(name)
            except UsageError as error:
                base = name.partition(":")[0]
                near = "" if base in measures.load() else nearest(base, measures.load())
                w.error("unknown-measure", f"the witness names {quoted(name)}{near}" if near else str(error), "`comity measures` lists them")
        chosen = [k for k in ("at_least", "at_most", "within") if w.has(k)]
        if len(chosen) != 1:
            w.error(
                "bad-witness", f"the witness has {' and '.join(f'`{c}`' for c in chosen) or 'no condition'}", "give one of at_least, at_most, within"
            )
        sides = [k for k in ("dyad", "state") if w.has(k)]
        if len(sides) != 1 and declared is not None and declared.of != "world":
            w.error("bad-witness", f"the witness has {' and '.join(f'`{c}`' for c in sides) or 'neither dyad nor state'}", "give one of dyad, state")
        pair = self._witnessed(w, declared)
        by = w.table.get("by")
        if isinstance(by, int) and not isinstance(by, bool) and 1 <= by <= 9999:
            by = dt.date(by, 12, 31)
        elif by is not None and (not isinstance(by, dt.date) or isinstance(by, dt.datetime)):
            w.error("bad-witness", f"`by` is {quoted(by)}", "`by` is a date or a year")
        thresholds = self._thresholds(w, chosen[0]) if len(chosen) == 1 else None
        if len(self.issues.errors) > before or pair is None or thresholds is None or not isinstance(by, dt.date) or name is None:
            return None
        condition: Any = chosen[0]
        return Witness(measure=name, a=pair[0], b=pair[1], dyad=w.has("dyad"), condition=condition, thresholds=thresholds, by=by)

    def _witnessed(self, w: Fields, declared: Any) -> tuple[str, str] | None:
        of = declared.of if declared is not None else None
        if w.has("dyad"):
            pair = w.texts("dyad")
            codes = [c for t in pair if (c := self._state(w, t, ()))]
            if len(pair) != 2 or (len(codes) == 2 and codes[0] == codes[1]):
                w.error("bad-witness", f"`dyad` is {quoted(', '.join(pair))}", "`dyad` is two states")
            elif of in ("state", "world"):
                w.error("bad-witness", f"{declared.name} is of one {of}", f"give {'state' if of == 'state' else 'neither dyad nor state'}")
            return (codes[0], codes[1]) if len(codes) == 2 else None
        if w.has("state"):
            text = w.text("state")
            code = self._state(w, text, ()) if text is not None else None
            if of in ("dyad", "world"):
                w.error("bad-witness", f"{declared.name} is of {'two states' if of == 'dyad' else 'the world'}", "give dyad = [A, B]")
            return (code, code) if code else None
        return ("WLD", "WLD")

    def _thresholds(self, w: Fields, key: str) -> tuple[float, ...] | None:
        if key != "within":
            value = w.number(key)
            return None if value is None else (value,)
        pair = w.table[key]
        if not isinstance(pair, list) or len(pair) != 2 or not all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in pair):
            w.error("bad-witness", f"`within` is {quoted(pair)}", "`within` is [low, high]")
            return None
        if not pair[0] <= pair[1]:
            w.error("bad-witness", f"`within` is [{pair[0]}, {pair[1]}]", "`within` is [low, high] with low <= high")
            return None
        return (float(pair[0]), float(pair[1]))

    def _risk(self) -> RiskSettings:
        f = Fields(self.root.inner("risk").table, "risk", self.issues)
        f.only(RISK)
        whole = {"iterations": (1, MOST_DRAWS), "seed": (0, 2**63 - 1)}
        found: dict[str, int] = {}
        for key, (low, high) in whole.items():
            value = f.table.get(key)
            if value is not None and (not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high):
                f.wrong(key, value, f"a whole number from {low} to {high}")
            elif value is not None:
                found[key] = value
        at_risk = f.get("at_risk", float)
        if at_risk is not None and not 0 <= at_risk <= 1:
            f.error("bad-probability", f"`at_risk` is {at_risk:g}", "a probability is 0 to 1")
        shares = f.inner("correlation")
        shares.only(("all", "initiative", "owner"))
        r = {k: shares.get(k, float) or 0.0 for k in ("all", "initiative", "owner")}
        if not all(v >= 0 for v in r.values()) or not sum(r.values()) <= 1 + 1e-12:
            f.error(
                "bad-correlation", f"`correlation` is {', '.join(f'{k} {v:g}' for k, v in r.items())}", "each is 0 or more, and their sum at most 1"
            )
            r = dict.fromkeys(r, 0.0)
        return RiskSettings(
            iterations=found.get("iterations", 10_000), seed=found.get("seed", 1), all=r["all"], initiative=r["initiative"], owner=r["owner"],
            at_risk=0.8 if at_risk is None else float(at_risk),
        )  # fmt: skip


def _code(text: str) -> str | None:
    try:
        return states.find(text).code if text.strip() else None
    except UsageError:
        return None


def _near_state(text: str, first: tuple[str, ...]) -> str:
    """Words that offer a state: one that the roadmap names already, else the nearest of all."""
    import difflib

    if near := difflib.get_close_matches(text[:80].upper(), [f for f in first if f.isupper()], n=1, cutoff=0.6):
        return f" (nearest: {states.get(near[0]).name}, {near[0]})" if near[0] in states.codes() else f" (nearest: '{near[0]}')"
    try:
        states.find(text)
    except UsageError as error:
        if found := re.search(r"Did you mean ([^?]*)\?|may be (.*);", str(error)):
            return f" (nearest: {found[1] or found[2]})"
    return nearest(text, first) if first else ""
