"""The command that fetches publishers' files, or only asks after them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated

import typer

from comity.cli_options import FormatOption, OutOption, open_store, say, settings
from comity.core import UsageError


def fetch(
    names: Annotated[list[str] | None, typer.Argument(metavar="NAME...", help="sources, or measures for all of their sources")] = None,
    every: Annotated[bool, typer.Option("--all", help="every source")] = False,
    check: Annotated[bool, typer.Option("--check", help="only ask each address and compare the file's columns with the layout")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="connect to nothing; say what would be asked")] = False,
    keep: Annotated[bool, typer.Option("--keep", help="keep the file before beside the one that replaces it")] = False,
    form: FormatOption = "table",
    out: OutOption = None,
) -> None:
    """Fetch the publishers' own files into the store, for `comity build`; only what changed since is downloaded."""
    from comity import output
    from comity.analysis import addresses, fetching

    if every == bool(names):
        raise UsageError("name sources or measures, as `comity sources` lists them, or give --all")
    held = open_store()
    if check and not offline:
        compared = held.check_addresses(*(names or ()), say=say)
        output.emit_rows([asdict(c) for c in compared], form, out, columns=addresses.CHECK_COLUMNS, short=addresses.CHECK_SHORT)
        code = addresses.check_code(compared)
    else:
        rows = held.fetch(*(names or ()), keep=keep, offline=offline, say=say, tick=_bar(settings["quiet"]))
        output.emit_rows([asdict(r) for r in rows], form, out, columns=fetching.COLUMNS)
        code = fetching.exit_code(rows, named=bool(names))
    if code:
        raise typer.Exit(code)


STEP, PIECE = 1 << 20, 1 << 16
"""Bytes after which the line is drawn again; the size of a piece."""


def _bar(quiet: bool) -> Callable[[int, int | None], None]:
    """A function that shows how much of a file has come, on one line of the terminal that rewrites itself."""
    if quiet or not sys.stderr.isatty():
        return lambda *_: None

    def show(done: int, total: int | None) -> None:
        if done != total and done % STEP >= PIECE:
            return
        share = f" {done / total:4.0%}" if total else ""
        sys.stderr.write(f"\r\x1b[K{done:,}{f' of {total:,}' if total else ''} bytes{share}{chr(13) + chr(27) + '[K' if done == total else ''}")
        sys.stderr.flush()

    return show


COMMANDS = (fetch,)
