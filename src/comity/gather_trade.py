"""Two states' trade for the report: how much each depends on the other, whose figures say so, and what gravity would expect."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from comity import caveats, states, store, wording
from comity.analysis import trade
from comity.core import ComityError
from comity.measures.expected import PART
from comity.profile_parts import (
    Dependence,
    DependenceYear,
    Displacement,
    Expected,
    ExpectedFlow,
    Figures,
    GroupSupply,
    TwoReports,
)
from comity.store import Holdings

SERIES = ("exports_usd", "imports_usd", "trade_share", "trade_to_gdp", "other_suppliers", "mirror_gap")
SPAN = 10
ENDS: tuple[tuple[int, tuple[str, ...]], ...] = ((2022, ("CHN",)), (2020, ()))
"""Last years of whole lists of suppliers that reach ten years back by one source: of China's imports, and of all reporters to the IMF."""
NEAR = 0.1
"""Gap below which two reports of one flow say the same."""
GROUPS = {
    "minerals": "minerals and fuels", "textiles": "textiles, clothing and footwear", "agriculture": "food and other farm products",
    "stone": "stone, glass and precious metals", "metals": "metals", "chemicals": "chemicals and plastics", "vehicles": "vehicles",
    "machinery": "machinery", "electronics": "electronics", "other": "other goods",
}  # fmt: skip
Flow = tuple[str, str, int]


