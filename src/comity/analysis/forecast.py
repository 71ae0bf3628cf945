"""Forecasts of a measure with their record: the backtest behind them, the scorecard that is kept, one pair's distributions and its own tries."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from comity import measures, store
from comity.analysis.forecast_data import Data, load
from comity.core import BadDataError, Measure, StoreError, UsageError
from comity.store import Holdings

HORIZONS = {"month": tuple(range(1, 13)), "quarter": (1, 2, 3, 4), "year": (1, 2, 3), "session": (1, 2, 3)}
FOLDER = "forecasts"
SHIPPED = store.STARTER / FOLDER
FORMAT = 2
SHOWN = {"q05": 0.05, "q10": 0.1, "q25": 0.25, "q75": 0.75, "q90": 0.9, "q95": 0.95}
PROTOCOL = (
    "Rolling origins. A forecast from origin o for o + h is fitted only on pairs (t, t + h) of all rows with o - h - 12 < t and t + h <= o, "
    "direct and pooled; a row (a pair within one source and reporter) enters if it has a value at o and at o + h, so no pair crosses a seam. "
    "Baselines: last value with the pooled distribution of past errors (last), and with one by size class, fifths of the value at its own origin "
    "(last_size). CRPS from 100 quantiles on the scale of the model; skill is 1 - CRPS / CRPS of the baseline, means over origins; standard errors "
    "by bootstrap over origins. chosen: at each origin the method of best score at earlier origins, last value where none was better. Coverage "
    "after adaptive conformal calibration, one step an origin, gamma .3; randomised for counts. Pseudo-real-time: values are those of today's "
    "edition, not of the day; a value counts as known in its own period, though it is published later."
)
MONTHLY = (
    "One series, rolling origins from the 24th month; the first 18 forecasts only feed the errors. Errors are normal with the standard deviation "
    "of past errors. Baseline: last value. One series allows no claim of significance; origins overlap; values are today's edition."
)
Progress = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Scorecard:
    """How forecasts of a measure did: rows by horizon and method, the choice by horizon, and of which data.

    kind: "pooled" or "single". first, last: starts of the first and last origin scored. content: hash of the Series that it was made of.
    """

    measure: str
    source: str | None
    as_of: dt.date | None
    kind: str
    scale: str
    protocol: str
    content: str
    first: str
    last: str
    rows: tuple[dict[str, Any], ...]
    choices: tuple[dict[str, Any], ...]

    def rows_of(self, method: str) -> list[dict[str, Any]]:
        """The rows of one method, by horizon."""
        return [r for r in self.rows if r["model"] == method]


@dataclass(frozen=True, kw_only=True)
class Distribution:
    """What is said of one value to come of a pair (a, b): the last value, its period and source, and the distribution by levels and quantiles.

    skill: the method's past skill against last value by size; horizon: periods from `origin`, the start of the last value's, to `start`.
    """

    a: str
    b: str
    measure: str
    start: dt.date
    horizon: int
    origin: dt.date
    value: float
    source: str
    model: str
    skill: float
    levels: tuple[float, ...]
    quantiles: tuple[float, ...]

    def quantile(self, p: float) -> float:
        """The value below which the outcome lies with probability p, between .005 and .995."""
        import numpy as np

        return float(np.interp(p, self.levels, self.quantiles))

    def above(self, value: float) -> float:
        """The probability of a value above this one; .005 and .995 stand for less and more than the kept quantiles tell."""
        import numpy as np

        from comity.models.scores import cdf_of

        q = np.array([self.quantiles])
        p = 1.0 - float(cdf_of(np.array([value]), q, np.array(self.levels))[0])
        return min(max(p, 0.005), 0.995)


@dataclass(frozen=True, kw_only=True)
class Forecast(Distribution):
    """One pair's distribution for one period to come, with the record of such forecasts.

    tries, held80, better: of this pair alone: past origins, how often its 80 per cent band held, the share by which its CRPS was below that
    of last value with one error distribution (assuming no change); None where it has none.
    """

    unit: str
    fell_back: bool
    tries: int
    held80: int
    better: float | None

    def row(self) -> dict[str, Any]:
        """The columns of the contract."""
        out: dict[str, Any] = {"start": self.start, "median": self.quantile(0.5)}
        return out | {name: self.quantile(p) for name, p in SHOWN.items()} | {"model": self.model, "baseline_skill": self.skill}


def run(data: Data, *, horizons: tuple[int, ...] | None = None, progress: Progress = lambda _: None) -> tuple[Scorecard, Any]:
    """The scorecard of a measure, and an Arrow table of forecasts of every row: a, b, source, origin, start, horizon, value, quantiles, record.

    Raises BadDataError where nothing can be scored.
    """
    chosen = horizons or HORIZONS[data.declared.period]
    return _single(data, chosen) if data.single else _pooled(data, chosen, progress)


def _pooled(data: Data, horizons: tuple[int, ...], progress: Progress) -> tuple[Scorecard, Any]:
    from comity.models import backtest

    found = backtest.backtest(data.panel, horizons=horizons, progress=progress)
    ahead = backtest.ahead(data.panel, found.choices)
    rows = []
    by_pair = _records(data, found)
    newest: dict[tuple[str, str], tuple[int, int]] = {}
    for r, t in zip(ahead[0].rows.tolist(), ahead[0].times.tolist(), strict=True):
        pair = (data.pairs[r][0], data.pairs[r][1])
        if pair not in newest or t > newest[pair][1]:
            newest[pair] = (r, t)
    kept_rows = {r for r, _ in newest.values()}
    for made in ahead:
        for k, (r, t) in enumerate(zip(made.rows.tolist(), made.times.tolist(), strict=True)):
            if r in kept_rows:
                a, b, source = data.pairs[r]
                rows.append(
                    (a, b, source, t, made.horizon, made.method, float(data.values[r, t]), made.quantiles[k], by_pair.get((a, b, made.horizon)))
                )
    return _card(data, found, "pooled", PROTOCOL), _table(data, rows)


def _records(data: Data, found: Any) -> dict[tuple[str, str, int], tuple[int, int, float, float]]:
    """Tries, 80 per cent bands that held, and both summed CRPS by pair and horizon, over all sources of the pair."""
    out: dict[tuple[str, str, int], tuple[int, int, float, float]] = {}
    for horizon, tries in found.tries.items():
        for r in tries.tries.nonzero()[0].tolist():
            a, b, _ = data.pairs[r]
            one = (int(tries.tries[r]), int(tries.held[r, 1]), float(tries.crps[r]), float(tries.last[r]))
            had = out.get((a, b, horizon), (0, 0, 0.0, 0.0))
            out[a, b, horizon] = (had[0] + one[0], had[1] + one[1], had[2] + one[2], had[3] + one[3])
    return out


def _single(data: Data, horizons: tuple[int, ...]) -> tuple[Scorecard, Any]:
    """Each row by itself; the scorecard is that of the longest."""
    import numpy as np

    from comity.models import backtest
    from comity.models import forecast_months as months

    if data.declared.period != "month":
        raise BadDataError(f"{data.name} has {len(data.pairs)} series by {data.declared.period}: too few to learn from each other, too short alone")
    lengths = np.isfinite(data.panel.values).sum(axis=1)
    best: Any = None
    rows = []
    for r in np.argsort(-lengths).tolist():
        y, first = _last_run(data.panel.values[r])
        try:
            found = months.backtest(y, data.starts[first].month - 1, horizons=horizons)
        except BadDataError:
            if best is None:
                raise
            continue
        best = best or found
        a, b, source = data.pairs[r]
        for h, q in months.ahead(y, data.starts[first].month - 1, found.choices, backtest.TABLE).items():
            c = next(c for c in found.choices if c.horizon == h)
            t = first + len(y) - 1
            own = next(s for s in found.rows if s.horizon == h and s.method == backtest.CHOSEN)
            plain = next(s for s in found.rows if s.horizon == h and s.method == months.PLAIN)
            record = (own.n, round(own.cover[1] * own.n), own.crps * own.n, plain.crps * plain.n)
            rows.append((a, b, source, t, h, c.method, float(data.values[r, t]), data.panel.scale.backward(q), record))
    return _card(data, best, "single", MONTHLY), _table(data, rows)


def _last_run(values: Any) -> tuple[Any, int]:
    """The newest stretch without gaps, and where it starts."""
    import numpy as np

    seen = np.flatnonzero(np.isfinite(values))
    end = int(seen[-1])
    start = end
    while start > 0 and np.isfinite(values[start - 1]):
        start -= 1
    return values[start : end + 1], start


def _card(data: Data, found: Any, kind: str, protocol: str) -> Scorecard:
    rows = []
    for s in found.rows:
        cover, raw = dict(zip(("cover50", "cover80", "cover90"), s.cover, strict=True)), dict(zip(("raw50", "raw80", "raw90"), s.raw, strict=True))
        row = {
            "horizon": s.horizon, "model": s.method, "origins": len(s.origins), "n": s.n, "crps": s.crps, "skill_last": s.skill_last,
            "skill_last_size": s.skill_last_size, "se": s.se, **cover, "worst80": s.worst80, "low": s.low, "high": s.high, "won": s.won,
            "skill_top_fifth": s.top, "log_score": s.log_score, "brier_rise": s.brier, "auc_rise": s.auc, "width80": s.width80, **raw,
            "pit": list(s.pit),
        }  # fmt: skip
        rows.append({k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in row.items()})
    origins = [o for s in found.rows for o in s.origins]
    shift = 0
    if kind == "single":
        longest = max(range(len(data.pairs)), key=lambda r: int((data.panel.values[r] == data.panel.values[r]).sum()))
        shift = _last_run(data.panel.values[longest])[1]
    choices = [{k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in asdict(c).items()} for c in found.choices]
    return Scorecard(
        measure=data.name, source=data.source, as_of=data.as_of, kind=kind, scale=data.panel.scale.kind, protocol=protocol, content=data.content,
        first=data.starts[min(origins) + shift].isoformat(), last=data.starts[max(origins) + shift].isoformat(), rows=tuple(rows),
        choices=tuple(choices),
    )  # fmt: skip


def _table(data: Data, rows: list[tuple[Any, ...]]) -> Any:
    import numpy as np
    import pyarrow as pa

    from comity.analysis.forecast_data import STEP
    from comity.core import add_months
    from comity.models.backtest import TABLE

    rows.sort(key=lambda r: (r[0], r[1], r[4]))
    step = STEP[data.declared.period]
    columns: dict[str, Any] = {
        "a": [r[0] for r in rows], "b": [r[1] for r in rows], "source": [r[2] for r in rows], "origin": [data.starts[r[3]] for r in rows],
        "start": [add_months(data.starts[r[3]], step * r[4]) for r in rows], "horizon": [r[4] for r in rows], "model": [r[5] for r in rows],
        "value": [r[6] for r in rows], "tries": [r[8][0] if r[8] else 0 for r in rows], "held80": [r[8][1] if r[8] else 0 for r in rows],
        "crps": [r[8][2] if r[8] else None for r in rows], "crps_last": [r[8][3] if r[8] else None for r in rows],
    }  # fmt: skip
    q = np.array([r[7] for r in rows], dtype=np.float64).reshape(len(rows), len(TABLE))
    for k, level in enumerate(TABLE):
        columns[f"q{round(1000 * level):03d}"] = q[:, k]
    types = {"crps": pa.float64(), "crps_last": pa.float64(), "origin": pa.date32(), "start": pa.date32()}
    return pa.table({k: pa.array(v, types[k]) if k in types else v for k, v in columns.items()})


def _paths(root: Path, name: str, as_of: dt.date | None) -> tuple[Path, Path]:
    stem = name.replace(":", "__") + (f"@{as_of}" if as_of else "")
    return root / f"{stem}.json", root / f"{stem}.parquet"


def keep(home: Path, card: Scorecard, table: Any) -> None:
    """Keep a scorecard and its forecasts in the store, each file in one step. Raises StoreError where it cannot be written."""
    folder = home / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder}: could not be made ({error.strerror or error}); nothing was changed") from error
    where, rows = _paths(folder, card.measure, card.as_of)
    store.write(rows, table, {"measure": card.measure, "content": card.content, "forecasts": FORMAT})
    store.write_text(where, json.dumps(asdict(card) | {"format": FORMAT}, default=str, indent=1, ensure_ascii=False))


def names(holdings: Holdings, as_of: dt.date | None = None) -> tuple[str, ...]:
    """The measures of which the store keeps a scorecard of today or of a day, in order of name."""
    stems = (p.stem.replace("__", ":").partition("@") for p in (holdings.home / FOLDER).glob("*.json"))
    return tuple(sorted(name for name, _, day in stems if day == (str(as_of) if as_of else "")))


def kept(holdings: Holdings, name: str, as_of: dt.date | None = None) -> Scorecard | None:
    """The scorecard that is kept of a measure, from the store, else the one that came with comity; None where there is none.

    Raises StoreError for a damaged file.
    """
    for root in (holdings.home / FOLDER, SHIPPED):
        where, _ = _paths(root, name, as_of)
        try:
            read = json.loads(where.read_text(encoding="utf-8"))
            if read.pop("format") != FORMAT:
                continue
            day = dt.date.fromisoformat(read["as_of"]) if read["as_of"] else None
            return Scorecard(**{**read, "as_of": day, "rows": tuple(read["rows"]), "choices": tuple(read["choices"])})
        except FileNotFoundError:
            continue
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise StoreError(f"{where}: damaged; remove it and run `comity backtest {name}`") from error
    return None


def fresh(holdings: Holdings, card: Scorecard) -> bool:
    """Whether a scorecard was made of the Series that is held now."""
    return holdings.has("series", card.measure) and holdings.row("series", card.measure).content == card.content


def backtest(
    holdings: Holdings,
    name: str,
    *,
    source: str | None = None,
    as_of: dt.date | None = None,
    again: bool = False,
    progress: Progress = lambda _: None,
) -> Scorecard:
    """The scorecard of a measure: the kept one where it is of the data held, else computed and (for all sources) kept.

    Raises UsageError for a measure that has no forecast, BadDataError where its history is too short.
    """
    full = measures.full_name(name)
    if source is None and not again:
        card = kept(holdings, full, as_of)
        if card is not None and fresh(holdings, card):
            return card
    card, table = run(load(holdings, full, source=source, as_of=as_of), progress=progress)
    if source is None:
        _try_keep(holdings, card, table, progress)
    return card


def _try_keep(holdings: Holdings, card: Scorecard, table: Any, progress: Progress) -> None:
    try:
        keep(holdings.home, card, table)
    except StoreError as error:
        progress(f"not kept: {error}")


def forecast(
    holdings: Holdings, a: str, b: str, name: str, *, horizon: int | None = None, as_of: dt.date | None = None, progress: Progress = lambda _: None
) -> tuple[list[Forecast], Scorecard]:
    """One pair's forecasts to `horizon` periods after its last value, and the scorecard of the measure.

    Read from what the last backtest kept where that is of the data held; else the backtest is run first, and kept. as_of: all of it
    on what was published by then. Raises UsageError for a horizon without a record, or where the pair has no value recent enough.
    """
    import pyarrow.compute as pc

    declared, full = measures.get(name), measures.full_name(name)
    allowed = HORIZONS.get(declared.period, ())
    if not allowed:
        raise UsageError(f"{full} is by {declared.period}; forecasts are made of months, quarters, years and sessions")
    if horizon is not None and not 1 <= horizon <= max(allowed):
        raise UsageError(f"--horizon {horizon}; forecasts of {full} have a record 1 to {max(allowed)} periods ahead")
    pair = _ordered(declared, a, b)
    card = kept(holdings, full, as_of)
    _, where = _paths(holdings.home / FOLDER, full, as_of)
    if card is not None and fresh(holdings, card) and where.exists():
        return _told(_rows(where, pair), declared, full, card, horizon, pair), card
    card, table = run(load(holdings, full, as_of=as_of), progress=progress)
    _try_keep(holdings, card, table, progress)
    own = pc.and_(pc.equal(table["a"], pair[0]), pc.equal(table["b"], pair[1]))
    return _told(table.filter(own).to_pylist(), declared, full, card, horizon, pair), card


def held(holdings: Holdings, a: str, b: str, full: str, as_of: dt.date | None = None) -> tuple[list[Forecast], Scorecard] | None:
    """What is kept of a pair's forecasts, without computing anything; None where none is kept or it is of other data."""
    card = kept(holdings, full, as_of)
    _, where = _paths(holdings.home / FOLDER, full, as_of)
    if card is None or not fresh(holdings, card) or not where.exists():
        return None
    declared = measures.get(full)
    pair = _ordered(declared, a, b)
    rows = _rows(where, pair)
    return (_told(rows, declared, full, card, None, pair), card) if rows else None


