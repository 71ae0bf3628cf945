"""What is written beside a panel: the methods paragraph, Stata's labels, and the bundle that repeats it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from comity import __version__, measures, sources, states
from comity.panel import Column, Panel

if TYPE_CHECKING:
    import pyarrow as pa

SIDES = ("", "_a", "_b", "_ab", "_ba")
HOW = {"value": "", "lag": ", {by} {side}", "roll": ", mean of {by}", "sum": ", sum of {by}", "difference": ", change over {by}"}
PAIRS = {
    "all": "",
    "contiguous": "that share a land border",
    "major": "with a major power",
    "relevant": "that are politically relevant (a land border or a major power; Lemke & Reed 2001)",
}
STATA_NAME = 32
OWN = " (the authors' own)"


def methods(panel: Panel, table: pa.Table) -> str:
    """A paragraph that could stand in an article: states, period, measures with sources, what is missing and why, rows."""
    who = "members of the state system (the union of the Correlates of War and Gleditsch–Ward lists)"
    if panel.system != "comity":
        who = f"members of the {panel.system.upper()} list"
    if panel.states is not None:
        who = ", ".join(states.get(s).name for s in panel.states)
    kind = "directed" if panel.directed else "undirected"
    words = [
        f"The panel holds {table.num_rows:,} {kind} dyad-{panel.period}s of {who}, {panel.start}–{panel.stop}{_pairs(panel)}."
        + (f" Nothing published after {panel.as_of} is used." if panel.as_of else "")
        + ("" if panel.unverified else " Rows of unverified origin are left out.")
    ]
    for column in panel.columns:
        declared = measures.get(column.measure)
        cover = panel.holdings.row("series", column.measure).facts["coverage"]
        named = "; ".join(f"{_cited(s)}, {c['first']}–{c['last']}" for s, c in cover.items() if s in sources.names())
        shown = [c for c in table.column_names if c in {f"{column.name}{suffix}" for suffix in SIDES}]
        gaps = ", ".join(f"{c} in {table.column(c).null_count:,}" for c in shown)
        silent = "missing" if declared.absent is None else f"{declared.absent:g} inside the source's coverage and missing outside it"
        what = f"{declared.title}{_how(column, panel.period)}; {declared.unit}"
        words.append(
            f"{column.name} ({what}) is from {named}. A dyad of which the source says nothing is "
            f"{silent}; {gaps or 'none'} of the rows it is missing."
        )
    for user in panel.joined:
        words.append(f"Columns {', '.join(user.columns)} are the user's own, from {user.path.name}." + "".join(f" {r}." for r in user.repairs))
        if user.unmatched:
            words.append(f"Rows of {user.path.name} that match nothing: {user.unmatched}.")
    words.append(f"The panel was made with comity {__version__}.")
    return "\n\n".join(words) + "\n"


def _cited(source: str) -> str:
    return sources.get(source).citation.rstrip(".") + (OWN if sources.own(source) else "")


def _how(column: Column, period: str) -> str:
    by = f"{abs(column.k)} {period}{'' if abs(column.k) == 1 else 's'}"
    return HOW[column.change].format(by=by, side="before" if column.k >= 0 else "after")


def _pairs(panel: Panel) -> str:
    if panel.pairs == "all":
        return ""
    used = {"contiguous": ("contiguity",), "major": ("major_power",), "relevant": ("contiguity", "major_power")}[panel.pairs]
    ends = [max(c["last"] for c in panel.holdings.row("series", n).facts["coverage"].values()) for n in used]
    late = f" (after {min(ends)} as in {min(ends)})" if panel.stop > min(ends) else ""
    return f", of those dyads {PAIRS[panel.pairs]} in the year{late}"


def stata(table: pa.Table, panel: Panel, path: Path) -> None:
    """Write the panel as a Stata file: names of at most 32 characters, labels with unit, dates as dates."""
    import pandas as pd

    frame = table.to_pandas()
    frame["start"] = pd.to_datetime(frame["start"])
    names: dict[str, str] = {}
    for column in frame.columns:
        short = column[:STATA_NAME]
        while short in names.values():
            short = short[: STATA_NAME - 2] + f"{len(names) % 100:02d}"
        names[column] = short
    labels = {names[c]: c for c in frame.columns}
    for column in panel.columns:
        declared = measures.get(column.measure)
        for name in frame.columns:
            if name in {f"{column.name}{suffix}" for suffix in SIDES}:
                labels[names[name]] = f"{declared.title}{_how(column, panel.period)} ({declared.unit})"[:80]
    frame = frame.rename(columns=names)
    for text in frame.select_dtypes(include=["object", "string"]).columns:
        frame[text] = frame[text].astype(object).where(frame[text].notna(), "")
    frame.to_stata(path, write_index=False, variable_labels=labels, convert_dates={"start": "td"}, version=118)


def versions(panel: Panel) -> dict[str, object]:
    """What the panel was made from: comity's version and, for each Series, the hash of its content and of its inputs."""
    rows = {c.measure: panel.holdings.row("series", c.measure) for c in panel.columns}
    return {
        "comity": __version__,
        "series": {
            name: {"content": row.content, "inputs": dict(row.inputs), "layer": row.layer, "built": row.built, "coverage": row.facts["coverage"]}
            for name, row in sorted(rows.items())
        },
    }  # fmt: skip


