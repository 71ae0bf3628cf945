"""Small inter-country tables for tests: the leather example, random ones, and the held world tables."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import reject
from hypothesis import strategies as st

from comity.models import value_added as va


def leather(shared_data: Path) -> tuple[va.IOTable, Any]:
    """The worked table of three states by three industries, and the published Leontief decomposition of its exports."""
    folder = shared_data / "production" / "leather"
    with (folder / "leather_input.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    industries = tuple(dict.fromkeys(r["industry"] for r in rows))
    states = tuple(dict.fromkeys(r["country"] for r in rows))
    z = np.array([[float(r[f"Z_{s}.{i}"]) for s in states for i in industries] for r in rows])
    y = np.array([[[float(r[f"Y_{s}"])] for s in states] for r in rows])
    table = va.IOTable(
        states=states, industries=industries, uses=("final",), z=z, y=y, unit="as given", output=np.array([float(r["X"]) for r in rows])
    )  # fmt: skip
    with (folder / "leather_leontief_exports_published.csv").open(encoding="utf-8") as stream:
        published = np.array([[float(v) for v in row[1:]] for row in list(csv.reader(stream))[1:]])
    return table, published


def flows(table: va.IOTable) -> dict[str, list[Any]]:
    """A table as long flows, cells of zero left out save in a state's own block."""
    out: dict[str, list[Any]] = {c: [] for c in ("from_state", "from_industry", "to_state", "to_use", "value")}
    rows = [(s, i) for s in table.states for i in table.industries]
    for p, (s, i) in enumerate(rows):
        cells = [(r, j, table.z[p, q]) for q, (r, j) in enumerate(rows)]
        cells += [(r, u, table.y[p, k, m]) for k, r in enumerate(table.states) for m, u in enumerate(table.uses)]
        for r, use, value in cells:
            if value or r == s:
                for column, cell in zip(out, (s, i, r, use, float(value)), strict=True):
                    out[column].append(cell)
    return out


@st.composite
def tables(draw: st.DrawFn, *, odd: bool = True) -> va.IOTable:
    """2–5 states, 1–4 industries; with `odd` also industries that do nothing, inventories drawn down and a state without exports."""
    g, n = draw(st.integers(2, 5)), draw(st.integers(1, 4))
    made = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    k = g * n
    z = made.lognormal(0, 1, (k, k)) * (made.random((k, k)) < 0.8)
    y = made.lognormal(1, 1, (k, g, 2)) * (made.random((k, g, 2)) < 0.9)
    y[:, :, 1] *= 0.1
    if odd and draw(st.booleans()):
        y[:, :, 1] *= np.where(made.random((k, g)) < 0.3, -1.0, 1.0)
    if odd and draw(st.booleans()):
        p = int(made.integers(k))
        z[p], z[:, p], y[p] = 0.0, 0.0, 0.0
    if odd and draw(st.booleans()):
        s = int(made.integers(g))
        mine = slice(s * n, s * n + n)
        others = np.ones(k, bool)
        others[mine] = False
        z[mine, others] = 0.0
        y[mine, np.arange(g) != s] = 0.0
    y[(np.abs(y).sum(axis=(1, 2)) == 0) & (z.sum(axis=1) > 0), 0, 0] = 1.0
    final = y.sum(axis=(1, 2))
    for _ in range(60):
        x = z.sum(axis=1) + final
        much = z.sum(axis=0) / np.where(x > 0, x, 1.0)
        if (much <= 0.85).all():
            break
        z *= np.where(much > 0.8, 0.7 / np.where(much > 0, much, 1.0), 1.0)
    else:
        reject()
    names = tuple(f"S{i}" for i in range(g))
    return va.IOTable(states=names, industries=tuple(f"i{j}" for j in range(n)), uses=("use", "stocks"), z=z, y=y, unit="as given")


def wiod(shared_data: Path, year: int) -> va.IOTable:
    """One held table of the World Input–Output Database, release 2013."""
    from comity.models.value_added.readers import read

    return read(shared_data / "production" / "wiod2013" / f"wiot13_{year}.parquet", layout="wide", unit="musd")
