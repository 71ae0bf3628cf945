"""The command about shocks."""

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

    found = open_store().shock(a, b, name, of, horizon=horizon)
    for sentence in found.sentences:
        say(sentence)
    for e in found.episodes:
        if e.conditional is None:
            say(f"Conditional forecast of {e.first} to {e.last}: not tried, {e.why}.")
        else:
            say(
                f"Conditional forecast of {e.first} to {e.last}, given {found.driver} {100 * (e.driver or 0):+.0f} %: {100 * e.conditional:+.0f} %; "
                f"without the driver {100 * (e.unconditional or 0):+.0f} %; it came {100 * (e.outcome or 0):+.0f} %."
            )
    if form == "json":
        output.write_text(json.dumps(asdict(found), default=str, ensure_ascii=False, indent=1) + "\n", out)
        return
    output.emit_rows(list(found.rows), form, out, columns=(*COLUMNS, "n"))


COMMANDS = (shock,)
