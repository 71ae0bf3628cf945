"""The commands that show the store as a web site: served, or written as files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from comity.cli_options import open_store, say


def serve(
    host: Annotated[str, typer.Option("--host", help="the address to listen on; 127.0.0.1 is this machine alone")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes a free one")] = 8000,
    workers: Annotated[int, typer.Option("--workers", min=1, max=64, help="processes that make long pages")] = 2,
) -> None:
    """The store as a web site, read-only: pages for people, the same as .json and .csv for programs."""
    from comity.web import serving

    serving.serve(open_store().home, host=host, port=port, workers=workers, say=say)


COMMANDS = (serve,)
