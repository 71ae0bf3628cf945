"""What is written beside a panel: the methods paragraph, Stata's labels, and the bundle that repeats it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from comity import __version__, measures, panel_cells, panel_lost, panel_sources, sources, states, stretches
from comity.core import split_variant
from comity.panel import CHOOSING, Column, Panel, last_listed
from comity.reading import file_hash
from comity.userfile import Joined

if TYPE_CHECKING:
    import pyarrow as pa

SIDES = ("", "_a", "_b", "_ab", "_ba")
SAID = {"": "", "_a": "a: ", "_b": "b: ", "_ab": "a to b: ", "_ba": "b to a: "}
LABELS = {
    "a": "first state, by comity's code", "b": "second state, by comity's code", "start": "first day of the period",
    "year": "year in which it begins",
    "ccode1": "Correlates of War number of a", "ccode2": "Correlates of War number of b", "gwcode1": "Gleditsch-Ward number of a",
    "gwcode2": "Gleditsch-Ward number of b",
}  # fmt: skip
HOW = {"value": "", "lag": ", {by} {side}", "roll": ", mean of {by}", "sum": ", sum of {by}", "difference": ", change over {by}"}
PAIRS = {
    "all": "",
    "contiguous": "that share a land border",
    "major": "with a major power",
    "relevant": "that are politically relevant (a land border or a major power; Lemke & Reed 2001)",
}
STATA_NAME = 32
AS_OF = (
    "values of periods that were public by {day} are used, as the editions held today give them (see the citations): "
    "coding and revisions that came later are in them, so this is not what the editions of that day held."
)
GERMANY = "Germany of 1990 is one state (260), where the Correlates of War list 255 and 260."
NONE = "no source: none has a value here"
OWN = " (the authors' own)"


def methods(
    panel: Panel, table: pa.Table, found: Mapping[str, panel_sources.Used] | None = None, gone: Sequence[panel_lost.Lost] | None = None
) -> str:
    """A paragraph that could stand in an article: states, period, measures with sources, what is missing and why, rows.

    found, gone: what `panel_sources.used` and `panel_lost.lost` say of the panel, where both are known already.
    """
    if found is None or gone is None:
        rows = panel_cells.cells(table)
        found, gone = panel_sources.used(panel, rows), panel_lost.lost(panel, table, rows)
    lacking = {one.column: one.words() for one in gone}
    who = "members of the state system (the union of the Correlates of War and Gleditsch–Ward lists)"
    if panel.system != "comity":
        who = f"members of the {panel.system.upper()} list"
    if panel.states is not None:
        who = ", ".join(states.get(s).name for s in panel.states)
    kind = "directed" if panel.directed else "undirected"
    words = [
        f"The panel holds {table.num_rows:,} {kind} dyad-{panel.period}s of {who}, {panel.start}–{panel.stop}{_pairs(panel)}."
        + (f" Only {AS_OF.format(day=panel.as_of)}" if panel.as_of else "")
        + (f" {GERMANY}" if panel.system == "cow" and panel.start <= 1990 <= panel.stop and "DEU" in (panel.states or ("DEU",)) else "")
        + ("" if panel.unverified else " Rows of unverified origin are left out.")
    ]
    for column in panel.columns:
        declared = measures.get(column.measure)
        here = {s: years for s, years in found[column.name].items() if s in sources.names()}
        named = "; ".join(_cited(s) + ("" if declared.constant else f", {stretches.told(years)}") for s, years in here.items())
        shown = [c for c in table.column_names if c in {f"{column.name}{suffix}" for suffix in SIDES}]
        gaps = ", ".join(f"{c} in {table.column(c).null_count:,}" for c in shown)
        silent = "missing" if declared.absent is None else f"{declared.absent:g} inside the source's coverage and missing outside it"
        what = f"{_title(column)}{_how(column, panel.period)}; {declared.unit}"
        words.append(
            f"{column.name} ({what}) is from {named or NONE}.{_breaks(panel, column, here)} A dyad of which the source says nothing is "
            f"{silent}; {gaps or 'none'} of the rows it is missing." + (f" {lacking[column.name]}" if column.name in lacking else "")
        )
    for user in panel.joined:
        words.append(f"Columns {', '.join(user.columns)} are the user's own, from {user.path.name}." + "".join(f" {r}." for r in user.repairs))
        if user.unmatched:
            words.append(f"Rows of {user.path.name} that match nothing and are left out: {user.unmatched}.")
    words.append(f"The panel was made with comity {__version__}.")
    return "\n\n".join(words) + "\n"


def covered(panel: Panel, name: str) -> str:
    """Which years the sources of a column of the table cover, to stand after a clause; "" for a column that is no measure's."""
    of = next((c.measure for c in panel.columns if name in {f"{c.name}{suffix}" for suffix in SIDES}), None)
    ends = {} if of is None else panel.holdings.row("series", of).facts["coverage"]
    return "".join(f"; {s} covers {c['first']}–{c['last']}" for s, c in ends.items() if c["first"] is not None)


