"""The commands, each a few lines over the library. Data go to stdout, talk to stderr."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from comity import (
    __version__,
    cli_align,
    cli_chains,
    cli_claims,
    cli_events,
    cli_explain,
    cli_fetch,
    cli_forecast,
    cli_gravity,
    cli_plan,
    cli_position,
    cli_review,
    cli_shock,
    cli_vision,
    cli_votes,
    cli_web,
    extras,
)
from comity.cli_options import (
    AsOfOption,
    DyadOption,
    FormatOption,
    FromOption,
    MaybeA,
    MaybeB,
    MeasureName,
    OutOption,
    SeatOption,
    ShareableOption,
    StateA,
    StateB,
    ToOption,
    app,
    clean,
    day,
    open_store,
    say,
    say_stale,
    settings,
    why_empty,
)
from comity.core import ComityError, NotHeldError, UsageError

__all__ = ["app", "main"]


@app.command()
def series(
    name: MeasureName,
    dyad: DyadOption = None,
    state: Annotated[str | None, typer.Option(help="rows in which this state is a or b")] = None,
    start: FromOption = None,
    stop: ToOption = None,
    as_of: AsOfOption = None,
    seat: SeatOption = False,
    form: FormatOption = "table",
    out: OutOption = None,
    shareable: ShareableOption = False,
) -> None:
    """The values of a measure, with n, standard error, source and the day each was first public."""
    from comity import output

    held = open_store()
    selected = held.select(name, dyad=dyad, state=state, start=start, stop=stop, as_of=day(as_of), seat=seat)
    for note in selected.notes:
        say(note)
    if selected.partial:
        say(f"{name}: counted so far in {', '.join(map(str, sorted(selected.partial)))}")
    from comity.analysis.solidarity import FEW

    few = sum(n is not None and n < FEW for n in selected.rows.column("n").to_pylist()) if "vote" in name or "agreement" in name else 0
    if few:
        say(f"{name}: {few} of {selected.rows.num_rows} values rest on fewer than {FEW} common votes; see n")
    if not selected.rows.num_rows:
        later = None if as_of is None else held.select(name, dyad=dyad, state=state, start=start, stop=stop, seat=seat).rows
        say(why_empty(held, name, dyad, later, start=start, stop=stop))
    rows = selected.rows
    if shareable:
        from comity import release

        kept = release.shareable(rows)
        rows = kept.rows
        if kept.held_back:
            say(f"{name}: {kept.held_back} rows held back: {'; '.join(kept.because)}")
    elif out is not None:
        _warn_closed(held, (name,))
    output.emit_table(rows, form, out)


@app.command()
def profile(
    a: StateA,
    b: StateB,
    start: FromOption = None,
    stop: ToOption = None,
    as_of: AsOfOption = None,
    seat: SeatOption = False,
    form: Annotated[Literal["html", "json", "text"] | None, typer.Option("--format", help="html, json or text")] = None,
    out: Annotated[str | None, typer.Option("--out", metavar="F|-", help="file, or - for stdout; its suffix sets the format")] = None,
    show: Annotated[bool, typer.Option("--open", help="open the page in the browser")] = False,
) -> None:
    """One offline page about two states: every measure with its trend, ranks and source."""
    from comity import output

    suffixes: dict[str, output.PageFormat] = {".html": "html", ".htm": "html", ".json": "json", ".txt": "text"}
    suffix = Path(out).suffix if out and out != "-" else ""
    if suffix and form is None and suffix not in suffixes:
        raise UsageError(f"{out}: a profile is written as .html, .json or .txt; another suffix needs --format")
    chosen = form or suffixes.get(suffix) or "html"
    page = open_store().profile(a, b, start=start, stop=stop, as_of=day(as_of), seat=seat)
    target = Path(out) if out and out != "-" else Path(f"{page.a}-{page.b}.html") if chosen == "html" and out != "-" else None
    output.emit_profile(page, chosen, target)
    if target is not None:
        say(f"wrote {target}")
    if page.adds:
        say(page.adds)
    if show and target is not None:
        import webbrowser

        webbrowser.open(target.resolve().as_uri())


@app.command()
def panel(
    names: Annotated[list[str], typer.Argument(metavar="M...", help="measures, each as M or M:VARIANT")],
    out: Annotated[Path, typer.Option("--out", help=".parquet, .csv or .dta")],
    start: Annotated[int, typer.Option("--from", help="first year")],
    stop: Annotated[int, typer.Option("--to", help="last year")],
    period: Annotated[Literal["year", "session", "quarter", "month"], typer.Option(help="of a row")] = "year",
    chosen: Annotated[str | None, typer.Option("--states", metavar="A,B,...", help="only these states, groups (BRICS), regions (Europe)")] = None,
    pairs: Annotated[
        Literal["all", "contiguous", "major", "relevant"], typer.Option("--dyads", help="with a land border, a major power, or either")
    ] = "all",
    system: Annotated[Literal["comity", "cow", "gw"], typer.Option(help="whose list of states; comity unites both")] = "comity",
    directed: Annotated[bool, typer.Option("--directed", help="a row each way")] = False,
    lag: Annotated[list[str] | None, typer.Option("--lag", metavar="M=K", help="its value K periods before (-K: after); repeatable")] = None,
    roll: Annotated[list[str] | None, typer.Option("--roll", metavar="M=K", help="its mean over K periods to the row's")] = None,
    rolled_sum: Annotated[list[str] | None, typer.Option("--sum", metavar="M=K", help="its sum over K periods to the row's")] = None,
    diff: Annotated[list[str] | None, typer.Option("--diff", metavar="M=K", help="its change over K periods")] = None,
    join: Annotated[Path | None, typer.Option("--join", metavar="FILE", help="your own columns, matched by --on")] = None,
    on: Annotated[str | None, typer.Option("--on", metavar="C,C,...", help="the file's columns of states and year")] = None,
    codes: Annotated[Literal["cow", "gw"], typer.Option(help="whose numbers of states are written, and read from --join")] = "cow",
    as_of: AsOfOption = None,
    unverified: Annotated[bool, typer.Option("--unverified", help="with rows of unverified origin")] = False,
    shareable: ShareableOption = False,
    bundle: Annotated[bool, typer.Option("--bundle", help="also the data's versions and a script that repeats it")] = False,
) -> None:
    """A research-ready dyad panel, with its citations (.bib) and a methods paragraph (.methods.md) beside it."""
    from dataclasses import replace

    from comity import output
    from comity.panel import wanted

    held = open_store()
    plan = held.dyads(period, start, stop, directed=directed, states=chosen, pairs=pairs, system=system, as_of=day(as_of), unverified=unverified)
    shifted = (("lag", lag, "lag"), ("roll", roll, "roll"), ("sum", rolled_sum, "sum"), ("diff", diff, "difference"))
    wanted(held.holdings, dict.fromkeys((*names, *(w.rpartition("=")[0] for _, words, _ in shifted for w in words or () if "=" in w))))
    plan = replace(plan.add(*names), numbers=codes)
    for option, words, step in shifted:
        for word in words or ():
            name, _, k = word.rpartition("=")
            if not name or not k.lstrip("-").isdigit():
                raise UsageError(f"--{option} {word!r} is not M=K, as in trade_total_usd=1")
            plan = getattr(plan, step)(name, int(k))
    if join is not None:
        plan = plan.join(join, [c.strip() for c in (on or "").split(",") if c.strip()])
        for user in plan.joined:
            for repair in user.repairs:
                say(f"{user.path.name}: {repair}")
            if user.unmatched:
                say(f"{user.path.name}: {user.unmatched}; their rows are left out")
    if shareable:
        plan = _shareable(plan)
    else:
        _warn_closed(held, [c.measure for c in plan.columns])
    rows = output.emit_panel(plan, out, bundle=bundle, tell=say)
    more = f", {out.stem}.versions.json, {out.stem}.py, {out.stem}.R" if bundle else ""
    say(f"wrote {out}: {rows:,} rows; {out.stem}.bib, {out.stem}.methods.md{more}")


@app.command()
def measures(form: FormatOption = "table", out: OutOption = None) -> None:
    """All measures: what each is, from which sources, and what of it is held."""
    from comity import output

    output.emit_rows(open_store().measures(), form, out, short=("name", "unit", "period", "of", "domain", "kind", "first", "last", "rows", "layer"))


@app.command()
def sources(form: FormatOption = "table", out: OutOption = None) -> None:
    """All sources: publisher, licence, citation, and what of each is held."""
    from comity import output

    output.emit_rows(open_store().sources(), form, out, short=("name", "title", "licence", "share", "first", "last", "layer"))


@app.command()
def show(name: str, form: Annotated[Literal["table", "json"], typer.Option("--format")] = "table") -> None:
    """Where a measure or table comes from: inputs, licence, citation, files and hashes."""
    from comity import output

    output.emit_chain(open_store().show(name), form)


@app.command()
def states(
    text: Annotated[str | None, typer.Argument(help="a code, name or part of one")] = None, form: FormatOption = "table", out: OutOption = None
) -> None:
    """The table of states: codes, dates, COW and Gleditsch-Ward numbers with the days of each list, seat and status."""
    from comity import output
    from comity.api import states_table

    output.emit_rows(states_table(text), form, out)


@app.command()
def find(text: str, form: FormatOption = "table", out: OutOption = None) -> None:
    """Measures by word."""
    from comity import output

    output.emit_rows(open_store().find(text), form, out, columns=("name", "title", "unit", "period", "domain", "first", "last", "layer"))


@app.command()
def rank(
    name: MeasureName,
    year: Annotated[int, typer.Option("--year")],
    state: Annotated[str | None, typer.Option(help="rank this state's partners")] = None,
    top: Annotated[int | None, typer.Option(help="only the first so many")] = None,
    as_of: AsOfOption = None,
    form: FormatOption = "table",
    out: OutOption = None,
) -> None:
    """Dyads, states or one state's partners in a year, highest first, within one source."""
    from comity import output

    held = open_store()
    rows = held.rank(name, year=year, state=state, top=top, as_of=day(as_of))
    one = state is not None or held._named(name)[0].of == "state"
    pools = {r["source"].replace(":", "+").split("+")[0] for r in rows}
    if not rows:
        say(why_empty(held, name, None, start=year, stop=year))
    elif len(pools) > 1:
        say(f"places are counted within each source, the largest first: {', '.join(sorted(pools))}")
    if state is not None and (other := held.by_own_report(name, rows, year=year, state=state, as_of=day(as_of))):
        say(other)
    output.emit_rows(rows, form, out, columns=(*(("state",) if one else ("a", "b")), "value", "rank", "of", "source", "n", "se"))


