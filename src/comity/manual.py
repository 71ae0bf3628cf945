"""docs/commands.md, generated from the commands themselves."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from comity.cli import app

_HEAD = "Generated from the commands by `make docs`; do not edit. `comity COMMAND --help` says the same.\n"


def commands_page() -> str:
    """The page of all commands: what each does, its arguments and options with their defaults."""
    from typer.main import get_command

    out = ["# Commands", "", _HEAD]
    for name, command in sorted(_all(get_command(app), "comity")):
        out += [f"## {name}", "", _first(command.help), ""]
        rows = [_row(p) for p in command.params if p.name != "help"]
        if rows:
            out += ["| argument or option | what it is | default |", "| --- | --- | --- |", *rows, ""]
    return "\n".join(out).rstrip() + "\n"


def _all(group: Any, path: str) -> list[tuple[str, Any]]:
    out = []
    for name, command in group.commands.items():
        inner = getattr(command, "commands", None)
        out += _all(command, f"{path} {name}") if inner else [(f"{path} {name}", command)]
    return out


def _first(text: str | None) -> str:
    return " ".join((text or "").split("\n\n")[0].split())


def _row(parameter: Any) -> str:
    shown = ", ".join(parameter.opts) if parameter.opts[0].startswith("-") else parameter.metavar or parameter.name.upper()
    if parameter.opts[0].startswith("-") and parameter.metavar:
        shown += f" {parameter.metavar}"
    default = "" if parameter.default in (None, False) or parameter.required or callable(parameter.default) else f"{parameter.default}"
    words = getattr(parameter, "help", "") or ""
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in (f"`{shown}`", words, default)) + " |"


if __name__ == "__main__":
    (Path(sys.argv[1]) / "commands.md").write_text(commands_page(), encoding="utf-8")
