"""The commands about raw event files: read, ingest, ledger, coverage, days, dyad-days."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from comity.cli_options import FormatOption, OutOption, StateA, StateB, day, say, settings
from comity.core import UsageError

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.events.gdelt import Edition

EngineOption = Annotated[Literal["duckdb", "spark"], typer.Option("--engine", help="duckdb, or spark (extra `spark`; SPARK_MASTER names a cluster)")]
EditionOption = Annotated[str | None, typer.Option("--edition", help="gdelt1, gdelt2 or gdelt2-translated, where several are held")]
FirstOption = Annotated[str | None, typer.Option("--from", metavar="DATE", help="first day")]
LastOption = Annotated[str | None, typer.Option("--to", metavar="DATE", help="last day")]
ConventionOption = Annotated[Literal["gdelt", "schrodt"], typer.Option("--convention", help="whose four classes of events")]
COUNTED = ("file", "rows", "kept", "duplicate", "quarantined", "not_between_states", "sha256")
app = typer.Typer(name="events", no_args_is_help=True, rich_markup_mode=None, help="Raw event files: one file of ICEWS and others, or GDELT's zips.")


@app.command()
def read(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="text with tabs, or Parquet; not zipped")],
    layout: Annotated[str, typer.Option("--layout", help="icews, polecat, weis, keds-weis, keds-cameo, icews-subset or copdab")],
    show: Annotated[Literal["account", "events", "quarantine", "outside"], typer.Option(help="what became of the rows, the events, the bad "
                    "lines, or who was met that is no state")] = "account",
    duplicates: Annotated[str, typer.Option(help="none, exact, one-a-day, source-and-pair or syndication")] = "none",
    convention: ConventionOption = "schrodt",
    codebook: Annotated[Path | None, typer.Option("--codebook", metavar="DIR", help="the folder of codebooks, for weights and codes")] = None,
    state_only: Annotated[bool, typer.Option("--state-only", help="leave out actors whose sectors are none of the state")] = False,
    form: FormatOption = "table", out: OutOption = None,
) -> None:  # fmt: skip
    """Read published files of single events into one table; every row is kept, a duplicate, quarantined or not between states."""
    import pyarrow as pa

    from comity import output
    from comity.events import codes, published

    book = None if codebook is None else codes.codebook(codebook)
    found = [published.read(f, layout, convention=convention, codebook=book, state_only=state_only) for f in files]
    if show == "account":
        output.emit_rows([vars(r.account) for r in found], form, out, columns=COUNTED, short=COUNTED[:6])
    elif show == "quarantine":
        output.emit_rows([vars(b) for r in found for b in r.quarantine], form, out, columns=("file", "line", "reason", "text"))
    elif show == "outside":
        rows = [{"file": r.account.file, "actor": code, "rows": n} for r in found for code, n in r.outside.items()]
        output.emit_rows(rows, form, out, columns=("file", "actor", "rows"))
    else:
        events = pa.concat_tables([r.events for r in found])
        once = _once(events, duplicates)
        say(f"{events.num_rows:,} events, {events.num_rows - once.num_rows:,} of them left out by the rule {duplicates}")
        output.emit_table(once, form, out)


@app.command()
def ingest(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="published zips, as GDELT names them; folders in it too")],
    engine: EngineOption = "duckdb",
    workers: Annotated[int | None, typer.Option(min=1, max=64, help="threads that read, else one a processor")] = None,
) -> None:
    """Read the published zips of a folder that are not held yet; each file's rows are accounted for; a killed run is taken up again."""
    from comity.events.ingest import ingest as run

    found = run(folder, _home(), engine=engine, workers=workers, progress=say)
    total = {k: sum(getattr(f, k) for f in found.read) for k in ("rows", "kept", "duplicate", "quarantined", "not_between_states")}
    say(
        f"read {len(found.read):,} files ({found.had:,} were held): {total['rows']:,} rows = {total['kept']:,} kept "
        f"+ {total['duplicate']:,} duplicate + {total['quarantined']:,} quarantined + {total['not_between_states']:,} not between two states"
    )
    for name in found.changed:
        say(f"{name}: of another size than when it was read; what was read then is kept")
    if found.foreign:
        say(f"{len(found.foreign)} zips left alone, of no published name or there twice: {', '.join(found.foreign[:3])}")
    for name, why in found.damaged.items():
        say(f"{name}: damaged ({why}), not counted as held")
    if found.damaged:
        raise typer.Exit(3)