def script(panel: Panel, out: Path) -> str:
    """A Python program that makes the same panel again and names every Series that has changed since."""
    options = [repr(panel.period), str(panel.start), str(panel.stop), f"directed={panel.directed}"]
    if panel.states is not None:
        options.append(f"states={list(panel.states)!r}")
    for name, value, plain in (("pairs", panel.pairs, "all"), ("system", panel.system, "comity"), ("unverified", panel.unverified, False)):
        if value != plain:
            options.append(f"{name}={value!r}")
    if panel.as_of:
        options.append(f"as_of=dt.date({panel.as_of.year}, {panel.as_of.month}, {panel.as_of.day})")
    steps = []
    for column in panel.columns:
        how = {"value": "add", "lag": "lag", "roll": "roll", "sum": "sum", "difference": "difference"}[column.change]
        steps.append(f"panel = panel.{how}({column.measure!r}{'' if how == 'add' else f', {column.k}'})")
    steps += [f"panel = panel.join({str(u.path)!r}, {list(u.on)!r})" for u in panel.joined]
    lines = [
        "import datetime as dt", "import json", "from dataclasses import replace", "from pathlib import Path", "", "import comity",
        "from comity import output", "", f"known = json.loads(Path(__file__).with_name({out.stem + '.versions.json'!r}).read_text())['series']",
        "store = comity.open()", "for name, was in known.items():",
        "    if store.holdings.row('series', name).content != was['content']:", "        print(f'{name} has changed since')",
        f"panel = store.dyads({', '.join(options)})", *steps, f"panel = replace(panel, numbers={panel.numbers!r})",
        f"output.emit_panel(panel, Path(__file__).with_name({out.name!r}))", "",
    ]  # fmt: skip
    return "\n".join(lines)


def r_script(out: Path) -> str:
    """Three lines of R that read the panel with its types."""
    if out.suffix == ".parquet":
        read = f'panel <- arrow::read_parquet("{out.name}")'
    elif out.suffix == ".dta":
        read = f'panel <- haven::read_dta("{out.name}")'
    else:
        read = f'panel <- read.csv("{out.name}", colClasses = c(a = "character", b = "character", start = "Date"), na.strings = "")'
    return f"{read}\nstr(panel)\n"


def bundle(panel: Panel, out: Path) -> dict[Path, str]:
    """The files that repeat a panel: the data's versions, a Python program, and how R reads it."""
    text = json.dumps(versions(panel), indent=1, ensure_ascii=False) + "\n"
    return {
        out.with_suffix(".versions.json"): text,
        out.with_suffix(".py"): script(panel, out),
        out.with_suffix(".R"): r_script(out),
    }
