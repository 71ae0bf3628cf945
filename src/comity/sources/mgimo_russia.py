"""Russia's exports by month from 2019, its own customs to 2021 and its partners' after: MGIMO's foreign trade monitor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.core import BadDataError, Coverage, File, Licence, Published, Source, TableSpec

if TYPE_CHECKING:
    import pyarrow as pa

    from comity.reading import Raw

PARTNERS = {
    "CN": "CHN", "IN": "IND", "TR": "TUR", "China": "CHN", "India": "IND", "Turkey": "TUR", "Hungary": "HUN", "Japan": "JPN", "Slovakia": "SVK",
    "OTHER": None, "Other": None,
}  # fmt: skip


def build(raw: Raw) -> dict[str, pa.Table]:
    """Three tables: exports by partner and kind in dollars, weights by partner and good in tonnes, totals of both flows in dollars.

    A null partner is the rest of the world. `nowcast` is the part of a month's total that the publisher estimates.
    """
    import pyarrow as pa

    raw.register("place", pa.table({"spelt": list(PARTNERS), "state": pa.array(list(PARTNERS.values()), pa.string())}))
    partners = "(SELECT partner FROM values_ UNION SELECT partner FROM weights)"
    strange = raw.query(f"SELECT partner FROM {partners} ANTI JOIN place ON spelt = partner")
    named = "(SELECT flow FROM values_ UNION SELECT NAPR FROM totals)"
    flows = raw.query(f"SELECT flow FROM {named} WHERE flow NOT IN ('russian_exports', 'russian_imports')")
    if strange.num_rows or flows.num_rows:
        raise BadDataError(f"source mgimo_russia: {[*strange.column(0).to_pylist(), *flows.column(0).to_pylist()][:5]} is no known partner or flow")
    return {
        "mgimo_exports": raw.query(
            "SELECT 'RUS' AS exporter, state AS partner, CAST(period AS DATE) AS month, type AS good, "
            "CAST(value_bn_usd AS DOUBLE) * 1e9 AS value_usd FROM values_ JOIN place ON spelt = partner "
            "WHERE flow = 'russian_exports' AND value_bn_usd IS NOT NULL"
        ),
        "mgimo_weights": raw.query(
            "SELECT 'RUS' AS exporter, state AS partner, CAST(period AS DATE) AS month, good, CAST(netto AS DOUBLE) * 1e3 AS tonnes "
            "FROM weights JOIN place ON spelt = partner WHERE netto IS NOT NULL"
        ),
        "mgimo_totals": raw.query(
            "SELECT 'RUS' AS state, CAST(PERIOD AS DATE) AS month, CASE NAPR WHEN 'russian_exports' THEN 'exports' ELSE 'imports' END AS flow, "
            "CAST(stoim_bn AS DOUBLE) * 1e9 AS value_usd, CAST(nowcast_share AS DOUBLE) AS nowcast FROM totals WHERE stoim_bn IS NOT NULL"
        ),
    }


SOURCE = Source(
    name="mgimo_russia",
    title="Russia's foreign trade monitor, monthly, 2019 to May 2026",
    publisher="MGIMO University",
    licence=Licence(name="terms unknown", share="no", terms="the repository states no licence"),
    citation="MGIMO University. Foreign trade monitor (Federal Customs Service of Russia to 2021; partners' customs and UN Comtrade after).",
    homepage="https://github.com/quantviews/mgimo-foreign-trade",
    files=(
        File(
            name="russia_exports_mirror_oilgas_monthly_2019_2026.csv",
            view="values_",
            columns=("partner", "flow", "period", "type", "value_bn_usd"),
            sha256="bf82bb5b256d801823a740ccf9eb2c1b723cad8e983d84d59bf300f884250541",
        ),
        File(
            name="russia_oilgas_export_volume_monthly_2020_2026.csv",
            view="weights",
            columns=("period", "partner", "good", "netto"),
            sha256="ff90d5ea3cebe2714553aa32c3ffd01196374aec4caf9132d2e71c5d02ba170b",
        ),
        File(
            name="russia_total_trade_mirror_monthly_2019_2026.csv",
            view="totals",
            columns=(
                "NAPR", "PERIOD", "stoim_bn", "stoim_bn_fact", "netto_mt", "netto_mt_fact", "nowcast_share", "stoim_mom", "stoim_yoy", "netto_mom",
                "netto_yoy", "fo_yoy",
            ),
            sha256="fb896e7bd896bd8b3f666b94dfd5d93dbe7bb3b99726f6d8611017158bcea8d1",
        ),
    ),
    tables=(
        TableSpec(
            name="mgimo_exports",
            columns={"exporter": "string", "partner": "string", "month": "date32", "good": "string", "value_usd": "float64"},
            key=("exporter", "partner", "good", "month"),
            states=("exporter", "partner"),
            nullable=("partner",),
            bounds={"value_usd": (0, None)},
            rows=(1, 850),
        ),
        TableSpec(
            name="mgimo_weights",
            columns={"exporter": "string", "partner": "string", "month": "date32", "good": "string", "tonnes": "float64"},
            key=("exporter", "partner", "good", "month"),
            states=("exporter", "partner"),
            nullable=("partner",),
            bounds={"tonnes": (0, None)},
            rows=(1, 1_220),
        ),
        TableSpec(
            name="mgimo_totals",
            columns={"state": "string", "month": "date32", "flow": "string", "value_usd": "float64", "nowcast": "float64"},
            key=("state", "flow", "month"),
            states=("state",),
            bounds={"value_usd": (0, None), "nowcast": (0, 1)},
            rows=(1, 215),
        ),
    ),
    coverage=Coverage(partners=("RUS",), note="Russia's exports to China, India and Turkey; weights also to Hungary, Japan and Slovakia"),
    published=Published(months=2),
    build=build,
    caveats=(
        "Russia's own customs to 2021, its partners' reports after: 2022 is a seam, and totals after 2021 lie below Russia's",
        "the newest months are partly nowcasts; what 'oil_gas' holds is not said (HS 2709–2711, by its size)",
    ),
)  # fmt: skip
