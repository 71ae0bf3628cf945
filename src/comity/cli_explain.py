"""The command that takes a change apart."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

from comity.cli_options import FormatOption, FromOption, OutOption, StateA, StateB, ToOption, open_store, say

PARTS = ("part", "from", "to", "what", "value", "low", "high", "share", "note")


def explain(
    a: StateA,
    b: StateB,
    name: Annotated[str, typer.Argument(metavar="M", help="a trade flow is taken apart; any measure of two states is searched for shifts of pace")],
    start: FromOption = None,
    stop: ToOption = None,
    form: FormatOption = "table",
    out: OutOption = None,
) -> None:
    """What moved a trade figure: parts that add up, each with its band; of any measure, when its pace shifted and what lay near in time."""
    from comity import measures, output
    from comity.analysis import explain as parts
    from comity.analysis import turns
    from comity.core import UsageError

    held = open_store()
    if measures.get(name).name not in parts.FLOWS:
        shifted = held.turns(a, b, name)
        for sentence in turns.sentences(shifted, name):
            say(sentence)
        output.emit_rows(turns.rows(shifted), form, out, columns=turns.COLUMNS)
        return
    found = held.explain(a, b, name, start=start, stop=stop)
    try:
        for sentence in turns.sentences(held.turns(a, b, name), name):
            say(sentence)
    except UsageError as error:
        say(f"When it shifted: {error}")
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