def _ordered(declared: Measure, a: str, b: str) -> tuple[str, str]:
    if declared.of == "world":
        return ("WLD", "WLD")
    if declared.of == "state":
        if a != b:
            raise UsageError(f"{declared.name} is of one state; name it twice")
        return (a, a)
    if a == b:
        raise UsageError(f"{declared.name} is of two states; {a} was named twice")
    return (min(a, b), max(a, b)) if declared.symmetric else (a, b)


def _rows(where: Path, pair: tuple[str, str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = store.query(
        "SELECT * FROM read_parquet($path) WHERE a = $a AND b = $b ORDER BY horizon", {"a": pair[0], "b": pair[1]}, path=where
    ).to_pylist()
    return found


def _told(rows: list[dict[str, Any]], declared: Measure, full: str, card: Scorecard, horizon: int | None, pair: tuple[str, str]) -> list[Forecast]:
    if not rows:
        raise UsageError(f"{full}: {pair[0]} and {pair[1]} have no value recent enough to forecast from (at most 5 periods before the newest held)")
    choices = {c["horizon"]: c for c in card.choices}
    levels = [(c, int(c[1:]) / 1000) for c in rows[0] if c[0] == "q" and c[1:].isdigit()]
    out = []
    for r in rows:
        if horizon is not None and r["horizon"] > horizon:
            continue
        c = choices[r["horizon"]]
        better = 1 - r["crps"] / r["crps_last"] if r["tries"] and r["crps_last"] else None
        out.append(
            Forecast(
                a=pair[0], b=pair[1], measure=full, unit=declared.unit, start=r["start"], horizon=r["horizon"], origin=r["origin"], value=r["value"],
                source=r["source"], model=r["model"], skill=c["skill"], fell_back=c["fell_back"], levels=tuple(p for _, p in levels),
                quantiles=tuple(r[n] for n, _ in levels), tries=r["tries"], held80=r["held80"], better=better,
            )
        )  # fmt: skip
    return out