@app.command()
def reconcile(
    name: MeasureName, dyad: DyadOption = None, form: FormatOption = "table", out: OutOption = None
) -> None:
    """A measure by its sources or reporters side by side; without --dyad the largest differences and how far they agree."""
    from comity import output
    from comity.analysis.reconcile import COLUMNS, summary_lines

    found = open_store().reconcile(name, dyad=dyad)
    for note in (*found.notes, *summary_lines(found)):
        say(note)
    output.emit_rows(found.rows, form, out, columns=COLUMNS)


@app.command()
def coverage(dyad: DyadOption = None, form: FormatOption = "table", out: OutOption = None) -> None:
    """What each source covers of each measure: years, states, pairs, gaps; with --dyad what of it has values for the two."""
    from comity import output
    from comity.analysis.coverage import COLUMNS, DYAD_COLUMNS

    output.emit_rows(open_store().coverage(dyad=dyad), form, out, columns=COLUMNS if dyad is None else DYAD_COLUMNS)


@app.command()
def chart(
    name: MeasureName,
    dyad: Annotated[tuple[str, str], typer.Option("--dyad", metavar="A B")],
    out: Annotated[Path, typer.Option("--out", help=".svg, .png or .json (Vega-Lite)")],
    start: FromOption = None,
    stop: ToOption = None,
) -> None:
    """The picture of a measure for two states."""
    from comity import output

    held = open_store()
    entries = held.shown(name, dyad=dyad, start=start, stop=stop)
    if not entries:
        say(f"nothing to draw, {out} was not written: {why_empty(held, name, dyad, start=start, stop=stop)}")
        return
    output.emit_chart(entries, out)
    say(f"wrote {out}")


