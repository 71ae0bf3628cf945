"""A Profile as one offline HTML page: pictures inside, no script, no request to anywhere."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comity import wording
from comity.notes import Note
from comity.profile import Comparison, Profile, Section, Shown
from comity.report import charts, coverage
from comity.report.part import Listing, Part, Picture, finite, listing
from comity.report.parts import parts

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

LARGEST = 1_350_000
"""Bytes of a page: 1.5 MB are promised, and a pair of which more is held next year should still keep that."""
ROWS_SHOWN = (500, 120, 40, 12, 5, 2)
OPEN_FIGURES = 6
KINDS = {
    "exchange": "exchange: each helps the other reach its own ends",
    "alignment": "alignment: what each says and joins",
    "joint": "joint: one outcome made together",
    "conflict": "conflict: what they do against each other",
    "condition": "condition: what surrounds the two",
    "pressure": "pressure: what others do to the two",
}
ROLES = {"partner of a": "{a}’s largest partners", "partner of b": "{b}’s largest partners", "like size": "pairs of like size"}


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One period of one line, as the table writes it."""

    period: str
    value: str
    se: str
    n: str
    rank: str
    source: str
    note: str


@dataclass(frozen=True, kw_only=True)
class Table:
    """The values behind one line; `left_out` counts the earlier rows that the page does not carry."""

    caption: str
    unit: str
    rows: tuple[Cell, ...]
    has_se: bool
    has_n: bool
    has_rank: bool
    left_out: int
    command: str


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measure as the page shows it: one picture for its one or two lines, the facts under it, the tables behind it."""

    key: str
    name: str
    title: str
    label: str
    finding: str
    svg: str
    multiple: str
    roles: str
    facts: tuple[tuple[str, str], ...]
    lines: tuple[tuple[str, str, str], ...]
    notes: tuple[str, ...]
    tables: tuple[Table, ...]


@dataclass(frozen=True, kw_only=True)
class Block:
    """One domain of the page."""

    domain: str
    newest: int | None
    reason: str
    above: tuple[Figure, ...]
    figures: tuple[Figure, ...]
    missing: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What a site puts around the page, as markup: into its head, above and below it.

    links and pictured give what stands under a measure's picture and under another one.
    """

    head: str
    above: str
    below: str
    links: Callable[[Figure], str]
    pictured: Callable[[Picture], str]


def render(profile: Profile, *, frame: Frame | None = None) -> str:
    """The page, in a site's frame where one is given. The tables lose their earliest rows, with a word, where it would pass `LARGEST` otherwise."""
    names = {profile.a: wording.clip(profile.name_a, 60), profile.b: wording.clip(profile.name_b, 60), "WLD": "World"}
    held = coverage.held(profile)
    made = parts(profile, names)
    drawn = _draw(profile, held, made)
    page = ""
    for rows in ROWS_SHOWN:
        page = _page(profile, names, rows, drawn, held, made, frame)
        if len(page.encode()) <= LARGEST:
            break
    return page


@dataclass(frozen=True, kw_only=True)
class _Place:
    key: str
    group: list[Shown]
    held: list[Shown]
    above: bool


def _places(section: Section, profile: Profile) -> list[_Place]:
    featured = list(dict.fromkeys(profile.featured))[:OPEN_FIGURES]
    places: list[_Place] = []
    used: set[str] = set()
    for number, group in enumerate(grouped(section.measures, (profile.a, profile.b))):
        held = [s for s in group if any(math.isfinite(p.value) for p in s.series)]
        above = bool(held) and held[0].name in featured and held[0].name not in used
        used |= {s.name for s in held}
        places.append(_Place(key=f"{section.domain}-{number}", group=group, held=held, above=above))
    return places