@dataclass(frozen=True)
class View:
    """What was asked for: the two, the years and the day."""

    a: str
    b: str
    start: int | None
    stop: int | None
    as_of: dt.date | None
    names: dict[str, str] = field(default_factory=dict)

    @property
    def sides(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """a with b, b with a."""
        return (self.a, self.b), (self.b, self.a)


def gather(holdings: Holdings, view: View) -> tuple[Dependence | None, Figures | None, Expected | None]:
    """Dependence, whose figures, and expected trade, each None where nothing of it is held; tables are left out of an as-of view."""
    rows = _rows(holdings, view)
    return _dependence(holdings, view, rows), _figures(holdings, view, rows), _expected(holdings, view)


def view(a: str, b: str, *, start: int | None, stop: int | None, as_of: dt.date | None) -> View:
    """The view with the two names as they stand inside a sentence."""
    return View(a, b, start, stop, as_of, {s: wording.articled(states.get(s).name) for s in (a, b)})


def _rows(holdings: Holdings, asked: View) -> dict[str, dict[Flow, tuple[float, str]]]:
    """By Series, value and source by a, b and year, both directions."""
    held = [n for n in SERIES if holdings.has("series", n)]
    out: dict[str, dict[Flow, tuple[float, str]]] = {n: {} for n in SERIES}
    if not held:
        return out
    parts = [
        f"SELECT {i} AS i, a, b, year(start) AS year, value, source FROM read_parquet($p{i}) WHERE a IN ($a, $b) AND b IN ($a, $b) "
        "AND ($day IS NULL OR published <= $day) AND ($from IS NULL OR year(start) >= $from) AND ($to IS NULL OR year(start) <= $to)"
        for i in range(len(held))
    ]
    bound: dict[str, Any] = {"a": asked.a, "b": asked.b, "day": asked.as_of, "from": asked.start, "to": asked.stop}
    bound |= {f"p{i}": str(holdings.path("series", n)) for i, n in enumerate(held)}
    for r in store.query(" UNION ALL ".join(parts), bound).to_pylist():
        out[held[r["i"]]][r["a"], r["b"], r["year"]] = (r["value"], r["source"])
    return out


def _own(held: dict[Flow, tuple[float, str]], key: Flow) -> float | None:
    """A report of the state's own, not the partner's turned round and not the OEC's one value for both."""
    value, source = held.get(key, (None, ""))
    return None if source.endswith(":mirror") or source == "oec_trade" else value


def _dependence(holdings: Holdings, asked: View, rows: dict[str, dict[Flow, tuple[float, str]]]) -> Dependence | None:
    years = sorted({y for n in ("trade_share", "trade_to_gdp") for _, _, y in rows[n]})
    if not years:
        return None
    found = tuple(_year(asked, rows, y) for y in years)
    groups = _groups(holdings, asked) if asked.as_of is None else ()
    moved = tuple(d for buyer, seller in asked.sides for d in _displaced(holdings, asked, buyer, seller)) if asked.as_of is None else ()
    said = (*_share_words(asked, found), *_output_words(asked, found), *_supplier_words(asked, found, groups), *_moved_words(asked, moved))
    return Dependence(statement=said, years=found, groups=groups, displaced=moved)


def _year(asked: View, rows: dict[str, dict[Flow, tuple[float, str]]], year: int) -> DependenceYear:
    shares, mirrored, output, suppliers, used = [], [], [], [], []
    for one, other in asked.sides:
        share, source = rows["trade_share"].get((one, other, year), (None, ""))
        own = [_own(rows[n], (one, other, year)) for n in ("exports_usd", "imports_usd")]
        theirs = [_own(rows[n], (other, one, year)) for n in ("imports_usd", "exports_usd")]
        mirror = None
        if share is not None and None not in own and None not in theirs and sum(v or 0 for v in own) > 0:
            mirror = share * sum(v or 0 for v in theirs) / sum(v or 0 for v in own)
        shares.append(share)
        mirrored.append(mirror)
        used.append(source)
        output.append(rows["trade_to_gdp"].get((one, other, year), (None, ""))[0])
        count = rows["other_suppliers"].get((one, other, year), (None, ""))[0]
        suppliers.append(None if count is None else int(count))
    ranges = [[v for v in pair if v is not None] for pair in zip(shares, mirrored, strict=True)]
    low = high = None
    if ranges[0] and ranges[1]:
        low, high = min(ranges[0]) - max(ranges[1]), max(ranges[0]) - min(ranges[1])
    return DependenceYear(
        year=year, share_a=shares[0], share_b=shares[1], share_a_mirror=mirrored[0], share_b_mirror=mirrored[1], gap_low=low, gap_high=high,
        output_a=output[0], output_b=output[1], suppliers_a=suppliers[0], suppliers_b=suppliers[1], source_a=used[0], source_b=used[1],
    )  # fmt: skip


def _share_words(asked: View, years: tuple[DependenceYear, ...]) -> tuple[str, ...]:
    both = [y for y in years if y.share_a is not None and y.share_b is not None]
    if not both:
        return ()
    a, b = asked.names[asked.a], asked.names[asked.b]
    last = both[-1]
    share_a, share_b = last.share_a or 0.0, last.share_b or 0.0
    said = f"In {last.year} {b} had {_percent(share_a)} of {wording.possessive(a)} goods trade and {a} {_percent(share_b)} of {wording.possessive(b)}"
    low, high = last.gap_low, last.gap_high
    known = last.share_a_mirror is not None or last.share_b_mirror is not None
    if low is not None and high is not None and known:
        if low <= 0 <= high:
            said += "; which of them depends more the two sides’ reports leave open"
        else:
            more, less = (a, b) if low > 0 else (b, a)
            few, many = sorted((abs(low), abs(high)))
            said += f": {more} depends more on {less}, by {100 * few:.1f} to {100 * many:.1f} points, whichever side’s reports are taken"
    out = [said + "."]
    before = next((y for y in both if y.year == last.year - SPAN), None)
    if before is not None and (before.source_a, before.source_b) == (last.source_a, last.source_b):
        was = f"Ten years before it was {_percent(before.share_a or 0.0)} and {_percent(before.share_b or 0.0)}, by the same source."
        out.append(was)
    return tuple(out)


def _output_words(asked: View, years: tuple[DependenceYear, ...]) -> tuple[str, ...]:
    both = [y for y in years if y.output_a is not None and y.output_b is not None]
    if not both:
        return ()
    last = both[-1]
    a, b = (wording.possessive(asked.names[s]) for s in (asked.a, asked.b))
    words = f"Their trade equalled {_percent(last.output_a or 0.0)} of {a} output and {_percent(last.output_b or 0.0)} of {b} in {last.year}"
    return (f"{words} (turnover over value added, each by its own report).",)


def _supplier_words(asked: View, years: tuple[DependenceYear, ...], groups: tuple[GroupSupply, ...]) -> tuple[str, ...]:
    counts, lines = [], []
    for (buyer, seller), attribute in zip(asked.sides, ("suppliers_a", "suppliers_b"), strict=True):
        last = next((y for y in reversed(years) if getattr(y, attribute) is not None), None)
        if last is not None:
            n = getattr(last, attribute)
            counts.append(f"of {asked.names[buyer]} {n or 'none'} ({last.year})")
        best = max((g for g in groups if g.buyer == buyer), key=lambda g: g.usd, default=None)
        if best is not None:
            others = f"{best.others or 'no'} other{'s' if best.others != 1 else ''}"
            lines.append(
                f"in {GROUPS[best.group]}, what it sells {asked.names[buyer]} most of, {asked.names[seller]} had {_percent(best.share)} of "
                f"{wording.possessive(asked.names[buyer])} imports of {best.year}, and {others} over 5%"
            )
    out = []
    if counts:
        out.append(f"Other suppliers of more than 5% of all imports of goods: {'; '.join(counts)}.")
    if lines:
        out.append(wording.capital("; ".join(lines)) + ".")
    return tuple(out)


def _groups(holdings: Holdings, asked: View) -> tuple[GroupSupply, ...]:
    """What each buys from the other by ten groups of goods in the newest year held, and who else sells it."""
    if not holdings.has("table", "atlas_sections"):
        return ()
    last = int(str(holdings.row("table", "atlas_sections").facts["last"])[:4])
    last = min(asked.stop or last, last)
    if (asked.start or last) > last:
        return ()
    rows = store.query(
        f"SELECT importer, exporter, {', '.join(f'{g}_usd AS {g}' for g in GROUPS)} FROM read_parquet($path) "
        "WHERE year = $year AND importer IN ($a, $b) AND total_usd > 0",
        {"a": asked.a, "b": asked.b, "year": last}, path=holdings.path("table", "atlas_sections"),
    ).to_pylist()  # fmt: skip
    out = []
    for buyer, seller in asked.sides:
        market = [r for r in rows if r["importer"] == buyer]
        for group in GROUPS:
            whole = sum(r[group] for r in market)
            own = next((r[group] for r in market if r["exporter"] == seller), 0.0)
            if own <= 0 or whole <= 0:
                continue
            shares = sorted(((r[group] / whole, r["exporter"]) for r in market if r["exporter"] != seller), reverse=True)
            top = shares[0] if shares else (0.0, "")
            others = sum(share > PART for share, _ in shares)
            out.append(
                GroupSupply(
                    buyer=buyer, seller=seller, group=group, year=last, usd=own, share=own / whole, others=others, largest=top[1],
                    largest_share=top[0],
                )
            )  # fmt: skip
    return tuple(sorted(out, key=lambda g: (g.buyer != asked.a, -g.usd)))


def _displaced(holdings: Holdings, asked: View, buyer: str, seller: str) -> tuple[Displacement, ...]:
    """The shift-share of a buyer's market over ten years by one source: the other's row, and who won and lost most."""
    for last, only in ENDS:
        first = last - SPAN
        if only and buyer not in only:
            continue
        if (asked.start or first) > first or (asked.stop or last) < last:
            continue
        try:
            found = trade.displaced(holdings, buyer, first, last)
        except ComityError:
            continue
        rows = found.rows
        kept = [r for i, r in enumerate(rows) if r["supplier"] == seller or i < 3 or i >= len(rows) - 3]
        return tuple(
            Displacement(
                buyer=buyer, supplier=r["supplier"], first=first, last=last, before=r["before"], after=r["after"],
                growth=r["size"] + r["composition"], competition=r["competition"], source=found.source,
            )
            for r in kept
        )  # fmt: skip
    return ()


def _moved_words(asked: View, moved: tuple[Displacement, ...]) -> tuple[str, ...]:
    out = []
    for buyer, seller in asked.sides:
        rows = [d for d in moved if d.buyer == buyer]
        own = next((d for d in rows if d.supplier == seller), None)
        if own is None:
            continue
        did = "won" if own.competition >= 0 else "lost"
        said = f"In {wording.possessive(asked.names[buyer])} imports of {own.first} to {own.last} {asked.names[seller]} {did} "
        said += f"{wording.value(abs(own.competition), 'USD')} in share, beside {wording.value(own.growth, 'USD')} from the market’s growth"
        if own.growth < 0:
            said = said.replace("from the market’s growth", "from its shrinking")
        against = sorted((d for d in rows if d.supplier != seller and d.competition * own.competition < 0), key=lambda d: -abs(d.competition))[:2]
        if against:
            names = " and ".join(f"{wording.articled(states.get(d.supplier).name)} ({wording.value(abs(d.competition), 'USD')})" for d in against)
            said += f"; most was {'lost' if own.competition >= 0 else 'won'} by {names}"
        out.append(said + ".")
    return tuple(out)


def _figures(holdings: Holdings, asked: View, rows: dict[str, dict[Flow, tuple[float, str]]]) -> Figures | None:
    flows = []
    for seller, buyer in asked.sides:
        years = sorted({y for n in ("exports_usd", "imports_usd") for x, z, y in rows[n] if {x, z} == {seller, buyer}})
        for year in years:
            sold, bought = _own(rows["exports_usd"], (seller, buyer, year)), _own(rows["imports_usd"], (buyer, seller, year))
            if sold is None and bought is None:
                continue
            used = [rows[n].get(k, (0.0, ""))[1] for n, k in (("exports_usd", (seller, buyer, year)), ("imports_usd", (buyer, seller, year)))]
            flows.append(
                TwoReports(
                    year=year, seller=seller, buyer=buyer, exports_fob=sold, imports_cif=bought,
                    gap=rows["mirror_gap"].get((seller, buyer, year), (None, ""))[0],
                    source_exports=used[0] if sold is not None else "", source_imports=used[1] if bought is not None else "",
                )
            )  # fmt: skip
    if not flows:
        return None
    doubts = tuple(caveats.told(s) + "." for s in trade.suspicions(holdings, asked.a, asked.b)) if asked.as_of is None else ()
    return Figures(statement=_gap_words(asked, flows), flows=tuple(flows), suspected=doubts)


def _gap_words(asked: View, flows: list[TwoReports]) -> tuple[str, ...]:
    out = []
    for seller, buyer in asked.sides:
        both = [f for f in flows if (f.seller, f.buyer) == (seller, buyer) and f.gap is not None]
        if not both:
            one = [f for f in flows if (f.seller, f.buyer) == (seller, buyer)]
            double = [f for f in one if f.exports_fob is not None and f.imports_cif is not None]
            if double:
                out.append(_both_words(asked, double[-1]) + ".")
            elif one:
                by = asked.names[seller if one[-1].exports_fob is not None else buyer]
                out.append(f"Of what {asked.names[seller]} sells {asked.names[buyer]} only the report of {by} is held: nothing held checks it.")
            continue
        last = both[-1]
        sizes = [abs(f.gap or 0.0) for f in both]
        said = f"{_both_words(asked, last)}, {_gap(last.gap or 0.0)}; over {len(both)} years the median distance was {100 * median(sizes):.0f}%"
        worst = max(both, key=lambda f: abs(f.gap or 0.0))
        if len(both) > 1 and abs(worst.gap or 0.0) > NEAR:
            said += f", the largest {100 * abs(worst.gap or 0.0):.0f}% in {worst.year}"
        out.append(said + ".")
    if any("median" in s for s in out):
        out.append("CIF is brought to FOB by 6%; within ten per cent nothing follows from a difference of two reports.")
    return tuple(out)


def _both_words(asked: View, flow: TwoReports) -> str:
    sold, bought = (wording.value(v or 0.0, "USD") for v in (flow.exports_fob, flow.imports_cif))
    what = f"What {asked.names[flow.seller]} sold {asked.names[flow.buyer]} in {flow.year}"
    return f"{what} is {sold} (FOB) by the seller and {bought} (CIF) by the buyer"


def _gap(value: float) -> str:
    if abs(value) < 0.005:
        return "the same once freight is taken out"
    return f"{100 * abs(value):.0f}% {'more' if value > 0 else 'less'} once freight is taken out"


def _expected(holdings: Holdings, asked: View) -> Expected | None:
    if asked.as_of is not None or not holdings.has("table", "expected_trade"):
        return None
    rows = [r for r in trade.expected(holdings, asked.a, asked.b) if (asked.start or 0) <= r["year"] <= (asked.stop or 9999)]
    if not rows:
        return None
    flows = tuple(
        ExpectedFlow(
            year=r["year"], seller=r["a"], buyer=r["b"], actual=r["actual"], expected=r["expected"], low=r["low"], high=r["high"], ratio=r["ratio"],
            se=r["se"], place=r["place"],
        )
        for r in rows
    )  # fmt: skip
    try:
        errors = str(trade.gravity(holdings)["standard_errors"])
    except ComityError:
        errors = ""
    return Expected(statement=_expected_words(asked, flows), flows=flows, errors=errors)


def _expected_words(asked: View, flows: tuple[ExpectedFlow, ...]) -> tuple[str, ...]:
    out = []
    for seller, buyer in asked.sides:
        mine = [f for f in flows if (f.seller, f.buyer) == (seller, buyer)]
        if not mine:
            continue
        last = mine[-1]
        said = f"In {last.year} {asked.names[buyer]} bought {wording.value(last.actual, 'USD')} from {asked.names[seller]} where gravity expects "
        said += f"{wording.value(last.expected, 'USD')}: {_times(last.ratio)}, {_inside(last)} (80% of flows of like expectation lie between "
        said += f"{wording.value(last.low, 'USD')} and {wording.value(last.high, 'USD')})"
        if mine[0].year < last.year - 5:
            said += f"; in {mine[0].year} it was {_times(mine[0].ratio)}"
        out.append(said + ".")
    if out:
        out.insert(0, "Expected is what sizes, distance and the trade of all others let expect, the two’s own trade left out.")
        out.append("Agreements, sanctions and currencies are not in the equation, so what they do is in the ratio.")
    return tuple(out)


def _times(ratio: float) -> str:
    return f"{wording.significant(ratio, 2)} times"


def _inside(flow: ExpectedFlow) -> str:
    if flow.actual > flow.high:
        return "more than is usual for such a flow"
    return "less than is usual for such a flow" if flow.actual < flow.low else "within what is usual"


def _percent(share: float) -> str:
    return wording.value(share, "share")
