"""Money between two states for the report: investment as both sides report it, lines, deals, settlement as stated, currencies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from comity import store, wording
from comity.core import ComityError
from comity.gather_trade import View
from comity.profile_parts import Deals, Investment, Line, Money, Passed, Rate, Stated
from comity.store import Holdings

LISTS = {
    "deals_usd": ("Investment and construction deals", "announced deals of Chinese firms from about $100 m, all sectors, 2005–2017", "CGIT"),
    "deals_usd:energy_metals": ("Deals in energy and metals", "investments in energy, metals and chemicals only, 2005–2021", "CGIT"),
    "official_finance_usd": ("Official finance", "commitments with a known sum, 2000–2014, dollars of 2014", "AidData 1"),
    "official_finance_usd:located": ("Official finance, located projects", "projects with a place, 2000–2017, dollars of 2017", "AidData 2"),
}
RATE_SPAN = 10
LAGS = 3
DRIVERS = {"brent": "Brent", "rouble": "roubles per dollar", "yuan": "yuan per dollar"}
SETTLED = "share_national_currencies_chn_rus"
WORDS = {
    SETTLED: "trade of the two, in roubles and yuan", "share_CNY_chn_rus": "trade of the two, in yuan",
    "intergovernmental_commission_portfolio": "projects of the intergovernmental commission, announced value",
    "intergovernmental_commission_projects": "projects of the intergovernmental commission, number",
    "inward_FDI_stock_rus_from_chn": "direct investment from China, stock in Russia",
    "outward_FDI_stock_chn_in_rus": "direct investment of China in Russia, stock",
    "CIPS_russian_participants": "Russian banks in CIPS", "rus_share_of_offshore_RMB_payments": "Russia’s share of payments in yuan outside China",
    "share_of_offshore_RMB_payments_RUS": "Russia’s share of payments in yuan outside China",
}  # fmt: skip
PARTNERS = {"all_partners": "all partners", "asia": "Asia", "europe": "Europe"}


def gather(holdings: Holdings, asked: View) -> Money | None:
    """What is held of money between the two; None where nothing is. Tables without days of publication are left out of an as-of view."""
    deals = _deals(holdings, asked)
    open_view = asked.as_of is None
    invested = (*_unctad(holdings, asked), *_imf(holdings, asked)) if open_view else ()
    lines = _lines(holdings, asked) if open_view else ()
    settled = stated(holdings, asked, ("settlement", "investment"), _told)
    rates = _rates(holdings, asked)
    passed, bandwidth = _passed(holdings, asked) if open_view else ((), None)
    if not invested and not lines and not deals and not settled:
        return None
    said = (
        *_invested_words(asked, invested), *_line_words(asked, lines), *_deal_words(asked, deals), *_settled_words(asked, settled),
        *_rate_words(asked, rates), *_passed_words(asked, passed),
    )  # fmt: skip
    return Money(statement=said, investment=invested, lines=lines, deals=deals, settlement=settled, rates=rates, passed=passed, bandwidth=bandwidth)


def _unctad(holdings: Holdings, asked: View) -> tuple[Investment, ...]:
    """Stocks and flows of UNCTAD, both sides' reports, with the pair's part of what the reporter reports of all partners."""
    if not holdings.has("table", "fdi_bilateral"):
        return ()
    rows = store.query(
        "SELECT reporter, year, measure, sum(usd) FILTER (partner IN ($a, $b)) AS usd, sum(usd) AS total, count(*) FILTER (partner IN ($a, $b)) AS n "
        "FROM read_parquet($path) WHERE reporter IN ($a, $b) AND reporter <> partner AND ($from IS NULL OR year >= $from) "
        "AND ($to IS NULL OR year <= $to) GROUP BY ALL HAVING n > 0",
        {"a": asked.a, "b": asked.b, "from": asked.start, "to": asked.stop}, path=holdings.path("table", "fdi_bilateral"),
    ).to_pylist()  # fmt: skip
    held = {(r["reporter"], r["measure"], r["year"]): (r["usd"], r["total"]) for r in rows}
    return tuple(
        _invested(what, investor, host, year, (held.get((investor, out, year)), held.get((host, into, year))), "unctad_fdi")
        for what, out, into in (("stock", "outward_stock", "inward_stock"), ("flow", "outflow", "inflow"))
        for investor, host in asked.sides
        for year in sorted({y for r, m, y in held if (r, m) in ((investor, out), (host, into))})
    )


def _imf(holdings: Holdings, asked: View) -> tuple[Investment, ...]:
    """Positions of the IMF's five economies, both sides' reports; the part of a total only where the reporter is one of the five."""
    if not holdings.has("table", "imf_direct_investment"):
        return ()
    rows = store.query(
        "SELECT investor, host, year, report, usd, total_out, partners_out, total_in, partners_in FROM (SELECT *, "
        "sum(usd) OVER (PARTITION BY investor, year, report) AS total_out, count(*) OVER (PARTITION BY investor, year, report) AS partners_out, "
        "sum(usd) OVER (PARTITION BY host, year, report) AS total_in, count(*) OVER (PARTITION BY host, year, report) AS partners_in "
        "FROM read_parquet($path) WHERE (investor IN ($a, $b) OR host IN ($a, $b)) AND ($from IS NULL OR year >= $from) "
        "AND ($to IS NULL OR year <= $to)) WHERE investor IN ($a, $b) AND host IN ($a, $b)",
        {"a": asked.a, "b": asked.b, "from": asked.start, "to": asked.stop}, path=holdings.path("table", "imf_direct_investment"),
    ).to_pylist()  # fmt: skip
    held: dict[tuple[str, str, int, str], tuple[float, float | None]] = {}
    for r in rows:
        side = "out" if r["report"] == "investor" else "in"
        whole = r[f"total_{side}"] if r[f"partners_{side}"] > 20 else None
        held[r["investor"], r["host"], r["year"], r["report"]] = (r["usd"], whole)
    return tuple(
        _invested(
            "position", investor, host, year, (held.get((investor, host, year, "investor")), held.get((investor, host, year, "host"))),
            "imf_direct_investment",
        )
        for investor, host in asked.sides
        for year in sorted({y for i, h, y, _ in held if (i, h) == (investor, host)})
    )  # fmt: skip


Report = tuple[float, float | None] | None


def _invested(what: str, investor: str, host: str, year: int, reports: tuple[Report, Report], source: str) -> Investment:
    values = [None if r is None else r[0] for r in reports]
    shares = [None if r is None or not r[1] or r[1] <= 0 or not 0 <= r[0] <= r[1] else r[0] / r[1] for r in reports]
    return Investment(
        what=what, investor=investor, host=host, year=year, by_investor=values[0], by_host=values[1], share_of_investor=shares[0],
        share_of_host=shares[1], source=source,
    )  # fmt: skip


def _invested_words(asked: View, found: tuple[Investment, ...]) -> tuple[str, ...]:
    out = []
    for investor, host in asked.sides:
        mine = [i for i in found if (i.investor, i.host) == (investor, host) and i.what != "flow"]
        if not mine:
            continue
        last = max(mine, key=lambda i: (i.year, i.source))
        told = [
            f"{wording.value(v, 'USD')} by the {who}’s report" + (f" ({wording.value(share, 'share')} of its total)" if share is not None else "")
            for v, share, who in ((last.by_investor, last.share_of_investor, "investor"), (last.by_host, last.share_of_host, "host"))
            if v is not None
        ]
        of = "UNCTAD" if last.source == "unctad_fdi" else "IMF"
        out.append(f"Direct investment of {asked.names[investor]} in {asked.names[host]} stood at {' and '.join(told)} in {last.year} ({of}).")
    if {i.source for i in found if i.what != "flow"} >= {"unctad_fdi", "imf_direct_investment"}:
        out.append("UNCTAD’s stocks to 2012 and the IMF’s positions from 2014 follow two manuals: no line joins them.")
    return tuple(out)


def _lines(holdings: Holdings, asked: View) -> tuple[Line, ...]:
    """Lines between the two central banks, pooled funds and frameworks left out, the newest first."""
    if not holdings.has("table", "liquidity_lines"):
        return ()
    rows = store.query(
        "SELECT * FROM read_parquet($path) WHERE lender IN ($a, $b) AND borrower IN ($a, $b) AND kind <> 'pooled fund' AND NOT framework "
        "AND ($from IS NULL OR coalesce(year(until), 9999) >= $from) AND ($to IS NULL OR year(date) <= $to) ORDER BY date DESC, lender",
        {"a": asked.a, "b": asked.b, "from": asked.start, "to": asked.stop}, path=holdings.path("table", "liquidity_lines"),
    ).to_pylist()  # fmt: skip
    if not rows:
        return ()
    priced: dict[tuple[str, str, int], float] = {}
    if holdings.has("series", "swap_line_usd"):
        known = store.query(
            "SELECT a, b, year(start) AS year, value FROM read_parquet($path) WHERE a IN ($a, $b) AND b IN ($a, $b)",
            {"a": asked.a, "b": asked.b}, path=holdings.path("series", "swap_line_usd"),
        ).to_pylist()  # fmt: skip
        priced = {(r["a"], r["b"], r["year"]): r["value"] for r in known}
    return tuple(
        Line(
            lender=r["lender"], borrower=r["borrower"], kind=f"{r['kind']} {'swap' if r['swap'] else 'repurchase'} line", first=r["date"].isoformat(),
            last=None if r["until"] is None else r["until"].isoformat(), action=r["action"],
            usd=r["usd"] if r["usd"] is not None or not r["own_currency"] else priced.get((r["lender"], r["borrower"], r["date"].year)),
        )
        for r in rows
    )  # fmt: skip


def _line_words(asked: View, lines: tuple[Line, ...]) -> tuple[str, ...]:
    if not lines:
        return ()
    last = max(lines, key=lambda line: (line.last or "9999", line.first))
    same = [line for line in lines if (line.first, line.last) == (last.first, last.last)]
    sizes = [f"{wording.value(line.usd, 'USD')} from {asked.names[line.lender]}" for line in same if line.usd is not None]
    ends = f"to {last.last[:4]}" if last.last else "without an end"
    said = f"Between the central banks: a {last.kind} from {last.first[:4]} {ends}"
    if sizes:
        said += f", at most {' and '.join(sizes)} at signing"
    return (f"{said}; what was drawn is not held (lines known to 2023).",)


def _deals(holdings: Holdings, asked: View) -> tuple[Deals, ...]:
    held = [n for n in LISTS if holdings.has("series", n)]
    if not held:
        return ()
    parts = [
        f"SELECT {i} AS i, a, b, min(year(start)) AS first, max(year(start)) AS last, sum(value) AS usd, sum(n) AS n FROM read_parquet($p{i}) "
        "WHERE a IN ($a, $b) AND b IN ($a, $b) AND ($day IS NULL OR published <= $day) AND ($from IS NULL OR year(start) >= $from) "
        "AND ($to IS NULL OR year(start) <= $to) GROUP BY a, b"
        for i in range(len(held))
    ]
    bound: dict[str, Any] = {"a": asked.a, "b": asked.b, "day": asked.as_of, "from": asked.start, "to": asked.stop}
    rows = store.query(" UNION ALL ".join(parts) + " ORDER BY i, a", bound | {f"p{i}": str(holdings.path("series", n)) for i, n in enumerate(held)})
    return tuple(
        Deals(
            what=LISTS[held[r["i"]]][0], giver=r["a"], taker=r["b"], first=r["first"], last=r["last"], n=int(r["n"] or 0), usd=r["usd"],
            covers=LISTS[held[r["i"]]][1], source=LISTS[held[r["i"]]][2],
        )
        for r in rows.to_pylist()
    )  # fmt: skip


def _deal_words(asked: View, deals: tuple[Deals, ...]) -> tuple[str, ...]:
    if not deals:
        return ()
    told = [f"{_lower(d.what)} ({d.source}) {d.n} for {wording.value(d.usd, 'USD')}, {_span(d.first, d.last)}" for d in deals]
    return (f"From {asked.names[deals[0].giver]} to {asked.names[deals[0].taker]}: {'; '.join(told)}. The lists overlap and are never added.",)


def stated(holdings: Holdings, asked: View, domains: tuple[str, ...], told: Mapping[str, str] | Any) -> tuple[Stated, ...]:
    """Stated figures of the two in some domains, of the indicators that `told` puts in words; each with who said it."""
    if {asked.a, asked.b} != {"CHN", "RUS"} or not holdings.has("table", "stated_figures"):
        return ()
    rows = store.query(
        "SELECT * FROM read_parquet($path) WHERE list_contains($d, domain) AND ($day IS NULL OR published <= $day) "
        "AND ($from IS NULL OR year(last) >= $from) AND ($to IS NULL OR year(date) <= $to) ORDER BY date, figure",
        {"d": list(domains), "day": asked.as_of, "from": asked.start, "to": asked.stop}, path=holdings.path("table", "stated_figures"),
    ).to_pylist()  # fmt: skip
    said = told.get if isinstance(told, Mapping) else told
    kept = [(said(r["indicator"]), r) for r in rows]
    return tuple(
        Stated(
            what=what, period=r["period"], value=r["value"], unit=r["unit"], who=r["who"], url=r["url"], note=r["note"] or ""
        )
        for what, r in sorted(((w, r) for w, r in kept if w), key=lambda one: one[0])
    )  # fmt: skip


def _told(indicator: str) -> str | None:
    """What a stated figure of money is of: of the two, or of all Russia's payments, which the Bank of Russia counts."""
    if indicator in WORDS:
        return WORDS[indicator]
    parts = indicator.split("_rus_")
    if len(parts) != 2 or "settlement" not in parts[1]:
        return None
    flow, _, where = parts[1].partition("_settlement_")
    currency = parts[0].removeprefix("share_").replace("_plus_", " and ").replace("_currencies", " currencies").replace("_", " and ")
    return f"payments for Russia’s {flow}s, {PARTNERS.get(where, where)}, in {currency}"


