"""Caveats of trade figures in words: reports that are suspected, and whether a row stands on one of them."""

from __future__ import annotations

from typing import Any

from comity import states, wording
from comity.analysis.trade import Suspicion, suspicions
from comity.store import Holdings

SOURCE_NAMES = {
    "imf_dots": "IMF DOTS", "comtrade_china_partners": "UN Comtrade", "wits_summary": "WITS", "imf_china_imports": "the IMF's China tables",
    "comtrade_2022": "UN Comtrade", "wits_china_exports": "WITS", "oec_trade": "the OEC", "china_customs_russia": "China's customs",
    "atlas_sections": "the Atlas of Economic Complexity",
}  # fmt: skip
FLOWS_OF = ("exports_usd", "imports_usd", "trade_total_usd", "trade_balance_usd", "trade_share", "trade_to_gdp", "mirror_gap", "trade_to_expected")
"""Measures of a pair that a suspected report of its trade concerns."""


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
