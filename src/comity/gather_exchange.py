"""What the trade of two states is made of, for the report: price and quantity where products are held, groups of goods for every pair."""

from __future__ import annotations

import datetime as dt

from comity import percents, states, store, wording
from comity.analysis.explain import GROUPS, SEAM
from comity.models.price_volume import SECTIONS
from comity.profile_exchange import Direction, Exchange, Good, Step, YearLink
from comity.store import Holdings

EFFECTS = {
    "price": "trade_price_effect_usd", "laspeyres": "trade_price_effect_usd:laspeyres", "paasche": "trade_price_effect_usd:paasche",
    "quantity": "trade_volume_effect_usd:quantity", "other": "trade_other_effect_usd", "lead": "trade_change_lead",
}  # fmt: skip
LED = {1.0: "price", -1.0: "quantity"}
SHARES = {
    "mineral fuels": "commodity_share:hs27", "with timber": "commodity_share:energy_timber", "with ores and metals": "commodity_share:materials",
    "with food": "commodity_share:primary",
}  # fmt: skip
MORE = "products at six digits with weights would tell price from quantity (BACI, free at the CEPII; held are China and Russia, 2017–2023)"
SHOWN = 4
SPAN = 6


def gather(holdings: Holdings, a: str, b: str, *, start: int | None, stop: int | None, as_of: dt.date | None) -> Exchange | None:
    """What the trade consists of and what moved it; None where neither products nor groups are held, and for a view as of an earlier day."""
    if as_of is not None:
        return None
    both = ((a, b), (b, a))
    span = (start or 0, stop or 9999)
    fine = [d for x, y in both if (d := _by_product(holdings, x, y, span)) is not None]
    found = fine or [d for x, y in both if (d := _by_group(holdings, x, y, span)) is not None]
    if not found:
        return None
    said = [s for d in found for s in _sentences(holdings, d, bool(fine))]
    return Exchange(statement=tuple(said), directions=tuple(found), settled_by="" if fine else MORE)


def _by_product(holdings: Holdings, exporter: str, importer: str, span: tuple[int, int]) -> Direction | None:
    if not holdings.has("table", "baci") or not all(holdings.has("series", s) for s in EFFECTS.values()):
        return None
    values = store.query(
        "SELECT year, sum(value_usd) AS v FROM read_parquet($path) WHERE exporter = $x AND importer = $y AND year BETWEEN $from AND $to "
        "GROUP BY 1 ORDER BY 1",
        {"x": exporter, "y": importer, "from": span[0], "to": span[1]}, path=holdings.path("table", "baci"),
    ).to_pylist()  # fmt: skip
    if len(values) < 2:
        return None
    level = {r["year"]: r["v"] for r in values}
    first, last = min(level), max(level)
    parts = " UNION ALL ".join(f"SELECT '{k}' AS part, year(start) AS year, value FROM read_parquet($p{k}) WHERE a = $x AND b = $y" for k in EFFECTS)
    rows = store.query(parts, {"x": exporter, "y": importer, **{f"p{k}": str(holdings.path("series", n)) for k, n in EFFECTS.items()}}).to_pylist()
    held = {(r["part"], r["year"]): r["value"] for r in rows}
    links = tuple(
        YearLink(
            year=y, change=level[y] - level[y - 1], price=held["price", y], laspeyres=held["laspeyres", y], paasche=held["paasche", y],
            quantity=held["quantity", y], other=held["other", y], led=LED.get(held["lead", y], "cannot be told"), seam=(y - 1, y) == SEAM,
        )
        for y in sorted(level) if y - 1 in level and ("price", y) in held
    )  # fmt: skip
    if not links:
        return None
    kept = [x for x in links if not x.seam]
    steps = [Step(label=str(first), value=level[first], level=True)]
    steps += [
        Step(label=label, value=sum(getattr(x, k) for x in kept)) for k, label in (("price", "price"), ("quantity", "quantity"), ("other", "other"))
    ]
    seam = [x for x in links if x.seam]
    if seam:
        steps.append(Step(label=f"{seam[0].year}*", value=seam[0].change))
    steps.append(Step(label=str(last), value=level[last], level=True))
    goods = _chapters(holdings, exporter, importer, last)
    return Direction(
        exporter=exporter, importer=importer, first=first, last=last, steps=tuple(steps), links=links, goods=goods,
        year=last, source="baci_chn_rus",
    )  # fmt: skip