def _settled_words(asked: View, found: tuple[Stated, ...]) -> tuple[str, ...]:
    points = [s for s in found if s.what == WORDS[SETTLED]]
    if not points:
        return (f"In which currencies {asked.names[asked.a]} and {asked.names[asked.b]} settle is not held: no statistic, no stated figure.",)
    told = ", ".join(f"{s.value:g}% for {s.period} by {s.who}" for s in points)
    return (f"Trade of the two settled in roubles and yuan, only as stated: {told}. Nobody says how it is counted, so the points are no line.",)


def _rates(holdings: Holdings, asked: View) -> tuple[Rate, ...]:
    """Mean official rates of the newest year and of ten years before, on one source."""
    if not holdings.has("series", "currency_per_usd"):
        return ()
    rows = store.query(
        "SELECT a, year(start) AS year, value, source FROM read_parquet($path) WHERE a IN ($a, $b) AND ($day IS NULL OR published <= $day) "
        "AND ($from IS NULL OR year(start) >= $from) AND ($to IS NULL OR year(start) <= $to) ORDER BY start",
        {"a": asked.a, "b": asked.b, "day": asked.as_of, "from": asked.start, "to": asked.stop}, path=holdings.path("series", "currency_per_usd"),
    ).to_pylist()  # fmt: skip
    out = []
    for state in (asked.a, asked.b):
        mine = [r for r in rows if r["a"] == state]
        before = next((r for r in mine if r["year"] == mine[-1]["year"] - RATE_SPAN), None) if mine else None
        if before is not None and before["source"] == mine[-1]["source"] and state != "USA":
            last = mine[-1]
            out.append(Rate(state=state, first=before["year"], before=before["value"], last=last["year"], after=last["value"], source=last["source"]))
    return tuple(out)


