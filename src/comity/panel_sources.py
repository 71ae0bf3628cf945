"""Which sources gave the values of a panel, and of which years: what its methods text and citations name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from comity import citation, measures, publication, sources
from comity.core import Measure
from comity.panel import CHOOSING, MONTHS, Column, Panel
from comity.panel_cells import Cells, encoded, numbers, series_rows

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

Used = Mapping[str, tuple[int, ...]]


def used(panel: Panel, rows: Cells) -> dict[str, Used]:
    """For each column by its name, the sources with a row about a pair or state of the panel, and the years of those rows.

    Where silence means zero, the years in which a source looked count too. Years are of the values: of a lag, those before.
    """
    kinds = [measures.get(c.measure).of for c in panel.columns]
    present = {of: _present(rows, of) for of in set(kinds)}
    with ThreadPoolExecutor(2) as pool:  # reading a file and looking numbers up both leave the other thread free
        found = pool.map(lambda c, of: _used(rows, present[of], panel, c), panel.columns, kinds)
        return dict(zip((c.name for c in panel.columns), found, strict=True))


def cite(panel: Panel, found: Mapping[str, Used], *, bib: bool = False) -> str:
    """The citations of the sources in `found`, of those by which pairs were chosen, and of the lists of states that were."""
    names: dict[str, None] = dict.fromkeys(choosing(panel))
    for column in panel.columns:
        names |= dict.fromkeys(citation.of_rows(found[column.name]))
    return citation.cite(tuple(names), bib=bib, lists=panel.lists)


def choosing(panel: Panel) -> tuple[str, ...]:
    """The sources of the measures by which pairs of a panel were chosen."""
    return tuple(n for name in CHOOSING[panel.pairs] for n in panel.holdings.row("series", name).facts["coverage"] if n in sources.names())


def shifts(panel: Panel, column: Column) -> tuple[int, ...]:
    """How many years before the row's the column looks, each."""
    steps = {"value": [0], "lag": [column.k], "difference": [0, column.k]}.get(column.change, list(range(column.k)))
    months = [MONTHS[panel.period] * step for step in steps]
    return tuple(sorted({m // 12 for m in months} | {-(-m // 12) for m in months}))


def _used(rows: Cells, present: NDArray[np.bool_], panel: Panel, column: Column) -> Used:
    import numpy as np
    import pyarrow.compute as pc

    declared = measures.get(column.measure)
    path = panel.holdings.path("series", column.measure)
    series, year = series_rows(path, "source", *(["published"] if panel.as_of else []))
    told, source = encoded(series.column("source"))
    found = _asked(rows, present, panel, column, declared, series, year)
    if not panel.unverified:
        found &= ~np.array([t.endswith(":unverified") for t in told], dtype=bool)[source]
    if panel.as_of:
        found &= numbers(pc.fill_null(pc.less_equal(series.column("published"), panel.as_of), False))
    years: dict[str, set[int]] = {}
    first = int(year.min()) if len(year) else 0
    span = int(year.max()) - first + 1 if len(year) else 1
    for one in np.bincount(source[found].astype(np.int64) * span + year[found] - first).nonzero()[0].tolist():
        for part in told[one // span].split("+"):
            years.setdefault(part.partition(":")[0], set()).add(first + one % span)
    return {s: tuple(sorted(y)) for s, y in sorted((years | _looked(panel, column, declared, years)).items(), key=lambda i: (min(i[1]), i[0]))}


def _present(rows: Cells, of: str) -> NDArray[np.bool_]:
    """By two states and a year, whether the panel has a row of the dyad, of the state (twice), or of any year (the first place).

    The last of each axis stays false: no such state, no such year.
    """
    import numpy as np

    present = np.zeros((len(rows.codes) + 1, len(rows.codes) + 1, rows.years + 1), dtype=bool)
    if of == "world":
        present[0, 0, rows.year] = True
    elif of == "state":
        for side in (rows.a, rows.b):
            present[side, side, rows.year] = True
    else:
        present[rows.a, rows.b, rows.year] = present[rows.b, rows.a, rows.year] = True
    return present


def _asked(
    rows: Cells, present: NDArray[np.bool_], panel: Panel, column: Column, declared: Measure, series: pa.Table, year: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Which rows of a Series are of a pair, state or world of the panel in a year at which the column looks."""
    import numpy as np

    count, years = len(rows.codes), rows.years
    place = {"WLD": 0} if declared.of == "world" else {code: i for i, code in enumerate(rows.codes)}
    a, b = (
        np.array([place.get(code, count) for code in known], dtype=np.int32)[at] for known, at in (encoded(series.column(s)) for s in ("a", "b"))
    )
    pair = a * np.int32(count + 1) + b
    if declared.constant:
        ever: NDArray[np.bool_] = np.asarray(present.any(axis=2)).ravel()[pair]
        return ever
    found = np.zeros(len(year), dtype=bool)
    for k in shifts(panel, column):
        after = year + k - rows.first
        found |= present.ravel()[pair * np.int64(years + 1) + np.where((after >= 0) & (after < years), after, years)]
    return found


def _looked(panel: Panel, column: Column, declared: Measure, years: Mapping[str, set[int]]) -> dict[str, set[int]]:
    """The years of the column in which each source looked, where its silence is a value."""
    if declared.absent is None or declared.constant:
        return {}
    back = shifts(panel, column)
    wanted = set(range(panel.start - max(back), panel.stop - min(back) + 1))
    out = {}
    for name, cover in panel.holdings.row("series", column.measure).facts["coverage"].items():
        if cover["first"] is None:
            continue
        looked = wanted & set(range(cover["first"], cover["last"] + 1)) - set(cover["gaps"])
        if panel.as_of:
            rule = sources.get(name).published
            days = {y: publication.silence_public(dt.date(y, 1, 1), "year", rule) for y in looked}
            looked = {y for y, day in days.items() if day is not None and day <= panel.as_of}
        if looked:
            out[name] = looked | years.get(name, set())
    return out