def _draw(profile: Profile, held: Sequence[coverage.Held], made: Sequence[Part]) -> dict[str, str]:
    jobs: dict[str, tuple[charts.Spec, str, str]] = {}
    for section in profile.sections:
        for place in _places(section, profile):
            if not place.held:
                continue
            first = place.held[0]
            jobs[f"g-{place.key}"] = (
                charts.line(place.held, sides=(profile.a, profile.b)),
                first.finding or first.title,
                charts.describe(place.held),
            )
            compared = _compared(place)
            if compared is not None:
                words = "; ".join(f"{wording.clip(c.label, 40)}: {_ends(c, compared)}" for c in compared.comparisons if c.series)
                heading = f"{wording.clip(compared.title, 120)}, {wording.clip(compared.label, 80)}, beside other pairs"
                jobs[f"m-{place.key}"] = (charts.small_multiple(compared), heading, words)
    for one in made:
        for p in (p for g in one.groups for p in g.pictures):
            jobs[f"p-{p.key}"] = (p.spec, p.title, p.words)
    if held:
        jobs["g-coverage"] = (coverage.picture(held), "What is held of the two states, by source and year", coverage.describe(held))
    with ThreadPoolExecutor(2) as pool:
        drawn = {key: pool.submit(charts.svg, spec, title, words, key=key) for key, (spec, title, words) in jobs.items()}
        _templates().get_template("page.html")
        return {key: done.result() for key, done in drawn.items()}


def _compared(place: _Place) -> Shown | None:
    return next((s for s in place.held if s.comparisons), None) if place.above else None


def _page(
    profile: Profile, names: Mapping[str, str], rows: int, drawn: Mapping[str, str], held: Sequence[coverage.Held], made: Sequence[Part],
    frame: Frame | None,
) -> str:  # fmt: skip
    featured = list(dict.fromkeys(profile.featured))[:OPEN_FIGURES]
    blocks = [_block(section, profile, names, rows, drawn) for section in profile.sections]
    by_name = {figure.name: figure for block in blocks for figure in block.above}
    return (
        _templates()
        .get_template("page.html")
        .render(
            p=profile,
            frame=frame,
            names=names,
            a=names[profile.a],
            b=names[profile.b],
            featured=[by_name[name] for name in featured if name in by_name],
            blocks=blocks,
            newest=[(d, year) for d, year in profile.newest.items()],
            headlines=profile.headlines,
            parts=made,
            drawn=drawn,
            forecasts=[_forecast(f, profile) for f in profile.forecasts or () if profile.fans is None],
            coverage=drawn.get("g-coverage", ""),
            covered=listing("Years held, by source", coverage.table(held)),
            stated=[said(n) for n in profile.stated],
            anchors={f.name: f.key for b in blocks for f in (*b.figures, *b.above)},
        )
    )


@functools.cache
def _templates() -> Environment:
    import jinja2

    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    made.filters["clip"] = wording.clip
    made.filters["coded"] = coded
    return made


def grouped(measures: Sequence[Shown], sides: tuple[str, str]) -> list[list[Shown]]:
    """The entries of each measure together, at most two to a picture, the one of the first side first.

    Of the whole world only prices are conditions of the two; a count of all its events is none of theirs and is left out.
    """
    groups: dict[str, list[Shown]] = {}
    for shown in measures:
        if shown.of != "world" or shown.domain == "money":
            groups.setdefault(shown.name, []).append(shown)
    pairs: list[list[Shown]] = []
    for group in groups.values():
        ordered = sorted(group, key=lambda s: (s.a not in sides, s.a != sides[0], s.a, s.b))
        pairs += [ordered[i : i + 2] for i in range(0, len(ordered), 2)]
    return pairs


def _block(section: Section, profile: Profile, names: Mapping[str, str], rows: int, drawn: Mapping[str, str]) -> Block:
    above: list[Figure] = []
    figures: list[Figure] = []
    missing: list[tuple[str, str]] = []
    for place in _places(section, profile):
        for s in place.group:
            if s not in place.held:
                missing.append(
                    (_heading(s, place.group), wording.clip(s.missing or "no value for these states; no source is named that would hold one"))
                )
        if place.held:
            (above if place.above else figures).append(_figure(place, names, rows, drawn, (profile.a, profile.b)))
    return Block(
        domain=section.domain,
        newest=profile.newest.get(section.domain),
        reason=wording.clip(section.reason or ""),
        above=tuple(above),
        figures=tuple(figures),
        missing=tuple(missing),
    )


