"""The commands about the United Nations: who is nearest, votes by any choice, the Council, blocs."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from comity.cli_options import FormatOption, FromOption, OutOption, SeatOption, StateA, StateB, ToOption, open_store, say
from comity.core import UsageError

Issue = Literal["hr", "me", "nu", "co", "ec", "di", "important"]
VOTES = ("session", "start", "value", "n", "low", "high", "least", "most", "voted_a", "voted_b", "note", "source")
Coefficient = Literal["agreement", "agree2", "lijphart", "s", "kappa", "pi", "alpha", "tau_b"]


def nearest(
    state: StateA,
    session: Annotated[int | None, typer.Option("--session", metavar="S", help="a session of the General Assembly")] = None,
    year: Annotated[int | None, typer.Option("--year", help="a year")] = None,
    topic: Annotated[Issue | None, typer.Option("--topic", help="agreement on this issue only")] = None,
    name: Annotated[str, typer.Option("--measure", metavar="M", help="another measure of dyads")] = "vote_agreement",
    top: Annotated[int | None, typer.Option(help="only the first so many")] = None,
    form: FormatOption = "table",
    out: OutOption = None,
) -> None:
    """The states nearest to one, by agreement in the General Assembly or by another measure."""
    from comity import output
    from comity.analysis.solidarity import FEW

    rows = open_store().nearest(state, session=session, year=year, topic=topic, measure=name)
    predicted = sum(r["source"].endswith(":predicted") for r in rows)
    if predicted:
        say(f"{name}:{topic}: by predicted topics, as nobody has coded this session")
    few = sum(r["n"] is not None and r["n"] < FEW for r in rows)
    if few:
        say(f"{few} of {len(rows)} values are of fewer than ten common votes")
    output.emit_rows(rows if top is None else rows[:top], form, out, columns=("state", "value", "se", "rank"))


def votes(
    a: StateA,
    b: StateB,
    coefficient: Annotated[Coefficient, typer.Option(help="of similarity")] = "agreement",
    distance: Annotated[Literal["abs", "sq"], typer.Option(help="between votes, for s, kappa, pi and alpha")] = "abs",
    issue: Annotated[Issue | None, typer.Option(help="roll calls on this issue only")] = None,
    parts: Annotated[Literal["recipe", "all", "none"], typer.Option(help="paragraph and amendment votes; recipe: to 1989")] = "recipe",
    unanimous: Annotated[bool, typer.Option("--unanimous", help="with roll calls on which all cast one vote")] = False,
    sittings: Annotated[Literal["all", "regular", "special"], typer.Option(help="sessions")] = "all",
    publisher: Annotated[Literal["both", "voeten", "undl"], typer.Option(help="whose roll calls")] = "both",
    listed: Annotated[Literal["split", "isolated"] | None, typer.Option("--list", help="roll calls where they split or stood alone")] = None,
    top: Annotated[int, typer.Option(help="of --list")] = 10,
    start: Annotated[int | None, typer.Option("--from-session", metavar="S", help="first session")] = None,
    stop: Annotated[int | None, typer.Option("--to-session", metavar="S", help="last session")] = None,
    consensus: Annotated[Path | None, typer.Option(metavar="FILE", help="CSV session,adopted: adoptions without a vote, each a common yes")] = None,
    seat: SeatOption = False,
    form: FormatOption = "table",
    out: OutOption = None,
) -> None:
    """Two states' votes in the General Assembly by session, for any choice of roll calls and coefficient, with 95 % bands."""
    from comity import output
    from comity.analysis.solidarity import adopted_without_vote
    from comity.models.ballots import Choice

    held = open_store()
    if listed:
        rows = held.roll_calls(a, b, listed, top=top, first=start, last=stop)
        output.emit_rows(rows, form, out, columns=("date", "session", "symbol", "title", "a", "b", "yes", "no", "abstain"))
        return
    choice = Choice(issue=issue, parts=parts, unanimous=unanimous, sittings=sittings, publisher=publisher)
    adopted = None if consensus is None else adopted_without_vote(consensus)
    rows = [
        r for r in held.votes(a, b, choice=choice, coefficient=coefficient, distance=distance, seat=seat, adopted=adopted)
        if (start or r["session"]) <= r["session"] <= (stop or r["session"])
    ]  # fmt: skip
    if len({r["source"].partition(":")[0] for r in rows}) > 1:
        say("the publisher changes after session 74: Voeten's roll calls, then adopted resolutions only; a change across it is no trend")
    output.emit_rows(rows, form, out, columns=VOTES)


def isolated(
    state: StateA,
    issue: Annotated[Issue | None, typer.Option(help="roll calls on this issue only")] = None,
    start: Annotated[int | None, typer.Option("--from-session", metavar="S", help="first session")] = None,
    stop: Annotated[int | None, typer.Option("--to-session", metavar="S", help="last session")] = None,
    seat: SeatOption = False,
    top: Annotated[int | None, typer.Option(help="only the first so many")] = None,
    form: FormatOption = "table",
    out: OutOption = None,
) -> None:
    """Who shares a state's isolated noes in the General Assembly: roll calls with at most ten noes, that state's among them."""
    from comity import output
    from comity.models.ballots import Choice

    rows = open_store().isolation(state, choice=Choice(issue=issue), first=start, last=stop, seat=seat)
    if not rows:
        say(f"{state} cast no isolated no in these sessions, or shared none")
    output.emit_rows(rows if top is None else rows[:top], form, out, columns=("state", "shared", "of", "own"))


def council(
    a: StateA,
    b: StateB,
    start: FromOption = None,
    stop: ToOption = None,
    form: FormatOption = "table",
    out: OutOption = None,
) -> None:
    """Two states in the Security Council: dissent together against independent habits, vetoes, by crisis."""
    from comity import output

    found = open_store().council(a, b, start=start, stop=stop)
    whole: dict[str, Any] = {k: v for k, v in asdict(found).items() if k != "topics"}
    say(
        f"{found.first}–{found.last}: {found.n} adopted texts on which both voted; dissent together {found.together}, "
        f"{found.expected:.1f} by independent habits (mid-P {_p(found.mid)}); drafts vetoed by both {found.vetoes_joint}, "
        f"by {found.a} and not {found.b} {found.vetoes_a}, by {found.b} and not {found.a} {found.vetoes_b}. "
        "What one did on a draft that the other vetoed is not held."
    )
    if form == "json":
        import json

        output.write_text(json.dumps({**whole, "topics": [asdict(t) for t in found.topics]}, ensure_ascii=False, indent=1) + "\n", out)
        return
    columns = ("topic", "n", "dissents_a", "dissents_b", "together", "vetoes_joint", "vetoes_a", "vetoes_b")
    output.emit_rows([asdict(t) for t in found.topics], form, out, columns=columns)


def blocs(
    session: Annotated[int, typer.Option("--session", metavar="S")],
    dyad: Annotated[tuple[str, str] | None, typer.Option("--with", metavar="A B", help="only these two")] = None,
    seed: Annotated[int, typer.Option(help="of the resampling")] = 0,
    form: FormatOption = "table",
    out: OutOption = None,
) -> None:
    """The blocs of a session of the General Assembly: who falls together, how firmly, and how far from each bloc's centre."""
    from comity import output

    if session < 1:
        raise UsageError(f"--session {session}: sessions count from 1 (1946)")
    rows = open_store().blocs(session, dyad=dyad, seed=seed)
    output.emit_rows(rows, form, out)


def _p(value: float) -> str:
    return "below 1e-10" if value < 1e-10 else f"{value:.2g}"


COMMANDS = (nearest, votes, isolated, council, blocs)
