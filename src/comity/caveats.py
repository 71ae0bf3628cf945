"""Caveats of trade figures in words: reports that are suspected, whether a row stands on one, and whose report puts which partner first."""

from __future__ import annotations

import datetime as dt
from typing import Any

from comity import build, states, store, wording
from comity.analysis.trade import Suspicion, suspicions
from comity.store import Holdings

SOURCE_NAMES = {
    "imf_dots": "IMF DOTS", "comtrade_china_partners": "UN Comtrade", "wits_summary": "WITS", "imf_china_imports": "the IMF's China tables",
    "comtrade_2022": "UN Comtrade", "wits_china_exports": "WITS", "oec_trade": "the OEC", "china_customs_russia": "China's customs",
    "atlas_sections": "the Atlas of Economic Complexity",
}  # fmt: skip
FLOWS_OF = ("exports_usd", "imports_usd", "trade_total_usd", "trade_balance_usd", "trade_share", "trade_to_gdp", "mirror_gap", "trade_to_expected")
"""Measures of a pair that a suspected report of its trade concerns."""
TOTAL, FLOWS = "trade_total_usd", ("exports_usd", "imports_usd")


def told(found: Suspicion) -> str:
    """The suspicion as a sentence that gives all values and what is not known."""
    names = {s: wording.articled(states.get(s).name) for s in (found.reporter, found.partner)}
    at = " and ".join(dict.fromkeys(SOURCE_NAMES.get(s, s) for s in found.sources))
    toward = "from" if found.flow == "imports" else "to"
    said = f"{wording.possessive(names[found.reporter])} {found.flow} {toward} {names[found.partner]} of {found.year} are {_bn(found.value)} in {at}"
    said = said[0].upper() + said[1:]
    if found.others:
        said += ", " + ", ".join(f"{_bn(v)} in {SOURCE_NAMES.get(s, s)}" for s, v in found.others)
    other = "exports" if found.flow == "imports" else "imports"
    said += f"; {names[found.partner]} reports {other} of {_bn(found.mirror)}"
    return f"{said}: an error of {at} is suspected, and no figure is changed"


def _bn(value: float) -> str:
    return wording.value(value, "USD")


def caveats(holdings: Holdings, name: str, a: str, b: str, rows: list[dict[str, Any]]) -> tuple[str, ...]:
    """What is suspected of the reports behind a measure's rows of two states, and whether the rows stand on the suspected figure."""
    if name not in FLOWS_OF:
        return ()
    out = []
    for found in suspicions(holdings, a, b):
        used = {part.partition(":")[0] for r in rows if r["start"].year == found.year for part in r["source"].split("+")}
        if used:
            stands = "the row stands on it" if used & set(found.sources) else "the row stands on another source"
            out.append(f"{found.year}: {told(found)}; {stands}")
    return tuple(out)

def by_own_report(holdings: Holdings, full: str, rows: list[dict[str, Any]], *, year: int, state: str, as_of: dt.date | None = None) -> str:
    """A sentence where a state's own report puts another partner first than its ranking by total trade, of which each pair's reporter is fixed.

    rows: what `rank` gives for the state. "" where both name the same partner, the state reports no trade with the first, or the measure is another.
    """
    if full != TOTAL or not rows or not all(holdings.has("series", f) for f in FLOWS):
        return ""
    flow = "SELECT b, start, value FROM read_parquet({}) WHERE a = $s AND year(start) = $year AND ($day IS NULL OR published <= $day) "
    flow += "AND NOT regexp_matches(source, ':mirror|oec_trade|:unverified')"
    both = f"({flow.format('$path')}) s JOIN ({flow.format('$other')}) m USING (b, start)"
    sql = f"SELECT s.b AS state, s.value + m.value AS value FROM {both} ORDER BY value DESC, state"
    paths = {name: build.series_path(holdings, name) for name in FLOWS}
    own = {
        r["state"]: r["value"]
        for r in store.query(sql, {"s": state, "year": year, "day": as_of, "other": str(paths[FLOWS[1]])}, path=paths[FLOWS[0]]).to_pylist()
    }
    first, mine = rows[0]["state"], next(iter(own), "")
    if first not in own or own[mine] == own[first]:
        return ""
    told = ", ".join(f"{states.get(s).name} {wording.value(own[s], 'USD')}" for s in (mine, first))
    return (
        f"by {wording.possessive(states.get(state).name)} own report the first partner of {year} is another ({told}); "
        "this ranking takes each pair's fixed reporter (see source), `comity check` a state's own"
    )
