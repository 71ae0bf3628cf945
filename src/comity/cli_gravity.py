"""The commands about what trade might be: the gravity equation and a pair against it, and who displaced whom in a market."""

from __future__ import annotations

from typing import Annotated

import typer

from comity.cli_options import FormatOption, OutOption, open_store, say
from comity.core import UsageError


def gravity(
    a: Annotated[str | None, typer.Argument(metavar="[A")] = None,
    b: Annotated[str | None, typer.Argument(metavar="B]")] = None,
    start: Annotated[int | None, typer.Option("--from", help="first year")] = None,
    stop: Annotated[int | None, typer.Option("--to", help="last year")] = None,
    form: FormatOption = "table",
    out: OutOption = None,
) -> None:
    """The gravity equation of goods trade 2000–2020; of two states actual and expected trade each way, with its band."""
    from comity import output

    if (a is None) != (b is None):
        raise UsageError(f"gravity {a}: name two states, or none for the equation alone")
    held = open_store()
    made = held.gravity()
    say(
        f"imports as reported {made['first']}–{made['last']}: {made['n']:,} flows of {made['states']} states, {made['zeros']:,} of nought, "
        f"{made['separated']:,} separated and left out (found by: {made['found_by']}), {made['singletons']:,} singletons. PPML with exporter-year "
        f"and importer-year effects, which hold sizes and multilateral resistance. Standard errors {made['standard_errors']}."
    )
    if a is None or b is None:
        output.emit_rows(made["terms"], form, out, columns=("term", "estimate", "se", "low", "high"))
        return
    rows = [r for r in held.expected(a, b) if (start or r["year"]) <= r["year"] <= (stop or r["year"])]
    terms = ", ".join(f"{t['term']} {t['estimate']:.3f} ({t['se']:.3f})" for t in made["terms"])
    say(f"{terms}. expected: without the two states' own trade in the effects (own: with it), dollars CIF; low, high: the middle 80 per cent of "
        "flows of like expectation; place: the part of those with less of what is expected; se: of the ratio, from the coefficients")  # fmt: skip
    columns = ("a", "b", "year", "actual", "expected", "low", "high", "ratio", "se", "place", "own")
    output.emit_rows(rows, form, out, columns=columns)


def displaced(
    state: Annotated[str, typer.Argument(metavar="STATE", help="whose imports")],
    start: Annotated[int, typer.Option("--from", help="first year")],
    stop: Annotated[int, typer.Option("--to", help="last year")],
    groups: Annotated[bool, typer.Option("--groups", help="within ten groups of goods (2012–2020), not all goods together")] = False,
    won: Annotated[bool, typer.Option("--won", help="what each winner took from each loser")] = False,
    top: Annotated[int | None, typer.Option(help="only the first and last so many")] = None,
    form: FormatOption = "table",
    out: OutOption = None,
) -> None:
    """Who displaced whom among a state's suppliers between two years: growth of the market, its composition, and shares won or lost."""
    from comity import output

    found = open_store().displaced(state, start, stop, products="groups" if groups else "all")
    say(
        f"imports of {found.state} {found.first} to {found.last} by {found.products} ({found.source}): market {found.market / 1e9:+,.1f} bn USD; "
        "change = size + composition + competition; competition sums to nought over suppliers. Shares of "
        f"{found.products}: who gained while others lost, not that one took the other's place in the same good"
    )
    if won:
        output.emit_rows(found.won_from.slice(0, top).to_pylist(), form, out, columns=("winner", "loser", "value"))
        return
    rows = found.rows if top is None or 2 * top >= len(found.rows) else found.rows[:top] + found.rows[-top:]
    output.emit_rows(rows, form, out, columns=("supplier", "before", "after", "change", "size", "composition", "competition"))


COMMANDS = (gravity, displaced)
