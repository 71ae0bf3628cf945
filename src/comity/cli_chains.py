"""The commands about value chains: the ways of value between two states, and a user's own table taken apart."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from comity.cli_options import FormatOption, OutOption, open_store, say
from comity.core import UsageError


def chains(
    a: Annotated[str, typer.Argument(metavar="A")],
    b: Annotated[str, typer.Argument(metavar="B")],
    year: Annotated[int | None, typer.Option("--year", help="else the newest held")] = None,
    together: Annotated[bool, typer.Option("--together", help="what both make together, by year, with bands")] = False,
    form: FormatOption = "table",
    out: OutOption = None,
) -> None:
    """By which ways value added of each of two states reaches the other's final use; --together: what both make together."""
    from comity import output

    held = open_store()
    if together:
        rows = held.shared(a, b)
        say("manufacturing value of both in one final good; expected: over what both sizes let expect; low, high: 15 draws with erroneous flows")
        columns = (
            "a", "b", "year", "usd", "cosine", "low", "high", "rank", "rank_low", "rank_high", "of", "expected", "expected_low", "expected_high",
            "per_trade", "per_trade_median", "completed_a", "completed_b", "completed_third",
        )  # fmt: skip
        short = ("year", "usd", "cosine", "rank", "rank_low", "rank_high", "of", "expected", "per_trade", "completed_a", "completed_b")
        output.emit_rows(rows, form, out, columns=columns, short=short)
        return
    rows = held.chains(a, b, year=year)
    if rows:
        say(f"value added in final use {rows[0]['year']}, US dollars; ways are exact to three border crossings, `longer` is the rest; ROW: others")
    output.emit_rows(rows, form, out, columns=("a", "b", "year", "route", "value", "share"))


def decompose(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="an inter-country input–output table")],
    layout: Annotated[str, typer.Option("--layout", help="long, wide, wiod2013, wiod2016, wiod2016-r, adb, icio or exiobase")],
    unit: Annotated[str, typer.Option("--unit", help="usd, kusd, musd, bnusd or another by its name")],
    method: Annotated[
        str, typer.Option("--method", help="leontief, vax, kww, wwz, bm-source, bm-sink, bilateral, world-source or world-sink")
    ] = "bm-source",
    pairs: Annotated[bool, typer.Option("--pairs", help="summed over industries")] = False,
    exporter: Annotated[str | None, typer.Option("--exporter", help="only of this state, by the table's own code")] = None,
    importer: Annotated[str | None, typer.Option("--importer", help="only to this state")] = None,
    group: Annotated[str | None, typer.Option("--group", metavar="A,B,…", help="these states as one exporter, by Borin and Mancini")] = None,
    world: Annotated[bool, typer.Option("--world", help="the table covers the world: check that its size is a world's")] = False,
    form: FormatOption = "table",
    out: OutOption = None,
) -> None:
    """Exports of a user's own inter-country table taken apart by whose value they hold; the table is checked first."""
    from comity import output
    from comity.analysis import own_tables

    asked = own_tables.Asked(
        path=file, layout=layout, unit=unit, method=method, pairs=pairs, exporter=exporter, importer=importer,
        group=None if group is None else tuple(g.strip() for g in group.split(",") if g.strip()), world=world,
    )  # fmt: skip
    if group is not None and (exporter or importer):
        raise UsageError("--group takes the place of --exporter and --importer; name one or the other")
    found = own_tables.decomposed(asked)
    for note in found.notes:
        say(note)
    output.emit_table(found.table, form, out)


COMMANDS = (chains, decompose)
