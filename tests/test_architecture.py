"""Imports point down, files stay short, and reading commands import no heavy library."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "comity"
FLOORS = [
    ["core"],
    ["lock", "store", "promises", "reading", "states", "fetch", "unpacking", "publication", "extras", "stretches", "modules", "percents"],
    ["vintages", "downloads", "fetched"],
    ["models"],
    ["events"],
    ["sources", "measures"],
    ["standing"],
    ["build"],
    ["asof"],
    ["selection", "userfile", "citation", "declared"],
    ["panel"],
    ["panel_cells"],
    ["panel_sources", "panel_lost"],
    ["panel_files", "own", "notes"],
    ["analysis", "release", "docs"],
    ["claims"],
    ["plan"],
    ["profile_parts", "profile_exchange", "profile_chains", "profile_events"],
    ["profile"],
    ["wording"],
    ["findings", "caveats", "explained", "forecasted", "driven"],
    ["gather_un", "gather_vision", "gather_trade", "gather_exchange", "gather_forecast", "gather_drivers", "gather_position"],
    ["gather_money", "gather_chains", "gather_events"],
    ["gather_people"],
    ["gather_parts"],
    ["gather"],
    ["report"],
    ["api_judging"],
    ["api", "output"],
    ["web"],
    ["cli_options"],
    [
        "cli_votes",
        "cli_vision",
        "cli_explain",
        "cli_gravity",
        "cli_plan",
        "cli_chains",
        "cli_align",
        "cli_forecast",
        "cli_shock",
        "cli_position",
        "cli_claims",
        "cli_review",
        "cli_fetch",
        "cli_events",
        "cli_web",
    ],
    ["cli"],
    ["__main__", "__init__", "manual"],
]
FLOOR = {room: i for i, rooms in enumerate(FLOORS) for room in rooms}
HEAVY = ("ibis", "pandas", "numba", "scipy", "vl_convert", "jinja2", "rich")


def _room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def _imports(path: Path) -> set[str]:
    out = set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    only_types = {id(n) for i in ast.walk(tree) if isinstance(i, ast.If) and "TYPE_CHECKING" in ast.dump(i.test) for n in ast.walk(i)}
    for node in ast.walk(tree):
        if id(node) in only_types:
            continue
        if isinstance(node, ast.ImportFrom) and node.module == "comity":
            out |= {a.name for a in node.names if a.name != "__version__"}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("comity."):
            out.add((node.module or "").split(".")[1])
    return out


def test_imports_point_down() -> None:
    wrong = []
    for path in PACKAGE.rglob("*.py"):
        room = _room(path)
        wrong += [f"{path.relative_to(PACKAGE)} imports {i}" for i in _imports(path) if i in FLOOR and i != room and FLOOR[i] >= FLOOR[room]]
    assert not wrong


def test_every_room_has_a_floor() -> None:
    assert {_room(p) for p in PACKAGE.rglob("*.py")} <= set(FLOOR)


def test_no_file_is_over_600_lines() -> None:
    files = [p for folder in ("src", "tests", "bench") for p in (ROOT / folder).rglob("*.py")]
    assert not [f"{p.name}: {n}" for p in files if (n := len(p.read_text(encoding="utf-8").splitlines())) > 600]


@pytest.mark.parametrize("arguments", [["--help"], ["series", "vote_agreement", "--dyad", "CHN", "RUS", "--format", "csv"]])
def test_reading_commands_import_nothing_heavy(arguments: list[str], tmp_path: Path) -> None:
    script = (
        "import sys, comity.cli\n"
        "try:\n    comity.cli.main(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script, "--home", str(tmp_path), *arguments], capture_output=True, text=True, check=True)
    assert done.stderr.strip().splitlines()[-1] == "[]"
