"""The commands about roadmaps: plan new, check, schedule, risk, status, export, compare; and the agenda of two states."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from comity.cli_options import AsOfOption, FormatOption, OutOption, StateA, StateB, day, open_store, say, settings
from comity.core import UsageError

if TYPE_CHECKING:
    from comity.models.form import Issue
    from comity.plan.planning import Plan

Export = Literal["ics", "json", "csv", "html", "svg", "mspdi"]
FileArgument = Annotated[Path, typer.Argument(metavar="FILE.toml", help="the roadmap")]
DrawsOption = Annotated[int | None, typer.Option("--iterations", min=1, max=1_000_000, help="draws, in place of the file's")]
SeedOption = Annotated[int | None, typer.Option("--seed", min=0, help="in place of the file's")]
app = typer.Typer(name="plan", no_args_is_help=True, rich_markup_mode=None, help="Roadmaps: schedule, risk, status, exports.")


@app.command()
def new(
    a: StateA,
    b: StateB,
    goal: Annotated[str | None, typer.Option("--goal", help="what the two want, in a sentence")] = None,
    start: Annotated[str | None, typer.Option("--start", metavar="DATE", help="first day of work, else the next month's first working day")] = None,
    by: Annotated[int | None, typer.Option("--by", metavar="YEAR", help="of the deadlines, else two years on")] = None,
    as_of: AsOfOption = None,
    out: Annotated[str | None, typer.Option("--out", metavar="F|-")] = None,
) -> None:
    """A commented roadmap to start from: witness milestones with today's value and what trend alone would give."""
    text = open_store().new_roadmap(a, b, goal=goal, start=day(start), by=by, as_of=day(as_of))
    _write(text.encode(), out)


@app.command()
def check(file: FileArgument, form: Annotated[Literal["text", "json"], typer.Option("--format")] = "text") -> None:
    """Whether a file is a roadmap: all errors and warnings at once, and each initiative's rung; exit 3 on an error."""
    from comity.plan import ladder, planning

    found = planning.check(file)
    _issues(file, found.warnings, found.errors)
    shown = planning.check_dict(found)
    if form == "json":
        _json(shown)
    elif not found.errors:
        rows = [
            f"{r['id']}  {r['kind']}  {r['level']}" + (f"  (missing: {', '.join(r['missing'])})" if r["missing"] else "")
            for r in shown["initiatives"]
        ]
        head = f"{file}: a roadmap; {len(found.warnings)} warnings" + (f"; rungs by {ladder.SCHEME}:" if rows else "")
        sys.stdout.write("\n".join([head, *rows]) + "\n")
    if found.errors:
        raise typer.Exit(3)


@app.command()
def schedule(file: FileArgument, form: FormatOption = "table", out: OutOption = None) -> None:
    """Early and late dates, floats, what drives each item, and the critical path."""
    from comity.plan import schedule as plans

    plan = _load(file)
    found = plan.schedule
    _issues(file, found.warnings)
    if _as_json(form, out):
        _json(plans.to_dict(found), out)
        return
    say(f"ends {found.finish}; critical path: {' → '.join(found.critical_path) or 'none'}")
    columns = ("id", "type", "early_start", "early_finish", "late_finish", "total_float", "free_float", "critical", "deadline", "margin", "why")
    _rows([{k: r[k] for k in columns} for r in plans.to_dict(found)["items"]], form, out, columns)


@app.command()
def risk(file: FileArgument, draws: DrawsOption = None, seed: SeedOption = None, form: FormatOption = "table", out: OutOption = None) -> None:
    """How likely each deadline is when durations are drawn many times, and what drives each milestone."""
    from comity.plan import risk as risks

    plan = _load(file, iterations=draws, seed=seed)
    found = risks.to_dict(plan.risk)
    _issues(file, plan.risk.warnings)
    if _as_json(form, out):
        _json(found, out)
        return
    dates = found["finish"]["dates"]
    say(f"ends {plan.schedule.finish} by the means, {dates['p50']} in half of {found['iterations']:,} draws, {dates['p80']} in 80 %")
    columns = ("id", "type", "deadline", "expected", "p50", "p80", "p_on_time", "se", "driver")
    rows = []
    for m, kept in zip(found["milestones"], plan.risk.milestones, strict=True):
        driver = f"{m['drivers'][0]['id']} ({m['drivers'][0]['rank_correlation']:.2f})" if m["drivers"] else None
        expected = str(plan.schedule.done(kept.spread.deterministic))
        row = {k: m[k] for k in ("id", "type", "deadline", "p_on_time", "se")}
        rows.append({**row, "expected": expected, "p50": m["dates"]["p50"], "p80": m["dates"]["p80"], "driver": driver})
    _rows(rows, form, out, columns)


