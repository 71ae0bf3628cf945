"""The commands about cooperation and collaboration: the register of undertakings, and where two states stand in the families."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from comity.cli_options import FormatOption, FromOption, OutOption, ToOption, open_store, say
from comity.core import UsageError


def initiatives(
    a: Annotated[str | None, typer.Argument(metavar="A")] = None,
    b: Annotated[str | None, typer.Argument(metavar="B")] = None,
    kind: Annotated[str | None, typer.Option(help="joint or exchange")] = None,
    status: Annotated[str | None, typer.Option(help="idea, announced, signed, under way, delivered, stalled or ended")] = None,
    add: Annotated[Path | None, typer.Option("--add", metavar="F.toml", help="check a file of undertakings and keep it in the store")] = None,
    form: FormatOption = "table",
    out: OutOption = None,
) -> None:
    """The register of undertakings of two states: what each is, how far it is, which rung and word its attributes bear, and its sources."""
    from comity import output
    from comity.analysis import initiatives as register
    from comity.models.initiatives import STATUSES

    held = open_store()
    if add is not None:
        ids = held.add_initiatives(add)
        say(f"{add}: {len(ids)} kept ({', '.join(ids[:5])}{' …' if len(ids) > 5 else ''})")
        if a is None:
            return
    if (a is None) != (b is None):
        raise UsageError("give two states, or none for the undertakings that are listed by hand")
    for given, known, name in ((kind, ("joint", "exchange"), "kind"), (status, STATUSES, "status")):
        if given is not None and given not in known:
            raise UsageError(f"--{name} {given!r}: expected {', '.join(known)}")
    rows = held.initiatives(a, b)
    _tell(rows, held, a, b)
    plain = [r for r in map(register.row, rows) if (kind or r["kind"]) == r["kind"] and (status or r["status"]) == r["status"]]
    if form in ("table", "csv"):
        plain = [{**r, "states": " ".join(r["states"]), "sources": "; ".join(r["sources"])} for r in plain]
    output.emit_rows(plain, form, out, columns=register.COLUMNS, short=("name", "kind", "level", "word", "status", "start", "sources"))


def _tell(rows: Any, held: Any, a: str | None, b: str | None) -> None:
    from comity import states
    from comity.analysis import initiatives as register

    made = register.summary(rows)
    said = ", ".join(f"{n} {k}" for k, n in made["by_status"].items())
    missing = register.not_held(held.holdings, states.find(a).code, states.find(b).code) if a and b and not made["count"] else []
    if any(": not held" in line for line in missing):
        say("no undertaking in the sources that are held, which is no count of all: `comity build --from DIR` adds those named below")
    else:
        say(f"{made['count']} undertakings{f' ({said})' if said else ''}; {made['unverified']} more from an unverified list")
    for key in ("kind", "level", "word"):
        if made[f"by_{key}"]:
            say(f"by {key}: " + ", ".join(f"{n} {k}" for k, n in made[f"by_{key}"].items()))
    if made["firsts"]:
        say("first: " + ", ".join(f"{k} {y}" for k, y in sorted(made["firsts"].get("domain", {}).items(), key=lambda i: i[1])))
    for key in ("late", "stalled"):
        if made[key]:
            say(f"{key}: {', '.join(made[key])}")
    alpha = made["alpha"].get("all")
    say("no row is coded by two: no agreement of coders" if alpha is None else f"agreement of coders (Krippendorff's alpha): {alpha:.2f}")
    for line in missing:
        say(line)


def position(
    a: Annotated[str | None, typer.Argument(metavar="A")] = None,
    b: Annotated[str | None, typer.Argument(metavar="B")] = None,
    year: Annotated[int | None, typer.Option(min=1, max=9999, help="of the families")] = None,
    start: FromOption = None,
    stop: ToOption = None,
    weights: Annotated[Path | None, typer.Option(metavar="F.toml", help="weights in place of equal ones, by family")] = None,
    validity: Annotated[bool, typer.Option("--validity", help="what the families measure, if anything")] = False,
    sensitivity: Annotated[bool, typer.Option("--sensitivity", help="how the move of joint work turns on each choice")] = False,
    form: FormatOption = "table",
    out: OutOption = None,
) -> None:
    """Where two states stand in exchange, alignment, joint work and conflict, how that moved on common measures, and what may be said."""
    from comity import output

    held = open_store()
    if validity:
        made = held.validity()
        if form == "json":
            output.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", out)
        else:
            from comity.analysis.validity import lines

            output.write_text("\n".join(lines(made)) + "\n", out)
        return
    if a is None or b is None:
        raise UsageError("give two states, or --validity")
    if sensitivity:
        output.emit_rows(held.sensitivity(a, b, start=start, stop=stop), form, out)
        return
    made = held.position(a, b, year=year, start=start, stop=stop, weights=weights)
    if form == "json":
        output.write_text(json.dumps(made, ensure_ascii=False, indent=1, default=str) + "\n", out)
    elif form == "csv":
        output.emit_rows([{**r, "measures": " ".join(r["measures"])} for r in made["trail"]], form, out,
                         columns=("year", "family", "value", "q10", "q90", "measures"))  # fmt: skip
    else:
        say(made["moved"]["statement"])
        say(made["validity"].get("words", ""))
        output.emit_rows(_table(made), form, out)


def _table(made: dict[str, Any]) -> list[dict[str, Any]]:
    ranks = {r["family"]: r for r in made["partners"]}
    rows: list[dict[str, Any]] = []
    for f in made["families"]:
        place = ranks.get(f["name"])
        rows.append({
            "family": f["name"], "measure": "; ".join(w for w in ("index" if f["value"] is not None else "", f["why"]) if w),
            "year": f["year"], "percentile": f["value"], "q10": f["q10"], "q90": f["q90"], "beyond_distance": f["beyond_distance"],
            "rank_a": f"{place['rank_a']} of {place['of_a']}" if place else None,
            "rank_b": f"{place['rank_b']} of {place['of_b']}" if place else None,
        })  # fmt: skip
        rows += [
            {"family": "", "measure": m["title"], "year": m["year"], "percentile": m["percentile"], "q10": None, "q90": None,
             "beyond_distance": m["beyond_distance"], "rank_a": None, "rank_b": None}
            for m in f["measures"] if m["percentile"] is not None
        ]  # fmt: skip
    return rows


COMMANDS = (initiatives, position)
