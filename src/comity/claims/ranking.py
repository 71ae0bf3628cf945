"""Ranks among a state's partners: by the Series that ranks them, or, where it lacks the year, by the flows of goods that the state reports."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from comity import measures, states
from comity.claims.evidence import AROUND, FLOWS, KEPT, Point, Row, View, flagged
from comity.claims.finding import Finding, amount
from comity.claims.statement import Test

FALLBACK = "trade_share"
"""The Series that has a substitute: a state's partners in order of exports + imports are in order of their share."""
MARGIN = 0.1
"""How far a total may be off of which a flow is the partner's report, the state's own being lacking."""
MATTERS = 0.5
"""A partner that is not held could change a rank if it traded this part of what the ranked one did in the reference year."""


@dataclass(frozen=True, kw_only=True)
class Partner:
    """A partner with the value that ranks it."""

    code: str
    value: float
    rows: tuple[tuple[str, Row], ...]
    margin: float = 0.0

    @property
    def points(self) -> tuple[Point, ...]:
        """The values behind its value."""
        return tuple(
            Point(
                name=name, pair=(r["a"], r["b"]), year=r["start"].year, value=r["value"], start=r["start"], source=r["source"], published=r["published"]
            )
            for name, r in self.rows
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Ranking:
    """The partners of a state in a year, largest first, of which measure, and in words by whose report."""

    name: str
    partners: tuple[Partner, ...]
    caveat: str = ""


def ranked(t: Test, view: View, *, present: bool) -> Finding:
    """Whether a partner has the place that is claimed; in the present tense also two years before."""
    whose, partner = t.pair if t.side == "a" else (t.pair[1], t.pair[0])
    years = [t.year, *((t.year - 1, t.year - 2) if present else ())]
    unsettled = ""
    for year in years:
        made = _list(t, view, whose, year)
        if made is None:
            continue
        if left := _missing(made, t, view, whose, partner, year):
            unsettled = unsettled or left
            continue
        codes = [p.code for p in made.partners]
        here = made.partners[codes.index(partner)]
        rank = 1 + sum(p.value > here.value for p in made.partners)
        shown = dict.fromkeys([codes.index(partner), *(min(k, len(codes) - 1) for k in (0, 1))])
        points = tuple(p for k in shown for p in made.partners[k].points)
        said = f"{partner} is no. {rank} of {len(codes)} partners of {whose} in {year}{made.caveat}: " + ", ".join(
            f"{p.code} {amount(made.name, p.value)}" for p in made.partners[:3]
        )
        if rank > 3:
            said += f", … {partner} {amount(made.name, here.value)}"
        low, high = _bounds(made, here)
        good, bad = (high <= t.rank, low > t.rank) if t.at_most else (low == high == t.rank, not low <= t.rank <= high)
        if not good and not bad:
            unsettled = unsettled or f"{said}; from no. {low} to {high} by who reports; not settled"
            continue
        if good and t.by_far and len(codes) > rank:
            good = here.value >= 1.5 * made.partners[rank].value
        return Finding(outcome="holds" if good else "fails", points=points, said=said)
    return Finding(outcome="missing", said=unsettled or f"{t.measure} of {whose}'s partners in {t.year} not held")


def _bounds(made: Ranking, here: Partner) -> tuple[int, int]:
    """The best and the worst place of a partner, where each total may be off by its margin."""
    above = [p for p in made.partners if p.code != here.code]
    best = 1 + sum(p.value * (1 - p.margin) > here.value * (1 + here.margin) for p in above)
    worst = 1 + sum(p.value * (1 + p.margin) > here.value * (1 - here.margin) for p in above)
    return best, worst


def _list(t: Test, view: View, whose: str, year: int) -> Ranking | None:
    found = _held(t, view, whose, year)
    return _flows(view, whose, year) if found is None and t.measure == FALLBACK else found


def _held(t: Test, view: View, whose: str, year: int) -> Ranking | None:
    """A state's partners in a year by the measure of a test, as a view has them."""
    return _kept(view, t.measure, t.side, whose, year)


def _flows(view: View, whose: str, year: int) -> Ranking | None:
    """A state's partners by exports + imports; only those of which both flows are held, a flow that it does not report being the partner's."""
    return _kept(view, "", "a", whose, year)


def _kept(view: View, name: str, side: str, whose: str, year: int) -> Ranking | None:
    lists, key = view.shelf.lists, (view.as_of, name, side, whose, year)
    if key not in lists:
        if len(lists) > KEPT:
            lists.clear()
        lists[key] = _by_measure(view, name, side, whose, year) if name else _by_flows(view, whose, year)
    made: Ranking | None = lists[key]
    return made


def _by_measure(view: View, name: str, side: str, whose: str, year: int) -> Ranking | None:
    rows = [r for r in view.shelf.partners(name, whose, year, side) if view.public(r)]
    if not rows or year in flagged(rows[0]["source"]):
        return None
    rows.sort(key=lambda r: -r["value"])
    found = [Partner(code=r["b"] if r["a"] == whose else r["a"], value=r["value"], rows=((name, r),)) for r in rows]
    return Ranking(name=name, partners=tuple(found))


def _by_flows(view: View, whose: str, year: int) -> Ranking | None:
    both: dict[str, list[tuple[str, Row]]] = {}
    for name in FLOWS:
        for row in view.shelf.partners(name, whose, year, "a"):
            if view.public(row) and year not in flagged(row["source"]):
                both.setdefault(row["b"], []).append((name, row))
    found = [
        Partner(
            code=code,
            value=sum(r["value"] for _, r in rows),
            rows=tuple(rows),
            margin=MARGIN if any(r["source"].endswith(":mirror") for _, r in rows) else 0.0,
        )
        for code, rows in both.items()
        if len(rows) == len(FLOWS)
    ]
    if not found:
        return None
    mirrored = sum(f.margin > 0 for f in found)
    caveat = f" by exports + imports ({whose}'s report" + (f"; of {mirrored} a flow is the partner's, taken as ±{MARGIN:.0%})" if mirrored else ")")
    return Ranking(name="trade_total_usd", partners=tuple(sorted(found, key=lambda p: (-p.value, p.code))), caveat=caveat)


def _missing(made: Ranking, t: Test, view: View, whose: str, partner: str, year: int) -> str:
    """Why a list of partners does not settle a place: partners of the fullest near year that it lacks and that could change it; "" where it does."""
    around = [y for y in range(year - AROUND, year + AROUND + 1) if y != year]
    near = [(y, f) for y in around if (f := _held(t, view, whose, y) if made.name == t.measure else _flows(view, whose, y)) is not None]
    here = {p.code: p.value for p in made.partners}
    then, full = max(near, key=lambda n: (len(n[1].partners), -abs(n[0] - year)), default=(year, made))
    past = {p.code: p.value for p in full.partners}
    bar = MATTERS * past.get(partner, here.get(partner, 0.0))
    seated = measures.get(made.name).seat == "un"
    absent = [p.code for p in full.partners if p.code not in here and p.value >= bar and not (seated and _unborn(p.code, year))]
    if partner in here and not absent and len(here) > 1:
        return ""
    listed = ", ".join(absent[:5]) + (f" and {len(absent) - 5} more" if len(absent) > 5 else "") or partner
    return f"{len(here)} of {len(past)} partners of {whose} (of {then}) are held for {year}, without {listed}; not settled"


def _unborn(code: str, year: int) -> bool:
    """Whether a state did not exist in a year, and so had no seat."""
    return not states.existed_between(code, dt.date(year, 1, 1), dt.date(year, 12, 31))
