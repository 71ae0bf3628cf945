"""How results leave: rows as table, CSV, JSON or Parquet; profiles and charts as files; each file in one step."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from comity.core import ComityWarning, UsageError

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.panel import Panel
    from comity.profile import Profile, Shown

Format = Literal["table", "csv", "json", "parquet"]
PageFormat = Literal["html", "json", "text"]


def emit_table(table: pa.Table, form: Format, out: Path | None) -> None:
    """Write an Arrow table in a format; a file's suffix wins over `table`."""
    form = _form(form, out)
    if form == "parquet":
        _parquet(table, out)
    else:
        emit_rows(table.to_pylist(), form, out, columns=tuple(table.column_names))


def emit_rows(
    rows: Sequence[dict[str, Any]], form: Format, out: Path | None, *, columns: tuple[str, ...] | None = None, short: tuple[str, ...] | None = None
) -> None:
    """Write rows in a format; `short` are the columns that a terminal table shows."""
    form = _form(form, out)
    names = columns or (tuple(rows[0]) if rows else ())
    if form == "parquet":
        import pyarrow as pa

        _parquet(pa.Table.from_pylist(list(rows)), out)
    elif form == "table":
        write_text(_terminal(rows, short or names), out)
    else:
        write_text(rows_text(rows, form, names), out)


def rows_text(rows: Sequence[dict[str, Any]], form: Literal["csv", "json"], names: tuple[str, ...]) -> str:
    """Rows as CSV (comma, header, null empty) or as a JSON list of objects, with the columns named."""
    if form == "csv":
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([["" if r[n] is None else _plain(r[n]) for n in names] for r in rows])
        return text.getvalue()
    body = ",\n ".join(json.dumps({n: r[n] for n in names}, default=str, ensure_ascii=False, allow_nan=False) for r in rows)
    return f"[{body}]\n"


def emit_profile(page: Profile, form: PageFormat, out: Path | None) -> None:
    """Write a profile as HTML, JSON or text, to a file or stdout."""
    if form == "html":
        from comity.report import html

        write_text(html.render(page), out)
    elif form == "json":
        from comity.report import plain

        write_text(json.dumps(plain.to_dict(page), ensure_ascii=False, allow_nan=False) + "\n", out)
    else:
        from comity.report import text

        write_text(text.render(page), out)


def emit_chart(entries: Sequence[Shown], out: Path) -> None:
    """Write a chart as SVG, PNG or a Vega-Lite specification, by the file's suffix."""
    from comity.report import charts

    spec = charts.line(entries, sides=_sides(entries), titled=True)
    if out.suffix == ".json":
        write_text(json.dumps(spec, ensure_ascii=False, indent=1) + "\n", out)
    elif out.suffix == ".svg":
        write_text(charts.svg(spec, entries[0].finding, charts.describe(entries)), out)
    elif out.suffix == ".png":
        import vl_convert

        write_bytes(vl_convert.vegalite_to_png(spec, scale=2), out)
    else:
        raise UsageError(f"{out}: a chart is written as .svg, .png or .json; its numbers by `comity series {entries[0].name} --format csv`")


def _sides(entries: Sequence[Shown]) -> tuple[str, str]:
    return (entries[0].a, entries[0].b) if entries[0].a != entries[0].b else (entries[0].a, entries[-1].a)


def emit_panel(plan: Panel, out: Path, *, bundle: bool = False, tell: Callable[[str], None] = lambda _: None) -> int:
    """Write a panel as Parquet, CSV or Stata, with its .bib and .methods.md (and its bundle) beside it; returns the number of rows.

    tell: is told of each column which states and years have no value of it.
    """
    from comity import panel_cells, panel_files, panel_lost, panel_sources

    if out.suffix not in (".parquet", ".csv", ".dta"):
        raise UsageError(f"{out}: a panel is written as .parquet, .csv or .dta")
    table = plan.to_arrow()
    if out.suffix == ".parquet":
        _parquet(table, out)
    elif out.suffix == ".csv":
        import pyarrow.csv as pacsv

        buffer = io.BytesIO()
        pacsv.write_csv(table, buffer, pacsv.WriteOptions(quoting_style="needed"))
        write_bytes(buffer.getvalue(), out)
    else:
        temporary = out.with_name(f".{out.name}.{os.getpid()}.tmp")
        try:
            panel_files.stata(table, plan, temporary)
            temporary.replace(out)
        finally:
            temporary.unlink(missing_ok=True)
    for column in table.column_names:
        if 0 < table.num_rows == table.column(column).null_count:
            covered = panel_files.covered(plan, column)
            warnings.warn(f"{column} is empty: no row of the panel has a value of it{covered}", ComityWarning, stacklevel=2)
    rows = panel_cells.cells(table)
    found, gone = panel_sources.used(plan, rows), panel_lost.lost(plan, table, rows)
    for one in gone:
        tell(one.words(panel_lost.NAMED))
    write_text(panel_sources.cite(plan, found, bib=True), out.with_suffix(".bib"))
    write_text(panel_files.methods(plan, table, found, gone), out.with_suffix(".methods.md"))
    for path, data in (panel_files.bundle(plan, out) if bundle else {}).items():
        write_bytes(data, path)
    return int(table.num_rows)


