"""The commands about what comes next: forecasts with their record, backtests, the register."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from comity.cli_options import AsOfOption, FormatOption, OutOption, day, open_store, say

COLUMNS = ("start", "median", "q05", "q10", "q25", "q75", "q90", "q95", "model", "baseline_skill")
CARD = ("horizon", "model", "origins", "n", "crps", "skill_last", "skill_last_size", "se", "cover50", "cover80", "cover90", "worst80")
SourceOption = Annotated[str | None, typer.Option("--source", help="of this source alone (its whole table where the series takes part of it)")]


def forecast(
    a: str,
    b: str,
    name: Annotated[str, typer.Argument(metavar="M[:VARIANT]")],
    horizon: Annotated[int | None, typer.Option("--horizon", min=1, help="periods ahead; 3 for years and sessions, 12 for months")] = None,
    above: Annotated[float | None, typer.Option("--above", help="also the probability of a value above this")] = None,
    record: Annotated[bool, typer.Option("--record", help="write it to the register")] = False,
    as_of: AsOfOption = None,
    form: FormatOption = "table",
    out: OutOption = None,
) -> None:
    """What a measure of two states may be in the periods to come, as a distribution, and how such forecasts did in the past."""
    from comity import output
    from comity.forecasted import sentences

    held = open_store()
    found, card = held.forecast(a, b, name, horizon=horizon, as_of=day(as_of), progress=_talk)
    for sentence in sentences(found, card):
        say(sentence)
    rows = [f.row() | ({} if above is None else {"p_above": f.above(above)}) for f in found]
    if record:
        added = held.record(found, card)
        say(f"register: {len(added)} of {len(found)} forecasts added; periods that are over and forecasts that stand in it already are left out")
    output.emit_rows(rows, form, out, columns=COLUMNS if above is None else (*COLUMNS, "p_above"))


def backtest(
    name: Annotated[str, typer.Argument(metavar="M[:VARIANT]")],
    source: SourceOption = None,
    again: Annotated[bool, typer.Option("--again", help="compute it even where one is kept")] = False,
    as_of: AsOfOption = None,
    form: FormatOption = "table",
    out: OutOption = None,
) -> None:
    """How forecasts of a measure did from past origins, against last value: the scorecard, which is kept."""
    from comity import output

    card = open_store().backtest(name, source=source, as_of=day(as_of), again=again, progress=_talk)
    say(card.protocol)
    say(f"Origins {card.first} to {card.last}.")
    for c in card.choices:
        if c["fell_back"]:
            say(f"{c['horizon']} ahead: no method beat last value (nearest {c['best_other']}, skill {c['best_skill'] or 0.0:.3f}); it is used.")
        else:
            say(f"{c['horizon']} ahead: {c['method']} is used, past skill {c['skill']:.3f}.")
    if form == "json":
        body = {"measure": card.measure, "protocol": card.protocol, "rows": list(card.rows)}
        extra = {k: v for k, v in asdict(card).items() if k not in body}
        output.write_text(json.dumps(body | extra, default=str, ensure_ascii=False, indent=1) + "\n", out)
        return
    output.emit_rows(list(card.rows), form, out, columns=CARD if form == "table" else tuple(card.rows[0]))


def score(form: FormatOption = "table", out: OutOption = None) -> None:
    """The register of forecasts: what was said when, and how what has come due turned out."""
    from comity import output
    from comity.analysis import forecast_register

    outcomes = open_store().score()
    say(forecast_register.summary(outcomes))
    output.emit_rows([forecast_register.row(o) for o in outcomes], form, out, columns=forecast_register.COLUMNS)


def _talk(text: str) -> None:
    if text.startswith("not kept"):
        say(text)


COMMANDS = (forecast, backtest, score)
