"""Measures of quarrel, pressure and arms: other lists of disputes, wars, rivalries, sanctions, transfers of arms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity import states
from comity.core import Evidence, measure

if TYPE_CHECKING:
    import pyarrow as pa
    from ibis import Table

AGAINST = "what the two do against each other"


@measure(
    title="Militarised disputes (Gibler, Miller & Little)", unit="disputes", period="year", bounds=(0, None), absent=0.0, domain="security",
    kind="conflict", because=AGAINST + "; a second list of the disputes of `disputes`, never a second piece of evidence",
    reference="Gibler, Miller & Little 2016", aliases=("GML disputes",), merge="sum",
    variants={"onset": "disputes counted once, in the first year in which the two face each other in them"},
)  # fmt: skip
def disputes_gml(gml_dyad_years: Table, variant: str) -> Table:
    """Number of militarised disputes of the year with the two on opposite sides, by the revised list; at most one a year is kept there.

    Variant `onset`: only those whose first year for the pair it is. Source of the method: as in `disputes`.
    """
    import ibis

    t = gml_dyad_years
    if variant == "onset":
        t = t.filter(t.year == t.first_year)
    t = t.mutate(a=ibis.least(t.a, t.b), b=ibis.greatest(t.a, t.b), start=ibis.date(t.year, 1, 1))
    return t.group_by("a", "b", "start").agg(value=t.dispute.nunique().cast("float64"))


@measure(
    title="Wars against each other", unit="wars", period="year", bounds=(0, None), absent=0.0, domain="security", kind="conflict", because=AGAINST,
    reference="Sarkees & Wayman 2010", aliases=("interstate wars", "at war"), merge="sum",
)  # fmt: skip
def wars(war_dyad_years: Table) -> Table:
    """Number of interstate wars of the year in which the two fought on opposite sides (1,000 battle deaths and more)."""
    import ibis

    t = war_dyad_years
    t = t.mutate(a=ibis.least(t.a, t.b), b=ibis.greatest(t.a, t.b), start=ibis.date(t.year, 1, 1))
    return t.group_by("a", "b", "start").agg(value=t.wars.max().cast("float64"))


@measure(
    title="Strategic rivalry", unit="1 if in force", period="year", bounds=(0, 1), absent=0.0, domain="security", kind="conflict",
    because="each sees the other as a threatening competitor", reference="Thompson & Dreyer 2011", aliases=("rivals", "strategic rivals"),
)  # fmt: skip
def rivalry(thompson_dreyer_rivalries_years: Table) -> Table:
    """Whether the two were strategic rivals in the year, by Thompson and Dreyer's spells, 1816–2010."""
    return _spells(thompson_dreyer_rivalries_years)


@measure(
    title="Strategic rivalry, the later list", unit="1 if in force", period="year", bounds=(0, 1), absent=0.0, domain="security", kind="conflict",
    because="each sees the other as a threatening competitor; a second list of `rivalry`, never a second piece of evidence",
    reference="Thompson, Sakuwa & Suhas 2021",
    evidence=Evidence(topic="rivalry", carry=5),
)  # fmt: skip
def rivalry_to_2020(thompson_rivalries_years: Table) -> Table:
    """Whether the two were strategic rivals in the year, by the spells of Thompson, Sakuwa and Suhas, 1816–2020."""
    return _spells(thompson_rivalries_years)


def _spells(years: Table) -> Table:
    import ibis

    return years.select("a", "b", start=ibis.date(years.year, 1, 1), value=ibis.literal(1.0))


@measure(
    title="Sanctions in force", unit="cases", period="year", symmetric=False, bounds=(0, None), absent=0.0, domain="security", kind="conflict",
    because=AGAINST, reference="Morgan, Bapat & Kobayashi 2014", aliases=("sanctions", "sanctions cases"), merge="sum",
    variants={
        "certain": "without the years of cases whose end is not known after their first: a lower bound",
        "embargo": "total or partial embargo, or blockade",
        "trade": "embargo, blockade, or curbs on imports or exports",
        "aid": "aid ended",
    },
    evidence=Evidence(topic="sanctions", carry=5),
)  # fmt: skip
def sanctions_imposed(sanction_years: Table, variant: str) -> Table:
    """Number of cases of sanctions of a against b in force in the year; cases that began to 2005, small trade quarrels included.

    A case without an end, not ended or not known to be when coded, is counted to 2005: an upper bound, and a loose one (in
    2005 four in five of the cases counted have no end). Variant `certain` counts such a case in its first year alone: the
    truth lies between the two. Variants `embargo`, `trade` and `aid` are upper bounds too, of cases of that kind; a case
    may be of several, and one in seventy has no kind.
    Source of the method: TIES 4.0, cases by sender.
    """
    import ibis

    t = sanction_years.filter(sanction_years.a != sanction_years.b)
    if variant:
        t = t.filter(~t.open if variant == "certain" else t[variant])
    return t.group_by("a", "b", start=ibis.date(t.year, 1, 1)).agg(value=t.case_id.nunique().cast("float64"))


