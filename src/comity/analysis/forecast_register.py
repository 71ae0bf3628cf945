"""The register of forecasts: what was said when, in lines that are only ever added, each with the hash of the line before; and how it turned out."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from comity import __version__, lock, measures, selection
from comity.analysis.forecast import FOLDER, SHIPPED, Distribution, Forecast, Scorecard, forecast
from comity.core import StoreError, UsageError, period_end
from comity.store import Holdings

FILE = "register.jsonl"
START = "0" * 64
PAIRS = (
    ("CHN", "RUS"), ("CHN", "USA"), ("IND", "USA"), ("IND", "RUS"), ("BRA", "CHN"), ("CHN", "JPN"), ("CHN", "DEU"), ("DEU", "FRA"), ("IRN", "RUS"),
    ("TUR", "RUS"), ("KAZ", "RUS"), ("JPN", "KOR"),
)  # fmt: skip
MEASURES = ("trade_total_usd", "trade_total_usd_monthly", "vote_agreement", "coauthored_works")
"""The pairs and measures of which each release records what it says, as far as a period to come is within reach of the data."""


@dataclass(frozen=True, kw_only=True)
class Entry(Distribution):
    """One line: a distribution as it was said on a day, of which data and by which version; `hash` covers it and the line before."""

    said: dt.date
    content: str
    version: str
    before: str
    hash: str


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """An entry and what came: the outcome with its source, or None while it is not due.

    crps, crps_last: of the forecast and of no change (the absolute error of the last value), in the measure's unit. place: the level of the
    outcome in the forecast. comparable: the outcome is of the same source as the value that the forecast started from.
    """

    entry: Entry
    outcome: float | None
    source: str
    place: float | None
    held80: bool | None
    crps: float | None
    crps_last: float | None
    comparable: bool | None


def digest(body: dict[str, Any], before: str) -> str:
    """The SHA-256 of a line's content after the line before."""
    return hashlib.sha256((before + json.dumps(body, sort_keys=True, ensure_ascii=False)).encode()).hexdigest()


def read(path: Path) -> list[Entry]:
    """The entries of a register, oldest first; empty where there is none. Raises StoreError where a line was changed, removed or damaged."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise StoreError(f"{path}: cannot be read ({error.strerror or error})") from error
    out: list[Entry] = []
    before = START
    for number, line in enumerate(lines, 1):
        try:
            body = json.loads(line)
            own = body.pop("hash")
            if body["before"] != before or digest(body, before) != own:
                raise StoreError(f"{path}: line {number} is not the one that was written, or one before it is missing; restore the file from a copy")
            days = {k: dt.date.fromisoformat(body[k]) for k in ("said", "start", "origin")}
            out.append(Entry(**{**body, **days, "levels": tuple(body["levels"]), "quantiles": tuple(body["quantiles"]), "hash": own}))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise StoreError(f"{path}: line {number} is damaged; restore the file from a copy") from error
        before = own
    return out


def record(home: Path, forecasts: list[Forecast], card: Scorecard, *, said: dt.date | None = None) -> list[Entry]:
    """Add forecasts to the register of a store; one that says the same of the same period from the same data is not said twice.

    A period that was over on the day on which it is said is no forecast, though its value is not held, and is left out.
    Returns the entries added. Raises StoreError where the register is damaged or cannot be written; nothing is changed then.
    """
    with lock.writing(home):
        path = home / FOLDER / FILE
        had = read(path)
        known = {(e.a, e.b, e.measure, e.start, e.content, e.model) for e in had}
        before = had[-1].hash if had else START
        day = said or dt.date.today()
        lines, added = [], []
        for f in forecasts:
            over = period_end(f.start, measures.get(f.measure).period) < day
            if over or (f.a, f.b, f.measure, f.start, card.content, f.model) in known:
                continue
            whole = {x.name: getattr(f, x.name) for x in fields(Distribution)} | {
                "said": day, "content": card.content, "version": __version__, "before": before
            }  # fmt: skip
            body = {k: v.isoformat() if isinstance(v, dt.date) else v for k, v in whole.items()}
            own = digest(body, before)
            lines.append(json.dumps({**body, "hash": own}, ensure_ascii=False))
            added.append(Entry(**whole, hash=own))
            before = own
        if lines:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                with path.open("a", encoding="utf-8") as stream:
                    stream.write("".join(f"{line}\n" for line in lines))
                    stream.flush()
                    os.fsync(stream.fileno())
            except OSError as error:
                raise StoreError(f"{path}: could not be written ({error.strerror or error})") from error
    return added


def entries(home: Path) -> list[Entry]:
    """The register that came with comity, then the store's own."""
    return [*read(SHIPPED / FILE), *read(home / FOLDER / FILE)]