def _title(column: Column) -> str:
    declared, variant = measures.get(column.measure), split_variant(column.measure)[1]
    return f"{declared.title}: {declared.variants[variant]}" if variant else declared.title


def _breaks(panel: Panel, column: Column, here: Mapping[str, tuple[int, ...]]) -> str:
    """What a reader must know of the years: where sources meet, and years of which none has a value."""
    if not here or measures.get(column.measure).constant:
        return ""
    seam = " Where one source gives way to another there is a seam: its level may jump, which is no trend." if len(here) > 1 else ""
    back = panel_sources.shifts(panel, column)
    lacking = set(range(panel.start - max(back), panel.stop - min(back) + 1)) - {y for years in here.values() for y in years}
    return seam + (f" No dyad has a value of {stretches.told(lacking)}." if lacking else "")


def _cited(source: str) -> str:
    return sources.get(source).citation.rstrip(".") + (OWN if sources.own(source) else "")


def _how(column: Column, period: str) -> str:
    by = f"{abs(column.k)} {period}{'' if abs(column.k) == 1 else 's'}"
    return HOW[column.change].format(by=by, side="before" if column.k >= 0 else "after")


def _pairs(panel: Panel) -> str:
    if panel.pairs == "all":
        return ""
    ends = [last_listed(panel, n) for n in CHOOSING[panel.pairs]]
    late = f" (after {min(ends)} as in {min(ends)})" if panel.stop > min(ends) else ""
    by = "; ".join(_cited(n) for n in panel_sources.choosing(panel))
    return f", of those dyads {PAIRS[panel.pairs]} in the year{late}, by {by}"


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
    labels = {names[c]: LABELS.get(c, c) for c in frame.columns}
    for column in panel.columns:
        declared = measures.get(column.measure)
        for name in frame.columns:
            if name in {f"{column.name}{suffix}" for suffix in SIDES}:
                side = SAID[name.removeprefix(column.name)] or ("a to b: " if declared.of == "dyad" and not declared.symmetric else "")
                what = declared.variants.get(split_variant(column.measure)[1], declared.title)
                end = f"{_how(column, panel.period)} ({declared.unit})"
                labels[names[name]] = f"{side}{what}"[: max(80 - len(end), 40)] + end
                labels[names[name]] = labels[names[name]][:80]
    frame = frame.rename(columns=names)
    for text in frame.select_dtypes(include=["object", "string"]).columns:
        frame[text] = frame[text].astype(object).where(frame[text].notna(), "")
    frame.to_stata(path, write_index=False, variable_labels=labels, convert_dates={"start": "td"}, version=118)


def versions(panel: Panel, out: Path) -> dict[str, object]:
    """What the panel was made from: comity's version and, for each Series, the hash of its content and of its inputs; the files joined."""
    rows = {c.measure: panel.holdings.row("series", c.measure) for c in panel.columns}
    return {
        "comity": __version__,
        "files": {_beside(out, user): file_hash(user.path) for user in panel.joined},
        "series": {
            name: {"content": row.content, "inputs": dict(row.inputs), "layer": row.layer, "built": row.built, "coverage": row.facts["coverage"]}
            for name, row in sorted(rows.items())
        },
    }  # fmt: skip


def script(panel: Panel, out: Path) -> str:
    """A Python program that makes the same panel again; where a Series or a file has changed since it says so and writes another file."""
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
    steps += [f"panel = panel.join(here.with_name({_beside(out, u)!r}), {list(u.on)!r})" for u in panel.joined]
    lines = [
        "import datetime as dt", "import json", "from dataclasses import replace", "from pathlib import Path", "", "import comity",
        "from comity import output, reading", "", "here = Path(__file__)",
        f"known = json.loads(here.with_name({out.stem + '.versions.json'!r}).read_text(encoding='utf-8'))", "store = comity.open()",
        "changed = [n for n, was in known['series'].items() if store.holdings.row('series', n).content != was['content']]",
        "changed += [n for n, was in known['files'].items() if reading.file_hash(here.with_name(n)) != was]",
        f"panel = store.dyads({', '.join(options)})", f"panel = replace(panel, numbers={panel.numbers!r})", *steps,
        f"out = here.with_name({out.stem + '.changed' + out.suffix!r} if changed else {out.name!r})",
        "for name in changed:", "    print(f'{name} has changed since; the panel of today is written to {out.name}')",
        "output.emit_panel(panel, out)", "",
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


def bundle(panel: Panel, out: Path) -> dict[Path, bytes]:
    """The files that repeat a panel: the data's versions, a Python program, how R reads it, and the files that were joined."""
    text = json.dumps(versions(panel, out), indent=1, ensure_ascii=False) + "\n"
    joined = {out.with_name(_beside(out, user)): user.path.read_bytes() for user in panel.joined}
    return joined | {
        out.with_suffix(".versions.json"): text.encode(),
        out.with_suffix(".py"): script(panel, out).encode(),
        out.with_suffix(".R"): r_script(out).encode(),
    }


def _beside(out: Path, user: Joined) -> str:
    """The name in the bundle of a file that was joined."""
    return f"{out.stem}.{user.path.name}"