@app.command()
def cite(
    names: Annotated[list[str], typer.Argument(metavar="NAME...", help="measures or sources")],
    dyad: DyadOption = None,
    as_of: AsOfOption = None,
    form: Annotated[Literal["text", "bib"], typer.Option("--format", help="text or BibTeX")] = "text",
) -> None:
    """Citations of the data behind measures and sources; with --dyad of a measure only those with a value of the two."""
    sys.stdout.write(open_store().cite(*names, bib=form == "bib", dyad=dyad, as_of=day(as_of)))


@app.command()
def build(
    names: Annotated[list[str] | None, typer.Argument(metavar="NAME...", help="measures, tables or sources; without one all")] = None,
    folder: Annotated[Path | None, typer.Option("--from", metavar="DIR", help="the folder of raw files; without it what was fetched")] = None,
) -> None:
    """Make the tables and series that are stale, from raw files; all of them, or those named."""
    from comity import output

    report = open_store().build(*(names or ()), folder=folder, progress=output.progress(settings["quiet"]))
    waiting = [name for name, why in report.skipped.items() if why.startswith("reads ")]
    for name, why in report.skipped.items():
        if name not in waiting:
            say(f"skipped {name}: {why}")
    if waiting:
        say(f"skipped {len(waiting)} series that read what is not built: {', '.join(waiting[:5])}{' …' if len(waiting) > 5 else ''}")
    say(f"built {len(report.built)}, fresh {len(report.fresh)}, skipped {len(report.skipped)}")