@measure(
    title="Sanctions by others in force", unit="cases", period="year", of="state", bounds=(0, None), absent=0.0, domain="security", kind="pressure",
    because="what others do to one of the two", reference="Morgan, Bapat & Kobayashi 2014", aliases=("sanctions pressure",), merge="sum",
    variants={"certain": "without the years of cases whose end is not known after their first: a lower bound"},
)  # fmt: skip
def sanctions_received(sanction_targets: Table, variant: str) -> Table:
    """Number of cases of sanctions against a state in force in the year, by states or institutions; a case counts once.

    A case without an end is counted to 2005: an upper bound; variant `certain` counts it in its first year alone.
    """
    import ibis

    t = sanction_targets.filter(~sanction_targets.open) if variant else sanction_targets
    counted = t.group_by("state", start=ibis.date(t.year, 1, 1)).agg(value=t.case_id.nunique().cast("float64"))
    return counted.select(a=counted.state, b=counted.state, start=counted.start, value=counted.value)


@measure(
    title="Arms transfers", unit="million TIV", period="year", symmetric=False, bounds=(0, None), absent=0.0, domain="security", kind="exchange",
    because="weapons are given for money or favour; the two need no common end product", reference="SIPRI Arms Transfers Database, methodology",
    aliases=("arms exports", "arms sales", "weapons deliveries"), merge="sum",
    evidence=Evidence(topic="arms", size="military_spending_usd", unit=10, window=5, carry=2),
)  # fmt: skip
def arms_transfers_tiv(arms_register: Table) -> Table:
    """SIPRI trend-indicator value of major arms delivered by a to b in the year, in million.

    Sum over the orders of the trade register, each spread evenly over its years of delivery. The register claims every
    delivery of major arms between states since 1950, so a pair without one has 0; small arms and services are not in it.
    Source of the method: SIPRI, Sources and methods (trend-indicator values: cost of production, not price paid).
    """
    import ibis

    t = arms_register.filter(arms_register.tiv > 0)
    return t.select(a=t.supplier, b=t.recipient, start=ibis.date(t.year, 1, 1), value=t.tiv)


@measure(
    title="Arms transfers, SIPRI's own table", unit="million TIV", period="year", symmetric=False, bounds=(0, None), domain="security",
    kind="exchange", because="a second account of `arms_transfers_tiv`, never a second piece of evidence",
    reference="SIPRI Arms Transfers Database, importer/exporter tables", merge="sum",
)  # fmt: skip
def arms_transfers_official_tiv(arms_official: Table) -> Table:
    """SIPRI's own yearly sum of the trend-indicator values of arms delivered by a to b, in million; held for Russia to China only.

    It dates deliveries by year, as the register here does not, and goes a year further.
    """
    import ibis

    t = arms_official
    return t.select(a=t.supplier, b=t.recipient, start=ibis.date(t.year, 1, 1), value=t.tiv)


@measure(
    title="Share of arms imports", unit="share", period="year", symmetric=False, bounds=(0, 1), domain="security", kind="exchange",
    because="how far one side's arms come from the other", reference="share of five years' TIV, as in SIPRI's fact sheets on arms transfers",
    aliases=("arms dependence",), merge="mean", takes="arrow",
)  # fmt: skip
def arms_import_share(arms_register: pa.Table) -> pa.Table:
    """Share of b in the major arms that states delivered to a over the five years that end with the year, by TIV.

    Formula: sum over y−4…y of TIV from b to a ÷ the same from all states. From 1954, the first year with five. Missing where
    a got none; 0 where b delivered nothing then but does in another year; pairs that never traded arms have no row. A
    supplier that has ceased to be counts in the total of its last years, and has no row of its own after its end.
    """
    import duckdb
    import pyarrow as pa

    with duckdb.connect() as connection:
        connection.register("r", arms_register)
        shares = connection.sql(
            "WITH s AS (SELECT recipient AS a, supplier AS b, unnest(range(year, year + 5)) AS y, tiv FROM r), "
            "f AS (SELECT * FROM s WHERE y BETWEEN (SELECT min(year) + 4 FROM r) AND (SELECT max(year) FROM r)), "
            "whole AS (SELECT a, y, sum(tiv) AS tiv FROM f GROUP BY ALL HAVING sum(tiv) > 0), "
            "part AS (SELECT a, b, y, sum(tiv) AS tiv FROM f GROUP BY ALL) "
            "SELECT p.a, p.b, w.y, make_date(w.y::INT, 1, 1) AS start, coalesce(part.tiv, 0) / w.tiv AS value "
            "FROM (SELECT DISTINCT a, b FROM s) p JOIN whole w ON w.a = p.a LEFT JOIN part ON part.a = p.a AND part.b = p.b AND part.y = w.y"
        ).to_arrow_table()
    rows = zip(*(shares.column(c).to_pylist() for c in ("a", "b", "y")), strict=True)
    lived = [states.existed_in(a, y, y) and states.existed_in(b, y, y) for a, b, y in rows]
    return shares.filter(pa.array(lived, pa.bool_())).drop_columns(["y"])
