"""The commands about what went along with ties: shocks of prices and currencies, and pressure by others."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from comity.cli_options import FormatOption, OutOption, open_store, say


def shock(
    a: str,
    b: str,
    name: Annotated[str, typer.Argument(metavar="M", help="trade_total_usd, exports_usd (of A to B) or imports_usd (of A from B)")],
    of: Annotated[str, typer.Option("--of", metavar="M=±P%", help="the driver and its change, as in brent_usd=-30%")],
    horizon: Annotated[int | None, typer.Option("--horizon", min=0, help="periods after the shock")] = None,
    form: FormatOption = "table",
    out: OutOption = None,
) -> None:
    """How a flow moved, as a share of what it would have been, in the periods after such news in a price or a currency."""
    from comity import output
    from comity.analysis.shock import COLUMNS
    from comity.driven import definition

    found = open_store().shock(a, b, name, of, horizon=horizon)
    for sentence in found.sentences:
        say(sentence)
    say(definition("shock", found.grade))
    if form == "json":
        output.write_text(json.dumps(asdict(found), default=str, ensure_ascii=False, indent=1) + "\n", out)
        return
    rows = [r | s for r, s in zip(found.rows, found.split, strict=True)] if found.split else list(found.rows)
    output.emit_rows(rows, form, out, columns=(*COLUMNS, "n", *(k for k in (found.split or ({},))[0] if k != "horizon")))


def pressure(
    name: Annotated[str, typer.Argument(metavar="M")],
    dyad: Annotated[tuple[str, str] | None, typer.Option("--dyad", metavar="A B", help="these two, with --since or --by")] = None,
    since: Annotated[int | None, typer.Option("--since", metavar="Y", help="the first year under pressure, against a synthetic control")] = None,
    by: Annotated[str | None, typer.Option("--by", metavar="C", help="after news of this third state's hostility to both, by month")] = None,
    draws: Annotated[int, typer.Option(min=19, help="permutations of the states")] = 199,
    form: FormatOption = "table",
    out: OutOption = None,
) -> None:
    """Whether pressure of one sender on both states precedes closer ties, over all pairs; with --dyad one pair beside others."""
    from comity import output
    from comity.core import UsageError
    from comity.driven import definition, pressed
    from comity.models.pressure import GRADES

    held = open_store()
    if dyad is None and since is None and by is None:
        found = held.pressed(name, draws=draws)
        s = found.study
        unit = "log points" if found.logged else "units"
        say(
            f"{found.measure}, {found.first} to {found.last}: {s.pairs} pairs come under pressure of one sender, {found.controls} never do. "
            f"Mean effect {s.effect:+.4f} {unit} (permutation p {s.p:.3f}); before it {s.pre:+.4f} (p {s.pre_p:.3f})."
        )
        say(f"Grade: {s.grade} ({GRADES[s.grade]}).")
        output.emit_rows([{"time": t, "effect": e if e == e else None} for t, e in zip(s.times, s.effects, strict=True)], form, out)
        return
    if dyad is None or (since is None) == (by is None):
        raise UsageError("--dyad A B goes with either --since Y or --by C")
    one = held.compared(*dyad, name, since) if since is not None else held.projected(*dyad, name, by or "")
    for sentence in (*pressed(one), definition("pressure", one.grade)):
        say(sentence)
    output.emit_rows(list(one.table()), form, out)


COMMANDS = (shock, pressure)
