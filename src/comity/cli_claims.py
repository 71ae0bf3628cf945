"""The commands that check a text against the data, and that score how well it is read."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from comity.cli_options import AsOfOption, FormatOption, OutOption, day, open_store, say
from comity.core import UsageError

VERDICTS = ("supported", "contradicted", "partly", "not-yet-due", "cannot-be-checked", "only-stated")
SUFFIXES = {".html": "html", ".htm": "html", ".json": "json", ".csv": "csv", ".txt": "text"}


def check(
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="text, Markdown, HTML, DOCX or PDF; - reads stdin")],
    pair: Annotated[tuple[str, str] | None, typer.Option("--pair", metavar="A B", help="the two states, where the text does not say")] = None,
    as_of: AsOfOption = None,
    form: Annotated[Literal["text", "html", "json", "csv"] | None, typer.Option("--format", help="text, html, json or csv")] = None,
    out: OutOption = None,
    draft: Annotated[Path | None, typer.Option("--draft", metavar="F.toml", help="write what was read, to be edited")] = None,
    ledger: Annotated[Path | None, typer.Option("--ledger", metavar="F.toml", help="judge this edited ledger instead of reading the text")] = None,
    fail_on: Annotated[list[str] | None, typer.Option("--fail-on", metavar="VERDICT", help="exit 1 where a statement has it; repeatable")] = None,
    everything: Annotated[bool, typer.Option("--all", help="in text, also opinions, definitions and recommendations")] = False,
) -> None:
    """Each statement of a text, its verdict by the data that were public, and the evidence."""
    from comity import output
    from comity.claims import draft as drafts
    from comity.claims import ledger as plain

    for verdict in fail_on or ():
        if verdict not in VERDICTS:
            raise UsageError(f"--fail-on {verdict!r} is no verdict; one of {', '.join(VERDICTS)}")
    chosen = form or (SUFFIXES.get(out.suffix.lower()) if out is not None else None) or "text"
    held = open_store()
    options: dict[str, Any] = {"as_of": day(as_of), "pair": pair, "ledger": ledger}
    found = held.check_text(sys.stdin.buffer.read(), **options) if file == "-" else held.check_file(Path(file), **options)
    if draft is not None:
        output.write_text(drafts.write(found), draft)
        say(f"wrote {draft}: {len(found.claims)} statements")
    if chosen == "html":
        from comity.claims import page

        output.write_text(page.render(found, title=f"comity check {Path(file).name}" if file != "-" else "comity check"), out)
    elif chosen == "json":
        import json

        output.write_text(json.dumps(plain.to_dict(found), ensure_ascii=False, allow_nan=False, indent=1) + "\n", out)
    elif chosen == "csv":
        output.emit_rows(plain.rows(found), "csv", out, columns=plain.CSV_COLUMNS)
    elif draft is None or out is not None:
        output.write_text(plain.text(found, everything=everything), out)
    if out is not None:
        say(f"wrote {out}: {plain.sentence(found)}")
    failed = [c for c in found.claims if c.verdict in (fail_on or ())]
    if failed:
        say(f"{len(failed)} statements are {' or '.join(fail_on or ())}: " + ", ".join(str(c.id) for c in failed))
        raise typer.Exit(1)


def score_claims(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="NAME.txt, .md or .html, each with its labels NAME.csv")],
    errors: Annotated[bool, typer.Option("--errors", help="each label that was missed or is wrong")] = False,
    confusion: Annotated[bool, typer.Option("--confusion", help="labels against what was found: sort, verdict, verdict now")] = False,
    ablate: Annotated[bool, typer.Option("--ablate", help="the score without each family of rules")] = False,
    form: FormatOption = "table",
    out: OutOption = None,
) -> None:
    """How well statements are found, typed, resolved and judged on labelled texts, beside a plain alternative, with a bootstrap band."""
    from comity import output
    from comity.claims import scoring

    held = open_store()
    if ablate:
        output.emit_rows(held.ablate_claims(folder), form, out)
        return
    score = held.score_claims(folder)
    if errors:
        output.emit_rows(scoring.errors(score), form, out, columns=("text", "what", "label", "found", "phrase"))
    elif confusion:
        rows = [
            {"of": what, "label": label, "found": said, "n": n}
            for what in ("sort", "verdict", "verdict_now") for (label, said), n in sorted(scoring.confusion(score.texts, what).items())
        ]  # fmt: skip
        output.emit_rows(rows, form, out, columns=("of", "label", "found", "n"))
    else:
        output.emit_rows(scoring.rows(score), form, out, columns=("text", "figure", "value", "low", "high", "plain"))


COMMANDS = (check, score_claims)