@app.command()
def status(
    file: FileArgument,
    as_of: AsOfOption = None,
    draws: DrawsOption = None,
    seed: SeedOption = None,
    form: FormatOption = "table",
    out: OutOption = None,
) -> None:
    """Where each milestone stands: by its witness in the data, else by its dates and its probability."""
    from comity.plan import status as states

    plan = _load(file, iterations=draws, seed=seed)
    _issues(file, plan.schedule.warnings)
    found = states.to_dict(plan.status(open_store().holdings, day(as_of)))
    if _as_json(form, out):
        _json(found, out)
        return
    say(f"as of {found['as_of'] or 'no day: nothing is observed'}")
    rows = [{**{k: m[k] for k in ("id", "state", "deadline", "why")}, "finish": m["schedule"]["finish"]} for m in found["milestones"]]
    _rows(rows, form, out, ("id", "state", "deadline", "finish", "why"))


@app.command()
def export(
    file: FileArgument,
    form: Annotated[Export, typer.Option("--format", help="ics, json, csv, html, svg or mspdi (MS Project XML)")],
    as_of: AsOfOption = None,
    draws: DrawsOption = None,
    seed: SeedOption = None,
    out: Annotated[str | None, typer.Option("--out", metavar="F|-")] = None,
) -> None:
    """The roadmap for other programs and for people, to stdout unless --out names a file; the same bytes each time."""
    plan = _load(file, iterations=draws, seed=seed)
    _issues(file, plan.schedule.warnings)
    _write(plan.export(form, open_store().holdings, day(as_of)), out)


@app.command()
def compare(
    first: Annotated[Path, typer.Argument(metavar="A.toml")],
    second: Annotated[Path, typer.Argument(metavar="B.toml")],
    form: FormatOption = "table",
    out: OutOption = None,
) -> None:
    """Two sides' drafts: what both hold, one side's only, contradictory dates; cost, funding and benefit by side and year."""
    from comity.plan import drafts

    found = drafts.compare(_load(first).roadmap, _load(second).roadmap)
    if _as_json(form, out):
        _json(drafts.to_dict(found), out)
        return
    for row in found.money:
        sums = ", ".join(f"{k} {row[k]:,g}" for k in ("cost", "funding", "benefit") if row[k] is not None)
        say(f"{row['draft']}: {row['side']} {row['year']}: {sums} {row['currency']}")
    _rows([vars(r) for r in found.rows], form, out, drafts.COLUMNS)


def agenda(
    a: StateA,
    b: StateB,
    register: Annotated[Path | None, typer.Option("--register", metavar="F.toml", help="initiatives of the two, or a roadmap")] = None,
    session: Annotated[int | None, typer.Option("--session", metavar="S", help="of the General Assembly, else the newest held")] = None,
    as_of: AsOfOption = None,
    form: FormatOption = "table",
    out: OutOption = None,
) -> None:
    """Topics on which two states agree, beside what they undertake together there; agreement without undertakings first."""
    from comity import output
    from comity.analysis.agenda import COLUMNS

    found = open_store().agenda(a, b, register=register, session=session, as_of=day(as_of))
    for note in found.notes:
        say(note)
    output.emit_rows([vars(r) for r in found.rows], form, out, columns=COLUMNS)


def _load(file: Path, *, iterations: int | None = None, seed: int | None = None) -> Plan:
    from comity.plan import planning, reader

    try:
        return planning.load(file, iterations=iterations, seed=seed)
    except reader.RoadmapRefused as refused:
        _issues(file, refused.warnings, refused.errors)
        raise typer.Exit(3) from None


def _issues(file: Path, warnings: tuple[Issue, ...], errors: tuple[Issue, ...] = ()) -> None:
    """Errors on stderr always, warnings unless --quiet."""
    from comity.plan.reader import line

    for error in errors:
        sys.stderr.write(f"{file}: {line(error)}\n")
    for warning in warnings if not settings["quiet"] else ():
        sys.stderr.write(f"{file}: {line(warning, 'warning')}\n")


def _as_json(form: str, out: Path | None) -> bool:
    return form == "json" or (form == "table" and out is not None and out.suffix == ".json")


def _json(value: dict[str, Any], out: Path | None = None) -> None:
    from comity import output

    output.write_text(json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n", out)


def _rows(rows: list[dict[str, Any]], form: Any, out: Path | None, columns: tuple[str, ...]) -> None:
    from comity import output
    from comity.plan.exports import cell

    if form == "csv" or (out is not None and out.suffix == ".csv"):
        rows = [{k: cell(v) if isinstance(v, str) else v for k, v in r.items()} for r in rows]
    output.emit_rows(rows, form, out, columns=columns)


def _write(data: bytes, out: str | None) -> None:
    """Bytes to a file in one step, or to stdout."""
    from comity import output

    if out is not None and out != "-":
        if not Path(out).parent.is_dir():
            raise UsageError(f"{out}: there is no folder {Path(out).parent}")
        output.write_bytes(data, Path(out))
        say(f"wrote {out}")
        return
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        output.silence()


COMMANDS = (agenda,)
