"""Do the tests notice? Faults set into a copy of the code, one at a time, each against the tests of its module.

    python -m bench.mutants [--number 300] [--seed 9] [--only panel] [--workers 2] [--write FILE [--again]]

A fault is one small change of one expression: a comparison, a sign, a bound, a constant, a condition turned, a filter dropped. Places are
drawn at random, each alike likely, from core, panel, build and models. Messages, annotations and decorators are left alone. A mutant is
killed if a test fails, survives if all pass. Text inside strings (SQL) is not drawn; `bench.faults` breaks such places by hand.

--again runs the survivors of FILE against the tests of today: each is looked up by module, line and change. Those of mutants_equivalent.json
(no correct test could notice, with the reason) are not run again, and counted both ways. Survivors of the ideal points' sampler go on to two
slow tests of its distribution.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import importlib
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "comity"
LIMIT = 400
"""Seconds of work after which a run counts as killed: a fault that never ends is noticed too, a busy machine is not taken for one."""
WAIT = 10 * LIMIT
"""The same in seconds of the clock, for a fault that waits for ever."""
TESTS: dict[str, tuple[str, ...]] = {
    "align": ("align_models", "align"),
    "backtest": ("forecast", "forecast_parts"),
    "comparisons": ("comparisons",),
    "forecast": ("forecast", "forecast_parts", "forecasting"),
    "ideal_asof": ("ideal_points",),
    "initiatives": ("initiatives",),
    "local_projections": ("shock", "pressure"),
    "position": ("position",),
    "pressure": ("pressure",),
    "scores": ("scores", "forecast"),
    "turning": ("turns",),
    "value_added": ("value_added", "value_chains", "value_tables", "measure_value_added"),
    "core": ("core", "states", "userfile", "notes", "own", "selection", "source_politics", "source_events", "commands", "cli", "release", "build"),
    "panel": ("panel_made", "panel", "panel_files", "own"),
    "build": ("asof", "release", "build"),
    "_communities": ("solidarity",),
    "_ideal": ("ideal_kernels", "ideal_points"),
    "_ordinal": ("ideal_kernels", "ideal_points"),
    "_similarity": ("similarity", "similarity_errors", "similarity_long"),
    "_usual": ("solidarity", "votes"),
    "ballots": ("votes", "solidarity"),
    "breaks": ("breaks",),
    "displacement": ("trade_indices",),
    "frames": ("core", "similarity", "measure_portfolios", "votes"),
    "gravity": ("gravity",),
    "gravity_pairs": ("expected_trade",),
    "ideal": ("ideal_kernels", "ideal_points"),
    "index_numbers": ("price_volume",),
    "mirror": ("mirror", "measure_trade"),
    "naming": ("source_diplomacy",),
    "pass_through": ("pass_through", "explain"),
    "price_volume": ("price_volume", "measure_composition", "explain"),
    "separation": ("gravity",),
    "similarity": ("similarity", "similarity_errors", "similarity_long", "measure_portfolios"),
    "solidarity": ("solidarity", "votes"),
    "topics": ("topics",),
    "trade_indices": ("trade_indices", "measure_composition"),
}
SLOW = tuple(f"tests/test_ideal_points.py::test_{t}" for t in (
    "without_votes_the_sampler_draws_the_stated_prior", "votes_drawn_anew_before_each_pass_leave_the_prior_as_it_is",
))  # fmt: skip
"""Tests of the sampler's distribution (75 s): what passes all quick ones of `_ideal_*` and `_ordinal` goes through these."""
EQUIVALENT = Path(__file__).with_name("mutants_equivalent.json")
KEYS = ("module", "line", "change")
MOVED = 3
"""Lines by which a place may have moved since it was drawn."""
HARNESS = 70
HEAVY = ("numpy", "scipy.stats", "scipy.sparse", "pandas", "pyarrow.parquet", "numba", "hypothesis", "sklearn.feature_extraction.text", "ibis")
"""Imported once, before the processes of the mutants part."""
COMPARED = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn,
    ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
