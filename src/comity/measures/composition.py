"""How the trade of two states is composed, by ten groups of products for every pair: concentration, two-way trade, fit, likeness, intensity."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from comity.core import measure

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

GROUPS = ("textiles", "agriculture", "stone", "minerals", "metals", "chemicals", "vehicles", "machinery", "electronics", "other")
ATLAS = "Atlas of Economic Complexity, ten groups of HS sections (HS 1992)"
BACI = "BACI, HS 2017 at six digits: China and Russia only; from 2022 China's report alone, a seam"
SHARED: dict[str, Any] = {
    "period": "year", "domain": "trade", "kind": "condition", "takes": "arrow", "coverage": "rows",
    "because": "what is traded, not that it is traded",
}  # fmt: skip
ONE_REPORTER = 2022


@measure(
    title="Concentration of the exports",
    unit="index to 1",
    bounds=(0, 1),
    symmetric=False,
    reference=f"Hirschman–Herfindahl index; {ATLAS}",
    aliases=("HHI", "Herfindahl index", "export concentration", "trade concentration"),
    variants={"hs6": BACI},
    **SHARED,
)
def trade_concentration(atlas_sections: pa.Table, baci: pa.Table, variant: str = "") -> pa.Table:
    """How far what a sells to b is of one group of goods: the sum of squared shares, 1 where all is of one group, 1/10 where all ten are equal.

    1 over the index is the number of equally large groups that would be as concentrated. Variant `hs6`: over products of six digits. The level
    depends on how finely goods are told apart: compare at one level only. n: groups or products with trade.
    """
    import numpy as np

    rows: list[tuple[Any, ...]] = []
    for year, states, x in _worlds(atlas_sections) if not variant else _products(baci):
        total = x.sum(axis=2)
        i, j = np.nonzero(total > 0)
        share = x[i, j] / total[i, j][:, None]
        rows.append((year, states, i, j, (share**2).sum(axis=1), (x[i, j] > 0).sum(axis=1)))
    return _table(rows, variant)


@measure(
    title="Two-way trade in like goods",
    unit="index to 1",
    bounds=(0, 1),
    reference=f"Grubel, H. G. & Lloyd, P. J. (1975), Intra-industry trade; {ATLAS}",
    aliases=("Grubel-Lloyd index", "Grubel–Lloyd", "intra-industry trade"),
    variants={"hs6": BACI},
    **SHARED,
)
def intra_industry_trade(atlas_sections: pa.Table, baci: pa.Table, variant: str = "") -> pa.Table:
    """How far the two sell each other the same kinds of goods: 1 - sum |x - y| / sum (x + y) over groups, x what a sells b and y what b sells a.

    0 where no group goes both ways, 1 where every group balances. It rises with broader groups: compare at one level only. Variant `hs6`: over
    products of six digits. n: groups or products with trade.
    """
    import numpy as np

    rows: list[tuple[Any, ...]] = []
    for year, states, x in _worlds(atlas_sections) if not variant else _products(baci):
        i, j = np.triu_indices(len(states), 1)
        one, other = x[i, j], x[j, i]
        whole = (one + other).sum(axis=1)
        kept = np.flatnonzero(whole > 0)
        value = np.clip(1 - np.abs(one - other)[kept].sum(axis=1) / whole[kept], 0, 1)
        rows.append((year, states, i[kept], j[kept], value, ((one + other)[kept] > 0).sum(axis=1)))
    return _table(rows, variant)


@measure(
    title="Fit of the exports to the other's imports",
    unit="index to 100",
    bounds=(0, 100),
    symmetric=False,
    reference=f"trade complementarity index, Michaely, M. (1996), Trade preferential agreements in Latin America; {ATLAS}",
    aliases=("trade complementarity", "complementarity index", "TCI"),
    **SHARED,
)
def trade_complementarity(atlas_sections: pa.Table) -> pa.Table:
    """How well what a sells to the world fits what b buys from it: 100 (1 - sum |m_b - x_a| / 2) over shares of ten groups.

    100 where the shares are the same, 0 where a sells nothing of what b buys. Ten groups hide what finer goods show. n: ten groups. Sales to
    undeclared countries, mostly oil of the Gulf's, are left out.
    """
    import numpy as np

    rows: list[tuple[Any, ...]] = []
    for year, states, x in _worlds(atlas_sections):
        sold, bought = x.sum(axis=1), x.sum(axis=0)
        i, j = np.nonzero((sold.sum(axis=1) > 0)[:, None] & (bought.sum(axis=1) > 0)[None] & ~np.eye(len(states), dtype=bool))
        e, m = (s / np.maximum(s.sum(axis=1), 1e-300)[:, None] for s in (sold, bought))
        value = np.clip(100 * (1 - np.abs(m[j] - e[i]).sum(axis=1) / 2), 0, 100)
        rows.append((year, states, i, j, value, np.full(len(i), len(GROUPS))))
    return _table(rows)


@measure(
    title="Likeness of what the two sell to the world",
    unit="index to 1",
    bounds=(0, 1),
    reference=f"Finger, J. M. & Kreinin, M. E. (1979), Economic Journal 89(356):905–912; {ATLAS}",
    aliases=("export similarity", "export similarity index", "Finger-Kreinin"),
    **SHARED,
)
def export_similarity(atlas_sections: pa.Table) -> pa.Table:
    """How far the two sell the same goods to the world: the sum over ten groups of the smaller of the two shares.

    1 where the shares are the same: they compete, or may work side by side. n: ten groups.
    """
    import numpy as np

    rows: list[tuple[Any, ...]] = []
    for year, states, x in _worlds(atlas_sections):
        sold = x.sum(axis=1)
        e = sold / np.maximum(sold.sum(axis=1), 1e-300)[:, None]
        i, j = np.triu_indices(len(states), 1)
        kept = np.flatnonzero((sold.sum(axis=1) > 0)[i] & (sold.sum(axis=1) > 0)[j])
        i, j = i[kept], j[kept]
        rows.append((year, states, i, j, np.minimum(np.minimum(e[i], e[j]).sum(axis=1), 1.0), np.full(len(i), len(GROUPS))))
    return _table(rows)


@measure(
    title="Intensity of the exports to the other",
    unit="ratio",
    bounds=(0, None),
    symmetric=False,
    reference="trade intensity index, Kojima, K. (1964), Hitotsubashi Journal of Economics 5(1):16–36; Atlas of Economic Complexity, all goods",
    aliases=("trade intensity", "trade intensity index", "TII"),
    variants={"whole": "b's weight among all imports of the world, a's own among them"},
    **SHARED,
)
def trade_intensity(atlas_sections: pa.Table, variant: str = "") -> pa.Table:
    """How much more a sells to b than b's weight in the world's imports would have it: (x_ab / X_a) / (M_b / (M_w - M_a)).

    1 where a's exports are spread as the world's imports are; a's own imports are left out of the world's, as it does not sell to itself. Variant
    `whole`: the denominator M_b / M_w. All goods, reconciled by the Growth Lab (FOB). Sales to undeclared countries are in no sum: where they are
    much of X_a (half of Kuwait's, a quarter of Saudi Arabia's in some years) the index is too high, by as much.
    """
    import numpy as np

    rows: list[tuple[Any, ...]] = []
    for year, states, x in _worlds(atlas_sections):
        flow = x.sum(axis=2)
        sold, bought = flow.sum(axis=1), flow.sum(axis=0)
        i, j = np.nonzero(flow > 0)
        rest = bought.sum() - (0.0 if variant else bought[i])
        rows.append((year, states, i, j, (flow[i, j] / sold[i]) / (bought[j] / rest), None))
    return _table(rows)


def _worlds(atlas_sections: pa.Table) -> Iterator[tuple[int, list[str], Floats]]:
    """Each year: its states in order of code, and what each sold to each by group, [exporters, importers, groups]."""
    import numpy as np

    years = atlas_sections.column("year").to_numpy()
    sides = [atlas_sections.column(c).to_numpy(zero_copy_only=False) for c in ("exporter", "importer")]
    values = np.nan_to_num(np.stack([atlas_sections.column(f"{g}_usd").to_numpy() for g in GROUPS], axis=1))
    for year in np.unique(years).tolist():
        at = np.flatnonzero(years == year)
        states, place = np.unique(np.concatenate([s[at] for s in sides]).astype(str), return_inverse=True)
        x = np.zeros((len(states), len(states), len(GROUPS)))
        x[place[: len(at)], place[len(at) :]] = values[at]
        yield year, states.tolist(), x


def _products(baci: pa.Table) -> Iterator[tuple[int, list[str], Floats]]:
    """Each year of BACI: its states, and what each sold to each by product."""
    import numpy as np

    years = baci.column("year").to_numpy()
    columns = [baci.column(c).to_numpy(zero_copy_only=False).astype(str) for c in ("exporter", "importer", "hs6")]
    value = baci.column("value_usd").to_numpy()
    for year in np.unique(years).tolist():
        at = np.flatnonzero(years == year)
        states, place = np.unique(np.concatenate([c[at] for c in columns[:2]]), return_inverse=True)
        products, good = np.unique(columns[2][at], return_inverse=True)
        x = np.zeros((len(states), len(states), len(products)))
        np.add.at(x, (place[: len(at)], place[len(at) :], good), value[at])
        yield year, states.tolist(), x


def _table(rows: list[tuple[Any, ...]], variant: str = "") -> pa.Table:
    import numpy as np
    import pyarrow as pa

    parts = []
    for year, states, i, j, value, n in rows:
        names = pa.array(states, pa.string())
        source = "atlas_sections" if variant != "hs6" else f"baci_chn_rus:{'reconciled' if year < ONE_REPORTER else 'alone'}"
        parts.append(
            pa.table(
                {
                    "a": names.take(pa.array(i, pa.int64())), "b": names.take(pa.array(j, pa.int64())),
                    "start": pa.repeat(pa.scalar(dt.date(year, 1, 1), pa.date32()), len(i)), "value": np.asarray(value, dtype=np.float64),
                    "n": pa.nulls(len(i), pa.int64()) if n is None else pa.array(n, pa.int64()), "source": pa.repeat(pa.scalar(source), len(i)),
                }
            )
        )  # fmt: skip
    kinds = {"a": pa.string(), "b": pa.string(), "start": pa.date32(), "value": pa.float64(), "n": pa.int64(), "source": pa.string()}
    return pa.concat_tables(parts) if parts else pa.table({name: pa.array([], kind) for name, kind in kinds.items()})
