"""The code behind an artefact: the files of comity's modules that a module reads, found by its imports, and their hash."""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path


@cache
def module_hash(module: str) -> str:
    """The SHA-256 of a module's text and of every comity module and state table that it reads, found by its imports."""
    digest = hashlib.sha256()
    for path in sorted(files_of(module)):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def files_of(module: str) -> set[Path]:
    """The files of a module, of every comity module that it reads, and the table of states."""
    todo, seen, paths = [module], set(), set()
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        path = file_of(name)
        if path is None:
            continue
        paths.add(path)
        if name == "comity.states":
            paths.update(path.parent.glob("states*.csv"))
        if path.suffix == ".py":
            todo += whole_imports(path) if name.startswith("own:") else imports(path)
    return paths


_IMPORT = re.compile(rb"^[ \t]*((?:from|import) comity\b(?:[^(\n]*\([^)]*\)|[^\n]*))", re.MULTILINE)


@cache
def imports(path: Path) -> tuple[str, ...]:
    """The modules of comity that one of its modules may import, its import statements alone being parsed; tests hold it to `whole_imports`."""
    return tuple(name for found in _IMPORT.findall(path.read_bytes()) for name in _named(ast.parse(found)))


def whole_imports(path: Path) -> tuple[str, ...]:
    """The modules of comity that a file may import."""
    return tuple(_named(ast.parse(path.read_bytes())))


def _named(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        yield from (n for n in names if n.startswith("comity."))


@cache
def file_of(module: str) -> Path | None:
    """The file of a module of comity, or of a user's own; None for anything else.

    A ledger row is text: to look for another's module by importing would run its package.
    """
    if module.startswith("own:"):
        path = Path(module.removeprefix("own:"))
        return path if path.suffix in (".py", ".toml") and path.is_file() else None
    if re.fullmatch(r"comity(\.[A-Za-z_0-9]+)+", module) is None:
        return None
    place = Path(__file__).parent.joinpath(*module.split(".")[1:])
    return next((p for p in (place / "__init__.py", place.with_name(f"{place.name}.py")) if p.is_file()), None)
