"""The command that takes a change apart."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

from comity.cli_options import FormatOption, FromOption, OutOption, ToOption, open_store, say

PARTS = ("part", "from", "to", "what", "value", "low", "high", "share", "note")


def explain(
    a: str,
    b: str,
    name: Annotated[str, typer.Argument(metavar="M", help="trade_total_usd, exports_usd (of A to B) or imports_usd (of A from B)")],
    start: FromOption = None,
    stop: ToOption = None,
    form: FormatOption = "table",
    out: OutOption = None,
) -> None:
    """What moved a trade figure between two years: parts that add up, each with its band; then what went along with it."""
    from comity import output

    found = open_store().explain(a, b, name, start=start, stop=stop)
    for sentence in found.sentences:
        say(sentence)
    if found.settled_by:
        say(f"What would tell more: {found.settled_by}.")
    if form == "json":
        import json

        output.write_text(json.dumps(asdict(found), ensure_ascii=False, indent=1) + "\n", out)
        return
    rows: list[dict[str, Any]] = [
        {
            "part": p.name, "from": p.exporter, "to": p.importer, "what": p.label, "value": p.value, "low": p.low, "high": p.high,
            "share": p.value / found.change if found.change else None, "note": p.note,
        }
        for p in found.parts
    ]  # fmt: skip
    rows.append(dict.fromkeys(PARTS) | {"part": "change", "what": f"{found.start} to {found.stop}", "value": found.change, "note": ""})
    output.emit_rows(rows, form, out, columns=PARTS)


COMMANDS = (explain,)
