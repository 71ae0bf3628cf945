"""The commands about vintages: what changed in a measure, and a note-writer's page of what is new between two states."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Literal

import typer

from comity.cli_options import FormatOption, MeasureName, OutOption, StateA, StateB, day, open_store, say
from comity.core import UsageError


def diff(
    name: MeasureName,
    before: Annotated[str | None, typer.Option("--from", metavar="VINTAGE", help="a content's first characters, a day, or `starter`")] = None,
    after: Annotated[str | None, typer.Option("--to", metavar="VINTAGE", help="else the newest")] = None,
    form: FormatOption = "table",
    out: OutOption = None,
) -> None:
    """What changed in a measure between two vintages held: by dyad or state and period, the value before and after."""
    from comity import output

    found = open_store().diff(name, before=before, after=after)
    say(found.told())
    output.emit_rows(found.rows, form, out, columns=("a", "b", "start", "before", "after"))


def review(
    a: StateA,
    b: StateB,
    since: Annotated[str, typer.Option("--since", metavar="DATE", help="what became known after this day")],
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="and up to this day, else today")] = None,
    calendar: Annotated[Path | None, typer.Option("--calendar", metavar="FILE", help="days ahead, TOML; else calendar.toml of the store")] = None,
    months: Annotated[int, typer.Option("--ahead", min=0, max=120, metavar="MONTHS", help="how far to look ahead")] = 6,
    form: Annotated[Literal["md", "html", "json"] | None, typer.Option("--format", help="md, html or json")] = None,
    out: Annotated[str | None, typer.Option("--out", metavar="F|-", help="file, or - for stdout; its suffix sets the format")] = None,
) -> None:
    """What is new, revised, broken off or due between two states since a day, what was forecast and came, and what is ahead."""
    import json

    from comity import output
    from comity.report import review as page

    first, last = day(since), day(as_of) or dt.date.today()
    assert first is not None
    suffix = Path(out).suffix if out and out != "-" else ""
    kinds: dict[str, Literal["md", "html", "json"]] = {".html": "html", ".htm": "html", ".md": "md", ".json": "json"}
    if suffix and form is None and suffix not in kinds:
        raise UsageError(f"{out}: a review is written as .md, .html or .json; another suffix needs --format")
    chosen = form or kinds.get(suffix) or "md"
    found = open_store().review(a, b, since=first, until=last, calendar=calendar, months=months)
    if chosen == "json":
        text = json.dumps(page.to_dict(found), ensure_ascii=False, allow_nan=False, default=str, indent=1) + "\n"
    else:
        text = page.html(found) if chosen == "html" else page.markdown(found)
    target = Path(out) if out and out != "-" else None
    output.write_text(text, target)
    if target is not None:
        say(f"wrote {target}")


COMMANDS = (diff, review)