def emit_chain(chain: dict[str, Any], form: Literal["table", "json"]) -> None:
    """Print a chain of provenance, indented, or as JSON."""
    if form == "json":
        write_text(json.dumps(chain, ensure_ascii=False, indent=1) + "\n", None)
        return
    lines: list[str] = []

    def walk(node: dict[str, Any], depth: int) -> None:
        facts = " · ".join(str(node[k]) for k in ("licence", "file") if node.get(k))
        lines.append(f"{'  ' * depth}{node['kind']} {node['name']}  {facts}  {(node.get('sha256') or '')[:12]}".rstrip())
        for below in node["inputs"]:
            walk(below, depth + 1)

    walk(chain, 0)
    write_text("\n".join(lines) + "\n", None)


def progress(quiet: bool) -> Callable[[str], None]:
    """A function that shows what is being made: one line that rewrites itself on a terminal, nothing in a pipe."""
    if quiet or not sys.stderr.isatty():
        return lambda _: None

    def show(name: str) -> None:
        sys.stderr.write(f"\r\x1b[K{name[:70]}")
        sys.stderr.flush()

    return show


def write_text(text: str, out: Path | None) -> None:
    """Write text to a file in one step, or to stdout."""
    if out is not None:
        write_bytes(text.encode(), out)
        return
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        silence()


def silence() -> None:
    """Send what is still to be written to nowhere: a reader who has left is no error."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def write_bytes(data: bytes, out: Path) -> None:
    """Replace a file in one step; UsageError where it cannot be written, and then nothing is changed."""
    if out.is_dir() or not out.name:
        raise UsageError(f"{out}: a folder; name a file")
    temporary = out.with_name(f".{out.name}.{os.getpid()}.tmp")
    try:
        if out.exists() and not out.is_file():  # a device or a pipe is written to, never replaced
            out.write_bytes(data)
            return
        temporary.unlink(missing_ok=True)
        with temporary.open("xb") as stream:  # a link that lies there is not written through
            stream.write(data)
        temporary.replace(out)
    except OSError as error:
        raise UsageError(f"{out}: cannot be written ({error.strerror})") from error
    finally:
        temporary.unlink(missing_ok=True)


def _parquet(table: pa.Table, out: Path | None) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    if out is None:
        raise UsageError("--format parquet needs --out FILE")
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd", use_dictionary=[f.name for f in table.schema if not pa.types.is_floating(f.type)])
    write_bytes(buffer.getvalue(), out)


def _form(form: Format, out: Path | None) -> Format:
    suffixes: dict[str, Format] = {".csv": "csv", ".json": "json", ".parquet": "parquet"}
    return suffixes.get(out.suffix, form) if out is not None and form == "table" else form


def _plain(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else repr(value) if isinstance(value, float) else value


def _terminal(rows: Sequence[dict[str, Any]], names: tuple[str, ...]) -> str:
    if not names:
        return "nothing\n"
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in names:
        numeric = any(isinstance(r[name], (int, float)) and not isinstance(r[name], bool) for r in rows)
        table.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(_short(row[n])) for n in names))
    terminal = sys.stdout.isatty()
    text = io.StringIO()
    Console(file=text, force_terminal=terminal, no_color="NO_COLOR" in os.environ, width=None if terminal else 200).print(table)
    return text.getvalue()


def _short(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.0f}"
    return "".join(c if c.isprintable() or c == "\n" else " " for c in str(value))
