"""What the commands share: the app, its global options, the options of several commands, and how they talk."""

from __future__ import annotations

import datetime as dt
import re
import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from comity.core import UsageError

Format = Literal["table", "csv", "json", "parquet"]
app = typer.Typer(
    name="comity", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None,
    help="Measure, explain, check, forecast and plan the relationship between any two states, from public data.",
)  # fmt: skip
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
NAMED = 3
"""Stale measures that are named."""
settings: dict[str, Any] = {"home": None, "quiet": False}

StateA = Annotated[str, typer.Argument(metavar="A", help="a state, by code or name")]
StateB = Annotated[str, typer.Argument(metavar="B", help="the other state")]
MaybeA = Annotated[str | None, typer.Argument(metavar="A", help="a state, by code or name")]
MaybeB = Annotated[str | None, typer.Argument(metavar="B", help="the other state")]
MeasureName = Annotated[str, typer.Argument(metavar="M[:VARIANT]", help="a measure, as `comity measures` names it")]
FormatOption = Annotated[Format, typer.Option("--format", help="table, csv, json or parquet")]
OutOption = Annotated[Path | None, typer.Option("--out", help="write to this file instead of stdout")]
FromOption = Annotated[int | None, typer.Option("--from", min=1, max=9999, help="first year")]
ToOption = Annotated[int | None, typer.Option("--to", min=1, max=9999, help="last year")]
AsOfOption = Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="only what was public by then, as it was held then")]
SeatOption = Annotated[bool, typer.Option("--seat", help="treat a seat as one state over time")]
ShareableOption = Annotated[bool, typer.Option("--shareable", help="without what its terms do not allow to be passed on")]
DyadOption = Annotated[tuple[str, str] | None, typer.Option("--dyad", metavar="A B", help="two states, by code or name")]


@app.callback(invoke_without_command=False)
def common(
    home: Annotated[Path | None, typer.Option("--home", help="the store (else COMITY_HOME, else the platform's data directory)")] = None,
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help="say more")] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="say nothing but errors")] = False,
    version: Annotated[bool, typer.Option("--version", help="print the version", is_eager=True)] = False,
) -> None:
    """Measure, explain, check, forecast and plan the relationship between any two states, from public data."""
    settings.update(home=home, quiet=quiet, verbose=verbose)


def open_store() -> Any:
    """The store that was asked for."""
    from comity import api

    settings["store"] = api.open(settings["home"])
    return settings["store"]


def say_stale(*, whole: bool = False) -> None:
    """Say which of the measures that a command read (whole: of all held) are stale: their code or inputs changed since they were built."""
    held = settings.pop("store", None)
    if held is None or settings["quiet"]:
        return
    if found := held.stale(whole=whole):
        names = list(found)
        more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
        shown = ", ".join(f"{n} ({found[n]})" for n in names[:NAMED])
        say(f"stale, so a build may change what is given: {shown}{more}; run `comity build{f' {names[0]}' if len(names) == 1 else ''}`")


def day(text: str | None) -> dt.date | None:
    """The day of an option, or None; UsageError for what is no date."""
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text[:40]!r} is no date; write it as 2024-01-03") from None


def why_empty(held: Any, name: str, dyad: tuple[str, str] | None, later: Any = None, *, start: int | None = None, stop: int | None = None) -> str:
    """Why a selection has no rows: by the days on which the rows of a `later` view were published, else by the coverage of its sources."""
    from comity import selection
    from comity import states as table

    declared, full = held._named(name)
    days = [d for d in later.column("published").to_pylist() if d] if later is not None else []
    if days:
        return f"{full}: no rows so early; the first of {later.num_rows} was published on {min(days)}"
    if later is not None and later.num_rows:
        which = "its one row" if later.num_rows == 1 else f"any of its {later.num_rows} rows"
        return f"{full}: no rows; on which day {which} was first public is unknown"
    coverage = held.holdings.row("series", full).facts["coverage"]
    ends = [c for c in coverage.values() if c["first"] is not None]
    if ends and ((start or 0) > max(c["last"] for c in ends) or (stop or 9999) < min(c["first"] for c in ends)):
        asked = f"{start or ''}–{stop or ''}" if start != stop else f"{start}"
        return f"{full}: no rows in {asked}; " + "; ".join(f"{s} covers {c['first']}–{c['last']}" for s, c in coverage.items())
    if dyad is not None and declared.of == "dyad":
        return f"{full}: no rows; " + selection.absent_because(coverage, table.find(dyad[0]).code, table.find(dyad[1]).code)
    return f"{full}: no rows; " + "; ".join(f"{s} covers {c['first']}–{c['last']}" for s, c in coverage.items())


def say(text: str) -> None:
    """Talk on stderr, unless --quiet."""
    if not settings["quiet"]:
        sys.stderr.write(f"{clean(text)}\n")


def clean(text: str) -> str:
    """The text without characters that a terminal would obey."""
    return CONTROL.sub("·", text)