def _chapters(holdings: Holdings, exporter: str, importer: str, year: int) -> tuple[Good, ...]:
    rows = store.query(
        "SELECT left(hs6, 2) AS chapter, sum(value_usd) AS v FROM read_parquet($path) WHERE exporter = $x AND importer = $y AND year = $year "
        "GROUP BY 1 HAVING v > 0 ORDER BY v DESC",
        {"x": exporter, "y": importer, "year": year}, path=holdings.path("table", "baci"),
    ).to_pylist()  # fmt: skip
    found = []
    for r in rows:
        section = next((name for _, low, high, name in SECTIONS if low <= int(r["chapter"]) <= high), "not classified")
        found.append(Good(section=section, chapter=r["chapter"], name=f"HS {r['chapter']}", value=r["v"]))
    return tuple(found)


def _by_group(holdings: Holdings, exporter: str, importer: str, span: tuple[int, int]) -> Direction | None:
    if not holdings.has("table", "atlas_sections"):
        return None
    columns = ", ".join(f"coalesce({g}_usd, 0) AS {g}" for g in GROUPS)
    rows = store.query(
        f"SELECT year, {columns} FROM read_parquet($path) WHERE exporter = $x AND importer = $y AND year BETWEEN $from AND $to ORDER BY year",
        {"x": exporter, "y": importer, "from": span[0], "to": span[1]}, path=holdings.path("table", "atlas_sections"),
    ).to_pylist()  # fmt: skip
    if not rows:
        return None
    new = rows[-1]
    old = next((r for r in rows if r["year"] >= new["year"] - SPAN), rows[0])
    total = {r["year"]: sum(r[g] for g in GROUPS) for r in (old, new)}
    steps: list[Step] = []
    if old["year"] < new["year"]:
        moved = sorted(GROUPS, key=lambda g: -abs(new[g] - old[g]))
        steps = [Step(label=str(old["year"]), value=total[old["year"]], level=True)]
        steps += [Step(label=_short(g), value=new[g] - old[g]) for g in moved[:SHOWN]]
        steps += [
            Step(label="the rest", value=sum(new[g] - old[g] for g in moved[SHOWN:])),
            Step(label=str(new["year"]), value=total[new["year"]], level=True),
        ]
    goods = tuple(Good(section=_short(g), chapter="", name=GROUPS[g], value=new[g]) for g in sorted(GROUPS, key=lambda g: -new[g]) if new[g] > 0)
    return Direction(
        exporter=exporter, importer=importer, first=old["year"], last=new["year"], steps=tuple(steps), links=(), goods=goods, year=new["year"],
        source="atlas_sections",
    )  # fmt: skip


def _short(group: str) -> str:
    return {"agriculture": "farm products", "stone": "stone, metals of worth", "other": "other goods"}.get(group, group)


def _sentences(holdings: Holdings, d: Direction, fine: bool) -> list[str]:
    exporter, importer = (wording.articled(states.get(s).name) for s in (d.exporter, d.importer))
    if fine:
        return [_led(d, exporter, importer), *_shares(holdings, d, exporter, importer)]
    if not d.goods:
        return []
    total = sum(g.value for g in d.goods)
    top = ", ".join(f"{g.name} {percents.of(g.value / total)}" for g in d.goods[:3])
    return [f"Of what {exporter} sold to {importer} in {d.year} ({wording.value(total, 'USD')}), {top}. Price and quantity cannot be told apart."]


def _led(d: Direction, exporter: str, importer: str) -> str:
    by = {w: [str(x.year) for x in d.links if x.led == w and not x.seam] for w in ("price", "quantity", "cannot be told")}
    told = [f"by {w} in {', '.join(by[w])}" for w in ("price", "quantity") if by[w]]
    text = (
        f"The change of what {exporter} sold to {importer} was led {' and '.join(told)}"
        if told
        else f"What led the sales of {exporter} cannot be told"
    )
    if told and by["cannot be told"]:
        text += f"; in {', '.join(by['cannot be told'])} it cannot be told"
    if any(x.seam for x in d.links):
        text += f". From {SEAM[0]} to {SEAM[1]} the reporters behind the figures change: that step is no trend"
    return text + "."


def _shares(holdings: Holdings, d: Direction, exporter: str, importer: str) -> list[str]:
    found: dict[str, float] = {}
    for label, name in SHARES.items():
        if holdings.has("series", name):
            rows = store.query(
                "SELECT value FROM read_parquet($path) WHERE a = $x AND b = $y AND year(start) = $year",
                {"x": d.exporter, "y": d.importer, "year": d.year}, path=holdings.path("series", name),
            ).to_pylist()  # fmt: skip
            if rows:
                found[label] = rows[0]["value"]
    if len(found) < len(SHARES):
        return []
    named = ", ".join(f"{label} {v:.1%}" for label, v in found.items())
    low, high = min(found.values()), max(found.values())
    span = f"{percents.of(low)} to {percents.of(high)}"
    return [f"Commodities are {span} of what {exporter} sold to {importer} in {d.year}, by what is counted: {named}."]
