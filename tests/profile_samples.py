"""Made-up Profiles for the tests of the report: every value here is invented."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from typing import Any

from comity.core import DOMAINS, Domain, Kind, Of, Period
from comity.profile import Change, Comparison, Headline, Point, Profile, Seam, Section, Shown, SourceNote

NAMES = {"AAA": "Arcadia", "BBB": "Bohemia-on-Sea"}
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)> & [bold]markup[/bold] {{ 7*7 }} \x1b[31m" + "x" * 10_000


def year(number: int) -> dt.date:
    return dt.date(number, 1, 1)


def wave(n: int, low: float, high: float, shift: float = 0.0) -> list[float]:
    """A made series that rises from low to high with a swell."""
    return [low + (high - low) * (i / max(1, n - 1)) ** 1.4 * (1 + 0.12 * math.sin(i / 2.3 + shift)) for i in range(n)]


def points(
    starts: Sequence[dt.date], values: Sequence[float], *, se: float | None = None, source: str = "made", ranked: bool = True
) -> tuple[Point, ...]:
    return tuple(
        Point(
            start=t,
            value=v,
            n=40 + i,
            se=se,
            source=source,
            rank_a=3 + i % 4 if ranked else None,
            of_a=190 if ranked else None,
            rank_b=1 + i % 3 if ranked else None,
            of_b=181 if ranked else None,
        )
        for i, (t, v) in enumerate(zip(starts, values, strict=True))
    )


def shown(
    name: str,
    title: str,
    unit: str,
    domain: Domain,
    series: tuple[Point, ...],
    *,
    a: str = "AAA",
    b: str = "BBB",
    kind: Kind = "exchange",
    period: Period = "year",
    of: Of = "dyad",
    symmetric: bool = True,
    bounds: tuple[float | None, float | None] = (0, None),
    **more: Any,
) -> Shown:
    """A Shown of made values with its changes since five and ten years."""
    label = {"world": "World", "state": NAMES.get(a, a)}.get(of, f"{NAMES.get(a, a)} {'and' if symmetric else '→'} {NAMES.get(b, b)}")
    changes = []
    for years in (5, 10):
        before = next((p for p in series if series and p.start.year == series[-1].start.year - years), None)
        if before is not None and period in {"year", "session"}:
            now = series[-1].value
            changes.append(
                Change(
                    years=years,
                    start=before.start,
                    before=before.value,
                    difference=now - before.value,
                    ratio=now / before.value if before.value else None,
                )
            )
    fields: dict[str, Any] = {
        "name": name,
        "title": title,
        "unit": unit,
        "kind": kind,
        "domain": domain,
        "period": period,
        "of": of,
        "a": a,
        "b": b,
        "label": label,
        "symmetric": symmetric,
        "bounds": bounds,
        "finding": f"{title} rose to a made height",
        "series": series,
        "comparisons": (),
        "seams": (),
        "changes": tuple(changes),
        "coverage": f"Made Source covers {series[0].start.year}–{series[-1].start.year}" if series else "",
        "missing": None,
        "sources": ("made",),
        "licence": "CC BY 4.0: may be republished with attribution",
        "because": "made for the tests",
        "reference": "none",
    }
    return Shown(**(fields | more))


def comparisons(starts: Sequence[dt.date], low: float, high: float) -> tuple[Comparison, ...]:
    made = [
        ("AAA", "CCC", "partner of a"),
        ("AAA", "DDD", "partner of a"),
        ("AAA", "EEE", "partner of a"),
        ("BBB", "CCC", "partner of b"),
        ("BBB", "FFF", "partner of b"),
        ("BBB", "GGG", "partner of b"),
        ("HHH", "III", "like size"),
        ("JJJ", "KKK", "like size"),
        ("LLL", "MMM", "like size"),
    ]
    return tuple(
        Comparison(
            a=a,
            b=b,
            label=f"{NAMES.get(a, a)}–{b}",
            role=role,
            series=tuple(zip(starts, wave(len(starts), low * (0.6 + k / 9), high * (1.3 - k / 9), k), strict=True)),
        )
        for k, (a, b, role) in enumerate(made)
    )


def both(build: Callable[..., Shown], **more: Any) -> tuple[Shown, Shown]:
    return build(a="AAA", b="BBB", **more), build(a="BBB", b="AAA", **more)


def realistic() -> Profile:
    """About 28 measures over the eight domains: directed, symmetric, of states and of the world, yearly and monthly."""
    y = [year(n) for n in range(1992, 2025)]
    sessions = [dt.date(n, 9, 1) for n in range(1971, 2024)]
    months = [dt.date(1999 + i // 12, i % 12 + 1, 1) for i in range(300)]
    n = len(y)
    seamed = tuple(
        Point(start=t, value=v, n=None, source="made" if t.year < 2003 else "later", rank_a=5, of_a=190, rank_b=2, of_b=180)
        for t, v in zip(y, wave(n, 4e9, 2.4e11), strict=True)
    )
    cut = Seam(start=year(2003), before="Made Source", after="Later Source")

    def directed(name: str, title: str, unit: str, domain: Domain, low: float, high: float, **more: Any) -> tuple[Shown, Shown]:
        starts = more.pop("starts", y)
        one = points(starts, wave(len(starts), low, high))
        two = points(starts, wave(len(starts), low * 1.6, high * 0.62, 2.0))
        return (
            shown(name, title, unit, domain, one, symmetric=False, **more),
            shown(name, title, unit, domain, two, a="BBB", b="AAA", symmetric=False, **more),
        )

    agreement = [0.62 + 0.2 * math.sin(i / 9) + 0.03 * math.sin(i * 1.7) for i in range(len(sessions))]
    votes = points(sessions, agreement, se=0.03)
    votes = (*votes[:-1], Point(start=sessions[-1], value=0.7, n=11, se=0.08, source="made", partial=True))
    gap = tuple(p for p in points(y, wave(n, 0.05, 0.33)) if p.start.year not in {1997, 1998, 2004, 2006})
    meetings = tuple(Point(start=t, value=float((i * 7 % 5) + i // 12), source="made", filled=(i * 7 % 5) + i // 12 == 0) for i, t in enumerate(y))
    sections: dict[Domain, list[Shown]] = {d: [] for d in DOMAINS}
    sections["politics"] = [
        shown(
            "vote_agreement",
            "Agreement of votes in the UN General Assembly",
            "share",
            "politics",
            votes,
            kind="alignment",
            period="session",
            bounds=(0, 1),
            finding="They now vote alike on four of five resolutions, more than in any session since 1991",
            comparisons=comparisons(sessions[20:], 0.5, 0.8),
        ),
        shown(
            "vote_kappa",
            "Chance-corrected agreement of votes",
            "kappa",
            "politics",
            points(sessions, [v - 0.75 for v in agreement]),
            kind="alignment",
            period="session",
            bounds=(-1, 1),
            finding="Beyond chance, agreement is small and has changed its sign three times",
        ),
        shown(
            "joint_vetoes",
            "Joint vetoes in the Security Council",
            "vetoes",
            "politics",
            points(y, [float(i % 9 == 4) + float(i > 25) for i in range(n)]),
            kind="alignment",
            finding="They have vetoed together in each year since 2018",
        ),
        *[
            shown(
                "ideal_point",
                "Ideal point",
                "scale points",
                "politics",
                points(sessions, [s * v * 2 for v in agreement], se=0.12),
                a=c,
                b=c,
                of="state",
                symmetric=False,
                kind="condition",
                period="session",
                bounds=(None, None),
                finding="The two stand on opposite sides of the middle",
            )
            for c, s in (("AAA", 1), ("BBB", -1))
        ],
        shown(
            "leader_meetings",
            "Meetings of leaders",
            "meetings",
            "politics",
            meetings,
            kind="alignment",
            finding="Leaders met six times in 2023, as often as ever",
        ),
    ]
    sections["institutions"] = [
        shown(
            "shared_igos",
            "Shared memberships in international organisations",
            "organisations",
            "institutions",
            points([year(k) for k in range(1950, 2015)], [float(20 + k // 2) for k in range(65)]),
            kind="alignment",
            finding="They share 52 organisations, 32 more than in 1950",
        ),
        shown(
            "alliance_defence",
            "Defence obligations",
            "obligation",
            "institutions",
            points(y, [0.0] * n),
            kind="joint",
            bounds=(0, 1),
            finding="No defence obligation in any year",
        ),
    ]
    sections["events"] = [
        shown(
            "events_cooperative_share",
            "Share of events that are cooperative",
            "share",
            "events",
            points(y[3:23], wave(20, 0.7, 0.85), se=0.02),
            kind="alignment",
            bounds=(0, 1),
        )
    ]
    sections["security"] = [
        *directed("arms_transfers_tiv", "Arms transfers", "million TIV", "security", 200, 3000, finding="Arms run almost wholly one way"),
        shown(
            "disputes",
            "Militarised disputes",
            "disputes",
            "security",
            points(y[:19], [float(i in {3, 9}) for i in range(19)]),
            kind="conflict",
            finding="Two disputes, none since 2001",
        ),
        *directed("capability_share", "Share of the world's material capability", "share", "security", 0.02, 0.21, of="state", kind="condition"),
    ]
    sections["security"] = [
        m
        if m.of != "state"
        else shown(m.name, m.title, m.unit, "security", m.series, a=m.a, b=m.a, of="state", symmetric=False, bounds=(0, 1), kind="condition")
        for m in sections["security"]
    ]
    sections["trade"] = [
        shown(
            "trade_total_usd",
            "Goods trade, both directions",
            "USD",
            "trade",
            seamed,
            seams=(cut,),
            comparisons=comparisons(y, 3e9, 2.2e11),
            finding="Trade reached $257 bn in 2024, a record, and has doubled since 2019",
        ),
        *directed(
            "trade_share",
            "Share of the other state in goods trade",
            "share",
            "trade",
            0.01,
            0.33,
            bounds=(0, 1),
            comparisons=comparisons(y, 0.01, 0.2),
            finding="Bohemia-on-Sea depends on Arcadia far more than the other way round",
        ),
        *directed("exports_usd", "Goods exports", "USD", "trade", 1.5e9, 1.3e11),
        shown(
            "trade_balance_usd",
            "Trade balance",
            "USD",
            "trade",
            points(y, [4e9 * math.sin(i / 4) * i / 6 for i in range(n)]),
            symmetric=False,
            bounds=(None, None),
            finding="The balance has swung five times and is now in surplus",
        ),
        shown(
            "trade_total_usd_monthly",
            "Goods trade by month",
            "USD",
            "trade",
            points(months, [v * (1 + 0.12 * math.sin(i)) for i, v in enumerate(wave(300, 1e9, 2.1e10))], ranked=False),
            period="month",
            finding="Monthly trade has held above $18 bn for a year",
        ),
        shown(
            "mirror_gap",
            "Gap between the two states' reports",
            "share",
            "trade",
            points(y[5:], [0.1 * math.sin(i / 3) for i in range(n - 5)]),
            symmetric=False,
            bounds=(None, None),
        ),
        *directed("commodity_share:hs27", "Share of fuels in exports", "share", "trade", 0.3, 0.72, bounds=(0, 1)),
    ]
    sections["money"] = [
        *directed("fdi_stock_usd", "Direct investment stock", "USD", "money", 5e7, 9.2e9, starts=y[17:31]),
        shown(
            "brent_usd",
            "Price of Brent crude",
            "USD per barrel",
            "money",
            points(y, wave(n, 19, 80), ranked=False),
            a="WLD",
            b="WLD",
            of="world",
            kind="condition",
            symmetric=False,
        ),
        shown(
            "settlement_share_national",
            "Trade settled in the two currencies",
            "share",
            "money",
            (),
            missing="No source held has it; the central bank's settlement table would (not published since 2024)",
            coverage="",
        ),
        shown(
            "rub_per_usd",
            "Exchange rate of BBB",
            "BBB per USD",
            "money",
            points(months[150:], wave(150, 30, 92), ranked=False),
            a="BBB",
            b="BBB",
            of="state",
            period="month",
            kind="condition",
            symmetric=False,
        ),
    ]
    sections["production"] = [
        shown("shared_production", "Value added made together", "USD", "production", points(y[3:27], wave(24, 2e9, 6e10)), kind="joint"),
        *directed("value_added_exports_usd", "Value added in exports", "USD", "production", 1e9, 8e10, starts=y[3:27]),
    ]
    fives = [year(k) for k in (1990, 1995, 2000, 2005, 2010, 2015, 2020, 2024)]
    sections["people"] = [
        *directed("migrant_stock", "Migrants born in the other state", "persons", "people", 21_000, 64_000, starts=fives),
        shown(
            "coauthored_works",
            "Works with authors of both states",
            "works",
            "people",
            points(y, wave(n, 300, 21_345)),
            kind="joint",
            comparisons=comparisons(y, 200, 30_000),
            finding="Joint papers have grown seventyfold",
        ),
        shown(
            "students",
            "Students from the other state",
            "persons",
            "people",
            gap and points(y[8:29], [round(v) for v in wave(21, 900, 38_000)]),
            symmetric=False,
        ),
        shown(
            "tourists_share",
            "Share of visitors from the other state",
            "share",
            "people",
            gap,
            symmetric=False,
            bounds=(0, 1),
            finding="Visitors have come back, with years that nobody counted",
        ),
        shown("flights", "Weekly flights", "flights", "people", (), missing="OAG schedules would hold it; not public"),
    ]
    return profile(
        tuple(Section(domain=d, reason=None if sections[d] else "nothing held", measures=tuple(sections[d])) for d in DOMAINS),
        featured=("trade_total_usd", "trade_share", "vote_agreement", "leader_meetings", "arms_transfers_tiv", "coauthored_works"),
        position={
            "families": [
                {"name": "exchange", "value": 81.0, "q10": 74.0, "q90": 88.0, "measures": [{"name": "trade_total_usd", "percentile": 97.0, "n": 33}]},
                {"name": "alignment", "value": 66.0, "q10": 58.0, "q90": 71.0, "measures": []},
                {"name": "joint", "value": 43.0, "q10": 21.0, "q90": 64.0, "measures": []},
                {"name": "conflict", "value": None, "q10": None, "q90": None, "measures": []},
            ],
            "trail": [{"year": y, "family": "joint", "value": 20.0 + y % 23, "q10": 10.0, "q90": 60.0, "measures": 3} for y in range(2000, 2024)],
            "moved": {"statement": "The joint family has moved up since 2014, with a probability of 0.83.", "p": 0.83, "years": [2014, 2023]},
        },
        initiatives=(
            {"id": "made-bridge", "name": "A made bridge", "states": ["AAA", "BBB"], "kind": "joint", "status": "under way", "due": year(2027)},
        ),
        forecasts=(
            {
                "measure": "trade_total_usd",
                "rows": [{"start": year(2025), "median": 2.6e11, "q10": 2.2e11, "q90": 3.0e11, "model": "ets", "baseline_skill": 0.12}],
            },
        ),
    )


def profile(sections: tuple[Section, ...], *, featured: tuple[str, ...] = (), **more: Any) -> Profile:
    fields: dict[str, Any] = {
        "a": "AAA",
        "b": "BBB",
        "name_a": NAMES["AAA"],
        "name_b": NAMES["BBB"],
        "as_of": None,
        "version": "0.0.0",
        "data_hash": "3f2a9c1be7d04455",
        "lead": (
            "Trade between Arcadia and Bohemia-on-Sea reached $257 bn in 2024, twice the value of 2019.",
            "They vote alike on 82% of the resolutions of the General Assembly, more than three quarters of Arcadia’s partners do.",
            "Leaders met six times in 2023.",
            "Two militarised disputes are on record, the last in 2001.",
        ),
        "headlines": (
            Headline(label="Goods trade", value="$257 bn", change="+104% since 2019", when="2024", measure="trade_total_usd"),
            Headline(label="Votes alike", value="82.0%", change="+3.1 points since 2018", when="2023", measure="vote_agreement"),
            Headline(label="Leaders’ meetings", value="6", change="+2 since 2018", when="2023", measure="leader_meetings"),
            Headline(label="Joint papers", value="21,345", change="+48% since 2019", when="2024", measure="coauthored_works"),
        ),
        "sections": sections,
        "newest": {s.domain: max((m.series[-1].start.year for m in s.measures if m.series), default=None) for s in sections},
        "featured": featured,
        "notes": ("Arcadia holds the seat of the former Arcadian Union since 1991.",),
        "adds": "`comity fetch un_votes` would add the votes since 2024.",
        "sources": (
            SourceNote(
                name="made",
                title="Made Source of Trade",
                publisher="Institute of Invention",
                licence="CC BY 4.0",
                share="yes",
                citation="Institute of Invention (2024). Made Source of Trade.",
                coverage="1992–2024, all members",
                hash="ab12cd34ef56",
            ),
            SourceNote(
                name="later",
                title="Later Source",
                publisher="Bureau of Figures",
                licence="terms of use, derived values only",
                share="derived",
                citation="Bureau of Figures (2025). Later Source.",
                coverage="2003–2024",
                hash="99aa88bb77cc",
            ),
        ),
        "cite": "comity 0.0.0, profile of Arcadia and Bohemia-on-Sea, data 3f2a9c1be7d04455, newest value 2024-01-01.",
    }
    return Profile(**(fields | more))


def one_point() -> Profile:
    single = shown("trade_total_usd", "Goods trade", "USD", "trade", points([year(2020)], [5e6]))
    return profile(
        (Section(domain="trade", reason=None, measures=(single,)), Section(domain="people", reason="No source held covers the pair", measures=())),
        featured=("trade_total_usd",),
    )


def all_zero() -> Profile:
    zero = tuple(Point(start=year(n), value=0.0, source="made", filled=True) for n in range(1990, 2020))
    return profile(
        (Section(domain="security", reason=None, measures=(shown("disputes", "Disputes", "disputes", "security", zero, kind="conflict"),)),)
    )


def empty() -> Profile:
    return profile(
        tuple(Section(domain=d, reason="nothing held", measures=()) for d in DOMAINS), lead=(), headlines=(), sources=(), notes=(), adds=None
    )


def hostile() -> Profile:
    """Every text of the profile is hostile and long."""
    t = HOSTILE
    source = tuple(Point(start=year(n), value=float(n - 2000), source=t, n=3) for n in range(1995, 2020))
    bad = shown(
        "bad",
        t,
        t,
        "trade",
        source,
        label=t,
        finding=t,
        coverage=t,
        licence=t,
        because=t,
        reference=t,
        sources=(t,),
        bounds=(None, None),
        missing=t,
        seams=(Seam(start=year(2001), before=t, after=t),),
        comparisons=(Comparison(a=t, b=t, label=t, role=t, series=((year(2000), 1.0), (year(2001), 2.0))),) * 2,
    )
    lost = shown("lost", t, t, "trade", (), missing=t)
    return profile(
        (Section(domain="trade", reason=t, measures=(bad, lost)),),
        featured=("bad",),
        name_a=t,
        name_b=t,
        version=t,
        data_hash=t,
        lead=(t,),
        notes=(t,),
        adds=t,
        cite=t,
        headlines=(Headline(label=t, value=t, change=t, when=t, measure="bad"),),
        newest={"trade": 2019, t: None},
        sources=(SourceNote(name=t, title=t, publisher=t, licence=t, share="yes", citation=t, coverage=t, hash=t),),
        initiatives=({"name": t, "states": [t], "kind": "joint", "status": t},),
        forecasts=({"measure": t, "rows": [{"start": year(2025), "median": 1.0}]},),
        position={"families": [{"name": t, "value": None}], "moved": {"statement": t}, t: t},
    )
