"""When a measure of two states shifted its pace, within one source, and which dated events lie near: coincidence, nothing more."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from comity import measures, notes, selection, states, store
from comity.analysis.forecast_data import STEP
from comity.core import UsageError, add_months
from comity.store import Holdings

if TYPE_CHECKING:
    import numpy as np

COLUMNS = ("source", "from", "to", "n", "p", "shift", "low", "high", "before", "after", "pelt", "near")
WORD = {
    "shown": "the order of the changes tells of a shift (permutation p at most .05)",
    "not shown": "shuffled changes shift as much in more than 5 of 100 cases",
}


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One source's run: its span, the permutation p, and for each shift its first period, interval, mean changes, PELT's opinion, events near.

    grade: a word of WORD. logged: changes are of logarithms, so means are growth rates.
    """

    source: str
    first: dt.date
    last: dt.date
    n: int
    p: float
    grade: str
    logged: bool
    shifts: tuple[dict[str, Any], ...]
    pelt: int


def turns(holdings: Holdings, a: str, b: str, name: str) -> tuple[Turn, ...]:
    """The shifts of pace of a measure of two states, one run of one source at a time, oldest first.

    Runs are unbroken; those with fewer than eleven periods are left out. Raises UsageError where none is left.
    """
    import numpy as np

    from comity.models import turning

    declared, full = measures.get(name), measures.full_name(name)
    if declared.of != "dyad" or declared.period not in STEP:
        told = f"{full} is of {declared.of} by {declared.period}"
        raise UsageError(f"shifts are sought in measures of two states by month, quarter, year or session; {told}")
    rows = [r for r in selection.select(holdings, declared, full, dyad=(a, b)).rows.to_pylist() if r["value"] is not None]
    out = []
    for run in _runs(rows, STEP[declared.period]):
        values = np.array([r["value"] for r in run], dtype=np.float64)
        logged = declared.bounds[1] is None and bool((values > 0).all())
        z = np.diff(np.log(values) if logged else values)
        if len(z) < turning.LEAST:
            continue
        if declared.period == "month":
            z = _unseasoned(z, [r["start"].month for r in run[1:]])
        found = turning.find(z)
        starts = [r["start"] for r in run]
        shifts = tuple(
            {
                "shift": starts[min(s.at + 2, len(starts) - 1)], "low": starts[max(s.low + 1, 0)], "high": starts[min(s.high + 2, len(starts) - 1)],
                "before": s.before, "after": s.after, "pelt": s.pelt,
                "near": _near(holdings, a, b, starts[max(s.low + 1, 0)], starts[min(s.high + 2, len(starts) - 1)]),
            }
            for s in found.shifts
        )  # fmt: skip
        out.append(
            Turn(
                source=run[0]["source"], first=starts[0], last=starts[-1], n=len(values), p=found.p, grade="shown" if shifts else "not shown",
                logged=logged, shifts=shifts, pelt=found.pelt,
            )
        )  # fmt: skip
    if not out:
        raise UsageError(f"{full}: {a} and {b} have no unbroken run of {turning.LEAST + 1} periods in one source, below which no shift can be told")
    return tuple(out)


def rows(found: tuple[Turn, ...]) -> list[dict[str, Any]]:
    """The turns as rows: one for each shift, or one that says that none is shown."""
    out = []
    for t in found:
        head = {"source": t.source, "from": t.first, "to": t.last, "n": t.n, "p": t.p}
        blank = dict.fromkeys(("shift", "low", "high", "before", "after", "pelt", "near"))
        out += [head | blank | {**s, "near": "; ".join(s["near"])} for s in t.shifts] or [head | blank | {"near": t.grade}]
    return out


def sentences(found: tuple[Turn, ...], name: str) -> tuple[str, ...]:
    """Each run in a sentence."""
    out = []
    for t in found:
        span = f"{name}, {t.source}, {t.first.year}–{t.last.year}"
        if not t.shifts:
            out.append(f"{span}: a shift of pace is not shown (permutation p {t.p:.2f}; PELT finds {t.pelt}).")
        for s in t.shifts:
            rate = [f"{100 * v:+.1f} %" if t.logged else f"{v:+.3g}" for v in (s["before"], s["after"])]
            second = "PELT agrees" if s["pelt"] else "PELT does not find it"
            near = f" Near it in time, which is coincidence until more is known: {'; '.join(s['near'])}." if s["near"] else ""
            out.append(
                f"{span}: the mean change went from {rate[0]} to {rate[1]} a period from {s['shift']:%Y-%m} (95 % interval {s['low']:%Y-%m} to "
                f"{s['high']:%Y-%m}; p {t.p:.3f}; {second}).{near}"
            )
    return tuple(out)


def _runs(rows: list[dict[str, Any]], step: int) -> list[list[dict[str, Any]]]:
    out: list[list[dict[str, Any]]] = []
    for r in rows:
        if out and out[-1][-1]["source"] == r["source"] and add_months(out[-1][-1]["start"], step) == r["start"]:
            out[-1].append(r)
        else:
            out.append([r])
    return out


def _unseasoned(z: np.ndarray[Any, Any], months: list[int]) -> np.ndarray[Any, Any]:
    """Changes less the mean of their calendar month."""
    import numpy as np

    label = np.array(months)
    out = z.copy()
    for m in set(months):
        out[label == m] -= z[label == m].mean()
    return out


def _near(holdings: Holdings, a: str, b: str, low: dt.date, high: dt.date) -> list[str]:
    """The dated facts within the interval that are held: the user's notes about the two, and embargoes that began against one of them."""
    told = [f"{n.what} ({n.period})" for n in notes.about(notes.load(holdings.home), a, b) if n.value is None and low <= n.start <= high]
    if holdings.has("table", "sanction_years"):
        cases = store.query(
            "SELECT sender, target, year, count(*) AS n FROM (SELECT case_id, a AS sender, b AS target, min(year) AS year FROM read_parquet($path) "
            "WHERE b IN ($a, $b) AND (embargo OR a IN ($a, $b)) GROUP BY ALL) WHERE year BETWEEN $low AND $high "
            "GROUP BY ALL ORDER BY year, sender, target LIMIT 8",
            {"a": a, "b": b, "low": low.year, "high": high.year}, path=holdings.path("table", "sanction_years"),
        ).to_pylist()  # fmt: skip
        begun: dict[str, list[str]] = {}
        for c in cases:
            sender, target = (states.get(c[k]).name for k in ("sender", "target"))
            begun.setdefault(f"sanctions of {sender} on {target} begun", []).append(f"{c['year']}")
        told += [f"{case} {', '.join(years)}" for case, years in begun.items()]
    return told
