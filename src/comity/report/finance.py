"""The part of the page on money: investment as both sides report it, lines, deals, settlement as stated, currencies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from comity import wording
from comity.profile import Profile
from comity.profile_parts import Money, Stated
from comity.report import charts
from comity.report.part import Group, Listing, Part, Picture, entries, listing, paragraphs
from comity.wording import money, share

PICTURED = ("fdi_position_usd", "fdi_stock_usd")


def part(profile: Profile, names: Mapping[str, str]) -> Part | None:
    """Money between the two; None where nothing of it is held."""
    held = profile.money
    if held is None:
        return None
    group = Group(sentences=paragraphs(held.statement), pictures=_picture(profile), folds=_folds(held, names))
    return Part(key="money", heading="Money between the two", groups=(group,))


def _picture(profile: Profile) -> tuple[Picture, ...]:
    for name in PICTURED:
        held = entries(profile, name)
        if sum(len(e.series) for e in held) >= 3:
            last = [f"{e.a} in {e.b} {wording.value(e.series[-1].value, 'USD')}" for e in held]
            title = f"Direct investment: {', '.join(last)}, {max(e.series[-1].start.year for e in held)}"
            what = f"{held[0].title}, current US dollars; the investor’s report, else the host’s: a broken line is a change of reporter. "
            what += held[0].coverage
            spec = charts.line(held, sides=(profile.a, profile.b))
            return (Picture(key="investment", spec=spec, title=title, what=what, words=charts.describe(held)),)
    return ()


def _folds(held: Money, names: Mapping[str, str]) -> tuple[Listing, ...]:
    made = [
        ("Direct investment as each side reports it, with the part of its own total", [_invested(i, names) for i in reversed(held.investment)]),
        ("Lines between the central banks", [_line(line, names) for line in held.lines]),
        ("Deals and projects, and what each list covers", [_deal(d, names) for d in held.deals]),
        ("Settlement and investment, only as stated: who said it; no two definitions are one line", stated_rows(held.settlement)),
        (
            f"How monthly values moved along with prices and rates (sum of four lags, 95% bands, HAC with {held.bandwidth} lags)",
            [
                {
                    "seller": names.get(p.seller, p.seller), "driver": p.driver, "per cent for 1%": f"{p.estimate:.2f}".replace("-", wording.MINUS),
                    "band": f"{p.low:.2f} to {p.high:.2f}".replace("-", wording.MINUS), "months": p.months, "from, to": f"{p.first}, {p.last}",
                }
                for p in held.passed
            ],
        ),
        (
            "Currencies, units a dollar, mean official rate of the year",
            [
                {
                    "state": names.get(r.state, r.state), str(r.first): wording.significant(r.before, 4),
                    str(r.last): wording.significant(r.after, 4),
                    "source": r.source,
                }
                for r in held.rates
            ],
        ),
    ]  # fmt: skip
    return tuple(listing(caption, rows) for caption, rows in made if rows)


def _invested(i: Any, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "year": str(i.year), "what": i.what, "investor": names.get(i.investor, i.investor), "investor’s report": money(i.by_investor),
        "host’s report": money(i.by_host), "of the investor’s total": share(i.share_of_investor), "of the host’s": share(i.share_of_host),
        "source": i.source,
    }  # fmt: skip


def _line(line: Any, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "from": line.first, "to": line.last or "open", "lender": names.get(line.lender, line.lender), "kind": line.kind, "action": line.action,
        "at most": money(line.usd),
    }  # fmt: skip


def _deal(d: Any, names: Mapping[str, str]) -> dict[str, Any]:
    years = str(d.first) if d.first == d.last else f"{d.first}–{d.last}"
    return {
        "list": f"{d.what} ({d.source})", "from": names.get(d.giver, d.giver), "years": years, "number": d.n, "sum": money(d.usd), "covers": d.covers
    }  # fmt: skip


def stated_rows(found: tuple[Stated, ...]) -> list[dict[str, Any]]:
    """Stated figures as rows of a table, each with who said it and where."""
    return [
        {
            "what": s.what, "period": s.period, "figure": f"{wording.significant(s.value, 6)} {s.unit}", "who said it": s.who, "note": s.note or None,
            "page": s.url.partition("//")[2].partition("/")[0] or s.url,
        }
        for s in found
    ]  # fmt: skip
