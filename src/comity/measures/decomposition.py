"""What a year's change of one state's sales to another is made of: price, volume, mix, and lines that no unit value can be trusted for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comity.core import measure

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.models.price_volume import Decomposition

ONE_REPORTER = 2022
"""From this year on BACI has China's report alone."""
SHARED: dict[str, Any] = {
    "unit": "USD", "period": "year", "symmetric": False, "domain": "trade", "kind": "condition", "takes": "arrow", "coverage": "rows", "merge": "sum",
    "because": "what moved the value, not that it moved",
    "reference": "additive log-mean decomposition, Ang, B. W. (2005), Energy Policy 33(7):867–871; docs/trade.md",
}  # fmt: skip


@measure(
    title="Change of the exports by price",
    aliases=("price effect",),
    variants={"laspeyres": "at the old quantities", "paasche": "at the new quantities"},
    **SHARED,
)
def trade_price_effect_usd(baci: pa.Table, variant: str = "") -> pa.Table:
    """By how much the value of what a sold to b changed on the year before because unit values of lines did, in current dollars.

    Formula: sum over the core lines (HS6) of L(V1, V0) ln(p1/p0), L the logarithmic mean; variants: sum of (p1 - p0) q0, or q1. The core are lines
    with a weight in both years whose unit value moved by less than a factor of five and that the provider is not known to have wrong. A unit
    value is no price: quality and composition inside a line move it. price + volume + mix + other is the whole change. n: core lines. The row is of
    the later year; its source ends in ":reconciled" to 2021, ":seam" for 2022, which is China's report against both sides' of 2021,
    and ":alone" after. Links of years are not additive over years.
    """
    return _effects(baci, {"laspeyres": "laspeyres", "paasche": "paasche"}.get(variant, "price"))


@measure(
    title="Change of the exports by volume",
    aliases=("volume effect", "quantity effect"),
    variants={"quantity": "volume and mix together, which alone is safe for manufactures: tonnes add telephones to cement"},
    **SHARED,
)
def trade_volume_effect_usd(baci: pa.Table, variant: str = "") -> pa.Table:
    """By how much the value of what a sold to b changed on the year before because more or fewer tonnes were sold, in current dollars.

    Formula: sum over the core lines of L(V1, V0) ln(Q1/Q0), Q the core's tonnes; variant `quantity`: ln(q1/q0) of each line. Rows, n and source as in
    `trade_price_effect_usd`.
    """
    return _effects(baci, variant or "volume")


@measure(title="Change of the exports by mix", aliases=("mix effect",), **SHARED)
def trade_mix_effect_usd(baci: pa.Table) -> pa.Table:
    """By how much the value of what a sold to b changed on the year before because dearer or cheaper lines took more of the tonnes.

    Formula: sum over the core lines of L(V1, V0) ln(s1/s0), s a line's share of the core's tonnes. Rows, n and source as in `trade_price_effect_usd`.
    """
    return _effects(baci, "mix")


@measure(
    title="Change of the exports outside price and quantity",
    aliases=("new and vanished products",),
    variants={
        "new": "lines not sold the year before", "vanished": "lines sold the year before only", "no_quantity": "lines without a weight",
        "unreliable": "lines whose unit value moved by a factor of five and more, or that the provider is known to have wrong",
    },
    **SHARED,
)  # fmt: skip
def trade_other_effect_usd(baci: pa.Table, variant: str = "") -> pa.Table:
    """By how much the value of what a sold to b changed on the year before in lines that no price and quantity can be told of.

    Formula: the sum of V1 - V0 over new and vanished lines, lines without a weight and unreliable ones; variants: each alone. n: those lines.
    Rows and source as in `trade_price_effect_usd`.
    """
    return _effects(baci, variant or "other")


@measure(
    title="What led the change of the exports",
    aliases=("price or volume", "price-led"),
    bounds=(-1, 1),
    **{**SHARED, "unit": "1 price, −1 quantity, 0 cannot be told", "merge": "last"},
)
def trade_change_lead(baci: pa.Table) -> pa.Table:
    """Whether unit values or quantities led the year's change of what a sold to b: 1 price, -1 quantity, 0 where bounds and guards do not agree.

    `comity.models.price_volume.leads`: the core is at least .9 of the value in both years, the two do not all but cancel, and the part is
    more than half of the change and more than the other at log-mean, Laspeyres and Paasche weights and under caps of unit values of 3, 5,
    10 and none.
    Rows and source as in `trade_price_effect_usd`; a row whose source ends in ":seam" crosses a change of reporter.
    """
    return _effects(baci, "lead")


def _effects(baci: pa.Table, part: str) -> pa.Table:
    import datetime as dt

    import pyarrow as pa

    rows = []
    outside = ("new", "vanished", "no_quantity", "unreliable")
    for exporter, importer, year, found in links(baci):
        if part == "lead":
            value = {"price": 1.0, "quantity": -1.0}.get(_word(baci, exporter, importer, year, found), 0.0)
        else:
            value = sum(getattr(found, p) for p in outside) if part == "other" else getattr(found, part)
        n = sum(found.counts[p] for p in (outside if part == "other" else (part,) if part in outside else ("core",)))
        ends = "reconciled" if year < ONE_REPORTER else "seam" if year == ONE_REPORTER else "alone"
        rows.append((exporter, importer, dt.date(year, 1, 1), float(value), n, f"baci_chn_rus:{ends}"))
    kinds = (pa.string(), pa.string(), pa.date32(), pa.float64(), pa.int64(), pa.string())
    names = ("a", "b", "start", "value", "n", "source")
    return pa.table({name: pa.array([r[k] for r in rows], kind) for k, (name, kind) in enumerate(zip(names, kinds, strict=True))})


def _word(baci: pa.Table, exporter: str, importer: str, year: int, found: Decomposition) -> str:
    from comity.models.price_volume import known_errors, leads, sensitivity

    sides = years(baci, exporter, importer)
    known = [e.product for e in known_errors(exporter, importer, year - 1, year)]
    return leads(found, sensitivity(sides[year - 1], sides[year], unreliable=known))


def links(baci: pa.Table) -> list[tuple[str, str, int, Decomposition]]:
    """Each directed pair's yearly links, with the later year."""
    from comity.models.price_volume import decompose, known_errors

    out = []
    for exporter, importer in sorted({(r["exporter"], r["importer"]) for r in baci.group_by(["exporter", "importer"]).aggregate([]).to_pylist()}):
        sides = years(baci, exporter, importer)
        for year in sides:
            if year - 1 in sides:
                known = [e.product for e in known_errors(exporter, importer, year - 1, year)]
                out.append((exporter, importer, year, decompose(sides[year - 1], sides[year], unreliable=known)))
    return out


def years(baci: pa.Table, exporter: str, importer: str) -> dict[int, pa.Table]:
    """Each year of one directed pair as the models take it: product, value, quantity, year."""
    import pyarrow.compute as pc

    own = baci.filter(pc.and_(pc.equal(baci.column("exporter"), exporter), pc.equal(baci.column("importer"), importer)))
    lines = own.select(["hs6", "value_usd", "quantity_t", "year"]).rename_columns(["product", "value", "quantity", "year"])
    return {y: lines.filter(pc.equal(lines.column("year"), y)) for y in sorted(lines.column("year").unique().to_pylist())}