def record_stated(holdings: Holdings, target: Path, *, said: dt.date | None = None) -> list[Entry]:
    """Add what the store says of the stated pairs and measures to the register of a folder; pairs without a recent value are left out."""
    added: list[Entry] = []
    for name in MEASURES:
        for a, b in PAIRS:
            try:
                found, card = forecast(holdings, a, b, name)
            except UsageError:
                continue
            added += record(target, found, card, said=said)
    return added


def score(holdings: Holdings) -> list[Outcome]:
    """Every entry with its outcome, where one is held that was published after the forecast was said, or whose day of publication is not known.

    An outcome that was already public when the forecast was said is no test of it, and is left as not due.
    """
    return [_outcome(holdings, e) for e in entries(holdings.home)]


def _outcome(holdings: Holdings, e: Entry) -> Outcome:
    import numpy as np

    from comity.models.scores import cdf_of, crps_quantiles

    nothing = Outcome(entry=e, outcome=None, source="", place=None, held80=None, crps=None, crps_last=None, comparable=None)
    if not holdings.has("series", e.measure):
        return nothing
    declared = measures.get(e.measure)
    if declared.of == "world":
        rows = selection.select(holdings, declared, e.measure).rows.to_pylist()
    elif e.a == e.b:
        rows = selection.select(holdings, declared, e.measure, state=e.a).rows.to_pylist()
    else:
        rows = selection.select(holdings, declared, e.measure, dyad=(e.a, e.b)).rows.to_pylist()
    row = next((r for r in rows if r["start"] == e.start and r["value"] is not None), None)
    if row is None or (row["published"] is not None and row["published"] <= e.said):
        return nothing
    y, levels = np.array([row["value"]]), np.linspace(0.005, 0.995, 100)
    q = np.interp(levels, e.levels, e.quantiles)[None, :]
    place = float(cdf_of(y, q, levels)[0])
    return Outcome(
        entry=e, outcome=row["value"], source=row["source"], place=place, held80=abs(place - 0.5) <= 0.4, crps=float(crps_quantiles(y, q, levels)[0]),
        crps_last=abs(row["value"] - e.value), comparable=row["source"] == e.source,
    )  # fmt: skip


if __name__ == "__main__":
    import sys

    stated = record_stated(Holdings(Path(sys.argv[1])), SHIPPED.parent)
    (SHIPPED.parent / "lock").unlink(missing_ok=True)
    sys.stdout.write("".join(f"{e.said} {e.a} {e.b} {e.measure} {e.start}\n" for e in stated))


COLUMNS = ("said", "a", "b", "measure", "start", "median", "q10", "q90", "outcome", "held80", "crps", "crps_last", "source", "comparable")


def row(found: Outcome) -> dict[str, Any]:
    """One line of the register with its outcome as a row of plain values."""
    e = found.entry
    return {
        "said": e.said, "a": e.a, "b": e.b, "measure": e.measure, "start": e.start, "median": e.quantile(0.5), "q10": e.quantile(0.1),
        "q90": e.quantile(0.9), "outcome": found.outcome, "held80": found.held80, "crps": found.crps, "crps_last": found.crps_last,
        "source": found.source or None, "comparable": found.comparable,
    }  # fmt: skip


def summary(outcomes: list[Outcome]) -> str:
    """How many were said, how many have come due, and how those did."""
    due = [o for o in outcomes if o.outcome is not None]
    same = [o for o in due if o.comparable]
    said = f"{len(outcomes)} forecasts in the register, {len(due)} due, {len(same)} of them with an outcome of the same source."
    if not same:
        return said
    held = sum(bool(o.held80) for o in same)
    better = sum((o.crps or 0.0) < (o.crps_last or 0.0) for o in same)
    return f"{said} The 80 % band held in {held} of {len(same)}; {better} had a lower CRPS than the last value alone."
