"""The commands about ideal points: where two states stand, steps of one, roll calls that divide."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from comity.cli_options import FormatOption, OutOption, SeatOption, open_store, say
from comity.models.ballots import LAST_VOETEN

SEAM = f"the publisher changes after session {LAST_VOETEN}: all roll calls before, adopted resolutions only after; a step across it is no trend"


def vision(
    a: str,
    b: str,
    reference: Annotated[str | None, typer.Option(metavar="C", help="a third state; else all other permanent members of the Council")] = None,
    start: Annotated[int | None, typer.Option("--from-session", metavar="S")] = None,
    stop: Annotated[int | None, typer.Option("--to-session", metavar="S")] = None,
    seat: SeatOption = False,
    form: FormatOption = "table",
    out: OutOption = None,
) -> None:
    """Two states' ideal points by session: means, distance with its 90 % band, P(a above b), P(nearer to each other than to a third)."""
    from comity import output

    rows = [
        {**asdict(r), "references": " ".join(r.references)} for r in open_store().vision(a, b, reference=reference, seat=seat)
        if (start or r.session) <= r.session <= (stop or r.session)
    ]  # fmt: skip
    sessions = [r["session"] for r in rows]
    if sessions and min(sessions) <= LAST_VOETEN < max(sessions):
        say(SEAM)
    output.emit_rows(rows, form, out, columns=("session", "a", "b", "distance", "low", "high", "p_above", "references", "p_nearer"))


def steps(
    state: Annotated[str, typer.Argument(metavar="A")],
    seat: SeatOption = False,
    top: Annotated[int | None, typer.Option(help="only the likeliest largest so many")] = None,
    form: FormatOption = "table",
    out: OutOption = None,
) -> None:
    """The steps of a state's ideal point, the likeliest largest first: size, P(largest), P(more than the walk makes)."""
    from comity import output

    rows = sorted((asdict(s) for s in open_store().steps(state, seat=seat)), key=lambda r: (-r["p_largest"], -r["p_beyond"], r["session"]))
    say(SEAM)
    columns = ("state", "session", "step", "sd", "p_largest", "p_beyond", "seam")
    output.emit_rows(rows if top is None else rows[:top], form, out, columns=columns)


def dividing(
    session: Annotated[int, typer.Option("--session", metavar="S")],
    dyad: Annotated[tuple[str, str] | None, typer.Option("--with", metavar="A B", help="with these two states' votes")] = None,
    top: Annotated[int, typer.Option(help="so many")] = 10,
    form: FormatOption = "table",
    out: OutOption = None,
) -> None:
    """The roll calls of a session that divide the General Assembly most along the line of ideal points."""
    from comity import output

    output.emit_rows(open_store().dividing(session, dyad=dyad, top=top), form, out)


COMMANDS = (vision, steps, dividing)
