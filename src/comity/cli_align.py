"""The commands about coming votes in the General Assembly: who is like-minded, persuadable, dissenting, and a page of facts about one state."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from comity.cli_options import AsOfOption, OutOption, day, open_store, say
from comity.core import UsageError

COLUMNS = ("state", "p_yes", "p_abstain", "p_no", "p_absent", "class", "last", "last_on", "p_change", "why")
TopicOption = Annotated[str | None, typer.Option("--topic", metavar="T", help="an issue (me, nu, di, co, hr, ec) or words")]
LikeOption = Annotated[str | None, typer.Option("--like", metavar="SYMBOL", help="a text that comes back, as A/RES/77/229")]
ResolutionOption = Annotated[Path | None, typer.Option("--resolution", metavar="FILE|-", help="a draft's text, its title first")]


def align(
    topic: TopicOption = None,
    like: LikeOption = None,
    resolution: ResolutionOption = None,
    pair: Annotated[
        tuple[str, str] | None, typer.Option("--with", metavar="A B", help="the side is the vote these two are likeliest to share")
    ] = None,
    side: Annotated[Literal["yes", "abstain", "no"] | None, typer.Option(help="the vote wished (yes where nothing is said)")] = None,
    as_of: AsOfOption = None,
    likeminded: Annotated[float, typer.Option("--like-cut", help="P(the side's vote) from which a state is like-minded")] = 0.9,
    firm: Annotated[float, typer.Option("--firm-cut", help="P(another vote) from which a state is firm")] = 0.8,
    moving: Annotated[float, typer.Option("--change-cut", help="P(change) from which a state may move")] = 0.2,
    form: Annotated[Literal["table", "csv", "json", "parquet", "html"], typer.Option("--format", help="table, csv, json, parquet or html")] = "table",
    out: OutOption = None,
    shapes: Annotated[Path | None, typer.Option("--shapes", metavar="FILE", help="TopoJSON of Natural Earth, for the page's map")] = None,
) -> None:
    """How each state will vote on a coming UN text: probabilities, classes, totals, majorities, likeliest movers."""
    from comity import output

    if side is not None and pair is not None:
        raise UsageError("--side or --with, not both: the two set the side by how they are likeliest to vote")
    held = open_store()
    found = held.align(
        topic=topic, like=like, resolution=None if resolution is None else _read(resolution), pair=pair, side=side, as_of=day(as_of),
        cuts=(likeminded, firm, moving),
    )  # fmt: skip
    if form == "html" or (out is not None and out.suffix in (".html", ".htm")):
        from comity.report import align as page

        target = out or Path("align.html")
        output.write_text(page.render(found, held.groups(found.year), shapes, held.capitals(found.year)), target)
        say(f"wrote {target}")
        return
    for line in summary(found):
        say(line)
    output.emit_rows(found.rows, form, out, columns=COLUMNS, short=tuple(c for c in COLUMNS if c not in ("last_on",)))


def brief(
    state: Annotated[str, typer.Argument(metavar="STATE")],
    topic: TopicOption = None,
    like: LikeOption = None,
    resolution: ResolutionOption = None,
    pair: Annotated[tuple[str, str] | None, typer.Option("--with", metavar="A B", help="the two who would come to it")] = None,
    as_of: AsOfOption = None,
    form: Annotated[Literal["html", "md", "json"] | None, typer.Option("--format", help="html, md or json")] = None,
    out: Annotated[str | None, typer.Option("--out", metavar="F|-", help="file, or - for stdout; its suffix sets the format")] = None,
) -> None:
    """One page of facts about a state on a UN topic: its record, where it stands, what ties it to two others, what changed its vote."""
    import json

    from comity import output
    from comity.report import brief as page

    suffix = Path(out).suffix if out and out != "-" else ""
    kinds: dict[str, Literal["html", "md", "json"]] = {".html": "html", ".htm": "html", ".md": "md", ".json": "json"}
    if suffix and form is None and suffix not in kinds:
        raise UsageError(f"{out}: a brief is written as .html, .md or .json; another suffix needs --format")
    chosen = form or kinds.get(suffix) or "md"
    text = None if resolution is None else _read(resolution)
    found = open_store().brief(state, topic=topic, like=like, resolution=text, pair=pair, as_of=day(as_of))
    target = Path(out) if out and out != "-" else None
    if chosen == "json":
        output.write_text(json.dumps(page.to_dict(found), ensure_ascii=False, allow_nan=False, default=str, indent=1) + "\n", target)
    else:
        output.write_text(page.html(found) if chosen == "html" else page.markdown(found), target)
    if target is not None:
        say(f"wrote {target}")


def summary(found: Any) -> list[str]:
    """What stands above the table: the question, totals with bands, the majorities and the record of the model."""
    counts = {c: sum(r["class"] == c for r in found.rows) for c in ("like-minded", "persuadable", "dissenting")}
    out = [
        found.about,
        f"{found.question}, as of {found.as_of}; side: {found.side}; " + ", ".join(f"{n} {c}" for c, n in counts.items()),
        *found.notes,
    ]
    if found.totals:
        parts = (f"{o} {m:.0f} ({low:.0f}–{high:.0f})" for o, (m, low, high) in found.totals.items())
        out.append(f"expected, with 80 % bands: {', '.join(parts)}")
    for m in found.majorities:
        verb = "would break it if they turned to no" if m.reached else "would make it if they voted yes"
        who = ", ".join(f"{s} {p:.2f}" for s, _, p in m.moves[:8])
        tail = f" and {len(m.moves) - 8} more" if len(m.moves) > 8 else ""
        out.append(f"{m.rule} majority: P {m.p:.2f}; likeliest votes {m.yes}–{m.no}; the fewest that {verb}: {len(m.moves)} ({who}{tail})")
    if found.kind == "new":
        best = found.near[0] if found.near else None
        out.append("no resolution of this title in ten sessions" + (f"; most similar: {best['symbol']}, {best['similarity']:.2f}" if best else ""))
    if found.scores:
        last = found.scores[-1]
        out.append(
            f"the model's record on such texts, session of {last['year']}: log loss {last['log_loss']:.3f} against {last['base_log_loss']:.3f} by "
            + ("the last vote" if found.kind != "new" else "base rates")
        )
    return out


def _read(path: Path) -> tuple[str, str]:
    """The text of a file or of stdin, with its name."""
    import sys

    from comity.userfile import decode

    if str(path) == "-":
        return sys.stdin.read(), "stdin"
    if not path.is_file():
        raise UsageError(f"{path}: no such file")
    return decode(path.read_bytes())[0], path.name


COMMANDS = (align, brief)