def alone(group: Sequence[Shown], names: Mapping[str, str], *, key: str, rows: int, log: bool = False) -> Figure:
    """The figure of one measure, for a page that is not of the pair: its one or two lines, facts, and at most so many rows of each table."""
    sides = (group[0].a, group[0].b) if group[0].a != group[0].b else (group[0].a, group[-1].a)
    first = group[0]
    drawn = charts.svg(charts.line(group, sides=sides, log=log), first.finding or first.title, charts.describe(group), key=f"g-{key}")
    place = _Place(key=key, group=list(group), held=list(group), above=False)
    return _figure(place, names, rows, {f"g-{key}": drawn})


def _heading(shown: Shown, group: Sequence[Shown]) -> str:
    title = wording.clip(shown.title, 160)
    return title if len(group) == 1 or not shown.label else f"{title}, {wording.clip(shown.label, 80)}"


def _figure(place: _Place, names: Mapping[str, str], rows: int, drawn: Mapping[str, str], sides: tuple[str, str] = ("", "")) -> Figure:
    group, key = place.held, place.key
    first = group[0]
    finding = wording.clip(first.finding or first.title, 240)
    compared = _compared(place)
    more = [wording.clip(s.finding, 240) for s in group[1:] if s.finding and s.finding != first.finding]
    seams = [
        f"{wording.period(s.start, g.period)}: the source changes from {wording.clip(s.before, 60)} to {wording.clip(s.after, 60)}"
        for g in group
        for s in g.seams
    ]
    partial = [wording.period(p.start, g.period) for g in group for p in g.series if p.partial]
    notes = [*more, *list(dict.fromkeys(seams))[:8]]
    if partial:
        notes.append(f"Ring: {partial[-1]} so far.")
    if any(p.se for g in group for p in g.series):
        notes.append("The band is the 95% interval.")
    notes += [f"◇ Only stated, your note: {said(n)}." for s in group for n in s.stated]
    notes += [f"{_heading(s, group)}: {wording.clip(s.missing)}" for s in group if s.missing]
    return Figure(
        key=key,
        name=first.name,
        title=wording.clip(first.title, 160),
        label=wording.clip(first.label, 80) if len(group) == 1 else "",
        finding=finding,
        svg=drawn[f"g-{key}"],
        multiple=drawn.get(f"m-{key}", ""),
        roles=_roles(compared, names, sides) if compared is not None else "",
        facts=_facts(group),
        lines=tuple((wording.clip(s.label, 80) if len(group) > 1 else "", _newest(s), _standing(s, names)) for s in group),
        notes=tuple(notes),
        tables=tuple(_table(s, rows) for s in group),
    )


def said(note: Note) -> str:
    """A note in one line: what, how much, of when, who said it and where."""
    value = f" {wording.value(note.value, note.unit or '')}" if note.value is not None else ""
    return f"{wording.clip(note.what, 200)}{value}, {wording.clip(note.period, 40)}, by {wording.clip(note.who, 120)}, {wording.clip(note.url, 300)}"


def _ends(compared: Comparison, shown: Shown) -> str:
    (_, first), (last_start, last) = compared.series[0], compared.series[-1]
    return f"{wording.value(first, shown.unit)} in {compared.series[0][0].year}, {wording.value(last, shown.unit)} in {last_start.year}"


def _roles(shown: Shown, names: Mapping[str, str], sides: tuple[str, str]) -> str:
    roles = dict.fromkeys(c.role for c in shown.comparisons)
    words = [ROLES.get(role, wording.clip(role, 80)).format(a=names[sides[0]], b=names[sides[1]]) for role in roles]
    what = f"{wording.clip(shown.label, 80)} (coloured) beside {', '.join(words)} (grey), on one scale"
    return what if shown.period in {"year", "session"} else f"{what}; means of each year"


def _newest(shown: Shown) -> str:
    held = [p for p in shown.series if math.isfinite(p.value)]
    last = next((p for p in reversed(held) if not p.partial), held[-1])
    newest = f"{wording.value(last.value, shown.unit)} in {wording.period(last.start, shown.period)}"
    return wording.joined([newest, *(wording.change(c, shown) for c in shown.changes)])