OPERATED = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Div, ast.Mod: ast.Mult, ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.MatMult: ast.Mult,
}  # fmt: skip
PLUGIN = """
import json
import os
import sys
from pathlib import Path
import pytest
from hypothesis import Phase, settings
settings.register_profile("mutants", phases=(Phase.explicit, Phase.generate), deadline=None, derandomize=True, max_examples=25)
settings.load_profile("mutants")
TIMES = Path(os.environ.get("MUTANTS_TIMES", os.devnull))
KNOWN = json.loads(TIMES.read_text()) if TIMES.is_file() else {}
PLACE = os.environ.get("MUTANTS_PLACE")
CALLS = {}
calls = set()
BASE = os.getcwd() + "/src/comity/"
def seen(frame, event, argument):
    if event == "call":
        name = frame.f_code.co_filename
        if name.startswith(BASE):
            calls.add(name[len(BASE):-3] + ":" + str(frame.f_code.co_firstlineno))
if "MUTANTS_TIMING" in os.environ:
    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(item):
        global calls
        calls = set()
        sys.setprofile(seen)
        yield
        sys.setprofile(None)
        CALLS[item.nodeid] = sorted(calls)
    @pytest.hookimpl(hookwrapper=True)
    def pytest_fixture_setup(fixturedef):
        global calls
        before, calls = calls, set()
        yield
        fixturedef.calls, calls = calls, before | calls
    @pytest.hookimpl(trylast=True)
    def pytest_runtest_setup(item):
        for name in item.fixturenames:
            for fixture in item._fixtureinfo.name2fixturedefs.get(name, ()):
                calls.update(getattr(fixture, "calls", ()))
def pytest_collection_modifyitems(items):
    if os.environ.get("COMITY_TEST_HOME") is None:
        items[:] = [i for i in items if "full_home" not in getattr(i, "fixturenames", ())]
    items.sort(key=lambda i: KNOWN.get("times", {}).get(i.nodeid, 1.0))
    if PLACE:
        near = [i for i in items if PLACE in KNOWN["calls"].get(i.nodeid, ())]
        items[:] = near + [i for i in items if i not in set(near)]
def pytest_runtest_logreport(report):
    if "MUTANTS_TIMING" in os.environ:
        times = KNOWN.setdefault("times", {})
        times[report.nodeid] = times.get(report.nodeid, 0.0) + report.duration
def pytest_sessionfinish(session):
    if "MUTANTS_TIMING" in os.environ:
        TIMES.write_text(json.dumps(KNOWN | {"calls": CALLS}))
"""
"""Fewer examples, no shrinking; first the tests that call the function at fault, then the others, the quickest of each before the rest."""


class Fault(Protocol):
    """One change of one file of the package."""

    @property
    def file(self) -> str:
        """The file, from src/comity on."""

    def text(self) -> str:
        """The whole file with the fault set."""


@dataclass(frozen=True)
class Place:
    """One place of a module where a fault may be set: the n-th of its tree, its line, and what changes there."""

    module: str
    number: int
    line: int
    change: str

    @property
    def file(self) -> str:
        """The module's file."""
        return f"{self.module}.py"

    def text(self) -> str:
        """The module with the fault set."""
        return mutated(self)


