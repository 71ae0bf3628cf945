"""From the readings of a clause to its verdicts: one only where all readings agree, and none of support where a part was not judged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from comity.claims.claim import Claim
from comity.claims.evidence import Shelf
from comity.claims.judging import Judged, judge
from comity.claims.statement import Statement


def capped(claim: Claim, left: str) -> Claim:
    """The claim with `partly` in place of `supported` where words of it, `left`, were not judged."""
    if not left:
        return claim
    told = f"not judged: “{left}”"

    def lower(verdict: str) -> str:
        return "partly" if verdict == "supported" else verdict

    open_ = ("cannot-be-checked", "not-yet-due", "none")
    return replace(
        claim, verdict=lower(claim.verdict), verdict_now=lower(claim.verdict_now),
        why=claim.why if claim.verdict in open_ else f"{claim.why}; {told}",
        why_now=claim.why_now if claim.verdict_now in open_ else f"{claim.why_now}; {told}",
    )  # fmt: skip


def judged(base: Claim, readings: Sequence[Statement], shelf: Shelf, *, as_of: dt.date | None, dateline: dt.date | None) -> Claim:
    """A claim with its verdicts as of a day and now; readings of which the verdicts differ leave it open."""
    results: list[tuple[Statement, Judged, Judged]] = []
    for statement in readings[:6]:
        then = judge(statement, shelf, as_of=as_of, dateline=dateline, reporter=base.reporter)
        now = then if as_of is None else judge(statement, shelf, as_of=None, dateline=dateline, reporter=base.reporter)
        results.append((statement, then, now))
    statement, then, now = results[0]
    if len({s.tests[0].measure for s, _, _ in results}) > 1:
        every = [tuple(dict.fromkeys(p for r in results for p in (r[1] if k == 1 else r[2]).points)) for k in (1, 2)]
        told = ["by definition: " + _readings_said(results, k) for k in (1, 2)]
        then, now = replace(then, why=told[0], points=every[0]), replace(now, why=told[1], points=every[1])
    others = tuple(f"{s.tests[0].measure} {'; '.join('-'.join(p) for p in s.pairs)} {s.period}" for s, _, _ in results[1:])
    if any(r[1].verdict != then.verdict for r in results[1:]):
        then = replace(
            then, verdict="cannot-be-checked", why=f"readings disagree: {_readings_said(results, 1)}", settled_by="which of the readings is meant"
        )
    if any(r[2].verdict != now.verdict for r in results[1:]):
        now = replace(
            now, verdict="cannot-be-checked", why=f"readings disagree: {_readings_said(results, 2)}", settled_by="which of the readings is meant"
        )
    return replace(
        base, measure=statement.measure, pairs=statement.pairs, period=statement.period, checkable=True, verdict=then.verdict, verdict_now=now.verdict,
        evidence=then.points, evidence_now=now.points, why=then.why, why_now=now.why, settled_by=then.settled_by or (now.settled_by if now.verdict == "cannot-be-checked" else ""),
        alternatives=others, statements=tuple(s for s, _, _ in results),
    )  # fmt: skip


def _readings_said(results: list[tuple[Statement, Judged, Judged]], which: int) -> str:
    told = [(s, then if which == 1 else now) for s, then, now in results]
    return "; ".join(f"{s.tests[0].measure} {'-'.join(s.pairs[0])} {j.verdict} ({j.why})" for s, j in told)
