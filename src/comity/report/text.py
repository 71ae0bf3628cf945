"""A Profile in the terminal: lead, headline facts, and a table a domain with sparklines."""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING

from comity import wording
from comity.profile import Profile, Shown
from comity.report import charts
from comity.report.html import grouped, said
from comity.report.parts import parts

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

WIDTH = 110
COLUMNS = ("measure", "newest", "when", "change", "rank", "")


def render(profile: Profile, *, width: int = WIDTH, colour: bool = False) -> str:
    """The text of the profile at so many columns, with colour codes only where asked for."""
    from rich.console import Console

    out = io.StringIO()
    draw(profile, Console(file=out, width=width, force_terminal=colour, no_color=not colour, legacy_windows=False, highlight=False))
    return "\n".join(row.rstrip() for row in out.getvalue().splitlines()) + "\n"


def draw(profile: Profile, console: Console) -> None:
    """Print the profile to a rich console, which knows about NO_COLOR, pipes and the width of the terminal."""
    from rich.text import Text

    def say(line: str = "", style: str = "") -> None:
        console.print(Text(line, style=style), soft_wrap=False)

    names = {profile.a: wording.clip(profile.name_a, 60), profile.b: wording.clip(profile.name_b, 60)}
    say(f"{names[profile.a]} and {names[profile.b]}", "bold")
    stamp = f"as of {profile.as_of.isoformat()}" if profile.as_of else ""
    say(wording.joined([stamp, f"comity {wording.clip(profile.version, 40)}", f"data {wording.clip(profile.data_hash, 16)}"]), "dim")
    say(wording.joined(f"{wording.clip(d, 40)} {year if year is not None else 'not held'}" for d, year in profile.newest.items()), "dim")
    if profile.lead:
        say()
        say(" ".join(wording.clip(s) for s in profile.lead))
    if profile.headlines:
        table = _table("Headline facts", ("", "value", "change", "when"), right=(1,))
        for h in profile.headlines:
            table.add_row(*(Text(wording.clip(t, n)) for t, n in ((h.label, 40), (h.value, 24), (h.change, 40), (h.when, 24))))
        say()
        console.print(table)
    for part in parts(profile, names):
        say()
        say(part.heading, "bold")
        for said_in in part.groups:
            for sentence in said_in.sentences:
                say(f"{said_in.heading}: {sentence}" if said_in.heading and sentence == said_in.sentences[0] else sentence)
    for section in profile.sections:
        say()
        wide = console.width
        kept = [0, 1, 2, *([3] if wide >= 78 else []), *([4] if wide >= 104 else []), 5]
        table = _table(section.domain.capitalize(), tuple(COLUMNS[k] for k in kept), right=(1,))
        missing: list[tuple[str, str]] = []
        for group in grouped(section.measures, (profile.a, profile.b)):
            for shown in group:
                if any(math.isfinite(p.value) for p in shown.series):
                    cells = _row(shown, 22 if wide >= 104 else 12)
                    table.add_row(*(Text(cells[k]) for k in kept))
                else:
                    missing.append((wording.clip(shown.title, 80), wording.clip(shown.missing or "no value", 240)))
        if table.row_count:
            console.print(table)
        else:
            say(section.domain.capitalize(), "bold")
        if section.reason:
            say(wording.clip(section.reason))
        for title, why in dict.fromkeys(missing):
            say(f"not held: {title}: {why}", "dim")
    notes = [n for s in profile.sections for m in s.measures for n in m.stated] + list(profile.stated)
    for told in dict.fromkeys(notes):
        say(f"only stated, your note: {said(told)}", "dim")
    say()
    for note in profile.notes:
        say(wording.clip(note))
    if profile.adds:
        say(wording.clip(profile.adds))
    if profile.sources:
        say("Sources", "bold")
    for source in profile.sources:
        say(f"{wording.clip(source.title, 120)}, {wording.clip(source.publisher, 120)}; {wording.clip(source.licence, 120)}", "dim")
    say(wording.clip(profile.cite))


def _table(title: str, columns: tuple[str, ...], right: tuple[int, ...]) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(title, style="bold"), title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), expand=False)
    for number, name in enumerate(columns):
        table.add_column(
            Text(name), justify="right" if number in right else "left", no_wrap=number == 1 or (number > 0 and not name), overflow="fold"
        )
    return table


def _row(shown: Shown, blocks: int) -> tuple[str, ...]:
    points = [p for p in shown.series if math.isfinite(p.value)]
    last = next((p for p in reversed(points) if not p.partial), points[-1])
    label = (
        "" if shown.of == "world" else f" {wording.clip(shown.a, 4)}" if shown.a == shown.b else "" if shown.symmetric else f" {wording.short(shown)}"
    )
    unit = "" if wording.is_share(shown.unit) or wording.is_money(shown.unit) else f" ({wording.clip(shown.unit, 20)})"
    moved = next((c for c in shown.changes if c.years == 5), None)
    ranked = next((p for p in reversed(points) if p.rank_a is not None or p.rank_b is not None), None)
    rank = wording.places(ranked, " ") if ranked else ""
    if ranked and rank and ranked.start != last.start:
        rank += f" ({ranked.start.year})"
    when = wording.period(last.start, shown.period) + (" so far" if last.partial else "")
    return (
        f"{wording.clip(shown.title, 60)}{label}{unit}",
        wording.value(last.value, shown.unit),
        when.replace("session ", "s."),
        wording.change(moved, shown) if moved else "",
        rank,
        charts.sparkline(_trail(shown, blocks)),
    )


def _trail(shown: Shown, blocks: int) -> list[float | None]:
    points = [p for p in shown.series if math.isfinite(p.value)]
    if shown.period in {"year", "session"} and not charts.sparse(shown):
        known = {p.start.year: p.value for p in points}
        newest = points[-1].start.year
        return [known.get(year) for year in range(max(points[0].start.year, newest - blocks + 1), newest + 1)]
    return [p.value for p in points[-blocks:]]