@app.command()
def note(
    a: MaybeA = None,
    b: MaybeB = None,
    what: Annotated[str | None, typer.Option(help="a measure's name, or what it is in words")] = None,
    value: Annotated[float | None, typer.Option(help="the figure; without it the note is a dated fact")] = None,
    unit: Annotated[str | None, typer.Option(help="its unit, as in USD, 'bn USD', %")] = None,
    date: Annotated[str | None, typer.Option(help="what it speaks of: 2023, 2023-05, 2023-Q2, 2023-05-17, A..B")] = None,
    who: Annotated[str | None, typer.Option(help="who stated it")] = None,
    url: Annotated[str | None, typer.Option(help="the page where it stands")] = None,
    remove: Annotated[str | None, typer.Option(metavar="ID", help="take a note out")] = None,
    form: FormatOption = "table",
) -> None:
    """Keep a stated figure or a dated fact about two states in your store; without --what, list what is kept."""
    from comity import output

    held = open_store()
    if remove is not None:
        held.forget(remove)
        say(f"removed note {remove}")
    elif what is None:
        if (a is None) != (b is None):
            raise UsageError("a note is about two states: comity note A B")
        rows = held.notes(a, b) if a is not None else held.notes()
        columns = ("id", "a", "b", "what", "measure", "value", "unit", "period", "who", "url", "noted")
        output.emit_rows(rows, form, None, columns=columns)
    else:
        lacking = [o for o, given in (("A B", a and b), ("--date", date), ("--who", who), ("--url", url)) if not given]
        if lacking:
            raise UsageError(f"a note needs {', '.join(lacking)}")
        kept = held.note(a, b, what=what, value=value, unit=unit, date=date, who=who, url=url)
        shown = f"read with {kept.measure}" if kept.measure else "of no measure, so it is listed in the report"
        say(f"kept note {kept.id} ({shown})")


@app.command()
def add(
    path: Annotated[Path, typer.Argument(metavar="FILE.toml|DIR", help="what declares it, with the data beside")],
    remove: Annotated[bool, typer.Option("--remove", help="forget it, and what was built of it")] = False,
) -> None:
    """Your own source and measures, from a TOML file or a folder of Python modules: built, checked, and shown as your own."""
    held = open_store()
    if remove:
        held.remove(path)
        say(f"forgot {path}")
        return
    made = held.add(path)
    say(f"added {', '.join(made)}")


@app.command()
def status(form: FormatOption = "table", out: OutOption = None) -> None:
    """What is held, from which layer, and what is stale and why."""
    from comity import output

    columns = ("name", "kind", "layer", "built", "stale", "why", "rows", "bytes", "vintages", "checked")
    output.emit_rows(open_store().status(), form, out, columns=columns)