@app.command()
def ledger(
    edition: EditionOption = None,
    quarantine: Annotated[bool, typer.Option("--quarantine", help="the quarantined lines instead: file, line, reason, text")] = False,
    form: FormatOption = "table",
    out: OutOption = None,
) -> None:
    """What became of each file's rows: rows = kept + duplicate + quarantined + not_between_states."""
    from dataclasses import asdict

    from comity import output
    from comity.events import counted

    home, chosen = _held(edition)
    if quarantine:
        output.emit_table(counted.quarantine(home, chosen), form, out)
        return
    rows = [asdict(row) for row in counted.ledger(home, chosen)]
    columns = (*COUNTED[:6], "bytes", "sha256")
    output.emit_rows(rows, form, out, columns=columns, short=columns[:6])


@app.command()
def coverage(
    edition: EditionOption = None, first: FirstOption = None, last: LastOption = None,
    missing: Annotated[bool, typer.Option("--missing", help="only days of which a file is lacking")] = False,
    form: FormatOption = "table", out: OutOption = None,
) -> None:  # fmt: skip
    """Of each day, how many files were due and how many are held; a day without any is missing, not quiet."""
    from comity import output
    from comity.events import counted

    home, chosen = _held(edition)
    found = counted.coverage(home, chosen, day(first), day(last))
    rows: list[dict[str, Any]] = [{"day": d.day, "due": d.due, "had": d.had, "share": d.share} for d in found if not missing or d.had < d.due]
    output.emit_rows(rows, form, out, columns=("day", "due", "had", "share"))
    say(f"{chosen}: {len(found)} days, {sum(d.had == d.due for d in found)} complete, {sum(not d.had for d in found)} missing")


@app.command()
def days(
    a: StateA, b: StateB, edition: EditionOption = None, first: FirstOption = None, last: LastOption = None,
    convention: ConventionOption = "gdelt", form: FormatOption = "table", out: OutOption = None,
) -> None:  # fmt: skip
    """What A did towards B, day by day: events, mentions, four classes, sums of Goldstein values and tones, and the day's coverage."""
    from comity import output, states
    from comity.events import counted

    home, chosen = _held(edition)
    one, other = states.find(a).code, states.find(b).code
    if one == other:
        raise UsageError("the two states are one; give another")
    output.emit_rows(counted.days(home, chosen, one, other, day(first), day(last), convention=convention), form, out, columns=counted.DAY_COLUMNS)


@app.command("dyad-days")
def dyad_days(
    out: Annotated[Path, typer.Option("--out", metavar="F.parquet", help="a file; with --engine spark a new folder")],
    edition: EditionOption = None,
    engine: EngineOption = "duckdb",
    duplicates: Annotated[
        Literal["kept", "by id"], typer.Option(help="`by id` counts each publisher's number once, in parts of several stores")
    ] = "kept",
    convention: ConventionOption = "gdelt",
) -> None:
    """All directed dyad-days of what is held, as Parquet."""
    from comity.events import counted

    home, chosen = _held(edition)
    counted.write_dyad_days(home, chosen, out, engine=engine, duplicates=duplicates, convention=convention)
    say(f"wrote {out}")


def _once(events: pa.Table, rule: str) -> pa.Table:
    import ibis

    from comity.events import duplicates

    connection = ibis.duckdb.connect(threads=2)
    table: pa.Table = connection.to_pyarrow(duplicates.once(connection.create_table("events", events), rule).order_by(["file", "line"]))
    return table


def _home() -> Path:
    from comity.store import default_home

    return Path(settings["home"] or default_home())


def _held(edition: str | None) -> tuple[Path, Edition]:
    from comity.events.counted import only_edition

    return _home(), only_edition(_home(), edition)