def _standing(shown: Shown, names: Mapping[str, str]) -> str:
    held = [p for p in shown.series if math.isfinite(p.value)]
    last = next((p for p in reversed(held) if not p.partial), held[-1])
    ranks = [p for p in shown.series if p.rank_a is not None or p.rank_b is not None]
    ranked = next((p for p in reversed(ranks) if not p.partial), ranks[-1] if ranks else None)
    rank = wording.ranks(ranked, wording.name(shown.a, names), wording.name(shown.b, names), shown.of) if ranked else ""
    if ranked and rank and ranked.start != last.start:
        rank = f"{rank}, in {wording.period(ranked.start, shown.period)}"
    return rank


def _counted(group: Sequence[Shown]) -> str:
    """How many observations stand behind the newest whole value of each line; "" where a source's silence alone does."""
    newest = [next((p.n for p in [*reversed([q for q in s.series if not q.partial]), *s.series] if p.n is not None), None) for s in group]
    known = [n for n in newest if n is not None]
    return " and ".join(dict.fromkeys(f"{n:,}" for n in known if n)) if known else "not given"


def _facts(group: Sequence[Shown]) -> tuple[tuple[str, str], ...]:
    first = group[0]
    facts = [
        ("Unit", wording.clip(first.unit, 80)),
        ("Source", ", ".join(dict.fromkeys(wording.clip(name, 60) for s in group for name in s.sources))),
        ("Coverage", wording.clip("; ".join(dict.fromkeys(s.coverage for s in group if s.coverage)), 400)),
        ("n", _counted(group)),
        ("Licence", wording.clip("; ".join(dict.fromkeys(s.licence for s in group if s.licence)), 300)),
        ("Family", f"{KINDS.get(first.kind, first.kind)}{', because ' + wording.clip(first.because, 240) if first.because else ''}"),
        ("Method", wording.clip(first.reference, 240)),
    ]
    return tuple((term, text) for term, text in facts if text)


def _table(shown: Shown, rows: int) -> Table:
    points = [p for p in shown.series if math.isfinite(p.value)]
    kept = points[-rows:]
    cells = []
    for p in reversed(kept):
        rank = wording.places(p, " · ")
        notes = ["so far"] if p.partial else ["no row in the source: none"] if p.filled else []
        se = "" if p.se is None else wording.exact(p.se, shown.unit)
        n = "" if p.n is None else f"{p.n:,}"
        cells.append(
            Cell(
                period=wording.period(p.start, shown.period),
                value=wording.exact(p.value, shown.unit),
                se=se,
                n=n,
                rank=rank,
                source=wording.clip(p.source, 40),
                note=", ".join(notes),
            )
        )
    return Table(
        caption=f"{wording.clip(shown.title, 120)}, {wording.clip(shown.label, 80)}",
        unit=wording.table_unit(shown.unit),
        rows=tuple(cells),
        has_se=any(c.se for c in cells),
        has_n=any(c.n for c in cells),
        has_rank=any(c.rank for c in cells),
        left_out=len(points) - len(kept),
        command=f"comity series {wording.clip(shown.name, 60)} --dyad {wording.clip(shown.a, 4)} {wording.clip(shown.b, 4)}",
    )


def _forecast(held: Mapping[str, Any], profile: Profile) -> Listing:
    rows = held.get("rows")
    listed = list(rows) if isinstance(rows, list | tuple) else [held]
    name = str(held.get("measure", held.get("name", "Forecast")))
    shown = next((m for s in profile.sections for m in s.measures if m.name == name), None)
    if shown is None:
        return listing(wording.clip(name, 80), listed)
    written = [{key: _quantile(key, item, shown) for key, item in row.items()} for row in listed if isinstance(row, Mapping)]
    return listing(f"{wording.clip(shown.title, 120)}, {wording.clip(shown.unit, 40)}", written)


def _quantile(key: str, item: Any, shown: Shown) -> Any:
    value = finite(item)
    return wording.value(value, shown.unit) if value is not None and (key in {"median", "mean"} or re.fullmatch(r"q\d{2}", key)) else item


def coded(text: str) -> Markup:
    """The text, escaped, with what stands between backticks set as code."""
    from markupsafe import Markup, escape

    return Markup("").join(Markup("<code>{}</code>").format(part) if i % 2 else escape(part) for i, part in enumerate(wording.clip(text).split("`")))
