"""Write what the plain scripts are given, so that they need not work it out: what to read, and charts to draw.

    python -m bench.prepare raw DATA FILE | profile HOME A B FOLDER | members FIRST LAST FILE
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def raw(data: Path) -> list[list[Any]]:
    """The raw files that the sources read and that are there, with the column names of those that have no header."""
    from comity import sources
    from comity.reading import locate

    files = {f.name: f.header for name in sources.names() for f in sources.get(name).files}
    return [[str(path), header] for name, header in files.items() if (path := locate(data, name)) is not None]


def profile(home: Path, a: str, b: str, folder: Path) -> None:
    """The entries of a profile whose Series is held, with the pairs to compare; and the specifications of its charts."""
    import comity
    from comity.report import charts, html

    store = comity.open(home)
    page = store.profile(a, b)
    plan = [
        {
            "name": m.name, "of": m.of, "symmetric": m.symmetric, "a": m.a, "b": m.b,
            "path": str(store.holdings.path("series", m.name)), "pairs": [[c.a, c.b] for c in m.comparisons],
        }
        for s in page.sections for m in s.measures if store.holdings.has("series", m.name)
    ]  # fmt: skip
    specs: list[Any] = []
    draw = charts.svg

    def keep(spec: Any, *rest: Any, **options: Any) -> str:
        specs.append(spec)
        return draw(spec, *rest, **options)

    charts.svg = keep
    text = html.render(page)
    if not 0 < len(specs) == text.count("<svg"):
        raise SystemExit(f"{len(specs)} charts were drawn, the page holds {text.count('<svg')}")
    (folder / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    (folder / "specs.json").write_text(json.dumps(specs), encoding="utf-8")


def members(first: int, last: int, out: Path) -> None:
    """The members of the state system of each year, one for each seat: code, year, seat, number, and whether the Correlates of War list it."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from comity import states

    spine = states.spine("year", first, last)
    found = sorted({(c, d.year) for side in "ab" for c, d in zip(spine.column(side).to_pylist(), spine.column("start").to_pylist(), strict=True)})
    rows = [
        {"code": c, "year": y, "seat": states.get(c).seat, "ccode": states.numbers(c, y)[0], "cow": states.is_member(c, y, "cow")} for c, y in found
    ]
    pq.write_table(pa.Table.from_pylist(rows), out)


if __name__ == "__main__":
    if sys.argv[1] == "members":
        members(int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
    elif sys.argv[1] == "raw":
        Path(sys.argv[3]).write_text(json.dumps(raw(Path(sys.argv[2]))), encoding="utf-8")
    else:
        profile(Path(sys.argv[2]), sys.argv[3], sys.argv[4], Path(sys.argv[5]))