@app.command()
def verify(form: Annotated[Literal["text", "json"], typer.Option("--format")] = "text") -> None:
    """Check every artefact of both layers against its ledger row; exit 1 where one is not as it should be."""
    import json

    result = open_store().verify()
    if form == "json":
        sys.stdout.write(json.dumps(result, indent=1) + "\n")
    else:
        sys.stdout.write("".join(f"{line}\n" for line in (*result["bad"], f"checked {result['checked']}, bad {len(result['bad'])}")))
    if result["bad"]:
        raise typer.Exit(1)


ROOMS = (
    cli_fetch, cli_votes, cli_vision, cli_explain, cli_gravity, cli_plan, cli_chains, cli_align, cli_forecast, cli_shock, cli_position, cli_claims,
    cli_review, cli_web,
)  # fmt: skip
for command in (c for room in ROOMS for c in room.COMMANDS):
    app.command()(command)
app.add_typer(cli_plan.app)
app.add_typer(cli_events.app)


def main(arguments: list[str] | None = None) -> None:
    """Run one command; every foreseen error is one line on stderr and the contract's exit code."""
    import warnings

    warnings.showwarning = lambda message, *_, **__: say(str(message))
    argv = _globals_first(list(sys.argv[1:] if arguments is None else arguments))
    if "--version" in argv[:1]:
        sys.stdout.write(f"comity {__version__}\n")
        raise SystemExit(0)
    try:
        code = app(args=argv, prog_name="comity", standalone_mode=False)
        sys.stdout.flush()
        say_stale()
    except ComityError as error:
        sys.stderr.write(f"comity: {clean(str(error))}\n")
        code = error.exit_code
    except ModuleNotFoundError as error:
        code = _extra_missing(error)
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:
        from comity import output

        output.silence()
        code = 0
    except Exception as error:
        code = _click_error(error)
    raise SystemExit(code if isinstance(code, int) else 0)


def _extra_missing(error: ModuleNotFoundError) -> int:
    name = (error.name or "").partition(".")[0]
    if name not in extras.EXTRAS:
        raise error
    sys.stderr.write(f"comity: {extras.needs('this', name)}\n")
    return 2


def _click_error(error: Exception) -> int:
    show_error = getattr(error, "show", None)
    exit_code = getattr(error, "exit_code", None)
    if type(error).__name__ == "Abort":
        return 130
    if callable(show_error) and exit_code is not None:
        show_error()
        return int(exit_code)
    raise error


def _warn_closed(held: Any, names: Sequence[str]) -> None:
    """Say which of the values written to a file may not be passed on."""
    from comity import measures as declared
    from comity import release

    for name in dict.fromkeys(names):
        full = declared.full_name(name)
        closed = release.closed(held.holdings, full) if held.holdings.has("series", full) else ()
        if closed:
            say(f"{name}: for your own use, the terms of {', '.join(closed)} do not allow it to be passed on (--shareable leaves it out)")


def _shareable(plan: Any) -> Any:
    from dataclasses import replace

    from comity import release

    kept = tuple(c for c in plan.columns if not release.closed(plan.holdings, c.measure))
    for column in plan.columns:
        if column not in kept:
            say(f"{column.name}: left out, the terms of {', '.join(release.closed(plan.holdings, column.measure))} do not allow it to be passed on")
    if plan.columns and not kept and not plan.joined:
        raise NotHeldError("no measure is left that may be passed on, so nothing was written")
    return replace(plan, columns=kept)


def _globals_first(argv: list[str]) -> list[str]:
    front: list[str] = []
    rest: list[str] = []
    waiting = iter(argv)
    for word in waiting:
        if word == "--":
            rest += [word, *waiting]
        elif word == "--home":
            front += [word, *(next(waiting, None) or "" for _ in range(1))]
        elif word.startswith("--home=") or word in ("-v", "--verbose", "-q", "--quiet", "--version"):
            front.append(word)
        else:
            rest.append(word)
    return front + rest


if __name__ == "__main__":
    main()
