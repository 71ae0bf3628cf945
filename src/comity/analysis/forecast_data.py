"""What forecasts are made from: a Series as a panel of rows over consecutive periods, each row one pair in one source."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from comity import build, measures, store
from comity.core import Measure, Period, UsageError, add_months
from comity.store import Holdings

if TYPE_CHECKING:
    import numpy as np

    from comity.models.forecast_panel import Panel

STEP: dict[Period, int] = {"month": 1, "quarter": 3, "year": 12, "session": 12}
FEWEST_VOTES = 10
"""Observations behind a share that has them: with fewer it is noise."""
WHOLE_TABLES = {
    ("trade_total_usd", "oec_trade"): (
        "SELECT least(exporter, importer) AS a, greatest(exporter, importer) AS b, make_date(year, 1, 1) AS start, sum(value_usd) AS value, "
        "NULL::BIGINT AS n, 'oec_trade' AS source FROM read_parquet($path) WHERE value_usd > 0 AND exporter <> importer AND year <> 1998 "
        "GROUP BY ALL"
    )
}
"""Sources that a Series takes only part of, by the statement that gives all of it (1998 is a copy of 1997 there)."""
FEWEST_ROWS = 30
"""Rows below which a Series is not pooled but forecast as single series."""


@dataclass(frozen=True, kw_only=True)
class Data:
    """A Series ready for forecasting. panel's rows are `pairs` (a, b, source); its columns start at `starts`; content: hash of the Series held.

    values: as in the panel, in the measure's unit. years_dropped: sources' periods that are not whole.
    """

    name: str
    declared: Measure
    source: str | None
    pairs: list[tuple[str, str, str]]
    starts: list[dt.date]
    panel: Panel
    values: np.ndarray[Any, np.dtype[np.float64]]
    content: str
    as_of: dt.date | None

    @property
    def single(self) -> bool:
        """Whether there are too few rows to learn from each other."""
        return len(self.pairs) < FEWEST_ROWS


def load(holdings: Holdings, name: str, *, source: str | None = None, as_of: dt.date | None = None) -> Data:
    """A Series as forecasts read it; of one source only where named, and only what was published by `as_of`.

    A row is a pair within one source (and reporter), so nothing is learnt across a seam. Where absence means nought, noughts follow a pair's
    first value for as long as both states occur in the source. Periods that a source does not cover whole are left out.
    Raises NotHeldError where the Series is not held, UsageError for days, which have no forecast, and for an unknown source.
    """
    import numpy as np

    from comity.models.forecast_panel import Panel, scale_of

    declared, full = measures.get(name), measures.full_name(name)
    if declared.period not in STEP:
        raise UsageError(f"{full} is by {declared.period}; forecasts are made of months, quarters, years and sessions")
    if declared.constant:
        raise UsageError(f"{full} has one value for all time; there is nothing to forecast")
    path = build.series_path(holdings, full)
    row = holdings.row("series", full)
    whole = WHOLE_TABLES.get((full, source or ""))
    if whole is not None:
        found = store.query(whole, path=holdings.path("table", source or ""))
        content = holdings.row("table", source or "").content
    else:
        found = store.query(
            "SELECT a, b, start, value, n, source FROM read_parquet($path) WHERE isfinite(value) AND ($as_of IS NULL OR published <= $as_of) "
            "AND ($source IS NULL OR split_part(source, ':', 1) = $source)",
            {"as_of": as_of, "source": source}, path=path,
        )  # fmt: skip
        content = row.content
    if not found.num_rows:
        known = ", ".join(row.facts["coverage"])
        raise UsageError(f"{full}: no value{f' of source {source!r} (it has {known})' if source else ''}{f' published by {as_of}' if as_of else ''}")
    months = found.column("start").to_numpy().astype("datetime64[M]").astype(np.int64)
    period = months // STEP[declared.period]
    value = found.column("value").to_numpy(zero_copy_only=False).astype(np.float64)
    names = [found.column(c).to_numpy(zero_copy_only=False).astype(str) for c in ("a", "b", "source")]
    kept = np.ones(len(value), dtype=bool)
    if declared.unit.startswith(("share", "index", "coefficient")) or declared.bounds[1] is not None:
        number = found.column("n").to_numpy(zero_copy_only=False).astype(np.float64)
        kept &= ~(number < FEWEST_VOTES)
    if whole is None and declared.period in ("year", "session"):
        year = found.column("start").to_numpy().astype("datetime64[Y]").astype(np.int64) + 1970
        for origin, cover in row.facts["coverage"].items():
            if cover.get("last") is not None:
                own = np.char.startswith(names[2], origin)
                kept &= ~(own & (year > cover["last"]))
    period, value, names = period[kept], value[kept], [n[kept] for n in names]
    if not len(value):
        raise UsageError(f"{full}: no whole period with enough behind it")
    first, last = int(period.min()), int(period.max())
    key = np.char.add(np.char.add(np.char.add(np.char.add(names[0], "|"), names[1]), "|"), names[2])
    unique, place = np.unique(key, return_inverse=True)
    raw = np.full((len(unique), last - first + 1), np.nan)
    raw[place, period - first] = value
    pairs: list[tuple[str, str, str]] = [tuple(k.split("|", 2)) for k in unique.tolist()]
    codes = sorted({s for a, b, _ in pairs for s in (a, b)})
    number_of = {c: i for i, c in enumerate(codes)}
    sides = np.array([[number_of[a], number_of[b]] for a, b, _ in pairs], dtype=np.int64)
    if declared.absent == 0 and declared.of == "dyad":
        raw = _with_noughts(raw, sides, [s for *_, s in pairs])
    scale = scale_of(raw, declared.bounds, total=declared.total, counts=not declared.unit.startswith("USD"))
    step = STEP[declared.period]
    epoch = dt.date(1970, 1, 1)
    shift = 8 if declared.period == "session" else 0
    starts = [add_months(epoch, (first + k) * step + shift) for k in range(raw.shape[1])]
    panel = Panel(values=scale.forward(raw), sides=sides, scale=scale)
    return Data(name=full, declared=declared, source=source, pairs=pairs, starts=starts, panel=panel, values=raw, content=content, as_of=as_of)


def _with_noughts(raw: np.ndarray[Any, Any], sides: np.ndarray[Any, Any], sources: list[str]) -> np.ndarray[Any, Any]:
    """Noughts after a row's first value in periods in which both states occur in its source."""
    import numpy as np

    seen = np.isfinite(raw)
    out = raw.copy()
    origin = np.array([s.partition(":")[0] for s in sources])
    for name in np.unique(origin):
        own = np.flatnonzero(origin == name)
        alive = np.zeros((int(sides.max()) + 1, raw.shape[1]), dtype=bool)
        for k in (0, 1):
            np.logical_or.at(alive, sides[own, k], seen[own])
        both = alive[sides[own, 0]] & alive[sides[own, 1]]
        begun = np.maximum.accumulate(seen[own], axis=1)
        fill = both & begun & ~seen[own]
        block = out[own]
        block[fill] = 0.0
        out[own] = block
    return out
