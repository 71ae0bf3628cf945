"""The commands that show the store as a web site: served, or written as files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from comity.cli_options import open_store, say, say_stale


def serve(
    host: Annotated[str, typer.Option("--host", help="the address to listen on; 127.0.0.1 is this machine alone")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes a free one")] = 8000,
    workers: Annotated[int, typer.Option("--workers", min=1, max=64, help="processes that make long pages")] = 2,
    each: Annotated[
        int, typer.Option("--each", metavar="N", min=0, help="connections that one address may hold at once; 0: any, as behind another server")
    ] = 100,
    shapes: Annotated[Path | None, typer.Option("--shapes", metavar="FILE", help="TopoJSON of Natural Earth, for the map of votes to come")] = None,
) -> None:
    """The store as a web site, read-only: pages for people, the same as .json and .csv for programs."""
    from comity.web import serving

    home = open_store().home
    say_stale(whole=True)
    serving.serve(home, host=host, port=port, workers=workers, say=say, shapes=shapes, each=each)


def site(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="a new folder, or one that this made before")],
    pairs: Annotated[list[str] | None, typer.Argument(metavar="PAIR...", help="pairs, each as CHN-RUS")] = None,
    all_of: Annotated[str | None, typer.Option("--all-of", metavar="STATE", help="this state with every state of today")] = None,
    measures: Annotated[
        bool | None, typer.Option("--measures/--no-measures", help="a page for each measure too (by default for named pairs)")
    ] = None,
) -> None:
    """The pages of pairs as files with links among them, to be put on any server or opened from a disk."""
    from comity import states
    from comity.web import export
    from comity.web.answer import pair_of

    chosen = [pair_of(p) for p in pairs or ()]
    if all_of is not None:
        one = states.find(all_of).code
        others = [s.code for s in states.all_states() if s.code != one and s.spells[-1].stop is None and s.spells[-1].status == "member"]
        chosen += [(one, o) for o in others]
    home = open_store().home
    say_stale(whole=True)
    written = export.write(home, out, list(dict.fromkeys(chosen)), measures=bool(pairs) if measures is None else measures, say=say)
    say(f"wrote {written} files; begin at {out / 'index.html'}")


COMMANDS = (serve, site)