def _rate_words(asked: View, rates: tuple[Rate, ...]) -> tuple[str, ...]:
    told = []
    for r in rates:
        change = 100 * (r.before / r.after - 1)
        moved = "kept its value" if abs(change) < 1 else f"{'gained' if change > 0 else 'lost'} {abs(change):.0f}%"
        told.append(f"{wording.possessive(asked.names[r.state])} currency {moved} ({r.first} to {r.last})")
    return (f"Against the dollar, by mean official rates, {' and '.join(told)}.",) if told else ()


def _passed(holdings: Holdings, asked: View) -> tuple[tuple[Passed, ...], int | None]:
    """How monthly values of each flow moved along with Brent and the two currencies; where monthly trade of the two is held."""
    tables = ("china_customs_russia", "rouble_market")
    if {asked.a, asked.b} != {"CHN", "RUS"} or not all(holdings.has("table", t) for t in tables):
        return (), None
    if not all(holdings.has("series", n) for n in ("brent_usd", "cny_per_usd")):
        return (), None
    paths = {
        "t": holdings.path("table", tables[0]), "r": holdings.path("table", tables[1]), "o": holdings.path("series", "brent_usd"),
        "y": holdings.path("series", "cny_per_usd"),
    }  # fmt: skip
    rows = store.query(
        "SELECT t.flow, t.month, t.value_usd AS value, o.value AS brent, r.rub_per_usd AS rouble, y.value AS yuan FROM read_parquet($t) t "
        "JOIN read_parquet($r) r ON r.month = t.month JOIN read_parquet($o) o ON o.start = t.month JOIN read_parquet($y) y ON y.start = t.month "
        "WHERE ($from IS NULL OR year(t.month) >= $from) AND ($to IS NULL OR year(t.month) <= $to) ORDER BY t.month",
        {"from": asked.start, "to": asked.stop, **{k: str(v) for k, v in paths.items()}},
    )
    import pyarrow.compute as pc

    from comity.models.pass_through import distributed_lags

    out: list[Passed] = []
    bandwidth = None
    for flow, seller, buyer in (("imports", "RUS", "CHN"), ("exports", "CHN", "RUS")):
        part = rows.filter(pc.equal(rows.column("flow"), flow))
        try:
            made = distributed_lags(part, list(DRIVERS), lags=LAGS)
        except ComityError:
            continue
        bandwidth = made.bandwidth
        first, last = part.column("month")[1 + LAGS].as_py(), part.column("month")[-1].as_py()
        out += [
            Passed(
                seller=seller, buyer=buyer, driver=DRIVERS[r["driver"]], estimate=r["estimate"], low=r["low"], high=r["high"], months=made.n,
                first=_month(first), last=_month(last),
            )
            for r in made.total.to_pylist()
        ]  # fmt: skip
    return tuple(out), bandwidth


def _passed_words(asked: View, passed: tuple[Passed, ...]) -> tuple[str, ...]:
    if not passed:
        return ()
    sure = [p for p in passed if p.low > 0 or p.high < 0]
    one = passed[0]
    head = f"Over {one.months} months ({one.first} to {one.last})"
    if not sure:
        return (f"{head} the values of the two flows went along with neither Brent nor the currencies beyond chance.",)
    told = [
        f"what {asked.names[p.seller]} sold {asked.names[p.buyer]} moved with {p.driver} by {_signed(p.estimate)}% for 1% "
        f"({_signed(p.low)} to {_signed(p.high)})"
        for p in sure
    ]
    silent = [p for p in passed if p not in sure]
    rest = f"; the other {len(silent)} bands hold nought" if silent else ""
    return (f"{head} {'; '.join(told)}{rest}. An association in dollars, no effect: the rouble follows oil, and prices are set in some currency.",)


def _signed(value: float) -> str:
    return f"{value:.2f}".replace("-", wording.MINUS)


def _month(day: dt.date) -> str:
    return f"{day.year}-{day.month:02}"


def _span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}–{last}"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
