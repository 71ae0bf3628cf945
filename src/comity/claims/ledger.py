"""A ledger as plain values, CSV rows and terminal text."""

from __future__ import annotations

from collections import Counter
from typing import Any

from comity import states
from comity.claims.checking import Ledger
from comity.claims.claim import Claim
from comity.claims.evidence import Point
from comity.claims.finding import amount

MARKS = {
    "supported": "✓", "contradicted": "✗", "partly": "≈", "not-yet-due": "…", "cannot-be-checked": "?", "only-stated": "“", "none": "·",
}  # fmt: skip
SHOWN = 40
"""Values of a claim that are listed; a record or a rank may rest on hundreds."""
CSV_COLUMNS = (
    "id", "start", "end", "phrase", "sort", "measure", "dyad", "period", "quantity", "unit", "verdict", "verdict_now", "evidence", "why",
    "settled_by", "who", "alternatives",
)  # fmt: skip


def to_dict(ledger: Ledger) -> dict[str, Any]:
    """The ledger as the contract has it: text, as_of, claims, counts, and beside them dateline, speaker and notes."""
    return {
        "text": ledger.document.raw, "as_of": _day(ledger.as_of), "claims": [claim_dict(c) for c in ledger.claims], "counts": ledger.counts,
        "dateline": _day(ledger.dateline), "speaker": ledger.speaker or None, "notes": list(ledger.notes),
    }  # fmt: skip


def claim_dict(c: Claim) -> dict[str, Any]:
    """One claim as plain values; `states` is its first pair, `pairs` all of them."""
    return {
        "id": c.id, "span": list(c.span), "sentence": c.sentence, "phrase": c.phrase, "sort": c.sort, "rule": c.rule, "quantity": c.quantity or None,
        "unit": c.unit or None, "states": list(c.pairs[0]) if c.pairs else [], "pairs": [list(p) for p in c.pairs], "period": c.period or None,
        "measure": c.measure or None, "alternatives": list(c.alternatives), "verdict": c.verdict, "verdict_now": c.verdict_now,
        "evidence": [point_dict(p) for p in c.evidence[:SHOWN]], "evidence_now": [point_dict(p) for p in c.evidence_now[:SHOWN]],
        "why": c.why or None, "why_now": c.why_now or None, "settled_by": c.settled_by or None, "who": c.who or None, "checkable": c.checkable,
        "reporter": c.reporter or None,
    }  # fmt: skip


def point_dict(p: Point) -> dict[str, Any]:
    """One value with its measure, pair, period, source and the day it was public."""
    return {
        "value": p.value, "start": p.start.isoformat(), "source": p.source, "published": _day(p.published), "measure": p.name, "a": p.pair[0],
        "b": p.pair[1], "partial": p.partial,
    }  # fmt: skip


def _day(day: Any) -> str | None:
    return None if day is None else day.isoformat()


def pair_text(c: Claim) -> str:
    """The pairs as the guide writes them: A-B;C-D."""
    return ";".join("-".join(p) if p[0] != p[1] else p[0] for p in c.pairs)


def rows(ledger: Ledger) -> list[dict[str, Any]]:
    """A row a claim for CSV; text that a spreadsheet would take for a formula is set in a leading apostrophe."""
    return [
        {
            "id": c.id, "start": c.span[0], "end": c.span[1], "phrase": _safe(c.phrase), "sort": c.sort, "measure": c.measure or None,
            "dyad": pair_text(c) or None, "period": c.period or None, "quantity": c.quantity or None, "unit": c.unit or None, "verdict": c.verdict,
            "verdict_now": c.verdict_now, "evidence": "; ".join(evidence_text(p) for p in c.evidence[:SHOWN]) or None, "why": _safe(c.why) or None,
            "settled_by": _safe(c.settled_by) or None, "who": _safe(c.who) or None, "alternatives": "; ".join(c.alternatives) or None,
        }
        for c in ledger.claims
    ]  # fmt: skip


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(tuple("=+-@\t\r")) else text


def evidence_text(p: Point) -> str:
    """One value in words: what, when, source, the day it was public."""
    when = f"{p.start:%Y-%m}" if p.name.endswith("_monthly") or p.stated else str(p.year)
    public = f", public {p.published}" if p.published else ", publication day unknown"
    return f"{p.pair[0]}-{p.pair[1]} {when} {amount(p.name, p.value)} ({p.source}{public})"


def sentence(ledger: Ledger) -> str:
    """What became of the text, in one sentence."""
    judged = [c for c in ledger.claims if c.verdict != "none"]
    counts = Counter(c.verdict for c in judged)
    order = ("supported", "contradicted", "partly", "only-stated", "not-yet-due", "cannot-be-checked")
    parts = [f"{counts[v]} {v.replace('-', ' ')}" for v in order if counts[v]]
    rest = len(ledger.claims) - len(judged)
    day = f" as of {ledger.as_of}" if ledger.as_of else " on everything held"
    left = f"; {rest} opinions, definitions and recommendations are left alone" if rest else ""
    return f"{len(judged)} statements{day}: {', '.join(parts) or 'none'}{left}."


def text(ledger: Ledger, *, everything: bool = False) -> str:
    """The ledger for a terminal: a block for each claim that has a verdict; all with `everything`."""
    lines = [sentence(ledger), *ledger.notes, ""]
    for c in ledger.claims:
        if c.verdict == "none" and not everything:
            continue
        now = f" (now: {c.verdict_now})" if c.verdict_now != c.verdict else ""
        lines.append(f"{MARKS[c.verdict]} {c.id}. {c.verdict}{now}  [{c.sort}]")
        lines.append(f"   {_clean(c.phrase)}")
        about = " · ".join(x for x in (c.measure, pair_text(c), c.period, f"said by: {_clean(c.who)}" if c.who else "") if x)
        if about:
            lines.append(f"   {about}")
        if c.why:
            lines.append(f"   {_clean(c.why)}")
        if c.why_now and c.why_now != c.why and c.verdict_now != c.verdict:
            lines.append(f"   now: {_clean(c.why_now)}")
        if c.evidence:
            sources = ", ".join(dict.fromkeys(p.source for p in c.evidence))
            public = max((p.published for p in c.evidence if p.published), default=None)
            lines.append(f"   from {sources}" + (f", public {public}" if public else ""))
        if c.settled_by:
            lines.append(f"   would settle it: {_clean(c.settled_by)}")
        lines.append("")
    return "\n".join(lines)


def _clean(words: str) -> str:
    """Words of a text without what a terminal would act on."""
    return "".join(ch if ch.isprintable() else " " for ch in words)


def state_names(c: Claim) -> str:
    """The pairs in words."""
    named = {s for p in c.pairs for s in p if s != "WLD"}
    names = {s: states.get(s).name for s in named}
    return "; ".join(" – ".join(names.get(s, s) for s in dict.fromkeys(p)) for p in c.pairs)