def faults(node: ast.AST) -> Iterator[tuple[str, object]]:
    """The changes of one node: words, and a function without arguments that makes the change in place."""
    if isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARED:
        new = COMPARED[type(node.ops[0])]
        yield f"{type(node.ops[0]).__name__} to {new.__name__}", lambda: node.ops.__setitem__(0, new())
    elif isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in OPERATED and not _text(node):
        other = OPERATED[type(node.op)]
        yield f"{type(node.op).__name__} to {other.__name__}", lambda: setattr(node, "op", other())
    elif isinstance(node, ast.BoolOp):
        turned = ast.Or if isinstance(node.op, ast.And) else ast.And
        yield f"to {turned.__name__}", lambda: setattr(node, "op", turned())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        yield f"{type(node.op).__name__} dropped", lambda: setattr(node, "op", ast.UAdd() if isinstance(node.op, ast.USub) else _Twice())
    elif isinstance(node, ast.If | ast.IfExp | ast.While) and not _type_checking(node.test):
        yield "condition turned", lambda: setattr(node, "test", ast.UnaryOp(op=ast.Not(), operand=node.test))
    elif isinstance(node, ast.comprehension) and node.ifs:
        yield "filter dropped", lambda: setattr(node, "ifs", node.ifs[1:])
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield f"{node.value} to {not node.value}", lambda: setattr(node, "value", not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        value = node.value
        yield f"{value} to {value + 1}", lambda: setattr(node, "value", value + 1)
    elif isinstance(node, ast.Break):
        yield "break to continue", None


class _Twice(ast.Not):
    """`not not`: written out by `unparsed`."""


def _text(node: ast.BinOp | ast.AugAssign) -> bool:
    sides = (node.left, node.right) if isinstance(node, ast.BinOp) else (node.value,)
    return any(isinstance(s, ast.JoinedStr) or (isinstance(s, ast.Constant) and isinstance(s.value, str)) for s in sides)


def _type_checking(test: ast.expr) -> bool:
    return isinstance(test, ast.Name) and test.id == "TYPE_CHECKING"


def walked(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes but those of messages, annotations, decorators, subscripts of types and texts."""
    yield node
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "exc", "msg", "type_params"):
            continue
        for child in value if isinstance(value, list) else (value,):
            if isinstance(child, ast.AST) and not isinstance(child, ast.JoinedStr | ast.Assert):
                yield from walked(child)


def places(module: str) -> list[Place]:
    """All places of a module, in the order of its tree."""
    tree = ast.parse((SOURCE / f"{module}.py").read_text())
    found, number = [], 0
    for node in walked(tree):
        for change, act in faults(node):
            if act is not None:
                found.append(Place(module, number, getattr(node, "lineno", 0), change))
                number += 1
    return found


def mutated(place: Place) -> str:
    """The module's text with the fault set."""
    tree = ast.parse((SOURCE / f"{place.module}.py").read_text())
    number = 0
    for node in walked(tree):
        for _, act in faults(node):
            if act is None:
                continue
            if number == place.number:
                act()  # type: ignore[operator]
                return ast.unparse(ast.fix_missing_locations(_Spelled().visit(tree)))
            number += 1
    raise ValueError(f"{place} is no place of the code")


class _Spelled(ast.NodeTransformer):
    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        self.generic_visit(node)
        return node.operand if isinstance(node.op, _Twice) else node


def function_of(place: Place) -> str | None:
    """The function that holds a place, as `module:first line`; None where the module itself does."""
    tree = ast.parse((SOURCE / f"{place.module}.py").read_text())
    inner = None
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.lineno <= place.line <= (node.end_lineno or node.lineno):
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            inner = max(inner or 0, first)
    return None if inner is None else f"{place.module}:{inner}"


def tests_of(module: str) -> tuple[str, ...]:
    """The test files that a mutant of a module must pass to survive: by its room or name, else by the longest beginning of it that is listed."""
    name = module.split("/")[1] if "/" in module else module
    key = max((k for k in TESTS if name == k or name.startswith(k)), key=len)
    return tuple(f"tests/test_{t}.py" for t in TESTS[key])


class Copy:
    """A copy of the code in which one fault at a time stands; kept between runs so that what was compiled stays compiled."""

    def __init__(self, folder: Path, times: Path | None = None) -> None:
        self.folder, self.root, self.home, self.times = folder, folder / "work" / "comity", folder / "home", times
        self.fault: Fault | None = None
        self.root.mkdir(parents=True)
        shutil.copytree(ROOT / "src", self.root / "src", ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("tests", "bench", "docs", "pyproject.toml", "README.md", "requirements.lock", "Makefile", "CHANGELOG.md"):
            (self.root / name).symlink_to(ROOT / name)
        (self.root.parent / "shared").symlink_to(ROOT.parent / "shared")
        (self.root / "mutants_plugin.py").write_text(PLUGIN)

    def begin(self, fault: Fault | None, files: tuple[str, ...], home: str | None) -> int:
        """Start a process that runs these tests with the fault set, or with none; its number. `ended` reads what came of it.

        Of files the tests that are not marked slow; SLOW are run for their mark.
        """
        self.fault = fault
        if fault:
            (self.root / "src" / "comity" / fault.file).write_text(fault.text())
        child = os.fork()
        if child:
            return child
        with (self.folder / "log").open("w") as log:
            os.dup2(log.fileno(), 1)
            os.dup2(log.fileno(), 2)
        os.chdir(self.root)
        sys.path[:0] = [str(self.root / "src"), str(self.root), str(self.root / "tests")]
        os.environ["PYTHONPATH"] = f"{self.root / 'src'}:{self.root}"
        if self.times:
            os.environ |= {"MUTANTS_TIMES": str(self.times)} | ({} if fault else {"MUTANTS_TIMING": "1"})
        if isinstance(fault, Place) and (function := function_of(fault)):
            os.environ["MUTANTS_PLACE"] = function
        os.environ.pop("COMITY_TEST_HOME", None)
        if home:
            shutil.rmtree(self.home, ignore_errors=True)
            shutil.copytree(home, self.home, copy_function=os.link, ignore=shutil.ignore_patterns("*lock"))
            os.environ["COMITY_TEST_HOME"] = str(self.home)
        signal.setitimer(signal.ITIMER_PROF, LIMIT if files != SLOW else 3 * LIMIT)
        signal.alarm(WAIT)
        code = HARNESS
        try:
            given = [
                "-q",
                "--no-header",
                "-p",
                "no:cacheprovider",
                "-p",
                "mutants_plugin",
                "-W",
                "ignore::pytest.PytestAssertRewriteWarning",
                "-m",
                "not slow" if files != SLOW else "slow",
                *(["-x"] if fault else []),
                *files,
            ]
            code = int(pytest.main(given))
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def ended(self, status: int) -> tuple[bool, str]:
        """Whether a test failed, and the last words of the run; the fault is taken out."""
        if self.fault:
            shutil.copy2(SOURCE / self.fault.file, self.root / "src" / "comity" / self.fault.file)
        if os.WIFSIGNALED(status):
            after = {int(signal.SIGPROF): f", after {LIMIT} s of work", int(signal.SIGALRM): f", after {WAIT} s"}.get(os.WTERMSIG(status), "")
            return True, f"ended by signal {os.WTERMSIG(status)}{after}"
        code = os.WEXITSTATUS(status)
        lines = [line for line in (self.folder / "log").read_text(errors="replace").splitlines() if line.strip()]
        found = [line for start in ("FAILED", "ERROR", "E  ") for line in lines if line.startswith(start)]
        why = found[0] if found else lines[-1] if lines else ""
        if code == HARNESS:
            sys.exit(f"the run itself failed, see its last words: {lines[-3:]}")
        return code != 0, why if code in (0, 1) else f"exit {code}: {why}"


def interval(killed: int, total: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    z, share = 1.959964, killed / total
    middle, half = share + z * z / (2 * total), z * ((share * (1 - share) + z * z / (4 * total)) / total) ** 0.5
    return (middle - half) / (1 + z * z / total), (middle + half) / (1 + z * z / total)


def modules() -> list[str]:
    """The modules from which places are drawn."""
    files = sorted((SOURCE / "models").rglob("*.py"))
    return ["core", "panel", "build", *(str(p.relative_to(SOURCE).with_suffix("")) for p in files if p.stem != "__init__")]


def found_again(row: dict[str, Any]) -> Place | None:
    """The place of an earlier row in the code of today: the same change, on the nearest line up to MOVED away; None where it is gone."""
    same = [p for p in places(row["module"]) if p.change == row["change"] and abs(p.line - row["line"]) <= MOVED]
    return min(same, key=lambda p: (abs(p.line - row["line"]), abs(p.number - row["number"])), default=None)


def told(rows: list[dict[str, Any]]) -> str:
    """The share killed with its interval: of all, and of those that are not set aside as equivalent."""
    aside = [tuple(e[k] for k in KEYS) for e in json.loads(EQUIVALENT.read_text())]
    whole, real = rows, [r for r in rows if r["killed"] or tuple(r[k] for k in KEYS) not in aside]
    out = []
    for some, name in ((whole, "all"), (real, f"{len(whole) - len(real)} equivalent ones set aside")):
        dead = sum(bool(r["killed"]) for r in some)
        low, high = interval(dead, len(some))
        out.append(f"{dead} of {len(some)} killed: {dead / len(some):.3f} ({low:.3f} to {high:.3f}), {name}")
    return "\n".join(out)


def main(arguments: list[str] | None = None) -> None:
    """Draw, run, print each survivor and the share killed."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--number", type=int, default=300)
    reader.add_argument("--seed", type=int, default=9)
    reader.add_argument("--only", default="")
    reader.add_argument("--workers", type=int, default=2)
    reader.add_argument("--home", help="a full store built from this code, for the tests of panel and build that need one")
    reader.add_argument("--times", type=Path, help="keep there how long each test takes without a fault")
    reader.add_argument("--write", type=Path, help="verdicts so far, and where to go on from")
    reader.add_argument("--again", action="store_true", help="run the survivors of --write anew")
    given = reader.parse_args(arguments)
    everywhere = [p for m in modules() for p in places(m)]
    rows: list[dict[str, Any]] = json.loads(given.write.read_text()) if given.write and given.write.exists() else []
    if given.again:
        aside = {tuple(e[k] for k in KEYS) for e in json.loads(EQUIVALENT.read_text())}
        old = [r for r in rows if not r["killed"] and given.only in r["module"] and tuple(r[k] for k in KEYS) not in aside]
        waiting = [(p, r) for r in reversed(old) if (p := found_again(r))]
        print(f"{len(waiting)} survivors of {len(rows)}; gone from the code: {[tuple(r[k] for k in KEYS) for r in old if not found_again(r)]}")
    else:
        known = {(r["module"], r["number"]) for r in rows}
        drawn = random.Random(given.seed).sample(everywhere, min(given.number, len(everywhere)))
        waiting = [(p, {}) for p in reversed(drawn) if given.only in p.module and (p.module, p.number) not in known]
    for name in HEAVY:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    with tempfile.TemporaryDirectory() as folder:
        times = given.times or Path(folder) / "times.json"
        free = [Copy(Path(folder) / str(n), times) for n in range(given.workers)]
        if not times.exists():
            needed = tuple(dict.fromkeys(f for p, _ in waiting for f in tests_of(p.module)))
            failed, words = free[0].ended(os.waitpid(free[0].begin(None, needed, given.home), 0)[1])
            if failed:
                sys.exit(f"the tests fail without any fault: {words}")
        running: dict[int, tuple[Copy, Place, dict[str, Any], tuple[str, ...]]] = {}
        further: list[tuple[Place, dict[str, Any]]] = []
        while waiting or further or running:
            while (waiting or further) and free:
                copy, files = free.pop(), () if waiting else SLOW
                place, row = (waiting or further).pop()
                files = files or tests_of(place.module)
                running[copy.begin(place, files, given.home if place.module in ("panel", "build") else None)] = copy, place, row, files
            child, status = os.wait()
            copy, place, row, files = running.pop(child)
            free.append(copy)
            killed, why = copy.ended(status)
            if not killed and files != SLOW and place.module.rpartition("/")[2].startswith(("_ideal", "_ordinal")):
                further.append((place, row))
                continue
            if not row:
                row = {"module": place.module, "number": place.number, "line": place.line, "change": place.change}
                rows.append(row)
            row |= {"killed": killed, "by": ("slow: " if files == SLOW else "") + why}
            print("killed  " if killed else "SURVIVED", f"{place.module}:{place.line}", place.change, "|", row["by"][:120], flush=True)
            if given.write:
                given.write.write_text(json.dumps(rows, indent=1))
    print(told(rows), f"\n{len(everywhere):,} places, seed {given.seed}")


if __name__ == "__main__":
    main()
