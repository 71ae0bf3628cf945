"""Measures of quarrel and of pressure: other lists of disputes, wars, rivalries and sanctions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity import states
from comity.core import measure

if TYPE_CHECKING:
    import pyarrow as pa
    from ibis import Table

AGAINST = "what the two do against each other"


@measure(
    title="Militarised disputes (Gibler, Miller & Little)", unit="disputes", period="year", bounds=(0, None), absent=0.0, domain="security",
    kind="conflict", because=AGAINST + "; a second list of the disputes of `disputes`, never a second piece of evidence",
    reference="Gibler, Miller & Little 2016", aliases=("GML disputes",), merge="sum",
)  # fmt: skip
def disputes_gml(gml_dyad_years: Table) -> Table:
    """Number of militarised disputes of the year with the two on opposite sides, by the revised list; at most one a year is kept there."""
    import ibis

    t = gml_dyad_years
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
)  # fmt: skip
def sanctions_imposed(sanction_years: Table) -> Table:
    """Number of cases of sanctions of a against b in force in the year; cases that began to 2005, small trade quarrels included.

    A case without an end, not ended or not known to be when coded, is counted to 2005: an upper bound.
    """
    import ibis

    t = sanction_years.filter(sanction_years.a != sanction_years.b)
    return t.group_by("a", "b", start=ibis.date(t.year, 1, 1)).agg(value=t["case"].nunique().cast("float64"))


@measure(
    title="Sanctions by others in force", unit="cases", period="year", of="state", bounds=(0, None), domain="security", kind="pressure",
    because="what others do to one of the two", reference="Morgan, Bapat & Kobayashi 2014", aliases=("sanctions pressure",), merge="sum",
)  # fmt: skip
def sanctions_received(sanction_years: Table) -> Table:
    """Number of cases of sanctions against a state in force in the year, by any sender that is a state; years with any."""
    import ibis

    t = sanction_years
    counted = t.group_by(state=t.b, start=ibis.date(t.year, 1, 1)).agg(value=t["case"].nunique().cast("float64"))
    return counted.select(a=counted.state, b=counted.state, start=counted.start, value=counted.value)


@measure(
    title="Arms transfers", unit="million TIV", period="year", symmetric=False, bounds=(0, None), absent=0.0, domain="security", kind="exchange",
    because="weapons are given for money or favour; the two need no common end product", reference="SIPRI Arms Transfers Database, methodology",
    aliases=("arms exports", "arms sales", "weapons deliveries"), variants={"official": "by SIPRI's own yearly table (Russia to China only)"},
    merge="sum",
)  # fmt: skip
def arms_transfers_tiv(arms_register: Table, arms_official: Table, variant: str) -> Table:
    """SIPRI trend-indicator value of major arms delivered by a to b in the year, in million; the register spreads an order evenly over its years."""
    import ibis

    t = arms_official if variant else arms_register
    t = t.filter(t.tiv > 0)
    source = "sipri_arms:official" if variant else "sipri_arms"
    return t.select(a=t.supplier, b=t.recipient, start=ibis.date(t.year, 1, 1), value=t.tiv, source=ibis.literal(source))


@measure(
    title="Share of arms imports", unit="share", period="year", symmetric=False, bounds=(0, 1), domain="security", kind="exchange",
    because="how far one side's arms come from the other", reference="share of five years' TIV, after methods of arms dependence",
    aliases=("arms dependence",), merge="mean", takes="arrow",
)  # fmt: skip
def arms_import_share(arms_register: pa.Table) -> pa.Table:
    """Share of b in the major arms delivered to a over the five years that end with the year, by TIV; missing where a got none.

    A supplier that has ceased to be counts in the total of its last years, and has no row of its own after its end.
    """
    import duckdb
    import pyarrow as pa

    with duckdb.connect() as connection:
        connection.register("r", arms_register)
        shares = connection.sql(
            "WITH s AS (SELECT recipient AS a, supplier AS b, unnest(range(year, year + 5)) AS y, tiv FROM r), "
            "p AS (SELECT a, b, y, sum(tiv) AS tiv FROM s WHERE y <= (SELECT max(year) FROM r) GROUP BY ALL) "
            "SELECT a, b, y, make_date(y::INT, 1, 1) AS start, tiv / sum(tiv) OVER (PARTITION BY a, y) AS value FROM p "
            "QUALIFY sum(tiv) OVER (PARTITION BY a, y) > 0"
        ).to_arrow_table()
    rows = zip(*(shares.column(c).to_pylist() for c in ("a", "b", "y")), strict=True)
    lived = [states.existed_in(a, y, y) and states.existed_in(b, y, y) for a, b, y in rows]
    return shares.filter(pa.array(lived, pa.bool_())).drop_columns(["y"])
